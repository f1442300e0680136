/* davy new: a starter file to edit. The texts stand in data/starters, where the tests read them. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verb.h"
#include "davy/file.h"
#include "davy/log.h"
#include "davy/yaml.h"

static const char help[] =
    "davy new study [FILE...]  a study file: what the cyclers' files cannot say\n"
    "davy new case             a case: a symmetric sodium cell to simulate\n"
    "davy new interface        a case: metal that grows on a patterned collector\n"
    "davy new design           a cell and a coating to budget before they are built\n\n"
    "  davy new study cells/*.ndax    one cell for each file; then: davy report study.yaml\n"
    "  davy new case -o cell.yaml     then: davy run cell.yaml -o out\n"
    "  davy new design                then: davy design design.yaml -o design.html\n\n"
    "  -o FILE    write to FILE instead of study.yaml, case.yaml, interface.yaml or design.yaml\n"
    "             (\"-\": the standard output); a file that exists is not touched\n";

static const struct {
  const char *kind, *file;
} starters[] = {{"study", "study.yaml"},
                {"case", "case.yaml"},
                {"interface", "interface.yaml"},
                {"design", "design.yaml"}};
enum { STARTERS = sizeof starters / sizeof *starters };

static DavyError find_starter(const char *word, const char **file) {
  const char *kinds[STARTERS + 1] = {0};
  for (int i = 0; i < STARTERS; i++) {
    kinds[i] = starters[i].kind;
    if (strcmp(word, kinds[i]) == 0) {
      *file = starters[i].file;
      return DAVY_OK;
    }
  }
  const char *near = DavyNearestWord(word, kinds);
  return DavyFail(DAVY_ERR_USAGE, "new: unknown kind %s; %s%s", word,
                  near ? "did you mean " : "expected study, case, interface or design",
                  near ? near : "");
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The file's name without its ending, or the whole path where an earlier file has the same name. */
static void write_cell_name(FILE *file, char **paths, int i) {
  char name[PATH_MAX];
  bool taken = false;
  for (int j = 0; j < i; j++)
    taken = taken || strcmp(base_name(paths[j]), base_name(paths[i])) == 0;
  snprintf(name, sizeof name, "%s", taken ? paths[i] : base_name(paths[i]));
  char *dot = strchr(name + 1, '.');
  if (!taken && dot) *dot = '\0';
  DavyYamlWriteScalar(file, name);
}

/* One cell for each data file. Paths count from the study file's folder, so elsewhere than here
 * they must be absolute. */
static DavyError write_cells(FILE *file, char **paths, int count, bool here) {
  for (int i = 0; i < count; i++) {
    char whole[PATH_MAX];
    DAVY_CHECK(realpath(paths[i], whole), DAVY_ERR_OPEN, "%s: cannot open: %s", paths[i],
               strerror(errno));
    fputs("  - name: ", file);
    write_cell_name(file, paths, i);
    fputs("\n    files: ", file);
    DavyYamlWriteScalar(file, here ? paths[i] : whole);
    fputc('\n', file);
  }
  return DAVY_OK;
}

/* Up to the list of cells the starter serves as it is; its example cells give way to the files. */
static DavyError write_starter(const DavyBytes *text, FILE *file, char **paths, int count,
                               bool here) {
  static const char list[] = "\ncells:\n";
  const char *at = memmem(text->data, text->size, list, sizeof list - 1);
  size_t kept =
      count && at ? (size_t)(at - (const char *)text->data) + sizeof list - 1 : text->size;
  fwrite(text->data, 1, kept, file);
  return write_cells(file, paths, count, here);
}

static DavyError write_new(const DavyBytes *text, const char *path, char **paths, int count) {
  DavyOutput *output;
  DAVY_CHECK(strcmp(path, "-") == 0 || access(path, F_OK), DAVY_ERR_USAGE,
             "%s exists already; name another with -o", path);
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = write_starter(text, DavyOutputFile(output), paths, count, !strchr(path, '/'));
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

static DavyError run(int argc, char **argv) {
  int operands = 0;
  const char *path = NULL, *file = NULL;
  char source[PATH_MAX];
  const DavyOption options[] = {{"-o", &path, NULL}, {0}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  DAVY_CHECK(operands >= 1, DAVY_ERR_USAGE,
             "new: expected study, case, interface or design (see davy new --help)");
  DAVY_TRY(find_starter(argv[1], &file));
  DAVY_CHECK(operands == 1 || strcmp(argv[1], "study") == 0, DAVY_ERR_USAGE,
             "new: only a study takes files (see davy new --help)");
  snprintf(source, sizeof source, "%s/starters/%s", DavyDataDirectory(), file);
  DavyBytes text;
  DAVY_TRY(DavyBytesOpen(source, &text));
  DavyError error = write_new(&text, path ? path : file, argv + 2, operands - 1);
  DavyBytesClose(&text);
  if (!error && (!path || strcmp(path, "-")))
    DavyLog(DAVY_LOG_INFO, "wrote %s", path ? path : file);
  return error;
}

const DavyVerb davy_verb_new = {"new", "a starter study file, case or design to edit", help, run};
