/* Time of a symmetric half cycle: 50 cells, 1 mA/cm2 for 1 h, a row a minute, default tolerance
 * (1e-5), with constant properties (the equations that cell_peer.py gives to PyBaMM) and with
 * properties that depend on concentration. Best of several runs, on one core. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "davy/cell.h"

enum { CYCLES = 20, REPEATS = 60 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static DavyCellParameters reference(void) {
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

static int measure(const char *name, const DavyCellParameters *p, const char *steps) {
  char text[512];
  snprintf(text, sizeof text, "- cycles: %d\n  steps:\n%s", CYCLES, steps);
  DavyYaml *yaml = NULL;
  DavyProtocol *protocol = NULL;
  double best = INFINITY, imbalance = 0;
  long time_steps = 0;
  DavyError error = DavyYamlParse(text, strlen(text), "bench", &yaml);
  if (!error) error = DavyProtocolRead(DavyYamlRoot(yaml), p->area, &protocol);
  for (int k = 0; k < REPEATS && !error; k++) {
    DavyCell *cell = NULL;
    double start = now();
    error = DavyCellCreate(p, &cell);
    if (!error) error = DavyCellRun(cell, protocol);
    best = fmin(best, now() - start);
    if (!error) {
      time_steps = DavyCellTimeSteps(cell);
      imbalance = DavyCellImbalance(cell);
    }
    DavyCellDestroy(&cell);
  }
  DavyProtocolDestroy(&protocol);
  DavyYamlDestroy(&yaml);
  if (error) {
    fprintf(stderr, "%s: %s\n", name, DavyErrorMessage());
    return 1;
  }
  printf("%-34s %7.3f ms per half cycle, %5.1f time steps, ledger to %.1e\n", name,
         best / (2 * CYCLES) * 1e3, (double)time_steps / (2 * CYCLES), imbalance);
  return 0;
}

int main(void) {
  static const char galvanostatic[] = "    - plate at 1 mA/cm2 for 1 h every 60 s\n"
                                      "    - strip at 1 mA/cm2 for 1 h every 60 s\n";
  static const char limited[] = "    - plate at 1 mA/cm2 until 1 mAh/cm2 or -0.5 V every 60 s\n"
                                "    - strip at 1 mA/cm2 until 1 mAh/cm2 or 0.5 V every 60 s\n";
  static const char held[] = "    - hold at -55 mV for 1 h every 60 s\n"
                             "    - hold at 55 mV for 1 h every 60 s\n";
  DavyCellParameters p = reference();
  int failed = measure("constant properties", &p, galvanostatic);
  failed |= measure("the same with voltage limits", &p, limited);
  failed |= measure("held voltage", &p, held);
  p.electrolyte = DavyElectrolyteDilute(1000, 1.5e-10, 2.5e-10, 298.15);
  failed |= measure("conductivity goes with salt", &p, galvanostatic);
  return failed;
}
