/* What davy run left in its folder beside the record. */
#ifndef DAVY_CLI_SIMULATED_H
#define DAVY_CLI_SIMULATED_H

#include "davy/report.h"

/* Adds the resolved case's values and warnings, their sources, the ledger, the morphology and the
 * view of a front to the cell that the report took last. A folder without these files is no error:
 * then there is nothing to add. */
DavyError simulated_add(const char *folder, DavyReport *report);

#endif
