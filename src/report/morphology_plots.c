/* A table "morphology" as plots: columns it does not have are passed over. */
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

static const DavyTable *morphology_of(const Digest *cell) {
  for (size_t i = 0; i < cell->table_count; i++)
    if (strcmp(DavyTableKey(cell->tables[i]), "morphology") == 0) return cell->tables[i];
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
