/* small_server.h: an HTTP server on loopback for unit tests: it hands each whole request to the test, which says what comes back. */
#ifndef MENTORD_TEST_SMALL_SERVER_H
#define MENTORD_TEST_SMALL_SERVER_H

#include <uv.h>

#include "bot/base/text.h"

struct guest { /* one connection */
  uv_tcp_t tcp;
  struct text in;     /* what came and is no whole request yet */
  struct guest *next; /* owned */
};

extern struct guest *small_guests;                 /* owned: those who are connected now */
extern int small_port, small_connections, small_requests;

/* `answer` gets each request, head and body; it may say nothing. */
void small_server_begin(uv_loop_t *loop, void (*answer)(struct guest *guest, const char *request));
void small_server_say(struct guest *guest, const char *words);
void small_server_hang_up(struct guest *guest);
void small_server_end(void); /* then run the loop until it is empty */

#endif
