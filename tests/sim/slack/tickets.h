/* tickets.h: secrets that live shortly: addresses of sockets, trigger ids, response_urls. Bounded rings; the oldest goes. */
#ifndef SIM_SLACK_TICKETS_H
#define SIM_SLACK_TICKETS_H

#include "tests/sim/slack/world.h"

enum { TICKETS_MAX = 1024, TRIGGERS_MAX = 8192, RESPONDS_MAX = 16384, SECRET_SIZE = 49 };

struct ticket {
  char secret[SECRET_SIZE], app[APP_ID_SIZE];
  int64_t until_ms;
  bool used;
};

struct trigger {
  char secret[SECRET_SIZE];
  int64_t until_ms;
  bool used;
  struct user *user; /* borrowed from the world */
};

struct respond {
  char secret[SECRET_SIZE], ts[32]; /* ts: the message that was clicked; "" for a command */
  int64_t until_ms;
  int uses;
  struct user *user;       /* borrowed */
  struct channel *channel; /* borrowed */
};

struct tickets {
  struct ticket tickets[TICKETS_MAX];
  struct trigger triggers[TRIGGERS_MAX];
  struct respond responds[RESPONDS_MAX];
  size_t ticket_next, trigger_next, respond_next;
};

/* Each starts with its place in the ring, so that it is found at once. */
const char *ticket_new(struct tickets *tickets, const char *app, int64_t until_ms);
const char *ticket_use(struct tickets *tickets, const char *secret, int64_t now_ms); /* whose it was; NULL: no good */
const char *trigger_new(struct tickets *tickets, struct user *user, int64_t until_ms);
/* NULL and the person; else Slack's error. */
const char *trigger_use(struct tickets *tickets, const char *secret, int64_t now_ms, struct user **ret_user);
struct respond *respond_new(struct tickets *tickets, struct user *user, struct channel *channel, const char *ts, int uses, int64_t until_ms);
struct respond *respond_find(struct tickets *tickets, const char *secret); /* NULL: unknown */
void tickets_tell(const struct tickets *tickets, cJSON *into); /* the secrets of each kind that are still known, used ones too */

#endif
