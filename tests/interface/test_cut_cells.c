/* Adaptive mesh and cut cells against the exact measures of a circle and a sphere:
 *   area pi R^2, circumference 2 pi R; volume 4/3 pi R^3, surface 4 pi R^2; curvature 1/R, 2/R.
 *
 * Ranks: sums must not depend on how the cells are shared out.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mesh/band.h"
#include "mesh/patch.h"
#include "groups.h"
#include "order.h"

/* Centre off every grid line; metal inside. */
typedef struct {
  int dim;
  double centre[3], radius;
} Ball;

static double ball_psi(const void *context, const double x[3]) {
  const Ball *ball = context;
  double r2 = 0;
  for (int d = 0; d < ball->dim; d++) r2 += pow(x[d] - ball->centre[d], 2);
  return sqrt(r2) - ball->radius;
}

static const Ball circle = {2, {0.513, 0.479, 0}, 0.3117};
static const Ball sphere = {3, {0.513, 0.479, 0.521}, 0.3117};

enum { FLUID, FRONT, CURVATURE, NORMAL, PLACE, MEASURES };

/* Errors of the four measures on a mesh of 2^level cells a side; checks invariants on the way. */
static void measure_ball(const Ball *ball, MPI_Comm comm, int level, double error[MEASURES],
                         double sum[2]) {
  DavyBand band = {ball_psi, ball, pow(0.5, level), 3, 0, ball->dim};
  DavyMeshPlan plan = {.comm = comm,
                       .box = {ball->dim, {1, 1, 1}, {0, 0, 0}, 1},
                       .coarsest = 2,
                       .finest = level,
                       .must_split = DavyBandSplit,
                       .context = &band};
  DavyMesh *mesh;
  DavyCuts *cuts;
  assert_int_equal(DavyMeshCreate(&plan, &mesh), DAVY_OK);
  assert_int_equal(DavyMeshCheck(mesh), DAVY_OK);
  assert_int_equal(DavyCutsCreate(mesh, ball_psi, ball, &cuts), DAVY_OK);
  assert_int_equal(DavyCutCheck(cuts), DAVY_OK);
  double total[2] = {0}, worst[3] = {0}, at[3];
  for (int cell = 0; cell < mesh->own; cell++) {
    total[0] += DavyFluidVolume(cuts, cell, at);
    if (cuts->which[cell] < 0) continue;
    const DavyCut *cut = cuts->cut + cuts->which[cell];
    total[1] += cut->front.area;
    double x[3], n[3], off = 0;
    memcpy(x, cut->front.at, sizeof x);
    double K = DavyFrontAt(mesh, cuts->psi, cell, x, n, NULL);
    worst[0] = fmax(worst[0], fabs(K * ball->radius / (ball->dim - 1) - 1));
    for (int d = 0; d < ball->dim; d++)
      off += pow(n[d] - (x[d] - ball->centre[d]) / ball->radius, 2);
    worst[1] = fmax(worst[1], sqrt(off));
    worst[2] = fmax(worst[2], fabs(ball_psi(ball, x)) / ball->radius);
  }
  MPI_Allreduce(total, sum, 2, MPI_DOUBLE, MPI_SUM, comm);
  MPI_Allreduce(MPI_IN_PLACE, worst, 3, MPI_DOUBLE, MPI_MAX, comm);
  double R = ball->radius, round = ball->dim == 2 ? M_PI * R * R : 4 * M_PI / 3 * R * R * R;
  error[FLUID] = fabs(1 - sum[0] - round) / round;
  error[FRONT] = fabs(sum[1] / (ball->dim * round / R) - 1);
  error[CURVATURE] = worst[0];
  error[NORMAL] = worst[1];
  error[PLACE] = worst[2];
  DavyCutsDestroy(&cuts);
  DavyMeshDestroy(&mesh);
}

static void check_ball(const Ball *ball, int first, int count) {
  double error[MEASURES][8], size[8], one[MEASURES], sum[2];
  for (int k = 0; k < count; k++) {
    measure_ball(ball, MPI_COMM_WORLD, first + k, one, sum);
    size[k] = pow(0.5, first + k);
    for (int m = 0; m < MEASURES; m++) error[m][k] = one[m];
  }
  expect_order(error[FLUID], size, count, 2, 0.15, "volume of a linear interpolant");
  expect_order(error[FRONT], size, count, 2, 0.15, "area of a linear interpolant");
  expect_order(error[CURVATURE], size, count, 2, 0.25, "second derivatives of a cubic fit");
  expect_order(error[NORMAL], size, count, 3, 0.25, "gradient of a cubic fit");
  expect_order(error[PLACE], size, count, 4, 0.25, "value of a cubic fit");
}

static void circle_measures(void **state) {
  (void)state;
  check_ball(&circle, 4, 5);
}

static void sphere_measures(void **state) {
  (void)state;
  check_ball(&sphere, 3, 4);
}

/* Sums over two ranks against the same by each rank alone: only the order of additions differs. */
static void ranks_agree(void **state) {
  (void)state;
  double error[MEASURES], shared[2], alone[2];
  measure_ball(&sphere, MPI_COMM_WORLD, 5, error, shared);
  measure_ball(&sphere, MPI_COMM_SELF, 5, error, alone);
  for (int k = 0; k < 2; k++) assert_true(fabs(shared[k] / alone[k] - 1) < 1e-13);
}

/* Random corner values, saddles included: cells still close and neighbours agree. */
static double rough_psi(const void *context, const double x[3]) {
  (void)context;
  uint64_t s = (uint64_t)llround(1e6 * (x[0] + 17 * x[1] + 289 * x[2])) * 0x9E3779B97F4A7C15u;
  s ^= s >> 29;
  return (double)(s * 0xBF58476D1CE4E5B9u >> 11) / 9007199254740992.0 - 0.5;
}

static bool always(const void *context, const double x[3], double size) {
  (void)context, (void)x, (void)size;
  return true;
}

static void rough_fronts_close(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavyMeshPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {dim, {1, 2, 1}, {0, 0, 0}, 1},
                         .coarsest = 1,
                         .finest = 4,
                         .must_split = always};
    DavyMesh *mesh;
    DavyCuts *cuts;
    assert_int_equal(DavyMeshCreate(&plan, &mesh), DAVY_OK);
    assert_int_equal(DavyCutsCreate(mesh, rough_psi, NULL, &cuts), DAVY_OK);
    assert_int_equal(DavyMeshCheck(mesh), DAVY_OK);
    if (DavyCutCheck(cuts)) fail_msg("%s", DavyErrorMessage());
    assert_true(cuts->cuts > mesh->cells / 2);
    DavyCutsDestroy(&cuts);
    DavyMeshDestroy(&mesh);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(circle_measures),
      cmocka_unit_test(sphere_measures),
      cmocka_unit_test(rough_fronts_close),
  };
  const struct CMUnitTest ranks[] = {cmocka_unit_test(ranks_agree)};
  int failed = run_groups(argc, argv, tests, tests, ranks);
  MPI_Finalize();
  return failed;
}
