/* Tables, plots and sentences of a design, and the values of materials that they need. */
#include "design/sheet.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/units.h"

DavyError design_table(DavyDesign *design, const char *key, const char *title, DavyTable **table) {
  DAVY_CHECK(design->table_count < DESIGN_TABLES, DAVY_ERR_VALUE, "more than %d tables",
             DESIGN_TABLES);
  DAVY_TRY(DavyTableCreate(key, title, table));
  design->tables[design->table_count++] = *table;
  return DAVY_OK;
}

DavyError design_plot(DavyDesign *design, DavyDesignPlot plot, DavyDesignPlot **made) {
  DAVY_CHECK(design->plot_count < DESIGN_PLOTS, DAVY_ERR_VALUE, "more than %d plots", DESIGN_PLOTS);
  *made = malloc(sizeof **made);
  DAVY_CHECK(*made, DAVY_ERR_MEMORY, "out of memory");
  **made = plot;
  design->plots[design->plot_count++] = *made;
  return DAVY_OK;
}

DavyError design_series(DavyDesignPlot *plot, size_t count, bool points, DavyDesignSeries **made,
                        const char *format, ...) {
  va_list args;
  DAVY_CHECK(plot->count < DAVY_DESIGN_SERIES, DAVY_ERR_VALUE, "%s: more than %d curves",
             plot->title, DAVY_DESIGN_SERIES);
  DavyDesignSeries *s = *made = &plot->series[plot->count++];
  *s = (DavyDesignSeries){.x = calloc(count, sizeof(double)),
                          .y = calloc(count, sizeof(double)),
                          .count = count,
                          .points = points};
  va_start(args, format);
  vsnprintf(s->label, sizeof s->label, format, args);
  va_end(args);
  DAVY_CHECK(s->x && s->y, DAVY_ERR_MEMORY, "out of memory");
  return DAVY_OK;
}

DavyError design_say(DavyDesign *design, const char *format, ...) {
  char text[512];
  va_list args;
  if (design->sentence_count == DESIGN_SENTENCES) return DAVY_OK;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  char *copy = strdup(text);
  DAVY_CHECK(copy, DAVY_ERR_MEMORY, "out of memory");
  design->sentences[design->sentence_count++] = copy;
  return DAVY_OK;
}

DavyError design_open(DavyDesign *design, const char *key, const char *title, DavyNode published,
                      DesignSheet *sheet) {
  *sheet = (DesignSheet){.published = published};
  DAVY_TRY(design_table(design, key, title, &sheet->table));
  DavyTable *t = sheet->table;
  DAVY_TRY(DavyTableAddColumn(t, "quantity", "Quantity", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(t, "value", "Value", NULL, DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(t, "unit", "Unit", NULL, DAVY_CELL_TEXT, 0));
  if (published.index) {
    DAVY_TRY(DavyNodeExpect(published, DAVY_NODE_MAP));
    DAVY_TRY(DavyTableAddColumn(t, "published", "Published", NULL, DAVY_CELL_NUMBER, 5));
    DAVY_TRY(DavyTableAddColumn(t, "off", "Published is off by", "%", DAVY_CELL_NUMBER, 3));
  }
  DAVY_TRY(DavyTableAddColumn(t, "kind", "Kind", NULL, DAVY_CELL_TEXT, 0));
  return DavyTableAddColumn(t, "how", "From", NULL, DAVY_CELL_TEXT, 0);
}

DavyError design_row(DesignSheet *sheet, const char *name, double value, const char *si_unit,
                     const char *unit, DavyValueKind kind, const char *how) {
  double scale = 1, offset = 0, published;
  if (strcmp(si_unit, unit)) DAVY_TRY(DavyUnitConversion(si_unit, unit, &scale, &offset));
  DAVY_TRY(DavyTableAddRow(sheet->table));
  DAVY_TRY(DavyTableSetText(sheet->table, "quantity", name));
  DAVY_TRY(DavyTableSetNumber(sheet->table, "value", value * scale + offset));
  if (strcmp(unit, "1")) DAVY_TRY(DavyTableSetText(sheet->table, "unit", unit));
  DAVY_TRY(DavyTableSetText(sheet->table, "kind", DavyValueKindWord(kind)));
  DAVY_TRY(DavyTableSetText(sheet->table, "how", how));
  DavyNode node = DavyNodeGet(sheet->published, name);
  if (!sheet->published.index || !node.index) return DAVY_OK;
  DAVY_TRY(DavyNodeQuantity(node, si_unit, -1e30, 1e30, &published));
  sheet->matched++;
  DAVY_TRY(DavyTableSetNumber(sheet->table, "published", published * scale + offset));
  return DavyTableSetNumber(sheet->table, "off", 100 * (published / value - 1));
}

DavyError design_close(DesignSheet *sheet) {
  if (!sheet->published.index || sheet->matched == DavyNodeCount(sheet->published)) return DAVY_OK;
  size_t rows = DavyTableRows(sheet->table);
  const char **names = calloc(rows + 1, sizeof *names);
  DAVY_CHECK(names, DAVY_ERR_MEMORY, "out of memory");
  for (size_t i = 0; i < rows; i++) names[i] = DavyTableText(sheet->table, i, 0);
  DavyError error = DAVY_OK;
  for (int i = 0; !error && i < DavyNodeCount(sheet->published); i++) {
    const char *key = DavyNodeKey(sheet->published, i);
    bool known = false;
    for (size_t k = 0; k < rows; k++) known = known || strcmp(names[k], key) == 0;
    const char *near = known ? NULL : DavyNearestWord(key, names);
    if (!known)
      error = DavyFailAt(DavyNodePlace(DavyNodeKeyNode(sheet->published, i)), DAVY_ERR_KEY,
                         "published: no quantity %.60s%s%s%s", key, near ? "; did you mean " : "",
                         near ? near : "", near ? "?" : " in this section");
  }
  free(names);
  return error;
}

DavyValueKind design_weaker(DavyValueKind a, DavyValueKind b) {
  DavyValueKind weaker = a > b ? a : b;
  return weaker > DAVY_COMPUTED ? weaker : DAVY_COMPUTED;
}

/* Puts the place of the name in front of what the library says. */
static DavyError at_node(DavyNode node, DavyError error) {
  char why[512];
  if (!error || !node.index) return error;
  snprintf(why, sizeof why, "%s", DavyErrorMessage());
  return DavyFailAt(DavyNodePlace(node), error, "%s", why);
}

static DavyError look_up(DavyNode node, const char *name, const char *property, bool required,
                         const DavyConditions *conditions, double *value, DavyValueKind *kind) {
  DavyMaterial *material = NULL;
  DavyValue found;
  DAVY_TRY(at_node(node, DavyMaterialLoad(name, &material)));
  DavyError error = DAVY_OK;
  if (required || DavyMaterialHas(material, property)) {
    error = at_node(node, DavyMaterialValue(material, property, conditions, &found));
    if (!error) *value = found.value;
    if (!error && kind) *kind = design_weaker(*kind, found.kind);
  }
  DavyMaterialDestroy(&material);
  return error;
}

DavyError design_property(DavyNode node, const char *material, const char *property,
                          const DavyConditions *conditions, double *value, DavyValueKind *kind) {
  return look_up(node, material, property, true, conditions, value, kind);
}

DavyError design_optional(DavyNode node, const char *material, const char *property, double *value,
                          DavyValueKind *kind) {
  return look_up(node, material, property, false, NULL, value, kind);
}
