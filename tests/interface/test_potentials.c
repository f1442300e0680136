/* Conductors of unknown potential: bodies that float, that hang on a resistance or a diode, and a
 * substrate under a given current.
 *
 * A disk or sphere of radius a that floats in a uniform field G = -zF E/(RT), with kinetics J =
 * rate (p - V), k = 2D, Wa = k/(rate a):
 *
 *   p = P + G x (1 + b (a/r)^dim),  b = (Wa - 1)/(1 + (dim - 1) Wa),  V = P
 *   J = k G dim/(1 + (dim - 1) Wa) x/r
 *
 * J is the cosine that moves it rigidly, |U| = (V_m/F) dim kappa E/(1 + (dim - 1) Wa). The walls
 * hold the exact field, so that no box has to be large.
 *
 * Slabs: a plate of metal, each face a body of its own, with a reservoir at a distance L. At
 * uniform concentration all is in series, R = L/kappa + RT/(F i0) + film + contact, and a diode
 * gives Lambert's W: A. Banwell, A. Jayakumar, Electron. Lett. 36 (2000) 291. In the steady state,
 * with anions at rest, u = 1 + i/i_lim at the front, i_lim = 2F D+ c0/L, and
 *
 *   V = (RT/F) [2 log u + 2 asinh(i/(2 i0 sqrt u))] + i (film + contact)
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
#include "verified.h"

static const double D = 1e-10, T = 298.15, C0 = 1000, EDGE = 1e-5;

static double rt_f(void) {
  return DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
}

static const DavySalt salt = {
    .charge = 1, .temperature = 298.15, .concentration = 1000, .cation = 1e-10, .anion = 1e-10};

/* The field of a floating disk or sphere. */
typedef struct {
  Ball ball;
  double P, G, Wa;
} Floating;

static double floating_p(const void *context, const double x[3]) {
  const Floating *f = context;
  int dim = f->ball.dim;
  double b = (f->Wa - 1) / (1 + (dim - 1) * f->Wa);
  double r = ball_distance(&f->ball, x) / f->ball.radius;
  return f->P + f->G * (x[0] - f->ball.centre[0]) * (1 + b * pow(r, -dim));
}

static void floating_surface(const void *context, const DavySurface *surface, double time,
                             DavyCondition *c) {
  const Floating *f = context;
  (void)time;
  c->kind = DAVY_RESERVOIR;
  c->concentration = C0;
  c->potential = rt_f() * floating_p(f, surface->x);
  if (surface->wall != DAVY_FRONT) return;
  *c = (DavyCondition){.kind = DAVY_ELECTRODE, .conductor = 1, .alpha_a = 0.5, .alpha_c = 0.5};
  c->exchange_current = 2 * D / (f->Wa * f->ball.radius) * DAVY_FARADAY * C0;
}

typedef struct {
  double potential, flux, net; /* off by; of G a, the largest J, and the current through one half */
} FloatingErrors;

static FloatingErrors solve_floating(const Floating *f, int cells) {
  Setting s;
  DavyPhysics physics = {
      .salt = salt, .walls = 63, .condition = floating_surface, .context = f, .conductors = 1};
  DavyBox box = {f->ball.dim, {1, 1, 1}, {0, 0, 0}, EDGE};
  make_setting(MPI_COMM_WORLD, box, cells, 1, ball_psi, &f->ball, &physics, &s);
  must(DavyFieldsSolve(s.fields, 0, 1));
  int dim = f->ball.dim;
  double most = 2 * D * f->G * dim / (1 + (dim - 1) * f->Wa), half = 0;
  FloatingErrors e = {.net = DavyFieldsConductorCurrent(s.fields, 1)};
  e.potential = DavyFieldsPotential(s.fields, 1) / rt_f() - f->P;
  const DavyStencils *st = DavyFieldsStencils(s.fields);
  for (int k = 0; k < st->surfaces.rows; k++) {
    const DavySurface *surface = st->surface + k;
    if (surface->wall != DAVY_FRONT) continue;
    double cosine = (surface->x[0] - f->ball.centre[0]) / f->ball.radius;
    double J = DavyFieldsSurfaces(s.fields)[k].J;
    e.flux = fmax(e.flux, fabs(J / most - cosine));
    half += fabs(J) * surface->area / 2;
  }
  MPI_Allreduce(MPI_IN_PLACE, &e.flux, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, &half, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  e.potential = fabs(e.potential) / (f->G * f->ball.radius);
  e.net = fabs(e.net) / (half * DAVY_FARADAY * C0);
  DavyFieldsReport report = DavyFieldsAccount(s.fields);
  print_message("%d cells: V %.1e, J %.1e, net %.1e; newton %d linear %d\n", cells, e.potential,
                e.flux, e.net, report.newton, report.linear);
  drop_setting(&s);
  return e;
}

static void check_floating(int dim, double Wa, int first, int count, double last) {
  /* G a = 2e-3: with alpha = 1/2 Butler-Volmer is linear to (G a)^2/24 = 2e-7 */
  Floating f = {{dim, {5.13e-6, 4.79e-6, 5.21e-6}, 2.1e-6}, 3, 2e-3 / 2.1e-6, Wa};
  double flux[4], h[4];
  for (int k = 0; k < count; k++) {
    FloatingErrors e = solve_floating(&f, first << k);
    flux[k] = e.flux, h[k] = 1.0 / (first << k);
    assert_true(e.net < 1e-10); /* Newton stops at rounding, 1e-14 of RT/F where G a is 2e-3 */
    assert_true(e.potential < flux[k]);
  }
  expect_order(flux, h, count, 1, 0.1, "quadratic reconstruction at the front");
  assert_true(flux[count - 1] < last);
}

static void floating_disk(void **state) {
  (void)state;
  check_floating(2, 0.5, 32, 3, 2e-3); /* h/a = 0.037: two to four times what is seen */
  check_floating(2, 5, 32, 3, 1e-3);
}
static void floating_sphere(void **state) {
  (void)state, check_floating(3, 0.5, 16, 2, 2e-2);
}

/* A plate between y = 0.3 and 0.55 of the box; both faces off the mesh's lines. */
static const double LOWER = 0.303 * 1e-5, UPPER = 0.551 * 1e-5;

static double plate_psi(const void *context, const double x[3]) {
  (void)context;
  return fmax(LOWER - x[1], x[1] - UPPER);
}

/* The lower face is ohmic, the upper one hangs on a contact; both have the substrate's potential at
 * their other end, given or that at which `total` flows. */
typedef struct {
  double exchange_current, film;          /* A/m2, ohm m2 */
  double resistance, saturation, thermal; /* of the contact; saturation 0: no diode */
  bool backwards;                         /* the diode opens to currents that plate */
  double applied, total;                  /* V; A/m */
  bool drives_current;
  bool loose; /* the contact carries nothing */
} Plate;

enum { UPPER_BODY = 1, SUBSTRATE = 2 };

static void plate_surface(const void *context, const DavySurface *surface, double time,
                          DavyCondition *c) {
  const Plate *p = context;
  (void)time;
  c->kind = DAVY_RESERVOIR;
  c->concentration = C0;
  c->potential = 0;
  if (surface->wall != DAVY_FRONT) return;
  c->kind = DAVY_ELECTRODE;
  c->exchange_current = p->exchange_current;
  c->alpha_a = c->alpha_c = 0.5;
  c->film_resistance = p->film;
  c->potential = p->applied;
  c->conductor = p->drives_current ? SUBSTRATE : 0;
  if (surface->x[1] > (LOWER + UPPER) / 2) c->conductor = UPPER_BODY;
}

/* Through the upper contact, A/m2, under `voltage`. */
static double contact_current(const Plate *p, double voltage, double resistance) {
  double sign = p->backwards ? -1 : 1;
  if (p->loose) return 0;
  if (p->saturation == 0) return voltage / resistance;
  return sign * DavySchottkyCurrent(p->saturation, p->thermal, resistance, sign * voltage);
}

static void plate_feed(const void *context, double time, const double *V, double *feed,
                       double *feed_V) {
  const Plate *p = context;
  int n = p->drives_current ? 2 : 1;
  (void)time;
  double over = (n == 2 ? V[1] : p->applied) - V[0], sign = p->backwards ? -1 : 1;
  double i = contact_current(p, over, p->resistance), slope = p->loose ? 0 : 1 / p->resistance;
  if (p->saturation > 0 && !p->loose) { /* of the diode alone, in series with the resistance */
    double diode = (sign * i + p->saturation) / p->thermal;
    slope = diode / (1 + diode * p->resistance);
  }
  feed[0] = EDGE * i;
  feed_V[0] = -EDGE * slope;
  if (n == 1) return;
  feed[1] = p->total - EDGE * i;
  feed_V[1] = EDGE * slope;
  feed_V[2] = EDGE * slope;
  feed_V[3] = -EDGE * slope;
}

static void make_plate(MPI_Comm comm, const Plate *p, int cells, Setting *s) {
  DavyPhysics physics = {.salt = salt,
                         .walls = 1u << 2 | 1u << 3,
                         .condition = plate_surface,
                         .context = p,
                         .conductors = p->drives_current ? 2 : 1,
                         .feed = plate_feed};
  DavyBox box = {2, {1, 1, 1}, {0, 0, 0}, EDGE};
  make_setting(comm, box, cells, 1, plate_psi, NULL, &physics, s);
}

static void tell(const char *what, const Setting *s, double off) {
  DavyFieldsReport report = DavyFieldsAccount(s->fields);
  print_message("%s: off by %.1e; newton %d linear %d\n", what, off, report.newton, report.linear);
}

/* Kinetics so fast that they are a resistance: i/i0 = 1e-4, asinh linear to its square/24. */
static const double FAST = 1e6;

static double plate_resistance(const Plate *p, double length) {
  double kappa = 2 * D * C0 * DAVY_FARADAY / rt_f();
  return length / kappa + rt_f() / p->exchange_current + p->film;
}

static void two_bodies(void **state) {
  (void)state;
  for (int backwards = 0; backwards < 2; backwards++)
    for (int sign = -1; sign <= 1; sign += 2) {
      Plate p = {.exchange_current = FAST,
                 .film = 3e-5,
                 .resistance = 2e-4,
                 .saturation = 7,
                 .thermal = 0.04,
                 .backwards = backwards,
                 .applied = sign * 0.1};
      Setting s;
      make_plate(MPI_COMM_WORLD, &p, 32, &s);
      must(DavyFieldsSolve(s.fields, 0, 1));
      double whole = DavyFieldsCurrent(s.fields, DAVY_FRONT) / EDGE;
      double upper = DavyFieldsConductorCurrent(s.fields, UPPER_BODY) / EDGE;
      double rest = plate_resistance(&p, EDGE - UPPER);
      double diode = contact_current(&p, p.applied, p.resistance + rest);
      double ohmic = p.applied / plate_resistance(&p, LOWER);
      double off = fmax(fabs(upper / diode - 1), fabs((whole - upper) / ohmic - 1));
      off = fmax(off, fabs(DavyFieldsPotential(s.fields, UPPER_BODY) / (rest * diode) - 1));
      verified("two standing plates, ohmic and diode with resistance, %g V, %s: Lambert's W | off "
               "by %.0e "
               "| 1e-7",
               p.applied, backwards ? "backwards" : "forwards", off);
      drop_setting(&s);
      assert_true(off < 1e-7); /* the flat faces are exact, kinetics linear to 1e-8 */
    }
}

static void resistive_contact(void **state) {
  (void)state;
  double L = EDGE - UPPER, limiting = 2 * DAVY_FARADAY * D * C0 / L;
  static const double share[] = {-0.9, -0.3, 0.5, 2};
  for (size_t k = 0; k < sizeof share / sizeof *share; k++) {
    double i = share[k] * limiting, u = 1 + share[k];
    Plate p = {.exchange_current = 300, .film = 3e-5, .resistance = 2e-4};
    double body = rt_f() * (2 * log(u) + 2 * asinh(i / (2 * 300 * sqrt(u)))) + i * p.film;
    p.applied = body + i * p.resistance;
    Setting s;
    make_plate(MPI_COMM_WORLD, &p, 32, &s);
    must(DavyFieldsSolve(s.fields, INFINITY, 1));
    double off = DavyFieldsConductorCurrent(s.fields, UPPER_BODY) / (EDGE * i) - 1;
    off = fmax(fabs(off), fabs(DavyFieldsPotential(s.fields, UPPER_BODY) / body - 1));
    verified("plate behind a resistance, steady, %g of the limiting current | off by %.0e | 1e-9",
             share[k], off);
    drop_setting(&s);
    assert_true(off < 1e-9); /* a linear u is exact; so is p - log u, constant */
  }
}

/* The current that a potential drives must drive the potential. */
static void current_drive(void **state) {
  (void)state;
  for (int diode = 0; diode < 2; diode++) {
    Plate p = {.exchange_current = 300,
               .film = 3e-5,
               .resistance = 2e-4,
               .applied = -0.1,
               .saturation = diode ? 7 : 0,
               .thermal = 0.04};
    Setting s;
    make_plate(MPI_COMM_WORLD, &p, 32, &s);
    must(DavyFieldsSolve(s.fields, INFINITY, 1));
    tell("potential driven", &s, 0);
    double body = DavyFieldsPotential(s.fields, UPPER_BODY), applied = p.applied;
    p.total = DavyFieldsCurrent(s.fields, DAVY_FRONT);
    drop_setting(&s);
    p.drives_current = true;
    p.applied = NAN;
    make_plate(MPI_COMM_WORLD, &p, 32, &s);
    must(DavyFieldsSolve(s.fields, INFINITY, 1));
    double off = fmax(fabs(DavyFieldsPotential(s.fields, SUBSTRATE) / applied - 1),
                      fabs(DavyFieldsPotential(s.fields, UPPER_BODY) / body - 1));
    tell("current driven", &s, off);
    drop_setting(&s);
    assert_true(off < 1e-9); /* Newton stops at rounding in both */
  }
}

/* What a solution must hold, whatever the state it came from. */
static void check_balance(const char *what, const Setting *s, const Plate *p) {
  double V = DavyFieldsPotential(s->fields, UPPER_BODY), fed;
  double applied = p->drives_current ? DavyFieldsPotential(s->fields, SUBSTRATE) : p->applied;
  double gives = DavyFieldsConductorCurrent(s->fields, UPPER_BODY);
  fed = EDGE * contact_current(p, applied - V, p->resistance);
  /* of a current of one RT/F over the electrolyte; Newton stops at 1e-14 of it for each of 1e3
   * cells, times the largest potential, up to 120 RT/F */
  double scale = EDGE * rt_f() / plate_resistance(p, EDGE - UPPER);
  double off = fabs(gives - fed) / fmax(scale, fabs(fed));
  if (p->drives_current)
    off = fmax(off, fabs(DavyFieldsCurrent(s->fields, DAVY_FRONT) - p->total) /
                        fmax(scale, fabs(p->total)));
  tell(what, s, off);
  assert_true(off < 1e-9);
}

/* A body comes loose at -0.1 V: it must forget the potential and find the one without current. */
static void coming_loose(void **state) {
  (void)state;
  Plate p = {.exchange_current = 300, .resistance = 1e-9, .applied = -0.1};
  Setting s;
  make_plate(MPI_COMM_WORLD, &p, 32, &s);
  must(DavyFieldsSolve(s.fields, INFINITY, 1));
  check_balance("held by 1e-9 ohm m2", &s, &p);
  p.loose = true;
  static const double dt[] = {0, 1e-6, 1e-2, INFINITY};
  for (size_t k = 0; k < sizeof dt / sizeof *dt; k++) {
    must(DavyFieldsSolve(s.fields, dt[k], 1));
    check_balance("loose", &s, &p);
  }
  /* At rest the reservoir's potential remains; a current of 1e-14 of the scale is 1e-14 RT/F. */
  assert_true(fabs(DavyFieldsPotential(s.fields, UPPER_BODY)) < 1e-10);
  drop_setting(&s);
}

/* Saturation currents from nothing to far more than the electrolyte carries, both ways, and from
 * one to the other. */
static void blocking_contact(void **state) {
  (void)state;
  Plate p = {.exchange_current = 300, .saturation = 1e-9, .thermal = 0.03};
  Setting s;
  make_plate(MPI_COMM_WORLD, &p, 32, &s);
  static const double applied[] = {-0.1, 0.1, -3, 0.5, 0};
  for (int k = 0; k < 5; k++)
    for (int way = 0; way < 2; way++)
      for (double js = 1e-9; js < 1e9; js *= 1e4) {
        p.applied = applied[k];
        p.saturation = js;
        p.backwards = way;
        p.resistance = way ? 1e-4 : 1e-7;
        must(DavyFieldsSolve(s.fields, 0, 1));
        check_balance("diode", &s, &p);
      }
  drop_setting(&s);
}

static void current_steps(void **state) {
  (void)state;
  Plate p = {.exchange_current = 1,
             .resistance = 2e-4,
             .saturation = 7,
             .thermal = 0.04,
             .drives_current = true};
  Setting s;
  make_plate(MPI_COMM_WORLD, &p, 32, &s);
  double limiting = 2 * DAVY_FARADAY * D * C0 / LOWER * EDGE;
  static const double share[] = {-0.95, 20, -0.5, 1e-6, -1.1, 1e3};
  for (int k = 0; k < 5; k++) {
    p.total = share[k] * limiting;
    must(DavyFieldsSolve(s.fields, share[k] < -1 ? 0.02 : INFINITY, 1));
    check_balance("step of current", &s, &p);
  }
  /* More than diffusion can bring: no steady state, and nothing has changed. */
  double before = DavyFieldsPotential(s.fields, SUBSTRATE), time = DavyFieldsTime(s.fields);
  p.total = -5 * limiting;
  assert_int_equal(DavyFieldsSolve(s.fields, INFINITY, 1), DAVY_ERR_SOLVER);
  assert_true(DavyFieldsPotential(s.fields, SUBSTRATE) == before);
  assert_true(DavyFieldsTime(s.fields) == time);
  drop_setting(&s);
}

static void ranks_agree(void **state) {
  (void)state;
  Plate p = {.exchange_current = 300,
             .resistance = 2e-4,
             .saturation = 7,
             .thermal = 0.04,
             .drives_current = true,
             .total = -1e-3};
  double V[2][2];
  for (int alone = 0; alone < 2; alone++) {
    Setting s;
    make_plate(alone ? MPI_COMM_SELF : MPI_COMM_WORLD, &p, 32, &s);
    must(DavyFieldsSolve(s.fields, 1, 1));
    for (int k = 0; k < 2; k++) V[alone][k] = DavyFieldsPotential(s.fields, k + 1);
    tell("ranks", &s, 0);
    drop_setting(&s);
  }
  for (int k = 0; k < 2; k++) assert_true(fabs(V[0][k] / V[1][k] - 1) < 1e-9);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(floating_disk),    cmocka_unit_test(floating_sphere),
      cmocka_unit_test(two_bodies),       cmocka_unit_test(resistive_contact),
      cmocka_unit_test(current_drive),    cmocka_unit_test(coming_loose),
      cmocka_unit_test(blocking_contact), cmocka_unit_test(current_steps),
  };
  const struct CMUnitTest ranks[] = {cmocka_unit_test(ranks_agree), cmocka_unit_test(coming_loose),
                                     cmocka_unit_test(floating_disk)};
  int failed = run_groups(argc, argv, tests, tests, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
