/* The SHA-256 of an input, taken on a thread of its own while the input is read. */
#ifndef DAVY_RECORD_HASHING_H
#define DAVY_RECORD_HASHING_H

#include <pthread.h>
#include <stdbool.h>
#include "davy/file.h"

typedef struct {
  const DavyBytes *bytes;
  pthread_t thread;
  bool running;
  char hex[65];
} Hashing;

/* The bytes must stay until the end. */
void davy_hashing_begin(Hashing *hashing, const DavyBytes *bytes);
/* Waits; the digest then stands in hashing->hex. */
void davy_hashing_end(Hashing *hashing);

#endif
