/* The study file: that the one in the manual says what the manual says it does; that wrong ones
 * are refused at the right place; and the statistics over cells against published quantiles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/study.h"
#include "expect_close.h"

static char folder[] = "/tmp/davy_study_XXXXXX";
static char path[256];

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/study.yaml", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  remove(path);
  return rmdir(folder);
}

static void write_study(const char *text, size_t length) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

/* The first ```yaml block of docs/study_file.md becomes the study file. */
static void write_manual_example(void) {
  static char text[20000];
  FILE *file = fopen(DAVY_SOURCE "/docs/study_file.md", "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  char *start = strstr(text, "```yaml\n");
  assert_non_null(start);
  start += strlen("```yaml\n");
  char *end = strstr(start, "```");
  assert_non_null(end);
  write_study(start, (size_t)(end - start));
}

static void manual_example(void **state) {
  (void)state;
  DavyStudy *study = NULL;
  write_manual_example();
  if (DavyStudyLoad(path, &study)) fail_msg("%s", DavyErrorMessage());
  assert_string_equal(DavyStudyTitle(study), "Gold on copper, 1 mA/cm2");
  assert_int_equal(DavyStudyCells(study), 3);
  const DavyStudyCell *bare = DavyStudyCellAt(study, 0), *gold = DavyStudyCellAt(study, 2);
  assert_null(DavyStudyCellAt(study, 3));
  char expected[300];
  snprintf(expected, sizeof expected, "%s/cu_1.ndax", folder);
  assert_int_equal(bare->file_count, 1);
  assert_string_equal(bare->files[0].path, expected);
  assert_null(bare->coating);
  assert_true(isnan(bare->coating_thickness) && isnan(bare->info.active_mass));
  assert_int_equal(bare->info.kind, DAVY_CELL_HALF);
  assert_int_equal(bare->info.formation_cycles, 2);
  expect_close(bare->info.area, 1.54e-4, 1e-18); /* one rounding */
  assert_string_equal(DavyStudyCellAt(study, 1)->group, "80 nm Au");
  assert_int_equal(DavyStudyCellAt(study, 1)->file_count, 2);
  assert_string_equal(gold->coating, "Au");
  expect_close(gold->coating_thickness, 80e-9, 1e-21);
  for (size_t i = 0; i < 2; i++) {
    const DavyReadOptions *options = &gold->files[i].options;
    assert_int_equal(options->current_sign, DAVY_SIGN_DISCHARGE_POSITIVE);
    assert_int_equal(options->map->delimiter, ';');
    assert_int_equal(options->map->decimal, ',');
    assert_int_equal(options->map->count, 3);
    assert_int_equal(options->map->columns[0].column, DAVY_TEST_TIME);
    assert_string_equal(options->map->columns[0].unit, "min");
    assert_string_equal(options->map->columns[1].header, "Ecell/V");
    assert_null(options->map->columns[1].unit);
  }
  DavyStudyDestroy(&study);
}

/* Each wrong study, the kind of error, and what the message must name. */
static void wrong_studies(void **state) {
  (void)state;
  static const struct {
    const char *text;
    DavyError error;
    const char *names[2];
  } wrong[] = {
      {"cells: []\n", DAVY_ERR_VALUE, {"study.yaml:1:", "no cell"}},
      {"title: x\n", DAVY_ERR_KEY, {"study.yaml:1:", "cells"}},
      {"engine: cell\ntitle: x\n", DAVY_ERR_KEY, {"study.yaml:1:", "davy run"}},
      {"cells:\n  - {name: a}\n", DAVY_ERR_KEY, {"study.yaml:2:", "files"}},
      {"cells:\n  - {name: a, files: []}\n", DAVY_ERR_VALUE, {":2:", "files of cell a"}},
      {"cells:\n  - {name: a, files: x, areaa: 1 cm^2}\n",
       DAVY_ERR_KEY,
       {":2:", "did you mean area"}},
      {"cells:\n  - {name: a, files: x, area: 1}\n", DAVY_ERR_UNIT, {":2:", "m2"}},
      {"cells:\n  - {name: a, files: x, area: 1 g}\n", DAVY_ERR_UNIT, {":2:", "m2"}},
      {"cells:\n  - {name: a, files: x, area: -1 cm^2}\n", DAVY_ERR_VALUE, {":2:", "area"}},
      {"cells:\n  - {name: a, files: x, kind: haf}\n", DAVY_ERR_VALUE, {":2:", "half"}},
      {"cells:\n  - {name: a, files: x}\n  - {name: a, files: y}\n",
       DAVY_ERR_VALUE,
       {":3:", "second cell named a"}},
      {"defaults: {name: a}\ncells:\n  - {name: a, files: x}\n", DAVY_ERR_KEY, {":1:", "name"}},
      {"cells:\n  - name: a\n    files: x\n    reading: {delimiter: ab}\n",
       DAVY_ERR_VALUE,
       {":4:", "delimiter"}},
      {"cells:\n  - name: a\n    files: x\n    reading:\n      columns: {voltage_vol: U}\n",
       DAVY_ERR_KEY,
       {":5:", "did you mean voltage_volt"}},
      {"cells:\n  - name: a\n    files: x\n    reading:\n      columns:\n"
       "        voltage_volt: {header: U, unit: mA}\n",
       DAVY_ERR_UNIT,
       {":6:", "voltage_volt"}},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    DavyStudy *study = NULL;
    write_study(wrong[i].text, strlen(wrong[i].text));
    DavyError error = DavyStudyLoad(path, &study);
    if (error != wrong[i].error)
      fail_msg("study %zu gives %s: %s", i, DavyErrorName(error), DavyErrorMessage());
    for (int k = 0; k < 2; k++)
      if (!strstr(DavyErrorMessage(), wrong[i].names[k]))
        fail_msg("\"%s\" does not name \"%s\"", DavyErrorMessage(), wrong[i].names[k]);
    assert_null(study);
  }
}

/* A half cell with constant Coulombic efficiency: plated 1 mAh, stripped `share` of it. */
static DavyAnalysis *cell_of_efficiency(double share) {
  DavyRecord *record = NULL;
  DavyAnalysis *analysis = NULL;
  assert_int_equal(DavyRecordCreate(&record), DAVY_OK);
  assert_int_equal(DavyRecordReserve(record, 24), DAVY_OK);
  double *t = DavyRecordMakeNumbers(record, DAVY_TEST_TIME);
  double *v = DavyRecordMakeNumbers(record, DAVY_VOLTAGE);
  double *i = DavyRecordMakeNumbers(record, DAVY_CURRENT);
  int32_t *step = DavyRecordMakeIntegers(record, DAVY_STEP_COUNT);
  double *clock = DavyRecordMakeNumbers(record, DAVY_STEP_TIME), now = 0;
  for (int k = 0; k < 12; k++) {
    double duration = k % 2 ? 3600 * share : 3600;
    for (int end = 0; end < 2; end++) {
      int row = 2 * k + end;
      t[row] = now + end * duration, clock[row] = end * duration, step[row] = k;
      i[row] = k % 2 ? 1e-3 : -1e-3, v[row] = k % 2 ? (end ? 0.5 : 0.03) : -0.03;
    }
    now += duration;
  }
  assert_int_equal(DavyRecordSetRows(record, 24), DAVY_OK);
  DavyCellInfo info = DavyCellInfoDefault();
  info.kind = DAVY_CELL_HALF;
  assert_int_equal(DavyAnalyse(record, &info, &analysis), DAVY_OK);
  DavyRecordDestroy(&record);
  return analysis;
}

static double number(const DavyTable *table, size_t row, const char *key) {
  return DavyTableNumber(table, row, (size_t)DavyTableFind(table, key));
}

/* CE of 96, 97, 98, 99 %: mean 97.5, s = √(5/3); t(0.975, 3) = 3.18245 (printed in every table of
 * Student's t), so the interval is 97.5 ± 3.18245 √(5/3)/2. */
static void group_statistics(void **state) {
  (void)state;
  DavyGroupMember members[6];
  for (int k = 0; k < 6; k++)
    members[k] = (DavyGroupMember){k < 4    ? "gold"
                                   : k == 4 ? "bare"
                                            : NULL,
                                   cell_of_efficiency(k < 4 ? 0.96 + 0.01 * k : 0.8)};
  DavyTable *table = NULL;
  assert_int_equal(DavyGroupTable(members, 6, &table), DAVY_OK);
  int found = 0;
  for (size_t row = 0; row < DavyTableRows(table); row++) {
    const char *group = DavyTableText(table, row, (size_t)DavyTableFind(table, "group"));
    const char *key = DavyTableText(table, row, (size_t)DavyTableFind(table, "key"));
    if (strcmp(key, "mean_coulombic_efficiency") != 0) continue;
    found++;
    if (strcmp(group, "bare") == 0) {
      expect_close(number(table, row, "n"), 1, 0);
      expect_close(number(table, row, "mean"), 80, 1e-7);
      assert_true(isnan(number(table, row, "standard_deviation")));
      continue;
    }
    double half = 3.18245 * sqrt(5.0 / 3) / 2; /* six digits of t */
    expect_close(number(table, row, "n"), 4, 0);
    expect_close(number(table, row, "mean"), 97.5, 1e-7);
    expect_close(number(table, row, "standard_deviation"), sqrt(5.0 / 3), 1e-7);
    expect_close(number(table, row, "interval_low"), 97.5 - half, 1e-5);
    expect_close(number(table, row, "interval_high"), 97.5 + half, 1e-5);
  }
  assert_int_equal(found, 2);
  DavyTableDestroy(&table);
  for (int k = 0; k < 6; k++) DavyAnalysisDestroy((DavyAnalysis **)&members[k].analysis);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(manual_example),
      cmocka_unit_test(wrong_studies),
      cmocka_unit_test(group_statistics),
  };
  return cmocka_run_group_tests_name("study", tests, make_folder, remove_folder);
}
