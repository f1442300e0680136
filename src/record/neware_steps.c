/* Neware's numbers for step types and current ranges, and what they mean. */
#include "record/neware.h"

/* BTS 8, the common numbering. Pulsed CCCV (18) counts as CCCV, CRCV (28, 29) as CR, the internal
 * resistance test (12) as a pulse, cyclic voltammetry (30) as a ramp. */
static const uint8_t bts8_types[] = {
    [0] = DAVY_STEP_UNKNOWN,       [1] = DAVY_STEP_CC_CHARGE,
    [2] = DAVY_STEP_CC_DISCHARGE,  [3] = DAVY_STEP_CV_CHARGE,
    [4] = DAVY_STEP_REST,          [5] = DAVY_STEP_CONTROL, /* cycle */
    [6] = DAVY_STEP_CONTROL,                                /* end */
    [7] = DAVY_STEP_CCCV_CHARGE,   [8] = DAVY_STEP_CP_DISCHARGE,
    [9] = DAVY_STEP_CP_CHARGE,     [10] = DAVY_STEP_CR_DISCHARGE,
    [11] = DAVY_STEP_CR_CHARGE,    [12] = DAVY_STEP_PULSE,
    [13] = DAVY_STEP_PAUSE,        [16] = DAVY_STEP_PULSE,
    [17] = DAVY_STEP_SIMULATION,   [18] = DAVY_STEP_CCCV_CHARGE,
    [19] = DAVY_STEP_CV_DISCHARGE, [20] = DAVY_STEP_CCCV_DISCHARGE,
    [21] = DAVY_STEP_CONTROL,      [22] = DAVY_STEP_OPEN_CIRCUIT,
    [23] = DAVY_STEP_CONTROL, /* sub-step */
    [25] = DAVY_STEP_RAMP,         [26] = DAVY_STEP_CPCV_DISCHARGE,
    [27] = DAVY_STEP_CPCV_CHARGE,  [28] = DAVY_STEP_CR_DISCHARGE,
    [29] = DAVY_STEP_CR_CHARGE,    [30] = DAVY_STEP_RAMP,
};

DavyStepType NewareStepType(NewareStepTypes types, unsigned code) {
  if (types == NEWARE_TYPES_BTS1) {
    static const uint8_t renumbered[] = {0, 1, 3, 0, 2, 4}; /* 3 was never seen */
    if (code < sizeof renumbered) code = renumbered[code];
  } else if (types == NEWARE_TYPES_NDC_15) {
    if (code == 21) return DAVY_STEP_CPCV_CHARGE;
    if (code == 22) return DAVY_STEP_CPCV_DISCHARGE;
  }
  return code < sizeof bts8_types ? (DavyStepType)bts8_types[code] : DAVY_STEP_UNKNOWN;
}

double NewareCountsPerAmpere(int32_t range) {
  int64_t size = range < 0 ? -(int64_t)range : range;
  if (range == 0 || size > 2000000000) return 1e4;
  if (range > 0) return size < 10 ? 1e7 : size < 100 ? 1e6 : size < 1000 ? 1e5 : 1e4;
  if (size < 1000000) return size < 10 ? 1e8 : size < 100 ? 1e7 : size < 1000 ? 1e6 : 1e5;
  return size < 10000000 ? 1e11 : size < 100000000 ? 1e10 : 1e9; /* ranges in nA */
}

static bool seen_range(int32_t range) {
  static const int32_t seen[] = {1,     2,     5,     10,    20,    25,     50,    100,   200,
                                 250,   500,   1000,  2000,  3000,  5000,   6000,  10000, 12000,
                                 20000, 30000, 40000, 50000, 60000, 100000, 200000};
  int64_t size = range < 0 ? -(int64_t)range : range;
  for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
    if (seen[i] == size) return true;
  return false;
}

/* Files hold one to four ranges; a hostile one may hold any number: eight are remembered and eight
 * odd ones named. */
double NewareRowsCountsPerAmpere(NewareRows *rows, int32_t range) {
  if (range == 0) range = rows->header_range;
  for (int i = 0; i < rows->ranges; i++)
    if (rows->range_cache[i] == range) return rows->per_ampere_cache[i];
  double per_ampere = NewareCountsPerAmpere(range);
  if (!seen_range(range) && rows->odd_ranges++ < 8)
    DavyRecordWarn(
        rows->record,
        "Current range %d mA is not a known one: its currents are read in steps of %g A, "
        "as those of ranges of its size are.",
        range, 1 / per_ampere);
  if (rows->ranges < 8) {
    rows->range_cache[rows->ranges] = range;
    rows->per_ampere_cache[rows->ranges++] = per_ampere;
  }
  return per_ampere;
}
