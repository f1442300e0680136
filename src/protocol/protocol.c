/* A protocol: a list of steps and loops, read from YAML and written back. */
#include <stdlib.h>
#include <string.h>
#include "protocol/program.h"

enum { MOST_LINES = 100000 };

static DavyError add_line(DavyProtocol *protocol, DavyNode node, ProtocolLine line) {
  int count = protocol->line_count;
  if (count == MOST_LINES)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "a protocol of more than %d lines",
                      MOST_LINES);
  if ((count & (count - 1)) == 0) { /* room doubles at every power of two */
    size_t room = count ? 2 * (size_t)count : 1;
    ProtocolLine *grown = realloc(protocol->lines, room * sizeof *grown);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a protocol of %d lines", count);
    protocol->lines = grown;
  }
  protocol->lines[protocol->line_count++] = line;
  return DAVY_OK;
}

static DavyError add_step(DavyProtocol *protocol, DavyNode node, double area) {
  int count = protocol->step_count;
  if ((count & (count - 1)) == 0) {
    size_t room = count ? 2 * (size_t)count : 1;
    DavyStep *grown = realloc(protocol->steps, room * sizeof *grown);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a protocol of %d steps", count);
    protocol->steps = grown;
  }
  DavyStep *step = &protocol->steps[count];
  *step = (DavyStep){.place = DavyNodePlace(node), .id = count + 1};
  /* The file's name may go with the document, the line and column stay. */
  DAVY_TRY(ProtocolReadStep(node, area, step));
  step->place.file = NULL;
  protocol->step_count++;
  return add_line(protocol, node, (ProtocolLine){.kind = LINE_STEP, .step = count});
}

typedef struct {
  int cycles;
  DavyNode steps;
} Loop;

static const DavyField loop_fields[] = {
    DAVY_INTEGER(Loop, cycles, 1, 10000000, DAVY_REQUIRED, "how often the steps are done"),
    DAVY_NODE(Loop, steps, DAVY_REQUIRED, "the list of steps in the loop"), DAVY_FIELDS_END};

static DavyError read_list(DavyProtocol *protocol, DavyNode list, double area, int depth);

static DavyError read_item(DavyProtocol *protocol, DavyNode node, double area, int depth) {
  bool loop = DavyNodeKindOf(node) == DAVY_NODE_MAP &&
              (DavyNodeGet(node, "cycles").index || DavyNodeGet(node, "steps").index);
  if (!loop) return add_step(protocol, node, area);
  if (depth == DAVY_LOOP_DEPTH)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "loops nested more than %d deep",
                      DAVY_LOOP_DEPTH);
  Loop it = {0};
  DAVY_TRY(DavyYamlBind(node, loop_fields, &it));
  int begin = protocol->line_count;
  DAVY_TRY(add_line(protocol, node, (ProtocolLine){.kind = LINE_LOOP, .turns = it.cycles}));
  DAVY_TRY(read_list(protocol, it.steps, area, depth + 1));
  protocol->lines[begin].match = protocol->line_count;
  return add_line(protocol, node, (ProtocolLine){.kind = LINE_END, .match = begin});
}

static DavyError read_list(DavyProtocol *protocol, DavyNode list, double area, int depth) {
  if (DavyNodeKindOf(list) != DAVY_NODE_LIST || DavyNodeCount(list) == 0)
    return DavyFailAt(DavyNodePlace(list), DAVY_ERR_VALUE,
                      "expected a list of steps, each behind a dash, at least one");
  for (int k = 0; k < DavyNodeCount(list); k++)
    DAVY_TRY(read_item(protocol, DavyNodeAt(list, k), area, depth));
  return DAVY_OK;
}

DavyError DavyProtocolRead(DavyNode node, double area, DavyProtocol **protocol) {
  *protocol = calloc(1, sizeof **protocol);
  DAVY_CHECK(*protocol, DAVY_ERR_MEMORY, "out of memory for a protocol");
  DavyError error = read_list(*protocol, node, area, 0);
  if (error) DavyProtocolDestroy(protocol);
  return error;
}

void DavyProtocolDestroy(DavyProtocol **protocol) {
  if (!*protocol) return;
  free((*protocol)->steps);
  free((*protocol)->lines);
  free(*protocol);
  *protocol = NULL;
}

void DavyProtocolWrite(const DavyProtocol *protocol, FILE *file, int indent) {
  for (int k = 0; k < protocol->line_count; k++) {
    const ProtocolLine *line = &protocol->lines[k];
    char sentence[512];
    switch (line->kind) {
    case LINE_LOOP:
      fprintf(file, "%*s- cycles: %d\n%*s  steps:\n", indent, "", line->turns, indent, "");
      indent += 4;
      break;
    case LINE_END: indent -= 4; break;
    case LINE_STEP:
      DavyStepSentence(&protocol->steps[line->step], sentence, sizeof sentence);
      fprintf(file, "%*s- %s\n", indent, "", sentence);
    }
  }
}
