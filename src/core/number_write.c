/* Doubles as text, in the fewest digits that read back to the same double.
 *
 * Most measured numbers are short decimals m/10^k. With m < 2^50 and k <= 22 both are exact
 * doubles, so the division is rounded once and equals what a correct reader makes of the text (the
 * fast reading path of Clinger 1990, run backwards). Computed numbers have 16 or 17 digits: these
 * are found in extended precision, whose error is known and small, and accepted only where they lie
 * clearly inside the interval of decimals that read back to the value. The few that remain go
 * through the C library. */
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

static void put_digits(uint64_t m, int exponent_of_last, Decimal *decimal) {
  char reversed[24];
  int count = 0;
  for (; m; m /= 10) reversed[count++] = (char)('0' + m % 10);
  for (int i = 0; i < count; i++) decimal->digits[i] = reversed[count - 1 - i];
  decimal->count = count;
  decimal->exponent = count - 1 + exponent_of_last;
  trim_zeros(decimal);
}

/* A decimal m/10^k with m < 2^50 stays one if k grows, so the largest k that leaves the product
 * below 2^50 decides for all. There the value and the product are off by less than a quarter. */
static int short_decimal(double magnitude, Decimal *decimal) {
  static const double log10_of_2 = 0.30102;
  int binary;
  frexp(magnitude, &binary); /* magnitude < 2^binary */
  int k = (int)(log10_of_2 * (50 - binary));
  if (binary > 50) return 0;
  if (k >= POWERS) k = POWERS - 1;
  uint64_t m = (uint64_t)(magnitude * powers_of_ten[k] + 0.5);
  if ((double)m / powers_of_ten[k] != magnitude) return 0;
  put_digits(m, -k, decimal);
  return 1;
}

#if LDBL_MANT_DIG >= 64
/* 10^k for 0 <= k <= 27 is exact, since 5^27 < 2^64. */
static const long double wide_powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                          1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                          1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                          1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
enum { WIDE_POWER = 27 };

/* With s = magnitude * 10^k and its integer neighbour m, m/10^k reads back if |m - s| is less than
 * half a unit in the last place of the double, in the same scale. */
static int wide_decimal(double magnitude, Decimal *decimal) {
  int binary;
  if (magnitude < DBL_MIN || frexp(magnitude, &binary) == 0.5) return 0; /* uneven neighbours */
  int leading = (int)floor(log10(magnitude));
  for (int digits = 15; digits <= 17; digits++) {
    int k = digits - 1 - leading;
    if (k > WIDE_POWER || -k > WIDE_POWER) return 0;
    long double power = wide_powers[k < 0 ? -k : k], half = ldexpl(1, binary - DBL_MANT_DIG - 1);
    long double s = k < 0 ? magnitude / power : magnitude * power;
    long double room = k < 0 ? half / power : half * power, doubt = s * 0x1p-61L;
    long double m = rintl(s), miss = fabsl(m - s);
    if (miss + doubt < room) {
      put_digits((uint64_t)m, -k, decimal);
      return 1;
    }
    if (miss - doubt <= room) return 0;
  }
  return 0;
}
#else
static int wide_decimal(double magnitude, Decimal *decimal) {
  return (void)magnitude, (void)decimal, 0;
}
#endif

static void long_decimal(double magnitude, Decimal *decimal) {
  char text[40];
  locale_t before = uselocale(DavyLocaleC());
  /* 15 digits always survive a normal double; a subnormal one may hold a single digit. */
  for (int digits = magnitude < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*e", digits - 1, magnitude);
    if (digits == 17 || strtod(text, NULL) == magnitude) break;
  }
  uselocale(before);
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
  double magnitude = fabs(value);
  if (!short_decimal(magnitude, &decimal) && !wide_decimal(magnitude, &decimal))
    long_decimal(magnitude, &decimal);
  return (size_t)(out - text) + lay_out(&decimal, out);
}
