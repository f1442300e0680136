/* Caps: volumes by quadrature over their slices, and the share orphaned by even stripping against
 * values by hand and against a cap that is shrunk until its foot is gone. */
#include <gsl/gsl_integration.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "expect_close.h"
#include "davy/kinetics.h"

typedef struct {
  double radius, centre; /* height of the centre above the substrate */
  int dim;
} Sphere;

static double slice(double y, void *context) {
  const Sphere *s = context;
  double square = s->radius * s->radius - (y - s->centre) * (y - s->centre);
  if (square <= 0) return 0;
  return s->dim == 2 ? 2 * sqrt(square) : M_PI * square;
}

/* Of what lies above the substrate. */
static double volume_above(Sphere sphere) {
  gsl_integration_workspace *room = gsl_integration_workspace_alloc(200);
  double from = fmax(0, sphere.centre - sphere.radius), value, error;
  gsl_function f = {slice, &sphere};
  gsl_integration_qags(&f, from, sphere.centre + sphere.radius, 0, 1e-11, 200, room, &value,
                       &error);
  gsl_integration_workspace_free(room);
  return value;
}

static void test_volumes(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++)
    for (double degrees = 5; degrees <= 180; degrees += 5) {
      double angle = degrees * M_PI / 180, radius = 3e-7;
      double exact = volume_above((Sphere){radius, -radius * cos(angle), dim});
      expect_close(DavyCapVolume(radius, angle, dim) / exact, 1, 1e-10); /* qags' own */
      /* Height and foot: the sphere through the foot's edge, height over the centre. */
      double height = DavyCapHeight(radius, angle), base = DavyCapBaseRadius(radius, angle);
      expect_close((base * base + height * height) / (2 * height * radius), 1, 1e-12);
      assert_true((height > radius) == (degrees > 90) || degrees == 90);
    }
}

static void test_orphaned_share(void **state) {
  (void)state;
  /* By hand from cos 120 = -1/2 and cos 150 = -sqrt(3)/2. */
  expect_close(DavyCapOrphanedShare(2 * M_PI / 3, 3), 4.0 / 27, 1e-15);
  expect_close(DavyCapOrphanedShare(5 * M_PI / 6, 3), 12 * sqrt(3) / (16 + 9 * sqrt(3)), 1e-14);
  /* Printed; half of the last digit. */
  expect_close(DavyCapOrphanedShare(2 * M_PI / 3, 2), 0.3108, 5e-5);
  for (int dim = 2; dim <= 3; dim++) {
    assert_true(DavyCapOrphanedShare(M_PI / 3, dim) == 0);
    assert_true(DavyCapOrphanedShare(M_PI / 2, dim) < 1e-30); /* cos is 6e-17 there */
    expect_close(DavyCapOrphanedShare(M_PI, dim), 1, 1e-14);
  }
}

/* Bisects for the radius at which the sphere about the resting centre leaves the substrate. */
static void test_orphaned_share_by_shrinking(void **state) {
  (void)state;
  for (int dim = 2; dim <= 3; dim++)
    for (double degrees = 95; degrees < 180; degrees += 5) {
      double angle = degrees * M_PI / 180, centre = -cos(angle), loose = 0, held = 1;
      for (int k = 0; k < 60; k++) {
        double middle = (loose + held) / 2;
        *(centre - middle < 0 ? &held : &loose) = middle;
      }
      double share =
          volume_above((Sphere){loose, centre, dim}) / volume_above((Sphere){1, centre, dim});
      expect_close(DavyCapOrphanedShare(angle, dim), share, 1e-9);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_volumes),
                                     cmocka_unit_test(test_orphaned_share),
                                     cmocka_unit_test(test_orphaned_share_by_shrinking)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
