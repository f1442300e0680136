/* The mesh as plain arrays, made from the leaves of a forest by look-up of integer places. */
#include "mesh/mesh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mesh/places.h"

extern const DavyForestVerbs davy_forest_2d, davy_forest_3d;

const DavyForestVerbs *DavyForestOf(int dim) {
  return dim == 2 ? &davy_forest_2d : &davy_forest_3d;
}

void DavyCellCentre(const DavyMesh *mesh, int cell, double x[3]) {
  const DavyLeaf *leaf = mesh->leaf + cell;
  for (int d = 0; d < 3; d++)
    x[d] =
        d < mesh->box.dim ? mesh->box.origin[d] + mesh->unit * (leaf->at[d] + 0.5 * leaf->size) : 0;
}

void DavyCornerPlace(const DavyMesh *mesh, int corner, double x[3]) {
  for (int d = 0; d < 3; d++)
    x[d] = d < mesh->box.dim ? mesh->box.origin[d] + mesh->unit * mesh->corner[corner][d] : 0;
}

int DavyCellAt(const DavyMesh *mesh, const int32_t at[3]) {
  return DavyPlacesFind(mesh->cell_places, at);
}

static bool outside(const DavyMesh *mesh, const int32_t at[3]) {
  for (int d = 0; d < mesh->box.dim; d++)
    if (at[d] < 0 || at[d] >= mesh->box.trees[d] << DAVY_FOREST_DEEPEST) return true;
  return false;
}

int DavyCellBeside(const DavyMesh *mesh, int cell, const int step[3]) {
  const DavyLeaf *leaf = mesh->leaf + cell;
  int32_t at[3] = {0};
  for (int d = 0; d < mesh->box.dim; d++) at[d] = leaf->at[d] + step[d] * leaf->size;
  if (outside(mesh, at)) return DAVY_WALL;
  int beside = DavyCellAt(mesh, at);
  return beside >= 0 && mesh->leaf[beside].size == leaf->size ? beside : DAVY_UNKNOWN;
}

/* `at` is the place of an equal neighbour that has been split: its children at the common side. */
static int finer_across(const DavyMesh *mesh, const int32_t at[3], int32_t size, int side,
                        int across[4]) {
  int axis = side / 2, count = 0, children = 1 << mesh->box.dim;
  for (int child = 0; child < children; child++) {
    if ((child >> axis & 1) == (side & 1)) continue; /* the far half */
    int32_t place[3] = {0};
    for (int d = 0; d < mesh->box.dim; d++) place[d] = at[d] + (child >> d & 1) * size / 2;
    int cell = DavyCellAt(mesh, place);
    if (cell < 0 || mesh->leaf[cell].size != size / 2) return -1;
    across[count++] = cell;
  }
  return count;
}

int DavyCellsAcross(const DavyMesh *mesh, int cell, int side, int across[4]) {
  const DavyLeaf *leaf = mesh->leaf + cell;
  int32_t at[3] = {leaf->at[0], leaf->at[1], leaf->at[2]};
  at[side / 2] += side & 1 ? leaf->size : -leaf->size;
  if (outside(mesh, at)) return 0;
  int found = DavyCellAt(mesh, at);
  if (found >= 0 && mesh->leaf[found].size == leaf->size) {
    across[0] = found;
    return 1;
  }
  if (found >= 0 && mesh->leaf[found].size < leaf->size)
    return finer_across(mesh, at, leaf->size, side, across);
  for (int d = 0; d < mesh->box.dim; d++) at[d] &= ~(2 * leaf->size - 1);
  found = DavyCellAt(mesh, at);
  if (found < 0 || mesh->leaf[found].size != 2 * leaf->size) return -1;
  across[0] = found;
  return 1;
}

static DavyError number_corners(DavyMesh *mesh) {
  int each = 1 << mesh->box.dim;
  size_t most = (size_t)mesh->cells * each + 1; /* a rank may be without cells */
  DavyPlaces *places = DavyPlacesCreate(most);
  mesh->cell_corner = malloc(most * sizeof *mesh->cell_corner);
  mesh->corner = malloc(most * sizeof *mesh->corner);
  if (!places || !mesh->cell_corner || !mesh->corner) {
    DavyPlacesDestroy(&places);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->cells);
  }
  for (int cell = 0; cell < mesh->cells; cell++)
    for (int k = 0; k < each; k++) {
      int32_t at[3] = {0};
      for (int d = 0; d < mesh->box.dim; d++)
        at[d] = mesh->leaf[cell].at[d] + (k >> d & 1) * mesh->leaf[cell].size;
      int number = DavyPlacesAdd(places, at, mesh->corners);
      if (number == mesh->corners) memcpy(mesh->corner[mesh->corners++], at, sizeof at);
      mesh->cell_corner[each * cell + k] = number;
    }
  DavyPlacesDestroy(&places);
  int32_t(*fitted)[3] = realloc(mesh->corner, ((size_t)mesh->corners + 1) * sizeof *fitted);
  if (fitted) mesh->corner = fitted;
  return DAVY_OK;
}

/* Faces whose owner is an own cell. With faces NULL it only counts them. */
static int list_faces(const DavyMesh *mesh, DavyFace *faces) {
  int count = 0;
  for (int cell = 0; cell < mesh->own; cell++)
    for (int side = 0; side < 2 * mesh->box.dim; side++) {
      int across[4], upper = side & 1, n = DavyCellsAcross(mesh, cell, side, across);
      int other = n == 0 ? DAVY_WALL : n == 1 ? across[0] : DAVY_UNKNOWN;
      bool equal = other >= 0 && mesh->leaf[other].size == mesh->leaf[cell].size;
      if (n > 1 || (equal && !upper)) continue; /* the other one's */
      if (faces) {
        faces[count] = (DavyFace){.owner = !upper, .axis = side / 2};
        faces[count].cell[!upper] = cell;
        faces[count].cell[upper] = other;
      }
      count++;
    }
  return count;
}

DavyError DavyMeshCreate(const DavyMeshPlan *plan, DavyMesh **result) {
  DAVY_CHECK(plan->finest <= DAVY_FOREST_DEEPEST && plan->coarsest <= plan->finest, DAVY_ERR_VALUE,
             "mesh levels %d to %d; expected rising, at most %d", plan->coarsest, plan->finest,
             DAVY_FOREST_DEEPEST);
  for (int d = 0; d < plan->box.dim; d++)
    DAVY_CHECK(plan->box.trees[d] >= 1 && plan->box.trees[d] <= DAVY_FOREST_MOST_TREES,
               DAVY_ERR_VALUE, "a box of %d cubes along axis %d; expected 1 to %d",
               plan->box.trees[d], d, DAVY_FOREST_MOST_TREES);
  DavyError error = DAVY_OK;
  const DavyForestVerbs *verbs = DavyForestOf(plan->box.dim);
  DavyMesh *mesh = calloc(1, sizeof *mesh);
  DAVY_CHECK(mesh, DAVY_ERR_MEMORY, "out of memory for the mesh");
  mesh->box = plan->box;
  mesh->comm = plan->comm;
  mesh->unit = plan->box.edge / (1 << DAVY_FOREST_DEEPEST);
  MPI_Comm_rank(plan->comm, &mesh->rank);
  MPI_Comm_size(plan->comm, &mesh->ranks);
  DAVY_GUARD(verbs->create(plan->comm, &plan->box, plan->coarsest, plan->finest, plan->must_split,
                           plan->context, DAVY_HALO, &mesh->forest));
  int halo;
  verbs->count(mesh->forest, &mesh->own, &halo, &mesh->first_global);
  mesh->cells = mesh->own + halo;
  int64_t own = mesh->own;
  MPI_Allreduce(&own, &mesh->total, 1, MPI_INT64_T, MPI_SUM, mesh->comm);
  mesh->leaf = calloc((size_t)mesh->cells + 1, sizeof *mesh->leaf);
  mesh->cell_places = DavyPlacesCreate((size_t)mesh->cells);
  if (!mesh->leaf || !mesh->cell_places) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->cells);
    goto done;
  }
  verbs->leaves(mesh->forest, mesh->leaf);
  for (int cell = 0; cell < mesh->cells; cell++)
    DavyPlacesAdd(mesh->cell_places, mesh->leaf[cell].at, cell);
  DAVY_GUARD(number_corners(mesh));
  mesh->faces = list_faces(mesh, NULL);
  mesh->face = malloc(((size_t)mesh->faces + 1) * sizeof *mesh->face);
  if (!mesh->face) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d faces", mesh->faces);
    goto done;
  }
  list_faces(mesh, mesh->face);
done:
  if (error) DavyMeshDestroy(&mesh);
  *result = mesh;
  return error;
}

void DavyMeshDestroy(DavyMesh **mesh) {
  if (!*mesh) return;
  DavyForestOf((*mesh)->box.dim)->destroy(&(*mesh)->forest);
  DavyPlacesDestroy(&(*mesh)->cell_places);
  free((*mesh)->leaf);
  free((*mesh)->corner);
  free((*mesh)->cell_corner);
  free((*mesh)->face);
  free(*mesh);
  *mesh = NULL;
}

DavyError DavyMeshCheck(const DavyMesh *mesh) {
  int dim = mesh->box.dim;
  /* In integers, so that sums are exact: volumes in units of the deepest cell. */
  uint64_t volume = 0, expected = 1, sides = 0, covered = 0, steep = 0;
  for (int d = 0; d < dim; d++) expected *= (uint64_t)mesh->box.trees[d] << DAVY_FOREST_DEEPEST;
  for (int cell = 0; cell < mesh->own; cell++) {
    uint64_t size = (uint64_t)mesh->leaf[cell].size, area = dim == 2 ? size : size * size;
    volume += area * size;
    sides += 2 * (uint64_t)dim * area;
    for (int side = 0, across[4]; side < 2 * dim; side++)
      steep += DavyCellsAcross(mesh, cell, side, across) < 0;
  }
  for (int f = 0; f < mesh->faces; f++) {
    const DavyFace *face = mesh->face + f;
    uint64_t size = (uint64_t)mesh->leaf[face->cell[face->owner]].size;
    covered += (dim == 2 ? size : size * size) * (face->cell[!face->owner] == DAVY_WALL ? 1 : 2);
  }
  uint64_t mine[4] = {volume, sides, covered, steep}, all[4];
  MPI_Allreduce(mine, all, 4, MPI_UINT64_T, MPI_SUM, mesh->comm);
  DAVY_CHECK(all[3] == 0, DAVY_ERR_LEDGER,
             "mesh: over %llu sides of cells neighbours differ by more than a level",
             (unsigned long long)all[3]);
  DAVY_CHECK(all[0] == expected, DAVY_ERR_LEDGER, "mesh: cells fill %g of the box; expected all",
             (double)all[0] / (double)expected);
  DAVY_CHECK(all[1] == all[2], DAVY_ERR_LEDGER, "mesh: faces cover %g of the cells' sides",
             (double)all[2] / (double)all[1]);
  return DAVY_OK;
}
