#include "cli/alloy_page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "davy/cite.h"
#include "davy/file.h"
#include "davy/material.h"
#include "davy/report.h"

enum { TABLES = 3 };

/* Points to draw, as they come. */
typedef struct {
  double *x, *y;
  size_t count;
} Curve;

static DavyError curve_make(size_t most, Curve *curve) {
  *curve = (Curve){calloc(most, sizeof(double)), calloc(most, sizeof(double)), 0};
  if (curve->x && curve->y) return DAVY_OK;
  free(curve->x);
  free(curve->y);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for a plot");
}

static void curve_add(Curve *curve, double x, double y) {
  curve->x[curve->count] = x;
  curve->y[curve->count++] = y;
}

static void curve_draw(DavyPlot *plot, const char *label, Curve *curve, DavyDraw draw) {
  if (curve->count)
    DavyPlotSeries(
        plot,
        &(DavySeries){
            .label = label, .x = curve->x, .y = curve->y, .count = curve->count, .draw = draw});
  free(curve->x);
  free(curve->y);
}

static DavyError draw_hull(DavyPage *page, const DavyAlloy *alloy) {
  size_t phases = DavyAlloyPhaseCount(alloy);
  Curve on, off;
  DavyPlot *plot = DavyPagePlot(page, &(DavyAxes){.key = "hull",
                                                  .title = "Phase diagram at 0 K",
                                                  .x_label = "Alkali atoms of all atoms",
                                                  .x_unit = "1",
                                                  .y_label = "Formation energy per atom",
                                                  .y_unit = "meV",
                                                  .y_lo = NAN,
                                                  .y_hi = NAN});
  DAVY_TRY(curve_make(phases + 1, &on));
  DavyError error = curve_make(phases + 1, &off);
  for (size_t i = 0; !error && i < phases; i++) {
    DavyAlloyPhase p = DavyAlloyPhaseAt(alloy, i);
    curve_add(p.above_hull > 0 ? &off : &on, p.alkali_part, p.energy * 1000);
  }
  curve_add(&on, 1, 0);
  curve_draw(plot, "stable (lower convex hull)", &on, DAVY_DRAW_LINE_POINTS);
  if (!error) curve_draw(plot, "not stable", &off, DAVY_DRAW_POINTS);
  return error;
}

/* Steps x_from to x_to at one potential each; a step whose potential is not known breaks the line.
 */
static DavyError draw_measured(DavyPlot *plot, const DavyAlloy *alloy, bool alloying) {
  size_t count = DavyAlloyBranchCount(alloy);
  Curve curve;
  DAVY_TRY(curve_make(2 * count + 1, &curve));
  for (size_t i = 0; i < count; i++) {
    DavyAlloyBranch b = DavyAlloyBranchAt(alloy, i);
    double v = alloying ? b.alloying : b.dealloying;
    curve_add(&curve, b.x_from, v);
    curve_add(&curve, b.x_to, v);
  }
  bool any_recalled = false, all_recalled = true;
  for (size_t i = 0; i < count; i++) {
    bool recalled = DavyAlloyBranchAt(alloy, i).kind == DAVY_RECALLED;
    any_recalled = any_recalled || recalled;
    all_recalled = all_recalled && recalled;
  }
  char label[64];
  snprintf(label, sizeof label, "%s%s", alloying ? "alloying" : "dealloying",
           !any_recalled  ? ", measured"
           : all_recalled ? " (recalled)"
                          : " (in part recalled)");
  curve_draw(plot, label, &curve, DAVY_DRAW_LINE);
  return DAVY_OK;
}

static DavyError draw_curves(DavyPage *page, const DavyAlloy *alloy) {
  size_t count = DavyAlloyPlateauCount(alloy);
  Curve curve;
  DavyPlot *plot = DavyPagePlot(page, &(DavyAxes){.key = "potentials",
                                                  .title = "Potential against the alkali metal",
                                                  .x_label = "Alkali atoms per formula of the host",
                                                  .x_unit = "1",
                                                  .y_label = "Potential",
                                                  .y_unit = "V",
                                                  .y_lo = 0,
                                                  .y_hi = NAN});
  DAVY_TRY(curve_make(2 * count + 2, &curve));
  for (size_t i = 0; i < count; i++) {
    DavyAlloyPlateau p = DavyAlloyPlateauAt(alloy, i);
    curve_add(&curve, p.x_from, p.voltage);
    curve_add(&curve, p.x_to, p.voltage);
    if (i + 1 == count) curve_add(&curve, p.x_to, 0);
  }
  curve_draw(plot, "equilibrium at 0 K (computed)", &curve, DAVY_DRAW_LINE);
  if (!DavyAlloyBranchCount(alloy)) return DAVY_OK;
  DAVY_TRY(draw_measured(plot, alloy, true));
  return draw_measured(plot, alloy, false);
}

static DavyError add_sources(DavyPage *page) {
  DavyPageSection(page, 1, "sources", "Sources");
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    char line[1024];
    DAVY_TRY(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    DavyPageSource(page, line);
  }
  return DAVY_OK;
}

static DavyError fill_page(DavyPage *page, const DavyAlloy *alloy, DavyTable *const *tables) {
  DavyPageSection(page, 1, "plots", "Plots");
  DAVY_TRY(draw_hull(page, alloy));
  if (DavyAlloyPlateauCount(alloy) || DavyAlloyBranchCount(alloy))
    DAVY_TRY(draw_curves(page, alloy));
  DavyPageSection(page, 1, "tables", "Tables");
  for (int i = 0; i < TABLES; i++) DavyPageTable(page, tables[i]);
  return add_sources(page);
}

static DavyError write_page(const DavyAlloy *alloy, DavyTable *const *tables, AlloyForm form,
                            const char *path) {
  DavyPage *page = NULL;
  char title[256];
  snprintf(title, sizeof title, "%s: %s", DavyAlloyName(alloy), DavyAlloyTitle(alloy));
  DAVY_TRY(DavyPageCreate(title, &page));
  DavyError error = fill_page(page, alloy, tables);
  if (!error)
    error = form == ALLOY_AS_JSON ? DavyPageWriteJson(page, path) : DavyPageWriteHtml(page, path);
  DavyPageDestroy(&page);
  return error;
}

static DavyError write_text_to(FILE *file, DavyTable *const *tables) {
  char line[1024];
  for (int i = 0; i < TABLES; i++) {
    if (i) fputc('\n', file);
    DAVY_TRY(DavyTableWriteText(tables[i], file));
  }
  fputs("\nSources\n", file);
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    DAVY_TRY(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    fprintf(file, "%s: %s\n", DavyCiteKey(i), line);
  }
  return DAVY_OK;
}

static DavyError write_text(DavyTable *const *tables, const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = write_text_to(DavyOutputFile(output), tables);
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

DavyError alloy_write(const char *name, AlloyForm form, const char *path) {
  DavyAlloy *alloy = NULL;
  DavyTable *tables[TABLES] = {NULL};
  DavyCiteClear();
  DavyError error = DavyAlloyLoad(name, &alloy);
  if (!error) error = DavyAlloyPhaseTable(alloy, &tables[0]);
  if (!error) error = DavyAlloyPlateauTable(alloy, &tables[1]);
  if (!error) error = DavyAlloyBranchTable(alloy, &tables[2]);
  if (!error)
    error =
        form == ALLOY_AS_TEXT ? write_text(tables, path) : write_page(alloy, tables, form, path);
  for (int i = 0; i < TABLES; i++) DavyTableDestroy(&tables[i]);
  DavyAlloyDestroy(&alloy);
  return error;
}
