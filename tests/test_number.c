/* Numbers in text against strtod: bit for bit, on numbers of every size and length. */
#include "core/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random_bits(void) { /* xorshift64, G. Marsaglia, J. Stat. Softw. 8 (2003) 14 */
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

/* The test runs in the C locale, so that strtod is the reference as it is. */
static void expect_as_strtod(const char *text) {
  double value = -1;
  char *expected_end;
  double expected = strtod(text, &expected_end);
  const char *end = davy_parse_double(text, text + strlen(text), '.', &value);
  if (end != expected_end || memcmp(&value, &expected, sizeof value))
    fail_msg("\"%s\": read %.17g (%td characters), strtod says %.17g (%td)", text, value,
             end ? end - text : -1, expected, expected_end - text);
}

static void test_every_double(void **state) {
  (void)state;
  char text[64];
  for (int i = 0; i < 200000; i++) {
    uint64_t bits = random_bits();
    double value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) continue;
    snprintf(text, sizeof text, "%.*e", (int)(random_bits() % 20), value);
    expect_as_strtod(text);
  }
}

static void test_ordinary_numbers(void **state) {
  (void)state;
  char text[80];
  for (int i = 0; i < 200000; i++) {
    double value = ((double)(int64_t)random_bits()) / 9.3e18 * pow(10, random_bits() % 12);
    snprintf(text, sizeof text, "%.*f", (int)(random_bits() % 24), value);
    expect_as_strtod(text);
    snprintf(text, sizeof text, "%.15E", value * 1e-6); /* as EC-Lab writes */
    expect_as_strtod(text);
    snprintf(text, sizeof text, "%.9g", value);
    expect_as_strtod(text);
  }
}

static void test_edges(void **state) {
  (void)state;
  static const char *const texts[] = {
      "0",
      "-0",
      "+7",
      ".5",
      "5.",
      "-.25e3",
      "1e22",
      "1e23",
      "9007199254740993",
      "9007199254740992e22",
      "18446744073709551616",
      "18446744073709551615",
      "0.000",
      "00000000000000000000000000000000001.5",
      "1e400",
      "-1e400",
      "1e-400",
      "4.9e-324",
      "2.4e-324",
      "0e99999999999",
      "1e99999999999999999999",
      "1e-99999999999999999999",
      "1.0000000000000000e-30",
      "1e",
      "1e+",
      "1ex",
      "3.4.5",
      "12abc",
      "nan",
      "NaN",
      "inf",
      "-Infinity",
      "INF",
      "0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000123",
      "2.2250738585072011e-308",
      "179769313486231580793728971405301e276"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) expect_as_strtod(texts[i]);
}

static void test_what_is_not_a_number(void **state) {
  (void)state;
  static const char *const texts[] = {"", "-", "+", ".", "e5", "-.e5", "XXX", " 1", "--1", "in"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double value = 42;
    assert_null(davy_parse_double(texts[i], texts[i] + strlen(texts[i]), '.', &value));
    assert_true(value == 42);
  }
}

static void test_decimal_comma_and_bounds(void **state) {
  (void)state;
  const char *text = "-1,234567890123456E-003\t5";
  double value;
  assert_ptr_equal(davy_parse_double(text, text + strlen(text), ',', &value), text + 23);
  assert_true(value == -1.234567890123456E-003);
  assert_ptr_equal(davy_parse_double(text, text + strlen(text), '.', &value), text + 2);
  assert_true(value == -1);
  assert_ptr_equal(davy_parse_double(text, text + 5, ',', &value), text + 5); /* never beyond end */
  assert_true(value == -1.23);
  const char *slow = "9,87654321098765432109e-40";
  assert_non_null(davy_parse_double(slow, slow + strlen(slow), ',', &value));
  assert_true(value == 9.87654321098765432109e-40);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_double), cmocka_unit_test(test_ordinary_numbers),
      cmocka_unit_test(test_edges), cmocka_unit_test(test_what_is_not_a_number),
      cmocka_unit_test(test_decimal_comma_and_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
