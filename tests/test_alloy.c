/* Alloy systems: formulas, the convex hull, the equilibrium potentials of every binary system
 * against numbers worked out apart from davy, and what a wrong file is told. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "davy/cite.h"
#include "davy/constants.h"
#include "davy/material.h"
#include "numeric/hull.h"

static DavyAlloy *load(const char *name) {
  DavyAlloy *alloy = NULL;
  if (DavyAlloyLoad(name, &alloy)) fail_msg("%s", DavyErrorMessage());
  return alloy;
}

/* Molar masses summed by hand from the abridged atomic weights. */
static void formulas_are_read_and_weighed(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double mass, atoms;
  } known[] = {{"NaCl", 58.440, 2},
               {"Na3V2(PO4)2F3", 417.788, 18},
               {"SbCl3", 228.11, 4},
               {"NH4VO3", 116.978, 9},
               {"Na15Sn4", 819.69, 19}};
  DavyFormula f;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (DavyFormulaRead(known[i].text, &f)) fail_msg("%s", DavyErrorMessage());
    assert_true(fabs(DavyFormulaMolarMass(&f) * 1000 - known[i].mass) < 1e-3);
    assert_true(DavyFormulaAtoms(&f) == known[i].atoms);
  }
  static const char *const wrong[] = {"",     "na",    "Na)", "(Na",  "Na0",
                                      "Xy2",  "Na..2", "2Na", "Na 2", "((((((((((Na))))))))))",
                                      "Na1e9"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (DavyFormulaRead(wrong[i], &f) != DAVY_ERR_VALUE) fail_msg("%s is taken", wrong[i]);
  DavyFormulaRead("Na3V2(PO4", &f);
  assert_non_null(strstr(DavyErrorMessage(), "expected a closing bracket"));
}

/* A parabola's points are all corners; chords, duplicates and points above are none. */
static void hull_keeps_the_corners(void **state) {
  (void)state;
  double x[] = {3, 0, 1, 2, 1, 2.5, 0, 0.5}, y[] = {9, 0, 1, 4, 1.5, 6.5, 2, 0.5};
  size_t kept[8];
  assert_int_equal(davy_lower_hull(x, y, 8, 1e-12, kept), 4);
  assert_int_equal(kept[0], 1);
  assert_int_equal(kept[1], 2);
  assert_int_equal(kept[2], 3);
  assert_int_equal(kept[3], 0);
  assert_int_equal(davy_lower_hull(x, y, 0, 1e-12, kept), 0);
  assert_int_equal(davy_lower_hull(x, y, 1, 1e-12, kept), 1);
}

/* Steps of the lower hull, V against the alkali metal: worked out apart from davy, by a script in
 * another language, from the energies of the Materials Project as Matbench gives them (Dunn 2020).
 */
static const struct {
  const char *system, *from, *to;
  double voltage;
} published[] = {
    {"K-Ag", "Ag", "KAg2", 0.0325},
    {"K-Au", "Au", "KAu5", 1.3464},
    {"K-Au", "KAu5", "K2Au3", 0.6398},
    {"K-Bi", "Bi", "KBi2", 0.8697},
    {"K-Bi", "KBi2", "KBi", 0.5121},
    {"K-Bi", "KBi", "K3Bi", 0.3857},
    {"K-C", "C", "KC8", 0.2686},
    {"K-Cd", "Cd", "KCd13", 0.8954},
    {"K-Cd", "KCd13", "K3Cd16", 0.5256},
    {"K-Ga", "Ga", "K3Ga13", 0.8129},
    {"K-Ga", "K3Ga13", "KGa3", 0.2725},
    {"K-Ga", "KGa3", "K2Ga3", 0.1165},
    {"K-Ge", "Ge", "K3Ge17", 0.5631},
    {"K-Ge", "K3Ge17", "KGe", 0.3959},
    {"K-Hg", "Hg", "KHg11", 1.2303},
    {"K-Hg", "KHg11", "KHg6", 1.0171},
    {"K-Hg", "KHg6", "K2Hg7", 0.7884},
    {"K-Hg", "K2Hg7", "KHg3", 0.6025},
    {"K-Hg", "KHg3", "KHg2", 0.5750},
    {"K-Hg", "KHg2", "K5Hg7", 0.2006},
    {"K-Hg", "K5Hg7", "KHg", 0.1653},
    {"K-In", "In", "KIn4", 0.5759},
    {"K-In", "KIn4", "K17In41", 0.2924},
    {"K-In", "K17In41", "K8In11", 0.2067},
    {"K-P", "P", "KP15", 1.6230},
    {"K-P", "KP15", "K3P11", 1.4263},
    {"K-P", "K3P11", "K2P3", 0.8299},
    {"K-P", "K2P3", "KP", 0.2917},
    {"K-P", "KP", "K4P3", 0.1476},
    {"K-Pb", "Pb", "K5Pb24", 0.5733},
    {"K-Pb", "K5Pb24", "KPb2", 0.5220},
    {"K-Pb", "KPb2", "KPb", 0.3865},
    {"K-Sb", "Sb", "KSb2", 0.8860},
    {"K-Sb", "KSb2", "KSb", 0.8388},
    {"K-Sb", "KSb", "K5Sb4", 0.4366},
    {"K-Sb", "K5Sb4", "K3Sb", 0.3705},
    {"K-Si", "Si", "KSi", 0.1310},
    {"K-Sn", "Sn", "K4Sn23", 0.8285},
    {"K-Sn", "K4Sn23", "KSn2", 0.6846},
    {"K-Sn", "KSn2", "KSn", 0.4372},
    {"K-Zn", "Zn", "KZn13", 0.9265},
    {"Li-Ag", "Ag", "LiAg3", 0.5676},
    {"Li-Ag", "LiAg3", "LiAg", 0.3822},
    {"Li-Ag", "LiAg", "Li8Ag5", 0.1418},
    {"Li-Ag", "Li8Ag5", "Li3Ag", 0.0800},
    {"Li-Al", "Al", "LiAl", 0.3591},
    {"Li-Al", "LiAl", "Li3Al2", 0.1925},
    {"Li-Al", "Li3Al2", "Li2Al", 0.0733},
    {"Li-Al", "Li2Al", "Li9Al4", 0.0673},
    {"Li-Au", "Au", "LiAu3", 1.4364},
    {"Li-Au", "LiAu3", "LiAu", 0.9290},
    {"Li-Au", "LiAu", "Li3Au", 0.2631},
    {"Li-Au", "Li3Au", "Li15Au4", 0.0590},
    {"Li-Bi", "Bi", "LiBi", 0.7363},
    {"Li-Bi", "LiBi", "Li3Bi", 0.6883},
    {"Li-C", "C", "LiC12", 0.1184},
    {"Li-Cd", "Cd", "LiCd3", 0.7377},
    {"Li-Cd", "LiCd3", "LiCd", 0.3934},
    {"Li-Cd", "LiCd", "Li3Cd", 0.1039},
    {"Li-Ga", "Ga", "Li2Ga7", 0.7997},
    {"Li-Ga", "Li2Ga7", "LiGa", 0.5787},
    {"Li-Ga", "LiGa", "Li5Ga4", 0.3569},
    {"Li-Ga", "Li5Ga4", "Li3Ga2", 0.2895},
    {"Li-Ga", "Li3Ga2", "Li2Ga", 0.1831},
    {"Li-Ge", "Ge", "LiGe", 0.5654},
    {"Li-Ge", "LiGe", "Li9Ge4", 0.4520},
    {"Li-Ge", "Li9Ge4", "Li15Ge4", 0.2803},
    {"Li-Hg", "Hg", "LiHg", 0.7378},
    {"Li-Hg", "LiHg", "Li3Hg", 0.1899},
    {"Li-In", "In", "LiIn3", 0.5125},
    {"Li-In", "LiIn3", "LiIn", 0.5120},
    {"Li-In", "LiIn", "Li3In2", 0.4482},
    {"Li-In", "Li3In2", "Li2In", 0.2719},
    {"Li-In", "Li2In", "Li13In3", 0.0975},
    {"Li-P", "P", "LiP7", 1.2665},
    {"Li-P", "LiP7", "Li3P7", 1.1695},
    {"Li-P", "Li3P7", "LiP", 0.9357},
    {"Li-P", "LiP", "Li3P", 0.8702},
    {"Li-Pb", "Pb", "LiPb", 0.5475},
    {"Li-Pb", "LiPb", "Li8Pb3", 0.3848},
    {"Li-Pb", "Li8Pb3", "Li3Pb", 0.3017},
    {"Li-Pb", "Li3Pb", "Li7Pb2", 0.2547},
    {"Li-Pb", "Li7Pb2", "Li17Pb4", 0.1248},
    {"Li-Sb", "Sb", "Li2Sb", 0.8504},
    {"Li-Sb", "Li2Sb", "Li3Sb", 0.8329},
    {"Li-Si", "Si", "LiSi", 0.3956},
    {"Li-Si", "LiSi", "Li12Si7", 0.3697},
    {"Li-Si", "Li12Si7", "Li13Si4", 0.2630},
    {"Li-Si", "Li13Si4", "Li21Si5", 0.0994},
    {"Li-Sn", "Sn", "LiSn", 0.6543},
    {"Li-Sn", "LiSn", "Li13Sn5", 0.5001},
    {"Li-Sn", "Li13Sn5", "Li7Sn2", 0.2600},
    {"Li-Sn", "Li7Sn2", "Li17Sn4", 0.2110},
    {"Li-Zn", "Zn", "LiZn3", 0.6406},
    {"Li-Zn", "LiZn3", "LiZn", 0.3160},
    {"Na-Ag", "Ag", "NaAg2", 0.2962},
    {"Na-Au", "Au", "NaAu2", 1.0875},
    {"Na-Au", "NaAu2", "Na2Au", 0.2093},
    {"Na-Bi", "Bi", "NaBi", 0.6000},
    {"Na-Bi", "NaBi", "Na3Bi", 0.4548},
    {"Na-Cd", "Cd", "Na26Cd141", 0.5531},
    {"Na-Cd", "Na26Cd141", "NaCd3", 0.0866},
    {"Na-Cd", "NaCd3", "Na3Cd", 0.0279},
    {"Na-Ga", "Ga", "NaGa4", 0.6754},
    {"Na-Ga", "NaGa4", "Na7Ga13", 0.3346},
    {"Na-Ge", "Ge", "NaGe", 0.3212},
    {"Na-Hg", "Hg", "NaHg3", 0.7849},
    {"Na-Hg", "NaHg3", "NaHg2", 0.5523},
    {"Na-Hg", "NaHg2", "NaHg", 0.2956},
    {"Na-Hg", "NaHg", "Na3Hg2", 0.0878},
    {"Na-Hg", "Na3Hg2", "Na8Hg3", 0.0800},
    {"Na-In", "In", "NaIn3", 0.3251},
    {"Na-In", "NaIn3", "NaIn", 0.2567},
    {"Na-In", "NaIn", "Na2In", 0.0476},
    {"Na-P", "P", "NaP7", 1.2460},
    {"Na-P", "NaP7", "Na3P11", 0.9985},
    {"Na-P", "Na3P11", "NaP", 0.6393},
    {"Na-P", "NaP", "Na3P", 0.2948},
    {"Na-Pb", "Pb", "NaPb3", 0.4166},
    {"Na-Pb", "NaPb3", "NaPb", 0.3219},
    {"Na-Pb", "NaPb", "Na15Pb4", 0.1149},
    {"Na-Sb", "Sb", "NaSb", 0.6567},
    {"Na-Sb", "NaSb", "Na3Sb", 0.5472},
    {"Na-Si", "Si", "NaSi", 0.0379},
    {"Na-Sn", "Sn", "NaSn2", 0.4504},
    {"Na-Sn", "NaSn2", "NaSn", 0.4373},
    {"Na-Sn", "NaSn", "Na9Sn4", 0.1323},
    {"Na-Sn", "Na9Sn4", "Na15Sn4", 0.1041},
    {"Na-Zn", "Zn", "NaZn13", 0.7577},
};
enum { PUBLISHED = sizeof published / sizeof *published };

static void hull_voltages_to_a_millivolt(void **state) {
  (void)state;
  for (size_t first = 0; first < PUBLISHED;) {
    DavyAlloy *alloy = load(published[first].system);
    size_t steps = DavyAlloyPlateauCount(alloy), next = first;
    while (next < PUBLISHED && strcmp(published[next].system, published[first].system) == 0) next++;
    if (steps != next - first)
      fail_msg("%s: %zu steps, expected %zu", published[first].system, steps, next - first);
    for (size_t i = 0; i < steps; i++) {
      DavyAlloyPlateau p = DavyAlloyPlateauAt(alloy, i);
      assert_string_equal(p.from, published[first + i].from);
      assert_string_equal(p.to, published[first + i].to);
      if (!(fabs(p.voltage - published[first + i].voltage) < 1e-3))
        fail_msg("%s to %s: %.5f V, expected %.4f", p.from, p.to, p.voltage,
                 published[first + i].voltage);
    }
    DavyAlloyDestroy(&alloy);
    first = next;
  }
}

/* NiSb + 3 A = A3Sb + Ni: 0.406, 0.667 and 0.362 V from the same energies as one step. The hull of
 * the section Na-NiSb goes through Ni5Sb2 and Ni3Sb; by hand from -0.266325, -0.168191, -0.151702
 * and -0.437768 eV per atom: 0.4186, 0.4177 and 0.3814 V, with the same mean. */
static void conversion_of_nickel_antimonide(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double mean;
  } systems[] = {{"Na-NiSb", 0.4061}, {"Li-NiSb", 0.667}, {"K-NiSb", 0.3624}};
  for (int i = 0; i < 3; i++) {
    DavyAlloy *alloy = load(systems[i].name);
    double sum = 0, x = 0;
    for (size_t k = 0; k < DavyAlloyPlateauCount(alloy); k++) {
      DavyAlloyPlateau p = DavyAlloyPlateauAt(alloy, k);
      sum += p.voltage * (p.x_to - p.x_from);
      x = p.x_to;
    }
    assert_true(fabs(x - 3) < 1e-9);
    if (!(fabs(sum / x - systems[i].mean) < 1e-3))
      fail_msg("%s: %.5f V, expected %.4f", systems[i].name, sum / x, systems[i].mean);
    DavyAlloyDestroy(&alloy);
  }
  DavyAlloy *na = load("na-nisb");
  assert_int_equal(DavyAlloyPlateauCount(na), 3);
  assert_true(fabs(DavyAlloyPlateauAt(na, 0).voltage - 0.4186) < 1e-4);
  assert_true(fabs(DavyAlloyPlateauAt(na, 1).voltage - 0.4177) < 1e-4);
  assert_true(fabs(DavyAlloyPlateauAt(na, 2).voltage - 0.3814) < 1e-4);
  assert_string_equal(DavyAlloyPlateauAt(na, 2).to, "1 Ni + 1 Na3Sb");
  DavyAlloyDestroy(&na);
}

/* Capacities per mass of bare host: 3.75 F / M(Sn) = 846.6, 2 F / M(Au) = 272.1, 3 F / M(NiSb) =
 * 445.6 mAh/g, the numbers of the field. Na3Sn lies 29 meV above the hull, NaSn3 13 meV, Na5Sn2 5.
 */
static void capacities_and_unstable_phases(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double capacity;
  } known[] = {{"Na-Sn", 846.6}, {"Na-Au", 272.1}, {"Na-NiSb", 445.6}, {"Na-Sb", 660.4}};
  for (int i = 0; i < 4; i++) {
    DavyAlloy *alloy = load(known[i].name);
    double sum = 0;
    for (size_t k = 0; k < DavyAlloyPlateauCount(alloy); k++)
      sum += DavyAlloyPlateauAt(alloy, k).capacity / 3600;
    if (!(fabs(sum - known[i].capacity) < 0.1)) fail_msg("%s: %g", known[i].name, sum);
    DavyAlloyDestroy(&alloy);
  }
  DavyAlloy *tin = load("Na-Sn");
  int found = 0;
  for (size_t i = 0; i < DavyAlloyPhaseCount(tin); i++) {
    DavyAlloyPhase p = DavyAlloyPhaseAt(tin, i);
    double expected = strcmp(p.name, "Na3Sn") == 0    ? 0.029
                      : strcmp(p.name, "NaSn3") == 0  ? 0.013
                      : strcmp(p.name, "Na5Sn2") == 0 ? 0.005
                                                      : -1;
    if (expected < 0) continue;
    found++;
    if (!(fabs(p.above_hull - expected) < 1e-3)) fail_msg("%s: %g", p.name, p.above_hull);
  }
  assert_int_equal(found, 3);
  assert_int_equal(DavyAlloyBranchCount(tin), 4);
  DavyAlloyBranch b = DavyAlloyBranchAt(tin, 0);
  assert_true(b.alloying == 0.41 && b.dealloying == 0.7 && b.kind == DAVY_RECALLED);
  DavyAlloyDestroy(&tin);
}

/* Every file of the library: is named as its file, cites sources that exist, and no value without a
 * source is anything but recalled or assumed. */
static void every_system_is_sound(void **state) {
  (void)state;
  DavyTable *list = NULL;
  if (DavyAlloyList(&list)) fail_msg("%s", DavyErrorMessage());
  assert_true(DavyTableRows(list) >= 50);
  for (size_t i = 0; i < DavyTableRows(list); i++) {
    char path[4096], line[1024];
    DavyCiteClear();
    snprintf(path, sizeof path, "%s", DavyTableText(list, i, 0));
    DavyAlloy *alloy = load(path);
    for (size_t k = 0; k < DavyCiteCount(); k++)
      if (DavyCiteLine(DavyCiteKey(k), line, sizeof line)) fail_msg("%s", DavyErrorMessage());
    for (size_t k = 0; k < DavyAlloyBranchCount(alloy); k++) {
      DavyAlloyBranch b = DavyAlloyBranchAt(alloy, k);
      assert_true(strcmp(b.source, "unsourced") || b.kind == DAVY_RECALLED ||
                  b.kind == DAVY_ASSUMED);
    }
    DavyTable *tables[3] = {NULL};
    assert_int_equal(DavyAlloyPhaseTable(alloy, &tables[0]), DAVY_OK);
    assert_int_equal(DavyAlloyPlateauTable(alloy, &tables[1]), DAVY_OK);
    assert_int_equal(DavyAlloyBranchTable(alloy, &tables[2]), DAVY_OK);
    for (int k = 0; k < 3; k++) DavyTableDestroy(&tables[k]);
    DavyAlloyDestroy(&alloy);
  }
  DavyTableDestroy(&list);
}

static void expect_wrong(const char *text, const char *message) {
  FILE *file = fopen("Na-Xx.yaml", "w");
  fputs(text, file);
  fclose(file);
  DavyAlloy *alloy = NULL;
  assert_int_not_equal(DavyAlloyLoad("Na-Xx.yaml", &alloy), DAVY_OK);
  assert_null(alloy);
  if (!strstr(DavyErrorMessage(), message))
    fail_msg("\"%s\", expected \"%s\"", DavyErrorMessage(), message);
  remove("Na-Xx.yaml");
}

#define HEAD   "name: Na-Xx\ntitle: t\nalkali: Na\n"
#define PHASES "phases:\n  kind: computed\n  source: dunn2020\n  energies:\n"

/* Two entries of one composition, and a phase on the line between two others: the first makes no
 * step of its own, the second splits one at the same potential. 1 and 3 Na per Sn at -0.2 and -0.25
 * eV per atom: e = -0.4 and -1, so 0.4 V and 0.3 V; Na2Sn at -0.7/3 eV lies on that line. */
static void twins_and_phases_on_an_edge(void **state) {
  (void)state;
  FILE *file = fopen("Na-Xx.yaml", "w");
  fputs(HEAD "host: Sn\n" PHASES "    - [NaSn, -0.2 eV]\n    - [Na2Sn2, -0.2 eV]\n"
             "    - [Na3Sn, -0.25 eV]\n    - [Na2Sn, -0.2333333333333 eV]\n",
        file);
  fclose(file);
  DavyAlloy *alloy = load("./Na-Xx.yaml");
  assert_int_equal(DavyAlloyPlateauCount(alloy), 3);
  for (size_t i = 0; i < 3; i++) {
    double expected = i == 0 ? 0.4 : 0.3;
    assert_true(fabs(DavyAlloyPlateauAt(alloy, i).voltage - expected) < 1e-9);
  }
  DavyAlloyDestroy(&alloy);
  remove("Na-Xx.yaml");
}

static void wrong_files_are_told_so(void **state) {
  (void)state;
  DavyAlloy *alloy = NULL;
  assert_int_equal(DavyAlloyLoad("Na-Snn", &alloy), DAVY_ERR_LOOKUP);
  assert_non_null(strstr(DavyErrorMessage(), "did you mean Na-Sn?"));
  expect_wrong(HEAD "host: NaSn\n" PHASES "    - [NaSn, -0.2 eV]\n",
               "Na-Xx.yaml:4:7: host NaSn: expected one or two elements, and no Na");
  expect_wrong(HEAD "host: Sn\n" PHASES "    - [NaPb, -0.2 eV]\n",
               "Na-Xx.yaml:9:8: NaPb: Pb is neither Na nor in Sn");
  expect_wrong(HEAD "host: Sn\n" PHASES "    - [NaSn, -0.2]\n", "Na-Xx.yaml:9:14:");
  expect_wrong(HEAD "host: Sn\n" PHASES "    - [NaSn, -20 eV]\n", "Na-Xx.yaml:9:14:");
  expect_wrong(HEAD "host: Sn\n" PHASES "    - [NaSn]\n", "expected a pair");
  expect_wrong(HEAD "host: Sn\nphases: {kind: computed, source: unsourced, energies: []}\n",
               "Na-Xx.yaml:5:9: kind computed, source unsourced: expected a source");
  expect_wrong(HEAD "host: Sx\n" PHASES "    - [NaSn, -0.2 eV]\n", "the symbol of an element");
  expect_wrong(HEAD "host: NiSb\n" PHASES "    - [NaSb, -0.2 eV]\nmeasured:\n  - {from: a, to: b, "
                    "x: [2, 1], kind: recalled, source: unsourced}\n",
               "expected ascending values");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formulas_are_read_and_weighed),
      cmocka_unit_test(hull_keeps_the_corners),
      cmocka_unit_test(hull_voltages_to_a_millivolt),
      cmocka_unit_test(conversion_of_nickel_antimonide),
      cmocka_unit_test(capacities_and_unstable_phases),
      cmocka_unit_test(every_system_is_sound),
      cmocka_unit_test(twins_and_phases_on_an_edge),
      cmocka_unit_test(wrong_files_are_told_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
