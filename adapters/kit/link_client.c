/* link_client.c: the bot's end: connect, hello, count credits, hand over frames; and again, with back-off, when it is gone. */
#include "adapters/kit/link_client.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_context.h"
#include "adapters/kit/link_dial.h"
#include "adapters/kit/link_fence.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/map.h"
#include "bot/base/random.h"

enum { MAGIC = 0x4c436c69, OPTION_BYTES_MAX = 1024 * 1024 };
enum { RETRY_MS_MIN = 100, RETRY_MS_MAX = 5000, NO_FENCE_MS = 200, STEADY_MS = 5000 };

struct claim { /* a workspace this link may speak for */
  const char *id; /* borrowed from the client's arena */
  bool asked;     /* our hello named it */
  bool served;    /* and the adapter's hello did */
};

struct link_client {
  uint32_t magic;
  uv_timer_t timer;            /* until the next attempt; its close callback frees all this */
  uv_loop_t *loop;             /* borrowed until link_client_free */
  struct lws_context *context; /* borrowed until link_client_free */
  struct lws_vhost *tls;       /* borrowed from the context; NULL for a link of this machine */
  struct link_dial *dial;      /* owned until it calls back; with TLS, before there is a pipe */
  struct arena *arena;         /* owned; the copied options */
  const char *name, *token_file, *bot; /* borrowed from the arena */
  struct link_address address;
  struct claim *claims;        /* borrowed from the arena */
  size_t claim_count;
  struct link_client_handlers handlers;
  void *who;                   /* borrowed from the caller until link_client_free */
  struct link_pipe *pipe;      /* borrowed from libwebsockets until gone; NULL between attempts */
  char token[LINK_TOKEN_BYTES_MAX + 1]; /* from the attempt to its hello */
  bool up, demo;
  int64_t up_since_ms;
  struct log_ration unknown;   /* events of kinds that nobody knows */
  unsigned tries;              /* without a steady link in between */
  int logged_code;             /* what the log said last while it is down; -1: nothing */
  int credits, left, due;      /* granted in hello; what the adapter has left; acked and not yet given back */
  struct map *in_hand;         /* owned; event id -> how often it came and is not acked */
  int asked;                   /* keeps and questions for them that have no answer yet */
};

static void attempt(uv_timer_t *timer);

/* ---- down and back ---- */

/* Half of it is chance: bots that lost the same adapter do not come back in step. */
static unsigned back_off_ms(unsigned tries) {
  unsigned ms = tries > 6 ? RETRY_MS_MAX : (unsigned)RETRY_MS_MIN << tries, chance = 0;
  if (ms > RETRY_MS_MAX) ms = RETRY_MS_MAX;
  random_bytes(&chance, sizeof chance);
  return ms / 2 + chance % (ms / 2 + 1);
}

static void forget_events(struct link_client *client) {
  client->in_hand = map_free(client->in_hand, NULL);
  client->in_hand = map_new();
  client->left = client->due = client->asked = 0;
}

/* An adapter that stays away is reported once, not at each attempt. */
static void log_end(struct link_client *client, int code, const char *note, unsigned wait_ms) {
  if (!client->up && client->logged_code == code) return;
  client->logged_code = code;
  if (code == LINK_CLOSE_TOKEN)
    log_line(LOG_link_refused, "link=%s code=%d wait_ms=%u note=%s: set token_file of this link to a file with the adapter's token", client->name, code,
             wait_ms, note);
  else if (code >= LINK_CLOSE_VERSION) log_line(LOG_link_refused, "link=%s code=%d wait_ms=%u note=%s", client->name, code, wait_ms, note);
  else log_line(LOG_link_down, "link=%s code=%d wait_ms=%u note=%s", client->name, code, wait_ms, note);
}

static void ended(struct link_client *client, int code, const char *note) {
  bool steady = client->up && clock_boot_ms() - client->up_since_ms >= STEADY_MS;
  if (steady) client->tries = 0;
  unsigned wait_ms = back_off_ms(client->tries++);
  log_end(client, code, note, wait_ms);
  explicit_bzero(client->token, sizeof client->token);
  client->pipe = NULL;
  client->up = false;
  for (size_t i = 0; i < client->claim_count; i++) client->claims[i].asked = client->claims[i].served = false;
  forget_events(client);
  uv_timer_start(&client->timer, attempt, wait_ms, 0);
  client->handlers.down(client->who, code, note);
}

static void on_gone(void *who, int close_code, const char *note) {
  ended(who, close_code, note);
}

/* ---- hello ---- */

static const char *fence_of(const struct link_client *client, size_t claim) {
  struct link_fence ignored;
  const char *fence = client->handlers.fence(client->who, client->claims[claim].id);
  assert(fence == NULL || link_fence_parse(fence, &ignored));
  return fence;
}

static bool has_fence(const struct link_client *client) {
  for (size_t i = 0; i < client->claim_count; i++) {
    if (fence_of(client, i) != NULL) return true;
  }
  return false;
}

static size_t claim_all(struct link_client *client, struct link_workspace *workspaces) {
  size_t count = 0;
  for (size_t i = 0; i < client->claim_count; i++) {
    const char *fence = fence_of(client, i);
    client->claims[i].asked = fence != NULL;
    if (fence != NULL) workspaces[count++] = (struct link_workspace){.id = client->claims[i].id, .fence = fence};
  }
  return count;
}

static void on_open(void *who) {
  struct link_client *client = who;
  struct link_workspace *workspaces = calloc(client->claim_count, sizeof *workspaces);
  assert(workspaces != NULL);
  struct link_frame hello = {.line = LINE_HELLO, .version = LINK_VERSION, .bot = client->bot, .workspaces = workspaces, .credits = client->credits};
  hello.token = client->token[0] == '\0' ? NULL : client->token;
  hello.workspace_count = claim_all(client, workspaces);
  if (hello.workspace_count == 0 || link_pipe_send(client->pipe, &hello) != ERR_NONE)
    link_pipe_close(client->pipe, LINK_CLOSE_NORMAL, "no hello to say");
  explicit_bzero(client->token, sizeof client->token);
  free(workspaces);
}

static struct claim *claim_named(struct link_client *client, const char *workspace) {
  for (size_t i = 0; i < client->claim_count; i++) {
    if (strcmp(client->claims[i].id, workspace) == 0) return &client->claims[i];
  }
  return NULL;
}

/* Keeps in hello->workspaces what we asked for too; an adapter can only narrow it. */
static size_t agree(struct link_client *client, struct link_frame *hello) {
  size_t count = 0;
  for (size_t i = 0; i < hello->workspace_count; i++) {
    struct claim *claim = claim_named(client, hello->workspaces[i].id);
    if (claim == NULL || !claim->asked || claim->served) continue;
    claim->served = true;
    hello->workspaces[count++] = hello->workspaces[i];
  }
  return count;
}

static void refuse(struct link_client *client, int code, const char *why) {
  link_pipe_close(client->pipe, code, why);
}

static void on_hello(struct link_client *client, const struct link_frame *frame) {
  struct link_frame hello = *frame;
  if (hello.version != LINK_VERSION) return refuse(client, LINK_CLOSE_VERSION, "this bot speaks version 1");
  if (hello.platform == NULL) return refuse(client, LINK_CLOSE_ORDER, "a bot's hello from an adapter");
  hello.workspace_count = agree(client, &hello);
  if (hello.workspace_count == 0) return refuse(client, LINK_CLOSE_WORKSPACE, "none of the workspaces asked for");
  link_pipe_greeted(client->pipe);
  client->up = true;
  client->up_since_ms = clock_boot_ms();
  client->logged_code = -1;
  client->demo = hello.demo;
  client->left = client->credits;
  log_line(LOG_link_up, "link=%s platform=%s workspaces=%zu", client->name, hello.platform, hello.workspace_count);
  client->handlers.up(client->who, &hello);
}

/* ---- frames ---- */

static bool serves(struct link_client *client, const char *workspace) {
  const struct claim *claim = claim_named(client, workspace);
  return claim != NULL && claim->served;
}

/* A kind that is newer than this bot changes nothing, and without an ack it would come for ever. */
static void ack_unknown(struct link_client *client, const char *id) {
  struct link_frame ack = {.line = LINE_ACK, .id = id};
  if (log_may(&client->unknown, LOG_event_refused, clock_boot_ms()))
    log_line(LOG_event_refused, "link=%s event=%s note=a kind this bot does not know", client->name, id);
  if (link_client_send(client, &ack) != ERR_NONE) err_note_clear(); /* ignoring: unsent, it comes again and is acked then */
}

static void on_event(struct link_client *client, const struct link_frame *frame) {
  if (client->left == 0) return refuse(client, LINK_CLOSE_ORDER, "an event without credit");
  if (frame->event.kind == EVENT_DEMO && !client->demo) return refuse(client, LINK_CLOSE_ORDER, "a demo event of a link that is no demo");
  uintptr_t came = (uintptr_t)map_get(client->in_hand, frame->id);
  (void)map_put(client->in_hand, frame->id, (void *)(came + 1));
  client->left--;
  if (frame->event.kind == EVENT_INVALID_) return ack_unknown(client, frame->id);
  client->handlers.frame(client->who, frame);
}

static void on_bye(struct link_client *client, const struct link_frame *frame) {
  for (size_t i = 0; i < client->claim_count; i++) {
    struct claim *claim = &client->claims[i];
    if (frame->workspace == NULL || strcmp(frame->workspace, claim->id) == 0) claim->served = false;
  }
  client->handlers.frame(client->who, frame);
}

static void on_frame(void *who, const struct link_frame *frame) {
  struct link_client *client = who;
  enum link_line line = frame->line;
  bool of_workspace = line == LINE_EVENT || line == LINE_KEEP || line == LINE_KEEP_GET || line == LINE_BLOB_GET;
  if (!client->up && line == LINE_HELLO) return on_hello(client, frame);
  if (!client->up || line == LINE_HELLO || !link_line_from_adapter(line))
    return refuse(client, LINK_CLOSE_ORDER, "a line that may not come here");
  if (of_workspace && !serves(client, frame->workspace)) return refuse(client, LINK_CLOSE_WORKSPACE, "a workspace that is not served here");
  if (line == LINE_EVENT) return on_event(client, frame);
  if (of_workspace && line != LINE_EVENT && ++client->asked > LINK_KEEPS_MAX)
    return refuse(client, LINK_CLOSE_ORDER, "more than 256 keeps and pieces that wait for an answer");
  if (line == LINE_BYE) return on_bye(client, frame);
  client->handlers.frame(client->who, frame);
}

/* ---- sending ---- */

/* In halves of what was granted: a line of credit for many events. */
static void give_back(struct link_client *client, const char *event) {
  int half = client->credits / 2;
  client->due += (int)(uintptr_t)map_drop(client->in_hand, event);
  if (client->due == 0 || client->due < half) return;
  struct link_frame credit = {.line = LINE_CREDIT, .credits = client->due};
  if (link_pipe_send(client->pipe, &credit) != ERR_NONE) { /* it goes with the next */
    err_note_clear();
    return;
  }
  client->left += client->due;
  client->due = 0;
}

/* Only actions wait for room and come again; an answer that cannot leave would never be missed by an adapter that stays. */
static enum err send_frame(struct link_client *client, const struct link_frame *frame) {
  enum err err = link_pipe_send(client->pipe, frame);
  bool waits = frame->line == LINE_ACTION || frame->line == LINE_ASK;
  if (err == ERR_AGAIN && !waits) link_pipe_drop(client->pipe, LINK_CLOSE_ORDER, "8 MiB wait that were not read");
  return err;
}

static void note_answer(struct link_client *client, const struct link_frame *frame) {
  bool of_question = frame->line == LINE_KEPT || frame->line == LINE_BLOB_IS || (frame->line == LINE_KEEP_IS && !frame->more);
  bool of_event = frame->line == LINE_ACK || (frame->line == LINE_KEPT && map_get(client->in_hand, frame->id) != NULL);
  if (of_event) give_back(client, frame->id);
  else if (of_question && client->asked > 0) client->asked--;
}

/* 64 KiB hold one blob of the largest size, not two. */
static enum err send_blobs(struct link_client *client, const struct link_frame *frame) {
  struct link_frame one = *frame;
  for (size_t i = 0; i < frame->blob_count; i++) {
    one.blobs = &frame->blobs[i];
    one.blob_count = 1;
    one.more = frame->more || i + 1 < frame->blob_count;
    enum err err = send_frame(client, &one);
    if (err != ERR_NONE) return err;
    note_answer(client, &one);
  }
  return ERR_NONE;
}

enum err link_client_send(struct link_client *client, const struct link_frame *frame) {
  assert(client->magic == MAGIC);
  assert(link_line_from_bot(frame->line) && frame->line != LINE_HELLO && frame->line != LINE_CREDIT);
  if (!link_client_is_up(client)) return err_note(ERR_AGAIN, "the link %s is down", client->name);
  if (frame->line == LINE_CLOCK && !client->demo) return ERR_NONE; /* an adapter that is no demo closes on it */
  if (frame->line == LINE_KEEP_IS && frame->blob_count > 1) return send_blobs(client, frame);
  enum err err = send_frame(client, frame);
  if (err == ERR_NONE) note_answer(client, frame);
  return err;
}

bool link_client_is_up(const struct link_client *client) {
  assert(client->magic == MAGIC);
  return client->up && link_pipe_is_open(client->pipe);
}

void link_client_drop(struct link_client *client, enum link_close code) {
#define AS_CASE(name, number, why) case LINK_CLOSE_##name: note = why; break;
  const char *note = "";
  assert(client->magic == MAGIC);
  switch (code) { LINK_CLOSE_LIST(AS_CASE) }
#undef AS_CASE
  if (client->pipe != NULL) link_pipe_drop(client->pipe, code, note);
}

/* ---- life ---- */

static const struct link_pipe_owner pipe_owner = {.open = on_open, .frame = on_frame, .gone = on_gone};

/* At each attempt: a token may be changed while the bot runs, and so may the mode of its file. */
static enum err read_token(struct link_client *client) {
  enum err err = client->tls == NULL ? ERR_NONE : link_token_is_private(client->token_file);
  return err == ERR_NONE ? link_token_read(client->token_file, client->token) : err;
}

/* `number` is where a name was found; NULL on this machine. */
static void open_pipe(struct link_client *client, const char *number) {
  struct link_pipe *pipe = link_pipe_new(&pipe_owner, client);
  client->pipe = pipe;
  bool began = number == NULL ? link_context_connect(client->context, &client->address, pipe)
                              : link_context_connect_tls(client->context, client->tls, &client->address, number, pipe);
  if (began) return;
  client->pipe = link_pipe_free(client->pipe);
  ended(client, 0, "nobody listens");
}

static void on_dialled(void *who, const char *number, const char *note) {
  struct link_client *client = who;
  client->dial = NULL;
  if (number != NULL) open_pipe(client, number);
  else ended(client, 0, note);
}

static void attempt(uv_timer_t *timer) {
  struct link_client *client = timer->data;
  if (!has_fence(client)) {
    uv_timer_start(timer, attempt, NO_FENCE_MS, 0);
    return;
  }
  err_note_clear();
  if (read_token(client) != ERR_NONE) {
    ended(client, 0, err_note_text());
    return;
  }
  if (client->tls == NULL) open_pipe(client, NULL);
  else client->dial = link_dial_start(client->loop, &client->address, on_dialled, client);
}

static void copy_options(struct link_client *client, const struct link_client_options *options) {
  struct arena *arena = client->arena;
  client->name = arena_text(arena, options->name);
  client->token_file = arena_text(arena, options->token_file);
  client->bot = arena_text(arena, options->bot);
  client->credits = options->credits == 0 ? LINK_CREDITS : options->credits;
  client->claim_count = options->workspace_count;
  client->claims = arena_alloc(arena, options->workspace_count * sizeof *client->claims);
  for (size_t i = 0; i < options->workspace_count; i++) client->claims[i].id = arena_text(arena, options->workspaces[i]);
}

static enum err check_options(const struct link_client_options *options, struct link_address *ret_address) {
  if (options->workspace_count == 0) return err_note(ERR_BAD_INPUT, "a link without workspaces");
  enum err err = link_address_parse(options->address, ret_address);
  if (err != ERR_NONE) return err;
  if (ret_address->is_tls && options->token_file == NULL)
    return err_note(ERR_DENIED, "a link off this machine needs a token file: set token_file");
  if (!ret_address->is_unix && options->token_file == NULL)
    return err_note(ERR_DENIED, "a link on a port needs a token file: any user of this machine can reach a port");
  if (options->ca_file != NULL && !ret_address->is_tls) return err_note(ERR_BAD_INPUT, "ca_file is for wss:// only: this link has no TLS");
  if (ret_address->is_tls && link_address_is_number(ret_address))
    return err_note(ERR_BAD_INPUT, "%s: behind wss:// stands the name that the adapter's certificate names, not a number", ret_address->host);
  return ERR_NONE;
}

enum err link_client_new(struct lws_context *context, uv_loop_t *loop, const struct link_client_options *options,
                         const struct link_client_handlers *handlers, void *who, struct link_client **ret_client) {
  struct link_address address;
  assert(handlers->fence != NULL && handlers->up != NULL && handlers->frame != NULL && handlers->down != NULL);
  struct lws_vhost *tls = NULL;
  enum err err = check_options(options, &address);
  if (err == ERR_NONE && address.is_tls) err = link_context_tls_client(context, options->ca_file, &tls);
  if (err != ERR_NONE) return err;
  struct link_client *client = calloc(1, sizeof *client);
  assert(client != NULL);
  client->magic = MAGIC;
  client->arena = arena_new(OPTION_BYTES_MAX);
  client->loop = loop;
  client->context = context;
  client->tls = tls;
  client->address = address;
  client->handlers = *handlers;
  client->who = who;
  client->logged_code = -1;
  client->in_hand = map_new();
  copy_options(client, options);
  uv_timer_init(loop, &client->timer);
  client->timer.data = client;
  uv_timer_start(&client->timer, attempt, 0, 0); /* from the loop: no handler is called before we return */
  *ret_client = client;
  return ERR_NONE;
}

static void on_closed(uv_handle_t *handle) {
  struct link_client *client = handle->data;
  client->in_hand = map_free(client->in_hand, NULL);
  client->arena = arena_free(client->arena);
  client->magic = 0;
  free(client);
}

struct link_client *link_client_free(struct link_client *client) {
  if (client == NULL) return NULL;
  assert(client->magic == MAGIC);
  client->pipe = link_pipe_leave(client->pipe);
  client->dial = link_dial_stop(client->dial);
  client->up = false;
  explicit_bzero(client->token, sizeof client->token);
  uv_close((uv_handle_t *)&client->timer, on_closed);
  return NULL;
}
