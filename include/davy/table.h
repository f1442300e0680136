/* Tables with units: the one result type. CSV, JSON and HTML are made from the same object.
 *
 *   DavyTableCreate("cycles", "Cycles", &table);
 *   DavyTableAddColumn(table, "cycle", "Cycle", "1", DAVY_CELL_INTEGER, 0);
 *   DavyTableAddColumn(table, "plated_capacity", "Plated capacity", "mAh/cm2", DAVY_CELL_NUMBER,
 * 5); DavyTableAddRow(table); DavyTableSetInteger(table, "cycle", 1); DavyTableSetNumber(table,
 * "plated_capacity", 0.9987);
 */
#ifndef DAVY_TABLE_H
#define DAVY_TABLE_H

#include <stddef.h>
#include <stdio.h>
#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DavyTable DavyTable;
typedef enum { DAVY_CELL_NUMBER, DAVY_CELL_INTEGER, DAVY_CELL_TEXT } DavyCellType;

/* key: snake_case, stable, for machines; title: for people. Both copied. */
DavyError DavyTableCreate(const char *key, const char *title, DavyTable **table);
void DavyTableDestroy(DavyTable **table);

/* unit: of the stored numbers, as people write it ("mAh/cm2", "mV", "1"). digits: significant
 * digits shown in HTML and on the terminal (0: as many as needed); CSV and JSON keep them all. */
DavyError DavyTableAddColumn(DavyTable *table, const char *key, const char *label, const char *unit,
                             DavyCellType type, int digits);
/* A line under the table: definitions, reasons for what is left out. Copied. */
DavyError DavyTableAddNote(DavyTable *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
DavyError DavyTableAddRow(DavyTable *table); /* all cells empty */

/* Set a cell of the last row, by column key; an unset cell, or NaN, is empty. Unknown keys and
 * wrong types are programming errors: they abort in debug builds and fail with DAVY_ERR_LOOKUP. */
DavyError DavyTableSetNumber(DavyTable *table, const char *key, double value);
DavyError DavyTableSetInteger(DavyTable *table, const char *key, long long value);
DavyError DavyTableSetText(DavyTable *table, const char *key, const char *value);

/* A new table with the first `rows` rows (all, if there are fewer), for places with little room. */
DavyError DavyTableHead(const DavyTable *table, size_t rows, DavyTable **head);

size_t DavyTableRows(const DavyTable *table);
size_t DavyTableColumns(const DavyTable *table);
const char *DavyTableKey(const DavyTable *table);
const char *DavyTableTitle(const DavyTable *table);
/* Column index for a key, or -1. */
int DavyTableFind(const DavyTable *table, const char *key);
const char *DavyTableColumnLabel(const DavyTable *table, size_t column);
const char *DavyTableColumnUnit(const DavyTable *table, size_t column);
/* NaN where empty or text. Integers come as doubles. */
double DavyTableNumber(const DavyTable *table, size_t row, size_t column);
const char *DavyTableText(const DavyTable *table, size_t row, size_t column); /* NULL if empty */

/* CSV: header "Label / unit"; JSON:
 * {"key":..,"title":..,"columns":[{key,label,unit}],"rows":[[..]], "notes":[..]}, empty cells null;
 * HTML: a <table> with caption, thead, numbers right-aligned; text: aligned columns for a terminal.
 */
DavyError DavyTableWriteCsv(const DavyTable *table, FILE *file);
DavyError DavyTableWriteJson(const DavyTable *table, FILE *file);
DavyError DavyTableWriteHtml(const DavyTable *table, FILE *file);
DavyError DavyTableWriteText(const DavyTable *table, FILE *file);

/* Building blocks for writers of JSON and HTML. A number is written in the fewest digits that
 * read back to the same double; NaN and infinities become null in JSON. Text is escaped, and bytes
 * that are not UTF-8 are replaced. JSON text is safe inside a <script> element ("</" escaped). */
size_t DavyFormatDouble(double value, char text[32]); /* locale-free; returns the length */
void DavyJsonWriteNumber(FILE *file, double value);
void DavyJsonWriteText(FILE *file, const char *text);
void DavyHtmlWriteText(FILE *file, const char *text);

#ifdef __cplusplus
}
#endif
#endif
