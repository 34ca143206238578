/* store_shelf.h: what a store in memory holds, and the rules of a commit on it: the same that commit.lua keeps. */
#ifndef MENTORD_STORE_SHELF_H
#define MENTORD_STORE_SHELF_H

#include "bot/base/map.h"
#include "state/store_door.h"

struct shelf_entry {
  char *id, *data; /* owned; data ends with a NUL that is not counted */
  size_t bytes;
  int64_t version; /* of a keep */
  size_t at;       /* its place in the table */
};
struct shelf_table {
  struct map *by_id;            /* owned */
  struct shelf_entry **entries; /* owned */
  size_t count, capacity;
};
struct shelf_day {
  int64_t day;
  struct shelf_table ids; /* data: the 16 bytes */
};
struct shelf_line {
  struct shelf_line *next; /* owned */
  char *id, *entry;        /* owned */
};
struct shelf {
  unsigned doors; /* how many stores look at it; the last one takes it along */
  int64_t incarnation, epoch, seq, now_ms;
  bool demo;
  char *owner; /* owned; NULL: no lease */
  int64_t lease_until_ms;
  struct shelf_table kinds[RECORD_KIND_MAX_], sent, keep;
  struct shelf_day days[STORE_SEEN_DAYS + 1];
  struct shelf_line *control; /* owned */
};

struct shelf *shelf_new(void);
void shelf_leave(struct shelf *shelf); /* one door less */

/* The entry, or NULL. Borrowed until the table changes. */
const struct shelf_entry *shelf_get(const struct shelf_table *table, const char *id);
const struct shelf_table *shelf_day(const struct shelf *shelf, int64_t day); /* NULL when that day knows no id */

/* All or nothing; `epoch` is the fence of who asks. */
enum store_answer shelf_commit(struct shelf *shelf, int64_t epoch, const struct store_commit *commit);
enum store_answer shelf_take(struct shelf *shelf, const char *owner);
enum store_answer shelf_renew(struct shelf *shelf, int64_t epoch);
enum store_answer shelf_release(struct shelf *shelf, int64_t epoch);
enum store_answer shelf_push(struct shelf *shelf, const char *id, const char *entry, size_t bytes);

#endif
