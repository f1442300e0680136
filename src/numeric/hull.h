/* The lower convex hull of points in the plane. */
#ifndef DAVY_NUMERIC_HULL_H
#define DAVY_NUMERIC_HULL_H

#include <stddef.h>

/* Writes to `kept` the indices of the points on the lower convex hull, x ascending, from the lowest
 * point of the least x to the lowest of the greatest, and returns their number; `kept` has room for
 * `count`. The points may come in any order; those on an edge of the hull within `tolerance` of y
 * are no corners and are left out. */
size_t davy_lower_hull(const double *x, const double *y, size_t count, double tolerance,
                       size_t *kept);

#endif
