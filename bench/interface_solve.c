/* Cost of the fields against one scalar Poisson problem on the same mesh: interface_solve [LEVEL].
 *
 * A disk of metal in a square of electrolyte, 4^LEVEL / 4 cells and a band of finer ones. Each
 * round solves div grad u = 0, two-point fluxes, u given on the disk and the top, by CG to 1e-8
 * with hypre BoomerAMG as PETSc sets it up; and one implicit step of both fields. Best of the
 * rounds, CPU time of the slowest rank. Run on 1 and 2 ranks it gives both speed-ups.
 *
 * Bytes moved are an estimate: entries of the matrix, 12 bytes each, times the passes over them. A
 * V-cycle passes 2.3 (complexity of the hierarchy) times 6 (two sweeps, each forward or backward
 * with a residual; to the coarser level and back) over its block; GMRES's matrix has 4 blocks. */
#include <math.h>
#include <mpi.h>
#include <string.h>

#include "interface/fields.h"
#include "interface_poisson.h"
#include "mesh/band.h"

static const double SIDE = 40e-6, RADIUS = 10e-6;
enum { TOP = 3 };

static double disk_psi(const void *context, const double x[3]) {
  (void)context;
  return hypot(x[0] - 0.49 * SIDE, x[1] - 0.48 * SIDE) - RADIUS;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  (void)context, (void)time;
  *c = surface->wall == TOP ? (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = 1000}
                            : (DavyCondition){.kind = DAVY_ELECTRODE,
                                              .exchange_current = 100,
                                              .alpha_a = 0.5,
                                              .alpha_c = 0.5,
                                              .potential = -0.1};
}

static const DavyPhysics physics = {.salt = {.charge = 1,
                                             .temperature = 298.15,
                                             .concentration = 1000,
                                             .cation = 1e-10,
                                             .anion = 2e-10},
                                    .walls = 1u << TOP,
                                    .condition = at_surface};

/* Seconds in an event of PETSc so far, this rank. */
static double event(const char *name) {
  PetscLogEvent id;
  PetscEventPerfInfo info;
  petsc(PetscLogEventGetId(name, &id));
  petsc(PetscLogEventGetPerfInfo(PETSC_DETERMINE, id, &info));
  return info.time;
}

static const char *const parts[] = {"SNESFunctionEval", "SNESJacobianEval", "PCSetUp"};
enum { PARTS = 3 };

typedef struct {
  double create, first, step; /* s */
  double part[PARTS], wall;   /* of the step, by the clock */
  DavyFieldsReport report;    /* of the step */
} Ours;

/* The second step, of second order, is that of a long run: the first one starts from rest. */
static Ours solve_fields(DavyFields *fields) {
  Ours result = {0};
  double dt = 0.02;
  DavyFieldsSet(fields, 0, NULL, NULL);
  double start = begin();
  must(DavyFieldsSolve(fields, dt, 1));
  result.first = seconds_since(start);
  for (int k = 0; k < PARTS; k++) result.part[k] = event(parts[k]);
  double clock = MPI_Wtime();
  start = begin();
  must(DavyFieldsSolve(fields, dt, 2));
  result.step = seconds_since(start);
  result.wall = MPI_Wtime() - clock;
  for (int k = 0; k < PARTS; k++) result.part[k] = event(parts[k]) - result.part[k];
  result.report = DavyFieldsAccount(fields);
  return result;
}

static void print(int ranks, double cells, const double memory[3], double mesh, Ours ours,
                  Poisson poisson) {
  char name[40];
  snprintf(name, sizeof name, "fields, %.0f cells, %d rank%s", cells, ranks, ranks > 1 ? "s" : "");
  printf(
      "%-34s step %.1f ms, %.2f us per cell, first step %.1f ms; Poisson %.1f ms (%d iterations, "
      "assembly %.1f): ratio %.1f, first %.1f\n",
      name, ours.step * 1e3, ours.step / cells * 1e6, ours.first * 1e3, poisson.solve * 1e3,
      poisson.iterations, poisson.assembly * 1e3, ours.step / poisson.solve,
      ours.first / poisson.solve);
  const double *part = ours.part, percent = 100 / ours.wall;
  printf(
      "%-34s mesh and cuts %.1f ms, stencils and pattern %.1f ms; of the step: residuals %.0f %%, "
      "Jacobians %.0f %%, preconditioner %.0f %%, iterations and the rest %.0f %% "
      "(%d Newton, %d linear)\n",
      "", mesh * 1e3, ours.create * 1e3, percent * part[0], percent * part[1], percent * part[2],
      100 - percent * (part[0] + part[1] + part[2]), ours.report.newton, ours.report.linear);
  double pass = 12 * poisson.entries / cells;
  double linear = ours.report.linear * (4 + 1 + 2 * 2.3 * 6) * pass;
  double setup = ours.report.newton * (4 * 3 + 2 * 2.3 * 8) * pass;
  printf(
      "%-34s peak bytes per cell: mesh and cuts %.0f, with stencils and matrix %.0f, solved %.0f; "
      "about %.1f kB moved per cell-step, %.2f GB/s\n",
      "", memory[0] / cells, memory[1] / cells, memory[2] / cells, (linear + setup) / 1e3,
      (linear + setup) * cells / ours.step * 1e-9);
}

static void measure(int level) {
  DavyMesh *mesh;
  DavyCuts *cuts;
  DavyFields *fields;
  double before = peak_bytes();
  DavyBox box = {2, {1, 1, 1}, {0}, SIDE};
  DavyBand band = {disk_psi, NULL, SIDE / (1 << level), 6, 0, 2};
  DavyMeshPlan plan = {MPI_COMM_WORLD, box, level - 1, level, DavyBandSplit, &band};
  double start = begin();
  must(DavyMeshCreate(&plan, &mesh));
  must(DavyCutsCreate(mesh, disk_psi, NULL, &cuts));
  double meshing = seconds_since(start), memory[3] = {peak_bytes() - before};
  start = begin();
  must(DavyFieldsCreate(cuts, NULL, &physics, &fields));
  double create = seconds_since(start);
  memory[1] = peak_bytes() - before;
  Ours ours = {.step = INFINITY, .first = INFINITY};
  Poisson poisson = {.solve = INFINITY};
  for (int k = 0; k < 3; k++) {
    Ours o = solve_fields(fields);
    if (k == 0) memory[2] = peak_bytes() - before;
    Poisson p = solve_poisson(DavyFieldsStencils(fields), TOP);
    double first = fmin(o.first, ours.first);
    if (o.step < ours.step) ours = o;
    ours.first = first;
    if (p.solve < poisson.solve) poisson = p;
  }
  ours.create = create;
  double cells = DavyFieldsStencils(fields)->own;
  MPI_Allreduce(MPI_IN_PLACE, &cells, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, memory, 3, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  if (mesh->rank == 0) print(mesh->ranks, cells, memory, meshing, ours, poisson);
  DavyFieldsDestroy(&fields);
  DavyCutsDestroy(&cuts);
  DavyMeshDestroy(&mesh);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  must(DavyEngineStart());
  petsc(PetscLogDefaultBegin());
  measure(argc > 1 ? atoi(argv[1]) : 8);
  DavyEngineEnd();
  MPI_Finalize();
  return 0;
}
