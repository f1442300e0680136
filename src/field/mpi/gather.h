/* A frame whose parts lie on several ranks, brought together on one. */
#ifndef DAVY_FIELD_MPI_GATHER_H
#define DAVY_FIELD_MPI_GATHER_H

#include <mpi.h>

#include "davy/field.h"

/* Rank 0's frame receives the cells, facets and bodies of all ranks, in their order; those of the
 * others are emptied. Scalars are rank 0's own. Called by all ranks; all give the same error. */
DavyError DavyFrameGather(MPI_Comm comm, DavyFrame *frame);

#endif
