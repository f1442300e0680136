/* Files: what is read is what was written; an output appears under its name only when complete,
 * also on a full disk and when the program is killed; SHA-256 against the vectors of FIPS 180-4. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/file.h"

static char folder[] = "test_file.XXXXXX";
static char path[256];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "test_file.XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state) {
  (void)state;
  char command[300];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static const char *in_folder(const char *name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void write_plainly(const char *name, const char *text) {
  FILE *file = fopen(in_folder(name), "w");
  fputs(text, file);
  fclose(file);
}

static void expect_content(const char *name, const char *text) {
  DavyBytes bytes;
  assert_int_equal(DavyBytesOpen(in_folder(name), &bytes), DAVY_OK);
  assert_int_equal(bytes.size, strlen(text));
  assert_memory_equal(bytes.data, text, bytes.size);
  DavyBytesClose(&bytes);
  assert_int_equal(bytes.size, 0);
}

static int files_in_folder(void) {
  int count = 0;
  DIR *directory = opendir(folder);
  for (const struct dirent *entry; (entry = readdir(directory));) count += entry->d_name[0] != '.';
  closedir(directory);
  return count;
}

static void inputs_are_read_whole(void **state) {
  (void)state;
  write_plainly("a", "hello");
  expect_content("a", "hello");
  write_plainly("empty", "");
  expect_content("empty", "");
  DavyBytes bytes;
  assert_int_equal(DavyBytesOpen(in_folder("none"), &bytes), DAVY_ERR_OPEN);
  assert_non_null(strstr(DavyErrorMessage(), "none: cannot open: No such file or directory"));
  assert_int_equal(DavyBytesOpen(folder, &bytes), DAVY_ERR_OPEN);
  assert_non_null(strstr(DavyErrorMessage(), "is a directory"));
}

/* A pipe has no size and delivers in pieces; 300 kB is more than one pipe buffer holds. */
static void a_pipe_is_read_until_it_ends(void **state) {
  (void)state;
  enum { SIZE = 300000 };
  assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
  pid_t child = fork();
  if (child == 0) {
    FILE *file = fopen(path, "w");
    for (int i = 0; i < SIZE; i++) fputc('a' + i % 26, file);
    fclose(file);
    _exit(0);
  }
  DavyBytes bytes;
  assert_int_equal(DavyBytesOpen(path, &bytes), DAVY_OK);
  assert_int_equal(bytes.size, SIZE);
  assert_int_equal(bytes.data[SIZE - 1], 'a' + (SIZE - 1) % 26);
  DavyBytesClose(&bytes);
  waitpid(child, NULL, 0);
}

static void an_output_appears_when_committed(void **state) {
  (void)state;
  DavyOutput *output = NULL;
  write_plainly("out", "old");
  assert_int_equal(DavyOutputOpen(in_folder("out"), &output), DAVY_OK);
  fputs("new", DavyOutputFile(output));
  fflush(DavyOutputFile(output));
  expect_content("out", "old");
  assert_int_equal(DavyOutputCommit(&output), DAVY_OK);
  assert_null(output);
  expect_content("out", "new");
  assert_int_equal(files_in_folder(), 1);
  struct stat info;
  mode_t mask = umask(0);
  umask(mask);
  stat(in_folder("out"), &info);
  assert_int_equal(info.st_mode & 0777, 0666 & ~mask); /* not the private mode of mkstemp */
}

static void a_discarded_output_leaves_nothing(void **state) {
  (void)state;
  DavyOutput *output = NULL;
  assert_int_equal(DavyOutputOpen(in_folder("out"), &output), DAVY_OK);
  fputs("half", DavyOutputFile(output));
  DavyOutputDiscard(&output);
  assert_null(output);
  DavyOutputDiscard(&output);
  assert_int_equal(files_in_folder(), 0);
}

static void a_full_disk_is_reported(void **state) {
  (void)state;
  DavyOutput *output = NULL;
  if (access("/dev/full", W_OK)) skip();
  assert_int_equal(DavyOutputOpen("/dev/full", &output), DAVY_OK);
  fputs("x", DavyOutputFile(output));
  assert_int_equal(DavyOutputCommit(&output), DAVY_ERR_WRITE);
  assert_null(output);
  assert_string_equal(DavyErrorMessage(), "/dev/full: cannot write: No space left on device");
}

/* A file size limit of 4 kB stands for a disk that fills up in the middle. */
static void a_disk_that_fills_up_leaves_the_old_file(void **state) {
  (void)state;
  write_plainly("out", "old");
  in_folder("out");
  pid_t child = fork();
  if (child == 0) {
    DavyOutput *output = NULL;
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, 4096})) _exit(1);
    if (DavyOutputOpen(path, &output)) _exit(2);
    for (int i = 0; i < 100000; i++) fputc('x', DavyOutputFile(output));
    _exit(DavyOutputCommit(&output) == DAVY_ERR_WRITE ? 0 : 3);
  }
  int status;
  waitpid(child, &status, 0);
  assert_int_equal(status, 0);
  expect_content("out", "old");
  assert_int_equal(files_in_folder(), 1);
}

static void what_cannot_be_written_is_said(void **state) {
  (void)state;
  DavyOutput *output = NULL;
  assert_int_equal(DavyOutputOpen(in_folder("no/such/out"), &output), DAVY_ERR_WRITE);
  assert_null(output);
  assert_non_null(strstr(DavyErrorMessage(), "no/such/out: cannot write: No such file"));
  assert_int_equal(DavyOutputOpen(folder, &output), DAVY_ERR_WRITE);
  assert_non_null(strstr(DavyErrorMessage(), "is a directory; expected a file name"));
}

/* SIGKILL cannot be caught: what stands under the name is the old file, whole. */
static void a_killed_program_leaves_the_old_file(void **state) {
  (void)state;
  write_plainly("out", "old");
  in_folder("out");
  int ready[2];
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    DavyOutput *output = NULL;
    if (DavyOutputOpen(path, &output)) _exit(1);
    fputs("half of the new", DavyOutputFile(output));
    fflush(DavyOutputFile(output));
    if (write(ready[1], "x", 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char byte;
  assert_int_equal(read(ready[0], &byte, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  close(ready[0]), close(ready[1]);
  expect_content("out", "old");
}

static void directories_are_made(void **state) {
  (void)state;
  char deep[300];
  struct stat info;
  snprintf(deep, sizeof deep, "%s/a/b/c", folder);
  assert_int_equal(DavyMakeDirectory(deep), DAVY_OK);
  assert_int_equal(DavyMakeDirectory(deep), DAVY_OK);
  assert_true(stat(deep, &info) == 0 && S_ISDIR(info.st_mode));
  write_plainly("file", "x");
  snprintf(deep, sizeof deep, "%s/file/b", folder);
  assert_int_equal(DavyMakeDirectory(deep), DAVY_ERR_WRITE);
  assert_non_null(strstr(DavyErrorMessage(), "file: is a file; expected a directory"));
}

static void sha256_of_known_texts(void **state) {
  (void)state;
  char hex[65];
  DavySha256("", 0, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  DavySha256("abc", 3, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, drop_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(inputs_are_read_whole),
      IN_FOLDER(a_pipe_is_read_until_it_ends),
      IN_FOLDER(an_output_appears_when_committed),
      IN_FOLDER(a_discarded_output_leaves_nothing),
      cmocka_unit_test(a_full_disk_is_reported),
      IN_FOLDER(a_disk_that_fills_up_leaves_the_old_file),
      IN_FOLDER(what_cannot_be_written_is_said),
      IN_FOLDER(a_killed_program_leaves_the_old_file),
      IN_FOLDER(directories_are_made),
      cmocka_unit_test(sha256_of_known_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
