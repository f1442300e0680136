/* Parameters of a case: each a value with unit, bounds, kind, source and note, taken from the case,
 * else from a material that the case names, else a stated default; and written back with all of
 * that. An engine lists its own in a table of rows; `section` counts the mappings of its cases.
 *
 *   metal: Na                                            # a section: the name of a material,
 *   electrolyte: {material: NaPF6_EC_PC, concentration: 1 M}   # or values that go before its own
 *   area: {value: 1.13 cm2, kind: measured, source: wang2021, note: a disc of 12 mm}
 */
#ifndef DAVY_MATERIAL_PARAMETER_H
#define DAVY_MATERIAL_PARAMETER_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include "davy/material.h"

typedef struct {
  int section;                      /* that holds it */
  const char *key, *unit, *si_unit; /* unit: in which it is written */
  double lo, hi;                    /* SI */
  const char *property;             /* of a material, NULL: materials do not say it */
  int lender;                       /* section whose material says it */
  double fallback;                  /* where neither case nor material says it; NaN: none */
  const char *fallback_note;
  bool curve; /* a material's value is taken as a function of concentration */
} DavyParameterRow;

/* Rows that the cases of several engines have, under enumerators named as here. `metal` and `salt`
 * are the sections whose materials lend. */
#define DAVY_SALT_ROWS(metal, salt)                                                                \
  [MOLAR_VOLUME] = {metal, "molar_volume", "cm3/mol", "m3/mol", 1e-7,                              \
                    1e-3,  "molar_volume", metal,     NAN},                                        \
  [CONCENTRATION] = {salt, "concentration", "M", "mol/m3", 1e-3, 2e4, "concentration", salt, NAN}, \
  [DIFFUSIVITY] = {salt,          "diffusivity", "m2/s", "m2/s", 1e-18, 1e-6,                      \
                   "diffusivity", salt,          NAN,    NULL,   true},                            \
  [CONDUCTIVITY] = {salt,           "conductivity", "mS/cm", "S/m", 1e-9, 1e4,                     \
                    "conductivity", salt,           NAN,     NULL,  true},                         \
  [TRANSFERENCE] = {salt,   "transference_number", "1",  "1", -10,                                 \
                    0.9999, "transference_number", salt, NAN, NULL,                                \
                    true},                                                                         \
  [THERMODYNAMIC] = {salt, "thermodynamic_factor", "1",  "1", 1e-2,                                \
                     100,  "thermodynamic_factor", salt, 1,   "ideal solution",                    \
                     true},                                                                        \
  [CATION_DIFFUSIVITY] =                                                                           \
      {salt, "cation_diffusivity", "m2/s", "m2/s", 1e-18, 1e-6, NULL, salt, NAN},                  \
  [ANION_DIFFUSIVITY] = {salt, "anion_diffusivity", "m2/s", "m2/s", 1e-18, 1e-6, NULL, salt, NAN}
#define DAVY_KINETICS_ROWS(name, section, salt)                                                    \
  [name##_EXCHANGE] = {section, "exchange_current_density", "mA/cm2", "A/m2", 1e-9,                \
                       1e12,    "exchange_current_density", salt,     NAN},                        \
  [name##_ALPHA_A] = {section, "alpha_a", "1",     "1", 0.01,                                      \
                      9.9,     NULL,      section, 0.5, "symmetric barrier"},                      \
  [name##_ALPHA_C] = {section, "alpha_c", "1",     "1", 0.01,                                      \
                      9.9,     NULL,      section, 0.5, "symmetric barrier"},                      \
  [name##_FILM] = {section, "film_resistance", "ohm cm2", "ohm m2", 0,                             \
                   1e3,     "sei_resistance",  salt,      0,        "bare metal"}

typedef struct {
  bool known, by_material; /* by_material: used as a curve, printed as a comment */
  double value;            /* SI */
  DavyValueKind how;
  const char *source, *note; /* NULL: none; borrowed from document or material */
} DavyParameter;

/* One value, or the mapping {value, source, kind, note}; a plain value counts as assumed. Cites the
 * source. */
DavyError DavyParameterRead(DavyNode node, const DavyParameterRow *row, DavyParameter *parameter);

/* A section of a case, to be read. */
typedef struct {
  const char *key; /* "electrolyte" */
  int section;
  const DavyParameterRow *rows; /* of all sections */
  int count;
  const char *const *others; /* further keys, NULL-terminated, that the caller reads; may be NULL */
} DavyParameterSection;

/* Reads into parameters[count] and, unless `material` is NULL, the material that is named. Unknown
 * keys give DAVY_ERR_KEY with the nearest known one. */
DavyError DavyParameterSectionRead(DavyNode node, const DavyParameterSection *section,
                                   DavyMaterial **material, DavyParameter *parameters);

/* The material's value of row->property, held against the row's bounds; `outside` receives whether
 * it is used outside the range for which it is known. */
DavyError DavyParameterLend(const DavyMaterial *material, const DavyParameterRow *row,
                            DavyConditions at, DavyParameter *parameter, bool *outside);
DavyParameter DavyParameterFallback(const DavyParameterRow *row);

/* All rows, section by section: bounds, and what stands for a value that is not said. `sections`
 * has their names, NULL for one that is not to be described. */
void DavyParameterRowsDescribe(const DavyParameterRow *rows, int count, const char *const *sections,
                               FILE *file);

/* Read again it gives the same value to the last bit. */
void DavyParameterWrite(const DavyParameter *parameter, const DavyParameterRow *row, FILE *file,
                        int indent);

#endif
