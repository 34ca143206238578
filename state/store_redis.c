/* store_redis.c: the store on Redis: a queue of requests, sent and answered in their order, and the maker. */
#include "state/store_redis.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"

enum { SMALL_CALLS_MAX = 64 };

/* ---- the queue ---- */

struct request *request_new(struct store_redis *redis, enum request_kind kind, void *who) {
  struct request *request = calloc(1, sizeof *request);
  assert(request != NULL);
  request->kind = kind;
  request->who = who;
  request->since_ms = clock_boot_ms(); /* uv_now is old when the loop has been held up */
  return request;
}

static void request_free(struct request *request) {
  args_done(&request->args);
  free(request->text);
  redis_scan_free(request->scan);
  free(request);
}

void request_settle(struct request *request, enum store_answer answer, int64_t head, const char *note) {
  if (note == NULL) note = "";
  request->state = REQUEST_SETTLED;
  if (note != request->note) snprintf(request->note, sizeof request->note, "%s", note);
  request->result = (struct store_result){answer, head, request->note};
}

static void on_kick(uv_idle_t *kick) {
  struct store_redis *redis = kick->data;
  uv_idle_stop(kick);
  request_answers(redis);
}

void request_enqueue(struct store_redis *redis, struct request *request) {
  if (redis->last == NULL) redis->first = request;
  else redis->last->next = request;
  redis->last = request;
  if (redis->unsent == NULL) redis->unsent = request;
  redis_watch(redis);
  bool gathers = redis->up && request->kind == REQUEST_COMMIT && request->state == REQUEST_WAITING;
  if (gathers) redis_uv_soon(redis->context); /* with those that come before the loop sleeps: they share a call */
  else redis_pump(redis);
}

static void request_answer(struct request *request) {
  bool good = request->result.answer == STORE_OK;
  switch (request->kind) {
    case REQUEST_TAKE: request->answer.taken(request->who, &request->result, &request->head); return;
    case REQUEST_TEXT:
      request->answer.text(request->who, &request->result, good ? request->text : NULL, good ? request->text_bytes : 0);
      return;
    case REQUEST_SCAN: redis_scan_answer(request); return;
    case REQUEST_COMMIT: case REQUEST_RENEW: case REQUEST_RELEASE: case REQUEST_PUSH:
      request->answer.done(request->who, &request->result);
      return;
  }
}

void request_answers(struct store_redis *redis) {
  while (!redis->closing && redis->first != NULL && redis->first->state == REQUEST_SETTLED) {
    struct request *request = redis->first;
    redis->first = request->next;
    if (redis->first == NULL) redis->last = NULL;
    if (redis->unsent == request) redis->unsent = request->next;
    request_answer(request);
    request_free(request);
  }
}

static bool request_send(struct store_redis *redis, struct request *request, struct request **ret_behind);

/* What may not be sent yet ends the pump: nothing overtakes. */
static bool may_send(const struct store_redis *redis, const struct request *request) {
  if (request->kind == REQUEST_COMMIT) return redis_commit_may_fly(redis);
  return redis->small_calls < SMALL_CALLS_MAX;
}

/* A commit or a renewal of somebody without a fence is answered here. */
static bool settle_fenceless(const struct store_redis *redis, struct request *request) {
  bool fenced = request->kind == REQUEST_COMMIT || request->kind == REQUEST_RENEW || request->kind == REQUEST_RELEASE;
  if (!fenced || redis->fence_state == FENCE_HELD) return false;
  enum store_answer answer = redis->fence_state == FENCE_LOST ? STORE_UNKNOWN : STORE_FENCED;
  request_settle(request, answer, -1, "Redis was away for a moment: the scheme is taken and loaded anew");
  return true;
}

void redis_pump(struct store_redis *redis) {
  struct request *request = redis->unsent;
  while (request != NULL && !redis->barrier) {
    bool settled = request->state == REQUEST_SETTLED || settle_fenceless(redis, request);
    if (!settled && (!redis->up || !may_send(redis, request))) break;
    struct request *behind = request->next;
    if (!settled && !request_send(redis, request, &behind)) break; /* the loss has put the queue right */
    request = behind;
    redis->unsent = request;
  }
  if (redis->first != NULL && redis->first->state == REQUEST_SETTLED) uv_idle_start(&redis->kick, on_kick);
}

/* ---- what is sent alone ---- */

void redis_fcall(struct store_redis *redis, struct args *args, const char *function, size_t keys) {
  args_text(args, "FCALL");
  args_text(args, function);
  args_int(args, (int64_t)keys);
}

void redis_key_day(const struct store_redis *redis, int64_t day, char ret_key[KEY_BYTES]) {
  snprintf(ret_key, KEY_BYTES, "m:{%s}:seen:%lld", redis->scheme, (long long)day);
}

static void fence_read(struct store_redis *redis, struct request *request, const redisReply *reply) {
  long long incarnation = 0, epoch = 0;
  int64_t now_ms = 0, exists = 0;
  bool good = reply->elements == 7 && reply->element[4]->type == REDIS_REPLY_STRING &&
              sscanf(reply->element[4]->str, "%18lld.%18lld", &incarnation, &epoch) == 2 &&
              redis_reply_int(reply->element[5], &now_ms) && redis_reply_int(reply->element[6], &exists);
  if (!good) {
    request_settle(request, STORE_BROKEN, -1, "the stored fence cannot be read");
    return;
  }
  request->head = (struct store_head){incarnation, epoch, request->result.head, now_ms, exists == 1};
  redis->fence_state = FENCE_HELD;
  snprintf(redis->fence, sizeof redis->fence, "%lld.%lld", incarnation, epoch);
}

/* Who asked for a change of owner and was not told yes or no knows nothing about the fence any more. */
static enum fence_state fence_after(const struct store_redis *redis, enum request_kind kind, enum store_answer answer) {
  if (answer == STORE_FENCED) return FENCE_NONE;
  if (kind == REQUEST_RENEW) return redis->fence_state;
  return kind == REQUEST_RELEASE && answer == STORE_OK ? FENCE_NONE : FENCE_LOST;
}

static void on_owning(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  struct request *request = flight->request;
  struct redis_answer answer;
  redis_answer_read(reply, &answer);
  bool good = answer.answer == STORE_OK;
  redis->small_calls--;
  if (request->kind != REQUEST_RENEW) redis->barrier = false;
  redis->fence_state = fence_after(redis, request->kind, answer.answer);
  request_settle(request, answer.answer, answer.head, answer.note);
  if (good && request->kind == REQUEST_TAKE) fence_read(redis, request, reply);
  redis_trouble_set(redis, answer.answer == STORE_NOT_STORED ? answer.note : "");
}

static void on_push(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  struct redis_answer answer;
  redis_answer_read(reply, &answer);
  redis->small_calls--;
  request_settle(flight->request, answer.answer, answer.head, answer.note);
}

static void text_take(struct request *request, const redisReply *reply) {
  /* A control entry stands behind its id. */
  const char *line = request->seq == KEY_CONTROL ? memchr(reply->str, '\n', reply->len) : NULL;
  const char *text = line == NULL ? reply->str : line + 1;
  request->text_bytes = reply->len - (size_t)(text - reply->str);
  request->text = malloc(request->text_bytes + 1);
  assert(request->text != NULL);
  memcpy(request->text, text, request->text_bytes);
  request->text[request->text_bytes] = '\0';
}

static void on_text(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  const char *note = "Redis answered something else than a text";
  enum store_answer answer = STORE_OK;
  redis->small_calls--;
  if (reply->type == REDIS_REPLY_STRING) text_take(flight->request, reply);
  else if (reply->type == REDIS_REPLY_ERROR) answer = redis_error_read(reply, &note);
  else if (reply->type != REDIS_REPLY_NIL) answer = STORE_BROKEN;
  request_settle(flight->request, answer, -1, answer == STORE_OK ? NULL : note);
}

/* The fence is that of the moment of sending: a take before it in the queue has been answered by then. */
static void owning_args(struct store_redis *redis, struct request *request) {
  if (request->kind == REQUEST_TAKE) return; /* made when it was called */
  redis_fcall(redis, &request->args, request->kind == REQUEST_RENEW ? "mentord_renew_1" : "mentord_release_1", 2);
  args_text(&request->args, redis->keys[KEY_HEAD]);
  args_text(&request->args, redis->keys[KEY_LEASE]);
  args_text(&request->args, redis->fence);
}

/* A commit takes others along: *ret_behind is then the first one that it did not take. */
static bool request_send(struct store_redis *redis, struct request *request, struct request **ret_behind) {
  struct flight flight = {.reply = on_owning, .request = request, .count = 1};
  if (request->kind == REQUEST_COMMIT) return redis_commit_send(redis, request, ret_behind);
  if (request->kind == REQUEST_SCAN) return redis_scan_step(redis, request);
  if (request->kind == REQUEST_TEXT) flight.reply = on_text;
  else if (request->kind == REQUEST_PUSH) flight.reply = on_push;
  else owning_args(redis, request);
  request->state = REQUEST_SENT;
  redis->small_calls++;
  redis->barrier = request->kind == REQUEST_TAKE || request->kind == REQUEST_RELEASE;
  const struct args *args = &request->args;
  return redis_send(redis, &args, 1, flight);
}

static void redis_take(struct store *store, const char *owner, store_taken *done, void *who) {
  struct store_redis *redis = redis_of(store);
  struct request *request = request_new(redis, REQUEST_TAKE, who);
  request->answer.taken = done;
  redis_fcall(redis, &request->args, "mentord_take_1", 3);
  args_text(&request->args, redis->keys[KEY_HEAD]);
  args_text(&request->args, redis->keys[KEY_LEASE]);
  args_text(&request->args, redis->keys[KEY_SCHEME + RECORD_SCHEME]);
  args_text(&request->args, owner);
  request_enqueue(redis, request);
}

static void owning(struct store *store, enum request_kind kind, store_done *done, void *who) {
  struct request *request = request_new(redis_of(store), kind, who);
  request->answer.done = done;
  request_enqueue(redis_of(store), request);
}

static void redis_renew(struct store *store, store_done *done, void *who) {
  owning(store, REQUEST_RENEW, done, who);
}

static void redis_release(struct store *store, store_done *done, void *who) {
  owning(store, REQUEST_RELEASE, done, who);
}

static void text_get(struct store_redis *redis, enum redis_key key, const char *command, const char *what, store_text *done,
                     void *who) {
  struct request *request = request_new(redis, REQUEST_TEXT, who);
  request->answer.text = done;
  request->seq = key;
  args_text(&request->args, command);
  args_text(&request->args, redis->keys[key]);
  args_text(&request->args, what);
  request_enqueue(redis, request);
}

static void redis_sent_get(struct store *store, const char *name, store_text *done, void *who) {
  text_get(redis_of(store), KEY_SENT, "HGET", name, done, who);
}

static void redis_record_get(struct store *store, enum record_kind kind, const char *id, store_text *done, void *who) {
  text_get(redis_of(store), (enum redis_key)(KEY_SCHEME + kind), "HGET", id, done, who);
}

static void redis_control_peek(struct store *store, store_text *done, void *who) {
  text_get(redis_of(store), KEY_CONTROL, "LINDEX", "0", done, who);
}

static void redis_control_push(struct store *store, const char *id, const char *entry, size_t bytes, store_done *done,
                               void *who) {
  struct store_redis *redis = redis_of(store);
  struct request *request = request_new(redis, REQUEST_PUSH, who);
  request->answer.done = done;
  if (id == NULL) {
    request_settle(request, STORE_BROKEN, -1, store_push_note(id));
  } else {
    redis_fcall(redis, &request->args, "mentord_push_1", 1);
    args_text(&request->args, redis->keys[KEY_CONTROL]);
    args_text(&request->args, id);
    args_add(&request->args, entry, bytes);
  }
  request_enqueue(redis, request);
}

/* ---- life ---- */

static bool redis_is_up(const struct store *store) {
  return ((const struct store_redis *)store)->up;
}

static const char *redis_trouble(const struct store *store) {
  return ((const struct store_redis *)store)->trouble;
}

static void redis_end(struct store_redis *redis) {
  while (redis->first != NULL) {
    struct request *request = redis->first;
    redis->first = request->next;
    request_free(request);
  }
  free(redis->socket);
  free(redis->host);
  free(redis->user);
  free(redis->password_file);
  free(redis);
}

void redis_handle_closed(struct store_redis *redis) {
  if (--redis->handles == 0) redis_end(redis);
}

static void on_closed(uv_handle_t *handle) {
  redis_handle_closed(handle->data);
}

static void redis_free(struct store *store) {
  struct store_redis *redis = redis_of(store);
  redis->closing = true;
  redis_drop(redis, "closed");
  uv_close((uv_handle_t *)&redis->retry, on_closed);
  uv_close((uv_handle_t *)&redis->watch, on_closed);
  uv_close((uv_handle_t *)&redis->kick, on_closed);
}

static const struct store_vtable redis_vtable = {
    .commit = redis_commit,
    .take = redis_take,
    .renew = redis_renew,
    .release = redis_release,
    .load = redis_load,
    .load_seen = redis_load_seen,
    .sent_get = redis_sent_get,
    .record_get = redis_record_get,
    .keep_get = redis_keep_get,
    .control_peek = redis_control_peek,
    .control_push = redis_control_push,
    .is_up = redis_is_up,
    .trouble = redis_trouble,
    .free = redis_free,
};

static enum err options_check(const struct store_redis_options *options) {
  struct sockaddr_storage address;
  const char *host = options->host;
  if (!store_scheme_valid(options->scheme))
    return err_note(ERR_BAD_INPUT, "a scheme's name has 1 to 64 letters, digits, '.', '_' or '-'");
  if ((options->socket == NULL) == (host == NULL)) return err_note(ERR_BAD_INPUT, "Redis: give either a socket or a host");
  if ((options->user == NULL) != (options->password_file == NULL))
    return err_note(ERR_BAD_INPUT, "Redis: a user and its password file belong together");
  if (host == NULL) return ERR_NONE;
  if (options->port < 1 || options->port > 65535) return err_note(ERR_BAD_INPUT, "Redis: port %d is none", options->port);
  bool number = uv_ip4_addr(host, options->port, (struct sockaddr_in *)&address) == 0 ||
                uv_ip6_addr(host, options->port, (struct sockaddr_in6 *)&address) == 0;
  return number ? ERR_NONE : err_note(ERR_BAD_INPUT, "Redis: host %.80s is no address in numbers; write 127.0.0.1, not a name", host);
}

static void keys_make(struct store_redis *redis) {
  static const char *const names[KEY_SCHEME] = {"head", "lease", "seen", "seen", "seen", "sent", "keep", "audit", "control"};
  for (size_t i = 0; i < KEY_MAX_; i++) {
    const char *name = i < KEY_SCHEME ? names[i] : record_kind_name((enum record_kind)(i - KEY_SCHEME));
    snprintf(redis->keys[i], KEY_BYTES, "m:{%s}:%s", redis->scheme, name);
  }
}

static char *copy_or_null(const char *text) {
  if (text == NULL) return NULL;
  char *copy = strdup(text);
  assert(copy != NULL);
  return copy;
}

static void handles_make(struct store_redis *redis) {
  uv_timer_init(redis->loop, &redis->retry);
  uv_timer_init(redis->loop, &redis->watch);
  uv_idle_init(redis->loop, &redis->kick);
  redis->retry.data = redis->watch.data = redis->kick.data = redis;
  redis->handles = 3;
}

struct store *store_redis_new(uv_loop_t *loop, const struct store_redis_options *options) {
  if (options_check(options) != ERR_NONE) return NULL;
  struct store_redis *redis = calloc(1, sizeof *redis);
  assert(redis != NULL);
  redis->base = (struct store){STORE_MAGIC, &redis_vtable};
  redis->loop = loop;
  redis->socket = copy_or_null(options->socket);
  redis->host = copy_or_null(options->host);
  redis->port = options->port;
  redis->user = copy_or_null(options->user);
  redis->password_file = copy_or_null(options->password_file);
  snprintf(redis->scheme, sizeof redis->scheme, "%s", options->scheme);
  keys_make(redis);
  handles_make(redis);
  (void)signal(SIGPIPE, SIG_IGN); /* hiredis writes with write(2): a connection that ended would end the process */
  redis_connect(redis);
  return &redis->base;
}
