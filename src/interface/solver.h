/* Newton's method with PETSc for the balances of balance.h. A state is (u, p) of every own group,
 * then zF V/(RT) of every conductor, the same on all ranks. */
#ifndef DAVY_INTERFACE_SOLVER_H
#define DAVY_INTERFACE_SOLVER_H

#include "interface/balance.h"

typedef struct DavySolver DavySolver;

/* PETSc for the process, once; a program that has called MPI_Init keeps its MPI. */
DavyError DavyEngineStart(void);
void DavyEngineEnd(void);

/* All is borrowed; each call below writes `surface`. Collective. */
DavyError DavySolverCreate(const DavyGroups *groups, const DavyStencils *stencils,
                           const DavyPhysics *physics, DavySurfaceState *surface,
                           DavySolver **solver);
void DavySolverDestroy(DavySolver **solver);

typedef struct {
  int newton, linear; /* iterations */
} DavySolverReport;

/* From `state` to the solution at the instant, into `state`; left[own groups] is what remains of
 * the anions' balances, m^dim/s. An error leaves the state as it was. Collective. */
DavyError DavySolverSolve(DavySolver *solver, const DavyInstant *instant, double *state,
                          double *left, DavySolverReport *report);
/* What flows through the surfaces in a state. Collective. */
DavyError DavySolverSurvey(DavySolver *solver, const DavyInstant *instant, const double *state);

#endif
