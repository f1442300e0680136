/* Merging of slivers. A small cell looks among the neighbours that stay (enough fluid of their own)
 * for the largest volume times common opening; only where no face leads to one, as in the corner of
 * three oblique planes in 3D, does it take the fullest neighbour over an edge or corner. So a chain
 * of merges has one link, and what merges is decided by the neighbourhood alone, the same on every
 * rank. A pocket without such a neighbour stays by itself. */
#include "interface/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double share(const DavyCuts *cuts, int cell) {
  double at[3], h = DavyCellSize(cuts->mesh, cell);
  return DavyFluidVolume(cuts, cell, at) / pow(h, cuts->mesh->box.dim);
}

static bool small(const DavyCuts *cuts, int cell) {
  return cuts->which[cell] >= 0 && share(cuts, cell) < DAVY_MERGE_BELOW;
}

static int beyond_faces(const DavyCuts *cuts, int cell) {
  int dim = cuts->mesh->box.dim, best = cell;
  double most = 0;
  for (int k = 0; k < (dim == 2 ? 9 : 27); k++) {
    int step[3] = {k % 3 - 1, k / 3 % 3 - 1, dim == 3 ? k / 9 - 1 : 0};
    int beside = DavyCellBeside(cuts->mesh, cell, step);
    if (beside < 0 || beside == cell || small(cuts, beside)) continue;
    double fluid = share(cuts, beside);
    if (fluid > most) {
      most = fluid;
      best = beside;
    }
  }
  return best;
}

static int root_of(const DavyCuts *cuts, int cell) {
  if (!small(cuts, cell)) return cell;
  int best = -1;
  double most = 0;
  for (int side = 0, across[4]; side < 2 * cuts->mesh->box.dim; side++) {
    if (DavyCellsAcross(cuts->mesh, cell, side, across) != 1 || small(cuts, across[0])) continue;
    double score = share(cuts, across[0]) * DavyFaceOpening(cuts, cell, side).area;
    if (score > most) {
      most = score;
      best = across[0];
    }
  }
  return best >= 0 ? best : beyond_faces(cuts, cell);
}

/* Sums fluid into the roots; the halo holds every cell that may merge into an own one. */
static void gather(DavyGroups *groups) {
  const DavyCuts *cuts = groups->cuts;
  const DavyMesh *mesh = cuts->mesh;
  for (int cell = 0; cell < mesh->cells; cell++) {
    double at[3], volume = DavyFluidVolume(cuts, cell, at);
    DavyGroup *group = groups->of + cell;
    group->id = -1;
    group->root = volume > 0 ? root_of(cuts, cell) : cell;
    memcpy(group->root_at, mesh->leaf[group->root].at, sizeof group->root_at);
    DavyGroup *root = groups->of + group->root;
    root->volume += volume;
    for (int d = 0; d < 3; d++) root->at[d] += volume * at[d];
  }
}

DavyError DavyGroupsCreate(const DavyCuts *cuts, DavyGroups **result) {
  const DavyMesh *mesh = cuts->mesh;
  DavyGroups *groups = calloc(1, sizeof *groups);
  *result = groups;
  if (groups) groups->of = calloc((size_t)mesh->cells + 1, sizeof *groups->of);
  if (!groups || !groups->of) {
    DavyGroupsDestroy(result);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->cells);
  }
  groups->cuts = cuts;
  gather(groups);
  for (int cell = 0; cell < mesh->own; cell++)
    groups->own += groups->of[cell].root == cell && groups->of[cell].volume > 0;
  int64_t own = groups->own;
  MPI_Scan(&own, &groups->first, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  groups->first -= own;
  MPI_Allreduce(&own, &groups->total, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  int64_t id = groups->first;
  for (int cell = 0; cell < mesh->own; cell++) {
    DavyGroup *group = groups->of + cell;
    if (group->root != cell || !(group->volume > 0)) continue;
    group->id = id++;
    for (int d = 0; d < 3; d++) group->at[d] /= group->volume;
  }
  /* First the roots' figures go to where they are halo, then those of the cells merged into them.
   * `root` is a rank's own numbering and is found again by place. */
  for (int round = 0; round < 2; round++) {
    DavyForestOf(mesh->box.dim)->exchange(mesh->forest, groups->of, sizeof *groups->of);
    for (int cell = 0; cell < mesh->cells; cell++) {
      DavyGroup *group = groups->of + cell;
      int root = DavyCellAt(mesh, group->root_at);
      if (cell < mesh->own && root != cell) *group = groups->of[root];
      group->root = root;
    }
  }
  return DAVY_OK;
}

void DavyGroupsDestroy(DavyGroups **groups) {
  if (!*groups) return;
  free((*groups)->of);
  free(*groups);
  *groups = NULL;
}

int DavyGroupCells(const DavyGroups *groups, int root, int cells[27]) {
  const DavyMesh *mesh = groups->cuts->mesh;
  int count = 0, dim = mesh->box.dim;
  cells[count++] = root;
  for (int k = 0; k < (dim == 2 ? 9 : 27); k++) {
    int step[3] = {k % 3 - 1, k / 3 % 3 - 1, dim == 3 ? k / 9 - 1 : 0};
    int beside = DavyCellBeside(mesh, root, step);
    if (beside >= 0 && beside != root && groups->cuts->which[beside] >= 0 &&
        groups->of[beside].id == groups->of[root].id)
      cells[count++] = beside;
  }
  return count;
}
