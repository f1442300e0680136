/* What every record goes through after its reader: order, time, steps, and the check of capacity.
 *
 *   order     rows ascend by record index; a row whose index and time stand there already is left
 *             out. Where the index starts anew while time goes on, file order is kept. A file with
 *             its newest row first is turned round.
 *   time      test time made from step time or clock time where the file has none; rows without a
 *             time left out; never runs back: a restart is shifted behind what came before, a
 *             small backward step (rounding) is held.
 *   steps     step_count, from step id, type, step time or, last, the sign of current.
 *   capacity  Q = integral of I dt, trapezoid within a step, held against the instrument's columns.
 *
 * Every repair is said in a warning with its first row (counted from 1) and how many there were.
 */
#include "record/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double seconds_per_hour = 3600;

/* Keeps row from[i] as row i, in all columns; the rows behind hold no value again. */
static DavyError gather_rows(DavyRecord *r, const size_t *from, size_t rows) {
  size_t before = DavyRecordRows(r);
  double *aside = malloc((rows ? rows : 1) * sizeof *aside);
  DAVY_CHECK(aside, DAVY_ERR_MEMORY, "out of memory to order %zu rows", rows);
  for (int c = 0; c < DAVY_COLUMN_COUNT; c++) {
    if (!DavyRecordHas(r, (DavyColumn)c)) continue;
    if (DavyColumnIsInteger((DavyColumn)c)) {
      int32_t *data = DavyRecordMakeIntegers(r, (DavyColumn)c), *ordered = (int32_t *)aside;
      for (size_t i = 0; i < rows; i++) ordered[i] = data[from[i]];
      memcpy(data, ordered, rows * sizeof *data);
      for (size_t i = rows; i < before; i++) data[i] = DAVY_NO_INTEGER;
    } else {
      double *data = DavyRecordMakeNumbers(r, (DavyColumn)c);
      for (size_t i = 0; i < rows; i++) aside[i] = data[from[i]];
      memcpy(data, aside, rows * sizeof *data);
      for (size_t i = rows; i < before; i++) data[i] = NAN;
    }
  }
  for (size_t e = 0; e < DavyRecordExtraCount(r); e++) {
    double *data = DavyRecordMakeExtra(r, DavyRecordExtraName(r, e), DavyRecordExtraLabel(r, e));
    for (size_t i = 0; i < rows; i++) aside[i] = data[from[i]];
    memcpy(data, aside, rows * sizeof *data);
    for (size_t i = rows; i < before; i++) data[i] = NAN;
  }
  free(aside);
  return DavyRecordSetRows(r, rows);
}

static bool ascends_strictly(const int32_t *index, size_t rows) {
  for (size_t i = 1; i < rows; i++)
    if (index[i] <= index[i - 1]) return false;
  return true;
}

/* A row of the file and its index, for sorting. */
typedef struct {
  int32_t index;
  size_t row;
} Place;

static int compare_places(const void *a, const void *b) {
  const Place *x = a, *y = b;
  if (x->index != y->index) return x->index < y->index ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static const double *clock_column(const DavyRecord *r) {
  const double *time = DavyRecordNumbers(r, DAVY_TEST_TIME);
  return time ? time : DavyRecordNumbers(r, DAVY_UNIX_TIME);
}

static size_t count_falls(const double *time, const Place *places, size_t rows) {
  size_t falls = 0;
  for (size_t i = 1; time && i < rows; i++) falls += time[places[i].row] < time[places[i - 1].row];
  return falls;
}

/* Rows in file order, a row without an index behind the one that it follows. */
static void file_order(const int32_t *index, size_t rows, Place *places) {
  int32_t last = INT32_MIN;
  for (size_t i = 0; i < rows; i++) {
    if (index[i] != DAVY_NO_INTEGER) last = index[i];
    places[i] = (Place){last, i};
  }
}

static bool same_number(const double *column, size_t a, size_t b) {
  if (!column) return true;
  return column[a] == column[b] || (isnan(column[a]) && isnan(column[b]));
}

/* Counts of what the order needed, for one warning each. */
typedef struct {
  size_t repeated, differing, first_row;
  int32_t first_index;
} Repeats;

/* Fills `kept` with the rows to keep, in order. */
static size_t without_repeats(const DavyRecord *r, const Place *places, size_t rows, size_t *kept,
                              Repeats *repeats) {
  const int32_t *index = DavyRecordIntegers(r, DAVY_RECORD_INDEX);
  const double *time = clock_column(r), *voltage = DavyRecordNumbers(r, DAVY_VOLTAGE),
               *current = DavyRecordNumbers(r, DAVY_CURRENT);
  size_t count = 0;
  for (size_t i = 0; i < rows; i++) {
    size_t row = places[i].row, before = count ? kept[count - 1] : row;
    bool repeat = count && index[row] != DAVY_NO_INTEGER && index[row] == index[before] &&
                  same_number(time, row, before);
    if (!repeat) {
      kept[count++] = row;
      continue;
    }
    if (repeats->repeated++ == 0) {
      repeats->first_row = row + 1;
      repeats->first_index = index[row];
    }
    repeats->differing += !same_number(voltage, row, before) || !same_number(current, row, before);
  }
  return count;
}

static void warn_repeats(DavyRecord *r, Repeats repeats) {
  if (!repeats.repeated) return;
  DavyRecordWarn(r,
                 "%zu rows repeat the record index and time of another and were left out (first: "
                 "row %zu, index %d); %zu of them differ from it in voltage or current.",
                 repeats.repeated, repeats.first_row, (int)repeats.first_index, repeats.differing);
}

static DavyError order_places(DavyRecord *r, Place *places, size_t *kept) {
  size_t rows = DavyRecordRows(r);
  const int32_t *index = DavyRecordIntegers(r, DAVY_RECORD_INDEX);
  file_order(index, rows, places);
  size_t disorder = 0, first = 0;
  for (size_t i = 1; i < rows; i++)
    if (places[i].index < places[i - 1].index && disorder++ == 0) first = i + 1;
  size_t falls = count_falls(clock_column(r), places, rows);
  if (disorder) qsort(places, rows, sizeof *places, compare_places);
  if (disorder && count_falls(clock_column(r), places, rows) > falls) {
    DavyRecordWarn(r,
                   "The record index starts anew %zu times while time goes on (first: row %zu): "
                   "rows stay in the order of the file.",
                   disorder, first);
    file_order(index, rows, places);
  } else if (disorder) {
    DavyRecordWarn(r, "Rows were out of order and were sorted by record index (first: row %zu).",
                   first);
  }
  Repeats repeats = {0};
  size_t count = without_repeats(r, places, rows, kept, &repeats);
  warn_repeats(r, repeats);
  return gather_rows(r, kept, count);
}

static DavyError order_by_index(DavyRecord *r) {
  size_t rows = DavyRecordRows(r);
  const int32_t *index = DavyRecordIntegers(r, DAVY_RECORD_INDEX);
  if (!index || ascends_strictly(index, rows)) return DAVY_OK;
  Place *places = malloc(rows * sizeof *places);
  size_t *kept = malloc(rows * sizeof *kept);
  DavyError error = places && kept
                        ? order_places(r, places, kept)
                        : DavyFail(DAVY_ERR_MEMORY, "out of memory to order %zu rows", rows);
  free(places);
  free(kept);
  return error;
}

static bool differs(const int32_t *column, size_t i) {
  return column && column[i] != column[i - 1];
}

static bool falls_anywhere(const double *column, size_t rows) {
  for (size_t i = 1; i < rows; i++)
    if (column[i] < column[i - 1]) return true;
  return false;
}

/* Exports with the newest row first: time falls far more often than it rises. */
static DavyError turn_round(DavyRecord *r) {
  enum { ENOUGH = 10 };
  const double *time = clock_column(r);
  size_t rows = DavyRecordRows(r), falls = 0, rises = 0;
  for (size_t i = 1; time && i < rows; i++) {
    falls += time[i] < time[i - 1];
    rises += time[i] > time[i - 1];
  }
  if (falls < ENOUGH || falls <= 2 * rises) return DAVY_OK;
  size_t *from = malloc(rows * sizeof *from);
  DAVY_CHECK(from, DAVY_ERR_MEMORY, "out of memory to order %zu rows", rows);
  for (size_t i = 0; i < rows; i++) from[i] = rows - 1 - i;
  DavyRecordWarn(r, "Time runs backwards through the file: its last row was taken as the first.");
  DavyError error = gather_rows(r, from, rows);
  free(from);
  return error;
}

/* Each step's time is shifted behind the step before it. A short step's last time may lie before
 * the next one's first, so a new step is told by its number too, unless the column counts through
 * all steps. */
static void time_from_steps(DavyRecord *r, double *time) {
  const double *step_time = DavyRecordNumbers(r, DAVY_STEP_TIME);
  const int32_t *id = DavyRecordIntegers(r, DAVY_STEP_ID),
                *count = DavyRecordIntegers(r, DAVY_STEP_COUNT);
  size_t rows = DavyRecordRows(r);
  bool restarts = falls_anywhere(step_time, rows);
  double base = 0, last = 0;
  for (size_t i = 0; i < rows; i++) {
    bool new_step = i && restarts && (differs(id, i) || differs(count, i));
    if (new_step || step_time[i] < last) {
      base += last;
      last = 0;
    }
    if (!isnan(step_time[i])) last = step_time[i];
    time[i] = base + step_time[i];
  }
}

static void time_from_clock(DavyRecord *r, double *time) {
  const double *unix_time = DavyRecordNumbers(r, DAVY_UNIX_TIME);
  size_t rows = DavyRecordRows(r), first = 0;
  while (first < rows && isnan(unix_time[first])) first++;
  for (size_t i = 0; i < rows; i++) time[i] = unix_time[i] - unix_time[first < rows ? first : 0];
}

static DavyError make_test_time(DavyRecord *r) {
  bool steps = DavyRecordHas(r, DAVY_STEP_TIME), clock = DavyRecordHas(r, DAVY_UNIX_TIME);
  if (DavyRecordHas(r, DAVY_TEST_TIME) || (!steps && !clock)) return DAVY_OK;
  double *time = DavyRecordMakeNumbers(r, DAVY_TEST_TIME);
  DAVY_CHECK(time, DAVY_ERR_MEMORY, "out of memory for the test time");
  if (steps)
    time_from_steps(r, time);
  else
    time_from_clock(r, time);
  return DavyRecordSetInfo(r, "test_time_from", "%s",
                           steps ? "step times, one behind the other: the file has no test time"
                                 : "clock time: the file has no test time");
}

static DavyError drop_rows_without_time(DavyRecord *r) {
  const double *time = DavyRecordNumbers(r, DAVY_TEST_TIME);
  size_t rows = DavyRecordRows(r), good = 0, first = 0;
  if (!time) return DAVY_OK;
  for (size_t i = 0; i < rows; i++) {
    if (isfinite(time[i]))
      good++;
    else if (!first)
      first = i + 1;
  }
  if (good == rows) return DAVY_OK;
  size_t *kept = malloc((good ? good : 1) * sizeof *kept);
  DAVY_CHECK(kept, DAVY_ERR_MEMORY, "out of memory to order %zu rows", rows);
  size_t count = 0;
  for (size_t i = 0; i < rows; i++)
    if (isfinite(time[i])) kept[count++] = i;
  DavyRecordWarn(r, "%zu rows have no time and were left out (first: row %zu).", rows - good,
                 first);
  DavyError error = gather_rows(r, kept, count);
  free(kept);
  return error;
}

/* A backward step that is smaller than the interval before it, and soon made up, is rounding. */
static bool is_jitter(const double *time, size_t i, size_t rows, double before, double interval) {
  enum { SOON = 20 };
  if (before - time[i] >= interval) return false;
  for (size_t j = i + 1; j < rows && j <= i + SOON; j++)
    if (time[j] >= before) return true;
  return false;
}

static double clock_gap(const double *unix_time, size_t i) {
  if (!unix_time) return 0;
  double gap = unix_time[i] - unix_time[i - 1];
  return gap > 0 && isfinite(gap) ? gap : 0;
}

static void repair_time(DavyRecord *r) {
  size_t rows = DavyRecordRows(r), held = 0, held_row = 0, restarts = 0, restart_row = 0;
  if (!DavyRecordHas(r, DAVY_TEST_TIME) || rows < 2) return;
  double *time = DavyRecordMakeNumbers(r, DAVY_TEST_TIME), offset = 0, interval = 0;
  const double *unix_time = DavyRecordNumbers(r, DAVY_UNIX_TIME);
  for (size_t i = 1; i < rows; i++) {
    double before = time[i - 1], now = time[i] + offset;
    if (now < before && is_jitter(time, i, rows, before - offset, interval)) {
      if (held++ == 0) held_row = i + 1;
      now = before;
    } else if (now < before) {
      if (restarts++ == 0) restart_row = i + 1;
      now = before + clock_gap(unix_time, i);
      offset = now - time[i];
    }
    interval = now > before ? now - before : interval;
    time[i] = now;
  }
  if (held)
    DavyRecordWarn(r,
                   "Time steps back by less than an interval %zu times and was held (first: row "
                   "%zu).",
                   held, held_row);
  if (restarts)
    DavyRecordWarn(r,
                   "Time starts anew %zu times and was shifted behind what came before (first: "
                   "row %zu).",
                   restarts, restart_row);
}

/* -1 discharging, 0 resting, 1 charging. */
static int current_sense(double current, double rest_below) {
  return fabs(current) <= rest_below ? 0 : current > 0 ? 1 : -1;
}

/* A current below this share of the largest one counts as rest when nothing else tells steps. */
static const double rest_share = 1e-4;

static double largest_magnitude(const double *values, size_t rows) {
  double largest = 0;
  for (size_t i = 0; values && i < rows; i++)
    if (isfinite(values[i])) largest = fmax(largest, fabs(values[i]));
  return largest;
}

static DavyError make_step_count(DavyRecord *r) {
  size_t rows = DavyRecordRows(r);
  const int32_t *id = DavyRecordIntegers(r, DAVY_STEP_ID),
                *type = DavyRecordIntegers(r, DAVY_STEP_TYPE),
                *cycle = DavyRecordIntegers(r, DAVY_CYCLE_COUNT);
  const double *step_time = DavyRecordNumbers(r, DAVY_STEP_TIME),
               *current = DavyRecordNumbers(r, DAVY_CURRENT);
  bool marked = id || type || step_time;
  if (DavyRecordHas(r, DAVY_STEP_COUNT) || (!marked && !current)) return DAVY_OK;
  int32_t *count = DavyRecordMakeIntegers(r, DAVY_STEP_COUNT), step = 1;
  DAVY_CHECK(count, DAVY_ERR_MEMORY, "out of memory for the step count");
  double rest_below = rest_share * largest_magnitude(current, rows), last = NAN;
  for (size_t i = 0; i < rows; i++) {
    if (marked)
      step += i &&
              (differs(id, i) || differs(type, i) ||
               (step_time && step_time[i] < step_time[i - 1]) || (!step_time && differs(cycle, i)));
    else if (!isnan(current[i])) { /* a row without a current goes on as the one before */
      step +=
          !isnan(last) && current_sense(current[i], rest_below) != current_sense(last, rest_below);
      last = current[i];
    }
    count[i] = step;
  }
  return DavyRecordSetInfo(r, "step_count_from", "%s",
                           marked ? "changes of step id, type and time" : "the sign of current");
}

/* Ah between rows i - 1 and i. Across a step boundary the current jumps: the new step's current
 * holds since the step began, which its step time tells, and the old one's before. */
static double charge_between(const double *time, const double *current, const double *step_time,
                             const int32_t *step, size_t i) {
  double interval = (time[i] - time[i - 1]) / seconds_per_hour;
  double charge;
  if (!differs(step, i)) {
    charge = 0.5 * (current[i] + current[i - 1]) * interval;
  } else {
    double now = interval;
    if (step_time && step_time[i] >= 0) now = fmin(step_time[i] / seconds_per_hour, interval);
    charge = current[i] * now + (now < interval ? current[i - 1] * (interval - now) : 0);
  }
  return isfinite(charge) ? charge : 0;
}

/* Charge that a vendor's column counts over the record: its rises; after a fall (reset) it counts
 * from zero. */
static double counted_charge(const double *column, size_t rows) {
  double sum = 0, last = NAN;
  for (size_t i = 0; i < rows; i++) {
    if (isnan(column[i])) continue;
    if (column[i] < last)
      sum += column[i];
    else if (!isnan(last))
      sum += column[i] - last;
    last = column[i];
  }
  return sum;
}

static const double *first_column(const DavyRecord *r, const DavyColumn choices[3],
                                  DavyColumn *found) {
  for (int i = 0; i < 3; i++) {
    *found = choices[i];
    if (DavyRecordHas(r, choices[i])) return DavyRecordNumbers(r, choices[i]);
  }
  return NULL;
}

/* What current integrates to, in Ah. `slack`: where a step begins between two rows and nothing says
 * when, the charge between them is known to this much only. */
typedef struct {
  double charged, discharged, slack;
} Charges;

/* Beyond this share of the larger of both the two are said to disagree; the floor, a share of all
 * charge that flowed, keeps currents at the resolution of the instrument from being counted. */
static const double disagreement_share = 0.01, disagreement_floor = 1e-3;

static void compare_capacity(DavyRecord *r, const DavyColumn choices[3], double integral,
                             const Charges *all) {
  DavyColumn column;
  const double *values = first_column(r, choices, &column);
  if (!values) return;
  double counted = counted_charge(values, DavyRecordRows(r)), apart = fabs(counted - integral);
  double floor = disagreement_floor * (all->charged + all->discharged);
  if (apart <= all->slack + fmax(floor, disagreement_share * fmax(counted, integral))) return;
  DavyRecordWarn(
      r,
      "%s: the file's column counts %.6g Ah in all, the integral of current gives %.6g "
      "Ah (%.3g %% apart): rows are missing, or current changes faster than it is logged.",
      DavyColumnLabel(column), counted, integral, 100 * apart / fmax(counted, integral));
}

static Charges integrate(const DavyRecord *r) {
  const double *time = DavyRecordNumbers(r, DAVY_TEST_TIME),
               *current = DavyRecordNumbers(r, DAVY_CURRENT),
               *step_time = DavyRecordNumbers(r, DAVY_STEP_TIME);
  const int32_t *step = DavyRecordIntegers(r, DAVY_STEP_COUNT);
  Charges sum = {0};
  for (size_t i = 1; i < DavyRecordRows(r); i++) {
    double charge = charge_between(time, current, step_time, step, i);
    sum.charged += fmax(charge, 0);
    sum.discharged += fmax(-charge, 0);
    double jump = fabs(current[i] - current[i - 1]) * (time[i] - time[i - 1]) / seconds_per_hour;
    if (!step_time && differs(step, i) && isfinite(jump)) sum.slack += jump;
  }
  return sum;
}

static void check_capacity(DavyRecord *r) {
  static const DavyColumn charging[] = {DAVY_CHARGING_CAPACITY, DAVY_CYCLE_CHARGING_CAPACITY,
                                        DAVY_STEP_CHARGING_CAPACITY},
                          discharging[] = {DAVY_DISCHARGING_CAPACITY,
                                           DAVY_CYCLE_DISCHARGING_CAPACITY,
                                           DAVY_STEP_DISCHARGING_CAPACITY};
  if (!DavyRecordHas(r, DAVY_TEST_TIME) || !DavyRecordHas(r, DAVY_CURRENT)) return;
  Charges sum = integrate(r);
  compare_capacity(r, charging, sum.charged, &sum);
  compare_capacity(r, discharging, sum.discharged, &sum);
}

static void check_gaps(DavyRecord *r, DavyColumn column) {
  const double *values = DavyRecordNumbers(r, column);
  size_t rows = DavyRecordRows(r), none = 0, first = 0;
  for (size_t i = 0; values && i < rows; i++)
    if (isnan(values[i]) && none++ == 0) first = i + 1;
  if (none && none < rows)
    DavyRecordWarn(r, "%s: %zu of %zu rows have no value (first: row %zu).",
                   DavyColumnLabel(column), none, rows, first);
}

static void check_duration(DavyRecord *r) {
  static const double year = 365.25 * 86400, longest = 10; /* a: longer than cells are tested */
  const double *time = DavyRecordNumbers(r, DAVY_TEST_TIME);
  size_t rows = DavyRecordRows(r);
  if (!time || !rows) return;
  double years = (time[rows - 1] - time[0]) / year;
  if (years > longest)
    DavyRecordWarn(r, "The test lasts %.3g years by its time column: check the unit of time.",
                   years);
}

DavyError DavyRecordFinish(DavyRecord *record) {
  DAVY_TRY(order_by_index(record));
  DAVY_TRY(turn_round(record));
  DAVY_TRY(make_test_time(record));
  DAVY_TRY(drop_rows_without_time(record));
  repair_time(record);
  DAVY_TRY(make_step_count(record));
  check_gaps(record, DAVY_VOLTAGE);
  check_gaps(record, DAVY_CURRENT);
  check_capacity(record);
  check_duration(record);
  return DAVY_OK;
}
