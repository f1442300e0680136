/* Laplace's equation about a circle and a sphere, solved as the potential at uniform concentration
 * (D+ = D- = D, so that I = -2 D u grad p) and as diffusion without current (p = 0):
 *
 *   field = A + B L(r/R),  L = log in 2D, 1 - R/r in 3D;  normal slope at the front B/R
 *
 * Dirichlet: the value at the front given. Robin: Butler-Volmer, J = -2 rate sinh((v - p)/2), with
 * v chosen to give the same field. The walls of the box hold the exact values.
 *
 * Ranks: the answer must not depend on how the cells are shared out.
 * Long variant: the sphere under Dirichlet conditions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "groups.h"
#include "order.h"
#include "setting.h"

enum { DIFFUSION, DIRICHLET, ROBIN };

typedef struct {
  Ball ball;
  int kind;
  double A, B, rate;
} Problem;

static const double D = 1e-10, T = 298.15, C0 = 1000;

static double rt_f(void) {
  return DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
}

static double exact(const void *context, const double x[3]) {
  const Problem *p = context;
  double r = ball_distance(&p->ball, x) / fabs(p->ball.radius);
  return p->A + p->B * (p->ball.dim == 2 ? log(r) : 1 - 1 / r);
}

/* Plating J at the front for the field p: J = 2 D dp/dn. */
static double exact_flux(const Problem *p) {
  return 2 * D * p->B / p->ball.radius;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Problem *p = context;
  (void)time;
  double value = surface->wall == DAVY_FRONT ? p->A : exact(p, surface->x);
  c->kind = DAVY_RESERVOIR;
  c->concentration = p->kind == DIFFUSION ? C0 * value : C0;
  c->potential = p->kind == DIFFUSION ? 0 : rt_f() * value;
  if (surface->wall != DAVY_FRONT || p->kind != ROBIN) return;
  double J = exact_flux(p);
  c->kind = DAVY_ELECTRODE;
  c->alpha_a = c->alpha_c = 0.5;
  c->exchange_current = p->rate * DAVY_FARADAY * C0;
  c->potential = rt_f() * (p->A - 2 * asinh(J / (2 * p->rate)));
}

typedef struct {
  double field, flux;
} Errors;

static Errors solve(const Problem *problem, MPI_Comm comm, int cells, double *current) {
  Setting s;
  DavyPhysics physics = {
      .salt = {.charge = 1, .temperature = T, .concentration = C0, .cation = D, .anion = D},
      .walls = 63,
      .condition = at_surface,
      .context = problem};
  DavyBox box = {problem->ball.dim, {1, 1, 1}, {0, 0, 0}, 1e-5};
  make_setting(comm, box, cells, 1, ball_psi, &problem->ball, &physics, &s);
  must(DavyFieldsSolve(s.fields, problem->kind == DIFFUSION ? INFINITY : 0, 1));
  Errors e = {.field = field_error(&s, problem->kind == DIFFUSION ? 0 : 1, exact, problem)};
  if (problem->kind != DIFFUSION) e.flux = flux_error(&s, exact_flux(problem));
  if (current) *current = DavyFieldsCurrent(s.fields, DAVY_FRONT);
  DavyFieldsReport report = DavyFieldsAccount(s.fields);
  print_message("%d cells, %lld groups: field %.3e flux %.3e; newton %d linear %d\n", cells,
                (long long)s.mesh->total, e.field, e.flux, report.newton, report.linear);
  drop_setting(&s);
  return e;
}

static Problem problem_of(int dim, int kind) {
  Problem p = {.ball = {dim, {5.13e-6, 4.79e-6, 5.21e-6}, 2.1e-6}, .kind = kind, .A = 1, .B = 0.7};
  p.rate = exact_flux(&p) * 0.5;
  return p;
}

static void check(int dim, int kind, int first, int count) {
  Problem p = problem_of(dim, kind);
  double field[8], flux[8], h[8];
  for (int k = 0; k < count; k++) {
    Errors e = solve(&p, MPI_COMM_WORLD, first << k, NULL);
    field[k] = e.field, flux[k] = e.flux, h[k] = 1.0 / (first << k);
  }
  expect_order(field, h, count, 2, 0.2, "linear reconstruction at cut faces");
  if (kind != DIFFUSION)
    expect_order(flux, h, count, 1, 0.1, "quadratic reconstruction at the front from such values");
}

static void diffusion_about_circle(void **state) {
  (void)state, check(2, DIFFUSION, 32, 4);
}
static void dirichlet_about_circle(void **state) {
  (void)state, check(2, DIRICHLET, 32, 4);
}
static void robin_about_circle(void **state) {
  (void)state, check(2, ROBIN, 32, 4);
}
/* With the value given, the flux is first order only once the ball is wider than the stencils. */
static void dirichlet_about_sphere(void **state) {
  (void)state, check(3, DIRICHLET, 32, 2);
}
static void robin_about_sphere(void **state) {
  (void)state, check(3, ROBIN, 16, 2);
}

/* The current over all ranks against the same by each rank alone, to the solver's tolerance. */
static void ranks_agree(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    Problem p = problem_of(dim, ROBIN);
    double shared, alone;
    Errors a = solve(&p, MPI_COMM_WORLD, dim == 2 ? 64 : 32, &shared);
    Errors b = solve(&p, MPI_COMM_SELF, dim == 2 ? 64 : 32, &alone);
    assert_true(fabs(shared / alone - 1) < 1e-9);
    assert_true(fabs(a.flux - b.flux) < 1e-8 && fabs(a.field - b.field) < 1e-8);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(diffusion_about_circle),
      cmocka_unit_test(dirichlet_about_circle),
      cmocka_unit_test(robin_about_circle),
      cmocka_unit_test(robin_about_sphere),
  };
  const struct CMUnitTest longer[] = {cmocka_unit_test(dirichlet_about_sphere)};
  const struct CMUnitTest ranks[] = {cmocka_unit_test(ranks_agree)};
  int failed = run_groups(argc, argv, tests, longer, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
