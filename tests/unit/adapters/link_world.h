/* link_world.h: real clients and servers on one loop, and what they were told, for the tests of the link. */
#ifndef MENTORD_TEST_LINK_WORLD_H
#define MENTORD_TEST_LINK_WORLD_H

#include <criterion/criterion.h>
#include <libwebsockets.h>
#include <stdio.h>
#include <uv.h>

#include "adapters/kit/link_client.h"
#include "adapters/kit/link_server.h"

#define ONE "web/one"
#define TWO "web/two"
#define TOKEN "0123456789abcdef0123456789abcdef"
enum { DEADLINE_MS = 20000 };

struct bot {
  struct link_client *client;
  const char *fence_one, *fence_two; /* NULL: not ours */
  int ups, downs, frames, code;      /* of the last down */
  char note[256];
  struct text seen; /* every frame, a line each */
  bool acks;        /* acknowledges every event at once */
};

struct adapter {
  struct link_server *server;
  int ups, downs, frames, credits;
  struct text seen;
  bool resends;      /* sends event "e1" at each up */
  bool answers;      /* answers every action `sent` */
};

extern uv_loop_t loop;
extern struct lws_context *context;
extern char folder[64];       /* ours alone */
extern char unix_address[104]; /* in it */
extern char unix_path[96];    /* the same without unix: */
extern char token_path[96];   /* holds TOKEN */

void world_begin(void); /* for .init */
void world_end(void);   /* sees to it that nothing is left; the last line of each test, since Criterion forgives a failing .fini */
void world_turn(void);  /* one turn of the loop, at most 10 ms */

/* Runs the loop until `condition` holds; fails at the deadline. */
#define WAIT(condition)                                                        \
  do {                                                                         \
    uint64_t end_ = uv_hrtime() + DEADLINE_MS * UINT64_C(1000000);              \
    while (!(condition)) {                                                     \
      cr_assert_lt(uv_hrtime(), end_, "waited in vain for %s", #condition);    \
      world_turn();                                                            \
    }                                                                          \
  } while (0)

enum err adapter_try(struct adapter *adapter, const char *address, const char *token_file, bool demo); /* ERR of link_server_new */
struct adapter_tls { const char *cert_file, *key_file; };
enum err adapter_try_tls(struct adapter *adapter, const char *address, const char *token_file, const struct adapter_tls *tls);
void adapter_start(struct adapter *adapter); /* on unix_address, for ONE and TWO */
void adapter_stop(struct adapter *adapter);
void bot_start(struct bot *bot, const char *fence_one, const char *fence_two); /* at unix_address, with 4 credits */
void bot_start_at(struct bot *bot, const char *address, const char *token_file, int credits);
void bot_start_tls(struct bot *bot, const char *address, const char *token_file, const char *ca_file);
void bot_stop(struct bot *bot);

bool bot_saw(const struct bot *bot, const char *part);
bool adapter_saw(const struct adapter *adapter, const char *part);
enum err send_event(struct adapter *adapter, const char *workspace, const char *id);
enum err send_done(struct adapter *adapter, const char *id, enum action_result result);
enum err send_action(struct bot *bot, const char *workspace, const char *id);
enum err send_id(struct bot *bot, enum link_line line, const char *id); /* ack, got, ask, kept */
void write_file(const char *path, const char *content);

#endif
