/* Case of the interface engine: any text gives a case or an error; a case can be written and read
 * again, and then resolves to itself but for its comments: a value that a material lent outside its
 * range is warned of once, and then the case's own. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interface/case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *resolved(const DavyInterfaceCase *it) {
  char *text = NULL;
  size_t length = 0;
  FILE *file = open_memstream(&text, &length);
  if (!file) abort();
  DavyInterfaceCaseWrite(it, file);
  fclose(file);
  return text;
}

static void read_again(const DavyInterfaceCase *one) {
  DavyYaml *yaml = NULL;
  DavyInterfaceCase *two = NULL;
  char *text = resolved(one);
  if (DavyYamlParse(text, strlen(text), "resolved", &yaml) || DavyInterfaceCaseRead(yaml, &two)) {
    fprintf(stderr, "%s\n%s", DavyErrorMessage(), text);
    abort();
  }
  char *again = resolved(two);
  if (strcmp(strstr(text, "\nengine:"), strstr(again, "\nengine:"))) {
    fprintf(stderr, "%s\nresolves to\n%s", text, again);
    abort();
  }
  DavyInterfaceCaseDestroy(&two);
  DavyYamlDestroy(&yaml);
  free(text);
  free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyYaml *yaml = NULL;
  DavyInterfaceCase *one = NULL;
  if (DavyYamlParse((const char *)data, size, "fuzz", &yaml)) return 0;
  if (!DavyInterfaceCaseRead(yaml, &one)) read_again(one);
  DavyInterfaceCaseDestroy(&one);
  DavyYamlDestroy(&yaml);
  return 0;
}
