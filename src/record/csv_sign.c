/* Which way a text counts current, from what the rows themselves say.
 *
 *   words     rows whose step is called a charge or a discharge
 *   counters  rows in which the charged, or the discharged, capacity rises
 *   voltage   a current into the positive terminal raises its potential, in full, half and
 * symmetric cells alike. Votes: each jump of current, by the sign of dV dI (ohmic and kinetic
 *             resistance are positive); each stretch of constant current, by the sign of I dV.
 *             Where no current is constant (a sweep), the share of |dV| with I dV > 0.
 *
 * The first of these that speaks clearly decides. A current that is never negative although the
 * steps go both ways is a magnitude: signed by the words if there are any, else refused. */
#include <math.h>

#include "record/csv.h"
#include "record/reader.h"

/* For and against "positive current charges", and in what the rows said it. */
typedef struct {
  double for_charge, for_discharge;
  const char *what;
} Votes;

static const double clear_share = 0.8;     /* of the votes, to believe them */
static const double rest_share = 1e-3;     /* of the largest current: below is rest */
static const double jump_share = 0.05;     /* of the largest current: above is a jump */
static const double constant_share = 0.01; /* change of current within a constant stretch */
static const double least_change = 1e-4;   /* V; smaller changes of voltage do not vote */
static const double swing_share = 0.1;     /* of the range of voltage: more is a swing */
static const double least_votes = 3;       /* fewer prove nothing */
static const double both_share = 0.2;      /* of the votes for the minority: both ways are there */

/* The columns that are looked at. */
typedef struct {
  size_t rows;
  double *current;
  const double *voltage;
  const int32_t *type;
  double largest; /* magnitude of current */
  double swing;   /* V; a turn of the voltage by more than this is no noise */
  bool any_negative;
} Evidence;

static Evidence gather(DavyRecord *r) {
  Evidence e = {.rows = DavyRecordRows(r),
                .voltage = DavyRecordNumbers(r, DAVY_VOLTAGE),
                .type = DavyRecordIntegers(r, DAVY_STEP_TYPE)};
  e.current = DavyRecordMakeNumbers(r, DAVY_CURRENT);
  for (size_t i = 0; i < e.rows; i++) {
    if (!isfinite(e.current[i])) continue;
    e.largest = fmax(e.largest, fabs(e.current[i]));
    e.any_negative |= e.current[i] < 0;
  }
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; e.voltage && i < e.rows; i++) {
    low = fmin(low, e.voltage[i]);
    high = fmax(high, e.voltage[i]);
  }
  e.swing = fmax(swing_share * (high - low), least_change);
  return e;
}

static bool flows(const Evidence *e, size_t i) {
  return fabs(e->current[i]) > rest_share * e->largest;
}

static void vote(Votes *votes, double evidence) {
  if (evidence > 0) votes->for_charge++;
  if (evidence < 0) votes->for_discharge++;
}

static Votes votes_of_words(const Evidence *e) {
  Votes votes = {.what = "the words for the steps"};
  for (size_t i = 0; e->type && i < e->rows; i++)
    if (flows(e, i)) vote(&votes, DavyStepTypeDirection(e->type[i]) * e->current[i]);
  return votes;
}

static const double *any_of(const DavyRecord *r, DavyColumn a, DavyColumn b, DavyColumn c) {
  const double *values = DavyRecordNumbers(r, a);
  if (!values) values = DavyRecordNumbers(r, b);
  return values ? values : DavyRecordNumbers(r, c);
}

static Votes votes_of_counters(const DavyRecord *r, const Evidence *e) {
  const double *in = any_of(r, DAVY_CHARGING_CAPACITY, DAVY_CYCLE_CHARGING_CAPACITY,
                            DAVY_STEP_CHARGING_CAPACITY),
               *out = any_of(r, DAVY_DISCHARGING_CAPACITY, DAVY_CYCLE_DISCHARGING_CAPACITY,
                             DAVY_STEP_DISCHARGING_CAPACITY);
  Votes votes = {.what = "the capacity counters"};
  for (size_t i = 1; i < e->rows; i++) {
    if (!flows(e, i) || !flows(e, i - 1)) continue;
    if (in && in[i] > in[i - 1]) vote(&votes, e->current[i]);
    if (out && out[i] > out[i - 1]) vote(&votes, -e->current[i]);
  }
  return votes;
}

/* Votes of rows [begin, end), all at one current: each swing of the voltage is one. */
static void vote_swings(const Evidence *e, size_t begin, size_t end, Votes *votes) {
  const double *v = e->voltage;
  double pivot = v[begin], low = pivot, high = pivot;
  for (size_t i = begin; i < end; i++) {
    low = fmin(low, v[i]);
    high = fmax(high, v[i]);
    bool turned_down = high - v[i] > e->swing && high - pivot > e->swing,
         turned_up = v[i] - low > e->swing && pivot - low > e->swing;
    if (!turned_down && !turned_up) continue;
    double turn = turned_down ? high : low;
    vote(votes, (turn - pivot) * e->current[begin]);
    pivot = turn;
    low = fmin(pivot, v[i]);
    high = fmax(pivot, v[i]);
  }
  double change = v[end - 1] - pivot;
  if (end - begin >= 3 && fabs(change) >= least_change) vote(votes, change * e->current[begin]);
}

static Votes votes_of_stretches(const Evidence *e) {
  Votes votes = {.what = "the course of voltage at constant current"};
  size_t start = 0;
  for (size_t i = 1; i <= e->rows; i++) {
    bool on = i < e->rows && flows(e, i) &&
              fabs(e->current[i] - e->current[start]) <= constant_share * fabs(e->current[start]);
    if (on) continue;
    if (flows(e, start)) vote_swings(e, start, i, &votes);
    start = i;
  }
  return votes;
}

static Votes votes_of_voltage(const Evidence *e) {
  Votes votes = votes_of_stretches(e);
  for (size_t i = 1; i < e->rows; i++) {
    double jump = e->current[i] - e->current[i - 1], change = e->voltage[i] - e->voltage[i - 1];
    if (fabs(jump) > jump_share * e->largest && fabs(change) >= least_change)
      vote(&votes, jump * change);
  }
  return votes;
}

static Votes votes_of_sweep(const Evidence *e) {
  Votes votes = {.what = "the course of voltage in the sweep"};
  for (size_t i = 1; i < e->rows; i++) {
    double change = e->voltage[i] - e->voltage[i - 1];
    if (!isfinite(change) || !isfinite(e->current[i])) continue;
    if (change * e->current[i] > 0) votes.for_charge += fabs(change);
    if (change * e->current[i] < 0) votes.for_discharge += fabs(change);
  }
  return votes;
}

/* 1: positive charges, -1: positive discharges, 0: not clear. */
static int verdict(Votes votes, double least) {
  double all = votes.for_charge + votes.for_discharge;
  if (all < least || all <= 0) return 0;
  if (votes.for_charge >= clear_share * all) return 1;
  return votes.for_discharge >= clear_share * all ? -1 : 0;
}

static bool both_ways(Votes votes) {
  double all = votes.for_charge + votes.for_discharge;
  return fmin(votes.for_charge, votes.for_discharge) >= fmax(2, both_share * all);
}

static DavyError sign_by_words(Evidence *e, DavyRecord *r) {
  for (size_t i = 0; i < e->rows; i++)
    if (DavyStepTypeDirection(e->type[i]) < 0) e->current[i] = -e->current[i];
  DavyRecordWarn(r,
                 "The file gives the magnitude of current: it was made negative in the steps that "
                 "are called a discharge.");
  return DavyRecordSetInfo(r, "current_sign", "magnitude in the file, signed by the steps' words");
}

static DavyError say(DavyRecord *r, Votes votes, int sense) {
  double share =
      100 * fmax(votes.for_charge, votes.for_discharge) / (votes.for_charge + votes.for_discharge);
  if (sense < 0)
    DavyRecordWarn(r,
                   "Positive current discharges in this file (%.0f %% of the votes, by %s): its "
                   "sign was turned.",
                   share, votes.what);
  return DavyRecordSetInfo(r, "current_sign",
                           "positive %s in the file: %.0f %% of the votes, by %s",
                           sense > 0 ? "charges" : "discharges", share, votes.what);
}

/* The format prescribes the sign: it stays, but a clear contradiction is said. */
static DavyError compare_with_standard(Evidence *e, DavyRecord *r) {
  enum { ENOUGH = 10 };
  Votes ways[] = {votes_of_words(e), votes_of_voltage(e)};
  for (int i = 0; i < 2; i++)
    if (verdict(ways[i], least_votes) < 0 && ways[i].for_discharge >= ENOUGH) {
      DavyRecordWarn(r,
                     "By %s positive current discharges here, against the format's rule; it was "
                     "left as it is (--current-sign discharge turns it).",
                     ways[i].what);
      break;
    }
  return DAVY_OK;
}

static DavyError find_sign(Evidence *e, DavyRecord *r) {
  Votes ways[] = {votes_of_words(e), votes_of_counters(r, e), votes_of_voltage(e)};
  if (!e->any_negative) {
    if (both_ways(ways[0])) return sign_by_words(e, r);
    DAVY_CHECK(!both_ways(ways[1]) && (verdict(ways[1], least_votes) || !both_ways(ways[2])),
               DAVY_ERR_FORMAT,
               "current is never negative although the cell is charged and discharged: the file "
               "gives its magnitude, and nothing in it tells the sign; say what positive current "
               "does if it has one after all (--current-sign)");
  }
  for (int i = 0; i < 3; i++) {
    int sense = verdict(ways[i], least_votes);
    if (!sense) continue;
    if (sense < 0) davy_turn_current(r);
    return say(r, ways[i], sense);
  }
  Votes sweep = votes_of_sweep(e);
  if (ways[2].for_charge + ways[2].for_discharge == 0 && verdict(sweep, 0) > 0)
    return say(r, sweep, 1);
  if (e->largest > 0)
    DavyRecordWarn(r, "Whether positive current charges cannot be told from the rows: it was left "
                      "as it is, taken to charge (--current-sign says otherwise).");
  return DavyRecordSetInfo(r, "current_sign", "as in the file; the rows do not tell");
}

DavyError davy_csv_sign(const DavyReadOptions *options, bool trusted, DavyRecord *record) {
  bool told = options->current_sign != DAVY_SIGN_AUTO;
  if (told || !DavyRecordHas(record, DAVY_CURRENT) || !DavyRecordHas(record, DAVY_VOLTAGE))
    return DAVY_OK;
  Evidence e = gather(record);
  return trusted ? compare_with_standard(&e, record) : find_sign(&e, record);
}
