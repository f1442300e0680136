/* Time of one powder pattern, and its lines as JSON, for bench/diffraction_peer.py:
 * bench_diffraction FILE.cif. Structure already expanded, as the peer's is. */
#include <math.h>
#include <stdio.h>
#include <time.h>
#include "davy/diffraction.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The best of five batches, s for one pattern. */
static double time_pattern(const DavyCrystal *crystal, const DavyDiffractionOptions *options) {
  enum { BATCHES = 5, REPEATS = 20 };
  double best = INFINITY;
  for (int b = 0; b < BATCHES; b++) {
    double start = now();
    for (int i = 0; i < REPEATS; i++) {
      DavyPattern *pattern = NULL;
      if (DavyPatternCompute(crystal, options, &pattern)) return NAN;
      DavyPatternDestroy(&pattern);
    }
    best = fmin(best, (now() - start) / REPEATS);
  }
  return best;
}

int main(int argc, char **argv) {
  DavyCrystal *crystal = NULL;
  DavyPattern *pattern = NULL;
  DavyDiffractionOptions options = DavyDiffractionOptionsDefault();
  options.two_theta_min = 5 * M_PI / 180;
  if (argc != 2 || DavyRadiationFind("1.54056 angstrom", &options.radiation) ||
      DavyCrystalFromCif(argv[1], &crystal) || DavyPatternCompute(crystal, &options, &pattern)) {
    fprintf(stderr, "bench_diffraction FILE.cif: %s\n", DavyErrorMessage());
    return 1;
  }
  printf("{\"seconds\": %.6e, \"lines\": [", time_pattern(crystal, &options));
  for (size_t i = 0; i < DavyPatternCount(pattern); i++) {
    DavyLine l = DavyPatternLine(pattern, i);
    printf("%s[%.6f, %.8f]", i ? ", " : "", l.two_theta * 180 / M_PI, l.intensity);
  }
  puts("]}");
  DavyPatternDestroy(&pattern);
  DavyCrystalDestroy(&crystal);
  return 0;
}
