/* announce.c: the call for mentees and mentors, into the room where the manager asked for it; shown first, posted after a yes. */
#include <string.h>

#include "bot/command_parts.h"
#include "bot/flows/flows.h"

static struct announcement *announcement_of(struct talking *talking) {
  return txn_edit(talking->turn->txn, RECORD_ANNOUNCEMENT, talking->talk->subject);
}

static void preview_ask(struct talking *talking) {
  struct out *out = engine_ask(talking, W("announce.preview"));
  (void)card_line(talking->turn, out, W("announce.text"));
  card_choice(talking->turn, out, "post", W("announce.button.post"), NULL)->primary = true;
  (void)card_choice(talking->turn, out, "not", W("announce.button.not"), NULL);
}

static void post(struct talking *talking) {
  struct turn *turn = talking->turn;
  struct announcement *announcement = announcement_of(talking);
  announcement->sent_ms = turn->now_ms;
  struct out *out = card_room(turn, announcement->workspace, announcement->room, W("announce.text"));
  out->about = announcement->id;
  card_command(turn, out, arena_format(turn->arena, "join %s", announcement->id), W("announce.button.join"))->primary = true;
  txn_audit(turn->txn, talking->talk->person, "announced", announcement->id);
  (void)card_to(turn, talking->talk->person, W("announce.posted"));
}

static enum reading preview_read(struct talking *talking, const struct heard *heard) {
  if (strcmp(heard->values.items[0], "post") == 0) {
    post(talking);
  } else {
    txn_drop(talking->turn->txn, RECORD_ANNOUNCEMENT, talking->talk->subject);
    (void)card_to(talking->turn, talking->talk->person, W("announce.not_posted"));
  }
  return READ_OK;
}

static const struct step announce_steps[] = {{.name = "preview", .ask = preview_ask, .read = preview_read, .then = STEP_END, .yes = "post", .no = "not"}};
static const struct reminder announce_reminders[] = {{2, false, REMIND_END}};

const struct flow announce_flow = {.name = "announce", .steps = announce_steps, .step_count = ARRAY_LEN(announce_steps),
                                   .reminders = announce_reminders, .reminder_count = ARRAY_LEN(announce_reminders)};

/* A platform lets nobody post where they are not. */
bool announce_failed(struct turn *turn, const struct out *row) {
  const struct announcement *announcement = row->room == NULL || row->about == NULL ? NULL : txn_get(turn->txn, RECORD_ANNOUNCEMENT, row->about);
  if (announcement == NULL) return false;
  bool unknown = turn->event->result == RESULT_AMBIGUOUS;
  if (turn_person(turn, announcement->by) != NULL) (void)card_to(turn, announcement->by, unknown ? W("announce.unknown") : W("announce.failed"));
  return true;
}

void announce_joined(struct turn *turn, const char *id) {
  struct announcement *announcement = txn_edit(turn->txn, RECORD_ANNOUNCEMENT, id);
  if (announcement != NULL) announcement->joined++;
}

void command_announce(struct turn *turn, const char *args) {
  const struct programme *programme = turn_programme(turn);
  const struct event *event = turn->event;
  (void)args;
  if (event->scarce) {
    (void)card_to(turn, turn->person, W("announce.no_room"));
    return;
  }
  if (programme == NULL || event->room.kind == ROOM_DIRECT || event->room.id == NULL) {
    (void)card_to(turn, turn->person, programme == NULL ? W("round.no_programme") : W("announce.where"));
    return;
  }
  struct announcement *announcement = txn_add(turn->txn, RECORD_ANNOUNCEMENT, NULL);
  announcement->programme = programme->id;
  announcement->by = turn->person;
  announcement->workspace = event->workspace;
  announcement->room = event->room.id;
  (void)engine_start(turn, turn->person, "announce", "preview", announcement->id, false);
}
