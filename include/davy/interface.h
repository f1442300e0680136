/* The interface engine: metal that grows and strips on a substrate, in two or three dimensions, on
 * an adaptive mesh over MPI (docs/interface.md). It is a module of its own, davy_interface.so, that
 * `davy run` loads when a case says `engine: interface`, so that nothing else needs MPI or PETSc;
 * the two meet in one struct of functions. The cell engine fills the same struct, and `davy run`
 * knows nothing else of either.
 *
 *   const DavyEngine *engine = dlsym(module, "davy_interface_engine");
 *   engine->open(document, &run);
 *   engine->run(run, &(DavyRunOrder){.origin = "davy 0.1.0, case x.yaml", .folder = "out",
 *                                    .save_every = 600});
 *   DavyRecordWriteBdf(engine->record(run), "record.bdf.csv");
 *   engine->close(&run);
 */
#ifndef DAVY_INTERFACE_H
#define DAVY_INTERFACE_H

#include <stdbool.h>
#include <stdio.h>
#include "davy/error.h"
#include "davy/record.h"
#include "davy/table.h"
#include "davy/yaml.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Grows whenever DavyEngine changes: a module of another version is refused. */
#define DAVY_ENGINE_VERSION 3

/* How a case is to be run. */
typedef struct {
  const char *origin; /* program, input, hash: for the notes of record and tables */
  const char *folder; /* is there; receives what only the engine writes (fields, saved state) */
  bool resume;        /* go on from the state that is saved in the folder */
  double save_every;  /* s on the clock between saved states */
} DavyRunOrder;

typedef struct DavyEngineRun
    DavyEngineRun; /* a case and, once run, its results; each engine's own */

/* On several ranks every function is called on all of them, except write_case and what reads
 * results, which the first rank may call alone. */
typedef struct {
  int version;
  const char *cell_kind; /* for study.yaml: "symmetric", "half" */

  /* The keys of a case with bounds and defaults, for people; the engine need not be started. */
  void (*write_keys)(FILE *file);

  /* Starts the engine (the interface engine: MPI, ranks other than the first fall silent) and
   * reads the case; the document must outlive the run. Errors name file, line, key, value and what
   * was expected. */
  DavyError (*open)(const DavyYaml *document, DavyEngineRun **run);
  void (*close)(DavyEngineRun **run);  /* safe on NULL; ends the engine */
  bool (*leads)(void);                 /* on the rank that prints and writes; after close too */
  DavyError (*agree)(DavyError error); /* the error of the rank that leads, on every rank */

  const char *(*title)(const DavyEngineRun *run); /* never NULL */
  double (*area)(const DavyEngineRun *run);       /* m2; in two dimensions of one metre's depth */
  /* The resolved case: every default filled in, with unit, kind and source, and what to expect as
   * comments. Read again it gives the identical run. */
  void (*write_case)(const DavyEngineRun *run, FILE *file);
  const char *(*warning)(const DavyEngineRun *run, int i); /* NULL past the last */

  /* Runs the whole protocol, or resumes it. After DAVY_ERR_SOLVER, DAVY_ERR_INTERRUPTED and
   * DAVY_ERR_LEDGER what was done is kept; after other errors, and where a run that was to be
   * resumed had finished, there may be no record (NULL). */
  DavyError (*run)(DavyEngineRun *run, const DavyRunOrder *order);
  const DavyRecord *(*record)(const DavyEngineRun *run);
  const DavyTable *(*table)(const DavyEngineRun *run, int i); /* NULL past the last */
  double (*imbalance)(const DavyEngineRun *run);              /* largest, relative */
  DavyReason (*reason)(const DavyEngineRun *run);             /* why the run ended */
} DavyEngine;

/* In the module. */
extern const DavyEngine davy_interface_engine;

#ifdef __cplusplus
}
#endif
#endif
