/* davy check: published statements against their own numbers and against physics. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check_page.h"
#include "cli/verb.h"
#include "davy/cite.h"
#include "davy/claims.h"
#include "davy/file.h"

static const char help_text[] =
    "davy check CLAIMS.yaml [-o PAGE.html]: do published numbers agree with each other and with\n"
    "physics?\n\n"
    "  davy check cases/deng2022_claims/claims.yaml               table, and what does not hold\n"
    "  davy check cases/wang2021_claims/claims.yaml -o wang.html  a page with all arithmetic\n\n"
    "A claims file lists values with their places in a paper, and claims: what is printed, what\n"
    "follows from other values, and the relation that should hold between the two. You can write\n"
    "one for any paper (docs/claims.md):\n\n"
    "  paper: {title: A paper}\n"
    "  values:\n"
    "    thickness: {value: 100 nm, at: Methods}\n"
    "    alloy: 2 * F * Au.density * thickness / Au.molar_mass\n"
    "  claims:\n"
    "    - {id: share, says: a fifth is alloy, printed: 0.2 mAh/cm2, computed: alloy,\n"
    "       holds_if: at most, because: the coating cannot take more}\n\n"
    "Each claim holds, does not hold, or cannot be judged (an input is missing, or there is no\n"
    "arithmetic in it). A claim that rests on recalled or assumed values is marked.\n\n"
    "  -o FILE       write a page with every claim's arithmetic (HTML)\n"
    "  --json FILE   the same for machines (\"-\": the standard output)\n"
    "  --cite FILE   the sources used, as BibTeX\n\n"
    "Exit status: 0 no claim fails, 1 some claim does not hold, 2 the file is wrong.\n";

static void print_on_one_line(const char *text) {
  for (; *text; text++) putchar(*text == '\n' ? ' ' : *text);
}

static void print_arithmetic(const DavyClaim *claim) {
  printf("\n%s: %s\n", claim->id, claim->says);
  if (claim->at) printf("  at %s\n", claim->at);
  printf("  %s %s, davy %s; holds if %s\n", claim->needed ? "needed" : "paper", claim->printed_text,
         claim->computed_text, claim->relation);
  for (const char *line = claim->arithmetic; line && *line;) {
    size_t length = strcspn(line, "\n");
    printf("    %.*s\n", (int)length, line);
    line += length + (line[length] == '\n');
  }
  for (size_t k = 0; k < claim->input_count; k++) {
    const DavyClaimInput *input = &claim->inputs[k];
    printf("    with %s = ", input->name);
    print_on_one_line(input->arithmetic ? input->arithmetic : input->text);
    printf(", %s%s%s\n", input->kind, input->at ? ", " : "", input->at ? input->at : "");
  }
  if (claim->because) printf("  %s\n", claim->because);
  if (claim->mark) printf("  %s\n", claim->mark);
}

static DavyError set_paper(DavyTable *table, const DavyClaim *claim) {
  char text[128];
  if (!claim->printed_text) return DAVY_OK;
  snprintf(text, sizeof text, claim->needed ? "(%s)" : "%s", claim->printed_text);
  return DavyTableSetText(table, "paper", text);
}

/* verdict, claim, paper, davy, ratio: what fits a terminal. */
static DavyError short_table(const DavyClaims *claims, DavyTable **table) {
  static const char *const columns[][2] = {
      {"verdict", "Verdict"}, {"claim", "Claim"}, {"paper", "Paper"}, {"davy", "davy"}};
  DavyError error = DavyTableCreate("claims", DavyClaimsTitle(claims), table);
  for (int c = 0; c < 4 && !error; c++)
    error = DavyTableAddColumn(*table, columns[c][0], columns[c][1], NULL, DAVY_CELL_TEXT, 0);
  if (!error)
    error = DavyTableAddColumn(*table, "ratio", "davy / paper", NULL, DAVY_CELL_NUMBER, 3);
  for (int verdict = 0; verdict < DAVY_VERDICT_COUNT; verdict++)
    for (size_t i = 0; i < DavyClaimsCount(claims) && !error; i++) {
      const DavyClaim *claim = DavyClaimsAt(claims, i);
      if (claim->verdict != (DavyVerdict)verdict) continue;
      error = DavyTableAddRow(*table);
      if (!error) error = DavyTableSetText(*table, "verdict", DavyVerdictWords(claim->verdict));
      if (!error) error = DavyTableSetText(*table, "claim", claim->id);
      if (!error) error = set_paper(*table, claim);
      if (!error && claim->computed_text)
        error = DavyTableSetText(*table, "davy", claim->computed_text);
      if (!error) error = DavyTableSetNumber(*table, "ratio", claim->ratio);
    }
  if (!error)
    error = DavyTableAddNote(*table, "In brackets: the paper prints no number, its wording needs "
                                     "this one.");
  return error;
}

static DavyError print_terminal(const DavyClaims *claims) {
  DavyTable *table = NULL;
  DavyError error = short_table(claims, &table);
  if (!error) error = DavyTableWriteText(table, stdout);
  DavyTableDestroy(&table);
  if (error) return error;
  for (size_t i = 0; i < DavyClaimsCount(claims); i++)
    if (DavyClaimsAt(claims, i)->verdict == DAVY_CLAIM_FAILS)
      print_arithmetic(DavyClaimsAt(claims, i));
  return DAVY_OK;
}

/* --- JSON --- */

static void write_member(FILE *file, const char *key, const char *text, const char *before) {
  fprintf(file, "%s\"%s\":", before, key);
  if (text)
    DavyJsonWriteText(file, text);
  else
    fputs("null", file);
}

static void write_number(FILE *file, const char *key, double value) {
  fprintf(file, ",\"%s\":", key);
  DavyJsonWriteNumber(file, value);
}

static void write_claim(FILE *file, const DavyClaim *claim) {
  write_member(file, "id", claim->id, "{");
  write_member(file, "verdict", DavyVerdictWords(claim->verdict), ",");
  write_member(file, "says", claim->says, ",");
  write_member(file, "at", claim->at, ",");
  write_member(file, "because", claim->because, ",");
  write_member(file, "open", claim->open, ",");
  write_member(file, "relation", claim->relation, ",");
  fprintf(file, ",\"printed_by_paper\":%s", claim->unit && !claim->needed ? "true" : "false");
  write_number(file, "paper", claim->printed);
  write_number(file, "davy", claim->computed);
  write_member(file, "unit", claim->unit, ",");
  write_number(file, "ratio", claim->ratio);
  write_member(file, "arithmetic", claim->arithmetic, ",");
  write_member(file, "mark", claim->mark, ",");
  fputs(",\"inputs\":[", file);
  for (size_t k = 0; k < claim->input_count; k++) {
    const DavyClaimInput *input = &claim->inputs[k];
    write_member(file, "name", input->name, k ? ",\n{" : "\n{");
    write_member(file, "value", input->text, ",");
    write_member(file, "kind", input->kind, ",");
    write_member(file, "at", input->at, ",");
    write_member(file, "says", input->says, ",");
    write_member(file, "source", input->source, ",");
    write_member(file, "arithmetic", input->arithmetic, ",");
    fputc('}', file);
  }
  fputs("]}", file);
}

static DavyError write_json(const DavyClaims *claims, const char *input, const char *hash,
                            const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  FILE *file = DavyOutputFile(output);
  write_member(file, "davy", DAVY_VERSION, "{");
  write_member(file, "file", input, ",");
  write_member(file, "sha256", hash, ",");
  write_member(file, "title", DavyClaimsTitle(claims), ",");
  write_member(file, "doi", DavyClaimsDoi(claims), ",");
  fputs(",\n\"claims\":[", file);
  for (size_t i = 0; i < DavyClaimsCount(claims); i++) {
    fputs(i ? ",\n" : "\n", file);
    write_claim(file, DavyClaimsAt(claims, i));
  }
  fputs("]}\n", file);
  return DavyOutputCommit(&output);
}

/* --- the verb --- */

static DavyError write_page(const DavyClaims *claims, const char *input, const char *hash,
                            const char *path) {
  DavyTable *table = NULL;
  DavyPage *page = NULL;
  DAVY_TRY(DavyClaimsTable(claims, &table));
  DavyError error = davy_check_page(claims, table, input, hash, &page);
  if (!error) error = DavyPageWriteHtml(page, path);
  DavyPageDestroy(&page);
  DavyTableDestroy(&table);
  return error;
}

static DavyError write_sources(const char *path) {
  DavyOutput *output = NULL;
  DAVY_TRY(DavyOutputOpen(path, &output));
  DavyError error = DavyCiteWriteBib(DavyOutputFile(output));
  if (!error) return DavyOutputCommit(&output);
  DavyOutputDiscard(&output);
  return error;
}

static DavyError hash_of(const char *path, char hash[65]) {
  DavyBytes bytes;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavySha256(bytes.data, bytes.size, hash);
  DavyBytesClose(&bytes);
  return DAVY_OK;
}

static DavyError run(int argc, char **argv) {
  const char *html = NULL, *json = NULL, *bib = NULL;
  int operands;
  char hash[65];
  const DavyOption options[] = {
      {"-o", &html, NULL}, {"--json", &json, NULL}, {"--cite", &bib, NULL}, {0}};
  DAVY_TRY(DavyOptionsParse(argc, argv, options, &operands));
  DAVY_CHECK(operands == 1, DAVY_ERR_USAGE,
             "check: %d files given; expected one claims file (see davy check --help)", operands);
  DavyClaims *claims = NULL;
  DAVY_TRY(hash_of(argv[1], hash));
  DAVY_TRY(DavyClaimsLoad(argv[1], &claims));
  DavyError error = DAVY_OK;
  if (html) error = write_page(claims, argv[1], hash, html);
  if (!error && json) error = write_json(claims, argv[1], hash, json);
  if (!error && bib) error = write_sources(bib);
  if (!error && !html && !json) error = print_terminal(claims);
  size_t failing = DavyClaimsWith(claims, DAVY_CLAIM_FAILS), count = DavyClaimsCount(claims);
  DavyClaimsDestroy(&claims);
  if (!error && failing)
    error = DavyFail(DAVY_ERR_CLAIM, "%s: %zu of %zu claims do not hold", argv[1], failing, count);
  return error;
}

const DavyVerb davy_verb_check = {
    "check", "published numbers against each other and against physics", help_text, run};
