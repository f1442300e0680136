/* An alloy system as tables: phases, equilibrium plateaus, measured branches. */
#include "davy/cite.h"
#include "material/alloy.h"

const char *DavyAlloyName(const DavyAlloy *alloy) {
  return alloy->name;
}
const char *DavyAlloyTitle(const DavyAlloy *alloy) {
  return alloy->title;
}
size_t DavyAlloyPhaseCount(const DavyAlloy *alloy) {
  return alloy->phase_count;
}
DavyAlloyPhase DavyAlloyPhaseAt(const DavyAlloy *alloy, size_t i) {
  return alloy->phases[i];
}
size_t DavyAlloyPlateauCount(const DavyAlloy *alloy) {
  return alloy->plateau_count;
}
DavyAlloyPlateau DavyAlloyPlateauAt(const DavyAlloy *alloy, size_t i) {
  return alloy->plateaus[i];
}
size_t DavyAlloyBranchCount(const DavyAlloy *alloy) {
  return alloy->branch_count;
}
DavyAlloyBranch DavyAlloyBranchAt(const DavyAlloy *alloy, size_t i) {
  return alloy->branches[i];
}

typedef struct {
  const char *key, *label, *unit;
  DavyCellType type;
  int digits;
} Column;

static DavyError begin(const char *key, const char *title, const Column *columns, DavyTable **t) {
  DAVY_TRY(DavyTableCreate(key, title, t));
  DavyError error = DAVY_OK;
  for (; columns->key && !error; columns++)
    error = DavyTableAddColumn(*t, columns->key, columns->label, columns->unit, columns->type,
                               columns->digits);
  if (error) DavyTableDestroy(t);
  return error;
}

static DavyError fill_phases(const DavyAlloy *alloy, DavyTable *t) {
  for (size_t i = 0; i < alloy->phase_count; i++) {
    const DavyAlloyPhase *p = &alloy->phases[i];
    DAVY_TRY(DavyTableAddRow(t));
    DAVY_TRY(DavyTableSetText(t, "phase", p->name));
    DAVY_TRY(DavyTableSetNumber(t, "x", p->x));
    DAVY_TRY(DavyTableSetNumber(t, "energy", p->energy * 1000));
    DAVY_TRY(DavyTableSetNumber(t, "above_hull", p->above_hull * 1000));
    DAVY_TRY(DavyTableSetText(t, "stable", p->above_hull > 0 ? "no" : "yes"));
  }
  DAVY_TRY(DavyTableAddNote(t, "x: %s per %s. Energies of formation per atom (%s, %s): %s",
                            alloy->alkali, alloy->host_name, DavyValueKindWord(alloy->how),
                            alloy->source, alloy->note ? alloy->note : ""));
  return alloy->description ? DavyTableAddNote(t, "%s", alloy->description) : DAVY_OK;
}

DavyError DavyAlloyPhaseTable(const DavyAlloy *alloy, DavyTable **table) {
  static const Column columns[] = {{"phase", "Phase", NULL, DAVY_CELL_TEXT, 0},
                                   {"x", "x", "1", DAVY_CELL_NUMBER, 4},
                                   {"energy", "Formation energy", "meV", DAVY_CELL_NUMBER, 5},
                                   {"above_hull", "Above the hull", "meV", DAVY_CELL_NUMBER, 3},
                                   {"stable", "Stable", NULL, DAVY_CELL_TEXT, 0},
                                   {0}};
  DAVY_TRY(begin("phases", "Phases", columns, table));
  DavyError error = fill_phases(alloy, *table);
  if (error) DavyTableDestroy(table);
  return error;
}

static DavyError fill_plateaus(const DavyAlloy *alloy, DavyTable *t) {
  double sum = 0, charge = 0;
  for (size_t i = 0; i < alloy->plateau_count; i++) {
    const DavyAlloyPlateau *p = &alloy->plateaus[i];
    sum += p->capacity;
    charge += p->capacity * p->voltage;
    DAVY_TRY(DavyTableAddRow(t));
    DAVY_TRY(DavyTableSetText(t, "from", p->from));
    DAVY_TRY(DavyTableSetText(t, "to", p->to));
    DAVY_TRY(DavyTableSetNumber(t, "x_from", p->x_from));
    DAVY_TRY(DavyTableSetNumber(t, "x_to", p->x_to));
    DAVY_TRY(DavyTableSetNumber(t, "voltage", p->voltage));
    DAVY_TRY(DavyTableSetNumber(t, "capacity", p->capacity / 3600));
    DAVY_TRY(DavyTableSetNumber(t, "total", sum / 3600));
  }
  if (!alloy->plateau_count)
    return DavyTableAddNote(t, "No phase of %s and %s is stable: the host does not alloy.",
                            alloy->alkali, alloy->host_name);
  DAVY_TRY(DavyTableAddNote(t, "Mean over all plateaus: %.4f V.", charge / sum));
  return DavyTableAddNote(
      t,
      "Equilibrium at 0 K against %s from the energies of formation (%s); capacities per mass "
      "of bare %s.",
      alloy->alkali, DavyValueKindWord(alloy->how), alloy->host_name);
}

DavyError DavyAlloyPlateauTable(const DavyAlloy *alloy, DavyTable **table) {
  static const Column columns[] = {{"from", "From", NULL, DAVY_CELL_TEXT, 0},
                                   {"to", "To", NULL, DAVY_CELL_TEXT, 0},
                                   {"x_from", "x from", "1", DAVY_CELL_NUMBER, 4},
                                   {"x_to", "x to", "1", DAVY_CELL_NUMBER, 4},
                                   {"voltage", "Potential", "V", DAVY_CELL_NUMBER, 4},
                                   {"capacity", "Capacity", "mAh/g", DAVY_CELL_NUMBER, 4},
                                   {"total", "Capacity so far", "mAh/g", DAVY_CELL_NUMBER, 4},
                                   {0}};
  DAVY_TRY(begin("plateaus", "Equilibrium plateaus", columns, table));
  DavyError error = fill_plateaus(alloy, *table);
  if (error) DavyTableDestroy(table);
  return error;
}

static DavyError fill_branches(const DavyAlloy *alloy, DavyTable *t) {
  for (size_t i = 0; i < alloy->branch_count; i++) {
    const DavyAlloyBranch *b = &alloy->branches[i];
    DAVY_TRY(DavyTableAddRow(t));
    DAVY_TRY(DavyTableSetText(t, "from", b->from));
    DAVY_TRY(DavyTableSetText(t, "to", b->to));
    DAVY_TRY(DavyTableSetNumber(t, "x_from", b->x_from));
    DAVY_TRY(DavyTableSetNumber(t, "x_to", b->x_to));
    DAVY_TRY(DavyTableSetNumber(t, "alloying", b->alloying));
    DAVY_TRY(DavyTableSetNumber(t, "dealloying", b->dealloying));
    DAVY_TRY(DavyTableSetNumber(t, "hysteresis", b->dealloying - b->alloying));
    DAVY_TRY(DavyTableSetText(t, "kind", DavyValueKindWord(b->kind)));
    DAVY_TRY(DavyTableSetText(t, "source", b->source));
    DAVY_TRY(DavyTableSetText(t, "note", b->note));
  }
  if (!alloy->branch_count) return DavyTableAddNote(t, "No measured potentials are known to davy.");
  return DavyTableAddNote(t, "Against %s. recalled: not yet traced to its source.", alloy->alkali);
}

DavyError DavyAlloyBranchTable(const DavyAlloy *alloy, DavyTable **table) {
  static const Column columns[] = {{"from", "From", NULL, DAVY_CELL_TEXT, 0},
                                   {"to", "To", NULL, DAVY_CELL_TEXT, 0},
                                   {"x_from", "x from", "1", DAVY_CELL_NUMBER, 4},
                                   {"x_to", "x to", "1", DAVY_CELL_NUMBER, 4},
                                   {"alloying", "Alloying", "V", DAVY_CELL_NUMBER, 3},
                                   {"dealloying", "Dealloying", "V", DAVY_CELL_NUMBER, 3},
                                   {"hysteresis", "Hysteresis", "V", DAVY_CELL_NUMBER, 3},
                                   {"kind", "Kind", NULL, DAVY_CELL_TEXT, 0},
                                   {"source", "Source", NULL, DAVY_CELL_TEXT, 0},
                                   {"note", "Note", NULL, DAVY_CELL_TEXT, 0},
                                   {0}};
  DAVY_TRY(begin("branches", "Measured potentials, both branches", columns, table));
  DavyError error = fill_branches(alloy, *table);
  if (error) DavyTableDestroy(table);
  return error;
}
