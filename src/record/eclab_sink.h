/* Rows of an EC-Lab file on their way into a record, a block at a time, for .mpr and .mpt alike.
 *
 *   eclab_sink_create(record, &sink);
 *   int slot = eclab_sink_add(sink, "Ewe/V");           // per column; -1: not wanted
 *   eclab_sink_open(sink, rows, loops, loop_count);
 *   ... eclab_sink_block(sink, slot)[0..n) = values as the file has them ...
 *   eclab_sink_take(sink, n);                           // per block of at most ECLAB_BLOCK rows
 *   eclab_sink_close(sink);
 *   eclab_sink_destroy(&sink);
 *
 * What is kept: every BDF column; of the others those that vary (a constant one becomes a fact of
 * the record, a zero nothing); no flags. Rows are counted in steps: a new one with every change of
 * sequence (Ns), half cycle or mode, and with every loop.
 */
#ifndef DAVY_RECORD_ECLAB_SINK_H
#define DAVY_RECORD_ECLAB_SINK_H

#include <stddef.h>
#include "davy/record.h"

enum { ECLAB_BLOCK = 512, ECLAB_MOST_COLUMNS = 512 };

typedef struct EclabSink EclabSink;

DavyError eclab_sink_create(DavyRecord *record, EclabSink **sink);
void eclab_sink_destroy(EclabSink **sink);

/* `slot` receives the place of the column's values in a block, -1 if they are not wanted. */
DavyError eclab_sink_add(EclabSink *sink, const char *heading, int *slot);

/* Another name for a column beyond BDF, told by the file itself ("Force/N" for "Analog IN 1"). */
DavyError eclab_sink_rename(EclabSink *sink, int slot, const char *heading);

/* Room for `rows` rows at most. `loops`: first rows of the loops, ascending (borrowed). */
DavyError eclab_sink_open(EclabSink *sink, size_t rows, const uint32_t *loops, size_t loop_count);
double *eclab_sink_block(EclabSink *sink, int slot);
DavyError eclab_sink_take(EclabSink *sink, size_t rows);
DavyError eclab_sink_close(EclabSink *sink);

#endif
