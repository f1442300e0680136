/* What became of a simulated front, in words and plots. */
#ifndef DAVY_REPORT_MORPHOLOGY_PLOTS_H
#define DAVY_REPORT_MORPHOLOGY_PLOTS_H

#include "report/digest.h"

/* Heights, roughness, coverage, porosity and orphans against charge, of the cells that have a table
 * "morphology": of one cell what belongs together in one plot, of several a plot a quantity. */
void plots_of_morphology(DavyPage *page, const Digest *cells, size_t count);

/* Sentences on the metal at the end, and where some of it was stripped again, at its most. Nothing
 * of another table, or of one without the columns. */
DavyError say_morphology(Digest *cell, const DavyTable *table);

#endif
