/* A material file (docs/materials.md) into values in SI. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "material/parts.h"

const char *const davy_kind_words[] = {
#define KIND_WORD(name, word) word,
    DAVY_VALUE_KINDS(KIND_WORD)
#undef KIND_WORD
        NULL};

static const char *const class_words[] = {"metal", "phase",   "electrolyte", "separator",
                                          "host",  "cathode", "melt",        NULL};
static const char *const axis_words[] = {"temperature", "concentration", "stoichiometry", NULL};

const char *DavyValueKindWord(DavyValueKind kind) {
  return davy_kind_words[kind];
}

typedef struct {
  DavyNode value, range, table, valid;
  int over; /* -1: not given */
  const char *source, *note;
  int kind;
} PropertyText;

static const DavyField property_fields[] = {
    DAVY_NODE(PropertyText, value, DAVY_OPTIONAL, "the value with its unit"),
    DAVY_NODE(PropertyText, range, DAVY_OPTIONAL, "[low, high] that the source gives"),
    DAVY_CHOICE(PropertyText, over, axis_words, DAVY_OPTIONAL, "what a table runs over"),
    DAVY_NODE(PropertyText, table, DAVY_OPTIONAL, "pairs [where, value], ascending"),
    DAVY_NODE(PropertyText, valid, DAVY_OPTIONAL, "where the value holds"),
    DAVY_TEXT(PropertyText, source, DAVY_REQUIRED, "a key of sources.bib"),
    DAVY_CHOICE(PropertyText, kind, davy_kind_words, DAVY_REQUIRED,
                "how the value came to be known"),
    DAVY_TEXT(PropertyText, note, DAVY_OPTIONAL, "what else a user must know"),
    DAVY_FIELDS_END};

typedef struct {
  const char *name, *title, *description, *formula;
  int class_index;
  DavyNode aliases, properties, crystal;
} MaterialText;

static const DavyField material_fields[] = {
    DAVY_TEXT(MaterialText, name, DAVY_REQUIRED, "the name that cases use"),
    DAVY_TEXT(MaterialText, title, DAVY_REQUIRED, "the name for people"),
    {"class", DAVY_FIELD_CHOICE, offsetof(MaterialText, class_index), DAVY_REQUIRED, 0, 0, 0,
     class_words, 0, "what it is"},
    DAVY_TEXT(MaterialText, formula, DAVY_OPTIONAL, "chemical formula"),
    DAVY_TEXT(MaterialText, description, DAVY_OPTIONAL, "what else a user should know"),
    DAVY_NODE(MaterialText, aliases, DAVY_OPTIONAL, "a list of other names"),
    DAVY_NODE(MaterialText, properties, DAVY_REQUIRED, "the values"),
    DAVY_NODE(MaterialText, crystal, DAVY_OPTIONAL, "lattice, space group and sites"),
    DAVY_FIELDS_END};

static DavyError no_memory(DavyNode node) {
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_MEMORY, "out of memory");
}

/* Number and unit as typed, to be shown so; one unit for all values of a property. */
static DavyError keep_typed(DavyNode node, DavyProperty *property, double *shown) {
  const char *text = DavyNodeText(node) + strspn(DavyNodeText(node), " ");
  const char *unit = davy_parse_double(text, text + strlen(text), '.', shown);
  unit += strspn(unit, " ");
  if (!*unit) unit = "1";
  if (!property->shown.unit) property->shown.unit = strdup(unit);
  if (!property->shown.unit) return no_memory(node);
  if (strcmp(property->shown.unit, unit) == 0) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_UNIT, "%s: %s: expected the unit %s, as before",
                    property->kind->name, text, property->shown.unit);
}

static DavyError read_value(DavyNode node, DavyProperty *property, double *value, double *shown) {
  const DavyPropertyKind *kind = property->kind;
  DAVY_TRY(DavyNodeQuantity(node, kind->unit, kind->lo, kind->hi, value));
  return keep_typed(node, property, shown);
}

static DavyError expect_pair(DavyNode node) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_LIST));
  if (DavyNodeCount(node) != 2)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "found %d values; expected a pair",
                      DavyNodeCount(node));
  return DAVY_OK;
}

static DavyError expect_order(DavyNode node, bool ascending) {
  if (ascending) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "expected ascending values");
}

static DavyError read_range(DavyNode node, DavyProperty *property) {
  if (!node.index) return DAVY_OK;
  DAVY_TRY(expect_pair(node));
  DAVY_TRY(read_value(DavyNodeAt(node, 0), property, &property->low, &property->shown.low));
  DAVY_TRY(read_value(DavyNodeAt(node, 1), property, &property->high, &property->shown.high));
  return expect_order(node, property->low <= property->value && property->value <= property->high);
}

static DavyError read_valid(DavyNode node, DavyProperty *property) {
  if (!node.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_MAP));
  for (int i = 0; i < DavyNodeCount(node); i++) {
    int axis;
    DAVY_TRY(DavyNodeChoice(DavyNodeKeyNode(node, i), axis_words, &axis));
    DavyNode pair = DavyNodeAt(node, i);
    const DavyAxisKind *kind = &davy_axes[axis];
    DAVY_TRY(expect_pair(pair));
    double lo, hi;
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(pair, 0), kind->unit, kind->lo, kind->hi, &lo));
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(pair, 1), kind->unit, kind->lo, kind->hi, &hi));
    DAVY_TRY(expect_order(pair, lo <= hi));
    property->valid[axis].given = true;
    property->valid[axis].lo = lo;
    property->valid[axis].hi = hi;
  }
  return DAVY_OK;
}

static DavyError read_points(DavyNode table, DavyProperty *property) {
  const DavyAxisKind *axis = &davy_axes[property->axis];
  for (size_t i = 0; i < property->count; i++) {
    DavyNode point = DavyNodeAt(table, (int)i);
    DAVY_TRY(expect_pair(point));
    DAVY_TRY(
        DavyNodeQuantity(DavyNodeAt(point, 0), axis->unit, axis->lo, axis->hi, &property->x[i]));
    DAVY_TRY(read_value(DavyNodeAt(point, 1), property, &property->y[i], &property->shown.y[i]));
    DAVY_TRY(expect_order(point, i == 0 || property->x[i] > property->x[i - 1]));
  }
  return DAVY_OK;
}

/* Steffen's interpolation (Steffen 1990): cubic, C1, and monotone between neighbouring points, so
 * that it invents no extrema; a straight line between two. */
static DavyError read_table(DavyNode table, DavyProperty *property) {
  DAVY_TRY(DavyNodeExpect(table, DAVY_NODE_LIST));
  property->count = (size_t)DavyNodeCount(table);
  if (property->count < 2)
    return DavyFailAt(DavyNodePlace(table), DAVY_ERR_VALUE, "expected at least two points");
  property->x = calloc(property->count, sizeof *property->x);
  property->y = calloc(property->count, sizeof *property->y);
  property->shown.y = calloc(property->count, sizeof *property->shown.y);
  if (!property->x || !property->y || !property->shown.y) return no_memory(table);
  DAVY_TRY(read_points(table, property));
  property->curve = gsl_interp_alloc(property->count > 2 ? gsl_interp_steffen : gsl_interp_linear,
                                     property->count);
  if (!property->curve) return no_memory(table);
  gsl_interp_init(property->curve, property->x, property->y, property->count);
  property->value = NAN;
  if (property->valid[property->axis].given) return DAVY_OK;
  property->valid[property->axis].given = true;
  property->valid[property->axis].lo = property->x[0];
  property->valid[property->axis].hi = property->x[property->count - 1];
  return DAVY_OK;
}

static DavyError unknown_property(DavyNode key) {
  const char *names[64] = {0};
  for (int i = 0; i < 63 && davy_property_kinds[i].name; i++)
    names[i] = davy_property_kinds[i].name;
  const char *near = DavyNearestWord(DavyNodeText(key), names);
  return DavyFailAt(DavyNodePlace(key), DAVY_ERR_KEY, "unknown property %.80s%s%s%s",
                    DavyNodeText(key), near ? "; did you mean " : "", near ? near : "",
                    near ? "?" : " (docs/materials.md lists them)");
}

DavyError DavyValueSourceCheck(DavyPlace place, const char *source, DavyValueKind kind) {
  if (strcmp(source, "unsourced") != 0 || kind == DAVY_RECALLED || kind == DAVY_ASSUMED)
    return DAVY_OK;
  return DavyFailAt(place, DAVY_ERR_VALUE,
                    "kind %s, source unsourced: expected a source, or the kind recalled or assumed",
                    DavyValueKindWord(kind));
}

static DavyError read_property(DavyNode key, DavyNode node, DavyProperty *property) {
  for (const DavyPropertyKind *kind = davy_property_kinds; kind->name; kind++)
    if (strcmp(kind->name, DavyNodeText(key)) == 0) property->kind = kind;
  if (!property->kind) return unknown_property(key);
  PropertyText text = {.over = -1};
  DAVY_TRY(DavyYamlBind(node, property_fields, &text));
  property->low = property->high = NAN;
  property->shown.low = property->shown.high = NAN;
  property->source = text.source;
  property->note = text.note;
  property->how = (DavyValueKind)text.kind;
  DAVY_TRY(DavyValueSourceCheck(DavyNodePlace(node), text.source, property->how));
  property->is_table = text.table.index != 0;
  DAVY_TRY(read_valid(text.valid, property));
  if (!text.value.index == !property->is_table || property->is_table != (text.over >= 0))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "%s: expected either value, or over and table", property->kind->name);
  if (property->is_table) {
    property->axis = (DavyAxis)text.over;
    return read_table(text.table, property);
  }
  DAVY_TRY(read_value(text.value, property, &property->value, &property->shown.value));
  return read_range(text.range, property);
}

static DavyError read_material(DavyMaterial *material) {
  MaterialText text = {0};
  DAVY_TRY(DavyYamlBind(DavyYamlRoot(material->document), material_fields, &text));
  material->name = text.name;
  material->title = text.title;
  material->class_index = text.class_index;
  material->description = text.description;
  material->formula = text.formula;
  material->aliases = text.aliases;
  material->crystal = text.crystal;
  if (text.aliases.index) DAVY_TRY(DavyNodeExpect(text.aliases, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(text.aliases); i++)
    DAVY_TRY(DavyNodeExpect(DavyNodeAt(text.aliases, i), DAVY_NODE_TEXT));
  DAVY_TRY(DavyNodeExpect(text.properties, DAVY_NODE_MAP));
  int count = DavyNodeCount(text.properties);
  material->properties = calloc((size_t)count + 1, sizeof *material->properties);
  if (!material->properties) return no_memory(text.properties);
  for (int i = 0; i < count; i++) {
    DavyProperty *property = &material->properties[material->property_count++];
    DAVY_TRY(read_property(DavyNodeKeyNode(text.properties, i), DavyNodeAt(text.properties, i),
                           property));
  }
  return DAVY_OK;
}

DavyError DavyMaterialRead(const char *path, DavyMaterial **material) {
  DavyMaterial *m = *material = calloc(1, sizeof *m);
  DAVY_CHECK(m, DAVY_ERR_MEMORY, "%s: out of memory", path);
  DavyError error = DavyYamlLoad(path, &m->document);
  if (!error) error = read_material(m);
  if (error) DavyMaterialDestroy(material);
  return error;
}

void DavyMaterialDestroy(DavyMaterial **material) {
  DavyMaterial *m = *material;
  if (!m) return;
  for (size_t i = 0; i < m->property_count; i++) {
    DavyProperty *property = &m->properties[i];
    free(property->shown.unit);
    free(property->shown.y);
    free(property->x);
    free(property->y);
    if (property->curve) gsl_interp_free(property->curve);
  }
  free(m->properties);
  DavyYamlDestroy(&m->document);
  free(m);
  *material = NULL;
}

const char *DavyMaterialName(const DavyMaterial *material) {
  return material->name;
}
const char *DavyMaterialTitle(const DavyMaterial *material) {
  return material->title;
}
const char *DavyMaterialClass(const DavyMaterial *material) {
  return class_words[material->class_index];
}
const char *DavyMaterialFormula(const DavyMaterial *material) {
  return material->formula;
}
DavyNode DavyMaterialCrystal(const DavyMaterial *material) {
  return material->crystal;
}
