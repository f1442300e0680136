/* The papers' cases in their short forms, against the expected values of their folders; one of them
 * on two ranks. `make papers` runs the full forms. */
#include "../case_runs.h"

static void short_forms(void **state) {
  (void)state;
  assert_true(check_cases_of("interface") >= 4);
}

static void on_two_ranks(void **state) {
  (void)state;
  check_case("'" DAVY_MPIEXEC "' --allow-run-as-root --oversubscribe -n 2 ",
             "wang2021_fig1h_self_regulating");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(short_forms),
      cmocka_unit_test(on_two_ranks),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
