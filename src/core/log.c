/* Messages, progress and interruption: everything davy says on stderr. */
#include "davy/log.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static DavyLogLevel log_level = DAVY_LOG_INFO;
static volatile sig_atomic_t interrupted;

void DavyLogSetLevel(DavyLogLevel level) {
  log_level = level;
}
DavyLogLevel DavyLogGetLevel(void) {
  return log_level;
}

void DavyLog(DavyLogLevel level, const char *format, ...) {
  static const char *const words[] = {"error: ", "warning: ", "", "debug: "};
  if (level > log_level) return;
  va_list args;
  va_start(args, format);
  fprintf(stderr, "davy: %s", words[level]);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

DavyProgress DavyProgressStart(const char *what, const char *unit, double total) {
  double t = now();
  return (DavyProgress){.what = what,
                        .unit = unit,
                        .total = total,
                        .started = t,
                        .shown = t,
                        .visible = log_level >= DAVY_LOG_INFO && isatty(STDERR_FILENO)};
}

void DavyProgressUpdate(DavyProgress *p, double done, const char *note) {
  static const double first_wait = 0.5, interval = 0.2; /* s */
  if (!p->visible) return;
  double t = now(), elapsed = t - p->started;
  if (elapsed < first_wait || t - p->shown < interval) return;
  p->shown = t;
  double rate = done / elapsed;
  fprintf(stderr, "\r\033[K%s: %.4g", p->what, done);
  if (p->total > 0)
    fprintf(stderr, " of %.4g %s (%.0f %%), %.3g %s/s, %.0f s left", p->total, p->unit,
            100 * done / p->total, rate, p->unit, rate > 0 ? fmax(p->total - done, 0) / rate : 0);
  else
    fprintf(stderr, " %s, %.3g %s/s", p->unit, rate, p->unit);
  if (note) fprintf(stderr, "  %s", note);
  fflush(stderr);
}

void DavyProgressEnd(DavyProgress *p) {
  if (p->visible && p->shown > p->started) fprintf(stderr, "\r\033[K");
  p->visible = false;
}

static void on_signal(int number) {
  interrupted = 1;
  signal(number, SIG_DFL); /* a second one ends the program at once */
}

void DavyInterruptCatch(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

bool DavyInterrupted(void) {
  return interrupted != 0;
}

void DavyInterruptClear(void) {
  interrupted = 0;
}
