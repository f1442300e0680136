/* The nearest point of a front is sought in a tree of boxes about its facets, then refined on the
 * cubic of the facet's cell, as D. L. Chopp does (SIAM J. Sci. Comput. 23 (2001) 230), but by
 * Newton's method for the least |x - y|^2/2 on p = 0: from the facet on, with g = grad p and H its
 * derivatives,
 *   (1 + m H) dy + g dm = x - y - m g,   g.dy = -p,
 * whose m comes out as the distance over |g|. Far from a front that bends, where steps along it
 * alone are long, they still end in three or four. Where the cubic leaves the facets by more than
 * a small part of a cell, two fronts or a kink lie within it and the facets stand. */
#include "mesh/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mesh/fit.h"
#include "mesh/places.h"

enum { X = 3, LEAF_FACETS = 4 };

/* In cells: no one fits anything to distances beyond it, the facets' own serve. */
static const double FAR = 10;

typedef struct SheetNode {
  double low[X], high[X];
  int first, count; /* of facets; an inner node's children follow: the next node and `right` */
  int right;
} SheetNode;

static double dot(const double a[X], const double b[X]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void from_to(const double a[X], const double b[X], double d[X]) {
  for (int k = 0; k < X; k++) d[k] = b[k] - a[k];
}

static double facet_middle(const DavySheet *s, const DavyFacet *f, int d) {
  double sum = 0;
  for (int v = 0; v < s->dim; v++) sum += f->x[v][d];
  return sum / s->dim;
}

static void bound(const DavySheet *s, SheetNode *node) {
  for (int d = 0; d < X; d++) node->low[d] = INFINITY, node->high[d] = -INFINITY;
  for (int k = node->first; k < node->first + node->count; k++)
    for (int v = 0; v < s->dim; v++)
      for (int d = 0; d < X; d++) {
        node->low[d] = fmin(node->low[d], s->facet[k].x[v][d]);
        node->high[d] = fmax(node->high[d], s->facet[k].x[v][d]);
      }
}

/* Puts the facets with the lower middles along an axis first: Hoare's selection of the median. */
static void divide(const DavySheet *s, int first, int count, int axis) {
  int low = first, high = first + count - 1, half = first + count / 2;
  while (low < high) {
    double pivot = facet_middle(s, s->facet + (low + high) / 2, axis);
    int i = low, j = high;
    while (i <= j) {
      while (facet_middle(s, s->facet + i, axis) < pivot) i++;
      while (facet_middle(s, s->facet + j, axis) > pivot) j--;
      if (i > j) break;
      DavyFacet swap = s->facet[i];
      s->facet[i++] = s->facet[j];
      s->facet[j--] = swap;
    }
    if (half <= j)
      high = j;
    else if (half >= i)
      low = i;
    else
      return;
  }
}

/* Depth first; returns the number of the next free node. */
static int grow_tree(DavySheet *s, int at, int first, int count) {
  SheetNode *node = s->node + at;
  *node = (SheetNode){.first = first, .count = count};
  bound(s, node);
  if (count <= LEAF_FACETS) return at + 1;
  int axis = 0;
  for (int d = 1; d < X; d++)
    if (node->high[d] - node->low[d] > node->high[axis] - node->low[axis]) axis = d;
  divide(s, first, count, axis);
  int half = count / 2;
  node->right = grow_tree(s, at + 1, first, half);
  return grow_tree(s, node->right, first + half, count - half);
}

static double box_distance2(const SheetNode *node, const double x[X]) {
  double sum = 0;
  for (int d = 0; d < X; d++) {
    double below = node->low[d] - x[d], above = x[d] - node->high[d];
    double out = below > 0 ? below : above > 0 ? above : 0;
    sum += out * out;
  }
  return sum;
}

static void nearest_on_edge(const double a[X], const double b[X], const double x[X], double y[X]) {
  double ab[X], ax[X], share;
  from_to(a, b, ab);
  from_to(a, x, ax);
  share = dot(ab, ab) > 0 ? fmin(fmax(dot(ax, ab) / dot(ab, ab), 0), 1) : 0;
  for (int d = 0; d < X; d++) y[d] = a[d] + share * ab[d];
}

static double distance2(const double a[X], const double b[X]) {
  double d[X];
  from_to(a, b, d);
  return dot(d, d);
}

/* Over the triangle where the foot of the perpendicular is inside, otherwise on an edge. */
static void nearest_on_triangle(const double v[3][3], const double x[X], double y[X]) {
  double e[2][X], r[X];
  from_to(v[0], v[1], e[0]);
  from_to(v[0], v[2], e[1]);
  from_to(v[0], x, r);
  double a = dot(e[0], e[0]), b = dot(e[0], e[1]), c = dot(e[1], e[1]), det = a * c - b * b;
  double p = dot(r, e[0]), q = dot(r, e[1]), s = c * p - b * q, t = a * q - b * p;
  if (det > 1e-14 * a * c && s >= 0 && t >= 0 && s + t <= det) {
    for (int d = 0; d < X; d++) y[d] = v[0][d] + (s * e[0][d] + t * e[1][d]) / det;
    return;
  }
  double least = INFINITY;
  for (int k = 0; k < 3; k++) {
    double z[X];
    nearest_on_edge(v[k], v[(k + 1) % 3], x, z);
    if (distance2(x, z) >= least) continue;
    least = distance2(x, z);
    memcpy(y, z, X * sizeof *y);
  }
}

static void facet_normal(const DavySheet *s, const DavyFacet *f, double n[X]) {
  double a[X], b[X] = {0, 0, 1};
  from_to(f->x[0], f->x[1], a);
  if (s->dim == 3) from_to(f->x[0], f->x[2], b);
  n[0] = a[1] * b[2] - a[2] * b[1];
  n[1] = a[2] * b[0] - a[0] * b[2];
  n[2] = a[0] * b[1] - a[1] * b[0];
  double length = sqrt(dot(n, n));
  for (int d = 0; d < X && length != 0; d++) n[d] /= length;
}

typedef struct {
  double d2, tie; /* squares no further apart than `tie` are equal */
  double y[X], n[X];
  int facet;
  double across; /* |(x - y).n|: of facets that share the nearest vertex, the one most across */
} Nearest;

static void try_facet(const DavySheet *s, int k, const double x[X], Nearest *best) {
  double y[X], n[X], r[X];
  if (s->dim == 2)
    nearest_on_edge(s->facet[k].x[0], s->facet[k].x[1], x, y);
  else
    nearest_on_triangle(s->facet[k].x, x, y);
  double d2 = distance2(x, y);
  if (d2 > best->d2 + best->tie) return;
  facet_normal(s, s->facet + k, n);
  from_to(y, x, r);
  double across = fabs(dot(r, n));
  bool tied = d2 > best->d2 - best->tie;
  if (tied && (across < best->across || (across == best->across && k > best->facet))) return;
  double tie = 1e-9 * s->h * (s->h + sqrt(d2));
  *best = (Nearest){.d2 = d2, .tie = tie, .facet = k, .across = across};
  memcpy(best->y, y, sizeof y);
  memcpy(best->n, n, sizeof n);
}

/* A guess that is near saves most of the search, and changes nothing of what it finds. */
static Nearest nearest_facet(const DavySheet *s, const double x[X], int guess) {
  enum { DEEPEST = 64 };
  Nearest best = {.d2 = INFINITY, .facet = -1};
  int stack[DEEPEST], top = 0;
  if (guess >= 0) try_facet(s, guess, x, &best);
  if (s->facets) stack[top++] = 0;
  while (top) {
    const SheetNode *node = s->node + stack[--top];
    if (box_distance2(node, x) > best.d2 + best.tie) continue;
    if (!node->right) {
      for (int k = node->first; k < node->first + node->count; k++) try_facet(s, k, x, &best);
      continue;
    }
    int left = (int)(node - s->node) + 1;
    bool left_first = box_distance2(s->node + left, x) < box_distance2(s->node + node->right, x);
    stack[top++] = left_first ? node->right : left;
    stack[top++] = left_first ? left : node->right;
  }
  return best;
}

/* a[3][3] x = b for two right sides at once; false where it is singular. */
static bool solve_pair(const double a[X][X], const double b[X], const double c[X], double x[X],
                       double y[X]) {
  double cofactor[X][X], determinant = 0, size = 0;
  for (int i = 0; i < X; i++)
    for (int j = 0; j < X; j++) {
      int i1 = (i + 1) % X, i2 = (i + 2) % X, j1 = (j + 1) % X, j2 = (j + 2) % X;
      cofactor[i][j] = a[i1][j1] * a[i2][j2] - a[i1][j2] * a[i2][j1];
      size = fmax(size, fabs(a[i][j]));
    }
  for (int j = 0; j < X; j++) determinant += a[0][j] * cofactor[0][j];
  if (!(fabs(determinant) > 1e-9 * size * size * size)) return false;
  for (int j = 0; j < X; j++) {
    x[j] = y[j] = 0;
    for (int i = 0; i < X; i++) {
      x[j] += cofactor[i][j] * b[i] / determinant;
      y[j] += cofactor[i][j] * c[i] / determinant;
    }
  }
  return true;
}

/* Whether the cubic has a point nearest x that the facets confirm. */
static bool refine_foot(const DavySheet *s, const Nearest *near, const double x[X], double y[X],
                        double g[X]) {
  enum { MOST = 20 };
  const DavyPatch *patch = s->patch + s->facet[near->facet].patch;
  double h = s->h, m = 0;
  if (!patch->smooth) return false;
  memcpy(y, near->y, X * sizeof *y);
  for (int k = 0; k < MOST; k++) {
    double A[X][X], r[X], along[X], across[X], moved = 0;
    double p = DavyCubicAt(&patch->cubic, s->dim, y, g, A), g2 = dot(g, g);
    if (!(g2 > 0.04)) return false;
    from_to(y, x, r);
    if (k == 0) m = dot(r, g) / g2;
    for (int i = 0; i < X; i++)
      for (int j = 0; j < X; j++) A[i][j] = m * A[i][j] + (i == j);
    for (int d = 0; d < X; d++) r[d] -= m * g[d];
    if (!solve_pair(A, r, g, along, across)) return false;
    double dm = (dot(g, along) + p) / dot(g, across);
    double step[X];
    for (int d = 0; d < X; d++) {
      step[d] = along[d] - dm * across[d];
      moved += step[d] * step[d];
    }
    double share = fmin(1, 0.5 * h / sqrt(moved));
    m += share * dm;
    for (int d = 0; d < X; d++) y[d] += share * step[d];
    if (!(distance2(y, patch->x) <= 4 * h * h)) return false;
    if (moved > 1e-12 * h * h) continue; /* else the next one would be of 1e-12 h */
    double off[X], length = sqrt(g2);
    from_to(near->y, y, off);
    for (int d = 0; d < X; d++) g[d] /= length;
    return fabs(dot(off, near->n)) < 0.06 * h && dot(g, near->n) > 0.5;
  }
  return false;
}

DavyFoot DavySheetFoot(const DavySheet *s, const double x[3], int guess) {
  Nearest near = nearest_facet(s, x, guess);
  DavyFoot foot = {.distance = INFINITY, .patch = -1, .facet = near.facet};
  if (near.facet < 0) return foot;
  double n[X], r[X];
  bool far = near.d2 > FAR * FAR * s->h * s->h;
  if (far || !refine_foot(s, &near, x, foot.at, n)) {
    memcpy(foot.at, near.y, sizeof near.y);
    memcpy(n, near.n, sizeof n);
  }
  from_to(foot.at, x, r);
  foot.patch = s->facet[near.facet].patch;
  foot.distance = copysign(sqrt(dot(r, r)), dot(r, n));
  return foot;
}

double DavySheetDistance(const DavySheet *s, const double x[3]) {
  return DavySheetFoot(s, x, -1).distance;
}

double DavySheetReach(const DavySheet *s, const double x[3]) {
  return sqrt(nearest_facet(s, x, -1).d2);
}

double DavySheetValue(const DavySheet *s, int patch, const double foot[3], int k) {
  double r[X];
  from_to(s->patch[patch].x, foot, r);
  return s->patch[patch].value[k] + dot(s->patch[patch].slope[k], r);
}

/* A patch near another one, mirrored at the box's sides where it is beyond them. */
typedef struct {
  const DavyPatch *patch;
  double r[X]; /* from the other, in cells */
  double n[X];
} Neighbour;

static bool find_neighbour(const DavySheet *s, const DavyPatch *of, const int step[3],
                           Neighbour *found) {
  int32_t at[3] = {0};
  bool mirror[X] = {false};
  for (int d = 0; d < s->dim; d++) {
    int32_t end = s->box.trees[d] << DAVY_FOREST_DEEPEST;
    at[d] = of->place[d] + step[d] * s->size;
    mirror[d] = at[d] < 0 || at[d] >= end;
    if (mirror[d]) at[d] = (at[d] < 0 ? 0 : 2 * end) - at[d] - s->size;
  }
  int k = DavyPlacesFind(s->places, at);
  if (k < 0) return false;
  found->patch = s->patch + k;
  for (int d = 0; d < X; d++) {
    double x = found->patch->x[d], n = found->patch->n[d];
    double low = s->box.origin[d], high = low + s->box.edge * s->box.trees[d];
    if (mirror[d]) x = 2 * (step[d] < 0 ? low : high) - x, n = -n;
    found->r[d] = (x - of->x[d]) / s->h;
    found->n[d] = n;
  }
  return true;
}

static int fit_terms(int dim, int degree, const double along[2], double *basis) {
  double *b = basis;
  *b++ = 1;
  for (int k = 0; k < dim - 1; k++) *b++ = along[k];
  for (int k = 0; k < dim - 1 && degree == 2; k++)
    for (int m = k; m < dim - 1; m++) *b++ = along[k] * along[m];
  return (int)(b - basis);
}

/* Values of a patch and their slopes: a polynomial of second degree along the front, in least
 * squares over the patches of like normal within two cells, weighted by their area. */
static void smooth_values(DavySheet *s, DavyPatch *patch) {
  enum { MOST = 125, TERMS = 6 };
  double basis[MOST * TERMS], weight[MOST], rows[TERMS * MOST], raw[MOST][DAVY_CARRIED], t[2][X];
  int reach = 2, side = 2 * reach + 1, points = 0, terms = 0;
  DavyTangents(patch->n, t);
  for (int degree = 2; degree >= 1; degree--) {
    points = 0;
    for (int k = 0; k < (s->dim == 2 ? side * side : side * side * side); k++) {
      Neighbour near;
      int step[3] = {k % side - reach, k / side % side - reach,
                     s->dim == 3 ? k / side / side - reach : 0};
      if (!find_neighbour(s, patch, step, &near)) continue;
      if (!(near.patch->area > 0) || near.patch->body != patch->body) continue;
      if (dot(near.n, patch->n) < 0.5) continue;
      double along[2] = {dot(near.r, t[0]), dot(near.r, t[1])};
      double whole = s->dim == 2 ? s->h : s->h * s->h;
      weight[points] = fmin(near.patch->area / whole, 1) / (0.5 + dot(near.r, near.r));
      terms = fit_terms(s->dim, degree, along, basis + terms * points);
      memcpy(raw[points++], near.patch->raw, sizeof near.patch->raw);
    }
    /* Room to spare, so that a fit smooths rather than follows. */
    if (points >= (degree == 2 ? (s->dim == 2 ? 4 : 9) : s->dim)) break;
  }
  memcpy(patch->value, patch->raw, sizeof patch->raw);
  memset(patch->slope, 0, sizeof patch->slope);
  if (points < s->dim) return;
  DavyFit(points, terms, basis, weight, rows);
  for (int k = 0; k < DAVY_CARRIED; k++) {
    patch->value[k] = 0;
    for (int j = 0; j < points; j++) {
      patch->value[k] += rows[j] * raw[j][k];
      for (int m = 0; m < s->dim - 1; m++)
        for (int d = 0; d < X; d++)
          patch->slope[k][d] += rows[points * (1 + m) + j] * raw[j][k] / s->h * t[m][d];
    }
  }
}

/* The visible patch that a buried one goes by: the nearest of those that the patches about it of
 * like normal go by. -1: none as yet. */
static int leader_about(const DavySheet *s, const int *leader, int k) {
  const DavyPatch *patch = s->patch + k;
  double least = INFINITY;
  int best = leader[k];
  if (best >= 0) least = distance2(s->patch[best].x, patch->x);
  for (int m = 0; m < (s->dim == 2 ? 9 : 27); m++) {
    Neighbour near;
    int step[3] = {m % 3 - 1, m / 3 % 3 - 1, s->dim == 3 ? m / 9 - 1 : 0};
    if (!find_neighbour(s, patch, step, &near) || dot(near.n, patch->n) < 0) continue;
    int other = leader[near.patch - s->patch];
    if (other < 0 || distance2(s->patch[other].x, patch->x) >= least) continue;
    least = distance2(s->patch[other].x, patch->x);
    best = other;
  }
  return best;
}

/* The parts of a front inside the substrate go as the nearest part outside that they hang together
 * with, found from cell to cell. */
static DavyError lead_buried(DavySheet *s) {
  int *leader = malloc(2 * ((size_t)s->patches + 1) * sizeof *leader), *next = leader + s->patches;
  DAVY_CHECK(leader, DAVY_ERR_MEMORY, "out of memory for a front of %d cells", s->patches);
  for (int k = 0; k < s->patches; k++) leader[k] = s->patch[k].area > 0 ? k : -1;
  for (bool again = true; again;) {
    again = false;
    for (int k = 0; k < s->patches; k++) {
      next[k] = s->patch[k].area > 0 ? k : leader_about(s, leader, k);
      again |= next[k] != leader[k];
    }
    memcpy(leader, next, (size_t)s->patches * sizeof *leader);
  }
  for (int k = 0; k < s->patches; k++) {
    DavyPatch *patch = s->patch + k;
    if (patch->area > 0) continue;
    patch->body = leader[k] >= 0 ? s->patch[leader[k]].body : -1;
    if (leader[k] >= 0) memcpy(patch->value, s->patch[leader[k]].value, sizeof patch->value);
  }
  free(leader);
  return DAVY_OK;
}

typedef struct {
  int patches, facets, most_patches, most_facets;
  DavyPatch *patch;
  DavyFacet *facet;
} Own;

static bool room_for(Own *own, int facets) {
  if (own->patches == own->most_patches) {
    own->most_patches = 2 * own->most_patches + 256;
    DavyPatch *more = realloc(own->patch, (size_t)own->most_patches * sizeof *more);
    if (!more) return false;
    own->patch = more;
  }
  if (own->facets + facets > own->most_facets) {
    own->most_facets = 2 * own->most_facets + 1024;
    DavyFacet *more = realloc(own->facet, (size_t)own->most_facets * sizeof *more);
    if (!more) return false;
    own->facet = more;
  }
  return true;
}

static bool has_front(const DavyCuts *cuts, int cell, double depth) {
  int corners = 1 << cuts->mesh->box.dim, metal = 0;
  double least = -INFINITY;
  for (int k = 0; k < corners; k++) {
    int corner = cuts->mesh->cell_corner[corners * cell + k];
    metal += !(cuts->psi[corner] > 0);
    if (cuts->ground) least = fmax(least, cuts->ground[corner]);
  }
  return metal > 0 && metal < corners && (!cuts->ground || least > -depth);
}

/* Appends the front in one cell; false when out of memory. */
static bool add_cell(const DavyCuts *cuts, int cell, DavyPatchFill fill, const void *context,
                     Own *own) {
  double facet[DAVY_MOST_FACETS][3][3], g[X], H[X][X], whole = 0;
  int dim = cuts->mesh->box.dim, count = DavyCutFacets(cuts, cell, facet);
  if (count == 0) return true;
  if (!room_for(own, count)) return false;
  DavyPatch *patch = own->patch + own->patches;
  *patch = (DavyPatch){.body = -1};
  memcpy(patch->place, cuts->mesh->leaf[cell].at, sizeof patch->place);
  for (int k = 0; k < count; k++) {
    DavyFacet *f = own->facet + own->facets++;
    f->patch = own->patches;
    memcpy(f->x, facet[k], sizeof f->x);
    double size = sqrt(distance2(f->x[0], f->x[1])) + 1e-300;
    for (int v = 0; v < dim; v++)
      for (int d = 0; d < X; d++) patch->x[d] += size * f->x[v][d] / dim;
    whole += size;
  }
  for (int d = 0; d < X; d++) patch->x[d] /= whole;
  DavyCubicFit(cuts->mesh, cuts->psi, cell, patch->x, &patch->cubic);
  DavyCubicAt(&patch->cubic, dim, patch->x, g, H);
  double length = sqrt(dot(g, g));
  for (int d = 0; d < X && length > 0; d++) patch->n[d] = g[d] / length;
  double n[X]; /* after the move along it; patch->n is the one of the facets' middle */
  patch->smooth =
      length > 0.2 && DavyCubicFront(&patch->cubic, dim, patch->x, n, &patch->curvature, NULL);
  if (cuts->which[cell] >= 0) patch->area = cuts->cut[cuts->which[cell]].front.area;
  if (patch->area > 0 && fill) fill(context, cell, patch);
  own->patches++;
  return true;
}

/* Everyone's elements in the order of ranks, which is that of the space-filling curve. */
static void *gather(MPI_Comm comm, const void *own, int count, size_t size, int *total,
                    int *before) {
  int ranks, rank;
  MPI_Comm_size(comm, &ranks);
  MPI_Comm_rank(comm, &rank);
  int *counts = malloc(2 * (size_t)ranks * sizeof *counts), *starts = counts + ranks;
  MPI_Datatype type;
  void *all = NULL;
  *total = 0;
  if (!counts) return NULL;
  MPI_Allgather(&count, 1, MPI_INT, counts, 1, MPI_INT, comm);
  for (int r = 0; r < ranks; r++) {
    starts[r] = *total;
    *total += counts[r];
  }
  *before = starts[rank];
  all = malloc(((size_t)*total + 1) * size);
  MPI_Type_contiguous((int)size, MPI_BYTE, &type);
  MPI_Type_commit(&type);
  if (all) MPI_Allgatherv(own, count, type, all, counts, starts, type, comm);
  MPI_Type_free(&type);
  free(counts);
  return all;
}

static DavyError finish(DavySheet *s) {
  s->places = DavyPlacesCreate((size_t)s->patches + 1);
  s->node = malloc((2 * (size_t)s->facets + 2) * sizeof *s->node);
  DAVY_CHECK(s->places && s->node, DAVY_ERR_MEMORY, "out of memory for a front of %d facets",
             s->facets);
  for (int k = 0; k < s->patches; k++) DavyPlacesAdd(s->places, s->patch[k].place, k);
  if (s->facets) grow_tree(s, 0, 0, s->facets);
  for (int k = 0; k < s->patches; k++)
    if (s->patch[k].area > 0) smooth_values(s, s->patch + k);
  return lead_buried(s);
}

DavyError DavySheetCreate(const DavyCuts *cuts, double depth, DavyPatchFill fill,
                          const void *context, DavySheet **result) {
  const DavyMesh *mesh = cuts->mesh;
  DavyError error = DAVY_OK;
  Own own = {0};
  int32_t least = INT32_MAX;
  int before;
  DavySheet *s = calloc(1, sizeof *s);
  bool enough = s != NULL;
  for (int cell = 0; cell < mesh->own; cell++)
    if (mesh->leaf[cell].size < least) least = mesh->leaf[cell].size;
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_INT32_T, MPI_MIN, mesh->comm);
  for (int cell = 0; cell < mesh->own && enough; cell++)
    if (mesh->leaf[cell].size == least && has_front(cuts, cell, depth))
      enough = add_cell(cuts, cell, fill, context, &own);
  if (!enough) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for the front");
    goto done;
  }
  s->dim = mesh->box.dim;
  s->box = mesh->box;
  s->size = least;
  s->h = mesh->unit * least;
  s->patch = gather(mesh->comm, own.patch, own.patches, sizeof *own.patch, &s->patches, &before);
  for (int k = 0; k < own.facets; k++) own.facet[k].patch += before;
  s->facet = gather(mesh->comm, own.facet, own.facets, sizeof *own.facet, &s->facets, &before);
  if (!s->patch || !s->facet)
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for a front of %d facets", s->facets);
  else
    error = finish(s);
done:
  free(own.patch);
  free(own.facet);
  if (error) DavySheetDestroy(&s);
  *result = s;
  return error;
}

void DavySheetDestroy(DavySheet **sheet) {
  if (!*sheet) return;
  DavyPlacesDestroy(&(*sheet)->places);
  free((*sheet)->patch);
  free((*sheet)->facet);
  free((*sheet)->node);
  free(*sheet);
  *sheet = NULL;
}
