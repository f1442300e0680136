/* Unknowns are (u, p) of every group and, on the last rank, zF V/(RT) of every conductor. Each
 * Newton step solves for them with GMRES, preconditioned from the right (so that it measures the
 * residual itself) block by block: one V-cycle of hypre BoomerAMG on the potentials, of which a
 * conductor's is one more node, then one on the concentrations with the new potentials. */
#include "interface/solver.h"

#include <dlfcn.h>
#include <math.h>
#include <petscsnes.h>
#include <stdlib.h>
#include <string.h>

#include "interface/conductors.h"
#include "interface/matrix.h"
#include "interface/petsc.h"

enum { U, P }; /* unknowns, and the balances that go with them */

struct DavySolver {
  const DavyMesh *mesh;
  const DavyStencils *stencils;
  const DavyPhysics *physics;
  DavySurfaceState *surface;
  MPI_Comm comm;
  DavyConductors conductors;
  bool last;          /* this rank has the conductors' rows */
  PetscInt *id;       /* of each slot and conductor among all ranks' */
  double *values;     /* of all slots and conductors that this rank knows, as in balance.h, */
  double *sums;       /* and what its faces and surfaces add to their rows */
  Vec x, here, added; /* unknowns in the order of matrix.h; over `values` and `sums` */
  VecScatter to_here; /* from x to `here` */
  DavyMatrix matrix;
  PC cycle[2];
  Vec balance; /* the anions' with the new potentials */
  SNES snes;
  const DavyInstant *instant;
  double residual;   /* where the last Jacobian was asked for */
  double round_off;  /* of the residual, at values of about 1 */
  DavyError failure; /* inside a callback of PETSc */
};

/* Ranks are the parallelism here. OpenBLAS has threads of its own, which would keep other ranks'
 * cores busy with waiting for vectors too short to share out. */
static void work_alone(void) {
  void (*set_threads)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "openblas_set_num_threads");
  if (set_threads) set_threads(1);
}

DavyError DavyEngineStart(void) {
  PetscBool started;
  DAVY_PETSC(PetscInitialized(&started));
  if (started) return DAVY_OK;
  DAVY_PETSC(PetscInitializeNoArguments());
  work_alone();
  /* PMIS with at most four entries a row: a conductor's row is dense, and what hypre does by
   * default would fill all coarser levels from it. One sweep of Gauss and Seidel for hypre's two:
   * it costs half and GMRES one iteration in ten more. */
#define V_CYCLE(field)                                                                             \
  "-davy_" field "_pc_hypre_boomeramg_relax_type_all SOR/Jacobi "                                  \
  "-davy_" field "_pc_hypre_boomeramg_coarsen_type PMIS "                                          \
  "-davy_" field "_pc_hypre_boomeramg_interp_type ext+i "                                          \
  "-davy_" field "_pc_hypre_boomeramg_P_max 4 "
  DAVY_PETSC(PetscOptionsInsertString(NULL, V_CYCLE("u") V_CYCLE("p")));
#undef V_CYCLE
  return DAVY_OK;
}

void DavyEngineEnd(void) {
  PetscFinalize();
}

/* x as this rank needs it, into `values`. */
static PetscErrorCode spread(DavySolver *s, Vec x) {
  PetscCall(VecScatterBegin(s->to_here, x, s->here, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecScatterEnd(s->to_here, x, s->here, INSERT_VALUES, SCATTER_FORWARD));
  return 0;
}

/* What flows into the conductors belongs to no surface: the rank that has their rows adds it. */
static void feed_conductors(DavySolver *s, const DavyJacobian *jacobian) {
  int n = s->conductors.count, slots = s->stencils->slots;
  if (!s->last || n == 0) return;
  DavyConductorsFeed(&s->conductors, s->physics, s->instant->time, s->values + 2 * slots);
  for (int k = 0; k < n; k++) s->sums[2 * slots + k] -= s->conductors.feed[k];
  for (int k = 0; jacobian && k < n * n; k++) {
    int row = slots + k / n, column = slots + k % n;
    double value[4] = {0, 0, 0, -s->conductors.feed_x[k]};
    if (row == column) value[3] += DavyConductorsIdle(&s->conductors, k / n);
    jacobian->add(jacobian->context, 1, &row, 1, &column, value);
  }
}

/* Residual and Jacobian, each unless NULL, at x, with the conductors' potentials where each
 * balances in these fields: currents are exponentials of them, which Newton's steps would
 * overshoot. With their rows at zero a step is that of the fields with the potentials eliminated,
 * so the line search judges what it goes along. */
static PetscErrorCode assemble(DavySolver *s, Vec x, Vec residual, const DavyJacobian *jacobian) {
  PetscCall(spread(s, x));
  PetscCall(VecSet(s->added, 0));
  s->failure = DavyConductorsSettle(&s->conductors, s->stencils, s->physics, s->instant, s->comm,
                                    s->values, s->surface);
  if (!s->failure)
    s->failure =
        DavyBalance(s->stencils, s->physics, s->instant, s->values, s->sums, jacobian, s->surface);
  feed_conductors(s, s->failure ? NULL : jacobian);
  if (!residual) return 0;
  PetscCall(VecSet(residual, 0));
  PetscCall(VecScatterBegin(s->to_here, s->added, residual, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecScatterEnd(s->to_here, s->added, residual, ADD_VALUES, SCATTER_REVERSE));
  return 0;
}

static PetscErrorCode ask_residual(SNES snes, Vec x, Vec residual, void *context) {
  DavySolver *s = context;
  PetscCall(assemble(s, x, residual, NULL));
  int failed = s->failure != DAVY_OK;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, s->comm));
  if (failed) PetscCall(SNESSetFunctionDomainError(snes));
  return 0;
}

/* What rounding leaves of the residual at x: it grows with the potentials, which may be a hundred
 * RT/zF. */
static double rounding(const DavySolver *s, Vec x) {
  double most = 1;
  VecNorm(x, NORM_INFINITY, &most);
  return s->round_off * fmax(1, most) + s->conductors.round_off;
}

/* How far GMRES goes: a Newton step leaves about the square of what the one before it gained (S. C.
 * Eisenstat, H. F. Walker, SIAM J. Sci. Comput. 17 (1996) 16, choice 2), and nothing below rounding
 * counts. */
static double forcing(const DavySolver *s, double residual, double before, Vec x) {
  static const double LOOSEST = 1e-2, TIGHTEST = 1e-7;
  double gain = before > 0 ? residual / before : 1;
  double enough = fmax(0.5 * gain * gain, 0.2 * rounding(s, x) / residual);
  return fmin(LOOSEST, fmax(TIGHTEST, enough));
}

/* The preconditioner of a solution's first Newton step serves all, unless GMRES labours. */
static PetscErrorCode ask_jacobian(SNES snes, Vec x, Mat jacobian, Mat same, void *context) {
  enum { REBUILD = -2, KEEP = -1, LABOUR = 4 }; /* iterations for a digit */
  DavySolver *s = context;
  PetscInt newton, linear;
  PetscReal tolerance, residual;
  KSP ksp;
  (void)same;
  PetscCall(SNESGetIterationNumber(snes, &newton));
  PetscCall(SNESGetFunctionNorm(snes, &residual));
  PetscCall(SNESGetKSP(snes, &ksp));
  PetscCall(KSPGetIterationNumber(ksp, &linear));
  PetscCall(KSPGetTolerances(ksp, &tolerance, NULL, NULL, NULL));
  bool rebuild = newton == 0 || linear > -LABOUR * log10(tolerance);
  PetscCall(SNESSetLagPreconditioner(snes, rebuild ? REBUILD : KEEP));
  tolerance = forcing(s, residual, newton == 0 ? 0 : s->residual, x);
  PetscCall(KSPSetTolerances(ksp, tolerance, 0, PETSC_DEFAULT, 300));
  s->residual = residual;
  DavyError error = DavyMatrixBegin(&s->matrix);
  if (!error) PetscCall(assemble(s, x, NULL, &(DavyJacobian){DavyMatrixAdd, &s->matrix}));
  if (!error) error = DavyMatrixEnd(&s->matrix);
  if (error && !s->failure) s->failure = error;
  PetscCall(MatAssemblyBegin(jacobian, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(jacobian, MAT_FINAL_ASSEMBLY));
  return 0;
}

/* A Newton step takes no concentration below a tenth of what it was: past zero the conductivity is
 * negative and the equations are of another kind. */
static PetscErrorCode keep_salt(SNESLineSearch search, Vec x, Vec step, PetscBool *changed,
                                void *context) {
  DavySolver *s = context;
  const double *u, *less;
  double most = 1;
  (void)search;
  PetscCall(VecGetArrayRead(x, &u));
  PetscCall(VecGetArrayRead(step, &less));
  for (int g = 0; g < s->stencils->own; g++)
    if (less[g] > 0.9 * u[g]) most = fmin(most, 0.9 * u[g] / less[g]);
  PetscCall(VecRestoreArrayRead(x, &u));
  PetscCall(VecRestoreArrayRead(step, &less));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MIN, s->comm));
  *changed = most < 1 ? PETSC_TRUE : PETSC_FALSE;
  if (*changed) PetscCall(VecScale(step, most));
  return 0;
}

static PetscErrorCode is_solved(SNES snes, PetscInt iteration, PetscReal size, PetscReal step,
                                PetscReal residual, SNESConvergedReason *reason, void *context) {
  Vec x;
  PetscCall(SNESConvergedDefault(snes, iteration, size, step, residual, reason, NULL));
  if (*reason) return 0;
  PetscCall(SNESGetSolution(snes, &x));
  if (residual < rounding(context, x)) *reason = SNES_CONVERGED_FNORM_ABS;
  return 0;
}

/* Numbers among all ranks' of what this rank knows, and where their unknowns stand in x. */
static DavyError create_vectors(DavySolver *s, int64_t groups) {
  const DavyStencils *stencils = s->stencils;
  int slots = stencils->slots, n = s->conductors.count, count = 2 * slots + n;
  PetscInt own = stencils->own + (s->last ? n : 0);
  PetscLayout layout;
  IS set;
  for (int k = 0; k < slots + n; k++)
    s->id[k] = (PetscInt)(k < slots ? stencils->id[k] : groups + k - slots);
  DAVY_PETSC(VecCreateMPI(s->comm, 2 * own, PETSC_DETERMINE, &s->x));
  DAVY_PETSC(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, count, s->values, &s->here));
  DAVY_PETSC(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, count, s->sums, &s->added));
  DAVY_PETSC(VecGetLayout(s->x, &layout));
  PetscInt *at = malloc(((size_t)count + 1) * sizeof *at), *next = at;
  DAVY_CHECK(at, DAVY_ERR_MEMORY, "out of memory for %d groups", slots);
  for (int k = 0; k < slots + n; k++) {
    const PetscInt *range;
    PetscMPIInt rank;
    PetscLayoutGetRanges(layout, &range);
    PetscLayoutFindOwner(layout, 2 * s->id[k], &rank);
    PetscInt u = range[rank] / 2 + s->id[k];
    if (k < slots) *next++ = u;
    *next++ = u + (range[rank + 1] - range[rank]) / 2;
  }
  PetscErrorCode code = ISCreateGeneral(s->comm, count, at, PETSC_COPY_VALUES, &set);
  free(at);
  DAVY_PETSC(code);
  DAVY_PETSC(VecScatterCreate(s->x, set, s->here, NULL, &s->to_here));
  DAVY_PETSC(ISDestroy(&set));
  return DAVY_OK;
}

DavyError DavySolverCreate(const DavyGroups *groups, const DavyStencils *stencils,
                           const DavyPhysics *physics, DavySurfaceState *surface,
                           DavySolver **result) {
  DavyError error = DAVY_OK;
  DavySolver *s = calloc(1, sizeof *s);
  DAVY_CHECK(s, DAVY_ERR_MEMORY, "out of memory for the solver");
  s->mesh = groups->cuts->mesh;
  s->stencils = stencils;
  s->physics = physics;
  s->surface = surface;
  s->comm = s->mesh->comm;
  s->last = s->mesh->rank == s->mesh->ranks - 1;
  DAVY_GUARD(DavyConductorsCreate(physics->conductors, &s->conductors));
  size_t nodes = (size_t)stencils->slots + (size_t)physics->conductors;
  s->id = malloc((nodes + 1) * sizeof *s->id);
  s->values = calloc(2 * nodes + 1, sizeof(double));
  s->sums = calloc(2 * nodes + 1, sizeof(double));
  if (!s->id || !s->values || !s->sums) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu groups", nodes);
    goto done;
  }
  DAVY_GUARD(create_vectors(s, groups->total));
done:
  if (error) DavySolverDestroy(&s);
  *result = s;
  return error;
}

void DavySolverDestroy(DavySolver **solver) {
  DavySolver *s = *solver;
  if (!s) return;
  SNESDestroy(&s->snes);
  for (int k = 0; k < 2; k++) PCDestroy(&s->cycle[k]);
  VecDestroy(&s->balance);
  DavyMatrixDestroy(&s->matrix);
  VecScatterDestroy(&s->to_here);
  VecDestroy(&s->x);
  VecDestroy(&s->here);
  VecDestroy(&s->added);
  DavyConductorsDestroy(&s->conductors);
  free(s->id);
  free(s->values);
  free(s->sums);
  free(s);
  *solver = NULL;
}

/* Concentrations that stand still have rows with a diagonal alone. */
static PetscErrorCode choose_cycle(DavySolver *s, int k) {
  bool still = k == U && s->instant->frozen;
  PetscCall(PCSetType(s->cycle[k], still ? PCJACOBI : PCHYPRE));
  if (!still) PetscCall(PCHYPRESetType(s->cycle[k], "boomeramg"));
  PetscCall(PCSetFromOptions(s->cycle[k]));
  return 0;
}

/* PETSc asks for this when the preconditioner is to be made anew. */
static PetscErrorCode set_up_cycles(PC pc) {
  DavySolver *s;
  PetscCall(PCShellGetContext(pc, &s));
  for (int k = 0; k < 2; k++) {
    PetscCall(choose_cycle(s, k));
    PetscCall(PCSetReusePreconditioner(s->cycle[k], PETSC_FALSE));
    PetscCall(PCSetOperators(s->cycle[k], s->matrix.block[k][k], s->matrix.block[k][k]));
    PetscCall(PCSetUp(s->cycle[k]));
    PetscCall(PCSetReusePreconditioner(s->cycle[k], PETSC_TRUE));
  }
  return 0;
}

/* p = cycle(charge), then u = cycle(anions - d anions/dp p). */
static PetscErrorCode apply_cycles(PC pc, Vec balance, Vec step) {
  DavySolver *s;
  Vec r[2], d[2];
  PetscCall(PCShellGetContext(pc, &s));
  for (int k = 0; k < 2; k++) {
    PetscCall(VecGetSubVector(balance, s->matrix.rows[k], &r[k]));
    PetscCall(VecGetSubVector(step, s->matrix.rows[k], &d[k]));
  }
  PetscCall(PCApply(s->cycle[P], r[P], d[P]));
  PetscCall(MatMult(s->matrix.block[U][P], d[P], s->balance));
  PetscCall(VecAYPX(s->balance, -1, r[U]));
  PetscCall(PCApply(s->cycle[U], s->balance, d[U]));
  for (int k = 0; k < 2; k++) {
    PetscCall(VecRestoreSubVector(balance, s->matrix.rows[k], &r[k]));
    PetscCall(VecRestoreSubVector(step, s->matrix.rows[k], &d[k]));
  }
  return 0;
}

static DavyError create_preconditioner(DavySolver *s, PC pc) {
  static const char *const prefix[2] = {"davy_u_", "davy_p_"};
  DAVY_PETSC(MatCreateVecs(s->matrix.block[U][U], NULL, &s->balance));
  for (int k = 0; k < 2; k++) {
    DAVY_PETSC(PCCreate(s->comm, &s->cycle[k]));
    DAVY_PETSC(PCSetOptionsPrefix(s->cycle[k], prefix[k]));
  }
  DAVY_PETSC(PCSetType(pc, PCSHELL));
  DAVY_PETSC(PCShellSetContext(pc, s));
  DAVY_PETSC(PCShellSetSetUp(pc, set_up_cycles));
  DAVY_PETSC(PCShellSetApply(pc, apply_cycles));
  return DAVY_OK;
}

static DavyError create_newton(DavySolver *s) {
  KSP ksp;
  PC pc;
  SNESLineSearch search;
  DAVY_PETSC(SNESCreate(s->comm, &s->snes));
  DAVY_PETSC(SNESSetOptionsPrefix(s->snes, "davy_"));
  DAVY_PETSC(SNESSetFunction(s->snes, NULL, ask_residual, s));
  DAVY_PETSC(SNESSetJacobian(s->snes, s->matrix.whole, s->matrix.whole, ask_jacobian, s));
  DAVY_PETSC(SNESSetConvergenceTest(s->snes, is_solved, s, NULL));
  DAVY_PETSC(SNESSetTolerances(s->snes, 0, 1e-14, 1e-14, 40, 10000));
  DAVY_PETSC(SNESGetKSP(s->snes, &ksp));
  DAVY_PETSC(KSPSetType(ksp, KSPGMRES));
  DAVY_PETSC(KSPSetPCSide(ksp, PC_RIGHT));
  DAVY_PETSC(KSPGMRESSetRestart(ksp, 60));
  DAVY_PETSC(KSPGetPC(ksp, &pc));
  DAVY_TRY(create_preconditioner(s, pc));
  DAVY_PETSC(SNESGetLineSearch(s->snes, &search));
  DAVY_PETSC(SNESLineSearchSetType(search, SNESLINESEARCHBT));
  DAVY_PETSC(SNESLineSearchSetPreCheck(search, keep_salt, s));
  DAVY_PETSC(SNESSetFromOptions(s->snes));
  return DAVY_OK;
}

static DavyError prepare(DavySolver *s) {
  if (s->snes) return DAVY_OK;
  DAVY_TRY(
      DavyMatrixCreate(s->stencils, s->surface, s->conductors.count, s->id, s->comm, &s->matrix));
  DavyError error = create_newton(s);
  if (error) SNESDestroy(&s->snes); /* it is what says that all is there */
  return error;
}

/* Rounding of a sum of fluxes over all rows: Newton cannot go below it. A surface's current has
 * that of differences over its reach. */
static double round_off(const DavySolver *solver) {
  const DavyMesh *mesh = solver->mesh;
  const DavyStencils *s = solver->stencils;
  DavyTransport t = DavyTransportAt(&solver->physics->salt, 1);
  double h = INFINITY, sum[3] = {0, 0, s->own}; /* of surfaces, of contents; groups */
  for (int cell = 0; cell < mesh->own; cell++) h = fmin(h, DavyCellSize(mesh, cell));
  for (int k = 0; k < s->surfaces.rows; k++)
    sum[0] += pow(t.k * s->surface[k].area / s->surface[k].reach, 2);
  for (int g = 0; g < s->own; g++) sum[1] += pow(solver->instant->mass * s->volume[g], 2);
  MPI_Allreduce(MPI_IN_PLACE, &h, 1, MPI_DOUBLE, MPI_MIN, solver->comm);
  MPI_Allreduce(MPI_IN_PLACE, sum, 3, MPI_DOUBLE, MPI_SUM, solver->comm);
  double faces = t.k * pow(h, mesh->box.dim - 2) * sqrt(sum[2]);
  return 1e-14 * (faces + sqrt(sum[0]) + sqrt(sum[1]));
}

/* Newton's method from x; whether it came to a solution. */
static DavyError iterate(DavySolver *s, DavySolverReport *report) {
  PetscInt newton, linear;
  PetscReal residual;
  SNESConvergedReason reason;
  s->failure = DAVY_OK;
  s->round_off = round_off(s);
  DAVY_PETSC(SNESSolve(s->snes, NULL, s->x));
  DAVY_PETSC(SNESGetConvergedReason(s->snes, &reason));
  DAVY_PETSC(SNESGetFunctionNorm(s->snes, &residual));
  DAVY_PETSC(SNESGetIterationNumber(s->snes, &newton));
  DAVY_PETSC(SNESGetLinearSolveIterations(s->snes, &linear));
  *report = (DavySolverReport){(int)newton, (int)linear};
  /* Steps that keep_salt cuts to nothing are no convergence. */
  if (reason == SNES_CONVERGED_SNORM_RELATIVE && !(residual <= 1e3 * s->round_off))
    reason = SNES_DIVERGED_LOCAL_MIN;
  /* A front solves its own equation to 1e-14 in log u. Where that shows more than the rounding
   * expected, the line search ends on it. */
  bool stuck = reason == SNES_DIVERGED_LINE_SEARCH || reason == SNES_DIVERGED_LOCAL_MIN;
  if (stuck && residual < 30 * rounding(s, s->x)) return DAVY_OK;
  if (reason <= 0 && s->failure) return s->failure;
  DAVY_CHECK(reason > 0, DAVY_ERR_SOLVER, "the fields at t = %g s: %s after %d iterations",
             s->instant->time, SNESConvergedReasons[reason], (int)newton);
  return DAVY_OK;
}

/* A state into x: all u, then all p and the conductors' potentials. */
static DavyError put(DavySolver *s, const double *state) {
  int own = s->stencils->own, n = s->last ? s->conductors.count : 0;
  double *x;
  DAVY_PETSC(VecGetArray(s->x, &x));
  for (int g = 0; g < own; g++) x[g] = state[2 * g], x[own + n + g] = state[2 * g + 1];
  for (int k = 0; k < n; k++) x[own + k] = 0, x[2 * own + n + k] = state[2 * own + k];
  DAVY_PETSC(VecRestoreArray(s->x, &x));
  return DAVY_OK;
}

DavyError DavySolverSolve(DavySolver *s, const DavyInstant *instant, double *state, double *left,
                          DavySolverReport *report) {
  int own = s->stencils->own, n = s->conductors.count;
  const double *balance;
  Vec residual;
  s->instant = instant;
  DAVY_TRY(prepare(s));
  DAVY_TRY(put(s, state));
  DAVY_TRY(iterate(s, report));
  DAVY_PETSC(VecDuplicate(s->x, &residual));
  PetscErrorCode code = assemble(s, s->x, residual, NULL);
  if (!code) code = VecGetArrayRead(residual, &balance);
  if (!code && own > 0) memcpy(left, balance, (size_t)own * sizeof *left);
  if (!code) code = VecRestoreArrayRead(residual, &balance);
  VecDestroy(&residual);
  DAVY_PETSC(code);
  memcpy(state, s->values, 2 * (size_t)own * sizeof *state);
  memcpy(state + 2 * own, s->values + 2 * s->stencils->slots, (size_t)n * sizeof *state);
  return DAVY_OK;
}

DavyError DavySolverSurvey(DavySolver *s, const DavyInstant *instant, const double *state) {
  s->instant = instant;
  DAVY_TRY(put(s, state));
  DAVY_PETSC(assemble(s, s->x, NULL, NULL));
  return s->failure;
}
