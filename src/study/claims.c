/* Claims: the file as a whole, and what is handed out of it. */
#include "davy/claims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"
#include "davy/file.h"
#include "study/claims_parts.h"

const char *DavyVerdictWords(DavyVerdict verdict) {
  static const char *const words[] = {
#define DAVY_VERDICT_WORDS(name, words) words,
      DAVY_VERDICTS(DAVY_VERDICT_WORDS)
#undef DAVY_VERDICT_WORDS
  };
  return (unsigned)verdict < DAVY_VERDICT_COUNT ? words[verdict] : "";
}

typedef struct {
  const char *title, *doi, *key;
} Paper;

static const DavyField paper_fields[] = {
    DAVY_TEXT(Paper, title, DAVY_REQUIRED, "of the paper"),
    DAVY_TEXT(Paper, doi, DAVY_OPTIONAL, "of the paper"),
    DAVY_TEXT(Paper, key, DAVY_OPTIONAL, "of the paper in sources.bib"), DAVY_FIELDS_END};

typedef struct {
  Paper paper;
  DavyNode values, tables, claims;
} Root;

static const DavyField root_fields[] = {
    DAVY_MAP(Root, paper, paper_fields, DAVY_REQUIRED, "title, doi, key"),
    DAVY_NODE(Root, values, DAVY_OPTIONAL, "name: number and unit, or expression"),
    DAVY_NODE(Root, tables, DAVY_OPTIONAL, "name: columns and rows"),
    DAVY_NODE(Root, claims, DAVY_REQUIRED, "a list of claims"), DAVY_FIELDS_END};

static DavyError read_claims(DavyClaims *claims) {
  Root root = {0};
  DavyNode node = DavyYamlRoot(claims->document);
  DAVY_TRY(DavyYamlBind(node, root_fields, &root));
  claims->title = root.paper.title;
  claims->doi = root.paper.doi;
  claims->source = root.paper.key;
  if (root.paper.key) {
    char line[64];
    DavyError error = DavyCiteLine(root.paper.key, line, sizeof line);
    DavyNode key = DavyNodeGet(DavyNodeGet(node, "paper"), "key");
    if (error) return claims_fail_at(DavyNodePlace(key), "key", error);
    DavyCite(root.paper.key, "the paper whose claims are checked");
  }
  DAVY_TRY(claims_read_values(claims, root.values));
  DAVY_TRY(claims_read_sheets(claims, root.tables));
  return claims_judge(claims, root.claims);
}

DavyError DavyClaimsParse(const char *text, size_t length, const char *name, DavyClaims **claims) {
  *claims = calloc(1, sizeof **claims);
  DAVY_CHECK(*claims, DAVY_ERR_MEMORY, "out of memory for claims");
  DavyError error = DavyYamlParse(text, length, name, &(*claims)->document);
  if (!error) error = read_claims(*claims);
  if (error) DavyClaimsDestroy(claims);
  return error;
}

DavyError DavyClaimsLoad(const char *path, DavyClaims **claims) {
  DavyBytes bytes;
  *claims = NULL;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = DavyClaimsParse((const char *)bytes.data, bytes.size, path, claims);
  DavyBytesClose(&bytes);
  return error;
}

void DavyClaimsDestroy(DavyClaims **claims) {
  DavyClaims *c = *claims;
  if (!c) return;
  for (size_t i = 0; i < c->value_count; i++) free(c->values[i].uses);
  for (size_t i = 0; i < c->sheet_count; i++) {
    free(c->sheets[i].columns);
    free(c->sheets[i].rows);
  }
  for (size_t i = 0; i < c->claim_count; i++) free((void *)c->claims[i].inputs);
  for (size_t i = 0; i < c->text_count; i++) free(c->texts[i]);
  free(c->values);
  free(c->sheets);
  free(c->claims);
  free(c->texts);
  DavyYamlDestroy(&c->document);
  free(c);
  *claims = NULL;
}

const char *DavyClaimsTitle(const DavyClaims *claims) {
  return claims->title;
}

const char *DavyClaimsDoi(const DavyClaims *claims) {
  return claims->doi;
}

const char *DavyClaimsSource(const DavyClaims *claims) {
  return claims->source;
}

size_t DavyClaimsCount(const DavyClaims *claims) {
  return claims->claim_count;
}

const DavyClaim *DavyClaimsAt(const DavyClaims *claims, size_t i) {
  return i < claims->claim_count ? &claims->claims[i] : NULL;
}

size_t DavyClaimsWith(const DavyClaims *claims, DavyVerdict verdict) {
  size_t count = 0;
  for (size_t i = 0; i < claims->claim_count; i++) count += claims->claims[i].verdict == verdict;
  return count;
}

static DavyError add_claim(DavyTable *table, const DavyClaim *claim) {
  DAVY_TRY(DavyTableAddRow(table));
  DAVY_TRY(DavyTableSetText(table, "verdict", DavyVerdictWords(claim->verdict)));
  DAVY_TRY(DavyTableSetText(table, "claim", claim->id));
  DAVY_TRY(DavyTableSetText(table, "says", claim->says));
  if (!claim->unit) return DAVY_OK;
  DAVY_TRY(DavyTableSetNumber(table, claim->needed ? "needed" : "paper", claim->printed));
  DAVY_TRY(DavyTableSetNumber(table, "davy", claim->computed));
  DAVY_TRY(DavyTableSetText(table, "unit", claim->unit));
  return DavyTableSetNumber(table, "ratio", claim->ratio);
}

DavyError DavyClaimsTable(const DavyClaims *claims, DavyTable **table) {
  static const struct {
    const char *key, *label;
    DavyCellType type;
    int digits;
  } columns[] = {
      {"verdict", "Verdict", DAVY_CELL_TEXT, 0}, {"claim", "Claim", DAVY_CELL_TEXT, 0},
      {"paper", "Paper", DAVY_CELL_NUMBER, 5},   {"needed", "Needed", DAVY_CELL_NUMBER, 5},
      {"davy", "davy", DAVY_CELL_NUMBER, 5},     {"unit", "Unit", DAVY_CELL_TEXT, 0},
      {"ratio", "Ratio", DAVY_CELL_NUMBER, 4},   {"says", "Statement", DAVY_CELL_TEXT, 0}};
  DavyError error = DAVY_OK;
  DAVY_TRY(DavyTableCreate("claims", "Claims", table));
  for (size_t i = 0; i < sizeof columns / sizeof *columns && !error; i++)
    error = DavyTableAddColumn(*table, columns[i].key, columns[i].label, NULL, columns[i].type,
                               columns[i].digits);
  for (int verdict = 0; verdict < DAVY_VERDICT_COUNT && !error; verdict++)
    for (size_t i = 0; i < claims->claim_count && !error; i++)
      if (claims->claims[i].verdict == (DavyVerdict)verdict)
        error = add_claim(*table, &claims->claims[i]);
  if (!error)
    error = DavyTableAddNote(*table, "Needed: what the wording needs where the paper prints no "
                                     "number. Ratio: davy over paper, or over needed.");
  if (error) DavyTableDestroy(table);
  return error;
}
