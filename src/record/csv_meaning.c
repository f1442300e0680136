/* What a header means: BDF's own names first, then the names that instruments and people use. */
#include "record/csv.h"

#include <ctype.h>
#include <string.h>

/* X(name, column, rank): names in lower case, letters and digits only. The lower rank wins where a
 * file has two of them; single letters, which may mean something else, come last. */
#define CSV_NAMES(X)                                                                               \
  X("totaltime", DAVY_TEST_TIME, 1)                                                                \
  X("cumulativetime", DAVY_TEST_TIME, 1)                                                           \
  X("elapsedtime", DAVY_TEST_TIME, 2)                                                              \
  X("timeelapsed", DAVY_TEST_TIME, 2)                                                              \
  X("runtime", DAVY_TEST_TIME, 2)                                                                  \
  X("progtime", DAVY_TEST_TIME, 2)                                                                 \
  X("experimenttime", DAVY_TEST_TIME, 2)                                                           \
  X("time", DAVY_TEST_TIME, 3)                                                                     \
  X("t", DAVY_TEST_TIME, 4)                                                                        \
  X("zeit", DAVY_TEST_TIME, 3)                                                                     \
  X("testzeit", DAVY_TEST_TIME, 1)                                                                 \
  X("总时间", DAVY_TEST_TIME, 1)                                                                   \
  X("测试时间", DAVY_TEST_TIME, 1)                                                                 \
  X("时间", DAVY_TEST_TIME, 3)                                                                     \
  X("relativetime", DAVY_STEP_TIME, 2)                                                             \
  X("tstep", DAVY_STEP_TIME, 2)                                                                    \
  X("datetime", DAVY_UNIX_TIME, 1)                                                                 \
  X("timestamp", DAVY_UNIX_TIME, 1)                                                                \
  X("absolutetime", DAVY_UNIX_TIME, 1)                                                             \
  X("realtime", DAVY_UNIX_TIME, 1)                                                                 \
  X("dateandtime", DAVY_UNIX_TIME, 1)                                                              \
  X("systime", DAVY_UNIX_TIME, 2)                                                                  \
  X("systemtime", DAVY_UNIX_TIME, 2)                                                               \
  X("dpttime", DAVY_UNIX_TIME, 2)                                                                  \
  X("date", DAVY_UNIX_TIME, 3)                                                                     \
  X("绝对时间", DAVY_UNIX_TIME, 1)                                                                 \
  X("日期", DAVY_UNIX_TIME, 3)                                                                     \
  X("cellvoltage", DAVY_VOLTAGE, 1)                                                                \
  X("terminalvoltage", DAVY_VOLTAGE, 1)                                                            \
  X("ecell", DAVY_VOLTAGE, 1)                                                                      \
  X("ewe", DAVY_VOLTAGE, 2)                                                                        \
  X("volt", DAVY_VOLTAGE, 2)                                                                       \
  X("volts", DAVY_VOLTAGE, 2)                                                                      \
  X("potential", DAVY_VOLTAGE, 3)                                                                  \
  X("spannung", DAVY_VOLTAGE, 1)                                                                   \
  X("电压", DAVY_VOLTAGE, 1)                                                                       \
  X("u", DAVY_VOLTAGE, 4)                                                                          \
  X("v", DAVY_VOLTAGE, 4)                                                                          \
  X("e", DAVY_VOLTAGE, 5)                                                                          \
  X("cellcurrent", DAVY_CURRENT, 1)                                                                \
  X("amps", DAVY_CURRENT, 2)                                                                       \
  X("amp", DAVY_CURRENT, 2)                                                                        \
  X("strom", DAVY_CURRENT, 1)                                                                      \
  X("电流", DAVY_CURRENT, 1)                                                                       \
  X("i", DAVY_CURRENT, 4)                                                                          \
  X("currentdensity", CSV_DENSITY, 1)                                                              \
  X("j", CSV_DENSITY, 4)                                                                           \
  X("cycle", DAVY_CYCLE_COUNT, 1)                                                                  \
  X("cycleindex", DAVY_CYCLE_COUNT, 1)                                                             \
  X("cyclenumber", DAVY_CYCLE_COUNT, 1)                                                            \
  X("cycleno", DAVY_CYCLE_COUNT, 1)                                                                \
  X("cyclenr", DAVY_CYCLE_COUNT, 1)                                                                \
  X("cycleid", DAVY_CYCLE_COUNT, 1)                                                                \
  X("totalcycle", DAVY_CYCLE_COUNT, 1)                                                             \
  X("cyc", DAVY_CYCLE_COUNT, 2)                                                                    \
  X("zyklus", DAVY_CYCLE_COUNT, 1)                                                                 \
  X("循环号", DAVY_CYCLE_COUNT, 1)                                                                 \
  X("循环序号", DAVY_CYCLE_COUNT, 1)                                                               \
  X("stepindex", DAVY_STEP_ID, 1)                                                                  \
  X("step", DAVY_STEP_ID, 2)                                                                       \
  X("stepno", DAVY_STEP_ID, 2)                                                                     \
  X("stepnumber", DAVY_STEP_ID, 3)                                                                 \
  X("ns", DAVY_STEP_ID, 4)                                                                         \
  X("工步号", DAVY_STEP_ID, 1)                                                                     \
  X("工步序号", DAVY_STEP_ID, 1)                                                                   \
  X("state", DAVY_STEP_TYPE, 2)                                                                    \
  X("stepname", DAVY_STEP_TYPE, 2)                                                                 \
  X("stepstate", DAVY_STEP_TYPE, 2)                                                                \
  X("command", DAVY_STEP_TYPE, 3)                                                                  \
  X("md", DAVY_STEP_TYPE, 3)                                                                       \
  X("工步类型", DAVY_STEP_TYPE, 1)                                                                 \
  X("工步状态", DAVY_STEP_TYPE, 1)                                                                 \
  X("datapoint", DAVY_RECORD_INDEX, 1)                                                             \
  X("datapointnumber", DAVY_RECORD_INDEX, 1)                                                       \
  X("record", DAVY_RECORD_INDEX, 1)                                                                \
  X("recordid", DAVY_RECORD_INDEX, 1)                                                              \
  X("recordnumber", DAVY_RECORD_INDEX, 1)                                                          \
  X("recordno", DAVY_RECORD_INDEX, 1)                                                              \
  X("rec", DAVY_RECORD_INDEX, 2)                                                                   \
  X("dataset", DAVY_RECORD_INDEX, 2)                                                               \
  X("index", DAVY_RECORD_INDEX, 3)                                                                 \
  X("point", DAVY_RECORD_INDEX, 3)                                                                 \
  X("number", DAVY_RECORD_INDEX, 4)                                                                \
  X("数据序号", DAVY_RECORD_INDEX, 1)                                                              \
  X("记录序号", DAVY_RECORD_INDEX, 1)                                                              \
  X("chargecapacity", DAVY_CHARGING_CAPACITY, 1)                                                   \
  X("chgcapacity", DAVY_CHARGING_CAPACITY, 1)                                                      \
  X("chgcap", DAVY_CHARGING_CAPACITY, 1)                                                           \
  X("capacitycharge", DAVY_CHARGING_CAPACITY, 1)                                                   \
  X("qcharge", DAVY_CHARGING_CAPACITY, 1)                                                          \
  X("充电容量", DAVY_CHARGING_CAPACITY, 1)                                                         \
  X("dischargecapacity", DAVY_DISCHARGING_CAPACITY, 1)                                             \
  X("dchgcapacity", DAVY_DISCHARGING_CAPACITY, 1)                                                  \
  X("dchgcap", DAVY_DISCHARGING_CAPACITY, 1)                                                       \
  X("capacitydischarge", DAVY_DISCHARGING_CAPACITY, 1)                                             \
  X("qdischarge", DAVY_DISCHARGING_CAPACITY, 1)                                                    \
  X("放电容量", DAVY_DISCHARGING_CAPACITY, 1)                                                      \
  X("qqo", DAVY_NET_CAPACITY, 1)                                                                   \
  X("chargeenergy", DAVY_CHARGING_ENERGY, 1)                                                       \
  X("chgenergy", DAVY_CHARGING_ENERGY, 1)                                                          \
  X("energycharge", DAVY_CHARGING_ENERGY, 1)                                                       \
  X("充电能量", DAVY_CHARGING_ENERGY, 1)                                                           \
  X("dischargeenergy", DAVY_DISCHARGING_ENERGY, 1)                                                 \
  X("dchgenergy", DAVY_DISCHARGING_ENERGY, 1)                                                      \
  X("energydischarge", DAVY_DISCHARGING_ENERGY, 1)                                                 \
  X("放电能量", DAVY_DISCHARGING_ENERGY, 1)                                                        \
  X("dcir", DAVY_INTERNAL_RESISTANCE, 1)                                                           \
  X("ambienttemp", DAVY_AMBIENT_TEMPERATURE, 1)                                                    \
  X("chambertemperature", DAVY_AMBIENT_TEMPERATURE, 1)                                             \
  X("chambertemp", DAVY_AMBIENT_TEMPERATURE, 1)                                                    \
  X("environmenttemperature", DAVY_AMBIENT_TEMPERATURE, 1)                                         \
  X("temperature", DAVY_TEMPERATURE_T1, 2)                                                         \
  X("temp", DAVY_TEMPERATURE_T1, 2)                                                                \
  X("celltemperature", DAVY_TEMPERATURE_T1, 1)                                                     \
  X("surfacetemperature", DAVY_TEMPERATURE_T1, 1)                                                  \
  X("temperatur", DAVY_TEMPERATURE_T1, 2)                                                          \
  X("温度", DAVY_TEMPERATURE_T1, 2)                                                                \
  X("freq", DAVY_FREQUENCY, 1)                                                                     \
  X("rez", DAVY_REAL_IMPEDANCE, 1)                                                                 \
  X("zreal", DAVY_REAL_IMPEDANCE, 1)                                                               \
  X("imz", DAVY_IMAGINARY_IMPEDANCE, 1)                                                            \
  X("zimag", DAVY_IMAGINARY_IMPEDANCE, 1)

static const struct {
  const char *name;
  int column, rank;
} names[] = {
#define NAME_ROW(name, column, rank) {name, column, rank},
    CSV_NAMES(NAME_ROW)
#undef NAME_ROW
};

/* Names that a sensor's number follows: "Aux_Temperature_2", "T2", "Temp 2". */
static const char *const sensor_names[] = {
    "t", "temp", "temperature", "temperaturet", "auxtemperature", "auxt", "surfacetemperaturet",
};

CsvText davy_csv_trim(CsvText text) {
  static const char bom[] = "\xef\xbb\xbf";
  if (text.end - text.begin >= 3 && memcmp(text.begin, bom, 3) == 0) text.begin += 3;
  for (int pass = 0; pass < 2; pass++) {
    while (text.begin < text.end && strchr(" \t\r\n", *text.begin) && *text.begin) text.begin++;
    while (text.begin < text.end && strchr(" \t\r\n", text.end[-1]) && text.end[-1]) text.end--;
    bool quoted = text.end - text.begin >= 2 && *text.begin == '"' && text.end[-1] == '"';
    if (pass || !quoted) break;
    text.begin++;
    text.end--;
  }
  return text;
}

bool davy_csv_equal(CsvText text, const char *word) {
  size_t length = strlen(word);
  return (size_t)(text.end - text.begin) == length && memcmp(text.begin, word, length) == 0;
}

enum { MOST_NAME = 64 };

/* Lower case, letters and digits and bytes beyond ASCII only. */
static bool plain_name(CsvText text, char plain[MOST_NAME]) {
  size_t length = 0;
  for (const char *c = text.begin; c < text.end; c++) {
    unsigned char byte = (unsigned char)*c;
    if (byte < 0x80 && !isalnum(byte)) continue;
    if (length == MOST_NAME - 1) return false;
    plain[length++] = (char)(byte < 0x80 ? tolower(byte) : byte);
  }
  plain[length] = '\0';
  return length > 0;
}

static int sensor_column(const char *plain) {
  size_t length = strlen(plain);
  if (length < 2 || plain[length - 1] < '1' || plain[length - 1] > '5') return CSV_UNKNOWN;
  for (size_t i = 0; i < sizeof sensor_names / sizeof *sensor_names; i++)
    if (strlen(sensor_names[i]) == length - 1 && memcmp(plain, sensor_names[i], length - 1) == 0)
      return (int)DAVY_TEMPERATURE_T1 + plain[length - 1] - '1';
  return CSV_UNKNOWN;
}

/* Is this the name before " / " in the column's label? */
static bool is_label_name(const char *plain, DavyColumn column) {
  const char *label = DavyColumnLabel(column), *slash = strstr(label, " / ");
  for (const char *end = slash ? slash : label + strlen(label); label < end; label++) {
    if (!isalnum((unsigned char)*label)) continue;
    if (tolower((unsigned char)*label) != *plain++) return false;
  }
  return *plain == '\0';
}

static int named_column(CsvText name, int *rank) {
  char plain[MOST_NAME];
  *rank = 0;
  if (!plain_name(name, plain)) return CSV_UNKNOWN;
  for (int c = 0; c < DAVY_COLUMN_COUNT; c++)
    if (is_label_name(plain, (DavyColumn)c)) return c;
  int column = sensor_column(plain);
  *rank = 1;
  if (column != CSV_UNKNOWN) return column;
  if (strcmp(plain, "t") == 0 && memchr(name.begin, 'T', (size_t)(name.end - name.begin))) {
    *rank = 4;
    return DAVY_TEMPERATURE_T1;
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(plain, names[i].name) == 0) {
      *rank = names[i].rank;
      return names[i].column;
    }
  return CSV_UNKNOWN;
}

static const char *last_of(CsvText text, char sign) {
  for (const char *c = text.end; c > text.begin; c--)
    if (c[-1] == sign) return c - 1;
  return NULL;
}

/* Splits "Current (mA)", "I/mA", "U[V]", "Current / mA", "Voltage, V", "current_mA". */
static void split_unit(CsvText header, CsvText *name, CsvText *unit) {
  *name = header;
  *unit = (CsvText){header.end, header.end};
  if (header.begin == header.end) return;
  char close = header.end[-1];
  const char *open = close == ')'   ? last_of(header, '(')
                     : close == ']' ? last_of(header, '[')
                                    : NULL;
  if (open && open > header.begin) {
    *name = davy_csv_trim((CsvText){header.begin, open});
    *unit = (CsvText){open + 1, header.end - 1};
    return;
  }
  static const char marks[] = "/,_ ";
  for (const char *mark = marks; *mark; mark++) {
    const char *at = last_of(header, *mark);
    /* "mA/cm2" has a slash of its own: try one further to the left */
    const char *before = at && *mark == '/' ? last_of((CsvText){header.begin, at}, '/') : NULL;
    const char *tries[] = {before, at};
    for (int i = 0; i < 2; i++) {
      if (!tries[i] || tries[i] == header.begin) continue;
      CsvText right = {tries[i] + 1, header.end};
      if (!davy_csv_is_unit(right)) continue;
      *name = davy_csv_trim((CsvText){header.begin, tries[i]});
      *unit = right;
      return;
    }
  }
}

static CsvMeaning exact_meaning(CsvText header) {
  CsvMeaning meaning = {.column = CSV_UNKNOWN, .scale = {1, 1, 0}};
  for (int c = 0; c < DAVY_COLUMN_COUNT; c++)
    if (davy_csv_equal(header, DavyColumnLabel((DavyColumn)c)) ||
        davy_csv_equal(header, DavyColumnName((DavyColumn)c))) {
      meaning.column = c;
      meaning.exact = meaning.has_unit = true;
      return meaning;
    }
  return meaning;
}

/* A unit with a colon is the pattern of a clock ("h:min:s.ms"). */
static bool is_clock_pattern(CsvText unit) {
  return memchr(unit.begin, ':', (size_t)(unit.end - unit.begin)) != NULL;
}

static void apply_unit(CsvText unit, CsvMeaning *meaning) {
  meaning->has_unit = unit.begin < unit.end;
  if (!meaning->has_unit) return;
  bool density = meaning->column == CSV_DENSITY;
  CsvDimension dimension =
      density ? CSV_CURRENT_DENSITY : davy_csv_dimension((DavyColumn)meaning->column);
  if (dimension == CSV_TIME && is_clock_pattern(unit)) return;
  if (davy_csv_unit(unit, dimension, &meaning->scale)) return;
  if (dimension == CSV_CURRENT && davy_csv_unit(unit, CSV_CURRENT_DENSITY, &meaning->scale)) {
    meaning->column = CSV_DENSITY;
    return;
  }
  meaning->bad_unit = true;
}

CsvMeaning davy_csv_meaning(CsvText header) {
  header = davy_csv_trim(header);
  CsvMeaning meaning = exact_meaning(header);
  if (meaning.exact) return meaning;
  CsvText name, unit;
  split_unit(header, &name, &unit);
  meaning.column = named_column(name, &meaning.rank);
  if (meaning.column == CSV_UNKNOWN && unit.begin < unit.end && unit.end == header.end) {
    name = header; /* "Time_Elapsed_S"-like splits may have cut a name */
    unit = (CsvText){header.end, header.end};
    meaning.column = named_column(name, &meaning.rank);
  }
  if (meaning.column == CSV_UNKNOWN) return meaning;
  apply_unit(unit, &meaning);
  if (meaning.column == DAVY_TEMPERATURE_T1 && meaning.bad_unit &&
      davy_csv_unit(unit, CSV_TIME, &meaning.scale)) { /* "T/s" */
    meaning.column = DAVY_TEST_TIME;
    meaning.bad_unit = false;
  }
  if (meaning.column == DAVY_IMAGINARY_IMPEDANCE && *header.begin == '-')
    meaning.scale.multiply = -meaning.scale.multiply;
  if (meaning.bad_unit) meaning.column = CSV_UNKNOWN;
  return meaning;
}

static bool holds(const char *plain, const char *part) {
  return strstr(plain, part) != NULL;
}

DavyStepType davy_csv_step_type(CsvText word) {
  char plain[MOST_NAME];
  char text[MOST_NAME];
  size_t length = (size_t)(word.end - word.begin);
  if (length >= MOST_NAME || !plain_name(word, plain)) return DAVY_STEP_UNKNOWN;
  memcpy(text, word.begin, length);
  text[length] = '\0';
  DavyStepType type = DavyStepTypeFromWord(text);
  if (type != DAVY_STEP_UNKNOWN) return type;
  if (!strcmp(plain, "rest") || !strcmp(plain, "r") || !strcmp(plain, "静置"))
    return DAVY_STEP_REST;
  if (holds(plain, "ocv") || holds(plain, "opencircuit")) return DAVY_STEP_OPEN_CIRCUIT;
  if (holds(plain, "pause")) return DAVY_STEP_PAUSE;
  if (holds(plain, "pulse")) return DAVY_STEP_PULSE;
  if (holds(plain, "sim")) return DAVY_STEP_SIMULATION;
  bool out = holds(plain, "dchg") || holds(plain, "dis") || holds(plain, "dch") ||
             holds(plain, "放电") || !strcmp(plain, "d");
  bool in = !out && (holds(plain, "chg") || holds(plain, "charg") || holds(plain, "cha") ||
                     holds(plain, "充电") || !strcmp(plain, "c"));
  if (!in && !out) return DAVY_STEP_UNKNOWN;
  if (holds(plain, "cccv")) return in ? DAVY_STEP_CCCV_CHARGE : DAVY_STEP_CCCV_DISCHARGE;
  if (holds(plain, "cpcv")) return in ? DAVY_STEP_CPCV_CHARGE : DAVY_STEP_CPCV_DISCHARGE;
  if (holds(plain, "cv")) return in ? DAVY_STEP_CV_CHARGE : DAVY_STEP_CV_DISCHARGE;
  if (holds(plain, "cp")) return in ? DAVY_STEP_CP_CHARGE : DAVY_STEP_CP_DISCHARGE;
  if (holds(plain, "cr")) return in ? DAVY_STEP_CR_CHARGE : DAVY_STEP_CR_DISCHARGE;
  return in ? DAVY_STEP_CC_CHARGE : DAVY_STEP_CC_DISCHARGE;
}
