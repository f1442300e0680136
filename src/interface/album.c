/* Pictures of a run as it goes on, and the files that they go to. */
#include "interface/album.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/constants.h"
#include "field/hdf5/xdmf.h"
#include "field/mpi/gather.h"
#include "interface/snapshot.h"

/* The error of any rank on all of them, so that none goes on alone. */
static DavyError agree(const DavyGrowth *growth, DavyError error) {
  int mine = error, any;
  MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, DavyGrowthCuts(growth)->mesh->comm);
  if (any && !error) return DavyFail((DavyError)any, "a picture failed on another rank");
  return (DavyError)any;
}

/* Potential of each body. Collective; the caller frees it. */
static double *potentials(const DavyGrowth *growth, const DavyCircuit *circuit) {
  double *V = malloc(((size_t)circuit->bodies + 1) * sizeof *V);
  for (int b = 0; V && b < circuit->bodies; b++) {
    int conductor = circuit->conductor[b];
    V[b] = conductor                  ? DavyFieldsPotential(DavyGrowthFields(growth), conductor)
           : circuit->body[b].counter ? 0
                                      : circuit->potential;
  }
  return V;
}

/* The metal and the electrolyte as they are; on the first rank. Collective. */
static DavyError take_picture(const DavyGrowth *growth, const DavyCircuit *circuit,
                              DavyFrame **frame) {
  const DavyModel *model = circuit->model;
  double *V = potentials(growth, circuit);
  DavyError error = V ? DAVY_OK : DavyFail(DAVY_ERR_MEMORY, "out of memory for a picture");
  *frame = NULL;
  error = agree(growth, error);
  if (!error) error = DavySnapshot(growth, V, frame);
  free(V);
  if (!*frame) return error;
  (*frame)->charge = DavyGrowthPlated(growth, false) * model->salt.charge * DAVY_FARADAY /
                     (model->molar_volume * circuit->scale);
  (*frame)->voltage = circuit->potential;
  return error;
}

struct DavyAlbum {
  char *folder;
  double every, next; /* C/m2 */
  double taken;       /* time of the last picture, s */
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
      DavyFrameFacet made = {
          .body = DavySubstrateMaterialAt(substrate, middle), .current = NAN, .film = NAN};
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
  for (int m = 0; !error && m < DAVY_MOST_SURFACES; m++) {
    size_t count = 0;
    if (!DavySubstrateSurfaceOf(substrate, m)->name[0]) break; /* no more of them */
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

static DavyError new_album(const char *folder, double every, DavyAlbum **album) {
  *album = calloc(1, sizeof **album);
  DAVY_CHECK(*album, DAVY_ERR_MEMORY, "out of memory for the pictures of a run");
  (*album)->every = every;
  (*album)->taken = -1;
  (*album)->folder = strdup(folder);
  DAVY_CHECK((*album)->folder, DAVY_ERR_MEMORY, "out of memory for the pictures of a run");
  return DAVY_OK;
}

DavyError DavyAlbumCreate(const char *folder, const char *title, const DavyGrowth *growth,
                          const DavyCircuit *circuit, double every, DavyAlbum **album) {
  const DavyCuts *cuts = DavyGrowthCuts(growth);
  DavyError error = new_album(folder, every, album);
  if (!error && cuts->mesh->rank == 0) error = DavyXdmfOpen(folder, &(*album)->xdmf);
  error = agree(growth, error);
  if (!error && cuts->mesh->box.dim == 2)
    error = agree(growth, make_view(*album, title, cuts, circuit->model->substrate));
  if (!error) error = DavyAlbumTake(*album, growth, circuit, 0, true);
  if (error) DavyAlbumDestroy(album);
  return error;
}

static DavyError view_path(const DavyAlbum *album, char **path) {
  DAVY_CHECK(asprintf(path, "%s/view.json", album->folder) >= 0, DAVY_ERR_MEMORY,
             "out of memory for a path");
  return DAVY_OK;
}

static DavyError read_files(DavyAlbum *album, const DavyGrowth *growth) {
  const DavyMesh *mesh = DavyGrowthCuts(growth)->mesh;
  double now = DavyGrowthTime(growth);
  char *path = NULL;
  if (mesh->rank > 0) return DAVY_OK;
  DAVY_TRY(DavyXdmfContinue(album->folder, now, &album->xdmf));
  if (mesh->box.dim == 3) return DAVY_OK;
  DAVY_TRY(view_path(album, &path));
  DavyError error = DavyViewRead(path, &album->view);
  if (!error) DavyViewTrim(album->view, now);
  free(path);
  return error;
}

/* The pictures that were due by now have been taken. */
DavyError DavyAlbumContinue(const char *folder, const DavyGrowth *growth, double every,
                            double passed, DavyAlbum **album) {
  DavyError error = new_album(folder, every, album);
  if (!error) {
    while ((*album)->next <= passed) (*album)->next += every;
    (*album)->taken = DavyGrowthTime(growth);
    error = read_files(*album, growth);
  }
  error = agree(growth, error);
  if (error) DavyAlbumDestroy(album);
  return error;
}

DavyError DavyAlbumTake(DavyAlbum *album, const DavyGrowth *growth, const DavyCircuit *circuit,
                        double passed, bool last) {
  DavyFrame *frame = NULL;
  double now = DavyGrowthTime(growth);
  if (!last && passed < album->next) return DAVY_OK;
  if (last && album->taken == now) return DAVY_OK;
  DAVY_TRY(take_picture(growth, circuit, &frame));
  while (album->next <= passed) album->next += album->every;
  album->taken = now;
  DavyError error = album->xdmf ? DavyXdmfAppend(album->xdmf, frame) : DAVY_OK;
  if (!error && album->view) error = DavyViewAppend(album->view, frame);
  DavyFrameDestroy(&frame);
  return agree(growth, error);
}

static DavyError write_files(DavyAlbum *album) {
  char *path = NULL;
  DavyError error = album->xdmf ? DavyXdmfCommit(&album->xdmf) : DAVY_OK;
  if (error || !album->view) return error;
  DAVY_TRY(view_path(album, &path));
  error = DavyViewWrite(album->view, path);
  free(path);
  return error;
}

DavyError DavyAlbumCommit(DavyAlbum *album, const DavyGrowth *growth) {
  return agree(growth, write_files(album));
}

DavyError DavyAlbumSave(DavyAlbum *album, const DavyGrowth *growth) {
  bool writes = album->xdmf;
  DavyError error = write_files(album);
  if (!error && writes) error = DavyXdmfContinue(album->folder, INFINITY, &album->xdmf);
  return agree(growth, error);
}

void DavyAlbumDestroy(DavyAlbum **album) {
  if (!*album) return;
  DavyXdmfDiscard(&(*album)->xdmf);
  DavyViewDestroy(&(*album)->view);
  free((*album)->folder);
  free(*album);
  *album = NULL;
}
