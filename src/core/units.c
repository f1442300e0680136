/* Quantities as people type them, in SI.
 *
 * The number is read first, then what follows is taken apart into factors and written again in the
 * spelling of udunits2, so that the field's own names mean what they say (mAh is no milli-are-hour,
 * M is mol/L, superscripts and a middle dot are understood) and nothing else of that library's
 * grammar (dates, logarithms, numbers inside units) can be typed by mistake. degC is the one scale
 * with an offset that people use for temperatures; its offset counts where it stands alone.
 *
 * Reading the database of udunits2 costs about 5 ms, once, on first use. */
#include "davy/units.h"

#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

#include "core/number.h"
#include "davy/yaml.h"

enum { UNIT_SIZE = 256, NAME_SIZE = 32 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ut_system *units; /* kept until the program ends */

/* What people call a quantity of each unit, and how they would type one. */
static const struct {
  const char *unit, *words, *example;
} quantities[] = {
    {"1", "a pure number", "0.5 or 50 %"},
    {"A", "a current", "1 mA"},
    {"A/m2", "a current density", "1 mA/cm2"},
    {"C", "a charge", "1 mAh"},
    {"C/kg", "a specific capacity", "1166 mAh/g"},
    {"C/m2", "an areal capacity", "1 mAh/cm2"},
    {"C/m3", "a volumetric capacity", "1128 mAh/cm3"},
    {"F/m2", "an areal capacitance", "20 uF/cm2"},
    {"J/m2", "a surface energy", "0.25 J/m2"},
    {"J/mol", "a molar energy", "30 kJ/mol"},
    {"K", "a temperature", "25 degC or 298.15 K"},
    {"Pa", "a pressure", "10 GPa"},
    {"Pa s", "a viscosity", "2 mPa s"},
    {"S/m", "a conductivity", "6.8 mS/cm"},
    {"V", "a voltage", "50 mV"},
    {"V/s", "a scan rate", "0.1 mV/s"},
    {"kg", "a mass", "1 mg"},
    {"kg/m2", "an areal mass", "1 mg/cm2"},
    {"kg/m3", "a density", "0.968 g/cm3"},
    {"kg/mol", "a molar mass", "22.99 g/mol"},
    {"m", "a length", "10 um"},
    {"m2", "an area", "1.54 cm2"},
    {"m2/s", "a diffusivity", "1e-6 cm2/s"},
    {"m3", "a volume", "80 uL"},
    {"m3/mol", "a molar volume", "23.75 cm3/mol"},
    {"mol/m3", "a concentration", "1 M"},
    {"ohm m2", "an area resistance", "10 ohm cm2"},
    {"s", "a time", "1 h"},
};

/* For "did you mean". */
static const char *const usual_units[] = {
    "A",   "mA",   "uA",    "A/m2",   "mA/cm2",  "uA/cm2",  "Ah",    "mAh",    "mAh/cm2", "mAh/g",
    "Wh",  "V",    "mV",    "mV/s",   "s",       "min",     "h",     "d",      "m",       "cm",
    "mm",  "um",   "nm",    "m2",     "cm2",     "mm2",     "cm3",   "uL",     "mL",      "L",
    "kg",  "g",    "mg",    "mg/cm2", "g/cm3",   "g/mol",   "mol/L", "mol/m3", "M",       "mM",
    "S/m", "S/cm", "mS/cm", "ohm",    "ohm cm2", "cm2/s",   "m2/s",  "K",      "degC",    "Pa",
    "MPa", "GPa",  "mPa s", "J/mol",  "kJ/mol",  "cm3/mol", "J/m2",  "W",      "mW",      "Hz",
    "%",   "ppm",  "1",     NULL};

static DavyError expected(DavyError error, const char *text, const char *si_unit,
                          const char *reason) {
  for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
    if (strcmp(quantities[i].unit, si_unit) == 0)
      return DavyFail(error, "%.80s%s%sexpected %s such as %s", text, *text ? ": " : "", reason,
                      quantities[i].words, quantities[i].example);
  return DavyFail(error, "%.80s%s%sexpected a quantity such as 1 %s", text, *text ? ": " : "",
                  reason, si_unit);
}

/* Spellings outside ASCII, and the ASCII that stands for each. */
static const struct {
  const char *utf8, *ascii;
} spellings[] = {
    {"µ", "u"},      {"μ", "u"},      {"Ω", "ohm"},      {"Ω", "ohm"},      {"℃", "degC"},
    {"°C", "degC"},  {"°", "degree"}, {"Å", "angstrom"}, {"Å", "angstrom"}, {"·", "."},
    {"⋅", "."},      {"×", "."},      {"−", "-"},        {"⁻", "-"},        {"⁰", "0"},
    {"¹", "1"},      {"²", "2"},      {"³", "3"},        {"⁴", "4"},        {"⁵", "5"},
    {"⁶", "6"},      {"⁷", "7"},      {"⁸", "8"},        {"⁹", "9"},        {"\u00A0", " "},
    {"\u202F", " "},
};

/* Copies the unit with ASCII spellings only; false if it is too long or holds other characters. */
static bool to_ascii(const char *text, char ascii[UNIT_SIZE]) {
  size_t used = 0;
  while (*text) {
    char self[2] = {*text, '\0'};
    const char *put = self;
    size_t taken = 1;
    if ((unsigned char)*text >= 0x80) {
      put = NULL;
      for (size_t i = 0; i < sizeof spellings / sizeof *spellings && !put; i++) {
        taken = strlen(spellings[i].utf8);
        if (strncmp(text, spellings[i].utf8, taken) == 0) put = spellings[i].ascii;
      }
    }
    if (!put || used + strlen(put) >= UNIT_SIZE) return false;
    strcpy(ascii + used, put);
    used += strlen(put);
    text += taken;
  }
  ascii[used] = '\0';
  return true;
}

/* A name that ends in `suffix`, with an SI prefix or none before it. */
static bool ends_in(const char *name, const char *suffix, char prefix[2]) {
  size_t length = strlen(name), tail = strlen(suffix);
  if (length < tail || length > tail + 1 || strcmp(name + length - tail, suffix)) return false;
  prefix[0] = length > tail ? name[0] : '\0';
  prefix[1] = '\0';
  return !*prefix || strchr("pnumkMG", *prefix);
}

/* The field's names in the spelling of udunits2. */
static void write_name(const char *name, char *out, size_t size) {
  static const struct {
    const char *suffix, *format;
  } own[] = {{"Ah", "(%sA.h)"},
             {"Wh", "(%sW.h)"},
             {"M", "(%smol/L)"},
             {"Ohm", "%sohm"},
             {"deg", "degree"},
             {"Angstrom", "angstrom"},
             {"eV", "(1.602176634e-19 %sJ)"}}; /* exact since 2019; the database's is of 1986 */
  char prefix[2];
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
    if (!ends_in(name, own[i].suffix, prefix)) continue;
    const char *hole = strstr(own[i].format, "%s");
    if (!hole && *prefix) continue;
    if (hole)
      snprintf(out, size, "%.*s%s%s", (int)(hole - own[i].format), own[i].format, prefix, hole + 2);
    else
      snprintf(out, size, "%s", own[i].format);
    return;
  }
  snprintf(out, size, "%s", name);
}

typedef struct {
  const char *p; /* what is left of the unit as typed, in ASCII */
  char out[4 * UNIT_SIZE];
  size_t used;
  int depth;
  const char *problem; /* NULL while all is well */
} UnitParser;

static void emit(UnitParser *parser, const char *text) {
  size_t length = strlen(text);
  if (parser->used + length >= sizeof parser->out) {
    parser->problem = "the unit is too long; ";
    return;
  }
  strcpy(parser->out + parser->used, text);
  parser->used += length;
}

static void skip_blanks(UnitParser *parser) {
  while (*parser->p == ' ' || *parser->p == '\t') parser->p++;
}

/* "^-2", "**2", "-2", "2" or nothing. */
static void parse_exponent(UnitParser *parser) {
  const char *p = parser->p;
  bool marked = *p == '^' || (p[0] == '*' && p[1] == '*');
  if (marked) p += *p == '^' ? 1 : 2;
  bool negative = *p == '-' && isdigit((unsigned char)p[1]);
  if (negative) p++;
  if (!isdigit((unsigned char)*p)) {
    if (marked) parser->problem = "a power needs a whole number; ";
    return;
  }
  char text[8];
  int power = 0, digits = 0;
  for (; isdigit((unsigned char)*p); p++, digits++) power = digits < 2 ? 10 * power + *p - '0' : 99;
  if (power > 9) parser->problem = "a power beyond 9; ";
  snprintf(text, sizeof text, "^%s%d", negative ? "-" : "", power % 10);
  emit(parser, text);
  parser->p = p;
}

static void parse_product(UnitParser *parser);

static void parse_factor(UnitParser *parser) {
  char name[NAME_SIZE] = "", written[NAME_SIZE + 16];
  const char *p = parser->p;
  if (*p == '(') {
    if (++parser->depth > 8) parser->problem = "brackets too deep; ";
    parser->p++;
    emit(parser, "(");
    if (!parser->problem) parse_product(parser);
    if (!parser->problem && *parser->p != ')') parser->problem = "a bracket is not closed; ";
    if (parser->problem) return;
    parser->p++;
    parser->depth--;
    emit(parser, ")");
    parse_exponent(parser);
    return;
  }
  size_t length = 0;
  if (*p == '%')
    length = 1;
  else if (*p == '1' && !isdigit((unsigned char)p[1]))
    length = 1;
  else
    while (isalpha((unsigned char)p[length]) || p[length] == '_') length++;
  if (length == 0 || length >= sizeof name) {
    parser->problem = "the unit is not understood; ";
    return;
  }
  memcpy(name, p, length);
  write_name(name, written, sizeof written);
  emit(parser, written);
  parser->p += length;
  if (*p != '1') parse_exponent(parser);
}

/* Factors with "/", "*", "." or a blank between them. "J/mol K" could be read in two ways. */
static void parse_product(UnitParser *parser) {
  bool divided = false;
  skip_blanks(parser);
  parse_factor(parser);
  while (!parser->problem) {
    const char *behind = parser->p;
    skip_blanks(parser);
    if (!*parser->p || *parser->p == ')') return;
    bool slash = *parser->p == '/';
    if (slash || *parser->p == '*' || *parser->p == '.') parser->p++;
    if (parser->p == behind) parser->problem = "the unit is not understood; ";
    if (divided && !slash)
      parser->problem = "what the slash divides by is not clear (write J/(mol K)); ";
    divided = divided || slash;
    emit(parser, slash ? "/" : ".");
    skip_blanks(parser);
    if (!parser->problem) parse_factor(parser);
  }
}

/* Rewrites a unit for udunits2. On failure returns the reason, ending in "; ". */
static const char *rewrite(const char *unit, UnitParser *parser) {
  char ascii[UNIT_SIZE];
  if (!to_ascii(unit, ascii)) return "the unit is not understood; ";
  *parser = (UnitParser){.p = ascii};
  parse_product(parser);
  if (!parser->problem && *parser->p) parser->problem = "the unit is not understood; ";
  return parser->problem;
}

/* f(x) = scale x + offset of a converter. A scale that is a short decimal but for the last bits
 * (10.000000000000002) is that decimal: conversions among metric units are exact. */
static void line_of(cv_converter *converter, double *scale, double *offset) {
  static const double far = 1099511627776.0; /* 2^40: keeps the slope's digits beside an offset */
  *offset = cv_convert_double(converter, 0);
  *scale = *offset == 0 ? cv_convert_double(converter, 1)
                        : (cv_convert_double(converter, far) - *offset) / far;
  char text[40];
  double near;
  int length = snprintf(text, sizeof text, "%.12e", *scale);
  char *point = memchr(text, ',', (size_t)length); /* a locale's decimal comma */
  if (point) *point = '.';
  if (davy_parse_double(text, text + length, '.', &near) &&
      fabs(near - *scale) <= 4e-15 * fabs(*scale))
    *scale = near;
}

typedef enum { CONVERTED, UNKNOWN_FROM, UNKNOWN_TO, UNLIKE, NO_DATABASE } Outcome;

/* Both units in the spelling of udunits2; call with the lock held. */
static Outcome convert_locked(const char *from, const char *to, double *scale, double *offset) {
  if (!units) {
    ut_set_error_message_handler(ut_ignore); /* it would write to stderr */
    units = ut_read_xml(NULL);
    if (!units) return NO_DATABASE;
  }
  ut_unit *a = ut_parse(units, from, UT_ASCII), *b = ut_parse(units, to, UT_ASCII);
  Outcome outcome = !a ? UNKNOWN_FROM : !b ? UNKNOWN_TO : CONVERTED;
  if (outcome == CONVERTED && !ut_are_convertible(a, b)) outcome = UNLIKE;
  cv_converter *converter = outcome == CONVERTED ? ut_get_converter(a, b) : NULL;
  if (outcome == CONVERTED && !converter) outcome = UNLIKE;
  if (converter) line_of(converter, scale, offset);
  cv_free(converter);
  ut_free(a);
  ut_free(b);
  return outcome;
}

static Outcome convert(const char *from, const char *to, double *scale, double *offset) {
  bool celsius = strcmp(from, "degC") == 0, to_celsius = strcmp(to, "degC") == 0;
  pthread_mutex_lock(&lock);
  Outcome outcome = convert_locked(celsius ? "K" : from, to_celsius ? "K" : to, scale, offset);
  pthread_mutex_unlock(&lock);
  if (outcome != CONVERTED) return outcome;
  if (celsius) *offset += *scale * 273.15;
  if (to_celsius) *offset -= 273.15;
  return outcome;
}

static DavyError unknown_unit(const char *text, const char *unit, const char *si_unit) {
  const char *near = DavyNearestWord(unit, usual_units);
  char reason[128];
  snprintf(reason, sizeof reason, "unknown unit %.40s%s%s%s", unit, near ? "; did you mean " : "",
           near ? near : "", near ? "? " : "; ");
  return expected(DAVY_ERR_UNIT, text, si_unit, reason);
}

/* `text` is what the message quotes: the quantity, or the unit itself. */
static DavyError conversion_for(const char *text, const char *from, const char *to, double *scale,
                                double *offset) {
  UnitParser a, b;
  if (rewrite(to, &b)) return DavyFail(DAVY_ERR_UNIT, "%.80s: unknown unit", to);
  const char *problem = rewrite(from, &a);
  if (problem) return expected(DAVY_ERR_UNIT, text, to, problem);
  switch (convert(a.out, b.out, scale, offset)) {
  case CONVERTED: return DAVY_OK;
  case UNKNOWN_FROM: return unknown_unit(text, from, to);
  case UNKNOWN_TO: return DavyFail(DAVY_ERR_UNIT, "%.80s: unknown unit", to);
  case UNLIKE: return expected(DAVY_ERR_UNIT, text, to, "");
  default:
    return DavyFail(DAVY_ERR_OPEN, "the unit database of udunits2 cannot be read; install it or "
                                   "name it in UDUNITS2_XML_PATH");
  }
}

DavyError DavyUnitConversion(const char *from, const char *to, double *scale, double *offset) {
  return conversion_for(from, from, to, scale, offset);
}

/* udunits2 shows a unit to a visitor, from its scale inwards to the powers of its base units. */
static const char *const base_symbols[] = {"kg", "m", "s", "A", "K", "mol", "cd"};

static void add_base(const ut_unit *base, int power, DavyDimension *dimension) {
  const char *symbol = ut_get_symbol(base, UT_ASCII);
  for (int i = 0; symbol && i < DAVY_BASE_COUNT; i++)
    if (strcmp(symbol, base_symbols[i]) == 0) dimension->power[i] += power;
}

static ut_status visit_base(const ut_unit *base, void *dimension) {
  add_base(base, 1, dimension);
  return UT_SUCCESS;
}

static ut_status visit_product(const ut_unit *unit, int count, const ut_unit *const *bases,
                               const int *powers, void *dimension) {
  (void)unit;
  for (int i = 0; i < count; i++) add_base(bases[i], powers[i], dimension);
  return UT_SUCCESS;
}

static ut_status visit_scaled(const ut_unit *unit, double scale, const ut_unit *inner,
                              double offset, void *dimension);

static ut_status refuse(const ut_unit *unit, double number, const ut_unit *inner, void *dimension) {
  (void)unit, (void)number, (void)inner, (void)dimension; /* a date or a logarithm */
  return UT_MEANINGLESS;
}

static ut_status visit_time(const ut_unit *unit, const ut_unit *inner, double origin,
                            void *dimension) {
  return refuse(unit, origin, inner, dimension);
}

static const ut_visitor visitor = {visit_base, visit_product, visit_scaled, visit_time, refuse};

static ut_status visit_scaled(const ut_unit *unit, double scale, const ut_unit *inner,
                              double offset, void *dimension) {
  (void)unit, (void)scale, (void)offset;
  return ut_accept_visitor(inner, &visitor, dimension);
}

static bool dimension_of(const char *rewritten, DavyDimension *dimension) {
  pthread_mutex_lock(&lock);
  ut_unit *unit = ut_parse(units, rewritten, UT_ASCII);
  bool done = unit && ut_accept_visitor(unit, &visitor, dimension) == UT_SUCCESS;
  ut_free(unit);
  pthread_mutex_unlock(&lock);
  return done;
}

DavyError DavyUnitDimension(const char *unit, DavyDimension *dimension, double *scale,
                            double *offset) {
  UnitParser parser;
  char base[128] = "1";
  size_t used = 0;
  *dimension = (DavyDimension){{0}};
  const char *problem = rewrite(unit, &parser);
  /* A conversion to itself reads the database, and tells whether the unit is known. */
  Outcome outcome = problem ? UNKNOWN_FROM : convert(parser.out, parser.out, scale, offset);
  if (outcome == UNKNOWN_FROM) {
    const char *near = DavyNearestWord(unit, usual_units);
    return DavyFail(DAVY_ERR_UNIT, "unknown unit %.80s%s%s%s", unit, near ? "; did you mean " : "",
                    near ? near : "", near ? "?" : "");
  }
  if (outcome != CONVERTED) return conversion_for(unit, unit, unit, scale, offset);
  bool done = dimension_of(parser.out, dimension);
  for (int i = 0; i < DAVY_BASE_COUNT && done; i++) {
    int power = (int)dimension->power[i];
    done = abs(power) < 1000;
    if (done && power)
      used += (size_t)snprintf(base + used, sizeof base - used, "%s%s^%d", used ? "." : "",
                               base_symbols[i], power);
  }
  if (!done || convert(parser.out, base, scale, offset) != CONVERTED || !isfinite(*scale) ||
      *scale == 0)
    return DavyFail(DAVY_ERR_UNIT, "%.80s: expected a unit that has a scale in SI", unit);
  return DAVY_OK;
}

DavyError DavyQuantityParse(const char *text, const char *si_unit, double *value) {
  double number, scale = 1, offset = 0;
  while (isspace((unsigned char)*text)) text++;
  size_t length = strlen(text);
  while (length && isspace((unsigned char)text[length - 1])) length--;
  const char *unit = davy_parse_double(text, text + length, '.', &number);
  if (!unit) return expected(DAVY_ERR_VALUE, text, si_unit, "no number; ");
  if (!isfinite(number)) return expected(DAVY_ERR_VALUE, text, si_unit, "not a finite number; ");
  if (*unit == ',') return expected(DAVY_ERR_VALUE, text, si_unit, "write a decimal point; ");
  char kept[UNIT_SIZE];
  while (unit < text + length && isspace((unsigned char)*unit)) unit++;
  size_t unit_length = (size_t)(text + length - unit);
  if (unit_length == 0 && strcmp(si_unit, "1") != 0)
    return expected(DAVY_ERR_UNIT, text, si_unit, "the unit is missing; ");
  if (unit_length >= sizeof kept)
    return expected(DAVY_ERR_UNIT, text, si_unit, "the unit is too long; ");
  memcpy(kept, unit, unit_length);
  kept[unit_length] = '\0';
  if (unit_length) DAVY_TRY(conversion_for(text, kept, si_unit, &scale, &offset));
  double converted = scale * number + offset;
  if (!isfinite(converted)) return expected(DAVY_ERR_VALUE, text, si_unit, "too large; ");
  *value = converted;
  return DAVY_OK;
}
