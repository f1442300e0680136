/* What a substrate is made of: a surface y = h with spots of material on it, or fibres. */
#ifndef DAVY_INTERFACE_SUBSTRATE_PARTS_H
#define DAVY_INTERFACE_SUBSTRATE_PARTS_H

#include <gsl/gsl_rng.h>

#include "interface/substrate.h"

/* A graph y = h(s), even about s = 0. */
typedef struct {
  enum { DAVY_PROFILE_FLAT, DAVY_PROFILE_COSINE, DAVY_PROFILE_GAUSS } kind;
  double amplitude, length; /* wavelength, or standard deviation */
} DavyProfile;

/* h(s); slope and bend (h'') unless NULL. */
double DavyProfileHeight(const DavyProfile *profile, double s, double *slope, double *bend);
/* Signed distance of (s, y), positive above, to rounding. For GAUSS s >= 0. */
double DavyProfileDistance(const DavyProfile *profile, double s, double y);
/* The greatest |h'| and |h''|. */
double DavyProfileSteepest(const DavyProfile *profile);
double DavyProfileSharpest(const DavyProfile *profile);

/* Fibres in a box of plan->width and depth. */
DavyError DavyFibresCreate(const DavySubstratePlan *plan, DavyFibre **fibres, int *count);
double DavyFibreDistance(const DavyFibre *fibre, int dim, const double x[3]);
/* The point at s along the fibre (3D) and `angle` about it, pi/2 being the top, with its normal.
 * Returns area per ds and radius times d(angle), -. */
double DavyFibrePoint(const DavyFibre *fibre, int dim, double s, double angle, double at[3],
                      double normal[3]);
/* Bound of what DavyFibrePoint returns. */
double DavyFibreStretch(const DavyFibre *fibre);

/* An island or stripe, seen from above. */
typedef struct {
  double at[2]; /* x and z */
  double radius;
} DavySpot;

/* Disks in the plane, or with one axis intervals of x, which do not overlap; by bins wider than the
 * largest of them. */
typedef struct {
  int axes, count;
  DavySpot *spot;
  int bins[2];
  double bin[2]; /* size, m */
  int *first, *next;
} DavySpots;

DavyError DavySpotsCreate(const DavySubstratePlan *plan, DavySpots *spots);
void DavySpotsDestroy(DavySpots *spots);
/* The spot at (x, z), or -1. */
int DavySpotAt(const DavySpots *spots, const double at[2]);

struct DavySubstrate {
  DavySubstratePlan plan; /* its list of fibres is not used */
  double bottom, top;
  DavyProfile profile;
  DavySpots spots;
  int fibres; /* 0: the profile is the surface */
  DavyFibre *fibre;
};

/* A generator for one purpose: another stream for each, so that a change in one leaves the others.
 * NULL when out of memory. */
enum { DAVY_STREAM_ISLANDS, DAVY_STREAM_JITTER, DAVY_STREAM_SITES };
gsl_rng *DavySubstrateStream(uint64_t seed, int stream);

/* Whether `length` is a whole number of `unit`, to a millionth. */
bool DavyIsWhole(double length, double unit);

#endif
