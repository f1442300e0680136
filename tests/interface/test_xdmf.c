/* Frames in HDF5 and XDMF, read back with the HDF5 library itself; and frames gathered from ranks.
 *
 *   test_xdmf            the tests
 *   test_xdmf ranks      on several ranks: gathering alone
 *   test_xdmf write DIR  a growing disk in DIR and a growing ball in DIR/ball, for `make paraview`
 * Ranks
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <hdf5.h>

#include "../growing_circle.h"
#include "davy/file.h"
#include "field/hdf5/xdmf.h"
#include "field/mpi/gather.h"

enum { FRAMES = 3 };
static char folder[] = "test_xdmf_XXXXXX";

/* Of a growing circle, the frames from `first` on. */
static DavyError write_rest(DavyXdmf *out, int dim, int levels, int first, int frames) {
  DavyError error = DAVY_OK;
  for (int i = first; i < frames && !error; i++) {
    DavyFrame *frame = NULL;
    error = growing_circle(dim, levels, i, frames, &frame);
    if (!error) error = DavyXdmfAppend(out, frame);
    if (!error) DavyFrameDestroy(&frame);
  }
  if (!error) return DavyXdmfCommit(&out);
  DavyXdmfDiscard(&out);
  return error;
}

static DavyError write_run(const char *where, int dim, int levels, int frames) {
  DavyXdmf *out = NULL;
  DAVY_TRY(DavyXdmfOpen(where, &out));
  return write_rest(out, dim, levels, 0, frames);
}

/* A data set whole, as doubles; its number of values. The caller frees it. */
static double *read_set(hid_t file, int frame, const char *name, size_t *count) {
  char path[64];
  snprintf(path, sizeof path, "/frame_%05d/%s", frame, name);
  hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
  assert_true(set >= 0);
  hid_t space = H5Dget_space(set);
  *count = (size_t)H5Sget_simple_extent_npoints(space);
  double *values = malloc((*count + 1) * sizeof *values);
  assert_non_null(values);
  assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Sclose(space);
  H5Dclose(set);
  return values;
}

static hid_t open_arrays(void) {
  char path[64];
  snprintf(path, sizeof path, "%s/fields.h5", folder);
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  assert_true(file >= 0);
  return file;
}

/* Volumes of the cells by their corners, which sum to the box; corners are there once; values are
 * bit for bit those of the frame. */
static void check_cells(hid_t file, int dim, int i, const DavyFrame *frame) {
  size_t points, cells, values, corners = (size_t)1 << dim;
  double *point = read_set(file, i, "points", &points);
  double *cell = read_set(file, i, "cells", &cells), volume = 0;
  assert_int_equal(cells, corners * frame->cell_count);
  for (size_t k = 0; k < frame->cell_count; k++) {
    /* Of VTK's order: 0 to 2 is the diagonal of a square, 0 to 6 that of a cube. */
    const double *a = point + 3 * (size_t)cell[corners * k];
    const double *b = point + 3 * (size_t)cell[corners * k + (dim == 2 ? 2 : 6)];
    double product = 1;
    for (int d = 0; d < dim; d++) {
      assert_true(fabs(0.5 * (a[d] + b[d]) - frame->cells[k].centre[d]) < 1e-18);
      product *= b[d] - a[d];
    }
    volume += product;
  }
  assert_true(fabs(volume / pow(circle_edge, dim) - 1) < 1e-12);
  for (size_t k = 3; k < points; k += 3) /* sorted by place, so that twins would be neighbours */
    assert_true(memcmp(point + k, point + k - 3, 3 * sizeof *point) != 0);
  double *c = read_set(file, i, "c", &values);
  assert_int_equal(values, frame->cell_count);
  for (size_t k = 0; k < values; k++)
    assert_memory_equal(&c[k], &frame->cells[k].concentration, sizeof *c);
  free(c);
  free(point);
  free(cell);
}

static void check_front(hid_t file, int dim, int i, const DavyFrame *frame) {
  size_t count, facets;
  double *vertex = read_set(file, i, "vertices", &count);
  double *film = read_set(file, i, "film", &facets);
  assert_int_equal(facets, frame->facet_count);
  double *orphaned = read_set(file, i, "orphaned", &facets);
  assert_int_equal(facets, frame->facet_count);
  assert_int_equal(count, 3 * (size_t)dim * facets);
  for (size_t k = 0; k < facets; k++) {
    assert_int_equal(orphaned[k], frame->facets[k].orphaned);
    assert_true(film[k] == frame->facets[k].film);
    for (int v = 0; v < dim; v++)
      assert_memory_equal(vertex + 3 * ((size_t)dim * k + (size_t)v), frame->facets[k].vertex[v],
                          3 * sizeof *vertex);
  }
  double *body = read_set(file, i, "body_volume", &count);
  assert_int_equal(count, frame->body_count);
  assert_memory_equal(&body[0], &frame->bodies[0].volume, sizeof *body);
  free(body);
  free(film);
  free(vertex);
  free(orphaned);
}

static void check_arrays(int dim, int levels) {
  hid_t file = open_arrays();
  for (int i = 0; i < FRAMES; i++) {
    DavyFrame *frame = NULL;
    assert_int_equal(growing_circle(dim, levels, i, FRAMES, &frame), DAVY_OK);
    check_cells(file, dim, i, frame);
    check_front(file, dim, i, frame);
    DavyFrameDestroy(&frame);
  }
  H5Fclose(file);
}

static void arrays_are_those_of_the_frames(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    int levels = dim == 2 ? 4 : 1;
    assert_int_equal(write_run(folder, dim, levels, FRAMES), DAVY_OK);
    check_arrays(dim, levels);
  }
}

/* Gone on with behind the first frame, the later ones dropped, the files are what they were. */
static void frames_go_on_behind_those_there(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++) {
    int levels = dim == 2 ? 4 : 1;
    DavyXdmf *out = NULL;
    DavyFrame *first = NULL;
    char command[256];
    assert_int_equal(growing_circle(dim, levels, 0, FRAMES, &first), DAVY_OK);
    assert_int_equal(write_run(folder, dim, levels, FRAMES), DAVY_OK);
    snprintf(command, sizeof command, "cd '%s' && cp fields.xdmf a && cp front.xdmf b", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(DavyXdmfContinue(folder, first->time, &out), DAVY_OK);
    assert_int_equal(write_rest(out, dim, levels, 1, FRAMES), DAVY_OK);
    snprintf(command, sizeof command, "cd '%s' && cmp fields.xdmf a && cmp front.xdmf b && rm a b",
             folder);
    assert_int_equal(system(command), 0);
    check_arrays(dim, levels);
    DavyFrameDestroy(&first);
  }
}

static void what_is_no_run_is_not_gone_on_with(void **state) {
  (void)state;
  DavyXdmf *out = NULL;
  char path[64];
  assert_int_equal(DavyXdmfContinue("nowhere", 0, &out), DAVY_ERR_OPEN);
  snprintf(path, sizeof path, "%s/fields.h5", folder);
  FILE *file = fopen(path, "w");
  fputs("not HDF5\n", file);
  fclose(file);
  assert_int_equal(DavyXdmfContinue(folder, 0, &out), DAVY_ERR_FORMAT);
  assert_non_null(strstr(DavyErrorMessage(), path));
  assert_null(out);
}

/* What is not committed leaves older files as they were, and nothing beside them. */
static void a_failure_leaves_the_old_files(void **state) {
  (void)state;
  DavyXdmf *out = NULL;
  DavyFrame *flat = NULL, *deep = NULL;
  DavyBytes before, after;
  char path[64], command[128];
  assert_int_equal(write_run(folder, 2, 1, FRAMES), DAVY_OK);
  snprintf(path, sizeof path, "%s/fields.h5", folder);
  assert_int_equal(DavyBytesOpen(path, &before), DAVY_OK);
  assert_int_equal(growing_circle(2, 1, 0, 1, &flat), DAVY_OK);
  assert_int_equal(growing_circle(3, 1, 0, 1, &deep), DAVY_OK);
  assert_int_equal(DavyXdmfOpen(folder, &out), DAVY_OK);
  assert_int_equal(DavyXdmfAppend(out, flat), DAVY_OK);
  assert_int_equal(DavyXdmfAppend(out, deep), DAVY_ERR_VALUE);
  DavyXdmfDiscard(&out);
  DavyXdmfDiscard(&out);
  assert_int_equal(DavyBytesOpen(path, &after), DAVY_OK);
  assert_int_equal(before.size, after.size);
  assert_memory_equal(before.data, after.data, before.size);
  snprintf(command, sizeof command, "test $(ls '%s' | wc -l) = 3", folder);
  assert_int_equal(system(command), 0);
  DavyBytesClose(&before);
  DavyBytesClose(&after);
  DavyFrameDestroy(&flat);
  DavyFrameDestroy(&deep);
  assert_int_equal(DavyXdmfOpen("nowhere/at/all", &out), DAVY_ERR_WRITE);
  assert_non_null(strstr(DavyErrorMessage(), "nowhere/at/all/fields.h5"));
}

/* A run to which the disk is full at its end: no file may grow beyond a byte. In a process of its
 * own, as HDF5 never gives back what it could not close. */
static bool fails_to_commit(void) {
  DavyXdmf *out = NULL;
  DavyFrame *frame = NULL;
  pid_t child = fork();
  if (child != 0) {
    int status;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
  }
  signal(SIGXFSZ, SIG_IGN); /* writes fail instead */
  bool is_written = !growing_circle(2, 4, 0, 1, &frame) && !DavyXdmfOpen(folder, &out) &&
                    !DavyXdmfAppend(out, frame) && !setrlimit(RLIMIT_FSIZE, &(struct rlimit){1, 1});
  bool is_told = is_written && DavyXdmfCommit(&out) == DAVY_ERR_WRITE &&
                 strstr(DavyErrorMessage(), "the end cannot be written: File too large");
  _exit(is_told ? 0 : 1);
}

static void a_full_disk_leaves_the_old_files(void **state) {
  (void)state;
  DavyBytes before, after;
  char path[64];
  assert_int_equal(write_run(folder, 2, 1, FRAMES), DAVY_OK);
  snprintf(path, sizeof path, "%s/fields.h5", folder);
  assert_int_equal(DavyBytesOpen(path, &before), DAVY_OK);
  assert_true(fails_to_commit());
  assert_int_equal(DavyBytesOpen(path, &after), DAVY_OK);
  assert_int_equal(before.size, after.size);
  assert_memory_equal(before.data, after.data, before.size);
  DavyBytesClose(&before);
  DavyBytesClose(&after);
}

/* Cells dealt out in turns of `rank + 1` come back in order, and the frame can go on growing. */
static void ranks_are_gathered(void **state) {
  (void)state;
  int rank, ranks;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  DavyFrame *frame = NULL;
  assert_int_equal(DavyFrameCreate(2, &frame), DAVY_OK);
  int first = rank * (rank + 1) / 2, total = ranks * (ranks + 1) / 2;
  for (int i = first; i <= first + rank; i++) {
    DavyFrameCell cell = {.centre = {i, 0, 0}, .size = 1, .fluid = 1};
    DavyFrameFacet facet = {.vertex = {{i, 0}, {i, 1}}, .body = i};
    assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_OK);
    assert_int_equal(DavyFrameAddFacet(frame, &facet, NULL), DAVY_OK);
  }
  assert_int_equal(DavyFrameGather(MPI_COMM_WORLD, frame), DAVY_OK);
  assert_int_equal(frame->cell_count, rank ? 0 : total);
  assert_int_equal(frame->facet_count, rank ? 0 : total);
  assert_int_equal(frame->body_count, 0);
  for (size_t i = 0; i < frame->cell_count; i++) {
    assert_true(frame->cells[i].centre[0] == (double)i);
    assert_int_equal(frame->facets[i].body, i);
  }
  for (int i = 0; i < 100; i++) {
    DavyFrameCell cell = {.size = 1, .fluid = 1};
    assert_int_equal(DavyFrameAddCell(frame, &cell), DAVY_OK);
  }
  DavyFrameDestroy(&frame);
}

static int write_for_paraview(const char *where) {
  char ball[4096];
  snprintf(ball, sizeof ball, "%s/ball", where);
  if (!DavyMakeDirectory(ball) && !write_run(where, 2, 5, 5) && !write_run(ball, 3, 2, 3)) return 0;
  fprintf(stderr, "%s\n", DavyErrorMessage());
  return 1;
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -r '%s'", folder);
  return system(command);
}

int main(int argc, char **argv) {
  const struct CMUnitTest one_rank[] = {cmocka_unit_test(arrays_are_those_of_the_frames),
                                        cmocka_unit_test(a_failure_leaves_the_old_files),
                                        cmocka_unit_test(a_full_disk_leaves_the_old_files),
                                        cmocka_unit_test(frames_go_on_behind_those_there),
                                        cmocka_unit_test(what_is_no_run_is_not_gone_on_with),
                                        cmocka_unit_test(ranks_are_gathered)};
  const struct CMUnitTest several[] = {cmocka_unit_test(ranks_are_gathered)};
  MPI_Init(&argc, &argv);
  int failed;
  if (argc == 3 && strcmp(argv[1], "write") == 0)
    failed = write_for_paraview(argv[2]);
  else if (argc == 2)
    failed = cmocka_run_group_tests(several, NULL, NULL);
  else
    failed = cmocka_run_group_tests(one_rank, make_folder, remove_folder);
  MPI_Finalize();
  return failed;
}
