/* Hashing beside reading: at 1.5 GB/s the hash of a large file costs as much as decoding it. */
#include "record/hashing.h"

#include <signal.h>

enum { SMALL = 1 << 20 }; /* bytes: below it a thread costs more than it saves */

static void *hash_bytes(void *argument) {
  Hashing *hashing = argument;
  DavySha256(hashing->bytes->data, hashing->bytes->size, hashing->hex);
  return NULL;
}

/* Signals stay with the thread that reads. */
void davy_hashing_begin(Hashing *hashing, const DavyBytes *bytes) {
  sigset_t all, before;
  *hashing = (Hashing){.bytes = bytes};
  if (bytes->size >= SMALL) {
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    hashing->running = pthread_create(&hashing->thread, NULL, hash_bytes, hashing) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  if (!hashing->running) hash_bytes(hashing);
}

void davy_hashing_end(Hashing *hashing) {
  if (hashing->running) pthread_join(hashing->thread, NULL);
  hashing->running = false;
}
