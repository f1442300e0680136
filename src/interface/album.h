/* Pictures of a run: frames of fields, front and bodies, gathered from the ranks and written while
 * it goes on, so that none stays in memory. */
#ifndef DAVY_INTERFACE_ALBUM_H
#define DAVY_INTERFACE_ALBUM_H

#include "davy/field.h"
#include "interface/circuit.h"
#include "interface/growth.h"

/* Files in a folder: fields.h5, fields.xdmf and front.xdmf for ParaView, and in 2D view.json for
 * the page. */
typedef struct DavyAlbum DavyAlbum;

/* The folder is there. `every`: charge between pictures, C/m2. Collective, as all below. */
DavyError DavyAlbumCreate(const char *folder, const char *title, const DavyGrowth *growth,
                          const DavyCircuit *circuit, double every, DavyAlbum **album);
/* Takes a picture if `passed` (C/m2, both ways) has come to the next one, or if it is the `last`.
 */
DavyError DavyAlbumTake(DavyAlbum *album, const DavyGrowth *growth, const DavyCircuit *circuit,
                        double passed, bool last);
/* The files appear now. Destroyed without, older ones stay. */
DavyError DavyAlbumCommit(DavyAlbum *album);
void DavyAlbumDestroy(DavyAlbum **album);

#endif
