/* Materials: what is known of a metal, an electrolyte, a separator or a phase, each value with its
 * unit, where it holds, its source and its kind. One YAML file per material in data/;
 * docs/materials.md describes them.
 *
 *   DavyMaterial *electrolyte = NULL;
 *   DavyMaterialLoad("NaPF6_EC_PC", &electrolyte);
 *   DavyValue kappa;
 *   DavyConditions here = {.temperature = 298.15, .concentration = 1000};
 *   DavyMaterialValue(electrolyte, "conductivity", &here, &kappa);  // kappa.value in S/m
 */
#ifndef DAVY_MATERIAL_H
#define DAVY_MATERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include "davy/error.h"
#include "davy/table.h"
#include "davy/yaml.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a value came to be known. X(name, word in the files). */
#define DAVY_VALUE_KINDS(X)                                                                        \
  X(DAVY_MEASURED, "measured")                                                                     \
  X(DAVY_COMPUTED, "computed") /* from other values, or by density functional theory */            \
  X(DAVY_FITTED, "fitted")     /* a model's parameter, adjusted to data */                         \
  X(DAVY_ASSUMED, "assumed")   /* an estimate; its note says on what grounds */                    \
  X(DAVY_RECALLED, "recalled") /* from a handbook without a page: not yet sourced */

typedef enum {
#define DAVY_VALUE_KIND_ENUM(name, word) name,
  DAVY_VALUE_KINDS(DAVY_VALUE_KIND_ENUM)
#undef DAVY_VALUE_KIND_ENUM
} DavyValueKind;

const char *DavyValueKindWord(DavyValueKind kind); /* "measured" */
/* Only what is recalled or assumed may be "unsourced": DAVY_ERR_VALUE at `place` for the rest. */
DavyError DavyValueSourceCheck(DavyPlace place, const char *source, DavyValueKind kind);

/* Where a value is wanted. Zero means not said: the temperature is then 298.15 K, and the
 * concentration the one that the electrolyte is made with (its property "concentration"). */
typedef struct {
  double temperature;   /* K */
  double concentration; /* of salt, mol/m3 */
  double stoichiometry; /* of a cathode: alkali in it over the most that it holds */
  bool extrapolate;     /* outside the range of validity: hold the nearest value and say so in
                         * DavyValue.outside, where it would else be an error */
} DavyConditions;

typedef struct {
  double value;       /* SI */
  double low, high;   /* the range that the source gives, SI; NaN if none */
  const char *unit;   /* SI unit of these, as "S/m"; static */
  const char *source; /* key of data/sources.bib; owned by the material, as the note */
  const char *note;   /* NULL if none */
  DavyValueKind kind;
  bool outside; /* the conditions lie outside the range of validity */
} DavyValue;

typedef struct DavyMaterial DavyMaterial;
typedef struct DavyProperty DavyProperty; /* one property of a material; owned by it */

/* Loads a material by name or alias (case does not matter) from the data directory, or from the
 * file if `name` ends in ".yaml". Errors: DAVY_ERR_LOOKUP with the nearest known name; format, key,
 * unit and value errors of the file with their place. */
DavyError DavyMaterialLoad(const char *name, DavyMaterial **material);
void DavyMaterialDestroy(DavyMaterial **material);

const char *DavyMaterialName(const DavyMaterial *material);    /* "NaPF6_EC_PC" */
const char *DavyMaterialTitle(const DavyMaterial *material);   /* for people */
const char *DavyMaterialClass(const DavyMaterial *material);   /* "electrolyte", "metal", ... */
const char *DavyMaterialFormula(const DavyMaterial *material); /* "Na3Sb"; NULL if it has none */

/* The crystal structure as the file has it, for diffraction.h to read; index 0 if there is none. It
 * lives as long as the material. */
DavyNode DavyMaterialCrystal(const DavyMaterial *material);

/* The value of a property; registers its source with DavyCite. Errors: DAVY_ERR_LOOKUP if the
 * material lacks it, DAVY_ERR_VALUE outside the range of validity. */
DavyError DavyMaterialValue(const DavyMaterial *material, const char *property,
                            const DavyConditions *conditions, DavyValue *value);
bool DavyMaterialHas(const DavyMaterial *material, const char *property);

/* The same in two steps, for a solver's inner loop: find once (this cites), evaluate often (no
 * search, no allocation, safe from several threads). `where` is the concentration in mol/m3, or the
 * temperature in K for the few tables over temperature; constants ignore it. Inside a table the
 * value is C1 and monotone between its points (Steffen 1990); beyond its ends it is held. `slope`
 * may be NULL. */
DavyError DavyMaterialFind(const DavyMaterial *material, const char *property,
                           const DavyProperty **found);
double DavyPropertyAt(const DavyProperty *property, double where, double *slope);

/* Tables for people and machines: every value of one material (property, at, value, unit, low,
 * high, valid, kind, source, note), and every material of the data directory (name, class, title).
 */
DavyError DavyMaterialTable(const DavyMaterial *material, DavyTable **table);
DavyError DavyMaterialList(DavyTable **table);

/* A chemical formula with brackets, "Na3V2(PO4)2F3". Errors: DAVY_ERR_VALUE naming what stands
 * where an element, a number or a bracket should. */
enum { DAVY_FORMULA_PARTS = 12 };
typedef struct {
  size_t count;
  struct {
    char symbol[3];
    double amount;
  } part[DAVY_FORMULA_PARTS]; /* each element once, in the order of the text */
} DavyFormula;

DavyError DavyFormulaRead(const char *text, DavyFormula *formula);
double DavyFormulaAmount(const DavyFormula *formula, const char *symbol); /* 0 if absent */
double DavyFormulaAtoms(const DavyFormula *formula);
double DavyFormulaMolarMass(const DavyFormula *formula); /* kg/mol */

/* An alloy system: an alkali metal and what it alloys with ("Na-Sn") or converts ("Na-NiSb"). From
 * the formation energies of its phases follow, by the lower convex hull, which are stable at 0 K
 * and at which potential against the alkali metal they turn into each other; beside them stand the
 * potentials that were measured, alloying and dealloying. One file per system in data/alloys. */
typedef struct DavyAlloy DavyAlloy;

typedef struct {
  const char *name;   /* "NaSn", or "1 Ni + 1 Na3Sb" for a mixture of two; owned by the alloy */
  double x;           /* alkali atoms per formula of the host */
  double energy;      /* of formation from the elements, eV per atom */
  double above_hull;  /* eV per atom; 0 on the hull */
  double alkali_part; /* alkali atoms over all atoms */
} DavyAlloyPhase;

typedef struct {
  const char *from, *to;
  double x_from, x_to;
  double voltage;  /* against the alkali metal, V */
  double capacity; /* C per kg of bare host */
} DavyAlloyPlateau;

typedef struct {
  const char *from, *to;
  double x_from, x_to;
  double alloying, dealloying; /* V; NaN if not known */
  const char *source, *note;   /* note: NULL if none */
  DavyValueKind kind;
} DavyAlloyBranch;

/* By name in any case, or from a file if `name` ends in ".yaml". */
DavyError DavyAlloyLoad(const char *name, DavyAlloy **alloy);
void DavyAlloyDestroy(DavyAlloy **alloy);
const char *DavyAlloyName(const DavyAlloy *alloy);
const char *DavyAlloyTitle(const DavyAlloy *alloy);

/* Phases of the host's composition, x ascending, the bare host first; where the host is a compound
 * the mixtures of two phases that are stable stand among them. */
size_t DavyAlloyPhaseCount(const DavyAlloy *alloy);
DavyAlloyPhase DavyAlloyPhaseAt(const DavyAlloy *alloy, size_t i);
size_t DavyAlloyPlateauCount(const DavyAlloy *alloy);
DavyAlloyPlateau DavyAlloyPlateauAt(const DavyAlloy *alloy, size_t i);
size_t DavyAlloyBranchCount(const DavyAlloy *alloy);
DavyAlloyBranch DavyAlloyBranchAt(const DavyAlloy *alloy, size_t i);

/* The three as tables, and every system of the data directory. */
DavyError DavyAlloyPhaseTable(const DavyAlloy *alloy, DavyTable **table);
DavyError DavyAlloyPlateauTable(const DavyAlloy *alloy, DavyTable **table);
DavyError DavyAlloyBranchTable(const DavyAlloy *alloy, DavyTable **table);
DavyError DavyAlloyList(DavyTable **table);

#ifdef __cplusplus
}
#endif
#endif
