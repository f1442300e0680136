/* Groups: the same figure over cells that repeat each other.
 *
 *   mean m, standard deviation s (n - 1), n cells; 95 % interval m ± t(0.975, n - 1) s/√n
 *
 * t Student's quantile. Each cell counts once, by the figure in its summary. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "davy/study.h"

typedef struct {
  size_t n;
  double mean, squares;
  const char *quantity, *unit;
} Sum;

static const char *cell_text(const DavyTable *table, size_t row, const char *key) {
  return DavyTableText(table, row, (size_t)DavyTableFind(table, key));
}

/* The row of a cell's summary with that key; the number of rows if it has none. */
static size_t find_row(const DavyTable *summary, const char *key) {
  size_t row = 0, rows = DavyTableRows(summary);
  while (row < rows && strcmp(cell_text(summary, row, "key"), key) != 0) row++;
  return row;
}

static bool same_group(const DavyGroupMember *member, const char *group) {
  return member->group && strcmp(member->group, group) == 0;
}

static Sum sum_over(const DavyGroupMember *members, size_t count, const char *group,
                    const char *key) {
  Sum sum = {0};
  for (size_t i = 0; i < count; i++) {
    const DavyTable *summary = DavyAnalysisTable(members[i].analysis, "summary");
    if (!summary || !same_group(&members[i], group)) continue;
    size_t row = find_row(summary, key);
    if (row == DavyTableRows(summary)) continue;
    double x = DavyTableNumber(summary, row, (size_t)DavyTableFind(summary, "value"));
    double delta = x - sum.mean;
    sum.mean += delta / (double)++sum.n;
    sum.squares += delta * (x - sum.mean);
    sum.quantity = cell_text(summary, row, "quantity");
    sum.unit = cell_text(summary, row, "unit");
  }
  return sum;
}

static DavyError add_row(DavyTable *table, const char *group, const char *key, const Sum *sum) {
  DAVY_TRY(DavyTableAddRow(table));
  DAVY_TRY(DavyTableSetText(table, "group", group));
  DAVY_TRY(DavyTableSetText(table, "quantity", sum->quantity));
  DAVY_TRY(DavyTableSetInteger(table, "n", (long long)sum->n));
  DAVY_TRY(DavyTableSetNumber(table, "mean", sum->mean));
  DAVY_TRY(DavyTableSetText(table, "unit", sum->unit));
  DAVY_TRY(DavyTableSetText(table, "key", key));
  if (sum->n < 2) return DAVY_OK;
  double freedom = (double)(sum->n - 1), deviation = sqrt(sum->squares / freedom);
  double half = gsl_cdf_tdist_Pinv(0.975, freedom) * deviation / sqrt((double)sum->n);
  DAVY_TRY(DavyTableSetNumber(table, "standard_deviation", deviation));
  DAVY_TRY(DavyTableSetNumber(table, "interval_low", sum->mean - half));
  return DavyTableSetNumber(table, "interval_high", sum->mean + half);
}

/* Whether an earlier cell of the group has the key already: each key gives one row. */
static bool seen(const DavyGroupMember *members, size_t before, const char *group,
                 const char *key) {
  for (size_t i = 0; i < before; i++) {
    const DavyTable *summary = DavyAnalysisTable(members[i].analysis, "summary");
    if (summary && same_group(&members[i], group) &&
        find_row(summary, key) < DavyTableRows(summary))
      return true;
  }
  return false;
}

static DavyError add_group(DavyTable *table, const DavyGroupMember *members, size_t count,
                           size_t first) {
  const char *group = members[first].group;
  for (size_t i = first; i < count; i++) {
    const DavyTable *summary = DavyAnalysisTable(members[i].analysis, "summary");
    for (size_t row = 0; summary && same_group(&members[i], group) && row < DavyTableRows(summary);
         row++) {
      const char *key = cell_text(summary, row, "key");
      if (seen(members, i, group, key)) continue;
      Sum sum = sum_over(members, count, group, key);
      DAVY_TRY(add_row(table, group, key, &sum));
    }
  }
  return DAVY_OK;
}

static DavyError fill(DavyTable *table, const DavyGroupMember *members, size_t count) {
  DAVY_TRY(DavyTableAddColumn(table, "group", "Group", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(table, "quantity", "Quantity", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(table, "n", "Cells", "1", DAVY_CELL_INTEGER, 0));
  DAVY_TRY(DavyTableAddColumn(table, "mean", "Mean", "1", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(table, "standard_deviation", "Standard deviation", "1",
                              DAVY_CELL_NUMBER, 3));
  DAVY_TRY(DavyTableAddColumn(table, "interval_low", "95 % from", "1", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(table, "interval_high", "95 % to", "1", DAVY_CELL_NUMBER, 5));
  DAVY_TRY(DavyTableAddColumn(table, "unit", "Unit", NULL, DAVY_CELL_TEXT, 0));
  DAVY_TRY(DavyTableAddColumn(table, "key", "Key", NULL, DAVY_CELL_TEXT, 0));
  for (size_t i = 0; i < count; i++) {
    size_t earlier = 0;
    while (members[i].group && earlier < i && !same_group(&members[earlier], members[i].group))
      earlier++;
    if (members[i].group && earlier == i) DAVY_TRY(add_group(table, members, count, i));
  }
  return DavyTableAddNote(table, "Each cell counts once, by the figure in its summary; 95 %% "
                                 "interval of the mean with Student's t.");
}

DavyError DavyGroupTable(const DavyGroupMember *members, size_t count, DavyTable **table) {
  DAVY_TRY(DavyTableCreate("groups", "Groups of cells", table));
  DavyError error = fill(*table, members, count);
  if (error) DavyTableDestroy(table);
  return error;
}
