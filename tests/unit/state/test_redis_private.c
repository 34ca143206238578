/* test_redis_private.c: our own server: one a folder, private, who may do what, dead with its parent, mended when its file is torn. */
#include "state/redis_private.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bot/base/clock.h"
#include "bot/base/file.h"
#include "store_lab.h"

static struct lab lab;

static void prep(void) {
  lab_open(&lab, MAKER_REDIS);
}

static void tidy(void) {
  lab_close(&lab);
}

TestSuite(redis_private, .timeout = 120);

static struct redis_private_options options(void) {
  return (struct redis_private_options){.folder = lab.folder};
}

#define IS_ERR(call, wanted)                                                                              \
  do {                                                                                                    \
    err_note_clear();                                                                                     \
    enum err heard = call;                                                                                \
    cr_assert_eq(heard, wanted, "%s instead of %s: %s", err_name(heard), err_name(wanted), err_note_text()); \
  } while (0)

/* ---- one server a folder, and nobody else's business ---- */

Test(redis_private, a_second_server_on_the_folder_is_refused, .init = prep, .fini = tidy) {
  pid_t second = 0;
  struct redis_private_options mine = options();
  IS_ERR(redis_private_start(&mine, &second), ERR_CONFLICT);
  cr_assert_not_null(strstr(err_note_text(), "another folder"), "%s", err_note_text());
  cr_assert_eq(second, 0);
  int64_t cut_bytes;
  IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_CONFLICT);
  IS_ERR(redis_private_ready(lab.folder, WAIT_MS), ERR_NONE); /* the first one was not hurt */
  lab_server_kill(&lab, SIGKILL);
  lab_server_start(&lab);
}

static unsigned mode_of(const char *name) {
  char path[300];
  struct stat info;
  snprintf(path, sizeof path, "%s/%s", lab.folder, name);
  cr_assert_eq(stat(path, &info), 0, "%s", path);
  return info.st_mode & 0777;
}

Test(redis_private, only_its_user_can_look_in, .init = prep, .fini = tidy) {
  static const char *const files[] = {"password.bot", "password.tool", "password.deploy", "redis.log", "lock",
                                      "appendonlydir/appendonly.aof.1.incr.aof"};
  for (size_t i = 0; i < ARRAY_LEN(files); i++) cr_assert_eq(mode_of(files[i]), 0600, "%s: %o", files[i], mode_of(files[i]));
  cr_assert_eq(mode_of(""), 0700);
  cr_assert_eq(mode_of("appendonlydir"), 0700);
  cr_assert_eq(mode_of("redis.sock"), 0700);
}

/* No argument, no environment, and no file but its own names a password. */
Test(redis_private, the_password_is_drawn_once_and_stands_nowhere_else, .init = prep, .fini = tidy) {
  char path[300], *before = NULL, *after = NULL, *command = NULL, *log = NULL;
  size_t bytes;
  snprintf(path, sizeof path, "%s/password.bot", lab.folder);
  cr_assert_eq(file_read(path, 200, &before, &bytes), ERR_NONE);
  cr_assert_eq(bytes, 65);
  lab_server_kill(&lab, SIGTERM);
  lab_server_start(&lab);
  cr_assert_eq(file_read(path, 200, &after, &bytes), ERR_NONE);
  cr_assert_str_eq(before, after);
  before[64] = '\0';
  snprintf(path, sizeof path, "/proc/%d/cmdline", (int)lab.server);
  cr_assert_eq(file_read(path, 10000, &command, &bytes), ERR_NONE);
  cr_assert_null(memmem(command, bytes, before, 64));
  snprintf(path, sizeof path, "%s/redis.log", lab.folder);
  cr_assert_eq(file_read(path, 1 << 20, &log, &bytes), ERR_NONE);
  cr_assert_null(strstr(log, before));
  free(before);
  free(after);
  free(command);
  free(log);
}

Test(redis_private, what_cannot_start_says_why) {
  pid_t pid = 0;
  char folder[64] = "/tmp/mentord-private-XXXXXX", long_folder[160];
  cr_assert_not_null(mkdtemp(folder));
  struct redis_private_options mine = {.folder = folder, .server = "/nonexistent/redis-server"};
  IS_ERR(redis_private_start(&mine, &pid), ERR_GONE);
  cr_assert_not_null(strstr(err_note_text(), "install redis-server"), "%s", err_note_text());
  IS_ERR(redis_private_ready(folder, WAIT_MS), ERR_GONE); /* at once, not at the deadline */
  mine.server = NULL;
  cr_assert_eq(chmod(folder, 0755), 0);
  IS_ERR(redis_private_start(&mine, &pid), ERR_DENIED);
  memset(long_folder, 'x', sizeof long_folder);
  long_folder[0] = '/';
  long_folder[sizeof long_folder - 1] = '\0';
  mine.folder = long_folder;
  IS_ERR(redis_private_start(&mine, &pid), ERR_BAD_INPUT);
  mine.folder = "/tmp/a\"\nport 6379\n\"b";
  IS_ERR(redis_private_start(&mine, &pid), ERR_BAD_INPUT);
  char name[128];
  snprintf(name, sizeof name, "%s/lock", folder);
  unlink(name);
  snprintf(name, sizeof name, "%s/redis.log", folder);
  unlink(name);
  for (int i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s/password.%s", folder, ((const char *[]){"bot", "tool", "deploy"})[i]);
    unlink(name);
  }
  cr_assert_eq(rmdir(folder), 0);
}

Test(redis_private, a_relative_folder_is_made_absolute) {
  struct redis_private_paths paths;
  char here[200];
  cr_assert_eq(chdir("/tmp"), 0);
  cr_assert_not_null(getcwd(here, sizeof here));
  cr_assert_eq(redis_private_paths("data/redis/", &paths), ERR_NONE);
  cr_assert_str_eq(paths.folder, "/tmp/data/redis");
  cr_assert_str_eq(paths.socket, "/tmp/data/redis/redis.sock");
}

/* ---- it dies with its parent ---- */

static bool folder_is_free(void *unused) {
  pid_t pid;
  struct redis_private_options mine = options();
  if (lab.server > 0) return true;
  if (redis_private_start(&mine, &pid) != ERR_NONE) {
    err_note_clear();
    return false;
  }
  lab.server = pid;
  return true;
}

Test(redis_private, the_server_ends_when_its_parent_is_killed, .init = prep, .fini = tidy) {
  lab_server_kill(&lab, SIGTERM);
  int ready[2];
  char byte = 0;
  cr_assert_eq(pipe(ready), 0);
  pid_t parent = fork();
  cr_assert_geq(parent, 0);
  if (parent == 0) {
    struct redis_private_options mine = options();
    pid_t pid;
    bool good = redis_private_start(&mine, &pid) == ERR_NONE && redis_private_ready(lab.folder, WAIT_MS) == ERR_NONE;
    byte = good ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    while (true) pause();
  }
  cr_assert_eq(read(ready[0], &byte, 1), 1);
  cr_assert_eq(byte, 'y');
  kill(parent, SIGKILL);
  waitpid(parent, NULL, 0);
  cr_assert(lab_until(&lab, folder_is_free, NULL), "the server still holds its folder");
  IS_ERR(redis_private_ready(lab.folder, WAIT_MS), ERR_NONE);
}

/* ---- who may do what ---- */

static void refused(const char *user, const char *const *words) {
  char line[400];
  lab_redis(&lab, user, line, sizeof line, words);
  bool no = strncmp(line, "NOPERM", 6) == 0 || strstr(line, "command not allowed") != NULL; /* DEBUG, MODULE: of nobody at all */
  cr_assert(no, "%s may %s %s: %s", user, words[0], words[1] == NULL ? "" : words[1], line);
}

static void allowed(const char *user, const char *const *words) {
  char line[400];
  lab_redis(&lab, user, line, sizeof line, words);
  cr_assert_neq(strncmp(line, "NOPERM", 6), 0, "%s may not %s: %s", user, words[0], line);
}

#define REFUSED(user, ...) refused(user, (const char *const[]){__VA_ARGS__, NULL})
#define ALLOWED(user, ...) allowed(user, (const char *const[]){__VA_ARGS__, NULL})

static const char library[] = "#!lua name=other\nredis.register_function('other', function() return 1 end)";

Test(redis_private, nobody_runs_what_is_not_ours, .init = prep, .fini = tidy) {
  static const char *const users[] = {"bot", "tool", "deploy"};
  for (size_t i = 0; i < ARRAY_LEN(users); i++) {
    REFUSED(users[i], "EVAL", "return 1", "0");
    REFUSED(users[i], "EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0");
    REFUSED(users[i], "SCRIPT", "LOAD", "return 1");
    REFUSED(users[i], "CONFIG", "GET", "*");
    REFUSED(users[i], "CONFIG", "SET", "appendfsync", "no");
    REFUSED(users[i], "KEYS", "*");
    REFUSED(users[i], "SCAN", "0");
    REFUSED(users[i], "FLUSHALL");
    REFUSED(users[i], "MONITOR");
    REFUSED(users[i], "DEBUG", "SLEEP", "0");
    REFUSED(users[i], "MODULE", "LOAD", "/x.so");
    REFUSED(users[i], "ACL", "LIST");
    REFUSED(users[i], "SHUTDOWN");
    REFUSED(users[i], "SLOWLOG", "GET");
    REFUSED(users[i], "CLIENT", "LIST");
    REFUSED(users[i], "REPLICAOF", "127.0.0.1", "1");
    REFUSED(users[i], "FUNCTION", "FLUSH");
  }
}

Test(redis_private, each_user_has_its_own_rights, .init = prep, .fini = tidy) {
  REFUSED("bot", "FUNCTION", "LOAD", library);
  REFUSED("bot", "HSET", "other", "a", "b");
  REFUSED("bot", "HGET", "other", "a");
  REFUSED("bot", "DEL", "m:{s}:pair");
  ALLOWED("bot", "FCALL", "mentord_take_1", "3", "m:{s}:head", "m:{s}:lease", "m:{s}:scheme", "a");
  REFUSED("bot", "FCALL", "mentord_take_1", "3", "other:head", "m:{s}:lease", "m:{s}:scheme", "a");
  REFUSED("tool", "FUNCTION", "LOAD", library);
  REFUSED("tool", "HSET", "m:{s}:person", "p1", "{}");
  REFUSED("tool", "RPUSH", "m:{s}:person", "x");
  REFUSED("tool", "LPOP", "m:{s}:control");
  REFUSED("tool", "FCALL", "mentord_take_1", "3", "m:{s}:head", "m:{s}:lease", "m:{s}:scheme", "b");
  REFUSED("tool", "FCALL", "mentord_renew_1", "2", "m:{s}:head", "m:{s}:lease", "1.1");
  ALLOWED("tool", "FCALL", "mentord_push_1", "1", "m:{s}:control", "c1", "{}");
  ALLOWED("tool", "HGET", "m:{s}:person", "p1");
  REFUSED("deploy", "FCALL", "mentord_push_1", "1", "m:{s}:control", "c1", "{}");
  REFUSED("deploy", "HGET", "m:{s}:person", "p1");
  REFUSED("deploy", "HSET", "m:{s}:person", "p1", "{}");
  ALLOWED("deploy", "FUNCTION", "LOAD", "REPLACE", library);
  ALLOWED("deploy", "FUNCTION", "DELETE", "other");
}

/* ---- a torn file ---- */

static char aof_path[300];

static void aof_find(void) {
  snprintf(aof_path, sizeof aof_path, "%s/appendonlydir/appendonly.aof.1.incr.aof", lab.folder);
}

static int64_t aof_bytes(void) {
  struct stat info;
  cr_assert_eq(stat(aof_path, &info), 0);
  return info.st_size;
}

static void aof_append(const char *data, size_t bytes) {
  int fd = open(aof_path, O_WRONLY | O_APPEND);
  cr_assert_eq(write(fd, data, bytes), (ssize_t)bytes);
  close(fd);
}

static struct store *store;

static int64_t opened(void) {
  store = lab_door(&lab);
  struct said said = take(&lab, store, "a");
  cr_assert_eq(said.answer, STORE_OK, "%s: %s", store_answer_name(said.answer), said.note);
  return said.taken.seq;
}

/* The store goes first, so that its loop is idle while the server is away. */
static void kill_server(void) {
  store = store_free(store);
  uv_run(&lab.loop, UV_RUN_DEFAULT);
  lab_server_kill(&lab, SIGKILL);
}

/* Two records and a row that must agree. */
static void commit_named(int64_t seq, const char *name) {
  struct said said = commit(&lab, store, seq, name,
                            OPS(PUT(RECORD_PERSON, name, "{\"a\":1}"), PUT(RECORD_TALK, name, "{}"), PUT(RECORD_OUT, name, "{}"), AUDIT("{}")));
  cr_assert_eq(said.answer, STORE_OK, "%s", said.note);
}

static bool there(const char *name) {
  bool person = !record(&lab, store, RECORD_PERSON, name).absent, talk = !record(&lab, store, RECORD_TALK, name).absent;
  bool out = !record(&lab, store, RECORD_OUT, name).absent;
  cr_assert(person == talk && talk == out, "half of %s is there", name);
  return person;
}

/* The server looks at its file and gives up. */
static void start_in_vain(void) {
  struct redis_private_options mine = options();
  IS_ERR(redis_private_start(&mine, &lab.server), ERR_NONE);
  IS_ERR(redis_private_ready(lab.folder, WAIT_MS), ERR_GONE);
  cr_assert_eq(waitpid(lab.server, NULL, 0), lab.server);
  lab.server = 0;
}

static char zeros[4096];

static void tear_two_in_the_middle(void) {
  cr_assert_eq(truncate(aof_path, aof_bytes() - 150), 0);
}
static void tear_one_byte(void) {
  cr_assert_eq(truncate(aof_path, aof_bytes() - 1), 0);
}
static void tear_zeros_behind(void) {
  aof_append(zeros, sizeof zeros);
}
static void tear_one_zero_behind(void) {
  aof_append(zeros, 1);
}
static void tear_half_and_zeros(void) {
  tear_two_in_the_middle();
  aof_append(zeros, 100);
}
static void tear_before_exec(void) {
  cr_assert_eq(truncate(aof_path, aof_bytes() - 14), 0); /* *1\r\n$4\r\nEXEC\r\n: whole commands, and a MULTI left open */
}

/* Kept are A and B, or A alone when the tear went through B; then C comes, and two restarts change nothing any more. */
static void torn(void (*tear)(void), bool keeps_second, bool by_start) {
  struct redis_private_options mine = options();
  int64_t cut_bytes = -1;
  aof_find();
  cr_assert_eq(opened(), 0);
  commit_named(1, "A");
  commit_named(2, "B");
  kill_server();
  tear();
  int64_t torn_bytes = aof_bytes();
  start_in_vain();
  if (!by_start) {
    IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_NONE);
    cr_assert_gt(cut_bytes, 0);
    cr_assert_eq(aof_bytes(), torn_bytes - cut_bytes);
    IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_GONE); /* it is mended: there is nothing to do */
  }
  cr_assert_eq(access(aof_path, F_OK), 0);
  lab_server_start(&lab);
  int64_t seq = opened();
  cr_assert_eq(seq, keeps_second ? 2 : 1);
  cr_assert(there("A"));
  cr_assert_eq(there("B"), keeps_second);
  commit_named(seq + 1, "C");
  for (int restart = 0; restart < 2; restart++) {
    kill_server();
    lab_server_start(&lab);
    cr_assert_eq(opened(), seq + 1 + restart);
    cr_assert(there("A") && there("C"));
    cr_assert_eq(there("B"), keeps_second, "what was not committed came back");
    cr_assert_eq(there("D0"), restart == 1);
    if (restart == 0) commit_named(seq + 2, "D0");
  }
  store = store_free(store);
}

Test(redis_private, a_turn_torn_in_the_middle_is_gone_for_good, .init = prep, .fini = tidy) {
  torn(tear_two_in_the_middle, false, false);
}
Test(redis_private, a_missing_byte_is_mended, .init = prep, .fini = tidy) {
  torn(tear_one_byte, false, false);
}
Test(redis_private, zero_bytes_behind_are_cut, .init = prep, .fini = tidy) {
  torn(tear_zeros_behind, true, false);
}
Test(redis_private, one_zero_byte_behind_is_cut, .init = prep, .fini = tidy) {
  torn(tear_one_zero_behind, true, false);
}
Test(redis_private, half_a_turn_and_zero_bytes_are_cut, .init = prep, .fini = tidy) {
  torn(tear_half_and_zeros, false, false);
}
Test(redis_private, a_turn_without_its_end_is_gone_for_good, .init = prep, .fini = tidy) {
  torn(tear_before_exec, false, false);
}
Test(redis_private, starting_again_mends_by_itself, .init = prep, .fini = tidy) {
  torn(tear_half_and_zeros, false, true);
}

/* Wherever it is cut, what is left is the first so many turns, each whole. */
Test(redis_private, any_cut_leaves_whole_turns, .init = prep, .fini = tidy) {
  enum { ROUNDS = 25, TURNS = 6 };
  char name[32];
  unsigned draw = 4711;
  int64_t seq = opened();
  int cut_rounds = 0;
  aof_find();
  for (int round = 0; round < ROUNDS; round++) {
    int64_t from = aof_bytes();
    for (int i = 0; i < TURNS; i++) {
      snprintf(name, sizeof name, "r%d-%d", round, i);
      commit_named(seq + 1 + i, name);
    }
    kill_server();
    draw = draw * 1103515245 + 12345;
    cr_assert_eq(truncate(aof_path, from + (draw >> 8) % (unsigned)(aof_bytes() - from)), 0);
    struct redis_private_options mine = options();
    IS_ERR(redis_private_start(&mine, &lab.server), ERR_NONE);
    enum err err = redis_private_ready(lab.folder, WAIT_MS);
    if (err == ERR_GONE) {
      cr_assert_eq(waitpid(lab.server, NULL, 0), lab.server);
      lab_server_start(&lab);
      cut_rounds++;
    }
    int64_t head = opened();
    cr_assert(head >= seq && head < seq + TURNS, "%lld", (long long)head);
    for (int i = 0; i < TURNS; i++) {
      snprintf(name, sizeof name, "r%d-%d", round, i);
      cr_assert_eq(there(name), seq + 1 + i <= head, "round %d, turn %d, head %lld", round, i, (long long)(head - seq));
    }
    seq = head;
  }
  cr_assert_gt(cut_rounds, ROUNDS / 2);
  cr_log_info("%d cuts, %d of them refused by the server and mended", ROUNDS, cut_rounds);
  store = store_free(store);
}

Test(redis_private, more_than_a_torn_end_stops_and_asks, .init = prep, .fini = tidy) {
  struct redis_private_options mine = options();
  int64_t cut_bytes = -1;
  aof_find();
  opened();
  for (int64_t seq = 1; seq <= 20; seq++) commit_named(seq, (const char[]){(char)('A' + seq), '\0'});
  kill_server();
  int64_t bytes = aof_bytes();
  int fd = open(aof_path, O_WRONLY);
  cr_assert_eq(pwrite(fd, zeros, 400, bytes - 5000), 400);
  close(fd);
  start_in_vain();
  mine.repair_bytes_max = 1000;
  IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_LIMITED);
  cr_assert_not_null(strstr(err_note_text(), "backup"), "%s", err_note_text());
  cr_assert_eq(aof_bytes(), bytes);
  cr_assert_eq(cut_bytes, -1);
  IS_ERR(redis_private_start(&mine, &lab.server), ERR_LIMITED);
  mine.repair_bytes_max = 0;
  IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_NONE);
  char path[300];
  struct stat info;
  snprintf(path, sizeof path, "%s/torn.aof", lab.folder);
  cr_assert_eq(stat(path, &info), 0);
  cr_assert_eq(info.st_size, bytes); /* as it was */
  cr_assert_eq(info.st_mode & 0777, 0600);
  lab_server_start(&lab);
  IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_CONFLICT);
}

/* Cutting the end of the last file does not help when it is another one that is broken. */
Test(redis_private, a_file_that_is_not_the_last_is_never_cut, .init = prep, .fini = tidy) {
  struct redis_private_options mine = options();
  char manifest[300], second[300];
  int64_t cut_bytes = -1;
  aof_find();
  opened();
  commit_named(1, "A");
  kill_server();
  snprintf(manifest, sizeof manifest, "%s/appendonlydir/appendonly.aof.manifest", lab.folder);
  snprintf(second, sizeof second, "%s/appendonlydir/appendonly.aof.2.incr.aof", lab.folder);
  static const char lines[] = "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n"
                              "file appendonly.aof.2.incr.aof seq 2 type i\n";
  cr_assert_eq(file_write(manifest, lines, sizeof lines - 1, 0600), ERR_NONE);
  cr_assert_eq(file_write(second, "", 0, 0600), ERR_NONE);
  tear_zeros_behind();
  int64_t bytes = aof_bytes();
  start_in_vain();
  IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_DENIED);
  cr_assert_not_null(strstr(err_note_text(), "not the last"), "%s", err_note_text());
  cr_assert_eq(aof_bytes(), bytes);
  IS_ERR(redis_private_start(&mine, &lab.server), ERR_DENIED);
  cr_assert_eq(truncate(aof_path, bytes - (int64_t)sizeof zeros), 0); /* the operator's hand */
  lab_server_start(&lab);
}

Test(redis_private, a_server_that_ended_for_another_reason_has_nothing_torn, .init = prep, .fini = tidy) {
  struct redis_private_options mine = options();
  int64_t cut_bytes = -1;
  lab_server_kill(&lab, SIGKILL);
  IS_ERR(redis_private_repair(&mine, &cut_bytes), ERR_GONE);
  IS_ERR(redis_private_ready(lab.folder, WAIT_MS), ERR_GONE);
}

/* ---- a long file ---- */

/* It answers each 1,024 commands, and takes half a millisecond for each of them, as years of data on a slow disk do. */
Test(redis_private, a_server_that_reads_its_file_is_told_from_one_that_is_silent, .init = prep, .fini = tidy) {
  enum { COMMANDS = 4096 };
  static const char script[] = "#!/bin/bash\nexec redis-server \"$@\" < <(cat; echo key-load-delay 500)\n", command[] = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
  char server[300];
  struct redis_private_options mine = options();
  aof_find();
  lab_server_kill(&lab, SIGTERM);
  for (int i = 0; i < COMMANDS; i++) aof_append(command, sizeof command - 1);
  snprintf(server, sizeof server, "%s/slow-server", lab.folder);
  mine.server = server;
  cr_assert_eq(file_write(server, script, sizeof script - 1, 0700), ERR_NONE);
  IS_ERR(redis_private_start(&mine, &lab.server), ERR_NONE);
  IS_ERR(redis_private_ready(lab.folder, 1000), ERR_LIMITED);
  cr_assert_not_null(strstr(err_note_text(), "reads its file"), "%s", err_note_text());
  IS_ERR(redis_private_ready(lab.folder, WAIT_MS), ERR_NONE);
  cr_assert_eq(kill(lab.server, SIGSTOP), 0);
  IS_ERR(redis_private_ready(lab.folder, 100), ERR_AGAIN);
  cr_assert_eq(kill(lab.server, SIGCONT), 0);
}
