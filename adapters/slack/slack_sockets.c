/* slack_sockets.c: the life of each connection as a small machine; a connection counts as up only after Slack's hello. */
#include "adapters/slack/slack_sockets.h"

#include <string.h>

enum { RENEW_PERCENT = 90, RENEW_JITTER_PERCENT = 8, TOO_MANY_MS = 60000, ASKED_MS_MAX = 3600 * 1000, FAILURES_MAX = 6 };

static bool carries(const struct slack_slot *slot) {
  return slot->state >= SLACK_SLOT_UP;
}

/* Serves for now, or will: what counts towards the two. */
static bool counts(const struct slack_slot *slot) {
  return slot->state == SLACK_SLOT_FETCHING || slot->state == SLACK_SLOT_WAITING || slot->state == SLACK_SLOT_UP;
}

static int count(const struct slack_sockets *sockets, bool (*is)(const struct slack_slot *slot)) {
  int found = 0;
  for (int i = 0; i < SLACK_SLOTS; i++) found += is(&sockets->slots[i]);
  return found;
}

int slack_sockets_up(const struct slack_sockets *sockets) {
  return count(sockets, carries);
}

bool slack_sockets_open(const struct slack_sockets *sockets) {
  return count(sockets, counts) > 0;
}

static void note_gap(struct slack_sockets *sockets, int64_t now_ms) {
  bool up = slack_sockets_up(sockets) > 0;
  if (up && sockets->none_since_ms != 0) {
    int64_t gap_ms = now_ms - sockets->none_since_ms;
    if (sockets->ever_up && gap_ms > sockets->gap_ms) sockets->gap_ms = gap_ms;
    sockets->none_since_ms = 0;
  }
  if (!up && sockets->none_since_ms == 0) sockets->none_since_ms = now_ms;
  sockets->ever_up = sockets->ever_up || up;
}

/* Full jitter: anywhere between now and the end of a span that doubles. */
static void back_off(struct slack_sockets *sockets, int64_t span_ms, int64_t now_ms, double chance) {
  int64_t next_ms = now_ms + (int64_t)(chance * (double)span_ms);
  if (next_ms > sockets->next_ms) sockets->next_ms = next_ms;
}

static int64_t span_of(int failures) {
  int64_t span_ms = SLACK_BACKOFF_MS;
  for (int i = 1; i < failures && span_ms < SLACK_BACKOFF_MS_MAX; i++) span_ms *= 2;
  return span_ms > SLACK_BACKOFF_MS_MAX ? SLACK_BACKOFF_MS_MAX : span_ms;
}

void slack_sockets_init(struct slack_sockets *sockets) {
  memset(sockets, 0, sizeof *sockets);
}

/* ---- what happened ---- */

void slack_sockets_address(struct slack_sockets *sockets, int slot) {
  if (sockets->slots[slot].state == SLACK_SLOT_FETCHING) sockets->slots[slot].state = SLACK_SLOT_WAITING;
}

static void drain_leavers(struct slack_sockets *sockets, int64_t now_ms) {
  for (int i = 0; i < SLACK_SLOTS; i++) {
    struct slack_slot *slot = &sockets->slots[i];
    if (slot->state != SLACK_SLOT_LEAVING) continue;
    slot->state = SLACK_SLOT_DRAINING;
    slot->deadline_ms = now_ms + SLACK_DRAIN_MS;
  }
}

void slack_sockets_hello(struct slack_sockets *sockets, int slot, int64_t lives_s, int64_t now_ms, double chance) {
  struct slack_slot *here = &sockets->slots[slot];
  if (here->state != SLACK_SLOT_WAITING) return;
  double part = (RENEW_PERCENT - RENEW_JITTER_PERCENT * chance) / 100;
  *here = (struct slack_slot){.state = SLACK_SLOT_UP, .up_ms = now_ms, .heard_ms = now_ms};
  if (lives_s > 0) here->renew_ms = now_ms + (int64_t)((double)lives_s * 1000 * part);
  drain_leavers(sockets, now_ms);
  note_gap(sockets, now_ms);
}

void slack_sockets_heard(struct slack_sockets *sockets, int slot, int64_t now_ms) {
  sockets->slots[slot].heard_ms = now_ms;
  sockets->slots[slot].pinged = false;
}

void slack_sockets_bye(struct slack_sockets *sockets, int slot, enum slack_reason reason, int64_t now_ms, double chance) {
  struct slack_slot *here = &sockets->slots[slot];
  if (here->state == SLACK_SLOT_UP) here->state = SLACK_SLOT_LEAVING;
  if (reason == SLACK_REASON_LINK_DISABLED) sockets->next_ms = now_ms + SLACK_DISABLED_MS;
  if (reason == SLACK_REASON_TOO_MANY) sockets->next_ms = now_ms + TOO_MANY_MS + (int64_t)(chance * TOO_MANY_MS);
}

void slack_sockets_gone(struct slack_sockets *sockets, int slot, enum slack_trouble trouble, int64_t wait_ms, int64_t now_ms, double chance) {
  struct slack_slot *here = &sockets->slots[slot];
  bool steady = carries(here) && now_ms - here->up_ms >= SLACK_STEADY_MS, told = here->state >= SLACK_SLOT_LEAVING;
  *here = (struct slack_slot){.state = SLACK_SLOT_CLOSED};
  note_gap(sockets, now_ms);
  if (trouble == SLACK_TROUBLE_REFUSED) sockets->next_ms = now_ms + SLACK_REFUSED_MS;
  if (trouble == SLACK_TROUBLE_DISABLED) sockets->next_ms = now_ms + SLACK_DISABLED_MS;
  if (trouble == SLACK_TROUBLE_TOO_MANY) back_off(sockets, TOO_MANY_MS, now_ms + TOO_MANY_MS, chance);
  if (wait_ms > ASKED_MS_MAX) wait_ms = ASKED_MS_MAX; /* a header that is odd keeps nobody silent for ever */
  if (wait_ms > 0 && now_ms + wait_ms > sockets->next_ms) sockets->next_ms = now_ms + wait_ms;
  if (steady) sockets->failures = 0;
  if (trouble != SLACK_TROUBLE_AGAIN || steady || told) return; /* the first try after a good time is made at once */
  if (sockets->failures < FAILURES_MAX) sockets->failures++;
  back_off(sockets, span_of(sockets->failures), now_ms, chance);
}

void slack_sockets_hurry(struct slack_sockets *sockets) {
  sockets->next_ms = 0;
  sockets->failures = 0;
}

/* ---- what to do ---- */

/* One whose time is nearly over is replaced before Slack says so; one at a time, and only while another stands. */
static void renew(struct slack_sockets *sockets, int64_t now_ms) {
  int others = 0;
  for (int i = 0; i < SLACK_SLOTS; i++) others += sockets->slots[i].state == SLACK_SLOT_UP;
  for (int i = 0; i < SLACK_SLOTS && others >= SLACK_SOCKETS_WANTED; i++) {
    struct slack_slot *slot = &sockets->slots[i];
    if (slot->state != SLACK_SLOT_UP || slot->renew_ms == 0 || now_ms < slot->renew_ms) continue;
    slot->state = SLACK_SLOT_LEAVING;
    others--;
  }
}

static struct slack_todo give_up(struct slack_sockets *sockets, int slot, enum slack_do what, int64_t now_ms, double chance) {
  slack_sockets_gone(sockets, slot, SLACK_TROUBLE_AGAIN, 0, now_ms, chance);
  return (struct slack_todo){what, slot};
}

static struct slack_todo look_after(struct slack_sockets *sockets, int i, int64_t now_ms, double chance) {
  struct slack_slot *slot = &sockets->slots[i];
  bool opening = slot->state == SLACK_SLOT_FETCHING || slot->state == SLACK_SLOT_WAITING;
  if (opening && now_ms >= slot->deadline_ms) return give_up(sockets, i, SLACK_DO_DROP, now_ms, chance);
  if (slot->state == SLACK_SLOT_DRAINING && now_ms >= slot->deadline_ms) return give_up(sockets, i, SLACK_DO_CLOSE, now_ms, chance);
  if (carries(slot) && now_ms - slot->heard_ms >= SLACK_SILENT_MS) return give_up(sockets, i, SLACK_DO_DROP, now_ms, chance);
  if (!carries(slot) || slot->pinged || now_ms - slot->heard_ms < SLACK_PING_MS) return (struct slack_todo){SLACK_DO_NOTHING, i};
  slot->pinged = true;
  return (struct slack_todo){SLACK_DO_PING, i};
}

static struct slack_todo open_one(struct slack_sockets *sockets, int64_t now_ms) {
  bool enough = count(sockets, counts) >= SLACK_SOCKETS_WANTED;
  for (int i = 0; i < SLACK_SLOTS && !enough && now_ms >= sockets->next_ms; i++) {
    struct slack_slot *slot = &sockets->slots[i];
    if (slot->state != SLACK_SLOT_CLOSED) continue;
    *slot = (struct slack_slot){.state = SLACK_SLOT_FETCHING, .deadline_ms = now_ms + SLACK_OPEN_MS};
    return (struct slack_todo){SLACK_DO_FETCH, i};
  }
  return (struct slack_todo){SLACK_DO_NOTHING, 0};
}

struct slack_todo slack_sockets_next(struct slack_sockets *sockets, int64_t now_ms, double chance) {
  note_gap(sockets, now_ms);
  renew(sockets, now_ms);
  for (int i = 0; i < SLACK_SLOTS; i++) {
    struct slack_todo todo = look_after(sockets, i, now_ms, chance);
    if (todo.what != SLACK_DO_NOTHING) return todo;
  }
  return open_one(sockets, now_ms);
}

static int64_t sooner(int64_t a, int64_t b) {
  return a < b ? a : b;
}

int64_t slack_sockets_wake_ms(const struct slack_sockets *sockets) {
  int64_t wake_ms = INT64_MAX;
  bool enough = count(sockets, counts) >= SLACK_SOCKETS_WANTED;
  if (!enough) wake_ms = sockets->next_ms;
  for (int i = 0; i < SLACK_SLOTS; i++) {
    const struct slack_slot *slot = &sockets->slots[i];
    if (slot->state == SLACK_SLOT_CLOSED) continue;
    if (slot->deadline_ms != 0) wake_ms = sooner(wake_ms, slot->deadline_ms);
    if (carries(slot)) wake_ms = sooner(wake_ms, slot->heard_ms + (slot->pinged ? SLACK_SILENT_MS : SLACK_PING_MS));
    if (slot->state == SLACK_SLOT_UP && slot->renew_ms != 0) wake_ms = sooner(wake_ms, slot->renew_ms);
  }
  return wake_ms;
}
