/* Fibres and yarns: cylinders about straight lines or about cosines in a plane.
 *
 * For a fibre along z, c(s) = (x_c, y_c + h(s), s). The distance from that curve is the hypotenuse
 * of the offset in x and of the distance from the graph y = y_c + h in the plane of y and z: exact.
 * With the tangent (0, h', 1)/w, w = sqrt(1 + h'^2), and e = (0, 1, -h')/w a point of the surface
 * is c + r (cos a, 0, 0) + r sin a e, its area w (1 - k r sin a) r da ds, k = h''/w^3 the curve's
 * curvature toward e. */
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "interface/substrate_parts.h"

static DavyProfile profile_of(const DavyFibre *fibre) {
  if (fibre->amplitude == 0) return (DavyProfile){.kind = DAVY_PROFILE_FLAT};
  return (DavyProfile){DAVY_PROFILE_COSINE, fibre->amplitude, fibre->wavelength};
}

double DavyFibreDistance(const DavyFibre *fibre, int dim, const double x[3]) {
  double up = x[1] - fibre->at[1];
  if (dim == 2) return hypot(x[0] - fibre->at[0], up) - fibre->radius;
  int across = 2 - fibre->axis;
  DavyProfile profile = profile_of(fibre);
  up = DavyProfileDistance(&profile, x[fibre->axis], up);
  return hypot(x[across] - fibre->at[across], up) - fibre->radius;
}

double DavyFibrePoint(const DavyFibre *fibre, int dim, double s, double angle, double at[3],
                      double normal[3]) {
  int along = dim == 2 ? 2 : fibre->axis, across = 2 - along;
  DavyProfile profile = profile_of(fibre);
  double slope, bend, h = DavyProfileHeight(&profile, s, &slope, &bend);
  double w = sqrt(1 + slope * slope), up = sin(angle);
  normal[across] = cos(angle);
  normal[1] = up / w;
  normal[along] = dim == 2 ? 0 : -slope * up / w;
  at[across] = fibre->at[across];
  at[1] = fibre->at[1] + h;
  at[along] = dim == 2 ? 0 : s;
  for (int d = 0; d < 3; d++) at[d] += fibre->radius * normal[d];
  return w * (1 - fibre->radius * up * bend / (w * w * w));
}

double DavyFibreStretch(const DavyFibre *fibre) {
  DavyProfile profile = profile_of(fibre);
  return hypot(1, DavyProfileSteepest(&profile)) *
         (1 + fibre->radius * DavyProfileSharpest(&profile));
}

static DavyError check_fibre(const DavySubstratePlan *plan, int k, const DavyFibre *fibre) {
  DAVY_CHECK(fibre->radius > 0 && fibre->radius < INFINITY, DAVY_ERR_VALUE,
             "fibre %d: radius = %g m; expected more than 0", k, fibre->radius);
  DAVY_CHECK(fibre->material >= 0 && fibre->material < plan->surfaces, DAVY_ERR_VALUE,
             "fibre %d: material = %d; expected 0 to %d", k, fibre->material, plan->surfaces - 1);
  DAVY_CHECK(fibre->axis == 2 || (plan->dim == 3 && fibre->axis == 0), DAVY_ERR_VALUE,
             "fibre %d: axis = %d; expected 2%s", k, fibre->axis, plan->dim == 3 ? " or 0" : "");
  int across = 2 - fibre->axis;
  double most = across == 0 ? plan->width : plan->depth, place = fibre->at[across];
  DAVY_CHECK(
      place >= 0 && place <= most && isfinite(fibre->at[1]), DAVY_ERR_VALUE,
      "fibre %d: its centre at %g m across and %g m high; expected 0 to %g m across, between "
      "the mirrors",
      k, place, fibre->at[1], most);
  if (fibre->amplitude == 0) return DAVY_OK;
  double length = across == 0 ? plan->depth : plan->width;
  DAVY_CHECK(plan->dim == 3 && isfinite(fibre->amplitude) && fibre->wavelength > 0 &&
                 DavyIsWhole(2 * length, fibre->wavelength),
             DAVY_ERR_VALUE,
             "fibre %d: amplitude = %g m, wavelength = %g m; expected 0 in 2D, and in 3D a whole "
             "number of half waves along %g m",
             k, fibre->amplitude, fibre->wavelength, length);
  DavyProfile profile = profile_of(fibre);
  DAVY_CHECK(fibre->radius * DavyProfileSharpest(&profile) < 1, DAVY_ERR_VALUE,
             "fibre %d: radius = %g m; expected less than the bends of its axis, %g m", k,
             fibre->radius, 1 / DavyProfileSharpest(&profile));
  return DAVY_OK;
}

/* Places of a hexagonal lattice of pitch 1 by their distance from the origin; those equally far
 * lower ones first, left before right. */
static int nearer_middle(const void *a, const void *b) {
  const double *p = a, *q = b;
  double difference = hypot(p[0], p[1]) - hypot(q[0], q[1]);
  if (fabs(difference) > 1e-9) return difference < 0 ? -1 : 1;
  if (fabs(p[1] - q[1]) > 1e-9) return p[1] < q[1] ? -1 : 1;
  return p[0] < q[0] ? -1 : 1;
}

static DavyError hexagon(int count, double (**places)[2]) {
  /* The circle about n places has the radius 0.53 sqrt(n); the rest is margin. */
  int half = 2 + (int)sqrt(count), kept = 0;
  size_t most = (size_t)(2 * half + 1) * (2 * half + 1);
  *places = malloc(most * sizeof **places);
  DAVY_CHECK(*places, DAVY_ERR_MEMORY, "out of memory for %d fibres", count);
  for (int row = -half; row <= half; row++)
    for (int k = -half; k <= half; k++, kept++) {
      (*places)[kept][0] = k + (row % 2 ? 0.5 : 0);
      (*places)[kept][1] = row * sqrt(0.75);
    }
  qsort(*places, most, sizeof **places, nearer_middle);
  return DAVY_OK;
}

static DavyError check_bundle(const DavySubstratePlan *plan) {
  DAVY_CHECK(plan->bundle.fibres >= 1 && plan->bundle.fibres <= 100000, DAVY_ERR_VALUE,
             "fibres of the bundle = %d; expected 1 to 100000", plan->bundle.fibres);
  DAVY_CHECK(plan->bundle.radius > 0 && plan->bundle.radius < INFINITY, DAVY_ERR_VALUE,
             "radius of the bundle's fibres = %g m; expected more than 0", plan->bundle.radius);
  DAVY_CHECK(plan->bundle.gap >= 0 && plan->bundle.gap < INFINITY, DAVY_ERR_VALUE,
             "gap of the bundle's fibres = %g m; expected 0 or more", plan->bundle.gap);
  DAVY_CHECK(plan->bundle.jitter >= 0 && plan->bundle.jitter <= 1, DAVY_ERR_VALUE,
             "jitter of the bundle's fibres = %g; expected 0 to 1", plan->bundle.jitter);
  return DAVY_OK;
}

static DavyError bundle(const DavySubstratePlan *plan, DavyFibre *fibre) {
  int count = plan->bundle.fibres;
  double pitch = 2 * plan->bundle.radius + plan->bundle.gap, lowest = 0, widest = 0;
  double(*places)[2];
  DAVY_TRY(hexagon(count, &places));
  for (int k = 0; k < count; k++) {
    lowest = fmin(lowest, places[k][1]);
    widest = fmax(widest, fabs(places[k][0]));
  }
  double needed = 2 * (widest * pitch + plan->bundle.radius) +
                  plan->bundle.jitter * plan->bundle.gap; /* of the width */
  gsl_rng *random = DavySubstrateStream(plan->seed, DAVY_STREAM_JITTER);
  for (int k = 0; k < count && random; k++) {
    double off = plan->bundle.jitter * plan->bundle.gap / 2 * sqrt(gsl_rng_uniform(random));
    double turn = 2 * M_PI * gsl_rng_uniform(random);
    fibre[k] = (DavyFibre){
        .at = {plan->width / 2 + places[k][0] * pitch + off * cos(turn),
               plan->bundle.radius + (places[k][1] - lowest) * pitch + off * sin(turn), 0},
        .radius = plan->bundle.radius,
        .axis = 2};
  }
  free(places);
  DAVY_CHECK(random, DAVY_ERR_MEMORY, "out of memory");
  gsl_rng_free(random);
  DAVY_CHECK(needed <= plan->width, DAVY_ERR_VALUE,
             "width = %g m; expected %g m or more for a bundle of %d fibres", plan->width, needed,
             count);
  return DAVY_OK;
}

/* Yarns of both directions lie in the planes of the mirrors too, half of each in the box. Where
 * yarn i along z crosses yarn j along x, one is at its highest and the other at its lowest. */
static void weave(const DavySubstratePlan *plan, DavyFibre *fibre, int along_z, int along_x) {
  double spacing = plan->weave.spacing, radius = plan->weave.radius;
  double amplitude = radius + plan->weave.gap / 2;
  for (int k = 0; k < along_z + along_x; k++) {
    bool z = k < along_z;
    int row = z ? k : k - along_z;
    double most = z ? plan->width : plan->depth, place = fmin(row * spacing, most);
    fibre[k] = (DavyFibre){.at = {z ? place : 0, 0, z ? 0 : place},
                           .radius = radius,
                           .axis = z ? 2 : 0,
                           .material = z ? plan->surfaces - 1 : 0,
                           .amplitude = (row % 2 == 0) == z ? amplitude : -amplitude,
                           .wavelength = 2 * spacing};
  }
}

static DavyError check_weave(const DavySubstratePlan *plan) {
  DAVY_CHECK(plan->dim == 3, DAVY_ERR_VALUE, "a weave in %dD; expected 3D", plan->dim);
  DAVY_CHECK(plan->weave.radius > 0 && plan->weave.radius < INFINITY, DAVY_ERR_VALUE,
             "radius of the yarns = %g m; expected more than 0", plan->weave.radius);
  DAVY_CHECK(plan->weave.gap >= 0 && plan->weave.gap < INFINITY, DAVY_ERR_VALUE,
             "gap of the yarns = %g m; expected 0 or more", plan->weave.gap);
  double spacing = plan->weave.spacing;
  DAVY_CHECK(spacing > 0 && DavyIsWhole(plan->width, spacing) && DavyIsWhole(plan->depth, spacing),
             DAVY_ERR_VALUE,
             "spacing of the yarns = %g m; expected one that divides the width, %g m, and the "
             "depth, %g m",
             spacing, plan->width, plan->depth);
  return DAVY_OK;
}

DavyError DavyFibresCreate(const DavySubstratePlan *plan, DavyFibre **fibres, int *count) {
  DavyError error = DAVY_OK;
  int along_z = 0, along_x = 0;
  *count = plan->fibres;
  if (plan->shape == DAVY_SHAPE_BUNDLE) {
    DAVY_TRY(check_bundle(plan));
    *count = plan->bundle.fibres;
  } else if (plan->shape == DAVY_SHAPE_WEAVE) {
    DAVY_TRY(check_weave(plan));
    along_z = 1 + (int)lround(plan->width / plan->weave.spacing);
    along_x = 1 + (int)lround(plan->depth / plan->weave.spacing);
    *count = along_z + along_x;
  }
  DAVY_CHECK(*count >= 1, DAVY_ERR_VALUE, "fibres = %d; expected at least 1", *count);
  *fibres = calloc((size_t)*count, sizeof **fibres);
  DAVY_CHECK(*fibres, DAVY_ERR_MEMORY, "out of memory for %d fibres", *count);
  if (plan->shape == DAVY_SHAPE_BUNDLE) DAVY_GUARD(bundle(plan, *fibres));
  if (plan->shape == DAVY_SHAPE_WEAVE) weave(plan, *fibres, along_z, along_x);
  for (int k = 0; k < *count; k++) {
    if (plan->shape == DAVY_SHAPE_FIBRES) (*fibres)[k] = plan->fibre[k];
    DAVY_GUARD(check_fibre(plan, k, *fibres + k));
  }
done:
  if (error) {
    free(*fibres);
    *fibres = NULL;
  }
  return error;
}
