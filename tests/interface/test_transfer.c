/* Contents of cells carried from mesh to mesh. Exact: what a linear density a + g.x has in a cube
 * is its value at the centre times the volume, on whatever cells; a sum over a part of the box that
 * both meshes resolve does not change.
 *
 * Ranks: every result must be that of one rank to the last bit.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "groups.h"
#include "mesh/transfer.h"
#include "setting.h"

enum { FIELDS = 2 };

/* Sums of up to 1e5 numbers, each rounded at 1e-16 of itself. */
static const double rounding = 1e-13;

static DavyBox box_of(int dim) {
  return dim == 2 ? (DavyBox){2, {2, 3, 1}, {-0.7, 0.3, 0}, 0.5}
                  : (DavyBox){3, {2, 1, 1}, {-0.7, 0.3, 0.1}, 0.5};
}

/* Fine about a ball, at `radius` from the box's middle in the direction `turn`. */
static DavyMesh *banded(MPI_Comm comm, int dim, int coarsest, int finest, double turn) {
  DavyBox box = box_of(dim);
  Ball ball = {dim, {0}, 0.2};
  for (int d = 0; d < dim; d++) ball.centre[d] = box.origin[d] + box.edge * box.trees[d] / 2.0;
  ball.centre[0] += 0.25 * cos(turn);
  ball.centre[1] += 0.2 * sin(turn);
  DavyBand band = {ball_psi, &ball, box.edge / (1 << finest), 2, 0, dim};
  DavyMeshPlan plan = {comm, box, coarsest, finest, DavyBandSplit, &band};
  DavyMesh *mesh;
  must(DavyMeshCreate(&plan, &mesh));
  return mesh;
}

/* Between -1/2 and 1/2, from a cell's place and a number. */
static double arbitrary(const DavyLeaf *leaf, int number) {
  uint64_t s = (uint64_t)number;
  for (int d = 0; d < 3; d++) s = (s + (uint64_t)leaf->at[d] + 1) * 0x9E3779B97F4A7C15u;
  s ^= s >> 29;
  return (double)(s * 0xBF58476D1CE4E5B9u >> 11) / 9007199254740992.0 - 0.5;
}

static double *numbers(const DavyMesh *mesh, int each) {
  double *x = malloc(((size_t)mesh->own * each + 1) * sizeof *x);
  assert_non_null(x);
  return x;
}

static double *arbitrary_numbers(const DavyMesh *mesh, int each, int seed) {
  double *x = numbers(mesh, each);
  for (int k = 0; k < mesh->own * each; k++)
    x[k] = arbitrary(mesh->leaf + k / each, seed + k % each);
  return x;
}

static double volume_of(const DavyMesh *mesh, int cell) {
  return pow(DavyCellSize(mesh, cell), mesh->box.dim);
}

/* Density of field f and its gradient. */
static const double value[FIELDS] = {1.5, -0.2};
static const double gradient[FIELDS][3] = {{0.7, -1.1, 0.4}, {-2.0, 0.3, 0.9}};

static double *linear_amounts(const DavyMesh *mesh) {
  double *amount = numbers(mesh, FIELDS);
  for (int k = 0; k < mesh->own * FIELDS; k++) {
    int cell = k / FIELDS, f = k % FIELDS;
    double x[3], density = value[f];
    DavyCellCentre(mesh, cell, x);
    for (int d = 0; d < mesh->box.dim; d++) density += gradient[f][d] * x[d];
    amount[k] = density * volume_of(mesh, cell);
  }
  return amount;
}

static void linear_density(const DavyMesh *from, const DavyMesh *to) {
  double *amount = linear_amounts(from), *exact = linear_amounts(to);
  double *slope = numbers(from, 3 * FIELDS), *result = numbers(to, FIELDS);
  for (int cell = 0; cell < from->own; cell++)
    memcpy(slope + (size_t)cell * 3 * FIELDS, gradient, sizeof gradient);
  must(DavyTransfer(from, to, FIELDS, amount, slope, result));
  for (int k = 0; k < to->own * FIELDS; k++)
    assert_true(fabs(result[k] - exact[k]) < rounding * volume_of(to, k / FIELDS));
  free(amount);
  free(exact);
  free(slope);
  free(result);
}

static void linear_densities_stay(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavyMesh *mesh[4];
    mesh[0] = banded(MPI_COMM_WORLD, dim, 0, 0, 0); /* two cells in 3D: a rank without any */
    mesh[1] = banded(MPI_COMM_WORLD, dim, 0, 5, 0.3);
    mesh[2] = banded(MPI_COMM_WORLD, dim, 2, 5, 2.3);
    mesh[3] = banded(MPI_COMM_WORLD, dim, 3, 3, 0);
    for (int k = 0; k < 16; k++) linear_density(mesh[k / 4], mesh[k % 4]);
    for (int k = 0; k < 4; k++) DavyMeshDestroy(&mesh[k]);
  }
}

static void the_same_mesh_changes_nothing(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavyMesh *from = banded(MPI_COMM_WORLD, dim, 1, 5, 1), *to;
    to = banded(MPI_COMM_WORLD, dim, 1, 5, 1);
    double *amount = arbitrary_numbers(from, FIELDS, 0), *result = numbers(to, FIELDS);
    double *slope = arbitrary_numbers(from, 3 * FIELDS, 7);
    must(DavyTransfer(from, to, FIELDS, amount, slope, result));
    assert_memory_equal(amount, result, (size_t)to->own * FIELDS * sizeof *amount);
    free(amount);
    free(slope);
    free(result);
    DavyMeshDestroy(&from);
    DavyMeshDestroy(&to);
  }
}

/* Coarse cells get back what they gave, whatever the slopes. */
static void splits_are_undone(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavyMesh *coarse = banded(MPI_COMM_WORLD, dim, 1, 1, 0), *fine;
    fine = banded(MPI_COMM_WORLD, dim, 1, 5, 4);
    double *amount = arbitrary_numbers(coarse, FIELDS, 0), *back = numbers(coarse, FIELDS);
    double *slope = arbitrary_numbers(coarse, 3 * FIELDS, 7), *parts = numbers(fine, FIELDS);
    must(DavyTransfer(coarse, fine, FIELDS, amount, slope, parts));
    must(DavyTransfer(fine, coarse, FIELDS, parts, NULL, back));
    for (int k = 0; k < coarse->own * FIELDS; k++)
      assert_true(fabs(back[k] - amount[k]) < rounding);
    free(amount);
    free(back);
    free(slope);
    free(parts);
    DavyMeshDestroy(&coarse);
    DavyMeshDestroy(&fine);
  }
}

static double total_of(const DavyMesh *mesh, const double *amount, int field) {
  double sum = 0;
  for (int cell = 0; cell < mesh->own; cell++) sum += amount[(size_t)cell * FIELDS + field];
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, mesh->comm);
  return sum;
}

/* A band goes round once. Returns the last mesh and what its cells then hold. */
static DavyMesh *go_round(MPI_Comm comm, int dim, double **amount) {
  int steps = 6, finest = dim == 2 ? 6 : 5;
  DavyMesh *mesh = banded(comm, dim, 1, finest, 0);
  *amount = arbitrary_numbers(mesh, FIELDS, 0);
  for (int step = 1; step <= steps; step++) {
    DavyMesh *next = banded(comm, dim, 1, finest, 2 * M_PI * step / steps + 0.1);
    double *result = numbers(next, FIELDS), *slope = arbitrary_numbers(mesh, 3 * FIELDS, step);
    must(DavyTransfer(mesh, next, FIELDS, *amount, slope, result));
    for (int f = 0; f < FIELDS; f++)
      assert_true(fabs(total_of(next, result, f) - total_of(mesh, *amount, f)) <
                  rounding * (double)mesh->total);
    free(slope);
    free(*amount);
    *amount = result;
    DavyMeshDestroy(&mesh);
    mesh = next;
  }
  return mesh;
}

static void moving_bands_agree_over_ranks(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    double *shared, *alone;
    DavyMesh *mesh = go_round(MPI_COMM_WORLD, dim, &shared);
    DavyMesh *whole = go_round(MPI_COMM_SELF, dim, &alone);
    assert_int_equal(mesh->total, whole->own);
    assert_memory_equal(shared, alone + mesh->first_global * FIELDS,
                        (size_t)mesh->own * FIELDS * sizeof *shared);
    free(shared);
    free(alone);
    DavyMeshDestroy(&mesh);
    DavyMeshDestroy(&whole);
  }
}

static void other_boxes_are_refused(void **state) {
  (void)state;
  DavyMesh *flat = banded(MPI_COMM_WORLD, 2, 1, 1, 0), *solid = banded(MPI_COMM_WORLD, 3, 1, 1, 0);
  double *amount = arbitrary_numbers(flat, 1, 0), *result = numbers(solid, 1);
  assert_int_equal(DavyTransfer(flat, solid, 1, amount, NULL, result), DAVY_ERR_LEDGER);
  free(amount);
  free(result);
  DavyMeshDestroy(&flat);
  DavyMeshDestroy(&solid);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_mesh_changes_nothing),
      cmocka_unit_test(linear_densities_stay),
      cmocka_unit_test(splits_are_undone),
      cmocka_unit_test(moving_bands_agree_over_ranks),
      cmocka_unit_test(other_boxes_are_refused),
  };
  int failed = run_groups(argc, argv, tests, tests, tests);
  MPI_Finalize();
  return failed;
}
