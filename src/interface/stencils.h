/* The discrete operators on groups: value and normal slope at every open face, and the boundary
 * value that goes with a boundary slope at every piece of front or wall. Geometry alone; each is a
 * list of weights of the groups' values. */
#ifndef DAVY_INTERFACE_STENCILS_H
#define DAVY_INTERFACE_STENCILS_H

#include "interface/groups.h"

/* Weights of many rows behind each other; row r has entries start[r] to start[r + 1] - 1. */
typedef struct {
  int rows, entries, most_rows, most_entries;
  int *start, *column; /* column: slot of a group */
  double *value;       /* weights of the value */
  double *slope;       /* of the slope; unused for surfaces */
} DavyWeights;

/* An open face between two groups. */
typedef struct {
  int slot[2]; /* slope is positive from slot[0] to slot[1] */
  double area;
} DavyGroupFace;

/* A piece of front, or the open part of a wall's face. With q the normal slope of a field at x
 *   value at x = sum of weights times groups' values - reach q
 * to third order, which serves Dirichlet, Robin and nonlinear conditions alike. */
typedef struct {
  int slot, cell;
  int wall;           /* side of the box, DAVY_FRONT, or DAVY_SUBSTRATE: bare of metal */
  double x[3], n[3];  /* n: unit, into the fluid */
  double area, reach; /* reach in m, positive */
  double curvature;   /* 1/m, positive on a bump of metal */
  double bend[3][3];  /* dn_j/dx_i along the front, 1/m */
  double film;        /* thickness of the film on metal over that which it formed with */
  int body;           /* of the metal, where bodies are told apart; 0 otherwise */
} DavySurface;

enum { DAVY_FRONT = -1, DAVY_SUBSTRATE = -2 };

typedef struct {
  int own, slots; /* slots: own groups, then those of other ranks that some row needs */
  int64_t *id;    /* of each slot */
  double *volume; /* of own groups */
  double (*at)[3];
  DavyWeights faces;
  DavyGroupFace *face;
  DavyWeights surfaces;
  DavySurface *surface;
} DavyStencils;

/* walls: bit s set where side s of the box exchanges something. */
DavyError DavyStencilsCreate(const DavyGroups *groups, unsigned walls, DavyStencils **stencils);
/* Gives back faces and ids, what is left tells of surfaces and groups. */
void DavyStencilsRest(DavyStencils *stencils);
void DavyStencilsDestroy(DavyStencils **stencils);

#endif
