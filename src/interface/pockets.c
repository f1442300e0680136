/* Fluid hangs together where a face between two cells is open. A region far smaller than a cell is
 * no shape that the mesh can hold: its walls close in on a volume of next to nothing, in which the
 * salt grows without bound. */
#include "interface/pockets.h"

#include <math.h>
#include <stdlib.h>

#include "mesh/components.h"

static bool joined(const void *context, int cell, int side, int other) {
  (void)other;
  return DavyFaceOpening(context, cell, side).area > 0;
}

/* Volume of each region, over all ranks. */
static DavyError measure(const DavyCuts *cuts, const int *label, int count, double **volume) {
  double at[3];
  *volume = calloc((size_t)count + 1, sizeof **volume);
  DAVY_CHECK(*volume, DAVY_ERR_MEMORY, "out of memory for %d pockets", count);
  for (int cell = 0; cell < cuts->mesh->own; cell++)
    if (label[cell] >= 0) (*volume)[label[cell]] += DavyFluidVolume(cuts, cell, at);
  MPI_Allreduce(MPI_IN_PLACE, *volume, count, MPI_DOUBLE, MPI_SUM, cuts->mesh->comm);
  return DAVY_OK;
}

/* Corners of cells in small regions but not in others; halo cells count like own ones. */
static void fill(const DavyCuts *cuts, const int *label, const double *volume, double least,
                 const char *open, double *psi) {
  const DavyMesh *mesh = cuts->mesh;
  int corners = 1 << mesh->box.dim;
  for (int cell = 0; cell < mesh->cells; cell++) {
    if (label[cell] < 0 || volume[label[cell]] >= least) continue;
    double below = -0.1 * DavyCellSize(mesh, cell);
    for (int k = 0; k < corners; k++) {
      int corner = mesh->cell_corner[corners * cell + k];
      if (!open[corner]) psi[corner] = fmin(psi[corner], below);
    }
  }
}

DavyError DavyPocketsFill(const DavyCuts *cuts, double least, double *psi, int *filled) {
  const DavyMesh *mesh = cuts->mesh;
  int corners = 1 << mesh->box.dim, count;
  DavyError error = DAVY_OK;
  double at[3], *volume = NULL;
  bool *member = calloc((size_t)mesh->own + 1, sizeof *member);
  int *label = malloc(((size_t)mesh->cells + 1) * sizeof *label);
  char *open = calloc((size_t)mesh->corners + 1, 1);
  *filled = 0;
  if (!member || !label || !open) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->cells);
    goto done;
  }
  for (int cell = 0; cell < mesh->own; cell++) member[cell] = DavyFluidVolume(cuts, cell, at) > 0;
  DAVY_GUARD(DavyComponents(mesh, member, joined, cuts, label, &count));
  DAVY_GUARD(measure(cuts, label, count, &volume));
  for (int k = 0; k < count; k++) *filled += volume[k] < least;
  if (*filled == 0) goto done;
  for (int cell = 0; cell < mesh->cells; cell++)
    for (int k = 0; k < corners && label[cell] >= 0; k++)
      open[mesh->cell_corner[corners * cell + k]] |= volume[label[cell]] >= least;
  fill(cuts, label, volume, least, open, psi);
done:
  free(member);
  free(label);
  free(open);
  free(volume);
  return error;
}
