/* Bio-Logic EC-Lab .mpt and BT-Lab .txt: the vendor's text export.
 *
 *   EC-Lab ASCII FILE                  (or BT-Lab ASCII FILE)
 *   Nb header lines : N                the headings stand on line N, the rows behind it
 *   <blank>, technique in words, then "Key : value" lines, parameters, loops
 *   heading TAB heading TAB ...        rows alike, decimal point or comma, Windows-1252
 *
 * Times are seconds since the acquisition started, or dates. A file cut to headings and rows (an
 * export without header) is read as well.
 */
#include "record/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "record/eclab_columns.h"
#include "record/eclab_sink.h"
#include "record/eclab_text.h"

typedef struct {
  const char *begin, *end; /* without the line end */
} Line;

typedef struct {
  const DavyReadOptions *options;
  DavyBytes *bytes;
  DavyRecord *record;
  const char *at, *end; /* of the text; `at` is where the next line begins */
  long line;            /* number of the line read last */
  char decimal;
  int *slots; /* per field of a row; -1: not wanted */
  size_t fields;
  int time_slot;
  bool dates, day_first; /* times are dates */
  double start;          /* of the acquisition, seconds since 1970 of the local clock; NaN */
  uint32_t *loops;
  size_t loop_count;
  Line first; /* row */
  size_t bad_fields, bad_rows;
  long first_bad_field, first_bad_row;
} Reading;

static bool next_line(Reading *r, Line *line) {
  if (r->at >= r->end) return false;
  const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
  line->begin = r->at;
  line->end = stop ? stop : r->end;
  r->at = stop ? stop + 1 : r->end;
  if (line->end > line->begin && line->end[-1] == '\r') line->end--;
  r->line++;
  return true;
}

static bool starts_with(const char *begin, const char *end, const char *text) {
  size_t length = strlen(text);
  return (size_t)(end - begin) >= length && memcmp(begin, text, length) == 0;
}

static bool is_blank(Line line) {
  for (const char *p = line.begin; p < line.end; p++)
    if (*p != ' ' && *p != '\t') return false;
  return true;
}

static bool contains(Line line, const char *text) {
  return memmem(line.begin, (size_t)(line.end - line.begin), text, strlen(text)) != NULL;
}

static bool has_magic(const char *begin, const char *end) {
  return starts_with(begin, end, "EC-Lab ASCII FILE") ||
         starts_with(begin, end, "BT-Lab ASCII FILE");
}

/* The line of headings: tabs, and one of the columns that every export has. */
static bool is_headings(Line line) {
  bool known = contains(line, "time/s") || contains(line, "freq/Hz");
  bool volt = contains(line, "Ewe") || contains(line, "Ecell") || contains(line, "Re(Z)");
  return known && volt && memchr(line.begin, '\t', (size_t)(line.end - line.begin));
}

static int mpt_probe(const DavyBytes *bytes) {
  const char *begin = (const char *)bytes->data;
  const char *end = begin + (bytes->size < 4096 ? bytes->size : 4096);
  if (starts_with(begin, end, "\xef\xbb\xbf")) begin += 3; /* byte-order mark */
  if (has_magic(begin, end)) return 100;
  const char *stop = memchr(begin, '\n', (size_t)(end - begin));
  return stop && is_headings((Line){begin, stop}) ? 60 : 0;
}

static DavyPlace place(const Reading *r) {
  return (DavyPlace){.file = r->options->name, .line = (int)r->line, .byte = -1};
}

/* The text behind "key :"; false if the line is another. */
static bool value_of(Line line, const char *key, Line *value) {
  if (!starts_with(line.begin, line.end, key)) return false;
  const char *p = line.begin + strlen(key);
  while (p < line.end && *p == ' ') p++;
  if (p == line.end || *p != ':') return false;
  for (p++; p < line.end && *p == ' ';) p++;
  *value = (Line){p, line.end};
  return true;
}

static double number_in(Line text, const char **behind) {
  double value = NAN;
  const char *comma = memchr(text.begin, ',', (size_t)(text.end - text.begin));
  const char *stop = davy_parse_double(text.begin, text.end, comma ? ',' : '.', &value);
  *behind = stop ? stop : text.begin;
  return value;
}

/* Mass in kg; the number's unit behind it. NaN if not entered or of an unknown unit. */
static double mass_in(Line text) {
  const char *unit;
  double value = number_in(text, &unit);
  if (!eclab_is_entered(value)) return NAN;
  while (unit < text.end && *unit == ' ') unit++;
  if (starts_with(unit, text.end, "mg")) return value * 1e-6;
  if (starts_with(unit, text.end, "kg")) return value;
  return starts_with(unit, text.end, "g") ? value * 1e-3 : NAN;
}

static DavyError area_fact(Reading *r, Line text) {
  const char *unit;
  double value = number_in(text, &unit);
  if (!eclab_is_entered(value)) return DAVY_OK;
  while (unit < text.end && *unit == ' ') unit++;
  double scale = starts_with(unit, text.end, "cm")   ? 1e-4
                 : starts_with(unit, text.end, "mm") ? 1e-6
                 : starts_with(unit, text.end, "dm") ? 1e-2
                 : starts_with(unit, text.end, "m")  ? 1
                                                     : NAN;
  if (!isnan(scale)) return DavyRecordSetInfo(r->record, "area_m2", "%.7g", value * scale);
  DavyRecordWarn(r->record, "Line %ld: the electrode area has an unknown unit: left out.", r->line);
  return DAVY_OK;
}

static DavyError comment_fact(Reading *r, Line text) {
  char more[512], all[1024];
  eclab_utf8(text.begin, text.end, more, sizeof more);
  const char *before = DavyRecordInfo(r->record, "comment");
  if (!*more) return DAVY_OK;
  snprintf(all, sizeof all, "%.500s%s%.500s", before ? before : "", before ? " " : "", more);
  return DavyRecordSetInfo(r->record, "comment", "%s", all);
}

static DavyError mass_fact(Reading *r, Line text) {
  double mass = mass_in(text);
  if (isnan(mass) || DavyRecordInfo(r->record, "mass_kg")) return DAVY_OK;
  return DavyRecordSetInfo(r->record, "mass_kg", "%.7g", mass);
}

static DavyError start_fact(Reading *r, Line text) {
  char printed[32];
  r->day_first = eclab_is_day_first(text.begin, text.end);
  if (!eclab_parse_time(text.begin, text.end, r->day_first, &r->start)) {
    r->start = NAN;
    DavyRecordWarn(r->record, "Line %ld: the start of the acquisition is no date davy knows.",
                   r->line);
    return DAVY_OK;
  }
  eclab_print_time(r->start, printed);
  return DavyRecordSetInfo(r->record, "start_time", "%s", printed);
}

/* "EC-Lab for windows v11.50 (software)" */
static DavyError version_fact(Reading *r, Line line) {
  const char *begin = memmem(line.begin, (size_t)(line.end - line.begin), " v", 2);
  if (!begin || !contains(line, "(software)")) return DAVY_OK;
  const char *stop = begin += 2;
  while (stop < line.end && *stop != ' ') stop++;
  return DavyRecordSetInfo(r->record, "eclab_version", "%.*s", (int)(stop - begin), begin);
}

/* "Loop 1 from point number 11 to 21" */
static DavyError note_loop(Reading *r, Line line) {
  static const char words[] = " from point number ";
  const char *p = memmem(line.begin, (size_t)(line.end - line.begin), words, sizeof words - 1);
  double row;
  if (!p || !davy_parse_double(p + sizeof words - 1, line.end, '.', &row)) return DAVY_OK;
  bool ascends = r->loop_count == 0 || row > r->loops[r->loop_count - 1];
  if (!(row >= 0 && row < UINT32_MAX && ascends)) return DAVY_OK;
  if ((r->loop_count & (r->loop_count - 1)) == 0) { /* grows at powers of two */
    size_t room = r->loop_count ? 2 * r->loop_count : 1;
    uint32_t *grown = realloc(r->loops, room * sizeof *grown);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "%s: out of memory for loops", r->options->name);
    r->loops = grown;
  }
  r->loops[r->loop_count++] = (uint32_t)row;
  return DAVY_OK;
}

static DavyError header_line(Reading *r, Line line) {
  Line value;
  char text[300];
  if (value_of(line, "Acquisition started on", &value)) return start_fact(r, value);
  if (value_of(line, "Comments", &value)) return comment_fact(r, value);
  if (value_of(line, "Mass of active material", &value)) return mass_fact(r, value);
  if (value_of(line, "Characteristic mass", &value)) return mass_fact(r, value);
  if (value_of(line, "Electrode surface area", &value)) return area_fact(r, value);
  if (starts_with(line.begin, line.end, "Loop ")) return note_loop(r, line);
  if (contains(line, "for windows v")) return version_fact(r, line);
  if (value_of(line, "Device", &value)) {
    eclab_utf8(value.begin, value.end, text, sizeof text);
    return DavyRecordSetInfo(r->record, "instrument", "Bio-Logic %s", text);
  }
  if (value_of(line, "Run on channel", &value)) {
    eclab_utf8(value.begin, value.end, text, sizeof text);
    text[strcspn(text, " ")] = '\0';
    return DavyRecordSetInfo(r->record, "channel", "%s", text);
  }
  return DAVY_OK;
}

static DavyError technique_fact(Reading *r, Line line) {
  char words[160];
  eclab_utf8(line.begin, line.end, words, sizeof words);
  const char *name = eclab_technique_from_words(words);
  return DavyRecordSetInfo(r->record, "technique", "%s", name ? name : words);
}

/* Reads up to the headings, which are left in *headings. */
static DavyError read_header(Reading *r, Line *headings) {
  Line line, value;
  long count = 1;
  bool technique = false;
  while (next_line(r, &line)) {
    if (r->line == 2 && value_of(line, "Nb header lines", &value)) {
      const char *behind;
      double announced = number_in(value, &behind);
      count = announced >= 3 && announced < 1e6 ? (long)announced : 3;
    }
    bool announced_here =
        r->line == count && count > 2 && memchr(line.begin, '\t', (size_t)(line.end - line.begin));
    if (announced_here || is_headings(line)) {
      if (r->line != count)
        DavyRecordWarn(r->record, "The headings stand on line %ld, not on line %ld as announced.",
                       r->line, count);
      *headings = line;
      return DAVY_OK;
    }
    if (r->line <= 2 || is_blank(line)) continue;
    if (technique)
      DAVY_TRY(header_line(r, line));
    else
      DAVY_TRY(technique_fact(r, line));
    technique = true;
  }
  return DavyFailAt(place(r), DAVY_ERR_FORMAT,
                    "no line of headings (tabs, time/s or freq/Hz, a potential) up to here; "
                    "expected one on line %ld",
                    count);
}

static size_t count_fields(Line line) {
  size_t fields = 1;
  for (const char *p = line.begin; p < line.end; p++) fields += *p == '\t';
  while (line.end > line.begin && line.end[-1] == '\t') line.end--, fields--;
  return fields;
}

static DavyError add_heading(Reading *r, EclabSink *sink, size_t field, Line text) {
  char heading[96], unit_text[32];
  EclabUnit unit;
  eclab_heading(text.begin, text.end, heading, sizeof heading);
  r->slots[field] = -1;
  if (!*heading) return DAVY_OK;
  DAVY_TRY(eclab_sink_add(sink, heading, &r->slots[field]));
  if (!eclab_quantity(heading, &unit, unit_text))
    DavyRecordWarn(r->record, "Column \"%s\" is unknown and was kept as it is.", heading);
  if (strcmp(heading, "time/s") == 0 && r->time_slot < 0) r->time_slot = r->slots[field];
  return DAVY_OK;
}

/* Headings beyond the fields of the first row stand over nothing. */
static DavyError read_headings(Reading *r, EclabSink *sink, Line headings, Line first) {
  size_t named = count_fields(headings), there = count_fields(first);
  r->fields = named < there ? named : there;
  DAVY_CHECK(r->fields <= 4 * ECLAB_MOST_COLUMNS, DAVY_ERR_FORMAT,
             "%s:%ld: %zu columns; expected at most %d", r->options->name, r->line, r->fields,
             4 * ECLAB_MOST_COLUMNS);
  r->slots = malloc(r->fields * sizeof *r->slots);
  DAVY_CHECK(r->slots, DAVY_ERR_MEMORY, "%s: out of memory", r->options->name);
  const char *p = headings.begin;
  for (size_t field = 0; field < r->fields; field++) {
    const char *tab = memchr(p, '\t', (size_t)(headings.end - p));
    const char *stop = tab ? tab : headings.end;
    DAVY_TRY(add_heading(r, sink, field, (Line){p, stop}));
    p = tab ? tab + 1 : headings.end;
  }
  return DAVY_OK;
}

static void note_bad_field(Reading *r) {
  if (r->bad_fields++ == 0) r->first_bad_field = r->line;
}

static double read_time(Reading *r, const char *begin, const char *end) {
  double value;
  if (r->dates) return eclab_parse_time(begin, end, r->day_first, &value) ? value : NAN;
  const char *stop = davy_parse_double(begin, end, r->decimal, &value);
  return stop == end ? value : NAN;
}

/* A field that is no number ("XXX") becomes "no value". */
static double read_field(Reading *r, int slot, const char *begin, const char *end) {
  double value;
  if (begin < end && davy_parse_double(begin, end, r->decimal, &value) == end) return value;
  while (begin < end && *begin == ' ') begin++;
  while (end > begin && end[-1] == ' ') end--;
  if (begin == end) return NAN;
  value = slot == r->time_slot ? read_time(r, begin, end) : NAN;
  if (slot != r->time_slot && davy_parse_double(begin, end, r->decimal, &value) != end) value = NAN;
  if (isnan(value)) note_bad_field(r);
  return value;
}

/* One row into place `at` of the block; false if it has too few fields. */
static bool read_row(Reading *r, EclabSink *sink, Line line, size_t at) {
  const char *p = line.begin;
  for (size_t field = 0; field < r->fields; field++) {
    if (p > line.end) return false;
    const char *stop = memchr(p, '\t', (size_t)(line.end - p));
    if (!stop) stop = line.end;
    int slot = r->slots[field];
    if (slot >= 0) eclab_sink_block(sink, slot)[at] = read_field(r, slot, p, stop);
    p = stop + 1;
  }
  return true;
}

static size_t count_lines(const char *p, const char *end) {
  size_t lines = 0;
  while (p < end) {
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    lines++;
    p = stop ? stop + 1 : end;
  }
  return lines;
}

static size_t last_field_length(Line line) {
  const char *tab = memrchr(line.begin, '\t', (size_t)(line.end - line.begin));
  const char *p = tab ? tab + 1 : line.begin;
  return (size_t)(line.end - p) - (p < line.end && *p == '-');
}

/* A last line without its line end may stop within a number, which would read as another one. All
 * numbers of a column are printed with the same width. */
static bool breaks_off(const Reading *r, Line line) {
  return line.end == r->end && last_field_length(line) < last_field_length(r->first);
}

static DavyError read_rows(Reading *r, EclabSink *sink) {
  Line line;
  size_t at = 0;
  while (next_line(r, &line)) {
    if (is_blank(line)) continue;
    if (breaks_off(r, line) || !read_row(r, sink, line, at)) {
      if (r->bad_rows++ == 0) r->first_bad_row = r->line;
      continue;
    }
    if (++at < ECLAB_BLOCK) continue;
    DAVY_TRY(eclab_sink_take(sink, at));
    DavyBytesRelease(r->bytes, (size_t)((const unsigned char *)r->at - r->bytes->data));
    at = 0;
  }
  return eclab_sink_take(sink, at);
}

static void say_what_was_bad(Reading *r) {
  if (r->bad_rows)
    DavyRecordWarn(r->record,
                   "%zu rows break off before their %zu fields are complete and were left out "
                   "(first: line %ld).",
                   r->bad_rows, r->fields, r->first_bad_row);
  if (r->bad_fields)
    DavyRecordWarn(r->record, "%zu fields hold no number and were left empty (first: line %ld).",
                   r->bad_fields, r->first_bad_field);
}

/* Dates become seconds since the start of the acquisition, or since the first row. */
static DavyError time_from_dates(Reading *r) {
  if (!r->dates) return DAVY_OK;
  double *time = DavyRecordMakeNumbers(r->record, DAVY_TEST_TIME), printed_start = r->start;
  size_t rows = DavyRecordRows(r->record), first = 0;
  while (first < rows && isnan(time[first])) first++;
  if (first == rows) return DAVY_OK;
  if (!(printed_start <= time[first])) printed_start = time[first];
  double start = printed_start;
  for (size_t i = 0; i < rows; i++) time[i] -= start;
  if (DavyRecordInfo(r->record, "start_time")) return DAVY_OK;
  char text[32];
  eclab_print_time(start, text);
  return DavyRecordSetInfo(r->record, "start_time", "%s", text);
}

/* The decimal sign of the first row that has one; a comma is never anything else here. */
static char find_decimal(const char *p, const char *end) {
  while (p < end && *p != '.' && *p != ',') p++;
  const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
  return p < end && memchr(p, ',', (size_t)((stop ? stop : end) - p)) ? ',' : '.';
}

/* Finds out from the first row how numbers and times are written. */
static void judge_first_row(Reading *r, Line headings, Line first) {
  r->decimal = find_decimal(first.begin, r->end);
  const char *heading = headings.begin, *field = first.begin;
  while (heading < headings.end && field < first.end) {
    const char *tab = memchr(heading, '\t', (size_t)(headings.end - heading));
    const char *stop = memchr(field, '\t', (size_t)(first.end - field));
    if (starts_with(heading, tab ? tab : headings.end, "time/s")) {
      double value;
      const char *end = stop ? stop : first.end;
      bool day_first = eclab_is_day_first(field, end);
      r->dates = eclab_parse_time(field, end, day_first, &value);
      r->day_first = r->day_first || (r->dates && day_first);
    }
    if (!tab || !stop) return;
    heading = tab + 1;
    field = stop + 1;
  }
}

static DavyError read_data(Reading *r, Line headings, EclabSink *sink) {
  const char *data = r->at;
  long line = r->line;
  Line first = {r->at, r->at};
  while (next_line(r, &first) && is_blank(first)) {
  }
  DAVY_CHECK(!is_blank(first), DAVY_ERR_FORMAT, "%s:%ld: no rows behind the headings",
             r->options->name, r->line);
  r->first = first;
  judge_first_row(r, headings, first);
  DAVY_TRY(read_headings(r, sink, headings, first));
  DAVY_TRY(eclab_sink_open(sink, count_lines(data, r->end), r->loops, r->loop_count));
  r->at = data;
  r->line = line;
  DAVY_TRY(read_rows(r, sink));
  DAVY_TRY(eclab_sink_close(sink));
  say_what_was_bad(r);
  return time_from_dates(r);
}

static DavyError mpt_read(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record) {
  const char *begin = (const char *)bytes->data;
  Reading reading = {.options = options,
                     .bytes = bytes,
                     .record = record,
                     .at = begin,
                     .end = begin + bytes->size,
                     .decimal = '.',
                     .time_slot = -1,
                     .start = NAN};
  EclabSink *sink = NULL;
  Line headings = {NULL, NULL};
  DavyError error;
  if (starts_with(reading.at, reading.end, "\xef\xbb\xbf")) reading.at += 3;
  DAVY_GUARD(read_header(&reading, &headings));
  DAVY_GUARD(eclab_sink_create(record, &sink));
  error = read_data(&reading, headings, sink);
done:
  eclab_sink_destroy(&sink);
  free(reading.loops);
  free(reading.slots);
  return error;
}

const DavyReader davy_reader_mpt = {
    .name = "eclab-mpt",
    .words = "Bio-Logic EC-Lab .mpt and BT-Lab .txt text exports",
    .probe = mpt_probe,
    .read = mpt_read,
};
