/* Doubles as text, in the fewest digits that read back to the same double.
 *
 * Most measured numbers are short decimals m/10^k. With m < 2^51 and k <= 22 both are exact
 * doubles, so the division is rounded once and equals what a correct reader makes of the text; the
 * least k that gives back the value gives its shortest form (the fast reading path of Clinger 1990,
 * run backwards). The rest goes through the C library with 15, 16 or 17 digits. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/c_locale.h"
#include "davy/table.h"

/* digits[0] . digits[1..count) times 10^exponent, no trailing zeros. */
typedef struct {
  char digits[24];
  int count, exponent;
} Decimal;

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { POWERS = sizeof powers_of_ten / sizeof *powers_of_ten };

static void trim_zeros(Decimal *decimal) {
  while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0') decimal->count--;
}

/* Finds a short decimal for magnitude > 0; false if there is none of 15 digits or so. */
static int short_decimal(double magnitude, Decimal *decimal) {
  static const double most = 2251799813685248.0; /* 2^51: the product's error stays below 1/2 */
  for (int k = 0; k < POWERS; k++) {
    double scaled = magnitude * powers_of_ten[k];
    if (scaled >= most) return 0;
    double rounded = nearbyint(scaled);
    if (rounded / powers_of_ten[k] != magnitude) continue;
    char reversed[24];
    int count = 0;
    for (uint64_t m = (uint64_t)rounded; m; m /= 10) reversed[count++] = (char)('0' + m % 10);
    for (int i = 0; i < count; i++) decimal->digits[i] = reversed[count - 1 - i];
    decimal->count = count;
    decimal->exponent = count - 1 - k;
    trim_zeros(decimal);
    return 1;
  }
  return 0;
}

static void long_decimal(double magnitude, Decimal *decimal) {
  char text[40];
  locale_t before = DavyLocaleC();
  /* 15 digits always survive a normal double; a subnormal one may hold a single digit. */
  for (int digits = magnitude < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*e", digits - 1, magnitude);
    if (digits == 17 || strtod(text, NULL) == magnitude) break;
  }
  DavyLocaleRestore(before);
  char *e = strchr(text, 'e');
  decimal->count = 0;
  for (char *c = text; c < e; c++)
    if (*c >= '0' && *c <= '9') decimal->digits[decimal->count++] = *c;
  decimal->exponent = atoi(e + 1);
  trim_zeros(decimal);
}

/* Plain notation from 1e-6 to below 1e21, as JavaScript does; else "1.5e-9". */
static size_t lay_out(const Decimal *d, char *text) {
  char *out = text;
  int e = d->exponent;
  if (e < -6 || e > 20) {
    *out++ = d->digits[0];
    if (d->count > 1) *out++ = '.';
    for (int i = 1; i < d->count; i++) *out++ = d->digits[i];
    return (size_t)(out - text) + (size_t)sprintf(out, "e%d", e);
  }
  if (e < 0) {
    *out++ = '0', *out++ = '.';
    for (int i = -1; i > e; i--) *out++ = '0';
  }
  for (int i = 0; i < d->count || i <= e; i++) {
    if (i == e + 1 && e >= 0) *out++ = '.';
    *out++ = i < d->count ? d->digits[i] : '0';
  }
  *out = '\0';
  return (size_t)(out - text);
}

size_t DavyFormatDouble(double value, char text[32]) {
  if (!isfinite(value)) {
    strcpy(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    return strlen(text);
  }
  char *out = text;
  if (signbit(value)) *out++ = '-';
  if (value == 0) {
    strcpy(out, "0");
    return (size_t)(out - text) + 1;
  }
  Decimal decimal = {.count = 0};
  if (!short_decimal(fabs(value), &decimal)) long_decimal(fabs(value), &decimal);
  return (size_t)(out - text) + lay_out(&decimal, out);
}
