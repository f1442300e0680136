/* How fast instrument files are read: bench_records FILE...
 * Per file: the reader alone on the mapped file, the whole DavyRecordRead (hash, order, checks),
 * and for .ndax what inflating its members costs. Least CPU time of several runs; peak memory of
 * the process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <zip.h>

#include "record/reader.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
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
                     DavyError (*run)(const char *, size_t *), int counts_bytes) {
  double best = 1e30, begin = now();
  size_t count = 0;
  for (int i = 0; i < 200 && (i < 5 || now() - begin < 1); i++) {
    double start = now();
    if (run(path, &count)) {
      fprintf(stderr, "%s\n", DavyErrorMessage());
      return 1;
    }
    double took = now() - start;
    if (took < best) best = took;
  }
  printf("  %-12s %9.6f s %7.0f MB/s", what, best, size / best / 1e6);
  if (counts_bytes)
    printf(" %9zu bytes out\n", count);
  else
    printf(" %9zu rows %6.2f million rows/s\n", count, (double)count / best / 1e6);
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
    if (known) failed |= time_runs("reader", argv[i], size, run_reader, 0);
    if (known && is_zip) failed |= time_runs("inflate", argv[i], size, run_inflate, 1);
    failed |= time_runs("whole read", argv[i], size, run_whole, 0);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("  peak memory  %.0f MB\n", (double)usage.ru_maxrss / 1024);
  }
  return failed;
}
