/* One step of the front: it moves along its normals, and the metal of every body then has exactly
 * the volume that the charge says. */
#ifndef DAVY_INTERFACE_MOTION_H
#define DAVY_INTERFACE_MOTION_H

#include "interface/metal.h"
#include "mesh/sheet.h"

typedef struct {
  const DavySheet *sheet;    /* the front now; bodies of its patches count from 0 */
  double dt;                 /* s */
  double share[DAVY_SPEEDS]; /* the speed is the sum of share[k] times speed k */
  const DavyMesh *mesh;      /* where it is wanted */
  const double *psi;         /* the front now at the mesh's corners, to be kept near it; or NULL */
  const double *ground;      /* at the mesh's corners, or NULL */
  const DavySubstrate *substrate;
  int counter_wall;     /* of metal.h */
  int bodies;           /* now */
  const double *volume; /* of each of them after the step */
} DavyMotion;

typedef struct {
  DavyCuts *cuts;
  DavyMetal *metal; /* volumes are the exact ones */
  int *origin;      /* of each new body: the least body that it holds metal of, or -1 */
  int *heir;        /* of each old body: the largest new one that holds metal of it, -1: vanished */
  int *parents;     /* of each new body: how many old ones are in it and its siblings */
  double vanished;  /* volume of bodies too small to go on with, m^dim; below 0: overdrawn */
  double shift;     /* largest correction, m: of second order in the step */
} DavyMoved;

/* DAVY_ERR_LEDGER where no shift gives a body its volume: try a smaller step. */
DavyError DavyMove(const DavyMotion *motion, DavyMoved *moved);
void DavyMovedDestroy(DavyMoved *moved);

#endif
