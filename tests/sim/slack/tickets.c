/* tickets.c: making and using up short-lived secrets. */
#include "tests/sim/slack/tickets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"
#include "tests/sim/slack/tree.h"

enum { CHANCE_BYTES = 16 };

static void make_secret(size_t place, char separator, char ret_secret[SECRET_SIZE]) {
  uint8_t chance[CHANCE_BYTES];
  random_bytes(chance, sizeof chance);
  int length = snprintf(ret_secret, SECRET_SIZE, "%zu%c", place, separator);
  for (size_t i = 0; i < sizeof chance; i++) length += snprintf(ret_secret + length, SECRET_SIZE - (size_t)length, "%02x", chance[i]);
}

/* The place a secret names, or max. */
static size_t place_of(const char *secret, size_t max) {
  char *end = NULL;
  if (secret == NULL || strlen(secret) >= SECRET_SIZE) return max;
  unsigned long place = strtoul(secret, &end, 10);
  return end == secret || place >= max ? max : place;
}

const char *ticket_new(struct tickets *tickets, const char *app, int64_t until_ms) {
  size_t place = tickets->ticket_next++ % TICKETS_MAX;
  struct ticket *ticket = &tickets->tickets[place];
  *ticket = (struct ticket){.until_ms = until_ms};
  (void)snprintf(ticket->app, sizeof ticket->app, "%s", app);
  make_secret(place, '-', ticket->secret);
  return ticket->secret;
}

const char *ticket_use(struct tickets *tickets, const char *secret, int64_t now_ms) {
  size_t place = place_of(secret, TICKETS_MAX);
  if (place == TICKETS_MAX) return NULL;
  struct ticket *ticket = &tickets->tickets[place];
  if (ticket->used || now_ms > ticket->until_ms || strcmp(ticket->secret, secret) != 0) return NULL;
  ticket->used = true;
  return ticket->app;
}

const char *trigger_new(struct tickets *tickets, struct user *user, int64_t until_ms) {
  size_t place = tickets->trigger_next++ % TRIGGERS_MAX;
  struct trigger *trigger = &tickets->triggers[place];
  *trigger = (struct trigger){.until_ms = until_ms, .user = user};
  make_secret(place, '.', trigger->secret);
  return trigger->secret;
}

const char *trigger_use(struct tickets *tickets, const char *secret, int64_t now_ms, struct user **ret_user) {
  size_t place = place_of(secret, TRIGGERS_MAX);
  if (place == TRIGGERS_MAX) return "invalid_trigger_id";
  struct trigger *trigger = &tickets->triggers[place];
  if (trigger->secret[0] == '\0' || strcmp(trigger->secret, secret) != 0) return "invalid_trigger_id";
  if (trigger->used) return "exchanged_trigger_id";
  if (now_ms > trigger->until_ms) return "expired_trigger_id";
  trigger->used = true;
  *ret_user = trigger->user;
  return NULL;
}

struct respond *respond_new(struct tickets *tickets, struct user *user, struct channel *channel, const char *ts, int uses, int64_t until_ms) {
  size_t place = tickets->respond_next++ % RESPONDS_MAX;
  struct respond *respond = &tickets->responds[place];
  *respond = (struct respond){.until_ms = until_ms, .uses = uses, .user = user, .channel = channel};
  SLOT_PUT(respond->ts, ts);
  make_secret(place, '-', respond->secret);
  return respond;
}

struct respond *respond_find(struct tickets *tickets, const char *secret) {
  size_t place = place_of(secret, RESPONDS_MAX);
  if (place == RESPONDS_MAX) return NULL;
  struct respond *respond = &tickets->responds[place];
  return respond->secret[0] == '\0' || strcmp(respond->secret, secret) != 0 ? NULL : respond;
}

void tickets_tell(const struct tickets *tickets, cJSON *into) {
  cJSON *sockets = tree_array(into, "tickets"), *triggers = tree_array(into, "triggers"), *responds = tree_array(into, "response_urls");
  for (size_t i = 0; i < TICKETS_MAX && tickets->tickets[i].secret[0] != '\0'; i++) tree_str(sockets, NULL, tickets->tickets[i].secret);
  for (size_t i = 0; i < TRIGGERS_MAX && tickets->triggers[i].secret[0] != '\0'; i++) tree_str(triggers, NULL, tickets->triggers[i].secret);
  for (size_t i = 0; i < RESPONDS_MAX && tickets->responds[i].secret[0] != '\0'; i++) tree_str(responds, NULL, tickets->responds[i].secret);
}
