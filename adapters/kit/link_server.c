/* link_server.c: an adapter's end: who may speak for which workspace, how many events may go, where an answer belongs. */
#include "adapters/kit/link_server.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/kit/link_context.h"
#include "adapters/kit/link_fence.h"
#include "adapters/kit/link_tls.h"
#include "bot/base/log.h"
#include "bot/base/map.h"

enum { MAGIC = 0x4c537276, OPTION_BYTES_MAX = 1024 * 1024, SESSIONS_MAX = 32, ACTIONS_MAX = 65536, CREDITS_MAX = 65536 };

struct session { /* one connection of a bot */
  struct session *next;      /* owned by the server's list */
  struct link_server *server; /* borrowed */
  struct link_pipe *pipe;    /* borrowed from libwebsockets until gone */
  bool greeted, up;          /* said hello; and still serves a workspace */
  int credits;
  bool *claimed;             /* owned; by place: its hello was granted this one once */
};

struct place { /* a workspace */
  const char *id, *name;     /* borrowed from the server's arena */
  bool seen;                 /* somebody served it, with this fence at most */
  struct link_fence fence;
  struct session *bot;       /* borrowed from the list; NULL: nobody serves it */
};

struct link_server {
  uint32_t magic;
  bool freed;
  struct arena *arena;       /* owned; the copied options */
  const char *token_file, *platform; /* borrowed from the arena */
  struct capabilities can;
  bool demo;
  struct place *places;      /* borrowed from the arena */
  size_t place_count, session_count;
  struct session *sessions;  /* owned */
  struct link_door *door;    /* owned; gone with its closed callback, which frees all this */
  struct map *actions;       /* owned; action id -> its place, until the bot confirms the result */
  struct link_server_handlers handlers;
  void *who;                 /* borrowed from the caller until link_server_free */
};

static void refuse(struct session *session, int code, const char *why) {
  link_pipe_close(session->pipe, code, why); /* logged when it is gone */
}

/* ---- who serves what ---- */

static struct place *place_named(const struct link_server *server, const char *workspace) {
  for (size_t i = 0; workspace != NULL && i < server->place_count; i++) {
    if (strcmp(server->places[i].id, workspace) == 0) return &server->places[i];
  }
  return NULL;
}

static struct session *bot_of(const struct place *place) {
  return place != NULL && place->bot != NULL && link_pipe_is_open(place->bot->pipe) ? place->bot : NULL;
}

static bool serves_any(const struct session *session) {
  for (size_t i = 0; i < session->server->place_count; i++) {
    if (session->server->places[i].bot == session) return true;
  }
  return false;
}

/* A session that lost its last workspace is down, once. */
static void check_down(struct session *session) {
  if (!session->up || serves_any(session)) return;
  session->up = false;
  log_line(LOG_link_down, "platform=%s", session->server->platform);
  if (!session->server->freed) session->server->handlers.down(session->server->who);
}

static void release(struct session *session, const char *workspace) {
  for (size_t i = 0; i < session->server->place_count; i++) {
    struct place *place = &session->server->places[i];
    if (place->bot == session && (workspace == NULL || strcmp(workspace, place->id) == 0)) place->bot = NULL;
  }
}

static void say_bye(struct session *session, const char *workspace) {
  struct link_frame bye = {.line = LINE_BYE, .why = "fenced", .workspace = workspace};
  if (link_pipe_send(session->pipe, &bye) != ERR_NONE) err_note_clear(); /* ignoring: closed or choked, the close code tells it */
}

/* The bot that had it hears bye; with nothing left it is sent away. */
static void take_over(struct place *place) {
  struct session *loser = place->bot;
  if (loser == NULL) return;
  place->bot = NULL;
  say_bye(loser, place->id);
  if (serves_any(loser)) return;
  if (link_pipe_is_open(loser->pipe)) refuse(loser, LINK_CLOSE_FENCED, "another bot has a higher fence");
  check_down(loser);
}

/* ---- hello ---- */

enum verdict { GRANTED, FENCED, NOT_OURS, BAD_FENCE };

static enum verdict judge(const struct link_server *server, const struct link_workspace *asked, struct link_fence *ret_fence) {
  const struct place *place = place_named(server, asked->id);
  if (!link_fence_parse(asked->fence, ret_fence)) return BAD_FENCE;
  if (place == NULL) return NOT_OURS;
  int order = place->seen ? link_fence_compare(*ret_fence, place->fence) : 1;
  bool held = bot_of(place) != NULL; /* one whose connection is ending holds nothing */
  return order > 0 || (order == 0 && !held) ? GRANTED : FENCED;
}

static size_t count_verdicts(const struct link_server *server, const struct link_frame *hello, enum verdict wanted) {
  struct link_fence ignored;
  size_t count = 0;
  for (size_t i = 0; i < hello->workspace_count; i++) count += judge(server, &hello->workspaces[i], &ignored) == wanted;
  return count;
}

static bool token_fits(const struct link_server *server, const char *given) {
  char token[LINK_TOKEN_BYTES_MAX + 1];
  if (server->token_file == NULL) return true;
  err_note_clear();
  if (link_token_read(server->token_file, token) != ERR_NONE) {
    log_line(LOG_trouble, "note=%s", err_note_text());
    return false;
  }
  bool same = given != NULL && link_token_same(token, given);
  explicit_bzero(token, sizeof token);
  return same;
}

/* The close code for a hello that cannot be accepted, 0 for one that can. */
static int check_hello(const struct link_server *server, const struct link_frame *hello) {
  if (hello->version != LINK_VERSION) return LINK_CLOSE_VERSION;
  if (hello->platform != NULL) return LINK_CLOSE_ORDER;
  if (!token_fits(server, hello->token)) return LINK_CLOSE_TOKEN;
  if (count_verdicts(server, hello, BAD_FENCE) > 0) return LINK_CLOSE_FRAME;
  if (count_verdicts(server, hello, GRANTED) > 0) return 0;
  return count_verdicts(server, hello, FENCED) > 0 ? LINK_CLOSE_FENCED : LINK_CLOSE_WORKSPACE;
}

static const char *close_note(int code) {
#define AS_CASE(name, number, why) case LINK_CLOSE_##name: return why;
  switch (code) { LINK_CLOSE_LIST(AS_CASE) }
#undef AS_CASE
  return "";
}

static void send_hello(struct session *session, struct link_workspace *workspaces, size_t count) {
  const struct link_server *server = session->server;
  struct link_frame hello = {
    .line = LINE_HELLO, .version = LINK_VERSION, .platform = server->platform, .workspaces = workspaces,
    .workspace_count = count, .can = server->can, .demo = server->demo,
  };
  if (link_pipe_send(session->pipe, &hello) != ERR_NONE) refuse(session, LINK_CLOSE_TOO_LARGE, "a hello that does not fit");
}

/* Gives the session what it may have; fills what it got. */
static size_t grant(struct session *session, const struct link_frame *hello, struct link_workspace *workspaces, const char **ids) {
  struct link_server *server = session->server;
  size_t count = 0;
  for (size_t i = 0; i < hello->workspace_count; i++) {
    struct link_fence fence;
    if (judge(server, &hello->workspaces[i], &fence) != GRANTED) continue;
    struct place *place = place_named(server, hello->workspaces[i].id);
    if (place->bot == session) continue; /* named twice */
    take_over(place);
    if (server->freed) return 0;
    *place = (struct place){.id = place->id, .name = place->name, .seen = true, .fence = fence, .bot = session};
    session->claimed[place - server->places] = true;
    ids[count] = place->id;
    workspaces[count++] = (struct link_workspace){.id = place->id, .name = place->name};
  }
  return count;
}

static void say_refused(struct session *session, const struct link_frame *hello) {
  for (size_t i = 0; i < hello->workspace_count; i++) {
    const struct place *place = place_named(session->server, hello->workspaces[i].id);
    if (place != NULL && place->bot != session) say_bye(session, place->id);
  }
}

static void welcome(struct session *session, const struct link_frame *hello, struct link_workspace *workspaces, const char **ids) {
  struct link_server *server = session->server;
  link_pipe_greeted(session->pipe);
  session->greeted = true;
  session->credits = hello->credits;
  size_t count = grant(session, hello, workspaces, ids);
  if (server->freed) return;
  send_hello(session, workspaces, count);
  say_refused(session, hello);
  session->up = true;
  log_line(LOG_link_up, "platform=%s bot=%s workspaces=%zu", server->platform, hello->bot, count);
  server->handlers.up(server->who, ids, count);
}

static void on_hello(struct session *session, const struct link_frame *hello) {
  int code = check_hello(session->server, hello);
  if (code != 0) {
    refuse(session, code, close_note(code));
    return;
  }
  struct link_workspace *workspaces = calloc(session->server->place_count, sizeof *workspaces);
  const char **ids = calloc(session->server->place_count, sizeof *ids);
  assert(workspaces != NULL && ids != NULL);
  welcome(session, hello, workspaces, ids);
  free(workspaces);
  free(ids);
}

/* ---- frames from the bot ---- */

static void on_credit(struct session *session, int more) {
  bool was_out = session->credits == 0;
  session->credits = more > CREDITS_MAX - session->credits ? CREDITS_MAX : session->credits + more;
  if (was_out && more > 0) session->server->handlers.credit(session->server->who);
}

static void answer_unsupported(struct session *session, const char *id) {
  struct link_frame done = {.line = LINE_DONE, .id = id, .result = RESULT_UNSUPPORTED};
  if (link_pipe_send(session->pipe, &done) != ERR_NONE) refuse(session, LINK_CLOSE_ORDER, "a bot that does not read its answers");
}

static void on_action(struct session *session, const struct link_frame *frame) {
  struct link_server *server = session->server;
  struct place *place = place_named(server, frame->workspace);
  if (place == NULL || !session->claimed[place - server->places]) {
    refuse(session, LINK_CLOSE_WORKSPACE, "an action for a workspace that this link does not serve");
    return;
  }
  if (place->bot != session) return; /* sent before it heard our bye: the new bot's outbox has it too */
  if (frame->action.kind == ACTION_INVALID_) {
    answer_unsupported(session, frame->id);
    return;
  }
  if (map_count(server->actions) < ACTIONS_MAX) (void)map_put(server->actions, frame->id, place);
  server->handlers.frame(server->who, frame);
}

/* An action from before we started: its answer goes to whoever asks. */
static void on_ask(struct session *session, const char *id) {
  struct link_server *server = session->server;
  if (map_get(server->actions, id) != NULL || map_count(server->actions) >= ACTIONS_MAX) return;
  for (size_t i = 0; i < server->place_count; i++) {
    if (server->places[i].bot != session) continue;
    (void)map_put(server->actions, id, &server->places[i]);
    return;
  }
}

static void on_bye(struct session *session, const struct link_frame *frame) {
  struct link_server *server = session->server;
  release(session, frame->workspace);
  if (!serves_any(session)) link_pipe_close(session->pipe, LINK_CLOSE_NORMAL, "good-bye");
  server->handlers.frame(server->who, frame);
  check_down(session);
}

static void on_greeted_frame(struct session *session, const struct link_frame *frame) {
  struct link_server *server = session->server;
  switch (frame->line) {
    case LINE_CREDIT: on_credit(session, frame->credits); return;
    case LINE_ACTION: on_action(session, frame); return;
    case LINE_BYE: on_bye(session, frame); return;
    case LINE_ASK: on_ask(session, frame->id); break;
    case LINE_GOT: (void)map_drop(server->actions, frame->id); break;
    default: break;
  }
  server->handlers.frame(server->who, frame);
}

static void on_frame(void *who, const struct link_frame *frame) {
  struct session *session = who;
  bool late_hello = session->greeted && frame->line == LINE_HELLO;
  bool bad_clock = frame->line == LINE_CLOCK && !session->server->demo;
  if (!session->greeted && frame->line == LINE_HELLO) on_hello(session, frame);
  else if (!session->greeted || late_hello || bad_clock || !link_line_from_bot(frame->line))
    refuse(session, LINK_CLOSE_ORDER, "a line that may not come here");
  else on_greeted_frame(session, frame);
}

/* ---- sending ---- */

static enum err nobody(void) {
  return err_note(ERR_AGAIN, "no bot serves this workspace now");
}

static enum err send_event(struct session *session, const struct link_frame *frame) {
  if (session->credits == 0) return err_note(ERR_LIMITED, "the bot gave no more credit");
  enum err err = link_pipe_send(session->pipe, frame);
  if (err == ERR_NONE) session->credits--;
  return err;
}

static enum err send_to_all(const struct link_server *server, const struct link_frame *frame) {
  enum err result = nobody();
  for (struct session *session = server->sessions; session != NULL; session = session->next) {
    if (!session->up || !link_pipe_is_open(session->pipe)) continue;
    enum err err = link_pipe_send(session->pipe, frame);
    if (result == ERR_AGAIN) result = err;
  }
  return result;
}

static const struct place *place_of(const struct link_server *server, const struct link_frame *frame) {
  if (frame->line == LINE_EVENT) return place_named(server, frame->event.workspace);
  if (frame->line != LINE_DONE || frame->workspace != NULL) return place_named(server, frame->workspace);
  const struct place *place = map_get(server->actions, frame->id);
  return place == NULL && server->place_count == 1 ? server->places : place;
}

enum err link_server_send(struct link_server *server, const struct link_frame *frame) {
  assert(server->magic == MAGIC);
  assert(link_line_from_adapter(frame->line) && frame->line != LINE_HELLO && frame->line != LINE_BYE);
  if (frame->line == LINE_NOTICE) return send_to_all(server, frame);
  const struct place *place = place_of(server, frame);
  if (place == NULL) return err_note(ERR_GONE, "%s: no such workspace or action", link_line_name(frame->line));
  struct session *session = bot_of(place);
  if (session == NULL) return nobody();
  return frame->line == LINE_EVENT ? send_event(session, frame) : link_pipe_send(session->pipe, frame);
}

void link_server_set_pace(struct link_server *server, int per_minute) {
  assert(server->magic == MAGIC);
  server->can.per_minute = per_minute;
}

int link_server_credits(const struct link_server *server, const char *workspace) {
  assert(server->magic == MAGIC);
  const struct session *session = bot_of(place_named(server, workspace));
  return session == NULL ? 0 : session->credits;
}

int link_server_port(const struct link_server *server) {
  assert(server->magic == MAGIC);
  return link_door_port(server->door);
}

/* ---- sessions ---- */

static void on_open(void *who) {
  (void)who; /* a bot speaks first */
}

static void session_free(struct session *session) {
  free(session->claimed);
  free(session);
}

static void on_gone(void *who, int close_code, const char *note) {
  struct session *session = who, **slot = &session->server->sessions;
  if (close_code == LINK_CLOSE_TOKEN)
    log_line(LOG_link_refused, "platform=%s code=%d note=%s: both ends need the same token, here it is in %s", session->server->platform, close_code, note,
             session->server->token_file);
  else if (close_code >= LINK_CLOSE_VERSION) log_line(LOG_link_refused, "platform=%s code=%d note=%s", session->server->platform, close_code, note);
  while (*slot != session) slot = &(*slot)->next;
  *slot = session->next;
  session->server->session_count--;
  session->pipe = NULL;
  release(session, NULL);
  check_down(session);
  session_free(session);
}

static const struct link_pipe_owner pipe_owner = {.open = on_open, .frame = on_frame, .gone = on_gone};

static struct link_pipe *on_enter(void *who) {
  struct link_server *server = who;
  if (server->freed || server->session_count >= SESSIONS_MAX) return NULL;
  struct session *session = calloc(1, sizeof *session);
  assert(session != NULL);
  session->server = server;
  session->claimed = calloc(server->place_count, sizeof *session->claimed);
  assert(session->claimed != NULL);
  session->pipe = link_pipe_new(&pipe_owner, session);
  session->next = server->sessions;
  server->sessions = session;
  server->session_count++;
  return session->pipe;
}

/* ---- life ---- */

static void on_closed(void *who) {
  struct link_server *server = who;
  while (server->sessions != NULL) {
    struct session *session = server->sessions;
    server->sessions = session->next;
    session_free(session);
  }
  server->actions = map_free(server->actions, NULL);
  server->arena = arena_free(server->arena);
  server->magic = 0;
  free(server);
}

static const struct link_door_owner door_owner = {.enter = on_enter, .closed = on_closed};

static void copy_options(struct link_server *server, const struct link_server_options *options) {
  struct arena *arena = server->arena;
  server->token_file = arena_text(arena, options->token_file);
  server->platform = arena_text(arena, options->platform);
  server->can = options->can;
  server->demo = options->demo;
  server->place_count = options->workspace_count;
  server->places = arena_alloc(arena, options->workspace_count * sizeof *server->places);
  for (size_t i = 0; i < options->workspace_count; i++) {
    server->places[i].id = arena_text(arena, options->workspaces[i].id);
    server->places[i].name = arena_text(arena, options->workspaces[i].name);
  }
}

/* With TLS a certificate, its key, a token that others cannot read; without TLS none of the first two. */
static enum err check_tls(const struct link_server_options *options, const struct link_address *address) {
  bool has_pair = options->cert_file != NULL && options->key_file != NULL;
  if (!address->is_tls && (options->cert_file != NULL || options->key_file != NULL))
    return err_note(ERR_BAD_INPUT, "cert_file and key_file are for wss:// only");
  if (!address->is_tls) return ERR_NONE;
  if (!has_pair) return err_note(ERR_DENIED, "wss:// needs cert_file and key_file");
  if (!link_address_is_number(address)) return err_note(ERR_BAD_INPUT, "an adapter listens on numbers, as in wss://0.0.0.0:7801");
  enum err err = link_token_is_private(options->token_file);
  return err == ERR_NONE ? link_tls_check(options->cert_file, options->key_file) : err;
}

static enum err check_place(const struct link_server_options *options, struct link_address *ret_address) {
  char token[LINK_TOKEN_BYTES_MAX + 1];
  enum err err = link_address_parse(options->address, ret_address);
  if (err != ERR_NONE) return err;
  if (!ret_address->is_unix && options->token_file == NULL)
    return err_note(ERR_DENIED, "a link on a port needs a token file: any user of this machine can reach a port");
  err = check_tls(options, ret_address);
  if (err == ERR_NONE) err = link_token_read(options->token_file, token);
  explicit_bzero(token, sizeof token);
  return err;
}

static enum err check_options(const struct link_server_options *options, struct link_address *ret_address) {
  enum err err = check_place(options, ret_address);
  if (err != ERR_NONE) return err;
  struct link_workspace *workspaces = calloc(options->workspace_count + 1, sizeof *workspaces);
  assert(workspaces != NULL);
  for (size_t i = 0; i < options->workspace_count; i++) workspaces[i] = options->workspaces[i];
  struct link_frame hello = {.line = LINE_HELLO, .version = LINK_VERSION, .platform = options->platform, .workspaces = workspaces,
                             .workspace_count = options->workspace_count, .can = options->can};
  err = link_frame_check(&hello);
  free(workspaces);
  return err;
}

enum err link_server_new(struct lws_context *context, uv_loop_t *loop, const struct link_server_options *options,
                         const struct link_server_handlers *handlers, void *who, struct link_server **ret_server) {
  struct link_address address;
  assert(handlers->up != NULL && handlers->frame != NULL && handlers->credit != NULL && handlers->down != NULL);
  enum err err = check_options(options, &address);
  if (err != ERR_NONE) return err;
  struct link_server *server = calloc(1, sizeof *server);
  assert(server != NULL);
  server->magic = MAGIC;
  server->arena = arena_new(OPTION_BYTES_MAX);
  server->actions = map_new();
  server->handlers = *handlers;
  server->who = who;
  copy_options(server, options);
  struct lws_vhost *vhost = link_context_plain(context);
  if (address.is_tls) err = link_context_tls_server(context, options->cert_file, options->key_file, &vhost);
  if (err == ERR_NONE) err = link_door_open(vhost, loop, &address, &door_owner, server, &server->door);
  if (err == ERR_NONE) *ret_server = server;
  else on_closed(server);
  return err;
}

struct link_server *link_server_free(struct link_server *server) {
  if (server == NULL) return NULL;
  assert(server->magic == MAGIC);
  server->freed = true;
  for (struct session *session = server->sessions; session != NULL; session = session->next)
    session->pipe = link_pipe_leave(session->pipe);
  link_door_close(server->door);
  return NULL;
}
