/* Nucleation and coverage.
 *
 * Coverage is judged by dropping nuclei at random on a periodic plane or line and asking whether
 * one place has been reached (Monte Carlo; the standard error is sqrt(p (1 - p)/n)); the transients
 * by where their maximum lies and how they start and end; sampling by its mean. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "expect_close.h"
#include "davy/constants.h"
#include "davy/kinetics.h"

/* Whether the place at the middle of a periodic line or square of side 1 is covered at time 1. By
 * symmetry the middle serves as any place; with reach below 1/2 images never matter. */
static bool covered(gsl_rng *random, int dim, bool progressive, double nuclei, double speed) {
  unsigned count = gsl_ran_poisson(random, nuclei);
  bool yes = false;
  for (unsigned k = 0; k < count; k++) {
    double x = gsl_rng_uniform(random) - 0.5, y = dim == 2 ? gsl_rng_uniform(random) - 0.5 : 0;
    double age = progressive ? gsl_rng_uniform(random) : 1;
    yes = yes || hypot(x, y) < speed * age;
  }
  return yes;
}

static void test_coverage_by_monte_carlo(void **state) {
  (void)state;
  enum { THROWS = 40000 };
  static const double nuclei = 20, speeds[] = {0.02, 0.06, 0.12};
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  for (int dim = 1; dim <= 2; dim++)
    for (int progressive = 0; progressive < 2; progressive++)
      for (int k = 0; k < 3; k++) {
        int hits = 0;
        for (int n = 0; n < THROWS; n++)
          hits += covered(random, dim, progressive, nuclei, speeds[k]);
        double p = DavyAvramiCoverage(dim, progressive, nuclei, speeds[k], 1);
        double error = sqrt(p * (1 - p) / THROWS);
        /* Four standard errors: one of 16000 honest comparisons fails, and the seed is fixed. */
        if (fabs((double)hits / THROWS - p) > 4 * error)
          fail_msg("dim %d, progressive %d, v %g: %g of places covered, law %g", dim, progressive,
                   speeds[k], (double)hits / THROWS, p);
      }
  gsl_rng_free(random);
}

/* The units: twice the speed for half the time is the same at once; progressive nuclei at rate N/t
 * on a line cover as half of N at once. */
static void test_coverage_scales(void **state) {
  (void)state;
  expect_close(DavyAvramiCoverage(2, false, 3, 2, 0.1), DavyAvramiCoverage(2, false, 3, 1, 0.2),
               1e-15);
  expect_close(DavyAvramiCoverage(1, true, 4 / 0.3, 1, 0.3),
               DavyAvramiCoverage(1, false, 2, 1, 0.3), 1e-15);
  expect_close(DavyAvramiCoverage(2, false, 1e-9, 1, 1) / (1e-9 * M_PI), 1, 1e-8);
  assert_true(DavyAvramiCoverage(2, true, 5, 1, 0) == 0);
}

static void test_transients(void **state) {
  (void)state;
  for (int progressive = 0; progressive < 2; progressive++) {
    /* The printed constants, to their digits: half of the last place, and the same of the other. */
    double p = progressive ? 1.2254 : 1.9542, x = progressive ? 2.3367 : 1.2564;
    for (double s = 0.05; s < 5; s += 0.05) {
      double rise = 1 - exp(-x * (progressive ? s * s : s));
      expect_close(DavyScharifkerHills(progressive, s), p / s * rise * rise, 3e-4);
    }
    expect_close(DavyScharifkerHills(progressive, 1), 1, 1e-14);
    /* A maximum: a step of 1e-4 to either side loses about the square of it. */
    for (int side = -1; side <= 1; side += 2) {
      double beside = DavyScharifkerHills(progressive, 1 + side * 1e-4);
      assert_true(beside < 1 && beside > 1 - 1e-7);
    }
    /* The start, P x^2 s at once and P x^2 s^3 progressively: 3.0848 and 6.6909. */
    double s = 1e-4, start = progressive ? 6.6909 * s * s * s : 3.0848 * s;
    expect_close(DavyScharifkerHills(progressive, s) / start, 1, 5e-4);
    /* The end is Cottrell's, P/s. */
    expect_close(DavyScharifkerHills(progressive, 1e3) * 1e3, p, 1e-4);
    assert_true(DavyScharifkerHills(progressive, 0) == 0);
  }
}

static void test_rates(void **state) {
  (void)state;
  /* Only plating makes nuclei. ln r is a line in 1/eta^2 of slope -B. */
  assert_true(DavyNucleationRate(1e6, 0.01, 0) == 0 && DavyNucleationRate(1e6, 0.01, -0.1) == 0);
  double slow = DavyNucleationRate(1e6, 0.01, 0.05), fast = DavyNucleationRate(1e6, 0.01, 0.1);
  expect_close(log(fast / slow) / (1 / 0.01 - 1 / 0.0025), -0.01, 1e-14);
  assert_true(DavyNucleationAtThreshold(0.03, 0.0299) == 0);
  assert_true(isinf(DavyNucleationAtThreshold(0.03, 0.03)));
  assert_true(DavyNucleationProbability(INFINITY, 1e-9) == 1);
  assert_true(DavyNucleationProbability(INFINITY, 0) == 0);
  /* Two steps are one: (1 - p)^2 = 1 - P. */
  double p = DavyNucleationProbability(3, 0.1), both = DavyNucleationProbability(3, 0.2);
  expect_close((1 - p) * (1 - p), 1 - both, 1e-15);
}

/* Doses have mean 1 and, of them, the share below r dt is the probability of a nucleus in dt. */
static void test_doses(void **state) {
  (void)state;
  enum { DRAWS = 100000 };
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  double sum = 0, rate = 2.5, dt = 0.2;
  int begun = 0;
  for (int k = 0; k < DRAWS; k++) {
    double dose = DavyNucleationDose(gsl_rng_uniform(random));
    sum += dose;
    begun += dose <= rate * dt;
  }
  double p = DavyNucleationProbability(rate, dt);
  expect_close(sum / DRAWS, 1, 4 / sqrt(DRAWS)); /* the deviation of one draw is 1 */
  expect_close((double)begun / DRAWS, p, 4 * sqrt(p * (1 - p) / DRAWS));
  gsl_rng_free(random);
}

/* The critical nucleus has the greatest free energy: of a sphere 4 pi R^2 gamma - (4/3) pi R^3 z F
 * eta/V_m, of a cylinder per length 2 pi R gamma - pi R^2 z F eta/V_m. */
static void test_critical_radius(void **state) {
  (void)state;
  static const double gamma = 0.2, volume = 23.75e-6, eta = 0.03;
  for (int dim = 2; dim <= 3; dim++)
    for (int z = 1; z <= 2; z++) {
      double r = DavyNucleusCriticalRadius(gamma, volume, z, -eta, dim), h = 1e-3 * r, g[3];
      for (int k = 0; k < 3; k++) {
        double a = r + (k - 1) * h, gain = z * DAVY_FARADAY * eta / volume;
        g[k] = dim == 3 ? 4 * M_PI * a * a * gamma - 4 * M_PI / 3 * a * a * a * gain
                        : 2 * M_PI * a * gamma - M_PI * a * a * gain;
      }
      assert_true(g[1] > g[0] && g[1] > g[2]);
      /* The vertex of the parabola through the three; the cubic's own term is h^2/(3 r). */
      double off = h * (g[2] - g[0]) / (2 * (2 * g[1] - g[0] - g[2]));
      assert_true(fabs(off) < 1e-6 * r);
    }
  assert_true(isinf(DavyNucleusCriticalRadius(gamma, volume, 1, 0, 3)));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_coverage_by_monte_carlo),
                                     cmocka_unit_test(test_coverage_scales),
                                     cmocka_unit_test(test_transients),
                                     cmocka_unit_test(test_rates),
                                     cmocka_unit_test(test_doses),
                                     cmocka_unit_test(test_critical_radius)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
