/* Surface energy of a cubic crystal that depends on direction. */
#ifndef DAVY_INTERFACE_SURFACE_ENERGY_H
#define DAVY_INTERFACE_SURFACE_ENERGY_H

#include <math.h>
#include <stdbool.h>

typedef struct {
  double strength;   /* eps of gamma(n); 0: one gamma for all directions */
  double axis[3][3]; /* the crystal's <100> in the box: unit vectors */
} DavyAnisotropy;

/* Below it every direction is on the crystal's equilibrium shape: the stiffness is positive. */
#define DAVY_STRONGEST_ANISOTROPY (1.0 / 15)

/* What stands for the curvature K in gamma0 K: the divergence of xi along the surface over gamma0,
 * 1/m. n is the unit normal, bend its derivative along the surface (patch.h). A bend t t, of unit
 * curvature along a unit vector t, gives the stiffness along t over gamma0. */
double DavyWeightedCurvature(const DavyAnisotropy *anisotropy, const double n[3],
                             const double bend[3][3]);

/* Over all normals and all directions along the surface, over gamma0. */
static inline double DavyGreatestStiffness(const DavyAnisotropy *anisotropy) {
  return 1 + fabs(anisotropy->strength) / DAVY_STRONGEST_ANISOTROPY;
}

/* Axes of a crystal whose direction `up` points along y and whose `along`, less its part along up,
 * along x; neither needs to have length 1. False where the two are parallel or zero. */
bool DavyCrystalTurn(const double up[3], const double along[3], double axis[3][3]);

#endif
