/* One substrate: its plan checked, and the questions that the engine asks of it. A place beyond a
 * side is answered as its image inside; within the box images are never nearer than what they are
 * images of, so that only places need to be folded. */
#include "interface/substrate.h"

#include <math.h>
#include <stdlib.h>

#include "interface/substrate_parts.h"

bool DavyIsWhole(double length, double unit) {
  double ratio = length / unit;
  return ratio > 0.5 && ratio < 1e9 && fabs(ratio - round(ratio)) < 1e-6 * ratio;
}

gsl_rng *DavySubstrateStream(uint64_t seed, int stream) {
  /* The finishing steps of splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014): all bits of seed
   * and stream count, of which the Mersenne twister takes 32. */
  uint64_t mixed = seed + (uint64_t)(stream + 1) * 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
  mixed ^= mixed >> 31;
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random) gsl_rng_set(random, (unsigned long)(mixed >> 32));
  return random;
}

static DavyError check_contact(const DavySubstrateSurface *s) {
  const DavyContact *c = &s->contact;
  DAVY_CHECK(c->resistance >= 0 && c->resistance < INFINITY, DAVY_ERR_VALUE,
             "%s: contact resistance = %g ohm m2; expected 0 or more", s->name, c->resistance);
  DAVY_CHECK(c->kind != DAVY_RESISTIVE || c->resistance > 0, DAVY_ERR_VALUE,
             "%s: contact resistance = 0; expected more than 0 of a resistive contact", s->name);
  DAVY_CHECK(c->kind != DAVY_SCHOTTKY || (c->saturation > 0 && c->thermal > 0), DAVY_ERR_VALUE,
             "%s: Schottky contact with %g A/m2, %g V; expected more than 0 of both", s->name,
             c->saturation, c->thermal);
  DAVY_CHECK(s->conversion.capacity == 0 ||
                 (s->conversion.capacity > 0 && s->conversion.exchange_current > 0),
             DAVY_ERR_VALUE,
             "%s: conversion of %g C/m2 at an exchange current of %g A/m2; expected more than 0 of "
             "both, or no capacity",
             s->name, s->conversion.capacity, s->conversion.exchange_current);
  return DAVY_OK;
}

static DavyError check_nucleation(const DavySubstrateSurface *s) {
  const DavyNucleation *n = &s->nucleation;
  if (n->kind == DAVY_NUCLEI_NONE) return DAVY_OK;
  DAVY_CHECK(n->sites == DAVY_SITES_CENTRES || (n->density > 0 && n->density < INFINITY),
             DAVY_ERR_VALUE, "%s: density of nuclei = %g; expected more than 0", s->name,
             n->density);
  DAVY_CHECK(n->overpotential >= 0 && n->overpotential < INFINITY, DAVY_ERR_VALUE,
             "%s: overpotential of nucleation = %g V; expected 0 or more", s->name,
             n->overpotential);
  DAVY_CHECK(n->kind != DAVY_NUCLEI_PROGRESSIVE || (n->rate > 0 && n->barrier >= 0), DAVY_ERR_VALUE,
             "%s: nucleation with %g 1/s and a barrier of %g V2; expected a rate of more than 0",
             s->name, n->rate, n->barrier);
  DAVY_CHECK(n->radius > 0 && n->radius < INFINITY, DAVY_ERR_VALUE,
             "%s: radius of a nucleus = %g m; expected more than 0", s->name, n->radius);
  DAVY_CHECK(n->angle > 0 && n->angle <= M_PI, DAVY_ERR_VALUE,
             "%s: contact angle = %g rad; expected more than 0, at most pi", s->name, n->angle);
  return DAVY_OK;
}

static bool of_fibres(const DavySubstratePlan *plan) {
  return plan->shape >= DAVY_SHAPE_FIBRES;
}

static DavyError check_surfaces(const DavySubstratePlan *plan) {
  int least = !of_fibres(plan) && plan->pattern != DAVY_PATTERN_UNIFORM ? 2 : 1;
  DAVY_CHECK(plan->surfaces >= least && plan->surfaces <= DAVY_MOST_SURFACES, DAVY_ERR_VALUE,
             "surfaces = %d; expected %d to %d for this pattern", plan->surfaces, least,
             DAVY_MOST_SURFACES);
  DAVY_CHECK(!of_fibres(plan) || plan->pattern == DAVY_PATTERN_UNIFORM, DAVY_ERR_VALUE,
             "a pattern on fibres; expected uniform ones, each of its own material");
  for (int k = 0; k < plan->surfaces; k++) {
    DAVY_TRY(check_contact(plan->surface + k));
    DAVY_TRY(check_nucleation(plan->surface + k));
  }
  const DavyNucleation *matrix = &plan->surface[0].nucleation;
  DAVY_CHECK(of_fibres(plan) || matrix->kind == DAVY_NUCLEI_NONE ||
                 matrix->sites != DAVY_SITES_CENTRES,
             DAVY_ERR_VALUE, "%s: nuclei in the middle; expected a density, as a matrix has none",
             plan->surface[0].name);
  return DAVY_OK;
}

static DavyError check_profile(const DavySubstratePlan *plan) {
  if (plan->shape == DAVY_SHAPE_FLAT) return DAVY_OK;
  DAVY_CHECK(isfinite(plan->amplitude) && plan->amplitude != 0, DAVY_ERR_VALUE,
             "amplitude = %g m; expected a number other than 0", plan->amplitude);
  DAVY_CHECK(plan->length > 0 && plan->length < INFINITY, DAVY_ERR_VALUE,
             "length = %g m; expected more than 0", plan->length);
  if (plan->shape == DAVY_SHAPE_COSINE) {
    DAVY_CHECK(DavyIsWhole(2 * plan->width, plan->length), DAVY_ERR_VALUE,
               "width = %g m; expected a whole number of half waves of %g m", plan->width,
               plan->length / 2);
    return DAVY_OK;
  }
  double x = plan->apex[0], z = plan->dim == 3 ? plan->apex[1] : 0;
  DAVY_CHECK(x >= 0 && x <= plan->width && z >= 0 && (plan->dim == 2 || z <= plan->depth),
             DAVY_ERR_VALUE, "apex at %g m, %g m; expected a place on the substrate", x, z);
  return DAVY_OK;
}

static DavyError check_plan(const DavySubstratePlan *plan) {
  DAVY_CHECK(plan->dim == 2 || plan->dim == 3, DAVY_ERR_VALUE, "dimension = %d; expected 2 or 3",
             plan->dim);
  DAVY_CHECK(plan->width > 0 && plan->width < INFINITY, DAVY_ERR_VALUE,
             "width = %g m; expected more than 0", plan->width);
  DAVY_CHECK(plan->dim == 2 || (plan->depth > 0 && plan->depth < INFINITY), DAVY_ERR_VALUE,
             "depth = %g m; expected more than 0", plan->depth);
  DAVY_TRY(check_surfaces(plan));
  return of_fibres(plan) ? DAVY_OK : check_profile(plan);
}

static void measure(DavySubstrate *substrate) {
  double amplitude = substrate->plan.amplitude;
  if (substrate->profile.kind != DAVY_PROFILE_FLAT) {
    bool wave = substrate->profile.kind == DAVY_PROFILE_COSINE;
    substrate->top = wave ? fabs(amplitude) : fmax(0, amplitude);
    substrate->bottom = wave ? -fabs(amplitude) : fmin(0, amplitude);
  }
  for (int k = 0; k < substrate->fibres; k++) {
    const DavyFibre *f = substrate->fibre + k;
    double reach = f->radius + fabs(f->amplitude);
    substrate->top = k ? fmax(substrate->top, f->at[1] + reach) : f->at[1] + reach;
    substrate->bottom = k ? fmin(substrate->bottom, f->at[1] - reach) : f->at[1] - reach;
  }
}

DavyError DavySubstrateCreate(const DavySubstratePlan *plan, DavySubstrate **substrate) {
  *substrate = NULL;
  DAVY_TRY(check_plan(plan));
  DavySubstrate *made = calloc(1, sizeof *made);
  DAVY_CHECK(made, DAVY_ERR_MEMORY, "out of memory for a substrate");
  DavyError error = DAVY_OK;
  made->plan = *plan;
  made->plan.fibre = NULL;
  if (plan->dim == 2) made->plan.depth = 0;
  if (of_fibres(plan)) {
    DAVY_GUARD(DavyFibresCreate(plan, &made->fibre, &made->fibres));
  } else {
    made->profile = (DavyProfile){.amplitude = plan->amplitude, .length = plan->length};
    if (plan->shape == DAVY_SHAPE_COSINE) made->profile.kind = DAVY_PROFILE_COSINE;
    if (plan->shape == DAVY_SHAPE_APEX) made->profile.kind = DAVY_PROFILE_GAUSS;
    DAVY_GUARD(DavySpotsCreate(&made->plan, &made->spots));
  }
  measure(made);
  *substrate = made;
done:
  if (error) DavySubstrateDestroy(&made);
  return error;
}

void DavySubstrateDestroy(DavySubstrate **substrate) {
  if (!*substrate) return;
  DavySpotsDestroy(&(*substrate)->spots);
  free((*substrate)->fibre);
  free(*substrate);
  *substrate = NULL;
}

/* x within 0 to `most` as it is, beyond as its image in the mirrors. */
static double fold(double x, double most) {
  if (x >= 0 && x <= most) return x;
  x = fmod(fabs(x), 2 * most);
  return x > most ? 2 * most - x : x;
}

static void fold_place(const DavySubstrate *substrate, const double x[3], double inside[3]) {
  inside[0] = fold(x[0], substrate->plan.width);
  inside[1] = x[1];
  inside[2] = substrate->plan.dim == 3 ? fold(x[2], substrate->plan.depth) : 0;
}

/* A fibre whose bounding slab is farther than the nearest so far need not be measured. */
static double nearest_fibre(const DavySubstrate *substrate, const double x[3], int *which) {
  double least = INFINITY;
  for (int k = 0; k < substrate->fibres; k++) {
    const DavyFibre *f = substrate->fibre + k;
    if (fabs(x[1] - f->at[1]) - fabs(f->amplitude) - f->radius >= least) continue;
    int across = substrate->plan.dim == 2 ? 0 : 2 - f->axis;
    if (fabs(x[across] - f->at[across]) - f->radius >= least) continue;
    double distance = DavyFibreDistance(f, substrate->plan.dim, x);
    if (distance >= least) continue;
    least = distance;
    *which = k;
  }
  return least;
}

double DavySubstrateDistance(const DavySubstrate *substrate, const double x[3]) {
  const DavySubstratePlan *plan = &substrate->plan;
  double inside[3];
  int which = 0;
  fold_place(substrate, x, inside);
  if (substrate->fibres) return nearest_fibre(substrate, inside, &which);
  double s = inside[0];
  if (plan->shape == DAVY_SHAPE_APEX)
    s = hypot(s - plan->apex[0], plan->dim == 3 ? inside[2] - plan->apex[1] : 0);
  return DavyProfileDistance(&substrate->profile, s, x[1]);
}

int DavySubstratePatchAt(const DavySubstrate *substrate, const double x[3]) {
  double inside[3];
  int which = 0;
  fold_place(substrate, x, inside);
  if (!substrate->fibres)
    return 1 + DavySpotAt(&substrate->spots, (double[2]){inside[0], inside[2]});
  nearest_fibre(substrate, inside, &which);
  return which;
}

int DavySubstratePatches(const DavySubstrate *substrate) {
  return substrate->fibres ? substrate->fibres : 1 + substrate->spots.count;
}

int DavySubstratePatchMaterial(const DavySubstrate *substrate, int patch) {
  return substrate->fibres ? substrate->fibre[patch].material : patch > 0;
}

int DavySubstrateMaterialAt(const DavySubstrate *substrate, const double x[3]) {
  return DavySubstratePatchMaterial(substrate, DavySubstratePatchAt(substrate, x));
}

const DavySubstrateSurface *DavySubstrateSurfaceOf(const DavySubstrate *substrate, int material) {
  return substrate->plan.surface + material;
}

void DavySubstrateExtent(const DavySubstrate *substrate, double *bottom, double *top) {
  *bottom = substrate->bottom;
  *top = substrate->top;
}
