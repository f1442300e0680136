/* The copper trench (copper_trench.h) as it fills: floor and walls grow, the mouth narrows,
 * the anode above, copper too, recedes. z = 2: a front moves V_m/(2F) i.
 *
 * At t = 1 s against figures computed for this project with a fitted, moving mesh, extrapolated,
 * good to about half a percent; that program lost 2e-4 of the salt. The bound is 1 %.
 *
 * Long variant: on until the mouth has closed, where fitted meshes stop, and a second beyond: a
 * void is left, and no salt and no copper are lost.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "copper_trench.h"
#include "davy/constants.h"
#include "groups.h"
#include "growing.h"
#include "setting.h"
#include "verified.h"

/* The origin keeps flat fronts off the mesh's own planes. */
static DavyGrowth *start(int level, double front_step) {
  DavyGrowthPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {2, {1, 7, 1}, {0, -8.03e-6, 0}, 8e-6},
                         .coarsest = 3,
                         .finest = level,
                         .band = 7,
                         .spread = 0.25,
                         .metal = trench_and_anode_psi,
                         .counter_wall = 3,
                         .physics = trench_physics(0),
                         .molar_volume = COPPER_VOLUME,
                         .front_step = front_step,
                         .first_step = 1e-3,
                         .order = 2};
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  return g;
}

/* Where the front crosses a line along an axis, the nearest to `near`: by distances from both
 * sides.
 */
static double crossing(const DavyGrowth *g, int axis, double other, double near) {
  double step = 0.02 * UM, best = INFINITY, x[3] = {0};
  x[!axis] = other;
  for (double from = near - 4 * UM; from < near + 4 * UM; from += step) {
    double d[2];
    for (int k = 0; k < 2; k++) {
      x[axis] = from + k * step;
      d[k] = DavySheetDistance(DavyGrowthSheet(g), x);
    }
    if ((d[0] > 0) == (d[1] > 0)) continue;
    double at = from + step * d[0] / (d[0] - d[1]);
    if (fabs(at - near) < fabs(best - near)) best = at;
  }
  return best;
}

/* Least distance of the front from the middle plane above the floor. */
static double mouth_half_width(const DavyGrowth *g) {
  const DavySheet *s = DavyGrowthSheet(g);
  double least = INFINITY;
  for (int k = 0; k < s->patches; k++)
    if (s->patch[k].x[1] > 7 * UM && s->patch[k].x[1] < 25 * UM)
      least = fmin(least, s->patch[k].x[0]);
  return least;
}

static double least_salt(const DavyGrowth *g) {
  const DavyStencils *st = DavyFieldsStencils(DavyGrowthFields(g));
  const DavySurfaceState *state = DavyFieldsSurfaces(DavyGrowthFields(g));
  double least = INFINITY;
  for (int k = 0; k < st->surfaces.rows; k++) least = fmin(least, TRENCH_C0 * state[k].u);
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_DOUBLE, MPI_MIN, MPI_COMM_WORLD);
  return least;
}

static double plating(const DavyGrowth *g) {
  const DavyStencils *st = DavyFieldsStencils(DavyGrowthFields(g));
  const DavySurfaceState *state = DavyFieldsSurfaces(DavyGrowthFields(g));
  double sum = 0;
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].x[1] < 25 * UM) sum += st->surface[k].area * state[k].J;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return 2 * sum * 2 * DAVY_FARADAY * TRENCH_C0;
}

static void expect_ledger(const DavyGrowth *g) {
  DavyGrowthLedger l = DavyGrowthAccount(g);
  print_message("  salt %.1e, metal %.1e\n", l.salt_error, l.metal_error);
  assert_true(fabs(l.salt_error) < 1e-10);
  assert_true(fabs(l.metal_error) < 1e-12);
}

static void one_second(int level, double within) {
  DavyGrowth *g = start(level, 0.4);
  int steps = 0;
  for (; DavyGrowthTime(g) < 1 - 1e-12; steps++)
    must(DavyGrowthStep(g, fmin(1 - DavyGrowthTime(g), 0.05)));
  const struct {
    const char *what;
    double found, expected;
  } list[] = {{"current, A/m", plating(g), 0.12745},
              {"floor, um", crossing(g, 1, 0, 0) / UM, 0.0985},
              {"shoulder, um", crossing(g, 1, 8 * UM, 10 * UM) / UM - 10, 0.1841},
              {"half width of the mouth, um", mouth_half_width(g) / UM, 1.848},
              {"anode, um", crossing(g, 1, 0, ANODE * UM) / UM - ANODE, 0.298},
              {"least concentration, mol/m3", least_salt(g), 220.5}};
  print_message("%d cells across, %d steps:\n", 1 << level, steps);
  double worst = 0;
  for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
    double off = list[k].found / list[k].expected - 1;
    print_message("  %s: %.5g (%.5g), off by %.2f %%\n", list[k].what, list[k].found,
                  list[k].expected, 100 * off);
    worst = fmax(worst, fabs(off));
  }
  verified("copper trench moving, at 1 s, %d cells across | bottom, mouth, current off by %.2f %% "
           "at most | "
           "%g %%",
           1 << level, 100 * worst, 100 * within);
  expect_ledger(g);
  DavyGrowthDestroy(&g);
  assert_true(worst < within);
}

static void moving(void **state) {
  (void)state;
  one_second(6, 0.01);
}

/* The closing time falls with the cell's size: the fronts meet when a channel is thinner than cells
 * can hold. */
static void close_mouth(int level, double latest) {
  DavyGrowth *g = start(level, 0.4);
  double closed = INFINITY;
  int steps = 0;
  for (; DavyGrowthTime(g) < fmin(40, closed + 1); steps++) {
    must(DavyGrowthStep(g, 0.5));
    double half = mouth_half_width(g);
    if (steps % 40 == 0)
      print_message("  t = %.3f s: step %.3f, mouth %.3f um, I %.5f A/m, c %.1f, %d bodies\n",
                    DavyGrowthTime(g), DavyGrowthLastStep(g), half / UM, plating(g), least_salt(g),
                    DavyGrowthMetal(g)->count);
    double middle[3] = {0.001 * UM, 0, 0};
    bool shut = false;
    for (middle[1] = 7 * UM; middle[1] < 13 * UM && !shut; middle[1] += 0.05 * UM)
      shut = DavySheetDistance(DavyGrowthSheet(g), middle) < 0;
    if (shut && !isfinite(closed)) closed = DavyGrowthTime(g);
  }
  double hollow[3] = {0.001 * UM, 3 * UM, 0}, time = DavyGrowthTime(g);
  double hole = DavySheetDistance(DavyGrowthSheet(g), hollow);
  verified("copper trench through closure, %d cells across | closed at %.2f s, the void %.2f um "
           "wide | 15 to "
           "%g s, more than 0.5 um",
           1 << level, closed, 2 * hole / UM, latest);
  print_message("%d steps to %.2f s\n", steps, time);
  expect_ledger(g);
  DavyGrowthDestroy(&g);
  assert_true(closed > 15 && closed < latest);
  assert_true(hole > 0.5 * UM);
}

static void closing(void **state) {
  (void)state;
  close_mouth(4, 19);
  close_mouth(6, 17);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(moving)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(closing)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
