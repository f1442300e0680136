/* What a page needs of one cell's record: thinned traces, facts and warnings. */
#ifndef DAVY_REPORT_DIGEST_H
#define DAVY_REPORT_DIGEST_H

#include "davy/report.h"

/* Points of one trace in SI units (capacity: Ah); NaN breaks the line. */
typedef struct {
  char label[16];
  double *x, *y;        /* one allocation, x first */
  size_t count, before; /* points kept; points there were */
} Trace;

typedef struct {
  char *name, *text;
} Fact;

/* What was done to the cell, as far as it decides which plots say something. */
typedef enum { TEST_CYCLING, TEST_VOLTAMMETRY, TEST_IMPEDANCE } TestKind;

typedef struct {
  char *name, *group;
  TestKind test;
  const DavyAnalysis *analysis;
  double area, mass;      /* m2, kg; NaN: not known */
  Trace voltage, current; /* against test time */
  Trace nyquist;          /* -Im(Z) against Re(Z), ohm */
  Trace sweep;            /* current against voltage, of voltammetry */
  Trace *cycles; /* of a choice of cycles: voltage against capacity, or sweeps (voltammetry) */
  size_t cycle_count, cycles_before;
  Fact *facts;
  size_t fact_count;
  char **warnings, **sentences; /* sentences: beside those of the analysis */
  size_t warning_count, sentence_count;
  DavyTable **tables; /* beside those of the analysis */
  size_t table_count;
  DavyView *view; /* of its front, if it was simulated */
} Digest;

/* `share`: the cells that the page's points are shared out among. */
DavyError digest_make(const DavyReportCell *cell, size_t share, Digest *digest);
DavyError digest_fact(Digest *digest, const char *name, const char *value);
DavyError digest_warning(Digest *digest, const char *sentence);
DavyError digest_sentence(Digest *digest, const char *sentence);
DavyError digest_table(Digest *digest, DavyTable *table); /* handed over, also on failure */
void digest_clear(Digest *digest);

#endif
