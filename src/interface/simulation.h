/* A run of the interface engine: a model led through its protocol. Collective over its ranks. */
#ifndef DAVY_INTERFACE_SIMULATION_H
#define DAVY_INTERFACE_SIMULATION_H

#include "davy/record.h"
#include "davy/table.h"
#include "interface/circuit.h"
#include "interface/growth.h"
#include "interface/model.h"

typedef struct DavySimulation DavySimulation;

/* How far a run is, for its reader. */
typedef struct {
  double time;   /* s */
  double passed; /* charge that has flowed, both ways, C/m2 */
  double step;   /* of time, s */
  long long cells;
  int bodies, orphans;
} DavySimulationState;

/* Called on every rank after each step of time. */
typedef void (*DavySimulationProgress)(void *context, const DavySimulationState *state);

/* The model is borrowed. */
DavyError DavySimulationCreate(MPI_Comm comm, const DavyModel *model, DavySimulation **simulation);
void DavySimulationDestroy(DavySimulation **simulation);

/* Program, input and hash, for the notes of the record and the tables. Copied. */
DavyError DavySimulationSetOrigin(DavySimulation *simulation, const char *origin);

/* As it is between two steps of time, with its growth, record and tables, for Load; `hash`, of 64
 * digits, says of which case it is. After a step that broke off the file is of before its line in
 * the ledger. CanSave: not after an error that came while conditions were changing. Collective. */
bool DavySimulationCanSave(const DavySimulation *simulation);
DavyError DavySimulationSave(const DavySimulation *simulation, const char *hash, const char *path);
/* Goes on with Run; where the protocol was finished its reason says so, and it is not to be run.
 * DAVY_ERR_VALUE: the file is of another case; else as DavyGrowthLoad. Collective. */
DavyError DavySimulationLoad(MPI_Comm comm, const DavyModel *model, const char *hash,
                             const char *path, DavySimulation **simulation);

/* Through the whole protocol; at its end mesh and cuts are checked too (DAVY_ERR_LEDGER). After
 * DAVY_ERR_INTERRUPTED, DAVY_ERR_SOLVER and DAVY_ERR_LEDGER what was done is kept. */
DavyError DavySimulationRun(DavySimulation *simulation, DavySimulationProgress progress,
                            void *context);

const DavyRecord *DavySimulationRecord(const DavySimulation *simulation);
const DavyTable *DavySimulationLedger(const DavySimulation *simulation);
const DavyTable *DavySimulationMorphology(const DavySimulation *simulation);
double DavySimulationImbalance(const DavySimulation *simulation);
/* Charge that has flowed, both ways, C/m2. */
double DavySimulationPassed(const DavySimulation *simulation);
DavyReason DavySimulationReason(const DavySimulation *simulation);
/* The metal and the electrolyte as they are. */
const DavyGrowth *DavySimulationGrowth(const DavySimulation *simulation);
const DavyCircuit *DavySimulationCircuit(const DavySimulation *simulation);

#endif
