/* outbox.c: a queue an address; addresses whose first row may go stand in a heap of their workspace by age, those that must
 * wait in one by time. */
#include "bot/edge/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "bot/base/heap.h"
#include "bot/base/map.h"
#include "state/vault.h"

struct entry {
  struct outbox_row row; /* first: a row is its entry */
  struct entry *older, *newer;   /* of all */
  struct entry *before, *behind; /* of its lane's queue, while it is not asleep */
  struct lane *lane;             /* borrowed: it lives as long as it has rows */
  int64_t number;                /* in the order they came */
  bool asleep;                   /* held, and its hour has not come */
  struct heap_node alarm;        /* in outbox.alarms, while asleep */
};

struct road { /* one workspace */
  struct road *next;     /* owned */
  struct heap ready[2];  /* lanes whose first row may go, by its number; of people, and of bulk */
  size_t under_way;      /* rows that are fetching or in flight */
  size_t awake;          /* rows in the queues of its lanes */
  bool stopped[2];       /* of people, and of bulk: see outbox_stop */
  char workspace[];
};

struct lane { /* one address */
  struct road *road;          /* borrowed from the outbox */
  struct entry *first, *last; /* its queue, in the order they came */
  size_t count, under_way;    /* rows, asleep ones too; rows that are fetching or in flight */
  struct heap_node node;
  struct heap *where;         /* borrowed: the heap its node stands in; NULL: none */
};

struct outbox {
  struct entry *oldest, *newest; /* owned */
  struct map *by_id;             /* borrows entries */
  struct map *lanes;             /* order -> struct lane, owned */
  struct road *roads;            /* owned: few, and they stay */
  struct heap waiting;           /* lanes whose first row must wait, by its time */
  struct heap alarms;            /* sleeping entries, by their time */
  int64_t now_ms;                /* of the last outbox_next */
  int64_t numbers;
  size_t count, held_count;
};

struct outbox *outbox_new(void) {
  struct outbox *outbox = calloc(1, sizeof *outbox);
  assert(outbox != NULL);
  outbox->by_id = map_new();
  outbox->lanes = map_new();
  return outbox;
}

/* ---- a lane ---- */
static struct road *find_road(const struct outbox *outbox, const char *workspace) {
  struct road *road = outbox->roads;
  while (road != NULL && strcmp(road->workspace, workspace) != 0) road = road->next;
  return road;
}

static struct road *road_of(struct outbox *outbox, const char *workspace) {
  if (workspace == NULL) workspace = "";
  struct road *road = find_road(outbox, workspace);
  if (road != NULL) return road;
  size_t bytes = strlen(workspace) + 1;
  road = calloc(1, sizeof *road + bytes);
  assert(road != NULL);
  memcpy(road->workspace, workspace, bytes);
  road->next = outbox->roads;
  outbox->roads = road;
  return road;
}

static struct lane *lane_of(struct outbox *outbox, const struct out *out) {
  struct lane *lane = map_get(outbox->lanes, out->order);
  if (lane != NULL) return lane;
  lane = calloc(1, sizeof *lane);
  assert(lane != NULL);
  lane->road = road_of(outbox, out->workspace);
  (void)map_put(outbox->lanes, out->order, lane);
  return lane;
}

static void lane_leave(struct lane *lane) {
  if (lane->where != NULL) heap_remove(lane->where, &lane->node);
  lane->where = NULL;
}

/* After each change of its first row, or of what is under way. */
static void lane_settle(struct outbox *outbox, struct lane *lane) {
  struct entry *first = lane->first;
  lane_leave(lane);
  if (first == NULL || lane->under_way > 0) return;
  bool waits = first->row.not_before_ms > outbox->now_ms;
  lane->where = waits ? &outbox->waiting : &lane->road->ready[first->row.out->bulk];
  heap_add(lane->where, &lane->node, waits ? first->row.not_before_ms : first->number, lane);
}

/* A row that was held is older than most that stand there: it is sought from the front. */
static void queue_add(struct entry *entry) {
  struct lane *lane = entry->lane;
  struct entry *behind = lane->first;
  if (lane->last != NULL && lane->last->number < entry->number) behind = NULL;
  while (behind != NULL && behind->number < entry->number) behind = behind->behind;
  entry->behind = behind;
  entry->before = behind == NULL ? lane->last : behind->before;
  if (entry->before != NULL) entry->before->behind = entry;
  else lane->first = entry;
  if (behind != NULL) behind->before = entry;
  else lane->last = entry;
  lane->road->awake++;
}

static void queue_leave(struct entry *entry) {
  struct lane *lane = entry->lane;
  if (entry->before != NULL) entry->before->behind = entry->behind;
  else lane->first = entry->behind;
  if (entry->behind != NULL) entry->behind->before = entry->before;
  else lane->last = entry->before;
  lane->road->awake--;
}

static void wake(struct outbox *outbox, struct entry *entry) {
  if (!entry->asleep) return;
  heap_remove(&outbox->alarms, &entry->alarm);
  entry->asleep = false;
  queue_add(entry);
}

/* ---- rows ---- */
struct outbox_row *outbox_add(struct outbox *outbox, struct out *out) {
  struct entry *entry = calloc(1, sizeof *entry);
  assert(entry != NULL);
  entry->row.out = out;
  entry->row.tries = (int)out->tries;
  entry->number = ++outbox->numbers;
  entry->lane = lane_of(outbox, entry->row.out);
  entry->lane->count++;
  entry->older = outbox->newest;
  if (outbox->newest != NULL) outbox->newest->newer = entry;
  else outbox->oldest = entry;
  outbox->newest = entry;
  outbox->count++;
  (void)map_put(outbox->by_id, entry->row.out->id, entry);
  queue_add(entry);
  lane_settle(outbox, entry->lane);
  return &entry->row;
}

struct outbox_row *outbox_find(struct outbox *outbox, const char *id) {
  struct entry *entry = map_get(outbox->by_id, id);
  return entry == NULL ? NULL : &entry->row;
}

static void change(struct outbox *outbox, struct entry *entry, enum outbox_state state, bool held, int64_t not_before_ms) {
  struct outbox_row *row = &entry->row;
  wake(outbox, entry);
  size_t more = (size_t)(state != OUTBOX_WAITING) - (size_t)(row->state != OUTBOX_WAITING);
  entry->lane->under_way += more;
  entry->lane->road->under_way += more;
  outbox->held_count += (size_t)held - (size_t)row->held;
  row->state = state;
  row->held = held;
  row->not_before_ms = not_before_ms;
}

void outbox_go(struct outbox *outbox, struct outbox_row *row, enum outbox_state state) {
  struct entry *entry = (struct entry *)row;
  assert(state != OUTBOX_WAITING);
  change(outbox, entry, state, false, row->not_before_ms);
  lane_settle(outbox, entry->lane);
}

void outbox_wait(struct outbox *outbox, struct outbox_row *row, int64_t until_ms) {
  struct entry *entry = (struct entry *)row;
  change(outbox, entry, OUTBOX_WAITING, false, until_ms);
  lane_settle(outbox, entry->lane);
}

void outbox_hold(struct outbox *outbox, struct outbox_row *row, int64_t until_ms) {
  struct entry *entry = (struct entry *)row;
  change(outbox, entry, OUTBOX_WAITING, true, until_ms);
  queue_leave(entry);
  entry->asleep = true;
  heap_add(&outbox->alarms, &entry->alarm, until_ms, entry);
  lane_settle(outbox, entry->lane);
}

struct out *outbox_take(struct outbox *outbox, struct outbox_row *row) {
  struct out *out = row->out;
  struct entry *entry = (struct entry *)row;
  struct lane *lane = entry->lane;
  change(outbox, entry, OUTBOX_WAITING, false, 0);
  queue_leave(entry);
  lane_settle(outbox, lane);
  if (--lane->count == 0) free(map_drop(outbox->lanes, out->order));
  (void)map_drop(outbox->by_id, out->id);
  if (entry->older != NULL) entry->older->newer = entry->newer;
  else outbox->oldest = entry->newer;
  if (entry->newer != NULL) entry->newer->older = entry->older;
  else outbox->newest = entry->older;
  outbox->count--;
  (void)vault_wipe(row->opened);
  free(entry);
  return out;
}

void outbox_remove(struct outbox *outbox, struct outbox_row *row) {
  free(outbox_take(outbox, row));
}

/* ---- the next ---- */
/* Whose time has come stands where it belongs. */
static void let_time_pass(struct outbox *outbox) {
  while (outbox->alarms.count > 0 && heap_first_key(&outbox->alarms) <= outbox->now_ms) {
    struct entry *entry = heap_first(&outbox->alarms);
    wake(outbox, entry);
    lane_settle(outbox, entry->lane);
  }
  while (outbox->waiting.count > 0 && heap_first_key(&outbox->waiting) <= outbox->now_ms) lane_settle(outbox, heap_first(&outbox->waiting));
}

static struct entry *first_on(struct outbox *outbox, struct road *road, bool bulk) {
  struct lane *lane;
  while (!road->stopped[bulk] && road->under_way < OUTBOX_UNDER_WAY_MAX && (lane = heap_first(&road->ready[bulk])) != NULL) {
    if (lane->first->row.not_before_ms <= outbox->now_ms) return lane->first;
    lane_settle(outbox, lane); /* the clock was set back a little */
  }
  return NULL;
}

static struct outbox_row *first_of(struct outbox *outbox, bool bulk) {
  struct entry *first = NULL;
  for (struct road *road = outbox->roads; road != NULL; road = road->next) {
    struct entry *entry = first_on(outbox, road, bulk);
    if (entry != NULL && (first == NULL || entry->number < first->number)) first = entry;
  }
  return first == NULL ? NULL : &first->row;
}

static int64_t wait_of(const struct outbox *outbox) {
  int64_t until = INT64_MAX;
  if (outbox->waiting.count > 0) until = heap_first_key(&outbox->waiting);
  if (outbox->alarms.count > 0 && heap_first_key(&outbox->alarms) < until) until = heap_first_key(&outbox->alarms);
  return until == INT64_MAX ? -1 : until - outbox->now_ms;
}

struct outbox_row *outbox_next(struct outbox *outbox, int64_t now_ms, int64_t *ret_wait_ms) {
  outbox->now_ms = now_ms;
  let_time_pass(outbox);
  struct outbox_row *row = first_of(outbox, false);
  if (row == NULL) row = first_of(outbox, true);
  *ret_wait_ms = wait_of(outbox);
  return row;
}

/* ---- for many at once ---- */
bool outbox_has_room(const struct outbox *outbox, const char *workspace, size_t more) {
  return outbox_waiting(outbox, workspace) + more < OUTBOX_UNDER_WAY_MAX;
}

void outbox_stop(struct outbox *outbox, const struct outbox_row *row) {
  road_of(outbox, row->out->workspace)->stopped[row->out->bulk] = true;
}

void outbox_go_on(struct outbox *outbox) {
  for (struct road *road = outbox->roads; road != NULL; road = road->next) road->stopped[false] = road->stopped[true] = false;
}

void outbox_link_lost(struct outbox *outbox, const char *workspace) {
  for (struct entry *entry = outbox->oldest; entry != NULL; entry = entry->newer) {
    struct outbox_row *row = &entry->row;
    bool there = row->out->workspace != NULL && strcmp(row->out->workspace, workspace) == 0;
    bool back = there && row->state == OUTBOX_IN_FLIGHT;
    if (back) row->asked = false; /* the answer went with the link */
    if (there) change(outbox, entry, back ? OUTBOX_WAITING : row->state, row->held, 0);
    if (there) lane_settle(outbox, entry->lane);
  }
}

void outbox_clock_moved(struct outbox *outbox) {
  for (struct entry *entry = outbox->oldest; entry != NULL; entry = entry->newer) {
    if (!entry->row.held) continue;
    change(outbox, entry, OUTBOX_WAITING, true, 0);
    lane_settle(outbox, entry->lane);
  }
}

bool outbox_rests(const struct outbox *outbox) {
  return outbox->held_count == outbox->count;
}

bool outbox_crowded(const struct outbox *outbox, const char *order, size_t rows) {
  const struct lane *lane = map_get(outbox->lanes, order);
  size_t count = 0;
  if (lane == NULL || lane->count < rows) return false;
  for (const struct entry *entry = lane->first; entry != NULL && count < rows; entry = entry->behind) count += !entry->row.out->bulk;
  return count >= rows;
}

size_t outbox_waiting(const struct outbox *outbox, const char *workspace) {
  const struct road *road = find_road(outbox, workspace);
  return road == NULL ? 0 : road->awake;
}

size_t outbox_about(const struct outbox *outbox, const char *about) {
  size_t count = 0;
  for (const struct entry *entry = outbox->oldest; entry != NULL; entry = entry->newer) {
    const char *said = entry->row.out->about;
    count += said != NULL && strcmp(said, about) == 0;
  }
  return count;
}

size_t outbox_count(const struct outbox *outbox) {
  return outbox->count;
}

struct outbox *outbox_free(struct outbox *outbox) {
  if (outbox == NULL) return NULL;
  while (outbox->oldest != NULL) outbox_remove(outbox, &outbox->oldest->row);
  (void)map_free(outbox->by_id, NULL);
  (void)map_free(outbox->lanes, NULL);
  while (outbox->roads != NULL) {
    struct road *road = outbox->roads;
    outbox->roads = road->next;
    for (size_t i = 0; i < ARRAY_LEN(road->ready); i++) heap_done(&road->ready[i]);
    free(road);
  }
  heap_done(&outbox->waiting);
  heap_done(&outbox->alarms);
  free(outbox);
  return NULL;
}
