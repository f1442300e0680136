/* The cells that `davy report` is asked for: files, folders of `davy run`, study files. */
#ifndef DAVY_CLI_REPORT_CELLS_H
#define DAVY_CLI_REPORT_CELLS_H

#include "davy/study.h"

typedef struct {
  char *name, *input;         /* input: as the user gave it, for messages */
  const char *folder;         /* of davy run, the input; NULL: the input is none */
  const DavyStudyCell *study; /* NULL: the input is a cycler file */
  DavyCellInfo info;
} ReportCell;

typedef struct {
  ReportCell *cells;
  size_t count;
  DavyStudy **studies;
  size_t study_count;
} ReportCells;

/* Adds the cells of one operand. Errors: those of DavyStudyLoad; DAVY_ERR_OPEN for a folder without
 * study.yaml. */
DavyError report_cells_add(ReportCells *cells, const char *input);
/* Cells of the same name get the path of their input for a name. */
DavyError report_cells_tell_apart(ReportCells *cells);
DavyError report_cell_read(const ReportCell *cell, const DavyReadOptions *options,
                           DavyRecord **record);
/* The study's own title where all cells are of one study, else NULL. */
const char *report_cells_title(const ReportCells *cells);
void report_cells_clear(ReportCells *cells);

#endif
