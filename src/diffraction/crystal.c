/* From lattice, space group and sites to the atoms of one cell.
 *
 *   V = sqrt(det g),  g_ij = a_i . a_j   (metric tensor, m2)
 *   rho = sum_j occ_j M_j / (N_A V)
 */
#include "diffraction/crystal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "davy/yaml.h"
#include "diffraction/form_factor.h"

static const double avogadro = 6.02214076e23; /* 1/mol, exact */

/* Images of a site closer than this are the same atom; images further than this but closer than an
 * atom's size mean coordinates that miss the symmetry element they should sit on. */
static const double same_atom = 2e-12; /* m: coordinates of four digits in a cell of 20 angstrom */
static const double least_apart = 5e-11; /* m: below any bond length */

/* What a file gave is told with the file's line, if that is known. */
#define CHECK_AT(crystal, at, condition, error, ...)                                               \
  do {                                                                                             \
    if (!(condition))                                                                              \
      return DavyFailAt((DavyPlace){(crystal)->name, (at), 0, -1}, error, __VA_ARGS__);            \
  } while (0)

static double determinant(const double m[3][3]) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
         m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

static void invert(const double m[3][3], double inverse[3][3]) {
  double det = determinant(m);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      int i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      inverse[j][i] = (m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1]) / det;
    }
}

static DavyError set_lattice(DavyCrystal *c, const DavyLattice *lattice) {
  static const char *const length_names[] = {"a", "b", "c"};
  static const char *const angle_names[] = {"alpha", "beta", "gamma"};
  for (int i = 0; i < 3; i++) {
    CHECK_AT(c, lattice->line, lattice->length[i] > 5e-11 && lattice->length[i] < 1e-7,
             DAVY_ERR_VALUE, "%s = %g angstrom: expected a cell edge of 0.5 to 1000 angstrom",
             length_names[i], 1e10 * lattice->length[i]);
    CHECK_AT(c, lattice->line, lattice->angle[i] > 0.1 && lattice->angle[i] < 3.0, DAVY_ERR_VALUE,
             "%s = %g degrees: expected a cell angle of 6 to 171 degrees", angle_names[i],
             lattice->angle[i] * 180 / M_PI);
  }
  c->lattice = *lattice;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      double cosine = i == j ? 1 : cos(lattice->angle[3 - i - j]);
      c->metric[i][j] = lattice->length[i] * lattice->length[j] * cosine;
    }
  double det = determinant(c->metric);
  CHECK_AT(c, lattice->line,
           det > 1e-3 * pow(lattice->length[0] * lattice->length[1] * lattice->length[2], 2),
           DAVY_ERR_VALUE, "angles %g, %g, %g degrees enclose no volume",
           lattice->angle[0] * 180 / M_PI, lattice->angle[1] * 180 / M_PI,
           lattice->angle[2] * 180 / M_PI);
  c->volume = sqrt(det);
  invert(c->metric, c->reciprocal);
  return DAVY_OK;
}

/* A rotation of the group must leave the metric as it is: W^T g W = g. */
static DavyError check_metric(const DavyCrystal *c) {
  static const double tolerance = 1e-3; /* a cubic cell given as 90.0, 89.95 is still cubic */
  for (int k = 0; k < c->symmetry->count; k++)
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) {
        double turned = 0;
        for (int m = 0; m < 3; m++)
          for (int n = 0; n < 3; n++)
            turned +=
                c->symmetry->rotation[k][m][i] * c->metric[m][n] * c->symmetry->rotation[k][n][j];
        double scale = c->lattice.length[i] * c->lattice.length[j];
        CHECK_AT(c, c->lattice.line, fabs(turned - c->metric[i][j]) < tolerance * scale,
                 DAVY_ERR_VALUE,
                 "a = %g, b = %g, c = %g angstrom, angles %g, %g, %g degrees do not obey the "
                 "space group: expected a cell that its rotations leave unchanged",
                 1e10 * c->lattice.length[0], 1e10 * c->lattice.length[1],
                 1e10 * c->lattice.length[2], c->lattice.angle[0] * 180 / M_PI,
                 c->lattice.angle[1] * 180 / M_PI, c->lattice.angle[2] * 180 / M_PI);
      }
  return DAVY_OK;
}

/* Distance of two points to the nearest lattice translation, m. */
static double distance(const DavyCrystal *c, const double x[3], const double y[3]) {
  double d[3], sum = 0;
  for (int i = 0; i < 3; i++) d[i] = x[i] - y[i] - round(x[i] - y[i]);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) sum += d[i] * c->metric[i][j] * d[j];
  return sqrt(fmax(sum, 0));
}

static DavyError check_site(const DavyCrystal *c, const DavySite *site, int *element) {
  *element = davy_element_find(site->element);
  CHECK_AT(c, site->line, *element >= 0, DAVY_ERR_LOOKUP,
           "element %s: no form factor; expected a symbol H to Cf", site->element);
  CHECK_AT(c, site->line, site->occupancy > 0 && site->occupancy <= 1, DAVY_ERR_VALUE,
           "%s: occupancy %g: expected more than 0, at most 1", site->element, site->occupancy);
  CHECK_AT(c, site->line, site->b_iso >= 0 && site->b_iso < 1e-18, DAVY_ERR_VALUE,
           "%s: B = %g angstrom2: expected 0 to 100", site->element, 1e20 * site->b_iso);
  for (int i = 0; i < 3; i++)
    CHECK_AT(c, site->line, fabs(site->position[i]) <= 10, DAVY_ERR_VALUE,
             "%s: coordinate %g: expected a fraction of the cell", site->element,
             site->position[i]);
  return DAVY_OK;
}

/* 0.3333 of a table means one third. */
static double snap_to_sixths(double x) {
  static const double rounding = 7e-5; /* of four decimals */
  double nearest = round(6 * x) / 6;
  return fabs(x - nearest) < rounding ? nearest : x;
}

/* All images of one site, each once. */
static DavyError expand_site(DavyCrystal *c, const DavySite *site) {
  int element;
  DAVY_TRY(check_site(c, site, &element));
  size_t first = c->atom_count;
  for (int k = 0; k < c->symmetry->count; k++) {
    Atom atom = {.element = element, .occupancy = site->occupancy, .b_iso = site->b_iso};
    for (int i = 0; i < 3; i++) {
      double x = c->symmetry->translation[k][i];
      for (int j = 0; j < 3; j++)
        x += c->symmetry->rotation[k][i][j] * snap_to_sixths(site->position[j]);
      atom.position[i] = x - floor(x);
    }
    bool seen = false;
    for (size_t a = first; a < c->atom_count && !seen; a++) {
      double d = distance(c, atom.position, c->atoms[a].position);
      seen = d < same_atom;
      CHECK_AT(c, site->line, seen || d > least_apart, DAVY_ERR_VALUE,
               "%s at %g, %g, %g nearly sits on a symmetry element (its image is %.3f "
               "angstrom away): expected exact coordinates of the special position",
               site->element, site->position[0], site->position[1], site->position[2], 1e10 * d);
    }
    if (!seen) c->atoms[c->atom_count++] = atom;
  }
  return DAVY_OK;
}

/* Two sites may share a place only as a mixture: occupancies that sum to at most 1. */
static DavyError check_overlaps(const DavyCrystal *c) {
  for (size_t a = 0; a < c->atom_count; a++) {
    double shared = c->atoms[a].occupancy;
    for (size_t b = 0; b < c->atom_count; b++)
      if (a != b && distance(c, c->atoms[a].position, c->atoms[b].position) < least_apart)
        shared += c->atoms[b].occupancy;
    DAVY_CHECK(shared < 1 + 1e-6, DAVY_ERR_VALUE,
               "%s: %s at %g, %g, %g shares its place: occupancies there sum to %g, expected at "
               "most 1",
               c->name, davy_element_symbol(c->atoms[a].element), c->atoms[a].position[0],
               c->atoms[a].position[1], c->atoms[a].position[2], shared);
  }
  return DAVY_OK;
}

static bool equal_rotations(const int a[3][3], const int b[3][3], int sign) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      if (a[i][j] != sign * b[i][j]) return false;
  return true;
}

/* What planes feel of the symmetry: rotations (by Friedel's law W and -W do the same), and the
 * centring, the operations that only shift. */
static void collect_plane_symmetry(DavyCrystal *c) {
  static const int identity[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  for (int k = 0; k < c->symmetry->count; k++) {
    const int(*w)[3] = c->symmetry->rotation[k];
    const double *t = c->symmetry->translation[k];
    bool shifts = fabs(t[0]) + fabs(t[1]) + fabs(t[2]) > 1e-6, seen = false;
    if (equal_rotations(w, identity, 1) && shifts && c->centring_count < 3)
      memcpy(c->centring[c->centring_count++], t, sizeof c->centring[0]);
    for (int i = 0; i < c->rotation_count && !seen; i++)
      seen = equal_rotations(w, c->rotations[i], 1) || equal_rotations(w, c->rotations[i], -1);
    if (!seen && c->rotation_count < 48)
      memcpy(c->rotations[c->rotation_count++], w, sizeof c->rotations[0]);
  }
}

DavyError davy_crystal_build(const char *name, const DavyLattice *lattice, const Symmetry *symmetry,
                             const DavySite *sites, size_t site_count, DavyCrystal **crystal) {
  enum { MOST_SITES = 4096 };
  DavyError error = DAVY_OK;
  DavyCrystal *c = calloc(1, sizeof *c);
  *crystal = NULL;
  DAVY_CHECK(c, DAVY_ERR_MEMORY, "%s: out of memory", name);
  DAVY_CHECK(site_count > 0 && site_count <= MOST_SITES, (free(c), DAVY_ERR_VALUE),
             "%s: %zu sites: expected 1 to %d", name, site_count, MOST_SITES);
  c->name = strdup(name);
  c->symmetry = malloc(sizeof *c->symmetry);
  c->atoms = malloc(site_count * (size_t)symmetry->count * sizeof *c->atoms);
  if (!c->name || !c->symmetry || !c->atoms)
    DAVY_GUARD(DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", name));
  *c->symmetry = *symmetry;
  collect_plane_symmetry(c);
  DAVY_GUARD(set_lattice(c, lattice));
  DAVY_GUARD(check_metric(c));
  for (size_t s = 0; s < site_count; s++) DAVY_GUARD(expand_site(c, &sites[s]));
  DAVY_GUARD(check_overlaps(c));
  *crystal = c;
  return DAVY_OK;
done:
  DavyCrystalDestroy(&c);
  return error;
}

DavyError DavyCrystalCreate(const char *name, const DavyLattice *lattice, const char *space_group,
                            const DavySite *sites, size_t site_count, DavyCrystal **crystal) {
  Symmetry *symmetry = malloc(sizeof *symmetry);
  *crystal = NULL;
  DAVY_CHECK(symmetry, DAVY_ERR_MEMORY, "%s: out of memory", name);
  DavyError error = davy_space_group_find(space_group, symmetry);
  if (error)
    DavyErrorContext(error, "%s", name);
  else
    error = davy_crystal_build(name, lattice, symmetry, sites, site_count, crystal);
  free(symmetry);
  return error;
}

void DavyCrystalDestroy(DavyCrystal **crystal) {
  if (!*crystal) return;
  free((*crystal)->name);
  free((*crystal)->symmetry);
  free((*crystal)->atoms);
  free(*crystal);
  *crystal = NULL;
}

const char *DavyCrystalName(const DavyCrystal *c) {
  return c->name;
}
size_t DavyCrystalAtoms(const DavyCrystal *c) {
  return c->atom_count;
}
double DavyCrystalVolume(const DavyCrystal *c) {
  return c->volume;
}

double DavyCrystalDensity(const DavyCrystal *c) {
  double mass = 0; /* kg/mol of cells */
  for (size_t a = 0; a < c->atom_count; a++)
    mass += c->atoms[a].occupancy * davy_element_mass(c->atoms[a].element);
  return mass / (avogadro * c->volume);
}

double DavyCrystalElementCount(const DavyCrystal *c, const char *element) {
  int wanted = davy_element_find(element);
  double count = 0;
  for (size_t a = 0; a < c->atom_count; a++)
    if (c->atoms[a].element == wanted) count += c->atoms[a].occupancy;
  return count;
}
