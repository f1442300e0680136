/* Which sources a run used, and how they are shown. */
#include "davy/cite.h"

#include <ctype.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/bib.h"
#include "davy/file.h"

typedef struct {
  char *key, *why;
} Citation;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Citation *citations;
static size_t citation_count;

static bool is_known(const char *key) {
  for (size_t i = 0; i < citation_count; i++)
    if (strcmp(citations[i].key, key) == 0) return true;
  return false;
}

void DavyCite(const char *key, const char *why) {
  pthread_mutex_lock(&lock);
  Citation *grown = is_known(key) ? NULL : realloc(citations, (citation_count + 1) * sizeof *grown);
  if (grown) {
    citations = grown;
    Citation *citation = &citations[citation_count];
    *citation = (Citation){strdup(key), strdup(why)};
    if (citation->key && citation->why)
      citation_count++;
    else
      free(citation->key), free(citation->why);
  }
  pthread_mutex_unlock(&lock);
}

size_t DavyCiteCount(void) {
  return citation_count;
}
const char *DavyCiteKey(size_t i) {
  return i < citation_count ? citations[i].key : NULL;
}
const char *DavyCiteWhy(size_t i) {
  return i < citation_count ? citations[i].why : NULL;
}

void DavyCiteClear(void) {
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < citation_count; i++) free(citations[i].key), free(citations[i].why);
  free(citations);
  citations = NULL;
  citation_count = 0;
  pthread_mutex_unlock(&lock);
}

typedef struct {
  char path[4096];
  DavyBytes bytes;
} Bibliography;

static DavyError open_sources(Bibliography *bib) {
  snprintf(bib->path, sizeof bib->path, "%s/sources.bib", DavyDataDirectory());
  return DavyBytesOpen(bib->path, &bib->bytes);
}

static DavyError find_entry(const Bibliography *bib, const char *key, DavyBibEntry *entry) {
  const char *text = (const char *)bib->bytes.data, *p = text, *end = text + bib->bytes.size;
  for (int found = 1; found;) {
    DAVY_TRY(DavyBibNext(bib->path, text, &p, end, entry, &found));
    if (found && entry->key.length == strlen(key) &&
        memcmp(entry->key.text, key, entry->key.length) == 0)
      return DAVY_OK;
  }
  return DavyFail(DAVY_ERR_LOOKUP, "%s: no source %s", bib->path, key);
}

/* A field in running text: braces dropped, blanks joined, "--" as a dash, "\&" as "&". */
static void write_field(FILE *out, DavySpan field) {
  bool blank = false;
  for (size_t i = 0; i < field.length; i++) {
    char c = field.text[i];
    if (c == '{' || c == '}' || c == '\\') continue;
    if (isspace((unsigned char)c)) {
      blank = true;
      continue;
    }
    if (blank) fputc(' ', out);
    blank = false;
    if (c == '-' && i + 1 < field.length && field.text[i + 1] == '-') {
      fputs("\xE2\x80\x93", out);
      i++;
    } else {
      fputc(c, out);
    }
  }
}

static size_t find_and(const char *text, size_t length) {
  for (size_t i = 0; i + 5 <= length; i++)
    if (isspace((unsigned char)text[i]) && memcmp(text + i + 1, "and", 3) == 0 &&
        isspace((unsigned char)text[i + 4]))
      return i;
  return length;
}

/* "Newman, J. and Smyrl, W. H." of BibTeX as "Newman, J.; Smyrl, W. H."; beyond three the first
 * "et al." */
static void write_authors(FILE *out, DavySpan authors) {
  DavySpan names[4];
  int count = 0;
  for (DavySpan rest = authors; rest.length && count < 4;) {
    size_t length = find_and(rest.text, rest.length), skip = length + 5;
    names[count++] = (DavySpan){rest.text, length};
    rest =
        skip < rest.length ? (DavySpan){rest.text + skip, rest.length - skip} : (DavySpan){"", 0};
  }
  for (int i = 0; i < (count > 3 ? 1 : count); i++) {
    if (i) fputs("; ", out);
    write_field(out, names[i]);
  }
  if (count > 3) fputs(" et al.", out);
}

static void write_part(FILE *out, const DavyBibEntry *entry, const char *field, const char *before,
                       const char *after) {
  DavySpan value = DavyBibField(entry, field);
  if (!value.length) return;
  fputs(before, out);
  write_field(out, value);
  fputs(after, out);
}

static void write_line(FILE *out, const DavyBibEntry *entry) {
  write_authors(out, DavyBibField(entry, "author"));
  write_part(out, entry, "year", " (", ")");
  write_part(out, entry, "title", ", ", "");
  write_part(out, entry, "journal", ", ", "");
  write_part(out, entry, "publisher", ", ", "");
  write_part(out, entry, "howpublished", ", ", "");
  write_part(out, entry, "volume", " ", "");
  write_part(out, entry, "pages", ", ", "");
  write_part(out, entry, "doi", ", doi:", "");
  if (!DavyBibField(entry, "doi").length) write_part(out, entry, "url", ", ", "");
}

DavyError DavyCiteLine(const char *key, char *line, size_t size) {
  Bibliography bib;
  DavyBibEntry entry;
  char *text = NULL;
  size_t length = 0;
  DAVY_TRY(open_sources(&bib));
  DavyError error = find_entry(&bib, key, &entry);
  FILE *out = error ? NULL : open_memstream(&text, &length);
  if (out) {
    write_line(out, &entry);
    fclose(out);
    snprintf(line, size, "%s", text);
    free(text);
  } else if (!error) {
    error = DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", key);
  }
  DavyBytesClose(&bib.bytes);
  return error;
}

DavyError DavyCiteWriteBib(FILE *file) {
  Bibliography bib;
  DavyError error = DAVY_OK;
  DAVY_TRY(open_sources(&bib));
  for (size_t i = 0; i < citation_count && !error; i++) {
    DavyBibEntry entry;
    error = find_entry(&bib, citations[i].key, &entry);
    if (error) break;
    fprintf(file, "%% %s\n", citations[i].why);
    fwrite(entry.whole.text, 1, entry.whole.length, file);
    fputs("\n\n", file);
  }
  DavyBytesClose(&bib.bytes);
  DAVY_CHECK(error || !ferror(file), DAVY_ERR_WRITE, "the sources cannot be written");
  return error;
}
