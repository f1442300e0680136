/* The series as walked: what is a current and what is rest, and how much charge flows between two
 * rows.
 *
 *   I_ref = ∫I² dt / ∫|I| dt             reference current: one spike does not set it
 *   a row rests where its step says so, or where |I| <= 1e-3 I_ref; the tail of a
 *   constant-voltage step stays with its step
 *   q = (I_a + I_b)/2 (t_b - t_a), u(q) = |I_b - I_a| (t_b - t_a)/√12
 *                                                  within a step: the current lies between its
 *                                                  two readings (uniform)
 *   at a step's edge the new step's own clock shares the time; without one the step begins with
 *   its first row; where only the current tells, the time is halved. Not by the clock,
 *   u(q) = |I| Δt/√12
 *
 * I current (A), t time (s), q charge (A s), u standard uncertainty. */
#include "analysis/parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* At an edge without a clock, and behind a step's last row, longer times than this many usual
 * intervals hold no rows because nothing was recorded: nothing is counted in them. */
#define GAP_INTERVALS 10.0
/* Within a step a longer time than this is integrated across, and said. */
#define BRIDGE_INTERVALS 1000.0

/* Standard deviation of a uniform distribution of width 1: 1/√12. */
static const double uniform = 0.28867513459481287;

DavyError lines_add(Lines *lines, const char *format, ...) {
  char **grown = realloc(lines->items, (lines->count + 1) * sizeof *grown);
  DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a sentence");
  lines->items = grown;
  va_list arguments;
  va_start(arguments, format);
  int length = vasprintf(&grown[lines->count], format, arguments);
  va_end(arguments);
  DAVY_CHECK(length >= 0, DAVY_ERR_MEMORY, "out of memory for a sentence");
  lines->count++;
  return DAVY_OK;
}

void lines_free(Lines *lines) {
  for (size_t i = 0; i < lines->count; i++) free(lines->items[i]);
  free(lines->items);
  *lines = (Lines){0};
}

/* Rows of an impedance spectrum carry an amplitude, not a current that flows on. */
static bool usable(const Series *s, size_t row) {
  return isfinite(s->time[row]) && isfinite(s->current[row]) &&
         !(s->frequency && s->frequency[row] > 0);
}

static bool same_step(const Series *s, size_t a, size_t b) {
  return !s->step || s->step[a] == s->step[b];
}

/* Sums over the record from which its scales are judged. */
typedef struct {
  double charge, square;             /* ∫|I| dt, ∫I² dt */
  double within;                     /* s, in intervals within a step */
  size_t intervals;                  /* their number */
  double profile;                    /* A s, in steps that follow a load profile */
  double swept, slope, slope_square; /* s; V: ∫|dV/dt| dt; V²/s: ∫(dV/dt)² dt */
  double low, high;                  /* V */
} Scales;

static void scale_interval(const Series *s, size_t a, size_t b, Scales *sums) {
  double dt = s->time[b] - s->time[a];
  if (!(dt > 0) || !same_step(s, a, b)) return;
  double current = 0.5 * (fabs(s->current[a]) + fabs(s->current[b]));
  sums->charge += current * dt;
  if (s->type && s->type[b] == DAVY_STEP_SIMULATION) sums->profile += current * dt;
  sums->square += current * current * dt;
  sums->within += dt;
  sums->intervals++;
  double dv = s->voltage[b] - s->voltage[a];
  if (!isfinite(dv)) return;
  sums->swept += dt;
  sums->slope += fabs(dv);
  sums->slope_square += dv * dv / dt;
  sums->low = fmin(sums->low, s->voltage[b]);
  sums->high = fmax(sums->high, s->voltage[b]);
}

static bool is_voltammetry(const char *technique) {
  static const char *const names[] = {"CV", "CVA", "LSV", "LASV"};
  if (!technique) return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(technique, names[i]) == 0) return true;
  return strcasestr(technique, "voltammetry") != NULL;
}

/* A sweep: |dV/dt| is the same throughout (to 40 %, since converters and clocks round) while |I| is
 * not, over more than 20 mV. In galvanostatic data it is the other way round. `rate` is NaN where
 * the sweep was not even. */
static bool is_sweep(const Scales *sums, const char *technique, double *rate) {
  double mean = sums->slope / sums->swept, mean_current = sums->charge / sums->within;
  double slope_spread = sums->slope_square / sums->swept / (mean * mean) - 1;
  double current_spread = sums->square / sums->within / (mean_current * mean_current) - 1;
  bool even = slope_spread < 0.15 && sums->intervals >= 20 && sums->high - sums->low > 0.02;
  *rate = even ? mean : NAN;
  return is_voltammetry(technique) || (even && current_spread > 0.1);
}

static void series_scale(Series *s, const char *technique) {
  Scales sums = {.low = INFINITY, .high = -INFINITY};
  size_t before = SIZE_MAX;
  for (size_t row = 0; row < s->rows; row++) {
    if (!usable(s, row)) continue;
    if (before != SIZE_MAX) scale_interval(s, before, row, &sums);
    before = row;
  }
  s->reference_current = sums.charge > 0 ? sums.square / sums.charge : 0;
  s->threshold = REST_SHARE * s->reference_current;
  s->usual_interval = sums.intervals ? sums.within / (double)sums.intervals : 0;
  s->profile = sums.profile > 0.5 * sums.charge;
  s->voltammetry = is_sweep(&sums, technique, &s->scan_rate);
}

bool series_open(Series *s, const DavyRecord *record, Lines *warnings, DavyError *error) {
  *s = (Series){.rows = DavyRecordRows(record),
                .time = DavyRecordNumbers(record, DAVY_TEST_TIME),
                .voltage = DavyRecordNumbers(record, DAVY_VOLTAGE),
                .current = DavyRecordNumbers(record, DAVY_CURRENT),
                .frequency = DavyRecordNumbers(record, DAVY_FREQUENCY),
                .step_time = DavyRecordNumbers(record, DAVY_STEP_TIME),
                .step = DavyRecordIntegers(record, DAVY_STEP_COUNT),
                .type = DavyRecordIntegers(record, DAVY_STEP_TYPE),
                .cycle = DavyRecordIntegers(record, DAVY_CYCLE_COUNT)};
  const char *missing = !s->rows      ? "rows"
                        : !s->time    ? "times"
                        : !s->current ? "currents"
                        : !s->voltage ? "voltages"
                                      : NULL;
  if (missing) {
    *error = lines_add(warnings, "No cycles: the record holds no %s.", missing);
    return false;
  }
  series_scale(s, DavyRecordInfo(record, "technique"));
  if (s->reference_current > 0) return true;
  *error =
      lines_add(warnings, s->frequency ? "No cycles: beside the impedance no current flows."
                                       : "No cycles: no charge flows (open circuit, rest, or a "
                                         "single row).");
  return false;
}

static bool step_rests(const Series *s, size_t row) {
  if (!s->type) return false;
  int type = s->type[row];
  return type == DAVY_STEP_REST || type == DAVY_STEP_OPEN_CIRCUIT || type == DAVY_STEP_PAUSE ||
         type == DAVY_STEP_IMPEDANCE;
}

/* Direction of the current at `row`, where it was `direction` at the row before. */
static int direction_at(const Series *s, size_t before, int direction, size_t row) {
  double current = s->current[row];
  if (step_rests(s, row)) return 0;
  if (fabs(current) > s->threshold) return current > 0 ? 1 : -1;
  bool tail = s->step && direction && s->step[before] == s->step[row];
  return tail && current * direction > 0 ? direction : 0;
}

Walk walk_start(const Series *series) {
  return (Walk){.series = series};
}

/* Shares out the time between two rows that do not belong together. */
static void share_edge(const Series *s, Interval *x, double dt) {
  double gap = GAP_INTERVALS * s->usual_interval;
  double clock = s->step_time ? s->step_time[x->row] : NAN;
  bool edge = !same_step(s, x->before, x->row), known = edge && clock >= 0;
  double after = known ? fmin(clock, dt) : edge ? 0 : 0.5 * dt, ahead = dt - after;
  if (ahead > gap) {
    ahead = 0;
    if (!known) after = 0;
    x->how = INTERVAL_GAP;
  }
  double current_before = x->direction_before ? s->current[x->before] : 0;
  double current = x->direction ? s->current[x->row] : 0;
  x->charge_before = current_before * ahead;
  x->charge = current * after;
  if (!known && x->how == INTERVAL_PLAIN)
    x->uncertainty = fmax(fabs(current_before), fabs(current)) * dt * uniform;
}

bool walk_next(Walk *walk) {
  const Series *s = walk->series;
  size_t row = walk->next;
  while (row < s->rows && !usable(s, row)) row++;
  if (row >= s->rows) return false;
  walk->next = row + 1;
  Interval *x = &walk->interval;
  bool begun = walk->begun;
  size_t before = begun ? x->row : row;
  int direction_before = begun ? x->direction : 0;
  int direction = direction_at(s, before, direction_before, row);
  double dt = s->time[row] - s->time[before];
  walk->begun = true;
  *x = (Interval){
      .before = before, .row = row, .direction_before = direction_before, .direction = direction};
  if (!(dt > 0) || (!direction && !direction_before)) return true;
  if (direction != direction_before || !same_step(s, before, row)) {
    share_edge(s, x, dt);
  } else {
    double a = s->current[before], b = s->current[row];
    x->charge = 0.5 * (a + b) * dt;
    x->uncertainty = fabs(b - a) * dt * uniform;
    if (dt > BRIDGE_INTERVALS * s->usual_interval) x->how = INTERVAL_BRIDGED;
  }
  return true;
}
