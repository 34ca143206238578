/* slack_blocks.c: a card as Block Kit.
 * {"text":"What would you like?","choices":[{"token":"t.4.0","label":"Confidence"}],"input":"buttons"}
 *   -> [{"type":"section","block_id":"said.0","text":{"type":"plain_text","text":"What would you like?"}},
 *       {"type":"actions","elements":[{"type":"button","action_id":"press.0","value":"t.4.0","text":{…"Confidence"}}]}] */
#include "adapters/slack/slack_blocks.h"

#include <string.h>

#include "adapters/slack/slack_names.h"
#include "adapters/slack/slack_text.h"
#include "adapters/slack/slack_view.h"
#include "bot/base/zone.h"

enum { PIECES_FEW = 8, PIECES_MAX = 1200, BLOCK_BYTES_MAX = 512 * 1024, PLAIN_BYTES_MAX = 1024 * 1024, SELECT_CHARS_MAX = 7000 };

/* Blocks that must stay in one message. */
struct piece {
  const char *json;  /* one block, or several joined by commas */
  const char *plain; /* what they say */
  size_t blocks, chars;
};

struct building {
  const struct card *card; /* borrowed from the caller */
  struct arena *arena;     /* borrowed from the caller */
  struct piece *pieces;    /* in the arena */
  size_t room, count, numbered;  /* numbered: makes names unique */
  bool plain;              /* the card is shown as `plain`: what it asks with does not fit */
  const char *mark;        /* stands in the first block's name; NULL: none */
};

static void more_room(struct building *b) {
  size_t room = b->room == 0 ? PIECES_FEW : 4 * b->room;
  struct piece *pieces = arena_alloc(b->arena, room * sizeof *pieces);
  if (b->count > 0) memcpy(pieces, b->pieces, b->count * sizeof *pieces);
  b->pieces = pieces;
  b->room = room;
}

static void add(struct building *b, const char *json, const char *plain, size_t blocks, size_t chars) {
  assert(b->count < PIECES_MAX);
  if (b->count == b->room) more_room(b);
  b->pieces[b->count++] = (struct piece){.json = json, .plain = plain, .blocks = blocks, .chars = chars};
}

/* ---- words ---- */

void slack_blocks_put_text(struct json_out *json, const char *key, const char *plain, size_t chars_max, struct arena *arena) {
  json_open(json, key, '{');
  json_put_str(json, "type", "plain_text");
  json_put_str(json, "text", plain[0] == '\0' ? "–" : slack_text_short(plain, chars_max, arena)); /* Slack refuses the empty text */
  json_put_bool(json, "emoji", true); /* Slack tells us of typed emoji by their names: they are shown as they were typed */
  json_close(json, '}');
}

static bool is_blank(const char *text) {
  return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static void add_words(struct building *b, const char *type, const char *words, size_t chars_max) {
  struct text text;
  struct json_out json;
  if (is_blank(words)) return;
  const char *mark = b->count == 0 ? b->mark : NULL;
  text_init(&text, BLOCK_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", type);
  json_put_str(&json, "block_id", arena_format(b->arena, SLACK_NAME_SAID ".%zu%s%s", b->numbered++, mark == NULL ? "" : ".", mark == NULL ? "" : mark));
  slack_blocks_put_text(&json, "text", words, chars_max, b->arena);
  json_close(&json, '}');
  add(b, slack_text_kept(&text, b->arena), words, 1, slack_text_chars(words));
}

/* As many sections as it takes. */
static void add_sections(struct building *b, const char *words) {
  while (words != NULL && *words != '\0') {
    size_t bytes = slack_text_fit(words, SLACK_SECTION_MAX), end = bytes;
    while (end > 0 && words[end - 1] == '\n') end--; /* a block is a paragraph */
    add_words(b, "section", arena_text_n(b->arena, words, end), SLACK_SECTION_MAX);
    words += bytes;
  }
}

static void add_title(struct building *b) {
  const char *title = b->card->title;
  if (title == NULL || slack_text_chars(title) > SLACK_HEADER_MAX) add_sections(b, title);
  else add_words(b, "header", title, SLACK_HEADER_MAX);
}

static void add_lines(struct building *b) {
  struct text text;
  text_init(&text, PLAIN_BYTES_MAX);
  for (size_t i = 0; i < b->card->line_count; i++) {
    text_add(&text, i == 0 ? "• " : "\n• ");
    text_add(&text, b->card->lines[i]);
  }
  add_sections(b, slack_text_kept(&text, b->arena));
}

static bool is_long(const struct card_choice *choice) {
  return slack_text_chars(choice->label) > SLACK_LABEL_MAX;
}

/* A label that a button has to cut stands above it whole. */
static void add_long_labels(struct building *b, const struct card_choice *choices, size_t count) {
  struct text text;
  text_init(&text, PLAIN_BYTES_MAX);
  for (size_t i = 0; i < count; i++)
    if (is_long(&choices[i])) text_addf(&text, "%s• %s", text.length == 0 ? "" : "\n", choices[i].label);
  add_sections(b, slack_text_kept(&text, b->arena));
}

/* Who sees the answer stands between the question and what it is answered with. */
static void add_context(struct building *b) {
  const char *const said[] = {b->card->who, b->card->progress};
  struct text text;
  struct json_out json;
  size_t chars = 0;
  if (is_blank(said[0]) && is_blank(said[1])) return;
  for (size_t i = 0; i < ARRAY_LEN(said); i++) chars += said[i] == NULL ? 0 : slack_text_chars(said[i]);
  const char *both = arena_format(b->arena, "%s\n%s", said[0] == NULL ? "" : said[0], said[1] == NULL ? "" : said[1]);
  if (chars > SLACK_CONTEXT_MAX) {
    add_sections(b, both);
    return;
  }
  text_init(&text, BLOCK_BYTES_MAX);
  json_out_init(&json, &text);
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", "context");
  json_open(&json, "elements", '[');
  for (size_t i = 0; i < ARRAY_LEN(said); i++) {
    if (!is_blank(said[i])) slack_blocks_put_text(&json, NULL, said[i], SLACK_CONTEXT_MAX, b->arena);
  }
  json_close(&json, ']');
  json_close(&json, '}');
  add(b, slack_text_kept(&text, b->arena), both, 1, chars);
}

/* ---- buttons ---- */

static void put_button(struct building *b, struct json_out *json, const char *name, const char *value, const char *label, bool primary) {
  json_open(json, NULL, '{');
  json_put_str(json, "type", "button");
  json_put_str(json, "action_id", arena_format(b->arena, "%s.%zu", name, b->numbered++));
  json_put_str(json, "value", value);
  if (primary) json_put_str(json, "style", "primary");
  slack_blocks_put_text(json, "text", label, SLACK_LABEL_MAX, b->arena);
  json_close(json, '}');
}

static void open_actions(struct building *b, struct text *text, struct json_out *json, const char *block_id) {
  text_init(text, BLOCK_BYTES_MAX);
  json_out_init(json, text);
  json_open(json, NULL, '{');
  json_put_str(json, "type", "actions");
  json_put_str(json, "block_id", block_id != NULL ? block_id : arena_format(b->arena, "do.%zu", b->numbered++));
  json_open(json, "elements", '[');
}

static const char *close_actions(struct building *b, struct text *text, struct json_out *json) {
  json_close(json, ']');
  json_close(json, '}');
  return slack_text_kept(text, b->arena);
}

static size_t label_chars(const char *label) {
  size_t chars = slack_text_chars(label);
  return chars > SLACK_LABEL_MAX ? SLACK_LABEL_MAX : chars;
}

/* As they stand on the buttons: a long one stands above whole. */
static void add_labels(struct building *b, struct text *plain, const struct card_choice *choices, size_t count, size_t *chars) {
  for (size_t i = 0; i < count; i++) {
    text_addf(plain, "%s- %s", plain->length == 0 ? "" : "\n", slack_text_short(choices[i].label, SLACK_LABEL_MAX, b->arena));
    *chars += label_chars(choices[i].label);
  }
}

static void add_buttons(struct building *b, const struct card_choice *choices, size_t count) {
  for (size_t from = 0; from < count; from += SLACK_ACTIONS_MAX) {
    struct text text, plain;
    struct json_out json;
    size_t chars = 0, some = count - from < SLACK_ACTIONS_MAX ? count - from : SLACK_ACTIONS_MAX;
    text_init(&plain, PLAIN_BYTES_MAX);
    open_actions(b, &text, &json, NULL);
    for (size_t i = from; i < from + some; i++) put_button(b, &json, SLACK_NAME_PRESS, choices[i].token, choices[i].label, choices[i].primary);
    add_labels(b, &plain, choices + from, some, &chars);
    const char *block = close_actions(b, &text, &json);
    add(b, block, slack_text_kept(&plain, b->arena), 1, chars);
  }
}

/* ---- lists ---- */

static void put_options(struct building *b, struct json_out *json, const struct card_choice *choices, size_t count) {
  json_open(json, "options", '[');
  for (size_t i = 0; i < count; i++) {
    json_open(json, NULL, '{');
    slack_blocks_put_text(json, "text", choices[i].label, SLACK_LABEL_MAX, b->arena);
    json_put_str(json, "value", choices[i].token);
    json_close(json, '}');
  }
  json_close(json, ']');
}

/* How many choices fit one list. */
static size_t options_that_fit(const struct card_choice *choices, size_t count) {
  size_t chars = 0, fit = 0;
  while (fit < count && fit < SLACK_OPTIONS_MAX) {
    chars += label_chars(choices[fit].label);
    if (chars > SELECT_CHARS_MAX) break;
    fit++;
  }
  return fit;
}

static void put_placeholder(struct building *b, struct json_out *json, size_t from, size_t some, size_t count) {
  const char *which = some == count ? SLACK_WORD_CHOOSE : arena_format(b->arena, SLACK_WORD_CHOOSE " (%zu–%zu)", from + 1, from + some);
  slack_blocks_put_text(json, "placeholder", which, SLACK_PLACEHOLDER_MAX, b->arena);
}

static void add_selects(struct building *b, const struct card_choice *choices, size_t count) {
  for (size_t from = 0, some; from < count; from += some) {
    struct text text, plain;
    struct json_out json;
    size_t chars = 0;
    some = options_that_fit(choices + from, count - from);
    text_init(&plain, PLAIN_BYTES_MAX);
    open_actions(b, &text, &json, NULL);
    json_open(&json, NULL, '{');
    json_put_str(&json, "type", "static_select");
    json_put_str(&json, "action_id", arena_format(b->arena, SLACK_NAME_PRESS ".%zu", b->numbered++));
    put_placeholder(b, &json, from, some, count);
    put_options(b, &json, choices + from, some);
    json_close(&json, '}');
    add_labels(b, &plain, choices + from, some, &chars);
    const char *block = close_actions(b, &text, &json);
    add(b, block, slack_text_kept(&plain, b->arena), 1, chars);
  }
}

static const char *many_field(struct building *b, size_t from, size_t some) {
  const struct card *card = b->card;
  const char *name = arena_format(b->arena, SLACK_NAME_CHOSEN ".%zu", from);
  bool boxes = card->choice_count <= SLACK_BOXES_MAX;
  struct text text;
  struct json_out json;
  open_actions(b, &text, &json, name);
  json_open(&json, NULL, '{');
  json_put_str(&json, "type", boxes ? "checkboxes" : "multi_static_select");
  json_put_str(&json, "action_id", name);
  if (!boxes) put_placeholder(b, &json, from, some, card->choice_count);
  if (!boxes && card->choose_max > 0 && card->choose_max < card->choice_count) json_put_int(&json, "max_selected_items", (int64_t)card->choose_max);
  put_options(b, &json, card->choices + from, some);
  json_close(&json, '}');
  return close_actions(b, &text, &json);
}

/* The fields and the button that sends them are one piece: a click brings only its own message's fields. */
static void add_many(struct building *b) {
  const struct card *card = b->card;
  struct text joined, plain, text;
  struct json_out json;
  size_t chars = 0, blocks = 1;
  text_init(&joined, BLOCK_BYTES_MAX);
  text_init(&plain, PLAIN_BYTES_MAX);
  for (size_t from = 0, some; from < card->choice_count; from += some, blocks++) {
    some = options_that_fit(card->choices + from, card->choice_count - from);
    text_addf(&joined, "%s,", many_field(b, from, some));
  }
  add_labels(b, &plain, card->choices, card->choice_count, &chars);
  open_actions(b, &text, &json, NULL);
  put_button(b, &json, SLACK_NAME_SEND, card->input_token, SLACK_WORD_SEND, true);
  text_add(&joined, close_actions(b, &text, &json));
  const char *all = slack_text_kept(&joined, b->arena);
  add(b, all, slack_text_kept(&plain, b->arena), blocks, chars);
}

/* ---- typed answers, people and days ---- */

static bool fits_a_name(const char *token) {
  return text_utf8_count(token) + sizeof SLACK_NAME_PICK <= SLACK_ID_MAX;
}

static void put_picker(struct building *b, struct json_out *json) {
  json_open(json, NULL, '{');
  json_put_str(json, "type", "users_select");
  json_put_str(json, "action_id", arena_format(b->arena, SLACK_NAME_PICK ".%s", b->card->input_token));
  slack_blocks_put_text(json, "placeholder", SLACK_WORD_PERSON, SLACK_PLACEHOLDER_MAX, b->arena);
  json_close(json, '}');
}

static void add_field(struct building *b) {
  const struct card *card = b->card;
  bool person = card->input == INPUT_PERSON;
  const char *label = is_blank(card->input_label) ? SLACK_WORD_FORM : card->input_label;
  const struct slack_ask ask = {.token = card->input_token, .label = label, .chars_max = card->input_chars_max, .person = person};
  const char *value = slack_view_ask_write(&ask, b->arena);
  bool pick = person && fits_a_name(card->input_token);
  struct text text;
  struct json_out json;
  if (value == NULL && !pick) return; /* the answer can be written as a message */
  add_long_labels(b, &(struct card_choice){.label = label}, 1);
  open_actions(b, &text, &json, NULL);
  if (pick) put_picker(b, &json);
  if (value != NULL) put_button(b, &json, SLACK_NAME_OPEN, value, label, false);
  add(b, close_actions(b, &text, &json), arena_format(b->arena, "- %s", label), 1, label_chars(label));
}

/* Slack's calendar knows no first and no last day: the card's own lines say them. */
static void put_calendar(struct building *b, struct json_out *json) {
  const struct card *card = b->card;
  struct civil day;
  json_open(json, NULL, '{');
  json_put_str(json, "type", "datepicker");
  json_put_str(json, "action_id", arena_format(b->arena, SLACK_NAME_PICK ".%s", card->input_token));
  if (civil_parse(card->date_set, &day)) json_put_str(json, "initial_date", card->date_set);
  slack_blocks_put_text(json, "placeholder", SLACK_WORD_DAY, SLACK_PLACEHOLDER_MAX, b->arena);
  json_close(json, '}');
}

static void add_day(struct building *b) {
  const char *label = is_blank(b->card->input_label) ? SLACK_WORD_DAY : b->card->input_label;
  struct text text;
  struct json_out json;
  open_actions(b, &text, &json, NULL);
  put_calendar(b, &json);
  add(b, close_actions(b, &text, &json), arena_format(b->arena, "- %s", label), 1, label_chars(label));
}

/* ---- the whole ---- */

static bool values_fit(const struct card *card, size_t chars_max) {
  for (size_t i = 0; i < card->choice_count; i++)
    if (slack_text_chars(card->choices[i].token) > chars_max) return false;
  return true;
}

static bool many_fits(const struct card *card) {
  size_t chars = 0;
  for (size_t i = 0; i < card->choice_count; i++) chars += label_chars(card->choices[i].label);
  return card->choice_count > 0 && card->input_token != NULL && values_fit(card, SLACK_OPTION_VALUE_MAX) && chars <= SELECT_CHARS_MAX &&
         slack_text_chars(card->input_token) <= SLACK_BUTTON_VALUE_MAX;
}

static bool is_shown_plain(const struct card *card) {
  bool said = !is_blank(card->title) || !is_blank(card->text) || card->line_count > 0;
  if (slack_text_chars(card->plain) > SLACK_TEXT_MAX || (!said && !is_blank(card->plain))) return true;
  if (card->input == INPUT_NONE) return card->choice_count > 0 || card->input_token != NULL; /* it asks in a way that is newer than we are */
  if (card->input == INPUT_SELECT_MANY) return !many_fits(card);
  if (card->input == INPUT_DATE && (card->input_token == NULL || !fits_a_name(card->input_token))) return true;
  return !values_fit(card, SLACK_BUTTON_VALUE_MAX);
}

/* The likely choice is seen without opening a list. */
static size_t likely_ones(const struct card *card) {
  size_t count = 0;
  while (count < card->choice_count && count < SLACK_SELECT_MAX && card->choices[count].primary) count++;
  return card->input == INPUT_BUTTONS ? count : 0;
}

static void add_choices(struct building *b) {
  const struct card *card = b->card;
  bool list = card->input == INPUT_SELECT_ONE || card->choice_count > SLACK_SELECT_MAX;
  bool in_list = list && values_fit(card, SLACK_OPTION_VALUE_MAX);
  size_t shown = in_list ? likely_ones(card) : card->choice_count;
  add_buttons(b, card->choices, shown);
  if (in_list) add_selects(b, card->choices + shown, card->choice_count - shown);
}

static void build(struct building *b) {
  const struct card *card = b->card;
  b->plain = is_shown_plain(card);
  if (b->plain) {
    add_sections(b, card->plain);
  } else {
    add_title(b);
    add_sections(b, card->text);
    add_lines(b);
    add_long_labels(b, card->choices, card->choice_count);
    add_context(b);
  }
  if (!b->plain && card->input == INPUT_SELECT_MANY) add_many(b);
  else if (!b->plain) add_choices(b);
  if (!b->plain && (card->input == INPUT_TEXT || card->input == INPUT_PERSON) && card->input_token != NULL) add_field(b);
  if (!b->plain && card->input == INPUT_DATE) add_day(b);
  add_long_labels(b, card->extras, card->extra_count);
  add_buttons(b, card->extras, card->extra_count);
  if (b->count == 0) add_words(b, "section", "–", SLACK_SECTION_MAX);
}

static struct slack_part part_of(struct building *b, size_t from, size_t to) {
  struct text blocks, plain, escaped;
  struct slack_part part = {0};
  text_init(&blocks, (size_t)SLACK_IN_ARENA_BYTES_MAX);
  text_init(&plain, (size_t)SLACK_IN_ARENA_BYTES_MAX);
  text_init(&escaped, (size_t)SLACK_IN_ARENA_BYTES_MAX);
  for (size_t i = from; i < to; i++) {
    text_add(&blocks, i == from ? "[" : ",");
    text_add(&blocks, b->pieces[i].json);
    part.block_count += b->pieces[i].blocks;
  }
  text_add(&blocks, "]");
  bool whole = from == 0 && to == b->count && slack_text_chars(b->card->plain) <= SLACK_TEXT_MAX && !is_blank(b->card->plain);
  for (size_t i = from; !whole && i < to; i++) {
    if (i > from) text_add(&plain, "\n");
    text_add(&plain, b->pieces[i].plain);
  }
  slack_text_escape(whole ? b->card->plain : text_str(&plain), &escaped);
  part.blocks = slack_text_kept(&blocks, b->arena);
  part.text = slack_text_kept(&escaped, b->arena);
  text_done(&plain);
  return part;
}

void slack_blocks_marked(const struct card *card, const char *mark, struct arena *arena, struct slack_parts *ret_parts) {
  struct building b = {.card = card, .arena = arena, .mark = mark};
  build(&b);
  struct slack_parts parts = {.parts = arena_alloc(arena, b.count * sizeof *parts.parts)};
  for (size_t from = 0, to; from < b.count; from = to) {
    size_t blocks = b.pieces[from].blocks, chars = b.pieces[from].chars;
    for (to = from + 1; to < b.count; to++) {
      blocks += b.pieces[to].blocks;
      chars += b.pieces[to].chars;
      if (blocks > SLACK_BLOCKS_MAX || chars > SLACK_MESSAGE_MAX) break;
    }
    parts.parts[parts.count++] = part_of(&b, from, to);
  }
  *ret_parts = parts;
}

void slack_blocks_card(const struct card *card, struct arena *arena, struct slack_parts *ret_parts) {
  slack_blocks_marked(card, NULL, arena, ret_parts);
}

void slack_blocks_view(const struct card *card, struct arena *arena, struct slack_part *ret_part) {
  struct building b = {.card = card, .arena = arena};
  build(&b);
  *ret_part = part_of(&b, 0, b.count);
}
