/* Names and options of cycler files on the command line. */
#include "cli/cycler_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool davy_is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

void davy_plain_name(const char *input, char *name, size_t size) {
  static const char *const endings[] = {".gz",   ".zip", ".csv", ".txt", ".tsv",  ".bdf", ".nda",
                                        ".ndax", ".mpr", ".mpt", ".res", ".yaml", ".yml"};
  size_t kept = strlen(input);
  while (kept > 1 && input[kept - 1] == '/') kept--; /* a folder, as the shell completes it */
  size_t start = kept;
  while (start > 0 && input[start - 1] != '/') start--;
  snprintf(name, size, "%.*s", (int)(kept - start), input + start);
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t length = strlen(name), tail = strlen(endings[i]);
    if (length > tail && strcmp(name + length - tail, endings[i]) == 0) {
      name[length - tail] = '\0';
      i = (size_t)-1; /* another ending may stand before it */
    }
  }
}

DavyError davy_parse_sign(const char *verb, const char *word, DavyReadOptions *options) {
  if (!word) return DAVY_OK;
  DAVY_CHECK(strcmp(word, "charge") == 0 || strcmp(word, "discharge") == 0, DAVY_ERR_USAGE,
             "%s: --current-sign is \"%s\"; expected charge or discharge (what positive current in "
             "the file does)",
             verb, word);
  options->current_sign = *word == 'c' ? DAVY_SIGN_CHARGE_POSITIVE : DAVY_SIGN_DISCHARGE_POSITIVE;
  return DAVY_OK;
}
