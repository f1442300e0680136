/* The distance from a graph y = h(s) that rises or falls between a crest and a trough.
 *
 *   cosine  h = A cos(2 pi s/L)       Gauss  h = A exp(-s^2/(2 L^2))
 *
 * The foot t of the point (s, y) makes (t - s)^2 + (h(t) - y)^2 least. It lies in the same half
 * wave as s, since a mirror image in a crest's or trough's line is farther; from a point above the
 * graph it lies toward the crest, from one below toward the trough, since the other way both terms
 * grow; and not farther off than the graph is straight below. That interval is sampled, and
 * Newton's method goes on from the best sample. */
#include <math.h>

#include "interface/substrate_parts.h"

/* From here on a Gaussian is flat to 1e-14 of its amplitude. */
static const double tail = 8;

double DavyProfileHeight(const DavyProfile *profile, double s, double *slope, double *bend) {
  double h = 0, h1 = 0, h2 = 0, length = profile->length;
  if (profile->kind == DAVY_PROFILE_COSINE) {
    double k = 2 * M_PI / length;
    h = profile->amplitude * cos(k * s);
    h1 = -profile->amplitude * k * sin(k * s);
    h2 = -k * k * h;
  } else if (profile->kind == DAVY_PROFILE_GAUSS) {
    h = profile->amplitude * exp(-s * s / (2 * length * length));
    h1 = -h * s / (length * length);
    h2 = h * (s * s / (length * length) - 1) / (length * length);
  }
  if (slope) *slope = h1;
  if (bend) *bend = h2;
  return h;
}

double DavyProfileSteepest(const DavyProfile *profile) {
  double ratio = fabs(profile->amplitude) / profile->length;
  if (profile->kind == DAVY_PROFILE_COSINE) return 2 * M_PI * ratio;
  return profile->kind == DAVY_PROFILE_GAUSS ? ratio * exp(-0.5) : 0; /* at s = L */
}

double DavyProfileSharpest(const DavyProfile *profile) {
  double ratio = fabs(profile->amplitude) / (profile->length * profile->length);
  if (profile->kind == DAVY_PROFILE_COSINE) return 4 * M_PI * M_PI * ratio;
  return profile->kind == DAVY_PROFILE_GAUSS ? ratio : 0;
}

/* Where the sampling begins, and the crest (or trough) toward which it goes. */
static void interval(const DavyProfile *profile, double s, bool to_crest, double *from,
                     double *to) {
  double low, high; /* crest or trough on each side of s */
  bool crest_is_low = profile->amplitude > 0;
  *from = s;
  if (profile->kind == DAVY_PROFILE_COSINE) {
    double half = floor(2 * s / profile->length);
    low = half * profile->length / 2;
    high = low + profile->length / 2;
    if (fmod(half, 2) != 0) crest_is_low = !crest_is_low;
  } else {
    low = 0;
    high = tail * profile->length;
    if (s > high) *from = high;
  }
  *to = crest_is_low == to_crest ? low : high;
}

static double square(const DavyProfile *profile, double t, double s, double y) {
  double up = DavyProfileHeight(profile, t, NULL, NULL) - y;
  return (t - s) * (t - s) + up * up;
}

/* Newton's method for the least square, never uphill; where the square is not convex, down the
 * slope by one sample. */
static double descend(const DavyProfile *profile, double t, double spacing, double s, double y) {
  enum { MOST = 40, HALVINGS = 50 };
  double here = square(profile, t, s, y);
  for (int k = 0; k < MOST; k++) {
    double slope, bend, h = DavyProfileHeight(profile, t, &slope, &bend);
    double first = t - s + (h - y) * slope;
    double second = 1 + slope * slope + (h - y) * bend;
    double step = second > 0 ? -first / second : -copysign(spacing, first);
    if (fabs(step) > spacing) step = copysign(spacing, step);
    int halved = 0;
    while (halved < HALVINGS && square(profile, t + step, s, y) >= here) {
      step /= 2;
      halved++;
    }
    if (halved == HALVINGS) break;
    t += step;
    here = square(profile, t, s, y);
  }
  return here;
}

double DavyProfileDistance(const DavyProfile *profile, double s, double y) {
  enum { SAMPLES = 24 };
  double up = y - DavyProfileHeight(profile, s, NULL, NULL);
  if (profile->kind == DAVY_PROFILE_FLAT || up == 0) return up;
  double from, to, best = s, least = up * up;
  interval(profile, s, up > 0, &from, &to);
  if (fabs(to - s) > fabs(up)) to = s + copysign(fabs(up), to - s);
  double spacing = fabs(to - from) / SAMPLES;
  for (int k = 0; k <= SAMPLES; k++) {
    double t = from + (to - from) * k / SAMPLES, there = square(profile, t, s, y);
    if (there < least) {
      least = there;
      best = t;
    }
  }
  if (spacing > 0) least = descend(profile, best, spacing, s, y);
  return copysign(sqrt(least), up);
}
