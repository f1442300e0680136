/* Arithmetic with units, as people write it:
 *
 *   sqrt(2.39e-16 cm2/s * t) / 100 nm
 *   4 / pi * (L / (1 h))^2,  1 - capacity / throughput,  F * Au.density * d / Au.molar_mass
 *
 * A number may carry a unit (docs/units.md); inside a unit stands no blank around "/" or before a
 * power, around the operators + - * / ^ of the expression there may. Names are those that the
 * caller knows, and the constants F, R, k_B, N_A, e, pi. Functions: sqrt exp ln log10 abs min max
 * sin cos tan asin acos atan. What has no meaning (adding V to A, the logarithm of a length, a
 * division by zero) is an error with the place in the expression and both units. */
#ifndef DAVY_CORE_EXPRESSION_H
#define DAVY_CORE_EXPRESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "core/dimension.h"
#include "davy/error.h"

typedef struct {
  double value; /* SI; NaN if missing */
  DavyDimension dimension;
  bool missing; /* it depends on an input of which only the unit is known */
} Amount;

/* Looks a name up ("capacity", "Au.density"). `text` receives what is written in its place,
 * "0.05 mAh/cm2". Errors end the evaluation; DAVY_ERR_LOOKUP for a name that is not known. */
typedef struct {
  DavyError (*find)(void *context, const char *name, Amount *amount, char text[80]);
  void *context;
} Names;

/* `shown` (may be NULL) receives the expression with its names replaced by their values. Errors:
 * DAVY_ERR_FORMAT (syntax), DAVY_ERR_UNIT, DAVY_ERR_VALUE (no finite result), those of `find`. */
DavyError davy_evaluate(const char *text, const Names *names, Amount *result, FILE *shown);

/* If the whole text is one number with or without a unit: true, its unit ("1" if none), and what
 * one step of its last printed digit is worth in that unit (0.01 for "1.20 mA"). */
bool davy_is_quantity(const char *text, char unit[80], double *step);

/* May the caller use this name? Not if it is no word, or one of the constants and functions. */
bool davy_is_free_name(const char *name);

#endif
