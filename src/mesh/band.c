/* Where the mesh is fine: a cell is split if any of it may lie in the band, or if it is larger than
 * its distance from the band allows. */
#include "mesh/band.h"

#include <math.h>

bool DavyBandSplit(const void *context, const double x[3], double size) {
  const DavyBand *band = context;
  double beyond = fabs(band->shape(band->context, x)) - band->finest * band->cells;
  if (beyond < size * sqrt(band->dim) / 2) return true;
  return band->spread > 0 && size > 2 * band->finest && size > band->spread * beyond;
}
