/* davy: an open laboratory for alkali-metal battery anodes, as a C library.
 *
 * The simple way: read a file, analyse it, look at a table.
 *
 *   #include <davy/davy.h>
 *
 *   DavyRecord *record = NULL;
 *   DavyAnalysis *analysis = NULL;
 *   DavyCellInfo cell = DavyCellInfoDefault();
 *   if (DavyRecordRead("cell.ndax", NULL, &record) || DavyAnalyse(record, &cell, &analysis))
 *     fprintf(stderr, "%s\n", DavyErrorMessage());
 *   else
 *     DavyTableWriteText(DavyAnalysisTable(analysis, "cycles"), stdout);
 *   DavyAnalysisDestroy(&analysis);
 *   DavyRecordDestroy(&record);
 *
 * The rules that hold everywhere: a fallible function returns a DavyError (0 is success) and leaves
 * a sentence in DavyErrorMessage(); what ...Create, ...Load, ...Read hand out is the caller's and
 * ends with ...Destroy, which is safe on NULL; strings handed out are borrowed; everything is in SI
 * units except where a name says otherwise; objects may be used from one thread at a time.
 *
 * In the order of the road through the program:
 *   error.h log.h file.h units.h yaml.h table.h cite.h constants.h   the ground
 *   field.h                                frames of a moving front, and the view of them
 *   material.h                             values with unit, range, source and kind
 *   record.h                               time series in, Battery Data Format out
 *   protocol.h electrolyte.h kinetics.h    what is done to a cell, and the laws it obeys
 *   diffraction.h                          powder patterns, CIF files, identification
 *   design.h                               budgets of cells, coatings and preparations
 *   cell.h                                 the simulated cell
 *   interface.h                            engines as davy run sees them; the moving front's module
 *   analysis.h                             cycles, efficiency, overpotential
 *   study.h                                which files are which cell; groups
 *   claims.h                               published statements held against numbers and physics
 *   report.h                               pages
 */
#ifndef DAVY_DAVY_H
#define DAVY_DAVY_H

#include "davy/error.h"
#include "davy/log.h"
#include "davy/file.h"
#include "davy/units.h"
#include "davy/yaml.h"
#include "davy/table.h"
#include "davy/cite.h"
#include "davy/constants.h"
#include "davy/field.h"
#include "davy/material.h"
#include "davy/record.h"
#include "davy/protocol.h"
#include "davy/electrolyte.h"
#include "davy/kinetics.h"
#include "davy/diffraction.h"
#include "davy/design.h"
#include "davy/cell.h"
#include "davy/interface.h"
#include "davy/analysis.h"
#include "davy/study.h"
#include "davy/claims.h"
#include "davy/report.h"

#endif
