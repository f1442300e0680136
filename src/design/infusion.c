/* A molten metal that wicks into a host: how fast (Washburn 1921, design.h), how high at most
 * (2 gamma cos theta / (rho g r), Jurin), how much, and how near to 90 degrees the contact angle
 * could be for the time that was observed. The radius of the pores is given, or the hydraulic one:
 * twice the pore volume over the area of the fibres. */
#include <math.h>
#include <stdio.h>

#include "davy/cite.h"
#include "design/sheet.h"

typedef struct {
  const char *melt, *metal, *host;
  double temperature, contact_angle, distance, pore_radius, load, pore_volume, time;
  double areal_mass, density, fibre_radius;
  DavyNode published;
} Infusion;

static const DavyField infusion_fields[] = {
    DAVY_TEXT(Infusion, melt, DAVY_REQUIRED, "the molten metal: a material"),
    DAVY_TEXT(Infusion, metal, DAVY_REQUIRED, "the same, solid: a material"),
    DAVY_TEXT(Infusion, host, DAVY_OPTIONAL, "fibres: areal mass, density, radius"),
    DAVY_QUANTITY(Infusion, temperature, "K", 250, 3000, DAVY_REQUIRED, "of the melt"),
    DAVY_QUANTITY(Infusion, contact_angle, "rad", 0, M_PI, DAVY_REQUIRED,
                  "advancing; assumed unless known"),
    DAVY_QUANTITY(Infusion, distance, "m", 1e-9, 10, DAVY_REQUIRED, "to be wicked over"),
    DAVY_QUANTITY(Infusion, pore_radius, "m", 1e-9, 1e-2, DAVY_OPTIONAL, "effective"),
    DAVY_QUANTITY(Infusion, load, "kg/m2", 1e-6, 100, DAVY_OPTIONAL, "metal found in the host"),
    DAVY_QUANTITY(Infusion, pore_volume, "m", 1e-9, 1, DAVY_OPTIONAL, "filled, per area"),
    DAVY_QUANTITY(Infusion, time, "s", 1e-9, 1e9, DAVY_OPTIONAL, "observed"),
    DAVY_NODE(Infusion, published, DAVY_OPTIONAL, "published numbers by quantity"),
    DAVY_FIELDS_END};

static const double gravity = 9.80665; /* m/s2, standard */

typedef struct {
  double density, viscosity, tension, capacity, solid_density;
  DavyValueKind kind, load_kind, solid_kind;
} Melt;

static DavyError read_melt(DavyNode node, Infusion *in, Melt *melt) {
  DavyConditions at = {.temperature = in->temperature};
  DavyNode place = DavyNodeGet(node, "melt"), metal = DavyNodeGet(node, "metal");
  melt->kind = melt->load_kind = melt->solid_kind = DAVY_COMPUTED;
  DAVY_TRY(design_property(place, in->melt, "density", &at, &melt->density, &melt->load_kind));
  DAVY_TRY(design_property(place, in->melt, "viscosity", &at, &melt->viscosity, &melt->kind));
  DAVY_TRY(design_property(place, in->melt, "surface_tension", &at, &melt->tension, &melt->kind));
  DAVY_TRY(design_property(metal, in->metal, "specific_capacity", NULL, &melt->capacity, NULL));
  DAVY_TRY(
      design_property(metal, in->metal, "density", NULL, &melt->solid_density, &melt->solid_kind));
  if (!in->host) return DAVY_OK;
  DavyNode host = DavyNodeGet(node, "host");
  DAVY_TRY(design_optional(host, in->host, "areal_mass", &in->areal_mass, &melt->kind));
  DAVY_TRY(design_optional(host, in->host, "density", &in->density, &melt->kind));
  return design_optional(host, in->host, "fibre_radius", &in->fibre_radius, &melt->kind);
}

static DavyError load_rows(const Infusion *in, const Melt *melt, double volume,
                           DesignSheet *sheet) {
  double load = volume * melt->density;
  DavyValueKind kind = isnan(in->pore_volume) ? DAVY_COMPUTED : melt->load_kind;
  DAVY_TRY(
      design_row(sheet, "load", load, "kg/m2", "mg/cm2", kind,
                 isnan(in->pore_volume) ? "as given" : "pore volume times the melt's density"));
  DAVY_TRY(design_row(sheet, "areal capacity", load * melt->capacity, "C/m2", "mAh/cm2", kind,
                      "load times F / M"));
  DAVY_TRY(design_row(sheet, "filled pore volume", volume, "m", "um", melt->load_kind,
                      "of melt, per area"));
  DAVY_TRY(design_row(sheet, "void on freezing", 1 - melt->density / melt->solid_density, "1", "%",
                      design_weaker(melt->load_kind, melt->solid_kind),
                      "melt at its temperature against the solid"));
  if (isnan(in->areal_mass / in->density)) return DAVY_OK;
  double fibres = in->areal_mass / in->density;
  return design_row(sheet, "porosity of what is filled", volume / (volume + fibres), "1", "%",
                    melt->load_kind, "melt over melt and fibres");
}

static DavyError wicking_rows(DavyDesign *design, const Infusion *in, const Melt *melt,
                              double radius, DesignSheet *sheet) {
  DavyValueKind known =
      isnan(in->pore_radius) ? design_weaker(melt->kind, melt->load_kind) : melt->kind;
  DavyValueKind kind = design_weaker(known, DAVY_ASSUMED); /* the contact angle */
  double fastest = DavyDesignWickingTime(in->distance, radius, melt->viscosity, melt->tension, 0);
  double time = DavyDesignWickingTime(in->distance, radius, melt->viscosity, melt->tension,
                                      in->contact_angle);
  double rise = 2 * melt->tension * cos(in->contact_angle) / (melt->density * gravity * radius);
  bool wicks = isfinite(time);
  DAVY_TRY(design_row(sheet, "pore radius", radius, "m", "um", known,
                      isnan(in->pore_radius) ? "twice the pore volume over the fibres' area"
                                             : "as given"));
  DAVY_TRY(design_row(sheet, "wicking time at 0 deg", fastest, "s", "ms", known,
                      "2 mu h2 / (r gamma cos theta)"));
  DAVY_TRY(
      design_row(sheet, "wicking time", wicks ? time : NAN, "s", "ms", kind,
                 wicks ? "at the contact angle" : "none: the melt does not wick from 90 deg on"));
  DAVY_TRY(design_row(sheet, "highest rise", wicks ? rise : NAN, "m", "m", kind,
                      "2 gamma cos theta / (rho g r)"));
  if (!wicks)
    return design_say(design,
                      "At a contact angle of %.4g deg the melt does not wick: only below "
                      "90 deg does the host draw it in.",
                      in->contact_angle * 180 / M_PI);
  if (isnan(in->time) || fastest >= in->time) return DAVY_OK;
  double angle = acos(fastest / in->time);
  DAVY_TRY(design_row(sheet, "largest angle for the time observed", angle, "rad", "deg", known,
                      "cos theta = fastest time over time observed"));
  return design_say(
      design,
      "Capillarity needs %.3g ms (%s) at the contact angle given; the %.3g s observed would "
      "be met up to %.5g deg, so that not wicking but handling or reaction sets the "
      "time.",
      time * 1e3, DavyValueKindWord(kind), in->time, angle * 180 / M_PI);
}

DavyError design_melt_infusion(DavyDesign *design, DavyNode node) {
  Infusion in = {.pore_radius = NAN,
                 .load = NAN,
                 .pore_volume = NAN,
                 .time = NAN,
                 .areal_mass = NAN,
                 .density = NAN,
                 .fibre_radius = NAN};
  Melt melt;
  DesignSheet sheet;
  DAVY_TRY(DavyYamlBind(node, infusion_fields, &in));
  if (isnan(in.load) == isnan(in.pore_volume))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "melt_infusion: expected either load or pore_volume");
  DAVY_TRY(read_melt(node, &in, &melt));
  double volume = isnan(in.pore_volume) ? in.load / melt.density : in.pore_volume;
  double radius = in.pore_radius;
  if (isnan(radius))
    radius = 2 * volume / DavyDesignFibreArea(in.areal_mass, in.density, in.fibre_radius);
  if (isnan(radius))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "melt_infusion: expected pore_radius, or a host of known fibres");
  DavyCite("washburn1921", "wicking of a melt");
  DAVY_TRY(design_open(design, "melt_infusion", "Melt infusion", in.published, &sheet));
  DAVY_TRY(load_rows(&in, &melt, volume, &sheet));
  DAVY_TRY(wicking_rows(design, &in, &melt, radius, &sheet));
  return design_close(&sheet);
}
