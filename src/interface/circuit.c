/* A Schottky contact: i = i_s (exp(dV/V_T) - 1), dV the drop over the junction, i positive in its
 * forward direction; with a resistance in series its slope is di/dV = 1/(R + V_T/(i_s + i)). */
#include "interface/circuit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "davy/kinetics.h"

enum { TOP = 3 };

DavyError DavyCircuitCreate(const DavyModel *model, DavyCircuit **result) {
  DavyCircuit *c = calloc(1, sizeof *c);
  *result = c;
  DAVY_CHECK(c, DAVY_ERR_MEMORY, "out of memory for the circuit");
  c->model = model;
  c->scale = model->dim == 2 ? model->width : model->width * model->depth;
  int patches = DavySubstratePatches(model->substrate);
  for (int p = 0; p < patches; p++) {
    int material = DavySubstratePatchMaterial(model->substrate, p);
    c->films |= DavySubstrateSurfaceOf(model->substrate, material)->own_film;
  }
  c->taken = calloc((size_t)patches + 1, sizeof *c->taken);
  c->room = calloc((size_t)patches + 1, sizeof *c->room);
  if (c->taken && c->room) return DAVY_OK;
  DavyCircuitDestroy(result);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for %d patches", patches);
}

void DavyCircuitDestroy(DavyCircuit **circuit) {
  DavyCircuit *c = *circuit;
  if (!c) return;
  free(c->body);
  free(c->conductor);
  free(c->body_of);
  free(c->taken);
  free(c->room);
  free(c);
  *circuit = NULL;
}

bool DavyCircuitConverts(const DavyCircuit *c, int patch) {
  return c->taken[patch] < c->room[patch];
}

static const DavyContact *contact_of(const DavyCircuit *c, int material) {
  return &DavySubstrateSurfaceOf(c->model->substrate, material)->contact;
}

static bool is_ohmic(const DavyCircuit *c, const DavyBody *body) {
  for (int m = 0; m < DAVY_MOST_SURFACES; m++)
    if (body->contact[m] > 0 && contact_of(c, m)->kind == DAVY_OHMIC) return true;
  return false;
}

double DavyCircuitMost(const DavyCircuit *c, bool plating) {
  double most = 0;
  for (int p = 0; p < DavySubstratePatches(c->model->substrate); p++)
    if (DavyCircuitConverts(c, p)) return INFINITY;
  for (int b = 0; b < c->bodies; b++)
    for (int m = 0; m < DAVY_MOST_SURFACES && !c->body[b].counter; m++) {
      if (!(c->body[b].contact[m] > 0)) continue;
      const DavyContact *contact = contact_of(c, m);
      if (contact->kind != DAVY_SCHOTTKY || contact->blocks_plating != plating) return INFINITY;
      most += c->body[b].contact[m] * contact->saturation;
    }
  return most;
}

/* Current density into the body over dV = V - V_k, and its slope. */
static double contact_current(const DavyContact *contact, double dV, double *slope) {
  if (contact->kind == DAVY_RESISTIVE) {
    *slope = 1 / contact->resistance;
    return dV / contact->resistance;
  }
  double sign = contact->blocks_plating ? 1 : -1, s = contact->saturation;
  double i = DavySchottkyCurrent(s, contact->thermal, contact->resistance, sign * dV);
  *slope = 1 / (contact->resistance + contact->thermal / fmax(s + i, 1e-300));
  return sign * i;
}

double DavyCircuitFeed(const DavyCircuit *c, int body, double V, double V_k, double *slope) {
  double sum = 0;
  *slope = 0;
  for (int m = 0; m < DAVY_MOST_SURFACES; m++) {
    double area = c->body[body].contact[m], g;
    if (!(area > 0)) continue;
    sum += area * contact_current(contact_of(c, m), V - V_k, &g);
    *slope += area * g;
  }
  return sum;
}

static void feed(const void *context, double time, const double *V, double *into, double *into_V) {
  const DavyCircuit *c = context;
  int n = c->conductors;
  (void)time;
  if (c->driven) into[0] = c->current;
  for (int k = 0; k < n; k++) {
    if (c->body_of[k] < 0) continue;
    double slope, applied = c->driven ? V[0] : c->potential;
    double i = DavyCircuitFeed(c, c->body_of[k], applied, V[k], &slope);
    into[k] = i;
    into_V[n * k + k] = -slope;
    if (!c->driven) continue;
    into_V[n * k] = slope;
    into[0] -= i;
    into_V[0] -= slope;
    into_V[k] = slope;
  }
}

static void metal_condition(const DavyMetalKinetics *kinetics, double molar_volume,
                            DavyCondition *condition) {
  *condition = (DavyCondition){
      .kind = DAVY_ELECTRODE,
      .exchange_current = kinetics->exchange_current,
      .alpha_a = kinetics->alpha_a,
      .alpha_c = kinetics->alpha_c,
      .surface_energy = kinetics->surface_energy,
      .anisotropy = kinetics->anisotropy.strength != 0 ? &kinetics->anisotropy : NULL,
      .film_resistance = kinetics->film_resistance,
      .molar_volume = molar_volume};
}

/* Metal above a surface of the substrate has the film of that surface, where it is of its own. */
static void film_at(const DavyCircuit *c, const double x[3], DavyCondition *condition) {
  const DavySubstrate *substrate = c->model->substrate;
  if (!c->films) return;
  int material = DavySubstrateMaterialAt(substrate, x);
  const DavySubstrateSurface *surface = DavySubstrateSurfaceOf(substrate, material);
  if (surface->own_film) condition->film_resistance = surface->film_resistance;
}

static void bare_condition(const DavyCircuit *c, const double x[3], DavyCondition *condition) {
  const DavyModel *model = c->model;
  const DavySubstrateSurface *surface =
      DavySubstrateSurfaceOf(model->substrate, DavySubstrateMaterialAt(model->substrate, x));
  condition->kind = DAVY_INSULATED;
  if (!DavyCircuitConverts(c, DavySubstratePatchAt(model->substrate, x))) return;
  metal_condition(&model->metal, model->molar_volume, condition);
  condition->exchange_current = surface->conversion.exchange_current;
  film_at(c, x, condition);
  condition->surface_energy = 0;
  /* What is taken up stays inside: no front moves. */
  condition->molar_volume = 0;
  condition->conductor = c->driven ? 1 : 0;
  condition->potential = c->potential;
  condition->equilibrium = surface->conversion.potential;
}

static void condition_at(const void *context, const DavySurface *surface, double time,
                         DavyCondition *condition) {
  const DavyCircuit *c = context;
  const DavyModel *model = c->model;
  (void)time;
  if (surface->wall == TOP) {
    *condition =
        (DavyCondition){.kind = DAVY_RESERVOIR, .concentration = model->salt.concentration};
    return;
  }
  if (surface->wall == DAVY_SUBSTRATE) {
    bare_condition(c, surface->x, condition);
    return;
  }
  const DavyBody *body = c->body + surface->body;
  metal_condition(body->counter ? &model->counter.kinetics : &model->metal, model->molar_volume,
                  condition);
  if (!body->counter) film_at(c, surface->x, condition);
  condition->conductor = c->conductor[surface->body];
  if (condition->conductor == 0) condition->potential = body->counter ? 0 : c->potential;
}

/* Conductor 1 is the substrate where a current is driven; ohmic bodies share it. With the last
 * metal gone a driven current has no way, and there is none. */
DavyError DavyCircuitArrange(DavyCircuit *c, const DavyMetal *metal, DavyPhysics *physics) {
  size_t most = (size_t)metal->count + 2;
  free(c->body);
  free(c->conductor);
  free(c->body_of);
  c->body = malloc(most * sizeof *c->body);
  c->conductor = calloc(most, sizeof *c->conductor);
  c->body_of = calloc(most, sizeof *c->body_of);
  DAVY_CHECK(c->body && c->conductor && c->body_of, DAVY_ERR_MEMORY, "out of memory for %d bodies",
             metal->count);
  memcpy(c->body, metal->body, (size_t)metal->count * sizeof *c->body);
  c->bodies = metal->count;
  c->conductors = 0;
  c->driven = c->drives_current && DavyCircuitMost(c, c->current < 0) > fabs(c->current);
  if (c->driven) c->body_of[c->conductors++] = -1;
  for (int b = 0; b < metal->count; b++) {
    if (metal->body[b].counter) continue;
    if (is_ohmic(c, metal->body + b)) {
      c->conductor[b] = c->driven ? 1 : 0;
      continue;
    }
    c->body_of[c->conductors++] = b;
    c->conductor[b] = c->conductors;
  }
  physics->conductors = c->conductors;
  physics->condition = condition_at;
  physics->feed = feed;
  physics->context = c;
  physics->walls = c->model->counter.kind == DAVY_COUNTER_RESERVOIR ? 1u << TOP : 0;
  return DAVY_OK;
}
