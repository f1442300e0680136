/* The program and the module of the interface engine together: davy loads it, checks a case on one
 * rank and on two, where the first alone speaks; the starter that davy new writes is a case; a run
 * leaves its files, and the metal in its pictures is what Faraday's law says of its ledger. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/field.h"
#include "davy/record.h"

static char folder[] = "test_module.XXXXXX";
static const char two_ranks[] = "'" DAVY_MPIEXEC "' --allow-run-as-root --oversubscribe -n 2 ";

static int enter_folder(void **state) {
  (void)state;
  return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static int leave_folder(void **state) {
  (void)state;
  char command[300];
  snprintf(command, sizeof command, "cd .. && rm -rf '%s'", folder);
  return system(command);
}

static void read_back(const char *path, char *text, size_t size) {
  FILE *file = fopen(path, "r");
  size_t length = file ? fread(text, 1, size - 1, file) : 0;
  text[length] = '\0';
  if (file) fclose(file);
}

static char output[65536], messages[65536];

static int davy(const char *before, const char *arguments) {
  char command[4096];
  snprintf(command, sizeof command, "%s'%s' %s >out 2>err </dev/null", before, DAVY_PROGRAM,
           arguments);
  int status = system(command);
  read_back("out", output, sizeof output);
  read_back("err", messages, sizeof messages);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int count_of(const char *text, const char *word) {
  int count = 0;
  for (const char *at = text; (at = strstr(at, word)); at += strlen(word)) count++;
  return count;
}

/* The resolved case is the same on any number of ranks, and itself a case. */
static void a_new_case_is_checked(void **state) {
  (void)state;
  assert_int_equal(davy("", "new interface"), 0);
  assert_int_equal(davy("", "run --check interface.yaml"), 0);
  assert_string_equal(messages, ""); /* a starter has nothing to be warned of */
  assert_non_null(strstr(output, "limiting current"));
  assert_non_null(strstr(output, "kind: schottky"));
  char *first = strdup(output);
  assert_int_equal(rename("out", "resolved.yaml"), 0);
  assert_int_equal(davy(two_ranks, "run --check interface.yaml"), 0);
  assert_string_equal(output, first);
  assert_int_equal(davy("", "run --check resolved.yaml"), 0);
  assert_string_equal(strchr(output, '\n'), strchr(first, '\n')); /* but for the line of origin */
  free(first);
}

static void an_error_is_told_once(void **state) {
  (void)state;
  FILE *file = fopen("wrong.yaml", "w");
  fputs("engine: interface\nmetall: Na\n", file);
  fclose(file);
  static const char message[] =
      "davy: error: wrong.yaml:2:1: unknown key metall; did you mean metal?\n";
  assert_int_equal(davy("", "run wrong.yaml"), 2);
  assert_string_equal(messages, message);
  assert_int_equal(davy(two_ranks, "run wrong.yaml"), 2);
  assert_int_equal(count_of(messages, message), 1);
  assert_int_equal(count_of(messages, "davy: error"), 1);
  assert_int_not_equal(access("wrong", F_OK), 0);
}

static const char one_seed[] =
    "engine: interface\n"
    "metal: {molar_volume: 24 cm3/mol}\n"
    "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 "
    "m2/s}\n"
    "domain: {width: 2 um, gap: 2 um}\n"
    "metal_surface: {exchange_current_density: 3 mA/cm2}\n"
    "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
    "initial: {seeds: [{at: [1 um], radius: 300 nm}]}\n"
    "numerics: {cell_size: 63 nm, frames: 3}\n"
    "protocol:\n";

static void write_case(const char *path, const char *protocol) {
  FILE *file = fopen(path, "w");
  fprintf(file, "%s%s", one_seed, protocol);
  fclose(file);
}

/* Area of metal over y = 0 within a frame's front, m2: half the integral of x dy - y dx, in which
 * the line y = 0 does not count. */
static double area_of(const DavyFrame *frame) {
  double area = 0;
  for (size_t k = 0; k < frame->facet_count; k++) {
    const double(*v)[3] = frame->facets[k].vertex;
    area += (v[0][0] * v[1][1] - v[1][0] * v[0][1]) / 2;
  }
  return area;
}

/* The half disk of radius r at first, and q V_m/F of metal over the width. The view rounds places
 * to a thirtieth of a cell (field.h), all along a front of at most 2 um: 4e-15 m2. */
static void check_pictures(const char *path, size_t least) {
  DavyView *view = NULL;
  if (DavyViewRead(path, &view)) fail_msg("%s", DavyErrorMessage());
  assert_true(DavyViewFrames(view) >= least);
  for (size_t k = 0; k < DavyViewFrames(view); k++) {
    DavyFrame *frame = NULL;
    if (DavyViewFrame(view, k, &frame)) fail_msg("%s", DavyErrorMessage());
    double plated = frame->charge * 24e-6 / 96485.33212331 * 2e-6;
    double expected = M_PI * 0.3e-6 * 0.3e-6 / 2 + plated;
    if (k == 0) assert_true(plated == 0);
    if (fabs(area_of(frame) - expected) > 4e-15)
      fail_msg("%s, frame %zu: %g m2 of metal; expected %g", path, k, area_of(frame), expected);
    DavyFrameDestroy(&frame);
  }
  DavyViewDestroy(&view);
}

static double last_voltage(const char *path) {
  DavyRecord *record = NULL;
  if (DavyRecordRead(path, NULL, &record)) fail_msg("%s", DavyErrorMessage());
  double volts =
      DavyRecordNumbers(record, DavyColumnFind("voltage_volt"))[DavyRecordRows(record) - 1];
  DavyRecordDestroy(&record);
  return volts;
}

static void a_run_leaves_its_files(void **state) {
  (void)state;
  static const char *const files[] = {"record.bdf.csv", "ledger.csv", "ledger.json",
                                      "case.yaml",      "study.yaml", "fields.h5",
                                      "fields.xdmf",    "front.xdmf", "view.json"};
  write_case("seed.yaml", "  - plate at 2 mA/cm2 until 0.004 mAh/cm2 or -0.5 V\n");
  assert_int_equal(davy("", "run seed.yaml -o one"), 0);
  assert_null(strchr(messages, '\r')); /* not on a terminal: no progress */
  assert_non_null(strstr(messages, "protocol finished"));
  for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
    char path[64];
    snprintf(path, sizeof path, "one/%s", files[k]);
    if (access(path, R_OK)) fail_msg("%s is missing", path);
  }
  check_pictures("one/view.json", 4);
  assert_int_equal(davy(two_ranks, "run seed.yaml -o two"), 0);
  assert_int_equal(count_of(messages, "protocol finished"), 1);
  check_pictures("two/view.json", 4);
  /* To the solvers' tolerance of 1e-8 of RT/F and as much of the time of the end. */
  assert_true(fabs(last_voltage("one/record.bdf.csv") - last_voltage("two/record.bdf.csv")) < 1e-8);
  /* The study that it leaves is one: a half cell. */
  assert_int_equal(davy("", "report one -o one.html"), 0);
}

static void an_interrupt_keeps_what_was_done(void **state) {
  (void)state;
  write_case("long.yaml", "  - cycles: 100000\n    steps: [plate at 1 mA/cm2 until 0.001 mAh/cm2, "
                          "strip at 1 mA/cm2 until 0.001 mAh/cm2]\n");
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl(DAVY_PROGRAM, DAVY_PROGRAM, "-q", "run", "long.yaml", "-o", "long", (char *)NULL);
    _exit(99);
  }
  for (int k = 0; k < 600 && access("long", F_OK); k++) usleep(100000);
  sleep(1); /* the folder is made just before the first step */
  kill(child, SIGINT);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  char ledger[65536];
  read_back("long/ledger.csv", ledger, sizeof ledger);
  assert_non_null(strstr(ledger, ",interrupted,"));
  check_pictures("long/view.json", 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_case_is_checked),
      cmocka_unit_test(an_error_is_told_once),
      cmocka_unit_test(a_run_leaves_its_files),
      cmocka_unit_test(an_interrupt_keeps_what_was_done),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
