/* The condition at one piece of front or wall, solved there and then: a current density from the
 * fields beside it. */
#ifndef DAVY_INTERFACE_FRONT_H
#define DAVY_INTERFACE_FRONT_H

#include "interface/transport.h"

/* In the engine's variables; J = i_plating/(zF c0), m/s. */
typedef struct {
  double rate;             /* i0/(zF c0), m/s */
  double alpha_a, alpha_c; /* per charge: exponents of zF eta/(RT) */
  double drive;            /* zF (V + gamma V_m K/(zF))/(RT) */
  double film;             /* zF R_film zF c0/(RT): of J, s/m */
  double swell;            /* V_m c0: what the front's motion sweeps; 0 on a fixed front */
} DavyFrontLaw;

/* The fields reconstructed without the current: u = u_free - reach u', m = m_free - reach m',
 * m = p - logs log u. */
typedef struct {
  double u, m, reach;
} DavyFrontField;

typedef struct {
  double J, u, p;  /* at the front */
  double J_u, J_m; /* dJ/du_free, dJ/dm_free */
} DavyFrontAnswer;

/* DAVY_ERR_SOLVER where no current satisfies the law, with its numbers. */
DavyError DavyFrontSolve(const DavySalt *salt, const DavyFrontLaw *law, DavyFrontField field,
                         DavyFrontAnswer *answer);

/* The same while the concentration stands still, at u_free: u' = 0, so that only the potential has
 * a slope. J_u is left out, as u cannot change. */
DavyError DavyFrontSolveFrozen(const DavySalt *salt, const DavyFrontLaw *law, DavyFrontField field,
                               DavyFrontAnswer *answer);

/* u and p at the front under a given J, with the anions at rest. */
void DavyFrontValues(const DavySalt *salt, DavyFrontField field, double J, bool frozen, double *u,
                     double *p);

#endif
