/* The plots of a report on cells: units that suit the numbers, traces, and words on what was left
 * out or thinned. */
#include "report/cells_plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"

/* A unit and what a number in SI is multiplied by to be in it. */
typedef struct {
  const char *name;
  double scale;
} Unit;

/* The largest |value| of a trace of each cell; NaN where there is none. */
static double largest(const Digest *cells, size_t count, size_t trace_offset, bool along_x) {
  double most = NAN;
  for (size_t c = 0; c < count; c++) {
    const Trace *trace = (const Trace *)((const char *)&cells[c] + trace_offset);
    const double *values = along_x ? trace->x : trace->y;
    for (size_t i = 0; i < trace->count; i++) most = fmax(most, fabs(values[i]));
  }
  return most;
}

static Unit time_unit(double seconds) {
  if (seconds > 10 * 86400.0) return (Unit){"d", 1 / 86400.0};
  if (seconds > 2 * 3600.0) return (Unit){"h", 1 / 3600.0};
  if (seconds > 300) return (Unit){"min", 1 / 60.0};
  return (Unit){"s", 1};
}

static Unit current_unit(double ampere) {
  if (ampere >= 1) return (Unit){"A", 1};
  return ampere >= 1e-3 ? (Unit){"mA", 1e3} : (Unit){"µA", 1e6};
}

static Unit voltage_unit(double volt) {
  return volt < 0.5 ? (Unit){"mV", 1e3} : (Unit){"V", 1};
}

/* By area, by mass or plain, whichever is known. */
static Unit capacity_unit(const Digest *cell, double ampere_hour) {
  if (!isnan(cell->area)) return (Unit){"mAh/cm2", 1e3 / (cell->area * 1e4)};
  if (!isnan(cell->mass)) return (Unit){"mAh/g", 1e3 / (cell->mass * 1e3)};
  if (ampere_hour >= 1) return (Unit){"Ah", 1};
  return ampere_hour >= 1e-4 ? (Unit){"mAh", 1e3} : (Unit){"µAh", 1e6};
}

/* How far the traces were thinned, in words; NULL if not at all. The caller frees it. */
static char *thinned_words(const Digest *cells, size_t count, size_t trace_offset, bool in_time) {
  size_t before = 0, kept = 0;
  for (size_t c = 0; c < count; c++) {
    const Trace *trace = (const Trace *)((const char *)&cells[c] + trace_offset);
    before += trace->before;
    kept += trace->count;
  }
  char *words = NULL;
  if (kept < before &&
      asprintf(&words, "%zu of %zu points are drawn%s", kept, before,
               in_time ? ": of each stretch of time the first, the lowest, the highest and the "
                         "last, so that every spike stays (min-max decimation)."
                       : ", evenly along the line.") < 0)
    words = NULL;
  return words;
}

static void trace_series(DavyPlot *plot, const char *label, int color, const Trace *trace, Unit x,
                         Unit y, DavyDraw draw) {
  if (trace->count == 0) return;
  DavyPlotSeries(plot, &(DavySeries){.label = label,
                                     .x = trace->x,
                                     .y = trace->y,
                                     .count = trace->count,
                                     .x_scale = x.scale,
                                     .y_scale = y.scale,
                                     .draw = draw,
                                     .color = color});
}

/* Cells that are compared keep their colour; one cell needs none. */
static int color_of(size_t cell, size_t count) {
  return count > 1 ? (int)cell + 1 : 0;
}

/* One plot of the same trace of all cells; axes->note and the units are filled in here. */
static void plot_trace(DavyPage *page, const Digest *cells, size_t count, size_t offset, Unit x,
                       Unit y, DavyAxes axes, DavyDraw draw) {
  char *note = thinned_words(cells, count, offset, axes.shared != NULL);
  axes.x_unit = x.name;
  axes.y_unit = y.name;
  axes.y_lo = axes.y_hi = NAN;
  axes.note = note;
  DavyPlot *plot = DavyPagePlot(page, &axes);
  for (size_t c = 0; c < count; c++)
    trace_series(plot, cells[c].name, color_of(c, count),
                 (const Trace *)((const char *)&cells[c] + offset), x, y, draw);
  free(note);
}

static void plots_in_time(DavyPage *page, const Digest *cells, size_t count) {
  const char *label = count > 1 ? "Time since the first row" : "Test time";
  size_t voltage = offsetof(Digest, voltage), current = offsetof(Digest, current);
  double volt = largest(cells, count, voltage, false);
  double ampere = largest(cells, count, current, false);
  double seconds = fmax(largest(cells, count, voltage, true), largest(cells, count, current, true));
  Unit time = time_unit(seconds);
  if (!isnan(volt))
    plot_trace(page, cells, count, voltage, time, voltage_unit(volt),
               (DavyAxes){.key = "voltage",
                          .title = "Voltage in time",
                          .x_label = label,
                          .y_label = "Voltage",
                          .shared = "time"},
               DAVY_DRAW_LINE);
  if (ampere > 0)
    plot_trace(page, cells, count, current, time, current_unit(ampere),
               (DavyAxes){.key = "current",
                          .title = "Current in time",
                          .x_label = label,
                          .y_label = "Current",
                          .shared = "time"},
               DAVY_DRAW_LINE);
}

static void plot_nyquist(DavyPage *page, const Digest *cells, size_t count) {
  size_t nyquist = offsetof(Digest, nyquist);
  double ohm = largest(cells, count, nyquist, true);
  if (isnan(ohm)) return;
  Unit unit = ohm >= 1e4 ? (Unit){"kΩ", 1e-3} : ohm >= 1 ? (Unit){"Ω", 1} : (Unit){"mΩ", 1e3};
  plot_trace(page, cells, count, nyquist, unit, unit,
             (DavyAxes){.key = "impedance",
                        .title = "Impedance (Nyquist plot)",
                        .x_label = "Re(Z)",
                        .y_label = "−Im(Z)",
                        .equal_scales = true},
             DAVY_DRAW_POINTS);
}

static void plot_sweep(DavyPage *page, const Digest *cells, size_t count) {
  size_t sweep = offsetof(Digest, sweep);
  double ampere = largest(cells, count, sweep, false);
  if (isnan(ampere)) return;
  plot_trace(
      page, cells, count, sweep, voltage_unit(largest(cells, count, sweep, true)),
      current_unit(ampere),
      (DavyAxes){
          .key = "sweep", .title = "Voltammogram", .x_label = "Voltage", .y_label = "Current"},
      DAVY_DRAW_LINE);
}

/* A curve made of two columns of an analysis' table. */
typedef struct {
  const char *label;
  int color;
  double *x, *y; /* one allocation, x first */
  size_t count;
} Curve;

typedef struct {
  Curve *curves; /* room for two of each cell */
  size_t count;
  const char *unit; /* of y, the table's */
} Curves;

static bool curves_start(DavyPage *page, size_t cells, Curves *curves) {
  *curves = (Curves){.curves = calloc(2 * cells + 1, sizeof *curves->curves)};
  if (!curves->curves) page_fail(page);
  return curves->curves != NULL;
}

/* Adds y over x, rows without y left out; only rows whose text in column `where` is `is`, if given.
 * label NULL: that of the column. Nothing is added where there is nothing. */
static void curves_add(Curves *curves, const char *label, int color, const DavyTable *table,
                       const char *x_key, const char *y_key, const char *where, const char *is) {
  int x = table ? DavyTableFind(table, x_key) : -1, y = table ? DavyTableFind(table, y_key) : -1;
  int w = table && where ? DavyTableFind(table, where) : -1;
  size_t rows = table ? DavyTableRows(table) : 0;
  if (x < 0 || y < 0 || rows == 0) return;
  Curve *curve = &curves->curves[curves->count];
  *curve = (Curve){.label = label ? label : DavyTableColumnLabel(table, (size_t)y), .color = color};
  curve->x = malloc(2 * rows * sizeof *curve->x);
  if (!curve->x) return;
  curve->y = curve->x + rows;
  for (size_t row = 0; row < rows; row++) {
    double value = DavyTableNumber(table, row, (size_t)y);
    const char *word = w >= 0 ? DavyTableText(table, row, (size_t)w) : NULL;
    if (isnan(value) || (w >= 0 && (!word || strcmp(word, is)))) continue;
    curve->x[curve->count] = DavyTableNumber(table, row, (size_t)x);
    curve->y[curve->count++] = value;
  }
  if (curve->count == 0) {
    free(curve->x);
    return;
  }
  curves->unit = DavyTableColumnUnit(table, (size_t)y);
  curves->count++;
}

/* A range of at least 2 % of the values, so that what stands still looks so; NaN where the values
 * fill that anyway. */
static void steady_range(const Curves *curves, double *low, double *high) {
  double least = INFINITY, most = -INFINITY;
  for (size_t c = 0; c < curves->count; c++)
    for (size_t i = 0; i < curves->curves[c].count; i++) {
      least = fmin(least, curves->curves[c].y[i]);
      most = fmax(most, curves->curves[c].y[i]);
    }
  double middle = 0.5 * (least + most), reach = 0.01 * fabs(middle);
  bool steady = most - least < 2 * reach;
  *low = steady ? middle - reach : NAN;
  *high = steady ? middle + reach : NAN;
}

/* Draws the curves, if there are any, and frees them. */
static void curves_plot(DavyPage *page, Curves *curves, const DavyAxes *axes) {
  enum { MOST = 4000 }; /* points of a curve */
  DavyPlot *plot = curves->count ? DavyPagePlot(page, axes) : NULL;
  for (size_t c = 0; c < curves->count; c++) {
    Curve *curve = &curves->curves[c];
    DavyPlotSeries(plot, &(DavySeries){.label = curve->label,
                                       .x = curve->x,
                                       .y = curve->y,
                                       .count = curve->count,
                                       .most = MOST,
                                       .draw = DAVY_DRAW_LINE_POINTS,
                                       .color = curve->color});
    free(curve->x);
  }
  free(curves->curves);
}

/* NULL also for what was not cycled: its charges make no cycles to plot. */
static const DavyTable *table_of(const Digest *cell, const char *key) {
  bool cycled = cell->analysis && cell->test == TEST_CYCLING;
  return cycled ? DavyAnalysisTable(cell->analysis, key) : NULL;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* A range that shows the body of the efficiencies (%): the quartiles and one and a half times their
 * distance beyond, within 0 to 105, of ten values or more; 0 to 105 of fewer. NaN on a side where
 * no value lies outside. */
static void efficiency_range(double *values, size_t count, double *low, double *high,
                             size_t *outside) {
  qsort(values, count, sizeof *values, ascending);
  double q1 = values[count / 4], q3 = values[count - 1 - count / 4];
  double reach = fmax(1.5 * (q3 - q1), 0.2); /* 0.2 %: below it cyclers tell little apart */
  double lo = count < 10 ? 0 : fmax(0, q1 - reach);
  double hi = count < 10 ? 105 : fmin(105, q3 + reach);
  *low = values[0] < lo ? lo : NAN;
  *high = values[count - 1] > hi ? hi : NAN;
  *outside = 0;
  for (size_t i = 0; i < count; i++) *outside += values[i] < lo || values[i] > hi;
}

static void plot_efficiency(DavyPage *page, const Digest *cells, size_t count) {
  Curves curves;
  if (!curves_start(page, count, &curves)) return;
  size_t all = 0, n = 0, outside = 0;
  for (size_t c = 0; c < count; c++)
    curves_add(&curves, cells[c].name, color_of(c, count), table_of(&cells[c], "cycles"), "cycle",
               "coulombic_efficiency", NULL, NULL);
  for (size_t c = 0; c < curves.count; c++) all += curves.curves[c].count;
  double *values = malloc((all + 1) * sizeof *values), low = NAN, high = NAN;
  for (size_t c = 0; values && c < curves.count; c++)
    for (size_t i = 0; i < curves.curves[c].count; i++) values[n++] = curves.curves[c].y[i];
  if (n) efficiency_range(values, n, &low, &high, &outside);
  free(values);
  char note[160];
  snprintf(note, sizeof note,
           "Beyond the range shown: %zu of %zu values, marked by triangles at the edge; the table "
           "has them.",
           outside, n);
  curves_plot(page, &curves,
              &(DavyAxes){.key = "efficiency",
                          .title = "Coulombic efficiency by cycle",
                          .note = outside ? note : NULL,
                          .x_label = "Cycle",
                          .x_unit = "1",
                          .y_label = "Coulombic efficiency",
                          .y_unit = "%",
                          .y_lo = low,
                          .y_hi = high,
                          .shared = "cycle"});
}

/* Which of the capacity columns all cells have: by area, by mass, or plain. */
static const char *capacity_infix(const Digest *cells, size_t count) {
  static const char *const infixes[] = {"_areal", "_specific"};
  for (size_t i = 0; i < 2; i++) {
    size_t have = 0, with_cycles = 0;
    char key[64];
    snprintf(key, sizeof key, "charge%s_capacity", infixes[i]);
    for (size_t c = 0; c < count; c++) {
      const DavyTable *table = table_of(&cells[c], "cycles");
      with_cycles += table != NULL;
      have += table && DavyTableFind(table, key) >= 0;
    }
    if (have && have == with_cycles) return infixes[i];
  }
  return "";
}

/* Of one cell both directions; of several what each gives back: a full cell discharges it, from
 * the working electrode of the others it is charged (stripped). */
static void plot_capacity(DavyPage *page, const Digest *cells, size_t count) {
  static const char *const directions[] = {"discharge", "charge"};
  const char *infix = capacity_infix(cells, count);
  bool several = count > 1;
  Curves curves;
  if (!curves_start(page, count, &curves)) return;
  for (size_t c = 0; c < count; c++)
    for (int way = 0; way < 2; way++) {
      char key[64];
      bool full = cells[c].analysis && DavyAnalysisKind(cells[c].analysis) == DAVY_CELL_FULL;
      if (several && full != (way == 0)) continue;
      snprintf(key, sizeof key, "%s%s_capacity", directions[way], infix);
      curves_add(&curves, several ? cells[c].name : NULL, color_of(c, count),
                 table_of(&cells[c], "cycles"), "cycle", key, NULL, NULL);
    }
  DavyAxes axes = {.key = "capacity",
                   .title = "Capacity by cycle",
                   .note = several
                               ? "Full cells: what was discharged; other cells: what was charged "
                                 "(stripped)."
                               : NULL,
                   .x_label = "Cycle",
                   .x_unit = "1",
                   .y_label = "Capacity",
                   .y_unit = curves.unit,
                   .shared = "cycle"};
  steady_range(&curves, &axes.y_lo, &axes.y_hi);
  curves_plot(page, &curves, &axes);
}

/* Symmetric cells. Of one the size of the voltage in the middle of each half cycle, by direction;
 * of several the mean of both directions by cycle. */
static void plot_polarisation(DavyPage *page, const Digest *cells, size_t count) {
  bool several = count > 1;
  Curves curves;
  if (!curves_start(page, count, &curves)) return;
  for (size_t c = 0; c < count; c++) {
    if (!cells[c].analysis || DavyAnalysisKind(cells[c].analysis) != DAVY_CELL_SYMMETRIC) continue;
    const DavyTable *halves = table_of(&cells[c], "half_cycles");
    if (several) {
      curves_add(&curves, cells[c].name, color_of(c, count), table_of(&cells[c], "cycles"), "cycle",
                 "polarisation", NULL, NULL);
      continue;
    }
    curves_add(&curves, "Charge", 0, halves, "half_cycle", "middle_voltage", "direction", "charge");
    curves_add(&curves, "Discharge", 0, halves, "half_cycle", "middle_voltage", "direction",
               "discharge");
  }
  for (size_t c = 0; !several && c < curves.count; c++)
    for (size_t i = 0; i < curves.curves[c].count; i++)
      curves.curves[c].y[i] = 1e3 * fabs(curves.curves[c].y[i]); /* mV */
  DavyAxes axes = {.key = "polarisation",
                   .title = several ? "Polarisation by cycle" : "Polarisation by half cycle",
                   .note = several
                               ? "The mean of both directions, over the middle part of each half "
                                 "cycle; each electrode has half of it."
                               : "The size of the voltage in the middle part of each half cycle; "
                                 "each electrode has half of it.",
                   .x_label = several ? "Cycle" : "Half cycle",
                   .x_unit = "1",
                   .y_label = "Polarisation",
                   .y_unit = "mV",
                   .shared = several ? "cycle" : NULL};
  steady_range(&curves, &axes.y_lo, &axes.y_hi);
  curves_plot(page, &curves, &axes);
}

void plots_of_cells(DavyPage *page, const Digest *cells, size_t count) {
  plot_nyquist(page, cells, count);
  if (count > 1) plot_sweep(page, cells, count);
  plot_efficiency(page, cells, count);
  plot_polarisation(page, cells, count);
  plot_capacity(page, cells, count);
  plots_in_time(page, cells, count);
}

/* What was chosen of the cycles and of their points, behind `note`. */
static void chosen_words(const Digest *cell, char *note, size_t size) {
  size_t kept = 0, before = 0, length = strlen(note);
  for (size_t k = 0; k < cell->cycle_count; k++) {
    kept += cell->cycles[k].count;
    before += cell->cycles[k].before;
  }
  if (cell->cycle_count < cell->cycles_before)
    length += (size_t)snprintf(note + length, size - length,
                               "%zu of %zu cycles are shown: the first, the last and others evenly "
                               "between. ",
                               cell->cycle_count, cell->cycles_before);
  if (kept < before)
    snprintf(note + length, size - length,
             "%zu of their %zu points are drawn, evenly along the line.", kept, before);
}

void plots_of_cycles(DavyPage *page, const Digest *cell) {
  double most_x = NAN, most_y = NAN;
  bool sweeps = cell->test == TEST_VOLTAMMETRY;
  for (size_t k = 0; k < cell->cycle_count; k++)
    for (size_t i = 0; i < cell->cycles[k].count; i++) {
      most_x = fmax(most_x, fabs(cell->cycles[k].x[i]));
      most_y = fmax(most_y, fabs(cell->cycles[k].y[i]));
    }
  if (isnan(most_y)) return;
  Unit x = sweeps ? voltage_unit(most_x) : capacity_unit(cell, most_x);
  Unit y = sweeps ? current_unit(most_y) : voltage_unit(most_y);
  char note[320];
  snprintf(note, sizeof note, "%s",
           sweeps ? "" : "Capacity counts from the start of each half cycle, in both directions. ");
  chosen_words(cell, note, sizeof note);
  DavyPlot *plot =
      DavyPagePlot(page, &(DavyAxes){.key = "cycles",
                                     .title = sweeps ? "Voltammogram by cycle" : "Cycles overlaid",
                                     .note = *note ? note : NULL,
                                     .x_label = sweeps ? "Voltage" : "Capacity",
                                     .x_unit = x.name,
                                     .y_label = sweeps ? "Current" : "Voltage",
                                     .y_unit = y.name,
                                     .y_lo = NAN,
                                     .y_hi = NAN,
                                     .ramp = "Cycle"});
  for (size_t k = 0; k < cell->cycle_count; k++)
    trace_series(plot, cell->cycles[k].label, 0, &cell->cycles[k], x, y, DAVY_DRAW_LINE);
}
