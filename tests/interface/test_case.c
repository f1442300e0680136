/* Cases of the interface engine: what is wrong in one is named with its place, what a case leaves
 * open comes from materials and defaults, a resolved case gives the same model to the last bit, and
 * what --check expects agrees with numbers worked by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interface/case.h"

/* One line a key: the tests below change words of it. */
static const char good[] =
    "engine: interface\n"
    "dimension: 2\n"
    "temperature: 298.15 K\n"
    "metal: {molar_volume: 24 cm3/mol}\n"
    "electrolyte: {concentration: 1 M, cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 "
    "m2/s, relative_permittivity: 20}\n"
    "domain: {width: 4 um, gap: 10 um}\n"
    "metal_surface: {exchange_current_density: 1 mA/cm2, surface_energy: 0.2 J/m2}\n"
    "counter_electrode: reservoir\n"
    "substrate:\n"
    "  shape: {kind: cosine, amplitude: 0.2 um, length: 2 um}\n"
    "  pattern: {kind: stripes, period: 2 um, share: 0.4}\n"
    "  surfaces:\n"
    "    Ni: {contact: ohmic}\n"
    "    Sb:\n"
    "      contact: {kind: schottky, barrier: 0.35 eV}\n"
    "      nucleation: {kind: progressive, line_density: 2 um-1, rate: 3 1/s, barrier: 0.01 V2, "
    "radius: 80 nm}\n"
    "      conversion: {capacity: 0.05 mAh/cm2, potential: 0.5 V, exchange_current_density: 1 "
    "mA/cm2}\n"
    "initial: {film: 0 um, seeds: [{at: [1 um], radius: 100 nm}]}\n"
    "numerics: {cell_size: 20 nm}\n"
    "protocol:\n"
    "  - plate at 2 mA/cm2 until 0.1 mAh/cm2\n";

static const char uneven[] = "  shape: {kind: cosine, amplitude: 0.2 um, length: 2 um}\n"
                             "  pattern: {kind: stripes, period: 2 um, share: 0.4}\n";

static DavyYaml *parse(const char *text) {
  DavyYaml *yaml = NULL;
  if (DavyYamlParse(text, strlen(text), "x.yaml", &yaml)) fail_msg("%s", DavyErrorMessage());
  return yaml;
}

/* `good` with its first `from` replaced. */
static char *changed(const char *from, const char *to) {
  const char *found = strstr(good, from);
  char *text = NULL;
  if (!found) fail_msg("the case has no \"%s\"", from);
  assert_true(asprintf(&text, "%.*s%s%s", (int)(found - good), good, to, found + strlen(from)) > 0);
  return text;
}

static DavyInterfaceCase *read_text(const char *text, DavyYaml **yaml) {
  DavyInterfaceCase *it = NULL;
  *yaml = parse(text);
  if (DavyInterfaceCaseRead(*yaml, &it)) fail_msg("%s", DavyErrorMessage());
  return it;
}

static void test_wrong_cases(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *words[2];
    DavyError error;
  } cases[] = {
      {"engine: interface", "engine: cell", {"x.yaml:1:9", "expected interface"}, DAVY_ERR_VALUE},
      {"dimension: 2", "dimension: 4", {"x.yaml:2:12", "2 to 3"}, DAVY_ERR_VALUE},
      {"dimension: 2", "dimensions: 2", {"x.yaml:2:1", "dimension?"}, DAVY_ERR_KEY},
      {"298.15 K", "298.15 m", {"x.yaml:3:14: temperature", "298.15 m"}, DAVY_ERR_UNIT},
      {"24 cm3/mol", "24", {"x.yaml:4:23: molar_volume", "unit"}, DAVY_ERR_UNIT},
      {"{molar_volume: 24 cm3/mol}", "Nx", {"x.yaml:4:8: metal", "Nx"}, DAVY_ERR_LOOKUP},
      {"molar_volume: 24 cm3/mol",
       "",
       {"molar_volume is missing, in cm3/mol", "4:8"},
       DAVY_ERR_KEY},
      {", anion_diffusivity: 3e-10 m2/s",
       "",
       {"cation_diffusivity without anion", "5:14"},
       DAVY_ERR_KEY},
      {"cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 m2/s",
       "form: dilute, conductivity: 1 S/m",
       {"transference_number is missing", "5:14"},
       DAVY_ERR_KEY},
      {"cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 m2/s",
       "form: dilute, conductivity: 1 S/m, transference_number: 0",
       {"transference_number = 0", "more than 0"},
       DAVY_ERR_VALUE},
      {"concentration: 1 M,",
       "concentration: 1 M, conductivity: 1 S/m,",
       {"5:14", "these or those"},
       DAVY_ERR_KEY},
      {"concentration: 1 M,",
       "concentration: 1 M, form: solid,",
       {"5:41: form", "dilute"},
       DAVY_ERR_VALUE},
      {"concentration: 1 M,",
       "concentration: 1 M, charge: 2.5,",
       {"charge", "2.5"},
       DAVY_ERR_VALUE},
      {"film: 0 um",
       "film: 10 um",
       {"x.yaml:18:10: initial", "fills the gap of 10 um"},
       DAVY_ERR_VALUE},
      {"radius: 100 nm", "radius: 11 um", {"x.yaml:18:10: initial", "of 10 um"}, DAVY_ERR_VALUE},

      {"1e-10 m2/s, anion_diffusivity: 3e-10",
       "4.1e-9 m2/s, anion_diffusivity: 1e-10",
       {"5:14: electrolyte",
        "carry 0.0238 of the current (1 - transference_number); expected more than 0.024"},
       DAVY_ERR_VALUE},
      {"gap: 10 um", "gap: -10 um", {"x.yaml:6:28: gap", "1e-9 m to 1 m"}, DAVY_ERR_VALUE},
      {"gap: 10 um", "gap: 10 um, depth: 1 um", {"6:9", "2 dimensions"}, DAVY_ERR_KEY},
      {"dimension: 2", "dimension: 3", {"depth is missing", "6:9"}, DAVY_ERR_KEY},
      {"gap: 10 um", "gab: 10 um", {"x.yaml:6:23: domain", "gap?"}, DAVY_ERR_KEY},
      {"exchange_current_density: 1 mA/cm2, surf",
       "surf",
       {"exchange_current_density is missing, in mA/cm2", "7:16"},
       DAVY_ERR_KEY},
      {"surface_energy: 0.2 J/m2",
       "alpha_a: 0.3, alpha_c: 0.8",
       {"alpha_a + alpha_c = 1.1", "7:16"},
       DAVY_ERR_VALUE},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {strength: 0.07}",
       {"x.yaml:7:117: strength: 0.07", "1/15 = 0.06667"},
       DAVY_ERR_VALUE},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {strength: -0.0667}",
       {"strength: -0.0667", "less than 1/15"},
       DAVY_ERR_VALUE},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {}",
       {"surface_energy_anisotropy: strength is missing", "7:106"},
       DAVY_ERR_KEY},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {strength: 1 mV}",
       {"strength", "1 mV"},
       DAVY_ERR_UNIT},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {strength: 0.01, upp: [0, 1, 0]}",
       {"unknown key upp", "up?"},
       DAVY_ERR_KEY},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {strength: 0.01, up: [1, 1]}",
       {"up: 2 numbers", "expected 3"},
       DAVY_ERR_VALUE},
      {"0.2 J/m2",
       "0.2 J/m2, surface_energy_anisotropy: {strength: 0.01, up: [-2, 0, 0]}",
       {"up [-2, 0, 0] and along [1, 0, 0]", "parallel"},
       DAVY_ERR_VALUE},
      {"surface_energy: 0.2 J/m2",
       "film_repair_time: -1 min",
       {"film_repair_time: -1 min", "0 s to"},
       DAVY_ERR_VALUE},
      {"surface_energy: 0.2 J/m2",
       "film_repair_time: 1 ohm cm2",
       {"film_repair_time", "1 ohm cm2"},
       DAVY_ERR_UNIT},
      {"contact: ohmic", "film: 1 ohm cm2", {"x.yaml:13:10", "film"}, DAVY_ERR_KEY},
      {"contact: ohmic",
       "film_resistance: 1 ohm",
       {"x.yaml:13:27: film_resistance", "1 ohm"},
       DAVY_ERR_UNIT},
      {"counter_electrode: reservoir",
       "counter_electrode: wall",
       {"x.yaml:8:20", "expected reservoir"},
       DAVY_ERR_VALUE},
      {"counter_electrode: reservoir",
       "counter_electrode: {alpha_a: 0.3}",
       {"counter_electrode: thickness is missing", "8:20"},
       DAVY_ERR_KEY},
      {"kind: cosine", "kind: cosin", {"x.yaml:10:17: shape: cosin", "cosine?"}, DAVY_ERR_VALUE},
      {"kind: cosine, ", "", {"shape: key kind is missing", "10:10"}, DAVY_ERR_KEY},
      {"length: 2 um", "lenght: 2 um", {"x.yaml:10:44: shape cosine", "length?"}, DAVY_ERR_KEY},
      {"{kind: cosine, amplitude: 0.2 um, length: 2 um}",
       "bundle",
       {"shape bundle: fibres is missing", "10:10"},
       DAVY_ERR_KEY},
      {"{kind: cosine, amplitude: 0.2 um, length: 2 um}",
       "{kind: bundle, fibres: 2.5, radius: 1 um, gap: 0 um}",
       {"10:33", "whole number"},
       DAVY_ERR_VALUE},
      {"{kind: cosine, amplitude: 0.2 um, length: 2 um}",
       "{kind: fibres, fibres: [{at: [1 um, 0 um], radius: 1 um, surface: Nu}]}",
       {"Nu is none of the substrate's surfaces", "Ni?"},
       DAVY_ERR_LOOKUP},
      {"{kind: cosine, amplitude: 0.2 um, length: 2 um}",
       "fibres",
       {"10:10", "a list"},
       DAVY_ERR_VALUE},
      {"share: 0.4", "share: 1.4", {"x.yaml:11:49: share", "0.999999"}, DAVY_ERR_VALUE},
      {"  pattern: {kind: stripes, period: 2 um, share: 0.4}",
       "  pattern: {kind: random_islands, density: 1 um-2, diameter: 1 um}",
       {"11:12", "line_density"},
       DAVY_ERR_KEY},
      {"  pattern: {kind: stripes, period: 2 um, share: 0.4}",
       "  pattern: {kind: random_islands, number: 1, line_density: 1 um-1, diameter: 1 um}",
       {"11:12", "not both"},
       DAVY_ERR_KEY},
      {"contact: ohmic",
       "contact: omic",
       {"x.yaml:13:19: contact: omic", "ohmic?"},
       DAVY_ERR_VALUE},
      {"contact: ohmic",
       "contact: {kind: ohmic, resistance: 1 ohm cm2}",
       {"13:33: contact ohmic", "unknown key resistance"},
       DAVY_ERR_KEY},
      {"contact: ohmic",
       "contact: resistive",
       {"contact resistive: resistance is missing, in ohm cm2", "13:19"},
       DAVY_ERR_KEY},
      {"contact: ohmic", "contacts: ohmic", {"x.yaml:13:10", "contact?"}, DAVY_ERR_KEY},
      {", barrier: 0.35 eV", "", {"barrier is missing", "15:16"}, DAVY_ERR_KEY},
      {"barrier: 0.35 eV",
       "barrier: 0.35 eV, saturation_current: 1 mA/cm2",
       {"15:16", "not both"},
       DAVY_ERR_KEY},
      {"barrier: 0.35 eV", "barrier: 0.35 eV, blocks: all", {"blocks", "plating"}, DAVY_ERR_VALUE},
      {"barrier: 0.35 eV", "barrier: 0.35 V", {"15:42: barrier", "eV"}, DAVY_ERR_UNIT},
      {"barrier: 0.35 eV",
       "barrier: {value: 0.35 eV, kind: guessed}",
       {"guessed", "assumed"},
       DAVY_ERR_VALUE},
      {"barrier: 0.35 eV",
       "barrier: {value: 0.35 eV, source: nobody}",
       {"source", "nobody"},
       DAVY_ERR_LOOKUP},
      {"line_density: 2 um-1", "density: 2 um-2", {"16:19", "line_density"}, DAVY_ERR_KEY},
      {", radius: 80 nm",
       "",
       {"nucleation progressive: radius is missing, in nm", "16:19"},
       DAVY_ERR_KEY},
      {"rate: 3 1/s, ", "", {"rate is missing", "16:19"}, DAVY_ERR_KEY},
      {"potential: 0.5 V, ", "", {"conversion: potential is missing, in V", "17:19"}, DAVY_ERR_KEY},
      {"at: [1 um]", "at: [5 um]", {"x.yaml:18:37", "within the domain"}, DAVY_ERR_VALUE},
      {"at: [1 um]", "at: [1 um, 1 um]", {"18:36", "expected 1"}, DAVY_ERR_VALUE},
      {"seeds: [{at: [1 um], radius: 100 nm}]",
       "seeds: {on: Sn, radius: 100 nm}",
       {"Sn is none", "18:35"},
       DAVY_ERR_LOOKUP},
      {"seeds: [{at: [1 um], radius: 100 nm}]",
       "seeds: {radius: 100 nm}",
       {"key on is missing", "18"},
       DAVY_ERR_KEY},
      {"seeds: [{at: [1 um], radius: 100 nm}]",
       "seeds: many",
       {"18:30", "expected a list"},
       DAVY_ERR_VALUE},
      {"cell_size: 20 nm", "cell_size: 1e-12 m", {"x.yaml:19:11", "cells across"}, DAVY_ERR_VALUE},
      {"cell_size: 20 nm", "order: 3", {"19:19: order", "1 to 2"}, DAVY_ERR_VALUE},
      {"plate at", "plat at", {"x.yaml:21:5", "plate?"}, DAVY_ERR_VALUE},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char *text = changed(cases[k].from, cases[k].to);
    DavyYaml *yaml = parse(text);
    DavyInterfaceCase *it = NULL;
    DavyError error = DavyInterfaceCaseRead(yaml, &it);
    if (!error) fail_msg("\"%s\" is taken", cases[k].to);
    assert_null(it);
    for (int w = 0; w < 2; w++)
      if (!strstr(DavyErrorMessage(), cases[k].words[w]))
        fail_msg("\"%s\" gives \"%s\"; expected \"%s\" in it", cases[k].to, DavyErrorMessage(),
                 cases[k].words[w]);
    if (error != cases[k].error)
      fail_msg("\"%s\" gives %s: %s", cases[k].to, DavyErrorName(error), DavyErrorMessage());
    DavyYamlDestroy(&yaml);
    free(text);
  }
}

static char *resolved(const DavyInterfaceCase *it) {
  char *text = NULL;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  DavyInterfaceCaseWrite(it, file);
  fclose(file);
  return text;
}

/* The models' numbers are the same bits. */
static void same_model(const DavyInterfaceCase *a, const DavyInterfaceCase *b) {
  const DavyModel *m = &a->model, *n = &b->model;
  assert_int_equal(m->dim, n->dim);
  assert_memory_equal(&m->width, &n->width, 3 * sizeof(double));
  assert_int_equal(m->salt.form, n->salt.form);
  assert_memory_equal(&m->salt.temperature, &n->salt.temperature, 4 * sizeof(double));
  for (double u = 0.1; u < 2; u += 0.3) {
    DavyTransport s = DavyTransportAt(&m->salt, u), t = DavyTransportAt(&n->salt, u);
    assert_memory_equal(&s, &t, sizeof s);
  }
  assert_memory_equal(&m->molar_volume, &n->molar_volume, sizeof(double));
  assert_memory_equal(&m->metal, &n->metal, sizeof m->metal);
  assert_int_equal(m->counter.kind, n->counter.kind);
  assert_memory_equal(&m->counter.thickness, &n->counter.thickness, sizeof(double));
  assert_memory_equal(&m->counter.kinetics, &n->counter.kinetics, sizeof m->metal);
  assert_int_equal(m->seeds, n->seeds);
  assert_memory_equal(m->seed, n->seed, (size_t)m->seeds * sizeof *m->seed);
  assert_memory_equal(&m->film, &n->film, sizeof(double));
  assert_memory_equal(&m->cell_size, &n->cell_size, 2 * sizeof(double));
  assert_true(m->order == n->order && m->band == n->band && m->frames == n->frames);
  assert_true(m->random_seed == n->random_seed);
  assert_int_equal(a->plan.surfaces, b->plan.surfaces);
  for (int k = 0; k < a->plan.surfaces; k++) {
    const DavySubstrateSurface *s = &a->plan.surface[k], *t = &b->plan.surface[k];
    assert_string_equal(s->name, t->name);
    assert_int_equal(s->contact.kind, t->contact.kind);
    assert_memory_equal(&s->contact.resistance, &t->contact.resistance, 3 * sizeof(double));
    assert_int_equal(s->contact.blocks_plating, t->contact.blocks_plating);
    assert_memory_equal(&s->nucleation, &t->nucleation, sizeof s->nucleation);
    assert_memory_equal(&s->conversion, &t->conversion, sizeof s->conversion);
    assert_int_equal(s->own_film, t->own_film);
    assert_memory_equal(&s->film_resistance, &t->film_resistance, sizeof(double));
  }
  /* The shape in one number a place. */
  for (int k = 0; k < 100; k++) {
    double x[3] = {m->width * (k + 0.5) / 100, 1e-7 * (k % 7), 0.3 * m->depth};
    double s = DavySubstrateDistance(m->substrate, x), t = DavySubstrateDistance(n->substrate, x);
    assert_memory_equal(&s, &t, sizeof s);
    assert_int_equal(DavySubstratePatchAt(m->substrate, x), DavySubstratePatchAt(n->substrate, x));
  }
}

static void check_round_trip(const char *text) {
  DavyYaml *yaml, *again;
  DavyInterfaceCase *one = read_text(text, &yaml);
  char *first = resolved(one);
  DavyInterfaceCase *two = read_text(first, &again);
  char *second = resolved(two);
  assert_string_equal(first, second);
  same_model(one, two);
  free(first);
  free(second);
  DavyInterfaceCaseDestroy(&one);
  DavyInterfaceCaseDestroy(&two);
  DavyYamlDestroy(&yaml);
  DavyYamlDestroy(&again);
}

static void test_resolved_case_is_the_case(void **state) {
  (void)state;
  static const char *const changes[][2] = {
      {"dimension: 2", "dimension: 2"},
      {"298.15 K", "{value: 23.4567 degC, kind: measured, source: wang2021, note: 'a: b'}"},
      {"counter_electrode: reservoir", "counter_electrode: {thickness: 7.7 um, alpha_c: 0.31}"},
      {"cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 m2/s",
       "material: NaPF6_EC_PC, form: concentrated, charge: 1"},
      {"cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 m2/s",
       "material: NaPF6_EC_PC, form: dilute, charge: 2"},
      {"metal: {molar_volume: 24 cm3/mol}", "metal: Na"},
      {uneven,
       "  shape: {kind: fibres, fibres: [{at: [1.1 um, 0 um], radius: 0.7 um, surface: Sb}, "
       "{at: [3 um, 1.5 um], radius: 0.3 um}]}\n"},
      {uneven, "  shape: {kind: bundle, fibres: 3, radius: 0.6 um, gap: 0.1 um}\n"},
      {"Ni: {contact: ohmic}", "Ni:"},
      {"Ni: {contact: ohmic}", "Ni: {film_resistance: 0.7 ohm cm2}"},
      {"surface_energy: 0.2 J/m2", "film_resistance: 3.3 ohm cm2, film_repair_time: 7.7 min"},
      {"0.2 J/m2", "0.2 J/m2, surface_energy_anisotropy: {strength: {value: 0.031, kind: "
                   "computed}, up: [0.1, 1, "
                   "0], along: [1, 0, 0.333]}"},
      {"0.2 J/m2", "0.2 J/m2, surface_energy_anisotropy: {strength: -0.02}"},
      {"line_density: 2 um-1", "sites: centres"},
      {uneven,
       "  pattern: {kind: islands, spacing: 1 um, diameter: 0.4 um, arrangement: hexagonal}\n"},
      {"  pattern: {kind: stripes, period: 2 um, share: 0.4}",
       "  pattern: {kind: random_islands, number: 3, diameter: 0.33 um, least_gap: 0.1 um}"},
      {"seeds: [{at: [1 um], radius: 100 nm}]",
       "seeds: {on: Sb, radius: 33.3 nm, contact_angle: 70 deg}"},
      {"seeds: [{at: [1 um], radius: 100 nm}]", ""},
      {"kind: schottky, barrier: 0.35 eV", "kind: schottky, saturation_current: 3 uA/cm2, "
                                           "resistance: 1 ohm cm2, ideality: 1.3, blocks: "
                                           "stripping"},
      {"  - plate at",
       "  - cycles: 3\n    steps: [hold at -100 mV for 1 h, strip at 1 mA/cm2 until "
       "0.5 V]\n  - plate at"},
  };
  for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
    char *text = changed(changes[k][0], changes[k][1]);
    check_round_trip(text);
    free(text);
  }
}

/* Three dimensions in a case of its own: weave, densities by area, seeds at x and z. */
static void test_three_dimensions(void **state) {
  (void)state;
  check_round_trip(
      "engine: interface\ndimension: 3\nmetal: Na\nelectrolyte: NaPF6_diglyme_1M\n"
      "domain: {width: 8 um, depth: 4 um, gap: 5 um}\n"
      "substrate:\n  shape: {kind: weave, radius: 0.4 um, gap: 0.1 um, spacing: 2 um}\n"
      "  surfaces: {Ni: {}, C: {nucleation: {kind: instantaneous, density: 1 um-2, "
      "radius: 0.1 um}}}\n"
      "initial: {seeds: [{at: [1 um, 2 um], radius: 0.2 um}]}\n"
      "protocol: [hold at -100 mV until 0.1 mAh/cm2]\n");
}

/* What the case leaves open, from the materials: their numbers stand in data/. */
static void test_materials_lend(void **state) {
  (void)state;
  DavyYaml *yaml;
  DavyInterfaceCase *it = read_text(
      "engine: interface\nmetal: Na\nelectrolyte: {material: NaPF6_diglyme_1M, form: dilute}\n"
      "domain: {width: 4 um, gap: 10 um}\n"
      "substrate: {pattern: {kind: islands, spacing: 1 um, diameter: 0.4 um}, surfaces: {Ni: {}, "
      "Na3Sb: {material: Na3Sb, contact: schottky}}}\n"
      "initial: {seeds: {on: Na3Sb, radius: 100 nm}}\n"
      "protocol: [plate at 1 mA/cm2 until 0.1 mAh/cm2]\n",
      &yaml);
  const DavyModel *m = &it->model;
  assert_true(m->metal.exchange_current == 30 && m->metal.surface_energy == 0.26);
  assert_true(fabs(m->molar_volume - 23.75e-6) < 1e-18);
  /* Nernst-Einstein, by hand: RT kappa/(F^2 c0) = 2478.957*0.6/(9.309419e9*1000) m2/s. */
  double sum = 2478.957030 * 0.6 / (9.30941931e9 * 1000);
  assert_true(fabs(m->salt.cation - 0.4 * sum) < 1e-8 * sum);
  assert_true(fabs(m->salt.anion - 0.6 * sum) < 1e-8 * sum);
  /* Work function 2.75 eV less electron affinity 2.4 eV. */
  const DavyParameter *barrier = &it->surface[1].parameter[SCHOTTKY_BARRIER];
  assert_true(fabs(barrier->value - 0.35) < 1e-12 && barrier->how == DAVY_COMPUTED);
  /* Islands of 1 um spacing, the first at half of it: a seed on the top of each. */
  assert_int_equal(m->seeds, 4);
  for (int k = 0; k < 4; k++) {
    assert_true(fabs(m->seed[k].at[0] - (0.5 + k) * 1e-6) < 1e-12);
    assert_true(fabs(m->seed[k].at[1]) < 1e-12 && m->seed[k].normal[1] > 0.999999);
  }
  DavyInterfaceCaseDestroy(&it);
  DavyYamlDestroy(&yaml);
}

/* A seed by place sits on the surface: on the slope of y = A cos(2 pi x/L) the normal is that of
 * the curve. */
static void test_seed_on_a_slope(void **state) {
  (void)state;
  DavyYaml *yaml;
  char *text = changed("at: [1 um]", "at: [0.3 um]");
  DavyInterfaceCase *it = read_text(text, &yaml);
  const DavyNucleus *seed = it->model.seed;
  double A = 0.2e-6, k = 2 * M_PI / 2e-6, x = 0.3e-6, slope = -A * k * sin(k * x);
  assert_true(fabs(seed->at[1] - A * cos(k * x)) < 1e-13);
  /* Differences over 1e-8 of the width, of distances known to 1e-9 of it at worst. */
  assert_true(fabs(-seed->normal[0] / seed->normal[1] - slope) < 1e-5);
  DavyInterfaceCaseDestroy(&it);
  DavyYamlDestroy(&yaml);
  free(text);
}

static void near(double found, double expected, const char *what) {
  if (!(fabs(found - expected) <= 1e-6 * fabs(expected))) /* seven digits by hand */
    fail_msg("%s is %.8g, by hand %.8g", what, found, expected);
}

/* By hand, with F = 96485.33, RT = 2478.957 J/mol, RT/F = 25.6926 mV; D+ 1e-10, D- 3e-10 m2/s:
 *   kappa = F^2 c0 (D+ + D-)/(RT) = 9.309419e9*1000*4e-10/2478.957 = 1.502151 S/m
 *   i_lim = F c0 2 D+/L = 9.648533e7*2e-10/1e-5 = 1929.7066 A/m2 from a reservoir, twice that from
 *           metal
 *   D = 2 D+ D-/(D+ + D-) = 1.5e-10, t- = 0.75: Sand at 20 A/m2
 *           pi*1.5e-10*(9.648533e7/(2*0.75*20))^2 = 4874.4006 s
 *   eta: sinh(eta F/2RT) = 1, 0.881374*2*25.6926 mV = 45.28952 mV; d eta/di =
 *           (2 RT/F)/(i0 2 sqrt(1 + 1)) = 0.0513852/28.28427 = 1.8167397e-3 ohm m2
 *   Wa = 1.502151*1.8167397e-3/4e-6 = 682.25433
 *   Debye: sqrt(20*8.8541878e-12*2478.957/(2*9.309419e9*1000)) = 1.5354920e-10 m
 *   capillary: 0.2*24e-6/2478.957 = 1.9362982e-9 m
 *   critical radius in 2D: 0.2*24e-6/(96485.33*0.04528952) = 1.0984549e-9 m
 *   wave: 2 pi sqrt(1.9362982e-9*9.648533e7*1e-10/20) = 2 pi sqrt(9.3412232e-13) = 6.0726974e-6 m
 *   0.1 mAh/cm2 = 3600 C/m2 are 3600*24e-6/96485.33 = 0.89547290 um, cells of 4 um/2^8 = 15.625
 *   nm, the first of 20 nm or less: 114.62053 steps of half of that
 *   the seed is half a disk: pi/2 (1e-7)^2/4e-6 = 3.9269908 nm on average, 15.7874 C/m2 */
static void test_figures_by_hand(void **state) {
  (void)state;
  DavyYaml *yaml;
  DavyInterfaceCase *it = read_text(good, &yaml);
  DavyInterfaceExpected e = DavyInterfaceExpect(it);
  near(e.conductivity, 1.5021510, "conductivity");
  near(e.limiting_current, 1929.7066, "limiting current");
  near(e.largest_current, 20, "current");
  near(e.sand_time, 4874.4006, "Sand's time");
  near(e.wagner, 682.25433, "Wagner number");
  near(e.debye_length, 1.5354920e-10, "Debye length");
  near(e.capillary_length, 1.9362982e-9, "capillary length");
  near(e.critical_radius, 1.0984549e-9, "critical radius");
  near(e.marginal_wave, 6.0726974e-6, "marginal wavelength");
  near(e.plated, 3615.7874, "charge");
  near(e.travel, 0.89547290e-6, "travel");
  near(e.finest, 15.625e-9, "finest");
  near(e.steps, 114.62053, "steps");
  assert_int_equal(it->warning_count, 0);
  DavyInterfaceCaseDestroy(&it);
  DavyYamlDestroy(&yaml);
}

/* The same salt by its concentrated properties: D, t+, kappa as above and an ideal solution; an
 * ideal electrolyte has the same limits in both forms, and metal opposite doubles the current. */
static void test_figures_do_not_depend_on_the_form(void **state) {
  (void)state;
  char *text = changed("counter_electrode: reservoir", "counter_electrode: {thickness: 50 um}");
  char *form = strstr(text, "cation_diffusivity: 1e-10 m2/s, anion_diffusivity: 3e-10 m2/s");
  assert_non_null(form);
  char *concentrated = NULL;
  assert_true(asprintf(&concentrated, "%.*s%s%s", (int)(form - text), text,
                       "diffusivity: 1.5e-10 m2/s, transference_number: 0.25, conductivity: "
                       "1.502151 S/m",
                       strchr(form, ',') + strlen(", anion_diffusivity: 3e-10 m2/s")) > 0);
  DavyYaml *yaml;
  DavyInterfaceCase *it = read_text(concentrated, &yaml);
  assert_int_equal(it->model.salt.form, DAVY_SALT_CONCENTRATED);
  DavyInterfaceExpected e = DavyInterfaceExpect(it);
  near(e.conductivity, 1.5021510, "conductivity");
  near(e.limiting_current, 2 * 1929.7066, "limiting current");
  near(e.sand_time, 4874.4006, "Sand's time");
  near(e.marginal_wave, 6.0726974e-6, "marginal wavelength");
  DavyInterfaceCaseDestroy(&it);
  DavyYamlDestroy(&yaml);
  free(text);
  free(concentrated);
}

static void test_pointless_cases_are_warned_of(void **state) {
  (void)state;
  static const char *const cases[][3] = {
      {"plate at 2 mA/cm2 until 0.1 mAh/cm2", "plate at 300 mA/cm2 for 1 h",
       "the salt carries only 193 mA/cm2"},
      {"0.1 mAh/cm2", "2 mAh/cm2", "but the gap is only 10 um"},
      {"counter_electrode: reservoir", "counter_electrode: {thickness: 0.5 um}",
       "the counter electrode has only 0.5 um"},
      {"radius: 100 nm", "radius: 30 nm", "do not resolve seeds of radius 30 nm"},
      {"radius: 100 nm", "radius: 1 nm", "smaller than the critical radius of 1.1 nm"},
      {"share: 0.4", "share: 0.01", "do not resolve the substrate's parts of 20 nm"},
      {"cell_size: 20 nm", "cell_size: 1 nm", "the Debye length (0.154 nm) is not small"},
      /* 0.2/(20^2 3e-4) s */
      {"surface_energy: 0.2 J/m2",
       "surface_energy: 0.2 J/m2, film_resistance: 3 ohm cm2, film_repair_time: 2 s",
       "and not within 1.67 s"},
      {"surface_energy: 0.2 J/m2", "film_repair_time: 2 s", "has no effect"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char *text = changed(cases[k][0], cases[k][1]);
    DavyYaml *yaml;
    DavyInterfaceCase *it = read_text(text, &yaml);
    bool said = false;
    for (int w = 0; w < it->warning_count; w++) said = said || strstr(it->warnings[w], cases[k][2]);
    if (!said)
      fail_msg("\"%s\" warns of \"%s\"; expected \"%s\"", cases[k][1],
               it->warning_count ? it->warnings[0] : "nothing", cases[k][2]);
    DavyInterfaceCaseDestroy(&it);
    DavyYamlDestroy(&yaml);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_wrong_cases),
      cmocka_unit_test(test_resolved_case_is_the_case),
      cmocka_unit_test(test_three_dimensions),
      cmocka_unit_test(test_materials_lend),
      cmocka_unit_test(test_seed_on_a_slope),
      cmocka_unit_test(test_figures_by_hand),
      cmocka_unit_test(test_figures_do_not_depend_on_the_form),
      cmocka_unit_test(test_pointless_cases_are_warned_of),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
