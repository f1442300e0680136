/* Every value of a material as a table, in the units that its file uses. */
#include <stdio.h>

#include "material/parts.h"

static const struct {
  const char *key, *label;
  DavyCellType type;
} columns[] = {
    {"property", "Property", DAVY_CELL_TEXT}, {"at", "At", DAVY_CELL_TEXT},
    {"value", "Value", DAVY_CELL_NUMBER},     {"unit", "Unit", DAVY_CELL_TEXT},
    {"low", "Low", DAVY_CELL_NUMBER},         {"high", "High", DAVY_CELL_NUMBER},
    {"valid", "Valid", DAVY_CELL_TEXT},       {"kind", "Kind", DAVY_CELL_TEXT},
    {"source", "Source", DAVY_CELL_TEXT},     {"note", "Note", DAVY_CELL_TEXT},
};

static void write_where(int axis, double value, char *text, size_t size) {
  char number[32];
  static const struct {
    double divisor;
    const char *unit;
  } shown[DAVY_OVER_COUNT] = {{1, " K"}, {1000, " mol/L"}, {1, ""}};
  DavyFormatDouble(value / shown[axis].divisor, number);
  snprintf(text, size, "%s%s", number, shown[axis].unit);
}

static void write_validity(const DavyProperty *property, char *text, size_t size) {
  size_t used = 0;
  *text = '\0';
  for (int axis = 0; axis < DAVY_OVER_COUNT; axis++) {
    if (!property->valid[axis].given) continue;
    char lo[64], hi[64];
    write_where(axis, property->valid[axis].lo, lo, sizeof lo);
    write_where(axis, property->valid[axis].hi, hi, sizeof hi);
    bool point = property->valid[axis].lo == property->valid[axis].hi;
    used += (size_t)snprintf(text + used, size - used, "%s%s%s%s", used ? ", " : "", lo,
                             point ? "" : " to ", point ? "" : hi);
  }
}

static DavyError add_row(DavyTable *table, const DavyProperty *property, const char *at,
                         double value) {
  char valid[256];
  write_validity(property, valid, sizeof valid);
  DAVY_TRY(DavyTableAddRow(table));
  DAVY_TRY(DavyTableSetText(table, "property", property->kind->name));
  DAVY_TRY(DavyTableSetText(table, "at", at));
  DAVY_TRY(DavyTableSetNumber(table, "value", value));
  DAVY_TRY(DavyTableSetText(table, "unit", property->shown.unit));
  if (!property->is_table) {
    DAVY_TRY(DavyTableSetNumber(table, "low", property->shown.low));
    DAVY_TRY(DavyTableSetNumber(table, "high", property->shown.high));
  }
  DAVY_TRY(DavyTableSetText(table, "valid", *valid ? valid : NULL));
  DAVY_TRY(DavyTableSetText(table, "kind", DavyValueKindWord(property->how)));
  DAVY_TRY(DavyTableSetText(table, "source", property->source));
  return DavyTableSetText(table, "note", property->note);
}

static DavyError add_property(DavyTable *table, const DavyProperty *property) {
  if (!property->is_table) return add_row(table, property, NULL, property->shown.value);
  for (size_t i = 0; i < property->count; i++) {
    char at[64];
    write_where((int)property->axis, property->x[i], at, sizeof at);
    DAVY_TRY(add_row(table, property, at, property->shown.y[i]));
  }
  return DAVY_OK;
}

static DavyError fill(const DavyMaterial *material, DavyTable *table) {
  bool any_recalled = false, any_table = false;
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    DAVY_TRY(DavyTableAddColumn(table, columns[i].key, columns[i].label, NULL, columns[i].type, 0));
  for (size_t i = 0; i < material->property_count; i++) {
    DAVY_TRY(add_property(table, &material->properties[i]));
    any_recalled = any_recalled || material->properties[i].how == DAVY_RECALLED;
    any_table = any_table || material->properties[i].is_table;
  }
  if (material->description) DAVY_TRY(DavyTableAddNote(table, "%s", material->description));
  if (any_table)
    DAVY_TRY(DavyTableAddNote(table, "Between the points of a table: monotone cubic (Steffen)."));
  if (any_recalled)
    DAVY_TRY(DavyTableAddNote(
        table, "recalled: from a handbook without a page, not yet traced to its source."));
  return DAVY_OK;
}

DavyError DavyMaterialTable(const DavyMaterial *material, DavyTable **table) {
  char title[256];
  snprintf(title, sizeof title, "%s: %s", material->name, material->title);
  DAVY_TRY(DavyTableCreate("material", title, table));
  DavyError error = fill(material, *table);
  if (error) DavyTableDestroy(table);
  return error;
}
