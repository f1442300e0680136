/* A study file: what the cyclers' files cannot say. YAML beside the data (docs/study_file.md).
 *
 *   DavyStudyLoad("study.yaml", &study);
 *   for (size_t i = 0; i < DavyStudyCells(study); i++) {
 *     const DavyStudyCell *cell = DavyStudyCellAt(study, i);
 *     DavyStudyReadCell(cell, &record);              // its files, one behind the other
 *     DavyAnalyse(record, &cell->info, &analysis);
 *   }
 *   DavyStudyDestroy(&study);
 */
#ifndef DAVY_STUDY_H
#define DAVY_STUDY_H

#include <stddef.h>
#include "davy/analysis.h"
#include "davy/error.h"
#include "davy/record.h"
#include "davy/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DavyStudy DavyStudy;

typedef struct {
  const char *path;        /* as fopen takes it: the study file's folder is put in front */
  DavyReadOptions options; /* format, member, current sign, CSV columns */
} DavyStudyFile;

/* One cell. Everything in it belongs to the study and lives as long. */
typedef struct {
  DavyCellInfo info;        /* name (never NULL), kind, area, mass, formation cycles, first */
  const char *group;        /* NULL: in no group */
  const char *coating;      /* material of the coating; NULL: not said */
  double coating_thickness; /* m; NaN: not said */
  const char *electrolyte;  /* NULL: not said */
  const DavyStudyFile *files;
  size_t file_count; /* at least 1 */
} DavyStudyCell;

/* Errors: DAVY_ERR_OPEN, and those of YAML with file:line:column, the key and what was expected.
 * Whether the data files exist is not asked here. */
DavyError DavyStudyLoad(const char *path, DavyStudy **study);
void DavyStudyDestroy(DavyStudy **study);

const char *DavyStudyTitle(const DavyStudy *study); /* NULL: none */
size_t DavyStudyCells(const DavyStudy *study);
const DavyStudyCell *DavyStudyCellAt(const DavyStudy *study, size_t i); /* NULL past the last */

/* Reads the cell's files and appends them in the order given. The caller owns the record. */
DavyError DavyStudyReadCell(const DavyStudyCell *cell, DavyRecord **record);

/* Statistics over the cells of each group: mean, standard deviation, n, and the 95 % interval of
 * the mean (Student's t), for every figure of the cells' summaries that can be compared. */
typedef struct {
  const char *group;            /* NULL: the cell is left out */
  const DavyAnalysis *analysis; /* borrowed */
} DavyGroupMember;

/* Table "groups": group, quantity, n, mean, standard_deviation, interval_low, interval_high, unit,
 * key; empty (0 rows) where no member has a group. The caller owns the table. */
DavyError DavyGroupTable(const DavyGroupMember *members, size_t count, DavyTable **table);

#ifdef __cplusplus
}
#endif
#endif
