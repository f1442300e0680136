/* Any bytes as a CIF: an error or a crystal, never a crash. */
#include <stddef.h>
#include <stdint.h>
#include "davy/diffraction.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyCrystal *crystal = NULL;
  if (!DavyCrystalParseCif((const char *)data, size, "fuzz.cif", &crystal))
    DavyCrystalDestroy(&crystal);
  return 0;
}
