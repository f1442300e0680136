/* Newton's method for the balances of balance.h with PETSc.
 *
 * Each Newton step solves for (u, p) with GMRES, preconditioned block by block: one V-cycle of
 * hypre BoomerAMG on the potential, then one on the concentration with the new potential. */
#include "interface/fields.h"

#include <math.h>
#include <petscsnes.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"

struct DavyFields {
  const DavyCuts *cuts;
  DavyGroups *groups;
  DavyStencils *stencils;
  DavyPhysics physics;
  MPI_Comm comm;
  Vec x; /* own (u, p), with room for the other slots' */
  Vec residual;
  Mat jacobian;
  SNES snes;
  double *entries;           /* of the Jacobian, in the pattern's order */
  double *content, *earlier; /* V u of own groups now and one step ago, m^dim */
  double *past, *local;
  DavySurfaceState *surface;
  double time, step;  /* s: now; the last step (0: none) */
  double now, before; /* past = now content + before earlier */
  double gained[2];   /* salt gained until now and one step ago, mol */
  DavyInstant instant;
  DavyFieldsReport report;
  DavyError failure; /* inside a callback of PETSc */
};

#define DAVY_PETSC(call)                                                                           \
  do {                                                                                             \
    PetscErrorCode code_ = (call);                                                                 \
    if (code_) return DavyFail(DAVY_ERR_SOLVER, "PETSc error %d in %s", (int)code_, #call);        \
  } while (0)

DavyError DavyEngineStart(void) {
  PetscBool started;
  DAVY_PETSC(PetscInitialized(&started));
  if (started) return DAVY_OK;
  DAVY_PETSC(PetscInitializeNoArguments());
  DAVY_PETSC(PetscOptionsInsertString(
      NULL, "-davy_pc_type fieldsplit -davy_pc_fieldsplit_type multiplicative "
            "-davy_pc_fieldsplit_block_size 2 "
            "-davy_pc_fieldsplit_0_fields 1 -davy_pc_fieldsplit_1_fields 0 "
            "-davy_fieldsplit_0_ksp_type preonly -davy_fieldsplit_0_pc_type hypre "
            "-davy_fieldsplit_1_ksp_type preonly -davy_fieldsplit_1_pc_type hypre "));
  return DAVY_OK;
}

void DavyEngineEnd(void) {
  PetscFinalize();
}

/* Residual and, unless NULL, Jacobian entries at x. */
static PetscErrorCode assemble(DavyFields *f, Vec x, Vec residual, double *entries) {
  int slots = f->stencils->slots;
  Vec local;
  const double *values;
  double *r;
  PetscCall(VecCopy(x, f->x));
  PetscCall(VecGhostUpdateBegin(f->x, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostUpdateEnd(f->x, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostGetLocalForm(f->x, &local));
  PetscCall(VecGetArrayRead(local, &values));
  memset(f->local, 0, 2 * (size_t)slots * sizeof *f->local);
  f->failure =
      DavyBalance(f->stencils, &f->physics, &f->instant, values, f->local, entries, f->surface);
  PetscCall(VecRestoreArrayRead(local, &values));
  PetscCall(VecGhostRestoreLocalForm(f->x, &local));
  if (!residual) return 0;
  PetscCall(VecGhostGetLocalForm(f->residual, &local));
  PetscCall(VecGetArrayWrite(local, &r));
  memcpy(r, f->local, 2 * (size_t)slots * sizeof *r);
  PetscCall(VecRestoreArrayWrite(local, &r));
  PetscCall(VecGhostRestoreLocalForm(f->residual, &local));
  PetscCall(VecGhostUpdateBegin(f->residual, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecGhostUpdateEnd(f->residual, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecCopy(f->residual, residual));
  return 0;
}

static PetscErrorCode ask_residual(SNES snes, Vec x, Vec residual, void *context) {
  DavyFields *f = context;
  PetscCall(assemble(f, x, residual, NULL));
  int failed = f->failure != DAVY_OK;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, f->comm));
  if (failed) PetscCall(SNESSetFunctionDomainError(snes));
  return 0;
}

static PetscErrorCode ask_jacobian(SNES snes, Vec x, Mat jacobian, Mat same, void *context) {
  DavyFields *f = context;
  (void)snes, (void)same;
  PetscCall(assemble(f, x, NULL, f->entries));
  PetscCall(MatSetValuesCOO(jacobian, f->entries, INSERT_VALUES));
  return 0;
}

/* A Newton step takes no concentration below a tenth of what it was: past zero the conductivity is
 * negative and the equations are of another kind. */
static PetscErrorCode keep_salt(SNESLineSearch search, Vec x, Vec step, PetscBool *changed,
                                void *context) {
  DavyFields *f = context;
  const double *u, *less;
  double most = 1;
  (void)search;
  PetscCall(VecGetArrayRead(x, &u));
  PetscCall(VecGetArrayRead(step, &less));
  for (int g = 0; g < f->stencils->own; g++)
    if (less[2 * g] > 0.9 * u[2 * g]) most = fmin(most, 0.9 * u[2 * g] / less[2 * g]);
  PetscCall(VecRestoreArrayRead(x, &u));
  PetscCall(VecRestoreArrayRead(step, &less));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MIN, f->comm));
  *changed = most < 1 ? PETSC_TRUE : PETSC_FALSE;
  if (*changed) PetscCall(VecScale(step, most));
  return 0;
}

static DavyError create_vectors(DavyFields *f) {
  const DavyStencils *s = f->stencils;
  int others = s->slots - s->own;
  PetscInt *block = malloc(((size_t)others + 1) * sizeof *block);
  DAVY_CHECK(block, DAVY_ERR_MEMORY, "out of memory for %d groups", s->slots);
  for (int k = 0; k < others; k++) block[k] = (PetscInt)s->id[s->own + k];
  PetscErrorCode code =
      VecCreateGhostBlock(f->comm, 2, 2 * s->own, PETSC_DECIDE, others, block, &f->x);
  free(block);
  DAVY_PETSC(code);
  DAVY_PETSC(VecDuplicate(f->x, &f->residual));
  return DAVY_OK;
}

static DavyError create_matrix(DavyFields *f) {
  const DavyStencils *s = f->stencils;
  int n = DavyBalancePattern(s, NULL, NULL);
  PetscInt *row = malloc(((size_t)n + 1) * sizeof *row);
  PetscInt *column = malloc(((size_t)n + 1) * sizeof *column);
  f->entries = malloc(((size_t)n + 1) * sizeof *f->entries);
  DavyError error = DAVY_OK;
  if (!row || !column || !f->entries) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for a matrix of %d entries", n);
    goto done;
  }
  DavyBalancePattern(s, row, column);
  for (int k = 0; k < n; k++) {
    row[k] = (PetscInt)(2 * s->id[row[k] / 2] + row[k] % 2);
    column[k] = (PetscInt)(2 * s->id[column[k] / 2] + column[k] % 2);
  }
  if (MatCreate(f->comm, &f->jacobian) ||
      MatSetSizes(f->jacobian, 2 * s->own, 2 * s->own, PETSC_DETERMINE, PETSC_DETERMINE) ||
      MatSetType(f->jacobian, MATAIJ) || MatSetBlockSize(f->jacobian, 2) ||
      MatSetPreallocationCOO(f->jacobian, n, row, column))
    error = DavyFail(DAVY_ERR_SOLVER, "PETSc cannot make a matrix of %d entries", n);
done:
  free(row);
  free(column);
  return error;
}

static DavyError create_solver(DavyFields *f) {
  KSP ksp;
  SNESLineSearch search;
  DAVY_PETSC(SNESCreate(f->comm, &f->snes));
  DAVY_PETSC(SNESSetOptionsPrefix(f->snes, "davy_"));
  DAVY_PETSC(SNESSetFunction(f->snes, NULL, ask_residual, f));
  DAVY_PETSC(SNESSetJacobian(f->snes, f->jacobian, f->jacobian, ask_jacobian, f));
  DAVY_PETSC(SNESGetKSP(f->snes, &ksp));
  DAVY_PETSC(KSPSetType(ksp, KSPGMRES));
  DAVY_PETSC(KSPGMRESSetRestart(ksp, 60));
  DAVY_PETSC(KSPSetTolerances(ksp, 1e-8, 0, PETSC_DEFAULT, 300));
  DAVY_PETSC(SNESGetLineSearch(f->snes, &search));
  DAVY_PETSC(SNESLineSearchSetType(search, SNESLINESEARCHBT));
  DAVY_PETSC(SNESLineSearchSetPreCheck(search, keep_salt, f));
  DAVY_PETSC(SNESSetFromOptions(f->snes));
  return DAVY_OK;
}

DavyError DavyFieldsCreate(const DavyCuts *cuts, const DavyPhysics *physics, DavyFields **result) {
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
  size_t own = (size_t)f->stencils->own + 1, slots = (size_t)f->stencils->slots + 1;
  f->content = calloc(own, sizeof(double));
  f->earlier = calloc(own, sizeof(double));
  f->past = calloc(own, sizeof(double));
  f->local = calloc(2 * slots, sizeof(double));
  f->surface = calloc((size_t)f->stencils->surfaces.rows + 1, sizeof *f->surface);
  if (!f->content || !f->earlier || !f->past || !f->local || !f->surface) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu groups", slots);
    goto done;
  }
  DAVY_GUARD(create_vectors(f));
  DAVY_GUARD(create_matrix(f));
  DAVY_GUARD(create_solver(f));
  DavyFieldsSet(f, 0, NULL, NULL);
done:
  if (error) DavyFieldsDestroy(&f);
  *result = f;
  return error;
}

void DavyFieldsDestroy(DavyFields **fields) {
  DavyFields *f = *fields;
  if (!f) return;
  SNESDestroy(&f->snes);
  MatDestroy(&f->jacobian);
  VecDestroy(&f->x);
  VecDestroy(&f->residual);
  DavyStencilsDestroy(&f->stencils);
  DavyGroupsDestroy(&f->groups);
  free(f->entries);
  free(f->content);
  free(f->earlier);
  free(f->past);
  free(f->local);
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

void DavyFieldsSet(DavyFields *f, double time, DavyStateAt state, const void *context) {
  const DavySalt *salt = &f->physics.salt;
  double zf_rt = salt->charge * DAVY_FARADAY / (DAVY_GAS_CONSTANT * salt->temperature), *x;
  VecGetArrayWrite(f->x, &x);
  for (int g = 0; g < f->stencils->own; g++) {
    double c = salt->concentration, phi = 0;
    if (state) state(context, f->stencils->at[g], &c, &phi);
    x[2 * g] = c / salt->concentration;
    x[2 * g + 1] = zf_rt * phi;
  }
  for (int g = 0; g < f->stencils->own; g++) f->content[g] = f->stencils->volume[g] * x[2 * g];
  VecRestoreArrayWrite(f->x, &x);
  f->time = time;
  f->step = f->gained[0] = f->gained[1] = 0;
  f->report = (DavyFieldsReport){.salt = salt_content(f)};
}

void DavyFieldsContinue(DavyFields *f, const DavyFieldsPast *past) {
  double *x;
  VecGetArrayWrite(f->x, &x);
  memcpy(x, past->guess, 2 * (size_t)f->stencils->own * sizeof *x);
  VecRestoreArrayWrite(f->x, &x);
  memcpy(f->content, past->now, (size_t)f->stencils->own * sizeof *f->content);
  memcpy(f->earlier, past->before, (size_t)f->stencils->own * sizeof *f->earlier);
  f->time = past->time;
  f->step = past->step;
  f->gained[0] = past->gained[0];
  f->gained[1] = past->gained[1];
  f->report = (DavyFieldsReport){
      .salt = salt_content(f), .gained = past->gained[0], .gained_before = past->gained[1]};
}

/* After a step that succeeded: what was the content is the earlier one. */
static void remember(DavyFields *f) {
  const double *x = DavyFieldsValues(f);
  for (int g = 0; g < f->stencils->own; g++) {
    f->earlier[g] = f->content[g];
    f->content[g] = f->stencils->volume[g] * x[2 * g];
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

/* Rounding of a sum of fluxes over all rows: Newton cannot go below it. */
static double round_off(const DavyFields *f) {
  const DavyMesh *mesh = f->cuts->mesh;
  DavyTransport t = DavyTransportAt(&f->physics.salt, 1);
  double h = INFINITY;
  for (int cell = 0; cell < mesh->own; cell++) h = fmin(h, DavyCellSize(mesh, cell));
  MPI_Allreduce(MPI_IN_PLACE, &h, 1, MPI_DOUBLE, MPI_MIN, f->comm);
  double weight = t.k * pow(h, mesh->box.dim - 2) + f->instant.mass * pow(h, mesh->box.dim);
  return 1e-14 * weight * sqrt((double)f->groups->total);
}

DavyError DavyFieldsSolve(DavyFields *f, double dt, int order) {
  Vec x, before;
  PetscInt newton, linear;
  PetscReal norm;
  SNESConvergedReason reason;
  DAVY_PETSC(VecDuplicate(f->x, &x));
  DAVY_PETSC(VecCopy(f->x, x));
  DAVY_PETSC(VecDuplicate(f->x, &before));
  DAVY_PETSC(VecCopy(f->x, before));
  discretise_time(f, dt, order);
  DAVY_PETSC(SNESSetTolerances(f->snes, round_off(f), 1e-14, 1e-14, 40, 10000));
  DAVY_PETSC(SNESSolve(f->snes, NULL, x));
  DAVY_PETSC(SNESGetConvergedReason(f->snes, &reason));
  /* Steps that keep_salt cuts to nothing are no convergence. */
  DAVY_PETSC(SNESGetFunctionNorm(f->snes, &norm));
  if (reason == SNES_CONVERGED_SNORM_RELATIVE && !(norm <= 1e3 * round_off(f)))
    reason = SNES_DIVERGED_LOCAL_MIN;
  DAVY_PETSC(SNESGetIterationNumber(f->snes, &newton));
  DAVY_PETSC(SNESGetLinearSolveIterations(f->snes, &linear));
  f->report.newton = newton;
  f->report.linear = linear;
  if (reason > 0) {
    DAVY_PETSC(assemble(f, x, NULL, NULL));
    remember(f);
  } else
    DAVY_PETSC(VecCopy(before, f->x));
  DAVY_PETSC(VecDestroy(&x));
  DAVY_PETSC(VecDestroy(&before));
  if (reason <= 0 && f->failure) return f->failure;
  DAVY_CHECK(reason > 0, DAVY_ERR_SOLVER,
             "the fields at t = %g s, step %g s: %s after %d iterations", f->time, dt,
             SNESConvergedReasons[reason], (int)newton);
  f->step = isfinite(dt) ? dt : 0;
  f->time = f->instant.time;
  account(f);
  return DAVY_OK;
}

void DavyFieldsSetBodies(DavyFields *f, const int *label) {
  for (int k = 0; k < f->stencils->surfaces.rows; k++)
    if (f->stencils->surface[k].wall == DAVY_FRONT)
      f->stencils->surface[k].body = label[f->stencils->surface[k].cell];
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

double DavyFieldsTime(const DavyFields *f) {
  return f->time;
}

const DavyStencils *DavyFieldsStencils(const DavyFields *f) {
  return f->stencils;
}

const double *DavyFieldsValues(const DavyFields *f) {
  const double *x;
  VecGetArrayRead(f->x, &x);
  const double *values = x; /* the vector's own memory, valid as long as the fields */
  VecRestoreArrayRead(f->x, &x);
  return values;
}

const DavySurfaceState *DavyFieldsSurfaces(const DavyFields *f) {
  return f->surface;
}

double DavyFieldsCurrent(const DavyFields *f, int wall) {
  const DavyStencils *s = f->stencils;
  double sum = 0;
  for (int k = 0; k < s->surfaces.rows; k++)
    if (s->surface[k].wall == wall) sum -= s->surface[k].area * f->surface[k].J;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, f->comm);
  return sum * f->physics.salt.charge * DAVY_FARADAY * f->physics.salt.concentration;
}

DavyFieldsReport DavyFieldsAccount(const DavyFields *f) {
  return f->report;
}
