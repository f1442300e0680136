/* A verb of the command line: one file, one row in main.c. */
#ifndef DAVY_CLI_VERB_H
#define DAVY_CLI_VERB_H

#include "davy/error.h"

typedef struct {
  const char *name, *summary;              /* "convert", "any known format to BDF" */
  const char *help;                        /* whole text of `davy NAME --help`, with an example */
  DavyError (*run)(int argc, char **argv); /* argv[0] is the verb; on failure the message is set */
} DavyVerb;

extern const DavyVerb davy_verb_report, davy_verb_convert, davy_verb_run, davy_verb_material,
    davy_verb_new, davy_verb_xrd, davy_verb_check, davy_verb_design;

/* Options of one verb, parsed in place. A row with a NULL name ends the list. */
typedef struct {
  const char *name;   /* "--json", "-o" */
  const char **value; /* receives the argument of the option; NULL for a switch */
  int *flag;          /* set to 1 for a switch; NULL for an option with an argument */
} DavyOption;

/* Moves the operands to the front of argv (from argv[1]) and returns their number in *operands.
 * "--name=value" is accepted, "--" ends the options. Unknown options give DAVY_ERR_USAGE with the
 * nearest known one. */
DavyError DavyOptionsParse(int argc, char **argv, const DavyOption *options, int *operands);

#endif
