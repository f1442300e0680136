/* Powder lines: families of planes, structure factors, intensities.
 *
 *   1/d^2 = h . g* h                                   sin(theta) = lambda/(2 d)
 *   F(h)  = sum_j occ_j f_j(s) exp(-B_j s^2) exp(2 pi i h . x_j),   s = 1/(2 d)
 *   I     = m |F|^2 LP A
 *   LP    = (1 + cos^2(2 theta_m) cos^2(2 theta)) / ((1 + cos^2(2 theta_m)) sin^2(theta)
 * cos(theta)) A     = 1 - exp(-2 mu t / sin(theta))    (film of thickness t; 1 for a thick sample)
 *
 * m counts the planes that symmetry and Friedel's law make equivalent. Source: Cullity and Stock,
 * Elements of X-Ray Diffraction, 3rd ed., ch. 4 (recalled; key cullity2001).
 */
#include "diffraction/pattern.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "davy/cite.h"
#include "diffraction/crystal.h"
#include "diffraction/form_factor.h"

static const double angstrom = 1e-10; /* m */

DavyDiffractionOptions DavyDiffractionOptionsDefault(void) {
  DavyDiffractionOptions options = {.two_theta_min = 10 * M_PI / 180,
                                    .two_theta_max = 90 * M_PI / 180,
                                    .threshold = 1e-4,
                                    .lorentzian = 0.5};
  DavyRadiationFind("CuKa1", &options.radiation);
  options.caglioti[2] = pow(0.1 * M_PI / 180, 2); /* 0.1 degree, a laboratory diffractometer */
  return options;
}

static DavyError check_options(const DavyDiffractionOptions *o) {
  DAVY_CHECK(o->two_theta_min >= 0 && o->two_theta_min < o->two_theta_max &&
                 o->two_theta_max < M_PI,
             DAVY_ERR_VALUE, "2 theta from %g to %g degrees: expected 0 <= from < to < 180",
             o->two_theta_min * 180 / M_PI, o->two_theta_max * 180 / M_PI);
  DAVY_CHECK(o->radiation.wavelength[0] > 0.1 * angstrom &&
                 o->radiation.wavelength[0] < 10 * angstrom,
             DAVY_ERR_VALUE, "wavelength %g angstrom: expected 0.1 to 10",
             o->radiation.wavelength[0] / angstrom);
  DAVY_CHECK(o->film_thickness >= 0 && o->absorption >= 0 &&
                 (o->film_thickness == 0 || o->absorption > 0),
             DAVY_ERR_VALUE,
             "film of %g nm with an absorption of %g 1/m: expected both positive, or no thickness",
             1e9 * o->film_thickness, o->absorption);
  DAVY_CHECK(o->b_iso >= 0, DAVY_ERR_VALUE, "B = %g angstrom2: expected 0 or more",
             o->b_iso / (angstrom * angstrom));
  return DAVY_OK;
}

/* Order of indices by which one plane of a family stands for all: larger is nearer to the front. */
static bool larger(const int a[3], const int b[3]) {
  for (int i = 0; i < 3; i++)
    if (a[i] != b[i]) return a[i] > b[i];
  return false;
}

/* Number of planes equivalent to h (h and -h counted both), or 0 if h does not represent them. */
static int family(const int h[3], const DavyCrystal *c) {
  int images[96][3], count = 0;
  for (int k = 0; k < c->rotation_count; k++) {
    int image[3];
    for (int j = 0; j < 3; j++)
      image[j] = h[0] * c->rotations[k][0][j] + h[1] * c->rotations[k][1][j] +
                 h[2] * c->rotations[k][2][j];
    for (int sign = 0; sign < 2; sign++) {
      if (larger(image, h)) return 0;
      bool seen = false;
      for (int i = 0; i < count && !seen; i++) seen = memcmp(images[i], image, sizeof image) == 0;
      if (!seen) memcpy(images[count++], image, sizeof image);
      for (int j = 0; j < 3; j++) image[j] = -image[j];
    }
  }
  return count;
}

/* Form factors with thermal motion change slowly along the atoms: one evaluation per run of equal
 * element and B. */
static double structure_factor_squared(const DavyCrystal *c, const int h[3], double inverse_d2,
                                       double b_iso) {
  double s2 = 0.25 * inverse_d2; /* 1/m2 */
  double complex sum = 0;
  double amplitude = 0;
  for (size_t a = 0; a < c->atom_count; a++) {
    const Atom *atom = &c->atoms[a];
    if (a == 0 || atom->element != atom[-1].element || atom->b_iso != atom[-1].b_iso)
      amplitude = davy_form_factor(atom->element, s2 * angstrom * angstrom) *
                  exp(-(atom->b_iso + b_iso) * s2);
    double phase =
        2 * M_PI * (h[0] * atom->position[0] + h[1] * atom->position[1] + h[2] * atom->position[2]);
    sum += atom->occupancy * amplitude * (cos(phase) + I * sin(phase));
  }
  return creal(sum) * creal(sum) + cimag(sum) * cimag(sum);
}

static double geometry_factor(const DavyDiffractionOptions *o, double two_theta) {
  double theta = 0.5 * two_theta, m = cos(o->monochromator) * cos(o->monochromator);
  double factor =
      (1 + m * cos(two_theta) * cos(two_theta)) / ((1 + m) * sin(theta) * sin(theta) * cos(theta));
  if (o->film_thickness > 0) factor *= -expm1(-2 * o->absorption * o->film_thickness / sin(theta));
  return factor;
}

static int by_angle(const void *a, const void *b) {
  const DavyLine *left = a, *right = b;
  if (left->two_theta != right->two_theta) return left->two_theta < right->two_theta ? -1 : 1;
  return larger(left->index, right->index) ? -1 : 1;
}

static DavyError add_line(DavyPattern *p, size_t *room, DavyLine line) {
  if (p->count == *room) {
    *room = *room ? 2 * *room : 64;
    DavyLine *grown = realloc(p->lines, *room * sizeof *grown);
    DAVY_CHECK(grown, DAVY_ERR_MEMORY, "out of memory for %zu lines", *room);
    p->lines = grown;
  }
  p->lines[p->count++] = line;
  return DAVY_OK;
}

/* Planes that the centring extinguishes: h . t is no integer. */
static bool is_absent(const int h[3], const DavyCrystal *c) {
  for (int k = 0; k < c->centring_count; k++) {
    double turns = h[0] * c->centring[k][0] + h[1] * c->centring[k][1] + h[2] * c->centring[k][2];
    if (fabs(turns - round(turns)) > 1e-3) return true;
  }
  return false;
}

/* All families with a spacing in the range. h runs over a half space: -h is the same plane. */
static DavyError collect(const DavyCrystal *c, const DavyDiffractionOptions *o, DavyPattern *p) {
  int most[3];
  double half = 0.5 * o->radiation.wavelength[0];
  double low = pow(sin(0.5 * o->two_theta_min) / half, 2);
  double high = pow(sin(0.5 * o->two_theta_max) / half, 2);
  for (int i = 0; i < 3; i++) most[i] = (int)(c->lattice.length[i] * sqrt(high));
  size_t room = 0;
  for (int i = 0; i <= most[0]; i++)
    for (int j = i ? -most[1] : 0; j <= most[1]; j++)
      for (int k = i || j ? -most[2] : 1; k <= most[2]; k++) {
        int h[3] = {i, j, k};
        double inverse_d2 = 0;
        for (int m = 0; m < 3; m++)
          for (int n = 0; n < 3; n++) inverse_d2 += h[m] * c->reciprocal[m][n] * h[n];
        if (inverse_d2 < low || inverse_d2 > high || is_absent(h, c)) continue;
        int multiplicity = family(h, c);
        if (!multiplicity) continue;
        DavyLine line = {.index = {i, j, k}, .multiplicity = multiplicity};
        line.spacing = 1 / sqrt(inverse_d2);
        line.two_theta = 2 * asin(half / line.spacing);
        line.form_squared = structure_factor_squared(c, h, inverse_d2, o->b_iso);
        line.intensity = multiplicity * line.form_squared * geometry_factor(o, line.two_theta);
        DAVY_TRY(add_line(p, &room, line));
      }
  return DAVY_OK;
}

/* Scales to the strongest line and drops what is below the threshold. */
static void normalise(const DavyCrystal *c, const DavyDiffractionOptions *o, DavyPattern *p) {
  double strongest = 0, volume = c->volume / pow(angstrom, 3);
  for (size_t i = 0; i < p->count; i++) strongest = fmax(strongest, p->lines[i].intensity);
  p->scale = strongest / (volume * volume);
  size_t kept = 0;
  for (size_t i = 0; i < p->count; i++) {
    DavyLine line = p->lines[i];
    line.intensity = strongest > 0 ? line.intensity / strongest : 0;
    if (line.intensity > o->threshold) p->lines[kept++] = line;
  }
  p->count = kept;
  if (kept) qsort(p->lines, kept, sizeof *p->lines, by_angle);
}

DavyError DavyPatternCompute(const DavyCrystal *crystal, const DavyDiffractionOptions *options,
                             DavyPattern **pattern) {
  *pattern = NULL;
  DAVY_TRY(check_options(options));
  DavyPattern *p = calloc(1, sizeof *p);
  DAVY_CHECK(p, DAVY_ERR_MEMORY, "out of memory for a pattern");
  DavyError error = collect(crystal, options, p);
  if (error) {
    DavyPatternDestroy(&p);
    return error;
  }
  normalise(crystal, options, p);
  DavyCite("it1992", "atomic form factors");
  DavyCite("togo2024", "space-group operations");
  *pattern = p;
  return DAVY_OK;
}

void DavyPatternDestroy(DavyPattern **pattern) {
  if (!*pattern) return;
  free((*pattern)->lines);
  free(*pattern);
  *pattern = NULL;
}

size_t DavyPatternCount(const DavyPattern *p) {
  return p->count;
}
DavyLine DavyPatternLine(const DavyPattern *p, size_t i) {
  return p->lines[i];
}
double DavyPatternScale(const DavyPattern *p) {
  return p->scale;
}
