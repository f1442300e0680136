/* How fast instrument files are read: bench_records FILE...
 * Per file: the reader alone on the mapped file, the whole DavyRecordRead (hash, order, checks),
 * and for .ndax what inflating its members costs. Least CPU time of several runs; peak memory of
 * the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#include "record/reader.h"

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* MB that this program held at most. getrusage would count what its parent held before exec. */
static double peak_memory(void) {
  char line[128];
  long kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1) break;
  if (file) fclose(file);
  return (double)kilobytes / 1024;
}

static const DavyReader *reader_of(const DavyBytes *bytes) {
  static const DavyReader *const readers[] = {&davy_reader_nda, &davy_reader_ndax,
                                              &davy_reader_mpr};
  for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
    if (readers[i]->probe(bytes) >= 50) return readers[i];
  return NULL;
}

/* One run of the reader alone; the number of rows. */
static DavyError run_reader(const char *path, size_t *rows) {
  DavyBytes bytes;
  DavyRecord *record = NULL;
  DavyReadOptions options = {.name = path};
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  const DavyReader *reader = reader_of(&bytes);
  DavyError error = reader ? DavyRecordCreate(&record)
                           : DavyFail(DAVY_ERR_UNSUPPORTED, "%s: no binary format", path);
  if (!error) error = reader->read(&bytes, &options, record);
  if (!error) *rows = DavyRecordRows(record);
  DavyRecordDestroy(&record);
  DavyBytesClose(&bytes);
  return error;
}

static DavyError run_whole(const char *path, size_t *rows) {
  DavyRecord *record;
  DAVY_TRY(DavyRecordRead(path, NULL, &record));
  *rows = DavyRecordRows(record);
  DavyRecordDestroy(&record);
  return DAVY_OK;
}

/* Every member that the reader reads, inflated and thrown away. */
static DavyError run_inflate(const char *path, size_t *bytes) {
  static char buffer[1 << 16];
  zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
  DAVY_CHECK(zip, DAVY_ERR_FORMAT, "%s: not a zip", path);
  *bytes = 0;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
    const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
    if (strstr(name, "data_log") || strstr(name, "data_es") || !strstr(name, ".ndc")) continue;
    zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)i, 0);
    for (zip_int64_t got; file && (got = zip_fread(file, buffer, sizeof buffer)) > 0;)
      *bytes += (size_t)got;
    if (file) zip_fclose(file);
  }
  zip_discard(zip);
  return DAVY_OK;
}

static int time_runs(const char *what, const char *path, double size,
                     DavyError (*run)(const char *, size_t *), const char *counted) {
  double wall = 1e30, cpu = 1e30, begin = seconds(CLOCK_MONOTONIC);
  size_t count = 0;
  for (int i = 0; i < 200 && (i < 5 || seconds(CLOCK_MONOTONIC) - begin < 1); i++) {
    double start = seconds(CLOCK_MONOTONIC), start_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (run(path, &count)) {
      fprintf(stderr, "%s\n", DavyErrorMessage());
      return 1;
    }
    double took = seconds(CLOCK_MONOTONIC) - start;
    double took_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
    if (took < wall) wall = took;
    if (took_cpu < cpu) cpu = took_cpu;
  }
  printf("  %-10s %9.6f s, %9.6f s of CPU: %5.0f MB/s, %6.2f million %s/s\n", what, wall, cpu,
         size / cpu / 1e6, (double)count / cpu / 1e6, counted);
  return 0;
}

int main(int argc, char **argv) {
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    DavyBytes bytes;
    if (DavyBytesOpen(argv[i], &bytes)) {
      fprintf(stderr, "%s\n", DavyErrorMessage());
      return 1;
    }
    double size = (double)bytes.size;
    int is_zip = bytes.size > 2 && memcmp(bytes.data, "PK", 2) == 0, known = !!reader_of(&bytes);
    DavyBytesClose(&bytes);
    printf("%s: %.1f MB\n", argv[i], size / 1e6);
    if (known) failed |= time_runs("reader", argv[i], size, run_reader, "rows");
    if (known && is_zip) failed |= time_runs("inflate", argv[i], size, run_inflate, "bytes");
    failed |= time_runs("whole read", argv[i], size, run_whole, "rows");
    printf("  peak memory %.0f MB\n", peak_memory());
  }
  return failed;
}
