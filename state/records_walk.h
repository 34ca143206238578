/* records_walk.h: what the generic code of this room shares to walk records by their descriptions; for state/ only. */
#ifndef MENTORD_RECORDS_WALK_H
#define MENTORD_RECORDS_WALK_H

#include <string.h>

#include "state/records.h"

/* ---- the names of enums.def, one table each: role_names[ROLE_MAX_] ---- */
#define ENUM_BEGIN(name)
#define VALUE(prefix, value, text)
#define ENUM_END(name, NAME) extern const char *const name##_names[NAME##_MAX_];
#include "state/enums.def"
#undef ENUM_BEGIN
#undef VALUE
#undef ENUM_END

/* ---- INDEX and DUE lines as tables ---- */
struct record_key {
  enum record_kind kind;
  size_t offset; /* of the STR field of an index, of the TIME field of a timer */
};
const struct record_key *record_index_key(enum record_index index);
const struct record_key *record_dues(size_t *ret_count);
/* The description of every part, in the order of records.def. */
const struct record_shape *const *record_parts(size_t *ret_count);

/* The front of an id in 64 bits: where two keys differ, they are ordered like the ids; where not, record_id_order decides. */
uint64_t record_id_key(const char *id);

/* ---- one field of one record; memcpy, because the walkers do not know the struct ---- */
struct list_raw { /* the shape of every LIST field */
  void *items;
  size_t count;
  void *grown;
};

static inline const void *field_of(const void *record, size_t offset) {
  return (const char *)record + offset;
}
static inline void *slot_of(void *record, size_t offset) {
  return (char *)record + offset;
}
static inline const char *field_text(const void *record, size_t offset) {
  const char *text;
  memcpy(&text, field_of(record, offset), sizeof text);
  return text;
}
static inline int64_t field_int(const void *record, size_t offset) {
  int64_t value;
  memcpy(&value, field_of(record, offset), sizeof value);
  return value;
}
static inline bool field_bool(const void *record, size_t offset) {
  bool value;
  memcpy(&value, field_of(record, offset), sizeof value);
  return value;
}
static inline int field_enum(const void *record, size_t offset) {
  int value;
  static_assert(sizeof value == sizeof(enum role), "our enums are as wide as an int");
  memcpy(&value, field_of(record, offset), sizeof value);
  return value;
}
static inline struct strs field_strs(const void *record, size_t offset) {
  struct strs list;
  memcpy(&list, field_of(record, offset), sizeof list);
  return list;
}
static inline struct list_raw field_list(const void *record, size_t offset) {
  struct list_raw list;
  memcpy(&list, field_of(record, offset), sizeof list);
  return list;
}
static inline const void *list_item(const struct list_raw *list, const struct record_shape *part, size_t position) {
  return (const char *)list->items + position * part->bytes;
}

#endif
