/* Mesh, cut cells and fields of one test problem, made and destroyed together. */
#ifndef DAVY_TESTS_SETTING_H
#define DAVY_TESTS_SETTING_H

#include <math.h>
#include <stdbool.h>

#include "interface/fields.h"
#include "mesh/band.h"

typedef struct {
  DavyMesh *mesh;
  DavyCuts *cuts;
  DavyFields *fields;
} Setting;

/* Metal inside a ball, or outside of one for a negative radius. */
typedef struct {
  int dim;
  double centre[3], radius;
} Ball;

static inline double ball_distance(const Ball *ball, const double x[3]) {
  double r2 = 0;
  for (int d = 0; d < ball->dim; d++) r2 += pow(x[d] - ball->centre[d], 2);
  return sqrt(r2);
}

static inline double ball_psi(const void *context, const double x[3]) {
  const Ball *ball = context;
  double psi = ball_distance(ball, x) - fabs(ball->radius);
  return ball->radius < 0 ? -psi : psi;
}

#define must(call)                                                                                 \
  do {                                                                                             \
    if (call) fail_msg("%s", DavyErrorMessage());                                                  \
  } while (0)

/* cells: across one cube of the box, a power of two, at the finest; coarser: levels between the
 * finest and the coarsest. The invariants are checked. */
#define make_setting(comm_, box_, cells, coarser, shape_, shape_context_, physics_, setting)       \
  do {                                                                                             \
    DavyBox box__ = box_;                                                                          \
    int band_cells__ = (cells) > 32 ? 3 * (cells) / 16 : 6; /* meshes scale as a whole */          \
    DavyBand band__ = {shape_, shape_context_, box__.edge / (cells), band_cells__, 0, box__.dim};  \
    int level__ = (int)lround(log2(cells));                                                        \
    DavyMeshPlan plan__ = {comm_, box__, level__ - (coarser), level__, DavyBandSplit, &band__};    \
    must(DavyMeshCreate(&plan__, &(setting)->mesh));                                               \
    must(DavyMeshCheck((setting)->mesh));                                                          \
    must(DavyCutsCreate((setting)->mesh, shape_, shape_context_, &(setting)->cuts));               \
    must(DavyCutCheck((setting)->cuts));                                                           \
    must(DavyFieldsCreate((setting)->cuts, NULL, physics_, &(setting)->fields));                   \
  } while (0)

static inline void drop_setting(Setting *s) {
  DavyFieldsDestroy(&s->fields);
  DavyCutsDestroy(&s->cuts);
  DavyMeshDestroy(&s->mesh);
}

/* Root mean square over the fluid of one field (0: u, 1: p) less its exact value. */
typedef double (*ExactAt)(const void *context, const double x[3]);

static inline double field_error(const Setting *s, int field, ExactAt exact, const void *context) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  const double *x = DavyFieldsValues(s->fields);
  double sum[2] = {0};
  for (int g = 0; g < st->own; g++) {
    sum[0] += st->volume[g] * pow(x[2 * g + field] - exact(context, st->at[g]), 2);
    sum[1] += st->volume[g];
  }
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, s->mesh->comm);
  return sqrt(sum[0] / sum[1]);
}

/* Largest relative deviation of the front's J from a constant. */
static inline double flux_error(const Setting *s, double J) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(s->fields);
  double worst = 0;
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].wall == DAVY_FRONT) worst = fmax(worst, fabs(state[k].J / J - 1));
  MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_DOUBLE, MPI_MAX, s->mesh->comm);
  return worst;
}

#endif
