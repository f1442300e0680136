/* The symmetric cell in time against closed forms for constant properties. D is
 * that of the salt in the pores, D_eff/eps.
 *
 * Current step in a slab between two electrodes, G = t- i/(F D_eff):
 *   c(plated side) = c0 - (G L/2) [1 - (8/pi2) sum over odd n of exp(-n2 pi2 D t/L2)/n2],
 * H. S. Carslaw, J. C. Jaeger, Conduction of Heat in Solids, 2nd ed., Oxford 1959, sec. 3.8.
 * Sand's time tau = pi eps D_eff (F c0/(2 t- i))2, that is D tau/L2 = pi/(16 J2) with J = i/i_lim.
 * Potential step to empty the surface (Cottrell, binary salt): i = F D_eff c0/(t- sqrt(pi D t)). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cell_runs.h"
#include "expect_order.h"

static const double diffusivity = 1e-10, length = 100e-6, anion = 0.6; /* D, L, t- */
static const double porosity = 0.4, transport = 0.25;

static DavyCellParameters slab(int cells) {
  DavyCellParameters p = reference_cell();
  p.electrolyte.diffusivity = DavyCurveConstant(diffusivity * porosity / transport);
  p.electrolyte.transference = DavyCurveConstant(1 - anion);
  p.separator = (DavySeparator){length, porosity, transport};
  p.working.thickness = p.counter.thickness = 1e-3;
  p.cells = cells;
  p.tolerance = 1e-9;
  return p;
}

static double limiting_current(void) {
  return 2 * DAVY_FARADAY * porosity * diffusivity * 1000 / (anion * length);
}

static double series(double share, double theta) {
  double sum = 0;
  for (int n = 1; n < 2000; n += 2) sum += exp(-n * n * M_PI * M_PI * theta) / (n * n);
  return 1000 * (1 - share * (1 - 8 / (M_PI * M_PI) * sum));
}

static double transient_error(int cells) {
  DavyCellParameters p = slab(cells);
  char protocol[96];
  /* 20 s is D t/L2 = 0.2 */
  snprintf(protocol, sizeof protocol, "- plate at %.17g A/m2 for 20 s every 1 s",
           0.5 * limiting_current());
  DavyCell *cell = run_cell(&p, protocol);
  const DavyRecord *record = DavyCellRecord(cell);
  const double *t = DavyRecordNumbers(record, DAVY_TEST_TIME);
  const double *c = DavyRecordExtra(record, 2);
  double worst = 0;
  for (size_t k = 1; k < DavyRecordRows(record); k++)
    worst = fmax(worst, fabs(c[k] - series(0.5, t[k] * diffusivity / (length * length))));
  DavyCellDestroy(&cell);
  return worst;
}

static void test_current_step_converges_second_order(void **state) {
  (void)state;
  double error[4], h[4];
  for (int k = 0; k < 4; k++) {
    int cells = 25 << k;
    h[k] = 1.0 / cells;
    error[k] = transient_error(cells);
  }
  expect_order(error, h, 4, 2, 0.1, "two-point fluxes and half cells on a smoothly graded grid");
}

static double depletion_time(double share, int cells) {
  DavyCellParameters p = slab(cells);
  DavyCell *cell = NULL;
  char text[96];
  snprintf(text, sizeof text, "- plate at %.17g A/m2 for 1000 s", share * limiting_current());
  DavyProtocol *protocol = protocol_of(text, p.area);
  must(DavyCellCreate(&p, &cell));
  /* Without a voltage limit the run ends there and says why; its rows stay. */
  assert_int_equal(DavyCellRun(cell, protocol), DAVY_ERR_SOLVER);
  assert_int_equal(DavyCellReason(cell), DAVY_REASON_SALT_DEPLETED);
  double time = last_number(cell, DAVY_TEST_TIME);
  near(DavyCellSurfaceConcentration(cell, 0), 0, 1e-6);
  near(DavySandTime(&p.electrolyte, &p.separator, share * limiting_current()) * diffusivity /
           (length * length),
       M_PI / (16 * share * share), 1e-12);
  DavyProtocolDestroy(&protocol);
  DavyCellDestroy(&cell);
  return time * diffusivity / (length * length);
}

/* Numbers of a program of another kind, to the digits printed. */
static void test_depletion_times(void **state) {
  (void)state;
  static const double table[][2] = {
      {1.05, 0.287195}, {1.1, 0.221678}, {1.5, 0.090043}, {2, 0.049183}, {3, 0.021817}};
  for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
    double found = depletion_time(table[k][0], 1000);
    printf("    J = %.2f: D tau/L2 = %.6f (%.6f)\n", table[k][0], found, table[k][1]);
    /* Half of the last digit printed, and the scheme's own error at 1000 cells: 2e-6 at 400, second
     * order. */
    near(found, table[k][1], 0.5e-6 + 0.4e-6);
  }
}

static void test_sands_time(void **state) {
  (void)state;
  double error[3], h[3], share = 10, exact = M_PI / (16 * share * share);
  for (int k = 0; k < 3; k++) {
    int cells = 100 << k;
    h[k] = 1.0 / cells;
    error[k] = fabs(depletion_time(share, cells) / exact - 1);
  }
  expect_order(error, h, 3, 2, 0.15, "the scheme's order; the far electrode adds exp(-500)");
  assert_true(error[2] < 2e-4);
}

static double cottrell_error(int cells) {
  DavyCellParameters p = slab(cells);
  p.electrolyte.conductivity = DavyCurveConstant(1e6); /* no ohmic drop */
  p.working.exchange_current_density = p.counter.exchange_current_density = 1e12;
  /* -1 V leaves exp(-1 V/((2RT/F) t-)) = 1e-14 of the salt at the plated surface. */
  DavyCell *cell = run_cell(&p, "- hold at -1 V for 0.4 s every 0.1 s");
  const DavyRecord *record = DavyCellRecord(cell);
  const double *t = DavyRecordNumbers(record, DAVY_TEST_TIME);
  const double *i = DavyRecordNumbers(record, DAVY_CURRENT);
  double worst = 0;
  for (size_t k = 1; k < DavyRecordRows(record); k++) {
    double exact =
        DAVY_FARADAY * porosity * diffusivity * 1000 / (anion * sqrt(M_PI * diffusivity * t[k]));
    worst = fmax(worst, fabs(-i[k] / (p.area * exact) - 1));
  }
  DavyCellDestroy(&cell);
  return worst;
}

static void test_cottrell_converges_second_order(void **state) {
  (void)state;
  double error[3], h[3];
  for (int k = 0; k < 3; k++) {
    int cells = 50 << k;
    h[k] = 1.0 / cells;
    error[k] = cottrell_error(cells);
  }
  expect_order(error, h, 3, 2, 0.2, "the surface's flux from a half cell");
  assert_true(error[2] < 1e-3); /* relative, at 200 cells */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_current_step_converges_second_order),
      cmocka_unit_test(test_depletion_times),
      cmocka_unit_test(test_sands_time),
      cmocka_unit_test(test_cottrell_converges_second_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
