/* The metal front: Butler-Volmer with Nernst, surface tension and a film, closed with the slopes
 * that the current itself makes in the electrolyte.
 *
 *   i = i0 u^alpha_a [exp(alpha_a h) - exp(-alpha_c h)],   J = -i/(zF c0),  plating positive
 *   h = drive - p + film J - nernst log u                  overpotential in RT/(zF)
 *   a u' + b p' = -swell u J,   x u' + k p' = J            anions carried along, cations used up
 *   u = u_free - reach u',  m = m_free - reach m',  m = p - logs log u
 *
 * All is explicit in w = log u at the front: u' = J g(u) gives J = (u_free - u)/(reach g), then p,
 * and one equation is left,
 *   E(w) = drive - p + film J - nernst w - H(-J/(rate u^alpha_a)) = 0,
 * with H the inverse of Butler-Volmer, so that no overpotential overflows. E falls with w. In w the
 * way to the limiting current is long and straight, where in J it would end in the last digit.
 * For the dilute law u_free and p_free these are the formulas
 *   u = (u_free - reach J/2D+)/(1 - reach swell J (1/D+ + 1/D-)/2).
 *
 * nernst is 1 with the electrostatic potential, 0 with that of a reference electrode. */
#include "interface/front.h"

#include <math.h>

#include "davy/kinetics.h"

/* E(w) and what it is made of, with derivatives by w (w), u_free (u). */
typedef struct {
  double u, J, J_w, J_u;
  double p, E, E_w, E_u;
} State;

static State evaluate(const DavySalt *salt, const DavyFrontLaw *law, DavyFrontField f, double w) {
  int logs = DavyPotentialLogs(salt);
  double u = exp(w), v = law->swell;
  DavyTransport t = DavyTransportAt(salt, u);
  /* u' = J g: the two flux conditions solved. */
  double det = t.a * t.k - t.b * t.x, ddet = t.da * t.k + t.a * t.dk - t.db * t.x - t.b * t.dx;
  double g = (-u * v * t.k - t.b) / det;
  double dg = (-v * t.k - u * v * t.dk - t.db - g * ddet) / det;
  State s = {.u = u, .E = -INFINITY, .E_w = NAN};
  if (!(g > 0)) return s; /* more salt than the metal that its front could sweep up */
  s.J_u = 1 / (f.reach * g);
  s.J = (f.u - u) * s.J_u;
  s.J_w = u * (-s.J_u - s.J * dg / g);
  /* m' = J r. The terms of 1/u cancel, exactly so for the dilute law when added in this order. */
  double n = t.a * u + logs * t.b + u * v * (u * t.x + logs * t.k), r = n / (det * u);
  double dn =
      t.a + t.da * u + logs * t.db + v * (2 * u * t.x + u * u * t.dx) + v * logs * (t.k + u * t.dk);
  double r_w = (dn - n * ddet / det) / det - r;
  s.p = f.m - f.reach * s.J * r + logs * w;
  double p_w = -f.reach * (s.J_w * r + s.J * r_w) + logs, p_u = -f.reach * s.J_u * r;
  double nernst = 2 - logs, rate = law->rate * exp(law->alpha_a * w), H_ratio;
  double H = DavyButlerVolmerInverse(-s.J / rate, law->alpha_a, law->alpha_c, &H_ratio);
  s.E = law->drive - s.p + law->film * s.J - nernst * w - H;
  s.E_w = -p_w + law->film * s.J_w - nernst + H_ratio * (s.J_w - law->alpha_a * s.J) / rate;
  s.E_u = -p_u + law->film * s.J_u + H_ratio * s.J_u / rate;
  return s;
}

DavyError DavyFrontSolve(const DavySalt *salt, const DavyFrontLaw *law, DavyFrontField field,
                         DavyFrontAnswer *answer) {
  enum { MOST = 200 };
  /* exp(30) c0 is beyond any salt. exp(-100) c0 is none; in Newman's form the terms of 1/u cancel
   * to rounding only, and exp(-25) c0 is the least that stands above it. */
  double low = salt->form == DAVY_SALT_DILUTE ? -100 : -25, high = 30;
  double w = log(fmin(fmax(field.u, 1e-3), 1e3));
  State s = evaluate(salt, law, field, w);
  int k = 0;
  for (; k < MOST && high - low > 1e-15 * fmax(1, fabs(w)); k++) {
    if (s.E > 0)
      low = w;
    else
      high = w;
    double step = -s.E / s.E_w, next = w + step;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (fabs(next - w) <= 1e-14 * fmax(1, fabs(w))) break;
    w = next;
    s = evaluate(salt, law, field, w);
  }
  DAVY_CHECK(k < MOST && isfinite(s.J), DAVY_ERR_SOLVER,
             "no current density at the front: c/c0 = %g, p - log u = %g, drive = %g RT/zF",
             field.u, field.m, law->drive);
  double w_u = -s.E_u / s.E_w, w_m = 1 / s.E_w;
  *answer = (DavyFrontAnswer){.J = s.J, .u = s.u, .p = s.p};
  answer->J_u = s.J_u + s.J_w * w_u;
  answer->J_m = s.J_w * w_m;
  return DAVY_OK;
}

/* A drive in excess of equilibrium, RT/(zF), is shared between the overpotential z and what the
 * current K y takes through electrolyte and film:
 *   z + K y = excess,  y(z) = exp(forward z) - exp(-backward z),  excess >= 0, K >= 0.  Neither
 * term is more than all, so z is at most excess and ln(1 + excess/K)/forward: from there Newton's
 * method goes down, and no exponential overflows. */
typedef struct {
  double z, y, slope;
} Overpotential;

static bool share_drive(double excess, double K, double forward, double backward,
                        Overpotential *o) {
  enum { MOST = 100 };
  double low = 0, high = fmin(excess, log1p(excess / K) / forward), z = high;
  for (int k = 0; k < MOST; k++) {
    double forth = expm1(forward * z), back = expm1(-backward * z);
    double y = forth - back, slope = forward * (1 + forth) + backward * (1 + back);
    double over = z + K * y - excess;
    if (over > 0)
      high = z;
    else
      low = z;
    double next = z - over / (1 + K * slope);
    if (!(next >= low && next <= high)) next = (low + high) / 2;
    double step = next - z;
    *o = (Overpotential){next, y + slope * step, slope};
    if (fabs(step) <= 1e-9 * z) return true; /* the next one is of its square */
    z = next;
  }
  return false;
}

DavyError DavyFrontSolveFrozen(const DavySalt *salt, const DavyFrontLaw *law, DavyFrontField field,
                               DavyFrontAnswer *answer) {
  int logs = DavyPotentialLogs(salt);
  DAVY_CHECK(field.u > 0, DAVY_ERR_SOLVER, "no salt at the front: c/c0 = %g", field.u);
  double w = log(field.u), p = field.m + logs * w;
  double electrolyte = field.reach / DavyTransportAt(salt, field.u).k;
  double rate = law->rate * exp(law->alpha_a * w), K = (electrolyte + law->film) * rate;
  /* Dissolving, J < 0, where positive. */
  double excess = law->drive - p - (2 - logs) * w, sign = excess < 0 ? -1 : 1;
  Overpotential o = {.z = 0};
  bool found = share_drive(fabs(excess), K, sign > 0 ? law->alpha_a : law->alpha_c,
                           sign > 0 ? law->alpha_c : law->alpha_a, &o);
  DAVY_CHECK(found && isfinite(o.y), DAVY_ERR_SOLVER,
             "no current density at the front: c/c0 = %g, potential %g, drive %g RT/zF", field.u, p,
             law->drive);
  double J = -sign * rate * o.y;
  *answer = (DavyFrontAnswer){.J = J, .u = field.u, .p = p - electrolyte * J};
  answer->J_m = rate * o.slope / (1 + K * o.slope);
  return DAVY_OK;
}

void DavyFrontValues(const DavySalt *salt, DavyFrontField field, double J, bool frozen, double *u,
                     double *p) {
  int logs = DavyPotentialLogs(salt);
  *u = field.u;
  /* u' = J g(u): at once where g is constant, as in the dilute law; elsewhere g varies little over
   * a cell, and each round gains a digit or more. */
  for (int round = 0; round < 10 && !frozen; round++) {
    DavyTransport t = DavyTransportAt(salt, fmax(*u, 1e-9));
    *u = field.u + field.reach * J * t.b / (t.a * t.k - t.b * t.x);
  }
  double v = fmax(*u, 1e-9);
  DavyTransport t = DavyTransportAt(salt, v);
  double det = t.a * t.k - t.b * t.x;
  double slope = frozen ? J / t.k : J * (t.a * v + logs * t.b) / (det * v);
  *p = field.m + logs * log(v) - field.reach * slope;
}
