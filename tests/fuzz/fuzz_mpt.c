/* Any bytes as an EC-Lab .mpt: an error or a record, never a crash. */
#include <stddef.h>
#include <stdint.h>

#include "davy/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyRecord *record = NULL;
  const DavyReadOptions options = {.format = "eclab-mpt"};
  if (!DavyRecordReadMemory(data, size, &options, &record)) DavyRecordDestroy(&record);
  return 0;
}
