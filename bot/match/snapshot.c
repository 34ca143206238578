/* snapshot.c: goes from the programme to its people, and from them to all that rules and scores read of them. */
#include "bot/match/snapshot.h"

#include <string.h>

#include "bot/base/map.h"
#include "bot/base/random.h"
#include "bot/match/pairs.h"

enum { LINE_STEPS_MAX = 64 };

struct taking {
  const struct model *from;
  struct model *to;   /* owned by the caller */
  struct map *taken;  /* owned; ids of records that are there */
  struct map *known;  /* owned; persons whose facts are */
};

static bool is_new(struct taking *taking, const char *id) {
  return map_put(taking->taken, id, taking) == NULL;
}

static void take_all(struct taking *taking, enum record_kind kind) {
  for (size_t i = 0; i < model_count(taking->from, kind); i++) model_load(taking->to, kind, model_at(taking->from, kind, i));
}

/* Up the line as far as it is known: who stands there need not take part, nor even be somebody we have met. */
static void take_facts(struct taking *taking, const char *person) {
  for (int step = 0; step < LINE_STEPS_MAX && person != NULL; step++) {
    if (map_put(taking->known, person, taking) != NULL) return;
    model_copy_facts(taking->to, taking->from, person);
    person = model_line(taking->from, person);
  }
}

static void take_pairs(struct taking *taking, enum record_index index, const char *person) {
  struct strs ids = model_find(taking->from, index, person);
  for (size_t i = 0; i < ids.count; i++)
    if (is_new(taking, ids.items[i])) model_load(taking->to, RECORD_PAIR, model_get(taking->from, RECORD_PAIR, ids.items[i]));
}

static void take_person(struct taking *taking, const char *id) {
  const struct person *person = model_get(taking->from, RECORD_PERSON, id);
  if (person == NULL || !is_new(taking, id)) return;
  model_load(taking->to, RECORD_PERSON, person);
  take_facts(taking, id);
  take_pairs(taking, INDEX_pair_mentee, id);
  take_pairs(taking, INDEX_pair_mentor, id);
}

/* They fill places, whatever became of their enrolments. */
static void take_live_pairs(struct taking *taking, const char *programme) {
  struct strs ids = model_find(taking->from, INDEX_pair_programme, programme);
  for (size_t i = 0; i < ids.count; i++) {
    const struct pair *pair = model_get(taking->from, RECORD_PAIR, ids.items[i]);
    if (!match_pair_is_live(pair)) continue;
    take_person(taking, pair->mentee);
    take_person(taking, pair->mentor);
  }
}

static void take_enrolments(struct taking *taking, enum record_index index, const char *value) {
  struct strs ids = model_find(taking->from, index, value);
  for (size_t i = 0; i < ids.count; i++) {
    const struct enrolment *enrolment = model_get(taking->from, RECORD_ENROLMENT, ids.items[i]);
    if (enrolment->state != ENROLMENT_ACCEPTED || enrolment->person == NULL || !is_new(taking, enrolment->id)) continue;
    model_load(taking->to, RECORD_ENROLMENT, enrolment);
    take_person(taking, enrolment->person);
  }
}

struct model *snapshot_take(const struct model *model, const struct round *round) {
  struct taking taking = {model, model_new(model_scheme(model)), map_new(), map_new()};
  take_all(&taking, RECORD_PROGRAMME);
  take_all(&taking, RECORD_ORGANISATION);
  take_all(&taking, RECORD_QUESTION_SET);
  model_load(taking.to, RECORD_ROUND, round);
  take_enrolments(&taking, INDEX_enrolment_programme, round->programme);
  take_enrolments(&taking, INDEX_enrolment_person, round->by); /* they may manage by another programme's right */
  take_live_pairs(&taking, round->programme);
  model_loaded(taking.to);
  (void)map_free(taking.taken, NULL);
  (void)map_free(taking.known, NULL);
  return taking.to;
}

/* Names, accounts, time zones and reminders have no part in a match. */
void snapshot_mark(const struct person *person, const struct enrolment *enrolment, char ret_mark[SNAPSHOT_MARK_BYTES]) {
  struct person alike = {.id = person->id, .organisation = person->organisation, .department = person->department, .grade = person->grade,
                         .line_state = person->line_state, .line = person->line, .apart_state = person->apart_state, .apart = person->apart,
                         .gone_ms = person->gone_ms};
  struct enrolment same = *enrolment;
  same.applied_ms = same.changed_ms = 0;
  char digits[HASH_TEXT_BYTES];
  CLEANUP(text_done) struct text text;
  text_init(&text, 2 * RECORD_JSON_BYTES_MAX);
  record_encode(RECORD_PERSON, &alike, &text);
  record_encode(RECORD_ENROLMENT, &same, &text);
  hash_text(NULL, text_str(&text), digits);
  memcpy(ret_mark, digits, SNAPSHOT_MARK_BYTES - 1);
  ret_mark[SNAPSHOT_MARK_BYTES - 1] = '\0';
}
