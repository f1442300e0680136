/* Fronts that move at given current density, against exact radii and volumes.
 *
 * A ball plated at constant i keeps its shape: R = R0 + V_m i t/F, and dissolved R = R0 - V_m i
 * t/F, down to nothing. Two balls that grow meet and are one body; no volume is lost.
 *
 * Ranks: the same front on any number of ranks.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "groups.h"
#include "interface/growth.h"
#include "order.h"
#include "setting.h"

static const double UM = 1e-6, VM = 2.375e-5, C0 = 1000;

/* Balls, and the current density at their surfaces, A/m2, positive when it dissolves. */
typedef struct {
  int dim, balls;
  Ball ball[2];
  double current;
} Problem;

static double balls_psi(const void *context, const double x[3]) {
  const Problem *p = context;
  double psi = INFINITY;
  for (int k = 0; k < p->balls; k++) psi = fmin(psi, ball_psi(p->ball + k, x));
  return psi;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Problem *p = context;
  (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_GIVEN_CURRENT, .current = p->current};
  else
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
}

static DavyGrowth *start(const Problem *p, MPI_Comm comm, int level, int order) {
  DavyGrowthPlan plan = {.comm = comm,
                         .box = {p->dim, {1, 1, 1}, {0, 0, 0}, 8 * UM},
                         .coarsest = 2,
                         .finest = level,
                         .band = 7,
                         .metal = balls_psi,
                         .metal_context = p,
                         .counter_wall = -1,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = 298.15,
                                              .concentration = C0,
                                              .cation = 1e-10,
                                              .anion = 1e-10},
                                     .walls = 0x3f,
                                     .condition = at_surface,
                                     .context = p},
                         .molar_volume = VM,
                         .front_step = 0.4,
                         .order = order};
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  return g;
}

static void run(DavyGrowth *g, double end) {
  while (DavyGrowthTime(g) < end * (1 - 1e-12)) must(DavyGrowthStep(g, end - DavyGrowthTime(g)));
}

/* Least, mean and largest distance of the front from a centre. */
static void radii(const DavyGrowth *g, const Ball *ball, double r[3]) {
  const DavySheet *s = DavyGrowthSheet(g);
  double sum = 0, area = 0;
  r[0] = INFINITY, r[2] = 0;
  for (int k = 0; k < s->patches; k++) {
    double d = ball_distance(ball, s->patch[k].x);
    r[0] = fmin(r[0], d);
    r[2] = fmax(r[2], d);
    sum += d * s->patch[k].area;
    area += s->patch[k].area;
  }
  r[1] = sum / area;
}

static void expect_ledger(const DavyGrowth *g) {
  DavyGrowthLedger l = DavyGrowthAccount(g);
  print_message("  salt %.1e, metal %.1e, vanished %.2e\n", l.salt_error, l.metal_error,
                l.vanished / (l.metal + 1e-30));
  assert_true(fabs(l.salt_error) < 1e-12);
  assert_true(fabs(l.metal_error) < 1e-12);
}

static void ball_grows(int dim, int level, double current, double travel, double within) {
  Problem p = {dim, 1, {{dim, {4.03 * UM, 3.96 * UM, 4.01 * UM}, 2 * UM}}, current};
  double speed = -current * VM / DAVY_FARADAY, end = travel / fabs(speed), r[3];
  DavyGrowth *g = start(&p, MPI_COMM_WORLD, level, 2);
  run(g, end);
  radii(g, p.ball, r);
  double R = p.ball[0].radius + speed * end, h = 8 * UM / pow(2, level);
  print_message("%dD, R/h %.0f: R %.5f um, mean off by %.1e, out of round %.1e\n", dim, R / h,
                R / UM, r[1] / R - 1, (r[2] - r[0]) / R);
  double V = DavyGrowthAccount(g).metal, exact = dim == 2 ? M_PI * R * R : 4 * M_PI / 3 * R * R * R;
  print_message("  volume off by %.1e\n", V / exact - 1);
  expect_ledger(g);
  assert_true(fabs(r[1] / R - 1) < within);
  assert_true((r[2] - r[0]) / R < 4 * within);
  DavyGrowthDestroy(&g);
}

static void circle_grows_and_shrinks(void **state) {
  (void)state;
  ball_grows(2, 6, -200, 1 * UM, 1e-3);
  ball_grows(2, 6, 200, 1 * UM, 2e-3);
}

static void sphere_grows(void **state) {
  (void)state;
  ball_grows(3, 5, -200, 0.5 * UM, 5e-3);
}

static void circle_dissolves(void **state) {
  (void)state;
  Problem p = {2, 1, {{2, {4.03 * UM, 3.96 * UM, 0}, 1 * UM}}, 200};
  DavyGrowth *g = start(&p, MPI_COMM_WORLD, 6, 2);
  double end = 1.05 * UM * DAVY_FARADAY / (200 * VM);
  for (int k = 0; k < 200 && DavyGrowthMetal(g)->count && DavyGrowthTime(g) < end; k++)
    must(DavyGrowthStep(g, end - DavyGrowthTime(g)));
  print_message("gone at %.4f of the time expected\n", DavyGrowthTime(g) / end * 1.05);
  assert_int_equal(DavyGrowthMetal(g)->count, 0);
  expect_ledger(g);
  DavyGrowthDestroy(&g);
}

static void circles_merge(void **state) {
  (void)state;
  Problem p = {
      2, 2, {{2, {2.63 * UM, 3.96 * UM, 0}, 1 * UM}, {2, {5.37 * UM, 4.1 * UM, 0}, 1 * UM}}, -200};
  DavyGrowth *g = start(&p, MPI_COMM_WORLD, 6, 2);
  assert_int_equal(DavyGrowthMetal(g)->count, 2);
  run(g, 0.8 * UM * DAVY_FARADAY / (200 * VM));
  assert_int_equal(DavyGrowthMetal(g)->count, 1);
  expect_ledger(g);
  DavyGrowthDestroy(&g);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(circle_grows_and_shrinks), cmocka_unit_test(sphere_grows),
      cmocka_unit_test(circle_dissolves), cmocka_unit_test(circles_merge)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
