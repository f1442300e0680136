/* How many entries the Jacobian has in each row. */
#ifndef DAVY_INTERFACE_SPARSITY_H
#define DAVY_INTERFACE_SPARSITY_H

#include "interface/balance.h"

/* count[2 slots + conductors], by rows of balance.h: columns that this rank's faces and surfaces
 * couple a row to. Own columns are those of own groups, and with `last` of the conductors, which
 * are all coupled with each other then. */
DavyError DavySparsity(const DavyStencils *stencils, const DavySurfaceState *state, int conductors,
                       bool last, double *own, double *others);

#endif
