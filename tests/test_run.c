/* `davy run` as a person uses it: every folder of cases/ against its expected values, the files
 * that a run leaves, a resolved case that runs to the identical record, Ctrl-C, failures, and wrong
 * cases with the place of the error. */
#include "case_runs.h"

#include <signal.h>
#include <sys/stat.h>

static void test_every_case(void **state) {
  (void)state;
  assert_true(check_cases_of("cell") >= 2);
}

static const char small_case[] = "engine: cell\n"
                                 "metal: Na\n"
                                 "area: 1 cm2\n"
                                 "electrolyte: NaPF6_EC_PC\n"
                                 "separator: {material: GF_A, thickness: 123.4 um}\n"
                                 "working_electrode: {thickness: 3 um}\n"
                                 "protocol:\n";

static void run_small(const char *protocol, int status) {
  char text[2048];
  snprintf(text, sizeof text, "%s%s", small_case, protocol);
  write_text("small.yaml", text);
  int found = davy("run '%s/small.yaml' -o '%s/small'", folder, folder);
  if (found == status) return;
  char *messages = text_of("messages");
  fail_msg("exit status %d, expected %d: %s", found, status, messages);
}

static void test_files_of_a_run(void **state) {
  (void)state;
  run_small("  - plate at 0.777 mA until 0.01 mAh or V < -1 V\n  - hold at 11 mV for 33 s\n", 0);
  expect_text("small/ledger.csv", "capacity reached");
  expect_text("small/ledger.json", "SHA-256");
  expect_text("small/case.yaml", "SHA-256");
  expect_text("small/case.yaml", "iermakova2015");
  expect_text("small/case.yaml", "limiting current");
  expect_text("small/study.yaml", "kind: symmetric");
  /* Not on a terminal: no progress, one line of summary. */
  char *messages = text_of("messages");
  assert_null(strchr(messages, '\r'));
  free(messages);
  /* The resolved case gives the identical record, and resolves to itself. */
  assert_int_equal(davy("run '%s/small/case.yaml' -o '%s/again'", folder, folder), 0);
  char *a = text_of("small/record.bdf.csv"), *b = text_of("again/record.bdf.csv");
  assert_string_equal(a, b);
  free(a);
  free(b);
  a = text_of("small/case.yaml"), b = text_of("again/case.yaml");
  assert_string_equal(strchr(a, '\n'), strchr(b, '\n')); /* but for the line of origin */
  free(a);
  free(b);
}

static void test_sources(void **state) {
  (void)state;
  run_small("  - rest for 1 s\n", 0);
  assert_int_equal(
      davy("run '%s/small.yaml' -o '%s/small' --cite '%s/used.bib'", folder, folder, folder), 0);
  expect_text("used.bib", "chayambuka2022");
  expect_text("used.bib", "hindmarsh2005");
  char *bib = text_of("used.bib");
  assert_null(strstr(bib, "deng2022")); /* in sources.bib, not used here */
  free(bib);
}

static void test_keys(void **state) {
  (void)state;
  assert_int_equal(davy("run --keys cell"), 0);
  expect_text("output", "\nprotocol                    the list of steps; needed\n");
  expect_text("output", "\nseparator\n  thickness                 um (1e-08 to 1 m); a material");
  assert_int_equal(davy("run --keys cel"), 2);
  expect_text("messages", "did you mean cell?");
}

static void test_check(void **state) {
  (void)state;
  char text[2048];
  snprintf(text, sizeof text, "%s  - plate at 50 mA/cm2 for 1 h\n", small_case);
  write_text("pointless.yaml", text);
  assert_int_equal(davy("run '%s/pointless.yaml' --check", folder), 0);
  expect_text("output", "limiting current");
  expect_text("output", "plate at 50 mA/cm2");
  expect_text("messages", "the salt carries only");
}

/* A step that cannot go on: exit status 1, the reason, and the rows up to there. */
static void test_failure_keeps_the_rows(void **state) {
  (void)state;
  run_small("  - strip at 1 mA/cm2 for 10 h\n", 1);
  expect_text("messages", "ran out of metal");
  expect_text("small/ledger.csv", "ran out of metal");
  DavyRecord *record = record_of("small");
  size_t last = DavyRecordRows(record) - 1;
  /* 3 um of sodium hold 3e-6 * 96485.332/23.75e-6 C/m2, at 10 A/m2. */
  double end = 3e-6 * 96485.33212331 / 23.75e-6 / 10;
  assert_true(fabs(number_at(record, "test_time_second", last) - end) < 1e-6 * end);
  DavyRecordDestroy(&record);
}

static void test_interrupt_keeps_the_rows(void **state) {
  (void)state;
  char text[2048], path[1024], out[1024];
  snprintf(text, sizeof text,
           "%s  - cycles: 1000000\n    steps: [plate at 1 mA for 5 min, strip at 1 mA for 5 min]\n",
           small_case);
  write_text("long.yaml", text);
  snprintf(path, sizeof path, "%s/long.yaml", folder);
  snprintf(out, sizeof out, "%s/long", folder);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl(DAVY_PROGRAM, DAVY_PROGRAM, "-q", "run", path, "-o", out, (char *)NULL);
    _exit(99);
  }
  usleep(700000); /* time to start, also on a busy machine */
  kill(child, SIGINT);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  DavyRecord *record = record_of("long");
  assert_true(DavyRecordRows(record) >= 2);
  DavyRecordDestroy(&record);
  char *ledger = text_of("long/ledger.csv");
  assert_non_null(strstr(ledger, ",interrupted,"));
  free(ledger);
}

/* Each with one thing wrong in the small case. */
static void test_wrong_cases(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *words[2];
  } cases[] = {
      {"engine: cell", "engine: cel", {"wrong.yaml:1:9", "expected cell"}},
      {"engine: cell\n", "", {"engine", "missing"}},
      {"area: 1 cm2", "area: 1 cm", {"wrong.yaml:3:7", "m2"}},
      {"area: 1 cm2", "area: -1 cm2", {"wrong.yaml:3:7", ""}},
      {"area: 1 cm2\n", "", {"area", ""}},
      {"metal: Na", "metal: Nx", {"wrong.yaml:2:8", "Nx"}},
      {"electrolyte: NaPF6_EC_PC", "electrolyte: NaPF6_EC_PX", {"wrong.yaml:4:14", "NaPF6_EC_PC"}},
      {"electrolyte: NaPF6_EC_PC", "electrolyte: {concentration: 1 M}", {":4:14", "diffusivity"}},
      {"electrolyte: NaPF6_EC_PC", "electrolyte: {diffusivty: 1 m2/s}", {":4:15", "diffusivity?"}},
      {"electrolyte: NaPF6_EC_PC",
       "electrolyte: {material: NaPF6_EC_PC, cation_diffusivity: 1e-10 m2/s}",
       {"cation_diffusivity without", "anion"}},
      {"thickness: 3 um", "thickness: {value: 3 um, kind: guessed}", {"guessed", "assumed"}},
      {"thickness: 3 um", "thickness: {value: 3 um, source: nobody}", {"nobody", "source"}},
      {"thickness: 3 um", "thicknes: 3 um", {"thicknes", "thickness?"}},
      {"thickness: 123.4 um", "tortuosity: 2, bruggeman: 1.5", {"not both", ""}},
      {"rest for 1 s", "resst for 1 s", {"wrong.yaml:8:5", "rest?"}},
      {"protocol:", "numerics: {cells: 2}\nprotocol:", {"cells", ""}},
      {"protocol:", "protokol:", {"protokol", "protocol"}},
  };
  char good[2048];
  snprintf(good, sizeof good, "%s  - rest for 1 s\n", small_case);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char text[4096];
    const char *found = strstr(good, cases[k].from);
    assert_non_null(found);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(found - good), good, cases[k].to,
             found + strlen(cases[k].from));
    write_text("wrong.yaml", text);
    int status = davy("run '%s/wrong.yaml' -o '%s/wrong'", folder, folder);
    if (status != 2) fail_msg("%s: exit status %d, expected 2", cases[k].to, status);
    for (int w = 0; w < 2; w++) expect_text("messages", cases[k].words[w]);
    char path[1024];
    snprintf(path, sizeof path, "%s/wrong", folder);
    assert_int_equal(access(path, F_OK), -1); /* nothing is written for a wrong case */
  }
}

/* Refused before the run: a run of a million cycles would not come back. */
static void test_folder_that_cannot_be(void **state) {
  (void)state;
  char text[2048];
  snprintf(text, sizeof text,
           "%s  - cycles: 1000000\n    steps: [plate at 1 mA for 5 min, strip at 1 mA for 5 min]\n",
           small_case);
  write_text("hours.yaml", text);
  assert_int_equal(davy("run '%s/hours.yaml' -o '%s/hours.yaml'", folder, folder), 1);
  expect_text("messages", "hours.yaml: is a file; expected a directory");
}

/* A davy without the module of an engine says so, and how to get it. */
static void test_missing_module(void **state) {
  (void)state;
  write_text("front.yaml", "engine: interface\n");
  assert_int_equal(setenv("DAVY_MODULES", folder, 1), 0);
  assert_int_equal(davy("run '%s/front.yaml' --check", folder), 2);
  expect_text("messages", "front.yaml:1:9: engine: interface; this davy has no interface engine");
  expect_text("messages", "-DDAVY_INTERFACE=ON");
  write_text("davy_interface.so", "no such thing");
  assert_int_equal(davy("run '%s/front.yaml' --check", folder), 2);
  expect_text("messages", "its module cannot be loaded: ");
  unsetenv("DAVY_MODULES");
}

static void test_wrong_command_lines(void **state) {
  (void)state;
  assert_int_equal(davy("run"), 2);
  assert_int_equal(davy("run a b"), 2);
  assert_int_equal(davy("run nothing_there.yaml"), 2);
  assert_int_equal(davy("run --chek x"), 2);
  expect_text("messages", "--check?");
  assert_int_equal(davy("run --help"), 0);
  expect_text("output", "record.bdf.csv");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_case),
      cmocka_unit_test(test_files_of_a_run),
      cmocka_unit_test(test_sources),
      cmocka_unit_test(test_keys),
      cmocka_unit_test(test_check),
      cmocka_unit_test(test_failure_keeps_the_rows),
      cmocka_unit_test(test_interrupt_keeps_the_rows),
      cmocka_unit_test(test_wrong_cases),
      cmocka_unit_test(test_folder_that_cannot_be),
      cmocka_unit_test(test_missing_module),
      cmocka_unit_test(test_wrong_command_lines),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
