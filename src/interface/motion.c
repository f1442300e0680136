/* psi at a corner falls by the way that the front's nearest point goes, psi <- psi - V dt. Far from
 * the front, and near it where the caller gives no psi, psi before is the distance to the front as
 * a sheet, which redistances by construction. Each such fit errs by a little: in a thousand small
 * steps over 16 cells a ball went out of round by 0.17 of its radius where every one was a fit, and
 * by 0.01 where only one in a cell was. V is constant along normals, so that psi stays a
 * distance between.
 *
 * Then the front of every group of bodies that share metal now or had shared it before is shifted,
 * psi <- psi - s w, w = |V|/V_max, at least a little, s being the root of volume(s) = what
 * Faraday's law says: of second order in the step, and nothing where a surface rests. Bodies that
 * fell below a small part of a cell vanish, and their volume is reported. */
#include "interface/motion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "interface/pockets.h"

/* Of a cell: a body smaller than this is not a shape that the mesh can hold. */
static const double LEAST_BODY = 0.05;
/* Of the fastest front: how a surface at rest weighs in the correction. */
static const double REST = 0.02;

/* Cells from the front within which psi is kept: what fits of the front look at. */
static const double KEPT = 3.5;

typedef struct {
  const DavyMotion *m;
  double h;
  double *psi, *weight; /* at corners */
  int *who;             /* body before, of the nearest patch; -1: none */
  int *group_of_old, *group_of_new, *cell_group;
  int groups;
  double *target, *shift, *volume, *fixed;
  long double *sum;
  int *near, nears; /* own cells whose volume a shift changes */
  DavyCuts *cuts;
  DavyMetal *metal;
} Work;

static double speed_at(const DavyMotion *m, int patch, const double foot[3]) {
  double speed = 0;
  for (int k = 0; k < DAVY_SPEEDS; k++)
    if (m->share[k] != 0) speed += m->share[k] * DavySheetValue(m->sheet, patch, foot, k);
  return speed;
}

static double fastest(const DavyMotion *m) {
  double most = 0;
  for (int k = 0; k < m->sheet->patches; k++)
    most = fmax(most, fabs(speed_at(m, k, m->sheet->patch[k].x)));
  return most;
}

static void move_corners(Work *w) {
  const DavyMotion *m = w->m;
  double most = fastest(m);
  DavyFoot foot = {.facet = -1};
  for (int c = 0; c < m->mesh->corners; c++) {
    double x[3];
    DavyCornerPlace(m->mesh, c, x);
    /* Without a front it is infinite. No distance matters beyond the box. */
    foot = DavySheetFoot(m->sheet, x, foot.facet);
    w->psi[c] = fmin(foot.distance, 16 * m->mesh->box.edge);
    if (m->psi && fabs(w->psi[c]) < KEPT * w->h && fabs(w->psi[c] - m->psi[c]) < 0.5 * w->h)
      w->psi[c] = m->psi[c];
    w->who[c] = foot.patch < 0 ? -1 : m->sheet->patch[foot.patch].body;
    w->weight[c] = 1;
    if (foot.patch < 0) continue;
    double speed = speed_at(m, foot.patch, foot.at);
    w->psi[c] -= speed * m->dt;
    if (most > 0) w->weight[c] = fmax(fabs(speed) / most, REST);
  }
}

static int find(int *parent, int k) {
  while (parent[k] != k) k = parent[k] = parent[parent[k]];
  return k;
}

/* Which old body's metal is in which new one, by the nearest patches of the corners in metal. */
static char *overlaps(const Work *w) {
  const DavyMesh *mesh = w->m->mesh;
  int corners = 1 << mesh->box.dim, news = w->metal->count, olds = w->m->bodies;
  char *bit = calloc((size_t)news * olds + 1, 1);
  for (int cell = 0; bit && cell < mesh->own; cell++) {
    int label = w->metal->label[cell];
    for (int k = 0; label >= 0 && k < corners; k++) {
      int corner = mesh->cell_corner[corners * cell + k];
      if (w->psi[corner] < 0 && w->who[corner] >= 0) bit[label * olds + w->who[corner]] = 1;
    }
  }
  if (bit) MPI_Allreduce(MPI_IN_PLACE, bit, news * olds, MPI_CHAR, MPI_MAX, mesh->comm);
  return bit;
}

/* Groups: old and new bodies that overlap, directly or by others. */
static DavyError make_groups(Work *w, const char *bit) {
  int olds = w->m->bodies, news = w->metal->count, all = olds + news;
  int *parent = malloc(((size_t)all + 1) * sizeof *parent);
  DAVY_CHECK(parent, DAVY_ERR_MEMORY, "out of memory for %d bodies", all);
  for (int k = 0; k < all; k++) parent[k] = k;
  for (int n = 0; n < news; n++)
    for (int o = 0; o < olds; o++)
      if (bit[n * olds + o]) {
        int a = find(parent, o), b = find(parent, olds + n);
        parent[a > b ? a : b] = a > b ? b : a;
      }
  for (int k = 0; k < all; k++) {
    int root = find(parent, k);
    int *mine = k < olds ? w->group_of_old + k : w->group_of_new + k - olds;
    if (root == k)
      *mine = w->groups++;
    else
      *mine = root < olds ? w->group_of_old[root] : w->group_of_new[root - olds];
  }
  for (int o = 0; o < olds; o++) w->target[w->group_of_old[o]] += w->m->volume[o];
  free(parent);
  return DAVY_OK;
}

/* A cell's group: its body's, or, where a shift may yet bring metal, the nearest front's. */
static int group_at(const Work *w, int cell) {
  const DavyMesh *mesh = w->m->mesh;
  int corners = 1 << mesh->box.dim, nearest = -1;
  if (w->metal->label[cell] >= 0) return w->group_of_new[w->metal->label[cell]];
  for (int k = 0; k < corners; k++) {
    int corner = mesh->cell_corner[corners * cell + k];
    if (nearest < 0 || w->psi[corner] < w->psi[nearest]) nearest = corner;
  }
  return w->who[nearest] >= 0 ? w->group_of_old[w->who[nearest]] : -1;
}

/* Cells within two of a front are divided again at every shift; the rest is counted once. */
static void sort_cells(Work *w) {
  const DavyMesh *mesh = w->m->mesh;
  int corners = 1 << mesh->box.dim;
  for (int cell = 0; cell < mesh->own; cell++) {
    double least = INFINITY;
    for (int k = 0; k < corners; k++)
      least = fmin(least, fabs(w->psi[mesh->cell_corner[corners * cell + k]]));
    int group = group_at(w, cell);
    w->cell_group[cell] = group;
    if (group < 0) continue;
    if (least < 2 * w->h)
      w->near[w->nears++] = cell;
    else
      w->fixed[group] += DavyMetalVolume(w->cuts, cell);
  }
}

static double shifted(const Work *w, int corner) {
  int who = w->who[corner];
  return who < 0 ? w->psi[corner]
                 : w->psi[corner] - w->shift[w->group_of_old[who]] * w->weight[corner];
}

/* Summed with more digits than a volume has: with the shift, a sum of 10^5 cells would jump by more
 * than what find_shifts is to reach. */
static void measure(Work *w) {
  const DavyMesh *mesh = w->m->mesh;
  int corners = 1 << mesh->box.dim;
  for (int g = 0; g < w->groups; g++) w->sum[g] = w->fixed[g];
  for (int k = 0; k < w->nears; k++) {
    double psi[8];
    for (int c = 0; c < corners; c++)
      psi[c] = shifted(w, mesh->cell_corner[corners * w->near[k] + c]);
    w->sum[w->cell_group[w->near[k]]] += DavyMetalVolumeWith(w->cuts, w->near[k], psi);
  }
  for (int g = 0; g < w->groups; g++) w->volume[g] = (double)w->sum[g];
  MPI_Allreduce(MPI_IN_PLACE, w->volume, w->groups, MPI_DOUBLE, MPI_SUM, mesh->comm);
}

/* dV/ds of each group to begin with: the front's area times its weight. */
static void first_slopes(const Work *w, double *slope) {
  const DavyMesh *mesh = w->m->mesh;
  int corners = 1 << mesh->box.dim;
  for (int k = 0; k < w->nears; k++) {
    int cell = w->near[k], which = w->cuts->which[cell];
    double weight = 0;
    if (which < 0) continue;
    for (int c = 0; c < corners; c++)
      weight += w->weight[mesh->cell_corner[corners * cell + c]] / corners;
    slope[w->cell_group[cell]] += weight * w->cuts->cut[which].front.area;
  }
  MPI_Allreduce(MPI_IN_PLACE, slope, w->groups, MPI_DOUBLE, MPI_SUM, mesh->comm);
}

/* Newton's method with the secant's slope, all groups at once, down to a few roundings of the whole
 * volume; what is left stays out of the books, as a body counts with its target. */
static DavyError find_shifts(Work *w, const bool *gone) {
  enum { MOST = 40 };
  double whole = pow(w->h, w->m->mesh->box.dim), worst = 0;
  double *slope = calloc(3 * (size_t)w->groups + 3, sizeof *slope);
  double *past_shift = slope + w->groups, *past_volume = past_shift + w->groups;
  DAVY_CHECK(slope, DAVY_ERR_MEMORY, "out of memory for %d bodies", w->groups);
  first_slopes(w, slope);
  int k = 0, open = 1, bad = -1;
  for (; k < MOST && open; k++) {
    measure(w);
    open = 0;
    for (int g = 0; g < w->groups; g++) {
      double off = w->volume[g] - w->target[g];
      if (gone[g] || fabs(off) <= 1e-13 * whole + 2e-15 * fabs(w->volume[g])) continue;
      double change = w->shift[g] - past_shift[g];
      double secant = change != 0 ? (w->volume[g] - past_volume[g]) / change : 0;
      if (k > 0 && secant > 0) slope[g] = secant;
      past_shift[g] = w->shift[g];
      past_volume[g] = w->volume[g];
      double step = slope[g] > 0 ? -off / slope[g] : 0;
      w->shift[g] += fmin(fmax(step, -0.5 * w->h), 0.5 * w->h);
      worst = fmax(worst, fabs(off));
      open++;
      bad = g;
    }
  }
  free(slope);
  DAVY_CHECK(!open, DAVY_ERR_LEDGER,
             "no shift of the front gives body group %d its volume: %.17g, expected %.17g m^%d "
             "after %d tries",
             bad, w->volume[bad], w->target[bad], w->m->mesh->box.dim, k);
  return DAVY_OK;
}

/* Groups without metal on the mesh, or too little to hold. */
static void find_gone(const Work *w, bool *gone, double *vanished) {
  double least = LEAST_BODY * pow(w->h, w->m->mesh->box.dim);
  for (int g = 0; g < w->groups; g++) gone[g] = true;
  for (int n = 0; n < w->metal->count; n++) gone[w->group_of_new[n]] = false;
  for (int g = 0; g < w->groups; g++) {
    gone[g] |= w->target[g] < least;
    if (gone[g]) *vanished += w->target[g];
  }
}

static void apply(Work *w, const bool *gone) {
  for (int c = 0; c < w->m->mesh->corners; c++) {
    int who = w->who[c];
    if (who >= 0 && gone[w->group_of_old[who]])
      w->psi[c] = fmax(fabs(w->psi[c]), 0.1 * w->h);
    else
      w->psi[c] = shifted(w, c);
  }
}

/* Groups whose bodies the shift itself has joined become one. */
static void join_groups(Work *w, const char *bit, int news) {
  int olds = w->m->bodies;
  for (int n = 0; n < news; n++)
    for (int o = 0, into = -1; o < olds; o++) {
      int g = w->group_of_old[o];
      if (!bit[n * olds + o] || g == into) continue;
      if (into >= 0) {
        w->target[into] += w->target[g];
        for (int k = 0; k < olds; k++)
          if (w->group_of_old[k] == g) w->group_of_old[k] = into;
      } else {
        into = g;
      }
    }
}

/* The shifted bodies with who they come from, and volumes that sum to the groups' targets. */
static DavyError inherit(Work *w, DavyMoved *moved) {
  int olds = w->m->bodies, news = moved->metal->count;
  DavyMetalDestroy(&w->metal);
  w->metal = moved->metal;
  char *bit = overlaps(w);
  w->metal = NULL;
  moved->origin = malloc(((size_t)news + 1) * sizeof *moved->origin);
  moved->parents = calloc((size_t)news + 1, sizeof *moved->parents);
  moved->heir = malloc(((size_t)olds + 1) * sizeof *moved->heir);
  if (!bit || !moved->origin || !moved->heir || !moved->parents) {
    free(bit);
    return DavyFail(DAVY_ERR_MEMORY, "out of memory for %d bodies", news);
  }
  join_groups(w, bit, news);
  for (int g = 0; g < w->groups; g++) w->volume[g] = 0;
  for (int n = 0; n < news; n++) {
    moved->origin[n] = -1;
    for (int o = olds - 1; o >= 0; o--)
      if (bit[n * olds + o]) moved->origin[n] = o;
    if (moved->origin[n] >= 0)
      w->volume[w->group_of_old[moved->origin[n]]] += moved->metal->body[n].volume;
  }
  for (int n = 0; n < news; n++) {
    if (moved->origin[n] < 0) continue;
    int g = w->group_of_old[moved->origin[n]];
    moved->metal->body[n].volume *= w->target[g] / w->volume[g];
    for (int o = 0; o < olds; o++) moved->parents[n] += w->group_of_old[o] == g;
  }
  for (int o = 0; o < olds; o++) {
    moved->heir[o] = -1;
    for (int n = 0; n < news; n++)
      if (bit[n * olds + o] &&
          (moved->heir[o] < 0 ||
           moved->metal->body[n].volume > moved->metal->body[moved->heir[o]].volume))
        moved->heir[o] = n;
  }
  free(bit);
  return DAVY_OK;
}

static bool allocate(Work *w) {
  size_t corners = (size_t)w->m->mesh->corners + 1, own = (size_t)w->m->mesh->own + 1;
  w->psi = malloc(corners * sizeof *w->psi);
  w->weight = malloc(corners * sizeof *w->weight);
  w->who = malloc(corners * sizeof *w->who);
  w->cell_group = malloc(own * sizeof *w->cell_group);
  w->near = malloc(own * sizeof *w->near);
  return w->psi && w->weight && w->who && w->cell_group && w->near;
}

static bool allocate_groups(Work *w) {
  size_t most = (size_t)w->m->bodies + w->metal->count + 1;
  w->group_of_old = calloc(most, sizeof *w->group_of_old);
  w->group_of_new = calloc(most, sizeof *w->group_of_new);
  w->target = calloc(most, sizeof *w->target);
  w->shift = calloc(most, sizeof *w->shift);
  w->volume = calloc(most, sizeof *w->volume);
  w->fixed = calloc(most, sizeof *w->fixed);
  w->sum = calloc(most, sizeof *w->sum);
  return w->group_of_old && w->group_of_new && w->target && w->shift && w->volume && w->fixed &&
         w->sum;
}

static void free_work(Work *w) {
  DavyCutsDestroy(&w->cuts);
  DavyMetalDestroy(&w->metal);
  free(w->psi);
  free(w->weight);
  free(w->who);
  free(w->cell_group);
  free(w->near);
  free(w->group_of_old);
  free(w->group_of_new);
  free(w->target);
  free(w->shift);
  free(w->volume);
  free(w->fixed);
  free(w->sum);
}

/* The cells about psi, which is kept off zero, pockets filled. */
static DavyError cut(Work *w) {
  const DavyMotion *m = w->m;
  int filled = 1;
  for (int tries = 0; filled && tries < 2; tries++) {
    DavyCutsDestroy(&w->cuts);
    DAVY_TRY(DavyCutsCreateFrom(m->mesh, w->psi, m->ground, &w->cuts));
    memcpy(w->psi, w->cuts->psi, (size_t)m->mesh->corners * sizeof *w->psi);
    if (tries == 0)
      DAVY_TRY(DavyPocketsFill(w->cuts, DAVY_LEAST_POCKET * pow(w->h, m->mesh->box.dim), w->psi,
                               &filled));
  }
  return DAVY_OK;
}

DavyError DavyMove(const DavyMotion *m, DavyMoved *moved) {
  Work w = {.m = m, .h = m->sheet->h};
  DavyError error = DAVY_OK;
  char *bit = NULL;
  bool *gone = NULL;
  *moved = (DavyMoved){.vanished = 0};
  if (!allocate(&w)) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d corners", m->mesh->corners);
    goto done;
  }
  move_corners(&w);
  DAVY_GUARD(cut(&w));
  DAVY_GUARD(DavyMetalFind(w.cuts, m->substrate, m->counter_wall, &w.metal));
  bit = overlaps(&w);
  gone = malloc(((size_t)m->bodies + w.metal->count + 1) * sizeof *gone);
  if (!bit || !gone || !allocate_groups(&w)) {
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d bodies", m->bodies);
    goto done;
  }
  DAVY_GUARD(make_groups(&w, bit));
  sort_cells(&w);
  find_gone(&w, gone, &moved->vanished);
  DAVY_GUARD(find_shifts(&w, gone));
  for (int g = 0; g < w.groups; g++) moved->shift = fmax(moved->shift, fabs(w.shift[g]));
  apply(&w, gone);
  DAVY_GUARD(DavyCutsCreateFrom(m->mesh, w.psi, m->ground, &moved->cuts));
  DAVY_GUARD(DavyMetalFind(moved->cuts, m->substrate, m->counter_wall, &moved->metal));
  DAVY_GUARD(inherit(&w, moved));
done:
  free(bit);
  free(gone);
  free_work(&w);
  if (error) DavyMovedDestroy(moved);
  return error;
}

void DavyMovedDestroy(DavyMoved *moved) {
  DavyCutsDestroy(&moved->cuts);
  DavyMetalDestroy(&moved->metal);
  free(moved->origin);
  free(moved->heir);
  free(moved->parents);
  *moved = (DavyMoved){.vanished = 0};
}
