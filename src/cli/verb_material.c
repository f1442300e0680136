/* davy material: what is known of a material, with units, validity, kind and source. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/alloy_page.h"
#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/file.h"
#include "davy/material.h"
#include "davy/report.h"
#include "davy/table.h"

static const char help[] =
    "davy material NAME    every value of a material: unit, range, validity, kind, source\n"
    "davy material A-H     an alloy system: phases, equilibrium plateaus, measured potentials\n"
    "davy material --list  the materials and alloy systems that davy knows\n\n"
    "  davy material Na\n"
    "  davy material NaPF6_EC_PC --json\n"
    "  davy material Na-Sn -o tin.html    with phase diagram and voltage curves\n\n"
    "NAME is a name or an alias, in any case, or a YAML file of your own (docs/materials.md).\n"
    "A-H is an alkali metal and what it alloys with or converts: Na-Au, Li-Sb, Na-NiSb.\n"
    "Kinds: measured, computed, fitted, assumed, recalled (not yet traced to its source).\n\n"
    "  --list     list the materials\n"
    "  --json     for machines\n"
    "  -o FILE    write to FILE (\"-\": the standard output); a page if FILE ends in .html\n";

static DavyError write_sources(const DavyTable *table, FILE *file) {
  int source = DavyTableFind(table, "source");
  char line[1024];
  DavyCiteClear();
  for (size_t row = 0; source >= 0 && row < DavyTableRows(table); row++) {
    const char *key = DavyTableText(table, row, (size_t)source);
    if (key) DavyCite(key, "");
  }
  if (DavyCiteCount()) fputs("\nSources\n", file);
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    DAVY_TRY(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    fprintf(file, "%s: %s\n", DavyCiteKey(i), line);
  }
  return DAVY_OK;
}

static DavyError write_table(const DavyTable *table, int json, const char *path) {
  DavyOutput *output;
  DAVY_TRY(DavyOutputOpen(path, &output));
  FILE *file = DavyOutputFile(output);
  DavyError error = json ? DavyTableWriteJson(table, file) : DavyTableWriteText(table, file);
  if (!error && json) fputc('\n', file);
  if (!error && !json) error = write_sources(table, file);
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

static DavyError write_page(const DavyTable *table, const char *title, const char *path) {
  DavyPage *page = NULL;
  DavyError error = DAVY_OK;
  int source = DavyTableFind(table, "source");
  DavyCiteClear();
  for (size_t row = 0; source >= 0 && row < DavyTableRows(table); row++)
    DavyCite(DavyTableText(table, row, (size_t)source), "");
  DAVY_GUARD(DavyPageCreate(title, &page));
  DavyPageSection(page, 1, "tables", "Values");
  DavyPageTable(page, table);
  DavyPageSection(page, 1, "sources", "Sources");
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    char line[1024];
    DAVY_GUARD(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    DavyPageSource(page, line);
  }
  DAVY_GUARD(DavyPageWriteHtml(page, path));
done:
  DavyPageDestroy(&page);
  return error;
}

/* The alloy systems behind the materials, in the list for people. */
static DavyError write_list(int json, const char *path) {
  DavyTable *materials = NULL, *alloys = NULL;
  DavyOutput *output = NULL;
  DavyError error = DAVY_OK;
  DAVY_GUARD(DavyMaterialList(&materials));
  DAVY_GUARD(DavyAlloyList(&alloys));
  DAVY_GUARD(DavyOutputOpen(path, &output));
  FILE *file = DavyOutputFile(output);
  DAVY_GUARD(json ? DavyTableWriteJson(materials, file) : DavyTableWriteText(materials, file));
  fputc('\n', file);
  if (!json) DAVY_GUARD(DavyTableWriteText(alloys, file));
  DAVY_GUARD(DavyOutputCommit(&output));
done:
  DavyOutputDiscard(&output);
  DavyTableDestroy(&materials);
  DavyTableDestroy(&alloys);
  return error;
}

static bool ends_in(const char *text, const char *end) {
  size_t length = strlen(text), size = strlen(end);
  return length >= size && strcmp(text + length - size, end) == 0;
}

/* A system's name begins with its alkali metal and a dash, as does that of its file. */
static bool is_alloy(const char *name) {
  const char *slash = strrchr(name, '/');
  const char *base = slash ? slash + 1 : name;
  return strncasecmp(base, "Na-", 3) == 0 || strncasecmp(base, "Li-", 3) == 0 ||
         strncasecmp(base, "K-", 2) == 0;
}

static DavyError make_table(const char *name, DavyTable **table) {
  DavyMaterial *material = NULL;
  DAVY_TRY(DavyMaterialLoad(name, &material));
  DavyError error = DavyMaterialTable(material, table);
  DavyMaterialDestroy(&material);
  return error;
}

static DavyError run(int argc, char **argv) {
  int list = 0, json = 0, operands = 0;
  const char *path = "-";
  const DavyOption options[] = {
      {"--list", NULL, &list}, {"--json", NULL, &json}, {"-o", &path, NULL}, {0}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  DAVY_CHECK(operands == (list ? 0 : 1), DAVY_ERR_USAGE,
             "material: expected one NAME, or --list (see davy material --help)");
  if (list) return write_list(json, path);
  if (is_alloy(argv[1]))
    return alloy_write(argv[1],
                       json                     ? ALLOY_AS_JSON
                       : ends_in(path, ".html") ? ALLOY_AS_PAGE
                                                : ALLOY_AS_TEXT,
                       path);
  DavyTable *table = NULL;
  DAVY_TRY(make_table(argv[1], &table));
  DavyError error = !json && ends_in(path, ".html") ? write_page(table, argv[1], path)
                                                    : write_table(table, json, path);
  DavyTableDestroy(&table);
  return error;
}

const DavyVerb davy_verb_material = {
    "material", "what is known of a material, with units and sources", help, run};
