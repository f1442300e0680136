/* A run that was saved and went on against one that was not stopped: the same to rounding, on other
 * numbers of ranks too. What is conserved goes on over the seam.
 * Files that are cut short, changed or foreign are refused.
 *
 * Ranks: saved on all, gone on with on one, and back.
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

#include "davy/file.h"
#include "groups.h"
#include "interface/restart.h"
#include "setting.h"
#include "verified.h"

static const double UM = 1e-6, C0 = 1000, VM = 2.375e-5;
/* What is read is what was written, but for a unit of the potential and sums over other ranks; what
 * follows is solved down to rounding of the sizes in the equations. */
static const double ROUNDED = 1e-14, SOLVED = 1e-10;

/* Beads of metal on a flat substrate, at the one potential at which they take the current. */
typedef struct {
  int dim;
  double amperes; /* per m in 2D, plating */
  DavySubstrate *substrate;
} Problem;

static double two_beads(const void *context, const double x[3]) {
  const Problem *p = context;
  Ball a = {p->dim, {2.1 * UM, 0.31 * UM, 1.9 * UM}, 1.2 * UM};
  Ball b = {p->dim, {5.7 * UM, 0.22 * UM, 5.2 * UM}, 0.9 * UM};
  return fmin(ball_psi(&a, x), ball_psi(&b, x));
}

static void at_surface(const void *context, const DavySurface *surface, double time,
                       DavyCondition *c) {
  (void)context, (void)time;
  if (surface->wall == DAVY_FRONT)
    *c = (DavyCondition){.kind = DAVY_ELECTRODE,
                         .conductor = 1,
                         .exchange_current = 30,
                         .alpha_a = 0.5,
                         .alpha_c = 0.5,
                         .film_resistance = 1e-3,
                         .molar_volume = VM};
  else if (surface->wall == 3)
    *c = (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = C0};
}

static void feed(const void *context, double time, const double *V, double *amperes, double *by_V) {
  const Problem *p = context;
  (void)time, (void)V, (void)by_V;
  amperes[0] = -p->amperes;
}

static DavyGrowthPlan plan_of(Problem *p, MPI_Comm comm, int dim) {
  DavySubstratePlan flat = {.dim = dim, .width = 8 * UM, .depth = 8 * UM, .surfaces = 1};
  *p = (Problem){.dim = dim, .amperes = dim == 2 ? 1.2e-3 : 6e-9};
  must(DavySubstrateCreate(&flat, &p->substrate));
  return (DavyGrowthPlan){.comm = comm,
                          .box = {dim, {1, 1, 1}, {0, -2 * UM, 0}, 8 * UM},
                          .coarsest = 2,
                          .finest = dim == 2 ? 6 : 4,
                          .band = 6,
                          .metal = two_beads,
                          .metal_context = p,
                          .substrate = p->substrate,
                          .counter_wall = -1,
                          .physics = {.salt = {.charge = 1,
                                               .temperature = 298.15,
                                               .concentration = C0,
                                               .cation = 3e-10,
                                               .anion = 5e-10},
                                      .walls = 1u << 3,
                                      .condition = at_surface,
                                      .conductors = 1,
                                      .feed = feed,
                                      .context = p},
                          .molar_volume = VM,
                          .film_repair = {20, 20},
                          .front_step = 0.4,
                          .order = 2};
}

static void steps(DavyGrowth *g, int count) {
  for (int k = 0; k < count; k++) must(DavyGrowthStep(g, INFINITY));
}

static const char *file_name(void) {
  static char name[64];
  int ranks;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  snprintf(name, sizeof name, "test_restart_%d_ranks.growth", ranks);
  return name;
}

/* Numbers that say where a growth has come to. */
enum { FIGURES = 10 };

static void figures(const DavyGrowth *g, double f[FIGURES]) {
  DavyGrowthLedger l = DavyGrowthAccount(g);
  const DavySheet *sheet = DavyGrowthSheet(g);
  double length = 0, film = 0;
  for (int k = 0; k < sheet->patches; k++) {
    length += sheet->patch[k].area;
    film += sheet->patch[k].area * sheet->patch[k].raw[DAVY_FILM];
  }
  double found[FIGURES] = {DavyGrowthTime(g),
                           DavyGrowthLastStep(g),
                           l.salt,
                           l.salt_gained,
                           l.metal,
                           DavyGrowthPlated(g, false),
                           DavyFieldsPotential(DavyGrowthFields(g), 1),
                           DavyFieldsCurrent(DavyGrowthFields(g), 3),
                           length,
                           film};
  memcpy(f, found, sizeof found);
}

static double largest_difference(const double a[FIGURES], const double b[FIGURES]) {
  double most = 0;
  for (int k = 0; k < FIGURES; k++) most = fmax(most, fabs(a[k] - b[k]) / (fabs(b[k]) + 1e-300));
  return most;
}

/* Front, corner by corner. */
static double psi_difference(const DavyGrowth *a, const DavyGrowth *b) {
  const DavyCuts *one = DavyGrowthCuts(a), *two = DavyGrowthCuts(b);
  double most = 0;
  assert_int_equal(one->mesh->corners, two->mesh->corners);
  for (int c = 0; c < one->mesh->corners; c++) most = fmax(most, fabs(one->psi[c] - two->psi[c]));
  return most;
}

/* Of the local currents at the front, over it and all ranks. */
static double squares(const DavyGrowth *g) {
  const DavyStencils *st = DavyFieldsStencils(DavyGrowthFields(g));
  const DavySurfaceState *state = DavyFieldsSurfaces(DavyGrowthFields(g));
  double sum = 0;
  for (int k = 0; k < st->surfaces.rows; k++)
    if (st->surface[k].wall == DAVY_FRONT) sum += st->surface[k].area * pow(state[k].J, 2);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return sum;
}

static void goes_on(int dim, int half) {
  Problem p;
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, dim);
  DavyGrowth *whole, *first, *second, *third;
  int rank;
  double before[FIGURES], after[FIGURES], expected[FIGURES];
  must(DavyGrowthCreate(&plan, &whole));
  steps(whole, half);
  DavyBytes kept, block = {.data = (const unsigned char *)"seven\n", .size = 7};
  must(DavyGrowthSave(whole, &block, file_name()));
  must(DavyGrowthLoadBlock(file_name(), &kept));
  assert_int_equal(kept.size, block.size);
  assert_memory_equal(kept.data, block.data, block.size);
  DavyBytesClose(&kept);
  figures(whole, before);
  must(DavyGrowthLoad(&plan, file_name(), &first));
  figures(first, after);
  assert_true(largest_difference(after, before) < ROUNDED);
  assert_true(DavyGrowthRate(first, 1) == DavyGrowthRate(whole, 1));
  /* By the front's own law, film and all, which the potential's last unit enters by zF/RT. */
  double off = squares(first) / squares(whole) - 1;
  print_message("  squares of local currents off by %.1e\n", off);
  assert_true(fabs(off) < SOLVED);
  steps(whole, half);
  steps(first, half);
  figures(whole, expected);
  figures(first, after);
  DavyGrowthLedger l = DavyGrowthAccount(first);
  assert_int_equal(DavyGrowthCuts(whole)->mesh->own, DavyGrowthCuts(first)->mesh->own);
  verified("%dD growth goes on from a file | off by %.0e, front by %.0e m; salt %.0e, metal %.0e | "
           "%g; 1e-12",
           dim, largest_difference(after, expected), psi_difference(first, whole), l.salt_error,
           l.metal_error, SOLVED);
  assert_true(largest_difference(after, expected) < SOLVED);
  assert_true(psi_difference(first, whole) < SOLVED * UM);
  assert_true(fabs(l.salt_error) < 1e-12 && fabs(l.metal_error) < 1e-12);
  /* Every rank by itself. */
  plan.comm = MPI_COMM_SELF;
  must(DavyGrowthLoad(&plan, file_name(), &second));
  figures(second, after);
  assert_true(largest_difference(after, before) < 100 * ROUNDED);
  /* And from one rank back to all. */
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 0) must(DavyGrowthSave(second, NULL, file_name()));
  MPI_Barrier(MPI_COMM_WORLD);
  plan.comm = MPI_COMM_WORLD;
  must(DavyGrowthLoad(&plan, file_name(), &third));
  figures(third, after);
  assert_true(largest_difference(after, before) < 100 * ROUNDED);
  steps(third, half);
  figures(third, after);
  assert_true(largest_difference(after, expected) < SOLVED);
  steps(second, half);
  figures(second, after);
  l = DavyGrowthAccount(second);
  print_message("  on one rank off by %.1e; salt %.1e, metal %.1e\n",
                largest_difference(after, expected), l.salt_error, l.metal_error);
  assert_true(largest_difference(after, expected) < SOLVED);
  assert_true(fabs(l.salt_error) < 1e-12 && fabs(l.metal_error) < 1e-12);
  DavyGrowthDestroy(&whole);
  DavyGrowthDestroy(&first);
  DavyGrowthDestroy(&second);
  DavyGrowthDestroy(&third);
  DavySubstrateDestroy(&p.substrate);
  MPI_Barrier(MPI_COMM_WORLD);
  unlink(file_name());
}

static void disks_go_on(void **state) {
  (void)state;
  goes_on(2, 6);
}

static void balls_go_on(void **state) {
  (void)state;
  goes_on(3, 2);
}

/* At once after it was made: no step yet, the fields frozen. */
static void goes_on_from_the_start(void **state) {
  (void)state;
  goes_on(2, 0);
}

static void write_bytes(const char *path, const unsigned char *data, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* Loads what is in memory, with the digest that belongs to it; 0 if it is taken. */
static DavyError load_bytes(const DavyGrowthPlan *plan, unsigned char *data, size_t size) {
  const char *path = "test_restart_hostile.growth";
  char hex[65];
  DavyGrowth *g = NULL;
  if (size > 64) {
    DavySha256(data, size - 64, hex);
    memcpy(data + size - 64, hex, 64);
  }
  write_bytes(path, data, size);
  DavyErrorClear();
  DavyError error = DavyGrowthLoad(plan, path, &g);
  unlink(path);
  if (error) assert_null(g);
  if (error == DAVY_ERR_FORMAT) {
    assert_non_null(strstr(DavyErrorMessage(), path));
    assert_non_null(strstr(DavyErrorMessage(), "byte"));
  }
  DavyGrowthDestroy(&g);
  return error;
}

/* Changes `count` bytes, loads, and puts them back. */
static DavyError load_with(const DavyGrowthPlan *plan, const DavyBytes *sound, size_t at,
                           const void *bytes, size_t count) {
  unsigned char *data = malloc(sound->size);
  assert_non_null(data);
  memcpy(data, sound->data, sound->size);
  memcpy(data + at, bytes, count);
  DavyError error = load_bytes(plan, data, sound->size);
  free(data);
  return error;
}

static void hostile_files_are_refused(void **state) {
  (void)state;
  Problem p;
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, 2);
  DavyGrowth *g;
  DavyBytes sound;
  plan.finest = 5;
  must(DavyGrowthCreate(&plan, &g));
  must(DavyGrowthSave(g, NULL, file_name()));
  DavyGrowthDestroy(&g);
  must(DavyBytesOpen(file_name(), &sound));
  unsigned char *data = malloc(sound.size + 8);
  assert_non_null(data);
  memcpy(data, sound.data, sound.size);
  assert_int_equal(load_bytes(&plan, data, sound.size), DAVY_OK);
  /* Cut short, with a digest that fits; too long; nothing; another file's beginning. */
  for (size_t size = 0; size < sound.size; size += size < 512 ? 13 : sound.size / 7) {
    memcpy(data, sound.data, sound.size);
    assert_int_equal(load_bytes(&plan, data, size), DAVY_ERR_FORMAT);
  }
  memcpy(data, sound.data, sound.size);
  assert_int_equal(load_bytes(&plan, data, sound.size + 8), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, 0, "\x89HDF\r\n\x1a\n", 8), DAVY_ERR_FORMAT);
  assert_int_equal(DavyGrowthLoad(&plan, "no such file", &g), DAVY_ERR_OPEN);
  /* One bit, the digest as it was. */
  memcpy(data, sound.data, sound.size);
  data[sound.size / 2] ^= 4;
  write_bytes(file_name(), data, sound.size);
  assert_int_equal(DavyGrowthLoad(&plan, file_name(), &g), DAVY_ERR_FORMAT);
  assert_non_null(strstr(DavyErrorMessage(), "SHA-256"));
  /* Single fields, as restart.c lists them: version, dimension, edge, cells, bodies,
   * conductors, size of the block; the first
   * body's volume; the first leaf's place and size, psi, and film. */
  size_t head = 208, leaf = head + 2 * 24 + 8;
  static const double nan = NAN, edge = 9e-6, less = -0.1;
  static const int32_t three = 3, minus = -1, huge = 0x7fffffff;
  assert_int_equal(load_with(&plan, &sound, 8, &three, 4), DAVY_ERR_UNSUPPORTED);
  assert_int_equal(load_with(&plan, &sound, 12, &three, 4), DAVY_ERR_VALUE);
  assert_int_equal(load_with(&plan, &sound, 56, &edge, 8), DAVY_ERR_VALUE);
  assert_int_equal(load_with(&plan, &sound, 84, &minus, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, 84, &huge, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, 88, &huge, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, 92, &huge, 4), DAVY_ERR_VALUE);
  assert_int_equal(load_with(&plan, &sound, 100, &huge, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, 100, &minus, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, head - 8, &nan, 8), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, head, &nan, 8), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, leaf, &minus, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, leaf + 4, &huge, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, leaf + 12, &three, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, leaf + 12, &huge, 4), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, leaf + 16, &nan, 8), DAVY_ERR_FORMAT);
  assert_int_equal(load_with(&plan, &sound, leaf + 16 + 8 * 10, &less, 8), DAVY_ERR_FORMAT);
  /* The second leaf in place of the first; one leaf twice as large as it was. */
  size_t record = 16 + 8 * 11;
  assert_int_equal(load_with(&plan, &sound, leaf, sound.data + leaf + record, record),
                   DAVY_ERR_FORMAT);
  for (size_t at = leaf;; at += record) {
    int32_t size, place[2];
    memcpy(&size, sound.data + at + 12, 4);
    memcpy(place, sound.data + at, 8);
    size *= 2;
    if (place[0] % size || place[1] % size || size > 1 << 11) continue;
    assert_int_equal(load_with(&plan, &sound, at + 12, &size, 4), DAVY_ERR_FORMAT);
    break;
  }
  DavyBytesClose(&sound);
  free(data);
  unlink(file_name());
  DavySubstrateDestroy(&p.substrate);
}

/* Whatever is in the words of a file, loading it ends. */
static void random_changes_do_no_harm(void **state) {
  (void)state;
  Problem p;
  DavyGrowthPlan plan = plan_of(&p, MPI_COMM_WORLD, 2);
  DavyGrowth *g;
  DavyBytes sound;
  uint64_t random = 88172645463325252u;
  int taken = 0, tries = 150;
  plan.finest = 5;
  must(DavyGrowthCreate(&plan, &g));
  must(DavyGrowthSave(g, NULL, file_name()));
  DavyGrowthDestroy(&g);
  must(DavyBytesOpen(file_name(), &sound));
  unsigned char *data = malloc(sound.size);
  assert_non_null(data);
  for (int k = 0; k < tries; k++) {
    memcpy(data, sound.data, sound.size);
    for (int change = 0; change < 1 + k % 5; change++) {
      /* Marsaglia's xorshift. */
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      size_t at = random % (k % 2 ? sound.size - 72 : 600);
      memcpy(data + at, &random, 1 + random % 8);
    }
    taken += load_bytes(&plan, data, sound.size) == DAVY_OK;
  }
  print_message("  %d of %d changed files taken\n", taken, tries);
  DavyBytesClose(&sound);
  free(data);
  unlink(file_name());
  DavySubstrateDestroy(&p.substrate);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (DavyEngineStart()) return 1;
  const struct CMUnitTest usual[] = {cmocka_unit_test(disks_go_on), cmocka_unit_test(balls_go_on),
                                     cmocka_unit_test(goes_on_from_the_start),
                                     cmocka_unit_test(hostile_files_are_refused),
                                     cmocka_unit_test(random_changes_do_no_harm)};
  const struct CMUnitTest ranks[] = {cmocka_unit_test(disks_go_on), cmocka_unit_test(balls_go_on)};
  int failed = run_groups(argc, argv, usual, usual, ranks);
  DavyEngineEnd();
  MPI_Finalize();
  return failed;
}
