/* What davy run leaves of a front, for tests of the page: write_frames FOLDER [LEVELS FRAMES]. The
 * disk of growing_circle.h as FOLDER/view.json, and FOLDER/morphology.json with its heights. */
#include "davy/file.h"
#include "davy/table.h"
#include "growing_circle.h"

static DavyError write_view(const char *folder, int levels, int frames) {
  static const double lower[2] = {0, 0}, upper[2] = {1e-6, 1e-6};
  char path[4096];
  DavyView *view = NULL;
  DAVY_TRY(DavyViewCreate("A growing disk", lower, upper, &view));
  static const double top = 20e-9; /* within the lowest squares, which the frames have as fluid */
  DavyFrameFacet ground[2] = {{.vertex = {{0.5e-6, top}, {0, top}}},
                              {.vertex = {{1e-6, top}, {0.5e-6, top}}}};
  DavyError error = DavyViewSubstrate(view, "Ni", ground, 1);
  if (!error) error = DavyViewSubstrate(view, "<b>Na3Sb</b>", ground + 1, 1);
  for (int i = 0; i < frames && !error; i++) {
    DavyFrame *frame = NULL;
    error = growing_circle(2, levels, i, frames, &frame);
    if (!error) error = DavyViewAppend(view, frame);
    DavyFrameDestroy(&frame);
  }
  snprintf(path, sizeof path, "%s/view.json", folder);
  if (!error) error = DavyViewWrite(view, path);
  DavyViewDestroy(&view);
  return error;
}

static DavyError fill_morphology(DavyTable *table, int rows) {
  static const char *const columns[][3] = {{"time", "Time", "s"},
                                           {"charge", "Charge", "C/m2"},
                                           {"potential", "Potential", "V"},
                                           {"current", "Current density", "A/m2"},
                                           {"mean_height", "Mean height", "m"},
                                           {"highest", "Highest point", "m"},
                                           {"roughness_rms", "Roughness (RMS)", "m"},
                                           {"coverage", "Coverage", "1"},
                                           {"porosity", "Porosity", "1"},
                                           {"bodies", "Bodies", "1"},
                                           {"orphans", "Orphans", "1"},
                                           {"orphaned_share", "Orphaned share", "1"}};
  enum { COLUMNS = sizeof columns / sizeof *columns };
  for (int c = 0; c < COLUMNS; c++)
    DAVY_TRY(DavyTableAddColumn(table, columns[c][0], columns[c][1], columns[c][2],
                                DAVY_CELL_NUMBER, 5));
  for (int i = 0; i < rows; i++) {
    double s = (double)i / (rows - 1), radius = (0.1 + 0.2 * s) * circle_edge;
    const double row[COLUMNS] = {10 * s,
                                 3600 * s,
                                 -0.1,
                                 100,
                                 acos(-1) * radius * radius / circle_edge,
                                 0.5 * circle_edge + radius,
                                 0.2 * radius,
                                 0.2 + 0.4 * s,
                                 0.1 * s,
                                 1 + (s >= 0.5),
                                 s >= 0.5,
                                 s >= 0.5 ? 0.0036 / (radius * radius) * 1e-12 : 0};
    DAVY_TRY(DavyTableAddRow(table));
    for (int c = 0; c < COLUMNS; c++) DAVY_TRY(DavyTableSetNumber(table, columns[c][0], row[c]));
  }
  return DAVY_OK;
}

static DavyError write_morphology(const char *folder) {
  char path[4096];
  DavyTable *table = NULL;
  DavyOutput *output = NULL;
  snprintf(path, sizeof path, "%s/morphology.json", folder);
  DAVY_TRY(DavyTableCreate("morphology", "Morphology", &table));
  DavyError error = fill_morphology(table, 200);
  if (!error) error = DavyOutputOpen(path, &output);
  if (!error) error = DavyTableWriteJson(table, DavyOutputFile(output));
  if (!error)
    error = DavyOutputCommit(&output);
  else
    DavyOutputDiscard(&output);
  DavyTableDestroy(&table);
  return error;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  int levels = argc > 3 ? atoi(argv[2]) : 5, frames = argc > 3 ? atoi(argv[3]) : 12;
  if (!write_view(argv[1], levels, frames) && !write_morphology(argv[1])) return 0;
  fprintf(stderr, "%s\n", DavyErrorMessage());
  return 1;
}
