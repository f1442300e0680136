/* Published statements held against their own numbers and against physics. A claims file (YAML,
 * docs/claims.md) lists what a paper prints, what follows from its other numbers, and the relation
 * that should hold between the two; davy judges each and shows the arithmetic.
 *
 *   DavyClaims *claims = NULL;
 *   DavyClaimsLoad("cases/deng2022_claims/claims.yaml", &claims);
 *   for (size_t i = 0; i < DavyClaimsCount(claims); i++) {
 *     const DavyClaim *claim = DavyClaimsAt(claims, i);
 *     printf("%s %s: %s\n", DavyVerdictWords(claim->verdict), claim->id, claim->arithmetic);
 *   }
 *   DavyClaimsDestroy(&claims);
 */
#ifndef DAVY_CLAIMS_H
#define DAVY_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include "davy/error.h"
#include "davy/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, words) */
#define DAVY_VERDICTS(X)                                                                           \
  X(DAVY_CLAIM_FAILS, "does not hold")                                                             \
  X(DAVY_CLAIM_OPEN, "cannot be judged")                                                           \
  X(DAVY_CLAIM_HOLDS, "holds")

typedef enum {
#define DAVY_VERDICT_ENUM(name, words) name,
  DAVY_VERDICTS(DAVY_VERDICT_ENUM)
#undef DAVY_VERDICT_ENUM
      DAVY_VERDICT_COUNT
} DavyVerdict;

const char *DavyVerdictWords(DavyVerdict verdict);

/* A value that a claim rests on, by itself or through others. NULL: not said. */
typedef struct {
  const char *name, *text; /* "capacity", "0.05249 mAh/cm2" */
  const char *kind;        /* printed, measured, computed, fitted, assumed, recalled, missing */
  const char *at, *says;   /* its place in the paper; what it is */
  const char *source;      /* key of sources.bib */
  const char *arithmetic;  /* if computed: "2 * F * ... = 2 * (96485 C/mol) * ... = ..." */
} DavyClaimInput;

/* Everything in it belongs to the claims and lives as long. */
typedef struct {
  const char *id;        /* with its row for a claim over a table: "energy[NNM||Na-C]" */
  const char *says, *at; /* the statement in few words, its place in the paper */
  const char *because;   /* what the number means; NULL: nothing to say */
  DavyVerdict verdict;
  const char *open;         /* why it cannot be judged; else NULL */
  const char *relation;     /* "davy within 2 % of paper"; NULL if there is no arithmetic */
  bool needed;              /* the paper prints no number: what its wording needs */
  double printed, computed; /* in `unit`; NaN where there is none */
  const char *unit;         /* NULL if there is no arithmetic */
  const char *printed_text, *computed_text; /* with unit, for people; NULL if none */
  double ratio;                             /* computed over printed; NaN if none */
  const char *arithmetic; /* expression, the same with values, result; NULL if none */
  const char *mark;       /* "rests on recalled Au.density"; NULL: on nothing weak */
  const DavyClaimInput *inputs;
  size_t input_count;
  int line; /* in the file */
} DavyClaim;

typedef struct DavyClaims DavyClaims;

/* Loads and judges. Errors: those of YAML, units and materials, with file:line:column; a relation
 * between unlike dimensions is one of them, as is a name that is not known. */
DavyError DavyClaimsLoad(const char *path, DavyClaims **claims);
DavyError DavyClaimsParse(const char *text, size_t length, const char *name, DavyClaims **claims);
void DavyClaimsDestroy(DavyClaims **claims);

const char *DavyClaimsTitle(const DavyClaims *claims);  /* of the paper */
const char *DavyClaimsDoi(const DavyClaims *claims);    /* NULL: not said */
const char *DavyClaimsSource(const DavyClaims *claims); /* key of sources.bib; NULL: not said */
size_t DavyClaimsCount(const DavyClaims *claims);
const DavyClaim *DavyClaimsAt(const DavyClaims *claims, size_t i);    /* NULL past the last */
size_t DavyClaimsWith(const DavyClaims *claims, DavyVerdict verdict); /* how many */

/* One row per claim, by verdict: verdict, claim, paper or needed, davy, unit, ratio, says. The
 * caller owns it. */
DavyError DavyClaimsTable(const DavyClaims *claims, DavyTable **table);

#ifdef __cplusplus
}
#endif
#endif
