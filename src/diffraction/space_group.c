/* Space groups by number, symbol or Hall symbol. The table of 530 settings is spglib's (Togo,
 * Shinohara and Tanaka, key togo2024); this file only finds the row. */
#include "diffraction/crystal.h"

#include <ctype.h>
#include <spglib.h>
#include <stdlib.h>
#include <string.h>

enum { HALL_COUNT = 530 };

/* Copies `from` without blanks and underscores, up to `stop`. */
static void squeeze(const char *from, const char *stop, char *to, size_t size) {
  size_t n = 0;
  for (; from < stop && n + 1 < size; from++)
    if (!isspace((unsigned char)*from) && *from != '_') to[n++] = *from;
  to[n] = '\0';
}

static bool same_squeezed(const char *text, const char *wanted) {
  char squeezed[64];
  squeeze(text, text + strlen(text), squeezed, sizeof squeezed);
  return strcmp(squeezed, wanted) == 0;
}

/* spglib writes "P 2_1/c = P 1 2_1/c 1" in its full field; either side of "=" counts. */
static bool symbol_matches(const SpglibSpacegroupType *type, const char *wanted) {
  char left[64], right[64];
  const char *equals = strchr(type->international, '=');
  const char *end = type->international + strlen(type->international);
  squeeze(type->international, equals ? equals : end, left, sizeof left);
  squeeze(equals ? equals + 1 : end, end, right, sizeof right);
  return strcmp(left, wanted) == 0 || strcmp(right, wanted) == 0 ||
         same_squeezed(type->international_short, wanted) ||
         same_squeezed(type->international_full, wanted);
}

/* Without a choice the first setting is meant, but R groups are given in hexagonal axes. */
static bool choice_matches(const SpglibSpacegroupType *type, const char *choice) {
  if (*choice) return strcmp(type->choice, choice) == 0;
  return strcmp(type->choice, "R") != 0;
}

static DavyError load_operations(int hall, const char *text, Symmetry *symmetry) {
  symmetry->count = spg_get_symmetry_from_database(symmetry->rotation, symmetry->translation, hall);
  DAVY_CHECK(symmetry->count > 0, DAVY_ERR_LOOKUP, "space group %s: its operations are missing",
             text);
  return DAVY_OK;
}

DavyError davy_space_group_find(const char *text, Symmetry *symmetry) {
  char wanted[64], choice[8] = "";
  const char *colon = strchr(text, ':'), *end = text + strlen(text);
  squeeze(text, colon ? colon : end, wanted, sizeof wanted);
  if (colon) squeeze(colon + 1, end, choice, sizeof choice);
  char *rest;
  long number = strtol(wanted, &rest, 10);
  bool by_number = *wanted && *rest == '\0';
  for (int hall = 1; hall <= HALL_COUNT; hall++) {
    SpglibSpacegroupType type = spg_get_spacegroup_type(hall);
    if (same_squeezed(type.hall_symbol, wanted)) return load_operations(hall, text, symmetry);
    if (!choice_matches(&type, choice)) continue;
    if (by_number ? type.number == number : symbol_matches(&type, wanted))
      return load_operations(hall, text, symmetry);
  }
  return DavyFail(DAVY_ERR_LOOKUP,
                  "space group %s: not in the International Tables; expected a number 1 to 230, a "
                  "symbol such as Fd-3m, with the choice of origin behind a colon (227:2)",
                  text);
}
