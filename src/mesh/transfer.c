/* Contents of cells from one mesh to another.
 *
 * Cells of two forests over one box are cubes of which one holds the other or neither meets the
 * other, and on both meshes they are numbered along the same curve. So what a rank needs of the old
 * mesh is one run of old cells, each rank sends it a run of its own without packing, and the runs
 * join in the order of ranks: one walk along both lists meets every pair, always in the same order.
 */
#include "mesh/transfer.h"

#include <math.h>
#include <stdlib.h>

/* Old cells that meet own new ones, along the curve. */
typedef struct {
  int count;
  DavyLeaf *leaf;
  double *amount, *slope; /* as DavyTransfer's; slope may be NULL */
} Old;

/* Of each rank: how many cells, and the first. */
typedef struct {
  int *count, *first;
} Runs;

/* The run of own old cells that meets each rank's new ones. Runs share cells at their ends. */
static void find_runs(const DavyMesh *from, const DavyMesh *to, Runs runs) {
  const DavyForestVerbs *verbs = DavyForestOf(to->box.dim);
  for (int rank = 0; rank < to->ranks; rank++) runs.count[rank] = runs.first[rank] = 0;
  for (int cell = 0; cell < from->own; cell++) {
    int first, last;
    verbs->owners(to->forest, from->leaf[cell].at, from->leaf[cell].size, &first, &last);
    for (int rank = first; rank <= last; rank++)
      if (runs.count[rank]++ == 0) runs.first[rank] = cell;
  }
}

/* Room for `cells` elements, or for one, of `bytes` each, filled from the other ranks. */
static DavyError bring(MPI_Comm comm, Runs sent, Runs got, int cells, size_t bytes,
                       const void *data, void **result) {
  MPI_Datatype element;
  *result = malloc(((size_t)cells + 1) * bytes);
  DAVY_CHECK(*result, DAVY_ERR_MEMORY, "out of memory to receive %d cells", cells);
  MPI_Type_contiguous((int)bytes, MPI_BYTE, &element);
  MPI_Type_commit(&element);
  MPI_Alltoallv(data, sent.count, sent.first, element, *result, got.count, got.first, element,
                comm);
  MPI_Type_free(&element);
  return DAVY_OK;
}

static DavyError gather(const DavyMesh *from, const DavyMesh *to, int fields, const double *amount,
                        const double *slope, Old *old) {
  DavyError error = DAVY_OK;
  int ranks = to->ranks, *room = malloc(4 * (size_t)ranks * sizeof *room);
  DAVY_CHECK(room, DAVY_ERR_MEMORY, "out of memory for runs of %d ranks", ranks);
  Runs sent = {room, room + ranks}, got = {room + 2 * ranks, room + 3 * ranks};
  find_runs(from, to, sent);
  MPI_Alltoall(sent.count, 1, MPI_INT, got.count, 1, MPI_INT, to->comm);
  for (int rank = 0; rank < ranks; rank++) {
    got.first[rank] = old->count;
    old->count += got.count[rank];
  }
  size_t each = (size_t)fields * sizeof *amount;
  DAVY_GUARD(
      bring(to->comm, sent, got, old->count, sizeof *old->leaf, from->leaf, (void **)&old->leaf));
  DAVY_GUARD(bring(to->comm, sent, got, old->count, each, amount, (void **)&old->amount));
  if (slope)
    DAVY_GUARD(bring(to->comm, sent, got, old->count, 3 * each, slope, (void **)&old->slope));
done:
  free(room);
  return error;
}

static bool holds(const DavyLeaf *outer, const DavyLeaf *inner) {
  for (int d = 0; d < 3; d++)
    if (inner->at[d] < outer->at[d] || inner->at[d] >= outer->at[d] + outer->size) return false;
  return inner->size <= outer->size;
}

/* The part of old cell k that a new cell inside of it gets. */
static void split(const DavyMesh *to, const Old *old, int k, int cell, int fields, double *result) {
  const DavyLeaf *whole = old->leaf + k, *part = to->leaf + cell;
  int dim = to->box.dim;
  double share = pow((double)part->size / whole->size, dim);
  double volume = pow(to->unit * part->size, dim);
  for (int f = 0; f < fields; f++) {
    double rise = 0;
    for (int d = 0; old->slope && d < dim; d++) {
      double step = part->at[d] - whole->at[d] + 0.5 * (part->size - whole->size);
      rise += old->slope[3 * ((size_t)k * fields + f) + d] * to->unit * step;
    }
    result[f] = share * old->amount[(size_t)k * fields + f] + volume * rise;
  }
}

/* The smaller of a pair is done with; so is the larger when the next smaller one lies outside. */
static DavyError walk(const DavyMesh *to, const Old *old, int fields, double *result) {
  int k = 0, cell = 0;
  while (k < old->count && cell < to->own) {
    const DavyLeaf *source = old->leaf + k, *target = to->leaf + cell;
    double *sum = result + (size_t)cell * fields;
    if (holds(target, source)) {
      for (int f = 0; f < fields; f++) sum[f] += old->amount[(size_t)k * fields + f];
      k++;
      if (k == old->count || !holds(target, source + 1)) cell++;
    } else {
      if (!holds(source, target)) break;
      split(to, old, k, cell, fields, sum);
      cell++;
      if (cell == to->own || !holds(source, target + 1)) k++;
    }
  }
  DAVY_CHECK(cell == to->own && (k == old->count || to->own == 0), DAVY_ERR_LEDGER,
             "transfer: %d of %d cells are covered by %d of %d others; expected all by all", cell,
             to->own, k, old->count);
  return DAVY_OK;
}

DavyError DavyTransfer(const DavyMesh *from, const DavyMesh *to, int fields, const double *amount,
                       const double *slope, double *result) {
  DavyError error = DAVY_OK;
  Old old = {0};
  bool alike = from->box.dim == to->box.dim;
  for (int d = 0; d < to->box.dim; d++) alike = alike && from->box.trees[d] == to->box.trees[d];
  DAVY_CHECK(alike, DAVY_ERR_LEDGER, "transfer between meshes of different boxes");
  for (size_t k = 0; k < (size_t)to->own * fields; k++) result[k] = 0;
  DAVY_GUARD(gather(from, to, fields, amount, slope, &old));
  DAVY_GUARD(walk(to, &old, fields, result));
done:
  free(old.leaf);
  free(old.amount);
  free(old.slope);
  return error;
}
