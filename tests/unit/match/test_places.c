/* test_places.c: whose rules hold in a programme, what fills them, and whether one more pair would keep them. */
#include "bot/match/places.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/match/world.h"

static struct organisation *organisation(struct world *world, const char *id) {
  return txn_edit(world->txn, RECORD_ORGANISATION, id);
}

/* aisha and ben of the city, mina and dev of the docks. */
static void cast(struct world *world) {
  world_organisation(world, "docks", "hand,boss");
  (void)world_join(world, "aisha", ROLE_MENTEE);
  (void)world_join(world, "ben", ROLE_MENTOR);
  (void)world_join(world, "mina", ROLE_MENTEE);
  (void)world_join(world, "dev", ROLE_MENTOR);
  world_person(world, "mina")->organisation = world_person(world, "dev")->organisation = "docks";
}

static bool allows(struct world *world, const char *mentee, const char *mentor) {
  struct match_places places = match_places_of(world->txn, world->programme);
  return match_places_allow(&places, world_person(world, mentee), world_person(world, mentor));
}

Test(places, without_a_rule_there_are_none) {
  WORLD(world);
  cast(&world);
  cr_assert_eq(match_places_of(world.txn, world.programme).count, 0);
  cr_assert(allows(&world, "aisha", "ben"));
}

Test(places, live_pairs_of_the_programme_fill_them_and_ended_ones_do_not) {
  WORLD(world);
  cast(&world);
  organisation(&world, "city")->mentees_at_most = 1;
  organisation(&world, "docks")->gives_at_most = 1;
  world_pair(&world, "x1", "aisha", "dev", PAIR_DECLINED);
  cr_assert(allows(&world, "aisha", "dev") && allows(&world, "mina", "dev"));
  world_pair(&world, "x2", "aisha", "dev", PAIR_ASKING_MENTEE);
  struct match_places places = match_places_of(world.txn, world.programme);
  cr_assert_eq(places.count, 2);
  ptrdiff_t city = match_places_at(&places, world_person(&world, "ben")), docks = match_places_at(&places, world_person(&world, "mina"));
  cr_assert(places.items[city].placed == 1 && places.items[city].given == 0);
  cr_assert(places.items[docks].placed == 0 && places.items[docks].given == 1);
  cr_assert(!allows(&world, "aisha", "ben"), "the city's one place is taken");
  cr_assert(!allows(&world, "mina", "dev"), "the docks give no more");
  cr_assert(allows(&world, "mina", "ben"));
}

Test(places, a_programme_has_its_own_instead_of_the_organisations) {
  WORLD(world);
  cast(&world);
  organisation(&world, "city")->mentees_at_most = 9;
  organisation(&world, "docks")->mentees_at_most = 9;
  struct places own[] = {{.organisation = "city", .gives_at_most = 2}, {.organisation = "docks"}, {.organisation = "gone", .gives_at_most = 1}};
  world.programme->places.items = own;
  world.programme->places.count = 3;
  struct match_places places = match_places_of(world.txn, world.programme);
  cr_assert_eq(places.count, 1, "the docks have none here, and who is gone has none at all");
  cr_assert_str_eq(places.items[0].organisation->id, "city");
  cr_assert(places.items[0].gives == 2 && places.items[0].at_most == 0);
}

Test(places, somebody_of_no_organisation_is_bound_by_nothing) {
  WORLD(world);
  cast(&world);
  organisation(&world, "city")->mentees_at_most = organisation(&world, "city")->gives_at_most = 1;
  world_pair(&world, "x1", "aisha", "ben", PAIR_INTRODUCED);
  cr_assert(!allows(&world, "mina", "ben"));
  world_person(&world, "ben")->organisation = NULL;
  cr_assert(allows(&world, "mina", "ben"));
}

Test(places, a_full_organisation_is_a_rule_but_the_last_one_asked) {
  WORLD(world);
  cast(&world);
  const struct enrolment *aisha = txn_get(world.txn, RECORD_ENROLMENT, "e-aisha"), *dev = txn_get(world.txn, RECORD_ENROLMENT, "e-dev");
  organisation(&world, "docks")->gives_at_most = 1;
  cr_assert_eq(match_allowed(world.txn, world.programme, aisha, dev), MATCH_FREE);
  (void)world_join(&world, "kim", ROLE_MENTOR);
  world_person(&world, "kim")->organisation = "docks";
  world_pair(&world, "x1", "mina", "kim", PAIR_INTRODUCED);
  cr_assert_eq(match_allowed(world.txn, world.programme, aisha, dev), MATCH_RULE_PLACES);
  world_pair(&world, "x2", "aisha", "dev", PAIR_DECLINED);
  cr_assert_eq(match_allowed(world.txn, world.programme, aisha, dev), MATCH_RULE_FAILED);
}

/* Few people and many pairs, and the reverse, with every state a pair can have: counted by people or by pairs, it is the same. */
Test(places, two_people_alone_are_told_what_counting_all_tells) {
  for (int idle = 0; idle < 200; idle += 100) {
    WORLD(world);
    size_t yes = 0, no = 0;
    world_organisation(&world, "docks", "hand,boss");
    for (int i = 0; i < 20 + idle; i++) {
      for (int who = 0; who < 2; who++) {
        const char *name = arena_format(world.arena, "%c%d", who == 0 ? 'm' : 't', i);
        (void)world_join(&world, name, who == 0 ? ROLE_MENTEE : ROLE_MENTOR);
        if ((i + who) % 3 == 0) world_person(&world, name)->organisation = "docks";
        if (i % 7 == 6 && who == 0) world_person(&world, name)->organisation = NULL;
      }
    }
    for (int i = 0; i < 60; i++) {
      const char *id = arena_format(world.arena, "x%d", i);
      world_pair(&world, id, arena_format(world.arena, "m%d", i % 20), arena_format(world.arena, "t%d", i * 7 % 20), (enum pair_state)(i % PAIR_STATE_MAX_));
      if (i % 11 == 0) ((struct pair *)txn_edit(world.txn, RECORD_PAIR, id))->programme = "other";
    }
    for (int64_t rule = 1; rule < 30; rule += 4) {
      organisation(&world, "city")->mentees_at_most = rule;
      organisation(&world, "docks")->gives_at_most = rule / 2;
      for (int i = 0; i < 20; i++) {
        const struct person *mentee = world_person(&world, arena_format(world.arena, "m%d", i)), *mentor = world_person(&world, arena_format(world.arena, "t%d", (i + 1) % 20));
        struct match_places places = match_places_of(world.txn, world.programme);
        bool left = match_places_left(world.txn, world.programme, mentee, mentor);
        cr_assert_eq(left, match_places_allow(&places, mentee, mentor));
        *(left ? &yes : &no) += 1;
      }
    }
    cr_assert(yes > 0 && no > 0);
  }
}
