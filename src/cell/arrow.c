/* | T u | |x|   |f|      x = T^-1 f - T^-1 u z,   z = (g - v.T^-1 f)/(s - v.T^-1 u)
 * | v s | |z| = |g|
 *
 * T from diffusion is diagonally dominant, so elimination needs no pivoting. */
#include "cell/arrow.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

DavyError ArrowCreate(int count, ArrowMatrix *arrow) {
  double *room = calloc(6 * (size_t)count, sizeof *room);
  DAVY_CHECK(room, DAVY_ERR_MEMORY, "out of memory for %d cells", count);
  *arrow = (ArrowMatrix){count,
                         .below = room,
                         .diagonal = room + count,
                         .above = room + 2 * count,
                         .column = room + 3 * count,
                         .row = room + 4 * count,
                         .work = room + 5 * count};
  return DAVY_OK;
}

void ArrowFree(ArrowMatrix *arrow) {
  free(arrow->below);
  *arrow = (ArrowMatrix){0};
}

bool ArrowSolve(ArrowMatrix *arrow, double *x, double *z) {
  int n = arrow->count;
  double *u = arrow->column, *above = arrow->work;
  double pivot = arrow->diagonal[0];
  for (int j = 0;; j++) {
    if (!(fabs(pivot) > 0) || !isfinite(pivot)) return false;
    double inverse = 1 / pivot;
    above[j] = arrow->above[j] * inverse;
    x[j] *= inverse;
    u[j] *= inverse;
    if (j + 1 == n) break;
    double below = arrow->below[j + 1];
    pivot = arrow->diagonal[j + 1] - below * above[j];
    x[j + 1] -= below * x[j];
    u[j + 1] -= below * u[j];
  }
  double top = *z, bottom = arrow->corner;
  for (int j = n - 1; j >= 0; j--) {
    if (j + 1 < n) {
      x[j] -= above[j] * x[j + 1];
      u[j] -= above[j] * u[j + 1];
    }
    top -= arrow->row[j] * x[j];
    bottom -= arrow->row[j] * u[j];
  }
  if (!(fabs(bottom) > 0)) return false;
  *z = top / bottom;
  for (int j = 0; j < n; j++) x[j] -= u[j] * *z;
  return isfinite(*z);
}
