/* market_day.h: assignment problems drawn from a seed for the tests of the engine, their answer by trying everything, and a door that checks. */
#ifndef TEST_MATCH_MARKET_DAY_H
#define TEST_MATCH_MARKET_DAY_H

#include "bot/match/arcs.h"
#include "bot/match/assign.h"
#include "tests/unit/match/instance.h"

struct day {
  struct arena *arena; /* owned */
  size_t mentees, mentors, count;
  int32_t *seats;            /* the arena's */
  struct arcs_pair *pairs;   /* the arena's */
};
enum { DAY_PAIRS_MAX = 40000, DAY_SIDE_MAX = 1000 };

void day_init(struct day *day);
void day_done(struct day *day);
#define DAY(name) CLEANUP(day_done) struct day name; day_init(&name)
void day_draw(struct day *day, const struct instance_shape *shape, struct chance *chance); /* replaces what is there */
void day_add(struct day *day, size_t mentee, size_t mentor, int32_t cost);
struct assign_problem day_problem(struct day *day);

struct day_answer { size_t matched; int64_t cost; int32_t worst; };
/* Solves, and asserts that it went well and that the certificate, asked again, agrees. */
struct day_answer day_solve(struct day *day, bool fair);
struct day_answer day_brute(struct day *day, bool fair); /* at most 8 a side */
void day_assert_best(struct day *day, uint64_t seed, size_t number); /* plain and fair against brute force */

#endif
