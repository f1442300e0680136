/* Capacities and energies that fall back: BDF tells those of a cycle and of a step from those that
 * never reset by their names, other files do not. Where a column falls, and what changes there,
 * tells which it is. */
#include "record/csv.h"

#include <math.h>
#include <string.h>

/* What an unprefixed column is when it resets with the cycle, and with the step. */
static const struct {
  DavyColumn never, cycle, step;
} kinds[] = {
    {DAVY_CHARGING_CAPACITY, DAVY_CYCLE_CHARGING_CAPACITY, DAVY_STEP_CHARGING_CAPACITY},
    {DAVY_DISCHARGING_CAPACITY, DAVY_CYCLE_DISCHARGING_CAPACITY, DAVY_STEP_DISCHARGING_CAPACITY},
    {DAVY_CHARGING_ENERGY, DAVY_CYCLE_CHARGING_ENERGY, DAVY_STEP_CHARGING_ENERGY},
    {DAVY_DISCHARGING_ENERGY, DAVY_CYCLE_DISCHARGING_ENERGY, DAVY_STEP_DISCHARGING_ENERGY},
};

/* Falls of a column, and how many of them stand where a cycle or a step begins. */
typedef struct {
  size_t all, with_cycle, with_step;
} Falls;

static bool changes(const int32_t *column, size_t i) {
  return column && column[i] != column[i - 1];
}

static Falls count_falls(const DavyRecord *r, const double *values) {
  const int32_t *cycle = DavyRecordIntegers(r, DAVY_CYCLE_COUNT),
                *count = DavyRecordIntegers(r, DAVY_STEP_COUNT),
                *id = DavyRecordIntegers(r, DAVY_STEP_ID),
                *type = DavyRecordIntegers(r, DAVY_STEP_TYPE);
  const double *step_time = DavyRecordNumbers(r, DAVY_STEP_TIME);
  Falls falls = {0};
  for (size_t i = 1; i < DavyRecordRows(r); i++) {
    if (!(values[i] < values[i - 1])) continue;
    falls.all++;
    falls.with_cycle += changes(cycle, i);
    falls.with_step += changes(count, i) || changes(id, i) || changes(type, i) ||
                       (step_time && step_time[i] < step_time[i - 1]);
  }
  return falls;
}

static bool named_by_bdf(const CsvFile *file, DavyColumn column) {
  for (size_t c = 0; c < file->count; c++)
    if (file->columns[c].meaning.column == (int)column) return file->columns[c].meaning.exact;
  return true;
}

static DavyError move_column(DavyRecord *r, DavyColumn from, DavyColumn to) {
  const double *values = DavyRecordNumbers(r, from);
  double *moved = DavyRecordMakeNumbers(r, to);
  DAVY_CHECK(moved, DAVY_ERR_MEMORY, "out of memory for the column %s", DavyColumnLabel(to));
  memcpy(moved, values, DavyRecordRows(r) * sizeof *moved);
  DavyRecordDropColumn(r, from);
  return DAVY_OK;
}

DavyError davy_csv_resets(const CsvFile *file, DavyRecord *record) {
  static const double most_of = 0.9; /* of the falls, where a few rows disagree */
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const double *values = DavyRecordNumbers(record, kinds[k].never);
    if (!values || named_by_bdf(file, kinds[k].never)) continue;
    Falls falls = count_falls(record, values);
    if (!falls.all) continue;
    double enough = most_of * (double)falls.all;
    if ((double)falls.with_cycle >= enough && !DavyRecordHas(record, kinds[k].cycle))
      DAVY_TRY(move_column(record, kinds[k].never, kinds[k].cycle));
    else if ((double)falls.with_step >= enough && !DavyRecordHas(record, kinds[k].step))
      DAVY_TRY(move_column(record, kinds[k].never, kinds[k].step));
    else
      DavyRecordWarn(record,
                     "%s falls back %zu times, neither with the cycles nor with the steps: it is "
                     "left as it stands.",
                     DavyColumnLabel(kinds[k].never), falls.all);
  }
  return DAVY_OK;
}
