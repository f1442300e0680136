/* A cap of metal with a contact angle on a flat substrate, stripped evenly: its radius falls about
 * a centre that stays, and where the angle is beyond 90 degrees the circle or sphere lets go of the
 * substrate while a share f of the volume is left (kinetics/cap.c),
 *   2D  f = pi cos^2 a/(a - sin a cos a),   3D  f = 4 |cos a|^3/((2 + cos a)(1 - cos a)^2),
 * to 0.02 of the cap's volume. At 90 degrees and below nothing is left that stands free. The step
 * in which the contact's area goes to zero tells.
 *
 * Long variant: the other angles, and 3D.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "davy/kinetics.h"
#include "groups.h"
#include "growing.h"
#include "setting.h"
#include "verified.h"

static const double UM = 1e-6, VM = 2.375e-5, C0 = 1000, RADIUS = 1.5e-6;
enum { TOP = 3 };

static double cap_psi(const void *context, const double x[3]) {
  return ball_psi(context, x);
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  (void)context, (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_GIVEN_CURRENT, .current = 200};
  else if (surface->wall == TOP)
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
}

static DavyGrowthPlan plan_of(int dim, int level, double wide, const DavySubstrate *substrate) {
  return (DavyGrowthPlan){.comm = MPI_COMM_WORLD,
                          .box = {dim, {1, 2, 1}, {0, dim == 2 ? -1.37 * UM : -0.93 * UM, 0}, wide},
                          .coarsest = level - 2,
                          .finest = level,
                          .band = 7,
                          .counter_wall = -1,
                          .substrate = substrate,
                          .physics = {.salt = {.charge = 1,
                                               .temperature = 298.15,
                                               .concentration = C0,
                                               .cation = 1e-10,
                                               .anion = 1e-10},
                                      .walls = 1u << TOP,
                                      .condition = at_surface},
                          .molar_volume = VM,
                          .front_step = 0.4,
                          .order = 2};
}

static void strip(int dim, int level, double degrees) {
  double angle = degrees * M_PI / 180, wide = dim == 2 ? 4 * UM : 2 * UM;
  /* In 3D a quarter of it, the sides being mirrors. */
  Ball ball = {dim, {dim == 2 ? 2.03 * UM : 0, -RADIUS * cos(angle), 0}, RADIUS};
  DavySubstratePlan flat = {.dim = dim, .width = wide, .depth = wide, .surfaces = 1};
  DavySubstrate *substrate;
  must(DavySubstrateCreate(&flat, &substrate));
  DavyGrowthPlan plan = plan_of(dim, level, wide, substrate);
  plan.metal = cap_psi;
  plan.metal_context = &ball;
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  double first = DavyGrowthAccount(g).metal, before = first, share = -1;
  double whole = DavyCapVolume(RADIUS, angle, dim) / (dim == 3 ? 4 : 1);
  int steps = 0;
  while (DavyGrowthMetal(g)->count > 0 && share < 0) {
    double contact = 0;
    for (int b = 0; b < DavyGrowthMetal(g)->count; b++)
      contact += DavyGrowthMetal(g)->body[b].contact[0];
    double now = DavyGrowthAccount(g).metal;
    if (contact == 0) share = (before + now) / 2 / first;
    before = now;
    if (share >= 0) break;
    must(DavyGrowthStep(g, 10));
    steps++;
  }
  share = fmax(share, 0);
  double expected = DavyCapOrphanedShare(angle, dim);
  DavyGrowthLedger l = DavyGrowthAccount(g);
  verified(
      "%dD cap of %g degrees stripped evenly | lets go with %.4f of its volume, exact %.4f; salt "
      "%.0e, metal %.0e | 0.02; 1e-10, 1e-12",
      dim, degrees, share, expected, l.salt_error, l.metal_error);
  print_message("%d steps; volume at first off by %.1e\n", steps, first / whole - 1);
  DavyGrowthDestroy(&g);
  DavySubstrateDestroy(&substrate);
  assert_true(fabs(share - expected) < 0.02);
  assert_true(fabs(l.salt_error) < 1e-10);
  assert_true(fabs(l.metal_error) < 1e-12);
}

static void beyond_a_right_angle(void **state) {
  (void)state;
  strip(2, 6, 120);
}

static void other_angles(void **state) {
  (void)state;
  strip(2, 6, 60);
  strip(2, 6, 90);
  strip(2, 6, 100);
  strip(2, 6, 150);
}

static void in_space(void **state) {
  (void)state;
  strip(3, 5, 120);
}

/* A cap that begins 36 cells high, on a mesh with 7 finest cells along the substrate. */
static void taller_than_the_band(void **state) {
  (void)state;
  DavyNucleus cap = {{2.03 * UM, 0, 0}, {0, 1, 0}, RADIUS, 2 * M_PI / 3};
  DavySubstratePlan flat = {.dim = 2, .width = 4 * UM, .surfaces = 1};
  DavySubstrate *substrate;
  DavyGrowth *g;
  must(DavySubstrateCreate(&flat, &substrate));
  DavyGrowthPlan plan = plan_of(2, 6, 4 * UM, substrate);
  must(DavyGrowthCreate(&plan, &g));
  must(DavyGrowthSeed(g, &cap, 1));
  double off = DavyGrowthAccount(g).metal / DavyCapVolume(RADIUS, 2 * M_PI / 3, 2) - 1;
  for (int k = 0; k < 3; k++) must(DavyGrowthStep(g, 10));
  DavyGrowthLedger l = DavyGrowthAccount(g);
  print_message("a tall cap begins, its volume off by %.1e; salt %.0e, metal %.0e\n", off,
                l.salt_error, l.metal_error);
  DavyGrowthDestroy(&g);
  DavySubstrateDestroy(&substrate);
  assert_true(fabs(off) < 1e-3); /* (h/R)^2 */
  assert_true(fabs(l.salt_error) < 1e-10);
  assert_true(fabs(l.metal_error) < 1e-12);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(beyond_a_right_angle),
                                     cmocka_unit_test(taller_than_the_band)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(other_angles), cmocka_unit_test(in_space)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
