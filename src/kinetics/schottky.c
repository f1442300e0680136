/* A semiconductor contact in series with a resistance.
 *
 *   i   = i_s (exp((V - i R)/V_T) - 1),   i_s = A T^2 exp(-q Phi/(k T))
 *   i R = V_T W(a exp((V + i_s R)/V_T)) - i_s R,   a = i_s R/V_T
 *
 * i_s  saturation current density, A/m2     A    Richardson constant, A/(m2 K2)
 * V_T  n k T/q, V                           Phi  height of the barrier, V
 * R    resistance, ohm m2                   W    Lambert's function, w exp(w) = x
 *
 * W is taken of exp(y), y = ln a + (V + i_s R)/V_T, as the root of w + ln w = y, so that large
 * voltages do not overflow.
 *
 * Sources: S. M. Sze, K. K. Ng, Physics of Semiconductor Devices, 3rd ed., Wiley 2007, ch. 3;
 * T. C. Banwell, A. Jayakumar, Electron. Lett. 36 (2000) 291 (the closed form); recalled. */
#include <gsl/gsl_sf_lambert.h>
#include <math.h>
#include "davy/constants.h"
#include "davy/kinetics.h"

double DavySchottkySaturation(double richardson, double temperature, double barrier) {
  double thermal = DAVY_GAS_CONSTANT * temperature / DAVY_FARADAY;
  return richardson * temperature * temperature * exp(-barrier / thermal);
}

static double lambert_of_exp(double y) {
  static const double small = 1; /* from here Newton's method on w + ln w converges at once */
  enum { STEPS = 6 };
  if (y < small) return gsl_sf_lambert_W0(exp(y));
  double w = y > M_E ? y - log(y) : 1;
  for (int k = 0; k < STEPS; k++) w -= (w + log(w) - y) * w / (1 + w);
  return w;
}

double DavySchottkyCurrent(double saturation, double thermal, double resistance, double voltage) {
  double drop = saturation * resistance; /* V */
  if (drop <= 1e-12 * thermal) return saturation * expm1(voltage / thermal);
  double w = lambert_of_exp(log(drop / thermal) + (voltage + drop) / thermal);
  return thermal / resistance * w - saturation;
}
