/* web_answer.c: finds the newest open card of a person that play.yaml has an answer to, and answers as a page would. */
#include "adapters/web/web_answer.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/json.h"

enum { CHOSEN_MAX = 16 };

struct asked { /* one card, read */
  const cJSON *card;             /* borrowed from the caller's tree */
  const struct web_play *play;
  struct arena *arena;
  const struct web_play_answer *answer;
  struct web_line *line;         /* being filled */
};

/* ---- a word of play.yaml -> a choice's token ---- */

/* The label itself; else, of choices, its number as shown; else the only label that holds the words. */
static const char *token_by_label(const struct asked *asked, const char *list, const char *word) {
  const cJSON *choice;
  cJSON_ArrayForEach(choice, json_at(asked->card, list)) {
    if (text_same_folded(asked->arena, json_str_or(choice, "label", ""), word)) return json_str(choice, "token");
  }
  return NULL;
}

static const char *token_by_number(const struct asked *asked, const char *word) {
  if (word[0] == '\0' || strlen(word) > 3 || strspn(word, "0123456789") != strlen(word)) return NULL;
  long number = strtol(word, NULL, 10);
  return json_str(cJSON_GetArrayItem(json_at(asked->card, "choices"), (int)number - 1), "token");
}

static const char *token_by_part(const struct asked *asked, const char *word) {
  const char *found = NULL, *wanted = text_fold(asked->arena, word);
  const cJSON *choice;
  cJSON_ArrayForEach(choice, json_at(asked->card, "choices")) {
    if (strstr(text_fold(asked->arena, json_str_or(choice, "label", "")), wanted) == NULL) continue;
    if (found != NULL) return NULL;
    found = json_str(choice, "token");
  }
  return found;
}

static const char *token_of(const struct asked *asked, const char *word) {
  const char *token = token_by_label(asked, "choices", word);
  if (token == NULL) token = token_by_number(asked, word);
  if (token == NULL) token = token_by_label(asked, "extras", word);
  return token != NULL ? token : token_by_part(asked, word);
}

/* ---- the three ways to answer ---- */

static bool press(const struct asked *asked, const char *token) {
  if (token == NULL) return false;
  asked->line->kind = WEB_LINE_PRESS;
  asked->line->token = arena_text(asked->arena, token);
  return true;
}

static void set_field(const struct asked *asked, const char *name, const char *const *values, size_t count) {
  struct field_value *field = arena_alloc(asked->arena, sizeof *field);
  *field = (struct field_value){.name = name, .values = values, .value_count = count};
  asked->line->values = field;
  asked->line->value_count = 1;
}

static bool form(const struct asked *asked) {
  const char *token = json_str(asked->card, "input_token");
  asked->line->kind = WEB_LINE_FORM;
  asked->line->token = arena_text(asked->arena, token);
  return token != NULL;
}

static bool answer_many(const struct asked *asked) {
  const char **tokens = arena_alloc(asked->arena, CHOSEN_MAX * sizeof *tokens);
  size_t count = 0;
  for (size_t i = 0; i < asked->answer->value_count && count < CHOSEN_MAX; i++) {
    const char *token = token_of(asked, asked->answer->values[i]);
    if (token != NULL) tokens[count++] = arena_text(asked->arena, token);
  }
  if (count == 0) return false;
  if (!asked->answer->list && token_by_label(asked, "extras", asked->answer->values[0]) != NULL) return press(asked, tokens[0]); /* Skip */
  set_field(asked, "choice", tokens, count);
  return form(asked);
}

/* A button beside the field ("No one") comes before the field itself. */
static bool answer_words(const struct asked *asked, bool is_person) {
  const char *words = asked->answer->values[0];
  const char *token = token_by_label(asked, "choices", words);
  if (token == NULL) token = token_by_number(asked, words);
  if (token == NULL) token = token_by_label(asked, "extras", words);
  if (token != NULL) return press(asked, token);
  const struct web_play_person *named = is_person ? web_play_person(asked->play, words) : NULL;
  const char **texts = arena_alloc(asked->arena, sizeof *texts);
  texts[0] = named == NULL ? words : named->name;
  set_field(asked, "text", texts, 1);
  return form(asked);
}

static bool answer_typed(const struct asked *asked, const struct web_message *message) {
  asked->line->kind = WEB_LINE_SAY;
  asked->line->message = NULL;
  asked->line->room = message->room->id;
  asked->line->text = asked->answer->values[0];
  return true;
}

static bool answer_card(const struct asked *asked, const struct web_message *message) {
  if (asked->answer->say) return answer_typed(asked, message);
  switch (card_input_from(json_str(asked->card, "input"))) {
    case INPUT_SELECT_MANY: return answer_many(asked);
    case INPUT_TEXT:
    case INPUT_DATE: return answer_words(asked, false);
    case INPUT_PERSON: return answer_words(asked, true);
    default: return press(asked, token_of(asked, asked->answer->values[0]));
  }
}

/* ---- which card ---- */

static bool is_open(const struct web_message *message) {
  return message->from == NULL && message->card != NULL && message->key != NULL && !message->closed && !message->answered && !message->gone;
}

static bool answer_message(const struct web_rooms *rooms, const struct web_play_person *person, const struct web_message *message,
                           struct arena *arena, struct web_line *ret_line, const char **ret_misfit) {
  CLEANUP(json_freep) cJSON *card = NULL;
  struct web_line line = {.person = person->id, .message = message->id};
  struct asked asked = {.play = rooms->play, .arena = arena, .line = &line};
  asked.answer = web_play_answer(rooms->play, person, message->key);
  if (asked.answer == NULL || asked.answer->value_count == 0) return false;
  if (json_parse(message->card, strlen(message->card), WEB_LINE_BYTES_MAX, &card) != ERR_NONE) return false;
  asked.card = card;
  bool answered = answer_card(&asked, message);
  if (answered) *ret_line = line;
  else *ret_misfit = message->key;
  return answered;
}

/* Nobody has spoken yet in this room. */
static bool start(const struct web_rooms *rooms, const struct web_play_person *person, struct web_line *ret_line) {
  const struct web_room *room = web_rooms_direct(rooms, person);
  if (person->start == NULL || room->first != NULL) return false;
  *ret_line = (struct web_line){.kind = WEB_LINE_SAY, .person = person->id, .room = room->id, .text = person->start};
  return true;
}

bool web_answer_next(const struct web_rooms *rooms, const struct web_play_person *person, struct arena *arena,
                     struct web_line *ret_line, const char **ret_misfit) {
  *ret_misfit = NULL;
  if (start(rooms, person, ret_line)) return true;
  for (size_t i = 0; i < rooms->room_count; i++) {
    const struct web_room *room = rooms->rooms[i];
    if (!web_rooms_has(rooms, room, person)) continue;
    for (const struct web_message *message = room->last; message != NULL; message = message->before) {
      if (!is_open(message) || (room->kind != ROOM_DIRECT && message->only != person)) continue;
      if (answer_message(rooms, person, message, arena, ret_line, ret_misfit)) return true;
    }
  }
  return false;
}
