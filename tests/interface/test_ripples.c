/* A ball of metal out of round, at rest but for surface tension, in steps as long as the engine
 * takes by itself. With slow kinetics in a salt that conducts well the hump of order n fades as
 *   a = a0 exp(-s t),  s = (V_m i0/F) (gamma V_m/RT) q/R^2,  q = n^2 - 1 (2D), (n - 1)(n + 2) (3D)
 * by the change of curvature q a/R^2 under i = i0 F eta/RT, the ball's potential being the one at
 * which no current flows in all. The front's steps are explicit: steps too long for the shortest
 * ripples that the mesh holds would make these swing ever wider, to a cell or more. With fast
 * kinetics the salt limits, and the rate has no such formula; humps must fade without ripples.
 *
 * Long variant: 3D.
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

static const double UM = 1e-6, VM = 2.375e-5, C0 = 1000, GAMMA = 0.26, T = 298.15;

typedef struct {
  Ball ball;
  double exchange; /* A/m2 */
  double amplitude;
} Humps;

/* cos 4 a in 2D; the second Legendre polynomial of x/r in 3D. */
static double humps_psi(const void *context, const double x[3]) {
  const Humps *w = context;
  double across = x[0] - w->ball.centre[0], r = fmax(ball_distance(&w->ball, x), 1e-12);
  double angle = atan2(x[1] - w->ball.centre[1], across);
  double hump = w->ball.dim == 2 ? cos(4 * angle) : 1.5 * pow(across / r, 2) - 0.5;
  return ball_psi(&w->ball, x) - w->amplitude * hump;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Humps *w = context;
  (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                         .conductor = 1,
                         .exchange_current = w->exchange,
                         .alpha_a = 0.5,
                         .alpha_c = 0.5,
                         .surface_energy = GAMMA,
                         .molar_volume = VM};
  else
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
}

static DavyGrowth *start(const Humps *w, int level) {
  DavyGrowthPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {w->ball.dim, {1, 1, 1}, {0, 0, 0}, 8 * UM},
                         .coarsest = 4,
                         .finest = level,
                         .band = 7,
                         .metal = humps_psi,
                         .metal_context = w,
                         .counter_wall = -1,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = T,
                                              .concentration = C0,
                                              .cation = 1e-10,
                                              .anion = 1e-10},
                                     .walls = 0x3f,
                                     .condition = at_surface,
                                     .conductors = 1,
                                     .context = w},
                         .molar_volume = VM,
                         .front_step = 0.4,
                         .order = 2};
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  return g;
}

/* Largest less least radius over that of humps alone: 2 a in 2D, 3/2 a in 3D. */
static double humps_of(const DavyGrowth *g, const Humps *w) {
  Radii r = radii_about(DavyGrowthSheet(g), &w->ball);
  return (r.most - r.least) / (w->ball.dim == 2 ? 2 : 1.5);
}

static void fade(int dim, double exchange, int level, int steps, double within) {
  Humps w = {{dim, {4.03 * UM, 3.96 * UM, dim == 3 ? 4.01 * UM : 0}, 2 * UM}, exchange, 0.1 * UM};
  DavyGrowth *g = start(&w, level);
  double first = humps_of(g, &w), q = dim == 2 ? 15 : 4;
  double s = VM * exchange / DAVY_FARADAY * GAMMA * VM / (DAVY_GAS_CONSTANT * T) * q /
             pow(w.ball.radius, 2);
  for (int k = 0; k < steps; k++) must(DavyGrowthStep(g, INFINITY));
  double left = humps_of(g, &w) / first, t = DavyGrowthTime(g);
  verified(
      "%dD humps under surface tension, i0 = %g A/m2, %d steps | %.4f of them left, theory %.4f | "
      "%s %g",
      dim, exchange, steps, left, exp(-s * t), within > 0 ? "to" : "below",
      within > 0 ? within : 0.9);
  DavyGrowthDestroy(&g);
  if (within > 0)
    assert_true(fabs(left - exp(-s * t)) < within);
  else
    assert_true(left < 0.9);
}

/* Two percent of the first height are 0.016 of a cell, three 0.012 in 3D: R/h is 16 and 8. */
static void at_rest(void **state) {
  (void)state;
  fade(2, 0.3, 6, 60, 0.02);
  fade(2, 3e4, 6, 60, 0);
}

static void in_space(void **state) {
  (void)state;
  fade(3, 0.3, 5, 30, 0.03);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(at_rest)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(in_space)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
