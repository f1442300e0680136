/* Writing a table without asking after every cell: the first error is kept. */
#include "analysis/parts.h"

Sheet sheet_open(const char *key, const char *title) {
  Sheet sheet = {0};
  sheet.error = DavyTableCreate(key, title, &sheet.table);
  return sheet;
}

void sheet_numbers(Sheet *s, const char *key, const char *label, const char *unit, int digits) {
  if (!s->error)
    s->error = DavyTableAddColumn(s->table, key, label, unit, DAVY_CELL_NUMBER, digits);
}

void sheet_integers(Sheet *s, const char *key, const char *label) {
  if (!s->error) s->error = DavyTableAddColumn(s->table, key, label, "1", DAVY_CELL_INTEGER, 0);
}

void sheet_texts(Sheet *s, const char *key, const char *label) {
  if (!s->error) s->error = DavyTableAddColumn(s->table, key, label, "1", DAVY_CELL_TEXT, 0);
}

void sheet_row(Sheet *s) {
  if (!s->error) s->error = DavyTableAddRow(s->table);
}

void sheet_set(Sheet *s, const char *key, double value) {
  if (!s->error) s->error = DavyTableSetNumber(s->table, key, value);
}

void sheet_set_integer(Sheet *s, const char *key, long long value) {
  if (!s->error) s->error = DavyTableSetInteger(s->table, key, value);
}

void sheet_set_text(Sheet *s, const char *key, const char *text) {
  if (!s->error && text) s->error = DavyTableSetText(s->table, key, text);
}

DavyError sheet_close(Sheet *s, DavyAnalysis *analysis) {
  if (s->error)
    DavyTableDestroy(&s->table);
  else
    analysis->tables[analysis->table_count++] = s->table;
  return s->error;
}
