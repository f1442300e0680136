/* Preparations: reactions that must balance, with the masses for a wanted amount and, where the
 * molar volumes are known, the volume of the solid made over that of the solid used; and solutions
 * of a salt. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "design/sheet.h"

enum { SPECIES = 16 };

typedef struct {
  const char *name, *reaction, *basis, *salt;
  double mass, concentration, volume;
  DavyNode escaping, published;
} Preparation;

static const DavyField preparation_fields[] = {
    DAVY_TEXT(Preparation, name, DAVY_REQUIRED, "for people"),
    DAVY_TEXT(Preparation, reaction, DAVY_OPTIONAL, "as 5 Ni + 2 SbCl3 = 2 NiSb + 3 NiCl2"),
    DAVY_TEXT(Preparation, basis, DAVY_OPTIONAL, "the species whose mass is given"),
    DAVY_NODE(Preparation, escaping, DAVY_OPTIONAL, "elements that leave as gas: a list"),
    DAVY_QUANTITY(Preparation, mass, "kg", 1e-12, 1e6, DAVY_OPTIONAL, "of the basis"),
    DAVY_TEXT(Preparation, salt, DAVY_OPTIONAL, "formula of a salt to dissolve"),
    DAVY_QUANTITY(Preparation, concentration, "mol/m3", 1e-3, 3e4, DAVY_OPTIONAL, "of the salt"),
    DAVY_QUANTITY(Preparation, volume, "m3", 1e-12, 1e3, DAVY_OPTIONAL, "of the solution"),
    DAVY_NODE(Preparation, published, DAVY_OPTIONAL, "published numbers by quantity"),
    DAVY_FIELDS_END};

typedef struct {
  char name[64];
  DavyFormula formula;
  double amount; /* below zero for what is used up */
} Species;

typedef struct {
  Species species[SPECIES];
  size_t count;
} Reaction;

static DavyError fail_at(DavyNode node, DavyError error) {
  char why[512];
  snprintf(why, sizeof why, "%s", DavyErrorMessage());
  return DavyFailAt(DavyNodePlace(node), error, "%s", why);
}

/* "5 Ni" or "Ni": a number, if there is one, and a formula. */
static DavyError read_species(DavyNode node, const char *text, size_t length, double sign,
                              Reaction *reaction) {
  const char *end = text + length;
  double amount = 1;
  while (text < end && *text == ' ') text++;
  while (end > text && end[-1] == ' ') end--;
  if (text < end && (isdigit((unsigned char)*text) || *text == '.'))
    text = davy_parse_double(text, end, '.', &amount);
  while (text && text < end && *text == ' ') text++;
  Species *s = &reaction->species[reaction->count];
  if (!text || text == end || (size_t)(end - text) >= sizeof s->name || !(amount > 0) ||
      amount > 1e6)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "\"%.*s\": expected a number above 0 and a formula, as 2 SbCl3",
                      text ? (int)(end - text) : 0, text ? text : "");
  if (reaction->count + 1 == SPECIES)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "expected fewer than %d species",
                      SPECIES);
  snprintf(s->name, sizeof s->name, "%.*s", (int)(end - text), text);
  s->amount = sign * amount;
  reaction->count++;
  return DavyFormulaRead(s->name, &s->formula) ? fail_at(node, DAVY_ERR_VALUE) : DAVY_OK;
}

static DavyError read_reaction(DavyNode node, const char *text, Reaction *reaction) {
  double sign = -1;
  const char *at = text;
  *reaction = (Reaction){.count = 0};
  while (true) {
    size_t length = strcspn(at, "+=");
    DAVY_TRY(read_species(node, at, length, sign, reaction));
    if (at[length] == '=' && sign > 0)
      return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "two \"=\" in a reaction");
    if (at[length] == '=') sign = 1;
    if (!at[length]) break;
    at += length + 1;
  }
  if (sign > 0) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: expected what is used = what is made",
                    text);
}

static bool escapes(DavyNode list, const char *symbol) {
  for (int i = 0; i < DavyNodeCount(list); i++)
    if (strcmp(DavyNodeText(DavyNodeAt(list, i)), symbol) == 0) return true;
  return false;
}

/* Every element but those that leave must be the same on both sides. */
static DavyError check_balance(DavyNode node, const Reaction *reaction, DavyNode escaping) {
  for (size_t i = 0; i < reaction->count; i++)
    for (size_t k = 0; k < reaction->species[i].formula.count; k++) {
      const char *symbol = reaction->species[i].formula.part[k].symbol;
      double used = 0, made = 0;
      for (size_t j = 0; j < reaction->count; j++) {
        const Species *s = &reaction->species[j];
        double atoms = s->amount * DavyFormulaAmount(&s->formula, symbol);
        *(atoms < 0 ? &used : &made) += fabs(atoms);
      }
      if (fabs(used - made) > 1e-9 * (used + made) && !(escapes(escaping, symbol) && used > made))
        return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                          "not balanced: %g %s are used and %g made", used, symbol, made);
    }
  return DAVY_OK;
}

static const Species *find_basis(const Reaction *reaction, const char *name) {
  for (size_t i = 0; i < reaction->count; i++)
    if (strcmp(reaction->species[i].name, name) == 0) return &reaction->species[i];
  return NULL;
}

/* Volume of the solids made over that of the basis, where both are materials that davy knows. */
static DavyError volume_row(const Reaction *reaction, const Species *basis, DesignSheet *sheet) {
  double of_basis = NAN;
  DavyValueKind kind = DAVY_COMPUTED;
  DavyNode nowhere = {NULL, 0};
  if (design_optional(nowhere, basis->name, "molar_volume", &of_basis, &kind) || isnan(of_basis))
    return DAVY_OK;
  for (size_t i = 0; i < reaction->count; i++) {
    const Species *s = &reaction->species[i];
    double volume = NAN;
    char name[160];
    if (s == basis || s->amount * basis->amount > 0) continue;
    if (design_optional(nowhere, s->name, "molar_volume", &volume, &kind) || isnan(volume))
      continue;
    snprintf(name, sizeof name, "volume of %s over %s", s->name, basis->name);
    DAVY_TRY(design_row(sheet, name, s->amount * volume / -(basis->amount * of_basis), "1", "1",
                        kind, "of the solids, from molar volumes"));
  }
  return DAVY_OK;
}

static DavyError reaction_rows(const Preparation *p, DavyNode node, DesignSheet *sheet) {
  Reaction reaction;
  DavyNode place = DavyNodeGet(node, "reaction");
  DAVY_TRY(read_reaction(place, p->reaction, &reaction));
  if (p->escaping.index) DAVY_TRY(DavyNodeExpect(p->escaping, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(p->escaping); i++)
    DAVY_TRY(DavyNodeExpect(DavyNodeAt(p->escaping, i), DAVY_NODE_TEXT));
  DAVY_TRY(check_balance(place, &reaction, p->escaping));
  const Species *basis = p->basis ? find_basis(&reaction, p->basis) : &reaction.species[0];
  if (!basis)
    return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "basis")), DAVY_ERR_LOOKUP,
                      "basis %.60s is not in the reaction", p->basis);
  double mass = isnan(p->mass) ? DavyFormulaMolarMass(&basis->formula) : p->mass;
  double moles = mass / DavyFormulaMolarMass(&basis->formula) / fabs(basis->amount);
  for (size_t i = 0; i < reaction.count; i++) {
    const Species *s = &reaction.species[i];
    char name[128];
    snprintf(name, sizeof name, "mass of %s", s->name);
    DAVY_TRY(design_row(sheet, name, moles * fabs(s->amount) * DavyFormulaMolarMass(&s->formula),
                        "kg", mass < 1e-5 ? "mg" : "g", DAVY_COMPUTED,
                        s->amount < 0 ? "used" : "made"));
  }
  return volume_row(&reaction, basis, sheet);
}

static DavyError solution_rows(const Preparation *p, DavyNode node, DesignSheet *sheet) {
  DavyFormula salt;
  DavyNode place = DavyNodeGet(node, "salt");
  if (DavyFormulaRead(p->salt, &salt)) return fail_at(place, DAVY_ERR_VALUE);
  if (isnan(p->concentration) || isnan(p->volume))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "salt: expected concentration and volume with it");
  double moles = p->concentration * p->volume, mass = DavyFormulaMolarMass(&salt);
  DAVY_TRY(design_row(sheet, "amount of salt", moles, "mol", "mmol", DAVY_COMPUTED, "c V"));
  DAVY_TRY(design_row(sheet, "mass of salt", moles * mass, "kg", "g", DAVY_COMPUTED, "c V M"));
  return design_row(sheet, "salt per volume", p->concentration * mass, "kg/m3", "g/L",
                    DAVY_COMPUTED, "c M");
}

static DavyError add_preparation(DavyDesign *design, DavyNode node, int index) {
  Preparation p = {.mass = NAN, .concentration = NAN, .volume = NAN};
  DesignSheet sheet;
  char key[32];
  DAVY_TRY(DavyYamlBind(node, preparation_fields, &p));
  if (!p.reaction == !p.salt)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY, "expected either reaction or salt");
  snprintf(key, sizeof key, "preparation_%d", index + 1);
  DAVY_TRY(design_open(design, key, p.name, p.published, &sheet));
  if (p.reaction) DAVY_TRY(DavyTableAddNote(sheet.table, "%s", p.reaction));
  DAVY_TRY(p.reaction ? reaction_rows(&p, node, &sheet) : solution_rows(&p, node, &sheet));
  return design_close(&sheet);
}

DavyError design_preparations(DavyDesign *design, DavyNode list) {
  DAVY_TRY(DavyNodeExpect(list, DAVY_NODE_LIST));
  for (int i = 0; i < DavyNodeCount(list); i++)
    DAVY_TRY(add_preparation(design, DavyNodeAt(list, i), i));
  return DAVY_OK;
}
