/* The copper trench, a classic of commercial codes: a box 16 x 30 um above a trench of 4 x 10 um
 * with 1 um fillets on its four corners, the anode on top, sides insulated; c0 = 500 mol/m3, D+- =
 * 2e-9 m2/s, z = 2, 298 K; +0.135 V and -0.135 V, i = 150 [exp(1.5 f eta) - (c/500) exp(-0.5 f
 * eta)] A/m2. One half is solved, the middle plane at x = 0; floor, walls and shoulder are fronts.
 */
#ifndef DAVY_TESTS_COPPER_TRENCH_H
#define DAVY_TESTS_COPPER_TRENCH_H

#include <math.h>

#include "interface/fields.h"

static const double UM = 1e-6, TRENCH_VOLTS = 0.135, TRENCH_C0 = 500, TRENCH_T = 298;
static const double ANODE = 40; /* um above the floor */
/* Of both halves at t = 0, A/m: computed for this project with FreeFem++, P2 elements on fitted
 * meshes, second order over three of them. */
static const double TRENCH_CURRENT = 0.178511;
static const double COPPER_VOLUME = 0.06355 / 8960; /* m3/mol */

/* Distance to the copper below, positive in the fluid, m. */
static inline double trench_psi(const void *context, const double x[3]) {
  (void)context;
  double wall = 2 - x[0] / UM, floor_ = x[1] / UM, mouth = x[1] / UM - 10;
  if (floor_ < 5) { /* inner corner: round where both walls are nearer than the fillet's centre */
    if (wall < 1 && floor_ < 1) return UM * (1 - hypot(1 - wall, 1 - floor_));
    return UM * fmin(wall, floor_);
  }
  double a = wall + 1, b = mouth + 1; /* outer corner, from the fillet's centre */
  return UM * (hypot(fmax(a, 0), fmax(b, 0)) + fmin(fmax(a, b), 0) - 1);
}

/* With an anode of copper above. */
static inline double trench_and_anode_psi(const void *context, const double x[3]) {
  return x[1] > 25 * UM ? UM * ANODE - x[1] : trench_psi(context, x);
}

/* A DavyConditionAt: both electrodes, the anode a front or a wall of the box. */
static inline void trench_electrode(const void *context, const DavySurface *surface, double time,
                                    DavyCondition *c) {
  (void)context, (void)time;
  *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                       .exchange_current = 150,
                       .alpha_a = 1.5,
                       .alpha_c = 0.5,
                       .molar_volume = COPPER_VOLUME,
                       .potential = surface->x[1] > 25 * UM ? TRENCH_VOLTS : -TRENCH_VOLTS};
}

/* `walls`: the bit of the anode where it is a wall. */
static inline DavyPhysics trench_physics(unsigned walls) {
  return (DavyPhysics){.salt = {.charge = 2,
                                .temperature = TRENCH_T,
                                .concentration = TRENCH_C0,
                                .cation = 2e-9,
                                .anion = 2e-9},
                       .walls = walls,
                       .condition = trench_electrode};
}

#endif
