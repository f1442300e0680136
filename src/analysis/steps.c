/* The table "steps": the instrument's steps, or, where it counts none, stretches of one direction
 * of current. */
#include "analysis/parts.h"

#include <math.h>

typedef struct {
  size_t first, last;
  double charge; /* A s, signed */
  double start;  /* s */
  bool charges, discharges;
} Step;

static bool step_begins(const Series *s, const Interval *x) {
  if (x->before == x->row) return true;
  return s->step ? s->step[x->before] != s->step[x->row] : x->direction != x->direction_before;
}

static const char *step_word(const Series *s, const Step *step) {
  int type = s->type ? s->type[step->first] : DAVY_STEP_UNKNOWN;
  if (type > DAVY_STEP_UNKNOWN && type < DAVY_STEP_TYPE_COUNT)
    return DavyStepTypeWord((DavyStepType)type);
  if (step->charges && step->discharges) return "charge and discharge";
  return step->charges ? "charge" : step->discharges ? "discharge" : "rest";
}

static void set_step(Sheet *sheet, const Series *s, const Step *step, size_t number) {
  double duration = s->time[step->last] - step->start;
  double current = duration > 0 ? step->charge / duration : s->current[step->last];
  sheet_row(sheet);
  sheet_set_integer(sheet, "step", (long long)number);
  if (s->cycle && s->cycle[step->first] != DAVY_NO_INTEGER)
    sheet_set_integer(sheet, "vendor_cycle", s->cycle[step->first]);
  sheet_set_text(sheet, "type", step_word(s, step));
  sheet_set(sheet, "start_time", step->start / HOUR);
  sheet_set(sheet, "duration", duration / HOUR);
  sheet_set(sheet, "mean_current", MILLI * current);
  sheet_set(sheet, "capacity", MILLI * step->charge / HOUR);
  sheet_set(sheet, "start_voltage", s->voltage[step->first]);
  sheet_set(sheet, "end_voltage", s->voltage[step->last]);
  sheet_set_integer(sheet, "first_row", (long long)step->first);
  sheet_set_integer(sheet, "last_row", (long long)step->last);
}

static Sheet steps_sheet(void) {
  Sheet s = sheet_open("steps", "Steps");
  sheet_integers(&s, "step", "Step");
  sheet_integers(&s, "vendor_cycle", "Instrument's cycle");
  sheet_texts(&s, "type", "Type");
  sheet_numbers(&s, "start_time", "Start", "h", 6);
  sheet_numbers(&s, "duration", "Duration", "h", 5);
  sheet_numbers(&s, "mean_current", "Mean current", "mA", 5);
  sheet_numbers(&s, "capacity", "Charge passed", "mAh", 6);
  sheet_numbers(&s, "start_voltage", "First voltage", "V", 5);
  sheet_numbers(&s, "end_voltage", "Last voltage", "V", 5);
  sheet_integers(&s, "first_row", "First row");
  sheet_integers(&s, "last_row", "Last row");
  return s;
}

/* The part of the interval that lies in the new step, as share_edge shared it. */
static double step_start(const Series *s, const Interval *x) {
  double clock = s->step && s->step_time ? s->step_time[x->row] : NAN;
  double elapsed = s->time[x->row] - s->time[x->before];
  return s->time[x->row] - (clock >= 0 ? fmin(clock, elapsed) : 0);
}

DavyError table_steps(DavyAnalysis *a) {
  const Series *s = &a->series;
  size_t number = 0;
  Sheet sheet = steps_sheet();
  Step step = {0};
  for (Walk walk = walk_start(s); walk_next(&walk);) {
    const Interval *x = &walk.interval;
    step.charge += x->charge_before;
    if (step_begins(s, x)) {
      if (number && number <= TABLE_LIMIT) set_step(&sheet, s, &step, number);
      step = (Step){.first = x->row, .start = step_start(s, x)};
      number++;
    }
    step.last = x->row;
    step.charge += x->charge;
    step.charges |= x->direction > 0;
    step.discharges |= x->direction < 0;
  }
  if (number && number <= TABLE_LIMIT) set_step(&sheet, s, &step, number);
  if (number > TABLE_LIMIT && !sheet.error)
    sheet.error = lines_add(&a->warnings, "The table of steps holds the first %d of %zu.",
                            TABLE_LIMIT, number);
  return sheet_close(&sheet, a);
}
