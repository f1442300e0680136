/* The corners of a frame's cells, each once. */
#ifndef DAVY_FIELD_HDF5_CORNERS_H
#define DAVY_FIELD_HDF5_CORNERS_H

#include <stdint.h>

#include "davy/field.h"

typedef struct {
  double (*points)[3];
  size_t point_count;
  int32_t *cells; /* 4 or 8 points of each cell, in the order of VTK's quadrilateral, hexahedron */
} Corners;

DavyError corners_make(const DavyFrame *frame, Corners *corners);
void corners_clear(Corners *corners);

#endif
