/* Any bytes as a Neware .ndax: as they are (real archives are the seeds), or, if the first byte is
 * 0xFF, as the members of an archive made here, since random bytes rarely make a zip. Then each
 * member is a kind u1 (which name it gets), a length u2 and its bytes; the first block of a .ndc
 * gets its file type and keeps its fuzzed version. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "record/reader.h"

static const struct {
  const char *name;
  int type; /* of the .ndc; 0: XML */
} members[] = {{"data.ndc", 1},   {"data_runInfo.ndc", 18},  {"data_step.ndc", 7},
               {"data_1.ndc", 5}, {"data_AUX_9_3_1.ndc", 5}, {"TestInfo.xml", 0},
               {"Step.xml", 0}};

enum { BLOCK = 4096, MOST_MEMBERS = 12 };

/* A fuzzed member is spread over whole blocks: its bytes are repeated up to the next 4096. */
static void add_member(zip_t *zip, unsigned kind, const uint8_t *data, size_t size) {
  size_t room = members[kind].type ? (size / BLOCK + 2) * BLOCK : size + 1;
  unsigned char *bytes = calloc(1, room);
  memcpy(bytes, data, size);
  for (size_t filled = size; members[kind].type && filled && filled < room; filled *= 2)
    memcpy(bytes + filled, bytes, filled < room - filled ? filled : room - filled);
  if (!members[kind].type) bytes[size] = '\n';
  if (members[kind].type) bytes[0] = (unsigned char)members[kind].type;
  zip_source_t *source = zip_source_buffer(zip, bytes, room, 1);
  zip_int64_t at = zip_file_add(zip, members[kind].name, source, ZIP_FL_OVERWRITE);
  if (at < 0)
    zip_source_free(source);
  else
    zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
}

static unsigned char *make_archive(const uint8_t *data, size_t size, size_t *made) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *buffer = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_source_keep(buffer);
  zip_t *zip = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
  int added = 0;
  for (size_t at = 0; at + 3 <= size && added < MOST_MEMBERS; added++) {
    size_t length = data[at + 1] | (size_t)data[at + 2] << 8, left = size - at - 3;
    if (length > left) length = left;
    add_member(zip, data[at] % (sizeof members / sizeof *members), data + at + 3, length);
    at += 3 + length;
  }
  if (zip_close(zip)) zip_discard(zip);
  zip_stat_t stat;
  unsigned char *bytes = NULL;
  *made = 0;
  if (zip_source_open(buffer) == 0) {
    if (zip_source_stat(buffer, &stat) == 0 && (bytes = malloc(stat.size + 1)))
      *made = (size_t)zip_source_read(buffer, bytes, stat.size);
    zip_source_close(buffer);
  }
  zip_source_free(buffer);
  zip_error_fini(&error);
  return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t length = size;
  unsigned char *archive;
  if (size && data[0] == 0xFF) {
    archive = make_archive(data + 1, size - 1, &length);
  } else {
    archive = malloc(size ? size : 1);
    memcpy(archive, data, size);
  }
  DavyBytes bytes = {archive, archive ? length : 0, DAVY_BYTES_BORROWED};
  DavyReadOptions options = {.name = "fuzz"};
  DavyRecord *record;
  if (!DavyRecordCreate(&record) && !davy_reader_ndax.read(&bytes, &options, record))
    (void)DavyRecordFinish(record);
  DavyRecordDestroy(&record);
  free(archive);
  return 0;
}
