/* Any bytes as a file of unknown format, wrapped or not: the way that every input goes. */
#include <stddef.h>
#include <stdint.h>

#include "davy/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyRecord *record = NULL;
  if (DavyRecordReadMemory(data, size, NULL, &record) == DAVY_OK) DavyRecordDestroy(&record);
  return 0;
}
