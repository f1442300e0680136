/* Claims: both papers against the audit that was made of them by hand, the relations against cases
 * with a known answer, and the mistakes that the writer of a file makes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "davy/claims.h"
#include "davy/yaml.h"
#include "expect_close.h"

static const DavyClaim *find(const DavyClaims *claims, const char *id) {
  for (size_t i = 0; i < DavyClaimsCount(claims); i++)
    if (strcmp(DavyClaimsAt(claims, i)->id, id) == 0) return DavyClaimsAt(claims, i);
  fail_msg("no claim %s", id);
  return NULL;
}

/* Half a step of the last digit of a number as typed: what it leaves open. */
static double half_step(const char *text) {
  const char *point = strchr(text, '.'), *exponent = strpbrk(text, "eE");
  size_t end = exponent ? (size_t)(exponent - text) : strlen(text);
  double decimals = point ? (double)(end - (size_t)(point - text) - 1) : 0;
  return 0.5 * pow(10, (exponent ? atof(exponent + 1) : 0) - decimals);
}

static void check_paper(const char *name, size_t numbers) {
  char path[1024];
  DavyClaims *claims = NULL;
  DavyYaml *document = NULL;
  size_t compared = 0;
  snprintf(path, sizeof path, DAVY_SOURCE "/cases/%s/claims.yaml", name);
  if (DavyClaimsLoad(path, &claims)) fail_msg("%s", DavyErrorMessage());
  snprintf(path, sizeof path, DAVY_SOURCE "/cases/%s/expected.yaml", name);
  if (DavyYamlLoad(path, &document)) fail_msg("%s", DavyErrorMessage());
  DavyNode root = DavyYamlRoot(document);
  assert_int_equal(DavyNodeCount(root), DavyClaimsCount(claims));
  for (int i = 0; i < DavyNodeCount(root); i++) {
    const DavyClaim *claim = find(claims, DavyNodeKey(root, i));
    DavyNode node = DavyNodeAt(root, i);
    const char *verdict = DavyNodeText(DavyNodeGet(node, "verdict"));
    const char *number = DavyNodeText(DavyNodeGet(node, "davy"));
    if (strcmp(DavyVerdictWords(claim->verdict), verdict))
      fail_msg("%s %s; expected that it %s", claim->id, DavyVerdictWords(claim->verdict), verdict);
    if (!number) continue;
    /* A thousandth of a step more, for the rounding of what lies halfway. */
    if (!(fabs(claim->computed - atof(number)) <= 1.001 * half_step(number)))
      fail_msg("%s: davy has %.8g %s; the audit has %s", claim->id, claim->computed, claim->unit,
               number);
    compared++;
  }
  assert_true(compared >= numbers);
  DavyYamlDestroy(&document);
  DavyClaimsDestroy(&claims);
}

static void deng_is_reproduced(void **state) {
  (void)state;
  check_paper("deng2022_claims", 40);
}

static void wang_is_reproduced(void **state) {
  (void)state;
  check_paper("wang2021_claims", 50);
}

static const char head[] = "paper: {title: T}\n";

static DavyClaims *parse(const char *text) {
  DavyClaims *claims = NULL;
  char whole[4096];
  snprintf(whole, sizeof whole, "%s%s", head, text);
  if (DavyClaimsParse(whole, strlen(whole), "c.yaml", &claims)) fail_msg("%s", DavyErrorMessage());
  return claims;
}

/* One claim "x" with these keys, and its verdict. */
static void expect_verdict(const char *keys, DavyVerdict verdict) {
  char text[1024];
  snprintf(text, sizeof text, "claims: [{id: x, says: s, %s}]\n", keys);
  DavyClaims *claims = parse(text);
  const DavyClaim *claim = DavyClaimsAt(claims, 0);
  if (claim->verdict != verdict)
    fail_msg("%s: %s; expected %s", keys, DavyVerdictWords(claim->verdict),
             DavyVerdictWords(verdict));
  DavyClaimsDestroy(&claims);
}

static void relations_have_the_meaning_of_their_words(void **state) {
  (void)state;
  static const struct {
    const char *keys;
    DavyVerdict verdict;
  } cases[] = {
      {"printed: 100 mA, computed: 0.098 A, holds_if: within 2 %", DAVY_CLAIM_HOLDS},
      {"printed: 100 mA, computed: 0.0979 A, holds_if: within 2 %", DAVY_CLAIM_FAILS},
      {"printed: -100 mA, computed: -0.102 A, holds_if: within 2 %", DAVY_CLAIM_HOLDS},
      {"printed: 3.3 V, computed: 3.4 V, holds_if: within 0.1 V", DAVY_CLAIM_HOLDS},
      {"printed: 3.3 V, computed: 3.41 V, holds_if: within 0.1 V", DAVY_CLAIM_FAILS},
      /* A margin that is not in % is never a share: 0.2 of an angle is not a fifth. */
      {"printed: 44.5 deg, computed: 44.6 deg, holds_if: within 0.2 deg", DAVY_CLAIM_HOLDS},
      {"printed: 44.5 deg, computed: 44.8 deg, holds_if: within 0.2 deg", DAVY_CLAIM_FAILS},
      {"printed: 10, computed: 10.3, holds_if: within 0.2", DAVY_CLAIM_FAILS},
      {"printed: 42.9, computed: 901 / 21, holds_if: to the printed digits", DAVY_CLAIM_HOLDS},
      {"printed: 42.8, computed: 901 / 21, holds_if: to the printed digits", DAVY_CLAIM_FAILS},
      {"printed: 43, computed: 901 / 21, holds_if: to the printed digits", DAVY_CLAIM_HOLDS},
      {"printed: 43.0, computed: 901 / 21, holds_if: to the printed digits", DAVY_CLAIM_FAILS},
      {"printed: 6.8e-5, computed: 6.84e-5, holds_if: to the printed digits", DAVY_CLAIM_HOLDS},
      {"printed: 6.8e-5, computed: 6.86e-5, holds_if: to the printed digits", DAVY_CLAIM_FAILS},
      {"printed: 25 degC, computed: 298 K, holds_if: to the printed digits", DAVY_CLAIM_HOLDS},
      {"printed: 1 mA, computed: 1 mA, holds_if: at most", DAVY_CLAIM_HOLDS},
      {"printed: 1.1 mA, computed: 1 mA, holds_if: at most", DAVY_CLAIM_FAILS},
      {"needed: 1.1 mA, computed: 1 mA, holds_if: at least", DAVY_CLAIM_HOLDS},
      {"printed: 1 s cm^-2, computed: 1 cm2/s, holds_if: equal dimension", DAVY_CLAIM_FAILS},
      {"printed: 1 V A, computed: 2 J/s, holds_if: equal dimension", DAVY_CLAIM_HOLDS},
      {"because: a matter of words", DAVY_CLAIM_OPEN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_verdict(cases[i].keys, cases[i].verdict);
}

/* Missing inputs are named however deep they lie; weak ones leave a mark. */
static void what_a_claim_rests_on_is_told(void **state) {
  (void)state;
  DavyClaims *claims =
      parse("values:\n"
            "  d: {unit: nm, says: not in the text}\n"
            "  q: 2 * F * d / Au.molar_volume\n"
            "  z: {value: 2, kind: assumed}\n"
            "claims:\n"
            "  - {id: a, says: s, printed: 1 mAh/cm2, computed: q, holds_if: at most}\n"
            "  - {id: b, says: s, printed: 2, computed: \"min(z, 3)\", holds_if: at most}\n");
  const DavyClaim *a = DavyClaimsAt(claims, 0), *b = DavyClaimsAt(claims, 1);
  assert_int_equal(a->verdict, DAVY_CLAIM_OPEN);
  assert_string_equal(a->open, "missing d");
  assert_string_equal(a->mark, "rests on recalled Au.molar_volume");
  assert_int_equal(a->input_count, 3);
  assert_int_equal(b->verdict, DAVY_CLAIM_HOLDS);
  assert_string_equal(b->mark, "rests on assumed z");
  assert_string_equal(b->arithmetic, "min(z, 3)\n= min(2, 3)\n= 2");
  DavyClaimsDestroy(&claims);
}

static void a_claim_runs_over_a_table(void **state) {
  (void)state;
  DavyClaims *claims =
      parse("values: {k: 2 V}\n"
            "tables:\n"
            "  t:\n"
            "    at: Table 1\n"
            "    columns: {name: text, q: mAh, u: {unit: mV, kind: recalled}}\n"
            "    rows: [[one, 1.0, 2000], [two, -, 1000], [three, 2, 500]]\n"
            "claims:\n"
            "  - {id: e, says: s, for_each: t, printed: q, computed: k * q / u, holds_if: to the "
            "printed digits}\n");
  assert_int_equal(DavyClaimsCount(claims), 3);
  const DavyClaim *one = find(claims, "e[one]"), *two = find(claims, "e[two]");
  assert_int_equal(one->verdict, DAVY_CLAIM_HOLDS);
  assert_string_equal(one->printed_text, "1.0 mAh");
  assert_string_equal(one->mark, "rests on recalled u");
  assert_string_equal(two->open, "missing q");
  assert_int_equal(find(claims, "e[three]")->verdict, DAVY_CLAIM_FAILS);
  expect_close(find(claims, "e[three]")->computed, 8, 1e-12); /* 2 V x 2 mAh / 0.5 V */
  DavyClaimsDestroy(&claims);
}

static void mistakes_are_named_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } wrong[] = {
      {"claims: []\n", "c.yaml:2:9: claims holds no claim; expected a list, each with id and says"},
      {"claims: [{id: a, says: s, printd: 1}]\n",
       "c.yaml:2:27: unknown key printd; did you mean printed?"},
      {"claims: [{id: a, says: s, printed: 1 V, computed: 1 A, holds_if: at most}]\n",
       "c.yaml:2:51: computed: a value in A; expected V, as printed has it (a claim about "
       "units holds_if: equal dimension)"},
      {"claims: [{id: a, says: s, printed: 1 V, computed: 1 V + 2 A, holds_if: at most}]\n",
       "c.yaml:2:51: adding V and A: they are not of one dimension at character 5 of "
       "\"1 V + 2 A\""},
      {"values: {dose: 1 V}\nclaims: [{id: a, says: s, printed: 1 V, computed: doze, holds_if: at "
       "most}]\n",
       "c.yaml:3:51: unknown name doze; did you mean dose? (names are the values above, "
       "MATERIAL.property, and F, R, k_B, N_A, e, pi) at character 1 of \"doze\""},
      {"claims: [{id: a, says: s, printed: 1, computed: 1, holds_if: roughly}]\n",
       "c.yaml:2:62: holds_if: roughly; expected within MARGIN, to the printed digits, at "
       "most, at least or equal dimension"},
      {"claims: [{id: a, says: s, printed: 1, computed: 1, holds_if: within -2 %}]\n",
       "c.yaml:2:62: holds_if: within -2 %; expected a margin of 0 or more"},
      {"claims: [{id: a, says: s, printed: 1 + 1, computed: 1, holds_if: to the printed digits}]\n",
       "c.yaml:2:66: holds_if: to the printed digits; expected a printed number to count "
       "them in"},
      {"claims: [{id: a, says: s, printed: 1 V, computed: 1 V, holds_if: within 1 A}]\n",
       "c.yaml:2:66: holds_if: a margin in A; expected a share such as 2 %, or V"},
      {"claims: [{id: a, says: s, computed: 1, holds_if: at most}]\n",
       "c.yaml:2:10: claim a: expected either printed (the paper's number) or needed (what its "
       "wording needs)"},
      {"claims: [{id: a, says: s, printed: 1, computed: 1}]\n",
       "c.yaml:2:10: claim a: key holds_if is missing"},
      {"claims: [{id: a, says: s}]\n",
       "c.yaml:2:10: claim a: key because is missing (why arithmetic cannot judge it)"},
      {"claims: [{id: a, says: s, because: b}, {id: a, says: s, because: b}]\n",
       "c.yaml:2:45: a second claim a; expected an id of its own"},
      {"values: {F: 1 V}\nclaims: []\n",
       "c.yaml:2:10: F cannot name a value; expected up to 31 letters, digits and _, and none of "
       "the constants and functions"},
      {"values: {a: {says: nothing}}\nclaims: []\n",
       "c.yaml:2:13: neither value nor unit; expected a value, or the unit of what is missing"},
      {"values: {a: {value: 1 V, unit: A}}\nclaims: []\n",
       "c.yaml:2:32: unit: A is not a unit of a value in V"},
      {"values: {a: {value: 1 V, source: nobody}}\nclaims: []\n", NULL},
      {"values: {a: {value: 1 V + 1 V, kind: measured}}\nclaims: []\n",
       "c.yaml:2:38: kind: only for a number; an expression is computed"},
      {"values: {a: b, b: 1 V}\nclaims: []\n",
       "c.yaml:2:13: unknown name b (names are the values above, MATERIAL.property, and F, R, k_B, "
       "N_A, e, pi) at character 1 of \"b\""},
      {"values: {a: Xx.density}\nclaims: []\n", NULL},
      {"values: {b: 1 V, a: b + Au.densty}\nclaims: []\n", NULL},
      {"values: {a: Au.densty}\nclaims: []\n", NULL},
      {"tables: {t: {columns: {a: V}, rows: [[1, 2]]}}\nclaims: []\n",
       "c.yaml:2:38: a row of 2 cells; expected 1, one for each column"},
      {"tables: {t: {columns: {a: V}, rows: [[1 V]]}}\nclaims: []\n",
       "c.yaml:2:39: 1 V in column a; expected a number in V, or - where the paper has none"},
      {"tables: {t: {columns: {a: Voltz}, rows: []}}\nclaims: []\n", NULL},
      {"claims: [{id: a, says: s, for_each: t, printed: 1, computed: 1, holds_if: at most}]\n",
       "c.yaml:2:37: for_each: no table t in this file"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    DavyClaims *claims = NULL;
    char whole[2048];
    snprintf(whole, sizeof whole, "%s%s", head, wrong[i].text);
    DavyError error = DavyClaimsParse(whole, strlen(whole), "c.yaml", &claims);
    assert_int_equal(DavyErrorExit(error), 2);
    assert_null(claims);
    if (wrong[i].message)
      assert_string_equal(DavyErrorMessage(), wrong[i].message);
    else
      assert_int_equal(strncmp(DavyErrorMessage(), "c.yaml:2:", 9), 0);
  }
}

/* Files made to exhaust time or memory end with an error that names its place. */
static void too_much_is_refused(void **state) {
  (void)state;
  static char text[1 << 20];
  DavyClaims *claims = NULL;
  size_t used = (size_t)sprintf(text, "%stables: {t: {columns: {a: V}, rows: [", head);
  for (int i = 0; i <= 20000; i++) used += (size_t)sprintf(text + used, "[1],");
  used += (size_t)sprintf(text + used, "]}}\nclaims: []\n");
  assert_int_equal(DavyClaimsParse(text, used, "c.yaml", &claims), DAVY_ERR_UNSUPPORTED);
  assert_non_null(strstr(DavyErrorMessage(), "c.yaml:2:80039: more than 20000 values"));
  used = (size_t)sprintf(text, "%stables: {t: {columns: {a: V}, rows: [", head);
  for (int i = 0; i <= 10000; i++) used += (size_t)sprintf(text + used, "[1],");
  used += (size_t)sprintf(text + used,
                          "]}}\nclaims:\n  - {id: x, says: s, for_each: t, printed: a, computed: "
                          "a, holds_if: at most}\n");
  assert_int_equal(DavyClaimsParse(text, used, "c.yaml", &claims), DAVY_ERR_UNSUPPORTED);
  assert_string_equal(DavyErrorMessage(), "c.yaml:4:5: more than 10000 claims");
  assert_null(claims);
}

/* The example of the manual, as it stands there, does what is said of it there. */
static void the_example_of_the_manual_is_true(void **state) {
  (void)state;
  static char text[32768];
  FILE *file = fopen(DAVY_SOURCE "/docs/claims.md", "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  char *begin = strstr(text, "```yaml\n"), *end = begin ? strstr(begin + 8, "```") : NULL;
  assert_non_null(end);
  DavyClaims *claims = NULL;
  if (DavyClaimsParse(begin + 8, (size_t)(end - begin - 8), "docs/claims.md", &claims))
    fail_msg("%s", DavyErrorMessage());
  for (size_t i = 0; i < DavyClaimsCount(claims); i++) {
    const DavyClaim *claim = DavyClaimsAt(claims, i);
    char row[256];
    snprintf(row, sizeof row, "| `%s` | %s | %s", claim->id, DavyVerdictWords(claim->verdict),
             claim->open ? claim->open : "");
    if (!strstr(end, row)) fail_msg("docs/claims.md lacks: %s", row);
  }
  /* 96485 x 50e-9 / 10.27e-6 C/m2 = 469.7 C/m2 = 0.0130 mAh/cm2, worked out by hand. */
  expect_close(find(claims, "alloy_share")->computed, 0.0130, 5e-5);
  DavyClaimsDestroy(&claims);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(deng_is_reproduced),
      cmocka_unit_test(wang_is_reproduced),
      cmocka_unit_test(relations_have_the_meaning_of_their_words),
      cmocka_unit_test(what_a_claim_rests_on_is_told),
      cmocka_unit_test(a_claim_runs_over_a_table),
      cmocka_unit_test(mistakes_are_named_with_their_place),
      cmocka_unit_test(too_much_is_refused),
      cmocka_unit_test(the_example_of_the_manual_is_true),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
