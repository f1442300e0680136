/* Engines by name; the interface engine's is loaded from its module. */
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/engine.h"

static const char module_name[] = "davy_interface.so";

/* "DIR/../lib" for the program DIR/davy. */
static void folder_beside(char folder[PATH_MAX]) {
  char program[PATH_MAX - 16];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = '\0';
  char *slash = strrchr(program, '/');
  if (slash) *slash = '\0';
  snprintf(folder, PATH_MAX, "%s/../lib", program);
}

/* In the folder that DAVY_MODULES names; without it beside the program (built or installed), then
 * where it was to be installed. */
static DavyError find_module(char path[PATH_MAX]) {
  char beside[PATH_MAX];
  const char *named = getenv("DAVY_MODULES"), *folders[3] = {named};
  if (!named || !*named) {
    folder_beside(beside);
    folders[0] = beside;
    folders[1] = DAVY_MODULES_INSTALLED;
  }
  for (int k = 0; folders[k]; k++) {
    int length = snprintf(path, PATH_MAX, "%s/%s", folders[k], module_name);
    if (length < PATH_MAX && access(path, R_OK) == 0) return DAVY_OK;
  }
  return DavyFail(DAVY_ERR_UNSUPPORTED,
                  "interface; this davy has no interface engine: no %s in %s%s%s (the variable "
                  "DAVY_MODULES may name its folder). To have it, install MPI, PETSc and p4est "
                  "(tools/packages.txt, group interface) and build with -DDAVY_INTERFACE=ON, as "
                  "cmake --preset release does",
                  module_name, folders[0], folders[1] ? " and " : "", folders[1] ? folders[1] : "");
}

/* The module stays until the end: MPI and PETSc leave handlers behind. It is global as Open MPI's
 * own modules look for its names. */
static DavyError load_interface(const DavyEngine **engine) {
  char path[PATH_MAX];
  DAVY_TRY(find_module(path));
  void *module = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  DAVY_CHECK(module, DAVY_ERR_UNSUPPORTED, "interface; its module cannot be loaded: %s", dlerror());
  *engine = dlsym(module, "davy_interface_engine");
  DAVY_CHECK(*engine && (*engine)->version == DAVY_ENGINE_VERSION, DAVY_ERR_UNSUPPORTED,
             "interface; %s is of another version of davy; expected engine version %d", path,
             DAVY_ENGINE_VERSION);
  return DAVY_OK;
}

DavyError engine_find(const char *name, const DavyEngine **engine) {
  static const char *const names[] = {"cell", "interface", NULL};
  if (strcmp(name, names[0]) == 0) {
    *engine = &engine_cell;
    return DAVY_OK;
  }
  if (strcmp(name, names[1]) == 0) return load_interface(engine);
  const char *near = DavyNearestWord(name, names);
  return DavyFail(DAVY_ERR_VALUE, "%.80s; expected cell or interface%s%s%s", name,
                  near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}
