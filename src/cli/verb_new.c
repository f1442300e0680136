#include "cli/verb.h"

static DavyError run(int argc, char **argv) {
  (void)argc, (void)argv;
  return DavyFail(DAVY_ERR_UNSUPPORTED, "new: not built yet");
}

const DavyVerb davy_verb_new = {"new", "(being built)", "", run};
