/* Neware's "general report": cycle lines, step lines (one delimiter in front) and record lines (two
 * in front) in one file. Cycle and step stand in the outer lines only. */
#include "record/csv.h"

#include <limits.h>

#include "core/number.h"

static int32_t whole_number(CsvText cell) {
  double value;
  if (davy_parse_double(cell.begin, cell.end, '.', &value) != cell.end || cell.begin == cell.end)
    return DAVY_NO_INTEGER;
  return value > INT32_MIN && value <= INT32_MAX ? (int32_t)value : DAVY_NO_INTEGER;
}

CsvNesting davy_csv_nesting(const CsvLayout *layout) {
  CsvText fields[CSV_MOST_COLUMNS];
  CsvNesting nesting = {.cycle = DAVY_NO_INTEGER,
                        .id = DAVY_NO_INTEGER,
                        .count = DAVY_NO_INTEGER,
                        .type = DAVY_NO_INTEGER};
  nesting.step_at = davy_csv_split(layout->outer[0], layout->delimiter, fields, CSV_MOST_COLUMNS);
  size_t count = davy_csv_split(layout->outer[1], layout->delimiter, fields, CSV_MOST_COLUMNS);
  for (size_t i = 1; i < count; i++) {
    int column = davy_csv_meaning(fields[i]).column;
    if (column == DAVY_STEP_TYPE) nesting.type_at = i - 1;
    if (davy_csv_equal(fields[i], "Step Number")) nesting.count_at = i - 1;
    if (davy_csv_equal(fields[i], "Step Index")) nesting.id_at = i - 1;
  }
  return nesting;
}

/* The first step of a cycle may stand on the cycle's own line, behind its fields. */
bool davy_csv_outer_line(CsvText line, const CsvLayout *layout, CsvNesting *nesting) {
  char d = layout->delimiter;
  bool outer = line.begin == line.end || *line.begin != d ||
               (line.begin + 1 < line.end && line.begin[1] != d);
  if (!outer) return false;
  CsvText fields[CSV_MOST_COLUMNS];
  size_t count = davy_csv_split(line, d, fields, CSV_MOST_COLUMNS), step_at = 1;
  if (fields[0].begin < fields[0].end) {
    nesting->cycle = whole_number(fields[0]);
    step_at = nesting->step_at;
  }
  size_t last = nesting->type_at;
  if (nesting->id_at > last) last = nesting->id_at;
  if (nesting->count_at > last) last = nesting->count_at;
  if (step_at + last >= count) return true;
  nesting->id = whole_number(fields[step_at + nesting->id_at]);
  nesting->count = whole_number(fields[step_at + nesting->count_at]);
  nesting->type = (int32_t)davy_csv_step_type(fields[step_at + nesting->type_at]);
  return true;
}
