#include "interface/stream.h"

#include <string.h>

static void pass_bits(Stream *s, uint64_t *bits, size_t bytes) {
  uint64_t value = 0;
  for (size_t k = 0; k < bytes; k++)
    if (s->out)
      s->out[s->at + k] = (unsigned char)(*bits >> 8 * k);
    else if (s->in && s->at + k < s->end)
      value |= (uint64_t)s->in[s->at + k] << 8 * k;
  if (s->in) *bits = value;
  s->at += bytes;
}

void stream_bytes(Stream *s, void *bytes, size_t count) {
  unsigned char *byte = bytes;
  for (size_t k = 0; k < count; k++) {
    uint64_t bits = byte[k];
    pass_bits(s, &bits, 1);
    byte[k] = (unsigned char)bits;
  }
}

void stream_int(Stream *s, int32_t *value) {
  uint64_t bits = (uint32_t)*value;
  pass_bits(s, &bits, 4);
  *value = (int32_t)(uint32_t)bits;
}

void stream_real(Stream *s, double *value) {
  uint64_t bits;
  memcpy(&bits, value, sizeof bits);
  pass_bits(s, &bits, 8);
  memcpy(value, &bits, sizeof bits);
}

void stream_reals(Stream *s, double *values, size_t count) {
  for (size_t k = 0; k < count; k++) stream_real(s, values + k);
}
