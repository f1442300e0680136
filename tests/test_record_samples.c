/* Instrument files, where the folder of samples is there: all go to BDF and back bit by bit; text
 * files against a plain reading of the same lines with the C library. */
#include "record_text.h"

#include <ftw.h>
#include <sys/stat.h>

static void need_samples(void) {
  struct stat info;
  if (stat(DAVY_SAMPLES, &info) == 0) return;
  print_message("skipped: no folder of instrument files at " DAVY_SAMPLES "\n");
  skip();
}

static int files_read, files_refused;

/* A refusal must be of a kind that the user can understand, and in words. */
static int check_round_trip(const char *path, const struct stat *info, int kind, struct FTW *ftw) {
  static const char back_path[] = "test_samples.bdf.csv";
  (void)info, (void)ftw;
  if (kind != FTW_F || strstr(path, "/ref/") || strstr(path, "MANIFEST")) return 0;
  DavyRecord *r = NULL, *back = NULL;
  DavyError error = DavyRecordRead(path, NULL, &r);
  if (error) {
    if (error != DAVY_ERR_UNSUPPORTED) print_error("%s\n", DavyErrorMessage());
    assert_int_equal(error, DAVY_ERR_UNSUPPORTED);
    assert_non_null(strstr(DavyErrorMessage(), path));
    files_refused++;
    return 0;
  }
  if (DavyRecordHas(r, DAVY_VOLTAGE) && DavyRecordHas(r, DAVY_CURRENT) &&
      DavyRecordHas(r, DAVY_TEST_TIME)) {
    assert_int_equal(DavyRecordWriteBdf(r, back_path), DAVY_OK);
    assert_int_equal(DavyRecordRead(back_path, NULL, &back), DAVY_OK);
    assert_string_equal(DavyRecordInfo(back, "format"), "bdf");
    expect_same_record(r, back);
    DavyRecordDestroy(&back);
    unlink(back_path);
    files_read++;
  }
  DavyRecordDestroy(&r);
  return 0;
}

static void every_sample_goes_to_bdf_and_back(void **state) {
  (void)state;
  need_samples();
  assert_int_equal(nftw(DAVY_SAMPLES, check_round_trip, 8, FTW_PHYS), 0);
  print_message("%d files to BDF and back, %d refused by name\n", files_read, files_refused);
  assert_true(files_read > 40);
}

/* One column of a text file by its place in the line, read with strtod. */
typedef struct {
  const char *path;
  char delimiter;
  int place; /* from 0 */
  DavyColumn column;
  double scale;
  size_t header_lines, rows;
} Plain;

static void expect_plain_reading(const Plain *plain) {
  char path[512], line[4096];
  snprintf(path, sizeof path, DAVY_SAMPLES "/%s", plain->path);
  DavyRecord *r = NULL;
  assert_int_equal(DavyRecordRead(path, NULL, &r), DAVY_OK);
  assert_int_equal(DavyRecordRows(r), plain->rows);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  for (size_t i = 0; i < plain->header_lines; i++) assert_non_null(fgets(line, sizeof line, file));
  for (size_t row = 0; row < plain->rows; row++) {
    assert_non_null(fgets(line, sizeof line, file));
    char *at = line;
    for (int i = 0; i < plain->place; i++) at = strchr(at, plain->delimiter) + 1;
    double expected = strtod(at, NULL) * plain->scale, value;
    if (DavyColumnIsInteger(plain->column))
      value = DavyRecordIntegers(r, plain->column)[row];
    else
      value = DavyRecordNumbers(r, plain->column)[row];
    /* a scaled value is rounded twice here, once in davy */
    if (fabs(value - expected) > 4e-16 * fabs(expected))
      fail_msg("%s, row %zu, %s: %.17g, expected %.17g", plain->path, row + 1,
               DavyColumnLabel(plain->column), value, expected);
  }
  fclose(file);
  DavyRecordDestroy(&r);
}

static void text_samples_against_a_plain_reading(void **state) {
  (void)state;
  static const char dlr[] = "bdf/DLR__LiLNMOHydra0b__20221125__POCV__25degC__Basytec.bdf.csv",
                    batmo[] = "bdf/batmo_bdf.csv", uio[] = "neware_text/neware_uio.csv",
                    arbin[] = "arbin_text/sample_data_arbin.csv",
                    fast[] = "arbin_text/FastCharge_000025_CH8.csv",
                    echem[] = "echemdb_csv/Fig_4_a_blue_solid.csv";
  static const Plain cases[] = {
      {dlr, ',', 0, DAVY_TEST_TIME, 1, 1, 17860},
      {dlr, ',', 1, DAVY_VOLTAGE, 1, 1, 17860},
      {dlr, ',', 2, DAVY_CURRENT, 1, 1, 17860},
      {dlr, ',', 3, DAVY_AMBIENT_TEMPERATURE, 1, 1, 17860},
      {batmo, ',', 0, DAVY_TEST_TIME, 3600, 1, 2999},
      {batmo, ',', 1, DAVY_CURRENT, -1, 1, 2999}, /* the file counts discharge as positive */
      {batmo, ',', 8, DAVY_STEP_DISCHARGING_CAPACITY, 1, 1, 2999},
      {uio, ',', 0, DAVY_RECORD_INDEX, 1, 1, 9065},
      {uio, ',', 1, DAVY_CYCLE_COUNT, 1, 1, 9065},
      {uio, ',', 6, DAVY_CURRENT, 1, 1, 9065},
      {uio, ',', 7, DAVY_VOLTAGE, 1, 1, 9065},
      {uio, ',', 10, DAVY_STEP_CHARGING_CAPACITY, 1, 1, 9065},
      {arbin, ',', 2, DAVY_TEST_TIME, 1, 1, 13},
      {arbin, ',', 9, DAVY_CURRENT, 1, 1, 13},
      {arbin, ',', 23, DAVY_TEMPERATURE_T1, 1, 1, 13},
      {fast, ',', 1, DAVY_TEST_TIME, 1, 1, 248},
      {fast, ',', 2, DAVY_UNIX_TIME, 1, 1, 248},
      {fast, ',', 7, DAVY_VOLTAGE, 1, 1, 248},
      {echem, ',', 2, DAVY_VOLTAGE, 1, 1, 1000},
      {echem, ',', 3, DAVY_CURRENT, 1, 1, 1000},
  };
  need_samples();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) expect_plain_reading(&cases[i]);
}

/* Neware's flat export, by its own columns: "00:01:00" and "2022-05-18 16:28:52" in row 2. */
static void neware_export_has_its_times(void **state) {
  (void)state;
  need_samples();
  DavyRecord *r = NULL;
  assert_int_equal(DavyRecordRead(DAVY_SAMPLES "/neware_text/neware_uio.csv", NULL, &r), DAVY_OK);
  assert_true(DavyRecordNumbers(r, DAVY_TEST_TIME)[1] == 60);
  assert_true(DavyRecordNumbers(r, DAVY_TEST_TIME)[878] == 12 * 3600 + 8 * 60); /* 12:08:00 */
  assert_true(DavyRecordNumbers(r, DAVY_STEP_TIME)[878] == 8 * 60);
  assert_true(DavyRecordNumbers(r, DAVY_UNIX_TIME)[1] == 1652891332); /* date -u +%s */
  assert_int_equal(DavyRecordIntegers(r, DAVY_STEP_TYPE)[878], DAVY_STEP_CC_DISCHARGE);
  DavyRecordDestroy(&r);
}

/* Row 13 of the nested report: cycle 1, step 2 "CC Chg", counted by hand in the file. */
static void nested_report_has_cycles_and_steps(void **state) {
  (void)state;
  need_samples();
  DavyRecord *r = NULL;
  assert_int_equal(DavyRecordRead(DAVY_SAMPLES "/neware_text/nw_regular_head500.csv", NULL, &r),
                   DAVY_OK);
  assert_int_equal(DavyRecordRows(r), 490); /* 500 lines, 3 headers, 7 of cycles and steps */
  assert_int_equal(DavyRecordIntegers(r, DAVY_RECORD_INDEX)[11], 12);
  assert_int_equal(DavyRecordIntegers(r, DAVY_STEP_TYPE)[10], DAVY_STEP_REST);
  assert_int_equal(DavyRecordIntegers(r, DAVY_STEP_TYPE)[11], DAVY_STEP_CC_CHARGE);
  assert_int_equal(DavyRecordIntegers(r, DAVY_CYCLE_COUNT)[489], 2);
  assert_int_equal(DavyRecordIntegers(r, DAVY_STEP_COUNT)[489], 6);
  DavyRecordDestroy(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_sample_goes_to_bdf_and_back),
      cmocka_unit_test(text_samples_against_a_plain_reading),
      cmocka_unit_test(neware_export_has_its_times),
      cmocka_unit_test(nested_report_has_cycles_and_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
