/* The record itself: columns, facts and warnings. Knows no format. */
#include "record/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef struct {
  char *name, *label;
  double *data;
} Extra;

typedef struct {
  char *key, *value;
} Fact;

typedef struct {
  char *text;
  size_t times;
} Warning;

/* Memory that large columns share, so that few huge pages hold them: a page fault for every 4 kB
 * would cost as much as decoding the rows. */
typedef struct Slab {
  struct Slab *next;
  size_t used, size;
} Slab;

struct DavyRecord {
  size_t rows, room;
  bool unfilled; /* the room of columns holds nothing defined yet, see davy_record_skip_filling */
  Slab *slabs;
  void *columns[DAVY_COLUMN_COUNT]; /* double or int32_t, NULL if absent */
  Extra *extras;
  size_t extra_count;
  Fact *facts;
  size_t fact_count;
  Warning *warnings;
  size_t warning_count;
};

static const struct {
  const char *name, *label;
  bool integer;
} column_table[DAVY_COLUMN_COUNT] = {
#define IS_INTEGER_F64                       false
#define IS_INTEGER_I32                       true
#define COLUMN_ROW(id, machine, label, type) [id] = {machine, label, IS_INTEGER_##type},
    DAVY_COLUMNS(COLUMN_ROW)
#undef COLUMN_ROW
};

static const char *const step_words[DAVY_STEP_TYPE_COUNT] = {
#define STEP_ROW(id, word) [id] = word,
    DAVY_STEP_TYPES(STEP_ROW)
#undef STEP_ROW
};

const char *DavyStepTypeWord(DavyStepType type) {
  return (unsigned)type < DAVY_STEP_TYPE_COUNT ? step_words[type] : step_words[DAVY_STEP_UNKNOWN];
}

DavyStepType DavyStepTypeFromWord(const char *word) {
  for (int i = 0; i < DAVY_STEP_TYPE_COUNT; i++)
    if (strcmp(step_words[i], word) == 0) return (DavyStepType)i;
  return DAVY_STEP_UNKNOWN;
}

int DavyStepTypeDirection(int32_t type) {
  switch (type) {
  case DAVY_STEP_CC_CHARGE:
  case DAVY_STEP_CV_CHARGE:
  case DAVY_STEP_CCCV_CHARGE:
  case DAVY_STEP_CP_CHARGE:
  case DAVY_STEP_CPCV_CHARGE:
  case DAVY_STEP_CR_CHARGE: return 1;
  case DAVY_STEP_CC_DISCHARGE:
  case DAVY_STEP_CV_DISCHARGE:
  case DAVY_STEP_CCCV_DISCHARGE:
  case DAVY_STEP_CP_DISCHARGE:
  case DAVY_STEP_CPCV_DISCHARGE:
  case DAVY_STEP_CR_DISCHARGE: return -1;
  default: return 0;
  }
}

const char *DavyColumnName(DavyColumn column) {
  return column_table[column].name;
}
const char *DavyColumnLabel(DavyColumn column) {
  return column_table[column].label;
}
bool DavyColumnIsInteger(DavyColumn column) {
  return column_table[column].integer;
}

DavyColumn DavyColumnFind(const char *name_or_label) {
  int i = 0;
  while (i < DAVY_COLUMN_COUNT && strcmp(name_or_label, column_table[i].name) &&
         strcmp(name_or_label, column_table[i].label))
    i++;
  return (DavyColumn)i;
}

static void fill_none(void *data, bool integer, size_t from, size_t to) {
  if (integer)
    for (size_t i = from; i < to; i++) ((int32_t *)data)[i] = DAVY_NO_INTEGER;
  else
    for (size_t i = from; i < to; i++) ((double *)data)[i] = NAN;
}

static size_t element_size(bool integer) {
  return integer ? sizeof(int32_t) : sizeof(double);
}

/* ---- Memory of columns ---- */

enum {
  HUGE_PAGE = 1 << 21,   /* bytes */
  SLAB_COLUMN = 1 << 18, /* columns of at least so many bytes share slabs */
  COLUMNS_PER_SLAB = 16, /* what an instrument's file has; untouched memory costs nothing */
  SLAB_ALIGNMENT = 64    /* of columns: a cache line */
};

static bool in_slab(const DavyRecord *r, const void *data) {
  for (const Slab *slab = r->slabs; slab; slab = slab->next)
    if ((const char *)data > (const char *)slab &&
        (const char *)data < (const char *)slab + slab->size)
      return true;
  return false;
}

static void column_free(const DavyRecord *r, void *data) {
  if (!in_slab(r, data)) free(data); /* a slab goes as a whole, with the record */
}

static void *column_new(DavyRecord *r, size_t bytes) {
  if (bytes < SLAB_COLUMN || bytes > SIZE_MAX / (2 * COLUMNS_PER_SLAB)) return malloc(bytes);
  size_t step = (bytes + SLAB_ALIGNMENT - 1) / SLAB_ALIGNMENT * SLAB_ALIGNMENT;
  if (!r->slabs || r->slabs->size - r->slabs->used < step) {
    size_t size = (COLUMNS_PER_SLAB * step + HUGE_PAGE) / HUGE_PAGE * HUGE_PAGE;
    Slab *slab = aligned_alloc(HUGE_PAGE, size);
    if (!slab) return malloc(bytes);
    madvise(slab, size, MADV_HUGEPAGE); /* advice: a kernel without huge pages does without */
    *slab = (Slab){r->slabs, SLAB_ALIGNMENT, size};
    r->slabs = slab;
  }
  void *data = (char *)r->slabs + r->slabs->used;
  r->slabs->used += step;
  return data;
}

/* Growing leaves a slab: who reserves once, as readers do, never comes here. */
static void *column_resize(DavyRecord *r, void *data, size_t old_bytes, size_t bytes) {
  if (!data) return column_new(r, bytes);
  if (!in_slab(r, data)) return realloc(data, bytes);
  void *grown = malloc(bytes);
  if (grown) memcpy(grown, data, old_bytes < bytes ? old_bytes : bytes);
  return grown;
}

static bool grow(DavyRecord *r, void **data, bool integer, size_t old_room, size_t room) {
  size_t element = element_size(integer);
  void *grown = column_resize(r, *data, old_room * element, (room ? room : 1) * element);
  if (!grown) return false;
  if (!r->unfilled) fill_none(grown, integer, old_room, room);
  *data = grown;
  return true;
}

DavyError DavyRecordCreate(DavyRecord **record) {
  *record = calloc(1, sizeof **record);
  DAVY_CHECK(*record, DAVY_ERR_MEMORY, "out of memory for a record");
  return DAVY_OK;
}

void DavyRecordDestroy(DavyRecord **record) {
  DavyRecord *r = *record;
  if (!r) return;
  for (int i = 0; i < DAVY_COLUMN_COUNT; i++) column_free(r, r->columns[i]);
  for (size_t i = 0; i < r->extra_count; i++) {
    free(r->extras[i].name);
    free(r->extras[i].label);
    column_free(r, r->extras[i].data);
  }
  while (r->slabs) {
    Slab *next = r->slabs->next;
    free(r->slabs);
    r->slabs = next;
  }
  for (size_t i = 0; i < r->fact_count; i++) {
    free(r->facts[i].key);
    free(r->facts[i].value);
  }
  for (size_t i = 0; i < r->warning_count; i++) free(r->warnings[i].text);
  free(r->extras);
  free(r->facts);
  free(r->warnings);
  free(r);
  *record = NULL;
}

DavyError DavyRecordReserve(DavyRecord *r, size_t rows) {
  if (rows <= r->room) return DAVY_OK;
  DAVY_CHECK(rows <= SIZE_MAX / sizeof(double), DAVY_ERR_MEMORY, "%zu rows do not fit in memory",
             rows);
  bool ok = true;
  for (int i = 0; ok && i < DAVY_COLUMN_COUNT; i++)
    if (r->columns[i]) ok = grow(r, &r->columns[i], column_table[i].integer, r->room, rows);
  for (size_t i = 0; ok && i < r->extra_count; i++)
    ok = grow(r, (void **)&r->extras[i].data, false, r->room, rows);
  DAVY_CHECK(ok, DAVY_ERR_MEMORY, "out of memory for %zu rows", rows);
  r->room = rows;
  return DAVY_OK;
}

void davy_record_skip_filling(DavyRecord *r) {
  r->unfilled = true;
}

static void fill_behind_rows(DavyRecord *r) {
  for (int i = 0; i < DAVY_COLUMN_COUNT; i++)
    if (r->columns[i]) fill_none(r->columns[i], column_table[i].integer, r->rows, r->room);
  for (size_t i = 0; i < r->extra_count; i++) fill_none(r->extras[i].data, false, r->rows, r->room);
  r->unfilled = false;
}

DavyError DavyRecordSetRows(DavyRecord *r, size_t rows) {
  DAVY_TRY(DavyRecordReserve(r, rows));
  r->rows = rows;
  if (r->unfilled) fill_behind_rows(r);
  return DAVY_OK;
}

size_t DavyRecordRows(const DavyRecord *r) {
  return r->rows;
}
size_t DavyRecordRoom(const DavyRecord *r) {
  return r->room;
}

static void *make_column(DavyRecord *r, DavyColumn column, bool integer) {
  if (column_table[column].integer != integer) return NULL;
  if (!r->columns[column] && !grow(r, &r->columns[column], integer, 0, r->room)) return NULL;
  return r->columns[column];
}

double *DavyRecordMakeNumbers(DavyRecord *r, DavyColumn column) {
  return make_column(r, column, false);
}

int32_t *DavyRecordMakeIntegers(DavyRecord *r, DavyColumn column) {
  return make_column(r, column, true);
}

const double *DavyRecordNumbers(const DavyRecord *r, DavyColumn column) {
  return column_table[column].integer ? NULL : r->columns[column];
}

const int32_t *DavyRecordIntegers(const DavyRecord *r, DavyColumn column) {
  return column_table[column].integer ? r->columns[column] : NULL;
}

bool DavyRecordHas(const DavyRecord *r, DavyColumn column) {
  return r->columns[column] != NULL;
}

void DavyRecordDropColumn(DavyRecord *r, DavyColumn column) {
  column_free(r, r->columns[column]);
  r->columns[column] = NULL;
}

double *DavyRecordMakeExtra(DavyRecord *r, const char *name, const char *label) {
  for (size_t i = 0; i < r->extra_count; i++)
    if (strcmp(r->extras[i].name, name) == 0) return r->extras[i].data;
  Extra *extras = realloc(r->extras, (r->extra_count + 1) * sizeof *extras);
  if (!extras) return NULL;
  r->extras = extras;
  Extra extra = {strdup(name), strdup(label), NULL};
  void *data = NULL;
  if (!extra.name || !extra.label || !grow(r, &data, false, 0, r->room)) {
    free(extra.name);
    free(extra.label);
    return NULL;
  }
  extra.data = data;
  r->extras[r->extra_count++] = extra;
  return extra.data;
}

size_t DavyRecordExtraCount(const DavyRecord *r) {
  return r->extra_count;
}
const char *DavyRecordExtraName(const DavyRecord *r, size_t i) {
  return r->extras[i].name;
}
const char *DavyRecordExtraLabel(const DavyRecord *r, size_t i) {
  return r->extras[i].label;
}
const double *DavyRecordExtra(const DavyRecord *r, size_t i) {
  return r->extras[i].data;
}

__attribute__((format(printf, 1, 0))) static char *format_text(const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *text = length < 0 ? NULL : malloc((size_t)length + 1);
  if (text) vsnprintf(text, (size_t)length + 1, format, args);
  return text;
}

static Fact *find_fact(const DavyRecord *r, const char *key) {
  for (size_t i = 0; i < r->fact_count; i++)
    if (strcmp(r->facts[i].key, key) == 0) return &r->facts[i];
  return NULL;
}

DavyError DavyRecordSetInfo(DavyRecord *r, const char *key, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *value = format_text(format, args);
  va_end(args);
  DAVY_CHECK(value, DAVY_ERR_MEMORY, "out of memory for the fact \"%s\"", key);
  Fact *fact = find_fact(r, key);
  if (fact) {
    free(fact->value);
    fact->value = value;
    return DAVY_OK;
  }
  Fact *facts = realloc(r->facts, (r->fact_count + 1) * sizeof *facts);
  char *copy = facts ? strdup(key) : NULL;
  if (facts) r->facts = facts;
  if (!copy) {
    free(value);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for the fact \"%s\"", key);
  }
  r->facts[r->fact_count++] = (Fact){copy, value};
  return DAVY_OK;
}

const char *DavyRecordInfo(const DavyRecord *r, const char *key) {
  const Fact *fact = find_fact(r, key);
  return fact ? fact->value : NULL;
}

size_t DavyRecordInfoCount(const DavyRecord *r) {
  return r->fact_count;
}
const char *DavyRecordInfoKey(const DavyRecord *r, size_t i) {
  return r->facts[i].key;
}

void DavyRecordWarn(DavyRecord *r, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = format_text(format, args);
  va_end(args);
  if (!text) return;
  for (size_t i = 0; i < r->warning_count; i++)
    if (strcmp(r->warnings[i].text, text) == 0) {
      r->warnings[i].times++;
      free(text);
      return;
    }
  Warning *warnings = realloc(r->warnings, (r->warning_count + 1) * sizeof *warnings);
  if (!warnings) {
    free(text);
    return;
  }
  r->warnings = warnings;
  r->warnings[r->warning_count++] = (Warning){text, 1};
}

size_t DavyRecordWarnings(const DavyRecord *r) {
  return r->warning_count;
}
const char *DavyRecordWarning(const DavyRecord *r, size_t i) {
  return r->warnings[i].text;
}
