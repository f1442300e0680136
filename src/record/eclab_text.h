/* Pieces that the two EC-Lab readers share: text of Western Windows, dates, facts of the cell. */
#ifndef DAVY_RECORD_ECLAB_TEXT_H
#define DAVY_RECORD_ECLAB_TEXT_H

#include <stddef.h>
#include "davy/record.h"

/* Windows-1252 (or what is UTF-8 already) to UTF-8; runs of blanks, line ends and other controls
 * become one blank, none at the ends. */
void eclab_utf8(const char *begin, const char *end, char *text, size_t size);

/* EC-Lab writes 0.001 into every field that the user left alone: such a value is not known. */
bool eclab_is_entered(double value);

/* Days since 1899-12-30 to "2024-01-10T11:02:29.886" (local time of the laboratory). */
void eclab_ole_time(double days, char text[32]);
/* The same from seconds since 1970-01-01T00:00 of the same local clock. */
void eclab_print_time(double since_1970, char text[32]);

/* "01/10/2024 11:02:29.886": month first (or day first), year first where it has four digits there;
 * separators / . and -; seconds, fraction and AM/PM may be there. False if it is no date. */
bool eclab_parse_time(const char *begin, const char *end, bool day_first, double *seconds);
/* True if the first number of the date can only be a day. */
bool eclab_is_day_first(const char *begin, const char *end);

#endif
