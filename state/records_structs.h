/* records_structs.h: what the .def files say, as C: enums, structs, kinds and indexes. Read records.def, not this. */
#ifndef MENTORD_RECORDS_STRUCTS_H
#define MENTORD_RECORDS_STRUCTS_H

#include "bot/base/base.h"

/* ---- enums: QUESTION_CHOICE, …; X_MAX_ and X_INVALID_ close each ---- */
#define ENUM_BEGIN(name) enum name {
#define VALUE(prefix, value, text) prefix##_##value,
#define ENUM_END(name, NAME) NAME##_MAX_, NAME##_INVALID_ = -1 };
#include "state/enums.def"
#undef ENUM_BEGIN
#undef VALUE
#undef ENUM_END

#define ENUM_BEGIN(name) const char *name##_name(enum name value);
#define VALUE(prefix, value, text)
#define ENUM_END(name, NAME) enum name name##_from(const char *text); /* NAME_INVALID_ when unknown */
#include "state/enums.def"
#undef ENUM_BEGIN
#undef VALUE
#undef ENUM_END

/* ---- structs ---- */
struct strs { /* a list of texts; items and texts live where the record lives */
  const char **items;
  size_t count;
};

#include "state/records_blank.h"
#undef PART
#undef RECORD
#undef STR
#undef REF
#undef INT
#undef BOOL
#undef TIME
#undef ENUM
#undef STRS
#undef LIST
#undef END
#define PART(name, NAME) struct name {
#define RECORD(name, NAME, prefix, heat, ends) struct name {
#define STR(record, field, class, sees, what) const char *field;
#define REF(record, field, class, sees, what) const char *field;
#define INT(record, field, class, sees, what) int64_t field;
#define BOOL(record, field, class, sees, what) bool field;
#define TIME(record, field, class, sees, what) int64_t field;
#define ENUM(record, field, type, class, sees, what) enum type field;
#define STRS(record, field, class, sees, what) struct strs field;
#define LIST(record, field, part, class, sees, what) \
  struct {                                           \
    struct part *items;                              \
    size_t count;                                    \
    void *grown; /* list_add's own */                \
  } field;
#define END(name) };
#include "state/records.def"

/* ---- enum record_kind: RECORD_SCHEME, … in the order of records.def ---- */
#include "state/records_blank.h"
#undef RECORD
#define RECORD(name, NAME, prefix, heat, ends) RECORD_##NAME,
enum record_kind {
#include "state/records.def"
  RECORD_KIND_MAX_,
  RECORD_KIND_INVALID_ = -1
};

/* ---- every index: INDEX_person_organisation, … ---- */
#include "state/records_blank.h"
#undef INDEX
#define INDEX(record, field) INDEX_##record##_##field,
enum record_index {
#include "state/records.def"
  RECORD_INDEX_MAX_
};

/* Nothing of this stays behind: the next reader of records.def starts from records_blank.h again. */
#undef PART
#undef RECORD
#undef STR
#undef REF
#undef INT
#undef BOOL
#undef TIME
#undef ENUM
#undef STRS
#undef LIST
#undef END
#undef INDEX
#undef DUE

#endif
