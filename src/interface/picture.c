/* Frames of a run from its mesh, fields and bodies; the files that they go to. */
#include "interface/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "field/hdf5/xdmf.h"
#include "field/mpi/gather.h"

/* The error of any rank on all of them, so that none goes on alone. */
static DavyError agree(const DavyGrowth *growth, DavyError error) {
  int mine = error, any;
  MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, DavyGrowthCuts(growth)->mesh->comm);
  if (any && !error) return DavyFail((DavyError)any, "a picture failed on another rank");
  return (DavyError)any;
}

typedef struct {
  double c, phi; /* mol/m3, V */
} Values;

/* Of each cell, own and halo: those of its group. NaN without fluid. The caller frees it. */
static Values *values_of(const DavyFields *fields, const DavySalt *salt) {
  const DavyGroups *groups = DavyFieldsGroups(fields);
  const DavyMesh *mesh = groups->cuts->mesh;
  const double *x = DavyFieldsValues(fields);
  double volts = DAVY_GAS_CONSTANT * salt->temperature / (salt->charge * DAVY_FARADAY);
  Values *values = malloc(((size_t)mesh->cells + 1) * sizeof *values);
  if (!values) return NULL;
  for (int cell = 0; cell < mesh->cells; cell++) {
    int64_t slot = groups->of[cell].id - groups->first;
    bool own = cell < mesh->own && groups->of[cell].id >= 0 && slot >= 0 && slot < groups->own;
    values[cell] = own ? (Values){salt->concentration * x[2 * slot], volts * x[2 * slot + 1]}
                       : (Values){NAN, NAN};
  }
  DavyForestOf(mesh->box.dim)->exchange(mesh->forest, values, sizeof *values);
  for (int cell = 0; cell < mesh->own; cell++) {
    const DavyGroup *group = &groups->of[cell];
    if (group->id >= 0 && group->root >= 0) values[cell] = values[group->root];
  }
  return values;
}

/* Plating current density of the front in each own cell, A/m2; NaN where none. The caller frees it.
 */
static double *currents_of(const DavyFields *fields, const DavySalt *salt, int cells) {
  const DavyStencils *stencils = DavyFieldsStencils(fields);
  const DavySurfaceState *state = DavyFieldsSurfaces(fields);
  double *current = malloc(((size_t)cells + 1) * sizeof *current);
  if (!current) return NULL;
  for (int cell = 0; cell < cells; cell++) current[cell] = NAN;
  for (int k = 0; k < stencils->surfaces.rows; k++)
    if (stencils->surface[k].wall == DAVY_FRONT)
      current[stencils->surface[k].cell] =
          state[k].J * salt->charge * DAVY_FARADAY * salt->concentration;
  return current;
}

static DavyError add_cells(const DavyCuts *cuts, const Values *values, DavyFrame *frame) {
  const DavyMesh *mesh = cuts->mesh;
  for (int cell = 0; cell < mesh->own; cell++) {
    double at[3], size = DavyCellSize(mesh, cell), volume = pow(size, mesh->box.dim);
    DavyFrameCell made = {.size = size,
                          .fluid = DavyFluidVolume(cuts, cell, at) / volume,
                          .metal = DavyMetalVolume(cuts, cell) / volume,
                          .concentration = values[cell].c,
                          .potential = values[cell].phi};
    made.fluid = fmin(fmax(made.fluid, 0), 1);
    made.metal = fmin(fmax(made.metal, 0), 1 - made.fluid);
    if (made.fluid == 0) made.concentration = made.potential = NAN;
    DavyCellCentre(mesh, cell, made.centre);
    DAVY_TRY(DavyFrameAddCell(frame, &made));
  }
  return DAVY_OK;
}

/* The front outside of the substrate. */
static DavyError add_front(const DavyCuts *cuts, const DavyMetal *metal,
                           const DavySubstrate *substrate, const double *current,
                           DavyFrame *frame) {
  const DavyMesh *mesh = cuts->mesh;
  for (int cell = 0; cell < mesh->own; cell++) {
    double facet[DAVY_MOST_FACETS][3][3];
    if (cuts->which[cell] < 0 || !(cuts->cut[cuts->which[cell]].front.area > 0)) continue;
    int body = metal->label[cell], count = DavyCutFacets(cuts, cell, facet);
    bool counter = body >= 0 && metal->body[body].counter;
    for (int k = 0; k < count; k++) {
      double middle[3] = {0};
      for (int v = 0; v < mesh->box.dim; v++)
        for (int d = 0; d < 3; d++) middle[d] += facet[k][v][d] / mesh->box.dim;
      if (substrate && DavySubstrateDistance(substrate, middle) < 0) continue;
      DavyFrameFacet made = {.body = body < 0 || counter ? DAVY_NO_BODY : body,
                             .orphaned = body >= 0 && !DavyBodyIsFed(&metal->body[body]),
                             .current = current[cell]};
      memcpy(made.vertex, facet[k], sizeof made.vertex);
      DAVY_TRY(DavyFrameAddFacet(frame, &made, cuts->cut[cuts->which[cell]].front.vector));
    }
  }
  return DAVY_OK;
}

/* The first rank's frame has them all; potentials are asked for on every rank. */
static DavyError add_bodies(const DavyGrowth *growth, const DavyCircuit *circuit,
                            DavyFrame *frame) {
  const DavyMetal *metal = DavyGrowthMetal(growth);
  const DavyFields *fields = DavyGrowthFields(growth);
  int rank = DavyGrowthCuts(growth)->mesh->rank;
  DavyError error = DAVY_OK;
  for (int k = 0; k < metal->count; k++) {
    const DavyBody *body = &metal->body[k];
    int conductor = k < circuit->bodies ? circuit->conductor[k] : 0;
    double potential = conductor > 0   ? DavyFieldsPotential(fields, conductor)
                       : body->counter ? 0
                                       : circuit->potential;
    DavyFrameBody made = {k, body->volume, potential, !DavyBodyIsFed(body)};
    if (!error && !body->counter && rank == 0) error = DavyFrameAddBody(frame, &made);
  }
  return error;
}

static DavyError fill_frame(const DavyGrowth *growth, const DavyCircuit *circuit,
                            DavyFrame *frame) {
  const DavyModel *model = circuit->model;
  const DavyCuts *cuts = DavyGrowthCuts(growth);
  const DavyFields *fields = DavyGrowthFields(growth);
  Values *values = values_of(fields, &model->salt);
  double *current = currents_of(fields, &model->salt, cuts->mesh->cells);
  DavyError error = DAVY_OK;
  if (!values || !current) error = DavyFail(DAVY_ERR_MEMORY, "out of memory for a frame");
  if (!error) error = add_cells(cuts, values, frame);
  if (!error) error = add_front(cuts, DavyGrowthMetal(growth), model->substrate, current, frame);
  DavyError of_bodies = add_bodies(growth, circuit, frame);
  if (!error) error = of_bodies;
  free(values);
  free(current);
  return error;
}

DavyError DavyPictureTake(const DavyGrowth *growth, const DavyCircuit *circuit, DavyFrame **frame) {
  const DavyModel *model = circuit->model;
  DAVY_TRY(DavyFrameCreate(model->dim, frame));
  DavyError error = agree(growth, fill_frame(growth, circuit, *frame));
  (*frame)->time = DavyGrowthTime(growth);
  (*frame)->charge = DavyGrowthPlated(growth, false) * model->salt.charge * DAVY_FARADAY /
                     (model->molar_volume * circuit->scale);
  (*frame)->voltage = circuit->potential;
  if (!error) error = DavyFrameGather(DavyGrowthCuts(growth)->mesh->comm, *frame);
  if (error) DavyFrameDestroy(frame);
  return error;
}

struct DavyAlbum {
  char *folder;
  double every, next; /* C/m2 */
  DavyXdmf *xdmf;     /* the first rank's alone, as the view */
  DavyView *view;     /* 2D */
};

/* Facets of the substrate's surface, each with its material as `body`, gathered. */
static DavyError outline(const DavyCuts *cuts, const DavySubstrate *substrate, DavyFrame **frame) {
  const DavyMesh *mesh = cuts->mesh;
  DavyCuts *ground = NULL;
  DAVY_TRY(DavyFrameCreate(mesh->box.dim, frame));
  DavyError error = DavyCutsCreateFrom(mesh, cuts->ground, NULL, &ground);
  for (int cell = 0; !error && cell < mesh->own; cell++) {
    double facet[DAVY_MOST_FACETS][3][3];
    int count = ground->which[cell] < 0 ? 0 : DavyCutFacets(ground, cell, facet);
    for (int k = 0; !error && k < count; k++) {
      double middle[3] = {0};
      for (int v = 0; v < 2; v++)
        for (int d = 0; d < 3; d++) middle[d] += facet[k][v][d] / 2;
      DavyFrameFacet made = {.body = DavySubstrateMaterialAt(substrate, middle), .current = NAN};
      memcpy(made.vertex, facet[k], sizeof made.vertex);
      error = DavyFrameAddFacet(*frame, &made, ground->cut[ground->which[cell]].front.vector);
    }
  }
  DavyCutsDestroy(&ground);
  if (!error) error = DavyFrameGather(mesh->comm, *frame);
  if (error) DavyFrameDestroy(frame);
  return error;
}

static DavyError add_materials(DavyView *view, const DavySubstrate *substrate,
                               const DavyFrame *all) {
  DavyFrameFacet *facet = malloc((all->facet_count + 1) * sizeof *facet);
  DAVY_CHECK(facet, DAVY_ERR_MEMORY, "out of memory for the substrate's outline");
  DavyError error = DAVY_OK;
  for (int m = 0; !error && m < DAVY_MOST_SURFACES && DavySubstrateSurfaceOf(substrate, m); m++) {
    size_t count = 0;
    for (size_t k = 0; k < all->facet_count; k++)
      if (all->facets[k].body == m) facet[count++] = all->facets[k];
    error = DavyViewSubstrate(view, DavySubstrateSurfaceOf(substrate, m)->name, facet, count);
  }
  free(facet);
  return error;
}

static DavyError make_view(DavyAlbum *album, const char *title, const DavyCuts *cuts,
                           const DavySubstrate *substrate) {
  const DavyBox *box = &cuts->mesh->box;
  DavyFrame *all = NULL;
  double upper[2];
  for (int d = 0; d < 2; d++) upper[d] = box->origin[d] + box->edge * box->trees[d];
  if (cuts->ground) DAVY_TRY(outline(cuts, substrate, &all));
  DavyError error = DAVY_OK;
  if (cuts->mesh->rank == 0) {
    error = DavyViewCreate(title, box->origin, upper, &album->view);
    if (!error && all) error = add_materials(album->view, substrate, all);
  }
  DavyFrameDestroy(&all);
  return error;
}

DavyError DavyAlbumCreate(const char *folder, const char *title, const DavyGrowth *growth,
                          const DavyCircuit *circuit, double every, DavyAlbum **album) {
  const DavyCuts *cuts = DavyGrowthCuts(growth);
  *album = calloc(1, sizeof **album);
  DAVY_CHECK(*album, DAVY_ERR_MEMORY, "out of memory for the pictures of a run");
  (*album)->every = every;
  (*album)->folder = strdup(folder);
  DavyError error = DAVY_OK;
  if (cuts->mesh->rank == 0) error = DavyXdmfOpen(folder, &(*album)->xdmf);
  error = agree(growth, error);
  if (!error && cuts->mesh->box.dim == 2)
    error = agree(growth, make_view(*album, title, cuts, circuit->model->substrate));
  if (!error) error = DavyAlbumTake(*album, growth, circuit, 0, true);
  if (error) DavyAlbumDestroy(album);
  return error;
}

DavyError DavyAlbumTake(DavyAlbum *album, const DavyGrowth *growth, const DavyCircuit *circuit,
                        double passed, bool last) {
  DavyFrame *frame = NULL;
  if (!last && passed < album->next) return DAVY_OK;
  DAVY_TRY(DavyPictureTake(growth, circuit, &frame));
  while (album->next <= passed) album->next += album->every;
  DavyError error = album->xdmf ? DavyXdmfAppend(album->xdmf, frame) : DAVY_OK;
  if (!error && album->view) error = DavyViewAppend(album->view, frame);
  DavyFrameDestroy(&frame);
  return agree(growth, error);
}

DavyError DavyAlbumCommit(DavyAlbum *album) {
  char *path = NULL;
  DavyError error = album->xdmf ? DavyXdmfCommit(&album->xdmf) : DAVY_OK;
  if (error || !album->view) return error;
  DAVY_CHECK(asprintf(&path, "%s/view.json", album->folder) >= 0, DAVY_ERR_MEMORY,
             "out of memory for a path");
  error = DavyViewWrite(album->view, path);
  free(path);
  return error;
}

void DavyAlbumDestroy(DavyAlbum **album) {
  if (!*album) return;
  DavyXdmfDiscard(&(*album)->xdmf);
  DavyViewDestroy(&(*album)->view);
  free((*album)->folder);
  free(*album);
  *album = NULL;
}
