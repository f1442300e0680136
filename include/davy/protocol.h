/* What is done to a cell: steps, limits, loops; and the driver that leads an engine through them.
 *
 *   protocol:
 *     - rest for 10 min
 *     - cycles: 50
 *       steps:
 *         - plate at 1 mA/cm2 until 1 mAh/cm2 or -0.5 V
 *         - strip at 1 mA/cm2 until 1 mAh/cm2 or 0.5 V every 10 s
 *
 * A step is a sentence: what is done, then `for` a time, `until` limits joined by `or`, `every` so
 * long a row. plate and discharge drive negative current into the working electrode, strip and
 * charge positive; `hold at 10 mV` keeps a voltage, `rest` no current. Currents are of the whole
 * cell ("1 mA") or per area ("1 mA/cm2"), capacities too. A limit ends the step when the magnitude
 * of the step's capacity has reached it, when the magnitude of the current has fallen to it, when
 * the voltage has risen to it (strip, charge) or fallen to it (plate, discharge); `V > 0.5 V` and
 * `V < 0.5 V` say the direction themselves. The same as a mapping, for programs that write cases:
 *
 *     - {plate: 1 mA/cm2, until: [1 mAh/cm2, -0.5 V], every: 10 s}
 */
#ifndef DAVY_PROTOCOL_H
#define DAVY_PROTOCOL_H

#include <stdbool.h>
#include <stdio.h>
#include "davy/error.h"
#include "davy/yaml.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  DAVY_ACTION_REST,
  DAVY_ACTION_PLATE,
  DAVY_ACTION_STRIP,
  DAVY_ACTION_DISCHARGE,
  DAVY_ACTION_CHARGE,
  DAVY_ACTION_HOLD
} DavyAction;

/* What a limit watches. */
typedef enum {
  DAVY_LIMIT_TIME,       /* s since the step began */
  DAVY_LIMIT_CAPACITY,   /* magnitude, C/m2, since the step began */
  DAVY_LIMIT_CURRENT,    /* magnitude, A/m2, from above */
  DAVY_LIMIT_VOLTAGE_UP, /* V, from below */
  DAVY_LIMIT_VOLTAGE_DOWN
} DavyLimitKind;

typedef struct {
  DavyLimitKind kind;
  double value;
} DavyLimit;

enum { DAVY_STEP_LIMITS = 8, DAVY_LOOP_DEPTH = 8 };

typedef struct {
  DavyPlace place;
  int id; /* number of the step in the text, from 1 */
  DavyAction action;
  double value; /* V for hold, else A/m2, positive into the working electrode */
  int limit_count;
  DavyLimit limits[DAVY_STEP_LIMITS];
  double every; /* s between rows of the record */
} DavyStep;

typedef struct DavyProtocol DavyProtocol;

/* Reads the list `node`; `area` (m2) turns cell currents into current densities. Errors name line,
 * column, the words found and what was expected. */
DavyError DavyProtocolRead(DavyNode node, double area, DavyProtocol **protocol);
void DavyProtocolDestroy(DavyProtocol **protocol);

/* Writes the list as YAML sentences, every default filled in, each line behind `indent` blanks.
 * Read again it gives the same protocol to the last bit. */
void DavyProtocolWrite(const DavyProtocol *protocol, FILE *file, int indent);
/* One step as a sentence. At most `size` bytes with the closing zero. */
void DavyStepSentence(const DavyStep *step, char *text, size_t size);

double DavyProtocolStepTotal(const DavyProtocol *protocol); /* steps that a full run goes through */
int DavyProtocolSteps(const DavyProtocol *protocol);        /* steps in the text */
const DavyStep *DavyProtocolStep(const DavyProtocol *protocol, int i);

/* The driver: which step an engine is in. Copied freely. */
typedef struct {
  const DavyProtocol *protocol; /* borrowed */
  int at, depth;
  int left[DAVY_LOOP_DEPTH];
  int step_count, cycle_count; /* of the present step, from 1 */
  bool cycle_used;             /* current has flowed in this cycle */
} DavyDriver;

DavyDriver DavyDriverStart(const DavyProtocol *protocol);
/* The next step, NULL when the protocol is finished. A new cycle begins with each turn of an
 * innermost loop, except that rests before the first turn belong to cycle 1. */
const DavyStep *DavyDriverNext(DavyDriver *driver);

/* When the step will end by time, or by capacity at its constant current: s since it began,
 * INFINITY if neither is set. `reason` receives which. */
double DavyStepEnd(const DavyStep *step, DavyReason *reason);

/* What a limit is held against. */
typedef struct {
  double time, voltage, current_density, capacity;
} DavyMeter;

/* Positive before the limit is reached, in the limit's unit; zero or less from then on. */
double DavyLimitLeft(const DavyLimit *limit, const DavyMeter *meter);
DavyReason DavyLimitReason(const DavyLimit *limit);

/* Whether the step has a limit where metal or salt ends: there potentials run off to infinity and
 * reach one in that direction at that very moment, and a held voltage drives no more current. With
 * such a limit the protocol goes on to its next step, without it the run ends. */
bool DavyStepLimitsRunaway(const DavyStep *step);

#ifdef __cplusplus
}
#endif
#endif
