/* Any bytes as a Neware .nda; the magic is put in front, the version byte stays fuzzed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  unsigned char *copy = malloc(size ? size : 1); /* exact size, so that a read beyond is seen */
  memcpy(copy, data, size);
  if (size >= 6) memcpy(copy, "NEWARE", 6);
  DavyBytes bytes = {copy, size, DAVY_BYTES_BORROWED};
  DavyReadOptions options = {.name = "fuzz"};
  DavyRecord *record;
  if (!DavyRecordCreate(&record) && !davy_reader_nda.read(&bytes, &options, record))
    (void)DavyRecordFinish(record);
  DavyRecordDestroy(&record);
  free(copy);
  return 0;
}
