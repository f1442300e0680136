/* Where nuclei may begin.
 *
 * Random sites are a Poisson process of the material's density on the true surface: points are
 * drawn evenly in the parameters of the surface with the density times the greatest stretch, and
 * each is kept with its own stretch over the greatest, if its place bears the material. So neither
 * the area of a material nor that of an uneven surface is needed. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/kinetics.h"
#include "interface/substrate_parts.h"

typedef struct {
  DavySite *site;
  int count, room;
} SiteList;

static DavyError append(SiteList *list, const DavySite *site) {
  if (list->count == list->room) {
    int room = list->room ? 2 * list->room : 64;
    DavySite *more = realloc(list->site, (size_t)room * sizeof *more);
    DAVY_CHECK(more, DAVY_ERR_MEMORY, "out of memory for %d nucleation sites", room);
    list->site = more;
    list->room = room;
  }
  list->site[list->count++] = *site;
  return DAVY_OK;
}

/* The surface straight above or below (x, z): point and normal. Returns area per area seen from
 * above. */
static double surface_point(const DavySubstrate *substrate, double x, double z, double at[3],
                            double normal[3]) {
  const DavySubstratePlan *plan = &substrate->plan;
  double from[2] = {x, 0}, s = x, slope;
  if (plan->shape == DAVY_SHAPE_APEX) {
    from[0] = x - plan->apex[0];
    from[1] = plan->dim == 3 ? z - plan->apex[1] : 0;
    s = hypot(from[0], from[1]);
  }
  double y = DavyProfileHeight(&substrate->profile, s, &slope, NULL), stretch = hypot(1, slope);
  double tilt = s != 0 ? -slope / (stretch * s) : 0;
  memcpy(at, (double[3]){x, y, z}, 3 * sizeof *at);
  memcpy(normal, (double[3]){tilt * from[0], 1 / stretch, tilt * from[1]}, 3 * sizeof *normal);
  return stretch;
}

static DavyError poisson(gsl_rng *random, double mean, unsigned *count) {
  DAVY_CHECK(mean < 1e7, DAVY_ERR_VALUE,
             "nucleation sites = %g; expected less than 10 million on the substrate", mean);
  *count = gsl_ran_poisson(random, mean);
  return DAVY_OK;
}

static double draw_dose(gsl_rng *random) {
  return DavyNucleationDose(gsl_rng_uniform(random));
}

static DavyError random_on_surface(const DavySubstrate *substrate, int material, gsl_rng *random,
                                   SiteList *list) {
  const DavySubstratePlan *plan = &substrate->plan;
  double most = hypot(1, DavyProfileSteepest(&substrate->profile)), area = plan->width;
  if (plan->dim == 3) area *= plan->depth;
  unsigned count = 0;
  DAVY_TRY(poisson(random, plan->surface[material].nucleation.density * area * most, &count));
  for (unsigned k = 0; k < count; k++) {
    DavySite site = {.material = material};
    double x = plan->width * gsl_rng_uniform(random);
    double z = plan->dim == 3 ? plan->depth * gsl_rng_uniform(random) : 0;
    double stretch = surface_point(substrate, x, z, site.at, site.normal);
    bool kept = most * gsl_rng_uniform(random) < stretch;
    site.dose = draw_dose(random);
    site.patch = DavySubstratePatchAt(substrate, site.at);
    if (kept && DavySubstratePatchMaterial(substrate, site.patch) == material)
      DAVY_TRY(append(list, &site));
  }
  return DAVY_OK;
}

/* Within the box, and not inside another fibre. */
static bool bare(const DavySubstrate *substrate, int fibre, const double at[3]) {
  const DavySubstratePlan *plan = &substrate->plan;
  if (at[0] < 0 || at[0] > plan->width) return false;
  if (plan->dim == 3 && (at[2] < 0 || at[2] > plan->depth)) return false;
  return DavySubstrateDistance(substrate, at) > -1e-9 * substrate->fibre[fibre].radius;
}

static DavyError random_on_fibre(const DavySubstrate *substrate, int fibre, gsl_rng *random,
                                 SiteList *list) {
  const DavySubstratePlan *plan = &substrate->plan;
  const DavyFibre *f = substrate->fibre + fibre;
  double length = plan->dim == 2 ? 1 : f->axis == 2 ? plan->depth : plan->width;
  double most = DavyFibreStretch(f), area = 2 * M_PI * f->radius * length;
  unsigned count = 0;
  DAVY_TRY(poisson(random, plan->surface[f->material].nucleation.density * area * most, &count));
  for (unsigned k = 0; k < count; k++) {
    DavySite site = {.patch = fibre, .material = f->material};
    double s = length * gsl_rng_uniform(random), angle = 2 * M_PI * gsl_rng_uniform(random);
    double stretch = DavyFibrePoint(f, plan->dim, s, angle, site.at, site.normal);
    bool kept = most * gsl_rng_uniform(random) < stretch;
    site.dose = draw_dose(random);
    if (kept && bare(substrate, fibre, site.at)) DAVY_TRY(append(list, &site));
  }
  return DAVY_OK;
}

static DavyError centres(const DavySubstrate *substrate, int material, gsl_rng *random,
                         SiteList *list) {
  const DavySubstratePlan *plan = &substrate->plan;
  for (int patch = 0; patch < DavySubstratePatches(substrate); patch++) {
    if (DavySubstratePatchMaterial(substrate, patch) != material) continue;
    DavySite site = {.patch = patch, .material = material, .dose = draw_dose(random)};
    if (substrate->fibres) {
      const DavyFibre *f = substrate->fibre + patch;
      double half = (f->axis == 2 ? plan->depth : plan->width) / 2;
      DavyFibrePoint(f, plan->dim, half, M_PI / 2, site.at, site.normal);
      if (!bare(substrate, patch, site.at)) continue;
    } else {
      const DavySpot *spot = substrate->spots.spot + patch - 1;
      surface_point(substrate, spot->at[0], plan->dim == 3 ? spot->at[1] : 0, site.at, site.normal);
    }
    DAVY_TRY(append(list, &site));
  }
  return DAVY_OK;
}

static DavyError sites_of(const DavySubstrate *substrate, int material, gsl_rng *random,
                          SiteList *list) {
  const DavyNucleation *nucleation = &substrate->plan.surface[material].nucleation;
  if (nucleation->kind == DAVY_NUCLEI_NONE) return DAVY_OK;
  if (nucleation->sites == DAVY_SITES_CENTRES) return centres(substrate, material, random, list);
  if (!substrate->fibres) return random_on_surface(substrate, material, random, list);
  for (int k = 0; k < substrate->fibres; k++)
    if (substrate->fibre[k].material == material)
      DAVY_TRY(random_on_fibre(substrate, k, random, list));
  return DAVY_OK;
}

DavyError DavySubstrateSites(const DavySubstrate *substrate, DavySite **sites, int *count) {
  SiteList list = {0};
  DavyError error = DAVY_OK;
  for (int material = 0; material < substrate->plan.surfaces && !error; material++) {
    gsl_rng *random = DavySubstrateStream(substrate->plan.seed, DAVY_STREAM_SITES + material);
    error = random ? sites_of(substrate, material, random, &list)
                   : DavyFail(DAVY_ERR_MEMORY, "out of memory");
    gsl_rng_free(random);
  }
  if (error) {
    free(list.site);
    list = (SiteList){0};
  }
  *sites = list.site;
  *count = list.count;
  return error;
}

double DavyNucleationHazard(const DavyNucleation *nucleation, double overpotential) {
  if (nucleation->kind == DAVY_NUCLEI_NONE) return 0;
  double begun = DavyNucleationAtThreshold(nucleation->overpotential, overpotential);
  if (nucleation->kind == DAVY_NUCLEI_INSTANTANEOUS || begun == 0) return begun;
  return DavyNucleationRate(nucleation->rate, nucleation->barrier, overpotential);
}

DavyNucleus DavySiteNucleus(const DavySubstrate *substrate, const DavySite *site) {
  const DavyNucleation *nucleation = &substrate->plan.surface[site->material].nucleation;
  DavyNucleus nucleus = {.radius = nucleation->radius, .angle = nucleation->angle};
  memcpy(nucleus.at, site->at, sizeof nucleus.at);
  memcpy(nucleus.normal, site->normal, sizeof nucleus.normal);
  return nucleus;
}

double DavyNucleusDistance(const DavyNucleus *nucleus, int dim, const double x[3]) {
  double height = -nucleus->radius * cos(nucleus->angle), square = 0; /* of the centre */
  for (int d = 0; d < dim; d++) {
    double off = x[d] - nucleus->at[d] - height * nucleus->normal[d];
    square += off * off;
  }
  return sqrt(square) - nucleus->radius;
}
