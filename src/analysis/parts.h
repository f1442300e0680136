/* What the parts of the analysis hand to each other: the series as walked, half cycles, cycles. */
#ifndef DAVY_ANALYSIS_PARTS_H
#define DAVY_ANALYSIS_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include "davy/analysis.h"
#include "davy/table.h"

/* Seconds in an hour: mAh, mWh and h at the edges, A s, J and s inside. */
#define HOUR           3600.0
#define MILLI          1e3
#define MILLI_HOURS(x) ((x) / HOUR * MILLI) /* A s to mAh, J to mWh */
#define CM2            1e4                  /* in a m2 */
#define GRAMS          1e3                  /* in a kg */
#define NO_HALF        SIZE_MAX

/* A current is told from rest above this share of the reference current. */
#define REST_SHARE 1e-3
/* A reversal below this share of both its neighbours is a pulse within one half cycle. */
#define PULSE_SHARE 0.03
/* The instrument's counter is believed while it agrees with the integral to this share. */
#define COUNTER_SHARE 0.02
/* CE above this ends a cell's statistic: more comes out than went in (Deng 2022). */
#define CE_LIMIT 1.20
/* Tables beyond this many rows serve nobody and would cost memory. */
#define TABLE_LIMIT 100000

/* Lines of text, owned. */
typedef struct {
  char **items;
  size_t count;
} Lines;

DavyError lines_add(Lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lines_free(Lines *lines);

/* The columns of a record that the analysis walks, and the scales judged from them. */
typedef struct {
  size_t rows;
  const double *time, *voltage, *current; /* s, V, A; never NULL in a series that is walked */
  const double *frequency, *step_time;    /* Hz, s; or NULL */
  const int32_t *step, *type, *cycle;     /* or NULL */
  double reference_current;               /* A: mean |I|, weighted by charge */
  double threshold;                       /* A: below it the cell rests */
  double usual_interval;                  /* s: mean time between rows of one step */
  bool profile;     /* most of the charge flows in steps that follow a load profile */
  bool voltammetry; /* by its technique, or as its voltage is swept */
  double scan_rate; /* V/s, of voltammetry */
} Series;

/* False, with the reason among the warnings, if the record cannot be analysed. */
bool series_open(Series *series, const DavyRecord *record, Lines *warnings, DavyError *error);

/* From one row with a current to the next: how much charge flowed, and on which side of a step's
 * edge. Charges in A s, signed. */
typedef struct {
  size_t before, row;   /* before == row for the first one */
  int direction_before; /* +1 charge, -1 discharge, 0 rest */
  int direction;        /* of `row` */
  double charge_before; /* belongs to what flowed at `before` */
  double charge;        /* belongs to what flows at `row` */
  double uncertainty;   /* A s, standard, of each of the charges */
  enum { INTERVAL_PLAIN, INTERVAL_GAP, INTERVAL_BRIDGED } how;
} Interval;

typedef struct {
  const Series *series;
  Interval interval;
  size_t next;
  bool begun;
} Walk;

Walk walk_start(const Series *series);
bool walk_next(Walk *walk);

/* All charge in one direction until it turns; rests and brief reversals do not end it. */
typedef struct {
  size_t first, last; /* rows */
  int direction;      /* +1 or -1 */
  double integral;    /* A s, > 0: current integrated */
  double integral_uncertainty;
  double counter; /* A s: the instrument's own count, NaN if it has none */
  double capacity, uncertainty;
  double energy;               /* J: sum of V q, q counted positive in its direction */
  double start_time, end_time; /* s */
  double mean_voltage;         /* weighted by charge */
  double middle_voltage;       /* the same over the middle half of the charge */
  double end_voltage;          /* at its last row */
  double early_extreme;        /* furthest |V| within the first quarter */
  double late_voltage;         /* mean over the last tenth of the charge */
  bool cut_off;                /* the record ends within it */
  size_t cycle;                /* index of its cycle */
} HalfCycle;

typedef struct {
  HalfCycle *items;
  size_t count;
  bool noise;    /* the current turned too often: none were kept */
  bool open_end; /* the second of only two ends with the record: nothing to compare it with */
  size_t pulses; /* reversals counted into their half cycle */
  size_t gaps, bridged; /* times without rows: nothing counted, or integrated across */
  double gap_time;      /* s, the longest */
  bool counted;         /* capacities are the instrument's counts */
  double disagreement;  /* share by which counter and integral differ over all; NaN: no counter */
} HalfCycles;

DavyError half_cycles_find(const Series *series, HalfCycles *halves);
DavyError half_cycles_measure(const Series *series, const DavyRecord *record, HalfCycles *halves);

/* Aurbach's test within the record, as half cycles first .. last. */
typedef struct {
  bool found;
  size_t first, last, rounds;
  double efficiency, uncertainty; /* of 1 */
} Reservoir;

Reservoir reservoir_find(const HalfCycles *halves);

typedef struct {
  DavyCellKind kind;
  bool plates;      /* a half cell whose working electrode plates metal */
  char reason[256]; /* why it was judged so, as the end of a sentence */
} Judgement;

DavyError cell_judge(const Series *series, const HalfCycles *halves, const Reservoir *reservoir,
                     DavyCellKind told, Judgement *judged);

/* Whether a cycle enters the means, and if not, why. X(name, words of the remark). */
#define CYCLE_STATES(X)                                                                            \
  X(CYCLE_COUNTS, NULL)                                                                            \
  X(CYCLE_LEADING, "a half cycle before the first cycle")                                          \
  X(CYCLE_CHARGED_BEFORE, "more came out than went in: the cell held charge before")               \
  X(CYCLE_RESERVOIR, "of the test with a reservoir (Aurbach)")                                     \
  X(CYCLE_INCOMPLETE, "incomplete")                                                                \
  X(CYCLE_FORMATION, "formation")                                                                  \
  X(CYCLE_ABOVE_LIMIT, "CE above 120 %: short circuit suspected")                                  \
  X(CYCLE_AFTER_LIMIT, "after a CE above 120 %")

typedef enum {
#define CYCLE_STATE_ENUM(name, words) name,
  CYCLE_STATES(CYCLE_STATE_ENUM)
#undef CYCLE_STATE_ENUM
} CycleState;

typedef struct {
  int number; /* from 1; 0: a half cycle before the first one that opens a cycle */
  CycleState state;
  size_t charge, discharge;                  /* half cycles, NO_HALF if missing */
  size_t first, last;                        /* rows */
  double efficiency, efficiency_uncertainty; /* of 1; NaN: none */
} Cycle;

typedef struct {
  Cycle *items;
  size_t count;
} Cycles;

DavyError cycles_pair(const HalfCycles *halves, const Reservoir *reservoir, const Judgement *judged,
                      const DavyCellInfo *cell, Cycles *cycles);
/* Polarisation of a symmetric cell's cycle, V: (<V>+ - <V>-)/2 over the middles; NaN: none. */
double cycle_polarisation(const HalfCycles *halves, const Cycle *cycle);
/* Share of the energy that comes back, of a full cell; NaN: none. */
double cycle_energy_efficiency(const HalfCycles *halves, const Cycle *cycle);

/* Shape of a half cycle near 0 V, V: how far its first quarter goes beyond the plateau, and how
 * far its last tenth does. */
double half_cycle_dip(const HalfCycle *half);
double half_cycle_arching(const HalfCycle *half);

struct DavyAnalysis {
  Series series; /* its columns are borrowed and valid within DavyAnalyse only */
  HalfCycles halves;
  Reservoir reservoir;
  Cycles cycles;
  Judgement judged;
  DavyCellInfo cell;
  DavyTable *tables[4];
  size_t table_count;
  Lines sentences, warnings;
};

/* A table being written: the first error is kept, what follows does nothing. */
typedef struct {
  DavyTable *table;
  DavyError error;
} Sheet;

Sheet sheet_open(const char *key, const char *title);
void sheet_numbers(Sheet *sheet, const char *key, const char *label, const char *unit, int digits);
void sheet_integers(Sheet *sheet, const char *key, const char *label);
void sheet_texts(Sheet *sheet, const char *key, const char *label);
void sheet_row(Sheet *sheet);
void sheet_set(Sheet *sheet, const char *key, double value);
void sheet_set_integer(Sheet *sheet, const char *key, long long value);
void sheet_set_text(Sheet *sheet, const char *key, const char *text); /* NULL: empty */
/* Hands the table to the analysis, or gives back the error and frees it. */
DavyError sheet_close(Sheet *sheet, DavyAnalysis *analysis);

/* Each adds its table to the analysis, or a warning why not. */
DavyError table_summary(DavyAnalysis *analysis); /* writes the sentences with it */
DavyError table_cycles(DavyAnalysis *analysis);
DavyError table_half_cycles(DavyAnalysis *analysis);
DavyError table_steps(DavyAnalysis *analysis);

#endif
