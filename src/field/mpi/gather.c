/* Gathering sends the structs as bytes: ranks of one run are processes of one program. */
#include "field/mpi/gather.h"

#include <stdlib.h>

/* Whether any rank failed: then all have. */
static DavyError agree(MPI_Comm comm, bool failed) {
  int mine = failed, all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MAX, comm);
  DAVY_CHECK(!all, DAVY_ERR_MEMORY, "out of memory on a rank while gathering a frame");
  return DAVY_OK;
}

/* The arrays of all ranks behind one another in rank 0's; `*items` is replaced there. A data type
 * of one item keeps MPI's counts, which are int, from being bytes. */
static DavyError gather(MPI_Comm comm, void **items, size_t *count, size_t size) {
  int rank, ranks, mine = (int)*count;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  int *counts = calloc(2 * (size_t)ranks, sizeof *counts), *starts = counts ? counts + ranks : NULL;
  DAVY_TRY(agree(comm, !counts));
  MPI_Gather(&mine, 1, MPI_INT, counts, 1, MPI_INT, 0, comm);
  size_t total = 0;
  for (int r = 0; r < ranks; r++) {
    starts[r] = (int)total;
    total += (size_t)counts[r];
  }
  size_t room = 1; /* a frame's arrays grow at powers of two */
  while (room < total) room *= 2;
  char *all = rank == 0 ? malloc(room * size) : NULL;
  DavyError error = agree(comm, rank == 0 && !all);
  if (!error) {
    MPI_Datatype item;
    MPI_Type_contiguous((int)size, MPI_BYTE, &item);
    MPI_Type_commit(&item);
    MPI_Gatherv(*items, mine, item, all, counts, starts, item, 0, comm);
    MPI_Type_free(&item);
    free(*items);
    *items = all;
    *count = rank == 0 ? total : 0;
  } else {
    free(all);
  }
  free(counts);
  return error;
}

DavyError DavyFrameGather(MPI_Comm comm, DavyFrame *frame) {
  void *cells = frame->cells, *facets = frame->facets, *bodies = frame->bodies;
  DavyError error = gather(comm, &cells, &frame->cell_count, sizeof *frame->cells);
  frame->cells = cells;
  if (!error) error = gather(comm, &facets, &frame->facet_count, sizeof *frame->facets);
  frame->facets = facets;
  if (!error) error = gather(comm, &bodies, &frame->body_count, sizeof *frame->bodies);
  frame->bodies = bodies;
  return error;
}
