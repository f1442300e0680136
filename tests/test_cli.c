/* The command line as people meet it: exit status and words, failures above all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/study.h"
#include "running.h"

static void expect_failure(const char *arguments, int status, const char *message) {
  assert_int_equal(davy(arguments), status);
  assert_string_equal(messages, message);
  assert_string_equal(output, "");
}

static void help_is_given(void **state) {
  (void)state;
  static const char *const verbs[] = {"report",   "convert", "run", "design",
                                      "material", "check",   "new"};
  assert_int_equal(davy("--help"), 0);
  assert_non_null(strstr(output, "Exit status: 0 done, 1 the run failed, 2 the input is wrong"));
  assert_string_equal(messages, "");
  assert_int_equal(davy("--version"), 0);
  assert_int_equal(strncmp(output, "davy ", 5), 0);
  for (int i = 0; i < 7; i++) {
    char arguments[64], example[64];
    assert_non_null(strstr(davy("--help") == 0 ? output : "", verbs[i]));
    snprintf(arguments, sizeof arguments, "%s --help", verbs[i]);
    snprintf(example, sizeof example, "davy %s ", verbs[i]);
    assert_int_equal(davy(arguments), 0);
    if (!strstr(output, example)) fail_msg("davy %s shows no example", arguments);
    snprintf(arguments, sizeof arguments, "help %s", verbs[i]); /* the same, as others have it */
    assert_int_equal(davy(arguments), 0);
    if (!strstr(output, example)) fail_msg("davy %s shows no example", arguments);
  }
  assert_int_equal(davy(""), 2);
  assert_non_null(strstr(messages, "Verbs (davy VERB --help tells more):"));
}

static void a_wrong_command_line_is_named(void **state) {
  (void)state;
  expect_failure("reprt x", 2, "davy: error: unknown verb reprt; did you mean report?\n");
  expect_failure("help reprt", 2, "davy: error: unknown verb reprt; did you mean report?\n");
  expect_failure("frobnicate", 2, "davy: error: unknown verb frobnicate (see davy --help)\n");
  expect_failure("material --jsn Na", 2,
                 "davy: error: material: unknown option --jsn; did you mean --json? (see davy "
                 "material --help)\n");
  expect_failure("material --frobnicate Na", 2,
                 "davy: error: material: unknown option --frobnicate (see davy material --help)\n");
  expect_failure("material Na -o", 2, "davy: error: material: -o needs a value\n");
  expect_failure("material --json=3 Na", 2, "davy: error: material: --json takes no value\n");
  expect_failure("material", 2,
                 "davy: error: material: expected one NAME, or --list (see davy material "
                 "--help)\n");
  expect_failure("xrd Na2Au Au --weights -1,2", 2,
                 "davy: error: xrd: --weights: -1: expected shares of volume from 0 on\n");
  expect_failure("material Na -- --list", 2,
                 "davy: error: material: expected one NAME, or --list (see davy material "
                 "--help)\n");
}

static void a_material_is_shown(void **state) {
  (void)state;
  char page[8192];
  assert_int_equal(davy("material Na -o na.html"), 0);
  read_back("na.html", page, sizeof page);
  assert_non_null(strstr(page, "<!DOCTYPE html>"));
  assert_int_equal(davy("material sodium"), 0);
  assert_non_null(strstr(output, "Na: sodium\n"));
  assert_non_null(strstr(output, "recalled"));
  assert_non_null(strstr(output, "\nSources\nprohaska2022: Prohaska, T. et al. (2022)"));
  assert_int_equal(davy("material --list"), 0);
  assert_non_null(strstr(output, "1 M NaPF6 in diglyme\n"));
  assert_int_equal(davy("material Na --json -o na.json"), 0);
  assert_string_equal(output, "");
  char json[65536];
  read_back("na.json", json, sizeof json);
  assert_non_null(strstr(json, "[\"specific_capacity\",null,1165.8,\"mAh/g\",null,null,null,"
                               "\"computed\",\"tiesinga2021\","));
  expect_failure("material NaPF6", 2,
                 "davy: error: no material NaPF6; did you mean NaPF6_EC_PC?\n");
}

/* The mistakes that a YAML file invites, as its writer is told of them. */
/* The page of an identification draws the phases that explain the peaks first;
 * what rests on recalled structures says so. */
static void identified_phases_are_drawn(void **state) {
  (void)state;
  assert_int_equal(davy("xrd Na2Au Au --peaks 32.40,34.16"), 0);
  assert_non_null(strstr(output, "Structures of 2 of the 2 phases are recalled"));
  assert_int_equal(davy("xrd --peaks 32.40,34.16,36.76,38.35,40.71 --json -"), 0);
  assert_non_null(strstr(output, "\"series\":[\n{\"label\":\"Na2Au\""));
}

static void a_wrong_file_is_named_with_line_and_column(void **state) {
  (void)state;
  static const char head[] = "name: X\ntitle: x\nclass: metal\nproperties:\n";
  static const struct {
    const char *line, *message;
  } wrong[] = {
      {"  densty: {value: 1 g/cm3, kind: measured, source: a}\n",
       "davy: error: x.yaml:5:3: unknown property densty; did you mean density?\n"},
      {"  density: {valu: 1 g/cm3, kind: measured, source: a}\n",
       "davy: error: x.yaml:5:13: unknown key valu; did you mean value?\n"},
      {"  density: {value: 1 mA/cm2, kind: measured, source: a}\n",
       "davy: error: x.yaml:5:20: value: 1 mA/cm2: expected a density such as 0.968 g/cm3\n"},
      {"  density: {value: 1, kind: measured, source: a}\n",
       "davy: error: x.yaml:5:20: value: 1: the unit is missing; expected a density such as 0.968 "
       "g/cm3\n"},
      {"  density: {value: 1000 g/cm3, kind: measured, source: a}\n",
       "davy: error: x.yaml:5:20: value: 1000 g/cm3: expected 1 kg/m3 to 30000 kg/m3\n"},
      {"  density: {value: 1 g/cm3, kind: measured}\n",
       "davy: error: x.yaml:5:12: key source is missing (a key of sources.bib)\n"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", head, wrong[i].line);
    write_file("x.yaml", text);
    expect_failure("material x.yaml", 2, wrong[i].message);
  }
  expect_failure("material no/such.yaml", 2,
                 "davy: error: no/such.yaml: cannot open: No such file or directory\n");
}

static void what_cannot_be_written_fails_the_run(void **state) {
  (void)state;
  if (access("/dev/full", W_OK)) skip();
  expect_failure("material Na -o /dev/full", 1,
                 "davy: error: /dev/full: cannot write: No space left on device\n");
  assert_int_equal(davy("material Na -o no/such/na.txt"), 1);
  assert_string_equal(messages,
                      "davy: error: no/such/na.txt: cannot write: No such file or directory\n");
  char command[4096];
  snprintf(command, sizeof command, "'%s' material Na >/dev/full 2>err", DAVY_PROGRAM);
  assert_int_equal(WEXITSTATUS(system(command)), 1);
}

/* What `davy new study` writes is a study, with and without data files; nothing is overwritten. */
static void a_new_study_is_a_study(void **state) {
  (void)state;
  DavyStudy *study = NULL;
  assert_int_equal(davy("new study"), 0);
  assert_string_equal(messages, "davy: wrote study.yaml\n");
  if (DavyStudyLoad("study.yaml", &study)) fail_msg("%s", DavyErrorMessage());
  assert_int_equal(DavyStudyCells(study), 2);
  DavyStudyDestroy(&study);
  expect_failure("new study", 2, "davy: error: study.yaml exists already; name another with -o\n");
  assert_int_equal(mkdir("data", 0777), 0);
  write_file("a: b.ndax", "");
  write_file("data/two.mpr", "");
  assert_int_equal(davy("new study 'a: b.ndax' data/two.mpr -o files.yaml"), 0);
  if (DavyStudyLoad("files.yaml", &study)) fail_msg("%s", DavyErrorMessage());
  assert_int_equal(DavyStudyCells(study), 2);
  assert_string_equal(DavyStudyCellAt(study, 0)->info.name, "a: b");
  assert_string_equal(DavyStudyCellAt(study, 0)->files[0].path, "a: b.ndax");
  assert_string_equal(DavyStudyCellAt(study, 1)->info.name, "two");
  DavyStudyDestroy(&study);
  assert_int_equal(davy("new study data/two.mpr -o data/study.yaml"), 0);
  if (DavyStudyLoad("data/study.yaml", &study)) fail_msg("%s", DavyErrorMessage());
  assert_int_equal(access(DavyStudyCellAt(study, 0)->files[0].path, R_OK), 0);
  DavyStudyDestroy(&study);
  expect_failure("new study nothing.nda -o none.yaml", 2,
                 "davy: error: nothing.nda: cannot open: No such file or directory\n");
  assert_int_not_equal(access("none.yaml", F_OK), 0);
  expect_failure(
      "new", 2,
      "davy: error: new: expected study, case, interface or design (see davy new --help)\n");
  expect_failure("new studdy", 2, "davy: error: new: unknown kind studdy; did you mean study\n");
}

static void write_changed(const char *path, const char *text, const char *old, const char *fresh) {
  const char *at = strstr(text, old);
  assert_non_null(at);
  FILE *file = fopen(path, "w");
  fprintf(file, "%.*s%s%s", (int)(at - text), text, fresh, at + strlen(old));
  fclose(file);
}

/* What `davy new case` writes runs, and what a person then breaks in it is named by its place. */
static void a_new_case_is_a_case(void **state) {
  (void)state;
  static const struct {
    const char *old, *fresh, *message;
  } slips[] = {
      {"separator:", "seperator:",
       "davy: error: b.yaml:11:1: unknown key seperator; did you mean separator?\n"},
      {"value: 1.131 cm2", "value: 1.131 cm",
       "davy: error: b.yaml:9:15: value: 1.131 cm: expected an area such as 1.54 cm2\n"},
      {"25 degC", "25",
       "davy: error: b.yaml:8:14: temperature: 25: the unit is missing; expected a temperature "
       "such as 25 degC or 298.15 K\n"},
      {"25 degC", "2500 degC",
       "davy: error: b.yaml:8:14: temperature: 2500 degC: expected 150 K to 600 K\n"},
      {"Celgard_2325", "Celgard_2335",
       "davy: error: b.yaml:11:12: separator: no material Celgard_2335; did you mean "
       "Celgard_2325?\n"}};
  char text[8192];
  assert_int_equal(davy("new case"), 0);
  assert_int_equal(davy("run --check case.yaml"), 0);
  assert_non_null(strstr(output, "limiting current"));
  assert_int_equal(davy("run -q case.yaml -o simulated"), 0);
  assert_int_equal(access("simulated/record.bdf.csv", R_OK), 0);
  read_back("case.yaml", text, sizeof text);
  for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
    write_changed("b.yaml", text, slips[i].old, slips[i].fresh);
    expect_failure("run --check b.yaml", 2, slips[i].message);
  }
}

/* Exit status and outputs of davy check: 0 where all holds, 1 where a claim fails, 2 for the file.
 */
static void claims_are_checked(void **state) {
  (void)state;
  static const char text[] =
      "paper: {title: T <b>}\n"
      "values: {q: 10 mAh/cm2}\n"
      "claims:\n"
      "  - {id: a, says: s, printed: 1 h, computed: q / (10 mA/cm2), holds_if: "
      "to the printed digits}\n"
      "  - {id: b, says: s, because: words}\n";
  char page[262144];
  write_file("claims.yaml", text);
  assert_int_equal(davy("check claims.yaml"), 0);
  assert_string_equal(messages, "");
  assert_non_null(strstr(output, "holds             a      1 h    1 h "));
  assert_non_null(strstr(output, "cannot be judged  b"));
  write_changed("fails.yaml", text, "printed: 1 h", "printed: 2 h");
  assert_int_equal(davy("check fails.yaml"), 1);
  assert_string_equal(messages, "davy: error: fails.yaml: 1 of 2 claims do not hold\n");
  assert_non_null(
      strstr(output, "    q / (10 mA/cm2)\n    = (10 mAh/cm2) / (10 mA/cm2)\n    = 1 h\n"));
  assert_int_equal(davy("check fails.yaml -o page.html --json page.json --cite page.bib"), 1);
  assert_string_equal(output, "");
  read_back("page.html", page, sizeof page);
  assert_non_null(strstr(page, "Does not hold (1)"));
  assert_non_null(strstr(page, "T &lt;b&gt;"));
  read_back("page.json", page, sizeof page);
  assert_non_null(strstr(page, "\"id\":\"a\",\"verdict\":\"does not hold\""));
  assert_non_null(strstr(page, "\"paper\":2,\"davy\":1,\"unit\":\"h\",\"ratio\":0.5"));
  write_changed("wrong.yaml", text, "q / (10", "p / (10");
  assert_int_equal(davy("check wrong.yaml -o none.html"), 2);
  assert_non_null(strstr(messages, "davy: error: wrong.yaml:4:46: unknown name p"));
  assert_int_not_equal(access("none.html", F_OK), 0);
  expect_failure("check no.yaml", 2,
                 "davy: error: no.yaml: cannot open: No such file or directory\n");
  expect_failure("check", 2,
                 "davy: error: check: 0 files given; expected one claims file (see davy check "
                 "--help)\n");
}

static void a_missing_folder_of_data_is_said(void **state) {
  (void)state;
  setenv("DAVY_DATA", "nowhere", 1);
  expect_failure("material Na", 2,
                 "davy: error: nowhere: no folder of material data (the variable DAVY_DATA names "
                 "another)\n");
  unsetenv("DAVY_DATA");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(help_is_given),
      cmocka_unit_test(a_wrong_command_line_is_named),
      cmocka_unit_test(a_material_is_shown),
      cmocka_unit_test(identified_phases_are_drawn),
      cmocka_unit_test(a_wrong_file_is_named_with_line_and_column),
      cmocka_unit_test(what_cannot_be_written_fails_the_run),
      cmocka_unit_test(a_new_study_is_a_study),
      cmocka_unit_test(a_new_case_is_a_case),
      cmocka_unit_test(claims_are_checked),
      cmocka_unit_test(a_missing_folder_of_data_is_said),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
