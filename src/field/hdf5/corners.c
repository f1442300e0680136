/* A corner is known by its place on the lattice of half the finest cells. Corners of all cells are
 * sorted by it, so that equal ones stand together and become one point: with points of their own,
 * cells could not be interpolated between. */
#include "field/hdf5/corners.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
  uint64_t place; /* on the lattice, AXIS_BITS an axis */
  size_t at;      /* in the list of the cells' corners */
} Corner;

enum { AXIS_BITS = 21 };

typedef struct {
  int dim;
  double lower[3], unit;
} Lattice;

void corners_clear(Corners *corners) {
  free(corners->points);
  free(corners->cells);
  *corners = (Corners){0};
}

static DavyError find_lattice(const DavyFrame *frame, Lattice *lattice) {
  double upper[3] = {-INFINITY, -INFINITY, -INFINITY}, longest = 0;
  *lattice = (Lattice){frame->dim, {INFINITY, INFINITY, INFINITY}, INFINITY};
  for (size_t i = 0; i < frame->cell_count; i++) {
    const DavyFrameCell *cell = &frame->cells[i];
    lattice->unit = fmin(lattice->unit, 0.5 * cell->size);
    for (int d = 0; d < frame->dim; d++) {
      lattice->lower[d] = fmin(lattice->lower[d], cell->centre[d] - 0.5 * cell->size);
      upper[d] = fmax(upper[d], cell->centre[d] + 0.5 * cell->size);
    }
  }
  for (int d = 0; d < frame->dim; d++) longest = fmax(longest, upper[d] - lattice->lower[d]);
  DAVY_CHECK(longest / lattice->unit < (1 << AXIS_BITS) - 1, DAVY_ERR_VALUE,
             "a frame of %g m with cells of %g m is too fine to be written", longest,
             2 * lattice->unit);
  return DAVY_OK;
}

static void list_corners(const DavyFrame *frame, const Lattice *lattice, Corner *list) {
  static const int signs[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1},
                                  {-1, -1, 1},  {1, -1, 1},  {1, 1, 1},  {-1, 1, 1}};
  size_t at = 0;
  for (size_t i = 0; i < frame->cell_count; i++)
    for (int k = 0; k < 1 << frame->dim; k++, at++) {
      const DavyFrameCell *cell = &frame->cells[i];
      list[at] = (Corner){0, at};
      for (int d = 0; d < frame->dim; d++) {
        double x = cell->centre[d] + 0.5 * signs[k][d] * cell->size;
        uint64_t units = (uint64_t)llround((x - lattice->lower[d]) / lattice->unit);
        list[at].place |= units << AXIS_BITS * d;
      }
    }
}

static int by_place(const void *a, const void *b) {
  uint64_t x = ((const Corner *)a)->place, y = ((const Corner *)b)->place;
  return (x > y) - (x < y);
}

static void number_corners(const Lattice *lattice, const Corner *list, size_t count,
                           Corners *corners) {
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || list[i].place != list[i - 1].place) {
      double *x = corners->points[corners->point_count++];
      for (int d = 0; d < 3; d++) {
        uint64_t units = list[i].place >> AXIS_BITS * d & ((1 << AXIS_BITS) - 1);
        x[d] = d < lattice->dim ? lattice->lower[d] + (double)units * lattice->unit : 0;
      }
    }
    corners->cells[list[i].at] = (int32_t)(corners->point_count - 1);
  }
}

static size_t count_places(const Corner *list, size_t count) {
  size_t places = 0;
  for (size_t i = 0; i < count; i++) places += i == 0 || list[i].place != list[i - 1].place;
  return places;
}

DavyError corners_make(const DavyFrame *frame, Corners *corners) {
  Lattice lattice;
  size_t count = frame->cell_count << frame->dim;
  *corners = (Corners){0};
  DAVY_CHECK(count <= INT32_MAX, DAVY_ERR_VALUE, "a frame of %zu cells is too large to be written",
             frame->cell_count);
  DAVY_TRY(find_lattice(frame, &lattice));
  Corner *list = malloc((count + 1) * sizeof *list);
  corners->cells = malloc((count + 1) * sizeof *corners->cells);
  if (list && corners->cells) {
    list_corners(frame, &lattice, list);
    qsort(list, count, sizeof *list, by_place);
    corners->points = malloc((count_places(list, count) + 1) * sizeof *corners->points);
    if (corners->points) number_corners(&lattice, list, count, corners);
  }
  free(list);
  if (corners->points) return DAVY_OK;
  corners_clear(corners);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for the corners of %zu cells", frame->cell_count);
}
