/* Cost of a full step of growth, of second order, against one scalar Poisson problem on the same
 * mesh (interface_poisson.h): interface_step [LEVEL [STEPS [DIM]]].
 *
 * A disk (a sphere) of metal grows in a square (a cube) of electrolyte, 4^LEVEL / 4 (8^LEVEL / 8)
 * cells and a band of finer ones. The
 * mean of the steps after the first four, with all that belongs to them: sheet, a new mesh now and
 * then, cuts, stencils, matrix, solution. CPU time of the slowest rank. */
#include <math.h>
#include <mpi.h>

#include "interface/growth.h"
#include "interface_poisson.h"

static const double SIDE = 40e-6, RADIUS = 10e-6, FRONT_STEP = 0.4;
enum { TOP = 3, WARM = 4 };

static double ball_psi(const void *dim, const double x[3]) {
  double z = *(const int *)dim == 3 ? x[2] - 0.47 * SIDE : 0;
  return sqrt(pow(x[0] - 0.49 * SIDE, 2) + pow(x[1] - 0.48 * SIDE, 2) + z * z) - RADIUS;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  (void)context, (void)time;
  *c = surface->wall == TOP ? (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = 1000}
                            : (DavyCondition){.kind = DAVY_ELECTRODE,
                                              .exchange_current = 100,
                                              .alpha_a = 0.5,
                                              .alpha_c = 0.5,
                                              .molar_volume = 2.4e-5,
                                              .potential = -0.1};
}

static DavyGrowth *start(int level, const int *dim) {
  DavyGrowthPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {*dim, {1, 1, 1}, {0}, SIDE},
                         .coarsest = level - 1,
                         .finest = level,
                         .band = 7,
                         .metal = ball_psi,
                         .metal_context = dim,
                         .counter_wall = -1,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = 298.15,
                                              .concentration = 1000,
                                              .cation = 1e-10,
                                              .anion = 2e-10},
                                     .walls = 1u << TOP,
                                     .condition = at_surface},
                         .molar_volume = 2.4e-5,
                         .front_step = FRONT_STEP,
                         .order = 2};
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  return g;
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  must(DavyEngineStart());
  int level = argc > 1 ? atoi(argv[1]) : 8, steps = argc > 2 ? atoi(argv[2]) : 12;
  int dim = argc > 3 ? atoi(argv[3]) : 2;
  double before = peak_bytes(), newton = 0, linear = 0;
  DavyGrowth *g = start(level, &dim);
  for (int k = 0; k < WARM; k++) must(DavyGrowthStep(g, INFINITY));
  double began = begin();
  for (int k = 0; k < steps; k++) {
    must(DavyGrowthStep(g, INFINITY));
    DavyFieldsReport report = DavyFieldsAccount(DavyGrowthFields(g));
    newton += (double)report.newton / steps;
    linear += (double)report.linear / steps;
  }
  double step = seconds_since(began) / steps, memory = peak_bytes() - before;
  DavyGroups *groups; /* of fields at rest, not all stencils are left */
  DavyStencils *s;
  must(DavyGroupsCreate(DavyGrowthCuts(g), &groups));
  must(DavyStencilsCreate(groups, 1u << TOP, &s));
  Poisson poisson = {.solve = INFINITY};
  for (int k = 0; k < 3; k++) {
    Poisson p = solve_poisson(s, TOP);
    if (p.solve < poisson.solve) poisson = p;
  }
  double sum[2] = {s->own, memory};
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  int rank, ranks;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (rank == 0)
    printf(
        "growth in %dD, %.0f cells, %d rank%-16s step %.1f ms, %.2f us per cell (%.1f Newton, %.1f "
        "linear); Poisson %.1f ms: ratio %.1f; peak %.0f bytes per cell\n",
        dim, sum[0], ranks, ranks > 1 ? "s" : "", step * 1e3, step / sum[0] * 1e6, newton, linear,
        poisson.solve * 1e3, step / poisson.solve, sum[1] / sum[0]);
  DavyStencilsDestroy(&s);
  DavyGroupsDestroy(&groups);
  DavyGrowthDestroy(&g);
  DavyEngineEnd();
  MPI_Finalize();
  return 0;
}
