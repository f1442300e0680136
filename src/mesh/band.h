/* Where the mesh is fine: a band about the front, and wherever a case asks for it. */
#ifndef DAVY_MESH_BAND_H
#define DAVY_MESH_BAND_H

#include "mesh/cut.h"

typedef struct {
  DavyShape shape; /* |gradient| near 1: its value bounds the distance from the front */
  const void *context;
  double finest; /* m: edge of the finest cells */
  int cells;     /* of the finest, on each side of the front */
  double spread; /* size of a cell over its distance from the band; 0: as coarse as may be */
  int dim;
} DavyBand;

/* A DavyMustSplit; context is a DavyBand. */
bool DavyBandSplit(const void *band, const double x[3], double size);

#endif
