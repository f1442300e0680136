/* Heights are found as a painter finds what is in front: every facet raises the lines that pass
 * through it. A facet of 3D is taken row by row, cut by planes of constant z into segments; in 2D
 * it is a segment already.
 *
 * Under a line at x along a segment from a to b lies y = a_y + (b_y - a_y) (x - a_x)/(b_x - a_x).
 */
#include "interface/morphology.h"

#include <math.h>
#include <stdlib.h>

#include "interface/growth_state.h"

/* Along each axis of a finest cell. */
enum { LINES = 4 };

typedef struct {
  const DavyGrowth *growth;
  double low[2], step[2]; /* along x and z, m */
  int count[2];
  double *top; /* y above each line */
} Lines;

static bool is_working(const DavyGrowth *g, int body) {
  return body >= 0 && !g->now.metal->body[body].counter;
}

static bool is_buried(const DavyGrowth *g, const double x[3]) {
  return g->plan.substrate && DavySubstrateDistance(g->plan.substrate, x) <= 0;
}

/* Facets that share an edge know its place to rounding: a line along it must not pass between. */
static const double SLACK = 1e-6;

static int line_from(const Lines *l, int axis, double x) {
  return (int)fmax(ceil((x - l->low[axis]) / l->step[axis] - 0.5 - SLACK), 0);
}

static int line_to(const Lines *l, int axis, double x) {
  double k = floor((x - l->low[axis]) / l->step[axis] - 0.5 + SLACK);
  return (int)fmin(k, l->count[axis] - 1);
}

static double line_at(const Lines *l, int axis, int k) {
  return l->low[axis] + (k + 0.5) * l->step[axis];
}

/* A segment in the row's plane, from the lower x to the higher. */
static void raise_segment(Lines *l, int row, const double a[3], const double b[3]) {
  double *top = l->top + (size_t)row * l->count[0], way = b[0] - a[0];
  for (int k = line_from(l, 0, a[0]), end = line_to(l, 0, b[0]); k <= end; k++) {
    double x[3] = {line_at(l, 0, k), fmax(a[1], b[1]), a[2]};
    if (way > 0) x[1] = a[1] + (b[1] - a[1]) * fmin(fmax((x[0] - a[0]) / way, 0), 1);
    if (x[1] > top[k] && !is_buried(l->growth, x)) top[k] = x[1];
  }
}

static void raise_triangle(Lines *l, const double v[3][3]) {
  double low = fmin(fmin(v[0][2], v[1][2]), v[2][2]), high = fmax(fmax(v[0][2], v[1][2]), v[2][2]);
  for (int row = line_from(l, 1, low), last = line_to(l, 1, high); row <= last; row++) {
    double z = fmin(fmax(line_at(l, 1, row), low), high);
    double end[2][3] = {{INFINITY, 0, z}, {-INFINITY, 0, z}};
    for (int k = 0; k < 3; k++) {
      const double *a = v[k], *b = v[(k + 1) % 3];
      if (fmin(a[2], b[2]) > z || fmax(a[2], b[2]) < z) continue;
      double share = a[2] < b[2] || a[2] > b[2] ? (z - a[2]) / (b[2] - a[2]) : 0;
      double x = a[0] + share * (b[0] - a[0]), y = a[1] + share * (b[1] - a[1]);
      if (x < end[0][0]) end[0][0] = x, end[0][1] = y;
      if (x > end[1][0]) end[1][0] = x, end[1][1] = y;
    }
    raise_segment(l, row, end[0], end[1]);
  }
}

/* Heights above all lines, and the front's highest point, y; -infinity without metal. */
static double raise_front(Lines *l) {
  const DavySheet *sheet = l->growth->sheet;
  double highest = -INFINITY;
  for (int k = 0; k < sheet->facets; k++) {
    const DavyFacet *facet = sheet->facet + k;
    const DavyPatch *patch = sheet->patch + facet->patch;
    if (!(patch->area > 0) || !is_working(l->growth, patch->body)) continue;
    int left = facet->x[0][0] > facet->x[1][0];
    if (sheet->dim == 2)
      raise_segment(l, 0, facet->x[left], facet->x[!left]);
    else
      raise_triangle(l, facet->x);
    for (int v = 0; v < sheet->dim; v++)
      if (facet->x[v][1] > highest && !is_buried(l->growth, facet->x[v])) highest = facet->x[v][1];
  }
  return highest;
}

/* Mean height and the root mean square deviation from it. */
static void measure_heights(const Lines *l, double level, double *mean, double *rms) {
  size_t count = (size_t)l->count[0] * l->count[1];
  double sum = 0, squares = 0;
  for (size_t k = 0; k < count; k++) sum += l->top[k] - level;
  *mean = sum / (double)count;
  for (size_t k = 0; k < count; k++) squares += pow(l->top[k] - level - *mean, 2);
  *rms = sqrt(squares / (double)count);
}

static DavyError find_heights(const DavyGrowth *g, const double size[2], double level,
                              DavyMorphology *m, double *mean) {
  Lines l = {.growth = g, .low = {g->plan.box.origin[0], g->plan.box.origin[2]}};
  for (int axis = 0; axis < 2; axis++) {
    double cells = axis == 0 || g->plan.box.dim == 3 ? fmax(round(size[axis] / g->h), 1) : 0;
    l.count[axis] = cells > 0 ? LINES * (int)cells : 1;
    l.step[axis] = size[axis] / l.count[axis];
  }
  size_t count = (size_t)l.count[0] * l.count[1];
  l.top = malloc(count * sizeof *l.top);
  DAVY_TRY(growth_agree(
      g, l.top ? DAVY_OK : DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu heights", count)));
  for (size_t k = 0; k < count; k++) l.top[k] = level;
  double highest = raise_front(&l);
  m->highest = isfinite(highest) ? highest - level : 0;
  measure_heights(&l, level, mean, &m->roughness_rms);
  free(l.top);
  return DAVY_OK;
}

static double touched_share(const DavyCuts *cuts) {
  double area[2] = {0};
  for (int cell = 0; cell < cuts->mesh->own; cell++)
    if (cuts->which[cell] >= 0) {
      area[0] += cuts->cut[cuts->which[cell]].contact;
      area[1] += cuts->cut[cuts->which[cell]].bare.area;
    }
  MPI_Allreduce(MPI_IN_PLACE, area, 2, MPI_DOUBLE, MPI_SUM, cuts->mesh->comm);
  return area[0] > 0 ? area[0] / (area[0] + area[1]) : 0;
}

DavyError DavyMorphologyOf(const DavyGrowth *g, double width, double depth, double level,
                           DavyMorphology *m) {
  double volume = 0, orphaned = 0, mean;
  *m = (DavyMorphology){.bodies = 0};
  DAVY_CHECK(width > 0 && depth > 0, DAVY_ERR_VALUE,
             "a substrate of %g m by %g m; expected lengths above 0", width, depth);
  for (int b = 0; b < g->now.metal->count; b++) {
    const DavyBody *body = g->now.metal->body + b;
    if (!is_working(g, b)) continue;
    m->bodies++;
    m->orphans += !DavyBodyIsFed(body);
    volume += body->volume;
    orphaned += !DavyBodyIsFed(body) ? body->volume : 0;
  }
  DAVY_TRY(find_heights(g, (double[2]){width, depth}, level, m, &mean));
  m->mean_height = volume / (width * depth);
  m->coverage = touched_share(g->now.cuts);
  /* Compact metal may miss 0 by the error of its heights. */
  m->porosity = mean > 0 ? fmax(1 - m->mean_height / mean, 0) : 0;
  m->orphaned_share = volume > 0 ? orphaned / volume : 0;
  return DAVY_OK;
}
