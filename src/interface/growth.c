/* One step, from n to n + 1, w = dt/dt_before:
 *   front     x <- x + n dt [(1 + w/2) V^n - w/2 V^(n-1)]                Adams, Bashforth
 *   bodies    volume <- volume + dt [(1 + w/2) Q^n - w/2 Q^(n-1)],       Q = V_m c0 sum of A J
 *   salt      d(V u)/dt by BDF2 on contents, about the new front         fields.h
 * V^(n-1) is read off the sheet of one step before. Without a step before, both first order. */
#include "interface/growth_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "interface/film.h"
#include "interface/pockets.h"
#include "mesh/band.h"

/* How far the front may go before the mesh is made anew, in cells: cut cells keep neighbours of
 * their size within the reach of their stencils. */
static int margin(const DavyGrowth *g) {
  return g->plan.band - 4;
}

static double ground_at(const DavyGrowthPlan *plan, const double x[3]) {
  return plan->substrate ? DavySubstrateDistance(plan->substrate, x) : INFINITY;
}

/* Distance from the nearest surface, for the mesh: the front as a sheet, or as at the beginning. */
typedef struct {
  const DavyGrowthPlan *plan;
  const DavySheet *sheet;
  const DavyNucleus *nucleus; /* about to begin */
  int nuclei;
} Near;

static double nearness(const void *context, const double x[3]) {
  const Near *near = context;
  double ground = fabs(ground_at(near->plan, x));
  double front = near->sheet         ? DavySheetReach(near->sheet, x)
                 : near->plan->metal ? fabs(near->plan->metal(near->plan->metal_context, x))
                                     : INFINITY;
  for (int k = 0; k < near->nuclei; k++)
    front = fmin(front, fabs(DavyNucleusDistance(near->nucleus + k, near->plan->box.dim, x)));
  return fmin(ground, front);
}

static DavyError make_mesh(const DavyGrowth *g, const Near *near, State *s) {
  const DavyGrowthPlan *plan = &g->plan;
  DavyBand band = {.shape = nearness,
                   .context = near,
                   .finest = g->h,
                   .cells = plan->band,
                   .spread = plan->spread,
                   .dim = plan->box.dim};
  DavyMeshPlan mesh_plan = {plan->comm,   plan->box,     plan->coarsest,
                            plan->finest, DavyBandSplit, &band};
  DAVY_TRY(DavyMeshCreate(&mesh_plan, &s->mesh));
  return growth_ground(g, s);
}

DavyError growth_ground(const DavyGrowth *g, State *s) {
  if (!g->plan.substrate) return DAVY_OK;
  s->ground = malloc(((size_t)s->mesh->corners + 1) * sizeof *s->ground);
  DAVY_CHECK(s->ground, DAVY_ERR_MEMORY, "out of memory for %d corners", s->mesh->corners);
  for (int c = 0; c < s->mesh->corners; c++) {
    double x[3];
    DavyCornerPlace(s->mesh, c, x);
    s->ground[c] = ground_at(&g->plan, x);
  }
  return DAVY_OK;
}

/* `kept` is a state that owns the same mesh, or NULL. */
static void free_state(State *s, const State *kept) {
  DavyFieldsDestroy(&s->fields);
  DavyMetalDestroy(&s->metal);
  DavyCutsDestroy(&s->cuts);
  free(s->rate);
  free(s->past_rate);
  if (!kept || kept->mesh != s->mesh) {
    DavyMeshDestroy(&s->mesh);
    free(s->ground);
  }
  *s = (State){.mesh = NULL};
}

/* Outward speed of the front per J: V_m c0. */
static double swell(const DavyGrowth *g) {
  return g->plan.molar_volume * g->plan.physics.salt.concentration;
}

static double front_rate(const DavyGrowth *g, const State *s, int k) {
  return swell(g) * DavyFieldsSurfaces(s->fields)[k].J;
}

static DavyError find_rates(const DavyGrowth *g, State *s) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  free(s->rate);
  s->rate = calloc((size_t)s->metal->count + 1, sizeof *s->rate);
  DAVY_CHECK(s->rate, DAVY_ERR_MEMORY, "out of memory for %d bodies", s->metal->count);
  double *gross = s->rate + s->metal->count;
  for (int k = 0; k < st->surfaces.rows; k++) {
    if (st->surface[k].wall != DAVY_FRONT || st->surface[k].body < 0) continue;
    double gain = st->surface[k].area * front_rate(g, s, k);
    s->rate[st->surface[k].body] += gain;
    *gross += fabs(gain);
  }
  MPI_Allreduce(MPI_IN_PLACE, s->rate, s->metal->count + 1, MPI_DOUBLE, MPI_SUM, g->plan.comm);
  s->gross = *gross;
  return DAVY_OK;
}

/* Filling the sheet: speeds now from the surfaces, speeds before from the sheet before. */
typedef struct {
  const DavyGrowth *g;
  const State *s;
  const int *surface_of; /* each own cell's front, -1: none */
} Filler;

static void fill_patch(const void *context, int cell, DavyPatch *patch) {
  const Filler *f = context;
  const DavyGrowth *g = f->g;
  int k = f->surface_of[cell];
  patch->body = f->s->metal->label[cell];
  patch->raw[0] = k >= 0 ? front_rate(g, f->s, k) : 0;
  patch->raw[1] = patch->raw[0];
  patch->raw[DAVY_FILM] = k >= 0 ? DavyFieldsStencils(f->s->fields)->surface[k].film : 1;
  if (!g->past || patch->body < 0) return;
  DavyFoot before = DavySheetFoot(g->past, patch->x, -1);
  if (before.patch < 0 || fabs(before.distance) > 2 * g->h) return;
  int body = g->past->patch[before.patch].body;
  if (body >= 0 && g->origin[patch->body] == body)
    patch->raw[1] = DavySheetValue(g->past, before.patch, before.at, 0);
}

static DavyError make_sheet(DavyGrowth *g, const State *s, DavySheet **sheet) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  int *surface_of = malloc(((size_t)s->mesh->own + 1) * sizeof *surface_of);
  DAVY_CHECK(surface_of, DAVY_ERR_MEMORY, "out of memory for %d cells", s->mesh->own);
  for (int cell = 0; cell < s->mesh->own; cell++) surface_of[cell] = -1;
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].wall == DAVY_FRONT) surface_of[st->surface[k].cell] = k;
  Filler filler = {g, s, surface_of};
  /* All of the buried front: a cap that lets go needs the circle's lower end. */
  DavyError error = DavySheetCreate(s->cuts, INFINITY, fill_patch, &filler, sheet);
  free(surface_of);
  return error;
}

/* The films on the front as they are dt after those on the sheet. */
static DavyError carry_film(const DavyGrowth *g, State *s, double dt) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  double *film = malloc(((size_t)st->surfaces.rows + 1) * sizeof *film);
  DAVY_CHECK(film, DAVY_ERR_MEMORY, "out of memory for %d surfaces", st->surfaces.rows);
  for (int k = 0; k < st->surfaces.rows; k++) {
    const DavySurface *surface = st->surface + k;
    film[k] = 1;
    if (surface->wall != DAVY_FRONT || surface->body < 0) continue;
    double repair = g->plan.film_repair[s->metal->body[surface->body].counter];
    if (repair > 0) film[k] = DavyFilmAt(g->sheet, surface, dt, repair);
  }
  DavyFieldsSetFilm(s->fields, film);
  free(film);
  return DAVY_OK;
}

/* About the front as it is dt after the sheet. */
static DavyError make_fields(DavyGrowth *g, State *s, double dt) {
  const double *repair = g->plan.film_repair;
  if (g->plan.arrange) DAVY_TRY(g->plan.arrange(g->plan.arranger, s->metal, &g->plan.physics));
  DAVY_TRY(DavyFieldsCreate(s->cuts, s->metal->label, &g->plan.physics, &s->fields));
  return g->sheet && (repair[0] > 0 || repair[1] > 0) ? carry_film(g, s, dt) : DAVY_OK;
}

static double fastest(const DavySheet *sheet) {
  double most = 0;
  for (int k = 0; k < sheet->patches; k++)
    if (sheet->patch[k].area > 0) most = fmax(most, fabs(sheet->patch[k].value[0]));
  return most;
}

/* Of a body that dissolves, half its volume a step; the last bit at once. */
static double until_dissolved(const DavyGrowth *g) {
  double dt = INFINITY, little = DAVY_LAST_METAL * pow(g->h, g->plan.box.dim);
  for (int b = 0; b < g->now.metal->count; b++) {
    double volume = g->now.metal->body[b].volume, rate = g->now.rate[b];
    if (rate < 0) dt = fmin(dt, (volume > little ? 0.5 : 1) * volume / -rate);
  }
  return dt;
}

/* A ripple of wave number k fades by surface tension at the rate V_m c0 |dJ/dK| k^2. The front's
 * step is explicit: with much more than one such time in a step, ripples would swing ever wider
 * instead. The speeds are smoothed over two cells, which leaves none shorter than 4 cells: measured
 * so, all is well with 2 of these times and not with 4, in 2D and in 3D. */
static double until_ripples(const DavyGrowth *g) {
  const DavyStencils *st = DavyFieldsStencils(g->now.fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(g->now.fields);
  double steepest = 0, k = 2 * M_PI / (4 * g->h);
  for (int s = 0; s < st->surfaces.rows; s++)
    if (st->surface[s].wall == DAVY_FRONT) steepest = fmax(steepest, -state[s].J_bend);
  MPI_Allreduce(MPI_IN_PLACE, &steepest, 1, MPI_DOUBLE, MPI_MAX, g->plan.comm);
  return 1 / fmax(swell(g) * steepest * k * k, 1e-300);
}

/* What front and bodies bear. */
static double longest_step(const DavyGrowth *g) {
  double front = g->plan.front_step * g->h / fmax(fastest(g->sheet), 1e-300);
  return fmin(front, fmin(until_dissolved(g), until_ripples(g)));
}

static double choose_step(const DavyGrowth *g, double most) {
  static const double GROWTH = 1.5; /* BDF2 bears up to 1 + sqrt(2) */
  double front = g->plan.front_step * g->h / fmax(fastest(g->sheet), 1e-300);
  double first = g->plan.first_step > 0 ? g->plan.first_step : 0.1 * front;
  double dt = fmin(longest_step(g), g->step > 0 ? GROWTH * g->step : first);
  /* No crumb of a step at the end. */
  return most <= dt ? most : most < 2 * dt ? most / 2 : dt;
}

/* How much the speeds now and before count in a step of dt. After bodies have merged, come apart or
 * vanished only those now do: so the currents of all bodies stay in balance with each other. */
static void weigh(const DavyGrowth *g, double dt, double share[DAVY_SPEEDS]) {
  double w = g->plan.order == 2 && g->step > 0 && !g->rearranged ? dt / g->step : 0;
  share[0] = 1 + w / 2;
  share[1] = -w / 2;
}

/* Volumes after a step, and the shares of the speeds. */
static void plan_volumes(const DavyGrowth *g, double dt, double share[DAVY_SPEEDS],
                         double *volume) {
  weigh(g, dt, share);
  for (int b = 0; b < g->now.metal->count; b++)
    volume[b] = g->now.metal->body[b].volume +
                dt * (share[0] * g->now.rate[b] + share[1] * g->now.past_rate[b]);
}

/* `step` of the fields before, and the time that they are to go on from. */
static DavyError carry_contents(const DavyGrowth *g, State *next, double time, double step,
                                bool displaced) {
  DavyFieldsReport report = DavyFieldsAccount(g->now.fields);
  DavyContents from = {.now = (double *)DavyFieldsContents(g->now.fields),
                       .before = (double *)DavyFieldsContentsBefore(g->now.fields),
                       .value = (double *)DavyFieldsValues(g->now.fields)};
  DavyContents to;
  DAVY_TRY(DavyContentsMove(DavyFieldsGroups(g->now.fields), &from, DavyFieldsGroups(next->fields),
                            &to));
  if (displaced) DavyContentsLevel(DavyFieldsGroups(next->fields), &to);
  DavyFieldsPast past = {.time = time,
                         .step = step,
                         .now = to.now,
                         .before = to.before,
                         .guess = to.value,
                         .gained = {report.gained, report.gained_before}};
  DavyFieldsContinue(next->fields, &past);
  DavyContentsDestroy(&to);
  return DAVY_OK;
}

static DavyError count_fluids(const DavyGrowth *g, State *s) {
  return DavyPocketsCount(s->cuts, DAVY_LEAST_POCKET * pow(g->h, g->plan.box.dim), &s->fluids);
}

/* The state after a step of dt, everything but the fields. */
static DavyError move(DavyGrowth *g, double dt, State *next, DavyMoved *moved) {
  DavyMotion motion = {.sheet = g->sheet,
                       .dt = dt,
                       .substrate = g->plan.substrate,
                       .counter_wall = g->plan.counter_wall,
                       .bodies = g->now.metal->count};
  double *volume = malloc(((size_t)motion.bodies + 1) * sizeof *volume);
  DAVY_CHECK(volume, DAVY_ERR_MEMORY, "out of memory for %d bodies", motion.bodies);
  DavyError error = DAVY_OK;
  plan_volumes(g, dt, motion.share, volume);
  if (g->travel + dt * fastest(g->sheet) > margin(g) * g->h) {
    DAVY_GUARD(make_mesh(g, &(Near){.plan = &g->plan, .sheet = g->sheet}, next));
  } else {
    next->mesh = g->now.mesh;
    next->ground = g->now.ground;
  }
  motion.mesh = next->mesh;
  motion.ground = next->ground;
  /* A distance anew each time the front has gone a cell: noise in the speeds is smoothed with
   * it. What a shape or a nucleus began with need not be a distance. */
  double gone = g->travel + dt * fastest(g->sheet);
  bool keeps =
      next->mesh == g->now.mesh && g->step > 0 && floor(gone / g->h) == floor(g->travel / g->h);
  if (keeps) motion.psi = g->now.cuts->psi;
  motion.volume = volume;
  DAVY_GUARD(DavyMove(&motion, moved));
  next->cuts = moved->cuts;
  next->metal = moved->metal;
  moved->cuts = NULL;
  moved->metal = NULL;
  DAVY_GUARD(count_fluids(g, next));
done:
  free(volume);
  return error;
}

/* A body that came from one alone and left none beside it goes on as that one. */
static DavyError inherit(const DavyGrowth *g, const DavyMoved *moved, State *next, int **origin) {
  int count = next->metal->count;
  next->past_rate = calloc((size_t)count + 1, sizeof *next->past_rate);
  *origin = malloc(((size_t)count + 1) * sizeof **origin);
  DAVY_CHECK(next->past_rate && *origin, DAVY_ERR_MEMORY, "out of memory for %d bodies", count);
  for (int n = 0; n < count; n++) {
    int children = 0, from = moved->origin[n];
    for (int m = 0; m < count; m++) children += moved->origin[m] == from;
    (*origin)[n] = from >= 0 && moved->parents[n] == 1 && children == 1 ? from : -1;
    next->past_rate[n] = (*origin)[n] >= 0 ? g->now.rate[from] : next->rate[n];
  }
  return DAVY_OK;
}

/* The step has succeeded: what was gained is booked, and next becomes now. */
static void accept(DavyGrowth *g, double dt, State *next, const DavyMoved *moved, int *origin) {
  weigh(g, dt, g->share);
  for (int b = 0; b < g->now.metal->count; b++) {
    double gain = dt * (g->share[0] * g->now.rate[b] + g->share[1] * g->now.past_rate[b]);
    g->plated[g->now.metal->body[b].counter] += gain;
  }
  g->throughput += dt * g->now.gross;
  g->vanished += moved->vanished;
  g->rearranged = next->metal->count != g->now.metal->count || next->fluids != g->now.fluids;
  for (int n = 0; n < next->metal->count; n++) g->rearranged |= origin[n] < 0;
  /* A mesh made for this step lies about the front before it. */
  g->travel = (next->mesh == g->now.mesh ? g->travel : 0) + dt * fastest(g->sheet);
  free_state(&g->now, next);
  g->now = *next;
  free(g->origin);
  g->origin = origin;
  g->time += dt;
  g->step = dt;
}

static DavyError renew_sheet(DavyGrowth *g) {
  DavySheet *sheet;
  DavySheetDestroy(&g->past);
  g->past = g->sheet;
  g->sheet = NULL;
  DAVY_TRY(make_sheet(g, &g->now, &sheet));
  g->sheet = sheet;
  return DAVY_OK;
}

static int orphans(const DavyMetal *metal) {
  int count = 0;
  for (int b = 0; b < metal->count; b++) count += !DavyBodyIsFed(metal->body + b);
  return count;
}

/* Whether in a step electrolyte is shut in or opened, or a body orphaned: from then on other
 * surfaces carry the current. All of the step's charge is booked as if that were so only from its
 * end, so its length is how well the time is known: a part of `longest` is short enough. */
static bool is_late(const DavyGrowth *g, const State *next, double dt, double longest) {
  static const double SHORT = 0.125;
  bool decides = next->fluids != g->now.fluids || orphans(next->metal) > orphans(g->now.metal);
  return decides && dt > SHORT * longest;
}

/* `late`: the step has not been made, as a shorter one should be. */
static DavyError try_step(DavyGrowth *g, double dt, double longest, bool *late) {
  DavyError error = DAVY_OK;
  State next = {.mesh = NULL};
  DavyMoved moved = {.vanished = 0};
  int *origin = NULL;
  *late = false;
  DAVY_GUARD(move(g, dt, &next, &moved));
  *late = is_late(g, &next, dt, longest);
  if (*late) goto done;
  DAVY_GUARD(make_fields(g, &next, dt));
  /* The steady state is no step in time: it is sought at the end at once. */
  DAVY_GUARD(carry_contents(g, &next, g->time + (g->plan.steady ? dt : 0), g->step, false));
  DAVY_GUARD(DavyFieldsSolve(next.fields, g->plan.steady ? INFINITY : dt,
                             g->step > 0 ? g->plan.order : 1));
  DavyFieldsRest(next.fields);
  DAVY_GUARD(find_rates(g, &next));
  DAVY_GUARD(inherit(g, &moved, &next, &origin));
  accept(g, dt, &next, &moved, origin);
done:
  DavyMovedDestroy(&moved);
  if (error || *late) {
    free(origin);
    free_state(&next, &g->now);
    return error;
  }
  return renew_sheet(g);
}

/* A step that fails is tried smaller, but where steps that succeed have become ever smaller there
 * is no going on: salt that is used up is approached so without end. */
DavyError DavyGrowthStep(DavyGrowth *g, double most) {
  enum { TRIES = 8 };
  static const double LEAST = 1e-5; /* of what front and bodies bear */
  double longest = longest_step(g), dt = choose_step(g, most), least = LEAST * fmin(longest, most);
  bool late;
  for (int k = 1;; dt /= 2) {
    DavyError error = try_step(g, dt, longest, &late);
    if (!error && late) continue;
    bool again = error == DAVY_ERR_SOLVER || error == DAVY_ERR_LEDGER;
    if (again && dt / 2 < least)
      return DavyErrorContext(error, "even a step of %.2g s cannot be solved", dt);
    if (!again || k++ == TRIES) return error;
  }
}

/* The potential at the concentrations that there are, and no past. */
static DavyError begin_afresh(DavyGrowth *g) {
  DAVY_TRY(DavyFieldsSolve(g->now.fields, g->plan.steady ? INFINITY : 0, 1));
  DavyFieldsRest(g->now.fields);
  DAVY_TRY(find_rates(g, &g->now));
  for (int b = 0; b < g->now.metal->count; b++) {
    g->origin[b] = -1;
    g->now.past_rate[b] = g->now.rate[b];
  }
  g->step = 0;
  DavySheetDestroy(&g->past);
  DavySheetDestroy(&g->sheet);
  return make_sheet(g, &g->now, &g->sheet);
}

DavyError DavyGrowthRestart(DavyGrowth *g) {
  State next = g->now;
  next.fields = NULL;
  DavyError error = make_fields(g, &next, 0);
  if (!error) error = carry_contents(g, &next, g->time, 0, false);
  if (error) {
    DavyFieldsDestroy(&next.fields);
    return error;
  }
  DavyFieldsDestroy(&g->now.fields);
  g->now.fields = next.fields;
  return begin_afresh(g);
}

/* psi with the nuclei, on the mesh about them. */
static DavyError seed_cuts(const DavyGrowth *g, const DavySheet *sheet, const DavyNucleus *nucleus,
                           int count, State *s) {
  double *psi = malloc(((size_t)s->mesh->corners + 1) * sizeof *psi);
  DAVY_CHECK(psi, DAVY_ERR_MEMORY, "out of memory for %d corners", s->mesh->corners);
  for (int c = 0; c < s->mesh->corners; c++) {
    double x[3];
    DavyCornerPlace(s->mesh, c, x);
    psi[c] = sheet           ? DavySheetDistance(sheet, x)
             : g->plan.metal ? g->plan.metal(g->plan.metal_context, x)
                             : INFINITY;
    /* No distance matters beyond the box. */
    psi[c] = fmin(psi[c], g->plan.box.edge * 16);
    for (int k = 0; k < count; k++)
      psi[c] = fmin(psi[c], DavyNucleusDistance(nucleus + k, g->plan.box.dim, x));
  }
  DavyError error = DavyCutsCreateFrom(s->mesh, psi, s->ground, &s->cuts);
  free(psi);
  return error;
}

/* Bodies afresh: of what history the metal has, only its volume counts. */
DavyError growth_settle(DavyGrowth *g, State *s) {
  DAVY_TRY(DavyMetalFind(s->cuts, g->plan.substrate, g->plan.counter_wall, &s->metal));
  DAVY_TRY(count_fluids(g, s));
  s->past_rate = calloc((size_t)s->metal->count + 1, sizeof *s->past_rate);
  free(g->origin);
  g->origin = calloc((size_t)s->metal->count + 1, sizeof *g->origin);
  DAVY_CHECK(s->past_rate && g->origin, DAVY_ERR_MEMORY, "out of memory for %d bodies",
             s->metal->count);
  return make_fields(g, s, 0);
}

/* As the cells hold it, not as it is booked. Collective. */
static double metal_volume(const State *s) {
  double sum = 0;
  for (int cell = 0; cell < s->mesh->own; cell++) sum += DavyMetalVolume(s->cuts, cell);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, s->mesh->comm);
  return sum;
}

DavyError growth_agree(const DavyGrowth *g, DavyError error) {
  int worst = error;
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_INT, MPI_MAX, g->plan.comm);
  if (worst && !error)
    return DavyFail((DavyError)worst, "on another rank: %s", DavyErrorMeaning((DavyError)worst));
  return error;
}

DavyError growth_new(const DavyGrowthPlan *plan, DavyGrowth **result) {
  DavyGrowth *g = calloc(1, sizeof *g);
  *result = g;
  DAVY_CHECK(g, DAVY_ERR_MEMORY, "out of memory");
  g->plan = *plan;
  /* At rest nothing is swept up: the balance of anions has no such term then, nor may the front. */
  g->plan.physics.moving = !plan->steady;
  g->h = plan->box.edge / pow(2, plan->finest);
  return DAVY_OK;
}

DavyError DavyGrowthCreate(const DavyGrowthPlan *plan, DavyGrowth **result) {
  DavyError error = DAVY_OK;
  DavyGrowth *g;
  *result = NULL;
  DAVY_GUARD(growth_new(plan, &g));
  DAVY_GUARD(make_mesh(g, &(Near){.plan = &g->plan}, &g->now));
  DAVY_GUARD(seed_cuts(g, NULL, NULL, 0, &g->now));
  DAVY_GUARD(growth_settle(g, &g->now));
  if (plan->state) DavyFieldsSet(g->now.fields, 0, plan->state, plan->state_context);
  g->salt_start = DavyFieldsAccount(g->now.fields).salt;
  g->metal_start = metal_volume(&g->now);
  DAVY_GUARD(begin_afresh(g));
done:
  if (error) DavyGrowthDestroy(&g);
  *result = g;
  return error;
}

/* Whether the band of finest cells along the substrate holds the nuclei and their stencils. */
static bool within_band(const DavyGrowth *g, const DavyNucleus *nucleus, int count) {
  double highest = 0;
  for (int k = 0; k < count; k++)
    highest = fmax(highest, nucleus[k].radius * (1 - cos(nucleus[k].angle)));
  return g->travel + highest <= margin(g) * g->h;
}

DavyError DavyGrowthSeed(DavyGrowth *g, const DavyNucleus *nucleus, int count) {
  DavyError error = DAVY_OK;
  State next = {.mesh = g->now.mesh, .ground = g->now.ground};
  double before = metal_volume(&g->now);
  if (!within_band(g, nucleus, count)) {
    Near near = {&g->plan, g->sheet, nucleus, count};
    next = (State){.mesh = NULL};
    DAVY_GUARD(make_mesh(g, &near, &next));
    g->travel = 0;
  }
  DAVY_GUARD(seed_cuts(g, g->sheet, nucleus, count, &next));
  DAVY_GUARD(growth_settle(g, &next));
  DAVY_GUARD(carry_contents(g, &next, g->time, 0, true));
  g->seeded += metal_volume(&next) - before;
  free_state(&g->now, &next);
  g->now = next;
  return begin_afresh(g);
done:
  free_state(&next, &g->now);
  return error;
}

void DavyGrowthDestroy(DavyGrowth **growth) {
  DavyGrowth *g = *growth;
  if (!g) return;
  free_state(&g->now, NULL);
  DavySheetDestroy(&g->sheet);
  DavySheetDestroy(&g->past);
  free(g->origin);
  free(g);
  *growth = NULL;
}

const DavyGrowthPlan *DavyGrowthPlanOf(const DavyGrowth *g) {
  return &g->plan;
}
double DavyGrowthTime(const DavyGrowth *g) {
  return g->time;
}
double DavyGrowthLastStep(const DavyGrowth *g) {
  return g->step;
}
const DavyFields *DavyGrowthFields(const DavyGrowth *g) {
  return g->now.fields;
}
const DavyCuts *DavyGrowthCuts(const DavyGrowth *g) {
  return g->now.cuts;
}
const DavyMetal *DavyGrowthMetal(const DavyGrowth *g) {
  return g->now.metal;
}
const DavySheet *DavyGrowthSheet(const DavyGrowth *g) {
  return g->sheet;
}
const double *DavyGrowthShares(const DavyGrowth *g) {
  return g->share;
}
double DavyGrowthRate(const DavyGrowth *g, int body) {
  return g->now.rate[body];
}
double DavyGrowthPlated(const DavyGrowth *g, bool counter) {
  return g->plated[counter];
}

DavyGrowthLedger DavyGrowthAccount(const DavyGrowth *g) {
  DavyFieldsReport report = DavyFieldsAccount(g->now.fields);
  DavyGrowthLedger l = {.salt = report.salt,
                        .salt_gained = report.gained,
                        .metal = metal_volume(&g->now),
                        .plated = g->plated[0] + g->plated[1],
                        .seeded = g->seeded,
                        .vanished = g->vanished};
  double salt = l.salt - g->salt_start - l.salt_gained;
  double metal = l.metal - g->metal_start - l.plated - l.seeded + l.vanished;
  l.salt_error = g->salt_start > 0 ? salt / g->salt_start : 0;
  double moved = g->throughput + DAVY_LEDGER_LEAST * l.metal;
  l.metal_error = moved > 0 ? metal / moved : 0;
  return l;
}
