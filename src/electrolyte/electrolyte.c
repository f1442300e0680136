/* A binary salt MX in a solvent, in the pores of a separator.
 *
 *   eps dc/dt = d/dx(D_eff dc/dx) - d/dx(t+ i/F)
 *   dphi/dx   = -i/kappa_eff + (2 R T/F) (1 + dln f/dln c) (1 - t+) dln c/dx
 *   i_lim     = 2 F D_eff c0 / ((1 - t+) L)       both electrodes of the metal, in the end
 *   t_Sand    = pi eps D_eff (F c0 / (2 (1 - t+) i))^2
 *
 * c salt, mol/m3; phi against a reference electrode of the metal, V; i current density, A/m2;
 * eps porosity; X_eff = X * transport, X the free liquid's.
 *
 * Source: J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley 2004, ch. 11-12,
 * 14; H. J. S. Sand, Philos. Mag. 1 (1901) 45. */
#include "davy/electrolyte.h"

#include <math.h>
#include "davy/constants.h"

DavyCurve DavyCurveConstant(double value) {
  return (DavyCurve){.kind = DAVY_CURVE_CONSTANT, .factor = value};
}
DavyCurve DavyCurveProportional(double value_per_concentration) {
  return (DavyCurve){.kind = DAVY_CURVE_PROPORTIONAL, .factor = value_per_concentration};
}
DavyCurve DavyCurveOf(const DavyProperty *property) {
  return (DavyCurve){.kind = DAVY_CURVE_PROPERTY, .property = property};
}

DavyError DavyCurveOfMaterial(const DavyMaterial *material, const char *name, DavyCurve *curve) {
  static const double least = 1, most = 3e4, ratio = 1.1; /* concentrations asked, mol/m3 */
  const DavyProperty *property;
  DAVY_TRY(DavyMaterialFind(material, name, &property));
  double slope, first = DavyPropertyAt(property, least, &slope);
  *curve = DavyCurveConstant(first);
  for (double c = least; c < most; c *= ratio) {
    double value = DavyPropertyAt(property, c, &slope);
    if (value == first && slope == 0) continue;
    *curve = DavyCurveOf(property);
    break;
  }
  return DAVY_OK;
}

DavyElectrolyte DavyElectrolyteDilute(double concentration, double cation_diffusivity,
                                      double anion_diffusivity, double temperature) {
  double sum = cation_diffusivity + anion_diffusivity;
  double molar = DAVY_FARADAY * DAVY_FARADAY * sum / (DAVY_GAS_CONSTANT * temperature);
  return (DavyElectrolyte){.concentration = concentration,
                           .diffusivity =
                               DavyCurveConstant(2 * cation_diffusivity * anion_diffusivity / sum),
                           .conductivity = DavyCurveProportional(molar),
                           .transference = DavyCurveConstant(cation_diffusivity / sum),
                           .thermodynamic_factor = DavyCurveConstant(1)};
}

/* Tables of materials are checked where they are loaded: here the value at c0. */
static DavyError check_curve(const DavyElectrolyte *e, const DavyCurve *curve, const char *what,
                             double above, double below) {
  double slope, value = DavyCurveValue(curve, e->concentration, &slope);
  DAVY_CHECK(value > above && value < below, DAVY_ERR_VALUE,
             "electrolyte: %s = %g; expected more than %g and less than %g", what, value, above,
             below);
  return DAVY_OK;
}

DavyError DavyElectrolyteCheck(const DavyElectrolyte *e) {
  DAVY_CHECK(e->concentration > 0 && e->concentration < INFINITY, DAVY_ERR_VALUE,
             "electrolyte: concentration = %g mol/m3; expected more than 0", e->concentration);
  DAVY_TRY(check_curve(e, &e->diffusivity, "diffusivity (m2/s)", 0, INFINITY));
  DAVY_TRY(check_curve(e, &e->transference, "transference number", -INFINITY, 1));
  DAVY_TRY(check_curve(e, &e->thermodynamic_factor, "thermodynamic factor", 0, INFINITY));
  return check_curve(e, &e->conductivity, "conductivity (S/m)", 0, INFINITY);
}

DavyError DavySeparatorCheck(const DavySeparator *s) {
  DAVY_CHECK(s->thickness > 0 && s->thickness < INFINITY, DAVY_ERR_VALUE,
             "separator: thickness = %g m; expected more than 0", s->thickness);
  DAVY_CHECK(s->porosity > 0 && s->porosity <= 1, DAVY_ERR_VALUE,
             "separator: porosity = %g; expected more than 0, at most 1", s->porosity);
  DAVY_CHECK(s->transport > 0 && s->transport <= 1, DAVY_ERR_VALUE,
             "separator: effective over free transport = %g; expected more than 0, at most 1",
             s->transport);
  return DAVY_OK;
}

double DavyLimitingCurrent(const DavyElectrolyte *e, const DavySeparator *s) {
  double unused, c0 = e->concentration;
  double diffusivity = DavyCurveValue(&e->diffusivity, c0, &unused) * s->transport;
  double anion = 1 - DavyCurveValue(&e->transference, c0, &unused);
  return 2 * DAVY_FARADAY * diffusivity * c0 / (anion * s->thickness);
}

double DavySandTime(const DavyElectrolyte *e, const DavySeparator *s, double current_density) {
  double unused, c0 = e->concentration;
  double diffusivity = DavyCurveValue(&e->diffusivity, c0, &unused) * s->transport;
  double anion = 1 - DavyCurveValue(&e->transference, c0, &unused);
  double charge = DAVY_FARADAY * c0 / (2 * anion * current_density);
  return M_PI * s->porosity * diffusivity * charge * charge;
}
