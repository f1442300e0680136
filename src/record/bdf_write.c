/* Writing a record as BDF CSV: preferred labels, shortest exact numbers, plain or gzip, atomic. */
#include "davy/record.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "davy/file.h"
#include "davy/log.h"
#include "davy/table.h"

enum {
  BLOCK = 1 << 16,          /* bytes gathered before they are written */
  MOST_CELL = 256,          /* the longest cell but labels: a number or a step's words */
  ROWS_BETWEEN_LOOKS = 4096 /* rows between looks at Ctrl-C and the clock */
};

/* Where the text goes: a file, through zlib if `deflating`. */
typedef struct {
  FILE *file;
  const char *path;
  bool deflating;
  z_stream z;
  size_t used;
  char block[BLOCK];
  unsigned char packed[BLOCK];
} Sink;

static DavyError write_bytes(Sink *sink, const void *bytes, size_t size) {
  DAVY_CHECK(fwrite(bytes, 1, size, sink->file) == size, DAVY_ERR_WRITE, "%s: cannot write: %s",
             sink->path, strerror(errno));
  return DAVY_OK;
}

static DavyError flush_block(Sink *sink, bool last) {
  size_t used = sink->used;
  sink->used = 0;
  if (!sink->deflating) return write_bytes(sink, sink->block, used);
  sink->z.next_in = (unsigned char *)sink->block;
  sink->z.avail_in = (uInt)used;
  do {
    sink->z.next_out = sink->packed;
    sink->z.avail_out = BLOCK;
    int status = deflate(&sink->z, last ? Z_FINISH : Z_NO_FLUSH);
    DAVY_CHECK(status != Z_STREAM_ERROR, DAVY_ERR_WRITE, "%s: cannot compress", sink->path);
    DAVY_TRY(write_bytes(sink, sink->packed, BLOCK - sink->z.avail_out));
  } while (sink->z.avail_out == 0);
  return DAVY_OK;
}

static DavyError put_text(Sink *sink, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (sink->used == BLOCK) DAVY_TRY(flush_block(sink, false));
    sink->block[sink->used++] = text[i];
  }
  return DAVY_OK;
}

/* Quoted where a comma, quote or line break stands in it. */
static DavyError put_label(Sink *sink, const char *label) {
  if (!strpbrk(label, ",\"\r\n")) return put_text(sink, label, strlen(label));
  DAVY_TRY(put_text(sink, "\"", 1));
  for (const char *c = label; *c; c++) {
    DAVY_TRY(put_text(sink, c, 1));
    if (*c == '"') DAVY_TRY(put_text(sink, c, 1));
  }
  return put_text(sink, "\"", 1);
}

/* One column to write: exactly one of the pointers is set. */
typedef struct {
  const char *label;
  const double *numbers;
  const int32_t *integers, *step_types;
} Source;

static size_t list_sources(const DavyRecord *r, Source *sources) {
  size_t count = 0;
  for (int c = 0; c < DAVY_COLUMN_COUNT; c++) {
    DavyColumn column = (DavyColumn)c;
    if (!DavyRecordHas(r, column)) continue;
    Source source = {.label = DavyColumnLabel(column)};
    if (column == DAVY_STEP_TYPE)
      source.step_types = DavyRecordIntegers(r, column);
    else if (DavyColumnIsInteger(column))
      source.integers = DavyRecordIntegers(r, column);
    else
      source.numbers = DavyRecordNumbers(r, column);
    sources[count++] = source;
  }
  for (size_t e = 0; e < DavyRecordExtraCount(r); e++)
    sources[count++] =
        (Source){.label = DavyRecordExtraLabel(r, e), .numbers = DavyRecordExtra(r, e)};
  return count;
}

static size_t integer_text(int32_t value, char *text) {
  char reversed[12];
  size_t count = 0, length = 0;
  uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  do reversed[count++] = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) text[length++] = '-';
  while (count) text[length++] = reversed[--count];
  return length;
}

static size_t cell_text(const Source *source, size_t row, char *text) {
  if (source->numbers)
    return isnan(source->numbers[row]) ? 0 : DavyFormatDouble(source->numbers[row], text);
  int32_t value = source->integers ? source->integers[row] : source->step_types[row];
  if (value == DAVY_NO_INTEGER) return 0;
  if (source->integers) return integer_text(value, text);
  const char *word = DavyStepTypeWord((DavyStepType)value);
  size_t length = strlen(word);
  memcpy(text, word, length);
  return length;
}

static DavyError put_row(Sink *sink, const Source *sources, size_t count, size_t row) {
  for (size_t c = 0; c < count; c++) {
    if (BLOCK - sink->used < MOST_CELL) DAVY_TRY(flush_block(sink, false));
    if (c) sink->block[sink->used++] = ',';
    sink->used += cell_text(&sources[c], row, sink->block + sink->used);
  }
  return put_text(sink, "\n", 1);
}

static DavyError put_table(Sink *sink, const Source *sources, size_t count, size_t rows) {
  for (size_t c = 0; c < count; c++) {
    if (c) DAVY_TRY(put_text(sink, ",", 1));
    DAVY_TRY(put_label(sink, sources[c].label));
  }
  DAVY_TRY(put_text(sink, "\n", 1));
  DavyProgress progress = DavyProgressStart("writing", "rows", (double)rows);
  DavyError error = DAVY_OK;
  for (size_t row = 0; !error && row < rows; row++) {
    if (row % ROWS_BETWEEN_LOOKS == 0) {
      DavyProgressUpdate(&progress, (double)row, NULL);
      if (DavyInterrupted())
        error = DavyFail(DAVY_ERR_INTERRUPTED, "%s: interrupted, nothing was written", sink->path);
    }
    if (!error) error = put_row(sink, sources, count, row);
  }
  DavyProgressEnd(&progress);
  return error ? error : flush_block(sink, true);
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static DavyError write_record(const DavyRecord *record, Sink *sink) {
  Source *sources = calloc(DAVY_COLUMN_COUNT + DavyRecordExtraCount(record), sizeof *sources);
  DAVY_CHECK(sources, DAVY_ERR_MEMORY, "%s: out of memory", sink->path);
  size_t count = list_sources(record, sources);
  DavyError error = put_table(sink, sources, count, DavyRecordRows(record));
  free(sources);
  return error;
}

DavyError DavyRecordWriteBdf(const DavyRecord *record, const char *path) {
  enum { GZIP_BITS = 15 + 16, MEMORY_LEVEL = 8 };
  DavyOutput *output = NULL;
  Sink *sink = calloc(1, sizeof *sink);
  DAVY_CHECK(sink, DAVY_ERR_MEMORY, "%s: out of memory", path);
  sink->path = path;
  bool packed = ends_with(path, ".gz");
  DavyError error = DAVY_OK;
  if (packed) {
    sink->deflating = deflateInit2(&sink->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_BITS,
                                   MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK;
    if (!sink->deflating) error = DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", path);
  }
  if (!error) error = DavyOutputOpen(path, &output);
  if (!error) {
    sink->file = DavyOutputFile(output);
    error = write_record(record, sink);
  }
  if (!error) error = DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  if (sink->deflating) deflateEnd(&sink->z);
  free(sink);
  return error;
}
