/* Cells cut by a front. A simplex with psi linear on it is cut by the points
 *   x = x_a + psi_a/(psi_a - psi_b) (x_b - x_a)
 * on its edges of changing sign: a tip with one vertex, its complement, or in 3D a wedge. */
#include "mesh/cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mesh/fit.h"

enum { X = 3 };

typedef struct {
  double x[X], psi;
} Vertex;

/* What pieces add up to: measure, first moment, and the same of the front with its vector. */
typedef struct {
  double size, moment[X];
  double front, front_moment[X], vector[X];
} Sum;

static double dot(const double a[X], const double b[X]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[X], const double b[X], double c[X]) {
  c[0] = a[1] * b[2] - a[2] * b[1];
  c[1] = a[2] * b[0] - a[0] * b[2];
  c[2] = a[0] * b[1] - a[1] * b[0];
}

static void along(const Vertex *from, const Vertex *to, double d[X]) {
  for (int k = 0; k < X; k++) d[k] = to->x[k] - from->x[k];
}

/* Length, area or volume of n = 2, 3 or 4 vertices. */
static double measure(int n, const Vertex *v) {
  double a[X], b[X], c[X], ab[X];
  along(v, v + 1, a);
  if (n == 2) return sqrt(dot(a, a));
  along(v, v + 2, b);
  cross(a, b, ab);
  if (n == 3) return sqrt(dot(ab, ab)) / 2;
  along(v, v + 3, c);
  return fabs(dot(ab, c)) / 6;
}

static void add_simplex(Sum *sum, int n, const Vertex *v, double sign) {
  double size = sign * measure(n, v);
  sum->size += size;
  for (int k = 0; k < X; k++)
    for (int i = 0; i < n; i++) sum->moment[k] += size * v[i].x[k] / n;
}

static Vertex crossing(const Vertex *a, const Vertex *b) {
  double share = a->psi / (a->psi - b->psi);
  Vertex v = {.psi = 0};
  for (int k = 0; k < X; k++) v.x[k] = a->x[k] + share * (b->x[k] - a->x[k]);
  return v;
}

/* A piece of front with n = 2 (2D) or 3 vertices; `fluid` lies on its fluid side. */
static void add_front(Sum *sum, int n, const Vertex *v, const Vertex *fluid) {
  double a[X], b[X], vector[X], inward[X];
  along(v, v + 1, a);
  if (n == 2) {
    vector[0] = a[1];
    vector[1] = -a[0];
    vector[2] = 0;
  } else {
    along(v, v + 2, b);
    cross(a, b, vector);
    for (int k = 0; k < X; k++) vector[k] /= 2;
  }
  along(v, fluid, inward);
  double area = sqrt(dot(vector, vector)), sign = dot(vector, inward) < 0 ? -1 : 1;
  sum->front += area;
  for (int k = 0; k < X; k++) {
    sum->vector[k] += sign * vector[k];
    for (int i = 0; i < n; i++) sum->front_moment[k] += area * v[i].x[k] / n;
  }
}

/* Two vertices of a tetrahedron in the fluid, two in the metal: the fluid is a wedge. */
static void cut_wedge(Sum *sum, const Vertex *a, const Vertex *b, const Vertex *c,
                      const Vertex *d) {
  Vertex ac = crossing(a, c), ad = crossing(a, d), bc = crossing(b, c), bd = crossing(b, d);
  add_simplex(sum, 4, (Vertex[]){*a, ac, ad, bd}, 1);
  add_simplex(sum, 4, (Vertex[]){*a, ac, bc, bd}, 1);
  add_simplex(sum, 4, (Vertex[]){*a, *b, bc, bd}, 1);
  add_front(sum, 3, (Vertex[]){ac, ad, bd}, a);
  add_front(sum, 3, (Vertex[]){ac, bd, bc}, a);
}

/* Adds the fluid of a simplex with n vertices, and its front where n is that of the space. */
static void cut_simplex(Sum *sum, int n, const Vertex *v, bool with_front) {
  int fluid[4], metal[4], fluids = 0, metals = 0;
  for (int i = 0; i < n; i++)
    if (v[i].psi > 0)
      fluid[fluids++] = i;
    else
      metal[metals++] = i;
  if (!fluids) return;
  if (fluids == 2 && metals == 2) {
    cut_wedge(sum, v + fluid[0], v + fluid[1], v + metal[0], v + metal[1]);
    return;
  }
  if (metals == 0 || (metals == 1 && fluids > 1)) add_simplex(sum, n, v, 1);
  if (metals == 0) return;
  /* The tip is fluid with one fluid vertex, otherwise it is the metal to take away. */
  int tip = fluids == 1 ? fluid[0] : metal[0];
  Vertex part[4] = {v[tip]};
  for (int i = 0, k = 1; i < n; i++)
    if (i != tip) part[k++] = crossing(v + tip, v + i);
  add_simplex(sum, n, part, fluids == 1 ? 1 : -1);
  if (with_front) add_front(sum, n - 1, part + 1, v + fluid[0]);
}

/* The simplices on one side of a cell: an edge in 2D, four triangles about the middle in 3D. */
static int side_simplices(const DavyMesh *mesh, const Vertex *corner, int side,
                          Vertex simplex[4][3]) {
  int axis = side / 2, upper = side & 1;
  int first = axis == 0 ? 1 : 0, second = axis == 2 ? 1 : 2; /* the axes within the side */
  int base = upper << axis, u = 1 << first, w = 1 << second;
  if (mesh->box.dim == 2) {
    simplex[0][0] = corner[base];
    simplex[0][1] = corner[base + (axis == 0 ? 2 : 1)];
    return 1;
  }
  int ring[5] = {base, base + u, base + u + w, base + w, base};
  Vertex middle = {.psi = 0};
  for (int i = 0; i < 4; i++) {
    middle.psi += corner[ring[i]].psi / 4;
    for (int k = 0; k < X; k++) middle.x[k] += corner[ring[i]].x[k] / 4;
  }
  for (int i = 0; i < 4; i++) {
    simplex[i][0] = corner[ring[i]];
    simplex[i][1] = corner[ring[i + 1]];
    simplex[i][2] = middle;
  }
  return 4;
}

static void centroid(double size, const double moment[X], double at[X]) {
  for (int k = 0; k < X; k++) at[k] = size > 0 ? moment[k] / size : 0;
}

/* In units of the cell about its centre, so that small numbers do not lose digits. */
static DavyCut cut_cell(const DavyCuts *cuts, int cell) {
  const DavyMesh *mesh = cuts->mesh;
  int dim = mesh->box.dim, corners = 1 << dim;
  double h = DavyCellSize(mesh, cell), centre[X];
  DavyCellCentre(mesh, cell, centre);
  Vertex corner[8], middle = {.psi = 0};
  for (int k = 0; k < corners; k++) {
    corner[k] = (Vertex){.psi = cuts->psi[mesh->cell_corner[corners * cell + k]] / h};
    for (int d = 0; d < dim; d++) corner[k].x[d] = (k >> d & 1) - 0.5;
    middle.psi += corner[k].psi / corners;
  }
  Sum sum = {.size = 0};
  DavyCut cut = {.volume = 0};
  double area = dim == 2 ? h : h * h;
  for (int side = 0; side < 2 * dim; side++) {
    Vertex simplex[4][3];
    Sum open = {.size = 0};
    for (int i = 0, n = side_simplices(mesh, corner, side, simplex); i < n; i++) {
      Vertex cone[4] = {simplex[i][0], simplex[i][1]};
      if (dim == 3) cone[2] = simplex[i][2];
      cut_simplex(&open, dim, cone, false);
      cone[dim] = middle;
      cut_simplex(&sum, dim + 1, cone, true);
    }
    cut.open[side].area = area * open.size;
    centroid(open.size, open.moment, cut.open[side].at);
    for (int k = 0; k < X; k++) cut.open[side].at[k] = centre[k] + h * cut.open[side].at[k];
  }
  cut.volume = area * h * sum.size;
  cut.front = area * sum.front;
  centroid(sum.size, sum.moment, cut.at);
  centroid(sum.front, sum.front_moment, cut.front_at);
  double length = sqrt(dot(sum.vector, sum.vector));
  for (int k = 0; k < X; k++) {
    cut.at[k] = centre[k] + h * cut.at[k];
    cut.front_at[k] = centre[k] + h * cut.front_at[k];
    cut.vector[k] = area * sum.vector[k];
    cut.normal[k] = length > 0 ? sum.vector[k] / length : 0;
  }
  return cut;
}

/* psi at the corners. Zero itself would make simplices without size: it is moved into the fluid by
 * a length far below any error of the front's place. */
static void sample(DavyCuts *cuts, DavyShape shape, const void *context) {
  const DavyMesh *mesh = cuts->mesh;
  double least = INFINITY;
  for (int cell = 0; cell < mesh->cells; cell++) least = fmin(least, DavyCellSize(mesh, cell));
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  for (int corner = 0; corner < mesh->corners; corner++) {
    double x[X], psi;
    DavyCornerPlace(mesh, corner, x);
    psi = shape(context, x);
    cuts->psi[corner] = fabs(psi) < 1e-8 * least ? 1e-8 * least : psi;
  }
}

static int kind_of(const DavyCuts *cuts, int cell) {
  int corners = 1 << cuts->mesh->box.dim, fluid = 0;
  for (int k = 0; k < corners; k++)
    fluid += cuts->psi[cuts->mesh->cell_corner[corners * cell + k]] > 0;
  return fluid == corners ? DAVY_CELL_FLUID : fluid == 0 ? DAVY_CELL_METAL : 0;
}

DavyError DavyCutsCreate(const DavyMesh *mesh, DavyShape shape, const void *context,
                         DavyCuts **result) {
  DavyCuts *cuts = calloc(1, sizeof *cuts);
  *result = cuts;
  DAVY_CHECK(cuts, DAVY_ERR_MEMORY, "out of memory for cut cells");
  cuts->mesh = mesh;
  cuts->psi = malloc(((size_t)mesh->corners + 1) * sizeof *cuts->psi);
  cuts->which = malloc(((size_t)mesh->cells + 1) * sizeof *cuts->which);
  if (cuts->psi && cuts->which) {
    sample(cuts, shape, context);
    for (int cell = 0; cell < mesh->cells; cell++) {
      int kind = kind_of(cuts, cell);
      cuts->which[cell] = kind ? kind : cuts->cuts++;
    }
    cuts->cut = malloc(((size_t)cuts->cuts + 1) * sizeof *cuts->cut);
  }
  if (!cuts->cut) {
    DavyCutsDestroy(result);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for cut cells");
  }
  for (int cell = 0; cell < mesh->cells; cell++)
    if (cuts->which[cell] >= 0) cuts->cut[cuts->which[cell]] = cut_cell(cuts, cell);
  return DAVY_OK;
}

void DavyCutsDestroy(DavyCuts **cuts) {
  if (!*cuts) return;
  free((*cuts)->psi);
  free((*cuts)->which);
  free((*cuts)->cut);
  free(*cuts);
  *cuts = NULL;
}

double DavyFluidVolume(const DavyCuts *cuts, int cell, double at[3]) {
  int which = cuts->which[cell];
  if (which >= 0) {
    memcpy(at, cuts->cut[which].at, X * sizeof *at);
    return cuts->cut[which].volume;
  }
  DavyCellCentre(cuts->mesh, cell, at);
  double h = DavyCellSize(cuts->mesh, cell);
  return which == DAVY_CELL_METAL ? 0 : cuts->mesh->box.dim == 2 ? h * h : h * h * h;
}

DavyOpening DavyFaceOpening(const DavyCuts *cuts, int cell, int side) {
  int which = cuts->which[cell];
  if (which >= 0) return cuts->cut[which].open[side];
  DavyOpening open = {.area = 0};
  double h = DavyCellSize(cuts->mesh, cell);
  DavyCellCentre(cuts->mesh, cell, open.at);
  open.at[side / 2] += side & 1 ? h / 2 : -h / 2;
  if (which == DAVY_CELL_FLUID) open.area = cuts->mesh->box.dim == 2 ? h : h * h;
  return open;
}

/* Corners of the cell and of all its neighbours of the same size, each once. */
static int corners_about(const DavyCuts *cuts, int cell, int list[64]) {
  const DavyMesh *mesh = cuts->mesh;
  int dim = mesh->box.dim, corners = 1 << dim, count = 0;
  for (int k = 0; k < (dim == 2 ? 9 : 27); k++) {
    int step[3] = {k % 3 - 1, k / 3 % 3 - 1, dim == 3 ? k / 9 - 1 : 0};
    int beside = DavyCellBeside(mesh, cell, step);
    for (int c = 0; beside >= 0 && c < corners; c++) {
      int corner = mesh->cell_corner[corners * beside + c], seen = 0;
      while (seen < count && list[seen] != corner) seen++;
      if (seen == count) list[count++] = corner;
    }
  }
  return count;
}

/* 1, r_d, r_d r_e, r_d r_e r_f without repeats: 10 terms in 2D, 20 in 3D. */
static int cubic_terms(int dim, const double r[X], double *basis) {
  double *b = basis;
  *b++ = 1;
  for (int d = 0; d < dim; d++) *b++ = r[d];
  for (int d = 0; d < dim; d++)
    for (int e = d; e < dim; e++) *b++ = r[d] * r[e];
  for (int d = 0; d < dim; d++)
    for (int e = d; e < dim; e++)
      for (int f = e; f < dim; f++) *b++ = r[d] * r[e] * r[f];
  return (int)(b - basis);
}

double DavyFrontAt(const DavyCuts *cuts, int cell, double x[3], double n[3]) {
  const DavyMesh *mesh = cuts->mesh;
  int dim = mesh->box.dim, terms = dim == 2 ? 10 : 20, list[64];
  int points = corners_about(cuts, cell, list);
  double h = DavyCellSize(mesh, cell), basis[64 * 20], weight[64], rows[20 * 64], p[20] = {0};
  for (int j = 0; j < points; j++) {
    double y[X], r[X] = {0};
    DavyCornerPlace(mesh, list[j], y);
    for (int d = 0; d < dim; d++) r[d] = (y[d] - x[d]) / h;
    weight[j] = 1 / (0.5 + dot(r, r));
    cubic_terms(dim, r, basis + terms * j);
  }
  DavyFit(points, terms, basis, weight, rows); /* in a corner of the box: what can be had */
  for (int k = 0; k < terms; k++)
    for (int j = 0; j < points; j++) p[k] += rows[points * k + j] * cuts->psi[list[j]] / h;
  double H[X][X] = {{0}}, g[X] = {0}, trace = 0, ghg = 0;
  for (int d = 0, k = 1 + dim; d < dim; d++)
    for (int e = d; e < dim; e++, k++) H[d][e] = H[e][d] = d == e ? 2 * p[k] : p[k];
  for (int d = 0; d < dim; d++) g[d] = p[1 + d];
  for (int d = 0; d < dim; d++) {
    trace += H[d][d];
    for (int e = 0; e < dim; e++) ghg += g[d] * H[d][e] * g[e];
  }
  double g2 = dot(g, g), length = sqrt(g2);
  /* Away from the polygon by more than its own sagitta, psi has a kink here: keep the polygon. */
  if (!(length > 0) || fabs(p[0]) > 0.1 * length) return 0;
  for (int d = 0; d < X; d++) {
    n[d] = g[d] / length;
    x[d] -= h * p[0] / length * n[d];
  }
  /* K = (tr H |g|^2 - g.H g)/|g|^3 */
  return (trace * g2 - ghg) / (g2 * length) / h;
}

static DavyError check_closed(const DavyCuts *cuts, int cell) {
  const DavyCut *cut = cuts->cut + cuts->which[cell];
  int dim = cuts->mesh->box.dim;
  double h = DavyCellSize(cuts->mesh, cell), area = dim == 2 ? h : h * h;
  DAVY_CHECK(cut->volume >= 0 && cut->volume <= area * h * (1 + 1e-12), DAVY_ERR_LEDGER,
             "cut cell %d: %g of it is fluid", cell, cut->volume / (area * h));
  for (int d = 0; d < dim; d++) {
    double open = cut->open[2 * d + 1].area - cut->open[2 * d].area;
    DAVY_CHECK(fabs(open - cut->vector[d]) <= 1e-12 * area, DAVY_ERR_LEDGER,
               "cut cell %d does not close along axis %d by %g of a side", cell, d,
               (open - cut->vector[d]) / area);
  }
  return DAVY_OK;
}

DavyError DavyCutCheck(const DavyCuts *cuts) {
  const DavyMesh *mesh = cuts->mesh;
  for (int cell = 0; cell < mesh->own; cell++)
    if (cuts->which[cell] >= 0) DAVY_TRY(check_closed(cuts, cell));
  for (int f = 0; f < mesh->faces; f++) {
    const DavyFace *face = mesh->face + f;
    int lower = face->cell[0], upper = face->cell[1];
    if (lower < 0 || upper < 0) continue;
    if (mesh->leaf[lower].size != mesh->leaf[upper].size) {
      DAVY_CHECK(cuts->which[lower] < 0 && cuts->which[lower] == cuts->which[upper],
                 DAVY_ERR_LEDGER, "cells %d and %d of different size meet at the front", lower,
                 upper);
      continue;
    }
    DavyOpening a = DavyFaceOpening(cuts, lower, 2 * face->axis + 1);
    DavyOpening b = DavyFaceOpening(cuts, upper, 2 * face->axis);
    double h = DavyCellSize(mesh, lower), area = mesh->box.dim == 2 ? h : h * h;
    DAVY_CHECK(fabs(a.area - b.area) <= 1e-12 * area, DAVY_ERR_LEDGER,
               "cells %d and %d see openings of %g and %g of their face", lower, upper,
               a.area / area, b.area / area);
  }
  return DAVY_OK;
}
