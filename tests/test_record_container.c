/* Wrapped files, made here with zlib and libzip: what is inside is found by content. */
#include "record_text.h"

#include <zip.h>
#include <zlib.h>

static const char table[] = "Test Time / s,Voltage / V,Current / A\n0,3.5,0.1\n1,3.6,0.1\n";

/* Bytes in memory that a test makes and frees. */
typedef struct {
  unsigned char *data;
  size_t size;
} Bytes;

static Bytes gzip_of(const void *data, size_t size) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  size_t room = deflateBound(&z, size);
  Bytes packed = {malloc(room), 0};
  z.next_in = (unsigned char *)(uintptr_t)data;
  z.avail_in = (uInt)size;
  z.next_out = packed.data;
  z.avail_out = (uInt)room;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  packed.size = z.total_out;
  deflateEnd(&z);
  return packed;
}

static Bytes file_bytes(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  Bytes bytes = {malloc(1 << 22), 0};
  bytes.size = fread(bytes.data, 1, 1 << 22, file);
  fclose(file);
  return bytes;
}

/* Pairs of member name and text, ended by NULL. */
static Bytes zip_of(const char *const *members) {
  const char *path = "test_container.zip";
  int why;
  zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
  assert_non_null(archive);
  for (; *members; members += 2)
    zip_file_add(archive, members[0], zip_source_buffer(archive, members[1], strlen(members[1]), 0),
                 ZIP_FL_ENC_UTF_8);
  assert_int_equal(zip_close(archive), 0);
  Bytes bytes = file_bytes(path);
  unlink(path);
  return bytes;
}

static DavyError read_bytes(Bytes bytes, const char *member, DavyRecord **record) {
  DavyReadOptions options = {.member = member};
  return DavyRecordReadMemory(bytes.data, bytes.size, &options, record);
}

static void expect_table(Bytes bytes, const char *member) {
  DavyRecord *r = NULL;
  DavyError error = read_bytes(bytes, member, &r);
  if (error) print_error("%s\n", DavyErrorMessage());
  assert_int_equal(error, DAVY_OK);
  EXPECT_NUMBERS(r, DAVY_VOLTAGE, 3.5, 3.6);
  DavyRecordDestroy(&r);
}

static void gzip_once_twice_and_in_parts(void **state) {
  (void)state;
  Bytes once = gzip_of(table, sizeof table - 1), twice = gzip_of(once.data, once.size);
  expect_table(once, NULL);
  expect_table(twice, NULL);
  Bytes head = gzip_of(table, 40), tail = gzip_of(table + 40, sizeof table - 41);
  Bytes both = {malloc(head.size + tail.size), head.size + tail.size};
  memcpy(both.data, head.data, head.size);
  memcpy(both.data + head.size, tail.data, tail.size);
  expect_table(both, NULL);
  free(once.data), free(twice.data), free(head.data), free(tail.data), free(both.data);
}

static void gzip_that_breaks_off_keeps_sound_rows(void **state) {
  (void)state;
  char text[40000] = "Test Time / s,Voltage / V,Current / A\n";
  size_t length = strlen(text);
  for (int i = 0; i < 1000; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "%d,%.6f,%.9f\n", i,
                               3 + sin(i * i), 0.001 * cos(3 * i * i));
  Bytes packed = gzip_of(text, length);
  DavyRecord *r = NULL;
  Bytes half = {packed.data, packed.size / 2};
  assert_int_equal(read_bytes(half, NULL, &r), DAVY_OK);
  assert_in_range(DavyRecordRows(r), 300, 700);
  expect_warning(r, "The gzip stream breaks off");
  DavyRecordDestroy(&r);
  packed.data[packed.size / 2] ^= 0x55;
  DavyError error = read_bytes(packed, NULL, &r);
  if (!error) expect_warning(r, "damaged");
  DavyRecordDestroy(&r);
  free(packed.data);
}

static void zip_with_one_readable_member(void **state) {
  (void)state;
  Bytes zip = zip_of((const char *const[]){"notes/readme.txt", "made on Monday\n",
                                           "__MACOSX/._a.csv", "x", "data/cell.csv", table, NULL});
  expect_table(zip, NULL);
  Bytes packed = gzip_of(zip.data, zip.size);
  expect_table(packed, NULL);
  free(zip.data), free(packed.data);
}

static void zip_with_several_asks_for_one(void **state) {
  (void)state;
  Bytes zip = zip_of((const char *const[]){"a.csv", table, "sub/b.csv", table, NULL});
  DavyRecord *r = NULL;
  assert_int_equal(read_bytes(zip, NULL, &r), DAVY_ERR_VALUE);
  assert_non_null(strstr(DavyErrorMessage(), "a.csv, sub/b.csv"));
  assert_int_equal(read_bytes(zip, "c.csv", &r), DAVY_ERR_LOOKUP);
  expect_table(zip, "sub/b.csv");
  expect_table(zip, "b.csv");
  free(zip.data);
}

static void a_cut_zip_is_refused_with_the_reason(void **state) {
  (void)state;
  Bytes zip = zip_of((const char *const[]){"a.csv", table, NULL});
  zip.size -= 30;
  DavyRecord *r = NULL;
  assert_int_equal(read_bytes(zip, NULL, &r), DAVY_ERR_FORMAT);
  assert_non_null(strstr(DavyErrorMessage(), "cut off"));
  free(zip.data);
}

/* 300 MB of zeros in 300 kB: gzip members put behind each other, each a megabyte when inflated. */
static void a_bomb_is_refused(void **state) {
  (void)state;
  enum { MEMBERS = 300, MEGABYTE = 1 << 20 };
  unsigned char *zeros = calloc(1, MEGABYTE);
  Bytes member = gzip_of(zeros, MEGABYTE);
  Bytes bomb = {malloc(MEMBERS * member.size), MEMBERS * member.size};
  for (size_t i = 0; i < MEMBERS; i++)
    memcpy(bomb.data + i * member.size, member.data, member.size);
  DavyRecord *r = NULL;
  assert_int_equal(read_bytes(bomb, NULL, &r), DAVY_ERR_FORMAT);
  assert_non_null(strstr(DavyErrorMessage(), "inflates to more than 256 MB"));
  free(zeros), free(member.data), free(bomb.data);
}

static void formats_known_by_sight_are_named(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t size;
    const char *words;
  } cases[] = {
      {"\0\1\0\0Standard Jet DB\0", 20, "Jet 4"},
      {"PAR1\x15\x04\0\0", 8, "Parquet"},
      {"\x89HDF\r\n\x1a\n\0\0", 10, "HDF5"},
      {"\x7f\x45LF\2\1\1\0\0\0", 10, "begins with the bytes 7f 45"},
      {"\xff\xfet\0i\0m\0e\0", 10, "UTF-16"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    DavyRecord *r = NULL;
    DavyError error = DavyRecordReadMemory(cases[i].bytes, cases[i].size, NULL, &r);
    assert_int_equal(error, DAVY_ERR_UNSUPPORTED);
    if (!strstr(DavyErrorMessage(), cases[i].words)) fail_msg("%s", DavyErrorMessage());
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gzip_once_twice_and_in_parts),
      cmocka_unit_test(gzip_that_breaks_off_keeps_sound_rows),
      cmocka_unit_test(zip_with_one_readable_member),
      cmocka_unit_test(zip_with_several_asks_for_one),
      cmocka_unit_test(a_cut_zip_is_refused_with_the_reason),
      cmocka_unit_test(a_bomb_is_refused),
      cmocka_unit_test(formats_known_by_sight_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
