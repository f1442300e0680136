/* Transport in a binary z:z salt, in the engine's variables. */
#ifndef DAVY_INTERFACE_TRANSPORT_H
#define DAVY_INTERFACE_TRANSPORT_H

#include <stdbool.h>

#include "davy/electrolyte.h"

/* The salt: either the dilute Nernst-Planck equations, phi the electrostatic potential, or Newman's
 * concentrated form, phi that of a reference electrode of the metal. */
typedef struct {
  enum { DAVY_SALT_DILUTE, DAVY_SALT_CONCENTRATED } form;
  int charge;                 /* z of the cation and of the anion */
  double temperature;         /* K */
  double concentration;       /* c0, mol/m3: the scale of u */
  double cation, anion;       /* dilute: D+, D-, m2/s */
  DavyElectrolyte properties; /* concentrated */
} DavySalt;

/* With u = c/c0 and p = zF phi/(RT), per c0:
 *   N- = -(a grad u + b grad p),   I = i/(zF c0) = -(x grad u + k grad p),  m2/s
 * and the derivatives of the four by u. */
typedef struct {
  double a, b, x, k;
  double da, db, dx, dk;
} DavyTransport;

DavyTransport DavyTransportAt(const DavySalt *salt, double u);

/* p - log u is smooth up to depletion: 1 for the electrostatic potential, 2 for a reference
 * electrode's, which adds the Nernst term itself. */
int DavyPotentialLogs(const DavySalt *salt);

#endif
