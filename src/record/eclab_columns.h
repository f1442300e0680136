/* What the columns of Bio-Logic EC-Lab and BT-Lab files mean: one vocabulary for .mpr and .mpt.
 *
 * A text export heads a column "quantity/unit" ("(Q-Qo)/mA.h"); a binary file numbers it. The
 * number leads to the heading, the heading to the quantity (what it becomes in a record) and to the
 * unit.
 */
#ifndef DAVY_RECORD_ECLAB_COLUMNS_H
#define DAVY_RECORD_ECLAB_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "davy/record.h"

typedef enum {
  ECLAB_KEEP,      /* a BDF column, or an extra one if it varies */
  ECLAB_SKIP,      /* a flag, or computed by the export from columns that are there as well */
  ECLAB_MODE,      /* 1 galvanostatic, 2 potentiostatic, 3 rest; makes steps, is no column */
  ECLAB_ERROR,     /* counted for a warning */
  ECLAB_CONTROL,   /* "control/V/mA": ampere in mode 1, volt in mode 2, nothing in mode 3 */
  ECLAB_CHARGE,    /* dq, charge since the row before: the source of current, is no column */
  ECLAB_HALF,      /* half cycle: an extra column; makes steps, and cycles where none are stored */
  ECLAB_IMPEDANCE, /* zero stands for "no value" in rows without a frequency */
  ECLAB_LOOPED     /* starts again with every loop of the experiment; a record's goes on */
} EclabRole;

typedef struct {
  const char *quantity; /* as EC-Lab writes it, in ASCII */
  EclabRole role;
  DavyColumn column;        /* DAVY_COLUMN_COUNT: always an extra column */
  int rank;                 /* of several candidates for one column the lowest wins */
  const char *name, *label; /* as an extra column, without the unit */
} EclabQuantity;

typedef struct {
  const char *text;         /* "mA.h" */
  double scale;             /* to the unit of the record */
  const char *name, *label; /* "ah", "Ah" */
} EclabUnit;

/* Widths of numbers in the rows of an .mpr file. */
typedef enum { ECLAB_FLAG, ECLAB_U1, ECLAB_U2, ECLAB_U4, ECLAB_F4, ECLAB_F8 } EclabWidth;

typedef struct {
  uint16_t id;
  uint8_t width; /* EclabWidth */
  const char *heading;
} EclabId;

/* Splits a heading (ASCII, see eclab_heading) into quantity and unit. An unknown quantity gives
 * NULL, an unknown unit a scale of 1 under its own text. */
const EclabQuantity *eclab_quantity(const char *heading, EclabUnit *unit, char unit_text[32]);

/* Turns a heading of a text export into ASCII: micro into u, degree into "deg", blanks trimmed;
 * Latin-1 and UTF-8 alike. `heading` holds at most `size` bytes with the zero. */
void eclab_heading(const char *begin, const char *end, char *heading, size_t size);

/* The meaning of a column number, or NULL. Files of EC-Lab before 10 have one byte for the number:
 * one below 256 that is not known itself stands for the number whose low byte it is. `impedance`:
 * the harmonics of the counter electrode share their numbers with the charges of a half cycle. */
const EclabId *eclab_id(uint16_t id, bool impedance);

/* Names of techniques by their number in the settings; NULL if unknown. `full` is what a text
 * export says. */
const char *eclab_technique(unsigned id);
const char *eclab_technique_from_words(const char *full);

/* Name of an instrument by its number in the log; NULL if unknown. */
const char *eclab_instrument(unsigned id);

#endif
