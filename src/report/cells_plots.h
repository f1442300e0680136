/* The plots of a report on cells. */
#ifndef DAVY_REPORT_CELLS_PLOTS_H
#define DAVY_REPORT_CELLS_PLOTS_H

#include "report/digest.h"

/* Voltage and current in time, impedance, voltammograms, and what the analyses give by cycle; all
 * cells in each plot. */
void plots_of_cells(DavyPage *page, const Digest *cells, size_t count);
/* The overlaid cycles of one cell. */
void plots_of_cycles(DavyPage *page, const Digest *cell);

#endif
