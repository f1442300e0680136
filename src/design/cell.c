/* The budget of a cell: mass, thickness and volume of every part, the ratio N/P, areal and specific
 * energy, electrolyte against pores, and how much each input moves the specific energy.
 *
 *   C = loading of active mass times its capacity, unless the areal capacity is given   (C/m2)
 *   E = U C / sum of all areal masses                                                   (J/kg)
 *   W = U C / sum of all thicknesses                                                    (J/m3) */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/constants.h"
#include "design/sheet.h"

enum { PARTS = 16, INPUTS = 64, ALKALI_COUNT = 3 };

static const char *const alkali[ALKALI_COUNT] = {"Li", "Na", "K"};

typedef struct {
  const char *material;
  double loading, capacity, voltage, active_fraction, thickness, porosity;
} Cathode;

static const DavyField cathode_fields[] = {
    DAVY_TEXT(Cathode, material, DAVY_OPTIONAL, "a material: capacity and voltage"),
    DAVY_QUANTITY(Cathode, loading, "kg/m2", 1e-6, 100, DAVY_REQUIRED, "of active mass"),
    DAVY_QUANTITY(Cathode, capacity, "C/kg", 1e3, 1e8, DAVY_OPTIONAL, "per active mass"),
    DAVY_QUANTITY(Cathode, voltage, "V", 0.01, 6, DAVY_OPTIONAL, "mean on discharge"),
    DAVY_QUANTITY(Cathode, active_fraction, "1", 0.01, 1, DAVY_OPTIONAL, "of the coating's mass"),
    DAVY_QUANTITY(Cathode, thickness, "m", 1e-9, 0.1, DAVY_OPTIONAL, "of the coating"),
    DAVY_QUANTITY(Cathode, porosity, "1", 0, 0.99, DAVY_OPTIONAL, "of the coating"),
    DAVY_FIELDS_END};

typedef struct {
  const char *metal;
  double np_ratio, loading, thickness;
} Anode;

static const DavyField anode_fields[] = {
    DAVY_TEXT(Anode, metal, DAVY_REQUIRED, "a material: Na, Li, K"),
    DAVY_QUANTITY(Anode, np_ratio, "1", 0, 1e4, DAVY_OPTIONAL, "capacity over the cathode's"),
    DAVY_QUANTITY(Anode, loading, "kg/m2", 0, 100, DAVY_OPTIONAL, "of metal"),
    DAVY_QUANTITY(Anode, thickness, "m", 0, 0.1, DAVY_OPTIONAL, "of dense metal"), DAVY_FIELDS_END};

typedef struct {
  const char *material;
  double per_capacity, mass, volume, density;
} Electrolyte;

static const DavyField electrolyte_fields[] = {
    DAVY_TEXT(Electrolyte, material, DAVY_OPTIONAL, "a material: density"),
    DAVY_QUANTITY(Electrolyte, per_capacity, "kg/C", 0, 1e-3, DAVY_OPTIONAL, "as 3 mg/mAh"),
    DAVY_QUANTITY(Electrolyte, mass, "kg/m2", 0, 100, DAVY_OPTIONAL, "per area"),
    DAVY_QUANTITY(Electrolyte, volume, "m", 0, 0.1, DAVY_OPTIONAL, "per area, as 40 uL/cm2"),
    DAVY_QUANTITY(Electrolyte, density, "kg/m3", 100, 1e4, DAVY_OPTIONAL, "of the solution"),
    DAVY_FIELDS_END};

/* A separator or any other part; `count` of it in the cell. */
typedef struct {
  const char *name, *material;
  double mass, thickness, porosity;
  int count;
} Part;

static const DavyField part_fields[] = {
    DAVY_TEXT(Part, name, DAVY_OPTIONAL, "for people"),
    DAVY_TEXT(Part, material, DAVY_OPTIONAL, "a material: mass, thickness, porosity"),
    DAVY_QUANTITY(Part, mass, "kg/m2", 0, 1000, DAVY_OPTIONAL, "per area, of one"),
    DAVY_QUANTITY(Part, thickness, "m", 0, 0.1, DAVY_OPTIONAL, "of one"),
    DAVY_QUANTITY(Part, porosity, "1", 0, 0.999, DAVY_OPTIONAL, "share of void to be filled"),
    DAVY_INTEGER(Part, count, 1, 1000, DAVY_OPTIONAL, "how many"),
    DAVY_FIELDS_END};

typedef struct {
  const char *name;
  double areal_capacity, variation;
  Cathode cathode;
  Anode anode;
  Electrolyte electrolyte;
  DavyNode separator_node, parts_node, published;
  Part parts[PARTS]; /* the separator first, if there is one */
  size_t part_count;
  bool has_electrolyte;
  double anode_capacity, metal_density;         /* C/kg, kg/m3 */
  DavyValueKind kind, energy_kind, volume_kind; /* of masses, of energies, of volumes */
} Cell;

static const DavyField cell_fields[] = {
    DAVY_TEXT(Cell, name, DAVY_OPTIONAL, "for people"),
    DAVY_QUANTITY(Cell, areal_capacity, "C/m2", 1, 1e8, DAVY_OPTIONAL, "delivered"),
    DAVY_QUANTITY(Cell, variation, "1", 0.001, 0.5, DAVY_OPTIONAL, "of each input, 10 %"),
    DAVY_MAP(Cell, cathode, cathode_fields, DAVY_REQUIRED, "the positive electrode"),
    DAVY_MAP(Cell, anode, anode_fields, DAVY_REQUIRED, "the alkali metal"),
    DAVY_MAP(Cell, electrolyte, electrolyte_fields, DAVY_OPTIONAL, "how much of it"),
    {"separator", DAVY_FIELD_NODE, offsetof(Cell, separator_node), DAVY_OPTIONAL, 0, 0, 0, 0, 0,
     "between the electrodes"},
    {"parts", DAVY_FIELD_NODE, offsetof(Cell, parts_node), DAVY_OPTIONAL, 0, 0, 0, 0, 0,
     "a list of whatever else is weighed"},
    DAVY_NODE(Cell, published, DAVY_OPTIONAL, "published numbers by quantity"),
    DAVY_FIELDS_END};

/* What follows from the inputs. Thicknesses are NaN where one is not known. */
typedef struct {
  double capacity, active, additives, metal, electrolyte, mass; /* C/m2, kg/m2 */
  double thickness, pores, electrolyte_volume;                  /* m */
  double energy;                                                /* J/m2 */
} Budget;

static double part_mass(const Part *part) {
  return part->mass * part->count;
}

static double metal_mass(const Cell *cell, double capacity) {
  if (!isnan(cell->anode.np_ratio)) return cell->anode.np_ratio * capacity / cell->anode_capacity;
  if (!isnan(cell->anode.loading)) return cell->anode.loading;
  return cell->anode.thickness * cell->metal_density;
}

static double electrolyte_mass(const Cell *cell, double capacity) {
  const Electrolyte *e = &cell->electrolyte;
  if (!cell->has_electrolyte) return 0;
  if (!isnan(e->per_capacity)) return e->per_capacity * capacity;
  return isnan(e->mass) ? e->volume * e->density : e->mass;
}

static Budget budget_of(const Cell *cell) {
  const Cathode *c = &cell->cathode;
  Budget b = {.active = c->loading};
  b.capacity = isnan(cell->areal_capacity) ? c->loading * c->capacity : cell->areal_capacity;
  b.additives = c->loading * (1 / c->active_fraction - 1);
  b.metal = metal_mass(cell, b.capacity);
  b.electrolyte = electrolyte_mass(cell, b.capacity);
  b.electrolyte_volume = b.electrolyte / cell->electrolyte.density;
  b.mass = b.active + b.additives + b.metal + b.electrolyte;
  b.thickness = c->thickness + b.metal / cell->metal_density;
  b.pores = isnan(c->porosity * c->thickness) ? 0 : c->porosity * c->thickness;
  for (size_t i = 0; i < cell->part_count; i++) {
    const Part *p = &cell->parts[i];
    b.mass += part_mass(p);
    b.thickness += p->thickness * p->count;
    if (!isnan(p->porosity)) b.pores += p->porosity * p->thickness * p->count;
  }
  b.energy = c->voltage * b.capacity;
  return b;
}

static DavyError one_of(DavyNode node, const char *where, int given, const char *choices) {
  if (given == 1) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY, "%s: found %d of %s; expected one", where,
                    given, choices);
}

static DavyError read_part(Cell *cell, DavyNode node, const char *fallback) {
  if (cell->part_count == PARTS)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "expected at most %d parts", PARTS);
  Part *p = &cell->parts[cell->part_count++];
  *p = (Part){.mass = NAN, .thickness = NAN, .porosity = NAN, .count = 1};
  DAVY_TRY(DavyYamlBind(node, part_fields, p));
  DavyNode place = DavyNodeGet(node, "material");
  if (p->material && isnan(p->mass))
    DAVY_TRY(design_optional(place, p->material, "areal_mass", &p->mass, &cell->kind));
  if (p->material && isnan(p->thickness))
    DAVY_TRY(design_optional(place, p->material, "thickness", &p->thickness, &cell->volume_kind));
  if (p->material && isnan(p->porosity))
    DAVY_TRY(design_optional(place, p->material, "porosity", &p->porosity, &cell->volume_kind));
  if (!p->name) p->name = p->material ? p->material : fallback;
  if (!isnan(p->mass)) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY, "%s: expected mass, as 12 mg/cm2%s", p->name,
                    p->material ? "; the material has no areal_mass" : "");
}

static DavyError read_parts(Cell *cell) {
  if (cell->separator_node.index) DAVY_TRY(read_part(cell, cell->separator_node, "separator"));
  if (!cell->parts_node.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(cell->parts_node, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(cell->parts_node); i++)
    DAVY_TRY(read_part(cell, DavyNodeAt(cell->parts_node, i), "part"));
  return DAVY_OK;
}

/* Amounts of Li, Na and K in the formula of a material; all zero if it has none. */
static DavyError alkali_of(DavyNode place, const char *name, double amounts[ALKALI_COUNT]) {
  DavyMaterial *material = NULL;
  DavyFormula formula;
  for (int i = 0; i < ALKALI_COUNT; i++) amounts[i] = 0;
  DavyError error = DavyMaterialLoad(name, &material);
  if (error) return DavyFailAt(DavyNodePlace(place), error, "%s", DavyErrorMessage());
  const char *text = DavyMaterialFormula(material);
  if (text) error = DavyFormulaRead(text, &formula);
  for (int i = 0; text && !error && i < ALKALI_COUNT; i++)
    amounts[i] = DavyFormulaAmount(&formula, alkali[i]);
  DavyMaterialDestroy(&material);
  return error;
}

/* A cathode that holds one alkali metal does not cycle against another without becoming another
 * material: its capacity and voltage would be wrong. */
static DavyError check_alkali(DavyNode cathode, const char *cathode_name, DavyNode anode,
                              const char *metal_name) {
  double held[ALKALI_COUNT], metal[ALKALI_COUNT];
  DAVY_TRY(alkali_of(cathode, cathode_name, held));
  DAVY_TRY(alkali_of(anode, metal_name, metal));
  for (int i = 0; i < ALKALI_COUNT; i++)
    for (int j = 0; j < ALKALI_COUNT; j++)
      if (i != j && held[i] > 0 && metal[j] > 0 && held[j] <= 0)
        return DavyFailAt(DavyNodePlace(anode), DAVY_ERR_VALUE,
                          "metal = %s: the cathode %s holds %s; expected the same alkali metal",
                          metal_name, cathode_name, alkali[i]);
  return DAVY_OK;
}

static DavyError read_electrodes(Cell *cell, DavyNode node) {
  Cathode *c = &cell->cathode;
  DavyNode cathode = DavyNodeGet(node, "cathode"), anode = DavyNodeGet(node, "anode");
  DavyNode material = DavyNodeGet(cathode, "material"), metal = DavyNodeGet(anode, "metal");
  if (c->material) DAVY_TRY(check_alkali(material, c->material, metal, cell->anode.metal));
  if (c->material && isnan(c->capacity))
    DAVY_TRY(
        design_optional(material, c->material, "specific_capacity", &c->capacity, &cell->kind));
  if (c->material && isnan(c->voltage))
    DAVY_TRY(
        design_optional(material, c->material, "mean_discharge_voltage", &c->voltage, &cell->kind));
  if (isnan(c->capacity) && isnan(cell->areal_capacity))
    return DavyFailAt(DavyNodePlace(cathode), DAVY_ERR_KEY, "cathode: expected capacity");
  if (isnan(c->voltage))
    return DavyFailAt(DavyNodePlace(cathode), DAVY_ERR_KEY, "cathode: expected voltage");
  const Anode *a = &cell->anode;
  DAVY_TRY(one_of(anode, "anode", !isnan(a->np_ratio) + !isnan(a->loading) + !isnan(a->thickness),
                  "np_ratio, loading and thickness"));
  DAVY_TRY(design_property(metal, a->metal, "specific_capacity", NULL, &cell->anode_capacity,
                           &cell->kind));
  return design_property(metal, a->metal, "density", NULL, &cell->metal_density,
                         isnan(a->thickness) ? &cell->volume_kind : &cell->kind);
}

static DavyError read_electrolyte(Cell *cell, DavyNode node) {
  Electrolyte *e = &cell->electrolyte;
  DavyNode place = DavyNodeGet(node, "electrolyte");
  cell->has_electrolyte = place.index != 0;
  if (!cell->has_electrolyte) return DAVY_OK;
  DAVY_TRY(one_of(place, "electrolyte",
                  !isnan(e->per_capacity) + !isnan(e->mass) + !isnan(e->volume),
                  "per_capacity, mass and volume"));
  if (e->material && isnan(e->density))
    DAVY_TRY(design_optional(DavyNodeGet(place, "material"), e->material, "density", &e->density,
                             isnan(e->volume) ? &cell->volume_kind : &cell->kind));
  if (isnan(e->volume) || !isnan(e->density)) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(place), DAVY_ERR_KEY,
                    "electrolyte: a volume needs density, or a material that has one");
}

static DavyError read_cell(Cell *cell, DavyNode node) {
  *cell = (Cell){.areal_capacity = NAN,
                 .variation = 0.1,
                 .kind = DAVY_COMPUTED,
                 .energy_kind = DAVY_COMPUTED,
                 .volume_kind = DAVY_COMPUTED};
  cell->cathode = (Cathode){NULL, NAN, NAN, NAN, 1, NAN, NAN};
  cell->anode = (Anode){NULL, NAN, NAN, NAN};
  cell->electrolyte = (Electrolyte){NULL, NAN, NAN, NAN, NAN};
  DAVY_TRY(DavyYamlBind(node, cell_fields, cell));
  DAVY_TRY(read_electrodes(cell, node));
  DAVY_TRY(read_electrolyte(cell, node));
  DAVY_TRY(read_parts(cell));
  cell->energy_kind = design_weaker(cell->energy_kind, cell->kind);
  return DAVY_OK;
}

static DavyError part_row(DavyTable *t, const char *name, double mass, double thickness,
                          double whole) {
  DAVY_TRY(DavyTableAddRow(t));
  DAVY_TRY(DavyTableSetText(t, "part", name));
  DAVY_TRY(DavyTableSetNumber(t, "mass", mass * 100));
  DAVY_TRY(DavyTableSetNumber(t, "share", 100 * mass / whole));
  return DavyTableSetNumber(t, "thickness", thickness * 1e6);
}

static DavyError parts_table(DavyDesign *design, const Cell *cell, const Budget *b) {
  DavyTable *t;
  char name[128];
  DAVY_TRY(design_table(design, "cell_parts", "Parts of the cell", &t));
  DAVY_TRY(DavyTableAddColumn(t, "part", "Part", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "mass", "Mass", "mg/cm2", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "share", "Share", "%", DAVY_CELL_NUMBER, 3));
  DAVY_TRY(DavyTableAddColumn(t, "thickness", "Thickness", "um", DAVY_CELL_NUMBER, 4));
  snprintf(name, sizeof name, "active mass%s%.60s", cell->cathode.material ? ", " : "",
           cell->cathode.material ? cell->cathode.material : "");
  DAVY_TRY(part_row(t, name, b->active, cell->cathode.thickness, b->mass));
  if (b->additives > 0) DAVY_TRY(part_row(t, "carbon and binder", b->additives, NAN, b->mass));
  DAVY_TRY(part_row(t, cell->anode.metal, b->metal, b->metal / cell->metal_density, b->mass));
  if (b->electrolyte > 0) DAVY_TRY(part_row(t, "electrolyte", b->electrolyte, NAN, b->mass));
  for (size_t i = 0; i < cell->part_count; i++) {
    const Part *p = &cell->parts[i];
    snprintf(name, sizeof name, "%.80s", p->name);
    if (p->count > 1) snprintf(name, sizeof name, "%d x %.80s", p->count, p->name);
    DAVY_TRY(part_row(t, name, part_mass(p), p->thickness * p->count, b->mass));
  }
  DAVY_TRY(part_row(t, "whole cell", b->mass, b->thickness, b->mass));
  if (design_weaker(cell->kind, cell->volume_kind) != DAVY_RECALLED) return DAVY_OK;
  return DavyTableAddNote(t, "%s rest on recalled values, not yet traced to their sources.",
                          cell->kind == DAVY_RECALLED ? "Masses and thicknesses" : "Thicknesses");
}

/* Which parts the pores are those of, and whose thickness is missing; for people. */
static void name_pores(const Cell *cell, char *text, size_t size) {
  size_t used = (size_t)snprintf(text, size, "porosity times thickness of");
  if (!isnan(cell->cathode.porosity * cell->cathode.thickness))
    used += (size_t)snprintf(text + used, size - used, " the cathode,");
  for (size_t i = 0; i < cell->part_count && used < size; i++)
    if (!isnan(cell->parts[i].porosity * cell->parts[i].thickness))
      used += (size_t)snprintf(text + used, size - used, " %.40s,", cell->parts[i].name);
  snprintf(text + strlen(text) - 1, 2, ";");
}

static const char *missing_thickness(const Cell *cell) {
  if (isnan(cell->cathode.thickness)) return "the cathode";
  for (size_t i = 0; i < cell->part_count; i++)
    if (isnan(cell->parts[i].thickness)) return cell->parts[i].name;
  return NULL;
}

static DavyError electrolyte_rows(const Cell *cell, const Budget *b, DesignSheet *sheet) {
  if (!cell->has_electrolyte) return DAVY_OK;
  DAVY_TRY(design_row(sheet, "electrolyte per capacity", b->electrolyte / b->capacity, "kg/C",
                      "mg/mAh", cell->kind, "mass over capacity"));
  DAVY_TRY(design_row(sheet, "electrolyte mass", b->electrolyte, "kg/m2", "mg/cm2", cell->kind,
                      "per area"));
  DAVY_TRY(design_row(sheet, "electrolyte volume", b->electrolyte_volume, "m", "uL/cm2",
                      cell->volume_kind, "mass over density"));
  if (!(b->pores > 0)) return DAVY_OK;
  char pores[512], all[560];
  name_pores(cell, pores, sizeof pores);
  snprintf(all, sizeof all, "%s no other pores are known", pores);
  DAVY_TRY(design_row(sheet, "pore volume", b->pores, "m", "uL/cm2", cell->volume_kind, all));
  return design_row(sheet, "electrolyte over pores", b->electrolyte_volume / b->pores, "1", "1",
                    cell->volume_kind,
                    "of those pores; below 1 some stay dry, far above it is flooded");
}

static DavyError cell_rows(const Cell *cell, const Budget *b, DesignSheet *sheet) {
  double metal = b->metal * cell->anode_capacity;
  const char *missing = missing_thickness(cell);
  char volume[128];
  snprintf(volume, sizeof volume,
           missing ? "the thickness of %.80s is missing" : "U C over the thickness of all parts%s",
           missing ? missing : "");
  DAVY_TRY(design_row(sheet, "specific energy", b->energy / b->mass, "J/kg", "Wh/kg",
                      cell->energy_kind, "U C over the mass of all parts"));
  DAVY_TRY(design_row(sheet, "energy density", b->energy / b->thickness, "J/m3", "Wh/L",
                      design_weaker(cell->energy_kind, cell->volume_kind), volume));
  DAVY_TRY(
      design_row(sheet, "areal energy", b->energy, "J/m2", "mWh/cm2", cell->energy_kind, "U C"));
  DAVY_TRY(design_row(sheet, "areal capacity", b->capacity, "C/m2", "mAh/cm2", cell->kind,
                      isnan(cell->areal_capacity) ? "loading times capacity" : "as given"));
  DAVY_TRY(design_row(sheet, "capacity per active mass", b->capacity / b->active, "C/kg", "mAh/g",
                      cell->kind, "areal capacity over loading"));
  DAVY_TRY(design_row(sheet, "N/P", metal / b->capacity, "1", "1", cell->kind,
                      "capacity of the metal over that of the cathode"));
  DAVY_TRY(design_row(sheet, "excess metal", metal - b->capacity, "C/m2", "mAh/cm2", cell->kind,
                      "beyond what one discharge strips"));
  DAVY_TRY(design_row(sheet, "excess metal mass", (metal - b->capacity) / cell->anode_capacity,
                      "kg/m2", "mg/cm2", cell->kind, "dead weight unless metal is lost"));
  DAVY_TRY(design_row(sheet, "cell mass", b->mass, "kg/m2", "mg/cm2", cell->kind, "all parts"));
  return electrolyte_rows(cell, b, sheet);
}

/* One input and what the specific energy is when it is less and more. */
typedef struct {
  char name[96];
  double low, high;
} Swing;

static double swing_size(const Swing *s) {
  return fabs(s->high - s->low);
}

static int by_size(const void *a, const void *b) {
  double x = swing_size(a), y = swing_size(b);
  return (x < y) - (x > y);
}

static void vary(Cell *cell, double *input, const char *name, double most, Swing *swings,
                 size_t *count) {
  double value = *input;
  if (isnan(value) || value == 0) return;
  Swing *s = &swings[(*count)++];
  snprintf(s->name, sizeof s->name, "%s", name);
  *input = value * (1 - cell->variation);
  Budget b = budget_of(cell);
  s->low = b.energy / b.mass;
  *input = fmin(value * (1 + cell->variation), most);
  b = budget_of(cell);
  s->high = b.energy / b.mass;
  *input = value;
}

static size_t vary_all(Cell *cell, Swing *swings) {
  size_t n = 0;
  Cathode *c = &cell->cathode;
  Electrolyte *e = &cell->electrolyte;
  vary(cell, &c->voltage, "voltage", INFINITY, swings, &n);
  vary(cell, &c->loading, "cathode loading", INFINITY, swings, &n);
  if (isnan(cell->areal_capacity))
    vary(cell, &c->capacity, "cathode capacity", INFINITY, swings, &n);
  vary(cell, &cell->areal_capacity, "areal capacity", INFINITY, swings, &n);
  if (c->active_fraction < 1)
    vary(cell, &c->active_fraction, "active fraction of the cathode", 1, swings, &n);
  vary(cell, &cell->anode.np_ratio, "N/P", INFINITY, swings, &n);
  vary(cell, &cell->anode.loading, "metal loading", INFINITY, swings, &n);
  vary(cell, &cell->anode.thickness, "metal thickness", INFINITY, swings, &n);
  vary(cell, &e->per_capacity, "electrolyte per capacity", INFINITY, swings, &n);
  vary(cell, &e->mass, "electrolyte mass", INFINITY, swings, &n);
  vary(cell, &e->volume, "electrolyte volume", INFINITY, swings, &n);
  for (size_t i = 0; i < cell->part_count; i++) {
    char name[96];
    snprintf(name, sizeof name, "mass of %.80s", cell->parts[i].name);
    vary(cell, &cell->parts[i].mass, name, INFINITY, swings, &n);
  }
  qsort(swings, n, sizeof *swings, by_size);
  return n;
}

/* Bars of the tornado: one line per input at its rank, the widest on top. */
static DavyError draw_tornado(DavyDesign *design, const Swing *swings, size_t count) {
  DavyDesignPlot *plot;
  DavyDesignSeries *s;
  DAVY_TRY(design_plot(
      design,
      (DavyDesignPlot){.key = "tornado",
                       .title = "What moves the specific energy",
                       .x_label = "Specific energy",
                       .x_unit = "Wh/kg",
                       .y_label = "Input",
                       .y_unit = "1",
                       .bars = true,
                       .note = "From less to more of each input; the table has the numbers."},
      &plot));
  for (size_t i = 0; i < count; i++) {
    DAVY_TRY(design_series(plot, 2, false, &s, "%s", swings[i].name));
    s->x[0] = swings[i].low / 3600;
    s->x[1] = swings[i].high / 3600;
    s->y[0] = s->y[1] = -(double)(i + 1);
  }
  return DAVY_OK;
}

static DavyError sensitivity(DavyDesign *design, Cell *cell) {
  Swing swings[INPUTS];
  DavyTable *t;
  Budget b = budget_of(cell);
  size_t count = vary_all(cell, swings);
  DAVY_TRY(design_table(design, "sensitivity", "What moves the specific energy", &t));
  DAVY_TRY(DavyTableAddColumn(t, "input", "Input", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "low", "With less of it", "Wh/kg", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "high", "With more of it", "Wh/kg", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "swing", "Swing", "%", DAVY_CELL_NUMBER, 3));
  for (size_t i = 0; i < count; i++) {
    DAVY_TRY(DavyTableAddRow(t));
    DAVY_TRY(DavyTableSetText(t, "input", swings[i].name));
    DAVY_TRY(DavyTableSetNumber(t, "low", swings[i].low / 3600));
    DAVY_TRY(DavyTableSetNumber(t, "high", swings[i].high / 3600));
    DAVY_TRY(DavyTableSetNumber(t, "swing",
                                100 * (swings[i].high - swings[i].low) / (b.energy / b.mass)));
  }
  DAVY_TRY(DavyTableAddNote(t,
                            "Each input %g %% less and more, the others as they are; a fraction "
                            "goes no higher than 1.",
                            100 * cell->variation));
  if (cell->energy_kind == DAVY_RECALLED)
    DAVY_TRY(DavyTableAddNote(t, "Rests on recalled values, not yet traced to their sources."));
  return draw_tornado(design, swings, count);
}

DavyError design_cell(DavyDesign *design, DavyNode node) {
  Cell cell;
  DesignSheet sheet;
  DAVY_TRY(read_cell(&cell, node));
  Budget b = budget_of(&cell);
  double metal = b.metal * cell.anode_capacity;
  if (metal < b.capacity)
    DAVY_TRY(design_say(design,
                        "N/P is %.3g: the metal is less than one discharge strips, unless "
                        "the cathode brings its own.",
                        metal / b.capacity));
  DAVY_TRY(design_say(design, "%s: %.4g Wh/kg (%s) at %.3g mAh/cm2 and N/P %.3g.",
                      cell.name ? cell.name : "The cell", b.energy / b.mass / 3600,
                      DavyValueKindWord(cell.energy_kind), b.capacity / 36000, metal / b.capacity));
  DAVY_TRY(design_open(design, "cell", cell.name ? cell.name : "Cell", cell.published, &sheet));
  DAVY_TRY(cell_rows(&cell, &b, &sheet));
  DAVY_TRY(design_close(&sheet));
  DAVY_TRY(parts_table(design, &cell, &b));
  return sensitivity(design, &cell);
}
