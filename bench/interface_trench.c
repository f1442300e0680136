/* The copper trench at t = 0, solved from nothing: mesh, cut cells, stencils, fields. The peer is
 * trench_t0.edp, run by trench_peer.py; the problem and the current expected are those of
 * tests/interface/test_copper_trench.c. */
#include <math.h>
#include <mpi.h>

#include "interface/fields.h"
#include "interface_bench.h"
#include "mesh/band.h"

static const double UM = 1e-6, C0 = 500, VOLTS = 0.135, EXPECTED = 0.178511;
enum { TOP = 3, REPEATS = 7 };

/* Distance to the metal of one half, positive in the fluid, m. */
static double trench_psi(const void *context, const double x[3]) {
  (void)context;
  double wall = 2 - x[0] / UM, floor_ = x[1] / UM, mouth = x[1] / UM - 10;
  if (floor_ < 5) {
    if (wall < 1 && floor_ < 1) return UM * (1 - hypot(1 - wall, 1 - floor_));
    return UM * fmin(wall, floor_);
  }
  double a = wall + 1, b = mouth + 1;
  return UM * (hypot(fmax(a, 0), fmax(b, 0)) + fmin(fmax(a, b), 0) - 1);
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  (void)context, (void)time;
  *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                       .exchange_current = 150,
                       .alpha_a = 1.5,
                       .alpha_c = 0.5,
                       .potential = surface->wall == TOP ? VOLTS : -VOLTS};
}

static const DavyPhysics physics = {
    .salt = {.charge = 2, .temperature = 298, .concentration = C0, .cation = 2e-9, .anion = 2e-9},
    .walls = 1u << TOP,
    .condition = at_surface};

/* Seconds of mesh, cuts, stencils with matrix, and solution. */
typedef struct {
  double part[4];
  double current; /* A/m */
  long long cells;
  DavyFieldsReport report;
} Run;

/* The coarsest mesh found that gives I to 1e-4: 96 cells across the 8 um at the front, from there
 * on cells of half their distance. */
static Run run(void) {
  Run r = {.cells = 0};
  DavyMesh *mesh;
  DavyCuts *cuts;
  DavyFields *fields;
  double edge = 8 * UM / 3;
  DavyBox box = {2, {3, 16, 1}, {0, 40 * UM - 16 * edge, 0}, edge};
  DavyBand band = {trench_psi, NULL, edge / 32, 1, 0.5, 2};
  DavyMeshPlan plan = {MPI_COMM_WORLD, box, 2, 5, DavyBandSplit, &band};
  double t[5] = {cpu_seconds()};
  must(DavyMeshCreate(&plan, &mesh));
  t[1] = cpu_seconds();
  must(DavyCutsCreate(mesh, trench_psi, NULL, &cuts));
  t[2] = cpu_seconds();
  must(DavyFieldsCreate(cuts, NULL, &physics, &fields));
  t[3] = cpu_seconds();
  must(DavyFieldsSolve(fields, 0, 1));
  t[4] = cpu_seconds();
  for (int k = 0; k < 4; k++) r.part[k] = t[k + 1] - t[k];
  r.current = -2 * DavyFieldsCurrent(fields, DAVY_FRONT);
  r.cells = mesh->total;
  r.report = DavyFieldsAccount(fields);
  DavyFieldsDestroy(&fields);
  DavyCutsDestroy(&cuts);
  DavyMeshDestroy(&mesh);
  return r;
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  must(DavyEngineStart());
  double best = INFINITY;
  Run kept = {.cells = 0};
  for (int k = 0; k < REPEATS; k++) {
    Run r = run();
    double sum = r.part[0] + r.part[1] + r.part[2] + r.part[3];
    if (sum < best) best = sum, kept = r;
  }
  printf("trench at t = 0, %lld cells: I = %.6f A/m, off by %.1e, %.2f ms (mesh %.2f, cuts %.2f, "
         "stencils %.2f, solution %.2f), %d Newton steps, %d iterations\n",
         kept.cells, kept.current, kept.current / EXPECTED - 1, best * 1e3, kept.part[0] * 1e3,
         kept.part[1] * 1e3, kept.part[2] * 1e3, kept.part[3] * 1e3, kept.report.newton,
         kept.report.linear);
  DavyEngineEnd();
  MPI_Finalize();
  return 0;
}
