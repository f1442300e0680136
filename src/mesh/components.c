/* Connected components by union-find (Tarjan, J. ACM 22 (1975) 215), twice.
 *
 * First each rank joins its own cells into pieces. Own cells stand in the curve's order, so a
 * piece's root is its first cell; pieces are numbered through the ranks by their roots. Then all
 * ranks learn which pieces touch over the ranks' borders and join these, with the least number as
 * root again: components come out in the order of their first cells, and a component that winds
 * through the ranks any number of times costs no more messages than another. */
#include "mesh/components.h"

#include <stdlib.h>

typedef struct {
  int piece[2];
} Link;

typedef struct {
  const DavyMesh *mesh;
  const bool *member; /* of own cells */
  DavyJoined joined;
  const void *context;
  int *parent; /* of own cells */
  int *piece;  /* of every cell: number through all ranks, or -1 */
  int links;   /* over borders */
  Link *link;  /* NULL on the first visit */
} Work;

/* Roots are their own parents, and less than all that hangs on them. Halves the path on the way. */
static int root_of(int *parent, int k) {
  while (parent[k] != k) k = parent[k] = parent[parent[k]];
  return k;
}

static void join(int *parent, int a, int b) {
  int low = root_of(parent, a), high = root_of(parent, b);
  if (low < high)
    parent[high] = low;
  else
    parent[low] = high;
}

/* Two members, `other` across a side of `cell`, asked about as the header promises. */
static bool joined_over(const Work *w, int cell, int side, int other) {
  if (!w->joined) return true;
  int size = w->mesh->leaf[cell].size, beyond = w->mesh->leaf[other].size;
  if (size < beyond || (size == beyond && side & 1))
    return w->joined(w->context, cell, side, other);
  return w->joined(w->context, other, side ^ 1, cell);
}

/* Faces between own cells are met from both: the one with the lower number speaks. */
static void join_own(const Work *w) {
  const DavyMesh *mesh = w->mesh;
  int across[4];
  for (int cell = 0; cell < mesh->own; cell++)
    for (int side = 0; side < 2 * mesh->box.dim && w->member[cell]; side++)
      for (int k = DavyCellsAcross(mesh, cell, side, across) - 1; k >= 0; k--) {
        int other = across[k];
        if (other > cell && other < mesh->own && w->member[other] &&
            joined_over(w, cell, side, other))
          join(w->parent, cell, other);
      }
}

/* Lists pairs of pieces over the rank's border, one for all faces in a row between the same two;
 * with link NULL it only counts. */
static void list_links(Work *w) {
  const DavyMesh *mesh = w->mesh;
  Link last = {{-1, -1}};
  int across[4];
  w->links = 0;
  for (int cell = 0; cell < mesh->own; cell++)
    for (int side = 0; side < 2 * mesh->box.dim && w->member[cell]; side++)
      for (int k = DavyCellsAcross(mesh, cell, side, across) - 1; k >= 0; k--) {
        int other = across[k];
        Link link = {{w->piece[cell], w->piece[other]}};
        if (other < mesh->own || link.piece[1] < 0 ||
            (link.piece[0] == last.piece[0] && link.piece[1] == last.piece[1]) ||
            !joined_over(w, cell, side, other))
          continue;
        if (w->link) w->link[w->links] = link;
        w->links++;
        last = link;
      }
}

/* Numbers the pieces through all ranks; returns how many there are. */
static int number_pieces(Work *w) {
  int roots = 0, first, total;
  for (int cell = 0; cell < w->mesh->own; cell++)
    roots += w->member[cell] && w->parent[cell] == cell;
  MPI_Scan(&roots, &first, 1, MPI_INT, MPI_SUM, w->mesh->comm);
  MPI_Allreduce(&roots, &total, 1, MPI_INT, MPI_SUM, w->mesh->comm);
  first -= roots;
  for (int cell = 0; cell < w->mesh->own; cell++) {
    int root = root_of(w->parent, cell); /* at most cell: it has its number */
    w->piece[cell] = !w->member[cell] ? -1 : root == cell ? first++ : w->piece[root];
  }
  DavyForestOf(w->mesh->box.dim)->exchange(w->mesh->forest, w->piece, sizeof *w->piece);
  return total;
}

/* Joins pieces by all ranks' links: parent[pieces]. */
static DavyError join_pieces(Work *w, int *parent) {
  const DavyMesh *mesh = w->mesh;
  DavyError error = DAVY_OK;
  Link *all = NULL;
  int total = 0, *counts = malloc(2 * (size_t)mesh->ranks * sizeof *counts);
  list_links(w);
  w->link = malloc(((size_t)w->links + 1) * sizeof *w->link);
  if (!counts || !w->link)
    DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %d links", w->links));
  list_links(w);
  MPI_Allgather(&w->links, 1, MPI_INT, counts, 1, MPI_INT, mesh->comm);
  int *starts = counts + mesh->ranks;
  for (int rank = 0; rank < mesh->ranks; rank++) {
    starts[rank] = total;
    total += counts[rank];
  }
  all = malloc(((size_t)total + 1) * sizeof *all);
  if (!all) DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %d links", total));
  MPI_Allgatherv(w->link, w->links, MPI_2INT, all, counts, starts, MPI_2INT, mesh->comm);
  for (int k = 0; k < total; k++) join(parent, all[k].piece[0], all[k].piece[1]);
done:
  free(counts);
  free(all);
  return error;
}

DavyError DavyComponents(const DavyMesh *mesh, const bool *member, DavyJoined joined,
                         const void *context, int *label, int *count) {
  DavyError error = DAVY_OK;
  Work w = {mesh, member, joined, context, .piece = label};
  w.parent = malloc(((size_t)mesh->own + 1) * sizeof *w.parent);
  DAVY_CHECK(w.parent, DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->own);
  for (int cell = 0; cell < mesh->own; cell++) w.parent[cell] = cell;
  join_own(&w);
  int pieces = number_pieces(&w), *parent = malloc(2 * ((size_t)pieces + 1) * sizeof *parent);
  if (!parent) DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %d pieces", pieces));
  int *component = parent + pieces;
  for (int k = 0; k < pieces; k++) parent[k] = k;
  DAVY_GUARD(join_pieces(&w, parent));
  *count = 0;
  for (int k = 0; k < pieces; k++) {
    int root = root_of(parent, k);
    component[k] = root == k ? (*count)++ : component[root];
  }
  for (int cell = 0; cell < mesh->cells; cell++)
    if (label[cell] >= 0) label[cell] = component[label[cell]];
done:
  free(w.parent);
  free(w.link);
  free(parent);
  return error;
}
