/* store_redis_link.c: the connection's life: made, greeted, watched, lost, made again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/base/random.h"
#include "state/store_redis.h"

enum {
  WATCH_MS = 250,        /* how often the watchdog looks */
  QUIET_MS = 2000,       /* no reply for so long, with work pending: the connection is given up */
  WAIT_MS = 5000,        /* a request waits so long for a connection */
  PASSWORD_BYTES_MAX = 512
};
static const int64_t retry_ms[] = {50, 100, 200, 400, 800, 1600, 2000};

void redis_trouble_set(struct store_redis *redis, const char *sentence) {
  snprintf(redis->trouble, sizeof redis->trouble, "%s", sentence);
}

/* ---- flights ---- */

static struct flight *flight_pop(struct store_redis *redis) {
  struct flight *flight = redis->flying;
  redis->flying = flight->next;
  if (redis->flying == NULL) redis->flying_last = NULL;
  return flight;
}

static void on_reply(redisAsyncContext *context, void *data, void *unused) {
  struct store_redis *redis = context->data;
  if (redis->context != context || data == NULL) return; /* given up, or ending: `gone` settles what it carried */
  struct flight *flight = flight_pop(redis);
  redis->quiet_since_ms = clock_boot_ms();
  redis->strikes = 0;
  flight->reply(redis, flight, data);
  free(flight);
  request_answers(redis);
  if (!redis->closing) redis_pump(redis);
}

bool redis_send(struct store_redis *redis, const struct args *const *lists, size_t count, struct flight flight) {
  if (!args_send(redis->context, on_reply, lists, count)) {
    redis_drop(redis, "the connection ended");
    return false;
  }
  struct flight *flying = malloc(sizeof *flying);
  assert(flying != NULL);
  *flying = flight;
  if (redis->flying == NULL) redis->quiet_since_ms = clock_boot_ms();
  if (redis->flying == NULL) redis->flying = flying;
  else redis->flying_last->next = flying;
  redis->flying_last = flying;
  redis_watch(redis);
  return true;
}

/* ---- losing it ---- */

/* What was sent may or may not happen; a commit that still waits came behind it and goes the same way. */
static void settle_lost(struct store_redis *redis) {
  static const char note[] = "the connection to Redis ended: store_take tells what was kept";
  redis->unsent = NULL;
  for (struct request *request = redis->first; request != NULL; request = request->next) {
    bool fenced = request->kind == REQUEST_COMMIT || request->kind == REQUEST_RENEW || request->kind == REQUEST_RELEASE;
    bool waits = request->state == REQUEST_WAITING;
    if (request->state == REQUEST_SENT || (waits && fenced)) request_settle(request, STORE_UNKNOWN, -1, note);
    else if (waits && redis->unsent == NULL) redis->unsent = request;
  }
}

static void on_retry(uv_timer_t *timer) {
  redis_connect(timer->data);
}

/* Half of the delay is fixed, half is drawn: bots that lost the same server do not all come back at once. */
static void retry_later(struct store_redis *redis) {
  unsigned step = redis->attempts < ARRAY_LEN(retry_ms) ? redis->attempts : ARRAY_LEN(retry_ms) - 1;
  uint32_t drawn;
  random_bytes(&drawn, sizeof drawn);
  redis->attempts++;
  uv_timer_start(&redis->retry, on_retry, (uint64_t)(retry_ms[step] / 2 + drawn % (retry_ms[step] / 2 + 1)), 0);
}

static void trouble_of_link(struct store_redis *redis, const char *why) {
  const char *place = redis->socket == NULL ? redis->host : redis->socket;
  snprintf(redis->trouble, sizeof redis->trouble,
           "No answer from Redis at %.120s (%.80s). See that it runs, and what its own log says; the bot comes back by itself.", place, why);
}

/* Only marks: the answers are given from the loop, never from inside hiredis or of a caller. */
static void lost(struct store_redis *redis) {
  redis->context = NULL;
  redis->up = false;
  while (redis->flying != NULL) free(flight_pop(redis));
  redis->commit_calls = redis->small_calls = 0;
  redis->barrier = false;
  if (redis->fence_state == FENCE_HELD) redis->fence_state = FENCE_LOST;
  if (redis->closing) return;
  settle_lost(redis);
  retry_later(redis);
  redis_pump(redis); /* sends nothing now, but has the settled ones answered */
}

static void on_gone(void *who, redisAsyncContext *context) {
  struct store_redis *redis = who;
  if (redis->context != context) return; /* dropped on purpose */
  trouble_of_link(redis, context->err != 0 && context->errstr != NULL ? context->errstr : "the connection ended");
  lost(redis);
}

void redis_drop(struct store_redis *redis, const char *why) {
  redisAsyncContext *context = redis->context;
  if (context == NULL) return;
  if (why != NULL) trouble_of_link(redis, why);
  lost(redis);
  redisAsyncFree(context);
}

static void on_closed(void *who) {
  struct store_redis *redis = who;
  redis_handle_closed(redis);
}

static void speak(void *who) {
  redis_pump(who);
}

/* ---- making it ---- */

/* A greeting went wrong: the sentence stays as the trouble until a greeting goes right. */
static void greeting_failed(struct store_redis *redis, const redisReply *reply, const char *otherwise) {
  const char *note = otherwise;
  if (reply->type == REDIS_REPLY_ERROR) (void)redis_error_read(reply, &note);
  redis_trouble_set(redis, note);
  redis_drop(redis, NULL);
}

static void on_status(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  if (reply->type != REDIS_REPLY_STATUS) greeting_failed(redis, reply, "what answers there is not Redis");
}

static void on_role(struct store_redis *redis, const struct flight *flight, const redisReply *reply) {
  bool primary = reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && reply->element[0]->type == REDIS_REPLY_STRING &&
                 strcmp(reply->element[0]->str, "master") == 0;
  if (!primary) {
    greeting_failed(redis, reply, "this Redis is a replica: connect to its primary");
    return;
  }
  redis->up = true;
  redis->attempts = 0;
  redis_trouble_set(redis, "");
}

static bool greet(struct store_redis *redis, const char *const *words, size_t count, void (*reply)(struct store_redis *,
                  const struct flight *, const redisReply *)) {
  struct args args = {.count = 0};
  for (size_t i = 0; i < count; i++) args_text(&args, words[i]);
  const struct args *list = &args;
  bool sent = redis_send(redis, &list, 1, (struct flight){.reply = reply});
  args_done(&args);
  return sent;
}

/* First line of the password file; read at each connection, so that a new password needs no restart. */
static bool authenticate(struct store_redis *redis) {
  char *password = NULL;
  size_t bytes;
  if (redis->user == NULL) return true;
  if (file_read(redis->password_file, PASSWORD_BYTES_MAX, &password, &bytes) != ERR_NONE) {
    snprintf(redis->trouble, sizeof redis->trouble, "The password file %.200s cannot be read: put it back, readable for the bot.", redis->password_file);
    err_note_clear();
    redis_drop(redis, NULL);
    return false;
  }
  password[strcspn(password, "\r\n")] = '\0';
  bool sent = greet(redis, (const char *[]){"AUTH", redis->user, password}, 3, on_status);
  explicit_bzero(password, bytes);
  free(password);
  return sent;
}

static bool attach(struct store_redis *redis, redisAsyncContext *context) {
  struct redis_uv_guest guest = {.speak = speak, .gone = on_gone, .closed = on_closed, .who = redis};
  if (context != NULL && context->err == 0 && redis_uv_attach(context, redis->loop, &guest) == ERR_NONE) return true;
  trouble_of_link(redis, context == NULL ? "no memory" : context->err != 0 ? context->errstr : err_note_text());
  err_note_clear();
  if (context != NULL) redisAsyncFree(context);
  retry_later(redis);
  return false;
}

void redis_connect(struct store_redis *redis) {
  redisAsyncContext *context =
      redis->socket == NULL ? redisAsyncConnect(redis->host, redis->port) : redisAsyncConnectUnix(redis->socket);
  if (!attach(redis, context)) return;
  redis->handles++;
  redis->context = context;
  context->data = redis;
  redis_reader_bound(context->c.reader);
  if (!authenticate(redis)) return;
  if (!greet(redis, (const char *[]){"PING"}, 1, on_status)) return;
  (void)greet(redis, (const char *[]){"ROLE"}, 1, on_role);
}

/* ---- the watchdog ---- */

/* Two looks in a row: when the loop itself was held up, the first look comes before the replies that wait are read. */
static void watch_quiet(struct store_redis *redis, int64_t now_ms) {
  if (redis->flying == NULL || now_ms - redis->quiet_since_ms < QUIET_MS) return;
  if (++redis->strikes >= 2) redis_drop(redis, "no reply for 2 s");
}

static void watch_waiting(struct store_redis *redis, int64_t now_ms) {
  if (redis->up) return;
  for (struct request *request = redis->unsent; request != NULL; request = request->next) {
    if (request->state == REQUEST_WAITING && now_ms - request->since_ms >= WAIT_MS)
      request_settle(request, STORE_NOT_STORED, -1, redis->trouble);
  }
  redis_pump(redis);
}

static void on_watch(uv_timer_t *timer) {
  struct store_redis *redis = timer->data;
  int64_t now_ms = clock_boot_ms();
  watch_quiet(redis, now_ms);
  watch_waiting(redis, now_ms);
  if (redis->flying == NULL && redis->first == NULL) uv_timer_stop(timer);
}

void redis_watch(struct store_redis *redis) {
  if (!uv_is_active((uv_handle_t *)&redis->watch)) uv_timer_start(&redis->watch, on_watch, WATCH_MS, WATCH_MS);
}
