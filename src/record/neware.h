/* What the readers of Neware's .nda and .ndax share: how a record lays out its fields, the rows
 * being made of them, and texts in the tester's Chinese encoding. Everything is little-endian.
 *
 * Source of the layouts: public readers of these formats (fastnda 1.3, NewareNDA 2026.6) as
 * documentation, held against real files and the vendor's own exports.
 */
#ifndef DAVY_RECORD_NEWARE_H
#define DAVY_RECORD_NEWARE_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "davy/record.h"

static inline uint16_t neware_u16(const unsigned char *p) {
  uint16_t v;
  memcpy(&v, p, sizeof v);
  return le16toh(v);
}
static inline uint32_t neware_u32(const unsigned char *p) {
  uint32_t v;
  memcpy(&v, p, sizeof v);
  return le32toh(v);
}
static inline uint64_t neware_u64(const unsigned char *p) {
  uint64_t v;
  memcpy(&v, p, sizeof v);
  return le64toh(v);
}
static inline float neware_f32(const unsigned char *p) {
  uint32_t bits = neware_u32(p);
  float v;
  memcpy(&v, &bits, sizeof v);
  return v;
}

/* One field of a record. NEWARE_DATE is year u2, month, day, hour, minute, second. */
typedef enum {
  NEWARE_NONE, /* the layout has no such field */
  NEWARE_U1,
  NEWARE_U2,
  NEWARE_U4,
  NEWARE_U8,
  NEWARE_I2,
  NEWARE_I4,
  NEWARE_I8,
  NEWARE_F4,
  NEWARE_DATE
} NewareKind;

typedef struct {
  uint16_t at;
  uint8_t kind;
} NewareField;

size_t NewareKindSize(NewareKind kind);

typedef enum {
  NEWARE_CYCLE_FROM_0,   /* the first cycle is stored as 0 */
  NEWARE_CYCLE_FROM_1,   /* stored as people count */
  NEWARE_CYCLE_BY_CHANGE /* two loop counters side by side: any change opens a cycle */
} NewareCycleRule;

typedef enum {
  NEWARE_TYPES_BTS8,   /* the common numbers */
  NEWARE_TYPES_BTS1,   /* version 1 numbers a few steps differently */
  NEWARE_TYPES_NDC_15, /* BTS 9 inside an .ndax: 21 and 22 are CPCV */
  NEWARE_TYPES_COUNT
} NewareStepTypes;

/* Quantities are stored as counts; the divisors turn them into the unit named. Dividing (rather
 * than multiplying by 1e-4) gives the double nearest to the decimal that the instrument meant. */
typedef struct {
  uint16_t size; /* bytes from record to record */
  NewareField id, index, cycle, step, type, jump;
  NewareField step_time, step_nanoseconds, total_time, total_nanoseconds;
  NewareField voltage, current, range;
  NewareField charge, discharge, charge_energy, discharge_energy;
  NewareField clock, clock_fraction, temperature;
  /* Auxiliary records beside the data records: voltage and temperature of one channel. */
  NewareField aux_id, aux_channel, aux_index, aux_voltage, aux_temperature, aux_setpoint;
  uint8_t ids[2]; /* values of `id` that mark a data record; the same twice if there is one */
  NewareCycleRule cycle_rule;
  NewareStepTypes step_types;
  bool one_capacity; /* `charge` and `charge_energy` hold both directions: by sign or step type */
  bool one_capacity_signed;             /* ... by their own sign first */
  uint32_t time_per;                    /* ticks per second; with nanoseconds beside it: 1e9 */
  double voltage_per;                   /* V */
  double current_per;                   /* A; 0: the range says */
  double capacity_per;                  /* Ah, and Wh of the energies; 0: 3600 current_per */
  double clock_per, clock_fraction_per; /* s */
} NewareLayout;

/* A field as an integer; 0 for one that there is not. */
static inline int64_t NewareIntegerAt(NewareField field, const unsigned char *p) {
  p += field.at;
  switch (field.kind) {
  case NEWARE_U1: return p[0];
  case NEWARE_U2: return neware_u16(p);
  case NEWARE_U4: return neware_u32(p);
  case NEWARE_I2: return (int16_t)neware_u16(p);
  case NEWARE_I4: return (int32_t)neware_u32(p);
  case NEWARE_U8:
  case NEWARE_I8: return (int64_t)neware_u64(p);
  default: return 0;
  }
}

/* The clock of a record: ticks of its step, or of the test where that is all there is. */
static inline uint64_t NewareTicks(const NewareLayout *layout, const unsigned char *p) {
  bool step = layout->step_time.kind != NEWARE_NONE;
  NewareField nanoseconds = step ? layout->step_nanoseconds : layout->total_nanoseconds;
  uint64_t ticks = (uint64_t)NewareIntegerAt(step ? layout->step_time : layout->total_time, p);
  if (nanoseconds.kind == NEWARE_NONE) return ticks;
  return ticks * 1000000000u + (uint64_t)NewareIntegerAt(nanoseconds, p);
}

/* What a sound data record cannot hold: no index, or a clock beyond a hundred years. */
static inline bool NewareIsSound(const NewareLayout *layout, const unsigned char *p) {
  if (layout->index.kind != NEWARE_NONE) {
    int64_t index = NewareIntegerAt(layout->index, p);
    if (index < 1 || index > INT32_MAX) return false;
  }
  return NewareTicks(layout, p) < UINT64_C(3200000000) * layout->time_per;
}

/* Layouts of .nda versions 1 to 29 (NULL if there is none) and of the two BTS 9 records. */
const NewareLayout *NewareNdaLayout(int version);
extern const NewareLayout neware_bts90, neware_bts91;

typedef struct {
  double *temperature, *voltage, *setpoint; /* NULL: no such column yet */
} NewareAuxColumns;

/* A step as data_step.ndc of an .ndax lists it; first is the record index that it begins with. */
typedef struct {
  int32_t cycle, step_id, type;
  uint32_t first;
} NewareStep;

/* The rows being made, and what must be carried from row to row. */
typedef struct {
  DavyRecord *record;
  const char *name; /* of the file, for messages */
  size_t rows, room;
  double *test_time, *step_time, *voltage, *current, *unix_time;
  double *charge, *discharge, *charge_energy, *discharge_energy;
  int32_t *index, *cycle, *step_count, *step_id, *step_type;
  bool no_energy, no_clock; /* columns that the format lacks: not made */
  bool local_clock;         /* dates without a zone */
  bool own_cycles;          /* counted here: the format has no cycle */
  /* Steps and time. */
  uint64_t step_key;
  int32_t steps;
  uint64_t before, last_ticks; /* of the clock: all earlier steps; the last row of this one */
  uint64_t shift;              /* added to a total time that started anew */
  /* Cycles counted by change, or by the direction of steps: +1 charge, -1 discharge. */
  uint32_t cycle_raw;
  int32_t cycles;
  int last_direction;
  /* Ranges: the unit of one count, looked up once per range. */
  int32_t header_range; /* mA, used where a record says 0 */
  int32_t range_cache[8];
  double per_ampere_cache[8];
  int ranges, odd_ranges;
  /* The tester's dates: seconds since 1970 of the day last seen. */
  uint32_t day;
  double day_seconds;
  uint8_t types_seen[NEWARE_TYPES_COUNT][256];
  size_t found; /* where NewareFindRow left off */
  NewareAuxColumns aux[256];
} NewareRows;

/* Reserves room and makes the columns; to be called again when `room` is full. */
DavyError NewareRowsReserve(NewareRows *rows, size_t room);
/* Decodes one data record at `p` (layout->size bytes) as the next row; room must be there. */
void NewareRowsAdd(NewareRows *rows, const NewareLayout *layout, const unsigned char *p);
/* Adds the readings of one auxiliary record (after all data rows) to the row of its index; no such
 * row: ignored. */
DavyError NewareRowsAddAux(NewareRows *rows, const NewareLayout *layout, unsigned channel,
                           const unsigned char *p);
DavyError NewareRowsSetAux(NewareRows *rows, int64_t index, unsigned channel, double temperature,
                           double voltage, double setpoint);
/* Sets the row count and the facts on clock and cycles; warns of step types without a name. */
DavyError NewareRowsEnd(NewareRows *rows);

/* The row with that record index (rows ascending), or SIZE_MAX. Fast when asked in order. */
size_t NewareFindRow(NewareRows *rows, int64_t index);

/* Counts a new step when `key` changes or the step's clock falls back, and sets the time columns:
 * total time = all earlier steps + this one. Sums are of whole ticks, so they are exact. */
static inline void NewareRowsStep(NewareRows *rows, size_t row, uint64_t key, uint64_t ticks,
                                  double per_second) {
  if (rows->steps == 0 || key != rows->step_key || ticks < rows->last_ticks) {
    rows->before += rows->last_ticks;
    rows->steps++;
    rows->step_key = key;
  }
  rows->last_ticks = ticks;
  rows->step_time[row] = (double)ticks / per_second;
  rows->test_time[row] = (double)(rows->before + ticks) / per_second;
  rows->step_count[row] = rows->steps;
}

/* The temperature of an auxiliary channel: T1 to T5 are BDF's, others extra. NULL: no memory. */
double *NewareTemperatureColumn(DavyRecord *record, unsigned channel);
/* Names of an extra column; the number of the channel stands between name and unit. */
typedef struct {
  const char *name, *name_unit, *label, *label_unit;
} NewareExtra;
extern const NewareExtra neware_aux_voltage, neware_setpoint;
double *NewareExtraColumn(DavyRecord *record, const NewareExtra *extra, unsigned channel);

DavyStepType NewareStepType(NewareStepTypes types, unsigned code);
/* Marks a step type as seen, so that NewareRowsEnd can name the unknown ones. */
int32_t NewareRowsStepType(NewareRows *rows, NewareStepTypes types, unsigned code);
/* Counts per ampere for a range (mA; from -1000000 on nA). */
double NewareCountsPerAmpere(int32_t range);
/* The same for a record's range field, remembered; an unusual range is named in a warning. */
double NewareRowsCountsPerAmpere(NewareRows *rows, int32_t range);

/* A member of an .ndax, read in blocks of 4096 bytes: <name>.ndc. */
typedef struct {
  struct zip_file *file;
  char name[256];  /* for messages */
  uint64_t size;   /* as the archive says */
  uint64_t packed; /* the same before unpacking; no more than the archive has */
  uint64_t at;     /* bytes read */
  bool broken;     /* said in a warning, once */
  unsigned char block[4096];
} NewareMember;

/* What an auxiliary member holds, as TestInfo.xml or its own name says. */
typedef struct {
  unsigned channel;
  int type; /* ChlType: 103 temperature, ...; 0 unknown */
} NewareAuxChannel;

/* data.ndc, data_runInfo.ndc, data_step.ndc, auxiliary data, in this order. */
DavyError NewareReadNdcData(NewareMember *member, NewareRows *rows, int *version);
DavyError NewareReadNdcRunInfo(NewareMember *member, NewareRows *rows);
DavyError NewareReadNdcSteps(NewareMember *member, NewareRows *rows, NewareStep **steps,
                             size_t *count);
DavyError NewareReadNdcAux(NewareMember *member, NewareRows *rows, NewareAuxChannel channel);
/* Completes rows whose data.ndc holds voltage and current alone, after data_runInfo.ndc was read.
 * `steps` may be empty. */
void NewareFillRows(NewareRows *rows, const NewareStep *steps, size_t count);
/* Cycle, step and type of rows that know the number of their step. */
void NewareJoinSteps(NewareRows *rows, const NewareStep *steps, size_t count);

/* Seconds since 1970 to "2020-03-25T11:16:50" in `text`; "" if not finite or beyond year 9999. */
void NewareIsoTime(double seconds, char text[32]);

/* `size` bytes of GB 2312 (or its superset GB 18030) up to the first NUL as UTF-8, trimmed; bytes
 * that are neither become '?'. The caller frees. NULL: out of memory. */
char *NewareText(const unsigned char *data, size_t size);
/* The same, without stopping at NUL and without trimming; *length receives the bytes written. */
char *NewareUtf8(const unsigned char *data, size_t size, size_t *length);
/* Sets a fact unless the field is blank. */
DavyError NewareFact(DavyRecord *record, const char *key, const unsigned char *data, size_t size);

#endif
