/* match.c: fuzzes match_file_read: a problem is refused with a line or byte, or is solved, proven, stays proven when it changes, and answers.
 *
 * An input is a file as match-solve reads it, text or binary. Only small problems are solved. */
#include "bot/match/match_file.h"

#include <string.h>

#include "bot/match/backup.h"
#include "bot/match/certificate.h"
#include "bot/match/quota.h"
#include "bot/match/repair.h"
#include "bot/match/why.h"
#include "tests/fuzz/kit/fuzz.h"

enum { SIDE_MAX = 64, PAIRS_MAX = 2000 };

static void check_refusal(enum err err) {
  const char *note = err_note_text();
  FUZZ_MUST(err == ERR_BAD_INPUT || err == ERR_LIMITED, "refused as %s", err_name(err));
  FUZZ_MUST((strncmp(note, "line ", 5) == 0 || strncmp(note, "byte ", 5) == 0) && strstr(note, ": ") != NULL, "no place: %s", note);
}

static void check_result(const struct assign_problem *problem, bool fair, struct arena *arena, struct assign_result *ret_result) {
  struct assign_options options = {.fair = fair};
  enum err err = assign_solve(problem, &options, arena, ret_result);
  FUZZ_MUST(err == ERR_NONE, "%s: %s", err_name(err), err_note_text());
  enum certificate_flaw flaw = certificate_check(problem, ret_result, fair);
  FUZZ_MUST(flaw == CERTIFICATE_NONE, "%s", certificate_flaw_text(flaw));
}

/* The proof holds after a decline, a leave and a lost seat, and when the seat comes back. */
static void check_repairs(const struct assign_problem *problem, const struct assign_result *result) {
  struct repair *repair = NULL;
  FUZZ_MUST(repair_new(problem, result, problem->mentees, problem->mentors, &repair) == ERR_NONE, "%s", err_note_text());
  for (size_t i = 0; i < problem->mentees && i < 4; i++) {
    int32_t mentor = repair_mentor_of(repair, i);
    if (mentor == ASSIGN_NOBODY) continue;
    enum err err = i % 2 == 0 ? repair_forbid(repair, i, (size_t)mentor) : repair_leave(repair, i);
    if (err == ERR_NONE) err = repair_seats(repair, (size_t)mentor, 0);
    if (err == ERR_NONE) err = repair_certify(repair);
    if (err == ERR_NONE) err = repair_seats(repair, (size_t)mentor, problem->seats[mentor]);
    if (err == ERR_NONE) err = repair_certify(repair);
    FUZZ_MUST(err == ERR_NONE, "%s: %s", err_name(err), err_note_text());
  }
  (void)repair_free(repair);
}

/* Nobody has the first choice again, and no mentor is reserve for more than two. */
static void check_second_choices(const struct assign_problem *problem, const struct assign_result *result) {
  struct arena *arena = arena_new(backup_bytes(problem));
  struct backup_options options = {.per_mentor = 2};
  struct backup backup;
  int32_t load[SIDE_MAX] = {0};
  enum err err = backup_solve(problem, result->mentor_of, &options, arena, &backup);
  FUZZ_MUST(err == ERR_NONE, "%s: %s", err_name(err), err_note_text());
  for (size_t i = 0; i < problem->mentees; i++) {
    int32_t mentor = backup.result.mentor_of[i];
    FUZZ_MUST(mentor == ASSIGN_NOBODY || (mentor != result->mentor_of[i] && ++load[mentor] <= 2), "mentee %zu", i);
  }
  (void)arena_free(arena);
}

/* Three organisations, and people of none; the rules are the ends of the costs, some beyond what there is. The solver checks its proof. */
static void check_quotas(const struct assign_problem *problem, const struct assign_result *result) {
  struct quota quotas[3];
  int32_t of_mentee[SIDE_MAX], of_mentor[SIDE_MAX];
  int64_t pairs = problem->first[problem->mentees];
  for (size_t i = 0; i < problem->mentees; i++) of_mentee[i] = (int32_t)(i % 4) - 1;
  for (size_t j = 0; j < problem->mentors; j++) of_mentor[j] = (int32_t)(j % 4) - 1;
  for (int64_t o = 0; o < 3; o++) {
    int32_t drawn = pairs == 0 ? 0 : problem->cost[o * 7 % pairs];
    quotas[o] = (struct quota){drawn % 9 - 1, drawn / 9 % 9 - 1, drawn / 81 % 9 - 1};
  }
  struct quota_problem asked = {problem, 3, quotas, of_mentee, of_mentor};
  struct arena *arena = arena_new(quota_result_bytes(&asked));
  struct quota_result got;
  enum err err = quota_solve(&asked, NULL, arena, &got);
  FUZZ_MUST(err == ERR_NONE, "%s: %s", err_name(err), err_note_text());
  FUZZ_MUST(got.matched <= result->matched, "more are matched with quotas");
  (void)arena_free(arena);
}

/* To have the next best costs what losing the best costs; a seat more never hurts. */
static void check_answers(const struct assign_problem *problem, const struct assign_result *result) {
  struct why *why = NULL;
  struct why_next next;
  struct why_change change;
  FUZZ_MUST(why_new(problem, result, &why) == ERR_NONE, "%s", err_note_text());
  for (size_t i = 0; i < problem->mentees && i < 8; i++) {
    if (result->mentor_of[i] == ASSIGN_NOBODY) continue;
    FUZZ_MUST(why_without(why, i, &next) == ERR_NONE && next.change.matched <= 0, "mentee %zu", i);
    if (next.mentor == ASSIGN_NOBODY) continue;
    enum err err = why_with(why, i, (size_t)next.mentor, &change);
    FUZZ_MUST(err == ERR_NONE && change.matched == next.change.matched && change.cost == next.change.cost, "mentee %zu", i);
  }
  for (size_t j = 0; j < problem->mentors; j++) {
    change = why_seat(why, j);
    FUZZ_MUST(change.matched == 1 || (change.matched == 0 && change.cost <= 0), "mentor %zu", j);
  }
  (void)why_free(why);
}

static void check_problem(const struct assign_problem *problem) {
  struct assign_result plain, fair;
  if (problem->mentees > SIDE_MAX || problem->mentors > SIDE_MAX || problem->first[problem->mentees] > PAIRS_MAX) return;
  struct arena *arena = arena_new(2 * assign_result_bytes(problem->mentees, problem->mentors));
  check_result(problem, false, arena, &plain);
  check_result(problem, true, arena, &fair);
  FUZZ_MUST(plain.matched == fair.matched && plain.cost <= fair.cost && plain.worst >= fair.worst, "fair is not fair");
  check_repairs(problem, &plain);
  check_second_choices(problem, &plain);
  check_quotas(problem, &plain);
  check_answers(problem, &plain);
  (void)arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct arena *arena = arena_new(match_file_bytes(bytes));
  struct assign_problem problem;
  err_note_clear();
  enum err err = match_file_read((const char *)data, bytes, arena, &problem);
  if (err == ERR_NONE) check_problem(&problem);
  else check_refusal(err);
  (void)arena_free(arena);
  return 0;
}
