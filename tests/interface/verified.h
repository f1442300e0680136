/* What a test has measured, as a line of docs/verification.md (tools/verification.py). */
#ifndef DAVY_TESTS_VERIFIED_H
#define DAVY_TESTS_VERIFIED_H

/* One format: "problem | result | bound". */
#define verified(...)                                                                              \
  do {                                                                                             \
    print_message("verified: " __VA_ARGS__);                                                       \
    print_message("\n");                                                                           \
  } while (0)

#endif
