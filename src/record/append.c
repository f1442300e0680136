/* One cell, several files: the second record goes on where the first ends.
 *
 * Unless the second goes on counting by itself (its test time begins at or behind the first's end),
 * its time starts at the gap between both by the clock, where both know it, or else at once; its
 * steps and cycles count on; its capacities and energies that never reset are added to the last.
 */
#include "davy/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double first_number(const double *column, size_t rows) {
  for (size_t i = 0; column && i < rows; i++)
    if (!isnan(column[i])) return column[i];
  return NAN;
}

static double last_number(const double *column, size_t rows) {
  for (size_t i = rows; column && i > 0; i--)
    if (!isnan(column[i - 1])) return column[i - 1];
  return NAN;
}

static int32_t first_integer(const int32_t *column, size_t rows) {
  for (size_t i = 0; column && i < rows; i++)
    if (column[i] != DAVY_NO_INTEGER) return column[i];
  return DAVY_NO_INTEGER;
}

static int32_t last_integer(const int32_t *column, size_t rows) {
  for (size_t i = rows; column && i > 0; i--)
    if (column[i - 1] != DAVY_NO_INTEGER) return column[i - 1];
  return DAVY_NO_INTEGER;
}

/* The clock at test time zero; NaN if unknown. */
static double clock_at_zero(const DavyRecord *r) {
  size_t rows = DavyRecordRows(r);
  return first_number(DavyRecordNumbers(r, DAVY_UNIX_TIME), rows) -
         first_number(DavyRecordNumbers(r, DAVY_TEST_TIME), rows);
}

/* Seconds to add to the test time of `next`; NaN if it goes on counting by itself. */
static double time_shift(DavyRecord *record, const DavyRecord *next) {
  double end = last_number(DavyRecordNumbers(record, DAVY_TEST_TIME), DavyRecordRows(record));
  double begin = first_number(DavyRecordNumbers(next, DAVY_TEST_TIME), DavyRecordRows(next));
  if (isnan(end) || isnan(begin)) return 0;
  double by_clock = clock_at_zero(next) - clock_at_zero(record);
  if (begin >= end && end > 0 && !(by_clock > end)) return NAN;
  if (begin + by_clock >= end) return by_clock;
  if (!isnan(by_clock))
    DavyRecordWarn(record,
                   "By the clock the next file begins %.6g s before the one in front of it ends: "
                   "it is put directly behind.",
                   end - begin - by_clock);
  return begin >= 0 ? end : end - begin;
}

static bool never_resets(DavyColumn column) {
  return column >= DAVY_CHARGING_CAPACITY && column <= DAVY_CUMULATIVE_ENERGY;
}

static double number_shift(const DavyRecord *record, DavyColumn column, double time_offset) {
  if (isnan(time_offset)) return 0;
  if (column == DAVY_TEST_TIME) return time_offset;
  if (!never_resets(column)) return 0;
  double last = last_number(DavyRecordNumbers(record, column), DavyRecordRows(record));
  return isnan(last) ? 0 : last;
}

/* Counts go on with the next whole number, unless the next file goes on counting by itself: its
 * time may do so and a count, which the reader may have made, start anew. */
static int64_t integer_shift(const DavyRecord *record, const DavyRecord *next, DavyColumn column,
                             double time_offset) {
  bool counts =
      column == DAVY_CYCLE_COUNT || column == DAVY_STEP_COUNT || column == DAVY_RECORD_INDEX;
  int32_t last = last_integer(DavyRecordIntegers(record, column), DavyRecordRows(record));
  int32_t first = first_integer(DavyRecordIntegers(next, column), DavyRecordRows(next));
  if (!counts || last == DAVY_NO_INTEGER || first == DAVY_NO_INTEGER) return 0;
  if (isnan(time_offset) && first >= last) return 0;
  return (int64_t)last + 1 - first;
}

static DavyError copy_column(DavyRecord *record, const DavyRecord *next, DavyColumn column,
                             size_t from, double time_offset) {
  size_t rows = DavyRecordRows(next);
  if (DavyColumnIsInteger(column)) {
    int64_t shift = integer_shift(record, next, column, time_offset);
    int32_t *to = DavyRecordMakeIntegers(record, column);
    const int32_t *values = DavyRecordIntegers(next, column);
    DAVY_CHECK(to, DAVY_ERR_MEMORY, "out of memory for %zu rows", from + rows);
    for (size_t i = 0; i < rows; i++) {
      int64_t value = values[i] + shift;
      bool fits = values[i] != DAVY_NO_INTEGER && value > INT32_MIN && value <= INT32_MAX;
      to[from + i] = fits ? (int32_t)value : DAVY_NO_INTEGER;
    }
  } else {
    double shift = number_shift(record, column, time_offset);
    double *to = DavyRecordMakeNumbers(record, column);
    const double *values = DavyRecordNumbers(next, column);
    DAVY_CHECK(to, DAVY_ERR_MEMORY, "out of memory for %zu rows", from + rows);
    for (size_t i = 0; i < rows; i++) to[from + i] = values[i] + shift;
  }
  return DAVY_OK;
}

static DavyError copy_extras(DavyRecord *record, const DavyRecord *next, size_t from) {
  for (size_t e = 0; e < DavyRecordExtraCount(next); e++) {
    double *to =
        DavyRecordMakeExtra(record, DavyRecordExtraName(next, e), DavyRecordExtraLabel(next, e));
    DAVY_CHECK(to, DAVY_ERR_MEMORY, "out of memory for the column \"%s\"",
               DavyRecordExtraLabel(next, e));
    memcpy(to + from, DavyRecordExtra(next, e), DavyRecordRows(next) * sizeof *to);
  }
  return DAVY_OK;
}

/* What a place in the file list says: "a.nda, b.nda". */
static DavyError join_fact(DavyRecord *record, const DavyRecord *next, const char *key) {
  const char *mine = DavyRecordInfo(record, key), *theirs = DavyRecordInfo(next, key);
  if (!theirs) return DAVY_OK;
  if (!mine) return DavyRecordSetInfo(record, key, "%s", theirs);
  return DavyRecordSetInfo(record, key, "%s, %s", mine, theirs);
}

static DavyError take_facts(DavyRecord *record, const DavyRecord *next) {
  const char *file = DavyRecordInfo(next, "file");
  for (size_t i = 0; i < DavyRecordWarnings(next); i++)
    DavyRecordWarn(record, "%s%s%s", file ? file : "", file ? ": " : "",
                   DavyRecordWarning(next, i));
  DAVY_TRY(join_fact(record, next, "file"));
  DAVY_TRY(join_fact(record, next, "sha256"));
  for (size_t i = 0; i < DavyRecordInfoCount(next); i++) {
    const char *key = DavyRecordInfoKey(next, i);
    if (!DavyRecordInfo(record, key))
      DAVY_TRY(DavyRecordSetInfo(record, key, "%s", DavyRecordInfo(next, key)));
  }
  return DAVY_OK;
}

DavyError DavyRecordAppend(DavyRecord *record, const DavyRecord *next) {
  size_t from = DavyRecordRows(record), rows = DavyRecordRows(next);
  DAVY_TRY(DavyRecordReserve(record, from + rows));
  double time_offset = from ? time_shift(record, next) : NAN;
  for (int c = 0; c < DAVY_COLUMN_COUNT; c++)
    if (DavyRecordHas(next, (DavyColumn)c))
      DAVY_TRY(copy_column(record, next, (DavyColumn)c, from, time_offset));
  DAVY_TRY(copy_extras(record, next, from));
  DAVY_TRY(DavyRecordSetRows(record, from + rows));
  return take_facts(record, next);
}
