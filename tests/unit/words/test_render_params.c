/* test_render_params.c: a day of the calendar on a card: in its field, in its sentences, and where there is no field. */
#include <criterion/criterion.h>
#include <string.h>

#include "bot/edge/words_file.h"
#include "bot/render.h"

enum { ARENA_BYTES = 8 << 20 };

static struct words *words;
static struct arena *arena;
static struct model *model;

static void begin(void) {
  const struct person far = {.id = "p1", .name = "Tui Ngata", .zone = "Pacific/Kiritimati"};
  cr_assert_eq(words_from_program(&words), ERR_NONE);
  arena = arena_new(ARENA_BYTES);
  model = model_new("city");
  model_load(model, RECORD_PERSON, &far);
  model_loaded(model);
}

static void end(void) {
  words = words_free(words);
  model = model_free(model);
  arena = arena_free(arena);
}

TestSuite(render_params, .init = begin, .fini = end);

static void day(struct line *line, const char *name, const char *iso) {
  *LIST_ADD(arena, &line->params) = (struct param){.name = name, .kind = PARAM_DAY, .values = strs_of(arena, 1, iso)};
}

static struct out question(void) {
  struct out out = {.id = "o1", .person = "p1", .words = "intake.about_you.next", .talk = "t7", .step = "ask/start", .nonce = 4, .input = IN_DATE,
                    .date_min = "2027-01-11", .date_max = "2028-02-29", .date_set = "2027-03-01"};
  struct line *line = LIST_ADD(arena, &out.lines);
  line->words = "intake.date_days";
  day(line, "first", out.date_min);
  day(line, "last", out.date_max);
  return out;
}

static struct card card_for(const struct out *out, struct capabilities can) {
  struct card card;
  can.text_max = 3000;
  render_card(out, txn_new(model, arena), words, &can, arena, &card);
  return card;
}

#define HAS(text, part) cr_assert_not_null(strstr(text, part), "no \"%s\" in: %s", part, text)

Test(render_params, a_day_has_its_weekday_and_year_and_no_zone_moves_it) {
  struct out out = question();
  const char *line = render_line(&out.lines.items[0], txn_new(model, arena), words, "p1", arena);
  cr_assert_str_eq(line, "From Monday 11 January 2027 to Tuesday 29 February 2028");
}

Test(render_params, a_span_is_said_in_round_figures) {
  static const struct { const char *minutes, *said; } spans[] = {
      {"0", "a minute"}, {"1", "a minute"}, {"2", "2 minutes"}, {"10", "10 minutes"}, {"11", "10 minutes"}, {"13", "15 minutes"}, {"57", "55 minutes"},
      {"58", "an hour"}, {"74", "an hour"}, {"75", "an hour and a half"}, {"104", "an hour and a half"}, {"105", "2 hours"}, {"150", "2 and a half hours"},
      {"600", "10 hours"}, {"9223372036854775807", "153,722,867,280,912,930 hours"}};
  for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
    struct line line = {.words = "tell.takes"};
    *LIST_ADD(arena, &line.params) = (struct param){.name = "time", .kind = PARAM_SPAN, .values = strs_of(arena, 1, spans[i].minutes)};
    const char *said = render_line(&line, txn_new(model, arena), words, "p1", arena);
    cr_assert_str_eq(said, arena_format(arena, "Sending takes about %s.", spans[i].said));
  }
}

Test(render_params, what_is_no_day_is_shown_as_it_is) {
  struct line line = {.words = "intake.date_kept"};
  day(&line, "date", "after\nEaster");
  cr_assert_str_eq(render_line(&line, txn_new(model, arena), words, "p1", arena), "Your day so far: after Easter");
}

Test(render_params, a_field_gets_its_bounds) {
  struct out out = question();
  struct card card = card_for(&out, (struct capabilities){.buttons = 5, .form = true});
  cr_assert_eq(card.input, INPUT_DATE);
  cr_assert_str_eq(card.input_token, "t7.ask/start.4");
  cr_assert_str_eq(card.input_label, "The day");
  cr_assert_str_eq(card.date_min, "2027-01-11");
  cr_assert_str_eq(card.date_max, "2028-02-29");
  cr_assert_str_eq(card.date_set, "2027-03-01");
  cr_assert_eq(card.line_count, 1, "how to write a day needs no words beside a field");
  HAS(card.plain, "Write a date, such as 1 March, tomorrow or next Monday.");
}

Test(render_params, without_a_field_the_card_says_how_a_day_is_written) {
  struct out out = question();
  struct card card = card_for(&out, (struct capabilities){.buttons = 5});
  cr_assert_eq(card.input, INPUT_NONE);
  cr_assert_null(card.date_min);
  cr_assert_eq(card.line_count, 2);
  cr_assert_str_eq(card.lines[1], "Write a date, such as 1 March, tomorrow or next Monday.");
  *LIST_ADD(arena, &out.choices) = (struct choice){.value = "keep", .words = "intake.button.keep_date"};
  cr_assert_eq(card_for(&out, (struct capabilities){.buttons = 5}).input, INPUT_BUTTONS);
  HAS(card_for(&out, (struct capabilities){0}).text, "1. Keep this day");
  HAS(card_for(&out, (struct capabilities){0}).text, "or a number from the list");
}
