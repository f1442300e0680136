/* A cell holds its share of the group's content, by volume, and on the group's slope:
 *   C_cell = V_cell (C_group/V_group + grad u . (x_cell - x_group)),
 * which sums to the group's content as x_group is the centroid of its cells. From cell to cell of
 * another mesh contents are added up or divided (mesh/transfer.h); then each new group gathers
 * those of its cells. A cell that has no fluid any more gives what it had to the fullest cell about
 * it. */
#include "interface/contents.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mesh/fit.h"
#include "mesh/transfer.h"

enum { NOW, BEFORE, FLUID, U, P, FIELDS };

/* A group's figures where its cells are, halo included. */
typedef struct {
  double u, p, now, before, slope[3];
} Figures;

DavyError DavyContentsCreate(const DavyGroups *groups, DavyContents *c) {
  size_t own = (size_t)groups->own + 1;
  *c = (DavyContents){calloc(own, sizeof(double)), calloc(own, sizeof(double)),
                      calloc(2 * own, sizeof(double))};
  if (c->now && c->before && c->value) return DAVY_OK;
  DavyContentsDestroy(c);
  return DavyFail(DAVY_ERR_MEMORY, "out of memory for %d groups", groups->own);
}

void DavyContentsDestroy(DavyContents *c) {
  free(c->now);
  free(c->before);
  free(c->value);
  *c = (DavyContents){NULL, NULL, NULL};
}

static int own_slot(const DavyGroups *groups, int cell) {
  int64_t slot = groups->of[cell].id - groups->first;
  return groups->of[cell].id >= 0 && slot >= 0 && slot < groups->own ? (int)slot : -1;
}

/* From the roots, which may be another rank's, to the cells that merged into them. */
static void share_with_members(const DavyGroups *groups, Figures *f) {
  const DavyMesh *mesh = groups->cuts->mesh;
  for (int round = 0; round < 2; round++) {
    DavyForestOf(mesh->box.dim)->exchange(mesh->forest, f, sizeof *f);
    for (int cell = 0; cell < mesh->own; cell++) {
      int root = groups->of[cell].root;
      if (groups->of[cell].id >= 0 && root >= 0 && root != cell) f[cell] = f[root];
    }
  }
}

/* Slope of u about a cell from the groups beyond its faces, per m; no more than takes the half of u
 * away within a cell. */
static void slope_of(const DavyGroups *groups, const Figures *f, int cell, double slope[3]) {
  enum { MOST = 24 };
  const DavyMesh *mesh = groups->cuts->mesh;
  int dim = mesh->box.dim, count = 0;
  double basis[3 * MOST] = {0}, weight[MOST] = {0}, value[MOST], rows[3 * MOST],
                   h = DavyCellSize(mesh, cell);
  memset(slope, 0, 3 * sizeof *slope);
  for (int side = 0, across[4]; side < 2 * dim; side++)
    for (int k = 0, n = DavyCellsAcross(mesh, cell, side, across); k < n && count < MOST; k++) {
      const DavyGroup *other = groups->of + across[k];
      if (other->id < 0 || other->id == groups->of[cell].id) continue;
      double r2 = 0;
      for (int d = 0; d < dim; d++) {
        basis[dim * count + d] = (other->at[d] - groups->of[cell].at[d]) / h;
        r2 += pow(basis[dim * count + d], 2);
      }
      weight[count] = 1 / (r2 + 1e-3);
      value[count++] = f[across[k]].u - f[cell].u;
    }
  if (count < dim) return;
  DavyFit(count, dim, basis, weight, rows);
  double length = 0;
  for (int d = 0; d < dim; d++) {
    for (int j = 0; j < count; j++) slope[d] += rows[count * d + j] * value[j] / h;
    length += slope[d] * slope[d] * h * h;
  }
  double most = 0.5 * fabs(f[cell].u) / fmax(sqrt(length), 1e-300);
  for (int d = 0; d < dim && most < 1; d++) slope[d] *= most;
}

/* Figures of every cell's group, NULL when out of memory. */
static Figures *spread(const DavyGroups *groups, const DavyContents *c) {
  const DavyMesh *mesh = groups->cuts->mesh;
  Figures *f = calloc((size_t)mesh->cells + 1, sizeof *f);
  if (!f) return NULL;
  for (int cell = 0; cell < mesh->own; cell++) {
    int slot = own_slot(groups, cell);
    if (slot >= 0)
      f[cell] =
          (Figures){c->value[2 * slot], c->value[2 * slot + 1], c->now[slot], c->before[slot], {0}};
  }
  share_with_members(groups, f);
  for (int cell = 0; cell < mesh->own; cell++)
    if (groups->of[cell].id >= 0 && groups->of[cell].root == cell)
      slope_of(groups, f, cell, f[cell].slope);
  share_with_members(groups, f);
  return f;
}

/* Contents of the own cells of the old mesh, and slopes of density for cells that may be split. */
static void share_out(const DavyGroups *groups, const Figures *f, double *amount, double *slope) {
  const DavyMesh *mesh = groups->cuts->mesh;
  for (int cell = 0; cell < mesh->own; cell++) {
    const DavyGroup *group = groups->of + cell;
    double *a = amount + FIELDS * cell, at[3], along = 0;
    double *s = slope + 3 * FIELDS * cell, V = DavyFluidVolume(groups->cuts, cell, at);
    memset(a, 0, FIELDS * sizeof *a);
    memset(s, 0, 3 * FIELDS * sizeof *s);
    if (!(V > 0) || group->id < 0) continue;
    for (int d = 0; d < 3; d++) along += f[cell].slope[d] * (at[d] - group->at[d]);
    a[NOW] = V * (f[cell].now / group->volume + along);
    a[BEFORE] = V * (f[cell].before / group->volume + along);
    a[FLUID] = V;
    a[U] = V * f[cell].u;
    a[P] = V * f[cell].p;
    if (groups->cuts->which[cell] >= 0) continue;
    for (int d = 0; d < 3; d++)
      s[3 * NOW + d] = s[3 * BEFORE + d] = s[3 * U + d] = f[cell].slope[d];
  }
}

/* Adds to a group what a cell brings. */
static void give(const DavyGroups *groups, int cell, const double *amount, double *sum) {
  int slot = own_slot(groups, cell);
  for (int k = 0; slot >= 0 && k < FIELDS; k++) sum[FIELDS * slot + k] += amount[k];
}

/* The fluid cell with the most fluid within `reach` cells, -1 if there is none. */
static int fullest_about(const DavyGroups *groups, int cell, int reach) {
  const DavyMesh *mesh = groups->cuts->mesh;
  int dim = mesh->box.dim, side = 2 * reach + 1, best = -1;
  double most = 0, at[3];
  for (int k = 0; k < (dim == 2 ? side * side : side * side * side); k++) {
    int step[3] = {k % side - reach, k / side % side - reach,
                   dim == 3 ? k / side / side - reach : 0};
    int beside = DavyCellBeside(mesh, cell, step);
    if (beside < 0 || groups->of[beside].id < 0) continue;
    double V = DavyFluidVolume(groups->cuts, beside, at);
    if (V <= most) continue;
    most = V;
    best = beside;
  }
  return best;
}

static bool empty(const double *amount) {
  return amount[NOW] == 0 && amount[BEFORE] == 0;
}

/* Gathers cells, halo included as they may give to own groups; `left` is what found no place. Both
 * ranks beside a border choose the same place: two layers off, they know what lies two beyond. */
static void gather(const DavyGroups *groups, const double *amount, double *sum, double *left) {
  const DavyMesh *mesh = groups->cuts->mesh;
  for (int cell = 0; cell < mesh->cells; cell++) {
    const double *a = amount + FIELDS * cell;
    int to = cell;
    if (empty(a)) continue;
    for (int reach = 1; groups->of[to].id < 0 && reach <= 2; reach++) {
      int found = fullest_about(groups, cell, reach);
      if (found >= 0) to = found;
    }
    if (groups->of[to].id >= 0)
      give(groups, to, a, sum);
    else if (cell < mesh->own)
      for (int k = 0; k < FIELDS; k++) left[k] += a[k];
  }
}

/* A pocket that closed far from any fluid: its salt goes to all in proportion to theirs. */
static void spread_left(const DavyGroups *groups, double *sum, double *left) {
  double total[2] = {0};
  MPI_Comm comm = groups->cuts->mesh->comm;
  MPI_Allreduce(MPI_IN_PLACE, left, FIELDS, MPI_DOUBLE, MPI_SUM, comm);
  if (empty(left)) return;
  for (int g = 0; g < groups->own; g++) {
    total[0] += sum[FIELDS * g + NOW];
    total[1] += sum[FIELDS * g + BEFORE];
  }
  MPI_Allreduce(MPI_IN_PLACE, total, 2, MPI_DOUBLE, MPI_SUM, comm);
  for (int g = 0; g < groups->own; g++)
    for (int k = NOW; k <= BEFORE; k++)
      if (total[k] > 0) sum[FIELDS * g + k] *= 1 + left[k] / total[k];
}

/* (u, p) to begin with: the mean of the fluid that came; where none came, that of the fluid about.
 */
static void guess(const DavyGroups *groups, const double *sum, double *value) {
  const DavyMesh *mesh = groups->cuts->mesh;
  for (int g = 0; g < groups->own; g++) {
    double V = sum[FIELDS * g + FLUID];
    value[2 * g] = V > 0 ? sum[FIELDS * g + U] / V : NAN;
    value[2 * g + 1] = V > 0 ? sum[FIELDS * g + P] / V : NAN;
  }
  for (int cell = 0; cell < mesh->own; cell++) {
    int slot = groups->of[cell].root == cell ? own_slot(groups, cell) : -1;
    if (slot < 0 || !isnan(value[2 * slot])) continue;
    int about = fullest_about(groups, cell, 3), other = about >= 0 ? own_slot(groups, about) : -1;
    bool known = other >= 0 && !isnan(value[2 * other]);
    value[2 * slot] = known ? value[2 * other] : 1;
    value[2 * slot + 1] = known ? value[2 * other + 1] : 0;
  }
}

DavyError DavyContentsMove(const DavyGroups *old, const DavyContents *from, const DavyGroups *fresh,
                           DavyContents *to) {
  const DavyMesh *before = old->cuts->mesh, *after = fresh->cuts->mesh;
  DavyError error = DAVY_OK;
  size_t cells = (size_t)before->own + 1, more = (size_t)after->cells + 1;
  Figures *f = spread(old, from);
  double *amount = malloc(cells * FIELDS * sizeof *amount);
  double *slope = malloc(cells * 3 * FIELDS * sizeof *slope);
  double *moved = calloc(more * FIELDS, sizeof *moved);
  double *sum = calloc(((size_t)fresh->own + 1) * FIELDS, sizeof *sum), left[FIELDS] = {0};
  *to = (DavyContents){NULL, NULL, NULL};
  if (!f || !amount || !slope || !moved || !sum) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", after->cells);
    goto done;
  }
  DAVY_GUARD(DavyContentsCreate(fresh, to));
  share_out(old, f, amount, slope);
  if (before == after)
    memcpy(moved, amount, (size_t)before->own * FIELDS * sizeof *moved);
  else
    DAVY_GUARD(DavyTransfer(before, after, FIELDS, amount, slope, moved));
  DavyForestOf(after->box.dim)->exchange(after->forest, moved, FIELDS * sizeof *moved);
  gather(fresh, moved, sum, left);
  spread_left(fresh, sum, left);
  for (int g = 0; g < fresh->own; g++) {
    to->now[g] = sum[FIELDS * g + NOW];
    to->before[g] = sum[FIELDS * g + BEFORE];
  }
  guess(fresh, sum, to->value);
done:
  free(f);
  free(amount);
  free(slope);
  free(moved);
  free(sum);
  if (error) DavyContentsDestroy(to);
  return error;
}

void DavyContentsLevel(const DavyGroups *groups, DavyContents *c) {
  const DavyMesh *mesh = groups->cuts->mesh;
  double sum[2] = {0};
  for (int cell = 0; cell < mesh->own; cell++) {
    int g = groups->of[cell].root == cell ? own_slot(groups, cell) : -1;
    if (g < 0) continue;
    sum[0] += c->now[g];
    c->now[g] = c->value[2 * g] * groups->of[cell].volume;
    sum[1] += c->now[g];
  }
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_DOUBLE, MPI_SUM, mesh->comm);
  for (int g = 0; g < groups->own; g++)
    c->before[g] = c->now[g] *= sum[1] > 0 ? sum[0] / sum[1] : 1;
}
