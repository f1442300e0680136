/* Reading a case: what it says wins over its materials, and these over the defaults. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "cell/case.h"
#include "davy/constants.h"

#define NONE NAN, NULL

const DavyParameterRow davy_case_rows[PARAMETER_COUNT] = {
    [TEMPERATURE] = {IN_CASE, "temperature", "degC", "K", 150, 600, NULL, IN_CASE,
                     DAVY_ZERO_CELSIUS + 25, "a thermostat at 25 degC"},
    [AREA] = {IN_CASE, "area", "cm2", "m2", 1e-12, 1e4, NULL, IN_CASE, NONE},
    DAVY_SALT_ROWS(IN_METAL, IN_ELECTROLYTE),
    [SEPARATOR_THICKNESS] = {IN_SEPARATOR, "thickness", "um", "m", 1e-8, 1, "thickness",
                             IN_SEPARATOR, NONE},
    [POROSITY] = {IN_SEPARATOR, "porosity", "1", "1", 1e-3, 1, "porosity", IN_SEPARATOR, NONE},
    [TORTUOSITY] = {IN_SEPARATOR, "tortuosity", "1", "1", 1, 1e4, "tortuosity", IN_SEPARATOR, NONE},
    [BRUGGEMAN] = {IN_SEPARATOR, "bruggeman", "1", "1", 1, 10, NULL, IN_SEPARATOR, NONE},
#define ELECTRODE(name, section)                                                                   \
  [name##_THICKNESS] = {section, "thickness", "um", "m", 0, 1, NULL, section, NONE},               \
  DAVY_KINETICS_ROWS(name, section, IN_ELECTROLYTE)
    ELECTRODE(WORKING, IN_WORKING),
    ELECTRODE(COUNTER, IN_COUNTER),
};

const char *const davy_case_sections[SECTION_COUNT] = {[IN_METAL] = "metal",
                                                       [IN_ELECTROLYTE] = "electrolyte",
                                                       [IN_SEPARATOR] = "separator",
                                                       [IN_WORKING] = "working_electrode",
                                                       [IN_COUNTER] = "counter_electrode"};

/* The keys of a case. */
typedef struct {
  int cells;
  double grading, tolerance;
} Numerics;

typedef struct {
  const char *engine, *title;
  DavyNode section[SECTION_COUNT], temperature, area, protocol;
  Numerics numerics;
} CaseKeys;

static const DavyField numerics_fields[] = {
    DAVY_INTEGER(Numerics, cells, 3, 100000, DAVY_OPTIONAL,
                 "finite volumes in the separator; else 50"),
    DAVY_QUANTITY(Numerics, grading, "1", 0, 5, DAVY_OPTIONAL, "0: equal cells; else 2"),
    DAVY_QUANTITY(Numerics, tolerance, "1", 1e-12, 1e-2, DAVY_OPTIONAL,
                  "of the time integration; else 1e-5"),
    DAVY_FIELDS_END};

#define SECTION(name, index, presence, help)                                                       \
  { name, DAVY_FIELD_NODE, offsetof(CaseKeys, section[index]), presence, 0, 0, 0, 0, 0, help }
static const DavyField case_fields[] = {
    DAVY_TEXT(CaseKeys, engine, DAVY_REQUIRED, "cell"),
    DAVY_TEXT(CaseKeys, title, DAVY_OPTIONAL, "a name for the page"),
    SECTION("metal", IN_METAL, DAVY_REQUIRED, "material of both electrodes"),
    DAVY_NODE(CaseKeys, temperature, DAVY_OPTIONAL, "as 25 degC"),
    DAVY_NODE(CaseKeys, area, DAVY_REQUIRED, "of each electrode, as 1.54 cm2"),
    SECTION("electrolyte", IN_ELECTROLYTE, DAVY_REQUIRED, "a material or its values"),
    SECTION("separator", IN_SEPARATOR, DAVY_REQUIRED, "a material or its values"),
    SECTION("working_electrode", IN_WORKING, DAVY_REQUIRED, "thickness of metal, kinetics"),
    SECTION("counter_electrode", IN_COUNTER, DAVY_OPTIONAL, "if unlike the working electrode"),
    DAVY_NODE(CaseKeys, protocol, DAVY_REQUIRED, "the list of steps"),
    DAVY_MAP(CaseKeys, numerics, numerics_fields, DAVY_OPTIONAL, "cells, grading, tolerance"),
    DAVY_FIELDS_END};

void CellCaseWarn(DavyCellCase *it, const char *format, ...) {
  if (it->warning_count == sizeof it->warnings / sizeof *it->warnings) return;
  va_list args;
  va_start(args, format);
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) text = NULL;
  va_end(args);
  if (text) it->warnings[it->warning_count++] = text;
}

static DavyError read_section(DavyCellCase *it, CaseSection section, DavyNode node) {
  DavyParameterSection plan = {davy_case_sections[section], (int)section, davy_case_rows,
                               PARAMETER_COUNT, NULL};
  bool has_material = section != IN_WORKING && section != IN_COUNTER;
  return DavyParameterSectionRead(node, &plan, has_material ? &it->material[section] : NULL,
                                  it->parameter);
}

static DavyError take_from_material(DavyCellCase *it, const DavyParameterRow *row,
                                    DavyParameter *parameter) {
  const DavyMaterial *material = it->material[row->lender];
  DavyConditions here = {.temperature = it->parameter[TEMPERATURE].value,
                         .concentration = it->parameter[CONCENTRATION].value};
  bool outside;
  DAVY_TRY(DavyParameterLend(material, row, here, parameter, &outside));
  if (outside)
    CellCaseWarn(it, "%s of %s is used outside the range for which it is known", row->property,
                 DavyMaterialName(material));
  return DAVY_OK;
}

/* The concentration comes first in the table: the electrolyte's other values are taken at it. */
static DavyError fill_in(DavyCellCase *it, DavyNode root) {
  bool dilute = it->parameter[CATION_DIFFUSIVITY].known;
  for (int k = 0; k < PARAMETER_COUNT; k++) {
    const DavyParameterRow *row = &davy_case_rows[k];
    DavyParameter *parameter = &it->parameter[k];
    if (parameter->known || (dilute && row->curve)) continue;
    if (row->section == IN_COUNTER && it->counter_like_working) {
      *parameter = it->parameter[WORKING_THICKNESS + k - COUNTER_THICKNESS];
      continue;
    }
    const DavyMaterial *material = it->material[row->lender];
    if (k == TORTUOSITY && it->parameter[BRUGGEMAN].known) continue;
    if (row->property && material && DavyMaterialHas(material, row->property)) {
      DAVY_TRY(take_from_material(it, row, parameter));
    } else if (!isnan(row->fallback)) {
      *parameter = DavyParameterFallback(row);
    } else if (k != CATION_DIFFUSIVITY && k != ANION_DIFFUSIVITY && k != TORTUOSITY &&
               k != BRUGGEMAN) {
      const char *section = davy_case_sections[row->section];
      DavyNode place = DavyNodeGet(root, section);
      return DavyFailAt(DavyNodePlace(place), DAVY_ERR_KEY,
                        "%s: %s is missing, in %s; neither the case nor a material says it",
                        section, row->key, row->si_unit[0] == '1' ? "numbers" : row->unit);
    }
  }
  if (!it->parameter[TORTUOSITY].known && !it->parameter[BRUGGEMAN].known)
    it->parameter[BRUGGEMAN] =
        (DavyParameter){true, false, 1.5, DAVY_ASSUMED, NULL, "spheres, Bruggeman's relation"};
  return DAVY_OK;
}

/* Two ways to say one thing must not both be said. */
static DavyError check_alternatives(const DavyCellCase *it, const CaseKeys *keys) {
  const DavyParameter *p = it->parameter;
  DavyPlace electrolyte = DavyNodePlace(keys->section[IN_ELECTROLYTE]);
  bool cation = p[CATION_DIFFUSIVITY].known, anion = p[ANION_DIFFUSIVITY].known;
  if (cation != anion)
    return DavyFailAt(electrolyte, DAVY_ERR_KEY,
                      "electrolyte: %s_diffusivity without %s_diffusivity",
                      cation ? "cation" : "anion", cation ? "anion" : "cation");
  if (cation && (p[DIFFUSIVITY].known || p[CONDUCTIVITY].known || p[TRANSFERENCE].known ||
                 p[THERMODYNAMIC].known))
    return DavyFailAt(electrolyte, DAVY_ERR_KEY,
                      "electrolyte: cation_diffusivity and anion_diffusivity set the diffusivity, "
                      "conductivity, transference number and thermodynamic factor of a dilute "
                      "solution; expected these or those");
  if (p[TORTUOSITY].known && p[BRUGGEMAN].known)
    return DavyFailAt(DavyNodePlace(keys->section[IN_SEPARATOR]), DAVY_ERR_KEY,
                      "separator: expected tortuosity or bruggeman, not both");
  return DAVY_OK;
}

static DavyError make_curve(const DavyCellCase *it, CaseParameterId id, DavyCurve *curve) {
  const DavyParameter *parameter = &it->parameter[id];
  *curve = DavyCurveConstant(parameter->value);
  if (!parameter->by_material) return DAVY_OK;
  return DavyCurveOfMaterial(it->material[IN_ELECTROLYTE], davy_case_rows[id].property, curve);
}

static DavyMetalElectrode make_electrode(const DavyParameter *p) {
  return (DavyMetalElectrode){.thickness = p[0].value,
                              .exchange_current_density =
                                  p[WORKING_EXCHANGE - WORKING_THICKNESS].value,
                              .alpha_a = p[WORKING_ALPHA_A - WORKING_THICKNESS].value,
                              .alpha_c = p[WORKING_ALPHA_C - WORKING_THICKNESS].value,
                              .film_resistance = p[WORKING_FILM - WORKING_THICKNESS].value};
}

static DavyError make_cell(DavyCellCase *it) {
  const DavyParameter *p = it->parameter;
  DavyCellParameters *cell = &it->cell;
  cell->temperature = p[TEMPERATURE].value;
  cell->area = p[AREA].value;
  cell->molar_volume = p[MOLAR_VOLUME].value;
  DavyElectrolyte *e = &cell->electrolyte;
  if (p[CATION_DIFFUSIVITY].known) {
    *e = DavyElectrolyteDilute(p[CONCENTRATION].value, p[CATION_DIFFUSIVITY].value,
                               p[ANION_DIFFUSIVITY].value, cell->temperature);
  } else {
    e->concentration = p[CONCENTRATION].value;
    DAVY_TRY(make_curve(it, DIFFUSIVITY, &e->diffusivity));
    DAVY_TRY(make_curve(it, CONDUCTIVITY, &e->conductivity));
    DAVY_TRY(make_curve(it, TRANSFERENCE, &e->transference));
    DAVY_TRY(make_curve(it, THERMODYNAMIC, &e->thermodynamic_factor));
  }
  double porosity = p[POROSITY].value;
  cell->separator =
      (DavySeparator){.thickness = p[SEPARATOR_THICKNESS].value,
                      .porosity = porosity,
                      .transport = p[TORTUOSITY].known ? porosity / p[TORTUOSITY].value
                                                       : pow(porosity, p[BRUGGEMAN].value)};
  cell->working = make_electrode(&p[WORKING_THICKNESS]);
  cell->counter = make_electrode(&p[COUNTER_THICKNESS]);
  return DAVY_OK;
}

/* Once, in words, for steps that the salt cannot carry. */
static void warn_of_currents(DavyCellCase *it) {
  double limit = DavyLimitingCurrent(&it->cell.electrolyte, &it->cell.separator);
  for (int k = 0; k < DavyProtocolSteps(it->protocol); k++) {
    const DavyStep *step = DavyProtocolStep(it->protocol, k);
    if (step->action == DAVY_ACTION_HOLD || fabs(step->value) <= limit) continue;
    CellCaseWarn(it,
                 "step %d (line %d) drives %.3g mA/cm2, but the salt carries only %.3g mA/cm2 "
                 "in the steady state; it is depleted after about %.3g s",
                 step->id, step->place.line, fabs(step->value) / 10, limit / 10,
                 DavySandTime(&it->cell.electrolyte, &it->cell.separator, fabs(step->value)));
  }
}

static DavyError read_case(DavyCellCase *it, const DavyYaml *document) {
  DavyNode root = DavyYamlRoot(document);
  it->cell = DavyCellParametersDefault();
  CaseKeys keys = {.title = "symmetric cell",
                   .numerics = {it->cell.cells, it->cell.grading, it->cell.tolerance}};
  DAVY_TRY(DavyYamlBind(root, case_fields, &keys));
  if (strcmp(keys.engine, "cell"))
    return DavyFailAt(DavyNodePlace(DavyNodeGet(root, "engine")), DAVY_ERR_VALUE,
                      "engine: %s; expected cell", keys.engine);
  it->title = keys.title;
  it->cell.cells = keys.numerics.cells;
  it->cell.grading = keys.numerics.grading;
  it->cell.tolerance = keys.numerics.tolerance;
  it->counter_like_working = !keys.section[IN_COUNTER].index;
  for (int s = IN_METAL; s < SECTION_COUNT; s++)
    if (keys.section[s].index) DAVY_TRY(read_section(it, (CaseSection)s, keys.section[s]));
  DavyParameter *p = it->parameter;
  if (keys.temperature.index)
    DAVY_TRY(DavyParameterRead(keys.temperature, &davy_case_rows[TEMPERATURE], &p[TEMPERATURE]));
  DAVY_TRY(DavyParameterRead(keys.area, &davy_case_rows[AREA], &p[AREA]));
  DAVY_TRY(check_alternatives(it, &keys));
  DAVY_TRY(fill_in(it, root));
  DAVY_TRY(make_cell(it));
  DAVY_TRY(DavyProtocolRead(keys.protocol, it->cell.area, &it->protocol));
  warn_of_currents(it);
  return DAVY_OK;
}

DavyError DavyCellCaseRead(const DavyYaml *document, DavyCellCase **cell_case) {
  *cell_case = calloc(1, sizeof **cell_case);
  DAVY_CHECK(*cell_case, DAVY_ERR_MEMORY, "out of memory for a case");
  DavyError error = read_case(*cell_case, document);
  if (error) DavyCellCaseDestroy(cell_case);
  return error;
}

void DavyCellCaseDestroy(DavyCellCase **cell_case) {
  DavyCellCase *it = *cell_case;
  if (!it) return;
  for (int s = 0; s < SECTION_COUNT; s++) DavyMaterialDestroy(&it->material[s]);
  for (int k = 0; k < it->warning_count; k++) free(it->warnings[k]);
  DavyProtocolDestroy(&it->protocol);
  free(it);
  *cell_case = NULL;
}

const DavyCellParameters *DavyCellCaseParameters(const DavyCellCase *it) {
  return &it->cell;
}
const DavyProtocol *DavyCellCaseProtocol(const DavyCellCase *it) {
  return it->protocol;
}
const char *DavyCellCaseTitle(const DavyCellCase *it) {
  return it->title;
}
const char *DavyCellCaseWarning(const DavyCellCase *it, int i) {
  return i >= 0 && i < it->warning_count ? it->warnings[i] : NULL;
}

void DavyCellCaseDescribe(FILE *file) {
  DavyYamlDescribe(case_fields, file, 0);
  DavyParameterRowsDescribe(davy_case_rows, PARAMETER_COUNT, davy_case_sections, file);
}
