/* redis_config.c: the private server's configuration: what it must do, who may do what, and the passwords. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/file.h"
#include "bot/base/random.h"
#include "state/redis_private_parts.h"

/* ---- passwords: drawn once, 64 hex digits a file ---- */

static bool is_password(const char *text, size_t length) {
  return length == REDIS_PASSWORD_BYTES - 1 && strspn(text, "0123456789abcdef") == length;
}

enum err redis_password_read(const char *path, char ret_password[REDIS_PASSWORD_BYTES]) {
  char *data = NULL;
  size_t bytes;
  enum err err = file_read(path, 2 * REDIS_PASSWORD_BYTES, &data, &bytes);
  if (err != ERR_NONE) return err;
  data[strcspn(data, "\n")] = '\0';
  if (is_password(data, strlen(data))) memcpy(ret_password, data, REDIS_PASSWORD_BYTES);
  else err = err_note(ERR_BAD_INPUT, "%s: not a password of ours: remove the file, and a new one is made", path);
  explicit_bzero(data, bytes);
  free(data);
  return err;
}

static enum err password_draw(const char *path, char ret_password[REDIS_PASSWORD_BYTES]) {
  static const char digits[] = "0123456789abcdef";
  char line[REDIS_PASSWORD_BYTES];
  uint8_t drawn[(REDIS_PASSWORD_BYTES - 1) / 2];
  if (!random_init()) return err_note(ERR_INTERNAL, "no random numbers");
  random_bytes(drawn, sizeof drawn);
  for (size_t i = 0; i < sizeof drawn; i++) {
    line[2 * i] = digits[drawn[i] >> 4];
    line[2 * i + 1] = digits[drawn[i] & 15];
  }
  memcpy(ret_password, line, sizeof drawn * 2);
  ret_password[sizeof drawn * 2] = '\0';
  line[sizeof line - 1] = '\n';
  enum err err = file_write(path, line, sizeof line, 0600);
  explicit_bzero(line, sizeof line);
  explicit_bzero(drawn, sizeof drawn);
  return err;
}

static enum err password(const char *path, char ret_password[REDIS_PASSWORD_BYTES]) {
  enum err err = redis_password_read(path, ret_password);
  if (err != ERR_GONE) return err;
  err_note_clear(); /* not there yet */
  return password_draw(path, ret_password);
}

/* ---- the text ---- */

/* always: what was acknowledged is on the disk. no: a torn end is refused, never swallowed (a MULTI left open would come
 * back to life at the second restart). No slow log, no crash report, no core: each of them would quote data. */
static const char settings[] =
    "port 0\n"
    "unixsocketperm 700\n"
    "daemonize no\n"
    "supervised no\n"
    "protected-mode yes\n"
    "logfile \"\"\n"
    "loglevel notice\n"
    "always-show-logo no\n"
    "databases 1\n"
    "save \"\"\n"
    "appendonly yes\n"
    "appendfsync always\n"
    "no-appendfsync-on-rewrite no\n"
    "aof-load-truncated no\n"
    "maxmemory-policy noeviction\n"
    "lazyfree-lazy-expire yes\n"
    "slowlog-log-slower-than -1\n"
    "crash-log-enabled no\n"
    "enable-debug-command no\n"
    "enable-module-command no\n"
    "enable-protected-configs no\n"
    "io-threads 1\n";

/* Nobody can log in as default (off, no password), yet it keeps every right: Redis reads its own append-only file back as
 * this user, and without the rights it skips every transaction in there and starts as if nothing had been (7.0.15, seen). */
static const char default_user[] = "user default reset off resetpass ~* &* +@all\n";

/* The commands inside a function are checked against its caller: a right missing half-way would leave half a turn. So the
 * run-time user has exactly those of commit.lua and of store_redis*.c. A tool reads, and may call push and nothing else. */
static const struct {
  const char *name, *rights;
} users[] = {
    {"mentord", "~m:* +fcall +type +time +hget +hmget +hset +hdel +unlink +sadd +sismember +expire +lindex +llen +lpop +lpos +rpush "
                "+xadd +hscan +sscan +ping +role"},
    {"mentord-tool", "%R~m:* ~m:{*}:control +fcall +type +llen +lpos +rpush +hget +hscan +sscan +lindex +xrange +xrevrange +xlen +ping +role"},
    {"mentord-deploy", "+function|load +function|list +function|delete +ping"},
};

static enum err user_add(struct text *text, size_t user, const char *password_path) {
  char secret[REDIS_PASSWORD_BYTES];
  enum err err = password(password_path, secret);
  if (err == ERR_NONE)
    text_addf(text, "user %s reset on >%s resetchannels -@all %s\n", users[user].name, secret, users[user].rights);
  explicit_bzero(secret, sizeof secret);
  return err;
}

enum err redis_config(const struct redis_private_options *options, const struct redis_private_paths *paths,
                      struct text *text) {
  const char *const passwords[] = {paths->bot_password, paths->tool_password, paths->deploy_password};
  static_assert(ARRAY_LEN(passwords) == ARRAY_LEN(users), "a password for every user");
  text_add(text, settings);
  text_addf(text, "dir \"%s\"\nunixsocket \"%s\"\n", paths->folder, paths->socket);
  if (options->memory_bytes_max > 0) text_addf(text, "maxmemory %lld\n", (long long)options->memory_bytes_max);
  text_add(text, default_user);
  enum err err = ERR_NONE;
  for (size_t i = 0; i < ARRAY_LEN(users) && err == ERR_NONE; i++) err = user_add(text, i, passwords[i]);
  if (err == ERR_NONE && text->full) return err_note(ERR_INTERNAL, "the configuration of Redis does not fit");
  return err;
}
