/* crowd.c: everybody differs: some say much, some nothing, some "any"; chance comes from the seed alone. */
#include "tests/unit/match/crowd.h"

#include <criterion/criterion.h>

#include "bot/match/snapshot.h"

enum { ARENA_BYTES = 256 << 20 };

static unsigned draw(uint64_t *state, unsigned below) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned)(*state >> 33) % below;
}

static const char *topics_of(struct world *world, uint64_t *state) {
  static const char *const topics[] = {"confidence", "networks", "writing", "clients", "law", "other"};
  unsigned kind = draw(state, 10);
  if (kind == 0) return NULL;
  if (kind == 1) return "-";
  const char *one = topics[draw(state, 6)], *two = topics[draw(state, 6)];
  return one == two || kind < 4 ? one : arena_format(world->arena, "%s,%s", one, two);
}

static void answers(struct world *world, uint64_t *state, struct enrolment *enrolment) {
  static const char *const times[] = {"mornings", "lunch", "afternoons"}, *const ways[] = {"video", "phone", "in_person"};
  world_answer(world, enrolment, "topics", topics_of(world, state));
  world_answer(world, enrolment, "times", draw(state, 4) == 0 ? NULL : times[draw(state, 3)]);
  world_answer(world, enrolment, "how", draw(state, 4) == 0 ? NULL : ways[draw(state, 3)]);
  world_answer(world, enrolment, "style", draw(state, 3) == 0 ? NULL : draw(state, 2) == 0 ? "direct" : "open");
  if (draw(state, 12) == 0) world_answer(world, enrolment, "profession_wish", "must_other");
}

static const char *name(struct world *world, char letter, unsigned number) {
  return arena_format(world->arena, "%c%u", letter, number);
}

struct round *crowd(struct world *world, unsigned seed, int mentees, int mentors) {
  static const char *const departments[] = {"Custody", "Patrol", "Traffic"};
  uint64_t state = seed;
  for (int i = 0; i < mentees + mentors; i++) {
    bool mentee = i < mentees;
    const char *person = name(world, mentee ? 'm' : 't', (unsigned)(mentee ? i : i - mentees));
    struct enrolment *enrolment = world_join(world, person, mentee ? ROLE_MENTEE : i % 7 == 0 ? ROLE_RESERVE : ROLE_MENTOR);
    world_person(world, person)->department = departments[draw(&state, 3)];
    answers(world, &state, enrolment);
    if (!mentee) world_answer(world, enrolment, "capacity", draw(&state, 2) == 0 ? "1" : "2");
  }
  for (int i = 0; i < mentees / 4; i++) {
    const char *mentee = name(world, 'm', draw(&state, (unsigned)mentees)), *mentor = name(world, 't', draw(&state, (unsigned)mentors));
    if (i % 3 == 0) model_set_line(world->model, mentee, mentor);
    if (i % 3 == 1) model_set_apart(world->model, mentor, &mentee, 1);
    if (i % 3 == 2) world_pair(world, arena_format(world->arena, "x%d", i), mentee, mentor, PAIR_DECLINED);
  }
  return world_round(world, arena_format(world->arena, "%08x", seed));
}

void crowd_couples(struct world *world, struct round *round) {
  world_couple(world, round, "m1", "t2", true);
  world_couple(world, round, "m2", "nobody", true);
  world_couple(world, round, "m3", "t3", false);
}

struct crowd_work crowd_begun(struct world *world) {
  struct crowd_work work = {.arena = arena_new(ARENA_BYTES)};
  work.snapshot = snapshot_take(world->model, model_get(world->model, RECORD_ROUND, "r1"));
  work.txn = txn_new(work.snapshot, work.arena);
  work.round = txn_edit(work.txn, RECORD_ROUND, "r1");
  cr_assert_not_null(work.round);
  return work;
}

struct crowd_work crowd_made(struct world *world, size_t listed) {
  model_apply(world->model, world->txn);
  struct crowd_work work = crowd_begun(world);
  crowd_make(&work, listed);
  return work;
}

void crowd_make(struct crowd_work *work, size_t listed) {
  struct match_work options = {&work->cancel, &work->percent, listed};
  err_note_clear();
  work->err = match_round_work(work->txn, txn_get(work->txn, RECORD_PROGRAMME, "pilot"), work->round->by, work->round, &options);
}

void crowd_work_done(struct crowd_work *work) {
  work->snapshot = model_free(work->snapshot);
  work->arena = arena_free(work->arena);
}
