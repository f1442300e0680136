/* Groups: fluid cells, with each sliver of a cut cell merged into a neighbour. A group has one pair
 * of unknowns at the centroid of its fluid. */
#ifndef DAVY_INTERFACE_GROUPS_H
#define DAVY_INTERFACE_GROUPS_H

#include "mesh/cut.h"

/* Cells with less fluid than this share of a cell merge. */
#define DAVY_MERGE_BELOW 0.3

typedef struct {
  int64_t id; /* the same on every rank; -1: no fluid */
  int root;   /* cell that others merged into; known for own cells and two layers beyond */
  int32_t root_at[3];
  double volume, at[3]; /* fluid of all its cells */
} DavyGroup;

typedef struct {
  const DavyCuts *cuts; /* borrowed */
  DavyGroup *of;        /* of each cell */
  int own;              /* groups with an own root */
  int64_t first, total; /* own ids count from first */
} DavyGroups;

DavyError DavyGroupsCreate(const DavyCuts *cuts, DavyGroups **groups);
void DavyGroupsDestroy(DavyGroups **groups);

/* Cells of the group of `root`, itself first; at most 27. */
int DavyGroupCells(const DavyGroups *groups, int root, int cells[27]);

#endif
