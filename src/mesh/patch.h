/* The front near a point, as a smooth surface fitted to psi at the corners about a cell. */
#ifndef DAVY_MESH_PATCH_H
#define DAVY_MESH_PATCH_H

#include "mesh/cut.h"

enum { DAVY_CUBIC_TERMS = 20 };

/* psi/h = sum of p_k times the k-th monomial of r = (y - x)/h: 1, r_d, r_d r_e, r_d r_e r_f without
 * repeats; 10 terms in 2D, 20 in 3D. */
typedef struct {
  double x[3], h;
  double p[DAVY_CUBIC_TERMS];
} DavyCubic;

/* The cubic about x, in least squares over the corners of a cell and its neighbours. The sides of
 * the box are mirrors. `values` at corners: psi or the ground of some cuts. */
void DavyCubicFit(const DavyMesh *mesh, const double *values, int cell, const double x[3],
                  DavyCubic *cubic);
/* Value (m), gradient and Hessian (1/m) at y. */
double DavyCubicAt(const DavyCubic *cubic, int dim, const double y[3], double gradient[3],
                   double hessian[3][3]);

/* Moves x onto the zero set and writes the unit normal n out of the metal, the curvature and,
 * unless NULL, the bend, as DavyFrontAt. False at a kink: x and n stay as they are. */
bool DavyCubicFront(const DavyCubic *cubic, int dim, double x[3], double n[3], double *curvature,
                    double bend[3][3]);

/* Moves x (the centroid of a piece in a cut cell) onto the zero set, writes the unit normal n out
 * of the metal and returns the sum of the principal curvatures, 1/m, positive on a bump of metal;
 * second order in the cell, x and n better. The bend, dn_j/dx_i along the surface, has it as its
 * trace and the principal curvatures as eigenvalues; it may be NULL. At a kink x and n stay as they
 * are, curvature and bend are 0. */
double DavyFrontAt(const DavyMesh *mesh, const double *values, int cell, double x[3], double n[3],
                   double bend[3][3]);

/* Unit vectors along a surface with unit normal n; in 2D (n[2] = 0) the first lies in the plane. */
void DavyTangents(const double n[3], double t[2][3]);

#endif
