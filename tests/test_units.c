/* Units against the SI brochure (9th edition, 2019: prefixes, tables 4 and 8) and the definitions
 * of the field's own names; then the messages that a person sees. */
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "davy/units.h"
#include "expect_close.h"

static double parsed(const char *text, const char *unit) {
  double value = NAN;
  if (DavyQuantityParse(text, unit, &value)) fail_msg("%s", DavyErrorMessage());
  return value;
}

/* The number, the factor and their product are each rounded once, by 2^-53 at most: together less
 * than 4e-16 of the value. */
static void expect_si(const char *text, const char *unit, double expected) {
  double value = parsed(text, unit);
  if (fabs(value - expected) > 4e-16 * fabs(expected))
    fail_msg("%s: %.17g, expected %.17g %s", text, value, expected, unit);
}

static void the_units_people_use(void **state) {
  (void)state;
  expect_si("1 mA/cm2", "A/m2", 10);
  expect_si("1 mA/cm^2", "A/m2", 10);
  expect_si("1 mA/cm²", "A/m2", 10);
  expect_si("1 mA cm-2", "A/m2", 10);
  expect_si("1 mA·cm⁻²", "A/m2", 10);
  expect_si("1 mA*cm**-2", "A/m2", 10);
  expect_si("  0.5mA/cm2 ", "A/m2", 5);
  expect_si("1 mAh/cm2", "C/m2", 36000);
  expect_si("1 mA h/cm2", "C/m2", 36000);
  expect_si("1 Ah", "C", 3600);
  expect_si("1 mAh", "C", 3.6);
  expect_si("1 uAh", "C", 3.6e-3);
  expect_si("1 µAh", "C", 3.6e-3);
  expect_si("1 Wh/kg", "J/kg", 3600);
  expect_si("1 mWh", "J", 3.6);
  expect_si("1 mW", "W", 1e-3);
  expect_si("1 M", "mol/m3", 1000);
  expect_si("1 mM", "mol/m3", 1);
  expect_si("1.5 mol/L", "mol/m3", 1500);
  expect_si("1 mol/dm3", "mol/m3", 1000);
  expect_si("6.8 mS/cm", "S/m", 0.68);
  expect_si("1 S/cm", "S/m", 100);
  expect_si("1 S cm-1", "S/m", 100);
  expect_si("10 ohm cm2", "ohm m2", 1e-3);
  expect_si("10 Ω cm²", "ohm m2", 1e-3);
  expect_si("1 kOhm", "ohm", 1000);
  expect_si("1e-6 cm2/s", "m2/s", 1e-10);
  expect_si("23.75 cm3/mol", "m3/mol", 23.75e-6);
  expect_si("22.98976928 g/mol", "kg/mol", 0.02298976928);
  expect_si("0.968 g/cm3", "kg/m3", 968);
  expect_si("100 nm", "m", 1e-7);
  expect_si("3 Å", "m", 3e-10);
  expect_si("2 h", "s", 7200);
  expect_si("90 min", "s", 5400);
  expect_si("1 1/h", "1/s", 1.0 / 3600);
  expect_si("8.314 J/(mol K)", "J/(mol K)", 8.314);
  expect_si("8.314 J/mol/K", "J/(mol K)", 8.314);
  expect_si("0.1 mV/s", "V/s", 1e-4);
  expect_si("2 mPa s", "Pa s", 2e-3);
}

static void pure_numbers(void **state) {
  (void)state;
  expect_si("0.45", "1", 0.45);
  expect_si("0.45 1", "1", 0.45);
  expect_si("45 %", "1", 0.45);
  expect_si("45%", "1", 0.45);
  expect_si("1e3 ppm", "1", 1e-3);
  expect_si("-1e-3", "1", -1e-3);
}

/* 0 degC = 273.15 K by definition; an offset counts for a temperature, not for a quotient by one.
 */
static void celsius_is_affine(void **state) {
  (void)state;
  assert_true(parsed("25 degC", "K") == 298.15);
  expect_si("25 °C", "K", 298.15);
  expect_si("25 ℃", "K", 298.15);
  expect_si("-273.15 degC", "K", 0);
  expect_si("298.15 K", "K", 298.15);
  expect_si("1 mV/degC", "V/K", 1e-3);
  double scale, offset;
  assert_int_equal(DavyUnitConversion("degC", "K", &scale, &offset), DAVY_OK);
  assert_true(scale == 1 && offset == 273.15);
  assert_int_equal(DavyUnitConversion("K", "degC", &scale, &offset), DAVY_OK);
  assert_true(scale == 1 && offset == -273.15);
  assert_int_equal(DavyUnitConversion("degC", "degC", &scale, &offset), DAVY_OK);
  assert_true(scale == 1 && offset == 0);
  /* 77 degF = 25 degC; udunits2 keeps 5/9 and the offset to about 1e-15 */
  assert_true(fabs(parsed("77 degF", "K") - 298.15) < 1e-9);
  assert_int_equal(DavyUnitConversion("mAh", "C", &scale, &offset), DAVY_OK);
  assert_true(scale == 3.6 && offset == 0);
}

static void expect_failure(const char *text, const char *unit, DavyError error,
                           const char *message) {
  double value = -7;
  assert_int_equal(DavyQuantityParse(text, unit, &value), error);
  assert_string_equal(DavyErrorMessage(), message);
  assert_true(value == -7);
}

static void messages_say_what_was_expected(void **state) {
  (void)state;
  expect_failure("12 mA/cm", "A/m2", DAVY_ERR_UNIT,
                 "12 mA/cm: expected a current density such as 1 mA/cm2");
  expect_failure("12", "A/m2", DAVY_ERR_UNIT,
                 "12: the unit is missing; expected a current density such as 1 mA/cm2");
  expect_failure("", "m", DAVY_ERR_VALUE, "no number; expected a length such as 10 um");
  expect_failure("thin", "m", DAVY_ERR_VALUE, "thin: no number; expected a length such as 10 um");
  expect_failure("1,5 mA", "A", DAVY_ERR_VALUE,
                 "1,5 mA: write a decimal point; expected a current such as 1 mA");
  expect_failure("nan V", "V", DAVY_ERR_VALUE,
                 "nan V: not a finite number; expected a voltage such as 50 mV");
  expect_failure("1e400 V", "V", DAVY_ERR_VALUE,
                 "1e400 V: not a finite number; expected a voltage such as 50 mV");
  expect_failure("1e308 kV", "V", DAVY_ERR_VALUE,
                 "1e308 kV: too large; expected a voltage such as 50 mV");
  expect_failure("3 mah", "C", DAVY_ERR_UNIT,
                 "3 mah: unknown unit mah; did you mean mAh? expected a charge such as 1 mAh");
  expect_failure("3 bananas", "C", DAVY_ERR_UNIT,
                 "3 bananas: unknown unit bananas; expected a charge such as 1 mAh");
  expect_failure("8 J/mol K", "J/(mol K)", DAVY_ERR_UNIT,
                 "8 J/mol K: what the slash divides by is not clear (write J/(mol K)); "
                 "expected a quantity such as 1 J/(mol K)");
  expect_failure("1 000 mA", "A", DAVY_ERR_UNIT,
                 "1 000 mA: the unit is not understood; expected a current such as 1 mA");
  expect_failure("5 mV since 2000", "V", DAVY_ERR_UNIT,
                 "5 mV since 2000: the unit is not understood; expected a voltage such as 50 mV");
  expect_failure("0.5 V", "1", DAVY_ERR_UNIT, "0.5 V: expected a pure number such as 0.5 or 50 %");
  /* what udunits2 would read as something else: mega, 25 K, a milli-are */
  expect_failure("1 M", "m", DAVY_ERR_UNIT, "1 M: expected a length such as 10 um");
}

static void nonsense_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"1 m(",
                                    "1 (m",
                                    "1 m)",
                                    "1 /m",
                                    "1 m/",
                                    "1 m^",
                                    "1 m^x",
                                    "1 m//s",
                                    "1 m^99",
                                    "1 2 m",
                                    "1 m@3",
                                    "1 lg(1)",
                                    "1 ((((((((((m))))))))))",
                                    "1 m ^ 2 ^ 3",
                                    "1 \xFF",
                                    "1 m\n2",
                                    "1 %m",
                                    "1 --m",
                                    "1 m2.5",
                                    "1 mm_m",
                                    "1 wt%"};
  double value;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (DavyQuantityParse(bad[i], "m", &value) != DAVY_ERR_UNIT) fail_msg("%s", bad[i]);
  char longest[4000];
  memset(longest, 'm', sizeof longest);
  memcpy(longest, "1 ", 2);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(DavyQuantityParse(longest, "m", &value), DAVY_ERR_UNIT);
  for (int i = 0; i < 3000; i++) memcpy(longest + i, i % 2 ? "*" : "m", 1);
  memcpy(longest, "1 ", 2);
  assert_int_equal(DavyQuantityParse(longest, "m", &value), DAVY_ERR_UNIT);
}

static void the_locale_does_not_matter(void **state) {
  (void)state;
  const char *set = NULL;
  static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
  for (int i = 0; i < 3 && !set; i++) set = setlocale(LC_ALL, comma[i]);
  if (!set) {
    print_message("no locale with a decimal comma is installed\n");
    skip();
  }
  expect_si("1.5 mA/cm2", "A/m2", 15);
  setlocale(LC_ALL, "C");
}

static void *parse_often(void *unused) {
  (void)unused;
  intptr_t wrong = 0;
  for (int i = 0; i < 2000; i++) {
    double value = 0;
    wrong += DavyQuantityParse("2 mAh/cm2", "C/m2", &value) != DAVY_OK || value != 72000;
  }
  return (void *)wrong;
}

static void threads_share_the_unit_system(void **state) {
  (void)state;
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], 0, parse_often, 0), 0);
  for (int i = 0; i < 4; i++) {
    void *wrong = NULL;
    pthread_join(threads[i], &wrong);
    assert_null(wrong);
  }
}

/* Dimensions as the SI brochure has them, and the electronvolt exact by definition. */
static void a_unit_is_taken_apart(void **state) {
  (void)state;
  static const struct {
    const char *unit;
    DavyDimension dimension; /* kg m s A K mol cd */
    double scale, offset;
  } cases[] = {
      {"1", {{0}}, 1, 0},
      {"%", {{0}}, 0.01, 0},
      {"deg", {{0}}, 3.14159265358979323846 / 180, 0},
      {"mAh/cm2", {{0, -2, 1, 1}}, 36000, 0},
      {"V", {{1, 2, -3, -1}}, 1, 0},
      {"uF/cm2", {{-1, -4, 4, 2}}, 0.01, 0},
      {"Wh/kg", {{0, 2, -2}}, 3600, 0},
      {"J/(mol K)", {{1, 2, -2, 0, -1, -1}}, 1, 0},
      {"degC", {{0, 0, 0, 0, 1}}, 1, 273.15},
      {"M", {{0, -3, 0, 0, 0, 1}}, 1000, 0},
      {"eV", {{1, 2, -2}}, 1.602176634e-19, 0},
      {"meV", {{1, 2, -2}}, 1.602176634e-22, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    DavyDimension dimension;
    double scale, offset;
    if (DavyUnitDimension(cases[i].unit, &dimension, &scale, &offset))
      fail_msg("%s", DavyErrorMessage());
    for (int k = 0; k < DAVY_BASE_COUNT; k++)
      if (dimension.power[k] != cases[i].dimension.power[k]) fail_msg("%s", cases[i].unit);
    expect_close(scale / cases[i].scale, 1, 1e-15); /* a rounding or two */
    expect_close(offset, cases[i].offset, 0);
  }
  DavyDimension dimension;
  double scale, offset;
  assert_int_equal(DavyUnitDimension("mAh/cm22/x", &dimension, &scale, &offset), DAVY_ERR_UNIT);
  assert_int_equal(DavyUnitDimension("", &dimension, &scale, &offset), DAVY_ERR_UNIT);
  assert_int_equal(DavyUnitDimension("Volts", &dimension, &scale, &offset), DAVY_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_units_people_use),
      cmocka_unit_test(pure_numbers),
      cmocka_unit_test(celsius_is_affine),
      cmocka_unit_test(a_unit_is_taken_apart),
      cmocka_unit_test(messages_say_what_was_expected),
      cmocka_unit_test(nonsense_is_refused),
      cmocka_unit_test(the_locale_does_not_matter),
      cmocka_unit_test(threads_share_the_unit_system),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
