/* The lower convex hull by the monotone chain (Andrew 1979): sorted by x, a point is a corner
 * unless a later one shows it to lie on or above the line past it. */
#include "numeric/hull.h"

/* Sorts indices by x, then y; insertion, since a phase diagram has tens of points. */
static void sort(const double *x, const double *y, size_t count, size_t *order) {
  for (size_t i = 0; i < count; i++) {
    size_t j = i;
    for (; j > 0; j--) {
      size_t before = order[j - 1];
      if (x[before] < x[i] || (x[before] == x[i] && y[before] <= y[i])) break;
      order[j] = before;
    }
    order[j] = i;
  }
}

/* Whether point b is a corner between a and c: it lies below their line. */
static int is_corner(const double *x, const double *y, size_t a, size_t b, size_t c,
                     double tolerance) {
  double line = y[a] + (y[c] - y[a]) * (x[b] - x[a]) / (x[c] - x[a]);
  return y[b] < line - tolerance;
}

size_t davy_lower_hull(const double *x, const double *y, size_t count, double tolerance,
                       size_t *kept) {
  size_t size = 0;
  sort(x, y, count, kept);
  for (size_t i = 0; i < count; i++) {
    size_t next = kept[i];
    if (size && x[kept[size - 1]] == x[next]) continue;
    while (size >= 2 && !is_corner(x, y, kept[size - 2], kept[size - 1], next, tolerance)) size--;
    kept[size++] = next;
  }
  return size;
}
