/* Design: what follows from a cell's parts before it is built. A design file (docs/design.md) has
 * sections, each of which gives a table, some a plot: the budget of a cell, the energy of a family
 * of cells, published cells held against their own columns, the area of a fibrous host, alloying
 * coatings, preparations, and the wicking of a molten metal.
 *
 *   DavyDesign *design = NULL;
 *   DavyDesignLoad("cell.yaml", &design);
 *   for (size_t i = 0; i < DavyDesignTableCount(design); i++)
 *     DavyTableWriteText(DavyDesignTable(design, i), stdout);
 *   DavyDesignDestroy(&design);
 *
 * The laws that the sections use stand below as functions of numbers, in SI units. */
#ifndef DAVY_DESIGN_H
#define DAVY_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include "davy/error.h"
#include "davy/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DavyDesign DavyDesign;

/* Errors: those of the file with their place; DAVY_ERR_LOOKUP for an unknown material. */
DavyError DavyDesignLoad(const char *path, DavyDesign **design);
void DavyDesignDestroy(DavyDesign **design);

const char *DavyDesignTitle(const DavyDesign *design);
size_t DavyDesignTableCount(const DavyDesign *design);
const DavyTable *DavyDesignTable(const DavyDesign *design, size_t i);
/* What a reader should know first, a sentence each; NULL after the last. */
const char *DavyDesignSentence(const DavyDesign *design, size_t i);

enum { DAVY_DESIGN_SERIES = 32 };
typedef struct {
  char label[96];
  double *x, *y;
  size_t count;
  bool points; /* drawn as points, not as a line */
} DavyDesignSeries;
typedef struct {
  const char *key, *title, *x_label, *x_unit, *y_label, *y_unit, *note; /* note may be NULL */
  DavyDesignSeries series[DAVY_DESIGN_SERIES];
  size_t count;
  bool bars; /* series i lies at y = -i, from 1, and is named there */
} DavyDesignPlot;

size_t DavyDesignPlotCount(const DavyDesign *design);
const DavyDesignPlot *DavyDesignPlotAt(const DavyDesign *design, size_t i);

/* Specific energy (J/kg) of a cell of areal capacity C (C/m2): Wang 2021, equation 6, whose last
 * denominator is printed as c_a where only C has the right dimension:
 * E = U / (x/c_a + 1/c_c + m_in/C), with the mean voltage U (V), the capacity ratio x of negative
 * to positive electrode, both capacities (C/kg) and the mass of all that stores nothing (kg/m2). */
double DavyDesignSpecificEnergy(double voltage, double np_ratio, double anode_capacity,
                                double cathode_capacity, double inactive_mass,
                                double areal_capacity);

/* Lateral area of fibres per projected area, 2 m / (rho r): Wang 2021, supporting equation 4. */
double DavyDesignFibreArea(double areal_mass, double density, double radius);

/* Charge (C/m2) that a dense coating of thickness L takes up by alloying to x alkali atoms per
 * formula: F x L / V_m, with the molar volume of the bare coating (m3/mol). */
double DavyDesignAlloyCapacity(double thickness, double molar_volume, double x);

/* Time (s) in which a melt wicks over a distance into pores of radius r, without gravity:
 * t = 2 mu h^2 / (r gamma cos theta) (Washburn 1921), with viscosity (Pa s), surface tension (N/m)
 * and advancing contact angle (rad). Infinite from 90 degrees on: the melt does not wick. */
double DavyDesignWickingTime(double distance, double pore_radius, double viscosity,
                             double surface_tension, double contact_angle);

#ifdef __cplusplus
}
#endif
#endif
