/* test_draft_seconds.c: whom a round would ask next: free seats first, nobody everybody's second choice, no first choice worse for it. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/match/crowd.h"
#include "tests/unit/match/world.h"

static void join(struct world *world, const char *person, enum role role, const char *topics) {
  world_answer(world, world_join(world, person, role), "topics", topics);
}

static struct round *made(struct world *world, struct round *round) {
  cr_assert_eq(match_round(world->txn, world->programme, round->by, round), ERR_NONE, "%s", err_note_text());
  return round;
}

static const char *second(const struct round *round, const char *mentee) {
  const char *enrolment = world_row(round, mentee)->second;
  return enrolment == NULL ? "nobody" : enrolment + strlen("e-");
}

Test(draft_seconds, a_free_seat_comes_before_a_better_score) {
  WORLD(world);
  join(&world, "a1", ROLE_MENTEE, "confidence");
  join(&world, "a2", ROLE_MENTEE, "confidence");
  join(&world, "b1", ROLE_MENTOR, "confidence");
  join(&world, "b2", ROLE_MENTOR, "confidence");
  join(&world, "c1", ROLE_MENTOR, "clients");
  struct round *round = made(&world, world_round(&world, "5eed"));
  const char *one = second(round, "a1"), *two = second(round, "a2");
  cr_assert((strcmp(one, "c1") == 0) != (strcmp(two, "c1") == 0), "c1 has one seat and is one's second choice: %s, %s", one, two);
  const char *other = strcmp(one, "c1") == 0 ? two : one, *has = world_mentor_of(round, strcmp(one, "c1") == 0 ? "a2" : "a1");
  cr_assert(other[0] == 'b' && strcmp(other, has) != 0, "the other has whom the first has now");
}

Test(draft_seconds, nobody_is_everybodys_second_choice_and_a_reserve_costs_no_more) {
  WORLD(world);
  for (int i = 1; i <= 8; i++) {
    join(&world, arena_format(world.arena, "a%d", i), ROLE_MENTEE, "confidence");
    join(&world, arena_format(world.arena, "b%d", i), ROLE_MENTOR, "confidence");
  }
  join(&world, "r9", ROLE_RESERVE, "clients");
  struct round *round = made(&world, world_round(&world, "5eed"));
  int reserve = 0;
  for (int i = 1; i <= 8; i++) {
    const char *id = second(round, arena_format(world.arena, "a%d", i));
    cr_assert(strcmp(id, "nobody") != 0);
    reserve += strcmp(id, "r9") == 0;
    for (int k = 1; k < i; k++) cr_assert_str_neq(id, second(round, arena_format(world.arena, "a%d", k)));
  }
  cr_assert_eq(reserve, 1, "a pilot's ninth mentor, for one of eight");
}

Test(draft_seconds, who_was_pinned_or_has_nobody_has_no_second_choice) {
  WORLD(world);
  join(&world, "a1", ROLE_MENTEE, "confidence");
  join(&world, "a2", ROLE_MENTEE, "confidence");
  join(&world, "b1", ROLE_MENTOR, "confidence");
  struct round *round = made(&world, world_round(&world, "5eed"));
  cr_assert_str_eq(second(round, "a1"), "nobody");
  cr_assert_str_eq(second(round, "a2"), "nobody");
  join(&world, "b2", ROLE_MENTOR, "confidence");
  join(&world, "b3", ROLE_MENTOR, "confidence");
  world_couple(&world, round, "a1", "b1", true);
  (void)made(&world, round);
  cr_assert_str_eq(second(round, "a1"), "nobody");
  cr_assert_str_neq(second(round, "a2"), "nobody");
  cr_assert_str_neq(second(round, "a2"), "b1", "whose only seat the manager gave away");
}

Test(draft_seconds, who_has_given_all_is_no_second_choice_but_in_place_of_their_own) {
  WORLD(world);
  world_organisation(&world, "docks", "hand,boss");
  join(&world, "a1", ROLE_MENTEE, "confidence");
  join(&world, "b1", ROLE_MENTOR, "confidence");
  join(&world, "d1", ROLE_MENTOR, "clients");
  join(&world, "m1", ROLE_MENTEE, "clients");
  world_person(&world, "d1")->organisation = "docks";
  join(&world, "d2", ROLE_MENTOR, "clients");
  world_person(&world, "d2")->organisation = "docks";
  ((struct organisation *)txn_edit(world.txn, RECORD_ORGANISATION, "docks"))->gives_at_most = 1;
  struct round *round = made(&world, world_round(&world, "5eed"));
  cr_assert_str_eq(world_mentor_of(round, "a1"), "b1");
  cr_assert_str_eq(second(round, "a1"), "nobody", "the docks have given theirs");
  cr_assert(second(round, "m1")[0] == 'd', "one of the docks for another of them: %s", second(round, "m1"));
}

static void many(unsigned seed) {
  WORLD(world);
  CLEANUP(crowd_work_done) struct crowd_work work = {0};
  struct round *round = made(&world, crowd(&world, seed, 50, 30));
  work = crowd_made(&world, 0);
  cr_assert_eq(work.err, ERR_NONE, "%s", err_note_text());
  size_t seconds = 0;
  for (size_t i = 0; i < work.round->matches.count; i++) {
    const struct match *large = &work.round->matches.items[i];
    const struct match *small = &((const struct round *)model_get(world.model, RECORD_ROUND, "r1"))->matches.items[i];
    cr_assert((large->second == NULL) == (small->second == NULL));
    if (large->second == NULL) continue;
    seconds++;
    cr_assert_str_eq(large->second, small->second);
    cr_assert(large->mentor != NULL && strcmp(large->mentor, large->second) != 0);
    const struct enrolment *mentee = txn_get(work.txn, RECORD_ENROLMENT, large->mentee), *mentor = txn_get(work.txn, RECORD_ENROLMENT, large->second);
    cr_assert_eq(match_allowed(work.txn, txn_get(work.txn, RECORD_PROGRAMME, "pilot"), mentee, mentor), MATCH_FREE);
    int taken = 0;
    for (size_t k = 0; k < work.round->matches.count; k++)
      taken += work.round->matches.items[k].second != NULL && strcmp(work.round->matches.items[k].second, large->second) == 0;
    cr_assert_leq(taken, match_seats(work.txn, mentor));
  }
  (void)round;
  cr_assert_gt(seconds, 0);
}

Test(draft_seconds, the_same_on_another_thread_and_each_of_them_allowed) {
  for (unsigned seed = 1; seed <= 8; seed++) many(seed);
}
