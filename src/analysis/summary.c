/* The table "summary" and the verdict in words: one figure, its uncertainty and what it rests on.
 *
 *   mean, standard deviation (n - 1) and n over the cycles that count: after the formation cycles,
 *   complete, and before the first CE above 120 % (the statistic of one cell of Deng 2022)
 *   fade = 1 - exp(slope of ln Q against the cycle), least squares, with the slope's standard error
 *   growth of the polarisation = slope of |V| against the half cycle, likewise */
#include "analysis/parts.h"
#include "davy/cite.h"

#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fewer points than this support no slope; below this share of its value an uncertainty is
 * round-off. */
#define SLOPE_POINTS 4
#define ROUND_OFF    1e-9

typedef struct {
  size_t n;
  double mean, deviation;
  const Cycle *from, *to; /* the first and the last that count */
} Statistic;

typedef double (*Figure)(const DavyAnalysis *a, const Cycle *c);

static double figure_efficiency(const DavyAnalysis *a, const Cycle *c) {
  (void)a;
  return 100 * c->efficiency;
}
static double figure_energy_efficiency(const DavyAnalysis *a, const Cycle *c) {
  return 100 * cycle_energy_efficiency(&a->halves, c);
}
static double figure_charge(const DavyAnalysis *a, const Cycle *c) {
  return MILLI_HOURS(a->halves.items[c->charge].capacity);
}
static double figure_discharge(const DavyAnalysis *a, const Cycle *c) {
  return MILLI_HOURS(a->halves.items[c->discharge].capacity);
}
static double figure_charge_voltage(const DavyAnalysis *a, const Cycle *c) {
  return a->halves.items[c->charge].mean_voltage;
}
static double figure_discharge_voltage(const DavyAnalysis *a, const Cycle *c) {
  return a->halves.items[c->discharge].mean_voltage;
}
static double figure_polarisation(const DavyAnalysis *a, const Cycle *c) {
  return MILLI * cycle_polarisation(&a->halves, c);
}

/* Welford's running mean and variance over the cycles that count. */
static Statistic statistic(const DavyAnalysis *a, Figure figure) {
  Statistic s = {.deviation = NAN};
  double squares = 0;
  for (size_t k = 0; k < a->cycles.count; k++) {
    const Cycle *c = &a->cycles.items[k];
    double x = c->state == CYCLE_COUNTS ? figure(a, c) : NAN;
    if (!isfinite(x)) continue;
    double delta = x - s.mean;
    s.mean += delta / (double)++s.n;
    squares += delta * (x - s.mean);
    if (!s.from) s.from = c;
    s.to = c;
  }
  if (s.n > 1) s.deviation = sqrt(squares / (double)(s.n - 1));
  return s;
}

/* "99.21 ± 0.35": two digits of the uncertainty, the value to the same place. */
static const char *plus_minus(char text[64], double value, double uncertainty) {
  if (!(uncertainty > ROUND_OFF * fabs(value)) || !isfinite(uncertainty)) {
    snprintf(text, 64, "%.5g", value);
    return text;
  }
  int places = 1 - (int)floor(log10(uncertainty));
  places = places < 0 ? 0 : places > 9 ? 9 : places;
  snprintf(text, 64, "%.*f ± %.*f", places, value, places, uncertainty);
  return text;
}

static const char *span(char text[64], const Statistic *s) {
  if (s->from == s->to)
    snprintf(text, 64, "cycle %d", s->from->number);
  else
    snprintf(text, 64, "cycles %d to %d, n = %zu", s->from->number, s->to->number, s->n);
  return text;
}

/* One row of the summary. */
static void add(Sheet *s, const char *key, const char *quantity, double value, double uncertainty,
                const char *unit, size_t first, size_t last, const char *basis) {
  if (!isfinite(value)) return;
  sheet_row(s);
  sheet_set_text(s, "key", key);
  sheet_set_text(s, "quantity", quantity);
  sheet_set(s, "value", value);
  sheet_set(s, "uncertainty", uncertainty);
  sheet_set_text(s, "unit", unit);
  sheet_set_text(s, "basis", basis);
  sheet_set_integer(s, "first_row", (long long)first);
  sheet_set_integer(s, "last_row", (long long)last);
}

static Statistic add_mean(Sheet *s, const DavyAnalysis *a, const char *key, const char *quantity,
                          const char *unit, Figure figure) {
  Statistic x = statistic(a, figure);
  if (!x.n) return x;
  char cycles[64], basis[160];
  snprintf(basis, sizeof basis, x.n > 1 ? "mean and standard deviation over %s" : "%s",
           span(cycles, &x));
  add(s, key, quantity, x.mean, x.deviation, unit, x.from->first, x.to->last, basis);
  return x;
}

typedef struct {
  size_t n;
  double slope, slope_error;
} Trend;

static Trend trend_of(const double *x, const double *y, size_t n) {
  Trend t = {n, NAN, NAN};
  if (n < SLOPE_POINTS) return t;
  double c0, c00, c01, c11, squares;
  gsl_fit_linear(x, 1, y, 1, n, &c0, &t.slope, &c00, &c01, &c11, &squares);
  t.slope_error = fmax(sqrt(c11), ROUND_OFF * fabs(c0));
  return t;
}

/* A slope says something only beyond twice its standard error. */
static bool significant(const Trend *t) {
  return isfinite(t->slope) && fabs(t->slope) > 2 * t->slope_error;
}

/* Charges of both directions, where no cycles can be made of them. */
static DavyError say_undecided(DavyAnalysis *a) {
  double passed[2] = {0, 0};
  for (size_t k = 0; k < a->halves.count; k++)
    passed[a->halves.items[k].direction > 0] += MILLI_HOURS(a->halves.items[k].capacity);
  if (!a->series.voltammetry) {
    DAVY_TRY(lines_add(&a->sentences, "The kind of cell cannot be judged: %s.", a->judged.reason));
    DAVY_TRY(lines_add(&a->warnings, "No Coulombic efficiency: the kind of cell is not known, and "
                                     "may be given by hand."));
  } else if (isfinite(a->series.scan_rate)) {
    DAVY_TRY(lines_add(&a->sentences, "Voltammetry: the voltage is swept at %.3g mV/s.",
                       MILLI * a->series.scan_rate));
  } else {
    DAVY_TRY(lines_add(&a->sentences, "Voltammetry."));
  }
  if (a->series.voltammetry)
    DAVY_TRY(lines_add(&a->warnings, "No Coulombic efficiency: the current of a sweep turns with "
                                     "its reactions; charges are shown by direction."));
  return lines_add(&a->sentences, "%.4g mAh flowed on charge, %.4g mAh on discharge.", passed[1],
                   passed[0]);
}

static DavyError say_kind(DavyAnalysis *a) {
  static const char *const names[] = {"", "Half cell", "Full cell", "Symmetric cell"};
  if (a->judged.kind == DAVY_CELL_AUTO) return say_undecided(a);
  if (a->cell.kind != DAVY_CELL_AUTO)
    return lines_add(&a->sentences, "%s, as told.", names[a->judged.kind]);
  return lines_add(&a->sentences, "%s (judged from the record): %s.", names[a->judged.kind],
                   a->judged.reason);
}

static DavyError say_cycles(DavyAnalysis *a) {
  size_t complete = 0, formation = 0;
  const Cycle *last = &a->cycles.items[a->cycles.count - 1];
  for (size_t k = 0; k < a->cycles.count; k++) {
    CycleState state = a->cycles.items[k].state;
    complete += state != CYCLE_LEADING && state != CYCLE_INCOMPLETE;
    formation += state == CYCLE_FORMATION;
  }
  char more[160] = "";
  if (formation) snprintf(more, sizeof more, ", the first %zu for formation", formation);
  size_t length = strlen(more);
  if (last->state == CYCLE_INCOMPLETE)
    snprintf(more + length, sizeof more - length,
             "; cycle %d is incomplete and left out of all means", last->number);
  double hours =
      (a->halves.items[a->halves.count - 1].end_time - a->halves.items[0].start_time) / HOUR;
  return lines_add(&a->sentences, "%zu complete cycle%s in %.4g h%s.", complete,
                   complete == 1 ? "" : "s", hours, more);
}

/* The first cycle that is in that state, or NULL. */
static const Cycle *cycle_in(const DavyAnalysis *a, CycleState state) {
  for (size_t k = 0; k < a->cycles.count; k++)
    if (a->cycles.items[k].state == state) return &a->cycles.items[k];
  return NULL;
}

/* Cycle 1, if its efficiency is one of the material: neither missing nor of a charged cell. */
static const Cycle *first_cycle(const DavyAnalysis *a) {
  for (size_t k = 0; k < a->cycles.count && k < 2; k++) {
    const Cycle *c = &a->cycles.items[k];
    if (c->number == 1 && isfinite(c->efficiency) && c->state != CYCLE_CHARGED_BEFORE &&
        c->state != CYCLE_RESERVOIR)
      return c;
  }
  return NULL;
}

/* The first cycle forms films and fills hosts: it is told apart even where no formation is stated.
 */
static DavyError say_first(DavyAnalysis *a, const Statistic *all, const Cycle *first) {
  char value[64], others[64] = "";
  plus_minus(value, 100 * first->efficiency, 100 * first->efficiency_uncertainty);
  if (first == all->from && all->n > 2) {
    double n = (double)all->n, x = 100 * first->efficiency;
    double rest = (n * all->mean - x) / (n - 1);
    double squares =
        (n - 1) * all->deviation * all->deviation - (x - rest) * (x - rest) * (n - 1) / n;
    plus_minus(others, rest, sqrt(fmax(squares, 0) / (n - 2)));
  }
  return lines_add(&a->sentences, "Coulombic efficiency of the first cycle %s %%%s%s%s.", value,
                   *others ? "; of the others " : "", others, *others ? " %" : "");
}

static DavyError say_efficiency(DavyAnalysis *a, const Statistic *x, const Cycle *first) {
  char value[64], cycles[64];
  const char *ratio = a->judged.plates                   ? "stripped / plated"
                      : a->judged.kind == DAVY_CELL_HALF ? "charge / discharge"
                                                         : "discharge / charge";
  if (x->n > 1)
    DAVY_TRY(lines_add(&a->sentences,
                       "Coulombic efficiency (%s) %s %% (mean and standard deviation of %s).",
                       ratio, plus_minus(value, x->mean, x->deviation), span(cycles, x)));
  if (x->n == 1)
    DAVY_TRY(lines_add(&a->sentences, "Coulombic efficiency (%s) %s %% (%s).", ratio,
                       plus_minus(value, x->mean, 100 * x->from->efficiency_uncertainty),
                       span(cycles, x)));
  if (first && (x->n > 1 || first != x->from)) DAVY_TRY(say_first(a, x, first));
  const Cycle *before = cycle_in(a, CYCLE_CHARGED_BEFORE), *limit = cycle_in(a, CYCLE_ABOVE_LIMIT);
  if (before)
    DAVY_TRY(
        lines_add(&a->sentences,
                  "In cycle 1 more came out than went in (%.4g %%): the cell held charge before "
                  "the record begins, and the cycle is left out of the means.",
                  100 * before->efficiency));
  if (!limit) return DAVY_OK;
  return lines_add(&a->sentences,
                   "In cycle %d the Coulombic efficiency is %.4g %%, above 120 %%: a short circuit "
                   "is suspected, and the means end before it.",
                   limit->number, 100 * limit->efficiency);
}

/* Aurbach's average, where the record holds such a test. */
static DavyError average_efficiency(DavyAnalysis *a, Sheet *s) {
  const Reservoir *r = &a->reservoir;
  const HalfCycle *first = &a->halves.items[r->first], *last = &a->halves.items[r->last];
  char value[64];
  add(s, "average_coulombic_efficiency", "Average Coulombic efficiency (Aurbach)",
      100 * r->efficiency, 100 * r->uncertainty, "%", first->first, last->last,
      "all that was stripped over all that was plated, reservoir included");
  return lines_add(&a->sentences,
                   "Average Coulombic efficiency (Aurbach) %s %%: %.4g mAh plated as a reservoir, "
                   "%zu times %.4g mAh stripped and plated, %.4g mAh stripped at the end.",
                   plus_minus(value, 100 * r->efficiency, 100 * r->uncertainty),
                   MILLI_HOURS(first->capacity), r->rounds, MILLI_HOURS(first[1].capacity),
                   MILLI_HOURS(last->capacity));
}

static DavyError efficiency(DavyAnalysis *a, Sheet *s) {
  const Cycle *first = first_cycle(a);
  if (a->reservoir.found) DAVY_TRY(average_efficiency(a, s));
  if (first)
    add(s, "first_coulombic_efficiency", "Coulombic efficiency of the first cycle",
        100 * first->efficiency, 100 * first->efficiency_uncertainty, "%", first->first,
        first->last,
        a->halves.counted
            ? "uncertainty: the instrument's count against the integral of the current"
            : "uncertainty: of integrating between the rows");
  Statistic x =
      add_mean(s, a, "mean_coulombic_efficiency", "Coulombic efficiency", "%", figure_efficiency);
  if (x.n > 1) DavyCite("deng2022", "mean Coulombic efficiency: which cycles count");
  if (!x.n && !a->reservoir.found)
    DAVY_TRY(lines_add(&a->warnings,
                       "No mean Coulombic efficiency: no complete cycle that counts (the "
                       "table of cycles says why)."));
  return say_efficiency(a, &x, first);
}

/* Capacity fade: the direction that the cell gives back, since the other is often set. */
static DavyError fade(DavyAnalysis *a, Sheet *s) {
  bool full = a->judged.kind == DAVY_CELL_FULL;
  const char *which = full ? "Discharge" : "Charge";
  Figure figure = full ? figure_discharge : figure_charge;
  Statistic x = statistic(a, figure);
  if (!x.n) return DAVY_OK;
  double *cycle = malloc(2 * x.n * sizeof *cycle), *logs = cycle + x.n;
  DAVY_CHECK(cycle, DAVY_ERR_MEMORY, "out of memory for a fit over %zu cycles", x.n);
  size_t n = 0;
  for (const Cycle *c = x.from; c <= x.to; c++)
    if (c->state == CYCLE_COUNTS && figure(a, c) > 0)
      cycle[n] = c->number, logs[n] = log(figure(a, c)), n++;
  Trend t = trend_of(cycle, logs, n);
  free(cycle);
  double first = figure(a, x.from), last = figure(a, x.to), percent = -100 * expm1(t.slope);
  char value[64], basis[160];
  if (x.n == 1) return lines_add(&a->sentences, "%s capacity %.5g mAh.", which, first);
  DAVY_TRY(lines_add(&a->sentences,
                     "%s capacity %.5g mAh in cycle %d, %.5g mAh in cycle %d (%.4g %%).", which,
                     first, x.from->number, last, x.to->number, 100 * last / first));
  if (!isfinite(t.slope))
    return lines_add(&a->warnings, "No capacity fade: %zu cycles are too few for a slope (4).", n);
  snprintf(basis, sizeof basis,
           "slope of ln(%s capacity) over cycles %d to %d, least squares; "
           "uncertainty: standard error",
           full ? "discharge" : "charge", x.from->number, x.to->number);
  add(s, "capacity_fade", "Capacity fade per cycle", percent, 100 * t.slope_error, "%",
      x.from->first, x.to->last, basis);
  if (!significant(&t)) return DAVY_OK;
  return lines_add(&a->sentences, "The capacity %s by %s %% per cycle.",
                   t.slope < 0 ? "fades" : "grows",
                   plus_minus(value, fabs(percent), 100 * t.slope_error));
}

static DavyError energy(DavyAnalysis *a, Sheet *s) {
  char value[64];
  Statistic x =
      add_mean(s, a, "mean_energy_efficiency", "Energy efficiency", "%", figure_energy_efficiency);
  if (!x.n) return DAVY_OK;
  return lines_add(&a->sentences, "Energy efficiency %s %%.",
                   plus_minus(value, x.mean, x.deviation));
}

/* Half cycles of a symmetric cell from which its trend is taken: after formation, and never the
 * first, which works on fresh surfaces. */
static size_t first_settled(const DavyAnalysis *a) {
  size_t formation = a->cell.formation_cycles > 0 ? 2 * (size_t)a->cell.formation_cycles : 1;
  return formation < a->halves.count ? formation : a->halves.count - 1;
}

static Trend polarisation_trend(const DavyAnalysis *a, size_t from, size_t to, DavyError *error) {
  size_t room = to - from + 1, n = 0;
  double *k = malloc(2 * room * sizeof *k), *v = k + room;
  Trend t = {0, NAN, NAN};
  if (!k) {
    *error = DavyFail(DAVY_ERR_MEMORY, "out of memory for a fit over %zu half cycles", room);
    return t;
  }
  for (size_t i = from; i <= to; i++) {
    double volts = fabs(a->halves.items[i].middle_voltage);
    if (isfinite(volts)) k[n] = (double)i + 1, v[n] = MILLI * volts, n++;
  }
  t = trend_of(k, v, n);
  free(k);
  return t;
}

static DavyError say_polarisation(DavyAnalysis *a, size_t from, size_t to, const Trend *t) {
  double first = MILLI * fabs(a->halves.items[from].middle_voltage);
  double last = MILLI * fabs(a->halves.items[to].middle_voltage);
  char trend[128] = "", value[64];
  if (significant(t))
    snprintf(trend, sizeof trend, ": it %s by %s mV per half cycle",
             t->slope > 0 ? "grows" : "falls", plus_minus(value, fabs(t->slope), t->slope_error));
  else if (isfinite(t->slope))
    snprintf(trend, sizeof trend, ": it is steady within %.2g mV per half cycle",
             fmax(2 * t->slope_error, 1e-3)); /* instruments do not see less */
  return lines_add(
      &a->sentences,
      "Polarisation of the cell %.4g mV in half cycle %zu, %.4g mV in half cycle %zu%s. "
      "Each electrode has half of it.",
      first, from + 1, last, to + 1, trend);
}

static DavyError polarisation(DavyAnalysis *a, Sheet *s) {
  Statistic x =
      add_mean(s, a, "mean_polarisation", "Polarisation of the cell", "mV", figure_polarisation);
  if (!x.n)
    return lines_add(&a->warnings, "No polarisation: no complete cycle with both directions.");
  add(s, "mean_electrode_overpotential", "Overpotential per electrode", 0.5 * x.mean,
      0.5 * x.deviation, "mV", x.from->first, x.to->last, "half of the cell's polarisation");
  size_t from = first_settled(a), to = a->halves.count - 1;
  to -= a->halves.items[to].cut_off && to > from;
  DavyError error = DAVY_OK;
  Trend t = polarisation_trend(a, from, to, &error);
  DAVY_TRY(error);
  char basis[160];
  snprintf(basis, sizeof basis,
           "slope of |V| over half cycles %zu to %zu, least squares; uncertainty: standard error",
           from + 1, to + 1);
  add(s, "polarisation_growth", "Growth of the polarisation per half cycle", t.slope, t.slope_error,
      "mV", a->halves.items[from].first, a->halves.items[to].last, basis);
  return say_polarisation(a, from, to, &t);
}

static void capacities(DavyAnalysis *a, Sheet *s) {
  bool plates = a->judged.plates;
  add_mean(s, a, "mean_charge_capacity", plates ? "Stripped capacity" : "Charge capacity", "mAh",
           figure_charge);
  Statistic x =
      add_mean(s, a, "mean_discharge_capacity", plates ? "Plated capacity" : "Discharge capacity",
               "mAh", figure_discharge);
  double cm2 = a->cell.area * CM2;
  if (x.n && cm2 > 0)
    add(s, "mean_discharge_areal_capacity",
        plates ? "Areal plated capacity" : "Areal discharge capacity", x.mean / cm2,
        x.deviation / cm2, "mAh/cm2", x.from->first, x.to->last, "over the area given");
  double grams = a->cell.active_mass * GRAMS;
  if (x.n && grams > 0)
    add(s, "mean_discharge_specific_capacity",
        plates ? "Specific plated capacity" : "Specific discharge capacity", x.mean / grams,
        x.deviation / grams, "mAh/g", x.from->first, x.to->last, "over the mass given");
  if (a->judged.kind == DAVY_CELL_SYMMETRIC) return;
  add_mean(s, a, "mean_charge_voltage", plates ? "Mean stripping voltage" : "Mean charge voltage",
           "V", figure_charge_voltage);
  add_mean(s, a, "mean_discharge_voltage",
           plates ? "Mean plating voltage" : "Mean discharge voltage", "V",
           figure_discharge_voltage);
}

/* "0.132 mAh (0.0857 mAh/cm2) per half cycle at 0.011 mA (0.00714 mA/cm2)": what the papers state
 * of a cell that plates. */
static DavyError say_load(DavyAnalysis *a) {
  Statistic x = statistic(a, figure_discharge);
  char areal[64] = "", density[64] = "";
  double current = MILLI * a->series.reference_current, cm2 = a->cell.area * CM2;
  if (!x.n) return DAVY_OK;
  if (cm2 > 0) snprintf(areal, sizeof areal, " (%.4g mAh/cm2)", x.mean / cm2);
  if (cm2 > 0) snprintf(density, sizeof density, " (%.4g mA/cm2)", current / cm2);
  return lines_add(&a->sentences, "%.4g mAh%s per half cycle at %.4g mA%s on average.", x.mean,
                   areal, current, density);
}

static DavyError figures(DavyAnalysis *a, Sheet *s) {
  DAVY_TRY(say_cycles(a));
  if (a->judged.plates || a->judged.kind == DAVY_CELL_SYMMETRIC) DAVY_TRY(say_load(a));
  if (a->judged.kind == DAVY_CELL_SYMMETRIC) {
    DAVY_TRY(polarisation(a, s));
  } else {
    DAVY_TRY(efficiency(a, s));
    if (!a->judged.plates) DAVY_TRY(fade(a, s));
    if (a->judged.kind == DAVY_CELL_FULL) DAVY_TRY(energy(a, s));
  }
  capacities(a, s);
  return DAVY_OK;
}

DavyError table_summary(DavyAnalysis *a) {
  if (!a->halves.count) return DAVY_OK;
  DAVY_TRY(say_kind(a));
  if (a->judged.kind == DAVY_CELL_AUTO) return DAVY_OK;
  Sheet s = sheet_open("summary", "Summary");
  sheet_texts(&s, "quantity", "Quantity");
  sheet_numbers(&s, "value", "Value", "1", 6);
  sheet_numbers(&s, "uncertainty", "Uncertainty", "1", 2);
  sheet_texts(&s, "unit", "Unit");
  sheet_texts(&s, "basis", "Basis");
  sheet_integers(&s, "first_row", "First row");
  sheet_integers(&s, "last_row", "Last row");
  sheet_texts(&s, "key", "Key");
  DavyError error = figures(a, &s);
  if (!s.error) s.error = error;
  return sheet_close(&s, a);
}
