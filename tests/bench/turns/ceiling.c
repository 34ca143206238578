/* ceiling.c: what the store alone can do: the calls of another run, byte for byte, through bare hiredis as deep as the bot goes.
 *
 * ceiling SOCKET USER PASSWORD_FILE SCHEME CALLS DEPTH. CALLS holds one call after another, as arguments without their fence
 * and keys: "call ARGUMENTS TURNS\n", then each argument as "BYTES\n" and its bytes; "@n" is the seq, n from 1.
 * Answer: turns, seconds, calls. Counts that do not agree are an error. */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "state/store_redis.h"

enum { CALLS_BYTES_MAX = 1024 * 1024 * 1024, ARGUMENTS_MAX = 20000 };

struct call {
  char *packed; /* owned by hiredis' allocator: the whole command as it goes over the socket */
  int bytes;
  long turns;
};

struct plan {
  struct call *calls; /* owned */
  size_t count, capacity;
  const char *keys[KEY_MAX_];
  char fence[64];
};

_Noreturn static void die(const char *what) {
  (void)fprintf(stderr, "ceiling: %s\n", what);
  exit(1);
}

static redisReply *ask(redisContext *redis, int count, const char **words) {
  redisReply *reply = redisCommandArgv(redis, count, words, NULL);
  if (reply == NULL || reply->type == REDIS_REPLY_ERROR) die(reply == NULL ? redis->errstr : reply->str);
  return reply;
}

/* The names of the keys as store_redis.c makes them; today's event ids stand in one set. */
static void name_keys(struct plan *plan, const char *scheme) {
  static const char *const names[KEY_SCHEME] = {"head", "lease", "seen:3", "seen:2", "seen:1", "sent", "keep", "audit", "control"};
  for (size_t i = 0; i < KEY_MAX_; i++) {
    char key[160];
    (void)snprintf(key, sizeof key, "m:{%s}:%s", scheme, i < KEY_SCHEME ? names[i] : record_kind_name((enum record_kind)(i - KEY_SCHEME)));
    plan->keys[i] = strdup(key);
  }
}

static void take(struct plan *plan, redisContext *redis) {
  const char *words[] = {"FCALL", "mentord_take_1", "3", plan->keys[KEY_HEAD], plan->keys[KEY_LEASE], plan->keys[KEY_SCHEME + RECORD_SCHEME], "ceiling"};
  redisReply *reply = ask(redis, 7, words);
  if (reply->elements != 7 || strcmp(reply->element[0]->str, "OK") != 0) die("the scheme cannot be taken");
  (void)snprintf(plan->fence, sizeof plan->fence, "%s", reply->element[4]->str);
  freeReplyObject(reply);
}

/* ---- the calls ---- */
static char *read_argument(char **at, size_t *ret_bytes) {
  char *text = strchr(*at, '\n') + 1;
  *ret_bytes = strtoul(*at, NULL, 10);
  *at = text + *ret_bytes + 1;
  return text;
}

static void add_call(struct plan *plan, char **at) {
  static const char *words[ARGUMENTS_MAX];
  static size_t lengths[ARGUMENTS_MAX];
  char count[24];
  struct call call = {0};
  long arguments = 0;
  if (sscanf(*at, "call %ld %ld", &arguments, &call.turns) != 2 || arguments + KEY_MAX_ + 5 > ARGUMENTS_MAX) die("a call that cannot be read");
  *at = strchr(*at, '\n') + 1;
  (void)snprintf(count, sizeof count, "%d", (int)KEY_MAX_);
  size_t used = 0;
  words[used++] = "FCALL";
  words[used++] = "mentord_commit_1";
  words[used++] = count;
  for (size_t i = 0; i < KEY_MAX_; i++) words[used++] = plan->keys[i];
  words[used++] = plan->fence;
  for (size_t i = 0; i < used; i++) lengths[i] = strlen(words[i]);
  for (long i = 0; i < arguments; i++, used++) words[used] = read_argument(at, &lengths[used]);
  call.bytes = (int)redisFormatCommandArgv(&call.packed, (int)used, words, lengths);
  if (call.bytes < 0) die("no memory");
  if (plan->count == plan->capacity) {
    plan->capacity = plan->capacity == 0 ? 1024 : 2 * plan->capacity;
    plan->calls = reallocarray(plan->calls, plan->capacity, sizeof *plan->calls);
  }
  plan->calls[plan->count++] = call;
}

static long answer(redisContext *redis) {
  redisReply *reply;
  if (redisGetReply(redis, (void **)&reply) != REDIS_OK) die(redis->errstr);
  if (reply->type != REDIS_REPLY_ARRAY || strcmp(reply->element[0]->str, "OK") != 0)
    die(reply->type == REDIS_REPLY_ARRAY ? reply->element[0]->str : reply->str);
  long turns = (long)reply->element[2]->integer;
  freeReplyObject(reply);
  return turns;
}

static void run(const struct plan *plan, redisContext *redis, size_t depth) {
  long wanted = 0, written = 0;
  int64_t begin = clock_boot_ms();
  for (size_t sent = 0, heard = 0; heard < plan->count; heard++) {
    for (; sent < plan->count && sent < heard + depth; sent++) {
      if (redisAppendFormattedCommand(redis, plan->calls[sent].packed, (size_t)plan->calls[sent].bytes) != REDIS_OK) die("no memory");
      wanted += plan->calls[sent].turns;
    }
    written += answer(redis);
  }
  if (written != wanted) die("the counts do not agree");
  (void)printf("%ld %.4f %zu\n", written, (double)(clock_boot_ms() - begin) / 1e3, plan->count);
}

int main(int argc, char **argv) {
  static struct plan plan;
  char *calls, *password;
  size_t bytes;
  if (argc != 7) die("SOCKET USER PASSWORD_FILE SCHEME CALLS DEPTH");
  redisContext *redis = redisConnectUnix(argv[1]);
  if (redis == NULL || redis->err != 0) die("nobody answers");
  if (file_read(argv[3], 1000, &password, &bytes) != ERR_NONE || file_read(argv[5], CALLS_BYTES_MAX, &calls, &bytes) != ERR_NONE) die(err_note_text());
  password[strcspn(password, "\n")] = '\0';
  freeReplyObject(ask(redis, 3, (const char *[]){"AUTH", argv[2], password}));
  name_keys(&plan, argv[4]);
  take(&plan, redis);
  for (char *at = calls; at < calls + bytes;) add_call(&plan, &at);
  run(&plan, redis, (size_t)strtol(argv[6], NULL, 10));
  redisFree(redis);
  return 0;
}
