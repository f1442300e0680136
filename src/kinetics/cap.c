/* Caps of metal, and what even stripping leaves of them without contact.
 *
 *   3D   V = (pi/3) R^3 (1 - cos a)^2 (2 + cos a)     2D   V = R^2 (a - sin a cos a)
 *
 * R  radius of the sphere or cylinder, m    a  contact angle in the metal, rad
 *
 * Stripped evenly the cap's surface moves toward its centre, -R cos a above the substrate. For
 * a > 90 degrees that lies in the metal: when the radius has come down to R |cos a| only a whole
 * sphere is left, which touches the substrate in a point. Its share of the cap is
 *
 *   3D   f = 4 |cos a|^3/((2 + cos a)(1 - cos a)^2)   2D   f = pi cos^2 a/(a - sin a cos a)
 *
 * Source: derived. */
#include <math.h>
#include "davy/kinetics.h"

double DavyCapHeight(double radius, double angle) {
  double half = sin(angle / 2); /* 1 - cos a with its digits at small angles */
  return 2 * radius * half * half;
}

double DavyCapBaseRadius(double radius, double angle) {
  return radius * sin(angle);
}

double DavyCapVolume(double radius, double angle, int dim) {
  if (dim == 2) return radius * radius * (angle - sin(angle) * cos(angle));
  double height = DavyCapHeight(radius, angle);
  return M_PI / 3 * height * height * radius * (2 + cos(angle));
}

double DavyCapOrphanedShare(double angle, int dim) {
  double left = -cos(angle); /* the last radius over the first */
  if (left <= 0) return 0;
  double sphere = dim == 2 ? M_PI * left * left : 4 * M_PI / 3 * left * left * left;
  return sphere / DavyCapVolume(1, angle, dim);
}
