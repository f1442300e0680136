/* The data directory: finding a material by name or alias, and listing them all. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "davy/file.h"
#include "davy/table.h"
#include "material/parts.h"

enum { PATH_SIZE = 4096 };

static bool is_yaml(const char *name) {
  size_t length = strlen(name);
  return length > 5 && strcmp(name + length - 5, ".yaml") == 0;
}

static int yaml_entry(const struct dirent *entry) {
  return is_yaml(entry->d_name);
}

static void free_entries(struct dirent **entries, int count) {
  for (int i = 0; i < count; i++) free(entries[i]);
  free(entries);
}

static DavyError scan(struct dirent ***entries, int *count) {
  *count = scandir(DavyDataDirectory(), entries, yaml_entry, alphasort);
  DAVY_CHECK(*count >= 0, DAVY_ERR_OPEN,
             "%s: no folder of material data (the variable DAVY_DATA names another)",
             DavyDataDirectory());
  return DAVY_OK;
}

static DavyError read_entry(const char *file, DavyMaterial **material) {
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/%s", DavyDataDirectory(), file);
  return DavyMaterialRead(path, material);
}

static bool answers_to(const DavyMaterial *material, const char *name) {
  if (strcasecmp(material->name, name) == 0) return true;
  for (int i = 0; i < DavyNodeCount(material->aliases); i++)
    if (strcasecmp(DavyNodeText(DavyNodeAt(material->aliases, i)), name) == 0) return true;
  return false;
}

static bool is_file_of(const char *file, const char *name) {
  size_t length = strlen(file) - 5;
  return strlen(name) == length && strncasecmp(file, name, length) == 0;
}

static void lower(char *text) {
  for (; *text; text++)
    if (*text >= 'A' && *text <= 'Z') *text = (char)(*text - 'A' + 'a');
}

/* Nearest file name, or one that begins so; case apart. */
static DavyError no_material(const char *name, struct dirent **entries, int count) {
  char word[256], **lowered = calloc((size_t)count + 1, sizeof *lowered);
  const char *nearest = NULL;
  snprintf(word, sizeof word, "%s", name);
  lower(word);
  for (int i = 0; lowered && i < count; i++) {
    lowered[i] = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - 5);
    if (lowered[i]) lower(lowered[i]);
  }
  const char *near = lowered ? DavyNearestWord(word, (const char *const *)lowered) : NULL;
  for (int i = 0; near && i < count; i++)
    if (lowered[i] == near) nearest = entries[i]->d_name;
  for (int i = 0; lowered && !nearest && i < count; i++)
    if (lowered[i] && strncmp(lowered[i], word, strlen(word)) == 0) nearest = entries[i]->d_name;
  DavyFail(DAVY_ERR_LOOKUP, "no material %.80s%s%.*s%s", name, nearest ? "; did you mean " : "",
           nearest ? (int)strlen(nearest) - 5 : 0, nearest ? nearest : "",
           nearest ? "?" : " (davy material --list shows all)");
  for (int i = 0; lowered && i < count; i++) free(lowered[i]);
  free(lowered);
  return DAVY_ERR_LOOKUP;
}

/* By file name first, which reads one file; then by alias, which reads them all. */
static DavyError find_in(struct dirent **entries, int count, const char *name,
                         DavyMaterial **material) {
  for (int i = 0; i < count; i++)
    if (is_file_of(entries[i]->d_name, name)) return read_entry(entries[i]->d_name, material);
  for (int i = 0; i < count; i++) {
    DAVY_TRY(read_entry(entries[i]->d_name, material));
    if (answers_to(*material, name)) return DAVY_OK;
    DavyMaterialDestroy(material);
  }
  return no_material(name, entries, count);
}

DavyError DavyMaterialLoad(const char *name, DavyMaterial **material) {
  struct dirent **entries;
  int count;
  *material = NULL;
  if (is_yaml(name)) return DavyMaterialRead(name, material);
  DAVY_TRY(scan(&entries, &count));
  DavyError error = find_in(entries, count, name, material);
  free_entries(entries, count);
  return error;
}

static DavyError list_entry(const char *file, DavyTable *table) {
  DavyMaterial *material = NULL;
  DAVY_TRY(read_entry(file, &material));
  DavyError error = DavyTableAddRow(table);
  if (!error) error = DavyTableSetText(table, "name", material->name);
  if (!error) error = DavyTableSetText(table, "class", DavyMaterialClass(material));
  if (!error) error = DavyTableSetText(table, "title", material->title);
  DavyMaterialDestroy(&material);
  return error;
}

DavyError DavyMaterialList(DavyTable **table) {
  struct dirent **entries;
  int count;
  *table = NULL;
  DAVY_TRY(scan(&entries, &count));
  DavyError error = DavyTableCreate("materials", "Materials", table);
  if (!error) error = DavyTableAddColumn(*table, "name", "Name", NULL, DAVY_CELL_TEXT, 0);
  if (!error) error = DavyTableAddColumn(*table, "class", "Class", NULL, DAVY_CELL_TEXT, 0);
  if (!error) error = DavyTableAddColumn(*table, "title", "Title", NULL, DAVY_CELL_TEXT, 0);
  for (int i = 0; i < count && !error; i++) error = list_entry(entries[i]->d_name, *table);
  free_entries(entries, count);
  if (error) DavyTableDestroy(table);
  return error;
}
