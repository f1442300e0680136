/* The analysis of instrument files against figures that are not ours: the instrument's own report
 * of capacity, or what the file's publisher states. Skipped where the samples are not there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/analysis.h"
#include "expect_close.h"

typedef struct {
  DavyRecord *record;
  DavyAnalysis *analysis;
} Sample;

static Sample sample(const char *name) {
  char path[512];
  Sample s = {0};
  snprintf(path, sizeof path, "%s/%s", DAVY_SAMPLES, name);
  if (access(path, R_OK) != 0) {
    print_message("skipped: no sample %s\n", path);
    skip();
  }
  if (DavyRecordRead(path, NULL, &s.record)) fail_msg("%s", DavyErrorMessage());
  if (DavyAnalyse(s.record, NULL, &s.analysis)) fail_msg("%s", DavyErrorMessage());
  return s;
}

static void sample_end(Sample *s) {
  DavyAnalysisDestroy(&s->analysis);
  DavyRecordDestroy(&s->record);
}

static double cell(const Sample *s, const char *table, size_t row, const char *key) {
  const DavyTable *t = DavyAnalysisTable(s->analysis, table);
  assert_non_null(t);
  assert_true(row < DavyTableRows(t));
  assert_true(DavyTableFind(t, key) >= 0);
  return DavyTableNumber(t, row, (size_t)DavyTableFind(t, key));
}

static size_t rows_of(const Sample *s, const char *table) {
  const DavyTable *t = DavyAnalysisTable(s->analysis, table);
  return t ? DavyTableRows(t) : 0;
}

/* The row of "cycles" whose number by the instrument is `cycle`. */
static size_t vendor_cycle(const Sample *s, int cycle) {
  for (size_t row = 0; row < rows_of(s, "cycles"); row++)
    if (cell(s, "cycles", row, "vendor_cycle") == cycle) return row;
  fail_msg("no cycle %d", cycle);
  return 0;
}

static double efficiency_of(const Sample *s, int cycle) {
  return cell(s, "cycles", vendor_cycle(s, cycle), "coulombic_efficiency");
}

/* |Mean of V| over the rows of a half cycle. */
static double mean_voltage(const Sample *s, size_t half) {
  const double *v = DavyRecordNumbers(s->record, DAVY_VOLTAGE);
  size_t first = (size_t)cell(s, "half_cycles", half, "first_row");
  size_t last = (size_t)cell(s, "half_cycles", half, "last_row");
  double sum = 0;
  for (size_t row = first; row <= last; row++) sum += v[row];
  return fabs(sum) / (double)(last - first + 1);
}

/* 32 half cycles of 11 µA · 12 h; |mean of E| over the rows of half cycles 2 and 32 98.90 and
 * 106.66 mV; it grows by about 0.27 mV per half cycle. */
static void symmetric_cell(void **state) {
  (void)state;
  Sample s = sample("eclab/gcpl.mpr");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_SYMMETRIC);
  assert_int_equal(rows_of(&s, "half_cycles"), 32);
  for (size_t k = 0; k < 32; k++)
    expect_close(cell(&s, "half_cycles", k, "capacity"), 0.1320, 5e-5); /* digits stated */
  expect_close(1e3 * mean_voltage(&s, 1), 98.90, 0.005);
  expect_close(1e3 * mean_voltage(&s, 31), 106.66, 0.005);
  const DavyTable *summary = DavyAnalysisTable(s.analysis, "summary");
  for (size_t row = 0; row < DavyTableRows(summary); row++) {
    const char *key = DavyTableText(summary, row, (size_t)DavyTableFind(summary, "key"));
    if (strcmp(key, "polarisation_growth") == 0)
      expect_close(cell(&s, "summary", row, "value"), 0.27, 0.005); /* digits stated */
  }
  sample_end(&s);
}

/* -5.464609 and +5.452106 mAh by the instrument's Q. */
static void half_cell(void **state) {
  (void)state;
  Sample s = sample("eclab/bcd.issue_241.mpr");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_HALF);
  assert_int_equal(rows_of(&s, "cycles"), 1);
  expect_close(cell(&s, "cycles", 0, "discharge_capacity"), 5.464609, 1e-6);
  expect_close(cell(&s, "cycles", 0, "charge_capacity"), 5.452106, 1e-6);
  expect_close(cell(&s, "cycles", 0, "coulombic_efficiency"), 99.771, 5e-4);
  sample_end(&s);
}

/* -1.958554, +1.444982, -1.511826, +1.395377 mAh; a first CE of 73.778 %. */
static void half_cell_with_formation(void **state) {
  (void)state;
  static const double capacity[] = {1.958554, 1.444982, 1.511826, 1.395377};
  Sample s = sample("eclab/gcpl.pr_182.2.mpr");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_HALF);
  for (size_t k = 0; k < 4; k++)
    expect_close(cell(&s, "half_cycles", k, "capacity"), capacity[k], 1e-6);
  expect_close(cell(&s, "cycles", 0, "coulombic_efficiency"), 73.778, 5e-4);
  sample_end(&s);
}

/* Eight half cycles of 8.33e-5 mAh at 3.4 V. */
static void small_currents(void **state) {
  (void)state;
  Sample s = sample("eclab/gcpl.issue_149.mpr");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_FULL);
  assert_int_equal(rows_of(&s, "half_cycles"), 8);
  for (size_t k = 0; k < 8; k++)
    expect_close(cell(&s, "half_cycles", k, "capacity"), 8.33e-5, 1e-7); /* digits stated */
  sample_end(&s);
}

/* Charge 20919.70 C, discharge 20903.93 C in the instrument's cycle 2; the cell arrives charged. */
static void full_cell_neware_nda(void **state) {
  (void)state;
  Sample s = sample("nda/v130_bts91_TestFile.nda");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_FULL);
  expect_close(efficiency_of(&s, 2), 100 * 20.90393 / 20.91970, 1e-4);
  expect_close(cell(&s, "cycles", 0, "cycle"), 0, 0);
  sample_end(&s);
}

/* 201.580 + 5905.963 mA s charged in two steps, 1165.032 given back. */
static void full_cell_neware_ndax(void **state) {
  (void)state;
  Sample s = sample("ndax/nw4-120-1-6-53.ndax");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_FULL);
  assert_int_equal(rows_of(&s, "cycles"), 160);
  expect_close(efficiency_of(&s, 1), 100 * 1165.032 / (201.580 + 5905.963), 1e-4);
  sample_end(&s);
}

/* 17001956 mA s charged and 16993680 discharged in the instrument's cycle 2 of seven. */
static void full_cell_with_tail(void **state) {
  (void)state;
  Sample s = sample("ndax/ndc17_M50T.ndax");
  assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_FULL);
  expect_close(efficiency_of(&s, 2), 100 * 16993680.0 / 17001956, 1e-4);
  sample_end(&s);
}

/* Techniques that are no cycling give no cycles, and no error. */
static void no_cycling(void **state) {
  (void)state;
  static const char *const names[] = {"eclab/ocv.mpr", "eclab/peis.mpr", "eclab/cv.mpr",
                                      "eclab/lsv.mpr", "eclab/vsp_ocv_with.mpr"};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    Sample s = sample(names[k]);
    assert_null(DavyAnalysisTable(s.analysis, "cycles"));
    assert_non_null(DavyAnalysisWarning(s.analysis, 0));
    assert_int_equal(DavyAnalysisKind(s.analysis), DAVY_CELL_AUTO);
    sample_end(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(symmetric_cell),           cmocka_unit_test(half_cell),
      cmocka_unit_test(half_cell_with_formation), cmocka_unit_test(small_currents),

      cmocka_unit_test(full_cell_neware_nda),     cmocka_unit_test(full_cell_neware_ndax),
      cmocka_unit_test(full_cell_with_tail),      cmocka_unit_test(no_cycling),
  };
  return cmocka_run_group_tests_name("analysis_samples", tests, NULL, NULL);
}
