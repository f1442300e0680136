/* What a growth is made of: for the files that make and keep one. */
#ifndef DAVY_INTERFACE_GROWTH_STATE_H
#define DAVY_INTERFACE_GROWTH_STATE_H

#include "interface/growth.h"

/* All that belongs to one mesh and one place of the front. */
typedef struct {
  DavyMesh *mesh; /* shared by states while it serves */
  double *ground; /* at its corners; NULL without a substrate */
  DavyCuts *cuts;
  DavyMetal *metal;
  DavyFields *fields;
  double *rate, *past_rate; /* of each body, m^dim/s: now, and one step before */
} State;

struct DavyGrowth {
  DavyGrowthPlan plan;
  State now;
  DavySheet *sheet, *past;
  int *origin; /* of each body now: the body before that it is, alone; otherwise -1 */
  double time, step, travel, h;
  double salt_start, metal_start, plated[2], throughput, seeded, vanished;
};

#endif
