/* Tables as CSV and JSON (every digit) and as HTML and text (digits as the column asks). */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/c_locale.h"
#include "core/table_parts.h"

static DavyError written(const DavyTable *table, FILE *file) {
  DAVY_CHECK(!ferror(file), DAVY_ERR_WRITE, "table %s cannot be written: %s", table->key,
             strerror(errno));
  return DAVY_OK;
}

static bool is_empty(const DavyTableColumn *column, size_t row) {
  return column->type == DAVY_CELL_TEXT ? !column->texts[row] : isnan(column->numbers[row]);
}

/* RFC 4180: fields with a comma, a quote or a line break are quoted. */
static void csv_text(FILE *file, const char *text) {
  if (!text[strcspn(text, ",\"\r\n")]) {
    fputs(text, file);
    return;
  }
  fputc('"', file);
  for (; *text; text++) {
    if (*text == '"') fputc('"', file);
    fputc(*text, file);
  }
  fputc('"', file);
}

static void csv_header(const DavyTableColumn *column, FILE *file) {
  char name[512];
  bool has_unit = column->unit && *column->unit;
  snprintf(name, sizeof name, "%s%s%s", column->label, has_unit ? " / " : "",
           has_unit ? column->unit : "");
  csv_text(file, name);
}

static void csv_cell(const DavyTableColumn *column, size_t row, FILE *file) {
  char number[32];
  if (is_empty(column, row)) return;
  if (column->type == DAVY_CELL_TEXT)
    csv_text(file, column->texts[row]);
  else
    fwrite(number, 1, DavyFormatDouble(column->numbers[row], number), file);
}

DavyError DavyTableWriteCsv(const DavyTable *table, FILE *file) {
  for (size_t i = 0; i < table->column_count; i++) {
    if (i) fputc(',', file);
    csv_header(&table->columns[i], file);
  }
  fputc('\n', file);
  for (size_t row = 0; row < table->rows; row++) {
    for (size_t i = 0; i < table->column_count; i++) {
      if (i) fputc(',', file);
      csv_cell(&table->columns[i], row, file);
    }
    fputc('\n', file);
  }
  return written(table, file);
}

static void json_member(FILE *file, const char *key, const char *text) {
  DavyJsonWriteText(file, key);
  fputc(':', file);
  if (text)
    DavyJsonWriteText(file, text);
  else
    fputs("null", file);
}

static void json_columns(const DavyTable *table, FILE *file) {
  fputs(",\n \"columns\":[", file);
  for (size_t i = 0; i < table->column_count; i++) {
    fputs(i ? ",\n  {" : "\n  {", file);
    json_member(file, "key", table->columns[i].key);
    fputc(',', file);
    json_member(file, "label", table->columns[i].label);
    fputc(',', file);
    json_member(file, "unit", table->columns[i].unit);
    fputc('}', file);
  }
  fputc(']', file);
}

static void json_rows(const DavyTable *table, FILE *file) {
  fputs(",\n \"rows\":[", file);
  for (size_t row = 0; row < table->rows; row++) {
    fputs(row ? ",\n  [" : "\n  [", file);
    for (size_t i = 0; i < table->column_count; i++) {
      const DavyTableColumn *column = &table->columns[i];
      if (i) fputc(',', file);
      if (is_empty(column, row))
        fputs("null", file);
      else if (column->type == DAVY_CELL_TEXT)
        DavyJsonWriteText(file, column->texts[row]);
      else
        DavyJsonWriteNumber(file, column->numbers[row]);
    }
    fputc(']', file);
  }
  fputc(']', file);
}

DavyError DavyTableWriteJson(const DavyTable *table, FILE *file) {
  fputc('{', file);
  json_member(file, "key", table->key);
  fputc(',', file);
  json_member(file, "title", table->title);
  json_columns(table, file);
  json_rows(table, file);
  fputs(",\n \"notes\":[", file);
  for (size_t i = 0; i < table->note_count; i++) {
    if (i) fputc(',', file);
    DavyJsonWriteText(file, table->notes[i]);
  }
  fputs("]}", file);
  return written(table, file);
}

/* For people: `digits` significant digits, trailing zeros kept since they are significant. Beyond
 * that many places before the point whole numbers are clearer than powers of ten. */
static void shown_number(double value, int digits, char text[48]) {
  if (digits <= 0 || value == 0 || !isfinite(value)) {
    DavyFormatDouble(value, text);
    return;
  }
  locale_t before = uselocale(DavyLocaleC());
  double magnitude = fabs(value);
  if (magnitude >= pow(10, digits) && magnitude < 1e7)
    snprintf(text, 48, "%.0f", value);
  else
    snprintf(text, 48, "%#.*g", digits < 17 ? digits : 17, value);
  uselocale(before);
  size_t length = strlen(text);
  if (length && text[length - 1] == '.') text[length - 1] = '\0';
}

/* The text of a cell as shown; `buffer` serves numbers. */
static const char *shown_cell(const DavyTableColumn *column, size_t row, char buffer[48]) {
  if (is_empty(column, row)) return "";
  if (column->type == DAVY_CELL_TEXT) return column->texts[row];
  shown_number(column->numbers[row], column->type == DAVY_CELL_INTEGER ? 0 : column->digits,
               buffer);
  return buffer;
}

static bool unit_is_shown(const DavyTableColumn *column) {
  return column->unit && *column->unit && strcmp(column->unit, "1") != 0;
}

static void html_row(const DavyTable *table, size_t row, FILE *file) {
  char buffer[48];
  fputs("<tr>", file);
  for (size_t i = 0; i < table->column_count; i++) {
    const DavyTableColumn *column = &table->columns[i];
    fputs(column->type == DAVY_CELL_TEXT ? "<td>" : "<td class=\"number\">", file);
    DavyHtmlWriteText(file, shown_cell(column, row, buffer));
    fputs("</td>", file);
  }
  fputs("</tr>\n", file);
}

DavyError DavyTableWriteHtml(const DavyTable *table, FILE *file) {
  fputs("<table data-key=\"", file);
  DavyHtmlWriteText(file, table->key);
  fputs("\">\n<caption>", file);
  DavyHtmlWriteText(file, table->title);
  fputs("</caption>\n<thead><tr>", file);
  for (size_t i = 0; i < table->column_count; i++) {
    const DavyTableColumn *column = &table->columns[i];
    fputs(column->type == DAVY_CELL_TEXT ? "<th scope=\"col\">"
                                         : "<th scope=\"col\" class=\"number\">",
          file);
    DavyHtmlWriteText(file, column->label);
    if (unit_is_shown(column)) {
      fputs(" <span class=\"unit\">", file);
      DavyHtmlWriteText(file, column->unit);
      fputs("</span>", file);
    }
    fputs("</th>", file);
  }
  fputs("</tr></thead>\n<tbody>\n", file);
  for (size_t row = 0; row < table->rows; row++) html_row(table, row, file);
  fputs("</tbody>\n</table>\n", file);
  for (size_t i = 0; i < table->note_count; i++) {
    fputs("<p class=\"note\">", file);
    DavyHtmlWriteText(file, table->notes[i]);
    fputs("</p>\n", file);
  }
  return written(table, file);
}

/* Characters, not bytes, of UTF-8: what a terminal shows of Latin, Greek and symbols. */
static size_t width_of(const char *text) {
  size_t width = 0;
  for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
  return width;
}

/* One line of a text table; blanks wait until something follows them. */
typedef struct {
  FILE *file;
  size_t pending;
} TextLine;

static void text_cell(TextLine *line, const char *text, size_t width, bool right) {
  size_t used = width_of(text), pad = used < width ? width - used : 0;
  if (right) line->pending += pad;
  if (used) {
    fprintf(line->file, "%*s%s", (int)line->pending, "", text);
    line->pending = 0;
  }
  if (!right) line->pending += pad;
  line->pending += 2;
}

/* Zero for a column without any value, which is then left out. */
static size_t column_width(const DavyTable *table, const DavyTableColumn *column) {
  char buffer[48];
  bool any = table->rows == 0;
  size_t width = width_of(column->label);
  if (unit_is_shown(column) && width_of(column->unit) > width) width = width_of(column->unit);
  for (size_t row = 0; row < table->rows; row++) {
    size_t w = width_of(shown_cell(column, row, buffer));
    any = any || w > 0;
    if (w > width) width = w;
  }
  return any ? width : 0;
}

enum { LABELS = -2, UNITS = -1 }; /* lines of the head; rows count from 0 */

static void text_line(const DavyTable *table, const size_t *widths, long long which, FILE *file) {
  char buffer[48];
  TextLine line = {file, 0};
  for (size_t i = 0; i < table->column_count; i++) {
    const DavyTableColumn *column = &table->columns[i];
    const char *text = which == LABELS  ? column->label
                       : which != UNITS ? shown_cell(column, (size_t)which, buffer)
                                        : (unit_is_shown(column) ? column->unit : "");
    if (widths[i]) text_cell(&line, text, widths[i], column->type != DAVY_CELL_TEXT);
  }
  fputc('\n', file);
}

DavyError DavyTableWriteText(const DavyTable *table, FILE *file) {
  size_t count = table->column_count, *widths = calloc(count + 1, sizeof *widths);
  DAVY_CHECK(widths, DAVY_ERR_MEMORY, "table %s: out of memory", table->key);
  bool any_unit = false;
  for (size_t i = 0; i < count; i++) {
    widths[i] = column_width(table, &table->columns[i]);
    any_unit = any_unit || (widths[i] && unit_is_shown(&table->columns[i]));
  }
  fprintf(file, "%s\n", table->title);
  text_line(table, widths, LABELS, file);
  if (any_unit) text_line(table, widths, UNITS, file);
  for (size_t row = 0; row < table->rows; row++) text_line(table, widths, (long long)row, file);
  for (size_t i = 0; i < table->note_count; i++) fprintf(file, "%s\n", table->notes[i]);
  free(widths);
  return written(table, file);
}
