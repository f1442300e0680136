/* Crystallographic Information Files: the common subset that describes one crystal.
 *
 * Read: data_ blocks, items, loop_, quoted and semicolon-delimited values, comments, numbers with a
 * standard uncertainty in parentheses. Used: _cell_length_*, _cell_angle_*, _atom_site_*, and the
 * symmetry as a list of operations, a Hall symbol, a Hermann-Mauguin symbol or a number.
 * Format: Hall, Allen and Brown, Acta Cryst. A47 (1991) 655 (key hall1991).
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core/number.h"
#include "davy/file.h"
#include "diffraction/crystal.h"

typedef struct {
  const char *text; /* into the file; not terminated */
  int length, line;
  bool quoted; /* a quoted word is never a keyword, a tag or "." */
} Word;

typedef struct {
  const char *at, *end, *name;
  int line;
  bool line_start;
} Scanner;

/* One tag with its values, in order; `next` chains the columns of one loop together. */
typedef struct {
  Word tag;
  size_t first, stride, count; /* values[first + i * stride] */
} Item;

typedef struct {
  const char *name;
  Word *values;
  Item *items;
  size_t value_count, item_count;
} Block;

static DavyError fail_at(const Scanner *s, int line, const char *what, const char *expected) {
  return DavyFailAt((DavyPlace){s->name, line, 0, -1}, DAVY_ERR_FORMAT, "%s: expected %s", what,
                    expected);
}

static void skip_blank(Scanner *s) {
  while (s->at < s->end) {
    if (*s->at == '#')
      while (s->at < s->end && *s->at != '\n') s->at++;
    else if (!isspace((unsigned char)*s->at))
      return;
    else {
      s->line_start = *s->at == '\n';
      s->line += *s->at++ == '\n';
    }
  }
}

/* A value between lines that begin with ";". */
static DavyError scan_text_field(Scanner *s, Word *word) {
  *word = (Word){s->at + 1, 0, s->line, true};
  for (const char *p = s->at + 1; p < s->end; p++) {
    if (*p != '\n') continue;
    s->line++;
    if (p + 1 < s->end && p[1] == ';') {
      word->length = (int)(p - word->text);
      s->at = p + 2;
      s->line_start = false;
      return DAVY_OK;
    }
  }
  return fail_at(s, word->line, "a text field that begins here never ends", "a line with \";\"");
}

static DavyError scan_quoted(Scanner *s, Word *word) {
  char quote = *s->at;
  const char *p = s->at + 1;
  while (p < s->end && *p != '\n' &&
         !(*p == quote && (p + 1 == s->end || isspace((unsigned char)p[1]))))
    p++;
  if (p == s->end || *p == '\n')
    return fail_at(s, s->line, "a quoted value that begins here never ends", "the closing quote");
  *word = (Word){s->at + 1, (int)(p - s->at - 1), s->line, true};
  s->at = p + 1;
  return DAVY_OK;
}

/* The next word; length 0 and text NULL at the end. */
static DavyError scan(Scanner *s, Word *word) {
  skip_blank(s);
  *word = (Word){NULL, 0, s->line, false};
  if (s->at == s->end) return DAVY_OK;
  if (*s->at == ';' && s->line_start) return scan_text_field(s, word);
  s->line_start = false;
  if (*s->at == '\'' || *s->at == '"') return scan_quoted(s, word);
  word->text = s->at;
  while (s->at < s->end && !isspace((unsigned char)*s->at)) s->at++;
  word->length = (int)(s->at - word->text);
  return DAVY_OK;
}

static bool word_is(Word word, const char *text) {
  return (size_t)word.length == strlen(text) && strncasecmp(word.text, text, strlen(text)) == 0;
}

static bool begins(Word word, const char *text) {
  return !word.quoted && (size_t)word.length >= strlen(text) &&
         strncasecmp(word.text, text, strlen(text)) == 0;
}

static bool ends_loop(Word word) {
  return !word.text || begins(word, "data_") || (!word.quoted && word_is(word, "loop_")) ||
         (!word.quoted && word.text[0] == '_');
}

static DavyError append(void **array, size_t *count, size_t size, const void *element) {
  if ((*count & (*count - 1)) == 0) { /* grow at powers of two */
    void *grown = realloc(*array, (*count ? 2 * *count : 1) * size);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for a CIF");
    *array = grown;
  }
  memcpy((char *)*array + (*count)++ * size, element, size);
  return DAVY_OK;
}

static DavyError add_value(Block *b, Word word) {
  return append((void **)&b->values, &b->value_count, sizeof word, &word);
}

static DavyError add_item(Block *b, Item item) {
  return append((void **)&b->items, &b->item_count, sizeof item, &item);
}

static DavyError scan_loop(Scanner *s, Block *b, Word *word) {
  int start = word->line;
  size_t first_item = b->item_count, first_value = b->value_count;
  DAVY_TRY(scan(s, word));
  for (; begins(*word, "_");) {
    DAVY_TRY(add_item(b, (Item){.tag = *word}));
    DAVY_TRY(scan(s, word));
  }
  size_t columns = b->item_count - first_item;
  if (!columns) return fail_at(s, start, "loop_ without names", "names that begin with _");
  for (; !ends_loop(*word);) {
    DAVY_TRY(add_value(b, *word));
    DAVY_TRY(scan(s, word));
  }
  size_t values = b->value_count - first_value;
  if (values % columns)
    return DavyFailAt((DavyPlace){s->name, start, 0, -1}, DAVY_ERR_FORMAT,
                      "a loop of %zu names holds %zu values: expected a multiple of %zu", columns,
                      values, columns);
  for (size_t i = 0; i < columns; i++) {
    Item *item = &b->items[first_item + i];
    item->first = first_value + i;
    item->stride = columns;
    item->count = values / columns;
  }
  return DAVY_OK;
}

static const Item *find(const Block *b, const char *tag) {
  for (size_t i = 0; i < b->item_count; i++)
    if (word_is(b->items[i].tag, tag)) return &b->items[i];
  return NULL;
}

/* Reads up to the end of the first block that has a cell and atoms. */
static DavyError scan_block(Scanner *s, Block *b) {
  Word word;
  DAVY_TRY(scan(s, &word));
  while (word.text) {
    if (begins(word, "data_")) {
      if (find(b, "_cell_length_a") && find(b, "_atom_site_fract_x")) return DAVY_OK;
      b->item_count = b->value_count = 0;
      DAVY_TRY(scan(s, &word));
    } else if (!word.quoted && word_is(word, "loop_")) {
      DAVY_TRY(scan_loop(s, b, &word));
    } else if (begins(word, "_")) {
      Item item = {.tag = word, .first = b->value_count, .stride = 1, .count = 1};
      DAVY_TRY(scan(s, &word));
      if (ends_loop(word)) return fail_at(s, item.tag.line, "a name without a value", "a value");
      DAVY_TRY(add_item(b, item));
      DAVY_TRY(add_value(b, word));
      DAVY_TRY(scan(s, &word));
    } else {
      return fail_at(s, word.line, "a value without a name", "a name that begins with _");
    }
  }
  return DAVY_OK;
}

static Word value_of(const Block *b, const Item *item, size_t i) {
  return b->values[item->first + i * item->stride];
}

static bool missing(Word word) {
  return !word.quoted && word.length == 1 && (*word.text == '?' || *word.text == '.');
}

/* "5.366(2)": the uncertainty in parentheses is left out. */
static DavyError number(const Block *b, const Item *item, size_t i, double *value) {
  Word word = value_of(b, item, i);
  const char *stop = memchr(word.text, '(', (size_t)word.length);
  const char *end = stop ? stop : word.text + word.length;
  if (davy_parse_double(word.text, end, '.', value) == end && end > word.text && isfinite(*value))
    return DAVY_OK;
  return DavyFailAt((DavyPlace){b->name, word.line, 0, -1}, DAVY_ERR_FORMAT,
                    "%.*s = %.*s: expected a number", item->tag.length, item->tag.text, word.length,
                    word.text);
}

static DavyError require(const Block *b, const char *tag, const Item **item) {
  *item = find(b, tag);
  DAVY_CHECK(*item && (*item)->count, DAVY_ERR_KEY, "%s: no %s: expected a crystal structure",
             b->name, tag);
  return DAVY_OK;
}

static DavyError read_lattice(const Block *b, DavyLattice *lattice) {
  static const char *const lengths[] = {"_cell_length_a", "_cell_length_b", "_cell_length_c"};
  static const char *const angles[] = {"_cell_angle_alpha", "_cell_angle_beta",
                                       "_cell_angle_gamma"};
  const Item *item;
  for (int i = 0; i < 3; i++) {
    double value;
    DAVY_TRY(require(b, lengths[i], &item));
    DAVY_TRY(number(b, item, 0, &value));
    lattice->length[i] = 1e-10 * value; /* CIF: angstrom */
    DAVY_TRY(require(b, angles[i], &item));
    DAVY_TRY(number(b, item, 0, &value));
    lattice->angle[i] = value * M_PI / 180;
  }
  lattice->line = find(b, lengths[0])->tag.line;
  return DAVY_OK;
}

/* One third of an operation, "-x+y+1/3": a row of the rotation and its translation. */
static bool parse_row(const char **at, const char *end, int row[3], double *shift) {
  int sign = 1;
  bool any = false;
  row[0] = row[1] = row[2] = 0;
  *shift = 0;
  for (; *at < end && **at != ','; (*at)++) {
    char c = (char)tolower((unsigned char)**at);
    if (isspace((unsigned char)c) || c == '*') continue;
    if (c == '+' || c == '-') {
      sign = c == '-' ? -1 : 1;
    } else if (c >= 'x' && c <= 'z') {
      row[c - 'x'] += sign;
      any = true;
    } else if (isdigit((unsigned char)c) || c == '.') {
      double upper, lower = 1;
      const char *rest = davy_parse_double(*at, end, '.', &upper);
      if (!rest || rest == *at) return false;
      if (rest < end && *rest == '/') {
        const char *below = davy_parse_double(rest + 1, end, '.', &lower);
        if (!below || below == rest + 1 || lower == 0) return false;
        rest = below;
      }
      *shift += sign * upper / lower;
      *at = rest - 1;
    } else {
      return false;
    }
  }
  return any && fabs(*shift) < 10 && abs(row[0]) <= 1 && abs(row[1]) <= 1 && abs(row[2]) <= 1;
}

static bool parse_operation(Word word, int rotation[3][3], double translation[3]) {
  const char *at = word.text, *end = word.text + word.length;
  for (int i = 0; i < 3; i++) {
    if (!parse_row(&at, end, rotation[i], &translation[i])) return false;
    if (i < 2 && (at == end || *at++ != ',')) return false;
  }
  return at == end;
}

static DavyError read_operations(const Block *b, const Item *item, Symmetry *symmetry) {
  DAVY_CHECK(item->count <= DAVY_MOST_OPERATIONS, DAVY_ERR_VALUE,
             "%s: %zu symmetry operations: expected at most %d", b->name, item->count,
             DAVY_MOST_OPERATIONS);
  symmetry->count = (int)item->count;
  for (int k = 0; k < symmetry->count; k++) {
    Word word = value_of(b, item, (size_t)k);
    if (!parse_operation(word, symmetry->rotation[k], symmetry->translation[k]))
      return DavyFailAt((DavyPlace){b->name, word.line, 0, -1}, DAVY_ERR_FORMAT,
                        "%.*s: expected a symmetry operation such as -x,y+1/2,z", word.length,
                        word.text);
  }
  return DAVY_OK;
}

static DavyError read_symmetry(const Block *b, Symmetry *symmetry) {
  static const char *const lists[] = {"_space_group_symop_operation_xyz",
                                      "_symmetry_equiv_pos_as_xyz"};
  static const char *const names[] = {
      "_space_group_name_Hall",    "_symmetry_space_group_name_Hall",
      "_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M",
      "_space_group_IT_number",    "_symmetry_Int_Tables_number"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    const Item *item = find(b, lists[i]);
    if (item && item->count) return read_operations(b, item, symmetry);
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const Item *item = find(b, names[i]);
    if (!item || !item->count || missing(value_of(b, item, 0))) continue;
    Word word = value_of(b, item, 0);
    char text[64];
    snprintf(text, sizeof text, "%.*s", word.length, word.text);
    DavyError error = davy_space_group_find(text, symmetry);
    return error ? DavyErrorContext(error, "%s:%d", b->name, word.line) : DAVY_OK;
  }
  return DavyFail(DAVY_ERR_KEY, "%s: no symmetry: expected %s or a space group", b->name, lists[0]);
}

/* "Na1", "Na+", "NA": the letters that make an element. */
static void element_symbol(Word word, char element[4]) {
  int n = 0;
  while (n < word.length && n < 2 && isalpha((unsigned char)word.text[n])) {
    element[n] =
        (char)(n ? tolower((unsigned char)word.text[n]) : toupper((unsigned char)word.text[n]));
    n++;
  }
  element[n] = '\0';
}

static DavyError read_optional(const Block *b, const char *tag, size_t i, double *value) {
  const Item *item = find(b, tag);
  if (!item || i >= item->count || missing(value_of(b, item, i))) return DAVY_OK;
  return number(b, item, i, value);
}

static DavyError read_sites(const Block *b, DavySite *sites, size_t count) {
  static const char *const axes[] = {"_atom_site_fract_x", "_atom_site_fract_y",
                                     "_atom_site_fract_z"};
  const Item *symbol = find(b, "_atom_site_type_symbol");
  if (!symbol) DAVY_TRY(require(b, "_atom_site_label", &symbol));
  for (int axis = 0; axis < 3; axis++) {
    const Item *item;
    DAVY_TRY(require(b, axes[axis], &item));
    DAVY_CHECK(item->count == count && symbol->count == count, DAVY_ERR_FORMAT,
               "%s: %s has %zu values for %zu atoms: expected as many", b->name, axes[axis],
               item->count, count);
    for (size_t i = 0; i < count; i++) DAVY_TRY(number(b, item, i, &sites[i].position[axis]));
  }
  for (size_t i = 0; i < count; i++) {
    double u_iso = 0; /* angstrom2 */
    element_symbol(value_of(b, symbol, i), sites[i].element);
    sites[i].line = value_of(b, symbol, i).line;
    sites[i].occupancy = 1;
    DAVY_TRY(read_optional(b, "_atom_site_occupancy", i, &sites[i].occupancy));
    DAVY_TRY(read_optional(b, "_atom_site_B_iso_or_equiv", i, &sites[i].b_iso));
    DAVY_TRY(read_optional(b, "_atom_site_U_iso_or_equiv", i, &u_iso));
    if (u_iso > 0) sites[i].b_iso = 8 * M_PI * M_PI * u_iso;
    sites[i].b_iso *= 1e-20;
  }
  return DAVY_OK;
}

static DavyError build(const Block *b, DavyCrystal **crystal) {
  enum { NAME_SIZE = 256 };
  DavyLattice lattice;
  const Item *x;
  DAVY_TRY(require(b, "_atom_site_fract_x", &x));
  DAVY_TRY(read_lattice(b, &lattice));
  Symmetry *symmetry = calloc(1, sizeof *symmetry);
  DavySite *sites = calloc(x->count, sizeof *sites);
  DavyError error = symmetry && sites ? DAVY_OK : DavyFail(DAVY_ERR_MEMORY, "out of memory");
  if (!error) error = read_symmetry(b, symmetry);
  if (!error) error = read_sites(b, sites, x->count);
  if (!error) error = davy_crystal_build(b->name, &lattice, symmetry, sites, x->count, crystal);
  free(symmetry);
  free(sites);
  return error;
}

DavyError DavyCrystalParseCif(const char *text, size_t length, const char *name,
                              DavyCrystal **crystal) {
  Scanner scanner = {text, text + length, name, 1, true};
  Block block = {.name = name};
  *crystal = NULL;
  DavyError error = scan_block(&scanner, &block);
  if (!error) error = build(&block, crystal);
  free(block.values);
  free(block.items);
  return error;
}

DavyError DavyCrystalFromCif(const char *path, DavyCrystal **crystal) {
  DavyBytes bytes;
  *crystal = NULL;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = DavyCrystalParseCif((const char *)bytes.data, bytes.size, path, crystal);
  DavyBytesClose(&bytes);
  return error;
}
