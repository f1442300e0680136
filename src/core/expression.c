/* Arithmetic with units: a recursive descent that carries value and dimension together.
 *
 *   sum      = product { (+|-) product }
 *   product  = sign { (*|/) sign }
 *   sign     = [+|-] sign | power
 *   power    = primary [ ^ sign ]
 *   primary  = number [unit] | name | name.name | function ( sum {, sum} ) | ( sum )
 */
#include "core/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "davy/constants.h"
#include "davy/yaml.h"

enum { DEPTH_MOST = 100, NAME_MOST = 64, UNIT_MOST = 80 };

typedef struct {
  const char *text, *p, *written; /* the whole, what is left, up to where it went into `shown` */
  const Names *names;
  FILE *shown;
  int depth;
} Parser;

static const struct {
  const char *name;
  double value;
  const char *unit, *text;
} constants[] = {
    {"F", DAVY_FARADAY, "C/mol", "96485.332 C/mol"},
    {"R", DAVY_GAS_CONSTANT, "J/(mol K)", "8.3144626 J/(mol K)"},
    {"k_B", 1.380649e-23, "J/K", "1.380649e-23 J/K"},
    {"N_A", 6.02214076e23, "1/mol", "6.02214076e23 1/mol"},
    {"e", 1.602176634e-19, "C", "1.602176634e-19 C"},
    {"pi", 3.14159265358979323846, "1", "pi"},
};

/* What a function asks of its arguments. */
typedef enum { PURE, ROOT, KEEPS, MANY } Rule;

static double smaller(double a, double b) {
  return a < b ? a : b;
}
static double larger(double a, double b) {
  return a > b ? a : b;
}

static const struct {
  const char *name;
  Rule rule;
  double (*one)(double);
  double (*two)(double, double);
} functions[] = {
    {"sqrt", ROOT, sqrt, NULL},   {"exp", PURE, exp, NULL},   {"ln", PURE, log, NULL},
    {"log10", PURE, log10, NULL}, {"abs", KEEPS, fabs, NULL}, {"min", MANY, NULL, smaller},
    {"max", MANY, NULL, larger},  {"sin", PURE, sin, NULL},   {"cos", PURE, cos, NULL},
    {"tan", PURE, tan, NULL},     {"asin", PURE, asin, NULL}, {"acos", PURE, acos, NULL},
    {"atan", PURE, atan, NULL},
};
enum {
  CONSTANTS = sizeof constants / sizeof *constants,
  FUNCTIONS = sizeof functions / sizeof *functions
};

static DavyError fail(const Parser *parser, const char *at, DavyError error, const char *what) {
  return DavyFail(error, "%s at character %d of \"%.200s\"", what, (int)(at - parser->text) + 1,
                  parser->text);
}

static void skip_blanks(Parser *parser) {
  while (isspace((unsigned char)*parser->p)) parser->p++;
}

static bool is_letter(char c) {
  return isalpha((unsigned char)c) || c == '_';
}

static bool is_unit_letter(char c) {
  return is_letter(c) || c == '%' || (unsigned char)c >= 0x80;
}

/* One name of a unit with its power, "cm-2", "s^-1", "m2"; gives where it ends. */
static const char *unit_factor_end(const char *p) {
  while (is_unit_letter(*p)) p++;
  const char *q = p;
  if (*q == '^') q++;
  if (*q == '-') q++;
  if (!isdigit((unsigned char)*q)) return p;
  while (isdigit((unsigned char)*q)) q++;
  return q;
}

static const char *unit_end(const char *p) {
  for (;;) {
    p = unit_factor_end(p);
    if ((*p == '/' || *p == '.') && is_unit_letter(p[1])) {
      p++;
    } else if (*p == '/' && p[1] == '(') {
      const char *close = strchr(p, ')');
      if (!close) return p;
      p = close + 1;
      if (!(*p == '/' && is_unit_letter(p[1]))) return p;
      p++;
    } else {
      const char *next = p;
      while (*next == ' ') next++;
      if (next == p || !is_unit_letter(*next)) return p;
      p = next;
    }
  }
}

/* The unit that begins at p, if one does. */
static DavyError take_unit(Parser *parser, char unit[UNIT_MOST]) {
  const char *begin = parser->p;
  while (*begin == ' ') begin++;
  strcpy(unit, "1");
  if (!is_unit_letter(*begin)) return DAVY_OK;
  const char *end = unit_end(begin);
  if (end - begin >= UNIT_MOST) return fail(parser, begin, DAVY_ERR_UNIT, "the unit is too long");
  memcpy(unit, begin, (size_t)(end - begin));
  unit[end - begin] = '\0';
  parser->p = end;
  return DAVY_OK;
}

static DavyError read_number(Parser *parser, Amount *out) {
  char unit[UNIT_MOST], what[400];
  const char *begin = parser->p;
  double number, scale, offset;
  const char *end = davy_parse_double(begin, begin + strlen(begin), '.', &number);
  if (!end || !isfinite(number))
    return fail(parser, begin, DAVY_ERR_FORMAT, "expected a finite number");
  parser->p = end;
  DAVY_TRY(take_unit(parser, unit));
  DavyError error = DavyUnitDimension(unit, &out->dimension, &scale, &offset);
  if (error) {
    snprintf(what, sizeof what, "%s (a unit reaches to the next blank before an operator)",
             DavyErrorMessage());
    return fail(parser, end, error, what);
  }
  out->value = scale * number + offset;
  out->missing = false;
  if (!isfinite(out->value)) return fail(parser, begin, DAVY_ERR_VALUE, "a number too large");
  return DAVY_OK;
}

/* "name" or "name.name". */
static DavyError take_name(Parser *parser, char name[NAME_MOST]) {
  const char *end = parser->p;
  while (is_letter(*end) || isdigit((unsigned char)*end)) end++;
  if (*end == '.' && is_letter(end[1]))
    for (end++; is_letter(*end) || isdigit((unsigned char)*end);) end++;
  if (end - parser->p >= NAME_MOST)
    return fail(parser, parser->p, DAVY_ERR_FORMAT, "a name too long");
  memcpy(name, parser->p, (size_t)(end - parser->p));
  name[end - parser->p] = '\0';
  parser->p = end;
  return DAVY_OK;
}

static void show_value(Parser *parser, const char *begin, const char *text) {
  if (!parser->shown) return;
  fwrite(parser->written, 1, (size_t)(begin - parser->written), parser->shown);
  bool bracket = strchr(text, ' ') || *text == '-';
  fprintf(parser->shown, bracket ? "(%s)" : "%s", text);
  parser->written = parser->p;
}

static DavyError read_name(Parser *parser, const char *name, const char *begin, Amount *out) {
  char text[80] = "", message[512];
  for (int i = 0; i < CONSTANTS; i++) {
    double scale, offset;
    if (strcmp(name, constants[i].name)) continue;
    *out = (Amount){.value = constants[i].value};
    DAVY_TRY(DavyUnitDimension(constants[i].unit, &out->dimension, &scale, &offset));
    show_value(parser, begin, constants[i].text);
    return DAVY_OK;
  }
  DavyError error = parser->names ? parser->names->find(parser->names->context, name, out, text)
                                  : DavyFail(DAVY_ERR_LOOKUP, "unknown name %s", name);
  if (error) {
    snprintf(message, sizeof message, "%s", DavyErrorMessage());
    return fail(parser, begin, error, message);
  }
  show_value(parser, begin, text);
  return DAVY_OK;
}

static DavyError read_sum(Parser *parser, Amount *out);

static DavyError need_pure(const Parser *parser, const char *at, const Amount *a, const char *of) {
  char unit[80], what[320];
  if (davy_dimension_is_pure(a->dimension)) return DAVY_OK;
  davy_dimension_text(a->dimension, unit);
  snprintf(what, sizeof what, "%s wants a pure number, not one in %s", of, unit);
  return fail(parser, at, DAVY_ERR_UNIT, what);
}

static DavyError need_same(const Parser *parser, const char *at, const Amount *a, const Amount *b,
                           const char *doing) {
  char left[80], right[80], what[320];
  if (davy_dimension_equal(a->dimension, b->dimension)) return DAVY_OK;
  davy_dimension_text(a->dimension, left);
  davy_dimension_text(b->dimension, right);
  snprintf(what, sizeof what, "%s %s and %s: they are not of one dimension", doing, left, right);
  return fail(parser, at, DAVY_ERR_UNIT, what);
}

static DavyError need_finite(const Parser *parser, const char *at, Amount *out, const char *of) {
  char what[120];
  if (out->missing) out->value = NAN;
  if (out->missing || isfinite(out->value)) return DAVY_OK;
  snprintf(what, sizeof what, "%s has no finite value", of);
  return fail(parser, at, DAVY_ERR_VALUE, what);
}

static DavyError apply(Parser *parser, const char *at, int function, Amount *out) {
  const char *name = functions[function].name;
  if (functions[function].rule == PURE) DAVY_TRY(need_pure(parser, at, out, name));
  if (functions[function].rule == ROOT)
    out->dimension = davy_dimension_sum((DavyDimension){{0}}, 0.5, out->dimension);
  if (functions[function].one) out->value = functions[function].one(out->value);
  return need_finite(parser, at, out, name);
}

static DavyError read_call(Parser *parser, const char *name, const char *begin, Amount *out) {
  int function = 0;
  while (function < FUNCTIONS && strcmp(name, functions[function].name)) function++;
  if (function == FUNCTIONS) {
    char what[160];
    const char *known[FUNCTIONS + 1] = {0};
    for (int i = 0; i < FUNCTIONS; i++) known[i] = functions[i].name;
    const char *near = DavyNearestWord(name, known);
    snprintf(what, sizeof what, "unknown function %s%s%s%s", name, near ? "; did you mean " : "",
             near ? near : "", near ? "?" : "");
    return fail(parser, begin, DAVY_ERR_LOOKUP, what);
  }
  parser->p++;
  DAVY_TRY(read_sum(parser, out));
  while (*parser->p == ',' && functions[function].rule == MANY) {
    Amount next;
    parser->p++;
    DAVY_TRY(read_sum(parser, &next));
    DAVY_TRY(need_same(parser, begin, out, &next, name));
    out->value = functions[function].two(out->value, next.value);
    out->missing = out->missing || next.missing;
  }
  if (*parser->p != ')')
    return fail(parser, parser->p, DAVY_ERR_FORMAT, "expected a closing bracket");
  parser->p++;
  return apply(parser, begin, function, out);
}

static DavyError read_primary(Parser *parser, Amount *out) {
  skip_blanks(parser);
  const char *begin = parser->p;
  if (*begin == '(') {
    parser->p++;
    DAVY_TRY(read_sum(parser, out));
    if (*parser->p != ')')
      return fail(parser, parser->p, DAVY_ERR_FORMAT, "expected a closing bracket");
    parser->p++;
    return DAVY_OK;
  }
  if (isdigit((unsigned char)*begin) || *begin == '.') return read_number(parser, out);
  if (!is_letter(*begin))
    return fail(parser, begin, DAVY_ERR_FORMAT,
                *begin ? "expected a number, a name or a bracket" : "the expression breaks off");
  char name[NAME_MOST];
  DAVY_TRY(take_name(parser, name));
  const char *behind = parser->p;
  skip_blanks(parser);
  if (*parser->p == '(') return read_call(parser, name, begin, out);
  parser->p = behind;
  return read_name(parser, name, begin, out);
}

static DavyError read_sign(Parser *parser, Amount *out);

static DavyError read_power(Parser *parser, Amount *out) {
  DAVY_TRY(read_primary(parser, out));
  skip_blanks(parser);
  if (*parser->p != '^') return DAVY_OK;
  const char *at = parser->p++;
  Amount power;
  DAVY_TRY(read_sign(parser, &power));
  DAVY_TRY(need_pure(parser, at, &power, "a power"));
  if (power.missing && !davy_dimension_is_pure(out->dimension))
    return fail(parser, at, DAVY_ERR_UNIT, "a power that is missing leaves the unit unknown");
  if (!power.missing && fabs(power.value) > 99 && !davy_dimension_is_pure(out->dimension))
    return fail(parser, at, DAVY_ERR_VALUE, "a power of a unit beyond 99");
  if (!power.missing)
    out->dimension = davy_dimension_sum((DavyDimension){{0}}, power.value, out->dimension);
  out->value = pow(out->value, power.value);
  out->missing = out->missing || power.missing;
  return need_finite(parser, at, out, "the power");
}

static DavyError read_sign(Parser *parser, Amount *out) {
  skip_blanks(parser);
  if (*parser->p != '-' && *parser->p != '+') return read_power(parser, out);
  bool minus = *parser->p == '-';
  if (++parser->depth > DEPTH_MOST)
    return fail(parser, parser->p, DAVY_ERR_FORMAT, "nested too deeply");
  parser->p++;
  DAVY_TRY(read_sign(parser, out));
  parser->depth--;
  if (minus) out->value = -out->value;
  return DAVY_OK;
}

static DavyError read_product(Parser *parser, Amount *out) {
  DAVY_TRY(read_sign(parser, out));
  for (;;) {
    skip_blanks(parser);
    const char *at = parser->p;
    if (*at != '*' && *at != '/') return DAVY_OK;
    Amount next;
    parser->p++;
    DAVY_TRY(read_sign(parser, &next));
    out->value = *at == '*' ? out->value * next.value : out->value / next.value;
    out->dimension = davy_dimension_sum(out->dimension, *at == '*' ? 1 : -1, next.dimension);
    out->missing = out->missing || next.missing;
    DAVY_TRY(need_finite(parser, at, out, *at == '*' ? "the product" : "the quotient"));
  }
}

static DavyError read_sum(Parser *parser, Amount *out) {
  if (++parser->depth > DEPTH_MOST)
    return fail(parser, parser->p, DAVY_ERR_FORMAT, "nested too deeply");
  DAVY_TRY(read_product(parser, out));
  for (;;) {
    skip_blanks(parser);
    const char *at = parser->p;
    if (*at != '+' && *at != '-') break;
    Amount next;
    parser->p++;
    DAVY_TRY(read_product(parser, &next));
    DAVY_TRY(need_same(parser, at, out, &next, *at == '+' ? "adding" : "subtracting"));
    out->value += *at == '+' ? next.value : -next.value;
    out->missing = out->missing || next.missing;
    DAVY_TRY(need_finite(parser, at, out, "the sum"));
  }
  parser->depth--;
  return DAVY_OK;
}

DavyError davy_evaluate(const char *text, const Names *names, Amount *result, FILE *shown) {
  Parser parser = {.text = text, .p = text, .written = text, .names = names, .shown = shown};
  *result = (Amount){0};
  DAVY_TRY(read_sum(&parser, result));
  if (*parser.p) return fail(&parser, parser.p, DAVY_ERR_FORMAT, "expected an operator or the end");
  if (shown) fputs(parser.written, shown);
  return DAVY_OK;
}

bool davy_is_quantity(const char *text, char unit[80], double *step) {
  Parser parser = {.text = text, .p = text};
  double number;
  skip_blanks(&parser);
  if (*parser.p == '-' || *parser.p == '+') parser.p++;
  const char *begin = parser.p;
  const char *end = isdigit((unsigned char)*begin) || *begin == '.'
                        ? davy_parse_double(begin, begin + strlen(begin), '.', &number)
                        : NULL;
  if (!end) return false;
  parser.p = end;
  if (take_unit(&parser, unit)) return false;
  skip_blanks(&parser);
  if (*parser.p) return false;
  int decimals = 0;
  const char *c = begin;
  while (isdigit((unsigned char)*c)) c++;
  if (*c == '.')
    for (c++; isdigit((unsigned char)*c); c++) decimals++;
  long power = c < end && (*c == 'e' || *c == 'E') ? strtol(c + 1, NULL, 10) : 0;
  *step = pow(10, (double)power - decimals);
  return true;
}

bool davy_is_free_name(const char *name) {
  if (!is_letter(*name) || strlen(name) >= NAME_MOST / 2) return false;
  for (const char *c = name; *c; c++)
    if (!is_letter(*c) && !isdigit((unsigned char)*c)) return false;
  for (int i = 0; i < CONSTANTS; i++)
    if (strcmp(name, constants[i].name) == 0) return false;
  for (int i = 0; i < FUNCTIONS; i++)
    if (strcmp(name, functions[i].name) == 0) return false;
  return true;
}
