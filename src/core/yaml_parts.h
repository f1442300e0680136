/* What a document is made of; shared by its parser, its readers and the schema. */
#ifndef DAVY_CORE_YAML_PARTS_H
#define DAVY_CORE_YAML_PARTS_H

#include "davy/yaml.h"

typedef struct {
  DavyNodeKind kind; /* NONE: an empty value, as behind "key:" */
  int line, column;
  char *text;      /* of a scalar; "" where empty */
  const char *key; /* the key that led here first, or that of the list around; NULL at the root */
  int *children;   /* items of a list; key, value, key, value of a map */
  int count, room; /* of children */
  int depth;       /* of what hangs below, aliases followed */
  double size;     /* nodes below and itself, aliases counted each time they are used */
} YamlNode;

struct DavyYaml {
  char *name;
  YamlNode *nodes; /* index 0 stands for "no such node" */
  int count, room, root;
};

/* The node behind a handle; never NULL. */
const YamlNode *DavyYamlNode(DavyNode node);

#endif
