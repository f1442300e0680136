/* Reading what metal is there at the beginning: a film, and seeds on the substrate's surface. */
#include <math.h>
#include <stdlib.h>

#include "interface/case.h"

enum { MOST_SEEDS = 100000 };

/* From above down to the surface at x (and z), and the normal there. */
static DavyError drop_seed(const DavyInterfaceCase *it, DavyNode node, DavyNucleus *seed) {
  static const double close = 1e-9; /* of the domain's width */
  enum { STEPS = 10000 };
  const DavySubstrate *substrate = it->model.substrate;
  double bottom, top, tiny = close * it->model.width, *x = seed->at;
  DavySubstrateExtent(substrate, &bottom, &top);
  x[1] = top + it->model.width;
  double left = DavySubstrateDistance(substrate, x);
  for (int k = 0; k < STEPS && left > tiny && x[1] > bottom - it->model.width; k++) {
    x[1] -= left;
    left = DavySubstrateDistance(substrate, x);
  }
  if (!(fabs(left) <= tiny))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "seeds: there is no substrate below this place");
  double length = 0;
  for (int d = 0; d < it->model.dim; d++) {
    double ahead[3] = {x[0], x[1], x[2]}, back[3] = {x[0], x[1], x[2]};
    ahead[d] += 10 * tiny;
    back[d] -= 10 * tiny;
    seed->normal[d] =
        DavySubstrateDistance(substrate, ahead) - DavySubstrateDistance(substrate, back);
    length = hypot(length, seed->normal[d]);
  }
  for (int d = 0; d < it->model.dim; d++) seed->normal[d] /= length;
  return DAVY_OK;
}

typedef struct {
  DavyNode at;
  double radius, contact_angle;
} SeedKeys;

static const DavyField seed_fields[] = {
    DAVY_NODE(SeedKeys, at, DAVY_REQUIRED, "x and in 3D z, as [1 um]"),
    DAVY_QUANTITY(SeedKeys, radius, "m", 1e-12, 1e-2, DAVY_REQUIRED, "of the sphere, as 50 nm"),
    DAVY_QUANTITY(SeedKeys, contact_angle, "rad", 0.01, 3.13, DAVY_OPTIONAL, "as 90 deg"),
    DAVY_FIELDS_END};

static DavyError read_seed(const DavyInterfaceCase *it, DavyNode node, DavyNucleus *seed) {
  SeedKeys keys = {.contact_angle = M_PI / 2};
  double place[3] = {0}, ends[2] = {it->model.width, it->model.depth};
  DAVY_TRY(DavyYamlBind(node, seed_fields, &keys));
  DAVY_TRY(InterfaceCasePlace(keys.at, "at", it->model.dim - 1, it->model.dim - 1, place));
  for (int k = 0; k < it->model.dim - 1; k++)
    if (!(place[k] >= 0 && place[k] <= ends[k]))
      return DavyFailAt(DavyNodePlace(DavyNodeAt(keys.at, k)), DAVY_ERR_VALUE,
                        "at: %s; expected 0 to %g m, within the domain",
                        DavyNodeText(DavyNodeAt(keys.at, k)), ends[k]);
  *seed = (DavyNucleus){
      .at = {place[0], 0, place[1]}, .radius = keys.radius, .angle = keys.contact_angle};
  return drop_seed(it, node, seed);
}

static DavyError allot_seeds(DavyInterfaceCase *it, DavyNode node, int count) {
  if (count > MOST_SEEDS)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE, "seeds: %d; expected at most %d", count,
                      MOST_SEEDS);
  it->model.seed = calloc((size_t)count + 1, sizeof *it->model.seed);
  DAVY_CHECK(it->model.seed, DAVY_ERR_MEMORY, "out of memory for %d seeds", count);
  it->model.seeds = count;
  return DAVY_OK;
}

/* The substrate knows the middles of its patches as sites: one with such sites on the surface
 * that is to have the seeds, and none elsewhere. */
static DavyError seeds_in_centres(DavyInterfaceCase *it, DavyNode node) {
  DavySubstratePlan plan = it->plan;
  for (int k = 0; k < plan.surfaces; k++) plan.surface[k].nucleation = (DavyNucleation){0};
  plan.surface[it->seeds_on].nucleation =
      (DavyNucleation){.kind = DAVY_NUCLEI_INSTANTANEOUS,
                       .sites = DAVY_SITES_CENTRES,
                       .radius = it->parameter[SEED_RADIUS].value,
                       .angle = it->parameter[SEED_ANGLE].value};
  DavySubstrate *substrate = NULL;
  DavySite *sites = NULL;
  int count = 0;
  DavyError error;
  DAVY_GUARD(DavySubstrateCreate(&plan, &substrate));
  DAVY_GUARD(DavySubstrateSites(substrate, &sites, &count));
  DAVY_GUARD(allot_seeds(it, node, count));
  for (int k = 0; k < count; k++) it->model.seed[k] = DavySiteNucleus(substrate, &sites[k]);
done:
  free(sites);
  DavySubstrateDestroy(&substrate);
  return error;
}

static DavyError read_seeds(DavyInterfaceCase *it, DavyNode node) {
  static const char *const others[] = {"on", NULL};
  if (DavyNodeKindOf(node) == DAVY_NODE_LIST) {
    DAVY_TRY(allot_seeds(it, node, DavyNodeCount(node)));
    for (int k = 0; k < it->model.seeds; k++)
      DAVY_TRY(read_seed(it, DavyNodeAt(node, k), &it->model.seed[k]));
    return DAVY_OK;
  }
  if (DavyNodeKindOf(node) != DAVY_NODE_MAP)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "seeds: expected a list of {at, radius}, or {on: SURFACE, radius} for one in "
                      "the middle of each patch");
  DAVY_TRY(InterfaceCaseSection(node, "seeds", IN_CENTRE_SEEDS, others, NULL, it->parameter));
  DavyNode on = DavyNodeGet(node, "on");
  if (!on.index)
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY,
                      "seeds: key on is missing (the surface with a seed in each patch)");
  DAVY_TRY(InterfaceCaseSurface(it, on, &it->seeds_on));
  return seeds_in_centres(it, node);
}

/* Of a film, or of a seed's sphere where it rises above the substrate's top. */
static double first_top(const DavyInterfaceCase *it) {
  double bottom, top, most = it->model.film;
  DavySubstrateExtent(it->model.substrate, &bottom, &top);
  for (int k = 0; k < it->model.seeds; k++) {
    const DavyNucleus *seed = &it->model.seed[k];
    double middle = seed->at[1] - seed->radius * cos(seed->angle) * seed->normal[1];
    most = fmax(most, middle + seed->radius - top);
  }
  return most;
}

/* Metal in electrical contact with what stands opposite leaves nothing to solve for. */
static DavyError check_room(const DavyInterfaceCase *it, DavyNode node) {
  double high = first_top(it), gap = it->model.gap;
  if (high < gap) return DAVY_OK;
  return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                    "initial: metal of %.3g um fills the gap of %.3g um to what stands opposite",
                    1e6 * high, 1e6 * gap);
}

DavyError InterfaceCaseInitial(DavyInterfaceCase *it, DavyNode node) {
  static const char *const others[] = {"seeds", NULL};
  it->seeds_on = -1;
  if (!node.index) return InterfaceCaseFill(node, "initial", IN_INITIAL, it->parameter);
  DAVY_TRY(InterfaceCaseSection(node, "initial", IN_INITIAL, others, NULL, it->parameter));
  it->model.film = it->parameter[INITIAL_FILM].value;
  DavyNode seeds = DavyNodeGet(node, "seeds");
  if (seeds.index) DAVY_TRY(read_seeds(it, seeds));
  return check_room(it, node);
}
