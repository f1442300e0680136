/* Charge, metal and salt stay in balance through everything that can happen to a cell, events end
 * steps where they must, and the record agrees with the ledger.
 *
 * Faraday's law: a charge q per area changes the thickness of the metal by V_m q/F: 8.861 um per
 * mAh/cm2 of sodium (reference problem 21). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cell_runs.h"

static void test_faraday(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  DavyCell *cell = run_cell(&p, "- plate at 1 mA/cm2 until 1 mAh/cm2");
  near(1e6 * (DavyCellThickness(cell, 0) - 200e-6), 8.861, 0.0005); /* digits as printed */
  near(DavyCellThickness(cell, 0) + DavyCellThickness(cell, 1), 400e-6, 1e-18);
  near(last_number(cell, DAVY_STEP_DISCHARGING_CAPACITY), 1e-3, 1e-15);
  near(last_number(cell, DAVY_STEP_CHARGING_CAPACITY), 0, 0);
  near(last_number(cell, DAVY_TEST_TIME), 3600, 1e-9);
  near(last_number(cell, DAVY_CURRENT), -1e-3, 1e-17);
  DavyCellDestroy(&cell);
}

/* Properties that all depend on concentration, unlike electrodes, every kind of step and end. */
static void test_balance_through_everything(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.electrolyte = DavyElectrolyteDilute(1000, 1e-10, 2e-10, 298.15);
  p.electrolyte.diffusivity = DavyCurveProportional(1e-13);
  p.electrolyte.transference = DavyCurveProportional(3e-4);
  p.electrolyte.thermodynamic_factor = DavyCurveProportional(1e-3);
  p.working.film_resistance = 1e-3;
  p.counter.alpha_a = 0.4;
  p.counter.alpha_c = 0.6;
  p.working.thickness = 2e-6;
  DavyCell *cell = run_cell(&p, "- rest for 10 min\n"
                                "- cycles: 50\n"
                                "  steps:\n"
                                "    - plate at 1 mA/cm2 until 0.1 mAh/cm2 or -0.5 V\n"
                                "    - hold at -60 mV until 0.2 mA/cm2 or 0.05 mAh/cm2 or 1 h\n"
                                "    - rest for 1 min\n"
                                "    - strip at 2 mA/cm2 until 1 mAh/cm2 or 0.5 V\n"
                                "    - hold at 30 mV for 5 min until 0.01 mA/cm2\n");
  /* Newton's method with the exact Jacobian: linear balances hold to rounding, a few hundred steps
   * of it. A thousandth of what the engine itself accepts. */
  assert_true(DavyCellImbalance(cell) < 1e-13 * 100);
  const DavyTable *ledger = DavyCellLedger(cell);
  assert_int_equal(DavyTableRows(ledger), 1 + 50 * 5);
  /* The working metal, 2 um at first, is gone at the end of a strip: the step has a voltage limit,
   * so that the run goes on. */
  size_t reason = (size_t)DavyTableFind(ledger, "reason");
  assert_string_equal(DavyTableText(ledger, 4, reason),
                      DavyReasonWords(DAVY_REASON_METAL_EXHAUSTED));
  assert_int_equal(DavyCellReason(cell), DAVY_REASON_FINISHED);
  DavyCellDestroy(&cell);
}

/* Under a held voltage the charge is an unknown of its own; the recorded current must add up to
 * it. */
static void test_recorded_current_adds_up(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.tolerance = 1e-8;
  /* Starts from a settled profile: a step of the voltage from there is mild. */
  DavyCell *cell = run_cell(&p, "- plate at 1 mA/cm2 for 600 s\n"
                                "- hold at -56 mV for 10 s every 10 ms\n");
  const DavyRecord *record = DavyCellRecord(cell);
  const double *t = DavyRecordNumbers(record, DAVY_STEP_TIME);
  const double *i = DavyRecordNumbers(record, DAVY_CURRENT);
  const int32_t *step = DavyRecordIntegers(record, DAVY_STEP_COUNT);
  double sum = 0;
  for (size_t k = 1; k < DavyRecordRows(record); k++)
    if (step[k] == 2 && step[k - 1] == 2) sum += (i[k] + i[k - 1]) / 2 * (t[k] - t[k - 1]);
  /* Trapezoids of 10 ms on a transient that begins like sqrt(t): 1e-6 of the charge. */
  near(-sum / 3600 / last_number(cell, DAVY_STEP_DISCHARGING_CAPACITY), 1, 2e-6);
  DavyCellDestroy(&cell);
}

static DavyError run_fails(const DavyCellParameters *p, const char *yaml, DavyReason reason,
                           double time, const char *words) {
  DavyCell *cell = NULL;
  DavyProtocol *protocol = protocol_of(yaml, p->area);
  must(DavyCellCreate(p, &cell));
  DavyError error = DavyCellRun(cell, protocol);
  assert_int_equal(DavyCellReason(cell), reason);
  near(last_number(cell, DAVY_TEST_TIME), time, 1e-7 * time);
  if (!strstr(DavyErrorMessage(), words))
    fail_msg("\"%s\"; expected \"%s\" in it", DavyErrorMessage(), words);
  DavyProtocolDestroy(&protocol);
  DavyCellDestroy(&cell);
  return error;
}

static void test_metal_ends(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  p.working.thickness = 1e-6;
  double end = 1e-6 * DAVY_FARADAY / (p.molar_volume * 10);
  assert_int_equal(run_fails(&p, "- strip at 1 mA/cm2 for 1 h", DAVY_REASON_METAL_EXHAUSTED, end,
                             "an electrode ran out of metal; with a voltage limit"),
                   DAVY_ERR_SOLVER);
  /* From nothing: the step ends as it begins. */
  p.working.thickness = 0;
  assert_int_equal(
      run_fails(&p, "- strip at 1 mA/cm2 for 1 h", DAVY_REASON_METAL_EXHAUSTED, 0, "out of metal"),
      DAVY_ERR_SOLVER);
  DavyCell *cell = run_cell(&p, "- strip at 1 mA/cm2 until 0.5 V\n- plate at 1 mA/cm2 for 1 h\n"
                                "- strip at 1 mA/cm2 until 0.5 V");
  near(last_number(cell, DAVY_TEST_TIME), 7200, 1e-6);
  near(DavyCellThickness(cell, 0), 0, 1e-18);
  assert_int_equal(DavyRecordWarnings(DavyCellRecord(cell)), 1);
  DavyCellDestroy(&cell);
}

static void test_voltage_limit(void **state) {
  (void)state;
  DavyCellParameters p = reference_cell();
  /* Above the limiting current of 235 A/m2, so that the voltage runs away. */
  DavyCell *cell = run_cell(&p, "- plate at 30 mA/cm2 until -1.5 V");
  near(last_number(cell, DAVY_VOLTAGE), -1.5, 1e-6);
  near(DavyCellSurfaceConcentration(cell, 0), 0, 1);
  DavyCellDestroy(&cell);
  cell = run_cell(&p, "- plate at 1 mA/cm2 until V < -0.054 V");
  near(last_number(cell, DAVY_VOLTAGE), -0.054, 1e-9);
  DavyCellDestroy(&cell);
  /* Already beyond: one row, no time, a warning. */
  cell = run_cell(&p, "- plate at 1 mA/cm2 until 0.2 V\n- rest for 1 s");
  near(last_number(cell, DAVY_TEST_TIME), 1, 1e-12);
  assert_int_equal(DavyRecordWarnings(DavyCellRecord(cell)), 1);
  DavyCellDestroy(&cell);
}

static void test_impossible_parameters(void **state) {
  (void)state;
  DavyCellParameters good = reference_cell();
  struct {
    DavyCellParameters p;
    const char *word;
  } cases[8];
  for (int k = 0; k < 8; k++) cases[k].p = good;
  cases[0].p.separator.porosity = 0, cases[0].word = "porosity";
  cases[1].p.electrolyte.diffusivity = DavyCurveConstant(-1), cases[1].word = "diffusivity";
  cases[2].p.electrolyte.transference = DavyCurveConstant(1), cases[2].word = "transference";
  cases[3].p.working.exchange_current_density = 0, cases[3].word = "exchange_current_density";
  cases[4].p.cells = 2, cases[4].word = "cells";
  cases[5].p.area = NAN, cases[5].word = "area";
  cases[6].p.counter.thickness = -1, cases[6].word = "counter_electrode";
  cases[7].p.electrolyte.conductivity = DavyCurveConstant(0), cases[7].word = "conductivity";
  for (int k = 0; k < 8; k++) {
    DavyCell *cell = NULL;
    assert_int_equal(DavyCellCreate(&cases[k].p, &cell), DAVY_ERR_VALUE);
    assert_null(cell);
    assert_non_null(strstr(DavyErrorMessage(), cases[k].word));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_faraday),
      cmocka_unit_test(test_balance_through_everything),
      cmocka_unit_test(test_recorded_current_adds_up),
      cmocka_unit_test(test_metal_ends),
      cmocka_unit_test(test_voltage_limit),
      cmocka_unit_test(test_impossible_parameters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
