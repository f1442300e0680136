/* An alloy system as text, or as a page with its phase diagram and voltage curves. */
#ifndef DAVY_CLI_ALLOY_PAGE_H
#define DAVY_CLI_ALLOY_PAGE_H

#include <stdbool.h>
#include "davy/error.h"

typedef enum { ALLOY_AS_TEXT, ALLOY_AS_PAGE, ALLOY_AS_JSON } AlloyForm;

DavyError alloy_write(const char *name, AlloyForm form, const char *path);

#endif
