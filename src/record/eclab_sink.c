/* Rows of an EC-Lab file into the columns of a record.
 *
 *   current       I or <I>; where neither is stored 3600 dq/dt [mA from mAh and s], as EC-Lab's own
 *                 export has it; where there is no dq either but all rows rest (mode 3), 0 A
 *   cycle count   "cycle number"; where it is not stored half cycle / 2, as EC-Lab's own export
 *                 has it with the cycle definition "charge/discharge alternance"
 *   impedance     Re, Im where only |Z| and the phase are stored; no value in rows without f
 *   capacity      "Q charge/discharge" counts anew in every half cycle: the cycle's charging and
 *                 discharging capacities hold the last value of its other half, as EC-Lab's cycle
 *                 energies do; (Q-Qo) starts anew with every loop: the net capacity goes on
 */
#include "record/eclab_sink.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/eclab_columns.h"
#include "record/reader.h"

static const double degree = 3.14159265358979323846 / 180, seconds_per_hour = 3600;

typedef struct {
  const EclabQuantity *quantity; /* NULL: not known */
  DavyColumn column;             /* DAVY_COLUMN_COUNT: extra */
  EclabRole role;
  double scale;
  char name[112], label[112];
  double *data;     /* in the record; an extra column has none until its values vary */
  int32_t *integer; /* for the BDF columns that are integers */
  double first;     /* value of the first row, for extra columns */
  double offset;    /* of the loops before, for ECLAB_LOOPED */
} Column;

/* Slots of columns that others are made from; -1 where the file has none. */
typedef struct {
  int time, current, charge, mode, error, half, half_charge, cycle, sequence, frequency, magnitude,
      phase, control, control_volt; /* control_volt and the one behind it are split from control */
} Sources;

/* Columns of the record that are made here, NULL where not. */
typedef struct {
  int32_t *step, *cycle;
  double *current, *real, *imaginary, *charging, *discharging;
} Made;

struct EclabSink {
  DavyRecord *record;
  Column *columns;
  int count, column_room;
  double *block; /* count x ECLAB_BLOCK */
  double zeros[ECLAB_BLOCK];
  size_t row; /* rows taken so far */
  const uint32_t *loops;
  size_t loop_count, loops_done; /* done: those that start before `row` */
  Sources from;
  Made made;
  size_t error_rows, first_error_row;
  bool all_rest;
  /* of the row before */
  int32_t step;
  double time, half, sequence, mode, cycle, counted_half, half_charge;
  double base_charging, base_discharging; /* of the halves of this cycle that are over, Ah */
};

static DavyError no_memory(void) {
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for the columns of an EC-Lab file");
}

DavyError eclab_sink_create(DavyRecord *record, EclabSink **sink) {
  EclabSink *s = calloc(1, sizeof *s);
  *sink = s;
  if (!s) return no_memory();
  s->record = record;
  s->from = (Sources){.control_volt = -1};
  return DAVY_OK;
}

void eclab_sink_destroy(EclabSink **sink) {
  if (!*sink) return;
  free((*sink)->columns);
  free((*sink)->block);
  free(*sink);
  *sink = NULL;
}

/* "Some Name (x)" -> "some_name_x" */
static void machine_name(const char *text, char *name, size_t size) {
  size_t n = 0;
  for (; *text && n + 1 < size; text++) {
    if (isalnum((unsigned char)*text))
      name[n++] = (char)tolower((unsigned char)*text);
    else if (n && name[n - 1] != '_')
      name[n++] = '_';
  }
  while (n && name[n - 1] == '_') n--;
  name[n] = '\0';
}

/* Names an extra column: known quantities by the table, others by their own heading. */
static void name_column(Column *c, const char *heading) {
  char unit_text[32], machine[64];
  EclabUnit unit;
  const EclabQuantity *q = eclab_quantity(heading, &unit, unit_text);
  c->scale = unit.scale;
  machine_name(unit.name, machine, sizeof machine);
  const char *slash = strrchr(heading, '/');
  int stem = slash ? (int)(slash - heading) : (int)strlen(heading);
  if (q && q->name) {
    snprintf(c->name, sizeof c->name, "%s", q->name);
    snprintf(c->label, sizeof c->label, "%s / %s", q->label, unit.label);
  } else {
    char own[64];
    snprintf(own, sizeof own, "%.*s", stem, heading);
    machine_name(own, c->name, sizeof c->name - 40);
    snprintf(c->label, sizeof c->label, "%s / %s", own, unit.label);
  }
  size_t length = strlen(c->name);
  if (*machine) snprintf(c->name + length, sizeof c->name - length, "_%.32s", machine);
}

/* Others are made from it; it is no column itself. */
static bool is_source_only(const Column *c) {
  return c->role == ECLAB_MODE || c->role == ECLAB_ERROR || c->role == ECLAB_CONTROL ||
         c->role == ECLAB_CHARGE;
}

/* A second column of the same name keeps its own data under a name of its own. */
static void make_unique(EclabSink *s, Column *c) {
  int same = 1;
  for (int i = 0; i < s->count; i++) same += strcmp(s->columns[i].name, c->name) == 0;
  if (same == 1) return;
  size_t length = strlen(c->name);
  snprintf(c->name + length, sizeof c->name - length, "_%d", same);
}

static bool grow_columns(EclabSink *s) {
  int room = s->column_room ? 2 * s->column_room : 32;
  Column *grown = realloc(s->columns, (size_t)room * sizeof *grown);
  if (!grown) return false;
  s->columns = grown;
  s->column_room = room;
  return true;
}

DavyError eclab_sink_add(EclabSink *s, const char *heading, int *slot) {
  char unit_text[32];
  EclabUnit unit;
  const EclabQuantity *q = eclab_quantity(heading, &unit, unit_text);
  *slot = -1;
  if (q && q->role == ECLAB_SKIP) return DAVY_OK;
  DAVY_CHECK(s->count < ECLAB_MOST_COLUMNS, DAVY_ERR_FORMAT,
             "more than %d columns; expected an EC-Lab file", ECLAB_MOST_COLUMNS);
  if (s->count == s->column_room && !grow_columns(s)) return no_memory();
  Column *c = &s->columns[s->count];
  *c = (Column){0};
  c->quantity = q;
  c->role = q ? q->role : ECLAB_KEEP;
  c->column = q ? q->column : DAVY_COLUMN_COUNT;
  c->scale = unit.scale;
  if (!is_source_only(c)) {
    name_column(c, heading);
    make_unique(s, c);
  }
  *slot = s->count++;
  return DAVY_OK;
}

DavyError eclab_sink_rename(EclabSink *s, int slot, const char *heading) {
  Column *c = &s->columns[slot];
  name_column(c, heading);
  const char *celsius = "/degC";
  size_t length = strlen(heading);
  if (length > strlen(celsius) && strcmp(heading + length - strlen(celsius), celsius) == 0)
    c->column = DAVY_TEMPERATURE_T1;
  return DAVY_OK;
}

static int find_slot(const EclabSink *s, const char *quantity) {
  for (int i = 0; i < s->count; i++)
    if (s->columns[i].quantity && strcmp(s->columns[i].quantity->quantity, quantity) == 0) return i;
  return -1;
}

static int slot_of_role(const EclabSink *s, EclabRole role) {
  for (int i = 0; i < s->count; i++)
    if (s->columns[i].role == role) return i;
  return -1;
}

static int slot_of_column(const EclabSink *s, DavyColumn column) {
  for (int i = 0; i < s->count; i++)
    if (s->columns[i].column == column) return i;
  return -1;
}

/* Of several candidates for a BDF column the lowest rank stays, the others become extra ones. */
static void settle_candidates(EclabSink *s) {
  int best[DAVY_COLUMN_COUNT];
  for (int i = 0; i < DAVY_COLUMN_COUNT; i++) best[i] = -1;
  for (int i = 0; i < s->count; i++) {
    DavyColumn column = s->columns[i].column;
    if (column == DAVY_COLUMN_COUNT) continue;
    int other = best[column];
    int rank = s->columns[i].quantity ? s->columns[i].quantity->rank : 9;
    int other_rank =
        other >= 0 && s->columns[other].quantity ? s->columns[other].quantity->rank : 9;
    bool wins = other < 0 || rank < other_rank;
    if (wins) best[column] = i;
    if (other >= 0) s->columns[wins ? other : i].column = DAVY_COLUMN_COUNT;
  }
}

static void find_sources(EclabSink *s) {
  s->from = (Sources){
      .time = slot_of_column(s, DAVY_TEST_TIME),
      .current = slot_of_column(s, DAVY_CURRENT),
      .charge = slot_of_role(s, ECLAB_CHARGE),
      .mode = slot_of_role(s, ECLAB_MODE),
      .error = slot_of_role(s, ECLAB_ERROR),
      .half = slot_of_role(s, ECLAB_HALF),
      .half_charge = find_slot(s, "Q charge/discharge"),
      .cycle = slot_of_column(s, DAVY_CYCLE_COUNT),
      .sequence = slot_of_column(s, DAVY_STEP_ID),
      .frequency = slot_of_column(s, DAVY_FREQUENCY),
      .magnitude = find_slot(s, "|Z|"),
      .phase = find_slot(s, "Phase(Z)"),
      .control = slot_of_role(s, ECLAB_CONTROL),
      .control_volt = s->from.control_volt,
  };
}

/* Splits "control/V/mA" in two columns, as EC-Lab's own export has it. */
static DavyError split_control(EclabSink *s) {
  int control = slot_of_role(s, ECLAB_CONTROL), slot;
  if (control < 0 || find_slot(s, "control") >= 0) return DAVY_OK;
  DAVY_TRY(eclab_sink_add(s, "control/V", &s->from.control_volt));
  return eclab_sink_add(s, "control/mA", &slot);
}

static DavyError make_column(EclabSink *s, Column *c) {
  if (c->column == DAVY_COLUMN_COUNT) return DAVY_OK;
  if (DavyColumnIsInteger(c->column))
    c->integer = DavyRecordMakeIntegers(s->record, c->column);
  else
    c->data = DavyRecordMakeNumbers(s->record, c->column);
  return c->integer || c->data ? DAVY_OK : no_memory();
}

static DavyError make_numbers(EclabSink *s, DavyColumn column, double **data) {
  *data = DavyRecordMakeNumbers(s->record, column);
  return *data ? DAVY_OK : no_memory();
}

static DavyError make_integers(EclabSink *s, DavyColumn column, int32_t **data) {
  *data = DavyRecordMakeIntegers(s->record, column);
  return *data ? DAVY_OK : no_memory();
}

static bool makes_current(const EclabSink *s) {
  return s->from.current < 0 && s->from.charge >= 0 && s->from.time >= 0;
}

/* The columns that the file does not have but that follow from those it has. */
static DavyError make_derived(EclabSink *s) {
  const Sources *from = &s->from;
  if (from->sequence >= 0 || from->half >= 0 || from->mode >= 0)
    DAVY_TRY(make_integers(s, DAVY_STEP_COUNT, &s->made.step));
  if (from->cycle < 0 && from->half >= 0)
    DAVY_TRY(make_integers(s, DAVY_CYCLE_COUNT, &s->made.cycle));
  if (makes_current(s)) DAVY_TRY(make_numbers(s, DAVY_CURRENT, &s->made.current));
  if (from->half >= 0 && from->half_charge >= 0) {
    DAVY_TRY(make_numbers(s, DAVY_CYCLE_CHARGING_CAPACITY, &s->made.charging));
    DAVY_TRY(make_numbers(s, DAVY_CYCLE_DISCHARGING_CAPACITY, &s->made.discharging));
  }
  if (from->frequency >= 0 && from->magnitude >= 0 && from->phase >= 0 &&
      slot_of_column(s, DAVY_REAL_IMPEDANCE) < 0) {
    DAVY_TRY(make_numbers(s, DAVY_REAL_IMPEDANCE, &s->made.real));
    DAVY_TRY(make_numbers(s, DAVY_IMAGINARY_IMPEDANCE, &s->made.imaginary));
  }
  return DAVY_OK;
}

DavyError eclab_sink_open(EclabSink *s, size_t rows, const uint32_t *loops, size_t loop_count) {
  DAVY_TRY(DavyRecordReserve(s->record, rows));
  davy_record_skip_filling(s->record);
  DAVY_TRY(split_control(s));
  settle_candidates(s);
  find_sources(s);
  s->loops = loops;
  s->loop_count = loop_count;
  s->all_rest = s->from.mode >= 0;
  s->block = calloc((size_t)s->count * ECLAB_BLOCK + 1, sizeof *s->block);
  if (!s->block) return no_memory();
  for (int i = 0; i < s->count; i++) DAVY_TRY(make_column(s, &s->columns[i]));
  return make_derived(s);
}

double *eclab_sink_block(EclabSink *s, int slot) {
  return s->block + (size_t)slot * ECLAB_BLOCK;
}

static double *source(EclabSink *s, int slot) {
  return slot < 0 ? NULL : eclab_sink_block(s, slot);
}

/* Zeros stand for a column that is not there: they never change. */
static const double *source_or_zeros(EclabSink *s, int slot) {
  return slot < 0 ? s->zeros : eclab_sink_block(s, slot);
}

static bool same(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

/* An extra column comes into being with the first value that differs from its first. */
static DavyError take_extra(EclabSink *s, Column *c, const double *values, size_t rows) {
  if (s->row == 0) c->first = values[0] * c->scale;
  if (!c->data) {
    size_t i = 0;
    while (i < rows && same(values[i] * c->scale, c->first)) i++;
    if (i == rows) return DAVY_OK;
    c->data = DavyRecordMakeExtra(s->record, c->name, c->label);
    if (!c->data) return no_memory();
    for (size_t j = 0; j < s->row; j++) c->data[j] = c->first;
  }
  double *data = c->data + s->row;
  for (size_t i = 0; i < rows; i++) data[i] = values[i] * c->scale;
  return DAVY_OK;
}

static int32_t whole(double value) {
  if (!(value > INT32_MIN && value < INT32_MAX)) return DAVY_NO_INTEGER;
  return (int32_t)(value < 0 ? value - 0.5 : value + 0.5);
}

static DavyError take_column(EclabSink *s, Column *c, const double *values, size_t rows) {
  if (is_source_only(c)) return DAVY_OK;
  if (c->column == DAVY_COLUMN_COUNT) return take_extra(s, c, values, rows);
  double scale = c->column == DAVY_IMAGINARY_IMPEDANCE ? -c->scale : c->scale;
  for (size_t i = 0; c->data && i < rows; i++) c->data[s->row + i] = values[i] * scale;
  for (size_t i = 0; c->integer && i < rows; i++) c->integer[s->row + i] = whole(values[i]);
  return DAVY_OK;
}

/* Rows without a frequency hold zeros where impedance would stand. */
static void blank_impedance(EclabSink *s, size_t rows) {
  const double *frequency = source(s, s->from.frequency);
  for (int c = 0; frequency && c < s->count; c++) {
    if (s->columns[c].role != ECLAB_IMPEDANCE || c == s->from.frequency) continue;
    double *values = eclab_sink_block(s, c);
    for (size_t i = 0; i < rows; i++)
      if (frequency[i] == 0) values[i] = NAN;
  }
  double *own = source(s, s->from.frequency);
  for (size_t i = 0; own && i < rows; i++)
    if (own[i] == 0) own[i] = NAN;
}

static void make_impedance(EclabSink *s, size_t rows) {
  if (!s->made.real) return;
  const Column *c = &s->columns[s->from.magnitude];
  const double *magnitude = source(s, s->from.magnitude), *phase = source(s, s->from.phase);
  for (size_t i = 0; i < rows; i++) {
    s->made.real[s->row + i] = magnitude[i] * c->scale * cos(phase[i] * degree);
    s->made.imaginary[s->row + i] = magnitude[i] * c->scale * sin(phase[i] * degree);
  }
}

enum { GALVANOSTATIC = 1, POTENTIOSTATIC = 2, REST = 3 }; /* values of "mode" */

static void fill_controls(EclabSink *s, size_t rows) {
  if (s->from.control_volt < 0) return;
  const double *control = source(s, s->from.control), *mode = source(s, s->from.mode);
  double *volt = eclab_sink_block(s, s->from.control_volt), *ampere = volt + ECLAB_BLOCK;
  for (size_t i = 0; i < rows; i++) {
    volt[i] = !mode || mode[i] == POTENTIOSTATIC ? control[i] : 0;
    ampere[i] = mode && mode[i] == GALVANOSTATIC ? control[i] : 0;
  }
}

/* The first row has no interval before it: it takes that of the second. */
static void make_current(EclabSink *s, size_t rows) {
  if (!s->made.current) return;
  const double *time = source(s, s->from.time), *charge = source(s, s->from.charge);
  double scale = seconds_per_hour * s->columns[s->from.charge].scale;
  double before = s->time;
  if (s->row == 0) before = rows > 1 ? 2 * time[0] - time[1] : time[0];
  for (size_t i = 0; i < rows; i++) {
    double interval = time[i] - before;
    s->made.current[s->row + i] = charge[i] == 0 ? 0
                                  : interval > 0 ? scale * charge[i] / interval
                                                 : NAN;
    before = time[i];
  }
  if (rows) s->time = time[rows - 1];
}

static void note_flags(EclabSink *s, size_t rows) {
  const double *mode = source(s, s->from.mode), *error = source(s, s->from.error);
  for (size_t i = 0; mode && i < rows; i++) s->all_rest = s->all_rest && mode[i] == REST;
  for (size_t i = 0; error && i < rows; i++) {
    if (error[i] == 0) continue;
    if (s->error_rows++ == 0) s->first_error_row = s->row + i + 1;
  }
}

/* First row after `row` at which a loop starts, SIZE_MAX if there is none. */
static size_t next_loop(const EclabSink *s, size_t row) {
  size_t i = s->loops_done;
  while (i < s->loop_count && s->loops[i] <= row) i++;
  return i < s->loop_count ? s->loops[i] : SIZE_MAX;
}

/* (Q-Qo) of a new loop goes on from the last value of the loop before. */
static void go_on_over_loops(EclabSink *s, Column *c, double *values, size_t rows) {
  for (size_t i = 0; i < rows;) {
    size_t start = next_loop(s, s->row + i) - s->row;
    for (; i < rows && i < start; i++) values[i] += c->offset;
    if (i < rows) c->offset = values[i - 1];
  }
  if (next_loop(s, s->row + rows - 1) == s->row + rows) c->offset = values[rows - 1];
}

static void take_loops(EclabSink *s, size_t rows) {
  if (s->loop_count == 0) return;
  for (int i = 0; i < s->count; i++) {
    Column *c = &s->columns[i];
    if (c->role == ECLAB_LOOPED && c->column != DAVY_COLUMN_COUNT)
      go_on_over_loops(s, c, eclab_sink_block(s, i), rows);
  }
}

static void count_steps(EclabSink *s, size_t rows) {
  if (!s->made.step) return;
  const double *sequence = source_or_zeros(s, s->from.sequence),
               *half = source_or_zeros(s, s->from.half), *mode = source_or_zeros(s, s->from.mode);
  size_t loop = s->row ? next_loop(s, s->row - 1) : 0; /* the first row starts a step as well */
  for (size_t i = 0; i < rows; i++) {
    bool starts = s->row + i == loop;
    if (starts) loop = next_loop(s, loop);
    s->step += starts || sequence[i] != s->sequence || half[i] != s->half || mode[i] != s->mode;
    s->made.step[s->row + i] = s->step;
    s->sequence = sequence[i];
    s->half = half[i];
    s->mode = mode[i];
  }
}

static double positive(double value) {
  return value > 0 ? value : 0;
}

/* The half cycle that is over stays in the count of its cycle. */
static void end_half_cycle(EclabSink *s) {
  s->base_charging += positive(s->half_charge);
  s->base_discharging += positive(-s->half_charge);
}

static void count_cycles(EclabSink *s, size_t rows) {
  if (!s->made.cycle && !s->made.charging) return;
  const double *half = source(s, s->from.half), *number = source(s, s->from.cycle),
               *charge = source_or_zeros(s, s->from.half_charge);
  double scale = s->from.half_charge >= 0 ? s->columns[s->from.half_charge].scale : 0;
  for (size_t i = 0; i < rows; i++) {
    double cycle = number ? number[i] : floor(half[i] / 2);
    if (s->made.cycle) s->made.cycle[s->row + i] = whole(cycle);
    if (!s->made.charging) continue;
    if (half[i] != s->counted_half) end_half_cycle(s);
    if (cycle != s->cycle) s->base_charging = s->base_discharging = 0;
    s->half_charge = charge[i] * scale;
    s->made.charging[s->row + i] = s->base_charging + positive(s->half_charge);
    s->made.discharging[s->row + i] = s->base_discharging + positive(-s->half_charge);
    s->counted_half = half[i];
    s->cycle = cycle;
  }
}

DavyError eclab_sink_take(EclabSink *s, size_t rows) {
  if (rows == 0) return DAVY_OK;
  note_flags(s, rows);
  take_loops(s, rows);
  count_steps(s, rows);
  count_cycles(s, rows);
  blank_impedance(s, rows);
  fill_controls(s, rows);
  make_current(s, rows);
  make_impedance(s, rows);
  for (int i = 0; i < s->count; i++)
    DAVY_TRY(take_column(s, &s->columns[i], eclab_sink_block(s, i), rows));
  s->row += rows;
  while (s->loops_done < s->loop_count && s->loops[s->loops_done] < s->row) s->loops_done++;
  return DAVY_OK;
}

static DavyError close_current(EclabSink *s) {
  if (s->made.current)
    return DavyRecordSetInfo(s->record, "current_from", "3600 dq/dt: the file stores no current");
  if (s->from.current >= 0 || !s->all_rest || s->row == 0) return DAVY_OK;
  double *current = DavyRecordMakeNumbers(s->record, DAVY_CURRENT);
  if (!current) return no_memory();
  for (size_t i = 0; i < s->row; i++) current[i] = 0;
  return DavyRecordSetInfo(s->record, "current_from",
                           "0 A: the file stores no current, and every row rests (mode 3)");
}

DavyError eclab_sink_close(EclabSink *s) {
  DAVY_TRY(DavyRecordSetRows(s->record, s->row));
  for (int i = 0; i < s->count; i++) {
    const Column *c = &s->columns[i];
    bool extra = c->column == DAVY_COLUMN_COUNT && !is_source_only(c);
    if (extra && !c->data && s->row && c->first != 0 && !isnan(c->first))
      DAVY_TRY(DavyRecordSetInfo(s->record, c->name, "%.9g", c->first));
  }
  if (s->error_rows)
    DavyRecordWarn(s->record,
                   "EC-Lab marks %zu rows as erroneous (overload or a limit; first: row %zu).",
                   s->error_rows, s->first_error_row);
  if (s->loops_done > 1)
    DAVY_TRY(DavyRecordSetInfo(s->record, "loops",
                               "%zu; (Q-Qo) starts anew in each, the net capacity goes on",
                               s->loops_done));
  return close_current(s);
}
