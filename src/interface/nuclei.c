/* A site begins once the integral of its rate has reached its dose (substrate.h). The overpotential
 * is that of metal of no curvature at the bare surface nearest the site, unless metal covers it:
 *   eta = -(V - phi - (RT/zF) ln u),  the logarithm in the dilute form only. */
#include "interface/nuclei.h"

#include <math.h>
#include <stdlib.h>

#include "davy/constants.h"

DavyError DavyNucleiCreate(const DavySubstrate *substrate, DavyNuclei **result) {
  DavyNuclei *n = calloc(1, sizeof *n);
  *result = n;
  DAVY_CHECK(n, DAVY_ERR_MEMORY, "out of memory for nuclei");
  n->substrate = substrate;
  DavyError error = DavySubstrateSites(substrate, &n->site, &n->count);
  if (!error) {
    n->progress = calloc((size_t)n->count + 1, sizeof *n->progress);
    n->eta = calloc((size_t)n->count + 1, sizeof *n->eta);
    if (!n->progress || !n->eta)
      error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d sites", n->count);
  }
  if (error) DavyNucleiDestroy(result);
  return error;
}

void DavyNucleiDestroy(DavyNuclei **nuclei) {
  if (!*nuclei) return;
  free((*nuclei)->site);
  free((*nuclei)->progress);
  free((*nuclei)->eta);
  free(*nuclei);
  *nuclei = NULL;
}

/* As MPI_DOUBLE_INT. */
typedef struct {
  double distance;
  int rank;
} Nearest;

static int nearest_bare(const DavyStencils *st, const double x[3], double *distance) {
  int best = -1;
  for (int k = 0; k < st->surfaces.rows; k++) {
    const DavySurface *s = st->surface + k;
    if (s->wall != DAVY_SUBSTRATE) continue;
    double d = sqrt(pow(s->x[0] - x[0], 2) + pow(s->x[1] - x[1], 2) + pow(s->x[2] - x[2], 2));
    if (d >= *distance) continue;
    *distance = d;
    best = k;
  }
  return best;
}

DavyError DavyNucleiLook(DavyNuclei *n, const DavyGrowth *growth, const DavyCircuit *circuit,
                         double V) {
  const DavyFields *fields = DavyGrowthFields(growth);
  const DavyStencils *st = DavyFieldsStencils(fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(fields);
  const DavyMesh *mesh = DavyGrowthCuts(growth)->mesh;
  const DavySalt *salt = &circuit->model->salt;
  double h = DavyGrowthSheet(growth)->h,
         rt_zf = DAVY_GAS_CONSTANT * salt->temperature / (salt->charge * DAVY_FARADAY);
  Nearest *near = malloc(((size_t)n->count + 1) * sizeof *near);
  DAVY_CHECK(near, DAVY_ERR_MEMORY, "out of memory for %d sites", n->count);
  for (int k = 0; k < n->count; k++) {
    near[k] = (Nearest){1.5 * h, mesh->rank};
    n->eta[k] = -INFINITY;
    if (DavyCircuitConverts(circuit, n->site[k].patch)) continue;
    if (DavySheetDistance(DavyGrowthSheet(growth), n->site[k].at) <= 0) continue;
    int s = nearest_bare(st, n->site[k].at, &near[k].distance);
    if (s < 0) continue;
    double nernst = DavyPotentialLogs(salt) == 1 ? log(fmax(state[s].u, 1e-30)) : 0;
    n->eta[k] = -(V - rt_zf * (state[s].p + nernst));
  }
  MPI_Allreduce(MPI_IN_PLACE, near, n->count, MPI_DOUBLE_INT, MPI_MINLOC, mesh->comm);
  for (int k = 0; k < n->count; k++)
    if (near[k].rank != mesh->rank) n->eta[k] = -INFINITY;
  MPI_Allreduce(MPI_IN_PLACE, n->eta, n->count, MPI_DOUBLE, MPI_MAX, mesh->comm);
  free(near);
  return DAVY_OK;
}

static double hazard(const DavyNuclei *n, int k, double eta) {
  return DavyNucleationHazard(
      &DavySubstrateSurfaceOf(n->substrate, n->site[k].material)->nucleation, eta);
}

int DavyNucleiPass(DavyNuclei *n, double dt, DavyNucleus *begun, int most) {
  int count = 0;
  for (int k = 0; k < n->count; k++) {
    double rate = n->eta[k] > 0 ? hazard(n, k, n->eta[k]) : 0;
    if (rate > 0) n->progress[k] += isinf(rate) ? INFINITY : rate * dt;
    if (n->eta[k] == -INFINITY || n->progress[k] < n->site[k].dose || count == most) continue;
    begun[count++] = DavySiteNucleus(n->substrate, n->site + k);
    n->eta[k] = -INFINITY;
    /* A site that is stripped bare may begin again, by the same rule. */
    n->progress[k] = 0;
  }
  return count;
}

double DavyNucleiThreshold(const DavyNuclei *n) {
  double least = INFINITY;
  for (int k = 0; k < n->count; k++) {
    const DavyNucleation *law =
        &DavySubstrateSurfaceOf(n->substrate, n->site[k].material)->nucleation;
    if (n->eta[k] == -INFINITY) continue;
    double eta = law->overpotential;
    if (law->kind == DAVY_NUCLEI_PROGRESSIVE) {
      double needed = log(law->rate / n->site[k].dose);
      if (!(needed > 0)) continue;
      eta = fmax(eta, sqrt(law->barrier / needed));
    }
    least = fmin(least, eta);
  }
  return least;
}

double DavyNucleiWait(const DavyNuclei *n) {
  static const double past = 1 + 1e-9; /* by more than rounding */
  double least = INFINITY;
  for (int k = 0; k < n->count; k++) {
    double rate = n->eta[k] > 0 ? hazard(n, k, n->eta[k]) : 0;
    if (rate > 0) least = fmin(least, past * fmax(n->site[k].dose - n->progress[k], 0) / rate);
  }
  return least;
}

void DavyNucleiForce(DavyNuclei *n, double eta) {
  for (int k = 0; k < n->count; k++)
    if (n->eta[k] != -INFINITY) n->eta[k] = eta;
}
