/* serve_bench.h: one served scheme on the store in memory, with ports that only write down what they were asked. No socket, no sleep. */
#ifndef TEST_SERVE_BENCH_H
#define TEST_SERVE_BENCH_H

#include "bot/edge/serve.h"

enum { BENCH_MAX = 512 };

struct bench_act { /* one action handed over */
  char id[32], key[64], person[64], room[64], message[64], file[64], plain[600];
  size_t file_bytes;
  enum action_kind kind;
  bool first;
};

struct bench {
  char folder[64];
  struct store *store;       /* owned */
  struct keystore *keystore; /* owned */
  struct words *words;       /* owned */
  struct blackbox *blackbox;     /* owned */
  struct serve *serve;       /* owned */
  uv_loop_t loop;            /* the key store's, where `slow_keys` */
  bool slow_keys, demo;
  const char *owner;         /* NULL: "bench" */
  int64_t now_ms, wake_ms;   /* -1: no wake asked for */
  int64_t jump_ms;           /* so far the system clock has jumped ahead of the boot clock */
  uint64_t chance, events;
  bool link, refuse, no_ask; /* a link is up; act says no; ask says no */
  int per_minute;            /* of the link; 0: it does not say */
  int file_max;              /* of the link; 0: it takes no files */
  bool may_repeat;           /* the link may bring one thing under two ids */
  const char *unfit;         /* the key of a card that no link takes; NULL: there is none */
  char fence[48];            /* "" while not serving */
  int fences, stopped;
  char acks[BENCH_MAX][48], replies[BENCH_MAX][200];
  size_t ack_count;
  struct bench_act acts[BENCH_MAX];
  size_t act_count;
  char asks[BENCH_MAX][32], gots[BENCH_MAX][32];
  size_t ask_count, got_count, kept_count;
  char kept_id[48], kept_conflict[80]; /* of the last one: its id, and its conflicts joined by commas */
  int64_t clock_ms, clock_next_ms;
  char clock_next[2048];
  bool slow_work;            /* another thread's work waits for bench_work and bench_work_back; else it is done at once */
  void (*work_run)(void *job), (*work_done)(void *job), *work;
};

/* A scheme is there: city, a programme, jo (manager), aisha and ben; served and settled. */
void bench_init(struct bench *bench);
void bench_init_empty(struct bench *bench); /* nothing stored, not started */
void bench_cast(struct bench *bench); /* those records, before bench_start */
void bench_done(struct bench *bench);
#define BENCH(name) CLEANUP(bench_done) struct bench name; bench_init(&name)
#define BENCH_EMPTY(name) CLEANUP(bench_done) struct bench name; bench_init_empty(&name)

/* Puts a record into the store behind the bot's back; before bench_start only. */
void bench_put(struct bench *bench, enum record_kind kind, const char *id, const char *json);
void bench_start(struct bench *bench);
void bench_restart(struct bench *bench);    /* ends without a goodbye and comes back */
bool bench_pump(struct bench *bench);       /* the store answers once; false: nothing was waiting */
void bench_settle(struct bench *bench);     /* answers and ticks until nothing is due now */
void bench_pass(struct bench *bench, int64_t ms); /* time passes; wakes on the way happen at their time */

void bench_work(struct bench *bench);      /* on a thread of its own, which has ended when this returns */
void bench_work_back(struct bench *bench); /* the loop hears of it */

/* An event of this id (NULL: a fresh one) from "web/city"; only handed in, nothing is pumped. */
void bench_text(struct bench *bench, const char *id, const char *user, const char *text);
void bench_event(struct bench *bench, const struct event *event);
void bench_press(struct bench *bench, const char *id, const char *user, const char *value); /* on the open talk's offer */
void bench_finish(struct bench *bench, const char *action, enum action_result result, const char *message, const char *why, int64_t wait_ms);
void bench_arrive(struct bench *bench); /* everything handed over and not settled yet arrived: sent, message "m-<id>" */
void bench_control(struct bench *bench, const char *json);

void bench_hash(const struct bench *bench, const char *id, uint8_t ret_hash[STORE_EVENT_ID_BYTES]); /* what the store knows this event by */
size_t bench_acked(const struct bench *bench, const char *id);
size_t bench_sent(const struct bench *bench, const char *user, const char *key); /* how often */
const struct bench_act *bench_last(const struct bench *bench, const char *user, const char *key); /* NULL: never */
size_t bench_got(const struct bench *bench, const char *action);
bool bench_named(struct bench *bench, const char *name); /* the store knows the platform's id of this message */
size_t bench_stored(struct bench *bench, enum record_kind kind); /* how many are in the store */
const struct talk *bench_talk(const struct bench *bench, const char *user); /* open; NULL: none */
const char *bench_person(const struct bench *bench, const char *user);
size_t bench_persons(const struct bench *bench);

#endif
