/* The view: frames boiled down to what the page draws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "field/parts.h"

/* Finest cells a unit of a front's lines; of the longest edge for the substrate's outline, which
 * has no cells; and of the text, so that it can be read back (davy/yaml.h). */
enum { UNITS_A_CELL = 32, UNITS_A_BOX = 1 << 18, MOST_CHARACTERS = 4000000 };

DavyError DavyViewCreate(const char *title, const double lower[2], const double upper[2],
                         DavyView **view) {
  *view = NULL;
  double longest = 0;
  for (int d = 0; d < 2; d++) {
    double edge = upper[d] - lower[d];
    DAVY_CHECK(isfinite(lower[d]) && isfinite(edge) && edge > 0, DAVY_ERR_VALUE,
               "a box from %g to %g m", lower[d], upper[d]);
    longest = fmax(longest, edge);
  }
  DavyView *v = calloc(1, sizeof *v);
  DAVY_CHECK(v, DAVY_ERR_MEMORY, "out of memory for a view");
  memcpy(v->box[0], lower, sizeof v->box[0]);
  memcpy(v->box[1], upper, sizeof v->box[1]);
  v->outline.unit = longest / UNITS_A_BOX;
  v->title = strdup(title);
  *view = v;
  if (v->title) return DAVY_OK;
  DavyViewDestroy(view);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for a view");
}

void view_frame_clear(ViewFrame *frame) {
  trees_clear(&frame->trees);
  lines_clear(&frame->lines);
}

void DavyViewDestroy(DavyView **view) {
  DavyView *v = *view;
  if (!v) return;
  for (size_t i = 0; i < v->count; i++) view_frame_clear(&v->frames[i]);
  for (size_t i = 0; i < v->material_count; i++) free(v->materials[i]);
  lines_clear(&v->outline);
  free(v->frames);
  free(v->materials);
  free(v->title);
  free(v);
  *view = NULL;
}

DavyError view_add_material(DavyView *view, const char *name) {
  char **materials = realloc(view->materials, (view->material_count + 1) * sizeof(char *));
  if (materials) view->materials = materials;
  char *copy = materials ? strdup(name) : NULL;
  DAVY_CHECK(copy, DAVY_ERR_MEMORY, "out of memory for a view");
  materials[view->material_count++] = copy;
  return DAVY_OK;
}

DavyError DavyViewSubstrate(DavyView *view, const char *name, const DavyFrameFacet *facets,
                            size_t count) {
  size_t before = view->outline.count;
  DAVY_TRY(lines_make(facets, count, view->box[0], &view->outline));
  for (size_t i = before; i < view->outline.count; i++) {
    view->outline.lines[i].body = (int)view->material_count;
    view->outline.lines[i].orphaned = false;
  }
  return view_add_material(view, name);
}

/* Base64 takes four characters for three bytes; the rest is numbers and keys. */
static size_t characters(const ViewFrame *frame) {
  size_t bytes = frame->trees.kinds.size + 2 * frame->trees.c_steps.size;
  for (size_t i = 0; i < frame->lines.count; i++) bytes += frame->lines.lines[i].steps.size + 60;
  return 400 + bytes / 3 * 4;
}

static DavyError check_frame(const DavyView *view, const ViewFrame *frame) {
  DAVY_CHECK(isfinite(frame->time) && isfinite(frame->charge) && isfinite(frame->voltage),
             DAVY_ERR_VALUE, "a frame at %g s, %g C/m2, %g V", frame->time, frame->charge,
             frame->voltage);
  DAVY_CHECK(!view->count || frame->time >= view->frames[view->count - 1].time, DAVY_ERR_VALUE,
             "a frame at %g s behind one at %g s", frame->time, view->frames[view->count - 1].time);
  DAVY_CHECK(view->characters + characters(frame) <= MOST_CHARACTERS, DAVY_ERR_VALUE,
             "the page's view is full after %zu frames (%d MB)", view->count,
             MOST_CHARACTERS / 1000000);
  return DAVY_OK;
}

DavyError view_add_frame(DavyView *view, ViewFrame *frame) {
  DavyError error = check_frame(view, frame);
  ViewFrame *frames = error ? NULL : realloc(view->frames, (view->count + 1) * sizeof *frames);
  if (!error && !frames) error = DavyFail(DAVY_ERR_MEMORY, "out of memory for a view");
  if (error) {
    view_frame_clear(frame);
    return error;
  }
  view->characters += characters(frame);
  view->frames = frames;
  frames[view->count++] = *frame;
  return DAVY_OK;
}

static double finest_cell(const DavyFrame *frame) {
  double finest = INFINITY;
  for (size_t i = 0; i < frame->cell_count; i++) finest = fmin(finest, frame->cells[i].size);
  return finest;
}

DavyError DavyViewAppend(DavyView *view, const DavyFrame *frame) {
  DAVY_CHECK(frame->dim == 2, DAVY_ERR_VALUE, "a frame of dimension %d; the page shows 2",
             frame->dim);
  ViewFrame own = {.time = frame->time, .charge = frame->charge, .voltage = frame->voltage};
  DAVY_TRY(trees_make(frame, view->box, &own.trees));
  own.lines.unit = finest_cell(frame) / UNITS_A_CELL;
  DavyError error = lines_make(frame->facets, frame->facet_count, view->box[0], &own.lines);
  if (!error) return view_add_frame(view, &own);
  view_frame_clear(&own);
  return error;
}

void DavyViewTrim(DavyView *view, double last) {
  while (view->count && view->frames[view->count - 1].time > last) {
    ViewFrame *frame = &view->frames[--view->count];
    view->characters -= characters(frame);
    view_frame_clear(frame);
  }
}

size_t DavyViewFrames(const DavyView *view) {
  return view->count;
}

const char *DavyViewTitle(const DavyView *view) {
  return view->title;
}

DavyError DavyViewFrame(const DavyView *view, size_t i, DavyFrame **frame) {
  *frame = NULL;
  DAVY_CHECK(i < view->count, DAVY_ERR_LOOKUP, "frame %zu of a view of %zu", i, view->count);
  const ViewFrame *from = &view->frames[i];
  DAVY_TRY(DavyFrameCreate(2, frame));
  (*frame)->time = from->time;
  (*frame)->charge = from->charge;
  (*frame)->voltage = from->voltage;
  DavyError error = trees_cells(&from->trees, view->box, *frame);
  if (!error) error = lines_facets(&from->lines, view->box[0], *frame);
  if (error) DavyFrameDestroy(frame);
  return error;
}
