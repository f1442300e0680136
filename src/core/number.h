/* Numbers in text: exact (the nearest double, ties to even), free of the locale, and quick. */
#ifndef DAVY_CORE_NUMBER_H
#define DAVY_CORE_NUMBER_H

/* Reads a number at the start of [begin, end): sign, digits with `decimal` ('.' or ',') between
 * them, exponent "E-003"; also nan, inf and infinity in any case. No blanks are skipped and the
 * text needs no terminating zero. Returns where the number ends, or NULL if there is none (*value
 * is then unchanged). "1E" reads as 1 and leaves the E; beyond the range of a double the value is
 * infinite or zero, as strtod has it. */
const char *davy_parse_double(const char *begin, const char *end, char decimal, double *value);

#endif
