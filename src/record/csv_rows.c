/* The rows: each cell goes straight from the text into its column. */
#include "record/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "davy/log.h"

enum {
  LINES_BETWEEN_LOOKS = 8192, /* lines between looks at Ctrl-C, the clock and read pages */
  LINES_NAMED = 5             /* unreadable lines named in the warning */
};

/* What one pass over the rows carries along. */
typedef struct {
  CsvFile *file;
  DavyRecord *record;
  const char *end;
  bool ends[256]; /* bytes that end a cell */
  size_t used;    /* columns up to the last one that is wanted */
  size_t line, row;
  CsvNesting nesting;
  int32_t *cycle, *step_id, *step_count, *step_type; /* of a nested report */
  size_t bad, bad_lines[LINES_NAMED];
  char bad_what[160];
  bool row_bad, row_filled;
  CsvText last_word; /* the step word before, and its type */
  DavyStepType last_type;
} Rows;

static DavyError bind_columns(Rows *rows, size_t room) {
  DavyRecord *record = rows->record;
  DAVY_TRY(DavyRecordReserve(record, room));
  bool ok = true;
  for (size_t c = 0; c < rows->file->count; c++) {
    CsvColumn *column = &rows->file->columns[c];
    int meaning = column->meaning.column;
    if (column->kind == CSV_SKIPPED) continue;
    if (meaning >= DAVY_COLUMN_COUNT)
      column->numbers = DavyRecordMakeExtra(record, column->name, column->label);
    else if (DavyColumnIsInteger((DavyColumn)meaning))
      column->integers = DavyRecordMakeIntegers(record, (DavyColumn)meaning);
    else
      column->numbers = DavyRecordMakeNumbers(record, (DavyColumn)meaning);
    ok = ok && (column->numbers || column->integers);
  }
  if (rows->file->layout.nested) {
    rows->cycle = DavyRecordMakeIntegers(record, DAVY_CYCLE_COUNT);
    rows->step_id = DavyRecordMakeIntegers(record, DAVY_STEP_ID);
    rows->step_count = DavyRecordMakeIntegers(record, DAVY_STEP_COUNT);
    rows->step_type = DavyRecordMakeIntegers(record, DAVY_STEP_TYPE);
    ok = ok && rows->cycle && rows->step_id && rows->step_count && rows->step_type;
  }
  DAVY_CHECK(ok, DAVY_ERR_MEMORY, "%s: out of memory for %zu rows", rows->file->name, room);
  return DAVY_OK;
}

/* Room for as many rows as the first lines let expect. */
static size_t expected_rows(CsvText text, const char *data) {
  enum { LOOK_AT = 200 };
  const char *at = data;
  CsvText line;
  size_t lines = 0;
  while (lines < LOOK_AT && at < text.end) {
    at = davy_csv_line(at, text.end, &line);
    lines++;
  }
  size_t bytes = (size_t)(at - data), all = (size_t)(text.end - data);
  return lines < LOOK_AT || !bytes
             ? lines + 1
             : (size_t)(1.02 * (double)lines / (double)bytes * (double)all) + 16;
}

static void put_none(CsvColumn *column, size_t row) {
  if (column->integers)
    column->integers[row] = DAVY_NO_INTEGER;
  else if (column->numbers)
    column->numbers[row] = NAN;
}

/* False where the column cannot hold it: infinite, or no whole number of 32 bits for a count. */
static bool put_number(CsvColumn *column, size_t row, double value) {
  CsvScale s = column->meaning.scale;
  if (s.multiply != 1) value *= s.multiply;
  if (s.divide != 1) value /= s.divide;
  if (s.add != 0) value += s.add;
  if (!column->integers) {
    column->numbers[row] = value;
    return !isinf(value);
  }
  bool fits = value > INT32_MIN && value <= INT32_MAX && value == (double)(int32_t)value;
  column->integers[row] = fits ? (int32_t)value : DAVY_NO_INTEGER;
  return fits || isnan(value);
}

static void note_bad_cell(Rows *rows, CsvColumn *column, CsvText cell) {
  put_none(column, rows->row);
  if (column->critical) {
    rows->row_bad = true;
    if (!rows->bad_what[0])
      snprintf(rows->bad_what, sizeof rows->bad_what, "line %zu has \"%.*s\" in column \"%.*s\"",
               rows->line, (int)(cell.end - cell.begin > 30 ? 30 : cell.end - cell.begin),
               cell.begin,
               (int)(column->header.end - column->header.begin > 40
                         ? 40
                         : column->header.end - column->header.begin),
               column->header.begin);
  } else if (column->bad++ == 0) {
    column->bad_line = rows->line;
  }
}

static void put_step_word(Rows *rows, CsvColumn *column, CsvText cell) {
  size_t length = (size_t)(cell.end - cell.begin);
  bool again = (size_t)(rows->last_word.end - rows->last_word.begin) == length &&
               memcmp(rows->last_word.begin, cell.begin, length) == 0;
  if (!again) rows->last_type = davy_csv_step_type(cell);
  rows->last_word = cell;
  column->integers[rows->row] = (int32_t)rows->last_type;
}

/* A cell whose text is known: all kinds, and what the quick path did not take. */
static void put_cell(Rows *rows, CsvColumn *column, CsvText cell) {
  double value;
  bool ok = false;
  cell = davy_csv_trim(cell);
  if (davy_csv_is_missing(cell)) {
    put_none(column, rows->row);
    return;
  }
  rows->row_filled = true;
  if (column->kind == CSV_STEP_WORD) {
    put_step_word(rows, column, cell);
    return;
  }
  if (column->kind == CSV_DATE) ok = davy_csv_date(cell, column->order, &value);
  if (column->kind == CSV_CLOCK) ok = davy_csv_clock(cell, &value);
  if (!ok && column->kind != CSV_DATE)
    ok = davy_parse_double(cell.begin, cell.end, rows->file->layout.decimal, &value) == cell.end;
  if (!ok || !put_number(column, rows->row, value)) note_bad_cell(rows, column, cell);
}

/* Where the cell at `at` ends; a quoted one may hold delimiters. */
static const char *cell_end(const Rows *rows, const char *at) {
  if (at < rows->end && *at == '"') {
    const char *c = at + 1;
    while (c < rows->end && *c != '"' && *c != '\n' && *c != '\r') c++;
    if (c < rows->end && *c == '"') at = c + 1;
  }
  while (at < rows->end && !rows->ends[(unsigned char)*at]) at++;
  return at;
}

static const char *read_cell(Rows *rows, CsvColumn *column, const char *at) {
  if (column->kind == CSV_NUMBER || column->kind == CSV_INTEGER) {
    double value;
    const char *after = davy_parse_double(at, rows->end, rows->file->layout.decimal, &value);
    if (after && (after == rows->end || rows->ends[(unsigned char)*after])) {
      rows->row_filled = true;
      if (!put_number(column, rows->row, value)) note_bad_cell(rows, column, (CsvText){at, after});
      return after;
    }
  }
  const char *after = cell_end(rows, at);
  if (column->kind != CSV_SKIPPED) put_cell(rows, column, (CsvText){at, after});
  return after;
}

static const char *skip_blanks(const Rows *rows, const char *at) {
  char delimiter = rows->file->layout.delimiter;
  while (at < rows->end && (*at == ' ' || (*at == '\t' && delimiter != '\t'))) at++;
  return at;
}

static bool at_line_end(const Rows *rows, const char *at) {
  return at >= rows->end || *at == '\n' || *at == '\r';
}

/* Reads one line into row `rows->row`; returns the start of the next. */
static const char *read_line(Rows *rows, const char *at) {
  CsvFile *file = rows->file;
  rows->row_bad = rows->row_filled = false;
  bool short_of_critical = false;
  size_t c = 0;
  for (; c < rows->used; c++) {
    if (c && !at_line_end(rows, at) && file->layout.delimiter != ' ')
      at++; /* the delimiter */
    else if (c && at_line_end(rows, at))
      break;
    at = skip_blanks(rows, at);
    if (file->layout.delimiter == ' ' && at_line_end(rows, at)) break;
    at = read_cell(rows, &file->columns[c], at);
  }
  for (; c < rows->used; c++) {
    put_none(&file->columns[c], rows->row);
    short_of_critical |= file->columns[c].critical;
  }
  if (short_of_critical && rows->row_filled) {
    rows->row_bad = true;
    if (!rows->bad_what[0])
      snprintf(rows->bad_what, sizeof rows->bad_what, "line %zu is too short", rows->line);
  }
  CsvText rest;
  return davy_csv_line(at, rows->end, &rest);
}

static void finish_row(Rows *rows) {
  if (!rows->row_filled) return;
  if (rows->row_bad) {
    if (rows->bad < LINES_NAMED) rows->bad_lines[rows->bad] = rows->line;
    rows->bad++;
    return;
  }
  if (rows->file->layout.nested) {
    rows->cycle[rows->row] = rows->nesting.cycle;
    rows->step_id[rows->row] = rows->nesting.id;
    rows->step_count[rows->row] = rows->nesting.count;
    rows->step_type[rows->row] = rows->nesting.type;
  }
  rows->row++;
}

static DavyError look_around(Rows *rows, DavyBytes *bytes, const char *at, DavyProgress *progress) {
  const char *start = (const char *)bytes->data;
  DavyProgressUpdate(progress, (double)(at - start) / 1e6, NULL);
  DavyBytesRelease(bytes, (size_t)(at - start));
  DAVY_CHECK(!DavyInterrupted(), DAVY_ERR_INTERRUPTED, "%s: interrupted", rows->file->name);
  return DAVY_OK;
}

static DavyError read_lines(Rows *rows, DavyBytes *bytes, CsvText text) {
  const CsvLayout *layout = &rows->file->layout;
  DavyProgress progress = DavyProgressStart("reading", "MB", (double)bytes->size / 1e6);
  DavyError error = DAVY_OK;
  size_t count = 0;
  for (const char *at = layout->data; at < text.end; rows->line++) {
    if (++count % LINES_BETWEEN_LOOKS == 0) DAVY_GUARD(look_around(rows, bytes, at, &progress));
    if (rows->row == DavyRecordRoom(rows->record))
      DAVY_GUARD(bind_columns(rows, rows->row + rows->row / 2 + 16));
    if (layout->nested) {
      CsvText line;
      const char *next = davy_csv_line(at, text.end, &line);
      if (davy_csv_outer_line(line, layout, &rows->nesting)) {
        at = next;
        continue;
      }
    }
    at = read_line(rows, at);
    finish_row(rows);
  }
done:
  DavyProgressEnd(&progress);
  return error;
}

static void warn_bad_lines(const Rows *rows) {
  char named[160] = "";
  size_t length = 0;
  for (size_t i = 0; i < rows->bad && i < LINES_NAMED; i++)
    length += (size_t)snprintf(named + length, sizeof named - length, "%s%zu", i ? ", " : "",
                               rows->bad_lines[i]);
  if (rows->bad)
    DavyRecordWarn(rows->record, "%zu lines could not be read and were left out (line %s%s): %s.",
                   rows->bad, named, rows->bad > LINES_NAMED ? ", ..." : "", rows->bad_what);
  for (size_t c = 0; c < rows->file->count; c++) {
    const CsvColumn *column = &rows->file->columns[c];
    if (column->bad && column->kind != CSV_SKIPPED)
      DavyRecordWarn(rows->record,
                     "Column \"%.*s\": %zu cells could not be read and are left empty (first: "
                     "line %zu).",
                     (int)(column->header.end - column->header.begin), column->header.begin,
                     column->bad, column->bad_line);
  }
}

static void prepare(Rows *rows) {
  char delimiter = rows->file->layout.delimiter;
  rows->ends[(unsigned char)delimiter] = rows->ends['\n'] = rows->ends['\r'] = true;
  if (delimiter == ' ') rows->ends['\t'] = true;
  for (size_t c = 0; c < rows->file->count; c++)
    if (rows->file->columns[c].kind != CSV_SKIPPED) rows->used = c + 1;
}

DavyError davy_csv_rows(DavyBytes *bytes, CsvText text, CsvFile *file, DavyRecord *record) {
  Rows rows = {.file = file,
               .record = record,
               .end = text.end,
               .line = file->layout.data_line,
               .last_word = {text.begin, text.begin}};
  if (file->layout.nested) rows.nesting = davy_csv_nesting(&file->layout);
  prepare(&rows);
  DAVY_TRY(bind_columns(&rows, expected_rows(text, file->layout.data)));
  DAVY_TRY(read_lines(&rows, bytes, text));
  if (rows.row < DavyRecordRoom(record)) /* what a line that was left out has put there */
    for (size_t c = 0; c < file->count; c++) put_none(&file->columns[c], rows.row);
  warn_bad_lines(&rows);
  DavyPlace place = {
      .file = file->name, .line = (int)file->layout.data_line, .column = 1, .byte = -1};
  if (!rows.row)
    return DavyFailAt(place, DAVY_ERR_FORMAT, "no line of data can be read: %s",
                      rows.bad_what[0] ? rows.bad_what : "all are empty");
  return DavyRecordSetRows(record, rows.row);
}
