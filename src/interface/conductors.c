/* Conductors as nodes of a circuit:
 *
 *   G_k(x) = - sum over surfaces of k of A J(x_k) - feed_k(x) = 0
 *
 * x_k = zF V_k/(RT), J plating current over zF c0, m/s; A, m^(dim-1). G rises with x_k and, where
 * the contacts are passive, falls with every other x, so that Newton's method needs no more than a
 * bound on its steps: exponentials (a diode's, Butler-Volmer's) can be entered from their flat
 * side, where the tangent points far beyond the answer. */
#include "interface/conductors.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"

DavyError DavyConductorsCreate(int count, DavyConductors *c) {
  DAVY_CHECK(count >= 0 && count <= 10000, DAVY_ERR_VALUE, "%d conductors", count);
  size_t n = (size_t)count;
  *c = (DavyConductors){.count = count};
  /* One block: four rows and two squares. */
  c->volts = calloc(n * (4 + 2 * n) + 1, sizeof(double));
  DAVY_CHECK(c->volts, DAVY_ERR_MEMORY, "out of memory for %d conductors", count);
  c->feed = c->volts + n;
  c->given = c->feed + n;
  c->given_x = c->given + n;
  c->feed_x = c->given_x + n;
  c->matrix = c->feed_x + n * n;
  return DAVY_OK;
}

void DavyConductorsDestroy(DavyConductors *c) {
  free(c->volts);
  *c = (DavyConductors){.count = 0};
}

void DavyConductorsFeed(DavyConductors *c, const DavyPhysics *physics, double time,
                        const double *x) {
  const DavySalt *salt = &physics->salt;
  double zf = salt->charge * DAVY_FARADAY, scale = 1 / (zf * salt->concentration);
  double rt_zf = DAVY_GAS_CONSTANT * salt->temperature / zf;
  int n = c->count;
  memset(c->feed, 0, (size_t)n * sizeof(double));
  memset(c->feed_x, 0, (size_t)(n * n) * sizeof(double));
  if (!physics->feed) return;
  for (int k = 0; k < n; k++) c->volts[k] = rt_zf * x[k];
  physics->feed(physics->context, time, c->volts, c->feed, c->feed_x);
  for (int k = 0; k < n; k++) c->feed[k] *= scale;
  for (int k = 0; k < n * n; k++) c->feed_x[k] *= scale * rt_zf;
}

double DavyConductorsIdle(const DavyConductors *c, int k) {
  return c->given_x[k] == 0 && c->feed_x[k * c->count + k] == 0 ? 1 : 0;
}

/* Sums over all ranks' surfaces as they are in `state`. */
static void give(DavyConductors *c, const DavyStencils *s, const DavySurfaceState *state,
                 MPI_Comm comm) {
  memset(c->given, 0, 2 * (size_t)c->count * sizeof(double));
  for (int k = 0; k < s->surfaces.rows; k++) {
    if (!state[k].conductor) continue;
    c->given[state[k].conductor - 1] -= s->surface[k].area * state[k].J;
    c->given_x[state[k].conductor - 1] -= s->surface[k].area * state[k].J_drive;
  }
  MPI_Allreduce(MPI_IN_PLACE, c->given, 2 * c->count, MPI_DOUBLE, MPI_SUM, comm);
}

/* Gauss elimination of a[n n] x = b, into b. Each row is led by its diagonal: no pivots. */
static void solve(int n, double *a, double *b) {
  for (int k = 0; k < n; k++)
    for (int i = k + 1; i < n; i++) {
      double factor = a[i * n + k] / a[k * n + k];
      if (factor == 0) continue;
      for (int j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  for (int k = n - 1; k >= 0; k--) {
    for (int j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
}

/* The step to the root of the linearised balances, into `step`; its largest part, or infinity. */
static double newton_step(DavyConductors *c, double *step) {
  int n = c->count;
  for (int k = 0; k < n; k++) {
    step[k] = c->feed[k] - c->given[k];
    for (int j = 0; j < n; j++) c->matrix[k * n + j] = -c->feed_x[k * n + j];
    c->matrix[k * n + k] += c->given_x[k] + DavyConductorsIdle(c, k);
  }
  solve(n, c->matrix, step);
  double most = 0;
  for (int k = 0; k < n; k++) most = isfinite(step[k]) ? fmax(most, fabs(step[k])) : INFINITY;
  return most;
}

/* A row's terms, derivative times potential, each with a rounding of its own. */
static double rounding(const DavyConductors *c, const double *x) {
  double sum = 0;
  for (int k = 0; k < c->count; k++) {
    double row = c->given_x[k] * fmax(1, fabs(x[k])) + fabs(c->feed[k]);
    for (int j = 0; j < c->count; j++)
      row += fabs(c->feed_x[k * c->count + j]) * fmax(1, fabs(x[j]));
    sum += row * row;
  }
  return 4 * DBL_EPSILON * sqrt(sum);
}

DavyError DavyConductorsSettle(DavyConductors *c, const DavyStencils *s, const DavyPhysics *physics,
                               const DavyInstant *instant, MPI_Comm comm, double *x,
                               DavySurfaceState *state) {
  enum { MOST = 100 };
  static const double BOUND = 4; /* of a step, RT/zF: a factor of e^4 in an exponential */
  size_t bytes = (size_t)c->count * sizeof(double);
  if (c->count == 0) return DAVY_OK;
  double *potential = x + 2 * s->slots, *start = malloc(bytes), step = INFINITY;
  DAVY_CHECK(start, DAVY_ERR_MEMORY, "out of memory for %d conductors", c->count);
  memcpy(start, potential, bytes);
  for (int k = 0; k < MOST && step > 1e-6; k++) {
    int failed = DavyBalanceSurfaces(s, physics, instant, x, state) != DAVY_OK;
    MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, comm);
    if (failed) break;
    give(c, s, state, comm);
    DavyConductorsFeed(c, physics, instant->time, potential);
    c->round_off = rounding(c, potential);
    step = newton_step(c, c->volts);
    if (!isfinite(step)) break;
    for (int j = 0; j < c->count; j++) potential[j] += fmax(-BOUND, fmin(BOUND, c->volts[j]));
  }
  if (step > 1e-6) memcpy(potential, start, bytes);
  free(start);
  return DAVY_OK;
}
