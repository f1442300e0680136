/* Reading the substrate of a case: its shape, its pattern, the materials of its surface.
 *
 *   shape: {kind: cosine, amplitude: 0.2 um, length: 2 um}     a kind, with its values
 *   pattern: uniform                                           a kind without values
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/constants.h"
#include "davy/kinetics.h"
#include "interface/case.h"

enum { MOST_KINDS = 8, MOST_FIBRES = 10000 };

static DavyError find_kind(DavyNode node, const char *what, const CaseKind *kinds, int *kind) {
  const char *words[MOST_KINDS + 1] = {0}, *word = DavyNodeText(node);
  char list[256] = "";
  for (int k = 0; kinds[k].word; k++) {
    words[k] = kinds[k].word;
    if (word && strcmp(word, words[k]) == 0) {
      *kind = k;
      return DAVY_OK;
    }
    size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", words[k]);
  }
  const char *near = word ? DavyNearestWord(word, words) : NULL;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: %.80s%s%s%s; expected one of: %s",
                    what, word ? word : "no word", near ? "; did you mean " : "", near ? near : "",
                    near ? "?" : "", list);
}

/* "flat", or {kind: cosine, amplitude: ...}; left out it is the first of the kinds. */
static DavyError read_kind(DavyNode node, const char *what, const CaseKind *kinds,
                           const char *const *others, DavyParameter *parameter, int *kind) {
  char name[64];
  *kind = 0;
  if (!node.index) return DAVY_OK;
  bool map = DavyNodeKindOf(node) == DAVY_NODE_MAP;
  DavyNode word = map ? DavyNodeGet(node, "kind") : node;
  if (!word.index)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY, "%s: key kind is missing", what);
  DAVY_TRY(find_kind(word, what, kinds, kind));
  snprintf(name, sizeof name, "%s %s", what, kinds[*kind].word);
  if (map) return InterfaceCaseSection(node, name, kinds[*kind].section, others, NULL, parameter);
  return InterfaceCaseFill(node, name, kinds[*kind].section, parameter);
}

static DavyError check_whole(DavyNode map, const char *key, double value) {
  if (value == floor(value)) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(DavyNodeGet(map, key)), DAVY_ERR_VALUE,
                    "%s: %g; expected a whole number", key, value);
}

/* The sites or islands per area in three dimensions, per length in two. */
static DavyError pick_density(const DavyInterfaceCase *it, DavyNode node, const char *what,
                              const DavyParameter *area, const DavyParameter *line, bool needed,
                              double *density) {
  bool plane = it->model.dim == 2;
  const DavyParameter *fits = plane ? line : area, *other = plane ? area : line;
  if (other->known || (needed && !fits->known))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "%s: expected %s, as the case has %d dimensions", what,
                      plane ? "line_density, as 2 um-1" : "density, as 2 um-2", it->model.dim);
  *density = fits->known ? fits->value : 0;
  return DAVY_OK;
}

/* work function of the metal - electron affinity of the semiconductor (Schottky-Mott); without
 * states at the interface. */
static DavyError lend_barrier(DavyInterfaceCase *it, CaseSurface *surface) {
  DavyParameter *barrier = &surface->parameter[SCHOTTKY_BARRIER];
  DavyConditions here = {.temperature = it->model.salt.temperature, .extrapolate = true};
  DavyValue work, affinity;
  if (!it->metal || !surface->material || !DavyMaterialHas(it->metal, "work_function") ||
      !DavyMaterialHas(surface->material, "electron_affinity"))
    return DAVY_OK;
  DAVY_TRY(DavyMaterialValue(it->metal, "work_function", &here, &work));
  DAVY_TRY(DavyMaterialValue(surface->material, "electron_affinity", &here, &affinity));
  *barrier = (DavyParameter){.known = true,
                             .value = fmax(work.value - affinity.value, 0),
                             .how = DAVY_COMPUTED,
                             .source = affinity.source,
                             .note = "work function of the metal less electron affinity of the "
                                     "material (Schottky-Mott)"};
  if (strcmp(affinity.source, "unsourced") == 0) barrier->source = NULL;
  return DAVY_OK;
}

static DavyError make_contact(DavyInterfaceCase *it, CaseSurface *surface, DavyNode node,
                              DavyContact *contact) {
  DavyParameter *p = surface->parameter;
  static const char *const ways[] = {"plating", "stripping", NULL};
  *contact = (DavyContact){.kind = (DavyContactKind)surface->contact};
  if (contact->kind == DAVY_RESISTIVE) contact->resistance = p[CONTACT_RESISTANCE].value;
  if (contact->kind != DAVY_SCHOTTKY) return DAVY_OK;
  int way = 0;
  DavyNode blocks = DavyNodeGet(node, "blocks");
  if (blocks.index) DAVY_TRY(DavyNodeChoice(blocks, ways, &way));
  contact->blocks_plating = way == 0;
  if (p[SCHOTTKY_SATURATION].known && p[SCHOTTKY_BARRIER].known)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "contact schottky: expected barrier or saturation_current, not both");
  if (!p[SCHOTTKY_SATURATION].known && !p[SCHOTTKY_BARRIER].known)
    DAVY_TRY(lend_barrier(it, surface));
  if (!p[SCHOTTKY_SATURATION].known && !p[SCHOTTKY_BARRIER].known)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "contact schottky: barrier is missing, in eV (or saturation_current, in "
                      "mA/cm2); neither the case nor the materials say it");
  double temperature = it->model.salt.temperature;
  contact->saturation = p[SCHOTTKY_SATURATION].known
                            ? p[SCHOTTKY_SATURATION].value
                            : DavySchottkySaturation(p[SCHOTTKY_RICHARDSON].value, temperature,
                                                     p[SCHOTTKY_BARRIER].value);
  contact->thermal = p[SCHOTTKY_IDEALITY].value * DAVY_GAS_CONSTANT * temperature / DAVY_FARADAY;
  contact->resistance = p[SCHOTTKY_RESISTANCE].value;
  return DAVY_OK;
}

static DavyError make_nucleation(const DavyInterfaceCase *it, const CaseSurface *surface,
                                 DavyNode node, DavyNucleation *n) {
  static const char *const places[] = {"random", "centres", NULL};
  *n = (DavyNucleation){0};
  if (surface->nucleation == DAVY_NUCLEI_NONE) return DAVY_OK;
  bool progressive = surface->nucleation == DAVY_NUCLEI_PROGRESSIVE;
  const DavyParameter *p = &surface->parameter[progressive ? PROGRESSIVE_DENSITY : INSTANT_DENSITY];
  int sites = DAVY_SITES_RANDOM;
  DavyNode word = DavyNodeGet(node, "sites");
  if (word.index) DAVY_TRY(DavyNodeChoice(word, places, &sites));
  n->kind = progressive ? DAVY_NUCLEI_PROGRESSIVE : DAVY_NUCLEI_INSTANTANEOUS;
  n->sites = sites == 0 ? DAVY_SITES_RANDOM : DAVY_SITES_CENTRES;
  DAVY_TRY(pick_density(it, node, "nucleation", &p[0], &p[INSTANT_LINE_DENSITY - INSTANT_DENSITY],
                        n->sites == DAVY_SITES_RANDOM, &n->density));
  n->overpotential = p[INSTANT_OVERPOTENTIAL - INSTANT_DENSITY].value;
  n->radius = p[INSTANT_RADIUS - INSTANT_DENSITY].value;
  n->angle = p[INSTANT_ANGLE - INSTANT_DENSITY].value;
  if (!progressive) return DAVY_OK;
  n->rate = surface->parameter[PROGRESSIVE_RATE].value;
  n->barrier = surface->parameter[PROGRESSIVE_BARRIER].value;
  return DAVY_OK;
}

typedef struct {
  DavyNode material, contact, nucleation, conversion, film_resistance;
} SurfaceKeys;

static const DavyField surface_fields[] = {
    DAVY_NODE(SurfaceKeys, material, DAVY_OPTIONAL, "lends its electron affinity"),
    DAVY_NODE(SurfaceKeys, contact, DAVY_OPTIONAL, "ohmic, resistive or schottky"),
    DAVY_NODE(SurfaceKeys, nucleation, DAVY_OPTIONAL, "none, instantaneous or progressive"),
    DAVY_NODE(SurfaceKeys, conversion, DAVY_OPTIONAL, "alloying before plating"),
    DAVY_NODE(SurfaceKeys, film_resistance, DAVY_OPTIONAL, "of the film on metal above"),
    DAVY_FIELDS_END};

static DavyError read_surface(DavyInterfaceCase *it, CaseSurface *surface, DavyNode node,
                              DavySubstrateSurface *made) {
  static const char *const of_contact[] = {"kind", "blocks", NULL}, *const of_nucleation[] = {
                                                                        "kind", "sites", NULL};
  SurfaceKeys keys = {0};
  DavyParameter *p = surface->parameter;
  if (DavyNodeKindOf(node) != DAVY_NODE_NONE) DAVY_TRY(DavyYamlBind(node, surface_fields, &keys));
  const char *name = DavyNodeText(keys.material);
  if (keys.material.index && !name) return DavyNodeExpect(keys.material, DAVY_NODE_TEXT);
  if (name) {
    DavyError error = DavyMaterialLoad(name, &surface->material);
    if (error)
      return DavyFailAt(DavyNodePlace(keys.material), error, "material: %s", DavyErrorMessage());
  }
  DAVY_TRY(
      read_kind(keys.contact, "contact", davy_case_contacts, of_contact, p, &surface->contact));
  DAVY_TRY(make_contact(it, surface, keys.contact, &made->contact));
  DAVY_TRY(read_kind(keys.nucleation, "nucleation", davy_case_nucleations, of_nucleation, p,
                     &surface->nucleation));
  DAVY_TRY(make_nucleation(it, surface, keys.nucleation, &made->nucleation));
  if (keys.film_resistance.index)
    DAVY_TRY(DavyParameterRead(keys.film_resistance, &davy_interface_rows[SURFACE_FILM],
                               &p[SURFACE_FILM]));
  made->own_film = p[SURFACE_FILM].known;
  made->film_resistance = p[SURFACE_FILM].value;
  surface->converts = keys.conversion.index;
  if (!surface->converts) return DAVY_OK;
  DAVY_TRY(InterfaceCaseSection(keys.conversion, "conversion", IN_CONVERSION, NULL, NULL, p));
  made->conversion = (DavyConversion){p[CONVERSION_CAPACITY].value, p[CONVERSION_POTENTIAL].value,
                                      p[CONVERSION_EXCHANGE].value};
  return DAVY_OK;
}

static DavyError read_surfaces(DavyInterfaceCase *it, DavyNode node) {
  DavySubstratePlan *plan = &it->plan;
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_MAP));
  int count = DavyNodeCount(node);
  if (count < 1 || count > DAVY_MOST_SURFACES)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "surfaces: %d given; expected 1 to %d, each a name with its values", count,
                      DAVY_MOST_SURFACES);
  for (int k = 0; k < count; k++) {
    CaseSurface *surface = &it->surface[k];
    surface->name = DavyNodeKey(node, k);
    if (strlen(surface->name) >= sizeof plan->surface[k].name)
      return DavyFailAt(DavyNodePlace(DavyNodeKeyNode(node, k)), DAVY_ERR_VALUE,
                        "surfaces: a name of %zu letters; expected at most %zu",
                        strlen(surface->name), sizeof plan->surface[k].name - 1);
    strcpy(plan->surface[k].name, surface->name);
    plan->surfaces = k + 1;
    DAVY_TRY(read_surface(it, surface, DavyNodeAt(node, k), &plan->surface[k]));
  }
  return DAVY_OK;
}

DavyError InterfaceCaseSurface(const DavyInterfaceCase *it, DavyNode node, int *found) {
  const char *word = DavyNodeText(node), *names[DAVY_MOST_SURFACES + 1] = {0};
  for (int k = 0; k < it->plan.surfaces; k++) {
    names[k] = it->surface[k].name;
    if (word && strcmp(word, names[k]) == 0) {
      *found = k;
      return DAVY_OK;
    }
  }
  const char *near = word ? DavyNearestWord(word, names) : NULL;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_LOOKUP,
                    "%.80s is none of the substrate's surfaces%s%s%s", word ? word : "this",
                    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

DavyError InterfaceCasePlace(DavyNode node, const char *what, int least, int most, double x[3]) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_LIST));
  int count = DavyNodeCount(node);
  if (count < least || count > most)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: %d lengths; expected %d", what,
                      count, most);
  for (int d = 0; d < count; d++)
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(node, d), "m", -1, 1, &x[d]));
  return DAVY_OK;
}

typedef struct {
  DavyNode at, surface;
  double radius, amplitude, wavelength;
  int axis;
} FibreKeys;

static const char *const axes[] = {"x", "z", NULL};
static const DavyField fibre_fields[] = {
    DAVY_NODE(FibreKeys, at, DAVY_REQUIRED, "x, y and in 3D z of a point of its middle line"),
    DAVY_QUANTITY(FibreKeys, radius, "m", 1e-9, 1, DAVY_REQUIRED, "as 4 um"),
    DAVY_CHOICE(FibreKeys, axis, axes, DAVY_OPTIONAL, "z, or in 3D x"),
    DAVY_NODE(FibreKeys, surface, DAVY_OPTIONAL, "one of the surfaces; the first if not said"),
    DAVY_QUANTITY(FibreKeys, amplitude, "m", 0, 1, DAVY_OPTIONAL, "of a wavy fibre"),
    DAVY_QUANTITY(FibreKeys, wavelength, "m", 0, 1, DAVY_OPTIONAL, "of a wavy fibre"),
    DAVY_FIELDS_END};

static DavyError read_fibre(const DavyInterfaceCase *it, DavyNode node, DavyFibre *fibre) {
  FibreKeys keys = {.axis = 1};
  DAVY_TRY(DavyYamlBind(node, fibre_fields, &keys));
  if (it->model.dim == 2 && keys.axis == 0)
    return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "axis")), DAVY_ERR_VALUE,
                      "axis: x; expected z, as the case has 2 dimensions");
  *fibre = (DavyFibre){.radius = keys.radius,
                       .axis = keys.axis == 0 ? 0 : 2,
                       .amplitude = keys.amplitude,
                       .wavelength = keys.wavelength};
  if (keys.amplitude > 0 && !(keys.wavelength > 0))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "fibres: amplitude without a wavelength; expected both or neither");
  DAVY_TRY(InterfaceCasePlace(keys.at, "at", it->model.dim, it->model.dim, fibre->at));
  return keys.surface.index ? InterfaceCaseSurface(it, keys.surface, &fibre->material) : DAVY_OK;
}

static DavyError read_fibres(DavyInterfaceCase *it, DavyNode shape) {
  DavyNode list = DavyNodeGet(shape, "fibres");
  int count = DavyNodeCount(list);
  if (DavyNodeKindOf(list) != DAVY_NODE_LIST || count < 1 || count > MOST_FIBRES)
    return DavyFailAt(DavyNodePlace(list.index ? list : shape), DAVY_ERR_VALUE,
                      "shape fibres: expected fibres, a list of 1 to %d", MOST_FIBRES);
  it->fibre = calloc((size_t)count, sizeof *it->fibre);
  DAVY_CHECK(it->fibre, DAVY_ERR_MEMORY, "out of memory for %d fibres", count);
  it->plan.fibre = it->fibre;
  it->plan.fibres = count;
  for (int k = 0; k < count; k++) DAVY_TRY(read_fibre(it, DavyNodeAt(list, k), &it->fibre[k]));
  return DAVY_OK;
}

static DavyError make_shape(DavyInterfaceCase *it, DavyNode node) {
  DavySubstratePlan *plan = &it->plan;
  const DavyParameter *p = it->parameter;
  plan->shape = (DavySubstrateShape)it->shape;
  switch (plan->shape) {
  case DAVY_SHAPE_FLAT: return DAVY_OK;
  case DAVY_SHAPE_COSINE:
    plan->amplitude = p[COSINE_AMPLITUDE].value;
    plan->length = p[COSINE_LENGTH].value;
    return DAVY_OK;
  case DAVY_SHAPE_APEX:
    plan->amplitude = p[APEX_AMPLITUDE].value;
    plan->length = p[APEX_LENGTH].value;
    plan->apex[0] = p[APEX_X].value;
    plan->apex[1] = p[APEX_Z].value;
    return DAVY_OK;
  case DAVY_SHAPE_FIBRES: return read_fibres(it, node);
  case DAVY_SHAPE_BUNDLE:
    DAVY_TRY(check_whole(node, "fibres", p[BUNDLE_FIBRES].value));
    plan->bundle.fibres = (int)p[BUNDLE_FIBRES].value;
    plan->bundle.radius = p[BUNDLE_RADIUS].value;
    plan->bundle.gap = p[BUNDLE_GAP].value;
    plan->bundle.jitter = p[BUNDLE_JITTER].value;
    return DAVY_OK;
  case DAVY_SHAPE_WEAVE:
    plan->weave.radius = p[WEAVE_RADIUS].value;
    plan->weave.gap = p[WEAVE_GAP].value;
    plan->weave.spacing = p[WEAVE_SPACING].value;
    return DAVY_OK;
  }
  return DAVY_OK;
}

static DavyError make_random_islands(DavyInterfaceCase *it, DavyNode node) {
  DavySubstratePlan *plan = &it->plan;
  const DavyParameter *p = it->parameter;
  bool number = p[RANDOM_NUMBER].known;
  if (number && (p[RANDOM_DENSITY].known || p[RANDOM_LINE_DENSITY].known))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "pattern random_islands: expected number or a density, not both");
  DAVY_TRY(check_whole(node, "number", number ? p[RANDOM_NUMBER].value : 0));
  plan->random.number = number ? (int)p[RANDOM_NUMBER].value : 0;
  DAVY_TRY(pick_density(it, node, "pattern random_islands", &p[RANDOM_DENSITY],
                        &p[RANDOM_LINE_DENSITY], !number, &plan->random.density));
  plan->random.diameter = p[RANDOM_DIAMETER].value;
  plan->random.spread = p[RANDOM_SPREAD].value;
  plan->random.least_gap = p[RANDOM_GAP].value;
  return DAVY_OK;
}

static DavyError make_pattern(DavyInterfaceCase *it, DavyNode node) {
  static const char *const arrangements[] = {"square", "hexagonal", NULL};
  DavySubstratePlan *plan = &it->plan;
  const DavyParameter *p = it->parameter;
  plan->pattern = (DavySubstratePattern)it->pattern;
  if (plan->pattern != DAVY_PATTERN_UNIFORM && plan->surfaces < 2)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "pattern: %s of one material; expected two surfaces, the matrix first",
                      davy_case_patterns[it->pattern].word);
  plan->stripes.period = p[STRIPES_PERIOD].value;
  plan->stripes.share = p[STRIPES_SHARE].value;
  plan->stripes.offset = p[STRIPES_OFFSET].value;
  if (plan->pattern == DAVY_PATTERN_ISLANDS) {
    int hexagonal = 0;
    DavyNode word = DavyNodeGet(node, "arrangement");
    if (word.index) DAVY_TRY(DavyNodeChoice(word, arrangements, &hexagonal));
    plan->islands.hexagonal = hexagonal;
  }
  plan->islands.spacing = p[ISLANDS_SPACING].value;
  plan->islands.diameter = p[ISLANDS_DIAMETER].value;
  return plan->pattern == DAVY_PATTERN_RANDOM_ISLANDS ? make_random_islands(it, node) : DAVY_OK;
}

typedef struct {
  DavyNode shape, pattern, surfaces;
} SubstrateKeys;

static const DavyField substrate_fields[] = {
    DAVY_NODE(SubstrateKeys, shape, DAVY_OPTIONAL, "flat if not said"),
    DAVY_NODE(SubstrateKeys, pattern, DAVY_OPTIONAL, "uniform if not said"),
    DAVY_NODE(SubstrateKeys, surfaces, DAVY_REQUIRED, "materials by name, the matrix first"),
    DAVY_FIELDS_END};

DavyError InterfaceCaseSubstrate(DavyInterfaceCase *it, DavyNode node) {
  static const char *const of_shape[] = {"kind", NULL},
                           *const of_fibres[] = {"kind", "fibres", NULL},
                           *const of_pattern[] = {"kind", "arrangement", NULL};
  SubstrateKeys keys = {0};
  DAVY_TRY(DavyYamlBind(node, substrate_fields, &keys));
  DAVY_TRY(read_surfaces(it, keys.surfaces));
  const char *kind = DavyNodeText(DavyNodeGet(keys.shape, "kind"));
  bool fibres = kind && strcmp(kind, "fibres") == 0;
  DAVY_TRY(read_kind(keys.shape, "shape", davy_case_shapes, fibres ? of_fibres : of_shape,
                     it->parameter, &it->shape));
  DAVY_TRY(make_shape(it, keys.shape));
  DAVY_TRY(read_kind(keys.pattern, "pattern", davy_case_patterns, of_pattern, it->parameter,
                     &it->pattern));
  DAVY_TRY(make_pattern(it, keys.pattern));
  it->plan.dim = it->model.dim;
  it->plan.width = it->model.width;
  it->plan.depth = it->model.depth;
  it->plan.seed = it->model.random_seed;
  DavyError error = DavySubstrateCreate(&it->plan, &it->model.substrate);
  if (error) return DavyFailAt(DavyNodePlace(node), error, "%s", DavyErrorMessage());
  return DAVY_OK;
}
