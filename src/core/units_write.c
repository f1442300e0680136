/* A quantity as text that reads back to the same number. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/c_locale.h"
#include "davy/table.h"
#include "davy/units.h"

void DavyQuantityText(double value, const char *unit, const char *si_unit, char text[80]) {
  double scale, offset, again;
  char number[32];
  if (!DavyUnitConversion(unit, si_unit, &scale, &offset)) {
    /* Fifteen digits first: 36000 C/m2 is 1 mAh/cm2, not 1.0000000000000002. */
    locale_t before = uselocale(DavyLocaleC());
    snprintf(number, sizeof number, "%.15g", (value - offset) / scale);
    double tidy = strtod(number, NULL);
    uselocale(before);
    DavyFormatDouble(tidy, number);
    bool pure = unit[0] == '1' && unit[1] == '\0';
    snprintf(text, 80, pure ? "%s" : "%s %.40s", number, unit);
    if (!DavyQuantityParse(text, si_unit, &again) && again == value) return;
  }
  DavyFormatDouble(value, number);
  snprintf(text, 80, "%s %.40s", number, si_unit);
}
