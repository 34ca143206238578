/* apply.c: a scheme file, checked and turned into records by the tool, becomes versioned records of the model.
 *
 *   {"id":"…","kind":"apply","demo":true,"scheme":{…},"organisations":[{…}],"programmes":[{…}],
 *    "questions":{"pilot-1":"default" or [{question}…]}}
 *
 * Each object has the fields of its record in records.def. */
#include <stdlib.h>
#include <string.h>

#include "bot/base/zone.h"
#include "bot/jobs/job_parts.h"

static enum err decode(struct turn *turn, enum record_kind kind, const cJSON *object, void **ret_record) {
  char *json = cJSON_PrintUnformatted(object);
  enum err err = json == NULL ? err_note(ERR_BAD_INPUT, "a record that is no object")
                              : record_decode(kind, arena_text(turn->arena, json), strlen(json), turn->arena, ret_record);
  cJSON_free(json);
  return err;
}

/* Puts a decoded record in the place of the stored one, or adds it. */
static void put(struct turn *turn, enum record_kind kind, const void *record) {
  size_t bytes = record_info(kind)->shape->bytes;
  void *stored = txn_edit(turn->txn, kind, record_id(kind, record));
  if (stored == NULL) stored = txn_add(turn->txn, kind, record_id(kind, record));
  memcpy(stored, record, bytes);
}

/* What the file does not speak of stays: the clock, and whether this is a demo, which is written once. */
static enum err decode_scheme(struct turn *turn, const cJSON *entry, void **ret_record) {
  cJSON *object = cJSON_Duplicate(json_at(entry, "scheme"), true);
  if (!cJSON_IsObject(object)) {
    cJSON_Delete(object);
    return err_note(ERR_BAD_INPUT, "an entry without a scheme");
  }
  cJSON_DeleteItemFromObjectCaseSensitive(object, "id");
  (void)cJSON_AddStringToObject(object, "id", "scheme"); /* there is one, whatever the file calls it */
  enum err err = decode(turn, RECORD_SCHEME, object, ret_record);
  cJSON_Delete(object);
  if (err != ERR_NONE) return err;
  const char *zone = ((const struct scheme *)*ret_record)->zone;
  return zone == NULL || zone_known(zone) ? ERR_NONE : err_note(ERR_BAD_INPUT, "a time zone that nobody here knows");
}

static enum err apply_scheme(struct turn *turn, const cJSON *entry) {
  void *record;
  enum err err = decode_scheme(turn, entry, &record);
  if (err != ERR_NONE) return err;
  struct scheme *scheme = record;
  const struct scheme *before = txn_get(turn->txn, RECORD_SCHEME, "scheme");
  scheme->version = RECORDS_VERSION;
  scheme->demo = before == NULL ? json_bool_or(entry, "demo", false) : before->demo;
  scheme->offset_ms = before == NULL ? json_int_or(entry, "offset_ms", 0) : before->offset_ms;
  scheme->clock_target_ms = before == NULL ? 0 : before->clock_target_ms;
  put(turn, RECORD_SCHEME, scheme);
  return ERR_NONE;
}

/* ---- question sets: a new version only when something changed; open talks keep theirs ---- */
static enum err decode_questions(struct turn *turn, const cJSON *questions, struct question_set *ret_set) {
  struct text json;
  void *record;
  char *list = cJSON_PrintUnformatted(questions);
  text_init(&json, RECORD_JSON_BYTES_MAX);
  text_addf(&json, "{\"id\":\"new\",\"questions\":%s}", list == NULL ? "[]" : list);
  cJSON_free(list);
  enum err err = record_decode(RECORD_QUESTION_SET, text_str(&json), json.length, turn->arena, &record);
  text_done(&json);
  if (err == ERR_NONE) *ret_set = *(struct question_set *)record;
  return err;
}

static bool same_questions(const struct question_set *one, const struct question_set *two) {
  struct question_set a = *one, b = *two;
  struct text left, right;
  a.id = b.id = "same";
  text_init(&left, RECORD_JSON_BYTES_MAX);
  text_init(&right, RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_QUESTION_SET, &a, &left);
  record_encode(RECORD_QUESTION_SET, &b, &right);
  bool same = strcmp(text_str(&left), text_str(&right)) == 0;
  text_done(&left);
  text_done(&right);
  return same;
}

/* "q-pilot-1-3": the newest version of this programme's set, or 0. */
static int64_t newest_version(struct turn *turn, const char *programme) {
  const char *prefix = arena_format(turn->arena, "q-%s-", programme);
  struct strs sets = txn_all(turn->txn, RECORD_QUESTION_SET);
  int64_t newest = 0;
  for (size_t i = 0; i < sets.count; i++) {
    if (strncmp(sets.items[i], prefix, strlen(prefix)) != 0) continue;
    char *end;
    int64_t version = strtoll(sets.items[i] + strlen(prefix), &end, 10);
    if (*end == '\0' && version > newest) newest = version; /* "q-pilot-7-1" is of the programme "pilot-7" */
  }
  return newest;
}

static enum err question_set_for(struct turn *turn, const char *programme, const cJSON *questions, const char **ret_id) {
  struct question_set set = {0};
  if (cJSON_IsArray(questions)) {
    enum err err = decode_questions(turn, questions, &set);
    if (err != ERR_NONE) return err;
  } else {
    set.questions.items = questions_default(turn->arena, &set.questions.count);
  }
  int64_t version = newest_version(turn, programme);
  const char *newest = arena_format(turn->arena, "q-%s-%lld", programme, (long long)version);
  const struct question_set *before = txn_get(turn->txn, RECORD_QUESTION_SET, newest);
  *ret_id = newest;
  if (before != NULL && same_questions(before, &set)) return ERR_NONE;
  *ret_id = set.id = arena_format(turn->arena, "q-%s-%lld", programme, (long long)version + 1);
  put(turn, RECORD_QUESTION_SET, &set);
  return ERR_NONE;
}

static enum err apply_programme(struct turn *turn, const cJSON *entry, const cJSON *object) {
  void *record;
  enum err err = decode(turn, RECORD_PROGRAMME, object, &record);
  if (err != ERR_NONE) return err;
  struct programme *programme = record;
  const cJSON *questions = json_at(entry, "questions");
  questions = questions == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(questions, programme->id);
  err = question_set_for(turn, programme->id, questions, &programme->question_set);
  if (err == ERR_NONE) put(turn, RECORD_PROGRAMME, programme);
  return err;
}

static enum err apply_organisation(struct turn *turn, const cJSON *object) {
  void *record;
  enum err err = decode(turn, RECORD_ORGANISATION, object, &record);
  if (err == ERR_NONE) put(turn, RECORD_ORGANISATION, record);
  return err;
}

/* Everything is decoded once before the first record is written: a file is applied whole or not at all. */
static enum err check_questions(struct turn *turn, const cJSON *entry, const struct programme *programme) {
  struct question_set set;
  const cJSON *questions = json_at(entry, "questions");
  questions = questions == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(questions, programme->id);
  return cJSON_IsArray(questions) ? decode_questions(turn, questions, &set) : ERR_NONE;
}

static enum err check_entry(struct turn *turn, const cJSON *entry) {
  void *record;
  const cJSON *object;
  enum err err = decode_scheme(turn, entry, &record);
  cJSON_ArrayForEach(object, json_at(entry, "organisations")) {
    if (err == ERR_NONE) err = decode(turn, RECORD_ORGANISATION, object, &record);
  }
  cJSON_ArrayForEach(object, json_at(entry, "programmes")) {
    if (err == ERR_NONE) err = decode(turn, RECORD_PROGRAMME, object, &record);
    if (err == ERR_NONE) err = check_questions(turn, entry, record);
  }
  return err;
}

enum err apply_start(struct turn *turn, struct job *job, const cJSON *entry) {
  const cJSON *object;
  enum err err = check_entry(turn, entry);
  if (err == ERR_NONE) err = apply_scheme(turn, entry);
  cJSON_ArrayForEach(object, json_at(entry, "organisations")) {
    if (err == ERR_NONE) err = apply_organisation(turn, object);
  }
  cJSON_ArrayForEach(object, json_at(entry, "programmes")) {
    if (err == ERR_NONE) err = apply_programme(turn, entry, object);
  }
  if (err == ERR_NONE) job_end(turn, job, JOB_FINISHED);
  return err;
}
