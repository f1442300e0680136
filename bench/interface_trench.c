/* The copper trench at t = 0, solved from nothing: mesh, cut cells, stencils, fields. The peer is
 * trench_t0.edp, run by trench_peer.py; the problem and the current expected are those of
 * tests/interface/copper_trench.h. */
#include <math.h>
#include <mpi.h>

#include "../tests/interface/copper_trench.h"
#include "interface_bench.h"
#include "mesh/band.h"

enum { TOP = 3, REPEATS = 7 };

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
  DavyPhysics physics = trench_physics(1u << TOP);
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
         kept.cells, kept.current, kept.current / TRENCH_CURRENT - 1, best * 1e3,
         kept.part[0] * 1e3, kept.part[1] * 1e3, kept.part[2] * 1e3, kept.part[3] * 1e3,
         kept.report.newton, kept.report.linear);
  DavyEngineEnd();
  MPI_Finalize();
  return 0;
}
