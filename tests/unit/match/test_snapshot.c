/* test_snapshot.c: a copy holds what a round needs and no more; the same people give the same round over it as within a turn. */
#include "bot/match/snapshot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/match/crowd.h"

/* ---- the same round ---- */
static void same_rows(const struct round *one, const struct round *other, unsigned seed) {
  cr_assert_eq(one->matches.count, other->matches.count, "seed %u", seed);
  for (size_t i = 0; i < one->matches.count; i++) {
    const struct match *a = &one->matches.items[i], *b = &other->matches.items[i];
    bool nobody = a->mentor == NULL || b->mentor == NULL;
    cr_assert_str_eq(a->mentee, b->mentee, "seed %u", seed);
    cr_assert(nobody ? a->mentor == b->mentor : strcmp(a->mentor, b->mentor) == 0, "seed %u: %s", seed, a->mentee);
    cr_assert(a->score == b->score && a->answered == b->answered && a->pinned == b->pinned && a->state == b->state, "seed %u: %s", seed, a->mentee);
    cr_assert_eq(a->reasons.count, b->reasons.count);
    for (size_t k = 0; k < a->reasons.count; k++) cr_assert_str_eq(a->reasons.items[k], b->reasons.items[k]);
  }
}

Test(snapshot, the_same_round_as_within_a_turn) {
  for (unsigned seed = 1; seed <= 12; seed++) {
    WORLD(world);
    struct round *round = crowd(&world, seed, 40, 25);
    crowd_couples(&world, round);
    cr_assert_eq(match_round(world.txn, world.programme, "boss", round), ERR_NONE);
    struct crowd_work work = crowd_made(&world, 0);
    same_rows(round, work.round, seed);
    crowd_work_done(&work);
  }
}

/* ---- what is in it ---- */
Test(snapshot, holds_the_facts_of_those_who_take_part_and_of_everybody_above_them) {
  WORLD(world);
  (void)world_join(&world, "aisha", ROLE_MENTEE);
  (void)world_join(&world, "ben", ROLE_MENTOR);
  struct enrolment *left = world_join(&world, "mina", ROLE_MENTEE);
  left->state = ENROLMENT_LEFT;
  world_pair(&world, "x1", "mina", "ben", PAIR_DECLINED);
  (void)world_round(&world, "5eed");
  model_set_line(world.model, "aisha", "above");
  model_set_line(world.model, "above", "ben");
  model_set_line(world.model, "mina", "ben");
  model_set_apart(world.model, "ben", (const char *const[]){"aisha"}, 1);
  model_set_unreadable(world.model, "boss");
  model_apply(world.model, world.txn);
  struct model *snapshot = snapshot_take(world.model, model_get(world.model, RECORD_ROUND, "r1"));
  cr_assert(model_in_line(snapshot, "ben", "aisha"), "though nobody knows who stands between them");
  cr_assert(model_apart(snapshot, "aisha", "ben"));
  cr_assert(model_unreadable(snapshot, "boss"));
  cr_assert_null(model_line(snapshot, "mina"), "she takes no part");
  cr_assert_null(model_get(snapshot, RECORD_PERSON, "mina"));
  cr_assert_eq(model_count(snapshot, RECORD_PAIR), 1, "but her pair with him counts");
  cr_assert_eq(model_count(snapshot, RECORD_ENROLMENT), 3);
  cr_assert(model_is_locked(snapshot) == model_is_locked(world.model));
  (void)model_free(snapshot);
}

Test(snapshot, what_changes_later_is_not_seen) {
  WORLD(world);
  (void)world_join(&world, "aisha", ROLE_MENTEE);
  (void)world_round(&world, "5eed");
  model_set_line(world.model, "aisha", "boss");
  model_apply(world.model, world.txn);
  struct model *snapshot = snapshot_take(world.model, model_get(world.model, RECORD_ROUND, "r1"));
  model_set_line(world.model, "aisha", "ben");
  struct txn *txn = txn_new(world.model, world.arena);
  txn_drop(txn, RECORD_ENROLMENT, "e-aisha");
  model_apply(world.model, txn);
  cr_assert_str_eq(model_line(snapshot, "aisha"), "boss");
  cr_assert_not_null(model_get(snapshot, RECORD_ENROLMENT, "e-aisha"));
  (void)model_free(snapshot);
}

/* ---- bounds ---- */
Test(snapshot, more_than_another_thread_takes_is_refused_and_changes_nothing) {
  WORLD(world);
  for (int i = 0; i <= MATCH_WORK_SIDE_MAX; i++) (void)world_join(&world, arena_format(world.arena, "m%d", i), ROLE_MENTEE);
  struct round *round = world_round(&world, "5eed");
  round->matches.items = arena_alloc(world.arena, sizeof *round->matches.items);
  round->matches.items[0].mentee = "e-m1";
  round->matches.count = 1;
  struct crowd_work work = crowd_made(&world, 0);
  cr_assert_eq(work.err, ERR_LIMITED);
  cr_assert_eq(work.round->matches.count, 1);
  struct match_sizes sizes = match_round_sizes(work.txn, txn_get(work.txn, RECORD_PROGRAMME, "pilot"), "boss");
  cr_assert(sizes.mentees == MATCH_WORK_SIDE_MAX + 1 && sizes.mentors == 0 && !match_work_fits(sizes));
  crowd_work_done(&work);
}

Test(snapshot, thousands_without_anybody_take_no_memory_of_their_own) {
  WORLD(world);
  for (int i = 0; i < 3000; i++) (void)world_join(&world, arena_format(world.arena, "m%d", i), ROLE_MENTEE);
  world_answer(&world, world_join(&world, "full", ROLE_MENTOR), "capacity", "1");
  world_pair(&world, "x1", "somebody", "full", PAIR_INTRODUCED);
  world_answer(&world, txn_edit(world.txn, RECORD_ENROLMENT, "e-m7"), "organisation_wish", "must_other");
  (void)world_round(&world, "5eed");
  struct crowd_work work = crowd_made(&world, 0);
  cr_assert_eq(work.err, ERR_NONE);
  cr_assert_eq(work.round->matches.count, 3000);
  cr_assert_str_eq(world_row(work.round, "m6")->weak.items[0], "seats");
  cr_assert_str_eq(world_row(work.round, "m7")->weak.items[0], "none_allowed");
  cr_assert_lt(arena_bytes(work.arena), (size_t)8 << 20, "%zu", arena_bytes(work.arena));
  crowd_work_done(&work);
}

Test(snapshot, cancelled_it_ends_soon) {
  for (size_t listed = 0; listed <= 1; listed++) {
    WORLD(world);
    (void)crowd(&world, 1, 40, 25);
    model_apply(world.model, world.txn);
    struct crowd_work work = crowd_begun(&world);
    atomic_store(&work.cancel, true);
    crowd_make(&work, listed);
    cr_assert_eq(work.err, ERR_GONE);
    cr_assert_eq(work.round->matches.count, 0);
    crowd_work_done(&work);
  }
}
