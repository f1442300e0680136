/* Options and operands of a verb. */
#include "cli/verb.h"

#include <string.h>
#include "davy/yaml.h"

static const DavyOption *find_option(const DavyOption *options, const char *word, size_t length) {
  for (const DavyOption *o = options; o->name; o++)
    if (strlen(o->name) == length && strncmp(o->name, word, length) == 0) return o;
  return NULL;
}

static DavyError unknown_option(const char *verb, const char *word, const DavyOption *options) {
  enum { MOST = 64 };
  const char *names[MOST] = {0};
  for (int i = 0; i < MOST - 1 && options[i].name; i++) names[i] = options[i].name;
  const char *near = DavyNearestWord(word, names);
  return DavyFail(DAVY_ERR_USAGE, "%s: unknown option %s%s%s%s (see davy %s --help)", verb, word,
                  near ? "; did you mean " : "", near ? near : "", near ? "?" : "", verb);
}

DavyError DavyOptionsParse(int argc, char **argv, const DavyOption *options, int *operands) {
  int kept = 0;
  for (int i = 1; i < argc; i++) {
    char *word = argv[i];
    if (strcmp(word, "--") == 0) {
      while (++i < argc) argv[++kept] = argv[i];
      break;
    }
    if (word[0] != '-' || word[1] == '\0') {
      argv[++kept] = word;
      continue;
    }
    char *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    const DavyOption *option = find_option(options, word, length);
    if (!option) return unknown_option(argv[0], word, options);
    if (option->flag) {
      DAVY_CHECK(!equals, DAVY_ERR_USAGE, "%s: %s takes no value", argv[0], option->name);
      *option->flag = 1;
    } else {
      DAVY_CHECK(equals || i + 1 < argc, DAVY_ERR_USAGE, "%s: %s needs a value", argv[0],
                 option->name);
      *option->value = equals ? equals + 1 : argv[++i];
    }
  }
  *operands = kept;
  return DAVY_OK;
}
