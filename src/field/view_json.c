/* The view as JSON. Keys are as in struct DavyView; bytes are base64. JSON is read as the YAML that
 * it is, so that every error has its line and column. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base64.h"
#include "core/number.h"
#include "davy/file.h"
#include "davy/table.h"
#include "davy/yaml.h"
#include "field/parts.h"

static const char format[] = "davy view 1";

static void write_number(FILE *file, const char *key, double value) {
  fprintf(file, "\"%s\":", key);
  DavyJsonWriteNumber(file, value);
  fputc(',', file);
}

static void write_pair(FILE *file, const char *key, const double pair[2]) {
  fprintf(file, "\"%s\":[", key);
  DavyJsonWriteNumber(file, pair[0]);
  fputc(',', file);
  DavyJsonWriteNumber(file, pair[1]);
  fputs("],", file);
}

static void write_bytes(FILE *file, const char *key, const Bytes *bytes) {
  fprintf(file, "\"%s\":\"", key);
  davy_base64_write(file, bytes->data, bytes->size);
  fputc('"', file);
}

static void write_lines(FILE *file, const char *key, const Lines *lines) {
  fprintf(file, "\"%s\":[", key);
  for (size_t i = 0; i < lines->count; i++) {
    const Line *line = &lines->lines[i];
    fprintf(file, "%s{\"body\":%d,\"orphaned\":%s,", i ? ",\n " : "\n ", line->body,
            line->orphaned ? "true" : "false");
    write_bytes(file, "points", &line->steps);
    fputc('}', file);
  }
  fputc(']', file);
}

static void write_frame(FILE *file, const ViewFrame *frame) {
  fputc('{', file);
  write_number(file, "time", frame->time);
  write_number(file, "charge", frame->charge);
  write_number(file, "voltage", frame->voltage);
  write_number(file, "root", frame->trees.root);
  write_pair(file, "c_range", frame->trees.c);
  write_pair(file, "phi_range", frame->trees.phi);
  fprintf(file, "\"nodes\":%zu,\n ", frame->trees.nodes);
  write_bytes(file, "kinds", &frame->trees.kinds);
  fputs(",\n ", file);
  write_bytes(file, "c", &frame->trees.c_steps);
  fputs(",\n ", file);
  write_bytes(file, "phi", &frame->trees.phi_steps);
  fputs(",\n ", file);
  write_number(file, "unit", frame->lines.unit);
  write_lines(file, "front", &frame->lines);
  fputc('}', file);
}

DavyError DavyViewWriteJson(const DavyView *view, FILE *file) {
  fprintf(file, "{\"format\":\"%s\",\n\"title\":", format);
  DavyJsonWriteText(file, view->title);
  fputs(",\n", file);
  write_pair(file, "lower", view->box[0]);
  write_pair(file, "upper", view->box[1]);
  fputs("\n\"materials\":[", file);
  for (size_t i = 0; i < view->material_count; i++) {
    if (i) fputc(',', file);
    DavyJsonWriteText(file, view->materials[i]);
  }
  fputs("],\n", file);
  write_number(file, "unit", view->outline.unit);
  write_lines(file, "outline", &view->outline);
  fputs(",\n\"frames\":[", file);
  for (size_t i = 0; i < view->count; i++) {
    fputs(i ? ",\n" : "\n", file);
    write_frame(file, &view->frames[i]);
  }
  fputs("]}\n", file);
  DAVY_CHECK(!ferror(file), DAVY_ERR_WRITE, "a view cannot be written");
  return DAVY_OK;
}

DavyError DavyViewWrite(const DavyView *view, const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = DavyViewWriteJson(view, DavyOutputFile(output));
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

/* The value of a key; an error with the place of its map if there is none of that kind. */
static DavyError get(DavyNode map, const char *key, DavyNodeKind kind, DavyNode *value) {
  static const char *const kinds[] = {"nothing", "a value", "a list", "a map"};
  DAVY_TRY(DavyNodeExpect(map, DAVY_NODE_MAP));
  *value = DavyNodeGet(map, key);
  if (DavyNodeKindOf(*value) == kind) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(value->index ? *value : map), DAVY_ERR_FORMAT,
                    "%s is missing or wrong; expected %s", key, kinds[kind]);
}

static DavyError read_scalar(DavyNode node, const char *key, double *number) {
  const char *text = DavyNodeText(node), *end = text ? text + strlen(text) : NULL;
  if (text && davy_parse_double(text, end, '.', number) == end && isfinite(*number)) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_FORMAT, "%s is \"%.40s\"; expected a number", key,
                    text ? text : "");
}

static DavyError read_number(DavyNode map, const char *key, double *number) {
  DavyNode node;
  DAVY_TRY(get(map, key, DAVY_NODE_TEXT, &node));
  return read_scalar(node, key, number);
}

static DavyError read_whole(DavyNode map, const char *key, long long low, long long high,
                            long long *number) {
  DavyNode node;
  DAVY_TRY(get(map, key, DAVY_NODE_TEXT, &node));
  return DavyNodeInteger(node, low, high, number);
}

static DavyError read_pair(DavyNode map, const char *key, double pair[2]) {
  DavyNode list;
  DAVY_TRY(get(map, key, DAVY_NODE_LIST, &list));
  if (DavyNodeCount(list) != 2)
    return DavyFailAt(DavyNodePlace(list), DAVY_ERR_FORMAT, "%s has %d numbers; expected 2", key,
                      DavyNodeCount(list));
  DAVY_TRY(read_scalar(DavyNodeAt(list, 0), key, &pair[0]));
  return read_scalar(DavyNodeAt(list, 1), key, &pair[1]);
}

static DavyError read_text(DavyNode node, const char **text) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_TEXT));
  *text = DavyNodeText(node);
  return DAVY_OK;
}

static DavyError read_bytes(DavyNode map, const char *key, Bytes *bytes) {
  DavyNode node;
  DAVY_TRY(get(map, key, DAVY_NODE_TEXT, &node));
  const char *text = DavyNodeText(node);
  size_t size = davy_base64_size(text), room = 1;
  while (room < size) room *= 2; /* bytes_add counts on powers of two */
  bytes->data = malloc(room);
  DAVY_CHECK(bytes->data, DAVY_ERR_MEMORY, "out of memory for a view");
  bytes->size = size;
  if (davy_base64_read(text, bytes->data, size)) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_FORMAT, "%s is no base64", key);
}

static DavyError read_line(DavyNode map, int low, int high, Line *line) {
  long long body;
  DavyNode orphaned;
  DAVY_TRY(read_whole(map, "body", low, high, &body));
  line->body = (int)body;
  DAVY_TRY(get(map, "orphaned", DAVY_NODE_TEXT, &orphaned));
  DAVY_TRY(DavyNodeBool(orphaned, &line->orphaned));
  DAVY_TRY(read_bytes(map, "points", &line->steps));
  DavyError error = line_check(line);
  if (!error) return DAVY_OK;
  char reason[160];
  snprintf(reason, sizeof reason, "%s", DavyErrorMessage());
  return DavyFailAt(DavyNodePlace(map), error, "%s", reason);
}

static DavyError read_lines(DavyNode map, const char *key, int low, int high, Lines *lines) {
  DavyNode list;
  DAVY_TRY(read_number(map, "unit", &lines->unit));
  DAVY_TRY(get(map, key, DAVY_NODE_LIST, &list));
  if (!(lines->unit > 0))
    return DavyFailAt(DavyNodePlace(map), DAVY_ERR_FORMAT, "unit is %g; expected more than 0",
                      lines->unit);
  size_t count = (size_t)DavyNodeCount(list);
  lines->lines = calloc(count + 1, sizeof *lines->lines);
  DAVY_CHECK(lines->lines, DAVY_ERR_MEMORY, "out of memory for a view");
  for (; lines->count < count; lines->count++) {
    Line *line = &lines->lines[lines->count];
    DavyError error = read_line(DavyNodeAt(list, (int)lines->count), low, high, line);
    if (!error) continue;
    free(line->steps.data);
    return error;
  }
  return DAVY_OK;
}

static DavyError read_frame(DavyNode map, ViewFrame *frame) {
  long long nodes;
  DAVY_TRY(read_number(map, "time", &frame->time));
  DAVY_TRY(read_number(map, "charge", &frame->charge));
  DAVY_TRY(read_number(map, "voltage", &frame->voltage));
  DAVY_TRY(read_number(map, "root", &frame->trees.root));
  DAVY_TRY(read_pair(map, "c_range", frame->trees.c));
  DAVY_TRY(read_pair(map, "phi_range", frame->trees.phi));
  DAVY_TRY(read_whole(map, "nodes", 1, MOST_NODES, &nodes));
  frame->trees.nodes = (size_t)nodes;
  DAVY_TRY(read_bytes(map, "kinds", &frame->trees.kinds));
  DAVY_TRY(read_bytes(map, "c", &frame->trees.c_steps));
  DAVY_TRY(read_bytes(map, "phi", &frame->trees.phi_steps));
  return read_lines(map, "front", DAVY_NO_BODY, 1 << 30, &frame->lines);
}

/* Adds the frame and, so that all of it is known to be sound, unfolds it once. */
static DavyError add_frame(DavyView *view, DavyNode map) {
  ViewFrame frame = {0};
  DavyFrame *unfolded = NULL;
  DavyError error = read_frame(map, &frame);
  if (error) {
    view_frame_clear(&frame);
    return error;
  }
  error = view_add_frame(view, &frame);
  if (!error) error = DavyViewFrame(view, view->count - 1, &unfolded);
  DavyFrameDestroy(&unfolded);
  if (!error) return DAVY_OK;
  char reason[160];
  snprintf(reason, sizeof reason, "%s", DavyErrorMessage());
  return DavyFailAt(DavyNodePlace(map), DAVY_ERR_FORMAT, "%s", reason);
}

static DavyError read_head(DavyNode root, DavyView **view) {
  double lower[2], upper[2];
  const char *word, *title;
  DavyNode node;
  DAVY_TRY(get(root, "format", DAVY_NODE_TEXT, &node));
  DAVY_TRY(read_text(node, &word));
  if (strcmp(word, format))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_FORMAT, "format is \"%.40s\"; expected \"%s\"",
                      word, format);
  DAVY_TRY(get(root, "title", DAVY_NODE_TEXT, &node));
  DAVY_TRY(read_text(node, &title));
  DAVY_TRY(read_pair(root, "lower", lower));
  DAVY_TRY(read_pair(root, "upper", upper));
  return DavyViewCreate(title, lower, upper, view);
}

static DavyError read_view(DavyNode root, DavyView **view) {
  DavyNode list;
  DAVY_TRY(read_head(root, view));
  DAVY_TRY(get(root, "materials", DAVY_NODE_LIST, &list));
  for (int i = 0; i < DavyNodeCount(list); i++) {
    const char *name;
    DAVY_TRY(read_text(DavyNodeAt(list, i), &name));
    DAVY_TRY(view_add_material(*view, name));
  }
  DAVY_TRY(read_lines(root, "outline", 0, DavyNodeCount(list) - 1, &(*view)->outline));
  DAVY_TRY(get(root, "frames", DAVY_NODE_LIST, &list));
  for (int i = 0; i < DavyNodeCount(list); i++) DAVY_TRY(add_frame(*view, DavyNodeAt(list, i)));
  return DAVY_OK;
}

DavyError DavyViewParse(const char *text, size_t length, const char *name, DavyView **view) {
  DavyYaml *document = NULL;
  *view = NULL;
  DAVY_TRY(DavyYamlParse(text, length, name, &document));
  DavyError error = read_view(DavyYamlRoot(document), view);
  if (error) DavyViewDestroy(view);
  DavyYamlDestroy(&document);
  return error;
}

DavyError DavyViewRead(const char *path, DavyView **view) {
  DavyBytes bytes;
  *view = NULL;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = DavyViewParse((const char *)bytes.data, bytes.size, path, view);
  DavyBytesClose(&bytes);
  return error;
}
