/* Asserted orders of convergence. */
#ifndef TESTS_EXPECT_ORDER_H
#define TESTS_EXPECT_ORDER_H

#include <math.h>
#include <stdio.h>

/* The slope of log(error) against log(h) between the two finest of n levels must lie within `slack`
 * of `order`; `why` says what sets the order. Prints the table that it judges. */
static inline void expect_order(const double *error, const double *h, int n, double order,
                                double slack, const char *why) {
  for (int k = 0; k < n; k++) {
    printf("    h = %-10.4g error = %-10.4g", h[k], error[k]);
    if (k) printf(" order %.3f", log(error[k] / error[k - 1]) / log(h[k] / h[k - 1]));
    putchar('\n');
  }
  double slope = log(error[n - 1] / error[n - 2]) / log(h[n - 1] / h[n - 2]);
  if (!(fabs(slope - order) <= slack))
    fail_msg("order %.3f; expected %g within %g (%s)", slope, order, slack, why);
}

#endif
