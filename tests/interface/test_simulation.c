/* A run must not depend on how its cells are shared out: seeds on blocking islands and on an ohmic
 * matrix that grow into one body, nuclei beside them, a counter electrode that recedes, plated and
 * stripped under a given current; and seeds in 3D that meet; all of it on this number of ranks and
 * on one, row by row.
 *
 * Ranks: what this is for.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "groups.h"
#include "simulating.h"
#include "verified.h"

#define SALT                                                                                       \
  "engine: interface\n"                                                                            \
  "metal: {molar_volume: 24 cm3/mol}\n"                                                            \
  "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 "    \
  "m2/s}\n"                                                                                        \
  "metal_surface: {exchange_current_density: 3 mA/cm2, surface_energy: 0.2 J/m2}\n"                \
  "counter_electrode: {thickness: 3 um}\n"

static const char plane[] = SALT
    "domain: {width: 2 um, gap: 2 um}\n"
    "substrate:\n"
    "  pattern: {kind: islands, spacing: 1 um, diameter: 0.4 um}\n"
    "  surfaces:\n"
    "    Ni: {contact: ohmic, nucleation: {kind: progressive, line_density: 3 um-1, radius: 150 "
    "nm, rate: 0.3 1/s, barrier: 0 V2}}\n"
    "    Sb: {contact: {kind: schottky, blocks: plating, saturation_current: 1 mA/cm2}}\n"
    "initial: {seeds: {on: Sb, radius: 200 nm}}\n"
    "numerics: {cell_size: 63 nm, frames: 0}\n"
    "protocol:\n"
    "  - plate at 2 mA/cm2 until 0.03 mAh/cm2 or -0.5 V\n"
    "  - strip at 2 mA/cm2 until 0.02 mAh/cm2 or 0.5 V\n",
                  space[] = SALT
                  "dimension: 3\n"
                  "domain: {width: 1 um, depth: 1 um, gap: 1 um}\n"
                  "substrate: {surfaces: {Ni: {contact: {kind: resistive, resistance: 0.1 ohm "
                  "cm2}}}}\n"
                  "initial: {seeds: [{at: [0.25 um, 0.3 um], radius: 230 nm}, {at: [0.8 um, 0.5 "
                  "um], radius: 210 nm}]}\n"
                  "numerics: {cell_size: 125 nm, frames: 0}\n"
                  "protocol: [plate at 2 mA/cm2 until 0.02 mAh/cm2 or -0.5 V]\n";

static Simulated *run_on(MPI_Comm comm, const char *text) {
  Simulated *s = simulate(comm, "%s", text);
  if (s->error) fail_msg("%s", s->message);
  return s;
}

static double apart(double a, double b, double scale) {
  return fabs(a - b) / scale;
}

static void compare(const char *what, const char *text) {
  Simulated *all = run_on(MPI_COMM_WORLD, text), *one = run_on(MPI_COMM_SELF, text);
  int ranks, most = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  double volts = 0, metal = 0, charge = 0, contact = 0, whole = one->row[one->rows - 1].metal;
  assert_int_equal(all->rows, one->rows);
  for (int k = 0; k < one->rows; k++) {
    const Row *a = all->row + k, *b = one->row + k;
    assert_int_equal(a->bodies, b->bodies);
    assert_int_equal(a->orphans, b->orphans);
    most = most > b->bodies ? most : b->bodies;
    volts = fmax(volts, apart(a->volts, b->volts, 1));
    metal = fmax(metal, apart(a->metal, b->metal, whole));
    charge = fmax(charge, apart(a->charge, b->charge, fabs(one->row[one->rows - 1].charge)));
    contact = fmax(contact, apart(a->contact, b->contact, one->row[one->rows - 1].contact));
  }
  verified("%s on %d ranks against one, %d steps, %d to %d bodies | "
           "voltage by %.0e V, metal %.0e, charge %.0e, contact %.0e | 1e-8 each",
           what, ranks, one->rows, most, one->row[one->rows - 1].bodies, volts, metal, charge,
           contact);
  /* The solvers' 1e-14 of RT/F, which grows with each of the steps that follow. */
  assert_true(volts < 1e-8 && metal < 1e-8 && charge < 1e-8 && contact < 1e-8);
  drop(all);
  drop(one);
}

static void seeds_and_nuclei(void **state) {
  (void)state, compare("nuclei, merging and stripping", plane);
}
static void seeds_in_space(void **state) {
  (void)state, compare("two seeds in 3D that meet", space);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(seeds_and_nuclei),
                                     cmocka_unit_test(seeds_in_space)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
