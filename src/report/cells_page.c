/* The report on cells: what each digest and analysis says, in the order a reader wants it. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "report/cells_plots.h"
#include "report/morphology_plots.h"

struct DavyReport {
  char *title;
  Digest *cells;
  size_t count, expected;
  Fact *missing; /* file, reason */
  size_t missing_count;
  DavyPage *page;
  DavyError error; /* the first failure of a function that returns none */
};

static DavyError no_memory(void) {
  return DavyFail(DAVY_ERR_MEMORY, "out of memory while making the report");
}

DavyError DavyReportCreate(const char *title, size_t cells, DavyReport **report) {
  DavyReport *r = *report = calloc(1, sizeof *r);
  if (!r) return no_memory();
  r->expected = cells;
  r->title = title ? strdup(title) : NULL;
  if (!title || r->title) return DAVY_OK;
  DavyReportDestroy(report);
  return no_memory();
}

void DavyReportDestroy(DavyReport **report) {
  DavyReport *r = *report;
  if (!r) return;
  DavyPageDestroy(&r->page);
  for (size_t i = 0; i < r->count; i++) digest_clear(&r->cells[i]);
  for (size_t i = 0; i < r->missing_count; i++) {
    free(r->missing[i].name);
    free(r->missing[i].text);
  }
  free(r->cells);
  free(r->missing);
  free(r->title);
  free(r);
  *report = NULL;
}

DavyError DavyReportAdd(DavyReport *r, const DavyReportCell *cell) {
  Digest *cells = realloc(r->cells, (r->count + 1) * sizeof *cells);
  if (!cells) return no_memory();
  r->cells = cells;
  DAVY_TRY(digest_make(cell, r->expected, &cells[r->count]));
  r->count++;
  return DAVY_OK;
}

static Digest *last_cell(DavyReport *r) {
  return r->count ? &r->cells[r->count - 1] : NULL;
}

void DavyReportFact(DavyReport *r, const char *name, const char *value) {
  DavyError error = last_cell(r) ? digest_fact(last_cell(r), name, value) : DAVY_OK;
  if (error) r->error = error;
}

void DavyReportWarning(DavyReport *r, const char *sentence) {
  DavyError error = last_cell(r) ? digest_warning(last_cell(r), sentence) : DAVY_OK;
  if (error) r->error = error;
}

void DavyReportTable(DavyReport *r, DavyTable *table) {
  DavyError error = DAVY_OK;
  if (last_cell(r)) {
    error = digest_table(last_cell(r), table);
    if (!error) error = say_morphology(last_cell(r), table);
  } else {
    DavyTableDestroy(&table);
  }
  if (error) r->error = error;
}

void DavyReportView(DavyReport *r, DavyView *view) {
  Digest *cell = last_cell(r);
  if (cell) DavyViewDestroy(&cell->view);
  if (cell)
    cell->view = view;
  else
    DavyViewDestroy(&view);
}

void DavyReportMissing(DavyReport *r, const char *file, const char *reason) {
  Fact *missing = realloc(r->missing, (r->missing_count + 1) * sizeof *missing);
  if (missing) r->missing = missing;
  Fact fact = {strdup(file), strdup(reason)};
  if (missing && fact.name && fact.text) {
    missing[r->missing_count++] = fact;
    return;
  }
  free(fact.name);
  free(fact.text);
  r->error = no_memory();
}

const char *DavyReportSentence(const DavyReport *r, size_t cell, size_t i) {
  const Digest *digest = cell < r->count ? &r->cells[cell] : NULL;
  size_t before = 0;
  if (!digest) return NULL;
  for (; digest->analysis && DavyAnalysisSentence(digest->analysis, before); before++)
    if (before == i) return DavyAnalysisSentence(digest->analysis, i);
  return i - before < digest->sentence_count ? digest->sentences[i - before] : NULL;
}

/* In a report on several cells each sentence says whose it is. */
static const char *prefix(const DavyReport *r, size_t cell, char text[256]) {
  *text = '\0';
  if (r->count > 1) snprintf(text, 256, "%s: ", r->cells[cell].name);
  return text;
}

static void say_verdict(DavyReport *r) {
  DavyPageSection(r->page, 1, "verdict", "Verdict");
  if (r->missing_count)
    DavyPageParagraph(r->page, "%zu of %zu inputs could be read; the warnings name the others.",
                      r->count, r->count + r->missing_count);
  for (size_t c = 0; c < r->count; c++) {
    const char *sentence;
    char key[32];
    snprintf(key, sizeof key, "verdict_%zu", c + 1);
    if (r->count > 1) DavyPageSection(r->page, 2, key, r->cells[c].name);
    for (size_t i = 0; (sentence = DavyReportSentence(r, c, i)); i++)
      DavyPageVerdict(r->page, "%s", sentence);
  }
}

static void say_warnings(DavyReport *r) {
  char whose[256];
  size_t said = 0;
  DavyPageSection(r->page, 1, "warnings", "Warnings");
  for (size_t i = 0; i < r->missing_count; i++, said++) {
    bool named = strstr(r->missing[i].text, r->missing[i].name) != NULL;
    DavyPageWarning(r->page, "Left out: %s%s%s", named ? "" : r->missing[i].name, named ? "" : ": ",
                    r->missing[i].text);
  }
  for (size_t c = 0; c < r->count; c++) {
    const Digest *cell = &r->cells[c];
    const char *warning;
    for (size_t i = 0; i < cell->warning_count; i++, said++)
      DavyPageWarning(r->page, "%s%s", prefix(r, c, whose), cell->warnings[i]);
    for (size_t i = 0; cell->analysis && (warning = DavyAnalysisWarning(cell->analysis, i)); i++)
      DavyPageWarning(r->page, "%s%s", prefix(r, c, whose), warning), said++;
  }
  if (!said) DavyPageParagraph(r->page, "None: nothing odd was found in what was read.");
}

/* Columns of the table that compares cells: figures of their summaries, a key and unit each. */
typedef struct {
  const char *key, *quantity, *unit;
  char column[96];
} Figure;

typedef struct {
  const DavyTable *table;
  size_t key, quantity, unit, value;
} Summary;

static bool find_summary(const DavyAnalysis *analysis, Summary *s) {
  s->table = analysis ? DavyAnalysisTable(analysis, "summary") : NULL;
  if (!s->table) return false;
  int at[] = {DavyTableFind(s->table, "key"), DavyTableFind(s->table, "quantity"),
              DavyTableFind(s->table, "unit"), DavyTableFind(s->table, "value")};
  s->key = (size_t)at[0];
  s->quantity = (size_t)at[1];
  s->unit = (size_t)at[2];
  s->value = (size_t)at[3];
  return at[0] >= 0 && at[1] >= 0 && at[2] >= 0 && at[3] >= 0;
}

static const char *text_or_empty(const char *text) {
  return text ? text : "";
}

static Figure summary_figure(const Summary *s, size_t row) {
  Figure f = {text_or_empty(DavyTableText(s->table, row, s->key)),
              text_or_empty(DavyTableText(s->table, row, s->quantity)),
              text_or_empty(DavyTableText(s->table, row, s->unit)), ""};
  snprintf(f.column, sizeof f.column, "%s/%s", f.key, f.unit);
  return f;
}

enum { FIGURES = 24 }; /* more would be no comparison */

/* The figures that the cells' summaries have, in the order met. */
static size_t collect_figures(const DavyReport *r, Figure figures[FIGURES]) {
  size_t count = 0;
  for (size_t c = 0; c < r->count; c++) {
    Summary s;
    if (!find_summary(r->cells[c].analysis, &s)) continue;
    for (size_t row = 0; row < DavyTableRows(s.table); row++) {
      Figure f = summary_figure(&s, row);
      if (isnan(DavyTableNumber(s.table, row, s.value))) continue;
      size_t i = 0;
      while (i < count && strcmp(figures[i].column, f.column)) i++;
      if (i == count && count < FIGURES) figures[count++] = f;
    }
  }
  return count;
}

static DavyError compare_row(const DavyReport *r, size_t c, const Figure *figures, size_t count,
                             DavyTable *table) {
  Summary s;
  DAVY_TRY(DavyTableAddRow(table));
  DAVY_TRY(DavyTableSetText(table, "cell", r->cells[c].name));
  if (r->cells[c].group) DAVY_TRY(DavyTableSetText(table, "group", r->cells[c].group));
  if (!find_summary(r->cells[c].analysis, &s)) return DAVY_OK;
  for (size_t row = 0; row < DavyTableRows(s.table); row++) {
    Figure f = summary_figure(&s, row);
    for (size_t i = 0; i < count; i++)
      if (strcmp(figures[i].column, f.column) == 0)
        DAVY_TRY(DavyTableSetNumber(table, f.column, DavyTableNumber(s.table, row, s.value)));
  }
  return DAVY_OK;
}

static DavyError compare_cells(const DavyReport *r, DavyTable *table) {
  Figure figures[FIGURES];
  size_t count = collect_figures(r, figures);
  DAVY_TRY(DavyTableAddColumn(table, "cell", "Cell", NULL, DAVY_CELL_TEXT, 0));
  bool grouped = false;
  for (size_t c = 0; c < r->count; c++) grouped = grouped || r->cells[c].group;
  if (grouped) DAVY_TRY(DavyTableAddColumn(table, "group", "Group", NULL, DAVY_CELL_TEXT, 0));
  for (size_t i = 0; i < count; i++)
    DAVY_TRY(DavyTableAddColumn(table, figures[i].column, figures[i].quantity, figures[i].unit,
                                DAVY_CELL_NUMBER, 5));
  for (size_t c = 0; c < r->count; c++) DAVY_TRY(compare_row(r, c, figures, count, table));
  return DAVY_OK;
}

static DavyError show_comparison(DavyReport *r, const DavyTable *groups) {
  if (r->count < 2) return DAVY_OK;
  DavyTable *table = NULL;
  DavyPageSection(r->page, 1, "cells", "Cells compared");
  DAVY_TRY(DavyTableCreate("cells", "Cells", &table));
  DavyError error = compare_cells(r, table);
  if (error)
    DavyTableDestroy(&table);
  else
    DavyPageAdoptTable(r->page, table);
  if (groups && DavyTableRows(groups)) DavyPageTable(r->page, groups);
  return error;
}

static void show_tables(DavyReport *r, const Digest *cell) {
  const DavyTable *table;
  for (size_t i = 0; cell->analysis && (table = DavyAnalysisTableAt(cell->analysis, i)); i++)
    if (DavyTableRows(table)) DavyPageTable(r->page, table);
  for (size_t i = 0; i < cell->table_count; i++) DavyPageTable(r->page, cell->tables[i]);
}

static void show_facts(DavyReport *r, const Digest *cell) {
  for (size_t i = 0; i < cell->fact_count; i++)
    DavyPageFact(r->page, cell->facts[i].name, cell->facts[i].text);
}

static void show_one_cell(DavyReport *r) {
  const Digest *cell = &r->cells[0];
  DavyPageSection(r->page, 1, "plots", "Plots");
  DavyPageView(r->page, "front", cell->view);
  plots_of_morphology(r->page, cell, 1);
  plots_of_cycles(r->page, cell);
  plots_of_cells(r->page, cell, 1);
  DavyPageSection(r->page, 1, "tables", "Tables");
  show_tables(r, cell);
  DavyPageSection(r->page, 1, "input", "What was read");
  show_facts(r, cell);
}

static void show_several_cells(DavyReport *r) {
  DavyPageSection(r->page, 1, "plots", "Plots");
  plots_of_morphology(r->page, r->cells, r->count);
  plots_of_cells(r->page, r->cells, r->count);
  for (size_t c = 0; c < r->count; c++) {
    char key[32];
    snprintf(key, sizeof key, "cell_%zu", c + 1);
    DavyPageSection(r->page, 1, key, r->cells[c].name);
    DavyPageView(r->page, "front", r->cells[c].view);
    plots_of_cycles(r->page, &r->cells[c]);
    show_tables(r, &r->cells[c]);
    show_facts(r, &r->cells[c]);
  }
}

static void say_sources(DavyReport *r) {
  if (!DavyCiteCount()) return;
  DavyPageSection(r->page, 1, "sources", "Sources used");
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    char line[1024], *text = NULL;
    const char *why = DavyCiteWhy(i);
    if (DavyCiteLine(DavyCiteKey(i), line, sizeof line))
      snprintf(line, sizeof line, "%s", DavyCiteKey(i));
    if (asprintf(&text, "%s%s%s", line, why && *why ? ". For: " : "", why ? why : "") < 0)
      text = NULL;
    if (text) DavyPageSource(r->page, text);
    free(text);
  }
}

DavyError DavyReportPage(DavyReport *r, const DavyTable *groups, const DavyPage **page) {
  if (r->error) return no_memory();
  char counted[64];
  snprintf(counted, sizeof counted, "%zu cells compared", r->count);
  DAVY_TRY(DavyPageCreate(r->title        ? r->title
                          : r->count == 1 ? r->cells[0].name
                                          : counted,
                          &r->page));
  say_verdict(r);
  say_warnings(r);
  DAVY_TRY(show_comparison(r, groups));
  if (r->count == 1) show_one_cell(r);
  if (r->count > 1) show_several_cells(r);
  say_sources(r);
  *page = r->page;
  return DAVY_OK;
}
