/* The simulation is the block in the file of its growth (restart.c):
 *   int version; SHA-256 of the case, 64 hexadecimal digits; int whether the protocol is finished
 *   int steps of the protocol begun; time at the beginning of the last, charges, currents; drive
 *   of each patch   alloyed, capacity, rate of alloying now and one step before
 *   of each site    progress, overpotential
 *   rows of record, ledger and morphology
 * The place in the protocol follows from the number of steps. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "interface/restart.h"
#include "interface/simulation_state.h"

enum { VERSION = 1, HASH = 64 };

typedef struct {
  int32_t version, finished, steps, drives, patches, sites;
  char hash[HASH + 1];
} Head;

/* One list of fields for writing and reading, up to what has a length. */
static void pass_head(Stream *st, Head *h, DavySimulation *s) {
  stream_int(st, &h->version);
  stream_bytes(st, h->hash, HASH);
  stream_int(st, &h->finished);
  stream_int(st, &h->steps);
  stream_int(st, &h->drives);
  stream_int(st, &h->patches);
  stream_int(st, &h->sites);
  double *value[] = {&s->started,         &s->charge, &s->step_charge, &s->passed,
                     &s->alloyed,         s->current, s->current + 1,  &s->circuit->potential,
                     &s->circuit->current};
  for (size_t k = 0; k < sizeof value / sizeof *value; k++) stream_real(st, value[k]);
}

static DavyError pass_lists(Stream *st, const Head *h, DavySimulation *s) {
  size_t patches = (size_t)h->patches, sites = (size_t)h->sites;
  stream_reals(st, s->circuit->taken, patches);
  stream_reals(st, s->circuit->room, patches);
  for (int k = 0; k < DAVY_SPEEDS; k++) stream_reals(st, s->alloying[k], patches);
  stream_reals(st, s->nuclei->progress, sites);
  stream_reals(st, s->nuclei->eta, sites);
  return DavyBooksPass(&s->books, st, s->open);
}

static Head head_of(const DavySimulation *s, const char *hash) {
  Head h = {.version = VERSION,
            .finished = s->reason == DAVY_REASON_FINISHED,
            .steps = s->driver.step_count,
            .drives = s->circuit->drives_current,
            .patches = DavySubstratePatches(s->model->substrate),
            .sites = s->nuclei->count};
  snprintf(h.hash, sizeof h.hash, "%s", hash);
  return h;
}

bool DavySimulationCanSave(const DavySimulation *s) {
  return !s->between;
}

DavyError DavySimulationSave(const DavySimulation *s, const char *hash, const char *path) {
  DAVY_CHECK(!s->between, DAVY_ERR_VALUE, "%s: conditions are changing: no state to save", path);
  DavySimulation own = *s; /* fields are passed as variables, but only read */
  Head h = head_of(s, hash);
  Stream count = {.at = 0};
  pass_head(&count, &h, &own);
  DAVY_TRY(pass_lists(&count, &h, &own));
  Stream out = {.out = malloc(count.at)};
  int missing = !out.out;
  MPI_Allreduce(MPI_IN_PLACE, &missing, 1, MPI_INT, MPI_MAX, s->comm);
  DavyError error =
      missing ? DavyFail(DAVY_ERR_MEMORY, "%s: out of memory for %zu bytes", path, count.at)
              : DAVY_OK;
  if (!error) {
    pass_head(&out, &h, &own);
    error = pass_lists(&out, &h, &own);
  }
  DavyBytes block = {.data = out.out, .size = count.at};
  if (!error) error = DavyGrowthSave(s->growth, &block, path);
  free(out.out);
  return error;
}

static DavyError check_head(const Head *h, const Head *own, const char *path) {
  DAVY_CHECK(h->version == VERSION, DAVY_ERR_UNSUPPORTED,
             "%s: holds no run of this davy: version %d of it; expected %d", path, h->version,
             VERSION);
  DAVY_CHECK(memcmp(h->hash, own->hash, HASH) == 0, DAVY_ERR_VALUE,
             "%s: is of another case: the resolved one that it began with has SHA-256 %.64s; this "
             "one has %s",
             path, h->hash, own->hash);
  DAVY_CHECK(h->patches == own->patches && h->sites == own->sites, DAVY_ERR_FORMAT,
             "%s: %d patches and %d sites; expected %d and %d", path, h->patches, h->sites,
             own->patches, own->sites);
  return DAVY_OK;
}

/* The step of the protocol that goes on. */
static DavyError find_step(DavySimulation *s, const Head *h, const char *path) {
  s->driver = DavyDriverStart(s->model->protocol);
  for (int k = 0; k < h->steps; k++) {
    s->step = DavyDriverNext(&s->driver);
    if (!s->step) break;
  }
  DAVY_CHECK(s->step, DAVY_ERR_FORMAT, "%s: %d steps were begun, which the protocol has not", path,
             h->steps);
  s->resumed = true;
  if (h->finished) s->reason = DAVY_REASON_FINISHED;
  return DAVY_OK;
}

static DavyError take_up(DavySimulation *s, const DavyBytes *block, const char *hash,
                         const char *path) {
  Head own = head_of(s, hash), h = {.version = 0};
  Stream in = {.in = block->data, .end = block->size};
  pass_head(&in, &h, s);
  DAVY_TRY(check_head(&h, &own, path));
  s->circuit->drives_current = h.drives;
  DavyError error = pass_lists(&in, &h, s);
  if (error) return DavyErrorContext(error, "%s", path);
  DAVY_CHECK(in.at == in.end, DAVY_ERR_FORMAT, "%s: %zu bytes of a run; expected %zu", path,
             block->size, in.at);
  return find_step(s, &h, path);
}

DavyError DavySimulationLoad(MPI_Comm comm, const DavyModel *model, const char *hash,
                             const char *path, DavySimulation **result) {
  DavyGrowthPlan plan;
  DavyBytes block = {.storage = DAVY_BYTES_OWNED};
  DAVY_TRY(simulation_new(comm, model, &plan, result));
  DavyError error = DavyGrowthLoadBlock(path, &block);
  if (!error) error = take_up(*result, &block, hash, path);
  DavyBytesClose(&block);
  int worst = error;
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_INT, MPI_MAX, comm);
  if (worst && !error) error = DavyFail((DavyError)worst, "%s: another rank cannot read it", path);
  if (!error) error = DavyGrowthLoad(&plan, path, &(*result)->growth);
  if (error) DavySimulationDestroy(result);
  return error;
}
