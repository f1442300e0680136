/* Cells cut by a front and by a substrate: what of each is fluid, metal, and surface between them.
 *
 * Two functions are given at the corners of the mesh, about the signed distances near their zeros:
 * psi, negative in metal, and, where there is a substrate, `ground`, negative inside of it. Fluid
 * is psi > 0 and metal psi < 0, both outside of the substrate; psi goes on inside of it, so that a
 * front keeps its shape up to the line where it meets the substrate.
 *
 * A cell is divided into triangles (tetrahedra) about its centre, where both functions are the mean
 * of the corners; on each they are linear. A face's open share follows from its own corners alone,
 * so that the two cells beside it agree, and volumes are continuous monotone functions of a shift
 * of psi, which marching squares with its ambiguous saddles is not.
 */
#ifndef DAVY_MESH_CUT_H
#define DAVY_MESH_CUT_H

#include "mesh/mesh.h"

typedef struct {
  double area;  /* of the part of a face; a length in 2D, m */
  double at[3]; /* its centroid */
} DavyOpening;

/* Surface of the fluid inside a cell, of one kind. */
typedef struct {
  double area;
  double at[3];     /* its centroid */
  double vector[3]; /* area times normal into the fluid, summed over the pieces */
} DavyPiece;

typedef struct {
  double volume; /* of fluid; an area in 2D */
  double at[3];  /* its centroid */
  double metal;  /* volume of metal */
  DavyOpening open[6];
  double joint[6]; /* of each side: area with metal behind it */
  DavyPiece front; /* metal against fluid */
  DavyPiece bare;  /* substrate against fluid */
  double contact;  /* area of substrate against metal */
} DavyCut;

/* Geometry of every cell of a mesh, own and halo. */
typedef struct {
  const DavyMesh *mesh; /* borrowed */
  double *psi, *ground; /* at corners, m; ground is NULL without a substrate */
  int *which;           /* of each cell: index into cut[], or one of the three below */
  int cuts;
  DavyCut *cut;
} DavyCuts;

enum { DAVY_CELL_FLUID = -1, DAVY_CELL_METAL = -2, DAVY_CELL_SUBSTRATE = -3 };

/* A shape: a signed distance at x, m. */
typedef double (*DavyShape)(const void *context, const double x[3]);

/* shape is psi; there is no substrate. */
DavyError DavyCutsCreate(const DavyMesh *mesh, DavyShape shape, const void *context,
                         DavyCuts **cuts);
/* The same from values at the mesh's corners, which are copied; ground may be NULL. */
DavyError DavyCutsCreateFrom(const DavyMesh *mesh, const double *psi, const double *ground,
                             DavyCuts **cuts);
void DavyCutsDestroy(DavyCuts **cuts);

double DavyFluidVolume(const DavyCuts *cuts, int cell, double at[3]);
DavyOpening DavyFaceOpening(const DavyCuts *cuts, int cell, int side);
double DavyMetalVolume(const DavyCuts *cuts, int cell);
/* The area of a side with metal behind it. */
double DavyMetalJoint(const DavyCuts *cuts, int cell, int side);

/* Volume of metal in a cell if psi at its corners were as given: for moving a front until the
 * metal has the volume that it must have. */
double DavyMetalVolumeWith(const DavyCuts *cuts, int cell, const double *corner_psi);

/* Pieces of the zero set of psi in a cell, inside the substrate too: at most DAVY_MOST_FACETS
 * simplices of dim vertices each, their number returned. In a cell without any: 0. With edges a
 * from the first to the second vertex and b to the third (in 2D: along the third axis), a x b
 * points out of the metal. */
enum { DAVY_MOST_FACETS = 48 };
int DavyCutFacets(const DavyCuts *cuts, int cell, double facet[DAVY_MOST_FACETS][3][3]);

/* Every cut cell closes (openings and surfaces sum to no vector), shares lie in 0 to 1, both cells
 * of a face see the same opening, cells beside a hanging face are not cut. */
DavyError DavyCutCheck(const DavyCuts *cuts);

#endif
