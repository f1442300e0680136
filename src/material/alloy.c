/* An alloy system's file (docs/materials.md) and the folder of them all. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "davy/cite.h"
#include "davy/file.h"
#include "material/alloy.h"
#include "material/parts.h"

static const char *const alkali_words[] = {"Li", "Na", "K", NULL};

typedef struct {
  const char *source, *note;
  int kind;
  DavyNode energies;
} PhasesText;

static const DavyField phases_fields[] = {
    DAVY_NODE(PhasesText, energies, DAVY_REQUIRED, "pairs [formula, energy per atom in eV]"),
    DAVY_TEXT(PhasesText, source, DAVY_REQUIRED, "a key of sources.bib"),
    DAVY_CHOICE(PhasesText, kind, davy_kind_words, DAVY_REQUIRED,
                "how the energies came to be known"),
    DAVY_TEXT(PhasesText, note, DAVY_OPTIONAL, "what else a user must know"), DAVY_FIELDS_END};

typedef struct {
  const char *name, *title, *description, *host;
  int alkali;
  DavyNode phases, measured;
} AlloyText;

static const DavyField alloy_fields[] = {
    DAVY_TEXT(AlloyText, name, DAVY_REQUIRED, "alkali metal and host, as Na-Sn"),
    DAVY_TEXT(AlloyText, title, DAVY_REQUIRED, "the name for people"),
    DAVY_TEXT(AlloyText, description, DAVY_OPTIONAL, "what else a user should know"),
    DAVY_CHOICE(AlloyText, alkali, alkali_words, DAVY_REQUIRED, "the alkali metal"),
    DAVY_TEXT(AlloyText, host, DAVY_REQUIRED, "formula of the bare host"),
    DAVY_NODE(AlloyText, phases, DAVY_REQUIRED, "formation energies"),
    DAVY_NODE(AlloyText, measured, DAVY_OPTIONAL, "a list of measured steps"),
    DAVY_FIELDS_END};

typedef struct {
  const char *from, *to, *source, *note;
  DavyNode x;
  double alloying, dealloying;
  int kind;
} BranchText;

static const DavyField branch_fields[] = {
    DAVY_TEXT(BranchText, from, DAVY_REQUIRED, "the phase before alloying"),
    DAVY_TEXT(BranchText, to, DAVY_REQUIRED, "the phase after it"),
    DAVY_NODE(BranchText, x, DAVY_REQUIRED, "[from, to]: alkali atoms per formula of the host"),
    DAVY_QUANTITY(BranchText, alloying, "V", -1, 5, DAVY_OPTIONAL, "potential on alloying"),
    DAVY_QUANTITY(BranchText, dealloying, "V", -1, 5, DAVY_OPTIONAL, "potential on dealloying"),
    DAVY_CHOICE(BranchText, kind, davy_kind_words, DAVY_REQUIRED,
                "how the values came to be known"),
    DAVY_TEXT(BranchText, source, DAVY_REQUIRED, "a key of sources.bib"),
    DAVY_TEXT(BranchText, note, DAVY_OPTIONAL, "what else a user must know"),
    DAVY_FIELDS_END};

static DavyError expect_pair(DavyNode node) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_LIST));
  if (DavyNodeCount(node) == 2) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "found %d values; expected a pair",
                    DavyNodeCount(node));
}

/* A formula typed at `node`; errors there. */
static DavyError read_formula(DavyNode node, const char *text, DavyFormula *formula) {
  if (text && DavyFormulaRead(text, formula) == DAVY_OK) return DAVY_OK;
  if (!text) return DavyNodeExpect(node, DAVY_NODE_TEXT);
  char why[512];
  snprintf(why, sizeof why, "%s", DavyErrorMessage());
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s", why);
}

/* Only the alkali metal and the host's elements may be in a phase. */
static DavyError check_elements(const DavyAlloy *alloy, DavyNode node, const AlloyEntry *entry) {
  for (size_t i = 0; i < entry->formula.count; i++) {
    const char *symbol = entry->formula.part[i].symbol;
    if (strcmp(symbol, alloy->alkali) && !(DavyFormulaAmount(&alloy->host, symbol) > 0))
      return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "%s: %s is neither %s nor in %s",
                        entry->name, symbol, alloy->alkali, alloy->host_name);
  }
  return DAVY_OK;
}

static DavyError read_energy(DavyAlloy *alloy, DavyNode pair) {
  AlloyEntry *entry = &alloy->entries[alloy->entry_count];
  DAVY_TRY(expect_pair(pair));
  DavyNode name = DavyNodeAt(pair, 0);
  entry->name = DavyNodeText(name);
  DAVY_TRY(read_formula(name, entry->name, &entry->formula));
  DAVY_TRY(check_elements(alloy, name, entry));
  DAVY_TRY(DavyNodeQuantity(DavyNodeAt(pair, 1), "eV", -10, 10, &entry->energy));
  alloy->entry_count++;
  return DAVY_OK;
}

static DavyError add_element(DavyAlloy *alloy, const char *symbol) {
  AlloyEntry *entry = &alloy->entries[alloy->entry_count++];
  entry->name = symbol;
  entry->energy = 0;
  return DavyFormulaRead(symbol, &entry->formula);
}

static DavyError read_phases(DavyAlloy *alloy, DavyNode node) {
  PhasesText text = {0};
  DAVY_TRY(DavyYamlBind(node, phases_fields, &text));
  DAVY_TRY(DavyNodeExpect(text.energies, DAVY_NODE_LIST));
  alloy->source = text.source;
  alloy->note = text.note;
  alloy->how = (DavyValueKind)text.kind;
  DAVY_TRY(DavyValueSourceCheck(DavyNodePlace(node), text.source, alloy->how));
  size_t count = (size_t)DavyNodeCount(text.energies);
  alloy->entries = calloc(count + alloy->host.count, sizeof *alloy->entries);
  if (!alloy->entries) return DavyFailAt(DavyNodePlace(node), DAVY_ERR_MEMORY, "out of memory");
  for (size_t i = 0; i < alloy->host.count; i++)
    DAVY_TRY(add_element(alloy, alloy->host.part[i].symbol));
  for (size_t i = 0; i < count; i++)
    DAVY_TRY(read_energy(alloy, DavyNodeAt(text.energies, (int)i)));
  return DAVY_OK;
}

static DavyError read_branch(DavyNode node, DavyAlloyBranch *branch) {
  BranchText text = {.alloying = NAN, .dealloying = NAN};
  double x[2];
  DAVY_TRY(DavyYamlBind(node, branch_fields, &text));
  DAVY_TRY(DavyValueSourceCheck(DavyNodePlace(node), text.source, (DavyValueKind)text.kind));
  DAVY_TRY(expect_pair(text.x));
  for (int i = 0; i < 2; i++) DAVY_TRY(DavyNodeQuantity(DavyNodeAt(text.x, i), "1", 0, 100, &x[i]));
  if (!(x[0] < x[1]))
    return DavyFailAt(DavyNodePlace(text.x), DAVY_ERR_VALUE, "expected ascending values");
  *branch = (DavyAlloyBranch){.from = text.from,
                              .to = text.to,
                              .x_from = x[0],
                              .x_to = x[1],
                              .alloying = text.alloying,
                              .dealloying = text.dealloying,
                              .source = text.source,
                              .note = text.note,
                              .kind = (DavyValueKind)text.kind};
  return DAVY_OK;
}

static DavyError read_branches(DavyAlloy *alloy, DavyNode list) {
  if (!list.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(list, DAVY_NODE_LIST));
  int count = DavyNodeCount(list);
  alloy->branches = calloc((size_t)count + 1, sizeof *alloy->branches);
  if (!alloy->branches) return DavyFailAt(DavyNodePlace(list), DAVY_ERR_MEMORY, "out of memory");
  for (int i = 0; i < count; i++) {
    DAVY_TRY(read_branch(DavyNodeAt(list, i), &alloy->branches[i]));
    alloy->branch_count++;
  }
  return DAVY_OK;
}

static DavyError read_alloy(DavyAlloy *alloy) {
  AlloyText text = {0};
  DavyNode root = DavyYamlRoot(alloy->document);
  DAVY_TRY(DavyYamlBind(root, alloy_fields, &text));
  alloy->name = text.name;
  alloy->title = text.title;
  alloy->description = text.description;
  alloy->alkali = alkali_words[text.alkali];
  alloy->host_name = text.host;
  DavyNode host = DavyNodeGet(root, "host");
  DAVY_TRY(read_formula(host, text.host, &alloy->host));
  if (alloy->host.count > 2 || DavyFormulaAmount(&alloy->host, alloy->alkali) > 0)
    return DavyFailAt(DavyNodePlace(host), DAVY_ERR_VALUE,
                      "host %s: expected one or two elements, and no %s", text.host, alloy->alkali);
  DAVY_TRY(read_phases(alloy, text.phases));
  DAVY_TRY(read_branches(alloy, text.measured));
  return davy_alloy_hull(alloy);
}

static DavyError read_file(const char *path, DavyAlloy **alloy) {
  DavyAlloy *a = *alloy = calloc(1, sizeof *a);
  DAVY_CHECK(a, DAVY_ERR_MEMORY, "%s: out of memory", path);
  DavyError error = DavyYamlLoad(path, &a->document);
  if (!error) error = read_alloy(a);
  if (!error) DavyCite(a->source, "formation energies");
  for (size_t i = 0; !error && i < a->branch_count; i++)
    DavyCite(a->branches[i].source, "measured potentials");
  if (error) DavyAlloyDestroy(alloy);
  return error;
}

void DavyAlloyDestroy(DavyAlloy **alloy) {
  DavyAlloy *a = *alloy;
  if (!a) return;
  free(a->entries);
  free(a->phases);
  free(a->names);
  free(a->plateaus);
  free(a->branches);
  DavyYamlDestroy(&a->document);
  free(a);
  *alloy = NULL;
}

static int alloy_file(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static DavyError scan(struct dirent ***entries, int *count) {
  char folder[4096];
  snprintf(folder, sizeof folder, "%s/alloys", DavyDataDirectory());
  *count = scandir(folder, entries, alloy_file, alphasort);
  DAVY_CHECK(*count >= 0, DAVY_ERR_OPEN, "%s: no folder of alloy systems", folder);
  for (int i = 0; i < *count; i++) {
    char *file = (*entries)[i]->d_name;
    file[strlen(file) - 5] = '\0';
  }
  return DAVY_OK;
}

static void free_entries(struct dirent **entries, int count) {
  for (int i = 0; i < count; i++) free(entries[i]);
  free(entries);
}

static DavyError read_named(const char *name, DavyAlloy **alloy) {
  char path[4096];
  snprintf(path, sizeof path, "%s/alloys/%s.yaml", DavyDataDirectory(), name);
  return read_file(path, alloy);
}

static DavyError find_in(struct dirent **entries, int count, const char *name, DavyAlloy **alloy) {
  const char *known[256] = {0};
  for (int i = 0; i < count; i++) {
    if (strcasecmp(entries[i]->d_name, name) == 0) return read_named(entries[i]->d_name, alloy);
    if (i < 255) known[i] = entries[i]->d_name;
  }
  const char *near = DavyNearestWord(name, known);
  return DavyFail(DAVY_ERR_LOOKUP, "no alloy system %.60s%s%s%s", name,
                  near ? "; did you mean " : "", near ? near : "",
                  near ? "?" : " (davy material --list shows all)");
}

DavyError DavyAlloyLoad(const char *name, DavyAlloy **alloy) {
  struct dirent **entries;
  int count;
  size_t length = strlen(name);
  *alloy = NULL;
  if (length > 5 && strcmp(name + length - 5, ".yaml") == 0) return read_file(name, alloy);
  DAVY_TRY(scan(&entries, &count));
  DavyError error = find_in(entries, count, name, alloy);
  free_entries(entries, count);
  return error;
}

static DavyError list_entry(const char *name, DavyTable *table) {
  DavyAlloy *alloy = NULL;
  DAVY_TRY(read_named(name, &alloy));
  DavyError error = DavyTableAddRow(table);
  if (!error) error = DavyTableSetText(table, "name", alloy->name);
  if (!error) error = DavyTableSetInteger(table, "plateaus", (long long)alloy->plateau_count);
  if (!error) error = DavyTableSetText(table, "title", alloy->title);
  DavyAlloyDestroy(&alloy);
  return error;
}

DavyError DavyAlloyList(DavyTable **table) {
  struct dirent **entries;
  int count;
  *table = NULL;
  DAVY_TRY(scan(&entries, &count));
  DavyError error = DavyTableCreate("alloys", "Alloy systems", table);
  if (!error) error = DavyTableAddColumn(*table, "name", "Name", NULL, DAVY_CELL_TEXT, 0);
  if (!error) error = DavyTableAddColumn(*table, "plateaus", "Plateaus", "1", DAVY_CELL_INTEGER, 0);
  if (!error) error = DavyTableAddColumn(*table, "title", "Title", NULL, DAVY_CELL_TEXT, 0);
  for (int i = 0; i < count && !error; i++) error = list_entry(entries[i]->d_name, *table);
  free_entries(entries, count);
  if (error) DavyTableDestroy(table);
  return error;
}
