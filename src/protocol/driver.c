/* Leads an engine through a protocol: loops, counts, ends of steps. */
#include <math.h>
#include "protocol/program.h"

DavyDriver DavyDriverStart(const DavyProtocol *protocol) {
  return (DavyDriver){.protocol = protocol, .at = -1, .cycle_count = 1};
}

/* Loops without loops inside are what a cycler counts as cycles. */
static bool is_innermost(const DavyProtocol *protocol, int loop) {
  for (int k = loop + 1; k < protocol->lines[loop].match; k++)
    if (protocol->lines[k].kind == LINE_LOOP) return false;
  return true;
}

static void begin_turn(DavyDriver *driver, int loop) {
  if (!is_innermost(driver->protocol, loop) || !driver->cycle_used) return;
  driver->cycle_count++;
  driver->cycle_used = false;
}

const DavyStep *DavyDriverNext(DavyDriver *driver) {
  const DavyProtocol *protocol = driver->protocol;
  while (++driver->at < protocol->line_count) {
    const ProtocolLine *line = &protocol->lines[driver->at];
    switch (line->kind) {
    case LINE_LOOP:
      driver->left[driver->depth++] = line->turns;
      begin_turn(driver, driver->at);
      break;
    case LINE_END:
      if (--driver->left[driver->depth - 1] > 0) {
        driver->at = line->match;
        begin_turn(driver, driver->at);
      } else {
        driver->depth--;
      }
      break;
    case LINE_STEP:
      driver->step_count++;
      if (protocol->steps[line->step].action != DAVY_ACTION_REST) driver->cycle_used = true;
      return &protocol->steps[line->step];
    }
  }
  driver->at = protocol->line_count;
  return NULL;
}

double DavyProtocolStepTotal(const DavyProtocol *protocol) {
  double total = 0, turns = 1;
  for (int k = 0; k < protocol->line_count; k++) {
    const ProtocolLine *line = &protocol->lines[k];
    if (line->kind == LINE_LOOP) turns *= line->turns;
    if (line->kind == LINE_END) turns /= protocol->lines[line->match].turns;
    if (line->kind == LINE_STEP) total += turns;
  }
  return total;
}

int DavyProtocolSteps(const DavyProtocol *protocol) {
  return protocol->step_count;
}
const DavyStep *DavyProtocolStep(const DavyProtocol *protocol, int i) {
  return &protocol->steps[i];
}

double DavyStepEnd(const DavyStep *step, DavyReason *reason) {
  double end = INFINITY;
  *reason = DAVY_REASON_NONE;
  for (int k = 0; k < step->limit_count; k++) {
    const DavyLimit *limit = &step->limits[k];
    double time = INFINITY;
    if (limit->kind == DAVY_LIMIT_TIME) time = limit->value;
    if (limit->kind == DAVY_LIMIT_CAPACITY && step->action != DAVY_ACTION_HOLD && step->value != 0)
      time = limit->value / fabs(step->value);
    if (time >= end) continue;
    end = time;
    *reason = DavyLimitReason(limit);
  }
  return end;
}

double DavyLimitLeft(const DavyLimit *limit, const DavyMeter *meter) {
  switch (limit->kind) {
  case DAVY_LIMIT_TIME: return limit->value - meter->time;
  case DAVY_LIMIT_CAPACITY: return limit->value - fabs(meter->capacity);
  case DAVY_LIMIT_CURRENT: return fabs(meter->current_density) - limit->value;
  case DAVY_LIMIT_VOLTAGE_UP: return limit->value - meter->voltage;
  case DAVY_LIMIT_VOLTAGE_DOWN: return meter->voltage - limit->value;
  }
  return 0;
}

DavyReason DavyLimitReason(const DavyLimit *limit) {
  switch (limit->kind) {
  case DAVY_LIMIT_TIME: return DAVY_REASON_TIME;
  case DAVY_LIMIT_CAPACITY: return DAVY_REASON_CAPACITY;
  case DAVY_LIMIT_CURRENT: return DAVY_REASON_CURRENT;
  case DAVY_LIMIT_VOLTAGE_UP:
  case DAVY_LIMIT_VOLTAGE_DOWN: return DAVY_REASON_VOLTAGE;
  }
  return DAVY_REASON_NONE;
}

bool DavyStepLimitsRunaway(const DavyStep *step) {
  for (int k = 0; k < step->limit_count; k++) {
    DavyLimitKind kind = step->limits[k].kind;
    if (step->action == DAVY_ACTION_HOLD
            ? kind == DAVY_LIMIT_CURRENT
            : kind == (step->value > 0 ? DAVY_LIMIT_VOLTAGE_UP : DAVY_LIMIT_VOLTAGE_DOWN))
      return true;
  }
  return false;
}
