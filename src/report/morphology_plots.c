/* A table "morphology" as plots, where columns it does not have are passed over, and as words. */
#include "report/morphology_plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"

/* Columns that one plot of a single cell shows together. */
typedef struct {
  const char *key, *title, *y_label, *columns[3];
} Panel;

static const Panel panels[] = {
    {"heights", "Height of the metal", "Height", {"highest", "mean_height", NULL}},
    {"roughness", "Roughness of the metal", "Roughness (RMS)", {"roughness_rms", NULL, NULL}},
    {"shares", "Coverage and porosity", "Share", {"coverage", "porosity", NULL}},
    {"orphaned", "Orphaned metal", "Share of the metal", {"orphaned_share", NULL, NULL}},
    {"bodies", "Bodies of metal", "Number", {"bodies", "orphans", NULL}}};
enum { PANELS = sizeof panels / sizeof *panels, MOST_POINTS = 4000 };

/* A unit of tables and what the page shows in its place. */
typedef struct {
  const char *from, *to;
  double scale;
} Unit;

static Unit shown_unit(const char *unit, double largest, bool share) {
  if (!unit) unit = "1";
  if (strcmp(unit, "m") == 0 && largest < 1e-6) return (Unit){unit, "nm", 1e9};
  if (strcmp(unit, "m") == 0 && largest < 1e-3) return (Unit){unit, "µm", 1e6};
  if (strcmp(unit, "C/m2") == 0) return (Unit){unit, "mAh/cm2", 1 / 36000.0};
  if (strcmp(unit, "1") == 0 && share) return (Unit){unit, "%", 100};
  return (Unit){unit, unit, 1};
}

static bool is_morphology(const DavyTable *table) {
  return strcmp(DavyTableKey(table), "morphology") == 0;
}

static const DavyTable *morphology_of(const Digest *cell) {
  for (size_t i = 0; i < cell->table_count; i++)
    if (is_morphology(cell->tables[i])) return cell->tables[i];
  return NULL;
}

/* A column's numbers; NULL if the table has no such column, or nothing in it. The caller frees. */
static double *column_of(const DavyTable *table, const char *key, double *largest) {
  int column = table ? DavyTableFind(table, key) : -1;
  size_t rows = column < 0 ? 0 : DavyTableRows(table);
  double *values = rows ? malloc(rows * sizeof *values) : NULL;
  double most = NAN;
  for (size_t row = 0; values && row < rows; row++) {
    values[row] = DavyTableNumber(table, row, (size_t)column);
    most = fmax(most, fabs(values[row]));
  }
  if (isnan(most)) {
    free(values);
    return NULL;
  }
  *largest = fmax(*largest, most);
  return values;
}

/* Traces of one plot: columns of one cell, or one column of several. */
typedef struct {
  const DavyTable *table;
  const char *column, *label;
  int color;
} Wanted;

static const char *unit_of(const DavyTable *table, const char *key) {
  return DavyTableColumnUnit(table, (size_t)DavyTableFind(table, key));
}

/* All traces of a plot have the unit of the first. */
static void plot(DavyPage *page, DavyAxes axes, bool share, const Wanted *wanted, size_t count) {
  double largest = 0, charge = 0, *x, *y;
  const Wanted *first = NULL;
  for (size_t i = 0; i < count; i++) { /* once for the units, once for the traces */
    x = column_of(wanted[i].table, "charge", &charge);
    y = x ? column_of(wanted[i].table, wanted[i].column, &largest) : NULL;
    if (y && !first) first = &wanted[i];
    free(x);
    free(y);
  }
  if (!first) return;
  Unit across = shown_unit(unit_of(first->table, "charge"), charge, false);
  Unit up = shown_unit(unit_of(first->table, first->column), largest, share);
  axes.x_label = "Charge";
  axes.x_unit = across.to;
  axes.y_unit = up.to;
  axes.y_lo = axes.y_hi = NAN;
  axes.shared = "charge";
  DavyPlot *made = DavyPagePlot(page, &axes);
  for (size_t i = 0; i < count; i++) {
    x = column_of(wanted[i].table, "charge", &charge);
    y = x ? column_of(wanted[i].table, wanted[i].column, &largest) : NULL;
    if (y)
      DavyPlotSeries(made, &(DavySeries){.label = wanted[i].label,
                                         .x = x,
                                         .y = y,
                                         .count = DavyTableRows(wanted[i].table),
                                         .most = MOST_POINTS,
                                         .x_scale = across.scale,
                                         .y_scale = up.scale,
                                         .color = wanted[i].color});
    free(x);
    free(y);
  }
}

static const char *label_of(const DavyTable *table, const char *key) {
  int column = table ? DavyTableFind(table, key) : -1;
  return column < 0 ? key : DavyTableColumnLabel(table, (size_t)column);
}

static bool is_share(const Panel *panel) {
  return strstr(panel->y_label, "Share") != NULL;
}

static void plots_of_one(DavyPage *page, const Digest *cell) {
  const DavyTable *table = morphology_of(cell);
  for (const Panel *panel = panels; table && panel < panels + PANELS; panel++) {
    Wanted wanted[3];
    size_t count = 0;
    for (; count < 3 && panel->columns[count]; count++) {
      const char *key = panel->columns[count];
      wanted[count] = (Wanted){table, key, label_of(table, key), (int)count + 1};
    }
    DavyAxes axes = {.key = panel->key, .title = panel->title, .y_label = panel->y_label};
    plot(page, axes, is_share(panel), wanted, count);
  }
}

static void plots_of_column(DavyPage *page, const Panel *panel, const char *key,
                            const Digest *cells, size_t count) {
  Wanted *wanted = calloc(count, sizeof *wanted);
  const char *label = key;
  if (!wanted) {
    page_fail(page);
    return;
  }
  for (size_t c = 0; c < count; c++) {
    wanted[c] = (Wanted){morphology_of(&cells[c]), key, cells[c].name, (int)c + 1};
    if (wanted[c].table) label = label_of(wanted[c].table, key);
  }
  plot(page, (DavyAxes){.key = key, .title = label, .y_label = label}, is_share(panel), wanted,
       count);
  free(wanted);
}

void plots_of_morphology(DavyPage *page, const Digest *cells, size_t count) {
  if (count == 1) {
    plots_of_one(page, cells);
    return;
  }
  for (const Panel *panel = panels; panel < panels + PANELS; panel++)
    for (size_t i = 0; i < 3 && panel->columns[i]; i++)
      plots_of_column(page, panel, panel->columns[i], cells, count);
}

/* A row's number in that column; NaN if there is none. */
static double number_in(const DavyTable *table, size_t row, const char *key) {
  int column = DavyTableFind(table, key);
  return column < 0 ? NAN : DavyTableNumber(table, row, (size_t)column);
}

/* "893 nm", "12 %" */
static const char *figure(const DavyTable *table, size_t row, const char *key, bool share,
                          char text[48]) {
  double value = number_in(table, row, key);
  Unit unit = shown_unit(unit_of(table, key), fabs(value), share);
  snprintf(text, 48, "%.3g %s", value * unit.scale, unit.to);
  return text;
}

/* "At the end, with 0.1 mAh/cm2 plated". Seeds that were there at first may be stripped as well. */
static void write_head(const DavyTable *table, size_t row, const char *when, char text[160]) {
  double charge = number_in(table, row, "charge");
  Unit unit = shown_unit(unit_of(table, "charge"), fabs(charge), false);
  snprintf(text, 160, "%s, with %.3g %s %s", when, fabs(charge) * unit.scale, unit.to,
           charge < 0 ? "more stripped than plated" : "plated");
}

static DavyError say_row(Digest *cell, const DavyTable *table, size_t row, const char *when) {
  char highest[48], mean[48], rough[48], covered[48], lost[48], head[160], sentence[600];
  char orphaned[128] = "nothing is orphaned";
  double bodies = number_in(table, row, "bodies"), orphans = number_in(table, row, "orphans");
  write_head(table, row, when, head);
  if (bodies == 0) {
    snprintf(sentence, sizeof sentence, "%s: no metal on the substrate.", head);
    return digest_sentence(cell, sentence);
  }
  if (orphans > 0)
    snprintf(orphaned, sizeof orphaned, "%g of them, %s of the metal, without contact", orphans,
             figure(table, row, "orphaned_share", true, lost));
  snprintf(sentence, sizeof sentence,
           "%s: the metal reaches %s above the substrate's top, is %s high as an even layer "
           "(roughness %s), covers %s and is %g bod%s; %s.",
           head, figure(table, row, "highest", false, highest),
           figure(table, row, "mean_height", false, mean),
           figure(table, row, "roughness_rms", false, rough),
           figure(table, row, "coverage", true, covered), bodies, bodies == 1 ? "y" : "ies",
           orphaned);
  return digest_sentence(cell, sentence);
}

DavyError say_morphology(Digest *cell, const DavyTable *table) {
  static const char *const needed[] = {"charge",   "highest", "mean_height", "roughness_rms",
                                       "coverage", "bodies",  "orphans",     "orphaned_share"};
  size_t rows = DavyTableRows(table), most = 0;
  if (!is_morphology(table) || !rows) return DAVY_OK;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (isnan(number_in(table, rows - 1, needed[i]))) return DAVY_OK;
  for (size_t row = 1; row < rows; row++)
    if (number_in(table, row, "charge") > number_in(table, most, "charge")) most = row;
  double last = number_in(table, rows - 1, "charge"), peak = number_in(table, most, "charge");
  static const double rounding = 1e-6;
  if (last < peak * (1 - rounding)) DAVY_TRY(say_row(cell, table, most, "At its most"));
  return say_row(cell, table, rows - 1, "At the end");
}
