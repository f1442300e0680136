/* Units as headers of tables spell them. The record's units are s, V, A, Ah, Wh, W, ohm, degC, Hz;
 * a number becomes number * multiply / divide + add, so that "mV" divides by 1000 and decimals stay
 * as exact as they were. */
#include "record/csv.h"

#include <string.h>
#include <strings.h>

static const struct {
  const char *spelling;
  CsvDimension dimension;
  CsvScale scale;
} units[] = {
    {"s", CSV_TIME, {1, 1, 0}},
    {"sec", CSV_TIME, {1, 1, 0}},
    {"secs", CSV_TIME, {1, 1, 0}},
    {"second", CSV_TIME, {1, 1, 0}},
    {"seconds", CSV_TIME, {1, 1, 0}},
    {"ms", CSV_TIME, {1, 1000, 0}},
    {"us", CSV_TIME, {1, 1e6, 0}},
    {"min", CSV_TIME, {60, 1, 0}},
    {"mins", CSV_TIME, {60, 1, 0}},
    {"minute", CSV_TIME, {60, 1, 0}},
    {"minutes", CSV_TIME, {60, 1, 0}},
    {"h", CSV_TIME, {3600, 1, 0}},
    {"hr", CSV_TIME, {3600, 1, 0}},
    {"hrs", CSV_TIME, {3600, 1, 0}},
    {"hour", CSV_TIME, {3600, 1, 0}},
    {"hours", CSV_TIME, {3600, 1, 0}},
    {"d", CSV_TIME, {86400, 1, 0}},
    {"day", CSV_TIME, {86400, 1, 0}},
    {"days", CSV_TIME, {86400, 1, 0}},
    {"V", CSV_VOLTAGE, {1, 1, 0}},
    {"volt", CSV_VOLTAGE, {1, 1, 0}},
    {"volts", CSV_VOLTAGE, {1, 1, 0}},
    {"mV", CSV_VOLTAGE, {1, 1000, 0}},
    {"uV", CSV_VOLTAGE, {1, 1e6, 0}},
    {"A", CSV_CURRENT, {1, 1, 0}},
    {"amp", CSV_CURRENT, {1, 1, 0}},
    {"amps", CSV_CURRENT, {1, 1, 0}},
    {"ampere", CSV_CURRENT, {1, 1, 0}},
    {"mA", CSV_CURRENT, {1, 1000, 0}},
    {"uA", CSV_CURRENT, {1, 1e6, 0}},
    {"nA", CSV_CURRENT, {1, 1e9, 0}},
    {"A/m2", CSV_CURRENT_DENSITY, {1, 1, 0}},
    {"Am-2", CSV_CURRENT_DENSITY, {1, 1, 0}},
    {"A/cm2", CSV_CURRENT_DENSITY, {1e4, 1, 0}},
    {"Acm-2", CSV_CURRENT_DENSITY, {1e4, 1, 0}},
    {"mA/cm2", CSV_CURRENT_DENSITY, {10, 1, 0}},
    {"mAcm-2", CSV_CURRENT_DENSITY, {10, 1, 0}},
    {"uA/cm2", CSV_CURRENT_DENSITY, {1, 100, 0}},
    {"uAcm-2", CSV_CURRENT_DENSITY, {1, 100, 0}},
    {"Ah", CSV_CHARGE, {1, 1, 0}},
    {"mAh", CSV_CHARGE, {1, 1000, 0}},
    {"uAh", CSV_CHARGE, {1, 1e6, 0}},
    {"As", CSV_CHARGE, {1, 3600, 0}},
    {"mAs", CSV_CHARGE, {1, 3.6e6, 0}},
    {"C", CSV_CHARGE, {1, 3600, 0}},
    {"mC", CSV_CHARGE, {1, 3.6e6, 0}},
    {"Wh", CSV_ENERGY, {1, 1, 0}},
    {"mWh", CSV_ENERGY, {1, 1000, 0}},
    {"uWh", CSV_ENERGY, {1, 1e6, 0}},
    {"J", CSV_ENERGY, {1, 3600, 0}},
    {"mWs", CSV_ENERGY, {1, 3.6e6, 0}},
    {"W", CSV_POWER, {1, 1, 0}},
    {"watt", CSV_POWER, {1, 1, 0}},
    {"mW", CSV_POWER, {1, 1000, 0}},
    {"uW", CSV_POWER, {1, 1e6, 0}},
    {"ohm", CSV_RESISTANCE, {1, 1, 0}},
    {"ohms", CSV_RESISTANCE, {1, 1, 0}},
    {"mohm", CSV_RESISTANCE, {1, 1000, 0}},
    {"degC", CSV_TEMPERATURE, {1, 1, 0}},
    {"C", CSV_TEMPERATURE, {1, 1, 0}},
    {"oC", CSV_TEMPERATURE, {1, 1, 0}},
    {"celsius", CSV_TEMPERATURE, {1, 1, 0}},
    {"?", CSV_TEMPERATURE, {1, 1, 0}}, /* what exports make of the sign for degrees Celsius */
    {"K", CSV_TEMPERATURE, {1, 1, -273.15}},
    {"degF", CSV_TEMPERATURE, {5, 9, -32 * 5.0 / 9}},
    {"Hz", CSV_FREQUENCY, {1, 1, 0}},
    {"kHz", CSV_FREQUENCY, {1000, 1, 0}},
    {"mHz", CSV_FREQUENCY, {1, 1000, 0}},
    {"1", CSV_PURE, {1, 1, 0}},
    {"#", CSV_PURE, {1, 1, 0}},
    {"-", CSV_PURE, {1, 1, 0}},
};

/* Signs that have several encodings, and what they stand for. UTF-8 first, then Latin-1 and GB. */
static const struct {
  const char *bytes, *plain;
} signs[] = {
    {"\xc2\xb5", "u"},
    {"\xce\xbc", "u"},
    {"\xe2\x84\xa6", "ohm"},
    {"\xce\xa9", "ohm"},
    {"\xe2\x84\x83", "degC"},
    {"\xc2\xb0", "deg"},
    {"\xc2\xb2", "2"},
    {"\xe2\x81\xbb", "-"},
    {"\xe2\x88\x92", "-"},
    {"\xc2\xb7", ""},
    {"\xe2\x8b\x85", ""},
    {"\xa1\xe6", "degC"},
    {"\xb5", "u"},
    {"\xb0", "deg"},
    {"\xb2", "2"},
    {"\xb7", ""},
    {"^", ""},
    {"*", ""},
    {".", ""},
    {" ", ""},
    {"\t", ""},
};

/* "mA.h" and "mA h" become "mAh", a Greek or Latin-1 mu becomes u. */
static bool plain_spelling(CsvText text, char *plain, size_t room) {
  size_t length = 0;
  while (text.begin < text.end) {
    size_t taken = 0;
    const char *put = text.begin;
    size_t put_length = 1;
    for (size_t i = 0; !taken && i < sizeof signs / sizeof *signs; i++) {
      size_t size = strlen(signs[i].bytes);
      if ((size_t)(text.end - text.begin) < size || memcmp(text.begin, signs[i].bytes, size))
        continue;
      taken = size;
      put = signs[i].plain;
      put_length = strlen(put);
    }
    if (length + put_length >= room) return false;
    memcpy(plain + length, put, put_length);
    length += put_length;
    text.begin += taken ? taken : 1;
  }
  plain[length] = '\0';
  return length > 0;
}

/* The row of the table for a spelling: exact, or else in any case. CSV_NO_DIMENSION: of any. */
static int find_unit(CsvText text, CsvDimension dimension) {
  enum { MOST_SPELLING = 16 };
  char plain[MOST_SPELLING];
  if (!plain_spelling(davy_csv_trim(text), plain, sizeof plain)) return -1;
  int loose = -1;
  for (int i = 0; i < (int)(sizeof units / sizeof *units); i++) {
    if (dimension != CSV_NO_DIMENSION && units[i].dimension != dimension) continue;
    if (strcasecmp(plain, units[i].spelling)) continue;
    if (strcmp(plain, units[i].spelling) == 0) return i;
    if (loose < 0) loose = i;
  }
  return loose;
}

bool davy_csv_unit(CsvText text, CsvDimension dimension, CsvScale *scale) {
  int i = find_unit(text, dimension);
  if (i >= 0) *scale = units[i].scale;
  return i >= 0;
}

bool davy_csv_is_unit(CsvText text) {
  return find_unit(text, CSV_NO_DIMENSION) >= 0;
}

/* Told by the unit in the column's own label. */
CsvDimension davy_csv_dimension(DavyColumn column) {
  const char *label = DavyColumnLabel(column), *slash = strstr(label, " / ");
  if (!slash) return CSV_PURE;
  CsvText unit = {slash + 3, label + strlen(label)};
  int i = find_unit(unit, CSV_NO_DIMENSION);
  return i < 0 ? CSV_NO_DIMENSION : units[i].dimension;
}
