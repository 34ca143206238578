/* engine_hear.c: what a person wrote or pressed becomes an answer: numbers, labels, button tokens, and the words that always work. */
#include <stdlib.h>
#include <string.h>

#include "bot/commands.h"
#include "bot/date_read.h"
#include "bot/engine_parts.h"
#include "bot/render.h"

enum { PARTS_MAX = 32 };

/* ---- typed answers ---- */
/* The offer a typed part means: its number, its label, its value; -1 for none. */
static int offer_for(struct arena *arena, const struct talk *talk, const char *part) {
  char *end;
  long number = strtol(part, &end, 10);
  if (end != part && *end == '\0' && number >= 1 && (size_t)number <= talk->offers.count) return (int)number - 1;
  for (size_t i = 0; i < talk->offers.count; i++) {
    const struct offer *offer = &talk->offers.items[i];
    if (text_same_folded(arena, part, offer->label) || text_same_folded(arena, part, offer->value)) return (int)i;
  }
  return -1;
}

static bool is_number_list(const char *text) {
  return text[0] != '\0' && text[strspn(text, "0123456789 ")] == '\0';
}

static size_t split_answer(struct arena *arena, const char *text, char ***ret_parts) {
  char *list = arena_text(arena, text);
  for (char *at = list; *at != '\0'; at++) {
    if (*at == ';' || *at == '\n') *at = ',';
  }
  return text_split(arena, list, is_number_list(text) ? ' ' : ',', ret_parts);
}

static bool *nothing_chosen(struct arena *arena, const struct talk *talk) {
  return arena_alloc(arena, (talk->offers.count + 1) * sizeof(bool));
}

static struct strs chosen_values(struct arena *arena, const struct talk *talk, const bool *chosen) {
  struct strs values = {0};
  for (size_t i = 0; i < talk->offers.count; i++) {
    if (chosen[i]) values = strs_plus(arena, values, talk->offers.items[i].value);
  }
  return values;
}

/* Fills values in the order of the offers; the first part that is no offer goes into unknown. */
static void hear_offers(struct talking *talking, struct heard *heard) {
  struct arena *arena = talking->turn->arena;
  const struct talk *talk = talking->talk;
  bool *chosen = nothing_chosen(arena, talk);
  char **parts = NULL;
  int whole = offer_for(arena, talk, heard->text); /* a label may hold a comma */
  size_t count = whole >= 0 ? 0 : split_answer(arena, heard->text, &parts);
  if (whole >= 0) chosen[whole] = true;
  for (size_t i = 0; i < count && i < PARTS_MAX; i++) {
    int offer = offer_for(arena, talk, parts[i]);
    if (offer >= 0) chosen[offer] = true;
    else if (heard->unknown == NULL) heard->unknown = parts[i];
  }
  heard->values = chosen_values(arena, talk, chosen);
}

/* NULL when nothing is left. */
static const char *trimmed(struct arena *arena, const char *text) {
  static const char *const space = " \t\r\n";
  if (text_fold(arena, text)[0] == '\0') return NULL;
  text += strspn(text, space);
  size_t bytes = strlen(text);
  while (bytes > 0 && strchr(space, text[bytes - 1]) != NULL) bytes--;
  return arena_text_n(arena, text, bytes);
}

/* "Is that right?" is answered with yes, whatever its button says; and where a name is asked for, yes is nobody's name. */
static const char *plain_meaning(struct talking *talking, const char *text) {
  static const char *const yes = "yes|yes please|yes, please|yes it is|yeah|yep|y|ok|okay|sure";
  static const char *const no = "no|none|no thanks|no, thanks|no thank you|no, thank you|nope|n";
  const struct step *step = talking->step;
  const char *said = text_fold(talking->turn->arena, text);
  if (step->yes != NULL && text_listed(yes, '|', said)) return step->yes;
  if (step->no != NULL && text_listed(no, '|', said)) return step->no;
  return NULL;
}

/* The plain yes or no as the offer it means here. False: there is no such offer, and it is no answer. */
static bool hear_plain(struct talking *talking, const char *meaning, struct heard *heard) {
  struct arena *arena = talking->turn->arena;
  int offer = offer_for(arena, talking->talk, meaning);
  if (offer < 0) return false;
  heard->values = strs_of(arena, 1, talking->talk->offers.items[offer].value);
  heard->text = NULL;
  return true;
}

/* "second", typed while a name is asked for, would be locked away as somebody's line manager, and the boss let in. */
static bool is_command_for_name(struct talking *talking, const char *text) {
  const char *args = "";
  return engine_flag(talking, STEP_NAME) && command_find(talking->turn->arena, text, &args) != NULL;
}

/* False: the words are no answer at this step. Where free words are one, a sentence with an offer in it is a sentence. */
static bool hear_words(struct talking *talking, const char *text, struct heard *heard) {
  bool typed = engine_flag(talking, STEP_TYPED);
  heard->text = trimmed(talking->turn->arena, text);
  if (heard->text == NULL) return false;
  const char *meaning = offer_for(talking->turn->arena, talking->talk, heard->text) < 0 ? plain_meaning(talking, heard->text) : NULL;
  if (meaning != NULL) return hear_plain(talking, meaning, heard);
  if (is_command_for_name(talking, heard->text)) return false;
  hear_offers(talking, heard);
  if (typed && heard->unknown != NULL) heard->values = (struct strs){0};
  if (heard->values.count > 0 && heard->unknown == NULL) heard->text = NULL;
  if (heard->values.count == 0) return typed;
  return heard->unknown == NULL || engine_flag(talking, STEP_SEVERAL);
}

/* ---- after an answer ---- */
/* As the card would offer it now: who may no longer be named since it was shown is not. Typed words are never repeated. */
static struct strs labels_chosen(struct turn *turn, const struct out *out, struct strs values) {
  struct strs labels = {0};
  for (size_t i = 0; i < out->choices.count; i++) {
    const struct choice *choice = &out->choices.items[i];
    if (!strs_has(values, choice->value)) continue;
    const char *label = choice->words == NULL ? choice->label : render_label(choice, turn->txn, turn->words, out->person, turn->arena);
    labels = strs_plus(turn->arena, labels, label);
  }
  return labels;
}

/* A day from a calendar is told back like any choice; NULL: there is none. */
static const char *day_chosen(const struct out *out, const struct heard *heard) {
  return out->input == IN_DATE && heard->text != NULL && date_is_plain(heard->text) ? heard->text : NULL;
}

/* The old card is told once more without its buttons, and what became of it stands under it. `heard`: the answer, where `words`
 * is NULL. */
static void close_card(struct talking *talking, const struct heard *heard, const char *words) {
  struct turn *turn = talking->turn;
  const char *shown = talking->talk->shown;
  if (shown == NULL) return;
  talking->step->ask(talking);
  struct out *out = engine_newest_row(turn);
  struct strs labels = heard == NULL ? (struct strs){0} : labels_chosen(turn, out, heard->values);
  const char *day = heard == NULL ? NULL : day_chosen(out, heard);
  out->kind = OUT_EDIT;
  out->name = shown;
  out->talk = NULL;
  out->input = IN_NONE;
  out->who = NULL;
  out->choices.count = out->extras.count = 0;
  if (words == NULL) words = labels.count > 0 || day != NULL ? W("talk.you_chose") : W("talk.you_answered");
  struct line *line = card_line(turn, out, words);
  if (day != NULL) param_day(WITH(turn, line), turn, "labels", day);
  else param_list(WITH(turn, line), turn, "labels", labels);
}

void engine_close_card(struct turn *turn, struct talk *talk, const char *words) {
  struct talking talking;
  if (talk->state == TALK_OPEN && engine_talking(turn, talk, &talking)) close_card(&talking, NULL, words);
}

static void hear(struct talking *talking, const struct heard *heard) {
  struct talk *talk = talking->talk;
  talk->touched_ms = talking->turn->now_ms;
  close_card(talking, heard, NULL);
  enum reading reading = talking->step->read(talking, heard);
  if (talk->state != TALK_OPEN) return;
  if (reading == READ_OK) engine_go_on(talking);
  else if (reading == READ_AGAIN) engine_put_question(talking);
}

/* A do:command chosen by number or label runs like its button. */
static bool hear_command_offer(struct talking *talking, const struct heard *heard) {
  if (heard->values.count != 1 || strncmp(heard->values.items[0], "do:", 3) != 0) return false;
  const char *args = "";
  const struct command *command = command_find(talking->turn->arena, heard->values.items[0] + 3, &args);
  if (command != NULL) command_run(talking->turn, command, args);
  return command != NULL;
}

static void hear_values(struct talking *talking, const struct heard *heard) {
  bool several = engine_flag(talking, STEP_SEVERAL);
  if (hear_command_offer(talking, heard)) return;
  if (heard->values.count > 1 && !several) {
    (void)card_to(talking->turn, talking->talk->person, W("talk.only_one"));
    engine_put_question(talking);
    return;
  }
  hear(talking, heard);
}

/* ---- the words that always work ---- */
static void say_why(struct talking *talking) {
  const struct step *step = talking->step;
  const char *words = step->why != NULL ? step->why : step->why_now != NULL ? step->why_now(talking) : W("talk.why");
  (void)card_to(talking->turn, talking->talk->person, words);
}

static void do_skip(struct talking *talking) {
  const struct step *step = talking->step;
  bool may = step->skip != NULL && (step->may_skip == NULL || step->may_skip(talking));
  if (!may) {
    (void)card_to(talking->turn, talking->talk->person, W("talk.no_skip"));
    engine_put_question(talking);
    return;
  }
  close_card(talking, NULL, W("talk.you_skipped"));
  step->skip(talking);
  engine_go_on(talking);
}

static void do_back(struct talking *talking) {
  if (engine_has_back(talking->talk)) {
    close_card(talking, NULL, W("talk.you_went_back"));
    (void)engine_go_back(talking);
  } else {
    (void)card_to(talking->turn, talking->talk->person, W("talk.no_back"));
  }
  engine_put_question(talking);
}

static void do_cancel(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct talk *talk = talking->talk;
  close_card(talking, NULL, W("talk.you_stopped"));
  if (talking->flow->cancel != NULL) talking->flow->cancel(talking);
  else (void)card_to(turn, talk->person, W("talk.cancelled"));
  talk->moved_ms = turn->now_ms;
  if (talk->state == TALK_OPEN) engine_end(turn, talk, TALK_DONE);
}

static void do_why(struct talking *talking) {
  say_why(talking);
  engine_put_question(talking);
}

/* A command, and yet it is never taken for an answer where free words are one. */
static void do_help(struct talking *talking) {
  const char *args = "";
  command_run(talking->turn, command_find(talking->turn->arena, "help", &args), args);
}

static const struct {
  const char *word;
  void (*run)(struct talking *talking);
} always[] = {{"back", do_back}, {"skip", do_skip}, {"why", do_why}, {"cancel", do_cancel}, {"stop", do_cancel}, {"help", do_help}};

/* A card may offer such a word itself; then it is that answer. */
static bool hear_always(struct talking *talking, const char *text) {
  if (offer_for(talking->turn->arena, talking->talk, text) >= 0) return false;
  const char *meaning = plain_meaning(talking, text);
  if (meaning != NULL) text = meaning;
  for (size_t i = 0; i < ARRAY_LEN(always); i++) {
    if (!text_same_folded(talking->turn->arena, text, always[i].word)) continue;
    talking->talk->touched_ms = talking->turn->now_ms;
    always[i].run(talking);
    return true;
  }
  return false;
}

/* ---- text ---- */
bool engine_hear_text(struct turn *turn, struct talk *talk, const char *text) {
  struct talking talking;
  struct heard heard = {0};
  if (!engine_talking(turn, talk, &talking)) return false;
  if (hear_always(&talking, text)) return true;
  if (!hear_words(&talking, text, &heard)) return false;
  hear_values(&talking, &heard);
  return true;
}

void engine_not_understood(struct turn *turn, struct talk *talk) {
  (void)card_to(turn, talk->person, W("talk.not_understood"));
  engine_ask_again(turn, talk);
}

/* ---- presses ---- */
struct token { /* "t7.ask/topics.4.2": talk, step, nonce, and a position, a word, or nothing */
  char *talk, *step, *choice;
  long long nonce;
};

/* Cuts from the right: a step's detail may hold a dot, the last parts may not. */
static bool token_parse(struct arena *arena, const char *button, struct token *ret_token) {
  char *copy = arena_text(arena, button);
  char *first = strchr(copy, '.');
  char *last = strrchr(copy, '.');
  if (first == NULL || first == last) return false;
  *first = '\0';
  *last = '\0';
  char *middle = strrchr(first + 1, '.');
  *ret_token = (struct token){.talk = copy, .step = first + 1, .choice = last + 1};
  if (middle == NULL) { /* "talk.step.nonce": the token of a field */
    ret_token->nonce = strtoll(last + 1, NULL, 10);
    ret_token->choice = NULL;
    return true;
  }
  *middle = '\0';
  ret_token->nonce = strtoll(middle + 1, NULL, 10);
  return true;
}

/* Why a press cannot count, as a sentence; NULL when it can. */
static const char *press_refused(struct turn *turn, const struct token *token, const struct talk *talk) {
  if (talk == NULL) return W("press.gone");
  if (strcmp(talk->person, turn->person) != 0) return W("press.not_yours");
  if (talk->state == TALK_DONE || talk->state == TALK_GIVEN_UP) return W("press.finished");
  if (talk->nonce != token->nonce || strcmp(talk->step, token->step) != 0) return W("press.late");
  return NULL;
}

static void choose_position(const struct talk *talk, const char *choice, bool *chosen) {
  char *end;
  long position = strtol(choice, &end, 10);
  if (end == choice || *end != '\0' || position < 0 || (size_t)position >= talk->offers.count) return;
  chosen[position] = true;
}

/* Marks what a form's fields chose; the words typed into it, or NULL. */
static const char *hear_fields(struct turn *turn, const struct talk *talk, bool *chosen) {
  const struct event *event = turn->event;
  const char *text = NULL;
  for (size_t i = 0; i < event->value_count; i++) {
    const struct field_value *field = &event->values[i];
    for (size_t k = 0; k < field->value_count; k++) {
      struct token token;
      if (strcmp(field->name, "text") == 0) text = field->values[k];
      else if (token_parse(turn->arena, field->values[k], &token) && token.choice != NULL)
        choose_position(talk, token.choice, chosen);
    }
  }
  return text;
}

static void press_counts(struct turn *turn, struct talk *talk, const struct token *token) {
  struct talking talking;
  struct heard heard = {0};
  if (!engine_talking(turn, talk, &talking)) { /* a release took this step away */
    turn_say(turn, W("press.gone"));
    return;
  }
  struct talk *front = engine_foreground(turn, talk->person);
  if (front != NULL && front != talk) front->state = TALK_QUEUED;
  talk->state = TALK_OPEN;
  if (token->choice != NULL && hear_always(&talking, token->choice)) return;
  bool *chosen = nothing_chosen(turn->arena, talk);
  if (token->choice != NULL) choose_position(talk, token->choice, chosen);
  const char *text = hear_fields(turn, talk, chosen);
  heard.values = chosen_values(turn->arena, talk, chosen);
  bool understood = heard.values.count > 0;
  if (understood && text != NULL) heard.text = trimmed(turn->arena, text);
  else if (text != NULL) understood = hear_words(&talking, text, &heard);
  if (understood) hear_values(&talking, &heard);
  else engine_not_understood(turn, talk);
}

void engine_hear_press(struct turn *turn) {
  struct token token;
  if (turn->event->button == NULL || !token_parse(turn->arena, turn->event->button, &token)) {
    turn_say(turn, W("press.gone"));
    return;
  }
  struct talk *talk = txn_edit(turn->txn, RECORD_TALK, token.talk);
  const char *refused = press_refused(turn, &token, talk);
  if (refused != NULL) turn_say(turn, refused);
  else press_counts(turn, talk, &token);
}
