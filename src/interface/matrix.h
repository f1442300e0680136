/* The Jacobian of the balances: four PETSc matrices of one pattern, the derivatives of anions (0)
 * and charge (1) by u (0) and p (1), whose rows and columns are nodes: own groups, then, on the
 * last rank, the conductors. A rank has all its u before all its p in the vectors that go with it.
 * A conductor has no u: one is kept for it, at zero, so that all four are alike. */
#ifndef DAVY_INTERFACE_MATRIX_H
#define DAVY_INTERFACE_MATRIX_H

#include <petscmat.h>

#include "interface/balance.h"

typedef struct {
  MPI_Comm comm;
  int nodes, own; /* own: rows here */
  int slots, own_groups;
  bool last;          /* this rank has the conductors' rows */
  const PetscInt *id; /* [nodes] among all ranks', of slots, then of conductors; borrowed */
  Mat block[2][2];    /* [balance][unknown] */
  Mat whole;          /* of the four */
  IS rows[2];         /* of u and of p in the vectors */
  /* Derivatives come in the same order each time: where in a block's values each pair of nodes
   * goes, -1 for another rank's row or column. */
  int *place;
  size_t next;
  double *value[2][2]; /* while it is filled */
  bool failed;
} DavyMatrix;

/* Collective. `state` has each surface's conductor (DavyBalanceConductors); id[slots + conductors]
 * counts each rank's rows on from those of the rank before. */
DavyError DavyMatrixCreate(const DavyStencils *stencils, const DavySurfaceState *state,
                           int conductors, const PetscInt *id, MPI_Comm comm, DavyMatrix *matrix);
/* Also of one that is all zeros. */
void DavyMatrixDestroy(DavyMatrix *matrix);

/* Between these, DavyMatrixAdd, a DavyJacobian's, takes in what DavyBalancePattern lists, in its
 * order, then all pairs of conductors. End is collective. */
DavyError DavyMatrixBegin(DavyMatrix *matrix);
void DavyMatrixAdd(void *matrix, int rows, const int *row, int columns, const int *column,
                   const double *value);
DavyError DavyMatrixEnd(DavyMatrix *matrix);

#endif
