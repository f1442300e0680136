/* The page on checked claims: what does not hold first, each claim with its arithmetic and with
 * everything that it rests on. */
#include "cli/check_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/cite.h"

static void fact(DavyPage *page, const char *name, const char *value) {
  if (value && *value) DavyPageFact(page, name, value);
}

/* "0.05249 mAh/cm2 (computed); Table 1; = F * ..." */
static void input_fact(DavyPage *page, const DavyClaimInput *input) {
  char *text = NULL;
  int length = asprintf(
      &text, "%s, %s%s%s%s%s%s%s%s%s", input->text, input->kind, input->at ? ", " : "",
      input->at ? input->at : "", input->source ? ", source " : "",
      input->source ? input->source : "", input->says ? "\n" : "", input->says ? input->says : "",
      input->arithmetic ? "\n= " : "", input->arithmetic ? input->arithmetic : "");
  DavyPageFact(page, input->name, length < 0 ? input->text : text);
  if (length >= 0) free(text);
}

static void ratio_fact(DavyPage *page, const DavyClaim *claim) {
  char text[64];
  if (claim->ratio != claim->ratio) return;
  snprintf(text, sizeof text, "%.4g", claim->ratio);
  DavyPageFact(page, claim->needed ? "davy / needed" : "davy / paper", text);
}

/* Keys of sections are identifiers in the page: ids may hold anything. */
static void section_key(size_t i, char key[32]) {
  snprintf(key, 32, "claim_%zu", i + 1);
}

static void add_claim(DavyPage *page, const DavyClaim *claim, size_t i) {
  char key[32], heading[512];
  section_key(i, key);
  snprintf(heading, sizeof heading, "%s: %s", claim->id, claim->says);
  DavyPageSection(page, 2, key, heading);
  if (claim->because) DavyPageParagraph(page, "%s", claim->because);
  fact(page, "Where", claim->at);
  fact(page, claim->needed ? "Wording needs" : "Paper", claim->printed_text);
  fact(page, "davy", claim->computed_text);
  fact(page, "Holds if", claim->relation);
  ratio_fact(page, claim);
  fact(page, "Arithmetic", claim->arithmetic);
  fact(page, "Not judged", claim->open);
  for (size_t k = 0; k < claim->input_count; k++) input_fact(page, &claim->inputs[k]);
  if (claim->mark) DavyPageWarning(page, "%s", claim->mark);
}

static void add_group(DavyPage *page, const DavyClaims *claims, DavyVerdict verdict) {
  static const char *const keys[] = {"does_not_hold", "cannot_be_judged", "holds"};
  static const char *const headings[] = {"Does not hold", "Cannot be judged", "Holds"};
  char heading[80];
  size_t count = DavyClaimsWith(claims, verdict);
  if (count == 0) return;
  snprintf(heading, sizeof heading, "%s (%zu)", headings[verdict], count);
  DavyPageSection(page, 1, keys[verdict], heading);
  for (size_t i = 0; i < DavyClaimsCount(claims); i++)
    if (DavyClaimsAt(claims, i)->verdict == verdict) add_claim(page, DavyClaimsAt(claims, i), i);
}

static void add_summary(DavyPage *page, const DavyClaims *claims, const DavyTable *table,
                        const char *file, const char *hash) {
  DavyPageSection(page, 1, "summary", "Summary");
  DavyPageVerdict(page,
                  "Of %zu statements %zu do not hold, %zu cannot be judged and %zu hold, each "
                  "against the paper's own numbers or those named with it.",
                  DavyClaimsCount(claims), DavyClaimsWith(claims, DAVY_CLAIM_FAILS),
                  DavyClaimsWith(claims, DAVY_CLAIM_OPEN),
                  DavyClaimsWith(claims, DAVY_CLAIM_HOLDS));
  fact(page, "Paper", DavyClaimsTitle(claims));
  fact(page, "doi", DavyClaimsDoi(claims));
  fact(page, "Claims file", file);
  fact(page, "SHA-256", hash);
  DavyPageTable(page, table);
}

static DavyError add_sources(DavyPage *page) {
  char line[1024];
  if (DavyCiteCount() == 0) return DAVY_OK;
  DavyPageSection(page, 1, "sources", "Sources");
  for (size_t i = 0; i < DavyCiteCount(); i++) {
    DAVY_TRY(DavyCiteLine(DavyCiteKey(i), line, sizeof line));
    char *whole = NULL;
    int length = asprintf(&whole, "%s: %s", DavyCiteKey(i), line);
    DAVY_CHECK(length >= 0, DAVY_ERR_MEMORY, "out of memory while making a page");
    DavyPageSource(page, whole);
    free(whole);
  }
  return DAVY_OK;
}

DavyError davy_check_page(const DavyClaims *claims, const DavyTable *table, const char *file,
                          const char *hash, DavyPage **page) {
  char *title = NULL;
  int length = asprintf(&title, "Claims of: %s", DavyClaimsTitle(claims));
  DAVY_CHECK(length >= 0, DAVY_ERR_MEMORY, "out of memory while making a page");
  DavyError error = DavyPageCreate(title, page);
  free(title);
  if (error) return error;
  add_summary(*page, claims, table, file, hash);
  for (int verdict = 0; verdict < DAVY_VERDICT_COUNT; verdict++)
    add_group(*page, claims, (DavyVerdict)verdict);
  error = add_sources(*page);
  if (error) DavyPageDestroy(page);
  return error;
}
