/* Aurbach's average Coulombic efficiency: a reservoir Q_T is plated, n times Q_C is stripped and
 * plated again, and all that is left, Q_S, is stripped to a cut-off.
 *
 *   CE = (n Q_C + Q_S) / (n Q_C + Q_T)
 *
 * Taken cycle by cycle the same test would show a poor first cycle and a last one far above
 * 120 %, so it must be known before anything is said of a short circuit. It is recognised by equal
 * half cycles (to 1 %, at least four) behind a plating of at least 1.5 times their charge, ended
 * by a stripping that climbs to at least twice their voltage. */
#include "analysis/parts.h"

#include <math.h>

#define EQUAL_SHARE       0.01
#define RESERVOIR         1.5
#define CUT_OFF           2.0
#define LEAST_HALF_CYCLES 4

/* The half cycle behind the equal ones that follow `from`. */
static size_t equal_run_end(const HalfCycles *halves, size_t from) {
  double charge = halves->items[from].capacity;
  size_t k = from;
  while (k < halves->count && fabs(halves->items[k].capacity - charge) < EQUAL_SHARE * charge) k++;
  return k;
}

static bool is_reservoir(const HalfCycles *halves, size_t first, size_t last) {
  if (last >= halves->count || last - first - 1 < LEAST_HALF_CYCLES) return false;
  const HalfCycle *plated = &halves->items[first], *inner = plated + 1;
  const HalfCycle *end = &halves->items[last];
  return plated->direction < 0 && end->direction > 0 && !end->cut_off &&
         plated->capacity > RESERVOIR * inner->capacity &&
         end->end_voltage > CUT_OFF * fabs(inner->end_voltage);
}

Reservoir reservoir_find(const HalfCycles *halves) {
  Reservoir r = {0};
  size_t first = 0, last = 0;
  for (; first + LEAST_HALF_CYCLES + 1 < halves->count;
       first = last > first + 1 ? last - 1 : first + 1) {
    last = equal_run_end(halves, first + 1);
    if (is_reservoir(halves, first, last)) break;
  }
  if (!is_reservoir(halves, first, last)) return r;
  double in = 0, out = 0, variance = 0;
  for (size_t k = first; k <= last; k++) {
    const HalfCycle *h = &halves->items[k];
    *(h->direction < 0 ? &in : &out) += h->capacity;
    variance += h->uncertainty * h->uncertainty;
  }
  return (Reservoir){.found = true,
                     .first = first,
                     .last = last,
                     .rounds = (last - first - 1) / 2,
                     .efficiency = out / in,
                     .uncertainty = sqrt(variance) / in};
}
