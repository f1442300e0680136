/* The engines of davy run. */
#ifndef DAVY_CLI_ENGINE_H
#define DAVY_CLI_ENGINE_H

#include "davy/interface.h"

/* The engine of that name. Errors: DAVY_ERR_VALUE with the nearest name, DAVY_ERR_UNSUPPORTED where
 * the module of the interface engine is missing or cannot be used. */
DavyError engine_find(const char *name, const DavyEngine **engine);

extern const DavyEngine engine_cell;

#endif
