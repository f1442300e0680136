/* The last error of each thread, as a sentence. */
#include "davy/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 2048 };

static _Thread_local char message[MESSAGE_SIZE];

static const struct {
  const char *name, *meaning;
  int exit_status;
} errors[] = {
#define ERROR_ROW(name, status, meaning) {#name, meaning, status},
    DAVY_ERRORS(ERROR_ROW)
#undef ERROR_ROW
};

static const struct {
  const char *name, *words;
} reasons[] = {
#define REASON_ROW(name, words) {#name, words},
    DAVY_REASONS(REASON_ROW)
#undef REASON_ROW
};

const char *DavyErrorName(DavyError error) {
  return errors[error].name;
}
const char *DavyErrorMeaning(DavyError error) {
  return errors[error].meaning;
}
int DavyErrorExit(DavyError error) {
  return errors[error].exit_status;
}
const char *DavyReasonName(DavyReason reason) {
  return reasons[reason].name + strlen("DAVY_REASON_");
}
const char *DavyReasonWords(DavyReason reason) {
  return reasons[reason].words;
}

const char *DavyErrorMessage(void) {
  return message;
}
void DavyErrorClear(void) {
  message[0] = '\0';
}

/* Formats into a buffer of its own first: the arguments may point into the last message. */
__attribute__((format(printf, 2, 0))) static void set_message(const char *prefix,
                                                              const char *format, va_list args) {
  char fresh[MESSAGE_SIZE];
  size_t used = (size_t)snprintf(fresh, sizeof fresh, "%s", prefix);
  if (used < sizeof fresh) vsnprintf(fresh + used, sizeof fresh - used, format, args);
  memcpy(message, fresh, sizeof message);
}

DavyError DavyFail(DavyError error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  set_message("", format, args);
  va_end(args);
  return error;
}

DavyError DavyFailAt(DavyPlace place, DavyError error, const char *format, ...) {
  char prefix[MESSAGE_SIZE / 2] = "";
  const char *file = place.file ? place.file : "input";
  if (place.line > 0 && place.column > 0)
    snprintf(prefix, sizeof prefix, "%s:%d:%d: ", file, place.line, place.column);
  else if (place.line > 0)
    snprintf(prefix, sizeof prefix, "%s:%d: ", file, place.line);
  else if (place.byte >= 0)
    snprintf(prefix, sizeof prefix, "%s: byte %lld: ", file, place.byte);
  else
    snprintf(prefix, sizeof prefix, "%s: ", file);
  va_list args;
  va_start(args, format);
  set_message(prefix, format, args);
  va_end(args);
  return error;
}

DavyError DavyErrorContext(DavyError error, const char *format, ...) {
  char kept[MESSAGE_SIZE], prefix[MESSAGE_SIZE / 2];
  memcpy(kept, message, sizeof kept);
  va_list args;
  va_start(args, format);
  vsnprintf(prefix, sizeof prefix, format, args);
  va_end(args);
  DavyFail(error, "%s: %s", prefix, kept);
  return error;
}
