/* test_engine_season.c: random people say and press random things; only managers who are not recused change what is theirs to change.
 * tidy: mirror: a season over all of bot/. SEED=… repeats one; the seed is printed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bot/may_see.h"
#include "tests/unit/bot/stage.h"

enum { SEASONS = 8, EVENTS = 1000 };

static uint64_t state;

static size_t chance(size_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)((state >> 11) % below);
}

static const char *const users[] = {"jo", "sam", "aisha", "ben", "mina", "dev", "kim"};
static const char *const words[] = {
    "join", "join mentor", "i want a mentor", "next", "me", "pair", "help", "why", "back", "skip", "cancel", "1", "2", "3", "1, 2", "1 3", "yes", "no",
    "right", "none", "nobody", "any", "people", "pairs", "applicants", "match", "release", "undo", "line aisha", "line @Ben Okoro", "line mina", "announce",
    "match aisha with ben", "match mina with dev", "Sam Reed", "Jo Miller", "Somebody Else", "banana", "", "code-2345-6789-bcdf", "@", "confidence", "accept_all",
    "hi", "people waiting"};

/* ---- what stood before the event ---- */
struct before {
  enum enrolment_state states[64];
  bool trained[64];
  enum role roles[64];
  size_t enrolments, rounds;
  const char *lines[ARRAY_LEN(users)], *references[ARRAY_LEN(users)];
  bool may[ARRAY_LEN(users)][ARRAY_LEN(users)]; /* actor, subject */
};

static const char *copied(struct stage *stage, const char *text) {
  return text == NULL ? "" : arena_text(stage->arena, text);
}

static struct before look(struct stage *stage) {
  struct before before = {.enrolments = model_count(stage->model, RECORD_ENROLMENT), .rounds = model_count(stage->model, RECORD_ROUND)};
  cr_assert_leq(before.enrolments, 64);
  for (size_t i = 0; i < before.enrolments; i++) {
    const struct enrolment *enrolment = model_at(stage->model, RECORD_ENROLMENT, i);
    before.states[i] = enrolment->state;
    before.trained[i] = enrolment->trained;
    before.roles[i] = enrolment->role;
  }
  for (size_t i = 0; i < ARRAY_LEN(users); i++) {
    before.lines[i] = copied(stage, model_line(stage->model, stage_id(stage, users[i])));
    before.references[i] = copied(stage, stage_get_person(stage, users[i])->line);
  }
  struct txn *txn = stage_hand(stage);
  for (size_t i = 0; i < ARRAY_LEN(users); i++)
    for (size_t k = 0; k < ARRAY_LEN(users); k++) before.may[i][k] = may_manage(txn, stage_id(stage, users[i]), stage_id(stage, users[k]));
  stage_apply(stage);
  return before;
}

static size_t number_of(struct stage *stage, const char *person) {
  for (size_t i = 0; i < ARRAY_LEN(users); i++) {
    if (strcmp(stage_id(stage, users[i]), person) == 0) return i;
  }
  cr_assert_fail("a stranger");
  return 0;
}

/* ---- what may have changed ---- */
static void check_enrolments(struct stage *stage, const struct before *before, size_t actor) {
  for (size_t i = 0; i < before->enrolments; i++) {
    const struct enrolment *now = model_at(stage->model, RECORD_ENROLMENT, i);
    size_t subject = number_of(stage, now->person);
    bool allowed = before->may[actor][subject];
    bool decided = now->state != before->states[i] &&
                   (now->state == ENROLMENT_ACCEPTED || now->state == ENROLMENT_DECLINED || now->state == ENROLMENT_WAITLISTED);
    if (decided) cr_assert(allowed, "%s decided about %s", users[actor], users[subject]);
    if (now->trained && !before->trained[i]) cr_assert(allowed, "%s trained %s", users[actor], users[subject]);
    if (before->states[i] == ENROLMENT_ACCEPTED) cr_assert(now->state != ENROLMENT_DRAFT && now->state != ENROLMENT_APPLIED, "%s fell back", users[subject]);
    if (now->role != before->roles[i]) cr_assert(now->role != ROLE_MANAGER && subject == actor, "%s made %s something else", users[actor], users[subject]);
  }
  for (size_t i = before->enrolments; i < model_count(stage->model, RECORD_ENROLMENT); i++) {
    const struct enrolment *new = model_at(stage->model, RECORD_ENROLMENT, i);
    cr_assert(new->role != ROLE_MANAGER && new->state != ENROLMENT_ACCEPTED && !new->trained);
  }
}

static void check_lines(struct stage *stage, const struct before *before, size_t actor) {
  for (size_t i = 0; i < ARRAY_LEN(users); i++) {
    const char *line = copied(stage, model_line(stage->model, stage_id(stage, users[i])));
    const char *reference = copied(stage, stage_get_person(stage, users[i])->line);
    if (strcmp(line, before->lines[i]) == 0 && strcmp(reference, before->references[i]) == 0) continue;
    cr_assert(i == actor || before->may[actor][i], "%s changed the line of %s", users[actor], users[i]);
  }
}

/* Nobody hears by name of people they may not see. */
static void check_rows(struct stage *stage) {
  struct arena *arena = arena_new(8 << 20);
  struct txn *view = txn_new(stage->model, arena);
  for (size_t i = 0; i < stage->row_count; i++) {
    const struct out *row = stage->rows[i];
    if (row->person == NULL || row->kind != OUT_SEND) continue;
    /* A proposal is told as it ends; a line, who entered it, and that they did. */
    bool ends = strncmp(row->words, "proposal.", 9) == 0 || strcmp(row->words, "line.told") == 0 || strcmp(row->words, "line.kept") == 0;
    for (size_t k = 0; !ends && k < ARRAY_LEN(users); k++) {
      const char *subject = stage_id(stage, users[k]);
      if (!stage_names(stage, row, users[k])) continue;
      cr_assert_str_not_empty(may_see_as(view, row->person, subject), "%s names %s to %s", row->words, users[k], row->person);
    }
  }
  (void)arena_free(arena);
}

static void check(struct stage *stage, const struct before *before, size_t actor, bool by_itself) {
  cr_assert_eq(stage->err, ERR_NONE);
  if (!by_itself) {
    check_enrolments(stage, before, actor);
    check_lines(stage, before, actor);
    if (model_count(stage->model, RECORD_ROUND) > before->rounds) cr_assert(before->may[actor][actor], "%s made a round", users[actor]);
  }
  check_rows(stage);
  for (size_t i = 0; i < ARRAY_LEN(users); i++) cr_assert_leq(stage_open_talks(stage, users[i]), 1, "%s is asked two things", users[i]);
}

/* ---- one event ---- */
static void press_somewhere(struct stage *stage, const char *user) {
  size_t count = model_count(stage->model, RECORD_TALK);
  if (count == 0) return;
  const struct talk *talk = model_at(stage->model, RECORD_TALK, chance(count));
  static const char *const extras[] = {"back", "skip", "why", "cancel", "99", ""};
  int64_t nonce = talk->nonce - (int64_t)(chance(8) == 0);
  const char *choice = chance(5) == 0 ? extras[chance(ARRAY_LEN(extras))] : arena_format(stage->arena, "%zu", chance(talk->offers.count + 1));
  stage_press(stage, user, arena_format(stage->arena, "%s.%s.%lld.%s", talk->id, talk->step, (long long)nonce, choice));
}

/* The next timer, if there is one within a month. */
static bool let_time_pass(struct stage *stage) {
  struct due due;
  if (model_due(stage->model, &due, 1) == 0 || due.ms - stage->now_ms > INT64_C(31) * STAGE_DAY_MS) return false;
  if (due.ms > stage->now_ms) stage->now_ms = due.ms;
  const char *id = arena_text(stage->arena, due.id);
  stage_due(stage, arena_format(stage->arena, "%s/%s", record_kind_name(due.kind), id), due.ms);
  struct due next;
  if (model_due(stage->model, &next, 1) == 1) cr_assert(next.ms != due.ms || strcmp(next.id, id) != 0, "%s comes for ever", id);
  return true;
}

static bool one_event(struct stage *stage, size_t actor) {
  const char *user = users[actor];
  stage->now_ms += (int64_t)chance(20) * STAGE_MINUTE_MS;
  size_t kind = chance(20);
  const struct talk *talk = stage_talk(stage, user);
  if (kind < 2 && let_time_pass(stage)) return true;
  if (kind < 14 && talk != NULL && talk->offers.count > 0) {
    size_t offer = chance(2) == 0 ? 0 : chance(talk->offers.count); /* the likely one first: a season that goes somewhere */
    stage_press(stage, user, stage_token(stage, talk, talk->offers.items[offer].value));
  } else if (kind < 15) {
    press_somewhere(stage, user);
  } else if (kind < 16) {
    stage_room_text(stage, user, words[chance(ARRAY_LEN(words))]);
  } else {
    stage_text(stage, user, words[chance(ARRAY_LEN(words))]);
  }
  return false;
}

static void cast(struct stage *stage) {
  stage_cast(stage);
  static const char *const more[][2] = {{"sam", "Sam Reed"}, {"mina", "Mina Park"}, {"dev", "Dev Rao"}, {"kim", "Kim Lee"}};
  for (size_t i = 0; i < ARRAY_LEN(more); i++) (void)stage_person(stage, more[i][0], more[i][1]);
  (void)stage_enrol(stage, "sam", ROLE_MANAGER, ENROLMENT_ACCEPTED);
  (void)stage_enrol(stage, "mina", ROLE_MENTEE, ENROLMENT_APPLIED);
  (void)stage_enrol(stage, "dev", ROLE_RESERVE, ENROLMENT_ACCEPTED);
  stage_line(stage, "mina", "sam");
  stage_line(stage, "ben", "jo");
}

static uint64_t seed_of(void) {
  const char *given = getenv("SEED");
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)now.tv_sec * 1000003u + (uint64_t)now.tv_nsec;
  return seed == 0 ? 1 : seed;
}

Test(engine_season, only_managers_decide_and_only_about_whom_they_may) {
  uint64_t seed = seed_of();
  state = seed;
  (void)fprintf(stderr, "season: SEED=%llu\n", (unsigned long long)seed);
  size_t rounds = 0, pairs = 0;
  for (int season = 0; season < SEASONS; season++) {
    STAGE(stage);
    cast(&stage);
    for (int i = 0; i < EVENTS; i++) {
      size_t actor = chance(3) == 0 ? chance(2) : chance(ARRAY_LEN(users));
      struct before before = look(&stage);
      bool by_itself = one_event(&stage, actor);
      check(&stage, &before, actor, by_itself);
    }
    rounds += model_count(stage.model, RECORD_ROUND);
    pairs += model_count(stage.model, RECORD_PAIR);
  }
  cr_assert(rounds > 0 && pairs > 0, "an idle season: %zu rounds, %zu pairs", rounds, pairs);
}
