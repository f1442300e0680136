/* Steps in time of the fields, and their books. */
#include "interface/fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"

struct DavyFields {
  const DavyCuts *cuts;
  DavyGroups *groups;
  DavyStencils *stencils;
  DavyPhysics physics;
  MPI_Comm comm;
  double *state;             /* (u, p) of own groups, then the conductors' zF V/(RT) */
  double *content, *earlier; /* V u of own groups now and one step ago, m^dim */
  double *past;              /* NULL: at rest */
  DavySurfaceState *surface;
  double time, step;  /* s: now; the last step (0: none) */
  double now, before; /* past = now content + before earlier */
  double gained[2];   /* salt gained until now and one step ago, mol */
  DavyInstant instant;
  DavyFieldsReport report;
  DavySolver *solver; /* NULL: not needed at present */
};

static void note_bodies(DavyStencils *s, const int *body) {
  for (int k = 0; k < s->surfaces.rows; k++)
    if (s->surface[k].wall == DAVY_FRONT) s->surface[k].body = body[s->surface[k].cell];
}

void DavyFieldsSetFilm(DavyFields *f, const double *film) {
  for (int k = 0; k < f->stencils->surfaces.rows; k++) f->stencils->surface[k].film = film[k];
}

DavyError DavyFieldsCreate(const DavyCuts *cuts, const int *body, const DavyPhysics *physics,
                           DavyFields **result) {
  DavyError error = DAVY_OK;
  DavyFields *f = calloc(1, sizeof *f);
  DAVY_CHECK(f, DAVY_ERR_MEMORY, "out of memory for the fields");
  f->cuts = cuts;
  f->physics = *physics;
  f->comm = cuts->mesh->comm;
#ifndef NDEBUG
  DAVY_GUARD(DavyMeshCheck(cuts->mesh));
  DAVY_GUARD(DavyCutCheck(cuts));
#endif
  DAVY_GUARD(DavyGroupsCreate(cuts, &f->groups));
  DAVY_GUARD(DavyStencilsCreate(f->groups, physics->walls, &f->stencils));
  if (body) note_bodies(f->stencils, body);
  size_t own = (size_t)f->stencils->own + 1;
  f->state = calloc(2 * own + (size_t)physics->conductors, sizeof(double));
  f->content = calloc(own, sizeof(double));
  f->earlier = calloc(own, sizeof(double));
  f->past = calloc(own, sizeof(double));
  f->surface = calloc((size_t)f->stencils->surfaces.rows + 1, sizeof *f->surface);
  if (!f->state || !f->content || !f->earlier || !f->past || !f->surface) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu groups", own);
    goto done;
  }
  DAVY_GUARD(DavyBalanceConductors(f->stencils, physics, f->surface));
  DavyFieldsSet(f, 0, NULL, NULL);
done:
  if (error) DavyFieldsDestroy(&f);
  *result = f;
  return error;
}

/* The matrix and its preconditioner take several times the memory of all the rest, and of the rest
 * the stencils of faces take most. */
void DavyFieldsRest(DavyFields *f) {
  DavySolverDestroy(&f->solver);
  DavyStencilsRest(f->stencils);
  free(f->past);
  f->past = NULL;
}

static DavyError prepare(DavyFields *f) {
  DAVY_CHECK(f->past, DAVY_ERR_SOLVER, "fields at rest cannot be solved again");
  if (f->solver) return DAVY_OK;
  return DavySolverCreate(f->groups, f->stencils, &f->physics, f->surface, &f->solver);
}

void DavyFieldsDestroy(DavyFields **fields) {
  DavyFields *f = *fields;
  if (!f) return;
  DavySolverDestroy(&f->solver);
  DavyStencilsDestroy(&f->stencils);
  DavyGroupsDestroy(&f->groups);
  free(f->state);
  free(f->content);
  free(f->earlier);
  free(f->past);
  free(f->surface);
  free(f);
  *fields = NULL;
}

static double salt_content(const DavyFields *f) {
  double sum = 0;
  for (int g = 0; g < f->stencils->own; g++) sum += f->content[g] * f->physics.salt.concentration;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, f->comm);
  return sum;
}

/* zF/(RT), 1/V */
static double per_volt(const DavyFields *f) {
  const DavySalt *salt = &f->physics.salt;
  return salt->charge * DAVY_FARADAY / (DAVY_GAS_CONSTANT * salt->temperature);
}

void DavyFieldsSet(DavyFields *f, double time, DavyStateAt state, const void *context) {
  const DavySalt *salt = &f->physics.salt;
  double zf_rt = per_volt(f), *x = f->state;
  for (int g = 0; g < f->stencils->own; g++) {
    double c = salt->concentration, phi = 0;
    if (state) state(context, f->stencils->at[g], &c, &phi);
    x[2 * g] = c / salt->concentration;
    x[2 * g + 1] = zf_rt * phi;
  }
  for (int g = 0; g < f->stencils->own; g++) f->content[g] = f->stencils->volume[g] * x[2 * g];
  f->time = time;
  f->step = f->gained[0] = f->gained[1] = 0;
  f->report = (DavyFieldsReport){.salt = salt_content(f)};
}

void DavyFieldsContinue(DavyFields *f, const DavyFieldsPast *past) {
  size_t own = (size_t)f->stencils->own;
  memcpy(f->state, past->guess, 2 * own * sizeof *f->state);
  memcpy(f->content, past->now, own * sizeof *f->content);
  memcpy(f->earlier, past->before, own * sizeof *f->earlier);
  f->time = past->time;
  f->step = past->step;
  f->gained[0] = past->gained[0];
  f->gained[1] = past->gained[1];
  f->report = (DavyFieldsReport){
      .salt = salt_content(f), .gained = past->gained[0], .gained_before = past->gained[1]};
}

DavyError DavyFieldsSurvey(DavyFields *f, bool frozen) {
  f->instant = (DavyInstant){.time = f->time, .past = f->past, .frozen = frozen};
  DAVY_TRY(prepare(f));
  return DavySolverSurvey(f->solver, &f->instant, f->state);
}

/* After a step that succeeded: what was the content is the earlier one. A content is what was there
 * and what the fluxes brought, V u less what Newton's method left of the balance: so rounding of u,
 * which in a step of many diffusion times stands for more salt than is there to lose, does not add
 * up over a run. */
static void remember(DavyFields *f, const double *left) {
  double per_mass = f->instant.mass > 0 ? 1 / f->instant.mass : 0;
  for (int g = 0; g < f->stencils->own; g++) {
    f->earlier[g] = f->content[g];
    f->content[g] = f->stencils->volume[g] * f->state[2 * g] - per_mass * left[g];
  }
}

/* d(V c)/dt at the new time from the contents now and before: mass and past of balance.h. */
static void discretise_time(DavyFields *f, double dt, int order) {
  const DavyBox *box = &f->cuts->mesh->box;
  f->instant = (DavyInstant){.time = f->time, .past = f->past};
  f->now = 1;
  f->before = 0;
  if (dt == 0) {
    /* Any weight freezes u; this one gives the row the size of the others. */
    const DavySalt *salt = &f->physics.salt;
    DavyTransport t = DavyTransportAt(salt, 1);
    f->instant.frozen = true;
    f->instant.mass = t.k / pow(box->edge, 2);
  } else if (isfinite(dt)) {
    double w = order == 2 && f->step > 0 ? dt / f->step : 0;
    double lead = (1 + 2 * w) / (1 + w);
    f->instant.time = f->time + dt;
    f->instant.mass = lead / dt;
    f->now = (1 + w) / lead;
    f->before = -w * w / (1 + w) / lead;
  }
  for (int g = 0; g < f->stencils->own; g++)
    f->past[g] = f->now * f->content[g] + f->before * f->earlier[g];
}

/* The gain over the last step by the same formula as the fields', so that gain and content agree as
 * exactly as the equations are solved. */
static void account(DavyFields *f) {
  const DavyStencils *s = f->stencils;
  f->report.salt = salt_content(f);
  if (f->instant.frozen || f->instant.mass == 0) return;
  double rate = 0, c0 = f->physics.salt.concentration;
  for (int k = 0; k < s->surfaces.rows; k++) rate += c0 * s->surface[k].area * f->surface[k].anion;
  for (int g = 0; g < s->own && f->physics.source; g++) {
    double supply[2] = {0};
    f->physics.source(f->physics.context, s->at[g], f->instant.time, supply);
    rate += s->volume[g] * supply[0];
  }
  MPI_Allreduce(MPI_IN_PLACE, &rate, 1, MPI_DOUBLE, MPI_SUM, f->comm);
  double gained = f->now * f->gained[0] + f->before * f->gained[1] + rate / f->instant.mass;
  f->gained[1] = f->gained[0];
  f->report.gained = f->gained[0] = gained;
  f->report.gained_before = f->gained[1];
}

const DavyGroups *DavyFieldsGroups(const DavyFields *f) {
  return f->groups;
}

const double *DavyFieldsContents(const DavyFields *f) {
  return f->content;
}

const double *DavyFieldsContentsBefore(const DavyFields *f) {
  return f->earlier;
}

DavyError DavyFieldsSolve(DavyFields *f, double dt, int order) {
  DavySolverReport solved;
  double *left = malloc(((size_t)f->stencils->own + 1) * sizeof *left);
  DAVY_CHECK(left, DAVY_ERR_MEMORY, "out of memory for %d groups", f->stencils->own);
  DavyError error = prepare(f);
  if (!error) discretise_time(f, dt, order);
  if (!error) error = DavySolverSolve(f->solver, &f->instant, f->state, left, &solved);
  if (!error) {
    remember(f, left);
    f->step = isfinite(dt) ? dt : 0;
    f->time = f->instant.time;
    f->report.newton = solved.newton;
    f->report.linear = solved.linear;
    account(f);
  }
  free(left);
  return error;
}

void DavyFieldsSetPotential(DavyFields *f, int conductor, double volts) {
  f->state[2 * f->stencils->own + conductor - 1] = per_volt(f) * volts;
}

double DavyFieldsPotential(const DavyFields *f, int conductor) {
  /* Of one rank, that all go on from the same number whatever machines they run on. */
  double value = f->state[2 * f->stencils->own + conductor - 1] / per_volt(f);
  MPI_Bcast(&value, 1, MPI_DOUBLE, f->cuts->mesh->ranks - 1, f->comm);
  return value;
}

double DavyFieldsTime(const DavyFields *f) {
  return f->time;
}

const DavyStencils *DavyFieldsStencils(const DavyFields *f) {
  return f->stencils;
}

const double *DavyFieldsValues(const DavyFields *f) {
  return f->state;
}

const DavySurfaceState *DavyFieldsSurfaces(const DavyFields *f) {
  return f->surface;
}

/* Over the surfaces of a wall, or of a conductor. */
static double dissolving_current(const DavyFields *f, bool of_conductor, int which) {
  const DavyStencils *s = f->stencils;
  double sum = 0;
  for (int k = 0; k < s->surfaces.rows; k++)
    if ((of_conductor ? f->surface[k].conductor : s->surface[k].wall) == which)
      sum -= s->surface[k].area * f->surface[k].J;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, f->comm);
  return sum * f->physics.salt.charge * DAVY_FARADAY * f->physics.salt.concentration;
}

double DavyFieldsCurrent(const DavyFields *f, int wall) {
  return dissolving_current(f, false, wall);
}

double DavyFieldsConductorCurrent(const DavyFields *f, int conductor) {
  return dissolving_current(f, true, conductor);
}

DavyFieldsReport DavyFieldsAccount(const DavyFields *f) {
  return f->report;
}
