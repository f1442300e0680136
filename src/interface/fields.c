/* Newton's method for the balances of balance.h with PETSc.
 *
 * Unknowns are (u, p) of every group and, on the last rank, zF V/(RT) of every conductor. Each
 * Newton step solves for them with flexible GMRES (which measures the residual itself and applies
 * its preconditioner once an iteration), preconditioned block by block: one V-cycle of hypre
 * BoomerAMG on the potentials, of which a conductor's is one more node, then one on the
 * concentration with the new potentials. */
#include "interface/fields.h"

#include <dlfcn.h>
#include <math.h>
#include <petscsnes.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "interface/conductors.h"
#include "interface/sparsity.h"
#include "mesh/fit.h"

struct DavyFields {
  const DavyCuts *cuts;
  DavyGroups *groups;
  DavyStencils *stencils;
  DavyPhysics physics;
  MPI_Comm comm;
  DavyConductors conductors;
  bool last; /* this rank has the conductors' rows */
  Vec x;     /* own (u, p), then the conductors' */
  Vec here;  /* of all slots and conductors, for this rank alone: values, */
  Vec sums;  /* and what its faces and surfaces add to their rows */
  VecScatter to_here;
  Mat jacobian;
  SNES snes;
  double *content, *earlier; /* V u of own groups now and one step ago, m^dim */
  double *past;
  DavySurfaceState *surface;
  double time, step;  /* s: now; the last step (0: none) */
  double now, before; /* past = now content + before earlier */
  double gained[2];   /* salt gained until now and one step ago, mol */
  DavyInstant instant;
  DavyFieldsReport report;
  double residual;   /* where the last Jacobian was asked for */
  double round_off;  /* of the residual, at values of about 1 */
  DavyError failure; /* inside a callback of PETSc */
};

#define DAVY_PETSC(call)                                                                           \
  do {                                                                                             \
    PetscErrorCode code_ = (call);                                                                 \
    if (code_) return DavyFail(DAVY_ERR_SOLVER, "PETSc error %d in %s", (int)code_, #call);        \
  } while (0)

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
#define V_CYCLE(split)                                                                             \
  "-davy_fieldsplit_" split "_ksp_type preonly -davy_fieldsplit_" split "_pc_type hypre "          \
  "-davy_fieldsplit_" split "_pc_hypre_boomeramg_relax_type_all SOR/Jacobi "                       \
  "-davy_fieldsplit_" split "_pc_hypre_boomeramg_coarsen_type PMIS "                               \
  "-davy_fieldsplit_" split "_pc_hypre_boomeramg_interp_type ext+i "                               \
  "-davy_fieldsplit_" split "_pc_hypre_boomeramg_P_max 4 "
  DAVY_PETSC(PetscOptionsInsertString(NULL, V_CYCLE("p") V_CYCLE("u")));
#undef V_CYCLE
  return DAVY_OK;
}

void DavyEngineEnd(void) {
  PetscFinalize();
}

/* The whole state on this rank: slots, then conductors. */
static PetscErrorCode spread(DavyFields *f, Vec x) {
  PetscCall(VecScatterBegin(f->to_here, x, f->here, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecScatterEnd(f->to_here, x, f->here, INSERT_VALUES, SCATTER_FORWARD));
  return 0;
}

/* Where the row or column k of balance.h stands among all ranks' unknowns. */
static PetscInt place(const DavyFields *f, int k) {
  const DavyStencils *s = f->stencils;
  if (k < 2 * s->slots) return (PetscInt)(2 * s->id[k / 2] + k % 2);
  return (PetscInt)(2 * f->groups->total + k - 2 * s->slots);
}

/* A DavyJacobian: context is the fields. */
static void add_to_matrix(void *context, int rows, const int *row, int columns, const int *column,
                          const double *value) {
  enum { MOST = 2 * DAVY_FIT_POINTS + 1 };
  DavyFields *f = context;
  PetscInt to[4], from[MOST];
  for (int k = 0; k < rows; k++) to[k] = place(f, row[k]);
  for (int k = 0; k < columns; k++) from[k] = place(f, column[k]);
  if (MatSetValues(f->jacobian, rows, to, columns, from, value, ADD_VALUES) && !f->failure)
    f->failure = DavyFail(DAVY_ERR_SOLVER, "PETSc cannot take in %d derivatives", rows * columns);
}

/* What flows into the conductors belongs to no surface: the rank that has their rows adds it. */
static void feed_conductors(DavyFields *f, const double *x, double *residual,
                            const DavyJacobian *jacobian) {
  int n = f->conductors.count, slots = f->stencils->slots;
  if (!f->last || n == 0) return;
  DavyConductorsFeed(&f->conductors, &f->physics, f->instant.time, x + 2 * slots);
  for (int k = 0; k < n; k++) residual[2 * slots + k] -= f->conductors.feed[k];
  for (int k = 0; jacobian && k < n * n; k++) {
    int row = 2 * slots + k / n, column = 2 * slots + k % n;
    double value = -f->conductors.feed_x[k];
    if (row == column) value += DavyConductorsIdle(&f->conductors, k / n);
    jacobian->add(jacobian->context, 1, &row, 1, &column, &value);
  }
}

/* Residual and Jacobian, each unless NULL, at x, with the conductors' potentials where each
 * balances in these fields: currents are exponentials of them, which Newton's steps would
 * overshoot. With their rows at zero a step is that of the fields with the potentials eliminated,
 * so the line search judges what it goes along. */
static PetscErrorCode assemble(DavyFields *f, Vec x, Vec residual, const DavyJacobian *jacobian) {
  double *values, *sums;
  PetscCall(spread(f, x));
  PetscCall(VecSet(f->sums, 0));
  PetscCall(VecGetArray(f->here, &values));
  PetscCall(VecGetArray(f->sums, &sums));
  f->failure = DavyConductorsSettle(&f->conductors, f->stencils, &f->physics, &f->instant, f->comm,
                                    values, f->surface);
  if (!f->failure)
    f->failure =
        DavyBalance(f->stencils, &f->physics, &f->instant, values, sums, jacobian, f->surface);
  feed_conductors(f, values, sums, jacobian);
  PetscCall(VecRestoreArray(f->sums, &sums));
  PetscCall(VecRestoreArray(f->here, &values));
  if (!residual) return 0;
  PetscCall(VecSet(residual, 0));
  PetscCall(VecScatterBegin(f->to_here, f->sums, residual, ADD_VALUES, SCATTER_REVERSE));
  PetscCall(VecScatterEnd(f->to_here, f->sums, residual, ADD_VALUES, SCATTER_REVERSE));
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

/* What rounding leaves of the residual at x: it grows with the potentials, which may be a hundred
 * RT/zF. */
static double rounding(const DavyFields *f, Vec x) {
  double most = 1;
  VecNorm(x, NORM_INFINITY, &most);
  return f->round_off * fmax(1, most) + f->conductors.round_off;
}

/* How far GMRES goes: a Newton step leaves about the square of what the one before it gained (S. C.
 * Eisenstat, H. F. Walker, SIAM J. Sci. Comput. 17 (1996) 16, choice 2), and nothing below rounding
 * counts. */
static double forcing(const DavyFields *f, double residual, double before, Vec x) {
  static const double LOOSEST = 1e-2, TIGHTEST = 1e-7;
  double gain = before > 0 ? residual / before : 1;
  double enough = fmax(0.5 * gain * gain, 0.2 * rounding(f, x) / residual);
  return fmin(LOOSEST, fmax(TIGHTEST, enough));
}

/* The preconditioner of a solution's first Newton step serves all, unless GMRES labours. */
static PetscErrorCode ask_jacobian(SNES snes, Vec x, Mat jacobian, Mat same, void *context) {
  enum { REBUILD = -2, KEEP = -1, LABOUR = 4 }; /* iterations for a digit */
  DavyFields *f = context;
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
  tolerance = forcing(f, residual, newton == 0 ? 0 : f->residual, x);
  PetscCall(KSPSetTolerances(ksp, tolerance, 0, PETSC_DEFAULT, 300));
  f->residual = residual;
  PetscCall(MatZeroEntries(jacobian));
  PetscCall(assemble(f, x, NULL, &(DavyJacobian){add_to_matrix, f}));
  PetscCall(MatAssemblyBegin(jacobian, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(jacobian, MAT_FINAL_ASSEMBLY));
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

static PetscErrorCode is_solved(SNES snes, PetscInt iteration, PetscReal size, PetscReal step,
                                PetscReal residual, SNESConvergedReason *reason, void *context) {
  Vec x;
  PetscCall(SNESConvergedDefault(snes, iteration, size, step, residual, reason, NULL));
  if (*reason) return 0;
  PetscCall(SNESGetSolution(snes, &x));
  if (residual < rounding(context, x)) *reason = SNES_CONVERGED_FNORM_ABS;
  return 0;
}

static int own_unknowns(const DavyFields *f) {
  return 2 * f->stencils->own + (f->last ? f->conductors.count : 0);
}

static DavyError create_vectors(DavyFields *f) {
  PetscInt count = 2 * f->stencils->slots + f->conductors.count;
  PetscInt *at = malloc(((size_t)count + 1) * sizeof *at);
  DAVY_CHECK(at, DAVY_ERR_MEMORY, "out of memory for %d groups", f->stencils->slots);
  for (int k = 0; k < count; k++) at[k] = place(f, k);
  IS set = NULL;
  PetscErrorCode code = ISCreateGeneral(f->comm, count, at, PETSC_COPY_VALUES, &set);
  free(at);
  DAVY_PETSC(code);
  DAVY_PETSC(VecCreateMPI(f->comm, own_unknowns(f), PETSC_DETERMINE, &f->x));
  DAVY_PETSC(VecCreateSeq(PETSC_COMM_SELF, count, &f->here));
  DAVY_PETSC(VecDuplicate(f->here, &f->sums));
  DAVY_PETSC(VecScatterCreate(f->x, set, f->here, NULL, &f->to_here));
  DAVY_PETSC(ISDestroy(&set));
  return DAVY_OK;
}

/* Sums what all ranks count for own rows into most[], at most `limit` each. */
static DavyError sum_counts(DavyFields *f, const double *count, int limit, PetscInt *most) {
  const double *sum;
  double *sums;
  Vec total;
  DAVY_PETSC(VecDuplicate(f->x, &total));
  DAVY_PETSC(VecSet(total, 0));
  DAVY_PETSC(VecGetArray(f->sums, &sums));
  memcpy(sums, count, (2 * (size_t)f->stencils->slots + f->conductors.count) * sizeof *sums);
  DAVY_PETSC(VecRestoreArray(f->sums, &sums));
  DAVY_PETSC(VecScatterBegin(f->to_here, f->sums, total, ADD_VALUES, SCATTER_REVERSE));
  DAVY_PETSC(VecScatterEnd(f->to_here, f->sums, total, ADD_VALUES, SCATTER_REVERSE));
  DAVY_PETSC(VecGetArrayRead(total, &sum));
  for (int k = 0; k < own_unknowns(f); k++) most[k] = (PetscInt)fmin(sum[k], limit);
  DAVY_PETSC(VecRestoreArrayRead(total, &sum));
  DAVY_PETSC(VecDestroy(&total));
  return DAVY_OK;
}

/* Bounds of the entries in each own row, in own columns and in others'. A row of another rank
 * is counted as if each of its columns were both: which it is, that rank knows. */
static DavyError count_entries(DavyFields *f, PetscInt *diagonal, PetscInt *beside) {
  const DavyStencils *s = f->stencils;
  int n = f->conductors.count, rows = 2 * s->slots + n, own = own_unknowns(f);
  DavyError error = DAVY_OK;
  double *inside = malloc(2 * ((size_t)rows + 1) * sizeof *inside), *outside = inside + rows;
  DAVY_CHECK(inside, DAVY_ERR_MEMORY, "out of memory for %d rows", rows);
  DAVY_GUARD(DavySparsity(s, f->surface, n, f->last, inside, outside));
  for (int k = 0; k < rows; k++) {
    bool mine = k < 2 * s->own || (k >= 2 * s->slots && f->last);
    if (!mine) inside[k] = outside[k] = inside[k] + outside[k];
  }
  DAVY_GUARD(sum_counts(f, inside, own, diagonal));
  DAVY_GUARD(sum_counts(f, outside, (int)(2 * f->groups->total + n - own), beside));
done:
  free(inside);
  return error;
}

static DavyError create_matrix(DavyFields *f) {
  int own = own_unknowns(f);
  PetscInt *diagonal = malloc(2 * ((size_t)own + 1) * sizeof *diagonal), *beside = diagonal + own;
  DAVY_CHECK(diagonal, DAVY_ERR_MEMORY, "out of memory for a matrix of %d rows", own);
  DavyError error = count_entries(f, diagonal, beside);
  if (!error && (MatCreate(f->comm, &f->jacobian) ||
                 MatSetSizes(f->jacobian, own, own, PETSC_DETERMINE, PETSC_DETERMINE) ||
                 MatSetType(f->jacobian, MATAIJ) ||
                 MatXAIJSetPreallocation(f->jacobian, 1, diagonal, beside, NULL, NULL)))
    error = DavyFail(DAVY_ERR_SOLVER, "PETSc cannot make a matrix of %d rows", own);
  free(diagonal);
  return error;
}

/* Own rows of u, or of the potentials: p, then the conductors'. */
static DavyError unknowns_of(const DavyFields *f, bool potentials, IS *set) {
  int own = f->stencils->own, count = potentials ? own_unknowns(f) - own : own;
  PetscInt *at = malloc(((size_t)count + 1) * sizeof *at), first = 2 * (PetscInt)f->groups->first;
  DAVY_CHECK(at, DAVY_ERR_MEMORY, "out of memory for %d groups", own);
  for (int k = 0; k < count; k++) at[k] = first + (k < own ? 2 * k + potentials : own + k);
  PetscErrorCode code = ISCreateGeneral(f->comm, count, at, PETSC_COPY_VALUES, set);
  free(at);
  DAVY_PETSC(code);
  return DAVY_OK;
}

static DavyError create_preconditioner(DavyFields *f, PC pc) {
  static const char *const name[2] = {"p", "u"};
  DAVY_PETSC(PCSetType(pc, PCFIELDSPLIT));
  DAVY_PETSC(PCFieldSplitSetType(pc, PC_COMPOSITE_MULTIPLICATIVE));
  for (int k = 0; k < 2; k++) {
    IS set = NULL;
    DAVY_TRY(unknowns_of(f, k == 0, &set));
    DAVY_PETSC(PCFieldSplitSetIS(pc, name[k], set));
    DAVY_PETSC(ISDestroy(&set));
  }
  return DAVY_OK;
}

static DavyError create_solver(DavyFields *f) {
  KSP ksp;
  PC pc;
  SNESLineSearch search;
  DAVY_PETSC(SNESCreate(f->comm, &f->snes));
  DAVY_PETSC(SNESSetOptionsPrefix(f->snes, "davy_"));
  DAVY_PETSC(SNESSetFunction(f->snes, NULL, ask_residual, f));
  DAVY_PETSC(SNESSetJacobian(f->snes, f->jacobian, f->jacobian, ask_jacobian, f));
  DAVY_PETSC(SNESSetConvergenceTest(f->snes, is_solved, f, NULL));
  DAVY_PETSC(SNESGetKSP(f->snes, &ksp));
  DAVY_PETSC(KSPSetType(ksp, KSPFGMRES));
  DAVY_PETSC(KSPGMRESSetRestart(ksp, 60));
  DAVY_PETSC(KSPGetPC(ksp, &pc));
  DAVY_TRY(create_preconditioner(f, pc));
  DAVY_PETSC(SNESGetLineSearch(f->snes, &search));
  DAVY_PETSC(SNESLineSearchSetType(search, SNESLINESEARCHBT));
  DAVY_PETSC(SNESLineSearchSetPreCheck(search, keep_salt, f));
  DAVY_PETSC(SNESSetFromOptions(f->snes));
  return DAVY_OK;
}

static void note_bodies(DavyStencils *s, const int *body) {
  for (int k = 0; k < s->surfaces.rows; k++)
    if (s->surface[k].wall == DAVY_FRONT) s->surface[k].body = body[s->surface[k].cell];
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
  f->content = calloc(own, sizeof(double));
  f->earlier = calloc(own, sizeof(double));
  f->past = calloc(own, sizeof(double));
  f->surface = calloc((size_t)f->stencils->surfaces.rows + 1, sizeof *f->surface);
  if (!f->content || !f->earlier || !f->past || !f->surface) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu groups", own);
    goto done;
  }
  f->last = cuts->mesh->rank == cuts->mesh->ranks - 1;
  DAVY_GUARD(DavyConductorsCreate(physics->conductors, &f->conductors));
  DAVY_GUARD(DavyBalanceConductors(f->stencils, physics, f->surface));
  DAVY_GUARD(create_vectors(f));
  DavyFieldsSet(f, 0, NULL, NULL);
done:
  if (error) DavyFieldsDestroy(&f);
  *result = f;
  return error;
}

/* The matrix and its preconditioner take several times the memory of all the rest. */
void DavyFieldsRest(DavyFields *f) {
  SNESDestroy(&f->snes);
  MatDestroy(&f->jacobian);
}

static DavyError prepare(DavyFields *f) {
  if (f->snes) return DAVY_OK;
  DavyError error = create_matrix(f);
  if (!error) error = create_solver(f);
  if (error) DavyFieldsRest(f);
  return error;
}

void DavyFieldsDestroy(DavyFields **fields) {
  DavyFields *f = *fields;
  if (!f) return;
  DavyFieldsRest(f);
  VecScatterDestroy(&f->to_here);
  VecDestroy(&f->x);
  VecDestroy(&f->here);
  VecDestroy(&f->sums);
  DavyConductorsDestroy(&f->conductors);
  DavyStencilsDestroy(&f->stencils);
  DavyGroupsDestroy(&f->groups);
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

void DavyFieldsSet(DavyFields *f, double time, DavyStateAt state, const void *context) {
  const DavySalt *salt = &f->physics.salt;
  double zf_rt = salt->charge * DAVY_FARADAY / (DAVY_GAS_CONSTANT * salt->temperature), *x;
  VecGetArray(f->x, &x);
  for (int g = 0; g < f->stencils->own; g++) {
    double c = salt->concentration, phi = 0;
    if (state) state(context, f->stencils->at[g], &c, &phi);
    x[2 * g] = c / salt->concentration;
    x[2 * g + 1] = zf_rt * phi;
  }
  for (int g = 0; g < f->stencils->own; g++) f->content[g] = f->stencils->volume[g] * x[2 * g];
  VecRestoreArray(f->x, &x);
  f->time = time;
  f->step = f->gained[0] = f->gained[1] = 0;
  f->report = (DavyFieldsReport){.salt = salt_content(f)};
}

void DavyFieldsContinue(DavyFields *f, const DavyFieldsPast *past) {
  double *x;
  VecGetArray(f->x, &x);
  /* A rank in the midst of metal has no groups, and no array. */
  if (x) memcpy(x, past->guess, 2 * (size_t)f->stencils->own * sizeof *x);
  VecRestoreArray(f->x, &x);
  memcpy(f->content, past->now, (size_t)f->stencils->own * sizeof *f->content);
  memcpy(f->earlier, past->before, (size_t)f->stencils->own * sizeof *f->earlier);
  f->time = past->time;
  f->step = past->step;
  f->gained[0] = past->gained[0];
  f->gained[1] = past->gained[1];
  f->report = (DavyFieldsReport){
      .salt = salt_content(f), .gained = past->gained[0], .gained_before = past->gained[1]};
}

DavyError DavyFieldsSurvey(DavyFields *f, bool frozen) {
  f->instant = (DavyInstant){.time = f->time, .past = f->past, .frozen = frozen};
  DAVY_PETSC(assemble(f, f->x, NULL, NULL));
  return f->failure;
}

/* After a step that succeeded: what was the content is the earlier one. A content is what was there
 * and what the fluxes brought, V u less what Newton's method left of the balance: so rounding of u,
 * which in a step of many diffusion times stands for more salt than is there to lose, does not add
 * up over a run. */
static PetscErrorCode remember(DavyFields *f, Vec left) {
  const double *x = DavyFieldsValues(f), *residual;
  double per_mass = f->instant.mass > 0 ? 1 / f->instant.mass : 0;
  PetscCall(VecGetArrayRead(left, &residual));
  for (int g = 0; g < f->stencils->own; g++) {
    f->earlier[g] = f->content[g];
    f->content[g] = f->stencils->volume[g] * x[2 * g] - per_mass * residual[2 * g];
  }
  PetscCall(VecRestoreArrayRead(left, &residual));
  return 0;
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

/* Rounding of a sum of fluxes over all rows: Newton cannot go below it. A surface's current has
 * that of differences over its reach. */
static double round_off(const DavyFields *f) {
  const DavyMesh *mesh = f->cuts->mesh;
  DavyTransport t = DavyTransportAt(&f->physics.salt, 1);
  const DavyStencils *s = f->stencils;
  double h = INFINITY, sum[2] = {0}; /* of surfaces, and of contents */
  for (int cell = 0; cell < mesh->own; cell++) h = fmin(h, DavyCellSize(mesh, cell));
  for (int k = 0; k < s->surfaces.rows; k++)
    sum[0] += pow(t.k * s->surface[k].area / s->surface[k].reach, 2);
  for (int g = 0; g < s->own; g++) sum[1] += pow(f->instant.mass * s->volume[g], 2);
  MPI_Allreduce(MPI_IN_PLACE, &h, 1, MPI_DOUBLE, MPI_MIN, f->comm);
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, f->comm);
  double faces = t.k * pow(h, mesh->box.dim - 2) * sqrt((double)f->groups->total);
  return 1e-14 * (faces + sqrt(sum[0]) + sqrt(sum[1]));
}

/* The conductors' part of x from where the last assembly found them to balance. Every rank opens x:
 * PETSc keeps norms of vectors that nobody has opened, and the ranks must agree on that. */
static PetscErrorCode take_potentials(DavyFields *f, Vec x) {
  size_t bytes = (size_t)f->conductors.count * sizeof(double);
  const double *here;
  double *all;
  PetscCall(VecGetArrayRead(f->here, &here));
  PetscCall(VecGetArray(x, &all));
  if (f->last) memcpy(all + 2 * f->stencils->own, here + 2 * f->stencils->slots, bytes);
  PetscCall(VecRestoreArray(x, &all));
  PetscCall(VecRestoreArrayRead(f->here, &here));
  return 0;
}

/* From f->x to the solution there; `newton` and `linear` of the report. */
static DavyError iterate(DavyFields *f, double dt) {
  PetscInt newton, linear;
  PetscReal residual;
  SNESConvergedReason reason;
  f->failure = DAVY_OK;
  f->round_off = round_off(f);
  DAVY_PETSC(SNESSetTolerances(f->snes, 0, 1e-14, 1e-14, 40, 10000));
  DAVY_PETSC(SNESSolve(f->snes, NULL, f->x));
  DAVY_PETSC(SNESGetConvergedReason(f->snes, &reason));
  DAVY_PETSC(SNESGetFunctionNorm(f->snes, &residual));
  /* Steps that keep_salt cuts to nothing are no convergence. */
  if (reason == SNES_CONVERGED_SNORM_RELATIVE && !(residual <= 1e3 * f->round_off))
    reason = SNES_DIVERGED_LOCAL_MIN;
  DAVY_PETSC(SNESGetIterationNumber(f->snes, &newton));
  DAVY_PETSC(SNESGetLinearSolveIterations(f->snes, &linear));
  f->report.newton = newton;
  f->report.linear = linear;
  /* A front solves its own equation to 1e-14 in log u. Where that shows more than the rounding
   * expected, the line search ends on it. */
  bool stuck = reason == SNES_DIVERGED_LINE_SEARCH || reason == SNES_DIVERGED_LOCAL_MIN;
  if (stuck && residual < 30 * rounding(f, f->x)) return DAVY_OK;
  if (reason <= 0 && f->failure) return f->failure;
  DAVY_CHECK(reason > 0, DAVY_ERR_SOLVER,
             "the fields at t = %g s, step %g s: %s after %d iterations", f->time, dt,
             SNESConvergedReasons[reason], (int)newton);
  return DAVY_OK;
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
  Vec before, left;
  DAVY_TRY(prepare(f));
  DAVY_PETSC(VecDuplicate(f->x, &before));
  DAVY_PETSC(VecDuplicate(f->x, &left));
  DAVY_PETSC(VecCopy(f->x, before));
  discretise_time(f, dt, order);
  DavyError error = iterate(f, dt);
  if (!error) {
    DAVY_PETSC(assemble(f, f->x, left, NULL));
    DAVY_PETSC(take_potentials(f, f->x));
    DAVY_PETSC(remember(f, left));
    f->step = isfinite(dt) ? dt : 0;
    f->time = f->instant.time;
    account(f);
  } else
    DAVY_PETSC(VecCopy(before, f->x));
  DAVY_PETSC(VecDestroy(&before));
  DAVY_PETSC(VecDestroy(&left));
  return error;
}

void DavyFieldsSetPotential(DavyFields *f, int conductor, double volts) {
  const DavySalt *salt = &f->physics.salt;
  double zf_rt = salt->charge * DAVY_FARADAY / (DAVY_GAS_CONSTANT * salt->temperature), *x;
  VecGetArray(f->x, &x);
  if (f->last) x[2 * f->stencils->own + conductor - 1] = zf_rt * volts;
  VecRestoreArray(f->x, &x);
}

double DavyFieldsPotential(const DavyFields *f, int conductor) {
  const DavySalt *salt = &f->physics.salt;
  double rt_zf = DAVY_GAS_CONSTANT * salt->temperature / (salt->charge * DAVY_FARADAY), value = 0;
  if (f->last) value = rt_zf * DavyFieldsValues(f)[2 * f->stencils->own + conductor - 1];
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
  const double *x;
  VecGetArrayRead(f->x, &x);
  const double *values = x; /* the vector's own memory, valid as long as the fields */
  VecRestoreArrayRead(f->x, &x);
  return values;
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
