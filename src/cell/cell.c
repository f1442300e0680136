/* The cell engine: leads a model through a protocol, writes its record and keeps its ledger. */
#include "davy/cell.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include "cell/integrator.h"
#include "cell/ledger.h"
#include "davy/cite.h"
#include "davy/constants.h"
#include "davy/log.h"

/* Events of every step, before the step's own limits. */
enum { EVENT_WORKING, EVENT_COUNTER, EVENT_SALT_WORKING, EVENT_SALT_COUNTER, EVENT_LIMITS };
enum { EVENT_COUNT = EVENT_LIMITS + DAVY_STEP_LIMITS };

/* The columns of the record; pointers move when it grows. */
typedef struct {
  double *time, *voltage, *current, *step_time, *charged, *discharged;
  double *working, *counter, *salt_working, *salt_counter;
  int32_t *cycle, *step, *id, *type;
} Columns;

struct DavyCell {
  CellModel model;
  CellIntegrator *integrator;
  CellLedger ledger;
  DavyRecord *record;
  Columns columns;
  size_t rows;
  double started; /* test time at the beginning of the present step, s */
  const DavyStep *step;
  DavyReason reason;
};

DavyCellParameters DavyCellParametersDefault(void) {
  DavyMetalElectrode electrode = {.alpha_a = 0.5, .alpha_c = 0.5};
  return (DavyCellParameters){.working = electrode,
                              .counter = electrode,
                              .temperature = DAVY_ZERO_CELSIUS + 25,
                              .cells = 50,
                              .grading = 2,
                              .tolerance = 1e-5};
}

static DavyError check_electrode(const DavyMetalElectrode *e, const char *name) {
  DAVY_CHECK(e->thickness >= 0 && e->thickness < INFINITY, DAVY_ERR_VALUE,
             "%s: thickness = %g m; expected 0 or more", name, e->thickness);
  DAVY_CHECK(e->exchange_current_density > 0 && e->exchange_current_density < INFINITY,
             DAVY_ERR_VALUE, "%s: exchange_current_density = %g A/m2; expected more than 0", name,
             e->exchange_current_density);
  DAVY_CHECK(e->alpha_a > 0 && e->alpha_a < 10 && e->alpha_c > 0 && e->alpha_c < 10, DAVY_ERR_VALUE,
             "%s: alpha_a = %g, alpha_c = %g; expected more than 0, less than 10", name, e->alpha_a,
             e->alpha_c);
  DAVY_CHECK(e->film_resistance >= 0 && e->film_resistance < INFINITY, DAVY_ERR_VALUE,
             "%s: film_resistance = %g ohm m2; expected 0 or more", name, e->film_resistance);
  return DAVY_OK;
}

static DavyError check_parameters(const DavyCellParameters *p) {
  DAVY_TRY(DavyElectrolyteCheck(&p->electrolyte));
  DAVY_TRY(DavySeparatorCheck(&p->separator));
  DAVY_TRY(check_electrode(&p->working, "working_electrode"));
  DAVY_TRY(check_electrode(&p->counter, "counter_electrode"));
  DAVY_CHECK(p->molar_volume > 0 && p->molar_volume < INFINITY, DAVY_ERR_VALUE,
             "molar volume of the metal = %g m3/mol; expected more than 0", p->molar_volume);
  DAVY_CHECK(p->temperature > 0 && p->temperature < INFINITY, DAVY_ERR_VALUE,
             "temperature = %g K; expected more than 0", p->temperature);
  DAVY_CHECK(p->area > 0 && p->area < INFINITY, DAVY_ERR_VALUE,
             "area = %g m2; expected more than 0", p->area);
  DAVY_CHECK(p->cells >= 3 && p->cells <= 100000, DAVY_ERR_VALUE,
             "cells = %d; expected 3 to 100000", p->cells);
  DAVY_CHECK(p->grading >= 0 && p->grading <= 5, DAVY_ERR_VALUE, "grading = %g; expected 0 to 5",
             p->grading);
  DAVY_CHECK(p->tolerance >= 1e-12 && p->tolerance <= 1e-2, DAVY_ERR_VALUE,
             "tolerance = %g; expected 1e-12 to 1e-2", p->tolerance);
  return DAVY_OK;
}

static DavyError take_columns(DavyCell *cell) {
  DavyRecord *r = cell->record;
  Columns c = {
      .time = DavyRecordMakeNumbers(r, DAVY_TEST_TIME),
      .voltage = DavyRecordMakeNumbers(r, DAVY_VOLTAGE),
      .current = DavyRecordMakeNumbers(r, DAVY_CURRENT),
      .cycle = DavyRecordMakeIntegers(r, DAVY_CYCLE_COUNT),
      .step = DavyRecordMakeIntegers(r, DAVY_STEP_COUNT),
      .id = DavyRecordMakeIntegers(r, DAVY_STEP_ID),
      .type = DavyRecordMakeIntegers(r, DAVY_STEP_TYPE),
      .step_time = DavyRecordMakeNumbers(r, DAVY_STEP_TIME),
      .charged = DavyRecordMakeNumbers(r, DAVY_STEP_CHARGING_CAPACITY),
      .discharged = DavyRecordMakeNumbers(r, DAVY_STEP_DISCHARGING_CAPACITY),
      .working = DavyRecordMakeExtra(r, "working_metal_thickness_micrometre",
                                     "Working Metal Thickness / um"),
      .counter = DavyRecordMakeExtra(r, "counter_metal_thickness_micrometre",
                                     "Counter Metal Thickness / um"),
      .salt_working = DavyRecordMakeExtra(r, "working_surface_concentration_mole_per_cubic_metre",
                                          "Working Surface Concentration / mol m-3"),
      .salt_counter = DavyRecordMakeExtra(r, "counter_surface_concentration_mole_per_cubic_metre",
                                          "Counter Surface Concentration / mol m-3")};
  DAVY_CHECK(c.time && c.voltage && c.current && c.cycle && c.step && c.id && c.type &&
                 c.step_time && c.charged && c.discharged && c.working && c.counter &&
                 c.salt_working && c.salt_counter,
             DAVY_ERR_MEMORY, "out of memory for the record");
  cell->columns = c;
  return DAVY_OK;
}

/* Called back by the integrator: how far every event of the present step is. */
static void events(void *context, double time, const double *y, double *left) {
  DavyCell *cell = context;
  const CellModel *m = &cell->model;
  int n = m->grid.count;
  double c0 = m->p.electrolyte.concentration;
  left[EVENT_WORKING] = CellModelThickness(m, y, 0);
  left[EVENT_COUNTER] = CellModelThickness(m, y, 1);
  left[EVENT_SALT_WORKING] = CellModelSurface(m, y, 0) / c0;
  left[EVENT_SALT_COUNTER] = CellModelSurface(m, y, 1) / c0;
  DavyMeter meter = {
      .time = time, .current_density = y[n + AT_CURRENT], .capacity = y[n + AT_CHARGE]};
  bool wants_voltage = false;
  for (int k = 0; k < cell->step->limit_count; k++)
    wants_voltage |= cell->step->limits[k].kind == DAVY_LIMIT_VOLTAGE_UP ||
                     cell->step->limits[k].kind == DAVY_LIMIT_VOLTAGE_DOWN;
  if (wants_voltage) meter.voltage = CellModelVoltage(m, y);
  for (int k = 0; k < DAVY_STEP_LIMITS; k++) {
    const DavyLimit *limit = &cell->step->limits[k];
    /* Time, and charge at constant current, are a stop time of the integrator. */
    bool active = k < cell->step->limit_count && limit->kind != DAVY_LIMIT_TIME &&
                  (m->hold || limit->kind != DAVY_LIMIT_CAPACITY);
    left[EVENT_LIMITS + k] = active ? DavyLimitLeft(limit, &meter) : 1;
  }
}

DavyError DavyCellCreate(const DavyCellParameters *parameters, DavyCell **out) {
  *out = NULL;
  DAVY_TRY(check_parameters(parameters));
  DavyCell *cell = calloc(1, sizeof *cell);
  DAVY_CHECK(cell, DAVY_ERR_MEMORY, "out of memory for a cell");
  DavyError error;
  DAVY_GUARD(CellModelCreate(parameters, &cell->model));
  DAVY_GUARD(CellIntegratorCreate(&cell->model, EVENT_COUNT, events, cell, &cell->integrator));
  double *y = CellIntegratorState(cell->integrator);
  int n = parameters->cells;
  for (int j = 0; j < n; j++) y[j] = parameters->electrolyte.concentration;
  DAVY_GUARD(CellLedgerCreate(&cell->model, y, &cell->ledger));
  DAVY_GUARD(DavyRecordCreate(&cell->record));
  DAVY_GUARD(DavyRecordReserve(cell->record, 1024));
  DAVY_GUARD(take_columns(cell));
done:
  if (error)
    DavyCellDestroy(&cell);
  else
    *out = cell;
  return error;
}

void DavyCellDestroy(DavyCell **pointer) {
  DavyCell *cell = *pointer;
  if (!cell) return;
  CellIntegratorDestroy(&cell->integrator);
  CellModelFree(&cell->model);
  CellLedgerFree(&cell->ledger);
  DavyRecordDestroy(&cell->record);
  free(cell);
  *pointer = NULL;
}

DavyError DavyCellSetOrigin(DavyCell *cell, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  DAVY_TRY(DavyTableAddNote(cell->ledger.table, "%s", text));
  return DavyRecordSetInfo(cell->record, "comment", "%s", text);
}

static DavyStepType step_type(const DavyStep *step, double current) {
  switch (step->action) {
  case DAVY_ACTION_REST: return DAVY_STEP_REST;
  case DAVY_ACTION_HOLD: return current < 0 ? DAVY_STEP_CV_DISCHARGE : DAVY_STEP_CV_CHARGE;
  default: return step->value < 0 ? DAVY_STEP_CC_DISCHARGE : DAVY_STEP_CC_CHARGE;
  }
}

static DavyError add_row(DavyCell *cell, const DavyDriver *driver, double time) {
  static const double coulomb_per_Ah = 3600;
  if (cell->rows == DavyRecordRoom(cell->record)) {
    DAVY_TRY(DavyRecordReserve(cell->record, 2 * cell->rows));
    DAVY_TRY(take_columns(cell));
  }
  const CellModel *m = &cell->model;
  const double *y = CellIntegratorState(cell->integrator);
  int n = m->grid.count;
  size_t row = cell->rows++;
  const Columns *c = &cell->columns;
  double capacity = y[n + AT_CHARGE] * m->p.area / coulomb_per_Ah;
  c->time[row] = cell->started + time;
  c->voltage[row] = m->hold ? m->drive : CellModelVoltage(m, y);
  c->current[row] = y[n + AT_CURRENT] * m->p.area;
  c->cycle[row] = driver->cycle_count;
  c->step[row] = driver->step_count;
  c->id[row] = cell->step->id;
  c->type[row] = (int32_t)step_type(cell->step, y[n + AT_CURRENT]);
  c->step_time[row] = time;
  c->charged[row] = capacity > 0 ? capacity : 0;
  c->discharged[row] = capacity < 0 ? -capacity : 0;
  c->working[row] = CellModelThickness(m, y, 0) * 1e6;
  c->counter[row] = CellModelThickness(m, y, 1) * 1e6;
  c->salt_working[row] = CellModelSurface(m, y, 0);
  c->salt_counter[row] = CellModelSurface(m, y, 1);
  return DavyRecordSetRows(cell->record, cell->rows);
}

/* Which limit, if any, already holds as the step begins. Only the electrode that dissolves runs out
 * of metal; salt is looked at on both. */
static DavyReason reason_at_start(DavyCell *cell) {
  double left[EVENT_COUNT];
  const double *y = CellIntegratorState(cell->integrator);
  double current = y[cell->model.grid.count + AT_CURRENT];
  events(cell, 0, y, left);
  if (current != 0 && left[current > 0 ? EVENT_WORKING : EVENT_COUNTER] <= 0)
    return DAVY_REASON_METAL_EXHAUSTED;
  for (int k = 0; k < cell->step->limit_count; k++)
    if (left[EVENT_LIMITS + k] <= 0) return DavyLimitReason(&cell->step->limits[k]);
  bool depleted = fmin(left[EVENT_SALT_WORKING], left[EVENT_SALT_COUNTER]) <= 0;
  return depleted ? DAVY_REASON_SALT_DEPLETED : DAVY_REASON_NONE;
}

static DavyReason event_reason(const DavyCell *cell) {
  int event = CellIntegratorEvent(cell->integrator);
  if (event >= EVENT_LIMITS) return DavyLimitReason(&cell->step->limits[event - EVENT_LIMITS]);
  return event >= EVENT_SALT_WORKING ? DAVY_REASON_SALT_DEPLETED : DAVY_REASON_METAL_EXHAUSTED;
}

/* From the first row of a step to its last; *time receives how long it took. */
static DavyReason follow_step(DavyCell *cell, const DavyDriver *driver, double *time,
                              DavyError *error) {
  const DavyStep *step = cell->step;
  DavyReason end_reason, reason;
  double end = DavyStepEnd(step, &end_reason);
  *time = 0;
  if (!CellIntegratorStart(cell->integrator, end)) return DAVY_REASON_SOLVER_FAILED;
  reason = reason_at_start(cell);
  if (reason)
    DavyRecordWarn(cell->record, "step %d (line %d of the case) ends as it begins: %s", step->id,
                   step->place.line, DavyReasonWords(reason));
  *error = add_row(cell, driver, 0);
  for (double row = 1; !reason && !*error; row++) {
    /* A regular row next to the last one of a step would say nothing new. */
    double until = row * step->every < end * (1 - 1e-9) ? row * step->every : end;
    switch (CellIntegratorAdvance(cell->integrator, until, time)) {
    case CELL_REACHED: break;
    case CELL_ENDED: reason = end_reason; break;
    case CELL_EVENT: reason = event_reason(cell); break;
    case CELL_FAILED: reason = DAVY_REASON_SOLVER_FAILED; break;
    }
    if (!reason && DavyInterrupted()) reason = DAVY_REASON_INTERRUPTED;
    *error = add_row(cell, driver, *time);
  }
  return reason;
}

static DavyError step_error(const DavyCell *cell, const DavyDriver *driver, double time,
                            DavyReason reason) {
  bool stops = reason == DAVY_REASON_METAL_EXHAUSTED || reason == DAVY_REASON_SALT_DEPLETED;
  bool failed = reason == DAVY_REASON_SOLVER_FAILED || reason == DAVY_REASON_INTERRUPTED;
  if (!failed && (!stops || DavyStepLimitsRunaway(cell->step))) return DAVY_OK;
  char sentence[256];
  DavyStepSentence(cell->step, sentence, sizeof sentence);
  int cycle = driver->cycle_count, count = driver->step_count;
  if (reason == DAVY_REASON_INTERRUPTED)
    return DavyFail(DAVY_ERR_INTERRUPTED, "interrupted in cycle %d, step %d; what was done is kept",
                    cycle, count);
  if (reason == DAVY_REASON_SOLVER_FAILED)
    return DavyFail(DAVY_ERR_SOLVER, "cycle %d, step %d (%s), %g s after it began: %s", cycle,
                    count, sentence, time, CellIntegratorFailure(cell->integrator));
  const char *limit = cell->step->action == DAVY_ACTION_HOLD ? "current" : "voltage";
  return DavyFail(
      DAVY_ERR_SOLVER,
      "cycle %d, step %d (%s), %g s after it began: %s; with a %s limit the run would go "
      "on from here",
      cycle, count, sentence, time, DavyReasonWords(reason), limit);
}

static DavyError run_step(DavyCell *cell, const DavyDriver *driver, const DavyStep *step) {
  CellModel *m = &cell->model;
  double *y = CellIntegratorState(cell->integrator);
  cell->step = step;
  m->hold = step->action == DAVY_ACTION_HOLD;
  m->drive = step->value;
  CellModelBeginStep(m, y);
  double time;
  DavyError error = DAVY_OK;
  cell->reason = follow_step(cell, driver, &time, &error);
  if (error) return error;
  cell->started += time;
  DAVY_TRY(CellLedgerStep(&cell->ledger, m, driver, step, time, cell->reason, y));
  return step_error(cell, driver, time, cell->reason);
}

DavyError DavyCellRun(DavyCell *cell, const DavyProtocol *protocol) {
  DavyCite("newman2004", "concentrated solution theory and Butler-Volmer kinetics");
  DavyCite("hindmarsh2005", "time integration with SUNDIALS IDAS");
  DavyProgress progress = DavyProgressStart("running", "steps", DavyProtocolStepTotal(protocol));
  DavyDriver driver = DavyDriverStart(protocol);
  DavyError error = DAVY_OK;
  const DavyStep *step;
  while (!error && (step = DavyDriverNext(&driver))) {
    error = run_step(cell, &driver, step);
    DavyProgressUpdate(&progress, driver.step_count, NULL);
  }
  if (!error) cell->reason = DAVY_REASON_FINISHED;
  DavyProgressEnd(&progress);
  return error;
}

const DavyRecord *DavyCellRecord(const DavyCell *cell) {
  return cell->record;
}
const DavyTable *DavyCellLedger(const DavyCell *cell) {
  return cell->ledger.table;
}
double DavyCellImbalance(const DavyCell *cell) {
  return cell->ledger.imbalance;
}
DavyReason DavyCellReason(const DavyCell *cell) {
  return cell->reason;
}
long DavyCellTimeSteps(const DavyCell *cell) {
  return CellIntegratorSteps(cell->integrator);
}

int DavyCellProfile(const DavyCell *cell, const double **position, const double **concentration) {
  *position = cell->model.grid.middle;
  *concentration = CellIntegratorState(cell->integrator);
  return cell->model.grid.count;
}

double DavyCellThickness(const DavyCell *cell, int counter) {
  return CellModelThickness(&cell->model, CellIntegratorState(cell->integrator), counter);
}

double DavyCellSurfaceConcentration(const DavyCell *cell, int counter) {
  return CellModelSurface(&cell->model, CellIntegratorState(cell->integrator), counter);
}
