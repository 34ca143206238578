/* render.c: a row of the outbox becomes a card, and the card is cut down to what its link can show. */
#include "bot/render.h"

#include <string.h>

#include "bot/cards.h"
#include "bot/render_parts.h"

/* Of a link that did not say how much it shows; and so much that it fits a line of the link whatever the letters. */
enum { CHARS_MAX_UNSAID = 1000, CHARS_MAX = 8000 };

/* ---- words ---- */
static const char *progress_of(struct rendering *rendering, const struct out *out) {
  const struct words_param params[] = {{.name = "step", .kind = WORDS_NUMBER, .number = out->progress},
                                       {.name = "steps", .kind = WORDS_NUMBER, .number = out->progress_of}};
  if (out->progress_of == 0) return NULL;
  return words_format(rendering->words, W("card.progress"), params, ARRAY_LEN(params), rendering->zone, rendering->arena);
}

static void put_words(struct rendering *rendering, const struct out *out, struct card *card) {
  const char **lines = arena_alloc(rendering->arena, (out->lines.count + 1) * sizeof *lines);
  for (size_t i = 0; i < out->lines.count; i++) {
    const struct line *line = &out->lines.items[i];
    lines[i] = render_sentence(rendering, line->words, line->params.items, line->params.count);
  }
  card->key = out->words;
  card->text = out->words == NULL ? "" : render_sentence(rendering, out->words, out->params.items, out->params.count);
  card->lines = lines;
  card->line_count = out->lines.count;
  card->who = out->who == NULL ? NULL : render_short(render_sentence(rendering, out->who, out->params.items, out->params.count), rendering->arena);
  card->progress = progress_of(rendering, out);
}

/* ---- tokens ---- */
static const char *field_token(struct rendering *rendering, const struct out *out) {
  if (out->talk == NULL) return NULL;
  return arena_format(rendering->arena, "%s.%s.%lld", out->talk, out->step == NULL ? "" : out->step, (long long)out->nonce);
}

/* A value that is a command is its own token; all others mean something only within their talk. */
static const char *token_for(struct rendering *rendering, const struct out *out, const struct choice *choice, const char *last) {
  const char *value = choice->value == NULL ? "" : choice->value;
  if (out->talk == NULL || strncmp(value, "do:", 3) == 0) return value;
  return arena_format(rendering->arena, "%s.%s", field_token(rendering, out), last);
}

static void put_choices(struct rendering *rendering, const struct out *out, struct card *card) {
  struct card_choice *choices = arena_alloc(rendering->arena, (out->choices.count + 1) * sizeof *choices);
  for (size_t i = 0; i < out->choices.count; i++) {
    const struct choice *choice = &out->choices.items[i];
    choices[i] = (struct card_choice){.label = render_choice(rendering, choice), .primary = choice->primary};
    choices[i].token = token_for(rendering, out, choice, arena_format(rendering->arena, "%zu", i));
  }
  card->choices = choices;
  card->choice_count = out->choices.count;
}

static void put_extras(struct rendering *rendering, const struct out *out, size_t count, struct card *card) {
  struct card_choice *extras = arena_alloc(rendering->arena, (count + 1) * sizeof *extras);
  for (size_t i = 0; i < count; i++) {
    const struct choice *extra = &out->extras.items[i];
    extras[i] = (struct card_choice){.label = render_choice(rendering, extra), .primary = extra->primary};
    extras[i].token = token_for(rendering, out, extra, extra->value == NULL ? "" : extra->value);
  }
  card->extras = extras;
  card->extra_count = count;
}

/* ---- what a link can show ---- */
/* False: the choices can only be a numbered list, so the whole card is plain text. */
static bool choices_fit(const struct out *out, const struct capabilities *can, enum card_input *ret_input) {
  bool buttons = out->choices.count <= (size_t)(can->buttons > 0 ? can->buttons : 0);
  switch (out->input) {
    case IN_BUTTONS:
      *ret_input = buttons ? INPUT_BUTTONS : INPUT_SELECT_ONE;
      return buttons || can->select;
    case IN_SELECT_ONE:
      *ret_input = can->select ? INPUT_SELECT_ONE : INPUT_BUTTONS;
      return buttons || can->select;
    case IN_SELECT_MANY:
      *ret_input = INPUT_SELECT_MANY;
      return can->form;
    case IN_TEXT:
    case IN_PERSON:
    case IN_DATE:
      *ret_input = out->choices.count > 0 ? INPUT_BUTTONS : INPUT_NONE;
      if (can->form) *ret_input = out->input == IN_TEXT ? INPUT_TEXT : out->input == IN_DATE ? INPUT_DATE : INPUT_PERSON;
      return buttons;
    default:
      *ret_input = INPUT_NONE;
      return true;
  }
}

static bool has_field(enum card_input input) {
  return input == INPUT_TEXT || input == INPUT_PERSON || input == INPUT_DATE || input == INPUT_SELECT_MANY;
}

static const char *label_key(enum card_input input) {
  if (input == INPUT_PERSON) return W("card.input_person");
  return input == INPUT_DATE ? W("card.input_date") : W("card.input_label");
}

static void put_dates(const struct out *out, struct card *card) {
  card->date_min = out->date_min;
  card->date_max = out->date_max;
  card->date_set = out->date_set;
}

static void put_input(struct rendering *rendering, const struct out *out, enum card_input input, struct card *card) {
  card->input = input;
  if (!has_field(input)) return;
  size_t max = out->choose_max > 0 ? (size_t)out->choose_max : 0;
  card->input_token = field_token(rendering, out);
  card->input_label = render_sentence(rendering, label_key(input), NULL, 0);
  if (input == INPUT_DATE) put_dates(out, card);
  else if (input != INPUT_SELECT_MANY) card->input_chars_max = max;
  else card->choose_max = max == 0 || max > card->choice_count ? card->choice_count : max;
}

static size_t extras_shown(const struct out *out, const struct capabilities *can, enum card_input input) {
  size_t used = input == INPUT_SELECT_ONE || input == INPUT_SELECT_MANY || input == INPUT_NONE ? 0 : out->choices.count;
  size_t buttons = can->buttons > 0 ? (size_t)can->buttons : 0;
  size_t left = buttons > used ? buttons - used : 0;
  return out->extras.count < left ? out->extras.count : left;
}

/* Facts that fit, then what is said in words because no button says it. */
static void put_shown_lines(struct rendering *rendering, const struct out *out, size_t fit, struct card *card) {
  const char **lines = arena_alloc(rendering->arena, (fit + 3) * sizeof *lines);
  size_t count = fit;
  if (fit > 0) memcpy(lines, card->lines, fit * sizeof *lines);
  if (fit < card->line_count) lines[count++] = render_left_out(rendering, card->line_count - fit);
  if (render_is_typed(out) && !has_field(card->input)) lines[count++] = render_how_typed(rendering, out, 0);
  const char *also = card->extra_count < out->extras.count
                         ? render_also(rendering, out->extras.items + card->extra_count, out->extras.count - card->extra_count)
                         : NULL;
  if (also != NULL) lines[count++] = also;
  card->lines = lines;
  card->line_count = count;
}

/* Text and what stands under it are one message: facts gave way already, now the text does. */
static void fit_text(struct rendering *rendering, size_t chars_max, struct card *card) {
  size_t below = 0;
  for (size_t i = 0; i < card->line_count; i++) below += text_utf8_count(card->lines[i]) + 3;
  if (card->who != NULL) below += text_utf8_count(card->who) + 1;
  if (card->progress != NULL) below += text_utf8_count(card->progress) + 3;
  card->text = render_cut(rendering, card->text, below < chars_max ? chars_max - below : chars_max);
}

static void leave_only_plain(struct card *card) {
  card->text = card->plain;
  card->lines = NULL;
  card->choices = NULL;
  card->line_count = card->choice_count = 0;
  card->who = card->progress = NULL;
}

void render_card(const struct out *out, struct txn *view, struct words *words, const struct capabilities *can,
                 struct arena *arena, struct card *ret_card) {
  struct rendering rendering;
  struct card card = {0};
  enum card_input input;
  size_t fit, chars_max = can->text_max > 0 ? (size_t)can->text_max : CHARS_MAX_UNSAID;
  if (chars_max > CHARS_MAX) chars_max = CHARS_MAX;
  render_begin(&rendering, view, words, out->person, arena);
  put_words(&rendering, out, &card);
  put_choices(&rendering, out, &card);
  card.plain = render_plain(&rendering, out, &card, chars_max, &fit);
  bool shown = choices_fit(out, can, &input);
  if (!shown) input = INPUT_NONE;
  put_input(&rendering, out, input, &card);
  put_extras(&rendering, out, extras_shown(out, can, input), &card);
  if (shown) put_shown_lines(&rendering, out, fit, &card);
  else leave_only_plain(&card);
  if (shown) fit_text(&rendering, chars_max, &card);
  *ret_card = card;
}

/* ---- single sentences ---- */
const char *render_line(const struct line *line, struct txn *view, struct words *words, const char *reader, struct arena *arena) {
  struct rendering rendering;
  render_begin(&rendering, view, words, reader, arena);
  return render_sentence(&rendering, line->words, line->params.items, line->params.count);
}

const char *render_label(const struct choice *choice, struct txn *view, struct words *words, const char *reader, struct arena *arena) {
  struct rendering rendering;
  render_begin(&rendering, view, words, reader, arena);
  return render_choice(&rendering, choice);
}

/* ---- the demo's clock ---- */
static struct param person_param(struct rendering *rendering, const char *name, const char *person) {
  struct param param = {.name = name, .kind = PARAM_PEOPLE};
  if (person != NULL) param.values = strs_of(rendering->arena, 1, person);
  return param;
}

static const char *due_talk(struct rendering *rendering, const char *id) {
  const struct talk *talk = txn_get(rendering->view, RECORD_TALK, id);
  if (talk == NULL || talk->state == TALK_DONE || talk->state == TALK_GIVEN_UP) return render_sentence(rendering, W("due.tidy"), NULL, 0);
  struct param params[] = {person_param(rendering, "person", talk->person)};
  const char *own = arena_format(rendering->arena, "%s%s", W("due.talk."), talk->flow == NULL ? "" : talk->flow);
  const char *key = talk->state == TALK_QUEUED ? W("due.queued") : words_has(rendering->words, own) ? own : W("due.talk");
  return render_sentence(rendering, key, params, ARRAY_LEN(params));
}

static const char *due_pair(struct rendering *rendering, const char *id) {
  const struct pair *pair = txn_get(rendering->view, RECORD_PAIR, id);
  if (pair == NULL) return render_sentence(rendering, W("due.tidy"), NULL, 0);
  struct param params[] = {person_param(rendering, "mentee", pair->mentee), person_param(rendering, "mentor", pair->mentor)};
  return render_sentence(rendering, W("due.pair"), params, ARRAY_LEN(params));
}

const char *render_due(const struct due *due, struct txn *view, struct words *words, struct arena *arena) {
  struct rendering rendering;
  render_begin(&rendering, view, words, NULL, arena);
  const char *what = due->kind == RECORD_TALK   ? due_talk(&rendering, due->id)
                     : due->kind == RECORD_PAIR ? due_pair(&rendering, due->id)
                     : due->kind == RECORD_ANNOUNCEMENT ? render_sentence(&rendering, W("due.announcement"), NULL, 0)
                                                : render_sentence(&rendering, W("due.clock"), NULL, 0);
  const struct words_param params[] = {{.name = "when", .kind = WORDS_SHORT_TIME, .number = due->ms}, {.name = "what", .text = what}};
  return words_format(words, W("due.line"), params, ARRAY_LEN(params), render_zone(&rendering), arena);
}
