/* Half cycles: all charge in one direction until it turns.
 *
 * Rests do not end one, constant-current and constant-voltage steps of one direction are one, and
 * a reversal of less than 3 % of both its neighbours (a pulse of HPPC, an overshoot) is counted
 * into the half cycle around it unless the instrument opens a new cycle there.
 *
 *   Q = |Σ q|,  u(Q)² = Σ u(q)²                 integral of the current
 *   Q_c = |Σ Δ(counter)|                        the instrument's own count, where it has one
 *   capacity = Q_c, u = |Q - Q_c|               where both agree over the record to 2 %: the
 *                                               instrument samples faster than it records
 *   capacity = Q, u = u(Q)                      otherwise
 *   ⟨V⟩ = Σ V q / Σ q                           also over the middle half of the charge
 *   E = Σ V q                                   energy
 */
#include "analysis/parts.h"

#include <math.h>
#include <stdlib.h>

/* The parts of a half cycle's charge that its shape is read from. */
#define EARLY_SHARE 0.25
#define MIDDLE_FROM 0.25
#define MIDDLE_TO   0.75
#define LATE_SHARE  0.90

#define MANY_TURNS  20
#define ROWS_A_TURN 4
/* How often it is asked while half cycles are being found, so that noise costs no memory. */
#define EARLY_CHECK 1024

/* While half cycles are being found, `integral` is signed and grows. */
static DavyError push(HalfCycles *halves, size_t *room, size_t row, int direction) {
  if (halves->count == *room) {
    size_t more = *room ? 2 * *room : 64;
    HalfCycle *grown = realloc(halves->items, more * sizeof *grown);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for %zu half cycles", more);
    halves->items = grown;
    *room = more;
  }
  halves->items[halves->count++] =
      (HalfCycle){.first = row, .last = row, .direction = direction, .counter = 0};
  return DAVY_OK;
}

static bool new_vendor_cycle(const Series *s, const HalfCycle *a, const HalfCycle *b) {
  return s->cycle && s->cycle[a->first] != s->cycle[b->first];
}

/* The last half cycle has just ended: are the one before it, or those before, mere pulses? */
static void merge_pulses(const Series *s, HalfCycles *halves) {
  while (halves->count >= 3) {
    HalfCycle *a = &halves->items[halves->count - 3], *b = a + 1, *c = a + 2;
    double neighbours = fmin(fabs(a->integral), fabs(c->integral));
    if (fabs(b->integral) >= PULSE_SHARE * neighbours || new_vendor_cycle(s, a, c)) return;
    a->integral += b->integral + c->integral;
    a->last = c->last;
    halves->count -= 2;
    halves->pulses++;
  }
}

/* Where the current turns every few rows there are no half cycles: noise, or a load profile. */
static bool turns_too_often(const HalfCycles *halves, size_t rows) {
  return halves->count > MANY_TURNS && halves->count > rows / ROWS_A_TURN;
}

static void note_gap(const Series *s, const Interval *x, HalfCycles *halves) {
  if (x->how == INTERVAL_PLAIN) return;
  if (x->how == INTERVAL_GAP) halves->gaps++;
  if (x->how == INTERVAL_BRIDGED) halves->bridged++;
  halves->gap_time = fmax(halves->gap_time, s->time[x->row] - s->time[x->before]);
}

DavyError half_cycles_find(const Series *s, HalfCycles *halves) {
  size_t room = 0;
  HalfCycle *now = NULL;
  for (Walk walk = walk_start(s); walk_next(&walk);) {
    const Interval *x = &walk.interval;
    note_gap(s, x, halves);
    if (now && x->direction_before == now->direction) now->integral += x->charge_before;
    if (!x->direction) continue;
    if (!now || now->direction != x->direction) {
      if (now) merge_pulses(s, halves);
      if (halves->count % EARLY_CHECK == EARLY_CHECK - 1 && turns_too_often(halves, x->row)) break;
      DAVY_TRY(push(halves, &room, x->row, x->direction));
      now = &halves->items[halves->count - 1];
    }
    now->integral += x->charge;
    now->last = x->row;
  }
  if (now) merge_pulses(s, halves);
  halves->noise = turns_too_often(halves, now ? now->last : 0);
  if (halves->noise) halves->count = 0;
  return DAVY_OK;
}

/* The instrument's counters: two that grow, or one signed. */
typedef struct {
  const double *charge, *discharge, *net; /* Ah */
} Counter;

static Counter counter_of(const DavyRecord *record) {
  static const DavyColumn pairs[][2] = {
      {DAVY_CHARGING_CAPACITY, DAVY_DISCHARGING_CAPACITY},
      {DAVY_STEP_CHARGING_CAPACITY, DAVY_STEP_DISCHARGING_CAPACITY},
      {DAVY_CYCLE_CHARGING_CAPACITY, DAVY_CYCLE_DISCHARGING_CAPACITY}};
  static const DavyColumn nets[] = {DAVY_NET_CAPACITY, DAVY_STEP_NET_CAPACITY,
                                    DAVY_CYCLE_NET_CAPACITY};
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
    if (DavyRecordHas(record, pairs[k][0]) && DavyRecordHas(record, pairs[k][1]))
      return (Counter){.charge = DavyRecordNumbers(record, pairs[k][0]),
                       .discharge = DavyRecordNumbers(record, pairs[k][1])};
  for (size_t k = 0; k < sizeof nets / sizeof *nets; k++)
    if (DavyRecordHas(record, nets[k])) return (Counter){.net = DavyRecordNumbers(record, nets[k])};
  return (Counter){0};
}

/* What a counter grew by, A s; one that fell to less than half was reset and counts from zero. */
static double growth(const double *counter, size_t before, size_t row) {
  bool reset = fabs(counter[row]) < 0.5 * fabs(counter[before]);
  return HOUR * fabs(reset ? counter[row] : counter[row] - counter[before]);
}

/* Signed: what flowed in direction `direction` minus what flowed against it. */
static double counted(const Counter *c, size_t before, size_t row, int direction) {
  if (c->net) return HOUR * (c->net[row] - c->net[before]) * direction;
  return (growth(c->charge, before, row) - growth(c->discharge, before, row)) * direction;
}

/* At the edge of a half cycle only its own direction counts: the rest is the neighbour's. */
static double counted_at_edge(const Counter *c, size_t before, size_t row, int direction) {
  if (c->net) return fmax(counted(c, before, row, direction), 0);
  return growth(direction > 0 ? c->charge : c->discharge, before, row);
}

static void count_interval(const Counter *c, const Interval *x, HalfCycle *before,
                           HalfCycle *here) {
  if (!c->net && !c->charge) return;
  if (here && here == before) {
    here->counter += counted(c, x->before, x->row, here->direction);
    return;
  }
  if (before) before->counter += counted_at_edge(c, x->before, x->row, before->direction);
  if (here && x->before != x->row)
    here->counter += counted_at_edge(c, x->before, x->row, here->direction);
}

/* Sums over one half cycle while it is walked; charges positive in its direction. */
typedef struct {
  double passed, variance; /* A s, (A s)² */
  double weight, weighted; /* ∫|q|, ∫V|q| */
  double middle, middle_weighted, late, late_weighted;
} Shape;

static void add_charge(HalfCycle *h, Shape *shape, double charge, double voltage) {
  double q = charge * h->direction;
  if (q == 0 || !isfinite(voltage)) {
    shape->passed += q;
    return;
  }
  double share = (shape->passed + 0.5 * q) / h->integral;
  shape->passed += q;
  h->energy += voltage * q;
  shape->weight += fabs(q), shape->weighted += voltage * fabs(q);
  if (share >= MIDDLE_FROM && share <= MIDDLE_TO && q > 0)
    shape->middle += q, shape->middle_weighted += voltage * q;
  if (share >= LATE_SHARE && q > 0) shape->late += q, shape->late_weighted += voltage * q;
  if (share <= EARLY_SHARE && !(h->early_extreme * h->direction > voltage * h->direction))
    h->early_extreme = voltage;
}

static void shape_end(const Series *s, HalfCycle *h, Shape *shape) {
  h->integral_uncertainty = sqrt(shape->variance);
  h->mean_voltage = shape->weight > 0 ? shape->weighted / shape->weight : NAN;
  h->middle_voltage = shape->middle > 0 ? shape->middle_weighted / shape->middle : NAN;
  h->late_voltage = shape->late > 0 ? shape->late_weighted / shape->late : NAN;
  h->end_voltage = s->voltage[h->last];
  h->end_time = s->time[h->last];
  *shape = (Shape){0};
}

static void half_open(HalfCycle *h, bool has_counter) {
  h->direction = h->integral < 0 ? -1 : 1;
  h->integral = fabs(h->integral);
  h->counter = has_counter ? 0 : NAN;
  h->early_extreme = NAN;
}

static void measure_interval(const Series *s, const Interval *x, HalfCycle *before, HalfCycle *here,
                             Shape *shape) {
  double v_before = s->voltage[x->before], v = s->voltage[x->row];
  bool joined = x->direction && x->direction == x->direction_before;
  double mean = joined && here == before ? 0.5 * (v_before + v) : NAN;
  double variance = x->uncertainty * x->uncertainty;
  if (before && x->charge_before != 0) add_charge(before, shape, x->charge_before, v_before);
  if (before && before != here) {
    shape->variance += variance;
    shape_end(s, before, shape);
  }
  if (!here) return;
  if (here != before) here->start_time = s->time[here->first];
  if (x->charge != 0) add_charge(here, shape, x->charge, isfinite(mean) ? mean : v);
  shape->variance += variance;
}

/* Believes the counter, over the whole record or not at all. */
static void choose_capacity(HalfCycles *halves) {
  double total = 0, difference = 0;
  for (size_t k = 0; k < halves->count; k++) {
    const HalfCycle *h = &halves->items[k];
    total += h->integral;
    difference += fabs(h->integral - h->counter);
  }
  halves->disagreement = total > 0 ? difference / total : NAN;
  halves->counted = halves->disagreement <= COUNTER_SHARE;
  for (size_t k = 0; k < halves->count; k++) {
    HalfCycle *h = &halves->items[k];
    h->capacity = halves->counted ? h->counter : h->integral;
    h->uncertainty = halves->counted ? fabs(h->integral - h->counter) : h->integral_uncertainty;
  }
}

/* A half cycle that the record's end cuts off looks like none of its kind before it: it ends
 * neither at the same voltage nor after the same charge. */
static void find_cut_off(const Series *s, HalfCycles *halves) {
  if (halves->count < 2) return;
  HalfCycle *h = &halves->items[halves->count - 1], *like = h - 2;
  for (size_t row = h->last + 1; row < s->rows; row++)
    if (isfinite(s->current[row])) return; /* something follows: it ended by itself */
  halves->open_end = halves->count == 2;
  if (halves->open_end) return;
  double swing = fmax(fabs(like->end_voltage - like[1].end_voltage), 0.01);
  bool same_voltage = fabs(h->end_voltage - like->end_voltage) < 0.02 * swing;
  bool same_charge = h->integral > 0.99 * like->integral;
  h->cut_off = !same_voltage && !same_charge;
}

DavyError half_cycles_measure(const Series *s, const DavyRecord *record, HalfCycles *halves) {
  Counter counter = counter_of(record);
  bool has_counter = counter.net || counter.charge;
  for (size_t k = 0; k < halves->count; k++) half_open(&halves->items[k], has_counter);
  Shape shape = {0};
  size_t k = 0; /* the half cycle that `row` is in, or comes before */
  HalfCycle *before = NULL;
  for (Walk walk = walk_start(s); walk_next(&walk);) {
    const Interval *x = &walk.interval;
    while (k < halves->count && x->row > halves->items[k].last) k++;
    bool inside = k < halves->count && x->row >= halves->items[k].first;
    HalfCycle *here = inside ? &halves->items[k] : NULL;
    if (x->before == x->row) before = NULL;
    count_interval(&counter, x, before, here);
    measure_interval(s, x, before, here, &shape);
    before = here;
  }
  if (before) shape_end(s, before, &shape);
  choose_capacity(halves);
  find_cut_off(s, halves);
  return DAVY_OK;
}
