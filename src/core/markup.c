/* Text and numbers into JSON and HTML. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "davy/table.h"

/* Length of the UTF-8 sequence at `text` and its character, or 0 if it is none (stray, overlong,
 * surrogate, cut). */
static size_t utf8_length(const unsigned char *text, uint32_t *character) {
  size_t length;
  uint32_t code;
  *character = text[0];
  if (text[0] < 0x80) return 1;
  if (text[0] >= 0xC2 && text[0] <= 0xDF)
    length = 2, code = text[0] & 0x1Fu;
  else if ((text[0] & 0xF0) == 0xE0)
    length = 3, code = text[0] & 0x0Fu;
  else if (text[0] >= 0xF0 && text[0] <= 0xF4)
    length = 4, code = text[0] & 0x07u;
  else
    return 0;
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xC0) != 0x80) return 0; /* the final zero byte ends up here */
    code = code << 6 | (text[i] & 0x3Fu);
  }
  if (length == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))) return 0;
  if (length == 4 && (code < 0x10000 || code > 0x10FFFF)) return 0;
  *character = code;
  return length;
}

/* Writes `text` but for the characters that `escape` writes in its own way, saying so; what is not
 * UTF-8 becomes U+FFFD. */
static void write_escaped(FILE *file, const char *text, bool (*escape)(FILE *, uint32_t)) {
  for (const unsigned char *c = (const unsigned char *)text; *c;) {
    uint32_t character;
    size_t length = utf8_length(c, &character);
    if (length && !escape(file, character))
      fwrite(c, 1, length, file);
    else if (!length)
      fputs("\xEF\xBF\xBD", file);
    c += length ? length : 1;
  }
}

/* "<" is always escaped: neither "</script" nor "<!--" can then end or bend a <script> element. So
 * are characters that YAML has no place for or takes for the end of a line: JSON of davy is read as
 * YAML. */
static bool escape_json(FILE *file, uint32_t c) {
  bool yaml_refuses = (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
                      c == 0xFFFE || c == 0xFFFF;
  switch (c) {
  case '"': fputs("\\\"", file); return true;
  case '\\': fputs("\\\\", file); return true;
  case '\n': fputs("\\n", file); return true;
  case '\t': fputs("\\t", file); return true;
  default:
    if (c >= 0x20 && c != '<' && !yaml_refuses) return false;
    fprintf(file, "\\u%04x", (unsigned)c);
    return true;
  }
}

void DavyJsonWriteText(FILE *file, const char *text) {
  fputc('"', file);
  write_escaped(file, text, escape_json);
  fputc('"', file);
}

void DavyJsonWriteNumber(FILE *file, double value) {
  char text[32];
  if (!isfinite(value))
    fputs("null", file);
  else
    fwrite(text, 1, DavyFormatDouble(value, text), file);
}

/* Control characters other than tab and newline are no HTML text at all. */
static bool escape_html(FILE *file, uint32_t c) {
  switch (c) {
  case '&': fputs("&amp;", file); return true;
  case '<': fputs("&lt;", file); return true;
  case '>': fputs("&gt;", file); return true;
  case '"': fputs("&quot;", file); return true;
  case '\'': fputs("&#39;", file); return true;
  case '\t':
  case '\n': return false;
  default:
    if (c >= 0x20 && c != 0x7F) return false;
    fputs("\xEF\xBF\xBD", file);
    return true;
  }
}

void DavyHtmlWriteText(FILE *file, const char *text) {
  write_escaped(file, text, escape_html);
}
