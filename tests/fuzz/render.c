/* render.c: fuzzes the renderer: cards of arbitrary parts on links of arbitrary capabilities; nothing is lost on the way.
 * An input is four bytes that say what the link can, then a row of the outbox, byte by byte. */
#include "bot/render.h"

#include <string.h>

#include "adapters/kit/link_frame.h"
#include "tests/fuzz/kit/fuzz.h"
#include "tests/fuzz/kit/scheme.h"

enum { KEYS_MAX = 2048, ARENA_BYTES = 32 << 20, LINES_MAX = 12, CHOICES_MAX = 24, EXTRAS_MAX = 4, LEFT_OUT_CHARS = 60 };

static const char *keys[KEYS_MAX]; /* of the catalogue; borrowed from it for good */
static size_t key_count;

static void keep_key(void *who, const char *key, const char *pattern) {
  (void)who;
  (void)pattern;
  if (key_count < KEYS_MAX) keys[key_count++] = key;
}

struct building {
  struct feed feed;
  struct arena *arena; /* owned */
};

/* ---- a row of the outbox from bytes ---- */
static const char *any_key(struct building *building) {
  unsigned high = feed_byte(&building->feed), low = feed_byte(&building->feed);
  return keys[(high << 8 | low) % key_count];
}

/* One of some texts that are often in the way, or the next bytes. */
static const char *any_text(struct building *building) {
  static const char *const texts[] = {"p1", "p2", "p4", "p99", "", "1. Yes", "a\nb", "\u202e turned", "{0} '{", "1799661600000"};
  unsigned which = feed_byte(&building->feed);
  if (which < ARRAY_LEN(texts)) return texts[which];
  struct piece piece = feed_until(&building->feed, '\n');
  const char *text = piece_text(piece, building->arena);
  return text == NULL ? "x" : text;
}

static struct param any_param(struct building *building) {
  static const char *const names[] = {"person", "mentor", "mentee",  "programme", "names", "count",
                                      "date",   "time",   "reasons", "name",      "label", "words"};
  struct param param = {.name = names[feed_byte(&building->feed) % ARRAY_LEN(names)]};
  param.kind = (enum param_kind)(feed_byte(&building->feed) % PARAM_KIND_MAX_);
  for (unsigned i = feed_byte(&building->feed) % 4; i > 0; i--)
    param.values = strs_plus(building->arena, param.values, param.kind == PARAM_WORDS ? any_key(building) : any_text(building));
  return param;
}

static void add_line(struct building *building, struct out *out) {
  struct line *line = LIST_ADD(building->arena, &out->lines);
  line->words = any_key(building);
  for (unsigned i = feed_byte(&building->feed) % 3; i > 0; i--) *LIST_ADD(building->arena, &line->params) = any_param(building);
}

static struct choice any_choice(struct building *building, size_t number) {
  unsigned how = feed_byte(&building->feed);
  struct choice choice = {.primary = (how & 1) != 0, .value = arena_format(building->arena, "v%zu", number)};
  if ((how & 6) == 6) choice.value = "do:next";
  if ((how & 8) != 0) choice.words = any_key(building);
  else choice.label = arena_format(building->arena, "%s%zu", any_text(building), number);
  return choice;
}

static struct out any_out(struct building *building) {
  struct feed *feed = &building->feed;
  struct out out = {.id = "o1", .words = any_key(building), .input = (enum input_kind)(feed_byte(feed) % INPUT_KIND_MAX_)};
  unsigned how = feed_byte(feed);
  if ((how & 1) != 0) out.person = any_text(building);
  if ((how & 2) != 0) out.talk = "t7";
  if ((how & 4) != 0) out.who = any_key(building);
  if ((how & 8) != 0) out.progress_of = 6;
  if ((how & 16) != 0) out.choose_max = feed_byte(feed);
  out.step = "ask/topics";
  for (unsigned i = feed_byte(feed) % 3; i > 0; i--) *LIST_ADD(building->arena, &out.params) = any_param(building);
  for (unsigned i = feed_byte(feed) % LINES_MAX; i > 0; i--) add_line(building, &out);
  for (unsigned i = feed_byte(feed) % CHOICES_MAX; i > 0; i--) *LIST_ADD(building->arena, &out.choices) = any_choice(building, i);
  for (unsigned i = feed_byte(feed) % EXTRAS_MAX; i > 0; i--)
    *LIST_ADD(building->arena, &out.extras) = (struct choice){.value = arena_format(building->arena, "extra%u", i), .words = "talk.button.why"};
  return out;
}

static struct capabilities any_link(struct feed *feed) {
  unsigned how = feed_byte(feed), buttons = feed_byte(feed), high = feed_byte(feed), low = feed_byte(feed);
  struct capabilities can = {.select = (how & 1) != 0, .form = (how & 2) != 0, .edit = (how & 4) != 0};
  can.buttons = (int)(buttons % 30);
  can.text_max = (int)(high << 8 | low);
  return can;
}

/* ---- what must hold of every card ---- */
static bool is_command(const struct out *out, size_t which) {
  const char *value = out->choices.items[which].value;
  return out->talk == NULL && value != NULL && strncmp(value, "do:", 3) == 0;
}

/* Each choice stands in the plain text behind its number, a command behind a dash. */
static void check_plain(const struct out *out, const char *plain, struct words *words, struct txn *view, struct arena *arena) {
  size_t number = 0;
  for (size_t i = 0; i < out->choices.count; i++) {
    const char *label = render_label(&out->choices.items[i], view, words, out->person, arena);
    const char *line = is_command(out, i) ? label : arena_format(arena, "\n%zu. %s", ++number, label);
    FUZZ_MUST(strstr(plain, line) != NULL, "choice \"%s\" is not in:\n%s", line, plain);
  }
  for (size_t i = 0; i < out->extras.count; i++)
    FUZZ_MUST(strstr(plain, out->extras.items[i].value) != NULL, "%s: %s", out->extras.items[i].value, plain);
}

/* Facts are left out before a choice is. */
static void check_choices_stay(const struct out *out, const struct card *card, const struct capabilities *can, struct txn *view,
                               struct arena *arena) {
  struct out bare = *out;
  struct capabilities wide = *can;
  struct card without;
  size_t most = can->text_max > 0 ? (size_t)can->text_max : 1000;
  bare.lines.count = 0;
  wide.text_max = 1 << 20;
  render_card(&bare, view, scheme_words, &wide, arena, &without);
  if (text_utf8_count(without.plain) + LEFT_OUT_CHARS <= most) check_plain(out, card->plain, scheme_words, view, arena);
}

static void check_bounds(const struct card *card, const struct capabilities *can) {
  size_t most = can->text_max > 0 ? (size_t)can->text_max : 1000;
  bool buttons = card->input == INPUT_BUTTONS || card->input == INPUT_TEXT || card->input == INPUT_PERSON || card->input == INPUT_DATE;
  size_t used = (buttons ? card->choice_count : 0) + card->extra_count;
  FUZZ_MUST(text_utf8_count(card->plain) <= most, "%zu characters where %zu fit", text_utf8_count(card->plain), most);
  FUZZ_MUST(text_utf8_valid(card->plain, strlen(card->plain)), "cut inside a character: %s", card->plain);
  FUZZ_MUST(used <= (size_t)can->buttons, "%zu buttons where %d fit", used, can->buttons);
  FUZZ_MUST(card->input != INPUT_SELECT_ONE || can->select, "a select on a link without");
  FUZZ_MUST((card->input != INPUT_TEXT && card->input != INPUT_PERSON && card->input != INPUT_DATE && card->input != INPUT_SELECT_MANY) || can->form, "a form on a link without");
}

/* What a link shows under the text, with the signs between. */
static size_t chars_below(const struct card *card) {
  size_t chars = 0;
  for (size_t i = 0; i < card->line_count; i++) chars += text_utf8_count(card->lines[i]) + 3;
  if (card->who != NULL) chars += text_utf8_count(card->who) + 1;
  if (card->progress != NULL) chars += text_utf8_count(card->progress) + 3;
  return chars;
}

static void check_text(const struct card *card, const struct capabilities *can) {
  size_t most = can->text_max > 0 ? (size_t)can->text_max : 1000, text = text_utf8_count(card->text), below = chars_below(card);
  FUZZ_MUST(text <= most, "a text of %zu characters where %zu fit", text, most);
  if (below < most) FUZZ_MUST(text + below <= most, "%zu and %zu characters where %zu fit", text, below, most);
}

static bool is_said(const struct card *card, const char *word) {
  if (strstr(card->text, word) != NULL) return true;
  for (size_t i = 0; i < card->line_count; i++) {
    if (strstr(card->lines[i], word) != NULL) return true;
  }
  return false;
}

/* What the person can do is shown or said, one of the two. */
static void check_shown(const struct out *out, const struct card *card) {
  bool plain = card->text == card->plain && card->choice_count == 0;
  FUZZ_MUST(plain || card->choice_count == out->choices.count, "%zu of %zu choices", card->choice_count, out->choices.count);
  for (size_t i = card->extra_count; i < out->extras.count; i++)
    FUZZ_MUST(is_said(card, out->extras.items[i].value), "no %s", out->extras.items[i].value);
  for (size_t i = 0; i < card->choice_count; i++) FUZZ_MUST(card->choices[i].token != NULL && card->choices[i].label != NULL, "choice %zu", i);
}

/* The card goes out as a line of the link: whatever is in it, the link takes it, or it is too long as a whole. */
static void check_line(const struct card *card) {
  struct action action = {.kind = ACTION_SEND, .id = "o1", .order = "x", .workspace = SCHEME_WORKSPACE, .person = "aisha", .card = card};
  struct link_frame frame = {.line = LINE_ACTION, .id = "o1", .workspace = SCHEME_WORKSPACE, .action = action};
  struct link_frame back;
  err_note_clear();
  CLEANUP(text_done) struct text line;
  text_init(&line, LINK_FRAME_BYTES_MAX);
  FUZZ_MUST(link_frame_encode(&frame, &line) == ERR_NONE, "%s", err_note_text());
  if (line.full) return;
  struct arena *arena = arena_new(LINK_ARENA_BYTES_MAX);
  FUZZ_MUST(link_frame_decode(line.data, line.length - 1, arena, &back) == ERR_NONE, "%s: %s", err_note_text(), line.data);
  (void)arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  struct scheme_world *world = scheme_world_new();
  struct building building = {{(const char *)data, bytes}, arena_new(ARENA_BYTES)};
  struct txn *view = txn_new(world->model, building.arena);
  struct card card, whole;
  if (key_count == 0) words_each(scheme_words, keep_key, NULL);
  struct capabilities can = any_link(&building.feed);
  struct out out = any_out(&building);
  render_card(&out, view, scheme_words, &can, building.arena, &card);
  check_bounds(&card, &can);
  check_text(&card, &can);
  check_choices_stay(&out, &card, &can, view, building.arena);
  check_line(&card);
  can.text_max = 1 << 20; /* where there is room for all, all is there */
  render_card(&out, view, scheme_words, &can, building.arena, &whole);
  check_plain(&out, whole.plain, scheme_words, view, building.arena);
  check_shown(&out, &whole);
  building.arena = arena_free(building.arena);
  (void)scheme_world_free(world);
  return 0;
}
