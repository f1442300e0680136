/* Numbers as bytes, lowest first: one list of fields serves writing and reading. */
#ifndef DAVY_INTERFACE_STREAM_H
#define DAVY_INTERFACE_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* Bytes being written, if `out`, or read, if `in`; with neither they are only counted. */
typedef struct {
  unsigned char *out;
  const unsigned char *in;
  size_t at, end; /* end: of `in`; beyond it zeros are read, and `at` tells */
} Stream;

void stream_bytes(Stream *stream, void *bytes, size_t count);
void stream_int(Stream *stream, int32_t *value);
void stream_real(Stream *stream, double *value); /* IEEE 754 */
void stream_reals(Stream *stream, double *values, size_t count);

#endif
