/* The "C" locale for number formats, made once and kept. */
#include "core/c_locale.h"

#include <pthread.h>

static locale_t c_locale;
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_locale(void) {
  c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t DavyLocaleC(void) {
  pthread_once(&made, make_locale);
  return c_locale;
}
