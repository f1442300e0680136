/* Bytes as text: base64 of RFC 4648, with padding. */
#ifndef DAVY_CORE_BASE64_H
#define DAVY_CORE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

void davy_base64_write(FILE *file, const unsigned char *bytes, size_t size);

/* Reads text that stands for exactly `size` bytes; false if it does not. */
bool davy_base64_read(const char *text, unsigned char *bytes, size_t size);
/* How many bytes the text stands for, by its length and padding. */
size_t davy_base64_size(const char *text);

#endif
