/* Case of the cell engine: any text gives a case or an error; a case can be written and read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "davy/cell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyYaml *yaml = NULL, *again = NULL;
  DavyCellCase *one = NULL, *two = NULL;
  char *text = NULL;
  size_t length = 0;
  if (DavyYamlParse((const char *)data, size, "fuzz", &yaml)) return 0;
  if (!DavyCellCaseRead(yaml, &one)) {
    FILE *file = open_memstream(&text, &length);
    if (!file) abort();
    DavyCellCaseWrite(one, file);
    fclose(file);
    if (DavyYamlParse(text, length, "resolved", &again) || DavyCellCaseRead(again, &two)) {
      fprintf(stderr, "%s\n%s", DavyErrorMessage(), text);
      abort();
    }
  }
  DavyCellCaseDestroy(&one);
  DavyCellCaseDestroy(&two);
  DavyYamlDestroy(&yaml);
  DavyYamlDestroy(&again);
  free(text);
  return 0;
}
