/* A simulation of a case given as text, as `davy run` makes it. */
#ifndef DAVY_TESTS_SIMULATING_H
#define DAVY_TESTS_SIMULATING_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "interface/case.h"
#include "interface/simulation.h"
#include "setting.h"

enum { MOST_ROWS = 4000 };

/* What was seen after each step of time. */
typedef struct {
  double time, volts, amperes, charge; /* s, V, A and C per m of depth, negative when plating */
  int bodies, orphans;
  double metal, contact; /* m2 of working metal; m of it on the substrate */
} Row;

typedef struct {
  char *text;
  DavyYaml *yaml;
  DavyInterfaceCase *it;
  DavySimulation *run;
  DavyError error;
  char message[512]; /* why it ended early */
  int rows;
  Row row[MOST_ROWS];
} Simulated;

static inline Row row_now(const Simulated *s) {
  const DavyMetal *metal = DavyGrowthMetal(DavySimulationGrowth(s->run));
  const DavyRecord *r = DavySimulationRecord(s->run);
  size_t last = DavyRecordRows(r) - 1;
  Row row = {.time = DavyGrowthTime(DavySimulationGrowth(s->run)),
             .volts = DavyRecordNumbers(r, DAVY_VOLTAGE)[last],
             .amperes = DavyRecordNumbers(r, DAVY_CURRENT)[last],
             .charge = 3600 * (DavyRecordNumbers(r, DAVY_STEP_CHARGING_CAPACITY)[last] -
                               DavyRecordNumbers(r, DAVY_STEP_DISCHARGING_CAPACITY)[last]),
             .bodies = metal->count};
  for (int b = 0; b < metal->count; b++) {
    if (metal->body[b].counter) continue;
    row.metal += metal->body[b].volume;
    row.orphans += !DavyBodyIsFed(metal->body + b);
    for (int m = 0; m < DAVY_MOST_SURFACES; m++) row.contact += metal->body[b].contact[m];
  }
  return row;
}

static inline void after_step(void *context, const DavySimulationState *state) {
  Simulated *s = context;
  (void)state;
  if (s->rows < MOST_ROWS) s->row[s->rows++] = row_now(s);
}

/* Runs the case that a format makes; `error` and `message` keep how it ended. */
__attribute__((format(printf, 2, 3))) static inline Simulated *simulate(MPI_Comm comm,
                                                                        const char *format, ...) {
  Simulated *s = calloc(1, sizeof *s);
  va_list arguments;
  va_start(arguments, format);
  assert_true(vasprintf(&s->text, format, arguments) > 0);
  va_end(arguments);
  must(DavyYamlParse(s->text, strlen(s->text), "case.yaml", &s->yaml));
  must(DavyInterfaceCaseRead(s->yaml, &s->it));
  must(DavySimulationCreate(comm, &s->it->model, &s->run));
  s->error = DavySimulationRun(s->run, after_step, s);
  if (s->error) snprintf(s->message, sizeof s->message, "%s", DavyErrorMessage());
  return s;
}

static inline void drop(Simulated *s) {
  DavySimulationDestroy(&s->run);
  DavyInterfaceCaseDestroy(&s->it);
  DavyYamlDestroy(&s->yaml);
  free(s->text);
  free(s);
}

/* A figure of the ledger's line `step`, from 0; capacities in C/m2. */
static inline double ledger_of(const Simulated *s, int step, const char *key) {
  const DavyTable *t = DavySimulationLedger(s->run);
  int column = DavyTableFind(t, key);
  assert_true(column >= 0 && (size_t)step < DavyTableRows(t));
  double value = DavyTableNumber(t, (size_t)step, (size_t)column);
  return strcmp(DavyTableColumnUnit(t, (size_t)column), "mAh/cm2") ? value : 36000 * value;
}

static inline const char *reason_of(const Simulated *s, int step) {
  const DavyTable *t = DavySimulationLedger(s->run);
  return DavyTableText(t, (size_t)step, (size_t)DavyTableFind(t, "reason"));
}

#endif
