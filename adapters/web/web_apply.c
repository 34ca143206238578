/* web_apply.c: one function per kind of line; the only place where the platform's state changes. */
#include "adapters/web/web_apply.h"

#include <string.h>

#include "adapters/web/web_in.h"
#include "adapters/web/web_out.h"
#include "bot/base/json.h"

struct applying {
  struct web_rooms *rooms;     /* all borrowed until web_apply returns */
  struct web_events *events;
  const struct web_line *line;
  struct arena *scratch;
};

/* The texts go into the platform's arena: an event waits for its ack longer than the line lives. */
static void copy_values(struct event *event, struct arena *arena) {
  struct field_value *values = arena_alloc(arena, (event->value_count + 1) * sizeof *values);
  for (size_t i = 0; i < event->value_count; i++) {
    const struct field_value *from = &event->values[i];
    const char **texts = arena_alloc(arena, (from->value_count + 1) * sizeof *texts);
    for (size_t v = 0; v < from->value_count; v++) texts[v] = arena_text(arena, from->values[v]);
    values[i] = (struct field_value){.name = arena_text(arena, from->name), .values = texts, .value_count = from->value_count};
  }
  event->values = event->value_count == 0 ? NULL : values;
}

static void add_event(const struct applying *a) {
  struct arena *arena = a->rooms->arena;
  struct event event;
  if (!web_in_event(a->line, a->rooms, a->scratch, &event)) return;
  const char **texts[] = {&event.id, &event.text, &event.message, &event.button, &event.command, &event.args, &event.change};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) *texts[i] = arena_text(arena, *texts[i]);
  copy_values(&event, arena);
  web_events_add(a->events, a->line->number, &event);
}

/* ---- from a page ---- */

/* Words in the direct room answer the newest card that is open there. */
static void mark_answered(struct web_room *room) {
  struct web_message *message = room->kind == ROOM_DIRECT ? room->last : NULL;
  while (message != NULL && (message->card == NULL || message->closed || message->gone)) message = message->before;
  if (message != NULL) message->answered = true;
}

static void apply_say(const struct applying *a, const struct web_play_person *person) {
  const struct web_line *line = a->line;
  struct web_room *room = web_rooms_room(a->rooms, line->room);
  if (room == NULL || !web_rooms_has(a->rooms, room, person)) return;
  mark_answered(room);
  (void)web_rooms_post(a->rooms, &(struct web_message){.number = line->number, .room = room, .from = person, .at_ms = line->shown_ms,
                                                       .only = web_in_is_private(line, room) ? person : NULL, .text = line->text});
  web_rooms_read(a->rooms, room, person, line->number);
  add_event(a);
}

/* "Why" and "Help" are no answers: everybody else may still give one. */
static bool is_extra(const struct web_message *message, const char *token) {
  CLEANUP(json_freep) cJSON *card = NULL;
  if (message->card == NULL || json_parse(message->card, strlen(message->card), WEB_LINE_BYTES_MAX, &card) != ERR_NONE) return false;
  const cJSON *extra;
  cJSON_ArrayForEach(extra, json_at(card, "extras")) {
    if (strcmp(json_str_or(extra, "token", ""), token) == 0) return true;
  }
  return false;
}

static void apply_press(const struct applying *a, const struct web_play_person *person) {
  struct web_message *message = web_rooms_any_message(a->rooms, a->line->message);
  if (message == NULL || !web_rooms_has(a->rooms, message->room, person)) return;
  if (!is_extra(message, a->line->token)) message->answered = true;
  web_rooms_read(a->rooms, message->room, person, message->number);
  add_event(a);
}

static void apply_from_page(const struct applying *a) {
  const struct web_line *line = a->line;
  const struct web_play_person *person = web_play_person(a->rooms->play, line->person);
  if (person == NULL) return; /* the play has changed since */
  if (line->n != NULL && !web_rooms_first_time(a->rooms, person, line->n)) return;
  switch (line->kind) {
    case WEB_LINE_SAY: apply_say(a, person); break;
    case WEB_LINE_DEMO: add_event(a); break;
    default: apply_press(a, person);
  }
}

static void apply_read(const struct applying *a) {
  const struct web_play_person *person = web_play_person(a->rooms->play, a->line->person);
  struct web_room *room = web_rooms_room(a->rooms, a->line->room);
  const struct web_message *message = web_rooms_any_message(a->rooms, a->line->message);
  if (person != NULL && room != NULL && message != NULL && message->room == room) web_rooms_read(a->rooms, room, person, message->number);
}

/* ---- from the bot ---- */

/* What the page shows of a card is the link's own JSON. NULL when the action has none. */
static const char *card_json(const struct applying *a) {
  CLEANUP(json_freep) cJSON *frame = NULL;
  enum err err = json_parse(a->line->frame, strlen(a->line->frame), WEB_LINE_BYTES_MAX, &frame);
  assert(err == ERR_NONE && "the line was read before");
  const cJSON *card = json_at(frame, "card");
  char *printed = card == NULL ? NULL : cJSON_PrintUnformatted(card);
  const char *copy = arena_text(a->scratch, printed);
  cJSON_free(printed);
  return copy;
}

static const char *do_post(const struct applying *a, const struct web_change *change, const struct action *action) {
  static const struct card nothing_said = {.text = NULL};
  const struct card *card = action->card == NULL ? &nothing_said : action->card;
  struct web_attached file = {.token = a->line->token};
  if (action->file != NULL) file = (struct web_attached){a->line->token, action->file->name, action->file->type, action->file->bytes};
  struct web_message *message = web_rooms_post(
      a->rooms, &(struct web_message){.number = a->line->number, .room = change->room, .only = change->only, .at_ms = a->line->shown_ms,
                                      .text = card->text, .card = card_json(a), .key = card->key, .file = action->file == NULL ? NULL : &file});
  return message->id;
}

/* Does what was decided; returns the id of what was made or touched. */
static const char *do_change(const struct applying *a, const struct web_change *change, const struct action *action) {
  switch (change->kind) {
    case WEB_CHANGE_NOTHING: return NULL;
    case WEB_CHANGE_POST: return do_post(a, change, action);
    case WEB_CHANGE_EDIT:
      web_rooms_edit(a->rooms, change->message, action->card->text, card_json(a), action->card->key, change->closed);
      return change->message->id;
    case WEB_CHANGE_DELETE: web_rooms_delete(a->rooms, change->message); return change->message->id;
    case WEB_CHANGE_OPEN: {
      const char *name = action->room_name == NULL ? "Private room" : action->room_name;
      return web_rooms_open(a->rooms, a->line->number, name, change->workspace, change->members)->id;
    }
    case WEB_CHANGE_INVITE: web_rooms_invite(a->rooms, change->room, change->members); return change->room->id;
    case WEB_CHANGE_LEAVE: change->room->left = true; return change->room->id;
  }
  return NULL;
}

static void apply_action(const struct applying *a) {
  struct link_frame frame;
  enum err err = link_frame_decode(a->line->frame, strlen(a->line->frame), a->scratch, &frame);
  if (err != ERR_NONE || frame.line != LINE_ACTION) return;
  const struct action *action = &frame.action;
  if (web_rooms_outcome(a->rooms, action->id) != NULL) return;
  struct web_change change = web_out_change(a->rooms, action, a->line->at_ms);
  if (action->kind == ACTION_UPLOAD && a->line->token == NULL) /* we never write such a line */
    change = (struct web_change){.kind = WEB_CHANGE_NOTHING, .result = RESULT_FAILED, .why = "broken"};
  const char *message = do_change(a, &change, action);
  web_rooms_remember(a->rooms, action->id, &(struct web_outcome){.result = change.result, .why = change.why, .message = message});
}

static void apply_clock(const struct applying *a) {
  const struct web_line *line = a->line;
  a->rooms->clock = (struct web_clock){.known = true, .offset_ms = line->now_ms - line->at_ms, .next_ms = line->next_ms,
                                       .next = arena_text(a->rooms->arena, line->next)};
}

void web_apply(struct web_rooms *rooms, struct web_events *events, const struct web_line *line, struct arena *scratch) {
  const struct applying a = {.rooms = rooms, .events = events, .line = line, .scratch = scratch};
  switch (line->kind) {
    case WEB_LINE_START: rooms->journal = arena_text(rooms->arena, line->journal); break;
    case WEB_LINE_SAY:
    case WEB_LINE_PRESS:
    case WEB_LINE_FORM:
    case WEB_LINE_DEMO: apply_from_page(&a); break;
    case WEB_LINE_READ: apply_read(&a); break;
    case WEB_LINE_ACTION: apply_action(&a); break;
    case WEB_LINE_ACK: (void)web_events_ack_number(events, line->acked); break;
    case WEB_LINE_CLOCK: apply_clock(&a); break;
    case WEB_LINE_MAX_:
    case WEB_LINE_INVALID_: break;
  }
}
