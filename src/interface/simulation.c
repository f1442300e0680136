/* A run of the interface engine: fronts move in a later step, so that every run ends here. */
#include "interface/simulation.h"

DavyError DavySimulationCreate(MPI_Comm comm, const DavyModel *model, DavySimulation **simulation) {
  (void)comm;
  (void)model;
  *simulation = NULL;
  return DavyFail(DAVY_ERR_UNSUPPORTED, "engine: interface: fronts do not move in this build");
}

void DavySimulationDestroy(DavySimulation **simulation) {
  *simulation = NULL;
}

DavyError DavySimulationSetOrigin(DavySimulation *simulation, const char *origin) {
  (void)simulation;
  (void)origin;
  return DAVY_OK;
}

DavyError DavySimulationRun(DavySimulation *simulation, DavySimulationProgress progress,
                            void *context) {
  (void)simulation;
  (void)progress;
  (void)context;
  return DAVY_OK;
}

const DavyRecord *DavySimulationRecord(const DavySimulation *simulation) {
  (void)simulation;
  return NULL;
}
const DavyTable *DavySimulationLedger(const DavySimulation *simulation) {
  (void)simulation;
  return NULL;
}
const DavyTable *DavySimulationMorphology(const DavySimulation *simulation) {
  (void)simulation;
  return NULL;
}
double DavySimulationImbalance(const DavySimulation *simulation) {
  (void)simulation;
  return 0;
}
DavyReason DavySimulationReason(const DavySimulation *simulation) {
  (void)simulation;
  return DAVY_REASON_NONE;
}
