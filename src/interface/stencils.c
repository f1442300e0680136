/* Discrete operators on groups.
 *
 * Face between groups P and Q with normal e: both centroids are moved along the face to the line
 * through its own centroid with the groups' least-squares gradients g,
 *   slope = (u_Q' - u_P')/(d_P + d_Q),  u' = u + g.(x' - x),  value: linear between the two,
 * which covers cut, merged and hanging faces with one formula and is the plain difference
 * elsewhere.
 *
 * Surface at x with normal n: the polynomial of second degree with a given normal slope q,
 *   u = a + q s + b.t + terms of s t, t t, s s      (s along n, t along the surface)
 * fitted to the groups within two cells through open faces. a = sum w_j (u_j - q s_j), hence
 * weights w and reach = sum w_j s_j. With too few groups for it, or such as hardly determine it,
 * first degree: in a channel a cell wide all groups lie at about one s, and a fit through them has
 * weights of hundreds, which Newton's method does not survive. */
#include "interface/stencils.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mesh/fit.h"
#include "mesh/patch.h"
#include "mesh/places.h"

/* Sums of absolute weights that no sound fit comes near: of slopes per cell (between neighbours on
 * both sides it is 1), and of values on a surface. */
static const double MOST_SLOPE = 8, MOST_VALUE = 5;

typedef struct {
  const DavyGroups *groups;
  const DavyMesh *mesh;
  int dim;
  DavyStencils *result;
  DavyPlaces *halo_slots;
  int most_slots;
  DavyWeights gradients; /* rows of dim: value only */
  int *gradient_of;      /* each slot's first row, or -1 */
  int *root_of;          /* a cell of each slot's group: its root */
  bool failed;           /* out of memory */
} Builder;

/* Makes room for n more elements in an array that doubles. */
static bool grow(void **array, int *most, int needed, size_t size) {
  if (needed <= *most) return true;
  int more = needed > 2 * *most ? needed + 1024 : 2 * *most;
  void *bigger = realloc(*array, (size_t)more * size);
  if (!bigger) return false;
  *array = bigger;
  *most = more;
  return true;
}

static bool push_entry(DavyWeights *w, int column, double value, double slope) {
  int most = w->most_entries;
  if (w->entries == most) {
    int same = most, again = most;
    if (!grow((void **)&w->column, &same, most + 1, sizeof *w->column) ||
        !grow((void **)&w->value, &again, most + 1, sizeof *w->value) ||
        !grow((void **)&w->slope, &w->most_entries, most + 1, sizeof *w->slope))
      return false;
  }
  w->column[w->entries] = column;
  w->value[w->entries] = value;
  w->slope[w->entries++] = slope;
  return true;
}

static bool end_row(DavyWeights *w) {
  if (!grow((void **)&w->start, &w->most_rows, w->rows + 2, sizeof *w->start)) return false;
  if (w->rows == 0) w->start[0] = 0;
  w->start[++w->rows] = w->entries;
  return true;
}

/* Gives back what an array has too much; where that fails it stays as it is. */
static void fit_array(void **array, size_t count, size_t size) {
  void *smaller = realloc(*array, (count + 1) * size);
  if (smaller) *array = smaller;
}

static void fit_weights(DavyWeights *w) {
  fit_array((void **)&w->start, (size_t)w->rows + 1, sizeof *w->start);
  fit_array((void **)&w->column, (size_t)w->entries, sizeof *w->column);
  fit_array((void **)&w->value, (size_t)w->entries, sizeof *w->value);
  fit_array((void **)&w->slope, (size_t)w->entries, sizeof *w->slope);
  w->most_rows = w->rows;
  w->most_entries = w->entries;
}

static void fit_stencils(DavyStencils *s) {
  fit_array((void **)&s->id, (size_t)s->slots, sizeof *s->id);
  fit_array((void **)&s->volume, (size_t)s->own, sizeof *s->volume);
  fit_array((void **)&s->at, (size_t)s->slots, sizeof *s->at);
  fit_array((void **)&s->face, (size_t)s->faces.rows, sizeof *s->face);
  fit_array((void **)&s->surface, (size_t)s->surfaces.rows, sizeof *s->surface);
  fit_weights(&s->faces);
  fit_weights(&s->surfaces);
}

static void free_weights(DavyWeights *w) {
  free(w->start);
  free(w->column);
  free(w->value);
  free(w->slope);
  *w = (DavyWeights){.rows = 0};
}

/* The slot of a cell's group; groups of other ranks get one when first asked for. */
static int slot_of(Builder *b, int cell) {
  const DavyGroup *group = b->groups->of + cell;
  int64_t own = group->id - b->groups->first;
  if (own >= 0 && own < b->groups->own) return (int)own;
  DavyStencils *s = b->result;
  int32_t key[3] = {group->id & 0x1fffff, group->id >> 21 & 0x1fffff, (int32_t)(group->id >> 42)};
  int slot = DavyPlacesAdd(b->halo_slots, key, s->slots);
  if (slot < s->slots) return slot;
  s->id[slot] = group->id;
  b->root_of[slot] = group->root;
  memcpy(s->at[slot], group->at, sizeof group->at);
  s->slots++;
  return slot;
}

static double size_of(int count, const double *row) {
  double sum = 0;
  for (int j = 0; j < count; j++) sum += fabs(row[j]);
  return sum;
}

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void from_to(const double a[3], const double b[3], double d[3]) {
  for (int k = 0; k < 3; k++) d[k] = b[k] - a[k];
}

typedef struct {
  int count, slot[DAVY_FIT_POINTS];
} Found;

/* Where a slot stands in the list, appended if new. The room is more than the 27 cells of a group
 * times 6 sides twice over could fill. */
static int find_or_add(Found *found, int slot) {
  int k = 0;
  while (k < found->count && found->slot[k] != slot) k++;
  if (k == found->count) {
    assert(k < DAVY_FIT_POINTS);
    found->slot[found->count++] = slot;
  }
  return k;
}

/* Cells beyond the open faces of a cell; at most 4 a side. */
static int open_neighbours(const Builder *b, int cell, int list[24]) {
  int count = 0;
  for (int side = 0, across[4]; side < 2 * b->dim; side++) {
    if (!(DavyFaceOpening(b->groups->cuts, cell, side).area > 0)) continue;
    int n = DavyCellsAcross(b->mesh, cell, side, across);
    for (int k = 0; k < n; k++)
      if (b->groups->of[across[k]].id >= 0) list[count++] = across[k];
  }
  return count;
}

/* First row of the gradient of a slot's group: weights over itself and what its open faces lead to,
 * exact for linear fields; a direction without neighbours has none. Neighbours all but in a line
 * make a gradient of their differences across it: then there is none at all. */
static int gradient_rows(Builder *b, int slot) {
  if (b->gradient_of[slot] >= 0) return b->gradient_of[slot];
  int members[27], list[24], root = b->root_of[slot];
  assert(root >= 0); /* otherwise DAVY_HALO is too small for the stencils */
  Found found = {.count = 0};
  for (int m = 0, n = DavyGroupCells(b->groups, root, members); m < n; m++)
    for (int k = 0, open = open_neighbours(b, members[m], list); k < open; k++) {
      int other = slot_of(b, list[k]);
      if (other != slot) find_or_add(&found, other);
    }
  double basis[3 * DAVY_FIT_POINTS], weight[DAVY_FIT_POINTS], rows[3 * DAVY_FIT_POINTS];
  double h = DavyCellSize(b->mesh, root);
  for (int j = 0; j < found.count; j++) {
    double d[3];
    from_to(b->result->at[slot], b->result->at[found.slot[j]], d);
    for (int k = 0; k < b->dim; k++) basis[b->dim * j + k] = d[k] / h;
    weight[j] = h * h / dot(d, d);
  }
  DavyFit(found.count, b->dim, basis, weight, rows);
  for (int k = 0; k < b->dim; k++)
    if (size_of(found.count, rows + found.count * k) > MOST_SLOPE) found.count = 0;
  b->gradient_of[slot] = b->gradients.rows;
  for (int k = 0; k < b->dim; k++) {
    double sum = 0;
    for (int j = 0; j < found.count; j++) {
      double w = rows[found.count * k + j] / h;
      sum += w;
      b->failed |= !push_entry(&b->gradients, found.slot[j], w, 0);
    }
    b->failed |= !push_entry(&b->gradients, slot, -sum, 0);
    b->failed |= !end_row(&b->gradients);
  }
  return b->gradient_of[slot];
}

/* One row in the making: weights gathered by slot. */
typedef struct {
  Found found;
  double value[DAVY_FIT_POINTS], slope[DAVY_FIT_POINTS];
} Row;

static void add_weight(Row *row, int slot, double value, double slope) {
  int before = row->found.count, k = find_or_add(&row->found, slot);
  if (row->found.count > before) row->value[k] = row->slope[k] = 0;
  row->value[k] += value;
  row->slope[k] += slope;
}

static void add_gradient(Builder *b, Row *row, int slot, const double shift[3], double value,
                         double slope) {
  int first = gradient_rows(b, slot);
  for (int k = 0; k < b->dim && !b->failed; k++)
    for (int e = b->gradients.start[first + k]; e < b->gradients.start[first + k + 1]; e++)
      add_weight(row, b->gradients.column[e], value * shift[k] * b->gradients.value[e],
                 slope * shift[k] * b->gradients.value[e]);
}

static void push_row(Builder *b, DavyWeights *w, const Row *row) {
  for (int k = 0; k < row->found.count; k++)
    b->failed |= !push_entry(w, row->found.slot[k], row->value[k], row->slope[k]);
  b->failed |= !end_row(w);
}

/* Of a cell: centroids on both sides of a face that are less apart are beside each other. */
static const double NEAR = 0.3;

/* Whether it has more than the row's own, empty entry. */
static bool has_gradient(Builder *b, int slot) {
  int first = gradient_rows(b, slot);
  return b->failed || b->gradients.start[first + 1] - b->gradients.start[first] > 1;
}

static void build_face(Builder *b, const DavyFace *face) {
  int owner = face->cell[face->owner], axis = face->axis;
  DavyOpening open = DavyFaceOpening(b->groups->cuts, owner, 2 * axis + !face->owner);
  if (!(open.area > 0) || face->cell[0] < 0 || face->cell[1] < 0) return;
  int slot[2] = {slot_of(b, face->cell[0]), slot_of(b, face->cell[1])};
  if (slot[0] == slot[1]) return;
  double h = DavyCellSize(b->mesh, owner), away[2], shift[2][3];
  for (int k = 0; k < 2; k++) {
    from_to(b->result->at[slot[k]], open.at, shift[k]);
    away[k] = k ? -shift[k][axis] : shift[k][axis];
    shift[k][axis] = 0;
  }
  Row row = {.found = {0}};
  double between = away[0] + away[1];
  /* Centroids of merged groups can lie almost beside each other on such a face; then the mean of
   * their gradients is the better slope. Of slivers in a crevice neither has one: a plain
   * difference keeps them from being cut off from all others. */
  bool far = between > NEAR * h;
  bool plain = far || !(has_gradient(b, slot[0]) || has_gradient(b, slot[1]));
  double share[2] = {far ? away[1] / between : 0.5, far ? away[0] / between : 0.5};
  for (int k = 0; k < 2; k++) {
    double slope = plain ? (k ? 1 : -1) / fmax(between, NEAR * h) : 0;
    add_weight(&row, slot[k], share[k], slope);
    if (dot(shift[k], shift[k]) > 1e-20 * h * h)
      add_gradient(b, &row, slot[k], shift[k], share[k], slope);
    double along[3] = {0};
    along[axis] = 0.5;
    if (!plain) add_gradient(b, &row, slot[k], along, 0, 1);
  }
  b->result->face[b->result->faces.rows] = (DavyGroupFace){{slot[0], slot[1]}, open.area};
  push_row(b, &b->result->faces, &row);
}

/* Groups within two cells of a cell or of the root that it merged into. */
static void gather_points(Builder *b, int cell, Found *found) {
  int queue[256], ring_end, count = 0, list[24];
  queue[count++] = cell;
  if (b->groups->of[cell].root != cell) queue[count++] = b->groups->of[cell].root;
  for (int ring = 0, next = 0; ring < 2; ring++)
    for (ring_end = count; next < ring_end; next++)
      for (int k = 0, n = open_neighbours(b, queue[next], list); k < n; k++) {
        int seen = 0;
        while (seen < count && queue[seen] != list[k]) seen++;
        if (seen == count && count < 256) queue[count++] = list[k];
      }
  for (int k = 0; k < count; k++) find_or_add(found, slot_of(b, queue[k]));
}

static int surface_terms(int dim, int degree, double s, const double t[2], double *basis) {
  double *p = basis;
  *p++ = 1;
  for (int k = 0; k < dim - 1; k++) *p++ = t[k];
  for (int k = 0; k < dim - 1 && degree == 2; k++) {
    *p++ = s * t[k];
    for (int m = k; m < dim - 1; m++) *p++ = t[k] * t[m];
  }
  if (degree == 2) *p++ = s * s;
  return (int)(p - basis);
}

static bool fit_surface(const Builder *b, DavySurface *surface, int degree, const Found *found,
                        double *rows) {
  double basis[16 * DAVY_FIT_POINTS], weight[DAVY_FIT_POINTS], along[DAVY_FIT_POINTS], t[2][3];
  double h = DavyCellSize(b->mesh, surface->cell), *n = surface->n;
  DavyTangents(n, t);
  int terms = surface_terms(b->dim, degree, 0, (double[2]){0, 0}, basis);
  for (int j = 0; j < found->count; j++) {
    double d[3], part[2];
    from_to(surface->x, b->result->at[found->slot[j]], d);
    along[j] = dot(d, n) / h;
    for (int k = 0; k < 2; k++) part[k] = dot(d, t[k]) / h;
    surface_terms(b->dim, degree, along[j], part, basis + terms * j);
    double r2 = dot(d, d) / (h * h);
    weight[j] = 1 / ((0.5 + r2) * (0.5 + r2));
  }
  if (found->count < terms || DavyFit(found->count, terms, basis, weight, rows)) return false;
  double reach = 0;
  for (int j = 0; j < found->count; j++) reach += rows[j] * along[j];
  surface->reach = h * reach;
  return reach > 0.1 && size_of(found->count, rows) < MOST_VALUE;
}

static void build_surface(Builder *b, DavySurface surface) {
  Found found = {.count = 0};
  double rows[16 * DAVY_FIT_POINTS];
  gather_points(b, surface.cell, &found);
  if (!fit_surface(b, &surface, 2, &found, rows) && !fit_surface(b, &surface, 1, &found, rows)) {
    double d[3], h = DavyCellSize(b->mesh, surface.cell);
    from_to(surface.x, b->result->at[surface.slot], d);
    surface.reach = fmax(dot(d, surface.n), 0.1 * h);
    found = (Found){1, {surface.slot}};
    rows[0] = 1;
  }
  DavyStencils *s = b->result;
  s->surface[s->surfaces.rows] = surface;
  for (int j = 0; j < found.count; j++)
    b->failed |= !push_entry(&s->surfaces, found.slot[j], rows[j], 0);
  b->failed |= !end_row(&s->surfaces);
}

/* A surface inside a cell: the metal's front, or the bare substrate. */
static void build_piece(Builder *b, int cell, const DavyPiece *piece, int wall,
                        const double *values) {
  double length = sqrt(dot(piece->vector, piece->vector));
  if (!(piece->area > 0) || !(length > 0) || b->groups->of[cell].id < 0) return;
  DavySurface surface = {
      .slot = slot_of(b, cell), .cell = cell, .wall = wall, .area = piece->area, .film = 1};
  memcpy(surface.x, piece->at, sizeof surface.x);
  for (int d = 0; d < 3; d++) surface.n[d] = piece->vector[d] / length;
  surface.curvature = DavyFrontAt(b->mesh, values, cell, surface.x, surface.n, surface.bend);
  build_surface(b, surface);
}

static void build_pieces(Builder *b, int cell) {
  const DavyCuts *cuts = b->groups->cuts;
  const DavyCut *cut = cuts->cut + cuts->which[cell];
  build_piece(b, cell, &cut->front, DAVY_FRONT, cuts->psi);
  build_piece(b, cell, &cut->bare, DAVY_SUBSTRATE, cuts->ground);
}

static void build_wall(Builder *b, const DavyFace *face, unsigned walls) {
  int cell = face->cell[face->owner], side = 2 * face->axis + !face->owner;
  DavyOpening open = DavyFaceOpening(b->groups->cuts, cell, side);
  if (!(walls >> side & 1) || !(open.area > 0)) return;
  DavySurface surface = {
      .slot = slot_of(b, cell), .cell = cell, .wall = side, .area = open.area, .film = 1};
  memcpy(surface.x, open.at, sizeof surface.x);
  surface.n[face->axis] = side & 1 ? -1 : 1;
  build_surface(b, surface);
}

static bool allocate(Builder *b) {
  DavyStencils *s = b->result;
  size_t most = (size_t)b->mesh->cells + 1;
  s->own = s->slots = b->groups->own;
  s->id = malloc(most * sizeof *s->id);
  s->volume = malloc(most * sizeof *s->volume);
  s->at = malloc(most * sizeof *s->at);
  s->face = malloc(((size_t)b->mesh->faces + 1) * sizeof *s->face);
  s->surface =
      malloc((2 * (size_t)b->groups->cuts->cuts + b->mesh->faces + 1) * sizeof *s->surface);
  b->gradient_of = malloc(most * sizeof *b->gradient_of);
  b->root_of = malloc(most * sizeof *b->root_of);
  b->halo_slots = DavyPlacesCreate(most);
  if (!s->id || !s->volume || !s->at || !s->face || !s->surface || !b->gradient_of || !b->root_of ||
      !b->halo_slots)
    return false;
  for (size_t k = 0; k < most; k++) b->gradient_of[k] = -1;
  for (int cell = 0; cell < b->mesh->own; cell++) {
    const DavyGroup *group = b->groups->of + cell;
    if (group->id < 0 || group->root != cell) continue;
    int slot = (int)(group->id - b->groups->first);
    s->id[slot] = group->id;
    s->volume[slot] = group->volume;
    memcpy(s->at[slot], group->at, sizeof group->at);
    b->root_of[slot] = cell;
  }
  return true;
}

DavyError DavyStencilsCreate(const DavyGroups *groups, unsigned walls, DavyStencils **result) {
  Builder b = {.groups = groups, .mesh = groups->cuts->mesh, .dim = groups->cuts->mesh->box.dim};
  b.result = *result = calloc(1, sizeof **result);
  b.failed = !b.result || !allocate(&b);
  for (int f = 0; f < b.mesh->faces && !b.failed; f++) build_face(&b, b.mesh->face + f);
  for (int f = 0; f < b.mesh->faces && !b.failed; f++) {
    const DavyFace *face = b.mesh->face + f;
    if (face->cell[!face->owner] == DAVY_WALL) build_wall(&b, face, walls);
  }
  for (int cell = 0; cell < b.mesh->own && !b.failed; cell++)
    if (groups->cuts->which[cell] >= 0) build_pieces(&b, cell);
  free_weights(&b.gradients);
  free(b.gradient_of);
  free(b.root_of);
  DavyPlacesDestroy(&b.halo_slots);
  if (!b.failed) {
    fit_stencils(*result);
    return DAVY_OK;
  }
  DavyStencilsDestroy(result);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for the stencils of %d cells", b.mesh->cells);
}

void DavyStencilsRest(DavyStencils *s) {
  free_weights(&s->faces);
  free(s->face);
  free(s->id);
  s->face = NULL;
  s->id = NULL;
}

void DavyStencilsDestroy(DavyStencils **stencils) {
  DavyStencils *s = *stencils;
  if (!s) return;
  DavyStencilsRest(s);
  free(s->volume);
  free(s->at);
  free(s->surface);
  free_weights(&s->surfaces);
  free(s);
  *stencils = NULL;
}
