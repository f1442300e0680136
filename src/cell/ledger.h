/* What went in against what is there: charge, metal and salt, step by step. */
#ifndef DAVY_CELL_LEDGER_H
#define DAVY_CELL_LEDGER_H

#include "cell/model.h"

typedef struct {
  DavyTable *table;
  double charge;           /* passed since the beginning, by the drive, C/m2 */
  double working, counter; /* metal gained since the beginning, C/m2 */
  double step_charge;      /* the largest that a step moved, C/m2: what errors are held against */
  double salt;             /* at the beginning, mol/m2 */
  double imbalance;
} CellLedger;

DavyError CellLedgerCreate(const CellModel *model, const double *y, CellLedger *ledger);
void CellLedgerFree(CellLedger *ledger);

/* Adds the line of a step that ended at `time` (s, since the step began). DAVY_ERR_LEDGER if the
 * balance does not hold. */
DavyError CellLedgerStep(CellLedger *ledger, const CellModel *model, const DavyDriver *driver,
                         const DavyStep *step, double time, DavyReason reason, const double *y);

#endif
