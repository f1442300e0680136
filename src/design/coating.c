/* An alloying coating: what it can take up, how it swells, how long the alkali metal needs to cross
 * it and how many pulses fill it.
 *
 * Of a coating of formula C (Au, NiSb) grows a phase P (Na2Au, Na3Sb); what of C is not in P
 * remains as the bare element (Ni). With x alkali atoms per formula of C and the molar volume V_C:
 *   capacity          q = F x L / V_C                       (C/m2)
 *   swelling          (V_P + V_rest) / V_C - 1, per formula of C
 *   diffusion time    L^2 / D; reach in an hour (D t)^0.5
 *   pulses            q / (i t)
 *   growth of metal   V_m / F per charge */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/constants.h"
#include "design/sheet.h"

typedef struct {
  const char *name, *phase, *coating;
  double thickness, diffusivity, pulse_current, pulse_time, rest_time, throughput, current;
  DavyNode published;
} Coating;

static const DavyField coating_fields[] = {
    DAVY_TEXT(Coating, name, DAVY_OPTIONAL, "for people"),
    DAVY_TEXT(Coating, phase, DAVY_REQUIRED, "the phase that it turns into: a material"),
    DAVY_TEXT(Coating, coating, DAVY_OPTIONAL, "the bare coating: a material"),
    DAVY_QUANTITY(Coating, thickness, "m", 1e-10, 1e-3, DAVY_REQUIRED, "of the bare coating"),
    DAVY_QUANTITY(Coating, diffusivity, "m2/s", 1e-30, 1e-6, DAVY_OPTIONAL, "of the alkali in it"),
    DAVY_QUANTITY(Coating, pulse_current, "A/m2", 1e-6, 1e6, DAVY_OPTIONAL, "of a GITT pulse"),
    DAVY_QUANTITY(Coating, pulse_time, "s", 1e-3, 1e7, DAVY_OPTIONAL, "of a GITT pulse"),
    DAVY_QUANTITY(Coating, rest_time, "s", 0, 1e7, DAVY_OPTIONAL, "after a GITT pulse"),
    DAVY_QUANTITY(Coating, throughput, "C/m2", 1, 1e8, DAVY_OPTIONAL, "plated on it"),
    DAVY_QUANTITY(Coating, current, "A/m2", 1e-6, 1e6, DAVY_OPTIONAL, "at which it is plated"),
    DAVY_NODE(Coating, published, DAVY_OPTIONAL, "published numbers by quantity"),
    DAVY_FIELDS_END};

static bool is_alkali(const char *symbol) {
  return strcmp(symbol, "Na") == 0 || strcmp(symbol, "Li") == 0 || strcmp(symbol, "K") == 0;
}

/* Coating and phase, and what is known of them; all per formula of the coating. */
typedef struct {
  DavyNode node;
  const char *coating;
  char alkali[3], host[3];
  double x;                   /* alkali atoms */
  double volume, grown, mass; /* m3/mol bare, m3/mol alloyed, kg/mol */
  DavyValueKind capacity_kind, swelling_kind;
} Couple;

/* Formulas are those that the materials are named by: NaSn, Na15Sn4. */
static DavyError read_formula(DavyNode node, const char *text, DavyFormula *formula) {
  char bare[64], why[512];
  snprintf(bare, sizeof bare, "%.*s", (int)strcspn(text, "_"), text);
  if (DavyFormulaRead(bare, formula) == DAVY_OK) return DAVY_OK;
  snprintf(why, sizeof why, "%s", DavyErrorMessage());
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s", why);
}

/* The alkali metal of the phase and its other element, which must be one. */
static DavyError name_parts(const Coating *c, DavyNode node, const DavyFormula *phase,
                            Couple *couple) {
  DavyNode place = DavyNodeGet(node, "phase");
  for (size_t i = 0; i < phase->count; i++) {
    char *part = is_alkali(phase->part[i].symbol) ? couple->alkali : couple->host;
    if (*part || phase->count != 2)
      return DavyFailAt(DavyNodePlace(place), DAVY_ERR_VALUE,
                        "phase %s: expected one alkali metal and one other element", c->phase);
    snprintf(part, sizeof couple->host, "%s", phase->part[i].symbol);
  }
  if (*couple->alkali && *couple->host) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(place), DAVY_ERR_VALUE,
                    "phase %s: expected one alkali metal and one other element", c->phase);
}

/* What of the coating is not in the phase stays behind as bare element. */
static DavyError add_rest(const DavyFormula *coating, Couple *couple) {
  for (size_t i = 0; i < coating->count; i++) {
    double volume;
    if (strcmp(coating->part[i].symbol, couple->host) == 0) continue;
    DAVY_TRY(design_property(couple->node, coating->part[i].symbol, "molar_volume", NULL, &volume,
                             &couple->swelling_kind));
    couple->grown += coating->part[i].amount * volume;
  }
  return DAVY_OK;
}

static DavyError read_couple(const Coating *c, DavyNode node, Couple *couple) {
  DavyFormula phase, coating;
  double volume;
  *couple = (Couple){.capacity_kind = DAVY_COMPUTED, .swelling_kind = DAVY_COMPUTED};
  couple->node = DavyNodeGet(node, "phase");
  DAVY_TRY(read_formula(couple->node, c->phase, &phase));
  DAVY_TRY(name_parts(c, node, &phase, couple));
  couple->coating = c->coating ? c->coating : couple->host;
  DavyNode place = c->coating ? DavyNodeGet(node, "coating") : couple->node;
  DAVY_TRY(read_formula(place, couple->coating, &coating));
  double held = DavyFormulaAmount(&coating, couple->host);
  if (!(held > 0))
    return DavyFailAt(DavyNodePlace(place), DAVY_ERR_VALUE, "coating %s has no %s for the phase %s",
                      couple->coating, couple->host, c->phase);
  double per = held / DavyFormulaAmount(&phase, couple->host);
  couple->x = per * DavyFormulaAmount(&phase, couple->alkali);
  couple->mass = DavyFormulaMolarMass(&coating);
  DAVY_TRY(design_property(place, couple->coating, "molar_volume", NULL, &couple->volume,
                           &couple->capacity_kind));
  couple->swelling_kind = couple->capacity_kind;
  DAVY_TRY(design_property(couple->node, c->phase, "molar_volume", NULL, &volume,
                           &couple->swelling_kind));
  couple->grown = per * volume;
  return add_rest(&coating, couple);
}

static DavyError transport_rows(const Coating *c, const Couple *couple, double capacity,
                                DesignSheet *sheet) {
  if (!isnan(c->diffusivity)) {
    DAVY_TRY(design_row(sheet, "diffusion time", c->thickness * c->thickness / c->diffusivity, "s",
                        "h", DAVY_COMPUTED, "L2 / D"));
    DAVY_TRY(design_row(sheet, "reach in an hour", sqrt(c->diffusivity * 3600), "m", "nm",
                        DAVY_COMPUTED, "(D t)^0.5"));
  }
  if (!isnan(c->pulse_current) && !isnan(c->pulse_time)) {
    double pulse = c->pulse_current * c->pulse_time;
    DAVY_TRY(
        design_row(sheet, "charge of a pulse", pulse, "C/m2", "mAh/cm2", DAVY_COMPUTED, "i t"));
    DAVY_TRY(design_row(sheet, "pulses to fill", capacity / pulse, "1", "1", couple->capacity_kind,
                        "capacity over the charge of a pulse"));
    if (!isnan(c->rest_time))
      DAVY_TRY(design_row(sheet, "titration time",
                          capacity / pulse * (c->pulse_time + c->rest_time), "s", "h",
                          couple->capacity_kind, "pulses and rests until it is full"));
  }
  if (!isnan(c->current))
    DAVY_TRY(design_row(sheet, "time to fill", capacity / c->current, "s", "min",
                        couple->capacity_kind, "capacity over current, if all of it alloys"));
  return DAVY_OK;
}

static DavyError throughput_rows(const Coating *c, const Couple *couple, double capacity,
                                 DesignSheet *sheet) {
  double mass, density;
  DavyValueKind kind = DAVY_COMPUTED;
  DAVY_TRY(design_property(couple->node, couple->alkali, "molar_mass", NULL, &mass, &kind));
  DAVY_TRY(design_property(couple->node, couple->alkali, "density", NULL, &density, &kind));
  DAVY_TRY(design_row(sheet, "growth of metal", mass / (density * DAVY_FARADAY), "m3/C",
                      "um cm2/mAh", kind, "M / (rho F), of dense metal"));
  if (isnan(c->throughput)) return DAVY_OK;
  DAVY_TRY(design_row(sheet, "alloy share", capacity / c->throughput, "1", "%",
                      couple->capacity_kind, "at most, of the throughput"));
  DAVY_TRY(design_row(sheet, "metal share", 1 - capacity / c->throughput, "1", "%",
                      couple->capacity_kind, "at least, of the throughput"));
  return design_row(sheet, "thickness for a fifth", 0.2 * c->throughput / capacity * c->thickness,
                    "m", "nm", couple->capacity_kind,
                    "of a coating that takes up 20 % of the throughput");
}

static DavyError coating_rows(const Coating *c, const Couple *couple, DesignSheet *sheet) {
  double capacity = DavyDesignAlloyCapacity(c->thickness, couple->volume, couple->x);
  double swelling = couple->grown / couple->volume - 1;
  DAVY_TRY(design_row(sheet, "alloy capacity", capacity, "C/m2", "mAh/cm2", couple->capacity_kind,
                      "F x L / V, of the dense coating"));
  DAVY_TRY(design_row(sheet, "specific capacity", DAVY_FARADAY * couple->x / couple->mass, "C/kg",
                      "mAh/g", DAVY_COMPUTED, "F x / M, per mass of bare coating"));
  DAVY_TRY(design_row(sheet, "swelling", swelling, "1", "%", couple->swelling_kind,
                      "from the molar volumes"));
  DAVY_TRY(design_row(sheet, "thickness when full", c->thickness * (1 + swelling), "m", "nm",
                      couple->swelling_kind, "if it grows upwards only"));
  DAVY_TRY(design_row(sheet, "volume per alkali atom", (couple->grown - couple->volume) / couple->x,
                      "m3/mol", "cm3/mol", couple->swelling_kind,
                      "growth of the volume per mole of alkali"));
  DAVY_TRY(transport_rows(c, couple, capacity, sheet));
  return throughput_rows(c, couple, capacity, sheet);
}

/* What a reader should know: the most that alloying can hold. */
static DavyError say_limit(DavyDesign *design, const Coating *c, const Couple *couple) {
  double capacity = DavyDesignAlloyCapacity(c->thickness, couple->volume, couple->x);
  const char *name = c->name ? c->name : couple->coating;
  if (isnan(c->throughput))
    return design_say(design, "%s: %g nm take up at most %.3g mAh/cm2 (%s).", name,
                      c->thickness * 1e9, capacity / 36000,
                      DavyValueKindWord(couple->capacity_kind));
  return design_say(
      design, "%s: %g nm take up at most %.3g mAh/cm2 (%s), %.3g %% of %g mAh/cm2 plated.", name,
      c->thickness * 1e9, capacity / 36000, DavyValueKindWord(couple->capacity_kind),
      100 * capacity / c->throughput, c->throughput / 36000);
}

/* x and molar volume per host atom of a material, if it is a phase of the couple's two elements. */
static bool is_phase_of(const char *name, const Couple *couple, double *per, double *x) {
  DavyFormula formula;
  char bare[64];
  snprintf(bare, sizeof bare, "%.*s", (int)strcspn(name, "_"), name);
  if (strlen(name) >= sizeof bare || DavyFormulaRead(bare, &formula)) return false;
  double host = DavyFormulaAmount(&formula, couple->host);
  double alkali = DavyFormulaAmount(&formula, couple->alkali);
  *per = 1 / host;
  *x = alkali / host;
  return formula.count == 2 && host > 0 && alkali > 0;
}

static DavyError phase_row(const Coating *c, const Couple *couple, const char *name, double per,
                           double x, DavyTable *t) {
  double volume = NAN;
  DavyValueKind kind = couple->capacity_kind;
  DAVY_TRY(design_optional(couple->node, name, "molar_volume", &volume, &kind));
  if (isnan(volume)) return DAVY_OK;
  double swelling = per * volume / couple->volume - 1;
  DAVY_TRY(DavyTableAddRow(t));
  DAVY_TRY(DavyTableSetText(t, "phase", name));
  DAVY_TRY(DavyTableSetNumber(t, "x", x));
  DAVY_TRY(DavyTableSetNumber(t, "capacity",
                              DavyDesignAlloyCapacity(c->thickness, couple->volume, x) / 36000));
  DAVY_TRY(DavyTableSetNumber(t, "swelling", 100 * swelling));
  DAVY_TRY(DavyTableSetNumber(t, "thickness", c->thickness * (1 + swelling) * 1e9));
  return DavyTableSetText(t, "kind", DavyValueKindWord(kind));
}

/* Every phase of the two elements that davy knows, where the coating is the bare element. */
static DavyError phases_table(DavyDesign *design, const Coating *c, const Couple *couple,
                              int index) {
  DavyTable *t, *list = NULL;
  char key[48], title[128];
  if (strcmp(couple->coating, couple->host)) return DAVY_OK;
  snprintf(key, sizeof key, "coating_%d_phases", index + 1);
  snprintf(title, sizeof title, "%.60s: phases on the way", c->name ? c->name : couple->host);
  DAVY_TRY(design_table(design, key, title, &t));
  DAVY_TRY(DavyTableAddColumn(t, "phase", "Phase", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "x", "x", "1", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "capacity", "Alloy capacity", "mAh/cm2", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "swelling", "Swelling", "%", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "thickness", "Thickness", "nm", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "kind", "Kind", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyMaterialList(&list));
  DavyError error = DAVY_OK;
  for (size_t i = 0; !error && i < DavyTableRows(list); i++) {
    const char *name = DavyTableText(list, i, 0);
    double per, x;
    if (is_phase_of(name, couple, &per, &x)) error = phase_row(c, couple, name, per, x, t);
  }
  DavyTableDestroy(&list);
  return error;
}

static DavyError add_coating(DavyDesign *design, DavyNode node, int index) {
  Coating c = {.thickness = NAN,
               .diffusivity = NAN,
               .pulse_current = NAN,
               .pulse_time = NAN,
               .rest_time = NAN,
               .throughput = NAN,
               .current = NAN};
  Couple couple;
  DesignSheet sheet;
  char key[32], title[256];
  DAVY_TRY(DavyYamlBind(node, coating_fields, &c));
  DAVY_TRY(read_couple(&c, node, &couple));
  DAVY_TRY(say_limit(design, &c, &couple));
  snprintf(key, sizeof key, "coating_%d", index + 1);
  snprintf(title, sizeof title, "%.120s: %g nm of %.40s to %.40s", c.name ? c.name : "Coating",
           c.thickness * 1e9, couple.coating, c.phase);
  DAVY_TRY(design_open(design, key, title, c.published, &sheet));
  DAVY_TRY(coating_rows(&c, &couple, &sheet));
  DAVY_TRY(design_close(&sheet));
  return phases_table(design, &c, &couple, index);
}

DavyError design_coatings(DavyDesign *design, DavyNode list) {
  DAVY_TRY(DavyNodeExpect(list, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(list); i++)
    DAVY_TRY(add_coating(design, DavyNodeAt(list, i), i));
  return DAVY_OK;
}
