/* Doubles compared as doubles: cmocka's assert_float_equal rounds its arguments to float first. */
#ifndef TESTS_EXPECT_CLOSE_H
#define TESTS_EXPECT_CLOSE_H

#include <math.h>

/* Fails at the caller's line unless |value - expected| <= tolerance. */
#define expect_close(value, expected, tolerance)                                                   \
  do {                                                                                             \
    double value_ = (value), expected_ = (expected), tolerance_ = (tolerance);                     \
    if (!(fabs(value_ - expected_) <= tolerance_))                                                 \
      fail_msg(#value " = %.17g; expected %.17g within %g", value_, expected_, tolerance_);        \
  } while (0)

#endif
