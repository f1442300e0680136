/* What a simulation of a moving front looks like: frames, each one instant of a run, and the view,
 * which is what the report page keeps of the frames of a 2D run.
 *
 *   DavyFrame *frame = NULL;
 *   DavyView *view = NULL;
 *   DavyViewCreate("Islands of Na3Sb", lower, upper, &view);
 *   for (each instant) {
 *     DavyFrameCreate(2, &frame);
 *     frame->time = t, frame->charge = q, frame->voltage = v;
 *     DavyFrameAddCell(frame, &cell);              // every leaf of the mesh
 *     DavyFrameAddFacet(frame, &facet, normal);    // every piece of front
 *     DavyFrameAddBody(frame, &body);
 *     DavyViewAppend(view, frame);                 // the frame can go
 *     DavyFrameDestroy(&frame);
 *   }
 *   DavyViewWrite(view, "out/view.json");
 *   DavyViewDestroy(&view);
 *
 * Nothing keeps all frames of a run in memory. Lengths in m, times in s, potentials in V. */
#ifndef DAVY_FIELD_H
#define DAVY_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A square or cube of the mesh. */
typedef struct {
  double centre[3];                /* 2D: centre[2] is 0 */
  double size;                     /* of an edge */
  double fluid, metal;             /* shares of its volume, 0 to 1; the rest is substrate */
  double concentration, potential; /* mol/m3, V; NaN where there is no fluid */
} DavyFrameCell;

enum { DAVY_NO_BODY = -1 }; /* the front of a counter electrode */

/* A piece of front, flat: a segment (2D: two vertices) or a triangle. In 2D the metal lies on the
 * left hand from vertex 0 to vertex 1; in 3D the vertices run counterclockwise seen from outside
 * the metal. */
typedef struct {
  double vertex[3][3];
  int body; /* the number of its body, or DAVY_NO_BODY */
  bool orphaned;
  double current; /* local plating current density, A/m2; NaN: not known */
  double film;    /* thickness of the film over that which it formed with; NaN: not known */
} DavyFrameFacet;

typedef struct {
  int number;
  double volume;    /* m3; 2D: m2 */
  double potential; /* V */
  bool orphaned;    /* no contact feeds it */
} DavyFrameBody;

/* One instant. The scalars are set by the caller; the arrays are read as they are and grow by the
 * functions below, which refuse what is impossible with DAVY_ERR_VALUE. */
typedef struct {
  int dim;        /* 2 or 3 */
  double time;    /* s */
  double charge;  /* plated on the substrate's area, C/m2 */
  double voltage; /* of the substrate against the counter electrode, V */
  DavyFrameCell *cells;
  DavyFrameFacet *facets;
  DavyFrameBody *bodies;
  size_t cell_count, facet_count, body_count;
} DavyFrame;

DavyError DavyFrameCreate(int dim, DavyFrame **frame);
void DavyFrameDestroy(DavyFrame **frame);
DavyError DavyFrameAddCell(DavyFrame *frame, const DavyFrameCell *cell);
/* `outward`, normal to the front out of the metal, puts the vertices in order; NULL: they are. */
DavyError DavyFrameAddFacet(DavyFrame *frame, const DavyFrameFacet *facet, const double *outward);
DavyError DavyFrameAddBody(DavyFrame *frame, const DavyFrameBody *body);

/* The frames of a 2D run for the page: fields in 256 steps, cells joined where the fields are
 * smooth, fronts as lines simplified to a thirtieth of a finest cell. About 100 kB a run. */
typedef struct DavyView DavyView;

/* The domain is the box between two corners. */
DavyError DavyViewCreate(const char *title, const double lower[2], const double upper[2],
                         DavyView **view);
void DavyViewDestroy(DavyView **view);
/* The substrate's surface: `name` is its material, each facet a segment of it with the substrate on
 * the left hand; `count` may be 0. Its order decides its colour. */
DavyError DavyViewSubstrate(DavyView *view, const char *name, const DavyFrameFacet *facets,
                            size_t count);
/* Boils the frame down; it stays the caller's. Cells must be leaves of squares that are halved, lie
 * inside the box and not overlap, and time must not run backwards: DAVY_ERR_VALUE. */
DavyError DavyViewAppend(DavyView *view, const DavyFrame *frame);
/* Drops the frames later than `last`, s. */
void DavyViewTrim(DavyView *view, double last);
size_t DavyViewFrames(const DavyView *view);
const char *DavyViewTitle(const DavyView *view);
/* Frame i as the page will show it, with cells of fluid share 1 or 0 and without bodies. The caller
 * destroys it. DAVY_ERR_LOOKUP beyond the last. */
DavyError DavyViewFrame(const DavyView *view, size_t i, DavyFrame **frame);

/* JSON, complete or not at all; "-" is the standard output. What is read is checked to the last
 * byte, so that what DavyViewWriteJson then writes is safe inside a page. Errors name the file and
 * the line. Read and appended to, a view goes on where a run was stopped. */
DavyError DavyViewWrite(const DavyView *view, const char *path);
DavyError DavyViewWriteJson(const DavyView *view, FILE *file);
DavyError DavyViewRead(const char *path, DavyView **view);
DavyError DavyViewParse(const char *text, size_t length, const char *name, DavyView **view);

#ifdef __cplusplus
}
#endif
#endif
