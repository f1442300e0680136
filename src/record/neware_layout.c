/* Where each version of Neware's records keeps its fields, one table. Sizes in bytes; current in
 * counts of the range's unit, voltage in 0.1 mV, capacity in counts times seconds (see
 * NewareLayout). Versions that are not in a row share the layout of the row that names them (see
 * NewareNdaLayout).
 */
#include "record/neware.h"

/* clang-format off */
#define U1(a) {a, NEWARE_U1}
#define U2(a) {a, NEWARE_U2}
#define U4(a) {a, NEWARE_U4}
#define U8(a) {a, NEWARE_U8}
#define I2(a) {a, NEWARE_I2}
#define I4(a) {a, NEWARE_I4}
#define I8(a) {a, NEWARE_I8}
#define F4(a) {a, NEWARE_F4}
#define DATE(a) {a, NEWARE_DATE}
#define COUNTS .voltage_per = 1e4, .clock_per = 1

static const NewareLayout nda_1 = {
  .size = 38, .index = U4(0), .cycle = U4(4), .step = U1(8), .type = U1(9),
  .step_time = U4(10), .time_per = 1, .voltage = I4(14), .current = I4(18), .charge = I8(30),
  .one_capacity = true, .cycle_rule = NEWARE_CYCLE_BY_CHANGE, .step_types = NEWARE_TYPES_BTS1,
  COUNTS};

static const NewareLayout nda_2 = { /* type and step change places; no index */
  .size = 39, .id = U1(0), .ids = {0, 0}, .cycle = U4(5), .type = U1(9), .step = U1(10),
  .step_time = U4(11), .time_per = 1, .voltage = I4(15), .current = I4(19), .charge = I8(31),
  .one_capacity = true, .cycle_rule = NEWARE_CYCLE_FROM_1, COUNTS};

static const NewareLayout nda_3 = {
  .size = 43, .id = U1(0), .ids = {0, 0x55}, .index = U4(1), .cycle = U4(5), .step = U1(9),
  .type = U1(10), .step_time = U4(11), .time_per = 1, .voltage = I4(15), .current = I4(19),
  .charge = I8(31), .one_capacity = true, .cycle_rule = NEWARE_CYCLE_BY_CHANGE, COUNTS};

#define NDA_5                                                                                      \
  .size = 59, .id = U1(0), .ids = {0, 0x55}, .index = U4(1), .cycle = U4(5), .step = U1(9),        \
  .type = U1(10), .step_time = U4(11), .time_per = 1, .voltage = I4(15), .current = I4(19),       \
  .charge = I8(31), .charge_energy = I8(39), .clock = U8(47), .one_capacity = true, COUNTS
static const NewareLayout nda_5 = {NDA_5, .cycle_rule = NEWARE_CYCLE_FROM_0}; /* 5, 7 */
static const NewareLayout nda_6 = {NDA_5, .cycle_rule = NEWARE_CYCLE_FROM_1}; /* 6, 8 */

static const NewareLayout nda_9 = {
  .size = 60, .id = U1(0), .ids = {0x55, 0x55}, .index = U4(2), .cycle = U4(6), .step = U1(10),
  .type = U1(11), .step_time = U4(12), .time_per = 1, .voltage = I4(16), .current = I4(20),
  .charge = I8(32), .charge_energy = I8(40), .clock = U8(48), .one_capacity = true, COUNTS};

static const NewareLayout nda_10 = {
  .size = 64, .id = U1(0), .ids = {0x55, 0x55}, .index = U4(2), .cycle = U4(6), .step = U1(10),
  .type = U1(11), .step_time = U8(12), .time_per = 1, .voltage = I4(20), .current = I4(24),
  .charge = I8(36), .charge_energy = I8(44), .clock = U8(52), .one_capacity = true,
  .cycle_rule = NEWARE_CYCLE_BY_CHANGE, COUNTS};

#define NDA_11                                                                                     \
  .id = U1(0), .ids = {0x55, 0x55}, .index = U4(2), .cycle = U4(6), .step = U2(10),                \
  .type = U1(12), .step_time = U8(13), .time_per = 1000, .voltage = I4(21), .current = I4(25),    \
  .charge = I8(37), .charge_energy = I8(45), .clock = U8(53), .range = I4(61),                     \
  .one_capacity = true, .aux_id = U1(0), .aux_channel = U1(1), .aux_index = U4(2),                 \
  .aux_voltage = I4(21), .aux_temperature = I2(33), COUNTS
static const NewareLayout nda_11 = {NDA_11, .size = 69}; /* 11, 12, 13, 15, 18 */
static const NewareLayout nda_25 = {                     /* 25, 27 */
  NDA_11, .size = 70, .jump = U1(65), .cycle_rule = NEWARE_CYCLE_BY_CHANGE};

#define NDA_14                                                                                     \
  .size = 86, .id = U1(0), .ids = {0x55, 0x55}, .index = U4(2), .cycle = U4(6), .step = U2(10),    \
  .type = U1(12), .jump = U1(13), .step_time = U8(14), .time_per = 1000, .voltage = I4(22),       \
  .current = I4(26), .charge = I8(38), .discharge = I8(46), .charge_energy = I8(54),               \
  .discharge_energy = I8(62), .range = I4(78), .aux_id = U1(0), .aux_channel = U1(1),              \
  .aux_index = U4(2), .aux_voltage = I4(22), .aux_temperature = I2(34), COUNTS
static const NewareLayout nda_14 = {NDA_14, .clock = U8(70)};   /* 14, 16, 17, 20 to 24 */
static const NewareLayout nda_26 = {NDA_14, .clock = DATE(70)}; /* 26, 28, 29 */

static const NewareLayout nda_19 = {
  .size = 68, .id = U1(0), .ids = {0x55, 0x55}, .index = U4(8), .cycle = U4(12), .step = U2(16),
  .type = U1(18), .jump = U1(20), .step_time = U4(24), .time_per = 1, .voltage = I4(28),
  .current = I4(32), .charge = I4(44), .discharge = I4(48), .charge_energy = I4(52),
  .discharge_energy = I4(56), .clock = U4(60), COUNTS};

/* BTS 9: floats in V, mA, mA s and mW s. */
#define BTS9 .voltage_per = 1, .current_per = 1000
const NewareLayout neware_bts90 = {
  BTS9, .size = 88, .id = U1(4), .ids = {0x55, 0x55}, .step = U1(9), .type = U1(10),
  .index = U4(16), .step_time = U8(28), .time_per = 1000000, .voltage = F4(36), .current = F4(40),
  .charge = F4(52), .charge_energy = F4(56), .discharge = F4(60), .discharge_energy = F4(64),
  .clock = U8(68), .clock_per = 1e6, .aux_id = U1(4), .aux_channel = U1(5), .aux_index = U4(6),
  .aux_voltage = I4(26), .aux_temperature = I2(38)};

const NewareLayout neware_bts91 = { /* the head; the rest is found in the file */
  BTS9, .id = U1(0), .ids = {0x55, 0x55}, .step = U1(2), .type = U1(3), .index = U4(8),
  .total_time = U4(12), .total_nanoseconds = U4(16), .time_per = 1000000000, .current = F4(20),
  .voltage = F4(24), .charge = F4(28), .charge_energy = F4(32), .clock_per = 1,
  .clock_fraction_per = 1e9, .one_capacity = true, .one_capacity_signed = true};
/* clang-format on */

const NewareLayout *NewareNdaLayout(int version) {
  static const NewareLayout *const by_version[30] = {
      [1] = &nda_1,   [2] = &nda_2,   [3] = &nda_3,   [4] = &nda_3,   [5] = &nda_5,
      [6] = &nda_6,   [7] = &nda_5,   [8] = &nda_6,   [9] = &nda_9,   [10] = &nda_10,
      [11] = &nda_11, [12] = &nda_11, [13] = &nda_11, [14] = &nda_14, [15] = &nda_11,
      [16] = &nda_14, [17] = &nda_14, [18] = &nda_11, [19] = &nda_19, [20] = &nda_14,
      [21] = &nda_14, [22] = &nda_14, [23] = &nda_14, [24] = &nda_14, [25] = &nda_25,
      [26] = &nda_26, [27] = &nda_25, [28] = &nda_26, [29] = &nda_26};
  return version > 0 && version < 30 ? by_version[version] : NULL;
}

size_t NewareKindSize(NewareKind kind) {
  static const uint8_t sizes[] = {
      [NEWARE_NONE] = 0, [NEWARE_U1] = 1, [NEWARE_U2] = 2, [NEWARE_U4] = 4, [NEWARE_U8] = 8,
      [NEWARE_I2] = 2,   [NEWARE_I4] = 4, [NEWARE_I8] = 8, [NEWARE_F4] = 4, [NEWARE_DATE] = 7};
  return sizes[kind];
}
