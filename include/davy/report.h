/* Pages: headings, verdicts, warnings, facts, tables, plots and sources in, one self-contained HTML
 * file or one JSON document out, both from the same object. A page knows no solver and no file
 * format; the report on cells below it knows records and analyses.
 *
 *   DavyPage *page = NULL;
 *   DavyPageCreate("Half cell 7", &page);
 *   DavyPageSection(page, 1, "verdict", "Verdict");
 *   DavyPageVerdict(page, "The Coulombic efficiency is 99.95 %.");
 *   DavyPlot *plot = DavyPagePlot(page, &(DavyAxes){.key = "voltage", .title = "Voltage in time",
 *       .x_label = "Time", .x_unit = "h", .y_label = "Voltage", .y_unit = "V",
 *       .y_lo = NAN, .y_hi = NAN});
 *   DavyPlotSeries(plot, &(DavySeries){.label = "cell 7", .x = hours, .y = volts, .count = n});
 *   error = DavyPageWriteHtml(page, "cell7.html");
 *   DavyPageDestroy(&page);
 *
 * Functions that add to a page return nothing: the first failure (out of memory) is kept and given
 * back when the page is written. All texts are copied; whatever they hold, it is shown as text. */
#ifndef DAVY_REPORT_H
#define DAVY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include "davy/analysis.h"
#include "davy/error.h"
#include "davy/field.h"
#include "davy/record.h"
#include "davy/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DavyPage DavyPage;
typedef struct DavyPlot DavyPlot; /* lives in its page */

DavyError DavyPageCreate(const char *title, DavyPage **page);
void DavyPageDestroy(DavyPage **page);

/* Opens a section; what is added next belongs to it. level 1 or 2; key: snake_case, unique in the
 * page, for machines and for links. A page without a section gets none opened by itself. */
void DavyPageSection(DavyPage *page, int level, const char *key, const char *heading);
void DavyPageParagraph(DavyPage *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Neighbours of one kind make one list. */
void DavyPageVerdict(DavyPage *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void DavyPageWarning(DavyPage *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void DavyPageFact(DavyPage *page, const char *name, const char *value);
void DavyPageSource(DavyPage *page, const char *line);
/* The table is borrowed and must outlive the page; Adopt hands it over. */
void DavyPageTable(DavyPage *page, const DavyTable *table);
void DavyPageAdoptTable(DavyPage *page, DavyTable *table);

typedef enum { DAVY_DRAW_LINE, DAVY_DRAW_POINTS, DAVY_DRAW_LINE_POINTS } DavyDraw;

/* What a plot's axes are. Texts are borrowed for the call. */
typedef struct {
  const char *key, *title; /* the title says what is seen and stands under the plot's number */
  const char *note;        /* how the data were thinned or cut; NULL: nothing to say */
  const char *x_label, *x_unit, *y_label, *y_unit;
  double y_lo, y_hi;  /* range shown at first, NaN: from the data; what lies beyond is marked */
  const char *shared; /* plots with the same word share x range, cursor and shown traces */
  bool equal_scales;  /* one unit is as long on both axes (Nyquist) */
  bool bars;          /* trace i lies at y = -i, from 1; its label stands there on the y axis */
  const char *ramp;   /* series are coloured along a scale that means this ("cycle"); or NULL */
} DavyAxes;

/* One trace. x and y are copied times their scale (0 stands for 1); NaN in either breaks the line.
 * More than `most` points (0: no limit) are thinned by DavyThin. */
typedef struct {
  const char *label;
  const double *x, *y;
  size_t count, most;
  double x_scale, y_scale;
  DavyDraw draw;
  int color; /* 1, 2, ...: of the palette, so that a thing keeps its colour from plot to plot, and
                is named even if it is alone; 0: by the order of the series */
} DavySeries;

/* NULL when out of memory; DavyPlotSeries accepts that. */
DavyPlot *DavyPagePlot(DavyPage *page, const DavyAxes *axes);
void DavyPlotSeries(DavyPlot *plot, const DavySeries *series);

/* Frames of a simulated front, to be played and zoomed; nothing if there are none. The view is
 * borrowed and must outlive the page. */
void DavyPageView(DavyPage *page, const char *key, const DavyView *view);

/* Min-max thinning of what runs along x (x never falls): cuts x into equal bins and keeps the
 * first, lowest, highest and last point of each, so that every spike stays. Writes ascending
 * indices of at most `most` points to `kept` and returns their number. Points with NaN are left
 * out; a bin of nothing else keeps one, which breaks the line. Where x falls, the same as
 * DavyThinPath. */
size_t DavyThin(const double *x, const double *y, size_t count, size_t most, size_t *kept);

/* Thinning of a curve in the plane: measures the line's length in ranges of x and y, and keeps a
 * point whenever a share 1/(most - 2) of it has passed, the first and the last. No point left out
 * is further along the line from a kept one than that share. Points with NaN are left out. */
size_t DavyThinPath(const double *x, const double *y, size_t count, size_t most, size_t *kept);

/* Writes the page: HTML with everything inside, or JSON with the same content and the full digits.
 * Equal pages give equal bytes. Path "-" is the standard output. */
DavyError DavyPageWriteHtml(const DavyPage *page, const char *path);
DavyError DavyPageWriteJson(const DavyPage *page, const char *path);
/* Every table as DIRECTORY/section_table.csv, whole. */
DavyError DavyPageWriteTables(const DavyPage *page, const char *directory);

/* The report on cells. Each cell is boiled down when it is added, so that its record can go. */
typedef struct DavyReport DavyReport;

typedef struct {
  const char *name, *group;     /* group: NULL if none */
  const DavyRecord *record;     /* borrowed for the call */
  const DavyAnalysis *analysis; /* borrowed until the report is destroyed */
  const DavyCellInfo *info;     /* borrowed for the call */
} DavyReportCell;

/* title NULL: the cell's name, or how many are compared. `cells`: how many will come; the room for
 * plotted points is shared out among them. */
DavyError DavyReportCreate(const char *title, size_t cells, DavyReport **report);
DavyError DavyReportAdd(DavyReport *report, const DavyReportCell *cell);
/* What else there is to say of the cell added last: a fact ("Coating", "NiSb"), a warning, a table
 * (handed over), the frames of its front (handed over; one view a cell). A table "morphology" is
 * drawn, and its last row said in words: its columns mean_height, highest, roughness_rms,
 * coverage, porosity, orphaned_share, bodies and orphans, whichever it has, against its column
 * charge. */
void DavyReportFact(DavyReport *report, const char *name, const char *value);
void DavyReportWarning(DavyReport *report, const char *sentence);
void DavyReportTable(DavyReport *report, DavyTable *table);
void DavyReportView(DavyReport *report, DavyView *view);
/* The verdict on a cell, sentence by sentence; cells count from 0 as they were added, NULL past the
 * last of either. */
const char *DavyReportSentence(const DavyReport *report, size_t cell, size_t i);
/* A file that could not be read: the page names it with the reason. */
void DavyReportMissing(DavyReport *report, const char *file, const char *reason);
/* Puts the page together, once, after the last cell; it belongs to the report. `groups` (may be
 * NULL) is the table over groups of cells; it is borrowed as long as the analyses. Sources are
 * those registered with DavyCite. */
DavyError DavyReportPage(DavyReport *report, const DavyTable *groups, const DavyPage **page);
void DavyReportDestroy(DavyReport **report);

#ifdef __cplusplus
}
#endif
#endif
