/* The program and the module of the interface engine together: davy loads it, checks a case on one
 * rank and on two, where the first alone speaks, and the starter that davy new writes is a case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_new_case_is_checked),
      cmocka_unit_test(an_error_is_told_once),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
