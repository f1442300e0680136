/* Pockets of electrolyte: of two round ones beside a half space of it, the one of less than half a
 * cell becomes metal, and nothing else changes.
 *
 * The tip of a crevice, four slivers about one corner of the mesh: diffusion levels the salt in
 * them within nanoseconds, so that after a second there is one concentration, the mean.
 *
 * A slit between two metals that leads through cells from corner to corner: two fronts in each of
 * them, one for either metal, of which each has its own outside.
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
#include "mesh/sheet.h"
#include "setting.h"

enum { CELLS = 32 };
static const double UM = 1e-6, h = 1.0 / CELLS, small = 0.35, large = 2.5; /* radii in cells */

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

/* A square of 1 m, of cells of h. */
static DavyMesh *even_mesh(void) {
  DavyMeshPlan plan = {.comm = MPI_COMM_WORLD,
                       .box = {2, {1, 1, 1}, {0, 0, 0}, 1},
                       .coarsest = 5,
                       .finest = 5,
                       .must_split = always};
  DavyMesh *mesh;
  must(DavyMeshCreate(&plan, &mesh));
  return mesh;
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
  DavyMesh *mesh = even_mesh();
  DavyCuts *before, *after;
  int filled;
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

/* Fluid over y = 3/4 and a twentieth of a cell about one corner. In um, as all below. */
static double crevice_psi(const void *context, const double x[3]) {
  (void)context;
  double tip = 0.05 * h - hypot(x[0] / UM - 8 * h, x[1] / UM - 8 * h);
  return UM * fmax(x[1] / UM - (0.75 + 0.02 * h), tip);
}

static void uneven(const void *context, const double x[3], double *c, double *phi) {
  (void)context, (void)phi;
  double across = (x[0] + 0.3 * x[1]) / UM / h - 8 * 1.3;
  *c = x[1] < 0.5 * UM ? 1000 * (1 + 20 * across) : 1000;
}

static void at_metal(const void *context, const DavySurface *surface, double time,
                     DavyCondition *c) {
  (void)context, (void)surface, (void)time;
  *c = (DavyCondition){
      .kind = DAVY_ELECTRODE, .exchange_current = 10, .alpha_a = 0.5, .alpha_c = 0.5};
}

/* Largest deviation of u in the tip from what it is to be, and the mean by volume. */
static double in_the_tip(const Setting *s, double expected, double *mean) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  const double *x = DavyFieldsValues(s->fields);
  double off = 0, sum[2] = {0};
  for (int g = 0; g < st->own; g++) {
    if (st->at[g][1] > 0.5 * UM) continue;
    off = fmax(off, fabs(x[2 * g] - expected));
    sum[0] += st->volume[g] * x[2 * g];
    sum[1] += st->volume[g];
  }
  MPI_Allreduce(MPI_IN_PLACE, &off, 1, MPI_DOUBLE, MPI_MAX, s->mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, s->mesh->comm);
  *mean = sum[0] / sum[1];
  return off;
}

static void slivers_in_a_crevice_exchange_salt(void **state) {
  (void)state;
  DavyPhysics physics = {.salt = {.charge = 1,
                                  .temperature = 298,
                                  .concentration = 1000,
                                  .cation = 1e-10,
                                  .anion = 2e-10},
                         .condition = at_metal};
  DavyBox box = {2, {1, 1, 1}, {0, 0, 0}, UM};
  Setting s;
  double before, after;
  make_setting(MPI_COMM_WORLD, box, CELLS, 0, crevice_psi, NULL, &physics, &s);
  DavyFieldsSet(s.fields, 0, uneven, NULL);
  double uneven_by = in_the_tip(&s, 1, &before);
  must(DavyFieldsSolve(s.fields, 1, 1));
  double left = in_the_tip(&s, before, &after);
  print_message("u in the tip: uneven by %.2g before, %.1e after\n", uneven_by, left);
  drop_setting(&s);
  assert_true(uneven_by > 0.2);
  /* One step of backward Euler leaves about the time of diffusion over that of the step. */
  assert_true(left < 1e-6);
}

/* Fluid of 0.4 cells on both sides of the diagonal. */
static double slit_psi(const void *context, const double x[3]) {
  (void)context;
  return 0.4 * h - fabs(x[0] - x[1]) / sqrt(2);
}

static void both_sides_of_a_slit_are_metal(void **state) {
  (void)state;
  DavyMesh *mesh = even_mesh();
  DavyCuts *cuts;
  DavySheet *sheet;
  must(DavyCutsCreate(mesh, slit_psi, NULL, &cuts));
  must(DavySheetCreate(cuts, INFINITY, NULL, NULL, &sheet));
  double worst = 0;
  for (int k = 0; k < 400; k++) {
    double along = (8 + 0.04 * k) * h, across = 3 * h * sin(k); /* all over three cells */
    double x[3] = {along + across / sqrt(2), along - across / sqrt(2), 0};
    double off = DavySheetDistance(sheet, x) - slit_psi(NULL, x);
    worst = fmax(worst, fabs(off));
  }
  print_message("distance to the slit: off by %.2f cells at most\n", worst / h);
  DavySheetDestroy(&sheet);
  DavyCutsDestroy(&cuts);
  DavyMeshDestroy(&mesh);
  /* A front that enters and leaves by corners runs to and fro by as much as psi differs between
   * them; a wrong side would be off by a cell and more. */
  assert_true(worst < 0.4 * h);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_small_one_is_filled),
                                     cmocka_unit_test(slivers_in_a_crevice_exchange_salt),
                                     cmocka_unit_test(both_sides_of_a_slit_are_metal)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
