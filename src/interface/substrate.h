/* The substrate: a shape, and on its surface patches of several materials in a pattern. */
#ifndef DAVY_INTERFACE_SUBSTRATE_H
#define DAVY_INTERFACE_SUBSTRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "davy/error.h"

enum { DAVY_MOST_SURFACES = 8 };

/* How electrons pass from the substrate into metal that sits on it, V - V_k over the contact:
 *   ohmic      V_k = V
 *   resistive  i = (V - V_k)/resistance
 *   schottky   plating i_plating = saturation (exp((V_k - V)/thermal) - 1) in forward direction;
 *              `forward` says which way the junction blocks. */
typedef enum { DAVY_OHMIC, DAVY_RESISTIVE, DAVY_SCHOTTKY } DavyContactKind;

typedef struct {
  DavyContactKind kind;
  double resistance;   /* ohm m2; in series with a Schottky contact */
  double saturation;   /* A/m2 */
  double thermal;      /* n k T/q, V */
  bool blocks_plating; /* a Schottky contact lets only the saturation current plate; otherwise strip
                        */
} DavyContact;

/* How metal begins on a bare surface. */
typedef struct {
  enum { DAVY_NUCLEI_NONE, DAVY_NUCLEI_INSTANTANEOUS, DAVY_NUCLEI_PROGRESSIVE } kind;
  double density;       /* sites, 1/m2 (2D: 1/m) */
  double overpotential; /* V, positive: below it nothing begins */
  double rate, barrier; /* progressive: per site A exp(-B/eta^2), 1/s and V2 */
  double radius;        /* of a new nucleus' sphere, m */
  double angle;         /* contact angle in the metal, rad */
} DavyNucleation;

/* Alloying before plating: MX + n Na -> ... at its own potential, until the capacity is full. */
typedef struct {
  double capacity;         /* C/m2; 0: none */
  double potential;        /* V against the metal */
  double exchange_current; /* A/m2 */
} DavyConversion;

/* A material of the substrate's surface. */
typedef struct {
  char name[32];
  DavyContact contact;
  DavyNucleation nucleation;
  DavyConversion conversion;
} DavySubstrateSurface;

/* A new cap of metal: the part of a sphere outside of the substrate. */
typedef struct {
  double at[3];     /* on the substrate's surface, m */
  double normal[3]; /* of the substrate there, out of it */
  double radius;    /* of the sphere, m */
  double angle;     /* contact angle, rad */
} DavyNucleus;

typedef struct DavySubstrate DavySubstrate;

/* Signed distance, positive outside of the substrate, m. */
double DavySubstrateDistance(const DavySubstrate *substrate, const double x[3]);
/* The surface material nearest x: index for DavySubstrateSurfaceOf. */
int DavySubstrateMaterialAt(const DavySubstrate *substrate, const double x[3]);
/* The patch (island, stripe, fibre or the matrix between) nearest x, 0 .. patches - 1: what shares
 * one conversion capacity. */
int DavySubstratePatchAt(const DavySubstrate *substrate, const double x[3]);
int DavySubstratePatches(const DavySubstrate *substrate);
const DavySubstrateSurface *DavySubstrateSurfaceOf(const DavySubstrate *substrate, int material);
void DavySubstrateDestroy(DavySubstrate **substrate);

/* Signed distance from the surface of a nucleus' sphere, negative in the metal, m. */
double DavyNucleusDistance(const DavyNucleus *nucleus, int dim, const double x[3]);

#endif
