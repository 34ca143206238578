/* questions.c: the questions a scheme asks when it says `questions: default`: four minutes, then two more for a better match. */
#include "bot/jobs/jobs.h"

enum { OPTIONS_MAX = 16 };

struct row {
  const char *id;
  enum question_kind kind;
  const char *role;
  int64_t step, choose_max;
  bool extra, sealed;
  const char *options[OPTIONS_MAX];
};

#define WISH "prefer_same", "prefer_other", "must_same", "must_other", "no_matter"
static const struct row rows[] = {
    {"topics", QUESTION_SEVERAL, "all", 3, 3, false, false,
     {"communication", "leading_people", "conflict", "planning", "problem_solving", "projects", "business_sense", "clients",
      "career_move", "confidence", "networks", "returning", "technical", "other"}},
    {"how", QUESTION_SEVERAL, "all", 4, 0, false, false, {"in_person", "video", "phone", "chat", "any"}},
    {"how_often", QUESTION_CHOICE, "all", 4, 0, false, false, {"weekly", "fortnightly", "monthly"}},
    {"capacity", QUESTION_NUMBER, "mentor", 4, 3, false, false, {0}},
    {"times", QUESTION_SEVERAL, "all", 5, 0, false, false, {"mornings", "lunch", "afternoons", "any", "grid"}},
    {"times_grid", QUESTION_GRID, "all", 5, 0, false, false, {0}},
    {"six_months", QUESTION_TEXT, "mentee", 0, 300, true, false, {0}},
    {"experience", QUESTION_TEXT, "mentor", 0, 300, true, false, {0}},
    {"style", QUESTION_CHOICE, "all", 0, 0, true, false, {"questions", "advice", "stories", "challenge", "no_preference"}},
    {"organisation_wish", QUESTION_CHOICE, "mentee", 0, 0, true, false, {WISH}},
    {"profession_wish", QUESTION_CHOICE, "mentee", 0, 0, true, false, {WISH}},
    {"grade_wish", QUESTION_CHOICE, "mentee", 0, 0, true, false, {WISH}},
    {"bio", QUESTION_TEXT, "all", 0, 300, true, false, {0}},
    {"identity_consent", QUESTION_CONSENT, "all", 0, 0, true, false, {0}},
    {"identity", QUESTION_TEXT, "all", 0, 300, true, true, {0}},
};

static void fill(struct arena *arena, struct question *question, const struct row *row) {
  question->id = row->id;
  question->kind = row->kind;
  question->role = row->role;
  question->words = arena_format(arena, "intake.%s", row->id);
  question->step = row->step;
  question->choose_max = row->choose_max;
  question->extra = row->extra;
  question->sealed = row->sealed;
  for (size_t i = 0; i < OPTIONS_MAX && row->options[i] != NULL; i++) question->options = strs_plus(arena, question->options, row->options[i]);
}

struct question *questions_default(struct arena *arena, size_t *ret_count) {
  struct question *questions = arena_alloc(arena, sizeof rows / sizeof *rows * sizeof *questions);
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) fill(arena, &questions[i], &rows[i]);
  *ret_count = ARRAY_LEN(rows);
  return questions;
}
