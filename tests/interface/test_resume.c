/* `davy run --resume`: a run broken off by Ctrl-C or killed, and gone on with, leaves the record
 * and tables of one that was not, byte for byte; on two ranks to the solver's tolerance. Outputs of
 * before stay whole under a run that is killed. What cannot be gone on with is refused with words;
 * a current that the salt cannot carry ends with its reason and a state. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../running.h"
#include "davy/field.h"
#include "davy/file.h"
#include "davy/record.h"

static const char two_ranks[] = "'" DAVY_MPIEXEC "' --allow-run-as-root --oversubscribe -n 2 ";

static const char beginning[] =
    "engine: interface\n"
    "metal: {molar_volume: 24 cm3/mol}\n"
    "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 "
    "m2/s}\n"
    "domain: {width: 2 um, gap: 2 um}\n"
    "metal_surface: {exchange_current_density: 3 mA/cm2, film_resistance: 5 ohm cm2, "
    "film_repair_time: "
    "1 min}\n"
    "substrate: {surfaces: {Ni: {contact: ohmic}}}\n"
    "initial: {seeds: [{at: [1 um], radius: 300 nm}]}\n"
    "numerics: {cell_size: 63 nm, frames: 6}\n"
    "protocol:\n";

static void write_case(const char *path, const char *protocol) {
  FILE *file = fopen(path, "w");
  fprintf(file, "%s%s", beginning, protocol);
  fclose(file);
}

static int run_whole(void **state) {
  (void)state;
  if (enter_folder(state)) return -1;
  write_case("case.yaml", "  - cycles: 4\n    steps: [plate at 2 mA/cm2 until 0.004 mAh/cm2, "
                          "strip at 2 mA/cm2 until 0.003 mAh/cm2]\n");
  write_case("other.yaml", "  - plate at 2 mA/cm2 until 0.004 mAh/cm2\n");
  return davy("run case.yaml -o whole");
}

static bool same(const char *one, const char *other) {
  DavyBytes a, b;
  if (DavyBytesOpen(one, &a) || DavyBytesOpen(other, &b)) fail_msg("%s", DavyErrorMessage());
  bool equal = a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
  DavyBytesClose(&a);
  DavyBytesClose(&b);
  return equal;
}

static void expect_whole(const char *where) {
  static const char *const files[] = {"record.bdf.csv", "ledger.csv", "ledger.json",
                                      "morphology.csv"};
  for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
    char path[64], expected[64];
    snprintf(path, sizeof path, "%s/%s", where, files[k]);
    snprintf(expected, sizeof expected, "whole/%s", files[k]);
    if (!same(path, expected)) fail_msg("%s differs from %s", path, expected);
  }
}

/* Time of the last change, s; -1 if there is none. */
static double changed(const char *path) {
  struct stat s;
  return stat(path, &s) ? -1 : (double)s.st_mtim.tv_sec + 1e-9 * (double)s.st_mtim.tv_nsec;
}

/* Runs case.yaml into `where`, saving after every step, and sends the signal when a state has been
 * saved `times` times. Returns what became of the program. */
static int break_off(const char *where, int signal, int times, bool resume) {
  char path[64];
  snprintf(path, sizeof path, "%s/restart.davy", where);
  double before = changed(path);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl(DAVY_PROGRAM, DAVY_PROGRAM, "-q", "run", "case.yaml", "-o", where, "--save-every", "0 s",
          resume ? "--resume" : (char *)NULL, (char *)NULL);
    _exit(99);
  }
  for (int seen = 0, waits = 0; seen < times && waits < 60000; waits++) {
    double now = changed(path);
    seen += now != before;
    before = now;
    usleep(1000);
  }
  kill(child, signal);
  int status;
  waitpid(child, &status, 0);
  return status;
}

static void check_times(const char *where) {
  char path[64];
  DavyView *view = NULL;
  double before = -1;
  snprintf(path, sizeof path, "%s/view.json", where);
  if (DavyViewRead(path, &view)) fail_msg("%s", DavyErrorMessage());
  assert_true(DavyViewFrames(view) >= 7);
  for (size_t k = 0; k < DavyViewFrames(view); k++) {
    DavyFrame *frame = NULL;
    if (DavyViewFrame(view, k, &frame)) fail_msg("%s", DavyErrorMessage());
    assert_true(frame->time > before);
    before = frame->time;
    DavyFrameDestroy(&frame);
  }
  DavyViewDestroy(&view);
}

static void interrupted_and_resumed_it_is_the_same(void **state) {
  (void)state;
  int status = break_off("part", SIGINT, 5, false);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  assert_false(same("part/record.bdf.csv", "whole/record.bdf.csv"));
  status = break_off("part", SIGINT, 9, true);
  assert_int_equal(WEXITSTATUS(status), 130);
  assert_int_equal(davy("run case.yaml -o part --resume"), 0);
  expect_whole("part");
  check_times("part");
}

static void killed_it_leaves_what_was_there_and_a_state(void **state) {
  (void)state;
  assert_int_equal(system("cp -r whole killed && rm killed/restart.davy"), 0);
  int status = break_off("killed", SIGKILL, 6, false);
  assert_true(WIFSIGNALED(status));
  expect_whole("killed"); /* the old ones */
  assert_int_equal(system("rm killed/*.csv"), 0);
  assert_true(WIFSIGNALED(break_off("killed", SIGKILL, 12, true)));
  assert_int_equal(davy("run case.yaml -o killed --resume"), 0);
  expect_whole("killed");
  check_times("killed");
}

/* To the solver's tolerance of 1e-8 of RT/F and as much of the time of the end, as in test_module.
 */
static void on_two_ranks_it_goes_on_too(void **state) {
  (void)state;
  DavyRecord *a = NULL, *b = NULL;
  break_off("two", SIGINT, 8, false);
  assert_int_equal(davy_after(two_ranks, "run case.yaml -o two --resume"), 0);
  assert_int_equal(DavyRecordRead("whole/record.bdf.csv", NULL, &a), DAVY_OK);
  assert_int_equal(DavyRecordRead("two/record.bdf.csv", NULL, &b), DAVY_OK);
  assert_int_equal(DavyRecordRows(a), DavyRecordRows(b));
  for (size_t k = 0; k < DavyRecordRows(a); k++) {
    double volts = DavyRecordNumbers(a, DAVY_VOLTAGE)[k] - DavyRecordNumbers(b, DAVY_VOLTAGE)[k];
    double time = DavyRecordNumbers(a, DAVY_TEST_TIME)[k] - DavyRecordNumbers(b, DAVY_TEST_TIME)[k];
    assert_true(fabs(volts) < 1e-8 && fabs(time) < 1e-6);
  }
  DavyRecordDestroy(&a);
  DavyRecordDestroy(&b);
}

static void what_cannot_go_on_is_told(void **state) {
  (void)state;
  assert_int_equal(davy("run case.yaml -o whole --resume"), 0);
  assert_non_null(strstr(messages, "had finished"));
  assert_int_equal(davy("run case.yaml -o nothing --resume"), 2);
  assert_non_null(strstr(messages, "nothing/restart.davy: there is no saved state"));
  assert_int_equal(davy("run other.yaml -o whole --resume"), 2);
  assert_non_null(strstr(messages, "another case"));
  /* Another spelling of the case is the same case: the resolved one, for instance. */
  assert_int_equal(davy("run whole/case.yaml -o whole --resume"), 0);
  assert_int_equal(system("cp -r whole bad && printf x | dd of=bad/restart.davy bs=1 seek=5000 "
                          "conv=notrunc 2>/dev/null"),
                   0);
  assert_int_equal(davy("run case.yaml -o bad --resume"), 2);
  assert_non_null(strstr(messages, "bad/restart.davy: byte"));
  assert_true(truncate("bad/restart.davy", 3000) == 0);
  assert_int_equal(davy("run case.yaml -o bad --resume"), 2);
  expect_whole("bad");
  assert_int_equal(davy("run case.yaml -o whole --save-every soon"), 2);
  assert_int_equal(
      davy("run '" DAVY_SOURCE "/cases/sodium_symmetric_cell/case.yaml' -o cell --resume"), 2);
  assert_non_null(strstr(messages, "engine: interface"));
}

/* The salt carries 1 A/cm2. Without the film, over which 25 V would fall. */
static void too_large_a_current_ends_with_a_reason_and_a_state(void **state) {
  (void)state;
  write_case("hard.yaml", "  - plate at 5 A/cm2 until 1 mAh/cm2\n");
  assert_int_equal(system("sed -i 's/63 nm/250 nm/; s/5 ohm cm2/0 ohm cm2/' hard.yaml"), 0);
  for (int k = 0; k < 2; k++) {
    assert_int_equal(davy(k ? "run hard.yaml -o hard --resume" : "run hard.yaml -o hard"), 1);
    assert_non_null(strstr(messages, "even a step of"));
    assert_non_null(strstr(messages, "--resume goes on from it"));
    assert_int_equal(system("test $(wc -l <hard/ledger.csv) = 2"), 0);
    assert_int_equal(system("grep -q 'depleted of salt' hard/ledger.csv"), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(interrupted_and_resumed_it_is_the_same),
      cmocka_unit_test(killed_it_leaves_what_was_there_and_a_state),
      cmocka_unit_test(on_two_ranks_it_goes_on_too),
      cmocka_unit_test(what_cannot_go_on_is_told),
      cmocka_unit_test(too_large_a_current_ends_with_a_reason_and_a_state),
  };
  return cmocka_run_group_tests(tests, run_whole, leave_folder);
}
