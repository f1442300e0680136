/* The u and the p of a slot are coupled alike, so slots and conductors are counted as nodes: all
 * couplings are listed by node, then sorted, and each counts once. */
#include "interface/sparsity.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  int slots;
  int *start, *count; /* of each node's list */
  int *list;          /* NULL: only count */
} Couplings;

static int node_of(const Couplings *c, int k) {
  return k < 2 * c->slots ? k / 2 : k - c->slots;
}

/* A DavyJacobian. Blocks list u and p of a slot one after the other. */
static void couple(void *context, int rows, const int *row, int columns, const int *column,
                   const double *value) {
  Couplings *c = context;
  (void)value;
  for (int r = 0, last = -1; r < rows; r++) {
    int node = node_of(c, row[r]);
    if (node == last) continue;
    last = node;
    for (int k = 0, before = -1; k < columns; k++) {
      int other = node_of(c, column[k]);
      if (other == before) continue;
      before = other;
      if (c->list) c->list[c->start[node] + c->count[node]] = other;
      c->count[node]++;
    }
  }
}

static int by_number(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}

/* Columns that a node's list stands for, by whose they are. */
static void count_columns(const Couplings *c, int node, int own_slots, bool last, double sum[2]) {
  int *list = c->list + c->start[node];
  qsort(list, (size_t)c->count[node], sizeof *list, by_number);
  sum[0] = sum[1] = 0;
  for (int k = 0; k < c->count[node]; k++) {
    if (k > 0 && list[k] == list[k - 1]) continue;
    bool is_slot = list[k] < c->slots, own = is_slot ? list[k] < own_slots : last;
    sum[!own] += is_slot ? 2 : 1;
  }
}

DavyError DavySparsity(const DavyStencils *s, const DavySurfaceState *state, int conductors,
                       bool last, double *own, double *others) {
  int nodes = s->slots + conductors;
  Couplings c = {.slots = s->slots};
  c.start = calloc(2 * ((size_t)nodes + 1), sizeof *c.start);
  DAVY_CHECK(c.start, DAVY_ERR_MEMORY, "out of memory for couplings of %d groups", nodes);
  c.count = c.start + nodes + 1;
  DavyJacobian jacobian = {couple, &c};
  DavyBalancePattern(s, state, &jacobian);
  for (int k = 0; k < nodes; k++) c.start[k + 1] = c.start[k] + c.count[k];
  memset(c.count, 0, (size_t)nodes * sizeof *c.count);
  c.list = malloc(((size_t)c.start[nodes] + 1) * sizeof *c.list);
  if (!c.list) {
    int couplings = c.start[nodes];
    free(c.start);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for %d couplings", couplings);
  }
  DavyBalancePattern(s, state, &jacobian);
  for (int node = 0; node < nodes; node++) {
    bool is_slot = node < s->slots;
    double sum[2];
    count_columns(&c, node, s->own, last, sum);
    if (!is_slot && last) sum[0] += conductors;
    for (int k = is_slot ? 2 * node : node + s->slots, n = is_slot ? 2 : 1; n > 0; k++, n--) {
      own[k] = sum[0];
      others[k] = sum[1];
    }
  }
  free(c.start);
  free(c.list);
  return DAVY_OK;
}
