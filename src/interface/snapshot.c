/* Ranks own consecutive runs of the space-filling curve, so what each adds in order of its cells
 * stands in the curve's order when all are put behind one another. Units:
 *   c = c0 u,   phi = RT/(zF) p,   i_plating = zF/V_m times the front's outward speed. */
#include "interface/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "field/mpi/gather.h"
#include "interface/growth_state.h"
#include "interface/morphology.h"
#include "mesh/places.h"

typedef struct {
  double u, p;
} Value;

/* Of every cell that is a group's root, halo included; NULL when out of memory. */
static Value *values_at_roots(const State *s) {
  const DavyGroups *groups = DavyFieldsGroups(s->fields);
  const double *x = DavyFieldsValues(s->fields);
  Value *value = calloc((size_t)s->mesh->cells + 1, sizeof *value);
  for (int cell = 0; value && cell < s->mesh->own; cell++) {
    int64_t slot = groups->of[cell].id - groups->first;
    if (groups->of[cell].id >= 0 && groups->of[cell].root == cell)
      value[cell] = (Value){x[2 * slot], x[2 * slot + 1]};
  }
  return value;
}

static DavyError add_cell(const DavyGrowth *g, const Value *value, int cell, DavyFrame *frame) {
  const DavyCuts *cuts = g->now.cuts;
  const DavyGroup *group = DavyFieldsGroups(g->now.fields)->of + cell;
  const DavySalt *salt = &g->plan.physics.salt;
  double at[3], whole = pow(DavyCellSize(cuts->mesh, cell), cuts->mesh->box.dim);
  DavyFrameCell c = {.size = DavyCellSize(cuts->mesh, cell),
                     .fluid = DavyFluidVolume(cuts, cell, at) / whole,
                     .metal = DavyMetalVolume(cuts, cell) / whole,
                     .concentration = NAN,
                     .potential = NAN};
  DavyCellCentre(cuts->mesh, cell, c.centre);
  if (c.fluid > 0 && group->id >= 0) {
    c.concentration = salt->concentration * value[group->root].u;
    c.potential = DAVY_GAS_CONSTANT * salt->temperature / (salt->charge * DAVY_FARADAY) *
                  value[group->root].p;
  }
  return DavyFrameAddCell(frame, &c);
}

/* A facet that the substrate's surface divides is drawn whole where its middle is outside. */
static bool is_outside(const DavyGrowth *g, double v[3][3]) {
  double middle[3] = {0};
  int dim = g->plan.box.dim;
  for (int k = 0; k < dim; k++)
    for (int d = 0; d < 3; d++) middle[d] += v[k][d] / dim;
  return !g->plan.substrate || DavySubstrateDistance(g->plan.substrate, middle) > 0;
}

static DavyError add_front(const DavyGrowth *g, int cell, DavyFrame *frame) {
  double facet[DAVY_MOST_FACETS][3][3];
  int which = g->now.cuts->which[cell];
  int at = DavyPlacesFind(g->sheet->places, g->now.mesh->leaf[cell].at);
  if (which < 0 || at < 0 || !(g->now.cuts->cut[which].front.area > 0)) return DAVY_OK;
  const DavyPatch *patch = g->sheet->patch + at;
  const DavyBody *body = patch->body < 0 ? NULL : g->now.metal->body + patch->body;
  double per_speed = g->plan.physics.salt.charge * DAVY_FARADAY / g->plan.molar_volume;
  DavyFrameFacet f = {.body = !body || body->counter ? DAVY_NO_BODY : patch->body,
                      .orphaned = body && !DavyBodyIsFed(body),
                      .current = per_speed * patch->raw[0],
                      .film = patch->raw[DAVY_FILM]};
  for (int k = 0, count = DavyCutFacets(g->now.cuts, cell, facet); k < count; k++) {
    if (!is_outside(g, facet[k])) continue;
    memcpy(f.vertex, facet[k], sizeof f.vertex);
    DAVY_TRY(DavyFrameAddFacet(frame, &f, patch->n));
  }
  return DAVY_OK;
}

static DavyError add_bodies(const DavyGrowth *g, const double *potential, DavyFrame *frame) {
  for (int b = 0; b < g->now.metal->count; b++) {
    const DavyBody *body = g->now.metal->body + b;
    if (body->counter) continue;
    DavyFrameBody f = {b, body->volume, potential[b], !DavyBodyIsFed(body)};
    DAVY_TRY(DavyFrameAddBody(frame, &f));
  }
  return DAVY_OK;
}

/* What this rank has of the frame. */
static DavyError add_own(const DavyGrowth *g, const double *potential, const Value *value,
                         DavyFrame *frame) {
  for (int cell = 0; cell < g->now.mesh->own; cell++) {
    DAVY_TRY(add_cell(g, value, cell, frame));
    DAVY_TRY(add_front(g, cell, frame));
  }
  return g->now.mesh->rank == 0 ? add_bodies(g, potential, frame) : DAVY_OK;
}

DavyError DavySnapshot(const DavyGrowth *g, const double *potential, DavyFrame **result) {
  DavyError error = DAVY_OK;
  DavyFrame *frame = NULL;
  Value *value = values_at_roots(&g->now);
  *result = NULL;
  if (!value)
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", g->now.mesh->cells);
  else
    error = DavyFrameCreate(g->plan.box.dim, &frame);
  DAVY_GUARD(growth_agree(g, error));
  DavyForestOf(g->plan.box.dim)->exchange(g->now.mesh->forest, value, sizeof *value);
  frame->time = g->time;
  DAVY_GUARD(growth_agree(g, add_own(g, potential, value, frame)));
  DAVY_GUARD(DavyFrameGather(g->plan.comm, frame));
done:
  free(value);
  if (error || g->now.mesh->rank > 0) DavyFrameDestroy(&frame);
  *result = frame;
  return error;
}
