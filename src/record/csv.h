/* Parts of the reader of delimited text: where the table stands, what its columns mean, the rows.
 */
#ifndef DAVY_RECORD_CSV_H
#define DAVY_RECORD_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "davy/file.h"
#include "davy/record.h"

/* A piece of the text, not ended by a zero. */
typedef struct {
  const char *begin, *end;
} CsvText;

/* Without blanks around it, and without the quotes around all of it. */
CsvText davy_csv_trim(CsvText text);
bool davy_csv_equal(CsvText text, const char *word);

/* ---- units (csv_unit.c) ---- */

typedef enum {
  CSV_PURE,
  CSV_TIME,
  CSV_VOLTAGE,
  CSV_CURRENT,
  CSV_CURRENT_DENSITY,
  CSV_CHARGE,
  CSV_ENERGY,
  CSV_POWER,
  CSV_RESISTANCE,
  CSV_TEMPERATURE,
  CSV_FREQUENCY,
  CSV_NO_DIMENSION
} CsvDimension;

/* What a number of the file is multiplied with, divided by and shifted by to have the unit of the
 * record (A/m2 for a current density). */
typedef struct {
  double multiply, divide, add;
} CsvScale;

/* True if the text, in any usual spelling, is a unit of that dimension. */
bool davy_csv_unit(CsvText text, CsvDimension dimension, CsvScale *scale);
bool davy_csv_is_unit(CsvText text); /* of any dimension */
CsvDimension davy_csv_dimension(DavyColumn column);

/* ---- what a header means (csv_meaning.c) ---- */

enum { CSV_UNKNOWN = DAVY_COLUMN_COUNT, CSV_DENSITY = DAVY_COLUMN_COUNT + 1 };

typedef struct {
  int column;    /* DavyColumn, CSV_UNKNOWN or CSV_DENSITY */
  int rank;      /* the lower wins where two headers mean the same column */
  bool exact;    /* it is BDF's own label or machine name */
  bool has_unit; /* else the unit of the record is taken, and said */
  bool bad_unit; /* a known column in an unknown unit; column is then CSV_UNKNOWN */
  CsvScale scale;
} CsvMeaning;

CsvMeaning davy_csv_meaning(CsvText header);
/* "CC DChg" and its relatives; DAVY_STEP_UNKNOWN if none. */
DavyStepType davy_csv_step_type(CsvText word);

/* ---- times (csv_time.c) ---- */

/* "12:03:04.5", "3d 12:03:04", "1.12:03:04", "1-12:03:04": seconds. */
bool davy_csv_clock(CsvText text, double *seconds);
typedef enum { CSV_ORDER_UNKNOWN, CSV_DAY_FIRST, CSV_MONTH_FIRST } CsvDateOrder;
/* ISO 8601 and the usual dates with a time: seconds since 1970 UTC. `order` says what 03/04/2024
 * is. A date without a zone is taken as UTC. */
bool davy_csv_date(CsvText text, CsvDateOrder order, double *seconds);
/* What this date tells about the order: CSV_ORDER_UNKNOWN if both fit, or nothing is to be told;
 * *ambiguous is set if both fit. */
CsvDateOrder davy_csv_date_order(CsvText text, bool *ambiguous);

/* ---- where the table stands (csv_layout.c) ---- */

enum { CSV_MOST_COLUMNS = 512 };

typedef struct {
  char delimiter;     /* ' ': runs of blanks and tabs */
  char decimal;       /* '.' or ',' */
  size_t header_line; /* from 1 */
  CsvText header;     /* the line */
  CsvText units;      /* a line of units under it; empty if none */
  const char *data;   /* first line of data */
  size_t data_line;   /* its number */
  bool nested;        /* Neware's report: cycle, step and record lines by leading delimiters */
  CsvText outer[2];   /* headers of its cycle and step lines */
} CsvLayout;

/* Ends the line that begins at `at`: *line is without its line end; returns where the next one
 * begins. Line ends are LF, CR LF or CR. */
const char *davy_csv_line(const char *at, const char *end, CsvText *line);
/* Splits a line; returns the number of fields (at most `most` are stored), trimmed. */
size_t davy_csv_split(CsvText line, char delimiter, CsvText *fields, size_t most);

/* Finds the header among leading lines; false if there is none that names at least two known
 * columns (or all of `map`). */
bool davy_csv_layout(CsvText text, const DavyCsvMap *map, CsvLayout *layout);
/* Decides '.' or ',' from the first rows. Fails where thousands separators make it a guess. */
DavyError davy_csv_decimal(CsvText text, const char *name, const DavyCsvMap *map,
                           CsvLayout *layout);

/* "", "N/A", "--": a cell without a value. */
bool davy_csv_is_missing(CsvText cell);

/* ---- columns and rows (csv_columns.c, csv_rows.c) ---- */

typedef enum { CSV_SKIPPED, CSV_NUMBER, CSV_INTEGER, CSV_CLOCK, CSV_DATE, CSV_STEP_WORD } CsvKind;

/* One column of the file. */
typedef struct {
  CsvText header;
  CsvMeaning meaning;
  CsvKind kind;
  CsvDateOrder order;
  bool critical; /* a row in which it is no number is left out */
  char name[64]; /* machine name and label of an extra column */
  char label[96];
  double *numbers; /* where the values go, until the next Reserve */
  int32_t *integers;
  size_t bad, bad_line; /* cells that are no number, and where the first is */
} CsvColumn;

typedef struct {
  const char *name; /* of the file, for messages */
  CsvLayout layout;
  CsvColumn columns[CSV_MOST_COLUMNS];
  size_t count;
} CsvFile;

/* Settles what each column of the header becomes, and says what was guessed. */
DavyError davy_csv_columns(CsvText text, const DavyCsvMap *map, CsvFile *file, DavyRecord *record);
/* Reads the rows. `bytes` is what `text` stands in: pages behind the cursor are released. */
DavyError davy_csv_rows(DavyBytes *bytes, CsvText text, CsvFile *file, DavyRecord *record);

/* Where a nested report stands: what its cycle and step lines said last (csv_nested.c). */
typedef struct {
  size_t step_at, id_at, count_at, type_at; /* fields of the outer lines */
  int32_t cycle, id, count, type;
} CsvNesting;

CsvNesting davy_csv_nesting(const CsvLayout *layout);
/* True if the line is a cycle or step line, which is then noted. */
bool davy_csv_outer_line(CsvText line, const CsvLayout *layout, CsvNesting *nesting);

/* ---- what the numbers say (csv_sign.c, csv_resets.c) ---- */

/* Finds which way current is counted, turns it to charge-positive, and says so; nothing if the
 * options tell it. `trusted`: the format prescribes the sign, a contradiction is only said. */
DavyError davy_csv_sign(const DavyReadOptions *options, bool trusted, DavyRecord *record);
/* A capacity or energy that falls back is one of a cycle or of a step: moves it there. Columns
 * named exactly by BDF are left alone. */
DavyError davy_csv_resets(const CsvFile *file, DavyRecord *record);

#endif
