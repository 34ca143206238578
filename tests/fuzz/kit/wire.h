/* wire.h: a WebSocket of a link without libwebsockets: the real pipe, client and server on it, and no socket. */
#ifndef TEST_FUZZ_WIRE_H
#define TEST_FUZZ_WIRE_H

#include "adapters/kit/link_context.h"
#include "bot/base/text.h"

enum { WIRES_MAX = 3 };

struct wire {
  struct link_pipe *pipe; /* borrowed from the end that made it, freed by wire_gone */
  bool writable, timer, last;
  size_t missing; /* of the message that is coming in */
  bool has_said_why;
  struct text sent; /* owned: every line that left; the harness clears it */
};

extern struct wire wires[WIRES_MAX];
/* The door that the server under test opened; NULL: none is open. */
extern const struct link_door_owner *wire_door;
extern void *wire_door_who;

void wire_open(size_t which, struct link_pipe *pipe);
bool wire_is_open(size_t which);
/* One message as it comes from the other end; a vertical tab in it is where one read ended. */
void wire_receive(size_t which, const char *data, size_t bytes);
void wire_peer_closes(size_t which, const char *reason, size_t bytes); /* two bytes of a code, and a note */
void wire_settle(size_t which);                                        /* what waits goes out; a close that was begun ends */
void wire_gone(size_t which);                                          /* the connection is no more */
void wire_done(void);

#endif
