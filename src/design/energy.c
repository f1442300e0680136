/* Specific energy over areal capacity by Wang 2021, equation 6 (design.h), and published cells held
 * against their own columns: the voltage U = E m / C that a row implies must be one that its
 * chemistry can have. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "davy/cite.h"
#include "design/sheet.h"

typedef struct {
  double voltage, cathode_capacity, anode_capacity, additives, fixed_mass, electrolyte, up_to;
  DavyNode np_ratios, points;
} Curves;

static const DavyField curves_fields[] = {
    DAVY_QUANTITY(Curves, voltage, "V", 0.01, 6, DAVY_REQUIRED, "mean voltage on discharge"),
    DAVY_QUANTITY(Curves, cathode_capacity, "C/kg", 1e3, 1e8, DAVY_REQUIRED, "per active mass"),
    DAVY_QUANTITY(Curves, anode_capacity, "C/kg", 1e3, 1e8, DAVY_REQUIRED, "of the metal"),
    DAVY_QUANTITY(Curves, additives, "1", 0, 100, DAVY_OPTIONAL,
                  "carbon and binder per active mass of the cathode"),
    DAVY_QUANTITY(Curves, fixed_mass, "kg/m2", 0, 100, DAVY_OPTIONAL, "foils and separator"),
    DAVY_QUANTITY(Curves, electrolyte, "kg/C", 0, 1e-3, DAVY_OPTIONAL, "mass per capacity"),
    DAVY_QUANTITY(Curves, up_to, "C/m2", 1, 1e8, DAVY_REQUIRED, "greatest areal capacity"),
    DAVY_NODE(Curves, np_ratios, DAVY_REQUIRED, "a list of capacity ratios"),
    DAVY_NODE(Curves, points, DAVY_OPTIONAL, "a list of single points"),
    DAVY_FIELDS_END};

typedef struct {
  double areal_capacity, np_ratio, measured;
  const char *name;
} CurvePoint;

static const DavyField point_fields[] = {
    DAVY_TEXT(CurvePoint, name, DAVY_OPTIONAL, "which cell"),
    DAVY_QUANTITY(CurvePoint, areal_capacity, "C/m2", 1, 1e8, DAVY_REQUIRED, "of the cell"),
    DAVY_QUANTITY(CurvePoint, np_ratio, "1", 0, 1e4, DAVY_REQUIRED, "capacity ratio"),
    DAVY_QUANTITY(CurvePoint, measured, "J/kg", 0, 1e8, DAVY_OPTIONAL, "specific energy"),
    DAVY_FIELDS_END};

static const double mah_cm2 = 36000; /* C/m2 */
static const double wh_kg = 3600;    /* J/kg */
static const double mg_cm2 = 1e-2;   /* kg/m2 */
static const double mah_g = 3600;    /* C/kg */

static double energy_at(const Curves *curves, double np_ratio, double capacity) {
  double inactive = curves->additives * capacity / curves->cathode_capacity + curves->fixed_mass +
                    curves->electrolyte * capacity;
  return DavyDesignSpecificEnergy(curves->voltage, np_ratio, curves->anode_capacity,
                                  curves->cathode_capacity, inactive, capacity);
}

static DavyError draw_family(DavyDesignPlot *plot, const Curves *curves) {
  enum { POINTS = 200 };
  DAVY_TRY(DavyNodeExpect(curves->np_ratios, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(curves->np_ratios); i++) {
    double np_ratio;
    DavyDesignSeries *s;
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(curves->np_ratios, i), "1", 0, 1e4, &np_ratio));
    DAVY_TRY(design_series(plot, POINTS, false, &s, "N/P %g", np_ratio));
    for (int k = 0; k < POINTS; k++) {
      double capacity = curves->up_to * (k + 1) / POINTS;
      s->x[k] = capacity / mah_cm2;
      s->y[k] = energy_at(curves, np_ratio, capacity) / wh_kg;
    }
  }
  return DAVY_OK;
}

static DavyError add_point(DavyDesignPlot *plot, DavyTable *t, const Curves *curves,
                           DavyNode node) {
  CurvePoint point = {.measured = NAN};
  DAVY_TRY(DavyYamlBind(node, point_fields, &point));
  double energy = energy_at(curves, point.np_ratio, point.areal_capacity);
  DAVY_TRY(DavyTableAddRow(t));
  DAVY_TRY(DavyTableSetText(t, "name", point.name));
  DAVY_TRY(DavyTableSetNumber(t, "capacity", point.areal_capacity / mah_cm2));
  DAVY_TRY(DavyTableSetNumber(t, "np_ratio", point.np_ratio));
  DAVY_TRY(DavyTableSetNumber(t, "energy", energy / wh_kg));
  DAVY_TRY(DavyTableSetNumber(t, "measured", point.measured / wh_kg));
  if (isnan(point.measured)) return DAVY_OK;
  DavyDesignSeries *s;
  DAVY_TRY(design_series(plot, 1, true, &s, "%s", point.name ? point.name : "measured"));
  s->x[0] = point.areal_capacity / mah_cm2;
  s->y[0] = point.measured / wh_kg;
  return DAVY_OK;
}

DavyError design_energy_curves(DavyDesign *design, DavyNode node) {
  Curves curves = {0};
  DavyDesignPlot *plot;
  DavyTable *t;
  DAVY_TRY(DavyYamlBind(node, curves_fields, &curves));
  DavyCite("wang2021", "energy of a family of cells, equation 6 with C in its last term");
  DAVY_TRY(design_plot(design,
                       (DavyDesignPlot){.key = "energy_curves",
                                        .title = "Specific energy over areal capacity",
                                        .x_label = "Areal capacity",
                                        .x_unit = "mAh/cm2",
                                        .y_label = "Specific energy",
                                        .y_unit = "Wh/kg"},
                       &plot));
  DAVY_TRY(draw_family(plot, &curves));
  DAVY_TRY(design_table(design, "energy_points", "Points on the energy curves", &t));
  DAVY_TRY(DavyTableAddColumn(t, "name", "Cell", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "capacity", "Areal capacity", "mAh/cm2", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "np_ratio", "N/P", "1", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "energy", "Equation 6", "Wh/kg", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "measured", "Published", "Wh/kg", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddNote(t, "E = U / (x/c_a + 1/c_c + m_in/C), equation 6 of Wang 2021; printed "
                               "there with c_a in the last denominator, where only the areal "
                               "capacity C has the right dimension."));
  if (!curves.points.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(curves.points, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(curves.points); i++)
    DAVY_TRY(add_point(plot, t, &curves, DavyNodeAt(curves.points, i)));
  return DAVY_OK;
}

typedef struct {
  const char *name, *note;
  double active, mass, np_ratio, capacity, energy;
  DavyNode voltage; /* [low, high] that the chemistry can have */
} Published;

static const DavyField published_fields[] = {
    DAVY_TEXT(Published, name, DAVY_REQUIRED, "which cell"),
    DAVY_QUANTITY(Published, active, "kg/m2", 1e-6, 100, DAVY_REQUIRED, "active mass, cathode"),
    DAVY_QUANTITY(Published, mass, "kg/m2", 1e-6, 1000, DAVY_REQUIRED, "of the cell"),
    DAVY_QUANTITY(Published, np_ratio, "1", 0, 1e4, DAVY_REQUIRED, "capacity ratio"),
    DAVY_QUANTITY(Published, capacity, "C/m2", 1, 1e8, DAVY_REQUIRED, "areal, of the cell"),
    DAVY_QUANTITY(Published, energy, "J/kg", 1, 1e8, DAVY_REQUIRED, "specific energy"),
    DAVY_NODE(Published, voltage, DAVY_REQUIRED, "[low, high] that the chemistry can have"),
    DAVY_TEXT(Published, note, DAVY_OPTIONAL, "what else a reader must know"),
    DAVY_FIELDS_END};

/* Whether the row closes; if not, which power of ten would mend it, or 0. */
static int mending_power(double voltage, double lo, double hi) {
  for (int power = 1; power <= 3; power++) {
    double factor = pow(10, power);
    if (voltage * factor >= lo && voltage * factor <= hi) return power;
    if (voltage / factor >= lo && voltage / factor <= hi) return -power;
  }
  return 0;
}

static DavyError judge(DavyDesign *design, DavyTable *t, const Published *row, double lo,
                       double hi) {
  double voltage = row->energy * row->mass / row->capacity;
  bool closes = voltage >= lo && voltage <= hi;
  char verdict[160] = "closes";
  if (!closes) {
    int power = mending_power(voltage, lo, hi);
    if (power)
      snprintf(verdict, sizeof verdict, "does not close: %.4g Wh/kg would give %.3g V",
               row->energy / wh_kg * pow(10, power), voltage * pow(10, power));
    else
      snprintf(verdict, sizeof verdict, "does not close: %.3g to %.3g Wh/kg would",
               lo * row->capacity / row->mass / wh_kg, hi * row->capacity / row->mass / wh_kg);
    DAVY_TRY(design_say(design, "%s: %.4g Wh/kg implies %.3g V; %s.", row->name,
                        row->energy / wh_kg, voltage, verdict));
  }
  DAVY_TRY(DavyTableAddRow(t));
  DAVY_TRY(DavyTableSetText(t, "name", row->name));
  DAVY_TRY(DavyTableSetNumber(t, "energy", row->energy / wh_kg));
  DAVY_TRY(DavyTableSetNumber(t, "voltage", voltage));
  DAVY_TRY(DavyTableSetNumber(t, "low", lo));
  DAVY_TRY(DavyTableSetNumber(t, "high", hi));
  DAVY_TRY(DavyTableSetNumber(t, "metal", row->np_ratio * row->capacity / mah_cm2));
  DAVY_TRY(DavyTableSetNumber(t, "per_active", row->capacity / row->active / mah_g));
  DAVY_TRY(DavyTableSetNumber(t, "share", 100 * row->active / row->mass));
  DAVY_TRY(DavyTableSetText(t, "verdict", verdict));
  return DavyTableSetText(t, "note", row->note);
}

static DavyError published_row(DavyDesign *design, DavyTable *t, DavyNode node) {
  Published row = {0};
  double range[2];
  DAVY_TRY(DavyYamlBind(node, published_fields, &row));
  DAVY_TRY(DavyNodeExpect(row.voltage, DAVY_NODE_LIST));
  if (DavyNodeCount(row.voltage) != 2)
    return DavyFailAt(DavyNodePlace(row.voltage), DAVY_ERR_VALUE, "expected a pair [low, high]");
  for (int i = 0; i < 2; i++)
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(row.voltage, i), "V", 0, 6, &range[i]));
  if (!(range[0] < range[1]))
    return DavyFailAt(DavyNodePlace(row.voltage), DAVY_ERR_VALUE, "expected ascending values");
  if (row.active > row.mass)
    return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "active")), DAVY_ERR_VALUE,
                      "active: %g mg/cm2 is more than the cell's %g mg/cm2", row.active / mg_cm2,
                      row.mass / mg_cm2);
  return judge(design, t, &row, range[0], range[1]);
}

DavyError design_published_cells(DavyDesign *design, DavyNode list) {
  DavyTable *t;
  DAVY_TRY(DavyNodeExpect(list, DAVY_NODE_LIST));
  DAVY_TRY(design_table(design, "published_cells", "Published cells from their own columns", &t));
  DAVY_TRY(DavyTableAddColumn(t, "name", "Cell", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "energy", "Published energy", "Wh/kg", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "voltage", "Implied voltage", "V", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "low", "Possible from", "V", DAVY_CELL_NUMBER, 3));
  DAVY_TRY(DavyTableAddColumn(t, "high", "to", "V", DAVY_CELL_NUMBER, 3));
  DAVY_TRY(
      DavyTableAddColumn(t, "metal", "Negative capacity N/P C", "mAh/cm2", DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "per_active", "Capacity per active mass", "mAh/g",
                              DAVY_CELL_NUMBER, 4));
  DAVY_TRY(DavyTableAddColumn(t, "share", "Active share", "%", DAVY_CELL_NUMBER, 3));
  DAVY_TRY(DavyTableAddColumn(t, "verdict", "Verdict", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "note", "Note", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddNote(t,
                            "Implied voltage U = E m / C. The possible voltages are the file's "
                            "(assumed, from the chemistry); a row closes if U lies among them."));
  for (int i = 0; i < DavyNodeCount(list); i++)
    DAVY_TRY(published_row(design, t, DavyNodeAt(list, i)));
  return DAVY_OK;
}
