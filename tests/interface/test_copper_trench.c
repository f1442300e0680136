/* The copper trench at t = 0. The local figures expected are from the computation that gave the
 * current (copper_trench.h). The fronts stand in a box that reaches below them.
 *
 * Long variant: the same on a mesh fine enough for the bounds of the local values.
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
#include "setting.h"
#include "verified.h"

enum { TOP = 3 };

static const struct {
  double x, y, current, potential; /* um, A/m2 (plating), V; 0: not given */
} expected[] = {{0, 0, 4883.64, 0.0438850},
                {2, 5, 5030.82, 0},
                {3 - M_SQRT1_2, 9 + M_SQRT1_2, 5425.97, 0},
                {8, 10, 5571.29, 0},
                {0, 40, 0, 0.0611732}};

/* Values at a place on a surface: between the two nearest pieces. */
static void values_at(const Setting *s, double x, double y, double *current, double *potential) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(s->fields);
  double near[2] = {INFINITY, INFINITY};
  int which[2] = {0, 0};
  for (int k = 0; k < st->surfaces.rows; k++) {
    double d = hypot(st->surface[k].x[0] - x * UM, st->surface[k].x[1] - y * UM);
    int worse = near[0] > near[1] ? 0 : 1;
    if (d < near[worse]) near[worse] = d, which[worse] = k;
  }
  double share = near[1] / (near[0] + near[1]);
  *current = share * state[which[0]].J + (1 - share) * state[which[1]].J;
  *current *= 2 * DAVY_FARADAY * TRENCH_C0;
  *potential = share * state[which[0]].p + (1 - share) * state[which[1]].p;
  *potential *= DAVY_GAS_CONSTANT * TRENCH_T / (2 * DAVY_FARADAY);
}

static void check(int cells, double whole, double local) {
  Setting s;
  DavyPhysics physics = trench_physics(1u << TOP);
  DavyBox box = {2, {1, 6, 1}, {0, -8e-6, 0}, 8e-6};
  DavyBand band = {trench_psi, NULL, box.edge / cells, 8, 0.25, 2};
  int level = (int)lround(log2(cells));
  DavyMeshPlan plan = {MPI_COMM_WORLD, box,           level > 5 ? level - 2 : level,
                       level,          DavyBandSplit, &band};
  must(DavyMeshCreate(&plan, &s.mesh));
  must(DavyMeshCheck(s.mesh));
  must(DavyCutsCreate(s.mesh, trench_psi, NULL, &s.cuts));
  must(DavyCutCheck(s.cuts));
  must(DavyFieldsCreate(s.cuts, NULL, &physics, &s.fields));
  must(DavyFieldsSolve(s.fields, 0, 1));
  double plated = -2 * DavyFieldsCurrent(s.fields, DAVY_FRONT);
  double dissolved = 2 * DavyFieldsCurrent(s.fields, TOP);
  print_message("%d cells across, %lld in all: I = %.6f A/m, off by %.1e\n", cells,
                (long long)s.mesh->total, plated, plated / TRENCH_CURRENT - 1);
  double worst = 0;
  for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
    double i, phi;
    values_at(&s, expected[k].x, expected[k].y, &i, &phi);
    print_message("  (%g, %g): i = %.2f (%.2f), phi = %.7f (%.7f)\n", expected[k].x, expected[k].y,
                  i, expected[k].current, phi, expected[k].potential);
    if (expected[k].current > 0) worst = fmax(worst, fabs(i / expected[k].current - 1));
    if (expected[k].potential > 0) worst = fmax(worst, fabs(phi / expected[k].potential - 1));
  }
  drop_setting(&s);
  verified("copper trench at t = 0, %d cells across | I off by %.1e, local values by %.1e, charge "
           "%.0e | "
           "%g, %g, 1e-10",
           cells, plated / TRENCH_CURRENT - 1, worst, dissolved / plated - 1, whole, local);
  assert_true(fabs(dissolved / plated - 1) < 1e-10); /* Newton stops at rounding */
  assert_true(fabs(plated / TRENCH_CURRENT - 1) < whole);
  assert_true(worst < local);
}

static void trench(void **state) {
  (void)state, check(128, 1e-4, 2e-4);
}
static void trench_finer(void **state) {
  (void)state, check(64, 2e-4, 1e-3), check(256, 2e-5, 1e-4);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(trench)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(trench_finer)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
