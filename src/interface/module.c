/* The entry of the module davy_interface.so: the interface engine as `davy run` sees it. The first
 * rank prints and writes, the others do the same work in silence. */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "davy/interface.h"
#include "davy/log.h"
#include "interface/case.h"
#include "interface/fields.h"
#include "interface/simulation.h"

static const double MAH_PER_CM2 = 36000; /* C/m2 */

struct DavyEngineRun {
  DavyInterfaceCase *it;
  DavySimulation *simulation;
};

static int rank_of_this(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static bool leads(void) {
  return rank_of_this() == 0;
}

static DavyError agree(DavyError error) {
  int first = error;
  MPI_Bcast(&first, 1, MPI_INT, 0, MPI_COMM_WORLD);
  return (DavyError)first;
}

/* PETSc and MPI catch signals of their own: davy's handler is put back over them. */
static DavyError start(void) {
  int started;
  MPI_Initialized(&started);
  if (!started) MPI_Init(NULL, NULL);
  if (!leads()) DavyLogSetLevel(DAVY_LOG_NOTHING);
  DAVY_TRY(DavyEngineStart());
  DavyInterruptCatch();
  return DAVY_OK;
}

static void end(void) {
  int ended;
  MPI_Finalized(&ended);
  if (ended) return;
  DavyEngineEnd();
  MPI_Finalize();
}

static void close_run(DavyEngineRun **run) {
  if (!*run) return;
  DavySimulationDestroy(&(*run)->simulation);
  DavyInterfaceCaseDestroy(&(*run)->it);
  free(*run);
  *run = NULL;
  end();
}

static DavyError open_run(const DavyYaml *document, DavyEngineRun **run) {
  *run = calloc(1, sizeof **run);
  DAVY_CHECK(*run, DAVY_ERR_MEMORY, "out of memory for a run");
  DavyError error = start();
  if (!error) error = DavyInterfaceCaseRead(document, &(*run)->it);
  if (error) close_run(run);
  return error;
}

static const char *title(const DavyEngineRun *run) {
  return run->it->title;
}
static double area(const DavyEngineRun *run) {
  return DavyInterfaceCaseArea(run->it);
}
static void write_case(const DavyEngineRun *run, FILE *file) {
  DavyInterfaceCaseWrite(run->it, file);
}
static const char *warning(const DavyEngineRun *run, int i) {
  return i >= 0 && i < run->it->warning_count ? run->it->warnings[i] : NULL;
}

/* Charge done of what the protocol passes, as far as it says so by charge; the line's rate and time
 * left are of that. */
static void show_progress(void *context, const DavySimulationState *s) {
  DavyProgress *line = context;
  char note[160];
  snprintf(note, sizeof note, "%.4g s, step %.3g s, %lld cells, %d bodies, %d orphaned", s->time,
           s->step, s->cells, s->bodies, s->orphans);
  DavyProgressUpdate(line, s->passed / MAH_PER_CM2, note);
}

static DavyError run_case(DavyEngineRun *run, const char *origin) {
  const DavyModel *model = &run->it->model;
  double moved = DavyInterfaceExpect(run->it).moved / MAH_PER_CM2;
  DAVY_TRY(DavySimulationCreate(MPI_COMM_WORLD, model, &run->simulation));
  DAVY_TRY(DavySimulationSetOrigin(run->simulation, origin));
  DavyProgress line = DavyProgressStart("charge", "mAh/cm2", moved);
  DavyError error = DavySimulationRun(run->simulation, show_progress, &line);
  DavyProgressEnd(&line);
  return error;
}

static const DavyRecord *record(const DavyEngineRun *run) {
  return run->simulation ? DavySimulationRecord(run->simulation) : NULL;
}
static const DavyTable *table(const DavyEngineRun *run, int i) {
  if (i == 0) return DavySimulationLedger(run->simulation);
  return i == 1 ? DavySimulationMorphology(run->simulation) : NULL;
}
static double imbalance(const DavyEngineRun *run) {
  return DavySimulationImbalance(run->simulation);
}
static DavyReason reason(const DavyEngineRun *run) {
  return DavySimulationReason(run->simulation);
}

const DavyEngine davy_interface_engine = {.version = DAVY_ENGINE_VERSION,
                                          .cell_kind = "half",
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
