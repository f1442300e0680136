/* Tables with units: storage. Columns are arrays; a cell without a value is NaN or NULL. */
#include "davy/table.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/table_parts.h"

static DavyError no_memory(const DavyTable *table) {
  return DavyFail(DAVY_ERR_MEMORY, "table %s: out of memory",
                  table && table->key ? table->key : "");
}

DavyError DavyTableCreate(const char *key, const char *title, DavyTable **table) {
  DavyTable *t = *table = calloc(1, sizeof *t);
  if (!t) return no_memory(NULL);
  t->key = strdup(key);
  t->title = strdup(title);
  if (t->key && t->title) return DAVY_OK;
  DavyTableDestroy(table);
  return no_memory(NULL);
}

static void column_free(const DavyTable *table, DavyTableColumn *column) {
  free(column->key);
  free(column->label);
  free(column->unit);
  free(column->numbers);
  for (size_t row = 0; column->texts && row < table->rows; row++) free(column->texts[row]);
  free(column->texts);
}

void DavyTableDestroy(DavyTable **table) {
  DavyTable *t = *table;
  if (!t) return;
  for (size_t i = 0; i < t->column_count; i++) column_free(t, &t->columns[i]);
  for (size_t i = 0; i < t->note_count; i++) free(t->notes[i]);
  free(t->columns);
  free(t->notes);
  free(t->key);
  free(t->title);
  free(t);
  *table = NULL;
}

static bool reserve_rows(DavyTableColumn *column, size_t room) {
  if (column->type == DAVY_CELL_TEXT) {
    char **texts = realloc(column->texts, room * sizeof *texts);
    if (texts) column->texts = texts;
    return texts != NULL;
  }
  double *numbers = realloc(column->numbers, room * sizeof *numbers);
  if (numbers) column->numbers = numbers;
  return numbers != NULL;
}

static void empty_cell(DavyTableColumn *column, size_t row) {
  if (column->type == DAVY_CELL_TEXT)
    column->texts[row] = NULL;
  else
    column->numbers[row] = NAN;
}

DavyError DavyTableAddColumn(DavyTable *table, const char *key, const char *label, const char *unit,
                             DavyCellType type, int digits) {
  DavyTableColumn *columns =
      realloc(table->columns, (table->column_count + 1) * sizeof *table->columns);
  if (!columns) return no_memory(table);
  table->columns = columns;
  DavyTableColumn *column = &columns[table->column_count];
  *column = (DavyTableColumn){.key = strdup(key),
                              .label = strdup(label),
                              .unit = unit ? strdup(unit) : NULL,
                              .type = type,
                              .digits = digits};
  bool made = column->key && column->label && (!unit || column->unit) &&
              (!table->room || reserve_rows(column, table->room));
  for (size_t row = 0; made && row < table->rows; row++) empty_cell(column, row);
  if (!made) {
    column_free(table, column);
    return no_memory(table);
  }
  table->column_count++;
  return DAVY_OK;
}

DavyError DavyTableAddNote(DavyTable *table, const char *format, ...) {
  char **notes = realloc(table->notes, (table->note_count + 1) * sizeof *notes);
  if (!notes) return no_memory(table);
  table->notes = notes;
  va_list args;
  va_start(args, format);
  int length = vasprintf(&notes[table->note_count], format, args);
  va_end(args);
  if (length < 0) return no_memory(table);
  table->note_count++;
  return DAVY_OK;
}

DavyError DavyTableAddRow(DavyTable *table) {
  if (table->rows == table->room) {
    size_t room = table->room ? 2 * table->room : 16;
    for (size_t i = 0; i < table->column_count; i++)
      if (!reserve_rows(&table->columns[i], room)) return no_memory(table);
    table->room = room;
  }
  for (size_t i = 0; i < table->column_count; i++) empty_cell(&table->columns[i], table->rows);
  table->rows++;
  return DAVY_OK;
}

/* Copies the cells of the head's last row from the same row of `table`. */
static DavyError copy_row(const DavyTable *table, DavyTable *head) {
  size_t row = head->rows - 1;
  for (size_t i = 0; i < table->column_count; i++) {
    const DavyTableColumn *from = &table->columns[i];
    DavyTableColumn *to = &head->columns[i];
    if (from->type != DAVY_CELL_TEXT)
      to->numbers[row] = from->numbers[row];
    else if (from->texts[row] && !(to->texts[row] = strdup(from->texts[row])))
      return no_memory(table);
  }
  return DAVY_OK;
}

DavyError DavyTableHead(const DavyTable *table, size_t rows, DavyTable **head) {
  DAVY_TRY(DavyTableCreate(table->key, table->title, head));
  DavyError error = DAVY_OK;
  for (size_t i = 0; !error && i < table->column_count; i++) {
    const DavyTableColumn *c = &table->columns[i];
    error = DavyTableAddColumn(*head, c->key, c->label, c->unit, c->type, c->digits);
  }
  for (size_t row = 0; !error && row < rows && row < table->rows; row++) {
    error = DavyTableAddRow(*head);
    if (!error) error = copy_row(table, *head);
  }
  for (size_t i = 0; !error && i < table->note_count; i++)
    error = DavyTableAddNote(*head, "%s", table->notes[i]);
  if (error) DavyTableDestroy(head);
  return error;
}

int DavyTableFind(const DavyTable *table, const char *key) {
  for (size_t i = 0; i < table->column_count; i++)
    if (strcmp(table->columns[i].key, key) == 0) return (int)i;
  return -1;
}

/* The column that a cell of `type` goes to; NULL with the message set if there is none. */
static DavyTableColumn *column_for(DavyTable *table, const char *key, DavyCellType type) {
  int i = DavyTableFind(table, key);
  bool fits = i >= 0 && table->rows > 0 && table->columns[i].type == type;
  assert(fits && "no such column, another type, or no row yet");
  if (fits) return &table->columns[i];
  DavyFail(DAVY_ERR_LOOKUP, "table %s: %s %s", table->key,
           i < 0              ? "no column"
           : table->rows == 0 ? "no row yet for column"
                              : "another type than that of column",
           key);
  return NULL;
}

DavyError DavyTableSetNumber(DavyTable *table, const char *key, double value) {
  DavyTableColumn *column = column_for(table, key, DAVY_CELL_NUMBER);
  if (!column) return DAVY_ERR_LOOKUP;
  column->numbers[table->rows - 1] = value;
  return DAVY_OK;
}

DavyError DavyTableSetInteger(DavyTable *table, const char *key, long long value) {
  DavyTableColumn *column = column_for(table, key, DAVY_CELL_INTEGER);
  if (!column) return DAVY_ERR_LOOKUP;
  column->numbers[table->rows - 1] = (double)value;
  return DAVY_OK;
}

DavyError DavyTableSetText(DavyTable *table, const char *key, const char *value) {
  DavyTableColumn *column = column_for(table, key, DAVY_CELL_TEXT);
  if (!column) return DAVY_ERR_LOOKUP;
  char *copy = value ? strdup(value) : NULL;
  if (value && !copy) return no_memory(table);
  free(column->texts[table->rows - 1]);
  column->texts[table->rows - 1] = copy;
  return DAVY_OK;
}

size_t DavyTableRows(const DavyTable *table) {
  return table->rows;
}
size_t DavyTableColumns(const DavyTable *table) {
  return table->column_count;
}
const char *DavyTableKey(const DavyTable *table) {
  return table->key;
}
const char *DavyTableTitle(const DavyTable *table) {
  return table->title;
}
const char *DavyTableColumnLabel(const DavyTable *table, size_t column) {
  return column < table->column_count ? table->columns[column].label : NULL;
}
const char *DavyTableColumnUnit(const DavyTable *table, size_t column) {
  return column < table->column_count ? table->columns[column].unit : NULL;
}

double DavyTableNumber(const DavyTable *table, size_t row, size_t column) {
  if (row >= table->rows || column >= table->column_count) return NAN;
  return table->columns[column].numbers ? table->columns[column].numbers[row] : NAN;
}

const char *DavyTableText(const DavyTable *table, size_t row, size_t column) {
  if (row >= table->rows || column >= table->column_count) return NULL;
  return table->columns[column].texts ? table->columns[column].texts[row] : NULL;
}
