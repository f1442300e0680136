/* The Jacobian that Newton's method uses against differences of the residual: solve
 * (dF/dy + cj dF/dy') x = b, then [F(y + h x, y' + cj h x) - F(y - h x, y' - cj h x)]/2h must be b.
 * Every property depends on concentration, the state is far from even, the electrodes differ. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cell/model.h"
#include "cell_runs.h"

enum { CELLS = 12, SIZE = CELLS + STATE_EXTRAS };

static DavyCellParameters varied(void) {
  DavyCellParameters p = reference_cell();
  p.electrolyte.diffusivity = DavyCurveProportional(2e-13);
  p.electrolyte.conductivity = DavyCurveProportional(1e-3);
  p.electrolyte.transference = DavyCurveProportional(3e-4);
  p.electrolyte.thermodynamic_factor = DavyCurveProportional(1.2e-3);
  p.working.alpha_a = 0.3;
  p.working.alpha_c = 0.6;
  p.counter.film_resistance = 2e-3;
  p.cells = CELLS;
  return p;
}

static void moved(const double *y, const double *yp, const double *x, double cj, double h,
                  double *z, double *zp) {
  for (int k = 0; k < SIZE; k++) {
    z[k] = y[k] + h * x[k];
    zp[k] = yp[k] + cj * h * x[k];
  }
}

static void check(bool hold, double drive, double cj) {
  DavyCellParameters p = varied();
  CellModel m;
  must(CellModelCreate(&p, &m));
  m.hold = hold;
  m.drive = drive;
  double y[SIZE] = {0}, yp[SIZE], b[SIZE], x[SIZE], z[SIZE], zp[SIZE], up[SIZE], down[SIZE];
  for (int j = 0; j < CELLS; j++) y[j] = 1000 + 600 * cos(0.7 * j + 0.2);
  assert_true(CellModelStart(&m, y, yp));
  /* A right-hand side that moves every unknown by about a thousandth. */
  for (int j = 0; j < CELLS; j++) b[j] = cj * m.storage[j] * sin(3.0 * j + 1);
  b[CELLS + AT_CURRENT] = 0.01;
  b[CELLS + AT_WORKING] = 1e-9;
  b[CELLS + AT_COUNTER] = -2e-9;
  b[CELLS + AT_CHARGE] = 3;
  for (int k = 0; k < SIZE; k++) x[k] = b[k];
  assert_true(CellModelSolve(&m, y, cj, x));
  double h = 1e-2;
  moved(y, yp, x, cj, h, z, zp);
  assert_true(CellModelResidual(&m, z, zp, up));
  moved(y, yp, x, cj, -h, z, zp);
  assert_true(CellModelResidual(&m, z, zp, down));
  for (int k = 0; k < SIZE; k++) {
    double found = (up[k] - down[k]) / (2 * h);
    /* Central differences of moves by 1e-5: 1e-10. Rounding of fluxes, 1e-2 mol/(m2 s) of opposite
     * sign: 1e-18 over h; b of the salt is 1e-9 at least. */
    if (!(fabs(found - b[k]) <= 1e-6 * fabs(b[k]) + 1e-16))
      fail_msg("row %d: the Jacobian's %g against %g (hold %d, cj %g)", k, b[k], found, hold, cj);
  }
  CellModelFree(&m);
}

static void test_constant_current(void **state) {
  (void)state;
  check(false, 20, 3);
  check(false, -20, 3e-3);
  check(false, 0, 100);
}

static void test_held_voltage(void **state) {
  (void)state;
  check(true, 0.08, 3);
  check(true, -0.08, 3e-3);
  check(true, -0.7, 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constant_current),
      cmocka_unit_test(test_held_voltage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
