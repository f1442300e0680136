/* The salt of every cell, carried to a new mesh and a new shape of the metal. */
#ifndef DAVY_INTERFACE_CONTENTS_H
#define DAVY_INTERFACE_CONTENTS_H

#include "interface/groups.h"

/* Of each own group, by its number from groups->first on. */
typedef struct {
  double *now, *before; /* V u at the last time and one step before, m^dim */
  double *value;        /* (u, p) pairs */
} DavyContents;

DavyError DavyContentsCreate(const DavyGroups *groups, DavyContents *contents);
void DavyContentsDestroy(DavyContents *contents);

/* from: the contents of `old` groups with their values; to receives those of the `fresh` groups and
 * values to begin a solution with. What lay in cells that metal now covers goes to living cells
 * beside them, so that the sums over all ranks stay to rounding; the meshes may differ. Collective.
 */
DavyError DavyContentsMove(const DavyGroups *old, const DavyContents *from, const DavyGroups *fresh,
                           DavyContents *to);

/* Fluid that metal displaced at once, as nuclei do, was solution, and no cell beside it holds its
 * salt: concentrations stay as `value` has them, all raised alike by what keeps the sum.
 * Collective. */
void DavyContentsLevel(const DavyGroups *groups, DavyContents *contents);

#endif
