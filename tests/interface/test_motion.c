/* Fronts that move at given current density, against exact radii and volumes.
 *
 * A ball plated at constant i keeps its shape: R = R0 + V_m i t/F, and dissolved R = R0 - V_m i
 * t/F, down to nothing; half a ball on a flat substrate the same, its contact line with it. Under i
 * ~ n.e a ball travels as it is. Two balls that grow meet and are one body; a dumbbell that
 * dissolves becomes two. No volume and no salt is lost: both ledgers hold to rounding, and the
 * metal on the mesh is what there was and what the surfaces' currents, summed up here, have
 * brought.
 *
 * Ranks: the same front on any number of ranks.
 * Long variant: orders in time, finer balls, and a thousand steps.
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
#include "order.h"
#include "setting.h"
#include "verified.h"

static const double UM = 1e-6, VM = 2.375e-5, C0 = 1000;

/* Balls, a bar of half width `bar` between two of them, and the current density at their surfaces,
 * A/m2, positive when it dissolves: even, and along x. */
typedef struct {
  int dim, balls;
  Ball ball[2];
  double bar, current, drift;
  bool grounded; /* a flat substrate at y = 0 */
} Problem;

static double balls_psi(const void *context, const double x[3]) {
  const Problem *p = context;
  double psi = INFINITY;
  for (int k = 0; k < p->balls; k++) psi = fmin(psi, ball_psi(p->ball + k, x));
  if (p->bar > 0) {
    const double *a = p->ball[0].centre, *b = p->ball[1].centre;
    double past = fmax(fmax(a[0] - x[0], x[0] - b[0]), 0);
    psi = fmin(psi, hypot(x[1] - a[1], past) - p->bar);
  }
  return psi;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Problem *p = context;
  (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_GIVEN_CURRENT,
                         .current = p->current - p->drift * surface->n[0]};
  else if (surface->wall != DAVY_SUBSTRATE)
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
}

static DavyGrowthPlan plan_of(const Problem *p, MPI_Comm comm, int level, int order) {
  return (DavyGrowthPlan){.comm = comm,
                          .box = {p->dim, {1, 1, 1}, {0, p->grounded ? -1.03 * UM : 0, 0}, 8 * UM},
                          .coarsest = level < 5 ? level : 4,
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
                                      .walls = p->grounded ? 0x8 : 0x3f,
                                      .condition = at_surface,
                                      .context = p},
                          .molar_volume = VM,
                          .front_step = 0.4,
                          .order = order};
}

static DavyGrowth *start(const DavyGrowthPlan *plan) {
  DavyGrowth *g;
  must(DavyGrowthCreate(plan, &g));
  return g;
}

/* Outward, m/s. */
static double speed_of(double current) {
  return -current * VM / DAVY_FARADAY;
}

/* Salt by 1e-10 of what is there is what the design asks for. */
static void expect_ledger(const DavyGrowth *g) {
  DavyGrowthLedger l = DavyGrowthAccount(g);
  print_message("  salt %.1e, metal %.1e\n", l.salt_error, l.metal_error);
  assert_true(fabs(l.salt_error) < 1e-10);
  assert_true(fabs(l.metal_error) < 1e-12);
}

/* To `end`, with a ledger of the test's own: metal on the mesh against the surfaces' currents by
 * the formula of growth.c. The cuts are asked for a volume to 1e-13 of a body or cell; a body with
 * less than a twentieth of a cell vanishes. Returns the number of steps. */
static int run(DavyGrowth *g, double end, double most, MPI_Comm comm) {
  double metal = metal_on(DavyGrowthCuts(g)), begin = metal, worst = 0, past = 0;
  int steps = 0;
  for (; DavyGrowthTime(g) < end * (1 - 1e-12) && DavyGrowthMetal(g)->count; steps++) {
    double rate = plating_rate(DavyGrowthFields(g), VM * C0, comm);
    must(DavyGrowthStep(g, fmin(most, end - DavyGrowthTime(g))));
    const double *share = DavyGrowthShares(g);
    metal += DavyGrowthLastStep(g) * (share[0] * rate + share[1] * past);
    past = rate;
    double off = metal_on(DavyGrowthCuts(g)) + DavyGrowthAccount(g).vanished - metal;
    worst = fmax(worst, fabs(off) / begin);
  }
  verified("ledger of the test's own, %d steps | metal on the mesh less charge V_m/F %.0e | 1e-10",
           steps, worst);
  assert_true(worst < 1e-10);
  expect_ledger(g);
  return steps;
}

static Ball centred(int dim, double radius) {
  return (Ball){dim, {4.03 * UM, 3.96 * UM, dim == 3 ? 4.01 * UM : 0}, radius};
}

static double ball_grows(int dim, int level, double current, double travel, double within) {
  Problem p = {.dim = dim, .balls = 1, .ball = {centred(dim, 2 * UM)}, .current = current};
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, level, 2);
  double speed = speed_of(current), end = travel / fabs(speed);
  DavyGrowth *g = start(&plan);
  run(g, end, INFINITY, plan.comm);
  double R = 2 * UM + speed * end, h = 8 * UM / pow(2, level);
  Radii r = radii_about(DavyGrowthSheet(g), p.ball);
  verified(
      "%dD ball at constant current, to R = %.3g um, R/h = %.0f | mean radius off by %.1e, out of "
      "round %.1e, fourfold %.1e | %g, %g",
      dim, R / UM, R / h, r.mean / R - 1, (r.most - r.least) / R, r.fourfold / R, within,
      4 * within);
  DavyGrowthDestroy(&g);
  assert_true(fabs(r.mean / R - 1) < within);
  assert_true((r.most - r.least) / R < 4 * within);
  return fabs(r.mean / R - 1);
}

static void circle_grows_and_shrinks(void **state) {
  (void)state;
  ball_grows(2, 6, -200, 1 * UM, 2e-4);
  ball_grows(2, 6, 200, 1 * UM, 2e-3);
}

static void sphere_grows(void **state) {
  (void)state;
  ball_grows(3, 5, -200, 0.5 * UM, 5e-3);
}

static void coarse_sphere_grows(void **state) {
  (void)state;
  ball_grows(3, 4, -200, 0.5 * UM, 1e-2);
}

static void sphere_grows_finer(void **state) {
  (void)state;
  ball_grows(3, 6, -200, 0.25 * UM, 2e-3);
}

/* At 40 cells a radius no direction of the grid is seen by more than a percent of the travel. */
static void grid_direction(void **state) {
  (void)state;
  ball_grows(2, 7, -200, 0.5 * UM, 1e-4);
}

static void circle_dissolves(void **state) {
  (void)state;
  Problem p = {.dim = 2, .balls = 1, .ball = {centred(2, 1 * UM)}, .current = 200};
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, 6, 2);
  DavyGrowth *g = start(&plan);
  double gone = UM / fabs(speed_of(200));
  run(g, 1.05 * gone, INFINITY, plan.comm);
  verified("disk dissolves to nothing | gone at %.4f of the time expected | 0.05",
           DavyGrowthTime(g) / gone);
  assert_int_equal(DavyGrowthMetal(g)->count, 0);
  /* A cell or two from the end the circle is a polygon of few sides. */
  assert_true(fabs(DavyGrowthTime(g) / gone - 1) < 0.05);
  DavyGrowthDestroy(&g);
}

/* Half a circle, its centre on the substrate: pi R^2/2 of metal on a contact 2 R wide. */
static void on_substrate(double current, double travel) {
  Problem p = {.dim = 2,
               .balls = 1,
               .ball = {{2, {4.03 * UM, 0, 0}, 2 * UM}},
               .current = current,
               .grounded = true};
  DavySubstratePlan flat = {.dim = 2, .width = 8 * UM, .surfaces = 1};
  DavySubstrate *substrate;
  must(DavySubstrateCreate(&flat, &substrate));
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, 6, 2);
  plan.substrate = substrate;
  DavyGrowth *g = start(&plan);
  double end = travel / fabs(speed_of(current)), R = 2 * UM + speed_of(current) * end;
  run(g, end, INFINITY, plan.comm);
  Radii r = radii_about(DavyGrowthSheet(g), p.ball);
  const DavyBody *body = DavyGrowthMetal(g)->body;
  double contact = body->contact[0] / (2 * R) - 1, volume = body->volume / (M_PI * R * R / 2) - 1;
  verified("half a disk on a substrate at constant current, to R = %.3g um | mean radius off by "
           "%.1e, out "
           "of round %.1e, contact %.1e, volume %.1e | as the test says",
           R / UM, r.mean / R - 1, (r.most - r.least) / R, contact, volume);
  assert_int_equal(DavyGrowthMetal(g)->count, 1);
  DavyGrowthDestroy(&g);
  DavySubstrateDestroy(&substrate);
  /* Chords in place of arcs lack (h/R)^2/6 of the volume, 3e-3 at R = 1 um. */
  assert_true(fabs(r.mean / R - 1) < 2e-3);
  assert_true((r.most - r.least) / R < 1e-2);
  assert_true(fabs(contact) < 1e-2);
  assert_true(fabs(volume) < 5e-3);
}

static void half_circle_on_substrate(void **state) {
  (void)state;
  on_substrate(-200, 1 * UM);
  on_substrate(200, 1 * UM);
}

static const Problem pair = {
    .dim = 2,
    .balls = 2,
    .ball = {{2, {2.63e-6, 3.96e-6, 0}, 1e-6}, {2, {5.37e-6, 4.1e-6, 0}, 1e-6}},
    .current = -200};

static void circles_merge(void **state) {
  (void)state;
  DavyGrowthPlan plan = plan_of(&pair, MPI_COMM_WORLD, 6, 2);
  DavyGrowth *g = start(&plan);
  assert_int_equal(DavyGrowthMetal(g)->count, 2);
  run(g, 0.8 * UM / fabs(speed_of(200)), INFINITY, plan.comm);
  assert_int_equal(DavyGrowthMetal(g)->count, 1);
  DavyGrowthDestroy(&g);
}

/* Stripped by half a micrometre: the bar, 0.7 um thick, is gone, two circles are left. */
static void dumbbell_parts(void **state) {
  (void)state;
  Problem p = pair;
  p.current = 200;
  p.bar = 0.35 * UM;
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, 6, 2);
  DavyGrowth *g = start(&plan);
  assert_int_equal(DavyGrowthMetal(g)->count, 1);
  run(g, 0.5 * UM / speed_of(-200), INFINITY, plan.comm);
  const DavyMetal *metal = DavyGrowthMetal(g);
  assert_int_equal(metal->count, 2);
  for (int b = 0; b < 2; b++) {
    double off = metal->body[b].volume / (M_PI * 0.25 * UM * UM) - 1;
    verified("dumbbell parts, fragment %d | area off by %.1e | 0.08", b, off);
    /* The bar's roots on the circles are kinks, in R = 4 h at the end. */
    assert_true(fabs(off) < 0.08);
  }
  DavyGrowthDestroy(&g);
}

/* Travels 2 um in `steps`, and comes out round. */
static void travels(int level, int steps, double within) {
  Problem p = {.dim = 2, .balls = 1, .ball = {centred(2, 1 * UM)}, .drift = 200};
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, level, 2);
  double speed = speed_of(-200), end = 2 * UM / speed;
  plan.first_step = end / steps;
  DavyGrowth *g = start(&plan);
  run(g, end, end / steps, plan.comm);
  Ball there = p.ball[0];
  there.centre[0] += speed * end;
  Radii r = radii_about(DavyGrowthSheet(g), &there);
  verified("ball travels 2 R under a cosine of current | mean radius off by %.1e, out of round and "
           "place "
           "%.1e | %g, %g",
           r.mean / UM - 1, (r.most - r.least) / UM, within, 4 * within);
  assert_int_equal(DavyGrowthMetal(g)->count, 1);
  DavyGrowthDestroy(&g);
  assert_true(fabs(r.mean / UM - 1) < within);
  assert_true((r.most - r.least) / UM < 4 * within);
}

static void ball_travels(void **state) {
  (void)state;
  travels(6, 60, 5e-3);
}

static void ball_travels_a_thousand_steps(void **state) {
  (void)state;
  travels(6, 1000, 5e-3);
}

/* The area's own error is common to all steps: differences between runs show the order in time. */
static void orders_in_time(void **state) {
  (void)state;
  enum { RUNS = 4 };
  for (int order = 1; order <= 2; order++) {
    double area[RUNS], error[RUNS - 1], step[RUNS - 1];
    for (int k = 0; k < RUNS; k++) {
      Problem p = {.dim = 2, .balls = 1, .ball = {centred(2, 2 * UM)}, .current = -200};
      DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, 6, order);
      double end = 1 * UM / speed_of(-200), dt = end / (4 << k);
      plan.first_step = dt;
      plan.front_step = 10;
      plan.band = 9;
      DavyGrowth *g = start(&plan);
      run(g, end, dt, plan.comm);
      area[k] = DavyGrowthAccount(g).metal;
      DavyGrowthDestroy(&g);
      if (k == 0) continue;
      error[k - 1] = fabs(area[k] / area[k - 1] - 1);
      step[k - 1] = dt;
      print_message("%g s: %.2e\n", dt, error[k - 1]);
    }
    expect_order(error, step, RUNS - 1, order, 0.2, "Euler; Adams and Bashforth");
  }
}

/* The same run on all ranks and on each alone. */
static void ranks_agree(void **state) {
  (void)state;
  double volume[2], radius[2];
  for (int k = 0; k < 2; k++) {
    DavyGrowthPlan plan = plan_of(&pair, k ? MPI_COMM_SELF : MPI_COMM_WORLD, 6, 2);
    DavyGrowth *g = start(&plan);
    run(g, 0.6 * UM / fabs(speed_of(200)), INFINITY, plan.comm);
    volume[k] = DavyGrowthAccount(g).metal;
    radius[k] = radii_about(DavyGrowthSheet(g), pair.ball).mean;
    DavyGrowthDestroy(&g);
  }
  verified("a ball on all ranks against one | volume %.0e, radius %.0e | 1e-9, 1e-8",
           fabs(volume[0] / volume[1] - 1), fabs(radius[0] / radius[1] - 1));
  /* Currents are solved to 1e-9. */
  assert_true(fabs(volume[0] / volume[1] - 1) < 1e-9);
  assert_true(fabs(radius[0] / radius[1] - 1) < 1e-8);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(circle_grows_and_shrinks), cmocka_unit_test(half_circle_on_substrate),
      cmocka_unit_test(circle_dissolves), cmocka_unit_test(circles_merge),
      cmocka_unit_test(dumbbell_parts)};
  const struct CMUnitTest longer[] = {
      cmocka_unit_test(orders_in_time), cmocka_unit_test(grid_direction),
      cmocka_unit_test(sphere_grows), cmocka_unit_test(sphere_grows_finer),
      cmocka_unit_test(ball_travels_a_thousand_steps)};
  const struct CMUnitTest ranks[] = {
      cmocka_unit_test(ranks_agree), cmocka_unit_test(half_circle_on_substrate),
      cmocka_unit_test(dumbbell_parts), cmocka_unit_test(ball_travels),
      cmocka_unit_test(coarse_sphere_grows)};
  int failed = run_groups(argc, argv, tests, longer, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
