/* Every table of a page as a CSV file of its own. */
#include "report/page.h"

#include <stdlib.h>
#include "davy/file.h"

static DavyError write_csv_file(const char *directory, const char *section,
                                const DavyTable *table) {
  char *path = NULL;
  DAVY_CHECK(asprintf(&path, "%s/%s_%s.csv", directory, section, DavyTableKey(table)) >= 0,
             DAVY_ERR_MEMORY, "%s: out of memory", directory);
  DavyOutput *output = NULL;
  DavyError error = DavyOutputOpen(path, &output);
  if (!error) error = DavyTableWriteCsv(table, DavyOutputFile(output));
  if (!error)
    error = DavyOutputCommit(&output);
  else
    DavyOutputDiscard(&output);
  free(path);
  return error;
}

DavyError DavyPageWriteTables(const DavyPage *page, const char *directory) {
  DAVY_TRY(DavyMakeDirectory(directory));
  for (size_t s = 0; s < page->count; s++)
    for (size_t i = 0; i < page->sections[s].count; i++) {
      const DavyTable *table = page->sections[s].blocks[i].table;
      if (table) DAVY_TRY(write_csv_file(directory, page->sections[s].key, table));
    }
  return DAVY_OK;
}
