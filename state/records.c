/* records.c: the descriptions of all records, generated from records.def, the order of ids, and the README's table. */
#include "state/records.h"

#include <ctype.h>

#include "state/records_walk.h"

/* ---- descriptions: person_fields, person_shape, KIND_OF_person ---- */
#define FIELD_ROW(record, field, kind, class_, sees_, what_) \
  .name = #field, .member = ",\"" #field "\":", .member_bytes = sizeof ",\"" #field "\":" - 1, .type = kind, .class = CLASS_##class_, \
  .sees = sees_, .what = what_, .offset = offsetof(struct record, field)

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
#define PART(name_, NAME) static const struct record_field name_##_fields[] = {
#define RECORD(name_, NAME, prefix_, heat_, ends_)                               \
  enum { KIND_OF_##name_ = RECORD_##NAME };                                      \
  static_assert(offsetof(struct name_, id) == 0, "record_id reads the front");   \
  static const struct record_field name_##_fields[] = {
#define STR(record, field, class_, sees_, what_) {FIELD_ROW(record, field, FIELD_STR, class_, sees_, what_)},
#define REF(record, field, class_, sees_, what_) {FIELD_ROW(record, field, FIELD_REF, class_, sees_, what_)},
#define INT(record, field, class_, sees_, what_) {FIELD_ROW(record, field, FIELD_INT, class_, sees_, what_)},
#define BOOL(record, field, class_, sees_, what_) {FIELD_ROW(record, field, FIELD_BOOL, class_, sees_, what_)},
#define TIME(record, field, class_, sees_, what_) {FIELD_ROW(record, field, FIELD_TIME, class_, sees_, what_)},
#define ENUM(record, field, values, class_, sees_, what_)                                           \
  {FIELD_ROW(record, field, FIELD_ENUM, class_, sees_, what_), .enum_names = values##_names,         \
   .enum_count = ARRAY_LEN(values##_names)},
#define STRS(record, field, class_, sees_, what_) {FIELD_ROW(record, field, FIELD_STRS, class_, sees_, what_)},
#define LIST(record, field, of, class_, sees_, what_) \
  {FIELD_ROW(record, field, FIELD_LIST, class_, sees_, what_), .part = &of##_shape},
#define END(name_)                                                                                          \
  };                                                                                                        \
  static const struct record_shape name_##_shape = {.name = #name_, .bytes = sizeof(struct name_),          \
                                                    .fields = name_##_fields, .field_count = ARRAY_LEN(name_##_fields)};
#include "state/records.def"

#include "state/records_blank.h"
#undef RECORD
#define RECORD(name_, NAME, prefix_, heat_, ends_) \
  [RECORD_##NAME] = {.shape = &name_##_shape, .prefix = prefix_, .heat = HEAT_##heat_, .ends = ends_},
static const struct record_kind_info kinds[RECORD_KIND_MAX_] = {
#include "state/records.def"
};

#include "state/records_blank.h"
#undef PART
#define PART(name_, NAME) &name_##_shape,
static const struct record_shape *const parts[] = {
#include "state/records.def"
};

#include "state/records_blank.h"
#undef INDEX
#define INDEX(record, field) [INDEX_##record##_##field] = {KIND_OF_##record, offsetof(struct record, field)},
static const struct record_key index_keys[RECORD_INDEX_MAX_] = {
#include "state/records.def"
};

#include "state/records_blank.h"
#undef DUE
#define DUE(record, field) {KIND_OF_##record, offsetof(struct record, field)},
static const struct record_key dues[] = {
#include "state/records.def"
};

const struct record_kind_info *record_info(enum record_kind kind) {
  assert(kind >= 0 && kind < RECORD_KIND_MAX_);
  return &kinds[kind];
}

const char *record_kind_name(enum record_kind kind) {
  return record_info(kind)->shape->name;
}

enum record_kind record_kind_from(const char *name) {
  for (int kind = 0; name != NULL && kind < RECORD_KIND_MAX_; kind++)
    if (strcmp(kinds[kind].shape->name, name) == 0) return (enum record_kind)kind;
  return RECORD_KIND_INVALID_;
}

const struct record_field *record_field(enum record_kind kind, const char *name) {
  const struct record_shape *shape = record_info(kind)->shape;
  for (size_t i = 0; i < shape->field_count; i++)
    if (strcmp(shape->fields[i].name, name) == 0) return &shape->fields[i];
  return NULL;
}

const char *record_id(enum record_kind kind, const void *record) {
  assert(kind >= 0 && kind < RECORD_KIND_MAX_ && record != NULL);
  return field_text(record, 0);
}

const struct record_key *record_index_key(enum record_index index) {
  assert((unsigned)index < RECORD_INDEX_MAX_);
  return &index_keys[index];
}

const struct record_key *record_dues(size_t *ret_count) {
  *ret_count = ARRAY_LEN(dues);
  return dues;
}

const struct record_shape *const *record_parts(size_t *ret_count) {
  *ret_count = ARRAY_LEN(parts);
  return parts;
}

/* ---- the order of ids ---- */

static size_t words_span(const char *id) {
  size_t span = 0;
  while (id[span] != '\0' && !isdigit((unsigned char)id[span])) span++;
  return span;
}

static size_t digits_span(const char *id) {
  size_t span = 0;
  while (isdigit((unsigned char)id[span])) span++;
  return span;
}

/* Two runs of bytes: a shorter one that is the front of the other comes first. */
static int run_order(const char *a, size_t a_bytes, const char *b, size_t b_bytes) {
  int order = memcmp(a, b, a_bytes < b_bytes ? a_bytes : b_bytes);
  if (order != 0) return order;
  return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* Two runs of digits, by value. Moves both behind them. */
static int number_order(const char **a, const char **b) {
  while (**a == '0') ++*a;
  while (**b == '0') ++*b;
  size_t a_digits = digits_span(*a), b_digits = digits_span(*b);
  if (a_digits != b_digits) return a_digits < b_digits ? -1 : 1;
  int order = memcmp(*a, *b, a_digits);
  *a += a_digits;
  *b += b_digits;
  return order;
}

int record_id_order(const char *a, const char *b) {
  const char *left = a, *right = b;
  while (*left != '\0' || *right != '\0') {
    size_t left_words = words_span(left), right_words = words_span(right);
    int order = run_order(left, left_words, right, right_words);
    if (order != 0) return order;
    left += left_words;
    right += right_words;
    if ((*left == '\0') != (*right == '\0')) return *left == '\0' ? -1 : 1;
    order = number_order(&left, &right);
    if (order != 0) return order;
  }
  return strcmp(a, b); /* p7 and p07 count the same, but are two ids */
}

enum { KEY_NUMBER_BITS = 48 };

/* 0: the id ends here; else 1 + the number, which is cut off where it does not fit. */
static uint64_t number_key(const char *id) {
  const uint64_t most = (UINT64_C(1) << KEY_NUMBER_BITS) - 1;
  if (*id == '\0') return 0;
  uint64_t value = 1;
  for (size_t i = 0, count = digits_span(id); i < count; i++) {
    value = (value - 1) * 10 + (uint64_t)(id[i] - '0') + 1;
    if (value >= most) return most;
  }
  return value;
}

/* The first two bytes of the text in front; behind a text of one byte or none, the number. */
uint64_t record_id_key(const char *id) {
  size_t words = words_span(id);
  uint64_t key = words == 0 ? 0 : (uint64_t)(unsigned char)id[0] << 56;
  if (words > 1) return key | (uint64_t)(unsigned char)id[1] << 48;
  return key | number_key(id + words);
}

/* ---- the README's table ---- */

static void document_type(struct text *text, const struct record_field *field) {
  static const char *const types[] = {[FIELD_STR] = "text", [FIELD_REF] = "reference", [FIELD_INT] = "number",
                                      [FIELD_BOOL] = "yes or no", [FIELD_TIME] = "time", [FIELD_STRS] = "texts"};
  if (field->type == FIELD_LIST) text_addf(text, "list of %s", field->part->name);
  else if (field->type != FIELD_ENUM) text_add(text, types[field->type]);
  for (size_t i = 0; i < field->enum_count; i++) text_addf(text, "%s%s", i == 0 ? "" : ", ", field->enum_names[i]);
}

static void document_fields(struct text *text, const struct record_shape *shape) {
  static const char *const classes[] = {[CLASS_PLAIN] = "plain", [CLASS_PERSONAL] = "personal", [CLASS_SEALED] = "sealed"};
  text_add(text, "\n| record | field | type | class | who may see | what |\n|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < shape->field_count; i++) {
    const struct record_field *field = &shape->fields[i];
    text_addf(text, "| %s | %s | ", shape->name, field->name);
    document_type(text, field);
    text_addf(text, " | %s | %s | %s |\n", classes[field->class], field->sees, field->what);
  }
  text_add(text, "\n");
}

void record_document(struct text *text) {
  for (int kind = 0; kind < RECORD_KIND_MAX_; kind++) {
    const struct record_kind_info *info = &kinds[kind];
    text_addf(text, "### %s\n\nRedis key `m:{scheme}:%s`, ends %s. Ids: %s. %s.\n", info->shape->name, info->shape->name,
              info->ends, info->prefix[0] == '\0' ? "names" : info->prefix,
              info->heat == HEAT_HOT ? "Kept in memory" : "Not kept in memory");
    document_fields(text, info->shape);
  }
  for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
    text_addf(text, "### %s\n\nA row inside other records.\n", parts[i]->name);
    document_fields(text, parts[i]);
  }
}
