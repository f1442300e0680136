/* A page as JSON: sections with their verdicts, warnings, facts, whole tables and plotted points.
 */
#include "report/page.h"

#include "davy/file.h"

static void write_member(FILE *file, const char *key, const char *text, const char *before) {
  fprintf(file, "%s\"%s\":", before, key);
  if (text)
    DavyJsonWriteText(file, text);
  else
    fputs("null", file);
}

static void write_numbers(FILE *file, const char *key, const double *values, size_t count) {
  fprintf(file, ",\"%s\":[", key);
  for (size_t i = 0; i < count; i++) {
    if (i) fputc(',', file);
    DavyJsonWriteNumber(file, values[i]);
  }
  fputc(']', file);
}

static void write_plot(FILE *file, const DavyPlot *plot) {
  write_member(file, "key", plot->key, "{");
  write_member(file, "title", plot->title, ",");
  write_member(file, "note", plot->note, ",");
  write_member(file, "label", plot->x_label, ",\"x\":{");
  write_member(file, "unit", plot->x_unit, ",");
  write_member(file, "label", plot->y_label, "},\"y\":{");
  write_member(file, "unit", plot->y_unit, ",");
  fputs("},\"series\":[", file);
  for (size_t i = 0; i < plot->series_count; i++) {
    const Series *series = &plot->series[i];
    write_member(file, "label", series->label, i ? ",\n{" : "\n{");
    fprintf(file, ",\"points_before\":%zu", series->before);
    write_numbers(file, "x", series->x, series->count);
    write_numbers(file, "y", series->y, series->count);
    fputc('}', file);
  }
  fputs("]}", file);
}

static DavyError write_block(FILE *file, const Block *block) {
  switch (block->kind) {
  case BLOCK_PARAGRAPH:
  case BLOCK_VERDICT:
  case BLOCK_WARNING:
  case BLOCK_SOURCE: DavyJsonWriteText(file, block->text); return DAVY_OK;
  case BLOCK_FACT:
    write_member(file, "name", block->name, "{");
    write_member(file, "value", block->text, ",");
    fputc('}', file);
    return DAVY_OK;
  case BLOCK_TABLE: return DavyTableWriteJson(block->table, file);
  case BLOCK_PLOT: write_plot(file, block->plot); return DAVY_OK;
  case BLOCK_VIEW: return DavyViewWriteJson(block->view, file);
  }
  return DAVY_OK;
}

/* One list for each kind of block that the section holds. */
static DavyError write_section(FILE *file, const Section *section) {
  static const char *const lists[] = {
      [BLOCK_PARAGRAPH] = "paragraphs", [BLOCK_VERDICT] = "verdict", [BLOCK_WARNING] = "warnings",
      [BLOCK_FACT] = "facts",           [BLOCK_SOURCE] = "sources",  [BLOCK_TABLE] = "tables",
      [BLOCK_PLOT] = "plots",           [BLOCK_VIEW] = "views"};
  write_member(file, "key", section->key, "{");
  write_member(file, "heading", section->heading, ",");
  fprintf(file, ",\"level\":%d", section->level);
  for (size_t kind = 0; kind < sizeof lists / sizeof *lists; kind++) {
    const char *before = "";
    for (size_t i = 0; i < section->count; i++) {
      if (section->blocks[i].kind != kind) continue;
      if (!*before) fprintf(file, ",\n\"%s\":[", lists[kind]);
      fprintf(file, "%s\n", before);
      DAVY_TRY(write_block(file, &section->blocks[i]));
      before = ",";
    }
    if (*before) fputc(']', file);
  }
  fputc('}', file);
  return DAVY_OK;
}

static DavyError write_page(FILE *file, const DavyPage *page) {
  write_member(file, "davy", DAVY_VERSION, "{");
  write_member(file, "title", page->title, ",");
  fputs(",\n\"sections\":[", file);
  for (size_t i = 0; i < page->count; i++) {
    fputs(i ? ",\n" : "\n", file);
    DAVY_TRY(write_section(file, &page->sections[i]));
  }
  fputs("]}\n", file);
  return DAVY_OK;
}

DavyError DavyPageWriteJson(const DavyPage *page, const char *path) {
  DavyOutput *output = NULL;
  if (page->error) return DavyFail(page->error, "%s: out of memory while making the page", path);
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = write_page(DavyOutputFile(output), page);
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}
