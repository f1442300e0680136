/* The tables "cycles", "half_cycles" and "steps": figures in the units that people use. */
#include "analysis/parts.h"

#include <math.h>

static void set_rows(Sheet *s, size_t first, size_t last) {
  sheet_set_integer(s, "first_row", (long long)first);
  sheet_set_integer(s, "last_row", (long long)last);
}

static void set_times(Sheet *s, double start, double end) {
  sheet_set(s, "start_time", start / HOUR);
  sheet_set(s, "duration", (end - start) / HOUR);
}

static void set_vendor_cycle(Sheet *s, const Series *series, size_t row) {
  if (series->cycle && series->cycle[row] != DAVY_NO_INTEGER)
    sheet_set_integer(s, "vendor_cycle", series->cycle[row]);
}

static void row_columns(Sheet *s) {
  sheet_integers(s, "first_row", "First row");
  sheet_integers(s, "last_row", "Last row");
  sheet_numbers(s, "start_time", "Start", "h", 6);
  sheet_numbers(s, "duration", "Duration", "h", 5);
}

/* What the two directions are called, and the keys that belong to them. */
typedef struct {
  const char *capacity, *areal, *specific, *voltage, *energy; /* keys */
  const char *labels[4]; /* capacity, areal, specific, voltage */
} Way;

static const Way ways[2][2] = {{{"charge_capacity",
                                 "charge_areal_capacity",
                                 "charge_specific_capacity",
                                 "charge_voltage",
                                 "charge_energy",
                                 {"Charge capacity", "Areal charge capacity",
                                  "Specific charge capacity", "Mean charge voltage"}},
                                {"discharge_capacity",
                                 "discharge_areal_capacity",
                                 "discharge_specific_capacity",
                                 "discharge_voltage",
                                 "discharge_energy",
                                 {"Discharge capacity", "Areal discharge capacity",
                                  "Specific discharge capacity", "Mean discharge voltage"}}},
                               {{"charge_capacity",
                                 "charge_areal_capacity",
                                 "charge_specific_capacity",
                                 "charge_voltage",
                                 "charge_energy",
                                 {"Stripped capacity", "Areal stripped capacity",
                                  "Specific stripped capacity", "Mean stripping voltage"}},
                                {"discharge_capacity",
                                 "discharge_areal_capacity",
                                 "discharge_specific_capacity",
                                 "discharge_voltage",
                                 "discharge_energy",
                                 {"Plated capacity", "Areal plated capacity",
                                  "Specific plated capacity", "Mean plating voltage"}}}};

static void way_columns(Sheet *s, const DavyAnalysis *a, const Way *way) {
  sheet_numbers(s, way->capacity, way->labels[0], "mAh", 6);
  if (a->cell.area > 0) sheet_numbers(s, way->areal, way->labels[1], "mAh/cm2", 6);
  if (a->cell.active_mass > 0) sheet_numbers(s, way->specific, way->labels[2], "mAh/g", 6);
  sheet_numbers(s, way->voltage, way->labels[3], "V", 5);
}

static void set_way(Sheet *s, const DavyAnalysis *a, const Way *way, size_t half) {
  if (half == NO_HALF) return;
  const HalfCycle *h = &a->halves.items[half];
  sheet_set(s, way->capacity, MILLI_HOURS(h->capacity));
  if (a->cell.area > 0) sheet_set(s, way->areal, MILLI_HOURS(h->capacity) / (a->cell.area * CM2));
  if (a->cell.active_mass > 0)
    sheet_set(s, way->specific, MILLI_HOURS(h->capacity) / (a->cell.active_mass * GRAMS));
  sheet_set(s, way->voltage, h->mean_voltage);
  if (a->judged.kind == DAVY_CELL_FULL) sheet_set(s, way->energy, MILLI_HOURS(h->energy));
}

static Sheet cycles_sheet(const DavyAnalysis *a) {
  Sheet s = sheet_open("cycles", "Cycles");
  const Way *way = ways[a->judged.plates];
  sheet_integers(&s, "cycle", "Cycle");
  sheet_integers(&s, "vendor_cycle", "Instrument's cycle");
  way_columns(&s, a, &way[0]);
  way_columns(&s, a, &way[1]);
  if (a->judged.kind == DAVY_CELL_HALF || a->judged.kind == DAVY_CELL_FULL) {
    sheet_numbers(&s, "coulombic_efficiency", "Coulombic efficiency", "%", 6);
    sheet_numbers(&s, "coulombic_efficiency_uncertainty", "Uncertainty of CE", "%", 2);
  }
  if (a->judged.kind == DAVY_CELL_FULL) {
    sheet_numbers(&s, "charge_energy", "Charge energy", "mWh", 6);
    sheet_numbers(&s, "discharge_energy", "Discharge energy", "mWh", 6);
    sheet_numbers(&s, "energy_efficiency", "Energy efficiency", "%", 5);
  }
  if (a->judged.kind == DAVY_CELL_SYMMETRIC) {
    sheet_numbers(&s, "polarisation", "Polarisation of the cell", "mV", 5);
    sheet_numbers(&s, "electrode_overpotential", "Overpotential per electrode", "mV", 5);
  }
  sheet_texts(&s, "remark", "Remark");
  row_columns(&s);
  return s;
}

static const char *const remarks[] = {
#define REMARK(name, words) [name] = words,
    CYCLE_STATES(REMARK)
#undef REMARK
};

static void set_cycle(Sheet *s, const DavyAnalysis *a, const Cycle *c) {
  const HalfCycle *halves = a->halves.items;
  const Way *way = ways[a->judged.plates];
  sheet_row(s);
  sheet_set_integer(s, "cycle", c->number);
  set_vendor_cycle(s, &a->series, c->first);
  set_way(s, a, &way[0], c->charge);
  set_way(s, a, &way[1], c->discharge);
  if (isfinite(c->efficiency)) {
    sheet_set(s, "coulombic_efficiency", 100 * c->efficiency);
    sheet_set(s, "coulombic_efficiency_uncertainty", 100 * c->efficiency_uncertainty);
  }
  if (a->judged.kind == DAVY_CELL_FULL)
    sheet_set(s, "energy_efficiency", 100 * cycle_energy_efficiency(&a->halves, c));
  if (a->judged.kind == DAVY_CELL_SYMMETRIC) {
    double polarisation = MILLI * cycle_polarisation(&a->halves, c);
    sheet_set(s, "polarisation", polarisation);
    sheet_set(s, "electrode_overpotential", 0.5 * polarisation);
  }
  sheet_set_text(s, "remark", remarks[c->state]);
  set_rows(s, c->first, c->last);
  size_t first = c->charge == NO_HALF ? c->discharge : c->charge;
  size_t last = c->discharge == NO_HALF ? c->charge : c->discharge;
  set_times(s, fmin(halves[first].start_time, halves[last].start_time),
            fmax(halves[first].end_time, halves[last].end_time));
}

static void cycles_notes(Sheet *s, const DavyAnalysis *a) {
  if (s->error) return;
  s->error = DavyTableAddNote(
      s->table,
      a->halves.counted
          ? "Capacities are the instrument's own counts; they differ from the integral "
            "of the recorded current by %.2g %% over all."
          : "Capacities are integrals of the recorded current.",
      100 * a->halves.disagreement);
  if (!s->error && a->judged.kind == DAVY_CELL_SYMMETRIC)
    s->error = DavyTableAddNote(
        s->table, "Polarisation of the cell: (mean V on charge - mean V on discharge)/2, each over "
                  "the middle half of its charge. Each of the two electrodes has half of it.");
}

DavyError table_cycles(DavyAnalysis *a) {
  if (!a->cycles.count || a->judged.kind == DAVY_CELL_AUTO) return DAVY_OK;
  if (a->cycles.count > TABLE_LIMIT)
    return lines_add(&a->warnings, "The table of cycles is left out: it would have %zu rows.",
                     a->cycles.count);
  Sheet s = cycles_sheet(a);
  for (size_t k = 0; k < a->cycles.count; k++) set_cycle(&s, a, &a->cycles.items[k]);
  cycles_notes(&s, a);
  return sheet_close(&s, a);
}

static Sheet half_cycles_sheet(const DavyAnalysis *a, bool shape) {
  Sheet s = sheet_open("half_cycles", "Half cycles");
  sheet_integers(&s, "half_cycle", "Half cycle");
  sheet_integers(&s, "cycle", "Cycle");
  sheet_texts(&s, "direction", "Direction");
  sheet_numbers(&s, "capacity", "Capacity", "mAh", 6);
  sheet_numbers(&s, "capacity_uncertainty", "Uncertainty of capacity", "mAh", 2);
  if (a->cell.area > 0) sheet_numbers(&s, "areal_capacity", "Areal capacity", "mAh/cm2", 6);
  sheet_numbers(&s, "integrated_capacity", "Integral of current", "mAh", 6);
  sheet_numbers(&s, "vendor_capacity", "Instrument's count", "mAh", 6);
  sheet_numbers(&s, "mean_voltage", "Mean voltage", "V", 5);
  sheet_numbers(&s, "middle_voltage", "Voltage in the middle", "V", 5);
  sheet_numbers(&s, "end_voltage", "Voltage at the end", "V", 5);
  if (shape) {
    sheet_numbers(&s, "nucleation_dip", "Nucleation dip", "mV", 4);
    sheet_numbers(&s, "arching", "Arching", "mV", 4);
  }
  sheet_texts(&s, "remark", "Remark");
  row_columns(&s);
  return s;
}

static void set_half_cycle(Sheet *s, const DavyAnalysis *a, size_t k, bool shape) {
  const HalfCycle *h = &a->halves.items[k];
  sheet_row(s);
  sheet_set_integer(s, "half_cycle", (long long)k + 1);
  sheet_set_integer(s, "cycle", a->cycles.items[h->cycle].number);
  sheet_set_text(s, "direction", h->direction > 0 ? "charge" : "discharge");
  sheet_set(s, "capacity", MILLI_HOURS(h->capacity));
  sheet_set(s, "capacity_uncertainty", MILLI_HOURS(h->uncertainty));
  if (a->cell.area > 0)
    sheet_set(s, "areal_capacity", MILLI_HOURS(h->capacity) / (a->cell.area * CM2));
  sheet_set(s, "integrated_capacity", MILLI_HOURS(h->integral));
  sheet_set(s, "vendor_capacity", MILLI_HOURS(h->counter));
  sheet_set(s, "mean_voltage", h->mean_voltage);
  sheet_set(s, "middle_voltage", h->middle_voltage);
  sheet_set(s, "end_voltage", h->end_voltage);
  if (shape) {
    sheet_set(s, "nucleation_dip", MILLI * half_cycle_dip(h));
    sheet_set(s, "arching", MILLI * half_cycle_arching(h));
  }
  if (h->cut_off) sheet_set_text(s, "remark", "incomplete");
  set_rows(s, h->first, h->last);
  set_times(s, h->start_time, h->end_time);
}

DavyError table_half_cycles(DavyAnalysis *a) {
  if (!a->halves.count) return DAVY_OK;
  if (a->halves.count > TABLE_LIMIT)
    return lines_add(&a->warnings, "The table of half cycles is left out: it would have %zu rows.",
                     a->halves.count);
  bool shape = a->judged.kind == DAVY_CELL_SYMMETRIC;
  Sheet s = half_cycles_sheet(a, shape);
  for (size_t k = 0; k < a->halves.count; k++) set_half_cycle(&s, a, k, shape);
  if (shape && !s.error)
    s.error = DavyTableAddNote(
        s.table, "Nucleation dip: how far |V| in the first quarter of the charge goes beyond its "
                 "mean over the middle half; arching: the mean of the last tenth minus that mean.");
  return sheet_close(&s, a);
}
