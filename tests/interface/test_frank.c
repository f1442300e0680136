/* Frank's growth limited by diffusion, in its form for a binary salt whose solvent stands still: a
 * plane, a disk and a sphere of radius R = S sqrt(D t) in a salt of c0 far away and c_s at the
 * front,
 *   D dc/dn = V (t-/V_m - c),     V = dR/dt
 *   u = 1 - (1 - u_s) I(e)/I(S),  e = r/sqrt(D t),  I(e) = integral from e of exp(-x^2/4) x^(1-d),
 * with S from Delta = V_m (c0 - c_s)/(t- - V_m c_s); values of S: reference computed for the
 * project, 8 digits. What holds c_s at the front: D+ = D- makes I = -2 D+ u grad p, and current
 * passes everywhere as at the front, times (R/r)^(d-1), so that with v = V_m c0
 *   p = S^d/(4 v) times the integral from S to e of dx/(x^(d-1) u(x)),
 * again a function of e alone, 0 at the front. With kinetics that are very fast p + ln u = FV/RT
 * there; the metal's potential (RT/F) ln u_s and walls of the box that hold the exact u and p leave
 * u_s as the only answer. Without surface tension such growth roughens (Mullins, Sekerka), a wave
 * of two cells by up to exp(pi) for each cell of travel, so that rounding is seen after a dozen:
 * mean radii are compared, R grows by a fifth, and R/h is 32 at most.
 *
 * Long variant: orders in time, the sphere, and slow growth.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_sf_expint.h>

#include "davy/constants.h"
#include "groups.h"
#include "growing.h"
#include "order.h"
#include "setting.h"

static const double C0 = 1000, D = 1e-10, T = 298.15, R0 = 1e-6, LEFT = 0.1;

enum { NODES = 4000 };
static const double FARTHEST = 8; /* of e/S */

typedef struct {
  int dim; /* 1: plane */
  double delta, S, swell, start;
  double p[NODES + 1]; /* over e from S to FARTHEST S */
} Frank;

static double tail(int dim, double e) {
  if (dim == 1) return sqrt(M_PI) * erfc(e / 2);
  if (dim == 2) return gsl_sf_expint_E1(e * e / 4) / 2;
  return exp(-e * e / 4) / e - sqrt(M_PI) / 2 * erfc(e / 2);
}

static double u_of(const Frank *f, double e) {
  return 1 - (1 - LEFT) * tail(f->dim, e) / tail(f->dim, f->S);
}

static double slope_of_p(const Frank *f, double e) {
  return pow(f->S, f->dim) / (4 * f->swell) / (pow(e, f->dim - 1) * u_of(f, e));
}

/* Simpson's rule between nodes and Hermite's cubic: 1e-12 with steps of S/500. */
static void make_frank(Frank *f, int dim, double delta, double S) {
  *f = (Frank){.dim = dim, .delta = delta, .S = S};
  f->swell = delta * 0.5 / (1 - LEFT + delta * LEFT);
  f->start = R0 * R0 / (S * S * D);
  double step = (FARTHEST - 1) * S / NODES;
  for (int k = 0; k < NODES; k++) {
    double e = S + k * step;
    f->p[k + 1] =
        f->p[k] +
        step / 6 * (slope_of_p(f, e) + 4 * slope_of_p(f, e + step / 2) + slope_of_p(f, e + step));
  }
}

static double p_of(const Frank *f, double e) {
  double step = (FARTHEST - 1) * f->S / NODES, at = (e - f->S) / step;
  if (at < 0) return (e - f->S) * slope_of_p(f, f->S); /* beside the front, in a cell it cuts */
  int k = (int)fmin(at, NODES - 1);
  double s = at - k, a = step * slope_of_p(f, f->S + k * step),
         b = step * slope_of_p(f, f->S + (k + 1) * step), rise = f->p[k + 1] - f->p[k];
  return f->p[k] + s * a + s * s * (3 * rise - 2 * a - b) + s * s * s * (a + b - 2 * rise);
}

static double radius_at(const Frank *f, const double x[3]) {
  return f->dim == 1 ? x[1] : sqrt(x[0] * x[0] + x[1] * x[1] + (f->dim == 3 ? x[2] * x[2] : 0));
}

static double psi(const void *context, const double x[3]) {
  return radius_at(context, x) - R0;
}

static void exact(const Frank *f, const double x[3], double time, double *c, double *phi) {
  double e = radius_at(f, x) / sqrt(D * (f->start + time));
  *c = C0 * fmax(u_of(f, e), 0.5 * LEFT);
  *phi = DAVY_GAS_CONSTANT * T / DAVY_FARADAY * p_of(f, e);
}

static void at_start(const void *context, const double x[3], double *c, double *phi) {
  exact(context, x, 0, c, phi);
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Frank *f = context;
  if (surface->wall == DAVY_FRONT) {
    *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                         .potential = DAVY_GAS_CONSTANT * T / DAVY_FARADAY * log(LEFT),
                         .exchange_current = 1e12,
                         .alpha_a = 0.5,
                         .alpha_c = 0.5,
                         .molar_volume = f->swell / C0};
    return;
  }
  c->kind = DAVY_RESERVOIR;
  exact(f, surface->x, time, &c->concentration, &c->potential);
}

/* Cubes of about R0/2, which keep the front off their planes, with 2^level cells: what R is too
 * large by at 1.2 R0, of the travel. */
static double error_of(const Frank *f, int level, int order, double share_of_time) {
  int far = f->dim == 3 ? 4 : 5, dim = f->dim == 3 ? 3 : 2, cells = 1 << level;
  DavyGrowthPlan plan = {
      .comm = MPI_COMM_WORLD,
      .box = {dim, {f->dim == 1 ? 1 : far, far, f->dim == 3 ? far : 1}, {0, 0, 0}, R0 / 1.93},
      .coarsest = level > 3 ? level - 1 : level,
      .finest = level,
      .band = cells > 8 ? cells : 8,
      .metal = psi,
      .metal_context = f,
      .counter_wall = -1,
      .physics =
          {.salt = {.charge = 1, .temperature = T, .concentration = C0, .cation = D, .anion = D},
           .walls = f->dim == 1   ? 0x8
                    : f->dim == 2 ? 0xa
                                  : 0x2a,
           .condition = at_surface,
           .context = f},
      .state = at_start,
      .state_context = f,
      .molar_volume = f->swell / C0,
      .front_step = 0.4,
      .order = order};
  double end = 0.44 * f->start, most = INFINITY;
  if (share_of_time > 0) {
    plan.front_step = 10;
    most = share_of_time * end;
    /* The first currents are those of a concentration at rest, without the front's own layer: their
     * steps are short. */
    plan.first_step = 0.01 * most;
  }
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  int steps = 0;
  for (; DavyGrowthTime(g) < end * (1 - 1e-12); steps++) {
    bool growing = 1.5 * DavyGrowthLastStep(g) < most;
    must(DavyGrowthStep(g, fmin(growing ? INFINITY : most, end - DavyGrowthTime(g))));
  }
  const DavySheet *s = DavyGrowthSheet(g);
  double sum = 0, area = 0, low = INFINITY, high = 0;
  for (int k = 0; k < s->patches; k++) {
    double r = radius_at(f, s->patch[k].x);
    sum += r * s->patch[k].area;
    area += s->patch[k].area;
    low = fmin(low, r);
    high = fmax(high, r);
  }
  DavyGrowthLedger l = DavyGrowthAccount(g);
  double off = (sum / area / R0 - 1.2) / 0.2;
  print_message("%s, R/h %d, %d steps: R off by %.2e of the travel, uneven by %.1e; salt %.0e, "
                "metal %.0e\n",
                f->dim == 1   ? "plane"
                : f->dim == 2 ? "disk"
                              : "sphere",
                2 * cells, steps, off, (high - low) / (0.2 * R0), l.salt_error, l.metal_error);
  DavyGrowthDestroy(&g);
  assert_true(fabs(l.salt_error) < 1e-10);
  assert_true(fabs(l.metal_error) < 1e-12);
  return off;
}

static void order_in_space(int dim, double delta, double S, int coarsest, int runs, double within) {
  Frank f;
  double error[4], h[4];
  make_frank(&f, dim, delta, S);
  for (int k = 0; k < runs; k++) {
    h[k] = R0 / (2 << (coarsest + k));
    error[k] = fabs(error_of(&f, coarsest + k, 2, 0));
  }
  if (runs > 1) expect_order(error, h, runs, 1, 0, "the front's flux at fast kinetics");
  assert_true(error[runs - 1] < within);
}

static void plane(void **state) {
  (void)state;
  order_in_space(1, 0.5, 2 * 0.43275160, 2, 3, 1e-3);
}

static void disk(void **state) {
  (void)state;
  order_in_space(2, 0.5, 1.56212393, 2, 3, 1e-3);
}

/* Already at R/h = 8 no more than the surfaces' scatter is left: no order to be seen. */
static void within(int dim, double delta, double S, int finest, double bound) {
  Frank f;
  make_frank(&f, dim, delta, S);
  for (int level = 2; level <= finest; level++) {
    double off = error_of(&f, level, 2, 0);
    verified("Frank's %s, Delta = %g, R/h = %d | R off by %.1e of the travel | %g",
             dim == 2 ? "disk" : "sphere", delta, 2 << level, off, bound);
    assert_true(fabs(off) < bound);
  }
}

static void disk_slow(void **state) {
  (void)state;
  within(2, 0.0474, 0.22078790, 4, 1e-3);
}

static void sphere(void **state) {
  (void)state;
  within(3, 0.5, 2.07603385, 3, 3e-3);
}

/* Of the first order the error itself is that of time; of the second, differences between runs on
 * one mesh. */
static void orders_in_time(void **state) {
  (void)state;
  enum { RUNS = 4 };
  Frank f;
  make_frank(&f, 1, 0.5, 2 * 0.43275160);
  for (int order = 1; order <= 2; order++) {
    double off[RUNS], error[RUNS], step[RUNS];
    for (int k = 0; k < RUNS; k++) {
      step[k] = 1. / (order == 1 ? 16 << k : 6 << k);
      off[k] = error_of(&f, 3, order, step[k]);
    }
    for (int k = 0; k < RUNS; k++) error[k] = fabs(order == 1 ? off[k] : off[k] - off[RUNS - 1]);
    expect_order(error, step, order == 1 ? RUNS : RUNS - 1, order, order == 1 ? 0.1 : 0.3,
                 "Euler; Adams and Bashforth with BDF2");
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(plane), cmocka_unit_test(disk)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(orders_in_time), cmocka_unit_test(disk_slow),
                                      cmocka_unit_test(sphere)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
