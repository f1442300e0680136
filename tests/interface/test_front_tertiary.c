/* Quasi-steady plating with everything at once: D+ != D-, Butler-Volmer with Nernst, surface
 * tension and a film, on a circle and a sphere. With the anions at rest (Newman, ch. 11)
 *
 *   p = log u,  laplace u = 0,  i_plating = 2 z F D+ c0 du/dn,
 *   u = A + B L(r/R),  L = log in 2D, 1 - R/r in 3D,  0 < r/R
 *
 * inside a surrounding shell whose inner side holds the exact u and p (so that no grid line follows
 * either boundary). A is the concentration left at the front: small means near the limiting
 * current. The metal's potential is what Butler-Volmer asks for this current:
 *   h = (V zF/RT - p) + film J - log u + gamma V_m K/(RT),  J = -rate u^a (exp(a h) - exp(-(1 - a)
 * h))
 *
 * Ranks: the answer must not depend on how the cells are shared out.
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
#include "order.h"
#include "setting.h"

static const double T = 298.15, C0 = 700, CATION = 1.3e-10, ANION = 2.9e-10, ALPHA = 0.35;

typedef struct {
  Ball ball;
  double shell; /* radius of the surrounding, m */
  int charge;
  double A, B;
  double rate, film, tension; /* m/s, ohm m2, J/m2 */
  bool newman;                /* potential of a reference electrode */
} Problem;

static double shell_psi(const void *context, const double x[3]) {
  const Problem *p = context;
  double r = ball_distance(&p->ball, x);
  return fmin(r - p->ball.radius, p->shell - r);
}

static double exact_u(const void *context, const double x[3]) {
  const Problem *p = context;
  double r = ball_distance(&p->ball, x) / p->ball.radius;
  return p->A + p->B * (p->ball.dim == 2 ? log(r) : 1 - 1 / r);
}

/* A reference electrode adds log u to the electrostatic potential, which is log u itself. */
static double exact_p(const void *context, const double x[3]) {
  const Problem *p = context;
  return (p->newman ? 2 : 1) * log(exact_u(context, x));
}

static double exact_flux(const Problem *p) {
  return 2 * CATION * p->B / p->ball.radius;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Problem *p = context;
  double volts = DAVY_GAS_CONSTANT * T / (p->charge * DAVY_FARADAY), J = exact_flux(p);
  (void)time;
  if (ball_distance(&p->ball, surface->x) > (p->ball.radius + p->shell) / 2) {
    c->kind = DAVY_RESERVOIR;
    c->concentration = C0 * exact_u(p, surface->x);
    c->potential = volts * exact_p(p, surface->x);
    return;
  }
  double scale = p->charge * DAVY_FARADAY * C0, molar_volume = 2.375e-5;
  c->kind = DAVY_ELECTRODE;
  c->alpha_a = ALPHA * p->charge;
  c->alpha_c = (1 - ALPHA) * p->charge;
  c->exchange_current = p->rate * scale;
  c->film_resistance = p->film;
  c->surface_energy = p->tension;
  c->molar_volume = molar_volume;
  double h = DavyButlerVolmerInverse(-J / (p->rate * pow(p->A, ALPHA)), ALPHA, 1 - ALPHA, NULL);
  double K = (p->ball.dim - 1) / p->ball.radius;
  c->potential = volts * (h + 2 * log(p->A)) - p->film * J * scale -
                 p->tension * molar_volume * K / (p->charge * DAVY_FARADAY);
}

typedef struct {
  double u, p, flux, current;
} Errors;

static Errors solve(const Problem *problem, MPI_Comm comm, int cells) {
  Setting s;
  DavyPhysics physics = {.salt = {.charge = problem->charge,
                                  .temperature = T,
                                  .concentration = C0,
                                  .cation = CATION,
                                  .anion = ANION},
                         .condition = at_surface,
                         .context = problem};
  if (problem->newman) {
    physics.salt.form = DAVY_SALT_CONCENTRATED;
    physics.salt.properties = DavyElectrolyteDilute(C0, CATION, ANION, T);
  }
  DavyBox box = {problem->ball.dim, {1, 1, 1}, {0, 0, 0}, 1e-5};
  make_setting(comm, box, cells, 1, shell_psi, problem, &physics, &s);
  must(DavyFieldsSolve(s.fields, INFINITY, 1));
  Errors e = {.u = field_error(&s, 0, exact_u, problem), .p = field_error(&s, 1, exact_p, problem)};
  const DavyStencils *st = DavyFieldsStencils(s.fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(s.fields);
  for (int k = 0; k < st->surfaces.rows; k++) {
    if (ball_distance(&problem->ball, st->surface[k].x) > 1.2 * problem->ball.radius) continue;
    e.flux = fmax(e.flux, fabs(state[k].J / exact_flux(problem) - 1));
    e.current += state[k].J * st->surface[k].area;
  }
  MPI_Allreduce(MPI_IN_PLACE, &e.flux, 1, MPI_DOUBLE, MPI_MAX, comm);
  MPI_Allreduce(MPI_IN_PLACE, &e.current, 1, MPI_DOUBLE, MPI_SUM, comm);
  DavyFieldsReport report = DavyFieldsAccount(s.fields);
  print_message("%d cells, %lld of them: u %.2e p %.2e flux %.2e; newton %d linear %d\n", cells,
                (long long)s.mesh->total, e.u, e.p, e.flux, report.newton, report.linear);
  drop_setting(&s);
  return e;
}

/* Slow kinetics, a hundredth of the current for rate; fast, a hundred times. */
static Problem problem_of(int dim, double left, double speed) {
  Problem p = {.ball = {dim, {5.13e-6, 4.79e-6, 5.21e-6}, 1.61e-6},
               .shell = 4.13e-6,
               .charge = 1,
               .A = left,
               .tension = 0.2};
  p.B = (1 - left) / (dim == 2 ? log(p.shell / p.ball.radius) : 1 - p.ball.radius / p.shell);
  p.rate = exact_flux(&p) * speed;
  p.film = 0.5 / (exact_flux(&p) * C0 * DAVY_FARADAY) * 0.0257; /* half an RT/F */
  return p;
}

static void check(Problem p, int first, int count, double flux_order) {
  double u[8], phi[8], flux[8], h[8];
  for (int k = 0; k < count; k++) {
    Errors e = solve(&p, MPI_COMM_WORLD, first << k);
    u[k] = e.u, phi[k] = e.p, flux[k] = e.flux, h[k] = 1.0 / (first << k);
  }
  expect_order(u, h, count, 2, 0.2, "linear reconstruction at cut faces");
  expect_order(phi, h, count, 2, 0.2, "linear reconstruction at cut faces");
  expect_order(flux, h, count, flux_order, 0.2, "quadratic reconstruction at the front");
}

static void circle_slow(void **state) {
  (void)state, check(problem_of(2, 0.5, 0.01), 32, 3, 2);
}
static void circle_fast(void **state) {
  (void)state, check(problem_of(2, 0.5, 100), 32, 3, 1);
}
static void circle_near_depletion(void **state) {
  (void)state, check(problem_of(2, 0.02, 1), 32, 3, 1);
}
static void circle_divalent(void **state) {
  (void)state;
  Problem p = problem_of(2, 0.5, 1);
  p.charge = 2;
  check(p, 32, 3, 1.5);
}
static void circle_newman(void **state) {
  (void)state;
  Problem p = problem_of(2, 0.5, 1);
  p.newman = true;
  check(p, 32, 3, 1.5);
}
static void sphere(void **state) {
  (void)state, check(problem_of(3, 0.5, 1), 16, 2, 1);
}

static void ranks_agree(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    Problem p = problem_of(dim, 0.3, 1);
    int cells = dim == 2 ? 64 : 16;
    Errors shared = solve(&p, MPI_COMM_WORLD, cells), alone = solve(&p, MPI_COMM_SELF, cells);
    assert_true(fabs(shared.current / alone.current - 1) < 1e-9); /* Newton stops at 1e-11 */
    assert_true(fabs(shared.u - alone.u) < 1e-9 && fabs(shared.p - alone.p) < 1e-9);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(circle_slow),           cmocka_unit_test(circle_fast),
      cmocka_unit_test(circle_near_depletion), cmocka_unit_test(circle_divalent),
      cmocka_unit_test(circle_newman),         cmocka_unit_test(sphere),
  };
  const struct CMUnitTest ranks[] = {cmocka_unit_test(ranks_agree)};
  int failed = run_groups(argc, argv, tests, tests, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
