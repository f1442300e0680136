/* davy design: what follows from a cell's parts, before it is built. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/design.h"
#include "davy/file.h"
#include "davy/report.h"

static const char help_text[] =
    "davy design FILE.yaml [-o PAGE.html]: mass, energy and alloying, before a cell is built\n\n"
    "  davy design cell.yaml                 tables on the terminal\n"
    "  davy design cell.yaml -o cell.html    one page with plots\n"
    "  davy design cell.yaml --json - --cite cell.bib\n\n"
    "A design file (docs/design.md; davy new design writes one) has any of these sections: cell,\n"
    "energy_curves, published_cells, surface_area, coatings, preparations, melt_infusion.\n\n"
    "  -o FILE      the page\n"
    "  --json FILE  the same content for machines, with all digits; - for the standard output\n"
    "  --cite FILE  BibTeX of the sources used\n";

static void add_plot(DavyPage *page, const DavyDesignPlot *p) {
  DavyPlot *plot = DavyPagePlot(page, &(DavyAxes){.key = p->key,
                                                  .title = p->title,
                                                  .note = p->note,
                                                  .x_label = p->x_label,
                                                  .x_unit = p->x_unit,
                                                  .y_label = p->y_label,
                                                  .y_unit = p->y_unit,
                                                  .y_lo = NAN,
                                                  .y_hi = NAN,
                                                  .bars = p->bars});
  for (size_t i = 0; i < p->count; i++)
    DavyPlotSeries(plot,
                   &(DavySeries){.label = p->series[i].label,
                                 .x = p->series[i].x,
                                 .y = p->series[i].y,
                                 .count = p->series[i].count,
                                 .color = p->bars,
                                 .draw = p->series[i].points ? DAVY_DRAW_POINTS : DAVY_DRAW_LINE});
}

static DavyError fill_page(DavyPage *page, const DavyDesign *design) {
  const char *sentence;
  if (DavyDesignSentence(design, 0)) DavyPageSection(page, 1, "verdict", "Verdict");
  for (size_t i = 0; (sentence = DavyDesignSentence(design, i)); i++)
    DavyPageVerdict(page, "%s", sentence);
  if (DavyDesignPlotCount(design)) DavyPageSection(page, 1, "plots", "Plots");
  for (size_t i = 0; i < DavyDesignPlotCount(design); i++)
    add_plot(page, DavyDesignPlotAt(design, i));
  DavyPageSection(page, 1, "tables", "Tables");
  for (size_t i = 0; i < DavyDesignTableCount(design); i++)
    DavyPageTable(page, DavyDesignTable(design, i));
  DavyPageSection(page, 1, "sources", "Sources");
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    char line[1024];
    DAVY_TRY(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    DavyPageSource(page, line);
  }
  return DAVY_OK;
}

static DavyError write_page(const DavyDesign *design, const char *html, const char *json) {
  DavyPage *page = NULL;
  DAVY_TRY(DavyPageCreate(DavyDesignTitle(design), &page));
  DavyError error = fill_page(page, design);
  if (!error && html) error = DavyPageWriteHtml(page, html);
  if (!error && json) error = DavyPageWriteJson(page, json);
  DavyPageDestroy(&page);
  return error;
}

static DavyError write_text(const DavyDesign *design) {
  const char *sentence;
  for (size_t i = 0; (sentence = DavyDesignSentence(design, i)); i++) printf("%s\n", sentence);
  for (size_t i = 0; i < DavyDesignTableCount(design); i++) {
    if (i || DavyDesignSentence(design, 0)) putchar('\n');
    DAVY_TRY(DavyTableWriteText(DavyDesignTable(design, i), stdout));
  }
  return DAVY_OK;
}

static DavyError write_bib(const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = DavyCiteWriteBib(DavyOutputFile(output));
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

static DavyError run(int argc, char **argv) {
  const char *html = NULL, *json = NULL, *cite = NULL;
  int operands = 0;
  const DavyOption options[] = {
      {"-o", &html, NULL}, {"--json", &json, NULL}, {"--cite", &cite, NULL}, {0}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  DAVY_CHECK(operands == 1, DAVY_ERR_USAGE,
             "design: expected one FILE.yaml (see davy design --help)");
  DavyDesign *design = NULL;
  DavyCiteClear();
  DAVY_TRY(DavyDesignLoad(argv[1], &design));
  DavyError error = DAVY_OK;
  if (html || json) error = write_page(design, html, json);
  if (!error && !html && !json) error = write_text(design);
  if (!error && cite) error = write_bib(cite);
  DavyDesignDestroy(&design);
  return error;
}

const DavyVerb davy_verb_design = {
    "design", "mass, energy and alloying of a cell, before it is built", help_text, run};
