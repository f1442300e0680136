/* Diode and resistor in series (item 14 of the reference problems): the closed form by Lambert's W
 * against the implicit equation that it solves, and against known values of W. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "davy/kinetics.h"
#include "expect_close.h"

static const double thermal = 0.02569258; /* V, 298.15 K */

/* W(1) = 0.56714329040978387 (the omega constant): i_s R = V_T and V = -i_s R give i R = V_T (W -
 * 1). */
static void test_omega(void **state) {
  (void)state;
  double i = DavySchottkyCurrent(2, thermal, thermal / 2, -thermal);
  expect_close(i / 2, 0.56714329040978387 - 1, 1e-15);
}

/* The current fed back into i = i_s (exp((V - i R)/V_T) - 1), from blocking to ohmic. */
static void test_implicit_equation(void **state) {
  (void)state;
  for (double voltage = -0.5; voltage < 2; voltage += 0.05)
    for (double resistance = 1e-6; resistance < 1e2; resistance *= 10) {
      const double saturation = 3e-3;
      double i = DavySchottkyCurrent(saturation, thermal, resistance, voltage);
      double across = voltage - i * resistance; /* by the diode alone */
      double expected = thermal * log1p(i / saturation);
      /* Near full blocking i -> -i_s the logarithm has few digits: there the current is compared.
       */
      if (i > -0.5 * saturation)
        expect_close(across, expected, 1e-13 * (1 + fabs(voltage)));
      else
        expect_close(i, saturation * expm1(across / thermal), 1e-14 * saturation);
    }
}

static void test_limits(void **state) {
  (void)state;
  expect_close(DavySchottkyCurrent(1, thermal, 0, thermal), M_E - 1, 1e-15);
  expect_close(DavySchottkyCurrent(1, thermal, 0.1, -5), -1, 1e-12); /* blocks, but for i_s */
  /* 1000 V: all but a few kT/q fall over the resistance. exp(V/V_T) alone would overflow. */
  expect_close(DavySchottkyCurrent(1e-6, thermal, 1, 1000), 1000, 0.6);
  /* Free electrons, A = 1.20173e6 A/(m2 K2), 0.6 V, 300 K: 1.08156e11 exp(-23.20904) by hand. */
  expect_close(DavySchottkySaturation(1.20173e6, 300, 0.6), 9.0052, 0.001);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_omega),
                                     cmocka_unit_test(test_implicit_equation),
                                     cmocka_unit_test(test_limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
