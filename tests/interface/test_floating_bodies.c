/* A disk or sphere of metal without contact in a uniform field E. With constant kappa and linear
 * kinetics i = i0 F eta/(RT), Wa = kappa RT/(F i0 a), the current at its surface is the cosine that
 * moves it as it is, against the field, at
 *   |U| = (V_m/F) dim kappa E/(1 + (dim - 1) Wa),
 * dissolving at one end what it plates at the other. The potential about it, with G = -F E/(RT), is
 *   p = P + G x (1 + b (a/r)^dim),  b = (Wa - 1)/(1 + (dim - 1) Wa),
 * x from its centre, and the walls of the box hold just that, moving with it. kappa is constant in
 * Newman's form; the salt's diffusivity, 50 times kappa RT/(F2 c0), leaves its concentration even
 * to 2e-4, and a thermodynamic factor of 1e-6 leaves that without effect on the potential.
 *
 * Ranks: the same on any number of them.
 * Long variant: other Wagner numbers, finer, and the sphere.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "groups.h"
#include "growing.h"
#include "setting.h"
#include "verified.h"

static const double EDGE = 1e-5, C0 = 1000, T = 298.15, VM = 2.4e-5, K = 2e-10, START = 4.03e-6;

typedef struct {
  Ball ball;          /* at time 0 */
  double P, G, Wa, b; /* potentials in RT/F */
  double speed;       /* along x, m/s */
} Floating;

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Floating *f = context;
  double rt_f = DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
  if (surface->wall == DAVY_FRONT) {
    *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                         .conductor = surface->body + 1,
                         .exchange_current = K / (f->Wa * f->ball.radius) * DAVY_FARADAY * C0,
                         .alpha_a = 0.5,
                         .alpha_c = 0.5};
    return;
  }
  Ball now = f->ball;
  now.centre[0] += f->speed * time;
  double r = ball_distance(&now, surface->x), x = surface->x[0] - now.centre[0];
  double p = f->P + f->G * x * (1 + f->b * pow(now.radius / r, now.dim));
  *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0, .potential = rt_f * p};
}

static DavyError each_floats(void *context, const DavyMetal *metal, DavyPhysics *physics) {
  (void)context;
  physics->conductors = metal->count;
  return DAVY_OK;
}

static double start_psi(const void *context, const double x[3]) {
  return ball_psi(&((const Floating *)context)->ball, x);
}

static Floating make_floating(int dim, double Wa) {
  /* G a = 2e-2: with alpha = 1/2 Butler-Volmer is linear to (G a)^2/24 = 2e-5 */
  Floating f = {
      .ball = {dim, {START, 4.79e-6, 5.21e-6}, 2.1e-6}, .P = 0, .G = 2e-2 / 2.1e-6, .Wa = Wa};
  f.b = (Wa - 1) / (1 + (dim - 1) * Wa);
  f.speed = VM * C0 * K * f.G * dim / (1 + (dim - 1) * Wa);
  return f;
}

static DavyGrowth *make_growth(const Floating *f, int level) {
  double kappa = K * DAVY_FARADAY * DAVY_FARADAY * C0 / (DAVY_GAS_CONSTANT * T);
  DavyGrowthPlan plan = {
      .comm = MPI_COMM_WORLD,
      .box = {f->ball.dim, {1, 1, 1}, {0, 0, 0}, EDGE},
      .coarsest = level - 1,
      .finest = level,
      .band = 7,
      .metal = start_psi,
      .metal_context = f,
      .counter_wall = -1,
      .physics = {.salt = {.form = DAVY_SALT_CONCENTRATED,
                           .charge = 1,
                           .temperature = T,
                           .concentration = C0,
                           .properties = {.concentration = C0,
                                          .diffusivity = DavyCurveConstant(1e-8),
                                          .conductivity = DavyCurveConstant(kappa),
                                          .transference = DavyCurveConstant(0.5),
                                          .thermodynamic_factor = DavyCurveConstant(1e-6)}},
                  .walls = 63,
                  .condition = at_surface,
                  .context = f},
      .arrange = each_floats,
      .molar_volume = VM,
      .front_step = 0.4,
      .order = 2};
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  return g;
}

/* What one half plates, m^dim/s. */
static double half_rate(const DavyGrowth *g) {
  const DavySheet *s = DavyGrowthSheet(g);
  double sum = 0;
  for (int k = 0; k < s->patches; k++) sum += s->patch[k].area * fabs(s->patch[k].raw[0]) / 2;
  return sum;
}

/* Where the front's centre is along x. */
static double centre_of(const DavySheet *s) {
  double sum = 0, area = 0;
  for (int k = 0; k < s->patches; k++) {
    sum += s->patch[k].area * s->patch[k].x[0];
    area += s->patch[k].area;
  }
  return sum / area;
}

/* Travels `radii` of its own. */
static void travel(int dim, double Wa, int level, double radii, double within) {
  Floating f = make_floating(dim, Wa);
  double a = f.ball.radius, end = radii * a / f.speed, net = 0;
  DavyGrowth *g = make_growth(&f, level);
  double volume = DavyGrowthMetal(g)->body[0].volume, from = centre_of(DavyGrowthSheet(g));
  int steps = 0;
  for (; DavyGrowthTime(g) < end * (1 - 1e-12); steps++) {
    must(DavyGrowthStep(g, end - DavyGrowthTime(g)));
    assert_int_equal(DavyGrowthMetal(g)->count, 1);
    net = fmax(net, fabs(DavyGrowthRate(g, 0)) / half_rate(g));
  }
  double off = (centre_of(DavyGrowthSheet(g)) - from) / (f.speed * end) - 1;
  Ball now = f.ball;
  now.centre[0] = centre_of(DavyGrowthSheet(g));
  Radii radii_now = radii_about(DavyGrowthSheet(g), &now);
  double uneven = (radii_now.most - radii_now.least) / a;
  double kept = fabs(DavyGrowthMetal(g)->body[0].volume / volume - 1);
  DavyGrowthLedger l = DavyGrowthAccount(g);
  double cells = a / DavyGrowthSheet(g)->h;
  DavyGrowthDestroy(&g);
  verified(
      "floating %s travels %g of its radius, Wa = %g, R/h = %.0f | speed off by %.1e, round to "
      "%.1e of R, volume kept to %.0e, net current %.0e | %g, %g, 1e-11, 1e-10",
      dim == 2 ? "disk" : "sphere", radii, Wa, cells, off, uneven, kept, net, within, 4 * within);
  print_message("%d steps; salt %.0e, metal %.0e\n", steps, l.salt_error, l.metal_error);
  assert_true(fabs(off) < within);
  /* Second order in h: what is seen, times two to four. */
  assert_true(uneven < 4 * within);
  assert_true(kept <
              1e-11);       /* what a net current of 1e-10 could bring, and rounding step by step */
  assert_true(net < 1e-10); /* Newton stops at rounding, 1e-14 of RT/F where G a is 2e-2 */
  assert_true(fabs(l.salt_error) < 1e-10);
}

static void disk(void **state) {
  (void)state, travel(2, 0.5, 5, 0.5, 1e-2);
}

static void disks(void **state) {
  (void)state;
  travel(2, 0.5, 6, 1, 2e-3);
  travel(2, 5, 6, 1, 2e-3);
  travel(2, 0.5, 7, 1, 1e-3);
}

static void sphere(void **state) {
  (void)state, travel(3, 0.5, 5, 0.5, 1e-2);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(disk)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(disks), cmocka_unit_test(sphere)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
