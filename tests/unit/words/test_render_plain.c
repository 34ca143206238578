/* test_render_plain.c: of a card that is too long, facts give way, never a choice. */
#include <criterion/criterion.h>
#include <string.h>

#include "bot/edge/words_file.h"
#include "bot/render.h"

enum { ARENA_BYTES = 8 << 20 };

static struct out card_of(size_t facts, struct arena *arena) {
  struct out out = {.id = "o1", .words = "intake.topics", .talk = "t7", .step = "ask", .nonce = 4, .input = IN_BUTTONS};
  for (size_t i = 0; i < facts; i++) {
    struct line *line = LIST_ADD(arena, &out.lines);
    line->words = "plain.cut"; /* any long sentence */
  }
  *LIST_ADD(arena, &out.choices) = (struct choice){.value = "a", .label = "Anna"};
  *LIST_ADD(arena, &out.choices) = (struct choice){.value = "b", .label = "Bertrand"};
  return out;
}

Test(render_plain, the_last_choice_stays_when_one_fact_does_not_fit) {
  struct words *words;
  struct model *model = model_new("city");
  size_t one_left_out = 0;
  model_loaded(model);
  cr_assert_eq(words_from_program(&words), ERR_NONE);
  for (int max = 250; max < 800; max++) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct out out = card_of(5, arena);
    struct capabilities can = {.text_max = max};
    struct card card;
    render_card(&out, txn_new(model, arena), words, &can, arena, &card);
    cr_assert_leq(text_utf8_count(card.plain), (size_t)max);
    cr_assert_not_null(strstr(card.plain, "\n2. Bertrand\n"), "%d: %s", max, card.plain);
    cr_assert_not_null(strstr(card.plain, "Answer with a number"), "%d: %s", max, card.plain);
    one_left_out += strstr(card.plain, "One more line") != NULL;
    (void)arena_free(arena);
  }
  cr_assert_gt(one_left_out, 0);
  (void)words_free(words);
  (void)model_free(model);
}
