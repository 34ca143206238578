/* yaml.c: builds the tree from libyaml's events (its documents do not show anchors, nor bound their depth) and reads it by tables. */
#include "bot/base/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "bot/base/file.h"
#include "bot/base/text.h"
#include "bot/base/zone.h"

enum { ITEMS_DEFAULT = 100, KEY_CHARS_MAX = 100, KEYS_MAX = 500, KEYS_SHOWN_MAX = 64, DIGITS_MAX = 18 };

/* ---- telling ---- */
static void tell(struct yaml_reader *reader, size_t line, size_t column, const char *fmt, va_list args) PRINTF_LIKE(4, 0);

static void tell(struct yaml_reader *reader, size_t line, size_t column, const char *fmt, va_list args) {
  char what[YAML_WHAT_BYTES];
  if (reader->troubles++ >= YAML_TOLD_MAX) return;
  (void)vsnprintf(what, sizeof what, fmt, args);
  reader->tell(reader->who, line, column, what);
}

static void tell_at(struct yaml_reader *reader, size_t line, size_t column, const char *fmt, ...) PRINTF_LIKE(4, 5);

static void tell_at(struct yaml_reader *reader, size_t line, size_t column, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  tell(reader, line, column, fmt, args);
  va_end(args);
}

void yaml_trouble(struct yaml_reader *reader, const struct yaml_node *node, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  tell(reader, node->line, node->column, fmt, args);
  va_end(args);
}

void yaml_trouble_at_key(struct yaml_reader *reader, const struct yaml_node *node, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  tell(reader, node->key == NULL ? node->line : node->key_line, node->key == NULL ? node->column : node->key_column, fmt, args);
  va_end(args);
}

struct yaml_shown yaml_show(const char *text) {
  struct yaml_shown shown;
  size_t bytes = text_utf8_cut(text, YAML_SHOWN_CHARS);
  bool more = text[bytes] != '\0';
  (void)snprintf(shown.text, sizeof shown.text, "%.*s%s", (int)bytes, text, more ? "…" : "");
  for (char *c = shown.text; *c != '\0'; c++) {
    if ((unsigned char)*c < ' ' || *c == 127) *c = ' ';
  }
  return shown;
}

const char *yaml_meant(const char *word, const char *const *words) {
  const char *best = NULL;
  size_t least = strlen(word) < 4 ? 2 : 3; /* so many edits are another word */
  for (size_t i = 0; words[i] != NULL; i++) {
    size_t edits = text_distance(word, words[i]);
    if (edits >= least || edits >= strlen(words[i])) continue;
    least = edits;
    best = words[i];
  }
  return best;
}

/* ---- from bytes to a tree ---- */
struct level {
  struct yaml_node *node;         /* a list or a map that is not closed yet */
  struct yaml_node *last;         /* the last thing in it */
  struct yaml_node *key;          /* of a map: the key whose value comes next */
};
struct builder {
  struct yaml_reader *reader;
  yaml_parser_t parser;
  struct level levels[YAML_DEPTH_MAX];
  size_t depth, nodes;
  struct yaml_node *root;
  const char *data;
  size_t bytes;
};

static void place_of_offset(const struct builder *builder, size_t offset, size_t *ret_line, size_t *ret_column) {
  *ret_line = *ret_column = 1;
  for (size_t i = 0; i < offset && i < builder->bytes; i++) {
    unsigned char c = (unsigned char)builder->data[i];
    if (c == '\n') ++*ret_line, *ret_column = 1;
    else if ((c & 0xc0) != 0x80) ++*ret_column;
  }
}

/* libyaml's words for what is wrong, and ours for what to write instead. */
static const struct {
  const char *begins, *advice;
} advices[] = {
    {"mapping values are not allowed", "a second `:` in one line; put the text behind the first one in quotes, or check the indentation"},
    {"could not find expected ':'", "a key without `:`; write `key: value`"},
    {"did not find expected key", "this line does not fit the ones above; give keys that belong together the same indentation"},
    {"did not find expected '-' indicator", "this line does not fit the list above; begin each item with `- ` in the same column"},
    {"did not find expected ',' or ']'", "the list is not closed; write `[one, two]`"},
    {"did not find expected ',' or '}'", "the braces are not closed; write `{ key: value, key: value }`"},
    {"did not find expected node content", "something is missing here; write a value, or take the comma out"},
    {"found unexpected end of stream", "a quote is not closed; close it with the sign it began with"},
    {"found unexpected document indicator", "a quote is not closed; close it with the sign it began with"},
    {"block sequence entries are not allowed", "a list cannot begin in the line of its key; put `- ` on a line of its own"},
    {"found character that cannot start any token", "a text cannot begin with this sign, and indentation takes spaces, not tabs; put the text in quotes"},
    {"found a tab character", "a tab; indent with spaces"},
    {"found unknown escape character", "an unknown `\\` in quotes; use single quotes, in which it is an ordinary sign"},
    {"did not find expected <document start>", "the first line is no `key: value`; begin with one"},
};

static void tell_parser(struct builder *builder) {
  const yaml_parser_t *parser = &builder->parser;
  const char *problem = parser->problem == NULL ? "this is no YAML" : parser->problem;
  size_t line = parser->problem_mark.line + 1, column = parser->problem_mark.column + 1;
  if (parser->error == YAML_READER_ERROR) {
    place_of_offset(builder, parser->problem_offset, &line, &column);
    tell_at(builder->reader, line, column, "this is no plain UTF-8 text; save the file as UTF-8, without control characters");
    return;
  }
  for (size_t i = 0; i < ARRAY_LEN(advices); i++) {
    if (strncmp(problem, advices[i].begins, strlen(advices[i].begins)) != 0) continue;
    tell_at(builder->reader, line, column, "%s", advices[i].advice);
    return;
  }
  tell_at(builder->reader, line, column, "this is no YAML: %s; compare it with the samples in deploy/", problem);
}

static struct yaml_node *node_new(struct builder *builder, const yaml_event_t *event, enum yaml_shape shape) {
  struct yaml_node *node = arena_alloc(builder->reader->arena, sizeof *node);
  node->shape = shape;
  node->line = event->start_mark.line + 1;
  node->column = event->start_mark.column + 1;
  node->text = "";
  builder->nodes++;
  return node;
}

static bool key_is_new(struct builder *builder, const struct level *level, const struct yaml_node *key) {
  if (level->node->count >= KEYS_MAX) {
    tell_at(builder->reader, key->line, key->column, "more than %d keys in one place; nothing here has so many", KEYS_MAX);
    return false;
  }
  const struct yaml_node *same = yaml_at(level->node, key->text);
  if (same == NULL) return true;
  tell_at(builder->reader, key->line, key->column, "the key `%s` stands here a second time, first in line %zu; keep one of them",
          yaml_show(key->text).text, same->key_line);
  return false;
}

static bool take_key(struct builder *builder, struct level *level, struct yaml_node *key) {
  if (key->shape != YAML_ONE || key->text[0] == '\0' || text_utf8_count(key->text) > KEY_CHARS_MAX) {
    tell_at(builder->reader, key->line, key->column, "a key is one plain word; write `key: value`");
    return false;
  }
  level->key = key;
  return key_is_new(builder, level, key);
}

/* Puts a node into the list or map that is open. */
static bool attach(struct builder *builder, struct yaml_node *node) {
  if (builder->depth == 0) {
    builder->root = node;
    return true;
  }
  struct level *level = &builder->levels[builder->depth - 1];
  if (level->node->shape == YAML_PAIRS && level->key == NULL) return take_key(builder, level, node);
  if (level->key != NULL) {
    node->key = level->key->text;
    node->key_line = level->key->line;
    node->key_column = level->key->column;
    level->key = NULL;
  }
  if (level->last == NULL) level->node->first = node;
  else level->last->next = node;
  level->last = node;
  level->node->count++;
  return true;
}

static bool open_node(struct builder *builder, struct yaml_node *node) {
  if (builder->depth == YAML_DEPTH_MAX) {
    tell_at(builder->reader, node->line, node->column, "this is nested more than %d deep; nothing here needs that", YAML_DEPTH_MAX);
    return false;
  }
  if (!attach(builder, node)) return false;
  builder->levels[builder->depth++] = (struct level){.node = node};
  return true;
}

static bool add_scalar(struct builder *builder, const yaml_event_t *event) {
  struct yaml_node *node = node_new(builder, event, YAML_ONE);
  const char *text = (const char *)event->data.scalar.value;
  if (!text_utf8_valid(text, event->data.scalar.length)) {
    tell_at(builder->reader, node->line, node->column, "this text holds a sign that is no text (a NUL); take it out");
    return false;
  }
  node->text = arena_text(builder->reader->arena, text);
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  return attach(builder, node);
}

static bool refuse(struct builder *builder, const yaml_event_t *event, const char *why) {
  tell_at(builder->reader, event->start_mark.line + 1, event->start_mark.column + 1, "%s", why);
  return false;
}

static bool has_anchor(const yaml_event_t *event) {
  return (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor != NULL) ||
         (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.anchor != NULL) ||
         (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.anchor != NULL);
}

static bool has_tag(const yaml_event_t *event) {
  return (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag != NULL) ||
         (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.tag != NULL) ||
         (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag != NULL);
}

static bool take_event(struct builder *builder, const yaml_event_t *event) {
  if (event->type == YAML_ALIAS_EVENT) return refuse(builder, event, "aliases (`*name`) are not understood here; write the value out, or put it in quotes");
  if (has_anchor(event)) return refuse(builder, event, "anchors (`&name`) are not understood here; write the value out, or put it in quotes");
  if (has_tag(event)) return refuse(builder, event, "tags (`!name`) are not understood here; take it out, or put the text in quotes");
  if (builder->nodes >= YAML_NODES_MAX) return refuse(builder, event, "the file has too many values; split it");
  switch (event->type) {
    case YAML_SCALAR_EVENT: return add_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT: return open_node(builder, node_new(builder, event, YAML_MANY));
    case YAML_MAPPING_START_EVENT: return open_node(builder, node_new(builder, event, YAML_PAIRS));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: builder->depth--; return true;
    case YAML_DOCUMENT_START_EVENT:
      if (builder->root != NULL) return refuse(builder, event, "a second document begins here; one file holds one, take out the `---`");
      return true;
    default: return true;
  }
}

static bool build(struct builder *builder) {
  for (bool end = false; !end;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&builder->parser, &event)) {
      tell_parser(builder);
      return false;
    }
    bool fine = take_event(builder, &event);
    end = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (!fine) return false;
  }
  return true;
}

enum err yaml_read_bytes(struct yaml_reader *reader, const char *data, size_t bytes, const struct yaml_node **ret_root) {
  if (bytes >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) data += 3, bytes -= 3;
  struct builder builder = {.reader = reader, .data = data, .bytes = bytes};
  int made = yaml_parser_initialize(&builder.parser);
  assert(made);
  yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&builder.parser, (const unsigned char *)data, bytes);
  bool fine = build(&builder);
  yaml_parser_delete(&builder.parser);
  if (!fine) return ERR_BAD_INPUT;
  if (builder.root == NULL) {
    tell_at(reader, 1, 1, "the file is empty; deploy/ has a sample to start from");
    return ERR_BAD_INPUT;
  }
  *ret_root = builder.root;
  return ERR_NONE;
}

enum err yaml_read(struct yaml_reader *reader, const char *path, const struct yaml_node **ret_root) {
  char *data;
  size_t bytes;
  enum err err = file_read(path, YAML_BYTES_MAX, &data, &bytes);
  if (err != ERR_NONE) return err;
  err = yaml_read_bytes(reader, data == NULL ? "" : data, bytes, ret_root);
  free(data);
  return err;
}

const struct yaml_node *yaml_at(const struct yaml_node *map, const char *key) {
  if (map == NULL || map->shape != YAML_PAIRS) return NULL;
  for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
    if (strcmp(node->key, key) == 0) return node;
  }
  return NULL;
}

/* ---- one value ---- */
static bool wrong(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, const char *is) {
  struct yaml_shown said = node->shape == YAML_ONE ? yaml_show(node->text) : (struct yaml_shown){.text = "…"};
  const char *not_this = node->shape == YAML_MANY ? "a list" : node->shape == YAML_PAIRS ? "keys and values" : NULL;
  yaml_trouble(reader, node, "`%s` is %s, not %s%s%s; write `%s: %s`", key->name, is, not_this == NULL ? "`" : not_this,
               not_this == NULL ? said.text : "", not_this == NULL ? "`" : "", key->name, key->example == NULL ? "…" : key->example);
  return false;
}

static bool is_one(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, const char *is) {
  if (node->shape != YAML_ONE) return wrong(reader, node, key, is);
  if (node->text[0] != '\0') return true;
  yaml_trouble(reader, node, "`%s` is empty; write `%s: %s`, or take the line out", key->name, key->name, key->example == NULL ? "…" : key->example);
  return false;
}

static bool has_controls(const char *text, bool lines) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text >= ' ' && *text != 127) continue;
    if (!lines || (*text != '\n' && *text != '\t')) return true;
  }
  return false;
}

static bool read_text(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  bool lines = key->type == YAML_LINES;
  size_t count, max = key->max == 0 ? YAML_CHARS_DEFAULT : (size_t)key->max;
  if (!is_one(reader, node, key, "a text")) return false;
  count = text_utf8_count(node->text);
  if (count > max || count < (size_t)key->min) {
    yaml_trouble(reader, node, "`%s` has %zu characters, and may have %lld to %zu", key->name, count, (long long)(key->min < 1 ? 1 : key->min), max);
    return false;
  }
  if (has_controls(node->text, lines)) {
    yaml_trouble(reader, node, "`%s` is %s without control characters; write it out plainly", key->name, lines ? "a text" : "one line");
    return false;
  }
  *(const char **)slot = arena_text(reader->arena, node->text);
  return true;
}

static bool read_name(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  size_t max = key->max == 0 ? 64 : (size_t)key->max;
  if (!is_one(reader, node, key, "a short name")) return false;
  if (strlen(node->text) > max || strspn(node->text, letters) != strlen(node->text)) {
    yaml_trouble(reader, node, "`%s` is a name of at most %zu letters (a to z), digits, `.`, `_` or `-`, not `%s`; write `%s: %s`", key->name, max,
                 yaml_show(node->text).text, key->name, key->example == NULL ? "city" : key->example);
    return false;
  }
  *(const char **)slot = arena_text(reader->arena, node->text);
  return true;
}

static bool read_whole(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  char is[120];
  (void)snprintf(is, sizeof is, "a whole number from %lld to %lld", (long long)key->min, (long long)key->max);
  if (!is_one(reader, node, key, is)) return false;
  const char *digits = node->text + (node->text[0] == '-');
  if (*digits == '\0' || strlen(digits) > DIGITS_MAX || strspn(digits, "0123456789") != strlen(digits)) return wrong(reader, node, key, is);
  int64_t number = strtoll(node->text, NULL, 10);
  if (number < key->min || number > key->max) return wrong(reader, node, key, is);
  *(int64_t *)slot = number;
  return true;
}

static bool read_yes_no(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  static const char *const words[] = {"yes", "true", "no", "false"};
  if (!is_one(reader, node, key, "yes or no")) return false;
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    if (strcmp(words[i], node->text) != 0) continue;
    *(bool *)slot = i < 2;
    return true;
  }
  return wrong(reader, node, key, "yes or no");
}

static bool read_date(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  struct civil day;
  if (!is_one(reader, node, key, "a date, year-month-day")) return false;
  if (!civil_parse(node->text, &day)) return wrong(reader, node, key, "a date of the calendar, year-month-day");
  *(const char **)slot = arena_text(reader->arena, node->text);
  return true;
}

static bool read_choice(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  char list[240] = "";
  if (!is_one(reader, node, key, "one word of a list")) return false;
  for (size_t i = 0; key->choices[i] != NULL; i++) {
    if (strcmp(key->choices[i], node->text) == 0) {
      *(const char **)slot = key->choices[i];
      return true;
    }
    size_t length = strlen(list);
    (void)snprintf(list + length, sizeof list - length, "%s`%s`", i == 0 ? "" : key->choices[i + 1] == NULL ? " or " : ", ", key->choices[i]);
  }
  const char *meant = yaml_meant(node->text, key->choices);
  yaml_trouble(reader, node, "`%s` is %s, not `%s`%s%s%s", key->name, list, yaml_show(node->text).text, meant == NULL ? "" : "; did you mean `",
               meant == NULL ? "" : meant, meant == NULL ? "" : "`?");
  return false;
}

static bool is_list(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key) {
  size_t max = key->max == 0 ? ITEMS_DEFAULT : (size_t)key->max;
  if (node->shape != YAML_MANY) return wrong(reader, node, key, "a list");
  if (node->count >= (size_t)key->min && node->count <= max) return true;
  yaml_trouble(reader, node, "`%s` has %zu items, and may have %lld to %zu", key->name, node->count, (long long)key->min, max);
  return false;
}

static bool read_texts(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  struct yaml_key item = {.name = key->name, .type = key->type == YAML_DATES ? YAML_DATE : YAML_TEXT, .max = YAML_ITEM_CHARS_MAX, .example = key->example};
  struct yaml_texts texts = {.node = node};
  if (!is_list(reader, node, key)) return false;
  bool fine = true;
  texts.items = arena_alloc(reader->arena, (node->count + 1) * sizeof *texts.items);
  for (const struct yaml_node *one = node->first; one != NULL; one = one->next) {
    if (yaml_value(reader, one, &item, &texts.items[texts.count])) texts.count++;
    else fine = false;
  }
  *(struct yaml_texts *)slot = texts;
  return fine;
}

static bool read_node(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot) {
  if (key->type == YAML_MAP && node->shape != YAML_PAIRS) return wrong(reader, node, key, "keys and values");
  if (key->type == YAML_LIST && !is_list(reader, node, key)) return false;
  *(const struct yaml_node **)slot = node;
  return true;
}

typedef bool read_fn(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *slot);
static read_fn *const readers[] = {
    [YAML_TEXT] = read_text, [YAML_LINES] = read_text, [YAML_NAME] = read_name, [YAML_WHOLE] = read_whole, [YAML_YES_NO] = read_yes_no,
    [YAML_DATE] = read_date, [YAML_CHOICE] = read_choice, [YAML_TEXTS] = read_texts, [YAML_DATES] = read_texts, [YAML_MAP] = read_node,
    [YAML_LIST] = read_node, [YAML_BLOCK] = read_node,
};

bool yaml_value(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *ret_value) {
  return readers[key->type](reader, node, key, ret_value);
}

/* ---- a map by its table ---- */
static const struct yaml_key *key_named(const struct yaml_key *keys, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(keys[i].name, name) == 0) return &keys[i];
  }
  return NULL;
}

static void unknown_key(struct yaml_reader *reader, const struct yaml_node *node, const char *what, const struct yaml_key *keys, size_t count) {
  const char *names[KEYS_SHOWN_MAX + 1] = {NULL};
  char list[400] = "";
  for (size_t i = 0; i < count && i < KEYS_SHOWN_MAX; i++) {
    size_t length = strlen(list);
    names[i] = keys[i].name;
    (void)snprintf(list + length, sizeof list - length, "%s`%s`", i == 0 ? "" : ", ", keys[i].name);
  }
  const char *meant = yaml_meant(node->key, names);
  if (meant != NULL) yaml_trouble_at_key(reader, node, "unknown key `%s`; did you mean `%s`?", yaml_show(node->key).text, meant);
  else yaml_trouble_at_key(reader, node, "unknown key `%s`; %s has %s", yaml_show(node->key).text, what, list);
}

/* Before anything is read: what is wrong in the file then still has a value, and needs no further care. */
static void put_default(const struct yaml_key *key, void *slot) {
  if (key->otherwise == NULL) return;
  switch (key->type) {
    case YAML_WHOLE: *(int64_t *)slot = strtoll(key->otherwise, NULL, 10); break;
    case YAML_YES_NO: *(bool *)slot = strcmp(key->otherwise, "yes") == 0; break;
    case YAML_TEXT: case YAML_LINES: case YAML_NAME: case YAML_DATE: case YAML_CHOICE: *(const char **)slot = key->otherwise; break;
    default: break;
  }
}

static bool key_absent(struct yaml_reader *reader, const struct yaml_node *map, const char *what, const struct yaml_key *key) {
  if (!key->needed) return true;
  yaml_trouble(reader, map, "%s needs `%s`, %s; write `%s: %s`", what, key->name, key->help == NULL ? "which is missing" : key->help, key->name,
               key->example == NULL ? "…" : key->example);
  return false;
}

bool yaml_fill(struct yaml_reader *reader, const struct yaml_node *map, const char *what, const struct yaml_key *keys, size_t count,
               void *ret_struct) {
  for (size_t i = 0; i < count; i++) put_default(&keys[i], (char *)ret_struct + keys[i].offset);
  if (map->shape != YAML_PAIRS) {
    yaml_trouble(reader, map, "%s is keys and values; write `%s: %s`", what, keys[0].name, keys[0].example == NULL ? "…" : keys[0].example);
    return false;
  }
  bool fine = true;
  for (const struct yaml_node *node = map->first; node != NULL; node = node->next) {
    const struct yaml_key *key = key_named(keys, count, node->key);
    if (key == NULL) unknown_key(reader, node, what, keys, count);
    if (key == NULL || !yaml_value(reader, node, key, (char *)ret_struct + key->offset)) fine = false;
  }
  for (size_t i = 0; i < count; i++) {
    if (yaml_at(map, keys[i].name) == NULL && !key_absent(reader, map, what, &keys[i])) fine = false;
  }
  return fine;
}
