/* The substrate: a shape, and on its surface patches of several materials in a pattern.
 *
 *   DavySubstratePlan plan = {.dim = 3, .width = 4e-6, .depth = 4e-6, .surfaces = 2, .seed = 7,
 *                             .pattern = DAVY_PATTERN_RANDOM_ISLANDS,
 *                             .random = {.density = 1e13, .diameter = 1e-7, .least_gap = 1e-8}};
 *   plan.surface[1].nucleation = ...;
 *   DavySubstrateCreate(&plan, &substrate);
 *   double s = DavySubstrateDistance(substrate, x);
 *
 * x lies in 0 to width, z in 0 to depth (3D), y (axis 1) points from the substrate to the counter
 * electrode. The sides are mirrors: the substrate goes on beyond them as its image. One seed gives
 * the same substrate and the same sites on every rank. */
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
 *              `blocks_plating` says which way the junction blocks. */
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
  enum {
    DAVY_SITES_RANDOM, /* a Poisson process of the given density */
    DAVY_SITES_CENTRES /* one in the middle of each patch, on the top of each fibre */
  } sites;
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
  bool own_film;          /* metal above has another film than elsewhere, of this resistance: */
  double film_resistance; /* as it formed, ohm m2 */
} DavySubstrateSurface;

typedef enum {
  DAVY_SHAPE_FLAT,   /* y = 0 */
  DAVY_SHAPE_COSINE, /* y = amplitude cos(2 pi x/length): ridges along z in 3D */
  DAVY_SHAPE_APEX,   /* y = amplitude exp(-r^2/(2 length^2)), r the distance from an axis */
  DAVY_SHAPE_FIBRES, /* as listed */
  DAVY_SHAPE_BUNDLE, /* of parallel fibres along z: hexagonal, round, in the middle of the width */
  DAVY_SHAPE_WEAVE   /* 3D: plain weave of yarns along x and z */
} DavySubstrateShape;

/* What lies on a surface that is not fibres, seen from above: surface[1] on a matrix of
 * surface[0]. */
typedef enum {
  DAVY_PATTERN_UNIFORM, /* surface[0] alone */
  DAVY_PATTERN_STRIPES, /* along z */
  DAVY_PATTERN_ISLANDS, /* regular: intervals in 2D, disks in 3D */
  DAVY_PATTERN_RANDOM_ISLANDS,
  DAVY_PATTERN_HALVES /* surface[0] on the left, surface[1] on the right */
} DavySubstratePattern;

/* A cylinder about the line y = at[1] + amplitude cos(2 pi s/wavelength), s along `axis`. */
typedef struct {
  double at[3]; /* the component along the axis does not count */
  double radius;
  int axis;                     /* 2; in 3D also 0 */
  int material;                 /* of surface[] */
  double amplitude, wavelength; /* amplitude 0: straight */
} DavyFibre;

/* Everything in m, all counts from 0. Parts that the shape and the pattern do not name are not
 * read. */
typedef struct {
  int dim;
  double width, depth; /* depth in 3D only */
  int surfaces;
  DavySubstrateSurface surface[DAVY_MOST_SURFACES];
  uint64_t seed;

  DavySubstrateShape shape;
  double amplitude, length; /* of COSINE and APEX; either sign of the amplitude */
  double apex[2];           /* x and, in 3D, z of an apex' axis: on a side or 4 lengths off, or
                               the mirror makes a crease */
  int fibres;
  const DavyFibre *fibre; /* of FIBRES; borrowed until the substrate is created */
  struct {
    int fibres;
    double radius, gap; /* gap: between neighbours' surfaces */
    double jitter;      /* 0 to 1: share of half the gap that a fibre may be off its place */
  } bundle;             /* all of surface[0]; the lowest fibre's place touches y = 0 */
  struct {
    double radius, gap; /* gap: between yarns where they cross; elsewhere they are nearer, and may
                           meet, if the spacing is less than 4.4 (radius + gap/2) */
    double spacing;     /* of parallel yarns; divides width and depth */
  } weave;              /* yarns along x of surface[0], along z of the last surface; middle y = 0 */

  DavySubstratePattern pattern;
  struct {
    double period, share, offset; /* stripes begin at offset + k period, 0 < share < 1 */
  } stripes;
  struct {
    bool hexagonal;           /* 3D; rows along x, the first island at (0, 0); otherwise square, */
    double spacing, diameter; /* the first at half a spacing. Sides are mirrors of the pattern */
  } islands;
  struct {
    int number;       /* or, where 0, */
    double density;   /* 1/m2 (2D: 1/m), rounded to whole islands */
    double diameter;  /* mean */
    double spread;    /* standard deviation over the mean, 0 to 0.4; cut at two of them */
    double least_gap; /* between islands, images included */
  } random;
} DavySubstratePlan;

typedef struct DavySubstrate DavySubstrate;

/* DAVY_ERR_VALUE where a value is impossible: it names the value and what was expected. */
DavyError DavySubstrateCreate(const DavySubstratePlan *plan, DavySubstrate **substrate);
void DavySubstrateDestroy(DavySubstrate **substrate);

/* Signed distance, positive outside of the substrate, m. Exact outside, and inside of a single
 * body. */
double DavySubstrateDistance(const DavySubstrate *substrate, const double x[3]);
/* The surface material nearest x: index for DavySubstrateSurfaceOf. */
int DavySubstrateMaterialAt(const DavySubstrate *substrate, const double x[3]);
/* The patch (island, stripe, fibre or the matrix between) nearest x, 0 .. patches - 1: what shares
 * one conversion capacity. The matrix, where there is one, is patch 0. On an uneven surface the
 * patch straight above or below x. */
int DavySubstratePatchAt(const DavySubstrate *substrate, const double x[3]);
int DavySubstratePatches(const DavySubstrate *substrate);
int DavySubstratePatchMaterial(const DavySubstrate *substrate, int patch);
const DavySubstrateSurface *DavySubstrateSurfaceOf(const DavySubstrate *substrate, int material);
/* Least and greatest y of the substrate's surface. */
void DavySubstrateExtent(const DavySubstrate *substrate, double *bottom, double *top);

/* A place where a nucleus may begin: when the integral of its rate (DavyNucleationHazard) over time
 * has reached `dose`. */
typedef struct {
  double at[3], normal[3]; /* on the surface; unit, out of the substrate */
  int patch, material;
  double dose;
} DavySite;

/* All sites, in an order that only the plan decides. The caller frees *sites; NULL where there are
 * none. */
DavyError DavySubstrateSites(const DavySubstrate *substrate, DavySite **sites, int *count);

/* 1/s per site under an overpotential, V, positive for plating: 0 below the threshold, INFINITY for
 * instantaneous nuclei above it. */
double DavyNucleationHazard(const DavyNucleation *nucleation, double overpotential);

/* A new cap of metal: the part of a sphere outside of the substrate. */
typedef struct {
  double at[3];     /* on the substrate's surface, m */
  double normal[3]; /* of the substrate there, out of it */
  double radius;    /* of the sphere, m */
  double angle;     /* contact angle, rad */
} DavyNucleus;

/* The nucleus that the site's material has there. */
DavyNucleus DavySiteNucleus(const DavySubstrate *substrate, const DavySite *site);

/* Signed distance from the surface of a nucleus' sphere, negative in the metal, m. */
double DavyNucleusDistance(const DavyNucleus *nucleus, int dim, const double x[3]);

#endif
