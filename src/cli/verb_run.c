#include "cli/verb.h"

static DavyError run(int argc, char **argv) {
  (void)argc, (void)argv;
  return DavyFail(DAVY_ERR_UNSUPPORTED, "run: not built yet");
}

const DavyVerb davy_verb_run = {"run", "(being built)", "", run};
