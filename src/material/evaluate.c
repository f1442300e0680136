/* The value of a property at given conditions, and whether it may be asked for there. */
#include <math.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/table.h"
#include "material/parts.h"

static const DavyProperty *find(const DavyMaterial *material, const char *name) {
  for (size_t i = 0; i < material->property_count; i++)
    if (strcmp(material->properties[i].kind->name, name) == 0) return &material->properties[i];
  return NULL;
}

bool DavyMaterialHas(const DavyMaterial *material, const char *property) {
  return find(material, property) != NULL;
}

static DavyError lacks(const DavyMaterial *material, const char *name) {
  char known[512] = "";
  size_t used = 0;
  for (size_t i = 0; i < material->property_count && used < sizeof known - 64; i++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                             material->properties[i].kind->name);
  return DavyFail(DAVY_ERR_LOOKUP, "%s has no %.60s; it has: %s", material->name, name, known);
}

DavyError DavyMaterialFind(const DavyMaterial *material, const char *property,
                           const DavyProperty **found) {
  char why[160];
  *found = find(material, property);
  if (!*found) return lacks(material, property);
  snprintf(why, sizeof why, "%s of %s (%s)", property, material->name,
           DavyValueKindWord((*found)->how));
  DavyCite((*found)->source, why);
  return DAVY_OK;
}

double DavyPropertyAt(const DavyProperty *property, double where, double *slope) {
  if (slope) *slope = 0;
  if (!property->is_table) return property->value;
  size_t last = property->count - 1;
  if (!(where > property->x[0])) return property->y[0];
  if (where >= property->x[last]) return property->y[last];
  if (slope) *slope = gsl_interp_eval_deriv(property->curve, property->x, property->y, where, NULL);
  return gsl_interp_eval(property->curve, property->x, property->y, where, NULL);
}

static DavyError outside(const DavyMaterial *material, const DavyProperty *property, int axis,
                         double where) {
  char lo[32], hi[32], asked[32];
  const DavyAxisKind *kind = &davy_axes[axis];
  bool point = property->valid[axis].lo == property->valid[axis].hi;
  DavyFormatDouble(property->valid[axis].lo, lo);
  DavyFormatDouble(property->valid[axis].hi, hi);
  DavyFormatDouble(where, asked);
  return DavyFail(DAVY_ERR_VALUE, "%s: %s is known for a %s of %s%s%s %s; asked for %s %s",
                  material->name, property->kind->name, kind->word, lo, point ? "" : " to ",
                  point ? "" : hi, kind->unit, asked, kind->unit);
}

/* Where the value is wanted, on each axis; NaN where the material does not say. */
static void fill_in(const DavyMaterial *material, const DavyConditions *conditions,
                    double where[DAVY_OVER_COUNT]) {
  const DavyProperty *made_with = find(material, "concentration");
  where[DAVY_OVER_TEMPERATURE] =
      conditions && conditions->temperature > 0 ? conditions->temperature : 298.15;
  where[DAVY_OVER_CONCENTRATION] = conditions && conditions->concentration > 0
                                       ? conditions->concentration
                                   : made_with ? made_with->value
                                               : NAN;
  where[DAVY_OVER_STOICHIOMETRY] =
      conditions && conditions->stoichiometry > 0 ? conditions->stoichiometry : NAN;
}

DavyError DavyMaterialValue(const DavyMaterial *material, const char *property,
                            const DavyConditions *conditions, DavyValue *value) {
  const DavyProperty *found;
  double where[DAVY_OVER_COUNT];
  DAVY_TRY(DavyMaterialFind(material, property, &found));
  fill_in(material, conditions, where);
  DAVY_CHECK(!found->is_table || !isnan(where[found->axis]), DAVY_ERR_VALUE,
             "%s: %s runs over the %s, which is not said", material->name, property,
             davy_axes[found->axis].word);
  bool off = false;
  for (int axis = 0; axis < DAVY_OVER_COUNT; axis++) {
    if (!found->valid[axis].given || isnan(where[axis])) continue;
    bool inside = where[axis] >= found->valid[axis].lo && where[axis] <= found->valid[axis].hi;
    if (!inside && !(conditions && conditions->extrapolate))
      return outside(material, found, axis, where[axis]);
    off = off || !inside;
  }
  *value = (DavyValue){.value = DavyPropertyAt(found, where[found->axis], NULL),
                       .low = found->low,
                       .high = found->high,
                       .unit = found->kind->unit,
                       .source = found->source,
                       .note = found->note,
                       .kind = found->how,
                       .outside = off};
  return DAVY_OK;
}
