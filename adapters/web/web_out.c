/* web_out.c: action -> change.
 * {"t":"action","id":"o-88","workspace":"web/city","kind":"send","to":{"person":"aisha"},"card":{…}}
 *   -> post into d:aisha; done {"id":"o-88","result":"sent","message":"m13"} */
#include "adapters/web/web_out.h"

#include <string.h>

enum { PRIVATE_ROOMS_MAX = WEB_ROOMS_MAX - WEB_PLAY_PEOPLE_MAX - WEB_PLAY_ROOMS_MAX };

static struct web_change failed(const char *why) {
  return (struct web_change){.kind = WEB_CHANGE_NOTHING, .result = RESULT_FAILED, .why = why};
}

/* A person of another workspace is nobody here. */
static const struct web_play_person *person_of(const struct web_rooms *rooms, const struct action *action, const char *id) {
  const struct web_play_person *person = web_play_person(rooms->play, id);
  return person != NULL && strcmp(person->workspace, action->workspace) == 0 ? person : NULL;
}

/* Where the bot may write; NULL: there is no such room, or the bot has left it. */
static struct web_room *room_of(const struct web_rooms *rooms, const struct action *action) {
  struct web_room *room = web_rooms_room(rooms, action->room);
  return room != NULL && !room->left && strcmp(room->workspace, action->workspace) == 0 ? room : NULL;
}

static struct web_change send_change(const struct web_rooms *rooms, const struct action *action) {
  struct web_change change = {.kind = WEB_CHANGE_POST, .result = RESULT_SENT};
  const struct web_play_person *person = person_of(rooms, action, action->person);
  if (action->room != NULL) {
    change.room = room_of(rooms, action);
    if (change.room == NULL) return failed("room_gone");
  } else {
    if (person == NULL) return failed("person_gone");
    change.room = web_rooms_direct(rooms, person);
  }
  if (action->only == NULL) return change;
  change.only = person_of(rooms, action, action->only);
  if (change.only == NULL) return failed("person_gone");
  return web_rooms_has(rooms, change.room, change.only) ? change : failed("not_allowed");
}

/* Only what the bot wrote itself, in this workspace. */
static struct web_change message_change(const struct web_rooms *rooms, const struct action *action, enum web_change_kind kind) {
  struct web_message *message = web_rooms_message(rooms, action->message);
  if (message == NULL || message->from != NULL || strcmp(message->room->workspace, action->workspace) != 0) return failed("message_gone");
  struct web_change change = {.kind = kind, .result = RESULT_SENT, .message = message};
  const struct card *card = action->card;
  change.closed = card == NULL || (card->choice_count == 0 && card->extra_count == 0 && card->input_token == NULL);
  return change;
}

static bool members_of(const struct web_rooms *rooms, const struct action *action, uint64_t *ret_members) {
  uint64_t members = 0;
  for (size_t i = 0; i < action->member_count; i++) {
    const struct web_play_person *person = person_of(rooms, action, action->members[i]);
    if (person == NULL) return false;
    members |= web_play_bit(rooms->play, person);
  }
  *ret_members = members;
  return members != 0;
}

static struct web_change open_change(const struct web_rooms *rooms, const struct action *action) {
  struct web_change change = {.kind = WEB_CHANGE_OPEN, .result = RESULT_SENT, .workspace = action->workspace};
  if (!members_of(rooms, action, &change.members)) return failed("person_gone");
  return rooms->room_count < PRIVATE_ROOMS_MAX ? change : failed("too_many_rooms");
}

static struct web_change room_change(const struct web_rooms *rooms, const struct action *action, enum web_change_kind kind) {
  struct web_change change = {.kind = kind, .result = RESULT_SENT, .room = room_of(rooms, action)};
  if (change.room == NULL) return failed("room_gone");
  if (change.room->kind == ROOM_DIRECT) return failed("not_allowed");
  if (kind == WEB_CHANGE_INVITE && !members_of(rooms, action, &change.members)) return failed("person_gone");
  return change;
}

struct web_change web_out_change(const struct web_rooms *rooms, const struct action *action, int64_t at_ms) {
  if (action->until_ms != 0 && action->until_ms < at_ms) return failed("too_late");
  switch (action->kind) {
    case ACTION_SEND:
    case ACTION_FORM: /* a card that is filled in where it stands */
    case ACTION_UPLOAD: return send_change(rooms, action);
    case ACTION_EDIT: return message_change(rooms, action, WEB_CHANGE_EDIT);
    case ACTION_DELETE: return message_change(rooms, action, WEB_CHANGE_DELETE);
    case ACTION_ROOM_OPEN: return open_change(rooms, action);
    case ACTION_ROOM_INVITE: return room_change(rooms, action, WEB_CHANGE_INVITE);
    case ACTION_ROOM_LEAVE: return room_change(rooms, action, WEB_CHANGE_LEAVE);
    case ACTION_HOME: /* the page has no home */
    case ACTION_MAX_:
    case ACTION_INVALID_: break;
  }
  return (struct web_change){.kind = WEB_CHANGE_NOTHING, .result = RESULT_UNSUPPORTED};
}
