/* Powder diffraction against exact structure factors, tabulated patterns and published angles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "davy/diffraction.h"
#include "diffraction/form_factor.h"
#include "expect_close.h"

static const double degree = M_PI / 180, angstrom = 1e-10;

static DavyLattice lattice(double a, double b, double c, double alpha, double beta, double gamma) {
  return (DavyLattice){{a * angstrom, b * angstrom, c * angstrom},
                       {alpha * degree, beta * degree, gamma * degree}};
}

static DavyCrystal *crystal(const char *name, DavyLattice cell, const char *group,
                            const DavySite *sites, size_t count) {
  DavyCrystal *made = NULL;
  if (DavyCrystalCreate(name, &cell, group, sites, count, &made))
    fail_msg("%s: %s", name, DavyErrorMessage());
  return made;
}

static DavyPattern *pattern(const DavyCrystal *of) {
  DavyPattern *made = NULL;
  DavyDiffractionOptions options = DavyDiffractionOptionsDefault();
  if (DavyPatternCompute(of, &options, &made)) fail_msg("%s", DavyErrorMessage());
  return made;
}

/* The line of a plane, whatever representative the family goes by. */
static DavyLine line_near(const DavyPattern *p, double two_theta_degrees) {
  DavyLine best = DavyPatternLine(p, 0);
  for (size_t i = 1; i < DavyPatternCount(p); i++) {
    DavyLine l = DavyPatternLine(p, i);
    if (fabs(l.two_theta - two_theta_degrees * degree) <
        fabs(best.two_theta - two_theta_degrees * degree))
      best = l;
  }
  return best;
}

static DavyCrystal *na2au(void) {
  /* Takemura and Fujihisa, PRB 84 (2011) 014117: CuAl2 type; lattice of Haucke 1937 (recalled) */
  static const DavySite sites[] = {{"Au", {0, 0, 0.25}, 1, 0}, {"Na", {0.162, 0.662, 0}, 1, 0}};
  return crystal("Na2Au", lattice(7.417, 7.417, 5.522, 90, 90, 90), "140", sites, 2);
}

static DavyCrystal *gold(void) {
  static const DavySite site = {"Au", {0, 0, 0}, 1, 0};
  return crystal("Au", lattice(4.0786, 4.0786, 4.0786, 90, 90, 90), "Fm-3m", &site, 1);
}

/* Angles that Deng 2022 and Wang 2021 assign, to the two decimals they are printed with. */
static void test_published_angles(void **state) {
  (void)state;
  static const struct {
    int h, k, l;
    double two_theta;
  } sodium_gold[] = {
      {0, 0, 2, 32.40}, {2, 2, 0, 34.16}, {1, 1, 2, 36.76}, {3, 1, 0, 38.35}, {2, 0, 2, 40.71}};
  DavyCrystal *c = na2au();
  DavyPattern *p = pattern(c);
  for (size_t i = 0; i < 5; i++) {
    DavyLine l = line_near(p, sodium_gold[i].two_theta);
    assert_int_equal(l.index[0], sodium_gold[i].h);
    assert_int_equal(l.index[1], sodium_gold[i].k);
    assert_int_equal(l.index[2], sodium_gold[i].l);
    expect_close(l.two_theta / degree, sodium_gold[i].two_theta, 0.0075); /* rounding, and
        0.002 degrees between two values of the wavelength in use, 1.54056 and 1.54059 */
  }
  DavyPatternDestroy(&p);
  DavyCrystalDestroy(&c);
  static const DavySite sites[] = {{"Ni", {0, 0, 0}, 1, 0}, {"Sb", {1.0 / 3, 2.0 / 3, 0.25}, 1, 0}};
  static const double breithauptite[] = {31.48, 34.87, 44.10, 46.11};
  c = crystal("NiSb", lattice(3.934, 3.934, 5.141, 90, 90, 120), "P63/mmc", sites, 2);
  p = pattern(c);
  for (size_t i = 0; i < 4; i++)
    expect_close(line_near(p, breithauptite[i]).two_theta / degree, breithauptite[i], 0.0075);
  DavyPatternDestroy(&p);
  DavyCrystalDestroy(&c);
}

/* Lorentz-polarisation by hand, for a diffractometer without a monochromator. */
static double lorentz_polarisation(double two_theta) {
  double c = cos(two_theta), s = sin(two_theta / 2);
  return (1 + c * c) / (2 * s * s * cos(two_theta / 2));
}

/* Silicon: angles of NIST SRM 640 (a = 5.4309 angstrom), and intensities from the closed form of
 * the diamond structure: |F|2 = 32 f^2 for odd, 64 f^2 for even indices with h+k+l = 4n. */
static void test_silicon(void **state) {
  (void)state;
  static const DavySite site = {"Si", {0, 0, 0}, 1, 0};
  DavyCrystal *c = crystal("Si", lattice(5.4309, 5.4309, 5.4309, 90, 90, 90), "227:1", &site, 1);
  DavyPattern *p = pattern(c);
  assert_int_equal(DavyCrystalAtoms(c), 8);
  expect_close(DavyCrystalDensity(c), 2329, 1); /* kg/m3, handbook */
  DavyLine l111 = DavyPatternLine(p, 0), l220 = DavyPatternLine(p, 1), l311 = DavyPatternLine(p, 2);
  expect_close(l111.two_theta / degree, 28.443, 0.002);
  expect_close(l220.two_theta / degree, 47.304, 0.002);
  expect_close(l311.two_theta / degree, 56.123, 0.002);
  const double f111 = davy_form_factor(davy_element_find("Si"), 3 / pow(2 * 5.4309, 2)),
               f220 = davy_form_factor(davy_element_find("Si"), 8 / pow(2 * 5.4309, 2));
  double expected = 12 * 64 * f220 * f220 * lorentz_polarisation(l220.two_theta) /
                    (8 * 32 * f111 * f111 * lorentz_polarisation(l111.two_theta));
  expect_close(l220.intensity / l111.intensity, expected, 1e-9); /* round-off */
  for (size_t i = 0; i < DavyPatternCount(p); i++) { /* the diamond glide: h+k+l = 4n+2 absent */
    DavyLine l = DavyPatternLine(p, i);
    int sum = l.index[0] + l.index[1] + l.index[2];
    assert_true(sum % 2 || sum % 4 == 0);
  }
  DavyPatternDestroy(&p);
  DavyCrystalDestroy(&c);
}

/* Rock salt has a closed form: |F|2 = 16 (f_Na +- f_Cl)^2, plus for even, minus for odd indices. */
static void test_rock_salt_exact(void **state) {
  (void)state;
  static const DavySite sites[] = {{"Na", {0, 0, 0}, 1, 0}, {"Cl", {0.5, 0.5, 0.5}, 1, 0}};
  const double a = 5.6402;
  DavyCrystal *c = crystal("NaCl", lattice(a, a, a, 90, 90, 90), "225", sites, 2);
  DavyPattern *p = pattern(c);
  double strongest = 0;
  for (size_t i = 0; i < DavyPatternCount(p); i++) {
    DavyLine l = DavyPatternLine(p, i);
    int n2 = l.index[0] * l.index[0] + l.index[1] * l.index[1] + l.index[2] * l.index[2];
    double s2 = n2 / (4 * a * a), na = davy_form_factor(davy_element_find("Na"), s2),
           cl = davy_form_factor(davy_element_find("Cl"), s2);
    double f = 4 * (l.index[0] % 2 ? na - cl : na + cl);
    expect_close(l.form_squared, f * f, 1e-9 * 16 * 28 * 28); /* round-off of 8 atoms */
    expect_close(l.spacing, a * angstrom / sqrt(n2), 1e-22);
    if (l.intensity > strongest) strongest = l.intensity;
  }
  expect_close(strongest, 1, 1e-12);
  expect_close(line_near(p, 31.69).intensity, 1, 1e-12); /* (200) is the strongest */
  DavyPatternDestroy(&p);
  DavyCrystalDestroy(&c);
}

/* Planes per family, International Tables A: m-3m and m-3 differ for general indices. */
static void test_multiplicities(void **state) {
  (void)state;
  static const struct {
    const char *group;
    int h, k, l, multiplicity;
  } expected[] = {{"221", 1, 0, 0, 6},  {"221", 1, 1, 0, 12}, {"221", 1, 1, 1, 8},
                  {"221", 2, 1, 0, 24}, {"221", 2, 1, 1, 24}, {"221", 3, 2, 1, 48},
                  {"200", 2, 1, 0, 12}, {"200", 3, 2, 1, 24}};
  static const DavySite site = {"Na", {0, 0, 0}, 1, 0};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    DavyCrystal *c = crystal("P", lattice(6, 6, 6, 90, 90, 90), expected[i].group, &site, 1);
    DavyPattern *p = pattern(c);
    int found = 0;
    for (size_t k = 0; k < DavyPatternCount(p); k++) {
      DavyLine l = DavyPatternLine(p, k);
      if (l.index[0] == expected[i].h && l.index[1] == expected[i].k && l.index[2] == expected[i].l)
        found = l.multiplicity;
    }
    assert_int_equal(found, expected[i].multiplicity);
    DavyPatternDestroy(&p);
    DavyCrystalDestroy(&c);
  }
}

/* The drawn peaks keep the lines' areas. Tails of the Lorentzian beyond the range hold under 1 %.
 */
static void test_profile_area(void **state) {
  (void)state;
  enum { N = 200001 };
  DavyCrystal *c = gold();
  DavyPattern *p = NULL;
  DavyDiffractionOptions o = DavyDiffractionOptionsDefault();
  assert_false(DavyRadiationFind("CuKa", &o.radiation));
  assert_false(DavyPatternCompute(c, &o, &p));
  double *y = calloc(N, sizeof *y), area = 0, lines = 0;
  DavyPatternDraw(p, &o, 1, N, y);
  for (size_t i = 0; i < N; i++) area += y[i] * (o.two_theta_max - o.two_theta_min) / (N - 1);
  for (size_t i = 0; i < DavyPatternCount(p); i++) lines += DavyPatternLine(p, i).intensity;
  expect_close(area / lines, 1, 0.01);
  free(y);
  DavyPatternDestroy(&p);
  DavyCrystalDestroy(&c);
}

/* A thin film weighs low angles: A = 1 - exp(-2 mu t/sin(theta)) tends to 2 mu t/sin(theta). */
static void test_film(void **state) {
  (void)state;
  DavyCrystal *c = gold();
  DavyPattern *thick = pattern(c), *thin = NULL;
  DavyDiffractionOptions o = DavyDiffractionOptionsDefault();
  o.film_thickness = 1e-12;
  o.absorption = 4e5;
  assert_false(DavyPatternCompute(c, &o, &thin));
  DavyLine a = DavyPatternLine(thick, 0), b = DavyPatternLine(thick, 2);
  double ratio = DavyPatternLine(thin, 2).intensity / DavyPatternLine(thin, 0).intensity;
  double expected = b.intensity / a.intensity * sin(a.two_theta / 2) / sin(b.two_theta / 2);
  expect_close(ratio, expected, 1e-5 * expected); /* next term of the exponential: 4e-7 */
  DavyPatternDestroy(&thin);
  DavyPatternDestroy(&thick);
  DavyCrystalDestroy(&c);
}

static const char cif_text[] = "data_test\n"
                               "_cell_length_a 5.366(2)\n_cell_length_b 5.366(2)\n"
                               "_cell_length_c 9.515\n_cell_angle_alpha 90\n_cell_angle_beta 90\n"
                               "_cell_angle_gamma 120 # hexagonal\n"
                               "_space_group_name_H-M_alt 'P 63/m m c'\n"
                               "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n"
                               "_atom_site_fract_z\n_atom_site_occupancy\n"
                               "Sb1 0.3333 0.6667 0.25 1.0\nNa1 0 0 0.25 1.0\n"
                               "Na2 0.3333 0.6667 0.583 .\n";

static void test_cif(void **state) {
  (void)state;
  DavyCrystal *c = NULL;
  if (DavyCrystalParseCif(cif_text, sizeof cif_text - 1, "t.cif", &c))
    fail_msg("%s", DavyErrorMessage());
  assert_int_equal(DavyCrystalAtoms(c), 8);
  expect_close(DavyCrystalElementCount(c, "Na"), 6, 0);
  expect_close(DavyCrystalDensity(c), 2670, 1); /* kg/m3 of Na3Sb, from M, Z and V by hand */
  DavyCrystalDestroy(&c);
}

static void expect_cif_error(const char *text, DavyError expected, const char *part) {
  DavyCrystal *c = NULL;
  DavyError error = DavyCrystalParseCif(text, strlen(text), "bad.cif", &c);
  if (error != expected || !strstr(DavyErrorMessage(), part))
    fail_msg("error %d, \"%s\": expected %d with \"%s\"", error, DavyErrorMessage(), expected,
             part);
  assert_null(c);
}

static void test_cif_errors(void **state) {
  (void)state;
  char text[sizeof cif_text];
  expect_cif_error("", DAVY_ERR_KEY, "_atom_site_fract_x");
  expect_cif_error("data_x\n_cell_length_a 'abc\n", DAVY_ERR_FORMAT, "bad.cif:2");
  expect_cif_error("data_x\n;text\nnever ends", DAVY_ERR_FORMAT, "bad.cif:2");
  expect_cif_error("data_x\nloop_\n_a\n_b\n1 2 3\n", DAVY_ERR_FORMAT, "bad.cif:2");
  memcpy(text, cif_text, sizeof text);
  memcpy(strstr(text, "9.515"), "nine.", 5);
  expect_cif_error(text, DAVY_ERR_FORMAT, "bad.cif:4: _cell_length_c = nine.");
  memcpy(text, cif_text, sizeof text);
  memcpy(strstr(text, "63/m"), "99/m", 4);
  expect_cif_error(text, DAVY_ERR_LOOKUP, "bad.cif:8");
  memcpy(text, cif_text, sizeof text);
  memcpy(strstr(text, "0 0 0.25"), "0 0 0.26", 8);
  expect_cif_error(text, DAVY_ERR_VALUE, "bad.cif:16: Na at 0, 0, 0.26 nearly sits");
  memcpy(text, cif_text, sizeof text);
  memcpy(strstr(text, "Na1"), "Qx1", 3);
  expect_cif_error(text, DAVY_ERR_LOOKUP, "bad.cif:16: element Qx");
  memcpy(text, cif_text, sizeof text);
  memcpy(strstr(text, "length_b 5.3"), "length_b 5.4", 12);
  expect_cif_error(text, DAVY_ERR_VALUE, "bad.cif:2: a = 5.366, b = 5.466");
}

static void expect_crystal_error(DavyLattice cell, const char *group, DavySite site,
                                 DavyError expected, const char *part) {
  DavyCrystal *c = NULL;
  DavyError error = DavyCrystalCreate("trial", &cell, group, &site, 1, &c);
  if (error != expected || !strstr(DavyErrorMessage(), part))
    fail_msg("error %d, \"%s\": expected %d with \"%s\"", error, DavyErrorMessage(), expected,
             part);
}

static void test_impossible_crystals(void **state) {
  (void)state;
  DavyLattice cubic = lattice(4, 4, 4, 90, 90, 90), long_c = lattice(4, 4, 5, 90, 90, 90);
  DavySite good = {"Na", {0, 0, 0}, 1, 0}, off = good, odd = good, over = good;
  off.position[0] = 0.03; /* 0.12 angstrom off a special position */
  strcpy(odd.element, "Xx");
  over.occupancy = 1.5;
  expect_crystal_error(cubic, "225", off, DAVY_ERR_VALUE, "nearly sits on a symmetry element");
  expect_crystal_error(long_c, "225", good, DAVY_ERR_VALUE, "do not obey the space group");
  expect_crystal_error(cubic, "231", good, DAVY_ERR_LOOKUP, "231");
  expect_crystal_error(cubic, "225", odd, DAVY_ERR_LOOKUP, "Xx");
  expect_crystal_error(cubic, "225", over, DAVY_ERR_VALUE, "occupancy 1.5");
  expect_crystal_error(lattice(-4, 4, 4, 90, 90, 90), "1", good, DAVY_ERR_VALUE, "a = -4");
  expect_crystal_error(lattice(4, 4, 4, 150, 20, 20), "1", good, DAVY_ERR_VALUE, "no volume");
}

/* A structure of a user's own is told where it is wrong, and that it needs a source. */
static void test_wrong_material_crystals(void **state) {
  (void)state;
  static const struct {
    const char *lines, *message;
  } cases[] = {
      {"lattice: {a: 4 angstrom}\n  sites: [{element: Au, position: [0, 0, 0.01]}]\n  kind: "
       "recalled",
       "own_crystal.yaml:7:3: Own: Au at 0, 0, 0.01 nearly sits on a symmetry element"},
      {"lattice: {a: 4}\n  sites: [{element: Au, position: [0, 0, 0]}]\n  kind: recalled",
       "own_crystal.yaml:8:16: a: 4: the unit is missing"},
      {"lattice: {a: 4 angstrom}\n  sites: [{element: Au, position: [0, 0, 0]}]\n  kind: measured",
       "own_crystal.yaml:7:3: kind measured, source unsourced: expected a source"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    DavyMaterial *material = NULL;
    DavyCrystal *c = NULL;
    FILE *file = fopen("own_crystal.yaml", "w");
    fprintf(file,
            "name: Own\ntitle: own\nclass: phase\nproperties:\n"
            "  density: {value: 19 g/cm3, kind: recalled, source: haynes2016}\n"
            "crystal:\n  space_group: \"225\"\n  %s\n  source: unsourced\n",
            cases[i].lines);
    fclose(file);
    if (DavyMaterialLoad("own_crystal.yaml", &material)) fail_msg("%s", DavyErrorMessage());
    assert_int_not_equal(DavyCrystalFromMaterial(material, &c, NULL, NULL), DAVY_OK);
    if (!strstr(DavyErrorMessage(), cases[i].message))
      fail_msg("\"%s\", expected \"%s\"", DavyErrorMessage(), cases[i].message);
    DavyMaterialDestroy(&material);
    remove("own_crystal.yaml");
  }
}

/* The peaks that Deng 2022 assigns after plating on gold: Na2Au explains all five; gold's (111)
 * lies under its (310), so that one decides nothing (item 16 of the paper's inconsistencies). */
static void test_identification(void **state) {
  (void)state;
  DavyCrystal *crystals[] = {gold(), na2au()};
  DavyPattern *patterns[] = {pattern(crystals[0]), pattern(crystals[1])};
  static const char *const names[] = {"Au", "Na2Au"};
  double peaks[] = {32.40, 34.16, 36.76, 38.35, 40.71};
  for (size_t i = 0; i < 5; i++) peaks[i] *= degree;
  DavyTable *phases, *lines;
  assert_false(DavyIdentify((const DavyPattern *const *)patterns, names, 2, peaks, 5, 0.25 * degree,
                            1.5405929e-10, &phases, &lines));
  assert_string_equal(DavyTableText(phases, 0, 0), "Na2Au");
  expect_close(DavyTableNumber(phases, 0, 2), 5, 0);
  const char *shared = DavyTableText(lines, 3, 2);
  assert_non_null(strstr(shared, "Na2Au (3 1 0)"));
  assert_non_null(strstr(shared, "Au (1 1 1)"));
  DavyTableDestroy(&phases);
  DavyTableDestroy(&lines);
  for (int i = 0; i < 2; i++) {
    DavyPatternDestroy(&patterns[i]);
    DavyCrystalDestroy(&crystals[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_published_angles),
                                     cmocka_unit_test(test_silicon),
                                     cmocka_unit_test(test_rock_salt_exact),
                                     cmocka_unit_test(test_multiplicities),
                                     cmocka_unit_test(test_profile_area),
                                     cmocka_unit_test(test_film),
                                     cmocka_unit_test(test_cif),
                                     cmocka_unit_test(test_cif_errors),
                                     cmocka_unit_test(test_impossible_crystals),
                                     cmocka_unit_test(test_wrong_material_crystals),
                                     cmocka_unit_test(test_wrong_material_crystals),
                                     cmocka_unit_test(test_identification)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
