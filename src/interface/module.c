/* The entry of the module davy_interface.so: the interface engine as `davy run` sees it. The first
 * rank prints and writes, the others do the same work in silence. */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "davy/interface.h"
#include "davy/log.h"
#include "interface/case.h"
#include "interface/fields.h"
#include "interface/album.h"
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

/* What happens beside a run after each of its steps. */
typedef struct {
  DavyProgress line;
  const DavySimulation *simulation;
  DavyAlbum *album; /* NULL: no pictures */
  DavyError error;  /* of the album: the run goes on without it */
  char *reason;
} Beside;

/* A run of hours does not end because a picture of it cannot be written. */
static void take_picture(Beside *b, double passed, bool last) {
  if (!b->album) return;
  b->error = DavyAlbumTake(b->album, DavySimulationGrowth(b->simulation),
                           DavySimulationCircuit(b->simulation), passed, last);
  if (!b->error) return;
  b->reason = strdup(DavyErrorMessage());
  DavyLog(DAVY_LOG_WARNING, "no more pictures are kept: %s", DavyErrorMessage());
  DavyAlbumDestroy(&b->album);
}

/* The line shows the charge done of what the protocol passes, as far as it says so by charge; its
 * rate and time left are of that. */
static void after_step(void *context, const DavySimulationState *s) {
  Beside *b = context;
  char note[160];
  snprintf(note, sizeof note, "%.4g s, step %.3g s, %lld cells, %d bodies, %d orphaned", s->time,
           s->step, s->cells, s->bodies, s->orphans);
  DavyProgressUpdate(&b->line, s->passed / MAH_PER_CM2, note);
  take_picture(b, s->passed, false);
}

/* Pictures in equal parts of the charge that will pass; where the protocol does not say how much,
 * of what would fill the gap. */
static DavyError open_album(DavyEngineRun *run, const char *folder, double moved, Beside *b) {
  const DavyModel *m = &run->it->model;
  double fills = m->gap * m->salt.charge * DAVY_FARADAY / m->molar_volume;
  if (m->frames == 0) return DAVY_OK;
  return DavyAlbumCreate(folder, run->it->title, DavySimulationGrowth(run->simulation),
                         DavySimulationCircuit(run->simulation),
                         (moved > 0 ? moved : fills) / m->frames, &b->album);
}

static DavyError close_album(Beside *b, DavyError of_run) {
  take_picture(b, 0, true);
  DavyError error = b->album ? DavyAlbumCommit(b->album) : b->error;
  if (!of_run && error && b->reason) DavyFail(error, "%s", b->reason);
  return error;
}

static DavyError run_case(DavyEngineRun *run, const char *origin, const char *folder) {
  double moved = DavyInterfaceExpect(run->it).moved;
  DAVY_TRY(DavySimulationCreate(MPI_COMM_WORLD, &run->it->model, &run->simulation));
  DAVY_TRY(DavySimulationSetOrigin(run->simulation, origin));
  Beside beside = {.simulation = run->simulation};
  DAVY_TRY(open_album(run, folder, moved, &beside));
  beside.line = DavyProgressStart("charge", "mAh/cm2", moved / MAH_PER_CM2);
  DavyError error = DavySimulationRun(run->simulation, after_step, &beside);
  DavyProgressEnd(&beside.line);
  char *reason = error ? strdup(DavyErrorMessage()) : NULL;
  DavyError kept = close_album(&beside, error);
  if (error) DavyFail(error, "%s", reason ? reason : "out of memory");
  free(reason);
  free(beside.reason);
  DavyAlbumDestroy(&beside.album);
  return error ? error : kept;
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
