/* Which column of the file becomes which column of the record, and in what form its values are. */
#include "record/csv.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/number.h"

enum { SAMPLE_LINES = 400 /* lines of data that show the form of the values */ };

bool davy_csv_is_missing(CsvText cell) {
  static const char *const words[] = {"", "-", "--", "n/a", "na", "#n/a", "nan", "null", "none"};
  size_t length = (size_t)(cell.end - cell.begin);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i]) == length && strncasecmp(words[i], cell.begin, length) == 0) return true;
  return false;
}

static bool is_number(CsvText cell, char decimal, double *value) {
  return cell.begin < cell.end &&
         davy_parse_double(cell.begin, cell.end, decimal, value) == cell.end;
}

/* The first value of each column, and of dates the first that tells the order of day and month. */
static void take_samples(CsvText text, CsvFile *file, CsvText *first) {
  const CsvLayout *layout = &file->layout;
  const char *at = layout->data;
  CsvText cells[CSV_MOST_COLUMNS], line;
  CsvNesting nesting = layout->nested ? davy_csv_nesting(layout) : (CsvNesting){0};
  for (size_t c = 0; c < file->count; c++) first[c] = (CsvText){text.end, text.end};
  for (size_t i = 0; i < SAMPLE_LINES && at < text.end; i++) {
    at = davy_csv_line(at, text.end, &line);
    if (layout->nested && davy_csv_outer_line(line, layout, &nesting)) continue;
    size_t count = davy_csv_split(line, layout->delimiter, cells, CSV_MOST_COLUMNS);
    for (size_t c = 0; c < count && c < file->count; c++) {
      bool ambiguous;
      if (first[c].begin == first[c].end && !davy_csv_is_missing(cells[c])) first[c] = cells[c];
      if (file->columns[c].order == CSV_ORDER_UNKNOWN)
        file->columns[c].order = davy_csv_date_order(cells[c], &ambiguous);
    }
  }
}

static CsvMeaning with_unit_line(CsvText header, CsvText unit) {
  char both[256];
  if (unit.end - unit.begin >= 2 && strchr("([", *unit.begin)) {
    unit.begin++;
    unit.end--;
  }
  int length = snprintf(both, sizeof both, "%.*s / %.*s", (int)(header.end - header.begin),
                        header.begin, (int)(unit.end - unit.begin), unit.begin);
  if (length < 0 || length >= (int)sizeof both) return davy_csv_meaning(header);
  return davy_csv_meaning((CsvText){both, both + length});
}

static void guess_meanings(CsvFile *file) {
  CsvText headers[CSV_MOST_COLUMNS], units[CSV_MOST_COLUMNS];
  const CsvLayout *layout = &file->layout;
  file->count = davy_csv_split(layout->header, layout->delimiter, headers, CSV_MOST_COLUMNS);
  size_t unit_count = 0;
  if (layout->units.begin < layout->units.end)
    unit_count = davy_csv_split(layout->units, layout->delimiter, units, CSV_MOST_COLUMNS);
  for (size_t c = 0; c < file->count; c++) {
    CsvColumn *column = &file->columns[c];
    *column = (CsvColumn){.header = headers[c], .meaning = davy_csv_meaning(headers[c])};
    bool unit_below = c < unit_count && units[c].begin < units[c].end;
    if (unit_below && !column->meaning.has_unit)
      column->meaning = with_unit_line(headers[c], units[c]);
  }
}

/* What a study file says goes before all guesses. */
static DavyError apply_map(const DavyCsvMap *map, CsvFile *file) {
  for (size_t m = 0; map && m < map->count; m++) {
    const DavyCsvColumn *entry = &map->columns[m];
    CsvColumn *column = NULL;
    for (size_t c = 0; c < file->count && !column; c++)
      if (davy_csv_equal(file->columns[c].header, entry->header)) column = &file->columns[c];
    DAVY_CHECK(column, DAVY_ERR_KEY, "%s:%zu: no column is headed \"%s\"", file->name,
               file->layout.header_line, entry->header);
    CsvMeaning meaning = {
        .column = (int)entry->column, .rank = -1, .has_unit = true, .scale = {1, 1, 0}};
    if (column->meaning.column == meaning.column) meaning.scale = column->meaning.scale;
    if (entry->unit) {
      CsvText unit = {entry->unit, entry->unit + strlen(entry->unit)};
      DAVY_CHECK(davy_csv_unit(unit, davy_csv_dimension(entry->column), &meaning.scale),
                 DAVY_ERR_UNIT, "%s: \"%s\" is no unit of the column %s", file->name, entry->unit,
                 DavyColumnLabel(entry->column));
    }
    column->meaning = meaning;
  }
  return DAVY_OK;
}

static CsvColumn *holder(CsvFile *file, int meaning) {
  for (size_t c = 0; c < file->count; c++)
    if (file->columns[c].meaning.column == meaning) return &file->columns[c];
  return NULL;
}

/* Where two headers mean the same column the better name keeps it; the other is an extra, but a
 * plain "Time" beside a total time is the time in the step. */
static void settle_conflicts(CsvFile *file) {
  for (size_t c = 0; c < file->count; c++) {
    CsvColumn *column = &file->columns[c], *other = holder(file, column->meaning.column);
    if (column->meaning.column == CSV_UNKNOWN || other == column) continue;
    CsvColumn *loser = column->meaning.rank < other->meaning.rank ? other : column;
    bool step_time = loser->meaning.column == DAVY_TEST_TIME && loser->meaning.rank == 3 &&
                     !holder(file, DAVY_STEP_TIME);
    loser->meaning.column = step_time ? (int)DAVY_STEP_TIME : CSV_UNKNOWN;
    if (!step_time) loser->meaning.scale = (CsvScale){1, 1, 0};
  }
}

/* Clock time as a number: seconds, milliseconds or microseconds since 1970, or days of 1900. */
static bool clock_scale(double value, CsvScale *scale) {
  static const double days_to_1970 = 25569; /* from 1899-12-30, day 0 of spreadsheets */
  *scale = (CsvScale){1, 1, 0};
  if (value > 1e8 && value < 1e11) return true;
  if (value >= 1e11 && value < 1e14) return scale->divide = 1e3, true;
  if (value >= 1e14 && value < 1e17) return scale->divide = 1e6, true;
  if (value > 2e4 && value < 8e4) {
    *scale = (CsvScale){86400, 1, -days_to_1970 * 86400};
    return true;
  }
  return false;
}

static void settle_time(CsvFile *file, CsvColumn *column, CsvText first) {
  double value;
  bool number = is_number(first, file->layout.decimal, &value);
  if (column->meaning.column != DAVY_UNIX_TIME) {
    column->kind = davy_csv_clock(first, &value) ? CSV_CLOCK : CSV_NUMBER;
    bool date = !number && davy_csv_date(first, column->order, &value);
    if (!date) return;
    column->meaning.column = holder(file, DAVY_UNIX_TIME) ? CSV_UNKNOWN : (int)DAVY_UNIX_TIME;
  }
  column->kind = number ? CSV_NUMBER : CSV_DATE;
  if (column->meaning.exact) return;
  if (number && !clock_scale(value, &column->meaning.scale)) column->meaning.column = CSV_UNKNOWN;
  if (!number && !davy_csv_date(first, column->order, &value)) column->meaning.column = CSV_UNKNOWN;
}

/* "Aux dT/dt (C/s)" becomes "aux_dt_dt_c_s". */
static void machine_name(CsvText header, char *name, size_t room) {
  size_t length = 0;
  for (const char *c = header.begin; c < header.end && length + 4 < room; c++) {
    bool word = isalnum((unsigned char)*c) != 0;
    if (word)
      name[length++] = (char)tolower((unsigned char)*c);
    else if (length && name[length - 1] != '_')
      name[length++] = '_';
  }
  while (length && name[length - 1] == '_') length--;
  if (!length) length = (size_t)snprintf(name, room, "column");
  name[length] = '\0';
}

/* The header as it is meant: a quote inside a quoted one is written twice. */
static void plain_label(CsvText header, char *label, size_t room) {
  size_t length = 0;
  for (const char *c = header.begin; c < header.end && length + 1 < room; c++) {
    if (*c == '"' && c + 1 < header.end && c[1] == '"') c++;
    label[length++] = *c;
  }
  label[length] = '\0';
}

static bool name_is_taken(const CsvFile *file, size_t before, const char *name) {
  for (size_t c = 0; c < before; c++)
    if (file->columns[c].kind != CSV_SKIPPED && strcmp(file->columns[c].name, name) == 0)
      return true;
  return false;
}

static void name_extra(CsvFile *file, size_t c) {
  CsvColumn *column = &file->columns[c];
  bool density = column->meaning.column == CSV_DENSITY && column->meaning.has_unit;
  if (density) {
    strcpy(column->name, "current_density_ampere_per_square_metre");
    strcpy(column->label, "Current Density / A m^-2");
  } else {
    machine_name(column->header, column->name, sizeof column->name);
    plain_label(column->header, column->label, sizeof column->label);
  }
  size_t length = strlen(column->name);
  for (int i = 2; i < 100 && name_is_taken(file, c, column->name); i++)
    snprintf(column->name + length, sizeof column->name - length, "_%d", i);
}

/* A column of row numbers that a data frame left, or the end of lines that end with a delimiter. */
static bool is_nameless(CsvText header) {
  static const char frame[] = "Unnamed: ";
  size_t length = (size_t)(header.end - header.begin);
  return !length ||
         (length >= sizeof frame - 1 && memcmp(header.begin, frame, sizeof frame - 1) == 0);
}

static void settle_kind(CsvFile *file, size_t c, CsvText first) {
  CsvColumn *column = &file->columns[c];
  double value;
  int meaning = column->meaning.column;
  bool time = meaning == DAVY_TEST_TIME || meaning == DAVY_STEP_TIME || meaning == DAVY_UNIX_TIME;
  bool number = is_number(first, file->layout.decimal, &value);
  column->kind = CSV_NUMBER;
  if (time) settle_time(file, column, first);
  meaning = column->meaning.column;
  if (meaning == DAVY_STEP_TYPE && number) { /* a code of the instrument's own */
    column->meaning.column = meaning = CSV_UNKNOWN;
    column->meaning.has_unit = false;
  }
  if (meaning == DAVY_STEP_TYPE)
    column->kind = CSV_STEP_WORD;
  else if (meaning < DAVY_COLUMN_COUNT && DavyColumnIsInteger((DavyColumn)meaning))
    column->kind = CSV_INTEGER;
  else if (meaning >= DAVY_COLUMN_COUNT)
    column->kind = number && !is_nameless(column->header) ? CSV_NUMBER : CSV_SKIPPED;
  if (meaning >= DAVY_COLUMN_COUNT && column->kind != CSV_SKIPPED) name_extra(file, c);
  column->critical =
      meaning == DAVY_TEST_TIME || meaning == DAVY_VOLTAGE || meaning == DAVY_CURRENT;
}

/* Sentences that grow by one quoted name after the other. */
typedef struct {
  char text[600];
  size_t length, count;
} Names;

static void add_name(Names *names, CsvText name) {
  int size = (int)(name.end - name.begin);
  names->count++;
  if (size > 60) size = 60;
  if (names->length + (size_t)size + 8 > sizeof names->text) return;
  names->length += (size_t)snprintf(names->text + names->length, sizeof names->text - names->length,
                                    "%s\"%.*s\"", names->length ? ", " : "", size, name.begin);
}

static bool needs_unit(const CsvColumn *column) {
  int meaning = column->meaning.column;
  if (meaning >= DAVY_COLUMN_COUNT || column->meaning.has_unit) return false;
  return column->kind == CSV_NUMBER && davy_csv_dimension((DavyColumn)meaning) != CSV_PURE &&
         meaning != DAVY_UNIX_TIME;
}

static void warn_columns(const CsvFile *file, DavyRecord *record) {
  Names unitless = {0}, unknown = {0}, bad_units = {0};
  for (size_t c = 0; c < file->count; c++) {
    const CsvColumn *column = &file->columns[c];
    bool extra = column->meaning.column >= DAVY_COLUMN_COUNT && column->kind == CSV_NUMBER;
    if (needs_unit(column)) add_name(&unitless, column->header);
    if (column->meaning.bad_unit)
      add_name(&bad_units, column->header);
    else if (column->meaning.column == CSV_DENSITY && column->meaning.has_unit)
      DavyRecordWarn(record,
                     "Column \"%.*s\" is a current density and is kept as an extra column in A/m2; "
                     "current in A needs the electrode area.",
                     (int)(column->header.end - column->header.begin), column->header.begin);
    else if (extra)
      add_name(&unknown, column->header);
  }
  if (unitless.count)
    DavyRecordWarn(record, "No unit in the header: s, V, A, Ah, Wh or degC are taken for %s.",
                   unitless.text);
  if (bad_units.count)
    DavyRecordWarn(record, "Unknown unit, so the column is kept as it is under its own name: %s.",
                   bad_units.text);
  if (unknown.count)
    DavyRecordWarn(record, "Columns that BDF does not name are kept as they are: %s.",
                   unknown.text);
}

static void warn_missing(CsvFile *file, DavyRecord *record) {
  bool time = holder(file, DAVY_TEST_TIME) || holder(file, DAVY_UNIX_TIME) ||
              holder(file, DAVY_STEP_TIME),
       voltage = holder(file, DAVY_VOLTAGE), current = holder(file, DAVY_CURRENT);
  if (time && voltage && current) return;
  DavyRecordWarn(record, "No column is recognised as %s%s%s%s%s.", time ? "" : "time",
                 !time && (!voltage || !current) ? ", " : "", voltage ? "" : "voltage",
                 !voltage && !current ? ", " : "", current ? "" : "current");
}

static void warn_dates(const CsvFile *file, CsvText const *first, DavyRecord *record) {
  for (size_t c = 0; c < file->count; c++) {
    bool ambiguous;
    if (file->columns[c].kind != CSV_DATE || file->columns[c].order != CSV_ORDER_UNKNOWN) continue;
    davy_csv_date_order(first[c], &ambiguous);
    if (ambiguous)
      DavyRecordWarn(
          record, "Whether day or month comes first in dates like \"%.*s\" cannot be told: %s.",
          (int)(first[c].end - first[c].begin), first[c].begin,
          memchr(first[c].begin, '/', 4) ? "month first is taken" : "day first is taken");
  }
}

static DavyError state_layout(const CsvFile *file, DavyRecord *record) {
  const CsvLayout *layout = &file->layout;
  char delimiter[8];
  snprintf(delimiter, sizeof delimiter, layout->delimiter == '\t' ? "tab" : "'%c'",
           layout->delimiter);
  DAVY_TRY(DavyRecordSetInfo(record, "text_layout",
                             "delimiter %s, decimal sign '%c', header on line %zu, data from line "
                             "%zu%s",
                             layout->delimiter == ' ' ? "blanks" : delimiter, layout->decimal,
                             layout->header_line, layout->data_line,
                             layout->nested ? ", nested cycle, step and record lines" : ""));
  Names read = {0};
  for (size_t c = 0; c < file->count; c++)
    if (file->columns[c].meaning.column < DAVY_COLUMN_COUNT)
      add_name(&read, file->columns[c].header);
  return DavyRecordSetInfo(record, "columns_read", "%s", read.text);
}

DavyError davy_csv_columns(CsvText text, const DavyCsvMap *map, CsvFile *file, DavyRecord *record) {
  CsvText first[CSV_MOST_COLUMNS];
  guess_meanings(file);
  DAVY_TRY(apply_map(map, file));
  settle_conflicts(file);
  take_samples(text, file, first);
  for (size_t c = 0; c < file->count; c++) settle_kind(file, c, first[c]);
  warn_columns(file, record);
  warn_missing(file, record);
  warn_dates(file, first, record);
  return state_layout(file, record);
}
