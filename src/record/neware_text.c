/* Texts in Neware files: GB 2312, read as its superset GB 18030, made UTF-8. */
#include "record/neware.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

static bool is_ascii(const unsigned char *data, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (data[i] >= 0x80) return false;
  return true;
}

/* Bytes that are no text (and all of them beyond ASCII where iconv lacks the encoding). */
static size_t copy_replacing(const unsigned char *data, size_t size, char *text) {
  for (size_t i = 0; i < size; i++) text[i] = data[i] < 0x80 ? (char)data[i] : '?';
  return size;
}

static size_t convert(iconv_t converter, const unsigned char *data, size_t size, char *text,
                      size_t room) {
  char *in = (char *)(uintptr_t)data, *out = text;
  size_t left = size, free_bytes = room;
  while (left) {
    if (iconv(converter, &in, &left, &out, &free_bytes) != (size_t)-1) break;
    if (errno == E2BIG || !free_bytes) break;
    *out++ = '?';
    free_bytes--;
    in++;
    left--;
  }
  return (size_t)(out - text);
}

char *NewareUtf8(const unsigned char *data, size_t size, size_t *length) {
  size_t room = 2 * size; /* two or four bytes become at most three or four, one becomes '?' */
  char *text = malloc(room + 1);
  if (!text) return NULL;
  iconv_t converter = is_ascii(data, size) ? (iconv_t)-1 : iconv_open("UTF-8", "GB18030");
  if (converter == (iconv_t)-1)
    *length = copy_replacing(data, size, text);
  else {
    *length = convert(converter, data, size, text, room);
    iconv_close(converter);
  }
  text[*length] = '\0';
  return text;
}

char *NewareText(const unsigned char *data, size_t size) {
  const unsigned char *end = memchr(data, 0, size);
  if (end) size = (size_t)(end - data);
  while (size && data[0] <= ' ') data++, size--;
  while (size && data[size - 1] <= ' ') size--;
  size_t length;
  return NewareUtf8(data, size, &length);
}

DavyError NewareFact(DavyRecord *record, const char *key, const unsigned char *data, size_t size) {
  char *text = NewareText(data, size);
  DAVY_CHECK(text, DAVY_ERR_MEMORY, "out of memory for the fact \"%s\"", key);
  DavyError error = *text ? DavyRecordSetInfo(record, key, "%s", text) : DAVY_OK;
  free(text);
  return error;
}
