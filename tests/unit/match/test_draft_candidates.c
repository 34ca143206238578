/* test_draft_candidates.c: where not every pair is asked, the round is as good as if each had been. */
#include <criterion/criterion.h>

#include "tests/unit/match/crowd.h"

struct sums {
  size_t matched, reserves;
  int64_t score;
};

static struct sums sums_of(const struct crowd_work *work) {
  struct sums sums = {0};
  for (size_t i = 0; i < work->round->matches.count; i++) {
    const struct match *match = &work->round->matches.items[i];
    if (match->mentor == NULL) continue;
    sums.matched++;
    sums.score += match->score;
    sums.reserves += ((const struct enrolment *)txn_get(work->txn, RECORD_ENROLMENT, match->mentor))->role == ROLE_RESERVE;
  }
  return sums;
}

static struct sums made(unsigned seed, int mentees, int mentors, size_t listed) {
  WORLD(world);
  crowd_couples(&world, crowd(&world, seed, mentees, mentors));
  struct crowd_work work = crowd_made(&world, listed);
  cr_assert_eq(work.err, ERR_NONE, "seed %u: %s", seed, err_note_text());
  struct sums sums = sums_of(&work);
  crowd_work_done(&work);
  return sums;
}

Test(draft_candidates, as_many_people_as_few_reserves_and_as_good_scores) {
  static const int sides[][2] = {{40, 25}, {25, 40}, {120, 90}, {5, 4}};
  for (unsigned seed = 1; seed <= 10; seed++) {
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
      struct sums all = made(seed, sides[i][0], sides[i][1], 0), some = made(seed, sides[i][0], sides[i][1], 1);
      cr_assert_eq(some.matched, all.matched, "seed %u, %d x %d", seed, sides[i][0], sides[i][1]);
      cr_assert_eq(some.reserves, all.reserves, "seed %u, %d x %d", seed, sides[i][0], sides[i][1]);
      cr_assert_eq(some.score, all.score, "seed %u, %d x %d", seed, sides[i][0], sides[i][1]);
    }
  }
}

/* So many mentees that a reserve's surcharge leaves room for coarser scores only: still no reserve where a mentor would do. */
Test(draft_candidates, reserves_come_last_in_very_large_rounds_too) {
  WORLD(world);
  enum { PEOPLE = 2000 };
  for (int i = 0; i < PEOPLE; i++) (void)world_join(&world, arena_format(world.arena, "m%d", i), ROLE_MENTEE);
  for (int i = 0; i < 30; i++) {
    struct enrolment *mentor = world_join(&world, arena_format(world.arena, "t%d", i), i % 3 == 0 ? ROLE_RESERVE : ROLE_MENTOR);
    world_answer(&world, mentor, "capacity", "1");
    world_answer(&world, mentor, "topics", i % 3 == 0 ? "confidence" : "law"); /* the reserves fit better */
  }
  for (int i = 0; i < 20; i++) world_answer(&world, txn_edit(world.txn, RECORD_ENROLMENT, arena_format(world.arena, "e-m%d", i)), "topics", "confidence");
  for (int i = 20; i < PEOPLE; i++) world_answer(&world, txn_edit(world.txn, RECORD_ENROLMENT, arena_format(world.arena, "e-m%d", i)), "organisation_wish", "must_other");
  (void)world_round(&world, "5eed");
  struct crowd_work work = crowd_made(&world, 1);
  struct sums sums = sums_of(&work);
  cr_assert_eq(sums.matched, 20);
  cr_assert_eq(sums.reserves, 0, "twenty mentors are enough for the twenty who may");
  crowd_work_done(&work);
}
