/* What the verbs that read cycler files have in common. */
#ifndef DAVY_CLI_CYCLER_FILE_H
#define DAVY_CLI_CYCLER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include "davy/record.h"

bool davy_is_folder(const char *path);

/* "dir/cell.nda.zip" gives "cell": endings that name a wrapping, a table or an instrument's format
 * go, other dots stay. */
void davy_plain_name(const char *input, char *name, size_t size);

/* The value of --current-sign, NULL if not given, for the verb's messages. */
DavyError davy_parse_sign(const char *verb, const char *word, DavyReadOptions *options);

#endif
