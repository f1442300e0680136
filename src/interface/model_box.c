/* The box of a model in equal cubes: the roots of its mesh. */
#include "interface/model_box.h"

#include <math.h>

/* Of a cell: how far the counter electrode begins off a plane of the mesh. A flat front in such a
 * plane is moved by rounding (keep_off_zero in cut.c), which the ledger would see on its return. */
static const double OFF_PLANES = 0.382;

/* Whether metal may begin with a contact angle beyond 90 degrees. */
static bool has_overhangs(const DavyModel *m) {
  for (int k = 0; k < m->seeds; k++)
    if (m->seed[k].angle > M_PI / 2 + 1e-6) return true;
  for (int k = 0; k < DAVY_MOST_SURFACES; k++) {
    const DavySubstrateSurface *surface = DavySubstrateSurfaceOf(m->substrate, k);
    if (!surface) break;
    if (surface->nucleation.kind != DAVY_NUCLEI_NONE && surface->nucleation.angle > M_PI / 2 + 1e-6)
      return true;
  }
  return false;
}

/* The box in cubes whose edge divides the width and the depth; below the substrate's surface there
 * is room for the metal's shape to go on, above a counter electrode for its metal. */
DavyError DavyModelBoxOf(const DavyModel *m, DavyModelBox *plan) {
  static const double spare = 1.1;
  double bottom, top;
  DavySubstrateExtent(m->substrate, &bottom, &top);
  plan->level = top + m->gap;
  double above =
      m->counter.kind == DAVY_COUNTER_METAL ? m->counter.thickness + OFF_PLANES * m->cell_size : 0;
  /* A cap of more than 90 degrees goes on below the surface as deep as it may come to rise above.
   */
  double room = (m->band + 1) * m->cell_size;
  if (has_overhangs(m)) room = fmax(room, fmin(m->gap, m->width) / 2);
  double high = plan->level + above - bottom + room;
  for (int across = 1; across <= DAVY_FOREST_MOST_TREES; across++) {
    double edge = m->width / across, deep = m->dim == 3 ? m->depth / edge : 1;
    int up = (int)ceil(high / edge - 1e-9);
    if (fabs(deep - round(deep)) > 1e-6 || round(deep) < 1) continue;
    if (edge > high && across < DAVY_FOREST_MOST_TREES) continue;
    if (up > DAVY_FOREST_MOST_TREES || round(deep) > DAVY_FOREST_MOST_TREES) break;
    /* Halved, they leave less below what is wanted, which fibres would have as electrolyte. */
    for (; up * edge > spare * high && 2 * fmax(fmax(across, up), deep) <= DAVY_FOREST_MOST_TREES;
         up = (int)ceil(high / edge - 1e-9)) {
      across *= 2;
      deep *= 2;
      edge /= 2;
    }
    plan->box = (DavyBox){
        m->dim, {across, up, (int)round(deep)}, {0, plan->level + above - up * edge, 0}, edge};
    plan->finest = (int)ceil(log2(edge / m->cell_size) - 1e-9);
    plan->finest = plan->finest < 1 ? 1 : plan->finest;
    double coarse = log2(edge / (high / 8));
    plan->coarsest = coarse > 0 ? (int)fmin(ceil(coarse), plan->finest) : 0;
    DAVY_CHECK(plan->finest <= DAVY_FOREST_DEEPEST, DAVY_ERR_VALUE,
               "cells of %g m in a box of %g m; expected at most 2^%d of them a side", m->cell_size,
               edge, DAVY_FOREST_DEEPEST);
    return DAVY_OK;
  }
  return DavyFail(
      DAVY_ERR_VALUE,
      "a cell %g m wide, %g m deep and %g m high does not divide into at most %d equal "
      "cubes a side; expected a depth in a simple ratio to the width, and a width of at "
      "least %g of the height",
      m->width, m->depth, high, DAVY_FOREST_MOST_TREES, 1.0 / DAVY_FOREST_MOST_TREES);
}
