/* Cycles: a half cycle that opens and the one that answers it, and what comes of the pair.
 *
 *   CE = Q_charge / Q_discharge      half cell (stripped / plated, extracted / inserted)
 *   CE = Q_discharge / Q_charge      full cell
 *   u(CE)² = CE² [(u_c/Q_c)² + (u_d/Q_d)²]
 *   energy efficiency = E_discharge / E_charge
 *   polarisation = (⟨V⟩₊ - ⟨V⟩₋)/2 over the middle halves; per electrode half of it
 *   dip = ±(V_extreme of the first quarter - ⟨V⟩), arching = ±(⟨V⟩ of the last tenth - ⟨V⟩)
 *
 * A cycle is opened by discharge in a half cell, by charge in a full cell, in a symmetric cell by
 * what comes first; DavyCellInfo.first decides otherwise. */
#include "analysis/parts.h"

#include <math.h>
#include <stdlib.h>

static int opener_of(const HalfCycles *halves, const Judgement *judged, DavyFirst first) {
  if (first == DAVY_FIRST_CHARGE) return 1;
  if (first == DAVY_FIRST_DISCHARGE) return -1;
  if (judged->kind == DAVY_CELL_FULL) return 1;
  if (judged->kind == DAVY_CELL_HALF) return -1;
  return halves->items[0].direction;
}

static void find_efficiency(const HalfCycles *halves, DavyCellKind kind, Cycle *c) {
  c->efficiency = c->efficiency_uncertainty = NAN;
  if (c->state != CYCLE_COUNTS || (kind != DAVY_CELL_HALF && kind != DAVY_CELL_FULL)) return;
  const HalfCycle *charge = &halves->items[c->charge], *discharge = &halves->items[c->discharge];
  const HalfCycle *in = kind == DAVY_CELL_HALF ? discharge : charge;
  const HalfCycle *out = kind == DAVY_CELL_HALF ? charge : discharge;
  if (!(in->capacity > 0)) return;
  c->efficiency = out->capacity / in->capacity;
  c->efficiency_uncertainty =
      hypot(out->uncertainty, c->efficiency * in->uncertainty) / in->capacity;
}

static CycleState completeness(const HalfCycles *halves, const Cycle *c) {
  if (c->number == 0) return CYCLE_LEADING;
  if (c->charge == NO_HALF || c->discharge == NO_HALF) return CYCLE_INCOMPLETE;
  bool cut = halves->items[c->charge].cut_off || halves->items[c->discharge].cut_off;
  return cut ? CYCLE_INCOMPLETE : CYCLE_COUNTS;
}

static bool of_reservoir(const Reservoir *r, const Cycle *c) {
  size_t opened = c->charge < c->discharge ? c->charge : c->discharge;
  return r->found && opened >= r->first && opened <= r->last;
}

static void find_states(const HalfCycles *halves, const Reservoir *reservoir, DavyCellKind kind,
                        const DavyCellInfo *cell, Cycles *cycles) {
  bool ended = false;
  for (size_t k = 0; k < cycles->count; k++) {
    Cycle *c = &cycles->items[k];
    c->state = completeness(halves, c);
    find_efficiency(halves, kind, c);
    if (c->state != CYCLE_COUNTS) continue;
    if (of_reservoir(reservoir, c)) {
      c->state = CYCLE_RESERVOIR;
    } else if (c->number == 1 && c->efficiency > CE_LIMIT) {
      c->state = CYCLE_CHARGED_BEFORE; /* no short circuit: it began neither full nor empty */
    } else if (c->number <= cell->formation_cycles) {
      c->state = CYCLE_FORMATION;
    } else if (ended) {
      c->state = CYCLE_AFTER_LIMIT;
    } else if (c->efficiency > CE_LIMIT) {
      c->state = CYCLE_ABOVE_LIMIT;
      ended = true;
    }
  }
}

DavyError cycles_pair(const HalfCycles *halves, const Reservoir *reservoir, const Judgement *judged,
                      const DavyCellInfo *cell, Cycles *cycles) {
  if (!halves->count) return DAVY_OK;
  cycles->items = calloc(halves->count, sizeof *cycles->items);
  DAVY_CHECK(cycles->items, DAVY_ERR_MEMORY, "out of memory for %zu cycles", halves->count);
  int opener = opener_of(halves, judged, cell->first), number = 0;
  for (size_t k = 0; k < halves->count; k++) {
    HalfCycle *h = &halves->items[k];
    if (h->direction == opener || !cycles->count) {
      number += h->direction == opener;
      cycles->items[cycles->count++] =
          (Cycle){.number = number, .charge = NO_HALF, .discharge = NO_HALF, .first = h->first};
    }
    Cycle *c = &cycles->items[cycles->count - 1];
    *(h->direction > 0 ? &c->charge : &c->discharge) = k;
    c->last = h->last;
    h->cycle = cycles->count - 1;
  }
  find_states(halves, reservoir, judged->kind, cell, cycles);
  return DAVY_OK;
}

double cycle_polarisation(const HalfCycles *halves, const Cycle *c) {
  if (c->charge == NO_HALF || c->discharge == NO_HALF) return NAN;
  return 0.5 *
         (halves->items[c->charge].middle_voltage - halves->items[c->discharge].middle_voltage);
}

double cycle_energy_efficiency(const HalfCycles *halves, const Cycle *c) {
  if (!isfinite(c->efficiency)) return NAN;
  double spent = halves->items[c->charge].energy;
  return spent > 0 ? halves->items[c->discharge].energy / spent : NAN;
}

double half_cycle_dip(const HalfCycle *h) {
  return h->direction * (h->early_extreme - h->middle_voltage);
}

double half_cycle_arching(const HalfCycle *h) {
  return h->direction * (h->late_voltage - h->middle_voltage);
}
