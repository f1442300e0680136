/* The page on checked claims, as a referee would want it. */
#ifndef DAVY_CLI_CHECK_PAGE_H
#define DAVY_CLI_CHECK_PAGE_H

#include "davy/claims.h"
#include "davy/report.h"

/* `table` is that of DavyClaimsTable; it must outlive the page. `file` and `hash`: the input. */
DavyError davy_check_page(const DavyClaims *claims, const DavyTable *table, const char *file,
                          const char *hash, DavyPage **page);

#endif
