/* The analysis on records whose answer is known exactly, because the test makes them.
 *
 * Each record is built of constant-current stretches with a row every `dt` seconds and a row at
 * both ends, so that charge is current times duration to round-off. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "davy/analysis.h"
#include "expect_close.h"

/* Sums of some thousand terms of order one: round-off stays below this. */
#define ROUND_OFF 1e-9

typedef struct {
  DavyRecord *record;
  size_t rows;
  double time;
  int step, cycle;
  bool steps, counter;   /* write step counts and times; write the instrument's counters */
  double charged, spent; /* Ah */
  double gain;           /* of the instrument's counters; 1 if they agree with the current */
} Bench;

static Bench bench_open(bool steps, bool counter) {
  Bench b = {.steps = steps, .counter = counter, .gain = 1};
  assert_int_equal(DavyRecordCreate(&b.record), DAVY_OK);
  return b;
}

static void bench_row(Bench *b, double current, double voltage, double step_time) {
  if (b->rows == DavyRecordRoom(b->record))
    assert_int_equal(DavyRecordReserve(b->record, b->rows ? 2 * b->rows : 256), DAVY_OK);
  size_t i = b->rows++;
  DavyRecordMakeNumbers(b->record, DAVY_TEST_TIME)[i] = b->time;
  DavyRecordMakeNumbers(b->record, DAVY_CURRENT)[i] = current;
  DavyRecordMakeNumbers(b->record, DAVY_VOLTAGE)[i] = voltage;
  if (b->steps) {
    DavyRecordMakeIntegers(b->record, DAVY_STEP_COUNT)[i] = b->step;
    DavyRecordMakeNumbers(b->record, DAVY_STEP_TIME)[i] = step_time;
    DavyRecordMakeIntegers(b->record, DAVY_CYCLE_COUNT)[i] = b->cycle;
  }
  if (b->counter) {
    DavyRecordMakeNumbers(b->record, DAVY_CHARGING_CAPACITY)[i] = b->gain * b->charged;
    DavyRecordMakeNumbers(b->record, DAVY_DISCHARGING_CAPACITY)[i] = b->gain * b->spent;
  }
}

/* Constant current I (A) for `duration` s; the voltage runs from v0 to v1 linearly. */
static void bench_step(Bench *b, double current, double duration, double dt, double v0, double v1) {
  double start = b->time;
  size_t n = (size_t)(duration / dt + 0.5);
  b->step++;
  for (size_t i = 0; i <= n; i++) {
    double x = (double)i / (double)n;
    b->time = start + x * duration;
    if (i) *(current > 0 ? &b->charged : &b->spent) += fabs(current) * duration / (double)n / 3600;
    bench_row(b, current, v0 + x * (v1 - v0), x * duration);
  }
}

static DavyAnalysis *bench_close(Bench *b, const DavyCellInfo *cell) {
  DavyAnalysis *analysis = NULL;
  assert_int_equal(DavyRecordSetRows(b->record, b->rows), DAVY_OK);
  assert_int_equal(DavyAnalyse(b->record, cell, &analysis), DAVY_OK);
  DavyRecordDestroy(&b->record);
  return analysis;
}

static double cell(const DavyAnalysis *a, const char *table, size_t row, const char *key) {
  const DavyTable *t = DavyAnalysisTable(a, table);
  assert_non_null(t);
  assert_true(row < DavyTableRows(t));
  int column = DavyTableFind(t, key);
  if (column < 0) fail_msg("table %s has no column %s", table, key);
  return DavyTableNumber(t, row, (size_t)column);
}

static const char *text(const DavyAnalysis *a, const char *table, size_t row, const char *key) {
  const DavyTable *t = DavyAnalysisTable(a, table);
  return DavyTableText(t, row, (size_t)DavyTableFind(t, key));
}

static size_t rows_of(const DavyAnalysis *a, const char *table) {
  const DavyTable *t = DavyAnalysisTable(a, table);
  return t ? DavyTableRows(t) : 0;
}

/* Row of the summary with that key; fails if it is not there. */
static size_t summary_row(const DavyAnalysis *a, const char *key) {
  for (size_t i = 0; i < rows_of(a, "summary"); i++)
    if (strcmp(text(a, "summary", i, "key"), key) == 0) return i;
  fail_msg("the summary lacks %s", key);
  return 0;
}

static double summary(const DavyAnalysis *a, const char *key) {
  return cell(a, "summary", summary_row(a, key), "value");
}

static bool says(const DavyAnalysis *a, const char *words) {
  for (size_t i = 0; DavyAnalysisSentence(a, i); i++)
    if (strstr(DavyAnalysisSentence(a, i), words)) return true;
  return false;
}

static bool warns(const DavyAnalysis *a, const char *words) {
  for (size_t i = 0; DavyAnalysisWarning(a, i); i++)
    if (strstr(DavyAnalysisWarning(a, i), words)) return true;
  return false;
}

/* Symmetric cell, ±1 mA for 1 h at ±(50 + 0.5 k) mV: 1 mAh each, polarisation linear in k. */
static void symmetric_square_wave(void **state) {
  (void)state;
  Bench b = bench_open(false, false);
  for (int k = 1; k <= 20; k++) {
    double sign = k % 2 ? -1 : 1, v = sign * (0.050 + 0.0005 * k);
    bench_step(&b, sign * 1e-3, 3600, 10, v, v);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(DavyAnalysisKind(a), DAVY_CELL_SYMMETRIC);
  assert_int_equal(rows_of(a, "half_cycles"), 20);
  assert_int_equal(rows_of(a, "cycles"), 10);
  for (size_t k = 0; k < 20; k++)
    expect_close(cell(a, "half_cycles", k, "capacity"), 1.0, ROUND_OFF);
  /* half cycles 1 and 2: -50.5 and +51 mV */
  expect_close(cell(a, "cycles", 0, "polarisation"), 50.75, ROUND_OFF);
  expect_close(cell(a, "cycles", 0, "electrode_overpotential"), 25.375, ROUND_OFF);
  expect_close(summary(a, "polarisation_growth"), 0.5, ROUND_OFF);
  assert_true(says(a, "grows by 0.5"));
  assert_int_equal(DavyTableFind(DavyAnalysisTable(a, "cycles"), "coulombic_efficiency"), -1);
  DavyAnalysisDestroy(&a);
}

/* A dip of 20 mV at the start and an arch of 10 mV at the end of each half cycle of 1 h: neither
 * touches the polarisation, which is taken from the middle half of the charge. */
static void nucleation_and_arching_stay_out_of_the_polarisation(void **state) {
  (void)state;
  Bench b = bench_open(false, false);
  for (int k = 0; k < 8; k++) {
    double sign = k % 2 ? 1 : -1;
    bench_step(&b, sign * 1e-3, 300, 10, sign * 0.060, sign * 0.040);
    bench_step(&b, sign * 1e-3, 2880, 10, sign * 0.040, sign * 0.040);
    bench_step(&b, sign * 1e-3, 420, 10, sign * 0.050, sign * 0.050);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(rows_of(a, "half_cycles"), 8);
  expect_close(cell(a, "cycles", 1, "polarisation"), 40, ROUND_OFF);
  expect_close(cell(a, "half_cycles", 3, "arching"), 10, ROUND_OFF);
  /* the interval between two rows has their mean voltage: 59.67 mV in the first 10 s */
  expect_close(cell(a, "half_cycles", 3, "nucleation_dip"), 20, 0.5);
  DavyAnalysisDestroy(&a);
}

/* Plating 1 mAh at -30 mV, rest, stripping `share` of it at +30 mV and up to the cut-off of 0.5 V,
 * rest. */
static void plate_and_strip(Bench *b, double share) {
  b->cycle++;
  bench_step(b, -1e-3, 3600, 20, -0.03, -0.03);
  bench_step(b, 0, 600, 60, 0, 0);
  bench_step(b, 1e-3, 3600 * share * 0.98, 20, 0.03, 0.03);
  bench_step(b, 1e-3, 3600 * share * 0.02, 5, 0.03, 0.5);
  bench_step(b, 0, 600, 60, 0.4, 0.3);
}

static void half_cell_efficiency(void **state) {
  (void)state;
  static const double shares[] = {0.80, 0.95, 0.97, 0.98, 0.99, 0.96};
  Bench b = bench_open(true, true);
  for (size_t k = 0; k < 6; k++) plate_and_strip(&b, shares[k]);
  DavyCellInfo info = DavyCellInfoDefault();
  info.formation_cycles = 1;
  info.area = 1.54e-4;
  info.active_mass = 2e-6;
  DavyAnalysis *a = bench_close(&b, &info);
  assert_int_equal(DavyAnalysisKind(a), DAVY_CELL_HALF);
  assert_int_equal(rows_of(a, "cycles"), 6);
  for (size_t k = 0; k < 6; k++)
    expect_close(cell(a, "cycles", k, "coulombic_efficiency"), 100 * shares[k], 1e-7);
  assert_string_equal(text(a, "cycles", 0, "remark"), "formation");
  /* cycles 2 to 6: mean 97, deviations -2 0 1 2 -1: variance 10/4 */
  expect_close(summary(a, "mean_coulombic_efficiency"), 97, 1e-7);
  size_t row = summary_row(a, "mean_coulombic_efficiency");
  expect_close(cell(a, "summary", row, "uncertainty"), sqrt(2.5), 1e-7);
  expect_close(summary(a, "first_coulombic_efficiency"), 80, 1e-7);
  assert_true(says(a, "97.0 ± 1.6 %"));
  assert_true(says(a, "cycles 2 to 6, n = 5"));
  assert_true(says(a, "1 mAh (0.6494 mAh/cm2) per half cycle at 1 mA (0.6494 mA/cm2)"));
  expect_close(cell(a, "cycles", 0, "discharge_areal_capacity"), 1 / 1.54, ROUND_OFF);
  expect_close(cell(a, "cycles", 0, "discharge_specific_capacity"), 500, 1e-7);
  expect_close(cell(a, "cycles", 5, "vendor_cycle"), 6, 0);
  DavyAnalysisDestroy(&a);
}

/* Aurbach's test: 5 mAh plated, 10 times 1 mAh stripped and plated, 4.4 mAh stripped at the end:
 * (10 + 4.4)/(10 + 5) = 96 %. Behind a conditioning cycle (5 and 4.5 mAh) and without one. */
static void aurbach_average(void **state) {
  (void)state;
  for (int conditioned = 0; conditioned < 2; conditioned++) {
    Bench b = bench_open(true, false);
    if (conditioned) {
      bench_step(&b, -1e-3, 5 * 3600, 60, -0.03, -0.03);
      bench_step(&b, 1e-3, 4.5 * 3600, 60, 0.03, 1.0);
    }
    bench_step(&b, -1e-3, 5 * 3600, 60, -0.03, -0.03);
    for (int k = 0; k < 10; k++) {
      bench_step(&b, 1e-3, 3600, 60, 0.03, 0.03);
      bench_step(&b, -1e-3, 3600, 60, -0.03, -0.03);
    }
    bench_step(&b, 1e-3, 4.2 * 3600, 60, 0.03, 0.03);
    bench_step(&b, 1e-3, 0.2 * 3600, 60, 0.03, 1.0);
    DavyAnalysis *a = bench_close(&b, NULL);
    assert_int_equal(DavyAnalysisKind(a), DAVY_CELL_HALF);
    expect_close(summary(a, "average_coulombic_efficiency"), 96, 1e-7);
    assert_true(says(a, "10 times 1 mAh"));
    assert_false(says(a, "short circuit"));
    if (conditioned) expect_close(summary(a, "first_coulombic_efficiency"), 90, 1e-7);
    DavyAnalysisDestroy(&a);
  }
}

/* A CE above 120 % ends the statistic: a short circuit gives back more than was plated. */
static void statistic_ends_at_120_percent(void **state) {
  (void)state;
  static const double shares[] = {0.9, 0.92, 1.5, 0.5, 0.5};
  Bench b = bench_open(true, false);
  for (size_t k = 0; k < 5; k++) plate_and_strip(&b, shares[k]);
  DavyAnalysis *a = bench_close(&b, NULL);
  expect_close(summary(a, "mean_coulombic_efficiency"), 91, 1e-7);
  assert_true(says(a, "In cycle 3 the Coulombic efficiency is 150 %"));
  assert_string_equal(text(a, "cycles", 4, "remark"), "after a CE above 120 %");
  DavyAnalysisDestroy(&a);
}

/* A cell that was put on the cycler charged gives back more than the first charge put in: that is
 * no short circuit, and the statistic goes on. A load profile makes no cycles at all. */
static void charged_before_and_load_profiles(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  for (int k = 0; k < 4; k++) {
    bench_step(&b, 1e-3, k ? 3600 : 600, 10, 3.4, 4.2);
    bench_step(&b, -1e-3, 3564, 10, 4.0, 2.5);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  expect_close(cell(a, "cycles", 0, "coulombic_efficiency"), 594, 1e-6);
  assert_non_null(strstr(text(a, "cycles", 0, "remark"), "held charge before"));
  expect_close(summary(a, "mean_coulombic_efficiency"), 99, 1e-7);
  DavyAnalysisDestroy(&a);

  b = bench_open(true, false);
  for (int k = 0; k < 30; k++) bench_step(&b, k % 2 ? -1 : 1, 20 + k % 3, 1, 3.4, 3.3);
  int32_t *type = DavyRecordMakeIntegers(b.record, DAVY_STEP_TYPE);
  for (size_t i = 0; i < b.rows; i++) type[i] = DAVY_STEP_SIMULATION;
  a = bench_close(&b, NULL);
  assert_true(says(a, "load profile"));
  assert_null(DavyAnalysisTable(a, "cycles"));
  assert_int_equal(DavyAnalysisKind(a), DAVY_CELL_AUTO);
  DavyAnalysisDestroy(&a);
}

/* The record breaks off in the stripping of cycle 4: flagged, and not in the mean. */
static void incomplete_last_cycle(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  for (size_t k = 0; k < 3; k++) plate_and_strip(&b, 0.9);
  bench_step(&b, -1e-3, 3600, 20, -0.03, -0.03);
  bench_step(&b, 1e-3, 1800, 20, 0.03, 0.03);
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(rows_of(a, "cycles"), 4);
  assert_string_equal(text(a, "cycles", 3, "remark"), "incomplete");
  assert_true(isnan(cell(a, "cycles", 3, "coulombic_efficiency")));
  expect_close(summary(a, "mean_coulombic_efficiency"), 90, 1e-7);
  assert_true(says(a, "cycle 4 is incomplete"));
  DavyAnalysisDestroy(&a);
}

/* Full cell: 2 mA for 1 h to 4.2 V, then a held voltage with I = 2 mA exp(-t/600 s) for 1 h, then
 * discharge at 2 mA. The tail holds 2 mA · 600 s · (1 - e^-6). */
static void full_cell_with_tail(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  double tail = 2e-3 * 600 * (1 - exp(-6)), discharge = 2e-3 * 3600 + 0.9 * tail;
  for (int k = 0; k < 3; k++) {
    bench_step(&b, 2e-3, 3600, 30, 3.6, 4.2);
    double start = b.time;
    b.step++;
    for (int i = 0; i <= 720; i++) {
      b.time = start + 5.0 * i;
      bench_row(&b, 2e-3 * exp(-5.0 * i / 600), 4.2, 5.0 * i);
    }
    bench_step(&b, -2e-3, discharge / 2e-3, 30, 4.0, 2.8);
    bench_step(&b, 0, 600, 60, 3.0, 3.1);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(DavyAnalysisKind(a), DAVY_CELL_FULL);
  assert_int_equal(rows_of(a, "cycles"), 3);
  double charge = 2e-3 * 3600 + tail;
  /* trapezoid on exp(-t/τ): relative error of the tail (dt/τ)²/12 = 5.8e-6 */
  expect_close(cell(a, "cycles", 0, "charge_capacity"), charge / 3.6, 2e-6 * charge);
  expect_close(cell(a, "cycles", 0, "coulombic_efficiency"), 100 * discharge / charge, 1e-4);
  /* charge at 3.9 V mean and 4.2 V, discharge at 3.4 V mean */
  double energy = 100 * discharge * 3.4 / (7.2 * 3.9 + tail * 4.2);
  expect_close(cell(a, "cycles", 0, "energy_efficiency"), energy, 1e-3);
  assert_true(cell(a, "cycles", 0, "coulombic_efficiency_uncertainty") > 1e-4);
  DavyAnalysisDestroy(&a);
}

/* A full cell that was put on the cycler charged: its first discharge belongs to no cycle. */
static void leading_discharge_of_a_full_cell(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  bench_step(&b, -1e-3, 1000, 10, 3.8, 2.5);
  for (int k = 0; k < 4; k++) {
    bench_step(&b, 1e-3, 3600, 10, 3.0, 4.2);
    bench_step(&b, -1e-3, 3600 * pow(0.99, k + 1), 10, 4.0, 2.5);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(rows_of(a, "cycles"), 5);
  expect_close(cell(a, "cycles", 0, "cycle"), 0, 0);
  expect_close(cell(a, "cycles", 1, "coulombic_efficiency"), 99, 1e-7);
  /* discharge falls by exactly 1 % a cycle */
  expect_close(summary(a, "capacity_fade"), 1, 1e-9);
  DavyAnalysisDestroy(&a);

  b = bench_open(true, false);
  bench_step(&b, -1e-3, 1000, 10, 3.8, 2.5);
  bench_step(&b, 1e-3, 2000, 10, 3.0, 4.2);
  DavyCellInfo info = DavyCellInfoDefault();
  info.first = DAVY_FIRST_DISCHARGE;
  a = bench_close(&b, &info);
  assert_true(warns(a, "whether that was complete cannot be told"));
  assert_int_equal(rows_of(a, "cycles"), 1);
  expect_close(cell(a, "cycles", 0, "coulombic_efficiency"), 50, 1e-7);
  DavyAnalysisDestroy(&a);
}

/* Noise of 0.09 % of the current in rests, pulses against the direction of 1 % of the charge: the
 * same half cycles come out. No steps are counted by the instrument. */
static void noise_and_pulses(void **state) {
  (void)state;
  Bench b = bench_open(false, false);
  unsigned seed = 1;
  for (int k = 0; k < 6; k++) {
    bench_step(&b, 1e-3, 1800, 10, 3.0, 3.5);
    bench_step(&b, -1e-3, 36, 2, 3.4, 3.4);
    bench_step(&b, 1e-3, 1836, 10, 3.5, 4.2);
    for (int i = 0; i < 60; i++) {
      seed = seed * 1103515245u + 12345u;
      b.time += 10;
      bench_row(&b, 0.9e-6 * ((double)(seed >> 16 & 0x7fff) / 16384 - 1), 4.1, 0);
    }
    bench_step(&b, -1e-3, 3500, 10, 4.0, 2.5);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(rows_of(a, "half_cycles"), 12);
  /* Without steps the switch to rest lies anywhere between two rows 10 s apart: half is counted,
   * 5 s of 3600, and the uncertainty is 10 s / √12. */
  expect_close(cell(a, "half_cycles", 0, "capacity"), 1, 5.01 / 3600);
  expect_close(cell(a, "half_cycles", 0, "capacity_uncertainty"), 10 / sqrt(12) / 3600, 2e-4);
  expect_close(cell(a, "cycles", 2, "coulombic_efficiency"), 100 * 3500 / 3600.0, 0.3);
  assert_true(warns(a, "6 brief reversals"));
  DavyAnalysisDestroy(&a);
}

/* The instrument's counter: believed while it agrees, refused and said when it does not. */
static void counters(void **state) {
  (void)state;
  Bench b = bench_open(true, true);
  b.gain = 1.005;
  for (size_t k = 0; k < 3; k++) plate_and_strip(&b, 0.9);
  DavyAnalysis *a = bench_close(&b, NULL);
  expect_close(cell(a, "half_cycles", 0, "capacity"), 1.005, 1e-9);
  expect_close(cell(a, "half_cycles", 0, "capacity_uncertainty"), 0.005, 1e-9);
  expect_close(cell(a, "half_cycles", 0, "integrated_capacity"), 1, 1e-9);
  DavyAnalysisDestroy(&a);

  b = bench_open(true, true);
  b.gain = 1000;
  for (size_t k = 0; k < 3; k++) plate_and_strip(&b, 0.9);
  a = bench_close(&b, NULL);
  expect_close(cell(a, "half_cycles", 0, "capacity"), 1, 1e-9);
  expect_close(cell(a, "half_cycles", 0, "vendor_capacity"), 1000, 1e-6);
  assert_true(warns(a, "differ by"));
  DavyAnalysisDestroy(&a);
}

/* A day without rows between two steps is no charge, whatever the current before it. */
static void time_gap(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  for (size_t k = 0; k < 3; k++) {
    bench_step(&b, -1e-3, 3600, 20, -0.03, -0.03);
    b.time += 86400;
    bench_step(&b, 1e-3, 3240, 20, 0.03, 0.5);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  expect_close(summary(a, "mean_coulombic_efficiency"), 90, 1e-7);
  assert_true(warns(a, "without rows"));
  DavyAnalysisDestroy(&a);
}

/* Steps without a clock of their own begin with their first row: the 30 s of rest before it, in
 * which no row was written, carry nothing. */
static void edge_without_a_clock(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  for (int k = 0; k < 6; k++) {
    bench_step(&b, 0, 570, 30, 0.1, 0.1);
    b.time += 30;
    bench_step(&b, k % 2 ? 1e-3 : -1e-3, 3600, 10, k % 2 ? 0.1 : -0.1, k % 2 ? 0.1 : -0.1);
  }
  DavyRecordDropColumn(b.record, DAVY_STEP_TIME);
  b.steps = false;
  DavyAnalysis *a = bench_close(&b, NULL);
  for (size_t k = 0; k < 6; k++) expect_close(cell(a, "half_cycles", k, "capacity"), 1, ROUND_OFF);
  assert_true(cell(a, "half_cycles", 0, "capacity_uncertainty") > 0);
  DavyAnalysisDestroy(&a);
}

/* GITT: pulses of one direction with rests between them are one half cycle. */
static void gitt_is_one_half_cycle(void **state) {
  (void)state;
  Bench b = bench_open(true, false);
  for (int k = 0; k < 30; k++) {
    bench_step(&b, 1e-3, 180, 10, 3.0 + 0.03 * k, 3.05 + 0.03 * k);
    bench_step(&b, 0, 900, 60, 3.02 + 0.03 * k, 3.01 + 0.03 * k);
  }
  for (int k = 0; k < 30; k++) {
    bench_step(&b, -1e-3, 180, 10, 4.0 - 0.03 * k, 3.95 - 0.03 * k);
    bench_step(&b, 0, 900, 60, 3.96 - 0.03 * k, 3.97 - 0.03 * k);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_int_equal(rows_of(a, "half_cycles"), 2);
  assert_int_equal(rows_of(a, "steps"), 120);
  expect_close(cell(a, "half_cycles", 0, "capacity"), 1.5, ROUND_OFF);
  expect_close(cell(a, "steps", 0, "capacity"), 0.05, ROUND_OFF);
  DavyAnalysisDestroy(&a);
}

/* A linear sweep is no cycling, and nothing is said of a Coulombic efficiency. */
static void voltammetry_is_named(void **state) {
  (void)state;
  Bench b = bench_open(false, false);
  for (int i = 0; i < 4000; i++) {
    int in_cycle = i % 2000;
    double v = in_cycle < 1000 ? -0.5 + 1e-3 * in_cycle : 0.5 - 1e-3 * (in_cycle - 1000);
    double sweep = in_cycle < 1000 ? 1 : -1;
    b.time = 0.1 * i;
    bench_row(&b, 1e-5 * (sweep * exp(-pow((v - 0.05 * sweep) / 0.05, 2)) + 0.2 * sweep), v, 0);
  }
  DavyAnalysis *a = bench_close(&b, NULL);
  assert_true(says(a, "Voltammetry"));
  assert_true(says(a, "10 mV/s"));
  assert_null(DavyAnalysisTable(a, "cycles"));
  assert_false(says(a, "Coulombic efficiency ("));
  DavyAnalysisDestroy(&a);
}

static void nothing_to_analyse(void **state) {
  (void)state;
  DavyAnalysis *a = NULL;
  DavyRecord *record = NULL;
  assert_int_equal(DavyRecordCreate(&record), DAVY_OK);
  assert_int_equal(DavyAnalyse(record, NULL, &a), DAVY_OK);
  assert_true(warns(a, "no rows"));
  assert_null(DavyAnalysisTableAt(a, 0));
  DavyAnalysisDestroy(&a);
  DavyRecordDestroy(&record);

  Bench b = bench_open(true, false);
  bench_step(&b, 0, 3600, 10, 1.5, 1.4);
  a = bench_close(&b, NULL);
  assert_int_equal(DavyAnalysisKind(a), DAVY_CELL_AUTO);
  assert_true(warns(a, "no charge flows"));
  DavyAnalysisDestroy(&a);

  b = bench_open(false, false);
  for (int i = 0; i < 10000; i++) {
    b.time = i;
    bench_row(&b, i % 2 ? 1e-9 : -1e-9, 3.3, 0);
  }
  a = bench_close(&b, NULL);
  assert_true(warns(a, "noise"));
  assert_int_equal(rows_of(a, "cycles"), 0);
  DavyAnalysisDestroy(&a);
}

/* The user's word overrides the judgement, and turns the ratio round. */
static void told_kind(void **state) {
  (void)state;
  for (int kind = DAVY_CELL_HALF; kind <= DAVY_CELL_FULL; kind++) {
    Bench b = bench_open(true, false);
    bench_step(&b, -1e-3, 1000, 10, 3.8, 1.0);
    bench_step(&b, 1e-3, 800, 10, 1.5, 2.5);
    bench_step(&b, -1e-3, 400, 10, 2.0, 1.0);
    DavyCellInfo info = DavyCellInfoDefault();
    info.kind = (DavyCellKind)kind;
    DavyAnalysis *a = bench_close(&b, &info);
    assert_int_equal(DavyAnalysisKind(a), kind);
    expect_close(summary(a, "first_coulombic_efficiency"), kind == DAVY_CELL_HALF ? 80 : 50, 1e-7);
    assert_true(says(a, "as told"));
    DavyAnalysisDestroy(&a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(symmetric_square_wave),
      cmocka_unit_test(nucleation_and_arching_stay_out_of_the_polarisation),
      cmocka_unit_test(half_cell_efficiency),
      cmocka_unit_test(aurbach_average),
      cmocka_unit_test(statistic_ends_at_120_percent),
      cmocka_unit_test(charged_before_and_load_profiles),
      cmocka_unit_test(incomplete_last_cycle),
      cmocka_unit_test(full_cell_with_tail),
      cmocka_unit_test(leading_discharge_of_a_full_cell),
      cmocka_unit_test(noise_and_pulses),
      cmocka_unit_test(counters),
      cmocka_unit_test(time_gap),
      cmocka_unit_test(edge_without_a_clock),
      cmocka_unit_test(gitt_is_one_half_cycle),
      cmocka_unit_test(voltammetry_is_named),
      cmocka_unit_test(nothing_to_analyse),
      cmocka_unit_test(told_kind),
  };
  return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
