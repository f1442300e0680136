/* Electrolyte that metal has shut in, once there is too little of it to follow. */
#ifndef DAVY_INTERFACE_POCKETS_H
#define DAVY_INTERFACE_POCKETS_H

#include "mesh/cut.h"

/* Of a cell: electrolyte that metal has shut in is filled when there is less of it. What metal this
 * takes is missing elsewhere on the body, whose volume is what charge says. */
#define DAVY_LEAST_POCKET 0.5

/* How many regions of fluid there are, of `least`, m^dim, or more. Collective. */
DavyError DavyPocketsCount(const DavyCuts *cuts, double least, int *count);

/* Makes fluid regions of less than `least`, m^dim, metal: psi[mesh->corners], as cuts has it, is
 * set below zero about them. `filled` counts them. What corners they share with a larger region
 * stays. Collective. */
DavyError DavyPocketsFill(const DavyCuts *cuts, double least, double *psi, int *filled);

#endif
