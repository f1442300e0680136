/* Trees of cells: a box of equal cubes, each a quadtree (2D) or octree (3D), over MPI ranks.
 *
 * This is all that the rest of the program sees of p4est and p8est: leaves as plain numbers, and an
 * exchange of data per leaf. forest.c is compiled once for each dimension; everything above takes
 * the dimension at run time and uses arrays of three, the unused third component being zero.
 */
#ifndef DAVY_MESH_FOREST_H
#define DAVY_MESH_FOREST_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "davy/error.h"

/* The deepest level of a leaf. Positions are integers in units of a tree's edge / 2^this, which
 * with at most 128 trees a direction pack into 21 bits each. */
enum { DAVY_FOREST_DEEPEST = 13, DAVY_FOREST_MOST_TREES = 128 };

typedef struct {
  int dim;          /* 2 or 3 */
  int trees[3];     /* cubes in each direction; trees[2] = 1 in 2D */
  double origin[3]; /* m: the least corner */
  double edge;      /* m: of one cube */
} DavyBox;

typedef struct {
  int32_t at[3]; /* least corner */
  int32_t size;  /* edge */
  int rank;      /* who owns it */
} DavyLeaf;

/* Whether a leaf with its centre x and edge `size`, both in m, must be split. It must answer the
 * same on every rank, and a pure function of place and size gives the same forest on any number. */
typedef bool (*DavyMustSplit)(const void *context, const double x[3], double size);

typedef struct DavyForest DavyForest;

typedef struct {
  int dim;
  /* Splits to `deepest` at most, balances 2:1 over faces and corners, shares the leaves out in
   * order of the space-filling curve and gathers `halo` layers of leaves of other ranks. */
  DavyError (*create)(MPI_Comm comm, const DavyBox *box, int coarsest, int deepest,
                      DavyMustSplit must_split, const void *context, int halo, DavyForest **forest);
  /* Numbers of leaves; own leaves count from first_global in the curve's order. */
  void (*count)(const DavyForest *forest, int *own, int *halo, int64_t *first_global);
  /* Own leaves, then the halo's; leaf[own + halo] is written by the forest. */
  void (*leaves)(const DavyForest *forest, DavyLeaf *leaf);
  /* data[own + halo] with `size` bytes each: own values are sent to where they are halo. */
  void (*exchange)(DavyForest *forest, void *data, size_t size);
  /* Whose leaves meet the cube at `at`, which lies in one tree as a leaf of that size would: ranks
   * `first` to `last`, of which some between may own nothing at all. Any rank may ask. */
  void (*owners)(const DavyForest *forest, const int32_t at[3], int32_t size, int *first,
                 int *last);
  void (*destroy)(DavyForest **forest);
} DavyForestVerbs;

/* dim is 2 or 3. */
const DavyForestVerbs *DavyForestOf(int dim);

#endif
