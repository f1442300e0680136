/* Reading the parameters of a case, and writing them back. */
#include "material/parameter.h"

#include <math.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/units.h"

enum { MOST_KEYS = 128 };

/* {value: 10 A/m2, source: newman2004, kind: assumed, note: ...} */
typedef struct {
  DavyNode value;
  const char *source, *note, *kind;
} SourcedValue;

static const DavyField sourced_fields[] = {
    DAVY_NODE(SourcedValue, value, DAVY_REQUIRED, "number and unit"),
    DAVY_TEXT(SourcedValue, source, DAVY_OPTIONAL, "key of sources.bib"),
    DAVY_TEXT(SourcedValue, kind, DAVY_OPTIONAL, "measured, computed, fitted, assumed or recalled"),
    DAVY_TEXT(SourcedValue, note, DAVY_OPTIONAL, "on what grounds"), DAVY_FIELDS_END};

static DavyError read_kind(DavyNode node, const char *word, DavyValueKind *kind) {
  static const DavyValueKind kinds[] = {DAVY_MEASURED, DAVY_COMPUTED, DAVY_FITTED, DAVY_ASSUMED,
                                        DAVY_RECALLED};
  const char *words[6] = {0};
  for (int k = 0; k < 5; k++) {
    words[k] = DavyValueKindWord(kinds[k]);
    if (strcmp(word, words[k]) == 0) {
      *kind = kinds[k];
      return DAVY_OK;
    }
  }
  const char *near = DavyNearestWord(word, words);
  return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "kind")), DAVY_ERR_VALUE,
                    "kind: %s%s%s%s; expected measured, computed, fitted, assumed or recalled",
                    word, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

DavyError DavyParameterRead(DavyNode node, const DavyParameterRow *row, DavyParameter *parameter) {
  SourcedValue given = {.value = node};
  parameter->how = DAVY_ASSUMED;
  if (DavyNodeKindOf(node) == DAVY_NODE_MAP) {
    DAVY_TRY(DavyYamlBind(node, sourced_fields, &given));
    if (given.kind) DAVY_TRY(read_kind(node, given.kind, &parameter->how));
  }
  DAVY_TRY(DavyNodeQuantity(given.value, row->si_unit, row->lo, row->hi, &parameter->value));
  parameter->known = true;
  parameter->source = given.source;
  parameter->note = given.note;
  if (!given.source) return DAVY_OK;
  char line[1024];
  DavyError error = DavyCiteLine(given.source, line, sizeof line);
  if (error)
    return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "source")), error, "source: %s",
                      DavyErrorMessage());
  DavyCite(given.source, row->key);
  return DAVY_OK;
}

static DavyError load_material(DavyNode node, const char *what, DavyMaterial **material) {
  const char *name = DavyNodeText(node);
  if (!name || !*name)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: expected the name of a material",
                      what);
  DavyError error = DavyMaterialLoad(name, material);
  if (error) return DavyFailAt(DavyNodePlace(node), error, "%s: %s", what, DavyErrorMessage());
  return DAVY_OK;
}

static DavyError unknown_key(const DavyParameterSection *section, bool has_material, DavyNode key) {
  const char *known[MOST_KEYS + 1] = {0};
  int count = 0;
  if (has_material) known[count++] = "material";
  for (int k = 0; section->others && section->others[k] && count < MOST_KEYS; k++)
    known[count++] = section->others[k];
  for (int k = 0; k < section->count && count < MOST_KEYS; k++)
    if (section->rows[k].section == section->section) known[count++] = section->rows[k].key;
  const char *near = DavyNearestWord(DavyNodeText(key), known);
  char list[512] = "";
  for (size_t k = 0, used = 0; !near && known[k] && used < sizeof list - 80; k++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%.70s", k ? ", " : "", known[k]);
  return DavyFailAt(DavyNodePlace(key), DAVY_ERR_KEY, "%s: unknown key %.80s; %s%s%s", section->key,
                    DavyNodeText(key),
                    near ? "did you mean " : "expected one of: ", near ? near : list,
                    near ? "?" : "");
}

static bool is_other(const DavyParameterSection *section, const char *key) {
  for (int k = 0; section->others && section->others[k]; k++)
    if (strcmp(key, section->others[k]) == 0) return true;
  return false;
}

DavyError DavyParameterSectionRead(DavyNode node, const DavyParameterSection *section,
                                   DavyMaterial **material, DavyParameter *parameters) {
  if (DavyNodeKindOf(node) == DAVY_NODE_TEXT && material)
    return load_material(node, section->key, material);
  if (DavyNodeKindOf(node) != DAVY_NODE_MAP)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: expected %sa mapping of values",
                      section->key, material ? "a material or " : "");
  for (int i = 0; i < DavyNodeCount(node); i++) {
    const char *key = DavyNodeKey(node, i);
    if (material && strcmp(key, "material") == 0) {
      DAVY_TRY(load_material(DavyNodeAt(node, i), section->key, material));
      continue;
    }
    if (is_other(section, key)) continue;
    int id = 0;
    while (id < section->count &&
           (section->rows[id].section != section->section || strcmp(section->rows[id].key, key)))
      id++;
    if (id == section->count) return unknown_key(section, material, DavyNodeKeyNode(node, i));
    DAVY_TRY(DavyParameterRead(DavyNodeAt(node, i), &section->rows[id], &parameters[id]));
  }
  return DAVY_OK;
}

DavyError DavyParameterLend(const DavyMaterial *material, const DavyParameterRow *row,
                            DavyConditions at, DavyParameter *parameter, bool *outside) {
  at.extrapolate = true;
  DavyValue value;
  DAVY_TRY(DavyMaterialValue(material, row->property, &at, &value));
  DAVY_CHECK(value.value >= row->lo && value.value <= row->hi, DAVY_ERR_VALUE,
             "%s: %s = %g %s; expected %g to %g", DavyMaterialName(material), row->property,
             value.value, row->si_unit, row->lo, row->hi);
  *parameter = (DavyParameter){true, row->curve, value.value, value.kind, value.source, value.note};
  *outside = value.outside;
  return DAVY_OK;
}

DavyParameter DavyParameterFallback(const DavyParameterRow *row) {
  return (DavyParameter){
      .known = true, .value = row->fallback, .how = DAVY_ASSUMED, .note = row->fallback_note};
}

static void describe(const DavyParameterRow *row, FILE *file) {
  char fallback[80];
  bool plain = row->si_unit[0] == '1' && !row->si_unit[1], same = !strcmp(row->unit, row->si_unit);
  fprintf(file, "  %-25s %s (%g to %g%s%s)", row->key, plain ? "a number" : row->unit, row->lo,
          row->hi, same ? "" : " ", same ? "" : row->si_unit);
  if (row->property) fputs("; a material may say it", file);
  if (!isnan(row->fallback)) {
    DavyQuantityText(row->fallback, row->unit, row->si_unit, fallback);
    fprintf(file, "; else %s (%s)", fallback, row->fallback_note);
  }
  fputc('\n', file);
}

void DavyParameterRowsDescribe(const DavyParameterRow *rows, int count, const char *const *sections,
                               FILE *file) {
  for (int k = 0, section = -1; k < count; k++) {
    if (!sections[rows[k].section]) continue;
    if (rows[k].section != section) fprintf(file, "\n%s\n", sections[rows[k].section]);
    section = rows[k].section;
    describe(&rows[k], file);
  }
}

void DavyParameterWrite(const DavyParameter *p, const DavyParameterRow *row, FILE *file,
                        int indent) {
  if (!p->known) return;
  char value[80];
  DavyQuantityText(p->value, row->unit, row->si_unit, value);
  if (p->by_material) {
    fprintf(file, "%*s# %s: %s at the initial concentration, by the material (%s%s%s)\n", indent,
            "", row->key, value, DavyValueKindWord(p->how), p->source ? ", " : "",
            p->source ? p->source : "");
    return;
  }
  fprintf(file, "%*s%s:\n%*s  value: %s\n%*s  kind: %s\n", indent, "", row->key, indent, "", value,
          indent, "", DavyValueKindWord(p->how));
  const char *const keys[] = {"source", "note"}, *const texts[] = {p->source, p->note};
  for (int k = 0; k < 2; k++) {
    if (!texts[k]) continue;
    fprintf(file, "%*s  %s: ", indent, "", keys[k]);
    DavyYamlWriteScalar(file, texts[k]);
    fputc('\n', file);
  }
}
