/* A page as one HTML file that needs nothing else: style, script and data stand in it.
 *
 * Every text is escaped on its way out. Beside that, a content security policy names the
 * scripts of the page by their SHA-256, so that no other script could run, and allows no network.
 */
#include "report/page.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base64.h"
#include "davy/file.h"

static void write_asset(FILE *file, Asset asset) {
  fwrite(asset.text, 1, asset.size, file);
}

/* 'sha256-...' of a script or style, as a content security policy wants it. */
static void write_policy_hash(FILE *file, Asset asset) {
  char hex[65];
  unsigned char bytes[32];
  DavySha256(asset.text, asset.size, hex);
  for (int i = 0; i < 32; i++) {
    char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
    bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
  }
  fputs(" 'sha256-", file);
  davy_base64_write(file, bytes, sizeof bytes);
  fputc('\'', file);
}

static bool has_views(const DavyPage *page) {
  for (size_t s = 0; s < page->count; s++)
    for (size_t i = 0; i < page->sections[s].count; i++)
      if (page->sections[s].blocks[i].view) return true;
  return false;
}

static void write_head(FILE *file, const DavyPage *page) {
  fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "img-src data:; style-src",
        file);
  write_policy_hash(file, page_asset_uplot_css);
  write_policy_hash(file, page_asset_css);
  fputs("; script-src", file);
  write_policy_hash(file, page_asset_uplot_js);
  write_policy_hash(file, page_asset_js);
  if (has_views(page)) write_policy_hash(file, page_asset_view_js);
  fputs("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"generator\" content=\"davy " DAVY_VERSION "\">\n"
        "<link rel=\"icon\" href=\"data:,\">\n<title>",
        file);
  DavyHtmlWriteText(file, page->title);
  fputs("</title>\n<style>", file);
  write_asset(file, page_asset_uplot_css);
  fputs("</style>\n<style>", file);
  write_asset(file, page_asset_css);
  fputs("</style>\n</head>\n", file);
}

/* Links to the sections of the first level. */
static void write_contents(FILE *file, const DavyPage *page) {
  fputs("<nav aria-label=\"Contents\">\n", file);
  for (size_t i = 0; i < page->count; i++) {
    if (page->sections[i].level != 1) continue;
    fputs("<a href=\"#", file);
    DavyHtmlWriteText(file, page->sections[i].key);
    fputs("\">", file);
    DavyHtmlWriteText(file, page->sections[i].heading);
    fputs("</a>\n", file);
  }
  fputs("</nav>\n", file);
}

/* Long tables are cut in the page so that it opens quickly; the room is shared out among them. */
typedef struct {
  size_t shown, carried; /* rows of one table in HTML, and in the CSV behind its buttons */
} Room;

enum {
  ROWS_SHOWN = 4000,    /* in all tables together: about 2 MB of HTML at 12 columns */
  ROWS_CARRIED = 12000, /* about 1.5 MB of CSV */
  ROWS_ALWAYS = 100,    /* of each table */
  ROWS_MOST = 1000
};

static Room room_for_tables(const DavyPage *page) {
  size_t tables = 1;
  for (size_t s = 0; s < page->count; s++)
    for (size_t i = 0; i < page->sections[s].count; i++) {
      const DavyTable *table = page->sections[s].blocks[i].table;
      if (table && DavyTableRows(table) > ROWS_ALWAYS) tables++;
    }
  size_t share = ROWS_SHOWN / tables;
  Room room = {share < ROWS_ALWAYS ? ROWS_ALWAYS
               : share > ROWS_MOST ? ROWS_MOST
                                   : share,
               ROWS_CARRIED / tables};
  if (room.carried < room.shown) room.carried = room.shown;
  return room;
}

static DavyError write_table_html(FILE *file, const DavyTable *table, size_t most) {
  if (DavyTableRows(table) <= most) return DavyTableWriteHtml(table, file);
  DavyTable *head = NULL;
  DAVY_TRY(DavyTableHead(table, most, &head));
  DavyError error = DavyTableWriteHtml(head, file);
  DavyTableDestroy(&head);
  return error;
}

/* The table's CSV as text of the page, for the buttons: every digit, and safe whatever it holds. */
static DavyError write_table_csv(FILE *file, const DavyTable *table, size_t most) {
  char *text = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&text, &size);
  DAVY_CHECK(memory, DAVY_ERR_MEMORY, "out of memory while writing a table");
  DavyTable *head = NULL;
  DavyError error = DAVY_OK;
  if (DavyTableRows(table) > most) error = DavyTableHead(table, most, &head);
  if (!error) error = DavyTableWriteCsv(head ? head : table, memory);
  DavyTableDestroy(&head);
  if (fclose(memory) && !error) error = DavyFail(DAVY_ERR_MEMORY, "out of memory in a table");
  fputs("<pre class=\"csv\" hidden>", file);
  if (!error) DavyHtmlWriteText(file, text);
  fputs("</pre>\n", file);
  free(text);
  return error;
}

enum { ROWS_PRINTED = 100 }; /* as page.css has it */

static void write_table_cut(FILE *file, size_t rows, Room room) {
  if (rows > ROWS_PRINTED)
    fprintf(
        file,
        "<p class=\"note print-only\">Rows 1 to %d of %zu are printed; the page on screen and its "
        "CSV hold the others.</p>\n",
        ROWS_PRINTED, rows);
  if (rows <= room.shown) return;
  fprintf(file, "<p class=\"note cut\">The first %zu of %zu rows are shown. ", room.shown, rows);
  if (rows <= room.carried)
    fputs("The buttons give all of them.", file);
  else
    fprintf(file,
            "The buttons give the first %zu; <code>davy report --tables DIR</code> writes all.",
            room.carried);
  fputs("</p>\n", file);
}

static DavyError write_table(FILE *file, const Section *section, const DavyTable *table,
                             Room room) {
  fputs("<div class=\"table\" data-name=\"", file);
  DavyHtmlWriteText(file, section->key);
  fputc('_', file);
  DavyHtmlWriteText(file, DavyTableKey(table));
  fputs("\">\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", file);
  DavyHtmlWriteText(file, DavyTableTitle(table));
  fputs("\">\n", file);
  DAVY_TRY(write_table_html(file, table, room.shown));
  fputs("</div>\n", file);
  write_table_cut(file, DavyTableRows(table), room);
  DAVY_TRY(write_table_csv(file, table, room.carried));
  fputs("</div>\n", file);
  return DAVY_OK;
}

static void write_figure(FILE *file, const Section *section, const DavyPlot *plot) {
  fputs("<figure class=\"plot\" id=\"", file);
  DavyHtmlWriteText(file, section->key);
  fputc('-', file);
  DavyHtmlWriteText(file, plot->key);
  fputs("\">\n<figcaption><strong>", file);
  DavyHtmlWriteText(file, plot->title);
  fputs("</strong></figcaption>\n", file);
  if (plot->note) {
    fputs("<p class=\"note\">", file);
    DavyHtmlWriteText(file, plot->note);
    fputs("</p>\n", file);
  }
  fputs("</figure>\n", file);
}

static void write_view_figure(FILE *file, const Section *section, const Block *block) {
  fputs("<figure class=\"view\" id=\"", file);
  DavyHtmlWriteText(file, section->key);
  fputc('-', file);
  DavyHtmlWriteText(file, block->name);
  fputs("\">\n<figcaption><strong>The front as simulated</strong></figcaption>\n"
        "<p class=\"note\">Click the picture, then the wheel zooms and dragging moves it; a double "
        "click shows the whole domain. Fields are shown in 256 steps of each frame's range.</p>\n"
        "</figure>\n",
        file);
}

/* One list of neighbouring blocks of one kind. */
static void write_list(FILE *file, const Block *blocks, size_t count, const char *name) {
  fprintf(file, "<ul class=\"%s\">\n", name);
  for (size_t i = 0; i < count; i++) {
    fputs("<li>", file);
    DavyHtmlWriteText(file, blocks[i].text);
    fputs("</li>\n", file);
  }
  fputs("</ul>\n", file);
}

static void write_facts(FILE *file, const Block *blocks, size_t count) {
  fputs("<dl class=\"facts\">\n", file);
  for (size_t i = 0; i < count; i++) {
    fputs("<div><dt>", file);
    DavyHtmlWriteText(file, blocks[i].name);
    fputs("</dt><dd>", file);
    DavyHtmlWriteText(file, blocks[i].text ? blocks[i].text : "");
    fputs("</dd></div>\n", file);
  }
  fputs("</dl>\n", file);
}

/* Writes the run of equal blocks that begins at i; gives where the next begins. */
static DavyError write_run(FILE *file, const Section *section, Room room, size_t *i) {
  const Block *blocks = section->blocks + *i;
  size_t end = page_block_run(section, *i), count = end - *i;
  *i = end;
  switch (blocks->kind) {
  case BLOCK_VERDICT: write_list(file, blocks, count, "verdict"); return DAVY_OK;
  case BLOCK_WARNING: write_list(file, blocks, count, "warnings"); return DAVY_OK;
  case BLOCK_SOURCE: write_list(file, blocks, count, "sources"); return DAVY_OK;
  case BLOCK_PARAGRAPH:
    for (size_t k = 0; k < count; k++) {
      fputs("<p>", file);
      DavyHtmlWriteText(file, blocks[k].text);
      fputs("</p>\n", file);
    }
    return DAVY_OK;
  case BLOCK_FACT: write_facts(file, blocks, count); return DAVY_OK;
  case BLOCK_TABLE:
    for (size_t k = 0; k < count; k++) DAVY_TRY(write_table(file, section, blocks[k].table, room));
    return DAVY_OK;
  case BLOCK_PLOT:
    for (size_t k = 0; k < count; k++) write_figure(file, section, blocks[k].plot);
    return DAVY_OK;
  case BLOCK_VIEW:
    for (size_t k = 0; k < count; k++) write_view_figure(file, section, &blocks[k]);
  }
  return DAVY_OK;
}

static DavyError write_section(FILE *file, const Section *section, Room room) {
  int level = section->level + 1;
  fputs("<section id=\"", file);
  DavyHtmlWriteText(file, section->key);
  fprintf(file, "\">\n<h%d>", level);
  DavyHtmlWriteText(file, section->heading);
  fprintf(file, "</h%d>\n", level);
  for (size_t i = 0; i < section->count;) DAVY_TRY(write_run(file, section, room, &i));
  fputs("</section>\n", file);
  return DAVY_OK;
}

/* Numbers as base64 of little-endian 32-bit floats: 5.3 characters a number, 7 digits. */
static void write_floats(FILE *file, const char *key, const double *values, size_t count) {
  unsigned char bytes[3 * 4 * 64]; /* whole groups of three bytes */
  fprintf(file, ",\"%s\":\"", key);
  for (size_t i = 0; i < count;) {
    size_t size = 0;
    for (; i < count && size < sizeof bytes; i++) {
      float value = (float)values[i];
      uint32_t bits;
      memcpy(&bits, &value, sizeof bits);
      for (int shift = 0; shift < 32; shift += 8) bytes[size++] = (unsigned char)(bits >> shift);
    }
    davy_base64_write(file, bytes, size);
  }
  fputc('"', file);
}

static void write_member(FILE *file, const char *key, const char *text) {
  fprintf(file, ",\"%s\":", key);
  if (text)
    DavyJsonWriteText(file, text);
  else
    fputs("null", file);
}

/* The id of a figure, as in write_figure. */
static void write_id(FILE *file, const char *section, const char *key) {
  char *id = NULL;
  if (asprintf(&id, "%s-%s", section, key) < 0) id = NULL;
  DavyJsonWriteText(file, id ? id : "");
  free(id);
}

static void write_plot_data(FILE *file, const Section *section, const DavyPlot *plot) {
  static const char *const draws[] = {
      [DAVY_DRAW_LINE] = "line", [DAVY_DRAW_POINTS] = "points", [DAVY_DRAW_LINE_POINTS] = "both"};
  fputs("{\"id\":", file);
  write_id(file, section->key, plot->key);
  write_member(file, "title", plot->title);
  write_member(file, "xLabel", plot->x_label);
  write_member(file, "xUnit", plot->x_unit);
  write_member(file, "yLabel", plot->y_label);
  write_member(file, "yUnit", plot->y_unit);
  write_member(file, "shared", plot->shared);
  write_member(file, "ramp", plot->ramp);
  fputs(",\"yLow\":", file);
  DavyJsonWriteNumber(file, plot->y_lo);
  fputs(",\"yHigh\":", file);
  DavyJsonWriteNumber(file, plot->y_hi);
  fprintf(file, ",\"equal\":%s,\"bars\":%s,\"series\":[", plot->equal_scales ? "true" : "false",
          plot->bars ? "true" : "false");
  for (size_t i = 0; i < plot->series_count; i++) {
    const Series *series = &plot->series[i];
    fprintf(file, "%s{\"draw\":\"%s\",\"color\":%d", i ? ",\n" : "\n", draws[series->draw],
            series->color);
    write_member(file, "label", series->label);
    write_floats(file, "x", series->x, series->count);
    write_floats(file, "y", series->y, series->count);
    fputc('}', file);
  }
  fputs("]}", file);
}

static void write_data(FILE *file, const DavyPage *page) {
  const char *before = "\n";
  fputs("<script type=\"application/json\" id=\"davy-plots\">[", file);
  for (size_t s = 0; s < page->count; s++)
    for (size_t i = 0; i < page->sections[s].count; i++) {
      if (!page->sections[s].blocks[i].plot) continue;
      fputs(before, file);
      write_plot_data(file, &page->sections[s], page->sections[s].blocks[i].plot);
      before = ",\n";
    }
  fputs("]</script>\n", file);
}

/* The views and the script that shows them, on pages that have any. */
static DavyError write_views(FILE *file, const DavyPage *page) {
  const char *before = "\n";
  if (!has_views(page)) return DAVY_OK;
  fputs("<script type=\"application/json\" id=\"davy-views\">[", file);
  for (size_t s = 0; s < page->count; s++)
    for (size_t i = 0; i < page->sections[s].count; i++) {
      const Block *block = &page->sections[s].blocks[i];
      if (!block->view) continue;
      fprintf(file, "%s{\"id\":", before);
      write_id(file, page->sections[s].key, block->name);
      fputs(",\"view\":", file);
      DAVY_TRY(DavyViewWriteJson(block->view, file));
      fputc('}', file);
      before = ",\n";
    }
  fputs("]</script>\n<script>", file);
  write_asset(file, page_asset_view_js);
  fputs("</script>\n", file);
  return DAVY_OK;
}

static DavyError write_foot(FILE *file, const DavyPage *page) {
  fputs("<footer><p>Made by davy " DAVY_VERSION ". The page needs no network and no server. "
        "Plots are drawn by uPlot (MIT licence).</p>\n"
        "<details><summary>Licence of uPlot</summary><pre>",
        file);
  char *licence = strndup(page_asset_uplot_licence.text, page_asset_uplot_licence.size);
  DavyHtmlWriteText(file, licence ? licence : "");
  free(licence);
  fputs("</pre></details></footer>\n</main>\n", file);
  write_data(file, page);
  fputs("<script>", file);
  write_asset(file, page_asset_uplot_js);
  fputs("</script>\n<script>", file);
  write_asset(file, page_asset_js);
  fputs("</script>\n", file);
  DAVY_TRY(write_views(file, page));
  fputs("</body>\n</html>\n", file);
  return DAVY_OK;
}

static DavyError write_page(FILE *file, const DavyPage *page) {
  Room room = room_for_tables(page);
  write_head(file, page);
  fputs("<body>\n<main>\n<header>\n<p class=\"maker\">davy report</p>\n<h1>", file);
  DavyHtmlWriteText(file, page->title);
  fputs("</h1>\n", file);
  write_contents(file, page);
  fputs("</header>\n<p class=\"note\" id=\"no-script\">Plots need JavaScript, which is off here; "
        "words "
        "and tables do not.</p>\n",
        file);
  for (size_t i = 0; i < page->count; i++) DAVY_TRY(write_section(file, &page->sections[i], room));
  return write_foot(file, page);
}

DavyError DavyPageWriteHtml(const DavyPage *page, const char *path) {
  DavyOutput *output = NULL;
  if (page->error) return DavyFail(page->error, "%s: out of memory while making the page", path);
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = write_page(DavyOutputFile(output), page);
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}
