/* What an alloy system is made of; shared by its reader, its hull and its tables. */
#ifndef DAVY_MATERIAL_ALLOY_H
#define DAVY_MATERIAL_ALLOY_H

#include "davy/material.h"
#include "davy/yaml.h"

enum { ALLOY_NAME = 96 }; /* two formulas with their amounts */

/* A phase as its file gives it. */
typedef struct {
  const char *name;
  DavyFormula formula;
  double energy; /* eV per atom */
} AlloyEntry;

struct DavyAlloy {
  DavyYaml *document;
  const char *name, *title, *description, *alkali, *host_name; /* borrowed from the document */
  DavyFormula host;
  const char *source, *note; /* of the energies */
  DavyValueKind how;
  AlloyEntry *entries; /* the bare elements among them, at energy 0 */
  size_t entry_count;
  DavyAlloyPhase *phases;
  char (*names)[ALLOY_NAME]; /* of the phases */
  size_t phase_count;
  DavyAlloyPlateau *plateaus;
  size_t plateau_count;
  DavyAlloyBranch *branches;
  size_t branch_count;
};

/* Fills phases and plateaus from host and entries. */
DavyError davy_alloy_hull(DavyAlloy *alloy);

#endif
