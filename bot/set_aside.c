/* set_aside.c: an event that cannot be handled is set aside: nothing of it is done, and those concerned are told. */
#include <string.h>

#include "bot/cards.h"
#include "bot/jobs/jobs.h"

enum { TOLD_MAX = 20 }; /* of very many managers the first hear of it: this turn must fit whatever the other did */

/* ---- people ---- */
static void tell_person(struct turn *turn, const char *person) {
  struct out *out = card_to(turn, person, W("turn.set_aside"));
  (void)card_command(turn, out, "next", W("command.button.next"));
}

static void tell_managers(struct turn *turn, const char *person) {
  struct strs managers = turn_managers(turn, NULL, person);
  for (size_t i = 0; i < managers.count && i < TOLD_MAX; i++) {
    if (person != NULL && strcmp(managers.items[i], person) == 0) continue;
    struct out *out = card_to(turn, managers.items[i], person == NULL ? W("turn.set_aside_work") : W("turn.set_aside_of"));
    if (person != NULL) param_person(WITH(turn, out), turn, "person", person);
  }
}

/* ---- what would come again by itself ---- */
static void stop_timer(struct turn *turn) {
  const char *record = turn->event->record == NULL ? "" : turn->event->record;
  struct talk *talk = strncmp(record, "talk/", 5) == 0 ? txn_edit(turn->txn, RECORD_TALK, record + 5) : NULL;
  struct pair *pair = strncmp(record, "pair/", 5) == 0 ? txn_edit(turn->txn, RECORD_PAIR, record + 5) : NULL;
  struct announcement *announcement = strncmp(record, "announcement/", 13) == 0 ? txn_edit(turn->txn, RECORD_ANNOUNCEMENT, record + 13) : NULL;
  if (talk != NULL) talk->due_ms = 0;
  if (announcement != NULL) announcement->due_ms = 0;
  if (pair != NULL) pair->answer_by_ms = 0;
}

static void stop_clock(struct turn *turn) {
  struct scheme *scheme = txn_edit(turn->txn, RECORD_SCHEME, "scheme");
  if (scheme != NULL) scheme->clock_target_ms = 0;
}

static void drop_row(struct turn *turn) {
  if (turn->event->action != NULL) txn_drop(turn->txn, RECORD_OUT, turn->event->action);
}

static void (*const stops[EVENT_MAX_])(struct turn *turn) = {
    [EVENT_TIMER] = stop_timer, [EVENT_DEMO] = stop_clock, [EVENT_RESULT] = drop_row, [EVENT_CONTROL] = job_set_aside, [EVENT_JOB] = job_set_aside};

void turn_set_aside(const struct event *event, int64_t now_ms, struct words *words, struct txn *txn) {
  struct turn turn = {.event = event, .now_ms = now_ms, .words = words, .txn = txn, .arena = txn_arena(txn)};
  if (txn_get(txn, RECORD_SCHEME, "scheme") == NULL) return;
  const char *person = event->workspace == NULL || event->person.id == NULL ? NULL : txn_account(txn, event->workspace, event->person.id);
  if (stops[event->kind] != NULL) stops[event->kind](&turn);
  if (person != NULL) tell_person(&turn, person);
  tell_managers(&turn, person);
  txn_audit(txn, "bot", "set aside", event_kind_name(event->kind));
}
