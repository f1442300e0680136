/* Finite volumes from electrode to electrode, small at both ends. */
#ifndef DAVY_CELL_GRID_H
#define DAVY_CELL_GRID_H

#include "davy/error.h"

typedef struct {
  int count;
  double *middle, *width; /* of each cell, m */
  double *gap;            /* from middle j to middle j + 1, m; count - 1 */
  double *share;          /* weight of cell j + 1 in the value at the face between: count - 1 */
} CellGrid;

DavyError CellGridCreate(double length, int count, double grading, CellGrid *grid);
void CellGridFree(CellGrid *grid);

#endif
