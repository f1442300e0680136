/* Wrappings around a format: .gz and .zip, opened in memory. */
#ifndef DAVY_RECORD_CONTAINER_H
#define DAVY_RECORD_CONTAINER_H

#include <stdbool.h>

#include "davy/file.h"
#include "davy/record.h"

bool davy_is_gzip(const DavyBytes *bytes);
bool davy_is_zip(const DavyBytes *bytes);

/* How much may come out of a wrapped input of `size` bytes before it is taken for a bomb. */
size_t davy_inflated_limit(size_t size);

/* Inflates all members of a gzip stream. One that breaks off, or is damaged, gives what stands
 * before that place, with a warning in `record`. The caller closes `inner`. */
DavyError davy_gzip_open(const DavyBytes *outer, const char *name, size_t limit, DavyRecord *record,
                         DavyBytes *inner);

/* Inflates one member of a zip: the one named `member` (whole path or last part), or else the only
 * one whose first bytes `readable` accepts. Its path is copied to `found`. */
DavyError davy_zip_open(const DavyBytes *outer, const char *name, const char *member,
                        bool (*readable)(const DavyBytes *start), size_t limit, DavyRecord *record,
                        DavyBytes *inner, char found[256]);

#endif
