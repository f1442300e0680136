/* Arrays in HDF5, and XDMF about them.
 *
 * HDF5 opens files by name: it is given that of the temporary file which DavyOutput renames. The
 * three files are renamed one after the other, the arrays first. */
#include "field/hdf5/xdmf.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "davy/file.h"
#include "davy/table.h"
#include "field/hdf5/corners.h"

static const char arrays_name[] = "fields.h5";

/* What XDMF says of a frame. */
typedef struct {
  double time, charge, voltage;
  size_t cells, points, facets;
} Instant;

struct DavyXdmf {
  char *folder, *path; /* path: of the arrays */
  DavyOutput *arrays;
  hid_t file;
  int dim;
  Instant *instants;
  size_t count;
};

static const char *const scalars[] = {"time", "charge", "voltage"};

void DavyXdmfStart(void) {
  H5dont_atexit();
  H5open();
}

enum { WORDS = 512 };

static herr_t keep_description(unsigned n, const H5E_error2_t *entry, void *words) {
  if (n == 0) snprintf(words, WORDS, "%s", entry->desc);
  return 0;
}

/* The failure with HDF5's own innermost words, of which the system's stand in quotes. */
static DavyError fail(const DavyXdmf *out, const char *what) {
  static const char system[] = "error message = '";
  char words[WORDS] = "no reason given";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_description, words);
  char *why = strstr(words, system);
  why = why ? why + strlen(system) : words;
  why[strcspn(why, "'\n")] = '\0';
  return DavyFail(DAVY_ERR_WRITE, "%s: %s cannot be written: %s", out->path, what, why);
}

/* Chunks of whole rows, byte-shuffled and deflated: fields are smooth, so half the file goes. */
static hid_t packed(int rank, const hsize_t *sizes) {
  enum { ROWS = 16384, LEVEL = 4 };
  hsize_t chunk[2] = {sizes[0] < ROWS ? sizes[0] : ROWS, rank > 1 ? sizes[1] : 1};
  hid_t how = H5Pcreate(H5P_DATASET_CREATE);
  if (H5Pset_chunk(how, rank, chunk) < 0 || H5Pset_shuffle(how) < 0 ||
      H5Pset_deflate(how, LEVEL) < 0) {
    H5Pclose(how);
    return H5I_INVALID_HID;
  }
  return how;
}

/* rows x columns values as a data set of the group; none for an array without rows. */
static DavyError write_array(const DavyXdmf *out, hid_t group, const char *name, hid_t type,
                             size_t rows, size_t columns, const void *values) {
  if (rows == 0) return DAVY_OK;
  const hsize_t sizes[] = {rows, columns};
  int rank = columns > 1 ? 2 : 1;
  hid_t how = packed(rank, sizes), space = H5Screate_simple(rank, sizes, NULL);
  hid_t set = H5Dcreate2(group, name, type, space, H5P_DEFAULT, how, H5P_DEFAULT);
  herr_t status = H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  DavyError error = set < 0 || status < 0 ? fail(out, name) : DAVY_OK;
  if (set >= 0) H5Dclose(set);
  if (space >= 0) H5Sclose(space);
  if (how >= 0) H5Pclose(how);
  return error;
}

/* One member of an array of structs as a data set: its values are copied together first. */
static DavyError write_member(const DavyXdmf *out, hid_t group, const char *name, hid_t type,
                              const void *items, size_t count, size_t stride, size_t offset) {
  size_t size = H5Tget_size(type);
  char *values = malloc(count * size + 1);
  DAVY_CHECK(values, DAVY_ERR_MEMORY, "%s: out of memory for %s", out->path, name);
  for (size_t i = 0; i < count; i++)
    memcpy(values + i * size, (const char *)items + i * stride + offset, size);
  DavyError error = write_array(out, group, name, type, count, 1, values);
  free(values);
  return error;
}

/* A row of a table of members: MEMBER(cells, DavyFrameCell, fluid, double). */
typedef struct {
  const char *name;
  size_t offset;
  enum { REAL, WHOLE, FLAG } kind;
} Member;

static const Member cell_members[] = {{"c", offsetof(DavyFrameCell, concentration), REAL},
                                      {"phi", offsetof(DavyFrameCell, potential), REAL},
                                      {"fluid", offsetof(DavyFrameCell, fluid), REAL},
                                      {"metal", offsetof(DavyFrameCell, metal), REAL},
                                      {NULL, 0, REAL}};
static const Member facet_members[] = {{"body", offsetof(DavyFrameFacet, body), WHOLE},
                                       {"orphaned", offsetof(DavyFrameFacet, orphaned), FLAG},
                                       {"current", offsetof(DavyFrameFacet, current), REAL},
                                       {"film", offsetof(DavyFrameFacet, film), REAL},
                                       {NULL, 0, REAL}};
static const Member body_members[] = {{"body_number", offsetof(DavyFrameBody, number), WHOLE},
                                      {"body_volume", offsetof(DavyFrameBody, volume), REAL},
                                      {"body_potential", offsetof(DavyFrameBody, potential), REAL},
                                      {"body_orphaned", offsetof(DavyFrameBody, orphaned), FLAG},
                                      {NULL, 0, REAL}};

static DavyError write_members(const DavyXdmf *out, hid_t group, const Member *members,
                               const void *items, size_t count, size_t stride) {
  const hid_t types[] = {H5T_NATIVE_DOUBLE, H5T_NATIVE_INT, H5T_NATIVE_UINT8};
  for (const Member *m = members; m->name; m++)
    DAVY_TRY(write_member(out, group, m->name, types[m->kind], items, count, stride, m->offset));
  return DAVY_OK;
}

static DavyError write_cells(const DavyXdmf *out, hid_t group, const DavyFrame *frame,
                             size_t *points) {
  Corners corners;
  DAVY_TRY(corners_make(frame, &corners));
  *points = corners.point_count;
  DavyError error =
      write_array(out, group, "points", H5T_NATIVE_DOUBLE, corners.point_count, 3, corners.points);
  if (!error)
    error = write_array(out, group, "cells", H5T_NATIVE_INT32, frame->cell_count,
                        (size_t)1 << frame->dim, corners.cells);
  corners_clear(&corners);
  if (error) return error;
  return write_members(out, group, cell_members, frame->cells, frame->cell_count,
                       sizeof *frame->cells);
}

/* Each facet has its own vertices: neighbours on either side of a cell's face need not share. */
static DavyError write_facets(const DavyXdmf *out, hid_t group, const DavyFrame *frame) {
  size_t corners = (size_t)frame->dim, count = frame->facet_count;
  double *vertices = malloc((count * corners * 3 + 1) * sizeof *vertices);
  int32_t *order = malloc((count * corners + 1) * sizeof *order);
  for (size_t i = 0; vertices && order && i < count * corners; i++) {
    memcpy(vertices + 3 * i, frame->facets[i / corners].vertex[i % corners], 3 * sizeof *vertices);
    order[i] = (int32_t)i;
  }
  DavyError error =
      vertices && order ? DAVY_OK : DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", out->path);
  if (!error)
    error = write_array(out, group, "vertices", H5T_NATIVE_DOUBLE, count * corners, 3, vertices);
  if (!error) error = write_array(out, group, "facets", H5T_NATIVE_INT32, count, corners, order);
  free(vertices);
  free(order);
  if (error) return error;
  return write_members(out, group, facet_members, frame->facets, count, sizeof *frame->facets);
}

/* What a frame is of stands with its arrays too, so that they are enough to go on from. */
static DavyError write_scalars(const DavyXdmf *out, hid_t group, const Instant *at) {
  const double values[] = {at->time, at->charge, at->voltage};
  hid_t space = H5Screate(H5S_SCALAR);
  herr_t status = 0;
  for (int k = 0; k < 3 && status >= 0; k++) {
    hid_t attribute =
        H5Acreate2(group, scalars[k], H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT);
    status = H5Awrite(attribute, H5T_NATIVE_DOUBLE, &values[k]);
    if (attribute >= 0) H5Aclose(attribute);
  }
  H5Sclose(space);
  return status < 0 ? fail(out, "an attribute") : DAVY_OK;
}

static DavyError write_frame(const DavyXdmf *out, const DavyFrame *frame, Instant *instant) {
  char name[32];
  snprintf(name, sizeof name, "/frame_%05zu", out->count);
  hid_t group = H5Gcreate2(out->file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (group < 0) return fail(out, name);
  *instant = (Instant){frame->time, frame->charge,     frame->voltage, frame->cell_count,
                       0,           frame->facet_count};
  DavyError error = write_scalars(out, group, instant);
  if (!error) error = write_cells(out, group, frame, &instant->points);
  if (!error) error = write_facets(out, group, frame);
  if (!error)
    error = write_members(out, group, body_members, frame->bodies, frame->body_count,
                          sizeof *frame->bodies);
  H5Gclose(group);
  return error;
}

/* HDF5's own printing of errors, which is for programmers, is off while it is at work here. */
typedef struct {
  H5E_auto2_t print;
  void *data;
} Silence;

static Silence silence_begin(void) {
  Silence silence;
  H5Eget_auto2(H5E_DEFAULT, &silence.print, &silence.data);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return silence;
}

static void silence_end(Silence silence) {
  H5Eset_auto2(H5E_DEFAULT, silence.print, silence.data);
}

static DavyError open_arrays(DavyXdmf *out) {
  DAVY_TRY(DavyOutputOpen(out->path, &out->arrays));
  Silence silence = silence_begin();
  out->file = H5Fcreate(DavyOutputPath(out->arrays), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  DavyError error = out->file < 0 ? fail(out, "the file") : DAVY_OK;
  silence_end(silence);
  return error;
}

static DavyError new_xdmf(const char *folder, DavyXdmf **out) {
  DavyXdmf *x = *out = calloc(1, sizeof *x);
  DAVY_CHECK(x && (x->folder = strdup(folder)), DAVY_ERR_MEMORY, "%s: out of memory", folder);
  x->file = H5I_INVALID_HID;
  DAVY_CHECK(asprintf(&x->path, "%s/%s", folder, arrays_name) >= 0, DAVY_ERR_MEMORY,
             "%s: out of memory", folder);
  return DAVY_OK;
}

DavyError DavyXdmfOpen(const char *folder, DavyXdmf **out) {
  DavyError error = new_xdmf(folder, out);
  if (!error) error = open_arrays(*out);
  if (error) DavyXdmfDiscard(out);
  return error;
}

/* Sizes of an array; none that is there has none of them. */
static void read_sizes(hid_t group, const char *name, hsize_t sizes[2]) {
  sizes[0] = sizes[1] = 0;
  if (H5Lexists(group, name, H5P_DEFAULT) <= 0) return;
  hid_t set = H5Dopen2(group, name, H5P_DEFAULT), space = H5Dget_space(set);
  if (H5Sget_simple_extent_ndims(space) <= 2) H5Sget_simple_extent_dims(space, sizes, NULL);
  if (space >= 0) H5Sclose(space);
  if (set >= 0) H5Dclose(set);
}

static DavyError read_scalars(const DavyXdmf *out, hid_t group, Instant *at) {
  double *const values[] = {&at->time, &at->charge, &at->voltage};
  for (int k = 0; k < 3; k++) {
    hid_t attribute = H5Aopen(group, scalars[k], H5P_DEFAULT);
    herr_t status = H5Aread(attribute, H5T_NATIVE_DOUBLE, values[k]);
    if (attribute >= 0) H5Aclose(attribute);
    DAVY_CHECK(status >= 0, DAVY_ERR_FORMAT, "%s: frame %zu does not say its %s", out->path,
               out->count, scalars[k]);
  }
  return DAVY_OK;
}

static DavyError read_instant(DavyXdmf *out, const char *name, Instant *at) {
  hsize_t cells[2], points[2], facets[2];
  hid_t group = H5Gopen2(out->file, name, H5P_DEFAULT);
  read_sizes(group, "cells", cells);
  read_sizes(group, "points", points);
  read_sizes(group, "facets", facets);
  DavyError error = read_scalars(out, group, at);
  if (group >= 0) H5Gclose(group);
  if (error) return error;
  DAVY_CHECK((cells[1] == 4 || cells[1] == 8) && points[1] == 3, DAVY_ERR_FORMAT,
             "%s: frame %zu has no cells", out->path, out->count);
  out->dim = cells[1] == 4 ? 2 : 3;
  at->cells = cells[0];
  at->points = points[0];
  at->facets = facets[0];
  return DAVY_OK;
}

/* Notes the frames that are there and drops those later than `last`. */
static DavyError read_frames(DavyXdmf *out, double last) {
  bool late = false;
  for (size_t k = 0;; k++) {
    char name[32];
    snprintf(name, sizeof name, "/frame_%05zu", k);
    if (H5Lexists(out->file, name, H5P_DEFAULT) <= 0) return DAVY_OK;
    Instant *instants = realloc(out->instants, (out->count + 1) * sizeof *instants);
    DAVY_CHECK(instants, DAVY_ERR_MEMORY, "%s: out of memory", out->path);
    out->instants = instants;
    if (!late) DAVY_TRY(read_instant(out, name, &instants[out->count]));
    late = late || instants[out->count].time > last;
    if (!late)
      out->count++;
    else if (H5Ldelete(out->file, name, H5P_DEFAULT) < 0)
      return fail(out, name);
  }
}

/* The new file begins as a copy of the old one, which stays until it is committed. */
static DavyError copy_arrays(DavyXdmf *out) {
  DavyBytes bytes;
  DAVY_TRY(DavyBytesOpen(out->path, &bytes));
  DavyError error = DavyOutputOpen(out->path, &out->arrays);
  if (!error) {
    FILE *file = DavyOutputFile(out->arrays);
    if (fwrite(bytes.data, 1, bytes.size, file) != bytes.size || fflush(file))
      error = DavyFail(DAVY_ERR_WRITE, "%s: cannot be copied", out->path);
  }
  DavyBytesClose(&bytes);
  return error;
}

DavyError DavyXdmfContinue(const char *folder, double last, DavyXdmf **out) {
  DavyError error = new_xdmf(folder, out);
  if (!error) error = copy_arrays(*out);
  if (!error) {
    Silence silence = silence_begin();
    (*out)->file = H5Fopen(DavyOutputPath((*out)->arrays), H5F_ACC_RDWR, H5P_DEFAULT);
    error = (*out)->file < 0
                ? DavyFail(DAVY_ERR_FORMAT, "%s: is no file of HDF5, or damaged", (*out)->path)
                : read_frames(*out, last);
    silence_end(silence);
  }
  if (error) DavyXdmfDiscard(out);
  return error;
}

DavyError DavyXdmfAppend(DavyXdmf *out, const DavyFrame *frame) {
  DAVY_CHECK(frame->cell_count && (!out->count || frame->dim == out->dim), DAVY_ERR_VALUE,
             "%s: a frame of %zu cells in %d dimensions behind %zu in %d", out->path,
             frame->cell_count, frame->dim, out->count, out->dim);
  Instant *instants = realloc(out->instants, (out->count + 1) * sizeof *instants);
  DAVY_CHECK(instants, DAVY_ERR_MEMORY, "%s: out of memory", out->path);
  out->instants = instants;
  Silence silence = silence_begin();
  DavyError error = write_frame(out, frame, &instants[out->count]);
  silence_end(silence);
  if (error) return error;
  out->dim = frame->dim;
  out->count++;
  return DAVY_OK;
}

/* A reference to an array: its shape, kind and place. */
static void write_item(FILE *file, size_t rows, int columns, const char *kind, int bytes,
                       size_t frame, const char *name) {
  fprintf(file, "<DataItem Format=\"HDF\" NumberType=\"%s\" Precision=\"%d\" Dimensions=\"%zu",
          kind, bytes, rows);
  if (columns > 1) fprintf(file, " %d", columns);
  fprintf(file, "\">%s:/frame_%05zu/%s</DataItem>", arrays_name, frame, name);
}

static void write_attributes(FILE *file, const Member *members, size_t count, size_t frame) {
  static const struct {
    const char *name;
    int bytes;
  } kinds[] = {[REAL] = {"Float", 8}, [WHOLE] = {"Int", 4}, [FLAG] = {"UChar", 1}};
  for (const Member *m = members; m->name; m++) {
    fprintf(file, "    <Attribute Name=\"%s\" Center=\"Cell\">", m->name);
    write_item(file, count, 1, kinds[m->kind].name, kinds[m->kind].bytes, frame, m->name);
    fputs("</Attribute>\n", file);
  }
}

static void write_scalar(FILE *file, const char *name, double value) {
  char text[32];
  text[DavyFormatDouble(value, text)] = '\0';
  fprintf(file,
          "    <Attribute Name=\"%s\" Center=\"Grid\"><DataItem Format=\"XML\" Dimensions=\"1\" "
          "NumberType=\"Float\" Precision=\"8\">%s</DataItem></Attribute>\n",
          name, text);
}

/* What a grid is made of: cells of the mesh, or the front. */
typedef struct {
  const char *name, *shape, *points, *order;
  int corners;
  bool line;
  const Member *members;
} Look;

static void write_grid(FILE *file, const Look *look, const Instant *at, size_t frame, size_t count,
                       size_t points) {
  char time[32];
  time[DavyFormatDouble(at->time, time)] = '\0';
  fprintf(file, "   <Grid Name=\"%s\">\n    <Time Value=\"%s\"/>\n", look->name, time);
  fprintf(file, "    <Topology TopologyType=\"%s\" NumberOfElements=\"%zu\"%s>", look->shape, count,
          look->line ? " NodesPerElement=\"2\"" : "");
  write_item(file, count, look->corners, "Int", 4, frame, look->order);
  fputs("</Topology>\n    <Geometry GeometryType=\"XYZ\">", file);
  write_item(file, points, 3, "Float", 8, frame, look->points);
  fputs("</Geometry>\n", file);
  write_attributes(file, look->members, count, frame);
  write_scalar(file, "charge", at->charge);
  write_scalar(file, "voltage", at->voltage);
  fputs("   </Grid>\n", file);
}

/* Frames without any front are left out of the front's collection: a grid of nothing is no grid. */
static void write_collection(const DavyXdmf *out, bool front, FILE *file) {
  bool flat = out->dim == 2;
  const Look cells = {
      "cells",     flat ? "Quadrilateral" : "Hexahedron", "points", "cells", 1 << out->dim, false,
      cell_members};
  const Look facets = {
      "front", flat ? "Polyline" : "Triangle", "vertices", "facets", out->dim, flat, facet_members};
  const Look *look = front ? &facets : &cells;
  fprintf(file,
          "<?xml version=\"1.0\"?>\n<Xdmf Version=\"3.0\">\n <Domain>\n"
          "  <Grid Name=\"%s\" GridType=\"Collection\" CollectionType=\"Temporal\">\n",
          look->name);
  for (size_t i = 0; i < out->count; i++) {
    const Instant *at = &out->instants[i];
    if (!front)
      write_grid(file, look, at, i, at->cells, at->points);
    else if (at->facets)
      write_grid(file, look, at, i, at->facets, at->facets * (size_t)out->dim);
  }
  fputs("  </Grid>\n </Domain>\n</Xdmf>\n", file);
}

static DavyError write_xdmf(const DavyXdmf *out, bool front) {
  char *path = NULL;
  DavyOutput *output = NULL;
  DAVY_CHECK(asprintf(&path, "%s/%s", out->folder, front ? "front.xdmf" : "fields.xdmf") >= 0,
             DAVY_ERR_MEMORY, "%s: out of memory", out->folder);
  DavyError error = DavyOutputOpen(path, &output);
  free(path);
  if (error) return error;
  write_collection(out, front, DavyOutputFile(output));
  return DavyOutputCommit(&output);
}

static DavyError close_arrays(DavyXdmf *out) {
  Silence silence = silence_begin();
  herr_t status = H5Fclose(out->file);
  DavyError error = status < 0 ? fail(out, "the end") : DAVY_OK;
  silence_end(silence);
  out->file = H5I_INVALID_HID;
  return error;
}

DavyError DavyXdmfCommit(DavyXdmf **out) {
  DavyError error = close_arrays(*out);
  if (!error) error = DavyOutputCommit(&(*out)->arrays);
  if (!error) error = write_xdmf(*out, false);
  if (!error) error = write_xdmf(*out, true);
  DavyXdmfDiscard(out);
  return error;
}

void DavyXdmfDiscard(DavyXdmf **out) {
  DavyXdmf *x = *out;
  if (!x) return;
  if (x->file >= 0) close_arrays(x);
  DavyOutputDiscard(&x->arrays);
  free(x->instants);
  free(x->folder);
  free(x->path);
  free(x);
  *out = NULL;
}
