/* Kinetics of electrodes: pure functions of numbers, SI units. A current density is positive when
 * it dissolves metal (anodic); an overpotential is positive when it drives that. */
#ifndef DAVY_KINETICS_H
#define DAVY_KINETICS_H

#ifdef __cplusplus
extern "C" {
#endif

/* i/i0 = exp(alpha_a z) - exp(-alpha_c z), z = F eta / (R T). Never overflows below |z| = 700. */
double DavyButlerVolmer(double z, double alpha_a, double alpha_c);

/* The inverse: z for a given ratio i/i0, to rounding; `slope`, unless NULL, receives
 * dz/d(ratio). alpha_a, alpha_c > 0. */
double DavyButlerVolmerInverse(double ratio, double alpha_a, double alpha_c, double *slope);

#ifdef __cplusplus
}
#endif
#endif
