/* Cells and protocols for the tests of the cell engine; include after cmocka. */
#ifndef TESTS_CELL_RUNS_H
#define TESTS_CELL_RUNS_H

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "davy/cell.h"
#include "davy/constants.h"

#define must(call)                                                                                 \
  do {                                                                                             \
    if (call) fail_msg("%s", DavyErrorMessage());                                                  \
  } while (0)

#define near(actual, expected, tolerance)                                                          \
  do {                                                                                             \
    double near_a_ = (actual), near_e_ = (expected), near_t_ = (tolerance);                        \
    if (!(fabs(near_a_ - near_e_) <= near_t_))                                                     \
      fail_msg(#actual " = %.17g; expected %.17g within %g", near_a_, near_e_, near_t_);           \
  } while (0)

/* Item 22 of the reference problems: L 100 um, porosity 0.45, Bruggeman 1.5, constant properties,
 * 10 A/m2 of exchange current, 25 degC; 1 cm2 and thick metals. */
static inline DavyCellParameters reference_cell(void) {
  DavyCellParameters p = DavyCellParametersDefault();
  p.electrolyte = (DavyElectrolyte){.concentration = 1000,
                                    .diffusivity = DavyCurveConstant(2.5e-10),
                                    .conductivity = DavyCurveConstant(1),
                                    .transference = DavyCurveConstant(0.38),
                                    .thermodynamic_factor = DavyCurveConstant(1)};
  p.separator = (DavySeparator){100e-6, 0.45, pow(0.45, 1.5)};
  p.working.thickness = p.counter.thickness = 200e-6;
  p.working.exchange_current_density = p.counter.exchange_current_density = 10;
  p.molar_volume = 23.75e-6;
  p.area = 1e-4;
  return p;
}

static inline DavyProtocol *protocol_of(const char *yaml, double area) {
  DavyYaml *document = NULL;
  DavyProtocol *protocol = NULL;
  must(DavyYamlParse(yaml, strlen(yaml), "protocol", &document));
  must(DavyProtocolRead(DavyYamlRoot(document), area, &protocol));
  DavyYamlDestroy(&document);
  return protocol;
}

/* Runs and gives back the cell; the run must end without an error. */
static inline DavyCell *run_cell(const DavyCellParameters *p, const char *yaml) {
  DavyCell *cell = NULL;
  DavyProtocol *protocol = protocol_of(yaml, p->area);
  must(DavyCellCreate(p, &cell));
  must(DavyCellRun(cell, protocol));
  DavyProtocolDestroy(&protocol);
  return cell;
}

static inline double last_number(const DavyCell *cell, DavyColumn column) {
  const DavyRecord *record = DavyCellRecord(cell);
  return DavyRecordNumbers(record, column)[DavyRecordRows(record) - 1];
}

#endif
