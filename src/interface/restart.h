/* A growth on disk, to go on from later, on any number of ranks. */
#ifndef DAVY_INTERFACE_RESTART_H
#define DAVY_INTERFACE_RESTART_H

#include "davy/file.h"
#include "interface/growth.h"

/* Writes what has come of the growth's plan by now: about 120 bytes a cell in 2D, 150 in 3D, which
 * rank 0 holds at once, and a block of bytes of the caller's, the same on all ranks (NULL: none).
 * The file appears when complete. Collective; all ranks give the same error. */
DavyError DavyGrowthSave(const DavyGrowth *growth, const DavyBytes *block, const char *path);

/* The growth as it was saved, with its past: what follows is, to rounding, what would have
 * followed. The plan must be that of the saved one, its conditions as they were then: they are
 * asked as in DavyGrowthCreate. The file, which every rank reads, is checked: its DAVY_ERR_FORMAT
 * names the byte; DAVY_ERR_VALUE: it is of another box, salt or number of conductors. Collective.
 */
DavyError DavyGrowthLoad(const DavyGrowthPlan *plan, const char *path, DavyGrowth **growth);

/* The block alone, for what has to be known before the growth; DavyBytesClose frees it. Every rank
 * reads for itself. */
DavyError DavyGrowthLoadBlock(const char *path, DavyBytes *block);

#endif
