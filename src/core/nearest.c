/* "Did you mean": the known word nearest to one that was typed. */
#include "davy/yaml.h"

#include <string.h>

/* Levenshtein distance of words shorter than MOST; longer ones count as far apart. */
static size_t edit_distance(const char *a, const char *b) {
  enum { MOST = 64 };
  size_t m = strlen(a), n = strlen(b), row[MOST + 1];
  if (m > MOST || n > MOST) return MOST;
  for (size_t j = 0; j <= n; j++) row[j] = j;
  for (size_t i = 1; i <= m; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= n; j++) {
      size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
      if (above + 1 < best) best = above + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
      diagonal = above;
    }
  }
  return row[n];
}

const char *DavyNearestWord(const char *word, const char *const *known) {
  size_t length = strlen(word), limit = length / 3 > 1 ? length / 3 : 1, best = limit + 1;
  const char *nearest = NULL;
  for (; *known; known++) {
    size_t distance = edit_distance(word, *known);
    if (distance < best) {
      best = distance;
      nearest = *known;
    }
  }
  return nearest;
}
