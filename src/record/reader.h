/* What a reader of one format offers. A new format is one file with one `const DavyReader`, and one
 * line in readers.c. */
#ifndef DAVY_RECORD_READER_H
#define DAVY_RECORD_READER_H

#include "davy/file.h"
#include "davy/record.h"

typedef struct {
  const char *name;  /* "neware-nda" */
  const char *words; /* "Neware .nda, versions 8, 22, 23, 26, 29, 130" */
  /* How sure the content looks: 0 not ours, 100 certain (magic bytes), 10 a last resort. Must not
   * read beyond bytes->size and must be quick (the first few kB decide). */
  int (*probe)(const DavyBytes *bytes);
  /* Fills the empty record in file order; options->name is never NULL here. Ordering, duplicates,
   * step counting and the capacity check are done afterwards for all formats in finish.c. */
  DavyError (*read)(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record);
} DavyReader;

extern const DavyReader davy_reader_nda;
extern const DavyReader davy_reader_ndax;
extern const DavyReader davy_reader_mpr;
extern const DavyReader davy_reader_mpt;
extern const DavyReader davy_reader_bdf;
extern const DavyReader davy_reader_csv;

/* For a reader that writes every row of every column that it makes: from here on columns are made
 * without "no value" in their room (a quarter of the time of a large binary file goes there), until
 * DavyRecordSetRows, which fills the room behind the rows. */
void davy_record_skip_filling(DavyRecord *record);

/* Common to all formats, after a reader: rows by record index without duplicates, time made
 * monotonic, step counts made where missing (never cycle counts: a made one would look like the
 * instrument's), vendor's capacity held against the integral of current; every repair is said in a
 * warning. */
DavyError DavyRecordFinish(DavyRecord *record);

/* Counts current the other way: it, power, and the net capacities and energies. */
void davy_turn_current(DavyRecord *record);

#endif
