/* The cell engine: a symmetric metal cell in one dimension, driven by a protocol, recorded as a
 * cycler would record it. Equations and discretisation: docs/cell.md.
 *
 *   DavyCellParameters parameters = DavyCellParametersDefault();
 *   parameters.electrolyte = DavyElectrolyteDilute(1000, 1e-10, 1e-10, 298.15); ...
 *   DavyCellCreate(&parameters, &cell);
 *   DavyCellRun(cell, protocol);                      // as far as it goes
 *   DavyRecordWriteBdf(DavyCellRecord(cell), "record.bdf.csv");
 *
 * The working electrode is the positive terminal: plating on it is negative current.
 */
#ifndef DAVY_CELL_H
#define DAVY_CELL_H

#include <stddef.h>
#include <stdio.h>
#include "davy/electrolyte.h"
#include "davy/error.h"
#include "davy/protocol.h"
#include "davy/record.h"
#include "davy/table.h"
#include "davy/yaml.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  double thickness;                /* of the metal at the start, m */
  double exchange_current_density; /* at the initial concentration, A/m2; goes with c^alpha_a */
  double alpha_a, alpha_c;         /* transfer coefficients of dissolution and plating */
  double film_resistance;          /* of the SEI, ohm m2 */
} DavyMetalElectrode;

typedef struct {
  DavyElectrolyte electrolyte;
  DavySeparator separator;
  DavyMetalElectrode working, counter;
  double molar_volume; /* of the metal, m3/mol */
  double temperature;  /* K */
  double area;         /* of each electrode, m2 */
  int cells;           /* finite volumes through the separator */
  double grading;      /* 0: equal cells; the middle ones are cosh2(grading) times the outer ones */
  double tolerance;    /* relative, of the time integration */
} DavyCellParameters;

/* Numerical defaults (cells, grading, tolerance), alphas of one half, 25 degC; the rest is zero. */
DavyCellParameters DavyCellParametersDefault(void);

typedef struct DavyCell DavyCell;

/* Copies the parameters. DAVY_ERR_VALUE names one that is impossible. */
DavyError DavyCellCreate(const DavyCellParameters *parameters, DavyCell **cell);
void DavyCellDestroy(DavyCell **cell);

/* Where the run comes from (program, input, hash), for the notes of the ledger and the record. */
DavyError DavyCellSetOrigin(DavyCell *cell, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Runs the protocol from the cell's present state and adds to its record and ledger. A step that
 * runs out of metal or salt ends like one at its voltage limit if it has such a limit; else the
 * run ends there. Errors: DAVY_ERR_SOLVER (that, or the integrator failed), DAVY_ERR_INTERRUPTED,
 * DAVY_ERR_LEDGER, DAVY_ERR_MEMORY; the rows and lines up to there are kept. */
DavyError DavyCellRun(DavyCell *cell, const DavyProtocol *protocol);

/* Voltage, current, capacities and counts as a cycler has them, and as extra columns the thickness
 * of both metals (um) and the salt at both electrodes (mol/m3). Owned by the cell. */
const DavyRecord *DavyCellRecord(const DavyCell *cell);
/* "ledger": one line a step with the reason of its end, the charge passed, the change of both
 * metals and of the salt, and how far they are from balance, relative to the largest charge of a
 * step and to the salt in the cell. Owned by the cell. */
const DavyTable *DavyCellLedger(const DavyCell *cell);
/* Largest imbalance so far; more than DAVY_LEDGER_LIMIT ends a run. */
double DavyCellImbalance(const DavyCell *cell);
#define DAVY_LEDGER_LIMIT 1e-10

DavyReason DavyCellReason(const DavyCell *cell); /* why the last run ended */
long DavyCellTimeSteps(const DavyCell *cell);    /* of the integrator, over all runs */

/* The state as it stands: `count` cells with their middles (m, from the working electrode) and salt
 * (mol/m3). Borrowed until the next call. */
int DavyCellProfile(const DavyCell *cell, const double **position, const double **concentration);
double DavyCellThickness(const DavyCell *cell, int counter); /* m; 0: working, 1: counter */
/* At the electrodes' surfaces, mol/m3, at the present current. */
double DavyCellSurfaceConcentration(const DavyCell *cell, int counter);

/* A case file with `engine: cell` (docs/cell.md has its keys): parameters, each with its source and
 * kind, from the case, the materials that it names, or stated defaults; and the protocol. */
typedef struct DavyCellCase DavyCellCase;

/* The document must outlive the case. Errors name file, line, key and what was expected. Sources
 * of what is used are registered with DavyCite. */
DavyError DavyCellCaseRead(const DavyYaml *document, DavyCellCase **cell_case);
void DavyCellCaseDestroy(DavyCellCase **cell_case);
const DavyCellParameters *DavyCellCaseParameters(const DavyCellCase *cell_case);
const DavyProtocol *DavyCellCaseProtocol(const DavyCellCase *cell_case);
const char *DavyCellCaseTitle(const DavyCellCase *cell_case); /* never NULL */
/* What is odd: values used outside their range, currents that the salt cannot carry. NULL past the
 * last. */
const char *DavyCellCaseWarning(const DavyCellCase *cell_case, int i);
/* The resolved case: every default filled in, with unit, kind and source, and what to expect as
 * comments. Read again it gives the identical run. */
void DavyCellCaseWrite(const DavyCellCase *cell_case, FILE *file);
/* The keys of a case, with bounds and defaults. */
void DavyCellCaseDescribe(FILE *file);
/* After a run: warns of properties that were used outside the range in which they hold. */
void DavyCellCaseCheckRun(DavyCellCase *cell_case, const DavyCell *cell);

/* Voltage of the cell at a current density (A/m2, positive strips the working electrode): at once,
 * with the salt still even, and in the steady state (NaN beyond the limiting current). */
DavyError DavyCellExpected(const DavyCellParameters *parameters, double current_density,
                           double *at_once, double *steady);

#ifdef __cplusplus
}
#endif
#endif
