/* A claims file in memory: values by name, tables, and the claims judged from them. */
#ifndef DAVY_STUDY_CLAIMS_PARTS_H
#define DAVY_STUDY_CLAIMS_PARTS_H

#include "core/expression.h"
#include "davy/claims.h"
#include "davy/yaml.h"

/* A value that expressions may name: of the file, of a table's cell, of a material. Texts are
 * borrowed from the document or owned by the claims (DavyClaims.texts). */
typedef struct {
  const char *name;
  Amount amount;
  const char *unit; /* that it is shown in */
  double step;      /* one step of its last printed digit, SI; NaN if it was not printed */
  const char *text; /* "0.05249 mAh/cm2" */
  const char *kind, *at, *says, *source, *arithmetic;
  size_t *uses; /* indices of the values that it was computed from */
  size_t use_count;
} Value;

typedef struct {
  const char *name, *at, *label; /* label: the column that names the rows */
  const char **columns;          /* names; NULL for a column of texts */
  size_t column_count, row_count;
  const char **rows;  /* names of the rows */
  size_t first_value; /* cell (r, c) is value first_value + r * column_count + c */
} Sheet;

struct DavyClaims {
  DavyYaml *document;
  const char *title, *doi, *source;
  Value *values;
  size_t value_count;
  Sheet *sheets;
  size_t sheet_count;
  DavyClaim *claims;
  size_t claim_count;
  char **texts; /* owned */
  size_t text_count;
};

/* Where an expression is evaluated: which table and row gives bare names, and what it used. */
typedef struct {
  DavyClaims *claims;
  const Sheet *sheet; /* NULL: none */
  size_t row;
  size_t *uses;
  size_t use_count;
} Scope;

/* Keeps a text as long as the claims; takes it over. NULL in, or out of memory, gives NULL. */
const char *claims_keep(DavyClaims *claims, char *text);
__attribute__((format(printf, 2, 3))) const char *claims_format(DavyClaims *claims,
                                                                const char *format, ...);

DavyError claims_add_value(DavyClaims *claims, DavyPlace place, const Value *value);

/* The unit in which people give a value of this dimension; kept by the claims. */
const char *claims_customary_unit(DavyClaims *claims, DavyDimension dimension);
/* The value in `unit`, as a number and as text of five digits. Errors: DAVY_ERR_UNIT if the unit
 * is not of the amount's dimension. */
DavyError claims_amount_in(const Amount *amount, const char *unit, double *number, char text[80]);

/* Evaluates `text`, which stands at `place`; *shown (may be NULL) receives the arithmetic: the
 * expression, and the same with values in the place of names where it has any. */
DavyError claims_evaluate(Scope *scope, DavyPlace place, const char *text, Amount *amount,
                          const char **shown);
void claims_scope_clear(Scope *scope);

/* The error at hand with "place: key: " in front. */
DavyError claims_fail_at(DavyPlace place, const char *key, DavyError error);

DavyError claims_read_values(DavyClaims *claims, DavyNode node);
DavyError claims_read_sheets(DavyClaims *claims, DavyNode node);
DavyError claims_judge(DavyClaims *claims, DavyNode node);

#endif
