/* Cells cut by a front: fluid volumes, open shares of faces, and the piece of front inside.
 *
 * The front is the zero set of a function psi given at the corners of the mesh: metal where
 * psi < 0, fluid where psi > 0. A cell is divided into triangles (tetrahedra) about its centre,
 * where psi is the mean of the corners; on each psi is linear. A face's open share follows from its
 * own corners alone, so that the two cells beside it agree, and the volume is a continuous
 * monotone function of a shift of psi, which marching squares with its ambiguous saddles is not.
 */
#ifndef DAVY_MESH_CUT_H
#define DAVY_MESH_CUT_H

#include "mesh/mesh.h"

typedef struct {
  double area;  /* of the open part of the face; a length in 2D, m */
  double at[3]; /* its centroid */
} DavyOpening;

typedef struct {
  double volume; /* of fluid; an area in 2D */
  double at[3];  /* its centroid */
  DavyOpening open[6];
  double front;       /* area of the front inside */
  double front_at[3]; /* its centroid */
  double normal[3];   /* unit, out of the metal */
  double vector[3];   /* area times normal summed over the pieces: closes the openings */
} DavyCut;

/* Geometry of every cell of a mesh, own and halo. */
typedef struct {
  const DavyMesh *mesh; /* borrowed */
  double *psi;          /* at corners, m */
  int *which;           /* of each cell: index into cut[], or one of the two below */
  int cuts;
  DavyCut *cut;
} DavyCuts;

enum { DAVY_CELL_FLUID = -1, DAVY_CELL_METAL = -2 };

/* A shape: psi at x, m, about the signed distance near the front. */
typedef double (*DavyShape)(const void *context, const double x[3]);

DavyError DavyCutsCreate(const DavyMesh *mesh, DavyShape shape, const void *context,
                         DavyCuts **cuts);
void DavyCutsDestroy(DavyCuts **cuts);

double DavyFluidVolume(const DavyCuts *cuts, int cell, double at[3]);
DavyOpening DavyFaceOpening(const DavyCuts *cuts, int cell, int side);
/* The front near x (the centroid of the piece in a cut cell) from a cubic fitted to psi at the
 * corners about the cell: moves x onto the zero set, writes the unit normal n out of the metal and
 * returns the sum of the principal curvatures, 1/m, positive on a bump of metal; second order in
 * the cell, x and n better. At a kink x and n stay as they are and the curvature is 0. */
double DavyFrontAt(const DavyCuts *cuts, int cell, double x[3], double n[3]);

/* Every cut cell closes (openings and front sum to no vector), shares lie in 0 to 1, both cells of
 * a face see the same opening, cells beside a hanging face are not cut. */
DavyError DavyCutCheck(const DavyCuts *cuts);

#endif
