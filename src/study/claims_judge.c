/* Judges the claims: what the paper says against what follows, with the relation that should hold.
 *
 *   within 2 %             |davy - paper| <= 2 % of |paper|
 *   within 0.1 V           |davy - paper| <= 0.1 V; so for any margin that is not in %
 *   to the printed digits  |davy - paper| <= half a step of the paper's last digit
 *   at most, at least      paper <= davy, paper >= davy
 *   equal dimension        the units measure the same kind of quantity
 */
#include "study/claims_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rounding of the arithmetic itself must not decide. */
#define SLACK 1e-12

enum { CLAIMS_MOST = 10000 };

typedef enum { WITHIN, TO_DIGITS, AT_MOST, AT_LEAST, EQUAL_DIMENSION } Relation;

typedef struct {
  const char *id, *says, *at, *printed, *needed, *computed, *holds_if, *because, *for_each, *unit;
} Entry;

static const DavyField entry_fields[] = {
    DAVY_TEXT(Entry, id, DAVY_REQUIRED, "a short name of its own"),
    DAVY_TEXT(Entry, says, DAVY_REQUIRED, "the statement in few words"),
    DAVY_TEXT(Entry, at, DAVY_OPTIONAL, "its place in the paper"),
    DAVY_TEXT(Entry, printed, DAVY_OPTIONAL, "the paper's number"),
    DAVY_TEXT(Entry, needed, DAVY_OPTIONAL, "what the wording needs, where no number is printed"),
    DAVY_TEXT(Entry, computed, DAVY_OPTIONAL, "what follows from other numbers"),
    DAVY_TEXT(Entry, holds_if, DAVY_OPTIONAL, "the relation of the paper to what follows"),
    DAVY_TEXT(Entry, because, DAVY_OPTIONAL, "one line of explanation"),
    DAVY_TEXT(Entry, for_each, DAVY_OPTIONAL, "a table: one claim for each row"),
    DAVY_TEXT(Entry, unit, DAVY_OPTIONAL, "that both are shown in"),
    DAVY_FIELDS_END};

/* One claim being judged. */
typedef struct {
  Scope scope;
  const Entry *entry;
  DavyNode node;
  Amount paper, follows, margin;
  double step; /* of the paper's last digit, SI; NaN if it is no printed number */
  Relation relation;
  bool relative;     /* the margin is a share of the paper's number */
  const char *typed; /* the paper's number as it was typed; NULL if it was computed */
} Trial;

static DavyPlace place_of(const Trial *trial, const char *key) {
  return DavyNodePlace(DavyNodeGet(trial->node, key));
}

static bool names_word(const char *text, const char *name) {
  while (*text == ' ') text++;
  size_t length = strlen(name);
  if (strncmp(text, name, length)) return false;
  for (text += length; *text == ' ';) text++;
  return *text == '\0';
}

/* If the expression is a bare name: the value that it names. */
static const Value *named_value(const Trial *trial, const char *text) {
  const Sheet *sheet = trial->scope.sheet;
  const DavyClaims *claims = trial->scope.claims;
  for (size_t c = 0; sheet && c < sheet->column_count; c++)
    if (sheet->columns[c] && names_word(text, sheet->columns[c]))
      return &claims->values[sheet->first_value + trial->scope.row * sheet->column_count + c];
  for (size_t i = 0; i < claims->value_count; i++)
    if (claims->values[i].name && names_word(text, claims->values[i].name))
      return &claims->values[i];
  return NULL;
}

/* The paper's side: value, unit to show both sides in, and its last digit. */
static DavyError read_paper(Trial *trial, const char **unit) {
  const Entry *entry = trial->entry;
  DavyClaims *claims = trial->scope.claims;
  const char *key = entry->printed ? "printed" : "needed";
  const char *text = entry->printed ? entry->printed : entry->needed;
  char own_unit[80];
  double step, scale, offset;
  DavyDimension dimension;
  DAVY_TRY(claims_evaluate(&trial->scope, place_of(trial, key), text, &trial->paper, NULL));
  const Value *named = named_value(trial, text);
  trial->step = named ? named->step : NAN;
  if (davy_is_quantity(text, own_unit, &step)) {
    DAVY_TRY(DavyUnitDimension(own_unit, &dimension, &scale, &offset));
    trial->step = step * scale;
    trial->typed = text;
    *unit = claims_format(claims, "%s", own_unit);
  } else if (named) {
    trial->typed = named->text;
    *unit = named->unit;
  } else {
    *unit = claims_customary_unit(claims, trial->paper.dimension);
  }
  if (entry->unit) {
    *unit = entry->unit;
    trial->typed = NULL;
  }
  DAVY_CHECK(*unit, DAVY_ERR_MEMORY, "out of memory for claims");
  return DAVY_OK;
}

static DavyError read_relation(Trial *trial) {
  static const struct {
    const char *words;
    Relation relation;
  } plain[] = {{"to the printed digits", TO_DIGITS},
               {"at most", AT_MOST},
               {"at least", AT_LEAST},
               {"equal dimension", EQUAL_DIMENSION}};
  const char *text = trial->entry->holds_if;
  DavyPlace place = place_of(trial, "holds_if");
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (strcmp(text, plain[i].words) == 0) {
      trial->relation = plain[i].relation;
      return DAVY_OK;
    }
  if (strncmp(text, "within ", 7))
    return DavyFailAt(place, DAVY_ERR_VALUE,
                      "holds_if: %.80s; expected within MARGIN, to the printed digits, at most, at "
                      "least or equal dimension",
                      text);
  char unit[80];
  double step;
  trial->relation = WITHIN;
  trial->relative = davy_is_quantity(text + 7, unit, &step) && strcmp(unit, "%") == 0;
  DAVY_TRY(claims_evaluate(&trial->scope, place, text + 7, &trial->margin, NULL));
  if (!trial->margin.missing && trial->margin.value < 0)
    return DavyFailAt(place, DAVY_ERR_VALUE, "holds_if: %.80s; expected a margin of 0 or more",
                      text);
  return DAVY_OK;
}

static DavyError check_dimensions(const Trial *trial) {
  char left[80], right[80];
  davy_dimension_text(trial->paper.dimension, left);
  davy_dimension_text(trial->follows.dimension, right);
  if (trial->relation == EQUAL_DIMENSION) return DAVY_OK;
  if (!davy_dimension_equal(trial->paper.dimension, trial->follows.dimension))
    return DavyFailAt(place_of(trial, "computed"), DAVY_ERR_UNIT,
                      "computed: a value in %s; expected %s, as %s has it (a claim about units "
                      "holds_if: equal dimension)",
                      right, left, trial->entry->printed ? "printed" : "needed");
  if (trial->relation == TO_DIGITS && isnan(trial->step) && !trial->paper.missing)
    return DavyFailAt(
        place_of(trial, "holds_if"), DAVY_ERR_VALUE,
        "holds_if: to the printed digits; expected a printed number to count them in");
  davy_dimension_text(trial->margin.dimension, right);
  if (trial->relation == WITHIN && !trial->relative &&
      !davy_dimension_equal(trial->margin.dimension, trial->paper.dimension))
    return DavyFailAt(place_of(trial, "holds_if"), DAVY_ERR_UNIT,
                      "holds_if: a margin in %s; expected a share such as 2 %%, or %s", right,
                      left);
  return DAVY_OK;
}

static bool holds(const Trial *trial) {
  double paper = trial->paper.value, follows = trial->follows.value;
  double slack = SLACK * (fabs(paper) + fabs(follows)), apart = fabs(follows - paper);
  switch (trial->relation) {
  case WITHIN: return apart <= trial->margin.value * (trial->relative ? fabs(paper) : 1) + slack;
  case TO_DIGITS: return apart <= 0.5 * trial->step + slack;
  case AT_MOST: return paper <= follows + slack;
  case AT_LEAST: return paper >= follows - slack;
  case EQUAL_DIMENSION:
    return davy_dimension_equal(trial->paper.dimension, trial->follows.dimension);
  }
  return false;
}

static const char *relation_words(const Trial *trial) {
  const char *who = trial->entry->printed ? "paper" : "needed";
  const char *how = trial->entry->holds_if;
  if (trial->relation == EQUAL_DIMENSION) return "equal dimension";
  if (trial->relation == TO_DIGITS) return "davy rounds to the printed digits";
  if (trial->relation == WITHIN)
    return claims_format(trial->scope.claims, "davy %s of %s", how, who);
  return claims_format(trial->scope.claims, "%s %s davy", who, how);
}

/* --- what it rests on --- */

/* Everything used, directly or through other values, in the order of the file. A value uses only
 * such as stand before it. */
static DavyError list_inputs(const Scope *scope, DavyClaim *claim) {
  DavyClaims *claims = scope->claims;
  bool *used = calloc(claims->value_count + 1, sizeof *used);
  size_t count = 0;
  DAVY_CHECK(used, DAVY_ERR_MEMORY, "out of memory for claims");
  for (size_t i = 0; i < scope->use_count; i++) used[scope->uses[i]] = true;
  for (size_t i = claims->value_count; i-- > 0;) {
    const Value *value = &claims->values[i];
    if (used[i]) count++;
    for (size_t k = 0; used[i] && k < value->use_count; k++) used[value->uses[k]] = true;
  }
  DavyClaimInput *inputs = calloc(count + 1, sizeof *inputs);
  claim->inputs = inputs;
  for (size_t i = 0; inputs && i < claims->value_count; i++) {
    const Value *value = &claims->values[i];
    const char *name = value->name;
    const Sheet *sheet = scope->sheet;
    if (!used[i]) continue;
    if (!name && sheet) name = sheet->columns[(i - sheet->first_value) % sheet->column_count];
    inputs[claim->input_count++] =
        (DavyClaimInput){name ? name : "", value->text,   value->kind,      value->at,
                         value->says,      value->source, value->arithmetic};
  }
  free(used);
  DAVY_CHECK(inputs, DAVY_ERR_MEMORY, "out of memory for claims");
  return DAVY_OK;
}

/* "recalled Au.density, Na.density" of the inputs known in that way; NULL if there are none. */
static const char *inputs_known_as(DavyClaims *claims, const DavyClaim *claim, const char *kind) {
  const char *text = NULL;
  for (size_t i = 0; i < claim->input_count; i++)
    if (strcmp(claim->inputs[i].kind, kind) == 0)
      text = claims_format(claims, "%s%s %s", text ? text : kind, text ? "," : "",
                           claim->inputs[i].name);
  return text;
}

static void mark(DavyClaims *claims, DavyClaim *claim) {
  const char *recalled = inputs_known_as(claims, claim, "recalled");
  const char *assumed = inputs_known_as(claims, claim, "assumed");
  if (recalled || assumed)
    claim->mark = claims_format(claims, "rests on %s%s%s", recalled ? recalled : "",
                                recalled && assumed ? "; " : "", assumed ? assumed : "");
}

/* --- one claim --- */

static DavyError write_numbers(const Trial *trial, const char *unit, const char *shown,
                               DavyClaim *claim) {
  DavyClaims *claims = trial->scope.claims;
  char paper[80], follows[80];
  bool alike = davy_dimension_equal(trial->paper.dimension, trial->follows.dimension);
  const char *own = alike ? unit : claims_customary_unit(claims, trial->follows.dimension);
  DAVY_CHECK(own, DAVY_ERR_MEMORY, "out of memory for claims");
  DavyError error = claims_amount_in(&trial->paper, unit, &claim->printed, paper);
  if (error) return claims_fail_at(place_of(trial, "unit"), "unit", error);
  DAVY_TRY(claims_amount_in(&trial->follows, own, &claim->computed, follows));
  if (!alike) claim->computed = NAN;
  claim->unit = unit;
  claim->printed_text = trial->typed ? trial->typed : claims_format(claims, "%s", paper);
  claim->computed_text = claims_format(claims, "%s", follows);
  claim->ratio = alike && trial->paper.value != 0 && !trial->paper.missing
                     ? trial->follows.value / trial->paper.value
                     : NAN;
  if (!isfinite(claim->ratio)) claim->ratio = NAN;
  claim->arithmetic = claims_format(claims, "%s\n= %s", shown, follows);
  claim->relation = relation_words(trial);
  return DAVY_OK;
}

static DavyError judge_numbers(Trial *trial, DavyClaim *claim) {
  const char *unit = NULL, *shown = NULL;
  DAVY_TRY(read_paper(trial, &unit));
  DAVY_TRY(claims_evaluate(&trial->scope, place_of(trial, "computed"), trial->entry->computed,
                           &trial->follows, &shown));
  DAVY_TRY(read_relation(trial));
  DAVY_TRY(check_dimensions(trial));
  DAVY_TRY(write_numbers(trial, unit, shown, claim));
  DAVY_TRY(list_inputs(&trial->scope, claim));
  DavyClaims *claims = trial->scope.claims;
  bool missing = trial->paper.missing || trial->follows.missing || trial->margin.missing;
  claim->verdict = missing ? DAVY_CLAIM_OPEN : holds(trial) ? DAVY_CLAIM_HOLDS : DAVY_CLAIM_FAILS;
  if (missing) claim->open = inputs_known_as(claims, claim, "missing");
  mark(claims, claim);
  return DAVY_OK;
}

static DavyError check_keys(DavyNode node, const Entry *entry) {
  DavyPlace place = DavyNodePlace(node);
  if (!entry->computed) {
    if (entry->printed || entry->needed || entry->holds_if || entry->for_each)
      return DavyFailAt(place, DAVY_ERR_KEY,
                        "claim %.80s: key computed is missing (or leave printed, needed, holds_if "
                        "and for_each out of a claim that arithmetic cannot judge)",
                        entry->id);
    if (!entry->because)
      return DavyFailAt(place, DAVY_ERR_KEY,
                        "claim %.80s: key because is missing (why arithmetic cannot judge it)",
                        entry->id);
    return DAVY_OK;
  }
  if (!entry->printed == !entry->needed)
    return DavyFailAt(place, DAVY_ERR_KEY,
                      "claim %.80s: expected either printed (the paper's number) or needed (what "
                      "its wording needs)",
                      entry->id);
  if (!entry->holds_if)
    return DavyFailAt(place, DAVY_ERR_KEY, "claim %.80s: key holds_if is missing", entry->id);
  return DAVY_OK;
}

static DavyError judge_one(DavyClaims *claims, DavyNode node, const Entry *entry,
                           const Sheet *sheet, size_t row) {
  if (claims->claim_count >= CLAIMS_MOST)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_UNSUPPORTED, "more than %d claims",
                      (int)CLAIMS_MOST);
  const char *id = sheet ? claims_format(claims, "%s[%s]", entry->id, sheet->rows[row]) : entry->id;
  DAVY_CHECK(id, DAVY_ERR_MEMORY, "out of memory for claims");
  for (size_t i = 0; i < claims->claim_count; i++)
    if (strcmp(claims->claims[i].id, id) == 0)
      return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "id")), DAVY_ERR_KEY,
                        "a second claim %.80s; expected an id of its own", id);
  if ((claims->claim_count & (claims->claim_count - 1)) == 0) {
    size_t room = claims->claim_count ? 2 * claims->claim_count : 1;
    DavyClaim *grown = realloc(claims->claims, room * sizeof *grown);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for claims");
    claims->claims = grown;
  }
  DavyClaim *claim = &claims->claims[claims->claim_count++];
  *claim = (DavyClaim){.id = id,
                       .says = entry->says,
                       .at = entry->at,
                       .because = entry->because,
                       .needed = !entry->printed,
                       .printed = NAN,
                       .computed = NAN,
                       .ratio = NAN,
                       .line = DavyNodePlace(node).line};
  if (!entry->computed) {
    claim->verdict = DAVY_CLAIM_OPEN;
    claim->open = "a statement without arithmetic";
    return DAVY_OK;
  }
  Trial trial = {.scope = {.claims = claims, .sheet = sheet, .row = row},
                 .entry = entry,
                 .node = node,
                 .step = NAN};
  DavyError error = judge_numbers(&trial, claim);
  claims_scope_clear(&trial.scope);
  if (!error || !sheet) return error;
  char message[900];
  snprintf(message, sizeof message, "%s", DavyErrorMessage());
  return DavyFail(error, "%s (row %.80s)", message, sheet->rows[row]);
}

static DavyError find_sheet(const DavyClaims *claims, DavyNode node, const char *name,
                            const Sheet **sheet) {
  for (size_t i = 0; i < claims->sheet_count; i++)
    if (strcmp(claims->sheets[i].name, name) == 0) {
      *sheet = &claims->sheets[i];
      return DAVY_OK;
    }
  return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "for_each")), DAVY_ERR_LOOKUP,
                    "for_each: no table %.80s in this file", name);
}

DavyError claims_judge(DavyClaims *claims, DavyNode node) {
  if (DavyNodeKindOf(node) != DAVY_NODE_LIST || DavyNodeCount(node) == 0)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "claims holds no claim; expected a list, each with id and says");
  for (int i = 0; i < DavyNodeCount(node); i++) {
    DavyNode item = DavyNodeAt(node, i);
    Entry entry = {0};
    const Sheet *sheet = NULL;
    DAVY_TRY(DavyYamlBind(item, entry_fields, &entry));
    DAVY_TRY(check_keys(item, &entry));
    if (entry.for_each) DAVY_TRY(find_sheet(claims, item, entry.for_each, &sheet));
    for (size_t row = 0; row < (sheet ? sheet->row_count : 1); row++)
      DAVY_TRY(judge_one(claims, item, &entry, sheet, row));
  }
  return DAVY_OK;
}
