/* Our own data/sources.bib: plain BibTeX, UTF-8, one entry per source. */
#ifndef DAVY_CORE_BIB_H
#define DAVY_CORE_BIB_H

#include <stddef.h>
#include "davy/error.h"

enum { DAVY_BIB_FIELDS = 24 };

typedef struct {
  const char *text; /* not terminated */
  size_t length;
} DavySpan;

/* One entry; the spans point into the text that was read. */
typedef struct {
  DavySpan type, key, whole; /* whole: from "@" to the closing brace */
  DavySpan names[DAVY_BIB_FIELDS], values[DAVY_BIB_FIELDS];
  int count;
} DavyBibEntry;

/* Reads the entry at or behind *p and moves *p behind it; *found is 0 at the end of the text.
 * `text` is where the file begins and `name` what it is called, for places in errors. */
DavyError DavyBibNext(const char *name, const char *text, const char **p, const char *end,
                      DavyBibEntry *entry, int *found);
/* The value of a field; an empty span if the entry lacks it. */
DavySpan DavyBibField(const DavyBibEntry *entry, const char *field);

#endif
