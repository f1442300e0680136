/* Any text as an expression: a result is finite unless an input is missing. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static DavyError find(void *context, const char *name, Amount *amount, char text[80]) {
  (void)context;
  *amount = (Amount){.value = 3, .missing = name[0] == 'm'};
  amount->dimension.power[name[0] & 3] = 1;
  strcpy(text, "3 x");
  return name[0] == 'z' ? DavyFail(DAVY_ERR_LOOKUP, "unknown name %s", name) : DAVY_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = strndup((const char *)data, size), unit[80];
  Names names = {find, NULL};
  Amount amount;
  double step;
  static FILE *sink;
  if (!sink) sink = fopen("/dev/null", "w");
  if (!davy_evaluate(text, &names, &amount, sink)) {
    if (!amount.missing && !isfinite(amount.value)) __builtin_trap();
    davy_dimension_text(amount.dimension, unit);
    if (strlen(unit) == 0) __builtin_trap();
  }
  (void)davy_is_quantity(text, unit, &step);
  (void)davy_is_free_name(text);
  free(text);
  return 0;
}
