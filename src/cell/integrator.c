/* IDAS: variable-order, variable-step BDF on F(t, y, y') = 0.
 *
 * The linear solver is of IDAS' "matrix-embedded" kind: each Newton iteration assembles and solves
 * the exact Jacobian at hand. That costs about as much as one residual, Newton converges in one or
 * two iterations, and rows that are linear (salt, metal, charge) hold to rounding after the first:
 * with an aged Jacobian they would only hold to the tolerance of the nonlinear solver.
 *
 * Source: A. C. Hindmarsh et al., ACM Trans. Math. Softw. 31 (2005) 363. */
#include "cell/integrator.h"
#include "cell/vector.h"

#include <idas/idas.h>
#include <nvector/nvector_serial.h>
#include <math.h>
#include <stdlib.h>

struct CellIntegrator {
  CellModel *model;
  CellEvents events;
  void *events_context;
  SUNContext context;
  void *ida;
  SUNLinearSolver linear;
  N_Vector y, yp, tolerance;
  double end;
  int event_count, *event;
  long steps; /* of finished runs: IDAS counts from the last start */
  int flag;
};

static int residual(double time, N_Vector y, N_Vector yp, N_Vector r, void *data) {
  (void)time;
  CellIntegrator *in = data;
  return CellModelResidual(in->model, N_VGetArrayPointer(y), N_VGetArrayPointer(yp),
                           N_VGetArrayPointer(r))
             ? 0
             : 1;
}

static int roots(double time, N_Vector y, N_Vector yp, double *left, void *data) {
  (void)yp;
  CellIntegrator *in = data;
  in->events(in->events_context, time, N_VGetArrayPointer(y), left);
  return 0;
}

static SUNLinearSolver_Type linear_type(SUNLinearSolver linear) {
  (void)linear;
  return SUNLINEARSOLVER_MATRIX_EMBEDDED;
}

static int linear_solve(SUNLinearSolver linear, SUNMatrix none, N_Vector x, N_Vector b,
                        double tolerance) {
  (void)none, (void)tolerance;
  CellIntegrator *in = linear->content;
  double time, cj;
  N_Vector predicted, slope_predicted, y, yp, r;
  void *data;
  if (IDAGetNonlinearSystemData(in->ida, &time, &predicted, &slope_predicted, &y, &yp, &r, &cj,
                                &data))
    return -1;
  N_VScale(1, b, x);
  return CellModelSolve(in->model, N_VGetArrayPointer(y), cj, N_VGetArrayPointer(x)) ? 0 : 1;
}

static void silent(int code, const char *module, const char *function, char *message, void *data) {
  (void)code, (void)module, (void)function, (void)message, (void)data;
}

/* Absolute tolerances: below these a change of a state is of no interest. */
static void set_tolerances(CellIntegrator *in) {
  const DavyCellParameters *p = &in->model->p;
  double *a = N_VGetArrayPointer(in->tolerance);
  int n = in->model->grid.count;
  for (int j = 0; j < n; j++) a[j] = p->tolerance * p->electrolyte.concentration;
  /* A millionth of the limiting current; a micrometre of metal and the charge that it holds. */
  a[n + AT_CURRENT] = p->tolerance * DavyLimitingCurrent(&p->electrolyte, &p->separator);
  a[n + AT_WORKING] = a[n + AT_COUNTER] = p->tolerance * 1e-6;
  a[n + AT_CHARGE] = a[n + AT_WORKING] / in->model->growth;
}

static bool set_up(CellIntegrator *in) {
  int size = CellModelSize(in->model);
  if (SUNContext_Create(NULL, &in->context)) return false;
  in->y = N_VNew_Serial(size, in->context);
  if (!in->y) return false;
  CellVectorQuicken(in->y);
  in->yp = N_VClone(in->y);
  in->tolerance = N_VClone(in->y);
  in->ida = IDACreate(in->context);
  in->linear = SUNLinSolNewEmpty(in->context);
  in->event = malloc((size_t)in->event_count * sizeof *in->event);
  if (!in->yp || !in->tolerance || !in->ida || !in->linear || !in->event) return false;
  for (int k = 0; k < in->event_count; k++) in->event[k] = -1; /* falling */
  N_VConst(0, in->y);
  N_VConst(0, in->yp);
  set_tolerances(in);
  in->linear->content = in;
  in->linear->ops->gettype = linear_type;
  in->linear->ops->solve = linear_solve;
  void *ida = in->ida;
  return !IDASetErrHandlerFn(ida, silent, NULL) && !IDAInit(ida, residual, 0, in->y, in->yp) &&
         !IDASVtolerances(ida, in->model->p.tolerance, in->tolerance) && !IDASetUserData(ida, in) &&
         !IDASetLinearSolver(ida, in->linear, NULL) && !IDARootInit(ida, in->event_count, roots) &&
         !IDASetRootDirection(ida, in->event) && !IDASetNoInactiveRootWarn(ida) &&
         !IDASetMaxNumSteps(ida, 1000000);
}

DavyError CellIntegratorCreate(CellModel *model, int event_count, CellEvents events, void *context,
                               CellIntegrator **integrator) {
  CellIntegrator *in = calloc(1, sizeof *in);
  DAVY_CHECK(in, DAVY_ERR_MEMORY, "out of memory for the integrator");
  *in = (CellIntegrator){
      .model = model, .events = events, .events_context = context, .event_count = event_count};
  *integrator = in;
  if (set_up(in)) return DAVY_OK;
  CellIntegratorDestroy(integrator);
  return DavyFail(DAVY_ERR_MEMORY, "the integrator IDAS cannot be set up for %d unknowns",
                  CellModelSize(model));
}

void CellIntegratorDestroy(CellIntegrator **integrator) {
  CellIntegrator *in = *integrator;
  if (!in) return;
  if (in->ida) IDAFree(&in->ida);
  if (in->linear) SUNLinSolFreeEmpty(in->linear);
  if (in->y) N_VDestroy(in->y);
  if (in->yp) N_VDestroy(in->yp);
  if (in->tolerance) N_VDestroy(in->tolerance);
  if (in->context) SUNContext_Free(&in->context);
  free(in->event);
  free(in);
  *integrator = NULL;
}

double *CellIntegratorState(CellIntegrator *in) {
  return N_VGetArrayPointer(in->y);
}

static long steps_since_start(const CellIntegrator *in) {
  long steps = 0;
  IDAGetNumSteps(in->ida, &steps);
  return steps;
}

long CellIntegratorSteps(const CellIntegrator *in) {
  return in->steps + steps_since_start(in);
}

bool CellIntegratorStart(CellIntegrator *in, double end) {
  in->steps += steps_since_start(in);
  in->end = end;
  if (!CellModelStart(in->model, CellIntegratorState(in), N_VGetArrayPointer(in->yp))) return false;
  if (IDAReInit(in->ida, 0, in->y, in->yp)) return false;
  /* IDAS keeps an old stop time: an open end needs one that never comes. */
  return !IDASetStopTime(in->ida, fmin(end, 1e30));
}

CellAdvance CellIntegratorAdvance(CellIntegrator *in, double until, double *time) {
  in->flag = IDASolve(in->ida, fmin(until, in->end), time, in->y, in->yp, IDA_NORMAL);
  if (in->flag == IDA_ROOT_RETURN) return CELL_EVENT;
  if (in->flag < 0) return CELL_FAILED;
  return *time >= in->end ? CELL_ENDED : CELL_REACHED;
}

int CellIntegratorEvent(const CellIntegrator *in) {
  int last = 0;
  if (IDAGetRootInfo(in->ida, in->event)) return 0;
  for (int k = 0; k < in->event_count; k++)
    if (in->event[k]) last = k;
  return last;
}

const char *CellIntegratorFailure(const CellIntegrator *in) {
  switch (in->flag) {
  case IDA_TOO_MUCH_WORK: return "too many time steps";
  case IDA_TOO_MUCH_ACC: return "the tolerance is tighter than rounding allows";
  case IDA_ERR_FAIL: return "the time step became too small for the tolerance";
  case IDA_CONV_FAIL: return "Newton's method did not converge";
  default: return "the integrator failed";
  }
}
