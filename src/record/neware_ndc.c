/* The members of an .ndax: byte 0 says what one holds, byte 2 the version.
 *
 * Versions 1 to 4: blocks of 512 bytes, the first a header; records from byte 5, index not 0.
 * Others: blocks of 4096, the first a header; from byte 4 one bit for every slot that holds a
 * record (lowest bit first), records from 132, the last byte unused.
 * Data: whole records in 1 to 7 and 15; voltage and current alone (f4 each) in 8, 9, 11 to 14, 16
 * and 17, where the slot number is the record index and data_runInfo.ndc gives times and
 * capacities of some rows. Versions 9, 11, 13, 16 store 0.1 mV, mA and mA s; 8, 12, 14, 17 store
 * V, A and Ah.
 */
#include "record/neware.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

enum {
  BLOCK = 4096,
  SMALL_BLOCK = 512,
  FIRST_RECORD = 132,
  FIRST_RECORD_SMALL = 5,
  TYPE_DATA = 1,
  TYPE_AUX = 5,
  TYPE_STEP = 7,
  TYPE_RUN_INFO = 18
};

/* clang-format off */
#define U1(a) {a, NEWARE_U1}
#define U4(a) {a, NEWARE_U4}
#define U8(a) {a, NEWARE_U8}
#define I2(a) {a, NEWARE_I2}
#define I4(a) {a, NEWARE_I4}
#define I8(a) {a, NEWARE_I8}
#define F4(a) {a, NEWARE_F4}
#define DATE(a) {a, NEWARE_DATE}
#define COUNTS .time_per = 1000, .voltage_per = 1e4, .clock_per = 1

static const NewareLayout ndc_1 = { /* 1, 3 */
  COUNTS, .size = 83, .index = U4(8), .cycle = U4(12), .step = U1(16), .type = U1(17),
  .jump = U1(18), .step_time = U8(20), .voltage = I4(28), .current = I4(32), .charge = I8(40),
  .discharge = I8(48), .charge_energy = I8(56), .discharge_energy = I8(64), .clock = DATE(72),
  .range = I4(79)};

static const NewareLayout ndc_2 = { /* 2, 4 */
  COUNTS, .size = 94, .index = U4(8), .cycle = U4(12), .step = U1(16), .type = U1(17),
  .jump = U1(18), .step_time = U8(23), .voltage = I4(31), .current = I4(35), .charge = I8(43),
  .discharge = I8(51), .charge_energy = I8(59), .discharge_energy = I8(67), .clock = DATE(75),
  .range = I4(82), .aux_index = U4(8), .aux_voltage = I4(31), .aux_temperature = I2(41),
  .aux_setpoint = I2(43)};

static const NewareLayout ndc_5 = {
  COUNTS, .size = 87, .index = U4(1), .cycle = U4(5), .step = U1(9), .type = U1(10),
  .jump = U1(11), .step_time = U8(16), .voltage = I4(24), .current = I4(28), .charge = I8(36),
  .discharge = I8(44), .charge_energy = I8(52), .discharge_energy = I8(60), .clock = DATE(68),
  .range = I4(75), .aux_index = U4(1), .aux_voltage = I4(24), .aux_temperature = I2(34),
  .aux_setpoint = I2(36)};

static const NewareLayout ndc_6 = { /* index = slot; cycle, step and type from data_step.ndc */
  .size = 38, .time_per = 1000, .step_time = U4(0), .voltage = F4(5), .current = F4(9),
  .charge = F4(13), .discharge = F4(17), .charge_energy = F4(21), .discharge_energy = F4(25),
  .clock = U4(30), .step = U4(34), .voltage_per = 1, .current_per = 1, .capacity_per = 1,
  .clock_per = 1};

static const NewareLayout aux_74 = { /* 0x74 in versions 9, 11, 13, 16 */
  .size = 88, .aux_index = U4(1), .aux_temperature = I2(35)};

static const NewareLayout ndc_15 = { /* the head of a BTS 9.1 record; more is in the header */
  .time_per = 1000000000, .step = U1(2), .type = U1(3), .index = U4(8), .total_time = U4(12),
  .total_nanoseconds = U4(16), .current = F4(20), .voltage = F4(24), .charge = F4(28),
  .charge_energy = F4(32), .voltage_per = 1, .current_per = 1000, .clock_per = 1,
  .clock_fraction_per = 1e9, .one_capacity = true, .one_capacity_signed = true,
  .step_types = NEWARE_TYPES_NDC_15};
/* clang-format on */

static DavyError fail_at(const NewareMember *member, uint64_t byte, const char *what) {
  return DavyFailAt((DavyPlace){member->name, 0, 0, (long long)byte}, DAVY_ERR_FORMAT, "%s", what);
}

/* The next 4096 bytes; false at the end. What is behind the last whole block is zero-filled, so
 * that the bits of slots that were cut off must be checked against `got`. */
static bool next_block(NewareMember *member, DavyRecord *record) {
  size_t got = 0;
  while (got < BLOCK && !member->broken) {
    zip_int64_t n = zip_fread(member->file, member->block + got, BLOCK - got);
    if (n == 0) break;
    if (n < 0) {
      member->broken = true;
      DavyRecordWarn(record, "%s: byte %llu: cannot be unpacked further (%s); read up to there.",
                     member->name, (unsigned long long)(member->at + got),
                     zip_file_strerror(member->file));
      break;
    }
    got += (size_t)n;
  }
  member->at += got;
  if (got && got < BLOCK && !member->broken) {
    member->broken = true;
    DavyRecordWarn(record, "%s: cut off at byte %llu, within a block of 4096; read up to there.",
                   member->name, (unsigned long long)member->at);
  }
  return got == BLOCK;
}

/* Reads the header block: the version, or -1 with a warning where the member is something else. */
static int open_member(NewareMember *member, DavyRecord *record, int type) {
  if (!next_block(member, record)) {
    DavyRecordWarn(record, "%s: byte %llu: ends within its header.", member->name,
                   (unsigned long long)member->at);
    return -1;
  }
  if (member->block[0] == type) return member->block[2];
  DavyRecordWarn(record, "%s: byte 0: file type %u, expected %d; not read.", member->name,
                 member->block[0], type);
  return -1;
}

static bool has_record(const unsigned char *block, size_t slot) {
  return block[4 + slot / 8] >> (slot % 8) & 1;
}

static size_t slots_per_block(size_t size) {
  return (BLOCK - FIRST_RECORD - 1) / size;
}

/* ---- data.ndc ---- */

/* Room for all records that the archive's size allows, but at first for no more than measured data
 * pack into so many bytes: the size may be a lie. Growth by a quarter copies columns seldom. */
static DavyError make_room(NewareRows *rows, const NewareMember *member, size_t more,
                           size_t per_block) {
  enum { USUAL_PACKING = 64 };
  if (rows->rows + more <= rows->room) return DAVY_OK;
  uint64_t believed = BLOCK + USUAL_PACKING * member->packed;
  if (believed > member->size) believed = member->size;
  size_t room = rows->room + rows->room / 4;
  if (rows->room == 0) room = (size_t)(believed / BLOCK * per_block);
  if (room < rows->rows + more) room = rows->rows + more;
  return NewareRowsReserve(rows, room);
}

static void warn_damaged(const NewareMember *member, DavyRecord *record, size_t count,
                         uint64_t first) {
  if (count)
    DavyRecordWarn(
        record, "%s: byte %llu: first of %zu damaged records (impossible index or time), left out.",
        member->name, (unsigned long long)first, count);
}

static DavyError read_records(NewareMember *member, NewareRows *rows, const NewareLayout *layout) {
  rows->no_clock = layout->clock.kind == NEWARE_NONE;
  rows->no_energy = layout->charge_energy.kind == NEWARE_NONE;
  size_t per_block = slots_per_block(layout->size), damaged = 0;
  uint64_t slot = 0, first_damaged = 0;
  while (next_block(member, rows->record)) {
    DAVY_TRY(make_room(rows, member, per_block, per_block));
    for (size_t i = 0; i < per_block; i++, slot++) {
      if (!has_record(member->block, i)) continue;
      const unsigned char *p = member->block + FIRST_RECORD + i * layout->size;
      if (!NewareIsSound(layout, p) || slot >= INT32_MAX) {
        if (damaged++ == 0) first_damaged = member->at - BLOCK + (uint64_t)(p - member->block);
        continue;
      }
      NewareRowsAdd(rows, layout, p);
      if (layout->index.kind == NEWARE_NONE) rows->index[rows->rows - 1] = (int32_t)slot + 1;
    }
  }
  warn_damaged(member, rows->record, damaged, first_damaged);
  return DAVY_OK;
}

/* Versions 1 to 4; the header has 512 bytes, so that the first block read holds records too. */
static DavyError read_small_blocks(NewareMember *member, NewareRows *rows,
                                   const NewareLayout *layout) {
  size_t per_block = (SMALL_BLOCK - FIRST_RECORD_SMALL - 1) / layout->size, damaged = 0;
  uint64_t first_damaged = 0;
  size_t from = SMALL_BLOCK;
  do {
    DAVY_TRY(
        make_room(rows, member, BLOCK / SMALL_BLOCK * per_block, BLOCK / SMALL_BLOCK * per_block));
    for (size_t block = from; block < BLOCK; block += SMALL_BLOCK)
      for (size_t i = 0; i < per_block; i++) {
        const unsigned char *p = member->block + block + FIRST_RECORD_SMALL + i * layout->size;
        if (neware_u32(p + 8) == 0) continue;
        if (NewareIsSound(layout, p))
          NewareRowsAdd(rows, layout, p);
        else if (damaged++ == 0)
          first_damaged = member->at - BLOCK + (uint64_t)(p - member->block);
      }
    from = 0;
  } while (next_block(member, rows->record));
  warn_damaged(member, rows->record, damaged, first_damaged);
  return DAVY_OK;
}

static DavyError read_voltage_current(NewareMember *member, NewareRows *rows, bool large_units) {
  double voltage_per = large_units ? 1 : 1e4, current_per = large_units ? 1 : 1000;
  size_t per_block = slots_per_block(8);
  uint64_t slot = 0;
  while (next_block(member, rows->record)) {
    DAVY_TRY(make_room(rows, member, per_block, per_block));
    const unsigned char *p = member->block + FIRST_RECORD;
    for (size_t i = 0; i < per_block; i++, slot++, p += 8) {
      if (!has_record(member->block, i) || slot >= INT32_MAX) continue;
      size_t row = rows->rows++;
      double voltage = neware_f32(p), current = neware_f32(p + 4);
      rows->voltage[row] = isfinite(voltage) ? voltage / voltage_per : NAN;
      rows->current[row] = isfinite(current) ? current / current_per : NAN;
      rows->index[row] = (int32_t)slot + 1;
    }
  }
  return DAVY_OK;
}

/* Version 7 lists its columns in the header: codes u4 from byte 13, 0 ends the list. */
static DavyError layout_of_7(const NewareMember *member, NewareLayout *layout) {
  *layout = (NewareLayout){COUNTS, .current_per = 1000};
  uint16_t at = 0;
  for (int i = 0; i < 40; i++) {
    uint32_t code = neware_u32(member->block + 13 + 4 * i);
    uint8_t kind = NEWARE_U1;
    NewareField *field = NULL, unused;
    switch (code) {
    case 0: i = 40; continue;
    case 1: kind = NEWARE_U1; break; /* marks data */
    case 6: field = &layout->index, kind = NEWARE_U4; break;
    case 7: field = &layout->cycle, kind = NEWARE_U4; break;
    case 8: field = &layout->step, kind = NEWARE_U1; break;
    case 9: field = &layout->type, kind = NEWARE_U1; break;
    case 10: field = &layout->jump, kind = NEWARE_U1; break;
    case 11: kind = NEWARE_U4; break; /* kind of work */
    case 12: field = &layout->step_time, kind = NEWARE_U8; break;
    case 13: field = &layout->voltage, kind = NEWARE_I4; break;
    case 14: field = &layout->current, kind = NEWARE_I4; break;
    case 15: kind = NEWARE_U2; break; /* internal resistance */
    case 16: field = &layout->temperature, kind = NEWARE_I2; break;
    case 17: field = &layout->charge, kind = NEWARE_I8; break;
    case 18: field = &layout->discharge, kind = NEWARE_I8; break;
    case 19: field = &layout->charge_energy, kind = NEWARE_I8; break;
    case 20: field = &layout->discharge_energy, kind = NEWARE_I8; break;
    case 21: field = &layout->clock, kind = NEWARE_DATE; break;
    case 28: kind = NEWARE_U4; break; /* current range */
    case 29: field = &layout->total_time, kind = NEWARE_U8; break;
    case 51:
    case 52: kind = NEWARE_U8; break; /* total capacity and energy */
    case 53: field = &layout->clock_fraction, kind = NEWARE_U2; break;
    default:
      return DavyFailAt((DavyPlace){member->name, 0, 0, 13 + 4 * i}, DAVY_ERR_UNSUPPORTED,
                        "column code %u of ndc version 7 is not known, and so neither is where "
                        "the columns behind it begin",
                        code);
    }
    *(field ? field : &unused) = (NewareField){at, kind};
    at = (uint16_t)(at + NewareKindSize(kind));
  }
  layout->size = at;
  layout->clock_fraction_per = 1000;
  if (layout->voltage.kind == NEWARE_NONE || layout->current.kind == NEWARE_NONE ||
      (layout->step_time.kind == NEWARE_NONE && layout->total_time.kind == NEWARE_NONE))
    return fail_at(member, 13, "ndc version 7 without a time, voltage or current column");
  return DAVY_OK;
}

/* Version 15 gives the size of a record at 516 and more columns from 520 on: axis i4, kind u1,
 * place i4; all zero ends the list. */
static DavyError layout_of_15(const NewareMember *member, NewareLayout *layout) {
  *layout = ndc_15;
  uint32_t size = neware_u32(member->block + 516);
  if (size < 36 || size > BLOCK - FIRST_RECORD - 1)
    return fail_at(member, 516, "ndc version 15 with an impossible record size");
  layout->size = (uint16_t)size;
  bool split[4] = {false};
  NewareField parts[4] = {{0, 0}};
  for (int i = 0; i < 300; i++) {
    const unsigned char *p = member->block + 520 + 9 * i;
    uint32_t axis = neware_u32(p), at = neware_u32(p + 5);
    if (axis == 0 && p[4] == 0) break;
    if (at > size - 4) continue;
    NewareField four = {(uint16_t)at, NEWARE_U4}, behind = {(uint16_t)(at + 4), NEWARE_U4};
    bool eight = at + 8 <= size;
    if (axis == 15 && eight) layout->clock = four, layout->clock_fraction = behind;
    if (axis == 65 && eight) layout->step_time = four, layout->step_nanoseconds = behind;
    int part = axis == 5 ? 0 : axis == 6 ? 1 : axis == 8 ? 2 : axis == 9 ? 3 : -1;
    if (part < 0) continue;
    split[part] = true;
    parts[part] = (NewareField){(uint16_t)at, NEWARE_F4};
  }
  if (split[0] && split[1] && split[2] && split[3]) {
    layout->one_capacity = false;
    layout->charge = parts[0], layout->discharge = parts[1];
    layout->charge_energy = parts[2], layout->discharge_energy = parts[3];
  }
  return DAVY_OK;
}

static DavyError read_data_version(NewareMember *member, NewareRows *rows, int version) {
  NewareLayout layout;
  switch (version) {
  case 1:
  case 3: return read_small_blocks(member, rows, &ndc_1);
  case 2:
  case 4: return read_small_blocks(member, rows, &ndc_2);
  case 5: return read_records(member, rows, &ndc_5);
  case 6: return read_records(member, rows, &ndc_6);
  case 7: DAVY_TRY(layout_of_7(member, &layout)); return read_records(member, rows, &layout);
  case 15: DAVY_TRY(layout_of_15(member, &layout)); return read_records(member, rows, &layout);
  case 8:
  case 12:
  case 14:
  case 17: return read_voltage_current(member, rows, true);
  case 9:
  case 11:
  case 13:
  case 16: return read_voltage_current(member, rows, false);
  default:
    return DavyFailAt((DavyPlace){member->name, 0, 0, 2}, DAVY_ERR_UNSUPPORTED,
                      "ndc version %d is not known (1 to 9 and 11 to 17 are)", version);
  }
}

DavyError NewareReadNdcData(NewareMember *member, NewareRows *rows, int *version) {
  *version = open_member(member, rows->record, TYPE_DATA);
  if (*version < 0) return fail_at(member, 0, "expected test data (file type 1)");
  return read_data_version(member, rows, *version);
}

/* ---- data_runInfo.ndc and data_step.ndc ---- */

typedef struct {
  uint16_t run_info_size, run_info_gap, step_size; /* gap: bytes that 8 lacks before the interval */
  bool ampere_hours, milliseconds;
} Split;

static const Split *split_of(int version) {
  static const Split by_version[18] = {
      [6] = {0, 0, 37, false, false},   [8] = {42, 3, 37, true, false},
      [9] = {45, 0, 37, false, false},  [11] = {47, 0, 37, false, true},
      [12] = {47, 0, 37, true, true},   [13] = {55, 0, 37, false, true},
      [14] = {55, 0, 37, true, true},   [16] = {100, 0, 100, false, true},
      [17] = {100, 0, 100, true, true},
  };
  return version >= 0 && version < 18 && by_version[version].step_size ? &by_version[version]
                                                                       : NULL;
}

/* Until a row knows its step, its integer columns keep what data_runInfo.ndc says of it: the time
 * in the step and the interval to the next row in ms, and the number of the step. A million rows
 * would else need 16 MB more. Rows that it passes over hold no interval. */
static inline bool is_anchor(const NewareRows *rows, size_t row) {
  return rows->step_type[row] != DAVY_NO_INTEGER;
}

static void set_anchor(NewareRows *rows, const Split *split, const unsigned char *p) {
  const unsigned char *tail = p - split->run_info_gap; /* where what follows the gap would begin */
  size_t row = NewareFindRow(rows, neware_u32(tail + 41));
  if (row == SIZE_MAX || is_anchor(rows, row)) return;
  int32_t interval = (int32_t)neware_u32(tail + 29);
  rows->step_id[row] = (int32_t)neware_u32(p);
  rows->step_type[row] = interval > 0 ? interval : 0;
  rows->cycle[row] = (int32_t)neware_u32(tail + 37);
  double per = split->ampere_hours ? 1 : 3.6e6;
  double *const columns[] = {rows->charge, rows->discharge, rows->charge_energy,
                             rows->discharge_energy};
  for (int i = 0; i < 4; i++) {
    double value = fabs((double)neware_f32(p + 5 + 4 * i)) / per;
    columns[i][row] = isfinite(value) ? value : NAN;
  }
  rows->unix_time[row] =
      neware_u32(tail + 33) + (split->milliseconds ? neware_u16(tail + 45) / 1e3 : 0);
}

/* Where run information breaks off, later rows cannot be told from rows that merely lack some. */
static void drop_behind_last_anchor(const NewareMember *member, NewareRows *rows) {
  size_t kept = rows->rows;
  while (kept && !is_anchor(rows, kept - 1)) kept--;
  DavyRecordWarn(rows->record, "%s breaks off: the last %zu rows have no time and are left out.",
                 member->name, rows->rows - kept);
  rows->rows = kept;
}

DavyError NewareReadNdcRunInfo(NewareMember *member, NewareRows *rows) {
  int version = open_member(member, rows->record, TYPE_RUN_INFO);
  if (version < 0) return DAVY_OK;
  const Split *split = split_of(version);
  if (!split || !split->run_info_size) {
    DavyRecordWarn(rows->record, "%s: byte 2: version %d is not known; not read.", member->name,
                   version);
    return DAVY_OK;
  }
  size_t per_block = slots_per_block(split->run_info_size);
  while (next_block(member, rows->record))
    for (size_t i = 0; i < per_block; i++)
      if (has_record(member->block, i))
        set_anchor(rows, split, member->block + FIRST_RECORD + i * split->run_info_size);
  if (member->broken) drop_behind_last_anchor(member, rows);
  return DAVY_OK;
}

DavyError NewareReadNdcSteps(NewareMember *member, NewareRows *rows, NewareStep **steps,
                             size_t *count) {
  int version = open_member(member, rows->record, TYPE_STEP);
  if (version < 0) return DAVY_OK;
  const Split *split = split_of(version);
  if (!split) {
    DavyRecordWarn(rows->record, "%s: byte 2: version %d is not known; not read.", member->name,
                   version);
    return DAVY_OK;
  }
  size_t per_block = slots_per_block(split->step_size);
  while (next_block(member, rows->record)) {
    NewareStep *more = realloc(*steps, (*count + per_block) * sizeof *more);
    DAVY_CHECK(more, DAVY_ERR_MEMORY, "%s: out of memory", member->name);
    *steps = more;
    for (size_t i = 0; i < per_block; i++) {
      const unsigned char *p = member->block + FIRST_RECORD + i * split->step_size;
      uint32_t cycle = neware_u32(p), id = neware_u32(p + 4);
      if (!has_record(member->block, i) || id == 0) continue;
      more[(*count)++] =
          (NewareStep){cycle < INT32_MAX ? (int32_t)cycle + 1 : DAVY_NO_INTEGER,
                       id <= INT32_MAX ? (int32_t)id : DAVY_NO_INTEGER,
                       NewareRowsStepType(rows, NEWARE_TYPES_BTS8, p[24]), neware_u32(p + 33)};
    }
  }
  return DAVY_OK;
}

/* Whether the steps tell by record index which rows are theirs. */
static bool steps_ascend(const NewareStep *steps, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (steps[i].first == 0 || (i && steps[i].first <= steps[i - 1].first)) return false;
  return count > 0;
}

/* Number (from 1) of the step that a row belongs to: by the first records of the steps, else by
 * counting the changes that data_runInfo.ndc shows. */
static size_t step_of_row(const NewareRows *rows, size_t row, const NewareStep *steps, size_t count,
                          size_t now, int32_t *seen) {
  if (steps) {
    while (now < count && steps[now].first <= (uint32_t)rows->index[row]) now++;
    return now;
  }
  if (!is_anchor(rows, row) || (now && rows->cycle[row] == *seen)) return now;
  *seen = rows->cycle[row];
  return now + 1;
}

/* Rows between anchors follow at the interval last given; charge and energy are summed with the
 * row's own current and voltage, as the vendor's software does. */
static void fill_from_previous(NewareRows *rows, size_t row, bool new_step, uint32_t interval) {
  double hours = interval / 3.6e6, current = rows->current[row], voltage = rows->voltage[row];
  double charge = current * hours, energy = charge * voltage;
  double *const columns[] = {rows->charge, rows->discharge, rows->charge_energy,
                             rows->discharge_energy};
  double added[] = {charge > 0 ? charge : 0, charge < 0 ? -charge : 0, charge > 0 ? energy : 0,
                    charge < 0 ? -energy : 0};
  for (int i = 0; i < 4; i++) columns[i][row] = new_step ? 0 : columns[i][row - 1] + added[i];
  rows->unix_time[row] = rows->unix_time[row - 1] + interval / 1e3;
}

static void join_step(NewareRows *rows, size_t row, const NewareStep *steps, size_t count) {
  int32_t step = rows->step_count[row];
  bool listed = step >= 1 && (size_t)step <= count;
  rows->step_id[row] = listed ? steps[step - 1].step_id : DAVY_NO_INTEGER;
  rows->step_type[row] = listed ? steps[step - 1].type : DAVY_STEP_UNKNOWN;
  rows->cycle[row] = listed ? steps[step - 1].cycle : DAVY_NO_INTEGER;
}

void NewareJoinSteps(NewareRows *rows, const NewareStep *steps, size_t count) {
  for (size_t row = 0; row < rows->rows; row++) join_step(rows, row, steps, count);
}

void NewareFillRows(NewareRows *rows, const NewareStep *steps, size_t count) {
  size_t step = 0, first = 0;
  int32_t seen = 0;
  uint32_t interval = 0;
  uint64_t milliseconds = 0;
  const NewareStep *by_index = steps_ascend(steps, count) ? steps : NULL;
  for (; first < rows->rows && !is_anchor(rows, first); first++) join_step(rows, first, steps, 0);
  if (first)
    DavyRecordWarn(rows->record,
                   "The first %zu of %zu rows have no time: data_runInfo.ndc begins behind them.",
                   first, rows->rows);
  for (size_t row = first; row < rows->rows; row++) {
    size_t now = step_of_row(rows, row, by_index, count, step, &seen);
    bool new_step = now != step || row == first;
    step = now;
    if (is_anchor(rows, row)) {
      milliseconds = (uint32_t)rows->step_id[row];
      interval = (uint32_t)rows->step_type[row];
    } else {
      milliseconds = new_step ? 0 : milliseconds + interval;
      fill_from_previous(rows, row, new_step, interval);
    }
    NewareRowsStep(rows, row, step, milliseconds, 1000);
    rows->step_count[row] = (int32_t)step;
    join_step(rows, row, steps, count);
  }
}

/* ---- Auxiliary members ---- */

/* What a member of single floats holds, by the channel's type in TestInfo.xml. */
static const struct {
  int type;
  NewareExtra extra;
} channel_kinds[] = {
    {104, {"aux_current_i", "_ampere", "Aux Current I", " / A"}},
    {107, {"aux_current_i", "_ampere", "Aux Current I", " / A"}},
    {108, {"clamp_temperature_t", "_celsius", "Clamp Temperature T", " / degC"}},
    {109, {"clamp_weight_", "_kilogram", "Clamp Weight ", " / kg"}},
    {110, {"clamp_air_pressure_", "_kilopascal", "Clamp Air Pressure ", " / kPa"}},
    {113, {"humidity_h", "", "Humidity H", ""}},
    {114, {"thickness_", "_millimetre", "Thickness ", " / mm"}},
    {117, {"pressure_", "_bar", "Pressure ", " / bar"}},
    {118, {"force_", "_newton", "Force ", " / N"}},
    {345, {"humidity_h", "_percent", "Humidity H", " / %"}},
};

static double *float_column(NewareMember *member, DavyRecord *record, NewareAuxChannel channel) {
  unsigned number = channel.channel;
  switch (channel.type) {
  case 103:
  case 106: return NewareTemperatureColumn(record, number);
  case 102:
  case 105: return NewareExtraColumn(record, &neware_aux_voltage, number);
  case 335: return NewareExtraColumn(record, &neware_setpoint, number);
  }
  for (size_t i = 0; i < sizeof channel_kinds / sizeof *channel_kinds; i++)
    if (channel_kinds[i].type == channel.type)
      return NewareExtraColumn(record, &channel_kinds[i].extra, number);
  DavyRecordWarn(record,
                 "%s: channel type %d is not known; its values are kept as aux_%u, unit unknown.",
                 member->name, channel.type, number);
  return NewareExtraColumn(record, &(NewareExtra){"aux_", "", "Aux ", ""}, number);
}

static DavyError read_aux_floats(NewareMember *member, NewareRows *rows, NewareAuxChannel channel) {
  double *column = float_column(member, rows->record, channel);
  DAVY_CHECK(column, DAVY_ERR_MEMORY, "%s: out of memory", member->name);
  size_t per_block = slots_per_block(4);
  int64_t slot = 0;
  while (next_block(member, rows->record))
    for (size_t i = 0; i < per_block; i++, slot++) {
      if (!has_record(member->block, i)) continue;
      size_t row = NewareFindRow(rows, slot + 1);
      double value = neware_f32(member->block + FIRST_RECORD + 4 * i);
      if (row != SIZE_MAX && isfinite(value)) column[row] = value;
    }
  return DAVY_OK;
}

static DavyError read_aux_records(NewareMember *member, NewareRows *rows,
                                  const NewareLayout *layout, unsigned channel) {
  size_t per_block = slots_per_block(layout->size);
  while (next_block(member, rows->record))
    for (size_t i = 0; i < per_block; i++)
      if (has_record(member->block, i))
        DAVY_TRY(NewareRowsAddAux(rows, layout, channel,
                                  member->block + FIRST_RECORD + i * layout->size));
  return DAVY_OK;
}

static DavyError read_aux_small_blocks(NewareMember *member, NewareRows *rows,
                                       const NewareLayout *layout, unsigned channel) {
  size_t per_block = (SMALL_BLOCK - FIRST_RECORD_SMALL - 1) / layout->size, from = SMALL_BLOCK;
  do {
    for (size_t block = from; block < BLOCK; block += SMALL_BLOCK)
      for (size_t i = 0; i < per_block; i++) {
        const unsigned char *p = member->block + block + FIRST_RECORD_SMALL + i * layout->size;
        if (neware_u32(p + 8)) DAVY_TRY(NewareRowsAddAux(rows, layout, channel, p));
      }
    from = 0;
  } while (next_block(member, rows->record));
  return DAVY_OK;
}

/* Versions 9, 11, 13, 16: 0x65 is {mark u1, V f4 in 0.1 mV, T i2} with the slot as index, 0x74 a
 * longer record with an index of its own. */
static DavyError read_aux_marked(NewareMember *member, NewareRows *rows, unsigned channel) {
  uint64_t slot = 0;
  while (next_block(member, rows->record)) {
    unsigned mark = member->block[FIRST_RECORD];
    size_t size = mark == 0x74 ? aux_74.size : 7, per_block = slots_per_block(size);
    if (mark != 0x65 && mark != 0x74) {
      DavyRecordWarn(rows->record,
                     "%s: byte %llu: auxiliary record of unknown kind 0x%02X; its "
                     "block is left out.",
                     member->name, (unsigned long long)(member->at - BLOCK + FIRST_RECORD), mark);
      slot += per_block;
      continue;
    }
    for (size_t i = 0; i < per_block; i++, slot++) {
      const unsigned char *p = member->block + FIRST_RECORD + i * size;
      if (!has_record(member->block, i)) continue;
      if (mark == 0x74)
        DAVY_TRY(NewareRowsAddAux(rows, &aux_74, channel, p));
      else
        DAVY_TRY(NewareRowsSetAux(rows, (int64_t)slot + 1, channel,
                                  (int16_t)neware_u16(p + 5) / 10.0, neware_f32(p + 1) / 1e4, 0));
    }
  }
  return DAVY_OK;
}

static DavyError read_aux_of_7(NewareMember *member, NewareRows *rows, unsigned channel) {
  NewareLayout layout;
  DavyError error = layout_of_7(member, &layout);
  if (error == DAVY_ERR_MEMORY) return error;
  if (error || layout.index.kind == NEWARE_NONE || layout.temperature.kind == NEWARE_NONE) {
    DavyRecordWarn(rows->record, "%s: not read: %s.", member->name,
                   error ? DavyErrorMessage() : "no index or no temperature column");
    return DAVY_OK;
  }
  layout.aux_index = layout.index;
  layout.aux_temperature = layout.temperature;
  layout.aux_voltage = layout.voltage;
  return read_aux_records(member, rows, &layout, channel);
}

DavyError NewareReadNdcAux(NewareMember *member, NewareRows *rows, NewareAuxChannel channel) {
  int version = open_member(member, rows->record, TYPE_AUX);
  if (version < 0) return DAVY_OK;
  rows->found = 0;
  switch (version) {
  case 2:
  case 4: return read_aux_small_blocks(member, rows, &ndc_2, channel.channel);
  case 5: return read_aux_records(member, rows, &ndc_5, channel.channel);
  case 7: return read_aux_of_7(member, rows, channel.channel);
  case 6:
  case 8:
  case 12:
  case 14:
  case 17: return read_aux_floats(member, rows, channel);
  case 9:
  case 11:
  case 13:
  case 16: return read_aux_marked(member, rows, channel.channel);
  default:
    DavyRecordWarn(rows->record, "%s: byte 2: auxiliary version %d is not known; not read.",
                   member->name, version);
    return DAVY_OK;
  }
}
