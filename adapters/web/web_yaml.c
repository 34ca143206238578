/* web_yaml.c: libyaml's document API, which keeps exact marks, behind a few typed questions. */
#include "adapters/web/web_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/text.h"

enum { FILE_BYTES_MAX = 256 * 1024, WHAT_BYTES = 300 };

struct web_yaml {
  yaml_document_t document; /* owned */
  const char *file;         /* borrowed from the arena */
  struct arena *arena;      /* borrowed from the caller of web_yaml_open until web_yaml_free */
};

static yaml_document_t *document_of(const struct web_yaml *yaml) {
  return (yaml_document_t *)(uintptr_t)&yaml->document; /* libyaml's look-ups take no const, and change nothing */
}

static const yaml_node_t *node_of(const struct web_yaml *yaml, int index) {
  return yaml_document_get_node(document_of(yaml), index);
}

/* ---- opening ---- */

static enum err parser_err(const char *file, const yaml_parser_t *parser) {
  const char *problem = parser->problem == NULL ? "it is not YAML" : parser->problem;
  return err_note(ERR_BAD_INPUT, "%s:%zu:%zu: %s", file, parser->problem_mark.line + 1, parser->problem_mark.column + 1, problem);
}

/* A second document would be read by nobody: it is an error here. */
static enum err parse_bytes(const char *file, const char *data, size_t bytes, yaml_document_t *ret_document) {
  yaml_parser_t parser;
  yaml_document_t second;
  bool started = yaml_parser_initialize(&parser), more = false;
  assert(started);
  yaml_parser_set_input_string(&parser, (const unsigned char *)data, bytes);
  bool first_good = yaml_parser_load(&parser, ret_document);
  bool second_good = first_good && yaml_parser_load(&parser, &second);
  if (second_good) {
    more = yaml_document_get_root_node(&second) != NULL;
    yaml_document_delete(&second);
  }
  enum err err = second_good ? ERR_NONE : parser_err(file, &parser);
  if (more) err = err_note(ERR_BAD_INPUT, "%s:%zu:1: a second document stands here; one is wanted", file, parser.mark.line + 1);
  if (first_good && err != ERR_NONE) yaml_document_delete(ret_document);
  yaml_parser_delete(&parser);
  return err;
}

enum err web_yaml_open(const char *path, struct arena *arena, struct web_yaml **ret_yaml) {
  char *data = NULL;
  size_t bytes = 0;
  enum err err = file_read(path, FILE_BYTES_MAX, &data, &bytes);
  if (err != ERR_NONE) return err;
  yaml_document_t document;
  err = parse_bytes(path, data, bytes, &document);
  free(data);
  if (err != ERR_NONE) return err;
  if (yaml_document_get_root_node(&document) == NULL) {
    yaml_document_delete(&document);
    return err_note(ERR_BAD_INPUT, "%s:1:1: the file is empty", path);
  }
  struct web_yaml *yaml = calloc(1, sizeof *yaml);
  assert(yaml != NULL);
  *yaml = (struct web_yaml){.document = document, .file = arena_text(arena, path), .arena = arena};
  *ret_yaml = yaml;
  return ERR_NONE;
}

const yaml_node_t *web_yaml_root(const struct web_yaml *yaml) {
  return yaml_document_get_root_node(document_of(yaml));
}

/* ---- asking ---- */

enum err web_yaml_err(const struct web_yaml *yaml, const yaml_node_t *node, const char *fmt, ...) {
  char what[WHAT_BYTES];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(what, sizeof what, fmt, args);
  va_end(args);
  return err_note(ERR_BAD_INPUT, "%s:%zu:%zu: %s", yaml->file, node->start_mark.line + 1, node->start_mark.column + 1, what);
}

static bool is_text(const yaml_node_t *node, const char *text) {
  return node->type == YAML_SCALAR_NODE && strcmp((const char *)node->data.scalar.value, text) == 0;
}

const yaml_node_t *web_yaml_at(const struct web_yaml *yaml, const yaml_node_t *node, const char *key) {
  if (node == NULL || node->type != YAML_MAPPING_NODE) return NULL;
  for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
    if (is_text(node_of(yaml, pair->key), key)) return node_of(yaml, pair->value);
  return NULL;
}

enum err web_yaml_text(const struct web_yaml *yaml, const yaml_node_t *node, const char *what, size_t chars_max,
                       const char **ret_text) {
  if (node->type != YAML_SCALAR_NODE) return web_yaml_err(yaml, node, "%s must be a text", what);
  const char *text = (const char *)node->data.scalar.value;
  size_t bytes = node->data.scalar.length;
  if (bytes == 0) return web_yaml_err(yaml, node, "%s is empty", what);
  if (!text_utf8_valid(text, bytes)) return web_yaml_err(yaml, node, "%s is not plain UTF-8 text", what);
  if (text_utf8_count(text) > chars_max) return web_yaml_err(yaml, node, "%s has more than %zu characters", what, chars_max);
  *ret_text = arena_text(yaml->arena, text);
  return ERR_NONE;
}

/* ---- mappings by table ---- */

static const struct web_yaml_field *field_named(const struct web_yaml_field *fields, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(fields[i].name, name) == 0) return &fields[i];
  return NULL;
}

static enum err unknown_key(const struct web_yaml *yaml, const yaml_node_t *key, const char *what,
                            const struct web_yaml_field *fields, size_t count) {
  CLEANUP(text_done) struct text known;
  text_init(&known, WHAT_BYTES / 2);
  for (size_t i = 0; i < count; i++) text_addf(&known, "%s%s", i == 0 ? "" : ", ", fields[i].name);
  const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "?";
  return web_yaml_err(yaml, key, "%s has no key \"%.40s\"; it may have %s", what, name, text_str(&known));
}

static enum err read_pair(const struct web_yaml *yaml, const yaml_node_t *key, const yaml_node_t *value,
                          const struct web_yaml_field *field, void *ret_struct) {
  if (field->chars_max == 0) return ERR_NONE;
  const char **slot = (const char **)((char *)ret_struct + field->offset);
  if (*slot != NULL) return web_yaml_err(yaml, key, "%s stands twice", field->name);
  return web_yaml_text(yaml, value, field->name, field->chars_max, slot);
}

enum err web_yaml_read(const struct web_yaml *yaml, const yaml_node_t *node, const char *what,
                       const struct web_yaml_field *fields, size_t count, void *ret_struct) {
  if (node->type != YAML_MAPPING_NODE) return web_yaml_err(yaml, node, "%s must have keys and values", what);
  for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
    const yaml_node_t *key = node_of(yaml, pair->key), *value = node_of(yaml, pair->value);
    const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "";
    const struct web_yaml_field *field = field_named(fields, count, name);
    if (field == NULL) return unknown_key(yaml, key, what, fields, count);
    enum err err = read_pair(yaml, key, value, field, ret_struct);
    if (err != ERR_NONE) return err;
  }
  for (size_t i = 0; i < count; i++)
    if (fields[i].needed && web_yaml_at(yaml, node, fields[i].name) == NULL)
      return web_yaml_err(yaml, node, "%s needs the key %s", what, fields[i].name);
  return ERR_NONE;
}

/* ---- lists ---- */

static size_t size_of(const yaml_node_t *node) {
  if (node->type == YAML_SEQUENCE_NODE) return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
  return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
}

enum err web_yaml_items(const struct web_yaml *yaml, const yaml_node_t *node, const char *what, size_t count_max,
                        const yaml_node_t ***ret_items, const yaml_node_t ***ret_keys, size_t *ret_count) {
  if (node == NULL) {
    *ret_count = 0;
    return ERR_NONE;
  }
  enum yaml_node_type_e wanted = ret_keys == NULL ? YAML_SEQUENCE_NODE : YAML_MAPPING_NODE;
  if (node->type != wanted)
    return web_yaml_err(yaml, node, ret_keys == NULL ? "%s must be a list" : "%s must have keys and values", what);
  size_t count = size_of(node);
  if (count > count_max) return web_yaml_err(yaml, node, "%s has %zu entries, at most %zu are taken", what, count, count_max);
  const yaml_node_t **items = arena_alloc(yaml->arena, (count + 1) * sizeof *items);
  const yaml_node_t **keys = arena_alloc(yaml->arena, (count + 1) * sizeof *keys);
  for (size_t i = 0; i < count; i++) {
    bool keyed = wanted == YAML_MAPPING_NODE;
    if (keyed) keys[i] = node_of(yaml, node->data.mapping.pairs.start[i].key);
    items[i] = node_of(yaml, keyed ? node->data.mapping.pairs.start[i].value : node->data.sequence.items.start[i]);
  }
  *ret_items = items;
  if (ret_keys != NULL) *ret_keys = keys;
  *ret_count = count;
  return ERR_NONE;
}

/* ---- the end ---- */

struct web_yaml *web_yaml_free(struct web_yaml *yaml) {
  if (yaml != NULL) yaml_document_delete(&yaml->document);
  free(yaml);
  return NULL;
}

void web_yaml_freep(struct web_yaml **yaml) {
  *yaml = web_yaml_free(*yaml);
}
