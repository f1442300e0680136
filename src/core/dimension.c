/* Dimensions: sums of powers, and the shortest text that says them. */
#include "core/dimension.h"

#include <math.h>
#include <stdio.h>

#include "davy/table.h"

/* Powers come from products of small fractions, so that what differs by less is equal. */
#define SAME_POWER 1e-9

DavyDimension davy_dimension_sum(DavyDimension a, double factor, DavyDimension b) {
  for (int i = 0; i < DAVY_BASE_COUNT; i++) a.power[i] += factor * b.power[i];
  return a;
}

bool davy_dimension_equal(DavyDimension a, DavyDimension b) {
  for (int i = 0; i < DAVY_BASE_COUNT; i++)
    if (fabs(a.power[i] - b.power[i]) > SAME_POWER) return false;
  return true;
}

bool davy_dimension_is_pure(DavyDimension a) {
  return davy_dimension_equal(a, (DavyDimension){{0}});
}

/* Named units, with the powers of kg, m, s, A, K, mol, cd; the first stands for none of them. */
static const struct {
  const char *name;
  DavyDimension dimension;
} named[] = {
    {"", {{0}}},
    {"V", {{1, 2, -3, -1, 0, 0, 0}}},
    {"C", {{0, 0, 1, 1, 0, 0, 0}}},
    {"J", {{1, 2, -2, 0, 0, 0, 0}}},
    {"W", {{1, 2, -3, 0, 0, 0, 0}}},
    {"S", {{-1, -2, 3, 2, 0, 0, 0}}},
    {"ohm", {{1, 2, -3, -2, 0, 0, 0}}},
    {"F", {{-1, -2, 4, 2, 0, 0, 0}}},
    {"Pa", {{1, -1, -2, 0, 0, 0, 0}}},
    {"N", {{1, 1, -2, 0, 0, 0, 0}}},
};
static const char *const symbols[] = {"kg", "m", "s", "A", "K", "mol", "cd"};

/* How much there is to read. */
static double length_of(DavyDimension d) {
  double length = 0;
  for (int i = 0; i < DAVY_BASE_COUNT; i++)
    if (fabs(d.power[i]) > SAME_POWER) length += 1 + fabs(d.power[i]);
  return length;
}

/* " m2" for each power of the wanted sign; gives how many. */
static int write_powers(DavyDimension d, int sign, size_t room, char *text) {
  int count = 0;
  size_t used = 0;
  for (int i = 0; i < DAVY_BASE_COUNT; i++) {
    double power = sign * d.power[i];
    if (power < SAME_POWER || used >= room) continue;
    char exponent[40] = "";
    bool whole = fabs(power - round(power)) <= SAME_POWER;
    if (!whole) exponent[0] = '^';
    if (fabs(power - 1) > SAME_POWER)
      DavyFormatDouble(whole ? round(power) : power, exponent + !whole);
    int length = snprintf(text + used, room - used, " %s%s", symbols[i], exponent);
    used += (size_t)length;
    count++;
  }
  return count;
}

void davy_dimension_text(DavyDimension dimension, char text[80]) {
  size_t best = 0;
  int sign = 1; /* -1: the named unit divides */
  double least = length_of(dimension);
  for (size_t n = 1; n < sizeof named / sizeof *named; n++)
    for (int s = 1; s >= -1; s -= 2) {
      double cost =
          length_of(davy_dimension_sum(dimension, -s, named[n].dimension)) + (s > 0 ? 2 : 2.5);
      if (cost >= least) continue;
      least = cost;
      best = n;
      sign = s;
    }
  DavyDimension rest = davy_dimension_sum(dimension, -sign, named[best].dimension);
  char above[80] = "", below[80] = "";
  int over = write_powers(rest, 1, sizeof above, above);
  int under = write_powers(rest, -1, sizeof below, below);
  char named_unit[8] = "";
  if (best) snprintf(named_unit, sizeof named_unit, " %s", named[best].name);
  const char *up = sign > 0 ? named_unit : "", *down = sign < 0 ? named_unit : "";
  if (best) *(sign > 0 ? &over : &under) += 1;
  if (over == 0) up = " 1";
  char top[80], bottom[80];
  snprintf(top, sizeof top, "%s%.70s", up, above);
  snprintf(bottom, sizeof bottom, "%s%.70s", down, below);
  if (under == 0)
    snprintf(text, 80, "%s", top + 1);
  else
    snprintf(text, 80, under > 1 ? "%.36s/(%.36s)" : "%.36s/%.36s", top + 1, bottom + 1);
}
