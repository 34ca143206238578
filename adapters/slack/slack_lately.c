/* slack_lately.c: tables in which each hash has its place; who comes later to the same place takes it. */
#include "adapters/slack/slack_lately.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/random.h"

enum { DEEDS = 8192, DMS = 8192, SHELVES = 16384, SHELF = 8 };

struct one {
  uint64_t hash;
  int64_t at_ms;
  char thread_ts[SLACK_TS_BYTES]; /* "": outside of any */
};

struct slack_lately {
  struct one ones[DEEDS];
  uint64_t dms[DMS];
  uint64_t put_off[SHELVES][SHELF]; /* newest first; 0: empty. Room for twice as many as an announcement to all */
  char recent[SLACK_RECENT_MAX][SLACK_RECENT_BYTES]; /* a ring */
  size_t recent_count;
};

/* ---- who did something ---- */

static struct one *noted(struct slack_lately *lately, const char *id, int64_t now_ms) {
  uint64_t hash = hash_place(id);
  struct one *one = &lately->ones[hash % DEEDS];
  if (one->hash != hash) *one = (struct one){.hash = hash};
  one->at_ms = now_ms;
  return one;
}

static void put_thread(struct one *one, const char *thread_ts) {
  bool fits = thread_ts != NULL && strlen(thread_ts) < sizeof one->thread_ts;
  (void)snprintf(one->thread_ts, sizeof one->thread_ts, "%s", fits ? thread_ts : "");
}

void slack_lately_note(struct slack_lately *lately, const char *id, int64_t now_ms) {
  if (id != NULL) (void)noted(lately, id, now_ms);
}

void slack_lately_note_in(struct slack_lately *lately, const char *person, const char *thread_ts, int64_t now_ms) {
  if (person != NULL) put_thread(noted(lately, person, now_ms), thread_ts);
}

static const struct one *find(const struct slack_lately *lately, const char *id, int64_t now_ms) {
  if (id == NULL) return NULL;
  uint64_t hash = hash_place(id);
  const struct one *one = &lately->ones[hash % DEEDS];
  return one->hash == hash && now_ms - one->at_ms < SLACK_LATELY_MS ? one : NULL;
}

bool slack_lately_waits(const struct slack_lately *lately, const char *id, int64_t now_ms) {
  return find(lately, id, now_ms) != NULL;
}

void slack_lately_leave_thread(struct slack_lately *lately, const char *person) {
  if (person == NULL) return;
  uint64_t hash = hash_place(person);
  struct one *one = &lately->ones[hash % DEEDS];
  if (one->hash == hash) one->thread_ts[0] = '\0';
}

const char *slack_lately_thread(const struct slack_lately *lately, const char *person, int64_t now_ms) {
  const struct one *one = find(lately, person, now_ms);
  return one == NULL || one->thread_ts[0] == '\0' ? NULL : one->thread_ts;
}

void slack_lately_note_recent(struct slack_lately *lately, const char *person) {
  if (person == NULL || strlen(person) >= SLACK_RECENT_BYTES) return;
  for (size_t i = 0; i < SLACK_RECENT_MAX; i++)
    if (strcmp(lately->recent[i], person) == 0) return;
  (void)snprintf(lately->recent[lately->recent_count++ % SLACK_RECENT_MAX], SLACK_RECENT_BYTES, "%s", person);
}

const char *slack_lately_recent(const struct slack_lately *lately, size_t i) {
  assert(i < SLACK_RECENT_MAX);
  return lately->recent[i][0] == '\0' ? NULL : lately->recent[i];
}

/* ---- what was put off ---- */

void slack_lately_put_off(struct slack_lately *lately, const char *action) {
  (void)slack_lately_take_put_off(lately, action);
  uint64_t hash = hash_place(action), *shelf = lately->put_off[hash % SHELVES];
  memmove(shelf + 1, shelf, (SHELF - 1) * sizeof *shelf);
  shelf[0] = hash;
}

bool slack_lately_take_put_off(struct slack_lately *lately, const char *action) {
  uint64_t hash = hash_place(action), *shelf = lately->put_off[hash % SHELVES];
  size_t i = 0;
  while (i < SHELF && shelf[i] != hash) i++;
  if (i == SHELF) return false;
  memmove(shelf + i, shelf + i + 1, (SHELF - 1 - i) * sizeof *shelf);
  shelf[SHELF - 1] = 0;
  return true;
}

/* ---- direct messages ---- */

void slack_lately_note_dm(struct slack_lately *lately, const char *channel) {
  if (channel == NULL) return;
  uint64_t hash = hash_place(channel);
  lately->dms[hash % DMS] = hash;
}

bool slack_lately_is_dm(const struct slack_lately *lately, const char *channel) {
  if (channel == NULL) return false;
  uint64_t hash = hash_place(channel);
  return lately->dms[hash % DMS] == hash;
}

/* ---- life ---- */

/* A page of it that nobody needs is never touched. */
struct slack_lately *slack_lately_new(void) {
  struct slack_lately *lately = calloc(1, sizeof *lately);
  assert(lately != NULL);
  return lately;
}

struct slack_lately *slack_lately_free(struct slack_lately *lately) {
  free(lately);
  return NULL;
}
