/* Metal that grows and dissolves: mesh, front, bodies and fields, carried through time together.
 *
 *   DavyGrowthPlan plan = {.box = ..., .metal = shape, .physics = {...}, ...};
 *   DavyGrowthCreate(&plan, &growth);
 *   while (time < end) DavyGrowthStep(growth, end - time, &reason);
 *
 * A step moves the front by at most a part of a cell, then solves the fields implicitly about its
 * new place. Every volume that a body gains is its current times V_m/F over the step; what a fluid
 * cell held goes with it. Second order in time together: the front by Adams and Bashforth's
 * formula, the contents by BDF2.
 */
#ifndef DAVY_INTERFACE_GROWTH_H
#define DAVY_INTERFACE_GROWTH_H

#include "interface/contents.h"
#include "interface/fields.h"
#include "interface/motion.h"

typedef struct {
  MPI_Comm comm;
  DavyBox box;
  int coarsest, finest; /* levels of the box's cubes */
  int band;             /* finest cells on each side of a front or a substrate; 6 or more */
  double spread;        /* of band.h */
  DavyShape metal;      /* psi at the beginning; NULL: no metal */
  const void *metal_context;
  const DavySubstrate *substrate; /* borrowed; NULL: none */
  int counter_wall;               /* side of the box behind the counter electrode's metal, or -1 */
  DavyPhysics physics;            /* surfaces' `body` is an index into DavyGrowthMetal's */
  /* Called on every rank with the bodies before fields are made about them, to fill in conductors,
   * condition and feed; NULL: the physics stays. */
  DavyError (*arrange)(void *context, const DavyMetal *metal, DavyPhysics *physics);
  void *arranger;    /* its context */
  DavyStateAt state; /* of the electrolyte at the beginning; NULL: c0, 0 V */
  const void *state_context;
  double molar_volume;   /* m3/mol */
  double film_repair[2]; /* of film.h, s: of the films on the substrate's metal and on the counter
                            electrode's; 0: nothing thins them */
  double front_step;     /* most that the front moves in a step, in finest cells */
  double first_step;     /* s, at most; 0: a tenth of what the front allows */
  int order;             /* 1 or 2 */
  bool steady;           /* the fields are at rest at any time, as under slow growth: no
                            -cV of the moving front, and no ledger of salt */
} DavyGrowthPlan;

typedef struct DavyGrowth DavyGrowth;

/* Of a cell: a body with less metal dissolves in one step; with more, half of it at most. */
#define DAVY_LAST_METAL 0.2

/* Errors are held against the metal that was plated and stripped, and this share of the metal
 * there: a front is put where its volume is right to 1e-13, and at rest nothing else moves. */
#define DAVY_LEDGER_LEAST 1e-3

/* What is conserved, since the beginning. */
typedef struct {
  double salt, salt_gained; /* mol in the fluid now; through reservoirs */
  double salt_error;        /* now - at the beginning - gained, over what was there */
  double metal, plated;     /* m^dim now; by all currents */
  double seeded, vanished;  /* m^dim of nuclei, and of bodies too small to go on with */
  double metal_error; /* now - at the beginning - plated - seeded + vanished, over what has moved */
} DavyGrowthLedger;

/* plan is copied, what it points to borrowed. Solves for the potential at time 0. */
DavyError DavyGrowthCreate(const DavyGrowthPlan *plan, DavyGrowth **growth);
void DavyGrowthDestroy(DavyGrowth **growth);

/* Goes on by one step of at most `most` seconds, chosen by how far the front may move; after a
 * failure smaller ones are tried. Conditions are asked for at its end. DAVY_ERR_SOLVER or
 * DAVY_ERR_LEDGER leave all as it was. */
DavyError DavyGrowthStep(DavyGrowth *growth, double most);
/* Solves for the potential again with the concentration as it is, and begins steps afresh: after
 * conditions have jumped. */
DavyError DavyGrowthRestart(DavyGrowth *growth);
/* New caps of metal, at once. */
DavyError DavyGrowthSeed(DavyGrowth *growth, const DavyNucleus *nucleus, int count);

const DavyGrowthPlan *DavyGrowthPlanOf(const DavyGrowth *growth);
double DavyGrowthTime(const DavyGrowth *growth);
/* The last step, s. */
double DavyGrowthLastStep(const DavyGrowth *growth);
/* By how much the rates at its beginning [0], and one step before that [1], counted in it. */
const double *DavyGrowthShares(const DavyGrowth *growth);
const DavyFields *DavyGrowthFields(const DavyGrowth *growth);
const DavyCuts *DavyGrowthCuts(const DavyGrowth *growth);
const DavyMetal *DavyGrowthMetal(const DavyGrowth *growth);
/* The front with its speeds, on every rank. */
const DavySheet *DavyGrowthSheet(const DavyGrowth *growth);
/* Volume that a body gains, m^dim/s, now. */
double DavyGrowthRate(const DavyGrowth *growth, int body);
/* Of all bodies that are the counter electrode's (true) or not: volume plated since the beginning.
 */
double DavyGrowthPlated(const DavyGrowth *growth, bool counter);
/* Collective. */
DavyGrowthLedger DavyGrowthAccount(const DavyGrowth *growth);

#endif
