/* davy report: read, analyse, and put it on one page. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cycler_file.h"
#include "cli/report_cells.h"
#include "cli/simulated.h"
#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/file.h"
#include "davy/log.h"
#include "davy/report.h"
#include "davy/units.h"

static const char help_text[] =
    "davy report IN... [-o PAGE.html]: read cycler files, analyse them, make one page\n\n"
    "  davy report cell.ndax                        writes cell.html here\n"
    "  davy report cell.mpr --kind half --area \"1.54 cm2\" -o cell.html --json cell.json\n"
    "  davy report a.nda b.nda c.nda -o three.html  three cells compared\n"
    "  davy report study.yaml                       what belongs together stands in the study\n"
    "  davy report out                              a folder that davy run made\n\n"
    "IN is a cycler file (a cell of its own), a study file (.yaml, .yml) or a folder of davy run.\n"
    "The page needs no network. What cannot be read is named on it, and the exit status is 2.\n"
    "Options about the cell hold for every cell, and win over a study file.\n\n"
    "  -o FILE           the page; - for the standard output\n"
    "  --json FILE       the same content for machines, with all digits\n"
    "  --tables DIR      every table, whole, as CSV\n"
    "  --cite FILE       BibTeX of the sources used\n"
    "  --kind KIND       half, full or symmetric; judged from the record if not given\n"
    "  --area AREA       geometric area of the working electrode, \"1.54 cm2\"\n"
    "  --mass MASS       active mass, \"3 mg\"\n"
    "  --formation N     the first N cycles stay out of means\n"
    "  --first WAY       what opens a cycle: charge or discharge\n"
    "  --current-sign S  what positive current does in a text file: charge or discharge\n";

/* What the command line says. */
typedef struct {
  const char *page, *json, *tables, *cite;
  const char *kind, *area, *mass, *formation, *first, *sign;
  double area_m2, mass_kg; /* NaN: not given */
  long formation_cycles;   /* -1: not given */
  DavyReadOptions read;
} Wishes;

/* The work in progress. */
typedef struct {
  const Wishes *wishes;
  ReportCells cells;
  DavyAnalysis **analyses;  /* of the cells that could be read; the report borrows them */
  DavyGroupMember *members; /* the same, for the statistics over groups */
  const char **names;       /* and their names */
  size_t done;
  DavyReport *report;
  const char **unread; /* operands that are no cells */
  char **reasons;
  size_t unread_count;
  DavyError first_error;
  size_t failed, warnings; /* inputs, and sentences of the readers and of the analysis */
} Work;

static DavyError parse_choice(const char *option, const char *word, const char *const *words,
                              const char *expected, int *choice) {
  if (!word) return DAVY_OK;
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], word) == 0) {
      *choice = i;
      return DAVY_OK;
    }
  return DavyFail(DAVY_ERR_USAGE, "report: %s is \"%s\"; expected %s", option, word, expected);
}

static DavyError parse_quantity(const char *option, const char *text, const char *unit,
                                double *value) {
  *value = NAN;
  if (!text) return DAVY_OK;
  DavyError error = DavyQuantityParse(text, unit, value);
  if (error) return DavyErrorContext(error, "report: %s", option);
  DAVY_CHECK(*value > 0, DAVY_ERR_VALUE, "report: %s is \"%s\"; expected more than zero", option,
             text);
  return DAVY_OK;
}

static DavyError parse_count(const char *option, const char *text, long *value) {
  *value = -1;
  if (!text) return DAVY_OK;
  char *end = NULL;
  errno = 0;
  long count = strtol(text, &end, 10);
  DAVY_CHECK(!errno && end != text && !*end && count >= 0 && count <= 1000000, DAVY_ERR_USAGE,
             "report: %s is \"%s\"; expected a number of cycles", option, text);
  *value = count;
  return DAVY_OK;
}

/* Puts what the command line says over what the study says. */
static DavyError apply_wishes(const Wishes *wishes, DavyCellInfo *info) {
  static const char *const kinds[] = {"half", "full", "symmetric", NULL};
  static const DavyCellKind kind_of[] = {DAVY_CELL_HALF, DAVY_CELL_FULL, DAVY_CELL_SYMMETRIC};
  static const char *const firsts[] = {"charge", "discharge", NULL};
  int kind = -1, first = -1;
  DAVY_TRY(parse_choice("--kind", wishes->kind, kinds, "half, full or symmetric", &kind));
  DAVY_TRY(parse_choice("--first", wishes->first, firsts, "charge or discharge", &first));
  if (kind >= 0) info->kind = kind_of[kind];
  if (first >= 0) info->first = first ? DAVY_FIRST_DISCHARGE : DAVY_FIRST_CHARGE;
  if (!isnan(wishes->area_m2)) info->area = wishes->area_m2;
  if (!isnan(wishes->mass_kg)) info->active_mass = wishes->mass_kg;
  if (wishes->formation_cycles >= 0) info->formation_cycles = (int)wishes->formation_cycles;
  return DAVY_OK;
}

static DavyError parse_wishes(Wishes *wishes) {
  DavyCellInfo unused = DavyCellInfoDefault();
  DAVY_TRY(parse_quantity("--area", wishes->area, "m2", &wishes->area_m2));
  DAVY_TRY(parse_quantity("--mass", wishes->mass, "kg", &wishes->mass_kg));
  DAVY_TRY(parse_count("--formation", wishes->formation, &wishes->formation_cycles));
  DAVY_TRY(davy_parse_sign("report", wishes->sign, &wishes->read));
  return apply_wishes(wishes, &unused);
}

/* Says a failure at once and keeps it for the page. */
static void note_failure(Work *work, DavyError error, const char *input) {
  DavyLog(DAVY_LOG_ERROR, "%s", DavyErrorMessage());
  if (!work->first_error) work->first_error = error;
  work->failed++;
  if (work->report) {
    DavyReportMissing(work->report, input, DavyErrorMessage());
    return;
  }
  work->unread[work->unread_count] = input;
  work->reasons[work->unread_count++] = strdup(DavyErrorMessage());
}

static void add_study_facts(Work *work, const DavyStudyCell *study) {
  if (!study) return;
  char text[64];
  if (study->coating) DavyReportFact(work->report, "Coating", study->coating);
  if (!isnan(study->coating_thickness)) {
    snprintf(text, sizeof text, "%.4g nm", study->coating_thickness * 1e9);
    DavyReportFact(work->report, "Coating thickness", text);
  }
  if (study->electrolyte) DavyReportFact(work->report, "Electrolyte", study->electrolyte);
}

static size_t count_warnings(const DavyRecord *record, const DavyAnalysis *analysis) {
  size_t count = 0;
  while (DavyAnalysisWarning(analysis, count)) count++;
  return count + DavyRecordWarnings(record);
}

static DavyError do_cell(Work *work, ReportCell *cell) {
  DavyRecord *record = NULL;
  DavyAnalysis *analysis = NULL;
  DAVY_TRY(apply_wishes(work->wishes, &cell->info));
  cell->info.name = cell->name;
  DavyError error = report_cell_read(cell, &work->wishes->read, &record);
  if (!error) error = DavyAnalyse(record, &cell->info, &analysis);
  DavyReportCell shown = {cell->name, cell->study ? cell->study->group : NULL, record, analysis,
                          &cell->info};
  if (!error) error = DavyReportAdd(work->report, &shown);
  if (!error) work->warnings += count_warnings(record, analysis);
  DavyRecordDestroy(&record);
  if (error) {
    DavyAnalysisDestroy(&analysis);
    return error;
  }
  add_study_facts(work, cell->study);
  if (cell->folder) error = simulated_add(cell->folder, work->report);
  if (error) DavyReportWarning(work->report, DavyErrorMessage());
  work->analyses[work->done] = analysis;
  work->names[work->done] = cell->name;
  work->members[work->done++] = (DavyGroupMember){shown.group, analysis};
  return DAVY_OK;
}

static DavyError do_cells(Work *work) {
  ReportCells *cells = &work->cells;
  DavyProgress progress = DavyProgressStart("report", "cells", (double)cells->count);
  for (size_t i = 0; i < cells->count && !DavyInterrupted(); i++) {
    DavyProgressUpdate(&progress, (double)i, cells->cells[i].name);
    DavyError error = do_cell(work, &cells->cells[i]);
    if (error)
      note_failure(work, error,
                   cells->cells[i].study ? cells->cells[i].name : cells->cells[i].input);
  }
  DavyProgressEnd(&progress);
  return DavyInterrupted() ? DavyFail(DAVY_ERR_INTERRUPTED, "report: interrupted") : DAVY_OK;
}

static DavyError write_citations(const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = DavyCiteWriteBib(DavyOutputFile(output));
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

/* The verdict, and where the page is; on stderr when stdout carries an output. */
static void tell(const Work *work, const char *path) {
  const Wishes *wishes = work->wishes;
  bool taken = strcmp(path, "-") == 0 || (wishes->json && strcmp(wishes->json, "-") == 0);
  FILE *file = taken ? stderr : stdout;
  struct stat info;
  if (DavyLogGetLevel() < DAVY_LOG_INFO) return;
  for (size_t c = 0; c < work->done; c++) {
    const char *sentence;
    if (work->done > 1) fprintf(file, "%s\n", work->names[c]);
    for (size_t i = 0; (sentence = DavyReportSentence(work->report, c, i)); i++)
      fprintf(file, "%s%s\n", work->done > 1 ? "  " : "", sentence);
  }
  if (strcmp(path, "-") && stat(path, &info) == 0)
    fprintf(file, "Page: %s (%.0f kB); warnings on it: %zu\n", path, (double)info.st_size / 1000,
            work->warnings);
}

static DavyError write_outputs(Work *work, const char *path) {
  const Wishes *wishes = work->wishes;
  DavyTable *groups = NULL;
  const DavyPage *page = NULL;
  DavyError error = DavyGroupTable(work->members, work->done, &groups);
  if (!error) error = DavyReportPage(work->report, groups, &page);
  if (!error) error = DavyPageWriteHtml(page, path);
  if (!error && wishes->json) error = DavyPageWriteJson(page, wishes->json);
  if (!error && wishes->tables) error = DavyPageWriteTables(page, wishes->tables);
  if (!error && wishes->cite) error = write_citations(wishes->cite);
  if (!error) tell(work, path);
  DavyReportDestroy(&work->report);
  DavyTableDestroy(&groups);
  return error;
}

static DavyError start(Work *work, char **inputs, int count) {
  work->unread = calloc((size_t)count, sizeof *work->unread);
  work->reasons = calloc((size_t)count, sizeof *work->reasons);
  DAVY_CHECK(work->unread && work->reasons, DAVY_ERR_MEMORY, "report: out of memory");
  for (int i = 0; i < count; i++) {
    DavyError error = report_cells_add(&work->cells, inputs[i]);
    if (error) note_failure(work, error, inputs[i]);
  }
  size_t cells = work->cells.count;
  work->analyses = calloc(cells + 1, sizeof(DavyAnalysis *));
  work->members = calloc(cells + 1, sizeof *work->members);
  work->names = calloc(cells + 1, sizeof(char *));
  DAVY_CHECK(work->analyses && work->members && work->names, DAVY_ERR_MEMORY,
             "report: out of memory");
  DAVY_TRY(report_cells_tell_apart(&work->cells));
  DavyError error = DavyReportCreate(report_cells_title(&work->cells), cells, &work->report);
  for (size_t i = 0; !error && i < work->unread_count; i++)
    DavyReportMissing(work->report, work->unread[i], work->reasons[i] ? work->reasons[i] : "");
  return error;
}

static void finish(Work *work) {
  DavyReportDestroy(&work->report);
  for (size_t i = 0; i < work->done; i++) DavyAnalysisDestroy(&work->analyses[i]);
  for (size_t i = 0; i < work->unread_count; i++) free(work->reasons[i]);
  free(work->unread);
  free(work->reasons);
  free(work->analyses);
  free(work->members);
  free(work->names);
  report_cells_clear(&work->cells);
}

/* The page is made of what could be read; that something could not is still a failure. */
static DavyError make_report(const Wishes *wishes, char **inputs, int count, const char *path) {
  Work work = {.wishes = wishes};
  DavyError error = start(&work, inputs, count), interrupted = DAVY_OK;
  size_t cells = work.cells.count;
  if (!error) interrupted = do_cells(&work);
  if (!error && work.done) error = write_outputs(&work, path);
  if (!error) error = interrupted;
  if (!error && work.failed)
    error = work.done ? DavyFail(work.first_error,
                                 "report: %zu of the inputs could not be read; %s is made of the "
                                 "other%s",
                                 work.failed, path, work.done == 1 ? "" : "s")
                      : DavyFail(work.first_error, "report: nothing could be read%s",
                                 cells ? ", so no page is written" : "");
  finish(&work);
  return error;
}

static DavyError refuse_overwrite(char **inputs, int count, const char *output) {
  struct stat in, out;
  if (!output || stat(output, &out)) return DAVY_OK;
  for (int i = 0; i < count; i++)
    DAVY_CHECK(stat(inputs[i], &in) || in.st_dev != out.st_dev || in.st_ino != out.st_ino,
               DAVY_ERR_USAGE, "report: %s would overwrite its input", output);
  return DAVY_OK;
}

static DavyError run(int argc, char **argv) {
  Wishes wishes = {0};
  int count = 0;
  const DavyOption options[] = {{"-o", &wishes.page, NULL},
                                {"--json", &wishes.json, NULL},
                                {"--tables", &wishes.tables, NULL},
                                {"--cite", &wishes.cite, NULL},
                                {"--kind", &wishes.kind, NULL},
                                {"--area", &wishes.area, NULL},
                                {"--mass", &wishes.mass, NULL},
                                {"--formation", &wishes.formation, NULL},
                                {"--first", &wishes.first, NULL},
                                {"--current-sign", &wishes.sign, NULL},
                                {NULL, NULL, NULL}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &count));
  DAVY_CHECK(count, DAVY_ERR_USAGE, "report: no input (see davy report --help)");
  DAVY_TRY(parse_wishes(&wishes));
  DAVY_TRY(refuse_overwrite(argv + 1, count, wishes.page));
  DAVY_TRY(refuse_overwrite(argv + 1, count, wishes.json));
  char name[1024], path[1032];
  davy_plain_name(argv[1], name, sizeof name);
  bool nameless = strspn(name, ".") == strlen(name); /* "." and ".." */
  snprintf(path, sizeof path, "%s.html", nameless ? "report" : name);
  return make_report(&wishes, argv + 1, count, wishes.page ? wishes.page : path);
}

const DavyVerb davy_verb_report = {"report", "from cycler files to one page", help_text, run};
