/* Materials: every data file is sound and its values agree with each other and with numbers known
 * from elsewhere; interpolation; conditions; and what a wrong file is told. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/cite.h"
#include "davy/material.h"

static const double faraday = 96485.33212; /* C/mol, CODATA 2018, exact */

static DavyMaterial *load(const char *name) {
  DavyMaterial *material = NULL;
  if (DavyMaterialLoad(name, &material)) fail_msg("%s", DavyErrorMessage());
  return material;
}

static double value_of(const DavyMaterial *material, const char *property) {
  DavyValue value;
  if (DavyMaterialValue(material, property, NULL, &value)) fail_msg("%s", DavyErrorMessage());
  return value.value;
}

static void expect_near(const char *what, double value, double expected, double relative) {
  if (fabs(value / expected - 1) > relative)
    fail_msg("%s: %.9g, expected %.9g within %g", what, value, expected, relative);
}

/* Every file of the library: reads, is named as its file, and its sources exist. A value without a
 * source may only be recalled or assumed. */
static void every_file_is_sound(void **state) {
  (void)state;
  DavyTable *list = NULL;
  if (DavyMaterialList(&list)) fail_msg("%s", DavyErrorMessage());
  assert_true(DavyTableRows(list) >= 30);
  for (size_t i = 0; i < DavyTableRows(list); i++) {
    const char *name = DavyTableText(list, i, 0);
    char path[4096], line[1024];
    snprintf(path, sizeof path, "%s/data/%s.yaml", DAVY_SOURCE, name);
    DavyMaterial *material = load(path); /* fails unless the file is called like the material */
    DavyTable *values = NULL;
    assert_int_equal(DavyMaterialTable(material, &values), DAVY_OK);
    size_t source = (size_t)DavyTableFind(values, "source"),
           kind = (size_t)DavyTableFind(values, "kind");
    for (size_t row = 0; row < DavyTableRows(values); row++) {
      const char *key = DavyTableText(values, row, source), *how = DavyTableText(values, row, kind);
      if (DavyCiteLine(key, line, sizeof line)) fail_msg("%s: %s", name, DavyErrorMessage());
      if (strcmp(key, "unsourced") == 0 && strcmp(how, "recalled") && strcmp(how, "assumed"))
        fail_msg("%s: %s but without a source", name, how);
    }
    DavyTableDestroy(&values);
    DavyMaterialDestroy(&material);
  }
  DavyTableDestroy(&list);
}

/* Molar mass, density and molar volume are one relation; the files round to three digits or more.
 */
static void density_times_molar_volume_is_molar_mass(void **state) {
  (void)state;
  DavyTable *list = NULL;
  assert_int_equal(DavyMaterialList(&list), DAVY_OK);
  int checked = 0;
  for (size_t i = 0; i < DavyTableRows(list); i++) {
    DavyMaterial *m = load(DavyTableText(list, i, 0));
    if (DavyMaterialHas(m, "molar_mass") && DavyMaterialHas(m, "molar_volume")) {
      expect_near(DavyMaterialName(m), value_of(m, "density") * value_of(m, "molar_volume"),
                  value_of(m, "molar_mass"), 1e-3);
      checked++;
    }
    DavyMaterialDestroy(&m);
  }
  assert_true(checked >= 20);
  DavyTableDestroy(&list);
}

/* Capacity F/M; thickness of 1 mAh/cm2 V_m * 36000 C/m2 / F, against the table in micrometres. */
static void alkali_metals_against_known_numbers(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double micrometre, capacity; /* um per mAh/cm2; mAh/g */
  } metals[] = {{"Li", 4.849, 3861.9}, {"Na", 8.861, 1165.8}, {"K", 16.924, 685.5}};
  for (int i = 0; i < 3; i++) {
    DavyMaterial *m = load(metals[i].name);
    /* four digits are given; the 4.849 of lithium is that of 6.94/0.534, not of the rounded 13.00
     */
    expect_near(metals[i].name, value_of(m, "molar_volume") * 36000 / faraday * 1e6,
                metals[i].micrometre, 4e-4);
    expect_near(metals[i].name, value_of(m, "specific_capacity") / 3600, metals[i].capacity, 1e-4);
    expect_near(metals[i].name, value_of(m, "specific_capacity"),
                faraday / value_of(m, "molar_mass"), 1e-4);
    DavyMaterialDestroy(&m);
  }
}

/* Nernst-Einstein, dilute: D+ + D- = kappa R T / (F^2 c); 6.8 mS/cm at 1 M gives 1.811e-10 m2/s,
 * and the salt's D = 2 t+ t- (D+ + D-). */
static void computed_diffusivities_follow_nernst_einstein(void **state) {
  (void)state;
  static const char *const names[] = {"NaPF6_diglyme_1M", "NaClO4_EC_PC_1M", "NaClO4_EC_DEC_FEC_1M",
                                      "LiTFSI_DOL_DME_1M"};
  for (int i = 0; i < 4; i++) {
    DavyMaterial *m = load(names[i]);
    double t = value_of(m, "transference_number");
    double sum = value_of(m, "conductivity") * 8.314462618 * 298.15 / (faraday * faraday * 1000);
    if (i == 2) expect_near("D+ + D-", sum, 1.811e-10, 3e-4);
    /* the files give two digits */
    expect_near(names[i], value_of(m, "diffusivity"), 2 * t * (1 - t) * sum, 0.03);
    DavyMaterialDestroy(&m);
  }
}

static void tables_are_interpolated_without_new_extrema(void **state) {
  (void)state;
  DavyMaterial *m = load("NaPF6_EC_PC");
  const DavyProperty *kappa, *diffusivity;
  assert_int_equal(DavyMaterialFind(m, "conductivity", &kappa), DAVY_OK);
  assert_int_equal(DavyMaterialFind(m, "diffusivity", &diffusivity), DAVY_OK);
  double slope;
  expect_near("at a point", DavyPropertyAt(kappa, 1000, NULL), 0.883, 1e-12);
  expect_near("at the last point", DavyPropertyAt(kappa, 2000, NULL), 0.76, 1e-12);
  expect_near("held beyond", DavyPropertyAt(kappa, 5000, &slope), 0.76, 1e-12);
  assert_true(slope == 0);
  assert_true(DavyPropertyAt(kappa, 0, NULL) == 0);
  assert_true(DavyPropertyAt(kappa, -10, NULL) == 0);
  for (double c = 1; c < 2470; c += 7) {
    double here = DavyPropertyAt(kappa, c, &slope), h = 1e-3;
    assert_true(here > 0 && here <= 0.883);
    double numeric =
        (DavyPropertyAt(kappa, c + h, NULL) - DavyPropertyAt(kappa, c - h, NULL)) / (2 * h);
    /* differences of values near 1 over 2e-3 lose 13 of 16 digits */
    if (c < 1990) assert_true(fabs(slope - numeric) < 1e-8);
    assert_true(DavyPropertyAt(diffusivity, c + 1, NULL) < DavyPropertyAt(diffusivity, c, NULL));
  }
  DavyMaterialDestroy(&m);
}

static void conditions_decide(void **state) {
  (void)state;
  DavyMaterial *m = load("NaPF6_EC_PC");
  DavyValue v;
  DavyCiteClear();
  DavyConditions half = {.temperature = 298.15, .concentration = 500};
  assert_int_equal(DavyMaterialValue(m, "conductivity", &half, &v), DAVY_OK);
  expect_near("at 0.5 M", v.value, 0.72, 1e-12);
  assert_string_equal(v.unit, "S/m");
  assert_string_equal(v.source, "chayambuka2022");
  assert_int_equal(v.kind, DAVY_MEASURED);
  assert_true(!v.outside && isnan(v.low) && isnan(v.high));
  assert_int_equal(DavyCiteCount(), 1);
  assert_string_equal(DavyCiteWhy(0), "conductivity of NaPF6_EC_PC (measured)");
  expect_near("as mixed", value_of(m, "conductivity"), 0.883, 1e-12);
  DavyConditions dense = {.concentration = 2500}, hot = {.temperature = 333.15};
  assert_int_equal(DavyMaterialValue(m, "conductivity", &dense, &v), DAVY_ERR_VALUE);
  assert_string_equal(DavyErrorMessage(), "NaPF6_EC_PC: conductivity is known for a concentration "
                                          "of 150 to 2000 mol/m3; asked for 2500 mol/m3");
  assert_int_equal(DavyMaterialValue(m, "conductivity", &hot, &v), DAVY_ERR_VALUE);
  assert_string_equal(DavyErrorMessage(), "NaPF6_EC_PC: conductivity is known for a temperature "
                                          "of 296.15 to 300.15 K; asked for 333.15 K");
  dense.extrapolate = true;
  assert_int_equal(DavyMaterialValue(m, "conductivity", &dense, &v), DAVY_OK);
  assert_true(v.outside);
  expect_near("held", v.value, 0.76, 1e-12);
  DavyMaterialDestroy(&m);
  m = load("NaPF6_diglyme_1M");
  assert_int_equal(DavyMaterialValue(m, "conductivity", NULL, &v), DAVY_OK);
  expect_near("low", v.low, 0.5, 1e-12);
  expect_near("high", v.high, 0.8, 1e-12);
  assert_int_equal(v.kind, DAVY_ASSUMED);
  assert_int_equal(DavyMaterialValue(m, "porosity", NULL, &v), DAVY_ERR_LOOKUP);
  assert_non_null(strstr(DavyErrorMessage(), "NaPF6_diglyme_1M has no porosity; it has: "));
  DavyMaterialDestroy(&m);
}

static void names_and_aliases(void **state) {
  (void)state;
  static const struct {
    const char *asked, *name;
  } names[] = {{"na", "Na"},
               {"Sodium", "Na"},
               {"gf/b", "GF_B"},
               {"lead", "Pb"},
               {"napf6_ec_pc_1m", "NaPF6_EC_PC"},
               {"Celgard 2325", "Celgard_2325"},
               {"NASB", "NaSb"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    DavyMaterial *m = load(names[i].asked);
    assert_string_equal(DavyMaterialName(m), names[i].name);
    DavyMaterialDestroy(&m);
  }
  DavyMaterial *m = load("Na");
  assert_string_equal(DavyMaterialClass(m), "metal");
  assert_string_equal(DavyMaterialTitle(m), "sodium");
  DavyMaterialDestroy(&m);
  assert_int_equal(DavyMaterialLoad("NaPF6_EC_PD", &m), DAVY_ERR_LOOKUP);
  assert_null(m);
  assert_string_equal(DavyErrorMessage(), "no material NaPF6_EC_PD; did you mean NaPF6_EC_PC?");
  assert_int_equal(DavyMaterialLoad("celgard", &m), DAVY_ERR_LOOKUP);
  assert_string_equal(DavyErrorMessage(), "no material celgard; did you mean Celgard_2325?");
  assert_int_equal(DavyMaterialLoad("kryptonite", &m), DAVY_ERR_LOOKUP);
  assert_string_equal(DavyErrorMessage(),
                      "no material kryptonite (davy material --list shows all)");
  assert_int_equal(DavyMaterialLoad("no/such.yaml", &m), DAVY_ERR_OPEN);
}

static void expect_refused(const char *property_lines, DavyError error, const char *message) {
  static const char path[] = "test_material.tmp.yaml";
  DavyMaterial *m = NULL;
  FILE *file = fopen(path, "w");
  fprintf(file, "name: X\ntitle: x\nclass: metal\nproperties:\n%s", property_lines);
  fclose(file);
  assert_int_equal(DavyMaterialLoad(path, &m), error);
  assert_null(m);
  assert_string_equal(DavyErrorMessage(), message);
  unlink(path);
}

static void wrong_files_are_told_what_is_wrong(void **state) {
  (void)state;
  expect_refused("  densty: {value: 1 g/cm3, kind: measured, source: a}\n", DAVY_ERR_KEY,
                 "test_material.tmp.yaml:5:3: unknown property densty; did you mean density?");
  expect_refused("  density: {value: 1 g/cm2, kind: measured, source: a}\n", DAVY_ERR_UNIT,
                 "test_material.tmp.yaml:5:20: value: 1 g/cm2: expected a density such as "
                 "0.968 g/cm3");
  expect_refused("  density: {value: 968 g/cm3, kind: measured, source: a}\n", DAVY_ERR_VALUE,
                 "test_material.tmp.yaml:5:20: value: 968 g/cm3: expected 1 kg/m3 to 30000 kg/m3");
  expect_refused("  density: {value: 1 g/cm3, kind: guessed, source: a}\n", DAVY_ERR_VALUE,
                 "test_material.tmp.yaml:5:35: kind: guessed: expected one of measured, computed, "
                 "fitted, assumed, recalled");
  expect_refused("  density: {value: 1 g/cm3, kind: measured}\n", DAVY_ERR_KEY,
                 "test_material.tmp.yaml:5:12: key source is missing (a key of sources.bib)");
  expect_refused("  density: {value: 1 g/cm3, kind: measured, source: unsourced}\n", DAVY_ERR_VALUE,
                 "test_material.tmp.yaml:5:12: kind measured, source unsourced: expected a source, "
                 "or the kind recalled or assumed");
  expect_refused("  density: {kind: measured, source: a}\n", DAVY_ERR_KEY,
                 "test_material.tmp.yaml:5:12: density: expected either value, or over and table");
  expect_refused(
      "  density: {value: 1 g/cm3, range: [2 g/cm3, 3 g/cm3], kind: measured, source: a}\n",
      DAVY_ERR_VALUE, "test_material.tmp.yaml:5:36: expected ascending values");
  expect_refused(
      "  density: {value: 1 g/cm3, range: [900 kg/m3, 1 g/cm3], kind: fitted, source: a}\n",
      DAVY_ERR_UNIT,
      "test_material.tmp.yaml:5:37: density: 900 kg/m3: expected the unit g/cm3, as "
      "before");
  expect_refused("  density:\n    over: temperature\n    table: [[300 K, 1 g/cm3], [290 K, 2 "
                 "g/cm3]]\n    kind: fitted\n    source: a\n",
                 DAVY_ERR_VALUE, "test_material.tmp.yaml:7:31: expected ascending values");
  expect_refused("  density:\n    over: temperature\n    table: [[300 K]]\n    kind: fitted\n"
                 "    source: a\n",
                 DAVY_ERR_VALUE, "test_material.tmp.yaml:7:12: expected at least two points");
}

/* A table of two points over temperature is a straight line. */
static void a_table_over_temperature(void **state) {
  (void)state;
  static const char path[] = "test_material.tmp.yaml";
  FILE *file = fopen(path, "w");
  fputs("name: X\ntitle: x\nclass: metal\nproperties:\n  density:\n    over: temperature\n"
        "    table: [[0 degC, 1 g/cm3], [100 degC, 2 g/cm3]]\n    kind: fitted\n    source: a\n",
        file);
  fclose(file);
  DavyMaterial *m = load(path);
  DavyValue v;
  DavyConditions warm = {.temperature = 323.15}, hot = {.temperature = 400};
  assert_int_equal(DavyMaterialValue(m, "density", &warm, &v), DAVY_OK);
  expect_near("half way", v.value, 1500, 1e-12);
  assert_int_equal(DavyMaterialValue(m, "density", &hot, &v), DAVY_ERR_VALUE);
  DavyMaterialDestroy(&m);
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_is_sound),
      cmocka_unit_test(density_times_molar_volume_is_molar_mass),
      cmocka_unit_test(alkali_metals_against_known_numbers),
      cmocka_unit_test(computed_diffusivities_follow_nernst_einstein),
      cmocka_unit_test(tables_are_interpolated_without_new_extrema),
      cmocka_unit_test(conditions_decide),
      cmocka_unit_test(names_and_aliases),
      cmocka_unit_test(wrong_files_are_told_what_is_wrong),
      cmocka_unit_test(a_table_over_temperature),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
