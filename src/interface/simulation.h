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

/* Through the whole protocol. After DAVY_ERR_INTERRUPTED, DAVY_ERR_SOLVER and DAVY_ERR_LEDGER what
 * was done is kept. */
DavyError DavySimulationRun(DavySimulation *simulation, DavySimulationProgress progress,
                            void *context);

const DavyRecord *DavySimulationRecord(const DavySimulation *simulation);
const DavyTable *DavySimulationLedger(const DavySimulation *simulation);
const DavyTable *DavySimulationMorphology(const DavySimulation *simulation);
double DavySimulationImbalance(const DavySimulation *simulation);
DavyReason DavySimulationReason(const DavySimulation *simulation);
/* The metal and the electrolyte as they are. */
const DavyGrowth *DavySimulationGrowth(const DavySimulation *simulation);
const DavyCircuit *DavySimulationCircuit(const DavySimulation *simulation);

#endif
