/* The cell engine as davy run sees it. */
#include <stdlib.h>

#include "cli/engine.h"
#include "davy/cell.h"

struct DavyEngineRun {
  DavyCellCase *cell_case;
  DavyCell *cell;
};

static void close_run(DavyEngineRun **run) {
  if (!*run) return;
  DavyCellDestroy(&(*run)->cell);
  DavyCellCaseDestroy(&(*run)->cell_case);
  free(*run);
  *run = NULL;
}

static DavyError open_run(const DavyYaml *document, DavyEngineRun **run) {
  *run = calloc(1, sizeof **run);
  DAVY_CHECK(*run, DAVY_ERR_MEMORY, "out of memory for a run");
  DavyError error = DavyCellCaseRead(document, &(*run)->cell_case);
  if (error) close_run(run);
  return error;
}

static bool leads(void) {
  return true;
}
static DavyError agree(DavyError error) {
  return error;
}
static const char *title(const DavyEngineRun *run) {
  return DavyCellCaseTitle(run->cell_case);
}
static double area(const DavyEngineRun *run) {
  return DavyCellCaseParameters(run->cell_case)->area;
}
static void write_case(const DavyEngineRun *run, FILE *file) {
  DavyCellCaseWrite(run->cell_case, file);
}
static const char *warning(const DavyEngineRun *run, int i) {
  return DavyCellCaseWarning(run->cell_case, i);
}

static DavyError run_case(DavyEngineRun *run, const DavyRunOrder *order) {
  DAVY_CHECK(!order->resume, DAVY_ERR_UNSUPPORTED,
             "engine: cell saves no state to go on from, as it is done in seconds; expected "
             "engine: interface with --resume");
  DAVY_TRY(DavyCellCreate(DavyCellCaseParameters(run->cell_case), &run->cell));
  DAVY_TRY(DavyCellSetOrigin(run->cell, "%s", order->origin));
  DavyError error = DavyCellRun(run->cell, DavyCellCaseProtocol(run->cell_case));
  DavyCellCaseCheckRun(run->cell_case, run->cell);
  return error;
}

static const DavyRecord *record(const DavyEngineRun *run) {
  return run->cell ? DavyCellRecord(run->cell) : NULL;
}
static const DavyTable *table(const DavyEngineRun *run, int i) {
  return i == 0 ? DavyCellLedger(run->cell) : NULL;
}
static double imbalance(const DavyEngineRun *run) {
  return DavyCellImbalance(run->cell);
}
static DavyReason reason(const DavyEngineRun *run) {
  return DavyCellReason(run->cell);
}

const DavyEngine engine_cell = {.version = DAVY_ENGINE_VERSION,
                                .cell_kind = "symmetric",
                                .write_keys = DavyCellCaseDescribe,
                                .open = open_run,
                                .close = close_run,
                                .leads = leads,
                                .agree = agree,
                                .title = title,
                                .area = area,
                                .write_case = write_case,
                                .warning = warning,
                                .run = run_case,
                                .record = record,
                                .table = table,
                                .imbalance = imbalance,
                                .reason = reason};
