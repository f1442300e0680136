/* davy xrd: powder patterns of phases, of mixtures, and which phases a list of peaks is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/diffraction.h"
#include "davy/file.h"
#include "davy/report.h"
#include "davy/units.h"

static const double degree = M_PI / 180;

static const char help_text[] =
    "davy xrd PHASE...: powder pattern; davy xrd --peaks LIST: which phase is it?\n\n"
    "  davy xrd Na2Au                                  its lines, on the terminal\n"
    "  davy xrd Na2Au Au --weights 0.7,0.3 -o na.html  a mixture, drawn on a page\n"
    "  davy xrd my_phase.cif --radiation MoKa          a phase of your own\n"
    "  davy xrd --peaks 32.40,34.16,36.76,38.35,40.71  held against all phases that davy knows\n"
    "  davy xrd NiSb Ni Sb --peaks 31.48,34.87,44.1    held against these\n\n"
    "PHASE is a name of davy material --list that has a crystal structure, or a CIF file.\n\n"
    "  --radiation R     CuKa (both lines), CuKa1, MoKa, CoKa, FeKa, CrKa, AgKa, or a wavelength "
    "with\n"
    "                    its unit (default CuKa1 for lines, angles of peaks too)\n"
    "  --from A --to A   range of 2 theta in degrees (10 to 90)\n"
    "  --width A         full width of a peak in degrees (0.1)\n"
    "  --b-iso B         thermal motion added to every atom, \"1 angstrom2\" (0)\n"
    "  --film L --absorption MU   a film of this thickness, with its linear absorption in 1/m\n"
    "  --weights W,W...  volume shares of the phases in a mixture\n"
    "  --peaks A,A...    measured 2 theta in degrees, ascending\n"
    "  --tolerance A     how far a peak may be off, in degrees (0.25)\n"
    "  -o FILE           a page with plot and tables\n"
    "  --json FILE       the same for machines\n"
    "  --cite FILE       BibTeX of the sources used\n";

enum { MOST_PHASES = 256, MOST_PEAKS = 512 };

typedef struct {
  const char *radiation, *from, *to, *width, *b_iso, *film, *absorption;
  const char *weights, *peaks, *tolerance, *page, *json, *cite;
} Words;

typedef struct {
  DavyDiffractionOptions options;
  double peaks[MOST_PEAKS], weights[MOST_PHASES], tolerance;
  size_t peak_count, weight_count, count;
  DavyCrystal *crystals[MOST_PHASES];
  DavyPattern *patterns[MOST_PHASES];
  const char *names[MOST_PHASES];
  char known[MOST_PHASES][64]; /* "recalled, unsourced"; empty for a CIF */
  DavyTable *tables[MOST_PHASES + 2];
  size_t table_count;
} Work;

/* A plain number, or one with its unit, in degrees. */
static DavyError angle(const char *option, const char *text, double *radians) {
  char *rest;
  double value = strtod(text, &rest);
  if (*rest != '\0') {
    DavyError error = DavyQuantityParse(text, "rad", radians);
    return error ? DavyErrorContext(error, "xrd: %s", option) : DAVY_OK;
  }
  DAVY_CHECK(rest != text && isfinite(value), DAVY_ERR_VALUE,
             "xrd: %s \"%s\": expected an angle in degrees", option, text);
  *radians = value * degree;
  return DAVY_OK;
}

static DavyError quantity(const char *option, const char *text, const char *unit, double *value) {
  DavyError error = DavyQuantityParse(text, unit, value);
  return error ? DavyErrorContext(error, "xrd: %s", option) : DAVY_OK;
}

static DavyError numbers(const char *option, const char *text, size_t most, double *values,
                         size_t *count) {
  const char *at = text;
  for (*count = 0; *at;) {
    char *rest;
    double value = strtod(at, &rest);
    DAVY_CHECK(rest != at && isfinite(value), DAVY_ERR_VALUE,
               "xrd: %s: \"%s\": expected numbers with commas between them", option, at);
    DAVY_CHECK(*count < most, DAVY_ERR_VALUE, "xrd: %s: more than %zu numbers", option, most);
    values[(*count)++] = value;
    at = rest + strspn(rest, ", ");
  }
  return DAVY_OK;
}

static DavyError read_peaks(const char *text, Work *work) {
  DAVY_TRY(numbers("--peaks", text, MOST_PEAKS, work->peaks, &work->peak_count));
  for (size_t i = 0; i < work->peak_count; i++) {
    DAVY_CHECK(work->peaks[i] > 0 && work->peaks[i] < 180 &&
                   (i == 0 || work->peaks[i] * degree > work->peaks[i - 1]),
               DAVY_ERR_VALUE, "xrd: --peaks: %g: expected ascending angles of 0 to 180 degrees",
               work->peaks[i]);
    work->peaks[i] *= degree;
  }
  return DAVY_OK;
}

static DavyError read_words(const Words *words, Work *work) {
  DavyDiffractionOptions *o = &work->options;
  double width = sqrt(o->caglioti[2]);
  DAVY_TRY(DavyRadiationFind(words->radiation, &o->radiation));
  if (words->from) DAVY_TRY(angle("--from", words->from, &o->two_theta_min));
  if (words->to) DAVY_TRY(angle("--to", words->to, &o->two_theta_max));
  if (words->width) DAVY_TRY(angle("--width", words->width, &width));
  if (words->b_iso) DAVY_TRY(quantity("--b-iso", words->b_iso, "m2", &o->b_iso));
  if (words->film) DAVY_TRY(quantity("--film", words->film, "m", &o->film_thickness));
  if (words->absorption)
    DAVY_TRY(quantity("--absorption", words->absorption, "1/m", &o->absorption));
  if (words->tolerance) DAVY_TRY(angle("--tolerance", words->tolerance, &work->tolerance));
  DAVY_CHECK(width > 0 && width < 10 * degree, DAVY_ERR_VALUE,
             "xrd: --width %g: expected more than 0, less than 10 degrees", width / degree);
  DAVY_CHECK(work->tolerance > 0 && work->tolerance < 5 * degree, DAVY_ERR_VALUE,
             "xrd: --tolerance %g: expected more than 0, less than 5 degrees",
             work->tolerance / degree);
  o->caglioti[2] = width * width;
  if (words->peaks) DAVY_TRY(read_peaks(words->peaks, work));
  if (words->weights)
    DAVY_TRY(numbers("--weights", words->weights, MOST_PHASES, work->weights, &work->weight_count));
  return DAVY_OK;
}

static bool is_cif(const char *name) {
  size_t length = strlen(name);
  return length > 4 && strcmp(name + length - 4, ".cif") == 0;
}

static DavyError load_material(const char *name, Work *work) {
  DavyMaterial *material = NULL;
  DavyValueKind kind;
  const char *source;
  DAVY_TRY(DavyMaterialLoad(name, &material));
  DavyError error = DavyCrystalFromMaterial(material, &work->crystals[work->count], &kind, &source);
  if (!error)
    snprintf(work->known[work->count], sizeof work->known[0], "%s, %s", DavyValueKindWord(kind),
             source);
  DavyMaterialDestroy(&material);
  return error;
}

static DavyError load_phase(const char *name, Work *work) {
  DAVY_CHECK(work->count < MOST_PHASES, DAVY_ERR_USAGE, "xrd: more than %d phases", MOST_PHASES);
  size_t i = work->count;
  DAVY_TRY(is_cif(name) ? DavyCrystalFromCif(name, &work->crystals[i]) : load_material(name, work));
  work->names[i] = DavyCrystalName(work->crystals[i]);
  work->count++;
  return DavyPatternCompute(work->crystals[i], &work->options, &work->patterns[i]);
}

/* Every material with a crystal structure; those without are passed over. */
static DavyError load_all(Work *work) {
  DavyTable *list = NULL;
  DAVY_TRY(DavyMaterialList(&list));
  DavyError error = DAVY_OK;
  size_t name = (size_t)DavyTableFind(list, "name");
  for (size_t row = 0; !error && row < DavyTableRows(list); row++) {
    error = load_phase(DavyTableText(list, row, name), work);
    if (error == DAVY_ERR_LOOKUP) error = DAVY_OK;
  }
  DavyTableDestroy(&list);
  return error;
}

static DavyError line_table(const Work *work, size_t phase, DavyTable **made) {
  char key[32];
  snprintf(key, sizeof key, "lines_%zu", phase + 1);
  DAVY_TRY(DavyTableCreate(key, work->names[phase], made));
  DavyTable *t = *made;
  DAVY_TRY(DavyTableAddColumn(t, "plane", "Plane", "1", DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "multiplicity", "Multiplicity", "1", DAVY_CELL_INTEGER, 0));
  DAVY_TRY(DavyTableAddColumn(t, "spacing", "Spacing", "angstrom", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "two_theta", "2 theta", "deg", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "form_squared", "|F|2", "1", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "intensity", "Intensity", "%", DAVY_CELL_NUMBER, 4));
  for (size_t i = 0; i < DavyPatternCount(work->patterns[phase]); i++) {
    DavyLine l = DavyPatternLine(work->patterns[phase], i);
    char plane[40];
    snprintf(plane, sizeof plane, "%d %d %d", l.index[0], l.index[1], l.index[2]);
    DAVY_TRY(DavyTableAddRow(t));
    DAVY_TRY(DavyTableSetText(t, "plane", plane));
    DAVY_TRY(DavyTableSetInteger(t, "multiplicity", l.multiplicity));
    DAVY_TRY(DavyTableSetNumber(t, "spacing", 1e10 * l.spacing));
    DAVY_TRY(DavyTableSetNumber(t, "two_theta", l.two_theta / degree));
    DAVY_TRY(DavyTableSetNumber(t, "form_squared", l.form_squared));
    DAVY_TRY(DavyTableSetNumber(t, "intensity", 100 * l.intensity));
  }
  DAVY_TRY(DavyTableAddNote(t, "Angles for %.6f angstrom; intensities without dispersion.",
                            1e10 * work->options.radiation.wavelength[0]));
  const char *known = work->known[phase];
  return *known ? DavyTableAddNote(t, "Structure: %s.", known) : DAVY_OK;
}

static DavyError mark_recalled(const Work *work, DavyTable *table) {
  size_t recalled = 0;
  for (size_t i = 0; i < work->count; i++)
    recalled += strncmp(work->known[i], "recalled", strlen("recalled")) == 0;
  if (!recalled) return DAVY_OK;
  return DavyTableAddNote(table,
                          "Structures of %zu of the %zu phases are recalled, not yet traced to "
                          "their sources; davy xrd PHASE says which.",
                          recalled, work->count);
}

static DavyError make_tables(Work *work) {
  if (work->peak_count) {
    DavyTable *phases = NULL, *peaks = NULL;
    DAVY_TRY(DavyIdentify((const DavyPattern *const *)work->patterns, work->names, work->count,
                          work->peaks, work->peak_count, work->tolerance,
                          work->options.radiation.wavelength[0], &phases, &peaks));
    work->tables[work->table_count++] = phases;
    work->tables[work->table_count++] = peaks;
    return mark_recalled(work, phases);
  }
  for (size_t i = 0; i < work->count; i++)
    DAVY_TRY(line_table(work, i, &work->tables[work->table_count++]));
  return DAVY_OK;
}

enum { SHOWN = 6, BEST = 3 };

/* The phases to draw: the first as they were given; of measured peaks those with the best score. */
static size_t choose(const Work *work, size_t chosen[SHOWN]) {
  size_t most = work->peak_count ? BEST : SHOWN, count = 0;
  for (size_t row = 0; row < work->count && count < most; row++) {
    const char *name = work->peak_count ? DavyTableText(work->tables[0], row, 0) : work->names[row];
    size_t k = 0;
    while (k < work->count && strcmp(work->names[k], name) != 0) k++;
    if (k < work->count) chosen[count++] = k;
  }
  return count;
}

/* A stem of full height at each measured peak. */
static void draw_peaks(DavyPlot *plot, const Work *work) {
  double x[3 * MOST_PEAKS], y[3 * MOST_PEAKS];
  for (size_t i = 0; i < work->peak_count; i++) {
    x[3 * i] = x[3 * i + 1] = x[3 * i + 2] = work->peaks[i] / degree;
    y[3 * i] = 0;
    y[3 * i + 1] = 100;
    y[3 * i + 2] = NAN;
  }
  DavyPlotSeries(
      plot,
      &(DavySeries){.label = "measured peaks", .x = x, .y = y, .count = 3 * work->peak_count});
}

/* Intensity over angle of each phase, and of the mixture; the strongest drawn point is 100. */
static DavyError draw(DavyPage *page, const Work *work) {
  enum { POINTS = 8001 };
  const DavyDiffractionOptions *o = &work->options;
  size_t chosen[SHOWN], phases = choose(work, chosen);
  double *x = calloc(POINTS * (SHOWN + 2), sizeof *x), *sum = x + POINTS, highest = 0;
  DAVY_CHECK(x, DAVY_ERR_MEMORY, "out of memory for a plot");
  DavyPlot *plot = DavyPagePlot(
      page, &(DavyAxes){.key = "pattern",
                        .title = "Powder pattern",
                        .x_label = "2 theta",
                        .x_unit = "deg",
                        .y_label = "Intensity",
                        .y_unit = "% of the strongest",
                        .y_lo = 0,
                        .y_hi = NAN,
                        .note = work->count <= phases ? NULL
                                : work->peak_count ? "The three phases of the best score are drawn."
                                                   : "The first six phases are drawn."});
  for (size_t i = 0; i < POINTS; i++)
    x[i] = (o->two_theta_min + (o->two_theta_max - o->two_theta_min) * (double)i / (POINTS - 1)) /
           degree;
  for (size_t k = 0; k < phases; k++) {
    const DavyPattern *pattern = work->patterns[chosen[k]];
    double *y = sum + (k + 1) * POINTS;
    double weight = work->weight_count ? work->weights[chosen[k]] * DavyPatternScale(pattern) : 1;
    DavyPatternDraw(pattern, o, weight, POINTS, y);
    for (size_t i = 0; i < POINTS; i++) sum[i] += y[i];
    for (size_t i = 0; i < POINTS; i++) highest = fmax(highest, work->weight_count ? sum[i] : y[i]);
  }
  /* The sum first, so that its parts are drawn over it. */
  for (size_t k = work->weight_count && phases > 1 ? 0 : 1; k <= phases; k++)
    DavyPlotSeries(plot, &(DavySeries){.label = k ? work->names[chosen[k - 1]] : "mixture",
                                       .x = x,
                                       .y = sum + k * POINTS,
                                       .count = POINTS,
                                       .y_scale = highest > 0 ? 100 / highest : 1});
  if (work->peak_count) draw_peaks(plot, work);
  free(x);
  return DAVY_OK;
}

static DavyError add_sources(DavyPage *page) {
  DavyPageSection(page, 1, "sources", "Sources");
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    char line[1024];
    DAVY_TRY(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    DavyPageSource(page, line);
  }
  return DAVY_OK;
}

static DavyError write_page(const Work *work, const Words *words) {
  DavyPage *page = NULL;
  DavyError error = DAVY_OK;
  DAVY_GUARD(
      DavyPageCreate(work->peak_count ? "Phases of measured peaks" : "Powder pattern", &page));
  DavyPageSection(page, 1, "plots", "Plots");
  DAVY_GUARD(draw(page, work));
  DavyPageSection(page, 1, "tables", "Tables");
  for (size_t i = 0; i < work->table_count; i++) DavyPageTable(page, work->tables[i]);
  DAVY_GUARD(add_sources(page));
  if (words->page) DAVY_GUARD(DavyPageWriteHtml(page, words->page));
  if (words->json) DAVY_GUARD(DavyPageWriteJson(page, words->json));
done:
  DavyPageDestroy(&page);
  return error;
}

static DavyError write_bib(const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = DavyCiteWriteBib(DavyOutputFile(output));
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

static DavyError work_through(int argc, char **argv, const Words *words, Work *work) {
  DAVY_TRY(read_words(words, work));
  DAVY_CHECK(argc > 0 || work->peak_count, DAVY_ERR_USAGE,
             "xrd: expected a PHASE or --peaks (see davy xrd --help)");
  for (int i = 0; i < argc; i++) DAVY_TRY(load_phase(argv[i], work));
  if (argc == 0) DAVY_TRY(load_all(work));
  DAVY_CHECK(!work->weight_count || work->weight_count == work->count, DAVY_ERR_VALUE,
             "xrd: --weights: %zu numbers for %zu phases: expected one for each",
             work->weight_count, work->count);
  for (size_t i = 0; i < work->weight_count; i++)
    DAVY_CHECK(work->weights[i] >= 0 && work->weights[i] < 1e6, DAVY_ERR_VALUE,
               "xrd: --weights: %g: expected shares of volume from 0 on", work->weights[i]);
  DAVY_TRY(make_tables(work));
  if (words->page || words->json) DAVY_TRY(write_page(work, words));
  if (!words->page && !words->json)
    for (size_t i = 0; i < work->table_count; i++)
      DAVY_TRY(DavyTableWriteText(work->tables[i], stdout));
  return words->cite ? write_bib(words->cite) : DAVY_OK;
}

static DavyError run(int argc, char **argv) {
  Words words = {.radiation = "CuKa1"};
  int operands = 0;
  const DavyOption options[] = {{"--radiation", &words.radiation, NULL},
                                {"--from", &words.from, NULL},
                                {"--to", &words.to, NULL},
                                {"--width", &words.width, NULL},
                                {"--b-iso", &words.b_iso, NULL},
                                {"--film", &words.film, NULL},
                                {"--absorption", &words.absorption, NULL},
                                {"--weights", &words.weights, NULL},
                                {"--peaks", &words.peaks, NULL},
                                {"--tolerance", &words.tolerance, NULL},
                                {"-o", &words.page, NULL},
                                {"--json", &words.json, NULL},
                                {"--cite", &words.cite, NULL},
                                {0}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  Work *work = calloc(1, sizeof *work);
  DAVY_CHECK(work, DAVY_ERR_MEMORY, "out of memory");
  work->options = DavyDiffractionOptionsDefault();
  work->tolerance = 0.25 * degree;
  DavyError error = work_through(operands, argv + 1, &words, work);
  for (size_t i = 0; i < work->table_count; i++) DavyTableDestroy(&work->tables[i]);
  for (size_t i = 0; i < work->count; i++) {
    DavyPatternDestroy(&work->patterns[i]);
    DavyCrystalDestroy(&work->crystals[i]);
  }
  free(work);
  return error;
}

const DavyVerb davy_verb_xrd = {"xrd", "powder patterns of phases; which phase peaks are",
                                help_text, run};
