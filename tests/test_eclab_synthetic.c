/* EC-Lab readers on files made here: every generation of .mpr byte by byte, and broken ones.
 *
 * The expected values are those that were put in. Layouts follow the description at the head of
 * src/record/eclab_mpr.c, which the real pairs of test_eclab_samples.c confirm. */
#include "record/reader.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
  unsigned char *data;
  size_t size;
} Buffer;

static void put(Buffer *b, const void *data, size_t size) {
  b->data = realloc(b->data, b->size + size);
  assert_non_null(b->data);
  memcpy(b->data + b->size, data, size);
  b->size += size;
}

static void put_number(Buffer *b, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; i++, value >>= 8) put(b, &(unsigned char){value & 0xff}, 1);
}

static void put_f4(Buffer *b, float value) {
  put(b, &value, 4);
}
static void put_f8(Buffer *b, double value) {
  put(b, &value, 8);
}

static void put_zeros_to(Buffer *b, size_t size) {
  while (b->size < size) put(b, "", 1);
}

static void put_padded(Buffer *b, const char *text, size_t size) {
  for (size_t i = 0; i < size; i++) put(b, i < strlen(text) ? text + i : " ", 1);
}

/* How a generation of EC-Lab lays out the head of its data. */
typedef struct {
  const char *name;
  bool new_header;
  unsigned version;
  size_t count_size, id_size, start;
} Generation;

static const Generation generations[] = {{"before 10", false, 0, 1, 1, 100},
                                         {"10.x", false, 2, 1, 2, 405},
                                         {"11.x", false, 3, 1, 2, 406},
                                         {"11.50", true, 0, 2, 2, 1007}};
enum { GENERATIONS = 4, V3 = 2, V11_50 = 3 };

static void put_module(Buffer *file, const Generation *g, const char *name, const Buffer *body) {
  put(file, "MODULE", 6);
  put_padded(file, name, 10);
  put_padded(file, "long name", 25);
  if (g->new_header) put_number(file, 0xffffffff, 4);
  put_number(file, body->size, 4);
  put_number(file, strncmp(name, "VMP data", 8) ? 0 : g->version, 4);
  if (g->new_header) put_number(file, strncmp(name, "VMP data", 8) ? 10 : 11, 4);
  put(file, "12/31/23", 8);
  put(file, body->data, body->size);
}

static void put_magic(Buffer *file) {
  put_padded(file, "BIO-LOGIC MODULAR FILE\x1a", 48);
  put_number(file, 0, 4);
}

static void put_settings(Buffer *file, const Generation *g, unsigned technique, float mass,
                         float area, unsigned area_unit) {
  Buffer body = {0};
  const char comment[] = "NaTFSI \xb5m 25 \xb0"
                         "C\r\nx";
  put_number(&body, technique, 1);
  put_zeros_to(&body, 7);
  put_number(&body, strlen(comment), 1);
  put(&body, comment, strlen(comment));
  put_zeros_to(&body, 0x107);
  put_f4(&body, mass);
  put_zeros_to(&body, 0x211);
  put_f4(&body, area);
  put_zeros_to(&body, 0x24c);
  put_f4(&body, 0.001f);
  put_number(&body, area_unit, 1);
  put_number(&body, 1, 1);
  put_zeros_to(&body, 0x600);
  put_module(file, g, "VMP Set", &body);
  free(body.data);
}

static void put_log(Buffer *file, const Generation *g, const char *path) {
  Buffer body = {0};
  put_zeros_to(&body, 585);
  put_f8(&body, 45291.5); /* 2023-12-31T12:00 */
  put_number(&body, strlen(path), 1);
  put(&body, path, strlen(path));
  put_zeros_to(&body, 0x3b7);
  put(&body,
      "\x05"
      "11.50",
      6);
  put_zeros_to(&body, 0x3ce);
  put(&body,
      "\x10\x04"
      "1854",
      6);
  put_zeros_to(&body, 0x900);
  put_module(file, g, "VMP LOG", &body);
  free(body.data);
}

static void put_data_head(Buffer *body, const Generation *g, size_t rows, const uint16_t *ids,
                          size_t columns) {
  put_number(body, rows, 4);
  put_number(body, columns, g->count_size);
  for (size_t i = 0; i < columns; i++)
    put_number(body, ids[i] & (g->id_size == 1 ? 0xff : 0xffff), g->id_size);
  put_zeros_to(body, g->start);
}

/* A galvanostatic file: flags (mode 1; mode 3 in every fourth row), Ns, time, dq, Q, Ewe, half
 * cycle, its charge; 100 uA for half cycles of 10 rows of 1 s. */
static const uint16_t gcpl_ids[] = {1, 2, 3, 21, 31, 65, 131, 4, 7, 13, 6, 468, 467};
enum {
  GCPL_COLUMNS = sizeof gcpl_ids / sizeof *gcpl_ids,
  GCPL_ROW = 1 + 2 + 8 + 8 + 8 + 4 + 4 + 8
};

static double gcpl_time(size_t row) {
  return 100 + (double)row;
}
static double gcpl_current(size_t row) {
  return (row / 10) % 2 ? -1e-4 : 1e-4;
}
static float gcpl_voltage(size_t row) {
  return 0.1f * (gcpl_current(row) > 0 ? 1.0f : -1.0f) + 1e-3f * (float)row;
}

static void put_gcpl_rows(Buffer *body, size_t rows) {
  double charge = 0, half_charge = 0;
  for (size_t i = 0; i < rows; i++) {
    double dq = gcpl_current(i) * 1e3 / 3600; /* mAh in 1 s */
    charge += dq;
    half_charge = i % 10 ? half_charge + dq : dq;
    put_number(body, 1 | (i == 3 ? 0x08 : 0), 1);
    put_number(body, (i / 10) % 2, 2);
    put_f8(body, gcpl_time(i));
    put_f8(body, dq);
    put_f8(body, charge);
    put_f4(body, gcpl_voltage(i));
    put_number(body, i / 10, 4);
    put_f8(body, half_charge);
  }
}

static Buffer gcpl_file(const Generation *g, size_t rows) {
  Buffer file = {0}, body = {0};
  put_magic(&file);
  put_settings(&file, g, 0x04, 5.41f, 1.767f, 2);
  put_data_head(&body, g, rows, gcpl_ids, GCPL_COLUMNS);
  put_gcpl_rows(&body, rows);
  put_module(&file, g, "VMP data", &body);
  put_log(&file, g, "C:\\data\\cell_02_GCPL_C01.mpr");
  free(body.data);
  return file;
}

static DavyRecord *read_buffer(Buffer *file, DavyError expected) {
  DavyRecord *record = NULL;
  const DavyReadOptions options = {.name = "made.mpr"};
  DavyError error = DavyRecordReadMemory(file->data, file->size, &options, &record);
  if (error != expected)
    fail_msg("%s: %s", DavyErrorName(error), error ? DavyErrorMessage() : "read");
  free(file->data);
  *file = (Buffer){0};
  return record;
}

static bool warned(const DavyRecord *record, const char *words) {
  for (size_t i = 0; i < DavyRecordWarnings(record); i++)
    if (strstr(DavyRecordWarning(record, i), words)) return true;
  return false;
}

static const double *find_extra(const DavyRecord *record, const char *name) {
  for (size_t i = 0; i < DavyRecordExtraCount(record); i++)
    if (strcmp(DavyRecordExtraName(record, i), name) == 0) return DavyRecordExtra(record, i);
  return NULL;
}

static void expect_gcpl_rows(const DavyRecord *record, size_t rows) {
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME),
               *voltage = DavyRecordNumbers(record, DAVY_VOLTAGE),
               *current = DavyRecordNumbers(record, DAVY_CURRENT);
  assert_int_equal(DavyRecordRows(record), rows);
  for (size_t i = 0; i < rows; i++) {
    assert_true(time[i] == gcpl_time(i));
    assert_true(voltage[i] == gcpl_voltage(i));
    if (rows == 1)
      assert_true(isnan(current[i])); /* no interval to divide the charge by */
    else
      assert_true(fabs(current[i] - gcpl_current(i)) < 1e-15); /* roundings of 3600 and 1e3 */
  }
}

static void test_every_generation(void **state) {
  (void)state;
  for (int i = 0; i < GENERATIONS; i++) {
    Buffer file = gcpl_file(&generations[i], 1500); /* more than two blocks */
    DavyRecord *record = read_buffer(&file, DAVY_OK);
    expect_gcpl_rows(record, 1500);
    const int32_t *step = DavyRecordIntegers(record, DAVY_STEP_COUNT),
                  *cycle = DavyRecordIntegers(record, DAVY_CYCLE_COUNT),
                  *id = DavyRecordIntegers(record, DAVY_STEP_ID);
    const double *net = DavyRecordNumbers(record, DAVY_NET_CAPACITY),
                 *charging = DavyRecordNumbers(record, DAVY_CYCLE_CHARGING_CAPACITY),
                 *discharging = DavyRecordNumbers(record, DAVY_CYCLE_DISCHARGING_CAPACITY);
    for (size_t row = 0; row < 1500; row++) {
      assert_int_equal(step[row], row / 10 + 1);
      assert_int_equal(cycle[row], row / 20);
      assert_int_equal(id[row], (row / 10) % 2);
    }
    double half = 10 * 1e-4 / 3600; /* Ah */
    assert_true(fabs(net[9] - half) < 1e-15);
    assert_true(fabs(charging[9] - half) < 1e-15 && discharging[9] == 0);
    assert_true(charging[15] == charging[9] && discharging[15] > 0);
    assert_true(fabs(charging[20] - half / 10) < 1e-15 && discharging[20] == 0);
    assert_string_equal(DavyRecordInfo(record, "technique"), "GCPL");
    assert_string_equal(DavyRecordInfo(record, "comment"), "NaTFSI \xc2\xb5m 25 \xc2\xb0"
                                                           "C x");
    assert_string_equal(DavyRecordInfo(record, "mass_kg"), "5.41e-06");
    assert_string_equal(DavyRecordInfo(record, "area_m2"), "0.0001767");
    assert_string_equal(DavyRecordInfo(record, "start_time"), "2023-12-31T12:00:00");
    assert_string_equal(DavyRecordInfo(record, "eclab_version"), "11.50");
    assert_string_equal(DavyRecordInfo(record, "instrument"), "Bio-Logic SP-300 (SN 1854)");
    assert_true(warned(record, "marks 1 rows as erroneous"));
    assert_int_equal(DavyRecordWarnings(record), 1);
    DavyRecordDestroy(&record);
  }
}

/* Every length of a short file: no crash; the rows that are whole are kept and the loss is said. */
static void test_truncated_anywhere(void **state) {
  (void)state;
  for (int g = 0; g < GENERATIONS; g++) {
    Buffer whole = gcpl_file(&generations[g], 30);
    size_t rows_before = 0;
    for (size_t size = 0; size < whole.size; size += size < 1700 ? 61 : 7) {
      DavyRecord *record = NULL;
      unsigned char *part = malloc(size + 1); /* its own block, for the sanitizer */
      memcpy(part, whole.data, size);
      if (!DavyRecordReadMemory(part, size, NULL, &record)) {
        size_t rows = DavyRecordRows(record);
        assert_true(rows >= rows_before && rows <= 30);
        expect_gcpl_rows(record, rows);
        assert_true(DavyRecordWarnings(record) > (rows > 3));
        rows_before = rows;
        DavyRecordDestroy(&record);
      }
      free(part);
    }
    assert_int_equal(rows_before, 30);
    free(whole.data);
  }
}

static Buffer data_only(const Generation *g, size_t rows, const uint16_t *ids, size_t columns,
                        const Buffer *row_bytes) {
  Buffer file = {0}, body = {0};
  put_magic(&file);
  put_data_head(&body, g, rows, ids, columns);
  put(&body, row_bytes->data, row_bytes->size);
  put_module(&file, g, "VMP data", &body);
  free(body.data);
  return file;
}

/* An id that nobody knows, 1, 2, 4 or 8 bytes wide, in front of time and voltage. */
static void test_unknown_columns(void **state) {
  (void)state;
  static const uint16_t ids[] = {1, 3, 5000, 4, 6};
  for (size_t width = 1; width <= 8; width *= 2) {
    Buffer rows = {0};
    for (size_t i = 0; i < 40; i++) {
      put_number(&rows, 3, 1);
      put_number(&rows, 200 + i, width);
      put_f8(&rows, (double)i);
      put_f4(&rows, 3.5f);
    }
    Buffer file = data_only(&generations[V3], 40, ids, 5, &rows);
    free(rows.data);
    DavyRecord *record = read_buffer(&file, DAVY_OK);
    assert_true(warned(record, "Column number 5000 is unknown"));
    for (size_t i = 0; i < 40; i++) {
      assert_true(DavyRecordNumbers(record, DAVY_TEST_TIME)[i] == (double)i);
      assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[i] == 3.5);
      assert_true(DavyRecordNumbers(record, DAVY_CURRENT)[i] == 0); /* rests throughout */
    }
    DavyRecordDestroy(&record);
  }
}

static void test_two_unknown_columns_of_different_widths(void **state) {
  (void)state;
  static const uint16_t ids[] = {6000, 4, 5000, 6};
  Buffer rows = {0};
  for (size_t i = 0; i < 40; i++) {
    put_f8(&rows, 0.25);
    put_f8(&rows, 10.0 + (double)i);
    put_number(&rows, 7, 2);
    put_f4(&rows, 3.5f);
  }
  Buffer file = data_only(&generations[V11_50], 40, ids, 4, &rows);
  free(rows.data);
  DavyRecord *record = read_buffer(&file, DAVY_OK);
  for (size_t i = 0; i < 40; i++) {
    assert_true(DavyRecordNumbers(record, DAVY_TEST_TIME)[i] == 10.0 + (double)i);
    assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[i] == 3.5);
  }
  DavyRecordDestroy(&record);
}

/* A row too short for its columns cannot be read at all: said with the place. */
static void test_impossible_row(void **state) {
  (void)state;
  static const uint16_t ids[] = {4, 6};
  Buffer rows = {0};
  for (size_t i = 0; i < 40; i++) put_f8(&rows, (double)i);
  Buffer file = data_only(&generations[V3], 40, ids, 2, &rows);
  free(rows.data);
  DavyRecord *record = read_buffer(&file, DAVY_ERR_FORMAT);
  assert_null(record);
  assert_non_null(strstr(DavyErrorMessage(), "made.mpr: byte"));
  assert_non_null(strstr(DavyErrorMessage(), "a row has 8 bytes"));
}

static Buffer impedance_file(const Generation *g, const uint16_t *ids, size_t columns) {
  Buffer rows = {0};
  for (size_t i = 0; i < 10; i++) {
    put_f8(&rows, (double)i);
    put_f4(&rows, i < 5 ? 0.0f : 1000.0f);
    put_f4(&rows, i < 5 ? 0.0f : 2.0f);   /* |Z| */
    put_f4(&rows, i < 5 ? 0.0f : -30.0f); /* phase */
    put_f4(&rows, 3.5f);
  }
  Buffer file = data_only(g, 10, ids, columns, &rows);
  free(rows.data);
  return file;
}

/* |Z| = 2, phase = -30 deg: Re = sqrt(3), Im = -1; no value where there is no frequency. */
static void test_impedance_from_magnitude_and_phase(void **state) {
  (void)state;
  static const uint16_t ids[] = {4, 32, 36, 35, 77};
  Buffer file = impedance_file(&generations[V3], ids, 5);
  DavyRecord *record = read_buffer(&file, DAVY_OK);
  const double *real = DavyRecordNumbers(record, DAVY_REAL_IMPEDANCE),
               *imaginary = DavyRecordNumbers(record, DAVY_IMAGINARY_IMPEDANCE),
               *frequency = DavyRecordNumbers(record, DAVY_FREQUENCY);
  for (size_t i = 0; i < 10; i++) {
    assert_true(isnan(real[i]) == (i < 5) && isnan(imaginary[i]) == (i < 5));
    assert_true(isnan(frequency[i]) == (i < 5));
  }
  assert_true(fabs(real[7] - sqrt(3)) < 1e-15 && fabs(imaginary[7] + 1) < 1e-15);
  DavyRecordDestroy(&record);
}

/* One byte of id: 174 is <Ewe>, or Phase(Zwe-ce) beside another Ewe; 185 is 441, <Ece>. */
static void test_ids_of_one_byte(void **state) {
  (void)state;
  static const uint16_t alone[] = {4, 32, 185, 35, 174}, beside[] = {4, 174, 36, 35, 77};
  Buffer file = impedance_file(&generations[0], alone, 5);
  DavyRecord *record = read_buffer(&file, DAVY_OK);
  assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[0] == 3.5);
  assert_true(find_extra(record, "average_counter_electrode_potential_volt")[9] == 2);
  DavyRecordDestroy(&record);
  file = impedance_file(&generations[0], beside, 5);
  record = read_buffer(&file, DAVY_OK);
  assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[0] == 3.5);
  assert_true(find_extra(record, "cell_impedance_phase_degree")[9] == 1000);
  DavyRecordDestroy(&record);
}

/* (Q-Qo) starts anew in each loop, the record's net capacity does not. */
static void test_loops(void **state) {
  (void)state;
  static const uint16_t ids[] = {4, 8, 13, 6};
  Buffer rows = {0}, loop = {0};
  for (size_t i = 0; i < 30; i++) {
    put_f8(&rows, (double)i);
    put_f4(&rows, 1.0f);
    put_f8(&rows, (double)(i % 10 + 1)); /* mAh */
    put_f4(&rows, 3.5f);
  }
  Buffer file = data_only(&generations[V3], 30, ids, 4, &rows);
  put_number(&loop, 4, 4);
  for (uint32_t first = 0; first <= 30; first += 10) put_number(&loop, first, 4);
  put_module(&file, &generations[V3], "VMP loop", &loop);
  free(rows.data);
  free(loop.data);
  DavyRecord *record = read_buffer(&file, DAVY_OK);
  const double *net = DavyRecordNumbers(record, DAVY_NET_CAPACITY);
  for (size_t i = 0; i < 30; i++) assert_true(fabs(net[i] - 1e-3 * (double)(i + 1)) < 1e-12);
  assert_non_null(strstr(DavyRecordInfo(record, "loops"), "3;"));
  DavyRecordDestroy(&record);
}

static void test_unknown_names(void **state) {
  (void)state;
  const Generation *g = &generations[V11_50];
  Buffer file = {0}, body = {0};
  put_magic(&file);
  put_settings(&file, g, 0xEE, 0.001f, 0.001f, 2);
  put_data_head(&body, g, 20, gcpl_ids, GCPL_COLUMNS);
  put_gcpl_rows(&body, 20);
  put_module(&file, g, "VMP data", &body);
  put_module(&file, g, "VMP new", &body);
  put_module(&file, g, "VMP data", &body);
  put_log(&file, g, "C:\\data\\cell_03_PITT_C01.mpr");
  free(body.data);
  DavyRecord *record = read_buffer(&file, DAVY_OK);
  expect_gcpl_rows(record, 20);
  assert_true(warned(record, "Technique number 0xEE (\"PITT\" in the file's name) is unknown"));
  assert_true(warned(record, "Module \"VMP new\""));
  assert_true(warned(record, "A second module \"VMP data\""));
  assert_null(DavyRecordInfo(record, "mass_kg")); /* 0.001 is what EC-Lab fills in by itself */
  assert_null(DavyRecordInfo(record, "area_m2"));
  DavyRecordDestroy(&record);
}

static void test_units_of_area(void **state) {
  (void)state;
  static const struct {
    unsigned unit;
    const char *expected;
  } cases[] = {{2, "0.01131"}, {3, "0.0001131"}, {9, NULL}};
  for (size_t i = 0; i < 3; i++) {
    const Generation *g = &generations[V3];
    Buffer file = {0}, body = {0};
    put_magic(&file);
    put_settings(&file, g, 0x04, 0.001f, 113.1f, cases[i].unit);
    put_data_head(&body, g, 4, gcpl_ids, GCPL_COLUMNS);
    put_gcpl_rows(&body, 4);
    put_module(&file, g, "VMP data", &body);
    free(body.data);
    DavyRecord *record = read_buffer(&file, DAVY_OK);
    if (cases[i].expected)
      assert_string_equal(DavyRecordInfo(record, "area_m2"), cases[i].expected);
    else
      assert_true(warned(record, "unknown unit (number 9)"));
    assert_string_equal(DavyRecordInfo(record, "start_time"), "2023-12-31"); /* no log */
    DavyRecordDestroy(&record);
  }
}

static void test_hostile_mpr(void **state) {
  (void)state;
  const Generation *g = &generations[V3];
  size_t module = 52 + 6 + 51; /* of the data, where it comes first */
  static const uint16_t ids[] = {4, 6};
  static const struct {
    size_t at; /* behind the header of the data module */
    uint32_t value;
    size_t size;
    const char *error; /* NULL: reads, with a warning */
  } changes[] = {
      {0, 0xffffffff, 4, NULL},  /* more rows than there are */
      {0, 0, 4, NULL},           /* none announced */
      {4, 0, 1, "0 columns"},    /* no columns */
      {4, 255, 1, "255 columns"} /* more than fit */
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    Buffer rows = {0};
    for (size_t k = 0; k < 40; k++) {
      put_f8(&rows, (double)k);
      put_f4(&rows, 3.5f);
    }
    Buffer file = data_only(g, 40, ids, 2, &rows);
    free(rows.data);
    for (size_t k = 0; k < changes[i].size; k++)
      file.data[module + changes[i].at + k] = (unsigned char)(changes[i].value >> 8 * k);
    DavyRecord *record = read_buffer(&file, changes[i].error ? DAVY_ERR_FORMAT : DAVY_OK);
    if (changes[i].error) {
      assert_non_null(strstr(DavyErrorMessage(), changes[i].error));
      continue;
    }
    assert_int_equal(DavyRecordRows(record), 40);
    assert_true(DavyRecordWarnings(record) > 0);
    DavyRecordDestroy(&record);
  }
}

/* A module whose length is wrong: the next "MODULE" is searched. */
static void test_broken_length(void **state) {
  (void)state;
  const Generation *g = &generations[V3];
  Buffer file = gcpl_file(g, 20);
  file.data[52 + 6 + 35] += 40; /* length of the settings: runs into the data module's header */
  DavyRecord *record = read_buffer(&file, DAVY_OK);
  expect_gcpl_rows(record, 20);
  assert_true(warned(record, "No module starts at byte"));
  DavyRecordDestroy(&record);
  file = gcpl_file(g, 20);
  file.data[52 + 6 + 35] -= 40; /* ends early: junk before the next module */
  record = read_buffer(&file, DAVY_OK);
  expect_gcpl_rows(record, 20);
  assert_true(warned(record, "No module starts at byte"));
  DavyRecordDestroy(&record);
}

static void test_no_mpr_at_all(void **state) {
  (void)state;
  static const char *const texts[] = {"BIO-LOGIC MODULAR FILE\x1a", "BIO-LOGIC MODULAR FILE\x1a"
                                                                    "MODULE"};
  for (size_t i = 0; i < 2; i++) {
    Buffer file = {0};
    put(&file, texts[i], strlen(texts[i]));
    assert_null(read_buffer(&file, DAVY_ERR_FORMAT));
  }
  const DavyReadOptions options = {.format = "eclab-mpr"};
  DavyRecord *record = NULL;
  assert_int_equal(DavyRecordReadMemory("no such thing", 13, &options, &record), DAVY_ERR_FORMAT);
}

#define HEAD(lines) "EC-Lab ASCII FILE\r\nNb header lines : " lines "                          \r\n"

static DavyRecord *read_text(const char *text, DavyError expected) {
  Buffer file = {0};
  put(&file, text, strlen(text));
  return read_buffer(&file, expected);
}

static void test_mpt_header_and_comma(void **state) {
  (void)state;
  DavyRecord *record = read_text(
      HEAD("11") "\r\nChronopotentiometry\r\n\r\n"
                 "Acquisition started on : 01/10/2024 11:02:29.886\r\n"
                 "Comments : 50 \xb5m \x96 Na\r\nElectrode surface area : 1,540 cm\xb2\r\n"
                 "Mass of active material : 2,000 mg\r\nDevice : SP-300 (SN 1)\r\n"
                 "mode\ttime/s\tEwe/V\tI/mA\tNew thing/V\t\r\n"
                 "1\t0,000000000000000E+000\t1,5E+000\t-2,0E-003\t1,0\r\n"
                 "1\t1,000000000000000E+000\tXXX\t-2,0E-003\t2,0\r\n\r\n"
                 "1\t2,000000000000000E+000\t1,7E+000\t-2,0E-003\t3,0",
      DAVY_OK);
  assert_int_equal(DavyRecordRows(record), 3);
  assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[2] == 1.7);
  assert_true(isnan(DavyRecordNumbers(record, DAVY_VOLTAGE)[1]));
  assert_true(DavyRecordNumbers(record, DAVY_CURRENT)[0] == -2e-6);
  assert_true(find_extra(record, "new_thing_volt")[2] == 3);
  assert_true(warned(record, "\"New thing/V\" is unknown"));
  assert_true(warned(record, "1 fields hold no number"));
  assert_string_equal(DavyRecordInfo(record, "technique"), "CP");
  assert_string_equal(DavyRecordInfo(record, "area_m2"), "0.000154");
  assert_string_equal(DavyRecordInfo(record, "mass_kg"), "2e-06");
  assert_string_equal(DavyRecordInfo(record, "comment"), "50 \xc2\xb5m \xe2\x80\x93 Na");
  assert_string_equal(DavyRecordInfo(record, "start_time"), "2024-01-10T11:02:29.886");
  DavyRecordDestroy(&record);
}

/* The first rows may hold whole numbers only. */
static void test_mpt_with_a_late_comma(void **state) {
  (void)state;
  DavyRecord *record = read_text(HEAD("3") "time/s\tEwe/V\t\n0\t0\n1\t1\n2\t1,5\n", DAVY_OK);
  assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[2] == 1.5);
  DavyRecordDestroy(&record);
}

#define ROWS "0.000000000000000E+000\t1.5000000E+000\n1.000000000000000E+000\t1.6000000E+000\n"

static void test_mpt_that_breaks_off(void **state) {
  (void)state;
  DavyRecord *record = read_text(HEAD("3") "time/s\tEwe/V\t\n" ROWS "2.0E+0", DAVY_OK);
  assert_int_equal(DavyRecordRows(record), 2);
  assert_true(warned(record, "1 rows break off"));
  DavyRecordDestroy(&record);
  /* within the last number, which would read as 1.7 V in place of 1.7e-3 V */
  record =
      read_text(HEAD("3") "time/s\tEwe/V\t\n" ROWS "2.000000000000000E+000\t1.7000000E", DAVY_OK);
  assert_int_equal(DavyRecordRows(record), 2);
  assert_true(warned(record, "first: line 6"));
  DavyRecordDestroy(&record);
  assert_null(read_text(HEAD("3") "time/s\tEwe/V\t\n", DAVY_ERR_FORMAT));
  assert_null(read_text(HEAD("3"), DAVY_ERR_FORMAT));
  assert_null(read_text("EC-Lab ASCII FILE", DAVY_ERR_FORMAT));
}

static void test_mpt_with_a_wrong_or_no_header(void **state) {
  (void)state;
  static const char *const texts[] = {
      HEAD("40") "\nOpen Circuit Voltage\nmode\ttime/s\tEwe/V\t\n3\t0.0\t1.5\n3\t1.0\t1.6\n",
      HEAD("-7") "mode\ttime/s\tEwe/V\t\n3\t0.0\t1.5\n3\t1.0\t1.6\n",
      "mode\ttime/s\tEwe/V\n3\t0.0\t1.5\n3\t1.0\t1.6\n",
      "\xef\xbb\xbf" HEAD("3") "mode\ttime/s\tEwe/V\t\n3\t0.0\t1.5\n3\t1.0\t1.6\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    DavyRecord *record = read_text(texts[i], DAVY_OK);
    assert_string_equal(DavyRecordInfo(record, "format"), "eclab-mpt");
    assert_int_equal(DavyRecordRows(record), 2);
    assert_true(DavyRecordNumbers(record, DAVY_VOLTAGE)[1] == 1.6);
    assert_true(DavyRecordNumbers(record, DAVY_CURRENT)[1] == 0); /* mode 3: rest */
    assert_int_equal(warned(record, "The headings stand on line"), i == 0);
    DavyRecordDestroy(&record);
  }
}

static void test_mpt_dates(void **state) {
  (void)state;
  static const char *const dates[][2] = {{"11/20/2024 23:59:59.500", "11/21/2024 00:00:01.000"},
                                         {"11.20.2024 23:59:59,500", "11.21.2024 00:00:01,000"},
                                         {"11-20-2024 23:59:59.5", "11-21-2024 00:00:01"},
                                         {"2024-11-20 23:59:59.5", "2024-11-21 00:00:01"},
                                         {"20/11/2024 23:59:59.5", "21/11/2024 00:00:01"},
                                         {"11/20/24 11:59:59.5 PM", "11/21/24 12:00:01 AM"}};
  for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
    char text[256];
    snprintf(text, sizeof text, HEAD("3") "time/s\tEwe/V\t\n%s\t1.5\n%s\t1.6\n", dates[i][0],
             dates[i][1]);
    DavyRecord *record = read_text(text, DAVY_OK);
    assert_true(fabs(DavyRecordNumbers(record, DAVY_TEST_TIME)[1] - 1.5) < 1e-6);
    assert_string_equal(DavyRecordInfo(record, "start_time"), "2024-11-20T23:59:59.500");
    DavyRecordDestroy(&record);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_generation),
      cmocka_unit_test(test_truncated_anywhere),
      cmocka_unit_test(test_unknown_columns),
      cmocka_unit_test(test_two_unknown_columns_of_different_widths),
      cmocka_unit_test(test_impossible_row),
      cmocka_unit_test(test_impedance_from_magnitude_and_phase),
      cmocka_unit_test(test_ids_of_one_byte),
      cmocka_unit_test(test_loops),
      cmocka_unit_test(test_unknown_names),
      cmocka_unit_test(test_units_of_area),
      cmocka_unit_test(test_hostile_mpr),
      cmocka_unit_test(test_broken_length),
      cmocka_unit_test(test_no_mpr_at_all),
      cmocka_unit_test(test_mpt_header_and_comma),
      cmocka_unit_test(test_mpt_with_a_late_comma),
      cmocka_unit_test(test_mpt_that_breaks_off),
      cmocka_unit_test(test_mpt_with_a_wrong_or_no_header),
      cmocka_unit_test(test_mpt_dates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
