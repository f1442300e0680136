/* What a material is made of; shared by its loader, its evaluation and its tables. */
#ifndef DAVY_MATERIAL_PARTS_H
#define DAVY_MATERIAL_PARTS_H

#include <gsl/gsl_interp.h>
#include "davy/material.h"
#include "davy/yaml.h"

/* A property that davy knows: its SI unit and the bounds of any sound value, SI. */
typedef struct {
  const char *name, *unit;
  double lo, hi;
  const char *words;
} DavyPropertyKind;

/* Ends with a NULL name. */
extern const DavyPropertyKind davy_property_kinds[];

typedef enum {
  DAVY_OVER_TEMPERATURE,
  DAVY_OVER_CONCENTRATION,
  DAVY_OVER_STOICHIOMETRY,
  DAVY_OVER_COUNT
} DavyAxis;

typedef struct {
  const char *word, *unit;
  double lo, hi;
} DavyAxisKind;

extern const DavyAxisKind davy_axes[DAVY_OVER_COUNT];

struct DavyProperty {
  const DavyPropertyKind *kind;
  double value, low, high; /* SI */
  struct {                 /* as the file has them, for people */
    char *unit;
    double value, low, high, *y;
  } shown;
  bool is_table;
  DavyAxis axis; /* of a table */
  double *x, *y; /* its points, SI, x ascending */
  size_t count;
  gsl_interp *curve;
  struct {
    bool given;
    double lo, hi;
  } valid[DAVY_OVER_COUNT];
  const char *source, *note; /* borrowed from the document */
  DavyValueKind how;
};

struct DavyMaterial {
  DavyYaml *document;
  const char *name, *title, *description, *formula; /* borrowed from the document */
  int class_index;
  DavyNode aliases, crystal;
  DavyProperty *properties;
  size_t property_count;
};

/* The words of DavyValueKind as choices; ends with NULL. */
extern const char *const davy_kind_words[];

/* Reads one file, which `path` names. */
DavyError DavyMaterialRead(const char *path, DavyMaterial **material);

#endif
