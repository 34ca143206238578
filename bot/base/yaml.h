/* yaml.h: a YAML file as a small tree in which every node knows its place, read under a table of keys; the door to libyaml. */
#ifndef MENTORD_YAML_H
#define MENTORD_YAML_H

#include "bot/base/arena.h"
#include "bot/base/err.h"

/* YAML_ARENA_BYTES is enough for the largest file, with everything that is read from it and said about it. */
enum { YAML_BYTES_MAX = 256 * 1024, YAML_DEPTH_MAX = 16, YAML_NODES_MAX = 20000, YAML_ARENA_BYTES = 16 * 1024 * 1024 };
enum { YAML_TOLD_MAX = 200, YAML_WHAT_BYTES = 640, YAML_SHOWN_CHARS = 40 };

enum yaml_shape { YAML_ONE, YAML_MANY, YAML_PAIRS }; /* a value, a list, keys and values */
struct yaml_node {
  enum yaml_shape shape;
  size_t line, column;          /* from 1 */
  const char *text;             /* YAML_ONE: UTF-8 without NUL, never NULL */
  bool plain;                   /* not in quotes, not a block of text */
  const struct yaml_node *next; /* its neighbour in the list or the map */
  const struct yaml_node *first; /* what is in it, in the order of the file */
  size_t count;
  const char *key;              /* in a map: under which key it stands, … */
  size_t key_line, key_column;  /* … and where that is */
};

/* Whoever reads says how troubles are told: files above know their own kinds. After YAML_TOLD_MAX they are only counted. */
typedef void yaml_tell(void *who, size_t line, size_t column, const char *what);
struct yaml_reader {
  struct arena *arena; /* borrowed: the tree and what is read from it live here */
  yaml_tell *tell;
  void *who;
  size_t troubles;
};

/* The whole file: one document, plain UTF-8, no anchors, aliases or tags, no key twice in one map. ERR_BAD_INPUT when a
 * trouble was told; ERR_GONE, ERR_DENIED, ERR_LIMITED with a note when the file cannot be read at all. */
enum err yaml_read(struct yaml_reader *reader, const char *path, const struct yaml_node **ret_root) MUST_CHECK;
enum err yaml_read_bytes(struct yaml_reader *reader, const char *data, size_t bytes, const struct yaml_node **ret_root) MUST_CHECK;

/* ---- the table of keys: one row each ---- */
enum yaml_type {
  YAML_TEXT,   /* const char *: min to max characters, in one line */
  YAML_LINES,  /* const char *: the same, in several lines */
  YAML_NAME,   /* const char *: letters, digits, '.', '_', '-' */
  YAML_WHOLE,  /* int64_t from min to max */
  YAML_YES_NO, /* bool: yes, no, true, false */
  YAML_DATE,   /* const char *: YYYY-MM-DD */
  YAML_CHOICE, /* const char *: one of `choices`, as it stands there */
  YAML_TEXTS,  /* struct yaml_texts of at most max texts */
  YAML_DATES,  /* struct yaml_texts of at most max dates */
  YAML_MAP,    /* const struct yaml_node *: keys and values, read by another table */
  YAML_LIST,   /* const struct yaml_node *: at most max items */
  YAML_BLOCK   /* const struct yaml_node *: anything at all */
};
enum { YAML_CHARS_DEFAULT = 200, YAML_ITEM_CHARS_MAX = 120 };

struct yaml_texts {
  const char **items;
  size_t count;
  const struct yaml_node *node; /* where it stands; NULL when it is absent */
};
struct yaml_key {
  const char *name;
  enum yaml_type type;
  size_t offset;              /* of its field in the struct that is filled */
  int64_t min, max;           /* max 0: YAML_CHARS_DEFAULT for texts, 100 for lists */
  bool needed;
  const char *otherwise;      /* its value when it is absent, as the file would say it; NULL: zero */
  const char *const *choices; /* ends with NULL */
  const char *example;        /* what could stand behind the colon */
  const char *help;           /* what it is for, as in "the days nobody works" */
};

/* Fills `ret_struct` by the table and tells every trouble. `what` names the thing: "a link". True when there was none. */
bool yaml_fill(struct yaml_reader *reader, const struct yaml_node *map, const char *what, const struct yaml_key *keys, size_t count,
               void *ret_struct);
/* The value of a key; NULL when there is none or the node is no map. */
const struct yaml_node *yaml_at(const struct yaml_node *map, const char *key);
/* One value by the rules of a row that has no name of its own ("an item of holidays"). True when it was fine. */
bool yaml_value(struct yaml_reader *reader, const struct yaml_node *node, const struct yaml_key *key, void *ret_value);

/* ---- telling ---- */
void yaml_trouble(struct yaml_reader *reader, const struct yaml_node *node, const char *fmt, ...) PRINTF_LIKE(3, 4);
void yaml_trouble_at_key(struct yaml_reader *reader, const struct yaml_node *node, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* What a file said, short enough and clean enough to be shown: printf("%s", yaml_show(text).text). */
struct yaml_shown { char text[YAML_SHOWN_CHARS * 4 + 8]; };
struct yaml_shown yaml_show(const char *text);
/* The word of `words` (ends with NULL) that `word` was probably meant to be, or NULL. */
const char *yaml_meant(const char *word, const char *const *words);

#endif
