/* Sample files and the vendor's exports of them, for the tests of the Neware readers. */
#ifndef NEWARE_SAMPLES_H
#define NEWARE_SAMPLES_H

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
#include <zlib.h>

/* A whole file, or the only member of a .zip; the caller frees. NULL if it cannot be read. */
static unsigned char *load_sample(const char *name, size_t *size) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", DAVY_SAMPLES, name);
  const char *dot = strrchr(path, '.');
  unsigned char *data = NULL;
  if (dot && strcmp(dot, ".zip") == 0) {
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    zip_stat_t stat;
    if (!zip || zip_stat_index(zip, 0, 0, &stat)) return NULL;
    zip_file_t *file = zip_fopen_index(zip, 0, 0);
    data = malloc(stat.size);
    *size = (size_t)zip_fread(file, data, stat.size);
    zip_fclose(file);
    zip_discard(zip);
    return data;
  }
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  data = malloc(*size ? *size : 1);
  if (fread(data, 1, *size, file) != *size) *size = 0;
  fclose(file);
  return data;
}

/* A vendor's export: comma separated, gzipped, header in the first line. */
typedef struct {
  char *text, *cursor, *header[32];
  int columns;
  char *cell[32];
} Export;

static int split_line(Export *export, char **cells) {
  if (!export->cursor || !*export->cursor) return 0;
  char *line = export->cursor, *end = strchr(line, '\n');
  if (end) *end = '\0';
  export->cursor = end ? end + 1 : NULL;
  int n = 0;
  for (char *cell = line; n < 32; n++) {
    cells[n] = cell;
    char *comma = strchr(cell, ',');
    if (!comma) return n + 1;
    *comma = '\0';
    cell = comma + 1;
  }
  return n;
}

static int open_export(const char *name, Export *export) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", DAVY_SAMPLES, name);
  gzFile file = gzopen(path, "rb");
  if (!file) return 0;
  size_t size = 0, room = 1 << 20;
  export->text = malloc(room + 1);
  for (int got; (got = gzread(file, export->text + size, (unsigned)(room - size))) > 0;) {
    size += (size_t)got;
    if (size == room) export->text = realloc(export->text, (room *= 2) + 1);
  }
  gzclose(file);
  export->text[size] = '\0';
  export->cursor = export->text;
  export->columns = split_line(export, export->header);
  return 1;
}

static int next_row(Export *export) {
  return split_line(export, export->cell) == export->columns;
}

/* The cell under a header that begins so; NULL if there is none. */
static const char *cell_of(const Export *export, const char *header) {
  for (int i = 0; i < export->columns; i++)
    if (strncmp(export->header[i], header, strlen(header)) == 0) return export->cell[i];
  return NULL;
}

/* "2015-10-14T04:28:30.000Z" to seconds since 1970. */
static double export_seconds(const char *text) {
  int y, mo, d, h, mi;
  double s;
  if (sscanf(text, "%d-%d-%dT%d:%d:%lf", &y, &mo, &d, &h, &mi, &s) != 6) return NAN;
  int a = (14 - mo) / 12, yy = y + 4800 - a, mm = mo + 12 * a - 3; /* Julian day number */
  long jdn = d + (153 * mm + 2) / 5 + 365L * yy + yy / 4 - yy / 100 + yy / 400 - 32045;
  return (double)(jdn - 2440588) * 86400 + h * 3600 + mi * 60 + s;
}

#endif
