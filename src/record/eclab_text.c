/* Text and dates of EC-Lab files. The text is Windows-1252; files that passed through other
 * programs may be UTF-8. Dates are local times of the laboratory, without a zone: day n of the
 * proleptic Gregorian calendar from civil dates after H. Hinnant, "chrono-compatible low-level date
 * algorithms" (2014). */
#include "record/eclab_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Code points of the bytes 0x80-0x9f in Windows-1252 (unicode.org, CP1252.TXT); 0: undefined. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

/* Length of the UTF-8 sequence at p, 0 if it is none. */
static size_t utf8_length(const unsigned char *p, const unsigned char *end) {
  size_t length = *p >= 0xf0 && *p < 0xf5 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc2 ? 2 : 0;
  if (!length || *p >= 0xf5 || (size_t)(end - p) < length) return 0;
  for (size_t i = 1; i < length; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  bool overlong = (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xf0 && p[1] < 0x90);
  bool outside = (*p == 0xed && p[1] > 0x9f) || (*p == 0xf4 && p[1] > 0x8f);
  return overlong || outside ? 0 : length;
}

static size_t put_code_point(unsigned code, char *out) {
  if (code < 0x800) {
    out[0] = (char)(0xc0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3f));
    return 2;
  }
  out[0] = (char)(0xe0 | code >> 12);
  out[1] = (char)(0x80 | (code >> 6 & 0x3f));
  out[2] = (char)(0x80 | (code & 0x3f));
  return 3;
}

void eclab_utf8(const char *begin, const char *end, char *text, size_t size) {
  const unsigned char *p = (const unsigned char *)begin, *last = (const unsigned char *)end;
  while (p < last && *p <= ' ') p++;
  while (last > p && last[-1] <= ' ') last--;
  size_t n = 0;
  while (p < last && n + 5 < size) {
    size_t sequence = *p < 0x80 ? 0 : utf8_length(p, last);
    if (*p <= ' ' || *p == 0x7f) {
      if (n && text[n - 1] != ' ') text[n++] = ' ';
      p++;
    } else if (*p < 0x80) {
      text[n++] = (char)*p++;
    } else if (sequence) {
      memcpy(text + n, p, sequence);
      n += sequence;
      p += sequence;
    } else {
      unsigned code = *p < 0xa0 ? windows_1252[*p - 0x80] : *p;
      n += put_code_point(code ? code : 0xfffd, text + n);
      p++;
    }
  }
  text[n] = '\0';
}

bool eclab_is_entered(double value) {
  return isfinite(value) && value > 0 && fabs(value - 0.001) > 1e-6;
}

void eclab_ole_time(double days, char text[32]) {
  const double epoch = 25569, seconds_per_day = 86400; /* 1970-01-01 in OLE days */
  eclab_print_time((days - epoch) * seconds_per_day, text);
}

void eclab_print_time(double since_1970, char text[32]) {
  long long milliseconds = llround(since_1970 * 1000);
  time_t seconds = (time_t)(milliseconds / 1000);
  int rest = (int)(milliseconds % 1000);
  struct tm parts;
  gmtime_r(&seconds, &parts);
  size_t n = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest > 0) snprintf(text + n, 32 - n, ".%03d", rest);
}

/* Days from 1970-01-01. */
static long days_from_civil(long year, long month, long day) {
  year -= month <= 2;
  long era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* A number of at most `most` digits; -1 if there is none. */
static long digits(const char **p, const char *end, int most) {
  long value = -1;
  for (int i = 0; i < most && *p < end && **p >= '0' && **p <= '9'; i++, (*p)++)
    value = (value < 0 ? 0 : value * 10) + (**p - '0');
  return value;
}

static bool separator(const char **p, const char *end, const char *any) {
  if (*p >= end || **p == '\0' || !strchr(any, **p)) return false;
  (*p)++;
  return true;
}

static bool read_date(const char **p, const char *end, bool day_first, long date[3]) {
  long a = digits(p, end, 4);
  if (a < 0 || !separator(p, end, "/.-")) return false;
  long b = digits(p, end, 2);
  if (b < 0 || !separator(p, end, "/.-")) return false;
  long c = digits(p, end, 4);
  if (c < 0) return false;
  bool year_first = a > 31;
  date[0] = year_first ? a : c;
  date[1] = year_first ? b : day_first ? b : a;
  date[2] = year_first ? c : day_first ? a : b;
  if (date[0] < 100) date[0] += date[0] < 70 ? 2000 : 1900;
  return date[1] >= 1 && date[1] <= 12 && date[2] >= 1 && date[2] <= 31;
}

bool eclab_parse_time(const char *begin, const char *end, bool day_first, double *seconds) {
  const char *p = begin;
  long date[3], part[3] = {0, 0, 0};
  while (p < end && *p == ' ') p++;
  if (!read_date(&p, end, day_first, date)) return false;
  while (p < end && (*p == ' ' || *p == 'T')) p++;
  for (int i = 0; i < 3; i++) {
    if (i && !separator(&p, end, ":")) break;
    part[i] = digits(&p, end, 2);
    if (part[i] < 0) return false;
  }
  double fraction = 0, weight = 0.1;
  if (separator(&p, end, ".,"))
    for (; p < end && *p >= '0' && *p <= '9'; p++, weight /= 10) fraction += weight * (*p - '0');
  while (p < end && *p == ' ') p++;
  bool half_day = end - p >= 2 && (p[1] == 'M' || p[1] == 'm');
  if (half_day && (*p == 'P' || *p == 'p') && part[0] < 12) part[0] += 12;
  if (half_day && (*p == 'A' || *p == 'a') && part[0] == 12) part[0] = 0;
  if (part[0] > 24 || part[1] > 59 || part[2] > 60) return false;
  *seconds = 86400.0 * (double)days_from_civil(date[0], date[1], date[2]) +
             (double)(3600 * part[0] + 60 * part[1] + part[2]) + fraction;
  return true;
}

bool eclab_is_day_first(const char *begin, const char *end) {
  const char *p = begin;
  while (p < end && *p == ' ') p++;
  long first = digits(&p, end, 4);
  return first > 12 && first <= 31;
}
