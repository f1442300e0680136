/* A frame's cells as quadtrees of two bits a node with fields in 256 steps.
 *
 * Four quarters of one kind become one leaf where both fields differ by two steps at most over
 * them; cells that the front cuts stay as they are. What is shown is then right to two steps and a
 * half, 1 % of the range. If more than MOST_LEAVES are left, twice the difference is allowed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "field/parts.h"

/* A cell on the lattice of the finest cells. */
typedef struct {
  uint64_t key; /* tree, then Morton number of the lower left corner within it */
  size_t cell;
  uint32_t size;
} Place;

typedef struct {
  const DavyFrame *frame;
  double finest;
  uint32_t root, roots[2]; /* of a tree, in finest cells; trees along x and y */
  Place *places;
  size_t next;
  double tolerance[2];  /* of c and phi */
  size_t nodes, leaves; /* of fluid */
  unsigned char *kinds; /* a byte a node while building */
  double (*values)[2];
} Builder;

/* What is known of a subtree: its kind if it is one leaf, and the spread of its fields. */
typedef struct {
  NodeKind kind;
  bool cut;
  double mean[2], low[2], high[2];
} Leaf;

DavyError bytes_add(Bytes *bytes, unsigned byte) {
  if (!(bytes->size & (bytes->size - 1)) || !bytes->data) {
    unsigned char *grown = realloc(bytes->data, bytes->size ? 2 * bytes->size : 1);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a view");
    bytes->data = grown;
  }
  bytes->data[bytes->size++] = (unsigned char)byte;
  return DAVY_OK;
}

void trees_clear(Trees *trees) {
  free(trees->kinds.data);
  free(trees->c_steps.data);
  free(trees->phi_steps.data);
  *trees = (Trees){0};
}

static bool has_fields(const DavyFrameCell *cell) {
  return cell->fluid > 0 && isfinite(cell->concentration) && isfinite(cell->potential);
}

/* The whole number that `value` is but for rounding, or DAVY_ERR_VALUE. */
static DavyError whole(double value, double most, const char *what, uint32_t *number) {
  double near = round(value);
  DAVY_CHECK(near >= 0 && near <= most && fabs(value - near) < 1e-3, DAVY_ERR_VALUE,
             "%s is %g finest cells; expected a whole number up to %g", what, value, most);
  *number = (uint32_t)near;
  return DAVY_OK;
}

/* The largest squares that tile the box and are no smaller than any cell. */
static DavyError find_roots(Builder *b, const double box[2][2]) {
  const DavyFrame *frame = b->frame;
  double largest = 0;
  b->finest = INFINITY;
  for (size_t i = 0; i < frame->cell_count; i++) {
    b->finest = fmin(b->finest, frame->cells[i].size);
    largest = fmax(largest, frame->cells[i].size);
  }
  uint32_t wide[2];
  for (int d = 0; d < 2; d++)
    DAVY_TRY(whole((box[1][d] - box[0][d]) / b->finest, 1 << 24, "an edge of the box", &wide[d]));
  DAVY_TRY(whole(largest / b->finest, 1 << MOST_LEVELS, "the largest cell", &b->root));
  while (b->root < 1 << MOST_LEVELS && wide[0] % (2 * b->root) == 0 && wide[1] % (2 * b->root) == 0)
    b->root *= 2;
  bool tiles = !(b->root & (b->root - 1)) && wide[0] % b->root == 0 && wide[1] % b->root == 0;
  DAVY_CHECK(tiles, DAVY_ERR_VALUE, "cells of %g m do not tile a box of %g m by %g m", largest,
             box[1][0] - box[0][0], box[1][1] - box[0][1]);
  for (int d = 0; d < 2; d++) b->roots[d] = wide[d] / b->root;
  DAVY_CHECK((uint64_t)b->roots[0] * b->roots[1] <= MOST_NODES, DAVY_ERR_VALUE,
             "the box takes %u by %u squares of %g m; the page's view takes up to %d", b->roots[0],
             b->roots[1], b->root * b->finest, MOST_NODES);
  return DAVY_OK;
}

static uint64_t morton(uint32_t x, uint32_t y) {
  uint64_t number = 0;
  for (int bit = 0; bit <= MOST_LEVELS; bit++)
    number |= (uint64_t)(x >> bit & 1) << 2 * bit | (uint64_t)(y >> bit & 1) << (2 * bit + 1);
  return number;
}

static int by_key(const void *a, const void *b) {
  uint64_t x = ((const Place *)a)->key, y = ((const Place *)b)->key;
  return (x > y) - (x < y);
}

static DavyError find_places(Builder *b, const double box[2][2]) {
  for (size_t i = 0; i < b->frame->cell_count; i++) {
    const DavyFrameCell *cell = &b->frame->cells[i];
    uint32_t at[2] = {0, 0}, size = 0;
    DAVY_TRY(whole(cell->size / b->finest, b->root, "the size of a cell", &size));
    for (int d = 0; d < 2; d++)
      DAVY_TRY(whole((cell->centre[d] - 0.5 * cell->size - box[0][d]) / b->finest,
                     (double)b->roots[d] * b->root - size, "the place of a cell", &at[d]));
    uint64_t tree = (uint64_t)(at[1] / b->root) * b->roots[0] + at[0] / b->root;
    b->places[i] =
        (Place){tree * b->root * b->root + morton(at[0] % b->root, at[1] % b->root), i, size};
  }
  qsort(b->places, b->frame->cell_count, sizeof *b->places, by_key);
  return DAVY_OK;
}

static void emit(Builder *b, const Leaf *leaf) {
  b->kinds[b->nodes++] = (unsigned char)leaf->kind;
  if (leaf->kind != NODE_FLUID) return;
  memcpy(b->values[b->leaves++], leaf->mean, sizeof leaf->mean);
}

/* What the page paints over a cell that the substrate cuts, it paints on the substrate's side. */
static Leaf leaf_of(const DavyFrameCell *cell) {
  if (!has_fields(cell))
    return (Leaf){.kind = cell->metal + cell->fluid > 1e-9 ? NODE_METAL : NODE_SUBSTRATE};
  Leaf leaf = {.kind = NODE_FLUID, .cut = cell->fluid < 1 - 1e-9};
  leaf.mean[0] = leaf.low[0] = leaf.high[0] = cell->concentration;
  leaf.mean[1] = leaf.low[1] = leaf.high[1] = cell->potential;
  return leaf;
}

/* One leaf in place of four, if they are alike. */
static bool join(const Builder *b, const Leaf quarter[4], Leaf *all) {
  *all = quarter[0];
  for (int f = 0; f < 2; f++) all->mean[f] = 0;
  for (int q = 0; q < 4; q++) {
    if (quarter[q].kind == NODE_SPLIT || quarter[q].kind != all->kind || quarter[q].cut)
      return false;
    for (int f = 0; f < 2; f++) {
      all->mean[f] += 0.25 * quarter[q].mean[f];
      all->low[f] = fmin(all->low[f], quarter[q].low[f]);
      all->high[f] = fmax(all->high[f], quarter[q].high[f]);
    }
  }
  return all->high[0] - all->low[0] <= b->tolerance[0] &&
         all->high[1] - all->low[1] <= b->tolerance[1];
}

/* Writes the node with this lower corner and size, and says what it became. */
static Leaf descend(Builder *b, uint64_t key, uint32_t size) {
  const Place *place = b->next < b->frame->cell_count ? &b->places[b->next] : NULL;
  Leaf leaf = {.kind = NODE_SUBSTRATE};
  if (place && place->key == key && place->size == size) {
    leaf = leaf_of(&b->frame->cells[place->cell]);
    b->next++;
  } else if (place && place->key < key + (uint64_t)size * size && place->size < size) {
    size_t nodes = b->nodes, leaves = b->leaves;
    uint64_t quarter = (uint64_t)size * size / 4;
    Leaf quarters[4];
    b->kinds[b->nodes++] = NODE_SPLIT;
    for (int q = 0; q < 4; q++) quarters[q] = descend(b, key + (unsigned)q * quarter, size / 2);
    if (!join(b, quarters, &leaf)) return (Leaf){.kind = NODE_SPLIT};
    b->nodes = nodes;
    b->leaves = leaves;
  }
  emit(b, &leaf);
  return leaf;
}

static DavyError build(Builder *b) {
  b->next = b->nodes = b->leaves = 0;
  for (uint64_t tree = 0; tree < (uint64_t)b->roots[0] * b->roots[1]; tree++)
    descend(b, tree * b->root * b->root, b->root);
  DAVY_CHECK(b->next == b->frame->cell_count, DAVY_ERR_VALUE,
             "cells of a frame overlap, or are no quarters of larger squares, at (%g, %g) m",
             b->frame->cells[b->places[b->next].cell].centre[0],
             b->frame->cells[b->places[b->next].cell].centre[1]);
  return DAVY_OK;
}

static void find_ranges(const DavyFrame *frame, Trees *trees) {
  double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
  for (size_t i = 0; i < frame->cell_count; i++) {
    const double values[] = {frame->cells[i].concentration, frame->cells[i].potential};
    if (!has_fields(&frame->cells[i])) continue;
    for (int f = 0; f < 2; f++) {
      low[f] = fmin(low[f], values[f]);
      high[f] = fmax(high[f], values[f]);
    }
  }
  for (int end = 0; end < 2; end++) {
    trees->c[end] = low[0] > high[0] ? 0 : end ? high[0] : low[0];
    trees->phi[end] = low[1] > high[1] ? 0 : end ? high[1] : low[1];
  }
}

static unsigned step_of(double value, const double range[2]) {
  return range[1] > range[0] ? (unsigned)lround(255 * (value - range[0]) / (range[1] - range[0]))
                             : 0;
}

static DavyError pack(const Builder *b, Trees *trees) {
  DAVY_CHECK(b->nodes <= MOST_NODES, DAVY_ERR_VALUE,
             "a frame of %zu squares; the page's view takes up to %d", b->nodes, MOST_NODES);
  trees->root = b->root * b->finest;
  trees->nodes = b->nodes;
  for (size_t i = 0; i < b->nodes; i += 4) {
    unsigned byte = 0;
    for (size_t k = 0; k < 4 && i + k < b->nodes; k++) byte |= (unsigned)b->kinds[i + k] << (2 * k);
    DAVY_TRY(bytes_add(&trees->kinds, byte));
  }
  for (size_t i = 0; i < b->leaves; i++) {
    DAVY_TRY(bytes_add(&trees->c_steps, step_of(b->values[i][0], trees->c)));
    DAVY_TRY(bytes_add(&trees->phi_steps, step_of(b->values[i][1], trees->phi)));
  }
  return DAVY_OK;
}

/* The most nodes that can come of it: a cell brings its ancestors and three empty quarters each. */
static DavyError make_arrays(Builder *b) {
  size_t count = b->frame->cell_count, trees = (size_t)b->roots[0] * b->roots[1];
  b->places = malloc(count * sizeof *b->places);
  b->kinds = malloc(trees + count * (4 * MOST_LEVELS + 1));
  b->values = malloc(count * sizeof *b->values);
  DAVY_CHECK(b->places && b->kinds && b->values, DAVY_ERR_MEMORY, "out of memory for a view");
  return DAVY_OK;
}

DavyError trees_make(const DavyFrame *frame, const double box[2][2], Trees *trees) {
  Builder b = {.frame = frame};
  *trees = (Trees){0};
  DAVY_CHECK(frame->cell_count, DAVY_ERR_VALUE, "a frame without cells");
  DavyError error = DAVY_OK;
  DAVY_GUARD(find_roots(&b, box));
  DAVY_GUARD(make_arrays(&b));
  DAVY_GUARD(find_places(&b, box));
  find_ranges(frame, trees);
  /* Ranges below a thousandth of the salt and a tenth of a millivolt are as good as none. */
  b.tolerance[0] = fmax(trees->c[1] - trees->c[0], 1e-3 * fabs(trees->c[1])) * 2 / 255;
  b.tolerance[1] = fmax(trees->phi[1] - trees->phi[0], 1e-4) * 2 / 255;
  DAVY_GUARD(build(&b));
  for (int pass = 0; b.leaves > MOST_LEAVES && pass < 8; pass++) {
    for (int f = 0; f < 2; f++) b.tolerance[f] *= 2;
    DAVY_GUARD(build(&b));
  }
  DAVY_GUARD(pack(&b, trees));
done:
  free(b.places);
  free(b.kinds);
  free(b.values);
  if (error) trees_clear(trees);
  return error;
}

/* Reading: where the walk through the nodes is. */
typedef struct {
  const Trees *trees;
  DavyFrame *frame;
  size_t node, leaf;
} Walk;

static double value_at(const Bytes *steps, size_t leaf, const double range[2]) {
  return range[0] + steps->data[leaf] * (range[1] - range[0]) / 255;
}

static DavyError walk(Walk *w, double x, double y, double size, int level) {
  const Trees *trees = w->trees;
  DAVY_CHECK(w->node < trees->nodes, DAVY_ERR_FORMAT, "the trees end after %zu nodes", w->node);
  NodeKind kind = (NodeKind)(trees->kinds.data[w->node / 4] >> 2 * (w->node % 4) & 3);
  w->node++;
  if (kind == NODE_SPLIT) {
    DAVY_CHECK(level < MOST_LEVELS, DAVY_ERR_FORMAT, "a tree of more than %d levels", MOST_LEVELS);
    for (int q = 0; q < 4; q++)
      DAVY_TRY(walk(w, x + (q & 1) * 0.5 * size, y + (q >> 1) * 0.5 * size, 0.5 * size, level + 1));
    return DAVY_OK;
  }
  bool fluid = kind == NODE_FLUID;
  DAVY_CHECK(!fluid || w->leaf < trees->c_steps.size, DAVY_ERR_FORMAT,
             "values of %zu leaves; there are more", trees->c_steps.size);
  DavyFrameCell cell = {.centre = {x + 0.5 * size, y + 0.5 * size},
                        .size = size,
                        .fluid = fluid,
                        .metal = kind == NODE_METAL,
                        .concentration = NAN,
                        .potential = NAN};
  if (fluid) {
    cell.concentration = value_at(&trees->c_steps, w->leaf, trees->c);
    cell.potential = value_at(&trees->phi_steps, w->leaf, trees->phi);
    w->leaf++;
  }
  return DavyFrameAddCell(w->frame, &cell);
}

static bool is_range(const double range[2]) {
  return isfinite(range[0]) && isfinite(range[1]) && range[0] <= range[1] &&
         isfinite(range[1] - range[0]);
}

DavyError trees_cells(const Trees *trees, const double box[2][2], DavyFrame *frame) {
  double along[2] = {(box[1][0] - box[0][0]) / trees->root, (box[1][1] - box[0][1]) / trees->root};
  for (int d = 0; d < 2; d++)
    DAVY_CHECK(trees->root > 0 && along[d] >= 0.999 && fabs(along[d] - round(along[d])) < 1e-3 &&
                   round(along[0]) * round(along[1]) <= (double)trees->nodes &&
                   trees->nodes <= MOST_NODES,
               DAVY_ERR_FORMAT, "squares of %g m and %zu nodes cannot fill the box", trees->root,
               trees->nodes);
  DAVY_CHECK(trees->kinds.size == (trees->nodes + 3) / 4 &&
                 trees->c_steps.size == trees->phi_steps.size,
             DAVY_ERR_FORMAT, "%zu nodes, %zu bytes of them, %zu and %zu values", trees->nodes,
             trees->kinds.size, trees->c_steps.size, trees->phi_steps.size);
  DAVY_CHECK(is_range(trees->c) && is_range(trees->phi), DAVY_ERR_FORMAT,
             "ranges %g to %g mol/m3 and %g to %g V", trees->c[0], trees->c[1], trees->phi[0],
             trees->phi[1]);
  Walk w = {trees, frame, 0, 0};
  for (long j = 0; j < lround(along[1]); j++)
    for (long i = 0; i < lround(along[0]); i++)
      DAVY_TRY(walk(&w, box[0][0] + (double)i * trees->root, box[0][1] + (double)j * trees->root,
                    trees->root, 0));
  DAVY_CHECK(w.node == trees->nodes && w.leaf == trees->c_steps.size, DAVY_ERR_FORMAT,
             "%zu nodes and %zu values; the trees have %zu and %zu", trees->nodes,
             trees->c_steps.size, w.node, w.leaf);
  return DAVY_OK;
}
