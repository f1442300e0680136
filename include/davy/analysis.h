/* Analysis of a record: cycles, steps, half cycles, Coulombic efficiency, overpotential.
 *
 *   DavyCellInfo cell = DavyCellInfoDefault();
 *   cell.area = 1.54e-4;                              // m2
 *   DavyAnalyse(record, &cell, &analysis);
 *   const DavyTable *cycles = DavyAnalysisTable(analysis, "cycles");
 */
#ifndef DAVY_ANALYSIS_H
#define DAVY_ANALYSIS_H

#include <stddef.h>
#include "davy/error.h"
#include "davy/record.h"
#include "davy/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  DAVY_CELL_AUTO,     /* judged from the record, and stated */
  DAVY_CELL_HALF,     /* working electrode against alkali metal: CE = stripped / plated */
  DAVY_CELL_FULL,     /* CE = discharge / charge */
  DAVY_CELL_SYMMETRIC /* the same metal on both sides */
} DavyCellKind;

/* What a file cannot say about its cell. Zero or NaN means not known. */
typedef struct {
  const char *name; /* borrowed */
  DavyCellKind kind;
  double area;          /* m2, geometric, of the working electrode; NaN: not known */
  double active_mass;   /* kg; NaN: not known */
  int formation_cycles; /* left out of the mean CE */
  enum { DAVY_FIRST_AUTO, DAVY_FIRST_CHARGE, DAVY_FIRST_DISCHARGE } first; /* opens a cycle */
} DavyCellInfo;

DavyCellInfo DavyCellInfoDefault(void);

typedef struct DavyAnalysis DavyAnalysis;

/* Works on a finished record; `record` and `cell` are not kept. The caller owns the result. */
DavyError DavyAnalyse(const DavyRecord *record, const DavyCellInfo *cell, DavyAnalysis **analysis);
void DavyAnalysisDestroy(DavyAnalysis **analysis);

DavyCellKind DavyAnalysisKind(const DavyAnalysis *analysis); /* as judged, never AUTO */

/* Tables, in the order a reader wants them; NULL past the last. Keys: "summary" (quantity, value,
 * uncertainty, unit, basis), "cycles" (cycle, vendor_cycle, first_row, last_row,
 * charge_capacity/discharge_capacity or plated_capacity/stripped_capacity, coulombic_efficiency,
 * ...), "half_cycles" (symmetric cells: half_cycle, capacity, overpotential, ...), "steps".
 * first_row and last_row count from 0 into the record. */
const DavyTable *DavyAnalysisTableAt(const DavyAnalysis *analysis, size_t i);
const DavyTable *DavyAnalysisTable(const DavyAnalysis *analysis, const char *key);

/* The verdict in words with numbers, one sentence each; NULL past the last. */
const char *DavyAnalysisSentence(const DavyAnalysis *analysis, size_t i);
/* What the data cannot support, with the reason; NULL past the last. */
const char *DavyAnalysisWarning(const DavyAnalysis *analysis, size_t i);

#ifdef __cplusplus
}
#endif
#endif
