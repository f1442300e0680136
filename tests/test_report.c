/* Pages: thinning keeps every spike, hostile text stays text, equal input gives equal bytes, and
 * the report on a cell built in code says what its analysis says. The page in a real browser is
 * tested by tests/browser/run.mjs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "davy/cite.h"
#include "davy/report.h"
#include "growing_circle.h"

static const char hostile[] = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

static char *read_text(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *text = malloc((size_t)size + 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, (size_t)size, file), size);
  text[size] = '\0';
  fclose(file);
  return text;
}

static size_t occurrences(const char *text, const char *word) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, word)); at += strlen(word)) n++;
  return n;
}

/* Kept points, checked for order and bound. */
static size_t thin_checked(const double *x, const double *y, size_t count, size_t most,
                           size_t *kept) {
  size_t n = DavyThin(x, y, count, most, kept);
  assert_true(n <= most);
  for (size_t k = 1; k < n; k++) assert_true(kept[k] > kept[k - 1]);
  return n;
}

static bool is_kept(const size_t *kept, size_t n, size_t index) {
  for (size_t k = 0; k < n; k++)
    if (kept[k] == index) return true;
  return false;
}

static void thinning_keeps_ends_and_spikes(void **state) {
  (void)state;
  enum { COUNT = 100000, MOST = 800 };
  double *x = calloc(2 * COUNT, sizeof *x), *y = x + COUNT;
  size_t *kept = calloc(MOST, sizeof *kept);
  for (size_t i = 0; i < COUNT; i++) {
    x[i] = (double)i + (i % 7 == 0 ? 0.5 : 0); /* uneven, rising */
    y[i] = sin((double)i / 5000);
  }
  y[31416] = 9;
  y[77777] = -9;
  size_t n = thin_checked(x, y, COUNT, MOST, kept);
  assert_true(n > MOST / 2);
  assert_true(is_kept(kept, n, 0) && is_kept(kept, n, COUNT - 1));
  assert_true(is_kept(kept, n, 31416) && is_kept(kept, n, 77777));
  for (size_t i = 0; i < COUNT; i++)
    x[i] = cos((double)i / 9000); /* to and fro, as a voltammogram */
  n = thin_checked(x, y, COUNT, MOST, kept);
  assert_true(is_kept(kept, n, 0) && is_kept(kept, n, COUNT - 1));
  assert_true(is_kept(kept, n, 31416) && is_kept(kept, n, 77777));
  free(kept);
  free(x);
}

/* A circle run through ten times, as a voltammogram is: no point of it is further from a kept one
 * than the share of the line's length that DavyThinPath promises. */
static void path_thinning_stays_near(void **state) {
  (void)state;
  enum { COUNT = 20000, MOST = 400 };
  static double x[COUNT], y[COUNT];
  size_t kept[MOST];
  const double turn = 2 * acos(-1);
  for (size_t i = 0; i < COUNT; i++) {
    double angle = 10 * turn * pow((double)i / COUNT, 3); /* unevenly sampled */
    x[i] = 0.5 * cos(angle);
    y[i] = 0.5 * sin(angle);
  }
  for (int both = 0; both < 2; both++) { /* DavyThin does the same where x falls */
    size_t n = both ? DavyThin(x, y, COUNT, MOST, kept) : DavyThinPath(x, y, COUNT, MOST, kept);
    assert_true(n <= MOST && n > MOST / 2);
    assert_int_equal(kept[0], 0);
    assert_int_equal(kept[n - 1], COUNT - 1);
    double share = 10 * turn * 0.5 / (MOST - 2); /* ranges of x and y are 1 */
    for (size_t i = 0, k = 0; i < COUNT; i++) {
      if (k + 1 < n && kept[k + 1] <= i) k++;
      assert_true(hypot(x[i] - x[kept[k]], y[i] - y[kept[k]]) <= share * 1.0000001); /* rounding */
    }
  }
}

static void thinning_bounds_what_has_gaps(void **state) {
  (void)state;
  enum { COUNT = 5000, MOST = 100 };
  double x[COUNT], y[COUNT];
  size_t kept[MOST];
  for (size_t i = 0; i < COUNT; i++) {
    x[i] = (double)i;
    y[i] = i % 2 ? NAN : (double)(i % 10); /* every second value is missing */
  }
  size_t n = thin_checked(x, y, COUNT, MOST, kept);
  for (size_t k = 0; k < n; k++) assert_false(isnan(y[kept[k]]));
  for (size_t i = 1000; i < 3000; i++) y[i] = NAN; /* a real gap breaks the line */
  n = thin_checked(x, y, COUNT, MOST, kept);
  size_t breaks = 0;
  for (size_t k = 0; k < n; k++) breaks += isnan(y[kept[k]]);
  assert_true(breaks > 0);
  for (size_t i = 0; i < COUNT; i++) x[i] = y[i] = NAN; /* nothing at all */
  thin_checked(x, y, COUNT, MOST, kept);
  assert_int_equal(thin_checked(x, y, 10, MOST, kept), 10);      /* few points all stay */
  for (size_t i = 0; i < COUNT; i++) x[i] = 5, y[i] = (double)i; /* x stands still */
  n = thin_checked(x, y, COUNT, MOST, kept);
  assert_true(is_kept(kept, n, COUNT - 1));
}

static DavyTable *hostile_table(size_t rows) {
  DavyTable *table = NULL;
  assert_int_equal(DavyTableCreate("cycles", hostile, &table), DAVY_OK);
  DavyTableAddColumn(table, "cycle", "Cycle", "1", DAVY_CELL_INTEGER, 0);
  DavyTableAddColumn(table, "remark", hostile, NULL, DAVY_CELL_TEXT, 0);
  for (size_t row = 0; row < rows; row++) {
    DavyTableAddRow(table);
    DavyTableSetInteger(table, "cycle", (long long)row + 1);
    DavyTableSetText(table, "remark", hostile);
  }
  DavyTableAddNote(table, "%s", hostile);
  return table;
}

static DavyPage *hostile_page(size_t rows) {
  static const double x[] = {1, 2, 3}, y[] = {1, NAN, 2};
  DavyPage *page = NULL;
  assert_int_equal(DavyPageCreate(hostile, &page), DAVY_OK);
  DavyPageSection(page, 1, "all", hostile);
  DavyPageParagraph(page, "%s", hostile);
  DavyPageVerdict(page, "%s", hostile);
  DavyPageWarning(page, "%s", hostile);
  DavyPageFact(page, hostile, hostile);
  DavyPageSource(page, hostile);
  DavyPageAdoptTable(page, hostile_table(rows));
  DavyPlot *plot = DavyPagePlot(page, &(DavyAxes){.key = "plot",
                                                  .title = hostile,
                                                  .note = hostile,
                                                  .x_label = hostile,
                                                  .x_unit = hostile,
                                                  .y_label = hostile,
                                                  .y_unit = hostile,
                                                  .y_lo = NAN,
                                                  .y_hi = NAN});
  DavyPlotSeries(plot, &(DavySeries){.label = hostile, .x = x, .y = y, .count = 3});
  return page;
}

static void hostile_text_stays_text(void **state) {
  (void)state;
  DavyPage *page = hostile_page(3);
  assert_int_equal(DavyPageWriteHtml(page, "hostile.html"), DAVY_OK);
  char *html = read_text("hostile.html");
  assert_int_equal(occurrences(html, "<script>alert"), 0);
  assert_int_equal(occurrences(html, "<img"), 0);
  /* The data, the library and the page's script: three elements, each ended once. */
  assert_int_equal(occurrences(html, "<script"), 3);
  assert_int_equal(occurrences(html, "</script"), 3);
  assert_non_null(strstr(html, "&lt;script&gt;alert(1)"));
  assert_non_null(strstr(html, "Content-Security-Policy"));
  /* Self-contained: nothing is fetched. */
  assert_null(strstr(html, "src=\"http"));
  assert_null(strstr(html, "href=\"http"));
  assert_non_null(strstr(html, "Leon Sorokin")); /* the library's licence asks for its notice */
  free(html);
  DavyPageDestroy(&page);
}

static void equal_pages_give_equal_bytes(void **state) {
  (void)state;
  DavyPage *a = hostile_page(3), *b = hostile_page(3);
  assert_int_equal(DavyPageWriteHtml(a, "a.html"), DAVY_OK);
  assert_int_equal(DavyPageWriteHtml(b, "b.html"), DAVY_OK);
  char *first = read_text("a.html"), *second = read_text("b.html");
  assert_string_equal(first, second);
  free(first);
  free(second);
  DavyPageDestroy(&a);
  DavyPageDestroy(&b);
}

static void long_tables_are_cut_and_said(void **state) {
  (void)state;
  DavyPage *page = hostile_page(20000);
  assert_int_equal(DavyPageWriteHtml(page, "long.html"), DAVY_OK);
  assert_int_equal(DavyPageWriteTables(page, "long_tables"), DAVY_OK);
  char *html = read_text("long.html"), *csv = read_text("long_tables/all_cycles.csv");
  assert_non_null(strstr(html, "The first 1000 of 20000 rows are shown."));
  assert_int_equal(occurrences(html, "<tr>"), 1001);
  assert_int_equal(occurrences(csv, "\n"), 20001); /* whole, with its header */
  free(html);
  free(csv);
  DavyPageDestroy(&page);
}

static void json_holds_the_same(void **state) {
  (void)state;
  DavyPage *page = hostile_page(2);
  assert_int_equal(DavyPageWriteJson(page, "page.json"), DAVY_OK);
  char *json = read_text("page.json");
  assert_non_null(strstr(json, "\"x\":[1,2,3],\"y\":[1,null,2]"));
  assert_non_null(strstr(json, "\"warnings\":["));
  assert_null(strstr(json, "<script>"));
  int status = system("python3 -c \"import json; d = json.load(open('page.json')); "
                      "assert d['sections'][0]['tables'][0]['rows'][1][0] == 2\"");
  assert_int_equal(status, 0);
  free(json);
  DavyPageDestroy(&page);
}

/* A half cell of code: 20 cycles of 1 h plating and stripping at 1 mA, 95 % of the time stripped,
 * so that its Coulombic efficiency is 95 % by construction. */
static DavyRecord *half_cell(void) {
  enum { CYCLES = 20, PLATE = 360, STRIP = 342 }; /* rows of 10 s */
  DavyRecord *record = NULL;
  assert_int_equal(DavyRecordCreate(&record), DAVY_OK);
  size_t rows = (size_t)CYCLES * (PLATE + STRIP);
  assert_int_equal(DavyRecordReserve(record, rows), DAVY_OK);
  double *t = DavyRecordMakeNumbers(record, DAVY_TEST_TIME);
  double *v = DavyRecordMakeNumbers(record, DAVY_VOLTAGE);
  double *i = DavyRecordMakeNumbers(record, DAVY_CURRENT);
  int32_t *step = DavyRecordMakeIntegers(record, DAVY_STEP_COUNT);
  for (size_t row = 0; row < rows; row++) {
    size_t cycle = row / (PLATE + STRIP), within = row % (PLATE + STRIP);
    bool plating = within < PLATE;
    t[row] = 10.0 * (double)row;
    i[row] = plating ? -1e-3 : 1e-3;
    v[row] = plating ? -0.03 : within == PLATE + STRIP - 1 ? 1.0 : 0.03;
    step[row] = (int32_t)(2 * cycle + (plating ? 1 : 2));
  }
  assert_int_equal(DavyRecordSetRows(record, rows), DAVY_OK);
  DavyRecordSetInfo(record, "file", "%s", hostile);
  DavyRecordSetInfo(record, "comment", "%s", hostile);
  DavyRecordWarn(record, "row 7: %s", hostile);
  return record;
}

static void a_report_says_what_the_analysis_says(void **state) {
  (void)state;
  DavyRecord *record = half_cell();
  DavyCellInfo info = DavyCellInfoDefault();
  info.name = hostile;
  info.kind = DAVY_CELL_HALF;
  info.area = 1e-4;
  DavyAnalysis *analysis = NULL;
  assert_int_equal(DavyAnalyse(record, &info, &analysis), DAVY_OK);
  DavyReport *report = NULL;
  assert_int_equal(DavyReportCreate(hostile, 1, &report), DAVY_OK);
  DavyReportCell cell = {hostile, NULL, record, analysis, &info};
  assert_int_equal(DavyReportAdd(report, &cell), DAVY_OK);
  DavyRecordDestroy(&record); /* the report keeps nothing of it */
  DavyReportMissing(report, "lost.nda", "it is empty");
  const DavyPage *page = NULL;
  assert_int_equal(DavyReportPage(report, NULL, &page), DAVY_OK);
  assert_int_equal(DavyPageWriteHtml(page, "cell.html"), DAVY_OK);
  assert_int_equal(DavyPageWriteJson(page, "cell.json"), DAVY_OK);
  char *html = read_text("cell.html"), *json = read_text("cell.json");
  for (size_t i = 0; DavyAnalysisSentence(analysis, i); i++)
    if (!strpbrk(DavyAnalysisSentence(analysis, i), "<>&'\""))
      assert_non_null(strstr(html, DavyAnalysisSentence(analysis, i)));
  assert_non_null(strstr(html, "Left out: lost.nda: it is empty"));
  assert_non_null(strstr(html, "row 7: &lt;/script&gt;"));
  assert_int_equal(occurrences(html, "<script"), 3);
  const char *plots[] = {"plots-cycles", "plots-efficiency", "plots-capacity", "plots-voltage",
                         "plots-current"};
  for (size_t i = 0; i < sizeof plots / sizeof *plots; i++) assert_non_null(strstr(html, plots[i]));
  assert_non_null(strstr(json, "\"unit\":\"mAh/cm2\""));
  free(html);
  free(json);
  DavyReportDestroy(&report);
  DavyAnalysisDestroy(&analysis);
}

/* Runs the program in a folder of its own; gives the exit status. */
static int run_davy(const char *arguments) {
  char command[2048];
  assert_int_equal(system("mkdir -p verb"), 0);
  snprintf(command, sizeof command, "cd verb && '%s' %s >out.txt 2>err.txt", DAVY_PROGRAM,
           arguments);
  int status = system(command);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void the_verb_tells_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *arguments, *message;
  } slips[] = {
      {"report", "report: no input"},
      {"report x.bdf.csv --kind round", "--kind is \"round\"; expected half, full or symmetric"},
      {"report x.bdf.csv --area 3", "report: --area"},
      {"report x.bdf.csv --area '-1 cm2'", "expected more than zero"},
      {"report x.bdf.csv --formation many", "--formation is \"many\"; expected a number of cycles"},
      {"report x.bdf.csv --first rest", "expected charge or discharge"},
      {"report missing.bdf.csv", "report: nothing could be read, so no page is written"},
      {"report . ", "expected one made by davy run"},
      {"report x.bdf.csv -o x.bdf.csv", "would overwrite its input"},
  };
  assert_int_equal(run_davy("--version"), 0);
  DavyRecord *record = half_cell();
  assert_int_equal(DavyRecordWriteBdf(record, "verb/x.bdf.csv"), DAVY_OK);
  DavyRecordDestroy(&record);
  for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
    assert_int_equal(run_davy(slips[i].arguments), 2);
    char *said = read_text("verb/err.txt");
    if (!strstr(said, slips[i].message)) fail_msg("%s: %s", slips[i].arguments, said);
    free(said);
  }
}

/* 342 rows of 360 are stripped: 95 %, less or more by the row in which the current turns (0.3 %).
 */
static void one_bad_input_leaves_the_others(void **state) {
  (void)state;
  DavyRecord *record = half_cell();
  assert_int_equal(run_davy("--version"), 0);
  assert_int_equal(DavyRecordWriteBdf(record, "verb/x.bdf.csv"), DAVY_OK);
  DavyRecordDestroy(&record);
  assert_int_equal(run_davy("report x.bdf.csv gone.nda --kind half --json x.json --tables t"), 2);
  char *html = read_text("verb/x.html"), *said = read_text("verb/out.txt");
  assert_non_null(strstr(html, "Left out: gone.nda: cannot open"));
  assert_true(strstr(said, " 95.") || strstr(said, " 94."));
  free(html);
  free(said);
  free(read_text("verb/t/tables_cycles.csv"));
  free(read_text("verb/x.json"));
}

static void a_simulated_cell_is_reported_with_its_ledger(void **state) {
  (void)state;
  assert_int_equal(run_davy("run " DAVY_SOURCE "/cases/sodium_symmetric_cell/case.yaml -o sim"), 0);
  assert_int_equal(run_davy("report sim/ -o - --cite sim.bib"), 0);
  char *html = read_text("verb/out.txt"), *bib = read_text("verb/sim.bib");
  assert_non_null(strstr(html, "<table data-key=\"ledger\">"));
  assert_non_null(strstr(html, "<table data-key=\"inputs\">"));
  assert_non_null(strstr(html, "separator, porosity"));
  assert_non_null(strstr(bib, "landesfeind2016"));
  free(html);
  free(bib);
}

/* A folder with the frames and the morphology of a front. */
static void write_front(const char *folder) {
  static const double lower[2] = {0, 0}, upper[2] = {1e-6, 1e-6};
  char command[256], path[64];
  DavyRecord *record = half_cell();
  DavyView *view = NULL;
  snprintf(command, sizeof command,
           "mkdir -p %s && printf 'title: %s\ncells:\n  - {name: %s, files: r.bdf.csv, kind: half, "
           "area: 1 cm2}\n' >%s/study.yaml",
           folder, folder, folder, folder);
  assert_int_equal(system(command), 0);
  snprintf(path, sizeof path, "%s/r.bdf.csv", folder);
  assert_int_equal(DavyRecordWriteBdf(record, path), DAVY_OK);
  DavyRecordDestroy(&record);
  assert_int_equal(DavyViewCreate(hostile, lower, upper, &view), DAVY_OK);
  for (int i = 0; i < 3; i++) {
    DavyFrame *frame = NULL;
    assert_int_equal(growing_circle(2, 2, i, 3, &frame), DAVY_OK);
    assert_int_equal(DavyViewAppend(view, frame), DAVY_OK);
    DavyFrameDestroy(&frame);
  }
  snprintf(path, sizeof path, "%s/view.json", folder);
  assert_int_equal(DavyViewWrite(view, path), DAVY_OK);
  DavyViewDestroy(&view);
  snprintf(path, sizeof path, "%s/morphology.json", folder);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs("{\"columns\":[{\"key\":\"charge\",\"label\":\"Charge\",\"unit\":\"C/m2\"},"
        "{\"key\":\"highest\",\"label\":\"Highest point\",\"unit\":\"m\"},"
        "{\"key\":\"coverage\",\"label\":\"Coverage\",\"unit\":\"1\"}],"
        "\"rows\":[[0,0,0.5],[18000,4e-6,0.75]],\"notes\":[]}",
        file);
  fclose(file);
}

/* 18000 C/m2 are 0.5 mAh/cm2; 4e-6 m are 4 um; a coverage of 0.75 is 75 %. */
static void a_simulated_front_is_on_the_page(void **state) {
  (void)state;
  assert_int_equal(run_davy("--version"), 0);
  write_front("verb/front");
  write_front("verb/other");
  assert_int_equal(run_davy("report front -o front.html --json front.json"), 0);
  char *html = read_text("verb/front.html"), *json = read_text("verb/front.json");
  char *view = read_text("verb/front/view.json");
  assert_int_equal(occurrences(html, "<script"), 5); /* plots, views, three of code */
  assert_int_equal(occurrences(html, "id=\"plots-front\""), 1);
  assert_non_null(strstr(html, view)); /* byte by byte */
  assert_non_null(strstr(json, view));
  assert_non_null(strstr(html, "id=\"plots-heights\""));
  assert_non_null(strstr(json, "\"x\":{\"label\":\"Charge\",\"unit\":\"mAh/cm2\"},\"y\":{"
                               "\"label\":\"Height\",\"unit\":\"µm\"}"));
  assert_non_null(strstr(json, "\"x\":[0,0.5],\"y\":[0,4]"));
  assert_non_null(strstr(json, "\"x\":[0,0.5],\"y\":[50,75]"));
  assert_null(strstr(html, "id=\"plots-bodies\"")); /* no such column */
  free(html);
  assert_int_equal(run_davy("report front other -o both.html"), 0);
  html = read_text("verb/both.html");
  assert_int_equal(occurrences(html, "class=\"view\""), 2);
  assert_non_null(strstr(html, "id=\"plots-highest\""));
  free(html);
  assert_int_equal(truncate("verb/front/view.json", (off_t)strlen(view) / 2), 0);
  assert_int_equal(run_davy("report front -o front.html"), 0);
  html = read_text("verb/front.html");
  assert_int_equal(occurrences(html, "<script"), 3);
  assert_non_null(strstr(html, "front/view.json:"));
  free(html);
  free(json);
  free(view);
}

/* charge, highest, mean_height, roughness_rms, coverage, bodies, orphans, orphaned_share at the
 * beginning, at 18000 C/m2, and at the end. */
static void report_front_that_ends(const char *last_row) {
  static const char *const keys[][2] = {
      {"charge", "C/m2"}, {"highest", "m"}, {"mean_height", "m"}, {"roughness_rms", "m"},
      {"coverage", "1"},  {"bodies", "1"},  {"orphans", "1"},     {"orphaned_share", "1"}};
  enum { KEYS = sizeof keys / sizeof *keys };
  FILE *file = fopen("verb/words/morphology.json", "w");
  assert_non_null(file);
  for (int k = 0; k < KEYS; k++)
    fprintf(file, "%s{\"key\":\"%s\",\"label\":\"L%d\",\"unit\":\"%s\"}",
            k ? "," : "{\"columns\":[", keys[k][0], k, keys[k][1]);
  fprintf(file, "],\"rows\":[[0,0,0,0,0,0,0,0],[18000,4e-6,2e-6,5e-7,0.75,1,0,0],%s],\"notes\":[]}",
          last_row);
  fclose(file);
  assert_int_equal(run_davy("report words -o words.html --json words.json"), 0);
}

/* The same figures in words, on page and terminal: after stripping also where there was most. */
static void a_simulated_front_is_said_in_words(void **state) {
  (void)state;
  assert_int_equal(run_davy("--version"), 0);
  write_front("verb/words");
  report_front_that_ends("[7200,3e-6,8e-7,9e-8,0.2,5,3,0.125]");
  char *json = read_text("verb/words.json"), *out = read_text("verb/out.txt");
  static const char *const said[] = {
      "At its most, with 0.5 mAh/cm2 plated: the metal reaches 4 µm above the substrate",
      "2 µm high as an even layer (roughness 500 nm), covers 75 % and is 1 body; nothing is "
      "orphaned.",
      "At the end, with 0.2 mAh/cm2 plated: the metal reaches 3 µm",
      "800 nm high as an even layer (roughness 90 nm), covers 20 % and is 5 bodies; 3 of them, "
      "12.5 % of the metal, without contact."};
  for (size_t k = 0; k < sizeof said / sizeof *said; k++) {
    assert_non_null(strstr(out, said[k]));
    assert_non_null(strstr(json, said[k]));
  }
  free(json);
  free(out);
  report_front_that_ends("[-360,0,0,0,0,0,0,0]");
  out = read_text("verb/out.txt");
  assert_non_null(
      strstr(out, "with 0.01 mAh/cm2 more stripped than plated: no metal on the substrate."));
  free(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thinning_keeps_ends_and_spikes),
      cmocka_unit_test(path_thinning_stays_near),
      cmocka_unit_test(thinning_bounds_what_has_gaps),
      cmocka_unit_test(hostile_text_stays_text),
      cmocka_unit_test(equal_pages_give_equal_bytes),
      cmocka_unit_test(long_tables_are_cut_and_said),
      cmocka_unit_test(json_holds_the_same),
      cmocka_unit_test(a_report_says_what_the_analysis_says),
      cmocka_unit_test(the_verb_tells_what_is_wrong),
      cmocka_unit_test(one_bad_input_leaves_the_others),
      cmocka_unit_test(a_simulated_cell_is_reported_with_its_ledger),
      cmocka_unit_test(a_simulated_front_is_on_the_page),
      cmocka_unit_test(a_simulated_front_is_said_in_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
