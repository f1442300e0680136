/* Connected components: sets of cells that hang together over faces, on any number of ranks. */
#ifndef DAVY_MESH_COMPONENTS_H
#define DAVY_MESH_COMPONENTS_H

#include "mesh/mesh.h"

/* Whether two members are joined over a face. Each face is asked about from one side, on every
 * rank that owns one of its cells: `cell` is the finer of the two (the lower one if equal), so that
 * `side` of it is the whole face, and `other` lies beyond. Either may be a halo cell. */
typedef bool (*DavyJoined)(const void *context, int cell, int side, int other);

/* member[mesh->own] says which cells take part; joined NULL: all members that share a face are one.
 * label[mesh->cells] is written, the halo's too: -1, or the component's number, 0 to *count - 1 in
 * order of the components' first cells on the space-filling curve, the same on any number of ranks.
 * Collective. Every rank holds a few bytes for each piece of a component on one rank, and for each
 * run of faces along a border between two of them. */
DavyError DavyComponents(const DavyMesh *mesh, const bool *member, DavyJoined joined,
                         const void *context, int *label, int *count);

#endif
