/* Designs: the cases of the two papers against published and hand-worked numbers, the laws against
 * their closed forms and limits, the verb, and what a wrong file is told. */
#include <math.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "davy/design.h"
#include "davy/yaml.h"
#include "running.h"

static DavyDesign *load(const char *path) {
  DavyDesign *design = NULL;
  if (DavyDesignLoad(path, &design)) fail_msg("%s", DavyErrorMessage());
  return design;
}

static const DavyTable *table_of(const DavyDesign *design, const char *key) {
  for (size_t i = 0; i < DavyDesignTableCount(design); i++)
    if (strcmp(DavyTableKey(DavyDesignTable(design, i)), key) == 0)
      return DavyDesignTable(design, i);
  fail_msg("no table %s", key);
  return NULL;
}

static size_t row_of(const DavyTable *table, const char *name) {
  for (size_t i = 0; i < DavyTableRows(table); i++) {
    const char *text = DavyTableText(table, i, 0);
    if (text && strcmp(text, name) == 0) return i;
  }
  fail_msg("%s has no row %s", DavyTableKey(table), name);
  return 0;
}

static double number_in(const DavyDesign *design, const char *key, const char *row,
                        const char *column) {
  const DavyTable *t = table_of(design, key);
  int c = DavyTableFind(t, column);
  assert_true(c >= 0);
  return DavyTableNumber(t, row_of(t, row), (size_t)c);
}

typedef struct {
  const char *table, *row, *column, *text;
  double value, within;
} Expected;

static const DavyField expected_fields[] = {
    DAVY_TEXT(Expected, table, DAVY_REQUIRED, "key of a table"),
    DAVY_TEXT(Expected, row, DAVY_REQUIRED, "first cell of the row"),
    DAVY_TEXT(Expected, column, DAVY_REQUIRED, "key of a column"),
    DAVY_TEXT(Expected, text, DAVY_OPTIONAL, "the cell"),
    DAVY_QUANTITY(Expected, value, "1", -1e30, 1e30, DAVY_OPTIONAL, "the cell"),
    DAVY_QUANTITY(Expected, within, "1", 0, 1, DAVY_OPTIONAL, "relative"),
    DAVY_FIELDS_END};

static void check_one(const DavyDesign *design, DavyNode node) {
  Expected e = {.value = NAN};
  if (DavyYamlBind(node, expected_fields, &e)) fail_msg("%s", DavyErrorMessage());
  const DavyTable *t = table_of(design, e.table);
  int column = DavyTableFind(t, e.column);
  if (column < 0) fail_msg("%s has no column %s", e.table, e.column);
  size_t row = row_of(t, e.row);
  if (e.text) assert_string_equal(DavyTableText(t, row, (size_t)column), e.text);
  if (e.text) return;
  double value = DavyTableNumber(t, row, (size_t)column);
  if (!(fabs(value - e.value) <= e.within * fabs(e.value) + 1e-12 * fabs(e.value)))
    fail_msg("%s, %s: %.8g, expected %.8g within %g", e.table, e.row, value, e.value, e.within);
}

static void every_case_gives_what_is_expected(void **state) {
  (void)state;
  DIR *cases = opendir(DAVY_SOURCE "/cases");
  assert_non_null(cases);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(cases));) {
    char path[1024];
    snprintf(path, sizeof path, "%s/cases/%.255s/design.yaml", DAVY_SOURCE, entry->d_name);
    if (access(path, R_OK)) continue;
    DavyDesign *design = load(path);
    DavyYaml *document = NULL;
    snprintf(path, sizeof path, "%s/cases/%.255s/expected.yaml", DAVY_SOURCE, entry->d_name);
    if (DavyYamlLoad(path, &document)) fail_msg("%s", DavyErrorMessage());
    DavyNode list = DavyYamlRoot(document);
    assert_true(DavyNodeCount(list) > 3);
    for (int i = 0; i < DavyNodeCount(list); i++) check_one(design, DavyNodeAt(list, i));
    DavyYamlDestroy(&document);
    DavyDesignDestroy(&design);
    count++;
  }
  closedir(cases);
  assert_true(count >= 4);
}

/* Limits: no inactive mass and no N/P leave U c_c; a melt that does not wet does not wick, and with
 * Washburn's law the time grows as the square of the distance. F x L / V by hand for 100 nm of
 * gold: 96485 x 2 x 1e-7 / 10.215e-6 = 1889 C/m2 = 0.0525 mAh/cm2. */
static void laws_in_their_limits(void **state) {
  (void)state;
  assert_true(DavyDesignSpecificEnergy(3.8, 0, 1e6, 460800, 0, 1000) == 3.8 * 460800);
  double heavy = DavyDesignSpecificEnergy(3.8, 0, 1e6, 460800, 1e9, 1000);
  assert_true(fabs(heavy / (3.8 * 1000 / 1e9) - 1) < 1e-9);
  assert_true(isinf(DavyDesignWickingTime(0.01, 1e-5, 3e-4, 0.18, M_PI / 2)));
  assert_true(isinf(DavyDesignWickingTime(0.01, 1e-5, 3e-4, 0.18, 2)));
  double near = DavyDesignWickingTime(0.01, 1e-5, 3e-4, 0.18, 0.5);
  assert_true(fabs(DavyDesignWickingTime(0.02, 1e-5, 3e-4, 0.18, 0.5) / near - 4) < 1e-12);
  assert_true(fabs(DavyDesignAlloyCapacity(1e-7, 10.215e-6, 2) - 1889.1) < 0.1);
}

static DavyDesign *design_from(const char *text) {
  write_file("design_in.yaml", text);
  return load("design_in.yaml");
}

/* Masses by hand: 10 mg/cm2 of 100 mAh/g and 80 % active: 1 mAh/cm2, 2.5 of additives; N/P 2 of
 * sodium: 2/1165.8 g; 3 mg electrolyte; 2 x 4 of foil: 25.2156 mg/cm2; 3 V: 118.97 Wh/kg. */
static void a_cell_is_the_sum_of_its_parts(void **state) {
  (void)state;
  DavyDesign *d =
      design_from("title: t\ncell:\n"
                  "  cathode: {loading: 10 mg/cm2, capacity: 100 mAh/g, voltage: 3 V,"
                  " active_fraction: 80 %, thickness: 50 um, porosity: 0.4}\n"
                  "  anode: {metal: Na, np_ratio: 2}\n"
                  "  electrolyte: {per_capacity: 3 mg/mAh, density: 1.2 g/cm3}\n"
                  "  separator: {mass: 0 mg/cm2, thickness: 25 um, porosity: 0.5}\n"
                  "  parts:\n    - {name: foil, mass: 4 mg/cm2, thickness: 15 um, count: 2}\n");
  assert_true(fabs(number_in(d, "cell", "cell mass", "value") - 25.2156) < 1e-3);
  assert_true(fabs(number_in(d, "cell", "specific energy", "value") - 118.97) < 0.01);
  /* 3 mWh/cm2 over 50 + 25 + 30 um and 2 x 8.861 um of sodium */
  assert_true(fabs(number_in(d, "cell", "energy density", "value") - 3e-3 / 122.72e-7) < 0.1);
  /* 2.5 uL against 2 + 1.25 */
  assert_true(fabs(number_in(d, "cell", "electrolyte over pores", "value") - 2.5 / 3.25) < 1e-6);
  assert_true(fabs(number_in(d, "cell", "excess metal", "value") - 1) < 1e-9);
  /* 10 % more voltage, 10 % more energy; the widest bar stands first */
  const DavyTable *t = table_of(d, "sensitivity");
  assert_string_equal(DavyTableText(t, 0, 0), "voltage");
  assert_true(fabs(DavyTableNumber(t, 0, 3) - 20) < 1e-9);
  for (size_t i = 1; i < DavyTableRows(t); i++)
    assert_true(fabs(DavyTableNumber(t, i, 3)) <= fabs(DavyTableNumber(t, i - 1, 3)));
  DavyDesignDestroy(&d);
}

/* What rests on a recalled or fitted density says so; a melt beyond 90 degrees has no time. */
static void marks_and_non_wetting(void **state) {
  (void)state;
  DavyDesign *d = design_from("title: t\nmelt_infusion:\n  melt: Na_melt\n  metal: Na\n"
                              "  temperature: 300 degC\n  contact_angle: 100 deg\n"
                              "  distance: 1 mm\n  pore_radius: 10 um\n  pore_volume: 200 um\n");
  assert_true(isnan(number_in(d, "melt_infusion", "wicking time", "value")));
  assert_non_null(strstr(DavyDesignSentence(d, 0), "does not wick"));
  const DavyTable *t = table_of(d, "melt_infusion");
  assert_string_equal(DavyTableText(t, row_of(t, "load"), (size_t)DavyTableFind(t, "kind")),
                      "fitted");
  DavyDesignDestroy(&d);
  d = design_from("title: t\ncoatings:\n  - {phase: Na2Au, thickness: 100 nm}\n");
  t = table_of(d, "coating_1");
  assert_string_equal(
      DavyTableText(t, row_of(t, "alloy capacity"), (size_t)DavyTableFind(t, "kind")), "recalled");
  DavyDesignDestroy(&d);
}

static void expect_wrong(const char *text, DavyError error, const char *message) {
  DavyDesign *design = NULL;
  write_file("design_in.yaml", text);
  DavyError got = DavyDesignLoad("design_in.yaml", &design);
  assert_null(design);
  if (got != error || !strstr(DavyErrorMessage(), message))
    fail_msg("%s: \"%s\", expected \"%s\"", DavyErrorName(got), DavyErrorMessage(), message);
}

#define COATING "title: t\ncoatings:\n  - "
#define MAKE    "title: t\npreparations:\n  - {name: n, "
#define CATHODE                                                                                    \
  "title: t\ncell:\n  cathode: {loading: 10 mg/cm2, capacity: 100 mAh/g, voltage: 3 V}\n"

static void wrong_files_are_told_so(void **state) {
  (void)state;
  expect_wrong("title: t\n", DAVY_ERR_KEY, "design_in.yaml:1:1: nothing to design");
  expect_wrong("title: t\ncel: 1\n", DAVY_ERR_KEY, "did you mean cell?");
  expect_wrong(COATING "{phase: Na2Au, thickness: 100}\n", DAVY_ERR_UNIT,
               "design_in.yaml:3:31: thickness");
  expect_wrong(COATING "{phase: Na2Au, thickness: -100 nm}\n", DAVY_ERR_VALUE,
               "design_in.yaml:3:31: thickness");
  expect_wrong(COATING "{phase: Na2Pt, thickness: 100 nm}\n", DAVY_ERR_LOOKUP,
               "design_in.yaml:3:13: no material Pt");
  expect_wrong(COATING "{phase: Na9Au, thickness: 100 nm}\n", DAVY_ERR_LOOKUP,
               "design_in.yaml:3:13: no material Na9Au");
  expect_wrong(COATING "{phase: Au, thickness: 100 nm}\n", DAVY_ERR_VALUE,
               "expected one alkali metal and one other element");
  expect_wrong(COATING "{phase: Na2Au, coating: NiSb, thickness: 100 nm}\n", DAVY_ERR_VALUE,
               "coating NiSb has no Au");
  expect_wrong(COATING "{phase: Na2Au, thickness: 100 nm, published: {swellin: 3}}\n", DAVY_ERR_KEY,
               "design_in.yaml:3:51: published: no quantity swellin; did you mean "
               "swelling?");
  expect_wrong(MAKE "reaction: Ni + SbCl3 = NiSb + NiCl2}\n", DAVY_ERR_VALUE,
               "design_in.yaml:3:25: not balanced: 1 Ni are used and 2 made");
  expect_wrong(MAKE "reaction: Ni + Sb}\n", DAVY_ERR_VALUE, "expected what is used = what is made");
  expect_wrong(MAKE "reaction: Ni + = NiSb}\n", DAVY_ERR_VALUE, "a number above 0 and a formula");
  expect_wrong(MAKE "reaction: 0 Ni + Sb = NiSb}\n", DAVY_ERR_VALUE, "a number above 0");
  expect_wrong(MAKE "reaction: Ni + Xq = NiXq}\n", DAVY_ERR_VALUE, "the symbol of an element");
  expect_wrong(MAKE "reaction: Ni + Sb = NiSb, basis: Na}\n", DAVY_ERR_LOOKUP,
               "basis Na is not in the reaction");
  expect_wrong(MAKE "salt: NaClO4}\n", DAVY_ERR_KEY, "expected concentration and volume");
  expect_wrong(MAKE "salt: NaClO4, concentration: 1 g, volume: 1 mL}\n", DAVY_ERR_UNIT,
               "concentration");
  expect_wrong("title: t\ncell:\n  cathode: {material: NVPF, loading: 10 mg/cm2}\n"
               "  anode: {metal: Li, np_ratio: 2}\n",
               DAVY_ERR_VALUE, "design_in.yaml:4:18: metal = Li: the cathode NVPF holds Na");
  expect_wrong(CATHODE "  anode: {metal: Na}\n", DAVY_ERR_KEY,
               "design_in.yaml:4:10: anode: found 0 of np_ratio, loading and thickness");
  expect_wrong(CATHODE "  anode: {metal: Na, np_ratio: 2, loading: 1 mg/cm2}\n", DAVY_ERR_KEY,
               "found 2 of");
  expect_wrong(CATHODE "  anode: {metal: Na, np_ratio: 2}\n  parts: [{name: foil}]\n", DAVY_ERR_KEY,
               "foil: expected mass, as 12 mg/cm2");
  expect_wrong(CATHODE "  anode: {metal: Na, np_ratio: 2}\n  electrolyte: {volume: 4 uL/cm2}\n",
               DAVY_ERR_KEY, "a volume needs density");
  expect_wrong("title: t\npublished_cells:\n  - {name: a, active: 9 mg/cm2, mass: 5 mg/cm2, "
               "np_ratio: 1, capacity: 1 mAh/cm2, energy: 1 Wh/kg, voltage: [1 V, 2 V]}\n",
               DAVY_ERR_VALUE, "is more than the cell's 5 mg/cm2");
  expect_wrong("title: t\nsurface_area: {areal_mass: 1 mg/cm2}\n", DAVY_ERR_KEY,
               "expected areal_mass, density and fibre_radius");
  expect_wrong("title: t\nmelt_infusion: {melt: Na_melt, metal: Na, temperature: 20 degC, "
               "contact_angle: 0 deg, distance: 1 mm, pore_radius: 1 um, load: 1 mg/cm2}\n",
               DAVY_ERR_VALUE, "density is known for a temperature of 371 to 1000 K");
}

static void expect_in(const char *path, const char *text) {
  static char content[4000000];
  read_back(path, content, sizeof content);
  expect_words(content, text);
}

static void the_verbs_write_text_and_pages(void **state) {
  (void)state;
  assert_int_equal(davy("new design -o new.yaml"), 0);
  assert_int_equal(davy("design new.yaml"), 0);
  expect_words(output, "specific energy");
  assert_int_equal(davy("design new.yaml -o d.html --json d.json --cite d.bib"), 0);
  expect_in("d.html", "What moves the specific energy");
  expect_in("d.json", "\"key\":\"tornado\"");
  expect_in("d.bib", "@article{wang2021,");
  assert_int_equal(davy("material Na-Sn -o a.html"), 0);
  expect_in("a.html", "Phase diagram at 0 K");
  assert_int_equal(davy("material Na-Sn --json"), 0);
  expect_words(output, "dealloying (recalled)");
  assert_int_equal(davy("material Na-Qq"), 2);
  expect_words(messages, "no alloy system Na-Qq");
  assert_int_equal(davy("design"), 2);
  expect_words(messages, "expected one FILE.yaml");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_case_gives_what_is_expected),
      cmocka_unit_test(laws_in_their_limits),
      cmocka_unit_test(a_cell_is_the_sum_of_its_parts),
      cmocka_unit_test(marks_and_non_wetting),
      cmocka_unit_test(wrong_files_are_told_so),
      cmocka_unit_test(the_verbs_write_text_and_pages),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
