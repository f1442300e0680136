/* Surface energy that depends on direction, against the equilibrium shape of G. Wulff (Z.
 * Kristallogr. 34 (1901) 449): the points R xi(n), xi = grad (|p| gamma(p/|p|)) at p = n. On it the
 * divergence of xi along the surface is d - 1 over R everywhere, as on a ball's surface for a
 * constant gamma. Its distance from x, n being the normal at the nearest point, is n x - R
 * gamma(n).
 *
 * A disk at rest takes that shape, of the same area pi R^2 (1 - 15/2 eps^2): the integral of
 * (gamma^2 - gamma'^2)/2 over all angles, gamma = 1 + eps cos 4a.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "growing.h"
#include "mesh/patch.h"
#include "order.h"

/* The shape; gamma over gamma0 and its gradient are written out anew here. */
typedef struct {
  int dim;
  double centre[3], radius;
  DavyAnisotropy crystal;
} Shape;

static Shape shape_of(int dim, double eps, double radius, const double centre[3]) {
  /* Turned, so that no axis of the mesh is one of the crystal. */
  const double up[3] = {0.3, 1, dim == 2 ? 0 : -0.4}, along[3] = {1, 0.1, dim == 2 ? 0 : 0.2};
  Shape s = {.dim = dim, .radius = radius, .crystal = {.strength = eps}};
  memcpy(s.centre, centre, sizeof s.centre);
  assert_true(DavyCrystalTurn(up, along, s.crystal.axis));
  return s;
}

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* |p| gamma(p/|p|) for any p. */
static double energy(const DavyAnisotropy *crystal, const double p[3]) {
  double size = sqrt(dot(p, p)), sum = 0;
  for (int i = 0; i < 3; i++) sum += pow(dot(p, crystal->axis[i]) / size, 4);
  return size * (1 + crystal->strength * (4 * sum - 3));
}

static void xi_at(const DavyAnisotropy *crystal, const double n[3], double xi[3]) {
  double eps = crystal->strength, S = 0;
  for (int d = 0; d < 3; d++) xi[d] = 0;
  for (int i = 0; i < 3; i++) {
    double n_i = dot(n, crystal->axis[i]);
    S += pow(n_i, 4);
    for (int d = 0; d < 3; d++) xi[d] += 16 * eps * pow(n_i, 3) * crystal->axis[i][d];
  }
  for (int d = 0; d < 3; d++) xi[d] += (1 - 3 * eps - 12 * eps * S) * n[d];
}

/* The normal at the nearest point turns until x - R xi is along it. */
static double shape_psi(const void *context, const double x[3]) {
  const Shape *s = context;
  double r[3], n[3], xi[3], size, turn = 1;
  for (int d = 0; d < 3; d++) n[d] = r[d] = d < s->dim ? x[d] - s->centre[d] : 0;
  size = fmax(sqrt(dot(r, r)), 0.3 * s->radius);
  for (int d = 0; d < 3; d++) n[d] = r[d] / sqrt(dot(r, r));
  for (int k = 0; k < 400 && turn > 1e-15; k++) {
    xi_at(&s->crystal, n, xi);
    double off[3], along;
    for (int d = 0; d < 3; d++) off[d] = (r[d] - s->radius * xi[d]) / (2 * fmax(size, s->radius));
    along = dot(off, n);
    turn = 0;
    for (int d = 0; d < 3; d++) {
      n[d] += off[d] - along * n[d];
      turn = fmax(turn, fabs(off[d] - along * n[d]));
    }
    double length = sqrt(dot(n, n));
    for (int d = 0; d < 3; d++) n[d] /= length;
  }
  return dot(r, n) - s->radius * energy(&s->crystal, n);
}

/* The Hessian of |p| gamma by differences, contracted with dn/dx of random surfaces; and the range
 * of the stiffness. */
static void weighs_by_the_hessian(void **state) {
  (void)state;
  Shape s = shape_of(3, 0.05, 1, (double[3]){0});
  double step = 1e-4, least = INFINITY, most = 0;
  srand(1);
  for (int k = 0; k < 100000; k++) {
    double n[3], t[2][3], W[3][3], c = rand() * (2 * M_PI / RAND_MAX),
                                   z = rand() * 2. / RAND_MAX - 1;
    double a = rand() * (M_PI / RAND_MAX), bends[2] = {1, k % 2 ? 0 : -0.7}, sum = 0;
    memcpy(n, (double[3]){cos(c) * sqrt(1 - z * z), sin(c) * sqrt(1 - z * z), z}, sizeof n);
    DavyTangents(n, t);
    for (int i = 0; i < 3; i++) {
      double first = cos(a) * t[0][i] + sin(a) * t[1][i];
      t[1][i] = -sin(a) * t[0][i] + cos(a) * t[1][i];
      t[0][i] = first;
    }
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        W[i][j] = bends[0] * t[0][i] * t[0][j] + bends[1] * t[1][i] * t[1][j];
    double found = DavyWeightedCurvature(&s.crystal, n, (const double(*)[3])W);
    for (int m = 0; m < 2; m++) {
      double ahead[3], back[3];
      for (int d = 0; d < 3; d++) ahead[d] = n[d] + step * t[m][d], back[d] = n[d] - step * t[m][d];
      sum += bends[m] / (step * step) *
             (energy(&s.crystal, ahead) - 2 * energy(&s.crystal, n) + energy(&s.crystal, back));
    }
    /* Fourth derivatives of up to some hundred times step^2/12; rounding 1e-16/step^2. */
    assert_true(fabs(found - sum) < 1e-6);
    if (bends[1] != 0) continue;
    least = fmin(least, found);
    most = fmax(most, found);
  }
  verified(
      "stiffness over gamma0 of a cubic crystal, strength 0.05, of 5e4 random surfaces | %.3f to "
      "%.3f | within 0.25 to 1.75",
      least, most);
  assert_true(least > 0.25 - 1e-12 && most < DavyGreatestStiffness(&s.crystal) + 1e-12);
  /* A random normal and direction come within 0.01 of either end. */
  assert_true(least < 0.27 && most > 1.73);
}

/* Largest error of div xi, over its value. */
static double curvature_error(const Shape *s, int level) {
  double worst = 0;
  DavyMesh *mesh;
  DavyCuts *cuts;
  DavyBand band = {shape_psi, s, pow(0.5, level), 3, 0, s->dim};
  DavyMeshPlan plan = {MPI_COMM_WORLD, {s->dim, {1, 1, 1}, {0, 0, 0}, 1}, 2, level, DavyBandSplit,
                       &band};
  must(DavyMeshCreate(&plan, &mesh));
  must(DavyCutsCreate(mesh, shape_psi, s, &cuts));
  for (int cell = 0; cell < mesh->own; cell++) {
    if (cuts->which[cell] < 0) continue;
    double x[3], n[3], bend[3][3], trace = 0;
    memcpy(x, cuts->cut[cuts->which[cell]].front.at, sizeof x);
    double K = DavyFrontAt(mesh, cuts->psi, cell, x, n, bend);
    double weighted = DavyWeightedCurvature(&s->crystal, n, (const double(*)[3])bend);
    for (int d = 0; d < 3; d++) trace += bend[d][d];
    assert_true(fabs(trace - K) < 1e-9 * fabs(K) + 1e-9); /* rounding of second differences */
    worst = fmax(worst, fabs(weighted * s->radius / (s->dim - 1) - 1));
  }
  DavyCutsDestroy(&cuts);
  DavyMeshDestroy(&mesh);
  return worst;
}

/* The curvature itself varies by a factor of 1.45/0.55 (2D). */
static void constant_on_the_shape(void **state) {
  (void)state;
  const double centre[3] = {0.513, 0.479, 0.521};
  double error[2][3], size[2][3];
  for (int dim = 2; dim <= 3; dim++) {
    Shape s = shape_of(dim, dim == 2 ? 0.03 : 0.02, 0.3117, centre);
    for (int k = 0; k < 3; k++) {
      int level = k + (dim == 2 ? 6 : 5);
      size[dim - 2][k] = pow(0.5, level);
      error[dim - 2][k] = curvature_error(&s, level);
    }
  }
  expect_order(error[0], size[0], 3, 2, 0.25, "weighted curvature of a Wulff shape, 2D");
  expect_order(error[1], size[1], 3, 2, 0.25, "weighted curvature of a Wulff shape, 3D");
}

static const double UM = 1e-6, VM = 2.375e-5, C0 = 1000, GAMMA = 0.26, T = 298.15, SLOW = 0.3;

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Shape *s = context;
  (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                         .conductor = 1,
                         .exchange_current = SLOW,
                         .alpha_a = 0.5,
                         .alpha_c = 0.5,
                         .surface_energy = GAMMA,
                         .anisotropy = &s->crystal,
                         .molar_volume = VM};
  else
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
}

/* A disk at zero net current, slow kinetics in a salt that conducts well, until the distance from
 * its last shape has fallen to about exp(-5) of that at first, at the rate of test_ripples.c. */
static void takes_the_shape(void **state) {
  (void)state;
  double eps = 0.03, radius = 2 * UM;
  Ball ball = {2, {4.03 * UM, 3.96 * UM, 0}, radius};
  Shape s = shape_of(2, eps, radius / sqrt(1 - 7.5 * eps * eps), ball.centre);
  DavyGrowthPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {2, {1, 1, 1}, {0, 0, 0}, 8 * UM},
                         .coarsest = 3,
                         .finest = 6,
                         .band = 7,
                         .metal = ball_psi,
                         .metal_context = &ball,
                         .counter_wall = -1,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = T,
                                              .concentration = C0,
                                              .cation = 1e-10,
                                              .anion = 1e-10},
                                     .walls = 0x3f,
                                     .condition = at_surface,
                                     .conductors = 1,
                                     .context = &s},
                         .molar_volume = VM,
                         .front_step = 0.4,
                         .order = 2};
  double rate =
      VM * SLOW / DAVY_FARADAY * GAMMA * VM / (DAVY_GAS_CONSTANT * T) * 15 / (radius * radius);
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  run_until(g, 5 / rate, INFINITY);
  const DavySheet *sheet = DavyGrowthSheet(g);
  double off[2] = {0}; /* of the front from the shape, and of a circle's */
  for (int k = 0; k < sheet->patches; k++) {
    off[0] = fmax(off[0], fabs(shape_psi(&s, sheet->patch[k].x)));
    off[1] = fmax(off[1], fabs(ball_psi(&ball, sheet->patch[k].x)));
  }
  verified("a disk of 16 cells' radius at rest takes the Wulff shape, strength %g | %.4f of its "
           "radius off it, %.4f off a circle | 0.002",
           eps, off[0] / radius, off[1] / radius);
  DavyGrowthDestroy(&g);
  /* exp(-5) of eps is 0.0002; the rest is a thirtieth of a cell. */
  assert_true(off[0] < 0.002 * radius);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(weighs_by_the_hessian),
                                     cmocka_unit_test(constant_on_the_shape),
                                     cmocka_unit_test(takes_the_shape)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
