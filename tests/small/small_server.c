/* small_server.c: a door, its guests, and requests counted by their length. */
#include "tests/small/small_server.h"

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct guest *small_guests;
int small_port, small_connections, small_requests;
static uv_tcp_t door;
static void (*answer_with)(struct guest *guest, const char *request);

static void on_room(uv_handle_t *handle, size_t wish, uv_buf_t *ret_room) {
  static char room[65536];
  (void)handle, (void)wish;
  *ret_room = uv_buf_init(room, sizeof room);
}

static void on_guest_closed(uv_handle_t *handle) {
  struct guest *guest = handle->data, **slot = &small_guests;
  while (*slot != guest) slot = &(*slot)->next;
  *slot = guest->next;
  text_done(&guest->in);
  free(guest);
}

void small_server_say(struct guest *guest, const char *words) {
  uv_buf_t part = uv_buf_init((char *)(uintptr_t)words, (unsigned)strlen(words));
  cr_assert_eq(uv_try_write((uv_stream_t *)&guest->tcp, &part, 1), (int)part.len);
}

void small_server_hang_up(struct guest *guest) {
  if (!uv_is_closing((uv_handle_t *)&guest->tcp)) uv_close((uv_handle_t *)&guest->tcp, on_guest_closed);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *room) {
  struct guest *guest = stream->data;
  if (bytes < 0) {
    small_server_hang_up(guest);
    return;
  }
  text_add_n(&guest->in, room->base, (size_t)bytes);
  const char *all = text_str(&guest->in), *end = strstr(all, "\r\n\r\n"), *length = strcasestr(all, "content-length:");
  if (end == NULL || length == NULL || strlen(end + 4) < strtoul(length + 15, NULL, 10)) return;
  char *request = strdup(all);
  text_clear(&guest->in);
  small_requests++;
  answer_with(guest, request);
  free(request);
}

static void on_guest(uv_stream_t *stream, int status) {
  struct guest *guest = calloc(1, sizeof *guest);
  cr_assert_eq(status, 0);
  uv_tcp_init(stream->loop, &guest->tcp);
  guest->tcp.data = guest;
  guest->next = small_guests;
  small_guests = guest;
  text_init(&guest->in, 1 << 20);
  small_connections++;
  cr_assert_eq(uv_accept(stream, (uv_stream_t *)&guest->tcp), 0);
  uv_read_start((uv_stream_t *)&guest->tcp, on_room, on_read);
}

void small_server_begin(uv_loop_t *loop, void (*answer)(struct guest *guest, const char *request)) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int bytes = sizeof name;
  answer_with = answer;
  uv_tcp_init(loop, &door);
  cr_assert_eq(uv_tcp_bind(&door, (struct sockaddr *)&name, 0), 0);
  cr_assert_eq(uv_listen((uv_stream_t *)&door, 64, on_guest), 0);
  uv_tcp_getsockname(&door, (struct sockaddr *)&name, &bytes);
  small_port = ntohs(name.sin_port);
}

void small_server_end(void) {
  uv_close((uv_handle_t *)&door, NULL);
  for (struct guest *guest = small_guests; guest != NULL; guest = guest->next) small_server_hang_up(guest);
}
