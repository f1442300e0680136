/* Any bytes as a YAML document: parsed, walked, bound to a schema, every text read as a quantity,
 * a choice and a truth value, and written again. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "davy/units.h"
#include "davy/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
  double a;
  int b, c;
  bool d;
  const char *e;
  DavyNode f;
} Sample;

static const char *const words[] = {"one", "two", NULL};
static const DavyField fields[] = {
    DAVY_QUANTITY(Sample, a, "A/m2", -INFINITY, INFINITY, DAVY_OPTIONAL, "a"),
    DAVY_INTEGER(Sample, b, -10, 10, DAVY_OPTIONAL, "b"),
    DAVY_CHOICE(Sample, c, words, DAVY_OPTIONAL, "c"),
    DAVY_BOOL(Sample, d, DAVY_OPTIONAL, "d"),
    DAVY_TEXT(Sample, e, DAVY_OPTIONAL, "e"),
    DAVY_NODE(Sample, f, DAVY_REQUIRED, "f"),
    DAVY_FIELDS_END};

static void walk(DavyNode node, FILE *sink) {
  double value;
  bool truth;
  int choice;
  Sample sample = {0};
  (void)DavyNodePlace(node);
  if (DavyNodeKindOf(node) == DAVY_NODE_TEXT) {
    static const char *const units[] = {"A/m2", "K", "1", "C/m2"};
    for (int i = 0; i < 4; i++)
      if (!DavyNodeQuantity(node, units[i], -1e30, 1e30, &value) && !isfinite(value))
        __builtin_trap();
    (void)DavyNodeBool(node, &truth);
    (void)DavyNodeChoice(node, words, &choice);
    DavyYamlWriteScalar(sink, DavyNodeText(node));
  }
  if (DavyNodeKindOf(node) == DAVY_NODE_MAP) (void)DavyYamlBind(node, fields, &sample);
  for (int i = 0; i < DavyNodeCount(node); i++) walk(DavyNodeAt(node, i), sink);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static FILE *sink;
  if (!sink) sink = fopen("/dev/null", "w");
  DavyYaml *document = NULL;
  if (!DavyYamlParse((const char *)data, size, "fuzz", &document))
    walk(DavyYamlRoot(document), sink);
  DavyYamlDestroy(&document);
  return 0;
}
