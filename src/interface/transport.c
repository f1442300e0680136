/* Transport in a binary z:z salt.
 *
 * Dilute:        N+- = -D+- (grad u +- u grad p)
 *   a = D-, b = -D- u, x = D+ - D-, k = (D+ + D-) u
 * Concentrated:  N- = -D grad u - t- I,   I = -k grad p + (2 k t- f/u) grad u
 *   k = kappa R T/((zF)^2 c0), f = 1 + dln f+-/dln c, x = -2 k t- f/u, a = D - t- x, b = -t- k
 *
 * u = c/c0, p = zF phi/(RT), N- and I per c0, m/s. D salt diffusivity, kappa conductivity, t- = 1 -
 * t+. Source: J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley 2004, ch. 11
 * (dilute), 12 (concentrated). */
#include "interface/transport.h"

#include <math.h>

#include "davy/constants.h"

/* Nothing is left of the salt: Newton's method may ask beyond it. */
static const double LEAST = 1e-60;

static DavyTransport concentrated(const DavySalt *salt, double u) {
  const DavyElectrolyte *e = &salt->properties;
  double c0 = salt->concentration, zf = salt->charge * DAVY_FARADAY;
  double scale = DAVY_GAS_CONSTANT * salt->temperature / (zf * zf * c0);
  double v = fmax(u, LEAST), inside = u > LEAST, dD, dkappa, dt, df;
  double D = DavyCurveValue(&e->diffusivity, v * c0, &dD);
  double k = scale * DavyCurveValue(&e->conductivity, v * c0, &dkappa);
  double t = 1 - DavyCurveValue(&e->transference, v * c0, &dt);
  double f = DavyCurveValue(&e->thermodynamic_factor, v * c0, &df);
  double dk = scale * dkappa * c0;
  double x = -2 * k * t * f / v;
  double dx = -2 * (dk * t * f - k * dt * c0 * f + k * t * df * c0) / v - x / v;
  DavyTransport law = {.a = D - t * x, .b = -t * k, .x = x, .k = k};
  law.da = inside * (dD * c0 + dt * c0 * x - t * dx);
  law.db = inside * (dt * c0 * k - t * dk);
  law.dx = inside * dx;
  law.dk = inside * dk;
  return law;
}

DavyTransport DavyTransportAt(const DavySalt *salt, double u) {
  if (salt->form == DAVY_SALT_CONCENTRATED) return concentrated(salt, u);
  double sum = salt->cation + salt->anion;
  return (DavyTransport){.a = salt->anion,
                         .b = -salt->anion * u,
                         .x = salt->cation - salt->anion,
                         .k = sum * u,
                         .db = -salt->anion,
                         .dk = sum};
}

int DavyPotentialLogs(const DavySalt *salt) {
  return salt->form == DAVY_SALT_DILUTE ? 1 : 2;
}
