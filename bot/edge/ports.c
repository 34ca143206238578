/* ports.c: link clients, one timer and libsodium's chance, as the ports of a served scheme. */
#include "bot/edge/ports.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/random.h"

struct link { /* one adapter */
  struct ports *ports;
  const struct config_link *config;
  struct link_client *client; /* owned; NULL while not serving */
  struct capabilities can;
  bool up;
  struct log_ration notices;
  bool away[CONFIG_WORKSPACES_MAX]; /* nothing is heard of it, says the adapter */
  char away_say[200];    /* why, as it said last */
  char why[200];         /* it is not up; "" at first */
};

struct ports {
  uv_loop_t *loop;
  struct lws_context *context;
  const struct config *config;
  void *owner;
  struct serve *serve;
  uv_timer_t timer;
  uv_idle_t soon;        /* a wish for "at once": a timer of 0 ms, set by its own callback, would run again before anything is read */
  int64_t timer_ms;      /* boot time it is set for; 0: not set */
  bool closing;
  uint8_t chance[1024];  /* drawn ahead … */
  size_t chance_left;    /* … and so much not yet used: from the front */
  char fence[48];
  struct link links[CONFIG_LINKS_MAX];
};

/* ---- finding links ---- */
static struct link *link_for(struct ports *ports, const char *workspace) {
  for (size_t i = 0; i < ports->config->link_count; i++) {
    const struct config_link *config = &ports->config->links[i];
    for (size_t k = 0; k < config->workspace_count; k++) {
      if (strcmp(config->workspaces[k], workspace) == 0) return &ports->links[i];
    }
  }
  return NULL;
}

static enum err try_frame(struct ports *ports, const char *workspace, const struct link_frame *frame) {
  struct link *link = link_for(ports, workspace);
  if (link == NULL || !link->up || link->client == NULL) return ERR_AGAIN;
  return link_client_send(link->client, frame);
}

static bool send_frame(struct ports *ports, const char *workspace, const struct link_frame *frame) {
  return try_frame(ports, workspace, frame) == ERR_NONE;
}

/* To every link that is up. One that goes down meanwhile asks again by itself. */
static void tell_links(struct ports *ports, const struct link_frame *frame) {
  for (size_t i = 0; i < ports->config->link_count; i++) {
    struct link *link = &ports->links[i];
    enum err err = link->up && link->client != NULL ? link_client_send(link->client, frame) : ERR_NONE;
    if (err != ERR_NONE) log_line(LOG_link_down, "link=%s err=\"%s\"", link->config->name, err_name(err));
  }
}

/* ---- frames from an adapter ---- */
static const char *on_fence(void *who, const char *workspace) {
  struct link *link = who;
  (void)workspace;
  return link->ports->fence;
}

static void on_up(void *who, const struct link_frame *hello) {
  struct link *link = who;
  memset(link->away, 0, sizeof link->away);
  link->can = hello->can;
  link->up = true;
  for (size_t i = 0; i < link->config->workspace_count; i++) serve_link_up(link->ports->serve, link->config->workspaces[i]);
}

static void on_down(void *who, int close_code, const char *note) {
  struct link *link = who;
  (void)close_code, (void)note; /* the client logged them */
  link->up = false;
  for (size_t i = 0; i < link->config->workspace_count; i++) serve_link_down(link->ports->serve, link->config->workspaces[i]);
  (void)snprintf(link->why, sizeof link->why, "%s", note == NULL ? "" : note);
}

/* One line a blob: each fits a frame; `more` says that others follow. */
static void on_keep_is(void *who, const char *workspace, const char *id, struct link_blob *blobs, size_t count) {
  for (size_t i = 0; i == 0 || i < count; i++) {
    struct link_frame frame = {.line = LINE_KEEP_IS, .id = id, .blobs = &blobs[i], .blob_count = count == 0 ? 0 : 1, .more = i + 1 < count};
    (void)send_frame(who, workspace, &frame);
  }
}

static void on_blob_get(struct link *link, const struct link_frame *get) {
  char data[sodium_base64_ENCODED_LEN(LINK_PIECE_BYTES_MAX, sodium_base64_VARIANT_ORIGINAL)];
  const void *bytes;
  size_t count = serve_piece(link->ports->serve, get, &bytes);
  struct link_frame piece = {.line = LINE_BLOB_IS, .id = get->id, .workspace = get->workspace, .from = get->from};
  if (count > 0) piece.data = sodium_bin2base64(data, sizeof data, bytes, count, sodium_base64_VARIANT_ORIGINAL);
  (void)send_frame(link->ports, get->workspace, &piece);
  if (count > 0) explicit_bzero(data, sizeof data);
}

/* Without a workspace it is said of all. */
static void note_platform(struct link *link, const struct link_frame *frame, bool down) {
  const char *workspace = frame->workspace == NULL ? "all" : frame->workspace, *say = frame->say == NULL ? "it does not say why" : frame->say;
  for (size_t i = 0; i < link->config->workspace_count; i++)
    if (frame->workspace == NULL || strcmp(workspace, link->config->workspaces[i]) == 0) link->away[i] = down;
  if (down) (void)snprintf(link->away_say, sizeof link->away_say, "%s", say);
  if (!log_may(&link->notices, LOG_link_notice, clock_boot_ms())) return;
  if (down) log_line(LOG_platform_down, "link=%s workspace=%s note=\"%s\"", link->config->name, workspace, say);
  else log_line(LOG_platform_up, "link=%s workspace=%s", link->config->name, workspace);
}

static void on_notice(struct link *link, const struct link_frame *frame) {
  const char *what = frame->what == NULL ? "?" : frame->what;
  bool down = strcmp(what, "platform_down") == 0;
  if (down || strcmp(what, "platform_up") == 0) {
    note_platform(link, frame, down);
    return;
  }
  if (!log_may(&link->notices, LOG_link_notice, clock_boot_ms())) return;
  log_line(LOG_link_notice, "link=%s what=%s why=%s say=\"%s\"", link->config->name, what, frame->why == NULL ? "?" : frame->why,
           frame->say == NULL ? "" : frame->say);
}

static void on_frame(void *who, const struct link_frame *frame) {
  struct link *link = who;
  struct serve *serve = link->ports->serve;
  switch (frame->line) {
    case LINE_EVENT: serve_event(serve, &frame->event, frame->blobs, frame->blob_count); break;
    case LINE_DONE: serve_done(serve, frame); break;
    case LINE_KEEP: serve_keep(serve, frame); break;
    case LINE_KEEP_GET: serve_keep_get(serve, frame, on_keep_is); break;
    case LINE_BLOB_GET: on_blob_get(link, frame); break;
    case LINE_NOTICE: on_notice(link, frame); break;
    default: break;
  }
}

static const struct link_client_handlers handlers = {.fence = on_fence, .up = on_up, .frame = on_frame, .down = on_down};

/* ---- connecting and letting go ---- */
static void connect_link(struct link *link) {
  struct ports *ports = link->ports;
  struct link_client_options options = {.name = link->config->name, .address = link->config->address, .token_file = link->config->token_file,
                                        .ca_file = link->config->ca_file, .bot = "mentord",
                                        .workspaces = link->config->workspaces, .workspace_count = link->config->workspace_count};
  err_note_clear();
  if (link_client_new(ports->context, ports->loop, &options, &handlers, link, &link->client) != ERR_NONE)
    log_line(LOG_config_bad, "link=%s note=\"%s\"", link->config->name, err_note_text());
}

static void drop_links(struct ports *ports) {
  for (size_t i = 0; i < ports->config->link_count; i++) {
    ports->links[i].client = link_client_free(ports->links[i].client);
    ports->links[i].up = false;
  }
}

/* ---- the ports ---- */
static int64_t port_system(void *who) {
  (void)who;
  return clock_wall_ms();
}

static int64_t port_boot(void *who) {
  (void)who;
  return clock_boot_ms();
}

/* What was drawn for many turns at once; what is handed out stands here no more. */
static void port_random(void *who, void *ret_bytes, size_t count) {
  struct ports *ports = who;
  assert(count <= sizeof ports->chance);
  if (count > ports->chance_left) {
    random_bytes(ports->chance, sizeof ports->chance);
    ports->chance_left = sizeof ports->chance;
  }
  ports->chance_left -= count;
  memcpy(ret_bytes, ports->chance + ports->chance_left, count);
  explicit_bzero(ports->chance + ports->chance_left, count);
}

static void port_ack(void *who, const char *workspace, const char *event_id, const char *reply) {
  struct link_frame frame = {.line = LINE_ACK, .id = event_id, .reply = reply};
  (void)send_frame(who, workspace, &frame); /* a link that is down gets the event's repeat acknowledged later */
}

static enum err port_act(void *who, const struct action *action) {
  struct link_frame frame = {.line = LINE_ACTION, .id = action->id, .action = *action};
  return try_frame(who, action->workspace, &frame);
}

static bool port_ask(void *who, const char *workspace, const char *action_id) {
  struct link_frame frame = {.line = LINE_ASK, .id = action_id};
  return send_frame(who, workspace, &frame);
}

static void port_got(void *who, const char *workspace, const char *action_id) {
  struct link_frame frame = {.line = LINE_GOT, .id = action_id};
  (void)send_frame(who, workspace, &frame);
}

static void port_kept(void *who, const char *workspace, const char *id, const char *const *conflicts, size_t conflict_count) {
  struct link_frame frame = {.line = LINE_KEPT, .id = id, .conflicts = conflicts, .conflict_count = conflict_count};
  (void)send_frame(who, workspace, &frame);
}

static const struct capabilities *port_can(void *who, const char *workspace) {
  struct link *link = link_for(who, workspace);
  return link != NULL && link->up ? &link->can : NULL;
}

static void port_clock(void *who, int64_t now_ms, int64_t next_ms, const char *next) {
  struct ports *ports = who;
  struct link_frame frame = {.line = LINE_CLOCK, .now_ms = now_ms, .next_ms = next_ms, .next = next};
  tell_links(ports, &frame);
}

static void port_serving(void *who, const char *fence) {
  struct ports *ports = who;
  drop_links(ports);
  ports->fence[0] = '\0';
  if (fence == NULL || ports->closing) return;
  (void)strncat(ports->fence, fence, sizeof ports->fence - 1);
  for (size_t i = 0; i < ports->config->link_count; i++) connect_link(&ports->links[i]);
}

static void on_timer(uv_timer_t *timer) {
  struct ports *ports = timer->data;
  ports->timer_ms = 0;
  serve_tick(ports->serve);
}

static void on_soon(uv_idle_t *soon) {
  struct ports *ports = soon->data;
  (void)uv_idle_stop(soon);
  serve_tick(ports->serve);
}

/* ---- another thread ---- */
struct other { /* one piece of work */
  uv_work_t request;
  void (*run)(void *job), (*done)(void *job);
  void *job; /* borrowed from the caller until `done` */
};

static void on_other(uv_work_t *request) {
  struct other *other = request->data;
  other->run(other->job);
}

static void on_other_done(uv_work_t *request, int status) {
  struct other *other = request->data;
  (void)status; /* nobody cancels a request: what shall end sooner is told so by its owner */
  other->done(other->job);
  free(other);
}

static void port_work(void *who, void (*run)(void *job), void (*done)(void *job), void *job) {
  struct ports *ports = who;
  struct other *other = calloc(1, sizeof *other);
  assert(other != NULL);
  *other = (struct other){.run = run, .done = done, .job = job};
  other->request.data = other;
  int failed = uv_queue_work(ports->loop, &other->request, on_other, on_other_done);
  assert(failed == 0 && "a queue of libuv's takes whatever has a function");
}

/* The earliest wish wins: a tick looks at everything. */
static void port_wake(void *who, int64_t in_ms) {
  struct ports *ports = who;
  if (in_ms <= 0 && !ports->closing) (void)uv_idle_start(&ports->soon, on_soon);
  if (in_ms <= 0 || ports->closing) return;
  int64_t at = clock_boot_ms() + in_ms;
  if (ports->timer_ms != 0 && ports->timer_ms <= at) return;
  ports->timer_ms = at > 0 ? at : 1;
  (void)uv_timer_start(&ports->timer, on_timer, (uint64_t)in_ms, 0);
}

const struct serve_ports *ports_table(void) {
  static const struct serve_ports table = {.system_ms = port_system, .boot_ms = port_boot, .random = port_random, .ack = port_ack, .act = port_act,
                                           .ask = port_ask, .got = port_got, .kept = port_kept, .can = port_can, .clock = port_clock,
                                           .serving = port_serving, .work = port_work, .wake = port_wake};
  return &table;
}

/* ---- life ---- */
void *ports_owner(const struct ports *ports) {
  return ports->owner;
}

struct ports *ports_new(uv_loop_t *loop, struct lws_context *context, const struct config *config, void *owner) {
  struct ports *ports = calloc(1, sizeof *ports);
  assert(ports != NULL);
  ports->loop = loop;
  ports->context = context;
  ports->config = config;
  ports->owner = owner;
  (void)uv_timer_init(loop, &ports->timer);
  (void)uv_idle_init(loop, &ports->soon);
  ports->timer.data = ports->soon.data = ports;
  for (size_t i = 0; i < config->link_count; i++) ports->links[i] = (struct link){.ports = ports, .config = &config->links[i]};
  return ports;
}

void ports_attach(struct ports *ports, struct serve *serve) {
  ports->serve = serve;
}

bool ports_link_is_up(const struct ports *ports, size_t link, const char **ret_why) {
  *ret_why = ports->links[link].why[0] == '\0' ? "nobody answered yet" : ports->links[link].why;
  return ports->links[link].up;
}

size_t ports_link_away(const struct ports *ports, size_t link, const char **ret_workspace, const char **ret_say) {
  const struct link *one = &ports->links[link];
  size_t count = 0;
  for (size_t i = one->config->workspace_count; one->up && i > 0; i--) {
    if (!one->away[i - 1]) continue;
    *ret_workspace = one->config->workspaces[i - 1];
    *ret_say = one->away_say;
    count++;
  }
  return count;
}

void ports_close(struct ports *ports) {
  if (ports->closing) return;
  ports->closing = true;
  drop_links(ports);
  uv_close((uv_handle_t *)&ports->timer, NULL);
  uv_close((uv_handle_t *)&ports->soon, NULL);
}

struct ports *ports_free(struct ports *ports) {
  free(ports);
  return NULL;
}
