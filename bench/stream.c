/* Memory bandwidth by the triad a = b + s c over arrays far larger than any cache, one thread:
 * what the bytes that a solver moves are to be compared with. Three arrays of 8 bytes an element
 * pass; that a is read before it is written is not counted, as usual. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void) {
  enum { N = 20 * 1000 * 1000, REPEATS = 10 };
  double *a = malloc(N * sizeof *a), *b = malloc(N * sizeof *b), *c = malloc(N * sizeof *c);
  double best = 1e30, check = 0;
  if (!a || !b || !c) return 1;
  for (size_t i = 0; i < N; i++) a[i] = 0, b[i] = (double)i, c[i] = 1;
  for (int k = 0; k < REPEATS; k++) {
    double start = now();
    for (size_t i = 0; i < N; i++) a[i] = b[i] + k * c[i];
    double took = now() - start;
    best = took < best ? took : best;
    check += a[N - 1];
  }
  printf("%-34s %.2f GB/s (check %g)\n", "triad, one core", 24e-9 * N / best, check);
  free(a);
  free(b);
  free(c);
  return 0;
}
