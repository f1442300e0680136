/* Primary and secondary current distributions at uniform concentration (Newman,
 * Electrochemical Systems, ch. 18).
 *
 * Plane electrodes of length l opposite each other in the walls of a channel of height h, primary:
 *   i/mean = e cosh e/[K(tanh^2 e) sqrt(sinh^2 e - sinh^2(2 x e/l))],  e = pi l/(2 h)
 * Disk electrode of radius a in an insulating plane, primary:
 *   R = 1/(4 kappa a),  i/mean = 1/(2 sqrt(1 - r^2/a^2)),
 *   phi/phi_0 = (2/pi) atan(1/xi), xi the oblate spheroidal coordinate, at the box's other walls
 * Flat electrodes, Butler-Volmer with a film and the electrolyte's resistance:
 *   V = (2RT/F) asinh(i/(2 i0)) + i (R_film + d/kappa)
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "order.h"
#include "setting.h"
#include "verified.h"

static const double T = 298.15, C0 = 1000, D = 1e-10;
enum { DISK_WALL = 4 };

static double rt_f(void) {
  return DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
}
static double conductivity(void) {
  return 2 * D * C0 * DAVY_FARADAY / rt_f();
}

static double no_front(const void *context, const double x[3]) {
  (void)context, (void)x;
  return 1;
}

/* What differs between the problems: where the mesh is fine, and what the walls do. */
typedef struct {
  DavyBox box;
  unsigned walls;
  DavyShape fine_about; /* distance from the place of refinement */
  DavyConditionAt condition;
  const void *context;
} Case;

static void make_case(const Case *c, int coarsest, int finest, Setting *s) {
  DavyPhysics physics = {
      .salt = {.charge = 1, .temperature = T, .concentration = C0, .cation = D, .anion = D},
      .walls = c->walls,
      .condition = c->condition,
      .context = c->context};
  DavyBand band = {c->fine_about, NULL, c->box.edge / pow(2, finest), 4, 0.25, c->box.dim};
  DavyMeshPlan plan = {MPI_COMM_WORLD, c->box, coarsest, finest, DavyBandSplit, &band};
  must(DavyMeshCreate(&plan, &s->mesh));
  must(DavyMeshCheck(s->mesh));
  must(DavyCutsCreate(s->mesh, no_front, NULL, &s->cuts));
  must(DavyFieldsCreate(s->cuts, NULL, &physics, &s->fields));
  must(DavyFieldsSolve(s->fields, 0, 1));
}

static void hold(DavyCondition *c, double volts) {
  c->kind = DAVY_RESERVOIR;
  c->concentration = C0;
  c->potential = volts;
}

/* Channel: x = 0 is a plane of symmetry, h = l = 1, far end insulated four heights away. */
static double from_edges(const void *context, const double x[3]) {
  (void)context;
  return hypot(x[0] - 0.5, fmin(fabs(x[1]), fabs(1 - x[1])));
}

static void channel_wall(const void *context, const DavySurface *surface, double time,
                         DavyCondition *c) {
  (void)context, (void)time;
  if (surface->x[0] < 0.5) hold(c, surface->wall == 3 ? 0.02 : -0.02);
}

static double complete_elliptic(double m) {
  double a = 1, b = sqrt(1 - m); /* by the arithmetic-geometric mean */
  for (int k = 0; k < 12; k++) {
    double mean = (a + b) / 2;
    b = sqrt(a * b);
    a = mean;
  }
  return M_PI / (2 * a);
}

/* Largest error of i/mean over the inner 80 % of the electrode. */
static double channel_error(int finest) {
  Setting s;
  Case channel = {{2, {4, 1, 1}, {0, 0, 0}, 1}, 3u << 2, from_edges, channel_wall, NULL};
  make_case(&channel, finest - 2, finest, &s);
  const DavyStencils *st = DavyFieldsStencils(s.fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(s.fields);
  double scale = DAVY_FARADAY * C0, e = M_PI / 2, worst = 0;
  double mean = -DavyFieldsCurrent(s.fields, 2) / 0.5 / scale;
  double K = complete_elliptic(pow(tanh(e), 2));
  for (int k = 0; k < st->surfaces.rows; k++) {
    double x = st->surface[k].x[0];
    if (st->surface[k].wall != 2 || x > 0.4) continue;
    double exact = e * cosh(e) / (K * sqrt(pow(sinh(e), 2) - pow(sinh(2 * x * e), 2)));
    worst = fmax(worst, fabs(state[k].J / mean / exact - 1));
  }
  print_message("%lld cells: local current off by %.1e\n", (long long)s.mesh->total, worst);
  drop_setting(&s);
  return worst;
}

static void channel_primary(void **state) {
  (void)state;
  double error[3], h[3];
  for (int k = 0; k < 3; k++) error[k] = channel_error(7 + k), h[k] = pow(0.5, k);
  /* The current in the cells at the singular edge, and so the mean, is of first order. */
  expect_order(error, h, 3, 1, 0.25, "integrable singularity at the edge");
  assert_true(error[2] < 5e-3);
}

/* Disk: a quarter of it, a = 1, in the lower z wall of a box of 3 a. */
static double from_rim(const void *context, const double x[3]) {
  (void)context;
  return hypot(hypot(x[0], x[1]) - 1, x[2]);
}

static double disk_potential(const double x[3]) {
  double r2 = x[0] * x[0] + x[1] * x[1], z2 = x[2] * x[2], b = r2 + z2 - 1;
  double xi = sqrt((b + sqrt(b * b + 4 * z2)) / 2); /* r^2/(1 + xi^2) + z^2/xi^2 = 1 */
  return xi > 0 ? 2 / M_PI * atan(1 / xi) : 1;
}

static void disk_wall(const void *context, const DavySurface *surface, double time,
                      DavyCondition *c) {
  (void)context, (void)time;
  if (surface->wall != DISK_WALL)
    hold(c, 0.02 * disk_potential(surface->x));
  else if (hypot(surface->x[0], surface->x[1]) < 1)
    hold(c, 0.02);
}

static void disk_primary(void **state) {
  (void)state;
  Setting s;
  Case disk = {{3, {1, 1, 1}, {0, 0, 0}, 3},
               1u << 1 | 1u << 3 | 1u << 5 | 1u << DISK_WALL,
               from_rim,
               disk_wall,
               NULL};
  make_case(&disk, 4, 8, &s);
  double R = 0.02 / (4 * DavyFieldsCurrent(s.fields, DISK_WALL)), exact = 1 / (4 * conductivity());
  const DavyStencils *st = DavyFieldsStencils(s.fields);
  const DavySurfaceState *at = DavyFieldsSurfaces(s.fields);
  double worst = 0, mean = 4 * conductivity() * 0.02 / M_PI / (DAVY_FARADAY * C0);
  for (int k = 0; k < st->surfaces.rows; k++) {
    double r = hypot(st->surface[k].x[0], st->surface[k].x[1]);
    if (st->surface[k].wall == DISK_WALL && r < 0.8)
      worst = fmax(worst, fabs(-at[k].J / mean * 2 * sqrt(1 - r * r) - 1));
  }
  verified("disk electrode, primary, %lld cells | R off by %.1e, local current by %.1e | 1e-2",
           (long long)s.mesh->total, R / exact - 1, worst);
  drop_setting(&s);
  /* The rim is a staircase of cells a/85 and the current there is singular: first order. */
  assert_true(fabs(R / exact - 1) < 0.01);
  assert_true(worst < 0.01);
}

typedef struct {
  double exchange, film, volts;
} Flat;

static void flat_wall(const void *context, const DavySurface *surface, double time,
                      DavyCondition *c) {
  const Flat *flat = context;
  (void)time;
  if (surface->wall == 3) {
    hold(c, 0);
    return;
  }
  c->kind = DAVY_ELECTRODE;
  c->alpha_a = c->alpha_c = 0.5;
  c->exchange_current = flat->exchange;
  c->film_resistance = flat->film;
  c->potential = flat->volts;
}

static double nowhere(const void *context, const double x[3]) {
  (void)context, (void)x;
  return 1e9;
}

static void flat_secondary(void **state) {
  (void)state;
  double length = 1e-5, i0 = 30, worst = 0;
  for (double i = -3e3; i < 4e3; i += 1e3) {
    Flat flat = {i0, 2e-5, 0};
    flat.volts = 2 * rt_f() * asinh(i / (2 * i0)) + i * (flat.film + length / conductivity());
    Setting s;
    Case one = {{2, {1, 1, 1}, {0, 0, 0}, length}, 3u << 2, nowhere, flat_wall, &flat};
    make_case(&one, 2, 2, &s);
    double current = DavyFieldsCurrent(s.fields, 2) / length;
    drop_setting(&s);
    worst = fmax(worst, fabs(current - i) / (fabs(i) + i0));
  }
  verified(
      "flat electrode, Butler-Volmer, film and electrolyte in series | current off by %.0e | 1e-9",
      worst);
  assert_true(worst < 1e-9); /* linear in y: exact */
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(channel_primary),
                                     cmocka_unit_test(disk_primary),
                                     cmocka_unit_test(flat_secondary)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
