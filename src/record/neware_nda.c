/* Reader of Neware .nda: `NEWARE` at 0, version u1 at 14.
 *
 * Versions 1 to 29: pointers {begin, length} u4 at 64 to the data records and at 72 to auxiliary
 * records; at 16 to the device (range i4 at +26), at 24 to the test. Length 0: to the end of file.
 * Versions 129 and 130 (BTS 9): record version u2 at 16 (2, 3: BTS 9.0; 19, 42: BTS 9.1), u8
 * pointers at 34 to the test, at 82 to the records; a begin of 0 says that sections with headers of
 * their own follow from 1024 on. Data records are marked 0x55, auxiliary ones 0x65, log entries
 * 0xAA or 0xFF.
 */
#include "record/reader.h"

#include <stdlib.h>

#include "record/neware.h"

typedef struct {
  size_t begin, end;
} Block;

typedef struct {
  DavyBytes *bytes;
  NewareRows rows;
  int version;
  const NewareLayout *layout;
  NewareLayout found; /* what `layout` points to where the file says a part of it */
  Block *blocks;
  size_t block_count;
  /* What the first pass counts. */
  size_t data, aux, damaged, first_damaged, unknown, first_unknown;
  unsigned unknown_id;
  bool ascending;
} Nda;

enum { HEADER = 80, RELEASE_STEP = 1 << 22 };

static DavyError fail_at(const Nda *nda, size_t byte, const char *what) {
  return DavyFailAt((DavyPlace){nda->rows.name, 0, 0, (long long)byte}, DAVY_ERR_FORMAT, "%s",
                    what);
}

static uint64_t pointer_at(const DavyBytes *bytes, size_t at, size_t width) {
  if (at > bytes->size || bytes->size - at < width) return 0;
  return width == 8 ? neware_u64(bytes->data + at) : neware_u32(bytes->data + at);
}

/* The parts of the file that hold records. A length of 0 means to the end of the file. */
static DavyError add_block(Nda *nda, uint64_t begin, uint64_t length) {
  size_t size = nda->bytes->size;
  if (begin >= size) {
    DavyRecordWarn(nda->rows.record,
                   "The file ends at byte %zu, before records announced at byte %llu.", size,
                   (unsigned long long)begin);
    return DAVY_OK;
  }
  if (length > size - begin)
    DavyRecordWarn(nda->rows.record,
                   "The file is cut off at byte %zu: its header announces records up to byte %llu.",
                   size, (unsigned long long)(begin + length));
  if (length == 0 || length > size - begin) length = size - begin;
  Block *blocks = realloc(nda->blocks, (nda->block_count + 1) * sizeof *blocks);
  DAVY_CHECK(blocks, DAVY_ERR_MEMORY, "%s: out of memory", nda->rows.name);
  nda->blocks = blocks;
  blocks[nda->block_count++] = (Block){(size_t)begin, (size_t)(begin + length)};
  return DAVY_OK;
}

static bool is_data(const NewareLayout *layout, const unsigned char *p) {
  if (layout->id.kind == NEWARE_NONE) return true;
  unsigned char id = p[layout->id.at];
  return id == layout->ids[0] || id == layout->ids[1];
}

/* ---- Versions 1 to 29 ---- */

/* Where no pointer leads to records: two neighbours that are sound and follow each other. */
static size_t search_records(const Nda *nda) {
  const NewareLayout *layout = nda->layout;
  const unsigned char *data = nda->bytes->data;
  if (layout->id.kind == NEWARE_NONE || layout->index.kind == NEWARE_NONE) return SIZE_MAX;
  for (size_t at = HEADER; at + 2 * layout->size <= nda->bytes->size; at++) {
    const unsigned char *p = data + at, *next = p + layout->size;
    if (is_data(layout, p) && is_data(layout, next) && NewareIsSound(layout, p) &&
        NewareIsSound(layout, next) && NewareIntegerAt(layout->type, p) > 0 &&
        NewareIntegerAt(layout->index, next) == NewareIntegerAt(layout->index, p) + 1)
      return at;
  }
  return SIZE_MAX;
}

static bool is_record_id(const NewareLayout *layout, const unsigned char *p) {
  unsigned char id = p[0];
  return layout->id.kind == NEWARE_NONE || is_data(layout, p) || id == 0x65 || id == 0xAA ||
         id == 0xFF;
}

/* A copy made while the test ran may announce fewer records than it holds. */
static bool goes_on(const Nda *nda, uint64_t begin, uint64_t length) {
  const NewareLayout *layout = nda->layout;
  size_t size = layout->size;
  if (length < size || length > nda->bytes->size || begin + length + size > nda->bytes->size ||
      layout->id.kind == NEWARE_NONE || layout->index.kind == NEWARE_NONE)
    return false;
  const unsigned char *next = nda->bytes->data + begin + length, *last = next - size;
  return is_data(layout, last) && is_data(layout, next) &&
         NewareIntegerAt(layout->index, next) == NewareIntegerAt(layout->index, last) + 1;
}

static DavyError find_records(Nda *nda) {
  const DavyBytes *bytes = nda->bytes;
  uint64_t device = pointer_at(bytes, 16, 4), begin = pointer_at(bytes, 64, 4);
  nda->rows.header_range = (int32_t)pointer_at(bytes, device + 26, 4);
  uint64_t length = pointer_at(bytes, 68, 4);
  bool led = begin >= HEADER && begin < bytes->size &&
             (is_record_id(nda->layout, bytes->data + begin) ||
              (length && length % nda->layout->size == 0));
  if (!led) {
    size_t found = search_records(nda);
    if (found == SIZE_MAX && begin >= bytes->size)
      return DavyFailAt((DavyPlace){nda->rows.name, 0, 0, (long long)bytes->size}, DAVY_ERR_FORMAT,
                        "the file ends before its records at byte %llu", (unsigned long long)begin);
    if (found == SIZE_MAX) return fail_at(nda, 64, "leads to no data records");
    begin = found;
    length = 0;
  }
  if (goes_on(nda, begin, length)) length = 0;
  DAVY_TRY(add_block(nda, begin, length));
  uint64_t aux = pointer_at(bytes, 72, 4), aux_length = pointer_at(bytes, 76, 4);
  bool apart = aux >= nda->blocks[0].end && aux < bytes->size && aux_length;
  return nda->layout->aux_id.kind != NEWARE_NONE && apart ? add_block(nda, aux, aux_length)
                                                          : DAVY_OK;
}

/* The test's description: fixed-width texts, in newer versions further on; the last record of the
 * block is the current one. */
static DavyError read_test_info(Nda *nda) {
  const DavyBytes *bytes = nda->bytes;
  int v = nda->version;
  size_t size = v >= 29 ? 503 : v >= 17 ? 383 : v == 16 ? 343 : v >= 11 ? 327 : 211;
  uint64_t begin = pointer_at(bytes, 24, 4), length = pointer_at(bytes, 28, 4);
  size_t count = (size_t)(length / size);
  if (!begin || !count || begin > bytes->size || count * size > bytes->size - begin) return DAVY_OK;
  const unsigned char *p = bytes->data + begin + (count - 1) * size;
  DavyRecord *record = nda->rows.record;
  bool wide = v >= 11;
  DAVY_TRY(NewareFact(record, "test_start_local", p + (wide ? 37 : 36), 20));
  DAVY_TRY(NewareFact(record, "operator", p + (wide ? 77 : 76), wide ? 60 : 15));
  DAVY_TRY(NewareFact(record, "serial_number", p + (wide ? 137 : 91), wide ? 90 : 20));
  DAVY_TRY(NewareFact(record, "comment", p + (wide ? 227 : 111), 100));
  if (v >= 17) DAVY_TRY(NewareFact(record, "barcode", p + 343, 40));
  if (v >= 29) DAVY_TRY(NewareFact(record, "protocol", p + 443, 60));
  return DAVY_OK;
}

/* Micrograms; the cycler's software writes 1 mg where nobody entered a mass. */
static DavyError set_mass(Nda *nda, size_t at) {
  uint64_t micrograms = pointer_at(nda->bytes, at, 4);
  if (!micrograms) return DAVY_OK;
  DAVY_TRY(DavyRecordSetInfo(nda->rows.record, "mass_kg", "%g", (double)micrograms * 1e-9));
  if (micrograms == 1000)
    return DavyRecordSetInfo(nda->rows.record, "mass_note",
                             "1 mg is what the cycler's software writes if no mass was entered");
  return DAVY_OK;
}

static DavyError read_header_facts(Nda *nda) {
  const unsigned char *data = nda->bytes->data;
  size_t size = nda->bytes->size < 65536 ? nda->bytes->size : 65536;
  const unsigned char *server = memmem(data, size, "BTSServer", 9);
  if (!server) server = memmem(data, size < 1024 ? size : 1024, "BTS_XWJ", 7);
  if (server) {
    size_t left = size - (size_t)(server - data);
    DAVY_TRY(NewareFact(nda->rows.record, "instrument", server, left < 50 ? left : 50));
  }
  DAVY_TRY(set_mass(nda, nda->version >= 9 ? 152 : nda->version == 8 ? 144 : 80));
  return read_test_info(nda);
}

/* ---- BTS 9 ---- */

static DavyError find_sections(Nda *nda) {
  const DavyBytes *bytes = nda->bytes;
  uint64_t begin = pointer_at(bytes, 82, 8), length = pointer_at(bytes, 90, 8);
  if (begin) return add_block(nda, begin, length);
  /* Section headers follow each other: the pointer at 242 ends where the next header begins. */
  uint64_t head = 1024;
  while (head < bytes->size && bytes->size - head >= 258 &&
         memcmp(bytes->data + head, "NEWARE", 6) == 0) {
    length = pointer_at(bytes, head + 90, 8);
    if (length) DAVY_TRY(add_block(nda, pointer_at(bytes, head + 82, 8), length));
    uint64_t next = pointer_at(bytes, head + 242, 8) + pointer_at(bytes, head + 250, 8);
    if (next <= head) break;
    head = next;
  }
  if (nda->block_count) return DAVY_OK;
  return add_block(nda, 1024, 0);
}

/* Plausible seconds since 1970 (2000 to 2100) with nanoseconds below a second behind them. */
static bool is_clock(const unsigned char *p) {
  uint32_t seconds = neware_u32(p);
  return seconds > 946684800u && seconds < 4102444800u && neware_u32(p + 4) < 1000000000u;
}

/* Behind the head of 36 bytes, the clock is at 44 (then cycle at 36, temperature at 52 if there is
 * room) or at 36 (then temperature at 48 and cycle at 52). */
static DavyError complete_bts91(Nda *nda, const unsigned char *p, size_t size) {
  nda->found = neware_bts91;
  NewareLayout *found = &nda->found;
  found->size = (uint16_t)size;
  if (size >= 52 && is_clock(p + 44)) {
    found->cycle = (NewareField){36, NEWARE_U4};
    found->clock = (NewareField){44, NEWARE_U4};
    found->clock_fraction = (NewareField){48, NEWARE_U4};
    if (size >= 56) found->temperature = (NewareField){52, NEWARE_F4};
  } else if (size >= 56 && is_clock(p + 36)) {
    found->clock = (NewareField){36, NEWARE_U4};
    found->clock_fraction = (NewareField){40, NEWARE_U4};
    found->temperature = (NewareField){48, NEWARE_F4};
    found->cycle = (NewareField){52, NEWARE_U4};
  } else
    DavyRecordWarn(
        nda->rows.record,
        "Records of %zu bytes are not a known kind of BTS 9.1: time, voltage, current and "
        "capacity are read, clock and cycle are not found.",
        size);
  nda->layout = found;
  return DAVY_OK;
}

/* The length of a record is the distance to the next one that begins alike. */
static DavyError measure_bts9(Nda *nda) {
  const unsigned char *data = nda->bytes->data;
  Block block = nda->blocks[0];
  const unsigned char *p = data + block.begin;
  size_t room = block.end - block.begin;
  bool bts90 = room >= 40 && p[4] == 0x55 && p[0] != 0x55;
  if (!bts90 && (room < 36 || p[0] != 0x55))
    return fail_at(nda, block.begin, "expected a BTS 9 record (0x55 as first or fifth byte)");
  size_t signature = bts90 ? 5 : 2, least = bts90 ? 76 : 36;
  size_t size = room;
  const unsigned char *next = room > least ? memmem(p + least, room - least, p, signature) : NULL;
  if (next) size = (size_t)(next - p);
  if (!next && room > 512) return fail_at(nda, block.begin, "no second record follows the first");
  if (size < least) return fail_at(nda, block.begin, "the only record is cut off");
  if (!bts90) return complete_bts91(nda, p, size);
  nda->found = neware_bts90;
  nda->found.size = (uint16_t)size;
  nda->layout = &nda->found;
  return DAVY_OK;
}

/* The test's description: below record version 8 blocks of 128 bytes, those whose bit is set in a
 * mask at 4; later at fixed places. */
static DavyError read_bts9_facts(Nda *nda) {
  const DavyBytes *bytes = nda->bytes;
  DavyRecord *record = nda->rows.record;
  uint64_t begin = pointer_at(bytes, 34, 8), length = pointer_at(bytes, 42, 8);
  DAVY_TRY(set_mass(nda, 330));
  if (!begin || begin > bytes->size || length > bytes->size - begin || length < 12) return DAVY_OK;
  const unsigned char *p = bytes->data + begin;
  if (neware_u16(p) >= 8) {
    if (length < 360) return DAVY_OK;
    DAVY_TRY(NewareFact(record, "operator", p + 8, 32));
    DAVY_TRY(NewareFact(record, "serial_number", p + 40, 32));
    return NewareFact(record, "comment", p + 264, 64);
  }
  static const char *const keys[] = {"operator", "serial_number", "comment"};
  size_t at = 12;
  for (int bit = 0; bit < 3; bit++) {
    if (!(neware_u32(p + 4) >> (bit + 2) & 1)) continue;
    if (at + 128 > length) break;
    DAVY_TRY(NewareFact(record, keys[bit], p + at, 128));
    at += 128;
  }
  return DAVY_OK;
}

/* ---- All versions ---- */

static bool is_aux(const NewareLayout *layout, const unsigned char *p) {
  return layout->aux_id.kind != NEWARE_NONE && p[layout->aux_id.at] == 0x65;
}

static void count_one(Nda *nda, const unsigned char *p, size_t at, int64_t *last) {
  const NewareLayout *layout = nda->layout;
  if (is_data(layout, p)) {
    if (!NewareIsSound(layout, p)) {
      if (layout->id.kind == NEWARE_NONE && NewareIntegerAt(layout->index, p) == 0) return;
      if (nda->damaged++ == 0) nda->first_damaged = at;
      return;
    }
    nda->data++;
    if (layout->index.kind == NEWARE_NONE) return;
    int64_t index = NewareIntegerAt(layout->index, p);
    if (index <= *last) nda->ascending = false;
    *last = index;
    return;
  }
  unsigned id = p[layout->id.at];
  if (is_aux(layout, p)) {
    nda->aux++;
  } else if (id != 0xAA && id != 0xFF && nda->unknown++ == 0) {
    nda->first_unknown = at;
    nda->unknown_id = id;
  }
}

static void survey(Nda *nda) {
  int64_t last = 0;
  size_t size = nda->layout->size, released = 0;
  nda->ascending = true;
  for (size_t b = 0; b < nda->block_count; b++) {
    size_t at = nda->blocks[b].begin, end = nda->blocks[b].end;
    for (; end - at >= size; at += size) {
      count_one(nda, nda->bytes->data + at, at, &last);
      if (at - released > RELEASE_STEP) DavyBytesRelease(nda->bytes, released = at);
    }
    if (at != end)
      DavyRecordWarn(nda->rows.record,
                     "Byte %zu: %zu bytes behind the last whole record are left out.", at,
                     end - at);
  }
  if (nda->damaged)
    DavyRecordWarn(nda->rows.record,
                   "Byte %zu: first of %zu damaged records (impossible index or time), left out.",
                   nda->first_damaged, nda->damaged);
  if (nda->unknown)
    DavyRecordWarn(nda->rows.record,
                   "Byte %zu: first of %zu records of unknown kind (0x%02X), left out.",
                   nda->first_unknown, nda->unknown, nda->unknown_id);
}

static void add_in_file_order(Nda *nda) {
  const NewareLayout *layout = nda->layout;
  size_t released = 0;
  for (size_t b = 0; b < nda->block_count; b++)
    for (size_t at = nda->blocks[b].begin; nda->blocks[b].end - at >= layout->size;
         at += layout->size) {
      const unsigned char *p = nda->bytes->data + at;
      if (is_data(layout, p) && NewareIsSound(layout, p)) NewareRowsAdd(&nda->rows, layout, p);
      if (at - released > RELEASE_STEP) DavyBytesRelease(nda->bytes, released = at);
    }
}

typedef struct {
  int64_t index;
  size_t at;
} Place;

static int by_index(const void *a, const void *b) {
  const Place *x = a, *y = b;
  if (x->index != y->index) return x->index < y->index ? -1 : 1;
  return x->at < y->at ? -1 : x->at > y->at;
}

/* Steps and time can only be counted in the order of the test: sort first, then decode. Of records
 * with one index the first in the file is kept. */
static DavyError add_in_index_order(Nda *nda) {
  const NewareLayout *layout = nda->layout;
  Place *places = malloc(nda->data * sizeof *places);
  DAVY_CHECK(places, DAVY_ERR_MEMORY, "%s: out of memory for %zu records", nda->rows.name,
             nda->data);
  size_t count = 0, kept = 0;
  for (size_t b = 0; b < nda->block_count; b++)
    for (size_t at = nda->blocks[b].begin; nda->blocks[b].end - at >= layout->size;
         at += layout->size) {
      const unsigned char *p = nda->bytes->data + at;
      if (is_data(layout, p) && NewareIsSound(layout, p))
        places[count++] = (Place){NewareIntegerAt(layout->index, p), at};
    }
  qsort(places, count, sizeof *places, by_index);
  for (size_t i = 0; i < count; i++) {
    if (i && places[i].index == places[i - 1].index) continue;
    NewareRowsAdd(&nda->rows, layout, nda->bytes->data + places[i].at);
    kept++;
  }
  free(places);
  DavyRecordWarn(nda->rows.record,
                 "Records were not in order of their index: sorted, and %zu with the index of an "
                 "earlier one left out.",
                 count - kept);
  return DAVY_OK;
}

static DavyError add_aux(Nda *nda) {
  const NewareLayout *layout = nda->layout;
  size_t released = 0;
  for (size_t b = 0; b < nda->block_count; b++)
    for (size_t at = nda->blocks[b].begin; nda->blocks[b].end - at >= layout->size;
         at += layout->size) {
      const unsigned char *p = nda->bytes->data + at;
      if (!is_data(layout, p) && is_aux(layout, p))
        DAVY_TRY(NewareRowsAddAux(&nda->rows, layout, p[layout->aux_channel.at], p));
      if (at - released > RELEASE_STEP) DavyBytesRelease(nda->bytes, released = at);
    }
  return DAVY_OK;
}

static DavyError decode(Nda *nda) {
  NewareRows *rows = &nda->rows;
  const NewareLayout *layout = nda->layout;
  survey(nda);
  if (!nda->data)
    return DavyFailAt((DavyPlace){rows->name, 0, 0, (long long)nda->blocks[0].begin},
                      DAVY_ERR_FORMAT, "no sound data record from here to byte %zu",
                      nda->blocks[0].end);
  rows->no_energy = layout->charge_energy.kind == NEWARE_NONE;
  rows->no_clock = layout->clock.kind == NEWARE_NONE;
  davy_record_skip_filling(rows->record);
  DAVY_TRY(NewareRowsReserve(rows, nda->data));
  if (nda->ascending)
    add_in_file_order(nda);
  else
    DAVY_TRY(add_in_index_order(nda));
  DAVY_TRY(DavyRecordSetRows(rows->record, rows->rows)); /* columns made from here on are filled */
  if (nda->aux) DAVY_TRY(add_aux(nda));
  return NewareRowsEnd(rows);
}

static DavyError read_versions_1_to_29(Nda *nda) {
  DAVY_TRY(DavyRecordSetInfo(nda->rows.record, "format_version", "Neware .nda version %d",
                             nda->version));
  bool checked = nda->version == 8 || nda->version == 22 || nda->version == 29;
  bool alike = nda->version == 23 || nda->version == 26;
  if (!checked && !alike)
    DavyRecordWarn(
        nda->rows.record,
        "Version %d of .nda is read as documented: no vendor's export of it was there to "
        "check davy against.",
        nda->version);
  DAVY_TRY(find_records(nda));
  DAVY_TRY(read_header_facts(nda));
  return decode(nda);
}

static DavyError read_bts9(Nda *nda) {
  DAVY_TRY(find_sections(nda));
  if (!nda->block_count) return fail_at(nda, nda->bytes->size, "the file ends before its records");
  DAVY_TRY(measure_bts9(nda));
  DAVY_TRY(DavyRecordSetInfo(nda->rows.record, "format_version", "Neware .nda version %d (BTS %s)",
                             nda->version, nda->layout->id.at ? "9.0" : "9.1"));
  DAVY_TRY(read_bts9_facts(nda));
  return decode(nda);
}

static int probe(const DavyBytes *bytes) {
  return bytes->size >= 15 && memcmp(bytes->data, "NEWARE", 6) == 0 ? 100 : 0;
}

static DavyError read_nda(DavyBytes *bytes, const DavyReadOptions *options, DavyRecord *record) {
  Nda nda = {.bytes = bytes, .rows = {.record = record, .name = options->name}};
  if (!probe(bytes)) return fail_at(&nda, 0, "expected NEWARE");
  if (bytes->size < HEADER) return fail_at(&nda, bytes->size, "the file ends within its header");
  nda.version = bytes->data[14];
  nda.layout = NewareNdaLayout(nda.version);
  DavyError error;
  if (nda.layout)
    error = read_versions_1_to_29(&nda);
  else if (nda.version == 129 || nda.version == 130)
    error = read_bts9(&nda);
  else
    error = DavyFailAt((DavyPlace){options->name, 0, 0, 14}, DAVY_ERR_UNSUPPORTED,
                       ".nda version %d is not known (1 to 29, 129 and 130 are)", nda.version);
  free(nda.blocks);
  return error;
}

const DavyReader davy_reader_nda = {
    "neware-nda", "Neware .nda, versions 1 to 29 and 130 (BTS 9.0, 9.1)", probe, read_nda};
