/* Runs of `davy` for tests, in a folder of their own, and cases/ against its expected values. */
#ifndef TESTS_CASE_RUNS_H
#define TESTS_CASE_RUNS_H

#include <dirent.h>
#include <math.h>
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

#include "davy/file.h"
#include "davy/record.h"
#include "davy/yaml.h"

static char folder[] = "case_runs_XXXXXX";

static inline int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : 1;
}

static inline int remove_folder(void **state) {
  (void)state;
  char command[256];
  snprintf(command, sizeof command, "rm -r '%s'", folder);
  return system(command);
}

/* Runs `davy ARGUMENTS`; its messages go to FOLDER/messages, its output to FOLDER/output. */
__attribute__((format(printf, 2, 0))) static inline int run_davy(const char *before,
                                                                 const char *format, va_list args) {
  char arguments[2048], command[4096];
  vsnprintf(arguments, sizeof arguments, format, args);
  snprintf(command, sizeof command, "%s'%s' %s >%s/output 2>%s/messages", before, DAVY_PROGRAM,
           arguments, folder, folder);
  int status = system(command);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

__attribute__((format(printf, 1, 2))) static inline int davy(const char *format, ...) {
  va_list args;
  va_start(args, format);
  int status = run_davy("", format, args);
  va_end(args);
  return status;
}

__attribute__((format(printf, 2, 3))) static inline int davy_after(const char *before,
                                                                   const char *format, ...) {
  va_list args;
  va_start(args, format);
  int status = run_davy(before, format, args);
  va_end(args);
  return status;
}

static inline char *text_of(const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  DavyBytes bytes;
  if (DavyBytesOpen(path, &bytes)) fail_msg("%s", DavyErrorMessage());
  char *text = malloc(bytes.size + 1);
  assert_non_null(text);
  memcpy(text, bytes.data, bytes.size);
  text[bytes.size] = '\0';
  DavyBytesClose(&bytes);
  return text;
}

static inline void expect_text(const char *name, const char *words) {
  char *text = text_of(name);
  if (!strstr(text, words)) fail_msg("%s says\n%s\nexpected \"%s\" in it", name, text, words);
  free(text);
}

static inline void write_text(const char *name, const char *text) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static inline DavyRecord *record_of(const char *run) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s/record.bdf.csv", folder, run);
  DavyRecord *record = NULL;
  if (DavyRecordRead(path, NULL, &record)) fail_msg("%s", DavyErrorMessage());
  return record;
}

/* A column of BDF by machine name, any other by its label, in one row. */
static inline double number_at(const DavyRecord *record, const char *name, size_t row) {
  DavyColumn column = DavyColumnFind(name);
  if (column != DAVY_COLUMN_COUNT) {
    if (!DavyRecordHas(record, column)) fail_msg("the record has no %s", name);
    return DavyColumnIsInteger(column) ? DavyRecordIntegers(record, column)[row]
                                       : DavyRecordNumbers(record, column)[row];
  }
  for (size_t e = 0; e < DavyRecordExtraCount(record); e++)
    if (strcmp(DavyRecordExtraLabel(record, e), name) == 0) return DavyRecordExtra(record, e)[row];
  fail_msg("the record has no %s", name);
  return NAN;
}

/* Of a column in the first or last row of NAME.json, by its key. */
static inline double number_in_table(const char *run, const char *name, const char *key,
                                     bool first) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s/%s.json", folder, run, name);
  DavyYaml *yaml = NULL;
  if (DavyYamlLoad(path, &yaml)) fail_msg("%s", DavyErrorMessage());
  DavyNode columns = DavyNodeGet(DavyYamlRoot(yaml), "columns");
  DavyNode rows = DavyNodeGet(DavyYamlRoot(yaml), "rows");
  int column = 0;
  while (column < DavyNodeCount(columns) &&
         strcmp(DavyNodeText(DavyNodeGet(DavyNodeAt(columns, column), "key")), key))
    column++;
  if (column == DavyNodeCount(columns)) fail_msg("%s has no %s", path, key);
  DavyNode row = DavyNodeAt(rows, first ? 0 : DavyNodeCount(rows) - 1);
  double value = strtod(DavyNodeText(DavyNodeAt(row, column)), NULL);
  DavyYamlDestroy(&yaml);
  return value;
}

typedef struct {
  const char *table, *column, *at;
  double value, within;
} Expected;

static const DavyField expected_fields[] = {
    DAVY_TEXT(Expected, table, DAVY_OPTIONAL, "of the run's folder; else the record"),
    DAVY_TEXT(Expected, column, DAVY_REQUIRED, "machine name, or label; key of a table"),
    DAVY_TEXT(Expected, at, DAVY_REQUIRED, "begin or end"),
    DAVY_QUANTITY(Expected, value, "1", -1e30, 1e30, DAVY_REQUIRED, "in the column's unit"),
    DAVY_QUANTITY(Expected, within, "1", 0, 1e30, DAVY_REQUIRED, "absolute"),
    DAVY_FIELDS_END};

/* case.yaml of a folder of cases/, run after the words `before` (empty, or mpirun), against its
 * expected.yaml; and there is a page of it. */
static inline void check_case(const char *before, const char *name) {
  char path[1024];
  printf("    %s%s\n", before, name);
  if (davy_after(before, "run '%s/cases/%s/case.yaml' -o '%s/%s'", DAVY_SOURCE, name, folder, name))
    fail_msg("%s", text_of("messages"));
  if (davy("report '%s/%s' -o '%s/%s.html'", folder, name, folder, name))
    fail_msg("%s", text_of("messages"));
  snprintf(path, sizeof path, "%s/cases/%s/expected.yaml", DAVY_SOURCE, name);
  DavyYaml *yaml = NULL;
  if (DavyYamlLoad(path, &yaml)) fail_msg("%s", DavyErrorMessage());
  DavyRecord *record = record_of(name);
  DavyNode list = DavyYamlRoot(yaml);
  assert_true(DavyNodeCount(list) > 0);
  for (int k = 0; k < DavyNodeCount(list); k++) {
    Expected e = {0};
    if (DavyYamlBind(DavyNodeAt(list, k), expected_fields, &e)) fail_msg("%s", DavyErrorMessage());
    bool first = strcmp(e.at, "begin") == 0;
    double found = e.table ? number_in_table(name, e.table, e.column, first)
                           : number_at(record, e.column, first ? 0 : DavyRecordRows(record) - 1);
    if (!(fabs(found - e.value) <= e.within))
      fail_msg("%s: %s at %s is %.12g; expected %.12g within %g", name, e.column, e.at, found,
               e.value, e.within);
  }
  DavyRecordDestroy(&record);
  DavyYamlDestroy(&yaml);
}

/* Every folder of cases/ with a case for the engine. */
static inline int check_cases_of(const char *engine) {
  DIR *cases = opendir(DAVY_SOURCE "/cases");
  assert_non_null(cases);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(cases));) {
    char path[1024];
    snprintf(path, sizeof path, "%s/cases/%.255s/case.yaml", DAVY_SOURCE, entry->d_name);
    if (access(path, R_OK)) continue;
    DavyYaml *yaml = NULL;
    if (DavyYamlLoad(path, &yaml)) fail_msg("%s", DavyErrorMessage());
    const char *text = DavyNodeText(DavyNodeGet(DavyYamlRoot(yaml), "engine"));
    bool of_engine = text && strcmp(text, engine) == 0;
    DavyYamlDestroy(&yaml);
    if (!of_engine) continue;
    check_case("", entry->d_name);
    count++;
  }
  closedir(cases);
  return count;
}

#endif
