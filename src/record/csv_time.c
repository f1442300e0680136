/* Times as text: clocks that count on ("27:14:03.5", "3d 04:00:00") and dates with a time. */
#include "record/csv.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static const double seconds_per_day = 86400;

/* A cursor over the text. */
typedef struct {
  const char *at, *end;
} Cursor;

static bool whole(Cursor *cursor, size_t most_digits, long *value) {
  size_t digits = 0;
  *value = 0;
  while (cursor->at < cursor->end && isdigit((unsigned char)*cursor->at) && digits < most_digits) {
    *value = *value * 10 + (*cursor->at++ - '0');
    digits++;
  }
  return digits > 0;
}

static bool take(Cursor *cursor, char sign) {
  if (cursor->at >= cursor->end || *cursor->at != sign) return false;
  cursor->at++;
  return true;
}

static void skip_blanks(Cursor *cursor) {
  while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t')) cursor->at++;
}

/* ".5", ",500" or ":500" behind whole seconds. */
static double fraction(Cursor *cursor) {
  if (cursor->at >= cursor->end || !strchr(".,:", *cursor->at) || !*cursor->at) return 0;
  const char *sign = cursor->at++;
  double digits = 0, power = 1;
  for (; cursor->at < cursor->end && isdigit((unsigned char)*cursor->at) && power < 1e12;
       cursor->at++) {
    digits = digits * 10 + (*cursor->at - '0');
    power *= 10;
  }
  if (power == 1) cursor->at = sign;
  return digits / power;
}

/* h:mm:ss and what may follow the seconds; hours may be many. */
static bool hours_minutes_seconds(Cursor *cursor, bool seconds_needed, double *seconds) {
  long h, m, s = 0;
  double part = 0;
  if (!whole(cursor, 9, &h) || !take(cursor, ':') || !whole(cursor, 2, &m) || m > 59) return false;
  if (take(cursor, ':')) {
    if (!whole(cursor, 2, &s) || s > 60) return false;
    part = fraction(cursor);
  } else if (seconds_needed) {
    return false;
  }
  *seconds = (double)(h * 3600 + m * 60 + s) + part;
  return true;
}

bool davy_csv_clock(CsvText text, double *seconds) {
  Cursor cursor = {text.begin, text.end}, start;
  bool negative = take(&cursor, '-');
  long days = 0;
  start = cursor;
  bool has_days = whole(&cursor, 7, &days) && cursor.at < cursor.end && *cursor.at &&
                  strchr("dD.- ", *cursor.at);
  if (has_days) {
    cursor.at++;
    skip_blanks(&cursor);
  } else {
    cursor = start;
    days = 0;
  }
  if (!hours_minutes_seconds(&cursor, true, seconds) || cursor.at != cursor.end) return false;
  *seconds += (double)days * seconds_per_day;
  if (negative) *seconds = -*seconds;
  return true;
}

/* Days since 1970-01-01 in the Gregorian calendar, by counting 400-year eras from March. */
static long days_since_1970(long year, long month, long day) {
  year -= month <= 2;
  long era = (year >= 0 ? year : year - 399) / 400, year_of_era = year - era * 400;
  long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static bool month_name(Cursor *cursor, long *month) {
  static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                       "jul", "aug", "sep", "oct", "nov", "dec"};
  if (cursor->end - cursor->at < 3) return false;
  for (int i = 0; i < 12; i++)
    if (strncasecmp(cursor->at, months[i], 3) == 0) {
      *month = i + 1;
      while (cursor->at < cursor->end && isalpha((unsigned char)*cursor->at)) cursor->at++;
      take(cursor, '.');
      return true;
    }
  return false;
}

/* Three parts of a date as they stand; year_first if the first has four digits. */
typedef struct {
  long first, second, third;
  bool year_first, named_month;
  char mark;
} DateParts;

static bool date_parts(Cursor *cursor, DateParts *parts) {
  const char *begin = cursor->at;
  if (!whole(cursor, 4, &parts->first)) return false;
  parts->year_first = cursor->at - begin == 4;
  if (cursor->at >= cursor->end || !*cursor->at || !strchr("-/. ", *cursor->at)) return false;
  parts->mark = *cursor->at++;
  parts->named_month = month_name(cursor, &parts->second);
  if (!parts->named_month && !whole(cursor, 2, &parts->second)) return false;
  return take(cursor, parts->mark) && whole(cursor, 4, &parts->third);
}

static bool date_days(DateParts p, CsvDateOrder order, long *days) {
  long year = p.year_first ? p.first : p.third, month = p.second,
       day = p.year_first ? p.third : p.first;
  bool month_first = order == CSV_MONTH_FIRST || (order == CSV_ORDER_UNKNOWN && p.mark == '/');
  if (!p.year_first && !p.named_month && month_first) {
    month = p.first;
    day = p.second;
  }
  if (year < 100) year += 2000;
  if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  *days = days_since_1970(year, month, day);
  return true;
}

/* "AM", "PM", "Z", "+02:00" behind the time; nothing else may follow. */
static bool after_time(Cursor *cursor, double *seconds) {
  skip_blanks(cursor);
  if (cursor->end - cursor->at >= 2 && strchr("aApP", *cursor->at) &&
      tolower((unsigned char)cursor->at[1]) == 'm') {
    bool noon = *seconds >= 12 * 3600;
    if (tolower((unsigned char)*cursor->at) == 'p' && !noon) *seconds += 12 * 3600;
    if (tolower((unsigned char)*cursor->at) == 'a' && noon) *seconds -= 12 * 3600;
    cursor->at += 2;
    skip_blanks(cursor);
  }
  if (take(cursor, 'Z')) return cursor->at == cursor->end;
  if (cursor->at < cursor->end && (*cursor->at == '+' || *cursor->at == '-')) {
    double sense = *cursor->at++ == '-' ? 1 : -1;
    long hours, minutes = 0;
    if (!whole(cursor, 2, &hours)) return false;
    take(cursor, ':');
    if (cursor->at < cursor->end && !whole(cursor, 2, &minutes)) return false;
    *seconds += sense * (double)(hours * 3600 + minutes * 60);
  }
  return cursor->at == cursor->end;
}

bool davy_csv_date(CsvText text, CsvDateOrder order, double *seconds) {
  Cursor cursor = {text.begin, text.end};
  DateParts parts;
  long days;
  double of_day = 0;
  if (!date_parts(&cursor, &parts) || !date_days(parts, order, &days)) return false;
  if (!take(&cursor, 'T') && !take(&cursor, ',')) skip_blanks(&cursor);
  skip_blanks(&cursor);
  if (cursor.at < cursor.end && !hours_minutes_seconds(&cursor, false, &of_day)) return false;
  if (!after_time(&cursor, &of_day)) return false;
  *seconds = (double)days * seconds_per_day + of_day;
  return true;
}

CsvDateOrder davy_csv_date_order(CsvText text, bool *ambiguous) {
  Cursor cursor = {text.begin, text.end};
  DateParts parts;
  *ambiguous = false;
  if (!date_parts(&cursor, &parts) || parts.year_first || parts.named_month)
    return CSV_ORDER_UNKNOWN;
  if (parts.first > 12) return CSV_DAY_FIRST;
  if (parts.second > 12) return CSV_MONTH_FIRST;
  *ambiguous = parts.first != parts.second;
  return CSV_ORDER_UNKNOWN;
}
