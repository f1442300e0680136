/* `davy` run through the shell, in a folder of the test's own that it has entered. */
#ifndef TESTS_RUNNING_H
#define TESTS_RUNNING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[32], output[1 << 16], messages[1 << 16];

static inline int enter_folder(void **state) {
  (void)state;
  strcpy(folder, "davy_test.XXXXXX");
  return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static inline int leave_folder(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -r '%s'", folder);
  return chdir("..") ? -1 : system(command);
}

static inline void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

/* As much of a file as fits; a missing one fails. */
static inline void read_back(const char *path, char *text, size_t size) {
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s is missing", path);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
}

/* `davy ARGUMENTS` behind `before`, such as mpiexec's words: the exit status, -1 for none; what it
 * said is left in `output` and `messages`. */
static inline int davy_after(const char *before, const char *arguments) {
  char command[4096];
  snprintf(command, sizeof command, "%s'%s' %s >output 2>messages </dev/null", before, DAVY_PROGRAM,
           arguments);
  int status = system(command);
  read_back("output", output, sizeof output);
  read_back("messages", messages, sizeof messages);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline int davy(const char *arguments) {
  return davy_after("", arguments);
}

static inline void expect_words(const char *text, const char *words) {
  if (!strstr(text, words)) fail_msg("\"%s\" is not in:\n%s", words, text);
}

#endif
