/* Citations: code that uses a published equation or value says so when it runs; `--cite FILE` and
 * the report then list those sources and no others. Keys are those of data/sources.bib. */
#ifndef DAVY_CITE_H
#define DAVY_CITE_H

#include <stddef.h>
#include <stdio.h>
#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Registers a source as used, once; `why` is a short phrase ("Butler-Volmer kinetics"). */
void DavyCite(const char *key, const char *why);
size_t DavyCiteCount(void);
const char *DavyCiteKey(size_t i);
const char *DavyCiteWhy(size_t i);
void DavyCiteClear(void);

/* One line for people: "Newman, J. (1966), J. Electrochem. Soc. 113, 501, doi:...". Looks the key
 * up in sources.bib; an unknown key gives DAVY_ERR_LOOKUP. `line` receives at most `size` bytes. */
DavyError DavyCiteLine(const char *key, char *line, size_t size);
/* The BibTeX entries of all registered sources. */
DavyError DavyCiteWriteBib(FILE *file);

#ifdef __cplusplus
}
#endif
#endif
