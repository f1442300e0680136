/* A reader for BibTeX entries as we write them: @type{key, name = {value}, ...}. Values stand in
 * braces (nested ones are kept), in quotes, or bare. Text between entries is a comment. */
#include "core/bib.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef struct {
  const char *name, *text, *p, *end;
} Reader;

static DavyError fail_here(const Reader *reader, const char *expected) {
  DavyPlace place = {reader->name, 1, 1, -1};
  for (const char *c = reader->text; c < reader->p; c++) {
    place.column++;
    if (*c == '\n') place.line++, place.column = 1;
  }
  return DavyFailAt(place, DAVY_ERR_FORMAT, "no BibTeX: expected %s", expected);
}

static void skip_blanks(Reader *reader) {
  while (reader->p < reader->end && isspace((unsigned char)*reader->p)) reader->p++;
}

static DavySpan take_word(Reader *reader) {
  DavySpan word = {reader->p, 0};
  while (reader->p < reader->end &&
         (isalnum((unsigned char)*reader->p) || memchr("_-.:/+", *reader->p, 6)))
    reader->p++;
  word.length = (size_t)(reader->p - word.text);
  return word;
}

static int take_char(Reader *reader, char wanted) {
  skip_blanks(reader);
  if (reader->p >= reader->end || *reader->p != wanted) return 0;
  reader->p++;
  return 1;
}

/* What stands between the mark at *p and the one that closes it. */
static DavyError take_enclosed(Reader *reader, char close, DavySpan *value) {
  int depth = 0;
  *value = (DavySpan){++reader->p, 0};
  for (; reader->p < reader->end; reader->p++) {
    if (*reader->p == close && depth == 0) {
      value->length = (size_t)(reader->p - value->text);
      reader->p++;
      return DAVY_OK;
    }
    depth += (*reader->p == '{') - (*reader->p == '}');
    if (depth < 0) break;
  }
  return fail_here(reader, close == '}' ? "}" : "\"");
}

static DavyError take_field(Reader *reader, DavyBibEntry *entry) {
  if (entry->count == DAVY_BIB_FIELDS) return fail_here(reader, "fewer fields");
  DavySpan name = take_word(reader), value;
  if (!name.length) return fail_here(reader, "a field such as year = {2021}");
  if (!take_char(reader, '=')) return fail_here(reader, "=");
  skip_blanks(reader);
  if (reader->p < reader->end && *reader->p == '{') {
    DAVY_TRY(take_enclosed(reader, '}', &value));
  } else if (reader->p < reader->end && *reader->p == '"') {
    DAVY_TRY(take_enclosed(reader, '"', &value));
  } else {
    value = take_word(reader);
  }
  entry->names[entry->count] = name;
  entry->values[entry->count++] = value;
  return DAVY_OK;
}

DavyError DavyBibNext(const char *name, const char *text, const char **p, const char *end,
                      DavyBibEntry *entry, int *found) {
  const char *at = memchr(*p, '@', (size_t)(end - *p));
  *found = 0;
  *entry = (DavyBibEntry){.count = 0};
  if (!at) return DAVY_OK;
  Reader reader = {name, text, at + 1, end};
  entry->type = take_word(&reader);
  if (!entry->type.length || !take_char(&reader, '{')) return fail_here(&reader, "@article{");
  skip_blanks(&reader);
  entry->key = take_word(&reader);
  if (!entry->key.length) return fail_here(&reader, "a key");
  while (take_char(&reader, ',')) {
    skip_blanks(&reader);
    if (reader.p < reader.end && *reader.p == '}') break;
    DAVY_TRY(take_field(&reader, entry));
  }
  if (!take_char(&reader, '}')) return fail_here(&reader, ", or }");
  entry->whole = (DavySpan){at, (size_t)(reader.p - at)};
  *p = reader.p;
  *found = 1;
  return DAVY_OK;
}

DavySpan DavyBibField(const DavyBibEntry *entry, const char *field) {
  size_t length = strlen(field);
  for (int i = 0; i < entry->count; i++)
    if (entry->names[i].length == length && !strncasecmp(entry->names[i].text, field, length))
      return entry->values[i];
  return (DavySpan){"", 0};
}
