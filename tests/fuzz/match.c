/* match.c: fuzzes match_file_read: a problem is refused with a line or byte, or is solved, proven, and stays proven when it changes.
 *
 * An input is a file as match-solve reads it, text or binary. Only small problems are solved. */
#include "bot/match/match_file.h"

#include <string.h>

#include "bot/match/certificate.h"
#include "bot/match/repair.h"
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

static void check_problem(const struct assign_problem *problem) {
  struct assign_result plain, fair;
  if (problem->mentees > SIDE_MAX || problem->mentors > SIDE_MAX || problem->first[problem->mentees] > PAIRS_MAX) return;
  struct arena *arena = arena_new(2 * assign_result_bytes(problem->mentees, problem->mentors));
  check_result(problem, false, arena, &plain);
  check_result(problem, true, arena, &fair);
  FUZZ_MUST(plain.matched == fair.matched && plain.cost <= fair.cost && plain.worst >= fair.worst, "fair is not fair");
  check_repairs(problem, &plain);
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
