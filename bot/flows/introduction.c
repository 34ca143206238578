/* introduction.c: both said yes: both are told in one commit; they get a room where they share a workspace, else the bot relays. */
#include <string.h>

#include "bot/flows/flows.h"

static const char *shared_workspace(struct turn *turn, const struct pair *pair) {
  const struct person *mentee = turn_person(turn, pair->mentee), *mentor = turn_person(turn, pair->mentor);
  for (size_t i = 0; i < mentee->accounts.count; i++) {
    for (size_t k = 0; k < mentor->accounts.count; k++) {
      if (strcmp(mentee->accounts.items[i].workspace, mentor->accounts.items[k].workspace) == 0) return mentee->accounts.items[i].workspace;
    }
  }
  return NULL;
}

static void tell_one(struct turn *turn, const struct pair *pair, const char *person, const char *partner, bool room) {
  struct out *out = card_to(turn, person, W("introduction.both_yes"));
  param_person(WITH(turn, out), turn, "partner", partner);
  const struct programme *programme = txn_get(turn->txn, RECORD_PROGRAMME, pair->programme);
  param_number(WITH(turn, out), turn, "minutes", programme == NULL ? 60 : programme->rhythm_minutes);
  (void)card_line(turn, out, room ? W("introduction.room_comes") : W("introduction.relay"));
  (void)card_line(turn, out, W("introduction.first_meeting"));
  out->about = pair->id;
  if (!room) relay_offer(turn, out, pair, person, W("command.button.write"));
  (void)card_command(turn, out, "pair", W("command.button.pair"));
}

static void ask_for_room(struct turn *turn, const struct pair *pair, const char *workspace) {
  struct out *out = card_room(turn, workspace, NULL, W("introduction.room_name"));
  out->kind = OUT_ROOM_OPEN;
  out->order = arena_format(turn->arena, "%s/%s", workspace, pair->id);
  out->members = strs_of(turn->arena, 2, pair->mentee, pair->mentor);
  out->about = pair->id;
  param_people(WITH(turn, out), turn, "pair", out->members);
}

/* Those who run the programme hear it too, and how the two will talk. */
static void tell_managers(struct turn *turn, const struct pair *pair, const char *words) {
  struct strs managers = turn_pair_managers(turn, pair);
  for (size_t i = 0; i < managers.count; i++) {
    struct out *out = card_to(turn, managers.items[i], words);
    param_person(WITH(turn, out), turn, "mentee_name", pair->mentee);
    param_person(WITH(turn, out), turn, "mentor_name", pair->mentor);
  }
}

void introduction_make(struct turn *turn, const char *id) {
  struct pair *pair = txn_edit(turn->txn, RECORD_PAIR, id);
  const char *workspace = shared_workspace(turn, pair);
  pair->introduced_ms = turn->now_ms;
  tell_one(turn, pair, pair->mentee, pair->mentor, workspace != NULL);
  tell_one(turn, pair, pair->mentor, pair->mentee, workspace != NULL);
  if (workspace != NULL) ask_for_room(turn, pair, workspace);
  tell_managers(turn, pair, workspace != NULL ? W("introduction.managers") : W("introduction.managers_relay"));
  txn_audit(turn->txn, "bot", "introduced", pair->id);
}

static void keep_room(struct turn *turn, struct pair *pair, const char *room_id) {
  const char *workspace = shared_workspace(turn, pair);
  struct room *room = txn_add(turn->txn, RECORD_ROOM, NULL);
  room->workspace = workspace;
  room->room = room_id;
  room->pair = pair->id;
  pair->room = room->id;
  struct out *out = card_room(turn, workspace, room_id, W("introduction.room"));
  out->about = pair->id;
  param_people(WITH(turn, out), turn, "pair", strs_of(turn->arena, 2, pair->mentee, pair->mentor));
  (void)card_line(turn, out, W("introduction.room_private"));
  (void)card_line(turn, out, W("introduction.first_meeting"));
}

/* They were promised a room, and it cannot be had. */
static void relay_instead(struct turn *turn, const struct pair *pair) {
  const char *const both[] = {pair->mentee, pair->mentor};
  for (size_t i = 0; i < ARRAY_LEN(both); i++) {
    struct out *out = card_to(turn, both[i], W("introduction.room_failed"));
    param_person(WITH(turn, out), turn, "partner", relay_partner(pair, both[i]));
    relay_offer(turn, out, pair, both[i], W("command.button.write"));
  }
  tell_managers(turn, pair, W("introduction.managers_relay"));
}

void introduction_room(struct turn *turn, const char *id, const char *room_id) {
  struct pair *pair = txn_edit(turn->txn, RECORD_PAIR, id);
  if (pair == NULL || pair->state != PAIR_INTRODUCED || pair->room != NULL) return;
  if (room_id != NULL) keep_room(turn, pair, room_id);
  else relay_instead(turn, pair);
}

bool introduction_room_lost(struct turn *turn, const struct out *row) {
  const struct pair *pair = row->room == NULL || row->about == NULL ? NULL : txn_get(turn->txn, RECORD_PAIR, row->about);
  const struct room *room = pair == NULL || pair->room == NULL ? NULL : txn_get(turn->txn, RECORD_ROOM, pair->room);
  if (room == NULL || strcmp(room->room, row->room) != 0 || turn->event->result != RESULT_FAILED) return false;
  struct pair *without = txn_edit(turn->txn, RECORD_PAIR, pair->id);
  txn_drop(turn->txn, RECORD_ROOM, room->id);
  without->room = NULL;
  relay_instead(turn, without);
  return true;
}
