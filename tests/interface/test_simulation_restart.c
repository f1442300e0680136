/* A simulation that was saved between two steps of time and went on against itself not broken off:
 * every row of record, ledger and morphology the same to the last bit on as many ranks, to the
 * solver's tolerance on another number. The case has all that a state is made of: a patch that
 * alloys and is then fed through a junction, films of two kinds that are stretched and mended,
 * nuclei by rate and by threshold, every kind of step, a second cycle. A file of another case, and
 * one that is damaged, are refused.
 *
 * Ranks: saved on all, gone on with on all and on one.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "interface/case.h"
#include "interface/restart.h"
#include "interface/simulation.h"
#include "setting.h"

static const char text[] =
    "engine: interface\n"
    "metal: Na\n"
    "temperature: 25 degC\n"
    "electrolyte: {material: NaPF6_diglyme_1M, form: dilute}\n"
    "domain: {width: 1 um, gap: 1 um}\n"
    "metal_surface: {exchange_current_density: 3 mA/cm2, surface_energy: 0.26 J/m2,\n"
    "  film_resistance: 10 ohm cm2, film_repair_time: 5 s}\n"
    "counter_electrode: {thickness: 5 um}\n"
    "substrate:\n"
    "  shape: flat\n"
    "  pattern: {kind: islands, spacing: 0.5 um, diameter: 0.2 um}\n"
    "  surfaces:\n"
    "    Ni:\n"
    "      contact: ohmic\n"
    "      nucleation: {kind: progressive, sites: random, line_density: 8e6 1/m,\n"
    "        overpotential: 5 mV, radius: 60 nm, rate: 2 1/s, barrier: 1e-5 V2}\n"
    "    Na3Sb:\n"
    "      film_resistance: 4 ohm cm2\n"
    "      contact: {kind: schottky, barrier: 0.35 eV}\n"
    "      conversion: {capacity: 0.5 uAh/cm2, potential: 0.3 V,\n"
    "        exchange_current_density: 1 mA/cm2}\n"
    "numerics: {cell_size: 32 nm}\n"
    "protocol:\n"
    "  - hold at -20 mV for 1 s\n"
    "  - cycles: 2\n"
    "    steps: [plate at 1 mA/cm2 until 0.003 mAh/cm2 or -0.5 V, rest for 0.5 s,\n"
    "      strip at 1 mA/cm2 until 0.5 V or 0.003 mAh/cm2, hold at -20 mV for 1 s]\n";

static const char hash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

enum { STATES = 5 };
static const int saved_after[STATES] = {1, 9, 23, 41, 58}; /* steps of time */

typedef struct {
  DavyYaml *yaml;
  DavyInterfaceCase *it;
  DavySimulation *whole;
  int steps, states;
} Problem;

static const char *file_name(int state) {
  static char name[64];
  int ranks;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  snprintf(name, sizeof name, "test_simulation_%d_ranks_%d.davy", ranks, state);
  return name;
}

static void save_some(void *context, const DavySimulationState *now) {
  Problem *p = context;
  (void)now;
  p->steps++;
  if (p->states == STATES || p->steps != saved_after[p->states]) return;
  assert_true(DavySimulationCanSave(p->whole));
  must(DavySimulationSave(p->whole, hash, file_name(p->states++)));
}

static double last_of_ledger(const DavySimulation *s, const char *key) {
  const DavyTable *t = DavySimulationLedger(s);
  return DavyTableNumber(t, DavyTableRows(t) - 1, (size_t)DavyTableFind(t, key));
}

static int run_whole(void **state) {
  Problem *p = calloc(1, sizeof *p);
  must(DavyYamlParse(text, sizeof text - 1, "case.yaml", &p->yaml));
  must(DavyInterfaceCaseRead(p->yaml, &p->it));
  must(DavySimulationCreate(MPI_COMM_WORLD, &p->it->model, &p->whole));
  must(DavySimulationRun(p->whole, save_some, p));
  assert_int_equal(p->states, STATES);
  /* What the states are to hold has happened. */
  assert_true(last_of_ledger(p->whole, "alloyed") > 0 && last_of_ledger(p->whole, "seeded") > 0);
  must(DavySimulationSave(p->whole, hash, file_name(STATES)));
  *state = p;
  return 0;
}

static int remove_whole(void **state) {
  Problem *p = *state;
  MPI_Barrier(MPI_COMM_WORLD);
  for (int k = 0; k <= STATES; k++) unlink(file_name(k));
  DavySimulationDestroy(&p->whole);
  DavyInterfaceCaseDestroy(&p->it);
  DavyYamlDestroy(&p->yaml);
  free(p);
  return 0;
}

/* Largest difference between columns of records, over the largest of each. */
static double record_difference(const DavyRecord *a, const DavyRecord *b) {
  static const DavyColumn columns[] = {DAVY_TEST_TIME,
                                       DAVY_VOLTAGE,
                                       DAVY_CURRENT,
                                       DAVY_STEP_TIME,
                                       DAVY_STEP_CHARGING_CAPACITY,
                                       DAVY_STEP_DISCHARGING_CAPACITY};
  double most = 0;
  assert_int_equal(DavyRecordRows(a), DavyRecordRows(b));
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    const double *x = DavyRecordNumbers(a, columns[c]), *y = DavyRecordNumbers(b, columns[c]);
    double off = 0, size = 0;
    for (size_t k = 0; k < DavyRecordRows(a); k++) {
      off = fmax(off, fabs(x[k] - y[k]));
      size = fmax(size, fabs(y[k]));
    }
    most = fmax(most, off / size);
  }
  for (size_t k = 0; k < DavyRecordRows(a); k++)
    for (DavyColumn c = 0; c < DAVY_COLUMN_COUNT; c++)
      if (DavyRecordIntegers(b, c))
        assert_int_equal(DavyRecordIntegers(a, c)[k], DavyRecordIntegers(b, c)[k]);
  return most;
}

/* Of tables likewise, column by column, but for the imbalances, which are rounding. */
static double table_difference(const DavyTable *a, const DavyTable *b) {
  double most = 0;
  assert_int_equal(DavyTableRows(a), DavyTableRows(b));
  for (size_t c = 0; c < DavyTableColumns(a); c++) {
    double off = 0, size = 1e-300;
    if (strstr(DavyTableColumnLabel(a, c), "Imbalance")) continue;
    for (size_t k = 0; k < DavyTableRows(a); k++) {
      double x = DavyTableNumber(a, k, c), y = DavyTableNumber(b, k, c);
      const char *said = DavyTableText(a, k, c), *expected = DavyTableText(b, k, c);
      assert_true(isnan(x) == isnan(y) && !said == !expected);
      if (said) assert_string_equal(said, expected);
      if (isnan(x)) continue;
      off = fmax(off, fabs(x - y));
      size = fmax(size, fabs(y));
    }
    most = fmax(most, off / size);
  }
  return most;
}

static double difference(const DavySimulation *a, const DavySimulation *b) {
  double off = record_difference(DavySimulationRecord(a), DavySimulationRecord(b));
  off = fmax(off, table_difference(DavySimulationLedger(a), DavySimulationLedger(b)));
  return fmax(off, table_difference(DavySimulationMorphology(a), DavySimulationMorphology(b)));
}

static double goes_on(const Problem *p, MPI_Comm comm, int state) {
  DavySimulation *s;
  must(DavySimulationLoad(comm, &p->it->model, hash, file_name(state), &s));
  size_t rows = DavyRecordRows(DavySimulationRecord(s));
  assert_true(rows > (size_t)saved_after[state]);
  must(DavySimulationRun(s, NULL, NULL));
  assert_int_equal(DavySimulationReason(s), DAVY_REASON_FINISHED);
  double off = difference(s, p->whole);
  print_message("  after %d steps, %zu rows: off by %.1e\n", saved_after[state], rows, off);
  DavySimulationDestroy(&s);
  return off;
}

static void on_as_many_ranks_it_is_the_same(void **state) {
  const Problem *p = *state;
  for (int k = 0; k < STATES; k++) assert_true(goes_on(p, MPI_COMM_WORLD, k) == 0);
}

/* Sums over other ranks: the equations are solved to 1e-8 of RT/F. */
static void on_other_ranks_it_is_the_same_to_tolerance(void **state) {
  const Problem *p = *state;
  assert_true(goes_on(p, MPI_COMM_WORLD, 2) == 0);
  assert_true(goes_on(p, MPI_COMM_SELF, 1) < 1e-7);
}

static void what_was_finished_says_so(void **state) {
  const Problem *p = *state;
  DavySimulation *s;
  must(DavySimulationLoad(MPI_COMM_WORLD, &p->it->model, hash, file_name(STATES), &s));
  assert_int_equal(DavySimulationReason(s), DAVY_REASON_FINISHED);
  assert_true(difference(s, p->whole) == 0);
  DavySimulationDestroy(&s);
}

static void another_case_is_refused(void **state) {
  const Problem *p = *state;
  DavySimulation *s;
  char other[] = "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  assert_int_equal(DavySimulationLoad(MPI_COMM_WORLD, &p->it->model, other, file_name(0), &s),
                   DAVY_ERR_VALUE);
  assert_null(s);
  assert_non_null(strstr(DavyErrorMessage(), hash));
  assert_non_null(strstr(DavyErrorMessage(), other));
}

/* Every tenth part of a sound file, with a digest that fits or none. */
static void a_damaged_file_is_refused(void **state) {
  const Problem *p = *state;
  static const char path[] = "test_simulation_damaged.davy";
  DavyBytes bytes;
  must(DavyBytesOpen(file_name(2), &bytes));
  unsigned char *data = malloc(bytes.size);
  for (size_t part = 0; part < 10; part++) {
    DavySimulation *s;
    memcpy(data, bytes.data, bytes.size);
    data[bytes.size / 10 * part + 8] ^= 16;
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(data, 1, bytes.size, file), bytes.size);
    fclose(file);
    assert_true(DavySimulationLoad(MPI_COMM_WORLD, &p->it->model, hash, path, &s) != DAVY_OK);
    assert_null(s);
    assert_non_null(strstr(DavyErrorMessage(), path));
  }
  unlink(path);
  free(data);
  DavyBytesClose(&bytes);
}

/* Whatever numbers stand in the block, with a digest that fits, reading it ends. */
static void a_hostile_block_does_no_harm(void **state) {
  const Problem *p = *state;
  static const char path[] = "test_simulation_hostile.davy";
  DavyBytes bytes, block;
  uint64_t random = 88172645463325252u;
  must(DavyBytesOpen(file_name(3), &bytes));
  must(DavyGrowthLoadBlock(file_name(3), &block));
  unsigned char *data = malloc(bytes.size);
  size_t at = 0;
  while (memcmp(bytes.data + at, block.data, block.size) != 0) at++;
  for (int k = 0; k < 60; k++) {
    DavySimulation *s;
    char hex[65];
    memcpy(data, bytes.data, bytes.size);
    /* Marsaglia's xorshift. */
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    size_t byte = k < 40 ? (size_t)(68 + 4 * (k / 2)) : random % (block.size - 8);
    memcpy(data + at + byte, &random, k % 2 ? 8 : 4);
    DavySha256(data, bytes.size - 64, hex);
    memcpy(data + bytes.size - 64, hex, 64);
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(data, 1, bytes.size, file), bytes.size);
    fclose(file);
    DavySimulationLoad(MPI_COMM_WORLD, &p->it->model, hash, path, &s);
    DavySimulationDestroy(&s);
  }
  unlink(path);
  free(data);
  DavyBytesClose(&block);
  DavyBytesClose(&bytes);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest usual[] = {
      cmocka_unit_test(on_as_many_ranks_it_is_the_same),
      cmocka_unit_test(what_was_finished_says_so), cmocka_unit_test(another_case_is_refused),
      cmocka_unit_test(a_damaged_file_is_refused), cmocka_unit_test(a_hostile_block_does_no_harm)};
  const struct CMUnitTest ranks[] = {cmocka_unit_test(on_other_ranks_it_is_the_same_to_tolerance)};
  int failed = argc > 1 ? cmocka_run_group_tests(ranks, run_whole, remove_whole)
                        : cmocka_run_group_tests(usual, run_whole, remove_whole);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
