/* test_store_redis.c: what only a store with a server behind it can meet: a dead or stalled server, a full memory, a wrong key. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/in.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "store_lab.h"

#define ANSWERS(said_by, wanted)                                                                                     \
  do {                                                                                                               \
    struct said heard = said_by;                                                                                     \
    cr_assert_eq(heard.answer, wanted, "%s instead of %s: %s", store_answer_name(heard.answer), store_answer_name(wanted), \
                 heard.note);                                                                                        \
  } while (0)

static struct lab lab;
static struct store *store;

static void prep(void) {
  lab_open(&lab, MAKER_REDIS);
  store = lab_door(&lab);
  take_well(&lab, store, "a");
}

static void tidy(void) {
  store = store_free(store);
  lab_close(&lab);
}

TestSuite(store_redis, .timeout = 60);

static void is_redis(const char *wanted, const char *user, const char *const *words) {
  char line[400];
  lab_redis(&lab, user, line, sizeof line, words);
  cr_assert_eq(strncmp(line, wanted, strlen(wanted)), 0, "%s %s: %s", words[0], words[1], line);
}
#define IS_REDIS(wanted, user, ...) is_redis(wanted, user, (const char *const[]){__VA_ARGS__, NULL})

/* ---- somebody else wrote ---- */

Test(store_redis, a_key_of_the_wrong_type_stops_the_whole_turn, .init = prep, .fini = tidy) {
  IS_REDIS("1", "bot", "RPUSH", "m:{s}:pair", "x");
  struct said said = commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"), PUT(RECORD_PAIR, "x1", "{}"), AUDIT("{}")));
  cr_assert_eq(said.answer, STORE_BROKEN);
  cr_assert_not_null(strstr(said.note, "m:{s}:pair"), "%s", said.note);
  cr_assert(record(&lab, store, RECORD_PERSON, "p1").absent);
  cr_assert_eq(seen(&lab, store, SYSTEM_MS), 0);
  ANSWERS(record(&lab, store, RECORD_PAIR, "x1"), STORE_BROKEN);
  ANSWERS(commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK); /* others are not hurt by it */
  IS_REDIS("1", "bot", "HSET", "m:{s}:control", "x", "y");
  ANSWERS(push(&lab, store, "{\"id\":\"c1\"}"), STORE_BROKEN);
  ANSWERS(commit(&lab, store, 2, "e2", OPS(CONTROL("c1"))), STORE_BROKEN);
  IS_REDIS("1", "bot", "HSET", "m:{s}:seen:20513", "x", "y");
  said = commit(&lab, store, 2, "e2", OPS(PUT(RECORD_PERSON, "p1", "{}")));
  cr_assert_eq(said.answer, STORE_BROKEN);
  cr_assert_not_null(strstr(said.note, "m:{s}:seen:20513"), "%s", said.note);
}

Test(store_redis, turns_before_the_wrong_key_are_kept, .init = prep, .fini = tidy) {
  static struct said said[64];
  IS_REDIS("1", "bot", "RPUSH", "m:{s}:pair", "x");
  for (int i = 0; i < 64; i++) {
    uint8_t id[STORE_EVENT_ID_BYTES];
    char name[16];
    snprintf(name, sizeof name, "e%d", i);
    struct store_op op = PUT(i == 40 ? RECORD_PAIR : RECORD_PERSON, name, "{}");
    struct store_commit turn = {event_id(name, id), 1 + i, NOW_MS, SYSTEM_MS, &op, 1};
    store_commit(store, &turn, said_done, &said[i]);
  }
  for (int i = 0; i < 64; i++) lab_wait(&lab, &said[i]);
  for (int i = 0; i < 64; i++)
    cr_assert_eq(said[i].answer, i < 40 ? STORE_OK : i == 40 ? STORE_BROKEN : STORE_SEQ, "%d: %s", i, store_answer_name(said[i].answer));
  cr_assert_eq(take(&lab, store, "a").taken.seq, 40);
}

Test(store_redis, turns_of_one_turn_of_the_loop_share_a_call, .init = prep, .fini = tidy) {
  static struct said said[3];
  IS_REDIS("1", "bot", "RPUSH", "m:{s}:pair", "x");
  for (int i = 0; i < 3; i++) {
    uint8_t id[STORE_EVENT_ID_BYTES];
    struct store_op op = PUT(i == 0 ? RECORD_PAIR : RECORD_PERSON, "x1", "{}");
    struct store_commit turn = {event_id((const char *[]){"e1", "e2", "e3"}[i], id), 1 + i, NOW_MS, SYSTEM_MS, &op, 1};
    store_commit(store, &turn, said_done, &said[i]);
  }
  for (int i = 0; i < 3; i++) lab_wait(&lab, &said[i]);
  cr_assert_eq(said[0].answer, STORE_BROKEN);
  for (int i = 1; i < 3; i++) cr_assert_str_eq(said[i].note, "a turn before it was refused", "%d was asked for in a call of its own: %s", i, said[i].note);
}

static const char *const first_keys[] = {"FCALL", "mentord_commit_1", "11", "m:{s}:head", "m:{s}:lease", "m:{s}:seen:3",
                                         "m:{s}:seen:2", "m:{s}:seen:1", "m:{s}:sent", "m:{s}:keep", "m:{s}:audit",
                                         "m:{s}:control", "m:{s}:scheme", "m:{s}:person"};

/* A turn of so many drops; its seq is not the next, so that even a good one changes nothing. */
static void words_of_many(int ops, const char *wanted) {
  static const char *words[4000];
  char count[16];
  size_t at = ARRAY_LEN(first_keys);
  snprintf(count, sizeof count, "%d", ops);
  memcpy(words, first_keys, sizeof first_keys);
  const char *const turn[] = {"1.1", "1", "7", "0123456789abcdef", "5", count};
  for (size_t i = 0; i < ARRAY_LEN(turn); i++) words[at++] = turn[i];
  for (int i = 0; i < ops; i++) {
    words[at++] = "D";
    words[at++] = "11";
    words[at++] = "p1";
  }
  words[at] = NULL;
  is_redis(wanted, "bot", words);
}

/* The function itself, asked as only a broken bot would. */
Test(store_redis, arguments_without_shape_are_refused_by_the_function, .init = prep, .fini = tidy) {
  static const char *const tails[][12] = {
      {"1.1"},
      {"1.1", "x"},
      {"1.1", "0"},
      {"1.1", "65", "1", "0123456789abcdef", "5", "0"},
      {"1.1", "1", "1", "0123456789abcdef", "5"},
      {"1.1", "1", "1", "0123456789abcde", "5", "0"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1001"},
      {"1.1", "1", "-1", "0123456789abcdef", "5", "0"},
      {"1.1", "1", "1e3", "0123456789abcdef", "5", "0"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "0", "P"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "P", "9", "p1", "{}"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "P", "10", "p1", "{}"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "P", "12", "p1", "{}"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "P", "11", "p1"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "S", "11", "p1", "{}", "1"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "Q", "11", "p1", "{}"},
      {"1.1", "1", "1", "", "5", "1", "P", "11", "p1", "{}"},
      {"1.1", "1", "1", "0123456789abcdef", "5", "1", "K", "w\nk", "x", "y"},
  };
  for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
    const char *words[ARRAY_LEN(first_keys) + 13] = {NULL};
    memcpy(words, first_keys, sizeof first_keys);
    memcpy(words + ARRAY_LEN(first_keys), tails[i], sizeof tails[i]);
    is_redis("ARGS", "bot", words);
  }
  IS_REDIS("ARGS", "bot", "FCALL", "mentord_erase_1", "11", "m:{s}:head", "m:{s}:lease", "m:{s}:seen:3", "m:{s}:seen:2", "m:{s}:seen:1",
           "m:{s}:sent", "m:{s}:keep", "m:{s}:audit", "m:{s}:control", "m:{s}:scheme", "m:{s}:person", "1.1", "1", "1",
           "0123456789abcdef", "5", "1", "P", "11", "p1", "{}"); /* it erases nothing */
  words_of_many(1000, "SEQ");
  words_of_many(1001, "ARGS");
  IS_REDIS("ARGS", "bot", "FCALL", "mentord_take_1", "1", "m:{s}:head", "a");
  IS_REDIS("ARGS", "bot", "FCALL", "mentord_renew_1", "1", "m:{s}:head", "1.1");
  IS_REDIS("ARGS", "bot", "FCALL", "mentord_push_1", "1", "m:{s}:control", "c1");
  cr_assert_eq(take(&lab, store, "a").taken.seq, 0);
}

/* ---- the server dies, or stalls ---- */

enum { FLOOD = 400 };

struct flood {
  struct said said[FLOOD];
  int answered, acknowledged, until;
};

static struct flood flood;

static void on_flood(void *who, const struct store_result *result) {
  said_done(who, result);
  flood.answered++;
  if (result->answer == STORE_OK) flood.acknowledged++;
}

static bool enough_answered(void *who) {
  return flood.answered >= flood.until;
}

static char flood_json[4096];

/* Each turn writes two records that must agree. */
static void flood_call(int64_t seq) {
  memset(&flood, 0, sizeof flood);
  memset(flood_json, 'x', sizeof flood_json - 1);
  for (int i = 0; i < FLOOD; i++) {
    uint8_t id[STORE_EVENT_ID_BYTES];
    char name[32];
    snprintf(name, sizeof name, "e%lld", (long long)seq + i);
    struct store_op ops[] = {PUT(RECORD_PERSON, name, flood_json), PUT(RECORD_PAIR, name, "{}"), AUDIT("{}")};
    struct store_commit turn = {event_id(name, id), seq + i, NOW_MS, SYSTEM_MS, ops, 3};
    store_commit(store, &turn, on_flood, &flood.said[i]);
  }
}

static bool is_up(void *who) {
  return store_is_up(store);
}

static int64_t aof_bytes(void) {
  char path[200];
  struct stat info;
  snprintf(path, sizeof path, "%s/appendonlydir/appendonly.aof.1.incr.aof", lab.folder);
  return stat(path, &info) == 0 ? info.st_size : 0;
}

/* So many answers, then either at once or as soon as the file is seen to grow: in the middle of a write. */
static void flood_kill(int answers, bool while_writing) {
  flood.until = answers;
  cr_assert(lab_until(&lab, enough_answered, NULL));
  int64_t bytes = aof_bytes(), deadline_ms = clock_boot_ms() + 1000;
  while (while_writing && aof_bytes() == bytes && clock_boot_ms() < deadline_ms) continue;
  lab_server_kill(&lab, SIGKILL);
}

Test(store_redis, after_a_kill_the_head_names_exactly_what_is_there, .init = prep, .fini = tidy) {
  static const int kill_at[] = {0, 1, 2, 65, 70, 129, 200, 300, 1, 66, 130, 194, 1, 66, 130, 194};
  int64_t head = 0;
  int unknown = 0;
  for (size_t round = 0; round < ARRAY_LEN(kill_at); round++) {
    flood_call(head + 1);
    flood_kill(kill_at[round], round >= 8);
    flood.until = FLOOD;
    cr_assert(lab_until(&lab, enough_answered, NULL), "only %d answers", flood.answered);
    for (int i = 0; i < FLOOD; i++)
      cr_assert_eq(flood.said[i].answer, i < flood.acknowledged ? STORE_OK : STORE_UNKNOWN, "%d", i);
    unknown += FLOOD - flood.acknowledged;
    ANSWERS(renew(&lab, store), STORE_UNKNOWN);
    lab_server_start(&lab);
    cr_assert(lab_until(&lab, is_up, NULL), "%s", store_trouble(store));
    struct said taken = take(&lab, store, "a");
    cr_assert_eq(taken.answer, STORE_OK);
    cr_assert_geq(taken.taken.seq, head + flood.acknowledged, "an acknowledged turn is lost");
    head = taken.taken.seq;
    cr_assert_eq(records(&lab, store), 2 * (size_t)head);
    cr_assert_eq(seen(&lab, store, SYSTEM_MS), (size_t)head);
  }
  cr_assert_gt(unknown, 0);
  cr_log_info("%zu kills, %lld turns kept, %d answered unknown", ARRAY_LEN(kill_at), (long long)head, unknown);
}

static bool is_down(void *who) {
  return !store_is_up(store);
}

/* What the old connection still carries may run when the server goes on; the take that comes after it tells. */
Test(store_redis, a_stalled_server_is_given_up_and_settled_by_a_take, .init = prep, .fini = tidy) {
  struct store *other = lab_door(&lab);
  kill(lab.server, SIGSTOP);
  int64_t since_ms = clock_boot_ms();
  flood_call(1);
  flood.until = FLOOD;
  cr_assert(lab_until(&lab, enough_answered, NULL));
  int64_t waited_ms = clock_boot_ms() - since_ms;
  cr_assert(waited_ms >= 2000 && waited_ms < 4000, "%lld ms", (long long)waited_ms);
  for (int i = 0; i < FLOOD; i++) cr_assert_eq(flood.said[i].answer, STORE_UNKNOWN);
  cr_assert_not(store_is_up(store));
  cr_assert_neq(*store_trouble(store), '\0');
  kill(lab.server, SIGCONT);
  cr_assert(lab_until(&lab, is_up, NULL));
  struct said taken = take(&lab, store, "a");
  cr_assert_eq(taken.answer, STORE_OK);
  cr_assert_eq(records(&lab, store), 2 * (size_t)taken.taken.seq);
  ANSWERS(commit(&lab, store, taken.taken.seq + 1, "next", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
  store_free(other);
}

/* The replies wait in the socket while the loop is held up: that is no reason to give the connection up. */
Test(store_redis, a_loop_that_was_held_up_does_not_blame_the_server, .init = prep, .fini = tidy) {
  struct said said = {0};
  int64_t since_ms = clock_boot_ms();
  store_renew(store, said_done, &said);
  uv_run(&lab.loop, UV_RUN_NOWAIT);
  while (clock_boot_ms() < since_ms + 2400) continue; /* as a long turn would */
  lab_wait(&lab, &said);
  cr_assert_eq(said.answer, STORE_OK, "%s: %s", store_answer_name(said.answer), said.note);
}

Test(store_redis, comes_back_by_itself_and_answers_what_waited, .init = prep, .fini = tidy) {
  ANSWERS(commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{\"a\":1}"))), STORE_OK);
  lab_server_kill(&lab, SIGKILL);
  cr_assert(lab_until(&lab, is_down, NULL));
  struct said waits = {0};
  store_record_get(store, RECORD_PERSON, "p1", said_text, &waits);
  lab_server_start(&lab);
  lab_wait(&lab, &waits);
  cr_assert_eq(waits.answer, STORE_OK, "%s", waits.note);
  cr_assert_str_eq(waits.text, "{\"a\":1}");
  cr_assert_eq(*store_trouble(store), '\0');
}

/* ---- the server says no ---- */

enum { BIG_RECORDS = 48 };

/* 12 MB that were written while memory was plenty. */
static void fill(void) {
  static char json[RECORD_JSON_BYTES_MAX];
  memset(json, 'x', sizeof json - 1);
  for (int i = 0; i < BIG_RECORDS; i++) {
    char name[24];
    snprintf(name, sizeof name, "s%d", i);
    ANSWERS(commit(&lab, store, 1 + i, name, OPS(PUT(RECORD_SEALED, name, json))), STORE_OK);
  }
}

/* Drops the records from `first` on, `count` of them, and notes it in another. */
static struct said erase(int64_t seq, int first, int count, const char *json) {
  static char names[BIG_RECORDS][24];
  struct store_op ops[BIG_RECORDS + 1];
  for (int i = 0; i < count; i++) {
    snprintf(names[i], sizeof names[i], "s%d", first + i);
    ops[i] = DROP(RECORD_SEALED, names[i]);
  }
  ops[count] = PUT(RECORD_PERSON, "p1", json);
  char event[24];
  snprintf(event, sizeof event, "erase%d", first);
  return commit(&lab, store, seq, event, (size_t)count + 1, ops);
}

Test(store_redis, a_full_memory_stores_nothing_but_lets_room_be_made) {
  static char long_json[2000];
  memset(long_json, 'x', sizeof long_json - 1);
  prep();
  fill();
  store = store_free(store);
  lab_server_kill(&lab, SIGKILL);
  lab.memory_bytes_max = 8 * 1024 * 1024; /* the file is read all the same: memory is past its bound for sure */
  lab_server_start(&lab);
  store = lab_door(&lab);
  ANSWERS(take(&lab, store, "a"), STORE_OK); /* owning goes on … */
  ANSWERS(renew(&lab, store), STORE_OK);
  int64_t seq = BIG_RECORDS + 1;
  struct said said = commit(&lab, store, seq, "small", OPS(PUT(RECORD_PERSON, "p1", "{}"))); /* … storing does not */
  cr_assert_eq(said.answer, STORE_NOT_STORED, "%s", store_answer_name(said.answer));
  cr_assert_not_null(strstr(said.note, "maxmemory"), "%s", said.note);
  cr_assert_not_null(strstr(store_trouble(store), "maxmemory"));
  ANSWERS(push(&lab, store, "{\"id\":\"c1\"}"), STORE_NOT_STORED);
  ANSWERS(erase(seq, 0, 1, long_json), STORE_NOT_STORED); /* puts more than a word for what it drops */
  for (int i = 0; i < 4; i++) ANSWERS(erase(seq + i, 10 * i, 10, "{\"erased\":true}"), STORE_OK);
  cr_assert_eq(*store_trouble(store), '\0');
  ANSWERS(commit(&lab, store, seq + 4, "small", OPS(PUT(RECORD_PERSON, "p2", "{}"))), STORE_OK);
  ANSWERS(push(&lab, store, "{\"id\":\"c1\"}"), STORE_OK);
  cr_assert_eq(records(&lab, store), BIG_RECORDS - 40 + 2);
  tidy();
}

Test(store_redis, missing_functions_are_said_to_be_missing, .init = prep, .fini = tidy) {
  IS_REDIS("OK", "deploy", "FUNCTION", "DELETE", "mentord_1");
  struct said said = commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}")));
  cr_assert_eq(said.answer, STORE_NOT_STORED);
  cr_assert_not_null(strstr(said.note, "commit.lua"), "%s", said.note);
  cr_assert_eq(redis_private_ready(lab.folder, WAIT_MS), ERR_NONE);
  ANSWERS(commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
}

/* A function of another version, or of somebody else's: nothing may be said to be kept on its word. */
Test(store_redis, an_answer_that_counts_wrongly_keeps_nothing, .init = prep, .fini = tidy) {
  static const char *const answers[] = {"'SEQ', 5, 1", "'DUP', 5, 9", "'CONFLICT', 5, -1", "'OK', 5, 0", "'OK', 5, 2"};
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
    char library[300];
    (void)snprintf(library, sizeof library, "#!lua name=mentord_1\nredis.register_function('mentord_commit_1', function() return {%s, ''} end)", answers[i]);
    IS_REDIS("mentord_1", "deploy", "FUNCTION", "LOAD", "REPLACE", library);
    ANSWERS(commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_BROKEN);
  }
}

Test(store_redis, a_tool_reads_and_pushes_and_no_more, .init = prep, .fini = tidy) {
  struct store *tool = lab_door_as(&lab, "tool");
  ANSWERS(commit(&lab, store, 1, "e1", OPS(PUT(RECORD_PERSON, "p1", "{}"))), STORE_OK);
  ANSWERS(push(&lab, tool, "{\"id\":\"c1\"}"), STORE_OK);
  cr_assert_str_eq(peek(&lab, store).text, "{\"id\":\"c1\"}");
  cr_assert_eq(records(&lab, tool), 1);
  ANSWERS(record(&lab, tool, RECORD_PERSON, "p1"), STORE_OK);
  ANSWERS(take(&lab, tool, "a"), STORE_NOT_STORED);
  ANSWERS(commit(&lab, store, 2, "e2", OPS(PUT(RECORD_PERSON, "p2", "{}"))), STORE_OK); /* the fence did not move */
  store_free(tool);
}

/* ---- connections that do not come about ---- */

struct watched {
  struct store *store;
  const char *word;
};

static bool trouble_has(void *who) {
  struct watched *watched = who;
  return strstr(store_trouble(watched->store), watched->word) != NULL;
}

/* A port that nobody listens on: bound, so that nobody else takes it. */
static int deaf_port(int *ret_fd) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  *ret_fd = socket(AF_INET, SOCK_STREAM, 0);
  cr_assert_eq(bind(*ret_fd, (struct sockaddr *)&address, sizeof address), 0);
  cr_assert_eq(getsockname(*ret_fd, (struct sockaddr *)&address, &length), 0);
  return ntohs(address.sin_port);
}

Test(store_redis, a_refused_connection_is_reported_and_waiting_ends) {
  int fd;
  struct store_redis_options options = {.host = "127.0.0.1", .port = deaf_port(&fd), .scheme = "s"};
  cr_assert_eq(uv_loop_init(&lab.loop), 0);
  store = store_redis_new(&lab.loop, &options);
  struct watched watched = {store, "refused"};
  int64_t since_ms = clock_boot_ms();
  struct said waits = {0};
  store_take(store, "a", said_taken, &waits);
  cr_assert(lab_until(&lab, trouble_has, &watched), "%s", store_trouble(store));
  cr_assert_lt(clock_boot_ms() - since_ms, 2000);
  lab_wait(&lab, &waits);
  cr_assert_eq(waits.answer, STORE_NOT_STORED);
  cr_assert_not_null(strstr(waits.note, "refused"), "%s", waits.note);
  cr_assert_not(store_is_up(store));
  store_free(store);
  uv_run(&lab.loop, UV_RUN_DEFAULT);
  cr_assert_eq(uv_loop_close(&lab.loop), 0);
  close(fd);
}

Test(store_redis, a_wrong_password_and_a_missing_one_are_said, .init = prep, .fini = tidy) {
  struct redis_private_paths paths;
  char file[300];
  cr_assert_eq(redis_private_paths(lab.folder, &paths), ERR_NONE);
  snprintf(file, sizeof file, "%s/wrong", lab.folder);
  struct store_redis_options options = {.socket = paths.socket, .user = "mentord", .password_file = file, .scheme = "s"};
  struct store *other = store_redis_new(&lab.loop, &options);
  struct watched watched = {other, "cannot be read"};
  cr_assert(lab_until(&lab, trouble_has, &watched), "%s", store_trouble(other));
  cr_assert_eq(file_write(file, "wrong\n", 6, 0600), ERR_NONE);
  watched.word = "compare the password file";
  cr_assert(lab_until(&lab, trouble_has, &watched), "%s", store_trouble(other));
  char *right = NULL;
  size_t bytes;
  cr_assert_eq(file_read(paths.bot_password, 200, &right, &bytes), ERR_NONE);
  cr_assert_eq(file_write(file, right, bytes, 0600), ERR_NONE);
  free(right);
  ANSWERS(record(&lab, other, RECORD_PERSON, "p1"), STORE_OK); /* a new password needs no restart */
  store_free(other);
  options.user = options.password_file = NULL;
  other = store_redis_new(&lab.loop, &options);
  watched = (struct watched){other, "wants a password"};
  cr_assert(lab_until(&lab, trouble_has, &watched), "%s", store_trouble(other));
  store_free(other);
}

Test(store_redis, bad_options_are_refused_with_a_note) {
  static const struct {
    struct store_redis_options options;
    const char *word;
  } rows[] = {
      {{.socket = "/x", .scheme = ""}, "scheme"},
      {{.socket = "/x", .scheme = "a}b"}, "scheme"},
      {{.scheme = "s"}, "either"},
      {{.socket = "/x", .host = "127.0.0.1", .port = 1, .scheme = "s"}, "either"},
      {{.host = "localhost", .port = 6379, .scheme = "s"}, "numbers"},
      {{.host = "::1", .port = 0, .scheme = "s"}, "port"},
      {{.socket = "/x", .user = "u", .scheme = "s"}, "belong together"},
  };
  cr_assert_eq(uv_loop_init(&lab.loop), 0);
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    err_note_clear();
    cr_assert_null(store_redis_new(&lab.loop, &rows[i].options));
    cr_assert_not_null(strstr(err_note_text(), rows[i].word), "%zu: %s", i, err_note_text());
  }
  cr_assert_eq(uv_loop_close(&lab.loop), 0);
}

/* ---- what is written, beside the answers ---- */

Test(store_redis, event_ids_end_by_themselves_and_audit_is_kept, .init = prep, .fini = tidy) {
  char path[200], *file = NULL;
  size_t bytes;
  ANSWERS(commit(&lab, store, 1, "e1", OPS(AUDIT("{\"who\":\"p1\"}"))), STORE_OK);
  snprintf(path, sizeof path, "%s/appendonlydir/appendonly.aof.1.incr.aof", lab.folder);
  cr_assert_eq(file_read(path, 1 << 20, &file, &bytes), ERR_NONE);
  for (size_t i = 0; i < bytes; i++)
    if (file[i] == '\0') file[i] = ' ';
  cr_assert_not_null(strstr(file, "PEXPIREAT\r\n$16\r\nm:{s}:seen:20514"), "%s", file);
  cr_assert_not_null(strstr(file, "{\"who\":\"p1\"}"));
  free(file);
}
