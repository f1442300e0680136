/* Connected components against what the construction says, and, for arbitrary cells and faces,
 * against the definition: the least number in reach, spread over the list of faces of one rank's
 * mesh until nothing changes.
 *
 * Ranks: every label, the halo's too, must be that of one rank.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "groups.h"
#include "mesh/components.h"
#include "setting.h"

/* What takes part, psi < 0 at a cell's centre, and which faces are closed, at their own. */
typedef struct {
  DavyShape psi;
  bool (*closed)(const void *context, const double x[3], int axis);
  const void *context;
  DavyMeshPlan plan; /* all but comm */
} Scene;

typedef struct {
  const Scene *scene;
  const DavyMesh *mesh;
} Asked;

/* Also sees to it that questions are put as promised. */
static bool open_face(const void *context, int cell, int side, int other) {
  const Asked *asked = context;
  double x[3], size = DavyCellSize(asked->mesh, cell), beyond = DavyCellSize(asked->mesh, other);
  assert_true(size < beyond || (size == beyond && side & 1));
  DavyCellCentre(asked->mesh, cell, x);
  x[side / 2] += side & 1 ? size / 2 : -size / 2;
  return !asked->scene->closed(asked->scene->context, x, side / 2);
}

static bool takes_part(const Scene *scene, const DavyMesh *mesh, int cell) {
  double x[3];
  DavyCellCentre(mesh, cell, x);
  return scene->psi(scene->context, x) < 0;
}

static DavyMesh *mesh_of(const Scene *scene, MPI_Comm comm) {
  DavyMeshPlan plan = scene->plan;
  DavyMesh *mesh;
  plan.comm = comm;
  must(DavyMeshCreate(&plan, &mesh));
  return mesh;
}

/* The definition, on one rank. */
static int *spread(const Scene *scene, const DavyMesh *mesh, int *count) {
  int *least = malloc((size_t)mesh->own * sizeof *least);
  assert_non_null(least);
  for (int cell = 0; cell < mesh->own; cell++)
    least[cell] = takes_part(scene, mesh, cell) ? cell : -1;
  Asked asked = {scene, mesh};
  for (bool changed = true; changed;) {
    changed = false;
    for (int f = 0; f < mesh->faces; f++) {
      const DavyFace *face = mesh->face + f;
      int cell = face->cell[face->owner], other = face->cell[!face->owner];
      if (other < 0 || least[cell] < 0 || least[other] < 0 || least[cell] == least[other] ||
          (scene->closed && !open_face(&asked, cell, 2 * face->axis + !face->owner, other)))
        continue;
      least[cell] = least[other] = least[cell] < least[other] ? least[cell] : least[other];
      changed = true;
    }
  }
  *count = 0;
  int *label = malloc((size_t)mesh->own * sizeof *label);
  assert_non_null(label);
  for (int cell = 0; cell < mesh->own; cell++)
    label[cell] = least[cell] < 0 ? -1 : least[cell] == cell ? (*count)++ : label[least[cell]];
  free(least);
  return label;
}

enum { MOST_SIZES = 16 };

/* Components over all ranks, compared cell by cell with the definition on one rank. Volumes of the
 * first ones, in cells of the finest level, are returned. */
static int components_of(const Scene *scene, double volume[MOST_SIZES]) {
  DavyMesh *mesh = mesh_of(scene, MPI_COMM_WORLD), *whole = mesh_of(scene, MPI_COMM_SELF);
  bool *member = malloc((size_t)mesh->own + 1);
  int count, expected, *label = malloc((size_t)mesh->cells * sizeof *label + 1);
  int *exact = spread(scene, whole, &expected);
  for (int cell = 0; cell < mesh->own; cell++) member[cell] = takes_part(scene, mesh, cell);
  Asked asked = {scene, mesh};
  must(DavyComponents(mesh, member, scene->closed ? open_face : NULL, &asked, label, &count));
  assert_int_equal(count, expected);
  for (int cell = 0; cell < mesh->cells; cell++)
    assert_int_equal(label[cell], exact[DavyCellAt(whole, mesh->leaf[cell].at)]);
  double finest = mesh->box.edge / (1 << scene->plan.finest);
  memset(volume, 0, MOST_SIZES * sizeof *volume);
  for (int cell = 0; cell < mesh->own; cell++)
    if (label[cell] >= 0 && label[cell] < MOST_SIZES)
      volume[label[cell]] += pow(DavyCellSize(mesh, cell) / finest, mesh->box.dim);
  MPI_Allreduce(MPI_IN_PLACE, volume, MOST_SIZES, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  free(member);
  free(label);
  free(exact);
  DavyMeshDestroy(&mesh);
  DavyMeshDestroy(&whole);
  return count;
}

/* Two balls that mirror each other, and a rod of one radius between them, in part or whole. */
typedef struct {
  int dim;
  double rod, gap; /* radius of the rod, half the width of a gap in its middle */
} Pair;

static double pair_psi(const void *context, const double x[3]) {
  const Pair *pair = context;
  Ball right = {pair->dim, {0.25, 0, 0}, 0.15}, left = {pair->dim, {-0.25, 0, 0}, 0.15};
  double psi = fmin(ball_psi(&left, x), ball_psi(&right, x));
  double off = sqrt(x[1] * x[1] + x[2] * x[2]) - pair->rod;
  return fmin(psi, fmax(off, fmax(fabs(x[0]) - 0.25, pair->gap - fabs(x[0]))));
}

static Scene pair_scene(const Pair *pair, DavyBand *band) {
  int finest = pair->dim == 2 ? 6 : 5, trees = 2;
  DavyBox box = {pair->dim, {trees, trees, pair->dim == 2 ? 1 : trees}, {-0.5, -0.5, 0}, 0.5};
  if (pair->dim == 3) box.origin[2] = -0.5;
  *band = (DavyBand){pair_psi, pair, box.edge / (1 << finest), 1, 0, pair->dim};
  return (Scene){pair_psi, NULL, pair, {MPI_COMM_SELF, box, 2, finest, DavyBandSplit, band}};
}

static void two_balls_and_a_bridge(void **state) {
  (void)state;
  double volume[MOST_SIZES];
  DavyBand band;
  for (int dim = 2; dim <= 3; dim++) {
    /* Two cells across, on grid lines: it holds whatever the centres. */
    double h = dim == 2 ? 0.5 / 64 : 0.5 / 32;
    Pair apart = {dim, h, 1}, broken = {dim, h, 1.1 * h}, joined = {dim, h, -1};
    Scene scene = pair_scene(&apart, &band);
    assert_int_equal(components_of(&scene, volume), 2);
    double round = dim == 2 ? M_PI * 0.15 * 0.15 / (h * h) : 4 * M_PI / 3 * pow(0.15 / h, 3);
    assert_true(volume[0] == volume[1]);             /* mirror images */
    assert_true(fabs(volume[0] / round - 1) < 0.05); /* cells counted by centres */
    double ball = volume[0];
    scene = pair_scene(&broken, &band);
    assert_int_equal(components_of(&scene, volume), 2);
    assert_true(volume[0] == volume[1] && volume[0] > ball);
    scene = pair_scene(&joined, &band);
    double parts = volume[0] + volume[1];
    assert_int_equal(components_of(&scene, volume), 1);
    /* The gap is two cells long and two wide. */
    assert_true(volume[0] == parts + (dim == 2 ? 4 : 8));
  }
}

static double ring_psi(const void *context, const double x[3]) {
  (void)context;
  return fabs(sqrt(x[0] * x[0] + x[1] * x[1]) - 0.35) - 0.04;
}

static bool below_closed(const void *context, const double x[3], int axis) {
  (void)context;
  return axis == 0 && x[0] == 0 && x[1] < 0;
}

static bool both_closed(const void *context, const double x[3], int axis) {
  (void)context;
  return axis == 0 && x[0] == 0;
}

/* A ring (3D: a pipe) hangs together until faces are closed at two of its ends. */
static void rings_cut_once_and_twice(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    int finest = dim == 2 ? 6 : 5;
    DavyBox box = {dim, {2, 2, 1}, {-0.5, -0.5, 0}, 0.5};
    DavyBand band = {ring_psi, NULL, box.edge / (1 << finest), 1, 0, dim};
    Scene scene = {ring_psi, NULL, NULL, {MPI_COMM_SELF, box, 2, finest, DavyBandSplit, &band}};
    double whole[MOST_SIZES], once[MOST_SIZES], twice[MOST_SIZES];
    assert_int_equal(components_of(&scene, whole), 1);
    scene.closed = below_closed;
    assert_int_equal(components_of(&scene, once), 1);
    scene.closed = both_closed;
    assert_int_equal(components_of(&scene, twice), 2);
    assert_true(whole[0] == once[0] && twice[0] == twice[1] && 2 * twice[0] == whole[0]);
  }
}

/* Archimedes' spiral r = 0.02 + 0.06 t, t in turns, 7 turns wound: the corridor about it, open at
 * both ends. It crosses the border of any two ranks several times. */
static double spiral_psi(const void *context, const double x[3]) {
  double width = *(const double *)context, pitch = 0.06;
  double r = sqrt(x[0] * x[0] + x[1] * x[1]) - 0.02, turn = atan2(x[1], x[0]) / (2 * M_PI);
  double t = turn + fmax(0, fmin(round(r / pitch - turn), 6));
  return fabs(r - pitch * t) - width;
}

static double outside_spiral(const void *context, const double x[3]) {
  return -spiral_psi(context, x);
}

static void a_spiral_is_one_and_so_is_the_rest(void **state) {
  (void)state;
  DavyBox box = {2, {1, 1, 1}, {-0.5, -0.5, 0}, 1};
  double width = 0.015, volume[MOST_SIZES];
  DavyBand band = {spiral_psi, &width, 1.0 / 256, 1, 0, 2};
  Scene scene = {spiral_psi, NULL, &width, {MPI_COMM_SELF, box, 3, 8, DavyBandSplit, &band}};
  assert_int_equal(components_of(&scene, volume), 1);
  double metal = volume[0];
  scene.psi = outside_spiral;
  assert_int_equal(components_of(&scene, volume), 1);
  assert_true(metal + volume[0] == 256 * 256);
}

/* Columns along y, every second one full, those between with one cell at alternate ends: a snake
 * through a box of n cells a side (3D: extruded along z). */
typedef struct {
  int n;
  bool inside_out;
} Snake;

static double snake_psi(const void *context, const double x[3]) {
  const Snake *snake = context;
  int i = (int)(x[0] * snake->n), j = (int)(x[1] * snake->n);
  bool body = i % 2 == 0 || j == (i % 4 == 1 ? snake->n - 1 : 0);
  return body != snake->inside_out ? -1 : 1;
}

static bool always(const void *context, const double x[3], double size) {
  (void)context, (void)x, (void)size;
  return true;
}

static void snakes_cross_the_ranks(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    int level = dim == 2 ? 5 : 4, n = 1 << level, deep = dim == 2 ? 1 : n;
    DavyBox box = {dim, {1, 1, 1}, {0, 0, 0}, 1};
    Snake snake = {n, false};
    Scene scene = {snake_psi, NULL, &snake, {MPI_COMM_SELF, box, level, level, always, NULL}};
    double volume[MOST_SIZES];
    assert_int_equal(components_of(&scene, volume), 1);
    assert_true(volume[0] == (n / 2 * n + n / 2) * deep);
    snake.inside_out = true;
    assert_int_equal(components_of(&scene, volume), n / 2);
    for (int k = 0; k < n / 2; k++) assert_true(volume[k] == (n - 1) * deep);
  }
}

/* Half of the cells, two thirds of the faces, for no reason: many components of all sizes. */
static double hash(const double x[3], int seed) {
  uint64_t s = (uint64_t)seed;
  for (int d = 0; d < 3; d++) s = (s + (uint64_t)llround(x[d] * 4096)) * 0x9E3779B97F4A7C15u;
  s ^= s >> 29;
  return (double)(s * 0xBF58476D1CE4E5B9u >> 11) / 9007199254740992.0;
}

static double rough_psi(const void *context, const double x[3]) {
  return hash(x, 1) - *(const double *)context;
}

static bool rough_closed(const void *context, const double x[3], int axis) {
  (void)context;
  return hash(x, 2 + axis) < 0.15;
}

static void arbitrary_cells_follow_the_definition(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    DavyBox box = {dim, {2, 1, 2}, {0, 0, 0}, 1};
    if (dim == 2) box.trees[2] = 1;
    Ball ball = {dim, {0.9, 0.5, 0.8}, 0.3};
    DavyBand band = {ball_psi, &ball, 1.0 / 32, 2, 0, dim};
    double share = dim == 2 ? 0.65 : 0.4, volume[MOST_SIZES];
    Scene scene = {
        rough_psi, rough_closed, &share, {MPI_COMM_SELF, box, 2, 5, DavyBandSplit, &band}};
    int count = components_of(&scene, volume);
    assert_true(count > 20);
  }
}

static void none_and_a_single_cell(void **state) {
  (void)state;
  DavyBox box = {3, {1, 1, 1}, {0, 0, 0}, 1};
  double share = 0, volume[MOST_SIZES];
  Scene scene = {rough_psi, NULL, &share, {MPI_COMM_SELF, box, 0, 0, always, NULL}};
  assert_int_equal(components_of(&scene, volume), 0);
  share = 2;
  assert_int_equal(components_of(&scene, volume), 1); /* most ranks own nothing */
  assert_true(volume[0] == 1);
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_balls_and_a_bridge),
      cmocka_unit_test(rings_cut_once_and_twice),
      cmocka_unit_test(a_spiral_is_one_and_so_is_the_rest),
      cmocka_unit_test(snakes_cross_the_ranks),
      cmocka_unit_test(arbitrary_cells_follow_the_definition),
      cmocka_unit_test(none_and_a_single_cell),
  };
  int failed = run_groups(argc, argv, tests, tests, tests);
  MPI_Finalize();
  return failed;
}
