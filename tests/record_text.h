/* Help for tests of records: from a text in the test to a record, and records compared bit by bit.
 */
#ifndef DAVY_TEST_RECORD_TEXT_H
#define DAVY_TEST_RECORD_TEXT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/record.h"

static inline DavyRecord *read_text_with(const char *text, const DavyReadOptions *options) {
  DavyRecord *record = NULL;
  DavyError error = DavyRecordReadMemory(text, strlen(text), options, &record);
  if (error) print_error("%s\n", DavyErrorMessage());
  assert_int_equal(error, DAVY_OK);
  return record;
}

static inline DavyRecord *read_text(const char *text) {
  return read_text_with(text, NULL);
}

/* The text is refused with this error, in words that hold `words`. */
static inline void expect_refusal(const char *text, DavyError expected, const char *words) {
  DavyRecord *record = NULL;
  DavyError error = DavyRecordReadMemory(text, strlen(text), NULL, &record);
  assert_null(record);
  if (error != expected || !strstr(DavyErrorMessage(), words))
    print_error("%s: %s\n", DavyErrorName(error), DavyErrorMessage());
  assert_int_equal(error, expected);
  assert_non_null(strstr(DavyErrorMessage(), words));
}

static inline bool has_warning(const DavyRecord *record, const char *words) {
  for (size_t i = 0; i < DavyRecordWarnings(record); i++)
    if (strstr(DavyRecordWarning(record, i), words)) return true;
  return false;
}

static inline void expect_warning(const DavyRecord *record, const char *words) {
  if (!has_warning(record, words))
    for (size_t i = 0; i < DavyRecordWarnings(record); i++)
      print_error("there is: %s\n", DavyRecordWarning(record, i));
  assert_true(has_warning(record, words));
}

static inline void expect_numbers(const DavyRecord *record, DavyColumn column, size_t rows,
                                  const double *expected) {
  const double *values = DavyRecordNumbers(record, column);
  assert_int_equal(DavyRecordRows(record), rows);
  assert_non_null(values);
  for (size_t i = 0; i < rows; i++)
    if (!(isnan(expected[i]) ? isnan(values[i]) : values[i] == expected[i]))
      fail_msg("%s, row %zu: %.17g, expected %.17g", DavyColumnLabel(column), i + 1, values[i],
               expected[i]);
}

static inline void expect_integers(const DavyRecord *record, DavyColumn column, size_t rows,
                                   const int *expected) {
  const int32_t *values = DavyRecordIntegers(record, column);
  assert_int_equal(DavyRecordRows(record), rows);
  assert_non_null(values);
  for (size_t i = 0; i < rows; i++)
    if (values[i] != expected[i])
      fail_msg("%s, row %zu: %d, expected %d", DavyColumnLabel(column), i + 1, (int)values[i],
               expected[i]);
}

#define EXPECT_NUMBERS(record, column, ...)                                                        \
  expect_numbers(record, column, sizeof((double[]){__VA_ARGS__}) / sizeof(double),                 \
                 (double[]){__VA_ARGS__})
#define EXPECT_INTEGERS(record, column, ...)                                                       \
  expect_integers(record, column, sizeof((int[]){__VA_ARGS__}) / sizeof(int), (int[]){__VA_ARGS__})

static inline void expect_same_bits(const double *a, const double *b, size_t rows,
                                    const char *label) {
  for (size_t i = 0; i < rows; i++)
    if (memcmp(&a[i], &b[i], sizeof a[i]) && !(isnan(a[i]) && isnan(b[i])))
      fail_msg("%s, row %zu: %.17g and %.17g", label, i + 1, a[i], b[i]);
}

/* Equal in every column, bit by bit. */
static inline void expect_same_record(const DavyRecord *a, const DavyRecord *b) {
  size_t rows = DavyRecordRows(a);
  assert_int_equal(rows, DavyRecordRows(b));
  for (int c = 0; c < DAVY_COLUMN_COUNT; c++) {
    DavyColumn column = (DavyColumn)c;
    if (DavyRecordHas(a, column) != DavyRecordHas(b, column))
      fail_msg("only one has the column %s", DavyColumnLabel(column));
    if (!DavyRecordHas(a, column)) continue;
    if (DavyColumnIsInteger(column))
      assert_memory_equal(DavyRecordIntegers(a, column), DavyRecordIntegers(b, column),
                          rows * sizeof(int32_t));
    else
      expect_same_bits(DavyRecordNumbers(a, column), DavyRecordNumbers(b, column), rows,
                       DavyColumnLabel(column));
  }
  assert_int_equal(DavyRecordExtraCount(a), DavyRecordExtraCount(b));
  for (size_t e = 0; e < DavyRecordExtraCount(a); e++)
    expect_same_bits(DavyRecordExtra(a, e), DavyRecordExtra(b, e), rows,
                     DavyRecordExtraLabel(a, e));
}

#endif
