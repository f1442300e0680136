/* Numbers are read and written with a decimal point, whatever locale the calling program has set:
 *
 *   locale_t before = uselocale(DavyLocaleC());
 *   snprintf(...);
 *   uselocale(before);
 */
#ifndef DAVY_CORE_C_LOCALE_H
#define DAVY_CORE_C_LOCALE_H

#include <locale.h>

/* The "C" locale, made once and kept; 0 (which changes nothing above) if memory is short. */
locale_t DavyLocaleC(void);

#endif
