/* One step, from a sentence or a mapping, and back to a sentence. */
#include <math.h>
#include <string.h>
#include "davy/units.h"
#include "protocol/program.h"

enum { SENTENCE_SIZE = 512 };

static const struct {
  const char *word;
  int sign; /* of the current into the working electrode */
} actions[] = {
    [DAVY_ACTION_REST] = {"rest", 0},     [DAVY_ACTION_PLATE] = {"plate", -1},
    [DAVY_ACTION_STRIP] = {"strip", 1},   [DAVY_ACTION_DISCHARGE] = {"discharge", -1},
    [DAVY_ACTION_CHARGE] = {"charge", 1}, [DAVY_ACTION_HOLD] = {"hold", 0},
};
enum { ACTION_COUNT = sizeof actions / sizeof *actions };

static int find_action(const char *word) {
  for (int k = 0; k < ACTION_COUNT; k++)
    if (strcmp(word, actions[k].word) == 0) return k;
  return -1;
}

static DavyError unknown_action(DavyNode node, const char *word) {
  const char *words[ACTION_COUNT + 3] = {"cycles", "steps"};
  for (int k = 0; k < ACTION_COUNT; k++) words[k + 2] = actions[k].word;
  const char *near = DavyNearestWord(word, words);
  return DavyFailAt(
      DavyNodePlace(node), DAVY_ERR_VALUE,
      "a step begins with %s%s%s%s; expected rest, plate, strip, charge, discharge or "
      "hold",
      word, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Reads a quantity whose unit says what it is: *which of `units` (NULL-terminated). */
static DavyError read_quantity(DavyNode node, const char *text, const char *const *units,
                               const char *expected, double *value, int *which) {
  DavyError error = DAVY_ERR_UNIT;
  for (*which = 0; units[*which]; ++*which) {
    error = DavyQuantityParse(text, units[*which], value);
    if (error != DAVY_ERR_UNIT) break;
  }
  if (error == DAVY_ERR_UNIT)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_UNIT, "\"%s\"; expected %s", text, expected);
  if (error) return DavyFailAt(DavyNodePlace(node), error, "%s", DavyErrorMessage());
  return DAVY_OK;
}

static DavyError add_limit(DavyNode node, DavyStep *step, DavyLimitKind kind, double value) {
  if (step->limit_count == DAVY_STEP_LIMITS)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "more than %d limits in one step",
                      DAVY_STEP_LIMITS);
  step->limits[step->limit_count++] = (DavyLimit){kind, value};
  return DAVY_OK;
}

static DavyError read_drive(DavyNode node, const char *text, double area, DavyStep *step) {
  static const char *const current[] = {"A/m2", "A", NULL}, *const voltage[] = {"V", NULL};
  int which, sign = actions[step->action].sign;
  if (step->action == DAVY_ACTION_REST)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "a rest is not at anything; expected \"rest for 10 min\"");
  if (step->action == DAVY_ACTION_HOLD) {
    DAVY_TRY(read_quantity(node, text, voltage, "a voltage as 10 mV", &step->value, &which));
    if (fabs(step->value) <= 100) return DAVY_OK;
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "hold at %s; expected -100 V to 100 V",
                      text);
  }
  double value;
  DAVY_TRY(read_quantity(node, text, current, "a current as 1 mA or a current density as 1 mA/cm2",
                         &value, &which));
  if (which == 1) value /= area;
  if (!(value > 0 && value <= 1e7))
    return DavyFailAt(
        DavyNodePlace(node), DAVY_ERR_VALUE,
        "%s at %s; expected a current of more than 0, at most 1e7 A/m2 (the word says "
        "the direction)",
        actions[step->action].word, text);
  step->value = sign * value;
  return DAVY_OK;
}

static DavyError read_positive_time(DavyNode node, const char *text, const char *what,
                                    double *value) {
  static const char *const time[] = {"s", NULL};
  int which;
  DAVY_TRY(read_quantity(node, text, time, "a time as 10 min", value, &which));
  if (*value > 0) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s %s; expected more than 0 s", what,
                    text);
}

static DavyError read_voltage_limit(DavyNode node, const char *text, char direction, double value,
                                    DavyStep *step) {
  int sign = actions[step->action].sign;
  if (step->action == DAVY_ACTION_HOLD)
    return DavyFailAt(
        DavyNodePlace(node), DAVY_ERR_VALUE,
        "\"until %s\" in a step that holds the voltage; expected a time, a current or "
        "a capacity",
        text);
  if (!direction && !sign)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "\"until %s\" in a rest; expected the direction as V > %s or V < %s", text,
                      text, text);
  bool up = direction ? direction == '>' : sign > 0;
  return add_limit(node, step, up ? DAVY_LIMIT_VOLTAGE_UP : DAVY_LIMIT_VOLTAGE_DOWN, value);
}

/* Current and capacity must be able to end the step that has them. */
static DavyError read_charge_limit(DavyNode node, const char *text, DavyLimitKind kind,
                                   double value, DavyStep *step) {
  const char *what = kind == DAVY_LIMIT_CURRENT ? "current" : "capacity";
  if (!(value > 0))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "\"until %s\"; expected a %s above 0",
                      text, what);
  bool constant = kind == DAVY_LIMIT_CURRENT ? step->action != DAVY_ACTION_HOLD
                                             : step->action == DAVY_ACTION_REST;
  if (constant)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "\"until %s\" in a step (%s) whose %s does not change", text,
                      actions[step->action].word, what);
  return add_limit(node, step, kind, value);
}

static DavyError read_limit(DavyNode node, const char *text, double area, DavyStep *step) {
  static const char *const units[] = {"s", "V", "A/m2", "A", "C/m2", "C", NULL};
  enum { TIME, VOLTAGE, CURRENT_DENSITY, CURRENT, AREAL_CAPACITY, CAPACITY };
  static const char expected[] =
      "a time, voltage, current or capacity as 1 h, 0.5 V, V > 0.5 V, 0.1 mA/cm2, 1 mAh/cm2";
  char direction = '\0';
  const char *quantity = text;
  if (quantity[0] == 'V' && strspn(quantity + 1, " <>")) {
    quantity += 1 + strspn(quantity + 1, " ");
    direction = *quantity;
    if (direction != '<' && direction != '>')
      return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "\"until %s\"; expected %s", text,
                        expected);
    quantity += 1 + strspn(quantity + 1, " ");
  }
  double value;
  int which;
  DAVY_TRY(read_quantity(node, quantity, direction ? (const char *const[]){"V", NULL} : units,
                         expected, &value, &which));
  if (direction) which = VOLTAGE;
  if (which == CURRENT || which == CAPACITY) value /= area;
  switch (which) {
  case TIME:
    DAVY_TRY(read_positive_time(node, quantity, "until", &value));
    return add_limit(node, step, DAVY_LIMIT_TIME, value);
  case VOLTAGE: return read_voltage_limit(node, quantity, direction, value, step);
  case CURRENT_DENSITY:
  case CURRENT: return read_charge_limit(node, quantity, DAVY_LIMIT_CURRENT, value, step);
  default: return read_charge_limit(node, quantity, DAVY_LIMIT_CAPACITY, value, step);
  }
}

/* `word` is at, for, until, or, every. */
static DavyError read_clause(DavyNode node, const char *word, const char *text, double area,
                             DavyStep *step) {
  if (!*text) return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "nothing behind \"%s\"", word);
  if (strcmp(word, "at") == 0) return read_drive(node, text, area, step);
  if (strcmp(word, "every") == 0) return read_positive_time(node, text, "every", &step->every);
  if (strcmp(word, "for") == 0) {
    double value;
    DAVY_TRY(read_positive_time(node, text, "for", &value));
    return add_limit(node, step, DAVY_LIMIT_TIME, value);
  }
  return read_limit(node, text, area, step);
}

static bool is_clause_word(const char *word, size_t length) {
  static const char *const words[] = {"at", "for", "until", "or", "every"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (strlen(words[k]) == length && strncmp(words[k], word, length) == 0) return true;
  return false;
}

static DavyError read_sentence(DavyNode node, double area, DavyStep *step) {
  char text[SENTENCE_SIZE];
  const char *given = DavyNodeText(node);
  if (strlen(given) >= sizeof text)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "a step of more than %d characters",
                      SENTENCE_SIZE - 1);
  strcpy(text, given);
  char *save = NULL, *word = strtok_r(text, " \t\n", &save);
  int action = word ? find_action(word) : -1;
  if (action < 0) return unknown_action(node, word ? word : "nothing");
  step->action = (DavyAction)action;
  const char *clause = NULL;
  char words[SENTENCE_SIZE] = "";
  for (word = strtok_r(NULL, " \t\n", &save); word; word = strtok_r(NULL, " \t\n", &save)) {
    if (is_clause_word(word, strlen(word))) {
      if (clause) DAVY_TRY(read_clause(node, clause, words, area, step));
      clause = word;
      words[0] = '\0';
      continue;
    }
    if (!clause)
      return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                        "\"%s\" behind \"%s\"; expected at, for, until or every", word,
                        actions[action].word);
    if (words[0]) strcat(words, " ");
    strcat(words, word);
  }
  return clause ? read_clause(node, clause, words, area, step) : DAVY_OK;
}

static DavyError text_of(DavyNode node, const char *key, const char **text) {
  *text = DavyNodeText(node);
  if (*text) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: expected a text", key);
}

static DavyError read_mapped_clause(DavyNode map, int i, double area, DavyStep *step) {
  const char *key = DavyNodeKey(map, i), *text;
  DavyNode value = DavyNodeAt(map, i);
  if (strcmp(key, "until") == 0 && DavyNodeKindOf(value) == DAVY_NODE_LIST) {
    for (int k = 0; k < DavyNodeCount(value); k++) {
      DAVY_TRY(text_of(DavyNodeAt(value, k), key, &text));
      DAVY_TRY(read_clause(DavyNodeAt(value, k), key, text, area, step));
    }
    return DAVY_OK;
  }
  if (strcmp(key, "for") && strcmp(key, "until") && strcmp(key, "every"))
    return DavyFailAt(DavyNodePlace(DavyNodeKeyNode(map, i)), DAVY_ERR_KEY,
                      "%s in a step; expected for, until or every", key);
  DAVY_TRY(text_of(value, key, &text));
  return read_clause(value, key, text, area, step);
}

/* {plate: 1 mA/cm2, until: [1 mAh/cm2, -0.5 V]}, {rest: 10 min}, {hold: 10 mV, for: 1 h}. */
static DavyError read_mapping(DavyNode node, double area, DavyStep *step) {
  int first = -1;
  for (int i = 0; i < DavyNodeCount(node) && first < 0; i++)
    if (find_action(DavyNodeKey(node, i)) >= 0) first = i;
  if (first < 0)
    return unknown_action(node, DavyNodeCount(node) ? DavyNodeKey(node, 0) : "nothing");
  step->action = (DavyAction)find_action(DavyNodeKey(node, first));
  const char *text;
  DAVY_TRY(text_of(DavyNodeAt(node, first), DavyNodeKey(node, first), &text));
  const char *word = step->action == DAVY_ACTION_REST ? "for" : "at";
  DAVY_TRY(read_clause(DavyNodeAt(node, first), word, text, area, step));
  for (int i = 0; i < DavyNodeCount(node); i++)
    if (i != first) DAVY_TRY(read_mapped_clause(node, i, area, step));
  return DAVY_OK;
}

DavyError ProtocolReadStep(DavyNode node, double area, DavyStep *step) {
  DavyNodeKind kind = DavyNodeKindOf(node);
  if (kind != DAVY_NODE_TEXT && kind != DAVY_NODE_MAP)
    return DavyFailAt(step->place, DAVY_ERR_VALUE,
                      "a step is a sentence (rest for 10 min) or a mapping ({rest: 10 min})");
  step->value = NAN;
  DAVY_TRY(kind == DAVY_NODE_TEXT ? read_sentence(node, area, step)
                                  : read_mapping(node, area, step));
  if (step->action == DAVY_ACTION_REST) step->value = 0;
  if (isnan(step->value))
    return DavyFailAt(step->place, DAVY_ERR_VALUE, "%s at what? expected \"%s at %s\"",
                      actions[step->action].word, actions[step->action].word,
                      step->action == DAVY_ACTION_HOLD ? "10 mV" : "1 mA/cm2");
  if (step->limit_count == 0)
    return DavyFailAt(step->place, DAVY_ERR_VALUE,
                      "a step (%s) that never ends; expected for a time or until a limit",
                      actions[step->action].word);
  if (step->every > 0) return DAVY_OK;
  /* A hundred rows a step where its end is known, else one a minute. */
  DavyReason reason;
  double end = DavyStepEnd(step, &reason);
  step->every = isfinite(end) ? end / 100 : 60;
  return DAVY_OK;
}

static void print_quantity(FILE *file, double value, const char *unit, const char *si_unit) {
  char text[80];
  DavyQuantityText(value, unit, si_unit, text);
  fputs(text, file);
}

static void print_limit(FILE *file, const DavyLimit *limit) {
  switch (limit->kind) {
  case DAVY_LIMIT_TIME: print_quantity(file, limit->value, "s", "s"); break;
  case DAVY_LIMIT_CAPACITY: print_quantity(file, limit->value, "mAh/cm2", "C/m2"); break;
  case DAVY_LIMIT_CURRENT: print_quantity(file, limit->value, "mA/cm2", "A/m2"); break;
  case DAVY_LIMIT_VOLTAGE_UP:
  case DAVY_LIMIT_VOLTAGE_DOWN:
    fputs(limit->kind == DAVY_LIMIT_VOLTAGE_UP ? "V > " : "V < ", file);
    print_quantity(file, limit->value, "V", "V");
    break;
  }
}

void DavyStepSentence(const DavyStep *step, char *text, size_t size) {
  FILE *file = size ? fmemopen(text, size, "w") : NULL;
  if (!file) return;
  setvbuf(file, NULL, _IONBF, 0); /* cut off where the room ends */
  fputs(actions[step->action].word, file);
  if (step->action == DAVY_ACTION_HOLD) {
    fputs(" at ", file);
    print_quantity(file, step->value, "V", "V");
  } else if (step->action != DAVY_ACTION_REST) {
    fputs(" at ", file);
    print_quantity(file, fabs(step->value), "mA/cm2", "A/m2");
  }
  for (int k = 0; k < step->limit_count; k++) {
    fputs(k ? " or " : " until ", file);
    print_limit(file, &step->limits[k]);
  }
  fputs(" every ", file);
  print_quantity(file, step->every, "s", "s");
  fclose(file);
  text[size - 1] = '\0';
}
