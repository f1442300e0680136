/* What the benchmarks of the interface engine share. */
#ifndef DAVY_BENCH_INTERFACE_BENCH_H
#define DAVY_BENCH_INTERFACE_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "davy/error.h"

/* CPU time of this process, s: other programs on the machine disturb it least. */
static inline double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Largest memory of this process so far, bytes. */
static inline double peak_bytes(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * (double)usage.ru_maxrss;
}

static inline void must(DavyError error) {
  if (!error) return;
  fprintf(stderr, "%s\n", DavyErrorMessage());
  exit(1);
}

#endif
