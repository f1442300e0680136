/* How fast text is read and written: a record of a cycled cell is written as BDF and read back,
 * then the same numbers as a table with other names, units and a semicolon. Rows as argument.
 * Seconds of processor time: one core does it all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "davy/file.h"
#include "davy/record.h"
#include "davy/table.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Half an hour up, half an hour down, logged every second with the digits that instruments give. */
static DavyError make_record(size_t rows, DavyRecord **record) {
  DAVY_TRY(DavyRecordCreate(record));
  DAVY_TRY(DavyRecordReserve(*record, rows));
  double *time = DavyRecordMakeNumbers(*record, DAVY_TEST_TIME),
         *voltage = DavyRecordMakeNumbers(*record, DAVY_VOLTAGE),
         *current = DavyRecordMakeNumbers(*record, DAVY_CURRENT),
         *charge = DavyRecordMakeNumbers(*record, DAVY_NET_CAPACITY),
         *temperature = DavyRecordMakeNumbers(*record, DAVY_TEMPERATURE_T1);
  int32_t *index = DavyRecordMakeIntegers(*record, DAVY_RECORD_INDEX);
  DAVY_CHECK(time && voltage && current && charge && temperature && index, DAVY_ERR_MEMORY,
             "out of memory");
  for (size_t i = 0; i < rows; i++) {
    double phase = (double)(i % 3600) / 3600, up = phase < 0.5;
    time[i] = (double)i + (double)(i % 10) / 1000;
    voltage[i] = round(1e4 * (3.2 + 0.6 * fabs(phase - 0.5) + (up ? 0.05 : -0.05))) / 1e4;
    current[i] = (up ? 0.001 : -0.001) + (double)(i % 7) / 1e8;
    charge[i] = round(1e9 * (0.5 - fabs(phase - 0.5)) * 1e-3) / 1e9;
    temperature[i] = 25 + (double)(i % 50) / 100;
    index[i] = (int32_t)i + 1;
  }
  return DavyRecordSetRows(*record, rows);
}

static DavyError write_table(const DavyRecord *record, const char *path) {
  DavyOutput *output;
  DAVY_TRY(DavyOutputOpen(path, &output));
  FILE *file = DavyOutputFile(output);
  fputs("Rec;t/h;U/mV;I/mA;Q/mAh;T1 (degC)\n", file);
  for (size_t i = 0; i < DavyRecordRows(record); i++)
    fprintf(file, "%d;%.8f;%.1f;%.5f;%.6f;%.2f\n",
            (int)DavyRecordIntegers(record, DAVY_RECORD_INDEX)[i],
            DavyRecordNumbers(record, DAVY_TEST_TIME)[i] / 3600,
            1e3 * DavyRecordNumbers(record, DAVY_VOLTAGE)[i],
            1e3 * DavyRecordNumbers(record, DAVY_CURRENT)[i],
            1e3 * DavyRecordNumbers(record, DAVY_NET_CAPACITY)[i],
            DavyRecordNumbers(record, DAVY_TEMPERATURE_T1)[i]);
  return DavyOutputCommit(&output);
}

/* Best of five, as MB/s of text and rows per second. */
static DavyError time_reading(const char *what, const char *path) {
  DavyBytes bytes;
  double best = INFINITY;
  size_t rows = 0;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = DAVY_OK;
  for (int i = 0; !error && i < 5; i++) {
    DavyRecord *record = NULL;
    double start = now();
    error = DavyRecordReadMemory(bytes.data, bytes.size, NULL, &record);
    best = fmin(best, now() - start);
    if (!error) rows = DavyRecordRows(record);
    DavyRecordDestroy(&record);
  }
  if (!error)
    printf("%-16s %6.0f MB/s  %5.2f million rows/s\n", what, (double)bytes.size / 1e6 / best,
           (double)rows / 1e6 / best);
  DavyBytesClose(&bytes);
  return error;
}

static DavyError run(size_t rows, const char *bdf, const char *table) {
  DavyRecord *record = NULL;
  DavyError error = make_record(rows, &record);
  double start = now();
  if (!error) error = DavyRecordWriteBdf(record, bdf);
  double took = now() - start;
  if (!error) printf("%-16s %17.2f million rows/s\n", "BDF written", (double)rows / 1e6 / took);
  if (!error) error = write_table(record, table);
  DavyRecordDestroy(&record);
  if (!error) error = time_reading("BDF read", bdf);
  if (!error) error = time_reading("other CSV read", table);
  return error;
}

int main(int argc, char **argv) {
  long rows = argc > 1 ? atol(argv[1]) : 1000000;
  static const char bdf[] = "bench_text.bdf.csv", table[] = "bench_text.csv";
  DavyError error = run(rows > 0 ? (size_t)rows : 1, bdf, table);
  if (error) fprintf(stderr, "bench_text: %s\n", DavyErrorMessage());
  unlink(bdf);
  unlink(table);
  return DavyErrorExit(error);
}
