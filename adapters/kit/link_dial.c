/* link_dial.c: a name's addresses one after the other, until one of them takes a connection. libwebsockets would block the loop
 * for the name, and keep a poll handle for each address that refuses. */
#include "adapters/kit/link_dial.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC = 0x4c44696c };
#define UNKNOWN "the name of its host is not known"

struct link_dial {
  uint32_t magic;
  int open;                     /* handles and requests that still call back; at 0 all this is freed */
  bool over;                    /* done was called, or is not wanted */
  uv_getaddrinfo_t look_up;
  uv_tcp_t tcp;                 /* one at a time */
  uv_connect_t connect;
  uv_timer_t timer;
  uv_loop_t *loop;              /* borrowed from the caller */
  struct addrinfo *all;         /* owned */
  const struct addrinfo *now;   /* borrowed from all */
  bool looking, trying, took;   /* the name is being looked up; an address is being tried; it took the connection */
  link_dialled *done;
  void *who;                    /* borrowed from the caller until link_dial_stop */
};

static void try_address(struct link_dial *dial);

static void let_go(struct link_dial *dial) {
  if (--dial->open > 0) return;
  if (dial->all != NULL) uv_freeaddrinfo(dial->all);
  dial->magic = 0;
  free(dial);
}

static void on_tcp_closed(uv_handle_t *handle);

static void on_timer_closed(uv_handle_t *handle) {
  let_go(handle->data);
}

/* What is under way ends by its callbacks. */
static void wind_up(struct link_dial *dial) {
  dial->over = true;
  uv_close((uv_handle_t *)&dial->timer, on_timer_closed);
  if (dial->looking) (void)uv_cancel((uv_req_t *)&dial->look_up); /* one that runs already calls back when it is through */
  if (dial->trying && !uv_is_closing((uv_handle_t *)&dial->tcp)) uv_close((uv_handle_t *)&dial->tcp, on_tcp_closed);
}

static void finish(struct link_dial *dial, const char *number, const char *note) {
  link_dialled *done = dial->done;
  void *who = dial->who;
  wind_up(dial);
  done(who, number, note);
}

static void on_tcp_closed(uv_handle_t *handle) {
  struct link_dial *dial = handle->data;
  dial->trying = false;
  char number[LINK_NUMBER_BYTES] = "";
  if (!dial->over && dial->took && uv_ip_name(dial->now->ai_addr, number, sizeof number) == 0) finish(dial, number, "");
  else if (!dial->over) {
    dial->now = dial->now->ai_next;
    try_address(dial);
  }
  let_go(dial);
}

static void on_connected(uv_connect_t *connect, int status) {
  struct link_dial *dial = connect->data;
  dial->took = status == 0;
  if (!uv_is_closing((uv_handle_t *)&dial->tcp)) uv_close((uv_handle_t *)&dial->tcp, on_tcp_closed);
}

static void try_address(struct link_dial *dial) {
  if (dial->now == NULL) {
    finish(dial, NULL, "nobody listens");
    return;
  }
  dial->took = false;
  (void)uv_tcp_init(dial->loop, &dial->tcp); /* makes no socket yet: nothing that could fail */
  dial->tcp.data = dial->connect.data = dial;
  dial->open++;
  dial->trying = true;
  if (uv_tcp_connect(&dial->connect, &dial->tcp, dial->now->ai_addr, on_connected) != 0) uv_close((uv_handle_t *)&dial->tcp, on_tcp_closed);
}

static void on_looked_up(uv_getaddrinfo_t *look_up, int status, struct addrinfo *all) {
  struct link_dial *dial = look_up->data;
  dial->looking = false;
  dial->all = all;
  dial->now = all;
  if (!dial->over && status != 0) finish(dial, NULL, UNKNOWN);
  else if (!dial->over) try_address(dial);
  let_go(dial);
}

static void on_late(uv_timer_t *timer) {
  struct link_dial *dial = timer->data;
  finish(dial, NULL, dial->looking ? "nobody tells the address of its host" : "nobody answers");
}

static void on_not_asked(uv_timer_t *timer) {
  finish(timer->data, NULL, UNKNOWN);
}

struct link_dial *link_dial_start(uv_loop_t *loop, const struct link_address *address, link_dialled *done, void *who) {
  static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  char port[8];
  struct link_dial *dial = calloc(1, sizeof *dial);
  assert(dial != NULL);
  *dial = (struct link_dial){.magic = MAGIC, .open = 2, .looking = true, .loop = loop, .done = done, .who = who};
  dial->look_up.data = dial->timer.data = dial;
  (void)uv_timer_init(loop, &dial->timer);
  (void)uv_timer_start(&dial->timer, on_late, LINK_DIAL_MS, 0);
  (void)snprintf(port, sizeof port, "%d", address->port);
  if (uv_getaddrinfo(loop, &dial->look_up, on_looked_up, address->host, port, &hints) == 0) return dial;
  dial->looking = false; /* no name that could be asked for */
  dial->open--;
  (void)uv_timer_start(&dial->timer, on_not_asked, 0, 0);
  return dial;
}

struct link_dial *link_dial_stop(struct link_dial *dial) {
  if (dial == NULL) return NULL;
  assert(dial->magic == MAGIC);
  wind_up(dial);
  return NULL;
}
