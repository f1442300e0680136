/* A film goes with the front, along its normal. Its volume stays, so that where the area grows it
 * thins, and reactions with the electrolyte build it up again. With w its thickness and R_film its
 * resistance, each over that of a film as it formed,
 *
 *   dw/dt = -K v w + (1 - w)/repair,    R_film = w,    w = area at first over area now, if repair
 *                                                      takes forever
 *
 * K curvature (1/m), v outward speed (m/s): K v is the rate at which area grows. Where it shrinks
 * the film thickens. With s = the integral of K v dt, the way times the mean of both ends'
 * curvatures, and r = dt/repair, over a step
 *
 *   w <- w exp(-s - r) + r (1 - exp(-s - r))/(s + r),
 *
 * exact for constant K v and of second order else. That cracks and repair compete so:
 * arXiv:2503.21481 (whiskers from cracks of the film); the law itself is assumed. */
#include "interface/film.h"

#include <math.h>

double DavyFilmAt(const DavySheet *before, const DavySurface *surface, double dt, double repair) {
  DavyFoot foot = DavySheetFoot(before, surface->x, -1);
  /* A front goes less than a cell in a step. In none it is where it was, a nucleus elsewhere. */
  double most = (dt > 0 ? 2 : 0.1) * before->h;
  if (foot.patch < 0 || fabs(foot.distance) > most) return 1;
  const DavyPatch *old = before->patch + foot.patch;
  if (old->body < 0) return 1;
  if (dt == 0) return old->area > 0 ? old->raw[DAVY_FILM] : old->value[DAVY_FILM];
  double s = foot.distance * (old->curvature + surface->curvature) / 2, r = dt / repair;
  double mended = s + r != 0 ? -expm1(-s - r) / (s + r) : 1;
  double w = DavySheetValue(before, foot.patch, foot.at, DAVY_FILM) * exp(-s - r) + r * mended;
  return fmax(w, 0); /* a fit along the front may overshoot */
}
