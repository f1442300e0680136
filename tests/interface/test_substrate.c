/* Substrates: shapes.
 *
 * Distances are judged by brute force: the least distance to points laid densely over the surface,
 * written here by its own equation. Points e apart (2D; lines of a grid in 3D) miss the nearest
 * place by e/2 per direction at most, so that the distance d comes out too long by less than n e^2
 * (1 + h'^2 + d |h''|)/(8 d), n = dim - 1, h' and h'' at their greatest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../expect_close.h"
#include "interface/substrate.h"

static const double um = 1e-6;

/* Even over 0 to 1, for test points: the golden ratio's multiples, in three directions. */
static double even(int k, int direction) {
  static const double step[3] = {0.8191725134, 0.6710436067, 0.5497004779};
  return fmod(0.5 + k * step[direction], 1);
}

static DavySubstrate *make(const DavySubstratePlan *plan) {
  DavySubstrate *substrate;
  if (DavySubstrateCreate(plan, &substrate)) fail_msg("%s", DavyErrorMessage());
  return substrate;
}

static double graph(const DavySubstratePlan *plan, double x, double z) {
  if (plan->shape == DAVY_SHAPE_COSINE) return plan->amplitude * cos(2 * M_PI * x / plan->length);
  double dx = x - plan->apex[0], dz = plan->dim == 3 ? z - plan->apex[1] : 0;
  return plan->amplitude * exp(-(dx * dx + dz * dz) / (2 * plan->length * plan->length));
}

/* Over the box and as much again on each side, unfolded for the cosine, whose images it is. */
static double brute_graph(const DavySubstratePlan *plan, const double x[3], double spacing) {
  double least = INFINITY;
  for (double z = plan->dim == 3 ? 0 : x[2]; z <= (plan->dim == 3 ? plan->depth : x[2]);
       z += spacing)
    for (double s = -plan->width; s <= 2 * plan->width; s += spacing) {
      double y = graph(plan, s, z), dz = z - x[2];
      double square = (s - x[0]) * (s - x[0]) + (y - x[1]) * (y - x[1]) + dz * dz;
      if (square < least) least = square;
    }
  return copysign(sqrt(least), x[1] - graph(plan, x[0], x[2]));
}

static void compare_graph(const DavySubstratePlan *plan, double spacing, double steepest,
                          double sharpest, int points) {
  DavySubstrate *substrate = make(plan);
  double bottom, top;
  DavySubstrateExtent(substrate, &bottom, &top);
  for (int k = 0; k < points; k++) {
    double x[3] = {even(k, 0) * plan->width, bottom + (even(k, 1) * 3 - 1) * (top - bottom),
                   plan->dim == 3 ? even(k, 2) * plan->depth : 0};
    double s = DavySubstrateDistance(substrate, x), brute = brute_graph(plan, x, spacing);
    double bound = 1 + steepest * steepest + fabs(s) * sharpest;
    double most = (plan->dim - 1) * spacing * spacing * bound / (8 * fabs(s));
    if (fabs(s) < 1e-12 * plan->width) continue; /* of either sign */
    if (s * brute < 0 || fabs(s) > fabs(brute) * (1 + 1e-12) || fabs(brute) - fabs(s) > most)
      fail_msg("at %g, %g, %g: %.12g m, by brute force %.12g, not within %g", x[0], x[1], x[2], s,
               brute, most);
    x[1] = graph(plan, x[0], x[2]);
    assert_true(fabs(DavySubstrateDistance(substrate, x)) < 1e-14 * plan->width);
  }
  DavySubstrateDestroy(&substrate);
}

static void test_cosine(void **state) {
  (void)state;
  DavySubstratePlan plan = {.dim = 2, .width = 3 * um, .surfaces = 1, .shape = DAVY_SHAPE_COSINE};
  static const double shapes[][2] = {{0.05, 2}, {0.4, 1}, {-0.4, 2}, {1.5, 0.5}};
  for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
    plan.amplitude = shapes[k][0] * um;
    plan.length = shapes[k][1] * um;
    double steepest = 2 * M_PI * fabs(shapes[k][0]) / shapes[k][1];
    compare_graph(&plan, 2e-4 * um, steepest, 2 * M_PI / plan.length * steepest, 200);
  }
}

static void test_apex(void **state) {
  (void)state;
  DavySubstratePlan plan = {.dim = 2, .width = 4 * um, .depth = 2 * um, .surfaces = 1};
  plan.shape = DAVY_SHAPE_APEX;
  static const double shapes[][2] = {{0.1, 0.4}, {-0.5, 0.3}, {2, 0.2}};
  for (int dim = 2; dim <= 3; dim++)
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
      plan.dim = dim;
      plan.amplitude = shapes[k][0] * um;
      plan.length = shapes[k][1] * um;
      plan.apex[0] = 1.5 * um;
      plan.apex[1] = 1 * um;
      double steepest = fabs(shapes[k][0]) / shapes[k][1] * exp(-0.5);
      double sharpest = fabs(plan.amplitude) / (plan.length * plan.length);
      compare_graph(&plan, (dim == 2 ? 5e-4 : 8e-3) * um, steepest, sharpest, dim == 2 ? 200 : 40);
    }
}

/* Circles: the answer is written by hand. */
static void test_circles(void **state) {
  (void)state;
  DavyFibre fibres[] = {{.at = {1 * um, 1 * um}, .radius = 0.5 * um, .axis = 2},
                        {.at = {3 * um, 2 * um}, .radius = 1 * um, .axis = 2, .material = 1}};
  DavySubstratePlan plan = {.dim = 2, .width = 4 * um, .depth = 3 * um, .surfaces = 2};
  plan.shape = DAVY_SHAPE_FIBRES;
  plan.fibres = 2;
  plan.fibre = fibres;
  for (plan.dim = 2; plan.dim <= 3; plan.dim++) {
    DavySubstrate *substrate = make(&plan);
    assert_int_equal(DavySubstratePatches(substrate), 2);
    for (int k = 0; k < 1000; k++) {
      double x[3] = {even(k, 0) * 4 * um, even(k, 1) * 4 * um, even(k, 2) * 3 * um};
      double a = hypot(x[0] - 1 * um, x[1] - 1 * um) - 0.5 * um;
      double b = hypot(x[0] - 3 * um, x[1] - 2 * um) - 1 * um;
      expect_close(DavySubstrateDistance(substrate, x), fmin(a, b), 1e-20);
      assert_int_equal(DavySubstratePatchAt(substrate, x), b < a);
      assert_int_equal(DavySubstrateMaterialAt(substrate, x), b < a);
    }
    double bottom, top;
    DavySubstrateExtent(substrate, &bottom, &top);
    expect_close(bottom, 0.5 * um, 1e-20);
    expect_close(top, 3 * um, 1e-20);
    DavySubstrateDestroy(&substrate);
  }
}

/* A place outside of the box is its mirror image. */
static void test_mirrors(void **state) {
  (void)state;
  DavyFibre fibre = {.at = {1 * um, 1 * um}, .radius = 0.5 * um, .axis = 2};
  DavySubstratePlan plan = {.dim = 3, .width = 4 * um, .depth = 3 * um, .surfaces = 2};
  plan.shape = DAVY_SHAPE_FIBRES;
  plan.fibres = 1;
  plan.fibre = &fibre;
  DavySubstrate *substrate = make(&plan);
  double x[3] = {0.75 * um, 0, 0.5 * um}, s = DavySubstrateDistance(substrate, x);
  static const double images[] = {-0.75, 7.25, 8.75, -7.25};
  for (int k = 0; k < 4; k++) {
    x[0] = images[k] * um;
    expect_close(DavySubstrateDistance(substrate, x), s, 1e-18);
  }
  DavySubstrateDestroy(&substrate);
  plan.shape = DAVY_SHAPE_FLAT;
  plan.pattern = DAVY_PATTERN_HALVES;
  substrate = make(&plan);
  double left[3] = {-1.9 * um}, right[3] = {-2.1 * um};
  assert_int_equal(DavySubstrateMaterialAt(substrate, left), 0);
  assert_int_equal(DavySubstrateMaterialAt(substrate, right), 1);
  DavySubstrateDestroy(&substrate);
}

static double nearest_pair(const DavySite *sites, int count, double *most_x, double *least_x) {
  double least = INFINITY;
  *most_x = 0;
  *least_x = INFINITY;
  for (int i = 0; i < count; i++) {
    *most_x = fmax(*most_x, sites[i].at[0]);
    *least_x = fmin(*least_x, sites[i].at[0]);
    for (int j = 0; j < i; j++)
      least = fmin(least, hypot(sites[i].at[0] - sites[j].at[0], sites[i].at[1] - sites[j].at[1]));
  }
  return least;
}

/* The tops of the fibres tell where they are. */
static void test_bundle(void **state) {
  (void)state;
  DavySubstratePlan plan = {.dim = 2, .width = 100 * um, .surfaces = 1, .seed = 5};
  plan.shape = DAVY_SHAPE_BUNDLE;
  plan.bundle.radius = 4 * um;
  plan.bundle.gap = 2 * um;
  plan.surface[0].nucleation = (DavyNucleation){.kind = DAVY_NUCLEI_INSTANTANEOUS,
                                                .sites = DAVY_SITES_CENTRES,
                                                .radius = um,
                                                .angle = M_PI / 2};
  static const int sizes[] = {1, 7, 19, 37};
  for (int k = 0; k < 4; k++)
    for (plan.bundle.jitter = 0; plan.bundle.jitter <= 1; plan.bundle.jitter++) {
      plan.bundle.fibres = sizes[k];
      DavySubstrate *substrate = make(&plan);
      DavySite *sites;
      int count;
      assert_int_equal(DavySubstrateSites(substrate, &sites, &count), DAVY_OK);
      assert_int_equal(count, sizes[k]);
      double most, least, pair = nearest_pair(sites, count, &most, &least);
      if (plan.bundle.jitter == 0) {
        /* k rings about the middle one: 2 k pitches wide, sqrt(3) k high. */
        double bottom, top;
        DavySubstrateExtent(substrate, &bottom, &top);
        expect_close(bottom, 0, 1e-18);
        expect_close(top, (8 + 10 * sqrt(3) * k) * um, 1e-17);
        expect_close(most - least, 20 * k * um, 1e-17);
        expect_close((most + least) / 2, 50 * um, 1e-17);
        assert_true(k == 0 || fabs(pair - 10 * um) < 1e-17);
      } else if (k) {
        assert_true(pair >= 8 * um && pair < 10 * um); /* moved, and yet without overlap */
      }
      free(sites);
      DavySubstrateDestroy(&substrate);
    }
}

static double brute_yarns(const double x[3], double radius, double amplitude, double spacing,
                          int yarns) {
  enum { STEPS = 4000 };
  double least = INFINITY;
  for (int k = 0; k < yarns; k++)
    for (int n = 0; n <= STEPS; n++) {
      double s = (yarns - 1) * spacing * n / STEPS, sign = k % 2 ? -1 : 1;
      double y = sign * amplitude * cos(M_PI * s / spacing);
      double along_z = hypot(hypot(x[0] - k * spacing, x[1] - y), x[2] - s);
      double along_x = hypot(hypot(x[2] - k * spacing, x[1] + y), x[0] - s);
      least = fmin(least, fmin(along_z, along_x));
    }
  return least - radius;
}

static void test_weave(void **state) {
  (void)state;
  DavySubstratePlan plan = {.dim = 3, .width = 30 * um, .depth = 30 * um, .surfaces = 2};
  plan.shape = DAVY_SHAPE_WEAVE;
  plan.weave.radius = um;
  plan.weave.gap = 0.5 * um;
  plan.weave.spacing = 10 * um;
  DavySubstrate *substrate = make(&plan);
  assert_int_equal(DavySubstratePatches(substrate), 8);
  /* Between two yarns that cross, on each of the 16 crossings: half the gap to either. */
  for (int k = 0; k < 16; k++) {
    double x[3] = {k % 4 * 10 * um, 0, k / 4 * 10 * um};
    expect_close(DavySubstrateDistance(substrate, x), 0.25 * um, 1e-18);
    /* Above it is the yarn along z at even crossings, of the last surface. */
    x[1] = 1.25 * um;
    assert_int_equal(DavySubstrateMaterialAt(substrate, x), (k % 4 + k / 4) % 2 == 0);
  }
  for (int k = 0; k < 40; k++) {
    double x[3] = {even(k, 0) * 30 * um, (even(k, 1) - 0.5) * 8 * um, even(k, 2) * 30 * um};
    double s = DavySubstrateDistance(substrate, x);
    double brute = brute_yarns(x, um, 1.25 * um, 10 * um, 4), e = 30 * um / 4000;
    /* The same bound, of the distance from the axis. */
    assert_true(brute >= s - 1e-17 && brute - s < e * e * 1.2 / (8 * (s + um)));
  }
  double bottom, top;
  DavySubstrateExtent(substrate, &bottom, &top);
  expect_close(top, 2.25 * um, 1e-18);
  expect_close(bottom, -2.25 * um, 1e-18);
  DavySubstrateDestroy(&substrate);
}

static void refuse(const DavySubstratePlan *plan, const char *words) {
  DavySubstrate *substrate;
  assert_int_equal(DavySubstrateCreate(plan, &substrate), DAVY_ERR_VALUE);
  assert_null(substrate);
  if (!strstr(DavyErrorMessage(), words)) fail_msg("'%s' lacks '%s'", DavyErrorMessage(), words);
}

static void test_refusals(void **state) {
  (void)state;
  DavyFibre fibre = {.at = {-um, 0}, .radius = um, .axis = 2};
  const DavySubstratePlan good = {.dim = 2, .width = um, .surfaces = 2};
  DavySubstratePlan plan = good;
  plan.width = NAN;
  refuse(&plan, "width = nan m; expected more than 0");
  plan = good;
  plan.shape = DAVY_SHAPE_COSINE;
  plan.amplitude = um;
  plan.length = 0.7 * um;
  refuse(&plan, "half waves");
  plan = good;
  plan.shape = DAVY_SHAPE_FIBRES;
  refuse(&plan, "fibres = 0");
  plan.fibres = 1;
  plan.fibre = &fibre;
  refuse(&plan, "expected 0 to 1e-06 m across");
  plan = good;
  plan.shape = DAVY_SHAPE_BUNDLE;
  plan.bundle.fibres = 7;
  plan.bundle.radius = um;
  refuse(&plan, "expected 6e-06 m or more"); /* three touching in a row */
  plan.shape = DAVY_SHAPE_WEAVE;
  refuse(&plan, "expected 3D");
  plan = good;
  plan.pattern = DAVY_PATTERN_HALVES;
  plan.surfaces = 1;
  refuse(&plan, "surfaces = 1; expected 2");
  plan = good;
  plan.pattern = DAVY_PATTERN_ISLANDS;
  plan.islands.spacing = 0.3 * um;
  plan.islands.diameter = 0.1 * um;
  refuse(&plan, "half spacings");
  plan = good;
  plan.pattern = DAVY_PATTERN_RANDOM_ISLANDS;
  plan.random.number = 90; /* 0.9 of the line, beyond jamming at 0.748 */
  plan.random.diameter = 0.01 * um;
  refuse(&plan, "found room");
  plan = good;
  strcpy(plan.surface[0].name, "Ni");
  plan.surface[0].nucleation = (DavyNucleation){
      .kind = DAVY_NUCLEI_PROGRESSIVE, .density = 1e7, .rate = 1, .radius = um, .angle = 4};
  refuse(&plan, "Ni: contact angle = 4 rad");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cosine),  cmocka_unit_test(test_apex),
                                     cmocka_unit_test(test_circles), cmocka_unit_test(test_mirrors),
                                     cmocka_unit_test(test_bundle),  cmocka_unit_test(test_weave),
                                     cmocka_unit_test(test_refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
