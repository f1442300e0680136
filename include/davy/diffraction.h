/* Powder diffraction: what a phase's X-ray pattern looks like, and which phase a set of peaks is.
 *
 *   DavyCrystal *phase = NULL;
 *   DavyPattern *pattern = NULL;
 *   DavyCrystalFromCif("Na3Sb.cif", &phase);
 *   DavyDiffractionOptions options = DavyDiffractionOptionsDefault();   // Cu K-alpha1, 10 to 90
 * deg DavyPatternCompute(phase, &options, &pattern); for (size_t i = 0; i <
 * DavyPatternCount(pattern); i++) ... DavyPatternLine(pattern, i) ...
 *
 * SI inside: lengths in m, angles in rad. Intensities are relative to the strongest line.
 */
#ifndef DAVY_DIFFRACTION_H
#define DAVY_DIFFRACTION_H

#include <stddef.h>
#include "davy/error.h"
#include "davy/material.h"
#include "davy/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DavyCrystal DavyCrystal;
typedef struct DavyPattern DavyPattern;

/* A site as tables give it; the space group makes the others from it. */
typedef struct {
  char element[4];
  double position[3]; /* fractional */
  double occupancy;   /* 0 to 1 */
  double b_iso;       /* m2, the B of exp(-B sin2(theta)/lambda2); 0: atoms at rest */
  int line;           /* of the file that gave it, for errors; 0: none */
} DavySite;

typedef struct {
  double length[3]; /* a, b, c in m */
  double angle[3];  /* alpha, beta, gamma in rad */
  int line;         /* of the file that gave it, for errors; 0: none */
} DavyLattice;

/* A crystal from lattice, space group and sites. `space_group` is an International number, short
 * symbol or Hall symbol, with the choice of origin or axes behind a colon where there are several
 * ("227:2", "Fd-3m:2", "R-3m:H"; without it the first of the tables, hexagonal for R groups).
 * Errors: DAVY_ERR_VALUE (lattice that breaks the group's metric, a site that nearly sits on a
 * symmetry element, two atoms at one place, occupancy outside 0 to 1), DAVY_ERR_LOOKUP (group,
 * element). The caller owns the crystal. */
DavyError DavyCrystalCreate(const char *name, const DavyLattice *lattice, const char *space_group,
                            const DavySite *sites, size_t site_count, DavyCrystal **crystal);
/* The same from a CIF: the first data block with a cell and atoms; symmetry from its list of
 * operations, else from its Hall symbol, Hermann-Mauguin symbol or number. Errors carry the line.
 */
DavyError DavyCrystalFromCif(const char *path, DavyCrystal **crystal);
DavyError DavyCrystalParseCif(const char *text, size_t length, const char *name,
                              DavyCrystal **crystal);
/* The crystal of a material file (its `crystal` block); `kind` and `source`, if not NULL, receive
 * how it is known, `source` as borrowed from the material. DAVY_ERR_LOOKUP, with the reason where
 * the file gives one, if the coordinates are not known. */
DavyError DavyCrystalFromMaterial(const DavyMaterial *material, DavyCrystal **crystal,
                                  DavyValueKind *kind, const char **source);
void DavyCrystalDestroy(DavyCrystal **crystal);

const char *DavyCrystalName(const DavyCrystal *crystal);
size_t DavyCrystalAtoms(const DavyCrystal *crystal);   /* in the cell, all sites expanded */
double DavyCrystalVolume(const DavyCrystal *crystal);  /* of the cell, m3 */
double DavyCrystalDensity(const DavyCrystal *crystal); /* kg/m3, from masses and occupancies */
/* Number of atoms of an element in the cell, counting occupancies. */
double DavyCrystalElementCount(const DavyCrystal *crystal, const char *element);

/* Radiations. X(name, word, K-alpha1, K-alpha2 or K-beta in angstrom, weight of the second line).
 */
typedef struct {
  const char *name;     /* "CuKa" */
  double wavelength[2]; /* m; [1] is 0 for a single line */
  double weight[2];     /* sum 1 */
} DavyRadiation;

/* "CuKa" (both lines), "CuKa1", "MoKa", "CoKa", "FeKa", "CrKa", "AgKa" and their "1" forms, or a
 * wavelength with unit ("0.4132 angstrom"). DAVY_ERR_LOOKUP with the nearest name otherwise. */
DavyError DavyRadiationFind(const char *name, DavyRadiation *radiation);

typedef struct {
  DavyRadiation radiation;
  double two_theta_min, two_theta_max; /* rad */
  double monochromator;                /* rad, 2 theta of the monochromator crystal; 0: none */
  double b_iso;                        /* m2, added to every site's B */
  double film_thickness;               /* m; 0: a thick sample, constant absorption */
  double absorption;                   /* 1/m, linear coefficient of the film */
  double threshold; /* lines weaker than this share of the strongest are left out */
  /* Width of the profile: Caglioti U, V, W in rad2, and the Lorentzian share of the
   * pseudo-Voigt, 0 to 1. */
  double caglioti[3], lorentzian;
} DavyDiffractionOptions;

DavyDiffractionOptions DavyDiffractionOptionsDefault(void);

typedef struct {
  int index[3];        /* h, k, l of the representative */
  int multiplicity;    /* planes that fall on this line by symmetry */
  double spacing;      /* m */
  double two_theta;    /* rad, for the radiation's first wavelength */
  double form_squared; /* |F|2 of one plane, electrons squared */
  double intensity;    /* relative: strongest line 1; multiplicity, Lorentz-polarisation in it */
} DavyLine;

/* Lines in order of angle; families that coincide by chance (333, 511) stand one behind the other.
 * Errors: DAVY_ERR_VALUE for impossible options. The caller owns the pattern. */
DavyError DavyPatternCompute(const DavyCrystal *crystal, const DavyDiffractionOptions *options,
                             DavyPattern **pattern);
void DavyPatternDestroy(DavyPattern **pattern);
size_t DavyPatternCount(const DavyPattern *pattern);
DavyLine DavyPatternLine(const DavyPattern *pattern, size_t i);
/* Sum of intensities before scaling, per cell volume squared: what weighs phases in a mixture. */
double DavyPatternScale(const DavyPattern *pattern);

/* Adds the profile of `pattern`, scaled by `weight`, to intensity[0 .. n) on the equidistant grid
 * from two_theta_min to two_theta_max; both K-alpha lines drawn. Areas of the peaks are the lines'
 * intensities; so intensity is per rad. */
void DavyPatternDraw(const DavyPattern *pattern, const DavyDiffractionOptions *options,
                     double weight, size_t n, double *intensity);

/* How well a phase explains measured peaks. */
typedef struct {
  double score;    /* 0 to 1: expected intensity found, times share of peaks explained */
  double shift;    /* rad: constant offset of 2 theta that fits best, at most the tolerance */
  int peaks_found; /* of the measured peaks, those explained by this phase */
  double found;    /* share of the phase's intensity (in the measured range) that was found */
} DavyMatch;

/* Holds `peaks` (2 theta in rad, ascending) against a pattern. line_of_peak[i], if not NULL,
 * receives the index of the line that explains peak i, or -1. `tolerance` in rad. */
DavyMatch DavyPatternMatch(const DavyPattern *pattern, const double *peaks, size_t count,
                           double tolerance, int *line_of_peak);

/* Ranks phases by how well each explains the peaks. Two tables, the caller's: "phases" (phase,
 * score, peaks explained, share of intensity found, shift; best first) and "peaks" (angle, spacing,
 * phases that explain it with the plane; `decides` names the phase if only one of those that score
 * at least half of the best explains it). Patterns are borrowed; all computed with the same
 * options. */
DavyError DavyIdentify(const DavyPattern *const *patterns, const char *const *names, size_t count,
                       const double *peaks, size_t peak_count, double tolerance, double wavelength,
                       DavyTable **phases_table, DavyTable **peaks_table);

#ifdef __cplusplus
}
#endif
#endif
