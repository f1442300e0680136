/* Nodes of a YAML document and the values in them. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/yaml_parts.h"
#include "davy/table.h"
#include "davy/units.h"

const YamlNode *DavyYamlNode(DavyNode node) {
  static const YamlNode none = {.kind = DAVY_NODE_NONE};
  return node.document && node.index ? &node.document->nodes[node.index] : &none;
}

static DavyNode node_at(const DavyYaml *document, int index) {
  return (DavyNode){document, index};
}

DavyNode DavyYamlRoot(const DavyYaml *document) {
  return node_at(document, document->root);
}

DavyNodeKind DavyNodeKindOf(DavyNode node) {
  return DavyYamlNode(node)->kind;
}

DavyPlace DavyNodePlace(DavyNode node) {
  const YamlNode *n = DavyYamlNode(node);
  return (DavyPlace){node.document ? node.document->name : NULL, n->line, n->column, -1};
}

const char *DavyNodeText(DavyNode node) {
  const YamlNode *n = DavyYamlNode(node);
  return n->kind == DAVY_NODE_TEXT ? n->text : NULL;
}

int DavyNodeCount(DavyNode node) {
  const YamlNode *n = DavyYamlNode(node);
  return n->kind == DAVY_NODE_MAP ? n->count / 2 : n->count;
}

DavyNode DavyNodeAt(DavyNode node, int i) {
  const YamlNode *n = DavyYamlNode(node);
  if (i < 0 || i >= DavyNodeCount(node)) return node_at(node.document, 0);
  return node_at(node.document, n->children[n->kind == DAVY_NODE_MAP ? 2 * i + 1 : i]);
}

DavyNode DavyNodeKeyNode(DavyNode node, int i) {
  const YamlNode *n = DavyYamlNode(node);
  if (n->kind != DAVY_NODE_MAP || i < 0 || i >= n->count / 2) return node_at(node.document, 0);
  return node_at(node.document, n->children[2 * i]);
}

const char *DavyNodeKey(DavyNode node, int i) {
  return DavyYamlNode(DavyNodeKeyNode(node, i))->text;
}

DavyNode DavyNodeGet(DavyNode node, const char *key) {
  for (int i = 0; i < DavyNodeCount(node); i++) {
    const char *known = DavyNodeKey(node, i);
    if (known && strcmp(known, key) == 0) return DavyNodeAt(node, i);
  }
  return node_at(node.document, 0);
}

/* "key: " in front of a message, where the node has one. */
static DavyError fail_node(DavyNode node, DavyError error, const char *message) {
  const char *key = DavyYamlNode(node)->key;
  return DavyFailAt(DavyNodePlace(node), error, "%.80s%s%s", key ? key : "", key ? ": " : "",
                    message);
}

static const char *words_for(DavyNode node) {
  switch (DavyNodeKindOf(node)) {
  case DAVY_NODE_LIST: return "a list";
  case DAVY_NODE_MAP: return "a map of keys";
  case DAVY_NODE_TEXT: return "a text";
  default: return "nothing";
  }
}

DavyError DavyNodeExpect(DavyNode node, DavyNodeKind kind) {
  static const char *const wanted[] = {"nothing", "a value", "a list", "a map of keys"};
  if (node.index && DavyNodeKindOf(node) == kind) return DAVY_OK;
  char message[80];
  snprintf(message, sizeof message, "found %s; expected %s", words_for(node), wanted[kind]);
  return fail_node(node, DAVY_ERR_VALUE, message);
}

/* "-40", "1.5e3 A/m2". */
static void write_bound(double bound, const char *unit, char text[96]) {
  char number[32];
  DavyFormatDouble(bound, number);
  snprintf(text, 96, "%s%s%.40s", number, strcmp(unit, "1") ? " " : "",
           strcmp(unit, "1") ? unit : "");
}

static DavyError check_range(DavyNode node, double value, double lo, double hi, const char *unit) {
  char low[96], high[96], message[400];
  if (value >= lo && value <= hi) return DAVY_OK;
  write_bound(lo, unit, low);
  write_bound(hi, unit, high);
  if (isinf(hi))
    snprintf(message, sizeof message, "%.80s: expected at least %s", DavyNodeText(node), low);
  else if (isinf(lo))
    snprintf(message, sizeof message, "%.80s: expected at most %s", DavyNodeText(node), high);
  else
    snprintf(message, sizeof message, "%.80s: expected %s to %s", DavyNodeText(node), low, high);
  return fail_node(node, DAVY_ERR_VALUE, message);
}

DavyError DavyNodeQuantity(DavyNode node, const char *si_unit, double lo, double hi,
                           double *value) {
  double number;
  bool empty = node.index && DavyNodeKindOf(node) == DAVY_NODE_NONE;
  if (!empty) DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_TEXT));
  DavyError error = DavyQuantityParse(empty ? "" : DavyNodeText(node), si_unit, &number);
  if (error) return fail_node(node, error, DavyErrorMessage());
  DAVY_TRY(check_range(node, number, lo, hi, si_unit));
  *value = number;
  return DAVY_OK;
}

DavyError DavyNodeInteger(DavyNode node, long long lo, long long hi, long long *value) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_TEXT));
  const char *text = DavyNodeText(node);
  char *end, message[160];
  errno = 0;
  long long number = strtoll(text, &end, 10);
  if (*end || end == text || errno || isspace((unsigned char)*text)) {
    snprintf(message, sizeof message, "%.80s: expected a whole number", text);
    return fail_node(node, DAVY_ERR_VALUE, message);
  }
  if (number < lo || number > hi) {
    snprintf(message, sizeof message, "%lld: expected %lld to %lld", number, lo, hi);
    return fail_node(node, DAVY_ERR_VALUE, message);
  }
  *value = number;
  return DAVY_OK;
}

DavyError DavyNodeBool(DavyNode node, bool *value) {
  static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_TEXT));
  char message[160];
  for (int i = 0; i < 6; i++)
    if (strcmp(DavyNodeText(node), words[i]) == 0) {
      *value = i % 2;
      return DAVY_OK;
    }
  snprintf(message, sizeof message, "%.80s: expected true or false", DavyNodeText(node));
  return fail_node(node, DAVY_ERR_VALUE, message);
}

DavyError DavyNodeChoice(DavyNode node, const char *const *choices, int *choice) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_TEXT));
  const char *text = DavyNodeText(node);
  for (int i = 0; choices[i]; i++)
    if (strcmp(text, choices[i]) == 0) {
      *choice = i;
      return DAVY_OK;
    }
  char message[640];
  int used = snprintf(message, sizeof message, "%.80s: expected one of", text);
  for (int i = 0; choices[i] && used < 500; i++)
    used += snprintf(message + used, sizeof message - (size_t)used, "%s %.60s", i ? "," : "",
                     choices[i]);
  const char *near = DavyNearestWord(text, choices);
  if (near) snprintf(message + used, sizeof message - (size_t)used, "; did you mean %.60s?", near);
  return fail_node(node, DAVY_ERR_VALUE, message);
}

/* Words that other YAML readers take for a truth value or nothing at all. */
static bool is_reserved(const char *text) {
  static const char *const words[] = {"null", "true", "false", "yes", "no",  "on",
                                      "off",  "Null", "True",  "No",  "Yes", "y",
                                      "n",    "~",    "False", "On",  "Off", NULL};
  for (int i = 0; words[i]; i++)
    if (strcmp(text, words[i]) == 0) return true;
  return false;
}

static bool is_plain(const char *text) {
  static const char leading[] = "-?:,[]{}#&*!|>'\"%@` ";
  bool number = text[0] == '-' && isdigit((unsigned char)text[1]);
  if (!*text || is_reserved(text) || (strchr(leading, *text) && !number)) return false;
  for (const char *c = text; *c; c++) {
    if ((unsigned char)*c < 0x20 || *c == 0x7F || strchr(",[]{}", *c)) return false;
    if (*c == ':' && (c[1] == ' ' || !c[1])) return false;
    if (*c == ' ' && (c[1] == '#' || !c[1])) return false;
  }
  return true;
}

void DavyYamlWriteScalar(FILE *file, const char *text) {
  if (is_plain(text)) {
    fputs(text, file);
    return;
  }
  fputc('"', file);
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      fprintf(file, "\\%c", c);
    else if (c < 0x20 || c == 0x7F)
      fprintf(file, "\\x%02X", c);
    else
      fputc(c, file);
  }
  fputc('"', file);
}
