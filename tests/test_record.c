/* A record after its reader: order, time, steps, the check of capacity; files put behind each
 * other; BDF written and read back bit by bit. Expected values are worked out by hand. */
#include "record_text.h"

#include <zlib.h>

#include "record/reader.h"

#define HEADER "Test Time / s,Voltage / V,Current / A,Record Index / 1\n"

static void rows_are_ordered_and_repeats_left_out(void **state) {
  (void)state;
  DavyRecord *r =
      read_text(HEADER "2,3.2,1,3\n0,3.0,1,1\n1,3.1,1,2\n2,3.2,1,3\n2,3.9,1,3\n3,3.3,1,4\n");
  EXPECT_INTEGERS(r, DAVY_RECORD_INDEX, 1, 2, 3, 4);
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 1, 2, 3);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 3.0, 3.1, 3.2, 3.3);
  expect_warning(r, "sorted by record index (first: row 2)");
  expect_warning(r, "2 rows repeat");
  expect_warning(r, "1 of them differ");
  DavyRecordDestroy(&r);
}

static void an_index_that_starts_anew_keeps_file_order(void **state) {
  (void)state;
  DavyRecord *r = read_text(HEADER "0,3.0,1,1\n1,3.1,1,2\n2,3.2,1,1\n3,3.3,1,2\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 1, 2, 3);
  EXPECT_INTEGERS(r, DAVY_RECORD_INDEX, 1, 2, 1, 2);
  expect_warning(r, "starts anew 1 times while time goes on (first: row 3)");
  DavyRecordDestroy(&r);
}

static void time_never_runs_back(void **state) {
  (void)state;
  DavyRecord *r =
      read_text("Test Time / s,Voltage / V,Current / A\n0,3,1\n10,3,1\n20,3,1\n19.9,3,1\n"
                "30,3,1\n0,3,1\n10,3,1\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 10, 20, 20, 30, 30, 40);
  expect_warning(r, "held (first: row 4)");
  expect_warning(r, "starts anew 1 times");
  expect_warning(r, "(first: row 6)");
  DavyRecordDestroy(&r);
}

static void a_restart_takes_its_gap_from_the_clock(void **state) {
  (void)state;
  DavyRecord *r =
      read_text("Test Time / s,Voltage / V,Current / A,Unix Time / s\n"
                "0,3,1,1700000000\n10,3,1,1700000010\n0,3,1,1700000070\n5,3,1,1700000075\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 10, 70, 75);
  DavyRecordDestroy(&r);
}

static void rows_without_a_time_are_left_out(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A\n0,3,1\n,3.1,1\n2,3.2,1\n");
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 3, 3.2);
  expect_warning(r, "1 rows have no time and were left out (first: row 2)");
  DavyRecordDestroy(&r);
}

static void test_time_from_step_times(void **state) {
  (void)state;
  DavyRecord *r =
      read_text("Step Time (s),Voltage (V),Current (A)\n0,3,1\n5,3,1\n0,3,-1\n4,3,-1\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 5, 5, 9);
  EXPECT_INTEGERS(r, DAVY_STEP_COUNT, 1, 1, 2, 2);
  DavyRecordDestroy(&r);
  /* step 1 ended after 1 s, and step 2's first row came after 10 s: no fall tells step 2 */
  r = read_text("Step,Step Time (s),Voltage (V),Current (A)\n"
                "1,0,3,1\n1,1,3,1\n2,10,3,-1\n2,20,3,-1\n3,5,3,1\n");
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 1, 11, 21, 26);
  DavyRecordDestroy(&r);
}

static void newest_row_first_is_turned_round(void **state) {
  (void)state;
  char text[1024] = "Test Time / s,Voltage / V,Current / A\n";
  for (int i = 12; i >= 0; i--) {
    char row[32];
    snprintf(row, sizeof row, "%d,%d,1\n", 10 * i, i);
    strcat(text, row);
  }
  DavyRecord *r = read_text(text);
  EXPECT_NUMBERS(r, DAVY_TEST_TIME, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  expect_warning(r, "Time runs backwards");
  DavyRecordDestroy(&r);
}

static void steps_are_counted_from_what_there_is(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A,Step ID\n"
                            "0,3,0,1\n1,3,1,2\n2,3,1,3\n3,3,-1,2\n4,3,-1,2\n");
  EXPECT_INTEGERS(r, DAVY_STEP_COUNT, 1, 2, 3, 4, 4);
  DavyRecordDestroy(&r);
  r = read_text(
      "Test Time / s,Voltage / V,Current / A\n0,3,0\n1,3,1\n2,3,0.5\n3,3,-1\n4,3,0.00001\n");
  EXPECT_INTEGERS(r, DAVY_STEP_COUNT, 1, 2, 2, 3, 4);
  DavyRecordDestroy(&r);
}

static void a_row_without_a_current_begins_no_step(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A\n"
                            "0,3,\n1,3,1\n2,,1\n3,3,\n4,3,1\n5,3,\n6,3,-1\n");
  EXPECT_INTEGERS(r, DAVY_STEP_COUNT, 1, 1, 1, 1, 1, 1, 2);
  expect_warning(r, "Current / A: 3 of 7 rows have no value (first: row 1)");
  expect_warning(r, "Voltage / V: 1 of 7 rows have no value (first: row 3)");
  DavyRecordDestroy(&r);
}

/* One ampere for an hour is 1 Ah: exact. The column says 1 Ah, then 1.02 Ah. */
static void capacity_is_held_against_the_current(void **state) {
  (void)state;
  const char *sound = "Test Time / s,Voltage / V,Current / A,Charging Capacity / Ah\n"
                      "0,3,1,0\n1800,3.1,1,0.5\n3600,3.2,1,1\n";
  const char *wrong = "Test Time / s,Voltage / V,Current / A,Charging Capacity / Ah\n"
                      "0,3,1,0\n1800,3.1,1,0.5\n3600,3.2,1,1.02\n";
  DavyRecord *r = read_text(sound);
  assert_int_equal(DavyRecordWarnings(r), 0);
  DavyRecordDestroy(&r);
  r = read_text(wrong);
  expect_warning(r, "counts 1.02 Ah in all, the integral of current gives 1 Ah (1.96 % apart)");
  DavyRecordDestroy(&r);
}

/* The first row of a step is logged 60 s after it began: the trapezoid over the jump would give
 * half of that minute. */
static void capacity_minds_the_jump_between_steps(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A,Step ID,Step Time / s,"
                            "Charging Capacity / Ah\n0,3,0,1,0,0\n100,3,0,1,100,0\n"
                            "160,3.1,1,2,60,0.016666667\n280,3.2,1,2,180,0.05\n");
  assert_int_equal(DavyRecordWarnings(r), 0);
  DavyRecordDestroy(&r);
}

/* The same jump without a step time: the charge of that minute is open, and not complained about.
 */
static void capacity_at_a_jump_without_step_time_is_open(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A,Step ID,Charging Capacity / Ah\n"
                            "0,3,0,1,0\n100,3,0,1,0\n160,3.1,1,2,0.005\n280,3.2,1,2,0.038\n");
  assert_int_equal(DavyRecordWarnings(r), 0);
  DavyRecordDestroy(&r);
}

/* A column that falls counts from zero: what it shows then has flowed since. */
static void reset_columns_count_from_zero(void **state) {
  (void)state;
  DavyRecord *r = read_text("Test Time / s,Voltage / V,Current / A,Cycle Charging Capacity / Ah\n"
                            "0,3,1,0\n600,3.1,1,0.166666667\n1200,3,1,0.166666667\n"
                            "1800,3.1,1,0.333333333\n");
  assert_int_equal(DavyRecordWarnings(r), 1); /* 0.333 of 0.5 Ah: the second column did not count */
  DavyRecordDestroy(&r);
  r = read_text("Test Time / s,Voltage / V,Current / A,Cycle Charging Capacity / Ah\n"
                "0,3,1,0\n600,3.1,1,0.166666667\n1020,3,1,0.116666667\n1800,3.1,1,0.333333333\n");
  assert_int_equal(DavyRecordWarnings(r), 0);
  DavyRecordDestroy(&r);
}

static void the_next_file_goes_on_where_the_first_ends(void **state) {
  (void)state;
  DavyRecord *a = read_text("Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Step Count / 1,"
                            "Charging Capacity / Ah,Pressure / kPa\n"
                            "0,3,0.1,1,1,0,7\n10,3.1,0.1,2,3,0.5,8\n");
  DavyRecord *b = read_text("Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Step Count / 1,"
                            "Charging Capacity / Ah,Power / W\n"
                            "0,3.2,0.1,1,1,0,1\n5,3.3,0.1,1,2,0.25,2\n");
  assert_int_equal(DavyRecordAppend(a, b), DAVY_OK);
  EXPECT_NUMBERS(a, DAVY_TEST_TIME, 0, 10, 10, 15);
  EXPECT_INTEGERS(a, DAVY_CYCLE_COUNT, 1, 2, 3, 3);
  EXPECT_INTEGERS(a, DAVY_STEP_COUNT, 1, 3, 4, 5);
  EXPECT_NUMBERS(a, DAVY_CHARGING_CAPACITY, 0, 0.5, 0.5, 0.75);
  EXPECT_NUMBERS(a, DAVY_POWER, NAN, NAN, 1, 2);
  assert_true(DavyRecordExtra(a, 0)[1] == 8 && isnan(DavyRecordExtra(a, 0)[2]));
  assert_string_equal(DavyRecordInfo(a, "file"), "memory, memory");
  DavyRecordDestroy(&a);
  DavyRecordDestroy(&b);
}

/* A test cut in two: time goes on by itself, the steps that davy counts begin anew in each file. */
static void counts_go_on_where_time_does(void **state) {
  (void)state;
  DavyRecord *a =
      read_text("Test Time / s,Voltage / V,Current / A,Cycle Count / 1\n0,3,1,1\n10,3,-1,2\n");
  DavyRecord *b =
      read_text("Test Time / s,Voltage / V,Current / A,Cycle Count / 1\n20,3,-1,2\n30,3,1,3\n");
  assert_int_equal(DavyRecordAppend(a, b), DAVY_OK);
  EXPECT_NUMBERS(a, DAVY_TEST_TIME, 0, 10, 20, 30);
  EXPECT_INTEGERS(a, DAVY_CYCLE_COUNT, 1, 2, 2, 3);
  EXPECT_INTEGERS(a, DAVY_STEP_COUNT, 1, 2, 3, 4);
  DavyRecordDestroy(&a);
  DavyRecordDestroy(&b);
}

static void the_gap_between_files_comes_from_the_clock(void **state) {
  (void)state;
  const char *first = "Test Time / s,Voltage / V,Current / A,Unix Time / s\n"
                      "0,3,1,1000000000\n10,3,1,1000000010\n";
  const char *later = "Test Time / s,Voltage / V,Current / A,Unix Time / s\n"
                      "2,3,1,1000000102\n12,3,1,1000000112\n";
  const char *overlapping = "Test Time / s,Voltage / V,Current / A,Unix Time / s\n"
                            "0,3,1,1000000005\n10,3,1,1000000015\n";
  DavyRecord *a = read_text(first), *b = read_text(later), *c = read_text(overlapping);
  assert_int_equal(DavyRecordAppend(a, b), DAVY_OK);
  EXPECT_NUMBERS(a, DAVY_TEST_TIME, 0, 10, 102, 112);
  DavyRecordDestroy(&a);
  a = read_text(first);
  assert_int_equal(DavyRecordAppend(a, c), DAVY_OK);
  EXPECT_NUMBERS(a, DAVY_TEST_TIME, 0, 10, 10, 20);
  expect_warning(a, "begins 5 s before");
  DavyRecordDestroy(&a);
  DavyRecordDestroy(&b);
  DavyRecordDestroy(&c);
}

/* All kinds of doubles: short, long, tiny, huge, negative zero; and none. */
static DavyRecord *odd_record(size_t rows) {
  DavyRecord *r = NULL;
  assert_int_equal(DavyRecordCreate(&r), DAVY_OK);
  assert_int_equal(DavyRecordReserve(r, rows), DAVY_OK);
  double *time = DavyRecordMakeNumbers(r, DAVY_TEST_TIME),
         *voltage = DavyRecordMakeNumbers(r, DAVY_VOLTAGE),
         *current = DavyRecordMakeNumbers(r, DAVY_CURRENT),
         *extra = DavyRecordMakeExtra(r, "odd", "Odd, \"quoted\" Column / kPa");
  int32_t *type = DavyRecordMakeIntegers(r, DAVY_STEP_TYPE),
          *count = DavyRecordMakeIntegers(r, DAVY_STEP_COUNT),
          *cycle = DavyRecordMakeIntegers(r, DAVY_CYCLE_COUNT);
  uint64_t seed = 1;
  for (size_t i = 0; i < rows; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    double random = (double)(seed >> 11) / 9007199254740992.0;
    time[i] = (double)i / 3;
    voltage[i] = (double)(float)(3 + random);
    current[i] = i % 5 == 0 ? -0.0 : (random - 0.5) * pow(10, (double)(seed % 37) - 20);
    extra[i] = i % 3 == 0 ? NAN : i % 7 == 0 ? 5e-324 : random * 1.7e308;
    type[i] = (int32_t)(seed >> 33) % DAVY_STEP_TYPE_COUNT;
    count[i] = (int32_t)i / 10 + 1;
    cycle[i] = i % 11 == 0 ? DAVY_NO_INTEGER : (int32_t)i - 5;
  }
  assert_int_equal(DavyRecordSetRows(r, rows), DAVY_OK);
  return r;
}

static void bdf_is_read_back_bit_by_bit(void **state) {
  (void)state;
  static const char *const paths[] = {"test_record.bdf.csv", "test_record.bdf.csv.gz"};
  DavyRecord *r = odd_record(20000), *back = NULL;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(DavyRecordWriteBdf(r, paths[i]), DAVY_OK);
    assert_int_equal(DavyRecordRead(paths[i], NULL, &back), DAVY_OK);
    expect_same_record(r, back);
    assert_string_equal(DavyRecordExtraLabel(back, 0), "Odd, \"quoted\" Column / kPa");
    DavyRecordDestroy(&back);
    unlink(paths[i]);
  }
  DavyRecordDestroy(&r);
}

static void nothing_half_written_stays(void **state) {
  (void)state;
  DavyRecord *r = odd_record(10);
  assert_int_equal(DavyRecordWriteBdf(r, "no/such/folder/x.bdf.csv"), DAVY_ERR_WRITE);
  assert_int_equal(access("no", F_OK), -1);
  DavyRecordDestroy(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_ordered_and_repeats_left_out),
      cmocka_unit_test(an_index_that_starts_anew_keeps_file_order),
      cmocka_unit_test(time_never_runs_back),
      cmocka_unit_test(a_restart_takes_its_gap_from_the_clock),
      cmocka_unit_test(rows_without_a_time_are_left_out),
      cmocka_unit_test(test_time_from_step_times),
      cmocka_unit_test(newest_row_first_is_turned_round),
      cmocka_unit_test(steps_are_counted_from_what_there_is),
      cmocka_unit_test(a_row_without_a_current_begins_no_step),
      cmocka_unit_test(capacity_is_held_against_the_current),
      cmocka_unit_test(capacity_minds_the_jump_between_steps),
      cmocka_unit_test(capacity_at_a_jump_without_step_time_is_open),
      cmocka_unit_test(reset_columns_count_from_zero),
      cmocka_unit_test(the_next_file_goes_on_where_the_first_ends),
      cmocka_unit_test(counts_go_on_where_time_does),
      cmocka_unit_test(the_gap_between_files_comes_from_the_clock),
      cmocka_unit_test(bdf_is_read_back_bit_by_bit),
      cmocka_unit_test(nothing_half_written_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
