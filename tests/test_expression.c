/* Arithmetic with units against values worked out by hand, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/expression.h"
#include "expect_close.h"

static DavyError find_ten(void *context, const char *name, Amount *amount, char text[80]) {
  (void)context;
  *amount = (Amount){0};
  if (strcmp(name, "ten") == 0) {
    amount->value = 10;
    strcpy(text, "10");
  } else if (strcmp(name, "Au.depth") == 0) {
    amount->value = 1e-7;
    amount->dimension.power[DAVY_BASE_METRE] = 1;
    strcpy(text, "100 nm");
  } else if (strcmp(name, "lost") == 0) {
    amount->value = NAN;
    amount->missing = true;
    amount->dimension.power[DAVY_BASE_METRE] = 1;
    strcpy(text, "? nm");
  } else {
    return DavyFail(DAVY_ERR_LOOKUP, "unknown name %s", name);
  }
  return DAVY_OK;
}

static const Names names = {find_ten, NULL};

/* Every number below is by hand or from the SI brochure, to ten digits at least: 1e-9. */
static void arithmetic_is_as_by_hand(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value; /* SI */
    const char *unit;
  } cases[] = {
      {"1 + 2 * 3", 7, "1"},
      {"(1 + 2) * 3", 9, "1"},
      {"2 ^ 3 ^ 2", 512, "1"},
      {"-2 ^ 2", -4, "1"},
      {"2 ^ -1", 0.5, "1"},
      {"1 - 2 - 3", -4, "1"},
      {"12 / 2 / 3", 2, "1"},
      {"- - 3", 3, "1"},
      {"80 % - 30 %", 0.5, "1"},
      {"sqrt(9 m)", 3, "m^0.5"},
      {"1 / (4 mAh/g)", 1 / 14400.0, "kg/C"},
      {"1 cm2/(V s)", 1e-4, "C s/kg"},
      {"1 mol/(m2 s)", 1, "mol/(m2 s)"},
      {"6.8 mS/cm / (F * 1 mol/L)", 6.8e-1 / 96485332.1233, "C s/kg"},
      {"1 mA/cm2 * 1 h", 36000, "C/m2"},
      {"1 mAh/cm2 / (1 mA/cm2)", 3600, "s"},
      {"3 cm2/s", 3e-4, "m2/s"},
      {"5 mAh cm-2", 180000, "C/m2"},
      {"5 mAh cm^-2", 180000, "C/m2"},
      {"5 - 2", 3, "1"},
      {"8.3 J/(mol K) * 2 K", 16.6, "J/mol"},
      {"25 degC", 298.15, "K"},
      {"sqrt(2.39e-16 cm2/s * 1 h)", 9.275774899e-9, "m"},
      {"sqrt(4 m) * sqrt(9 m)", 6, "m"},
      {"(100 nm)^2 / (1 s)", 1e-14, "m2/s"},
      {"100 nm^2", 1e-16, "m2"},
      {"F / (22.98976928 g/mol)", 4196881.2713, "C/kg"},
      {"F / N_A", 1.602176634e-19, "C"},
      {"R / N_A", 1.380649e-23, "J/K"},
      {"R / k_B / N_A", 1, "1"},
      {"e * 1 V", 1.602176634e-19, "J"},
      {"1 eV", 1.602176634e-19, "J"},
      {"sin(30 deg)", 0.5, "1"},
      {"asin(0.5)", 0.52359877559829887, "1"},
      {"cos(pi)", -1, "1"},
      {"atan(1) * 4", 3.14159265358979, "1"},
      {"ln(exp(2))", 2, "1"},
      {"log10(1000)", 3, "1"},
      {"abs(-3 V)", 3, "V"},
      {"min(3 nm, 2 um, 1 mm)", 3e-9, "m"},
      {"max(3 nm, 2 um, 1 mm)", 1e-3, "m"},
      {"ten * 2", 20, "1"},
      {"2 * Au.depth", 2e-7, "m"},
      {"1 uF/cm2", 0.01, "F/m2"},
      {"901 uF / (21 uF/cm2)", 901e-6 / 0.21, "m2"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Amount amount;
    char unit[80];
    if (davy_evaluate(cases[i].text, &names, &amount, NULL)) fail_msg("%s", DavyErrorMessage());
    davy_dimension_text(amount.dimension, unit);
    if (!(fabs(amount.value - cases[i].value) <= 1e-9 * fabs(cases[i].value)))
      fail_msg("%s = %.15g; expected %.15g", cases[i].text, amount.value, cases[i].value);
    if (strcmp(unit, cases[i].unit))
      fail_msg("%s in %s; expected %s", cases[i].text, unit, cases[i].unit);
  }
}

static void what_has_no_meaning_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    DavyError error;
    const char *message;
  } cases[] = {
      {"", DAVY_ERR_FORMAT, "the expression breaks off at character 1 of \"\""},
      {"1 +", DAVY_ERR_FORMAT, "the expression breaks off at character 4 of \"1 +\""},
      {"(1", DAVY_ERR_FORMAT, "expected a closing bracket at character 3 of \"(1\""},
      {"1)", DAVY_ERR_FORMAT, "expected an operator or the end at character 2 of \"1)\""},
      {"1 V + 1 A", DAVY_ERR_UNIT,
       "adding V and A: they are not of one dimension at character 5 of \"1 V + 1 A\""},
      {"1 mA/cm2 - 1 mAh/cm2", DAVY_ERR_UNIT,
       "subtracting A/m2 and C/m2: they are not of one dimension at character 10 of \"1 mA/cm2 - 1 "
       "mAh/cm2\""},
      {"ln(1 V)", DAVY_ERR_UNIT,
       "ln wants a pure number, not one in V at character 1 of \"ln(1 V)\""},
      {"2 ^ (1 V)", DAVY_ERR_UNIT,
       "a power wants a pure number, not one in V at character 3 of \"2 ^ (1 V)\""},
      {"max(1 V, 1 A)", DAVY_ERR_UNIT,
       "max V and A: they are not of one dimension at character 1 of \"max(1 V, 1 A)\""},
      {"1 / (2 - 2)", DAVY_ERR_VALUE,
       "the quotient has no finite value at character 3 of \"1 / (2 - 2)\""},
      {"sqrt(0 - 1)", DAVY_ERR_VALUE, "sqrt has no finite value at character 1 of \"sqrt(0 - 1)\""},
      {"ln(0)", DAVY_ERR_VALUE, "ln has no finite value at character 1 of \"ln(0)\""},
      {"asin(2)", DAVY_ERR_VALUE, "asin has no finite value at character 1 of \"asin(2)\""},
      {"10^200 * 10^200", DAVY_ERR_VALUE,
       "the product has no finite value at character 8 of \"10^200 * 10^200\""},
      {"sqr(2)", DAVY_ERR_LOOKUP,
       "unknown function sqr; did you mean sqrt? at character 1 of \"sqr(2)\""},
      {"tin", DAVY_ERR_LOOKUP, "unknown name tin at character 1 of \"tin\""},
      {"3 nm/Au.depth", DAVY_ERR_UNIT, NULL},
      {"3 Voltz", DAVY_ERR_UNIT, NULL},
      {"1e999", DAVY_ERR_FORMAT, NULL},
      {"(1 m)^(10^300)", DAVY_ERR_VALUE, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Amount amount;
    DavyError error = davy_evaluate(cases[i].text, &names, &amount, NULL);
    if (error != cases[i].error)
      fail_msg("%s: %s (%s)", cases[i].text, DavyErrorName(error), DavyErrorMessage());
    if (cases[i].message) assert_string_equal(DavyErrorMessage(), cases[i].message);
  }
  char deep[4001];
  Amount amount;
  memset(deep, '(', 4000);
  deep[4000] = '\0';
  assert_int_equal(davy_evaluate(deep, &names, &amount, NULL), DAVY_ERR_FORMAT);
  memset(deep, '-', 4000);
  assert_int_equal(davy_evaluate(deep, &names, &amount, NULL), DAVY_ERR_FORMAT);
}

/* What is missing has a unit, so that the rest is still checked. */
static void a_missing_input_keeps_the_units_in_order(void **state) {
  (void)state;
  Amount amount;
  assert_int_equal(davy_evaluate("max(2 * lost, 1 nm)", &names, &amount, NULL), DAVY_OK);
  assert_true(amount.missing && isnan(amount.value));
  assert_int_equal(davy_evaluate("lost + 1 V", &names, &amount, NULL), DAVY_ERR_UNIT);
  assert_int_equal(davy_evaluate("1 / (lost - lost)", &names, &amount, NULL), DAVY_OK);
  assert_true(amount.missing);
}

static void names_are_shown_with_their_values(void **state) {
  (void)state;
  char *shown = NULL;
  size_t size = 0;
  Amount amount;
  FILE *memory = open_memstream(&shown, &size);
  assert_int_equal(davy_evaluate("ten * (Au.depth + 1 nm) / pi", &names, &amount, memory), DAVY_OK);
  fclose(memory);
  assert_string_equal(shown, "10 * ((100 nm) + 1 nm) / pi");
  free(shown);
}

static void a_quantity_tells_its_last_digit(void **state) {
  (void)state;
  static const struct {
    const char *text, *unit;
    double step;
  } cases[] = {{"1166 mAh/g", "mAh/g", 1},
               {"42.90", "1", 0.01},
               {"3.19e-18 s cm^-2", "s cm^-2", 1e-20},
               {"-2.71 V", "V", 0.01},
               {"80 %", "%", 1}};
  char unit[80];
  double step;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_true(davy_is_quantity(cases[i].text, unit, &step));
    assert_string_equal(unit, cases[i].unit);
    expect_close(step / cases[i].step, 1, 1e-12);
  }
  assert_false(davy_is_quantity("1 V + 1 V", unit, &step));
  assert_false(davy_is_quantity("ten", unit, &step));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic_is_as_by_hand),
      cmocka_unit_test(what_has_no_meaning_is_refused),
      cmocka_unit_test(a_missing_input_keeps_the_units_in_order),
      cmocka_unit_test(names_are_shown_with_their_values),
      cmocka_unit_test(a_quantity_tells_its_last_digit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
