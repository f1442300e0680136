/* Most entries are a rank's own, and come in the same order at every assembly: each is then added
 * where a list says, without a search. */
#include "interface/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "interface/petsc.h"
#include "mesh/fit.h"

/* Which nodes are coupled to which, as the balances list them: counted first, then listed. */
typedef struct {
  int *start, *count; /* of each node's list */
  int *list;          /* NULL: only count */
  size_t pairs;       /* so far */
} Couplings;

/* A DavyJacobian. */
static void couple(void *context, int rows, const int *row, int columns, const int *column,
                   const double *value) {
  Couplings *c = context;
  (void)value;
  c->pairs += (size_t)rows * (size_t)columns;
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < columns; k++) {
      if (c->list) c->list[c->start[row[r]] + c->count[row[r]]] = column[k];
      c->count[row[r]]++;
    }
}

static int by_number(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}

static bool has_row(const DavyMatrix *m, int node) {
  return node < m->slots ? node < m->own_groups : m->last;
}

/* Of a row here. */
static int local_row(const DavyMatrix *m, int node) {
  return node < m->slots ? node : node - m->slots + m->own_groups;
}

/* What DavyBalancePattern lists, then conductors by conductors. */
static void list_pairs(const DavyMatrix *m, const DavyStencils *s, const DavySurfaceState *state,
                       const DavyJacobian *to) {
  DavyBalancePattern(s, state, to);
  static const double nothing[4] = {0};
  for (int i = m->slots; i < m->nodes && m->last; i++)
    for (int j = m->slots; j < m->nodes; j++) to->add(to->context, 1, &i, 1, &j, nothing);
}

/* Different nodes in the lists, into own[nodes] and others[nodes] by whose columns they are. */
static DavyError count_couplings(const DavyMatrix *m, const DavyStencils *s,
                                 const DavySurfaceState *state, double *own, double *others,
                                 size_t *pairs) {
  int nodes = m->nodes;
  Couplings c = {.start = calloc(2 * ((size_t)nodes + 1), sizeof *c.start)};
  DAVY_CHECK(c.start, DAVY_ERR_MEMORY, "out of memory for couplings of %d groups", nodes);
  c.count = c.start + nodes + 1;
  list_pairs(m, s, state, &(DavyJacobian){couple, &c});
  for (int k = 0; k < nodes; k++) c.start[k + 1] = c.start[k] + c.count[k];
  memset(c.count, 0, (size_t)nodes * sizeof *c.count);
  *pairs = c.pairs;
  c.list = malloc((c.pairs + 1) * sizeof *c.list);
  if (!c.list) {
    free(c.start);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu couplings", c.pairs);
  }
  list_pairs(m, s, state, &(DavyJacobian){couple, &c});
  for (int node = 0; node < nodes; node++) {
    int *list = c.list + c.start[node];
    qsort(list, (size_t)c.count[node], sizeof *list, by_number);
    own[node] = others[node] = 0;
    for (int k = 0; k < c.count[node]; k++)
      if (k == 0 || list[k] != list[k - 1]) (has_row(m, list[k]) ? own : others)[node]++;
  }
  free(c.start);
  free(c.list);
  return DAVY_OK;
}

/* Sums what all ranks count for the rows here, at most `limit` each. */
static DavyError sum_rows(const DavyMatrix *m, double *count, int limit, PetscInt *most) {
  const double *sum;
  Vec total, part;
  IS set;
  VecScatter scatter;
  DAVY_PETSC(VecCreateMPI(m->comm, m->own, PETSC_DETERMINE, &total));
  DAVY_PETSC(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, m->nodes, count, &part));
  DAVY_PETSC(ISCreateGeneral(m->comm, m->nodes, m->id, PETSC_USE_POINTER, &set));
  DAVY_PETSC(VecScatterCreate(total, set, part, NULL, &scatter));
  DAVY_PETSC(VecScatterBegin(scatter, part, total, ADD_VALUES, SCATTER_REVERSE));
  DAVY_PETSC(VecScatterEnd(scatter, part, total, ADD_VALUES, SCATTER_REVERSE));
  DAVY_PETSC(VecGetArrayRead(total, &sum));
  for (int k = 0; k < m->own; k++) most[k] = (PetscInt)fmin(sum[k], limit);
  DAVY_PETSC(VecRestoreArrayRead(total, &sum));
  DAVY_PETSC(VecScatterDestroy(&scatter));
  DAVY_PETSC(ISDestroy(&set));
  DAVY_PETSC(VecDestroy(&part));
  DAVY_PETSC(VecDestroy(&total));
  return DAVY_OK;
}

/* Bounds of the entries in each row here, in own columns and in others'. A row of another rank is
 * counted as if each of its columns were both: which it is, that rank knows. */
static DavyError count_entries(const DavyMatrix *m, const DavyStencils *s,
                               const DavySurfaceState *state, PetscInt *diagonal, PetscInt *beside,
                               size_t *pairs) {
  int total = 0;
  DavyError error = DAVY_OK;
  MPI_Allreduce(&m->own, &total, 1, MPI_INT, MPI_SUM, m->comm);
  double *inside = malloc(2 * ((size_t)m->nodes + 1) * sizeof *inside);
  DAVY_CHECK(inside, DAVY_ERR_MEMORY, "out of memory for %d rows", m->nodes);
  double *outside = inside + m->nodes;
  DAVY_GUARD(count_couplings(m, s, state, inside, outside, pairs));
  for (int k = 0; k < m->nodes; k++)
    if (!has_row(m, k)) inside[k] = outside[k] = inside[k] + outside[k];
  DAVY_GUARD(sum_rows(m, inside, m->own, diagonal));
  DAVY_GUARD(sum_rows(m, outside, total - m->own, beside));
done:
  free(inside);
  return error;
}

typedef struct {
  const DavyMatrix *matrix;
  Mat pattern;
  bool failed;
} Pattern;

/* A DavyJacobian. */
static void enter(void *context, int rows, const int *row, int columns, const int *column,
                  const double *value) {
  enum { MOST = DAVY_FIT_POINTS + 1 };
  static const double zero[2 * MOST] = {0};
  Pattern *p = context;
  PetscInt to[2], from[MOST];
  (void)value;
  for (int k = 0; k < rows; k++) to[k] = p->matrix->id[row[k]];
  for (int k = 0; k < columns; k++) from[k] = p->matrix->id[column[k]];
  if (MatSetValues(p->pattern, rows, to, columns, from, zero, ADD_VALUES)) p->failed = true;
}

/* Asked to share row starts and columns (PETSc 3.18 copies them all the same: 32 bytes a row and
 * block). */
static DavyError create_blocks(DavyMatrix *m, const DavyStencils *s, const DavySurfaceState *state,
                               const PetscInt *diagonal, const PetscInt *beside) {
  Pattern p = {.matrix = m};
  DAVY_PETSC(MatCreate(m->comm, &p.pattern));
  DAVY_PETSC(MatSetSizes(p.pattern, m->own, m->own, PETSC_DETERMINE, PETSC_DETERMINE));
  DAVY_PETSC(MatSetType(p.pattern, MATAIJ));
  DAVY_PETSC(MatXAIJSetPreallocation(p.pattern, 1, diagonal, beside, NULL, NULL));
  list_pairs(m, s, state, &(DavyJacobian){enter, &p});
  DAVY_CHECK(!p.failed, DAVY_ERR_SOLVER, "PETSc cannot make a matrix of %d rows", m->own);
  DAVY_PETSC(MatAssemblyBegin(p.pattern, MAT_FINAL_ASSEMBLY));
  DAVY_PETSC(MatAssemblyEnd(p.pattern, MAT_FINAL_ASSEMBLY));
  /* A copy has no room to spare. */
  DAVY_PETSC(MatDuplicate(p.pattern, MAT_DO_NOT_COPY_VALUES, &m->block[0][0]));
  DAVY_PETSC(MatDestroy(&p.pattern));
  for (int k = 1; k < 4; k++)
    DAVY_PETSC(MatDuplicate(m->block[0][0], MAT_SHARE_NONZERO_PATTERN, &m->block[k / 2][k % 2]));
  return DAVY_OK;
}

/* This rank's columns of its rows. */
static DavyError own_part(Mat block, Mat *own) {
  PetscMPIInt size;
  MPI_Comm_size(PetscObjectComm((PetscObject)block), &size);
  *own = block;
  if (size > 1) DAVY_PETSC(MatMPIAIJGetSeqAIJ(block, own, NULL, NULL));
  return DAVY_OK;
}

typedef struct {
  DavyMatrix *matrix;
  const PetscInt *start, *column;
} Finder;

/* A DavyJacobian: where each pair of nodes goes. */
static void find(void *context, int rows, const int *row, int columns, const int *column,
                 const double *value) {
  Finder *f = context;
  DavyMatrix *m = f->matrix;
  (void)value;
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < columns; k++) {
      int to = -1;
      if (has_row(m, row[r]) && has_row(m, column[k])) {
        int i = local_row(m, row[r]), j = local_row(m, column[k]);
        to = (int)f->start[i];
        for (int end = (int)f->start[i + 1]; end - to > 1;) {
          int middle = (to + end) / 2;
          if (f->column[middle] <= j)
            to = middle;
          else
            end = middle;
        }
      }
      m->place[m->next++] = to;
    }
}

static DavyError find_places(DavyMatrix *m, const DavyStencils *s, const DavySurfaceState *state,
                             size_t pairs) {
  const PetscInt *start, *column;
  PetscInt rows;
  PetscBool done;
  Mat own;
  m->place = malloc((pairs + 1) * sizeof *m->place);
  DAVY_CHECK(m->place, DAVY_ERR_MEMORY, "out of memory for %zu couplings", pairs);
  DAVY_TRY(own_part(m->block[0][0], &own));
  DAVY_PETSC(MatGetRowIJ(own, 0, PETSC_FALSE, PETSC_FALSE, &rows, &start, &column, &done));
  m->next = 0;
  list_pairs(m, s, state, &(DavyJacobian){find, &(Finder){m, start, column}});
  DAVY_PETSC(MatRestoreRowIJ(own, 0, PETSC_FALSE, PETSC_FALSE, &rows, &start, &column, &done));
  return DAVY_OK;
}

static DavyError join_blocks(DavyMatrix *m) {
  PetscInt first;
  DAVY_PETSC(MatGetOwnershipRange(m->block[0][0], &first, NULL));
  for (int k = 0; k < 2; k++)
    DAVY_PETSC(ISCreateStride(m->comm, m->own, 2 * first + k * m->own, 1, &m->rows[k]));
  DAVY_PETSC(MatCreateNest(m->comm, 2, m->rows, 2, m->rows, &m->block[0][0], &m->whole));
  return DAVY_OK;
}

DavyError DavyMatrixCreate(const DavyStencils *s, const DavySurfaceState *state, int conductors,
                           const PetscInt *id, MPI_Comm comm, DavyMatrix *m) {
  DavyError error = DAVY_OK;
  PetscMPIInt rank, size;
  size_t pairs = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  *m = (DavyMatrix){.comm = comm, .slots = s->slots, .own_groups = s->own, .id = id};
  m->last = rank == size - 1;
  m->nodes = s->slots + conductors;
  m->own = s->own + (m->last ? conductors : 0);
  PetscInt *diagonal = malloc(2 * ((size_t)m->own + 1) * sizeof *diagonal);
  DAVY_CHECK(diagonal, DAVY_ERR_MEMORY, "out of memory for a matrix of %d rows", m->own);
  PetscInt *beside = diagonal + m->own;
  DAVY_GUARD(count_entries(m, s, state, diagonal, beside, &pairs));
  DAVY_GUARD(create_blocks(m, s, state, diagonal, beside));
  DAVY_GUARD(find_places(m, s, state, pairs));
  DAVY_GUARD(join_blocks(m));
done:
  free(diagonal);
  if (error) DavyMatrixDestroy(m);
  return error;
}

void DavyMatrixDestroy(DavyMatrix *m) {
  MatDestroy(&m->whole);
  for (int k = 0; k < 4; k++) MatDestroy(&m->block[k / 2][k % 2]);
  for (int k = 0; k < 2; k++) ISDestroy(&m->rows[k]);
  free(m->place);
  *m = (DavyMatrix){.comm = MPI_COMM_NULL};
}

DavyError DavyMatrixBegin(DavyMatrix *m) {
  Mat own;
  m->next = 0;
  m->failed = false;
  for (int k = 0; k < 4; k++) {
    DAVY_PETSC(MatZeroEntries(m->block[k / 2][k % 2]));
    DAVY_TRY(own_part(m->block[k / 2][k % 2], &own));
    DAVY_PETSC(MatSeqAIJGetArray(own, &m->value[k / 2][k % 2]));
  }
  return DAVY_OK;
}

void DavyMatrixAdd(void *context, int rows, const int *row, int columns, const int *column,
                   const double *value) {
  DavyMatrix *m = context;
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < columns; k++) {
      const double *upper = value + (2 * r * columns + k) * 2, *lower = upper + 2 * columns;
      double four[2][2] = {{upper[0], upper[1]}, {lower[0], lower[1]}};
      int to = m->place[m->next++];
      for (int e = 0; e < 4; e++)
        if (to >= 0)
          m->value[e / 2][e % 2][to] += four[e / 2][e % 2];
        else if (MatSetValues(m->block[e / 2][e % 2], 1, m->id + row[r], 1, m->id + column[k],
                              &four[e / 2][e % 2], ADD_VALUES))
          m->failed = true;
    }
}

DavyError DavyMatrixEnd(DavyMatrix *m) {
  Mat own;
  for (int k = 0; k < 4; k++) {
    DAVY_TRY(own_part(m->block[k / 2][k % 2], &own));
    DAVY_PETSC(MatSeqAIJRestoreArray(own, &m->value[k / 2][k % 2]));
  }
  for (int node = m->slots; node < m->nodes && m->last; node++)
    DAVY_PETSC(
        MatSetValues(m->block[0][0], 1, m->id + node, 1, m->id + node, &(double){1}, ADD_VALUES));
  for (int k = 0; k < 4; k++)
    DAVY_PETSC(MatAssemblyBegin(m->block[k / 2][k % 2], MAT_FINAL_ASSEMBLY));
  for (int k = 0; k < 4; k++)
    DAVY_PETSC(MatAssemblyEnd(m->block[k / 2][k % 2], MAT_FINAL_ASSEMBLY));
  DAVY_CHECK(!m->failed, DAVY_ERR_SOLVER, "PETSc cannot take in all derivatives");
  return DAVY_OK;
}
