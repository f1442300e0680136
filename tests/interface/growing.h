/* A growth run of one test problem: what is known of it, and what is measured on it. */
#ifndef DAVY_TESTS_GROWING_H
#define DAVY_TESTS_GROWING_H

#include <math.h>
#include <stdlib.h>

#include "davy/constants.h"
#include "interface/growth.h"
#include "setting.h"

/* To `end`, in steps of at most `most` s. */
#define run_until(g, end, most)                                                                    \
  while (DavyGrowthTime(g) < (end) * (1 - 1e-12))                                                  \
  must(DavyGrowthStep(g, fmin(most, (end)-DavyGrowthTime(g))))

/* Of the front against fluid about a centre: least, mean and largest distance, and the fourfold
 * part of it, all m. Every rank has the whole front. */
typedef struct {
  double least, mean, most, fourfold;
} Radii;

static inline Radii radii_about(const DavySheet *s, const Ball *ball) {
  Radii r = {.least = INFINITY};
  double area = 0, c = 0, sn = 0;
  for (int k = 0; k < s->patches; k++) {
    const DavyPatch *patch = s->patch + k;
    if (!(patch->area > 0)) continue;
    double d = ball_distance(ball, patch->x);
    double angle = 4 * atan2(patch->x[1] - ball->centre[1], patch->x[0] - ball->centre[0]);
    r.least = fmin(r.least, d);
    r.most = fmax(r.most, d);
    r.mean += d * patch->area;
    c += 2 * d * cos(angle) * patch->area;
    sn += 2 * d * sin(angle) * patch->area;
    area += patch->area;
  }
  r.mean /= area;
  r.fourfold = hypot(c, sn) / area;
  return r;
}

/* Metal on the mesh by its geometry, all ranks. */
static inline double metal_on(const DavyCuts *cuts) {
  double sum = 0;
  for (int cell = 0; cell < cuts->mesh->own; cell++) sum += DavyMetalVolume(cuts, cell);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, cuts->mesh->comm);
  return sum;
}

/* What the front plates now, m^dim/s: V_m c0 times the sum of A J. */
static inline double plating_rate(const DavyFields *fields, double swell, MPI_Comm comm) {
  const DavyStencils *st = DavyFieldsStencils(fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(fields);
  double sum = 0;
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].wall == DAVY_FRONT) sum += swell * st->surface[k].area * state[k].J;
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, comm);
  return sum;
}

#endif
