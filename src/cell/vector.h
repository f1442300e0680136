/* Quicker operations for the short vectors of a cell. */
#ifndef DAVY_CELL_VECTOR_H
#define DAVY_CELL_VECTOR_H

#include <sundials/sundials_nvector.h>

/* Puts them into a serial vector; its clones inherit them. */
void CellVectorQuicken(N_Vector vector);

#endif
