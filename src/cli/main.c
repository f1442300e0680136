/* davy: finds the verb, runs it, turns its error into a sentence and an exit status. */
#include <stdio.h>
#include <string.h>

#include "cli/verb.h"
#include "davy/log.h"
#include "davy/yaml.h"

static const DavyVerb *const verbs[] = {
    &davy_verb_report, &davy_verb_convert,  &davy_verb_run,   &davy_verb_design,
    &davy_verb_xrd,    &davy_verb_material, &davy_verb_check, &davy_verb_new,
};
enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

static void print_help(FILE *file) {
  fputs("davy: an open laboratory for alkali-metal battery anodes\n\n"
        "  davy report cell.ndax -o cell.html     from a cycler file to a page\n"
        "  davy run case.yaml -o out              simulate, then: davy report out\n\n"
        "Verbs (davy VERB --help tells more):\n",
        file);
  for (int i = 0; i < VERB_COUNT; i++)
    fprintf(file, "  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
  fputs("\nEverywhere: -q says only warnings, -v says more; --version.\n"
        "Exit status: 0 done, 1 the run failed, 2 the input is wrong, 130 interrupted.\n",
        file);
}

static int unknown_verb(const char *word) {
  const char *names[VERB_COUNT + 1] = {0};
  for (int i = 0; i < VERB_COUNT; i++) names[i] = verbs[i]->name;
  const char *near = DavyNearestWord(word, names);
  if (near)
    DavyLog(DAVY_LOG_ERROR, "unknown verb %s; did you mean %s?", word, near);
  else
    DavyLog(DAVY_LOG_ERROR, "unknown verb %s (see davy --help)", word);
  return DavyErrorExit(DAVY_ERR_USAGE);
}

/* Takes -q and -v out of the words, wherever they stand before "--". */
static int take_levels(int argc, char **argv) {
  int kept = 1;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0) {
      while (i < argc) argv[kept++] = argv[i++];
      break;
    }
    if (strcmp(argv[i], "-q") == 0)
      DavyLogSetLevel(DAVY_LOG_WARNING);
    else if (strcmp(argv[i], "-v") == 0)
      DavyLogSetLevel(DAVY_LOG_DEBUG);
    else
      argv[kept++] = argv[i];
  }
  argv[kept] = NULL;
  return kept;
}

/* The exit status; what could not be written to the standard output is an error too. */
static int finish(DavyError error) {
  if (error) DavyLog(DAVY_LOG_ERROR, "%s", DavyErrorMessage());
  if (!error && (fflush(stdout) || ferror(stdout))) {
    DavyLog(DAVY_LOG_ERROR, "the standard output cannot be written");
    error = DAVY_ERR_WRITE;
  }
  return DavyErrorExit(error);
}

static DavyError run_verb(const DavyVerb *verb, int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      fputs(verb->help, stdout);
      return DAVY_OK;
    }
  return verb->run(argc, argv);
}

/* davy help VERB is davy VERB --help. */
static int help_on(const char *word) {
  for (int i = 0; i < VERB_COUNT; i++)
    if (strcmp(word, verbs[i]->name) == 0) {
      fputs(verbs[i]->help, stdout);
      return finish(DAVY_OK);
    }
  return unknown_verb(word);
}

int main(int argc, char **argv) {
  DavyInterruptCatch();
  argc = take_levels(argc, argv);
  if (argc < 2) {
    print_help(stderr);
    return DavyErrorExit(DAVY_ERR_USAGE);
  }
  const char *word = argv[1];
  if (strcmp(word, "help") == 0 && argc > 2) return help_on(argv[2]);
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
    print_help(stdout);
    return finish(DAVY_OK);
  }
  if (strcmp(word, "--version") == 0) {
    puts("davy " DAVY_VERSION);
    return finish(DAVY_OK);
  }
  for (int i = 0; i < VERB_COUNT; i++)
    if (strcmp(word, verbs[i]->name) == 0) return finish(run_verb(verbs[i], argc - 1, argv + 1));
  return unknown_verb(word);
}
