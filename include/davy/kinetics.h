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

/* Saturation current density of a metal on a semiconductor, A/m2: Richardson constant A/(m2 K2),
 * temperature K, height of the barrier V. */
double DavySchottkySaturation(double richardson, double temperature, double barrier);

/* Current density through such a contact in series with a resistance, A/m2; positive in forward
 * direction. saturation A/m2; thermal = n k T/q, V; resistance ohm m2, 0 or more; voltage V over
 * both. Never overflows. */
double DavySchottkyCurrent(double saturation, double thermal, double resistance, double voltage);

#ifdef __cplusplus
}
#endif
#endif
