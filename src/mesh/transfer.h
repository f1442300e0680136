/* Contents of cells from one mesh to another over the same box, when the forest is made anew. */
#ifndef DAVY_MESH_TRANSFER_H
#define DAVY_MESH_TRANSFER_H

#include "mesh/mesh.h"

/* amount[from->own][fields] and result[to->own][fields] are contents of the cells, density times
 * volume. Where cells merge contents add up; where one is split, into parts of any size, each part
 * with volume v and centre x gets
 *   amount v/V + v slope.(x - X)
 * of a cell with volume V and centre X, and as the centres' first moments cancel, the parts sum to
 * the whole. slope[from->own][fields][3] is the gradient of density, per m, or NULL for none.
 *
 * Both meshes have the same box and communicator; how each is shared out among the ranks does not
 * matter, and results are the same to the last bit on any number of them. Collective.
 * DAVY_ERR_LEDGER if the boxes differ or the cells of one mesh do not cover the other's. */
DavyError DavyTransfer(const DavyMesh *from, const DavyMesh *to, int fields, const double *amount,
                       const double *slope, double *result);

#endif
