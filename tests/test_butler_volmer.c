/* Butler-Volmer and its inverse. Known: alpha = 1/2 gives y = 2 sinh(z/2); small z gives y =
 * (alpha_a + alpha_c) z; large z gives the Tafel line z = ln(y)/alpha_a. Between, the forward
 * equation in long double judges the inverse. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "davy/kinetics.h"

static const double alphas[][2] = {{0.5, 0.5}, {0.3, 0.7}, {0.7, 0.3}, {0.1, 0.9}, {1.5, 0.5}};

static void test_symmetric_coefficients_are_a_sinh(void **state) {
  (void)state;
  for (double z = -40; z <= 40; z += 0.37) {
    double exact = 2 * sinh(z / 2);
    /* Three roundings, and the cancellation of two numbers near one for small z. */
    assert_true(fabs(DavyButlerVolmer(z, 0.5, 0.5) - exact) <= 8 * DBL_EPSILON * fabs(exact));
  }
}

static void test_limits(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof alphas / sizeof *alphas; k++) {
    double a = alphas[k][0], c = alphas[k][1];
    /* The next term of the series is (a2 - c2) z2/2. */
    assert_true(fabs(DavyButlerVolmerInverse(1e-12, a, c, NULL) * (a + c) / 1e-12 - 1) < 2e-12);
    /* exp(-c z) against y: 1e-30 or less. */
    assert_true(fabs(DavyButlerVolmerInverse(1e200, a, c, NULL) * a / log(1e200) - 1) < 1e-14);
    assert_true(fabs(DavyButlerVolmerInverse(-1e200, a, c, NULL) * c / log(1e200) + 1) < 1e-14);
    assert_true(DavyButlerVolmerInverse(0, a, c, NULL) == 0);
  }
}

static void test_inverse_of_every_ratio(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof alphas / sizeof *alphas; k++)
    for (double exponent = -14; exponent <= 14; exponent += 0.13)
      for (int sign = -1; sign <= 1; sign += 2) {
        double y = sign * pow(10, exponent), slope;
        double z = DavyButlerVolmerInverse(y, alphas[k][0], alphas[k][1], &slope);
        long double forward =
            expm1l((long double)alphas[k][0] * z) - expm1l(-(long double)alphas[k][1] * z);
        /* An error dz of z shows as dy = dz/slope. */
        long double error = (forward - y) * slope;
        if (!(fabsl(error) <= 4e-15L * (fabs(z) + 1e-14)))
          fail_msg("y = %g, alpha %g, %g: z = %.17g is off by %Lg", y, alphas[k][0], alphas[k][1],
                   z, error);
        double h = 1e-5 * (fabs(z) > 1 ? 1 : fabs(z));
        double numeric = 2 * h /
                         (DavyButlerVolmer(z + h, alphas[k][0], alphas[k][1]) -
                          DavyButlerVolmer(z - h, alphas[k][0], alphas[k][1]));
        /* Central difference: h2/6 and rounding over h. */
        assert_true(fabs(slope / numeric - 1) < 1e-8);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_symmetric_coefficients_are_a_sinh),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_inverse_of_every_ratio),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
