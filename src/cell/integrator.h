/* Time integration of a CellModel by SUNDIALS IDAS. */
#ifndef DAVY_CELL_INTEGRATOR_H
#define DAVY_CELL_INTEGRATOR_H

#include "cell/model.h"

/* Events: how far they are, positive before, found where they fall to zero; `left` receives `count`
 * numbers. */
typedef void (*CellEvents)(void *context, double time, const double *y, double *left);

typedef struct CellIntegrator CellIntegrator;

/* The model is borrowed; `events` is called with `context` and fills event_count numbers. */
DavyError CellIntegratorCreate(CellModel *model, int event_count, CellEvents events, void *context,
                               CellIntegrator **integrator);
void CellIntegratorDestroy(CellIntegrator **integrator);

double *CellIntegratorState(CellIntegrator *integrator); /* y, to read and to set before Start */

/* Begins at time 0 with the drive that the model has, and never steps past `end` (INFINITY: open).
 * False where no current goes with the drive. */
bool CellIntegratorStart(CellIntegrator *integrator, double end);

typedef enum { CELL_REACHED, CELL_ENDED, CELL_EVENT, CELL_FAILED } CellAdvance;
/* To time `until`, or to the end, or to the first event before; *time receives where it stands. */
CellAdvance CellIntegratorAdvance(CellIntegrator *integrator, double until, double *time);
int CellIntegratorEvent(const CellIntegrator *integrator); /* which, the last if several at once */
const char *CellIntegratorFailure(const CellIntegrator *integrator); /* words for CELL_FAILED */
long CellIntegratorSteps(const CellIntegrator *integrator);

#endif
