/* The analysis as a whole: half cycles, kind of cell, cycles, tables, verdict. */
#include "analysis/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

DavyCellInfo DavyCellInfoDefault(void) {
  return (DavyCellInfo){.area = NAN, .active_mass = NAN};
}

static DavyError warn_of_counting(DavyAnalysis *a) {
  const HalfCycles *h = &a->halves;
  if (!h->counted && isfinite(h->disagreement))
    DAVY_TRY(
        lines_add(&a->warnings,
                  "The instrument's capacity and the integral of its current differ by %.3g %% "
                  "over all; the integral is used. Rows that are too sparse for pulses, or a "
                  "counter of another meaning, do this.",
                  100 * h->disagreement));
  if (h->gaps)
    DAVY_TRY(lines_add(&a->warnings,
                       "%zu time%s without rows at the edge of a step (the longest %.3g h): no "
                       "charge is counted there.",
                       h->gaps, h->gaps == 1 ? "" : "s", h->gap_time / HOUR));
  if (h->bridged)
    DAVY_TRY(lines_add(&a->warnings,
                       "%zu long time%s without rows within a step (up to %.3g h): the current is "
                       "taken as flowing on.",
                       h->bridged, h->bridged == 1 ? "" : "s", h->gap_time / HOUR));
  if (h->open_end)
    DAVY_TRY(lines_add(&a->warnings, "The record ends with its second half cycle: whether that was "
                                     "complete cannot be told."));
  if (h->pulses)
    DAVY_TRY(
        lines_add(&a->warnings,
                  "%zu brief reversal%s of current (below 3 %% of the charge before and after) "
                  "counted into the half cycle around them.",
                  h->pulses, h->pulses == 1 ? "" : "s"));
  return DAVY_OK;
}

static DavyError find_cycles(DavyAnalysis *a, const DavyRecord *record) {
  DAVY_TRY(half_cycles_find(&a->series, &a->halves));
  if (a->halves.noise)
    DAVY_TRY(lines_add(&a->warnings,
                       "No cycles: the current changes its sign more often than every "
                       "four rows, as noise or a load profile does."));
  DAVY_TRY(half_cycles_measure(&a->series, record, &a->halves));
  if (a->cell.kind == DAVY_CELL_AUTO || a->cell.kind == DAVY_CELL_HALF)
    a->reservoir = reservoir_find(&a->halves);
  DAVY_TRY(cell_judge(&a->series, &a->halves, &a->reservoir, a->cell.kind, &a->judged));
  DAVY_TRY(cycles_pair(&a->halves, &a->reservoir, &a->judged, &a->cell, &a->cycles));
  return warn_of_counting(a);
}

static DavyError analyse(DavyAnalysis *a, const DavyRecord *record) {
  DavyError error = DAVY_OK;
  if (!series_open(&a->series, record, &a->warnings, &error)) return error;
  DAVY_TRY(find_cycles(a, record));
  DAVY_TRY(table_summary(a));
  DAVY_TRY(table_cycles(a));
  DAVY_TRY(table_half_cycles(a));
  return table_steps(a);
}

DavyError DavyAnalyse(const DavyRecord *record, const DavyCellInfo *cell, DavyAnalysis **analysis) {
  DavyAnalysis *a = *analysis = calloc(1, sizeof *a);
  DAVY_CHECK(a, DAVY_ERR_MEMORY, "out of memory for an analysis");
  a->cell = cell ? *cell : DavyCellInfoDefault();
  a->cell.name = NULL;
  a->judged.kind = a->cell.kind;
  DavyError error = analyse(a, record);
  a->series = (Series){0}; /* the record is not kept */
  if (error) DavyAnalysisDestroy(analysis);
  return error;
}

void DavyAnalysisDestroy(DavyAnalysis **analysis) {
  DavyAnalysis *a = *analysis;
  if (!a) return;
  for (size_t i = 0; i < a->table_count; i++) DavyTableDestroy(&a->tables[i]);
  lines_free(&a->sentences);
  lines_free(&a->warnings);
  free(a->halves.items);
  free(a->cycles.items);
  free(a);
  *analysis = NULL;
}

DavyCellKind DavyAnalysisKind(const DavyAnalysis *a) {
  return a->judged.kind;
}

const DavyTable *DavyAnalysisTableAt(const DavyAnalysis *a, size_t i) {
  return i < a->table_count ? a->tables[i] : NULL;
}

const DavyTable *DavyAnalysisTable(const DavyAnalysis *a, const char *key) {
  for (size_t i = 0; i < a->table_count; i++)
    if (strcmp(DavyTableKey(a->tables[i]), key) == 0) return a->tables[i];
  return NULL;
}

const char *DavyAnalysisSentence(const DavyAnalysis *a, size_t i) {
  return i < a->sentences.count ? a->sentences.items[i] : NULL;
}

const char *DavyAnalysisWarning(const DavyAnalysis *a, size_t i) {
  return i < a->warnings.count ? a->warnings.items[i] : NULL;
}
