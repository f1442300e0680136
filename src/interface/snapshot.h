/* One instant of a growth as a frame, for pages and files. */
#ifndef DAVY_INTERFACE_SNAPSHOT_H
#define DAVY_INTERFACE_SNAPSHOT_H

#include "davy/field.h"
#include "interface/growth.h"

/* All leaves with the concentration (mol/m3) and potential (V) of their group, the front outside of
 * the substrate with its plating current density (A/m2), the bodies but the counter electrode's
 * with potential[body], V. Collective: *frame is made on rank 0, for the caller to destroy, and
 * NULL on the others. Its order does not depend on the number of ranks. charge and voltage are left
 * at 0 for the caller. */
DavyError DavySnapshot(const DavyGrowth *growth, const double *potential, DavyFrame **frame);

#endif
