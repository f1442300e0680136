/* Numbers in text, exactly and quickly.
 *
 * A decimal number is m * 10^e with an integer m. Where m < 2^53 and |e| <= 22, both m and 10^|e|
 * are exact doubles, so that one multiplication or division rounds once and is therefore right
 * (W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990). All others, a few
 * in a thousand, go through strtod in the C locale.
 */
#include "core/number.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "core/c_locale.h"

enum { EXACT_POWER = 22, MOST_DIGITS = 19, EXPONENT_CAP = 100000 };

static const double powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

typedef struct {
  uint64_t mantissa;
  size_t digits; /* significant ones; beyond MOST_DIGITS the mantissa may have overflown */
  long exponent;
  bool any;
} Decimal;

/* The slow, exact way: [begin, end) is known to be a well-formed number. */
static double by_strtod(const char *begin, const char *end, char decimal) {
  char near[64];
  size_t length = (size_t)(end - begin);
  char *text = length < sizeof near ? near : malloc(length + 1);
  if (!text) return NAN;
  for (size_t i = 0; i < length; i++) text[i] = begin[i] == decimal ? '.' : begin[i];
  text[length] = '\0';
  locale_t before = uselocale(DavyLocaleC());
  double value = strtod(text, NULL);
  uselocale(before);
  if (text != near) free(text);
  return value;
}

static const char *read_digits(const char *p, const char *end, Decimal *number) {
  for (; p < end; p++) {
    unsigned digit = (unsigned)(unsigned char)*p - '0';
    if (digit > 9) break;
    number->any = true;
    number->mantissa = number->mantissa * 10 + digit;
    number->digits += number->digits > 0 || digit > 0;
  }
  return p;
}

static const char *read_exponent(const char *p, const char *end, Decimal *number) {
  const char *q = p + 1;
  bool negative = q < end && *q == '-';
  if (q < end && (*q == '-' || *q == '+')) q++;
  if (q >= end || (unsigned)(unsigned char)*q - '0' > 9) return p;
  long exponent = 0;
  for (; q < end && (unsigned)(unsigned char)*q - '0' <= 9; q++)
    if (exponent < EXPONENT_CAP) exponent = exponent * 10 + (*q - '0');
  number->exponent += negative ? -exponent : exponent;
  return q;
}

static const char *read_word(const char *p, const char *end, bool negative, double *value) {
  static const struct {
    const char *word;
    size_t length;
    double value;
  } words[] = {{"nan", 3, NAN}, {"infinity", 8, INFINITY}, {"inf", 3, INFINITY}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if ((size_t)(end - p) < words[i].length) continue;
    if (strncasecmp(p, words[i].word, words[i].length)) continue;
    *value = negative ? -words[i].value : words[i].value;
    return p + words[i].length;
  }
  return NULL;
}

/* True if one rounding is enough; *value is then the magnitude. */
static bool exactly(Decimal number, double *value) {
  if (number.digits > MOST_DIGITS) return false;
  if (number.mantissa == 0) number.exponent = 0;
  while (number.mantissa && number.exponent < 0 && number.mantissa % 10 == 0 &&
         (number.exponent < -EXACT_POWER || number.mantissa >> 53)) {
    number.mantissa /= 10;
    number.exponent++;
  }
  if (number.mantissa >> 53 || number.exponent < -EXACT_POWER || number.exponent > EXACT_POWER)
    return false;
  *value = number.exponent < 0 ? (double)number.mantissa / powers[-number.exponent]
                               : (double)number.mantissa * powers[number.exponent];
  return true;
}

const char *davy_parse_double(const char *begin, const char *end, char decimal, double *value) {
  const char *p = begin;
  bool negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  const char *unsigned_begin = p;
  Decimal number = {0};
  p = read_digits(p, end, &number);
  if (p < end && *p == decimal) {
    const char *fraction = ++p;
    p = read_digits(p, end, &number);
    number.exponent = -(long)(p - fraction);
  }
  if (!number.any) return read_word(unsigned_begin, end, negative, value);
  if (p < end && (*p == 'e' || *p == 'E')) p = read_exponent(p, end, &number);
  double magnitude;
  if (!exactly(number, &magnitude)) magnitude = by_strtod(unsigned_begin, p, decimal);
  *value = negative ? -magnitude : magnitude;
  return p;
}
