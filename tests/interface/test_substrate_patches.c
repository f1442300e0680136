/* Substrates: patterns of materials, and the sites of nuclei on them.
 *
 * Random islands: as many as asked, none overlapping with another or with its image, diameters of
 * the given distribution, the same for the same seed. Covered shares are counted on a lattice of
 * places and compared with geometry. Sites: counts over many seeds against density times area, with
 * the area by hand (arc lengths by quadrature), within four standard errors; a Poisson count has
 * its mean as its variance. */
#include <gsl/gsl_integration.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../expect_close.h"
#include "davy/kinetics.h"
#include "interface/substrate_parts.h"

static const double um = 1e-6;

static DavySubstrate *make(const DavySubstratePlan *plan) {
  DavySubstrate *substrate;
  if (DavySubstrateCreate(plan, &substrate)) fail_msg("%s", DavyErrorMessage());
  return substrate;
}

/* Share of places on a lattice of the box, n a side, that bear surface 1. */
static double covered(const DavySubstrate *substrate, int n) {
  const DavySubstratePlan *plan = &substrate->plan;
  int hits = 0, rows = plan->dim == 3 ? n : 1;
  for (int j = 0; j < rows; j++)
    for (int i = 0; i < n; i++) {
      double x[3] = {(i + 0.5) / n * plan->width, 0, (j + 0.5) / n * plan->depth};
      hits += DavySubstrateMaterialAt(substrate, x) == 1;
    }
  return (double)hits / n / rows;
}

static void test_regular_patterns(void **state) {
  (void)state;
  DavySubstratePlan plan = {.dim = 2, .width = 6 * um, .surfaces = 2};
  plan.pattern = DAVY_PATTERN_STRIPES;
  plan.stripes.period = 2 * um;
  plan.stripes.share = 0.25;
  plan.stripes.offset = -2.75 * um; /* stripes at 1.25 to 1.75, and so on */
  DavySubstrate *substrate = make(&plan);
  assert_int_equal(DavySubstratePatches(substrate), 4);
  /* An edge moves by less than one place in 6000: exact for edges on the lattice's lines. */
  expect_close(covered(substrate, 6000), 0.25, 1e-12);
  double in[3] = {1.26 * um, 0, 0}, out[3] = {1.24 * um, 0, 0};
  assert_int_equal(DavySubstrateMaterialAt(substrate, in), 1);
  assert_int_equal(DavySubstrateMaterialAt(substrate, out), 0);
  DavySubstrateDestroy(&substrate);

  plan.pattern = DAVY_PATTERN_ISLANDS;
  plan.islands.spacing = 1.5 * um;
  plan.islands.diameter = 0.5 * um;
  substrate = make(&plan);
  assert_int_equal(DavySubstratePatches(substrate), 5);
  expect_close(covered(substrate, 6000), 1.0 / 3, 1e-12);
  DavySubstrateDestroy(&substrate);

  /* Disks: pi d2/4 per cell of spacing s2, or s2 sqrt(3)/2. With m places a diameter a disk's area
   * is off by about m^(-3/2) of it (Gauss' circle problem): here m = 167, 5e-4. */
  plan.dim = 3;
  plan.depth = 3 * um;
  double square = M_PI / 4 / 9;
  substrate = make(&plan);
  assert_int_equal(DavySubstratePatches(substrate), 9);
  expect_close(covered(substrate, 2000), square, 5e-4 * square);
  DavySubstrateDestroy(&substrate);
  plan.islands.hexagonal = true;
  plan.depth = 3 * sqrt(3) * um;
  substrate = make(&plan);
  expect_close(covered(substrate, 2000), square / sqrt(0.75), 5e-4 * square);
  DavySubstrateDestroy(&substrate);
}

static DavySubstratePlan random_plan(int dim) {
  DavySubstratePlan plan = {.dim = dim, .width = 10 * um, .depth = 8 * um, .surfaces = 2};
  plan.seed = 11;
  plan.pattern = DAVY_PATTERN_RANDOM_ISLANDS;
  plan.random.density = dim == 3 ? 3e13 : 2e8; /* 2400 and 2000 islands */
  plan.random.diameter = dim == 3 ? 0.1 * um : 2e-3 * um;
  plan.random.spread = 0.2;
  plan.random.least_gap = dim == 3 ? 0.01 * um : 2e-4 * um;
  return plan;
}

static double gap_between(const DavySpots *spots, int i, int j) {
  const DavySpot *a = spots->spot + i, *b = spots->spot + j;
  double apart = hypot(a->at[0] - b->at[0], spots->axes == 2 ? a->at[1] - b->at[1] : 0);
  return apart - a->radius - b->radius;
}

static void test_random_islands(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavySubstratePlan plan = random_plan(dim);
    DavySubstrate *substrate = make(&plan);
    const DavySpots *spots = &substrate->spots;
    int count = spots->count;
    assert_int_equal(count, dim == 3 ? 2400 : 2000);
    double gap = plan.random.least_gap, sum = 0, squares = 0, area = 0, extent[2] = {plan.width};
    extent[1] = plan.depth;
    for (int i = 0; i < count; i++) {
      double r = spots->spot[i].radius;
      sum += 2 * r;
      squares += 4 * r * r;
      area += dim == 3 ? M_PI * r * r : 2 * r;
      for (int j = 0; j < i; j++) assert_true(gap_between(spots, i, j) >= gap * (1 - 1e-9));
      for (int d = 0; d < spots->axes; d++) {
        double at = spots->spot[i].at[d];
        assert_true(2 * (fmin(at, extent[d] - at) - r) >= gap * (1 - 1e-9)); /* its image */
      }
    }
    /* A normal distribution cut at 2 deviations has 0.8796 of the deviation. */
    double mean = sum / count, deviation = sqrt(squares / count - mean * mean);
    double expected = 0.8796 * 0.2 * plan.random.diameter;
    expect_close(mean, plan.random.diameter, 4 * expected / sqrt(count));
    expect_close(deviation, expected, 4 * expected / sqrt(2 * count));
    /* What the bins answer against the sum of areas: the lattice of n places a side misses islands'
     * edges at random, by about sqrt(count * places on an edge) places. */
    int n = dim == 3 ? 1500 : 1000000;
    double total = extent[0] * (dim == 3 ? extent[1] : 1);
    expect_close(covered(substrate, n), area / total, dim == 3 ? 3e-4 : 2e-4);
    DavySubstrateDestroy(&substrate);
  }
}

/* Every place of a lattice: the bins against a look at all islands. */
static void test_patch_by_brute_force(void **state) {
  (void)state;
  DavySubstratePlan plan = random_plan(3);
  DavySubstrate *substrate = make(&plan);
  const DavySpots *spots = &substrate->spots;
  for (int k = 0; k < 100 * 100; k++) {
    double x[3] = {(k % 100 + 0.5) / 100 * plan.width, um, (k / 100 + 0.5) / 100 * plan.depth};
    int patch = 0;
    for (int i = 0; i < spots->count; i++)
      if (hypot(x[0] - spots->spot[i].at[0], x[2] - spots->spot[i].at[1]) < spots->spot[i].radius)
        patch = i + 1;
    assert_int_equal(DavySubstratePatchAt(substrate, x), patch);
  }
  DavySubstrateDestroy(&substrate);
}

static void test_seeds(void **state) {
  (void)state;
  DavySubstratePlan plan = random_plan(3);
  plan.surface[1].nucleation = (DavyNucleation){
      .kind = DAVY_NUCLEI_INSTANTANEOUS, .density = 1e14, .radius = 1e-9, .angle = 1};
  DavySubstrate *one = make(&plan), *same = make(&plan);
  plan.seed = 12;
  DavySubstrate *other = make(&plan);
  size_t bytes = (size_t)one->spots.count * sizeof *one->spots.spot;
  assert_memory_equal(one->spots.spot, same->spots.spot, bytes);
  assert_memory_not_equal(one->spots.spot, other->spots.spot, bytes);
  /* What the Mersenne twister and splitmix64 give by their papers, in another language. */
  gsl_rng *random = DavySubstrateStream(11, DAVY_STREAM_ISLANDS);
  assert_true(gsl_rng_get(random) == 846624317 && gsl_rng_get(random) == 3898115393);
  gsl_rng_free(random);
  DavySite *a, *b;
  int count_a, count_b;
  assert_int_equal(DavySubstrateSites(one, &a, &count_a), DAVY_OK);
  assert_int_equal(DavySubstrateSites(same, &b, &count_b), DAVY_OK);
  assert_int_equal(count_a, count_b);
  assert_memory_equal(a, b, (size_t)count_a * sizeof *a);
  free(a);
  free(b);
  DavySubstrateDestroy(&one);
  DavySubstrateDestroy(&same);
  DavySubstrateDestroy(&other);
}

/* Of material `material`, over 400 seeds. */
static void expect_sites(DavySubstratePlan plan, int material, double expected) {
  enum { SEEDS = 400 };
  double sum = 0, squares = 0;
  for (plan.seed = 0; plan.seed < SEEDS; plan.seed++) {
    DavySubstrate *substrate = make(&plan);
    DavySite *sites;
    int count, here = 0;
    assert_int_equal(DavySubstrateSites(substrate, &sites, &count), DAVY_OK);
    for (int k = 0; k < count; k++) {
      here += sites[k].material == material;
      assert_int_equal(DavySubstratePatchMaterial(substrate, sites[k].patch), sites[k].material);
      assert_true(fabs(DavySubstrateDistance(substrate, sites[k].at)) < 1e-14 * plan.width);
      double out[3]; /* the normal leads out, straight */
      for (int d = 0; d < 3; d++) out[d] = sites[k].at[d] + 1e-6 * plan.width * sites[k].normal[d];
      expect_close(DavySubstrateDistance(substrate, out), 1e-6 * plan.width, 1e-13 * plan.width);
    }
    free(sites);
    DavySubstrateDestroy(&substrate);
    sum += here;
    squares += (double)here * here;
  }
  double mean = sum / SEEDS, variance = squares / SEEDS - mean * mean;
  if (fabs(mean - expected) > 4 * sqrt(expected / SEEDS))
    fail_msg("%g sites in the mean, expected %g", mean, expected);
  if (fabs(variance / expected - 1) > 4 * sqrt(2.0 / SEEDS))
    fail_msg("variance %g of the number of sites, expected %g", variance, expected);
}

static double element(double angle, void *slope) {
  return hypot(1, *(double *)slope * sin(angle));
}

/* Length of a wave over its wavelength. */
static double wave_length(double slope) {
  gsl_function f = {element, &slope};
  double value, error;
  size_t calls;
  gsl_integration_qng(&f, 0, M_PI / 2, 0, 1e-9, &value, &error, &calls);
  return value / (M_PI / 2);
}

static void test_site_densities(void **state) {
  (void)state;
  DavyNucleation nucleation = {.kind = DAVY_NUCLEI_PROGRESSIVE,
                               .density = 4e12,
                               .rate = 1,
                               .radius = 1e-8,
                               .angle = M_PI / 2};
  DavySubstratePlan plan = {.dim = 3, .width = 4 * um, .depth = 3 * um, .surfaces = 2};
  plan.surface[0].nucleation = plan.surface[1].nucleation = nucleation;
  expect_sites(plan, 0, 48);
  plan.pattern = DAVY_PATTERN_HALVES;
  plan.surface[1].nucleation.density = 1e12;
  expect_sites(plan, 0, 24);
  expect_sites(plan, 1, 6);
  plan.pattern = DAVY_PATTERN_UNIFORM;
  plan.shape = DAVY_SHAPE_COSINE;
  plan.amplitude = 0.5 * um;
  plan.length = 2 * um;
  expect_sites(plan, 0, 48 * wave_length(2 * M_PI * 0.25));
  plan.shape = DAVY_SHAPE_BUNDLE;
  plan.bundle.fibres = 1;
  plan.bundle.radius = 0.5 * um;
  expect_sites(plan, 0, 4e12 * 2 * M_PI * 0.5 * um * 3 * um);
  plan.dim = 2;
  plan.surface[0].nucleation.density = 4e6;
  expect_sites(plan, 0, 4e6 * 2 * M_PI * 0.5 * um);
}

/* Two circles of radius r that meet at a right angle bury a quarter of each; and a fibre on a
 * mirror has half of its surface in the box. */
static void test_buried_sites(void **state) {
  (void)state;
  DavyFibre fibres[] = {{.at = {1.5 * um, 0}, .radius = um, .axis = 2},
                        {.at = {1.5 * um, M_SQRT2 * um}, .radius = um, .axis = 2}};
  DavySubstratePlan plan = {.dim = 2, .width = 3 * um, .surfaces = 1};
  plan.shape = DAVY_SHAPE_FIBRES;
  plan.fibres = 2;
  plan.fibre = fibres;
  plan.surface[0].nucleation = (DavyNucleation){
      .kind = DAVY_NUCLEI_INSTANTANEOUS, .density = 5e6, .radius = 1e-8, .angle = M_PI / 2};
  expect_sites(plan, 0, 5e6 * 2 * 1.5 * M_PI * um);
  plan.fibres = 1;
  fibres[0].at[0] = 0;
  expect_sites(plan, 0, 5e6 * M_PI * um);
}

static DavySubstratePlan woven_plan(void) {
  DavySubstratePlan plan = {.dim = 3, .width = 10 * um, .depth = 10 * um, .surfaces = 2};
  plan.shape = DAVY_SHAPE_WEAVE;
  plan.weave.radius = um;
  plan.weave.gap = um;
  plan.weave.spacing = 10 * um;
  plan.surface[1].nucleation = (DavyNucleation){
      .kind = DAVY_NUCLEI_INSTANTANEOUS, .density = 1e12, .radius = 1e-8, .angle = M_PI / 2};
  return plan;
}

/* The surface of a weave: Pappus' theorem, area = circumference times length of the axis. */
static void test_woven_sites(void **state) {
  (void)state;
  /* Two yarns along z on the mirrors, half in the box. Ends lean out of the box as much as in. */
  double axis = 10 * um * wave_length(M_PI * 1.5 / 10);
  expect_sites(woven_plan(), 1, 1e12 * 2 * M_PI * um * axis);
}

/* The outside of a bend has more surface than the inside: by 4 r^2 times the angle through which
 * the axis turns, here twice atan(0.15 pi) up and down. */
static void test_sites_of_bends(void **state) {
  (void)state;
  enum { SEEDS = 400 };
  DavySubstratePlan plan = woven_plan();
  double more = 0, all = 0, expected = SEEDS * 1e12 * 8 * um * um * atan(0.15 * M_PI);
  for (plan.seed = 0; plan.seed < SEEDS; plan.seed++) {
    DavySubstrate *substrate = make(&plan);
    DavySite *sites;
    int count;
    assert_int_equal(DavySubstrateSites(substrate, &sites, &count), DAVY_OK);
    for (int k = 0; k < count; k++) {
      double s = sites[k].at[2] - um * sites[k].normal[2];
      double height = (sites[k].patch == 0 ? 1 : -1) * cos(M_PI * s / plan.depth);
      more += height * sites[k].normal[1] > 0 ? 1 : -1;
    }
    all += count;
    free(sites);
    DavySubstrateDestroy(&substrate);
  }
  expect_close(more, expected, 4 * sqrt(all)); /* each site counts 1 or -1 */
}

static void test_centres(void **state) {
  (void)state;
  DavySubstratePlan plan = random_plan(3);
  plan.random.density = 1e12;
  plan.surface[1].nucleation = (DavyNucleation){.kind = DAVY_NUCLEI_INSTANTANEOUS,
                                                .sites = DAVY_SITES_CENTRES,
                                                .overpotential = 0.02,
                                                .radius = 2e-8,
                                                .angle = 2};
  DavySubstrate *substrate = make(&plan);
  DavySite *sites;
  int count;
  assert_int_equal(DavySubstrateSites(substrate, &sites, &count), DAVY_OK);
  assert_int_equal(count, 80);
  for (int k = 0; k < count; k++) {
    assert_int_equal(DavySubstratePatchAt(substrate, sites[k].at), sites[k].patch);
    assert_int_equal(sites[k].patch, k + 1);
    assert_true(sites[k].at[1] == 0 && sites[k].normal[1] == 1);
    DavyNucleus nucleus = DavySiteNucleus(substrate, sites + k);
    assert_true(nucleus.radius == 2e-8 && nucleus.angle == 2);
  }
  free(sites);
  const DavyNucleation *nucleation = &DavySubstrateSurfaceOf(substrate, 1)->nucleation;
  assert_true(DavyNucleationHazard(nucleation, 0.019) == 0);
  assert_true(isinf(DavyNucleationHazard(nucleation, 0.02)));
  DavySubstrateDestroy(&substrate);
}

/* Placed on a plane of any direction, the cap above it has the volume that quadrature gave (see
 * test_cap), the top at R (1 - cos a), the foot at R sin a, and meets the plane at its angle. */
static void test_nucleus(void **state) {
  (void)state;
  static const double normals[][3] = {{0, 1, 0}, {0.6, 0.8, 0}, {-0.36, 0.48, 0.8}};
  for (int dim = 2; dim <= 3; dim++)
    for (int k = 0; k < dim; k++)
      for (double degrees = 30; degrees <= 180; degrees += 30) {
        double angle = degrees * M_PI / 180, r = 2e-8;
        const double *n = normals[k], across[3] = {n[1], -n[0], 0}; /* in the plane */
        DavyNucleus nucleus = {
            .at = {1e-7, 2e-7, dim == 3 ? 3e-7 : 0}, .radius = r, .angle = angle};
        memcpy(nucleus.normal, n, sizeof nucleus.normal);
        double top[3], foot[3], in[3], norm = hypot(across[0], across[1]);
        for (int d = 0; d < 3; d++) {
          top[d] = nucleus.at[d] + DavyCapHeight(r, angle) * n[d];
          foot[d] = nucleus.at[d] + DavyCapBaseRadius(r, angle) * across[d] / norm;
          in[d] = foot[d] + 1e-4 * r * n[d];
        }
        expect_close(DavyNucleusDistance(&nucleus, dim, top), 0, 1e-22);
        expect_close(DavyNucleusDistance(&nucleus, dim, foot), 0, 1e-22);
        /* Above the foot's edge the sphere is left with the slope cos a; the next term is 1e-4/2.
         */
        double slope = DavyNucleusDistance(&nucleus, dim, in) / (1e-4 * r);
        expect_close(slope, cos(angle), 6e-5);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_regular_patterns),
                                     cmocka_unit_test(test_random_islands),
                                     cmocka_unit_test(test_patch_by_brute_force),
                                     cmocka_unit_test(test_seeds),
                                     cmocka_unit_test(test_site_densities),
                                     cmocka_unit_test(test_buried_sites),
                                     cmocka_unit_test(test_woven_sites),
                                     cmocka_unit_test(test_sites_of_bends),
                                     cmocka_unit_test(test_centres),
                                     cmocka_unit_test(test_nucleus)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
