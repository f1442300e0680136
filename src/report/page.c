/* The page object: what is said and shown, in order, before it becomes HTML or JSON. */
#include "report/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void page_fail(DavyPage *page) {
  if (!page->error) page->error = DavyFail(DAVY_ERR_MEMORY, "out of memory while making a page");
}

static char *copy_text(DavyPage *page, const char *text) {
  if (!text) return NULL;
  char *copy = strdup(text);
  if (!copy) page_fail(page);
  return copy;
}

DavyError DavyPageCreate(const char *title, DavyPage **page) {
  *page = calloc(1, sizeof **page);
  DAVY_CHECK(*page, DAVY_ERR_MEMORY, "out of memory while making a page");
  (*page)->title = copy_text(*page, title);
  DavyError error = (*page)->error;
  if (error) DavyPageDestroy(page);
  return error;
}

static void plot_destroy(DavyPlot *plot) {
  if (!plot) return;
  for (size_t i = 0; i < plot->series_count; i++) {
    free(plot->series[i].label);
    free(plot->series[i].x);
  }
  char *texts[] = {plot->key,     plot->title,  plot->note,   plot->x_label, plot->x_unit,
                   plot->y_label, plot->y_unit, plot->shared, plot->ramp};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
  free(plot->series);
  free(plot);
}

static void block_clear(Block *block) {
  free(block->name);
  free(block->text);
  DavyTableDestroy(&block->adopted);
  plot_destroy(block->plot);
}

void DavyPageDestroy(DavyPage **page) {
  if (!*page) return;
  for (size_t s = 0; s < (*page)->count; s++) {
    Section *section = &(*page)->sections[s];
    for (size_t i = 0; i < section->count; i++) block_clear(&section->blocks[i]);
    free(section->blocks);
    free(section->key);
    free(section->heading);
  }
  free((*page)->sections);
  free((*page)->title);
  free(*page);
  *page = NULL;
}

/* Room for one more item; arrays grow to powers of two. */
static void *grown(void *items, size_t count, size_t size) {
  if (count & (count - 1)) return items;
  return realloc(items, (count ? 2 * count : 1) * size);
}

void DavyPageSection(DavyPage *page, int level, const char *key, const char *heading) {
  Section *sections = grown(page->sections, page->count, sizeof *sections);
  if (!sections) {
    page_fail(page);
    return;
  }
  page->sections = sections;
  sections[page->count++] =
      (Section){.level = level, .key = copy_text(page, key), .heading = copy_text(page, heading)};
}

/* Takes over what the block owns, also when it fails. */
static void add_block(DavyPage *page, Block block) {
  if (page->count == 0) DavyPageSection(page, 1, "page", page->title);
  Section *section = page->count ? &page->sections[page->count - 1] : NULL;
  Block *blocks = section ? grown(section->blocks, section->count, sizeof *blocks) : NULL;
  if (!blocks) {
    page_fail(page);
    block_clear(&block);
    return;
  }
  section->blocks = blocks;
  blocks[section->count++] = block;
}

__attribute__((format(printf, 3, 0))) static void add_text(DavyPage *page, BlockKind kind,
                                                           const char *format, va_list args) {
  Block block = {.kind = kind};
  if (vasprintf(&block.text, format, args) < 0) {
    page_fail(page);
    return;
  }
  add_block(page, block);
}

void DavyPageParagraph(DavyPage *page, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_text(page, BLOCK_PARAGRAPH, format, args);
  va_end(args);
}

void DavyPageVerdict(DavyPage *page, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_text(page, BLOCK_VERDICT, format, args);
  va_end(args);
}

void DavyPageWarning(DavyPage *page, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_text(page, BLOCK_WARNING, format, args);
  va_end(args);
}

void DavyPageFact(DavyPage *page, const char *name, const char *value) {
  add_block(
      page,
      (Block){.kind = BLOCK_FACT, .name = copy_text(page, name), .text = copy_text(page, value)});
}

void DavyPageSource(DavyPage *page, const char *line) {
  add_block(page, (Block){.kind = BLOCK_SOURCE, .text = copy_text(page, line)});
}

void DavyPageTable(DavyPage *page, const DavyTable *table) {
  if (table) add_block(page, (Block){.kind = BLOCK_TABLE, .table = table});
}

void DavyPageAdoptTable(DavyPage *page, DavyTable *table) {
  if (table) add_block(page, (Block){.kind = BLOCK_TABLE, .table = table, .adopted = table});
}

DavyPlot *DavyPagePlot(DavyPage *page, const DavyAxes *axes) {
  DavyPlot *plot = calloc(1, sizeof *plot);
  if (!plot) {
    page_fail(page);
    return NULL;
  }
  *plot = (DavyPlot){.page = page,
                     .key = copy_text(page, axes->key),
                     .title = copy_text(page, axes->title),
                     .note = copy_text(page, axes->note),
                     .x_label = copy_text(page, axes->x_label),
                     .x_unit = copy_text(page, axes->x_unit),
                     .y_label = copy_text(page, axes->y_label),
                     .y_unit = copy_text(page, axes->y_unit),
                     .shared = copy_text(page, axes->shared),
                     .ramp = copy_text(page, axes->ramp),
                     .y_lo = axes->y_lo,
                     .y_hi = axes->y_hi,
                     .equal_scales = axes->equal_scales,
                     .bars = axes->bars};
  add_block(page, (Block){.kind = BLOCK_PLOT, .plot = plot});
  return page->error ? NULL : plot;
}

void DavyPageView(DavyPage *page, const char *key, const DavyView *view) {
  if (!view || !DavyViewFrames(view)) return;
  add_block(page, (Block){.kind = BLOCK_VIEW, .name = copy_text(page, key), .view = view});
}

/* Copies the kept points (all, if kept is NULL), scaled. */
static void copy_points(const DavySeries *from, const size_t *kept, Series *to) {
  double x_scale = from->x_scale == 0 ? 1 : from->x_scale;
  double y_scale = from->y_scale == 0 ? 1 : from->y_scale;
  for (size_t k = 0; k < to->count; k++) {
    size_t i = kept ? kept[k] : k;
    to->x[k] = from->x[i] * x_scale;
    to->y[k] = from->y[i] * y_scale;
  }
}

void DavyPlotSeries(DavyPlot *plot, const DavySeries *from) {
  if (!plot) return;
  size_t *kept = NULL;
  Series to = {
      .draw = from->draw, .color = from->color, .count = from->count, .before = from->count};
  Series *all = grown(plot->series, plot->series_count, sizeof *all);
  if (all) plot->series = all;
  if (all && from->most && from->count > from->most) {
    kept = malloc(from->most * sizeof *kept);
    to.count = kept ? DavyThin(from->x, from->y, from->count, from->most, kept) : 0;
  }
  to.x = calloc(2 * to.count + 1, sizeof *to.x);
  to.y = to.x ? to.x + to.count : NULL;
  to.label = copy_text(plot->page, from->label ? from->label : "");
  if (!all || !to.x || !to.label || (to.count == 0 && from->count > 0)) {
    page_fail(plot->page);
    free(to.x);
    free(to.label);
  } else {
    copy_points(from, kept, &to);
    all[plot->series_count++] = to;
  }
  free(kept);
}

size_t page_block_run(const Section *section, size_t i) {
  BlockKind kind = section->blocks[i].kind;
  while (i < section->count && section->blocks[i].kind == kind) i++;
  return i;
}
