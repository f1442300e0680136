/* The operands of `davy report` turned into cells. */
#include "cli/report_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cycler_file.h"

static DavyError no_memory(void) {
  return DavyFail(DAVY_ERR_MEMORY, "report: out of memory");
}

static DavyError add_cell(ReportCells *all, const char *name, const char *input,
                          const DavyStudyCell *study) {
  ReportCell *cells = realloc(all->cells, (all->count + 1) * sizeof *cells);
  if (!cells) return no_memory();
  all->cells = cells;
  ReportCell cell = {.name = strdup(name),
                     .input = strdup(input),
                     .study = study,
                     .info = study ? study->info : DavyCellInfoDefault()};
  cells[all->count++] = cell;
  return cell.name && cell.input ? DAVY_OK : no_memory();
}

static DavyError add_study(ReportCells *all, const char *path, const char *input) {
  DavyStudy **studies = realloc(all->studies, (all->study_count + 1) * sizeof(DavyStudy *));
  if (!studies) return no_memory();
  all->studies = studies;
  DavyStudy *study = NULL;
  DAVY_TRY(DavyStudyLoad(path, &study));
  studies[all->study_count++] = study;
  const DavyStudyCell *cell;
  for (size_t i = 0; (cell = DavyStudyCellAt(study, i)); i++)
    DAVY_TRY(add_cell(all, cell->info.name, input, cell));
  return DAVY_OK;
}

static DavyError add_folder(ReportCells *all, const char *folder) {
  char *path = NULL;
  size_t before = all->count;
  if (asprintf(&path, "%s/study.yaml", folder) < 0) return no_memory();
  DavyError error = add_study(all, path, folder);
  if (error == DAVY_ERR_OPEN)
    DavyErrorContext(error, "%s is a folder; expected one made by davy run, with study.yaml in it",
                     folder);
  free(path);
  for (size_t i = before; i < all->count; i++) all->cells[i].folder = all->cells[i].input;
  return error;
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

DavyError report_cells_add(ReportCells *all, const char *input) {
  char name[1024];
  if (davy_is_folder(input)) return add_folder(all, input);
  if (ends_with(input, ".yaml") || ends_with(input, ".yml")) return add_study(all, input, input);
  davy_plain_name(input, name, sizeof name);
  return add_cell(all, name, input, NULL);
}

DavyError report_cells_tell_apart(ReportCells *all) {
  bool *shared = calloc(all->count + 1, sizeof *shared);
  if (!shared) return no_memory();
  for (size_t i = 0; i < all->count; i++)
    for (size_t k = 0; k < all->count; k++)
      shared[i] = shared[i] || (i != k && strcmp(all->cells[i].name, all->cells[k].name) == 0);
  DavyError error = DAVY_OK;
  for (size_t i = 0; !error && i < all->count; i++) {
    ReportCell *cell = &all->cells[i];
    char *name = NULL;
    int made = !shared[i]    ? 0
               : cell->study ? asprintf(&name, "%s (%s)", cell->name, cell->input)
                             : asprintf(&name, "%s", cell->input);
    if (made < 0) error = no_memory();
    if (made <= 0) continue;
    free(cell->name);
    cell->name = name;
  }
  free(shared);
  return error;
}

DavyError report_cell_read(const ReportCell *cell, const DavyReadOptions *options,
                           DavyRecord **record) {
  if (cell->study) return DavyStudyReadCell(cell->study, record);
  return DavyRecordRead(cell->input, options, record);
}

const char *report_cells_title(const ReportCells *all) {
  for (size_t i = 0; i < all->count; i++)
    if (!all->cells[i].study) return NULL;
  return all->study_count == 1 ? DavyStudyTitle(all->studies[0]) : NULL;
}

void report_cells_clear(ReportCells *all) {
  for (size_t i = 0; i < all->count; i++) {
    free(all->cells[i].name);
    free(all->cells[i].input);
  }
  for (size_t i = 0; i < all->study_count; i++) DavyStudyDestroy(&all->studies[i]);
  free(all->cells);
  free(all->studies);
  *all = (ReportCells){0};
}
