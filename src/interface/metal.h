/* Bodies: pieces of metal that hang together, and what each of them touches. */
#ifndef DAVY_INTERFACE_METAL_H
#define DAVY_INTERFACE_METAL_H

#include "interface/substrate.h"
#include "mesh/cut.h"

typedef struct {
  double volume;                      /* m3; per m of depth in 2D */
  double front;                       /* area against the electrolyte */
  double contact[DAVY_MOST_SURFACES]; /* area on each material of the substrate; 0 where there is
                                         less in all than a twentieth of a finest cell's face */
  bool counter;                       /* it is, or has reached, the counter electrode */
} DavyBody;

typedef struct {
  int count;
  DavyBody *body;
  int *label; /* of each cell, own and halo: its body, -1 without metal */
} DavyMetal;

/* Whether anything feeds the body; one that is not fed is orphaned. */
bool DavyBodyIsFed(const DavyBody *body);

/* substrate: of the cuts' ground, or NULL. Metal that touches side `counter_wall` of the box (-1:
 * none) is the counter electrode's. */
DavyError DavyMetalFind(const DavyCuts *cuts, const DavySubstrate *substrate, int counter_wall,
                        DavyMetal **metal);
void DavyMetalDestroy(DavyMetal **metal);

#endif
