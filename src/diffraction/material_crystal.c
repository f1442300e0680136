/* The `crystal` block of a material file (docs/materials.md) as a crystal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "davy/cite.h"
#include "davy/yaml.h"
#include "diffraction/crystal.h"

static const char *const kind_words[] = {
#define KIND_WORD(name, word) word,
    DAVY_VALUE_KINDS(KIND_WORD)
#undef KIND_WORD
        NULL};

typedef struct {
  double a, b, c, alpha, beta, gamma;
} LatticeText;

static const double most_edge = 1e-7; /* m */

static const DavyField lattice_fields[] = {
    DAVY_QUANTITY(LatticeText, a, "m", 0, most_edge, DAVY_REQUIRED, "cell edge"),
    DAVY_QUANTITY(LatticeText, b, "m", 0, most_edge, DAVY_OPTIONAL, "cell edge, as a if not given"),
    DAVY_QUANTITY(LatticeText, c, "m", 0, most_edge, DAVY_OPTIONAL, "cell edge, as a if not given"),
    DAVY_QUANTITY(LatticeText, alpha, "rad", 0, M_PI, DAVY_OPTIONAL, "cell angle"),
    DAVY_QUANTITY(LatticeText, beta, "rad", 0, M_PI, DAVY_OPTIONAL, "cell angle"),
    DAVY_QUANTITY(LatticeText, gamma, "rad", 0, M_PI, DAVY_OPTIONAL, "cell angle"),
    DAVY_FIELDS_END};

typedef struct {
  const char *element;
  DavyNode position;
  double occupancy, b_iso;
} SiteText;

static const DavyField site_fields[] = {
    DAVY_TEXT(SiteText, element, DAVY_REQUIRED, "symbol"),
    DAVY_NODE(SiteText, position, DAVY_REQUIRED, "[x, y, z] in fractions of the cell"),
    DAVY_QUANTITY(SiteText, occupancy, "1", 0, 1, DAVY_OPTIONAL, "share of the sites taken"),
    DAVY_QUANTITY(SiteText, b_iso, "m2", 0, 1e-18, DAVY_OPTIONAL, "thermal motion, B"),
    DAVY_FIELDS_END};

typedef struct {
  const char *space_group, *source, *note;
  LatticeText lattice;
  DavyNode sites;
  int kind;
} CrystalText;

static const DavyField crystal_fields[] = {
    DAVY_TEXT(CrystalText, space_group, DAVY_REQUIRED, "number or symbol, :choice behind it"),
    DAVY_MAP(CrystalText, lattice, lattice_fields, DAVY_REQUIRED, "cell edges and angles"),
    DAVY_NODE(CrystalText, sites, DAVY_OPTIONAL, "atoms; left out where nobody found them"),
    DAVY_CHOICE(CrystalText, kind, kind_words, DAVY_REQUIRED, "how the structure is known"),
    DAVY_TEXT(CrystalText, source, DAVY_REQUIRED, "a key of sources.bib"),
    DAVY_TEXT(CrystalText, note, DAVY_OPTIONAL, "what else a user must know"),
    DAVY_FIELDS_END};

static DavyError read_site(DavyNode node, DavySite *site) {
  SiteText text = {.occupancy = 1};
  DAVY_TRY(DavyYamlBind(node, site_fields, &text));
  if (DavyNodeKindOf(text.position) != DAVY_NODE_LIST || DavyNodeCount(text.position) != 3)
    return DavyFailAt(DavyNodePlace(text.position), DAVY_ERR_VALUE,
                      "position: expected three fractions of the cell");
  for (int i = 0; i < 3; i++)
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(text.position, i), "1", -2, 2, &site->position[i]));
  if (strlen(text.element) >= sizeof site->element)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "element %.20s: expected a symbol",
                      text.element);
  strcpy(site->element, text.element);
  site->occupancy = text.occupancy;
  site->b_iso = text.b_iso;
  return DAVY_OK;
}

static DavyLattice lattice_of(const LatticeText *text) {
  return (DavyLattice){{text->a, text->b > 0 ? text->b : text->a, text->c > 0 ? text->c : text->a},
                       {text->alpha, text->beta, text->gamma}};
}

DavyError DavyCrystalFromMaterial(const DavyMaterial *material, DavyCrystal **crystal,
                                  DavyValueKind *kind, const char **source) {
  const char *name = DavyMaterialName(material);
  DavyNode node = DavyMaterialCrystal(material);
  const double right = M_PI / 2;
  CrystalText text = {.lattice = {.alpha = right, .beta = right, .gamma = right}};
  *crystal = NULL;
  DAVY_CHECK(node.index, DAVY_ERR_LOOKUP, "%s: its file holds no crystal structure", name);
  DAVY_TRY(DavyYamlBind(node, crystal_fields, &text));
  DAVY_TRY(DavyValueSourceCheck(DavyNodePlace(node), text.source, (DavyValueKind)text.kind));
  if (!text.sites.index)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_LOOKUP,
                      "%s: atomic coordinates are not known (%s)", name,
                      text.note ? text.note : "no source found");
  if (kind) *kind = (DavyValueKind)text.kind;
  if (source) *source = text.source;
  size_t count = (size_t)DavyNodeCount(text.sites);
  DavySite *sites = calloc(count ? count : 1, sizeof *sites);
  DavyError error = sites ? DAVY_OK : DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", name);
  for (size_t i = 0; !error && i < count; i++)
    error = read_site(DavyNodeAt(text.sites, (int)i), &sites[i]);
  DavyLattice lattice = lattice_of(&text.lattice);
  if (!error) {
    DavyPlace place = DavyNodePlace(node);
    error = DavyCrystalCreate(name, &lattice, text.space_group, sites, count, crystal);
    if (error) DavyErrorContext(error, "%s:%d:%d", place.file, place.line, place.column);
  }
  if (!error) DavyCite(text.source, "crystal structure");
  free(sites);
  return error;
}
