/* Any bytes as a claims file: judged, and shown as a table. A number that was compared is finite,
 * and what cannot be judged says why. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "davy/cite.h"
#include "davy/claims.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static FILE *sink;
  if (!sink) sink = fopen("/dev/null", "w");
  DavyClaims *claims = NULL;
  DavyTable *table = NULL;
  if (DavyClaimsParse((const char *)data, size, "fuzz", &claims)) return 0;
  for (size_t i = 0; i < DavyClaimsCount(claims); i++) {
    const DavyClaim *claim = DavyClaimsAt(claims, i);
    bool open = claim->verdict == DAVY_CLAIM_OPEN;
    if (open != (claim->open != NULL)) __builtin_trap();
    if (!open && !isfinite(claim->printed)) __builtin_trap();
    if (isinf(claim->computed) || isinf(claim->ratio)) __builtin_trap();
  }
  if (!DavyClaimsTable(claims, &table)) DavyTableWriteJson(table, sink);
  DavyTableDestroy(&table);
  DavyClaimsDestroy(&claims);
  DavyCiteClear();
  return 0;
}
