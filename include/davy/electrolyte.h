/* The electrolyte: a binary salt MX in a solvent, in the pores of a separator. SI units.
 *
 *   DavyElectrolyte e = {.concentration = 1000,
 *                        .diffusivity = DavyCurveConstant(2.5e-10), ...};
 *   DavyElectrolyte d = DavyElectrolyteDilute(1000, 1e-10, 1e-10, 298.15);
 */
#ifndef DAVY_ELECTROLYTE_H
#define DAVY_ELECTROLYTE_H

#include "davy/error.h"
#include "davy/material.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A property as a function of salt concentration. Copied freely. */
typedef struct {
  enum { DAVY_CURVE_CONSTANT, DAVY_CURVE_PROPORTIONAL, DAVY_CURVE_PROPERTY } kind;
  double factor;                /* the constant, or value per concentration */
  const DavyProperty *property; /* of a material; borrowed, outlives the curve */
} DavyCurve;

DavyCurve DavyCurveConstant(double value);
DavyCurve DavyCurveProportional(double value_per_concentration);
DavyCurve DavyCurveOf(const DavyProperty *property);
/* A property of a material; a constant where it does not depend on concentration. Errors:
 * DAVY_ERR_LOOKUP if the material lacks it. */
DavyError DavyCurveOfMaterial(const DavyMaterial *material, const char *property, DavyCurve *curve);
/* The value at concentration c; `slope` receives the derivative. */
static inline double DavyCurveValue(const DavyCurve *curve, double c, double *slope) {
  if (curve->kind == DAVY_CURVE_PROPERTY) return DavyPropertyAt(curve->property, c, slope);
  *slope = curve->kind == DAVY_CURVE_PROPORTIONAL ? curve->factor : 0;
  return curve->kind == DAVY_CURVE_PROPORTIONAL ? curve->factor * c : curve->factor;
}

/* Properties of the free liquid, as Newman's concentrated solution theory defines them; potential
 * in the solution is that of a reference electrode of the metal. */
typedef struct {
  double concentration;           /* of the salt before a run, mol/m3 */
  DavyCurve diffusivity;          /* of the salt, m2/s */
  DavyCurve conductivity;         /* S/m */
  DavyCurve transference;         /* t+, of the cation against the solvent */
  DavyCurve thermodynamic_factor; /* 1 + dln f/dln c; 1: ideal */
} DavyElectrolyte;

/* Ideal dilute Nernst-Planck: D = 2 D+ D-/(D+ + D-), t+ = D+/(D+ + D-),
 * conductivity = F2 c (D+ + D-)/(R T). Diffusivities in m2/s, temperature in K. */
DavyElectrolyte DavyElectrolyteDilute(double concentration, double cation_diffusivity,
                                      double anion_diffusivity, double temperature);

typedef struct {
  double thickness; /* m */
  double porosity;
  double transport; /* effective over free diffusivity and conductivity: porosity/tortuosity */
} DavySeparator;

/* Checks signs and ranges; DAVY_ERR_VALUE names what is wrong. */
DavyError DavyElectrolyteCheck(const DavyElectrolyte *electrolyte);
DavyError DavySeparatorCheck(const DavySeparator *separator);

/* Between two electrodes of the metal, at uniform properties of the initial concentration:
 * current density at which the plated side is out of salt in the end, A/m2; and Sand's time, when
 * that happens in a thick separator at `current_density`, s. */
double DavyLimitingCurrent(const DavyElectrolyte *electrolyte, const DavySeparator *separator);
double DavySandTime(const DavyElectrolyte *electrolyte, const DavySeparator *separator,
                    double current_density);

#ifdef __cplusplus
}
#endif
#endif
