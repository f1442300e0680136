/* The equations of the symmetric metal cell on a grid; time does not appear here. */
#ifndef DAVY_CELL_MODEL_H
#define DAVY_CELL_MODEL_H

#include <stdbool.h>
#include "cell/arrow.h"
#include "cell/grid.h"
#include "davy/cell.h"

/* The state y: concentrations of the cells, then the current density and, since the step began, the
 * change in thickness of both metals and the charge. Changes, since a thickness itself would round
 * away what a short step adds to it. */
typedef enum { AT_CURRENT, AT_WORKING, AT_COUNTER, AT_CHARGE, STATE_EXTRAS } StateExtra;

typedef struct {
  DavyCellParameters p;
  CellGrid grid;
  ArrowMatrix arrow;
  double *current_slope; /* dI/dc of a held voltage, one a cell */
  double *storage;       /* porosity times width, m */
  double thermal;        /* R T/F, V */
  double growth;         /* V_m/F, m3/C */
  double thickness[2];   /* of the working and counter metal when the step began, m */
  bool even_g;           /* (1 + dln f/dln c) (1 - t+) is constant: its drop telescopes */
  bool hold;             /* the drive: a voltage, or a current density */
  double drive;
} CellModel;

DavyError CellModelCreate(const DavyCellParameters *parameters, CellModel *model);
void CellModelFree(CellModel *model);
int CellModelSize(const CellModel *model);

/* F(y, y') = 0; false where the state has no meaning (a held voltage without salt). */
bool CellModelResidual(CellModel *model, const double *y, const double *yp, double *residual);
/* Solves (dF/dy + cj dF/dy') x = b in place. */
bool CellModelSolve(CellModel *model, const double *y, double cj, double *b);
/* Sets the current that goes with the drive, and all of y'. */
bool CellModelStart(CellModel *model, double *y, double *yp);

/* Voltage of the cell, V. Where an electrode is out of salt: a few volts beyond any that it had. */
double CellModelVoltage(const CellModel *model, const double *y);
/* Salt at the surface of the working (0) or counter electrode, mol/m3; below 0: depleted. */
double CellModelSurface(const CellModel *model, const double *y, int counter);
double CellModelThickness(const CellModel *model, const double *y, int counter); /* m */
/* A new step: the changes start from zero again. */
void CellModelBeginStep(CellModel *model, double *y);
double CellModelSalt(const CellModel *model, const double *y); /* mol/m2 */

#endif
