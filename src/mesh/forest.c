/* Trees of cells over p4est (DAVY_DIM = 2) or p8est (3): the one file that is compiled twice. */
#include "mesh/forest.h"

#include <stdlib.h>
#include <string.h>

#if DAVY_DIM == 2
#include <p4est_bits.h>
#include <p4est_communication.h>
#include <p4est_extended.h>
#include <p4est_ghost.h>
#else
#include <p4est_to_p8est.h>
#include <p8est_bits.h>
#include <p8est_communication.h>
#include <p8est_extended.h>
#include <p8est_ghost.h>
#endif

struct DavyForest {
  p4est_connectivity_t *connectivity;
  p4est_t *p4est;
  p4est_ghost_t *ghost;
  int (*place)[3];         /* of each tree in the box */
  p4est_topidx_t *tree_at; /* the other way: index in x, then y, then z */
  DavyBox box;
  int deepest;
  DavyMustSplit must_split;
  const void *context;
};

enum { SHIFT = P4EST_MAXLEVEL - DAVY_FOREST_DEEPEST };

static DavyLeaf leaf_of(const DavyForest *forest, p4est_topidx_t tree, const p4est_quadrant_t *q) {
  const int *place = forest->place[tree];
  DavyLeaf leaf = {.size = P4EST_QUADRANT_LEN(q->level) >> SHIFT};
  leaf.at[0] = (place[0] << DAVY_FOREST_DEEPEST) + (q->x >> SHIFT);
  leaf.at[1] = (place[1] << DAVY_FOREST_DEEPEST) + (q->y >> SHIFT);
#if DAVY_DIM == 3
  leaf.at[2] = (place[2] << DAVY_FOREST_DEEPEST) + (q->z >> SHIFT);
#endif
  return leaf;
}

static int ask_split(p4est_t *p4est, p4est_topidx_t tree, p4est_quadrant_t *q) {
  const DavyForest *forest = p4est->user_pointer;
  if (q->level >= forest->deepest) return 0;
  DavyLeaf leaf = leaf_of(forest, tree, q);
  double unit = forest->box.edge / (1 << DAVY_FOREST_DEEPEST), x[3] = {0};
  for (int d = 0; d < DAVY_DIM; d++)
    x[d] = forest->box.origin[d] + unit * (leaf.at[d] + 0.5 * leaf.size);
  return forest->must_split(forest->context, x, unit * leaf.size);
}

static int index_in_box(const DavyBox *box, const int place[3]) {
  return place[0] + box->trees[0] * (place[1] + box->trees[1] * place[2]);
}

/* p4est numbers the trees of a brick along its own curve: read the places off the vertices. */
static void find_places(DavyForest *forest) {
  const p4est_connectivity_t *c = forest->connectivity;
  for (p4est_topidx_t t = 0; t < c->num_trees; t++) {
    const double *vertex = c->vertices + 3 * c->tree_to_vertex[P4EST_CHILDREN * t];
    for (int d = 0; d < 3; d++) forest->place[t][d] = (int)(vertex[d] + 0.5);
    forest->tree_at[index_in_box(&forest->box, forest->place[t])] = t;
  }
}

static void destroy(DavyForest **forest) {
  if (!*forest) return;
  if ((*forest)->ghost) p4est_ghost_destroy((*forest)->ghost);
  if ((*forest)->p4est) p4est_destroy((*forest)->p4est);
  if ((*forest)->connectivity) p4est_connectivity_destroy((*forest)->connectivity);
  free((*forest)->place);
  free((*forest)->tree_at);
  free(*forest);
  *forest = NULL;
}

static DavyError create(MPI_Comm comm, const DavyBox *box, int coarsest, int deepest,
                        DavyMustSplit must_split, const void *context, int halo,
                        DavyForest **result) {
  DavyForest *forest = calloc(1, sizeof *forest);
  DAVY_CHECK(forest, DAVY_ERR_MEMORY, "out of memory for the forest");
  *forest =
      (DavyForest){.box = *box, .deepest = deepest, .must_split = must_split, .context = context};
  if (p4est_package_id < 0) p4est_init(NULL, SC_LP_SILENT);
  const int *n = box->trees;
#if DAVY_DIM == 2
  forest->connectivity = p4est_connectivity_new_brick(n[0], n[1], 0, 0);
#else
  forest->connectivity = p8est_connectivity_new_brick(n[0], n[1], n[2], 0, 0, 0);
#endif
  size_t trees = (size_t)forest->connectivity->num_trees;
  forest->place = malloc(trees * sizeof *forest->place);
  forest->tree_at = malloc(trees * sizeof *forest->tree_at);
  if (!forest->place || !forest->tree_at) {
    destroy(&forest);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for the forest");
  }
  find_places(forest);
  forest->p4est = p4est_new_ext(comm, forest->connectivity, 0, coarsest, 1, 0, NULL, forest);
  /* Level by level, so that no rank ever holds the whole of a fine region. */
  for (int level = coarsest; level < deepest; level++) {
    p4est_refine(forest->p4est, 0, ask_split, NULL);
    p4est_partition(forest->p4est, 0, NULL);
  }
  p4est_balance(forest->p4est, P4EST_CONNECT_FULL, NULL);
  p4est_partition(forest->p4est, 0, NULL);
  forest->ghost = p4est_ghost_new(forest->p4est, P4EST_CONNECT_FULL);
  for (int layer = 1; layer < halo; layer++) p4est_ghost_expand(forest->p4est, forest->ghost);
  *result = forest;
  return DAVY_OK;
}

static void count(const DavyForest *forest, int *own, int *halo, int64_t *first_global) {
  *own = forest->p4est->local_num_quadrants;
  *halo = (int)forest->ghost->ghosts.elem_count;
  *first_global = forest->p4est->global_first_quadrant[forest->p4est->mpirank];
}

static void leaves(const DavyForest *forest, DavyLeaf *leaf) {
  const p4est_t *p4est = forest->p4est;
  for (p4est_topidx_t t = p4est->first_local_tree; t <= p4est->last_local_tree; t++) {
    p4est_tree_t *tree = p4est_tree_array_index(p4est->trees, t);
    for (size_t q = 0; q < tree->quadrants.elem_count; q++, leaf++) {
      *leaf = leaf_of(forest, t, p4est_quadrant_array_index(&tree->quadrants, q));
      leaf->rank = p4est->mpirank;
    }
  }
  p4est_ghost_t *ghost = forest->ghost;
  int rank = 0;
  for (size_t g = 0; g < ghost->ghosts.elem_count; g++, leaf++) {
    const p4est_quadrant_t *q = p4est_quadrant_array_index(&ghost->ghosts, g);
    while ((size_t)ghost->proc_offsets[rank + 1] <= g) rank++;
    *leaf = leaf_of(forest, q->p.piggy3.which_tree, q);
    leaf->rank = rank;
  }
}

static void exchange(DavyForest *forest, void *data, size_t size) {
  char *bytes = data;
  p4est_ghost_t *ghost = forest->ghost;
  size_t mirrors = ghost->mirrors.elem_count;
  void **mirror = malloc((mirrors + 1) * sizeof *mirror);
  for (size_t m = 0; m < mirrors; m++) {
    const p4est_quadrant_t *q = p4est_quadrant_array_index(&ghost->mirrors, m);
    mirror[m] = bytes + (size_t)q->p.piggy3.local_num * size;
  }
  p4est_ghost_exchange_custom(forest->p4est, ghost, size, mirror,
                              bytes + (size_t)forest->p4est->local_num_quadrants * size);
  free(mirror);
}

/* The ranks of the least and of the greatest of all possible leaves within the cube. */
static void owners(const DavyForest *forest, const int32_t at[3], int32_t size, int *first,
                   int *last) {
  int place[3] = {0}, within[3] = {0}, inside = (1 << DAVY_FOREST_DEEPEST) - 1;
  for (int d = 0; d < DAVY_DIM; d++) {
    place[d] = at[d] >> DAVY_FOREST_DEEPEST;
    within[d] = (at[d] & inside) << SHIFT;
  }
  p4est_topidx_t tree = forest->tree_at[index_in_box(&forest->box, place)];
  p4est_quadrant_t q = {.level = P4EST_QMAXLEVEL};
  p4est_qcoord_t reach[2] = {0, (size << SHIFT) - P4EST_QUADRANT_LEN(P4EST_QMAXLEVEL)};
  int *rank[2] = {first, last}, guess = forest->p4est->mpirank;
  for (int k = 0; k < 2; k++) {
    q.x = within[0] + reach[k];
    q.y = within[1] + reach[k];
#if DAVY_DIM == 3
    q.z = within[2] + reach[k];
#endif
    *rank[k] = guess = p4est_comm_find_owner(forest->p4est, tree, &q, guess);
  }
}

#if DAVY_DIM == 2
extern const DavyForestVerbs davy_forest_2d;
const DavyForestVerbs davy_forest_2d = {2, create, count, leaves, exchange, owners, destroy};
#else
extern const DavyForestVerbs davy_forest_3d;
const DavyForestVerbs davy_forest_3d = {3, create, count, leaves, exchange, owners, destroy};
#endif
