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

/* Regions of fluid: which one each cell is of, and the volume of each over all ranks. */
typedef struct {
  int count, *label;
  double *volume;
} Regions;

static void free_regions(Regions *r) {
  free(r->label);
  free(r->volume);
}

static DavyError find(const DavyCuts *cuts, Regions *r) {
  const DavyMesh *mesh = cuts->mesh;
  double at[3];
  bool *member = calloc((size_t)mesh->own + 1, sizeof *member);
  *r = (Regions){.label = malloc(((size_t)mesh->cells + 1) * sizeof *r->label)};
  DavyError error = DAVY_OK;
  if (!member || !r->label)
    DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->cells));
  for (int cell = 0; cell < mesh->own; cell++) member[cell] = DavyFluidVolume(cuts, cell, at) > 0;
  DAVY_GUARD(DavyComponents(mesh, member, joined, cuts, r->label, &r->count));
  r->volume = calloc((size_t)r->count + 1, sizeof *r->volume);
  if (!r->volume) DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %d pockets", r->count));
  for (int cell = 0; cell < mesh->own; cell++)
    if (r->label[cell] >= 0) r->volume[r->label[cell]] += DavyFluidVolume(cuts, cell, at);
  MPI_Allreduce(MPI_IN_PLACE, r->volume, r->count, MPI_DOUBLE, MPI_SUM, mesh->comm);
done:
  free(member);
  if (error) free_regions(r);
  return error;
}

DavyError DavyPocketsCount(const DavyCuts *cuts, double least, int *count) {
  Regions r;
  DAVY_TRY(find(cuts, &r));
  *count = 0;
  for (int k = 0; k < r.count; k++) *count += r.volume[k] >= least;
  free_regions(&r);
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
  int corners = 1 << mesh->box.dim;
  Regions r;
  *filled = 0;
  DAVY_TRY(find(cuts, &r));
  for (int k = 0; k < r.count; k++) *filled += r.volume[k] < least;
  DavyError error = DAVY_OK;
  char *open = calloc((size_t)mesh->corners + 1, 1);
  if (!open) DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %d corners", mesh->corners));
  for (int cell = 0; cell < mesh->cells && *filled; cell++)
    for (int k = 0; k < corners && r.label[cell] >= 0; k++)
      open[mesh->cell_corner[corners * cell + k]] |= r.volume[r.label[cell]] >= least;
  if (*filled) fill(cuts, r.label, r.volume, least, open, psi);
done:
  free(open);
  free_regions(&r);
  return error;
}
