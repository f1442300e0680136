/* Patterns on a surface seen from above: stripes and islands on a matrix.
 *
 * Random islands are placed one after the other, the largest first, each at places drawn evenly
 * until it clears those before it and its own images in the sides: random sequential addition,
 * which jams at a share of 0.547 for equal disks (0.748 for intervals).
 * Source: J. Feder, J. Theor. Biol. 87 (1980) 237; A. Renyi (1958) for intervals; recalled. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "interface/substrate_parts.h"

enum { MOST_SPOTS = 1000000 };

static DavyError spots_allocate(const DavySubstratePlan *plan, int axes, int most, double reach,
                                DavySpots *spots) {
  /* About one spot a bin, and bins at least as wide as two spots reach. */
  double share = axes == 1 ? plan->width / most : sqrt(plan->width * plan->depth / most);
  double size = fmax(share, reach), extent[2] = {plan->width, plan->depth};
  spots->axes = axes;
  for (int d = 0; d < 2; d++) {
    spots->bins[d] = d < axes && extent[d] > size ? (int)(extent[d] / size) : 1;
    spots->bin[d] = extent[d] / spots->bins[d];
  }
  int bins = spots->bins[0] * spots->bins[1];
  spots->spot = malloc((size_t)most * sizeof *spots->spot);
  spots->next = malloc((size_t)most * sizeof *spots->next);
  spots->first = malloc((size_t)bins * sizeof *spots->first);
  DAVY_CHECK(spots->spot && spots->next && spots->first, DAVY_ERR_MEMORY,
             "out of memory for %d islands", most);
  for (int k = 0; k < bins; k++) spots->first[k] = -1;
  return DAVY_OK;
}

void DavySpotsDestroy(DavySpots *spots) {
  free(spots->spot);
  free(spots->next);
  free(spots->first);
  *spots = (DavySpots){0};
}

static int bin_along(const DavySpots *spots, int d, double at) {
  if (d >= spots->axes) return 0;
  int k = (int)(at / spots->bin[d]);
  return k < 0 ? 0 : k >= spots->bins[d] ? spots->bins[d] - 1 : k;
}

static void add(DavySpots *spots, DavySpot spot) {
  int bin = bin_along(spots, 0, spot.at[0]) + spots->bins[0] * bin_along(spots, 1, spot.at[1]);
  spots->next[spots->count] = spots->first[bin];
  spots->first[bin] = spots->count;
  spots->spot[spots->count++] = spot;
}

static double apart(const DavySpots *spots, const double a[2], const double b[2]) {
  return spots->axes == 1 ? fabs(a[0] - b[0]) : hypot(a[0] - b[0], a[1] - b[1]);
}

/* A spot whose edge is nearer than `clear` to a place, or -1. */
static int spot_near(const DavySpots *spots, const double at[2], double clear) {
  int bin[2] = {bin_along(spots, 0, at[0]), bin_along(spots, 1, at[1])};
  for (int j = bin[1] - 1; j <= bin[1] + 1; j++) {
    if (j < 0 || j >= spots->bins[1]) continue;
    for (int i = bin[0] - 1; i <= bin[0] + 1; i++) {
      if (i < 0 || i >= spots->bins[0]) continue;
      for (int k = spots->first[i + spots->bins[0] * j]; k >= 0; k = spots->next[k])
        if (apart(spots, at, spots->spot[k].at) < spots->spot[k].radius + clear) return k;
    }
  }
  return -1;
}

int DavySpotAt(const DavySpots *spots, const double at[2]) {
  return spots->count ? spot_near(spots, at, 0) : -1;
}

static DavyError stripes(const DavySubstratePlan *plan, DavySpots *spots) {
  double period = plan->stripes.period, share = plan->stripes.share;
  DAVY_CHECK(period > 0 && plan->width / period < MOST_SPOTS, DAVY_ERR_VALUE,
             "period of the stripes = %g m; expected more than a millionth of the width", period);
  DAVY_CHECK(share > 0 && share < 1, DAVY_ERR_VALUE,
             "share of the stripes = %g; expected more than 0, less than 1", share);
  DAVY_CHECK(isfinite(plan->stripes.offset), DAVY_ERR_VALUE,
             "offset of the stripes = %g m; expected a number", plan->stripes.offset);
  double start = plan->stripes.offset - period * ceil(plan->stripes.offset / period + share);
  int most = 3 + (int)(plan->width / period);
  DAVY_TRY(spots_allocate(plan, 1, most, share * period, spots));
  for (int k = 0; k < most; k++) {
    double from = fmax(start + k * period, 0);
    double to = fmin(start + (k + share) * period, plan->width);
    if (to > from) add(spots, (DavySpot){{(from + to) / 2, plan->depth / 2}, (to - from) / 2});
  }
  DAVY_CHECK(spots->count, DAVY_ERR_VALUE,
             "stripes of period %g m with offset %g m; expected one within the width, %g m", period,
             plan->stripes.offset, plan->width);
  return DAVY_OK;
}

static DavyError halves(const DavySubstratePlan *plan, DavySpots *spots) {
  DAVY_TRY(spots_allocate(plan, 1, 1, plan->width / 2, spots));
  add(spots, (DavySpot){{0.75 * plan->width, plan->depth / 2}, plan->width / 4});
  return DAVY_OK;
}

/* Rows along x, the first at first_row; every second one is moved by `shift`, all in spacings. */
static void rows(const DavySubstratePlan *plan, DavySpots *spots, double first_row, double pitch,
                 double shift) {
  double spacing = plan->islands.spacing, radius = plan->islands.diameter / 2;
  double most_x = plan->width * (1 + 1e-9), most_z = plan->depth * (1 + 1e-9);
  for (int j = 0;; j++) {
    double z = (first_row + j * pitch) * spacing;
    if (spots->axes == 2 && z > most_z) break;
    for (int i = 0;; i++) {
      double x = (i + (shift == 0 ? first_row : (j % 2) * shift)) * spacing;
      if (x > most_x) break;
      add(spots, (DavySpot){{fmin(x, plan->width), fmin(z, plan->depth)}, radius});
    }
    if (spots->axes == 1) break;
  }
}

static DavyError islands(const DavySubstratePlan *plan, DavySpots *spots) {
  double spacing = plan->islands.spacing, diameter = plan->islands.diameter;
  bool hexagonal = plan->islands.hexagonal && plan->dim == 3;
  double pitch = hexagonal ? sqrt(0.75) : 1;
  DAVY_CHECK(diameter > 0 && diameter <= spacing, DAVY_ERR_VALUE,
             "diameter of the islands = %g m; expected more than 0, at most their spacing, %g m",
             diameter, spacing);
  DAVY_CHECK(
      DavyIsWhole(2 * plan->width, spacing), DAVY_ERR_VALUE,
      "width = %g m; expected a whole number of half spacings of %g m: the sides are mirrors "
      "of the pattern",
      plan->width, spacing / 2);
  double unit = hexagonal ? pitch * spacing : spacing / 2;
  DAVY_CHECK(plan->dim == 2 || DavyIsWhole(plan->depth, unit), DAVY_ERR_VALUE,
             "depth = %g m; expected a whole number of %g m: the sides are mirrors of the pattern",
             plan->depth, unit);
  double across = 2 + plan->width / spacing;
  double most = plan->dim == 2 ? across : across * (2 + plan->depth / (pitch * spacing));
  DAVY_CHECK(most < MOST_SPOTS, DAVY_ERR_VALUE,
             "spacing of the islands = %g m; expected one that gives less than a million of them",
             spacing);
  DAVY_TRY(spots_allocate(plan, plan->dim - 1, (int)most, diameter, spots));
  if (hexagonal)
    rows(plan, spots, 0, pitch, 0.5);
  else
    rows(plan, spots, 0.5, 1, 0);
  return DAVY_OK;
}

static int larger_first(const void *a, const void *b) {
  double p = *(const double *)a, q = *(const double *)b;
  return (p < q) - (p > q);
}

/* A normal distribution cut at two standard deviations, which leaves the mean as it is. */
static void draw_radii(const DavySubstratePlan *plan, gsl_rng *random, int count, double *radius) {
  for (int k = 0; k < count; k++) {
    double off;
    do off = gsl_ran_gaussian(random, 1);
    while (fabs(off) > 2);
    radius[k] = plan->random.diameter / 2 * (1 + plan->random.spread * off);
  }
  qsort(radius, (size_t)count, sizeof *radius, larger_first);
}

static DavyError place_all(const DavySubstratePlan *plan, gsl_rng *random, int count,
                           const double *radius, DavySpots *spots) {
  enum { TRIES = 20000 };
  double gap = plan->random.least_gap, extent[2] = {plan->width, plan->depth};
  for (int k = 0; k < count; k++) {
    double edge = radius[k] + gap / 2, at[2] = {0, 0};
    int tries = 0;
    do {
      for (int d = 0; d < spots->axes; d++)
        at[d] = edge + (extent[d] - 2 * edge) * gsl_rng_uniform(random);
    } while (spot_near(spots, at, radius[k] + gap) >= 0 && ++tries < TRIES);
    DAVY_CHECK(tries < TRIES, DAVY_ERR_VALUE,
               "%d random islands of %g m with gaps of %g m: only %d found room; expected fewer or "
               "smaller ones",
               count, plan->random.diameter, gap, k);
    add(spots, (DavySpot){{at[0], at[1]}, radius[k]});
  }
  return DAVY_OK;
}

static DavyError check_random(const DavySubstratePlan *plan, double wanted) {
  double narrow = plan->dim == 2 ? plan->width : fmin(plan->width, plan->depth);
  double diameter = plan->random.diameter, spread = plan->random.spread;
  DAVY_CHECK(wanted >= 0.5 && wanted < MOST_SPOTS, DAVY_ERR_VALUE,
             "random islands = %g; expected 1 to a million", wanted);
  DAVY_CHECK(spread >= 0 && spread <= 0.4, DAVY_ERR_VALUE,
             "spread of the islands' diameter = %g; expected 0 to 0.4", spread);
  DAVY_CHECK(plan->random.least_gap >= 0, DAVY_ERR_VALUE,
             "least gap of the islands = %g m; expected 0 or more", plan->random.least_gap);
  double largest = diameter * (1 + 2 * spread) + plan->random.least_gap;
  DAVY_CHECK(diameter > 0 && largest < narrow, DAVY_ERR_VALUE,
             "diameter of the islands = %g m; expected more than 0, and the largest with its gap, "
             "%g m, narrower than the substrate, %g m",
             diameter, largest, narrow);
  return DAVY_OK;
}

static DavyError random_islands(const DavySubstratePlan *plan, DavySpots *spots) {
  double area = plan->dim == 2 ? plan->width : plan->width * plan->depth;
  double wanted = plan->random.number ? plan->random.number : plan->random.density * area;
  DAVY_TRY(check_random(plan, wanted));
  int count = (int)lround(wanted);
  double reach = plan->random.diameter * (1 + 2 * plan->random.spread) + plan->random.least_gap;
  DAVY_TRY(spots_allocate(plan, plan->dim - 1, count, reach, spots));
  double *radius = malloc((size_t)count * sizeof *radius);
  gsl_rng *random = DavySubstrateStream(plan->seed, DAVY_STREAM_ISLANDS);
  DavyError error = DAVY_OK;
  if (radius && random) {
    draw_radii(plan, random, count, radius);
    error = place_all(plan, random, count, radius, spots);
  } else {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d islands", count);
  }
  gsl_rng_free(random);
  free(radius);
  return error;
}

DavyError DavySpotsCreate(const DavySubstratePlan *plan, DavySpots *spots) {
  *spots = (DavySpots){0};
  DavyError error = DAVY_OK;
  switch (plan->pattern) {
  case DAVY_PATTERN_UNIFORM: break;
  case DAVY_PATTERN_STRIPES: error = stripes(plan, spots); break;
  case DAVY_PATTERN_ISLANDS: error = islands(plan, spots); break;
  case DAVY_PATTERN_RANDOM_ISLANDS: error = random_islands(plan, spots); break;
  case DAVY_PATTERN_HALVES: error = halves(plan, spots); break;
  }
  if (error) DavySpotsDestroy(spots);
  return error;
}
