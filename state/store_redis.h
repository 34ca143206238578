/* store_redis.h: the Redis store's parts among themselves: the requests in their order, the connection, the scans. */
#ifndef MENTORD_STORE_REDIS_H
#define MENTORD_STORE_REDIS_H

#include "bot/base/map.h"
#include "state/redis_answer.h"
#include "state/redis_args.h"
#include "state/redis_uv.h"
#include "state/store_door.h"

/* The order commit.lua expects, and a name for every other key. */
enum redis_key {
  KEY_HEAD, KEY_LEASE, KEY_SEEN, KEY_SEEN_1, KEY_SEEN_2, KEY_SENT, KEY_KEEP, KEY_AUDIT, KEY_CONTROL, KEY_SCHEME,
  KEY_MAX_ = KEY_SCHEME + RECORD_KIND_MAX_
};
enum { KEY_BYTES = 128, TROUBLE_BYTES = 320 };

enum request_kind { REQUEST_COMMIT, REQUEST_TAKE, REQUEST_RENEW, REQUEST_RELEASE, REQUEST_TEXT, REQUEST_PUSH, REQUEST_SCAN };
enum request_state { REQUEST_WAITING, REQUEST_SENT, REQUEST_SETTLED };

/* One call of store.h. They are sent in their order, and answered in their order. */
struct request {
  struct request *next; /* owned by the queue */
  enum request_kind kind;
  enum request_state state;
  struct args args; /* what goes to Redis; of a commit: its turn */
  union {
    store_done *done;
    store_taken *taken;
    store_text *text;
  } answer;
  void *who;
  int64_t since_ms; /* when it was called */
  struct store_result result;
  char note[NOTE_BYTES];
  int64_t seq, day;       /* of a commit … */
  size_t ops, bytes;      /* … what it weighs … */
  bool erases;            /* … and whether it may run though memory is full */
  struct store_head head; /* of a take */
  char *text;             /* owned: of a read; NULL: absent */
  size_t text_bytes;
  struct scan *scan; /* owned; of a scan */
};

struct store_redis;
/* A command that Redis has not answered yet. Redis answers in order, so these stand in one line. */
struct flight {
  struct flight *next; /* owned by the line */
  void (*reply)(struct store_redis *redis, const struct flight *flight, const redisReply *reply);
  struct request *request; /* borrowed from the queue until it is settled; the first of `count` */
  size_t count;
};

enum fence_state { FENCE_NONE, FENCE_HELD, FENCE_LOST };

struct store_redis {
  struct store base;
  uv_loop_t *loop; /* borrowed from the caller until all handles are closed */
  char *socket, *host, *user, *password_file; /* owned; NULL when not used */
  int port;
  char scheme[STORE_SCHEME_BYTES_MAX + 1];
  char keys[KEY_MAX_][KEY_BYTES]; /* without those of days */

  redisAsyncContext *context; /* owned by hiredis; NULL: no connection */
  uv_timer_t retry, watch;
  uv_idle_t kick;
  unsigned handles; /* open ones; the last one closed takes the store along */
  unsigned attempts, strikes;
  int64_t quiet_since_ms;
  bool up, closing;

  struct request *first, *last, *unsent; /* owned: the queue, and its first part that still waits */
  struct flight *flying, *flying_last;   /* owned */
  size_t commit_calls, small_calls;
  bool barrier; /* a take or a release is on its way: nothing overtakes it */
  enum fence_state fence_state;
  char fence[48];
  char trouble[TROUBLE_BYTES];
};

static inline struct store_redis *redis_of(struct store *store) {
  return (struct store_redis *)store;
}

/* ---- store_redis.c: the queue ---- */
struct request *request_new(struct store_redis *redis, enum request_kind kind, void *who);
void request_enqueue(struct store_redis *redis, struct request *request);
/* Nothing more will be heard of it: its answer is due as soon as those before it have been given. `note` may be NULL. */
void request_settle(struct request *request, enum store_answer answer, int64_t head, const char *note);
void request_answers(struct store_redis *redis); /* gives the answers that are due; only from the loop */
void redis_pump(struct store_redis *redis);      /* sends what may be sent now */
void redis_handle_closed(struct store_redis *redis); /* the loop has let go of one handle */
/* A list for FCALL `function` with these keys; the caller adds what follows. */
void redis_fcall(struct store_redis *redis, struct args *args, const char *function, size_t keys);
void redis_key_day(const struct store_redis *redis, int64_t day, char ret_key[KEY_BYTES]);

/* ---- store_redis_link.c: the connection ---- */
void redis_connect(struct store_redis *redis);
void redis_drop(struct store_redis *redis, const char *why); /* ends the connection; it will be made anew */
/* False: the connection ended; what it carried is settled as unknown. */
bool redis_send(struct store_redis *redis, const struct args *const *lists, size_t count, struct flight flight);
void redis_watch(struct store_redis *redis);
void redis_trouble_set(struct store_redis *redis, const char *sentence);

/* ---- store_redis_commit.c ---- */
void redis_commit(struct store *store, const struct store_commit *commit, store_done *done, void *who);
bool redis_commit_may_fly(const struct store_redis *redis);
/* Sends this waiting commit and those behind it that may share the call. False: the connection is ending. */
bool redis_commit_send(struct store_redis *redis, struct request *first, struct request **ret_behind);

/* ---- store_redis_load.c: scans ---- */
void redis_load(struct store *store, store_each *each, store_done *done, void *who);
void redis_load_seen(struct store *store, int64_t system_ms, store_each_seen *each, store_done *done, void *who);
void redis_keep_get(struct store *store, const char *workspace, const char *prefix, store_blobs *done, void *who);
bool redis_scan_step(struct store_redis *redis, struct request *request); /* false: the connection is ending */
void redis_scan_answer(struct request *request);
struct scan *redis_scan_free(struct scan *scan);

#endif
