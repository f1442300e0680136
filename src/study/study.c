/* The study file: a YAML schema, and the cells that it gives (docs/study_file.md). */
#include "davy/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/units.h"
#include "davy/yaml.h"

struct DavyStudy {
  DavyYaml *document; /* owns all texts */
  const char *title;
  DavyStudyCell *cells;
  size_t count;
};

static const char *const kinds[] = {"auto", "half", "full", "symmetric", NULL};
static const char *const firsts[] = {"auto", "charge", "discharge", NULL};
static const char *const signs[] = {"auto", "charge positive", "discharge positive", NULL};
static const char *const decimals[] = {"auto", ".", ",", NULL};

typedef struct {
  const char *material;
  double thickness; /* m */
} Coating;

static const DavyField coating_fields[] = {
    DAVY_TEXT(Coating, material, DAVY_REQUIRED, "what the substrate is coated with"),
    DAVY_QUANTITY(Coating, thickness, "m", 1e-10, 1e-3, DAVY_OPTIONAL, "of the coating"),
    DAVY_FIELDS_END};

/* How a file is to be read. */
typedef struct {
  const char *format, *member, *delimiter;
  int current, decimal;
  DavyNode columns;
} Reading;

static const DavyField reading_fields[] = {
    DAVY_TEXT(Reading, format, DAVY_OPTIONAL, "name of a reader"),
    DAVY_TEXT(Reading, member, DAVY_OPTIONAL, "member of a zip"),
    DAVY_TEXT(Reading, delimiter, DAVY_OPTIONAL, "one character, or tab"),
    DAVY_CHOICE(Reading, current, signs, DAVY_OPTIONAL, "sign of the current"),
    DAVY_CHOICE(Reading, decimal, decimals, DAVY_OPTIONAL, "decimal mark"),
    DAVY_NODE(Reading, columns, DAVY_OPTIONAL, "what the columns of a CSV file are"),
    DAVY_FIELDS_END};

typedef struct {
  const char *path;
  DavyNode reading;
} File;

static const DavyField file_fields[] = {
    DAVY_TEXT(File, path, DAVY_REQUIRED, "relative to the study file"),
    DAVY_NODE(File, reading, DAVY_OPTIONAL, "how this file is to be read"), DAVY_FIELDS_END};

typedef struct {
  const char *header, *unit;
} Header;

static const DavyField header_fields[] = {
    DAVY_TEXT(Header, header, DAVY_REQUIRED, "the header's text in the file"),
    DAVY_TEXT(Header, unit, DAVY_OPTIONAL, "the unit in the file"), DAVY_FIELDS_END};

/* A cell as it is written. `name` and `files` are its own; the rest may stand in `defaults`. */
typedef struct {
  const char *name, *group, *electrolyte;
  int kind, first, formation_cycles;
  double area, mass;
  Coating coating;
  DavyNode files, reading;
} Entry;

#define SHARED_FIELDS                                                                              \
  DAVY_TEXT(Entry, group, DAVY_OPTIONAL, "cells that are repeats of each other"),                  \
      DAVY_TEXT(Entry, electrolyte, DAVY_OPTIONAL, "for the page"),                                \
      DAVY_CHOICE(Entry, kind, kinds, DAVY_OPTIONAL, "kind of the cell"),                          \
      DAVY_CHOICE(Entry, first, firsts, DAVY_OPTIONAL, "what opens a cycle"),                      \
      DAVY_INTEGER(Entry, formation_cycles, 0, 100000, DAVY_OPTIONAL, "left out of the means"),    \
      DAVY_QUANTITY(Entry, area, "m2", 1e-18, 1e3, DAVY_OPTIONAL, "of the working electrode"),     \
      DAVY_QUANTITY(Entry, mass, "kg", 1e-12, 1e3, DAVY_OPTIONAL, "active, of that electrode"),    \
      DAVY_MAP(Entry, coating, coating_fields, DAVY_OPTIONAL, "of the substrate"),                 \
      DAVY_NODE(Entry, reading, DAVY_OPTIONAL, "how the files are to be read")

static const DavyField default_fields[] = {SHARED_FIELDS, DAVY_FIELDS_END};
static const DavyField cell_fields[] = {
    DAVY_TEXT(Entry, name, DAVY_REQUIRED, "of the cell"),
    DAVY_NODE(Entry, files, DAVY_REQUIRED, "its files, in the order of time"), SHARED_FIELDS,
    DAVY_FIELDS_END};

typedef struct {
  const char *title;
  DavyNode defaults, cells;
} Root;

static const DavyField root_fields[] = {
    DAVY_TEXT(Root, title, DAVY_OPTIONAL, "of the study"),
    DAVY_NODE(Root, defaults, DAVY_OPTIONAL, "keys that all cells share"),
    DAVY_NODE(Root, cells, DAVY_REQUIRED, "a list of cells"), DAVY_FIELDS_END};

static DavyError read_delimiter(DavyNode node, const char *text, char *delimiter) {
  bool one = text && strlen(text) == 1;
  if (text && !one && strcmp(text, "tab") != 0)
    return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "delimiter")), DAVY_ERR_VALUE,
                      "delimiter is \"%.20s\"; expected one character, or tab", text);
  *delimiter = !text ? 0 : one ? text[0] : '\t';
  return DAVY_OK;
}

/* "h" of a column with label "Test Time / s" must be a time. */
static DavyError check_unit(DavyNode node, DavyColumn column, const char *unit) {
  const char *slash = strstr(DavyColumnLabel(column), " / ");
  double scale, offset;
  if (!unit || !slash || !DavyUnitConversion(unit, slash + 3, &scale, &offset)) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "unit")), DAVY_ERR_UNIT,
                    "unit \"%.40s\" of the column %s; expected one that converts to %s", unit,
                    DavyColumnName(column), slash + 3);
}

static DavyError read_column(DavyNode columns, int i, DavyCsvColumn *out) {
  DavyNode node = DavyNodeAt(columns, i);
  const char *key = DavyNodeKey(columns, i), *names[DAVY_COLUMN_COUNT + 1] = {0};
  out->column = DavyColumnFind(key);
  if (out->column == DAVY_COLUMN_COUNT) {
    for (int c = 0; c < DAVY_COLUMN_COUNT; c++) names[c] = DavyColumnName((DavyColumn)c);
    const char *near = DavyNearestWord(key, names);
    return DavyFailAt(DavyNodePlace(DavyNodeKeyNode(columns, i)), DAVY_ERR_KEY,
                      "unknown column %.80s%s%s; expected a name of the Battery Data Format such "
                      "as test_time_second",
                      key, near ? "; did you mean " : "", near ? near : "");
  }
  Header header = {0};
  if (DavyNodeKindOf(node) == DAVY_NODE_TEXT)
    header.header = DavyNodeText(node);
  else
    DAVY_TRY(DavyYamlBind(node, header_fields, &header));
  DAVY_TRY(check_unit(node, out->column, header.unit));
  out->header = header.header;
  out->unit = header.unit;
  return DAVY_OK;
}

/* The map is made as soon as anything of a CSV is said; the file owns it. */
static DavyError read_csv_map(DavyNode node, const Reading *reading, DavyStudyFile *file) {
  bool said = reading->columns.index || reading->delimiter || reading->decimal;
  if (!said) return DAVY_OK;
  if (reading->columns.index && DavyNodeKindOf(reading->columns) != DAVY_NODE_MAP)
    return DavyFailAt(DavyNodePlace(reading->columns), DAVY_ERR_VALUE,
                      "columns is not a mapping; expected test_time_second: HEADER, and so on");
  size_t count = reading->columns.index ? (size_t)DavyNodeCount(reading->columns) : 0;
  DavyCsvMap *map = calloc(1, sizeof *map);
  DavyCsvColumn *columns = calloc(count + 1, sizeof *columns);
  if (map) *map = (DavyCsvMap){columns, count, 0, *decimals[reading->decimal]};
  if (map && !reading->decimal) map->decimal = 0;
  file->options.map = map;
  if (!map) free(columns);
  DAVY_CHECK(map && columns, DAVY_ERR_MEMORY, "out of memory for a study");
  for (size_t i = 0; i < count; i++) DAVY_TRY(read_column(reading->columns, (int)i, &columns[i]));
  return read_delimiter(node, reading->delimiter, &map->delimiter);
}

static DavyError read_reading(DavyNode node, DavyStudyFile *file) {
  if (!node.index) return DAVY_OK;
  Reading reading = {0};
  DAVY_TRY(DavyYamlBind(node, reading_fields, &reading));
  file->options.format = reading.format;
  file->options.member = reading.member;
  file->options.current_sign = (unsigned)reading.current;
  return read_csv_map(node, &reading, file);
}

/* The study file's folder in front of a relative path. */
static char *beside(const char *study_path, const char *path) {
  const char *slash = strrchr(study_path, '/');
  char *joined = NULL;
  if (path[0] == '/' || !slash) return strdup(path);
  return asprintf(&joined, "%.*s/%s", (int)(slash - study_path), study_path, path) < 0 ? NULL
                                                                                       : joined;
}

static DavyError read_file(DavyNode node, const Entry *entry, const char *study_path,
                           DavyStudyFile *file) {
  File written = {.reading = entry->reading};
  if (DavyNodeKindOf(node) == DAVY_NODE_TEXT)
    written.path = DavyNodeText(node);
  else
    DAVY_TRY(DavyYamlBind(node, file_fields, &written));
  if (!*written.path)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "an empty path; expected a file");
  file->path = beside(study_path, written.path);
  DAVY_CHECK(file->path, DAVY_ERR_MEMORY, "out of memory for a study");
  return read_reading(written.reading, file);
}

static DavyError read_files(const Entry *entry, const char *study_path, DavyStudyCell *cell) {
  bool one = DavyNodeKindOf(entry->files) == DAVY_NODE_TEXT;
  bool list = DavyNodeKindOf(entry->files) == DAVY_NODE_LIST;
  int count = one ? 1 : list ? DavyNodeCount(entry->files) : 0;
  if (count == 0)
    return DavyFailAt(DavyNodePlace(entry->files), DAVY_ERR_VALUE,
                      "files of cell %.80s; expected a path, or a list of paths", entry->name);
  DavyStudyFile *files = calloc((size_t)count, sizeof *files);
  DAVY_CHECK(files, DAVY_ERR_MEMORY, "out of memory for a study");
  cell->files = files;
  cell->file_count = (size_t)count;
  for (int i = 0; i < count; i++)
    DAVY_TRY(
        read_file(one ? entry->files : DavyNodeAt(entry->files, i), entry, study_path, &files[i]));
  return DAVY_OK;
}

static DavyError read_cell(DavyNode node, const Entry *defaults, const char *study_path,
                           DavyStudy *study) {
  Entry entry = *defaults;
  DAVY_TRY(DavyYamlBind(node, cell_fields, &entry));
  for (size_t i = 0; i < study->count; i++)
    if (strcmp(study->cells[i].info.name, entry.name) == 0)
      return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "name")), DAVY_ERR_VALUE,
                        "a second cell named %.80s; expected a name of its own", entry.name);
  DavyStudyCell *cell = &study->cells[study->count++];
  *cell = (DavyStudyCell){.info = {.name = entry.name,
                                   .kind = (DavyCellKind)entry.kind,
                                   .area = entry.area,
                                   .active_mass = entry.mass,
                                   .formation_cycles = entry.formation_cycles,
                                   .first = (DavyFirst)entry.first},
                          .group = entry.group,
                          .coating = entry.coating.material,
                          .coating_thickness = entry.coating.thickness,
                          .electrolyte = entry.electrolyte};
  return read_files(&entry, study_path, cell);
}

static DavyError read_study(const char *path, DavyStudy *study) {
  DAVY_TRY(DavyYamlLoad(path, &study->document));
  Root root = {0};
  DavyNode engine = DavyNodeGet(DavyYamlRoot(study->document), "engine");
  if (engine.index)
    return DavyFailAt(DavyNodePlace(engine), DAVY_ERR_KEY,
                      "engine: this is a case; expected a study (davy run simulates a case)");
  DAVY_TRY(DavyYamlBind(DavyYamlRoot(study->document), root_fields, &root));
  study->title = root.title;
  Entry defaults = {.area = NAN, .mass = NAN, .coating.thickness = NAN};
  if (root.defaults.index) DAVY_TRY(DavyYamlBind(root.defaults, default_fields, &defaults));
  int count = DavyNodeKindOf(root.cells) == DAVY_NODE_LIST ? DavyNodeCount(root.cells) : 0;
  if (count == 0)
    return DavyFailAt(DavyNodePlace(root.cells), DAVY_ERR_VALUE,
                      "cells holds no cell; expected a list, each with name and files");
  study->cells = calloc((size_t)count, sizeof *study->cells);
  DAVY_CHECK(study->cells, DAVY_ERR_MEMORY, "out of memory for a study of %d cells", count);
  for (int i = 0; i < count; i++)
    DAVY_TRY(read_cell(DavyNodeAt(root.cells, i), &defaults, path, study));
  return DAVY_OK;
}

DavyError DavyStudyLoad(const char *path, DavyStudy **study) {
  *study = calloc(1, sizeof **study);
  DAVY_CHECK(*study, DAVY_ERR_MEMORY, "out of memory for a study");
  DavyError error = read_study(path, *study);
  if (error) DavyStudyDestroy(study);
  return error;
}

void DavyStudyDestroy(DavyStudy **study) {
  DavyStudy *s = *study;
  if (!s) return;
  for (size_t i = 0; i < s->count; i++) {
    for (size_t k = 0; k < s->cells[i].file_count; k++) {
      const DavyStudyFile *file = &s->cells[i].files[k];
      if (file->options.map) free((void *)file->options.map->columns);
      free((void *)file->options.map);
      free((void *)file->path);
    }
    free((void *)s->cells[i].files);
  }
  free(s->cells);
  DavyYamlDestroy(&s->document);
  free(s);
  *study = NULL;
}

const char *DavyStudyTitle(const DavyStudy *study) {
  return study->title;
}

size_t DavyStudyCells(const DavyStudy *study) {
  return study->count;
}

const DavyStudyCell *DavyStudyCellAt(const DavyStudy *study, size_t i) {
  return i < study->count ? &study->cells[i] : NULL;
}

DavyError DavyStudyReadCell(const DavyStudyCell *cell, DavyRecord **record) {
  *record = NULL;
  DavyError error = DAVY_OK;
  for (size_t i = 0; !error && i < cell->file_count; i++) {
    DavyRecord *next = NULL;
    error = DavyRecordRead(cell->files[i].path, &cell->files[i].options, i ? &next : record);
    if (!error && i) error = DavyRecordAppend(*record, next);
    DavyRecordDestroy(&next);
  }
  if (error) DavyRecordDestroy(record);
  return error ? DavyErrorContext(error, "cell %s", cell->info.name) : DAVY_OK;
}
