/* Text and numbers into JSON and HTML. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "davy/table.h"

/* Length of the UTF-8 sequence at `text`, or 0 if it is none (stray, overlong, surrogate, cut). */
static size_t utf8_length(const unsigned char *text) {
  size_t length;
  uint32_t code;
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
  return length;
}

/* Writes `text`, asking `escape` for each ASCII byte; what is not UTF-8 becomes U+FFFD. */
static void write_escaped(FILE *file, const char *text, void (*escape)(FILE *, unsigned char)) {
  for (const unsigned char *c = (const unsigned char *)text; *c;) {
    size_t length = utf8_length(c);
    if (length == 1)
      escape(file, *c);
    else if (length)
      fwrite(c, 1, length, file);
    else
      fputs("\xEF\xBF\xBD", file);
    c += length ? length : 1;
  }
}

/* "<" is always escaped: neither "</script" nor "<!--" can then end or bend a <script> element. */
static void escape_json(FILE *file, unsigned char c) {
  switch (c) {
  case '"': fputs("\\\"", file); return;
  case '\\': fputs("\\\\", file); return;
  case '\n': fputs("\\n", file); return;
  case '\t': fputs("\\t", file); return;
  default:
    if (c < 0x20 || c == '<' || c == 0x7F)
      fprintf(file, "\\u%04x", c);
    else
      fputc(c, file);
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
static void escape_html(FILE *file, unsigned char c) {
  switch (c) {
  case '&': fputs("&amp;", file); return;
  case '<': fputs("&lt;", file); return;
  case '>': fputs("&gt;", file); return;
  case '"': fputs("&quot;", file); return;
  case '\'': fputs("&#39;", file); return;
  case '\t':
  case '\n': fputc(c, file); return;
  default:
    if (c < 0x20 || c == 0x7F)
      fputs("\xEF\xBF\xBD", file);
    else
      fputc(c, file);
  }
}

void DavyHtmlWriteText(FILE *file, const char *text) {
  write_escaped(file, text, escape_html);
}
