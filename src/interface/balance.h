/* The two balances of every group: anions and charge, as residual and Jacobian on plain arrays. */
#ifndef DAVY_INTERFACE_BALANCE_H
#define DAVY_INTERFACE_BALANCE_H

#include "interface/front.h"
#include "interface/stencils.h"

/* What happens at a piece of front or wall. SI; currents are positive when they dissolve metal. */
typedef struct {
  enum {
    DAVY_INSULATED,
    DAVY_RESERVOIR,    /* given concentration and potential of the electrolyte */
    DAVY_ELECTRODE,    /* Butler-Volmer against a metal of given potential */
    DAVY_GIVEN_CURRENT /* given current density */
  } kind;
  double concentration;    /* reservoir: mol/m3 */
  double potential;        /* of the reservoir or the metal, V */
  double exchange_current; /* electrode: at c0, A/m2 */
  double alpha_a, alpha_c; /* electrode: of F eta/(RT); their sum is the salt's charge */
  double surface_energy;   /* electrode: J/m2 */
  double molar_volume;     /* electrode: of the metal, m3/mol */
  double film_resistance;  /* electrode: ohm m2 */
  double current;          /* current: A/m2 */
} DavyCondition;

typedef void (*DavyConditionAt)(const void *context, const DavySurface *surface, double time,
                                DavyCondition *condition);
/* Supply per volume and time: anions, mol/(m3 s), and charge, A/m3. */
typedef void (*DavySourceAt)(const void *context, const double x[3], double time, double supply[2]);

typedef struct {
  DavySalt salt;
  unsigned walls; /* bit s: side s of the box has a condition; the others are insulated */
  DavyConditionAt condition;
  DavySourceAt source; /* NULL: none */
  const void *context; /* of both, borrowed */
} DavyPhysics;

/* dc/dt = mass (u - past) c0; a mass of 0 is the steady state. Frozen: u = past. */
typedef struct {
  double time, mass;  /* s, 1/s */
  const double *past; /* per own group */
  bool frozen;
} DavyInstant;

/* At each surface after an assembly: what it gives to the fluid, per c0. */
typedef struct {
  double u, p;  /* at the surface */
  double J;     /* i_plating/(zF c0), m/s */
  double anion; /* anions into the fluid, m/s */
} DavySurfaceState;

/* x holds (u, p) of each slot. residual[2 slots] is added to, in m^dim/s: what leaves the group
 * minus what it gets. jacobian, unless NULL, receives its entries in the order of
 * DavyBalancePattern. */
DavyError DavyBalance(const DavyStencils *stencils, const DavyPhysics *physics,
                      const DavyInstant *instant, const double *x, double *residual,
                      double *jacobian, DavySurfaceState *state);

/* Number of entries; rows and columns (2 slot + field) of each unless NULL. */
int DavyBalancePattern(const DavyStencils *stencils, int *row, int *column);

#endif
