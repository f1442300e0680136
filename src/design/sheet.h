/* A design as it grows, section by section; shared by the sections. */
#ifndef DAVY_DESIGN_SHEET_H
#define DAVY_DESIGN_SHEET_H

#include "davy/design.h"
#include "davy/material.h"
#include "davy/yaml.h"

enum { DESIGN_TABLES = 64, DESIGN_PLOTS = 8, DESIGN_SENTENCES = 64 };

struct DavyDesign {
  DavyYaml *document;
  const char *title; /* borrowed from the document */
  DavyTable *tables[DESIGN_TABLES];
  size_t table_count;
  DavyDesignPlot *plots[DESIGN_PLOTS];
  size_t plot_count;
  char *sentences[DESIGN_SENTENCES];
  size_t sentence_count;
};

/* A new table of the design, owned by it. */
DavyError design_table(DavyDesign *design, const char *key, const char *title, DavyTable **table);
DavyError design_plot(DavyDesign *design, DavyDesignPlot plot, DavyDesignPlot **made);
/* Room for `count` points, to be filled by the caller. */
DavyError design_series(DavyDesignPlot *plot, size_t count, bool points, DavyDesignSeries **made,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
DavyError design_say(DavyDesign *design, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A table of quantities: name, value, unit, kind, how it comes about; and, where the file has a map
 * `published` with the name as key, that number beside it. */
typedef struct {
  DavyTable *table;
  DavyNode published;
  int matched; /* of its entries */
} DesignSheet;

DavyError design_open(DavyDesign *design, const char *key, const char *title, DavyNode published,
                      DesignSheet *sheet);
/* value in SI, shown in `unit`; NaN shows nothing. */
DavyError design_row(DesignSheet *sheet, const char *name, double value, const char *si_unit,
                     const char *unit, DavyValueKind kind, const char *how);
/* An error with its place if a published quantity has no row. */
DavyError design_close(DesignSheet *sheet);

/* A property of a material by name; what it is made known by is added to `kind`. `node` is where
 * the name stands, for the error. */
DavyError design_property(DavyNode node, const char *material, const char *property,
                          const DavyConditions *conditions, double *value, DavyValueKind *kind);
/* The same, leaving `value` alone where the material lacks the property. */
DavyError design_optional(DavyNode node, const char *material, const char *property, double *value,
                          DavyValueKind *kind);

/* The trust in a result is that in its weakest input; what is worked out is computed at best. */
DavyValueKind design_weaker(DavyValueKind a, DavyValueKind b);

/* The sections. */
DavyError design_cell(DavyDesign *design, DavyNode node);
DavyError design_energy_curves(DavyDesign *design, DavyNode node);
DavyError design_published_cells(DavyDesign *design, DavyNode list);
DavyError design_surface_area(DavyDesign *design, DavyNode node);
DavyError design_coatings(DavyDesign *design, DavyNode list);
DavyError design_preparations(DavyDesign *design, DavyNode list);
DavyError design_melt_infusion(DavyDesign *design, DavyNode node);

#endif
