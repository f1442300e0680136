/* The entry of the module davy_interface.so: the interface engine as `davy run` sees it. The first
 * rank prints and writes, the others do the same work in silence. */
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "davy/constants.h"
#include "davy/file.h"
#include "davy/interface.h"
#include "davy/log.h"
#include "field/hdf5/xdmf.h"
#include "interface/album.h"
#include "interface/case.h"
#include "interface/fields.h"
#include "interface/simulation.h"

static const double MAH_PER_CM2 = 36000; /* C/m2 */

struct DavyEngineRun {
  DavyInterfaceCase *it;
  DavySimulation *simulation;
};

/* Kept beyond MPI's end. */
static int rank_of_this;

static bool leads(void) {
  return rank_of_this == 0;
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
  if (!started) {
    DavyXdmfStart();
    MPI_Init(NULL, NULL);
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_of_this);
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
  const DavyRunOrder *order;
  DavyProgress line;
  DavySimulation *simulation;
  DavyAlbum *album; /* NULL: no pictures */
  DavyError error;  /* of the album: the run goes on without it */
  char *reason;
  char hash[65];        /* of the case as resolved */
  char state[PATH_MAX]; /* file of the saved state */
  double saved;         /* on MPI's clock, s */
} Beside;

/* A run of hours does not end because a picture of it cannot be written. */
static void keep_album(Beside *b, DavyError error) {
  b->error = error;
  if (!error) return;
  b->reason = strdup(DavyErrorMessage());
  DavyLog(DAVY_LOG_WARNING, "no more pictures are kept: %s", DavyErrorMessage());
  DavyAlbumDestroy(&b->album);
}

static void take_picture(Beside *b, double passed, bool last) {
  if (b->album)
    keep_album(b, DavyAlbumTake(b->album, DavySimulationGrowth(b->simulation),
                                DavySimulationCircuit(b->simulation), passed, last));
}

/* The state goes after the pictures: those that are too many for it are dropped when it is read. */
static void save_now_and_then(Beside *b) {
  int due = MPI_Wtime() - b->saved >= b->order->save_every;
  MPI_Bcast(&due, 1, MPI_INT, 0, MPI_COMM_WORLD);
  if (!due || !DavySimulationCanSave(b->simulation)) return;
  if (b->album) keep_album(b, DavyAlbumSave(b->album, DavySimulationGrowth(b->simulation)));
  if (DavySimulationSave(b->simulation, b->hash, b->state))
    DavyLog(DAVY_LOG_WARNING, "the state is not saved: %s", DavyErrorMessage());
  b->saved = MPI_Wtime();
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
  save_now_and_then(b);
}

/* Pictures in equal parts of the charge that will pass; where the protocol does not say how much,
 * of what would fill the gap. */
static DavyError open_album(DavyEngineRun *run, double moved, Beside *b) {
  const DavyModel *m = &run->it->model;
  const char *folder = b->order->folder;
  const DavyGrowth *growth = DavySimulationGrowth(run->simulation);
  double fills = m->gap * m->salt.charge * DAVY_FARADAY / m->molar_volume;
  double every = (moved > 0 ? moved : fills) / m->frames;
  if (m->frames == 0) return DAVY_OK;
  if (b->order->resume) {
    DavyError error =
        DavyAlbumContinue(folder, growth, every, DavySimulationPassed(run->simulation), &b->album);
    if (error != DAVY_ERR_OPEN) return error;
    DavyLog(DAVY_LOG_WARNING, "pictures begin anew: %s", DavyErrorMessage());
  }
  return DavyAlbumCreate(folder, run->it->title, growth, DavySimulationCircuit(run->simulation),
                         every, &b->album);
}

/* Of the case as resolved, so that its spelling does not matter, but for comments. */
static DavyError hash_case(const DavyEngineRun *run, char hash[65]) {
  char *text = NULL;
  size_t size = 0, kept = 0;
  FILE *file = open_memstream(&text, &size);
  DAVY_CHECK(file, DAVY_ERR_MEMORY, "out of memory for the case");
  write_case(run, file);
  fclose(file);
  for (char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    length += line[length] == '\n';
    char *next = line + length;
    if (*line != '#') {
      memmove(text + kept, line, length);
      kept += length;
    }
    line = next;
  }
  DavySha256(text, kept, hash);
  free(text);
  return DAVY_OK;
}

/* Of the machines that the ranks run on, bytes. */
static double memory_of_all(void) {
  MPI_Comm machine;
  int rank;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_rank(machine, &rank);
  MPI_Comm_free(&machine);
  double bytes = rank ? 0 : (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  MPI_Allreduce(MPI_IN_PLACE, &bytes, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return bytes;
}

/* Refused at once rather than killed by the system in the middle. */
static DavyError check_memory(const DavyInterfaceCase *it) {
  DavyInterfaceExpected e = DavyInterfaceExpect(it);
  double there = memory_of_all();
  DAVY_CHECK(e.memory <= there, DAVY_ERR_VALUE,
             "about %.2g cells of %.3g nm need %.3g GB of memory, and there are %.3g GB; expected "
             "larger cells (numerics, cell_size), a smaller domain or more machines",
             e.cells, 1e9 * e.finest, e.memory / 1e9, there / 1e9);
  return DAVY_OK;
}

static DavyError open_simulation(DavyEngineRun *run, Beside *b) {
  const DavyModel *model = &run->it->model;
  DAVY_TRY(check_memory(run->it));
  DAVY_TRY(hash_case(run, b->hash));
  int length = snprintf(b->state, sizeof b->state, "%s/restart.davy", b->order->folder);
  DAVY_CHECK(length < (int)sizeof b->state, DAVY_ERR_USAGE, "%s: too long a path",
             b->order->folder);
  if (!b->order->resume) return DavySimulationCreate(MPI_COMM_WORLD, model, &run->simulation);
  DAVY_CHECK(access(b->state, F_OK) == 0, DAVY_ERR_OPEN,
             "%s: there is no saved state to go on from; without --resume the run begins anew",
             b->state);
  return DavySimulationLoad(MPI_COMM_WORLD, model, b->hash, b->state, &run->simulation);
}

/* The last picture and the last state; `of_run` is told before what fails here. */
static DavyError keep(Beside *b, DavyError of_run) {
  char *sentence = of_run ? strdup(DavyErrorMessage()) : NULL;
  take_picture(b, 0, true);
  if (b->album) keep_album(b, DavyAlbumCommit(b->album, DavySimulationGrowth(b->simulation)));
  DavyError error = b->error;
  if (error) DavyFail(error, "%s", b->reason ? b->reason : "out of memory");
  if (DavySimulationCanSave(b->simulation)) {
    DavyError saved = DavySimulationSave(b->simulation, b->hash, b->state);
    if (!saved && of_run)
      DavyLog(DAVY_LOG_INFO, "%s: the state at %.6g s; --resume goes on from it", b->state,
              DavyGrowthTime(DavySimulationGrowth(b->simulation)));
    if (saved) DavyLog(DAVY_LOG_WARNING, "the state is not saved: %s", DavyErrorMessage());
    if (!error) error = saved;
  }
  if (of_run) DavyFail(of_run, "%s", sentence ? sentence : "out of memory");
  free(sentence);
  return of_run ? of_run : error;
}

static DavyError run_opened(DavyEngineRun *run, Beside *b) {
  double moved = DavyInterfaceExpect(run->it).moved;
  DAVY_TRY(DavySimulationSetOrigin(run->simulation, b->order->origin));
  DAVY_TRY(open_album(run, moved, b));
  b->simulation = run->simulation;
  b->saved = MPI_Wtime();
  b->line = DavyProgressStart("charge", "mAh/cm2", moved / MAH_PER_CM2);
  DavyError error = DavySimulationRun(run->simulation, after_step, b);
  DavyProgressEnd(&b->line);
  return keep(b, error);
}

static DavyError run_case(DavyEngineRun *run, const DavyRunOrder *order) {
  Beside beside = {.order = order};
  DAVY_TRY(open_simulation(run, &beside));
  if (DavySimulationReason(run->simulation) == DAVY_REASON_FINISHED) {
    DavyLog(DAVY_LOG_INFO, "%s: the run had finished: nothing is left to do", order->folder);
    DavySimulationDestroy(&run->simulation);
    return DAVY_OK;
  }
  DavyError error = run_opened(run, &beside);
  free(beside.reason);
  DavyAlbumDestroy(&beside.album);
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
                                          .write_keys = DavyInterfaceCaseDescribe,
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
