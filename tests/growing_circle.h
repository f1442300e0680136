/* A frame with everything known beforehand: a disk of metal (2D) or a ball (3D) of radius r about
 * the middle of a box of edge 1 um, on a mesh that is finest about its edge; concentration and
 * potential solve Laplace's equation about it. From half of the frames on a small orphan lies on
 * the upper right. */
#ifndef DAVY_TESTS_GROWING_CIRCLE_H
#define DAVY_TESTS_GROWING_CIRCLE_H

#include <math.h>
#include <stdlib.h>

#include "davy/field.h"

enum { CIRCLE_COARSEST = 8 }; /* cells along an edge */
static const double circle_edge = 1e-6, circle_c0 = 1000;
static const double circle_orphan[3] = {0.85e-6, 0.75e-6, 0.85e-6}, circle_orphan_radius = 0.06e-6;

typedef struct {
  DavyFrame *frame;
  double radius; /* m */
  int levels;    /* below the coarsest */
  bool orphan;
} Circle;

static inline double circle_distance(const Circle *circle, const double x[3], const double at[3]) {
  double sum = 0;
  for (int d = 0; d < circle->frame->dim; d++) sum += (x[d] - at[d]) * (x[d] - at[d]);
  return sqrt(sum);
}

static const double circle_middle[3] = {0.5e-6, 0.5e-6, 0.5e-6};

/* Distance to the nearest front, negative in the metal. */
static inline double circle_front(const Circle *circle, const double x[3]) {
  double distance = circle_distance(circle, x, circle_middle) - circle->radius;
  if (circle->orphan)
    distance = fmin(distance, circle_distance(circle, x, circle_orphan) - circle_orphan_radius);
  return distance;
}

/* c0 far away, less the nearer the metal: c0 (1 - a/r) in 3D, c0 (1 + a ln(r/L)) in 2D. */
static inline double circle_concentration(const Circle *circle, const double x[3]) {
  double r = fmax(circle_distance(circle, x, circle_middle), 0.02e-6);
  return circle_c0 *
         (circle->frame->dim == 2 ? 1 + 0.25 * log(r / circle_edge) : 1 - 0.05 * circle_edge / r);
}

/* With anions at rest the potential follows the logarithm of the concentration (25.7 mV). */
static inline double circle_potential(const Circle *circle, const double x[3]) {
  return 0.0257 * log(circle_concentration(circle, x) / circle_c0);
}

static inline DavyError circle_leaf(Circle *circle, const double centre[3], double size) {
  double distance = circle_front(circle, centre);
  double fluid = fmin(1, fmax(0, 0.5 + distance / size));
  DavyFrameCell cell = {.centre = {centre[0], centre[1], centre[2]},
                        .size = size,
                        .fluid = fluid,
                        .metal = 1 - fluid,
                        .concentration = NAN,
                        .potential = NAN};
  if (fluid > 0) {
    cell.concentration = circle_concentration(circle, centre);
    cell.potential = circle_potential(circle, centre);
  }
  return DavyFrameAddCell(circle->frame, &cell);
}

static inline DavyError circle_square(Circle *circle, const double centre[3], double size,
                                      int level) {
  int dim = circle->frame->dim;
  if (level == circle->levels || fabs(circle_front(circle, centre)) > 3 * size)
    return circle_leaf(circle, centre, size);
  for (int quarter = 0; quarter < 1 << dim; quarter++) {
    double inner[3] = {0, 0, 0};
    for (int d = 0; d < dim; d++) inner[d] = centre[d] + ((quarter >> d & 1) - 0.5) * 0.5 * size;
    DavyError error = circle_square(circle, inner, 0.5 * size, level + 1);
    if (error) return error;
  }
  return DAVY_OK;
}

/* The front as `count` segments, or triangles between circles of latitude. */
static inline DavyError circle_body(Circle *circle, const double at[3], double radius, int count,
                                    int number, bool orphaned) {
  const double turn = 2 * acos(-1);
  DavyFrameFacet facet = {.body = number, .orphaned = orphaned, .current = 100, .film = 0.7};
  DavyError error = DAVY_OK;
  bool flat = circle->frame->dim == 2;
  for (int j = 0; j < (flat ? 1 : count / 2) && !error; j++)
    for (int i = 0; i < (flat ? count : 2 * count) && !error; i++) {
      double outward[3] = {0, 0, 0};
      /* corners of the piece: steps along longitude and, in 3D, latitude; two triangles a piece */
      const int steps[2][3][2] = {{{0, 0}, {1, 0}, {1, 1}}, {{0, 0}, {1, 1}, {0, 1}}};
      for (int v = 0; v < circle->frame->dim; v++) {
        int column = flat ? i + v : i / 2 + steps[i % 2][v][0];
        double angle = turn * (column % count) / count;
        double across = flat ? 0.25 * turn : 0.5 * turn * (j + steps[i % 2][v][1]) / (count / 2);
        double direction[3] = {sin(across) * cos(angle), sin(across) * sin(angle), cos(across)};
        for (int d = 0; d < 3; d++) {
          facet.vertex[v][d] = at[d] + radius * direction[d];
          outward[d] += direction[d];
        }
      }
      error = DavyFrameAddFacet(circle->frame, &facet, outward);
    }
  double volume = flat ? 0.5 * turn * radius * radius : turn * 2 / 3 * pow(radius, 3);
  DavyFrameBody body = {number, volume, orphaned ? -0.05 : -0.1, orphaned};
  return error ? error : DavyFrameAddBody(circle->frame, &body);
}

/* Frame `i` of `frames`; levels below the coarsest cells. */
static inline DavyError growing_circle(int dim, int levels, int i, int frames, DavyFrame **frame) {
  *frame = NULL;
  DavyError error = DavyFrameCreate(dim, frame);
  if (error) return error;
  double share = frames > 1 ? (double)i / (frames - 1) : 0;
  Circle circle = {*frame, (0.1 + 0.2 * share) * circle_edge, levels, 2 * i >= frames};
  (*frame)->time = 10.0 * i;
  (*frame)->charge = 3600.0 * i;
  (*frame)->voltage = -0.1;
  double size = circle_edge / CIRCLE_COARSEST;
  int layers = dim == 2 ? 1 : CIRCLE_COARSEST;
  for (int k = 0; k < layers * CIRCLE_COARSEST * CIRCLE_COARSEST && !error; k++) {
    int at[3] = {k % CIRCLE_COARSEST, k / CIRCLE_COARSEST % CIRCLE_COARSEST,
                 k / CIRCLE_COARSEST / CIRCLE_COARSEST};
    double centre[3] = {0, 0, 0};
    for (int d = 0; d < dim; d++) centre[d] = (at[d] + 0.5) * size;
    error = circle_square(&circle, centre, size, 0);
  }
  int count = dim == 2 ? 4 << levels : 32;
  if (!error) error = circle_body(&circle, circle_middle, circle.radius, count, 0, false);
  if (!error && circle.orphan)
    error = circle_body(&circle, circle_orphan, circle_orphan_radius, count / 2, 1, true);
  if (error) DavyFrameDestroy(frame);
  return error;
}

#endif
