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
  int fluids;               /* regions of electrolyte that hang together */
  double *rate, *past_rate; /* of each body, m^dim/s: now, and one step before */
  double gross;             /* plated and stripped together, m^dim/s */
} State;

struct DavyGrowth {
  DavyGrowthPlan plan;
  State now;
  DavySheet *sheet, *past;
  int *origin;        /* of each body now: the body before that it is, alone; otherwise -1 */
  int32_t rearranged; /* the last step joined, parted or ended bodies or regions of fluid */
  double time, step, travel, h;
  double share[DAVY_SPEEDS]; /* of the last step */
  double salt_start, metal_start, plated[2], throughput, seeded, vanished;
};

/* A growth with its plan alone. */
DavyError growth_new(const DavyGrowthPlan *plan, DavyGrowth **growth);
/* The substrate at the corners of the state's mesh. */
DavyError growth_ground(const DavyGrowth *growth, State *state);
/* Bodies of the state's cuts, without a past, and fields about them. */
DavyError growth_settle(DavyGrowth *growth, State *state);
/* What failed on one rank has failed on all. Collective. */
DavyError growth_agree(const DavyGrowth *growth, DavyError error);

#endif
