/* A design file (docs/design.md): its sections in the order in which they are shown. */
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "design/sheet.h"

typedef struct {
  const char *title, *description;
  DavyNode cell, energy_curves, published_cells, surface_area, coatings, preparations,
      melt_infusion;
} DesignText;

static const DavyField design_fields[] = {
    DAVY_TEXT(DesignText, title, DAVY_REQUIRED, "what is designed"),
    DAVY_TEXT(DesignText, description, DAVY_OPTIONAL, "where the numbers come from"),
    DAVY_NODE(DesignText, cell, DAVY_OPTIONAL, "parts of a cell"),
    DAVY_NODE(DesignText, energy_curves, DAVY_OPTIONAL, "specific energy over areal capacity"),
    DAVY_NODE(DesignText, published_cells, DAVY_OPTIONAL, "a list of cells with their energies"),
    DAVY_NODE(DesignText, surface_area, DAVY_OPTIONAL, "a fibrous host"),
    DAVY_NODE(DesignText, coatings, DAVY_OPTIONAL, "a list of alloying coatings"),
    DAVY_NODE(DesignText, preparations, DAVY_OPTIONAL, "a list of reactions and solutions"),
    DAVY_NODE(DesignText, melt_infusion, DAVY_OPTIONAL, "a molten metal in a host"),
    DAVY_FIELDS_END};

static DavyError read_design(DavyDesign *design) {
  DesignText text = {0};
  DavyNode root = DavyYamlRoot(design->document);
  DAVY_TRY(DavyYamlBind(root, design_fields, &text));
  design->title = text.title;
  const struct {
    DavyNode node;
    DavyError (*make)(DavyDesign *, DavyNode);
  } sections[] = {
      {text.cell, design_cell},
      {text.energy_curves, design_energy_curves},
      {text.published_cells, design_published_cells},
      {text.surface_area, design_surface_area},
      {text.coatings, design_coatings},
      {text.preparations, design_preparations},
      {text.melt_infusion, design_melt_infusion},
  };
  for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
    if (sections[i].node.index) DAVY_TRY(sections[i].make(design, sections[i].node));
  if (design->table_count) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(root), DAVY_ERR_KEY,
                    "nothing to design; expected cell, energy_curves, published_cells, "
                    "surface_area, coatings, preparations or melt_infusion");
}

DavyError DavyDesignLoad(const char *path, DavyDesign **design) {
  DavyDesign *d = *design = calloc(1, sizeof *d);
  DAVY_CHECK(d, DAVY_ERR_MEMORY, "%s: out of memory", path);
  DavyError error = DavyYamlLoad(path, &d->document);
  if (!error) error = read_design(d);
  if (error) DavyDesignDestroy(design);
  return error;
}

void DavyDesignDestroy(DavyDesign **design) {
  DavyDesign *d = *design;
  if (!d) return;
  for (size_t i = 0; i < d->table_count; i++) DavyTableDestroy(&d->tables[i]);
  for (size_t i = 0; i < d->plot_count; i++) {
    for (size_t k = 0; k < d->plots[i]->count; k++) {
      free(d->plots[i]->series[k].x);
      free(d->plots[i]->series[k].y);
    }
    free(d->plots[i]);
  }
  for (size_t i = 0; i < d->sentence_count; i++) free(d->sentences[i]);
  DavyYamlDestroy(&d->document);
  free(d);
  *design = NULL;
}

const char *DavyDesignTitle(const DavyDesign *design) {
  return design->title;
}
size_t DavyDesignTableCount(const DavyDesign *design) {
  return design->table_count;
}
const DavyTable *DavyDesignTable(const DavyDesign *design, size_t i) {
  return design->tables[i];
}
const char *DavyDesignSentence(const DavyDesign *design, size_t i) {
  return i < design->sentence_count ? design->sentences[i] : NULL;
}
size_t DavyDesignPlotCount(const DavyDesign *design) {
  return design->plot_count;
}
const DavyDesignPlot *DavyDesignPlotAt(const DavyDesign *design, size_t i) {
  return design->plots[i];
}
