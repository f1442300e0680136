/* The table of readers, and how a file finds its reader: by content, through .gz and .zip. */
#include "record/reader.h"

#include <string.h>

#include "record/container.h"
#include "record/hashing.h"
#include "record/unread.h"

/* Ends with NULL. */
static const DavyReader *const readers[] = {
    &davy_reader_bdf,
    &davy_reader_nda,
    &davy_reader_ndax,
    &davy_reader_csv,
    &davy_reader_mpr,
    &davy_reader_mpt,
    NULL,
};

enum {
  SURE = 50,      /* a probe of at least this is believed before all else */
  PLAUSIBLE = 5,  /* and of at least this makes a member of a .zip worth reading */
  MOST_NESTED = 3 /* wrappings inside each other: cell.nda.gz.zip */
};

const char *DavyRecordFormatName(size_t i) {
  return i < sizeof readers / sizeof *readers && readers[i] ? readers[i]->name : NULL;
}

const char *DavyRecordFormatWords(size_t i) {
  return i < sizeof readers / sizeof *readers && readers[i] ? readers[i]->words : NULL;
}

static const DavyReader *best_reader(const DavyBytes *bytes, int *certainty) {
  const DavyReader *best = NULL;
  *certainty = 0;
  for (const DavyReader *const *r = readers; *r; r++) {
    int found = (*r)->probe(bytes);
    if (found <= *certainty) continue;
    *certainty = found;
    best = *r;
  }
  return best;
}

static bool is_wrapped(const DavyBytes *bytes) {
  return davy_is_gzip(bytes) || davy_is_zip(bytes);
}

static bool worth_reading(const DavyBytes *start) {
  int certainty;
  return is_wrapped(start) || davy_unread_format(start) ||
         (best_reader(start, &certainty) && certainty >= PLAUSIBLE);
}

static DavyError unknown_content(const DavyBytes *bytes, const char *name) {
  char start[3 * 8 + 1] = "";
  size_t shown = bytes->size < 8 ? bytes->size : 8;
  for (size_t i = 0; i < shown; i++) snprintf(start + 3 * i, 4, "%02x ", bytes->data[i]);
  return DavyFail(DAVY_ERR_UNSUPPORTED,
                  "%s: davy knows no format that begins with the bytes %s(davy convert "
                  "--list-formats names those that it reads)",
                  name, start);
}

static DavyError named_reader(const char *format, const DavyReader **reader) {
  for (const DavyReader *const *r = readers; *r; r++)
    if (strcmp((*r)->name, format) == 0) {
      *reader = *r;
      return DAVY_OK;
    }
  return DavyFail(DAVY_ERR_LOOKUP,
                  "no format is called \"%s\" (davy convert --list-formats names them)", format);
}

/* The reader for these bytes; NULL if they are a wrapping to be opened. */
static DavyError choose_reader(const DavyBytes *bytes, const DavyReadOptions *options,
                               const DavyReader **reader) {
  *reader = NULL;
  if (options->format) {
    DAVY_TRY(named_reader(options->format, reader));
    if (is_wrapped(bytes) && !(*reader)->probe(bytes)) *reader = NULL;
    return DAVY_OK;
  }
  int certainty;
  const DavyReader *best = best_reader(bytes, &certainty);
  bool mapped = best && options->map && options->map->count; /* the user knows the columns */
  const char *unread = certainty < SURE && !mapped ? davy_unread_format(bytes) : NULL;
  DAVY_CHECK(!unread, DAVY_ERR_UNSUPPORTED, "%s: this is %s", options->name, unread);
  if (!best && !is_wrapped(bytes)) return unknown_content(bytes, options->name);
  *reader = best;
  return DAVY_OK;
}

static DavyError read_bytes(DavyBytes *bytes, const DavyReadOptions *options, size_t limit,
                            int nested, DavyRecord *record);

static DavyError read_wrapped(const DavyBytes *bytes, const DavyReadOptions *options, size_t limit,
                              int nested, DavyRecord *record) {
  DAVY_CHECK(nested < MOST_NESTED, DAVY_ERR_UNSUPPORTED,
             "%s: more than %d wrappings inside each other", options->name, MOST_NESTED);
  DavyBytes inner;
  DavyReadOptions inside = *options;
  char member[256] = "", name[512];
  if (davy_is_gzip(bytes)) {
    DAVY_TRY(davy_gzip_open(bytes, options->name, limit, record, &inner));
  } else {
    DAVY_TRY(davy_zip_open(bytes, options->name, options->member, worth_reading, limit, record,
                           &inner, member));
    snprintf(name, sizeof name, "%s/%s", options->name, member);
    inside.name = name;
    inside.member = NULL;
  }
  DavyError error = *member ? DavyRecordSetInfo(record, "member", "%s", member) : DAVY_OK;
  if (!error) error = read_bytes(&inner, &inside, limit, nested + 1, record);
  DavyBytesClose(&inner);
  return error;
}

static DavyError read_bytes(DavyBytes *bytes, const DavyReadOptions *options, size_t limit,
                            int nested, DavyRecord *record) {
  const DavyReader *reader;
  DAVY_CHECK(bytes->size, DAVY_ERR_FORMAT, "%s: the file is empty", options->name);
  DAVY_TRY(choose_reader(bytes, options, &reader));
  if (!reader) return read_wrapped(bytes, options, limit, nested, record);
  DAVY_TRY(reader->read(bytes, options, record));
  DAVY_TRY(DavyRecordSetInfo(record, "format", "%s", reader->name));
  DAVY_CHECK(DavyRecordRows(record), DAVY_ERR_FORMAT, "%s: holds no rows of data (read as %s)",
             options->name, reader->words);
  return DAVY_OK;
}

void davy_turn_current(DavyRecord *record) {
  static const DavyColumn signed_columns[] = {
      DAVY_CURRENT,           DAVY_POWER,      DAVY_NET_CAPACITY,     DAVY_CYCLE_NET_CAPACITY,
      DAVY_STEP_NET_CAPACITY, DAVY_NET_ENERGY, DAVY_CYCLE_NET_ENERGY, DAVY_STEP_NET_ENERGY};
  for (size_t c = 0; c < sizeof signed_columns / sizeof *signed_columns; c++) {
    if (!DavyRecordHas(record, signed_columns[c])) continue;
    double *values = DavyRecordMakeNumbers(record, signed_columns[c]);
    for (size_t i = 0; i < DavyRecordRows(record); i++) values[i] = 0 - values[i];
  }
}

/* The user's word goes before what the format or the rows say. */
static DavyError apply_sign(const DavyReadOptions *options, DavyRecord *record) {
  if (options->current_sign == DAVY_SIGN_AUTO) return DAVY_OK;
  bool turned = options->current_sign == DAVY_SIGN_DISCHARGE_POSITIVE;
  if (turned) davy_turn_current(record);
  return DavyRecordSetInfo(record, "current_sign", "positive %s in the file, as told",
                           turned ? "discharges" : "charges");
}

static DavyError read_and_finish(DavyBytes *bytes, const DavyReadOptions *options,
                                 DavyRecord *record) {
  DAVY_TRY(read_bytes(bytes, options, davy_inflated_limit(bytes->size), 0, record));
  DAVY_TRY(apply_sign(options, record));
  DAVY_TRY(DavyRecordFinish(record));
  DAVY_CHECK(DavyRecordRows(record), DAVY_ERR_FORMAT, "%s: holds no row with a time",
             options->name);
  return DAVY_OK;
}

static DavyError read_record(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record) {
  Hashing hashing;
  const char *slash = strrchr(options->name, '/');
  DAVY_TRY(DavyRecordSetInfo(record, "file", "%s", slash ? slash + 1 : options->name));
  DAVY_TRY(DavyRecordSetInfo(record, "sha256", "%s", "")); /* keeps its place in the list */
  davy_hashing_begin(&hashing, bytes);
  DavyError error = read_and_finish(bytes, options, record);
  davy_hashing_end(&hashing);
  DavyBytesRelease(bytes, bytes->size);
  return error ? error : DavyRecordSetInfo(record, "sha256", "%s", hashing.hex);
}

static DavyError read_all(DavyBytes *bytes, const DavyReadOptions *options, const char *name,
                          DavyRecord **record) {
  DavyReadOptions named = options ? *options : (DavyReadOptions){0};
  if (!named.name) named.name = name;
  DAVY_TRY(DavyRecordCreate(record));
  DavyError error = read_record(bytes, &named, *record);
  if (error) DavyRecordDestroy(record);
  return error;
}

DavyError DavyRecordRead(const char *path, const DavyReadOptions *options, DavyRecord **record) {
  *record = NULL;
  DavyBytes bytes;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = read_all(&bytes, options, path, record);
  DavyBytesClose(&bytes);
  return error;
}

DavyError DavyRecordReadMemory(const void *data, size_t size, const DavyReadOptions *options,
                               DavyRecord **record) {
  *record = NULL;
  DavyBytes bytes = {data, size, DAVY_BYTES_BORROWED};
  return read_all(&bytes, options, "memory", record);
}
