/* One instant of a run: arrays that grow, and what may stand in them. */
#include <math.h>
#include <stdlib.h>

#include "davy/field.h"

DavyError DavyFrameCreate(int dim, DavyFrame **frame) {
  *frame = NULL;
  DAVY_CHECK(dim == 2 || dim == 3, DAVY_ERR_VALUE, "a frame of dimension %d; expected 2 or 3", dim);
  *frame = calloc(1, sizeof **frame);
  DAVY_CHECK(*frame, DAVY_ERR_MEMORY, "out of memory for a frame");
  (*frame)->dim = dim;
  return DAVY_OK;
}

void DavyFrameDestroy(DavyFrame **frame) {
  if (!*frame) return;
  free((*frame)->cells);
  free((*frame)->facets);
  free((*frame)->bodies);
  free(*frame);
  *frame = NULL;
}

/* Room for one more item; arrays grow to powers of two. */
static DavyError make_room(void **items, size_t count, size_t size) {
  if (count & (count - 1)) return DAVY_OK;
  void *grown = realloc(*items, (count ? 2 * count : 1) * size);
  DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a frame of %zu items", count);
  *items = grown;
  return DAVY_OK;
}

/* A share computed from volumes may miss 0 or 1 by rounding. */
static bool is_share(double share) {
  return share >= -1e-9 && share <= 1 + 1e-9;
}

DavyError DavyFrameAddCell(DavyFrame *frame, const DavyFrameCell *cell) {
  const double *x = cell->centre;
  size_t n = frame->cell_count;
  DAVY_CHECK(isfinite(x[0]) && isfinite(x[1]) && isfinite(x[2]) && cell->size > 0 &&
                 isfinite(cell->size),
             DAVY_ERR_VALUE, "cell %zu of a frame: place (%g, %g, %g) m, size %g m", n, x[0], x[1],
             x[2], cell->size);
  DAVY_CHECK(is_share(cell->fluid) && is_share(cell->metal) && is_share(cell->fluid + cell->metal),
             DAVY_ERR_VALUE,
             "cell %zu of a frame: shares of fluid %g and metal %g; expected 0 to 1", n,
             cell->fluid, cell->metal);
  DAVY_CHECK(!isinf(cell->concentration) && !isinf(cell->potential), DAVY_ERR_VALUE,
             "cell %zu of a frame: concentration %g mol/m3, potential %g V", n, cell->concentration,
             cell->potential);
  void *cells = frame->cells;
  DAVY_TRY(make_room(&cells, n, sizeof *cell));
  frame->cells = cells;
  frame->cells[frame->cell_count++] = *cell;
  return DAVY_OK;
}

/* The normal that the order of the vertices means, times a positive factor, along `outward`. */
static double along(int dim, double v[3][3], const double *outward) {
  double a[3], b[3];
  for (int d = 0; d < 3; d++) {
    a[d] = v[1][d] - v[0][d];
    b[d] = v[2][d] - v[0][d];
  }
  if (dim == 2) return a[1] * outward[0] - a[0] * outward[1];
  return (a[1] * b[2] - a[2] * b[1]) * outward[0] + (a[2] * b[0] - a[0] * b[2]) * outward[1] +
         (a[0] * b[1] - a[1] * b[0]) * outward[2];
}

DavyError DavyFrameAddFacet(DavyFrame *frame, const DavyFrameFacet *facet, const double *outward) {
  DavyFrameFacet own = *facet;
  size_t n = frame->facet_count;
  for (int v = 0; v < 3; v++)
    for (int d = 0; d < 3; d++) {
      if (v >= frame->dim || d >= frame->dim) own.vertex[v][d] = 0;
      DAVY_CHECK(isfinite(own.vertex[v][d]), DAVY_ERR_VALUE,
                 "facet %zu of a frame: vertex %d lies at %g m", n, v, own.vertex[v][d]);
    }
  DAVY_CHECK(own.body >= DAVY_NO_BODY && !isinf(own.current) && !isinf(own.film), DAVY_ERR_VALUE,
             "facet %zu of a frame: body %d, current %g A/m2, film %g", n, own.body, own.current,
             own.film);
  if (outward && along(frame->dim, own.vertex, outward) < 0)
    for (int d = 0; d < 3; d++) {
      double kept = own.vertex[0][d];
      own.vertex[0][d] = own.vertex[1][d];
      own.vertex[1][d] = kept;
    }
  void *facets = frame->facets;
  DAVY_TRY(make_room(&facets, n, sizeof own));
  frame->facets = facets;
  frame->facets[frame->facet_count++] = own;
  return DAVY_OK;
}

DavyError DavyFrameAddBody(DavyFrame *frame, const DavyFrameBody *body) {
  DAVY_CHECK(body->number >= 0 && body->volume >= 0 && isfinite(body->volume) &&
                 isfinite(body->potential),
             DAVY_ERR_VALUE, "body %d of a frame: volume %g, potential %g V", body->number,
             body->volume, body->potential);
  void *bodies = frame->bodies;
  DAVY_TRY(make_room(&bodies, frame->body_count, sizeof *body));
  frame->bodies = bodies;
  frame->bodies[frame->body_count++] = *body;
  return DAVY_OK;
}
