/* The front as a thing of its own, apart from any mesh: its facets and, about each cell that it
 * cuts, a smooth patch with the speed it moves at. Every rank holds all of it in the same order, so
 * that where a front will be, and how fine a mesh must be there, are functions of place alone.
 * That costs about 700 bytes a cut cell on each rank, which bounds a run to some 10^6 of them. */
#ifndef DAVY_MESH_SHEET_H
#define DAVY_MESH_SHEET_H

#include "mesh/patch.h"

/* What a patch carries: outward speeds, m/s, now and one step before; the thickness of the film on
 * it over that which it formed with. */
enum { DAVY_SPEEDS = 2, DAVY_FILM = DAVY_SPEEDS, DAVY_CARRIED };

typedef struct {
  int32_t place[3];  /* of its cell */
  double x[3], n[3]; /* on the front; unit, out of the metal */
  double area;       /* against fluid; 0 for a part inside the substrate */
  double curvature;  /* 1/m */
  int body;
  double raw[DAVY_CARRIED];      /* as given */
  double value[DAVY_CARRIED];    /* smoothed at x */
  double slope[DAVY_CARRIED][3]; /* of the values along the front, per m */
  bool smooth;                   /* the cubic describes it */
  DavyCubic cubic;
} DavyPatch;

typedef struct {
  double x[3][3]; /* two vertices in 2D, three in 3D */
  int patch;
} DavyFacet;

typedef struct DavySheet {
  int dim;
  double h; /* of the cells that it cuts */
  int patches, facets;
  DavyPatch *patch;
  DavyFacet *facet;
  struct DavyPlaces *places; /* of patches */
  DavyBox box;
  int32_t size; /* of the cells, in the forest's integers */
  struct SheetNode *node;
} DavySheet;

/* What is known of an own cell that the front cuts. */
typedef void (*DavyPatchFill)(const void *context, int cell, DavyPatch *patch);

/* Gathers the front of all ranks. fill writes body and raw of cells with fluid (area > 0); a
 * part inside the substrate, down to `depth` (m), goes as the nearest patch outside that it hangs
 * together with. What lies deeper is lost: a sphere that is to come out of the substrate whole, as
 * a cap with a contact angle beyond 90 degrees does when it is stripped, must be in it whole. */
DavyError DavySheetCreate(const DavyCuts *cuts, double depth, DavyPatchFill fill,
                          const void *context, DavySheet **sheet);
void DavySheetDestroy(DavySheet **sheet);

typedef struct {
  double distance; /* signed, m, positive outside of the metal; +infinity without a front */
  double at[3];
  int patch, facet; /* -1: there is no front */
} DavyFoot;

/* Nearest point of the front; beyond ten cells that of the flat facets. `guess` is the facet of a
 * point nearby, or -1: the search is shorter, the answer the same. */
DavyFoot DavySheetFoot(const DavySheet *sheet, const double x[3], int guess);
double DavySheetDistance(const DavySheet *sheet, const double x[3]);
/* A bound of |distance| without its finer points, for the mesh: within a cell. */
double DavySheetReach(const DavySheet *sheet, const double x[3]);
/* What is carried, number k, at a foot on a patch. */
double DavySheetValue(const DavySheet *sheet, int patch, const double foot[3], int k);

#endif
