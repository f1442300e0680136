/* The symmetric metal cell in one dimension, on finite volumes.
 *
 *   eps dc/dt = -dN/dx,  N = -D_eff dc/dx - (1 - t+) i/F, N = 0 at both electrodes
 *   dphi/dx   = -i/kappa_eff + (2 R T/F) (1 + dln f/dln c) (1 - t+) dln c/dx
 *   i         = i0 (c_s/c0)^alpha_a [exp(alpha_a F eta/RT) - exp(-alpha_c F eta/RT)]  (working)
 *   V         = eta_w - eta_c + i (R_w + R_c) + phi_w - phi_c
 *   dh_w/dt   = -i V_m/F,  dh_c/dt = i V_m/F,  dq/dt = i
 *
 * x    from the working to the counter electrode, m      c    salt, mol/m3; c_s at a surface
 * N    flux of anions in the pores, mol/(m2 s)            i    current density, A/m2, uniform in x,
 * phi  of the solution against a metal reference, V            positive dissolves the working metal
 * eta  overpotential, V; the counter electrode's at -i    h    thickness of metal, m
 * R    film resistance, ohm m2                            q    charge since the step began, C/m2
 *
 * As i is the same everywhere, phi needs no unknowns: the voltage is a sum over the faces. Unknowns
 * are c, i, h and q; the Jacobian is tridiagonal with one border, for i. A held voltage enters as
 * i = I(c), the root of V(c, I) = V_held found to rounding, so that Newton's method never sees the
 * logarithm of a vanishing concentration.
 *
 * Source: J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley 2004, ch. 12, 22.
 */
#include "cell/model.h"

#include <math.h>
#include <stdlib.h>
#include "davy/constants.h"
#include "davy/kinetics.h"

DavyError CellModelCreate(const DavyCellParameters *parameters, CellModel *m) {
  int n = parameters->cells;
  *m = (CellModel){.p = *parameters,
                   .thermal = DAVY_GAS_CONSTANT * parameters->temperature / DAVY_FARADAY,
                   .growth = parameters->molar_volume / DAVY_FARADAY,
                   .thickness = {parameters->working.thickness, parameters->counter.thickness}};
  DAVY_TRY(CellGridCreate(parameters->separator.thickness, n, parameters->grading, &m->grid));
  DAVY_TRY(ArrowCreate(n, &m->arrow));
  m->storage = malloc(2 * (size_t)n * sizeof *m->storage);
  DAVY_CHECK(m->storage, DAVY_ERR_MEMORY, "out of memory for %d cells", n);
  m->current_slope = m->storage + n;
  m->even_g = parameters->electrolyte.transference.kind == DAVY_CURVE_CONSTANT &&
              parameters->electrolyte.thermodynamic_factor.kind == DAVY_CURVE_CONSTANT;
  for (int j = 0; j < n; j++) m->storage[j] = parameters->separator.porosity * m->grid.width[j];
  return DAVY_OK;
}

void CellModelFree(CellModel *m) {
  CellGridFree(&m->grid);
  ArrowFree(&m->arrow);
  free(m->storage);
  *m = (CellModel){0};
}

int CellModelSize(const CellModel *m) {
  return m->grid.count + STATE_EXTRAS;
}

/* D_eff, and a = (1 - t+)/F, with their derivatives in c. */
typedef struct {
  double d, d_slope, a, a_slope;
} Transport;

static inline Transport transport(const CellModel *m, double c) {
  double d_slope, t_slope;
  double d = DavyCurveValue(&m->p.electrolyte.diffusivity, c, &d_slope);
  double t = DavyCurveValue(&m->p.electrolyte.transference, c, &t_slope);
  double f = m->p.separator.transport;
  return (Transport){d * f, d_slope * f, (1 - t) / DAVY_FARADAY, -t_slope / DAVY_FARADAY};
}

static inline double face_value(const CellModel *m, const double *c, int j) {
  return c[j] + m->grid.share[j] * (c[j + 1] - c[j]);
}

/* 1/kappa_eff, and g = (2 R T/F) (1 + dln f/dln c) (1 - t+), with their derivatives in c. */
typedef struct {
  double rho, rho_slope, g, g_slope;
} Potential;

static inline Potential potential(const CellModel *m, double c) {
  double k_slope, t_slope, w_slope;
  double k = DavyCurveValue(&m->p.electrolyte.conductivity, c, &k_slope);
  double t = DavyCurveValue(&m->p.electrolyte.transference, c, &t_slope);
  double w = DavyCurveValue(&m->p.electrolyte.thermodynamic_factor, c, &w_slope);
  double rho = 1 / (k * m->p.separator.transport), scale = 2 * m->thermal;
  return (Potential){rho, -rho * k_slope / k, scale * w * (1 - t),
                     scale * (w_slope * (1 - t) - w * t_slope)};
}

/* One electrode and the half cell of electrolyte on it: c in the cell, s = c + reach j at the
 * surface when the current density j dissolves its metal. */
typedef struct {
  const DavyMetalElectrode *metal;
  double c, reach, reach_slope, g, g_slope, rho, rho_slope, half;
} Edge;

static Edge edge(const CellModel *m, const double *c, int counter) {
  int j = counter ? m->grid.count - 1 : 0;
  Transport t = transport(m, c[j]);
  Potential q = potential(m, c[j]);
  double half = m->grid.width[j] / 2, reach = half * t.a / t.d;
  return (Edge){.metal = counter ? &m->p.counter : &m->p.working,
                .c = c[j],
                .reach = reach,
                .reach_slope = half * (t.a_slope - t.a * t.d_slope / t.d) / t.d,
                .g = q.g,
                .g_slope = q.g_slope,
                .rho = q.rho,
                .rho_slope = q.rho_slope,
                .half = half};
}

/* Potential of the metal against the solution in the middle of its cell, at anodic j, with the salt
 * s at the surface given beside it: E = eta + j (R + half rho) + g ln(s/c). */
typedef struct {
  double value, j_slope, c_slope;
} EdgePotential;

static EdgePotential edge_potential(const CellModel *m, const Edge *e, double j, double s) {
  const DavyMetalElectrode *metal = e->metal;
  double c0 = m->p.electrolyte.concentration;
  /* Out of salt the logarithms stay finite, some volts out, and events can still be ordered. */
  if (!(s > 1e-30 * c0)) s = 1e-30 * c0;
  double i0 = metal->exchange_current_density * pow(s / c0, metal->alpha_a), y = j / i0, z_slope;
  double z = DavyButlerVolmerInverse(y, metal->alpha_a, metal->alpha_c, &z_slope);
  double by_s = (e->g - m->thermal * z_slope * y * metal->alpha_a) / s; /* dE/ds at fixed j, c */
  double series = metal->film_resistance + e->half * e->rho;
  double s_by_c = 1 + e->reach_slope * j;
  return (EdgePotential){.value = m->thermal * z + j * series + e->g * log(s / e->c),
                         .j_slope = m->thermal * z_slope / i0 + series + by_s * e->reach,
                         .c_slope = by_s * s_by_c - e->g / e->c + e->g_slope * log(s / e->c) +
                                    j * e->half * e->rho_slope};
}

/* Between the middles of the outer cells: phi there is drop + resistance i. */
typedef struct {
  double drop, resistance;
} Between;

static Between between(const CellModel *m, const double *c) {
  int last = m->grid.count - 1;
  Between sum = {0};
  if (m->even_g) sum.drop = -potential(m, c[0]).g * log(c[last] / c[0]);
  for (int j = 0; j < last; j++) {
    Potential q = potential(m, face_value(m, c, j));
    if (!m->even_g) sum.drop -= q.g * log(c[j + 1] / c[j]);
    sum.resistance += q.rho * m->grid.gap[j];
  }
  return sum;
}

/* The derivatives of drop + resistance i in each c, added into `slope`. */
static void between_slopes(const CellModel *m, const double *c, double i, double *slope) {
  for (int j = 0; j + 1 < m->grid.count; j++) {
    Potential q = potential(m, face_value(m, c, j));
    double by_face = i * q.rho_slope * m->grid.gap[j];
    if (!m->even_g) by_face -= q.g_slope * log(c[j + 1] / c[j]);
    double share = m->grid.share[j];
    slope[j] += (1 - share) * by_face + q.g / c[j];
    slope[j + 1] += share * by_face - q.g / c[j + 1];
  }
}

double CellModelVoltage(const CellModel *m, const double *y) {
  double i = y[m->grid.count + AT_CURRENT];
  Edge w = edge(m, y, 0), k = edge(m, y, 1);
  Between inner = between(m, y);
  return inner.drop + inner.resistance * i + edge_potential(m, &w, i, w.c + w.reach * i).value -
         edge_potential(m, &k, -i, k.c - k.reach * i).value;
}

double CellModelSurface(const CellModel *m, const double *y, int counter) {
  Edge e = edge(m, y, counter);
  double i = y[m->grid.count + AT_CURRENT];
  return e.c + e.reach * (counter ? -i : i);
}

double CellModelThickness(const CellModel *m, const double *y, int counter) {
  return m->thickness[counter] + y[m->grid.count + (counter ? AT_COUNTER : AT_WORKING)];
}

void CellModelBeginStep(CellModel *m, double *y) {
  int n = m->grid.count;
  m->thickness[0] += y[n + AT_WORKING];
  m->thickness[1] += y[n + AT_COUNTER];
  y[n + AT_WORKING] = y[n + AT_COUNTER] = y[n + AT_CHARGE] = 0;
}

double CellModelSalt(const CellModel *m, const double *y) {
  double sum = 0;
  for (int j = 0; j < m->grid.count; j++) sum += m->storage[j] * y[j];
  return sum;
}

static double logistic(double t) {
  return t >= 0 ? 1 / (1 + exp(-t)) : exp(t) / (1 + exp(t));
}

/* The current I at which the cell has the voltage of the drive, and dV/di there.
 *
 * I lies between the currents that empty one surface or the other. With I = low + width sigma(t)
 * the surfaces hold s_w = reach_w width sigma(t), s_c = reach_c width sigma(-t): no digits are lost
 * however little salt is left, and the voltage is nearly a straight line in t far out. Newton in t,
 * kept inside a bracket. */
static bool current_at_voltage(const CellModel *m, const double *y, double *current, double *slope,
                               double *surface) {
  enum { MOST = 200 };
  Edge w = edge(m, y, 0), k = edge(m, y, 1);
  if (!(w.c > 0) || !(k.c > 0)) return false;
  Between inner = between(m, y);
  double low = -w.c / w.reach, width = k.c / k.reach - low;
  double least = -700, most = 700, t = log(w.c / w.reach * k.reach / k.c); /* i = 0 */
  for (int tries = 0; tries < MOST; tries++) {
    double sigma = logistic(t), rest = logistic(-t);
    double i = sigma < 0.5 ? low + width * sigma : low + width - width * rest;
    surface[0] = w.reach * width * sigma;
    surface[1] = k.reach * width * rest;
    EdgePotential at_w = edge_potential(m, &w, i, surface[0]);
    EdgePotential at_k = edge_potential(m, &k, -i, surface[1]);
    double excess = inner.drop + inner.resistance * i + at_w.value - at_k.value - m->drive;
    *slope = inner.resistance + at_w.j_slope + at_k.j_slope;
    *current = i;
    if (excess > 0) most = t;
    if (excess < 0) least = t;
    double step = -excess / (*slope * width * sigma * rest);
    /* 1e-13 V is the rounding of the sum of a hundred terms below 1 V. */
    if (fabs(excess) <= 1e-13 || most - least <= 1e-13 * fabs(t)) return isfinite(i);
    t = t + step > least && t + step < most ? t + step : (least + most) / 2;
  }
  return false;
}

/* dI/dc of a held voltage = -(dV/dc)/(dV/di). */
static void current_slopes(const CellModel *m, const double *y, double i, double slope,
                           const double *surface, double *out) {
  int n = m->grid.count;
  for (int j = 0; j < n; j++) out[j] = 0;
  between_slopes(m, y, i, out);
  Edge w = edge(m, y, 0), k = edge(m, y, 1);
  out[0] += edge_potential(m, &w, i, surface[0]).c_slope;
  out[n - 1] -= edge_potential(m, &k, -i, surface[1]).c_slope;
  for (int j = 0; j < n; j++) out[j] /= -slope;
}

static double anion_flux(const CellModel *m, const double *c, double i, int j) {
  Transport t = transport(m, face_value(m, c, j));
  return -t.d * (c[j + 1] - c[j]) / m->grid.gap[j] - t.a * i;
}

bool CellModelResidual(CellModel *m, const double *y, const double *yp, double *r) {
  int n = m->grid.count;
  double i = y[n + AT_CURRENT], driven = m->drive, left = 0;
  for (int j = 0; j < n; j++) {
    double right = j + 1 < n ? anion_flux(m, y, i, j) : 0;
    r[j] = m->storage[j] * yp[j] + right - left;
    left = right;
  }
  if (m->hold) {
    double slope, surface[2];
    if (!current_at_voltage(m, y, &driven, &slope, surface)) return false;
  }
  r[n + AT_CURRENT] = i - driven;
  r[n + AT_WORKING] = yp[n + AT_WORKING] + m->growth * i;
  r[n + AT_COUNTER] = yp[n + AT_COUNTER] - m->growth * i;
  r[n + AT_CHARGE] = yp[n + AT_CHARGE] - i;
  return true;
}

/* Fills the chain and the border's column. */
static void assemble_chain(CellModel *m, const double *c, double i, double cj) {
  ArrowMatrix *a = &m->arrow;
  int n = m->grid.count;
  for (int j = 0; j < n; j++) {
    a->diagonal[j] = cj * m->storage[j];
    a->column[j] = 0;
  }
  for (int j = 0; j + 1 < n; j++) {
    Transport t = transport(m, face_value(m, c, j));
    double gap = m->grid.gap[j], share = m->grid.share[j];
    double by_face = -t.d_slope * (c[j + 1] - c[j]) / gap - t.a_slope * i;
    double by_left = t.d / gap + (1 - share) * by_face, by_right = -t.d / gap + share * by_face;
    a->diagonal[j] += by_left;
    a->above[j] = by_right;
    a->column[j] -= t.a;
    a->diagonal[j + 1] -= by_right;
    a->below[j + 1] = -by_left;
    a->column[j + 1] += t.a;
  }
}

bool CellModelSolve(CellModel *m, const double *y, double cj, double *b) {
  int n = m->grid.count;
  double i = y[n + AT_CURRENT];
  assemble_chain(m, y, i, cj);
  for (int j = 0; j < n; j++) m->arrow.row[j] = 0;
  if (m->hold) {
    double driven, slope, surface[2];
    if (!current_at_voltage(m, y, &driven, &slope, surface)) return false;
    current_slopes(m, y, driven, slope, surface, m->current_slope);
    for (int j = 0; j < n; j++) m->arrow.row[j] = -m->current_slope[j];
  }
  m->arrow.corner = 1;
  if (!ArrowSolve(&m->arrow, b, &b[n + AT_CURRENT])) return false;
  double change = b[n + AT_CURRENT];
  b[n + AT_WORKING] = (b[n + AT_WORKING] - m->growth * change) / cj;
  b[n + AT_COUNTER] = (b[n + AT_COUNTER] + m->growth * change) / cj;
  b[n + AT_CHARGE] = (b[n + AT_CHARGE] + change) / cj;
  return true;
}

bool CellModelStart(CellModel *m, double *y, double *yp) {
  int n = m->grid.count;
  double i = m->drive, slope = 0, surface[2] = {0};
  if (m->hold && !current_at_voltage(m, y, &i, &slope, surface)) return false;
  y[n + AT_CURRENT] = i;
  double left = 0;
  for (int j = 0; j < n; j++) {
    double right = j + 1 < n ? anion_flux(m, y, i, j) : 0;
    yp[j] = (left - right) / m->storage[j];
    left = right;
  }
  yp[n + AT_CURRENT] = 0;
  if (m->hold) {
    current_slopes(m, y, i, slope, surface, m->current_slope);
    for (int j = 0; j < n; j++) yp[n + AT_CURRENT] += m->current_slope[j] * yp[j];
  }
  yp[n + AT_WORKING] = -m->growth * i;
  yp[n + AT_COUNTER] = m->growth * i;
  yp[n + AT_CHARGE] = i;
  return true;
}
