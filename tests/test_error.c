/* Errors: the sentence, its place, and the exit status that the issue of the program promises. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "davy/error.h"

static void every_error_has_a_name_and_a_status(void **state) {
  (void)state;
  for (int e = DAVY_OK; e <= DAVY_ERR_INTERRUPTED; e++) {
    assert_int_equal(strncmp(DavyErrorName((DavyError)e), "DAVY_", 5), 0);
    assert_true(strlen(DavyErrorMeaning((DavyError)e)) > 0);
    int status = DavyErrorExit((DavyError)e);
    assert_true(status == 0 || status == 1 || status == 2 || status == 130);
    assert_int_equal(status == 0, e == DAVY_OK);
  }
  assert_int_equal(DavyErrorExit(DAVY_ERR_UNIT), 2);
  assert_int_equal(DavyErrorExit(DAVY_ERR_SOLVER), 1);
  assert_int_equal(DavyErrorExit(DAVY_ERR_INTERRUPTED), 130);
  assert_string_equal(DavyErrorName(DAVY_ERR_KEY), "DAVY_ERR_KEY");
  assert_string_equal(DavyReasonName(DAVY_REASON_VOLTAGE), "VOLTAGE");
  assert_string_equal(DavyReasonWords(DAVY_REASON_TIME), "time reached");
}

static void a_message_names_its_place(void **state) {
  (void)state;
  assert_int_equal(DavyFail(DAVY_ERR_VALUE, "%d is odd", 3), DAVY_ERR_VALUE);
  assert_string_equal(DavyErrorMessage(), "3 is odd");
  DavyFailAt((DavyPlace){"a.yaml", 12, 5, -1}, DAVY_ERR_KEY, "no %s", "key");
  assert_string_equal(DavyErrorMessage(), "a.yaml:12:5: no key");
  DavyFailAt((DavyPlace){"a.csv", 12, 0, -1}, DAVY_ERR_FORMAT, "x");
  assert_string_equal(DavyErrorMessage(), "a.csv:12: x");
  DavyFailAt((DavyPlace){"a.nda", 0, 0, 1024}, DAVY_ERR_FORMAT, "x");
  assert_string_equal(DavyErrorMessage(), "a.nda: byte 1024: x");
  DavyFailAt((DavyPlace){NULL, 0, 0, -1}, DAVY_ERR_FORMAT, "x");
  assert_string_equal(DavyErrorMessage(), "input: x");
  assert_int_equal(DavyErrorContext(DAVY_ERR_FORMAT, "cell %d", 7), DAVY_ERR_FORMAT);
  assert_string_equal(DavyErrorMessage(), "cell 7: input: x");
  DavyErrorClear();
  assert_string_equal(DavyErrorMessage(), "");
}

/* The arguments may lie in the old message, and a message may be longer than there is room for. */
static void a_message_may_quote_the_last(void **state) {
  (void)state;
  DavyFail(DAVY_ERR_VALUE, "inner");
  DavyFail(DAVY_ERR_VALUE, "outer(%s)", DavyErrorMessage());
  assert_string_equal(DavyErrorMessage(), "outer(inner)");
  char longest[5000];
  memset(longest, 'x', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  for (int i = 0; i < 3; i++)
    DavyErrorContext(DavyFail(DAVY_ERR_VALUE, "%s", longest), "%s", longest);
  assert_true(strlen(DavyErrorMessage()) < 2048);
}

static void *other_thread(void *unused) {
  DavyFail(DAVY_ERR_VALUE, "theirs");
  return unused;
}

static void threads_have_their_own(void **state) {
  (void)state;
  pthread_t thread;
  DavyFail(DAVY_ERR_VALUE, "mine");
  assert_int_equal(pthread_create(&thread, NULL, other_thread, NULL), 0);
  pthread_join(thread, NULL);
  assert_string_equal(DavyErrorMessage(), "mine");
}

static DavyError check(int value) {
  DAVY_CHECK(value > 0, DAVY_ERR_VALUE, "%d is not positive", value);
  return DAVY_OK;
}

static DavyError try_twice(int a, int b) {
  DAVY_TRY(check(a));
  DAVY_TRY(check(b));
  return DAVY_OK;
}

static DavyError guarded(int a, int *cleaned) {
  DavyError error;
  DAVY_GUARD(check(a));
  error = check(a - 1);
done:
  *cleaned = 1;
  return error;
}

static void macros_pass_errors_on(void **state) {
  (void)state;
  int cleaned = 0;
  assert_int_equal(try_twice(1, 2), DAVY_OK);
  assert_int_equal(try_twice(1, -2), DAVY_ERR_VALUE);
  assert_string_equal(DavyErrorMessage(), "-2 is not positive");
  assert_int_equal(guarded(-1, &cleaned), DAVY_ERR_VALUE);
  assert_int_equal(cleaned, 1);
  assert_int_equal(guarded(2, &cleaned), DAVY_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_error_has_a_name_and_a_status),
      cmocka_unit_test(a_message_names_its_place),
      cmocka_unit_test(a_message_may_quote_the_last),
      cmocka_unit_test(threads_have_their_own),
      cmocka_unit_test(macros_pass_errors_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
