/* The protocol's step sets what drives: a potential, or a current and with it the potential. Then
 * steps of time follow each other until a limit of the protocol's step is reached; between two of
 * them nuclei may begin and patches may have taken up all that they can. */
#include "interface/simulation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/constants.h"
#include "davy/log.h"
#include "interface/model_box.h"
#include "interface/simulation_state.h"

enum { TOP = 3, MOST_NUCLEI = 4096 };
static const double NEVER = 1e30; /* s */

static bool has_counter(const DavyModel *m) {
  return m->counter.kind == DAVY_COUNTER_METAL;
}

/* psi at the beginning: a film, seeds, and the counter electrode. */
static double metal_at_start(const void *context, const double x[3]) {
  const DavySimulation *s = context;
  const DavyModel *m = s->model;
  double psi = has_counter(m) ? s->level - x[1] : 16 * (m->gap + m->width);
  if (m->film > 0) psi = fmin(psi, DavySubstrateDistance(m->substrate, x) - m->film);
  for (int k = 0; k < m->seeds; k++) psi = fmin(psi, DavyNucleusDistance(m->seed + k, m->dim, x));
  return psi;
}

static DavyError arrange(void *context, const DavyMetal *metal, DavyPhysics *physics) {
  return DavyCircuitArrange(context, metal, physics);
}

/* Capacity of each patch: what of it is bare at the beginning takes up metal. */
static void find_room(DavySimulation *s) {
  const DavyStencils *st = DavyFieldsStencils(DavyGrowthFields(s->growth));
  int patches = DavySubstratePatches(s->model->substrate);
  for (int k = 0; k < st->surfaces.rows; k++) {
    const DavySurface *surface = st->surface + k;
    if (surface->wall != DAVY_SUBSTRATE) continue;
    int patch = DavySubstratePatchAt(s->model->substrate, surface->x);
    int material = DavySubstrateMaterialAt(s->model->substrate, surface->x);
    s->circuit->room[patch] +=
        surface->area * DavySubstrateSurfaceOf(s->model->substrate, material)->conversion.capacity;
  }
  MPI_Allreduce(MPI_IN_PLACE, s->circuit->room, patches, MPI_DOUBLE, MPI_SUM, s->comm);
}

DavyError simulation_new(MPI_Comm comm, const DavyModel *model, DavyGrowthPlan *plan,
                         DavySimulation **result) {
  DavySimulation *s = calloc(1, sizeof *s);
  DavyError error = DAVY_OK;
  *result = NULL;
  DAVY_CHECK(s, DAVY_ERR_MEMORY, "out of memory for a simulation");
  s->model = model;
  s->comm = comm;
  *plan = (DavyGrowthPlan){
      .comm = comm,
      .band = model->band,
      .spread = 0.3,
      .metal = metal_at_start,
      .metal_context = s,
      .substrate = model->substrate,
      .counter_wall = has_counter(model) ? TOP : -1,
      .physics = {.salt = model->salt},
      .arrange = arrange,
      .molar_volume = model->molar_volume,
      .film_repair = {model->metal.film_repair, model->counter.kinetics.film_repair},
      .front_step = model->front_step,
      .order = model->order};
  DavyModelBox box;
  DAVY_GUARD(DavyModelBoxOf(model, &box));
  s->level = box.level;
  plan->box = box.box;
  plan->coarsest = box.coarsest;
  plan->finest = box.finest;
  DAVY_GUARD(DavyCircuitCreate(model, &s->circuit));
  plan->arranger = s->circuit;
  DAVY_GUARD(DavyNucleiCreate(model->substrate, &s->nuclei));
  DAVY_GUARD(DavyBooksCreate(&s->books));
  for (int k = 0; k < DAVY_SPEEDS; k++) {
    s->alloying[k] =
        calloc((size_t)DavySubstratePatches(model->substrate) + 1, sizeof *s->alloying[k]);
    if (!s->alloying[k]) {
      error = DavyFail(DAVY_ERR_MEMORY, "out of memory for patches");
      goto done;
    }
  }
done:
  if (error) DavySimulationDestroy(&s);
  *result = s;
  return error;
}

DavyError DavySimulationCreate(MPI_Comm comm, const DavyModel *model, DavySimulation **result) {
  DavyGrowthPlan plan;
  DAVY_TRY(simulation_new(comm, model, &plan, result));
  DavyError error = DavyGrowthCreate(&plan, &(*result)->growth);
  if (error)
    DavySimulationDestroy(result);
  else
    find_room(*result);
  return error;
}

void DavySimulationDestroy(DavySimulation **simulation) {
  DavySimulation *s = *simulation;
  if (!s) return;
  DavyGrowthDestroy(&s->growth);
  DavyNucleiDestroy(&s->nuclei);
  DavyCircuitDestroy(&s->circuit);
  DavyBooksFree(&s->books);
  for (int k = 0; k < DAVY_SPEEDS; k++) free(s->alloying[k]);
  free(s);
  *simulation = NULL;
}

DavyError DavySimulationSetOrigin(DavySimulation *s, const char *origin) {
  DAVY_TRY(DavyTableAddNote(s->books.ledger, "%s", origin));
  DAVY_TRY(DavyTableAddNote(s->books.morphology, "%s", origin));
  return DavyRecordSetInfo(s->books.record, "comment", "%s", origin);
}

/* Currents now: into all working metal and alloys, and into each patch's alloy. */
static void measure(DavySimulation *s) {
  const DavyFields *fields = DavyGrowthFields(s->growth);
  const DavyStencils *st = DavyFieldsStencils(fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(fields);
  const DavyMetal *metal = DavyGrowthMetal(s->growth);
  const DavySalt *salt = &s->model->salt;
  double unit = salt->charge * DAVY_FARADAY * salt->concentration, dissolved = 0;
  int patches = DavySubstratePatches(s->model->substrate);
  memset(s->alloying[0], 0, (size_t)patches * sizeof *s->alloying[0]);
  for (int k = 0; k < st->surfaces.rows; k++) {
    const DavySurface *surface = st->surface + k;
    double plating = unit * surface->area * state[k].J;
    bool metallic = surface->wall == DAVY_FRONT && !metal->body[surface->body].counter;
    if (surface->wall == DAVY_SUBSTRATE)
      s->alloying[0][DavySubstratePatchAt(s->model->substrate, surface->x)] += plating;
    if (metallic || surface->wall == DAVY_SUBSTRATE) dissolved -= plating;
  }
  MPI_Allreduce(MPI_IN_PLACE, s->alloying[0], patches, MPI_DOUBLE, MPI_SUM, s->comm);
  MPI_Allreduce(MPI_IN_PLACE, &dissolved, 1, MPI_DOUBLE, MPI_SUM, s->comm);
  s->current[0] = dissolved;
  if (s->circuit->driven) s->circuit->potential = DavyFieldsPotential(fields, 1);
}

/* After conditions have jumped: the currents now, and none before. */
static DavyError restart(DavySimulation *s) {
  DAVY_TRY(DavyGrowthRestart(s->growth));
  measure(s);
  s->current[1] = s->current[0];
  memcpy(s->alloying[1], s->alloying[0],
         (size_t)DavySubstratePatches(s->model->substrate) * sizeof *s->alloying[1]);
  return DAVY_OK;
}

static bool is_plating(const DavyStep *step) {
  return step->value < 0;
}

/* Whether the step's current has a way: contacts or alloys that can pass all of it. */
static bool has_way(const DavySimulation *s) {
  bool hold = s->step->action == DAVY_ACTION_HOLD;
  double current = hold ? 0 : fabs(s->step->value) * s->circuit->scale;
  return DavyCircuitMost(s->circuit, is_plating(s->step)) > current;
}

/* Lets dt pass for the nuclei; those that begin enter at once. */
static DavyError nucleate(DavySimulation *s, double dt, bool *changed) {
  static DavyNucleus begun[MOST_NUCLEI];
  int count = DavyNucleiPass(s->nuclei, dt, begun, MOST_NUCLEI);
  *changed = count > 0;
  return count ? DavyGrowthSeed(s->growth, begun, count) : DAVY_OK;
}

/* A plating current without a way makes the potential run to where the first sites begin, and on to
 * the next ones if these do not let it pass either; at last to the limit of the step. */
static DavyError force_nuclei(DavySimulation *s) {
  bool changed = true;
  while (changed && !has_way(s)) {
    DAVY_TRY(DavyNucleiLook(s->nuclei, s->growth, s->circuit, s->circuit->potential));
    double threshold = DavyNucleiThreshold(s->nuclei);
    if (isinf(threshold)) break;
    DavyNucleiForce(s->nuclei, threshold * (1 + 1e-9) + 1e-12);
    s->circuit->potential = -threshold;
    DAVY_TRY(nucleate(s, 1, &changed));
  }
  for (int k = 0; k < s->step->limit_count && !has_way(s); k++)
    if (s->step->limits[k].kind == DAVY_LIMIT_VOLTAGE_DOWN)
      s->circuit->potential = s->step->limits[k].value;
  return DAVY_OK;
}

/* Sites that need no time begin with the step that holds their potential. */
static DavyError begin_held(DavySimulation *s) {
  bool changed;
  DAVY_TRY(DavyNucleiLook(s->nuclei, s->growth, s->circuit, s->circuit->potential));
  DAVY_TRY(nucleate(s, 0, &changed));
  if (!changed) return DAVY_OK;
  DAVY_TRY(restart(s));
  return DavyNucleiLook(s->nuclei, s->growth, s->circuit, s->circuit->potential);
}

/* Sets the drive of a protocol's step. */
static DavyError begin_step(DavySimulation *s) {
  DavyCircuit *c = s->circuit;
  bool hold = s->step->action == DAVY_ACTION_HOLD;
  c->drives_current = false;
  if (hold) c->potential = s->step->value;
  if (!hold && is_plating(s->step)) DAVY_TRY(force_nuclei(s));
  c->drives_current = !hold;
  c->current = hold ? 0 : s->step->value * c->scale;
  s->started = DavyGrowthTime(s->growth);
  s->step_charge = 0;
  DAVY_TRY(restart(s));
  return hold ? begin_held(s) : DAVY_OK;
}

/* Seconds until a patch is full, at the rates now, or a twentieth of that: no front moves by it
 * that would set the step. */
static double until_full(const DavySimulation *s) {
  double dt = INFINITY;
  const DavyCircuit *c = s->circuit;
  for (int p = 0; p < DavySubstratePatches(s->model->substrate); p++)
    if (DavyCircuitConverts(c, p) && s->alloying[0][p] > 0)
      dt = fmin(dt, fmin(c->room[p] - c->taken[p], c->room[p] / 20) / s->alloying[0][p]);
  return dt;
}

static bool has_capacity(const DavyStep *step, double *capacity) {
  for (int k = 0; k < step->limit_count; k++)
    if (step->limits[k].kind == DAVY_LIMIT_CAPACITY) {
      *capacity = step->limits[k].value;
      return true;
    }
  return false;
}

/* The longest that the next step of time may be. */
static double longest(const DavySimulation *s) {
  double dt = INFINITY, capacity, area = s->circuit->scale;
  double gone = DavyGrowthTime(s->growth) - s->started;
  for (int k = 0; k < s->step->limit_count; k++)
    if (s->step->limits[k].kind == DAVY_LIMIT_TIME) dt = fmin(dt, s->step->limits[k].value - gone);
  if (has_capacity(s->step, &capacity) && s->current[0] != 0) {
    double left = capacity * area - fabs(s->step_charge), rate = fabs(s->current[0]);
    double bend = 0;
    double before = DavyGrowthLastStep(s->growth);
    if (s->model->order == 2 && before > 0) bend = (rate - fabs(s->current[1])) / (2 * before);
    double under = rate * rate + 4 * bend * left;
    dt = fmin(dt, under > 0 ? 2 * left / (rate + sqrt(under)) : left / rate);
  }
  if (s->current[0] == 0) dt = fmin(dt, DavyNucleiWait(s->nuclei));
  dt = fmin(dt, until_full(s));
  return isfinite(dt) ? dt : NEVER;
}

/* What a step of dt has brought, by the shares of the rates that the growth took. */
static bool account(DavySimulation *s, double dt) {
  const double *share = DavyGrowthShares(s->growth);
  int patches = DavySubstratePatches(s->model->substrate);
  double charge = dt * (share[0] * s->current[0] + share[1] * s->current[1]);
  bool filled = false;
  s->charge += charge;
  s->step_charge += charge;
  s->passed += fabs(charge);
  for (int p = 0; p < patches; p++) {
    double gain = dt * (share[0] * s->alloying[0][p] + share[1] * s->alloying[1][p]);
    bool before = DavyCircuitConverts(s->circuit, p);
    if (gain == 0) continue;
    s->circuit->taken[p] += gain;
    s->alloyed += gain;
    if (s->circuit->room[p] - s->circuit->taken[p] < 1e-9 * s->circuit->room[p])
      s->circuit->room[p] = s->circuit->taken[p];
    filled |= before && !DavyCircuitConverts(s->circuit, p);
  }
  s->current[1] = s->current[0];
  memcpy(s->alloying[1], s->alloying[0], (size_t)patches * sizeof *s->alloying[1]);
  return filled;
}

static int orphans(const DavyMetal *metal, double *volume) {
  int count = 0;
  *volume = 0;
  for (int b = 0; b < metal->count; b++)
    if (!DavyBodyIsFed(metal->body + b)) {
      count++;
      *volume += metal->body[b].volume;
    }
  return count;
}

static DavyInstantRow instant_row(const DavySimulation *s) {
  double time = DavyGrowthTime(s->growth);
  return (DavyInstantRow){.driver = &s->driver,
                          .step = s->step,
                          .time = time,
                          .step_time = time - s->started,
                          .voltage = s->circuit->potential,
                          .current = s->current[0],
                          .step_charge = s->step_charge,
                          .charge = s->charge};
}

/* The instant goes into the record and the table of morphology. */
static DavyError note_instant(DavySimulation *s) {
  const DavyModel *m = s->model;
  DavyMorphology figures;
  DavyInstantRow row = instant_row(s);
  DAVY_TRY(DavyBooksRow(&s->books, &row));
  DAVY_TRY(DavyMorphologyOf(s->growth, m->width, m->dim == 2 ? 1 : m->depth, s->level - m->gap,
                            &figures));
  return DavyBooksMorphology(&s->books, &row, s->circuit->scale, &figures);
}

static bool interrupted(const DavySimulation *s) {
  int yes = DavyInterrupted();
  MPI_Allreduce(MPI_IN_PLACE, &yes, 1, MPI_INT, MPI_MAX, s->comm);
  return yes;
}

/* Metal at the reservoir, or one body with the counter electrode; or no counter electrode any more,
 * without which no step could be solved. */
static DavyReason counter_reason(const DavySimulation *s) {
  const DavyMetal *metal = DavyGrowthMetal(s->growth);
  const DavySheet *sheet = DavyGrowthSheet(s->growth);
  double last = DAVY_LAST_METAL * pow(sheet->h, s->model->dim);
  bool counter = false;
  if (!has_counter(s->model)) {
    for (int k = 0; k < sheet->patches; k++)
      if (sheet->patch[k].x[1] > s->level - sheet->h) return DAVY_REASON_SHORT_CIRCUIT;
    return DAVY_REASON_NONE;
  }
  for (int b = 0; b < metal->count; b++) {
    const DavyBody *body = metal->body + b;
    for (int m = 0; m < DAVY_MOST_SURFACES; m++)
      if (body->counter && body->contact[m] > 0) return DAVY_REASON_SHORT_CIRCUIT;
    counter |= body->counter && body->volume > last;
  }
  return counter ? DAVY_REASON_NONE : DAVY_REASON_METAL_EXHAUSTED;
}

/* Why the protocol's step ends here, if it does. */
static DavyReason reason_to_end(const DavySimulation *s) {
  double area = s->circuit->scale;
  DavyMeter meter = {.time = DavyGrowthTime(s->growth) - s->started,
                     .voltage = s->circuit->potential,
                     .current_density = s->current[0] / area,
                     .capacity = s->step_charge / area};
  for (int k = 0; k < s->step->limit_count; k++) {
    const DavyLimit *limit = s->step->limits + k;
    /* Rounding of what was aimed at. */
    double slack = limit->kind == DAVY_LIMIT_TIME || limit->kind == DAVY_LIMIT_CAPACITY
                       ? 1e-9 * fabs(limit->value)
                       : 0;
    if (DavyLimitLeft(limit, &meter) <= slack) return DavyLimitReason(limit);
  }
  DavyReason counter = counter_reason(s);
  if (counter) return counter;
  bool rests = s->step->action == DAVY_ACTION_REST;
  bool waits = s->step->action == DAVY_ACTION_HOLD && longest(s) < NEVER;
  if (!rests && !waits && !has_way(s)) return DAVY_REASON_METAL_EXHAUSTED;
  return interrupted(s) ? DAVY_REASON_INTERRUPTED : DAVY_REASON_NONE;
}

/* One step of time, with what begins and ends by it. */
static DavyError advance(DavySimulation *s) {
  bool nucleated = false, driven = s->circuit->driven;
  s->between = true;
  DAVY_TRY(DavyNucleiLook(s->nuclei, s->growth, s->circuit, s->circuit->potential));
  DAVY_TRY(nucleate(s, 0, &nucleated)); /* beyond a threshold at once */
  if (nucleated) {
    DAVY_TRY(restart(s));
    DAVY_TRY(DavyNucleiLook(s->nuclei, s->growth, s->circuit, s->circuit->potential));
  }
  s->between = false;
  DAVY_TRY(DavyGrowthStep(s->growth, longest(s)));
  s->between = true;
  double dt = DavyGrowthLastStep(s->growth);
  bool filled = account(s, dt);
  DAVY_TRY(nucleate(s, dt, &nucleated));
  /* A surface may have gone with the last metal on it. */
  bool lost = driven && !has_way(s);
  if (lost && is_plating(s->step)) DAVY_TRY(force_nuclei(s));
  if (filled || nucleated || lost) return restart(s);
  measure(s);
  return DAVY_OK;
}

static DavySimulationState state_of(const DavySimulation *s) {
  double volume;
  const DavyMetal *metal = DavyGrowthMetal(s->growth);
  return (DavySimulationState){.time = DavyGrowthTime(s->growth),
                               .passed = DavySimulationPassed(s),
                               .step = DavyGrowthLastStep(s->growth),
                               .cells = DavyGrowthCuts(s->growth)->mesh->total,
                               .bodies = metal->count,
                               .orphans = orphans(metal, &volume)};
}

static DavyError close_step(DavySimulation *s) {
  const DavyModel *m = s->model;
  DavySums sums = {.charge = s->charge,
                   .passed = s->passed,
                   .alloyed = s->alloyed,
                   .working = DavyGrowthPlated(s->growth, false),
                   .counter = DavyGrowthPlated(s->growth, true),
                   .per_volume = m->salt.charge * DAVY_FARADAY / m->molar_volume,
                   .area = s->circuit->scale};
  orphans(DavyGrowthMetal(s->growth), &sums.orphaned);
  DavyInstantRow row = instant_row(s);
  DavyGrowthLedger ledger = DavyGrowthAccount(s->growth);
  return DavyBooksStep(&s->books, &row, s->reason, &sums, &ledger);
}

/* Where metal ends the protocol may go on (DavyStepLimitsRunaway), but not with a step that begins
 * without a counter electrode: nothing can be plated on what is gone. */
static DavyError stop_for(const DavySimulation *s) {
  int cycle = s->driver.cycle_count, count = s->driver.step_count;
  double time = DavyGrowthTime(s->growth);
  if (s->reason == DAVY_REASON_INTERRUPTED)
    return DavyFail(DAVY_ERR_INTERRUPTED, "interrupted in cycle %d, step %d; what was done is kept",
                    cycle, count);
  bool exhausted = s->reason == DAVY_REASON_METAL_EXHAUSTED;
  if (!exhausted && s->reason != DAVY_REASON_SHORT_CIRCUIT) return DAVY_OK;
  bool gone = exhausted && counter_reason(s) == DAVY_REASON_METAL_EXHAUSTED;
  if (exhausted && DavyStepLimitsRunaway(s->step) && !(gone && time == s->started)) return DAVY_OK;
  char hint[80] = "";
  if (exhausted && !gone)
    snprintf(hint, sizeof hint, "; with a %s limit the run would go on from here",
             s->step->action == DAVY_ACTION_HOLD ? "current" : "voltage");
  return DavyFail(
      DAVY_ERR_SOLVER, "cycle %d, step %d, at %g s: %s%s; what was done is kept", cycle, count,
      time, gone ? "nothing is left of the counter electrode" : DavyReasonWords(s->reason), hint);
}

static DavyError first_row(DavySimulation *s) {
  s->between = true;
  DAVY_TRY(begin_step(s));
  return note_instant(s);
}

/* From the first row of a protocol's step, or the last that was saved, to its last. */
static DavyError follow_step(DavySimulation *s, DavySimulationProgress progress, void *context) {
  bool begins = !s->resumed;
  if (begins) DAVY_TRY(first_row(s));
  s->resumed = s->between = false;
  s->reason = reason_to_end(s);
  if (begins && s->reason && s->reason != DAVY_REASON_INTERRUPTED)
    DavyRecordWarn(s->books.record, "step %d (line %d of the case) ends as it begins: %s",
                   s->step->id, s->step->place.line, DavyReasonWords(s->reason));
  while (!s->reason) {
    DAVY_TRY(advance(s));
    DAVY_TRY(note_instant(s));
    s->between = false;
    DavySimulationState state = state_of(s);
    if (progress) progress(context, &state);
    s->reason = reason_to_end(s);
  }
  return stop_for(s);
}

/* Whether a step failed for want of salt: some front has less than a hundredth of it. Collective.
 */
static bool is_depleted(const DavySimulation *s) {
  const DavyFields *fields = DavyGrowthFields(s->growth);
  const DavyStencils *st = DavyFieldsStencils(fields);
  double least = 1;
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].wall == DAVY_FRONT) least = fmin(least, DavyFieldsSurfaces(fields)[k].u);
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_DOUBLE, MPI_MIN, s->comm);
  return least < 0.01;
}

/* A step that broke off has its line in the ledger too; its own error is the one that is told. */
static DavyError run_step(DavySimulation *s, DavySimulationProgress progress, void *context) {
  DavyError error = follow_step(s, progress, context);
  bool failed = error == DAVY_ERR_SOLVER && s->reason == DAVY_REASON_NONE;
  if (failed && !s->between && is_depleted(s)) {
    s->reason = DAVY_REASON_SALT_DEPLETED;
    DavyErrorContext(error, "%s", DavyReasonWords(s->reason));
  }
  char *sentence = error ? strdup(DavyErrorMessage()) : NULL;
  if (error && s->reason == DAVY_REASON_NONE) s->reason = DAVY_REASON_SOLVER_FAILED;
  DavyError closed = close_step(s);
  s->open = error || closed;
  if (error) DavyFail(error, "%s", sentence ? sentence : "out of memory");
  free(sentence);
  return error ? error : closed;
}

/* What must hold of mesh and cuts, whatever was computed on them. */
static DavyError check_geometry(const DavySimulation *s) {
  const DavyCuts *cuts = DavyGrowthCuts(s->growth);
  DavyError error = DavyMeshCheck(cuts->mesh);
  if (!error) error = DavyCutCheck(cuts);
  int worst = error;
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_INT, MPI_MAX, s->comm);
  DAVY_CHECK(error || !worst, (DavyError)worst, "the mesh of another rank is broken");
  return error;
}

DavyError DavySimulationRun(DavySimulation *s, DavySimulationProgress progress, void *context) {
  DavyError error = DAVY_OK;
  DavyCite("newman2004", "Nernst-Planck transport and Butler-Volmer kinetics");
  if (!s->resumed) {
    s->driver = DavyDriverStart(s->model->protocol);
    s->step = DavyDriverNext(&s->driver);
  }
  while (!error && s->step) {
    error = run_step(s, progress, context);
    if (!error) s->step = DavyDriverNext(&s->driver);
  }
  if (!error) error = check_geometry(s);
  if (!error) s->reason = DAVY_REASON_FINISHED;
  return error;
}

const DavyRecord *DavySimulationRecord(const DavySimulation *s) {
  return s->books.record;
}
const DavyTable *DavySimulationLedger(const DavySimulation *s) {
  return s->books.ledger;
}
const DavyTable *DavySimulationMorphology(const DavySimulation *s) {
  return s->books.morphology;
}
double DavySimulationImbalance(const DavySimulation *s) {
  return s->books.imbalance;
}
double DavySimulationPassed(const DavySimulation *s) {
  return s->passed / s->circuit->scale;
}
DavyReason DavySimulationReason(const DavySimulation *s) {
  return s->reason;
}
const DavyGrowth *DavySimulationGrowth(const DavySimulation *s) {
  return s->growth;
}
const DavyCircuit *DavySimulationCircuit(const DavySimulation *s) {
  return s->circuit;
}
