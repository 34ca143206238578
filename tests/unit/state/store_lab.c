/* store_lab.c: starts and ends what a test of the store needs, and waits with a deadline, never by sleeping. */
#include "store_lab.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "bot/base/random.h"

enum { CLOSE_MS = 3000 };

/* ---- the lab ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk) {
  return remove(path);
}

static enum err start_once(struct lab *lab) {
  struct redis_private_options options = {.folder = lab->folder, .memory_bytes_max = lab->memory_bytes_max};
  err_note_clear();
  enum err err = redis_private_start(&options, &lab->server);
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
  return redis_private_ready(lab->folder, WAIT_MS);
}

/* As whoever supervises it: a kill may have torn its file for real, then the server refuses it once. */
void lab_server_start(struct lab *lab) {
  struct redis_private_options options = {.folder = lab->folder};
  int64_t cut_bytes = 0;
  enum err err = start_once(lab);
  if (err == ERR_GONE) {
    cr_assert_eq(waitpid(lab->server, NULL, 0), lab->server);
    err_note_clear();
    err = redis_private_repair(&options, &cut_bytes);
    cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
    cr_log_info("a kill tore the file: %lld bytes were cut", (long long)cut_bytes);
    err = start_once(lab);
  }
  cr_assert_eq(err, ERR_NONE, "%s: %s", err_name(err), err_note_text());
}

void lab_server_kill(struct lab *lab, int signal_number) {
  cr_assert_gt(lab->server, 0);
  cr_assert_eq(kill(lab->server, signal_number), 0);
  cr_assert_eq(waitpid(lab->server, NULL, 0), lab->server);
  lab->server = 0;
}

void lab_open(struct lab *lab, enum maker maker) {
  lab->maker = maker;
  cr_assert(random_init());
  cr_assert_eq(uv_loop_init(&lab->loop), 0);
  if (maker == MAKER_MEMORY) {
    lab->first = store_memory_new(&lab->loop, "s");
    return;
  }
  strcpy(lab->folder, "/tmp/mentord-store-XXXXXX");
  cr_assert_not_null(mkdtemp(lab->folder));
  lab_server_start(lab);
}

/* A test that failed has left its stores open: that must not keep it from ending. */
void lab_close(struct lab *lab) {
  int64_t deadline_ms = clock_boot_ms() + CLOSE_MS;
  lab->first = store_free(lab->first);
  while (uv_loop_alive(&lab->loop) && clock_boot_ms() < deadline_ms) uv_run(&lab->loop, UV_RUN_NOWAIT);
  if (lab->server > 0) lab_server_kill(lab, SIGTERM);
  if (lab->maker == MAKER_REDIS) nftw(lab->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  cr_assert_eq(uv_loop_close(&lab->loop), 0, "handles are still open");
}

struct store *lab_door_as(struct lab *lab, const char *user) {
  struct redis_private_paths paths;
  char name[32];
  cr_assert_eq(redis_private_paths(lab->folder, &paths), ERR_NONE);
  bool tool = strcmp(user, "tool") == 0;
  snprintf(name, sizeof name, "mentord%s", tool ? "-tool" : "");
  struct store_redis_options options = {
      .socket = paths.socket, .user = name, .password_file = tool ? paths.tool_password : paths.bot_password, .scheme = "s"};
  struct store *store = store_redis_new(&lab->loop, &options);
  cr_assert_not_null(store, "%s", err_note_text());
  return store;
}

struct store *lab_door(struct lab *lab) {
  if (lab->maker == MAKER_MEMORY) return store_memory_again(lab->first, &lab->loop);
  return lab_door_as(lab, "bot");
}

static void on_tick(uv_timer_t *timer) {
}

bool lab_until(struct lab *lab, bool (*true_now)(void *who), void *who) {
  uv_timer_t tick; /* so that the loop comes back to look */
  int64_t deadline_ms = clock_boot_ms() + WAIT_MS;
  uv_timer_init(&lab->loop, &tick);
  uv_timer_start(&tick, on_tick, 10, 10);
  while (!true_now(who) && clock_boot_ms() < deadline_ms) uv_run(&lab->loop, UV_RUN_ONCE);
  uv_close((uv_handle_t *)&tick, NULL);
  uv_run(&lab->loop, UV_RUN_NOWAIT);
  return true_now(who);
}

static void line_of(const redisReply *reply, char *ret_line, size_t bytes) {
  if (reply == NULL) snprintf(ret_line, bytes, "gone");
  else if (reply->type == REDIS_REPLY_INTEGER) snprintf(ret_line, bytes, "%lld", reply->integer);
  else if (reply->type == REDIS_REPLY_NIL) snprintf(ret_line, bytes, "(nil)");
  else if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0) line_of(reply->element[0], ret_line, bytes);
  else if (reply->type == REDIS_REPLY_ARRAY) snprintf(ret_line, bytes, "(empty)");
  else snprintf(ret_line, bytes, "%s", reply->str);
}

void lab_redis(const struct lab *lab, const char *user, char *ret_line, size_t bytes, const char *const *words) {
  struct redis_private_paths paths;
  char name[32], file[300], *password = NULL;
  size_t count = 0, password_bytes;
  cr_assert_eq(redis_private_paths(lab->folder, &paths), ERR_NONE);
  snprintf(name, sizeof name, strcmp(user, "bot") == 0 ? "mentord" : "mentord-%s", user);
  snprintf(file, sizeof file, "%s/password.%s", paths.folder, user);
  cr_assert_eq(file_read(file, 200, &password, &password_bytes), ERR_NONE);
  password[strcspn(password, "\n")] = '\0';
  redisContext *redis = redisConnectUnix(paths.socket);
  cr_assert(redis != NULL && redis->err == 0);
  freeReplyObject(redisCommand(redis, "AUTH %s %s", name, password));
  while (words[count] != NULL) count++;
  redisReply *reply = redisCommandArgv(redis, (int)count, (const char **)(uintptr_t)words, NULL);
  line_of(reply, ret_line, bytes);
  if (reply != NULL) freeReplyObject(reply);
  redisFree(redis);
  free(password);
}

/* ---- answers ---- */

static void said_result(struct said *said, const struct store_result *result) {
  said->times++;
  said->answer = result->answer;
  said->head = result->head;
  snprintf(said->note, sizeof said->note, "%s", result->note);
}

void said_done(void *said, const struct store_result *result) {
  said_result(said, result);
}

void said_taken(void *who, const struct store_result *result, const struct store_head *head) {
  struct said *said = who;
  said_result(said, result);
  said->taken = *head;
}

void said_text(void *who, const struct store_result *result, const char *text, size_t bytes) {
  struct said *said = who;
  said_result(said, result);
  said->absent = text == NULL;
  said->bytes = bytes;
  if (text != NULL) snprintf(said->text, sizeof said->text, "%s", text);
}

static bool is_said(void *said) {
  return ((struct said *)said)->times > 0;
}

void lab_wait(struct lab *lab, const struct said *said) {
  cr_assert(lab_until(lab, is_said, (void *)(uintptr_t)said), "no answer");
  cr_assert_eq(said->times, 1, "answered %d times", said->times);
}

struct said take(struct lab *lab, struct store *store, const char *owner) {
  struct said said = {0};
  store_take(store, owner, said_taken, &said);
  lab_wait(lab, &said);
  return said;
}

void take_well(struct lab *lab, struct store *store, const char *owner) {
  struct said said = take(lab, store, owner);
  cr_assert_eq(said.answer, STORE_OK, "%s: %s", store_answer_name(said.answer), said.note);
}

const uint8_t *event_id(const char *name, uint8_t ret_id[STORE_EVENT_ID_BYTES]) {
  if (name == NULL) return NULL;
  hash_bytes(NULL, name, strlen(name), ret_id);
  return ret_id;
}

struct said commit(struct lab *lab, struct store *store, int64_t seq, const char *event, size_t op_count, const struct store_op *ops) {
  uint8_t id[STORE_EVENT_ID_BYTES];
  struct said said = {0};
  struct store_commit turn = {event_id(event, id), seq, NOW_MS + seq, SYSTEM_MS, ops, op_count};
  store_commit(store, &turn, said_done, &said);
  lab_wait(lab, &said);
  return said;
}

struct said record(struct lab *lab, struct store *store, enum record_kind kind, const char *id) {
  struct said said = {0};
  store_record_get(store, kind, id, said_text, &said);
  lab_wait(lab, &said);
  return said;
}

struct said renew(struct lab *lab, struct store *store) {
  struct said said = {0};
  store_renew(store, said_done, &said);
  lab_wait(lab, &said);
  return said;
}

struct said release(struct lab *lab, struct store *store) {
  struct said said = {0};
  store_release(store, said_done, &said);
  lab_wait(lab, &said);
  return said;
}

struct said push(struct lab *lab, struct store *store, const char *entry) {
  struct said said = {0};
  store_control_push(store, entry, strlen(entry), said_done, &said);
  lab_wait(lab, &said);
  return said;
}

struct said peek(struct lab *lab, struct store *store) {
  struct said said = {0};
  store_control_peek(store, said_text, &said);
  lab_wait(lab, &said);
  return said;
}

struct said sent_name(struct lab *lab, struct store *store, const char *name) {
  struct said said = {0};
  store_sent_get(store, name, said_text, &said);
  lab_wait(lab, &said);
  return said;
}

struct counted {
  struct said said; /* first: said_done gets this same address */
  size_t count;
};

static void count_record(void *who, enum record_kind kind, const char *id, const char *json, size_t bytes) {
  struct counted *counted = who;
  cr_assert_eq(strlen(json), bytes);
  counted->count++;
}

static void count_seen(void *who, const uint8_t id[STORE_EVENT_ID_BYTES]) {
  struct counted *counted = who;
  counted->count++;
}

size_t records(struct lab *lab, struct store *store) {
  struct counted counted = {.count = 0};
  store_load(store, count_record, said_done, &counted);
  lab_wait(lab, &counted.said);
  cr_assert_eq(counted.said.answer, STORE_OK, "%s", counted.said.note);
  return counted.count;
}

size_t seen(struct lab *lab, struct store *store, int64_t system_ms) {
  struct counted counted = {.count = 0};
  store_load_seen(store, system_ms, count_seen, said_done, &counted);
  lab_wait(lab, &counted.said);
  cr_assert_eq(counted.said.answer, STORE_OK, "%s", counted.said.note);
  return counted.count;
}
