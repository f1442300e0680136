/* The parameters of a case: keys, units, bounds, what lends them, defaults. */
#include <math.h>

#include "davy/constants.h"
#include "interface/case.h"

#define NONE      NAN, NULL
#define NO_LENDER NULL, IN_CASE

static const double RIGHT_ANGLE = 1.5707963267948966;

#define LENGTH(section, key, lo, ...)                                                              \
  { section, key, "um", "m", lo, 1, NO_LENDER, __VA_ARGS__ }
#define KINETICS(name, section)                                                                    \
  DAVY_KINETICS_ROWS(name, section, IN_ELECTROLYTE),                                               \
      [name##_REPAIR] = {section, "film_repair_time",         "min", "s", 0, 1e30, NO_LENDER,      \
                         0,       "mended as it is stretched"},                                    \
      [name##_ENERGY] = {section, "surface_energy", "J/m2",   "J/m2", 0,                           \
                         10,      "surface_energy", IN_METAL, 0,      "without surface tension"}
#define NUCLEI(name, section)                                                                      \
  [name##_DENSITY] = {section, "density", "um-2", "1/m2", 0, 1e20, NO_LENDER, NONE},               \
  [name##_LINE_DENSITY] = {section, "line_density", "um-1", "1/m", 0, 1e10, NO_LENDER, NONE},      \
  [name##_OVERPOTENTIAL] =                                                                         \
      {section, "overpotential", "mV", "V", 0, 10, NO_LENDER, 0, "as soon as metal may plate"},    \
  [name##_RADIUS] = {section, "radius", "nm", "m", 1e-12, 1e-2, NO_LENDER, NONE},                  \
  [name##_ANGLE] = {section, "contact_angle", "deg",       "rad",          0.01,                   \
                    3.13,    NO_LENDER,       RIGHT_ANGLE, "half a sphere"}

const DavyParameterRow davy_interface_rows[PARAMETER_COUNT] = {
    [TEMPERATURE] = {IN_CASE, "temperature", "degC", "K", 150, 600, NO_LENDER,
                     DAVY_ZERO_CELSIUS + 25, "a thermostat at 25 degC"},
    DAVY_SALT_ROWS(IN_METAL, IN_ELECTROLYTE),
    [PERMITTIVITY] = {IN_ELECTROLYTE, "relative_permittivity", "1", "1", 1, 1000, NO_LENDER, 20,
                      "ethers have 7, carbonates 65; for the Debye length alone"},
    [WIDTH] = LENGTH(IN_DOMAIN, "width", 1e-9, NONE),
    [DEPTH] = LENGTH(IN_DOMAIN, "depth", 1e-9, NONE),
    [GAP] = LENGTH(IN_DOMAIN, "gap", 1e-9, NONE),
    KINETICS(FRONT, IN_FRONT),
    [ANISOTROPY_STRENGTH] = {IN_ANISOTROPY, "strength", "1", "1", -1, 1, NO_LENDER, NONE},
    [COUNTER_THICKNESS] = LENGTH(IN_COUNTER, "thickness", 1e-9, NONE),
    KINETICS(COUNTER, IN_COUNTER),
    [INITIAL_FILM] = LENGTH(IN_INITIAL, "film", 0, 0, "a bare substrate"),
    [COSINE_AMPLITUDE] = LENGTH(IN_COSINE, "amplitude", -1, NONE),
    [COSINE_LENGTH] = LENGTH(IN_COSINE, "length", 1e-9, NONE),
    [APEX_AMPLITUDE] = LENGTH(IN_APEX, "amplitude", -1, NONE),
    [APEX_LENGTH] = LENGTH(IN_APEX, "length", 1e-9, NONE),
    [APEX_X] = LENGTH(IN_APEX, "x", 0, NONE),
    [APEX_Z] = LENGTH(IN_APEX, "z", 0, 0, "at the edge"),
    [BUNDLE_FIBRES] = {IN_BUNDLE, "fibres", "1", "1", 1, 10000, NO_LENDER, NONE},
    [BUNDLE_RADIUS] = LENGTH(IN_BUNDLE, "radius", 1e-9, NONE),
    [BUNDLE_GAP] = LENGTH(IN_BUNDLE, "gap", 0, NONE),
    [BUNDLE_JITTER] = {IN_BUNDLE, "jitter", "1", "1", 0, 1, NO_LENDER, 0, "a regular bundle"},
    [WEAVE_RADIUS] = LENGTH(IN_WEAVE, "radius", 1e-9, NONE),
    [WEAVE_GAP] = LENGTH(IN_WEAVE, "gap", 0, NONE),
    [WEAVE_SPACING] = LENGTH(IN_WEAVE, "spacing", 1e-9, NONE),
    [STRIPES_PERIOD] = LENGTH(IN_STRIPES, "period", 1e-9, NONE),
    [STRIPES_SHARE] = {IN_STRIPES, "share", "1", "1", 1e-6, 0.999999, NO_LENDER, 0.5,
                       "stripes as wide as what is between"},
    [STRIPES_OFFSET] = LENGTH(IN_STRIPES, "offset", -1, 0, "a stripe begins at the edge"),
    [ISLANDS_SPACING] = LENGTH(IN_ISLANDS, "spacing", 1e-9, NONE),
    [ISLANDS_DIAMETER] = LENGTH(IN_ISLANDS, "diameter", 1e-9, NONE),
    [RANDOM_NUMBER] = {IN_RANDOM_ISLANDS, "number", "1", "1", 0, 1e6, NO_LENDER, NONE},
    [RANDOM_DENSITY] = {IN_RANDOM_ISLANDS, "density", "um-2", "1/m2", 0, 1e20, NO_LENDER, NONE},
    [RANDOM_LINE_DENSITY] = {IN_RANDOM_ISLANDS, "line_density", "um-1", "1/m", 0, 1e10, NO_LENDER,
                             NONE},
    [RANDOM_DIAMETER] = LENGTH(IN_RANDOM_ISLANDS, "diameter", 1e-9, NONE),
    [RANDOM_SPREAD] = {IN_RANDOM_ISLANDS, "spread", "1", "1", 0, 0.4, NO_LENDER, 0,
                       "islands of one size"},
    [RANDOM_GAP] = LENGTH(IN_RANDOM_ISLANDS, "least_gap", 0, 0, "they may touch"),
    [SEED_RADIUS] = {IN_CENTRE_SEEDS, "radius", "nm", "m", 1e-12, 1e-2, NO_LENDER, NONE},
    [SEED_ANGLE] = {IN_CENTRE_SEEDS, "contact_angle", "deg", "rad", 0.01, 3.13, NO_LENDER,
                    RIGHT_ANGLE, "half a sphere"},
    [SURFACE_FILM] = {IN_SURFACE, "film_resistance", "ohm cm2", "ohm m2", 0, 1e3, NO_LENDER, NONE},
    [CONTACT_RESISTANCE] = {IN_RESISTIVE, "resistance", "ohm cm2", "ohm m2", 1e-20, 1e10, NO_LENDER,
                            NONE},
    [SCHOTTKY_BARRIER] = {IN_SCHOTTKY, "barrier", "eV", "eV", 0, 5, NO_LENDER, NONE},
    [SCHOTTKY_RICHARDSON] = {IN_SCHOTTKY, "richardson_constant", "A/(m2 K2)", "A/(m2 K2)", 1, 1e8,
                             NO_LENDER, 1.20173e6, "of free electrons"},
    [SCHOTTKY_SATURATION] = {IN_SCHOTTKY, "saturation_current", "mA/cm2", "A/m2", 1e-30, 1e15,
                             NO_LENDER, NONE},
    [SCHOTTKY_IDEALITY] = {IN_SCHOTTKY, "ideality", "1", "1", 0.5, 100, NO_LENDER, 1,
                           "thermionic emission alone"},
    [SCHOTTKY_RESISTANCE] = {IN_SCHOTTKY, "resistance", "ohm cm2", "ohm m2", 0, 1e10, NO_LENDER, 0,
                             "the junction alone"},
    NUCLEI(INSTANT, IN_INSTANTANEOUS),
    NUCLEI(PROGRESSIVE, IN_PROGRESSIVE),
    [PROGRESSIVE_RATE] = {IN_PROGRESSIVE, "rate", "1/s", "1/s", 0, 1e30, NO_LENDER, NONE},
    [PROGRESSIVE_BARRIER] = {IN_PROGRESSIVE, "barrier", "V2", "V2", 0, 100, NO_LENDER, NONE},
    [CONVERSION_CAPACITY] = {IN_CONVERSION, "capacity", "mAh/cm2", "C/m2", 0, 1e9, NO_LENDER, NONE},
    [CONVERSION_POTENTIAL] = {IN_CONVERSION, "potential", "V", "V", -10, 10, NO_LENDER, NONE},
    [CONVERSION_EXCHANGE] = {IN_CONVERSION, "exchange_current_density", "mA/cm2", "A/m2", 1e-9,
                             1e12, NO_LENDER, NONE},
};

const CaseKind davy_case_shapes[] = {[DAVY_SHAPE_FLAT] = {"flat", NO_SECTION},
                                     [DAVY_SHAPE_COSINE] = {"cosine", IN_COSINE},
                                     [DAVY_SHAPE_APEX] = {"apex", IN_APEX},
                                     [DAVY_SHAPE_FIBRES] = {"fibres", NO_SECTION},
                                     [DAVY_SHAPE_BUNDLE] = {"bundle", IN_BUNDLE},
                                     [DAVY_SHAPE_WEAVE] = {"weave", IN_WEAVE},
                                     {NULL, 0}};
const CaseKind davy_case_patterns[] = {
    [DAVY_PATTERN_UNIFORM] = {"uniform", NO_SECTION},
    [DAVY_PATTERN_STRIPES] = {"stripes", IN_STRIPES},
    [DAVY_PATTERN_ISLANDS] = {"islands", IN_ISLANDS},
    [DAVY_PATTERN_RANDOM_ISLANDS] = {"random_islands", IN_RANDOM_ISLANDS},
    [DAVY_PATTERN_HALVES] = {"halves", NO_SECTION},
    {NULL, 0}};
const CaseKind davy_case_contacts[] = {[DAVY_OHMIC] = {"ohmic", NO_SECTION},
                                       [DAVY_RESISTIVE] = {"resistive", IN_RESISTIVE},
                                       [DAVY_SCHOTTKY] = {"schottky", IN_SCHOTTKY},
                                       {NULL, 0}};
const CaseKind davy_case_nucleations[] = {
    [DAVY_NUCLEI_NONE] = {"none", NO_SECTION},
    [DAVY_NUCLEI_INSTANTANEOUS] = {"instantaneous", IN_INSTANTANEOUS},
    [DAVY_NUCLEI_PROGRESSIVE] = {"progressive", IN_PROGRESSIVE},
    {NULL, 0}};
