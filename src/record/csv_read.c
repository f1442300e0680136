/* The readers of delimited text: Battery Data Format, and any table with known headers. */
#include <string.h>
#include <stdlib.h>

#include "record/csv.h"
#include "record/reader.h"

enum {
  BDF_CERTAIN = 90,
  TABLE_LIKELY = 20, /* a header that names columns of a cycler */
  TEXT_AT_ALL = 1,   /* so that a text without a header gets an error of its own */
  PROBED = 1 << 16   /* bytes */
};

static bool is_text(const DavyBytes *bytes) {
  size_t looked_at = bytes->size < 4096 ? bytes->size : 4096;
  return bytes->size && !memchr(bytes->data, '\0', looked_at);
}

static CsvText as_text(const DavyBytes *bytes, size_t most) {
  const char *begin = (const char *)bytes->data;
  size_t size = bytes->size < most ? bytes->size : most;
  if (size >= 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0) begin += 3, size -= 3;
  return (CsvText){begin, begin + size};
}

/* BDF: the first line names test time, voltage and current by its labels or machine names. */
static bool is_bdf(CsvText text) {
  static const DavyColumn required[] = {DAVY_TEST_TIME, DAVY_VOLTAGE, DAVY_CURRENT};
  CsvText line, fields[CSV_MOST_COLUMNS];
  davy_csv_line(text.begin, text.end, &line);
  size_t count = davy_csv_split(line, ',', fields, CSV_MOST_COLUMNS), found = 0;
  for (size_t r = 0; r < 3; r++)
    for (size_t i = 0; i < count; i++)
      if (davy_csv_equal(fields[i], DavyColumnLabel(required[r])) ||
          davy_csv_equal(fields[i], DavyColumnName(required[r]))) {
        found++;
        break;
      }
  return found == 3;
}

static int probe_bdf(const DavyBytes *bytes) {
  return is_text(bytes) && is_bdf(as_text(bytes, PROBED)) ? BDF_CERTAIN : 0;
}

static int probe_csv(const DavyBytes *bytes) {
  CsvLayout layout;
  if (!is_text(bytes)) return 0;
  return davy_csv_layout(as_text(bytes, PROBED), NULL, &layout) ? TABLE_LIKELY : TEXT_AT_ALL;
}

static DavyError no_header(const char *name, const DavyCsvMap *map) {
  if (map && map->count)
    return DavyFail(DAVY_ERR_KEY,
                    "%s: no line heads columns called \"%s\"%s as the study file says", name,
                    map->columns[0].header, map->count > 1 ? " and the others" : "");
  return DavyFail(DAVY_ERR_UNSUPPORTED,
                  "%s: this text has no line that names columns (looked for time, voltage, current "
                  "and their relatives, above rows of numbers); name the columns in a study file",
                  name);
}

static DavyError read_table(DavyBytes *bytes, const DavyReadOptions *options, CsvFile *file,
                            DavyRecord *record) {
  CsvText text = as_text(bytes, bytes->size);
  bool bdf = is_bdf(text);
  file->name = options->name;
  if (!davy_csv_layout(text, options->map, &file->layout))
    return no_header(options->name, options->map);
  DAVY_TRY(davy_csv_decimal(text, options->name, options->map, &file->layout));
  DAVY_TRY(davy_csv_columns(text, options->map, file, record));
  DAVY_TRY(davy_csv_rows(bytes, text, file, record));
  DAVY_TRY(davy_csv_resets(file, record));
  return davy_csv_sign(options, bdf, record);
}

static DavyError read_csv(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record) {
  CsvFile *file = calloc(1, sizeof *file);
  DAVY_CHECK(file, DAVY_ERR_MEMORY, "%s: out of memory", options->name);
  DavyError error = read_table(bytes, options, file, record);
  free(file);
  return error;
}

const DavyReader davy_reader_bdf = {
    "bdf", "Battery Data Format CSV, by preferred labels or machine names", probe_bdf, read_csv};

const DavyReader davy_reader_csv = {
    "csv", "delimited text with named columns: Arbin, Neware and other exports", probe_csv,
    read_csv};
