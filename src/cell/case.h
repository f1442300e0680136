/* A case of the cell engine as read: every parameter with where it came from. */
#ifndef DAVY_CELL_CASE_H
#define DAVY_CELL_CASE_H

#include "davy/cell.h"
#include "material/parameter.h"

/* The mappings of a case that hold parameters; the case itself is the first. */
typedef enum {
  IN_CASE,
  IN_METAL,
  IN_ELECTROLYTE,
  IN_SEPARATOR,
  IN_WORKING,
  IN_COUNTER,
  SECTION_COUNT
} CaseSection;

/* One row a parameter, in the order of a resolved case. */
typedef enum {
  TEMPERATURE,
  AREA,
  MOLAR_VOLUME,
  CONCENTRATION,
  DIFFUSIVITY,
  CONDUCTIVITY,
  TRANSFERENCE,
  THERMODYNAMIC,
  CATION_DIFFUSIVITY,
  ANION_DIFFUSIVITY,
  SEPARATOR_THICKNESS,
  POROSITY,
  TORTUOSITY,
  BRUGGEMAN,
  WORKING_THICKNESS,
  WORKING_EXCHANGE,
  WORKING_ALPHA_A,
  WORKING_ALPHA_C,
  WORKING_FILM,
  COUNTER_THICKNESS,
  COUNTER_EXCHANGE,
  COUNTER_ALPHA_A,
  COUNTER_ALPHA_C,
  COUNTER_FILM,
  PARAMETER_COUNT
} CaseParameterId;

extern const DavyParameterRow davy_case_rows[PARAMETER_COUNT];
extern const char *const davy_case_sections[SECTION_COUNT]; /* keys: NULL for the case itself */

struct DavyCellCase {
  const char *title; /* borrowed from the document */
  DavyMaterial *material[SECTION_COUNT];
  bool counter_like_working;
  DavyParameter parameter[PARAMETER_COUNT];
  DavyCellParameters cell;
  DavyProtocol *protocol;
  char *warnings[16];
  int warning_count;
};

void CellCaseWarn(DavyCellCase *it, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
