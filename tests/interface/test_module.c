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
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../running.h"
#include "davy/field.h"
#include "davy/record.h"
#include "verified.h"

#define RANKS(n) "'" DAVY_MPIEXEC "' --allow-run-as-root --oversubscribe -n " n " "
static const char two_ranks[] = RANKS("2"), four_ranks[] = RANKS("4");

static int count_of(const char *text, const char *word) {
  int count = 0;
  for (const char *at = text; (at = strstr(at, word)); at += strlen(word)) count++;
  return count;
}

/* The resolved case is the same on any number of ranks, and itself a case. */
static void a_new_case_is_checked(void **state) {
  (void)state;
  assert_int_equal(davy("new interface"), 0);
  assert_int_equal(davy("run --check interface.yaml"), 0);
  assert_string_equal(messages, ""); /* a starter has nothing to be warned of */
  assert_non_null(strstr(output, "limiting current"));
  assert_non_null(strstr(output, "kind: schottky"));
  char *first = strdup(output);
  assert_int_equal(rename("output", "resolved.yaml"), 0);
  assert_int_equal(davy_after(two_ranks, "run --check interface.yaml"), 0);
  assert_string_equal(output, first);
  assert_int_equal(davy("run --check resolved.yaml"), 0);
  assert_string_equal(strchr(output, '\n'), strchr(first, '\n')); /* but for the line of origin */
  free(first);
}

static void keys_are_listed(void **state) {
  (void)state;
  static const char *const some[] = {
      "\nmetal_surface  ",
      "  exchange_current_density  mA/cm2 (1e-09 to 1e+12 A/m2)",
      "\nsubstrate, pattern: islands\n  spacing ",
      "\na surface of the substrate\n  film_resistance ",
      "contact: schottky\n  barrier   ",
      "  ideality                  a number (0.5 to 100); else 1 (thermionic emission alone)\n"};
  assert_int_equal(davy("run --keys interface"), 0);
  for (size_t k = 0; k < sizeof some / sizeof *some; k++)
    if (!strstr(output, some[k])) fail_msg("no \"%s\"", some[k]);
}

static void an_error_is_told_once(void **state) {
  (void)state;
  FILE *file = fopen("wrong.yaml", "w");
  fputs("engine: interface\nmetall: Na\n", file);
  fclose(file);
  static const char message[] =
      "davy: error: wrong.yaml:2:1: unknown key metall; did you mean metal?\n";
  assert_int_equal(davy("run wrong.yaml"), 2);
  assert_string_equal(messages, message);
  assert_int_equal(davy_after(two_ranks, "run wrong.yaml"), 2);
  assert_int_equal(count_of(messages, message), 1);
  assert_int_equal(count_of(messages, "davy: error"), 1);
  assert_int_not_equal(access("wrong", F_OK), 0);
}

/* 1e8 columns of about 50 cells of 4 kB: 20 TB. */
static void what_no_memory_holds_is_refused(void **state) {
  (void)state;
  assert_int_equal(davy("new interface -o vast.yaml"), 0);
  assert_int_equal(
      system(
          "sed -i 's/^dimension: 2 /dimension: 3 /; s/width: 4 um/width: 100 um, depth: 100 um/; "
          "s/25 nm/10 nm/' vast.yaml"),
      0);
  assert_int_equal(davy("-q run vast.yaml --check"), 0);
  assert_int_equal(davy("-q run vast.yaml"), 2);
  assert_non_null(strstr(messages, " GB of memory, and there are "));
}

static void no_state_to_go_on_from(void **state) {
  (void)state;
  assert_int_equal(davy("run interface.yaml -o nothing --resume"), 2);
  assert_non_null(strstr(messages, "nothing/restart.davy: there is no saved state"));
  assert_int_not_equal(access("nothing", F_OK), 0);
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
  assert_int_equal(davy("run seed.yaml -o one"), 0);
  assert_null(strchr(messages, '\r')); /* not on a terminal: no progress */
  assert_non_null(strstr(messages, "protocol finished"));
  for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
    char path[64];
    snprintf(path, sizeof path, "one/%s", files[k]);
    if (access(path, R_OK)) fail_msg("%s is missing", path);
  }
  check_pictures("one/view.json", 4);
  assert_int_equal(davy_after(two_ranks, "run seed.yaml -o two"), 0);
  assert_int_equal(count_of(messages, "protocol finished"), 1);
  check_pictures("two/view.json", 4);
  /* To the solvers' tolerance of 1e-8 of RT/F and as much of the time of the end. */
  assert_true(fabs(last_voltage("one/record.bdf.csv") - last_voltage("two/record.bdf.csv")) < 1e-8);
  /* The study that it leaves is one: a half cell. */
  assert_int_equal(davy("report one -o one.html"), 0);
}

/* Two seeds of the starter's kind that grow into one, a blocking contact below each. */
static void the_record_is_that_of_any_ranks(void **state) {
  (void)state;
  static const char *const before[] = {"", two_ranks, four_ranks};
  static const char protocol[] = "  - plate at 2 mA/cm2 until 0.02 mAh/cm2 or -0.5 V\n"
                                 "  - strip at 2 mA/cm2 until 0.01 mAh/cm2 or 0.5 V\n";
  FILE *file = fopen("pair.yaml", "w");
  fputs("engine: interface\n"
        "metal: {molar_volume: 24 cm3/mol}\n"
        "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: "
        "3e-10 m2/s}\n"
        "domain: {width: 2 um, gap: 2 um}\n"
        "metal_surface: {exchange_current_density: 3 mA/cm2}\n"
        "counter_electrode: {thickness: 3 um}\n"
        "substrate:\n"
        "  pattern: {kind: islands, spacing: 1 um, diameter: 0.4 um}\n"
        "  surfaces: {Ni: {contact: ohmic}, Sb: {contact: {kind: schottky, blocks: plating, "
        "saturation_current: 10 mA/cm2}}}\n"
        "initial: {seeds: {on: Sb, radius: 400 nm}}\n"
        "numerics: {cell_size: 63 nm, frames: 0}\n"
        "protocol:\n",
        file);
  fputs(protocol, file);
  fclose(file);
  DavyRecord *record[3];
  double worst = 0;
  for (int k = 0; k < 3; k++) {
    char arguments[64], path[64];
    snprintf(arguments, sizeof arguments, "-q run pair.yaml -o pair%d", k);
    snprintf(path, sizeof path, "pair%d/record.bdf.csv", k);
    assert_int_equal(davy_after(before[k], arguments), 0);
    if (DavyRecordRead(path, NULL, record + k)) fail_msg("%s", DavyErrorMessage());
    assert_int_equal(DavyRecordRows(record[k]), DavyRecordRows(record[0]));
    static const DavyColumn columns[] = {DAVY_TEST_TIME,
                                         DAVY_VOLTAGE,
                                         DAVY_CURRENT,
                                         DAVY_STEP_TIME,
                                         DAVY_STEP_CHARGING_CAPACITY,
                                         DAVY_STEP_DISCHARGING_CAPACITY};
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
      const double *a = DavyRecordNumbers(record[0], columns[c]),
                   *b = DavyRecordNumbers(record[k], columns[c]);
      double most = 0, apart = 0;
      for (size_t row = 0; row < DavyRecordRows(record[0]); row++) {
        most = fmax(most, fabs(a[row]));
        apart = fmax(apart, fabs(a[row] - b[row]));
      }
      worst = fmax(worst, apart / most);
    }
  }
  verified("`davy run` on 2 and 4 ranks against 1: times, voltages, currents, capacities of the "
           "record's %zu rows | %.0e of the largest | 1e-7",
           DavyRecordRows(record[0]), worst);
  for (int k = 0; k < 3; k++) DavyRecordDestroy(record + k);
  /* Solvers stop at 1e-14 of RT/F, a body that merges makes 1e-10 of it, and the fastest place of
   * the front sets the steps. */
  assert_true(worst < 1e-7);
}

static const char endless[] =
    "  - cycles: 100000\n    steps: [plate at 1 mA/cm2 until 0.001 mAh/cm2, "
    "strip at 1 mA/cm2 until 0.001 mAh/cm2]\n";

/* Until the folder is there, made just before the first step, and a second more. */
static void wait_for(const char *name) {
  for (int k = 0; k < 600 && access(name, F_OK); k++) usleep(100000);
  sleep(1);
}

static void check_what_was_kept(const char *name) {
  static const char *const files[] = {"record.bdf.csv", "morphology.csv", "fields.h5",
                                      "fields.xdmf",    "front.xdmf",     "study.yaml"};
  char path[64], ledger[65536];
  for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
    snprintf(path, sizeof path, "%s/%s", name, files[k]);
    if (access(path, R_OK)) fail_msg("%s is missing", path);
  }
  snprintf(path, sizeof path, "%s/ledger.csv", name);
  read_back(path, ledger, sizeof ledger);
  assert_non_null(strstr(ledger, ",interrupted,"));
  snprintf(path, sizeof path, "%s/record.bdf.csv", name);
  last_voltage(path);
  snprintf(path, sizeof path, "%s/view.json", name);
  check_pictures(path, 1);
}

static void an_interrupt_keeps_what_was_done(void **state) {
  (void)state;
  write_case("long.yaml", endless);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl(DAVY_PROGRAM, DAVY_PROGRAM, "-q", "run", "long.yaml", "-o", "long", (char *)NULL);
    _exit(99);
  }
  wait_for("long");
  kill(child, SIGINT);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  check_what_was_kept("long");
}

/* One rank of two is told; both stop after the same step. */
static void an_interrupt_of_one_rank_is_of_all(void **state) {
  (void)state;
  write_case("long.yaml", endless);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl("/bin/sh", "sh", "-c",
          RANKS("2") "sh -c 'echo $$ >rank.$OMPI_COMM_WORLD_RANK; exec \"" DAVY_PROGRAM
                     "\" -q run long.yaml -o both' 2>err",
          (char *)NULL);
    _exit(99);
  }
  wait_for("both");
  char text[32];
  read_back("rank.1", text, sizeof text);
  assert_true(atoi(text) > 1);
  kill(atoi(text), SIGINT);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  read_back("err", messages, sizeof messages);
  assert_int_equal(count_of(messages, "davy: error"), 1);
  check_what_was_kept("both");
  verified("SIGINT in the middle, alone and to one of two ranks | exit status 130, all files "
           "complete, metal of the pictures as charged | as said");
}

/* A disk that is full once the run has begun, as far as files see it: none may grow beyond 60 kB,
 * of which the tables of a second have a quarter on a fast machine; a picture has more. */
static void a_full_disk_costs_the_pictures_alone(void **state) {
  (void)state;
  write_case("long.yaml", endless);
  assert_int_equal(system("sed -i 's/63 nm/30 nm/' long.yaml"), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN); /* writes fail instead */
    if (freopen("err", "w", stderr))
      execl(DAVY_PROGRAM, DAVY_PROGRAM, "run", "long.yaml", "-o", "full", (char *)NULL);
    _exit(99);
  }
  wait_for("full");
  const struct rlimit small = {60000, 60000};
  assert_int_equal(prlimit(child, RLIMIT_FSIZE, &small, NULL), 0);
  kill(child, SIGINT);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  read_back("err", messages, sizeof messages);
  assert_non_null(strstr(messages, "fields.h5: the end cannot be written: File too large\n"));
  assert_int_equal(access("full/record.bdf.csv", R_OK), 0);
  assert_int_not_equal(access("full/fields.h5", F_OK), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_case_is_checked),
      cmocka_unit_test(keys_are_listed),
      cmocka_unit_test(an_error_is_told_once),
      cmocka_unit_test(what_no_memory_holds_is_refused),
      cmocka_unit_test(no_state_to_go_on_from),
      cmocka_unit_test(a_run_leaves_its_files),
      cmocka_unit_test(the_record_is_that_of_any_ranks),
      cmocka_unit_test(an_interrupt_keeps_what_was_done),
      cmocka_unit_test(an_interrupt_of_one_rank_is_of_all),
      cmocka_unit_test(a_full_disk_costs_the_pictures_alone),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
