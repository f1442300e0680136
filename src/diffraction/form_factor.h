/* Scattering of X-rays by one atom. */
#ifndef DAVY_DIFFRACTION_FORM_FACTOR_H
#define DAVY_DIFFRACTION_FORM_FACTOR_H

/* Row of an element ("Na"), or -1. */
int davy_element_find(const char *symbol);
const char *davy_element_symbol(int element);
double davy_element_mass(int element); /* kg/mol */

/* f at s2 = (sin(theta)/lambda)^2 in 1/angstrom^2, in electrons. */
double davy_form_factor(int element, double s2);

#endif
