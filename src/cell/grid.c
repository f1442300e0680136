/* Faces at x(s) = (L/2) (1 + tanh(g (2s - 1))/tanh g), s = j/count: a smooth map, so that the
 * two-point flux stays second order; cells in the middle are cosh2(g) times as wide as at the ends,
 * where depletion and every step of current begin. g = 0: equal cells. */
#include "cell/grid.h"

#include <math.h>
#include <stdlib.h>

static double face(double length, int count, double grading, int j) {
  double s = 2.0 * j / count - 1;
  return length / 2 * (1 + (grading > 0 ? tanh(grading * s) / tanh(grading) : s));
}

DavyError CellGridCreate(double length, int count, double grading, CellGrid *grid) {
  double *room = malloc(4 * (size_t)count * sizeof *room);
  DAVY_CHECK(room, DAVY_ERR_MEMORY, "out of memory for %d cells", count);
  *grid = (CellGrid){count, room, room + count, room + 2 * count, room + 3 * count};
  for (int j = 0; j < count; j++) {
    double left = face(length, count, grading, j), right = face(length, count, grading, j + 1);
    grid->middle[j] = (left + right) / 2;
    grid->width[j] = right - left;
  }
  for (int j = 0; j + 1 < count; j++) {
    grid->gap[j] = grid->middle[j + 1] - grid->middle[j];
    grid->share[j] = grid->width[j] / (grid->width[j] + grid->width[j + 1]);
  }
  return DAVY_OK;
}

void CellGridFree(CellGrid *grid) {
  free(grid->middle);
  *grid = (CellGrid){0};
}
