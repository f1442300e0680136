/* Orders of convergence, asserted. */
#ifndef DAVY_TESTS_ORDER_H
#define DAVY_TESTS_ORDER_H

#include <math.h>
#include <stdio.h>

#include "verified.h"

/* error[k] belongs to size[k], k = 0 to n - 1, sizes falling. The order is the slope of a straight
 * line through all points in logarithms: on cut cells single pairs scatter with the way the front
 * happens to cross the cells. */
static inline double observed_order(const double *error, const double *size, int n) {
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (int k = 0; k < n; k++) {
    double x = log(size[k]), y = log(error[k]);
    sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

/* Fails unless the observed order is at least expected - slack; `why` says where the order comes
 * from. */
#define expect_order(error, size, n, expected, slack, why)                                         \
  do {                                                                                             \
    double order_ = observed_order(error, size, n);                                                \
    verified("%s | order %.2f, last error %.1e | %g - %g", why, order_, (error)[(n)-1],            \
             (double)(expected), (double)(slack));                                                 \
    if (!(order_ >= (expected) - (slack)))                                                         \
      fail_msg("order %.3f, expected %g - %g: %s", order_, (double)(expected), (double)(slack),    \
               why);                                                                               \
  } while (0)

#endif
