/* world.c: builds the small scheme that the tests of matching live in. */
#include "tests/unit/match/world.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bot/base/random.h"

enum { ARENA_BYTES = 256 << 20 };

void world_init(struct world *world) {
  cr_assert(random_init());
  world->arena = arena_new(ARENA_BYTES);
  world->model = model_new("test");
  model_loaded(world->model);
  world->txn = txn_new(world->model, world->arena);
  world->programme = txn_add(world->txn, RECORD_PROGRAMME, "pilot");
  world->programme->training = TRAINING_OFF;
  world->programme->grade_gap_min = 1;
  world->programme->grade_gap_max = 3;
  world_organisation(world, "city", "constable,sergeant,inspector,chief inspector,superintendent");
  (void)world_join(world, "boss", ROLE_MANAGER);
}

void world_done(struct world *world) {
  world->model = model_free(world->model);
  world->arena = arena_free(world->arena);
}

static struct strs listed(struct world *world, const char *values) {
  char **parts;
  struct strs list = {NULL, 0};
  size_t count = text_split(world->arena, values, ',', &parts);
  for (size_t i = 0; i < count; i++) list = strs_plus(world->arena, list, parts[i]);
  return list;
}

void world_organisation(struct world *world, const char *id, const char *grades) {
  struct organisation *organisation = txn_add(world->txn, RECORD_ORGANISATION, id);
  organisation->grades = listed(world, grades);
}

struct enrolment *world_join(struct world *world, const char *person, enum role role) {
  struct enrolment *enrolment = txn_add(world->txn, RECORD_ENROLMENT, arena_format(world->arena, "e-%s", person));
  if (txn_get(world->txn, RECORD_PERSON, person) == NULL) {
    struct person *record = txn_add(world->txn, RECORD_PERSON, arena_text(world->arena, person));
    record->organisation = "city";
    record->line_state = LINE_NONE;
  }
  enrolment->person = arena_text(world->arena, person);
  enrolment->programme = "pilot";
  enrolment->role = role;
  enrolment->state = ENROLMENT_ACCEPTED;
  return enrolment;
}

struct person *world_person(struct world *world, const char *person) {
  struct person *record = txn_edit(world->txn, RECORD_PERSON, person);
  cr_assert_not_null(record);
  return record;
}

static struct answer *answer_slot(struct world *world, struct enrolment *enrolment, const char *question) {
  for (size_t i = 0; i < enrolment->answers.count; i++)
    if (strcmp(enrolment->answers.items[i].question, question) == 0) return &enrolment->answers.items[i];
  return LIST_ADD(world->arena, &enrolment->answers);
}

void world_answer(struct world *world, struct enrolment *enrolment, const char *question, const char *values) {
  struct answer *answer = answer_slot(world, enrolment, question);
  *answer = (struct answer){.question = question, .state = ANSWER_SKIPPED};
  if (values == NULL) return;
  bool any = strcmp(values, "-") == 0;
  answer->state = any ? ANSWER_NO_PREFERENCE : ANSWER_ANSWERED;
  if (!any) answer->values = listed(world, values);
}

void world_pair(struct world *world, const char *id, const char *mentee, const char *mentor, enum pair_state state) {
  struct pair *pair = txn_add(world->txn, RECORD_PAIR, id);
  pair->programme = "pilot";
  pair->mentee = mentee;
  pair->mentor = mentor;
  pair->state = state;
}

struct round *world_round(struct world *world, const char *seed) {
  struct round *round = txn_add(world->txn, RECORD_ROUND, "r1");
  round->programme = "pilot";
  round->by = "boss";
  round->seed = seed;
  return round;
}

void world_couple(struct world *world, struct round *round, const char *mentee, const char *mentor, bool pin) {
  struct couple *couple = LIST_ADD(world->arena, &round->couples);
  couple->mentee = arena_format(world->arena, "e-%s", mentee);
  couple->mentor = arena_format(world->arena, "e-%s", mentor);
  couple->pin = pin;
}

const struct match *world_row(const struct round *round, const char *mentee) {
  for (size_t i = 0; i < round->matches.count; i++)
    if (strcmp(round->matches.items[i].mentee + 2, mentee) == 0) return &round->matches.items[i];
  cr_assert_fail("%s has no row", mentee);
  return NULL;
}

const char *world_mentor_of(const struct round *round, const char *mentee) {
  const struct match *row = world_row(round, mentee);
  cr_assert_eq(row->mentor == NULL, row->state == MATCH_NOBODY);
  return row->mentor == NULL ? NULL : row->mentor + 2;
}

struct match_score world_score(struct world *world, const struct enrolment *mentee, const struct enrolment *mentor) {
  return match_score(world->txn, world->programme, mentee, mentor);
}

struct match_sides world_sides(struct world *world, const struct enrolment *mentee, const struct enrolment *mentor) {
  struct match_side one = match_side_of(world->txn, mentee), other = match_side_of(world->txn, mentor);
  return match_sides_of(world->txn, world->programme, &one, &other);
}

const char *world_codes(struct world *world, struct strs codes) {
  const char *text = "";
  for (size_t i = 0; i < codes.count; i++) text = arena_format(world->arena, "%s%s%s", text, i == 0 ? "" : " ", codes.items[i]);
  return text;
}

struct world_part world_part(struct world *world, enum match_component which, const struct enrolment *mentee, const struct enrolment *mentor) {
  struct match_sides sides = world_sides(world, mentee, mentor);
  struct match_part part = match_component_read(which, &sides);
  struct match_codes codes = {NULL, NULL};
  if (part.standing == MATCH_KNOWN) codes = match_component_say(which, &sides, &part, world->arena);
  return (struct world_part){part.standing, part.value, codes.reason, codes.weak};
}
