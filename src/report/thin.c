/* Thinning: of a trace along x by the extremes of bins, of a curve in the plane by its length.
 *
 * At the width of a screen a line through these four per bin paints the same pixels as a line
 * through all points, where a bin is at most a pixel wide; no spike is lost in any case. */
#include "davy/report.h"

#include <math.h>
#include <stdint.h>

enum { PER_BIN = 4 };

/* True when x never falls, NaN left aside; gives its first and last value. */
static bool is_rising(const double *x, size_t count, double *first, double *last) {
  double before = -INFINITY;
  *first = *last = NAN;
  for (size_t i = 0; i < count; i++) {
    if (isnan(x[i])) continue;
    if (x[i] < before) return false;
    if (isnan(*first)) *first = x[i];
    before = *last = x[i];
  }
  return *last > *first;
}

typedef struct {
  size_t first, low, high, last, gap;
  bool filled, has_gap;
} Bin;

/* Writes the bin's points in order, each once; a bin of nothing but gaps writes one of them. */
static size_t bin_flush(Bin *bin, size_t *kept, size_t n) {
  size_t a = bin->low < bin->high ? bin->low : bin->high;
  size_t b = bin->low < bin->high ? bin->high : bin->low;
  size_t points[PER_BIN] = {bin->first, a, b, bin->last};
  for (int i = 0; bin->filled && i < PER_BIN; i++)
    if (i == 0 || points[i] != points[i - 1]) kept[n++] = points[i];
  if (!bin->filled && bin->has_gap) kept[n++] = bin->gap;
  *bin = (Bin){0};
  return n;
}

static void bin_take(Bin *bin, const double *y, size_t i) {
  if (!bin->filled) bin->first = bin->low = bin->high = i;
  if (y[i] < y[bin->low]) bin->low = i;
  if (y[i] > y[bin->high]) bin->high = i;
  bin->last = i;
  bin->filled = true;
}

static size_t keep_all(size_t count, size_t *kept) {
  for (size_t i = 0; i < count; i++) kept[i] = i;
  return count;
}

/* 1 / (largest - smallest) value, 0 if they are equal. */
static double per_range(const double *values, size_t count) {
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return high > low ? 1 / (high - low) : 0;
}

/* Walks along the line and keeps a point for each `step` of its length (kept may be NULL, to
 * measure only); returns the number kept, *length is the whole. */
static size_t walk(const double *x, const double *y, size_t count, double step, size_t *kept,
                   double *length) {
  double per_x = per_range(x, count), per_y = per_range(y, count), since = 0;
  size_t n = 0, last = SIZE_MAX, last_kept = SIZE_MAX;
  *length = 0;
  for (size_t i = 0; i < count; i++) {
    if (isnan(x[i]) || isnan(y[i])) continue;
    double d = last == SIZE_MAX ? 0 : hypot((x[i] - x[last]) * per_x, (y[i] - y[last]) * per_y);
    *length += d;
    since += d;
    if (kept && (last == SIZE_MAX || since >= step)) {
      kept[n++] = last_kept = i;
      since = 0;
    }
    last = i;
  }
  if (kept && last != last_kept) kept[n++] = last;
  return n;
}

size_t DavyThinPath(const double *x, const double *y, size_t count, size_t most, size_t *kept) {
  if (count <= most) return keep_all(count, kept);
  if (most < 4) return 0;
  double length;
  walk(x, y, count, 0, NULL, &length);
  double step = length / (double)(most - 2);
  return walk(x, y, count, step > 0 ? step : INFINITY, kept, &length);
}

size_t DavyThin(const double *x, const double *y, size_t count, size_t most, size_t *kept) {
  size_t n = 0, bins = most / PER_BIN;
  if (count <= most) return keep_all(count, kept);
  if (bins == 0) return 0;
  double first, last;
  if (!is_rising(x, count, &first, &last)) return DavyThinPath(x, y, count, most, kept);
  double per_x = (double)bins / (last - first);
  size_t at = 0;
  Bin bin = {0};
  for (size_t i = 0; i < count; i++) {
    bool gap = isnan(x[i]) || isnan(y[i]);
    size_t b = isnan(x[i]) ? at : (size_t)((x[i] - first) * per_x);
    if (b >= bins) b = bins - 1;
    if (b != at) n = bin_flush(&bin, kept, n);
    at = b;
    if (!gap) bin_take(&bin, y, i);
    if (gap && !bin.has_gap) bin.gap = i, bin.has_gap = true;
  }
  return bin_flush(&bin, kept, n);
}
