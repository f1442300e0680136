/* Reading a case: what it says wins over its materials, and these over the defaults. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "interface/case.h"
#include "interface/model_box.h"

/* The keys of a case. */
typedef struct {
  double cell_size, front_step;
  int band, order, frames;
} Numerics;

typedef struct {
  const char *engine, *title;
  int dimension;
  DavyNode temperature, metal, electrolyte, domain, metal_surface, counter_electrode, substrate,
      initial, protocol, random_seed;
  Numerics numerics;
} CaseKeys;

static const DavyField numerics_fields[] = {
    DAVY_QUANTITY(Numerics, cell_size, "m", 1e-12, 1, DAVY_OPTIONAL,
                  "of the finest cells; else 1/128 of the smaller of width and gap"),
    DAVY_INTEGER(Numerics, band, 4, 1000, DAVY_OPTIONAL,
                 "finest cells on each side of a front; else 7"),
    DAVY_QUANTITY(Numerics, front_step, "1", 1e-3, 1, DAVY_OPTIONAL,
                  "how far a front moves in a step, in finest cells; else 0.5"),
    DAVY_INTEGER(Numerics, order, 1, 2, DAVY_OPTIONAL, "in time, 1 or 2; else 2"),
    DAVY_INTEGER(Numerics, frames, 0, 100000, DAVY_OPTIONAL, "pictures over the run; else 50"),
    DAVY_FIELDS_END};

static const DavyField case_fields[] = {
    DAVY_TEXT(CaseKeys, engine, DAVY_REQUIRED, "interface"),
    DAVY_TEXT(CaseKeys, title, DAVY_OPTIONAL, "a name for the page"),
    DAVY_INTEGER(CaseKeys, dimension, 2, 3, DAVY_OPTIONAL, "2 or 3; else 2"),
    DAVY_NODE(CaseKeys, temperature, DAVY_OPTIONAL, "as 25 degC"),
    DAVY_NODE(CaseKeys, metal, DAVY_REQUIRED, "a material"),
    DAVY_NODE(CaseKeys, electrolyte, DAVY_REQUIRED, "a material or its values"),
    DAVY_NODE(CaseKeys, domain, DAVY_REQUIRED, "width, gap and in 3D depth"),
    DAVY_NODE(CaseKeys, metal_surface, DAVY_OPTIONAL, "kinetics, surface energy"),
    DAVY_NODE(CaseKeys, counter_electrode, DAVY_OPTIONAL,
              "reservoir, or thickness of metal; else reservoir"),
    DAVY_NODE(CaseKeys, substrate, DAVY_REQUIRED, "shape, pattern, surfaces"),
    DAVY_NODE(CaseKeys, initial, DAVY_OPTIONAL, "film and seeds of metal"),
    DAVY_MAP(CaseKeys, numerics, numerics_fields, DAVY_OPTIONAL, "cell_size and others"),
    DAVY_NODE(CaseKeys, random_seed, DAVY_OPTIONAL, "a whole number; else 1"),
    DAVY_NODE(CaseKeys, protocol, DAVY_REQUIRED, "the list of steps"),
    DAVY_FIELDS_END};

void InterfaceCaseWarn(DavyInterfaceCase *it, const char *format, ...) {
  if (it->warning_count == sizeof it->warnings / sizeof *it->warnings) return;
  va_list args;
  va_start(args, format);
  char *text = NULL;
  if (vasprintf(&text, format, args) < 0) text = NULL;
  va_end(args);
  if (text) it->warnings[it->warning_count++] = text;
}

/* Said in one of two ways, or only in one of two dimensions: whoever needs it asks for it. */
static bool may_miss(int id) {
  switch (id) {
  case DEPTH:
  case SURFACE_FILM:
  case RANDOM_NUMBER:
  case RANDOM_DENSITY:
  case RANDOM_LINE_DENSITY:
  case SCHOTTKY_BARRIER:
  case SCHOTTKY_SATURATION:
  case INSTANT_DENSITY:
  case INSTANT_LINE_DENSITY:
  case PROGRESSIVE_DENSITY:
  case PROGRESSIVE_LINE_DENSITY: return true;
  default: return false;
  }
}

static DavyError missing(DavyNode node, const char *what, const DavyParameterRow *row) {
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY, "%s: %s is missing, in %s%s", what, row->key,
                    row->si_unit[0] == '1' ? "numbers" : row->unit,
                    row->property ? "; neither the case nor a material says it" : "");
}

DavyError InterfaceCaseFill(DavyNode node, const char *what, int section,
                            DavyParameter *parameter) {
  for (int id = 0; id < PARAMETER_COUNT; id++) {
    const DavyParameterRow *row = &davy_interface_rows[id];
    if (row->section != section || parameter[id].known) continue;
    if (!isnan(row->fallback))
      parameter[id] = DavyParameterFallback(row);
    else if (!may_miss(id))
      return missing(node, what, row);
  }
  return DAVY_OK;
}

DavyError InterfaceCaseSection(DavyNode node, const char *what, int section,
                               const char *const *others, DavyMaterial **material,
                               DavyParameter *parameter) {
  DavyParameterSection plan = {what, section, davy_interface_rows, PARAMETER_COUNT, others};
  DAVY_TRY(DavyParameterSectionRead(node, &plan, material, parameter));
  return material ? DAVY_OK : InterfaceCaseFill(node, what, section, parameter);
}

/* What the case leaves open is taken from the material that may say it. */
static DavyError lend(DavyInterfaceCase *it, const DavyMaterial *material, int id) {
  const DavyParameterRow *row = &davy_interface_rows[id];
  DavyParameter *parameter = &it->parameter[id];
  if (parameter->known || !row->property || !material || !DavyMaterialHas(material, row->property))
    return DAVY_OK;
  DavyConditions here = {.temperature = it->parameter[TEMPERATURE].value,
                         .concentration = it->parameter[CONCENTRATION].value};
  bool outside;
  DAVY_TRY(DavyParameterLend(material, row, here, parameter, &outside));
  if (outside)
    InterfaceCaseWarn(it, "%s of %s is used outside the range for which it is known", row->property,
                      DavyMaterialName(material));
  return DAVY_OK;
}

static DavyError lend_section(DavyInterfaceCase *it, int section) {
  for (int id = 0; id < PARAMETER_COUNT; id++) {
    const DavyParameterRow *row = &davy_interface_rows[id];
    if (row->section != section) continue;
    DAVY_TRY(lend(it, row->lender == IN_METAL ? it->metal : it->electrolyte, id));
  }
  return DAVY_OK;
}

/* Two ways to say one thing must not both be said. `form` is -1 where the case does not say it;
 * two diffusivities then mean the dilute form. */
static DavyError pick_form(DavyInterfaceCase *it, DavyNode node, int *form) {
  const DavyParameter *p = it->parameter;
  bool cation = p[CATION_DIFFUSIVITY].known, anion = p[ANION_DIFFUSIVITY].known;
  if (cation != anion)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "electrolyte: %s_diffusivity without %s_diffusivity",
                      cation ? "cation" : "anion", cation ? "anion" : "cation");
  if (*form < 0) *form = cation ? DAVY_SALT_DILUTE : DAVY_SALT_CONCENTRATED;
  bool others = p[DIFFUSIVITY].known || p[CONDUCTIVITY].known || p[TRANSFERENCE].known ||
                p[THERMODYNAMIC].known;
  if (cation && (others || *form == DAVY_SALT_CONCENTRATED))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "electrolyte: cation_diffusivity and anion_diffusivity set the diffusivity, "
                      "conductivity, transference number and thermodynamic factor of a dilute "
                      "solution; expected these or those");
  if (*form == DAVY_SALT_DILUTE && (p[DIFFUSIVITY].known || p[THERMODYNAMIC].known))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "electrolyte: the dilute form follows from conductivity and "
                      "transference_number alone; expected no diffusivity and "
                      "thermodynamic_factor");
  return DAVY_OK;
}

/* kappa = (zF)^2 c0 (D+ + D-)/(RT), t+ = D+/(D+ + D-): Nernst-Einstein. */
static DavyError make_dilute(DavyInterfaceCase *it, DavyNode node, DavySalt *salt) {
  const DavyParameter *p = it->parameter;
  if (p[CATION_DIFFUSIVITY].known) {
    salt->cation = p[CATION_DIFFUSIVITY].value;
    salt->anion = p[ANION_DIFFUSIVITY].value;
    return DAVY_OK;
  }
  for (int id = CONDUCTIVITY; id <= TRANSFERENCE; id++)
    if (!p[id].known) return missing(node, "electrolyte", &davy_interface_rows[id]);
  double share = p[TRANSFERENCE].value, zf = salt->charge * DAVY_FARADAY;
  if (!(share > 0 && share < 1))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "electrolyte: transference_number = %g; expected more than 0 and less than 1 "
                      "in the dilute form",
                      share);
  double sum = p[CONDUCTIVITY].value * DAVY_GAS_CONSTANT * salt->temperature /
               (zf * zf * salt->concentration);
  salt->cation = share * sum;
  salt->anion = (1 - share) * sum;
  return DAVY_OK;
}

static DavyError make_curve(const DavyInterfaceCase *it, int id, DavyCurve *curve) {
  *curve = DavyCurveConstant(it->parameter[id].value);
  if (!it->parameter[id].by_material) return DAVY_OK;
  return DavyCurveOfMaterial(it->electrolyte, davy_interface_rows[id].property, curve);
}

static DavyError make_concentrated(DavyInterfaceCase *it, DavyNode node, DavySalt *salt) {
  DavyElectrolyte *e = &salt->properties;
  struct {
    int id;
    DavyCurve *curve;
  } parts[] = {{DIFFUSIVITY, &e->diffusivity},
               {CONDUCTIVITY, &e->conductivity},
               {TRANSFERENCE, &e->transference},
               {THERMODYNAMIC, &e->thermodynamic_factor}};
  e->concentration = salt->concentration;
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    if (!it->parameter[parts[k].id].known && parts[k].id == THERMODYNAMIC)
      it->parameter[THERMODYNAMIC] = DavyParameterFallback(&davy_interface_rows[THERMODYNAMIC]);
    if (!it->parameter[parts[k].id].known)
      return missing(node, "electrolyte", &davy_interface_rows[parts[k].id]);
    DAVY_TRY(make_curve(it, parts[k].id, parts[k].curve));
  }
  DavyError error = DavyElectrolyteCheck(e);
  if (error) return DavyFailAt(DavyNodePlace(node), error, "%s", DavyErrorMessage());
  return DAVY_OK;
}

static DavyError read_electrolyte(DavyInterfaceCase *it, DavyNode node) {
  static const char *const others[] = {"form", "charge", NULL}, *const forms[] = {
                                                                    "dilute", "concentrated", NULL};
  DavySalt *salt = &it->model.salt;
  DavyParameter *p = it->parameter;
  int form = -1;
  long long charge = 1;
  DAVY_TRY(InterfaceCaseSection(node, "electrolyte", IN_ELECTROLYTE, others, &it->electrolyte, p));
  DavyNode said = DavyNodeGet(node, "form"), z = DavyNodeGet(node, "charge");
  if (said.index) DAVY_TRY(DavyNodeChoice(said, forms, &form));
  if (form > 0) form = DAVY_SALT_CONCENTRATED;
  if (z.index) DAVY_TRY(DavyNodeInteger(z, 1, 4, &charge));
  DAVY_TRY(pick_form(it, node, &form));
  DAVY_TRY(lend(it, it->electrolyte, CONCENTRATION));
  if (!p[CONCENTRATION].known)
    return missing(node, "electrolyte", &davy_interface_rows[CONCENTRATION]);
  if (!p[PERMITTIVITY].known)
    p[PERMITTIVITY] = DavyParameterFallback(&davy_interface_rows[PERMITTIVITY]);
  salt->charge = (int)charge;
  salt->temperature = p[TEMPERATURE].value;
  salt->concentration = p[CONCENTRATION].value;
  bool dilute = form == DAVY_SALT_DILUTE;
  salt->form = dilute ? DAVY_SALT_DILUTE : DAVY_SALT_CONCENTRATED;
  for (int id = DIFFUSIVITY; id <= THERMODYNAMIC && !p[CATION_DIFFUSIVITY].known; id++) {
    if (dilute && id != CONDUCTIVITY && id != TRANSFERENCE) continue;
    DAVY_TRY(lend(it, it->electrolyte, id));
    if (dilute) p[id].by_material = false; /* its value at c0, from here on a number */
  }
  return dilute ? make_dilute(it, node, salt) : make_concentrated(it, node, salt);
}

/* Ahead of a front that plates J the salt's slope is u' = J(t- - V_m c)/D (transport.h with a u' +
 * b p' = -v u J): from t- = V_m c down it is pushed along faster than it diffuses away. */
static DavyError check_anions(const DavyInterfaceCase *it, DavyNode node) {
  const DavyParameter *p = it->parameter;
  double cation = p[CATION_DIFFUSIVITY].value, anion = p[ANION_DIFFUSIVITY].value;
  double share = p[CATION_DIFFUSIVITY].known ? anion / (cation + anion) : 1 - p[TRANSFERENCE].value;
  double swept = it->model.molar_volume * it->model.salt.concentration;
  if (share > swept) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                    "electrolyte: the anions carry %.3g of the current (1 - transference_number); "
                    "expected more than %.3g, the molar volume of the metal times the "
                    "concentration: below, metal that grows pushes all salt before it",
                    share, swept);
}

/* Six values from `first` on. The two coefficients sum to the charge, by default half of it each.
 */
static DavyError make_kinetics(DavyInterfaceCase *it, DavyNode node, const char *what, int first,
                               DavyMetalKinetics *kinetics) {
  DavyParameter *p = &it->parameter[first];
  enum { ALPHA_A = FRONT_ALPHA_A - FRONT_EXCHANGE, ALPHA_C, FILM, REPAIR, ENERGY };
  int charge = it->model.salt.charge;
  bool one = p[ALPHA_A].known != p[ALPHA_C].known;
  for (int k = ALPHA_A; k <= ALPHA_C; k++) {
    if (p[k].known) continue;
    p[k] = DavyParameterFallback(&davy_interface_rows[first + k]);
    p[k].value = one ? charge - p[ALPHA_A + ALPHA_C - k].value : 0.5 * charge;
    if (one) p[k].note = "the charge of the cation less the other";
    one = false;
  }
  DAVY_TRY(InterfaceCaseFill(node, what, davy_interface_rows[first].section, it->parameter));
  *kinetics = (DavyMetalKinetics){p[0].value,    p[ALPHA_A].value, p[ALPHA_C].value,
                                  p[FILM].value, p[REPAIR].value,  p[ENERGY].value};
  static const double rounding = 1e-9;
  if (fabs(kinetics->alpha_a + kinetics->alpha_c - charge) <= rounding) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                    "%s: alpha_a + alpha_c = %g; expected %d, the charge of the cation", what,
                    kinetics->alpha_a + kinetics->alpha_c, charge);
}

/* The metal opposite is like that of the front in what the case does not say. */
static DavyError read_counter(DavyInterfaceCase *it, DavyNode node) {
  DavyCounter *counter = &it->model.counter;
  const char *word = DavyNodeText(node);
  counter->kind = DAVY_COUNTER_RESERVOIR;
  if (!node.index || (word && strcmp(word, "reservoir") == 0)) return DAVY_OK;
  if (DavyNodeKindOf(node) != DAVY_NODE_MAP)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "counter_electrode: %s; expected reservoir, or {thickness: 50 um} of metal",
                      word ? word : "a list");
  counter->kind = DAVY_COUNTER_METAL;
  DavyParameterSection plan = {"counter_electrode", IN_COUNTER, davy_interface_rows,
                               PARAMETER_COUNT, NULL};
  DAVY_TRY(DavyParameterSectionRead(node, &plan, NULL, it->parameter));
  bool alphas = it->parameter[COUNTER_ALPHA_A].known || it->parameter[COUNTER_ALPHA_C].known;
  for (int id = COUNTER_EXCHANGE; id <= COUNTER_ENERGY; id++) {
    bool alpha = id == COUNTER_ALPHA_A || id == COUNTER_ALPHA_C;
    if (!it->parameter[id].known && !(alpha && alphas))
      it->parameter[id] = it->parameter[id - COUNTER_EXCHANGE + FRONT_EXCHANGE];
  }
  DAVY_TRY(make_kinetics(it, node, "counter_electrode", COUNTER_EXCHANGE, &counter->kinetics));
  counter->thickness = it->parameter[COUNTER_THICKNESS].value;
  return DAVY_OK;
}

static DavyError read_domain(DavyInterfaceCase *it, DavyNode node) {
  const DavyParameter *p = it->parameter;
  DAVY_TRY(InterfaceCaseSection(node, "domain", IN_DOMAIN, NULL, NULL, it->parameter));
  if ((it->model.dim == 3) != p[DEPTH].known)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      p[DEPTH].known ? "domain: depth; expected none, as the case has 2 dimensions"
                                     : "domain: depth is missing, in um");
  it->model.width = p[WIDTH].value;
  it->model.depth = p[DEPTH].known ? p[DEPTH].value : 0;
  it->model.gap = p[GAP].value;
  return DAVY_OK;
}

static DavyError take_numerics(DavyInterfaceCase *it, DavyNode root, const Numerics *numerics) {
  static const double across = 128; /* finest cells in the smaller of width and gap */
  enum { MOST_ACROSS = 1 << 20 };   /* deepest leaves of a row of trees */
  DavyModel *m = &it->model;
  double size = numerics->cell_size, largest = fmax(fmax(m->width, m->depth), m->gap);
  m->cell_size = size > 0 ? size : fmin(m->width, m->gap) / across;
  if (largest / m->cell_size > MOST_ACROSS)
    return DavyFailAt(DavyNodePlace(DavyNodeGet(root, "numerics")), DAVY_ERR_VALUE,
                      "cell_size: %g m; expected at least %g m, %d cells across the domain",
                      m->cell_size, largest / MOST_ACROSS, MOST_ACROSS);
  m->band = numerics->band;
  m->front_step = numerics->front_step;
  m->order = numerics->order;
  m->frames = numerics->frames;
  return DAVY_OK;
}

static DavyError read_metal(DavyInterfaceCase *it, const CaseKeys *keys) {
  DavyNode metal = keys->metal, surface = keys->metal_surface;
  DAVY_TRY(InterfaceCaseSection(metal, "metal", IN_METAL, NULL, &it->metal, it->parameter));
  DAVY_TRY(lend_section(it, IN_METAL));
  DAVY_TRY(InterfaceCaseFill(metal, "metal", IN_METAL, it->parameter));
  it->model.molar_volume = it->parameter[MOLAR_VOLUME].value;
  DAVY_TRY(read_electrolyte(it, keys->electrolyte));
  DAVY_TRY(check_anions(it, keys->electrolyte));
  static const char *const others[] = {"surface_energy_anisotropy", NULL};
  DavyParameterSection plan = {"metal_surface", IN_FRONT, davy_interface_rows, PARAMETER_COUNT,
                               others};
  if (surface.index) DAVY_TRY(DavyParameterSectionRead(surface, &plan, NULL, it->parameter));
  DAVY_TRY(lend_section(it, IN_FRONT));
  DavyNode place = surface.index ? surface : keys->electrolyte;
  DAVY_TRY(make_kinetics(it, place, "metal_surface", FRONT_EXCHANGE, &it->model.metal));
  DAVY_TRY(InterfaceCaseCrystal(it, DavyNodeGet(surface, "surface_energy_anisotropy")));
  return read_counter(it, keys->counter_electrode);
}

/* Of a thick counter electrode what the protocol cannot reach is not simulated. */
static void thin_counter(DavyInterfaceCase *it) {
  static const double spare = 1.25;
  DavyModel *m = &it->model;
  double plated =
      DavyInterfaceExpect(it).plated * m->molar_volume / (m->salt.charge * DAVY_FARADAY);
  m->counter.thickness = fmin(m->counter.thickness, fmax(m->gap, spare * plated));
}

static DavyError read_case(DavyInterfaceCase *it, const DavyYaml *document) {
  DavyNode root = DavyYamlRoot(document);
  CaseKeys keys = {.title = "metal on a substrate",
                   .dimension = 2,
                   .numerics = {.front_step = 0.5, .band = 7, .order = 2, .frames = 50}};
  DAVY_TRY(DavyYamlBind(root, case_fields, &keys));
  if (strcmp(keys.engine, "interface"))
    return DavyFailAt(DavyNodePlace(DavyNodeGet(root, "engine")), DAVY_ERR_VALUE,
                      "engine: %s; expected interface", keys.engine);
  it->title = keys.title;
  it->model.dim = keys.dimension;
  DavyParameter *temperature = &it->parameter[TEMPERATURE];
  *temperature = DavyParameterFallback(&davy_interface_rows[TEMPERATURE]);
  if (keys.temperature.index) {
    *temperature = (DavyParameter){0};
    DAVY_TRY(DavyParameterRead(keys.temperature, &davy_interface_rows[TEMPERATURE], temperature));
  }
  long long seed = 1;
  if (keys.random_seed.index) DAVY_TRY(DavyNodeInteger(keys.random_seed, 0, 1LL << 53, &seed));
  it->model.random_seed = (uint64_t)seed;
  DAVY_TRY(read_metal(it, &keys));
  DAVY_TRY(read_domain(it, keys.domain));
  DAVY_TRY(take_numerics(it, root, &keys.numerics));
  DAVY_TRY(InterfaceCaseSubstrate(it, keys.substrate));
  DAVY_TRY(InterfaceCaseInitial(it, keys.initial));
  DAVY_TRY(DavyProtocolRead(keys.protocol, DavyInterfaceCaseArea(it), &it->model.protocol));
  InterfaceCaseWarnings(it);
  thin_counter(it);
  DavyModelBox box;
  DavyError error = DavyModelBoxOf(&it->model, &box);
  return error ? DavyFailAt(DavyNodePlace(keys.domain), error, "domain: %s", DavyErrorMessage())
               : DAVY_OK;
}

double DavyInterfaceCaseArea(const DavyInterfaceCase *it) {
  return it->model.width * (it->model.dim == 3 ? it->model.depth : 1);
}

DavyError DavyInterfaceCaseRead(const DavyYaml *document, DavyInterfaceCase **it) {
  *it = calloc(1, sizeof **it);
  DAVY_CHECK(*it, DAVY_ERR_MEMORY, "out of memory for a case");
  DavyError error = read_case(*it, document);
  if (error) DavyInterfaceCaseDestroy(it);
  return error;
}

void DavyInterfaceCaseDestroy(DavyInterfaceCase **it) {
  DavyInterfaceCase *c = *it;
  if (!c) return;
  DavyMaterialDestroy(&c->metal);
  DavyMaterialDestroy(&c->electrolyte);
  for (int k = 0; k < DAVY_MOST_SURFACES; k++) DavyMaterialDestroy(&c->surface[k].material);
  for (int k = 0; k < c->warning_count; k++) free(c->warnings[k]);
  DavySubstrateDestroy(&c->model.substrate);
  DavyProtocolDestroy(&c->model.protocol);
  free(c->model.seed);
  free(c->fibre);
  free(c);
  *it = NULL;
}

void DavyInterfaceCaseDescribe(FILE *file) {
  static const char *const sections[SECTION_COUNT] = {
      [IN_METAL] = "metal",
      [IN_ELECTROLYTE] = "electrolyte",
      [IN_DOMAIN] = "domain",
      [IN_FRONT] = "metal_surface",
      [IN_ANISOTROPY] = "metal_surface, surface_energy_anisotropy",
      [IN_COUNTER] = "counter_electrode",
      [IN_INITIAL] = "initial",
      [IN_SURFACE] = "a surface of the substrate",
      [IN_COSINE] = "substrate, shape: cosine",
      [IN_APEX] = "substrate, shape: apex",
      [IN_BUNDLE] = "substrate, shape: bundle",
      [IN_WEAVE] = "substrate, shape: weave",
      [IN_STRIPES] = "substrate, pattern: stripes",
      [IN_ISLANDS] = "substrate, pattern: islands",
      [IN_RANDOM_ISLANDS] = "substrate, pattern: random_islands",
      [IN_RESISTIVE] = "a surface's contact: resistive",
      [IN_SCHOTTKY] = "a surface's contact: schottky",
      [IN_INSTANTANEOUS] = "a surface's nucleation: instantaneous",
      [IN_PROGRESSIVE] = "a surface's nucleation: progressive",
      [IN_CONVERSION] = "a surface's conversion",
      [IN_CENTRE_SEEDS] = "initial, seeds: on a surface"};
  DavyYamlDescribe(case_fields, file, 0);
  DavyParameterRowsDescribe(davy_interface_rows, PARAMETER_COUNT, sections, file);
}
