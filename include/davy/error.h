/* Errors: what went wrong, where, and what was expected instead.
 *
 * Every fallible function returns a DavyError; DAVY_OK is zero. The sentence that a person reads
 * is kept per thread and fetched with DavyErrorMessage(). A message names the place
 * (file:line:column for text, file: byte N for binaries), the value found and what was expected.
 *
 *   DavyRecord *record = NULL;
 *   if (DavyRecordRead("cell.nda", NULL, &record)) fprintf(stderr, "%s\n", DavyErrorMessage());
 */
#ifndef DAVY_ERROR_H
#define DAVY_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, exit status of the program, meaning). Exit 1: the run failed; 2: the input is wrong. */
#define DAVY_ERRORS(X)                                                                             \
  X(DAVY_OK, 0, "no error")                                                                        \
  X(DAVY_ERR_USAGE, 2, "the command line is wrong")                                                \
  X(DAVY_ERR_OPEN, 2, "a file cannot be opened or read")                                           \
  X(DAVY_ERR_FORMAT, 2, "a file does not follow its format")                                       \
  X(DAVY_ERR_KEY, 2, "a key is unknown, missing or given twice")                                   \
  X(DAVY_ERR_UNIT, 2, "a unit is missing, unknown or of the wrong dimension")                      \
  X(DAVY_ERR_VALUE, 2, "a value is impossible or outside its range")                               \
  X(DAVY_ERR_LOOKUP, 2, "no material, phase or column of that name")                               \
  X(DAVY_ERR_UNSUPPORTED, 2, "the input is of a kind that davy does not read")                     \
  X(DAVY_ERR_MEMORY, 1, "out of memory")                                                           \
  X(DAVY_ERR_WRITE, 1, "an output cannot be written")                                              \
  X(DAVY_ERR_SOLVER, 1, "a solver failed")                                                         \
  X(DAVY_ERR_LEDGER, 1, "a conservation law is broken")                                            \
  X(DAVY_ERR_CLAIM, 1, "a claim does not hold")                                                    \
  X(DAVY_ERR_INTERRUPTED, 130, "interrupted; what was done is kept")

typedef enum {
#define DAVY_ERROR_ENUM(name, status, meaning) name,
  DAVY_ERRORS(DAVY_ERROR_ENUM)
#undef DAVY_ERROR_ENUM
} DavyError;

/* Why a step or a run ended: an outcome, not an error. X(name, words). */
#define DAVY_REASONS(X)                                                                            \
  X(DAVY_REASON_NONE, "still running")                                                             \
  X(DAVY_REASON_TIME, "time reached")                                                              \
  X(DAVY_REASON_VOLTAGE, "voltage limit reached")                                                  \
  X(DAVY_REASON_CAPACITY, "capacity reached")                                                      \
  X(DAVY_REASON_CURRENT, "current limit reached")                                                  \
  X(DAVY_REASON_FINISHED, "protocol finished")                                                     \
  X(DAVY_REASON_METAL_EXHAUSTED, "an electrode ran out of metal")                                  \
  X(DAVY_REASON_SHORT_CIRCUIT, "metal has grown to the counter electrode")                         \
  X(DAVY_REASON_SALT_DEPLETED, "the electrolyte is depleted of salt at an electrode")              \
  X(DAVY_REASON_SOLVER_FAILED, "the solver could not go on")                                       \
  X(DAVY_REASON_INTERRUPTED, "interrupted")

typedef enum {
#define DAVY_REASON_ENUM(name, words) name,
  DAVY_REASONS(DAVY_REASON_ENUM)
#undef DAVY_REASON_ENUM
} DavyReason;

/* A place in an input. line and column count from 1, 0 if unknown; byte is -1 if unknown. */
typedef struct {
  const char *file; /* borrowed; may be NULL */
  int line, column;
  long long byte;
} DavyPlace;

const char *DavyErrorName(DavyError error);    /* "DAVY_ERR_UNIT" */
const char *DavyErrorMeaning(DavyError error); /* "a unit is missing, ..." */
int DavyErrorExit(DavyError error);            /* exit status for the program: 0, 1, 2 or 130 */
const char *DavyReasonName(DavyReason reason); /* "VOLTAGE" for DAVY_REASON_VOLTAGE */
const char *DavyReasonWords(DavyReason reason);

/* The sentence of the last error on this thread; "" if none. Valid until the next failure. */
const char *DavyErrorMessage(void);
void DavyErrorClear(void);

/* Records the sentence and returns `error`, so that a function can end with
 * `return DavyFail(DAVY_ERR_VALUE, "...")`. The second form puts the place in front:
 * "case.yaml:12:5: ..." or "x.nda: byte 1024: ...". */
DavyError DavyFail(DavyError error, const char *format, ...) __attribute__((format(printf, 2, 3)));
DavyError DavyFailAt(DavyPlace place, DavyError error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "context: " in front of the recorded sentence; returns error unchanged. */
DavyError DavyErrorContext(DavyError error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Ends the calling function with an error unless `condition` holds. */
#define DAVY_CHECK(condition, error, ...)                                                          \
  do {                                                                                             \
    if (!(condition)) return DavyFail((error), __VA_ARGS__);                                       \
  } while (0)

/* Ends the calling function with the error of `call`, if it has one. */
#define DAVY_TRY(call)                                                                             \
  do {                                                                                             \
    DavyError davy_error_ = (call);                                                                \
    if (davy_error_) return davy_error_;                                                           \
  } while (0)

/* The same for a function that owns things: stores into `error`, jumps to its label `done`. */
#define DAVY_GUARD(call)                                                                           \
  do {                                                                                             \
    error = (call);                                                                                \
    if (error) goto done;                                                                          \
  } while (0)

#ifdef __cplusplus
}
#endif
#endif
