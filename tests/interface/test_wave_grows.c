/* A small cosine on a flat front grows or fades as the theory of linear stability says, by the
 * front's own displacement: first harmonic of the front before and after.
 *   dA/dt = w(L) A,  dL/dt = -(V_m/F) i(L)
 *   w = (V_m/F) [h G - g gamma V_m k^2/F]/[1 + h/(2 F D+ q)],  q = k coth kL,  G = i/(2 F D+)
 *   g = di/dphi,  h = di/dc + (RT/F) g/c_s
 * quasi-steady, without the -cV term; test_front_stability.c compares the same formula's terms with
 * a table computed without it. While the front travels an eighth of a wave, eight cells, the
 * amplitude changes by some percent to tens of percent; w is to be had to 3 % of its larger term.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "davy/constants.h"
#include "growing.h"
#include "setting.h"
#include "verified.h"

static const double T = 298.15, C0 = 1000, VM = 2.378e-5, CATION = 1.81e-10;
enum { TOP = 3 };

typedef struct {
  double wavelength, volts, exchange, gamma;
} Wave;

static double amplitude_at_start(const Wave *w) {
  return 0.005 * w->wavelength;
}

static double wave_psi(const void *context, const double x[3]) {
  const Wave *w = context;
  double k = 2 * M_PI / w->wavelength, slope = amplitude_at_start(w) * k * sin(k * x[0]);
  /* Height over the front, per the slope's length: a distance to second order in the amplitude. */
  return (x[1] - amplitude_at_start(w) * cos(k * x[0])) / sqrt(1 + slope * slope);
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Wave *w = context;
  (void)time;
  if (surface->wall == TOP)
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
  else
    *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                         .potential = w->volts,
                         .exchange_current = w->exchange,
                         .alpha_a = 0.5,
                         .alpha_c = 0.5,
                         .surface_energy = w->gamma,
                         .molar_volume = VM};
}

/* Of a flat front L below the reservoir: current by bisection, rate of growth, its larger term. */
static void theory(const Wave *w, double L, double *current, double *rate, double *larger) {
  double f = DAVY_FARADAY / (DAVY_GAS_CONSTANT * T), low = 0, plate, dissolve, u;
  double high = 2 * DAVY_FARADAY * CATION * C0 / L, limit = high;
  for (int round = 0; round < 100; round++) {
    double i = (low + high) / 2, drive;
    u = 1 - i / limit;
    drive = f * w->volts - log(u);
    plate = w->exchange * u * exp(-drive / 2);
    dissolve = w->exchange * exp(drive / 2);
    *(plate - dissolve > i ? &low : &high) = i;
  }
  *current = low;
  double k = 2 * M_PI / w->wavelength, q = k / tanh(k * L), g = f * (plate + dissolve) / 2;
  double h = plate / (u * C0) + g / (f * u * C0), G = *current / (2 * DAVY_FARADAY * CATION);
  double damp = 1 + h / (2 * DAVY_FARADAY * CATION * q), speed = VM / DAVY_FARADAY;
  double field = speed * h * G / damp;
  double tension = speed * g * w->gamma * VM * k * k / DAVY_FARADAY / damp;
  *rate = field - tension;
  *larger = fmax(field, tension);
}

/* Of the front over half a wave: mean height and first harmonic. */
static void harmonic(const DavyGrowth *g, const Wave *w, double *mean, double *first) {
  const DavySheet *s = DavyGrowthSheet(g);
  double width = 0;
  *mean = *first = 0;
  for (int round = 0; round < 2; round++)
    for (int k = 0; k < s->patches; k++) {
      const DavyPatch *p = s->patch + k;
      double across = p->area * p->n[1];
      if (round == 0) {
        width += across;
        *mean += across * p->x[1];
      } else
        *first += 2 / width * across * (p->x[1] - *mean / width) *
                  cos(2 * M_PI * p->x[0] / w->wavelength);
    }
  *mean /= width;
}

static void grows(Wave wave) {
  double edge = wave.wavelength / 2, L = 8 * edge, travel = wave.wavelength / 8;
  DavyGrowthPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {2, {1, 9, 1}, {0, -edge, 0}, edge},
                         .coarsest = 2,
                         .finest = 5,
                         .band = 8,
                         .spread = 0.2,
                         .metal = wave_psi,
                         .metal_context = &wave,
                         .counter_wall = -1,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = T,
                                              .concentration = C0,
                                              .cation = CATION,
                                              .anion = 1.5e-10},
                                     .walls = 1u << TOP,
                                     .condition = at_surface,
                                     .context = &wave},
                         .molar_volume = VM,
                         .front_step = 0.2,
                         .order = 2,
                         .steady = true};
  double current, rate, larger, time = 0, growth = 0, most = 0, mean[2], first[2];
  for (double gone = 0, step = travel / 1000; gone < travel; gone += step) {
    theory(&wave, L - gone - step / 2, &current, &rate, &larger);
    double dt = step / (VM * current / DAVY_FARADAY);
    time += dt;
    growth += rate * dt;
    most += larger * dt;
  }
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  harmonic(g, &wave, mean, first);
  run_until(g, time, INFINITY);
  harmonic(g, &wave, mean + 1, first + 1);
  double found = log(first[1] / first[0]);
  verified("wave of %.2g um at %g V, i0 = %g A/m2, %g J/m2, as it moves | travel off by %.2f %%; "
           "grows by "
           "%.4f, theory %.4f, off by %.2f %% of the larger term | 0.2 %%; as said",
           wave.wavelength * 1e6, wave.volts, wave.exchange, wave.gamma,
           100 * ((mean[1] - mean[0]) / travel - 1), exp(found), exp(growth),
           100 * (found - growth) / most);
  DavyGrowthDestroy(&g);
  assert_true(fabs((mean[1] - mean[0]) / travel - 1) < 0.002);
  assert_true(fabs(found - growth) < 0.03 * most);
}

static void fast_growth(void **state) {
  (void)state;
  grows((Wave){4e-6, -0.2, 2000, 0.2});
}

static void decay(void **state) {
  (void)state;
  grows((Wave){0.5e-6, -0.03, 100, 0.5});
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(fast_growth), cmocka_unit_test(decay)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
