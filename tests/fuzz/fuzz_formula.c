/* Any bytes as a chemical formula: an error or a formula, never a crash. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "davy/material.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char text[256];
  DavyFormula formula;
  if (size >= sizeof text) return 0;
  memcpy(text, data, size);
  text[size] = '\0';
  if (!DavyFormulaRead(text, &formula) && !(DavyFormulaMolarMass(&formula) > 0)) __builtin_trap();
  return 0;
}
