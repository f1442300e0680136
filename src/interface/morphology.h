/* Figures of the deposit at one instant. */
#ifndef DAVY_INTERFACE_MORPHOLOGY_H
#define DAVY_INTERFACE_MORPHOLOGY_H

#include "interface/growth.h"

/* Of the working metal: all bodies but the counter electrode's. The height h(x, z) is that of the
 * topmost metal above a place of the substrate, 0 where there is none above `level`. */
typedef struct {
  double mean_height;    /* volume over the substrate's area, m */
  double highest;        /* of the front above `level`, m; 0 without metal. Where the front
                            meets an uneven substrate, to a cell */
  double roughness_rms;  /* root mean square of h less its mean, m */
  double coverage;       /* share of the substrate's surface that metal touches */
  double porosity;       /* share of the space under h that is not metal; of a flat substrate */
  double orphaned_share; /* of the volume: bodies that touch no substrate */
  int bodies, orphans;
} DavyMorphology;

/* The substrate is `width` along x and `depth` along z, m, from the box's least corner; in 2D depth
 * is 1. level: y of the substrate's top. Heights are taken along 4 lines a finest cell, 16 in 3D:
 * second order in the cell, 1.5 where the front is upright. Collective, the same on every rank. */
DavyError DavyMorphologyOf(const DavyGrowth *growth, double width, double depth, double level,
                           DavyMorphology *morphology);

#endif
