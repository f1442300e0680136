/* "Did you mean": the known word nearest to one that was typed. */
#include "davy/yaml.h"

#include <stdbool.h>
#include <string.h>

enum { MOST = 64 };

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Letters to change, leave out, put in, or swap with their neighbour (optimal string alignment), of
 * words of at most MOST letters; longer ones count as far apart. */
static size_t edit_distance(const char *a, const char *b) {
  size_t m = strlen(a), n = strlen(b), d[MOST + 1][MOST + 1];
  if (m > MOST || n > MOST) return MOST;
  for (size_t i = 0; i <= m; i++) d[i][0] = i;
  for (size_t j = 0; j <= n; j++) d[0][j] = j;
  for (size_t i = 1; i <= m; i++)
    for (size_t j = 1; j <= n; j++) {
      size_t changed = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      d[i][j] = least(changed, least(d[i - 1][j], d[i][j - 1]) + 1);
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[m][n];
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
