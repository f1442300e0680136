/* A DavyRecord: the time series of one cell, measured or simulated, in columns.
 *
 * Columns carry the names and units of the Battery Data Format (BDF, ontology 1.3.0). Readers of
 * every instrument and both engines make the same object, so one analysis serves all.
 *
 *   DavyRecord *record = NULL;
 *   if (DavyRecordRead("cell.ndax", NULL, &record)) ...;          // format found by content
 *   const double *t = DavyRecordNumbers(record, DAVY_TEST_TIME);  // seconds, rows ascending
 *   const double *v = DavyRecordNumbers(record, DAVY_VOLTAGE);    // volt
 *   size_t n = DavyRecordRows(record);
 *   DavyRecordDestroy(&record);
 *
 * Sign: positive current flows into the positive terminal (it charges a full cell). In half and
 * symmetric cells the working electrode is the positive terminal: plating on it is negative.
 */
#ifndef DAVY_RECORD_H
#define DAVY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, machine name, label, type): F64 columns are double (NaN: no value), I32 int32_t
 * (DAVY_NO_INTEGER: no value). Unit as the label says. Capacities without prefix never reset. */
#define DAVY_COLUMNS(X)                                                                            \
  X(DAVY_TEST_TIME, "test_time_second", "Test Time / s", F64)                                      \
  X(DAVY_VOLTAGE, "voltage_volt", "Voltage / V", F64)                                              \
  X(DAVY_CURRENT, "current_ampere", "Current / A", F64)                                            \
  X(DAVY_UNIX_TIME, "unix_time_second", "Unix Time / s", F64)                                      \
  X(DAVY_CYCLE_COUNT, "cycle_count", "Cycle Count / 1", I32)                                       \
  X(DAVY_STEP_COUNT, "step_count", "Step Count / 1", I32)                                          \
  X(DAVY_AMBIENT_TEMPERATURE, "ambient_temperature_celsius", "Ambient Temperature / degC", F64)    \
  X(DAVY_STEP_ID, "step_id", "Step ID", I32)                                                       \
  X(DAVY_STEP_TYPE, "step_type", "Step Type", I32)                                                 \
  X(DAVY_STEP_TIME, "step_time_second", "Step Time / s", F64)                                      \
  X(DAVY_RECORD_INDEX, "record_index", "Record Index / 1", I32)                                    \
  X(DAVY_CHARGING_CAPACITY, "charging_capacity_ah", "Charging Capacity / Ah", F64)                 \
  X(DAVY_DISCHARGING_CAPACITY, "discharging_capacity_ah", "Discharging Capacity / Ah", F64)        \
  X(DAVY_NET_CAPACITY, "net_capacity_ah", "Net Capacity / Ah", F64)                                \
  X(DAVY_CUMULATIVE_CAPACITY, "cumulative_capacity_ah", "Cumulative Capacity / Ah", F64)           \
  X(DAVY_CHARGING_ENERGY, "charging_energy_wh", "Charging Energy / Wh", F64)                       \
  X(DAVY_DISCHARGING_ENERGY, "discharging_energy_wh", "Discharging Energy / Wh", F64)              \
  X(DAVY_NET_ENERGY, "net_energy_wh", "Net Energy / Wh", F64)                                      \
  X(DAVY_CUMULATIVE_ENERGY, "cumulative_energy_wh", "Cumulative Energy / Wh", F64)                 \
  X(DAVY_CYCLE_CHARGING_CAPACITY, "cycle_charging_capacity_ah", "Cycle Charging Capacity / Ah",    \
    F64)                                                                                           \
  X(DAVY_CYCLE_DISCHARGING_CAPACITY, "cycle_discharging_capacity_ah",                              \
    "Cycle Discharging Capacity / Ah", F64)                                                        \
  X(DAVY_CYCLE_NET_CAPACITY, "cycle_net_capacity_ah", "Cycle Net Capacity / Ah", F64)              \
  X(DAVY_CYCLE_CUMULATIVE_CAPACITY, "cycle_cumulative_capacity_ah",                                \
    "Cycle Cumulative Capacity / Ah", F64)                                                         \
  X(DAVY_CYCLE_CHARGING_ENERGY, "cycle_charging_energy_wh", "Cycle Charging Energy / Wh", F64)     \
  X(DAVY_CYCLE_DISCHARGING_ENERGY, "cycle_discharging_energy_wh", "Cycle Discharging Energy / Wh", \
    F64)                                                                                           \
  X(DAVY_CYCLE_NET_ENERGY, "cycle_net_energy_wh", "Cycle Net Energy / Wh", F64)                    \
  X(DAVY_CYCLE_CUMULATIVE_ENERGY, "cycle_cumulative_energy_wh", "Cycle Cumulative Energy / Wh",    \
    F64)                                                                                           \
  X(DAVY_STEP_CHARGING_CAPACITY, "step_charging_capacity_ah", "Step Charging Capacity / Ah", F64)  \
  X(DAVY_STEP_DISCHARGING_CAPACITY, "step_discharging_capacity_ah",                                \
    "Step Discharging Capacity / Ah", F64)                                                         \
  X(DAVY_STEP_NET_CAPACITY, "step_net_capacity_ah", "Step Net Capacity / Ah", F64)                 \
  X(DAVY_STEP_CUMULATIVE_CAPACITY, "step_cumulative_capacity_ah", "Step Cumulative Capacity / Ah", \
    F64)                                                                                           \
  X(DAVY_STEP_CHARGING_ENERGY, "step_charging_energy_wh", "Step Charging Energy / Wh", F64)        \
  X(DAVY_STEP_DISCHARGING_ENERGY, "step_discharging_energy_wh", "Step Discharging Energy / Wh",    \
    F64)                                                                                           \
  X(DAVY_STEP_NET_ENERGY, "step_net_energy_wh", "Step Net Energy / Wh", F64)                       \
  X(DAVY_STEP_CUMULATIVE_ENERGY, "step_cumulative_energy_wh", "Step Cumulative Energy / Wh", F64)  \
  X(DAVY_POWER, "power_watt", "Power / W", F64)                                                    \
  X(DAVY_INTERNAL_RESISTANCE, "internal_resistance_ohm", "Internal Resistance / ohm", F64)         \
  X(DAVY_TEMPERATURE_T1, "temperature_t1_celsius", "Temperature T1 / degC", F64)                   \
  X(DAVY_TEMPERATURE_T2, "temperature_t2_celsius", "Temperature T2 / degC", F64)                   \
  X(DAVY_TEMPERATURE_T3, "temperature_t3_celsius", "Temperature T3 / degC", F64)                   \
  X(DAVY_TEMPERATURE_T4, "temperature_t4_celsius", "Temperature T4 / degC", F64)                   \
  X(DAVY_TEMPERATURE_T5, "temperature_t5_celsius", "Temperature T5 / degC", F64)                   \
  X(DAVY_FREQUENCY, "frequency_hertz", "Frequency / Hz", F64)                                      \
  X(DAVY_REAL_IMPEDANCE, "real_impedance_ohm", "Real Impedance / ohm", F64)                        \
  X(DAVY_IMAGINARY_IMPEDANCE, "imaginary_impedance_ohm", "Imaginary Impedance / ohm", F64)

typedef enum {
#define DAVY_COLUMN_ENUM(name, machine, label, type) name,
  DAVY_COLUMNS(DAVY_COLUMN_ENUM)
#undef DAVY_COLUMN_ENUM
      DAVY_COLUMN_COUNT
} DavyColumn;

#define DAVY_NO_INTEGER INT32_MIN

/* What a step does, in one vocabulary for all instruments; stored in DAVY_STEP_TYPE.
 * X(name, word): the word is what BDF files carry. */
#define DAVY_STEP_TYPES(X)                                                                         \
  X(DAVY_STEP_UNKNOWN, "unknown")                                                                  \
  X(DAVY_STEP_REST, "rest")                                                                        \
  X(DAVY_STEP_CC_CHARGE, "constant current charge")                                                \
  X(DAVY_STEP_CC_DISCHARGE, "constant current discharge")                                          \
  X(DAVY_STEP_CV_CHARGE, "constant voltage charge")                                                \
  X(DAVY_STEP_CV_DISCHARGE, "constant voltage discharge")                                          \
  X(DAVY_STEP_CCCV_CHARGE, "constant current constant voltage charge")                             \
  X(DAVY_STEP_CCCV_DISCHARGE, "constant current constant voltage discharge")                       \
  X(DAVY_STEP_CP_CHARGE, "constant power charge")                                                  \
  X(DAVY_STEP_CP_DISCHARGE, "constant power discharge")                                            \
  X(DAVY_STEP_CPCV_CHARGE, "constant power constant voltage charge")                               \
  X(DAVY_STEP_CPCV_DISCHARGE, "constant power constant voltage discharge")                         \
  X(DAVY_STEP_CR_CHARGE, "constant resistance charge")                                             \
  X(DAVY_STEP_CR_DISCHARGE, "constant resistance discharge")                                       \
  X(DAVY_STEP_OPEN_CIRCUIT, "open circuit")                                                        \
  X(DAVY_STEP_PAUSE, "pause")                                                                      \
  X(DAVY_STEP_PULSE, "pulse")                                                                      \
  X(DAVY_STEP_SIMULATION, "drive cycle")                                                           \
  X(DAVY_STEP_RAMP, "ramp")                                                                        \
  X(DAVY_STEP_IMPEDANCE, "impedance")                                                              \
  X(DAVY_STEP_CONTROL, "control")

typedef enum {
#define DAVY_STEP_ENUM(name, word) name,
  DAVY_STEP_TYPES(DAVY_STEP_ENUM)
#undef DAVY_STEP_ENUM
      DAVY_STEP_TYPE_COUNT
} DavyStepType;

const char *DavyStepTypeWord(DavyStepType type);
DavyStepType DavyStepTypeFromWord(const char *word); /* DAVY_STEP_UNKNOWN if none */
/* What a DAVY_STEP_TYPE value says of the current: 1 charge, -1 discharge, 0 neither or both. */
int DavyStepTypeDirection(int32_t type);

typedef struct DavyRecord DavyRecord;

/* How a file is to be read where its content does not say. All strings borrowed; zero: guess. */
typedef struct {
  const char *format;           /* reader name ("neware-nda"), NULL: found by content */
  const char *member;           /* member of a .zip to read, NULL: the only readable one */
  const char *name;             /* name for messages, NULL: the path */
  const struct DavyCsvMap *map; /* columns of a generic CSV, NULL: guessed and stated */
  enum { DAVY_SIGN_AUTO, DAVY_SIGN_CHARGE_POSITIVE, DAVY_SIGN_DISCHARGE_POSITIVE } current_sign;
} DavyReadOptions;

/* The columns of a generic CSV, as a study file gives them. */
typedef struct {
  DavyColumn column;  /* what it becomes */
  const char *header; /* the header text in the file, exact after trimming */
  const char *unit;   /* unit in the file ("mA"), NULL: from the header */
} DavyCsvColumn;

typedef struct DavyCsvMap {
  const DavyCsvColumn *columns;
  size_t count;
  char delimiter; /* 0: guess */
  char decimal;   /* '.' or ','; 0: guess */
} DavyCsvMap;

/* Reads a file of any known format, found by content; `.gz` and `.zip` around it are opened.
 * Rows come out ordered by record index, without duplicates, with time that never runs back.
 * What was odd but readable stands in the record's warnings. A file that breaks off keeps its sound
 * rows and says so in a warning. The caller owns the record. Errors: DAVY_ERR_OPEN, DAVY_ERR_FORMAT
 * (with the byte or line), DAVY_ERR_UNSUPPORTED, DAVY_ERR_MEMORY. */
DavyError DavyRecordRead(const char *path, const DavyReadOptions *options, DavyRecord **record);
/* The same from memory, which stays the caller's and must outlive the call only. */
DavyError DavyRecordReadMemory(const void *data, size_t size, const DavyReadOptions *options,
                               DavyRecord **record);
/* Names and descriptions of the readers; NULL past the last. */
const char *DavyRecordFormatName(size_t i);
const char *DavyRecordFormatWords(size_t i);

/* Building a record: create, reserve, ask for columns, fill, set the row count. */
DavyError DavyRecordCreate(DavyRecord **record);
void DavyRecordDestroy(DavyRecord **record);
/* Room for `rows` rows in every column there is; columns asked for later get the same room. New
 * room holds "no value". Pointers to columns become invalid. */
DavyError DavyRecordReserve(DavyRecord *record, size_t rows);
DavyError DavyRecordSetRows(DavyRecord *record, size_t rows); /* at most what is reserved */
size_t DavyRecordRows(const DavyRecord *record);
size_t DavyRecordRoom(const DavyRecord *record);

/* The data of a column, made (full of "no value") if it is not there; NULL when out of memory or
 * of the other type. Valid until the next Reserve. Owned by the record. */
double *DavyRecordMakeNumbers(DavyRecord *record, DavyColumn column);
int32_t *DavyRecordMakeIntegers(DavyRecord *record, DavyColumn column);
/* The same for reading only: NULL if the record has no such column. */
const double *DavyRecordNumbers(const DavyRecord *record, DavyColumn column);
const int32_t *DavyRecordIntegers(const DavyRecord *record, DavyColumn column);
bool DavyRecordHas(const DavyRecord *record, DavyColumn column);
void DavyRecordDropColumn(DavyRecord *record, DavyColumn column);

/* Columns beyond BDF (an instrument's own channel): always double. `name` is the machine name,
 * `label` "Counter Electrode Potential / V". Both copied. NULL when out of memory. */
double *DavyRecordMakeExtra(DavyRecord *record, const char *name, const char *label);
size_t DavyRecordExtraCount(const DavyRecord *record);
const char *DavyRecordExtraName(const DavyRecord *record, size_t i);
const char *DavyRecordExtraLabel(const DavyRecord *record, size_t i);
const double *DavyRecordExtra(const DavyRecord *record, size_t i);

const char *DavyColumnName(DavyColumn column);  /* "voltage_volt" */
const char *DavyColumnLabel(DavyColumn column); /* "Voltage / V" */
bool DavyColumnIsInteger(DavyColumn column);
/* By machine name or label, exact; DAVY_COLUMN_COUNT if none. */
DavyColumn DavyColumnFind(const char *name_or_label);

/* Facts about the test, in the order they were set: "format", "file", "sha256", "instrument",
 * "start_time" (ISO 8601), "technique", "mass_kg", "area_m2", "comment", ... Copied; setting a key
 * again replaces it. Get returns NULL if absent. */
DavyError DavyRecordSetInfo(DavyRecord *record, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *DavyRecordInfo(const DavyRecord *record, const char *key);
size_t DavyRecordInfoCount(const DavyRecord *record);
const char *DavyRecordInfoKey(const DavyRecord *record, size_t i);

/* What was odd: one sentence each, said once (an equal sentence again only counts up). */
void DavyRecordWarn(DavyRecord *record, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t DavyRecordWarnings(const DavyRecord *record);
const char *DavyRecordWarning(const DavyRecord *record, size_t i);

/* Puts `next` behind `record` (the same cell, a later file): time and never-resetting columns go
 * on where the first ends, step and cycle counts too; columns that one side lacks hold "no value".
 * A gap is taken from both start times where known. `next` is left unchanged. */
DavyError DavyRecordAppend(DavyRecord *record, const DavyRecord *next);

/* Writes BDF CSV: header of preferred labels, one row a line, shortest exact numbers, empty fields
 * for "no value". Atomic (written aside, then renamed); gzip if the path ends in ".gz". */
DavyError DavyRecordWriteBdf(const DavyRecord *record, const char *path);

#ifdef __cplusplus
}
#endif
#endif
