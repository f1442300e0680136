/* Butler-Volmer kinetics of one electron, and its inverse.
 *
 *   y = i/i0 = exp(alpha_a z) - exp(-alpha_c z),  z = F eta / (R T)
 *
 * y      current density over exchange current density, -, positive dissolves metal
 * eta    overpotential, V
 * alpha  transfer coefficients of dissolution (a) and plating (c), -
 *
 * The inverse is asinh for equal coefficients. Otherwise, for y > 0, it is the root of
 *   h(z) = alpha_a z - ln(y + exp(-alpha_c z)),
 * which rises and bends downward, so that Newton's method from below climbs to the root without
 * ever passing it. Below are ln(y)/alpha_a, without the back reaction, and asinh(y/2)/alpha, with
 * the larger alpha for both. y < 0 is the same with the coefficients exchanged.
 *
 * Source: J. Newman, K. E. Thomas-Alyea, Electrochemical Systems, 3rd ed., Wiley 2004, ch. 8. */
#include "davy/kinetics.h"

#include <math.h>
#include <stddef.h>

double DavyButlerVolmer(double z, double alpha_a, double alpha_c) {
  /* Written as a difference of expm1, so that small z keeps its digits. */
  return expm1(alpha_a * z) - expm1(-alpha_c * z);
}

static double invert_positive(double y, double forward, double backward) {
  enum { MOST = 60 };
  double z = asinh(y / 2) / fmax(forward, backward);
  if (y > 1) z = fmax(z, log(y) / forward);
  for (int k = 0; k < MOST; k++) {
    /* y + back = 1 + (y + less) keeps the digits where y and z are small. */
    double less = expm1(-backward * z), back = 1 + less;
    double h = forward * z - log1p(y + less);
    double slope = forward + backward * back / (y + back);
    double step = -h / slope;
    z += step;
    if (fabs(step) <= 1e-8 * z) break; /* the next one is of its square */
  }
  return z;
}

double DavyButlerVolmerInverse(double ratio, double alpha_a, double alpha_c, double *slope) {
  double z;
  if (alpha_a == alpha_c)
    z = asinh(ratio / 2) / alpha_a;
  else if (ratio >= 0)
    z = invert_positive(ratio, alpha_a, alpha_c);
  else
    z = -invert_positive(-ratio, alpha_c, alpha_a);
  if (slope) *slope = 1 / (alpha_a * exp(alpha_a * z) + alpha_c * exp(-alpha_c * z));
  return z;
}
