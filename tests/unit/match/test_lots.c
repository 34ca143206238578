/* test_lots.c: the order that a seed draws. */
#include "bot/match/lots.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/match/world.h"

/* Each of four comes first about as often, whatever they are called; the same seed always gives the same order. */
Test(lots, are_fair_and_repeatable) {
  WORLD(world);
  static const char *const persons[] = {"p1", "p2", "p3", "p4"};
  int first[4] = {0};
  for (size_t i = 0; i < 4; i++) (void)world_join(&world, persons[i], ROLE_MENTEE);
  for (int n = 0; n < 2000; n++) {
    const char *seed = arena_format(world.arena, "seed-%d", n);
    struct match_people people = match_people_mentees(world.txn, world.programme, "boss");
    match_lots_draw(&people, seed);
    struct match_people again = match_people_mentees(world.txn, world.programme, "boss");
    match_lots_draw(&again, seed);
    for (size_t i = 0; i < 4; i++) cr_assert_eq(people.items[i].person, again.items[i].person);
    first[people.items[0].person->id[1] - '1']++;
  }
  for (size_t i = 0; i < 4; i++) cr_assert(first[i] > 400 && first[i] < 600, "%s was first %d times of 2000", persons[i], first[i]);
}

/* Somebody who joins changes nobody else's lot: two stay in their order. */
Test(lots, hang_on_seed_and_person_alone) {
  WORLD(world);
  (void)world_join(&world, "p1", ROLE_MENTEE);
  struct match_people before = match_people_mentees(world.txn, world.programme, "boss");
  (void)world_join(&world, "p0", ROLE_MENTEE);
  world_person(&world, "p1")->name = "Zoe";
  struct match_people after = match_people_mentees(world.txn, world.programme, "boss");
  match_lots_draw(&before, "s");
  match_lots_draw(&after, "s");
  size_t at = strcmp(after.items[0].person->id, "p1") == 0 ? 0 : 1;
  cr_assert_eq(memcmp(before.items[0].lot, after.items[at].lot, HASH_BYTES), 0);
  match_lots_draw(&after, "another");
  at = strcmp(after.items[0].person->id, "p1") == 0 ? 0 : 1;
  cr_assert_neq(memcmp(before.items[0].lot, after.items[at].lot, HASH_BYTES), 0);
}

Test(lots, no_seed_and_nobody_are_fine) {
  WORLD(world);
  struct match_people people = match_people_mentees(world.txn, world.programme, "boss");
  match_lots_draw(&people, NULL);
  cr_assert_eq(people.count, 0);
}
