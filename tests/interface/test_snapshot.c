/* Frames of a growth against what they show. Exact: shares of fluid and metal times the cells'
 * volumes are the fluid's volume and the bodies'; the facets of a ball afloat close, in the order
 * that a frame asks for: by Gauss' theorem they hold its volume with the metal's side inside, and
 * their areas with direction sum to nothing; a given current stands on every facet, and at rest the
 * potential is that of the reservoir.
 *
 * Ranks: the same frame in the same order on any number of ranks.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "groups.h"
#include "interface/snapshot.h"
#include "setting.h"
#include "verified.h"

/* A box of edge W; the substrate is its lowest fifth, the counter electrode's metal its top. */
static const double UM = 1e-6, W = 8e-6, COUNTER = 5.9e-6, C0 = 1000, PHI = 0.05;

typedef struct {
  int dim;
  double current; /* plating, A/m2 */
} Problem;

/* A film, which the ball is afloat above. */
static double psi_at(const void *context, const double x[3]) {
  const Problem *p = context;
  Ball ball = {p->dim, {4.03 * UM, 3.1 * UM, 3.97 * UM}, 1.3 * UM};
  return fmin(fmin(x[1] - 0.77 * UM, COUNTER - x[1]), ball_psi(&ball, x));
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  const Problem *p = context;
  (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_GIVEN_CURRENT, .current = -p->current};
  else if (surface->wall == 0)
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0, .potential = PHI};
}

/* Salt that rises along x. */
static double salt_at(double x) {
  return C0 * (1 + 0.3 * x / W);
}

static void rising_salt(const void *context, const double x[3], double *c, double *phi) {
  (void)context;
  *c = salt_at(x[0]);
  *phi = 0;
}

static DavyGrowth *grown(const Problem *p, MPI_Comm comm, const DavySubstrate *substrate) {
  DavyGrowthPlan plan = {.comm = comm,
                         .box = {p->dim, {1, 1, 1}, {0, -W / 5, 0}, W},
                         .coarsest = 2,
                         .finest = p->dim == 2 ? 6 : 5,
                         .band = 6,
                         .metal = psi_at,
                         .metal_context = p,
                         .substrate = substrate,
                         .counter_wall = 3,
                         .state = p->current != 0 ? rising_salt : NULL,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = 298.15,
                                              .concentration = C0,
                                              .cation = 1e-10,
                                              .anion = 1e-10},
                                     .walls = 1,
                                     .condition = at_surface,
                                     .context = p},
                         .molar_volume = 2.375e-5,
                         .front_step = 0.4,
                         .order = 2};
  DavyGrowth *g;
  must(DavyGrowthCreate(&plan, &g));
  return g;
}

static DavySubstrate *flat(int dim) {
  DavySubstratePlan plan = {.dim = dim, .width = W, .depth = W, .surfaces = 1};
  DavySubstrate *substrate;
  must(DavySubstrateCreate(&plan, &substrate));
  return substrate;
}

/* The two bodies, from below, and the counter electrode. */
static const double POTENTIAL[3] = {-0.11, -0.07, 0};

static DavyFrame *frame_of(const DavyGrowth *g) {
  DavyFrame *frame;
  must(DavySnapshot(g, POTENTIAL, &frame));
  return frame;
}

/* The number of the body that no contact feeds. */
static int orphan_of(const DavyFrame *f) {
  int found = -1, bodies = 0;
  for (size_t b = 0; b < f->body_count; b++, bodies++)
    if (f->bodies[b].orphaned) found = (int)b;
  assert_int_equal(bodies, 2);
  assert_true(found >= 0);
  return found;
}

static void expect_volumes(const DavyGrowth *g, const DavyFrame *f) {
  double fluid = 0, metal = 0, bodies = 0, box = 4 * pow(W, f->dim) / 5;
  for (size_t k = 0; k < f->cell_count; k++) {
    double whole = pow(f->cells[k].size, f->dim);
    fluid += whole * f->cells[k].fluid;
    metal += whole * f->cells[k].metal;
    assert_true(isnan(f->cells[k].potential) == !(f->cells[k].fluid > 0));
    assert_true(isnan(f->cells[k].concentration) == !(f->cells[k].fluid > 0));
  }
  for (int b = 0; b < DavyGrowthMetal(g)->count; b++) bodies += DavyGrowthMetal(g)->body[b].volume;
  verified("%dD frame of a growth, %zu cells | volumes off by %.0e and %.0e | 1e-12", f->dim,
           f->cell_count, fabs((fluid + metal) / box - 1), fabs(metal / bodies - 1));
  assert_true(fabs((fluid + metal) / box - 1) < 1e-12);
  assert_true(fabs(metal / bodies - 1) < 1e-12);
}

/* Volume that facets enclose and their vector area, the metal's side inside. */
static double enclosed(int dim, const double v[3][3], double area[3]) {
  double a[3], b[3], volume = 0;
  for (int d = 0; d < 3; d++) a[d] = v[1][d] - v[0][d], b[d] = v[2][d] - v[0][d];
  double n[3] = {a[1], -a[0], 0},
         m[3] = {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  for (int d = 0; d < 3; d++) {
    double part = dim == 2 ? n[d] : m[d] / 2;
    area[d] += part;
    volume += v[0][d] * part / dim;
  }
  return volume;
}

static void expect_ball(const DavyFrame *f) {
  int orphan = orphan_of(f);
  double volume = 0, area[3] = {0};
  for (size_t k = 0; k < f->facet_count; k++) {
    const DavyFrameFacet *facet = f->facets + k;
    assert_int_equal(facet->orphaned, facet->body == f->bodies[orphan].number);
    if (facet->orphaned) volume += enclosed(f->dim, facet->vertex, area);
  }
  double exact = f->bodies[orphan].volume, side = pow(exact, (f->dim - 1.0) / f->dim);
  print_message("  the ball holds %.6f of its volume\n", volume / exact);
  assert_true(fabs(volume / exact - 1) < 1e-10);
  for (int d = 0; d < 3; d++) assert_true(fabs(area[d]) < 1e-10 * side);
}

/* The counter electrode's facets are there too, face down, as no body's. */
static void expect_counter(const DavyFrame *f) {
  double area[3] = {0};
  for (size_t k = 0; k < f->facet_count; k++)
    if (f->facets[k].body == DAVY_NO_BODY) enclosed(f->dim, f->facets[k].vertex, area);
  double whole = pow(W, f->dim - 1);
  assert_true(fabs(area[1] / whole + 1) < 1e-6);
}

static void shows(int dim) {
  Problem p = {dim, 12.5}, still = {dim, 0};
  DavySubstrate *substrate = flat(dim);
  DavyGrowth *g = grown(&p, MPI_COMM_SELF, substrate);
  DavyFrame *f = frame_of(g);
  size_t alone = 0, fluid = 0;
  expect_volumes(g, f);
  expect_ball(f);
  expect_counter(f);
  for (size_t b = 0; b < f->body_count; b++)
    assert_true(f->bodies[b].potential == POTENTIAL[f->bodies[b].number]);
  for (size_t k = 0; k < f->facet_count; k++)
    assert_true(fabs(f->facets[k].current / p.current - 1) < 1e-12);
  for (size_t k = 0; k < f->cell_count; k++) {
    const DavyFrameCell *c = f->cells + k;
    if (!(c->fluid > 0)) continue;
    double off = fabs(c->concentration - salt_at(c->centre[0]));
    fluid++;
    alone += off < 1e-10 * C0;
    assert_true(off < salt_at(1.5 * c->size) - C0); /* of a merged cell: its group's */
  }
  print_message("  %zu of %zu cells with their own salt\n", alone, fluid);
  assert_true(alone > fluid / 2);
  DavyFrameDestroy(&f);
  DavyGrowthDestroy(&g);
  g = grown(&still, MPI_COMM_SELF, substrate);
  f = frame_of(g);
  for (size_t k = 0; k < f->cell_count; k++)
    if (f->cells[k].fluid > 0) assert_true(fabs(f->cells[k].potential - PHI) < 1e-10);
  DavyFrameDestroy(&f);
  DavyGrowthDestroy(&g);
  DavySubstrateDestroy(&substrate);
}

static void shows_plane_and_space(void **state) {
  (void)state;
  shows(2);
  shows(3);
}

static bool same(double a, double b, double within) {
  return (isnan(a) && isnan(b)) || fabs(a - b) <= within;
}

/* Places to rounding, fields to what the solver leaves. */
static void expect_same(const DavyFrame *a, const DavyFrame *b) {
  assert_int_equal(a->cell_count, b->cell_count);
  assert_int_equal(a->facet_count, b->facet_count);
  assert_int_equal(a->body_count, b->body_count);
  for (size_t k = 0; k < a->cell_count; k++) {
    const DavyFrameCell *c = a->cells + k, *d = b->cells + k;
    assert_true(!memcmp(c->centre, d->centre, sizeof c->centre) && c->size == d->size);
    assert_true(same(c->fluid, d->fluid, 1e-9) && same(c->metal, d->metal, 1e-9));
    assert_true(same(c->concentration, d->concentration, 1e-8 * C0));
    assert_true(same(c->potential, d->potential, 1e-8));
  }
  for (size_t k = 0; k < a->facet_count; k++) {
    const DavyFrameFacet *c = a->facets + k, *d = b->facets + k;
    for (int v = 0; v < 3; v++)
      for (int x = 0; x < 3; x++) assert_true(same(c->vertex[v][x], d->vertex[v][x], 1e-9 * UM));
    assert_true(c->body == d->body && c->orphaned == d->orphaned);
    assert_true(same(c->current, d->current, 1e-6) && c->film == 1 && d->film == 1);
  }
  for (size_t k = 0; k < a->body_count; k++) {
    const DavyFrameBody *c = a->bodies + k, *d = b->bodies + k;
    assert_true(c->number == d->number && c->orphaned == d->orphaned);
    assert_true(same(c->volume / d->volume, 1, 1e-10) && same(c->potential, d->potential, 0));
  }
}

static void same_on_any_ranks(void **state) {
  (void)state;
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (int dim = 2; dim <= 3; dim++) {
    Problem p = {dim, 12.5};
    DavySubstrate *substrate = flat(dim);
    DavyGrowth *g[2] = {grown(&p, MPI_COMM_WORLD, substrate), grown(&p, MPI_COMM_SELF, substrate)};
    DavyFrame *f[2];
    for (int k = 0; k < 2; k++) {
      if (dim == 2) must(DavyGrowthStep(g[k], 10));
      f[k] = frame_of(g[k]);
    }
    assert_int_equal(f[0] != NULL, rank == 0);
    assert_non_null(f[1]);
    if (f[0]) expect_same(f[0], f[1]);
    for (int k = 0; k < 2; k++) {
      DavyFrameDestroy(&f[k]);
      DavyGrowthDestroy(&g[k]);
    }
    DavySubstrateDestroy(&substrate);
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest usual[] = {cmocka_unit_test(shows_plane_and_space)};
  const struct CMUnitTest ranks[] = {cmocka_unit_test(same_on_any_ranks)};
  int failed = run_groups(argc, argv, usual, usual, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
