/* Files: read whole without copying, write aside and rename. */
#ifndef DAVY_FILE_H
#define DAVY_FILE_H

#include <stddef.h>
#include <stdio.h>
#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of an input: a mapped file, or memory that the object owns (inflated) or borrows. */
typedef struct {
  const unsigned char *data;
  size_t size;
  enum { DAVY_BYTES_BORROWED, DAVY_BYTES_MAPPED, DAVY_BYTES_OWNED } storage;
} DavyBytes;

/* Maps a regular file (reads a pipe or device into memory). An empty file gives size 0. */
DavyError DavyBytesOpen(const char *path, DavyBytes *bytes);
/* Says that data[0 .. upto) will hardly be read again: a mapped file then leaves memory. */
void DavyBytesRelease(DavyBytes *bytes, size_t upto);
void DavyBytesClose(DavyBytes *bytes);

/* Lower-case hexadecimal SHA-256 of the bytes, for the provenance line of outputs. */
void DavySha256(const void *data, size_t size, char hex[65]);

/* An output that appears under its name only when complete: written to a temporary file in the
 * same directory, flushed, checked and renamed by Commit; Discard removes it. "-" is stdout. */
typedef struct DavyOutput DavyOutput;

DavyError DavyOutputOpen(const char *path, DavyOutput **output);
FILE *DavyOutputFile(DavyOutput *output); /* borrowed; do not close */
/* The temporary file's own path, for libraries that open files by name; NULL if there is none. */
const char *DavyOutputPath(const DavyOutput *output);
DavyError DavyOutputCommit(DavyOutput **output);
void DavyOutputDiscard(DavyOutput **output); /* safe on NULL and after Commit */

/* Makes the directory and its parents if missing. */
DavyError DavyMakeDirectory(const char *path);

/* The folder with davy's data (materials, sources.bib): $DAVY_DATA, or the installed one beside
 * the program, or the source tree's. Static storage. */
const char *DavyDataDirectory(void);

#ifdef __cplusplus
}
#endif
#endif
