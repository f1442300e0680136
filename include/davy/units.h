/* Units wherever a person types a number: "1 mA/cm^2", "3 nm", "25 degC", "0.5 mAh/cm2".
 * Inside davy everything is SI; conversion happens at the edge, here. Built on udunits2, with the
 * field's own names (Ah, Wh, M, mAh/cm2, C-rate free) mapped before it and degC kept affine. */
#ifndef DAVY_UNITS_H
#define DAVY_UNITS_H

#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parses "number unit" and converts to `si_unit` ("A/m2", "m", "K", "1" for a pure number).
 * A missing unit is an error unless si_unit is "1"; "%" is accepted for "1".
 * Errors: DAVY_ERR_VALUE (no number, trailing text, not finite), DAVY_ERR_UNIT (unknown, missing,
 * wrong dimension). The message names text and expected dimension, not the place: callers add it.
 * Threads: the unit system is built on first use and guarded by a lock. */
DavyError DavyQuantityParse(const char *text, const char *si_unit, double *value);

/* value[to] = scale * value[from] + offset, e.g. degC to K: scale 1, offset 273.15. */
DavyError DavyUnitConversion(const char *from, const char *to, double *scale, double *offset);

/* The powers of the SI base units in a dimension: A/m2 has 1 for the ampere and -2 for the metre.
 * Powers need not be whole (the root of a diffusivity). Angles are pure numbers. */
typedef enum {
  DAVY_BASE_KILOGRAM,
  DAVY_BASE_METRE,
  DAVY_BASE_SECOND,
  DAVY_BASE_AMPERE,
  DAVY_BASE_KELVIN,
  DAVY_BASE_MOLE,
  DAVY_BASE_CANDELA,
  DAVY_BASE_COUNT
} DavyBase;

typedef struct {
  double power[DAVY_BASE_COUNT];
} DavyDimension;

/* Takes any unit apart: value[SI] = scale * value[unit] + offset. Errors: DAVY_ERR_UNIT. */
DavyError DavyUnitDimension(const char *unit, DavyDimension *dimension, double *scale,
                            double *offset);

/* The other way: "1 mA/cm2" from 10 A/m2, in `unit` if a short text in it reads back to the same
 * double, else in `si_unit`. Both must be units that DavyQuantityParse knows. */
void DavyQuantityText(double value, const char *unit, const char *si_unit, char text[80]);

#ifdef __cplusplus
}
#endif
#endif
