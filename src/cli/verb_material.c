/* davy material: what is known of a material, with units, validity, kind and source. */
#include <stdio.h>

#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/file.h"
#include "davy/material.h"
#include "davy/table.h"

static const char help[] =
    "davy material NAME    every value of a material: unit, range, validity, kind, source\n"
    "davy material --list  the materials that davy knows\n\n"
    "  davy material Na\n"
    "  davy material NaPF6_EC_PC --json\n\n"
    "NAME is a name or an alias, in any case, or a YAML file of your own (docs/materials.md).\n"
    "Kinds: measured, computed, fitted, assumed, recalled (not yet traced to its source).\n\n"
    "  --list     list the materials\n"
    "  --json     for machines\n"
    "  -o FILE    write to FILE (\"-\": the standard output)\n";

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

static DavyError make_table(const char *name, DavyTable **table) {
  DavyMaterial *material = NULL;
  if (!name) return DavyMaterialList(table);
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
  DavyTable *table = NULL;
  DAVY_TRY(make_table(list ? NULL : argv[1], &table));
  DavyError error = write_table(table, json, path);
  DavyTableDestroy(&table);
  return error;
}

const DavyVerb davy_verb_material = {
    "material", "what is known of a material, with units and sources", help, run};
