/* Every Neware sample against the vendor's own export (BTSDA) of the same file.
 *
 * The exports hold 32-bit floats printed in decimal, so a quantity x may differ by 6e-8 |x|.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka wants the four above first
#include <cmocka.h>

#include "expect_close.h"
#include "neware_samples.h"
#include "record/reader.h"

typedef struct {
  const char *file, *export_name;
  size_t rows;
  int temperatures;
  double zone;     /* s: what the export adds to the file's UTC; 0 where the file has local time */
  double half_mAs; /* half of the last digit of capacity and energy in the export, mA s */
  double half;     /* half of the sixth digit, relative, where the export prints six */
} Sample;

enum { HOUR = 3600 };

/* BTS 8 prints capacity to 1 or 0.1 or 0.01 mA s as the range is, BTS 9.1 to 0.0001 mA h, 9.0
 * to 0.00001 mA h and everything to six digits. */
static const Sample samples[] = {
    {"nda/nda_v8.nda", "nda/ref/nda_v8.nda.btsda.csv.gz", 21, 0, HOUR, 0.05, 0},
    {"nda/nda_v22.nda", "nda/ref/nda_v22.nda.btsda.csv.gz", 1380, 0, HOUR, 0.5, 0},
    {"nda/new_nda_file.nda", "nda/ref/new_nda_file.nda.btsda.csv.gz", 439, 0, 0, 0.05, 0},
    {"nda/SIM.nda.zip", "nda/ref/SIM.nda.zip.btsda.every50.csv.gz", 108642, 0, 0, 0.5, 0},
    {"nda/v130_bts90_2-1-6_61.nda", "nda/ref/v130_bts90_2-1-6_61.nda.btsda.csv.gz", 15567, 0,
     2 * HOUR, 0.018, 5e-6},
    {"nda/v130_bts91_TestFile.nda", "nda/ref/v130_bts91_TestFile.nda.btsda.csv.gz", 6670, 1,
     2 * HOUR, 0.18, 0},
    {"ndax/nw4-120-1-6-53.ndax", "ndax/ref/nw4-120-1-6-53.ndax.btsda.csv.gz", 18700, 0, HOUR, 0, 0},
    {"ndax/21_10_7_85.ndax", "ndax/ref/21_10_7_85.ndax.btsda.csv.gz", 141, 0, HOUR, 0, 0},
    {"ndax/interp-test.ndax", "ndax/ref/interp-test.ndax.btsda.csv.gz", 333, 0, HOUR, 0, 0},
    {"ndax/Unit27_Example_Data_File.ndax", "ndax/ref/Unit27_Example_Data_File.ndax.btsda.csv.gz",
     301, 2, 0, 0, 0},
    {"ndax/46_1_5_60_bts16.ndax", "ndax/ref/46_1_5_60_bts16.ndax.btsda.csv.gz", 84, 1, 0, 0.5, 0},
    {"ndax/TESTCELL0001-Test_Data_Collection_Ndc17.ndax",
     "ndax/ref/TESTCELL0001-Test_Data_Collection_Ndc17.ndax.btsda.csv.gz", 80, 1, 0, 0.005, 0},
    {"ndax/ndc17_M50T.ndax", "ndax/ref/ndc17_M50T.ndax.btsda.every50.csv.gz", 77745, 1, 0, 0, 0},
};

/* Worst deviation of one quantity: absolute, and as a share of what is allowed. */
typedef struct {
  double worst, share;
} Deviation;

static void hold(Deviation *deviation, double ours, double theirs, double absolute,
                 double relative) {
  double off = fabs(ours - theirs), allowed = absolute + relative * fabs(theirs);
  if (!(off <= deviation->worst)) deviation->worst = off;
  if (!(off / allowed <= deviation->share)) deviation->share = off / allowed;
}

static DavyStepType type_of(const char *words) {
  static const struct {
    const char *words;
    DavyStepType type;
  } types[] = {{"Rest", DAVY_STEP_REST},
               {"CC Chg", DAVY_STEP_CC_CHARGE},
               {"CC DChg", DAVY_STEP_CC_DISCHARGE},
               {"CV Chg", DAVY_STEP_CV_CHARGE},
               {"CCCV Chg", DAVY_STEP_CCCV_CHARGE},
               {"Pulse Step", DAVY_STEP_PULSE},
               {"SIM", DAVY_STEP_SIMULATION}};
  char spaced[32];
  snprintf(spaced, sizeof spaced, "%s", words);
  for (char *c = spaced; *c; c++)
    if (*c == '_') *c = ' ';
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcmp(types[i].words, spaced) == 0) return types[i].type;
  fail_msg("step type \"%s\" of the export is not in the test's list", words);
  return DAVY_STEP_UNKNOWN;
}

enum { STEP_TIME, TEST_TIME, CURRENT, VOLTAGE, CAPACITY, ENERGY, DATE, TEMPERATURE, AUX, KINDS };
static const char *const kind_names[] = {"step s", "total s", "uA",   "mV",   "mAs",
                                         "mWs",    "date s",  "degC", "aux V"};

static DavyRecord *read_sample(const char *file) {
  size_t size;
  unsigned char *data = load_sample(file, &size);
  if (!data) return NULL;
  DavyBytes bytes = {data, size, DAVY_BYTES_BORROWED};
  DavyReadOptions options = {.name = file};
  DavyRecord *record;
  assert_int_equal(DavyRecordCreate(&record), DAVY_OK);
  const DavyReader *reader = strstr(file, ".ndax") ? &davy_reader_ndax : &davy_reader_nda;
  assert_int_equal(reader->probe(&bytes), 100);
  if (reader->read(&bytes, &options, record)) fail_msg("%s", DavyErrorMessage());
  free(data);
  return record;
}

static void hold_integers(const DavyRecord *record, const Export *export, size_t row,
                          const char *file) {
  static const struct {
    DavyColumn column;
    const char *header;
  } pairs[] = {{DAVY_CYCLE_COUNT, "Cycle Index"},
               {DAVY_STEP_ID, "Step Index"},
               {DAVY_STEP_COUNT, "Step Count"}};
  for (size_t i = 0; i < 3; i++) {
    const int32_t *ours = DavyRecordIntegers(record, pairs[i].column);
    if (!ours) continue;
    if (ours[row] != atoi(cell_of(export, pairs[i].header)))
      fail_msg("%s row %zu: %s is %d, not %s", file, row + 1, pairs[i].header, ours[row],
               cell_of(export, pairs[i].header));
  }
  DavyStepType type = type_of(cell_of(export, "Step Type"));
  if ((DavyStepType)DavyRecordIntegers(record, DAVY_STEP_TYPE)[row] != type)
    fail_msg("%s row %zu: step type is %d, not %s", file, row + 1,
             DavyRecordIntegers(record, DAVY_STEP_TYPE)[row], cell_of(export, "Step Type"));
}

/* BTSDA prints 0.463075 s of BTS 9.0 as 0.46300075: the microseconds two digits too far right. */
static double as_printed(double seconds, const Sample *s) {
  if (!s->half) return seconds;
  double milliseconds = floor(seconds * 1e3 + 1e-4);
  return milliseconds / 1e3 + (seconds - milliseconds / 1e3) / 100;
}

static double number(const DavyRecord *record, DavyColumn column, size_t row) {
  const double *data = DavyRecordNumbers(record, column);
  return data ? data[row] : NAN;
}

static void hold_row(const DavyRecord *record, const Export *export, size_t row, const Sample *s,
                     Deviation *d) {
#define CELL(header) atof(cell_of(export, header))
  const double single = 1.2e-7; /* 2^-24 twice: file and export each hold 32-bit floats */
  /* 1e-6 s is below the finest tick printed */
  hold(&d[STEP_TIME], as_printed(number(record, DAVY_STEP_TIME, row), s), CELL("Time"), 1e-6, 0);
  hold(&d[TEST_TIME], as_printed(number(record, DAVY_TEST_TIME, row), s), CELL("Total Time"), 1e-6,
       0);
  /* 0.5 uA or 1e-6, 0.05 mV as asked of the readers: half of the last digit that BTSDA prints */
  double current = CELL("Current(uA)");
  hold(&d[CURRENT], 1e6 * number(record, DAVY_CURRENT, row), current,
       fmax(0.5, fmax(1e-6, s->half) * fabs(current)), single);
  hold(&d[VOLTAGE], 1e3 * number(record, DAVY_VOLTAGE, row), CELL("Voltage(mV)"), 0.05, single);
  /* the export gives a step's net amount, without sign in steps of one direction */
  double capacity = number(record, DAVY_STEP_CHARGING_CAPACITY, row) -
                    number(record, DAVY_STEP_DISCHARGING_CAPACITY, row);
  double energy = number(record, DAVY_STEP_CHARGING_ENERGY, row) -
                  number(record, DAVY_STEP_DISCHARGING_ENERGY, row);
  hold(&d[CAPACITY], fabs(capacity) * 3.6e6, fabs(CELL("Capacity(mAs)")), 1e-3 + s->half_mAs,
       s->half + single);
  hold(&d[ENERGY], fabs(energy) * 3.6e6, fabs(CELL("Energy(mWs)")), 1e-3 + s->half_mAs,
       s->half + single);
  /* printed to 1 ms */
  hold(&d[DATE], number(record, DAVY_UNIX_TIME, row) + s->zone,
       export_seconds(cell_of(export, "Date")), 1.001e-3, 0);
  for (int t = 1; t <= s->temperatures; t++) { /* printed to 0.1 degC in BTS 8, 0.0001 in 9.1 */
    char header[16];
    snprintf(header, sizeof header, "T%d", t);
    hold(&d[TEMPERATURE], number(record, DAVY_TEMPERATURE_T1 + t - 1, row), CELL(header), 0.05,
         single);
  }
  if (cell_of(export, "V1(mV)")) /* printed to 0.1 mV */
    hold(&d[AUX], DavyRecordExtra(record, 0)[row], CELL("V1(mV)") / 1e3, 0.05e-3, single);
#undef CELL
}

static int hold_sample(const Sample *s) {
  DavyRecord *record = read_sample(s->file);
  if (!record) return 0;
  assert_int_equal(DavyRecordRows(record), s->rows);
  assert_int_equal(DavyRecordWarnings(record), 0);
  Export export = {0};
  assert_true(open_export(s->export_name, &export));
  Deviation deviations[KINDS] = {0};
  size_t row = 0, compared = 0;
  for (; next_row(&export); row++, compared++) {
    if (cell_of(&export, "row")) row = (size_t)atol(cell_of(&export, "row")) - 1;
    assert_true(row < s->rows);
    hold_integers(record, &export, row, s->file);
    hold_row(record, &export, row, s, deviations);
  }
  assert_int_equal(row, s->rows);
  printf("%-50s %6zu rows", s->file, compared);
  int bad = 0;
  for (int i = 0; i < KINDS; i++)
    if (deviations[i].worst > 0) printf("; %s %.2g", kind_names[i], deviations[i].worst);
  printf("\n");
  for (int i = 0; i < KINDS; i++)
    if (!(deviations[i].share <= 1) && ++bad)
      print_error("%s: %s off by %g, %g times what is allowed\n", s->file, kind_names[i],
                  deviations[i].worst, deviations[i].share);
  free(export.text);
  DavyRecordDestroy(&record);
  return bad;
}

static void samples_agree_with_the_vendor(void **state) {
  (void)state;
  size_t size;
  unsigned char *there = load_sample("nda/nda_v8.nda", &size);
  if (!there) {
    print_message("no samples in %s: skipped\n", DAVY_SAMPLES);
    skip();
  }
  free(there);
  int bad = 0;
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) bad += hold_sample(&samples[i]);
  assert_int_equal(bad, 0);
}

/* Two samples without an export: row count, extremes and step types as their source lists them. */
static void samples_without_export(void **state) {
  (void)state;
  DavyRecord *record = read_sample("ndax/ndc5_navani_test.ndax");
  if (!record) skip();
  assert_int_equal(DavyRecordRows(record), 1464);
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < 1464; i++) {
    low = fmin(low, number(record, DAVY_CURRENT, i));
    high = fmax(high, number(record, DAVY_CURRENT, i));
    int32_t type = DavyRecordIntegers(record, DAVY_STEP_TYPE)[i];
    assert_true(type == DAVY_STEP_REST || type == DAVY_STEP_CCCV_CHARGE ||
                type == DAVY_STEP_CCCV_DISCHARGE);
  }
  expect_close(low, -0.1199e-3, 0.05e-6); /* given to 0.1 uA */
  expect_close(high, 0.12e-3, 0.05e-6);
  DavyRecordDestroy(&record);
  record = read_sample("ndax/filetype14-0.ndax");
  assert_int_equal(DavyRecordRows(record), 67);
  low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < 67; i++) {
    expect_close(number(record, DAVY_CURRENT, i), 0, 0);
    low = fmin(low, number(record, DAVY_VOLTAGE, i));
    high = fmax(high, number(record, DAVY_VOLTAGE, i));
  }
  expect_close(low, 3.304e-3, 0.5e-6); /* given to 1 uV */
  expect_close(high, 3.347e-3, 0.5e-6);
  DavyRecordDestroy(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(samples_agree_with_the_vendor),
                                     cmocka_unit_test(samples_without_export)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
