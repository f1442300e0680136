/* What a run leaves behind as it goes: rows of the record, lines of the ledger. */
#ifndef DAVY_INTERFACE_BOOKS_H
#define DAVY_INTERFACE_BOOKS_H

#include "davy/record.h"
#include "davy/table.h"
#include "interface/growth.h"
#include "interface/model.h"
#include "interface/morphology.h"
#include "interface/stream.h"

/* Relative; more is an error. */
#define DAVY_INTERFACE_LEDGER_LIMIT 1e-10

typedef struct {
  DavyRecord *record;
  DavyTable *ledger, *morphology;
  size_t rows;
  double imbalance; /* the largest yet */
} DavyBooks;

/* One instant. Charges positive into the working electrode, where they dissolve metal. */
typedef struct {
  const DavyDriver *driver;
  const DavyStep *step;
  double time, step_time;     /* s */
  double voltage;             /* V, working against counter electrode */
  double current;             /* A (2D: of one metre's depth) */
  double step_charge, charge; /* C, since the step began, and the run */
} DavyInstantRow;

/* Sums over a run, m^dim of metal or C. */
typedef struct {
  double charge;           /* C through the circuit, positive when it dissolves working metal */
  double passed;           /* C that have flowed both ways */
  double alloyed;          /* C taken up by the substrate */
  double working, counter; /* m^dim of metal gained by currents */
  double orphaned;         /* m^dim of working metal without contact */
  double per_volume;       /* C per m^dim of metal: zF/V_m */
  double area;             /* m2 (2D: m) */
} DavySums;

DavyError DavyBooksCreate(DavyBooks *books);
void DavyBooksFree(DavyBooks *books);
DavyError DavyBooksRow(DavyBooks *books, const DavyInstantRow *row);
/* The deposit's figures at that instant; area as in the sums, m2 (2D: m). */
DavyError DavyBooksMorphology(DavyBooks *books, const DavyInstantRow *row, double area,
                              const DavyMorphology *m);
/* A line at the end of a step. DAVY_ERR_LEDGER if a conservation law is broken. */
DavyError DavyBooksStep(DavyBooks *books, const DavyInstantRow *row, DavyReason reason,
                        const DavySums *sums, const DavyGrowthLedger *ledger);

/* Through a file: writes all rows, or reads them into empty books. `open`: the ledger's last line
 * is of a step that goes on, and is left out. DAVY_ERR_FORMAT where what is read ends too soon. */
DavyError DavyBooksPass(DavyBooks *books, Stream *stream, bool open);

#endif
