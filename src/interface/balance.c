/* Anions and charge of every group:
 *
 *   V dc/dt + sum over faces N-.n A + surfaces = supply,   sum over faces I.n A + surfaces = supply
 *   N- = -(a grad u + b grad p),  I = -(x grad u + k grad p)          transport.h, at the face's u
 *
 * per c0 and zF c0. A metal surface gives I.n = -J to the fluid, n into it, and no anions
 * relative to itself; at a reservoir both follow from the slopes of u and of m = p - logs log u,
 * which stay smooth where the salt is used up. */
#include "interface/balance.h"

#include <math.h>
#include <stdlib.h>

#include "davy/constants.h"
#include "mesh/fit.h"

/* Below it log u is continued by its tangent: Newton may pass through u <= 0 on its way. */
static const double LEAST = 1e-9;

static double log_u(double u, double *slope) {
  double v = fmax(u, LEAST);
  *slope = 1 / v;
  return log(v) + (u - v) / v;
}

/* The unknowns as the balances use them: u, m and dm/du of each slot. */
typedef struct {
  double u, m, m_u;
} Smooth;

static Smooth *smooth_unknowns(const double *x, int slots, double logs) {
  Smooth *s = malloc(((size_t)slots + 1) * sizeof *s);
  for (int k = 0; s && k < slots; k++) {
    double slope;
    s[k].u = x[2 * k];
    s[k].m = x[2 * k + 1] - logs * log_u(x[2 * k], &slope);
    s[k].m_u = -logs * slope;
  }
  return s;
}

/* The nodes of one face or surface in the Jacobian, with room for its values. */
typedef struct {
  int rows, columns, row[2], column[DAVY_FIT_POINTS + 1];
  double value[2 * 2 * 2 * (DAVY_FIT_POINTS + 1)];
} Block;

/* Every slot that a row of weights reads. */
static void block_columns(const DavyWeights *w, int row, Block *b) {
  b->columns = 0;
  for (int e = w->start[row]; e < w->start[row + 1]; e++) b->column[b->columns++] = w->column[e];
}

static void face_block(const DavyStencils *s, int f, Block *b) {
  block_columns(&s->faces, f, b);
  b->rows = 2;
  for (int k = 0; k < 2; k++) b->row[k] = s->face[f].slot[k];
}

/* A conductor is a node more. */
static void surface_block(const DavyStencils *s, int k, int conductor, Block *b) {
  block_columns(&s->surfaces, k, b);
  b->rows = 1;
  b->row[0] = s->surface[k].slot;
  if (conductor) b->row[b->rows++] = b->column[b->columns++] = s->slots + conductor - 1;
}

static void add_block(const DavyJacobian *jacobian, const Block *b) {
  jacobian->add(jacobian->context, b->rows, b->row, b->columns, b->column, b->value);
}

static void face_balance(const DavyStencils *s, const DavySalt *salt, bool frozen, int f,
                         const Smooth *x, double *residual, const DavyJacobian *jacobian) {
  const DavyWeights *w = &s->faces;
  const DavyGroupFace *face = s->face + f;
  int first = w->start[f], end = w->start[f + 1];
  double u = 0, du = 0, dm = 0, logs = DavyPotentialLogs(salt);
  for (int e = first; e < end; e++) {
    const Smooth *here = x + w->column[e];
    u += w->value[e] * here->u;
    du += w->slope[e] * here->u;
    dm += w->slope[e] * here->m;
  }
  DavyTransport t = DavyTransportAt(salt, u);
  double over = logs / fmax(u, LEAST), dp = dm + over * du;
  double anions = -face->area * (t.a * du + t.b * dp);
  double charge = -face->area * (t.x * du + t.k * dp);
  for (int side = 0; side < 2; side++) {
    double *r = residual + 2 * face->slot[side], sign = side ? -1 : 1;
    if (!frozen) r[0] += sign * anions;
    r[1] += sign * charge;
  }
  if (!jacobian) return;
  double dp_value = u > LEAST ? -over * du / u : 0; /* of dp, by u at the face */
  double anions_value = t.da * du + t.db * dp + t.b * dp_value;
  double charge_value = t.dx * du + t.dk * dp + t.k * dp_value;
  double area = -face->area, thawed = frozen ? 0 : area;
  Block b;
  face_block(s, f, &b);
  int width = 2 * b.columns;
  double *by_anions = b.value, *by_charge = b.value + width;
  for (int e = first; e < end; e++) {
    double slope = w->slope[e], value = w->value[e];
    double dp_u = (x[w->column[e]].m_u + over) * slope;
    *by_anions++ = thawed * (t.a * slope + t.b * dp_u + anions_value * value);
    *by_anions++ = thawed * t.b * slope;
    *by_charge++ = area * (t.x * slope + t.k * dp_u + charge_value * value);
    *by_charge++ = area * t.k * slope;
  }
  for (int k = 0; k < 2 * width; k++) b.value[2 * width + k] = -b.value[k];
  add_block(jacobian, &b);
}

/* What a surface gives to the fluid and its derivatives by the free u and m. */
typedef struct {
  double anions, charge;
  double anions_u, anions_m, charge_u, charge_m;
} Given;

static Given from_reservoir(const DavySalt *salt, const DavyCondition *c, DavyFrontField f,
                            DavySurfaceState *state) {
  int logs = DavyPotentialLogs(salt);
  double zf_rt = salt->charge * DAVY_FARADAY / (DAVY_GAS_CONSTANT * salt->temperature);
  double u = c->concentration / salt->concentration, p = zf_rt * c->potential;
  DavyTransport t = DavyTransportAt(salt, u);
  double du = (f.u - u) / f.reach, dm = (f.m - p + logs * log(u)) / f.reach;
  double dp = dm + logs * du / u;
  Given g = {.anions = -(t.a * du + t.b * dp), .charge = -(t.x * du + t.k * dp)};
  g.anions_u = -(t.a + t.b * logs / u) / f.reach;
  g.anions_m = -t.b / f.reach;
  g.charge_u = -(t.x + t.k * logs / u) / f.reach;
  g.charge_m = -t.k / f.reach;
  *state = (DavySurfaceState){.u = u, .p = p, .J = -g.charge, .anion = g.anions};
  return g;
}

static DavyError from_metal(const DavyPhysics *physics, const DavyCondition *c,
                            const double *potential, const DavySurface *surface, bool frozen,
                            DavyFrontField field, DavySurfaceState *state, Given *given) {
  const DavySalt *salt = &physics->salt;
  double z = salt->charge, rt = DAVY_GAS_CONSTANT * salt->temperature, zf = z * DAVY_FARADAY;
  double scale = zf * salt->concentration;
  DavyFrontLaw law = {.rate = c->exchange_current / scale,
                      .alpha_a = c->alpha_a / z,
                      .alpha_c = c->alpha_c / z,
                      .film = zf * c->film_resistance * surface->film * scale / rt};
  law.drive = c->conductor ? potential[c->conductor - 1] : zf * c->potential / rt;
  law.drive -= zf * c->equilibrium / rt;
  double capillary = c->surface_energy * c->molar_volume / rt; /* length, m */
  const DavyAnisotropy *turned = c->anisotropy; /* NULL: one gamma for all directions */
  double stiffest = turned ? DavyGreatestStiffness(turned) : 1;
  law.drive += capillary * (turned ? DavyWeightedCurvature(turned, surface->n, surface->bend)
                                   : surface->curvature);
  if (physics->moving) law.swell = c->molar_volume * salt->concentration;
  DavyFrontAnswer a;
  DAVY_TRY((frozen ? DavyFrontSolveFrozen : DavyFrontSolve)(salt, &law, field, &a));
  *given = (Given){.charge = -a.J, .charge_u = -a.J_u, .charge_m = -a.J_m};
  /* Only drive - m enters the law. */
  *state = (DavySurfaceState){
      .u = a.u, .p = a.p, .J = a.J, .J_drive = -a.J_m, .J_bend = -a.J_m * capillary * stiffest};
  return DAVY_OK;
}

/* potential: of the conductors. */
static DavyError surface_state(const DavyStencils *s, const DavyPhysics *physics,
                               const DavyInstant *instant, int k, const Smooth *x,
                               const double *potential, DavySurfaceState *state, Given *given) {
  const DavyWeights *w = &s->surfaces;
  const DavySurface *surface = s->surface + k;
  const DavySalt *salt = &physics->salt;
  double logs = DavyPotentialLogs(salt), slope;
  DavyFrontField field = {.reach = surface->reach};
  for (int e = w->start[k]; e < w->start[k + 1]; e++) {
    field.u += w->value[e] * x[w->column[e]].u;
    field.m += w->value[e] * x[w->column[e]].m;
  }
  DavyCondition condition = {.kind = DAVY_INSULATED};
  physics->condition(physics->context, surface, instant->time, &condition);
  int conductor = state->conductor;
  DAVY_CHECK(condition.conductor == conductor, DAVY_ERR_VALUE,
             "a surface of conductor %d became one of conductor %d", conductor,
             condition.conductor);
  DavyError error = DAVY_OK;
  *given = (Given){.anions = 0};
  *state = (DavySurfaceState){.u = field.u, .p = field.m + logs * log_u(field.u, &slope)};
  if (condition.kind == DAVY_RESERVOIR)
    *given = from_reservoir(salt, &condition, field, state);
  else if (condition.kind == DAVY_ELECTRODE)
    error =
        from_metal(physics, &condition, potential, surface, instant->frozen, field, state, given);
  else if (condition.kind == DAVY_GIVEN_CURRENT) {
    given->charge = condition.current / (salt->charge * DAVY_FARADAY * salt->concentration);
    *state = (DavySurfaceState){.J = -given->charge};
    DavyFrontValues(salt, field, state->J, instant->frozen, &state->u, &state->p);
  }
  state->conductor = conductor;
  return error;
}

static void surface_balance(const DavyStencils *s, bool frozen, int k, const Smooth *x, Given given,
                            int conductor, double *residual, const DavyJacobian *jacobian) {
  const DavyWeights *w = &s->surfaces;
  const DavySurface *surface = s->surface + k;
  double *r = residual + 2 * surface->slot, A = surface->area, thawed = frozen ? 0 : A;
  r[0] -= thawed * given.anions;
  r[1] -= A * given.charge;
  if (conductor) residual[2 * s->slots + conductor - 1] += A * given.charge;
  if (!jacobian) return;
  Block b;
  surface_block(s, k, conductor, &b);
  int width = 2 * b.columns;
  double *anions = b.value, *charge = b.value + width;
  for (int e = w->start[k]; e < w->start[k + 1]; e++) {
    double weight = w->value[e], m_u = x[w->column[e]].m_u;
    *anions++ = -thawed * weight * (given.anions_u + m_u * given.anions_m);
    *anions++ = -thawed * weight * given.anions_m;
    *charge++ = -A * weight * (given.charge_u + m_u * given.charge_m);
    *charge++ = -A * weight * given.charge_m;
  }
  if (conductor) {
    double *idle = b.value + 2 * width, *fed = b.value + 3 * width;
    anions[0] = charge[0] = 0;
    anions[1] = thawed * given.anions_m;
    charge[1] = A * given.charge_m;
    for (int c = 0; c < width; c++) idle[c] = 0, fed[c] = -b.value[width + c];
  }
  add_block(jacobian, &b);
}

static void storage(const DavyStencils *s, const DavyPhysics *physics, const DavyInstant *instant,
                    const double *x, double *residual, const DavyJacobian *jacobian) {
  double c0 = physics->salt.concentration, scale = physics->salt.charge * DAVY_FARADAY * c0;
  for (int g = 0; g < s->own; g++) {
    double supply[2] = {0}, V = s->volume[g], block[4] = {V * instant->mass};
    if (physics->source) physics->source(physics->context, s->at[g], instant->time, supply);
    residual[2 * g] += instant->mass * (V * x[2 * g] - instant->past[g]);
    if (!instant->frozen) residual[2 * g] -= V * supply[0] / c0;
    residual[2 * g + 1] -= V * supply[1] / scale;
    if (jacobian) jacobian->add(jacobian->context, 1, &g, 1, &g, block);
  }
}

DavyError DavyBalance(const DavyStencils *s, const DavyPhysics *physics, const DavyInstant *instant,
                      const double *x, double *residual, const DavyJacobian *jacobian,
                      DavySurfaceState *state) {
  DavyError error = DAVY_OK;
  Smooth *smooth = smooth_unknowns(x, s->slots, DavyPotentialLogs(&physics->salt));
  DAVY_CHECK(smooth, DAVY_ERR_MEMORY, "out of memory for %d groups", s->slots);
  for (int f = 0; f < s->faces.rows; f++)
    face_balance(s, &physics->salt, instant->frozen, f, smooth, residual, jacobian);
  for (int k = 0; k < s->surfaces.rows && !error; k++) {
    Given given;
    error = surface_state(s, physics, instant, k, smooth, x + 2 * s->slots, state + k, &given);
    if (error) break;
    surface_balance(s, instant->frozen, k, smooth, given, state[k].conductor, residual, jacobian);
  }
  storage(s, physics, instant, x, residual, jacobian);
  free(smooth);
  return error;
}

DavyError DavyBalanceSurfaces(const DavyStencils *s, const DavyPhysics *physics,
                              const DavyInstant *instant, const double *x,
                              DavySurfaceState *state) {
  DavyError error = DAVY_OK;
  Given given;
  Smooth *smooth = smooth_unknowns(x, s->slots, DavyPotentialLogs(&physics->salt));
  DAVY_CHECK(smooth, DAVY_ERR_MEMORY, "out of memory for %d groups", s->slots);
  for (int k = 0; k < s->surfaces.rows && !error; k++)
    error = surface_state(s, physics, instant, k, smooth, x + 2 * s->slots, state + k, &given);
  free(smooth);
  return error;
}

DavyError DavyBalanceConductors(const DavyStencils *s, const DavyPhysics *physics,
                                DavySurfaceState *state) {
  for (int k = 0; k < s->surfaces.rows; k++) {
    DavyCondition condition = {.kind = DAVY_INSULATED};
    physics->condition(physics->context, s->surface + k, 0, &condition);
    DAVY_CHECK(condition.conductor >= 0 && condition.conductor <= physics->conductors,
               DAVY_ERR_VALUE, "a surface of conductor %d, of %d", condition.conductor,
               physics->conductors);
    state[k].conductor = condition.conductor;
  }
  return DAVY_OK;
}

void DavyBalancePattern(const DavyStencils *s, const DavySurfaceState *state,
                        const DavyJacobian *jacobian) {
  Block b = {.value = {0}};
  for (int f = 0; f < s->faces.rows; f++) {
    face_block(s, f, &b);
    add_block(jacobian, &b);
  }
  for (int k = 0; k < s->surfaces.rows; k++) {
    surface_block(s, k, state[k].conductor, &b);
    add_block(jacobian, &b);
  }
  for (int g = 0; g < s->own; g++) jacobian->add(jacobian->context, 1, &g, 1, &g, b.value);
}
