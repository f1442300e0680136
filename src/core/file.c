/* Reading whole files by mapping, and outputs that appear only when complete. */
#include "davy/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef DAVY_DATA_INSTALLED
#define DAVY_DATA_INSTALLED ""
#endif
#ifndef DAVY_DATA_SOURCE
#define DAVY_DATA_SOURCE ""
#endif

static DavyError fail_errno(DavyError error, const char *what, const char *path) {
  return DavyFail(error, "%s: cannot %s: %s", path, what, strerror(errno));
}

/* A pipe or device has no size beforehand: read until it ends. */
static DavyError read_stream(int fd, const char *path, DavyBytes *bytes) {
  size_t room = 1 << 16, size = 0;
  unsigned char *data = malloc(room);
  while (data) {
    ssize_t got = read(fd, data + size, room - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      free(data);
      return fail_errno(DAVY_ERR_OPEN, "read", path);
    }
    if (got == 0) break;
    size += (size_t)got;
    if (size < room) continue;
    unsigned char *grown = realloc(data, room *= 2);
    if (!grown) free(data);
    data = grown;
  }
  DAVY_CHECK(data, DAVY_ERR_MEMORY, "%s: out of memory after %zu bytes", path, size);
  *bytes = (DavyBytes){data, size, DAVY_BYTES_OWNED};
  return DAVY_OK;
}

static DavyError map_file(int fd, const char *path, DavyBytes *bytes) {
  struct stat info;
  if (fstat(fd, &info)) return fail_errno(DAVY_ERR_OPEN, "read", path);
  DAVY_CHECK(!S_ISDIR(info.st_mode), DAVY_ERR_OPEN,
             "%s: is a directory; expected a file (give its files, or a study file)", path);
  if (!S_ISREG(info.st_mode)) return read_stream(fd, path, bytes);
  if (info.st_size == 0) return DAVY_OK;
  void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return read_stream(fd, path, bytes);
  *bytes = (DavyBytes){data, (size_t)info.st_size, DAVY_BYTES_MAPPED};
  return DAVY_OK;
}

DavyError DavyBytesOpen(const char *path, DavyBytes *bytes) {
  *bytes = (DavyBytes){(const unsigned char *)"", 0, DAVY_BYTES_BORROWED};
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(DAVY_ERR_OPEN, "open", path);
  DavyError error = map_file(fd, path, bytes);
  close(fd);
  return error;
}

void DavyBytesRelease(DavyBytes *bytes, size_t upto) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  if (bytes->storage != DAVY_BYTES_MAPPED || upto > bytes->size) return;
  madvise((void *)(uintptr_t)bytes->data, upto / page * page, MADV_DONTNEED);
}

void DavyBytesClose(DavyBytes *bytes) {
  if (bytes->storage == DAVY_BYTES_MAPPED) munmap((void *)(uintptr_t)bytes->data, bytes->size);
  if (bytes->storage == DAVY_BYTES_OWNED) free((void *)(uintptr_t)bytes->data);
  *bytes = (DavyBytes){(const unsigned char *)"", 0, DAVY_BYTES_BORROWED};
}

struct DavyOutput {
  FILE *file;
  char *path, *aside; /* aside is NULL for stdout and for what is not a regular file */
};

static void output_free(DavyOutput **output) {
  free((*output)->path);
  free((*output)->aside);
  free(*output);
  *output = NULL;
}

/* mkstemp makes files private; give the mode that a plain creation would have given. */
static void set_default_mode(int fd) {
  mode_t mask = umask(0);
  umask(mask);
  if (fchmod(fd, 0666 & ~mask)) return; /* a file system without modes */
}

static DavyError open_aside(DavyOutput *out) {
  struct stat info;
  bool plain = stat(out->path, &info) || S_ISREG(info.st_mode);
  if (!plain) {
    DAVY_CHECK(!S_ISDIR(info.st_mode), DAVY_ERR_WRITE, "%s: is a directory; expected a file name",
               out->path);
    out->file = fopen(out->path, "w"); /* /dev/null, a pipe */
    return out->file ? DAVY_OK : fail_errno(DAVY_ERR_WRITE, "write", out->path);
  }
  if (asprintf(&out->aside, "%s.XXXXXX", out->path) < 0) {
    out->aside = NULL;
    return DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", out->path);
  }
  int fd = mkostemp(out->aside, O_CLOEXEC);
  if (fd < 0) {
    free(out->aside);
    out->aside = NULL;
    return fail_errno(DAVY_ERR_WRITE, "write", out->path);
  }
  set_default_mode(fd);
  out->file = fdopen(fd, "w");
  if (out->file) return DAVY_OK;
  close(fd);
  return fail_errno(DAVY_ERR_WRITE, "write", out->path);
}

DavyError DavyOutputOpen(const char *path, DavyOutput **output) {
  DavyOutput *out = calloc(1, sizeof *out);
  *output = out;
  DAVY_CHECK(out && (out->path = strdup(path)), DAVY_ERR_MEMORY, "%s: out of memory", path);
  DavyError error = DAVY_OK;
  if (strcmp(path, "-") == 0)
    out->file = stdout;
  else
    error = open_aside(out);
  if (error) DavyOutputDiscard(output);
  return error;
}

FILE *DavyOutputFile(DavyOutput *output) {
  return output->file;
}

const char *DavyOutputPath(const DavyOutput *output) {
  return output->aside;
}

DavyError DavyOutputCommit(DavyOutput **output) {
  DavyOutput *out = *output;
  DavyError error = DAVY_OK;
  bool bad = fflush(out->file) != 0 || ferror(out->file);
  if (out->file != stdout) {
    if (!bad && out->aside) bad = fsync(fileno(out->file)) != 0 && errno != EINVAL;
    int saved = errno;
    bad = fclose(out->file) != 0 || bad;
    if (bad && saved) errno = saved;
  }
  out->file = NULL;
  if (bad || (out->aside && rename(out->aside, out->path)))
    error = fail_errno(DAVY_ERR_WRITE, "write", out->path);
  if (error && out->aside) unlink(out->aside);
  output_free(output);
  return error;
}

void DavyOutputDiscard(DavyOutput **output) {
  DavyOutput *out = *output;
  if (!out) return;
  if (out->file && out->file != stdout) fclose(out->file);
  if (out->aside) unlink(out->aside);
  output_free(output);
}

DavyError DavyMakeDirectory(const char *path) {
  char *part = strdup(path);
  DAVY_CHECK(part, DAVY_ERR_MEMORY, "%s: out of memory", path);
  DavyError error = DAVY_OK;
  for (char *slash = part + 1; !error && *part; slash++) {
    if (*slash != '/' && *slash != '\0') continue;
    char kept = *slash;
    *slash = '\0';
    struct stat info;
    if (mkdir(part, 0777) && errno != EEXIST)
      error = fail_errno(DAVY_ERR_WRITE, "make the directory", part);
    else if (!stat(part, &info) && !S_ISDIR(info.st_mode))
      error = DavyFail(DAVY_ERR_WRITE, "%s: is a file; expected a directory", part);
    *slash = kept;
    if (!kept) break;
  }
  free(part);
  return error;
}

static bool is_directory(const char *path) {
  struct stat info;
  return *path && !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* PREFIX/share/davy/data for a program PREFIX/bin/davy: an installed tree may be moved. */
static bool data_beside_program(char *path, size_t size) {
  ssize_t length = readlink("/proc/self/exe", path, size - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  char *end = strrchr(path, '/');
  if (!end) return false;
  int left = (int)(size - (size_t)(end - path));
  return snprintf(end, (size_t)left, "/../share/davy/data") < left && is_directory(path);
}

const char *DavyDataDirectory(void) {
  static _Thread_local char beside[4096];
  const char *chosen = getenv("DAVY_DATA");
  if (chosen && *chosen) return chosen;
  if (data_beside_program(beside, sizeof beside)) return beside;
  return is_directory(DAVY_DATA_SOURCE) ? DAVY_DATA_SOURCE : DAVY_DATA_INSTALLED;
}
