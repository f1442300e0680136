/* Frames for ParaView: fields.h5 with all arrays, fields.xdmf and front.xdmf that say what they
 * are, cells and front, each a collection in time.
 *
 *   DavyXdmf *out = NULL;
 *   DavyXdmfOpen("out", &out);
 *   for (each instant) DavyXdmfAppend(out, frame);
 *   error = DavyXdmfCommit(&out);
 *
 * One process writes, whole frames (DavyFrameGather brings them there). The files appear under
 * their names when committed: until then, and after a failure, older ones stay as they are. */
#ifndef DAVY_FIELD_HDF5_XDMF_H
#define DAVY_FIELD_HDF5_XDMF_H

#include "davy/field.h"

typedef struct DavyXdmf DavyXdmf;

/* Before MPI starts: HDF5 then leaves files alone as MPI ends. One that a full disk kept from being
 * closed it would touch again there, and crash (HDF5 1.10). */
void DavyXdmfStart(void);

/* The folder is there already. DAVY_ERR_WRITE names the file. */
DavyError DavyXdmfOpen(const char *folder, DavyXdmf **out);
/* Goes on behind the frames that are there; those later than `last`, s, are dropped. DAVY_ERR_OPEN,
 * DAVY_ERR_FORMAT: there are none, or not as written here. */
DavyError DavyXdmfContinue(const char *folder, double last, DavyXdmf **out);
/* The frame stays the caller's. All frames of a run have the same dimension. */
DavyError DavyXdmfAppend(DavyXdmf *out, const DavyFrame *frame);
DavyError DavyXdmfCommit(DavyXdmf **out);
void DavyXdmfDiscard(DavyXdmf **out); /* safe on NULL and after Commit */

#endif
