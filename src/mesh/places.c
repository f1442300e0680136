/* A map from integer places to numbers: linear probing at a load of at most one half. */
#include "mesh/places.h"

#include <stdlib.h>

struct DavyPlaces {
  uint64_t *key; /* 0: empty */
  int *number;
  uint64_t mask;
};

/* 21 bits a coordinate; the top bit keeps every key from 0. */
static uint64_t pack(const int32_t at[3]) {
  return (uint64_t)1 << 63 | (uint64_t)at[0] | (uint64_t)at[1] << 21 | (uint64_t)at[2] << 42;
}

static uint64_t slot_of(const DavyPlaces *places, uint64_t key) {
  /* Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): 2^64 over the golden
   * ratio.*/
  uint64_t slot = (key * 0x9E3779B97F4A7C15u >> 20) & places->mask;
  while (places->key[slot] && places->key[slot] != key) slot = (slot + 1) & places->mask;
  return slot;
}

DavyPlaces *DavyPlacesCreate(size_t most) {
  uint64_t size = 16;
  while (size < 2 * most) size *= 2;
  DavyPlaces *places = calloc(1, sizeof *places);
  if (!places) return NULL;
  places->mask = size - 1;
  places->key = calloc(size, sizeof *places->key);
  places->number = malloc(size * sizeof *places->number);
  if (!places->key || !places->number) DavyPlacesDestroy(&places);
  return places;
}

void DavyPlacesDestroy(DavyPlaces **places) {
  if (!*places) return;
  free((*places)->key);
  free((*places)->number);
  free(*places);
  *places = NULL;
}

int DavyPlacesAdd(DavyPlaces *places, const int32_t at[3], int number) {
  uint64_t key = pack(at), slot = slot_of(places, key);
  if (!places->key[slot]) {
    places->key[slot] = key;
    places->number[slot] = number;
  }
  return places->number[slot];
}

int DavyPlacesFind(const DavyPlaces *places, const int32_t at[3]) {
  uint64_t slot = slot_of(places, pack(at));
  return places->key[slot] ? places->number[slot] : -2;
}
