/* A binary salt between two flat electrodes, D+ != D-, against its exact solutions:
 *
 *   D = 2 D+ D-/(D+ + D-), t- = D-/(D+ + D-)
 *   finite slab at constant current, anions blocked, G = t- i/(F D):
 *     c at the plated side = c0 - (G L/2)[1 - (8/pi^2) sum over odd n exp(-n^2 pi^2 D t/L^2)/n^2]
 *   steady symmetric cell with reversible electrodes:
 *     c = c0 [1 + J (2 y/L - 1)],  V = (2RT/F) log((1 + J)/(1 - J)),  i = J 4 F D+ c0/L
 *   Cottrell for a binary salt: i = F D c0/(t- sqrt(pi D t)) after a step that leaves
 * no salt at the metal
 *
 * Long variant: times to depletion of the finite slab.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "groups.h"
#include "order.h"
#include "setting.h"
#include "verified.h"

static const double L = 2e-5, C0 = 1000, T = 298.15, DP = 1.1e-10, DM = 2.3e-10;
enum { BOTTOM = 2, TOP = 3, TREES = 8 };

static double salt_diffusivity(void) {
  return 2 * DP * DM / (DP + DM);
}
static double anion_share(void) {
  return DM / (DP + DM);
}

static double no_front(const void *context, const double x[3]) {
  (void)context, (void)x;
  return 1;
}

/* The lower electrode by current or by potential; the upper one reversible, at 0 V. */
typedef struct {
  bool by_current;
  double current, potential;
} Drive;

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Drive *drive = context;
  (void)time;
  if (surface->wall == BOTTOM && drive->by_current) {
    c->kind = DAVY_GIVEN_CURRENT;
    c->current = drive->current;
    return;
  }
  c->kind = DAVY_ELECTRODE;
  c->alpha_a = c->alpha_c = 0.5;
  c->exchange_current = 1e12; /* overpotential below 1e-9 RT/F at any current here */
  c->potential = surface->wall == BOTTOM ? drive->potential : 0;
}

static void make_slab(int cells, const Drive *drive, Setting *s) {
  DavyPhysics physics = {
      .salt = {.charge = 1, .temperature = T, .concentration = C0, .cation = DP, .anion = DM},
      .walls = 1u << BOTTOM | 1u << TOP,
      .condition = at_surface,
      .context = drive};
  int level = (int)lround(log2(cells / TREES));
  DavyBand band = {no_front, NULL, 0, 0, 0, 2};
  DavyMeshPlan plan = {
      MPI_COMM_WORLD, {2, {1, TREES, 1}, {0, 0, 0}, L / TREES}, level, level, DavyBandSplit, &band};
  must(DavyMeshCreate(&plan, &s->mesh));
  must(DavyCutsCreate(s->mesh, no_front, NULL, &s->cuts));
  must(DavyFieldsCreate(s->cuts, NULL, &physics, &s->fields));
}

static DavySurfaceState at_bottom(const Setting *s) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].wall == BOTTOM) return DavyFieldsSurfaces(s->fields)[k];
  fail_msg("no surface at the bottom");
  return (DavySurfaceState){0};
}

/* c/c0 at the plated side; `over` is i/i_limiting, the current that empties it in the end. */
static double slab_exact(double over, double t) {
  double sum = 0;
  for (int n = 1; n < 400; n += 2)
    sum += exp(-n * n * M_PI * M_PI * salt_diffusivity() * t / (L * L)) / (n * n);
  return 1 - over * (1 - 8 / (M_PI * M_PI) * sum);
}

static double limiting(void) {
  return 2 * DAVY_FARADAY * salt_diffusivity() * C0 / (anion_share() * L);
}

/* Steps to time t; returns the error of c/c0 at the plated side. The salt must stay. */
static double slab_error(int cells, int steps, int order, double over, double t) {
  Setting s;
  Drive drive = {.by_current = true, .current = -over * limiting()};
  make_slab(cells, &drive, &s);
  double before = DavyFieldsAccount(s.fields).salt;
  for (int k = 0; k < steps; k++) must(DavyFieldsSolve(s.fields, t / steps, order));
  DavyFieldsReport report = DavyFieldsAccount(s.fields);
  double u = at_bottom(&s).u, through = DavyFieldsCurrent(s.fields, TOP) * TREES / L;
  drop_setting(&s);
  assert_true(fabs(report.salt / before - 1) < 1e-12); /* Newton stops at rounding */
  assert_true(fabs(through / (over * limiting()) - 1) < 1e-10);
  return fabs(u - slab_exact(over, t));
}

static void check_slab(int order, double expected) {
  double t = 0.15 * L * L / salt_diffusivity(), error[2], h[2];
  for (int k = 0; k < 2; k++) {
    h[k] = 1.0 / (32 << k);
    error[k] = slab_error(32 << k, 16 << k, order, 0.9, t);
  }
  expect_order(error, h, 2, expected, 0.15, order == 1 ? "backward Euler" : "BDF2");
}

static void backward_euler(void **state) {
  (void)state, check_slab(1, 1);
}
static void bdf2(void **state) {
  (void)state, check_slab(2, 2);
}

static void fields_at_rest_are_read(void **state) {
  (void)state;
  Setting s;
  Drive drive = {.potential = -0.01};
  make_slab(16, &drive, &s);
  must(DavyFieldsSolve(s.fields, 0.1 * L * L / DP, 1));
  double current = DavyFieldsCurrent(s.fields, TOP), time = DavyFieldsTime(s.fields);
  assert_true(current != 0);
  DavyFieldsRest(s.fields);
  assert_int_equal(DavyFieldsSolve(s.fields, 1, 1), DAVY_ERR_SOLVER);
  assert_int_equal(DavyFieldsSurvey(s.fields, false), DAVY_ERR_SOLVER);
  assert_true(DavyFieldsCurrent(s.fields, TOP) == current);
  assert_true(DavyFieldsTime(s.fields) == time);
  drop_setting(&s);
}

static void steady_cell(void **state) {
  (void)state;
  double J = 0.8, volts = 2 * DAVY_GAS_CONSTANT * T / DAVY_FARADAY * log((1 + J) / (1 - J));
  Setting s;
  Drive drive = {.potential = -volts};
  make_slab(32, &drive, &s);
  /* One step of 10^6 diffusion times: the steady state that keeps the salt. */
  must(DavyFieldsSolve(s.fields, 1e6 * L * L / DP, 1));
  double i = DavyFieldsCurrent(s.fields, TOP) * TREES / L,
         i_limiting = 4 * DAVY_FARADAY * DP * C0 / L;
  const DavyStencils *st = DavyFieldsStencils(s.fields);
  const double *x = DavyFieldsValues(s.fields);
  double worst = 0;
  for (int g = 0; g < st->own; g++)
    worst = fmax(worst, fabs(x[2 * g] - 1 - J * (2 * st->at[g][1] / L - 1)));
  drop_setting(&s);
  /* u is linear and p - log u constant: the discrete equations hold for them exactly. What is left
   * is the last transient, 1e-6 of the profile, and the kinetics, 1e-9. */
  verified(
      "steady symmetric cell at %g of the limiting current | i off by %.0e, profile by %.0e | 2e-6",
      J, fabs(i / i_limiting - J), worst);
  assert_true(fabs(i / i_limiting - J) < 2e-6);
  assert_true(worst < 2e-6);
}

static void cottrell(void **state) {
  (void)state;
  double error[2], h[2];
  for (int k = 0; k < 2; k++) {
    int cells = 32 << k, steps = 25 << k;
    double t = 0.02 * L * L / salt_diffusivity();
    Setting s;
    Drive drive = {.potential = -20};
    make_slab(cells, &drive, &s);
    for (int n = 0; n < steps; n++) must(DavyFieldsSolve(s.fields, t / steps, 2));
    double exact = C0 * DAVY_FARADAY * salt_diffusivity() /
                   (anion_share() * sqrt(M_PI * salt_diffusivity() * t));
    h[k] = 1.0 / cells;
    error[k] = fabs(at_bottom(&s).J * C0 * DAVY_FARADAY / exact - 1);
    print_message("u at the metal %.1e, current off by %.2e\n", at_bottom(&s).u, error[k]);
    drop_setting(&s);
  }
  expect_order(error, h, 2, 2, 0.3, "BDF2, quadratic reconstruction at the wall");
}

/* D tau/L^2 at which the plated side is empty (computed with a program of another
 * kind): there the discrete concentration must be nought within its own error. */
static void depletion(void **state) {
  (void)state;
  const double table[][2] = {
      {1.05, .287195}, {1.1, .221678}, {1.5, .090043}, {2, .049183}, {3, .021817}};
  for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
    double t = table[k][1] * L * L / salt_diffusivity();
    assert_true(fabs(slab_exact(table[k][0], t)) < 2e-5); /* the table's digits */
    double error = slab_error(64, 100, 2, table[k][0], 0.98 * t);
    verified(
        "depletion of a slab at %.2f of the limiting current | c/c0 at 0.98 tau off by %.1e | 1e-3",
        table[k][0], error);
    assert_true(error < 1e-3); /* 1 % in the time to depletion */
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(backward_euler), cmocka_unit_test(bdf2),
                                     cmocka_unit_test(fields_at_rest_are_read),
                                     cmocka_unit_test(steady_cell), cmocka_unit_test(cottrell)};
  const struct CMUnitTest longer[] = {cmocka_unit_test(depletion)};
  int failed = run_groups(argc, argv, tests, longer, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
