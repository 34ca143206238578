/* redis_ready.c: waits until the private server answers, then gives it our functions. Blocking: before the loop runs. */
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/clock.h"
#include "state/redis_private_parts.h"

enum { PAUSE_MS = 20, CALL_S = 5 };

static void redis_freep(redisContext **redis) {
  if (*redis != NULL) redisFree(*redis);
  *redis = NULL;
}

static void reply_freep(redisReply **reply) {
  if (*reply != NULL) freeReplyObject(*reply);
  *reply = NULL;
}

/* NULL when the connection ended. The caller frees. */
static redisReply *ask(redisContext *redis, size_t count, const char *const *words, const size_t *lengths) {
  const char *argv[6];
  for (size_t i = 0; i < count; i++) argv[i] = words[i];
  return redisCommandArgv(redis, (int)count, argv, lengths);
}

static bool is_loading(const redisReply *reply) {
  return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "LOADING", 7) == 0;
}

/* ERR_AGAIN: not yet. ERR_LIMITED: not yet, it reads its file. */
static enum err asked(redisReply *reply) {
  CLEANUP(reply_freep) redisReply *mine = reply;
  if (mine == NULL) return ERR_AGAIN;
  if (is_loading(mine)) return ERR_LIMITED;
  if (mine->type != REDIS_REPLY_ERROR) return ERR_NONE;
  return err_note(ERR_DENIED, "the private Redis says: %.200s", mine->str);
}

static enum err greet(const struct redis_private_paths *paths, redisContext *redis) {
  char password[REDIS_PASSWORD_BYTES];
  enum err err = redis_password_read(paths->deploy_password, password);
  if (err == ERR_NONE) err = asked(ask(redis, 3, (const char *[]){"AUTH", "mentord-deploy", password}, NULL));
  explicit_bzero(password, sizeof password);
  return err == ERR_NONE ? asked(ask(redis, 1, (const char *[]){"PING"}, NULL)) : err;
}

static enum err connect_once(const struct redis_private_paths *paths, redisContext **ret_redis) {
  struct timeval patience = {CALL_S, 0};
  CLEANUP(redis_freep) redisContext *redis = redisConnectUnixWithTimeout(paths->socket, patience);
  if (redis == NULL || redis->err != 0 || redisSetTimeout(redis, patience) != REDIS_OK) return ERR_AGAIN;
  enum err err = greet(paths, redis);
  if (err == ERR_NONE) *ret_redis = TAKE(redis);
  return err;
}

/* Whoever serves the folder holds its lock; if we get it, nobody does. */
static bool nobody_serves(const struct redis_private_paths *paths) {
  CLEANUP(redis_close) int lock = -1;
  enum err err = redis_folder_lock(paths, &lock);
  err_note_clear();
  return err == ERR_NONE;
}

static enum err connect_until(const struct redis_private_paths *paths, int64_t deadline_ms, redisContext **ret_redis) {
  enum err err = connect_once(paths, ret_redis);
  while (err == ERR_AGAIN || err == ERR_LIMITED) {
    if (nobody_serves(paths)) return err_note(ERR_GONE, "the private Redis ended: %s says why", paths->log);
    if (clock_boot_ms() >= deadline_ms && err == ERR_LIMITED) return err_note(err, "the private Redis reads its file; it answers when it is done");
    if (clock_boot_ms() >= deadline_ms) return err_note(ERR_AGAIN, "the private Redis does not answer at %s yet", paths->socket);
    (void)poll(NULL, 0, PAUSE_MS);
    err = connect_once(paths, ret_redis);
  }
  return err;
}

/* ---- our functions ---- */

static bool is_text(const redisReply *reply, const char *text, size_t bytes) {
  return reply->type == REDIS_REPLY_STRING && reply->len == bytes && memcmp(reply->str, text, bytes) == 0;
}

/* { { "library_name", "mentord_1", …, "library_code", "…" } }: the very text we carry, so loading it again would only make
 * the append-only file longer. */
static bool has_library(redisContext *redis, const char *source, size_t bytes) {
  const char *const words[] = {"FUNCTION", "LIST", "LIBRARYNAME", "mentord_1", "WITHCODE"};
  CLEANUP(reply_freep) redisReply *reply = ask(redis, ARRAY_LEN(words), words, NULL);
  if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || reply->elements != 1) return false;
  const redisReply *library = reply->element[0];
  for (size_t i = 0; i + 1 < library->elements; i += 2)
    if (is_text(library->element[i], "library_code", 12)) return is_text(library->element[i + 1], source, bytes);
  return false;
}

static enum err library_load(redisContext *redis) {
  size_t bytes;
  const char *source = redis_library_source(&bytes);
  if (has_library(redis, source, bytes)) return ERR_NONE;
  const char *const words[] = {"FUNCTION", "LOAD", "REPLACE", source};
  const size_t lengths[] = {8, 4, 7, bytes};
  enum err err = asked(ask(redis, ARRAY_LEN(words), words, lengths));
  return err == ERR_AGAIN ? err_note(ERR_AGAIN, "the private Redis ended while it took our functions") : err;
}

enum err redis_private_ready(const char *folder, int64_t wait_ms) {
  struct redis_private_paths paths;
  CLEANUP(redis_freep) redisContext *redis = NULL;
  int64_t deadline_ms = clock_boot_ms() + wait_ms;
  (void)signal(SIGPIPE, SIG_IGN); /* hiredis writes with write(2) */
  enum err err = redis_private_paths(folder, &paths);
  if (err == ERR_NONE) err = connect_until(&paths, deadline_ms, &redis);
  return err == ERR_NONE ? library_load(redis) : err;
}
