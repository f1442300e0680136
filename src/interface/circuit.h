/* How electrons reach the metal: the substrate at one potential, every body at one of its own, fed
 * through what it touches.
 *
 *   body on an ohmic material        V_k = V
 *   on resistive or Schottky ones    its current = sum of A_m i_m(V - V_k)      (substrate.h)
 *   on none: orphaned                its current = 0
 *   the counter electrode's          V_k = 0
 *
 * V is given, or is what a given current needs. Bare substrate takes metal up into its alloy where
 * it has capacity left, and is blocked otherwise. */
#ifndef DAVY_INTERFACE_CIRCUIT_H
#define DAVY_INTERFACE_CIRCUIT_H

#include "interface/balance.h"
#include "interface/metal.h"
#include "interface/model.h"

typedef struct {
  const DavyModel *model; /* borrowed */
  double scale;           /* area of the cell's cross section, m2 (2D: m) */
  bool drives_current;    /* asked for */
  bool driven;            /* ... and there is a way for it, as of the last arrangement */
  double potential;       /* V; where a current is driven, what it was last */
  double current;         /* A (A/m in 2D), into the substrate: it dissolves metal */
  int bodies;
  DavyBody *body; /* copies */
  int *conductor; /* of each body; 0: it has the substrate's or the counter's potential */
  int *body_of;   /* of each conductor, from 1; the substrate under a current: -1 */
  int conductors;
  double *taken, *room; /* of each patch, C: alloyed, and capacity where it is bare at first */
  bool films;           /* metal above some surfaces of the substrate has a film of its own */
} DavyCircuit;

DavyError DavyCircuitCreate(const DavyModel *model, DavyCircuit **circuit);
void DavyCircuitDestroy(DavyCircuit **circuit);

/* The bodies as they are now; fills in the conductors, condition and feed of the physics. */
DavyError DavyCircuitArrange(DavyCircuit *circuit, const DavyMetal *metal, DavyPhysics *physics);

/* Whether a patch still alloys. */
bool DavyCircuitConverts(const DavyCircuit *circuit, int patch);
/* What the contacts of a body feed it at V_k under V, A, and its derivative by V - V_k. */
double DavyCircuitFeed(const DavyCircuit *circuit, int body, double V, double V_k, double *slope);
/* The largest current that contacts and alloys let plate (true) or strip, A: INFINITY but where
 * nothing leads except junctions that block it, 0 where nothing leads at all. */
double DavyCircuitMost(const DavyCircuit *circuit, bool plating);

#endif
