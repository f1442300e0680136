/* Bio-Logic EC-Lab .mpr: settings, data, log and loops of one technique, binary, little-endian.
 *
 *   file     52 B "BIO-LOGIC MODULAR FILE", 0x1A, padded; then modules to the end
 *   module   "MODULE", short name 10 B, long name 25 B, then
 *            before 11.50:  length u4, version u4, date 8 B (month, day, year)
 *            from 11.50 on: FFFFFFFF, length u4, version u4, new version u4 (10, 11), date 8 B
 *   data     rows u4, columns (u1, from 11.50 on u2), column numbers (version 0 before 11.50: u1,
 *            else u2), padding, rows. Rows start at 100 (version 0), 405 (2), 406 (3), 1007
 * (11.50). row      values packed in the order of the columns; all flags share one byte at the
 * place of the first of them. Widths: eclab_columns.c. settings technique u1@0, comment Pascal@7,
 * mass mg f4@0x107, area f4@0x211, characteristic mass f4@0x24C, unit of area u1@0x250 (2 cm2, 3
 * mm2), unit of that mass u1@0x251 (1 g, 2 mg) log      channel u1@9, start OLE f8@585 (older: 465,
 * 469, 473), file Pascal@0x251, version Pascal@0x3B7, instrument u1@0x3CE, its serial number
 * Pascal@0x3CF loop     n u4, then first rows u4, the last being the number of rows
 *
 * Worked out on pairs of files and text exports, with galvani 0.5 and yadg 6 read for facts.
 */
#include "record/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/eclab_columns.h"
#include "record/eclab_sink.h"
#include "record/eclab_text.h"

static const char magic[] = "BIO-LOGIC MODULAR FILE\x1a";

enum {
  MAGIC_SIZE = 52,
  MODULE_SIZE = 6,
  OLD_HEADER = 51,
  NEW_HEADER = 59,
  NEW_VERSION = 10, /* of the module header, EC-Lab 11.50 */
  MOST_FREE = 4,    /* columns of unknown width that are solved for together */
  PROBED_ROWS = 64, /* looked at to judge a guess of widths */
  MOST_MODULES = 64 /* far beyond any real file; a hostile one could hold thousands */
};

typedef struct {
  char name[11], date[9];
  const unsigned char *data;
  size_t declared, size; /* as the header says, and what is there of it */
  size_t offset;         /* of the data in the file */
  uint32_t version, new_version;
} Module;

/* Values of one column out of rows that are `stride` bytes apart. */
typedef void Decoder(const unsigned char *p, size_t stride, size_t rows, double *out);

typedef struct {
  uint16_t id;
  const EclabId *known; /* NULL: unknown id */
  int width;            /* bytes; 0 for a flag behind the first */
  size_t at;            /* in the row */
  Decoder *decode;
  int slot; /* in the sink */
} RowColumn;

/* One data module, understood. */
typedef struct {
  size_t start, row_size, rows, columns;
  bool short_ids;
  RowColumn column[ECLAB_MOST_COLUMNS];
} Layout;

typedef struct {
  const DavyReadOptions *options;
  DavyBytes *bytes;
  DavyRecord *record;
  Module settings, data, log, loop, devices; /* data == NULL: not there */
  Layout *layout;
} Reading;

static uint32_t u4(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint16_t u2(const unsigned char *p) {
  return (uint16_t)(p[0] | p[1] << 8);
}

static double f4(const unsigned char *p) {
  float value;
  memcpy(&value, p, sizeof value); /* little-endian hosts only, as all that davy is built for */
  return value;
}

static double f8(const unsigned char *p) {
  double value;
  memcpy(&value, p, sizeof value);
  return value;
}

static int mpr_probe(const DavyBytes *bytes) {
  size_t length = sizeof magic - 1;
  return bytes->size >= length && !memcmp(bytes->data, magic, length) ? 100 : 0;
}

static DavyPlace place_at(const Reading *r, size_t byte) {
  return (DavyPlace){.file = r->options->name, .byte = (long long)byte};
}

/* Reads the module at `at`; false if there is none. What lies beyond the file is cut off. */
static bool read_module(const DavyBytes *bytes, size_t at, Module *module, size_t *next) {
  const unsigned char *p = bytes->data + at;
  size_t left = bytes->size - at;
  if (left < MODULE_SIZE + NEW_HEADER || memcmp(p, "MODULE", MODULE_SIZE)) return false;
  p += MODULE_SIZE;
  bool is_new = u4(p + 35) == 0xffffffffu;
  size_t header = MODULE_SIZE + (is_new ? NEW_HEADER : OLD_HEADER);
  *module = (Module){.data = bytes->data + at + header, .offset = at + header};
  memcpy(module->name, p, 10);
  for (size_t n = 10; n > 0 && module->name[n - 1] == ' '; n--) module->name[n - 1] = '\0';
  module->declared = u4(p + (is_new ? 39 : 35));
  module->version = u4(p + (is_new ? 43 : 39));
  module->new_version = is_new ? u4(p + 47) : 0;
  memcpy(module->date, p + (is_new ? 51 : 43), 8);
  module->size = left - header < module->declared ? left - header : module->declared;
  *next = module->offset + module->size;
  return true;
}

static Module *module_place(Reading *r, const char *name) {
  if (strcmp(name, "VMP Set") == 0) return &r->settings;
  if (strcmp(name, "VMP data") == 0) return &r->data;
  if (strcmp(name, "VMP LOG") == 0) return &r->log;
  if (strcmp(name, "VMP loop") == 0) return &r->loop;
  if (strcmp(name, "VMP ExtDev") == 0) return &r->devices;
  return NULL;
}

static void keep_module(Reading *r, const Module *module) {
  Module *place = module_place(r, module->name);
  char name[32];
  eclab_utf8(module->name, module->name + strlen(module->name), name, sizeof name);
  if (!place)
    DavyRecordWarn(r->record, "Module \"%s\" at byte %zu is unknown and was left out.", name,
                   module->offset);
  else if (place->data)
    DavyRecordWarn(r->record, "A second module \"%s\" at byte %zu was left out.", name,
                   module->offset);
  else
    *place = *module;
}

/* Where the next "MODULE" stands, for files with a broken length, which may also be too long and
 * reach over it; the size of the file if there is none. */
static size_t search_module(const DavyBytes *bytes, size_t from) {
  const unsigned char *found =
      from < bytes->size ? memmem(bytes->data + from, bytes->size - from, "MODULEVMP ", 10) : NULL;
  return found ? (size_t)(found - bytes->data) : bytes->size;
}

static void find_modules(Reading *r) {
  size_t at = MAGIC_SIZE, next, behind = MAGIC_SIZE; /* behind the header read last */
  for (int tries = 0; at < r->bytes->size; tries++) {
    Module module;
    if (tries == MOST_MODULES) {
      DavyRecordWarn(r->record, "More than %d modules: those from byte %zu on were left out.",
                     MOST_MODULES, at);
      return;
    }
    if (!read_module(r->bytes, at, &module, &next)) {
      size_t found = search_module(r->bytes, behind);
      DavyRecordWarn(r->record, "No module starts at byte %zu; went on at byte %zu.", at, found);
      behind = found + MODULE_SIZE;
      at = found;
      continue;
    }
    if (module.size < module.declared)
      DavyRecordWarn(r->record,
                     "The file breaks off in module \"%.10s\": %zu of %zu bytes are there.",
                     module.name, module.size, module.declared);
    keep_module(r, &module);
    behind = module.offset;
    at = next;
  }
}

/* Widths in bytes that a column may have, the likely one first; 0 ends the list. */
static const int *possible_widths(const RowColumn *column) {
  static const int unknown[] = {4, 8, 2, 1, 0}, f8_or_f4[] = {8, 4, 0};
  static const int exact[] = {1, 0, 2, 0, 4, 0, 8, 0};
  if (!column->known) return unknown;
  if (column->id >= 498 && column->id <= 502) return f8_or_f4; /* sources disagree */
  static const int of_width[] = {[ECLAB_FLAG] = 0, [ECLAB_U1] = 0, [ECLAB_U2] = 2,
                                 [ECLAB_U4] = 4,   [ECLAB_F4] = 4, [ECLAB_F8] = 6};
  return exact + of_width[column->known->width];
}

/* Sets the places of all columns; returns the size of a row. */
static size_t place_columns(Layout *layout) {
  size_t at = 0, flags = SIZE_MAX;
  for (size_t i = 0; i < layout->columns; i++) {
    RowColumn *c = &layout->column[i];
    bool flag = c->known && c->known->width == ECLAB_FLAG;
    c->at = flag && flags != SIZE_MAX ? flags : at;
    if (flag && flags != SIZE_MAX) continue;
    if (flag) flags = at;
    at += (size_t)c->width;
  }
  return at;
}

/* Time ascends and voltages are small in the first rows, if these are the right widths. */
static bool looks_right(const Layout *layout, const unsigned char *rows, size_t count) {
  for (size_t i = 0; i < layout->columns; i++) {
    const RowColumn *c = &layout->column[i];
    if (!c->known || c->known->width < ECLAB_F4) continue;
    bool is_time = c->id == 4, is_volt = strstr(c->known->heading, "/V") != NULL;
    double before = -1e-3;
    for (size_t k = 0; k < count; k++) {
      const unsigned char *p = rows + k * layout->row_size + c->at;
      double value = c->width == 8 ? f8(p) : f4(p);
      if (is_time && !(value >= before && value < 1e10)) return false;
      if (is_volt && !(fabs(value) < 1e5 && (value == 0 || fabs(value) > 1e-20))) return false;
      if (is_time) before = value;
    }
  }
  return true;
}

/* Tries all widths of the free columns from `free[k]` on until the row has its size. */
static bool solve_widths(Layout *layout, const size_t *free, size_t count, size_t k,
                         const unsigned char *rows, size_t probed) {
  if (k == count)
    return place_columns(layout) == layout->row_size && looks_right(layout, rows, probed);
  RowColumn *c = &layout->column[free[k]];
  for (const int *width = possible_widths(c); *width; width++) {
    c->width = *width;
    if (solve_widths(layout, free, count, k + 1, rows, probed)) return true;
  }
  return false;
}

static bool has_id(const Layout *layout, uint16_t id) {
  for (size_t i = 0; i < layout->columns; i++)
    if (layout->column[i].id == id) return true;
  return false;
}

static void know_columns(Layout *layout) {
  bool impedance = has_id(layout, 32) && !has_id(layout, 468) && !has_id(layout, 212);
  for (size_t i = 0; i < layout->columns; i++) {
    RowColumn *c = &layout->column[i];
    uint16_t id = c->id;
    /* One byte cannot tell <Ewe> from Phase(Zwe-ce): there is one <Ewe> only. */
    if (layout->short_ids && id == 174 && (has_id(layout, 6) || has_id(layout, 77))) id = 430;
    c->known = eclab_id(id, impedance);
    if (c->known) c->id = c->known->id;
    c->width = *possible_widths(c);
  }
}

/* Where the generations put the column numbers and the rows. */
typedef struct {
  size_t count_size, id_size, start;
} Generation;

static DavyError choose_generation(const Reading *r, Generation *g) {
  static const Generation v0 = {1, 1, 100}, v2 = {1, 2, 405}, v3 = {1, 2, 406},
                          v11_50 = {2, 2, 1007};
  const Module *data = &r->data;
  switch (data->version) {
  case 0: *g = data->new_version ? v11_50 : v0; return DAVY_OK;
  case 2: *g = v2; return DAVY_OK;
  case 3: *g = v3; return DAVY_OK;
  default: break;
  }
  *g = data->new_version ? v11_50 : v3;
  DavyRecordWarn(r->record, "Version %u of the data module is unknown; read as version %s.",
                 (unsigned)data->version, data->new_version ? "11.50" : "3");
  return DAVY_OK;
}

static DavyError read_columns(Reading *r, const Generation *g) {
  Layout *layout = r->layout;
  const unsigned char *p = r->data.data;
  DAVY_CHECK(r->data.size > g->start, DAVY_ERR_FORMAT,
             "%s: byte %zu: the data module holds %zu bytes and so no rows; expected more than %zu",
             r->options->name, r->data.offset, r->data.size, g->start);
  layout->rows = u4(p);
  layout->columns = g->count_size == 2 ? u2(p + 4) : p[4];
  size_t ids = 4 + g->count_size, most = (g->start - ids) / g->id_size;
  if (layout->columns == 0 || layout->columns > most || layout->columns > ECLAB_MOST_COLUMNS)
    return DavyFailAt(place_at(r, r->data.offset + 4), DAVY_ERR_FORMAT,
                      "%zu columns; expected 1 to %zu", layout->columns, most);
  layout->start = g->start;
  layout->short_ids = g->id_size == 1;
  for (size_t i = 0; i < layout->columns; i++) {
    const unsigned char *id = p + ids + i * g->id_size;
    layout->column[i] = (RowColumn){.id = g->id_size == 1 ? *id : u2(id), .slot = -1};
  }
  know_columns(layout);
  return DAVY_OK;
}

/* Rows that lie wholly within the bytes that are there. */
static size_t rows_there(const Reading *r) {
  return (r->data.size - r->layout->start) / r->layout->row_size;
}

static DavyError settle_row(Reading *r) {
  Layout *layout = r->layout;
  size_t sum = place_columns(layout), length = r->data.declared - layout->start;
  bool divides = layout->rows && length % layout->rows == 0;
  layout->row_size = divides && length / layout->rows ? length / layout->rows : sum;
  if (layout->row_size == sum) return DAVY_OK;
  size_t free[MOST_FREE], count = 0;
  for (size_t i = 0; i < layout->columns; i++)
    if (possible_widths(&layout->column[i])[1]) {
      if (count == MOST_FREE) break;
      free[count++] = i;
    }
  size_t probed = rows_there(r) < PROBED_ROWS ? rows_there(r) : PROBED_ROWS;
  if (solve_widths(layout, free, count, 0, r->data.data + layout->start, probed)) return DAVY_OK;
  return DavyFailAt(place_at(r, r->data.offset + layout->start), DAVY_ERR_FORMAT,
                    "a row has %zu bytes, but its %zu columns need %zu; expected known columns",
                    layout->row_size, layout->columns, sum);
}

static void settle_rows(Reading *r) {
  Layout *layout = r->layout;
  size_t there = rows_there(r);
  if (layout->rows > there)
    DavyRecordWarn(r->record, "%zu rows are announced, %zu are there and were kept.", layout->rows,
                   there);
  if (layout->rows == 0 && there > 0)
    DavyRecordWarn(r->record, "No rows are announced, %zu are there and were kept.", there);
  if (layout->rows == 0 || layout->rows > there) layout->rows = there;
}

/* One loop per kind of number: the inner loops of the reader. */
#define DECODER(name, value)                                                                       \
  static void decode_##name(const unsigned char *p, size_t stride, size_t rows, double *out) {     \
    for (size_t i = 0; i < rows; i++, p += stride) out[i] = (value);                               \
  }
DECODER(mode, *p & 0x03)
DECODER(error, (*p & 0x08) != 0)
DECODER(u1, *p)
DECODER(u2, u2(p))
DECODER(u4, u4(p))
DECODER(f4, f4(p))
DECODER(f8, f8(p))
#undef DECODER

/* Unknown columns of 4 and 8 bytes are taken for floating-point numbers, as nearly all are. */
static Decoder *choose_decoder(const RowColumn *c) {
  int width = c->known        ? c->known->width
              : c->width == 2 ? ECLAB_U2
              : c->width == 1 ? ECLAB_U1
                              : ECLAB_F4;
  switch (width) {
  case ECLAB_FLAG: return c->id == 1 ? decode_mode : decode_error;
  case ECLAB_U1: return decode_u1;
  case ECLAB_U2: return decode_u2;
  case ECLAB_U4: return decode_u4;
  default: return c->width == 8 ? decode_f8 : decode_f4;
  }
}

static DavyError add_columns(Reading *r, EclabSink *sink) {
  for (size_t i = 0; i < r->layout->columns; i++) {
    RowColumn *c = &r->layout->column[i];
    char heading[48];
    snprintf(heading, sizeof heading, "Unknown column %u", c->id);
    DAVY_TRY(eclab_sink_add(sink, c->known ? c->known->heading : heading, &c->slot));
    c->decode = choose_decoder(c);
    if (!c->known)
      DavyRecordWarn(r->record,
                     "Column number %u is unknown: kept as \"unknown_column_%u\", %d bytes wide.",
                     c->id, c->id, c->width);
  }
  return DAVY_OK;
}

/* A Pascal string within a module; false if it is not there. */
static bool pascal(const Module *module, size_t at, char *text, size_t size) {
  if (!module->data || at >= module->size) return false;
  size_t length = module->data[at];
  if (length == 0 || at + 1 + length > module->size) return false;
  const char *begin = (const char *)module->data + at + 1;
  const char *zero = memchr(begin, '\0', length);
  eclab_utf8(begin, zero ? zero : begin + length, text, size);
  return *text != '\0';
}

/* External devices give the analog inputs a name and a unit ("Force/N"), Pascal strings. */
static DavyError name_analog_inputs(Reading *r, EclabSink *sink) {
  static const size_t places[2] = {0x36, 0x63};
  for (size_t i = 0; i < r->layout->columns; i++) {
    const RowColumn *c = &r->layout->column[i];
    if (c->slot < 0 || (c->id != 16 && c->id != 17)) continue;
    char text[96], heading[96];
    if (!pascal(&r->devices, places[c->id - 16], text, sizeof text)) continue;
    const char *at = (const char *)r->devices.data + places[c->id - 16];
    eclab_heading(at + 1, at + 1 + (unsigned char)*at, heading, sizeof heading);
    DAVY_TRY(eclab_sink_rename(sink, c->slot, heading));
    DAVY_TRY(DavyRecordSetInfo(r->record, c->id == 16 ? "analog_in_1" : "analog_in_2", "%s", text));
  }
  return DAVY_OK;
}

static void decode_block(const Layout *layout, EclabSink *sink, const unsigned char *at,
                         size_t rows) {
  for (size_t i = 0; i < layout->columns; i++) {
    const RowColumn *c = &layout->column[i];
    if (c->slot >= 0)
      c->decode(at + c->at, layout->row_size, rows, eclab_sink_block(sink, c->slot));
  }
}

static DavyError decode_rows(Reading *r, EclabSink *sink) {
  enum { RELEASE_EVERY = 1 << 20 }; /* bytes */
  const Layout *layout = r->layout;
  const unsigned char *at = r->data.data + layout->start;
  size_t released = 0;
  for (size_t row = 0; row < layout->rows; row += ECLAB_BLOCK) {
    size_t rows = layout->rows - row < ECLAB_BLOCK ? layout->rows - row : ECLAB_BLOCK;
    decode_block(layout, sink, at, rows);
    DAVY_TRY(eclab_sink_take(sink, rows));
    at += rows * layout->row_size;
    size_t upto = (size_t)(at - r->bytes->data);
    if (upto - released < RELEASE_EVERY) continue;
    DavyBytesRelease(r->bytes, upto);
    released = upto;
  }
  return DAVY_OK;
}

/* First rows of the loops, ascending, without those beyond the data. The caller frees them. */
static DavyError read_loops(const Reading *r, uint32_t **loops, size_t *count) {
  size_t there = r->loop.size >= 4 ? (r->loop.size - 4) / 4 : 0;
  size_t announced = there ? u4(r->loop.data) : 0;
  *count = 0;
  *loops = malloc((there + 1) * sizeof **loops);
  DAVY_CHECK(*loops, DAVY_ERR_MEMORY, "%s: out of memory for %zu loops", r->options->name, there);
  for (size_t i = 0; i < there && i < announced; i++) {
    uint32_t row = u4(r->loop.data + 4 + 4 * i);
    bool ascends = *count == 0 || row > (*loops)[*count - 1];
    if (row < r->layout->rows && ascends) (*loops)[(*count)++] = row;
  }
  return DAVY_OK;
}

static DavyError read_data(Reading *r) {
  Generation generation;
  EclabSink *sink = NULL;
  uint32_t *loops = NULL;
  size_t loop_count = 0;
  DavyError error;
  DAVY_TRY(choose_generation(r, &generation));
  DAVY_TRY(read_columns(r, &generation));
  DAVY_TRY(settle_row(r));
  settle_rows(r);
  DAVY_GUARD(eclab_sink_create(r->record, &sink));
  DAVY_GUARD(add_columns(r, sink));
  DAVY_GUARD(name_analog_inputs(r, sink));
  DAVY_GUARD(read_loops(r, &loops, &loop_count));
  DAVY_GUARD(eclab_sink_open(sink, r->layout->rows, loops, loop_count));
  DAVY_GUARD(decode_rows(r, sink));
  error = eclab_sink_close(sink);
done:
  eclab_sink_destroy(&sink);
  free(loops);
  return error;
}

/* A technique without a name here may have one in the file's own name: "cell_03_PITT_C01.mpr". */
static void technique_in_file_name(const Module *log, char *name, size_t size) {
  char path[300];
  *name = '\0';
  if (!pascal(log, 0x251, path, sizeof path)) return;
  const char *end = strrchr(path, '_'), *begin = end;
  if (!end || end[1] != 'C') return;
  while (begin > path && begin[-1] != '_') begin--;
  if (begin > path && end - begin < 16)
    snprintf(name, size, " (\"%.*s\" in the file's name)", (int)(end - begin), begin);
}

static DavyError technique_fact(Reading *r) {
  unsigned id = r->settings.data[0];
  const char *name = eclab_technique(id);
  if (name) return DavyRecordSetInfo(r->record, "technique", "%s", name);
  char hint[48];
  technique_in_file_name(&r->log, hint, sizeof hint);
  DavyRecordWarn(r->record, "Technique number 0x%02X%s is unknown; the data are read all the same.",
                 id, hint);
  return DavyRecordSetInfo(r->record, "technique", "0x%02X%s", id, hint);
}

/* Mass in the text of battery techniques, else the characteristic mass. */
static DavyError mass_and_area_facts(Reading *r) {
  const Module *set = &r->settings;
  if (set->size < 0x252) return DAVY_OK;
  double active = f4(set->data + 0x107), characteristic = f4(set->data + 0x24c),
         area = f4(set->data + 0x211);
  unsigned area_unit = set->data[0x250], mass_unit = set->data[0x251];
  double mass = NAN;
  if (eclab_is_entered(active))
    mass = active * 1e-6;
  else if (eclab_is_entered(characteristic) && (mass_unit == 1 || mass_unit == 2))
    mass = characteristic * (mass_unit == 1 ? 1e-3 : 1e-6);
  if (!isnan(mass)) DAVY_TRY(DavyRecordSetInfo(r->record, "mass_kg", "%.7g", mass));
  if (!eclab_is_entered(area)) return DAVY_OK;
  if (area_unit == 2 || area_unit == 3)
    return DavyRecordSetInfo(r->record, "area_m2", "%.7g", area * (area_unit == 2 ? 1e-4 : 1e-6));
  DavyRecordWarn(r->record, "The electrode area %g has an unknown unit (number %u): left out.",
                 area, area_unit);
  return DAVY_OK;
}

static DavyError settings_facts(Reading *r) {
  char text[512];
  if (!r->settings.data || r->settings.size == 0) {
    DavyRecordWarn(r->record, "The file has no settings: technique, mass and area are not known.");
    return DAVY_OK;
  }
  DAVY_TRY(technique_fact(r));
  if (pascal(&r->settings, 7, text, sizeof text))
    DAVY_TRY(DavyRecordSetInfo(r->record, "comment", "%s", text));
  return mass_and_area_facts(r);
}

/* The date in a module's header, month first whatever the separator: "01/10/24", "01.10.24". */
static DavyError date_fact(Reading *r) {
  unsigned month, day, year;
  if (sscanf(r->data.date, "%2u%*1[/.-]%2u%*1[/.-]%2u", &month, &day, &year) != 3) return DAVY_OK;
  if (month < 1 || month > 12 || day < 1 || day > 31) return DAVY_OK;
  DavyRecordWarn(r->record, "The file has no log: the start is known by its date only.");
  unsigned century = year < 90 ? 2000 : 1900;
  return DavyRecordSetInfo(r->record, "start_time", "%04u-%02u-%02u", century + year, month, day);
}

static DavyError start_fact(Reading *r) {
  static const size_t places[] = {585, 465, 469, 473};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if (!r->log.data || places[i] + 8 > r->log.size) continue;
    double days = f8(r->log.data + places[i]);
    if (!(days > 40000 && days < 60000)) continue; /* 2009 to 2064 */
    char text[32];
    eclab_ole_time(days, text);
    return DavyRecordSetInfo(r->record, "start_time", "%s", text);
  }
  return date_fact(r);
}

static DavyError log_facts(Reading *r) {
  char text[300];
  DAVY_TRY(start_fact(r));
  if (!r->log.data || r->log.size < 0x3d0) return DAVY_OK;
  if (pascal(&r->log, 0x3b7, text, sizeof text))
    DAVY_TRY(DavyRecordSetInfo(r->record, "eclab_version", "%s", text));
  unsigned device = r->log.data[0x3ce];
  const char *name = eclab_instrument(device);
  char number[32];
  snprintf(number, sizeof number, "type %u", device);
  if (pascal(&r->log, 0x3cf, text, sizeof text))
    DAVY_TRY(DavyRecordSetInfo(r->record, "instrument", "Bio-Logic %s (SN %s)",
                               name ? name : number, text));
  return DavyRecordSetInfo(r->record, "channel", "%u", r->log.data[9] + 1u);
}

static DavyError read_file(Reading *r) {
  DAVY_CHECK(mpr_probe(r->bytes), DAVY_ERR_FORMAT,
             "%s: byte 0: expected \"BIO-LOGIC MODULAR FILE\"", r->options->name);
  DAVY_CHECK(r->bytes->size > MAGIC_SIZE, DAVY_ERR_FORMAT,
             "%s: byte %zu: the file ends before its first module", r->options->name,
             r->bytes->size);
  find_modules(r);
  DAVY_CHECK(r->data.data, DAVY_ERR_FORMAT, "%s: no module \"VMP data\" in %zu bytes",
             r->options->name, r->bytes->size);
  DAVY_TRY(settings_facts(r));
  DAVY_TRY(log_facts(r));
  return read_data(r);
}

static DavyError mpr_read(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record) {
  Reading reading = {.options = options, .bytes = bytes, .record = record};
  reading.layout = calloc(1, sizeof *reading.layout);
  DAVY_CHECK(reading.layout, DAVY_ERR_MEMORY, "%s: out of memory", options->name);
  DavyError error = read_file(&reading);
  free(reading.layout);
  return error;
}

const DavyReader davy_reader_mpr = {
    .name = "eclab-mpr",
    .words = "Bio-Logic EC-Lab .mpr, every version to 11.6x",
    .probe = mpr_probe,
    .read = mpr_read,
};
