/* flows.c: finds a flow by its stored name, and hands results of actions to the flow they belong to. */
#include "bot/flows/flows.h"
#include "bot/jobs/jobs.h"

#include <string.h>

#define FLOW_AS_POINTER(name) &name##_flow,
static const struct flow *const flows[] = {FLOW_LIST(FLOW_AS_POINTER)};
#undef FLOW_AS_POINTER

const struct flow *flow_by_name(const char *name) {
  for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
    if (strcmp(flows[i]->name, name) == 0) return flows[i];
  }
  return NULL;
}

/* Somebody must know that a message did not arrive: the managers, by name of the person only. That such news did not
 * arrive is no news again: two managers who cannot be reached would tell each other for ever. */
static void tell_undelivered(struct turn *turn, const struct out *row) {
  bool is_news = row->words != NULL && strcmp(row->words, "outbox.undelivered") == 0;
  if (is_news || row->person == NULL || turn_person(turn, row->person) == NULL) return;
  struct strs managers = turn_managers(turn, NULL, row->person);
  for (size_t i = 0; i < managers.count; i++) {
    if (strcmp(managers.items[i], row->person) == 0) continue;
    struct out *out = card_to(turn, managers.items[i], W("outbox.undelivered"));
    param_person(WITH(turn, out), turn, "person", row->person);
  }
}

void flows_result(struct turn *turn) {
  const struct event *event = turn->event;
  void *record;
  if (event->payload == NULL || event->action == NULL) return;
  if (record_decode(RECORD_OUT, event->payload, strlen(event->payload), turn->arena, &record) != ERR_NONE) return;
  const struct out *row = record;
  bool sent = event->result == RESULT_SENT;
  if (row->kind == OUT_ROOM_OPEN && row->about != NULL) introduction_room(turn, row->about, sent ? event->new_message : NULL);
  else if (!sent && row->kind == OUT_SEND && !telling_failed(turn, row) && !announce_failed(turn, row) && !introduction_room_lost(turn, row)) tell_undelivered(turn, row);
  if (!sent && row->kind == OUT_UPLOAD) export_failed(turn, row);
  if (!sent) relay_failed(turn, row);
  txn_drop(turn->txn, RECORD_OUT, event->action);
}
