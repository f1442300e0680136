/* Pockets of electrolyte: of two round ones beside a half space of it, the one of less than half a
 * cell becomes metal, and nothing else changes.
 *
 * Ranks: the same on each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "groups.h"
#include "interface/pockets.h"
#include "setting.h"

enum { CELLS = 32 };
static const double h = 1.0 / CELLS, small = 0.35, large = 2.5; /* radii in cells */

/* Fluid over y = 3/4 and in two discs, off the mesh's lines. */
static double psi_at(const void *context, const double x[3]) {
  (void)context;
  double near = small * h - hypot(x[0] - (8 + 0.03) * h, x[1] - (8 - 0.04) * h);
  double far = large * h - hypot(x[0] - 22.3 * h, x[1] - 9.6 * h);
  return fmax(x[1] - (0.75 + 0.02 * h), fmax(near, far));
}

static bool always(const void *context, const double x[3], double size) {
  (void)context, (void)x, (void)size;
  return true;
}

static double fluid_within(const DavyCuts *cuts, double x0, double x1, double y0, double y1) {
  double sum = 0, at[3], x[3];
  for (int cell = 0; cell < cuts->mesh->own; cell++) {
    DavyCellCentre(cuts->mesh, cell, x);
    if (x[0] > x0 && x[0] < x1 && x[1] > y0 && x[1] < y1) sum += DavyFluidVolume(cuts, cell, at);
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, cuts->mesh->comm);
  return sum;
}

static void the_small_one_is_filled(void **state) {
  (void)state;
  DavyMeshPlan plan = {.comm = MPI_COMM_WORLD,
                       .box = {2, {1, 1, 1}, {0, 0, 0}, 1},
                       .coarsest = 5,
                       .finest = 5,
                       .must_split = always};
  DavyMesh *mesh;
  DavyCuts *before, *after;
  int filled;
  must(DavyMeshCreate(&plan, &mesh));
  must(DavyCutsCreate(mesh, psi_at, NULL, &before));
  double pocket = fluid_within(before, 0, 0.5, 0, 0.5);
  assert_true(pocket > 0 && pocket < 0.5 * h * h);
  double *psi = malloc((size_t)mesh->corners * sizeof *psi);
  assert_non_null(psi);
  memcpy(psi, before->psi, (size_t)mesh->corners * sizeof *psi);
  must(DavyPocketsFill(before, 0.5 * h * h, psi, &filled));
  assert_int_equal(filled, 1);
  must(DavyCutsCreateFrom(mesh, psi, NULL, &after));
  must(DavyCutCheck(after));
  assert_true(fluid_within(after, 0, 0.5, 0, 0.5) == 0);
  assert_true(fluid_within(after, 0.5, 1, 0, 0.5) == fluid_within(before, 0.5, 1, 0, 0.5));
  assert_true(fluid_within(after, 0, 1, 0.5, 1) == fluid_within(before, 0, 1, 0.5, 1));
  must(DavyPocketsFill(after, 0.5 * h * h, psi, &filled));
  assert_int_equal(filled, 0);
  free(psi);
  DavyCutsDestroy(&before);
  DavyCutsDestroy(&after);
  DavyMeshDestroy(&mesh);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_small_one_is_filled)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  MPI_Finalize();
  return failed;
}
