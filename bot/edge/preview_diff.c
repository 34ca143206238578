/* preview_diff.c: goes through a record's description and writes down what is not the same. */
#include "bot/edge/preview_diff.h"

#include <string.h>

#include "bot/base/yaml.h"

enum { VALUE_BYTES_MAX = 2000 };

/* ---- values ---- */
static const void *field_at(const struct record_field *field, const void *record) {
  return (const char *)record + field->offset;
}

static void add_shown(struct text *text, const char *value) {
  text_add(text, yaml_show(value).text);
}

static void add_strs(struct text *text, const struct strs *list) {
  for (size_t i = 0; i < list->count; i++) {
    if (i > 0) text_add(text, ", ");
    add_shown(text, list->items[i]);
  }
}

/* Of the answers, an import knows topics alone. */
static void add_answers(struct text *text, const struct enrolment *enrolment) {
  for (size_t i = 0; i < enrolment->answers.count; i++) {
    if (strcmp(enrolment->answers.items[i].question, "topics") == 0) add_strs(text, &enrolment->answers.items[i].values);
  }
}

static void add_value(struct text *text, enum record_kind kind, const struct record_field *field, const void *record) {
  const void *value = field_at(field, record);
  const char *string;
  switch (field->type) {
    case FIELD_STR:
      string = *(const char *const *)value;
      if (string != NULL) add_shown(text, string);
      break;
    case FIELD_INT: text_addf(text, "%lld", (long long)*(const int64_t *)value); break;
    case FIELD_BOOL: text_add(text, *(const bool *)value ? "yes" : "no"); break;
    case FIELD_ENUM: {
      int number = *(const int *)value;
      if (number >= 0 && (size_t)number < field->enum_count) text_add(text, field->enum_names[number]);
      break;
    }
    case FIELD_STRS: add_strs(text, value); break;
    case FIELD_LIST:
      if (kind == RECORD_ENROLMENT) add_answers(text, record);
      break;
    default: break;
  }
}

/* ---- fields ---- */
/* What no operator asked about: ids, times, the bot's own counts; a set of questions is told apart. */
static bool is_told(const struct record_field *field) {
  static const char *const silent[] = {"id", "version", "question_set", "person", "programme", "questions", "accounts", "limits_version", "apart_state"};
  if (field->type == FIELD_TIME) return false;
  for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
    if (strcmp(silent[i], field->name) == 0) return false;
  }
  return true;
}

static const char *name_of(const struct record_field *field) {
  static const char *const names[][2] = {{"line_state", "line manager"}, {"line", "line manager"}, {"apart", "kept apart"}, {"answers", "topics"}};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    if (strcmp(names[i][0], field->name) == 0) return names[i][1];
  }
  return field->name;
}

/* A line manager is a state and a reference; one line is enough, and it names nobody. */
static void diff_line(const struct person *before, const struct person *after, struct text *text) {
  bool same_state = before != NULL && before->line_state == after->line_state;
  bool same = before != NULL && (before->line == after->line || (before->line != NULL && after->line != NULL && strcmp(before->line, after->line) == 0));
  if (same_state && same) return;
  if (before == NULL && after->line_state == LINE_UNKNOWN) return;
  if (same_state) text_add(text, PREVIEW_LINE_COMPARED);
  else if (before == NULL || before->line_state == LINE_UNKNOWN) text_add(text, "    line manager: set\n");
  else text_add(text, "    line manager: changes\n");
}

static void diff_sealed(const struct record_field *field, const void *before, const void *after, struct text *text) {
  const char *old = before == NULL ? NULL : *(const char *const *)field_at(field, before);
  const char *new = *(const char *const *)field_at(field, after);
  if (new != NULL && (old == NULL || strcmp(old, new) != 0)) text_addf(text, "    %s: %s\n", name_of(field), old == NULL ? "set" : "changes");
}

static void diff_field(enum record_kind kind, const struct record_field *field, const void *before, const void *after, struct text *text) {
  CLEANUP(text_done) struct text old;
  CLEANUP(text_done) struct text new;
  text_init(&old, VALUE_BYTES_MAX);
  text_init(&new, VALUE_BYTES_MAX);
  if (before != NULL) add_value(&old, kind, field, before);
  add_value(&new, kind, field, after);
  bool nothing = strcmp(text_str(&new), "") == 0 || strcmp(text_str(&new), "0") == 0 || strcmp(text_str(&new), "no") == 0;
  if (before == NULL && !nothing) text_addf(text, "    %s: %s\n", name_of(field), text_str(&new));
  if (before == NULL || strcmp(text_str(&old), text_str(&new)) == 0) return;
  text_addf(text, "    %s: %s -> %s\n", name_of(field), old.length == 0 ? "(nothing)" : text_str(&old), new.length == 0 ? "(nothing)" : text_str(&new));
}

/* Texts are shown by their beginning: when they differ further on, that is said. */
static bool is_same_so_far(const struct record_field *field, const void *before, const void *after) {
  const char *old, *new;
  if (field->type != FIELD_STR || before == NULL) return false;
  old = *(const char *const *)field_at(field, before);
  new = *(const char *const *)field_at(field, after);
  return old != NULL && new != NULL && strcmp(old, new) != 0 && strcmp(yaml_show(old).text, yaml_show(new).text) == 0;
}

/* ---- the places of organisations in one programme ---- */
static const struct places *places_of(const struct programme *programme, const char *organisation) {
  for (size_t i = 0; programme != NULL && i < programme->places.count; i++) {
    if (strcmp(programme->places.items[i].organisation, organisation) == 0) return &programme->places.items[i];
  }
  return NULL;
}

static void add_rule(struct text *text, const char *words, int64_t rule) {
  if (rule > 0) text_addf(text, "%s%s %lld", text->length == 0 ? "" : ", ", words, (long long)rule);
}

static void add_places(struct text *text, const struct places *places) {
  text_init(text, VALUE_BYTES_MAX);
  if (places == NULL) {
    text_add(text, "as everywhere");
    return;
  }
  add_rule(text, "mentees at least", places->mentees_at_least);
  add_rule(text, "mentees at most", places->mentees_at_most);
  add_rule(text, "gives at most", places->gives_at_most);
  if (text->length == 0) text_add(text, "no rule");
}

static void diff_places_of(const char *organisation, const struct programme *before, const struct programme *after, struct text *text) {
  CLEANUP(text_done) struct text old;
  CLEANUP(text_done) struct text new;
  add_places(&old, places_of(before, organisation));
  add_places(&new, places_of(after, organisation));
  if (strcmp(text_str(&old), text_str(&new)) == 0) return;
  if (before == NULL) text_addf(text, "    places of %s: %s\n", yaml_show(organisation).text, text_str(&new));
  else text_addf(text, "    places of %s: %s -> %s\n", yaml_show(organisation).text, text_str(&old), text_str(&new));
}

static void diff_places(const struct programme *before, const struct programme *after, struct text *text) {
  for (size_t i = 0; i < after->places.count; i++) diff_places_of(after->places.items[i].organisation, before, after, text);
  for (size_t i = 0; before != NULL && i < before->places.count; i++) {
    const char *organisation = before->places.items[i].organisation;
    if (places_of(after, organisation) == NULL) diff_places_of(organisation, before, after, text);
  }
}

void preview_diff(enum record_kind kind, const void *before, const void *after, struct text *text) {
  const struct record_shape *shape = record_info(kind)->shape;
  for (size_t i = 0; i < shape->field_count; i++) {
    const struct record_field *field = &shape->fields[i];
    bool is_line = kind == RECORD_PERSON && (strcmp(field->name, "line") == 0 || strcmp(field->name, "line_state") == 0);
    if (!is_told(field) || is_line) continue;
    if (field->type == FIELD_REF) diff_sealed(field, before, after, text);
    else if (is_same_so_far(field, before, after)) text_addf(text, "    %s: changes further down\n", name_of(field));
    else diff_field(kind, field, before, after, text);
  }
  if (kind == RECORD_PERSON) diff_line(before, after, text);
  if (kind == RECORD_PROGRAMME) diff_places(before, after, text);
}

/* ---- questions ---- */
static const struct question *question_named(const struct question_set *set, const char *id) {
  for (size_t i = 0; set != NULL && i < set->questions.count; i++) {
    if (strcmp(set->questions.items[i].id, id) == 0) return &set->questions.items[i];
  }
  return NULL;
}

/* As records, so that no field is forgotten here. */
static bool same_question(const struct question *a, const struct question *b) {
  struct question left = *a, right = *b;
  struct question_set one = {.id = "q", .questions = {.items = &left, .count = 1}};
  struct question_set two = {.id = "q", .questions = {.items = &right, .count = 1}};
  return record_same(RECORD_QUESTION_SET, &one, &two);
}

void preview_diff_questions(const struct question_set *before, const struct question_set *after, struct text *text) {
  size_t told = text->length;
  for (size_t i = 0; i < after->questions.count; i++) {
    const struct question *question = &after->questions.items[i], *old = question_named(before, question->id);
    if (before != NULL && old == NULL) text_addf(text, "    question %s: new\n", yaml_show(question->id).text);
    else if (old != NULL && !same_question(old, question)) text_addf(text, "    question %s: changes\n", yaml_show(question->id).text);
  }
  for (size_t i = 0; before != NULL && i < before->questions.count; i++) {
    const char *id = before->questions.items[i].id;
    if (question_named(after, id) == NULL) text_addf(text, "    question %s: not asked any more\n", yaml_show(id).text);
  }
  if (before == NULL) text_addf(text, "    %zu questions\n", after->questions.count);
  else if (text->length == told) text_add(text, "    the order of the questions changes\n");
}
