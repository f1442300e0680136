/* Writing a resolved case, with what is to be expected of it. */
#include <math.h>

#include "davy/constants.h"
#include "davy/table.h"
#include "davy/units.h"
#include "interface/case.h"

/* To two digits: it is an estimate. */
static double about(double number) {
  double unit = number > 0 ? pow(10, floor(log10(number)) - 1) : 1;
  return unit * round(number / unit);
}

static void write_expectations(const DavyInterfaceCase *it, FILE *file) {
  DavyInterfaceExpected e = DavyInterfaceExpect(it);
  const DavyModel *m = &it->model;
  fprintf(file,
          "# What to expect (properties as at the initial concentration):\n"
          "#   conductivity %.4g mS/cm, limiting current %.4g mA/cm2\n",
          10 * e.conductivity, e.limiting_current / 10);
  if (e.largest_current > 0)
    fprintf(file,
            "#   at the largest current, %.4g mA/cm2: Sand's time %.4g s; Wagner number over the "
            "width %.4g;\n#     a flat front smooths waves below %.4g um, longer ones grow\n",
            e.largest_current / 10, e.sand_time, e.wagner, 1e6 * e.marginal_wave);
  else
    fprintf(file, "#   Wagner number over the width, at no current, %.4g\n", e.wagner);
  fprintf(file, "#   Debye length %.3g nm, capillary length %.3g nm", 1e9 * e.debye_length,
          1e9 * e.capillary_length);
  if (e.critical_radius > 0)
    fprintf(file, ", critical radius of a nucleus %.3g nm", 1e9 * e.critical_radius);
  bool large = e.memory >= 1e9;
  fprintf(file,
          "\n#   metal at most %.4g um high on average, as far as the protocol says it\n"
          "#   about %.0f cells of %.3g nm at the finest, %g %s; about %.0f steps of the front\n",
          1e6 * e.plated * m->molar_volume / (m->salt.charge * DAVY_FARADAY), about(e.cells),
          1e9 * e.finest, about(e.memory / (large ? 1e9 : 1e6)), large ? "GB" : "MB",
          about(e.steps));
  for (int k = 0; k < it->plan.surfaces; k++) {
    const DavyContact *contact = &it->plan.surface[k].contact;
    if (contact->kind == DAVY_SCHOTTKY)
      fprintf(file, "#   the Schottky contact on %s stops %s only beyond %.3g mA/cm2\n",
              it->surface[k].name, contact->blocks_plating ? "plating" : "stripping",
              contact->saturation / 10);
  }
  for (int k = 0; k < it->warning_count; k++) fprintf(file, "# Warning: %s\n", it->warnings[k]);
}

static void write_text(FILE *file, int indent, const char *key, const char *text) {
  fprintf(file, "%*s%s: ", indent, "", key);
  DavyYamlWriteScalar(file, text);
  fputc('\n', file);
}

static void write_length(FILE *file, const char *key, double value, const char *unit) {
  char text[80];
  DavyQuantityText(value, unit, "m", text);
  fprintf(file, "%s%s", key, text);
}

static void write_rows(const DavyParameter *parameter, int section, FILE *file, int indent) {
  for (int id = 0; id < PARAMETER_COUNT; id++)
    if (davy_interface_rows[id].section == section)
      DavyParameterWrite(&parameter[id], &davy_interface_rows[id], file, indent);
}

static void write_kind(const CaseKind *kind, const char *what, const DavyParameter *parameter,
                       FILE *file, int indent) {
  fprintf(file, "%*s%s:\n%*s  kind: %s\n", indent, "", what, indent, "", kind->word);
  if (kind->section != NO_SECTION) write_rows(parameter, kind->section, file, indent + 2);
}

static void write_direction(FILE *file, const char *key, const double direction[3]) {
  fprintf(file, "    %s: [", key);
  for (int d = 0; d < 3; d++) {
    char text[32];
    DavyFormatDouble(direction[d], text);
    fprintf(file, "%s%s", d ? ", " : "", text);
  }
  fputs("]\n", file);
}

static void write_metal_surface(const DavyInterfaceCase *it, FILE *file) {
  fputs("metal_surface:\n", file);
  write_rows(it->parameter, IN_FRONT, file, 2);
  if (!it->parameter[ANISOTROPY_STRENGTH].known) return;
  fputs("  surface_energy_anisotropy:\n", file);
  write_rows(it->parameter, IN_ANISOTROPY, file, 4);
  write_direction(file, "up", it->up);
  write_direction(file, "along", it->along);
}

static void write_electrolyte(const DavyInterfaceCase *it, FILE *file) {
  const DavySalt *salt = &it->model.salt;
  fputs("electrolyte:\n", file);
  if (it->electrolyte) write_text(file, 2, "material", DavyMaterialName(it->electrolyte));
  fprintf(file, "  form: %s\n  charge: %d\n",
          salt->form == DAVY_SALT_DILUTE ? "dilute" : "concentrated", salt->charge);
  write_rows(it->parameter, IN_ELECTROLYTE, file, 2);
}

static void write_counter(const DavyInterfaceCase *it, FILE *file) {
  if (it->model.counter.kind == DAVY_COUNTER_RESERVOIR) {
    fputs("counter_electrode: reservoir\n", file);
    return;
  }
  fputs("counter_electrode:\n", file);
  write_rows(it->parameter, IN_COUNTER, file, 2);
}

static void write_fibres(const DavyInterfaceCase *it, FILE *file) {
  fputs("    fibres:\n", file);
  for (int k = 0; k < it->plan.fibres; k++) {
    const DavyFibre *f = &it->plan.fibre[k];
    for (int d = 0; d < it->model.dim; d++)
      write_length(file, d ? ", " : "      - {at: [", f->at[d], "um");
    write_length(file, "], radius: ", f->radius, "um");
    fprintf(file, ", axis: %s, surface: ", f->axis == 0 ? "x" : "z");
    DavyYamlWriteScalar(file, it->surface[f->material].name);
    write_length(file, ", amplitude: ", f->amplitude, "um");
    write_length(file, ", wavelength: ", f->wavelength, "um");
    fputs("}\n", file);
  }
}

static void write_surface(const DavyInterfaceCase *it, int k, FILE *file) {
  const CaseSurface *surface = &it->surface[k];
  const DavySubstrateSurface *made = &it->plan.surface[k];
  fputs("    ", file);
  DavyYamlWriteScalar(file, surface->name);
  fputs(":\n", file);
  if (surface->material) write_text(file, 6, "material", DavyMaterialName(surface->material));
  write_rows(surface->parameter, IN_SURFACE, file, 6);
  write_kind(&davy_case_contacts[surface->contact], "contact", surface->parameter, file, 6);
  if (surface->contact == DAVY_SCHOTTKY)
    fprintf(file, "        blocks: %s\n", made->contact.blocks_plating ? "plating" : "stripping");
  write_kind(&davy_case_nucleations[surface->nucleation], "nucleation", surface->parameter, file,
             6);
  if (surface->nucleation != DAVY_NUCLEI_NONE)
    fprintf(file, "        sites: %s\n",
            made->nucleation.sites == DAVY_SITES_CENTRES ? "centres" : "random");
  if (!surface->converts) return;
  fputs("      conversion:\n", file);
  write_rows(surface->parameter, IN_CONVERSION, file, 8);
}

static void write_substrate(const DavyInterfaceCase *it, FILE *file) {
  fputs("substrate:\n", file);
  write_kind(&davy_case_shapes[it->shape], "shape", it->parameter, file, 2);
  if (it->shape == DAVY_SHAPE_FIBRES) write_fibres(it, file);
  write_kind(&davy_case_patterns[it->pattern], "pattern", it->parameter, file, 2);
  if (it->pattern == DAVY_PATTERN_ISLANDS)
    fprintf(file, "    arrangement: %s\n", it->plan.islands.hexagonal ? "hexagonal" : "square");
  fputs("  surfaces:\n", file);
  for (int k = 0; k < it->plan.surfaces; k++) write_surface(it, k, file);
}

/* Seeds in the middle of patches as the case has them, others one by one. */
static void write_initial(const DavyInterfaceCase *it, FILE *file) {
  const DavyModel *m = &it->model;
  fputs("initial:\n", file);
  write_rows(it->parameter, IN_INITIAL, file, 2);
  if (it->seeds_on >= 0) {
    fputs("  seeds:\n", file);
    write_text(file, 4, "on", it->surface[it->seeds_on].name);
    write_rows(it->parameter, IN_CENTRE_SEEDS, file, 4);
    return;
  }
  if (m->seeds) fputs("  seeds:\n", file);
  for (int k = 0; k < m->seeds; k++) {
    char angle[80];
    DavyQuantityText(m->seed[k].angle, "deg", "rad", angle);
    write_length(file, "    - {at: [", m->seed[k].at[0], "um");
    if (m->dim == 3) write_length(file, ", ", m->seed[k].at[2], "um");
    write_length(file, "], radius: ", m->seed[k].radius, "nm");
    fprintf(file, ", contact_angle: %s}\n", angle);
  }
}

void DavyInterfaceCaseWrite(const DavyInterfaceCase *it, FILE *file) {
  const DavyModel *m = &it->model;
  char step[32];
  write_expectations(it, file);
  fputs("engine: interface\n", file);
  write_text(file, 0, "title", it->title);
  fprintf(file, "dimension: %d\n", m->dim);
  write_rows(it->parameter, IN_CASE, file, 0);
  fputs("metal:\n", file);
  if (it->metal) write_text(file, 2, "material", DavyMaterialName(it->metal));
  write_rows(it->parameter, IN_METAL, file, 2);
  write_electrolyte(it, file);
  fputs("domain:\n", file);
  write_rows(it->parameter, IN_DOMAIN, file, 2);
  write_metal_surface(it, file);
  write_counter(it, file);
  write_substrate(it, file);
  write_initial(it, file);
  DavyFormatDouble(m->front_step, step);
  write_length(file, "numerics:\n  cell_size: ", m->cell_size, "nm");
  fprintf(file, "\n  band: %d\n  front_step: %s\n  order: %d\n  frames: %d\n", m->band, step,
          m->order, m->frames);
  fprintf(file, "random_seed: %llu\nprotocol:\n", (unsigned long long)m->random_seed);
  DavyProtocolWrite(m->protocol, file, 2);
}
