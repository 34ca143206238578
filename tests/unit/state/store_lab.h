/* store_lab.h: what the tests of the store share: a loop, a private Redis in a folder of its own, and calls that wait. */
#ifndef MENTORD_STORE_LAB_H
#define MENTORD_STORE_LAB_H

#include <sys/types.h>

#include "state/redis_private.h"
#include "state/store.h"

enum maker { MAKER_MEMORY, MAKER_REDIS };
enum { WAIT_MS = 20000, DAY_MS = 86400000 };

struct lab {
  uv_loop_t loop;
  enum maker maker;
  char folder[64];
  int64_t memory_bytes_max;
  pid_t server;
  struct store *first; /* of memory: the door that later ones look through */
};

void lab_open(struct lab *lab, enum maker maker);
void lab_close(struct lab *lab);
/* One more store on the same content. */
struct store *lab_door(struct lab *lab);
struct store *lab_door_as(struct lab *lab, const char *user); /* Redis only: "bot" or "tool" */
/* Redis only. */
void lab_server_start(struct lab *lab);
void lab_server_kill(struct lab *lab, int signal_number); /* and reaps it */
bool lab_until(struct lab *lab, bool (*true_now)(void *who), void *who); /* runs the loop; false at the deadline */
/* One command on a connection of its own, as "bot", "tool" or "deploy"; the answer, or the first thing in
 * it, as text: "OK", "(nil)", "3", "NOPERM …". */
void lab_redis(const struct lab *lab, const char *user, char *ret_line, size_t bytes, const char *const *words);

/* ---- answers that are waited for ---- */
struct said {
  int times;
  enum store_answer answer;
  int64_t head;
  char note[400];
  struct store_head taken;
  bool absent;
  char text[1024];
  size_t bytes;
};
void said_done(void *said, const struct store_result *result);
void said_taken(void *said, const struct store_result *result, const struct store_head *head);
void said_text(void *said, const struct store_result *result, const char *text, size_t bytes);
void lab_wait(struct lab *lab, const struct said *said); /* fails the test at the deadline */

struct said take(struct lab *lab, struct store *store, const char *owner);
void take_well(struct lab *lab, struct store *store, const char *owner); /* fails the test unless OK */
struct said commit(struct lab *lab, struct store *store, int64_t seq, const char *event, size_t op_count, const struct store_op *ops);
struct said record(struct lab *lab, struct store *store, enum record_kind kind, const char *id);
struct said renew(struct lab *lab, struct store *store);
struct said release(struct lab *lab, struct store *store);
struct said push(struct lab *lab, struct store *store, const char *entry);
struct said peek(struct lab *lab, struct store *store);
struct said sent_name(struct lab *lab, struct store *store, const char *name);
size_t records(struct lab *lab, struct store *store); /* how many store_load hands over; the answer must be OK */
size_t seen(struct lab *lab, struct store *store, int64_t system_ms);

/* "e1" as an event id of 16 bytes; NULL stays NULL. */
const uint8_t *event_id(const char *name, uint8_t ret_id[STORE_EVENT_ID_BYTES]);
enum { NOW_MS = 1000 };
#define SYSTEM_MS INT64_C(1772445600000)

#define PUT(record, name, json) ((struct store_op){.op = STORE_PUT, .kind = record, .id = name, .data = json, .bytes = strlen(json)})
#define DROP(record, name) ((struct store_op){.op = STORE_DROP, .kind = record, .id = name})
#define SENT(name, message) ((struct store_op){.op = STORE_SENT, .id = name, .data = message, .bytes = strlen(message)})
#define KEEP(name, number, blob) \
  ((struct store_op){.op = STORE_KEEP, .id = name, .version = number, .data = blob, .bytes = strlen(blob)})
#define CONTROL(name) ((struct store_op){.op = STORE_TAKE, .id = name})
#define AUDIT(line) ((struct store_op){.op = STORE_AUDIT, .data = line, .bytes = strlen(line)})
#define WIPE ((struct store_op){.op = STORE_WIPE})
#define OPS(...) ARRAY_LEN(((struct store_op[]){__VA_ARGS__})), (struct store_op[]){__VA_ARGS__}

#endif
