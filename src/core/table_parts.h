/* What a table is made of; shared by its storage and its writers. */
#ifndef DAVY_CORE_TABLE_PARTS_H
#define DAVY_CORE_TABLE_PARTS_H

#include "davy/table.h"

typedef struct {
  char *key, *label, *unit; /* unit is NULL for text */
  DavyCellType type;
  int digits;
  double *numbers; /* numbers and integers; NaN: empty */
  char **texts;    /* NULL: empty */
} DavyTableColumn;

struct DavyTable {
  char *key, *title;
  DavyTableColumn *columns;
  size_t column_count, rows, room;
  char **notes;
  size_t note_count;
};

#endif
