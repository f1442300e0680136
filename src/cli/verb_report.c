#include "cli/verb.h"

static DavyError run(int argc, char **argv) {
  (void)argc, (void)argv;
  return DavyFail(DAVY_ERR_UNSUPPORTED, "report: not built yet");
}

const DavyVerb davy_verb_report = {"report", "(being built)", "", run};
