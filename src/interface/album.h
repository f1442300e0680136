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
/* Goes on behind the pictures in the folder, but for those of after the growth's time. `passed`:
 * C/m2 by now. */
DavyError DavyAlbumContinue(const char *folder, const DavyGrowth *growth, double every,
                            double passed, DavyAlbum **album);
/* Takes a picture if `passed` (C/m2, both ways) has come to the next one, or if it is the `last`
 * and none of this instant is there. */
DavyError DavyAlbumTake(DavyAlbum *album, const DavyGrowth *growth, const DavyCircuit *circuit,
                        double passed, bool last);
/* The files appear now. Destroyed without, older ones stay. */
DavyError DavyAlbumCommit(DavyAlbum *album, const DavyGrowth *growth);
/* The same, and goes on: the next ones begin as copies of these. */
DavyError DavyAlbumSave(DavyAlbum *album, const DavyGrowth *growth);
void DavyAlbumDestroy(DavyAlbum **album);

#endif
