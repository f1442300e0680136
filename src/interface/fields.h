/* Concentration and potential of the electrolyte about fronts of given shape.
 *
 *   DavyPhysics physics = {.salt = {...}, .walls = 1u << 3, .condition = at_surface};
 *   DavyFieldsCreate(cuts, &physics, &fields);
 *   DavyFieldsSolve(fields, INFINITY);            // the steady state
 *   double amperes = DavyFieldsCurrent(fields, DAVY_FRONT);
 */
#ifndef DAVY_INTERFACE_FIELDS_H
#define DAVY_INTERFACE_FIELDS_H

#include "interface/solver.h"

typedef struct DavyFields DavyFields;

/* cuts and what physics points to are borrowed. The fields start at c0 and 0 V, conductors at 0 V.
 * Which conductor a surface belongs to is asked here, for good; body[mesh->cells] are the bodies of
 * the metal in each cell, which pieces of front then name, or NULL. */
DavyError DavyFieldsCreate(const DavyCuts *cuts, const int *body, const DavyPhysics *physics,
                           DavyFields **fields);
void DavyFieldsDestroy(DavyFields **fields);

/* Sets concentration (mol/m3) and potential (V), forgets the past and the time. */
typedef void (*DavyStateAt)(const void *context, const double x[3], double *concentration,
                            double *potential);
void DavyFieldsSet(DavyFields *fields, double time, DavyStateAt state, const void *context);

/* Where a front that moved has left the fields: the contents V u (m^dim) of each own group, carried
 * over from the mesh and shape before, now and one step before now (0 s: there was none). */
typedef struct {
  double time, step; /* s */
  const double *now, *before;
  const double *guess; /* (u, p) of each own group, to begin Newton's method with */
  double gained[2];    /* mol gained until now and until one step before */
} DavyFieldsPast;

void DavyFieldsContinue(DavyFields *fields, const DavyFieldsPast *past);
/* The film on each surface of the stencils, as DavySurface has it; 1 unless it is set. */
void DavyFieldsSetFilm(DavyFields *fields, const double *film);
/* Finds what flows through the surfaces with the values as they are: what the solution that they
 * are of had found, `frozen` if its dt was 0. */
DavyError DavyFieldsSurvey(DavyFields *fields, bool frozen);
/* Potential of one of the physics' conductors (from 1), V; where the next solution starts to look
 * for it. DavyFieldsSet leaves it. All ranks call. */
void DavyFieldsSetPotential(DavyFields *fields, int conductor, double volts);
double DavyFieldsPotential(const DavyFields *fields, int conductor);

/* Goes on by dt seconds, implicitly: INFINITY finds the steady state, 0 the potential with the
 * concentration as it is. The order is 1 (backward Euler) or 2 (BDF2, after a step of order 1; the
 * step may vary). An error leaves fields and potentials as they were. */
DavyError DavyFieldsSolve(DavyFields *fields, double dt, int order);
/* Gives back what only solutions need, most of the memory: these fields are to be read; to
 * solve them again is DAVY_ERR_SOLVER. */
void DavyFieldsRest(DavyFields *fields);

double DavyFieldsTime(const DavyFields *fields);
const DavyGroups *DavyFieldsGroups(const DavyFields *fields);
const DavyStencils *DavyFieldsStencils(const DavyFields *fields);
/* V u of each own group, m^dim: now, and before the last step. */
const double *DavyFieldsContents(const DavyFields *fields);
const double *DavyFieldsContentsBefore(const DavyFields *fields);
/* (u, p) of each own group: c/c0 and zF phi/(RT). */
const double *DavyFieldsValues(const DavyFields *fields);
/* One for each surface of the stencils, as of the last solution. */
const DavySurfaceState *DavyFieldsSurfaces(const DavyFields *fields);
/* Through the front (DAVY_FRONT) or a wall, all ranks, positive when it dissolves metal: A in 3D,
 * A per m of depth in 2D. */
double DavyFieldsCurrent(const DavyFields *fields, int wall);
/* The same through all surfaces of a conductor (from 1). */
double DavyFieldsConductorCurrent(const DavyFields *fields, int conductor);

typedef struct {
  int newton, linear;   /* iterations of the last solution */
  double salt;          /* in the fluid, mol (per m in 2D) */
  double gained;        /* mol since the fields were set: through reservoirs and by supply */
  double gained_before; /* the same one step before */
} DavyFieldsReport;

DavyFieldsReport DavyFieldsAccount(const DavyFields *fields);

#endif
