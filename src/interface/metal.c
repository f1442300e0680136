/* Metal is joined where a face between two cells has metal on it. A cell is of one body: fronts
 * that meet inside a cell have met. */
#include "interface/metal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mesh/components.h"

static bool joined(const void *context, int cell, int side, int other) {
  (void)other;
  return DavyMetalJoint(context, cell, side) > 0;
}

bool DavyBodyIsFed(const DavyBody *body) {
  for (int m = 0; m < DAVY_MOST_SURFACES; m++)
    if (body->contact[m] > 0) return true;
  return body->counter;
}

/* Of a cell's face: less is no contact that the mesh can hold, and a body would be fed through that
 * thread until nothing of it is left. */
static const double LEAST_CONTACT = 0.05;

/* What is summed of each body over all cells. */
enum { VOLUME, FRONT, COUNTER, FACES, CONTACT, SUMS = CONTACT + DAVY_MOST_SURFACES };

static void add_cell(const DavyCuts *cuts, const DavySubstrate *substrate, int counter_wall,
                     int cell, double *sum) {
  sum[VOLUME] += DavyMetalVolume(cuts, cell);
  if (cuts->which[cell] >= 0) {
    const DavyCut *cut = cuts->cut + cuts->which[cell];
    sum[FRONT] += cut->front.area;
    if (cut->contact > 0) {
      double x[3];
      DavyCellCentre(cuts->mesh, cell, x);
      sum[CONTACT + (substrate ? DavySubstrateMaterialAt(substrate, x) : 0)] += cut->contact;
      sum[FACES] += cut->contact / pow(DavyCellSize(cuts->mesh, cell), cuts->mesh->box.dim - 1);
    }
  }
  int across[4];
  if (counter_wall >= 0 && DavyCellsAcross(cuts->mesh, cell, counter_wall, across) == 0)
    sum[COUNTER] += DavyMetalJoint(cuts, cell, counter_wall) > 0;
}

/* Bodies are numbered alike on every rank; their figures are summed over all. */
static DavyError sum_bodies(const DavyCuts *cuts, const DavySubstrate *substrate, int counter_wall,
                            DavyMetal *metal) {
  double *sums = calloc((size_t)metal->count * SUMS + 1, sizeof *sums);
  DAVY_CHECK(sums, DAVY_ERR_MEMORY, "out of memory for %d bodies", metal->count);
  for (int cell = 0; cell < cuts->mesh->own; cell++)
    if (metal->label[cell] >= 0)
      add_cell(cuts, substrate, counter_wall, cell, sums + SUMS * metal->label[cell]);
  MPI_Allreduce(MPI_IN_PLACE, sums, metal->count * SUMS, MPI_DOUBLE, MPI_SUM, cuts->mesh->comm);
  for (int k = 0; k < metal->count; k++) {
    const double *sum = sums + SUMS * k;
    DavyBody *body = metal->body + k;
    *body = (DavyBody){.volume = sum[VOLUME], .front = sum[FRONT], .counter = sum[COUNTER] > 0};
    if (sum[FACES] >= LEAST_CONTACT) memcpy(body->contact, sum + CONTACT, sizeof body->contact);
  }
  free(sums);
  return DAVY_OK;
}

DavyError DavyMetalFind(const DavyCuts *cuts, const DavySubstrate *substrate, int counter_wall,
                        DavyMetal **result) {
  const DavyMesh *mesh = cuts->mesh;
  DavyError error = DAVY_OK;
  DavyMetal *metal = calloc(1, sizeof *metal);
  bool *member = calloc((size_t)mesh->own + 1, sizeof *member);
  if (metal) metal->label = malloc(((size_t)mesh->cells + 1) * sizeof *metal->label);
  if (!metal || !member || !metal->label) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->cells);
    goto done;
  }
  for (int cell = 0; cell < mesh->own; cell++) member[cell] = DavyMetalVolume(cuts, cell) > 0;
  DAVY_GUARD(DavyComponents(mesh, member, joined, cuts, metal->label, &metal->count));
  metal->body = calloc((size_t)metal->count + 1, sizeof *metal->body);
  if (!metal->body) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d bodies", metal->count);
    goto done;
  }
  DAVY_GUARD(sum_bodies(cuts, substrate, counter_wall, metal));
done:
  free(member);
  if (error) DavyMetalDestroy(&metal);
  *result = metal;
  return error;
}

void DavyMetalDestroy(DavyMetal **metal) {
  if (!*metal) return;
  free((*metal)->body);
  free((*metal)->label);
  free(*metal);
  *metal = NULL;
}
