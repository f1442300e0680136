/* Currents of bodies on a substrate, through the contacts that feed them, while they grow.
 *
 * A film, flat, at time 0 with the salt still even: kinetics, electrolyte and contact in series,
 * R = RT/(F i0) + L/kappa + R_c, and with a diode of saturation J and thermal voltage V_T
 *   i = (V_T/R) W[(J R/V_T) exp((V + J R)/V_T)] - J            Lambert's W
 * (A. Banwell, A. Jayakumar, Electron. Lett. 36 (2000) 291).
 *
 * Two fibres of radius a coated with metal, one ohmic, one a diode with a resistance, under slow
 * kinetics: the salt stays even and the electrolyte drops nothing, to i L/kappa = 1e-5 RT/F, so
 * that each stays round and r grows by
 *   dr/dt = V_m i/F,  2 pi r i = 2 pi a i_c,  i = 2 i0 sinh(F eta/2RT),
 *   eta + R i_c + V_T ln(1 + i_c/J) = -V,  without the last two for the ohmic one.
 *
 * Through a contact that blocks, J for each m2 of contact whatever the voltage: a film thickens at
 * J V_m/F, and half a disk on it, fed over 2 r, grows at dr/dt = (2/pi) J V_m/F.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_sf_lambert.h>

#include "groups.h"
#include "simulating.h"
#include "verified.h"

static const double T = 298.15, VM = 24e-6;

static double rt_f(void) {
  return DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
}

#define CELL                                                                                       \
  "engine: interface\n"                                                                            \
  "metal: {molar_volume: 24 cm3/mol}\n"                                                            \
  "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 1e-10 "    \
  "m2/s}\n"

/* The first current of a film under `volts`, A/m2, positive when it dissolves. */
static double first_current(const char *contact, double volts) {
  Simulated *s = simulate(MPI_COMM_WORLD,
                          CELL "domain: {width: 2 um, gap: 3.3 um}\n"
                               "metal_surface: {exchange_current_density: 1e5 A/m2}\n"
                               "substrate: {surfaces: {S: {contact: %s}}}\n"
                               "initial: {film: 0.34 um}\n"
                               "numerics: {cell_size: 125 nm, frames: 0}\n"
                               "protocol: [hold at %g V for 10 ns]\n",
                          contact, volts);
  if (s->error) fail_msg("%s", s->message);
  double i = DavyRecordNumbers(DavySimulationRecord(s->run), DAVY_CURRENT)[0] / 2e-6;
  drop(s);
  return i;
}

static void film_on_a_contact(void **state) {
  (void)state;
  /* ohm m2 without the contact; kinetics are linear to (i/i0)^2/24 = 1e-6 of a part of 1e-2. */
  double kappa = 2e-10 * 1000 * DAVY_FARADAY / rt_f(), J = 500, VT = 1.2 * rt_f(), Rc = 1e-5;
  double series = rt_f() / 1e5 + 2.96e-6 / kappa, worst = 0;
  for (int sign = -1; sign <= 1; sign += 2) {
    double V = sign * 5e-3, R = series + Rc;
    double ohmic = V / series, resistive = V / R;
    worst = fmax(worst, fabs(first_current("ohmic", V) / ohmic - 1));
    worst =
        fmax(worst,
             fabs(first_current("{kind: resistive, resistance: 0.1 ohm cm2}", V) / resistive - 1));
    for (int opens = -1; opens <= 1; opens += 2) { /* to plating, to stripping */
      double over = opens * V;
      double diode =
          opens * (VT / R * gsl_sf_lambert_W0(J * R / VT * exp((over + J * R) / VT)) - J);
      char contact[200];
      snprintf(contact, sizeof contact,
               "{kind: schottky, blocks: %s, saturation_current: 500 A/m2, ideality: 1.2, "
               "resistance: 0.1 ohm cm2}",
               opens < 0 ? "stripping" : "plating");
      worst = fmax(worst, fabs(first_current(contact, V) / diode - 1));
    }
  }
  verified("film on an ohmic, a resistive, a Schottky contact with a resistance, both ways: "
           "Lambert's W | currents off by %.0e at most | 1e-5",
           worst);
  assert_true(worst < 1e-5);
}

/* A coated fibre as above; without a diode where J is 0. */
typedef struct {
  double a, i0, V, J, VT, Rc;
} Coated;

static double drop_at(const Coated *c, double r, double i_c) {
  double eta = 2 * rt_f() * asinh(i_c * c->a / r / (2 * c->i0));
  return c->J > 0 ? eta + c->Rc * i_c + c->VT * log1p(i_c / c->J) : eta;
}

static double speed_at(const Coated *c, double r) {
  double low = 0, high = 1e3;
  for (int k = 0; k < 200; k++) {
    double i_c = (low + high) / 2;
    if (drop_at(c, r, i_c) < -c->V)
      low = i_c;
    else
      high = i_c;
  }
  return VM / DAVY_FARADAY * low * c->a / r;
}

static double radius_after(const Coated *c, double r, double time) {
  enum { STEPS = 1000 };
  double dt = time / STEPS;
  for (int k = 0; k < STEPS; k++) {
    double half = r + dt / 2 * speed_at(c, r);
    r += dt * speed_at(c, half);
  }
  return r;
}

static void two_fibres(void **state) {
  (void)state;
  double a = 0.5e-6, r = 0.7e-6, time = 1.2e4;
  Simulated *s = simulate(
      MPI_COMM_WORLD,
      CELL "domain: {width: 4 um, gap: 1.5 um}\n"
           "metal_surface: {exchange_current_density: 0.01 A/m2}\n"
           "substrate:\n"
           "  shape: {kind: fibres, fibres: [{at: [1 um, 1.02 um], radius: 0.5 um, surface: A},\n"
           "    {at: [3 um, 1.02 um], radius: 0.5 um, surface: B}]}\n"
           "  surfaces:\n"
           "    A: {contact: ohmic}\n"
           "    B: {contact: {kind: schottky, blocks: stripping, saturation_current: 0.005 A/m2,\n"
           "        resistance: 10000 ohm cm2}}\n"
           "initial: {film: 0.2 um}\n"
           "numerics: {cell_size: 63 nm, frames: 0}\n"
           "protocol: [hold at -0.1 V for %g s]\n",
      time);
  if (s->error) fail_msg("%s", s->message);
  const DavyMetal *metal = DavyGrowthMetal(DavySimulationGrowth(s->run));
  assert_int_equal(metal->count, 2);
  double off[2], contact = 0;
  for (int b = 0; b < 2; b++) {
    int diode = metal->body[b].contact[1] > 0;
    Coated c = {.a = a, .i0 = 0.01, .V = -0.1, .J = diode ? 0.005 : 0, .VT = rt_f(), .Rc = 1};
    double end = radius_after(&c, r, time);
    double gained = metal->body[b].volume - M_PI * (r * r - a * a);
    off[diode] = gained / (M_PI * (end * end - r * r)) - 1;
    contact = fmax(contact, fabs(metal->body[b].contact[diode] / (2 * M_PI * a) - 1));
    print_message("%s: r = %.4g um, expected %.4g um\n", diode ? "diode" : "ohmic",
                  1e6 * sqrt(a * a + metal->body[b].volume / M_PI), 1e6 * end);
  }
  verified("two coated fibres grow, one ohmic, one through a diode and a resistance, R/h = 11 | "
           "metal gained off by %.1e and %.1e, contact by %.0e | 5e-3",
           off[0], off[1], contact);
  print_message("%d steps\n", s->rows);
  drop(s);
  /* A circle's edge and contact, second order: (h/a)^2 = 0.016 at the fibre. */
  assert_true(fabs(off[0]) < 5e-3 && fabs(off[1]) < 5e-3 && contact < 5e-3);
}

static void blocked_film(void **state) {
  (void)state;
  double J = 2, time = 3000;
  Simulated *s = simulate(MPI_COMM_WORLD,
                          CELL "domain: {width: 2 um, gap: 4 um}\n"
                               "metal_surface: {exchange_current_density: 10 A/m2}\n"
                               "substrate: {surfaces: {S: {contact: {kind: schottky, "
                               "blocks: plating, saturation_current: %g A/m2}}}}\n"
                               "initial: {film: 0.5 um}\n"
                               "numerics: {cell_size: 125 nm, frames: 0}\n"
                               "protocol: [hold at -1 V for %g s]\n",
                          J, time);
  if (s->error) fail_msg("%s", s->message);
  double thick = s->row[s->rows - 1].metal / 2e-6, grown = J * time * VM / DAVY_FARADAY;
  double off = (thick - 0.5e-6) / grown - 1;
  verified("film on a blocking Schottky contact at -1 V | growth off by %.0e | 1e-8", off);
  drop(s);
  /* exp(-1 V q/kT) = 1e-17; Newton stops at rounding, 1e-14 of potentials of 39 RT/F, where the
   * current is 4e-4 of the limiting one. */
  assert_true(fabs(off) < 1e-8);
}

static void blocked_half_disk(void **state) {
  (void)state;
  double J = 2, r0 = 0.5e-6, grown = 0.4e-6, time = grown / (2 / M_PI * J * VM / DAVY_FARADAY);
  Simulated *s = simulate(MPI_COMM_WORLD,
                          CELL "domain: {width: 2.5 um, gap: 2.5 um}\n"
                               "metal_surface: {exchange_current_density: 1 A/m2}\n"
                               "substrate: {surfaces: {S: {contact: {kind: schottky, "
                               "blocks: plating, saturation_current: %g A/m2}}}}\n"
                               "initial: {seeds: [{at: [1.27 um], radius: 0.5 um}]}\n"
                               "numerics: {cell_size: 42 nm, frames: 0}\n"
                               "protocol: [hold at -1 V for %g s]\n",
                          J, time);
  if (s->error) fail_msg("%s", s->message);
  double r = sqrt(2 * s->row[s->rows - 1].metal / M_PI), worst = 0;
  for (int k = 0; k < s->rows; k++)
    worst = fmax(worst, fabs(s->row[k].contact / sqrt(8 * s->row[k].metal / M_PI) - 1));
  double off = (r - r0) / grown - 1;
  verified("half a disk on a blocking contact, R/h = 12 to 21 | radius gained off by %.1e, contact "
           "by %.1e of 2 R | 1e-2",
           off, worst);
  print_message("%d steps\n", s->rows);
  drop(s);
  assert_true(fabs(off) < 1e-2); /* that of the contact */
  assert_true(worst < 1e-2);     /* the line of contact to a tenth of a cell */
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(film_on_a_contact),
                                     cmocka_unit_test(two_fibres), cmocka_unit_test(blocked_film),
                                     cmocka_unit_test(blocked_half_disk)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
