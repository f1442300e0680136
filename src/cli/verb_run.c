/* davy run: a case through an engine to a record, a ledger and the resolved case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "davy/cell.h"
#include "davy/cite.h"
#include "davy/file.h"
#include "davy/log.h"
#include "davy/units.h"

static const char help_text[] =
    "davy run CASE.yaml [-o DIR]: simulate a case\n\n"
    "  davy run cases/sodium_symmetric_cell/case.yaml -o out    then: davy report out\n"
    "  davy run case.yaml --check                               what would run, nothing written\n\n"
    "DIR (the case's name without .yaml if not given) receives\n"
    "  record.bdf.csv           time, voltage, current, capacities, as a cycler has them\n"
    "  ledger.csv, ledger.json  charge, metal and salt of every step, and why it ended\n"
    "  case.yaml                the case with every default filled in; running it gives the same\n"
    "  study.yaml               area and kind of cell, for davy report\n\n"
    "  -o DIR        the folder to write\n"
    "  --check       check the case, print it resolved with limiting current and expected\n"
    "                voltages\n"
    "  --cite FILE   write the sources of all that was used, as BibTeX (- for the terminal)\n\n"
    "Ctrl-C keeps what was done (exit status 130); so does a step that cannot go on (1).\n";

/* One run: what is read, and where it goes. */
typedef struct {
  const char *input, *folder;
  char hash[65];
  DavyYaml *document;
  DavyCellCase *cell_case;
  DavyCell *cell;
} Run;

static DavyError read_input(Run *run) {
  DavyBytes bytes;
  DAVY_TRY(DavyBytesOpen(run->input, &bytes));
  DavySha256(bytes.data, bytes.size, run->hash);
  DavyError error = DavyYamlParse((const char *)bytes.data, bytes.size, run->input, &run->document);
  DavyBytesClose(&bytes);
  if (error) return error;
  DavyNode root = DavyYamlRoot(run->document), engine = DavyNodeGet(root, "engine");
  const char *name = DavyNodeText(engine);
  if (!name || strcmp(name, "cell"))
    return DavyFailAt(DavyNodePlace(engine.index ? engine : root), DAVY_ERR_VALUE,
                      "engine: %s; expected cell", name ? name : "missing");
  return DavyCellCaseRead(run->document, &run->cell_case);
}

static void write_resolved(const Run *run, FILE *file) {
  fprintf(file, "# Resolved by davy " DAVY_VERSION " from %s, SHA-256 %s\n", run->input, run->hash);
  DavyCellCaseWrite(run->cell_case, file);
}

static void write_study(const Run *run, FILE *file) {
  const DavyCellParameters *p = DavyCellCaseParameters(run->cell_case);
  char area[80];
  DavyQuantityText(p->area, "cm2", "m2", area);
  fprintf(file, "# Written by davy " DAVY_VERSION " run from %s, SHA-256 %s\ntitle: ", run->input,
          run->hash);
  DavyYamlWriteScalar(file, DavyCellCaseTitle(run->cell_case));
  fputs("\ncells:\n  - name: ", file);
  DavyYamlWriteScalar(file, DavyCellCaseTitle(run->cell_case));
  fprintf(file, "\n    files: record.bdf.csv\n    kind: symmetric\n    area: %s\n", area);
}

/* A file of the folder, complete or not at all. */
static DavyError write_file(const Run *run, const char *name, void (*write)(const Run *, FILE *)) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", run->folder, name);
  DavyOutput *out = NULL;
  DAVY_TRY(DavyOutputOpen(path, &out));
  write(run, DavyOutputFile(out));
  return DavyOutputCommit(&out);
}

static void write_ledger_csv(const Run *run, FILE *file) {
  DavyTableWriteCsv(DavyCellLedger(run->cell), file);
}
static void write_ledger_json(const Run *run, FILE *file) {
  DavyTableWriteJson(DavyCellLedger(run->cell), file);
}

static DavyError write_outputs(const Run *run) {
  char path[4096];
  snprintf(path, sizeof path, "%s/record.bdf.csv", run->folder);
  DAVY_TRY(DavyRecordWriteBdf(DavyCellRecord(run->cell), path));
  DAVY_TRY(write_file(run, "ledger.csv", write_ledger_csv));
  DAVY_TRY(write_file(run, "ledger.json", write_ledger_json));
  DAVY_TRY(write_file(run, "case.yaml", write_resolved));
  return write_file(run, "study.yaml", write_study);
}

static void show_warnings(const Run *run) {
  const char *warning;
  for (int k = 0; (warning = DavyCellCaseWarning(run->cell_case, k)); k++)
    DavyLog(DAVY_LOG_WARNING, "%s", warning);
  const DavyRecord *record = run->cell ? DavyCellRecord(run->cell) : NULL;
  for (size_t k = 0; record && k < DavyRecordWarnings(record); k++)
    DavyLog(DAVY_LOG_WARNING, "%s", DavyRecordWarning(record, k));
}

static DavyError add_provenance(const Run *run) {
  return DavyCellSetOrigin(run->cell, "davy " DAVY_VERSION ", case %s, SHA-256 %s", run->input,
                           run->hash);
}

/* What was done is written even where the run broke off; its error is the one that is told. */
static DavyError simulate(Run *run) {
  DAVY_TRY(DavyCellCreate(DavyCellCaseParameters(run->cell_case), &run->cell));
  DAVY_TRY(add_provenance(run));
  DAVY_TRY(DavyMakeDirectory(run->folder)); /* refused now rather than after hours of computing */
  DavyError error = DavyCellRun(run->cell, DavyCellCaseProtocol(run->cell_case));
  char *reason = error ? strdup(DavyErrorMessage()) : NULL;
  DavyInterruptClear();
  DavyCellCaseCheckRun(run->cell_case, run->cell);
  show_warnings(run);
  DavyError written = write_outputs(run);
  if (!written)
    DavyLog(DAVY_LOG_INFO, "%s: %zu rows, ledger balanced to %.1e: %s", run->folder,
            DavyRecordRows(DavyCellRecord(run->cell)), DavyCellImbalance(run->cell),
            DavyReasonWords(DavyCellReason(run->cell)));
  if (error) DavyFail(error, "%s", reason ? reason : "out of memory");
  free(reason);
  return error ? error : written;
}

static DavyError write_sources(const char *path) {
  DavyOutput *out = NULL;
  DAVY_TRY(DavyOutputOpen(path, &out));
  DavyError error = DavyCiteWriteBib(DavyOutputFile(out));
  if (!error) return DavyOutputCommit(&out);
  DavyOutputDiscard(&out);
  return error;
}

/* "cases/demo/case.yaml" gives "case". */
static char *default_folder(const char *input) {
  const char *slash = strrchr(input, '/');
  char *name = strdup(slash ? slash + 1 : input);
  char *dot = name ? strrchr(name, '.') : NULL;
  if (dot && dot != name) *dot = '\0';
  return name;
}

static DavyError run_verb(int argc, char **argv) {
  const char *folder = NULL, *bib = NULL;
  int check = 0, operands;
  const DavyOption options[] = {
      {"-o", &folder, NULL}, {"--cite", &bib, NULL}, {"--check", NULL, &check}, {NULL, NULL, NULL}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  DAVY_CHECK(operands == 1, DAVY_ERR_USAGE,
             "run: %d cases given; expected one (see davy run "
             "--help)",
             operands);
  char *own_folder = folder ? NULL : default_folder(argv[1]);
  Run run = {.input = argv[1], .folder = folder ? folder : own_folder};
  DavyError error = run.folder ? read_input(&run) : DavyFail(DAVY_ERR_MEMORY, "out of memory");
  if (!error && check) {
    write_resolved(&run, stdout);
    show_warnings(&run);
  } else if (!error) {
    error = simulate(&run);
  }
  if (!error && bib) error = write_sources(bib);
  DavyCellDestroy(&run.cell);
  DavyCellCaseDestroy(&run.cell_case);
  DavyYamlDestroy(&run.document);
  free(own_folder);
  return error;
}

const DavyVerb davy_verb_run = {"run", "simulate a case: record, ledger, resolved case", help_text,
                                run_verb};
