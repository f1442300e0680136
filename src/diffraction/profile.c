/* The drawn pattern: a pseudo-Voigt peak of unit area for each line and wavelength.
 *
 *   P(x)  = eta L(x) + (1 - eta) G(x)
 *   L(x)  = (2/(pi H)) / (1 + 4 x^2/H^2)
 *   G(x)  = (2/H) sqrt(ln 2/pi) exp(-4 ln 2 x^2/H^2)
 *   H^2   = U tan^2(theta) + V tan(theta) + W           (Caglioti, 1958)
 *
 * x: distance in 2 theta, rad. H: full width at half maximum, rad.
 */
#include <math.h>
#include "diffraction/pattern.h"

static double width(const DavyDiffractionOptions *o, double two_theta) {
  static const double least = 1e-5; /* rad: below any instrument's */
  double t = tan(0.5 * two_theta);
  double h2 = (o->caglioti[0] * t + o->caglioti[1]) * t + o->caglioti[2];
  return h2 > least * least ? sqrt(h2) : least;
}

static void draw_peak(double area, double centre, double h, double eta, double from, double step,
                      size_t n, double *intensity) {
  static const double gauss_reach = 4; /* widths: beyond it exp(-44) adds nothing */
  double lorentz = eta * 2 / (M_PI * h), gauss = (1 - eta) * 2 / h * sqrt(M_LN2 / M_PI);
  for (size_t i = 0; i < n; i++) {
    double x = (from + (double)i * step - centre) / h;
    double y = lorentz / (1 + 4 * x * x);
    if (fabs(x) < gauss_reach) y += gauss * exp(-4 * M_LN2 * x * x);
    intensity[i] += area * y;
  }
}

void DavyPatternDraw(const DavyPattern *p, const DavyDiffractionOptions *o, double weight, size_t n,
                     double *intensity) {
  double step = n > 1 ? (o->two_theta_max - o->two_theta_min) / (double)(n - 1) : 0;
  for (size_t i = 0; i < p->count; i++)
    for (int w = 0; w < 2; w++) {
      double sine = 0.5 * o->radiation.wavelength[w] / p->lines[i].spacing;
      if (o->radiation.weight[w] <= 0 || sine >= 1) continue;
      double centre = 2 * asin(sine);
      draw_peak(weight * o->radiation.weight[w] * p->lines[i].intensity, centre, width(o, centre),
                o->lorentzian, o->two_theta_min, step, n, intensity);
    }
}
