/* The condition at the front against its own statement, and its derivatives against differences.
 *
 * With anions carried by the moving front the concentration there is
 *   u = (u_free - reach J/2D+)/(1 - reach swell J (1/D+ + 1/D-)/2),
 * derived by hand from the two flux conditions of the dilute equations; the potential follows from
 * Butler-Volmer itself. In Newman's form an ideal salt must plate at the same rate. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "interface/front.h"

static const double DP = 3e-10, DM = 5e-10, C0 = 800, T = 298.15;

static DavySalt dilute(void) {
  return (DavySalt){.charge = 1, .temperature = T, .concentration = C0, .cation = DP, .anion = DM};
}

static DavySalt ideal(void) {
  return (DavySalt){.form = DAVY_SALT_CONCENTRATED,
                    .charge = 1,
                    .temperature = T,
                    .concentration = C0,
                    .properties = DavyElectrolyteDilute(C0, DP, DM, T)};
}

static DavyFrontLaw law_of(double drive, double film, double swell) {
  return (DavyFrontLaw){
      .rate = 1e-4, .alpha_a = 0.3, .alpha_c = 0.7, .drive = drive, .film = film, .swell = swell};
}

static const DavyFrontField fields[] = {
    {1, 0, 1e-7}, {0.3, -1, 1e-7}, {1.7, 4, 1e-6}, {0.02, 2, 3e-7}, {1, 0, 1e-9}};
static const double drives[] = {-40, -8, -0.5, 0, 1e-3, 0.7, 5, 30};

static void law_holds(void **state) {
  (void)state;
  DavySalt salt = dilute();
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    for (size_t k = 0; k < sizeof drives / sizeof *drives; k++)
      for (int v = 0; v < 2; v++) {
        DavyFrontLaw law = law_of(drives[k], v ? 300 : 0, v ? 0.02 : 0);
        DavyFrontField f = fields[i];
        DavyFrontAnswer a;
        assert_int_equal(DavyFrontSolve(&salt, &law, f, &a), DAVY_OK);
        double u = (f.u - f.reach * a.J / (2 * DP)) /
                   (1 - f.reach * law.swell * a.J * (1 / DP + 1 / DM) / 2);
        if (fabs(u - a.u) > 1e-9 * (f.u + a.u)) /* u_free - u cancels near depletion */
          fail_msg("u = %.12g, by hand %.12g; drive %g", a.u, u, law.drive);
        double eta = law.drive - a.p + law.film * a.J - log(a.u);
        double J = -law.rate * pow(a.u, 0.3) * (exp(0.3 * eta) - exp(-0.7 * eta));
        double scale = law.rate * pow(a.u, 0.3) * (exp(0.3 * eta) + exp(-0.7 * eta));
        if (fabs(J - a.J) > 1e-8 * scale)
          fail_msg("J = %.12g, Butler-Volmer %.12g; drive %g", a.J, J, law.drive);
      }
}

static void expect_slope(double got, double plus, double minus, double step, double scale) {
  double difference = (plus - minus) / (2 * step);
  if (!(fabs(got - difference) <= 1e-5 * fabs(difference) + 1e-7 * scale))
    fail_msg("derivative %.10g, differences give %.10g (scale %g)", got, difference, scale);
}

static void derivatives_are_right(void **state) {
  (void)state;
  DavySalt salts[2] = {dilute(), ideal()};
  for (int form = 0; form < 2; form++)
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
      for (size_t k = 0; k < sizeof drives / sizeof *drives; k++)
        for (int v = 0; v < 2; v++) {
          DavyFrontLaw law = law_of(drives[k], v ? 300 : 0, v ? 0.02 : 0);
          DavyFrontField f = fields[i], g = f;
          DavyFrontAnswer a, up, down;
          assert_int_equal(DavyFrontSolve(salts + form, &law, f, &a), DAVY_OK);
          double step = 1e-4 * f.u, scale = fabs(a.J) + DP / f.reach;
          g.u = f.u + step;
          DavyFrontSolve(salts + form, &law, g, &up);
          g.u = f.u - step;
          DavyFrontSolve(salts + form, &law, g, &down);
          expect_slope(a.J_u, up.J, down.J, step, scale);
          g = f;
          g.m = f.m + 1e-4;
          DavyFrontSolve(salts + form, &law, g, &up);
          g.m = f.m - 1e-4;
          DavyFrontSolve(salts + form, &law, g, &down);
          expect_slope(a.J_m, up.J, down.J, 1e-4, scale);
        }
}

/* phi of a reference electrode is the electrostatic one plus (RT/F) log u: m = p - logs log u is
 * the same number in both forms. */
static void forms_agree(void **state) {
  (void)state;
  DavySalt a = dilute(), b = ideal();
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    for (size_t k = 0; k < sizeof drives / sizeof *drives; k++) {
      DavyFrontLaw law = law_of(drives[k], 300, 0.02);
      DavyFrontAnswer x, y;
      assert_int_equal(DavyFrontSolve(&a, &law, fields[i], &x), DAVY_OK);
      assert_int_equal(DavyFrontSolve(&b, &law, fields[i], &y), DAVY_OK);
      if (fabs(x.J - y.J) > 1e-9 * (fabs(x.J) + 1e-6))
        fail_msg("J = %.12g dilute, %.12g in Newman's form; drive %g", x.J, y.J, law.drive);
    }
}

/* While u stands still, with drives and resistances of all sizes: Ohm's law down to the front,
 * Butler-Volmer there. */
static void law_holds_where_salt_stands_still(void **state) {
  (void)state;
  static const double rates[] = {1e-12, 1e-4, 1e8};
  DavySalt salt = dilute();
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
      for (double drive = -300; drive <= 300; drive += 7.3) {
        DavyFrontLaw law = law_of(drive, i % 2 ? 300 : 0, 0);
        DavyFrontField f = fields[i], g = f;
        DavyFrontAnswer a, up, down;
        law.rate = rates[r];
        assert_int_equal(DavyFrontSolveFrozen(&salt, &law, f, &a), DAVY_OK);
        double ohmic = f.reach / ((DP + DM) * f.u), free = f.m + log(f.u);
        assert_true(a.u == f.u);
        assert_true(fabs(a.p + ohmic * a.J - free) <= 1e-14 * (fabs(free) + fabs(ohmic * a.J)));
        double eta = drive - free + (ohmic + law.film) * a.J - log(f.u);
        double rate = law.rate * pow(f.u, 0.3);
        double J = -rate * (exp(0.3 * eta) - exp(-0.7 * eta));
        double slope = rate * (0.3 * exp(0.3 * eta) + 0.7 * exp(-0.7 * eta));
        /* eta by hand is the difference of terms that are known to 1e-16 each. */
        double rounding = 1e-15 * (fabs(drive) + fabs(free) + (ohmic + law.film) * fabs(a.J));
        if (!(fabs(J - a.J) <= 2 * slope * rounding + 1e-14 * fabs(J)))
          fail_msg("J = %.15g, Butler-Volmer %.15g; drive %g, rate %g", a.J, J, drive, law.rate);
        g.m = f.m + 1e-4;
        DavyFrontSolveFrozen(&salt, &law, g, &up);
        g.m = f.m - 1e-4;
        DavyFrontSolveFrozen(&salt, &law, g, &down);
        expect_slope(a.J_m, up.J, down.J, 1e-4, 1e-4 * fabs(a.J));
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(law_holds),
      cmocka_unit_test(derivatives_are_right),
      cmocka_unit_test(forms_agree),
      cmocka_unit_test(law_holds_where_salt_stands_still),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
