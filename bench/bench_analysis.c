/* Time and memory of the analysis of one million rows: cycles of 1000 rows, with the instrument's
 * steps and counters. Prints milliseconds of the processor (best of five) and the peak of resident
 * memory. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "davy/analysis.h"

static const size_t rows = 1000000, rows_per_half = 500;

static void fill(DavyRecord *record) {
  double *t = DavyRecordMakeNumbers(record, DAVY_TEST_TIME);
  double *v = DavyRecordMakeNumbers(record, DAVY_VOLTAGE);
  double *i = DavyRecordMakeNumbers(record, DAVY_CURRENT);
  double *clock = DavyRecordMakeNumbers(record, DAVY_STEP_TIME);
  double *in = DavyRecordMakeNumbers(record, DAVY_CHARGING_CAPACITY);
  double *out = DavyRecordMakeNumbers(record, DAVY_DISCHARGING_CAPACITY);
  int32_t *step = DavyRecordMakeIntegers(record, DAVY_STEP_COUNT);
  double counts[2] = {0, 0};
  for (size_t k = 0; k < rows; k++) {
    size_t half = k / rows_per_half, within = k % rows_per_half;
    double sign = half % 2 ? 1 : -1;
    t[k] = 10.0 * (double)k, clock[k] = 10.0 * (double)within;
    i[k] = sign * 1e-3, v[k] = sign * (0.05 + 1e-8 * (double)k);
    if (within) counts[half % 2] += 1e-3 * 10 / 3600;
    in[k] = counts[1], out[k] = counts[0], step[k] = (int32_t)half;
  }
}

int main(void) {
  DavyRecord *record = NULL;
  if (DavyRecordCreate(&record) || DavyRecordReserve(record, rows) ||
      DavyRecordSetRows(record, rows))
    return 1;
  fill(record);
  double best = 1e9;
  for (int k = 0; k < 5; k++) {
    struct timespec start, end;
    DavyAnalysis *analysis = NULL;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    if (DavyAnalyse(record, NULL, &analysis)) return 1;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double ms =
        1e3 * (double)(end.tv_sec - start.tv_sec) + 1e-6 * (double)(end.tv_nsec - start.tv_nsec);
    best = ms < best ? ms : best;
    DavyAnalysisDestroy(&analysis);
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("analysis of %zu rows: %.1f ms, peak %.0f MB with the record\n", rows, best,
         (double)usage.ru_maxrss / 1024);
  DavyRecordDestroy(&record);
  return 0;
}
