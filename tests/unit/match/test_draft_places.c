/* test_draft_places.c: rounds in which organisations have places: they are kept, counted with earlier pairs and pins, and told. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/match/crowd.h"
#include "tests/unit/match/world.h"

static struct organisation *organisation(struct world *world, const char *id) {
  return txn_edit(world->txn, RECORD_ORGANISATION, id);
}

static void join(struct world *world, const char *person, enum role role, const char *of, const char *topics) {
  world_answer(world, world_join(world, person, role), "topics", topics);
  world_person(world, person)->organisation = arena_text(world->arena, of);
}

static struct round *made(struct world *world) {
  struct round *round = txn_edit(world->txn, RECORD_ROUND, "r1");
  if (round == NULL) round = world_round(world, "5eed");
  cr_assert_eq(match_round(world->txn, world->programme, round->by, round), ERR_NONE, "%s", err_note_text());
  return round;
}

static const struct filled *filled(const struct round *round, const char *organisation) {
  for (size_t i = 0; i < round->filled.count; i++)
    if (strcmp(round->filled.items[i].organisation, organisation) == 0) return &round->filled.items[i];
  return NULL;
}

/* Three mentees of the city who fit well, one of the docks who fits badly; two mentors of the city, one of the docks. */
static void cast(struct world *world) {
  world_organisation(world, "docks", "hand,boss");
  join(world, "a1", ROLE_MENTEE, "city", "confidence");
  join(world, "a2", ROLE_MENTEE, "city", "confidence");
  join(world, "a3", ROLE_MENTEE, "city", "confidence");
  join(world, "d1", ROLE_MENTEE, "docks", "clients");
  join(world, "b1", ROLE_MENTOR, "city", "confidence");
  join(world, "b2", ROLE_MENTOR, "city", "confidence");
  join(world, "e1", ROLE_MENTOR, "docks", "confidence");
}

Test(draft_places, without_places_the_one_who_fits_worst_has_nobody_and_with_an_at_least_not) {
  WORLD(world);
  cast(&world);
  struct round *round = made(&world);
  cr_assert_null(world_mentor_of(round, "d1"));
  cr_assert_eq(round->filled.count, 0);
  organisation(&world, "docks")->mentees_at_least = 1;
  round = made(&world);
  cr_assert_not_null(world_mentor_of(round, "d1"));
  cr_assert(filled(round, "docks")->placed == 1 && filled(round, "docks")->could == 0);
  cr_assert_null(filled(round, "city"), "who has no rule is not told of");
}

Test(draft_places, at_most_and_gives_are_kept_though_seats_stay_free_and_why_is_said) {
  WORLD(world);
  cast(&world);
  organisation(&world, "city")->mentees_at_most = 1;
  struct round *round = made(&world);
  cr_assert(filled(round, "city")->placed == 1 && filled(round, "city")->at_most == 1);
  size_t alone = 0;
  for (int i = 1; i <= 3; i++) {
    const struct match *row = world_row(round, arena_format(world.arena, "a%d", i));
    if (row->mentor != NULL) continue;
    alone++;
    cr_assert(strs_has(row->weak, "full"));
  }
  cr_assert_eq(alone, 2);
  organisation(&world, "city")->mentees_at_most = 0;
  organisation(&world, "city")->gives_at_most = 1;
  round = made(&world);
  cr_assert_eq(filled(round, "city")->given, 1);
  cr_assert(strs_has(world_row(round, "d1")->weak, "given"), "b1 or b2 is free, and the city gives no more");
}

Test(draft_places, earlier_pairs_and_pins_count_and_a_pin_beyond_a_place_leaves_nobody) {
  WORLD(world);
  cast(&world);
  organisation(&world, "city")->mentees_at_most = 2;
  world_pair(&world, "x1", "a1", "b1", PAIR_ASKING_MENTEE);
  struct round *round = world_round(&world, "5eed");
  world_couple(&world, round, "a2", "b2", true);
  world_couple(&world, round, "a3", "e1", true);
  cr_assert_eq(match_round(world.txn, world.programme, round->by, round), ERR_NONE, "%s", err_note_text());
  cr_assert_eq(filled(round, "city")->placed, 2);
  size_t had = (world_mentor_of(round, "a2") != NULL) + (world_mentor_of(round, "a3") != NULL);
  cr_assert_eq(had, 1, "whichever comes first by lot");
  const struct match *other = world_row(round, world_mentor_of(round, "a2") != NULL ? "a3" : "a2");
  cr_assert(other->pinned && strs_has(other->weak, "full"));
}

Test(draft_places, what_cannot_be_kept_says_what_could_be) {
  WORLD(world);
  cast(&world);
  organisation(&world, "docks")->mentees_at_least = 3;
  struct round *round = made(&world);
  cr_assert(filled(round, "docks")->placed == 1 && filled(round, "docks")->could == 1, "only one of them is there");
  organisation(&world, "docks")->mentees_at_least = 1;
  organisation(&world, "city")->mentees_at_least = 3;
  round = made(&world);
  const struct filled *city = filled(round, "city"), *docks = filled(round, "docks");
  cr_assert_eq(city->placed + docks->placed, 3, "three mentors for four");
  if (city->placed == 2) cr_assert_eq(city->could, 3, "it could, if the docks did not want theirs");
  else cr_assert(docks->placed == 0 && docks->could == 1);
}

Test(draft_places, best_keeps_within_places_too) {
  WORLD(world);
  cast(&world);
  organisation(&world, "docks")->gives_at_most = 1;
  struct match best[3];
  const struct enrolment *a1 = txn_get(world.txn, RECORD_ENROLMENT, "e-a1");
  cr_assert_eq(match_best(world.txn, world.programme, a1, NULL, 3, best), 3);
  join(&world, "e2", ROLE_MENTOR, "docks", "confidence");
  world_pair(&world, "x1", "a2", "e2", PAIR_INTRODUCED);
  cr_assert_eq(match_best(world.txn, world.programme, a1, NULL, 3, best), 2, "e1 is of the docks, who have given");
  organisation(&world, "city")->mentees_at_most = 1;
  cr_assert_eq(match_best(world.txn, world.programme, a1, NULL, 3, best), 0);
}

/* ---- many people ---- */
static const char *home(struct world *world, const char *enrolment) {
  return ((const struct person *)model_get(world->model, RECORD_PERSON, enrolment + strlen("e-")))->organisation;
}

static void many(unsigned seed) {
  WORLD(world);
  CLEANUP(crowd_work_done) struct crowd_work work = {0};
  struct round *round = crowd(&world, seed, 60, 40);
  world_organisation(&world, "docks", "hand,boss");
  for (int i = 0; i < 60; i += 3) world_person(&world, arena_format(world.arena, "m%d", i))->organisation = "docks";
  for (int j = 0; j < 40; j += 2) world_person(&world, arena_format(world.arena, "t%d", j))->organisation = "docks";
  organisation(&world, "docks")->mentees_at_least = 5 + seed;
  organisation(&world, "docks")->gives_at_most = 3 * (int64_t)seed;
  organisation(&world, "city")->mentees_at_most = 4 * (int64_t)seed;
  cr_assert_eq(match_round(world.txn, world.programme, round->by, round), ERR_NONE, "%s", err_note_text());
  work = crowd_made(&world, 1);
  cr_assert_eq(work.err, ERR_NONE, "%s", err_note_text());
  round = work.round;
  const struct round *before = model_get(world.model, RECORD_ROUND, round->id);
  cr_assert_eq(round->matches.count, before->matches.count);
  int64_t placed = 0, given = 0;
  for (size_t i = 0; i < round->matches.count; i++) {
    const struct match *match = &round->matches.items[i], *small = &before->matches.items[i];
    cr_assert(match->mentor == NULL ? small->mentor == NULL : small->mentor != NULL && strcmp(match->mentor, small->mentor) == 0);
    if (match->mentor == NULL) continue;
    placed += strcmp(home(&world, match->mentee), "city") == 0;
    given += strcmp(home(&world, match->mentor), "docks") == 0;
  }
  cr_assert(placed <= 4 * (int64_t)seed && given <= 3 * (int64_t)seed);
  cr_assert(filled(round, "city")->placed >= placed && filled(round, "docks")->given >= given, "with earlier pairs");
  cr_assert(filled(round, "city")->placed <= 4 * (int64_t)seed && filled(round, "docks")->given <= 3 * (int64_t)seed);
}

Test(draft_places, the_same_on_another_thread_and_never_beyond_a_rule) {
  for (unsigned seed = 1; seed <= 6; seed++) many(seed);
}
