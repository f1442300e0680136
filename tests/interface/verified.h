/* What a test has measured, as a line of docs/verification.md (tools/verification.py). */
#ifndef DAVY_TESTS_VERIFIED_H
#define DAVY_TESTS_VERIFIED_H

/* One format, "problem | result | bound", and its values. In one piece with the line's end: ranks
 * print over each other. */
#define verified(...)              verified_line(__VA_ARGS__, "")
#define verified_line(format, ...) print_message("verified: " format "%s\n", __VA_ARGS__)

#endif
