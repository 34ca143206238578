/* keep_fields.h: what is kept of a struct, as rows of a table: from it come saving and loading. */
#ifndef SIM_SLACK_KEEP_FIELDS_H
#define SIM_SLACK_KEEP_FIELDS_H

#include <stddef.h>

#include "tests/sim/slack/world.h"

enum kept_shape {
  KEPT_TEXT,    /* char[] */
  KEPT_NUMBER,  /* bool, int, size_t, int64_t or an enum */
  KEPT_TREE,    /* cJSON *, owned */
  KEPT_WORDS,   /* struct list of char *, owned */
  KEPT_VIEW,    /* struct view *, owned */
  KEPT_TEAM, KEPT_USER, KEPT_CHANNEL /* pointers, borrowed from the world: kept by their ids; a person's is "T01/U1" */
};

struct kept_field {
  const char *name; /* in the file, as in the struct */
  enum kept_shape shape;
  size_t at, size;
};

#define KEPT(owner, shape, field) {#field, KEPT_##shape, offsetof(struct owner, field), sizeof(((struct owner *)0)->field)}

struct kept_fields { /* a table: */
  const struct kept_field *fields;
  size_t count;
};

#define KEPT_TABLE(name, ...)                                \
  static const struct kept_field name##_rows[] = {__VA_ARGS__}; \
  static const struct kept_fields name##_fields = {name##_rows, ARRAY_LEN(name##_rows)}

void keep_fields_save(const struct kept_fields *fields, const void *what, cJSON *row);
/* Into something just made. What the file does not name stays as it is. */
void keep_fields_load(const struct kept_fields *fields, struct world *world, const cJSON *row, void *what);

#endif
