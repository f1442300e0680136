/* What a protocol asks for, against what is exact: charge I t at constant current, capacities that
 * are met, voltages that end a step; alloying of a patch up to its capacity q, which at constant
 * current takes q A/I and at constant potential q/i, i = i0 2 sinh(F (V - E)/2RT), and comes before
 * plating; dissolution to the last of the metal; and a short circuit.
 *
 * The short circuit: half a disk of radius r0 in a cell of width w, its kinetics and those of the
 * counter electrode so slow that both grow and recede evenly. Metal is only moved, so they touch at
 * the radius r where pi (r2 - r0 2)/2 = w s, r = gap + s, s the counter electrode's recession.
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

static const double T = 298.15, VM = 24e-6;

static double rt_f(void) {
  return DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
}

#define CELL                                                                                       \
  "engine: interface\n"                                                                            \
  "metal: {molar_volume: 24 cm3/mol}\n"                                                            \
  "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 "    \
  "m2/s}\n"

static Simulated *finished(Simulated *s) {
  if (s->error) fail_msg("%s", s->message);
  assert_int_equal(DavySimulationReason(s->run), DAVY_REASON_FINISHED);
  return s;
}

static void cycles_at_constant_current(void **state) {
  (void)state;
  double w = 1e-6, limit = 0.03 * 36000;
  Simulated *s =
      finished(simulate(MPI_COMM_WORLD, CELL
                        "domain: {width: 1 um, gap: 3.1 um}\n"
                        "metal_surface: {exchange_current_density: 3 mA/cm2}\n"
                        "counter_electrode: {thickness: 1 um}\n"
                        "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
                        "initial: {film: 0.44 um}\n"
                        "numerics: {cell_size: 125 nm, frames: 0}\n"
                        "protocol:\n"
                        "  - rest for 2 s\n"
                        "  - cycles: 2\n"
                        "    steps: [plate at 2 mA/cm2 until 0.03 mAh/cm2, rest for 1 s, strip at "
                        "2 mA/cm2 until 0.03 mAh/cm2 or 0.5 V]\n"));
  const DavyRecord *r = DavySimulationRecord(s->run);
  double charge = 0, capacity = 0;
  const int32_t *step = DavyRecordIntegers(r, DAVY_STEP_COUNT);
  for (size_t k = 0; k < DavyRecordRows(r); k++) {
    double amperes = DavyRecordNumbers(r, DAVY_CURRENT)[k];
    double It = amperes * DavyRecordNumbers(r, DAVY_STEP_TIME)[k];
    double Q = 3600 * (DavyRecordNumbers(r, DAVY_STEP_CHARGING_CAPACITY)[k] -
                       DavyRecordNumbers(r, DAVY_STEP_DISCHARGING_CAPACITY)[k]);
    bool last = k + 1 == DavyRecordRows(r) || step[k + 1] != step[k],
         rests = DavyRecordIntegers(r, DAVY_STEP_TYPE)[k] == (int32_t)DAVY_STEP_REST;
    charge = fmax(charge, fabs(Q - It) / (limit * w));
    assert_true(rests ? fabs(amperes) < 1e-9 * 20 * w
                      : fabs(fabs(amperes) - 20 * w) < 1e-9 * 20 * w);
    if (last && !rests) capacity = fmax(capacity, fabs(fabs(Q) / (limit * w) - 1));
  }
  assert_int_equal(step[DavyRecordRows(r) - 1], 7);
  double metal = s->row[s->rows - 1].metal / (0.44e-6 * w) - 1;
  verified("two cycles of plate, rest, strip after a rest | charge off I t by %.0e, capacities by "
           "%.0e; metal as at first to %.0e; ledger %.0e | 1e-9, 1e-9, 1e-9, 1e-10",
           charge, capacity, fabs(metal), DavySimulationImbalance(s->run));
  drop(s);
  assert_true(charge < 1e-9); /* Newton's rounding of each current */
  assert_true(capacity < 1e-9);
  assert_true(fabs(metal) < 1e-9);
}

static void voltages_end_steps(void **state) {
  (void)state;
  /* Beyond the limiting current 2 F D+ c0/L = 6 A/m2: the voltage falls without end. */
  Simulated *s = finished(simulate(
      MPI_COMM_WORLD,
      "engine: interface\n"
      "metal: {molar_volume: 24 cm3/mol}\n"
      "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-13 m2/s, anion_diffusivity: 1e-13 "
      "m2/s}\n"
      "domain: {width: 1 um, gap: 3.4 um}\n"
      "metal_surface: {exchange_current_density: 3 mA/cm2}\n"
      "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
      "initial: {film: 0.44 um}\n"
      "numerics: {cell_size: 125 nm, front_step: 0.05, frames: 0}\n"
      "protocol:\n"
      "  - plate at 1 mA/cm2 until -0.2 V or 1 mAh/cm2\n"
      "  - hold at -0.02 V until 0.002 mAh/cm2\n"
      "  - strip at 0.2 mA/cm2 until 0.02 V or 0.01 mAh/cm2\n"));
  const DavyRecord *r = DavySimulationRecord(s->run);
  const int32_t *step = DavyRecordIntegers(r, DAVY_STEP_COUNT);
  const double *V = DavyRecordNumbers(r, DAVY_VOLTAGE);
  size_t first = 0;
  while (step[first + 1] == 1) first++;
  assert_true(V[first] <= -0.2 && V[first - 1] > -0.2);
  assert_string_equal(reason_of(s, 0), DavyReasonWords(DAVY_REASON_VOLTAGE));
  assert_string_equal(reason_of(s, 1), DavyReasonWords(DAVY_REASON_CAPACITY));
  double held = ledger_of(s, 1, "charge") - ledger_of(s, 0, "charge");
  double off = held / (-0.002 * 36000) - 1;
  verified("voltage limit beyond the limiting current; hold to a capacity | ended at %.3f V after "
           "%.3f V; capacity off by %.0e | before, after; 1e-9",
           V[first], V[first - 1], fabs(off));
  for (size_t k = first + 1; step[k] == 2; k++) assert_true(V[k] == -0.02);
  drop(s);
  assert_true(fabs(off) < 1e-9);
}

#define BARE                                                                                       \
  CELL "domain: {width: 2 um, gap: 2 um}\n"                                                        \
       "metal_surface: {exchange_current_density: 3 mA/cm2}\n"                                     \
       "numerics: {cell_size: 125 nm, frames: 0}\n"

static void alloys_before_it_plates(void **state) {
  (void)state;
  double q = 0.01 * 36000, w = 2e-6, I = 20 * w, full = q * w / I;
  Simulated *s = finished(simulate(
      MPI_COMM_WORLD,
      BARE "substrate: {surfaces: {Sb: {contact: ohmic,\n"
           "  nucleation: {kind: instantaneous, line_density: 2 um-1, overpotential: 20 mV, "
           "radius: 300 nm},\n"
           "  conversion: {capacity: 0.01 mAh/cm2, potential: 0.5 V, exchange_current_density: 1 "
           "mA/cm2}}}}\n"
           "protocol:\n"
           "  - plate at 2 mA/cm2 until 0.004 mAh/cm2\n"
           "  - plate at 2 mA/cm2 until 0.008 mAh/cm2\n"));
  /* The first step only alloys; in the second metal appears as the patch fills. */
  int begins = 0;
  while (begins < s->rows && s->row[begins].bodies == 0) begins++;
  assert_true(begins > 0 && begins < s->rows);
  double time = s->row[begins].time / full - 1, half = ledger_of(s, 0, "alloyed") / (0.4 * q) - 1;
  double alloyed = ledger_of(s, 1, "alloyed") / q - 1;
  double plated = ledger_of(s, 1, "working_metal") / (0.2 * q) - 1;
  verified("a patch alloys, then plates, constant current | full off q A/I by %.0e; alloyed by "
           "%.0e, %.0e; plated by %.0e; %g V | 1e-9 each; 0.5 V less kinetics",
           fabs(time), fabs(half), fabs(alloyed), fabs(plated), s->row[0].volts);
  double kinetic = 0.5 - 2 * rt_f() * asinh(20. / (2 * 10));
  assert_true(fabs(time) < 1e-9 && fabs(half) < 1e-9 && fabs(alloyed) < 1e-9 &&
              fabs(plated) < 1e-9);
  assert_true(s->row[0].volts < kinetic && s->row[0].volts > kinetic - 0.01); /* the electrolyte */
  drop(s);
}

static void alloys_at_its_own_potential(void **state) {
  (void)state;
  /* i0 of 1e-3 A/m2: the salt stays even, the electrolyte drops nothing. */
  double q = 1e-4 * 36000, i = 2e-3 * sinh(0.05 / (2 * rt_f()));
  Simulated *s = finished(simulate(
      MPI_COMM_WORLD,
      BARE
      "substrate: {surfaces: {Sb: {contact: ohmic,\n"
      "  conversion: {capacity: 1e-4 mAh/cm2, potential: 0.5 V, exchange_current_density: 1e-3 "
      "A/m2}}}}\n"
      "protocol: [hold at 0.45 V for %g s]\n",
      2 * q / i));
  double alloyed = ledger_of(s, 0, "alloyed") / q - 1, charge = ledger_of(s, 0, "charge") / -q - 1;
  int full = 1; /* the first row of no current; then the potential is held to the end */
  while (full < s->rows - 1 && s->row[full].amperes != 0) full++;
  double time = s->row[full].time / (q / i) - 1;
  verified("a patch alloys at 0.45 V, above any plating | full off q/i by %.0e; alloyed by %.0e, "
           "charge by %.0e; %s | 1e-5; 1e-9, 1e-9",
           fabs(time), fabs(alloyed), fabs(charge), reason_of(s, 0));
  assert_string_equal(reason_of(s, 0), DavyReasonWords(DAVY_REASON_TIME));
  drop(s);
  assert_true(fabs(alloyed) < 1e-9 && fabs(charge) < 1e-9);
  assert_true(fabs(time) < 1e-5); /* i over the limiting current: 1e-6 */
}

static void patch_and_metal_share(void **state) {
  (void)state;
  double q = 0.01 * 36000, w = 2e-6, area = 1e-6;
  Simulated *s = finished(simulate(
      MPI_COMM_WORLD, BARE
      "substrate:\n"
      "  pattern: halves\n"
      "  surfaces: {Ni: {contact: ohmic}, Sb: {contact: ohmic,\n"
      "    conversion: {capacity: 0.01 mAh/cm2, potential: 0.02 V, exchange_current_density: 1 "
      "mA/cm2}}}\n"
      "initial: {seeds: [{at: [0.1 um], radius: 400 nm}]}\n"
      "protocol: [hold at -0.05 V for 60 s]\n"));
  double alloyed = ledger_of(s, 0, "alloyed"), plated = ledger_of(s, 0, "working_metal");
  double off = (ledger_of(s, 0, "charge") + alloyed + plated) / (alloyed + plated);
  double full = alloyed / (q * area / w) - 1;
  verified("a patch alloys beside metal that plates, constant potential | charge less both parts "
           "%.0e; patch full to %.0e; %.0f %% plated | 1e-10, 1e-9",
           fabs(off), fabs(full), 100 * plated / (plated + alloyed));
  drop(s);
  assert_true(fabs(off) < 1e-10);
  assert_true(fabs(full) < 1e-9);
  assert_true(plated > 0.1 * alloyed);
}

static void strips_to_the_last(void **state) {
  (void)state;
  Simulated *s =
      finished(simulate(MPI_COMM_WORLD, BARE "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
                                             "initial: {seeds: [{at: [1.03 um], radius: 700 nm}]}\n"
                                             "protocol: [strip at 1 mA/cm2 until 0.5 V]\n"));
  double there = M_PI * 0.49e-12 / 2 * DAVY_FARADAY / VM / 2e-6;
  double gone = ledger_of(s, 0, "charge") / there - 1, lost = ledger_of(s, 0, "vanished") / there;
  verified("half a disk stripped to nothing, R/h = 6 | charge off the metal's by %.1e, of it "
           "without current %.1e; %s | 1e-2",
           gone, lost, reason_of(s, 0));
  assert_string_equal(reason_of(s, 0), DavyReasonWords(DAVY_REASON_METAL_EXHAUSTED));
  drop(s);
  assert_true(fabs(gone) < 1e-2); /* half a disk in cells: (h/R)^2 = 0.03, over 8 */
}

/* What the last metal leaves undone ends a run as in the cell engine: unless a voltage limit takes
 * it to the next step, which on a counter electrode that is gone cannot be one. */
static void metal_that_ends(void **state) {
  (void)state;
  static const struct {
    const char *counter, *protocol, *message;
    int steps;
  } runs[] = {
      {"thickness: 1 um", "strip at 1 mA/cm2 until 1 mAh/cm2", "with a voltage limit", 1},
      {"thickness: 1 um", "strip at 1 mA/cm2 until 0.5 V, strip at 1 mA/cm2 until 0.5 V", NULL, 2},
      {"thickness: 40 nm", "plate at 1 mA/cm2 until 1 mAh/cm2", "left of the counter", 1},
      {"thickness: 40 nm", "plate at 1 mA/cm2 until -0.5 V", NULL, 1},
      {"thickness: 40 nm", "plate at 1 mA/cm2 until -0.5 V, strip at 1 mA/cm2 until 0.5 V",
       "step 2", 2},
  };
  for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
    Simulated *s = simulate(MPI_COMM_WORLD,
                            CELL "domain: {width: 1 um, gap: 1 um}\n"
                                 "metal_surface: {exchange_current_density: 3 mA/cm2}\n"
                                 "counter_electrode: {%s}\n"
                                 "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
                                 "initial: {film: 100 nm}\n"
                                 "numerics: {cell_size: 63 nm, frames: 0}\n"
                                 "protocol: [%s]\n",
                            runs[k].counter, runs[k].protocol);
    assert_int_equal(s->error, runs[k].message ? DAVY_ERR_SOLVER : DAVY_OK);
    if (runs[k].message && !strstr(s->message, runs[k].message))
      fail_msg("%s: \"%s\"; expected \"%s\"", runs[k].protocol, s->message, runs[k].message);
    assert_int_equal(DavyTableRows(DavySimulationLedger(s->run)), runs[k].steps);
    for (int step = 0; step < runs[k].steps; step++)
      assert_string_equal(reason_of(s, step), DavyReasonWords(DAVY_REASON_METAL_EXHAUSTED));
    drop(s);
  }
}

static void short_circuit(void **state) {
  (void)state;
  double w = 6e-6, gap = 0.75e-6, r0 = 0.5e-6;
  Simulated *s = simulate(MPI_COMM_WORLD, CELL
                          "domain: {width: 6 um, gap: 0.75 um}\n"
                          "metal_surface: {exchange_current_density: 1e-3 A/m2}\n"
                          "counter_electrode: {thickness: 0.75 um, exchange_current_density: 1e-3 "
                          "A/m2}\n"
                          "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
                          "initial: {seeds: [{at: [3.01 um], radius: 500 nm}]}\n"
                          "numerics: {cell_size: 47 nm, frames: 0}\n"
                          "protocol: [plate at 1e-4 mA/cm2 until 1 mAh/cm2]\n");
  double b = w / M_PI, r = b - sqrt(b * b - 2 * b * gap + r0 * r0);
  double touch = w * (r - gap) / VM * DAVY_FARADAY, charge = -s->row[s->rows - 1].charge;
  double off = (charge - touch) / touch;
  print_message("%s\nr = %g um, steps %d\n", s->message, 1e6 * r, s->rows);
  verified("half a disk grows to the counter electrode, h = 47 nm | %s; charge off by %.1e | 5e-2",
           s->message, off);
  assert_int_equal(s->error, DAVY_ERR_SOLVER);
  assert_int_equal(DavySimulationReason(s->run), DAVY_REASON_SHORT_CIRCUIT);
  assert_non_null(strstr(s->message, DavyReasonWords(DAVY_REASON_SHORT_CIRCUIT)));
  assert_string_equal(reason_of(s, 0), DavyReasonWords(DAVY_REASON_SHORT_CIRCUIT));
  drop(s);
  /* Fronts touch within 0.3 cells of where they should, of 144 nm that each must move. */
  assert_true(fabs(off) < 5e-2);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(cycles_at_constant_current),
                                     cmocka_unit_test(voltages_end_steps),
                                     cmocka_unit_test(alloys_before_it_plates),
                                     cmocka_unit_test(alloys_at_its_own_potential),
                                     cmocka_unit_test(patch_and_metal_share),
                                     cmocka_unit_test(strips_to_the_last),
                                     cmocka_unit_test(metal_that_ends),
                                     cmocka_unit_test(short_circuit)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
