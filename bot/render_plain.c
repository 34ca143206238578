/* render_plain.c: a card as nothing but text: facts with dashes, choices with numbers, and how to answer them. */
#include <string.h>

#include "bot/cards.h"
#include "bot/render_parts.h"

/* ---- how to answer ---- */
bool render_is_typed(const struct out *out) {
  return out->input == IN_TEXT || out->input == IN_PERSON || out->input == IN_DATE;
}

const char *render_how_typed(struct rendering *rendering, const struct out *out, size_t numbered) {
  bool date = out->input == IN_DATE;
  if (numbered > 0) return render_sentence(rendering, date ? W("plain.how_date_or_number") : W("plain.how_text_or_number"), NULL, 0);
  return render_sentence(rendering, date ? W("plain.how_date") : W("plain.how_text"), NULL, 0);
}

/* A command's button on a card that is no question has no number anybody remembers: it is said by its own word. */
static bool is_command(const struct out *out, const struct choice *choice) {
  return out->talk == NULL && choice->value != NULL && strncmp(choice->value, "do:", 3) == 0;
}

static size_t numbered(const struct out *out) {
  size_t count = 0;
  for (size_t i = 0; i < out->choices.count; i++) count += is_command(out, &out->choices.items[i]) ? 0 : 1;
  return count;
}

/* How to answer by typing, for what is not on a button: sentences, at most two. */
static const char *how_to_answer(struct rendering *rendering, const struct out *out) {
  size_t count = out->input == IN_NONE ? 0 : numbered(out);
  if (render_is_typed(out)) return render_how_typed(rendering, out, count);
  if (count == 0) return NULL;
  if (out->input != IN_SELECT_MANY) return render_sentence(rendering, W("plain.how_one"), NULL, 0);
  bool limited = out->choose_max > 0 && (size_t)out->choose_max < count;
  return render_numbered(rendering, W("plain.how_many"), "max", limited ? out->choose_max : 0);
}

const char *render_also(struct rendering *rendering, const struct choice *extras, size_t count) {
  const char *said = "";
  if (count == 0) return NULL;
  for (size_t i = 0; i < count; i++) said = arena_format(rendering->arena, "%s%s%s", said, i == 0 ? "" : ", ", extras[i].value);
  return render_texted(rendering, W("plain.also"), "words", said);
}

const char *render_left_out(struct rendering *rendering, size_t lines) {
  return render_numbered(rendering, W("plain.left_out"), "lines", (int64_t)lines);
}

/* ---- what stands under the facts ---- */
static const char *choice_line(struct rendering *rendering, const struct out *out, const char *label, size_t at, size_t *number) {
  if (!is_command(out, &out->choices.items[at])) return arena_format(rendering->arena, "\n%zu. %s", ++*number, label);
  struct param params[] = {{.name = "label", .kind = PARAM_TEXT, .values = strs_of(rendering->arena, 1, label)},
                           {.name = "command", .kind = PARAM_TEXT, .values = strs_of(rendering->arena, 1, out->choices.items[at].value + 3)}};
  return arena_format(rendering->arena, "\n- %s", render_sentence(rendering, W("plain.command"), params, ARRAY_LEN(params)));
}

static const char *who_line(struct rendering *rendering, const struct card *card) {
  if (card->progress == NULL) return card->who == NULL ? "" : arena_format(rendering->arena, "\n%s", card->who);
  return arena_format(rendering->arena, "\n%s%s(%s)", card->who == NULL ? "" : card->who, card->who == NULL ? "" : " ", card->progress);
}

static const char *tail_of(struct rendering *rendering, const struct out *out, const struct card *card) {
  struct text tail;
  size_t number = 0;
  text_init_in(&tail, SIZE_MAX / 4, rendering->arena);
  if (card->choice_count > 0) text_add(&tail, "\n");
  for (size_t i = 0; i < card->choice_count; i++) text_add(&tail, choice_line(rendering, out, card->choices[i].label, i, &number));
  const char *who = who_line(rendering, card), *how = how_to_answer(rendering, out);
  const char *also = render_also(rendering, out->extras.items, out->extras.count);
  if (who[0] != '\0' || how != NULL || also != NULL) text_add(&tail, "\n");
  text_add(&tail, who);
  if (how != NULL) text_addf(&tail, "\n%s", how);
  if (also != NULL) text_addf(&tail, "%s%s", how == NULL ? "\n" : " ", also);
  return text_str(&tail);
}

/* ---- all of it, in bounds ---- */
enum { LINES_MAX = 490 }; /* a link takes 500, and three may be added */

/* How many facts fit into `room` characters, each with its "\n- " in front. */
static size_t lines_that_fit(const struct card *card, size_t room) {
  size_t used = 0;
  for (size_t i = 0; i < card->line_count; i++) {
    used += text_utf8_count(card->lines[i]) + 3;
    if (used > room || i == LINES_MAX) return i;
  }
  return card->line_count;
}

static void add_line(struct text *text, const char *line) {
  text_add(text, "\n- ");
  text_add(text, line);
}

static const char *put_together(struct rendering *rendering, const struct card *card, size_t lines, const char *left_out, const char *tail) {
  struct text plain;
  text_init_in(&plain, SIZE_MAX / 4, rendering->arena);
  text_add(&plain, card->text);
  for (size_t i = 0; i < lines; i++) add_line(&plain, card->lines[i]);
  if (left_out != NULL) add_line(&plain, left_out);
  text_add(&plain, tail);
  return text_str(&plain);
}

const char *render_cut(struct rendering *rendering, const char *plain, size_t chars_max) {
  if (text_utf8_fits(plain, chars_max)) return plain;
  const char *closing = render_sentence(rendering, W("plain.cut"), NULL, 0);
  size_t closing_chars = text_utf8_count(closing) + 1;
  if (closing_chars >= chars_max) return arena_text_n(rendering->arena, plain, text_utf8_cut(plain, chars_max));
  size_t bytes = text_utf8_cut(plain, chars_max - closing_chars);
  char *kept = arena_text_n(rendering->arena, plain, bytes);
  char *end = plain[bytes] == '\n' ? kept + bytes : strrchr(kept, '\n');
  if (end == NULL) end = strrchr(kept, ' ');
  if (end == NULL) end = kept + bytes;
  while (end > kept && end[-1] == '\n') end--; /* no empty line before the closing one */
  *end = '\0';
  return arena_format(rendering->arena, "%s\n%s", kept, closing);
}

const char *render_plain(struct rendering *rendering, const struct out *out, const struct card *card, size_t chars_max, size_t *ret_lines) {
  const char *tail = tail_of(rendering, out, card);
  size_t fixed = text_utf8_count(card->text) + text_utf8_count(tail);
  size_t room = fixed < chars_max ? chars_max - fixed : 0;
  size_t lines = lines_that_fit(card, room);
  const char *left_out = NULL;
  if (lines < card->line_count) {
    size_t many = text_utf8_count(render_left_out(rendering, card->line_count)), one = text_utf8_count(render_left_out(rendering, 1));
    size_t said = (many > one ? many : one) + 3; /* "one more line" is the longer sentence */
    lines = lines_that_fit(card, room < said ? 0 : room - said);
    left_out = render_left_out(rendering, card->line_count - lines);
  }
  *ret_lines = lines;
  return render_cut(rendering, put_together(rendering, card, lines, left_out, tail), chars_max);
}
