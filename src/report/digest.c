/* A record boiled down to what a page shows of it. */
#include "report/digest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points of a page: some 8 bytes of base64 each and axis; 24000 make about 250 kB. */
enum {
  TIME_POINTS = 6000, /* of voltage and of current, of one cell */
  TIME_LEAST = 600,
  CYCLES = 24, /* overlaid cycles of one cell */
  CYCLES_LEAST = 6,
  CYCLE_POINTS = 250, /* of each half cycle */
  SWEEP_POINTS = 6000,
  CYCLE_SWEEP_POINTS = 1000
};

static DavyError no_memory(const DavyReportCell *cell) {
  return DavyFail(DAVY_ERR_MEMORY, "%s: out of memory while making the report", cell->name);
}

static size_t share_of(size_t whole, size_t least, size_t cells) {
  size_t share = cells > 1 ? 2 * whole / cells : whole;
  return share > whole ? whole : share < least ? least : share;
}

typedef size_t Thinner(const double *x, const double *y, size_t count, size_t most, size_t *kept);

/* The trace of y over x, thinned; false when out of memory. */
static bool trace_make(const double *x, const double *y, size_t count, Thinner *thin, size_t most,
                       Trace *trace) {
  size_t *kept = malloc(most * sizeof *kept);
  size_t n = kept ? thin(x, y, count, most, kept) : 0;
  double *points = kept ? malloc((2 * n + 1) * sizeof *points) : NULL;
  if (points) {
    *trace = (Trace){.x = points, .y = points + n, .count = n, .before = count};
    for (size_t k = 0; k < n; k++) {
      trace->x[k] = x[kept[k]];
      trace->y[k] = y[kept[k]];
    }
  }
  free(kept);
  return points != NULL;
}

static bool has_values(const double *values, size_t count) {
  for (size_t i = 0; values && i < count; i++)
    if (!isnan(values[i])) return true;
  return false;
}

static DavyError take_time_traces(const DavyReportCell *cell, size_t share, Digest *digest) {
  const DavyRecord *record = cell->record;
  size_t rows = DavyRecordRows(record), most = share_of(TIME_POINTS, TIME_LEAST, share);
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME);
  const double *voltage = DavyRecordNumbers(record, DAVY_VOLTAGE);
  const double *current = DavyRecordNumbers(record, DAVY_CURRENT);
  if (!has_values(time, rows)) return DAVY_OK;
  if (has_values(voltage, rows) &&
      !trace_make(time, voltage, rows, DavyThin, most, &digest->voltage))
    return no_memory(cell);
  if (has_values(current, rows) &&
      !trace_make(time, current, rows, DavyThin, most, &digest->current))
    return no_memory(cell);
  Trace *traces[] = {&digest->voltage, &digest->current};
  for (int k = 0; share > 1 && k < 2; k++) /* cells that are compared start together */
    for (size_t i = 0; i < traces[k]->count; i++) traces[k]->x[i] -= time[0];
  return DAVY_OK;
}

static DavyError take_nyquist(const DavyReportCell *cell, Digest *digest) {
  const DavyRecord *record = cell->record;
  size_t rows = DavyRecordRows(record), n = 0;
  const double *real = DavyRecordNumbers(record, DAVY_REAL_IMPEDANCE);
  const double *imaginary = DavyRecordNumbers(record, DAVY_IMAGINARY_IMPEDANCE);
  const double *frequency = DavyRecordNumbers(record, DAVY_FREQUENCY);
  if (!has_values(real, rows) || !has_values(imaginary, rows)) return DAVY_OK;
  double *points = malloc(2 * rows * sizeof *points);
  if (!points) return no_memory(cell);
  for (size_t i = 0; i < rows; i++) { /* rows of frequency zero hold no impedance */
    if (isnan(real[i]) || isnan(imaginary[i]) || (frequency && !(frequency[i] > 0))) continue;
    points[n] = real[i];
    points[rows + n++] = -imaginary[i];
  }
  bool made =
      n == 0 || trace_make(points, points + rows, n, DavyThinPath, SWEEP_POINTS, &digest->nyquist);
  free(points);
  return made ? DAVY_OK : no_memory(cell);
}

/* Voltammetry is known by what the instrument calls it, or by its ramps. */
static bool is_voltammetry(const DavyRecord *record) {
  static const char *const words[] = {"CV", "CVA", "LSV", "voltammetry", "Voltammetry"};
  const char *technique = DavyRecordInfo(record, "technique");
  for (size_t i = 0; technique && i < sizeof words / sizeof *words; i++)
    if (i < 3 ? strcmp(technique, words[i]) == 0 : strstr(technique, words[i]) != NULL) return true;
  const int32_t *type = DavyRecordIntegers(record, DAVY_STEP_TYPE);
  size_t rows = DavyRecordRows(record), ramps = 0;
  for (size_t i = 0; type && i < rows; i++) ramps += type[i] == DAVY_STEP_RAMP;
  return rows > 0 && 2 * ramps > rows;
}

static TestKind test_kind(const DavyRecord *record) {
  size_t rows = DavyRecordRows(record), impedance = 0;
  const double *real = DavyRecordNumbers(record, DAVY_REAL_IMPEDANCE);
  for (size_t i = 0; real && i < rows; i++) impedance += real[i] == real[i] && real[i] != 0;
  if (rows && 2 * impedance > rows) return TEST_IMPEDANCE;
  return is_voltammetry(record) ? TEST_VOLTAMMETRY : TEST_CYCLING;
}

/* Capacity from the first row on, Ah: the integral of |I| by the trapezoidal rule. */
static void integrate(const double *time, const double *current, size_t first, size_t count,
                      double *capacity) {
  double sum = 0; /* A s */
  for (size_t k = 0; k < count; k++) {
    size_t i = first + k;
    double mean = k ? 0.5 * (fabs(current[i]) + fabs(current[i - 1])) : 0;
    double charge = k ? mean * (time[i] - time[i - 1]) : 0;
    if (!isnan(charge)) sum += charge;
    capacity[k] = sum / 3600;
  }
}

/* Adds a half cycle behind what the trace holds, a break between. */
static bool trace_append(Trace *trace, const Trace *half) {
  size_t room = trace->count + 1 + half->count;
  double *points = malloc(2 * room * sizeof *points);
  if (!points) return false;
  size_t n = trace->count;
  double *x = points, *y = points + room;
  if (n) {
    memcpy(x, trace->x, n * sizeof *x);
    memcpy(y, trace->y, n * sizeof *y);
    x[n] = y[n] = NAN;
    n++;
  }
  memcpy(x + n, half->x, half->count * sizeof *x);
  memcpy(y + n, half->y, half->count * sizeof *y);
  free(trace->x);
  trace->x = x;
  trace->y = y;
  trace->count = n + half->count;
  trace->before += half->before;
  return true;
}

static bool append_half_cycle(const DavyRecord *record, size_t first, size_t last, Trace *trace) {
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME);
  const double *voltage = DavyRecordNumbers(record, DAVY_VOLTAGE);
  const double *current = DavyRecordNumbers(record, DAVY_CURRENT);
  if (!time || !voltage || !current || last >= DavyRecordRows(record) || last < first) return true;
  size_t count = last - first + 1;
  double *capacity = malloc(count * sizeof *capacity);
  Trace half = {0};
  bool made = capacity != NULL;
  if (made) {
    integrate(time, current, first, count, capacity);
    made = trace_make(capacity, voltage + first, count, DavyThinPath, CYCLE_POINTS, &half) &&
           trace_append(trace, &half);
  }
  free(half.x);
  free(capacity);
  return made;
}

/* Columns of the analysis' table of half cycles. */
typedef struct {
  const DavyTable *table;
  size_t cycle, first, last;
} Halves;

static bool find_halves(const DavyAnalysis *analysis, Halves *halves) {
  halves->table = analysis ? DavyAnalysisTable(analysis, "half_cycles") : NULL;
  if (!halves->table) return false;
  int cycle = DavyTableFind(halves->table, "cycle");
  int first = DavyTableFind(halves->table, "first_row");
  int last = DavyTableFind(halves->table, "last_row");
  halves->cycle = (size_t)cycle;
  halves->first = (size_t)first;
  halves->last = (size_t)last;
  return cycle >= 0 && first >= 0 && last >= 0 && DavyTableRows(halves->table) > 0;
}

/* The number of runs of equal cycle numbers, and the row where run `which` begins. */
static size_t cycle_run(const Halves *halves, size_t which, size_t *row) {
  size_t runs = 0, rows = DavyTableRows(halves->table);
  double before = NAN;
  for (size_t i = 0; i < rows; i++) {
    double cycle = DavyTableNumber(halves->table, i, halves->cycle);
    if (isnan(cycle) || cycle == before) continue;
    if (runs++ == which) *row = i;
    before = cycle;
  }
  return runs;
}

static bool take_cycle(const DavyRecord *record, const Halves *halves, size_t row, Trace *trace) {
  double cycle = DavyTableNumber(halves->table, row, halves->cycle);
  snprintf(trace->label, sizeof trace->label, "%.0f", cycle);
  for (; row < DavyTableRows(halves->table); row++) {
    if (DavyTableNumber(halves->table, row, halves->cycle) != cycle) break;
    double first = DavyTableNumber(halves->table, row, halves->first);
    double last = DavyTableNumber(halves->table, row, halves->last);
    if (!(first >= 0) || !(last >= first)) continue;
    if (!append_half_cycle(record, (size_t)first, (size_t)last, trace)) return false;
  }
  return true;
}

/* Makes room for as many of `there` cycles as are shown; which(k) is then the k-th to show: all, or
 * the first, the last and others evenly between. */
static DavyError choose_cycles(const DavyReportCell *cell, size_t share, size_t there,
                               Digest *digest) {
  size_t most = share_of(CYCLES, CYCLES_LEAST, share);
  digest->cycles_before = there;
  digest->cycle_count = there < most ? there : most;
  digest->cycles = calloc(digest->cycle_count + 1, sizeof *digest->cycles);
  if (!digest->cycles) digest->cycle_count = 0;
  return digest->cycles ? DAVY_OK : no_memory(cell);
}

static size_t which(const Digest *digest, size_t k) {
  size_t gaps = digest->cycle_count - 1;
  return gaps ? (k * (digest->cycles_before - 1) + gaps / 2) / gaps : 0;
}

static DavyError take_cycles(const DavyReportCell *cell, size_t share, Digest *digest) {
  Halves halves;
  size_t row = 0;
  if (!find_halves(cell->analysis, &halves)) return DAVY_OK;
  DAVY_TRY(choose_cycles(cell, share, cycle_run(&halves, 0, &row), digest));
  for (size_t k = 0; k < digest->cycle_count; k++) {
    cycle_run(&halves, which(digest, k), &row);
    if (!take_cycle(cell->record, &halves, row, &digest->cycles[k])) return no_memory(cell);
  }
  return DAVY_OK;
}

/* The number of runs of equal cycle counts; where run `which_run` begins and ends. */
static size_t count_run(const int32_t *cycle, size_t rows, size_t which_run, size_t *first,
                        size_t *end) {
  size_t runs = 0, begin = 0;
  for (size_t i = 1; i <= rows; i++) {
    if (i < rows && cycle && cycle[i] == cycle[begin]) continue;
    if (i < rows && !cycle) continue;
    if (runs++ == which_run) *first = begin, *end = i;
    begin = i;
  }
  return runs;
}

/* Voltammetry: all of it as one trace, and by the instrument's cycles. */
static DavyError take_sweeps(const DavyReportCell *cell, size_t share, Digest *digest) {
  size_t rows = DavyRecordRows(cell->record), first = 0, end = 0;
  const double *voltage = DavyRecordNumbers(cell->record, DAVY_VOLTAGE);
  const double *current = DavyRecordNumbers(cell->record, DAVY_CURRENT);
  const int32_t *cycle = DavyRecordIntegers(cell->record, DAVY_CYCLE_COUNT);
  if (!has_values(voltage, rows) || !has_values(current, rows)) return DAVY_OK;
  if (!trace_make(voltage, current, rows, DavyThinPath, SWEEP_POINTS, &digest->sweep))
    return no_memory(cell);
  DAVY_TRY(choose_cycles(cell, share, count_run(cycle, rows, 0, &first, &end), digest));
  for (size_t k = 0; k < digest->cycle_count; k++) {
    Trace *trace = &digest->cycles[k];
    count_run(cycle, rows, which(digest, k), &first, &end);
    if (!trace_make(voltage + first, current + first, end - first, DavyThinPath, CYCLE_SWEEP_POINTS,
                    trace))
      return no_memory(cell);
    snprintf(trace->label, sizeof trace->label, "%d", cycle ? (int)cycle[first] : 1);
  }
  return DAVY_OK;
}

DavyError digest_fact(Digest *digest, const char *name, const char *value) {
  Fact *facts = realloc(digest->facts, (digest->fact_count + 1) * sizeof *facts);
  if (facts) digest->facts = facts;
  Fact fact = {strdup(name), strdup(value)};
  if (!facts || !fact.name || !fact.text) {
    free(fact.name);
    free(fact.text);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory while making the report");
  }
  facts[digest->fact_count++] = fact;
  return DAVY_OK;
}

static DavyError fact_number(Digest *digest, const char *name, double value, const char *unit) {
  char text[64];
  if (isnan(value)) return DAVY_OK;
  snprintf(text, sizeof text, "%.5g %s", value, unit);
  return digest_fact(digest, name, text);
}

static DavyError fact_range(Digest *digest, const DavyRecord *record, DavyColumn column,
                            const char *name, double scale, const char *unit) {
  const double *values = DavyRecordNumbers(record, column);
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; values && i < DavyRecordRows(record); i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  if (low > high) return DAVY_OK;
  char text[96];
  snprintf(text, sizeof text, "%.5g to %.5g %s", low * scale, high * scale, unit);
  return digest_fact(digest, name, text);
}

/* "start_time" becomes "Start time". */
static DavyError fact_info(Digest *digest, const DavyRecord *record, size_t i) {
  const char *key = DavyRecordInfoKey(record, i);
  char *name = strdup(key);
  DAVY_CHECK(name, DAVY_ERR_MEMORY, "out of memory while making the report");
  for (char *c = name; *c; c++)
    if (*c == '_') *c = ' ';
  if (*name >= 'a' && *name <= 'z') *name = (char)(*name - 'a' + 'A');
  DavyError error = digest_fact(digest, strcmp(key, "sha256") == 0 ? "SHA-256" : name,
                                DavyRecordInfo(record, key));
  free(name);
  return error;
}

static DavyError take_facts(const DavyReportCell *cell, Digest *digest) {
  const DavyRecord *record = cell->record;
  size_t rows = DavyRecordRows(record);
  const double *time = DavyRecordNumbers(record, DAVY_TEST_TIME);
  char text[64];
  for (size_t i = 0; i < DavyRecordInfoCount(record); i++) DAVY_TRY(fact_info(digest, record, i));
  snprintf(text, sizeof text, "%zu", rows);
  DAVY_TRY(digest_fact(digest, "Rows", text));
  if (time && rows)
    DAVY_TRY(fact_number(digest, "Duration", (time[rows - 1] - time[0]) / 3600, "h"));
  DAVY_TRY(fact_range(digest, record, DAVY_VOLTAGE, "Voltage", 1, "V"));
  DAVY_TRY(fact_range(digest, record, DAVY_CURRENT, "Current", 1e3, "mA"));
  if (cell->group) DAVY_TRY(digest_fact(digest, "Group", cell->group));
  DAVY_TRY(fact_number(digest, "Electrode area", digest->area * 1e4, "cm2"));
  return fact_number(digest, "Active mass", digest->mass * 1e6, "mg");
}

static DavyError add_line(char ***lines, size_t *count, const char *line) {
  char **grown = realloc(*lines, (*count + 1) * sizeof *grown);
  if (grown) *lines = grown;
  char *text = grown ? strdup(line) : NULL;
  DAVY_CHECK(text, DAVY_ERR_MEMORY, "out of memory while making the report");
  grown[(*count)++] = text;
  return DAVY_OK;
}

DavyError digest_warning(Digest *digest, const char *sentence) {
  return add_line(&digest->warnings, &digest->warning_count, sentence);
}

DavyError digest_sentence(Digest *digest, const char *sentence) {
  return add_line(&digest->sentences, &digest->sentence_count, sentence);
}

static DavyError take_warnings(const DavyRecord *record, Digest *digest) {
  for (size_t i = 0; i < DavyRecordWarnings(record); i++)
    DAVY_TRY(digest_warning(digest, DavyRecordWarning(record, i)));
  return DAVY_OK;
}

DavyError digest_table(Digest *digest, DavyTable *table) {
  DavyTable **tables = realloc(digest->tables, (digest->table_count + 1) * sizeof(DavyTable *));
  if (tables) {
    digest->tables = tables;
    tables[digest->table_count++] = table;
    return DAVY_OK;
  }
  DavyTableDestroy(&table);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory while making the report");
}

DavyError digest_make(const DavyReportCell *cell, size_t share, Digest *digest) {
  *digest = (Digest){.name = strdup(cell->name),
                     .group = cell->group ? strdup(cell->group) : NULL,
                     .test = test_kind(cell->record),
                     .analysis = cell->analysis,
                     .area = cell->info ? cell->info->area : NAN,
                     .mass = cell->info ? cell->info->active_mass : NAN};
  DavyError error = DAVY_OK;
  if (!digest->name || (cell->group && !digest->group)) error = no_memory(cell);
  if (!error) error = take_facts(cell, digest);
  if (!error) error = take_warnings(cell->record, digest);
  if (!error) error = take_time_traces(cell, share, digest);
  if (!error) error = take_nyquist(cell, digest);
  if (!error && digest->test == TEST_VOLTAMMETRY) error = take_sweeps(cell, share, digest);
  if (!error && digest->test == TEST_CYCLING) error = take_cycles(cell, share, digest);
  if (error) digest_clear(digest);
  return error;
}

void digest_clear(Digest *digest) {
  for (size_t i = 0; i < digest->fact_count; i++) {
    free(digest->facts[i].name);
    free(digest->facts[i].text);
  }
  for (size_t i = 0; i < digest->warning_count; i++) free(digest->warnings[i]);
  for (size_t i = 0; i < digest->cycle_count; i++) free(digest->cycles[i].x);
  for (size_t i = 0; i < digest->table_count; i++) DavyTableDestroy(&digest->tables[i]);
  DavyViewDestroy(&digest->view);
  Trace *traces[] = {&digest->voltage, &digest->current, &digest->nyquist, &digest->sweep};
  for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) free(traces[i]->x);
  free(digest->facts);
  for (size_t i = 0; i < digest->sentence_count; i++) free(digest->sentences[i]);
  free(digest->warnings);
  free(digest->sentences);
  free(digest->tables);
  free(digest->cycles);
  free(digest->name);
  free(digest->group);
  *digest = (Digest){0};
}
