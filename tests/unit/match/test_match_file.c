/* test_match_file.c: both forms are read, and everything that is wrong is named by line or by byte. */
#include "bot/match/match_file.h"
#include "tests/unit/match/market_day.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 4096, MUTATIONS = 20000 };

static enum err read_bytes(struct arena *arena, const char *data, size_t bytes, struct assign_problem *ret_problem) {
  err_note_clear();
  return match_file_read(data, bytes, arena, ret_problem);
}

static void assert_refused(const char *text, const char *where) {
  struct assign_problem problem;
  CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(strlen(text)));
  enum err err = read_bytes(arena, text, strlen(text), &problem);
  cr_assert_neq(err, ERR_NONE, "%s", text);
  cr_assert(strncmp(err_note_text(), where, strlen(where)) == 0, "\"%s\" is refused with \"%s\", not at %s", text, err_note_text(), where);
}

/* ---- text ---- */
Test(match_file, text_is_read_in_any_order_and_seats_are_one_unless_said) {
  static const char text[] = "c a comment\n\np match 3 2 3\r\na 3 2 10000\nm 2 5\na 1 1 0\n  a\t1 2 7 \n";
  struct assign_problem problem;
  CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(sizeof text));
  cr_assert_eq(read_bytes(arena, text, sizeof text - 1, &problem), ERR_NONE, "%s", err_note_text());
  cr_assert(problem.mentees == 3 && problem.mentors == 2);
  cr_assert(problem.seats[0] == 1 && problem.seats[1] == 5);
  cr_assert(problem.first[1] == 2 && problem.first[2] == 2 && problem.first[3] == 3);
  cr_assert(problem.mentor[0] == 0 && problem.cost[0] == 0 && problem.mentor[1] == 1 && problem.cost[1] == 7);
  cr_assert(problem.mentor[2] == 1 && problem.cost[2] == 10000);
}

Test(match_file, people_without_candidates_seats_of_nobody_and_no_people_at_all_are_fine) {
  static const char *const texts[] = {"p match 0 0 0", "p match 5 0 0\n", "p match 0 5 0\n", "p match 2 2 1\nm 1 0\na 1 1 3"};
  for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
    struct assign_problem problem;
    struct assign_result result;
    CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(100));
    cr_assert_eq(read_bytes(arena, texts[k], strlen(texts[k]), &problem), ERR_NONE, "%s", err_note_text());
    cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_NONE, "%s", err_note_text());
    cr_assert_eq(result.matched, 0);
  }
}

Test(match_file, what_is_wrong_in_a_text_is_named_by_its_line) {
  assert_refused("", "line 0: there is no line");
  assert_refused("c nothing else\n", "line 1: there is no line");
  assert_refused("a 1 1 1\n", "line 1: the first line");
  assert_refused("p match 1 1\n", "line 1: ");
  assert_refused("p match 99999999999999999999 1 0\n", "line 1: ");
  assert_refused("p match 1 4194305 0\n", "line 1: ");
  assert_refused("p match 4 4 4000000000\na 1 1 1\n", "line 1: the file is too short");
  assert_refused("p match 1 1 1 1\na 1 1 1\n", "line 1: the line goes on");
  assert_refused("p match 1 1 1\np match 1 1 1\n", "line 2: a second");
  assert_refused("p match 2 2 1\na 3 1 1\n", "line 2: this mentee");
  assert_refused("p match 2 2 1\na 0 1 1\n", "line 2: this mentee");
  assert_refused("p match 2 2 1\na 1 3 1\n", "line 2: this mentor");
  assert_refused("p match 2 2 1\na 1 1 10001\n", "line 2: a cost");
  assert_refused("p match 2 2 1\na 1 1 -1\n", "line 2: a cost");
  assert_refused("p match 2 2 1\na 1 1\n", "line 2: a cost");
  assert_refused("p match 2 2 1\nx 1 1 1\n", "line 2: lines begin");
  assert_refused("p match 2 2 1\nab 1 1 1\n", "line 2: lines begin");
  assert_refused("p match 2 2 1\nm 1 -3\n", "line 2: the number of seats");
  assert_refused("p match 2 2 1\nm 1 3\nm 1 3\n", "line 3: the seats of this mentor");
  assert_refused("p match 2 2 2\na 1 1 1 \n       \n", "line 3: the file ends before");
  assert_refused("p match 2 2 1\na 1 1 1\na 1 2 1\n", "line 3: more pairs");
}

Test(match_file, the_second_of_two_equal_pairs_is_the_one_that_is_named) {
  assert_refused("p match 2 2 3\na 1 1 1\na 2 1 1\na 1 1 2\n", "line 4: the pair of mentee 1 and mentor 1 comes twice");
  assert_refused("p match 2 2 3\nc a 1 2\na 1 2 1\n\na 1 1 1\n a 1 2 1\n", "line 6: the pair of mentee 1 and mentor 2 comes twice");
}

/* ---- binary ---- */
struct writing { size_t bytes; _Alignas(8) char data[BYTES]; };

static void put(struct writing *writing, const void *data, size_t bytes) {
  memcpy(writing->data + writing->bytes, data, bytes);
  writing->bytes += bytes;
}

static void write_binary(struct writing *writing, const struct assign_problem *problem) {
  int64_t pairs = problem->first[problem->mentees];
  int32_t sides[3] = {(int32_t)problem->mentees, (int32_t)problem->mentors, 0};
  writing->bytes = 0;
  put(writing, "MMI1", 4);
  put(writing, sides, sizeof sides);
  put(writing, &pairs, sizeof pairs);
  put(writing, problem->seats, problem->mentors * 4);
  put(writing, problem->first, (problem->mentees + 1) * 8);
  put(writing, problem->mentor, (size_t)pairs * 4);
  put(writing, problem->cost, (size_t)pairs * 4);
}

static void small_binary(struct day *day, struct writing *writing) {
  struct chance chance = {7};
  struct instance_shape shape = {9, 5, 60, 3, 100};
  day_draw(day, &shape, &chance);
  struct assign_problem problem = day_problem(day);
  write_binary(writing, &problem);
}

static void assert_binary_refused(const struct writing *writing, const char *where) {
  struct assign_problem problem;
  CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(writing->bytes));
  cr_assert_neq(read_bytes(arena, writing->data, writing->bytes, &problem), ERR_NONE);
  cr_assert(strncmp(err_note_text(), where, strlen(where)) == 0, "\"%s\" is not at %s", err_note_text(), where);
}

Test(match_file, binary_says_what_the_rows_say_wherever_it_lies_in_memory) {
  static struct writing writing;
  static char moved[BYTES + 4];
  DAY(day);
  small_binary(&day, &writing);
  struct day_answer want = day_solve(&day, false);
  for (size_t by = 0; by < 4; by++) {
    struct assign_problem problem;
    struct assign_result result;
    CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(writing.bytes));
    memcpy(moved + by, writing.data, writing.bytes);
    cr_assert_eq(read_bytes(arena, moved + by, writing.bytes, &problem), ERR_NONE, "%s", err_note_text());
    cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_NONE);
    cr_assert(result.matched == want.matched && result.cost == want.cost);
  }
}

Test(match_file, a_binary_file_cut_anywhere_is_refused) {
  static struct writing writing;
  DAY(day);
  small_binary(&day, &writing);
  for (size_t bytes = writing.bytes; bytes-- > 4;) {
    writing.bytes = bytes;
    assert_binary_refused(&writing, "byte ");
  }
}

Test(match_file, absurd_headers_and_wrong_numbers_are_named_by_their_offset) {
  static const struct { size_t at; int64_t value; size_t size; const char *where; } wrong[] = {
    {4, -1, 4, "byte 4: "},  {4, INT32_MAX, 4, "byte 4: "},   {8, -1, 4, "byte 8: "},          {8, INT32_MAX, 4, "byte 8: "},  {12, 1, 4, "byte 12: "},
    {16, -1, 8, "byte 16: "}, {16, INT64_MAX, 8, "byte 16: "}, {16, INT64_C(1) << 61, 8, "byte 16: "}, {24, -7, 4, "byte 24: "}, {44, 1, 8, "byte 24: "},
    {52, -9, 8, "byte 24: "}, {60, INT64_MAX, 8, "byte 24: "}, {116, 3, 8, "byte 116: "},      {124, 5, 4, "byte 124: "},      {124, -1, 4, "byte 124: "}};
  static struct writing writing;
  DAY(day);
  for (size_t k = 0; k < ARRAY_LEN(wrong); k++) {
    small_binary(&day, &writing);
    memcpy(writing.data + wrong[k].at, &wrong[k].value, wrong[k].size);
    assert_binary_refused(&writing, wrong[k].where);
  }
}

/* Any byte, any value: refused, or read as a problem that is solved and proven. */
Test(match_file, bytes_changed_at_random_never_lead_astray) {
  static struct writing writing, changed;
  static const char text[] = "p match 4 3 6\nm 1 2\na 1 1 5\na 2 1 6\na 2 2 7\na 3 1 100\na 3 3 0\na 4 2 10000\nc end\n";
  uint64_t seed = instance_seed();
  struct chance chance = {seed};
  size_t fine = 0;
  DAY(day);
  small_binary(&day, &writing);
  for (size_t n = 0; n < MUTATIONS; n++) {
    struct assign_problem problem;
    struct assign_result result;
    changed.bytes = n % 2 ? writing.bytes : sizeof text - 1;
    memcpy(changed.data, n % 2 ? writing.data : text, changed.bytes);
    for (uint32_t k = 1 + chance_below(&chance, 3); k > 0; k--) {
      char *at = &changed.data[chance_below(&chance, (uint32_t)changed.bytes)];
      *at = n % 2 ? (char)chance_below(&chance, 256) : "0123456789 \nampc-"[chance_below(&chance, 17)];
    }
    CLEANUP(arena_freep) struct arena *arena = arena_new(match_file_bytes(changed.bytes) + (64 << 20));
    if (read_bytes(arena, changed.data, changed.bytes, &problem) != ERR_NONE) continue;
    if (problem.mentees > 5000) continue; /* a header that is right, only large: it would take the test's time */
    cr_assert_eq(assign_solve(&problem, NULL, arena, &result), ERR_NONE, "seed %" PRIu64 ", change %zu: %s", seed, n, err_note_text());
    fine++;
  }
  cr_assert_gt(fine, MUTATIONS / 20);
}
