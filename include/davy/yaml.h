/* YAML with places: every node knows its file, line and column, and a schema table binds a mapping
 * to a C struct, so that any error (unknown key, wrong unit, value out of range) names its place.
 *
 *   typedef struct { double current; int cycles; char *name; } Step;
 *   static const DavyField step_fields[] = {
 *     DAVY_QUANTITY(Step, current, "A/m2", -1e6, 1e6, DAVY_REQUIRED, "current density"),
 *     DAVY_INTEGER(Step, cycles, 1, 1000000, DAVY_OPTIONAL, "how often the loop runs"),
 *     DAVY_TEXT(Step, name, DAVY_OPTIONAL, "a name for the plots"),
 *     DAVY_FIELDS_END};
 *   Step step = {.cycles = 1};                       // defaults first, then read over them
 *   error = DavyYamlBind(node, step_fields, &step);  // strings point into the document
 */
#ifndef DAVY_YAML_H
#define DAVY_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "davy/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct DavyYaml DavyYaml; /* a parsed document */
typedef struct {                  /* a node of it; a value, freely copied */
  const DavyYaml *document;
  int index; /* 0: no such node */
} DavyNode;

/* NONE: no such node (index 0), or an empty value as behind "key:". */
typedef enum { DAVY_NODE_NONE, DAVY_NODE_TEXT, DAVY_NODE_LIST, DAVY_NODE_MAP } DavyNodeKind;

/* Parse errors and duplicate keys give DAVY_ERR_FORMAT / DAVY_ERR_KEY with line and column.
 * Anchors, aliases and the merge key "<<" are followed; nesting beyond 64 levels, aliases that
 * unfold to more than a million values, tags and files beyond 4 MB are refused. */
DavyError DavyYamlLoad(const char *path, DavyYaml **document);
DavyError DavyYamlParse(const char *text, size_t length, const char *name, DavyYaml **document);
void DavyYamlDestroy(DavyYaml **document);

DavyNode DavyYamlRoot(const DavyYaml *document);
DavyNodeKind DavyNodeKindOf(DavyNode node);
DavyPlace DavyNodePlace(DavyNode node);
const char *DavyNodeText(DavyNode node);              /* scalar text, else NULL; borrowed */
int DavyNodeCount(DavyNode node);                     /* entries of a list or map */
DavyNode DavyNodeAt(DavyNode node, int i);            /* i-th item of a list, i-th value of a map */
const char *DavyNodeKey(DavyNode node, int i);        /* i-th key of a map; borrowed */
DavyNode DavyNodeKeyNode(DavyNode node, int i);       /* i-th key as a node, for its place */
DavyNode DavyNodeGet(DavyNode node, const char *key); /* index 0 if missing */

/* Scalars as values; errors carry the place. `lo <= value <= hi`, both in SI. */
DavyError DavyNodeQuantity(DavyNode node, const char *si_unit, double lo, double hi, double *value);
DavyError DavyNodeInteger(DavyNode node, long long lo, long long hi, long long *value);
DavyError DavyNodeBool(DavyNode node, bool *value);
/* `choice` becomes the index into the NULL-terminated list of words. */
DavyError DavyNodeChoice(DavyNode node, const char *const *choices, int *choice);
/* DAVY_ERR_VALUE with the place unless the node is of that kind. */
DavyError DavyNodeExpect(DavyNode node, DavyNodeKind kind);

/* A schema: one row per key. Offsets point into the struct that receives the value. */
typedef enum {
  DAVY_FIELD_END,
  DAVY_FIELD_QUANTITY, /* double, SI */
  DAVY_FIELD_INTEGER,  /* int */
  DAVY_FIELD_BOOL,     /* bool */
  DAVY_FIELD_TEXT,     /* const char *, borrowed from the document */
  DAVY_FIELD_CHOICE,   /* int: index into `choices`, a NULL-terminated list of words */
  DAVY_FIELD_NODE,     /* DavyNode: any subtree, read by the caller */
  DAVY_FIELD_MAP       /* a nested struct, bound with `fields` */
} DavyFieldKind;

typedef enum { DAVY_OPTIONAL, DAVY_REQUIRED } DavyPresence;

typedef struct DavyField DavyField;
struct DavyField {
  const char *key;
  DavyFieldKind kind;
  size_t offset;
  DavyPresence presence;
  const char *unit; /* SI unit of a quantity */
  double lo, hi;    /* bounds, SI; for integers too */
  const char *const *choices;
  const DavyField *fields;
  const char *help; /* one phrase, shown in errors and by `davy new` */
};

#define DAVY_QUANTITY(type, member, unit_, lo_, hi_, presence_, help_)                             \
  { #member, DAVY_FIELD_QUANTITY, offsetof(type, member), presence_, unit_, lo_, hi_, 0, 0, help_ }
#define DAVY_INTEGER(type, member, lo_, hi_, presence_, help_)                                     \
  { #member, DAVY_FIELD_INTEGER, offsetof(type, member), presence_, 0, lo_, hi_, 0, 0, help_ }
#define DAVY_BOOL(type, member, presence_, help_)                                                  \
  { #member, DAVY_FIELD_BOOL, offsetof(type, member), presence_, 0, 0, 0, 0, 0, help_ }
#define DAVY_TEXT(type, member, presence_, help_)                                                  \
  { #member, DAVY_FIELD_TEXT, offsetof(type, member), presence_, 0, 0, 0, 0, 0, help_ }
#define DAVY_CHOICE(type, member, choices_, presence_, help_)                                      \
  { #member, DAVY_FIELD_CHOICE, offsetof(type, member), presence_, 0, 0, 0, choices_, 0, help_ }
#define DAVY_NODE(type, member, presence_, help_)                                                  \
  { #member, DAVY_FIELD_NODE, offsetof(type, member), presence_, 0, 0, 0, 0, 0, help_ }
#define DAVY_MAP(type, member, fields_, presence_, help_)                                          \
  { #member, DAVY_FIELD_MAP, offsetof(type, member), presence_, 0, 0, 0, 0, fields_, help_ }
#define DAVY_FIELDS_END                                                                            \
  { 0, DAVY_FIELD_END, 0, DAVY_OPTIONAL, 0, 0, 0, 0, 0, 0 }

/* Reads the mapping `node` into `object` by `fields`. Keys that are absent leave the object's value
 * (its default) alone. Errors: DAVY_ERR_KEY for an unknown key (the nearest known one suggested)
 * or a missing required one; DAVY_ERR_UNIT and DAVY_ERR_VALUE for the values. */
DavyError DavyYamlBind(DavyNode node, const DavyField *fields, void *object);
/* The keys of a schema for people: a line each, those of maps further in. */
void DavyYamlDescribe(const DavyField *fields, FILE *file, int indent);

/* Writes text as a YAML scalar, quoted where needed. */
void DavyYamlWriteScalar(FILE *file, const char *text);

/* The entry of the NULL-terminated `known` that is nearest to `word` (edit distance at most a
 * third of its length, at least 1), or NULL. For "did you mean" in any message. */
const char *DavyNearestWord(const char *word, const char *const *known);

#ifdef __cplusplus
}
#endif
#endif
