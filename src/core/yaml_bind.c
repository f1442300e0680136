/* A schema: keys of a mapping into the members of a struct. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/yaml_parts.h"

enum { MOST_FIELDS = 128 };

static DavyError unknown_key(DavyNode key, const DavyField *fields) {
  const char *names[MOST_FIELDS + 1] = {0}, *word = DavyNodeText(key);
  for (int i = 0; i < MOST_FIELDS && fields[i].key; i++) names[i] = fields[i].key;
  const char *near = DavyNearestWord(word, names);
  if (near)
    return DavyFailAt(DavyNodePlace(key), DAVY_ERR_KEY, "unknown key %.80s; did you mean %s?", word,
                      near);
  char known[512] = "";
  size_t used = 0;
  for (int i = 0; names[i] && used < sizeof known - 80; i++)
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%.70s", i ? ", " : "", names[i]);
  return DavyFailAt(DavyNodePlace(key), DAVY_ERR_KEY, "unknown key %.80s; expected one of: %s",
                    word, known);
}

static DavyError bind_integer(DavyNode node, const DavyField *field, int *member) {
  long long number, lo = INT_MIN, hi = INT_MAX;
  if (field->lo > lo) lo = (long long)field->lo;
  if (field->hi < hi) hi = (long long)field->hi;
  DAVY_TRY(DavyNodeInteger(node, lo, hi, &number));
  *member = (int)number;
  return DAVY_OK;
}

static DavyError bind_field(DavyNode node, const DavyField *field, void *member) {
  switch (field->kind) {
  case DAVY_FIELD_QUANTITY:
    return DavyNodeQuantity(node, field->unit, field->lo, field->hi, member);
  case DAVY_FIELD_INTEGER: return bind_integer(node, field, member);
  case DAVY_FIELD_BOOL: return DavyNodeBool(node, member);
  case DAVY_FIELD_TEXT:
    DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_TEXT));
    *(const char **)member = DavyNodeText(node);
    return DAVY_OK;
  case DAVY_FIELD_CHOICE: return DavyNodeChoice(node, field->choices, member);
  case DAVY_FIELD_NODE: *(DavyNode *)member = node; return DAVY_OK;
  case DAVY_FIELD_MAP: return DavyYamlBind(node, field->fields, member);
  case DAVY_FIELD_END: break;
  }
  return DAVY_OK;
}

static const DavyField *field_for(const DavyField *fields, const char *key) {
  for (const DavyField *field = fields; field->key; field++)
    if (strcmp(field->key, key) == 0) return field;
  return NULL;
}

DavyError DavyYamlBind(DavyNode node, const DavyField *fields, void *object) {
  DAVY_TRY(DavyNodeExpect(node, DAVY_NODE_MAP));
  for (int i = 0; i < DavyNodeCount(node); i++) {
    const DavyField *field = field_for(fields, DavyNodeKey(node, i));
    if (!field) return unknown_key(DavyNodeKeyNode(node, i), fields);
    DAVY_TRY(bind_field(DavyNodeAt(node, i), field, (char *)object + field->offset));
  }
  for (const DavyField *field = fields; field->key; field++)
    if (field->presence == DAVY_REQUIRED && !DavyNodeGet(node, field->key).index)
      return DavyFailAt(DavyNodePlace(node), DAVY_ERR_KEY, "key %s is missing%s%s%s", field->key,
                        field->help ? " (" : "", field->help ? field->help : "",
                        field->help ? ")" : "");
  return DAVY_OK;
}

void DavyYamlDescribe(const DavyField *fields, FILE *file, int indent) {
  for (const DavyField *f = fields; f->kind != DAVY_FIELD_END; f++) {
    fprintf(file, "%*s%-*s %s%s\n", indent, "", 27 - indent, f->key, f->help,
            f->presence == DAVY_REQUIRED ? "; needed" : "");
    if (f->kind == DAVY_FIELD_MAP) DavyYamlDescribe(f->fields, file, indent + 2);
  }
}
