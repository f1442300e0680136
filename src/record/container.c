/* gzip by zlib, zip by libzip, both from memory to memory with a cap on what comes out. */
#include "record/container.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
#include <zlib.h>

enum {
  PROBE_SIZE = 1 << 16, /* bytes of a member that decide whether a reader wants it */
  MOST_MEMBERS = 4096,  /* members looked at when none is named */
  NAMES_SHOWN = 8,      /* members named in a message */
  FIRST_ROOM = 1 << 20, /* bytes; doubled as needed, so that a lying size costs nothing */
  GZIP_BITS = 15 + 16,  /* zlib: largest window, gzip header expected */
  MOST_INPUT = 1 << 30, /* bytes given to zlib at once: its counters have 32 bits */
};

/* Logs compress 5 to 50 times, long rests more. Beyond both numbers it is a bomb, or not ours. */
static const size_t always_allowed = (size_t)256 << 20; /* bytes */
static const size_t most_ratio = 200;

size_t davy_inflated_limit(size_t size) {
  size_t by_ratio = size > SIZE_MAX / most_ratio ? SIZE_MAX : size * most_ratio;
  return by_ratio > always_allowed ? by_ratio : always_allowed;
}

bool davy_is_gzip(const DavyBytes *bytes) {
  return bytes->size >= 3 && memcmp(bytes->data, "\x1f\x8b\x08", 3) == 0;
}

bool davy_is_zip(const DavyBytes *bytes) {
  return bytes->size >= 4 &&
         (memcmp(bytes->data, "PK\3\4", 4) == 0 || memcmp(bytes->data, "PK\5\6", 4) == 0);
}

/* Memory that grows up to a limit while something is inflated into it. */
typedef struct {
  unsigned char *data;
  size_t size, room, limit;
} Buffer;

static DavyError buffer_grow(Buffer *buffer, const char *name) {
  DAVY_CHECK(buffer->room < buffer->limit, DAVY_ERR_FORMAT,
             "%s: inflates to more than %zu MB, over %zu times its size: it is damaged or made to "
             "exhaust memory; unpack it by hand if it is sound",
             name, buffer->limit >> 20, most_ratio);
  size_t room = buffer->room ? 2 * buffer->room : FIRST_ROOM;
  if (room > buffer->limit) room = buffer->limit;
  unsigned char *data = realloc(buffer->data, room);
  DAVY_CHECK(data, DAVY_ERR_MEMORY, "%s: out of memory for %zu MB", name, room >> 20);
  buffer->data = data;
  buffer->room = room;
  return DAVY_OK;
}

static DavyBytes buffer_bytes(Buffer buffer) {
  if (buffer.data) return (DavyBytes){buffer.data, buffer.size, DAVY_BYTES_OWNED};
  return (DavyBytes){(const unsigned char *)"", 0, DAVY_BYTES_BORROWED};
}

/* One call of inflate on as much input and room as there is. */
static int inflate_more(z_stream *z, const DavyBytes *outer, size_t *used, Buffer *buffer) {
  size_t input = outer->size - *used, room = buffer->room - buffer->size;
  z->next_in = (unsigned char *)(uintptr_t)(outer->data + *used);
  z->avail_in = (uInt)(input < MOST_INPUT ? input : MOST_INPUT);
  z->next_out = buffer->data + buffer->size;
  z->avail_out = (uInt)(room < MOST_INPUT ? room : MOST_INPUT);
  int status = inflate(z, Z_NO_FLUSH);
  *used = (size_t)(z->next_in - outer->data);
  buffer->size = (size_t)(z->next_out - buffer->data);
  return status;
}

static bool another_member(const DavyBytes *outer, size_t used) {
  return outer->size - used >= 3 && memcmp(outer->data + used, "\x1f\x8b\x08", 3) == 0;
}

static DavyError inflate_all(z_stream *z, const DavyBytes *outer, const char *name, Buffer *buffer,
                             DavyRecord *record) {
  size_t used = 0;
  for (;;) {
    if (buffer->size == buffer->room) DAVY_TRY(buffer_grow(buffer, name));
    int status = inflate_more(z, outer, &used, buffer);
    if (status == Z_STREAM_END) {
      if (!another_member(outer, used)) return DAVY_OK;
      inflateReset(z);
    } else if (status == Z_MEM_ERROR) {
      return DavyFail(DAVY_ERR_MEMORY, "%s: out of memory while inflating", name);
    } else if (status == Z_BUF_ERROR && used < outer->size) {
      continue; /* room is full */
    } else if (status != Z_OK || (used == outer->size && buffer->size < buffer->room)) {
      const char *what = status == Z_DATA_ERROR ? "is damaged" : "breaks off";
      DAVY_CHECK(buffer->size, DAVY_ERR_FORMAT, "%s: byte %zu: the gzip stream %s", name, used,
                 what);
      DavyRecordWarn(record, "The gzip stream %s at byte %zu: read is what stands before it.", what,
                     used);
      return DAVY_OK;
    }
  }
}

DavyError davy_gzip_open(const DavyBytes *outer, const char *name, size_t limit, DavyRecord *record,
                         DavyBytes *inner) {
  z_stream z = {0};
  DAVY_CHECK(inflateInit2(&z, GZIP_BITS) == Z_OK, DAVY_ERR_MEMORY, "%s: out of memory", name);
  Buffer buffer = {.limit = limit};
  DavyError error = inflate_all(&z, outer, name, &buffer, record);
  inflateEnd(&z);
  if (error) {
    free(buffer.data);
    buffer.data = NULL;
  }
  *inner = buffer_bytes(buffer);
  return error;
}

static DavyError zip_archive(const DavyBytes *outer, const char *name, zip_t **archive) {
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t *source = zip_source_buffer_create(outer->data, outer->size, 0, &why);
  *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
  DavyError error = DAVY_OK;
  if (!*archive) {
    error = DavyFail(DAVY_ERR_FORMAT,
                     "%s: the zip archive cannot be opened (%s); its list of members stands at the "
                     "end, so the file is probably cut off",
                     name, zip_error_strerror(&why));
    if (source) zip_source_free(source);
  }
  zip_error_fini(&why);
  return error;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* Folders, empty members and the hidden ones that archivers add are no data. */
static bool is_data_member(zip_t *archive, zip_int64_t i, const char **path) {
  zip_stat_t stat;
  if (zip_stat_index(archive, (zip_uint64_t)i, 0, &stat)) return false;
  if (!(stat.valid & ZIP_STAT_NAME) || ((stat.valid & ZIP_STAT_SIZE) && stat.size == 0))
    return false;
  *path = stat.name;
  const char *last = last_part(stat.name);
  return *last && *last != '.' && strncmp(stat.name, "__MACOSX/", 9) != 0;
}

static bool member_starts_readable(zip_t *archive, zip_int64_t i,
                                   bool (*readable)(const DavyBytes *)) {
  zip_file_t *file = zip_fopen_index(archive, (zip_uint64_t)i, 0);
  unsigned char *start = file ? malloc(PROBE_SIZE) : NULL;
  zip_int64_t got = start ? zip_fread(file, start, PROBE_SIZE) : -1;
  DavyBytes bytes = {start, got > 0 ? (size_t)got : 0, DAVY_BYTES_BORROWED};
  bool answer = got > 0 && readable(&bytes);
  free(start);
  if (file) zip_fclose(file);
  return answer;
}

static DavyError choose_named(zip_t *archive, const char *name, const char *member,
                              zip_int64_t *chosen) {
  zip_int64_t count = zip_get_num_entries(archive, 0);
  const char *path;
  *chosen = zip_name_locate(archive, member, 0);
  for (zip_int64_t i = 0; *chosen < 0 && i < count; i++)
    if (is_data_member(archive, i, &path) && strcmp(last_part(path), member) == 0) *chosen = i;
  DAVY_CHECK(*chosen >= 0, DAVY_ERR_LOOKUP, "%s: has no member \"%s\"", name, member);
  return DAVY_OK;
}

static DavyError choose_readable(zip_t *archive, const char *name,
                                 bool (*readable)(const DavyBytes *), zip_int64_t *chosen) {
  char names[1024] = "";
  size_t found = 0, seen = 0, length = 0;
  zip_int64_t count = zip_get_num_entries(archive, 0), only = -1;
  *chosen = -1;
  for (zip_int64_t i = 0; i < count && i < MOST_MEMBERS; i++) {
    const char *path;
    if (!is_data_member(archive, i, &path)) continue;
    seen++;
    only = i;
    if (!member_starts_readable(archive, i, readable)) continue;
    if (found++ == 0) *chosen = i;
    if (found <= NAMES_SHOWN && length < sizeof names)
      length +=
          (size_t)snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "", path);
  }
  if (seen == 1) *chosen = only;
  DAVY_CHECK(found <= 1, DAVY_ERR_VALUE,
             "%s: has %zu members that davy can read; name one (--member): %s%s", name, found,
             names, found > NAMES_SHOWN ? ", ..." : "");
  DAVY_CHECK(*chosen >= 0, DAVY_ERR_UNSUPPORTED,
             "%s: none of the %zu members of the zip is of a "
             "format that davy reads",
             name, seen);
  return DAVY_OK;
}

static DavyError inflate_member(zip_t *archive, zip_int64_t i, const char *name, size_t limit,
                                DavyRecord *record, Buffer *buffer) {
  buffer->limit = limit;
  zip_file_t *file = zip_fopen_index(archive, (zip_uint64_t)i, 0);
  DAVY_CHECK(file, DAVY_ERR_FORMAT, "%s: member \"%s\" cannot be read: %s", name,
             zip_get_name(archive, (zip_uint64_t)i, 0), zip_strerror(archive));
  DavyError error = DAVY_OK;
  zip_int64_t got = 1;
  while (got > 0) {
    if (buffer->size == buffer->room) DAVY_GUARD(buffer_grow(buffer, name));
    got = zip_fread(file, buffer->data + buffer->size, buffer->room - buffer->size);
    if (got > 0) buffer->size += (size_t)got;
  }
  if (got < 0 && buffer->size)
    DavyRecordWarn(record, "The zip member is damaged (%s): read are its first %zu bytes.",
                   zip_file_strerror(file), buffer->size);
  else if (got < 0)
    error = DavyFail(DAVY_ERR_FORMAT, "%s: the zip member is damaged: %s", name,
                     zip_file_strerror(file));
done:
  zip_fclose(file);
  return error;
}

DavyError davy_zip_open(const DavyBytes *outer, const char *name, const char *member,
                        bool (*readable)(const DavyBytes *start), size_t limit, DavyRecord *record,
                        DavyBytes *inner, char found[256]) {
  zip_t *archive;
  zip_int64_t chosen;
  Buffer buffer = {0};
  *inner = buffer_bytes(buffer);
  DAVY_TRY(zip_archive(outer, name, &archive));
  DavyError error = member ? choose_named(archive, name, member, &chosen)
                           : choose_readable(archive, name, readable, &chosen);
  if (error) goto done;
  snprintf(found, 256, "%s", zip_get_name(archive, (zip_uint64_t)chosen, 0));
  DAVY_GUARD(inflate_member(archive, chosen, name, limit, record, &buffer));
  *inner = buffer_bytes(buffer);
  buffer.data = NULL;
done:
  free(buffer.data);
  zip_discard(archive);
  return error;
}
