/* What a simulation is made of: for the files that lead and keep one. */
#ifndef DAVY_INTERFACE_SIMULATION_STATE_H
#define DAVY_INTERFACE_SIMULATION_STATE_H

#include "interface/books.h"
#include "interface/nuclei.h"
#include "interface/simulation.h"

struct DavySimulation {
  const DavyModel *model;
  MPI_Comm comm;
  DavyCircuit *circuit;
  DavyNuclei *nuclei;
  DavyGrowth *growth;
  DavyBooks books;
  DavyDriver driver;
  const DavyStep *step; /* NULL before the first and after the last */
  DavyReason reason;
  bool resumed;                  /* as read from a file: the step goes on */
  bool between;                  /* conditions are changing: nothing that could be saved */
  bool open;                     /* the last step broke off: it may go on */
  double level;                  /* y of the counter electrode's surface at the beginning, m */
  double started;                /* time at the beginning of the step, s */
  double current[DAVY_SPEEDS];   /* into the substrate, A: now, and one step before */
  double *alloying[DAVY_SPEEDS]; /* of each patch, C/s taken up, likewise */
  double charge, step_charge, passed, alloyed; /* C */
};

/* A simulation without its growth, and the plan for that. */
DavyError simulation_new(MPI_Comm comm, const DavyModel *model, DavyGrowthPlan *plan,
                         DavySimulation **simulation);

#endif
