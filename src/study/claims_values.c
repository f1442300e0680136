/* Values of a claims file: numbers of the paper, what is computed from them, cells of tables, and
 * properties of materials, all found by name and each with how it is known. */
#include "study/claims_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/c_locale.h"
#include "davy/cite.h"
#include "davy/material.h"

enum { VALUES_MOST = 20000, NEAR_MOST = 512 }; /* names are searched one by one */

/* What a value may be: printed in the paper, or one of the kinds that davy knows everywhere. */
static const char *const kinds[] = {"printed",
#define KIND_WORD(name, word) word,
                                    DAVY_VALUE_KINDS(KIND_WORD)
#undef KIND_WORD
                                        NULL};

const char *claims_keep(DavyClaims *claims, char *text) {
  size_t count = claims->text_count;
  if (!text) return NULL;
  if ((count & (count - 1)) == 0) {
    char **texts = realloc(claims->texts, (count ? 2 * count : 1) * sizeof *texts);
    if (!texts) {
      free(text);
      return NULL;
    }
    claims->texts = texts;
  }
  claims->texts[claims->text_count++] = text;
  return text;
}

const char *claims_format(DavyClaims *claims, const char *format, ...) {
  va_list args;
  char *text = NULL;
  va_start(args, format);
  int length = vasprintf(&text, format, args);
  va_end(args);
  return length < 0 ? NULL : claims_keep(claims, text);
}

DavyError claims_fail_at(DavyPlace place, const char *key, DavyError error) {
  char message[900];
  snprintf(message, sizeof message, "%s", DavyErrorMessage());
  return DavyFailAt(place, error, "%s: %s", key, message);
}

DavyError claims_add_value(DavyClaims *claims, DavyPlace place, const Value *value) {
  size_t count = claims->value_count;
  if (count >= VALUES_MOST)
    return DavyFailAt(place, DAVY_ERR_UNSUPPORTED, "more than %d values", (int)VALUES_MOST);
  DAVY_CHECK(value->text && value->unit, DAVY_ERR_MEMORY, "out of memory for claims");
  if ((count & (count - 1)) == 0) {
    Value *values = realloc(claims->values, (count ? 2 * count : 1) * sizeof *values);
    DAVY_CHECK(values, DAVY_ERR_MEMORY, "out of memory for claims");
    claims->values = values;
  }
  claims->values[claims->value_count++] = *value;
  return DAVY_OK;
}

/* What people of the field write for a unit of SI. */
static const char *const customary[][2] = {
    {"kg/m3", "g/cm3"},  {"m3/mol", "cm3/mol"}, {"kg/mol", "g/mol"},     {"C/kg", "mAh/g"},
    {"C/m2", "mAh/cm2"}, {"A/m2", "mA/cm2"},    {"m2/s", "cm2/s"},       {"S/m", "mS/cm"},
    {"kg/m2", "mg/cm2"}, {"mol/m3", "mol/L"},   {"J/kg", "Wh/kg"},       {"m3", "uL"},
    {"J/mol", "kJ/mol"}, {"m2", "cm2"},         {"F/m2", "uF/cm2"},      {"C", "mAh"},
    {"C/m3", "mAh/cm3"}, {"m", "um"},           {"C s/kg", "cm2/(V s)"}, {"kg/C", "g/mAh"},
};

const char *claims_customary_unit(DavyClaims *claims, DavyDimension dimension) {
  char text[80];
  davy_dimension_text(dimension, text);
  for (size_t i = 0; i < sizeof customary / sizeof *customary; i++)
    if (strcmp(text, customary[i][0]) == 0) return customary[i][1];
  return claims_format(claims, "%s", text);
}

static bool whole_powers(DavyDimension dimension) {
  for (int i = 0; i < DAVY_BASE_COUNT; i++)
    if (fabs(dimension.power[i] - round(dimension.power[i])) > 1e-9) return false;
  return true;
}

/* "0.05249", "7.3e-14": as %.5g has it, without the zeros of its exponent. */
static void five_digits(double number, char digits[32]) {
  locale_t before = uselocale(DavyLocaleC());
  snprintf(digits, 32, "%.5g", number);
  uselocale(before);
  char *exponent = strchr(digits, 'e');
  if (!exponent) return;
  char *first = exponent + 2, *kept = first + strspn(first, "0");
  memmove(first, kept, strlen(kept) + 1);
}

DavyError claims_amount_in(const Amount *amount, const char *unit, double *number, char text[80]) {
  DavyDimension dimension = amount->dimension;
  double scale = 1, offset = 0;
  char found[80];
  if (whole_powers(amount->dimension))
    DAVY_TRY(DavyUnitDimension(unit, &dimension, &scale, &offset));
  davy_dimension_text(amount->dimension, found);
  DAVY_CHECK(davy_dimension_equal(dimension, amount->dimension), DAVY_ERR_UNIT,
             "%s is not a unit of a value in %s", unit, found);
  *number = (amount->value - offset) / scale;
  bool pure = strcmp(unit, "1") == 0;
  char digits[32] = "?";
  if (!amount->missing) five_digits(*number, digits);
  snprintf(text, 80, "%s%s%.40s", digits, pure ? "" : " ", pure ? "" : unit);
  return DAVY_OK;
}

/* --- names --- */

static DavyError use(Scope *scope, size_t value, Amount *amount, char text[80]) {
  for (size_t i = 0; i < scope->use_count; i++)
    if (scope->uses[i] == value) goto known;
  size_t *uses = realloc(scope->uses, (scope->use_count + 1) * sizeof *uses);
  DAVY_CHECK(uses, DAVY_ERR_MEMORY, "out of memory for claims");
  scope->uses = uses;
  uses[scope->use_count++] = value;
known:
  *amount = scope->claims->values[value].amount;
  snprintf(text, 80, "%s", scope->claims->values[value].text);
  return DAVY_OK;
}

static DavyError unknown_name(const Scope *scope, const char *name) {
  const char *names[NEAR_MOST + 1] = {0};
  size_t count = 0;
  for (size_t c = 0; scope->sheet && c < scope->sheet->column_count && count < NEAR_MOST; c++)
    if (scope->sheet->columns[c]) names[count++] = scope->sheet->columns[c];
  for (size_t i = 0; i < scope->claims->value_count && count < NEAR_MOST; i++)
    if (scope->claims->values[i].name) names[count++] = scope->claims->values[i].name;
  const char *near = DavyNearestWord(name, names);
  return DavyFail(DAVY_ERR_LOOKUP,
                  "unknown name %s%s%s%s (names are the values above, MATERIAL.property, and F, R, "
                  "k_B, N_A, e, pi)",
                  name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static DavyError add_material_value(DavyClaims *claims, const char *name) {
  DavyMaterial *material = NULL;
  DavyValue found;
  char word[64], text[80];
  double scale, offset, number;
  const char *dot = strchr(name, '.');
  snprintf(word, sizeof word, "%.*s", (int)(dot - name), name);
  DAVY_TRY(DavyMaterialLoad(word, &material));
  DavyError error = DavyMaterialValue(material, dot + 1, NULL, &found);
  Value value = {.step = NAN};
  if (!error) error = DavyUnitDimension(found.unit, &value.amount.dimension, &scale, &offset);
  if (!error) {
    value.amount.value = scale * found.value + offset;
    value.name = claims_format(claims, "%s", name);
    davy_dimension_text(value.amount.dimension, text);
    value.unit = strcmp(text, found.unit) ? claims_format(claims, "%s", found.unit) /* eV */
                                          : claims_customary_unit(claims, value.amount.dimension);
    value.kind = DavyValueKindWord(found.kind);
    value.source = claims_format(claims, "%s", found.source);
    value.says = found.note ? claims_format(claims, "%s", found.note) : NULL;
    value.at = claims_format(claims, "davy's value of %s", DavyMaterialTitle(material));
  }
  DavyMaterialDestroy(&material);
  if (error) return error;
  DAVY_CHECK(value.unit && value.name, DAVY_ERR_MEMORY, "out of memory for claims");
  DAVY_TRY(claims_amount_in(&value.amount, value.unit, &number, text));
  value.text = claims_format(claims, "%s", text);
  return claims_add_value(claims, (DavyPlace){.byte = -1}, &value);
}

static DavyError find_name(void *context, const char *name, Amount *amount, char text[80]) {
  Scope *scope = context;
  const Sheet *sheet = scope->sheet;
  for (size_t c = 0; sheet && c < sheet->column_count; c++)
    if (sheet->columns[c] && strcmp(sheet->columns[c], name) == 0)
      return use(scope, sheet->first_value + scope->row * sheet->column_count + c, amount, text);
  DavyClaims *claims = scope->claims;
  for (size_t i = 0; i < claims->value_count; i++)
    if (claims->values[i].name && strcmp(claims->values[i].name, name) == 0)
      return use(scope, i, amount, text);
  if (!strchr(name, '.')) return unknown_name(scope, name);
  DAVY_TRY(add_material_value(claims, name));
  return use(scope, claims->value_count - 1, amount, text);
}

static const char word_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";

DavyError claims_evaluate(Scope *scope, DavyPlace place, const char *text, Amount *amount,
                          const char **shown) {
  char *put_in = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&put_in, &size);
  DAVY_CHECK(memory, DAVY_ERR_MEMORY, "out of memory for claims");
  DavyError error = davy_evaluate(text, &(Names){find_name, scope}, amount, memory);
  if (fclose(memory) && !error) error = DavyFail(DAVY_ERR_MEMORY, "out of memory for claims");
  if (!error && shown) {
    bool name = strspn(text, word_letters) == strlen(text); /* its value is the result */
    bool same = name || strcmp(text, put_in) == 0;
    *shown = claims_format(scope->claims, "%s%s%s", text, same ? "" : "\n= ", same ? "" : put_in);
    if (!*shown) error = DavyFail(DAVY_ERR_MEMORY, "out of memory for claims");
  }
  free(put_in);
  if (!error) return DAVY_OK;
  char message[900];
  snprintf(message, sizeof message, "%s", DavyErrorMessage());
  return DavyFailAt(place, error, "%s", message);
}

void claims_scope_clear(Scope *scope) {
  free(scope->uses);
  scope->uses = NULL;
  scope->use_count = 0;
}

/* --- values of the file --- */

typedef struct {
  const char *value, *unit, *at, *says, *source;
  int kind;
} Entry;

static const DavyField entry_fields[] = {
    DAVY_TEXT(Entry, value, DAVY_OPTIONAL, "number and unit, or an expression"),
    DAVY_TEXT(Entry, unit, DAVY_OPTIONAL, "that it is shown in"),
    DAVY_TEXT(Entry, at, DAVY_OPTIONAL, "its place in the paper"),
    DAVY_TEXT(Entry, says, DAVY_OPTIONAL, "what it is"),
    DAVY_TEXT(Entry, source, DAVY_OPTIONAL, "a key of sources.bib"),
    DAVY_CHOICE(Entry, kind, kinds, DAVY_OPTIONAL, "how it is known"),
    DAVY_FIELDS_END};

/* Only the unit is known: what rests on it cannot be judged. */
static DavyError make_missing(DavyNode node, const Entry *entry, Value *value) {
  double scale, offset;
  if (!entry->unit)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "neither value nor unit; expected a value, or the unit of what is missing");
  DavyError error = DavyUnitDimension(entry->unit, &value->amount.dimension, &scale, &offset);
  if (error) return claims_fail_at(DavyNodePlace(DavyNodeGet(node, "unit")), "unit", error);
  value->amount.value = NAN;
  value->amount.missing = true;
  value->unit = entry->unit;
  value->kind = "missing";
  return DAVY_OK;
}

static DavyError make_value(DavyClaims *claims, DavyNode node, DavyPlace place, const Entry *entry,
                            Value *value) {
  Scope scope = {.claims = claims};
  char unit[80];
  double scale, offset, step;
  bool literal = davy_is_quantity(entry->value, unit, &step);
  const char *shown = NULL;
  DavyError error =
      claims_evaluate(&scope, place, entry->value, &value->amount, literal ? NULL : &shown);
  value->uses = scope.uses;
  value->use_count = scope.use_count;
  if (error) return error;
  value->arithmetic = shown;
  DavyNode kind = DavyNodeGet(node, "kind");
  if (!literal && kind.index)
    return DavyFailAt(DavyNodePlace(kind), DAVY_ERR_KEY,
                      "kind: only for a number; an expression is computed");
  value->kind = literal ? kinds[entry->kind] : "computed";
  if (literal && !DavyUnitDimension(unit, &value->amount.dimension, &scale, &offset))
    value->step = step * scale;
  value->unit = entry->unit ? entry->unit
                : literal   ? claims_format(claims, "%s", unit)
                            : claims_customary_unit(claims, value->amount.dimension);
  return DAVY_OK;
}

static DavyError finish_value(DavyClaims *claims, DavyNode node, Value *value, bool literal,
                              const char *typed) {
  char text[80];
  double number;
  DAVY_CHECK(value->unit, DAVY_ERR_MEMORY, "out of memory for claims");
  DavyError error = claims_amount_in(&value->amount, value->unit, &number, text);
  if (error) return claims_fail_at(DavyNodePlace(DavyNodeGet(node, "unit")), "unit", error);
  /* As it stands in the paper, with its own digits. */
  bool as_typed = literal && strlen(typed) < sizeof text && !DavyNodeGet(node, "unit").index;
  value->text = claims_format(claims, "%s", as_typed ? typed : text);
  if (value->arithmetic && value->text)
    value->arithmetic = claims_format(claims, "%s\n= %s", value->arithmetic, value->text);
  return claims_add_value(claims, DavyNodePlace(node), value);
}

static DavyError read_value(DavyClaims *claims, DavyNode map, int i) {
  DavyNode node = DavyNodeAt(map, i), key = DavyNodeKeyNode(map, i);
  Entry entry = {0};
  Value value = {.name = DavyNodeKey(map, i), .step = NAN};
  bool plain = DavyNodeKindOf(node) == DAVY_NODE_TEXT;
  if (!davy_is_free_name(value.name))
    return DavyFailAt(
        DavyNodePlace(key), DAVY_ERR_KEY,
        "%.80s cannot name a value; expected up to 31 letters, digits and _, and none "
        "of the constants and functions",
        value.name);
  if (plain)
    entry.value = DavyNodeText(node);
  else
    DAVY_TRY(DavyYamlBind(node, entry_fields, &entry));
  if (entry.source) {
    char line[64];
    DavyError error = DavyCiteLine(entry.source, line, sizeof line);
    if (error) return claims_fail_at(DavyNodePlace(DavyNodeGet(node, "source")), "source", error);
    DavyCite(entry.source, "value of a claim");
  }
  value.at = entry.at;
  value.says = entry.says;
  value.source = entry.source;
  DavyPlace place = DavyNodePlace(plain ? node : DavyNodeGet(node, "value"));
  DavyError error = entry.value ? make_value(claims, node, place, &entry, &value)
                                : make_missing(node, &entry, &value);
  bool literal = !error && !value.arithmetic && entry.value;
  if (!error) error = finish_value(claims, node, &value, literal, entry.value);
  if (error) free(value.uses);
  return error;
}

DavyError claims_read_values(DavyClaims *claims, DavyNode node) {
  if (!node.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_MAP));
  for (int i = 0; i < DavyNodeCount(node); i++) DAVY_TRY(read_value(claims, node, i));
  return DAVY_OK;
}

/* --- tables --- */

typedef struct {
  const char *at;
  DavyNode columns, rows;
} Table;

static const DavyField table_fields[] = {
    DAVY_TEXT(Table, at, DAVY_OPTIONAL, "its place in the paper"),
    DAVY_NODE(Table, columns, DAVY_REQUIRED, "name: unit, or name: text"),
    DAVY_NODE(Table, rows, DAVY_REQUIRED, "a list of lists"), DAVY_FIELDS_END};

typedef struct {
  const char *unit, *says, *source;
  int kind;
} Column;

static const DavyField column_fields[] = {
    DAVY_TEXT(Column, unit, DAVY_REQUIRED, "of the column's numbers; 1 for pure numbers"),
    DAVY_TEXT(Column, says, DAVY_OPTIONAL, "what they are"),
    DAVY_TEXT(Column, source, DAVY_OPTIONAL, "a key of sources.bib"),
    DAVY_CHOICE(Column, kind, kinds, DAVY_OPTIONAL, "how they are known"), DAVY_FIELDS_END};

static DavyError read_column(DavyNode columns, int c, Column *column) {
  DavyNode node = DavyNodeAt(columns, c);
  DavyDimension dimension;
  double scale, offset;
  *column = (Column){0};
  if (!davy_is_free_name(DavyNodeKey(columns, c)))
    return DavyFailAt(DavyNodePlace(DavyNodeKeyNode(columns, c)), DAVY_ERR_KEY,
                      "%.80s cannot name a column", DavyNodeKey(columns, c));
  if (DavyNodeKindOf(node) == DAVY_NODE_TEXT)
    column->unit = DavyNodeText(node);
  else
    DAVY_TRY(DavyYamlBind(node, column_fields, column));
  if (column->source) {
    char line[64];
    DavyError error = DavyCiteLine(column->source, line, sizeof line);
    if (error) return claims_fail_at(DavyNodePlace(node), "source", error);
    DavyCite(column->source, "value of a claim");
  }
  if (strcmp(column->unit, "text") == 0) {
    column->unit = NULL;
    return DAVY_OK;
  }
  DavyError error = DavyUnitDimension(column->unit, &dimension, &scale, &offset);
  return error ? claims_fail_at(DavyNodePlace(node), DavyNodeKey(columns, c), error) : DAVY_OK;
}

/* A cell holds a number in the column's unit; "-" or nothing is a missing one. */
static DavyError read_cell(DavyClaims *claims, const Sheet *sheet, const char *row, DavyNode node,
                           const char *name, const Column *column) {
  const char *text = DavyNodeText(node);
  char unit[80];
  double scale, offset, number, step;
  bool empty = DavyNodeKindOf(node) == DAVY_NODE_NONE || (text && strcmp(text, "-") == 0);
  /* A cell has no name of its own, so that only a claim over the table finds it. */
  Value value = {.step = NAN,
                 .unit = column->unit ? column->unit : "1",
                 .says = column->says,
                 .kind = empty ? "missing" : kinds[column->kind],
                 .source = column->source};
  value.at = claims_format(claims, "%s%s, %s: %s", column->kind ? "beside " : "",
                           sheet->at ? sheet->at : sheet->name, row, name);
  value.text = "";
  if (!column->unit) return claims_add_value(claims, DavyNodePlace(node), &value);
  DAVY_TRY(DavyUnitDimension(column->unit, &value.amount.dimension, &scale, &offset));
  value.amount.missing = empty;
  value.amount.value = NAN;
  if (!empty) {
    if (!text || !davy_is_quantity(text, unit, &step) || strcmp(unit, "1"))
      return DavyFailAt(
          DavyNodePlace(node), DAVY_ERR_VALUE,
          "%.80s in column %s; expected a number in %s, or - where the paper has none",
          text ? text : "no text", name, column->unit);
    Amount amount;
    DAVY_TRY(davy_evaluate(text, NULL, &amount, NULL));
    number = amount.value;
    value.amount.value = scale * number + offset;
    value.step = step * scale;
  }
  value.text =
      claims_format(claims, "%s%s%s", empty ? "?" : text, strcmp(column->unit, "1") ? " " : "",
                    strcmp(column->unit, "1") ? column->unit : "");
  return claims_add_value(claims, DavyNodePlace(node), &value);
}

static DavyError read_row(DavyClaims *claims, Sheet *sheet, const Column *columns, DavyNode node,
                          size_t r, DavyNode names) {
  int count = (int)sheet->column_count;
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_LIST));
  if (DavyNodeCount(node) != count)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_FORMAT,
                      "a row of %d cells; expected %d, one for each column", DavyNodeCount(node),
                      count);
  sheet->rows[r] = NULL;
  for (int c = 0; c < count && !sheet->rows[r]; c++)
    if (!columns[c].unit) sheet->rows[r] = DavyNodeText(DavyNodeAt(node, c));
  if (!sheet->rows[r]) sheet->rows[r] = claims_format(claims, "row %zu", r + 1);
  DAVY_CHECK(sheet->rows[r], DAVY_ERR_MEMORY, "out of memory for claims");
  for (int c = 0; c < count; c++)
    DAVY_TRY(read_cell(claims, sheet, sheet->rows[r], DavyNodeAt(node, c), DavyNodeKey(names, c),
                       &columns[c]));
  return DAVY_OK;
}

static DavyError fill_sheet(DavyClaims *claims, Sheet *sheet, const Table *table, Column *columns) {
  for (size_t c = 0; c < sheet->column_count; c++) {
    DAVY_TRY(read_column(table->columns, (int)c, &columns[c]));
    if (columns[c].unit) sheet->columns[c] = DavyNodeKey(table->columns, (int)c);
  }
  sheet->first_value = claims->value_count;
  for (size_t r = 0; r < sheet->row_count; r++)
    DAVY_TRY(read_row(claims, sheet, columns, DavyNodeAt(table->rows, (int)r), r, table->columns));
  return DAVY_OK;
}

static DavyError read_sheet(DavyClaims *claims, DavyNode map, int i, Sheet *sheet) {
  Table table = {0};
  DavyNode node = DavyNodeAt(map, i);
  DAVY_TRY(DavyYamlBind(node, table_fields, &table));
  DAVY_TRY(DavyNodeExpect(table.columns, DAVY_NODE_MAP));
  DAVY_TRY(DavyNodeExpect(table.rows, DAVY_NODE_LIST));
  sheet->name = DavyNodeKey(map, i);
  sheet->at = table.at;
  sheet->column_count = (size_t)DavyNodeCount(table.columns);
  sheet->row_count = (size_t)DavyNodeCount(table.rows);
  sheet->columns = calloc(sheet->column_count + 1, sizeof *sheet->columns);
  sheet->rows = calloc(sheet->row_count + 1, sizeof *sheet->rows);
  Column *columns = calloc(sheet->column_count + 1, sizeof *columns);
  DavyError error = sheet->columns && sheet->rows && columns
                        ? fill_sheet(claims, sheet, &table, columns)
                        : DavyFail(DAVY_ERR_MEMORY, "out of memory for claims");
  free(columns);
  return error;
}

DavyError claims_read_sheets(DavyClaims *claims, DavyNode node) {
  if (!node.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_MAP));
  claims->sheets = calloc((size_t)DavyNodeCount(node) + 1, sizeof *claims->sheets);
  DAVY_CHECK(claims->sheets, DAVY_ERR_MEMORY, "out of memory for claims");
  for (int i = 0; i < DavyNodeCount(node); i++)
    DAVY_TRY(read_sheet(claims, node, i, &claims->sheets[claims->sheet_count++]));
  return DAVY_OK;
}
