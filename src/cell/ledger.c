/* Charge passed = metal dissolved at the working electrode (F/V_m) = metal plated at the counter
 * electrode, and the salt in the pores stays.
 *
 * Charge passed is current times time where the current is constant: nothing that the integrator
 * knows. Under a held voltage it is the integral of the recorded current by the integrator itself,
 * solved as an equation of its own beside those of the metals. */
#include "cell/ledger.h"

#include <math.h>

static DavyError make_table(DavyTable **table) {
  DAVY_TRY(DavyTableCreate("ledger", "Ledger", table));
  static const struct {
    const char *key, *label, *unit;
    DavyCellType type;
    int digits;
  } columns[] = {
      {"cycle_count", "Cycle", "1", DAVY_CELL_INTEGER, 0},
      {"step_count", "Step", "1", DAVY_CELL_INTEGER, 0},
      {"step_id", "Step ID", "1", DAVY_CELL_INTEGER, 0},
      {"reason", "Ended by", "1", DAVY_CELL_TEXT, 0},
      {"step_time", "Duration", "s", DAVY_CELL_NUMBER, 6},
      {"charge", "Charge passed", "mAh/cm2", DAVY_CELL_NUMBER, 6},
      {"working_metal", "Metal gained by the working electrode", "mAh/cm2", DAVY_CELL_NUMBER, 6},
      {"counter_metal", "Metal gained by the counter electrode", "mAh/cm2", DAVY_CELL_NUMBER, 6},
      {"working_thickness", "Thickness of the working metal", "um", DAVY_CELL_NUMBER, 6},
      {"counter_thickness", "Thickness of the counter metal", "um", DAVY_CELL_NUMBER, 6},
      {"charge_error", "Imbalance of charge and working metal", "1", DAVY_CELL_NUMBER, 2},
      {"metal_error", "Imbalance of both metals", "1", DAVY_CELL_NUMBER, 2},
      {"salt_error", "Imbalance of salt", "1", DAVY_CELL_NUMBER, 2},
  };
  for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
    DAVY_TRY(DavyTableAddColumn(*table, columns[k].key, columns[k].label, columns[k].unit,
                                columns[k].type, columns[k].digits));
  DAVY_TRY(DavyTableAddNote(*table,
                            "Charge and metal since the beginning of the run; charge passed "
                            "is positive into the working electrode and dissolves its "
                            "metal."));
  return DavyTableAddNote(*table,
                          "Imbalances: of charge and metal over the largest charge of a step, of "
                          "salt over the salt in the cell; more than %g is an error.",
                          DAVY_LEDGER_LIMIT);
}

DavyError CellLedgerCreate(const CellModel *model, const double *y, CellLedger *ledger) {
  *ledger = (CellLedger){.salt = CellModelSalt(model, y)};
  return make_table(&ledger->table);
}

void CellLedgerFree(CellLedger *ledger) {
  DavyTableDestroy(&ledger->table);
}

DavyError CellLedgerStep(CellLedger *ledger, const CellModel *model, const DavyDriver *driver,
                         const DavyStep *step, double time, DavyReason reason, const double *y) {
  static const double mAh_cm2 = 36000; /* C/m2 */
  int n = model->grid.count;
  double charge = step->action == DAVY_ACTION_HOLD ? y[n + AT_CHARGE] : step->value * time;
  ledger->charge += charge;
  ledger->step_charge = fmax(ledger->step_charge, fabs(charge));
  ledger->working += y[n + AT_WORKING] / model->growth;
  ledger->counter += y[n + AT_COUNTER] / model->growth;
  double scale = ledger->step_charge > 0 ? ledger->step_charge : 1;
  double charge_error = (ledger->charge + ledger->working) / scale;
  double metal_error = (ledger->counter + ledger->working) / scale;
  double salt_error = CellModelSalt(model, y) / ledger->salt - 1;
  double worst = fmax(fmax(fabs(charge_error), fabs(metal_error)), fabs(salt_error));
  /* A NaN must not pass for a small number. */
  if (!(worst <= ledger->imbalance)) ledger->imbalance = worst;
  DavyTable *t = ledger->table;
  DAVY_TRY(DavyTableAddRow(t));
  DAVY_TRY(DavyTableSetInteger(t, "cycle_count", driver->cycle_count));
  DAVY_TRY(DavyTableSetInteger(t, "step_count", driver->step_count));
  DAVY_TRY(DavyTableSetInteger(t, "step_id", step->id));
  DAVY_TRY(DavyTableSetText(t, "reason", DavyReasonWords(reason)));
  DAVY_TRY(DavyTableSetNumber(t, "step_time", time));
  DAVY_TRY(DavyTableSetNumber(t, "charge", ledger->charge / mAh_cm2));
  DAVY_TRY(DavyTableSetNumber(t, "working_metal", ledger->working / mAh_cm2));
  DAVY_TRY(DavyTableSetNumber(t, "counter_metal", ledger->counter / mAh_cm2));
  DAVY_TRY(DavyTableSetNumber(t, "working_thickness", CellModelThickness(model, y, 0) * 1e6));
  DAVY_TRY(DavyTableSetNumber(t, "counter_thickness", CellModelThickness(model, y, 1) * 1e6));
  DAVY_TRY(DavyTableSetNumber(t, "charge_error", charge_error));
  DAVY_TRY(DavyTableSetNumber(t, "metal_error", metal_error));
  DAVY_TRY(DavyTableSetNumber(t, "salt_error", salt_error));
  DAVY_CHECK(worst <= DAVY_LEDGER_LIMIT, DAVY_ERR_LEDGER,
             "cycle %d, step %d: the balance is broken: charge against working metal %.2g, between "
             "the metals %.2g, salt %.2g, relative; expected at most %g",
             driver->cycle_count, driver->step_count, charge_error, metal_error, salt_error,
             DAVY_LEDGER_LIMIT);
  return DAVY_OK;
}
