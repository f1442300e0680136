/* Frames and their view. The yardstick is tests/growing_circle.h: disks of known place and size in
 * fields given by formulas, so that areas, values and the front's place are known beforehand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base64.h"
#include "growing_circle.h"

static const double lower[2] = {0, 0}, upper[2] = {1e-6, 1e-6};
enum { LEVELS = 5, FRAMES = 4 };

static void base64_follows_the_rfc(void **state) {
  (void)state; /* test vectors of RFC 4648, section 10 */
  static const char *const pairs[][2] = {{"", ""},
                                         {"f", "Zg=="},
                                         {"fo", "Zm8="},
                                         {"foo", "Zm9v"},
                                         {"foob", "Zm9vYg=="},
                                         {"fooba", "Zm9vYmE="},
                                         {"foobar", "Zm9vYmFy"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    size_t size = strlen(pairs[i][0]), length = 0;
    unsigned char bytes[8];
    char *text = NULL;
    FILE *file = open_memstream(&text, &length);
    davy_base64_write(file, (const unsigned char *)pairs[i][0], size);
    fclose(file);
    assert_string_equal(text, pairs[i][1]);
    assert_int_equal(davy_base64_size(text), size);
    assert_true(davy_base64_read(text, bytes, size));
    assert_memory_equal(bytes, pairs[i][0], size);
    assert_false(davy_base64_read(text, bytes, size + 1));
    free(text);
  }
  static const char *const broken[] = {"Zg=", "Z", "Zg=A", "=g==", "Z===", "Zm9!", "===="};
  unsigned char bytes[4];
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
    assert_false(davy_base64_read(broken[i], bytes, davy_base64_size(broken[i])));
}

static void frames_refuse_the_impossible(void **state) {
  (void)state;
  DavyFrame *frame = NULL;
  assert_int_equal(DavyFrameCreate(4, &frame), DAVY_ERR_VALUE);
  assert_null(frame);
  assert_int_equal(DavyFrameCreate(2, &frame), DAVY_OK);
  DavyFrameCell good = {.size = 1, .fluid = 0.5, .metal = 0.25}, cell = good;
  cell.centre[0] = NAN;
  assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_ERR_VALUE);
  cell = good, cell.size = 0;
  assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_ERR_VALUE);
  cell = good, cell.fluid = 0.9;
  assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_ERR_VALUE);
  cell = good, cell.potential = INFINITY;
  assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_ERR_VALUE);
  DavyFrameFacet facet = {.body = -2};
  assert_int_equal(DavyFrameAddFacet(frame, &facet, NULL), DAVY_ERR_VALUE);
  facet.body = 0, facet.vertex[1][1] = NAN;
  assert_int_equal(DavyFrameAddFacet(frame, &facet, NULL), DAVY_ERR_VALUE);
  DavyFrameBody body = {.number = 0, .volume = -1};
  assert_int_equal(DavyFrameAddBody(frame, &body), DAVY_ERR_VALUE);
  assert_int_equal(frame->cell_count + frame->facet_count + frame->body_count, 0);
  for (size_t i = 0; i < 1000; i++) {
    good.centre[0] = (double)i;
    assert_int_equal(DavyFrameAddCell(frame, &good), DAVY_OK);
    assert_int_equal(frame->cell_count, i + 1);
  }
  assert_true(frame->cells[999].centre[0] == 999);
  DavyFrameDestroy(&frame);
  DavyFrameDestroy(&frame);
}

/* The divergence theorem: the sum of x over the outward area is dim times the volume, whatever the
 * order of the vertices was. */
static void facets_are_put_in_order(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavyFrame *frame = NULL;
    assert_int_equal(growing_circle(dim, 2, 0, 1, &frame), DAVY_OK);
    double volume = 0, body = 0;
    for (size_t i = 0; i < frame->facet_count; i++) {
      double(*v)[3] = frame->facets[i].vertex, n[3];
      if (dim == 2) {
        n[0] = v[1][1] - v[0][1], n[1] = v[0][0] - v[1][0], n[2] = 0;
      } else {
        for (int d = 0; d < 3; d++) {
          int e = (d + 1) % 3, f = (d + 2) % 3;
          n[d] = 0.5 * ((v[1][e] - v[0][e]) * (v[2][f] - v[0][f]) -
                        (v[1][f] - v[0][f]) * (v[2][e] - v[0][e]));
        }
      }
      for (int d = 0; d < 3; d++) volume += v[0][d] * n[d] / dim;
    }
    for (size_t i = 0; i < frame->body_count; i++) body += frame->bodies[i].volume;
    /* Polygons of 16 corners (orphan: 8), polyhedra of 32 by 16: 3 to 10 % less than round ones. */
    assert_true(volume < body && volume > 0.85 * body);
    DavyFrameDestroy(&frame);
  }
}

static DavyView *make_view(int levels, int frames) {
  DavyView *view = NULL;
  assert_int_equal(DavyViewCreate("A </script> disk", lower, upper, &view), DAVY_OK);
  DavyFrameFacet ground[2] = {{.vertex = {{0.5e-6, 0}, {0, 0}}},
                              {.vertex = {{1e-6, 0}, {0.5e-6, 0}}}};
  assert_int_equal(DavyViewSubstrate(view, "Ni", ground, 1), DAVY_OK);
  assert_int_equal(DavyViewSubstrate(view, "Na3Sb", ground + 1, 1), DAVY_OK);
  for (int i = 0; i < frames; i++) {
    DavyFrame *frame = NULL;
    assert_int_equal(growing_circle(2, levels, i, frames, &frame), DAVY_OK);
    assert_int_equal(DavyViewAppend(view, frame), DAVY_OK);
    DavyFrameDestroy(&frame);
  }
  return view;
}

static char *json_of(const DavyView *view, size_t *length) {
  char *text = NULL;
  FILE *file = open_memstream(&text, length);
  assert_int_equal(DavyViewWriteJson(view, file), DAVY_OK);
  fclose(file);
  return text;
}

/* Every cell that is shown has the formula's value at its centre within one step of the range for
 * its place among 256 and one for joined neighbours; cells fill the box. */
static void shown_fields_are_right(void **state) {
  (void)state;
  DavyView *view = make_view(LEVELS, FRAMES);
  for (int i = 0; i < FRAMES; i++) {
    DavyFrame *frame = NULL, *shown = NULL;
    assert_int_equal(growing_circle(2, LEVELS, i, FRAMES, &frame), DAVY_OK);
    assert_int_equal(DavyViewFrame(view, (size_t)i, &shown), DAVY_OK);
    assert_true(shown->time == frame->time && shown->charge == frame->charge);
    assert_true(shown->cell_count < frame->cell_count);
    Circle circle = {frame, (0.1 + 0.2 * i / (FRAMES - 1)) * circle_edge, LEVELS, 2 * i >= FRAMES};
    double c_low = INFINITY, phi_low = INFINITY, area = 0, metal = 0;
    double c_high = -INFINITY, phi_high = -INFINITY;
    for (size_t k = 0; k < frame->cell_count; k++) {
      const DavyFrameCell *cell = &frame->cells[k];
      if (!(cell->fluid > 0)) continue;
      c_low = fmin(c_low, cell->concentration), c_high = fmax(c_high, cell->concentration);
      phi_low = fmin(phi_low, cell->potential), phi_high = fmax(phi_high, cell->potential);
    }
    for (size_t k = 0; k < shown->cell_count; k++) {
      const DavyFrameCell *cell = &shown->cells[k];
      area += cell->size * cell->size;
      metal += cell->metal * cell->size * cell->size;
      if (!(cell->fluid > 0)) continue;
      assert_true(fabs(cell->concentration - circle_concentration(&circle, cell->centre)) <=
                  1.5 * (c_high - c_low) / 255);
      assert_true(fabs(cell->potential - circle_potential(&circle, cell->centre)) <=
                  1.5 * (phi_high - phi_low) / 255);
    }
    assert_true(fabs(area - 1e-12) < 1e-24);
    /* Cut cells count as fluid: a ring one finest cell wide is missing. */
    double finest = circle_edge / (CIRCLE_COARSEST << LEVELS), disk = acos(-1) * circle.radius;
    double all =
        disk * circle.radius + (circle.orphan ? acos(-1) * pow(circle_orphan_radius, 2) : 0);
    assert_true(metal < all && metal > all - 3 * disk * finest);
    DavyFrameDestroy(&frame);
    DavyFrameDestroy(&shown);
  }
  DavyView *before = view;
  DavyFrame *beyond = NULL;
  assert_int_equal(DavyViewFrame(before, FRAMES, &beyond), DAVY_ERR_LOOKUP);
  DavyViewDestroy(&view);
}

/* Lines stay within a unit, a 32nd of a finest cell, of the circles; the orphan is one line. */
static void shown_fronts_are_right(void **state) {
  (void)state;
  DavyView *view = make_view(LEVELS, FRAMES);
  double finest = circle_edge / (CIRCLE_COARSEST << LEVELS);
  for (int i = 0; i < FRAMES; i++) {
    DavyFrame *shown = NULL;
    assert_int_equal(DavyViewFrame(view, (size_t)i, &shown), DAVY_OK);
    double radius = (0.1 + 0.2 * i / (FRAMES - 1)) * circle_edge, areas[2] = {0, 0};
    for (size_t k = 0; k < shown->facet_count; k++) {
      const DavyFrameFacet *facet = &shown->facets[k];
      const double *centre = facet->orphaned ? circle_orphan : circle_middle;
      double r = facet->orphaned ? circle_orphan_radius : radius, x[2][2];
      assert_int_equal(facet->body, facet->orphaned);
      for (int v = 0; v < 2; v++)
        for (int d = 0; d < 2; d++) x[v][d] = facet->vertex[v][d] - centre[d];
      assert_true(fabs(hypot(x[0][0], x[0][1]) - r) < finest / 32);
      areas[facet->orphaned] += 0.5 * (x[0][0] * x[1][1] - x[0][1] * x[1][0]);
    }
    /* A polygon's chords lie inside of the circle: by a unit at most, and that of 128 corners. */
    assert_true(fabs(areas[0] / (acos(-1) * radius * radius) - 1) <
                2 * finest / 32 / radius + 1e-3);
    assert_int_equal(areas[1] > 0, 2 * i >= FRAMES);
    DavyFrameDestroy(&shown);
  }
  DavyViewDestroy(&view);
}

/* 100 pieces from right to left, in no order, are one line of two points; a gap makes two of it. */
static void pieces_of_a_straight_line_are_joined(void **state) {
  (void)state;
  enum { PIECES = 100 };
  for (int gap = 0; gap < 2; gap++) {
    DavyView *view = NULL;
    DavyFrame *frame = NULL, *shown = NULL;
    assert_int_equal(DavyViewCreate("", lower, upper, &view), DAVY_OK);
    assert_int_equal(DavyFrameCreate(2, &frame), DAVY_OK);
    for (int i = 0; i < 64; i++) {
      DavyFrameCell cell = {.size = 0.125e-6, .metal = 1};
      cell.centre[0] = (i % 8 + 0.5) * cell.size;
      cell.centre[1] = (i / 8 + 0.5) * cell.size;
      assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_OK);
    }
    for (int i = 0; i < PIECES; i++) {
      double from = 1e-6 * ((37 * i) % PIECES + 1) / PIECES, to = from - 1e-6 / PIECES;
      DavyFrameFacet facet = {.vertex = {{from, 0.5 * from}, {to, 0.5 * to}}, .body = 3};
      if (gap && i == PIECES / 2) continue;
      assert_int_equal(DavyFrameAddFacet(frame, &facet, NULL), DAVY_OK);
    }
    assert_int_equal(DavyViewAppend(view, frame), DAVY_OK);
    assert_int_equal(DavyViewFrame(view, 0, &shown), DAVY_OK);
    /* A step may leave out up to 63 points. */
    assert_in_range(shown->facet_count, 2, gap ? 4 : 2);
    assert_true(shown->facets[0].vertex[0][0] > 0.9e-6 || gap);
    assert_int_equal(shown->facets[0].body, 3);
    DavyFrameDestroy(&frame);
    DavyFrameDestroy(&shown);
    DavyViewDestroy(&view);
  }
}

/* Fields of 100 (x/L)^4 over 64 by 64 squares: nearly flat on the left, where squares are joined,
 * 16 steps a square on the right. A square that is cut stays, joined or not. */
static void smooth_fields_are_joined(void **state) {
  (void)state;
  enum { EDGE = 64, CUT_X = 5, CUT_Y = 20 };
  DavyView *view = NULL;
  DavyFrame *frame = NULL, *shown = NULL;
  const double size = 1e-6 / EDGE;
  bool cut_is_there = false;
  assert_int_equal(DavyViewCreate("", lower, upper, &view), DAVY_OK);
  assert_int_equal(DavyFrameCreate(2, &frame), DAVY_OK);
  for (int i = 0; i < EDGE * EDGE; i++) {
    DavyFrameCell cell = {.size = size, .fluid = 1};
    cell.centre[0] = (i % EDGE + 0.5) * size;
    cell.centre[1] = (i / EDGE + 0.5) * size;
    if (i == CUT_Y * EDGE + CUT_X) cell.fluid = 0.5, cell.metal = 0.5;
    cell.concentration = 1000 + 100 * pow(cell.centre[0] / 1e-6, 4);
    cell.potential = -0.1 * pow(cell.centre[0] / 1e-6, 4);
    assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_OK);
  }
  assert_int_equal(DavyViewAppend(view, frame), DAVY_OK);
  assert_int_equal(DavyViewFrame(view, 0, &shown), DAVY_OK);
  print_message("%d squares shown as %zu\n", EDGE * EDGE, shown->cell_count);
  assert_in_range(shown->cell_count, 100, EDGE * EDGE * 2 / 3);
  for (size_t k = 0; k < shown->cell_count; k++) {
    const DavyFrameCell *cell = &shown->cells[k];
    for (size_t i = 0; i < frame->cell_count; i++) {
      const DavyFrameCell *own = &frame->cells[i];
      if (fabs(own->centre[0] - cell->centre[0]) > 0.5 * cell->size ||
          fabs(own->centre[1] - cell->centre[1]) > 0.5 * cell->size)
        continue;
      assert_true(fabs(cell->concentration - own->concentration) <= 2.5 * 100 / 255);
      assert_true(fabs(cell->potential - own->potential) <= 2.5 * 0.1 / 255);
    }
    cut_is_there = cut_is_there || (fabs(cell->centre[0] - (CUT_X + 0.5) * size) < 1e-12 &&
                                    fabs(cell->centre[1] - (CUT_Y + 0.5) * size) < 1e-12 &&
                                    fabs(cell->size - size) < 1e-12);
  }
  assert_true(cut_is_there);
  DavyFrameDestroy(&frame);
  DavyFrameDestroy(&shown);
  DavyViewDestroy(&view);
}

static void json_gives_the_same_back(void **state) {
  (void)state;
  size_t length, again_length;
  DavyView *view = make_view(LEVELS, FRAMES), *again = NULL;
  char *text = json_of(view, &length);
  assert_null(strstr(text, "</")); /* safe inside a page */
  assert_int_equal(DavyViewParse(text, length, "view.json", &again), DAVY_OK);
  assert_string_equal(DavyViewTitle(again), "A </script> disk");
  assert_int_equal(DavyViewFrames(again), FRAMES);
  char *again_text = json_of(again, &again_length);
  assert_int_equal(length, again_length);
  assert_memory_equal(text, again_text, length);
  DavyFrame *frame = NULL; /* and the view that was read can go on */
  assert_int_equal(growing_circle(2, LEVELS, FRAMES, FRAMES + 1, &frame), DAVY_OK);
  assert_int_equal(DavyViewAppend(again, frame), DAVY_OK);
  free(again_text);
  DavyViewTrim(again, frame->time); /* none is later */
  assert_int_equal(DavyViewFrames(again), FRAMES + 1);
  DavyViewTrim(again, frame->time * (1 - 1e-9));
  again_text = json_of(again, &again_length);
  assert_string_equal(text, again_text);
  DavyFrameDestroy(&frame);
  free(text);
  free(again_text);
  DavyViewDestroy(&view);
  DavyViewDestroy(&again);
}

/* Finest cells 256 along an edge, fields so steep that hardly any cells are joined. A leaf takes
 * two bytes and a third of one for its nodes: 3.1 characters, and lines take little. */
static void a_run_is_small(void **state) {
  (void)state;
  size_t length;
  DavyFrame *frame = NULL;
  assert_int_equal(growing_circle(2, 5, 23, 24, &frame), DAVY_OK);
  DavyView *view = make_view(5, 24);
  free(json_of(view, &length));
  print_message("24 frames, %zu cells in the last: %zu bytes\n", frame->cell_count, length);
  assert_true(frame->cell_count > 9900 && length < 24 * frame->cell_count * 3.1);
  assert_true(length < 350000);
  DavyFrameDestroy(&frame);
  DavyViewDestroy(&view);
}

static void views_refuse_what_is_no_mesh(void **state) {
  (void)state;
  DavyView *view = NULL;
  DavyFrame *frame = NULL;
  assert_int_equal(DavyViewCreate("", upper, lower, &view), DAVY_ERR_VALUE);
  assert_int_equal(DavyViewCreate("", lower, upper, &view), DAVY_OK);
  assert_int_equal(DavyFrameCreate(2, &frame), DAVY_OK);
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE); /* no cells */
  DavyFrameCell cell = {.centre = {0.25e-6, 0.25e-6}, .size = 0.5e-6, .metal = 1};
  assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_OK);
  assert_int_equal(DavyViewAppend(view, frame), DAVY_OK); /* the other three are substrate */
  assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_OK);
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE); /* twice the same */
  frame->cells[1].centre[0] = 0.5e-6;
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE); /* half covers another */
  frame->cells[1].centre[0] = 0.8e-6;
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE); /* off the lattice */
  frame->cells[1].centre[0] = 1.25e-6;
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE); /* outside of the box */
  frame->cells[1].centre[0] = 0.75e-6;
  frame->time = -1;
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE); /* back in time */
  frame->time = 0;
  assert_int_equal(DavyViewAppend(view, frame), DAVY_OK);
  assert_int_equal(DavyViewFrames(view), 2);
  DavyFrameDestroy(&frame);
  assert_int_equal(DavyFrameCreate(3, &frame), DAVY_OK);
  assert_int_equal(DavyViewAppend(view, frame), DAVY_ERR_VALUE);
  DavyFrameDestroy(&frame);
  DavyViewDestroy(&view);
}

/* Cut anywhere, or with any byte changed, the text is refused with its name and line, or read as
 * something that is whole. */
static void broken_json_is_refused(void **state) {
  (void)state;
  size_t length;
  DavyView *view = make_view(2, 2), *read = NULL;
  char *text = json_of(view, &length);
  for (size_t cut = 0; cut + 2 < length; cut += 7) {
    assert_int_not_equal(DavyViewParse(text, cut, "view.json", &read), DAVY_OK);
    assert_null(read);
    assert_non_null(strstr(DavyErrorMessage(), "view.json"));
  }
  for (size_t at = 0; at < length; at += 3) {
    char kept = text[at];
    text[at] = kept == '9' ? '0' : '9';
    if (!DavyViewParse(text, length, "view.json", &read)) {
      DavyFrame *frame = NULL;
      for (size_t i = 0; i < DavyViewFrames(read); i++) {
        assert_int_equal(DavyViewFrame(read, i, &frame), DAVY_OK);
        DavyFrameDestroy(&frame);
      }
    }
    DavyViewDestroy(&read);
    text[at] = kept;
  }
  free(text);
  DavyViewDestroy(&view);
  static const char *const wrong[][2] = {
      {"[]", "view.json:1"},
      {"{\"format\":\"davy view 2\"}", "expected \"davy view 1\""},
      {"{\"format\":\"davy view 1\",\"title\":\"\",\"lower\":[0,0],\"upper\":[1,null]}",
       "view.json:1:61: upper is "},
      {"{\"format\":\"davy view 1\",\"title\":\"\",\"lower\":[0,0],\"upper\":[1,1],"
       "\"materials\":[],\"unit\":1,\"outline\":[],\"frames\":[\n{\"time\":0,\"charge\":0,"
       "\"voltage\":0,\"root\":1e-9,\"c_range\":[0,1],\"phi_range\":[0,1],\"nodes\":1,\"kinds\":"
       "\"AQ==\",\"c\":\"AA==\",\"phi\":\"AA==\",\"unit\":1,\"front\":[]}]}",
       "view.json:2:1: squares of 1e-09 m and 1 nodes cannot fill the box"},
      {"{\"format\":\"davy view 1\",\"title\":\"\",\"lower\":[0,0],\"upper\":[1,1],"
       "\"materials\":[],\"unit\":1,\"outline\":[],\"frames\":[\n{\"time\":0,\"charge\":0,"
       "\"voltage\":0,\"root\":1,\"c_range\":[0,1],\"phi_range\":[0,1],\"nodes\":2,\"kinds\":"
       "\"Cg==\",\"c\":\"\",\"phi\":\"\",\"unit\":1,\"front\":[]}]}",
       "view.json:2:1: 2 nodes and 0 values; the trees have 1 and 0"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(
        DavyErrorExit(DavyViewParse(wrong[i][0], strlen(wrong[i][0]), "view.json", &read)), 2);
    if (!strstr(DavyErrorMessage(), wrong[i][1])) fail_msg("%s", DavyErrorMessage());
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base64_follows_the_rfc),
      cmocka_unit_test(frames_refuse_the_impossible),
      cmocka_unit_test(facets_are_put_in_order),
      cmocka_unit_test(shown_fields_are_right),
      cmocka_unit_test(shown_fronts_are_right),
      cmocka_unit_test(json_gives_the_same_back),
      cmocka_unit_test(pieces_of_a_straight_line_are_joined),
      cmocka_unit_test(smooth_fields_are_joined),
      cmocka_unit_test(a_run_is_small),
      cmocka_unit_test(views_refuse_what_is_no_mesh),
      cmocka_unit_test(broken_json_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
