/* records.h: the records as structs, and one description each that everything generic works from. */
#ifndef MENTORD_RECORDS_H
#define MENTORD_RECORDS_H

#include "bot/base/arena.h"
#include "bot/base/err.h"
#include "bot/base/text.h"
#include "state/records_structs.h"

enum { RECORDS_VERSION = 1, RECORD_JSON_BYTES_MAX = 262144, RECORD_LIST_MAX = 4096 };

/* ---- descriptions ---- */
enum field_type { FIELD_STR, FIELD_REF, FIELD_INT, FIELD_BOOL, FIELD_TIME, FIELD_ENUM, FIELD_STRS, FIELD_LIST };
enum field_class { CLASS_PLAIN, CLASS_PERSONAL, CLASS_SEALED };
enum record_heat { HEAT_HOT, HEAT_COLD };

struct record_shape;
struct record_field {
  const char *name;
  const char *member;              /* as it is written behind another one: ,"name": */
  size_t member_bytes;
  enum field_type type;
  enum field_class class;
  const char *sees;                /* letters as in records.def */
  const char *what;
  size_t offset;
  const char *const *enum_names;   /* FIELD_ENUM */
  size_t enum_count;
  const struct record_shape *part; /* FIELD_LIST */
};
struct record_shape {
  const char *name;
  size_t bytes;
  const struct record_field *fields;
  size_t field_count;
};
struct record_kind_info {
  const struct record_shape *shape;
  const char *prefix;              /* of its ids; "" where the id is a name */
  enum record_heat heat;
  const char *ends;
};

const struct record_kind_info *record_info(enum record_kind kind);
const char *record_kind_name(enum record_kind kind);            /* "person": also the last part of its Redis key */
enum record_kind record_kind_from(const char *name);            /* RECORD_KIND_INVALID_ when unknown */
const struct record_field *record_field(enum record_kind kind, const char *name); /* NULL when there is none */
const char *record_id(enum record_kind kind, const void *record);

/* ---- what the descriptions are for ---- */
/* "p9" before "p10": texts and numbers in turns, numbers by value. The one order of ids everywhere; like strcmp. */
int record_id_order(const char *a, const char *b);
/* One JSON object, fields in the order of records.def; NULL, 0, false and empty lists are left out. Enums are always
 * written, since the lines of enums.def may move. A list past RECORD_LIST_MAX makes the text full: it could not be read. */
void record_encode(enum record_kind kind, const void *record, struct text *text);
/* Unknown fields are ignored, missing ones are NULL, 0, false; a record without an id is refused. Wrong types, unknown
 * enum names and lists past RECORD_LIST_MAX are ERR_BAD_INPUT with the field's path in the note, never what stood there.
 * Takes at most 16 times `bytes` plus 1 MiB of the arena. */
enum err record_decode(enum record_kind kind, const char *json, size_t bytes, struct arena *arena, void **ret_record) MUST_CHECK;
/* A deep copy in the arena, free to edit. */
void *record_copy(enum record_kind kind, const void *record, struct arena *arena);
/* A deep copy in one malloc block: free() ends it. */
void *record_pack(enum record_kind kind, const void *record);
/* True when both would be written as the same JSON. */
bool record_same(enum record_kind kind, const void *a, const void *b);
/* The fields whose `sees` holds one of `letters`, as JSON: what a person of these rights gets to see. */
void record_export(enum record_kind kind, const void *record, const char *letters, struct text *text);
/* The table of README.md, one line a field. */
void record_document(struct text *text);

/* ---- lists inside records, in an arena ---- */
struct strs strs_of(struct arena *arena, size_t count, ...);     /* const char * each */
struct strs strs_plus(struct arena *arena, struct strs list, const char *one);
bool strs_has(struct strs list, const char *one);
/* LIST_ADD(arena, &talk->slots) gives a pointer to a new zeroed last item, good until the next one. Items that are shared
 * with another record, the model's or a literal are copied first, never written over. */
void *list_add(struct arena *arena, void *list, size_t item_bytes);
#define LIST_ADD(arena, list) ((__typeof__((list)->items))list_add((arena), (list), sizeof *(list)->items))

#endif
