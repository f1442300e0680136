/* The symmetric cell in its steady state against closed forms.
 *
 * Profile (Newman & Thomas-Alyea, Electrochemical Systems, ch. 11): linear, c = c0 +- (1 - t+) i L/
 * (2 F D_eff) at the electrodes where D_eff is constant. Ideal dilute solution and reversible
 * electrodes: V = (2 R T/F) ln((1 + J)/(1 - J)), J = i/i_lim, i_lim = 4 F D+ c0/L.
 * Butler-Volmer with both coefficients one half, uniform salt: V = (4 R T/F) asinh(i/2 i0) + i L/k.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cell_runs.h"
#include "expect_order.h"

static const double thermal = DAVY_GAS_CONSTANT * 298.15 / DAVY_FARADAY;

/* The numbers of PyBaMM (N = 200), which agree with the closed form to 1e-9 V. */
static void test_reference_numbers(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  for (int cells = 20; cells <= 200; cells *= 10) {
    p.cells = cells;
    /* Relaxation time L2 eps/(pi2 D_eff) = 6.0 s: after 600 s it has gone e^-100. */
    DavyCell *cell = run_cell(&p, "- plate at 1 mA/cm2 for 600 s");
    /* Tolerance 1e-8 V as asked for; a linear profile is exact on any of these grids. */
    near(last_number(cell, DAVY_VOLTAGE), -0.055510511, 1e-8);
    /* Printed to 1e-6 mol/m3. */
    near(DavyCellSurfaceConcentration(cell, 1), 1042.573722, 1e-6);
    near(DavyCellSurfaceConcentration(cell, 0), 957.426278, 1e-6);
    DavyCellDestroy(&cell);
  }
  /* Printed to 1e-4 A/m2. */
  near(DavyLimitingCurrent(&p.electrolyte, &p.separator), 234.8867, 1e-4);
}

/* Dilute solution, so that kappa goes with c; exchange current so high that it is reversible. */
static DavyCellParameters dilute_cell(void) {
  DavyCellParameters p = reference_cell();
  p.electrolyte = DavyElectrolyteDilute(1000, 1e-10, 2e-10, 298.15);
  p.separator = (DavySeparator){50e-6, 1, 1};
  /* eta = (R T/F) i/i0 = 2e-12 V at 80 A/m2 */
  p.working.exchange_current_density = p.counter.exchange_current_density = 1e12;
  return p;
}

static double dilute_error(int cells, double share) {
  DavyCellParameters p = dilute_cell();
  p.cells = cells;
  p.tolerance = 1e-9;
  double limit = 4 * DAVY_FARADAY * 1e-10 * 1000 / 50e-6, i = share * limit;
  near(DavyLimitingCurrent(&p.electrolyte, &p.separator) / limit, 1, 1e-14);
  char protocol[64];
  snprintf(protocol, sizeof protocol, "- strip at %.17g A/m2 for 600 s", i);
  DavyCell *cell = run_cell(&p, protocol);
  double exact = 2 * thermal * log((1 + share) / (1 - share));
  double error = last_number(cell, DAVY_VOLTAGE) - exact;
  const double *x, *c;
  int n = DavyCellProfile(cell, &x, &c);
  /* Working electrode stripped: salt is high there. 600 s is 30 relaxation times: e^-300 is gone,
   * the tolerance of the integrator (1e-9 of 1000) stays. */
  for (int j = 0; j < n; j++) near(c[j], 1000 * (1 + share * (1 - 2 * x[j] / 50e-6)), 1e-5);
  DavyCellDestroy(&cell);
  return fabs(error);
}

static void test_dilute_reversible_cell_converges_second_order(void **state) {
  (void)state;
  double error[3], h[3];
  for (int k = 0; k < 3; k++) {
    int cells = 25 << k;
    h[k] = 1.0 / cells;
    error[k] = dilute_error(cells, 0.8);
  }
  expect_order(error, h, 3, 2, 0.1, "midpoint rule for 1/kappa on a smoothly graded grid");
  assert_true(error[2] < 2e-5); /* V, at 100 cells: the scheme's constant, measured 8e-6 */
}

/* D = d c, kappa = k c, 1 + dln f/dln c = w c, t+ constant, reversible electrodes: c2 = A - B x
 * with B = 2 (1 - t+) i/(F d), A from the salt, and V = (2 i/(k B)) (c_0 - c_L) + (2 R T/F) (1 -
 * t+) w (c_0 - c_L). */
static double proportional_error(int cells) {
  const double d = 1e-13, k = 1e-3, w = 1.5e-3, t = 0.4, length = 50e-6, i = 50;
  DavyCellParameters p = dilute_cell();
  p.electrolyte.diffusivity = DavyCurveProportional(d);
  p.electrolyte.conductivity = DavyCurveProportional(k);
  p.electrolyte.thermodynamic_factor = DavyCurveProportional(w);
  p.electrolyte.transference = DavyCurveConstant(t);
  p.cells = cells;
  p.tolerance = 1e-9;
  double b = 2 * (1 - t) * i / (DAVY_FARADAY * d);
  double low = b * length, high = 4e6 + b * length, a = 0;
  for (int n = 0; n < 200; n++) {
    a = (low + high) / 2;
    double salt = 2 / (3 * b) * (pow(a, 1.5) - pow(a - b * length, 1.5));
    *(salt > 1000 * length ? &high : &low) = a;
  }
  double fall = sqrt(a) - sqrt(a - b * length);
  double exact = 2 * i / (k * b) * fall + 2 * thermal * (1 - t) * w * fall;
  DavyCell *cell = run_cell(&p, "- strip at 50 A/m2 for 2000 s");
  double error = fabs(last_number(cell, DAVY_VOLTAGE) - exact);
  DavyCellDestroy(&cell);
  return error;
}

static void test_proportional_properties_converge_second_order(void **state) {
  (void)state;
  double error[3], h[3];
  for (int k = 0; k < 3; k++) {
    int cells = 50 << k;
    h[k] = 1.0 / cells;
    error[k] = proportional_error(cells);
  }
  expect_order(error, h, 3, 2, 0.1, "properties at the mean of the neighbours");
  assert_true(error[2] < 1e-6); /* V */
}

static void test_butler_volmer_and_ohm(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.electrolyte.transference = DavyCurveConstant(0); /* uniform c at the first moment */
  static const double currents[] = {0.01, 1, 10, 200};
  for (size_t k = 0; k < sizeof currents / sizeof *currents; k++) {
    double i = currents[k];
    char protocol[64];
    snprintf(protocol, sizeof protocol, "- strip at %.17g A/m2 for 1 us", i);
    /* A transference number of one: no gradient ever. */
    p.electrolyte.transference = DavyCurveConstant(1 - 1e-15);
    p.working.film_resistance = 0.001; /* ohm m2 */
    DavyCell *cell = run_cell(&p, protocol);
    double exact = 4 * thermal * asinh(i / 20) + i * (100e-6 / pow(0.45, 1.5) + 0.001);
    /* Rounding of sums of 50 terms. */
    near(last_number(cell, DAVY_VOLTAGE), exact, 1e-13 * (1 + exact));
    DavyCellDestroy(&cell);
  }
}

/* One electrode: a counter electrode that exchanges without limit adds nothing, and
 * V = (2 R T/F) asinh(i/2 i0) + i L/k. */
static void test_one_electrode_and_ohm(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.electrolyte.transference = DavyCurveConstant(1 - 1e-15);
  p.counter.exchange_current_density = 1e6;
  DavyCell *cell = run_cell(&p, "- strip at 100 A/m2 for 1 s");
  double exact = 2 * thermal * asinh(100.0 / 20) + 100 * 100e-6 / pow(0.45, 1.5);
  /* What is left of the counter electrode, (R T/F) i/i0 = 2.57e-6 V, is taken off; its next term is
   * smaller by (i/i0)^2/24. */
  near(last_number(cell, DAVY_VOLTAGE) - thermal * 100 / 1e6, exact, 1e-13);
  DavyCellDestroy(&cell);
}

/* Unlike coefficients, far from equilibrium: each electrode on its Tafel line, the working
 * electrode dissolving with alpha_a, the counter electrode plating with alpha_c. */
static void test_tafel_lines(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.electrolyte.transference = DavyCurveConstant(1 - 1e-15);
  p.working.alpha_a = p.counter.alpha_a = 0.3;
  p.working.alpha_c = p.counter.alpha_c = 0.7;
  p.working.exchange_current_density = 1e-3;
  p.counter.exchange_current_density = 1e-2;
  DavyCell *cell = run_cell(&p, "- strip at 100 A/m2 for 1 us");
  double exact = thermal * (log(1e5) / 0.3 + log(1e4) / 0.7) + 100 * 100e-6 / pow(0.45, 1.5);
  /* The backward current of the counter electrode, exp(-0.3 ln(1e4)/0.7) = 0.019 of 1e4, moves its
   * potential by (R T/F) 1.9e-6/0.7 = 7e-8 V; the working electrode's is smaller. */
  near(last_number(cell, DAVY_VOLTAGE), exact, 1e-7);
  DavyCellDestroy(&cell);
}

/* The same cell under the voltage that belongs to 10 A/m2 carries 10 A/m2. */
static void test_held_voltage_is_the_inverse(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  DavyCell *cell = run_cell(&p, "- hold at -0.055510511 V for 600 s");
  /* dV/di at 10 A/m2 is 5e-3 ohm m2: 0.5e-9 V, the printed digits, are 1e-7 A/m2; in A for 1 cm2 */
  near(last_number(cell, DAVY_CURRENT), -1e-3, 2e-11);
  DavyCellDestroy(&cell);
}

static void test_antisymmetry(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.working.alpha_a = p.counter.alpha_a = 0.3;
  p.working.alpha_c = p.counter.alpha_c = 0.7;
  DavyCell *a =
      run_cell(&p, "- plate at 5 mA/cm2 for 7 s\n- rest for 5 s\n- hold at 80 mV for 5 s");
  DavyCell *b =
      run_cell(&p, "- strip at 5 mA/cm2 for 7 s\n- rest for 5 s\n- hold at -80 mV for 5 s");
  size_t rows = DavyRecordRows(DavyCellRecord(a));
  assert_int_equal(rows, DavyRecordRows(DavyCellRecord(b)));
  const double *va = DavyRecordNumbers(DavyCellRecord(a), DAVY_VOLTAGE);
  const double *vb = DavyRecordNumbers(DavyCellRecord(b), DAVY_VOLTAGE);
  const double *ia = DavyRecordNumbers(DavyCellRecord(a), DAVY_CURRENT);
  const double *ib = DavyRecordNumbers(DavyCellRecord(b), DAVY_CURRENT);
  for (size_t k = 0; k < rows; k++) {
    /* The mirror image takes the same time steps: only rounding differs. */
    near(va[k], -vb[k], 1e-9);
    near(ia[k], -ib[k], 1e-9 * 5e-3);
  }
  DavyCellDestroy(&a);
  DavyCellDestroy(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference_numbers),
      cmocka_unit_test(test_dilute_reversible_cell_converges_second_order),
      cmocka_unit_test(test_proportional_properties_converge_second_order),
      cmocka_unit_test(test_butler_volmer_and_ohm),
      cmocka_unit_test(test_one_electrode_and_ohm),
      cmocka_unit_test(test_tafel_lines),
      cmocka_unit_test(test_held_voltage_is_the_inverse),
      cmocka_unit_test(test_antisymmetry),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
