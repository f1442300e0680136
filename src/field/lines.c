/* A front's segments joined to lines of integers. */
#include <math.h>
#include <stdlib.h>

#include "field/parts.h"

typedef struct {
  int64_t x, y;
} Point;

typedef struct {
  int body;
  bool orphaned, used, led; /* led: another segment ends where this one begins */
  Point from, to;
} Segment;

typedef struct {
  Segment *segments; /* sorted by owner, then by their first point */
  size_t count;
  Point *points; /* of the line in work */
} Joiner;

enum { MOST_UNITS = 1 << 30, REACH = 64 }; /* of a coordinate; points that one step may leave out */

void lines_clear(Lines *lines) {
  for (size_t i = 0; i < lines->count; i++) free(lines->lines[i].steps.data);
  free(lines->lines);
  *lines = (Lines){0};
}

static int compare(const Segment *a, const Segment *b) {
  int64_t keys[][2] = {{a->body, b->body},
                       {a->orphaned, b->orphaned},
                       {a->from.x, b->from.x},
                       {a->from.y, b->from.y}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (keys[i][0] != keys[i][1]) return keys[i][0] < keys[i][1] ? -1 : 1;
  return 0;
}

static int by_start(const void *a, const void *b) {
  return compare(a, b);
}

/* The first unused segment of the same owner that begins at the point, or NULL. */
static Segment *find(const Joiner *j, const Segment *owner, Point at) {
  Segment wanted = *owner;
  wanted.from = at;
  size_t low = 0, high = j->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (compare(&j->segments[middle], &wanted) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < j->count && compare(&j->segments[low], &wanted) == 0; low++)
    if (!j->segments[low].used) return &j->segments[low];
  return NULL;
}

static DavyError add_number(Bytes *bytes, int64_t number) {
  uint64_t zigzag = number < 0 ? 2 * (uint64_t) - (number + 1) + 1 : 2 * (uint64_t)number;
  for (; zigzag > 127; zigzag >>= 7) DAVY_TRY(bytes_add(bytes, (unsigned)(zigzag & 127) | 128));
  return bytes_add(bytes, (unsigned)zigzag);
}

/* The last point that can follow `first` so that all between lie within a unit of the chord. */
static size_t next_kept(const Point *p, size_t first, size_t count) {
  size_t best = first + 1;
  for (size_t last = first + 2; last < count && last - first <= REACH; last++) {
    double dx = (double)(p[last].x - p[first].x), dy = (double)(p[last].y - p[first].y);
    double length = hypot(dx, dy);
    bool near = length > 0;
    for (size_t k = first + 1; near && k < last; k++) {
      double x = (double)(p[k].x - p[first].x), y = (double)(p[k].y - p[first].y);
      double along = (x * dx + y * dy) / length;
      near = fabs(x * dy - y * dx) <= length && along >= 0 && along <= length;
    }
    if (!near) break;
    best = last;
  }
  return best;
}

static DavyError add_line(Lines *lines, const Segment *owner, const Point *points, size_t count) {
  Line *grown = realloc(lines->lines, (lines->count + 1) * sizeof *grown);
  DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a view");
  lines->lines = grown;
  Line *line = &grown[lines->count++];
  *line = (Line){.body = owner->body, .orphaned = owner->orphaned};
  Point last = {0, 0};
  for (size_t i = 0; i < count; i = i + 1 < count ? next_kept(points, i, count) : count) {
    DAVY_TRY(add_number(&line->steps, points[i].x - last.x));
    DAVY_TRY(add_number(&line->steps, points[i].y - last.y));
    last = points[i];
  }
  return DAVY_OK;
}

static DavyError follow(Joiner *j, Segment *first, Lines *lines) {
  size_t count = 0;
  j->points[count++] = first->from;
  for (Segment *at = first; at; at = find(j, first, at->to)) {
    at->used = true;
    j->points[count++] = at->to;
  }
  return add_line(lines, first, j->points, count);
}

static DavyError join_segments(Joiner *j, Lines *lines) {
  qsort(j->segments, j->count, sizeof *j->segments, by_start);
  for (size_t i = 0; i < j->count; i++) {
    Segment *next = find(j, &j->segments[i], j->segments[i].to);
    if (next) next->led = true;
  }
  for (int round = 0; round < 2; round++) /* open lines from their beginning, then closed ones */
    for (size_t i = 0; i < j->count; i++)
      if (!j->segments[i].used && (round || !j->segments[i].led))
        DAVY_TRY(follow(j, &j->segments[i], lines));
  return DAVY_OK;
}

/* NaN if it is too far away to be written. */
static double units(double place, double lower, double unit) {
  double number = round((place - lower) / unit);
  return fabs(number) < MOST_UNITS ? number : NAN;
}

DavyError lines_make(const DavyFrameFacet *facets, size_t count, const double lower[2],
                     Lines *lines) {
  Joiner j = {.segments = malloc((count + 1) * sizeof *j.segments),
              .points = malloc((count + 1) * sizeof *j.points)};
  DavyError error =
      j.segments && j.points ? DAVY_OK : DavyFail(DAVY_ERR_MEMORY, "out of memory for a view");
  for (size_t i = 0; !error && i < count; i++) {
    double at[4];
    for (int k = 0; k < 4; k++)
      at[k] = units(facets[i].vertex[k / 2][k % 2], lower[k % 2], lines->unit);
    Segment segment = {.body = facets[i].body, .orphaned = facets[i].orphaned};
    if (isnan(at[0] + at[1] + at[2] + at[3])) {
      error = DavyFail(DAVY_ERR_VALUE, "facet %zu of a frame lies far from the box", i);
    } else {
      segment.from = (Point){(int64_t)at[0], (int64_t)at[1]};
      segment.to = (Point){(int64_t)at[2], (int64_t)at[3]};
      if (at[0] != at[2] || at[1] != at[3]) j.segments[j.count++] = segment;
    }
  }
  if (!error) error = join_segments(&j, lines);
  free(j.segments);
  free(j.points);
  return error;
}

/* Reads one number; false at the end, or where it is too large. */
static bool read_number(const Bytes *bytes, size_t *at, int64_t *number) {
  uint64_t zigzag = 0;
  for (int shift = 0; shift < 35 && *at < bytes->size; shift += 7) {
    unsigned byte = bytes->data[(*at)++];
    zigzag |= (uint64_t)(byte & 127) << shift;
    if (byte & 128) continue;
    *number = zigzag & 1 ? -(int64_t)(zigzag >> 1) - 1 : (int64_t)(zigzag >> 1);
    return true;
  }
  return false;
}

static bool read_point(const Line *line, size_t *at, Point *point) {
  int64_t dx, dy;
  if (!read_number(&line->steps, at, &dx) || !read_number(&line->steps, at, &dy)) return false;
  point->x += dx;
  point->y += dy;
  return llabs(point->x) < MOST_UNITS && llabs(point->y) < MOST_UNITS;
}

DavyError line_check(const Line *line) {
  Point point = {0, 0};
  size_t count = 0;
  for (size_t at = 0; at < line->steps.size; count++)
    DAVY_CHECK(read_point(line, &at, &point), DAVY_ERR_FORMAT, "point %zu of a line is broken",
               count);
  DAVY_CHECK(count > 1, DAVY_ERR_FORMAT, "a line of %zu points", count);
  return DAVY_OK;
}

DavyError lines_facets(const Lines *lines, const double lower[2], DavyFrame *frame) {
  for (size_t i = 0; i < lines->count; i++) {
    const Line *line = &lines->lines[i];
    Point point = {0, 0};
    DavyFrameFacet facet = {
        .body = line->body, .orphaned = line->orphaned, .current = NAN, .film = NAN};
    size_t at = 0;
    for (size_t count = 0; at < line->steps.size; count++) {
      DAVY_CHECK(read_point(line, &at, &point), DAVY_ERR_FORMAT, "line %zu of a frame is broken",
                 i);
      for (int d = 0; d < 2; d++) {
        facet.vertex[0][d] = facet.vertex[1][d];
        facet.vertex[1][d] = lower[d] + (double)(d ? point.y : point.x) * lines->unit;
      }
      if (count) DAVY_TRY(DavyFrameAddFacet(frame, &facet, NULL));
    }
  }
  return DAVY_OK;
}
