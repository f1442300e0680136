/* Any bytes as csv text: an error or a record whose rows are in order, never a crash. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "davy/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyReadOptions options = {.format = "csv"};
  DavyRecord *record = NULL;
  if (DavyRecordReadMemory(data, size, &options, &record)) return 0;
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME);
  for (size_t i = 1; time && i < DavyRecordRows(record); i++)
    if (!(time[i] >= time[i - 1])) abort();
  DavyRecordDestroy(&record);
  return 0;
}
