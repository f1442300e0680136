/* Kinetics of electrodes: pure functions of numbers, SI units. A current density is positive when
 * it dissolves metal (anodic); an overpotential is positive when it drives that. */
#ifndef DAVY_KINETICS_H
#define DAVY_KINETICS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* i/i0 = exp(alpha_a z) - exp(-alpha_c z), z = F eta / (R T). Never overflows below |z| = 700. */
double DavyButlerVolmer(double z, double alpha_a, double alpha_c);

/* The inverse: z for a given ratio i/i0, to rounding; `slope`, unless NULL, receives
 * dz/d(ratio). alpha_a, alpha_c > 0. */
double DavyButlerVolmerInverse(double ratio, double alpha_a, double alpha_c, double *slope);

/* Saturation current density of a metal on a semiconductor, A/m2: Richardson constant A/(m2 K2),
 * temperature K, height of the barrier V. */
double DavySchottkySaturation(double richardson, double temperature, double barrier);

/* Current density through such a contact in series with a resistance, A/m2; positive in forward
 * direction. saturation A/m2; thermal = n k T/q, V; resistance ohm m2, 0 or more; voltage V over
 * both. Never overflows. */
double DavySchottkyCurrent(double saturation, double thermal, double resistance, double voltage);

/* Nucleation. Here an overpotential is positive when it drives plating: nuclei come of nothing
 * else. A rate is per site, 1/s. */

/* A exp(-B/eta^2): rate A 1/s, barrier B V2, overpotential V; 0 unless the overpotential is
 * positive. */
double DavyNucleationRate(double rate, double barrier, double overpotential);

/* The same of sites that begin at once where the overpotential reaches the threshold, V: 0 or
 * INFINITY. */
double DavyNucleationAtThreshold(double threshold, double overpotential);

/* That a site begins within dt seconds of constant rate. */
double DavyNucleationProbability(double rate, double dt);

/* From a number drawn evenly from [0, 1): the site begins once the integral of its rate over time
 * has reached this, however the time is divided into steps. At constant rate: after dose/rate. */
double DavyNucleationDose(double even);

/* Radius, m, of the nucleus that neither grows nor dissolves under this overpotential, V of either
 * sign: surface energy J/m2, molar volume m3/mol of the metal, charge z of its ion; dim 3 a sphere,
 * 2 a cylinder. INFINITY at 0 V. */
double DavyNucleusCriticalRadius(double surface_energy, double molar_volume, int charge,
                                 double overpotential, int dim);

/* Share of a line (dim 1) or plane (dim 2) that is covered after `time` seconds by intervals or
 * disks which begin at random places and whose edges advance at `speed`, m/s. nuclei: all there at
 * time 0, 1/m^dim, or progressive, 1/(m^dim s), on covered places too, which changes nothing. */
double DavyAvramiCoverage(int dim, bool progressive, double nuclei, double speed, double time);

/* (i/i_m)^2 at t/t_m of a current transient under diffusion to hemispherical nuclei; i_m is its
 * maximum, at t_m. */
double DavyScharifkerHills(bool progressive, double time);

/* A cap of metal on a flat substrate: the part of a sphere (dim 3) or cylinder (dim 2) above it.
 * angle: contact angle in the metal, rad, 0 to pi. The centre lies -radius cos(angle) above the
 * substrate. */
double DavyCapVolume(double radius, double angle, int dim); /* m3; in 2D m2 */
double DavyCapHeight(double radius, double angle);
double DavyCapBaseRadius(double radius, double angle); /* of the contact; in 2D its half width */

/* Share of the cap's volume left when even stripping has shrunk it, about a centre at rest, off the
 * substrate: 0 up to 90 degrees, 1 at 180. */
double DavyCapOrphanedShare(double angle, int dim);

#ifdef __cplusplus
}
#endif
#endif
