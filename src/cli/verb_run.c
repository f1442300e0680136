/* davy run: a case through an engine to a record, a ledger and the resolved case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/engine.h"
#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/file.h"
#include "davy/log.h"
#include "davy/units.h"

static const char help_text[] =
    "davy run CASE.yaml [-o DIR] [--resume]: simulate a case\n\n"
    "  davy run cases/sodium_symmetric_cell/case.yaml -o out    then: davy report out\n"
    "  davy run case.yaml --check                               what would run, nothing written\n"
    "  mpirun -n 4 davy run case.yaml                           engine: interface, on 4 ranks\n"
    "  davy run case.yaml -o out --resume                       go on where that was broken off\n"
    "  davy run --keys interface                                what a case may say\n\n"
    "DIR (the case's name without .yaml if not given) receives\n"
    "  record.bdf.csv           time, voltage, current, capacities, as a cycler has them\n"
    "  ledger.csv, ledger.json  charge, metal and salt of every step, and why it ended\n"
    "  case.yaml                the case with every default filled in; running it gives the same\n"
    "  study.yaml               area and kind of cell, for davy report\n"
    "and from engine: interface also\n"
    "  morphology.csv, .json    height, roughness, coverage, bodies, orphaned metal\n"
    "  fields, front            what its docs say (docs/interface.md)\n"
    "  restart.davy             the state to go on from\n\n"
    "  -o DIR        the folder to write\n"
    "  --check       check the case, print it resolved with what to expect: limiting current,\n"
    "                voltages or lengths, cells\n"
    "  --keys ENGINE the keys of a case for engine cell or interface, with bounds and defaults\n"
    "  --resume      go on from DIR/restart.davy, with the same case, on any number of ranks: the\n"
    "                outputs become those of a run that was never broken off\n"
    "  --save-every TIME\n"
    "                on the clock, between saved states; \"10 min\" if not given. One is saved "
    "too\n"
    "                at the end, after Ctrl-C and when a step cannot go on\n"
    "  --cite FILE   write the sources of all that was used, as BibTeX (- for the terminal)\n\n"
    "Ctrl-C keeps what was done (exit status 130); so does a step that cannot go on (1).\n";

/* One run: what is read, and where it goes. */
typedef struct {
  const char *input, *folder;
  int resume;
  double save_every; /* s */
  char hash[65];
  DavyYaml *document;
  const DavyEngine *engine;
  DavyEngineRun *of_engine;
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
  error = engine_find(name ? name : "missing", &run->engine);
  if (error)
    return DavyFailAt(DavyNodePlace(engine.index ? engine : root), error, "engine: %s",
                      DavyErrorMessage());
  return run->engine->open(run->document, &run->of_engine);
}

static void write_resolved(const Run *run, FILE *file) {
  fprintf(file, "# Resolved by davy " DAVY_VERSION " from %s, SHA-256 %s\n", run->input, run->hash);
  run->engine->write_case(run->of_engine, file);
}

static void write_study(const Run *run, FILE *file) {
  char area[80];
  const char *title = run->engine->title(run->of_engine);
  DavyQuantityText(run->engine->area(run->of_engine), "cm2", "m2", area);
  fprintf(file, "# Written by davy " DAVY_VERSION " run from %s, SHA-256 %s\ntitle: ", run->input,
          run->hash);
  DavyYamlWriteScalar(file, title);
  fputs("\ncells:\n  - name: ", file);
  DavyYamlWriteScalar(file, title);
  fprintf(file, "\n    files: record.bdf.csv\n    kind: %s\n    area: %s\n", run->engine->cell_kind,
          area);
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

static DavyError write_table(const Run *run, const DavyTable *table, const char *ending,
                             DavyError (*write)(const DavyTable *, FILE *)) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.%s", run->folder, DavyTableKey(table), ending);
  DavyOutput *out = NULL;
  DAVY_TRY(DavyOutputOpen(path, &out));
  DavyError error = write(table, DavyOutputFile(out));
  if (!error) return DavyOutputCommit(&out);
  DavyOutputDiscard(&out);
  return error;
}

static DavyError write_outputs(const Run *run) {
  char path[4096];
  const DavyTable *table;
  snprintf(path, sizeof path, "%s/record.bdf.csv", run->folder);
  DAVY_TRY(DavyRecordWriteBdf(run->engine->record(run->of_engine), path));
  for (int k = 0; (table = run->engine->table(run->of_engine, k)); k++) {
    DAVY_TRY(write_table(run, table, "csv", DavyTableWriteCsv));
    DAVY_TRY(write_table(run, table, "json", DavyTableWriteJson));
  }
  DAVY_TRY(write_file(run, "case.yaml", write_resolved));
  return write_file(run, "study.yaml", write_study);
}

static void show_warnings(const Run *run) {
  const char *warning;
  for (int k = 0; (warning = run->engine->warning(run->of_engine, k)); k++)
    DavyLog(DAVY_LOG_WARNING, "%s", warning);
  const DavyRecord *record = run->engine->record(run->of_engine);
  for (size_t k = 0; record && k < DavyRecordWarnings(record); k++)
    DavyLog(DAVY_LOG_WARNING, "%s", DavyRecordWarning(record, k));
}

/* The rank that leads writes; all of them learn whether it could. */
static DavyError keep_results(const Run *run) {
  const DavyEngine *engine = run->engine;
  const DavyRecord *record = engine->record(run->of_engine);
  DAVY_TRY(engine->agree(engine->leads() && record ? write_outputs(run) : DAVY_OK));
  if (record)
    DavyLog(DAVY_LOG_INFO, "%s: %zu rows, ledger balanced to %.1e: %s", run->folder,
            DavyRecordRows(record), engine->imbalance(run->of_engine),
            DavyReasonWords(engine->reason(run->of_engine)));
  return DAVY_OK;
}

/* What was done is written even where the run broke off; its error is the one that is told. The
 * folder is made first: refused now rather than after hours of computing. */
static DavyError simulate(Run *run) {
  const DavyEngine *engine = run->engine;
  char origin[4200];
  snprintf(origin, sizeof origin, "davy " DAVY_VERSION ", case %s, SHA-256 %s", run->input,
           run->hash);
  bool makes = engine->leads() && !run->resume; /* what is gone on from is there */
  DAVY_TRY(engine->agree(makes ? DavyMakeDirectory(run->folder) : DAVY_OK));
  const DavyRunOrder order = {.origin = origin,
                              .folder = run->folder,
                              .resume = run->resume,
                              .save_every = run->save_every};
  DavyError error = engine->run(run->of_engine, &order);
  char *reason = error ? strdup(DavyErrorMessage()) : NULL;
  DavyInterruptClear();
  show_warnings(run);
  DavyError written = engine->record(run->of_engine) ? keep_results(run) : DAVY_OK;
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

static DavyError read_interval(const char *text, double *seconds) {
  DavyError error = DavyQuantityParse(text, "s", seconds);
  if (error) return DavyErrorContext(error, "run: --save-every");
  DAVY_CHECK(*seconds >= 0, DAVY_ERR_VALUE, "run: --save-every %s; expected no less than 0 s",
             text);
  return DAVY_OK;
}

static DavyError write_keys(const char *name) {
  const DavyEngine *engine;
  DavyError error = engine_find(name, &engine);
  if (error) return DavyErrorContext(error, "run: --keys");
  engine->write_keys(stdout);
  return DAVY_OK;
}

static DavyError run_verb(int argc, char **argv) {
  const char *folder = NULL, *bib = NULL, *interval = "10 min", *keys = NULL;
  int check = 0, resume = 0, operands;
  double save_every;
  const DavyOption options[] = {{"-o", &folder, NULL},       {"--cite", &bib, NULL},
                                {"--keys", &keys, NULL},     {"--check", NULL, &check},
                                {"--resume", NULL, &resume}, {"--save-every", &interval, NULL},
                                {NULL, NULL, NULL}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  if (keys && operands == 0) return write_keys(keys);
  DAVY_CHECK(operands == 1, DAVY_ERR_USAGE,
             "run: %d cases given; expected one (see davy run "
             "--help)",
             operands);
  DAVY_TRY(read_interval(interval, &save_every));
  char *own_folder = folder ? NULL : default_folder(argv[1]);
  Run run = {.input = argv[1],
             .folder = folder ? folder : own_folder,
             .resume = resume,
             .save_every = save_every};
  DavyError error = run.folder ? read_input(&run) : DavyFail(DAVY_ERR_MEMORY, "out of memory");
  bool leads = !error && run.engine->leads();
  if (!error && check) {
    if (leads) write_resolved(&run, stdout);
    show_warnings(&run);
  } else if (!error) {
    error = simulate(&run);
  }
  if (!error && bib && leads) error = write_sources(bib);
  if (run.engine) run.engine->close(&run.of_engine);
  DavyYamlDestroy(&run.document);
  free(own_folder);
  /* The status is the leading rank's: where another ends with one, mpirun ends them all, before the
   * first has said why. */
  return run.engine && !run.engine->leads() ? DAVY_OK : error;
}

const DavyVerb davy_verb_run = {"run", "simulate a case: record, ledger, resolved case", help_text,
                                run_verb};
