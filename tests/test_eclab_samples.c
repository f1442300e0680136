/* EC-Lab readers against the vendor's own text exports and against known results of real files.
 *
 * The oracle is the export, read here by strtod and a table of its own: heading -> column, factor.
 * EC-Lab prints single-precision columns with 8 significant digits, half a unit of the last of
 * which is at most 5e-8 of the value, and double-precision ones with 16. */
#include "record/reader.h"

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

#define FOLDER DAVY_SAMPLES "/eclab/"

static const double print_tolerance = 6e-8; /* relative; see above */

static void need_samples(void) {
  if (access(FOLDER, R_OK)) {
    print_message("no folder %s: skipped\n", FOLDER);
    skip();
  }
}

static DavyRecord *read_sample(const char *name) {
  char path[512];
  DavyRecord *record = NULL;
  snprintf(path, sizeof path, "%s%s", FOLDER, name);
  if (DavyRecordRead(path, NULL, &record)) fail_msg("%s", DavyErrorMessage());
  return record;
}

/* heading of an export -> machine name in a record, the factor between them, and how many of the
 * .mpr files store the column (constant zeros, which no record keeps, not counted): so many must be
 * compared. The others are computed by the export from columns that are stored. */
static const struct {
  const char *heading, *name;
  double factor;
  size_t stored;
} columns[] = {
    {"time/s", "test_time_second", 1, 17},
    {"Ewe/V", "voltage_volt", 1, 8},
    {"Ecell/V", "voltage_volt", 1, 1},
    {"<Ewe>/V", "voltage_volt", 1, 5},
    {"<Ewe/V>", "voltage_volt", 1, 3},
    {"I/mA", "current_ampere", 1e-3, 7},
    {"<I>/mA", "current_ampere", 1e-3, 7},
    {"Ns", "step_id", 1, 9},
    {"cycle number", "cycle_count", 1, 12},
    {"half cycle", "half_cycle", 1, 4},
    {"z cycle", "impedance_cycle", 1, 1},
    {"step time/s", "step_time_second", 1, 1},
    {"(Q-Qo)/mA.h", "net_capacity_ah", 1e-3, 8},
    {"(Q-Qo)/C", "net_capacity_ah", 1. / 3600, 6},
    {"dQ/mA.h", "sequence_charge_ah", 1e-3, 1},
    {"dQ/C", "sequence_charge_ah", 1. / 3600, 3},
    {"Q charge/discharge/mA.h", "half_cycle_net_capacity_ah", 1e-3, 8},
    {"Q charge/mA.h", "half_cycle_charging_capacity_ah", 1e-3, 0},
    {"Q discharge/mA.h", "half_cycle_discharging_capacity_ah", 1e-3, 0},
    {"Capacity/mA.h", "half_cycle_capacity_ah", 1e-3, 0},
    {"Efficiency/%", "vendor_efficiency_percent", 1, 0},
    {"I Range", "current_range_code", 1, 13},
    {"control/V", "control_volt", 1, 4},
    {"control/mA", "control_ampere", 1e-3, 7},
    {"<Ece>/V", "average_counter_electrode_potential_volt", 1, 5},
    {"P/W", "power_watt", 1, 2},
    {"Pwe/W", "power_watt", 1, 0},
    {"Rwe/Ohm", "resistance_ohm", 1, 0},
    {"R/Ohm", "resistance_ohm", 1, 0},
    {"x", "composition_x", 1, 0},
    {"Energy charge/W.h", "cycle_charging_energy_wh", 1, 3},
    {"Energy discharge/W.h", "cycle_discharging_energy_wh", 1, 3},
    {"Energy we charge/W.h", "cycle_charging_energy_wh", 1, 0},
    {"Energy we discharge/W.h", "cycle_discharging_energy_wh", 1, 0},
    {"|Energy|/W.h", "absolute_energy_wh", 1, 1},
    {"Energy we/W.h", "net_energy_wh", 1, 1},
    {"Capacitance charge/\xb5"
     "F",
     "charging_capacitance_farad", 1e-6, 2},
    {"Capacitance discharge/\xb5"
     "F",
     "discharging_capacitance_farad", 1e-6, 0},
    {"freq/Hz", "frequency_hertz", 1, 4},
    {"Re(Z)/Ohm", "real_impedance_ohm", 1, 4},
    {"-Im(Z)/Ohm", "imaginary_impedance_ohm", -1, 4},
    {"|Z|/Ohm", "impedance_magnitude_ohm", 1, 4},
    {"Phase(Z)/deg", "impedance_phase_degree", 1, 4},
    {"Cs/\xb5"
     "F",
     "series_capacitance_farad", 1e-6, 3},
    {"Cp/\xb5"
     "F",
     "parallel_capacitance_farad", 1e-6, 3},
    {"|Ewe|/V", "working_electrode_amplitude_volt", 1, 3},
    {"|I|/A", "current_amplitude_ampere", 1, 3},
    {"|Ece|/V", "counter_electrode_amplitude_volt", 1, 2},
    {"Phase(Zce)/deg", "counter_electrode_impedance_phase_degree", 1, 2},
    {"|Zce|/Ohm", "counter_electrode_impedance_magnitude_ohm", 1, 2},
    {"Re(Zce)/Ohm", "counter_electrode_real_impedance_ohm", 1, 2},
    {"-Im(Zce)/Ohm", "counter_electrode_negative_imaginary_impedance_ohm", 1, 2},
    {"Phase(Zwe-ce)/deg", "cell_impedance_phase_degree", 1, 2},
    {"|Zwe-ce|/Ohm", "cell_impedance_magnitude_ohm", 1, 2},
    {"Re(Zwe-ce)/Ohm", "cell_real_impedance_ohm", 1, 2},
    {"-Im(Zwe-ce)/Ohm", "cell_negative_imaginary_impedance_ohm", 1, 2},
    {"Analog IN 1/V", "analog_in_1_volt", 1, 1},
    {"Analog IN 2/V", "analog_in_2_volt", 1, 1},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* Columns of a record by machine name; integers as doubles. NaN where there is no value. */
static double value_at(const DavyRecord *record, const char *name, size_t row, bool *found) {
  DavyColumn column = DavyColumnFind(name);
  *found = true;
  if (column != DAVY_COLUMN_COUNT && DavyRecordHas(record, column))
    return DavyColumnIsInteger(column) ? DavyRecordIntegers(record, column)[row]
                                       : DavyRecordNumbers(record, column)[row];
  for (size_t i = 0; i < DavyRecordExtraCount(record); i++)
    if (strcmp(DavyRecordExtraName(record, i), name) == 0) return DavyRecordExtra(record, i)[row];
  const char *fact = DavyRecordInfo(record, name); /* a constant column is a fact */
  *found = fact != NULL;
  return fact ? strtod(fact, NULL) : NAN;
}

/* An export, read plainly. */
typedef struct {
  size_t rows, fields;
  int column[128];          /* index into columns, -1: none */
  int frequency, magnitude; /* fields of f and |Z|, -1: none */
  double *values;           /* rows x fields */
} Export;

static char *read_text(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s%s", FOLDER, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *text = malloc((size_t)size + 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, (size_t)size, file), size);
  text[size] = '\0';
  fclose(file);
  return text;
}

static void read_headings(Export *export, char *line) {
  export->frequency = export->magnitude = -1;
  for (char *heading; (heading = strsep(&line, "\t\r")) && export->fields < 128;) {
    int found = -1;
    for (int i = 0; i < COLUMNS; i++)
      if (strcmp(columns[i].heading, heading) == 0) found = i;
    if (strcmp(heading, "freq/Hz") == 0) export->frequency = (int)export->fields;
    if (strcmp(heading, "|Z|/Ohm") == 0) export->magnitude = (int)export->fields;
    export->column[export->fields++] = found;
  }
}

static void read_export(const char *name, Export *export) {
  char *text = read_text(name), *rest = text, *line;
  long headings = 3, number = 0;
  memset(export, 0, sizeof *export);
  while ((line = strsep(&rest, "\n"))) {
    number++;
    if (number == 2) headings = strtol(line + strlen("Nb header lines : "), NULL, 10);
    if (number == headings) read_headings(export, line);
    if (number <= headings || strspn(line, " \t\r") == strlen(line)) continue;
    export->values =
        realloc(export->values, (export->rows + 1) * export->fields * sizeof *export->values);
    assert_non_null(export->values);
    for (char *p = line; *p; p++)
      if (*p == ',') *p = '.';
    double *row = export->values + export->rows++ * export->fields;
    for (size_t i = 0; i < export->fields; i++) row[i] = strtod(line, &line);
  }
  free(text);
}

/* Pairs; loops: first rows of the loops after the first, where EC-Lab's (Q-Qo) starts anew. */
static const struct {
  const char *name;
  size_t rows, loops[4];
} pairs[] = {
    {"bcd.issue_241", 2550, {0}},
    {"cp", 121, {0}},
    {"ocv", 602, {0}},
    {"peis", 32, {0}},
    {"lsv", 1186, {0}},
    {"cv", 5103, {0}},
    {"cp.issue_61", 312, {0}},
    {"gcpl.issue_149", 132, {33, 66, 99}},
    {"ocv.issue_149", 43, {0}},
    {"coc.issue_185", 24, {0}},
    {"peis.issue_225.with_ece", 32, {0}},
    {"peis.issue_225.no_ece", 32, {0}},
    {"cp.issue_149", 44, {11, 22, 33}},
    {"lsv.issue_195", 999, {0}},
    {"mb.issue_95", 33, {0}},
    {"mb.issue_223", 108, {0}},
    {"vsp_ocv_with", 13, {0}},
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

/* Worst deviations over all files, for the report. */
typedef struct {
  double share, magnitude; /* of the value; absolute */
  size_t files, values;
} Worst;

static bool is_loop(const size_t loops[4], size_t row) {
  for (int i = 0; i < 4; i++)
    if (row && loops[i] == row) return true;
  return false;
}

/* What the record should hold: the export's value in the units of the record; a zero without a
 * frequency is no value; (Q-Qo) goes on over loops. */
static double expected_value(const Export *export, size_t row, size_t field, const size_t *loops,
                             double *offset, double before) {
  const char *name = columns[export->column[field]].name;
  double value = export->values[row * export->fields + field];
  bool impedance = strstr(name, "impedance_") || strstr(name, "frequency");
  if (export->frequency >= 0 && impedance && strcmp(name, "impedance_cycle") != 0 &&
      export->values[row * export->fields + (size_t) export->frequency] == 0)
    return NAN;
  value *= columns[export->column[field]].factor;
  if (strncmp(name, "net_", 4) == 0 && is_loop(loops, row)) *offset = before;
  return value + *offset;
}

/* Re and Im may follow from |Z| and phase, on both sides: two roundings of |Z| to single precision.
 */
static double tolerance(const Export *export, size_t row, size_t field, double expected) {
  const char *name = columns[export->column[field]].name;
  double allowed = print_tolerance * fabs(expected);
  if (export->magnitude >= 0 && strstr(name, "_impedance_ohm"))
    allowed += 1.2e-7 * export->values[row * export->fields + (size_t) export->magnitude];
  return allowed;
}

static void compare_field(const char *file, const DavyRecord *record, const Export *export,
                          size_t field, const size_t *loops, Worst *worst) {
  const char *name = columns[export->column[field]].name;
  double offset = 0, before = 0;
  bool found = true;
  for (size_t row = 0; row < export->rows && found; row++) {
    double value = value_at(record, name, row, &found);
    double expected = before = expected_value(export, row, field, loops, &offset, before);
    if (!found) break;
    if (isnan(expected)) {
      assert_true(isnan(value));
      continue;
    }
    double apart = fabs(value - expected), share = expected != 0 ? apart / fabs(expected) : apart;
    if (!(apart <= tolerance(export, row, field, expected)))
      fail_msg("%s, row %zu, %s: %.17g, the export has %.17g", file, row + 1, name, value,
               expected);
    worst->share = fmax(worst->share, share);
    worst->magnitude = fmax(worst->magnitude, apart);
    worst->values++;
  }
  worst->files += found;
}

static void compare_with_export(const char *file, const Export *export, const size_t *loops,
                                Worst worst[COLUMNS]) {
  DavyRecord *record = read_sample(file);
  assert_int_equal(DavyRecordRows(record), export->rows);
  for (size_t field = 0; field < export->fields; field++)
    if (export->column[field] >= 0)
      compare_field(file, record, export, field, loops, &worst[export->column[field]]);
  DavyRecordDestroy(&record);
}

static void report(const char *what, const Worst worst[COLUMNS]) {
  print_message("%s against the vendor's export, worst deviation:\n", what);
  for (int i = 0; i < COLUMNS; i++)
    if (worst[i].files)
      print_message("  %-52s %7.1e of the value, %7.1e absolute, %zu files, %zu values\n",
                    columns[i].name, worst[i].share, worst[i].magnitude, worst[i].files,
                    worst[i].values);
}

static void compare_all(const char *suffix) {
  need_samples();
  Worst worst[COLUMNS] = {0};
  for (int i = 0; i < PAIRS; i++) {
    char name[128];
    Export export;
    snprintf(name, sizeof name, "%s.mpt", pairs[i].name);
    read_export(name, &export);
    assert_int_equal(export.rows, pairs[i].rows);
    snprintf(name, sizeof name, "%s.%s", pairs[i].name, suffix);
    compare_with_export(name, &export, pairs[i].loops, worst);
    free(export.values);
  }
  report(suffix, worst);
  for (int i = 0; i < COLUMNS; i++) assert_true(worst[i].files >= columns[i].stored);
}

static void test_mpr_equals_export(void **state) {
  (void)state;
  compare_all("mpr");
}

static void test_mpt_equals_export(void **state) {
  (void)state;
  compare_all("mpt");
}

/* Every BDF column that both files give, derived ones (steps, cycles, capacities) included. */
static void test_mpr_and_mpt_make_the_same_record(void **state) {
  (void)state;
  need_samples();
  for (int i = 0; i < PAIRS; i++) {
    char name[128];
    snprintf(name, sizeof name, "%s.mpr", pairs[i].name);
    DavyRecord *binary = read_sample(name);
    snprintf(name, sizeof name, "%s.mpt", pairs[i].name);
    DavyRecord *text = read_sample(name);
    for (int c = 0; c < DAVY_COLUMN_COUNT; c++) {
      if (!DavyRecordHas(binary, (DavyColumn)c) || !DavyRecordHas(text, (DavyColumn)c)) continue;
      for (size_t row = 0; row < pairs[i].rows; row++) {
        bool found;
        double a = value_at(binary, DavyColumnName((DavyColumn)c), row, &found);
        double b = value_at(text, DavyColumnName((DavyColumn)c), row, &found);
        if (isnan(a) && isnan(b)) continue;
        /* rounded in print; Re and Im as in tolerance() */
        bool impedance = c == DAVY_REAL_IMPEDANCE || c == DAVY_IMAGINARY_IMPEDANCE;
        double size = impedance ? 1e2 : fmax(fabs(a), fabs(b));
        if (!(fabs(a - b) <= 1.2e-7 * size))
          fail_msg("%s, %s, row %zu: %.17g in .mpr, %.17g in .mpt", pairs[i].name,
                   DavyColumnName((DavyColumn)c), row + 1, a, b);
      }
    }
    if (strcmp(pairs[i].name, "vsp_ocv_with")) { /* its export was made without a header */
      static const char *const keys[] = {"technique", "start_time",    "mass_kg",   "area_m2",
                                         "comment",   "eclab_version", "instrument"};
      for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const char *a = DavyRecordInfo(binary, keys[k]), *b = DavyRecordInfo(text, keys[k]);
        if (!a != !b || (a && strcmp(a, b)))
          fail_msg("%s: %s is \"%s\" in .mpr, \"%s\" in .mpt", pairs[i].name, keys[k], a, b);
      }
    }
    DavyRecordDestroy(&binary);
    DavyRecordDestroy(&text);
  }
}

static const double *extra(const DavyRecord *record, const char *name) {
  for (size_t i = 0; i < DavyRecordExtraCount(record); i++)
    if (strcmp(DavyRecordExtraName(record, i), name) == 0) return DavyRecordExtra(record, i);
  fail_msg("no column %s", name);
  return NULL;
}

/* Charge of each half cycle by integration of the current: sum of I dt, in mAh. EC-Lab's current of
 * a row is the average since the row before, so that the sum is exact where dq is stored. */
static size_t half_cycle_charges(const DavyRecord *record, double *charge, size_t most) {
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME),
               *current = DavyRecordNumbers(record, DAVY_CURRENT),
               *half = extra(record, "half_cycle");
  size_t count = 0;
  for (size_t i = 0; i < DavyRecordRows(record); i++) {
    if (i == 0 || half[i] != half[i - 1]) {
      assert_true(count < most);
      charge[count++] = 0;
    }
    if (i) charge[count - 1] += current[i] * (time[i] - time[i - 1]) / 3.6;
  }
  return count;
}

static double mean_voltage(const DavyRecord *record, double which) {
  const double *voltage = DavyRecordNumbers(record, DAVY_VOLTAGE),
               *half = extra(record, "half_cycle");
  double sum = 0, rows = 0;
  for (size_t i = 0; i < DavyRecordRows(record); i++) {
    if (half[i] != which) continue;
    sum += voltage[i];
    rows++;
  }
  return fabs(sum / rows);
}

/* Figures of the sample list: 32 half cycles of 11 uA x 12 h = 0.1320 mAh. */
static void test_symmetric_cell(void **state) {
  (void)state;
  need_samples();
  DavyRecord *record = read_sample("gcpl.mpr");
  double charge[64];
  assert_int_equal(DavyRecordRows(record), 12057);
  assert_int_equal(half_cycle_charges(record, charge, 64), 32);
  for (int i = 0; i < 32; i++)
    assert_true(fabs(fabs(charge[i]) - 0.1320) < 5e-5); /* four digits are given */
  /* |mean E| over the rows of a half cycle: 98.90 mV in the second, 106.66 mV in the last */
  assert_true(fabs(mean_voltage(record, 2) - 0.09890) < 5e-6);
  assert_true(fabs(mean_voltage(record, 32) - 0.10666) < 5e-6);
  DavyRecordDestroy(&record);
}

static void test_coulombic_efficiency(void **state) {
  (void)state;
  need_samples();
  DavyRecord *record = read_sample("bcd.issue_241.mpr");
  const double *half = extra(record, "half_cycle"),
               *charge = extra(record, "half_cycle_net_capacity_ah");
  const double *charging = DavyRecordNumbers(record, DAVY_CYCLE_CHARGING_CAPACITY),
               *discharging = DavyRecordNumbers(record, DAVY_CYCLE_DISCHARGING_CAPACITY);
  size_t rows = DavyRecordRows(record), last = 0;
  while (last + 1 < rows && half[last + 1] == half[0]) last++;
  assert_true(fabs(charge[last] * 1e3 + 5.464609) < 1e-6);
  assert_true(fabs(charge[rows - 1] * 1e3 - 5.452106) < 1e-6);
  assert_true(fabs(-charge[rows - 1] / charge[last] * 100 - 99.771) < 5e-4);
  assert_true(discharging[last] == -charge[last]);
  assert_true(charging[rows - 1] == charge[rows - 1]);
  DavyRecordDestroy(&record);
}

static void test_half_cycles_of_a_full_cell(void **state) {
  (void)state;
  need_samples();
  static const double expected[] = {-1.958554, 1.444982, -1.511826, 1.395377};
  DavyRecord *record = read_sample("gcpl.pr_182.2.mpr");
  double charge[16];
  assert_int_equal(DavyRecordRows(record), 2971);
  assert_true(half_cycle_charges(record, charge, 16) == 8);
  for (int i = 0; i < 4; i++) assert_true(fabs(charge[i] - expected[i]) < 2e-6);
  assert_true(fabs(-charge[1] / charge[0] * 100 - 73.778) < 1e-3);
  assert_string_equal(DavyRecordInfo(record, "mass_kg"), "5.41e-06");
  assert_string_equal(DavyRecordInfo(record, "area_m2"), "0.0001767");
  assert_string_equal(DavyRecordInfo(record, "start_time"), "2024-05-07");
  assert_string_equal(DavyRecordInfo(record, "technique"), "GCPL");
  DavyRecordDestroy(&record);
}

static void test_other_files(void **state) {
  (void)state;
  need_samples();
  static const struct {
    const char *name;
    size_t rows;
  } files[] = {{"cv.issue_217.mpr", 9353},
               {"GCPL-0.mpr", 4},
               {"ocv.old.mpt", 602},
               {"eclab_cv.mpt", 38},
               {"Sample_data_biologic_CA1.txt", 1397}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    DavyRecord *record = read_sample(files[i].name);
    assert_int_equal(DavyRecordRows(record), files[i].rows);
    assert_non_null(DavyRecordNumbers(record, DAVY_TEST_TIME));
    assert_non_null(DavyRecordNumbers(record, DAVY_VOLTAGE));
    assert_non_null(DavyRecordNumbers(record, DAVY_CURRENT));
    DavyRecordDestroy(&record);
  }
  DavyRecord *cv = read_sample("cv.issue_217.mpr"); /* 11 cycles, by the list of samples */
  const int32_t *cycle = DavyRecordIntegers(cv, DAVY_CYCLE_COUNT);
  assert_int_equal(cycle[9352] - cycle[0] + 1, 11);
  assert_non_null(extra(cv, "average_counter_electrode_potential_volt"));
  DavyRecordDestroy(&cv);
}

/* Dates in place of seconds: 11:38:41.707, then :48.171, then one a second. */
static void test_dates_as_times(void **state) {
  (void)state;
  need_samples();
  DavyRecord *record = read_sample("Sample_data_biologic_timestamped.txt");
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME);
  const double *step_time = DavyRecordNumbers(record, DAVY_STEP_TIME);
  assert_int_equal(DavyRecordRows(record), 8);
  assert_true(fabs(time[0]) < 1e-6);
  for (size_t i = 1; i < 8; i++) {
    assert_true(fabs(time[i] - (5.464 + (double)i)) < 1e-6);
    assert_true(fabs(time[i] - step_time[i]) < 1e-3); /* printed to a millisecond */
  }
  assert_string_equal(DavyRecordInfo(record, "start_time"), "2024-11-20T11:38:41.707");
  DavyRecordDestroy(&record);
}

static void test_analog_inputs_have_their_names(void **state) {
  (void)state;
  need_samples();
  DavyRecord *record = read_sample("vsp_ocv_with.mpr");
  assert_true(fabs(extra(record, "force_n")[0] - 162.97272) < 1e-5);
  assert_true(fabs(DavyRecordNumbers(record, DAVY_TEMPERATURE_T1)[0] - 27.625528) < 1e-6);
  assert_string_equal(DavyRecordInfo(record, "analog_in_2"), "Temperatur/\xc2\xb0"
                                                             "C");
  DavyRecordDestroy(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_mpr_equals_export),
      cmocka_unit_test(test_mpt_equals_export),
      cmocka_unit_test(test_mpr_and_mpt_make_the_same_record),
      cmocka_unit_test(test_symmetric_cell),
      cmocka_unit_test(test_coulombic_efficiency),
      cmocka_unit_test(test_half_cycles_of_a_full_cell),
      cmocka_unit_test(test_other_files),
      cmocka_unit_test(test_dates_as_times),
      cmocka_unit_test(test_analog_inputs_have_their_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
