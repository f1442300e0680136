/* A protocol as the parser makes it: steps in the order of the text, and the loops around them. */
#ifndef DAVY_PROTOCOL_PROGRAM_H
#define DAVY_PROTOCOL_PROGRAM_H

#include "davy/protocol.h"

typedef enum { LINE_STEP, LINE_LOOP, LINE_END } LineKind;

typedef struct {
  LineKind kind;
  int step;  /* index of a step */
  int turns; /* of a loop */
  int match; /* the loop's end, the end's loop */
} ProtocolLine;

struct DavyProtocol {
  DavyStep *steps;
  ProtocolLine *lines;
  int step_count, line_count;
};

/* Reads one step from a sentence or a mapping into `step` (its place and id are set). */
DavyError ProtocolReadStep(DavyNode node, double area, DavyStep *step);

#endif
