/* The file, in numbers of 4 bytes (int) and 8 (IEEE 754), lowest byte first:
 *   magic "davygrow", int version
 *   int dim, trees[3], finest level; origin[3], edge; int charge; c0, temperature    what it is of
 *   int cells, bodies, conductors, whether bodies have just been rearranged, bytes of the block
 *   time, last step, travel, books of salt and metal                                 of growth.h
 *   of each body        volume, rate, rate one step before
 *   of each conductor   potential, V
 *   the block of whoever saves
 *   of each leaf, along the space-filling curve
 *     int place[3], size; psi at 2^dim corners
 *     contents now, contents before, u, p     of its group, where it is the root; otherwise 0
 *     speed[2] of its front now and one step before, film on it    as the sheet has them
 *   SHA-256 of all that, 64 hexadecimal digits
 * Everything else follows from these. One list of fields serves reading and writing. */
#include "interface/restart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/file.h"
#include "interface/growth_state.h"
#include "interface/stream.h"
#include "mesh/places.h"

static const char MAGIC[8] = {'d', 'a', 'v', 'y', 'g', 'r', 'o', 'w'};
enum { VERSION = 2, DIGEST = 64, BOOKS = 13, HEAD = 104 + 8 * BOOKS };

/* What precedes the lists. */
typedef struct {
  int32_t version, dim, trees[3], finest, charge, cells, bodies, conductors, block;
  double origin[3], edge, c0, temperature, gained[2];
} Head;

static void pass_head(Stream *s, Head *h, DavyGrowth *g) {
  stream_int(s, &h->version);
  stream_int(s, &h->dim);
  for (int d = 0; d < 3; d++) stream_int(s, h->trees + d);
  stream_int(s, &h->finest);
  for (int d = 0; d < 3; d++) stream_real(s, h->origin + d);
  stream_real(s, &h->edge);
  stream_int(s, &h->charge);
  stream_real(s, &h->c0);
  stream_real(s, &h->temperature);
  stream_int(s, &h->cells);
  stream_int(s, &h->bodies);
  stream_int(s, &h->conductors);
  stream_int(s, &g->rearranged);
  stream_int(s, &h->block);
  double *book[BOOKS] = {&g->time,      &g->step,       &g->travel,      h->gained,
                         h->gained + 1, &g->salt_start, &g->metal_start, g->plated,
                         g->plated + 1, &g->throughput, &g->seeded,      &g->vanished,
                         &g->now.gross};
  for (int k = 0; k < BOOKS; k++) stream_real(s, book[k]);
}

/* What is kept of a leaf. */
typedef struct {
  int32_t at[3], size;
  double psi[8], now, before, u, p, front[DAVY_CARRIED];
} Cell;

static void pass_cell(Stream *s, int dim, Cell *c) {
  for (int d = 0; d < 3; d++) stream_int(s, c->at + d);
  stream_int(s, &c->size);
  for (int k = 0; k < 1 << dim; k++) stream_real(s, c->psi + k);
  double *value[] = {&c->now, &c->before, &c->u, &c->p};
  for (size_t k = 0; k < sizeof value / sizeof *value; k++) stream_real(s, value[k]);
  for (int k = 0; k < DAVY_CARRIED; k++) stream_real(s, c->front + k);
}

static size_t cell_bytes(int dim) {
  return 4 * 4 + 8 * ((size_t)(1 << dim) + 4 + DAVY_CARRIED);
}

static size_t first_of_block(const Head *h) {
  return HEAD + 24 * (size_t)h->bodies + 8 * (size_t)h->conductors;
}

static size_t first_cell(const Head *h) {
  return first_of_block(h) + (size_t)h->block;
}

static Head head_of(const DavyGrowthPlan *plan) {
  const DavyBox *box = &plan->box;
  const DavySalt *salt = &plan->physics.salt;
  return (Head){.version = VERSION,
                .dim = box->dim,
                .trees = {box->trees[0], box->trees[1], box->trees[2]},
                .finest = plan->finest,
                .charge = salt->charge,
                .conductors = plan->physics.conductors,
                .origin = {box->origin[0], box->origin[1], box->origin[2]},
                .edge = box->edge,
                .c0 = salt->concentration,
                .temperature = salt->temperature};
}

/* Own cell of the growth; no distance matters that is longer than any box. */
static Cell cell_of(const DavyGrowth *g, int cell) {
  const State *s = &g->now;
  const DavyGroups *groups = DavyFieldsGroups(s->fields);
  const DavyLeaf *leaf = s->mesh->leaf + cell;
  int corners = 1 << s->mesh->box.dim, patch = DavyPlacesFind(g->sheet->places, leaf->at);
  double far = 32 * s->mesh->box.edge;
  Cell c = {.at = {leaf->at[0], leaf->at[1], leaf->at[2]}, .size = leaf->size};
  for (int k = 0; k < corners; k++)
    c.psi[k] = fmax(fmin(s->cuts->psi[s->mesh->cell_corner[corners * cell + k]], far), -far);
  if (patch >= 0) memcpy(c.front, g->sheet->patch[patch].raw, sizeof c.front);
  if (groups->of[cell].id < 0 || groups->of[cell].root != cell) return c;
  int64_t slot = groups->of[cell].id - groups->first;
  c.now = DavyFieldsContents(s->fields)[slot];
  c.before = DavyFieldsContentsBefore(s->fields)[slot];
  c.u = DavyFieldsValues(s->fields)[2 * slot];
  c.p = DavyFieldsValues(s->fields)[2 * slot + 1];
  return c;
}

/* Bodies and conductors; the latter's potentials are asked of all ranks. */
static void pass_lists(Stream *s, const Head *h, State *state) {
  for (int b = 0; b < h->bodies; b++) {
    stream_real(s, &state->metal->body[b].volume);
    stream_real(s, state->rate + b);
    stream_real(s, state->past_rate + b);
  }
  for (int k = 1; k <= h->conductors; k++) {
    double volts = s->out ? DavyFieldsPotential(state->fields, k) : 0;
    stream_real(s, &volts);
    if (!s->out) DavyFieldsSetPotential(state->fields, k, volts);
  }
}

/* The cells of all ranks behind one another, at `to` on rank 0. */
static DavyError gather_cells(const DavyGrowth *g, unsigned char *to) {
  const DavyMesh *mesh = g->now.mesh;
  size_t record = cell_bytes(mesh->box.dim);
  Stream own = {.out = malloc((size_t)mesh->own * record + 1)};
  int *count = calloc((size_t)mesh->ranks, sizeof *count);
  int *start = calloc((size_t)mesh->ranks, sizeof *start);
  MPI_Datatype type;
  DavyError error = DAVY_OK;
  if (!own.out || !count || !start)
    error = DavyFail(DAVY_ERR_MEMORY, "out of memory for %d cells", mesh->own);
  DAVY_GUARD(growth_agree(g, error));
  for (int cell = 0; cell < mesh->own; cell++) {
    Cell c = cell_of(g, cell);
    pass_cell(&own, mesh->box.dim, &c);
  }
  MPI_Gather(&mesh->own, 1, MPI_INT, count, 1, MPI_INT, 0, mesh->comm);
  for (int r = 1; r < mesh->ranks; r++) start[r] = start[r - 1] + count[r - 1];
  MPI_Type_contiguous((int)record, MPI_BYTE, &type);
  MPI_Type_commit(&type);
  MPI_Gatherv(own.out, mesh->own, type, to, count, start, type, 0, mesh->comm);
  MPI_Type_free(&type);
done:
  free(own.out);
  free(count);
  free(start);
  return error;
}

static DavyError write_file(const char *path, const unsigned char *data, size_t size) {
  DavyOutput *output;
  DAVY_TRY(DavyOutputOpen(path, &output));
  fwrite(data, 1, size, DavyOutputFile(output)); /* Commit sees what fails */
  return DavyOutputCommit(&output);
}

DavyError DavyGrowthSave(const DavyGrowth *g, const DavyBytes *block, const char *path) {
  DavyError error = DAVY_OK;
  const DavyMesh *mesh = g->now.mesh;
  Head h = head_of(&g->plan);
  DavyFieldsReport report = DavyFieldsAccount(g->now.fields);
  DAVY_CHECK(mesh->total < INT32_MAX, DAVY_ERR_WRITE, "%s: a mesh of %lld cells", path,
             (long long)mesh->total);
  DAVY_CHECK(!block || block->size < INT32_MAX, DAVY_ERR_WRITE, "%s: a block of %zu bytes", path,
             block ? block->size : 0);
  h.cells = (int32_t)mesh->total;
  h.block = block ? (int32_t)block->size : 0;
  h.bodies = g->now.metal->count;
  h.gained[0] = report.gained;
  h.gained[1] = report.gained_before;
  /* All but the cells on every rank, as potentials are asked of all. */
  size_t cells = first_cell(&h), end = cells + (size_t)h.cells * cell_bytes(h.dim);
  char hex[DIGEST + 1];
  Stream s = {.out = malloc(mesh->rank == 0 ? end + DIGEST : cells)};
  if (!s.out) error = DavyFail(DAVY_ERR_MEMORY, "%s: out of memory for %zu bytes", path, end);
  DAVY_GUARD(growth_agree(g, error));
  DavyGrowth books = *g;
  memcpy(s.out, MAGIC, sizeof MAGIC);
  s.at = sizeof MAGIC;
  pass_head(&s, &h, &books);
  pass_lists(&s, &h, &books.now);
  if (block) memcpy(s.out + first_of_block(&h), block->data, block->size);
  DAVY_GUARD(gather_cells(g, s.out + cells));
  if (mesh->rank == 0) {
    DavySha256(s.out, end, hex);
    memcpy(s.out + end, hex, DIGEST);
    error = write_file(path, s.out, end + DIGEST);
  }
  error = growth_agree(g, error);
done:
  free(s.out);
  return error;
}

/* A file being read. */
typedef struct {
  const char *path;
  DavyBytes bytes;
  Head head;
  DavyPlaces *leaves; /* the number of each, by its place */
} Restart;

static DavyPlace byte_of(const Restart *r, size_t byte) {
  return (DavyPlace){.file = r->path, .byte = (long long)byte};
}

static size_t cell_byte(const Restart *r, int number) {
  return first_cell(&r->head) + (size_t)number * cell_bytes(r->head.dim);
}

static Stream stream_at(const Restart *r, size_t byte) {
  return (Stream){.in = r->bytes.data, .at = byte, .end = r->bytes.size};
}

static Cell read_cell(const Restart *r, int number) {
  Stream s = stream_at(r, cell_byte(r, number));
  Cell c = {.size = 0};
  pass_cell(&s, r->head.dim, &c);
  return c;
}

static DavyError check_conductors(const Restart *r, const DavyGrowthPlan *plan) {
  DAVY_CHECK(r->head.conductors == plan->physics.conductors, DAVY_ERR_VALUE,
             "%s: has %d conductors; expected %d", r->path, r->head.conductors,
             plan->physics.conductors);
  return DAVY_OK;
}

static DavyError check_plan(const Restart *r, const DavyGrowthPlan *plan) {
  const Head *h = &r->head;
  Head own = head_of(plan);
  bool same = h->dim == own.dim && h->finest == own.finest;
  for (int d = 0; d < 3; d++)
    same &= h->trees[d] == own.trees[d] && fabs(h->origin[d] - own.origin[d]) <= 1e-9 * own.edge;
  DAVY_CHECK(same && fabs(h->edge - own.edge) <= 1e-9 * own.edge, DAVY_ERR_VALUE,
             "%s: is of a box of %d x %d x %d cubes of %g m, %dD, finest level %d; expected %d x "
             "%d x %d, %g m, %dD, %d, at the same place",
             r->path, h->trees[0], h->trees[1], h->trees[2], h->edge, h->dim, h->finest,
             own.trees[0], own.trees[1], own.trees[2], own.edge, own.dim, own.finest);
  DAVY_CHECK(h->charge == own.charge && fabs(h->c0 / own.c0 - 1) <= 1e-9 &&
                 fabs(h->temperature / own.temperature - 1) <= 1e-9,
             DAVY_ERR_VALUE,
             "%s: is of a salt of charge %d, %g mol/m3 at %g K; expected %d, %g mol/m3, %g K",
             r->path, h->charge, h->c0, h->temperature, own.charge, own.c0, own.temperature);
  /* Arranged ones are known when the bodies are. */
  return plan->arrange ? DAVY_OK : check_conductors(r, plan);
}

/* Numbers of the books, the bodies and the conductors. */
static DavyError check_books(const Restart *r, const DavyGrowth *g) {
  Stream s = stream_at(r, HEAD - 8 * BOOKS);
  while (s.at < first_of_block(&r->head)) {
    double value;
    stream_real(&s, &value);
    if (!isfinite(value))
      return DavyFailAt(byte_of(r, s.at - 8), DAVY_ERR_FORMAT, "%g; expected a finite number",
                        value);
  }
  if (g->step < 0 || g->travel < 0 || g->throughput < 0)
    return DavyFailAt(byte_of(r, HEAD - 8 * BOOKS), DAVY_ERR_FORMAT,
                      "last step %g s, travel %g m, throughput %g; expected none below 0", g->step,
                      g->travel, g->throughput);
  return DAVY_OK;
}

/* Size, digest and head, against the plan if there is one; the growth takes its books. */
static DavyError read_head(Restart *r, const DavyGrowthPlan *plan, DavyGrowth *g) {
  Stream s = stream_at(r, sizeof MAGIC);
  Head *h = &r->head;
  size_t size = r->bytes.size;
  char hex[DIGEST + 1];
  DAVY_CHECK(size >= sizeof MAGIC && !memcmp(s.in, MAGIC, sizeof MAGIC), DAVY_ERR_FORMAT,
             "%s: byte 0: is no saved growth", r->path);
  if (size < HEAD + DIGEST)
    return DavyFailAt(byte_of(r, size), DAVY_ERR_FORMAT, "ends within its head");
  pass_head(&s, h, g);
  if (h->version != VERSION)
    return DavyFailAt(byte_of(r, sizeof MAGIC), DAVY_ERR_UNSUPPORTED, "version %d; expected %d",
                      h->version, VERSION);
  if (plan) DAVY_TRY(check_plan(r, plan));
  if (h->cells < 1 || h->bodies < 0 || h->conductors < 0 || h->block < 0)
    return DavyFailAt(byte_of(r, sizeof MAGIC), DAVY_ERR_FORMAT,
                      "%d cells, %d bodies, %d conductors, %d bytes of a block", h->cells,
                      h->bodies, h->conductors, h->block);
  if (size != cell_byte(r, h->cells) + DIGEST)
    return DavyFailAt(byte_of(r, size), DAVY_ERR_FORMAT,
                      "ends there; expected %zu bytes for %d cells and %d bodies",
                      cell_byte(r, h->cells) + DIGEST, h->cells, h->bodies);
  DavySha256(s.in, size - DIGEST, hex);
  if (memcmp(s.in + size - DIGEST, hex, DIGEST) != 0)
    return DavyFailAt(byte_of(r, size - DIGEST), DAVY_ERR_FORMAT,
                      "SHA-256 is not that of the bytes before it");
  return check_books(r, g);
}

/* Whether a cell can be a leaf of the plan's trees. */
static bool is_leaf(const DavyGrowthPlan *plan, const Cell *c) {
  int32_t whole = 1 << DAVY_FOREST_DEEPEST;
  bool possible = c->size > 0 && (c->size & (c->size - 1)) == 0 &&
                  c->size <= whole >> plan->coarsest && c->size >= whole >> plan->finest;
  for (int d = 0; d < 3 && possible; d++)
    possible = d >= plan->box.dim ? c->at[d] == 0
                                  : c->at[d] >= 0 && c->at[d] < plan->box.trees[d] * whole &&
                                        c->at[d] % c->size == 0;
  return possible;
}

static bool has_numbers(const DavyGrowthPlan *plan, const Cell *c) {
  bool sound =
      c->u >= 0 && isfinite(c->u) && isfinite(c->p) && isfinite(c->now) && isfinite(c->before);
  for (int k = 0; k < DAVY_CARRIED; k++) sound &= isfinite(c->front[k]);
  sound &= c->front[DAVY_FILM] >= 0;
  for (int k = 0; k < 1 << plan->box.dim; k++) sound &= fabs(c->psi[k]) <= 64 * plan->box.edge;
  return sound;
}

static DavyError read_cells(Restart *r, const DavyGrowthPlan *plan) {
  r->leaves = DavyPlacesCreate((size_t)r->head.cells);
  DAVY_CHECK(r->leaves, DAVY_ERR_MEMORY, "%s: out of memory for %d cells", r->path, r->head.cells);
  for (int k = 0; k < r->head.cells; k++) {
    Cell c = read_cell(r, k);
    if (!is_leaf(plan, &c))
      return DavyFailAt(byte_of(r, cell_byte(r, k)), DAVY_ERR_FORMAT,
                        "cell %d at (%d, %d, %d) of size %d is none of the box", k, c.at[0],
                        c.at[1], c.at[2], c.size);
    if (!has_numbers(plan, &c))
      return DavyFailAt(byte_of(r, cell_byte(r, k)), DAVY_ERR_FORMAT,
                        "cell %d holds impossible numbers", k);
    if (DavyPlacesAdd(r->leaves, c.at, k) != k)
      return DavyFailAt(byte_of(r, cell_byte(r, k)), DAVY_ERR_FORMAT,
                        "cell %d at (%d, %d, %d) for a second time", k, c.at[0], c.at[1], c.at[2]);
  }
  return DAVY_OK;
}

/* A cube with a smaller leaf in its least corner was split. */
typedef struct {
  const Restart *restart;
  const DavyBox *box;
} Leaves;

static bool was_split(const void *context, const double x[3], double size) {
  const Leaves *l = context;
  double unit = l->box->edge / (1 << DAVY_FOREST_DEEPEST);
  int32_t at[3] = {0};
  for (int d = 0; d < l->box->dim; d++)
    at[d] = (int32_t)lround((x[d] - size / 2 - l->box->origin[d]) / unit);
  int leaf = DavyPlacesFind(l->restart->leaves, at);
  return leaf >= 0 && read_cell(l->restart, leaf).size < lround(size / unit);
}

static DavyError restore_mesh(const Restart *r, const DavyGrowthPlan *plan, DavyMesh **mesh) {
  Leaves leaves = {r, &plan->box};
  DavyMeshPlan mesh_plan = {plan->comm,   plan->box, plan->coarsest,
                            plan->finest, was_split, &leaves};
  DAVY_TRY(DavyMeshCreate(&mesh_plan, mesh));
  int64_t found = 0;
  for (int cell = 0; cell < (*mesh)->own; cell++) {
    int leaf = DavyPlacesFind(r->leaves, (*mesh)->leaf[cell].at);
    found += leaf >= 0 && read_cell(r, leaf).size == (*mesh)->leaf[cell].size;
  }
  MPI_Allreduce(MPI_IN_PLACE, &found, 1, MPI_INT64_T, MPI_SUM, plan->comm);
  if (found != (*mesh)->total || found != r->head.cells)
    return DavyFailAt(byte_of(r, cell_byte(r, 0)), DAVY_ERR_FORMAT,
                      "the %d cells are not the leaves of one mesh", r->head.cells);
  return DAVY_OK;
}

static Cell cell_at(const Restart *r, const DavyMesh *mesh, int cell) {
  return read_cell(r, DavyPlacesFind(r->leaves, mesh->leaf[cell].at));
}

static DavyError restore_cuts(const Restart *r, State *s) {
  int corners = 1 << s->mesh->box.dim;
  double *psi = malloc(((size_t)s->mesh->corners + 1) * sizeof *psi);
  DAVY_CHECK(psi, DAVY_ERR_MEMORY, "out of memory for %d corners", s->mesh->corners);
  for (int cell = 0; cell < s->mesh->cells; cell++) {
    Cell c = cell_at(r, s->mesh, cell);
    for (int k = 0; k < corners; k++) psi[s->mesh->cell_corner[corners * cell + k]] = c.psi[k];
  }
  DavyError error = DavyCutsCreateFrom(s->mesh, psi, s->ground, &s->cuts);
  free(psi);
  return error;
}

static DavyError restore_contents(const Restart *r, const DavyGrowth *g) {
  const State *s = &g->now;
  const DavyGroups *groups = DavyFieldsGroups(s->fields);
  DavyContents contents;
  int without = -1;
  DAVY_TRY(DavyContentsCreate(groups, &contents));
  for (int cell = 0; cell < s->mesh->own; cell++) {
    if (groups->of[cell].id < 0 || groups->of[cell].root != cell) continue;
    int64_t slot = groups->of[cell].id - groups->first;
    Cell c = cell_at(r, s->mesh, cell);
    contents.now[slot] = c.now;
    contents.before[slot] = c.before;
    contents.value[2 * slot] = c.u;
    contents.value[2 * slot + 1] = c.p;
    if (!(c.u > 0)) without = DavyPlacesFind(r->leaves, c.at);
  }
  DavyFieldsPast past = {.time = g->time,
                         .step = g->step,
                         .now = contents.now,
                         .before = contents.before,
                         .guess = contents.value,
                         .gained = {r->head.gained[0], r->head.gained[1]}};
  DavyFieldsContinue(s->fields, &past);
  DavyContentsDestroy(&contents);
  if (without >= 0)
    return DavyFailAt(byte_of(r, cell_byte(r, without)), DAVY_ERR_FORMAT,
                      "cell %d has fluid but no salt", without);
  return DAVY_OK;
}

typedef struct {
  const Restart *restart;
  const State *state;
} Filler;

static void fill_patch(const void *context, int cell, DavyPatch *patch) {
  const Filler *f = context;
  Cell c = cell_at(f->restart, f->state->mesh, cell);
  patch->body = f->state->metal->label[cell];
  memcpy(patch->raw, c.front, sizeof patch->raw);
}

static DavyError restore_film(const Restart *r, State *s) {
  const DavyStencils *st = DavyFieldsStencils(s->fields);
  double *film = malloc(((size_t)st->surfaces.rows + 1) * sizeof *film);
  DAVY_CHECK(film, DAVY_ERR_MEMORY, "out of memory for %d surfaces", st->surfaces.rows);
  for (int k = 0; k < st->surfaces.rows; k++)
    film[k] = st->surface[k].wall == DAVY_FRONT
                  ? cell_at(r, s->mesh, st->surface[k].cell).front[DAVY_FILM]
                  : 1;
  DavyFieldsSetFilm(s->fields, film);
  free(film);
  return DAVY_OK;
}

/* From the mesh up; at every stage what the file says must be possible on all ranks. */
static DavyError restore(const Restart *r, DavyGrowth *g) {
  State *s = &g->now;
  Filler filler = {r, s};
  DAVY_TRY(restore_mesh(r, &g->plan, &s->mesh));
  DAVY_TRY(growth_ground(g, s));
  DAVY_TRY(restore_cuts(r, s));
  DAVY_TRY(growth_settle(g, s));
  if (s->metal->count != r->head.bodies)
    return DavyFailAt(byte_of(r, cell_byte(r, 0)), DAVY_ERR_FORMAT,
                      "the cells hold %d bodies; expected %d", s->metal->count, r->head.bodies);
  DAVY_TRY(check_conductors(r, &g->plan));
  s->rate = calloc((size_t)s->metal->count + 1, sizeof *s->rate);
  DAVY_CHECK(s->rate, DAVY_ERR_MEMORY, "out of memory for %d bodies", s->metal->count);
  DAVY_TRY(growth_agree(g, restore_contents(r, g)));
  DAVY_TRY(growth_agree(g, restore_film(r, s)));
  Stream lists = stream_at(r, HEAD);
  pass_lists(&lists, &r->head, s);
  for (int b = 0; b < s->metal->count; b++) g->origin[b] = -1;
  /* Without a step the fields were solved with the concentration as it is. */
  DAVY_TRY(growth_agree(g, DavyFieldsSurvey(s->fields, !(g->step > 0) && !g->plan.steady)));
  DavyFieldsRest(s->fields);
  return DavySheetCreate(s->cuts, INFINITY, fill_patch, &filler, &g->sheet);
}

DavyError DavyGrowthLoad(const DavyGrowthPlan *plan, const char *path, DavyGrowth **result) {
  Restart r = {.path = path};
  DavyGrowth *g;
  *result = NULL;
  DavyError error = growth_new(plan, &g);
  if (error) return error;
  error = DavyBytesOpen(path, &r.bytes);
  if (!error) error = read_head(&r, plan, g);
  if (!error) error = read_cells(&r, plan);
  DAVY_GUARD(growth_agree(g, error));
  DAVY_GUARD(restore(&r, g));
done:
  DavyPlacesDestroy(&r.leaves);
  DavyBytesClose(&r.bytes);
  if (error) DavyGrowthDestroy(&g);
  *result = g;
  return error;
}

DavyError DavyGrowthLoadBlock(const char *path, DavyBytes *block) {
  Restart r = {.path = path};
  DavyGrowth books = {.time = 0};
  *block = (DavyBytes){.storage = DAVY_BYTES_OWNED};
  DAVY_TRY(DavyBytesOpen(path, &r.bytes));
  DavyError error = read_head(&r, NULL, &books);
  unsigned char *copy = error ? NULL : malloc((size_t)r.head.block + 1);
  if (copy) {
    memcpy(copy, r.bytes.data + first_of_block(&r.head), (size_t)r.head.block);
    block->data = copy;
    block->size = (size_t)r.head.block;
  } else if (!error) {
    error = DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", path);
  }
  DavyBytesClose(&r.bytes);
  return error;
}
