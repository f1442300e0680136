/* Nuclei on a line that grow as half disks at constant speed v until they meet. In a slice the
 * covered part of the substrate is the union of the intervals x_k -+ r_k(t) about the sites that
 * began, r_k = r0 + v (t - t_k): exact for the sites that there are; and over many sites its mean
 * is Avrami's (M. Avrami, J. Chem. Phys. 8 (1940) 212), 1 - exp(-2 N (r0 + v t)), all there at time
 * 0, 1 - exp(-2 N [r0 s + v (t - s/A)]), s = 1 - exp(-A t),   beginning at a rate A each, if
 * covered sites begin as well, which for r0 = 0 changes nothing. Constant speed: a held potential
 * under kinetics so slow that the salt stays even and the electrolyte drops nothing, 1e-4 of RT/F.
 *
 * The engine is compared with the union for its own sites, the sites' union with Avrami's law; what
 * is between them is no chance. Ranks: the same coverage.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "groups.h"
#include "simulating.h"
#include "verified.h"

static const double VM = 24e-6, T = 298.15, WIDE = 20e-6, R0 = 0.4e-6, H = 20e-6 / 128;

static double speed(void) {
  double rt_f = DAVY_GAS_CONSTANT * T / DAVY_FARADAY;
  return VM / DAVY_FARADAY * 2 * 0.01 * sinh(0.1 / (2 * rt_f));
}

/* Sites that cover x -+ r from `begun` on. */
typedef struct {
  double x, begun, dose;
} Site;

static double radius_at(const Site *site, double time) {
  return time >= site->begun ? R0 + speed() * (time - site->begun) : -1;
}

static int by_left(const void *a, const void *b) {
  const double *p = a, *q = b;
  return (p[0] > q[0]) - (p[0] < q[0]);
}

/* Length of 0 to `width` that is covered at `time`; the sides are mirrors. */
static double covered(const Site *site, int count, double width, double time) {
  double(*part)[2] = malloc(3 * (size_t)count * sizeof *part + 1), sum = 0, end = 0;
  int parts = 0;
  for (int k = 0; k < count; k++)
    for (int image = 0; image < 3; image++) {
      double r = radius_at(site + k, time);
      double x = image == 0 ? site[k].x : image == 1 ? -site[k].x : 2 * width - site[k].x;
      if (r < 0 || x + r <= 0 || x - r >= width) continue;
      part[parts][0] = fmax(x - r, 0);
      part[parts++][1] = fmin(x + r, width);
    }
  qsort(part, (size_t)parts, sizeof *part, by_left);
  for (int k = 0; k < parts; k++) {
    if (part[k][1] <= end) continue;
    sum += part[k][1] - fmax(part[k][0], end);
    end = part[k][1];
  }
  free(part);
  return sum;
}

static bool is_covered(const Site *site, int count, double width, double x, double time) {
  for (int k = 0; k < count; k++) {
    double r = radius_at(site + k, time), d = fabs(site[k].x - x);
    if (fmin(d, fmin(site[k].x + x, 2 * width - site[k].x - x)) < r) return true;
  }
  return false;
}

static int by_dose(const void *a, const void *b) {
  const Site *p = a, *q = b;
  return (p->dose > q->dose) - (p->dose < q->dose);
}

/* The sites that the substrate has; none has begun. */
static Site *sites_of(const DavySubstrate *substrate, int *count) {
  DavySite *all;
  must(DavySubstrateSites(substrate, &all, count));
  Site *site = malloc(((size_t)*count + 1) * sizeof *site);
  for (int k = 0; k < *count; k++)
    site[k] = (Site){.x = all[k].at[0], .begun = INFINITY, .dose = all[k].dose};
  free(all);
  qsort(site, (size_t)*count, sizeof *site, by_dose);
  return site;
}

/* When each begins at `rate` (INFINITY: at once): at the end of the step of time in which it is
 * due, unless it was covered as the step began. */
static void begin(Site *site, int count, double rate, const Simulated *s) {
  for (int k = 0, row = 0; k < count; k++) {
    double due = site[k].dose / rate;
    while (row < s->rows && s->row[row].time < due * (1 - 1e-9)) row++;
    if (row == s->rows) return;
    double start = row > 0 ? s->row[row - 1].time : 0;
    if (due == 0)
      site[k].begun = 0;
    else if (!is_covered(site, k, WIDE, site[k].x, start))
      site[k].begun = s->row[row].time;
  }
}

static Simulated *grow(const char *nucleation, double time) {
  Simulated *s = simulate(
      MPI_COMM_WORLD,
      "engine: interface\n"
      "metal: {molar_volume: 24 cm3/mol}\n"
      "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 1e-10 "
      "m2/s}\n"
      "domain: {width: 20 um, gap: 3 um}\n"
      "metal_surface: {exchange_current_density: 0.01 A/m2}\n"
      "substrate: {surfaces: {Ni: {contact: ohmic, nucleation: {%s, line_density: 0.8 um-1, "
      "overpotential: 50 mV, radius: 400 nm}}}}\n"
      "random_seed: 11\n"
      "numerics: {cell_size: 157 nm, frames: 0}\n"
      "protocol: [hold at -0.1 V for %g s]\n",
      nucleation, time);
  if (s->error) fail_msg("%s", s->message);
  return s;
}

/* The largest difference of coverage over the run from the union for its own sites. */
static void check(const char *what, const char *nucleation, double rate, double time) {
  Simulated *s = grow(nucleation, time);
  int count, begun = 0;
  Site *site = sites_of(s->it->model.substrate, &count);
  begin(site, count, rate, s);
  double worst = 0, last = 0;
  for (int k = 0; k < s->rows; k++) {
    last = covered(site, count, WIDE, s->row[k].time) / WIDE;
    worst = fmax(worst, fabs(s->row[k].contact / WIDE - last));
  }
  for (int k = 0; k < count; k++) begun += site[k].begun < time;
  verified("half disks from random sites at constant speed, %s, v t/h = %.0f | coverage off the "
           "union of %d of %d sites by %.1e at most, up to %.2f | 1e-2",
           what, speed() * time / H, begun, count, worst, last);
  print_message("%d steps\n", s->rows);
  free(site);
  drop(s);
  /* Each open end to a quarter of a cell, 0.2 % of the width; a gap that closes at once leaves h,
   * 0.8 %. */
  assert_true(worst < 1e-2);
}

static void all_at_once(void **state) {
  (void)state;
  check("instantaneous", "kind: instantaneous", INFINITY, 1e-6 / speed());
}

static void one_by_one(void **state) {
  (void)state;
  double time = 1.5e-6 / speed(), rate = 2 / time;
  char text[120];
  snprintf(text, sizeof text, "kind: progressive, rate: %.17g 1/s, barrier: 0 V2", rate);
  check("progressive", text, rate, time);
}

/* The largest difference of the sites' union from a law, in standard deviations: below those of
 * independent stretches of 2 r. Covered sites begin as well. */
static double off_law(Site *site, int count, double width, double N, double rate) {
  double worst = 0, v = speed();
  for (int k = 0; k < count; k++) site[k].begun = site[k].dose / rate;
  for (double t = 0.1e-6 / v; t < 3e-6 / v; t += 0.2e-6 / v) {
    double begun = isinf(rate) ? 1 : 1 - exp(-rate * t);
    double r = R0 * begun + v * (isinf(rate) ? t : t - begun / rate), law = 1 - exp(-2 * N * r);
    double part = covered(site, count, width, t) / width;
    double deviation = sqrt(law * (1 - law) * 2 * (R0 + v * t) / width);
    worst = fmax(worst, fabs(part - law) / deviation);
  }
  return worst;
}

static void unions_are_avramis(void **state) {
  (void)state;
  double width = 0.02, N = 5e5, rate = speed() / 1e-6;
  DavySubstratePlan plan = {.dim = 2, .width = width, .surfaces = 1, .seed = 5};
  plan.surface[0].nucleation = (DavyNucleation){
      .kind = DAVY_NUCLEI_PROGRESSIVE, .density = N, .rate = rate, .radius = R0, .angle = M_PI / 2};
  DavySubstrate *substrate;
  must(DavySubstrateCreate(&plan, &substrate));
  int count;
  Site *site = sites_of(substrate, &count);
  double once = off_law(site, count, width, N, INFINITY), by = off_law(site, count, width, N, rate);
  verified("union of %d random sites against Avrami, instantaneous, progressive | %.1f, %.1f "
           "standard deviations at most | 4",
           count, once, by);
  free(site);
  DavySubstrateDestroy(&substrate);
  assert_true(once < 4 && by < 4);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(unions_are_avramis),
                                     cmocka_unit_test(all_at_once), cmocka_unit_test(one_by_one)};
  int failed = run_groups(argc, argv, tests, tests, tests);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
