/* How metal begins, and how places that grow from random nuclei cover a surface.
 *
 *   classical rate per site   r = A exp(-B/eta^2)
 *   a site begins when        integral r dt = -ln(1 - e)
 *   critical radius           R = (dim - 1) gamma V_m/(z F |eta|)
 *
 *   coverage                  theta = 1 - exp(-X),  X the extended share: what the places would
 *                             cover together if each were alone
 *     line,  at once          X = 2 N v t          progressive   X = N' v t^2
 *     plane, at once          X = pi N v^2 t^2     progressive   X = pi N' v^2 t^3/3
 *
 *   transient, s = t/t_m      at once      (i/i_m)^2 = P/s (1 - exp(-x s))^2
 *                             progressive  (i/i_m)^2 = P/s (1 - exp(-x s^2))^2
 *
 * A      frequency of attempts, 1/s        eta    overpotential, V, positive for plating
 * B      barrier, V2                       e      even random number in [0, 1)
 * gamma  surface energy, J/m2              V_m    molar volume of the metal, m3/mol
 * N, N'  nuclei, 1/m^dim, 1/(m^dim s)      v      speed of the edges, m/s
 * P, x   constants of the maximum at s = 1
 *
 * The exponent of the first equation is the one of a classical nucleus in three dimensions. The
 * critical radius is where the Gibbs-Thomson potential gamma V_m K/(zF), K = (dim - 1)/R, cancels
 * the overpotential.
 *
 * Sources: A. Milchev, Electrocrystallization, Kluwer 2002, ch. 2 (rate); M. Avrami, J. Chem. Phys.
 * 7 (1939) 1103 and 8 (1940) 212 (coverage); B. Scharifker, G. Hills, Electrochim. Acta 28 (1983)
 * 879 (transients); recalled. */
#include <math.h>
#include "davy/constants.h"
#include "davy/kinetics.h"

double DavyNucleationRate(double rate, double barrier, double overpotential) {
  if (!(overpotential > 0)) return 0;
  return rate * exp(-barrier / (overpotential * overpotential));
}

double DavyNucleationAtThreshold(double threshold, double overpotential) {
  return overpotential >= threshold ? INFINITY : 0;
}

double DavyNucleationProbability(double rate, double dt) {
  return rate > 0 && dt > 0 ? -expm1(-rate * dt) : 0; /* INFINITY times 0 is no number */
}

double DavyNucleationDose(double even) {
  return -log1p(-even);
}

double DavyNucleusCriticalRadius(double surface_energy, double molar_volume, int charge,
                                 double overpotential, int dim) {
  return (dim - 1) * surface_energy * molar_volume / (charge * DAVY_FARADAY * fabs(overpotential));
}

double DavyAvramiCoverage(int dim, bool progressive, double nuclei, double speed, double time) {
  double reach = speed * time;
  double alone = dim == 1 ? 2 * reach : M_PI * reach * reach; /* of one place, m^dim */
  /* The mean of s^dim over 0 to 1 is 1/(dim + 1). */
  double extended = progressive ? nuclei * time * alone / (dim + 1) : nuclei * alone;
  return -expm1(-extended);
}

double DavyScharifkerHills(bool progressive, double time) {
  /* The maximum lies where exp(x) = 1 + 2x (at once) or 1 + 4x (progressive); printed as 1.2564 and
   * 2.3367. It is 1 with P = (1 - exp(-x))^-2: printed as 1.9542 (1.95427) and 1.2254. */
  static const double at_once = 1.2564312086261697, over_time = 2.3366629822630536;
  double x = progressive ? over_time : at_once;
  double rise = expm1(-x * (progressive ? time * time : time)) / expm1(-x);
  return time > 0 ? rise * rise / time : 0;
}
