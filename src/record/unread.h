/* Formats that davy knows by sight and does not read: a clear word instead of wrong numbers. */
#ifndef DAVY_RECORD_UNREAD_H
#define DAVY_RECORD_UNREAD_H

#include "davy/file.h"

/* "an Arbin .res (Jet 4) database; export CSV from MITS Pro", or NULL. */
const char *davy_unread_format(const DavyBytes *bytes);

#endif
