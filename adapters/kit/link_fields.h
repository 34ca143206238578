/* link_fields.h: what each line of the link carries, as tables. Reading, checking and writing all walk these. */
#ifndef MENTORD_LINK_FIELDS_H
#define MENTORD_LINK_FIELDS_H

#include "adapters/kit/link_frame.h"

enum link_shape {
  SHAPE_ID,      /* const char *: 1 to LINK_ID_BYTES_MAX bytes, no control character */
  SHAPE_TEXT,    /* const char *: at most `max` bytes */
  SHAPE_BASE64,  /* const char *: at most `max` characters of base64 */
  SHAPE_INT,     /* int from 0 to `max` */
  SHAPE_SIZE,    /* size_t from 0 to `max` */
  SHAPE_MS,      /* int64_t, milliseconds since 1970 */
  SHAPE_SECONDS, /* int64_t milliseconds, on the wire in whole seconds from 0 to `max` */
  SHAPE_VERSION, /* int64_t from 0 to `max` */
  SHAPE_BOOL,    /* bool: false is not written */
  SHAPE_WORD,    /* an enum, on the wire by name */
  SHAPE_PART,    /* an object whose fields stand in the same struct */
  SHAPE_POINTED, /* an object behind a pointer */
  SHAPE_LIST,    /* pointer and count: an array of objects, at most `max` */
  SHAPE_TEXTS,   /* pointer and count: an array of texts, at most `max` */
  SHAPE_VALUES,  /* pointer and count: a form's {"name":"x"} or {"name":["x","y"]}, at most `max` */
  SHAPE_MAX_
};

enum {
  LINK_BASE64_CHARS_MAX = (LINK_KEEP_BYTES_MAX + 2) / 3 * 4,
  LINK_FORM_VALUES_MAX = 500, /* of one field */
  LINK_LATER_SECONDS_MAX = 7 * 24 * 3600,
};
#define LINK_MS_MAX INT64_C(253402300799999) /* the end of the year 9999 */

struct link_word { /* an enum on the wire */
  bool (*value)(const char *name, int *ret_value);
  const char *(*name)(int value);
};

struct link_fields;
struct link_field {
  const char *name;
  enum link_shape shape;
  bool needed;
  size_t at;       /* offset of the member in its struct */
  size_t count_at; /* of its count: LIST, TEXTS, VALUES */
  int64_t max;
  const struct link_fields *inner; /* PART, POINTED, LIST */
  const struct link_word *word;    /* WORD */
};

struct link_fields {
  const char *title;  /* stands before the field in a note: "event.person" */
  size_t bytes;       /* of one element: LIST, POINTED */
  const struct link_field *rows;
  size_t count;
};

/* The fields of a line that do not depend on its kind. A hello's are the bot's or the adapter's: `from_adapter` says. */
const struct link_fields *link_fields_of(enum link_line line, bool from_adapter);
/* Those that do: by event.kind or action.kind; an empty table for other lines and for kinds nobody knows. */
const struct link_fields *link_fields_of_kind(const struct link_frame *frame);

/* What both a line and its event or action carry is found in either place. */
void link_frame_name(struct link_frame *frame);
/* Is this member, in the struct at `base`, complete and within bounds? False with a note. */
bool link_field_check(const struct link_fields *fields, const struct link_field *field, const void *base);
/* An action's `to` names a person or a room; nothing in a table can say "one of the two". False with a note. */
bool link_target_check(const struct link_frame *frame);
/* Notes "part.field why" as bad input; always false. */
bool link_field_refuse(const struct link_fields *fields, const struct link_field *field, const char *why);
/* Is anything in the part at `base` said? Parts of which nothing is said are not written. */
bool link_part_is_set(const struct link_fields *part, const void *base);

/* The member a field speaks of, in the struct at `base`. */
static inline void *link_member(const struct link_field *field, void *base) {
  return (char *)base + field->at;
}
static inline const void *link_member_const(const struct link_field *field, const void *base) {
  return (const char *)base + field->at;
}
static inline size_t link_count(const struct link_field *field, const void *base) {
  return *(const size_t *)(const void *)((const char *)base + field->count_at);
}

#endif
