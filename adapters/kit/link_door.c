/* link_door.c: listens on a unix socket or a port and hands what comes in to libwebsockets.
 * Our own listener, because libwebsockets' one takes over a socket that another process serves, and says nothing when a port is taken. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "adapters/kit/link_context.h"
#include "bot/base/log.h"

enum { MAGIC = 0x4c446f72, BACKLOG = 16, ACCEPTS_MAX = 16 };

struct link_door {
  uint32_t magic;
  uv_poll_t poll;
  struct lws_vhost *vhost;             /* borrowed from the context */
  struct link_home *home;              /* borrowed from the vhost */
  struct link_door *next;              /* borrowed: the next door of the home */
  const struct link_door_owner *owner; /* borrowed from the server */
  void *who;                           /* borrowed: the server, until owner->closed */
  uintptr_t mark;
  struct link_address address;
  int fd, lock_fd; /* owned; lock_fd for a unix socket, else -1 */
  int spare_fd;    /* owned; given up for a moment when descriptors run out, so that a caller can be turned away */
};

/* ---- making the socket ---- */

/* The lock lives as long as we do: a second process cannot take the socket away, and a dead one's is ours. */
static enum err take_lock(struct link_door *door) {
  char path[LINK_PATH_BYTES_MAX + 8];
  snprintf(path, sizeof path, "%s.lock", door->address.path);
  door->lock_fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (door->lock_fd < 0) return err_note(ERR_DENIED, "%s: %m", path);
  if (flock(door->lock_fd, LOCK_EX | LOCK_NB) != 0)
    return err_note(ERR_CONFLICT, "%s: another process listens here", door->address.path);
  return ERR_NONE;
}

static enum err bind_unix(struct link_door *door) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  enum err err = link_address_folder(&door->address);
  if (err == ERR_NONE) err = take_lock(door);
  if (err != ERR_NONE) return err;
  static_assert(sizeof name.sun_path > LINK_PATH_BYTES_MAX, "a path fits");
  memcpy(name.sun_path, door->address.path, strlen(door->address.path) + 1);
  (void)unlink(name.sun_path);
  door->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (door->fd < 0 || bind(door->fd, (const struct sockaddr *)&name, sizeof name) != 0 || listen(door->fd, BACKLOG) != 0)
    return err_note(ERR_DENIED, "%s: %m", name.sun_path);
  return ERR_NONE;
}

static enum err bind_tcp(struct link_door *door) {
  struct link_address *address = &door->address;
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)address->port)};
  socklen_t bytes = sizeof name;
  int yes = 1;
  inet_pton(AF_INET, address->host, &name.sin_addr);
  door->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (door->fd < 0) return err_note(ERR_AGAIN, "no socket: %m");
  (void)setsockopt(door->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(door->fd, (const struct sockaddr *)&name, sizeof name) != 0 || listen(door->fd, BACKLOG) != 0)
    return err_note(errno == EADDRINUSE ? ERR_CONFLICT : ERR_DENIED, "%s:%d: %m", address->host, address->port);
  if (getsockname(door->fd, (struct sockaddr *)&name, &bytes) == 0) address->port = ntohs(name.sin_port);
  return ERR_NONE;
}

/* ---- accepting ---- */

static void turn_away(struct link_door *door) {
  close(door->spare_fd);
  int fd = accept(door->fd, NULL, NULL);
  if (fd >= 0) close(fd);
  door->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  log_line(LOG_trouble, "note=no descriptor left for a link");
}

static void adopt(struct link_door *door, int fd) {
  int yes = 1;
  if (!door->address.is_unix) (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct lws *wsi = lws_adopt_socket_vhost(door->vhost, fd); /* closes fd when it cannot */
  if (wsi != NULL) lws_set_opaque_user_data(wsi, (void *)door->mark);
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  struct link_door *door = poll->data;
  (void)events;
  for (int i = 0; status == 0 && i < ACCEPTS_MAX; i++) {
    int fd = accept4(door->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) adopt(door, fd);
    else if (errno == EMFILE || errno == ENFILE) turn_away(door);
    else if (errno != EINTR && errno != ECONNABORTED) return;
  }
}

struct link_pipe *link_door_enter(struct link_home *home, uintptr_t mark) {
  struct link_door *door = home->doors;
  while (door != NULL && door->mark != mark) door = door->next;
  return door == NULL ? NULL : door->owner->enter(door->who);
}

/* ---- life ---- */

static void door_free(struct link_door *door) {
  const int fds[] = {door->fd, door->lock_fd, door->spare_fd};
  for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
    if (fds[i] >= 0) close(fds[i]);
  }
  door->magic = 0;
  free(door);
}

static struct link_door *door_new(struct lws_vhost *vhost, const struct link_address *address) {
  struct link_door *door = calloc(1, sizeof *door);
  assert(door != NULL);
  door->magic = MAGIC;
  door->vhost = vhost;
  door->home = lws_vhost_user(door->vhost);
  door->address = *address;
  door->fd = door->lock_fd = -1;
  door->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return door;
}

static enum err start(struct link_door *door, uv_loop_t *loop) {
  enum err err = door->address.is_unix ? bind_unix(door) : bind_tcp(door);
  if (err != ERR_NONE) return err;
  int code = uv_poll_init(loop, &door->poll, door->fd);
  if (code != 0) return err_note(ERR_INTERNAL, "the loop does not take the listener: %s", uv_strerror(code));
  code = uv_poll_start(&door->poll, UV_READABLE, on_poll);
  assert(code == 0); /* fails only for a handle that is closing */
  door->poll.data = door;
  return ERR_NONE;
}

enum err link_door_open(struct lws_vhost *vhost, uv_loop_t *loop, const struct link_address *address,
                        const struct link_door_owner *owner, void *who, struct link_door **ret_door) {
  struct link_door *door = door_new(vhost, address);
  enum err err = start(door, loop);
  if (err != ERR_NONE) {
    door_free(door);
    return err;
  }
  door->owner = owner;
  door->who = who;
  door->mark = door->home->marks += 2;
  door->next = door->home->doors;
  door->home->doors = door;
  *ret_door = door;
  return ERR_NONE;
}

int link_door_port(const struct link_door *door) {
  assert(door->magic == MAGIC);
  return door->address.port;
}

static void on_closed(uv_handle_t *handle) {
  struct link_door *door = handle->data;
  const struct link_door_owner *owner = door->owner;
  void *who = door->who;
  door_free(door);
  owner->closed(who);
}

void link_door_close(struct link_door *door) {
  assert(door->magic == MAGIC);
  struct link_door **slot = &door->home->doors;
  while (*slot != door) slot = &(*slot)->next;
  *slot = door->next;
  uv_close((uv_handle_t *)&door->poll, on_closed);
  if (door->address.is_unix) (void)unlink(door->address.path);
  /* Closed now, not in the callback: whoever starts next may want the same address. */
  close(door->fd);
  if (door->lock_fd >= 0) close(door->lock_fd);
  door->fd = door->lock_fd = -1;
}
