/* A simulated cell's inputs and ledger, read back from the folder of davy run. */
#include "cli/simulated.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "davy/cite.h"
#include "davy/file.h"
#include "davy/yaml.h"

/* NULL if the folder has no such file; the caller frees it. */
static char *path_in(const char *folder, const char *name) {
  char *path = NULL;
  if (asprintf(&path, "%s/%s", folder, name) < 0) return NULL;
  if (access(path, R_OK) == 0) return path;
  free(path);
  return NULL;
}

static DavyError set_text(DavyTable *table, const char *column, DavyNode node) {
  const char *text = DavyNodeText(node);
  return text ? DavyTableSetText(table, column, text) : DAVY_OK;
}

/* A value with its kind and source; the source counts as used. */
static DavyError add_value(DavyTable *table, const char *name, DavyNode map) {
  DAVY_TRY(DavyTableAddRow(table));
  DAVY_TRY(DavyTableSetText(table, "name", name));
  DAVY_TRY(set_text(table, "value", DavyNodeGet(map, "value")));
  DAVY_TRY(set_text(table, "kind", DavyNodeGet(map, "kind")));
  DAVY_TRY(set_text(table, "source", DavyNodeGet(map, "source")));
  DAVY_TRY(set_text(table, "note", DavyNodeGet(map, "note")));
  const char *source = DavyNodeText(DavyNodeGet(map, "source"));
  if (source) DavyCite(source, name);
  return DAVY_OK;
}

/* Every leaf of the case as a row; its name is the way to it. */
static DavyError add_node(DavyTable *table, const char *name, DavyNode node) {
  DavyNodeKind kind = DavyNodeKindOf(node);
  if (kind == DAVY_NODE_TEXT) {
    DAVY_TRY(DavyTableAddRow(table));
    DAVY_TRY(DavyTableSetText(table, "name", name));
    return set_text(table, "value", node);
  }
  if (kind == DAVY_NODE_MAP && DavyNodeKindOf(DavyNodeGet(node, "value")) == DAVY_NODE_TEXT)
    return add_value(table, name, node);
  for (int i = 0; i < DavyNodeCount(node); i++) {
    char *inner = NULL;
    int made = kind == DAVY_NODE_MAP
                   ? asprintf(&inner, "%s%s%s", name, *name ? ", " : "", DavyNodeKey(node, i))
                   : asprintf(&inner, "%s, %d", name, i + 1);
    DAVY_CHECK(made >= 0, DAVY_ERR_MEMORY, "report: out of memory");
    for (char *c = inner; *c; c++)
      if (*c == '_') *c = ' ';
    DavyError error = add_node(table, inner, DavyNodeAt(node, i));
    free(inner);
    if (error) return error;
  }
  return DAVY_OK;
}

static DavyError make_inputs(DavyNode root, DavyTable **table) {
  static const char *const columns[][2] = {{"name", "Input"},
                                           {"value", "Value"},
                                           {"kind", "Kind"},
                                           {"source", "Source"},
                                           {"note", "Note"}};
  DAVY_TRY(DavyTableCreate("inputs", "Inputs of the simulation", table));
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    DAVY_TRY(DavyTableAddColumn(*table, columns[i][0], columns[i][1], NULL, DAVY_CELL_TEXT, 0));
  return add_node(*table, "", root);
}

/* davy run writes its warnings as comments into the resolved case. */
static void add_warnings(const DavyBytes *bytes, DavyReport *report) {
  static const char mark[] = "# Warning: ";
  const char *at = (const char *)bytes->data, *end = at + bytes->size;
  while (at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    size_t length = (size_t)((stop ? stop : end) - at), skip = sizeof mark - 1;
    if (length > skip && memcmp(at, mark, skip) == 0) {
      char *sentence = strndup(at + skip, length - skip);
      if (sentence && *sentence >= 'a' && *sentence <= 'z')
        *sentence = (char)(*sentence - 'a' + 'A');
      if (sentence) DavyReportWarning(report, sentence);
      free(sentence);
    }
    at += length + 1;
  }
}

static DavyError add_case(const char *path, DavyReport *report) {
  DavyBytes bytes;
  DavyYaml *document = NULL;
  DavyTable *table = NULL;
  char hash[65];
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = DavyYamlParse((const char *)bytes.data, bytes.size, path, &document);
  if (!error) error = make_inputs(DavyYamlRoot(document), &table);
  if (!error) {
    DavySha256(bytes.data, bytes.size, hash);
    add_warnings(&bytes, report);
    DavyReportFact(report, "Simulated", "by davy run; the inputs stand in a table of their own");
    DavyReportFact(report, "SHA-256 of case.yaml", hash);
    DavyReportTable(report, table);
  } else {
    DavyTableDestroy(&table);
  }
  DavyYamlDestroy(&document);
  DavyBytesClose(&bytes);
  return error;
}

static bool is_number(const char *text) {
  char *end = NULL;
  if (!text || !*text) return false;
  strtod(text, &end);
  return !*end;
}

/* A column is one of numbers if all its cells are numbers or null. */
static bool has_numbers(DavyNode rows, int column) {
  for (int i = 0; i < DavyNodeCount(rows); i++) {
    const char *text = DavyNodeText(DavyNodeAt(DavyNodeAt(rows, i), column));
    if (text && strcmp(text, "null") && !is_number(text)) return false;
  }
  return true;
}

enum { COLUMNS = 64, DIGITS = 6 }; /* of a table: a ledger has 13; shown */

/* A file of the folder that holds a table, and the table's key and title on the page. */
typedef struct {
  const char *name, *key, *title;
} TableFile;

static DavyError add_row(DavyTable *table, DavyNode columns, const bool *numbers, DavyNode row) {
  DAVY_TRY(DavyTableAddRow(table));
  for (int c = 0; c < DavyNodeCount(columns); c++) {
    const char *key = DavyNodeText(DavyNodeGet(DavyNodeAt(columns, c), "key"));
    const char *text = DavyNodeText(DavyNodeAt(row, c));
    if (!text || strcmp(text, "null") == 0) continue;
    DAVY_TRY(numbers[c] ? DavyTableSetNumber(table, key, strtod(text, NULL))
                        : DavyTableSetText(table, key, text));
  }
  return DAVY_OK;
}

/* A table as davy run wrote it: its JSON, which is YAML too. */
static DavyError make_table(DavyNode root, const char *path, const TableFile *file,
                            DavyTable **table) {
  bool numbers[COLUMNS];
  DavyNode columns = DavyNodeGet(root, "columns"), rows = DavyNodeGet(root, "rows");
  DavyNode notes = DavyNodeGet(root, "notes");
  DAVY_CHECK(DavyNodeCount(columns) > 0 && DavyNodeCount(columns) <= COLUMNS, DAVY_ERR_FORMAT,
             "%s: is no %s of davy run", path, file->key);
  DAVY_TRY(DavyTableCreate(file->key, file->title, table));
  for (int c = 0; c < DavyNodeCount(columns); c++) {
    DavyNode column = DavyNodeAt(columns, c);
    const char *key = DavyNodeText(DavyNodeGet(column, "key"));
    const char *label = DavyNodeText(DavyNodeGet(column, "label"));
    DAVY_CHECK(key && label, DAVY_ERR_FORMAT, "%s: column %d has no key or label", path, c + 1);
    numbers[c] = has_numbers(rows, c);
    DAVY_TRY(DavyTableAddColumn(*table, key, label, DavyNodeText(DavyNodeGet(column, "unit")),
                                numbers[c] ? DAVY_CELL_NUMBER : DAVY_CELL_TEXT, DIGITS));
  }
  for (int row = 0; row < DavyNodeCount(rows); row++)
    DAVY_TRY(add_row(*table, columns, numbers, DavyNodeAt(rows, row)));
  for (int i = 0; i < DavyNodeCount(notes); i++)
    if (DavyNodeText(DavyNodeAt(notes, i)))
      DAVY_TRY(DavyTableAddNote(*table, "%s", DavyNodeText(DavyNodeAt(notes, i))));
  return DAVY_OK;
}

static DavyError add_table(const char *path, const TableFile *file, DavyReport *report) {
  DavyYaml *document = NULL;
  DavyTable *table = NULL;
  DAVY_TRY(DavyYamlLoad(path, &document));
  DavyError error = make_table(DavyYamlRoot(document), path, file, &table);
  if (error)
    DavyTableDestroy(&table);
  else
    DavyReportTable(report, table);
  DavyYamlDestroy(&document);
  return error;
}

static DavyError add_view(const char *path, DavyReport *report) {
  DavyView *view = NULL;
  DAVY_TRY(DavyViewRead(path, &view));
  DavyReportView(report, view);
  return DAVY_OK;
}

DavyError simulated_add(const char *folder, DavyReport *report) {
  static const TableFile files[] = {{"ledger.json", "ledger", "Ledger"},
                                    {"morphology.json", "morphology", "Morphology"}};
  char *resolved = path_in(folder, "case.yaml"), *view = path_in(folder, "view.json");
  DavyError error = resolved ? add_case(resolved, report) : DAVY_OK;
  for (size_t i = 0; !error && i < sizeof files / sizeof *files; i++) {
    char *path = path_in(folder, files[i].name);
    if (path) error = add_table(path, &files[i], report);
    free(path);
  }
  if (!error && view) error = add_view(view, report);
  free(resolved);
  free(view);
  return error;
}
