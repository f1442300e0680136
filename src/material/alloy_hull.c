/* Stable phases and equilibrium potentials of an alloy system from formation energies at 0 K.
 *
 * Per formula of the host H, a phase A_x H has the energy e(x) = E n, with E per atom and n atoms
 * per formula; the elements have zero. The stable phases are the corners of the lower convex hull
 * of e(x) that lie below the alkali metal's level: of two neighbours the potential against the
 * metal is V = -(e2 - e1) / (x2 - x1) (Aydinol 1997), with e in eV, which is volt per alkali atom;
 * where it would fall to zero the metal itself is stable.
 *
 * A compound host such as NiSb cuts a section through a ternary diagram. The hull of the section
 * has its corners where the section crosses an edge of the ternary hull, that is at mixtures of at
 * most two phases; so all pairs that mix to the host's composition are taken as points too. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/constants.h"
#include "material/alloy.h"
#include "numeric/hull.h"

/* Below the accuracy of any energy, above round-off. */
static const double energy_tolerance = 1e-9; /* eV per formula of the host */

/* A point of the section: one phase or a mixture of two. */
typedef struct {
  char name[ALLOY_NAME];
  double x, energy, atoms; /* per formula of the host; eV */
  bool single;
} Point;

typedef struct {
  Point *points;
  size_t count;
} Section;

static double alkali_of(const DavyAlloy *alloy, const AlloyEntry *entry) {
  return DavyFormulaAmount(&entry->formula, alloy->alkali);
}

static void add_point(Section *section, const char *name, double x, double energy, double atoms,
                      bool single) {
  Point *p = &section->points[section->count++];
  *p = (Point){.x = x, .energy = energy, .atoms = atoms, .single = single};
  snprintf(p->name, sizeof p->name, "%s", name);
}

/* One phase of the host's own composition; `per` formulas of it hold one of the host. */
static void add_single(const DavyAlloy *alloy, Section *section, const AlloyEntry *entry) {
  const char *first = alloy->host.part[0].symbol;
  double amount = DavyFormulaAmount(&entry->formula, first);
  if (!(amount > 0)) return;
  double per = alloy->host.part[0].amount / amount;
  for (size_t i = 1; i < alloy->host.count; i++) {
    double here = per * DavyFormulaAmount(&entry->formula, alloy->host.part[i].symbol);
    if (fabs(here - alloy->host.part[i].amount) > 1e-9) return;
  }
  double atoms = per * DavyFormulaAtoms(&entry->formula);
  add_point(section, entry->name, per * alkali_of(alloy, entry), atoms * entry->energy, atoms,
            true);
}

/* a of phase p and b of phase q with the host's amounts of both its elements: two equations. */
static void add_pair(const DavyAlloy *alloy, Section *section, const AlloyEntry *p,
                     const AlloyEntry *q) {
  const char *one = alloy->host.part[0].symbol, *two = alloy->host.part[1].symbol;
  double h1 = alloy->host.part[0].amount, h2 = alloy->host.part[1].amount;
  double p1 = DavyFormulaAmount(&p->formula, one), p2 = DavyFormulaAmount(&p->formula, two);
  double q1 = DavyFormulaAmount(&q->formula, one), q2 = DavyFormulaAmount(&q->formula, two);
  double determinant = p1 * q2 - p2 * q1;
  if (determinant == 0) return;
  double a = (h1 * q2 - h2 * q1) / determinant, b = (p1 * h2 - p2 * h1) / determinant;
  if (!(a > 1e-12 && b > 1e-12)) return;
  double atoms_p = a * DavyFormulaAtoms(&p->formula), atoms_q = b * DavyFormulaAtoms(&q->formula);
  char name[ALLOY_NAME];
  snprintf(name, sizeof name, "%.4g %.20s + %.4g %.20s", a, p->name, b, q->name);
  add_point(section, name, a * alkali_of(alloy, p) + b * alkali_of(alloy, q),
            atoms_p * p->energy + atoms_q * q->energy, atoms_p + atoms_q, false);
}

static void collect(const DavyAlloy *alloy, Section *section) {
  for (size_t i = 0; i < alloy->entry_count; i++) {
    add_single(alloy, section, &alloy->entries[i]);
    for (size_t j = i + 1; alloy->host.count == 2 && j < alloy->entry_count; j++)
      add_pair(alloy, section, &alloy->entries[i], &alloy->entries[j]);
  }
}

/* Height of the hull at x; beyond its last corner the alkali metal, of zero energy, is added. */
static double hull_at(const Section *section, const size_t *corners, size_t count, double x) {
  const Point *last = &section->points[corners[count - 1]];
  if (x >= last->x) return last->energy;
  size_t i = 1;
  while (section->points[corners[i]].x < x) i++;
  const Point *a = &section->points[corners[i - 1]], *b = &section->points[corners[i]];
  return a->energy + (b->energy - a->energy) * (x - a->x) / (b->x - a->x);
}

static int by_x(const void *a, const void *b) {
  const DavyAlloyPhase *p = a, *q = b;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return (p->above_hull > q->above_hull) - (p->above_hull < q->above_hull);
}

/* Keeps single phases, and mixtures that are corners. */
static void keep_phases(DavyAlloy *alloy, const Section *section, const size_t *corners,
                        size_t corner_count) {
  for (size_t i = 0; i < section->count; i++) {
    const Point *p = &section->points[i];
    bool corner = false;
    for (size_t k = 0; k < corner_count; k++) corner = corner || corners[k] == i;
    if (!corner && !p->single) continue;
    char *name = alloy->names[alloy->phase_count];
    snprintf(name, sizeof alloy->names[0], "%s", p->name);
    double above = p->energy - hull_at(section, corners, corner_count, p->x);
    if (corner || above < energy_tolerance) above = 0;
    alloy->phases[alloy->phase_count++] =
        (DavyAlloyPhase){name, p->x, p->energy / p->atoms, above / p->atoms, p->x / p->atoms};
  }
  qsort(alloy->phases, alloy->phase_count, sizeof *alloy->phases, by_x);
}

static void make_plateaus(DavyAlloy *alloy) {
  double host_mass = DavyFormulaMolarMass(&alloy->host), atoms = DavyFormulaAtoms(&alloy->host);
  const DavyAlloyPhase *before = NULL;
  for (size_t i = 0; i < alloy->phase_count; i++) {
    const DavyAlloyPhase *here = &alloy->phases[i];
    if (here->above_hull > 0 || (before && here->x <= before->x)) continue;
    if (before) {
      double rise = here->energy * (atoms + here->x) - before->energy * (atoms + before->x);
      alloy->plateaus[alloy->plateau_count++] = (DavyAlloyPlateau){
          .from = before->name,
          .to = here->name,
          .x_from = before->x,
          .x_to = here->x,
          .voltage = -rise / (here->x - before->x),
          .capacity = DAVY_FARADAY * (here->x - before->x) / host_mass,
      };
    }
    before = here;
  }
}

static DavyError build(DavyAlloy *alloy, Section *section, double *x, double *y, size_t *corners) {
  collect(alloy, section);
  for (size_t i = 0; i < section->count; i++) {
    x[i] = section->points[i].x;
    y[i] = section->points[i].energy;
  }
  size_t count = davy_lower_hull(x, y, section->count, energy_tolerance, corners);
  DAVY_CHECK(count && x[corners[0]] == 0, DAVY_ERR_VALUE, "%s: the bare host %s is missing",
             alloy->name, alloy->host_name);
  while (count > 1 && y[corners[count - 1]] >= y[corners[count - 2]] - energy_tolerance) count--;
  keep_phases(alloy, section, corners, count);
  make_plateaus(alloy);
  DavyCite("aydinol1997", "potentials from formation energies");
  return DAVY_OK;
}

DavyError davy_alloy_hull(DavyAlloy *alloy) {
  size_t n = alloy->entry_count, most = n + n * n;
  Section section = {calloc(most, sizeof *section.points), 0};
  double *x = calloc(most, sizeof *x), *y = calloc(most, sizeof *y);
  size_t *corners = calloc(most, sizeof *corners);
  alloy->phases = calloc(most, sizeof *alloy->phases);
  alloy->names = calloc(most, sizeof *alloy->names);
  alloy->plateaus = calloc(most, sizeof *alloy->plateaus);
  DavyError error =
      section.points && x && y && corners && alloy->phases && alloy->names && alloy->plateaus
          ? build(alloy, &section, x, y, corners)
          : DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", alloy->name);
  free(section.points);
  free(x);
  free(y);
  free(corners);
  return error;
}
