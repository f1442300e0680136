/* gamma(n) = gamma0 [1 + eps (4 S - 3)],  S = sum of n_i^4, n_i along the crystal's <100>; in the
 * plane (001), n = (cos a, sin a, 0), that is gamma0 (1 + eps cos 4a). With the vector of Cahn and
 * Hoffman, xi = grad (|p| gamma(p/|p|)), the surface tension of a curved front acts like that of
 *
 *   div xi = sum over i, j of  d2(|p| gamma)/dp_i dp_j  W_ij,   W_ij = dn_j/dx_i along the front
 *
 * in place of gamma0 K. Derivatives along n fall out, as W n = 0, and
 *
 *   div xi/gamma0 = (1 - 3 eps - 12 eps S) K + 48 eps sum of n_i^2 W_ii,   K = W_11 + W_22 + W_33;
 *
 * in the plane K (1 - 15 eps cos 4a) = K (gamma + gamma'')/gamma0. The stiffness along t, W = t t,
 * is 1 + eps (48 sum of n_i^2 t_i^2 - 12 S - 3), the bracket between -15 (n = [100]) and 15
 * (n = [110], t = [1-10]): within 1 - 15 |eps| and 1 + 15 |eps|, in three dimensions as in two.
 * Beyond 15 |eps| = 1 directions are missing from the equilibrium shape, and flat fronts of those
 * directions fall apart into facets however small.
 *
 * Source: D. W. Hoffman, J. W. Cahn, Surf. Sci. 31 (1972) 368. */
#include "interface/surface_energy.h"

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double DavyWeightedCurvature(const DavyAnisotropy *anisotropy, const double n[3],
                             const double bend[3][3]) {
  double eps = anisotropy->strength, S = 0, K = 0, sum = 0;
  for (int i = 0; i < 3; i++) {
    const double *axis = anisotropy->axis[i];
    double along[3] = {dot(bend[0], axis), dot(bend[1], axis), dot(bend[2], axis)};
    double n_i = dot(n, axis), W_ii = dot(along, axis);
    S += n_i * n_i * n_i * n_i;
    K += W_ii;
    sum += n_i * n_i * W_ii;
  }
  return (1 - 3 * eps - 12 * eps * S) * K + 48 * eps * sum;
}

/* With unit vectors up and along of the crystal in the rows of a rotation, x = along, y = up,
 * z = x times y, its columns are the crystal's axes in the box. */
bool DavyCrystalTurn(const double up[3], const double along[3], double axis[3][3]) {
  double x[3], y[3], part = dot(up, along) / dot(up, up), left = 0;
  for (int d = 0; d < 3; d++) {
    x[d] = along[d] - part * up[d];
    left += x[d] * x[d];
  }
  if (!(left > 1e-12 * dot(along, along))) return false;
  for (int d = 0; d < 3; d++) {
    x[d] /= sqrt(left);
    y[d] = up[d] / sqrt(dot(up, up));
  }
  for (int d = 0; d < 3; d++) {
    axis[d][0] = x[d];
    axis[d][1] = y[d];
    axis[d][2] = x[(d + 1) % 3] * y[(d + 2) % 3] - x[(d + 2) % 3] * y[(d + 1) % 3];
  }
  return true;
}
