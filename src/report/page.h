/* Inside of a page: sections in order, each a list of blocks; shared by the writers. */
#ifndef DAVY_REPORT_PAGE_H
#define DAVY_REPORT_PAGE_H

#include "davy/report.h"

typedef struct {
  char *label;
  DavyDraw draw;
  int color;
  double *x, *y;        /* one allocation, x first */
  size_t count, before; /* points kept; points there were */
} Series;

struct DavyPlot {
  DavyPage *page;
  char *key, *title, *note, *x_label, *x_unit, *y_label, *y_unit, *shared, *ramp;
  double y_lo, y_hi;
  bool equal_scales, bars;
  Series *series;
  size_t series_count;
};

typedef enum {
  BLOCK_PARAGRAPH,
  BLOCK_VERDICT,
  BLOCK_WARNING,
  BLOCK_FACT,
  BLOCK_SOURCE,
  BLOCK_TABLE,
  BLOCK_PLOT,
  BLOCK_VIEW
} BlockKind;

typedef struct {
  BlockKind kind;
  char *name, *text; /* name: of a fact; the key of a view */
  const DavyTable *table;
  DavyTable *adopted; /* the same table if the page owns it */
  DavyPlot *plot;
  const DavyView *view;
} Block;

typedef struct {
  int level;
  char *key, *heading;
  Block *blocks;
  size_t count;
} Section;

struct DavyPage {
  char *title;
  Section *sections;
  size_t count;
  DavyError error; /* the first failure while adding */
};

void page_fail(DavyPage *page); /* out of memory: kept until the page is written */

/* The first block behind i that is of another kind. */
size_t page_block_run(const Section *section, size_t i);

/* Files of src/report/web and of the plotting library, built into the program. */
typedef struct {
  const char *text;
  size_t size;
} Asset;
extern const Asset page_asset_css, page_asset_js, page_asset_view_js, page_asset_uplot_css,
    page_asset_uplot_js, page_asset_uplot_licence;

#endif
