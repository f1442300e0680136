/* Numbers as text against the C library's own reader, and the four forms of a table against texts
 * written by hand after RFC 4180 (CSV), RFC 8259 (JSON) and the HTML standard. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "davy/table.h"

static void expect_number(double value, const char *expected) {
  char text[32];
  size_t length = DavyFormatDouble(value, text);
  assert_string_equal(text, expected);
  assert_int_equal(length, strlen(expected));
}

static void numbers_look_as_people_write_them(void **state) {
  (void)state;
  expect_number(0, "0");
  expect_number(-0.0, "-0");
  expect_number(1, "1");
  expect_number(-25, "-25");
  expect_number(0.1, "0.1");
  expect_number(3.3, "3.3");
  expect_number(298.15, "298.15");
  expect_number(1e20, "100000000000000000000");
  expect_number(1e21, "1e21");
  expect_number(1.5e-6, "0.0000015");
  expect_number(1.5e-7, "1.5e-7");
  expect_number(1.0 / 3, "0.3333333333333333");
  expect_number(0.1 + 0.2, "0.30000000000000004");
  expect_number(5e-324, "5e-324");
  expect_number(1.7976931348623157e308, "1.7976931348623157e308");
  expect_number(9007199254740993.0, "9007199254740992");
  expect_number(NAN, "nan");
  expect_number(-INFINITY, "-inf");
}

static uint64_t next_random(uint64_t *seed) { /* xorshift64, Marsaglia 2003 */
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static int significant_digits(const char *text) {
  int count = 0, zeros = 0;
  for (; *text && *text != 'e'; text++) {
    if (*text < '0' || *text > '9' || (!count && *text == '0')) continue;
    zeros = *text == '0' ? zeros + 1 : 0;
    count++;
  }
  return count - zeros;
}

static void numbers_read_back_and_are_shortest(void **state) {
  (void)state;
  uint64_t seed = 20261122;
  for (int i = 0; i < 200000; i++) {
    uint64_t bits = next_random(&seed);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (i % 4 == 1) value = (double)(int64_t)(bits >> 40) / 1e7; /* as measured */
    if (i % 4 == 2) value = (double)(int64_t)bits * 1e-19;       /* as computed */
    if (!isfinite(value)) continue;
    char text[32], shorter[40];
    DavyFormatDouble(value, text);
    assert_true(strtod(text, NULL) == value);
    int digits = significant_digits(text);
    if (digits < 2) continue;
    snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
    assert_true(strtod(shorter, NULL) != value);
  }
}

static DavyTable *sample(void) {
  DavyTable *table = NULL;
  assert_int_equal(DavyTableCreate("cycles", "Cycles & steps", &table), DAVY_OK);
  DavyTableAddColumn(table, "cycle", "Cycle", "1", DAVY_CELL_INTEGER, 0);
  DavyTableAddColumn(table, "plated", "Plated", "mAh/cm2", DAVY_CELL_NUMBER, 3);
  DavyTableAddColumn(table, "note", "Note, \"free\"", NULL, DAVY_CELL_TEXT, 0);
  DavyTableAddRow(table);
  DavyTableSetInteger(table, "cycle", 1);
  DavyTableSetNumber(table, "plated", 1.0 / 3);
  DavyTableSetText(table, "note", "a<b,\n\"c\" </script> µ\xFF");
  DavyTableAddRow(table);
  DavyTableSetInteger(table, "cycle", 2);
  DavyTableSetNumber(table, "plated", NAN);
  DavyTableAddNote(table, "%d rows", 2);
  return table;
}

typedef DavyError Writer(const DavyTable *table, FILE *file);

static void expect_written(Writer *write, const char *expected) {
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  DavyTable *table = sample();
  assert_int_equal(write(table, file), DAVY_OK);
  fclose(file);
  assert_string_equal(text, expected);
  free(text);
  DavyTableDestroy(&table);
  assert_null(table);
}

static void csv_keeps_all_digits_and_quotes(void **state) {
  (void)state;
  expect_written(DavyTableWriteCsv, "Cycle / 1,Plated / mAh/cm2,\"Note, \"\"free\"\"\"\n"
                                    "1,0.3333333333333333,\"a<b,\n\"\"c\"\" </script> µ\xFF\"\n"
                                    "2,,\n");
}

static void json_is_safe_in_a_script_element(void **state) {
  (void)state;
  expect_written(
      DavyTableWriteJson,
      "{\"key\":\"cycles\",\"title\":\"Cycles & steps\",\n"
      " \"columns\":[\n"
      "  {\"key\":\"cycle\",\"label\":\"Cycle\",\"unit\":\"1\"},\n"
      "  {\"key\":\"plated\",\"label\":\"Plated\",\"unit\":\"mAh/cm2\"},\n"
      "  {\"key\":\"note\",\"label\":\"Note, \\\"free\\\"\",\"unit\":null}],\n"
      " \"rows\":[\n"
      "  [1,0.3333333333333333,\"a\\u003cb,\\n\\\"c\\\" \\u003c/script> µ\xEF\xBF\xBD\"],\n"
      "  [2,null,null]],\n"
      " \"notes\":[\"2 rows\"]}");
}

/* What JSON allows and YAML does not: U+0085 and U+2028 end a line there, U+008C is refused. */
static void json_is_yaml(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  DavyJsonWriteText(file, "\x7F\xC2\x85\xC2\x8C\xC2\xA0\xE2\x80\xA8\xEF\xBB\xBF\xF0\x9F\x98\x80");
  fclose(file);
  assert_string_equal(text, "\"\\u007f\\u0085\\u008c\xC2\xA0\\u2028\\ufeff\xF0\x9F\x98\x80\"");
  free(text);
}

static void html_escapes_and_rounds(void **state) {
  (void)state;
  expect_written(
      DavyTableWriteHtml,
      "<table data-key=\"cycles\">\n<caption>Cycles &amp; steps</caption>\n"
      "<thead><tr><th scope=\"col\" class=\"number\">Cycle</th>"
      "<th scope=\"col\" class=\"number\">Plated <span class=\"unit\">mAh/cm2</span></th>"
      "<th scope=\"col\">Note, &quot;free&quot;</th></tr></thead>\n<tbody>\n"
      "<tr><td class=\"number\">1</td><td class=\"number\">0.333</td>"
      "<td>a&lt;b,\n&quot;c&quot; &lt;/script&gt; µ\xEF\xBF\xBD</td></tr>\n"
      "<tr><td class=\"number\">2</td><td class=\"number\"></td><td></td></tr>\n"
      "</tbody>\n</table>\n<p class=\"note\">2 rows</p>\n");
}

static void text_is_aligned(void **state) {
  (void)state;
  DavyTable *table = NULL;
  DavyTableCreate("t", "Voltages", &table);
  DavyTableAddColumn(table, "name", "Cell", NULL, DAVY_CELL_TEXT, 0);
  DavyTableAddColumn(table, "v", "V", "mV", DAVY_CELL_NUMBER, 4);
  DavyTableAddRow(table);
  DavyTableSetText(table, "name", "µA");
  DavyTableSetNumber(table, "v", -12.5);
  DavyTableAddRow(table);
  DavyTableSetText(table, "name", "long");
  DavyTableSetNumber(table, "v", 123456.7);
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  DavyTableWriteText(table, file);
  fclose(file);
  assert_string_equal(text, "Voltages\n"
                            "Cell       V\n"
                            "          mV\n"
                            "µA    -12.50\n"
                            "long  123457\n");
  free(text);
  DavyTableDestroy(&table);
}

static void reading_gives_no_value_where_there_is_none(void **state) {
  (void)state;
  DavyTable *table = sample();
  assert_int_equal(DavyTableRows(table), 2);
  assert_int_equal(DavyTableColumns(table), 3);
  assert_true(DavyTableNumber(table, 1, 0) == 2);
  assert_true(isnan(DavyTableNumber(table, 1, 1)));
  assert_true(isnan(DavyTableNumber(table, 0, 2)));
  assert_true(isnan(DavyTableNumber(table, 9, 0)));
  assert_null(DavyTableText(table, 1, 2));
  assert_null(DavyTableText(table, 0, 0));
  assert_int_equal(DavyTableFind(table, "plated"), 1);
  assert_int_equal(DavyTableFind(table, "stripped"), -1);
#ifdef NDEBUG /* in debug builds these abort */
  assert_int_equal(DavyTableSetNumber(table, "stripped", 1), DAVY_ERR_LOOKUP);
  assert_string_equal(DavyErrorMessage(), "table cycles: no column stripped");
  assert_int_equal(DavyTableSetNumber(table, "note", 1), DAVY_ERR_LOOKUP);
#endif
  DavyTableDestroy(&table);
}

static void a_full_disk_is_an_error(void **state) {
  (void)state;
  FILE *full = fopen("/dev/full", "w");
  if (!full) skip();
  setvbuf(full, NULL, _IONBF, 0);
  DavyTable *table = sample();
  assert_int_equal(DavyTableWriteCsv(table, full), DAVY_ERR_WRITE);
  fclose(full);
  DavyTableDestroy(&table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_look_as_people_write_them),
      cmocka_unit_test(numbers_read_back_and_are_shortest),
      cmocka_unit_test(csv_keeps_all_digits_and_quotes),
      cmocka_unit_test(json_is_safe_in_a_script_element),
      cmocka_unit_test(json_is_yaml),
      cmocka_unit_test(html_escapes_and_rounds),
      cmocka_unit_test(text_is_aligned),
      cmocka_unit_test(reading_gives_no_value_where_there_is_none),
      cmocka_unit_test(a_full_disk_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
