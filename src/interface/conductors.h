/* The conductors' side of the equations: what they are fed, and potentials to start from. */
#ifndef DAVY_INTERFACE_CONDUCTORS_H
#define DAVY_INTERFACE_CONDUCTORS_H

#include "interface/balance.h"

/* In the engine's variables: x = zF V/(RT), currents over zF c0, m^dim/s. */
typedef struct {
  int count;
  double *volts, *feed, *feed_x; /* feed_x: [count count], by row */
  double *given, *given_x;       /* what the surfaces give, and its derivative */
  double *matrix;
  double round_off; /* of a conductor's balance, of all together */
} DavyConductors;

DavyError DavyConductorsCreate(int count, DavyConductors *conductors);
void DavyConductorsDestroy(DavyConductors *conductors);

/* Fills feed and feed_x at x[count]. */
void DavyConductorsFeed(DavyConductors *conductors, const DavyPhysics *physics, double time,
                        const double *x);

/* What to add to the diagonal of conductor k (from 0): 1 where nothing touches it, so that it keeps
 * its potential; otherwise 0. As of the last DavyConductorsSettle. */
double DavyConductorsIdle(const DavyConductors *conductors, int k);

/* The potentials at which each conductor dissolves what it is fed, in the fields as they are: x is
 * that of DavyBalance, and its last `count` values change. They stay where there is no answer, as
 * when more is asked than can diffuse. Sets round_off. All ranks of comm call. */
DavyError DavyConductorsSettle(DavyConductors *conductors, const DavyStencils *stencils,
                               const DavyPhysics *physics, const DavyInstant *instant,
                               MPI_Comm comm, double *x, DavySurfaceState *state);

#endif
