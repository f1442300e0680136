/* A tridiagonal matrix with one border row and column: the chain of concentrations, and the current
 * that all of them feel. */
#ifndef DAVY_CELL_ARROW_H
#define DAVY_CELL_ARROW_H

#include "davy/error.h"

typedef struct {
  int count;
  double *below, *diagonal,
      *above;                   /* row j: below[j] x[j-1] + diagonal[j] x[j] + above[j] x[j+1] */
  double *column, *row, corner; /* the border */
  double *work;
} ArrowMatrix;

DavyError ArrowCreate(int count, ArrowMatrix *arrow);
void ArrowFree(ArrowMatrix *arrow);

/* Solves for x[count] and *z in place of the right-hand sides; false if a pivot vanishes. Destroys
 * diagonal and column. */
_Bool ArrowSolve(ArrowMatrix *arrow, double *x, double *z);

#endif
