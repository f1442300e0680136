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
  DAVY_CELL_HALF,     /* working electrode against alkali metal: CE = charge / discharge */
  DAVY_CELL_FULL,     /* CE = discharge / charge; a cathode against metal counts as one */
  DAVY_CELL_SYMMETRIC /* the same metal on both sides: no CE, but a polarisation */
} DavyCellKind;

typedef enum { DAVY_FIRST_AUTO, DAVY_FIRST_CHARGE, DAVY_FIRST_DISCHARGE } DavyFirst;

/* What a file cannot say about its cell. NaN: not known. */
typedef struct {
  const char *name; /* borrowed; NULL: none */
  DavyCellKind kind;
  double area;          /* m2, geometric, of the working electrode */
  double active_mass;   /* kg */
  int formation_cycles; /* the first ones, left out of the mean CE */
  DavyFirst first; /* opens a cycle; automatic: discharge in a half cell, charge in a full cell,
                      whichever comes first in a symmetric one */
} DavyCellInfo;

/* Everything automatic or not known, no formation cycles. */
DavyCellInfo DavyCellInfoDefault(void);

typedef struct DavyAnalysis DavyAnalysis;

/* Works on a finished record; `record` and `cell` are not kept; cell may be NULL (the default).
 * The caller owns the result. A record that supports nothing (no current, impedance only) is no
 * error: the analysis then holds warnings that say why. Time O(rows), memory of the order of the
 * number of steps. */
DavyError DavyAnalyse(const DavyRecord *record, const DavyCellInfo *cell, DavyAnalysis **analysis);
void DavyAnalysisDestroy(DavyAnalysis **analysis);

/* As judged or as told; DAVY_CELL_AUTO only where the record gives nothing to judge by. */
DavyCellKind DavyAnalysisKind(const DavyAnalysis *analysis);

/* Tables, in the order a reader wants them; NULL past the last, or for a key that this analysis
 * does not have. Rows of the record count from 0. A capacity is the instrument's own count where
 * that agrees with the integral of the current over the record to 2 %, else the integral; the
 * table "half_cycles" shows both.
 *
 * "summary": quantity, value, uncertainty, unit, basis, first_row, last_row, key. One row a figure;
 *   `key` is stable ("mean_coulombic_efficiency", ...: docs/analysis.md), the unit stands in the
 *   row, `basis` says in words what the figure and its uncertainty are made of.
 * "cycles": cycle, vendor_cycle, charge_capacity, discharge_capacity (mAh; labelled stripped and
 *   plated in a half cell that plates metal), charge_areal_capacity, discharge_areal_capacity
 *   (mAh/cm2, if the area is known), charge_specific_capacity, discharge_specific_capacity (mAh/g,
 *   if the mass is known), charge_voltage, discharge_voltage (mean over the charge passed, V),
 *   remark, first_row, last_row, start_time, duration (h); half and full cells:
 *   coulombic_efficiency, coulombic_efficiency_uncertainty (%); full cells: charge_energy,
 *   discharge_energy (mWh), energy_efficiency (%); symmetric cells: polarisation,
 *   electrode_overpotential (mV).
 * "half_cycles": half_cycle, cycle, direction ("charge", "discharge"), capacity,
 *   capacity_uncertainty, integrated_capacity, vendor_capacity (mAh), areal_capacity (mAh/cm2),
 *   mean_voltage, middle_voltage, end_voltage (V), remark, first_row, last_row, start_time,
 *   duration (h); symmetric cells: nucleation_dip, arching (mV).
 * "steps": step, vendor_cycle, type, start_time, duration (h), mean_current (mA), capacity (mAh,
 *   signed), start_voltage, end_voltage (V), first_row, last_row.
 * Cells whose value the record cannot support are empty. */
const DavyTable *DavyAnalysisTableAt(const DavyAnalysis *analysis, size_t i);
const DavyTable *DavyAnalysisTable(const DavyAnalysis *analysis, const char *key);

/* The verdict in words with numbers, one sentence each; NULL past the last. The first says what
 * kind of cell it is and why. */
const char *DavyAnalysisSentence(const DavyAnalysis *analysis, size_t i);
/* What the data cannot support, with the reason; NULL past the last. */
const char *DavyAnalysisWarning(const DavyAnalysis *analysis, size_t i);

#ifdef __cplusplus
}
#endif
#endif
