/* YAML into nodes, by the events of libyaml.
 *
 * What is refused on purpose: keys given twice, keys that are not plain text, tags, a second
 * document, nesting beyond 64 levels, and aliases that unfold to more than a million nodes. An
 * alias shares the node of its anchor; an anchor exists once its node is complete, so that no node
 * can contain itself. The merge key "<<" puts the entries of other maps behind one's own. */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/yaml_parts.h"
#include "davy/file.h"

enum {
  MOST_BYTES = 4 << 20,
  MOST_LEVELS = 64,
  MOST_KEYS = 1024,
  MOST_NODES = 1000000,
  MOST_ANCHORS = 1000
};

typedef struct {
  char *name;
  int node;
} Anchor;

typedef struct {
  DavyYaml *document;
  yaml_parser_t parser;
  int open[MOST_LEVELS]; /* lists and maps that are not complete */
  char *open_anchor[MOST_LEVELS];
  int level;
  Anchor *anchors;
  int anchor_count;
  int child_count; /* of all lists and maps, merged entries included */
} Builder;

static DavyPlace place_of(const Builder *builder, yaml_mark_t mark) {
  return (DavyPlace){builder->document->name, (int)mark.line + 1, (int)mark.column + 1, -1};
}

static DavyPlace node_place(const Builder *builder, int node) {
  const YamlNode *n = &builder->document->nodes[node];
  return (DavyPlace){builder->document->name, n->line, n->column, -1};
}

static DavyError no_memory(const DavyYaml *document) {
  return DavyFail(DAVY_ERR_MEMORY, "%s: out of memory", document->name ? document->name : "YAML");
}

static DavyError syntax_error(Builder *builder) {
  const yaml_parser_t *p = &builder->parser;
  if (p->error == YAML_MEMORY_ERROR) return no_memory(builder->document);
  DavyPlace place = place_of(builder, p->problem_mark);
  if (p->error == YAML_READER_ERROR)
    place = (DavyPlace){builder->document->name, 0, 0, (long long)p->problem_offset};
  return DavyFailAt(place, DAVY_ERR_FORMAT, "no YAML: %s%s%s",
                    p->problem ? p->problem : "not understood", p->context ? " " : "",
                    p->context ? p->context : "");
}

static DavyError add_node(Builder *builder, DavyNodeKind kind, yaml_mark_t mark, int *node) {
  DavyYaml *d = builder->document;
  if (d->count >= MOST_NODES)
    return DavyFailAt(place_of(builder, mark), DAVY_ERR_FORMAT, "more than %d values", MOST_NODES);
  if (d->count == d->room) {
    int room = d->room ? 2 * d->room : 64;
    YamlNode *nodes = realloc(d->nodes, (size_t)room * sizeof *nodes);
    if (!nodes) return no_memory(d);
    d->nodes = nodes;
    d->room = room;
  }
  *node = d->count++;
  d->nodes[*node] = (YamlNode){.kind = kind,
                               .line = (int)mark.line + 1,
                               .column = (int)mark.column + 1,
                               .depth = 1,
                               .size = 1};
  return DAVY_OK;
}

static DavyError add_child(Builder *builder, int parent, int child) {
  YamlNode *p = &builder->document->nodes[parent];
  if (++builder->child_count > 2 * MOST_NODES)
    return DavyFailAt(node_place(builder, parent), DAVY_ERR_FORMAT, "more than %d values",
                      MOST_NODES);
  if (p->count == p->room) {
    int room = p->room ? 2 * p->room : 8;
    int *children = realloc(p->children, (size_t)room * sizeof *children);
    if (!children) return no_memory(builder->document);
    p->children = children;
    p->room = room;
  }
  p->children[p->count++] = child;
  return DAVY_OK;
}

/* Is the next child of the open map a key? */
static bool expects_key(const YamlNode *parent) {
  return parent->kind == DAVY_NODE_MAP && parent->count % 2 == 0;
}

static int find_key(const DavyYaml *document, const YamlNode *map, const char *key) {
  for (int i = 0; i + 1 < map->count; i += 2)
    if (strcmp(document->nodes[map->children[i]].text, key) == 0) return i;
  return -1;
}

static DavyError check_room(const Builder *builder, int map) {
  if (builder->document->nodes[map].count < 2 * MOST_KEYS) return DAVY_OK;
  return DavyFailAt(node_place(builder, map), DAVY_ERR_FORMAT, "more than %d keys in one map",
                    MOST_KEYS);
}

static DavyError check_key(Builder *builder, int parent, int child) {
  const DavyYaml *d = builder->document;
  const YamlNode *map = &d->nodes[parent], *key = &d->nodes[child];
  DavyPlace place = node_place(builder, child);
  if (key->kind != DAVY_NODE_TEXT)
    return DavyFailAt(place, DAVY_ERR_FORMAT, "expected a key such as name:");
  int before = find_key(d, map, key->text);
  if (before >= 0)
    return DavyFailAt(place, DAVY_ERR_KEY, "key %.80s is given twice; first in line %d", key->text,
                      d->nodes[map->children[before]].line);
  return check_room(builder, parent);
}

/* A node is known: it becomes the root, an item, a key or a value. */
static DavyError place_node(Builder *builder, int node) {
  DavyYaml *d = builder->document;
  if (builder->level == 0) {
    d->root = node;
    return DAVY_OK;
  }
  int parent = builder->open[builder->level - 1];
  YamlNode *p = &d->nodes[parent], *n = &d->nodes[node];
  if (expects_key(p))
    DAVY_TRY(check_key(builder, parent, node));
  else if (!n->key)
    n->key = p->kind == DAVY_NODE_MAP ? d->nodes[p->children[p->count - 1]].text : p->key;
  return add_child(builder, parent, node);
}

static DavyError add_anchor(Builder *builder, const char *name, int node) {
  if (builder->anchor_count >= MOST_ANCHORS)
    return DavyFailAt(node_place(builder, node), DAVY_ERR_FORMAT, "more than %d anchors",
                      MOST_ANCHORS);
  Anchor *anchors =
      realloc(builder->anchors, (size_t)(builder->anchor_count + 1) * sizeof *anchors);
  if (!anchors) return no_memory(builder->document);
  builder->anchors = anchors;
  anchors[builder->anchor_count] = (Anchor){strdup(name), node};
  if (!anchors[builder->anchor_count].name) return no_memory(builder->document);
  builder->anchor_count++;
  return DAVY_OK;
}

static DavyError refuse_tag(const Builder *builder, const yaml_char_t *tag, yaml_mark_t mark) {
  static const char core[] = "tag:yaml.org,2002:";
  if (!tag || strncmp((const char *)tag, core, sizeof core - 1) == 0) return DAVY_OK;
  return DavyFailAt(place_of(builder, mark), DAVY_ERR_FORMAT, "tag %.40s: tags are not used here",
                    (const char *)tag);
}

static bool is_null(const char *text) {
  return !*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static DavyError on_scalar(Builder *builder, const yaml_event_t *event) {
  const char *text = (const char *)event->data.scalar.value;
  const char *anchor = (const char *)event->data.scalar.anchor;
  bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  int node = 0;
  DAVY_TRY(refuse_tag(builder, event->data.scalar.tag, event->start_mark));
  if (strlen(text) != event->data.scalar.length)
    return DavyFailAt(place_of(builder, event->start_mark), DAVY_ERR_FORMAT,
                      "a zero byte inside a text");
  DAVY_TRY(add_node(builder, plain && is_null(text) ? DAVY_NODE_NONE : DAVY_NODE_TEXT,
                    event->start_mark, &node));
  builder->document->nodes[node].text = strdup(text);
  if (!builder->document->nodes[node].text) return no_memory(builder->document);
  if (anchor) DAVY_TRY(add_anchor(builder, anchor, node));
  return place_node(builder, node);
}

static DavyError on_start(Builder *builder, DavyNodeKind kind, const yaml_event_t *event) {
  const yaml_char_t *anchor =
      kind == DAVY_NODE_MAP ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
  const yaml_char_t *tag =
      kind == DAVY_NODE_MAP ? event->data.mapping_start.tag : event->data.sequence_start.tag;
  int node = 0;
  DAVY_TRY(refuse_tag(builder, tag, event->start_mark));
  if (builder->level == MOST_LEVELS)
    return DavyFailAt(place_of(builder, event->start_mark), DAVY_ERR_FORMAT,
                      "nested deeper than %d levels", MOST_LEVELS);
  DAVY_TRY(add_node(builder, kind, event->start_mark, &node));
  DAVY_TRY(place_node(builder, node));
  char *kept = anchor ? strdup((const char *)anchor) : NULL;
  if (anchor && !kept) return no_memory(builder->document);
  builder->open_anchor[builder->level] = kept;
  builder->open[builder->level++] = node;
  return DAVY_OK;
}

/* Puts the entries of `from` that `map` lacks behind its own. */
static DavyError merge_map(Builder *builder, int map, int from) {
  DavyYaml *d = builder->document;
  if (d->nodes[from].kind != DAVY_NODE_MAP)
    return DavyFailAt(node_place(builder, from), DAVY_ERR_FORMAT, "<< expects a map or maps");
  for (int i = 0; i + 1 < d->nodes[from].count; i += 2) {
    int key = d->nodes[from].children[i], value = d->nodes[from].children[i + 1];
    if (find_key(d, &d->nodes[map], d->nodes[key].text) >= 0) continue;
    DAVY_TRY(check_room(builder, map));
    DAVY_TRY(add_child(builder, map, key));
    DAVY_TRY(add_child(builder, map, value));
  }
  return DAVY_OK;
}

static DavyError merge(Builder *builder, int map) {
  DavyYaml *d = builder->document;
  int at = find_key(d, &d->nodes[map], "<<");
  if (at < 0) return DAVY_OK;
  YamlNode *m = &d->nodes[map];
  int from = m->children[at + 1];
  memmove(m->children + at, m->children + at + 2,
          (size_t)(m->count - at - 2) * sizeof *m->children);
  m->count -= 2;
  if (d->nodes[from].kind != DAVY_NODE_LIST) return merge_map(builder, map, from);
  for (int i = 0; i < d->nodes[from].count; i++)
    DAVY_TRY(merge_map(builder, map, d->nodes[from].children[i]));
  return DAVY_OK;
}

/* A list or a map is complete: merge, and weigh what it unfolds to. */
static DavyError on_end(Builder *builder) {
  DavyYaml *d = builder->document;
  int node = builder->open[--builder->level];
  char *anchor = builder->open_anchor[builder->level];
  DavyError error = d->nodes[node].kind == DAVY_NODE_MAP ? merge(builder, node) : DAVY_OK;
  if (!error && anchor) error = add_anchor(builder, anchor, node);
  free(anchor);
  if (error) return error;
  YamlNode *n = &d->nodes[node];
  for (int i = 0; i < n->count; i++) {
    const YamlNode *child = &d->nodes[n->children[i]];
    n->size += child->size;
    if (child->depth >= n->depth) n->depth = child->depth + 1;
  }
  if (n->size > MOST_NODES)
    return DavyFailAt(node_place(builder, node), DAVY_ERR_FORMAT,
                      "aliases unfold to more than %d values", MOST_NODES);
  if (n->depth > MOST_LEVELS + 1)
    return DavyFailAt(node_place(builder, node), DAVY_ERR_FORMAT, "nested deeper than %d levels",
                      MOST_LEVELS);
  return DAVY_OK;
}

static DavyError on_alias(Builder *builder, const yaml_event_t *event) {
  const char *name = (const char *)event->data.alias.anchor;
  for (int i = builder->anchor_count - 1; i >= 0; i--) /* a later anchor hides an earlier one */
    if (strcmp(builder->anchors[i].name, name) == 0)
      return place_node(builder, builder->anchors[i].node);
  return DavyFailAt(place_of(builder, event->start_mark), DAVY_ERR_FORMAT,
                    "no anchor &%.80s before *%.80s", name, name);
}

static DavyError on_event(Builder *builder, const yaml_event_t *event) {
  switch (event->type) {
  case YAML_SCALAR_EVENT: return on_scalar(builder, event);
  case YAML_SEQUENCE_START_EVENT: return on_start(builder, DAVY_NODE_LIST, event);
  case YAML_MAPPING_START_EVENT: return on_start(builder, DAVY_NODE_MAP, event);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT: return on_end(builder);
  case YAML_ALIAS_EVENT: return on_alias(builder, event);
  case YAML_DOCUMENT_START_EVENT:
    if (!builder->document->root) return DAVY_OK;
    return DavyFailAt(place_of(builder, event->start_mark), DAVY_ERR_FORMAT,
                      "a second document; expected one per file");
  default: return DAVY_OK;
  }
}

static DavyError build(Builder *builder) {
  for (bool ended = false; !ended;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&builder->parser, &event)) return syntax_error(builder);
    DavyError error = on_event(builder, &event);
    ended = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (error) return error;
  }
  if (!builder->document->root)
    return DavyFail(DAVY_ERR_FORMAT, "%s: is empty; expected YAML", builder->document->name);
  return DAVY_OK;
}

DavyError DavyYamlParse(const char *text, size_t length, const char *name, DavyYaml **document) {
  Builder builder = {.document = calloc(1, sizeof(DavyYaml))};
  *document = NULL;
  DAVY_CHECK(builder.document, DAVY_ERR_MEMORY, "%s: out of memory", name);
  builder.document->name = strdup(name);
  builder.document->count = 1;
  builder.document->room = 64;
  builder.document->nodes = calloc(64, sizeof(YamlNode));
  DavyError error = DAVY_OK;
  if (!builder.document->name || !builder.document->nodes ||
      !yaml_parser_initialize(&builder.parser)) {
    error = no_memory(builder.document);
    DavyYamlDestroy(&builder.document);
    return error;
  }
  yaml_parser_set_input_string(&builder.parser, (const unsigned char *)text, length);
  if (length > MOST_BYTES)
    error = DavyFail(DAVY_ERR_FORMAT, "%s: %zu bytes; YAML files of up to %d are read", name,
                     length, MOST_BYTES);
  else
    error = build(&builder);
  yaml_parser_delete(&builder.parser);
  while (builder.level > 0) free(builder.open_anchor[--builder.level]);
  for (int i = 0; i < builder.anchor_count; i++) free(builder.anchors[i].name);
  free(builder.anchors);
  if (error) DavyYamlDestroy(&builder.document);
  *document = builder.document;
  return error;
}

DavyError DavyYamlLoad(const char *path, DavyYaml **document) {
  DavyBytes bytes;
  *document = NULL;
  DAVY_TRY(DavyBytesOpen(path, &bytes));
  DavyError error = DavyYamlParse((const char *)bytes.data, bytes.size, path, document);
  DavyBytesClose(&bytes);
  return error;
}

void DavyYamlDestroy(DavyYaml **document) {
  DavyYaml *d = *document;
  if (!d) return;
  for (int i = 0; d->nodes && i < d->count; i++) {
    free(d->nodes[i].text);
    free(d->nodes[i].children);
  }
  free(d->nodes);
  free(d->name);
  free(d);
  *document = NULL;
}
