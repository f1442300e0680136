/* A map from integer places to numbers: open addressing over packed coordinates. */
#ifndef DAVY_MESH_PLACES_H
#define DAVY_MESH_PLACES_H

#include <stddef.h>
#include <stdint.h>

typedef struct DavyPlaces DavyPlaces;

/* For at most `most` places; NULL when out of memory. */
DavyPlaces *DavyPlacesCreate(size_t most);
void DavyPlacesDestroy(DavyPlaces **places);
/* The number of a place that is there already, otherwise `number`, which it then has. */
int DavyPlacesAdd(DavyPlaces *places, const int32_t at[3], int number);
/* The number of a place, or -2 (DAVY_UNKNOWN). */
int DavyPlacesFind(const DavyPlaces *places, const int32_t at[3]);

#endif
