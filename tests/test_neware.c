/* Neware readers on small files made here, byte by byte from the formats' description: every
 * version, broken and hostile files. The samples (test_neware_samples.c) cover what real files do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka wants the four above first
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "record/reader.h"

/* ---- Bytes ---- */

static void put(unsigned char *p, uint64_t value, int width) {
  for (int i = 0; i < width; i++) p[i] = (unsigned char)(value >> (8 * i));
}

static void put_float(unsigned char *p, float value) {
  memcpy(p, &value, sizeof value); /* tests run on little-endian machines */
}

static void put_text(unsigned char *p, const char *text) {
  memcpy(p, text, strlen(text));
}

static DavyError read_with(const DavyReader *reader, const unsigned char *data, size_t size,
                           DavyRecord **record) {
  unsigned char *copy = malloc(size ? size : 1); /* exact size: a sanitizer sees reads beyond it */
  memcpy(copy, data, size);
  DavyBytes bytes = {copy, size, DAVY_BYTES_BORROWED};
  DavyReadOptions options = {.name = "cell"};
  assert_int_equal(DavyRecordCreate(record), DAVY_OK);
  DavyError error = reader->read(&bytes, &options, *record);
  free(copy);
  if (error) DavyRecordDestroy(record);
  return error;
}

static DavyRecord *read_good(const DavyReader *reader, const unsigned char *data, size_t size) {
  DavyRecord *record;
  if (read_with(reader, data, size, &record)) fail_msg("%s", DavyErrorMessage());
  return record;
}

static double number(const DavyRecord *record, DavyColumn column, size_t row) {
  const double *data = DavyRecordNumbers(record, column);
  return data ? data[row] : NAN;
}

static int integer(const DavyRecord *record, DavyColumn column, size_t row) {
  const int32_t *data = DavyRecordIntegers(record, column);
  return data ? data[row] : DAVY_NO_INTEGER;
}

static double extra(const DavyRecord *record, const char *name, size_t row) {
  for (size_t i = 0; i < DavyRecordExtraCount(record); i++)
    if (strcmp(DavyRecordExtraName(record, i), name) == 0) return DavyRecordExtra(record, i)[row];
  return NAN;
}

static bool warned(const DavyRecord *record, const char *words) {
  for (size_t i = 0; i < DavyRecordWarnings(record); i++)
    if (strstr(DavyRecordWarning(record, i), words)) return true;
  return false;
}

/* A double that was divided out of an integer is within its own rounding of the decimal. */
#define ASSERT_NEAR(actual, expected)                                                              \
  assert_true(fabs((actual) - (expected)) <= 1e-12 * fabs((double)(expected)) + 1e-15)
/* One that was a 32-bit float. */
#define ASSERT_SINGLE(actual, expected)                                                            \
  assert_true(fabs((actual) - (expected)) <= 1e-7 * fabs((double)(expected)) + 1e-15)

/* ---- .nda, versions 1 to 29 ---- */

/* Where a version keeps a field: -1 if it has none. */
typedef struct {
  int version, size, id, id_value, index, cycle, first_cycle;
  int step, step_width, type, jump, time, time_width, ticks;
  int voltage, current, charge, discharge, charge_energy, discharge_energy, capacity_width;
  int clock, clock_width; /* 7: a date */
  int range;
} Version;

/* clang-format off */
static const Version versions[] = {
  /* v  size id  value ix  cy 1st st w  ty  jump t  w  ticks  V  I   Qc  Qd  Ec  Ed w  clock  range */
  { 1,  38, -1,    0,  0,  4, 0,  8, 1,  9, -1, 10, 4,    1, 14, 18, 30, -1, -1, -1, 8, -1, 0, -1},
  { 2,  39,  0,    0, -1,  5, 1, 10, 1,  9, -1, 11, 4,    1, 15, 19, 31, -1, -1, -1, 8, -1, 0, -1},
  { 3,  43,  0, 0x55,  1,  5, 0,  9, 1, 10, -1, 11, 4,    1, 15, 19, 31, -1, -1, -1, 8, -1, 0, -1},
  { 4,  43,  0,    0,  1,  5, 0,  9, 1, 10, -1, 11, 4,    1, 15, 19, 31, -1, -1, -1, 8, -1, 0, -1},
  { 5,  59,  0,    0,  1,  5, 0,  9, 1, 10, -1, 11, 4,    1, 15, 19, 31, -1, 39, -1, 8, 47, 8, -1},
  { 6,  59,  0,    0,  1,  5, 1,  9, 1, 10, -1, 11, 4,    1, 15, 19, 31, -1, 39, -1, 8, 47, 8, -1},
  { 7,  59,  0, 0x55,  1,  5, 0,  9, 1, 10, -1, 11, 4,    1, 15, 19, 31, -1, 39, -1, 8, 47, 8, -1},
  { 8,  59,  0,    0,  1,  5, 1,  9, 1, 10, -1, 11, 4,    1, 15, 19, 31, -1, 39, -1, 8, 47, 8, -1},
  { 9,  60,  0, 0x55,  2,  6, 0, 10, 1, 11, -1, 12, 4,    1, 16, 20, 32, -1, 40, -1, 8, 48, 8, -1},
  {10,  64,  0, 0x55,  2,  6, 0, 10, 1, 11, -1, 12, 8,    1, 20, 24, 36, -1, 44, -1, 8, 52, 8, -1},
  {11,  69,  0, 0x55,  2,  6, 0, 10, 2, 12, -1, 13, 8, 1000, 21, 25, 37, -1, 45, -1, 8, 53, 8, 61},
  {15,  69,  0, 0x55,  2,  6, 0, 10, 2, 12, -1, 13, 8, 1000, 21, 25, 37, -1, 45, -1, 8, 53, 8, 61},
  {18,  69,  0, 0x55,  2,  6, 0, 10, 2, 12, -1, 13, 8, 1000, 21, 25, 37, -1, 45, -1, 8, 53, 8, 61},
  {14,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 8, 78},
  {17,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 8, 78},
  {19,  68,  0, 0x55,  8, 12, 0, 16, 2, 18, 20, 24, 4,    1, 28, 32, 44, 48, 52, 56, 4, 60, 4, -1},
  {22,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 8, 78},
  {23,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 8, 78},
  {24,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 8, 78},
  {25,  70,  0, 0x55,  2,  6, 0, 10, 2, 12, 65, 13, 8, 1000, 21, 25, 37, -1, 45, -1, 8, 53, 8, 61},
  {26,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 7, 78},
  {27,  70,  0, 0x55,  2,  6, 0, 10, 2, 12, 65, 13, 8, 1000, 21, 25, 37, -1, 45, -1, 8, 53, 8, 61},
  {28,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 7, 78},
  {29,  86,  0, 0x55,  2,  6, 0, 10, 2, 12, 13, 14, 8, 1000, 22, 26, 38, 46, 54, 62, 8, 70, 7, 78},
};
/* clang-format on */

static const Version *version_of(int version) {
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
    if (versions[i].version == version) return &versions[i];
  return NULL;
}

/* One row in people's units, at range 10 mA: one count is 1 uA. */
typedef struct {
  int index, cycle, step, type, jump, seconds, millivolts, microamperes;
  int charge, energy; /* uA s, uW s, of the direction of the current */
} Row;

enum { RECORDS = 200 };             /* where the files made here keep their records */
static const int noon = 1600000000; /* 2020-09-13 12:26:40 UTC */

static void put_row(unsigned char *p, const Version *v, const Row *row) {
  memset(p, 0, (size_t)v->size);
  bool charging = row->microamperes >= 0;
  if (v->id >= 0) p[v->id] = (unsigned char)v->id_value;
  if (v->index >= 0) put(p + v->index, (uint64_t)row->index, 4);
  put(p + v->cycle, (uint64_t)(row->cycle - 1 + v->first_cycle), 4);
  put(p + v->step, (uint64_t)row->step, v->step_width);
  put(p + v->type, (uint64_t)row->type, 1);
  if (v->jump >= 0) put(p + v->jump, (uint64_t)row->jump, 1);
  put(p + v->time, (uint64_t)row->seconds * (uint64_t)v->ticks, v->time_width);
  put(p + v->voltage, (uint64_t)row->millivolts * 10, 4);
  put(p + v->current, (uint64_t)row->microamperes, 4);
  int charge = v->discharge >= 0 && !charging ? v->discharge : v->charge;
  int energy = v->discharge_energy >= 0 && !charging ? v->discharge_energy : v->charge_energy;
  put(p + charge, (uint64_t)row->charge, v->capacity_width);
  if (energy >= 0) put(p + energy, (uint64_t)row->energy, v->capacity_width);
  if (v->range >= 0) put(p + v->range, 10, 4);
  if (v->clock_width == 7) {
    put(p + v->clock, 2020, 2);
    p[v->clock + 2] = 9, p[v->clock + 3] = 13, p[v->clock + 4] = 12, p[v->clock + 5] = 26;
    p[v->clock + 6] = 40;
  } else if (v->clock >= 0)
    put(p + v->clock, (uint64_t)noon, v->clock_width);
}

/* Header, device at 96 (range 10 mA), records at RECORDS. */
static void put_header(unsigned char *p, const Version *v, size_t length) {
  memset(p, 0, RECORDS);
  put_text(p, "NEWARE20200913");
  p[14] = (unsigned char)v->version;
  put(p + 16, 96, 4);
  put(p + 96 + 26, 10, 4);
  put(p + 64, RECORDS, 4);
  put(p + 68, length, 4);
}

static size_t make_nda(unsigned char *p, const Version *v, const Row *rows, size_t count) {
  put_header(p, v, count * (size_t)v->size);
  for (size_t i = 0; i < count; i++) put_row(p + RECORDS + i * (size_t)v->size, v, &rows[i]);
  return RECORDS + count * (size_t)v->size;
}

static const Row three_rows[] = {{1, 1, 1, 1, 1, 0, 3000, 1000, 0, 0},
                                 {2, 1, 1, 1, 1, 10, 3100, 1000, 10000, 31000},
                                 {3, 2, 2, 2, 2, 20, 2900, -2000, 36000, 108000}};

static void hold_three_rows(const DavyRecord *r, const Version *v) {
  assert_int_equal(DavyRecordRows(r), 3);
  for (size_t i = 0; i < 3; i++) {
    const Row *row = &three_rows[i];
    bool charging = row->microamperes >= 0;
    assert_int_equal(integer(r, DAVY_RECORD_INDEX, i), row->index);
    assert_int_equal(integer(r, DAVY_CYCLE_COUNT, i), row->cycle);
    assert_int_equal(integer(r, DAVY_STEP_ID, i), row->step);
    assert_int_equal(integer(r, DAVY_STEP_COUNT, i), row->step);
    assert_int_equal(integer(r, DAVY_STEP_TYPE, i),
                     charging ? DAVY_STEP_CC_CHARGE : DAVY_STEP_CC_DISCHARGE);
    ASSERT_NEAR(number(r, DAVY_VOLTAGE, i), row->millivolts / 1e3);
    ASSERT_NEAR(number(r, DAVY_CURRENT, i), row->microamperes / 1e6);
    ASSERT_NEAR(number(r, DAVY_STEP_TIME, i), row->seconds);
    ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, i), charging ? row->charge / 3.6e9 : 0);
    ASSERT_NEAR(number(r, DAVY_STEP_DISCHARGING_CAPACITY, i), charging ? 0 : row->charge / 3.6e9);
    assert_true(DavyRecordHas(r, DAVY_STEP_CHARGING_ENERGY) == (v->charge_energy >= 0));
    if (v->charge_energy >= 0) {
      ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_ENERGY, i), charging ? row->energy / 3.6e9 : 0);
      ASSERT_NEAR(number(r, DAVY_STEP_DISCHARGING_ENERGY, i), charging ? 0 : row->energy / 3.6e9);
    }
    assert_true(DavyRecordHas(r, DAVY_UNIX_TIME) == (v->clock >= 0));
    if (v->clock >= 0) ASSERT_NEAR(number(r, DAVY_UNIX_TIME, i), noon);
  }
  ASSERT_NEAR(number(r, DAVY_TEST_TIME, 2), 10 + 20);
}

static void every_nda_version(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86];
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
    const Version *v = &versions[i];
    size_t size = make_nda(file, v, three_rows, 3);
    if (v->version == 1) file[RECORDS + 2 * v->size + v->type] = 4; /* its number for CC_DChg */
    DavyRecord *record = read_good(&davy_reader_nda, file, size);
    hold_three_rows(record, v);
    DavyRecordDestroy(&record);
  }
}

static void unknown_version_is_named(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86];
  size_t size = make_nda(file, version_of(29), three_rows, 3);
  file[14] = 77;
  DavyRecord *record;
  assert_int_equal(read_with(&davy_reader_nda, file, size, &record), DAVY_ERR_UNSUPPORTED);
  assert_non_null(strstr(DavyErrorMessage(), "version 77"));
}

/* A loop around one step, no other step between: the jump byte changes, step and cycle need not. */
static void looped_step_goes_on(void **state) {
  (void)state;
  unsigned char file[RECORDS + 6 * 86];
  Row rows[6];
  for (int i = 0; i < 6; i++)
    rows[i] = (Row){i + 1, 1, 3, 17, i / 2 + 1, 10 * (i % 2) + 1, 3000, 1000, 0, 0};
  size_t size = make_nda(file, version_of(29), rows, 6);
  DavyRecord *record = read_good(&davy_reader_nda, file, size);
  const double expected[] = {1, 11, 12, 22, 23, 33};
  for (size_t i = 0; i < 6; i++) {
    ASSERT_NEAR(number(record, DAVY_TEST_TIME, i), expected[i]);
    assert_int_equal(integer(record, DAVY_STEP_COUNT, i), (int)i / 2 + 1);
    assert_int_equal(integer(record, DAVY_STEP_TYPE, i), DAVY_STEP_SIMULATION);
  }
  DavyRecordDestroy(&record);
  rows[1].jump = 2; /* a loop that ends later than the next is recorded: only the byte tells */
  size = make_nda(file, version_of(29), rows, 2);
  record = read_good(&davy_reader_nda, file, size);
  assert_int_equal(integer(record, DAVY_STEP_COUNT, 1), 2);
  ASSERT_NEAR(number(record, DAVY_TEST_TIME, 1), 12);
  DavyRecordDestroy(&record);
  rows[1].jump = 1;
  /* and where a version has no jump byte, the clock of the step tells */
  size = make_nda(file, version_of(9), rows, 6);
  record = read_good(&davy_reader_nda, file, size);
  for (size_t i = 0; i < 6; i++) ASSERT_NEAR(number(record, DAVY_TEST_TIME, i), expected[i]);
  DavyRecordDestroy(&record);
}

static void rows_are_sorted_and_unique(void **state) {
  (void)state;
  unsigned char file[RECORDS + 5 * 86];
  Row rows[5] = {three_rows[0], three_rows[2], three_rows[1], three_rows[1], three_rows[2]};
  size_t size = make_nda(file, version_of(29), rows, 5);
  DavyRecord *record = read_good(&davy_reader_nda, file, size);
  hold_three_rows(record, version_of(29));
  assert_true(warned(record, "sorted, and 2 with the index"));
  DavyRecordDestroy(&record);
  Row again[4] = {three_rows[0], three_rows[1], three_rows[1], three_rows[2]};
  size = make_nda(file, version_of(29), again, 4);
  record = read_good(&davy_reader_nda, file, size);
  hold_three_rows(record, version_of(29));
  DavyRecordDestroy(&record);
}

/* Counts per ampere by the size of the range, as public readers list them for each range. */
static void ranges_scale_current(void **state) {
  (void)state;
  static const struct {
    int range;
    double milliampere;
    bool known;
  } ranges[] = {{1, 1e-4, true},      {5, 1e-4, true},           {10, 1e-3, true},
                {100, 1e-2, true},    {500, 1e-2, true},         {1000, 1e-1, true},
                {200000, 1e-1, true}, {-1, 1e-5, true},          {-10, 1e-4, true},
                {-500, 1e-3, true},   {-1000, 1e-2, true},       {-200000, 1e-2, true},
                {7, 1e-4, false},     {-100000000, 1e-6, false}, {777, 1e-2, false}};
  unsigned char file[RECORDS + 3 * 86];
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    size_t size = make_nda(file, version_of(29), three_rows, 3);
    for (int k = 0; k < 3; k++) put(file + RECORDS + 86 * k + 78, (uint64_t)ranges[i].range, 4);
    DavyRecord *record = read_good(&davy_reader_nda, file, size);
    ASSERT_NEAR(number(record, DAVY_CURRENT, 2), -2000 * ranges[i].milliampere / 1e3);
    ASSERT_NEAR(number(record, DAVY_STEP_DISCHARGING_CAPACITY, 2),
                36000 * ranges[i].milliampere / 3.6e6);
    assert_int_equal(warned(record, "is not a known one"), !ranges[i].known);
    DavyRecordDestroy(&record);
  }
  size_t size = make_nda(file, version_of(29), three_rows, 3); /* 0: the header's range counts */
  for (int k = 0; k < 3; k++) put(file + RECORDS + 86 * k + 78, 0, 4);
  put(file + 96 + 26, 100, 4);
  DavyRecord *record = read_good(&davy_reader_nda, file, size);
  ASSERT_NEAR(number(record, DAVY_CURRENT, 2), -2000 * 1e-2 / 1e3);
  DavyRecordDestroy(&record);
}

static void unknown_step_type_is_named(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86];
  size_t size = make_nda(file, version_of(29), three_rows, 3);
  file[RECORDS + 86 + 12] = 99;
  DavyRecord *record = read_good(&davy_reader_nda, file, size);
  assert_int_equal(DavyRecordRows(record), 3);
  assert_int_equal(integer(record, DAVY_STEP_TYPE, 1), DAVY_STEP_UNKNOWN);
  assert_true(warned(record, "Step type 99"));
  DavyRecordDestroy(&record);
}

/* Version 29 with an auxiliary record behind each data record, version 22 with them in a block of
 * their own; channel 7 is beyond BDF's five, channel 2 has no voltage. */
static void put_aux(unsigned char *p, int channel, int index, int tenths, int volts) {
  memset(p, 0, 86);
  p[0] = 0x65;
  p[1] = (unsigned char)channel;
  put(p + 2, (uint64_t)index, 4);
  put(p + 22, (uint64_t)(volts * 10000), 4);
  put(p + 34, (uint64_t)tenths, 2);
}

static void hold_aux(DavyRecord *record) {
  assert_int_equal(DavyRecordRows(record), 3);
  for (size_t i = 0; i < 3; i++) {
    ASSERT_NEAR(number(record, DAVY_TEMPERATURE_T2, i), -5 + (double)i);
    ASSERT_NEAR(extra(record, "temperature_t7_celsius", i), 30.1);
    ASSERT_NEAR(extra(record, "aux_voltage_v7_volt", i), (double)i); /* 0 first: filled in */
  }
  assert_int_equal(DavyRecordExtraCount(record), 2);
  assert_int_equal(DavyRecordWarnings(record), 0);
  DavyRecordDestroy(&record);
}

static void aux_records(void **state) {
  (void)state;
  unsigned char file[RECORDS + 9 * 86], aux[6 * 86];
  const Version *v = version_of(29);
  put_header(file, v, 9 * 86);
  for (int i = 0; i < 3; i++) {
    put_row(file + RECORDS + 3 * i * 86, v, &three_rows[i]);
    put_aux(file + RECORDS + (3 * i + 1) * 86, 2, i + 1, -50 + 10 * i, 0);
    put_aux(file + RECORDS + (3 * i + 2) * 86, 7, i + 1, 301, i);
    memcpy(aux + 2 * i * 86, file + RECORDS + (3 * i + 1) * 86, 2 * 86);
  }
  hold_aux(read_good(&davy_reader_nda, file, sizeof file));
  size_t size = make_nda(file, version_of(22), three_rows, 3);
  memcpy(file + size, aux, sizeof aux);
  put(file + 72, size, 4);
  put(file + 76, sizeof aux, 4);
  hold_aux(read_good(&davy_reader_nda, file, size + sizeof aux));
}

static void header_texts_and_mass(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86 + 503] = {0};
  size_t size = make_nda(file, version_of(29), three_rows, 3);
  put(file + 24, size, 4);
  put(file + 28, 503, 4);
  put_text(file + size + 227, " \xb2\xe2\xca\xd4 cell"); /* GB 2312 for "test" */
  put_text(file + size + 343, "B-17");
  put(file + 152, 12345, 4); /* ug */
  DavyRecord *record = read_good(&davy_reader_nda, file, size + 503);
  assert_string_equal(DavyRecordInfo(record, "comment"), "\xe6\xb5\x8b\xe8\xaf\x95 cell");
  assert_string_equal(DavyRecordInfo(record, "barcode"), "B-17");
  assert_string_equal(DavyRecordInfo(record, "start_time"), "2020-09-13T12:26:40");
  ASSERT_NEAR(atof(DavyRecordInfo(record, "mass_kg")), 12.345e-6);
  DavyRecordDestroy(&record);
}

/* ---- .nda, broken ---- */

/* Cut off after every byte: an error that names a place, or all whole records and a warning. */
static void truncated_nda(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86];
  size_t size = make_nda(file, version_of(29), three_rows, 3);
  for (size_t cut = 0; cut < size; cut++) {
    DavyRecord *record;
    if (read_with(&davy_reader_nda, file, cut, &record)) {
      assert_true(cut < RECORDS + 86);
      assert_non_null(strstr(DavyErrorMessage(), "byte"));
      continue;
    }
    assert_int_equal(DavyRecordRows(record), (cut - RECORDS) / 86);
    assert_true(warned(record, "cut off at byte"));
    DavyRecordDestroy(&record);
  }
}

static void damaged_records_are_left_out(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86];
  size_t size = make_nda(file, version_of(29), three_rows, 3);
  memset(file + RECORDS + 86 + 2, 0xff, 20); /* index and time of the second */
  file[RECORDS] = 0x33;                      /* no known kind */
  DavyRecord *record = read_good(&davy_reader_nda, file, size);
  assert_int_equal(DavyRecordRows(record), 1);
  assert_int_equal(integer(record, DAVY_RECORD_INDEX, 0), 3);
  assert_true(warned(record, "Byte 286: first of 1 damaged"));
  assert_true(warned(record, "unknown kind (0x33)"));
  DavyRecordDestroy(&record);
}

/* A header whose pointer leads nowhere: records are found by their look. */
static void lost_pointer(void **state) {
  (void)state;
  unsigned char file[RECORDS + 3 * 86];
  size_t size = make_nda(file, version_of(29), three_rows, 3);
  put(file + 64, 0xffffff, 4);
  DavyRecord *record = read_good(&davy_reader_nda, file, size);
  hold_three_rows(record, version_of(29));
  DavyRecordDestroy(&record);
  memset(file + RECORDS, 0, size - RECORDS);
  assert_int_equal(read_with(&davy_reader_nda, file, size, &record), DAVY_ERR_FORMAT);
}

/* ---- BTS 9 ---- */

enum { SECTION = 1024 };

static void put_bts9_header(unsigned char *p, size_t begin, size_t length) {
  memset(p, 0, SECTION);
  put_text(p, "NEWARE");
  p[14] = 130;
  put(p + 82, begin, 8);
  put(p + 90, length, 8);
}

static void put_bts90(unsigned char *p, int index, float milliamperes) {
  memset(p, 0, 88);
  put(p, 0x07005012, 4);
  p[4] = 0x55;
  p[9] = (unsigned char)index; /* a step of its own each */
  p[10] = milliamperes < 0 ? 2 : 1;
  put(p + 16, (uint64_t)index, 4);
  put(p + 28, 1500000, 8); /* us */
  put_float(p + 36, 3.25f);
  put_float(p + 40, milliamperes);
  put_float(p + (milliamperes < 0 ? 60 : 52), milliamperes); /* mA s, discharge negative */
  put_float(p + (milliamperes < 0 ? 64 : 56), milliamperes * 3.25f);
  put(p + 68, UINT64_C(1600000000250000), 8);
}

static void bts90(void **state) {
  (void)state;
  unsigned char file[SECTION + 4 * 88];
  put_bts9_header(file, SECTION, 4 * 88);
  for (int i = 0; i < 4; i++) put_bts90(file + SECTION + 88 * i, i + 1, i % 2 ? -7200 : 3600);
  DavyRecord *r = read_good(&davy_reader_nda, file, sizeof file);
  assert_int_equal(DavyRecordRows(r), 4);
  ASSERT_NEAR(number(r, DAVY_TEST_TIME, 3), 6);
  ASSERT_NEAR(number(r, DAVY_CURRENT, 1), -7.2);
  ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, 0), 1e-3);
  ASSERT_NEAR(number(r, DAVY_STEP_DISCHARGING_CAPACITY, 1), 2e-3);
  ASSERT_NEAR(number(r, DAVY_STEP_DISCHARGING_ENERGY, 1), 6.5e-3);
  ASSERT_NEAR(number(r, DAVY_UNIX_TIME, 0), 1600000000.25);
  assert_int_equal(integer(r, DAVY_CYCLE_COUNT, 1), 1); /* none in the file: a charge behind a */
  assert_int_equal(integer(r, DAVY_CYCLE_COUNT, 2), 2); /* discharge opens the next */
  DavyRecordDestroy(&r);
}

/* size 52, 56: cycle 36, clock 44, temperature 52; size 60: clock 36, temperature 48, cycle 52. */
static void put_bts91(unsigned char *p, int size, int index, int step, float capacity) {
  bool late = size == 60;
  memset(p, 0, (size_t)size);
  p[0] = 0x55, p[1] = 0x06, p[2] = (unsigned char)step, p[3] = capacity < 0 ? 2 : 1;
  put(p + 8, (uint64_t)index, 4);
  put(p + 12, (uint64_t)index, 4);
  put(p + 16, 500000000, 4);
  put_float(p + 20, capacity);
  put_float(p + 24, 3.5f);
  put_float(p + 28, capacity);
  put_float(p + 32, 3.5f * capacity);
  put(p + (late ? 52 : 36), (uint64_t)step - 1, 4);
  put(p + (late ? 36 : 44), (uint64_t)noon, 4);
  put(p + (late ? 40 : 48), 750000000, 4);
  if (size >= 56) put_float(p + (late ? 48 : 52), 25.5f);
}

static void bts91(void **state) {
  (void)state;
  static const int sizes[] = {52, 56, 60, 64};
  unsigned char file[SECTION + 3 * 64];
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t size = (size_t)sizes[i];
    put_bts9_header(file, SECTION, 3 * size);
    for (int k = 0; k < 3; k++)
      put_bts91(file + SECTION + (size_t)k * size, sizes[i], k + 1, k < 2 ? 1 : 2,
                k < 2 ? 3600 : -7200);
    DavyRecord *r = read_good(&davy_reader_nda, file, SECTION + 3 * size);
    assert_int_equal(DavyRecordRows(r), 3);
    ASSERT_NEAR(number(r, DAVY_TEST_TIME, 2), 3.5);
    ASSERT_NEAR(number(r, DAVY_STEP_TIME, 1), 2.5);
    ASSERT_NEAR(number(r, DAVY_STEP_TIME, 2), 1);
    ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, 1), 1e-3);
    ASSERT_NEAR(number(r, DAVY_STEP_DISCHARGING_CAPACITY, 2), 2e-3);
    ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, 2), 0);
    assert_int_equal(integer(r, DAVY_CYCLE_COUNT, 2), 2);
    ASSERT_NEAR(number(r, DAVY_UNIX_TIME, 0), noon + 0.75);
    assert_true(DavyRecordHas(r, DAVY_TEMPERATURE_T1) == (size > 52));
    if (size > 52) ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T1, 0), 25.5);
    DavyRecordDestroy(&r);
  }
}

/* A header without records of its own, then two sections that have headers of their own. */
static void bts9_sections(void **state) {
  (void)state;
  unsigned char file[3 * SECTION + 2 * 88];
  size_t second = 2 * SECTION + 88;
  put_bts9_header(file, 0, 2 * 88);
  put_bts9_header(file + SECTION, 2 * SECTION, 88);
  put(file + SECTION + 242, second, 8);
  put_bts90(file + 2 * SECTION, 1, 3600);
  put_bts9_header(file + second, second + SECTION, 88);
  put_bts90(file + second + SECTION, 2, -3600);
  DavyRecord *r = read_good(&davy_reader_nda, file, sizeof file);
  assert_int_equal(DavyRecordRows(r), 2);
  assert_int_equal(integer(r, DAVY_RECORD_INDEX, 1), 2);
  DavyRecordDestroy(&r);
}

/* ---- .ndax ---- */

enum { BLOCK = 4096, MEMBERS = 8 };

typedef struct {
  const char *name;
  unsigned char *data;
  size_t size;
} Member;

typedef struct {
  Member members[MEMBERS];
  int count;
} Archive;

static unsigned char *add_member(Archive *a, const char *name, size_t size) {
  a->members[a->count] = (Member){name, calloc(1, size), size};
  return a->members[a->count++].data;
}

/* A .ndc of one header and `blocks` blocks; all slots empty. */
static unsigned char *add_ndc(Archive *a, const char *name, int type, int version, int blocks) {
  unsigned char *p = add_member(a, name, (size_t)(blocks + 1) * BLOCK);
  p[0] = (unsigned char)type;
  p[2] = (unsigned char)version;
  return p + BLOCK;
}

static void add_text(Archive *a, const char *name, const char *text) {
  memcpy(add_member(a, name, strlen(text)), text, strlen(text));
}

/* The slot of the first block, marked as used. */
static unsigned char *slot(unsigned char *block, size_t i, size_t size) {
  block[4 + i / 8] |= (unsigned char)(1 << (i % 8));
  return block + 132 + i * size;
}

static unsigned char *pack(const Archive *a, size_t *size) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *buffer = zip_source_buffer_create(NULL, 0, 0, &error);
  zip_source_keep(buffer);
  zip_t *zip = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
  assert_non_null(zip);
  for (int i = 0; i < a->count; i++) {
    zip_source_t *source = zip_source_buffer(zip, a->members[i].data, a->members[i].size, 0);
    assert_true(zip_file_add(zip, a->members[i].name, source, 0) >= 0);
  }
  assert_int_equal(zip_close(zip), 0);
  zip_stat_t stat;
  assert_int_equal(zip_source_open(buffer), 0);
  zip_source_stat(buffer, &stat);
  unsigned char *bytes = malloc(stat.size);
  *size = (size_t)zip_source_read(buffer, bytes, stat.size);
  zip_source_close(buffer);
  zip_source_free(buffer);
  return bytes;
}

static void empty(Archive *a) {
  for (int i = 0; i < a->count; i++) free(a->members[i].data);
  a->count = 0;
}

static DavyError read_archive(Archive *a, DavyRecord **record) {
  size_t size;
  unsigned char *bytes = pack(a, &size);
  DavyError error = read_with(&davy_reader_ndax, bytes, size, record);
  free(bytes);
  empty(a);
  return error;
}

static DavyRecord *read_good_archive(Archive *a) {
  DavyRecord *record;
  if (read_archive(a, &record)) fail_msg("%s", DavyErrorMessage());
  return record;
}

/* Versions 1 to 5 hold whole records; offsets of the fields of `Version`. */
/* clang-format off */
static const Version ndc_versions[] = {
  {1, 83, 0, 0x55,  8, 12, 0, 16, 1, 17, 18, 20, 8, 1000, 28, 32, 40, 48, 56, 64, 8, 72, 7, 79},
  {2, 94, 0, 0x55,  8, 12, 0, 16, 1, 17, 18, 23, 8, 1000, 31, 35, 43, 51, 59, 67, 8, 75, 7, 82},
  {3, 83, 0, 0x55,  8, 12, 0, 16, 1, 17, 18, 20, 8, 1000, 28, 32, 40, 48, 56, 64, 8, 72, 7, 79},
  {4, 94, 0, 0x55,  8, 12, 0, 16, 1, 17, 18, 23, 8, 1000, 31, 35, 43, 51, 59, 67, 8, 75, 7, 82},
  {5, 87, 0, 0x55,  1,  5, 0,  9, 1, 10, 11, 16, 8, 1000, 24, 28, 36, 44, 52, 60, 8, 68, 7, 75},
};
/* clang-format on */

static void ndc_whole_records(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof ndc_versions / sizeof *ndc_versions; i++) {
    const Version *v = &ndc_versions[i];
    Archive a = {0};
    unsigned char *block = add_ndc(&a, "data.ndc", 1, v->version, 1);
    for (size_t k = 0; k < 3; k++) {
      /* the small blocks: two records in the first, one in the second */
      unsigned char *small = block - BLOCK + 512 * (k < 2 ? 1 : 2) + 5 + (k % 2) * (size_t)v->size;
      put_row(v->version < 5 ? small : slot(block, k, 87), v, &three_rows[k]);
    }
    DavyRecord *record = read_good_archive(&a);
    hold_three_rows(record, v);
    assert_string_equal(DavyRecordInfo(record, "start_time"), "2020-09-13T12:26:40");
    DavyRecordDestroy(&record);
  }
}

/* How versions 8 to 17 lay out data_runInfo.ndc and data_step.ndc, and their units. */
typedef struct {
  int version, run_info_size, interval, step_size;
  bool large; /* V, A, Ah; else 0.1 mV, mA, mA s */
  bool milliseconds;
} Split;

static const Split splits[] = {{8, 42, 26, 37, true, false},    {9, 45, 29, 37, false, false},
                               {11, 47, 29, 37, false, true},   {12, 47, 29, 37, true, true},
                               {13, 55, 29, 37, false, true},   {14, 55, 29, 37, true, true},
                               {16, 100, 29, 100, false, true}, {17, 100, 29, 100, true, true}};

static void put_run_info(unsigned char *p, const Split *s, int milliseconds, float discharge,
                         int interval, int step, int index) {
  unsigned char *tail = p + s->interval;
  put(p, (uint64_t)milliseconds, 4);
  put_float(p + 9, s->large ? discharge / 1000 : discharge * 3600); /* from mA h */
  put_float(p + 17, s->large ? 3 * discharge / 1000 : 3 * discharge * 3600);
  put(tail, (uint64_t)interval, 4);
  put(tail + 4, (uint64_t)(noon + milliseconds / 1000), 4);
  put(tail + 8, (uint64_t)step, 4);
  put(tail + 12, (uint64_t)index, 4);
  if (s->milliseconds) put(tail + 16, 125, 2);
}

static void put_step(unsigned char *p, int cycle, int step, int type, int first) {
  put(p, (uint64_t)cycle - 1, 4);
  put(p + 4, (uint64_t)step, 4);
  p[24] = (unsigned char)type;
  put(p + 33, (uint64_t)first, 4);
}

/* Six rows: a rest of two, then a discharge of four at 3 V and 3.6 A of which the first and third
 * have a run info; slot 3 is empty, so that index and row differ. */
static void make_split(Archive *a, const Split *s) {
  unsigned char *data = add_ndc(a, "data.ndc", 1, s->version, 1);
  static const int slots[] = {0, 1, 2, 4, 5, 6};
  for (int i = 0; i < 6; i++) {
    unsigned char *p = slot(data, (size_t)slots[i], 8);
    put_float(p, s->large ? 3 : 30000);
    put_float(p + 4, i < 2 ? 0 : s->large ? -3.6f : -3600);
  }
  size_t size = (size_t)s->run_info_size;
  unsigned char *info = add_ndc(a, "data_runInfo.ndc", 18, s->version, 1);
  put_run_info(slot(info, 0, size), s, 0, 0, 1000, 1, 1);
  put_run_info(slot(info, 1, size), s, 7000, 0, 1, 1, 1); /* again index 1: the first counts */
  put_run_info(slot(info, 2, size), s, 0, 0, 2000, 2, 3);
  put_run_info(slot(info, 3, size), s, 5000, 5, 1000, 2, 6);
  unsigned char *steps = add_ndc(a, "data_step.ndc", 7, s->version, 1);
  put_step(slot(steps, 0, (size_t)s->step_size), 1, 1, 4, 1);
  put_step(slot(steps, 1, (size_t)s->step_size), 3, 7, 2, 3);
}

static void ndc_split(void **state) {
  (void)state;
  static const int index[] = {1, 2, 3, 5, 6, 7};
  static const double step_time[] = {0, 1, 0, 2, 5, 6}, discharge[] = {0, 0, 0, 2, 5, 6};
  for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
    Archive a = {0};
    make_split(&a, &splits[i]);
    DavyRecord *r = read_good_archive(&a);
    assert_int_equal(DavyRecordRows(r), 6);
    for (size_t k = 0; k < 6; k++) {
      assert_int_equal(integer(r, DAVY_RECORD_INDEX, k), index[k]);
      assert_int_equal(integer(r, DAVY_STEP_COUNT, k), k < 2 ? 1 : 2);
      assert_int_equal(integer(r, DAVY_STEP_ID, k), k < 2 ? 1 : 7);
      assert_int_equal(integer(r, DAVY_CYCLE_COUNT, k), k < 2 ? 1 : 3);
      assert_int_equal(integer(r, DAVY_STEP_TYPE, k),
                       k < 2 ? DAVY_STEP_REST : DAVY_STEP_CC_DISCHARGE);
      ASSERT_NEAR(number(r, DAVY_STEP_TIME, k), step_time[k]);
      ASSERT_NEAR(number(r, DAVY_TEST_TIME, k), step_time[k] + (k < 2 ? 0 : 1));
      ASSERT_SINGLE(number(r, DAVY_VOLTAGE, k), 3);
      ASSERT_SINGLE(number(r, DAVY_CURRENT, k), k < 2 ? 0 : -3.6);
      /* 3.6 A for 1 s is 1 mA h, at 3 V 3 mW h */
      ASSERT_SINGLE(number(r, DAVY_STEP_DISCHARGING_CAPACITY, k), discharge[k] / 1e3);
      ASSERT_SINGLE(number(r, DAVY_STEP_DISCHARGING_ENERGY, k), 3 * discharge[k] / 1e3);
      ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, k), 0);
    }
    double fraction = splits[i].milliseconds ? 0.125 : 0;
    ASSERT_NEAR(number(r, DAVY_UNIX_TIME, 1), noon + 1 + fraction);
    ASSERT_NEAR(number(r, DAVY_UNIX_TIME, 5), noon + 6 + fraction);
    DavyRecordDestroy(&r);
  }
}

/* Version 6: all but cycle and step type in data.ndc; the slot is the index. */
static void ndc_6(void **state) {
  (void)state;
  Archive a = {0};
  unsigned char *data = add_ndc(&a, "data.ndc", 1, 6, 1);
  for (int i = 0; i < 2; i++) {
    unsigned char *p = slot(data, i ? 5 : 0, 38);
    put(p, 1500, 4);
    put_float(p + 5, 3.5f);
    put_float(p + 9, 0.25f);
    put_float(p + 13, 0.125f);
    put(p + 30, (uint64_t)noon, 4);
    put(p + 34, (uint64_t)i + 1, 4);
  }
  unsigned char *steps = add_ndc(&a, "data_step.ndc", 7, 6, 1);
  put_step(slot(steps, 0, 37), 1, 4, 1, 1);
  put_step(slot(steps, 1, 37), 2, 9, 3, 6);
  DavyRecord *r = read_good_archive(&a);
  assert_int_equal(DavyRecordRows(r), 2);
  assert_int_equal(integer(r, DAVY_RECORD_INDEX, 1), 6);
  assert_int_equal(integer(r, DAVY_STEP_ID, 1), 9);
  assert_int_equal(integer(r, DAVY_CYCLE_COUNT, 1), 2);
  assert_int_equal(integer(r, DAVY_STEP_TYPE, 1), DAVY_STEP_CV_CHARGE);
  ASSERT_NEAR(number(r, DAVY_TEST_TIME, 1), 3);
  ASSERT_NEAR(number(r, DAVY_CURRENT, 0), 0.25);
  ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, 0), 0.125);
  DavyRecordDestroy(&r);
}

/* Version 7: columns in the order that the header lists. */
static void ndc_7(void **state) {
  (void)state;
  static const int codes[] = {6, 13, 14, 12, 8, 9, 10, 7, 16, 21, 17, 18};
  Archive a = {0};
  unsigned char *data = add_ndc(&a, "data.ndc", 1, 7, 1);
  for (size_t i = 0; i < 12; i++) put(data - BLOCK + 13 + 4 * i, (uint64_t)codes[i], 4);
  unsigned char *p = slot(data, 0, 4 + 4 + 4 + 8 + 3 + 4 + 2 + 7 + 8 + 8);
  put(p, 1, 4);
  put(p + 4, 32000, 4);
  put(p + 8, 250, 4);
  put(p + 12, 1500, 8);
  p[20] = 2, p[21] = 1, p[22] = 1;
  put(p + 23, 4, 4);
  put(p + 27, 251, 2);
  put(p + 29, 2020, 2);
  p[31] = 9, p[32] = 13, p[33] = 12, p[34] = 26, p[35] = 40;
  put(p + 36, 7200, 8);
  DavyRecord *r = read_good_archive(&a);
  assert_int_equal(DavyRecordRows(r), 1);
  ASSERT_NEAR(number(r, DAVY_VOLTAGE, 0), 3.2);
  ASSERT_NEAR(number(r, DAVY_CURRENT, 0), 0.25);
  ASSERT_NEAR(number(r, DAVY_TEST_TIME, 0), 1.5);
  ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T1, 0), 25.1);
  ASSERT_NEAR(number(r, DAVY_STEP_CHARGING_CAPACITY, 0), 2e-3);
  ASSERT_NEAR(number(r, DAVY_UNIX_TIME, 0), noon);
  assert_int_equal(integer(r, DAVY_CYCLE_COUNT, 0), 5);
  DavyRecordDestroy(&r);
  data = add_ndc(&a, "data.ndc", 1, 7, 1);
  put(data - BLOCK + 13, 99, 4);
  assert_int_equal(read_archive(&a, &r), DAVY_ERR_UNSUPPORTED);
  assert_non_null(strstr(DavyErrorMessage(), "column code 99"));
}

/* Version 15: the head of a BTS 9.1 record, more columns where the header says. */
static void ndc_15(void **state) {
  (void)state;
  enum { SIZE = 60 };
  Archive a = {0};
  unsigned char *data = add_ndc(&a, "data.ndc", 1, 15, 1), *header = data - BLOCK;
  put(header + 516, SIZE, 4);
  static const int axes[][2] = {{15, 36}, {65, 44}, {11, 52}};
  for (size_t i = 0; i < 3; i++) {
    put(header + 520 + 9 * i, (uint64_t)axes[i][0], 4);
    put(header + 524 + 9 * i, 1, 1);
    put(header + 525 + 9 * i, (uint64_t)axes[i][1], 4);
  }
  for (int i = 0; i < 2; i++) {
    unsigned char *p = slot(data, (size_t)i, SIZE);
    put_bts91(p, 36, i + 1, i + 1, i ? -7200 : 3600);
    p[3] = i ? 22 : 21; /* CPCV in this numbering */
    put(p + 36, (uint64_t)noon, 4);
    put(p + 40, 250000000, 4);
    put(p + 44, 1, 4);
    put(p + 48, 500000000, 4);
  }
  DavyRecord *r = read_good_archive(&a);
  assert_int_equal(DavyRecordRows(r), 2);
  assert_int_equal(integer(r, DAVY_STEP_TYPE, 0), DAVY_STEP_CPCV_CHARGE);
  assert_int_equal(integer(r, DAVY_STEP_TYPE, 1), DAVY_STEP_CPCV_DISCHARGE);
  ASSERT_NEAR(number(r, DAVY_TEST_TIME, 1), 2.5);
  ASSERT_NEAR(number(r, DAVY_STEP_TIME, 1), 1.5);
  ASSERT_NEAR(number(r, DAVY_STEP_DISCHARGING_CAPACITY, 1), 2e-3);
  ASSERT_NEAR(number(r, DAVY_UNIX_TIME, 1), noon + 0.25);
  DavyRecordDestroy(&r);
}

/* ---- Auxiliary members of .ndax ---- */

static void aux_floats_by_description(void **state) {
  (void)state;
  Archive a = {0};
  make_split(&a, &splits[5]);
  /* names in another order than the description: the channel's number decides */
  put_float(slot(add_ndc(&a, "data_AUX_9_3_1.ndc", 5, 14, 1), 2, 4), 21.5f);
  put_float(slot(add_ndc(&a, "data_AUX_12_2_1.ndc", 5, 14, 1), 2, 4), 1.5f);
  put_float(slot(add_ndc(&a, "data_AUX_40_9_1.ndc", 5, 14, 1), 2, 4), 7);
  add_text(&a, "TestInfo.xml",
           "<?xml version=\"1.0\" encoding=\"GB2312\"?><root><config><TestInfo Barcode=\"\xb5\xe7\""
           " DevID=\"1\" UnitID=\"2\" ChlID=\"3\"><Aux1 AuxID=\"3\" RealChlID=\"12\""
           " ChlType=\"102\"/><Aux2 AuxID=\"4\" RealChlID=\"9\" ChlType=\"103\"/><Aux3 AuxID=\"5\""
           " RealChlID=\"40\" ChlType=\"309\"/></TestInfo></config></root>");
  DavyRecord *r = read_good_archive(&a);
  ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T4, 2), 21.5);
  assert_true(isnan(number(r, DAVY_TEMPERATURE_T4, 1)));
  ASSERT_NEAR(extra(r, "aux_voltage_v3_volt", 2), 1.5);
  ASSERT_NEAR(extra(r, "aux_5", 2), 7);
  assert_true(warned(r, "channel type 309"));
  assert_string_equal(DavyRecordInfo(r, "barcode"), "\xe7\x94\xb5"); /* GB 2312 made UTF-8 */
  assert_string_equal(DavyRecordInfo(r, "channel"), "1-2-3");
  DavyRecordDestroy(&r);
}

static void aux_without_description(void **state) {
  (void)state;
  Archive a = {0};
  make_split(&a, &splits[5]);
  put_float(slot(add_ndc(&a, "data_AUX_9_3_1.ndc", 5, 14, 1), 0, 4), 21.5f);
  add_ndc(&a, "data_AUX_10_3_1.ndc", 1, 14, 1); /* not auxiliary data, says its first byte */
  DavyRecord *r = read_good_archive(&a);
  ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T1, 0), 21.5);
  assert_true(warned(r, "not described in TestInfo.xml"));
  assert_true(warned(r, "data_AUX_10_3_1.ndc: byte 0: file type 1"));
  DavyRecordDestroy(&r);
}

static void aux_marked_records(void **state) {
  (void)state;
  Archive a = {0};
  make_split(&a, &splits[2]);
  unsigned char *p = slot(add_ndc(&a, "data_1.ndc", 5, 11, 1), 0, 7);
  p[0] = 0x65;
  put_float(p + 1, 12500);
  put(p + 5, 253, 2);
  p = slot(add_ndc(&a, "data_2.ndc", 5, 11, 1), 0, 88);
  p[0] = 0x74;
  put(p + 1, 5, 4);
  put(p + 35, 311, 2);
  DavyRecord *r = read_good_archive(&a);
  ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T1, 0), 25.3);
  ASSERT_NEAR(extra(r, "aux_voltage_v1_volt", 0), 1.25);
  ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T2, 3), 31.1); /* index 5 is the fourth row */
  DavyRecordDestroy(&r);
}

/* Versions 2 and 5: index, voltage, temperature and set point in long records. */
static void aux_long_records(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    const Version *v = i ? &ndc_versions[4] : &ndc_versions[1];
    Archive a = {0};
    unsigned char *data = add_ndc(&a, "data.ndc", 1, v->version, 1);
    put_row(i ? slot(data, 0, 87) : data - BLOCK + 517, v, &three_rows[0]);
    unsigned char *aux = add_ndc(&a, "data_1.ndc", 5, v->version, 1);
    unsigned char *p = i ? slot(aux, 0, 87) : aux - BLOCK + 517 - 1 + 1;
    int shift = i ? 0 : 7;
    p[0] = 0x74;
    put(p + 1 + shift, 1, 4);
    put(p + 24 + shift, 15000, 4);
    put(p + 34 + shift, 251, 2);
    put(p + 36 + shift, 250, 2);
    DavyRecord *r = read_good_archive(&a);
    ASSERT_NEAR(number(r, DAVY_TEMPERATURE_T1, 0), 25.1);
    ASSERT_NEAR(extra(r, "aux_voltage_v1_volt", 0), 1.5);
    ASSERT_NEAR(extra(r, "temperature_setpoint_t1_celsius", 0), 25);
    DavyRecordDestroy(&r);
  }
}

/* ---- .ndax, broken ---- */

static void missing_members(void **state) {
  (void)state;
  Archive a = {0};
  DavyRecord *r;
  make_split(&a, &splits[5]);
  free(a.members[2].data); /* no data_step.ndc: times stand, steps are counted, types unknown */
  a.count = 2;
  r = read_good_archive(&a);
  assert_true(warned(r, "data_step.ndc"));
  ASSERT_NEAR(number(r, DAVY_STEP_TIME, 3), 2);
  assert_int_equal(integer(r, DAVY_STEP_COUNT, 5), 2);
  assert_int_equal(integer(r, DAVY_STEP_TYPE, 5), DAVY_STEP_UNKNOWN);
  DavyRecordDestroy(&r);
  make_split(&a, &splits[5]);
  a.members[1].name = "other.ndc";
  assert_int_equal(read_archive(&a, &r), DAVY_ERR_FORMAT);
  assert_string_equal(DavyErrorMessage(),
                      "cell: has no readable data_runInfo.ndc, and so no times");
  make_split(&a, &splits[5]);
  a.members[0].name = "other.ndc";
  assert_int_equal(read_archive(&a, &r), DAVY_ERR_FORMAT);
  assert_string_equal(DavyErrorMessage(), "cell: has no readable data.ndc");
}

static void broken_members(void **state) {
  (void)state;
  Archive a = {0};
  DavyRecord *r;
  make_split(&a, &splits[5]);
  a.members[1].size -= 100; /* the only block of data_runInfo.ndc is cut */
  assert_int_equal(read_archive(&a, &r), DAVY_ERR_FORMAT);
  assert_string_equal(DavyErrorMessage(), "cell: data_runInfo.ndc: byte 8092: gives no row a time");
  make_split(&a, &splits[5]); /* a second block that is cut: rows behind the last known one go */
  a.members[1].data = realloc(a.members[1].data, 3 * BLOCK);
  memset(a.members[1].data + 2 * BLOCK, 0, BLOCK);
  a.members[1].size = 3 * BLOCK - 100;
  r = read_good_archive(&a);
  assert_int_equal(DavyRecordRows(r), 5);
  assert_true(warned(r, "data_runInfo.ndc: cut off at byte 12188"));
  assert_true(warned(r, "the last 1 rows have no time"));
  DavyRecordDestroy(&r);
  make_split(&a, &splits[5]);
  a.members[0].data[2] = 99;
  assert_int_equal(read_archive(&a, &r), DAVY_ERR_UNSUPPORTED);
  assert_non_null(strstr(DavyErrorMessage(), "ndc version 99"));
  make_split(&a, &splits[5]);
  add_text(&a, "TestInfo.xml", "<root><config></root>");
  r = read_good_archive(&a);
  assert_true(warned(r, "TestInfo.xml:1: mismatched tag"));
  DavyRecordDestroy(&r);
}

/* Every cut and many single changed bytes: a result or an error with a message, no crash. */
static void hostile_archives(void **state) {
  (void)state;
  Archive a = {0};
  make_split(&a, &splits[7]);
  size_t size;
  unsigned char *bytes = pack(&a, &size);
  empty(&a);
  DavyRecord *r;
  for (size_t cut = 0; cut < size; cut++) {
    DavyError error = read_with(&davy_reader_ndax, bytes, cut, &r);
    if (error) assert_true(*DavyErrorMessage());
    if (!error) DavyRecordDestroy(&r);
  }
  for (size_t i = 0; i < size; i++) {
    unsigned char kept = bytes[i];
    bytes[i] ^= (unsigned char)(1 + i % 255);
    if (!read_with(&davy_reader_ndax, bytes, size, &r)) DavyRecordDestroy(&r);
    bytes[i] = kept;
  }
  free(bytes);
}

/* 128 MB of zeros pack into 130 kB: not measured data. */
static void zip_bomb(void **state) {
  (void)state;
  Archive a = {0};
  unsigned char *data = add_member(&a, "data.ndc", (size_t)128 << 20);
  data[0] = 1, data[2] = 14;
  DavyRecord *r;
  assert_int_equal(read_archive(&a, &r), DAVY_ERR_FORMAT);
  assert_non_null(strstr(DavyErrorMessage(), "announces 134217728 bytes"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_nda_version),
      cmocka_unit_test(unknown_version_is_named),
      cmocka_unit_test(looped_step_goes_on),
      cmocka_unit_test(rows_are_sorted_and_unique),
      cmocka_unit_test(ranges_scale_current),
      cmocka_unit_test(unknown_step_type_is_named),
      cmocka_unit_test(aux_records),
      cmocka_unit_test(header_texts_and_mass),
      cmocka_unit_test(truncated_nda),
      cmocka_unit_test(damaged_records_are_left_out),
      cmocka_unit_test(lost_pointer),
      cmocka_unit_test(bts90),
      cmocka_unit_test(bts91),
      cmocka_unit_test(bts9_sections),
      cmocka_unit_test(ndc_whole_records),
      cmocka_unit_test(ndc_split),
      cmocka_unit_test(ndc_6),
      cmocka_unit_test(ndc_7),
      cmocka_unit_test(ndc_15),
      cmocka_unit_test(aux_floats_by_description),
      cmocka_unit_test(aux_without_description),
      cmocka_unit_test(aux_marked_records),
      cmocka_unit_test(aux_long_records),
      cmocka_unit_test(missing_members),
      cmocka_unit_test(broken_members),
      cmocka_unit_test(hostile_archives),
      cmocka_unit_test(zip_bomb),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
