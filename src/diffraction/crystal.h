/* A crystal inside the module: lattice, symmetry and the atoms of one cell. */
#ifndef DAVY_DIFFRACTION_CRYSTAL_H
#define DAVY_DIFFRACTION_CRYSTAL_H

#include <stdbool.h>
#include "davy/diffraction.h"

enum { DAVY_MOST_OPERATIONS = 192 };

/* x' = rotation x + translation, in fractions of the cell. */
typedef struct {
  int count;
  int rotation[DAVY_MOST_OPERATIONS][3][3];
  double translation[DAVY_MOST_OPERATIONS][3];
} Symmetry;

typedef struct {
  int element; /* row of form_factor.c */
  double position[3], occupancy, b_iso;
} Atom;

struct DavyCrystal {
  char *name;
  DavyLattice lattice;
  double metric[3][3];     /* g_ij = a_i . a_j, m2 */
  double reciprocal[3][3]; /* inverse of the metric, 1/m2: 1/d2 = h . g* h */
  double volume;           /* m3 */
  Symmetry *symmetry;
  int rotations[48][3][3]; /* those that act on planes: each once, without its negative */
  int rotation_count;
  double centring[3][3]; /* translations of a centred lattice */
  int centring_count;
  Atom *atoms; /* of the whole cell, grouped by site */
  size_t atom_count;
};

/* Looks a space group up: number, symbol or Hall symbol, with ":choice" or without. */
DavyError davy_space_group_find(const char *text, Symmetry *symmetry);

/* Builds the crystal from symmetry already known. Takes no ownership of anything. */
DavyError davy_crystal_build(const char *name, const DavyLattice *lattice, const Symmetry *symmetry,
                             const DavySite *sites, size_t site_count, DavyCrystal **crystal);

#endif
