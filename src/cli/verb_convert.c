/* davy convert: any known format to BDF CSV. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cycler_file.h"
#include "cli/verb.h"
#include "davy/file.h"
#include "davy/log.h"
#include "davy/record.h"

static const char help_text[] =
    "davy convert IN... [-o OUT]: any known format to BDF CSV\n\n"
    "  davy convert cell.ndax                          writes cell.bdf.csv here\n"
    "  davy convert cell.mpr -o cell.bdf.csv.gz        compressed\n"
    "  davy convert data/*.nda -o converted            each to converted/NAME.bdf.csv\n"
    "  davy convert a.mpr b.mpr --append -o cell.bdf.csv   files of one cell, in order\n"
    "  davy convert cell.nda -o - | head               to the standard output\n\n"
    "The format is found by content; .gz and .zip around it are opened. Positive current "
    "charges.\n\n"
    "  -o OUT            file to write; a folder for several inputs; - for the standard output\n"
    "  --append          the inputs are one cell: put them behind each other\n"
    "  --format NAME     read as this format, whatever the content looks like\n"
    "  --member NAME     which member of a .zip\n"
    "  --current-sign S  what positive current in the file does: charge or discharge\n"
    "  --list-formats    name the formats that davy reads\n"
    "\n-v tells all that is known of the test, and what was guessed in a text file.\n";

/* The inputs and options of one call. */
typedef struct {
  char **inputs;
  int count;
  const char *out;
  DavyReadOptions read;
} Job;

static void list_formats(void) {
  for (size_t i = 0; DavyRecordFormatName(i); i++)
    printf("%-14s %s\n", DavyRecordFormatName(i), DavyRecordFormatWords(i));
}

static bool names_folder(const char *path) {
  size_t length = strlen(path);
  return davy_is_folder(path) || (length && path[length - 1] == '/');
}

static bool same_file(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static char *output_path(const Job *job, const char *input) {
  char name[1024], *path = NULL;
  bool folder = job->out && (job->count > 1 || names_folder(job->out));
  if (job->out && !folder) return strdup(job->out);
  davy_plain_name(input, name, sizeof name);
  int made = folder ? asprintf(&path, "%s/%s.bdf.csv", job->out, name)
                    : asprintf(&path, "%s.bdf.csv", name);
  return made < 0 ? NULL : path;
}

static DavyError refuse_overwrite(const Job *job, const char *path) {
  for (int i = 0; i < job->count; i++)
    DAVY_CHECK(!same_file(job->inputs[i], path), DAVY_ERR_USAGE,
               "convert: %s would overwrite its input; name another output with -o", path);
  return DAVY_OK;
}

/* Two lines on what was done, and each warning on one of its own; with -v the facts too. */
static void tell(const DavyRecord *record, const char *input, const char *path) {
  size_t rows = DavyRecordRows(record), warnings = DavyRecordWarnings(record);
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME);
  for (size_t i = 0; i < warnings; i++)
    DavyLog(DAVY_LOG_WARNING, "%s: %s", input, DavyRecordWarning(record, i));
  for (size_t i = 0; i < DavyRecordInfoCount(record); i++) {
    const char *key = DavyRecordInfoKey(record, i);
    DavyLog(DAVY_LOG_DEBUG, "%s: %s: %s", input, key, DavyRecordInfo(record, key));
  }
  char duration[64] = "no time column";
  if (time) snprintf(duration, sizeof duration, "%.4g h", (time[rows - 1] - time[0]) / 3600);
  DavyLog(DAVY_LOG_INFO, "%s: %s, %zu rows, %s, %zu warning%s", input,
          DavyRecordInfo(record, "format"), rows, duration, warnings, warnings == 1 ? "" : "s");
  DavyLog(DAVY_LOG_INFO, "written: %s", strcmp(path, "-") ? path : "standard output");
}

static DavyError write_one(const Job *job, const DavyRecord *record, const char *input) {
  char *path = output_path(job, input);
  DAVY_CHECK(path, DAVY_ERR_MEMORY, "convert: out of memory");
  DavyError error = refuse_overwrite(job, path);
  if (!error && job->out && names_folder(job->out)) error = DavyMakeDirectory(job->out);
  if (!error) error = DavyRecordWriteBdf(record, path);
  if (!error) tell(record, input, path);
  free(path);
  return error;
}

static DavyError convert_one(const Job *job, const char *input) {
  DavyRecord *record = NULL;
  DAVY_TRY(DavyRecordRead(input, &job->read, &record));
  DavyError error = write_one(job, record, input);
  DavyRecordDestroy(&record);
  return error;
}

static DavyError convert_appended(const Job *job) {
  DavyRecord *record = NULL, *next = NULL;
  DavyError error = DavyRecordRead(job->inputs[0], &job->read, &record);
  for (int i = 1; !error && i < job->count; i++) {
    error = DavyRecordRead(job->inputs[i], &job->read, &next);
    if (!error) error = DavyRecordAppend(record, next);
    DavyRecordDestroy(&next);
  }
  Job single = *job;
  single.count = 1;
  char *path = error ? NULL : output_path(&single, job->inputs[0]);
  if (path) error = refuse_overwrite(job, path);
  free(path);
  if (!error) error = write_one(&single, record, job->inputs[0]);
  DavyRecordDestroy(&record);
  return error;
}

/* Two inputs of one name must not overwrite each other's output. */
static DavyError refuse_collisions(const Job *job) {
  char a[1024], b[1024];
  for (int i = 0; i < job->count; i++)
    for (int j = 0; j < i; j++) {
      davy_plain_name(job->inputs[i], a, sizeof a);
      davy_plain_name(job->inputs[j], b, sizeof b);
      DAVY_CHECK(strcmp(a, b), DAVY_ERR_USAGE,
                 "convert: %s and %s would both be written to %s.bdf.csv; convert them one by one",
                 job->inputs[j], job->inputs[i], a);
    }
  return DAVY_OK;
}

/* Several inputs: one that fails is said at once, the others are still converted. */
static DavyError convert_each(const Job *job) {
  if (job->count == 1) return convert_one(job, job->inputs[0]);
  DAVY_CHECK(!job->out || strcmp(job->out, "-"), DAVY_ERR_USAGE,
             "convert: %d inputs cannot all go to the standard output (--append makes them one)",
             job->count);
  const char *ending = job->out ? strrchr(job->out, '.') : NULL;
  DAVY_CHECK(!ending || (strcmp(ending, ".csv") && strcmp(ending, ".gz")), DAVY_ERR_USAGE,
             "convert: %d inputs and one output %s: name a folder, or make them one cell with "
             "--append",
             job->count, job->out);
  DAVY_TRY(refuse_collisions(job));
  if (job->out) DAVY_TRY(DavyMakeDirectory(job->out));
  DavyError worst = DAVY_OK;
  int failed = 0;
  for (int i = 0; i < job->count && !DavyInterrupted(); i++) {
    DavyError error = convert_one(job, job->inputs[i]);
    if (!error) continue;
    worst = error;
    failed++;
    DavyLog(DAVY_LOG_ERROR, "%s", DavyErrorMessage());
  }
  if (DavyInterrupted()) return DavyFail(DAVY_ERR_INTERRUPTED, "convert: interrupted");
  if (failed) DavyFail(worst, "convert: %d of %d inputs were not converted", failed, job->count);
  return worst;
}

static DavyError run(int argc, char **argv) {
  const char *sign = NULL;
  int append = 0, list = 0;
  Job job = {.inputs = argv + 1};
  const DavyOption options[] = {{"-o", &job.out, NULL},
                                {"--format", &job.read.format, NULL},
                                {"--member", &job.read.member, NULL},
                                {"--current-sign", &sign, NULL},
                                {"--append", NULL, &append},
                                {"--list-formats", NULL, &list},
                                {NULL, NULL, NULL}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &job.count));
  if (list) {
    list_formats();
    return DAVY_OK;
  }
  DAVY_TRY(davy_parse_sign("convert", sign, &job.read));
  DAVY_CHECK(job.count, DAVY_ERR_USAGE, "convert: no input (see davy convert --help)");
  return append ? convert_appended(&job) : convert_each(&job);
}

const DavyVerb davy_verb_convert = {"convert", "any known format to BDF CSV", help_text, run};
