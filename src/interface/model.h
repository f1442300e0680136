/* What is simulated: all that a case says, in SI. y (axis 1) points from the substrate to the
 * counter electrode; in 2D lengths stand for areas and every amount is per metre of depth. */
#ifndef DAVY_INTERFACE_MODEL_H
#define DAVY_INTERFACE_MODEL_H

#include "davy/protocol.h"
#include "interface/substrate.h"
#include "interface/surface_energy.h"
#include "interface/transport.h"

/* Kinetics of the metal's surface: i = i0 (c/c0)^alpha_a/z [exp(alpha_a F eta/RT) - ...]. */
typedef struct {
  double exchange_current; /* at c0, A/m2 */
  double alpha_a, alpha_c; /* their sum is the salt's charge */
  double film_resistance;  /* of a film as it formed, ohm m2 */
  double film_repair;      /* of film.h, s; 0: nothing thins it */
  double surface_energy;   /* J/m2 */
  DavyAnisotropy anisotropy;
} DavyMetalKinetics;

/* Opposite the substrate: an electrolyte of given c0 at 0 V, or metal at 0 V that recedes. */
typedef struct {
  enum { DAVY_COUNTER_RESERVOIR, DAVY_COUNTER_METAL } kind;
  double thickness; /* metal: m, as much of it as is simulated */
  DavyMetalKinetics kinetics;
} DavyCounter;

typedef struct {
  int dim;
  double width, depth; /* of the cell along x and, in 3D, z, m; the sides are mirrors */
  double gap;          /* from the top of the substrate to the counter electrode, m */
  DavySalt salt;
  double molar_volume; /* of the metal, m3/mol */
  DavyMetalKinetics metal;
  DavyCounter counter;
  DavySubstrate *substrate; /* owned */
  double film;              /* metal there at the beginning: thickness, m */
  int seeds;                /* nuclei there at the beginning */
  DavyNucleus *seed;        /* owned */
  DavyProtocol *protocol;   /* owned */
  double cell_size;         /* of the finest cells, m, at most: the mesh takes the next smaller */
  double front_step;        /* most that a front moves in a step, in finest cells */
  int order;                /* in time, 1 or 2 */
  int band;                 /* finest cells on each side of a front */
  int frames;               /* asked for over the run */
  uint64_t random_seed;
} DavyModel;

#endif
