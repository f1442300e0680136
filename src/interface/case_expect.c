/* What is to be expected of a case, from its values alone, and what makes it pointless.
 *
 * With the engine's a, b, x, k (transport.h) at c0, I = i/(zF c0), no flux of anions:
 *   reach      |I|/|grad u| = |x - k a/b|                                  (dilute: 2 D+)
 *   i_lim    = n zF c0 reach/L          n = 1 from a reservoir, 2 between two electrodes of metal
 *   D        = a - b x/k                                                   of the salt
 *   t_Sand   = pi D (zF c0/(2 t- i))^2, t- = D/reach
 *   kappa    = (zF)^2 c0 k/(RT)
 *   Wa       = kappa (d eta/d i)/width  the surface's resistance over the electrolyte's
 *   l_Debye  = sqrt(eps RT/(2 z^2 F^2 c0))
 *   l_cap    = gamma V_m/(RT)
 *   lambda   = 2 pi sqrt(s l_cap zF c0/(G i)), G = (1 - l b/a)/(k - x b/a)
 *   r*       = (d - 1) gamma V_m/(zF eta)                                  d dimensions
 *
 * lambda: a hump of height h of a flat front reaches G I h (in RT/zF) ahead in the driving
 * potential p + l ln u (l = 1 in the dilute form, else 0), surface tension takes s l_cap (2
 * pi/lambda)^2 h, s being the stiffness of a flat front along x over gamma.
 *
 * Sources: J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley 2004, ch. 11, 18;
 * H. J. S. Sand, Philos. Mag. 1 (1901) 45; W. W. Mullins, R. F. Sekerka, J. Appl. Phys. 35 (1964)
 * 444. */
#include <float.h>
#include <math.h>

#include "davy/constants.h"
#include "davy/kinetics.h"
#include "interface/case.h"
#include "interface/model_box.h"

static const double VACUUM = 8.8541878128e-12; /* permittivity, F/m */

/* At c0. */
typedef struct {
  double reach, diffusivity, k, drive; /* drive: G above */
} Uniform;

static Uniform uniform_of(const DavySalt *salt) {
  DavyTransport t = DavyTransportAt(salt, 1);
  double logs = DavyPotentialLogs(salt) == 1; /* Nernst's term in E_eq, or in the potential */
  return (Uniform){.reach = fabs(t.x - t.k * t.a / t.b),
                   .diffusivity = t.a - t.b * t.x / t.k,
                   .k = t.k,
                   .drive = (1 - logs * t.b / t.a) / (t.k - t.x * t.b / t.a)};
}

static double charge_of(const DavyModel *m) { /* zF */
  return m->salt.charge * DAVY_FARADAY;
}

/* The most that a step passes, C/m2, positive when it plates; NaN where only a voltage, a current
 * or nothing ends it. */
static double step_charge(const DavyStep *step, double limiting) {
  if (step->action == DAVY_ACTION_REST) return 0;
  DavyReason reason;
  double end = DavyStepEnd(step, &reason), current = -step->value;
  if (step->action == DAVY_ACTION_HOLD) {
    double most = isinf(end) ? INFINITY : end * limiting;
    for (int k = 0; k < step->limit_count; k++)
      if (step->limits[k].kind == DAVY_LIMIT_CAPACITY) most = fmin(most, step->limits[k].value);
    current = step->value <= 0 ? 1 : -1;
    end = most;
  }
  return isinf(end) ? NAN : current * end;
}

typedef struct {
  double largest, hold; /* plating current, A/m2; overpotential held, V */
  double plated, moved; /* C/m2: most metal at a time, sum of all changes */
} Passed;

/* Metal at the beginning as a height on average, m; seeds as caps on a flat surface, apart from
 * each other. */
static double first_height(const DavyModel *m) {
  double area = m->dim == 2 ? m->width : m->width * m->depth, volume = 0;
  for (int k = 0; k < m->seeds; k++)
    volume += DavyCapVolume(m->seed[k].radius, m->seed[k].angle, m->dim);
  return m->film + volume / area;
}

/* Through the protocol, as far as its steps say themselves how much they pass; stripping to a
 * voltage takes all metal. Long protocols repeat themselves: what is left after many steps is taken
 * like what came before. */
static Passed walk(const DavyModel *m, double limiting) {
  enum { MOST_STEPS = 20000 };
  DavyDriver driver = DavyDriverStart(m->protocol);
  const DavyStep *step;
  double metal = first_height(m) * charge_of(m) / m->molar_volume, count = 0;
  Passed p = {.plated = metal};
  while (count < MOST_STEPS && (step = DavyDriverNext(&driver))) {
    double charge = step_charge(step, limiting);
    count++;
    if (step->action == DAVY_ACTION_HOLD)
      p.hold = fmax(p.hold, -step->value);
    else
      p.largest = fmax(p.largest, fabs(step->value));
    if (isnan(charge)) charge = step->value > 0 ? -metal : 0;
    double next = fmax(metal + charge, 0);
    p.moved += fabs(next - metal);
    metal = next;
    p.plated = fmax(p.plated, metal);
  }
  if (count > 0) p.moved *= DavyProtocolStepTotal(m->protocol) / count;
  return p;
}

/* d eta/d i at the current density, ohm m2. */
static double surface_resistance(const DavyModel *m, double current) {
  const DavyMetalKinetics *k = &m->metal;
  double slope, volts = DAVY_GAS_CONSTANT * m->salt.temperature / DAVY_FARADAY;
  DavyButlerVolmerInverse(-current / k->exchange_current, k->alpha_a, k->alpha_c, &slope);
  return volts * slope / k->exchange_current + k->film_resistance;
}

/* The overpotential that drives plating: held, or of the current. */
static double overpotential_of(const DavyModel *m, const Passed *p) {
  const DavyMetalKinetics *k = &m->metal;
  double volts = DAVY_GAS_CONSTANT * m->salt.temperature / DAVY_FARADAY;
  double of_current = -volts * DavyButlerVolmerInverse(-p->largest / k->exchange_current,
                                                       k->alpha_a, k->alpha_c, NULL);
  return fmax(p->hold, of_current);
}

/* Of a flat front along x, over gamma. */
static double flat_stiffness(const DavyModel *m) {
  const double up[3] = {0, 1, 0}, along_x[3][3] = {{1}};
  const DavyAnisotropy *anisotropy = &m->metal.anisotropy;
  return anisotropy->strength != 0 ? DavyWeightedCurvature(anisotropy, up, along_x) : 1;
}

/* Bands of the finest cells along the substrate and the counter electrode, and about the 20 rows
 * more that rings of ever larger ones amount to (as counted on films and islands). */
static double cells_of(const DavyModel *m, double h) {
  double rows = (m->counter.kind == DAVY_COUNTER_METAL ? 2 : 1) * (2 * m->band + 1) + 20;
  double along = m->width / h;
  if (m->dim == 3) along *= m->depth / h;
  return along * fmin(rows, m->gap / h);
}

DavyInterfaceExpected DavyInterfaceExpect(const DavyInterfaceCase *it) {
  const DavyModel *m = &it->model;
  const DavySalt *salt = &m->salt;
  Uniform at = uniform_of(salt);
  double zf = charge_of(m), c0 = salt->concentration, rt = DAVY_GAS_CONSTANT * salt->temperature;
  double sources = m->counter.kind == DAVY_COUNTER_METAL ? 2 : 1, gap = m->gap - m->film;
  static const double bytes_of[] = {[2] = 2000, [3] = 4000}; /* of a cell, with its solver */
  DavyInterfaceExpected e = {.conductivity = zf * zf * c0 * at.k / rt};
  e.limiting_current = sources * zf * c0 * at.reach / fmax(gap, m->cell_size);
  Passed passed = walk(m, e.limiting_current);
  double i = passed.largest, anions = at.diffusivity / at.reach;
  e.largest_current = i;
  e.sand_time = i > 0 ? M_PI * at.diffusivity * pow(zf * c0 / (2 * anions * i), 2) : INFINITY;
  e.wagner = e.conductivity * surface_resistance(m, i) / m->width;
  e.debye_length = sqrt(it->parameter[PERMITTIVITY].value * VACUUM * rt / (2 * zf * zf * c0));
  e.capillary_length = m->metal.surface_energy * m->molar_volume / rt;
  double stiff = flat_stiffness(m) * e.capillary_length;
  e.marginal_wave = i > 0 ? 2 * M_PI * sqrt(stiff * zf * c0 / (at.drive * i)) : INFINITY;
  double eta = overpotential_of(m, &passed);
  e.critical_radius = eta > 0 ? (m->dim - 1) * e.capillary_length * rt / (zf * eta) : 0;
  e.plated = passed.plated;
  e.moved = passed.moved;
  e.travel = passed.moved * m->molar_volume / zf;
  DavyModelBox box;
  e.finest = DavyModelBoxOf(m, &box) ? m->cell_size : ldexp(box.box.edge, -box.finest);
  e.steps = e.travel / (m->front_step * e.finest);
  e.cells = cells_of(m, e.finest);
  e.memory = e.cells * bytes_of[m->dim];
  return e;
}

/* Once for each step that the salt cannot carry to its end. */
static void warn_of_currents(DavyInterfaceCase *it, const DavyInterfaceExpected *e) {
  for (int k = 0; k < DavyProtocolSteps(it->model.protocol); k++) {
    const DavyStep *step = DavyProtocolStep(it->model.protocol, k);
    double i = fabs(step->value), sand = e->sand_time * pow(e->largest_current / i, 2);
    if (step->action == DAVY_ACTION_HOLD || step->action == DAVY_ACTION_REST ||
        i <= e->limiting_current)
      continue;
    DavyReason reason;
    bool voltage = false;
    for (int n = 0; n < step->limit_count; n++)
      voltage = voltage || DavyLimitReason(&step->limits[n]) == DAVY_REASON_VOLTAGE;
    if (voltage || DavyStepEnd(step, &reason) < sand) continue;
    InterfaceCaseWarn(it,
                      "step %d (line %d) drives %.3g mA/cm2, but the salt carries only %.3g mA/cm2 "
                      "in the steady state; it is depleted after at most about %.3g s, and no "
                      "voltage ends the step",
                      step->id, step->place.line, i / 10, e->limiting_current / 10, sand);
  }
}

static void warn_of_room(DavyInterfaceCase *it, const DavyInterfaceExpected *e) {
  const DavyModel *m = &it->model;
  double metal = e->plated * m->molar_volume / charge_of(m);
  bool recedes = m->counter.kind == DAVY_COUNTER_METAL;
  if (!recedes && metal >= m->gap)
    InterfaceCaseWarn(it, "the metal grows %.3g um high on average, but the gap is only %.3g um",
                      1e6 * metal, 1e6 * m->gap);
  double plated = metal - first_height(m);
  if (recedes && plated > m->counter.thickness)
    InterfaceCaseWarn(it, "%.3g um of metal are plated, but the counter electrode has only %.3g um",
                      1e6 * plated, 1e6 * m->counter.thickness);
}

/* The smallest piece of the pattern or the shape, INFINITY where there is none. */
static double smallest_feature(const DavySubstratePlan *plan) {
  double least = INFINITY;
  switch (plan->pattern) {
  case DAVY_PATTERN_STRIPES:
    least = plan->stripes.period * fmin(plan->stripes.share, 1 - plan->stripes.share);
    break;
  case DAVY_PATTERN_ISLANDS: least = plan->islands.diameter; break;
  case DAVY_PATTERN_RANDOM_ISLANDS: least = plan->random.diameter; break;
  default: break;
  }
  if (plan->shape == DAVY_SHAPE_COSINE) least = fmin(least, plan->length / 2);
  if (plan->shape == DAVY_SHAPE_APEX) least = fmin(least, plan->length);
  if (plan->shape == DAVY_SHAPE_BUNDLE) least = fmin(least, 2 * plan->bundle.radius);
  if (plan->shape == DAVY_SHAPE_WEAVE) least = fmin(least, 2 * plan->weave.radius);
  for (int k = 0; plan->shape == DAVY_SHAPE_FIBRES && k < plan->fibres; k++)
    least = fmin(least, 2 * plan->fibre[k].radius);
  return least;
}

/* The least radius of what is there at first or may begin, INFINITY where nothing may. */
static double smallest_seed(const DavyModel *m, const DavySubstratePlan *plan) {
  double least = INFINITY;
  for (int k = 0; k < m->seeds; k++) least = fmin(least, m->seed[k].radius);
  for (int k = 0; k < plan->surfaces; k++)
    if (plan->surface[k].nucleation.kind != DAVY_NUCLEI_NONE)
      least = fmin(least, plan->surface[k].nucleation.radius);
  return least;
}

static void warn_of_sizes(DavyInterfaceCase *it, const DavyInterfaceExpected *e) {
  static const double cells_across = 4, layer = 0.1;
  const DavyModel *m = &it->model;
  double h = m->cell_size, feature = smallest_feature(&it->plan),
         seed = smallest_seed(m, &it->plan);
  if (feature < cells_across * h)
    InterfaceCaseWarn(it,
                      "the finest cells (%.3g nm) do not resolve the substrate's parts of %.3g "
                      "nm; expected at least %g cells across",
                      1e9 * h, 1e9 * feature, cells_across);
  if (2 * seed < cells_across * h)
    InterfaceCaseWarn(it,
                      "the finest cells (%.3g nm) do not resolve seeds of radius %.3g nm; "
                      "expected at least %g cells across",
                      1e9 * h, 1e9 * seed, cells_across);
  if (e->debye_length > layer * h)
    InterfaceCaseWarn(it,
                      "the Debye length (%.3g nm) is not small against the finest cells (%.3g "
                      "nm): the electrolyte is not neutral there, as the equations have it",
                      1e9 * e->debye_length, 1e9 * h);
  if (seed < e->critical_radius)
    InterfaceCaseWarn(it,
                      "seeds of radius %.3g nm are smaller than the critical radius of %.3g "
                      "nm: surface tension dissolves them",
                      1e9 * seed, 1e9 * e->critical_radius);
  if (isinf(seed) && m->film == 0)
    InterfaceCaseWarn(it, "there is no metal to begin with, no seed and no nucleation: nothing can "
                          "plate");
}

/* A wave k of a flat front that the film thins on, R_film being all that resists, has the growth
 * rate s with s(s + M k^2 + 1/T) = (v k)^2 - M k^2/T, v = V_m i/F, M = (V_m/F)^2 gamma/R_film, T
 * the repair's time: for the shortest v^2/M - 1/T = i^2 R_film/gamma - 1/T, whatever else resists.
 */
static void warn_of_film(DavyInterfaceCase *it, const DavyInterfaceExpected *e) {
  const DavyMetalKinetics *metal = &it->model.metal;
  double film = metal->film_resistance, i = e->largest_current;
  for (int k = 0; k < it->plan.surfaces; k++)
    film = fmax(film, it->plan.surface[k].film_resistance);
  if (metal->film_repair > 0 && film == 0)
    InterfaceCaseWarn(it, "film_repair_time without film_resistance has no effect");
  double longest = metal->surface_energy / (i * i * film);
  if (metal->film_repair > longest)
    InterfaceCaseWarn(it,
                      "at the largest current a film that is mended in %.3g s, and not within "
                      "%.3g s (surface_energy/(i2 film_resistance)), thins fastest on the shortest "
                      "ripples: they grow, as fine as the cells are",
                      metal->film_repair, longest);
}

void InterfaceCaseWarnings(DavyInterfaceCase *it) {
  DavyInterfaceExpected e = DavyInterfaceExpect(it);
  warn_of_currents(it, &e);
  warn_of_room(it, &e);
  warn_of_sizes(it, &e);
  warn_of_film(it, &e);
}
