/* Citations: only what was used, each once; the reader of our BibTeX; and that every key which the
 * code or a data file cites exists. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bib.h"
#include "davy/cite.h"
#include "davy/file.h"

static void sources_are_listed_once(void **state) {
  (void)state;
  DavyCiteClear();
  DavyCite("wang2021", "the electrolyte");
  DavyCite("newman2004", "transport");
  DavyCite("wang2021", "again");
  assert_int_equal(DavyCiteCount(), 2);
  assert_string_equal(DavyCiteKey(0), "wang2021");
  assert_string_equal(DavyCiteWhy(0), "the electrolyte");
  assert_null(DavyCiteKey(2));
  char *text = NULL;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  assert_int_equal(DavyCiteWriteBib(file), DAVY_OK);
  fclose(file);
  assert_non_null(strstr(text, "% the electrolyte\n@article{wang2021,"));
  assert_non_null(strstr(text, "@book{newman2004,"));
  assert_null(strstr(text, "chayambuka2022"));
  free(text);
  DavyCiteClear();
  assert_int_equal(DavyCiteCount(), 0);
}

static void one_line_for_people(void **state) {
  (void)state;
  char line[512];
  assert_int_equal(DavyCiteLine("seh2015", line, sizeof line), DAVY_OK);
  assert_string_equal(line, "Seh, Z. W. et al. (2015), A Highly Reversible Room-Temperature Sodium "
                            "Metal Anode, ACS Central Science 1, 449–455, "
                            "doi:10.1021/acscentsci.5b00328");
  assert_int_equal(DavyCiteLine("newman2004", line, sizeof line), DAVY_OK);
  assert_string_equal(line, "Newman, J.; Thomas-Alyea, K. E. (2004), Electrochemical Systems, 3rd "
                            "edition, Wiley");
  char shorter[8];
  assert_int_equal(DavyCiteLine("newman2004", shorter, sizeof shorter), DAVY_OK);
  assert_string_equal(shorter, "Newman,");
  assert_int_equal(DavyCiteLine("newman1904", line, sizeof line), DAVY_ERR_LOOKUP);
  assert_non_null(strstr(DavyErrorMessage(), "sources.bib: no source newman1904"));
}

static DavyError read_all(const char *text, int *count) {
  const char *p = text;
  DavyBibEntry entry;
  *count = 0;
  for (int found = 1; found;) {
    DAVY_TRY(DavyBibNext("t.bib", text, &p, text + strlen(text), &entry, &found));
    *count += found;
  }
  return DAVY_OK;
}

static void bibtex_as_we_write_it(void **state) {
  (void)state;
  const char *text = "a comment\n@article{key1,\n  Title = {A {Nested} title},\n  year = 1990,\n"
                     "  note = \"quoted {\"} text\",\n}\n@misc{b}";
  const char *p = text, *end = text + strlen(text);
  DavyBibEntry entry;
  int found = 0;
  assert_int_equal(DavyBibNext("t.bib", text, &p, end, &entry, &found), DAVY_OK);
  assert_true(found && entry.count == 3);
  assert_memory_equal(entry.key.text, "key1", entry.key.length);
  DavySpan title = DavyBibField(&entry, "title");
  assert_memory_equal(title.text, "A {Nested} title", title.length);
  assert_int_equal(DavyBibField(&entry, "doi").length, 0);
  assert_int_equal(read_all(text, &found), DAVY_OK);
  assert_int_equal(found, 2);
}

static void broken_bibtex_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } broken[] = {{"@article", "t.bib:1:9: no BibTeX: expected @article{"},
                {"@article{", "t.bib:1:10: no BibTeX: expected a key"},
                {"@a{k, title}", "t.bib:1:12: no BibTeX: expected ="},
                {"@a{k,\n title = {x", "t.bib:2:12: no BibTeX: expected }"},
                {"@a{k, t = {x}", "t.bib:1:14: no BibTeX: expected , or }"},
                {"@a{k, t = \"x}", "t.bib:1:13: no BibTeX: expected \""}};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    int count;
    assert_int_equal(read_all(broken[i].text, &count), DAVY_ERR_FORMAT);
    assert_string_equal(DavyErrorMessage(), broken[i].message);
  }
}

/* Every DavyCite("key" in the sources names an entry. */
static void expect_keys_of(const char *path) {
  DavyBytes bytes;
  char key[64], line[64];
  static const char call[] = "DavyCite(\"";
  assert_int_equal(DavyBytesOpen(path, &bytes), DAVY_OK);
  const char *p = (const char *)bytes.data, *end = p + bytes.size;
  while ((p = memmem(p, (size_t)(end - p), call, sizeof call - 1))) {
    p += sizeof call - 1;
    size_t length = strcspn(p, "\"");
    assert_true(length < sizeof key);
    memcpy(key, p, length);
    key[length] = '\0';
    if (DavyCiteLine(key, line, sizeof line)) fail_msg("%s: %s", path, DavyErrorMessage());
  }
  DavyBytesClose(&bytes);
}

static void walk(const char *folder) {
  struct dirent **entries;
  int count = scandir(folder, &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    char path[4096];
    const char *name = entries[i]->d_name;
    size_t length = strlen(name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (name[0] != '.' && entries[i]->d_type == DT_DIR) walk(path);
    if (length > 2 && strcmp(name + length - 2, ".c") == 0) expect_keys_of(path);
    free(entries[i]);
  }
  if (count >= 0) free(entries);
}

static void the_code_cites_what_exists(void **state) {
  (void)state;
  walk(DAVY_SOURCE "/src");
}

static void every_entry_is_complete(void **state) {
  (void)state;
  DavyBytes bytes;
  assert_int_equal(DavyBytesOpen(DAVY_SOURCE "/data/sources.bib", &bytes), DAVY_OK);
  const char *text = (const char *)bytes.data, *p = text, *end = text + bytes.size;
  char keys[256][64];
  int count = 0;
  for (int found = 1; found;) {
    DavyBibEntry entry;
    if (DavyBibNext("sources.bib", text, &p, end, &entry, &found))
      fail_msg("%s", DavyErrorMessage());
    if (!found) break;
    assert_true(count < 256);
    snprintf(keys[count], 64, "%.*s", (int)entry.key.length, entry.key.text);
    for (int i = 0; i < count; i++) assert_string_not_equal(keys[i], keys[count]);
    count++;
    if (!DavyBibField(&entry, "author").length || !DavyBibField(&entry, "title").length ||
        !DavyBibField(&entry, "year").length)
      fail_msg("%s lacks author, title or year", keys[count - 1]);
  }
  assert_true(count > 10);
  DavyBytesClose(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sources_are_listed_once),    cmocka_unit_test(one_line_for_people),
      cmocka_unit_test(bibtex_as_we_write_it),      cmocka_unit_test(broken_bibtex_is_refused),
      cmocka_unit_test(the_code_cites_what_exists), cmocka_unit_test(every_entry_is_complete),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
