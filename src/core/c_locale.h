/* Numbers are read and written with a decimal point, whatever locale the calling program has set.
 * strtod and snprintf obey the thread's locale; these two switch it to "C" and back. */
#ifndef DAVY_CORE_C_LOCALE_H
#define DAVY_CORE_C_LOCALE_H

#include <locale.h>

/* Returns what the thread had, to be given to DavyLocaleRestore. */
locale_t DavyLocaleC(void);
void DavyLocaleRestore(locale_t before);

#endif
