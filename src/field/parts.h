/* Inside of a view: each frame's cells as quadtrees and its fronts as lines of small integers. */
#ifndef DAVY_FIELD_PARTS_H
#define DAVY_FIELD_PARTS_H

#include <stdint.h>

#include "davy/field.h"

/* Bytes that grow. */
typedef struct {
  unsigned char *data;
  size_t size;
} Bytes;

DavyError bytes_add(Bytes *bytes, unsigned byte);

/* The box's quadtrees, row by row from its lower corner; a node's quarters in Morton order (lower
 * left, lower right, upper left, upper right), each node before its quarters. Two bits a node. */
typedef enum { NODE_SPLIT, NODE_FLUID, NODE_METAL, NODE_SUBSTRATE } NodeKind;

typedef struct {
  double root; /* edge of the trees' squares, m */
  size_t nodes;
  Bytes kinds;   /* four nodes a byte, the first in the lowest bits */
  double c[2];   /* least and largest concentration, mol/m3 */
  double phi[2]; /* and potential, V */
  Bytes c_steps; /* of each leaf of fluid, in 255ths of the range */
  Bytes phi_steps;
} Trees;

enum { MOST_LEVELS = 20, MOST_LEAVES = 20000, MOST_NODES = 1 << 20 };

DavyError trees_make(const DavyFrame *frame, const double box[2][2], Trees *trees);
/* Adds the leaves to the frame; what does not fit together is DAVY_ERR_FORMAT. */
DavyError trees_cells(const Trees *trees, const double box[2][2], DavyFrame *frame);
void trees_clear(Trees *trees);

/* A line of points in units of length, the first from the box's lower corner, others from the one
 * before: x and y, each zigzag (0, -1, 1, -2 ... as 0, 1, 2, 3 ...) in groups of seven bits. */
typedef struct {
  int body; /* or the substrate's material */
  bool orphaned;
  Bytes steps;
} Line;

typedef struct {
  double unit; /* m */
  Line *lines;
  size_t count;
} Lines;

/* Joins segments of one body to lines and leaves out points that move them by less than a unit. */
DavyError lines_make(const DavyFrameFacet *facets, size_t count, const double lower[2],
                     Lines *lines);
DavyError lines_facets(const Lines *lines, const double lower[2], DavyFrame *frame);
DavyError line_check(const Line *line);
void lines_clear(Lines *lines);

typedef struct {
  double time, charge, voltage;
  Trees trees;
  Lines lines;
} ViewFrame;

struct DavyView {
  char *title;
  double box[2][2]; /* lower and upper corner */
  char **materials; /* names of the substrate's surfaces */
  size_t material_count;
  Lines outline; /* of the substrate */
  ViewFrame *frames;
  size_t count;
  size_t characters; /* of all frames as text */
};

/* Takes over what the frame owns, also when it refuses it. */
DavyError view_add_frame(DavyView *view, ViewFrame *frame);
DavyError view_add_material(DavyView *view, const char *name);
void view_frame_clear(ViewFrame *frame);

#endif
