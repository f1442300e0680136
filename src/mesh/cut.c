/* Cells cut by a front and by a substrate. A simplex with a function linear on it is divided by the
 * points
 *   x = x_a + f_a/(f_a - f_b) (x_b - x_a)
 * on its edges of changing sign: a tip with one vertex and the rest, or in 3D two wedges. First the
 * substrate is taken away, then the rest is divided into fluid and metal. */
#include "mesh/cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { X = 3, PSI = 0, GROUND = 1 };

typedef struct {
  double x[X], f[2]; /* f: psi and the ground */
} Vertex;

/* Simplices of equal number of vertices. */
typedef struct {
  int count;
  Vertex part[3][4];
} Parts;

/* What pieces add up to: measure and first moment; of surfaces the vector too. */
typedef struct {
  double size, moment[X], vector[X];
} Sum;

typedef struct {
  Sum fluid, metal, front, bare, contact;
  double (*facet)[X][X]; /* of the front, unless NULL */
  int facets;
} Sums;

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

static void add_simplex(Sum *sum, int n, const Vertex *v) {
  double size = measure(n, v);
  sum->size += size;
  for (int k = 0; k < X; k++)
    for (int i = 0; i < n; i++) sum->moment[k] += size * v[i].x[k] / n;
}

/* Area times normal of a piece of surface with n = 2 (2D) or 3 vertices, in their sense of turning;
 * returns -1 if `inside` lies on the other side of it, otherwise 1. */
static int surface_vector(int n, const Vertex *v, const Vertex *inside, double vector[X]) {
  double a[X], b[X] = {0, 0, 2}, inward[X];
  along(v, v + 1, a);
  if (n == 3) along(v, v + 2, b);
  cross(a, b, vector);
  for (int k = 0; k < X; k++) vector[k] /= 2;
  along(v, inside, inward);
  return dot(vector, inward) < 0 ? -1 : 1;
}

/* `inside` lies where its normal points to. */
static void add_surface(Sum *sum, int n, const Vertex *v, const Vertex *inside) {
  double vector[X];
  int sign = surface_vector(n, v, inside, vector);
  add_simplex(sum, n, v);
  for (int k = 0; k < X; k++) sum->vector[k] += sign * vector[k];
}

/* From the positive to the negative vertex, so that cells that share an edge agree. */
static Vertex crossing(const Vertex *a, const Vertex *b, int f) {
  if (!(a->f[f] > 0)) return crossing(b, a, f);
  double share = a->f[f] / (a->f[f] - b->f[f]);
  Vertex v;
  for (int k = 0; k < X; k++) v.x[k] = a->x[k] + share * (b->x[k] - a->x[k]);
  for (int k = 0; k < 2; k++) v.f[k] = a->f[k] + share * (b->f[k] - a->f[k]);
  v.f[f] = 0;
  return v;
}

/* The two vertices of a tetrahedron on one side, and the wedge that they are the edge of. */
static void split_wedge(const Vertex *a, const Vertex *b, const Vertex *c, const Vertex *d, int f,
                        Parts *wedge) {
  Vertex ac = crossing(a, c, f), ad = crossing(a, d, f), bc = crossing(b, c, f),
         bd = crossing(b, d, f);
  *wedge = (Parts){3, {{*a, ac, ad, bd}, {*a, ac, bc, bd}, {*a, *b, bc, bd}}};
}

/* Divides a simplex of n vertices by the sign of f: parts with f > 0 and the rest, and the
 * simplices of n - 1 vertices between the two. */
static void split(int n, const Vertex *v, int f, Parts *positive, Parts *rest, Parts *between) {
  int up[4], down[4], ups = 0, downs = 0;
  for (int i = 0; i < n; i++)
    if (v[i].f[f] > 0)
      up[ups++] = i;
    else
      down[downs++] = i;
  positive->count = rest->count = between->count = 0;
  if (!ups || !downs) {
    Parts *whole = ups ? positive : rest;
    whole->count = 1;
    memcpy(whole->part[0], v, (size_t)n * sizeof *v);
    return;
  }
  if (ups == 2 && downs == 2) {
    const Vertex *a = v + up[0], *b = v + up[1], *c = v + down[0], *d = v + down[1];
    split_wedge(a, b, c, d, f, positive);
    split_wedge(c, d, a, b, f, rest);
    Vertex ac = crossing(a, c, f), ad = crossing(a, d, f), bc = crossing(b, c, f),
           bd = crossing(b, d, f);
    *between = (Parts){2, {{ac, ad, bd}, {ac, bd, bc}}};
    return;
  }
  /* The tip with its crossings, and between these and the other vertices a prism of n - 1 parts. */
  bool alone = ups == 1;
  const int *others = alone ? down : up;
  const Vertex *tip = v + (alone ? up[0] : down[0]);
  Parts *tips = alone ? positive : rest, *prism = alone ? rest : positive;
  tips->count = between->count = 1;
  prism->count = n - 1;
  tips->part[0][0] = *tip;
  for (int i = 0; i < n - 1; i++)
    tips->part[0][i + 1] = between->part[0][i] = crossing(tip, v + others[i], f);
  for (int k = 0; k < n - 1; k++)
    for (int i = 0; i < n; i++)
      prism->part[k][i] = i < n - 1 - k ? v[others[k + i]] : between->part[0][i - (n - 1 - k)];
}

/* A simplex of n vertices (all of the space's) outside of the substrate. */
static void add_outside(Sums *sums, int n, const Vertex *v) {
  Parts fluid, metal, between;
  split(n, v, PSI, &fluid, &metal, &between);
  for (int k = 0; k < fluid.count; k++) add_simplex(&sums->fluid, n, fluid.part[k]);
  for (int k = 0; k < metal.count; k++) add_simplex(&sums->metal, n, metal.part[k]);
  for (int k = 0; k < between.count; k++) {
    int inside = 0; /* any vertex of the simplex in the fluid shows the side */
    while (!(v[inside].f[PSI] > 0)) inside++;
    add_surface(&sums->front, n - 1, between.part[k], v + inside);
  }
}

static void add_cone(Sums *sums, int n, const Vertex *v, bool grounded) {
  if (!grounded) {
    add_outside(sums, n, v);
    return;
  }
  Parts outside, inside, surface, fluid, metal, line;
  split(n, v, GROUND, &outside, &inside, &surface);
  for (int k = 0; k < outside.count; k++) add_outside(sums, n, outside.part[k]);
  for (int k = 0; k < surface.count; k++) {
    int up = 0;
    while (!(v[up].f[GROUND] > 0)) up++;
    split(n - 1, surface.part[k], PSI, &fluid, &metal, &line);
    for (int i = 0; i < fluid.count; i++) add_surface(&sums->bare, n - 1, fluid.part[i], v + up);
    for (int i = 0; i < metal.count; i++) add_simplex(&sums->contact, n - 1, metal.part[i]);
  }
}

/* The same for a simplex of a side: its open part and that before metal. */
static void add_side(Sum *open, Sum *joint, int n, const Vertex *v, bool grounded) {
  Parts outside = {1, {{{{0}, {0}}}}}, inside, surface, fluid, metal, line;
  if (grounded)
    split(n, v, GROUND, &outside, &inside, &surface);
  else
    memcpy(outside.part[0], v, (size_t)n * sizeof *v);
  for (int k = 0; k < outside.count; k++) {
    split(n, outside.part[k], PSI, &fluid, &metal, &line);
    for (int i = 0; i < fluid.count; i++) add_simplex(open, n, fluid.part[i]);
    for (int i = 0; i < metal.count; i++) add_simplex(joint, n, metal.part[i]);
  }
}

/* The simplices on one side of a cell: an edge in 2D, four triangles about the middle in 3D. */
static int side_simplices(int dim, const Vertex *corner, int side, Vertex simplex[4][3]) {
  int axis = side / 2, upper = side & 1;
  int first = axis == 0 ? 1 : 0, second = axis == 2 ? 1 : 2; /* the axes within the side */
  int base = upper << axis, u = 1 << first, w = 1 << second;
  if (dim == 2) {
    simplex[0][0] = corner[base];
    simplex[0][1] = corner[base + (axis == 0 ? 2 : 1)];
    return 1;
  }
  int ring[5] = {base, base + u, base + u + w, base + w, base};
  Vertex middle = {{0}, {0}};
  for (int i = 0; i < 4; i++) {
    for (int k = 0; k < 2; k++) middle.f[k] += corner[ring[i]].f[k] / 4;
    for (int k = 0; k < X; k++) middle.x[k] += corner[ring[i]].x[k] / 4;
  }
  for (int i = 0; i < 4; i++) {
    simplex[i][0] = corner[ring[i]];
    simplex[i][1] = corner[ring[i + 1]];
    simplex[i][2] = middle;
  }
  return 4;
}

/* Corners and middle in units of the cell about its centre, so that small numbers keep digits. */
static void cell_vertices(const DavyCuts *cuts, int cell, const double *corner_psi,
                          Vertex corner[8], Vertex *middle) {
  const DavyMesh *mesh = cuts->mesh;
  int dim = mesh->box.dim, corners = 1 << dim;
  const int *number = mesh->cell_corner + corners * cell;
  double h = DavyCellSize(mesh, cell);
  *middle = (Vertex){{0}, {0}};
  for (int k = 0; k < corners; k++) {
    double psi = corner_psi ? corner_psi[k] : cuts->psi[number[k]];
    corner[k] = (Vertex){.f = {psi / h, cuts->ground ? cuts->ground[number[k]] / h : 1}};
    for (int d = 0; d < dim; d++) corner[k].x[d] = (k >> d & 1) - 0.5;
    for (int f = 0; f < 2; f++) middle->f[f] += corner[k].f[f] / corners;
  }
}

/* Whether the substrate's surface may pass through the cell. */
static bool is_grounded(const DavyCuts *cuts, const Vertex *corner, int corners) {
  for (int k = 0; cuts->ground && k < corners; k++)
    if (!(corner[k].f[GROUND] > 0)) return true;
  return false;
}

static void add_cell(int dim, const Vertex *corner, const Vertex *middle, bool grounded,
                     Sums *sums) {
  for (int side = 0; side < 2 * dim; side++) {
    Vertex simplex[4][3], cone[4];
    for (int i = 0, n = side_simplices(dim, corner, side, simplex); i < n; i++) {
      memcpy(cone, simplex[i], (size_t)dim * sizeof *cone);
      cone[dim] = *middle;
      add_cone(sums, dim + 1, cone, grounded);
    }
  }
}

static void centroid(const Sum *sum, const double centre[X], double h, double at[X]) {
  for (int k = 0; k < X; k++)
    at[k] = centre[k] + (sum->size > 0 ? h * sum->moment[k] / sum->size : 0);
}

static DavyPiece piece_of(const Sum *sum, const double centre[X], double h, double area) {
  DavyPiece piece = {.area = area * sum->size};
  centroid(sum, centre, h, piece.at);
  for (int k = 0; k < X; k++) piece.vector[k] = area * sum->vector[k];
  return piece;
}

static DavyCut cut_cell(const DavyCuts *cuts, int cell) {
  const DavyMesh *mesh = cuts->mesh;
  int dim = mesh->box.dim;
  double h = DavyCellSize(mesh, cell), area = dim == 2 ? h : h * h, centre[X];
  Vertex corner[8], middle;
  Sums sums = {.facets = 0};
  DavyCut cut;
  DavyCellCentre(mesh, cell, centre);
  cell_vertices(cuts, cell, NULL, corner, &middle);
  bool grounded = is_grounded(cuts, corner, 1 << dim);
  for (int side = 0; side < 2 * dim; side++) {
    Vertex simplex[4][3];
    Sum open = {0}, joint = {0};
    for (int i = 0, n = side_simplices(dim, corner, side, simplex); i < n; i++)
      add_side(&open, &joint, dim, simplex[i], grounded);
    cut.open[side].area = area * open.size;
    cut.joint[side] = area * joint.size;
    centroid(&open, centre, h, cut.open[side].at);
  }
  add_cell(dim, corner, &middle, grounded, &sums);
  cut.volume = area * h * sums.fluid.size;
  cut.metal = area * h * sums.metal.size;
  cut.contact = area * sums.contact.size;
  centroid(&sums.fluid, centre, h, cut.at);
  cut.front = piece_of(&sums.front, centre, h, area);
  cut.bare = piece_of(&sums.bare, centre, h, area);
  return cut;
}

double DavyMetalVolumeWith(const DavyCuts *cuts, int cell, const double *corner_psi) {
  const DavyMesh *mesh = cuts->mesh;
  int dim = mesh->box.dim, corners = 1 << dim, metals = 0, outside = 0;
  Vertex corner[8], middle;
  Sums sums = {.facets = 0};
  cell_vertices(cuts, cell, corner_psi, corner, &middle);
  for (int k = 0; k < corners; k++) {
    metals += !(corner[k].f[PSI] > 0);
    outside += corner[k].f[GROUND] > 0;
  }
  if (!metals || !outside) return 0;
  double whole = pow(DavyCellSize(mesh, cell), dim);
  if (metals == corners && outside == corners) return whole;
  add_cell(dim, corner, &middle, outside < corners, &sums);
  return whole * sums.metal.size;
}

int DavyCutFacets(const DavyCuts *cuts, int cell, double facet[DAVY_MOST_FACETS][3][3]) {
  int dim = cuts->mesh->box.dim, count = 0;
  double h = DavyCellSize(cuts->mesh, cell), centre[X];
  Vertex corner[8], middle;
  DavyCellCentre(cuts->mesh, cell, centre);
  cell_vertices(cuts, cell, NULL, corner, &middle);
  for (int side = 0; side < 2 * dim; side++) {
    Vertex simplex[4][3], cone[4];
    for (int i = 0, n = side_simplices(dim, corner, side, simplex); i < n; i++) {
      Parts up, down, between;
      memcpy(cone, simplex[i], (size_t)dim * sizeof *cone);
      cone[dim] = middle;
      split(dim + 1, cone, PSI, &up, &down, &between);
      for (int k = 0; k < between.count; k++, count++) {
        double vector[X];
        bool turn = surface_vector(dim, between.part[k], up.part[0], vector) < 0;
        for (int v = 0; v < dim; v++) {
          const Vertex *from = between.part[k] + (turn && v < 2 ? 1 - v : v);
          for (int d = 0; d < X; d++) facet[count][v][d] = centre[d] + h * from->x[d];
        }
      }
    }
  }
  return count;
}

/* Zero itself would make simplices without size: psi is moved into the fluid and the ground into
 * the substrate, by a length far below any error of their place. */
static void keep_off_zero(DavyCuts *cuts) {
  const DavyMesh *mesh = cuts->mesh;
  double least = INFINITY;
  for (int cell = 0; cell < mesh->cells; cell++) least = fmin(least, DavyCellSize(mesh, cell));
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  least *= 1e-8;
  for (int corner = 0; corner < mesh->corners; corner++) {
    if (fabs(cuts->psi[corner]) < least) cuts->psi[corner] = least;
    if (cuts->ground && fabs(cuts->ground[corner]) < least) cuts->ground[corner] = -least;
  }
}

static int kind_of(const DavyCuts *cuts, int cell) {
  int corners = 1 << cuts->mesh->box.dim, fluid = 0, outside = 0;
  for (int k = 0; k < corners; k++) {
    int corner = cuts->mesh->cell_corner[corners * cell + k];
    fluid += cuts->psi[corner] > 0;
    outside += !cuts->ground || cuts->ground[corner] > 0;
  }
  if (outside == 0) return DAVY_CELL_SUBSTRATE;
  if (outside < corners) return 0;
  return fluid == corners ? DAVY_CELL_FLUID : fluid == 0 ? DAVY_CELL_METAL : 0;
}

static DavyError cut_cells(DavyCuts *cuts) {
  const DavyMesh *mesh = cuts->mesh;
  keep_off_zero(cuts);
  for (int cell = 0; cell < mesh->cells; cell++) {
    int kind = kind_of(cuts, cell);
    cuts->which[cell] = kind ? kind : cuts->cuts++;
  }
  cuts->cut = malloc(((size_t)cuts->cuts + 1) * sizeof *cuts->cut);
  DAVY_CHECK(cuts->cut, DAVY_ERR_MEMORY, "out of memory for cut cells");
  for (int cell = 0; cell < mesh->cells; cell++)
    if (cuts->which[cell] >= 0) cuts->cut[cuts->which[cell]] = cut_cell(cuts, cell);
  return DAVY_OK;
}

DavyError DavyCutsCreateFrom(const DavyMesh *mesh, const double *psi, const double *ground,
                             DavyCuts **result) {
  DavyCuts *cuts = calloc(1, sizeof *cuts);
  size_t size = ((size_t)mesh->corners + 1) * sizeof *cuts->psi;
  *result = cuts;
  DAVY_CHECK(cuts, DAVY_ERR_MEMORY, "out of memory for cut cells");
  cuts->mesh = mesh;
  cuts->psi = malloc(size);
  cuts->ground = ground ? malloc(size) : NULL;
  cuts->which = malloc(((size_t)mesh->cells + 1) * sizeof *cuts->which);
  DavyError error = DAVY_OK;
  if (!cuts->psi || !cuts->which || (ground && !cuts->ground)) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for cut cells");
    goto done;
  }
  memcpy(cuts->psi, psi, (size_t)mesh->corners * sizeof *psi);
  if (ground) memcpy(cuts->ground, ground, (size_t)mesh->corners * sizeof *ground);
  DAVY_GUARD(cut_cells(cuts));
done:
  if (error) DavyCutsDestroy(result);
  return error;
}

DavyError DavyCutsCreate(const DavyMesh *mesh, DavyShape shape, const void *context,
                         DavyCuts **cuts) {
  double *psi = malloc(((size_t)mesh->corners + 1) * sizeof *psi);
  *cuts = NULL;
  DAVY_CHECK(psi, DAVY_ERR_MEMORY, "out of memory for cut cells");
  for (int corner = 0; corner < mesh->corners; corner++) {
    double x[X];
    DavyCornerPlace(mesh, corner, x);
    psi[corner] = shape(context, x);
  }
  DavyError error = DavyCutsCreateFrom(mesh, psi, NULL, cuts);
  free(psi);
  return error;
}

void DavyCutsDestroy(DavyCuts **cuts) {
  if (!*cuts) return;
  free((*cuts)->psi);
  free((*cuts)->ground);
  free((*cuts)->which);
  free((*cuts)->cut);
  free(*cuts);
  *cuts = NULL;
}

static double whole_cell(const DavyCuts *cuts, int cell) {
  double h = DavyCellSize(cuts->mesh, cell);
  return cuts->mesh->box.dim == 2 ? h * h : h * h * h;
}

static double whole_side(const DavyCuts *cuts, int cell) {
  double h = DavyCellSize(cuts->mesh, cell);
  return cuts->mesh->box.dim == 2 ? h : h * h;
}

double DavyFluidVolume(const DavyCuts *cuts, int cell, double at[3]) {
  int which = cuts->which[cell];
  if (which >= 0) {
    memcpy(at, cuts->cut[which].at, X * sizeof *at);
    return cuts->cut[which].volume;
  }
  DavyCellCentre(cuts->mesh, cell, at);
  return which == DAVY_CELL_FLUID ? whole_cell(cuts, cell) : 0;
}

double DavyMetalVolume(const DavyCuts *cuts, int cell) {
  int which = cuts->which[cell];
  if (which >= 0) return cuts->cut[which].metal;
  return which == DAVY_CELL_METAL ? whole_cell(cuts, cell) : 0;
}

double DavyMetalJoint(const DavyCuts *cuts, int cell, int side) {
  int which = cuts->which[cell];
  if (which >= 0) return cuts->cut[which].joint[side];
  return which == DAVY_CELL_METAL ? whole_side(cuts, cell) : 0;
}

DavyOpening DavyFaceOpening(const DavyCuts *cuts, int cell, int side) {
  int which = cuts->which[cell];
  if (which >= 0) return cuts->cut[which].open[side];
  DavyOpening open = {.area = 0};
  DavyCellCentre(cuts->mesh, cell, open.at);
  open.at[side / 2] += (side & 1 ? 0.5 : -0.5) * DavyCellSize(cuts->mesh, cell);
  if (which == DAVY_CELL_FLUID) open.area = whole_side(cuts, cell);
  return open;
}

static DavyError check_closed(const DavyCuts *cuts, int cell) {
  const DavyCut *cut = cuts->cut + cuts->which[cell];
  int dim = cuts->mesh->box.dim;
  double h = DavyCellSize(cuts->mesh, cell), area = dim == 2 ? h : h * h;
  DAVY_CHECK(cut->volume >= 0 && cut->volume <= area * h * (1 + 1e-12), DAVY_ERR_LEDGER,
             "cut cell %d: %g of it is fluid", cell, cut->volume / (area * h));
  for (int d = 0; d < dim; d++) {
    double open = cut->open[2 * d + 1].area - cut->open[2 * d].area;
    double off = open - cut->front.vector[d] - cut->bare.vector[d];
    DAVY_CHECK(fabs(off) <= 1e-12 * area, DAVY_ERR_LEDGER,
               "cut cell %d does not close along axis %d by %g of a side", cell, d, off / area);
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
