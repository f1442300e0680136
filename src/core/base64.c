/* Base64: three bytes become four characters of six bits. */
#include "core/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void davy_base64_write(FILE *file, const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; i += 3) {
    size_t left = size - i;
    uint32_t v = (uint32_t)bytes[i] << 16;
    if (left > 1) v |= (uint32_t)bytes[i + 1] << 8;
    if (left > 2) v |= bytes[i + 2];
    fputc(digits[v >> 18], file);
    fputc(digits[v >> 12 & 63], file);
    fputc(left > 1 ? digits[v >> 6 & 63] : '=', file);
    fputc(left > 2 ? digits[v & 63] : '=', file);
  }
}

size_t davy_base64_size(const char *text) {
  size_t length = strlen(text), padding = 0;
  while (padding < 2 && padding < length && text[length - 1 - padding] == '=') padding++;
  return length / 4 * 3 - (length >= 4 ? padding : 0);
}

static int digit_of(char c) {
  const char *at = c ? strchr(digits, c) : NULL;
  return at ? (int)(at - digits) : -1;
}

bool davy_base64_read(const char *text, unsigned char *bytes, size_t size) {
  if (strlen(text) % 4 || davy_base64_size(text) != size) return false;
  for (size_t i = 0; i < size; text += 4) {
    uint32_t v = 0;
    size_t left = size - i;
    for (size_t k = 0; k < 4; k++) {
      bool padding = k > left; /* one byte fills two characters, two fill three */
      int digit = padding ? 0 : digit_of(text[k]);
      if (digit < 0 || (padding && text[k] != '=')) return false;
      v = v << 6 | (uint32_t)digit;
    }
    for (size_t k = 0; k < 3 && i < size; k++) bytes[i++] = (unsigned char)(v >> (16 - 8 * k));
  }
  return true;
}
