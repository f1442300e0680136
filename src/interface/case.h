/* A case of the interface engine as read: every parameter with where it came from, and the model
 * that they make. docs/interface.md has the keys. */
#ifndef DAVY_INTERFACE_CASE_H
#define DAVY_INTERFACE_CASE_H

#include <stdio.h>

#include "davy/yaml.h"
#include "interface/model.h"
#include "material/parameter.h"

/* The mappings that hold parameters; the case itself is the first. From IN_COSINE on they are kinds
 * of a shape, a pattern, a contact, of nucleation: one mapping holds those of its kind. */
typedef enum {
  IN_CASE,
  IN_METAL,
  IN_ELECTROLYTE,
  IN_DOMAIN,
  IN_FRONT,
  IN_COUNTER,
  IN_INITIAL,
  IN_ANISOTROPY,
  IN_SURFACE,
  IN_COSINE,
  IN_APEX,
  IN_BUNDLE,
  IN_WEAVE,
  IN_STRIPES,
  IN_ISLANDS,
  IN_RANDOM_ISLANDS,
  IN_RESISTIVE,
  IN_SCHOTTKY,
  IN_INSTANTANEOUS,
  IN_PROGRESSIVE,
  IN_CONVERSION,
  IN_CENTRE_SEEDS,
  SECTION_COUNT
} CaseSection;

/* One row a parameter, in the order of a resolved case. */
typedef enum {
  TEMPERATURE,
  MOLAR_VOLUME,
  CONCENTRATION, /* first: the electrolyte's other values are taken at it */
  DIFFUSIVITY,
  CONDUCTIVITY,
  TRANSFERENCE,
  THERMODYNAMIC,
  CATION_DIFFUSIVITY,
  ANION_DIFFUSIVITY,
  PERMITTIVITY,
  WIDTH,
  DEPTH,
  GAP,
  FRONT_EXCHANGE,
  FRONT_ALPHA_A,
  FRONT_ALPHA_C,
  FRONT_FILM,
  FRONT_REPAIR,
  FRONT_ENERGY,
  ANISOTROPY_STRENGTH,
  COUNTER_THICKNESS,
  COUNTER_EXCHANGE,
  COUNTER_ALPHA_A,
  COUNTER_ALPHA_C,
  COUNTER_FILM,
  COUNTER_REPAIR,
  COUNTER_ENERGY,
  INITIAL_FILM,
  COSINE_AMPLITUDE,
  COSINE_LENGTH,
  APEX_AMPLITUDE,
  APEX_LENGTH,
  APEX_X,
  APEX_Z,
  BUNDLE_FIBRES,
  BUNDLE_RADIUS,
  BUNDLE_GAP,
  BUNDLE_JITTER,
  WEAVE_RADIUS,
  WEAVE_GAP,
  WEAVE_SPACING,
  STRIPES_PERIOD,
  STRIPES_SHARE,
  STRIPES_OFFSET,
  ISLANDS_SPACING,
  ISLANDS_DIAMETER,
  RANDOM_NUMBER,
  RANDOM_DENSITY,
  RANDOM_LINE_DENSITY,
  RANDOM_DIAMETER,
  RANDOM_SPREAD,
  RANDOM_GAP,
  SEED_RADIUS, /* of seeds in the middle of patches */
  SEED_ANGLE,
  OF_SURFACE, /* from here on once for each surface */
  SURFACE_FILM = OF_SURFACE,
  CONTACT_RESISTANCE,
  SCHOTTKY_BARRIER,
  SCHOTTKY_RICHARDSON,
  SCHOTTKY_SATURATION,
  SCHOTTKY_IDEALITY,
  SCHOTTKY_RESISTANCE,
  INSTANT_DENSITY,
  INSTANT_LINE_DENSITY,
  INSTANT_OVERPOTENTIAL,
  INSTANT_RADIUS,
  INSTANT_ANGLE,
  PROGRESSIVE_DENSITY,
  PROGRESSIVE_LINE_DENSITY,
  PROGRESSIVE_OVERPOTENTIAL,
  PROGRESSIVE_RADIUS,
  PROGRESSIVE_ANGLE,
  PROGRESSIVE_RATE,
  PROGRESSIVE_BARRIER,
  CONVERSION_CAPACITY,
  CONVERSION_POTENTIAL,
  CONVERSION_EXCHANGE,
  PARAMETER_COUNT
} CaseParameterId;

extern const DavyParameterRow davy_interface_rows[PARAMETER_COUNT];

/* A word of the case and the section with its values, -1: none. Lists end with a NULL word. */
typedef struct {
  const char *word;
  int section;
} CaseKind;

enum { NO_SECTION = -1 };
extern const CaseKind davy_case_shapes[], davy_case_patterns[], davy_case_contacts[],
    davy_case_nucleations[];

typedef struct {
  const char *name; /* borrowed from the document */
  DavyMaterial *material;
  int contact, nucleation;
  bool converts;
  DavyParameter parameter[PARAMETER_COUNT];
} CaseSurface;

typedef struct DavyInterfaceCase {
  const char *title; /* borrowed from the document */
  DavyMaterial *metal, *electrolyte;
  int shape, pattern;
  DavyParameter parameter[PARAMETER_COUNT];
  CaseSurface surface[DAVY_MOST_SURFACES];
  double up[3], along[3]; /* crystal directions along y and x */
  int seeds_on;           /* the surface with a seed in the middle of each patch; -1: none */
  DavyFibre *fibre;
  DavySubstratePlan plan;
  DavyModel model;
  char *warnings[16];
  int warning_count;
} DavyInterfaceCase;

/* The document must outlive the case. Errors name file, line, key, value and what was expected.
 * Sources of what is used are registered with DavyCite. */
DavyError DavyInterfaceCaseRead(const DavyYaml *document, DavyInterfaceCase **it);
void DavyInterfaceCaseDestroy(DavyInterfaceCase **it);

/* The resolved case, with what to expect of it as comments. Read again it gives the same model. */
void DavyInterfaceCaseWrite(const DavyInterfaceCase *it, FILE *file);

/* The keys of a case, with bounds and defaults. */
void DavyInterfaceCaseDescribe(FILE *file);

/* m2; in two dimensions of one metre's depth. */
double DavyInterfaceCaseArea(const DavyInterfaceCase *it);

/* Figures from the case alone, at the initial concentration. */
typedef struct {
  double conductivity;     /* S/m */
  double limiting_current; /* with the film that is there at first, A/m2 */
  double largest_current;  /* of the protocol, A/m2; 0: it drives none */
  double sand_time;        /* at it, s */
  double wagner;           /* kappa (d eta/d i)/width at it, or at no current */
  double debye_length;     /* m */
  double capillary_length; /* gamma V_m/(RT): of that radius a ridge is RT/(zF) off, m */
  double marginal_wave;    /* shorter waves along x of a flat front die out at largest_current, m */
  double critical_radius;  /* of a nucleus at the overpotential of the protocol, m; 0: unknown */
  double plated;           /* most metal over the run, C/m2 */
  double moved;            /* sum of all that is plated and stripped, C/m2 */
  double travel;           /* of a flat front over the run, m */
  double steps;            /* of the front, in time */
  double finest;           /* cells, no larger than asked for, m */
  double cells, memory;    /* about; bytes */
} DavyInterfaceExpected;

DavyInterfaceExpected DavyInterfaceExpect(const DavyInterfaceCase *it);

/* Parts of the reading. */
DavyError InterfaceCaseCrystal(DavyInterfaceCase *it, DavyNode node);
DavyError InterfaceCaseSubstrate(DavyInterfaceCase *it, DavyNode node);
DavyError InterfaceCaseInitial(DavyInterfaceCase *it, DavyNode node);
/* Reads the values of one section and fills in its fallbacks; what has none and must be said is an
 * error. `others`: further keys, NULL-terminated, that the caller reads. */
DavyError InterfaceCaseSection(DavyNode node, const char *what, int section,
                               const char *const *others, DavyMaterial **material,
                               DavyParameter *parameter);
DavyError InterfaceCaseFill(DavyNode node, const char *what, int section, DavyParameter *parameter);
/* The surface of that name; a list of `least` to `most` lengths, m. */
DavyError InterfaceCaseSurface(const DavyInterfaceCase *it, DavyNode node, int *found);
DavyError InterfaceCasePlace(DavyNode node, const char *what, int least, int most, double x[3]);
void InterfaceCaseWarn(DavyInterfaceCase *it, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void InterfaceCaseWarnings(DavyInterfaceCase *it);

#endif
