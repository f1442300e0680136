/* Protocols: sentences and mappings, loops and counts, limits, the way back to text, and errors
 * that name the place. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "davy/protocol.h"

static const double area = 1.54e-4;

static DavyError read(const char *text, DavyProtocol **protocol) {
  DavyYaml *yaml = NULL;
  *protocol = NULL;
  DavyError error = DavyYamlParse(text, strlen(text), "case.yaml", &yaml);
  if (!error) error = DavyProtocolRead(DavyYamlRoot(yaml), area, protocol);
  DavyYamlDestroy(&yaml);
  return error;
}

static DavyProtocol *must_read(const char *text) {
  DavyProtocol *protocol;
  if (read(text, &protocol)) fail_msg("%s", DavyErrorMessage());
  return protocol;
}

static void expect_limit(const DavyStep *step, int k, DavyLimitKind kind, double value) {
  assert_true(k < step->limit_count);
  assert_int_equal(step->limits[k].kind, kind);
  /* A unit's factor and the area: three roundings. */
  if (!(fabs(step->limits[k].value - value) <= 4 * DBL_EPSILON * fabs(value)))
    fail_msg("limit %d of step %d: %.17g, expected %.17g", k, step->id, step->limits[k].value,
             value);
}

static void test_sentences(void **state) {
  (void)state;
  DavyProtocol *p = must_read("- rest for 10 min\n"
                              "- plate at 1 mA/cm2 until 1 mAh/cm2 or -0.5 V every 10 s\n"
                              "- strip at 1.54 mA until 2 h or 0.154 mAh or V > 0.4 V or 0.5 V\n"
                              "- hold at -20 mV for 1 h until 0.1 mA/cm2\n"
                              "- discharge at 2 A/m2 until V < 0 V\n");
  assert_int_equal(DavyProtocolSteps(p), 5);
  const DavyStep *s = DavyProtocolStep(p, 0);
  assert_int_equal(s->action, DAVY_ACTION_REST);
  assert_true(s->value == 0 && s->every == 6 && s->id == 1 && s->place.line == 1);
  expect_limit(s, 0, DAVY_LIMIT_TIME, 600);
  s = DavyProtocolStep(p, 1);
  assert_true(fabs(s->value + 10) < 1e-14 && s->every == 10);
  expect_limit(s, 0, DAVY_LIMIT_CAPACITY, 36000);
  expect_limit(s, 1, DAVY_LIMIT_VOLTAGE_DOWN, -0.5);
  s = DavyProtocolStep(p, 2);
  assert_true(fabs(s->value - 10) < 1e-14);
  expect_limit(s, 0, DAVY_LIMIT_TIME, 7200);
  expect_limit(s, 1, DAVY_LIMIT_CAPACITY, 3600);
  expect_limit(s, 2, DAVY_LIMIT_VOLTAGE_UP, 0.4);
  expect_limit(s, 3, DAVY_LIMIT_VOLTAGE_UP, 0.5);
  assert_true(fabs(s->every - 3.6) < 1e-14); /* a hundredth of 360 s */
  s = DavyProtocolStep(p, 3);
  assert_true(s->value == -0.02);
  expect_limit(s, 0, DAVY_LIMIT_TIME, 3600);
  expect_limit(s, 1, DAVY_LIMIT_CURRENT, 1);
  s = DavyProtocolStep(p, 4);
  assert_true(s->value == -2 && s->every == 60);
  expect_limit(s, 0, DAVY_LIMIT_VOLTAGE_DOWN, 0);
  DavyProtocolDestroy(&p);
}

static void test_mappings_say_the_same(void **state) {
  (void)state;
  DavyProtocol *a = must_read("- {plate: 1 mA/cm2, until: [1 mAh/cm2, -0.5 V], every: 10 s}\n"
                              "- {rest: 10 min}\n- {hold: -20 mV, for: 1 h, until: 0.1 mA/cm2}");
  DavyProtocol *b = must_read("- plate at 1 mA/cm2 until 1 mAh/cm2 or -0.5 V every 10 s\n"
                              "- rest for 10 min\n- hold at -20 mV for 1 h until 0.1 mA/cm2");
  for (int k = 0; k < 3; k++) {
    char one[256], two[256];
    DavyStepSentence(DavyProtocolStep(a, k), one, sizeof one);
    DavyStepSentence(DavyProtocolStep(b, k), two, sizeof two);
    assert_string_equal(one, two);
  }
  DavyProtocolDestroy(&a);
  DavyProtocolDestroy(&b);
}

static void test_loops_and_cycles(void **state) {
  (void)state;
  DavyProtocol *p = must_read("- rest for 1 s\n"
                              "- plate at 1 A/m2 for 1 s\n" /* formation: cycle 1 */
                              "- strip at 1 A/m2 for 1 s\n"
                              "- cycles: 2\n"
                              "  steps:\n"
                              "    - cycles: 3\n"
                              "      steps: [plate at 1 A/m2 for 1 s, strip at 1 A/m2 for 1 s]\n"
                              "    - rest for 1 s\n");
  static const struct {
    int id, cycle;
  } expected[] = {{1, 1}, {2, 1}, {3, 1}, {4, 2}, {5, 2}, {4, 3}, {5, 3}, {4, 4}, {5, 4},
                  {6, 4}, {4, 5}, {5, 5}, {4, 6}, {5, 6}, {4, 7}, {5, 7}, {6, 7}};
  int count = sizeof expected / sizeof *expected;
  assert_true(DavyProtocolStepTotal(p) == count);
  DavyDriver driver = DavyDriverStart(p);
  for (int k = 0; k < count; k++) {
    const DavyStep *step = DavyDriverNext(&driver);
    assert_non_null(step);
    assert_int_equal(step->id, expected[k].id);
    assert_int_equal(driver.cycle_count, expected[k].cycle);
    assert_int_equal(driver.step_count, k + 1);
  }
  assert_null(DavyDriverNext(&driver));
  assert_null(DavyDriverNext(&driver));
  DavyProtocolDestroy(&p);
}

static void test_rests_before_the_first_turn_are_cycle_one(void **state) {
  (void)state;
  DavyProtocol *p = must_read("- rest for 1 s\n- cycles: 2\n  steps: [plate at 1 mA for 1 s]\n");
  DavyDriver driver = DavyDriverStart(p);
  static const int cycles[] = {1, 1, 2};
  for (int k = 0; k < 3; k++) {
    assert_non_null(DavyDriverNext(&driver));
    assert_int_equal(driver.cycle_count, cycles[k]);
  }
  DavyProtocolDestroy(&p);
}

static void test_ends_and_limits(void **state) {
  (void)state;
  DavyProtocol *p = must_read("- plate at 2 A/m2 until 8 C/m2 or 5 s or -1 V");
  const DavyStep *step = DavyProtocolStep(p, 0);
  DavyReason reason;
  assert_true(DavyStepEnd(step, &reason) == 4);
  assert_int_equal(reason, DAVY_REASON_CAPACITY);
  DavyMeter meter = {.time = 3, .voltage = -0.25, .current_density = -2, .capacity = -6};
  assert_true(DavyLimitLeft(&step->limits[0], &meter) == 2);
  assert_true(DavyLimitLeft(&step->limits[1], &meter) == 2);
  assert_true(DavyLimitLeft(&step->limits[2], &meter) == 0.75);
  assert_int_equal(DavyLimitReason(&step->limits[2]), DAVY_REASON_VOLTAGE);
  DavyProtocolDestroy(&p);
}

static char *written(const DavyProtocol *p) {
  char *text = NULL;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  DavyProtocolWrite(p, file, 2);
  fclose(file);
  return text;
}

/* Numbers that no short decimal hits must come back to the last bit. */
static void test_text_and_back(void **state) {
  (void)state;
  DavyProtocol *p = must_read("- rest for 7 min every 0.1 min\n"
                              "- cycles: 3\n"
                              "  steps:\n"
                              "    - cycles: 2\n"
                              "      steps:\n"
                              "        - plate at 0.123456789 mA until 0.7 mAh/cm2 or V < -1 mV\n"
                              "    - strip at 0.1 mA/cm2 until 0.3 mAh or 0.1 V every 3 s\n"
                              "    - hold at 33.3 mV until 12.3 uA/cm2 or 1.1 C\n");
  char *once = written(p);
  DavyProtocol *q = must_read(once);
  char *twice = written(q);
  assert_string_equal(once, twice);
  for (int k = 0; k < DavyProtocolSteps(p); k++) {
    const DavyStep *a = DavyProtocolStep(p, k), *b = DavyProtocolStep(q, k);
    assert_true(a->value == b->value && a->every == b->every);
    assert_int_equal(a->limit_count, b->limit_count);
    for (int l = 0; l < a->limit_count; l++) {
      assert_true(a->limits[l].value == b->limits[l].value);
      assert_int_equal(a->limits[l].kind, b->limits[l].kind);
    }
  }
  free(once);
  free(twice);
  DavyProtocolDestroy(&p);
  DavyProtocolDestroy(&q);
}

static void test_errors_name_the_place(void **state) {
  (void)state;
  static const struct {
    const char *text;
    DavyError error;
    const char *words[3];
  } cases[] = {
      {"- plat at 1 mA for 1 s", DAVY_ERR_VALUE, {"case.yaml:1:3", "plat;", "plate?"}},
      {"- rest for 1 s\n- plate at 5 V for 1 s", DAVY_ERR_UNIT, {":2:3", "5 V", "1 mA/cm2"}},
      {"- plate at 1 mA/cm2", DAVY_ERR_VALUE, {":1:3", "never ends"}},
      {"- plate for 1 h", DAVY_ERR_VALUE, {"plate at what?"}},
      {"- plate at -1 mA for 1 h", DAVY_ERR_VALUE, {"-1 mA", "direction"}},
      {"- plate 1 mA for 1 h", DAVY_ERR_VALUE, {"\"1\" behind \"plate\"", "at"}},
      {"- plate at 1 mA until", DAVY_ERR_VALUE, {"nothing behind \"until\""}},
      {"- plate at 1 mA until 1 kg", DAVY_ERR_UNIT, {"1 kg", "1 mAh/cm2"}},
      {"- plate at 1 mA until 0 s", DAVY_ERR_VALUE, {"more than 0 s"}},
      {"- plate at 1 mA until 0.1 mA", DAVY_ERR_VALUE, {"current does not change"}},
      {"- plate at 1 mA until V 0.1 V", DAVY_ERR_VALUE, {"V 0.1 V", "V > 0.5 V"}},
      {"- plate at inf mA for 1 s", DAVY_ERR_VALUE, {"inf"}},
      {"- rest until 0.1 V", DAVY_ERR_VALUE, {"V > 0.1 V"}},
      {"- rest until 1 mAh", DAVY_ERR_VALUE, {"rest", "capacity"}},
      {"- rest at 1 V for 1 s", DAVY_ERR_VALUE, {"rest"}},
      {"- hold at 1 mA for 1 s", DAVY_ERR_UNIT, {"1 mA", "voltage"}},
      {"- hold at 1 V until 0.1 V", DAVY_ERR_VALUE, {"holds the voltage"}},
      {"- plate at 1 mA for 1 s every 0 s", DAVY_ERR_VALUE, {"every"}},
      {"- cycles: 0\n  steps: [rest for 1 s]", DAVY_ERR_VALUE, {":1:11"}},
      {"- cycles: 2", DAVY_ERR_KEY, {"steps"}},
      {"- cycles: 2\n  stepps: []", DAVY_ERR_KEY, {"2:3", "steps"}},
      {"- cycles: 2\n  steps: []", DAVY_ERR_VALUE, {"2:10", "list"}},
      {"- {plate: 1 mA, til: 1 h}", DAVY_ERR_KEY, {"1:17", "til", "until"}},
      {"- [rest for 1 s]", DAVY_ERR_VALUE, {"1:3"}},
      {"- ''", DAVY_ERR_VALUE, {"nothing"}},
      {"rest for 1 s", DAVY_ERR_VALUE, {"list of steps"}},
      {"{}", DAVY_ERR_VALUE, {"list of steps"}},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    DavyProtocol *p;
    DavyErrorClear();
    DavyError error = read(cases[k].text, &p);
    if (error != cases[k].error)
      fail_msg("%s\ngives %s \"%s\"; expected %s", cases[k].text, DavyErrorName(error),
               DavyErrorMessage(), DavyErrorName(cases[k].error));
    assert_null(p);
    for (int w = 0; w < 3 && cases[k].words[w]; w++)
      if (!strstr(DavyErrorMessage(), cases[k].words[w]))
        fail_msg("%s\nsays \"%s\"; expected \"%s\" in it", cases[k].text, DavyErrorMessage(),
                 cases[k].words[w]);
  }
}

static void test_too_deep_and_too_long(void **state) {
  (void)state;
  char text[4096] = "";
  for (int k = 0; k < 9; k++)
    sprintf(text + strlen(text), "%*s- cycles: 2\n%*s  steps:\n", 4 * k, "", 4 * k, "");
  sprintf(text + strlen(text), "%*s- rest for 1 s\n", 36, "");
  DavyProtocol *p;
  assert_int_equal(read(text, &p), DAVY_ERR_VALUE);
  assert_non_null(strstr(DavyErrorMessage(), "nested"));
  strcpy(text, "- rest for ");
  memset(text + strlen(text), '1', 2000);
  assert_int_equal(read(text, &p), DAVY_ERR_VALUE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sentences),
      cmocka_unit_test(test_mappings_say_the_same),
      cmocka_unit_test(test_loops_and_cycles),
      cmocka_unit_test(test_rests_before_the_first_turn_are_cycle_one),
      cmocka_unit_test(test_ends_and_limits),
      cmocka_unit_test(test_text_and_back),
      cmocka_unit_test(test_errors_name_the_place),
      cmocka_unit_test(test_too_deep_and_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
