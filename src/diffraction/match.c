/* Which phase a list of measured peaks is.
 *
 * A constant shift of 2 theta (a sample above or below the axis) is tried over the tolerance. At
 * each, every line looks for the nearest peak within the tolerance and every peak for the nearest
 * line.
 *
 *   score = (expected intensity found / expected intensity in the range) x (peaks explained /
 * peaks)
 */
#include <math.h>
#include "diffraction/pattern.h"

/* Index of the peak nearest to x, in an ascending list. */
static size_t nearest(const double *peaks, size_t count, double x) {
  size_t low = 0, high = count - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (peaks[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 && x - peaks[low - 1] < peaks[low] - x ? low - 1 : low;
}

static DavyMatch match_at(const DavyPattern *p, const double *peaks, size_t count, double tolerance,
                          double shift, int *line_of_peak) {
  double expected = 0, found = 0;
  for (size_t k = 0; k < count; k++) line_of_peak[k] = -1;
  for (size_t i = 0; i < p->count; i++) {
    double x = p->lines[i].two_theta + shift;
    if (x < peaks[0] - tolerance || x > peaks[count - 1] + tolerance) continue;
    expected += p->lines[i].intensity;
    size_t k = nearest(peaks, count, x);
    if (fabs(peaks[k] - x) > tolerance) continue;
    found += p->lines[i].intensity;
    int old = line_of_peak[k];
    if (old < 0 || p->lines[i].intensity > p->lines[old].intensity) line_of_peak[k] = (int)i;
  }
  DavyMatch match = {.shift = shift, .found = expected > 0 ? found / expected : 0};
  for (size_t k = 0; k < count; k++) match.peaks_found += line_of_peak[k] >= 0;
  match.score = match.found * match.peaks_found / (double)count;
  return match;
}

/* Mean distance of peaks from their lines: decides between shifts of equal score. */
static double misfit(const DavyPattern *p, const double *peaks, size_t count, DavyMatch match,
                     const int *line_of_peak) {
  double sum = 0;
  for (size_t k = 0; k < count; k++)
    if (line_of_peak[k] >= 0)
      sum += fabs(peaks[k] - p->lines[line_of_peak[k]].two_theta - match.shift);
  return match.peaks_found ? sum / match.peaks_found : 0;
}

DavyMatch DavyPatternMatch(const DavyPattern *p, const double *peaks, size_t count,
                           double tolerance, int *line_of_peak) {
  enum { STEPS = 10, MOST = 512 };
  int scratch[MOST];
  DavyMatch best = {0};
  if (count == 0 || count > MOST || p->count == 0) return best;
  double best_misfit = INFINITY;
  for (int step = -STEPS; step <= STEPS; step++) {
    DavyMatch match = match_at(p, peaks, count, tolerance, tolerance * step / STEPS, scratch);
    double off = misfit(p, peaks, count, match, scratch);
    if (match.score < best.score || (match.score == best.score && off >= best_misfit)) continue;
    best = match;
    best_misfit = off;
    for (size_t k = 0; line_of_peak && k < count; k++) line_of_peak[k] = scratch[k];
  }
  if (best.score > 0) return best;
  for (size_t k = 0; line_of_peak && k < count; k++) line_of_peak[k] = -1;
  return (DavyMatch){0};
}
