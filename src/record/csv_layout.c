/* Where the table stands in a text: delimiter, decimal sign, header, and the first line of data.
 *
 * Each of the leading lines is tried as a header with each delimiter; the one that names most
 * columns wins, time, voltage and current counting most. */
#include "record/csv.h"

#include <ctype.h>
#include <string.h>

#include "core/number.h"

enum {
  MOST_HEADER_LINES = 400, /* lines of metadata before the header that are searched */
  SAMPLE_LINES = 200,      /* lines of data that decide the decimal sign */
  KEY_SCORE = 10           /* what time, voltage and current count more than other names */
};

static const char delimiters[] = ",;\t| ";

const char *davy_csv_line(const char *at, const char *end, CsvText *line) {
  line->begin = at;
  while (at < end && *at != '\n' && *at != '\r') at++;
  line->end = at;
  if (at < end && *at == '\r') at++;
  if (at < end && *at == '\n' && (at == line->end || at[-1] == '\r')) at++;
  return at;
}

static const char *field_end(const char *at, const char *end, char delimiter) {
  while (at < end && *at == ' ') at++;
  if (at < end && *at == '"') {
    const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
    while (close && close + 1 < end && close[1] == '"')
      close = close + 2 < end ? memchr(close + 2, '"', (size_t)(end - close - 2)) : NULL;
    if (close) at = close + 1;
  }
  const char *found = at < end ? memchr(at, delimiter, (size_t)(end - at)) : NULL;
  return found ? found : end;
}

static size_t split_blanks(CsvText line, CsvText *fields, size_t most) {
  size_t count = 0;
  const char *at = line.begin;
  for (;;) {
    while (at < line.end && (*at == ' ' || *at == '\t')) at++;
    if (at >= line.end || count == most) return count;
    const char *begin = at;
    while (at < line.end && *at != ' ' && *at != '\t') at++;
    fields[count++] = (CsvText){begin, at};
  }
}

size_t davy_csv_split(CsvText line, char delimiter, CsvText *fields, size_t most) {
  if (delimiter == ' ') return split_blanks(line, fields, most);
  size_t count = 0;
  for (const char *at = line.begin;; at++) {
    const char *end = field_end(at, line.end, delimiter);
    fields[count++] = davy_csv_trim((CsvText){at, end});
    at = end;
    if (at >= line.end || count == most) return count;
  }
}

static bool is_blank(CsvText line) {
  for (const char *c = line.begin; c < line.end; c++)
    if (!isspace((unsigned char)*c)) return false;
  return true;
}

/* Is it something that a cell of data may hold: a number, a time, or nothing? */
static bool is_value(CsvText cell) {
  double value;
  if (cell.begin == cell.end) return true;
  const char *after = davy_parse_double(cell.begin, cell.end, '.', &value);
  if (after && after < cell.end && *after == ',')
    after = davy_parse_double(cell.begin, cell.end, ',', &value);
  if (!after) return false;
  return after == cell.end || davy_csv_clock(cell, &value) ||
         davy_csv_date(cell, CSV_ORDER_UNKNOWN, &value) || strchr(",'", *after);
}

static bool is_key(int column) {
  return column == DAVY_TEST_TIME || column == DAVY_UNIX_TIME || column == DAVY_VOLTAGE ||
         column == DAVY_CURRENT;
}

/* How well a line serves as header; 0: not at all. */
static int header_score(const CsvText *fields, size_t count) {
  bool seen[DAVY_COLUMN_COUNT + 2] = {false};
  int score = 0, known = 0;
  for (size_t i = 0; i < count; i++) {
    double value;
    if (davy_parse_double(fields[i].begin, fields[i].end, '.', &value) == fields[i].end &&
        fields[i].begin < fields[i].end)
      return 0; /* headers are no numbers */
    int column = davy_csv_meaning(fields[i]).column;
    if (column == CSV_UNKNOWN || seen[column]) continue;
    seen[column] = true;
    known++;
    score += is_key(column) ? KEY_SCORE : 1;
  }
  return known >= 2 ? score : 0;
}

static bool has_all_mapped(const CsvText *fields, size_t count, const DavyCsvMap *map) {
  for (size_t m = 0; m < map->count; m++) {
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
      found = davy_csv_equal(fields[i], map->columns[m].header);
    if (!found) return false;
  }
  return map->count > 0;
}

/* Does the line look like data under a header of `count` fields? */
static bool looks_like_data(CsvText line, char delimiter, size_t count) {
  CsvText cells[CSV_MOST_COLUMNS];
  size_t found = davy_csv_split(line, delimiter, cells, CSV_MOST_COLUMNS), values = 0, filled = 0;
  for (size_t i = 0; i < found; i++) {
    filled += cells[i].begin < cells[i].end;
    values += cells[i].begin < cells[i].end && is_value(cells[i]);
  }
  return values >= 1 && found + 1 >= count / 2 && (2 * values >= filled || values >= 3);
}

static bool looks_like_units(CsvText line, char delimiter) {
  CsvText cells[CSV_MOST_COLUMNS];
  size_t found = davy_csv_split(line, delimiter, cells, CSV_MOST_COLUMNS), units = 0, filled = 0;
  for (size_t i = 0; i < found; i++) {
    CsvText cell = cells[i];
    if (cell.end - cell.begin >= 2 && strchr("([", *cell.begin)) {
      cell.begin++;
      cell.end--;
    }
    double value;
    if (davy_parse_double(cell.begin, cell.end, '.', &value)) return false;
    filled += cell.begin < cell.end;
    units += cell.begin < cell.end && davy_csv_is_unit(cell);
  }
  return units >= 2 && 2 * units >= filled;
}

/* The next line that is not blank. */
static const char *next_filled(const char *at, const char *end, CsvText *line, size_t *number) {
  do {
    at = davy_csv_line(at, end, line);
    (*number)++;
  } while (at < end && is_blank(*line));
  return at;
}

/* The lines under the header: units or not, then data. False if no data follow. */
static bool find_data(CsvText text, const char *after, size_t count, CsvLayout *layout) {
  CsvText line;
  size_t number = layout->header_line;
  const char *next = next_filled(after, text.end, &line, &number);
  layout->units = (CsvText){after, after};
  if (looks_like_units(line, layout->delimiter)) {
    layout->units = line;
    next = next_filled(next, text.end, &line, &number);
  }
  layout->data = line.begin;
  layout->data_line = number;
  (void)next;
  return looks_like_data(line, layout->delimiter, count);
}

static size_t leading(CsvText line, char delimiter) {
  size_t count = 0;
  while (line.begin + count < line.end && line.begin[count] == delimiter) count++;
  return count;
}

/* Neware's report: three headers, each with one more delimiter in front than the one above. */
static bool find_nested(CsvText text, CsvLayout *layout) {
  CsvText lines[3], fields[CSV_MOST_COLUMNS];
  const char *at = text.begin;
  for (int i = 0; i < 3; i++) at = davy_csv_line(at, text.end, &lines[i]);
  for (const char *d = ",;\t"; *d; d++) {
    if (leading(lines[0], *d) != 0 || leading(lines[1], *d) != 1 || leading(lines[2], *d) != 2)
      continue;
    size_t count = davy_csv_split(lines[2], *d, fields, CSV_MOST_COLUMNS);
    if (header_score(fields, count) < 2 * KEY_SCORE) continue;
    *layout = (CsvLayout){.delimiter = *d,
                          .header_line = 3,
                          .header = lines[2],
                          .data = at,
                          .units = {at, at},
                          .data_line = 4,
                          .nested = true,
                          .outer = {lines[0], lines[1]}};
    return at < text.end;
  }
  return false;
}

static int best_delimiter(CsvText line, const DavyCsvMap *map, CsvLayout *layout, size_t *fields) {
  CsvText cells[CSV_MOST_COLUMNS];
  int best = 0;
  for (const char *d = delimiters; *d; d++) {
    if (map && map->delimiter && map->delimiter != *d) continue;
    size_t count = davy_csv_split(line, *d, cells, CSV_MOST_COLUMNS);
    if (count < 2) continue;
    int score = header_score(cells, count);
    if (map && map->count) score = has_all_mapped(cells, count, map) ? score + KEY_SCORE : 0;
    if (score <= best) continue;
    best = score;
    layout->delimiter = *d;
    *fields = count;
  }
  return best;
}

bool davy_csv_layout(CsvText text, const DavyCsvMap *map, CsvLayout *layout) {
  *layout = (CsvLayout){.decimal = '.'};
  if (!map && find_nested(text, layout)) {
    layout->decimal = '.';
    return true;
  }
  int best = 0;
  const char *at = text.begin;
  for (size_t number = 1; number <= MOST_HEADER_LINES && at < text.end; number++) {
    CsvLayout found = {.decimal = '.', .header_line = number};
    size_t fields = 0;
    at = davy_csv_line(at, text.end, &found.header);
    int score = best_delimiter(found.header, map, &found, &fields);
    if (score <= best || !find_data(text, at, fields, &found)) continue;
    best = score;
    *layout = found;
    if (score >= 3 * KEY_SCORE) break;
  }
  return best > 0;
}

/* What the numbers of the first rows hold. */
typedef struct {
  size_t dots, commas, dot_line, comma_line;
} Signs;

static void count_signs(CsvText cell, size_t line, Signs *signs, size_t *both_line) {
  size_t dots = 0, commas = 0;
  bool digit = false;
  for (const char *c = cell.begin; c < cell.end; c++) {
    dots += *c == '.';
    commas += *c == ',';
    digit |= isdigit((unsigned char)*c) != 0;
    if (!*c || !strchr("0123456789+-eE.,", *c)) return;
  }
  if (!digit) return;
  if ((dots && commas) || commas > 1) {
    if (!*both_line) *both_line = line;
  } else if (dots == 1) {
    if (signs->dots++ == 0) signs->dot_line = line;
  } else if (commas == 1) {
    if (signs->commas++ == 0) signs->comma_line = line;
  }
}

/* Rows with more filled cells than the header has names cannot be told apart: a decimal comma
 * between commas, or a name with the delimiter in it. */
static DavyError check_width(CsvText text, const char *name, const CsvLayout *layout) {
  CsvText cells[CSV_MOST_COLUMNS], line;
  size_t wide = 0, wide_line = 0, lines = 0,
         names = davy_csv_split(layout->header, layout->delimiter, cells, CSV_MOST_COLUMNS);
  const char *at = layout->data;
  for (; lines < SAMPLE_LINES && at < text.end; lines++) {
    at = davy_csv_line(at, text.end, &line);
    size_t count = davy_csv_split(line, layout->delimiter, cells, CSV_MOST_COLUMNS);
    while (count > names && cells[count - 1].begin == cells[count - 1].end) count--;
    if (count > names && wide++ == 0) wide_line = layout->data_line + lines;
  }
  DavyPlace place = {.file = name, .line = (int)wide_line, .column = 1, .byte = -1};
  if (2 * wide > lines)
    return DavyFailAt(place, DAVY_ERR_FORMAT,
                      "more cells than the %zu names of the header on line %zu: a decimal comma "
                      "between commas, or names that are missing",
                      names, layout->header_line);
  return DAVY_OK;
}

DavyError davy_csv_decimal(CsvText text, const char *name, const DavyCsvMap *map,
                           CsvLayout *layout) {
  if (!layout->nested) DAVY_TRY(check_width(text, name, layout));
  if (map && map->decimal) {
    layout->decimal = map->decimal;
    return DAVY_OK;
  }
  Signs signs = {0};
  size_t both_line = 0;
  const char *at = layout->data;
  CsvText cells[CSV_MOST_COLUMNS], line;
  for (size_t i = 0; i < SAMPLE_LINES && at < text.end; i++) {
    at = davy_csv_line(at, text.end, &line);
    size_t count = davy_csv_split(line, layout->delimiter, cells, CSV_MOST_COLUMNS);
    for (size_t c = 0; c < count; c++)
      count_signs(cells[c], layout->data_line + i, &signs, &both_line);
  }
  DavyPlace place = {.file = name, .line = (int)both_line, .column = 1, .byte = -1};
  if (both_line)
    return DavyFailAt(place, DAVY_ERR_FORMAT,
                      "a number with '.' and ',' in it: thousands separators are not guessed; "
                      "export without them, or give the decimal sign in a study file");
  place.line = (int)(signs.commas < signs.dots ? signs.comma_line : signs.dot_line);
  if (signs.dots && signs.commas)
    return DavyFailAt(place, DAVY_ERR_FORMAT,
                      "numbers with '.' and others with ',': which is the decimal sign cannot be "
                      "told; give it in a study file");
  layout->decimal = signs.commas ? ',' : '.';
  return DAVY_OK;
}
