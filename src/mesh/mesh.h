/* The mesh as plain arrays: cells, their corners, the faces between them, and look-up by place.
 *
 * Cells are cubes of a 2:1 balanced forest: this rank's own first, then a halo of HALO layers of
 * other ranks' cells. A face belongs to the finer of its two cells (the lower one if equal), so
 * each face of the whole mesh stands in the list of exactly one rank. Sides of a cell: 2 axis for
 * the lower, 2 axis + 1 for the upper. Corner k of a cell lies at bit d of k along axis d.
 */
#ifndef DAVY_MESH_MESH_H
#define DAVY_MESH_MESH_H

#include "mesh/forest.h"

/* Stencils reach this far: a merged cell's root (1), two rings about it (2), and one layer for the
 * decision what merges there. */
enum { DAVY_HALO = 4 };

/* What may stand instead of a cell's number. */
enum { DAVY_WALL = -1, DAVY_UNKNOWN = -2 };

typedef struct {
  int cell[2]; /* lower and upper; the upper is DAVY_WALL, or the lower, at the box's boundary */
  int owner;   /* index into cell[]: the one whose side the face is */
  int axis;
} DavyFace;

typedef struct {
  DavyBox box;
  MPI_Comm comm;
  int rank, ranks;
  DavyForest *forest;
  double unit; /* m per integer of position */
  int own, cells;
  int64_t first_global, total;
  DavyLeaf *leaf;
  int corners;
  int32_t (*corner)[3];
  int *cell_corner; /* 2^dim a cell */
  int faces;
  DavyFace *face;
  struct DavyPlaces *cell_places;
} DavyMesh;

typedef struct {
  MPI_Comm comm;
  DavyBox box;
  int coarsest, finest; /* levels of the trees */
  DavyMustSplit must_split;
  const void *context;
} DavyMeshPlan;

DavyError DavyMeshCreate(const DavyMeshPlan *plan, DavyMesh **mesh);
void DavyMeshDestroy(DavyMesh **mesh);

static inline double DavyCellSize(const DavyMesh *mesh, int cell) {
  return mesh->unit * mesh->leaf[cell].size;
}
void DavyCellCentre(const DavyMesh *mesh, int cell, double x[3]);
void DavyCornerPlace(const DavyMesh *mesh, int corner, double x[3]);

/* The cell of the same size displaced by `step` cells, DAVY_WALL outside the box, DAVY_UNKNOWN
 * where there is none of that size within reach. */
int DavyCellBeside(const DavyMesh *mesh, int cell, const int step[3]);
/* The cells across one side, up to 4 finer ones: their number; 0 at a wall, -1 beyond reach. */
int DavyCellsAcross(const DavyMesh *mesh, int cell, int side, int across[4]);
/* The cell with its least corner at `at`, or DAVY_UNKNOWN. */
int DavyCellAt(const DavyMesh *mesh, const int32_t at[3]);

/* Volumes of all ranks' cells sum to the box, every own cell's sides are covered once by faces or
 * walls, neighbours differ by one level. DAVY_ERR_LEDGER says what does not hold. */
DavyError DavyMeshCheck(const DavyMesh *mesh);

#endif
