/* davy convert as a person uses it: the program is run, its outputs, words and exit status pinned.
 */
#include <glob.h>
#include <signal.h>
#include <stdbool.h>

#include "running.h"

static int convert(const char *arguments) {
  char all[2048];
  snprintf(all, sizeof all, "convert %s", arguments);
  return davy(all);
}

/* On either stream. */
static void expect_said(const char *words) {
  if (!strstr(output, words)) expect_words(messages, words);
}

static void expect_file(const char *path, const char *text) {
  static char found[sizeof output];
  read_back(path, found, sizeof found);
  assert_string_equal(found, text);
}

static const char student[] =
    "t/min;U/mV;I/mA\n0;3000,5;1\n1;3010;1\n2;3020;1\n3;3015;-1\n4;3000;-1\n";
static const char as_bdf[] = "Test Time / s,Voltage / V,Current / A,Step Count / 1\n"
                             "0,3.0005,0.001,1\n60,3.01,0.001,1\n120,3.02,0.001,1\n"
                             "180,3.015,-0.001,2\n240,3,-0.001,2\n";

static void one_file_with_the_default_name(void **state) {
  (void)state;
  write_file("cell.csv", student);
  assert_int_equal(convert("cell.csv"), 0);
  expect_file("cell.bdf.csv", as_bdf);
  expect_said("davy: cell.csv: csv, 5 rows, 0.06667 h");
  expect_said("davy: written: cell.bdf.csv");
}

static void to_the_standard_output_and_quietly(void **state) {
  (void)state;
  write_file("cell.csv", student);
  assert_int_equal(convert("-q cell.csv -o - --current-sign charge"), 0);
  assert_string_equal(output, as_bdf);
  assert_string_equal(messages, "");
}

static void sign_from_the_command_line(void **state) {
  (void)state;
  write_file("cell.csv", student);
  assert_int_equal(convert("-q cell.csv -o - --current-sign discharge"), 0);
  expect_said("60,3.01,-0.001,1\n");
  assert_int_equal(convert("cell.csv --current-sign up"), 2);
  expect_said("expected charge or discharge");
}

static void several_files_into_a_folder(void **state) {
  (void)state;
  write_file("a.csv", student);
  write_file("b.csv", student);
  write_file("c.txt", "prose\n");
  assert_int_equal(convert("a.csv b.csv c.txt -o out"), 2);
  expect_file("out/a.bdf.csv", as_bdf);
  expect_file("out/b.bdf.csv", as_bdf);
  expect_said("c.txt: this text has no line that names columns");
  expect_said("1 of 3 inputs were not converted");
  assert_int_equal(convert("a.csv b.csv -o both.bdf.csv"), 2);
  expect_said("--append");
  assert_int_equal(convert("a.csv out/../a.csv -o out"), 2);
  expect_said("would both be written to a.bdf.csv");
  assert_int_equal(convert("a.csv b.csv -o -"), 2);
}

static void files_of_one_cell_are_appended(void **state) {
  (void)state;
  write_file("a.csv", student);
  write_file("b.csv", student);
  assert_int_equal(convert("-q a.csv b.csv --append -o -"), 0);
  expect_said("240,3,-0.001,2\n240,3.0005,0.001,3\n300,3.01,0.001,3\n");
}

static void compressed_output_is_read_again(void **state) {
  (void)state;
  write_file("cell.csv", student);
  assert_int_equal(convert("cell.csv -o packed.bdf.csv.gz"), 0);
  assert_int_equal(convert("-q packed.bdf.csv.gz -o -"), 0);
  assert_string_equal(output, as_bdf);
  assert_string_equal(messages, "");
}

static void the_input_is_never_overwritten(void **state) {
  (void)state;
  write_file("cell.bdf.csv", as_bdf);
  assert_int_equal(convert("cell.bdf.csv"), 2);
  expect_said("would overwrite its input");
  assert_int_equal(convert("cell.bdf.csv -o ./cell.bdf.csv"), 2);
  expect_file("cell.bdf.csv", as_bdf);
}

static void wrong_words_are_explained(void **state) {
  (void)state;
  assert_int_equal(convert(""), 2);
  expect_said("no input");
  assert_int_equal(convert("missing.nda"), 2);
  expect_said("missing.nda: cannot open");
  assert_int_equal(convert("--formt csv x"), 2);
  expect_said("did you mean --format?");
  write_file("cell.csv", student);
  assert_int_equal(convert("cell.csv --format nda8"), 2);
  expect_said("no format is called \"nda8\"");
  assert_int_equal(convert("cell.csv -o no/such/x.csv"), 1);
  expect_said("no/such/x.csv");
  assert_int_equal(convert("--list-formats"), 0);
  expect_said("bdf ");
  expect_said("csv ");
  assert_int_equal(convert("--help"), 0);
  expect_said("davy convert cell.ndax");
}

/* A large table, a signal while it works: status 130 and nothing left behind. */
static bool exists_like(const char *pattern) {
  glob_t found;
  bool exists = glob(pattern, 0, NULL, &found) == 0;
  globfree(&found);
  return exists;
}

static void an_interrupt_leaves_nothing(void **state) {
  (void)state;
  FILE *file = fopen("large.csv", "w");
  assert_non_null(file);
  fputs("t/s,U/V,I/A\n", file);
  for (int i = 0; i < 2000000; i++) fprintf(file, "%d,3.%06d,0.001\n", i, i % 1000000);
  fclose(file);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    execl(DAVY_PROGRAM, "davy", "convert", "-q", "large.csv", "-o", "large.bdf.csv", (char *)NULL);
    _exit(127);
  }
  for (int waited = 0; !exists_like("large.bdf.csv.*") && waited < 60000; waited++) usleep(1000);
  kill(child, SIGINT); /* while it writes aside: a fixed wait would race with a busy machine */
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  assert_int_equal(system("ls | grep -q large.bdf"), 256); /* grep finds none: status 1 */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(one_file_with_the_default_name, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(to_the_standard_output_and_quietly, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(sign_from_the_command_line, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(several_files_into_a_folder, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(files_of_one_cell_are_appended, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(compressed_output_is_read_again, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(the_input_is_never_overwritten, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(wrong_words_are_explained, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(an_interrupt_leaves_nothing, enter_folder, leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
