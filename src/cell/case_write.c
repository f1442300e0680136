/* Writing a resolved case, and what is to be expected of it. */
#include <float.h>
#include <math.h>
#include <string.h>
#include "cell/case.h"
#include "cell/model.h"
#include "davy/units.h"

static DavyError expected_of(CellModel *m, double current_density, double *y, double *at_once,
                             double *steady) {
  double c0 = m->p.electrolyte.concentration, length = m->p.separator.thickness;
  int n = m->grid.count;
  for (int j = 0; j < n; j++) y[j] = c0;
  y[n + AT_CURRENT] = current_density;
  *at_once = CellModelVoltage(m, y);
  double share = current_density / DavyLimitingCurrent(&m->p.electrolyte, &m->p.separator);
  *steady = NAN;
  if (fabs(share) >= 1) return DAVY_OK;
  for (int j = 0; j < n; j++) y[j] = c0 * (1 + share * (1 - 2 * m->grid.middle[j] / length));
  *steady = CellModelVoltage(m, y);
  return DAVY_OK;
}

DavyError DavyCellExpected(const DavyCellParameters *parameters, double current_density,
                           double *at_once, double *steady) {
  enum { CELLS = 50 };
  DavyCellParameters p = *parameters;
  p.cells = CELLS;
  CellModel model;
  DavyError error = CellModelCreate(&p, &model);
  double y[CELLS + STATE_EXTRAS] = {0};
  if (!error) error = expected_of(&model, current_density, y, at_once, steady);
  CellModelFree(&model);
  return error;
}

static void write_expectations(const DavyCellCase *it, FILE *file) {
  const DavyCellParameters *p = &it->cell;
  double limit = DavyLimitingCurrent(&p->electrolyte, &p->separator);
  fprintf(file,
          "# What to expect (properties as at the initial concentration):\n"
          "#   limiting current %.4g mA/cm2\n",
          limit / 10);
  for (int k = 0; k < DavyProtocolSteps(it->protocol); k++) {
    const DavyStep *step = DavyProtocolStep(it->protocol, k);
    if (step->action == DAVY_ACTION_REST || step->action == DAVY_ACTION_HOLD) continue;
    double i = step->value, at_once, steady;
    if (DavyCellExpected(p, i, &at_once, &steady)) continue;
    fprintf(file, "#   step %d: %.3g %% of it; %.4g mV at once, ", step->id, 100 * fabs(i) / limit,
            1e3 * at_once);
    if (isnan(steady))
      fprintf(file, "out of salt after about %.3g s (Sand)\n",
              DavySandTime(&p->electrolyte, &p->separator, fabs(i)));
    else
      fprintf(file, "%.4g mV in the steady state\n", 1e3 * steady);
  }
  for (int k = 0; k < it->warning_count; k++) fprintf(file, "# Warning: %s\n", it->warnings[k]);
}

void DavyCellCaseWrite(const DavyCellCase *it, FILE *file) {
  write_expectations(it, file);
  fputs("engine: cell\ntitle: ", file);
  DavyYamlWriteScalar(file, it->title);
  fputc('\n', file);
  for (int s = 0; s < SECTION_COUNT; s++) {
    if (davy_case_sections[s]) fprintf(file, "%s:\n", davy_case_sections[s]);
    if (it->material[s]) {
      fputs("  material: ", file);
      DavyYamlWriteScalar(file, DavyMaterialName(it->material[s]));
      fputc('\n', file);
    }
    for (int k = 0; k < PARAMETER_COUNT; k++)
      if (davy_case_rows[k].section == s)
        DavyParameterWrite(&it->parameter[k], &davy_case_rows[k], file, s == IN_CASE ? 0 : 2);
  }
  char grading[32], tolerance[32];
  DavyFormatDouble(it->cell.grading, grading);
  DavyFormatDouble(it->cell.tolerance, tolerance);
  fprintf(file, "numerics:\n  cells: %d\n  grading: %s\n  tolerance: %s\nprotocol:\n",
          it->cell.cells, grading, tolerance);
  DavyProtocolWrite(it->protocol, file, 2);
}

/* Held against the range of validity at the least and the greatest concentration that the
 * electrodes saw. */
void DavyCellCaseCheckRun(DavyCellCase *it, const DavyCell *cell) {
  const DavyRecord *record = DavyCellRecord(cell);
  double least = DBL_MAX, most = 0;
  for (size_t e = 0; e < DavyRecordExtraCount(record); e++) {
    if (!strstr(DavyRecordExtraName(record, e), "concentration")) continue;
    const double *c = DavyRecordExtra(record, e);
    for (size_t k = 0; k < DavyRecordRows(record); k++) {
      least = fmin(least, c[k]);
      most = fmax(most, c[k]);
    }
  }
  char names[256] = "";
  for (int id = DIFFUSIVITY; id <= THERMODYNAMIC; id++) {
    if (!it->parameter[id].by_material) continue;
    const char *property = davy_case_rows[id].property;
    bool outside = false;
    for (int end = 0; end < 2; end++) {
      DavyConditions at = {.temperature = it->cell.temperature,
                           .concentration = fmax(end ? most : least, DBL_MIN),
                           .extrapolate = true};
      DavyValue value;
      if (!DavyMaterialValue(it->material[IN_ELECTROLYTE], property, &at, &value))
        outside = outside || value.outside;
    }
    size_t used = strlen(names);
    if (outside) snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", property);
  }
  if (names[0])
    CellCaseWarn(it,
                 "salt at the electrodes went from %.3g to %.3g mol/m3; not all of that is in the "
                 "range for which %s of %s is known: there its nearest value was taken",
                 least, most, names, DavyMaterialName(it->material[IN_ELECTROLYTE]));
}
