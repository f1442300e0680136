/* Ranking of phases against measured peaks, and the peaks that decide between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "davy/diffraction.h"

static const double degree = M_PI / 180;

typedef struct {
  size_t phase;
  DavyMatch match;
  int *line_of_peak; /* of each measured peak, -1 if unexplained */
} Candidate;

static int by_score(const void *a, const void *b) {
  const Candidate *left = a, *right = b;
  if (left->match.score != right->match.score)
    return left->match.score > right->match.score ? -1 : 1;
  return left->phase < right->phase ? -1 : 1;
}

static DavyError fill_phases(const Candidate *candidates, size_t count, const char *const *names,
                             size_t peak_count, DavyTable *table) {
  DAVY_TRY(DavyTableAddColumn(table, "phase", "Phase", "1", DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(table, "score", "Score", "1", DAVY_CELL_NUMBER, 3));
  DAVY_TRY(DavyTableAddColumn(table, "peaks_found", "Peaks explained", "1", DAVY_CELL_INTEGER, 0));
  DAVY_TRY(DavyTableAddColumn(table, "found", "Intensity found", "%", DAVY_CELL_NUMBER, 3));
  DAVY_TRY(DavyTableAddColumn(table, "shift", "Shift of 2 theta", "deg", DAVY_CELL_NUMBER, 2));
  for (size_t i = 0; i < count; i++) {
    DAVY_TRY(DavyTableAddRow(table));
    DAVY_TRY(DavyTableSetText(table, "phase", names[candidates[i].phase]));
    DAVY_TRY(DavyTableSetNumber(table, "score", candidates[i].match.score));
    DAVY_TRY(DavyTableSetInteger(table, "peaks_found", candidates[i].match.peaks_found));
    DAVY_TRY(DavyTableSetNumber(table, "found", 100 * candidates[i].match.found));
    DAVY_TRY(DavyTableSetNumber(table, "shift", candidates[i].match.shift / degree));
  }
  return DavyTableAddNote(
      table,
      "Score: share of the phase's intensity that was found, times the share of "
      "the %zu peaks that it explains. A phase of a mixture scores below 1.",
      peak_count);
}

/* "Na2Au (310), Au (111)"; the only serious phase among them goes to *only. */
static void explain(const Candidate *candidates, size_t count, const DavyPattern *const *patterns,
                    const char *const *names, size_t peak, char *text, size_t size,
                    const char **only) {
  double serious = count ? 0.5 * candidates[0].match.score : 0;
  size_t used = 0, serious_count = 0;
  text[0] = '\0';
  *only = NULL;
  for (size_t i = 0; i < count; i++) {
    int line = candidates[i].line_of_peak[peak];
    if (line < 0 || candidates[i].match.score <= 0) continue;
    const char *name = names[candidates[i].phase];
    DavyLine l = DavyPatternLine(patterns[candidates[i].phase], (size_t)line);
    if (candidates[i].match.score >= serious && serious_count++ == 0) *only = name;
    if (used < size)
      used += (size_t)snprintf(text + used, size - used, "%s%s (%d %d %d)", used ? ", " : "", name,
                               l.index[0], l.index[1], l.index[2]);
  }
  if (serious_count != 1) *only = NULL;
}

static DavyError fill_peaks(const Candidate *candidates, size_t count,
                            const DavyPattern *const *patterns, const char *const *names,
                            const double *peaks, size_t peak_count, double wavelength,
                            DavyTable *table) {
  DAVY_TRY(DavyTableAddColumn(table, "two_theta", "2 theta", "deg", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(table, "spacing", "Spacing", "angstrom", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(table, "explained_by", "Explained by", "1", DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(table, "decides", "Decides for", "1", DAVY_CELL_TEXT, 0));
  for (size_t k = 0; k < peak_count; k++) {
    char text[512];
    const char *only;
    explain(candidates, count, patterns, names, k, text, sizeof text, &only);
    DAVY_TRY(DavyTableAddRow(table));
    DAVY_TRY(DavyTableSetNumber(table, "two_theta", peaks[k] / degree));
    DAVY_TRY(DavyTableSetNumber(table, "spacing", 1e10 * wavelength / (2 * sin(0.5 * peaks[k]))));
    DAVY_TRY(DavyTableSetText(table, "explained_by", text[0] ? text : "none of the phases"));
    if (only) DAVY_TRY(DavyTableSetText(table, "decides", only));
  }
  return DAVY_OK;
}

DavyError DavyIdentify(const DavyPattern *const *patterns, const char *const *names, size_t count,
                       const double *peaks, size_t peak_count, double tolerance, double wavelength,
                       DavyTable **phases_table, DavyTable **peaks_table) {
  DavyError error = DAVY_OK;
  Candidate *candidates = calloc(count ? count : 1, sizeof *candidates);
  int *lines = malloc((count * peak_count + 1) * sizeof *lines);
  *phases_table = *peaks_table = NULL;
  if (!candidates || !lines)
    DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "out of memory for %zu phases", count));
  for (size_t i = 0; i < count; i++) {
    candidates[i].phase = i;
    candidates[i].line_of_peak = lines + i * peak_count;
    for (size_t k = 0; k < peak_count; k++) candidates[i].line_of_peak[k] = -1;
    candidates[i].match =
        DavyPatternMatch(patterns[i], peaks, peak_count, tolerance, candidates[i].line_of_peak);
  }
  qsort(candidates, count, sizeof *candidates, by_score);
  DAVY_GUARD(DavyTableCreate("phases", "Phases by score", phases_table));
  DAVY_GUARD(fill_phases(candidates, count, names, peak_count, *phases_table));
  DAVY_GUARD(DavyTableCreate("peaks", "Measured peaks", peaks_table));
  DAVY_GUARD(
      fill_peaks(candidates, count, patterns, names, peaks, peak_count, wavelength, *peaks_table));
done:
  if (error) {
    DavyTableDestroy(phases_table);
    DavyTableDestroy(peaks_table);
  }
  free(candidates);
  free(lines);
  return error;
}
