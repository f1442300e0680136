/* Area of a fibrous host per projected area: from the fibres' mass, density and radius, and from
 * the capacitance of the double layer (Wang 2021, supporting equations 4 and 5). */
#include <math.h>
#include <stdlib.h>

#include "davy/cite.h"
#include "design/sheet.h"

typedef struct {
  const char *host;
  double areal_mass, density, fibre_radius, capacitance, reference_capacitance;
  DavyNode published;
} Surface;

static const DavyField surface_fields[] = {
    DAVY_TEXT(Surface, host, DAVY_OPTIONAL, "a material with the values that are not given"),
    DAVY_QUANTITY(Surface, areal_mass, "kg/m2", 1e-6, 100, DAVY_OPTIONAL, "of the host"),
    DAVY_QUANTITY(Surface, density, "kg/m3", 1, 3e4, DAVY_OPTIONAL, "of the fibre"),
    DAVY_QUANTITY(Surface, fibre_radius, "m", 1e-9, 1e-3, DAVY_OPTIONAL, "of the fibre"),
    DAVY_QUANTITY(Surface, capacitance, "F/m2", 1e-6, 1e6, DAVY_OPTIONAL,
                  "of the double layer per projected area"),
    DAVY_QUANTITY(Surface, reference_capacitance, "F/m2", 1e-4, 100, DAVY_OPTIONAL,
                  "of the double layer per wetted area"),
    DAVY_NODE(Surface, published, DAVY_OPTIONAL, "published numbers by quantity"),
    DAVY_FIELDS_END};

static DavyError fill_in(DavyNode node, Surface *s, DavyValueKind *kind) {
  DavyNode host = DavyNodeGet(node, "host");
  if (!s->host) return DAVY_OK;
  if (isnan(s->areal_mass))
    DAVY_TRY(design_optional(host, s->host, "areal_mass", &s->areal_mass, kind));
  if (isnan(s->density)) DAVY_TRY(design_optional(host, s->host, "density", &s->density, kind));
  if (isnan(s->fibre_radius))
    DAVY_TRY(design_optional(host, s->host, "fibre_radius", &s->fibre_radius, kind));
  if (isnan(s->reference_capacitance))
    DAVY_TRY(design_optional(host, s->host, "double_layer_capacitance", &s->reference_capacitance,
                             kind));
  return DAVY_OK;
}

DavyError design_surface_area(DavyDesign *design, DavyNode node) {
  Surface s = {NULL, NAN, NAN, NAN, NAN, NAN, {NULL, 0}};
  DavyValueKind kind = DAVY_COMPUTED;
  DesignSheet sheet;
  DAVY_TRY(DavyYamlBind(node, surface_fields, &s));
  DAVY_TRY(fill_in(node, &s, &kind));
  double geometric = DavyDesignFibreArea(s.areal_mass, s.density, s.fibre_radius);
  double wetted = s.capacitance / s.reference_capacitance;
  if (isnan(geometric) && isnan(wetted))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "surface_area: expected areal_mass, density and fibre_radius, or capacitance "
                      "and reference_capacitance, here or of the host");
  DavyCite("wang2021", "area of a carbon cloth");
  DAVY_TRY(design_open(design, "surface_area", "Surface area", s.published, &sheet));
  DAVY_TRY(design_row(&sheet, "geometric area", geometric, "1", "1", kind,
                      "per projected area, 2 m / (rho r)"));
  DAVY_TRY(design_row(&sheet, "fibre length",
                      s.areal_mass / (s.density * M_PI * s.fibre_radius * s.fibre_radius), "1/m",
                      "m/cm2", kind, "m / (rho pi r2)"));
  DAVY_TRY(design_row(&sheet, "effective area", wetted, "1", "1", kind,
                      "per projected area, C_dl / C_ref"));
  DAVY_TRY(design_row(&sheet, "roughness", wetted / geometric, "1", "1", kind,
                      "effective over geometric area"));
  return design_close(&sheet);
}
