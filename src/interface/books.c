/* Charge through the circuit = metal of the working electrode dissolved less what its alloy took up
 *                            = metal that the counter electrode gained, where it is metal,
 * and the salt in the fluid changes by what came through reservoirs. */
#include "interface/books.h"

#include <math.h>
#include <stdio.h>

static const double COULOMB_PER_AH = 3600, MAH_PER_CM2 = 36000;

typedef struct {
  const char *key, *label, *unit;
  DavyCellType type;
  int digits;
} Column;

static const Column morphology_columns[] = {
    {"time", "Time", "s", DAVY_CELL_NUMBER, 6},
    {"charge", "Charge plated", "C/m2", DAVY_CELL_NUMBER, 6},
    {"potential", "Potential", "V", DAVY_CELL_NUMBER, 6},
    {"current", "Current density", "A/m2", DAVY_CELL_NUMBER, 6},
    {"mean_height", "Mean height", "m", DAVY_CELL_NUMBER, 6},
    {"highest", "Highest point", "m", DAVY_CELL_NUMBER, 6},
    {"roughness_rms", "Roughness (RMS)", "m", DAVY_CELL_NUMBER, 6},
    {"coverage", "Coverage of the substrate", "1", DAVY_CELL_NUMBER, 6},
    {"porosity", "Porosity", "1", DAVY_CELL_NUMBER, 6},
    {"bodies", "Bodies", "1", DAVY_CELL_INTEGER, 0},
    {"orphans", "Orphaned bodies", "1", DAVY_CELL_INTEGER, 0},
    {"orphaned_share", "Orphaned share", "1", DAVY_CELL_NUMBER, 6},
};
static const Column ledger_columns[] = {
    {"cycle_count", "Cycle", "1", DAVY_CELL_INTEGER, 0},
    {"step_count", "Step", "1", DAVY_CELL_INTEGER, 0},
    {"step_id", "Step ID", "1", DAVY_CELL_INTEGER, 0},
    {"reason", "Ended by", "1", DAVY_CELL_TEXT, 0},
    {"step_time", "Duration", "s", DAVY_CELL_NUMBER, 6},
    {"charge", "Charge passed", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"working_metal", "Metal gained by the working electrode", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"alloyed", "Taken up by the substrate", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"counter_metal", "Metal gained by the counter electrode", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"orphaned", "Metal without contact", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"seeded", "Metal that began as nuclei", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"vanished", "Metal of bodies too small to follow", "mAh/cm2", DAVY_CELL_NUMBER, 6},
    {"charge_error", "Imbalance of charge and metal", "1", DAVY_CELL_NUMBER, 2},
    {"metal_error", "Imbalance of metal volume", "1", DAVY_CELL_NUMBER, 2},
    {"salt_error", "Imbalance of salt", "1", DAVY_CELL_NUMBER, 2},
};
enum {
  MORPHOLOGY = sizeof morphology_columns / sizeof *morphology_columns,
  LEDGER = sizeof ledger_columns / sizeof *ledger_columns
};

static DavyError add_columns(DavyTable *table, const Column *columns, size_t count) {
  for (size_t k = 0; k < count; k++)
    DAVY_TRY(DavyTableAddColumn(table, columns[k].key, columns[k].label, columns[k].unit,
                                columns[k].type, columns[k].digits));
  return DAVY_OK;
}

static DavyError make_morphology(DavyTable **table) {
  DAVY_TRY(DavyTableCreate("morphology", "Morphology", table));
  DAVY_TRY(add_columns(*table, morphology_columns, MORPHOLOGY));
  return DavyTableAddNote(*table,
                          "Heights are those of the topmost metal over the substrate's top; charge "
                          "is positive when it plates. Porosity is meant for a flat substrate.");
}

static DavyError make_ledger(DavyTable **table) {
  DAVY_TRY(DavyTableCreate("ledger", "Ledger", table));
  DAVY_TRY(add_columns(*table, ledger_columns, LEDGER));
  DAVY_TRY(DavyTableAddNote(*table,
                            "Charge and metal since the beginning of the run; charge passed "
                            "is positive into the working electrode and dissolves its "
                            "metal. Nuclei enter with metal that no current brought."));
  return DavyTableAddNote(*table,
                          "Imbalances: of charge and metal over all metal moved and a thousandth "
                          "of that there, of salt over the "
                          "salt at the beginning; more than %g is an error.",
                          DAVY_INTERFACE_LEDGER_LIMIT);
}

DavyError DavyBooksCreate(DavyBooks *books) {
  *books = (DavyBooks){.rows = 0};
  DAVY_TRY(DavyRecordCreate(&books->record));
  DAVY_TRY(DavyRecordReserve(books->record, 1024));
  DAVY_TRY(make_morphology(&books->morphology));
  return make_ledger(&books->ledger);
}

void DavyBooksFree(DavyBooks *books) {
  DavyRecordDestroy(&books->record);
  DavyTableDestroy(&books->ledger);
  DavyTableDestroy(&books->morphology);
}

static DavyStepType step_type(const DavyStep *step, double current) {
  switch (step->action) {
  case DAVY_ACTION_REST: return DAVY_STEP_REST;
  case DAVY_ACTION_HOLD: return current < 0 ? DAVY_STEP_CV_DISCHARGE : DAVY_STEP_CV_CHARGE;
  default: return step->value < 0 ? DAVY_STEP_CC_DISCHARGE : DAVY_STEP_CC_CHARGE;
  }
}

/* A row of the record. */
static const DavyColumn reals[] = {DAVY_TEST_TIME,
                                   DAVY_VOLTAGE,
                                   DAVY_CURRENT,
                                   DAVY_STEP_TIME,
                                   DAVY_STEP_CHARGING_CAPACITY,
                                   DAVY_STEP_DISCHARGING_CAPACITY};
static const DavyColumn integers[] = {DAVY_CYCLE_COUNT, DAVY_STEP_COUNT, DAVY_STEP_ID,
                                      DAVY_STEP_TYPE};
enum { REALS = sizeof reals / sizeof *reals, INTEGERS = sizeof integers / sizeof *integers };

typedef struct {
  double real[REALS];
  int32_t integer[INTEGERS];
} Row;

static DavyError add_row(DavyBooks *books, const Row *row) {
  DavyRecord *r = books->record;
  if (books->rows == DavyRecordRoom(r)) DAVY_TRY(DavyRecordReserve(r, 2 * books->rows));
  for (int k = 0; k < REALS; k++) {
    double *column = DavyRecordMakeNumbers(r, reals[k]);
    DAVY_CHECK(column, DAVY_ERR_MEMORY, "out of memory for the record");
    column[books->rows] = row->real[k];
  }
  for (int k = 0; k < INTEGERS; k++) {
    int32_t *column = DavyRecordMakeIntegers(r, integers[k]);
    DAVY_CHECK(column, DAVY_ERR_MEMORY, "out of memory for the record");
    column[books->rows] = row->integer[k];
  }
  return DavyRecordSetRows(r, ++books->rows);
}

DavyError DavyBooksRow(DavyBooks *books, const DavyInstantRow *row) {
  double capacity = row->step_charge / COULOMB_PER_AH;
  Row made = {.real = {row->time, row->voltage, row->current, row->step_time, fmax(capacity, 0),
                       fmax(-capacity, 0)},
              .integer = {row->driver->cycle_count, row->driver->step_count, row->step->id,
                          (int32_t)step_type(row->step, row->current)}};
  return add_row(books, &made);
}

DavyError DavyBooksMorphology(DavyBooks *books, const DavyInstantRow *row, double area,
                              const DavyMorphology *m) {
  const struct {
    const char *key;
    double value;
  } numbers[] = {{"time", row->time},
                 {"charge", -row->charge / area},
                 {"potential", row->voltage},
                 {"current", row->current / area},
                 {"mean_height", m->mean_height},
                 {"highest", m->highest},
                 {"roughness_rms", m->roughness_rms},
                 {"coverage", m->coverage},
                 {"porosity", m->porosity},
                 {"orphaned_share", m->orphaned_share}};
  DavyTable *t = books->morphology;
  DAVY_TRY(DavyTableAddRow(t));
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    DAVY_TRY(DavyTableSetNumber(t, numbers[k].key, numbers[k].value));
  DAVY_TRY(DavyTableSetInteger(t, "bodies", m->bodies));
  return DavyTableSetInteger(t, "orphans", m->orphans);
}

DavyError DavyBooksStep(DavyBooks *books, const DavyInstantRow *row, DavyReason reason,
                        const DavySums *s, const DavyGrowthLedger *ledger) {
  double unit = s->per_volume / (s->area * MAH_PER_CM2); /* mAh/cm2 of metal's volume */
  double off = s->charge + s->working * s->per_volume + s->alloyed;
  double moved = s->passed + DAVY_LEDGER_LEAST * ledger->metal * s->per_volume;
  double charge_error = moved > 0 ? off / moved : 0;
  const struct {
    const char *key;
    double value;
  } numbers[] = {
      {"step_time", row->step_time},        {"charge", s->charge / (s->area * MAH_PER_CM2)},
      {"working_metal", s->working * unit}, {"alloyed", s->alloyed / (s->area * MAH_PER_CM2)},
      {"counter_metal", s->counter * unit}, {"orphaned", s->orphaned * unit},
      {"seeded", ledger->seeded * unit},    {"vanished", ledger->vanished * unit},
      {"charge_error", charge_error},       {"metal_error", ledger->metal_error},
      {"salt_error", ledger->salt_error}};
  DavyTable *t = books->ledger;
  DAVY_TRY(DavyTableAddRow(t));
  DAVY_TRY(DavyTableSetInteger(t, "cycle_count", row->driver->cycle_count));
  DAVY_TRY(DavyTableSetInteger(t, "step_count", row->driver->step_count));
  DAVY_TRY(DavyTableSetInteger(t, "step_id", row->step->id));
  DAVY_TRY(DavyTableSetText(t, "reason", DavyReasonWords(reason)));
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
    DAVY_TRY(DavyTableSetNumber(t, numbers[k].key, numbers[k].value));
  double worst =
      fmax(fmax(fabs(charge_error), fabs(ledger->metal_error)), fabs(ledger->salt_error));
  /* A NaN must not pass for a small number. */
  if (!(worst <= books->imbalance)) books->imbalance = worst;
  DAVY_CHECK(worst <= DAVY_INTERFACE_LEDGER_LIMIT, DAVY_ERR_LEDGER,
             "cycle %d, step %d: the balance is broken: charge against metal %.2g, volume of metal "
             "%.2g, salt %.2g, relative; expected at most %g",
             row->driver->cycle_count, row->driver->step_count, charge_error, ledger->metal_error,
             ledger->salt_error, DAVY_INTERFACE_LEDGER_LIMIT);
  return DAVY_OK;
}

static DavyError check_end(const Stream *s) {
  DAVY_CHECK(!s->in || s->at <= s->end, DAVY_ERR_FORMAT, "ends within the rows of its tables");
  return DAVY_OK;
}

static DavyError pass_record(Stream *s, DavyBooks *books) {
  int32_t count = (int32_t)books->rows;
  stream_int(s, &count);
  for (int32_t i = 0; i < count; i++) {
    Row row = {{0}, {0}};
    for (int k = 0; !s->in && k < REALS; k++)
      row.real[k] = DavyRecordNumbers(books->record, reals[k])[i];
    for (int k = 0; !s->in && k < INTEGERS; k++)
      row.integer[k] = DavyRecordIntegers(books->record, integers[k])[i];
    stream_reals(s, row.real, REALS);
    for (int k = 0; k < INTEGERS; k++) stream_int(s, row.integer + k);
    DAVY_TRY(check_end(s));
    if (s->in) DAVY_TRY(add_row(books, &row));
  }
  return DAVY_OK;
}

/* A cell of a table, read into its last row: a number, or 64 bytes of text. */
static DavyError pass_cell(Stream *s, DavyTable *table, const Column *column, size_t row,
                           size_t at) {
  char text[64] = "";
  if (column->type == DAVY_CELL_TEXT) {
    const char *words = s->in ? NULL : DavyTableText(table, row, at);
    if (words) snprintf(text, sizeof text, "%s", words);
    stream_bytes(s, text, sizeof text);
    text[sizeof text - 1] = '\0';
    return s->in ? DavyTableSetText(table, column->key, text) : DAVY_OK;
  }
  double value = s->in ? 0 : DavyTableNumber(table, row, at);
  stream_real(s, &value);
  if (!s->in) return DAVY_OK;
  if (column->type == DAVY_CELL_NUMBER) return DavyTableSetNumber(table, column->key, value);
  DAVY_CHECK(fabs(value) <= INT32_MAX, DAVY_ERR_FORMAT, "%s is %g", column->key, value);
  return DavyTableSetInteger(table, column->key, (long long)value);
}

static DavyError pass_table(Stream *s, DavyTable *table, const Column *columns, size_t width,
                            size_t rows) {
  int32_t count = (int32_t)rows;
  stream_int(s, &count);
  for (int32_t row = 0; row < count; row++) {
    if (s->in) DAVY_TRY(DavyTableAddRow(table));
    for (size_t k = 0; k < width; k++) DAVY_TRY(pass_cell(s, table, columns + k, (size_t)row, k));
    DAVY_TRY(check_end(s));
  }
  return DAVY_OK;
}

DavyError DavyBooksPass(DavyBooks *books, Stream *s, bool open) {
  size_t lines = DavyTableRows(books->ledger);
  DAVY_TRY(pass_record(s, books));
  DAVY_TRY(pass_table(s, books->ledger, ledger_columns, LEDGER, open && lines ? lines - 1 : lines));
  DAVY_TRY(pass_table(s, books->morphology, morphology_columns, MORPHOLOGY,
                      DavyTableRows(books->morphology)));
  stream_real(s, &books->imbalance);
  return check_end(s);
}
