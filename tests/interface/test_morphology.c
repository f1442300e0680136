/* Figures of deposits of known shape, exact:
 *   half circle, radius R, on width w: mean pi R^2/2w, highest R, coverage 2R/w, compact;
 *     mean square of h: (2R^3 - 2R^3/3)/w
 *   half sphere on w d: mean 2 pi R^3/3wd, coverage pi R^2/wd, mean square of h: pi R^4/2wd
 *   film of thickness t, wave a cos(2 pi x/w): roughness a/sqrt 2
 *   disk of radius R afloat above a film of thickness t, its middle at b: it shades 2R w. The space
 *     under h: t (w - 2R) + 2R b + pi R^2/2; orphaned: pi R^2 of the metal's pi R^2 + t w
 *   mushroom, a circle of radius R with its middle at b < R: mean (R^2 (pi - q + sin q cos q))/w,
 *     cos q = b/R; coverage 2 R sin q/w; the space under h: 2R b + pi R^2/2
 *   film that a fibre looks out of, radius R with its middle at 0, film to t < R above it, heights
 *     from b below it: nothing over the chord s = 2 sqrt(R^2 - t^2) of w, the mean square of
 *     deviations is that of two levels, (t + b)^2 s/w (1 - s/w)
 *
 * Ranks: the same figures on any number of ranks.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "groups.h"
#include "interface/morphology.h"
#include "setting.h"

/* Of the box, a cube about y = 0 to W; the substrate fills the part below. */
static const double UM = 1e-6, W = 8e-6;

typedef struct {
  int dim;
  double film, wave; /* thickness and amplitude, m; no film at 0 */
  Ball ball;         /* none with a radius of 0 */
  double counter;    /* metal above this height; 0: none */
  DavyFibre fibre;   /* the substrate; flat with a radius of 0 */
  double level;
} Deposit;

static double deposit_psi(const void *context, const double x[3]) {
  const Deposit *d = context;
  double psi = INFINITY, top = d->film + d->wave * cos(2 * M_PI * x[0] / W);
  double slope = 2 * M_PI / W * d->wave * sin(2 * M_PI * x[0] / W);
  if (d->film > 0) psi = (x[1] - top) / sqrt(1 + slope * slope);
  if (d->ball.radius > 0) psi = fmin(psi, ball_psi(&d->ball, x));
  if (d->counter > 0) psi = fmin(psi, d->counter - x[1]);
  return psi;
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  (void)context, (void)time;
  if (surface->wall >= 0) *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = 1000};
  if (surface->wall == DAVY_FRONT) *c = (DavyCondition){.kind = DAVY_GIVEN_CURRENT, .current = -10};
}

static DavyMorphology measure(Deposit *deposit, int finest) {
  bool fibre = deposit->fibre.radius > 0;
  DavySubstratePlan base = {.dim = deposit->dim,
                            .width = W,
                            .depth = W,
                            .surfaces = 1,
                            .shape = fibre ? DAVY_SHAPE_FIBRES : DAVY_SHAPE_FLAT,
                            .fibres = fibre,
                            .fibre = &deposit->fibre};
  DavySubstrate *substrate;
  DavyGrowth *g;
  DavyMorphology m;
  must(DavySubstrateCreate(&base, &substrate));
  deposit->ball.dim = deposit->dim;
  DavyGrowthPlan plan = {.comm = MPI_COMM_WORLD,
                         .box = {deposit->dim, {1, 1, 1}, {0, -W / 5, 0}, W},
                         .coarsest = 2,
                         .finest = finest,
                         .band = 6,
                         .metal = deposit_psi,
                         .metal_context = deposit,
                         .substrate = substrate,
                         .counter_wall = deposit->counter > 0 ? 3 : -1,
                         .physics = {.salt = {.charge = 1,
                                              .temperature = 298.15,
                                              .concentration = 1000,
                                              .cation = 1e-10,
                                              .anion = 1e-10},
                                     .walls = deposit->counter > 0 ? 1 : 1u << 3,
                                     .condition = at_surface},
                         .molar_volume = 2.375e-5,
                         .front_step = 0.4,
                         .order = 2};
  must(DavyGrowthCreate(&plan, &g));
  must(DavyMorphologyOf(g, W, deposit->dim == 2 ? 1 : W, deposit->level, &m));
  DavyGrowthDestroy(&g);
  DavySubstrateDestroy(&substrate);
  print_message("  mean %.4f um, highest %.4f, rms %.4f, covered %.4f, pores %.4f, orphaned %.4f; "
                "%d bodies, %d orphans\n",
                m.mean_height / UM, m.highest / UM, m.roughness_rms / UM, m.coverage, m.porosity,
                m.orphaned_share, m.bodies, m.orphans);
  return m;
}

#define near(value, exact, within)                                                                 \
  do {                                                                                             \
    if (!(fabs((value) - (exact)) <= (within)))                                                    \
      fail_msg("%s is %.6g, expected %.6g within %.1g", #value, (double)(value), (double)(exact),  \
               (double)(within));                                                                  \
  } while (0)

/* The metal's shape is that of polygons or tetrahedra between corners of the mesh: of second order,
 * 1/8 curvature h^2. */
static double polygon(double radius, double h) {
  return h * h / (8 * radius);
}

static void half_circle(void **state) {
  (void)state;
  double R = 2 * UM, h = W / 64;
  Deposit d = {.dim = 2, .ball = {.centre = {3.97 * UM, 0, 0}, .radius = R}};
  DavyMorphology m = measure(&d, 6);
  double mean = M_PI * R * R / 2 / W, square = 4 * R * R * R / 3 / W;
  near(m.mean_height, mean, 2 * polygon(R, h));
  near(m.highest, R, 2 * polygon(R, h));
  near(m.roughness_rms, sqrt(square - mean * mean), 2 * polygon(R, h));
  near(m.coverage, 2 * R / W, 2 * polygon(R, h) / W + 1e-6);
  /* Lines a quarter of a cell apart beside an upright front. */
  near(m.porosity, 0, pow(h / 4 / R, 1.5));
  assert_int_equal(m.bodies, 1);
  assert_int_equal(m.orphans, 0);
}

static void half_sphere(void **state) {
  (void)state;
  double R = 2.2 * UM, h = W / 32;
  Deposit d = {.dim = 3, .ball = {.centre = {3.9 * UM, 0, 4.1 * UM}, .radius = R}};
  DavyMorphology m = measure(&d, 5);
  double mean = 2 * M_PI * R * R * R / 3 / (W * W), square = M_PI * pow(R, 4) / 2 / (W * W);
  near(m.mean_height, mean, 2 * polygon(R, h));
  near(m.highest, R, 3 * polygon(R, h));
  near(m.roughness_rms, sqrt(square - mean * mean), 4 * polygon(R, h));
  near(m.coverage, M_PI * R * R / (W * W), 2 * polygon(R, h) * 2 * M_PI * R / (W * W));
  near(m.porosity, 0, pow(h / 4 / R, 1.5));
  near(m.orphaned_share, 0, 0);
}

static void flat_film(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    Deposit d = {.dim = dim, .film = 1.13 * UM};
    DavyMorphology m = measure(&d, dim == 2 ? 6 : 5);
    /* A plane is exact, to the 1e-8 h by which a front is kept off corners. */
    near(m.mean_height, d.film, 1e-7 * UM);
    near(m.highest, d.film, 1e-7 * UM);
    near(m.roughness_rms, 0, 1e-7 * UM);
    near(m.coverage, 1, 1e-12);
    near(m.porosity, 0, 1e-7);
  }
}

static void cosine_film(void **state) {
  (void)state;
  Deposit d = {.dim = 2, .film = 1.5 * UM, .wave = 0.6 * UM};
  DavyMorphology m = measure(&d, 6);
  double bend = pow(2 * M_PI / W, 2) * d.wave, h = W / 64;
  near(m.mean_height, d.film, polygon(1 / bend, h));
  near(m.highest, d.film + d.wave, 2 * polygon(1 / bend, h));
  near(m.roughness_rms, d.wave / sqrt(2), 2 * polygon(1 / bend, h));
  near(m.porosity, 0, 1e-3);
}

static void floating_disk(void **state) {
  (void)state;
  double R = 1.2 * UM, t = 0.8 * UM, b = 3 * UM, h = W / 64;
  Deposit d = {
      .dim = 2, .film = t, .ball = {.centre = {4.03 * UM, b, 0}, .radius = R}, .counter = 5.9 * UM};
  DavyMorphology m = measure(&d, 6);
  double disk = M_PI * R * R, metal = disk + t * W;
  double under = t * (W - 2 * R) + 2 * R * b + disk / 2;
  near(m.mean_height, metal / W, 2 * polygon(R, h));
  near(m.highest, b + R, 2 * polygon(R, h));
  /* Two jumps of b - t, each seen to half a line's distance. */
  near(m.porosity, 1 - metal / under, h / 4 * (b - t) / under + 1e-3);
  near(m.orphaned_share, disk / metal, 2 * polygon(R, h) / R);
  near(m.coverage, 1, 1e-12);
  assert_int_equal(m.bodies, 2); /* without the counter electrode */
  assert_int_equal(m.orphans, 1);
}

static void mushroom(void **state) {
  (void)state;
  double R = 2 * UM, b = 1.2 * UM, q = acos(b / R), h = W / 64;
  Deposit d = {.dim = 2, .ball = {.centre = {3.97 * UM, b, 0}, .radius = R}};
  DavyMorphology m = measure(&d, 6);
  double metal = R * R * (M_PI - q + sin(q) * cos(q)), under = 2 * R * b + M_PI * R * R / 2;
  near(m.mean_height, metal / W, 2 * polygon(R, h));
  near(m.coverage, 2 * R * sin(q) / W, 4 * polygon(R, h) / W);
  near(m.porosity, 1 - metal / under, h / 4 * b / under + 1e-3);
  near(m.orphaned_share, 0, 0);
}

static void film_about_a_fibre(void **state) {
  (void)state;
  double R = 1.5 * UM, t = 0.5 * UM, b = UM, h = W / 64, s = 2 * sqrt(R * R - t * t) / W;
  Deposit d = {
      .dim = 2, .film = t, .fibre = {.at = {4 * UM, 0, 0}, .radius = R, .axis = 2}, .level = -b};
  DavyMorphology m = measure(&d, 6);
  double rms = (t + b) * sqrt(s * (1 - s)),
         by_share = (t + b) * (1 - 2 * s) / 2 / sqrt(s * (1 - s));
  near(m.highest, t + b, 1e-7 * UM);
  /* Both ends of the chord to half a line's distance. */
  near(m.roughness_rms, rms, by_share * h / 4 / W + 1e-6 * UM);
}

static void bare_substrate(void **state) {
  (void)state;
  Deposit d = {.dim = 2};
  DavyMorphology m = measure(&d, 5);
  assert_true(m.mean_height == 0 && m.highest == 0 && m.roughness_rms == 0 && m.coverage == 0 &&
              m.porosity == 0 && m.orphaned_share == 0 && m.bodies == 0);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest usual[] = {
      cmocka_unit_test(half_circle),        cmocka_unit_test(half_sphere),
      cmocka_unit_test(flat_film),          cmocka_unit_test(cosine_film),
      cmocka_unit_test(mushroom),           cmocka_unit_test(floating_disk),
      cmocka_unit_test(film_about_a_fibre), cmocka_unit_test(bare_substrate)};
  const struct CMUnitTest ranks[] = {cmocka_unit_test(half_sphere),
                                     cmocka_unit_test(floating_disk)};
  int failed = run_groups(argc, argv, usual, usual, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
