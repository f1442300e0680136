/* What kind of cell a record is of, judged from its voltages, and why.
 *
 *   symmetric   charges above 0 V, discharges below 0 V, and neither ends like a cut-off
 *   half cell   discharges below 0 V on average (it plates metal), or down to below 0.3 V (an
 *               insertion or alloying electrode against metal)
 *   full cell   discharges end above 0.3 V; a cathode against metal looks the same and counts so
 *   undecided   one direction only (unless it plates), a load profile, potentials of no such cell
 *
 * Ends are medians over the half cycles, so that a few shorted ones do not decide. */
#include "analysis/parts.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define PLATING_LOWEST -1.0 /* V: plating needs less; a working electrode elsewhere needs more */
#define ANODE_END                                                                                  \
  0.3 /* V against the metal: alloys, carbons and silicon are discharged below it                  \
       */

/* Medians over the half cycles of one direction. */
typedef struct {
  size_t n;
  double middle, end;
} Side;

static double median_of(const HalfCycles *halves, int direction, size_t offset, double *work) {
  size_t n = 0;
  for (size_t k = 0; k < halves->count; k++) {
    const HalfCycle *h = &halves->items[k];
    double value = *(const double *)((const char *)h + offset);
    if (h->direction == direction && isfinite(value)) work[n++] = value;
  }
  if (!n) return NAN;
  gsl_sort(work, 1, n);
  return gsl_stats_median_from_sorted_data(work, 1, n);
}

static Side side_of(const HalfCycles *halves, int direction, double *work) {
  Side side = {0};
  for (size_t k = 0; k < halves->count; k++) side.n += halves->items[k].direction == direction;
  side.middle = median_of(halves, direction, offsetof(HalfCycle, middle_voltage), work);
  side.end = median_of(halves, direction, offsetof(HalfCycle, end_voltage), work);
  return side;
}

/* A stripping that ends as the metal does climbs far above its plateau and above the plating. */
static bool ends_by_cut_off(const Side *charge, const Side *discharge) {
  return charge->end > 3 * charge->middle && charge->end > 2 * fabs(discharge->end);
}

static bool looks_symmetric(const Side *charge, const Side *discharge) {
  double sum = charge->middle + discharge->middle, gap = charge->middle - discharge->middle;
  return charge->middle > 0 && discharge->middle < 0 && fabs(sum) < 0.5 * gap &&
         !ends_by_cut_off(charge, discharge);
}

static bool plates(const Side *charge, const Side *discharge) {
  return discharge->middle < 0 && discharge->middle > PLATING_LOWEST &&
         (!charge->n || charge->end > 0);
}

static Judgement from_voltages(const Side *charge, const Side *discharge) {
  Judgement j = {0};
  char *why = j.reason;
  size_t size = sizeof j.reason;
  if (charge->n && discharge->n && looks_symmetric(charge, discharge)) {
    j.kind = DAVY_CELL_SYMMETRIC;
    snprintf(why, size,
             "its voltage swings about zero, %+.1f mV on charge and %+.1f mV on discharge",
             MILLI * charge->middle, MILLI * discharge->middle);
  } else if (discharge->n && plates(charge, discharge)) {
    j.kind = DAVY_CELL_HALF;
    int written = snprintf(why, size, "it plates metal at %.1f mV", MILLI * discharge->middle);
    if (charge->n)
      snprintf(why + written, size - (size_t)written, " and strips it up to %.3g V", charge->end);
  } else if (!charge->n || !discharge->n) {
    snprintf(why, size, "only %s was recorded", charge->n ? "charge" : "discharge");
  } else if (discharge->middle < 0) {
    snprintf(why, size, "discharge at %.3g V and charge up to %.3g V are of no kind that is known",
             discharge->middle, charge->end);
  } else if (discharge->end < ANODE_END) {
    j.kind = DAVY_CELL_HALF;
    snprintf(why, size, "discharges end at %.3g V, where an electrode takes up alkali metal",
             discharge->end);
  } else {
    j.kind = DAVY_CELL_FULL;
    snprintf(
        why, size,
        "discharges end at %.3g V; a cathode against metal looks the same and is treated alike",
        discharge->end);
  }
  return j;
}

static Judgement from_reservoir(const HalfCycles *halves, const Reservoir *r) {
  Judgement j = {.kind = DAVY_CELL_HALF};
  snprintf(j.reason, sizeof j.reason,
           "a reservoir is plated, partly cycled %zu times and stripped up to %.3g V", r->rounds,
           halves->items[r->last].end_voltage);
  return j;
}

DavyError cell_judge(const Series *series, const HalfCycles *halves, const Reservoir *reservoir,
                     DavyCellKind told, Judgement *j) {
  *j = (Judgement){.kind = told};
  if (!halves->count) return DAVY_OK;
  double *work = malloc(halves->count * sizeof *work);
  DAVY_CHECK(work, DAVY_ERR_MEMORY, "out of memory for %zu half cycles", halves->count);
  Side charge = side_of(halves, 1, work), discharge = side_of(halves, -1, work);
  free(work);
  if (told == DAVY_CELL_AUTO && series->profile)
    snprintf(j->reason, sizeof j->reason, "most of the charge flows in steps of a load profile");
  else if (told == DAVY_CELL_AUTO && reservoir->found)
    *j = from_reservoir(halves, reservoir);
  else if (told == DAVY_CELL_AUTO && !series->voltammetry)
    *j = from_voltages(&charge, &discharge);
  j->plates = j->kind == DAVY_CELL_HALF && discharge.middle < 0;
  return DAVY_OK;
}
