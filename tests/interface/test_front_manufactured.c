/* Manufactured solutions: every term of the two balances at once, about a circle and a sphere.
 *
 *   u = 1 + a(t) X,  p = q Y,  X = cos(k x) cos(k y) [cos(k z)],  Y = sin(k x + 1) cos(k y) [cos(k
 * z)]
 *
 * are put in by supply of anions and of charge,
 *   dilute:  du/dt - D-(lap u - div(u grad p)),   -(D+ - D-) lap u - (D+ + D-) div(u grad p)
 *   Newman, D, t+ and f constant, kappa = K c:
 *            du/dt - D lap u - t- q,   q = -K' div(u grad p) + 2 K' t- f lap u,  K' = K RT/F^2
 * (per c0 and F c0), and by the exact values at the walls and the front.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "order.h"
#include "setting.h"

static const double EDGE = 1e-5, T = 298.15, C0 = 900, DP = 1.1e-10, DM = 2.3e-10;
/* Newman's: diffusivity, t-, thermodynamic factor, conductivity over concentration. */
static const double DS = 1.4e-10, TM = 0.61, FACTOR = 1.7, KAPPA = 1.2e-3;

typedef struct {
  Ball ball;
  bool newman;
  double rate; /* of a(t), 1/s: 0 for the steady problem */
  double time;
} Problem;

static double amplitude(const Problem *p, double t) {
  return 0.4 * exp(-p->rate * t);
}

/* Value, gradient and Laplacian of X (shift 0) or Y. */
static double wave(const Problem *p, const double x[3], bool Y, double gradient[3],
                   double *laplacian) {
  double k = 2.3 / EDGE, c[3] = {1, 1, 1}, s[3] = {0}, value = 1;
  for (int d = 0; d < p->ball.dim; d++) {
    double phase = k * x[d] + (Y && d == 0 ? 1 - M_PI / 2 : 0);
    c[d] = cos(phase), s[d] = sin(phase);
    value *= c[d];
  }
  for (int d = 0; d < 3; d++) gradient[d] = -k * s[d] * c[(d + 1) % 3] * c[(d + 2) % 3];
  *laplacian = -p->ball.dim * k * k * value;
  return value;
}

static const double Q = 0.8;

static double exact_u(const void *context, const double x[3]) {
  const Problem *p = context;
  double g[3], l;
  return 1 + amplitude(p, p->time) * wave(p, x, false, g, &l);
}

static double exact_p(const void *context, const double x[3]) {
  double g[3], l;
  return Q * wave(context, x, true, g, &l);
}

static void supply(const void *context, const double x[3], double time, double out[2]) {
  const Problem *p = context;
  double a = amplitude(p, time), gu[3], gp[3], lu, lp, mixed = 0;
  double X = wave(p, x, false, gu, &lu), u = 1 + a * X, du_dt = -p->rate * a * X;
  wave(p, x, true, gp, &lp);
  lu *= a, lp *= Q;
  for (int d = 0; d < 3; d++) mixed += a * gu[d] * Q * gp[d];
  double ohmic = mixed + u * lp, charge; /* div(u grad p) */
  if (p->newman) {
    double K = KAPPA * DAVY_GAS_CONSTANT * T / (DAVY_FARADAY * DAVY_FARADAY);
    charge = -K * ohmic + 2 * K * TM * FACTOR * lu;
    out[0] = C0 * (du_dt - DS * lu - TM * charge);
  } else {
    charge = -(DP - DM) * lu - (DP + DM) * ohmic;
    out[0] = C0 * (du_dt - DM * (lu - ohmic));
  }
  out[1] = DAVY_FARADAY * C0 * charge;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  Problem now = *(const Problem *)context;
  now.time = time;
  c->kind = DAVY_RESERVOIR;
  c->concentration = C0 * exact_u(&now, surface->x);
  c->potential = DAVY_GAS_CONSTANT * T / DAVY_FARADAY * exact_p(&now, surface->x);
}

static void start(const void *context, const double x[3], double *c, double *phi) {
  *c = C0 * exact_u(context, x);
  *phi = DAVY_GAS_CONSTANT * T / DAVY_FARADAY * exact_p(context, x);
}

/* Errors of u and p after `steps` to time `end`, or of the steady state. */
static void solve(Problem problem, int cells, int steps, double end, double error[2]) {
  Setting s;
  DavyPhysics physics = {
      .salt = {.charge = 1, .temperature = T, .concentration = C0, .cation = DP, .anion = DM},
      .walls = 63,
      .condition = at_surface,
      .source = supply,
      .context = &problem};
  if (problem.newman) {
    physics.salt.form = DAVY_SALT_CONCENTRATED;
    physics.salt.properties = (DavyElectrolyte){.concentration = C0,
                                                .diffusivity = DavyCurveConstant(DS),
                                                .conductivity = DavyCurveProportional(KAPPA),
                                                .transference = DavyCurveConstant(1 - TM),
                                                .thermodynamic_factor = DavyCurveConstant(FACTOR)};
  }
  DavyBox box = {problem.ball.dim, {1, 1, 1}, {0, 0, 0}, EDGE};
  make_setting(MPI_COMM_WORLD, box, cells, 3 - problem.ball.dim, ball_psi, &problem.ball, &physics,
               &s);
  if (steps) {
    DavyFieldsSet(s.fields, 0, start, &problem);
    double before = DavyFieldsAccount(s.fields).salt;
    for (int n = 0; n < steps; n++) must(DavyFieldsSolve(s.fields, end / steps, 2));
    DavyFieldsReport report = DavyFieldsAccount(s.fields);
    /* Content and gain follow from the same fluxes. */
    assert_true(fabs(report.salt - before - report.gained) < 1e-11 * before);
  } else
    must(DavyFieldsSolve(s.fields, INFINITY, 1));
  problem.time = DavyFieldsTime(s.fields);
  error[0] = field_error(&s, 0, exact_u, &problem);
  error[1] = field_error(&s, 1, exact_p, &problem);
  drop_setting(&s);
}

static void check(int dim, bool newman, double rate, int first, int count) {
  Problem problem = {
      .ball = {dim, {5.13e-6, 4.79e-6, 5.21e-6}, 2.1e-6}, .newman = newman, .rate = rate};
  double u[8], p[8], h[8], one[2];
  for (int k = 0; k < count; k++) {
    solve(problem, first << k, rate > 0 ? 4 << k : 0, 1 / rate, one);
    u[k] = one[0], p[k] = one[1], h[k] = 1.0 / (first << k);
  }
  expect_order(u, h, count, 2, 0.2, "concentration");
  expect_order(p, h, count, 2, 0.2, "potential");
}

static void circle_dilute(void **state) {
  (void)state, check(2, false, 0, 32, 3);
}
static void circle_newman(void **state) {
  (void)state, check(2, true, 0, 32, 3);
}
static void circle_in_time(void **state) {
  (void)state, check(2, false, 10, 32, 2);
}
static void circle_in_time_newman(void **state) {
  (void)state, check(2, true, 10, 32, 2);
}
static void sphere_dilute(void **state) {
  (void)state, check(3, false, 0, 16, 2);
}
static void sphere_newman(void **state) {
  (void)state, check(3, true, 0, 16, 2);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(circle_dilute),  cmocka_unit_test(circle_newman),
      cmocka_unit_test(circle_in_time), cmocka_unit_test(circle_in_time_newman),
      cmocka_unit_test(sphere_dilute),  cmocka_unit_test(sphere_newman),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
