/* The two balances of every group: anions and charge, as residual and Jacobian on plain arrays. */
#ifndef DAVY_INTERFACE_BALANCE_H
#define DAVY_INTERFACE_BALANCE_H

#include "interface/front.h"
#include "interface/stencils.h"
#include "interface/surface_energy.h"

/* What happens at a piece of front or wall. SI; currents are positive when they dissolve metal. */
typedef struct {
  enum {
    DAVY_INSULATED,
    DAVY_RESERVOIR,    /* given concentration and potential of the electrolyte */
    DAVY_ELECTRODE,    /* Butler-Volmer against a metal, of given or unknown potential */
    DAVY_GIVEN_CURRENT /* given current density */
  } kind;
  double concentration;    /* reservoir: mol/m3 */
  double potential;        /* of the reservoir or the metal, V */
  int conductor;           /* electrode: 0: the potential is given; k: that of conductor k */
  double equilibrium;      /* electrode: its potential at rest against the metal's, V */
  double exchange_current; /* electrode: at c0, A/m2 */
  double alpha_a, alpha_c; /* electrode: of F eta/(RT); their sum is the salt's charge */
  double surface_energy;   /* electrode: J/m2 */
  const DavyAnisotropy *anisotropy; /* electrode: of the surface energy; NULL: none */
  double molar_volume;              /* electrode: of the metal, m3/mol */
  double film_resistance;           /* electrode: of a film as it formed, ohm m2 */
  double current;                   /* current: A/m2 */
} DavyCondition;

typedef void (*DavyConditionAt)(const void *context, const DavySurface *surface, double time,
                                DavyCondition *condition);
/* Supply per volume and time: anions, mol/(m3 s), and charge, A/m3. */
typedef void (*DavySourceAt)(const void *context, const double x[3], double time, double supply[2]);

/* Conductors 1 to n have one unknown potential each: a body of metal, or the substrate under a
 * given current. What a conductor dissolves is what it is fed, so each is a node of a circuit. For
 * the potentials V[n] (V of conductor k at k - 1) feed[n] receives the current that flows into each
 * from elsewhere, A (A/m in 2D), and feed_V[n n] its derivatives, row by row, A/V; both arrive
 * zero. A body without contact is left at zero; one with a resistive contact has A (V' - V)/rho,
 * and if V' is unknown too, row V' the opposite of it; a given current adds to its row. Every rank
 * must give the same. */
typedef void (*DavyFeedAt)(const void *context, double time, const double *V, double *feed,
                           double *feed_V);

typedef struct {
  DavySalt salt;
  unsigned walls; /* bit s: side s of the box has a condition; the others are insulated */
  /* Fronts move with their current: what they sweep leaves the fluid with the change of V, not as
   * a flux, and the salt ahead of them piles up by the -cV term. */
  bool moving;
  DavyConditionAt condition;
  DavySourceAt source; /* NULL: none */
  int conductors;
  DavyFeedAt feed;     /* NULL: all conductors float */
  const void *context; /* of all, borrowed */
} DavyPhysics;

/* d(V c)/dt = mass (V u - past) c0; a mass of 0 is the steady state. Frozen: V u = past. */
typedef struct {
  double time, mass;  /* s, 1/s */
  const double *past; /* per own group, m^dim */
  bool frozen;
} DavyInstant;

/* At each surface after an assembly: what it gives to the fluid, per c0. */
typedef struct {
  double u, p;    /* at the surface */
  double J;       /* i_plating/(zF c0), m/s */
  double anion;   /* anions into the fluid, m/s */
  double J_drive; /* dJ/d(drive), drive = (zF V + gamma V_m K)/(RT): not positive, m/s */
  double J_bend;  /* dJ/dK, K the curvature of the front, where the surface is stiffest: not
                     positive, m2/s */
  int conductor;  /* 0: none; kept as DavyBalanceConductors finds it */
} DavySurfaceState;

/* Where derivatives go, block by block. Rows and columns are nodes with two unknowns each: slots
 * with u and p, then the conductors, number slots + k - 1, with nothing and zF V/(RT). To be added
 * is value[2 rows][2 columns]. */
typedef struct {
  void (*add)(void *context, int rows, const int *row, int columns, const int *column,
              const double *value);
  void *context;
} DavyJacobian;

/* Which conductor each surface names, for good. DAVY_ERR_VALUE where there is none of that number.
 */
DavyError DavyBalanceConductors(const DavyStencils *stencils, const DavyPhysics *physics,
                                DavySurfaceState *state);

/* x holds (u, p) of each slot, then zF V/(RT) of each conductor. residual[2 slots + conductors] is
 * added to, in m^dim/s: what leaves the group minus what it gets; what leaves the conductors
 * through these surfaces, without their feed. jacobian may be NULL. */
DavyError DavyBalance(const DavyStencils *stencils, const DavyPhysics *physics,
                      const DavyInstant *instant, const double *x, double *residual,
                      const DavyJacobian *jacobian, DavySurfaceState *state);

/* Surfaces alone: their state at x. */
DavyError DavyBalanceSurfaces(const DavyStencils *stencils, const DavyPhysics *physics,
                              const DavyInstant *instant, const double *x, DavySurfaceState *state);

/* Adds zeros where DavyBalance adds anything, block by block. */
void DavyBalancePattern(const DavyStencils *stencils, const DavySurfaceState *state,
                        const DavyJacobian *jacobian);

#endif
