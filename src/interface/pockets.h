/* Electrolyte that metal has shut in, once there is too little of it to follow. */
#ifndef DAVY_INTERFACE_POCKETS_H
#define DAVY_INTERFACE_POCKETS_H

#include "mesh/cut.h"

/* Makes fluid regions of less than `least`, m^dim, metal: psi[mesh->corners], as cuts has it, is
 * set below zero about them. `filled` counts them. What corners they share with a larger region
 * stays. Collective. */
DavyError DavyPocketsFill(const DavyCuts *cuts, double least, double *psi, int *filled);

#endif
