/* YAML: structure against the YAML 1.1 specification and its merge key, places counted by hand,
 * and the message of every mistake that a person is likely to make. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/yaml.h"

static DavyYaml *parse(const char *text) {
  DavyYaml *document = NULL;
  if (DavyYamlParse(text, strlen(text), "case.yaml", &document)) fail_msg("%s", DavyErrorMessage());
  return document;
}

static void expect_refused(const char *text, DavyError error, const char *message) {
  DavyYaml *document = (void *)1;
  assert_int_equal(DavyYamlParse(text, strlen(text), "case.yaml", &document), error);
  assert_null(document);
  assert_string_equal(DavyErrorMessage(), message);
}

static void nodes_know_their_places(void **state) {
  (void)state;
  DavyYaml *d = parse("# a comment\n"
                      "name: \"two words\"\n"
                      "steps:\n"
                      "  - {current: 1 mA, until: 3 h}\n"
                      "  - µ µ: x\n"
                      "empty:\n");
  DavyNode root = DavyYamlRoot(d);
  assert_int_equal(DavyNodeKindOf(root), DAVY_NODE_MAP);
  assert_int_equal(DavyNodeCount(root), 3);
  assert_string_equal(DavyNodeKey(root, 1), "steps");
  assert_string_equal(DavyNodeText(DavyNodeGet(root, "name")), "two words");
  DavyNode steps = DavyNodeGet(root, "steps");
  assert_int_equal(DavyNodeKindOf(steps), DAVY_NODE_LIST);
  assert_null(DavyNodeText(steps));
  DavyPlace place = DavyNodePlace(DavyNodeGet(DavyNodeAt(steps, 0), "until"));
  assert_int_equal(place.line, 4);
  assert_int_equal(place.column, 28);
  assert_string_equal(place.file, "case.yaml");
  place = DavyNodePlace(DavyNodeAt(DavyNodeAt(steps, 1), 0));
  assert_int_equal(place.line, 5);
  assert_int_equal(place.column, 10); /* characters, not bytes */
  DavyNode empty = DavyNodeGet(root, "empty");
  assert_true(empty.index != 0);
  assert_int_equal(DavyNodeKindOf(empty), DAVY_NODE_NONE);
  assert_int_equal(DavyNodeGet(root, "absent").index, 0);
  assert_int_equal(DavyNodeAt(steps, 2).index, 0);
  assert_int_equal(DavyNodeGet(DavyNodeGet(root, "absent"), "below").index, 0);
  DavyYamlDestroy(&d);
  assert_null(d);
}

static void anchors_and_merges(void **state) {
  (void)state;
  DavyYaml *d = parse("base: &base {area: 1 cm2, metal: Na}\n"
                      "more: &more {metal: K, note: x}\n"
                      "cell: {<<: *base, area: 2 cm2}\n"
                      "both: {<<: [*base, *more]}\n"
                      "same: *base\n");
  DavyNode root = DavyYamlRoot(d), cell = DavyNodeGet(root, "cell");
  assert_int_equal(DavyNodeCount(cell), 2);
  assert_string_equal(DavyNodeText(DavyNodeGet(cell, "area")), "2 cm2"); /* one's own wins */
  assert_string_equal(DavyNodeText(DavyNodeGet(cell, "metal")), "Na");
  DavyNode both = DavyNodeGet(root, "both");
  assert_int_equal(DavyNodeCount(both), 3);
  assert_string_equal(DavyNodeText(DavyNodeGet(both, "metal")), "Na"); /* the first wins */
  assert_string_equal(DavyNodeText(DavyNodeGet(DavyNodeGet(root, "same"), "area")), "1 cm2");
  DavyYamlDestroy(&d);
}

static void broken_documents_are_refused(void **state) {
  (void)state;
  expect_refused("", DAVY_ERR_FORMAT, "case.yaml: is empty; expected YAML");
  expect_refused("# only this\n", DAVY_ERR_FORMAT, "case.yaml: is empty; expected YAML");
  expect_refused("a: 1\nb: 2\na: 3\n", DAVY_ERR_KEY,
                 "case.yaml:3:1: key a is given twice; first in line 1");
  expect_refused("a: [1, 2\nb: 3\n", DAVY_ERR_FORMAT,
                 "case.yaml:2:2: no YAML: did not find expected ',' or ']' while parsing a flow "
                 "sequence");
  expect_refused("a:\n\t- 1\n", DAVY_ERR_FORMAT,
                 "case.yaml:2:1: no YAML: found character that cannot start any token while "
                 "scanning for the next token");
  expect_refused("a: *b\n", DAVY_ERR_FORMAT, "case.yaml:1:4: no anchor &b before *b");
  expect_refused("a: &a [*a]\n", DAVY_ERR_FORMAT, "case.yaml:1:8: no anchor &a before *a");
  expect_refused("a: !python/object x\n", DAVY_ERR_FORMAT,
                 "case.yaml:1:4: tag !python/object: tags are not used here");
  expect_refused("[1, 2]: x\n", DAVY_ERR_FORMAT, "case.yaml:1:1: expected a key such as name:");
  expect_refused("a: 1\n---\nb: 2\n", DAVY_ERR_FORMAT,
                 "case.yaml:2:1: a second document; expected one per file");
  expect_refused("a: \"x\\0y\"\n", DAVY_ERR_FORMAT, "case.yaml:1:4: a zero byte inside a text");
  expect_refused("a: {<<: 3}\n", DAVY_ERR_FORMAT, "case.yaml:1:9: << expects a map or maps");
  expect_refused("a: \xC3(\n", DAVY_ERR_FORMAT,
                 "case.yaml: byte 4: no YAML: invalid trailing UTF-8 octet");
}

static char *repeated(const char *part, int times, const char *tail) {
  size_t length = strlen(part);
  char *text = malloc(length * (size_t)times + strlen(tail) + 1);
  for (int i = 0; i < times; i++) memcpy(text + (size_t)i * length, part, length);
  strcpy(text + length * (size_t)times, tail);
  return text;
}

static void expect_some_error(char *text, const char *part_of_message) {
  DavyYaml *document = NULL;
  assert_int_equal(DavyYamlParse(text, strlen(text), "x", &document), DAVY_ERR_FORMAT);
  assert_non_null(strstr(DavyErrorMessage(), part_of_message));
  free(text);
}

static void hostile_documents_are_refused(void **state) {
  (void)state;
  expect_some_error(repeated("[", 1000000, ""), "nested deeper than 64 levels");
  expect_some_error(repeated("- ", 100000, "x"), "nested deeper than 64 levels");
  expect_some_error(repeated("a: b\n", 1000000, ""), "bytes; YAML files of up to");
  char many[40000];
  size_t used = 0;
  for (int i = 0; i < 2000; i++)
    used += (size_t)snprintf(many + used, sizeof many - used, "key%d: 1\n", i);
  expect_some_error(strdup(many), "more than 1024 keys in one map");
  /* "billion laughs": each level nine times the one before */
  char bomb[2000] = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; i++) {
    size_t at = strlen(bomb);
    snprintf(bomb + at, sizeof bomb - at,
             "l%d: &l%d [*l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d, *l%d]\n", i, i, i - 1,
             i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
  }
  expect_some_error(strdup(bomb), "aliases unfold to more than 1000000 values");
  /* a chain of aliases, each one level deeper */
  char chain[4000] = "l0: &l0 [x]\n";
  for (int i = 1; i < 80; i++) {
    size_t at = strlen(chain);
    snprintf(chain + at, sizeof chain - at, "l%d: &l%d [*l%d]\n", i, i, i - 1);
  }
  expect_some_error(strdup(chain), "nested deeper than 64 levels");
}

typedef struct {
  double thickness;
} Film;

typedef struct {
  double current, share;
  int cycles;
  bool rest;
  const char *name;
  int metal;
  Film film;
  DavyNode steps;
} Case;

static const char *const metals[] = {"Na", "Li", "K", NULL};
static const DavyField film_fields[] = {
    DAVY_QUANTITY(Film, thickness, "m", 0, INFINITY, DAVY_REQUIRED, "of the coating"),
    DAVY_FIELDS_END};
static const DavyField case_fields[] = {
    DAVY_QUANTITY(Case, current, "A/m2", -1e4, 1e4, DAVY_REQUIRED, "current density"),
    DAVY_QUANTITY(Case, share, "1", 0, 1, DAVY_OPTIONAL, "a share"),
    DAVY_INTEGER(Case, cycles, 1, 1000, DAVY_OPTIONAL, "number of cycles"),
    DAVY_BOOL(Case, rest, DAVY_OPTIONAL, "rest in between"),
    DAVY_TEXT(Case, name, DAVY_OPTIONAL, "a name"),
    DAVY_CHOICE(Case, metal, metals, DAVY_OPTIONAL, "the metal"),
    DAVY_MAP(Case, film, film_fields, DAVY_OPTIONAL, "the coating"),
    DAVY_NODE(Case, steps, DAVY_OPTIONAL, "the protocol"),
    DAVY_FIELDS_END};

static void a_schema_fills_a_struct(void **state) {
  (void)state;
  DavyYaml *d = parse("current: -1 mA/cm2\nshare: 5 %\ncycles: 7\nrest: true\nname: a cell\n"
                      "metal: K\nfilm: {thickness: 100 nm}\nsteps: [a, b]\n");
  Case c = {.cycles = 3};
  assert_int_equal(DavyYamlBind(DavyYamlRoot(d), case_fields, &c), DAVY_OK);
  assert_true(c.current == -10 && c.share == 0.05 && c.cycles == 7 && c.rest);
  assert_string_equal(c.name, "a cell");
  assert_int_equal(c.metal, 2);
  assert_true(fabs(c.film.thickness - 1e-7) < 1e-22); /* rounding */
  assert_int_equal(DavyNodeCount(c.steps), 2);
  DavyYamlDestroy(&d);
  d = parse("current: 1 A/m2\n");
  Case defaults = {.cycles = 3};
  assert_int_equal(DavyYamlBind(DavyYamlRoot(d), case_fields, &defaults), DAVY_OK);
  assert_int_equal(defaults.cycles, 3);
  DavyYamlDestroy(&d);
}

static void expect_mistake(const char *text, DavyError error, const char *message) {
  DavyYaml *d = parse(text);
  Case c = {0};
  assert_int_equal(DavyYamlBind(DavyYamlRoot(d), case_fields, &c), error);
  assert_string_equal(DavyErrorMessage(), message);
  DavyYamlDestroy(&d);
}

static void mistakes_are_named_with_their_place(void **state) {
  (void)state;
  expect_mistake("current: 1 A/m2\nfilm:\n  thicknes: 3 nm\n", DAVY_ERR_KEY,
                 "case.yaml:3:3: unknown key thicknes; did you mean thickness?");
  expect_mistake("current: 1 A/m2\nfilm: {colour: red}\n", DAVY_ERR_KEY,
                 "case.yaml:2:8: unknown key colour; expected one of: thickness");
  expect_mistake("current: 1 A/m2\nshaer: 0.5\n", DAVY_ERR_KEY, /* two letters swapped */
                 "case.yaml:2:1: unknown key shaer; did you mean share?");
  expect_mistake("share: 0.5\n", DAVY_ERR_KEY,
                 "case.yaml:1:1: key current is missing (current density)");
  expect_mistake("current: 12 mA/cm\n", DAVY_ERR_UNIT,
                 "case.yaml:1:10: current: 12 mA/cm: expected a current density such as 1 mA/cm2");
  expect_mistake("current: 12\n", DAVY_ERR_UNIT,
                 "case.yaml:1:10: current: 12: the unit is missing; expected a current density "
                 "such as 1 mA/cm2");
  expect_mistake("current:\n", DAVY_ERR_VALUE,
                 "case.yaml:1:9: current: no number; expected a current density such as 1 mA/cm2");
  expect_mistake("current: [1 A/m2]\n", DAVY_ERR_VALUE,
                 "case.yaml:1:10: current: found a list; expected a value");
  expect_mistake("current: 2 A/cm2\n", DAVY_ERR_VALUE,
                 "case.yaml:1:10: current: 2 A/cm2: expected -10000 A/m2 to 10000 A/m2");
  expect_mistake("current: 1 A/m2\nshare: 110 %\n", DAVY_ERR_VALUE,
                 "case.yaml:2:8: share: 110 %: expected 0 to 1");
  expect_mistake("current: 1 A/m2\nfilm: {thickness: -3 nm}\n", DAVY_ERR_VALUE,
                 "case.yaml:2:19: thickness: -3 nm: expected at least 0 m");
  expect_mistake("current: 1 A/m2\ncycles: 1.5\n", DAVY_ERR_VALUE,
                 "case.yaml:2:9: cycles: 1.5: expected a whole number");
  expect_mistake("current: 1 A/m2\ncycles: 0\n", DAVY_ERR_VALUE,
                 "case.yaml:2:9: cycles: 0: expected 1 to 1000");
  expect_mistake("current: 1 A/m2\ncycles: 99999999999999999999\n", DAVY_ERR_VALUE,
                 "case.yaml:2:9: cycles: 99999999999999999999: expected a whole number");
  expect_mistake("current: 1 A/m2\nrest: maybe\n", DAVY_ERR_VALUE,
                 "case.yaml:2:7: rest: maybe: expected true or false");
  expect_mistake("current: 1 A/m2\nmetal: na\n", DAVY_ERR_VALUE,
                 "case.yaml:2:8: metal: na: expected one of Na, Li, K; did you mean Na?");
  expect_mistake("current: 1 A/m2\nname: {a: b}\n", DAVY_ERR_VALUE,
                 "case.yaml:2:7: name: found a map of keys; expected a value");
  expect_mistake("current: 1 A/m2\nfilm: thin\n", DAVY_ERR_VALUE,
                 "case.yaml:2:7: film: found a text; expected a map of keys");
  expect_mistake("- 1\n- 2\n", DAVY_ERR_VALUE,
                 "case.yaml:1:1: found a list; expected a map of keys");
}

static void written_scalars_read_back(void **state) {
  (void)state;
  static const char *const texts[] = {
      "plain", "1 mA/cm2", "",         "a: b",       "a #b",     "- x",    "-5 mA", "true",
      "null",  "~",        "x:",       "\"quoted\"", "back\\s",  "tab\tx", "a\nb",  " leading",
      "last ", "µ Ω",      "[1, 2]",   "{a}",        "*alias",   "&x",     "a,b",   "50 %",
      "%TAG",  "@x",       "it's one", "?",          "http://x", "#no",    "\x01",  "|"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("key: ", file);
    DavyYamlWriteScalar(file, texts[i]);
    fputs("\nlist: [", file);
    DavyYamlWriteScalar(file, texts[i]);
    fputs(", 2]\n", file);
    fclose(file);
    DavyYaml *d = parse(text);
    assert_string_equal(DavyNodeText(DavyNodeGet(DavyYamlRoot(d), "key")), texts[i]);
    DavyNode list = DavyNodeGet(DavyYamlRoot(d), "list");
    assert_int_equal(DavyNodeCount(list), 2);
    assert_string_equal(DavyNodeText(DavyNodeAt(list, 0)), texts[i]);
    DavyYamlDestroy(&d);
    free(text);
  }
}

static void files_are_read_by_name(void **state) {
  (void)state;
  DavyYaml *d = NULL;
  assert_int_equal(DavyYamlLoad("no/such.yaml", &d), DAVY_ERR_OPEN);
  assert_string_equal(DavyErrorMessage(), "no/such.yaml: cannot open: No such file or directory");
  assert_null(d);
  FILE *file = fopen("test_yaml.tmp.yaml", "w");
  fputs("a: 1\n", file);
  fclose(file);
  assert_int_equal(DavyYamlLoad("test_yaml.tmp.yaml", &d), DAVY_OK);
  assert_string_equal(DavyNodePlace(DavyYamlRoot(d)).file, "test_yaml.tmp.yaml");
  DavyYamlDestroy(&d);
  unlink("test_yaml.tmp.yaml");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nodes_know_their_places),
      cmocka_unit_test(anchors_and_merges),
      cmocka_unit_test(broken_documents_are_refused),
      cmocka_unit_test(hostile_documents_are_refused),
      cmocka_unit_test(a_schema_fills_a_struct),
      cmocka_unit_test(mistakes_are_named_with_their_place),
      cmocka_unit_test(written_scalars_read_back),
      cmocka_unit_test(files_are_read_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
