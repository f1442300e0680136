/* Delimited text: each case is a text as some program writes it, with values worked out by hand. */
#include "record_text.h"

static void bdf_by_labels_names_and_any_order(void **state) {
  (void)state;
  DavyRecord *a = read_text("Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Step Type\n"
                            "0,3.5,0.001,1,rest\n1.5,3.6,-0.001,2,constant current discharge\n");
  DavyRecord *b = read_text("step_type,current_ampere,cycle_count,voltage_volt,test_time_second\r\n"
                            "rest,0.001,1,3.5,0\r\nconstant current discharge,-1e-3,2,3.6,1.5");
  assert_string_equal(DavyRecordInfo(a, "format"), "bdf");
  EXPECT_NUMBERS(a, DAVY_TEST_TIME, 0, 1.5);
  EXPECT_NUMBERS(a, DAVY_VOLTAGE, 3.5, 3.6);
  EXPECT_NUMBERS(a, DAVY_CURRENT, 0.001, -0.001);
  EXPECT_INTEGERS(a, DAVY_CYCLE_COUNT, 1, 2);
  EXPECT_INTEGERS(a, DAVY_STEP_TYPE, DAVY_STEP_REST, DAVY_STEP_CC_DISCHARGE);
  expect_same_record(a, b);
  DavyRecordDestroy(&a);
  DavyRecordDestroy(&b);
}

static void bdf_keeps_its_sign_and_unknown_columns(void **state) {
  (void)state;
  /* voltage falls with positive current for twelve rows: BDF's rule stands, but it is said */
  char text[1024] = "Test Time / s,Voltage / V,Current / A,Step Type,Pressure / kPa\n";
  for (int i = 0; i < 12; i++) {
    char row[64];
    snprintf(row, sizeof row, "%d,%.2f,1,constant current discharge,%d\n", i, 4 - 0.01 * i,
             100 + i);
    strcat(text, row);
  }
  DavyRecord *r = read_text(text);
  assert_true(DavyRecordNumbers(r, DAVY_CURRENT)[0] == 1);
  expect_warning(r, "against the format's rule");
  expect_warning(r, "\"Pressure / kPa\"");
  assert_string_equal(DavyRecordExtraLabel(r, 0), "Pressure / kPa");
  assert_true(DavyRecordExtra(r, 0)[11] == 111);
  DavyRecordDestroy(&r);
}

static void semicolons_decimal_commas_and_metadata_lines(void **state) {
  (void)state;
  DavyRecord *r = read_text("Zelle: A17\nProgramm;GCPL 3,5 V\n\n"
                            "t/h;Spannung [mV];Strom [\xc2\xb5"
                            "A];T/\xc2\xb0"
                            "C\n"
                            "0,0;3500,5;100,0;25,1\n0,5;3600,25;100,0;25,2\n1,0;3700;-50;25,3\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 1800, 3600);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 3.5005, 3.60025, 3.7);
  EXPECT_NUMBERS(r, DAVY_CURRENT, 100e-6, 100e-6, -50e-6);
  EXPECT_NUMBERS(r, DAVY_TEMPERATURE_T1, 25.1, 25.2, 25.3);
  assert_non_null(strstr(DavyRecordInfo(r, "text_layout"), "delimiter ';', decimal sign ','"));
  assert_non_null(strstr(DavyRecordInfo(r, "text_layout"), "header on line 4"));
  DavyRecordDestroy(&r);
}

static void spellings_of_headers_and_units(void **state) {
  (void)state;
  static const struct {
    const char *header;
    DavyColumn column;
    double one; /* what a cell of 1 becomes */
  } cases[] = {
      {"Current / mA", DAVY_CURRENT, 1e-3},
      {"Current (mA)", DAVY_CURRENT, 1e-3},
      {"Current[A]", DAVY_CURRENT, 1},
      {"I/mA", DAVY_CURRENT, 1e-3},
      {"<I>/mA", DAVY_CURRENT, 1e-3},
      {"current_ampere", DAVY_CURRENT, 1},
      {"Current(\xb5"
       "A)",
       DAVY_CURRENT, 1e-6}, /* Latin-1 */
      {"\xe7\x94\xb5\xe6\xb5\x81(mA)", DAVY_CURRENT, 1e-3},
      {"Ewe/V", DAVY_VOLTAGE, 1},
      {"Ecell/mV", DAVY_VOLTAGE, 1e-3},
      {"Voltage_V", DAVY_VOLTAGE, 1},
      {"U [V]", DAVY_VOLTAGE, 1},
      {"Potential/V", DAVY_VOLTAGE, 1},
      {"Chg. Cap.(mAh)", DAVY_CHARGING_CAPACITY, 1e-3},
      {"DChg. Cap.(Ah)", DAVY_DISCHARGING_CAPACITY, 1},
      {"Discharge_Capacity(Ah)", DAVY_DISCHARGING_CAPACITY, 1},
      {"Charging Capacity / Ah", DAVY_CHARGING_CAPACITY, 1},
      {"(Q-Qo)/mA.h", DAVY_NET_CAPACITY, 1e-3},
      {"(Q-Qo)/C", DAVY_NET_CAPACITY, 1.0 / 3600},
      {"Charge_Energy(Wh)", DAVY_CHARGING_ENERGY, 1},
      {"Power/mW", DAVY_POWER, 1e-3},
      {"Aux_Temperature_2 (C)", DAVY_TEMPERATURE_T2, 1},
      {"T1(\xe2\x84\x83)", DAVY_TEMPERATURE_T1, 1},
      {"Temperature / K", DAVY_TEMPERATURE_T1, 1 - 273.15},
      {"Ambient Temperature / degC", DAVY_AMBIENT_TEMPERATURE, 1},
      {"freq/Hz", DAVY_FREQUENCY, 1},
      {"-Im(Z)/Ohm", DAVY_IMAGINARY_IMPEDANCE, -1},
      {"Re(Z)/Ohm", DAVY_REAL_IMPEDANCE, 1},
      {"Step Time (min)", DAVY_STEP_TIME, 60},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[256];
    snprintf(text, sizeof text, "Data Point\tTime (s)\t%s\n1\t0\t1\n2\t1\t1\n", cases[i].header);
    DavyRecord *r = read_text(text);
    if (!DavyRecordHas(r, cases[i].column)) fail_msg("\"%s\" is not known", cases[i].header);
    double value = DavyRecordNumbers(r, cases[i].column)[1];
    if (value != cases[i].one) fail_msg("\"%s\": 1 becomes %.17g", cases[i].header, value);
    DavyRecordDestroy(&r);
  }
}

static void times_as_clocks_and_dates(void **state) {
  (void)state;
  DavyRecord *r = read_text(
      "Record,Time(h:min:s.ms),Date,Voltage(V),Current(mA)\n"
      "1,0:00:00.000,2024-02-28 23:59:59,3.1,1\n2,0:00:01.500,2024-02-29 00:00:00.5,3.2,1\n"
      "3,26:00:00.000,2024-03-01T02:00:00+02:00,3.3,1\n"
      "4,1.03:00:00,2024-03-01T03:00:00Z,3.4,1\n5,1d 04:00:00,,3.5,1\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 1.5, 93600, 97200, 100800);
  /* seconds since 1970 of these dates by `date -u -d ... +%s` */
  EXPECT_NUMBERS(r, DAVY_UNIX_TIME, 1709164799, 1709164800.5, 1709251200, 1709262000, NAN);
  DavyRecordDestroy(&r);
  r = read_text("DateTime,V,I\n05/13/2017 03:14:03 AM,3,0\n05/13/2017 12:00:00 AM,3,0\n");
  EXPECT_NUMBERS(r, DAVY_UNIX_TIME, 1494645243, 1494633600);
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 0);
  DavyRecordDestroy(&r);
  r = read_text("Date;U/V;I/A\n13.05.2017 15:00;3;0\n14.05.2017 12:30;3;0\n");
  EXPECT_NUMBERS(r, DAVY_UNIX_TIME, 1494687600, 1494765000);
  DavyRecordDestroy(&r);
  r = read_text("DateTime;U/V;I/A\n01/02/2017 15:00:00;3;0\n01/02/2017 15:00:01;3;0\n");
  expect_warning(r, "month first is taken");
  EXPECT_NUMBERS(r, DAVY_UNIX_TIME, 1483369200, 1483369201);
  DavyRecordDestroy(&r);
  r = read_text("DateTime,V,I\n42871.1347222222,3,0\n42871.25,3,0\n"); /* days from 1899-12-30 */
  assert_true(DavyRecordNumbers(r, DAVY_UNIX_TIME)[1] == 1494914400);  /* 2017-05-16 06:00 */
  DavyRecordDestroy(&r);
}

static void units_may_stand_in_a_line_of_their_own(void **state) {
  (void)state;
  DavyRecord *r = read_text("Time\tVoltage\tCurrent\n(min)\t(mV)\t(mA)\n1\t100\t2\n2\t110\t2\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 60, 120);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 0.1, 0.11);
  EXPECT_NUMBERS(r, DAVY_CURRENT, 0.002, 0.002);
  DavyRecordDestroy(&r);
}

static void blanks_as_delimiters(void **state) {
  (void)state;
  DavyRecord *r = read_text("  t/s    E/V     I/A\n  0.0    1.0   1e-3\n  1.0    1.1   1e-3\n");
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 1.0, 1.1);
  EXPECT_NUMBERS(r, DAVY_CURRENT, 1e-3, 1e-3);
  DavyRecordDestroy(&r);
}

static void thousands_separators_are_refused(void **state) {
  (void)state;
  expect_refusal("t/s;U/mV;I/mA\n0;1.234,5;1\n1;1.235,5;1\n", DAVY_ERR_FORMAT, ":2:1:");
  expect_refusal("t/s;U/mV;I/mA\n0;1234.5;1,2\n1;1235.5;1,2\n", DAVY_ERR_FORMAT, "cannot be told");
  expect_refusal("t/s,U/mV,I/mA\n0,\"1,234.5\",1\n", DAVY_ERR_FORMAT, "thousands");
}

static void unreadable_rows_are_left_out_and_counted(void **state) {
  (void)state;
  DavyRecord *r = read_text("Time (s),Voltage (V),Current (A),Temperature (C)\n0,3,1,20\n"
                            "1,#REF,1,20\n2,3.2,1,hot\n\n,,,\n3,3.3,1,\n4,3");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 2, 3);
  EXPECT_NUMBERS(r, DAVY_TEMPERATURE_T1, 20, NAN, NAN);
  expect_warning(r, "2 lines could not be read and were left out (line 3, 8)");
  expect_warning(r, "line 3 has \"#REF\" in column \"Voltage (V)\"");
  expect_warning(r, "1 cells could not be read");
  DavyRecordDestroy(&r);
}

static void a_row_wider_than_the_header_is_no_guess(void **state) {
  (void)state;
  expect_refusal("t/s,U/V,I/A\n0,5,3,7,1,2\n1,5,3,7,1,2\n", DAVY_ERR_FORMAT,
                 ":2:1: more cells than the 3 names");
  DavyRecord *r = read_text("t/s,U/V,I/A\n0,5,1,\n1,5,1,\n"); /* lines that end with a comma */
  EXPECT_NUMBERS(r, DAVY_CURRENT, 1, 1);
  DavyRecordDestroy(&r);
}

static void missing_columns_are_said(void **state) {
  (void)state;
  DavyRecord *r = read_text(",Potential/V,Current/mA,Step Type\n0,1.0,2.0,7\n1,1.1,2.0,7\n");
  expect_warning(r, "No column is recognised as time.");
  assert_false(DavyRecordHas(r, DAVY_STEP_TYPE)); /* a number there is the instrument's own code */
  assert_int_equal(DavyRecordExtraCount(r), 1);
  assert_string_equal(DavyRecordExtraLabel(r, 0), "Step Type");
  DavyRecordDestroy(&r);
}

static void what_cannot_be_read_is_refused(void **state) {
  (void)state;
  expect_refusal("", DAVY_ERR_FORMAT, "empty");
  expect_refusal("hello world\nthis is prose\n", DAVY_ERR_UNSUPPORTED,
                 "no line that names columns");
  expect_refusal("1,2,3\n4,5,6\n", DAVY_ERR_UNSUPPORTED, "no line that names columns");
  expect_refusal("time,voltage,current\n", DAVY_ERR_UNSUPPORTED, "no line that names columns");
  expect_refusal("Today's Date 03/07/2018\nRec#\tCyc#\n", DAVY_ERR_UNSUPPORTED, "Maccor");
  expect_refusal("Init E (V) = 0\n\nPotential/V, Current/A\n0.1, 1e-6\n", DAVY_ERR_UNSUPPORTED,
                 "CH Instruments");
}

static void current_density_is_kept_apart(void **state) {
  (void)state;
  DavyRecord *r = read_text("t/s,E/V,Current (mA/cm2)\n0,1,0.5\n1,1.1,0.5\n");
  assert_false(DavyRecordHas(r, DAVY_CURRENT));
  assert_string_equal(DavyRecordExtraLabel(r, 0), "Current Density / A m^-2");
  assert_true(DavyRecordExtra(r, 0)[0] == 5);
  expect_warning(r, "needs the electrode area");
  DavyRecordDestroy(&r);
}

static void the_better_of_two_names_wins(void **state) {
  (void)state;
  DavyRecord *r =
      read_text("Time(s),Total Time(s),Ewe/V,Ecell/V,I/A\n0,10,1,2,1\n5,15,1.1,2.1,1\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 10, 15);
  EXPECT_NUMBERS(r, DAVY_STEP_TIME, 0, 5);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 2, 2.1);
  assert_string_equal(DavyRecordExtraLabel(r, 0), "Ewe/V");
  DavyRecordDestroy(&r);
}

static void capacities_that_reset_find_their_name(void **state) {
  (void)state;
  DavyRecord *r = read_text("t/s,U/V,I/A,cycle,step,Charge_Capacity(Ah),Discharge_Capacity(Ah)\n"
                            "0,3,3600,1,1,0,0\n1,3.1,3600,1,1,1,0\n1,3,-3600,1,2,1,0\n"
                            "2,2.9,-3600,1,2,1,1\n2,3,3600,2,1,0,0\n3,3.1,3600,2,1,1,0\n");
  assert_true(DavyRecordHas(r, DAVY_CYCLE_CHARGING_CAPACITY));
  assert_true(DavyRecordHas(r, DAVY_CYCLE_DISCHARGING_CAPACITY));
  assert_false(DavyRecordHas(r, DAVY_CHARGING_CAPACITY));
  DavyRecordDestroy(&r);
}

/* A cell of resistance R behind a battery whose voltage follows its charge: half an hour each way.
 * `sense` is what positive current in the text does; `magnitude` drops its sign. */
static void write_cycles(char *text, size_t room, int sense, bool magnitude, bool words) {
  size_t length = (size_t)snprintf(text, room, "t/s,U/V,I/A%s\n", words ? ",State" : "");
  double charge = 0.5, resistance = 0.05;
  for (int i = 0; i < 60; i++) {
    int way = i < 5 ? 0 : (i / 10) % 2 ? -1 : 1;
    charge += 0.01 * way;
    double current = magnitude ? abs(way) : sense * way, voltage = 3 + charge + resistance * way;
    length +=
        (size_t)snprintf(text + length, room - length, "%d,%.3f,%g%s\n", 60 * i, voltage, current,
                         !words     ? ""
                         : way == 0 ? ",R"
                         : way > 0  ? ",C"
                                    : ",D");
  }
}

static void sign_of_current_is_found_from_the_rows(void **state) {
  (void)state;
  char text[4096];
  for (int sense = -1; sense <= 1; sense += 2) {
    write_cycles(text, sizeof text, sense, false, false);
    DavyRecord *r = read_text(text);
    assert_true(DavyRecordNumbers(r, DAVY_CURRENT)[9] == 1); /* charging there */
    assert_true(DavyRecordNumbers(r, DAVY_CURRENT)[12] == -1);
    assert_int_equal(has_warning(r, "its sign was turned"), sense < 0);
    assert_non_null(strstr(DavyRecordInfo(r, "current_sign"),
                           sense > 0 ? "positive charges" : "positive discharges"));
    DavyRecordDestroy(&r);
  }
}

static void magnitudes_are_signed_by_words_or_refused(void **state) {
  (void)state;
  char text[4096];
  write_cycles(text, sizeof text, 1, true, true);
  DavyRecord *r = read_text(text);
  assert_true(DavyRecordNumbers(r, DAVY_CURRENT)[9] == 1);
  assert_true(DavyRecordNumbers(r, DAVY_CURRENT)[12] == -1);
  expect_warning(r, "magnitude of current");
  DavyRecordDestroy(&r);
  write_cycles(text, sizeof text, 1, true, false);
  expect_refusal(text, DAVY_ERR_FORMAT, "current is never negative");
}

static void options_tell_the_sign(void **state) {
  (void)state;
  char text[4096];
  write_cycles(text, sizeof text, 1, false, false); /* positive charges; we say the opposite */
  DavyReadOptions options = {.current_sign = DAVY_SIGN_DISCHARGE_POSITIVE};
  DavyRecord *r = read_text_with(text, &options);
  assert_true(DavyRecordNumbers(r, DAVY_CURRENT)[9] == -1);
  DavyRecordDestroy(&r);
}

static void a_map_names_columns_that_nobody_could_guess(void **state) {
  (void)state;
  static const DavyCsvColumn columns[] = {{DAVY_TEST_TIME, "chan 1", "min"},
                                          {DAVY_VOLTAGE, "chan 2", "mV"},
                                          {DAVY_CURRENT, "chan 3", "uA"}};
  DavyCsvMap map = {columns, 3, ';', ','};
  DavyReadOptions options = {.map = &map};
  const char *text = "made by a student\nchan 1;chan 2;chan 3;Voltage\n1;2,5;3;4\n2;3,5;3;4\n";
  DavyRecord *r = read_text_with(text, &options);
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 60, 120);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 0.0025, 0.0035);
  EXPECT_NUMBERS(r, DAVY_CURRENT, 3e-6, 3e-6);
  DavyRecordDestroy(&r);
  /* and so for a text that davy knows by sight but does not read */
  r = read_text_with("Today's Date 1\nchan 1;chan 2;chan 3\n1;2,5;3\n", &options);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 0.0025);
  DavyRecordDestroy(&r);
  DavyRecord *none = NULL;
  const char *other = "t,U,I\n1,2,3\n";
  assert_int_equal(DavyRecordReadMemory(other, strlen(other), &options, &none), DAVY_ERR_KEY);
  assert_null(none);
}

static void nested_neware_report(void **state) {
  (void)state;
  DavyRecord *r = read_text("Cycle Index,Chg. Cap.(Ah),DChg. Cap.(Ah)\n"
                            ",Step Index,Step Number,Step Type,Step Time\n"
                            ",,DataPoint,Time,Total Time,Current(A),Voltage(V)\n"
                            "1,0.1,0.2,1,1,Rest,00:00:02\n"
                            ",,1,00:00:00,00:00:00,0.0,3.0\n,,2,00:00:02,00:00:02,0.0,3.0\n"
                            ",2,2,CC Chg,00:00:01\n,,3,00:00:00,00:00:02,1.0,3.1\n"
                            "2,0.1,0.2\n,2,3,CC DChg,00:00:01\n,,4,00:00:01,00:00:03,-1.0,2.9\n");
  EXPECT_INTEGERS(r, DAVY_CYCLE_COUNT, 1, 1, 1, 2);
  EXPECT_INTEGERS(r, DAVY_STEP_ID, 1, 1, 2, 2);
  EXPECT_INTEGERS(r, DAVY_STEP_COUNT, 1, 1, 2, 3);
  EXPECT_INTEGERS(r, DAVY_STEP_TYPE, DAVY_STEP_REST, DAVY_STEP_REST, DAVY_STEP_CC_CHARGE,
                  DAVY_STEP_CC_DISCHARGE);
  EXPECT_NUMBERS(r, DAVY_STEP_TIME, 0, 2, 0, 1);
  DavyRecordDestroy(&r);
}

/* Found by fuzzing: a step line that ends before the cell of the step's index. */
static void nested_step_line_that_breaks_off(void **state) {
  (void)state;
  DavyRecord *r = read_text("Cycle Index,Chg. Cap.(Ah)\n,Step Type,Step Index,Step Number\n"
                            ",,DataPoint,Total Time,Current(A),Voltage(V)\n"
                            "1,0.1,Rest,1,1\n,,1,00:00:00,0.0,3.0\n,Rest\n,,2,00:00:02,0.0,3.0\n");
  EXPECT_INTEGERS(r, DAVY_STEP_ID, 1, 1);
  DavyRecordDestroy(&r);
}

/* No row with an infinite voltage, and no cycle that was rounded or ran over, comes out unsaid. */
static void numbers_that_no_column_can_hold(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Power / W\n"
                            "0,3,1,1,3\n1,1e400,1,1,3\n2,inf,1,1,3\n3,3,1,3000000000,3\n"
                            "4,3,1,1.5,-inf\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 3, 4);
  EXPECT_INTEGERS(r, DAVY_CYCLE_COUNT, 1, DAVY_NO_INTEGER, DAVY_NO_INTEGER);
  EXPECT_NUMBERS(r, DAVY_POWER, 3, 3, NAN);
  expect_warning(r,
                 "2 lines could not be read and were left out (line 3, 4): line 3 has \"1e400\"");
  expect_warning(r, "Column \"Cycle Count / 1\": 2 cells could not be read");
  expect_warning(r, "Column \"Power / W\": 1 cells could not be read");
  DavyRecordDestroy(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bdf_by_labels_names_and_any_order),
      cmocka_unit_test(bdf_keeps_its_sign_and_unknown_columns),
      cmocka_unit_test(semicolons_decimal_commas_and_metadata_lines),
      cmocka_unit_test(spellings_of_headers_and_units),
      cmocka_unit_test(times_as_clocks_and_dates),
      cmocka_unit_test(units_may_stand_in_a_line_of_their_own),
      cmocka_unit_test(blanks_as_delimiters),
      cmocka_unit_test(thousands_separators_are_refused),
      cmocka_unit_test(unreadable_rows_are_left_out_and_counted),
      cmocka_unit_test(a_row_wider_than_the_header_is_no_guess),
      cmocka_unit_test(missing_columns_are_said),
      cmocka_unit_test(what_cannot_be_read_is_refused),
      cmocka_unit_test(current_density_is_kept_apart),
      cmocka_unit_test(the_better_of_two_names_wins),
      cmocka_unit_test(capacities_that_reset_find_their_name),
      cmocka_unit_test(sign_of_current_is_found_from_the_rows),
      cmocka_unit_test(magnitudes_are_signed_by_words_or_refused),
      cmocka_unit_test(options_tell_the_sign),
      cmocka_unit_test(a_map_names_columns_that_nobody_could_guess),
      cmocka_unit_test(nested_neware_report),
      cmocka_unit_test(nested_step_line_that_breaks_off),
      cmocka_unit_test(numbers_that_no_column_can_hold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
