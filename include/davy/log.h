/* What davy says while it works: levels, progress on a terminal, Ctrl-C. All of it on stderr. */
#ifndef DAVY_LOG_H
#define DAVY_LOG_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NOTHING is a level to be set, for ranks that work beside the one that speaks. */
typedef enum {
  DAVY_LOG_NOTHING = -1,
  DAVY_LOG_ERROR,
  DAVY_LOG_WARNING,
  DAVY_LOG_INFO,
  DAVY_LOG_DEBUG
} DavyLogLevel;

void DavyLogSetLevel(DavyLogLevel level); /* default DAVY_LOG_INFO */
DavyLogLevel DavyLogGetLevel(void);
void DavyLog(DavyLogLevel level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Progress of long work: percentage, rate and time left, on one line that is rewritten. Silent
 * when stderr is not a terminal, during the first half second, and below DAVY_LOG_INFO. */
typedef struct {
  const char *what; /* borrowed: "reading", "cycle" */
  const char *unit; /* borrowed: "rows", "h" */
  double total;     /* in `unit`; 0 if unknown */
  double started, shown;
  bool visible;
} DavyProgress;

DavyProgress DavyProgressStart(const char *what, const char *unit, double total);
void DavyProgressUpdate(DavyProgress *progress, double done, const char *note);
void DavyProgressEnd(DavyProgress *progress); /* wipes the line */

/* After DavyInterruptCatch(), SIGINT and SIGTERM set a flag that long loops ask for; they then
 * keep what is done and return DAVY_ERR_INTERRUPTED. A second signal ends the program at once. */
void DavyInterruptCatch(void);
bool DavyInterrupted(void);
/* The work has been broken off in order: what is written of it now must not break off too. */
void DavyInterruptClear(void);

#ifdef __cplusplus
}
#endif
#endif
