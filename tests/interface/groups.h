/* One test program, up to three groups of tests. */
#ifndef DAVY_TESTS_GROUPS_H
#define DAVY_TESTS_GROUPS_H

#include <string.h>

/* Runs `usual`, or the group that the first argument names: "long", or "ranks" for what must not
 * depend on the number of MPI ranks. A program without a group gives `usual` again. */
#define run_groups(argc, argv, usual, longer, ranks)                                               \
  ((argc) < 2                       ? cmocka_run_group_tests(usual, NULL, NULL)                    \
   : strcmp((argv)[1], "long") == 0 ? cmocka_run_group_tests(longer, NULL, NULL)                   \
                                    : cmocka_run_group_tests(ranks, NULL, NULL))

#endif
