/* From one Neware record, whatever its layout, to one row of a DavyRecord. */
#include "record/neware.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static inline double number_at(NewareField field, const unsigned char *p) {
  if (field.kind != NEWARE_F4) return (double)NewareIntegerAt(field, p);
  double value = neware_f32(p + field.at);
  return isfinite(value) ? value : NAN;
}

static int32_t to_int32(int64_t value) {
  return value >= 0 && value <= INT32_MAX ? (int32_t)value : DAVY_NO_INTEGER;
}

/* Days since 1970-01-01 of a Gregorian date (H. Hinnant's count of days in 400-year eras). */
static double seconds_of_day(unsigned year, unsigned month, unsigned day) {
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1970 || year > 9999) return NAN;
  unsigned y = year - (month <= 2), era = y / 400, of_era = y % 400;
  unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  unsigned of_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
  return 86400.0 * ((double)era * 146097 + of_days - 719468);
}

static double seconds_of_date(NewareRows *rows, const unsigned char *p) {
  uint32_t day = neware_u32(p); /* year, month and day in one word */
  if (day != rows->day) {
    rows->day = day;
    rows->day_seconds = seconds_of_day(neware_u16(p), p[2], p[3]);
  }
  if (p[4] > 23 || p[5] > 59 || p[6] > 60) return NAN;
  return rows->day_seconds + p[4] * 3600 + p[5] * 60 + p[6];
}

void NewareIsoTime(double seconds, char text[32]) {
  text[0] = '\0';
  if (!(seconds >= 0 && seconds < 253402300800.0)) return; /* year 10000 */
  uint64_t s = (uint64_t)seconds, days = s / 86400 + 719468, rest = s % 86400;
  unsigned era = (unsigned)(days / 146097), doe = (unsigned)(days % 146097);
  unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  unsigned month = mp < 10 ? mp + 3 : mp - 9;
  snprintf(text, 32, "%04u-%02u-%02uT%02u:%02u:%02u", yoe + era * 400 + (month <= 2), month,
           doy - (153 * mp + 2) / 5 + 1, (unsigned)rest / 3600, (unsigned)rest / 60 % 60,
           (unsigned)rest % 60);
}

DavyError NewareRowsReserve(NewareRows *rows, size_t room) {
  DavyRecord *r = rows->record;
  DAVY_TRY(DavyRecordReserve(r, room));
  rows->room = DavyRecordRoom(r);
  rows->test_time = DavyRecordMakeNumbers(r, DAVY_TEST_TIME);
  rows->step_time = DavyRecordMakeNumbers(r, DAVY_STEP_TIME);
  rows->voltage = DavyRecordMakeNumbers(r, DAVY_VOLTAGE);
  rows->current = DavyRecordMakeNumbers(r, DAVY_CURRENT);
  rows->charge = DavyRecordMakeNumbers(r, DAVY_STEP_CHARGING_CAPACITY);
  rows->discharge = DavyRecordMakeNumbers(r, DAVY_STEP_DISCHARGING_CAPACITY);
  rows->index = DavyRecordMakeIntegers(r, DAVY_RECORD_INDEX);
  rows->step_count = DavyRecordMakeIntegers(r, DAVY_STEP_COUNT);
  rows->step_id = DavyRecordMakeIntegers(r, DAVY_STEP_ID);
  rows->step_type = DavyRecordMakeIntegers(r, DAVY_STEP_TYPE);
  bool ok = rows->test_time && rows->step_time && rows->voltage && rows->current && rows->charge &&
            rows->discharge && rows->index && rows->step_count && rows->step_id && rows->step_type;
  if (!rows->no_energy) {
    rows->charge_energy = DavyRecordMakeNumbers(r, DAVY_STEP_CHARGING_ENERGY);
    rows->discharge_energy = DavyRecordMakeNumbers(r, DAVY_STEP_DISCHARGING_ENERGY);
    ok = ok && rows->charge_energy && rows->discharge_energy;
  }
  if (!rows->no_clock) ok = (rows->unix_time = DavyRecordMakeNumbers(r, DAVY_UNIX_TIME)) && ok;
  ok = (rows->cycle = DavyRecordMakeIntegers(r, DAVY_CYCLE_COUNT)) && ok;
  DAVY_CHECK(ok, DAVY_ERR_MEMORY, "%s: out of memory for %zu rows", rows->name, room);
  return DAVY_OK;
}

/* A layout with a total time alone (BTS 9.1): a step lasts from the end of the one before. */
static void total_to_step_time(NewareRows *rows, size_t row, uint64_t key, uint64_t total,
                               double per_second) {
  total += rows->shift;
  if (total < rows->last_ticks) { /* the instrument started anew: go on from where it was */
    rows->shift += rows->last_ticks - total;
    total = rows->last_ticks;
    key = ~key;
  }
  if (rows->steps == 0 || key != rows->step_key) {
    rows->before = rows->last_ticks;
    rows->steps++;
    rows->step_key = key;
  }
  rows->last_ticks = total;
  rows->step_time[row] = (double)(total - rows->before) / per_second;
  rows->test_time[row] = (double)total / per_second;
  rows->step_count[row] = rows->steps;
}

static void set_times(NewareRows *rows, const NewareLayout *layout, const unsigned char *p,
                      size_t row) {
  uint64_t key = (uint64_t)NewareIntegerAt(layout->step, p);
  if (layout->jump.kind != NEWARE_NONE)
    key |= (uint64_t)NewareIntegerAt(layout->jump, p) << 32;
  else
    key |= (uint64_t)NewareIntegerAt(layout->cycle, p) << 32;
  uint64_t ticks = NewareTicks(layout, p);
  if (layout->step_time.kind == NEWARE_NONE) {
    total_to_step_time(rows, row, key, ticks, layout->time_per);
    return;
  }
  NewareRowsStep(rows, row, key, ticks, layout->time_per);
  if (layout->total_time.kind == NEWARE_NONE) return;
  double total = number_at(layout->total_time, p);
  if (layout->total_nanoseconds.kind != NEWARE_NONE)
    total += number_at(layout->total_nanoseconds, p) / 1e9;
  else
    total /= layout->time_per;
  rows->test_time[row] = total;
}

/* Where a record has no cycle: a charge behind a discharge opens one, as in the vendor's software
 * by default. */
static int32_t count_cycles(NewareRows *rows, int32_t step_type) {
  int now = DavyStepTypeDirection(step_type);
  if (rows->cycles == 0 || (now > 0 && rows->last_direction < 0)) rows->cycles++;
  if (now) rows->last_direction = now;
  rows->own_cycles = true;
  return rows->cycles;
}

static inline int32_t cycle_of(NewareRows *rows, const NewareLayout *layout, const unsigned char *p,
                               size_t row) {
  if (layout->cycle.kind == NEWARE_NONE) return count_cycles(rows, rows->step_type[row]);
  int64_t raw = NewareIntegerAt(layout->cycle, p);
  if (layout->cycle_rule == NEWARE_CYCLE_FROM_1) return to_int32(raw);
  if (layout->cycle_rule == NEWARE_CYCLE_FROM_0) return to_int32(raw + 1);
  if (rows->cycles == 0 || (uint32_t)raw != rows->cycle_raw) rows->cycles++;
  rows->cycle_raw = (uint32_t)raw;
  return rows->cycles;
}

static void split(double value, int sign, double *charge, double *discharge) {
  *charge = sign < 0 ? 0 : fabs(value);
  *discharge = sign < 0 ? fabs(value) : 0;
}

static void set_capacities(NewareRows *rows, const NewareLayout *layout, const unsigned char *p,
                           size_t row, double per_ampere) {
  double per = layout->capacity_per > 0 ? layout->capacity_per : per_ampere * 3600;
  double charge = number_at(layout->charge, p) / per;
  double energy = number_at(layout->charge_energy, p) / per;
  if (!layout->one_capacity) {
    rows->charge[row] = fabs(charge);
    rows->discharge[row] = fabs(number_at(layout->discharge, p) / per);
    if (rows->no_energy) return;
    rows->charge_energy[row] = fabs(energy);
    rows->discharge_energy[row] = fabs(number_at(layout->discharge_energy, p) / per);
    return;
  }
  int sign = DavyStepTypeDirection(rows->step_type[row]);
  if (sign == 0)
    sign = layout->one_capacity_signed ? (charge < 0 ? -1 : 1) : (rows->current[row] < 0 ? -1 : 1);
  split(charge, sign, &rows->charge[row], &rows->discharge[row]);
  if (!rows->no_energy)
    split(energy, sign, &rows->charge_energy[row], &rows->discharge_energy[row]);
}

static void set_clock(NewareRows *rows, const NewareLayout *layout, const unsigned char *p,
                      size_t row) {
  rows->local_clock = layout->clock.kind == NEWARE_DATE;
  double seconds = rows->local_clock ? seconds_of_date(rows, p + layout->clock.at)
                                     : number_at(layout->clock, p) / layout->clock_per;
  if (layout->clock_fraction.kind != NEWARE_NONE)
    seconds += number_at(layout->clock_fraction, p) / layout->clock_fraction_per;
  rows->unix_time[row] = seconds;
}

int32_t NewareRowsStepType(NewareRows *rows, NewareStepTypes types, unsigned code) {
  rows->types_seen[types][code & 0xff] = 1;
  return NewareStepType(types, code & 0xff);
}

void NewareRowsAdd(NewareRows *rows, const NewareLayout *layout, const unsigned char *p) {
  size_t row = rows->rows++;
  double per_ampere = layout->current_per;
  if (per_ampere == 0)
    per_ampere = NewareRowsCountsPerAmpere(rows, (int32_t)NewareIntegerAt(layout->range, p));
  rows->index[row] = layout->index.kind == NEWARE_NONE
                         ? to_int32((int64_t)row + 1)
                         : to_int32(NewareIntegerAt(layout->index, p));
  rows->voltage[row] = number_at(layout->voltage, p) / layout->voltage_per;
  rows->current[row] = number_at(layout->current, p) / per_ampere;
  rows->step_id[row] = to_int32(NewareIntegerAt(layout->step, p));
  rows->step_type[row] = DAVY_STEP_UNKNOWN;
  if (layout->type.kind != NEWARE_NONE)
    rows->step_type[row] =
        NewareRowsStepType(rows, layout->step_types, (unsigned)NewareIntegerAt(layout->type, p));
  set_times(rows, layout, p, row);
  set_capacities(rows, layout, p, row, per_ampere);
  rows->cycle[row] = cycle_of(rows, layout, p, row);
  if (!rows->no_clock) set_clock(rows, layout, p, row);
  if (layout->temperature.kind == NEWARE_NONE) return;
  double *temperature = NewareTemperatureColumn(rows->record, 1);
  double per_degree = layout->temperature.kind == NEWARE_F4 ? 1 : 10;
  if (temperature) temperature[row] = number_at(layout->temperature, p) / per_degree;
}

size_t NewareFindRow(NewareRows *rows, int64_t index) {
  for (size_t row = rows->found; row < rows->rows && row < rows->found + 2; row++)
    if (rows->index[row] == index) return rows->found = row;
  size_t low = 0, high = rows->rows;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (rows->index[middle] < index)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == rows->rows || rows->index[low] != index) return SIZE_MAX;
  return rows->found = low;
}

double *NewareTemperatureColumn(DavyRecord *record, unsigned channel) {
  if (channel >= 1 && channel <= 5)
    return DavyRecordMakeNumbers(record, (DavyColumn)(DAVY_TEMPERATURE_T1 + (int)channel - 1));
  return NewareExtraColumn(
      record, &(NewareExtra){"temperature_t", "_celsius", "Temperature T", " / degC"}, channel);
}

double *NewareExtraColumn(DavyRecord *record, const NewareExtra *extra, unsigned channel) {
  char name[64], label[64];
  snprintf(name, sizeof name, "%s%u%s", extra->name, channel, extra->name_unit);
  snprintf(label, sizeof label, "%s%u%s", extra->label, channel, extra->label_unit);
  return DavyRecordMakeExtra(record, name, label);
}

const NewareExtra neware_aux_voltage = {"aux_voltage_v", "_volt", "Aux Voltage V", " / V"};
const NewareExtra neware_setpoint = {"temperature_setpoint_t", "_celsius", "Temperature Setpoint T",
                                     " / degC"};

/* A voltage or set point that is always zero is an input without a wire: its column is made at the
 * first other value, and holds zero in the rows before it that hold a temperature. */
static DavyError set_beside(NewareRows *rows, size_t row, double value, const double *temperature,
                            double **column, const NewareExtra *extra, unsigned channel) {
  if (!*column && value == 0) return DAVY_OK;
  if (!*column) {
    *column = NewareExtraColumn(rows->record, extra, channel);
    DAVY_CHECK(*column, DAVY_ERR_MEMORY, "%s: out of memory for %s%u", rows->name, extra->label,
               channel);
    for (size_t i = 0; i < rows->rows; i++)
      if (!isnan(temperature[i])) (*column)[i] = 0;
  }
  (*column)[row] = value;
  return DAVY_OK;
}

DavyError NewareRowsSetAux(NewareRows *rows, int64_t index, unsigned channel, double temperature,
                           double voltage, double setpoint) {
  size_t row = NewareFindRow(rows, index);
  if (row == SIZE_MAX) return DAVY_OK;
  NewareAuxColumns *aux = &rows->aux[channel & 0xff];
  if (!aux->temperature) aux->temperature = NewareTemperatureColumn(rows->record, channel & 0xff);
  DAVY_CHECK(aux->temperature, DAVY_ERR_MEMORY, "%s: out of memory for temperature %u", rows->name,
             channel);
  aux->temperature[row] = temperature;
  DAVY_TRY(set_beside(rows, row, isfinite(voltage) ? voltage : NAN, aux->temperature, &aux->voltage,
                      &neware_aux_voltage, channel));
  return set_beside(rows, row, setpoint, aux->temperature, &aux->setpoint, &neware_setpoint,
                    channel);
}

DavyError NewareRowsAddAux(NewareRows *rows, const NewareLayout *layout, unsigned channel,
                           const unsigned char *p) {
  return NewareRowsSetAux(rows, NewareIntegerAt(layout->aux_index, p), channel,
                          number_at(layout->aux_temperature, p) / 10,
                          number_at(layout->aux_voltage, p) / 1e4,
                          number_at(layout->aux_setpoint, p) / 10);
}

/* A temperature of exactly 0.0 degC throughout is an input without a sensor. */
static void drop_unwired(NewareRows *rows) {
  for (int channel = 1; channel <= 5; channel++) {
    const double *temperature = rows->aux[channel].temperature;
    if (!temperature) continue;
    size_t row = 0;
    while (row < rows->rows && !(fabs(temperature[row]) > 0)) row++;
    if (row == rows->rows)
      DavyRecordDropColumn(rows->record, (DavyColumn)(DAVY_TEMPERATURE_T1 + channel - 1));
  }
}

static DavyError set_clock_facts(NewareRows *rows) {
  char start[32];
  if (!rows->unix_time || !rows->rows) return DAVY_OK;
  NewareIsoTime(rows->unix_time[0], start);
  if (*start)
    DAVY_TRY(
        DavyRecordSetInfo(rows->record, "start_time", "%s%s", start, rows->local_clock ? "" : "Z"));
  if (!rows->local_clock) return DAVY_OK;
  return DavyRecordSetInfo(rows->record, "time_zone",
                           "not in the file: the tester's local clock, taken as UTC");
}

DavyError NewareRowsEnd(NewareRows *rows) {
  drop_unwired(rows);
  for (int types = 0; types < NEWARE_TYPES_COUNT; types++)
    for (unsigned code = 0; code < 256; code++)
      if (rows->types_seen[types][code] &&
          NewareStepType((NewareStepTypes)types, code) == DAVY_STEP_UNKNOWN)
        DavyRecordWarn(rows->record, "Step type %u is not known: its rows are marked unknown.",
                       code);
  DAVY_TRY(set_clock_facts(rows));
  if (rows->own_cycles)
    DAVY_TRY(DavyRecordSetInfo(rows->record, "cycle_count_from",
                               "charge steps behind discharge steps: the file has no cycles"));
  return DavyRecordSetRows(rows->record, rows->rows);
}
