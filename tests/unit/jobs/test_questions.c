/* test_questions.c: the default questions: complete, in order, every one of them with its words in the catalogue. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

static const struct question *defaults(struct stage *stage, size_t *ret_count) {
  return questions_default(stage->arena, ret_count);
}

Test(questions, each_is_whole) {
  STAGE(stage);
  size_t count;
  const struct question *questions = defaults(&stage, &count);
  cr_assert_eq(count, 15);
  for (size_t i = 0; i < count; i++) {
    const struct question *question = &questions[i];
    cr_assert(words_has(stage.words, question->words), "%s", question->words);
    cr_assert_str_eq(question->words, arena_format(stage.arena, "intake.%s", question->id));
    bool choice = question->kind == QUESTION_CHOICE || question->kind == QUESTION_SEVERAL;
    cr_assert_eq(question->options.count > 0, choice, "%s", question->id);
    for (size_t k = 0; k < question->options.count; k++)
      cr_assert(words_has(stage.words, arena_format(stage.arena, "option.%s.%s", question->id, question->options.items[k])), "%s", question->options.items[k]);
    for (size_t k = 0; k < i; k++) cr_assert_str_neq(question->id, questions[k].id);
  }
}

Test(questions, the_core_is_four_steps_and_what_is_extra_comes_after_it) {
  STAGE(stage);
  size_t count;
  const struct question *questions = defaults(&stage, &count);
  int64_t step = 3;
  bool extra = false;
  for (size_t i = 0; i < count; i++) {
    cr_assert(!extra || questions[i].extra, "%s", questions[i].id);
    extra = questions[i].extra;
    if (!extra) cr_assert(questions[i].step == step || questions[i].step == step + 1, "%s", questions[i].id);
    if (!extra) step = questions[i].step;
  }
  cr_assert_eq(step, 5);
}

Test(questions, identity_alone_is_sealed_and_stands_behind_its_consent) {
  STAGE(stage);
  size_t count, sealed = 0;
  const struct question *questions = defaults(&stage, &count);
  for (size_t i = 0; i < count; i++) {
    if (!questions[i].sealed) continue;
    sealed++;
    cr_assert_str_eq(questions[i].id, "identity");
    cr_assert_eq(questions[i - 1].kind, QUESTION_CONSENT);
  }
  cr_assert_eq(sealed, 1);
}

Test(questions, a_grid_follows_the_question_that_offers_it) {
  STAGE(stage);
  size_t count;
  const struct question *questions = defaults(&stage, &count);
  for (size_t i = 0; i < count; i++) {
    if (questions[i].kind == QUESTION_GRID) cr_assert(strs_has(questions[i - 1].options, "grid"));
    if (questions[i].kind == QUESTION_NUMBER) cr_assert_gt(questions[i].choose_max, 0);
  }
}

Test(questions, they_are_the_same_every_time) {
  STAGE(stage);
  struct question_set one = {.id = "q"}, two = {.id = "q"};
  one.questions.items = questions_default(stage.arena, &one.questions.count);
  two.questions.items = questions_default(stage.arena, &two.questions.count);
  cr_assert(record_same(RECORD_QUESTION_SET, &one, &two));
}
