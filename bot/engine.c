/* engine.c: starts talks, asks their questions and moves them from step to step; nobody else changes a step. */
#include "bot/engine.h"

#include <string.h>

#include "bot/engine_parts.h"
#include "bot/render.h"
#include "bot/schedule.h"

enum { BUSY_MS = 30 * 60 * 1000, AGAIN_MS = 60 * 1000, RETELL_MS = 60 * 1000, KEEP_DONE_DAYS = 30, NUDGE_WEEK_DAYS = 7 };
static const int64_t NUDGE_WEEK_MS = (int64_t)NUDGE_WEEK_DAYS * SCHEDULE_DAY_MS;

/* ---- small things ---- */
const char *engine_slot(const struct talk *talk, const char *name) {
  for (size_t i = 0; i < talk->slots.count; i++) {
    if (strcmp(talk->slots.items[i].name, name) == 0) return talk->slots.items[i].value;
  }
  return NULL;
}

void engine_set_slot(struct turn *turn, struct talk *talk, const char *name, const char *value) {
  for (size_t i = 0; i < talk->slots.count; i++) {
    if (strcmp(talk->slots.items[i].name, name) != 0) continue;
    talk->slots.items[i].value = value;
    return;
  }
  if (value == NULL) return;
  struct slot *slot = LIST_ADD(turn->arena, &talk->slots);
  slot->name = name;
  slot->value = value;
}

const char *engine_detail(const struct talking *talking) {
  const char *slash = strchr(talking->talk->step, '/');
  return slash == NULL ? "" : slash + 1;
}

static const struct step *find_step(const struct flow *flow, const char *name) {
  size_t bytes = strcspn(name, "/");
  for (size_t i = 0; i < flow->step_count; i++) {
    const char *candidate = flow->steps[i].name;
    if (strlen(candidate) == bytes && strncmp(candidate, name, bytes) == 0) return &flow->steps[i];
  }
  return NULL;
}

bool engine_runs(const struct talk *talk) {
  return talk->state == TALK_OPEN || talk->state == TALK_QUEUED;
}

bool engine_talking(struct turn *turn, struct talk *talk, struct talking *ret_talking) {
  const struct flow *flow = flow_by_name(talk->flow);
  const struct step *step = flow == NULL ? NULL : find_step(flow, talk->step);
  if (step == NULL) return false;
  *ret_talking = (struct talking){.turn = turn, .talk = talk, .flow = flow, .step = step};
  return true;
}

bool engine_flag(struct talking *talking, enum step_flag flag) {
  unsigned flags = talking->step->flags;
  if (talking->step->flags_now != NULL) flags |= talking->step->flags_now(talking);
  return (flags & flag) != 0;
}

/* ---- the trail: the steps behind us, for "back" ---- */
static const char *trail_of(const struct talk *talk) {
  const char *trail = engine_slot(talk, "trail");
  return trail == NULL ? "" : trail;
}

static void trail_push(struct talking *talking) {
  const char *trail = trail_of(talking->talk);
  if (engine_flag(talking, STEP_NO_BACK)) return;
  const char *longer = arena_format(talking->turn->arena, "%s%s ", trail, talking->talk->step);
  engine_set_slot(talking->turn, talking->talk, "trail", longer);
}

bool engine_has_back(const struct talk *talk) {
  return trail_of(talk)[0] != '\0';
}

bool engine_go_back(struct talking *talking) {
  struct arena *arena = talking->turn->arena;
  char *trail = arena_text(arena, trail_of(talking->talk));
  size_t length = strlen(trail);
  if (length == 0) return false;
  trail[length - 1] = '\0';
  char *last = strrchr(trail, ' ');
  talking->talk->step = arena_text(arena, last == NULL ? trail : last + 1);
  talking->talk->moved_ms = talking->turn->now_ms;
  if (last == NULL) trail[0] = '\0';
  else last[1] = '\0';
  engine_set_slot(talking->turn, talking->talk, "trail", trail);
  return engine_talking(talking->turn, talking->talk, talking);
}

/* ---- asking ---- */
static bool may_skip(struct talking *talking) {
  if (talking->step->skip == NULL) return false;
  return talking->step->may_skip == NULL || talking->step->may_skip(talking);
}

static void add_extra(struct turn *turn, struct out *out, const char *value, const char *words) {
  struct choice *choice = LIST_ADD(turn->arena, &out->extras);
  choice->value = value;
  choice->words = words;
}

struct out *engine_ask(struct talking *talking, const char *words) {
  struct turn *turn = talking->turn;
  struct talk *talk = talking->talk;
  struct out *out = card_to(turn, talk->person, words);
  out->talk = talk->id;
  out->step = talk->step;
  out->nonce = talk->nonce;
  out->name = arena_format(turn->arena, "%s.%lld", talk->id, (long long)talk->nonce);
  out->about = talk->subject;
  if (engine_has_back(talk)) add_extra(turn, out, "back", W("talk.button.back"));
  if (may_skip(talking)) add_extra(turn, out, "skip", W("talk.button.skip"));
  if (talking->step->why != NULL || talking->step->why_now != NULL) add_extra(turn, out, "why", W("talk.button.why"));
  return out;
}

/* The row that `ask` just added: the newest of the transaction. */
struct out *engine_newest_row(struct turn *turn) {
  struct strs rows = txn_all(turn->txn, RECORD_OUT);
  assert(rows.count > 0);
  return txn_edit(turn->txn, RECORD_OUT, rows.items[rows.count - 1]);
}

/* Labels as the person sees them, so that words typed later can be compared. */
static void remember_offers(struct turn *turn, struct talk *talk, const struct out *out) {
  talk->offers.items = NULL;
  talk->offers.count = 0;
  for (size_t i = 0; i < out->choices.count; i++) {
    const struct choice *choice = &out->choices.items[i];
    struct offer *offer = LIST_ADD(turn->arena, &talk->offers);
    offer->value = choice->value;
    offer->label = choice->words == NULL ? choice->label : render_label(choice, turn->txn, turn->words, talk->person, turn->arena);
  }
}

static const char *zone_of(struct talking *talking) {
  return schedule_zone(turn_scheme(talking->turn), turn_person(talking->turn, talking->talk->person));
}

static int64_t reminder_due(struct talking *talking, size_t which) {
  const struct talk *talk = talking->talk;
  const struct reminder *reminder = &talking->flow->reminders[which];
  int64_t from = talk->touched_ms != 0 ? talk->touched_ms : talk->started_ms;
  return schedule_after(turn_scheme(talking->turn), zone_of(talking), from, reminder->days, reminder->working);
}

static int64_t next_morning(struct talking *talking) {
  return schedule_after(turn_scheme(talking->turn), zone_of(talking), talking->turn->now_ms, 1, true);
}

static void plan_reminder(struct talking *talking) {
  struct talk *talk = talking->talk;
  const struct flow *flow = talking->flow;
  talk->due_ms = 0;
  if ((size_t)talk->nudges >= flow->reminder_count) return;
  talk->due_ms = reminder_due(talking, (size_t)talk->nudges);
  /* Two that fell on one free day do not come at once; and a due time never comes twice. */
  if (talk->due_ms <= talking->turn->now_ms) talk->due_ms = next_morning(talking);
}

void engine_put_question(struct talking *talking) {
  struct talk *talk = talking->talk;
  talk->nonce++;
  talk->state = TALK_OPEN;
  talking->step->ask(talking);
  struct out *out = engine_newest_row(talking->turn);
  talk->shown = out->name;
  remember_offers(talking->turn, talk, out);
  plan_reminder(talking);
}

void engine_ask_again(struct turn *turn, struct talk *talk) {
  struct talking talking;
  if (engine_talking(turn, talk, &talking)) engine_put_question(&talking);
}

/* Of use for a moment only: when the link is down, a newer one takes its place. */
void engine_retell(struct turn *turn, struct talk *talk) {
  struct talking talking;
  if (talk->state != TALK_OPEN || talk->shown == NULL || !engine_talking(turn, talk, &talking)) return;
  talking.step->ask(&talking);
  struct out *out = engine_newest_row(turn);
  out->kind = OUT_EDIT;
  out->name = talk->shown;
  out->until_ms = turn->now_ms + RETELL_MS;
}

/* ---- foreground and queue ---- */
static struct talk *find_talk(struct turn *turn, const char *person, enum talk_state state) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_person, person);
  for (size_t i = talks.count; i > 0; i--) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i - 1]);
    if (talk->state == state) return txn_edit(turn->txn, RECORD_TALK, talk->id);
  }
  return NULL;
}

struct talk *engine_foreground(struct turn *turn, const char *person) {
  return find_talk(turn, person, TALK_OPEN);
}

static bool is_busy(const struct turn *turn, const struct talk *talk) {
  return talk != NULL && talk->touched_ms != 0 && turn->now_ms - talk->touched_ms < BUSY_MS;
}

static void step_aside(struct talk *talk) {
  if (talk == NULL) return;
  talk->state = TALK_QUEUED;
}

struct talk *engine_start_quietly(struct turn *turn, const char *person, const char *flow, const char *step, const char *subject) {
  struct talk *talk = txn_add(turn->txn, RECORD_TALK, NULL);
  talk->person = person;
  talk->flow = flow;
  talk->step = step;
  talk->subject = subject;
  talk->workspace = turn->event->workspace;
  talk->started_ms = turn->now_ms;
  talk->state = TALK_QUEUED;
  return talk;
}

struct talk *engine_start(struct turn *turn, const char *person, const char *flow, const char *step, const char *subject, bool proactive) {
  struct talk *before = engine_foreground(turn, person);
  struct talk *talk = engine_start_quietly(turn, person, flow, step, subject);
  if (proactive && is_busy(turn, before)) {
    talk->due_ms = before->touched_ms + BUSY_MS;
    return talk;
  }
  if (!proactive) talk->touched_ms = talk->moved_ms = turn->now_ms;
  step_aside(before);
  engine_ask_again(turn, talk);
  return talk;
}

/* The next that waits comes forward: the one begun first. */
static void bring_forward(struct turn *turn, const char *person) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_person, person);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i]);
    if (talk->state != TALK_QUEUED) continue;
    engine_ask_again(turn, txn_edit(turn->txn, RECORD_TALK, talk->id));
    return;
  }
}

void engine_end(struct turn *turn, struct talk *talk, enum talk_state how) {
  bool was_open = talk->state == TALK_OPEN;
  const struct flow *flow = flow_by_name(talk->flow);
  talk->state = how;
  if (flow != NULL && flow->over != NULL) flow->over(turn, talk);
  talk->offers.count = 0;
  talk->due_ms = turn->now_ms + (int64_t)KEEP_DONE_DAYS * SCHEDULE_DAY_MS;
  if (was_open && engine_foreground(turn, talk->person) == NULL) bring_forward(turn, talk->person);
}

void engine_bring(struct turn *turn, struct talk *talk, const char *step) {
  struct talk *front = engine_foreground(turn, turn->person);
  if (front != talk) step_aside(front);
  if (step != NULL) talk->step = step;
  talk->touched_ms = talk->moved_ms = turn->now_ms;
  engine_ask_again(turn, talk);
}

bool engine_moved_just_now(struct turn *turn) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_person, turn->person);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i]);
    if (talk->moved_ms != 0 && turn->now_ms - talk->moved_ms < AGAIN_MS) return true;
  }
  return false;
}

void engine_new_word(struct turn *turn) {
  struct strs talks = txn_find(turn->txn, INDEX_talk_person, turn->person);
  for (size_t i = 0; i < talks.count; i++) {
    const struct talk *talk = txn_get(turn->txn, RECORD_TALK, talks.items[i]);
    if (talk->moved_ms != 0) ((struct talk *)txn_edit(turn->txn, RECORD_TALK, talk->id))->moved_ms = 0;
  }
}

void engine_resume(struct turn *turn) {
  struct talk *talk = engine_foreground(turn, turn->person);
  if (talk != NULL) engine_ask_again(turn, talk);
}

/* ---- moving ---- */
void engine_go_on(struct talking *talking) {
  struct talk *talk = talking->talk;
  const char *next = talking->step->then != NULL ? talking->step->then : talking->step->next(talking);
  talk->nudges = 0;
  talk->moved_ms = talking->turn->now_ms;
  if (talk->state != TALK_OPEN) return; /* the step ended the talk, or put another one in front */
  if (strcmp(next, STEP_END) == 0) {
    if (talking->flow->end != NULL) talking->flow->end(talking);
    engine_end(talking->turn, talk, TALK_DONE);
    return;
  }
  trail_push(talking);
  talk->step = next;
  engine_ask_again(talking->turn, talk);
}

/* ---- time ---- */
static void remind(struct talking *talking, enum remind what) {
  if (talking->flow->remind != NULL) talking->flow->remind(talking, what);
  if (talking->talk->state != TALK_OPEN) return;
  if (what == REMIND_PERSON) engine_put_question(talking);
  else if (what == REMIND_END) engine_end(talking->turn, talking->talk, TALK_GIVEN_UP);
  else plan_reminder(talking);
}

/* Reminders of one kind that all came due while we were away are one. */
static void merge_missed(struct talking *talking) {
  const struct flow *flow = talking->flow;
  struct talk *talk = talking->talk;
  for (size_t next = (size_t)talk->nudges + 1; next < flow->reminder_count; next++) {
    bool same = flow->reminders[next].what == flow->reminders[next - 1].what;
    if (!same || reminder_due(talking, next) > talking->turn->now_ms) break;
    talk->nudges++;
  }
}

/* Two reminders a week, whatever they are about: what would be the third waits until the first of them is a week old. */
static bool has_had_enough(struct talking *talking) {
  const struct person *person = turn_person(talking->turn, talking->talk->person);
  if (person->nudged_before_ms == 0 || talking->turn->now_ms - person->nudged_before_ms >= NUDGE_WEEK_MS) return false;
  talking->talk->due_ms = schedule_after(turn_scheme(talking->turn), zone_of(talking), person->nudged_before_ms, NUDGE_WEEK_DAYS, true);
  if (talking->talk->due_ms <= talking->turn->now_ms) talking->talk->due_ms = next_morning(talking);
  return true;
}

static void note_nudge(struct talking *talking) {
  struct person *person = turn_edit_person(talking->turn, talking->talk->person);
  person->nudged_before_ms = person->nudged_ms;
  person->nudged_ms = talking->turn->now_ms;
}

static void timer_open(struct talking *talking) {
  struct talk *talk = talking->talk;
  if ((size_t)talk->nudges >= talking->flow->reminder_count) {
    talk->due_ms = 0;
    return;
  }
  enum remind what = talking->flow->reminders[talk->nudges].what;
  if (what == REMIND_PERSON && has_had_enough(talking)) return;
  if (what == REMIND_PERSON) note_nudge(talking);
  merge_missed(talking);
  talk->nudges++;
  remind(talking, what);
}

void engine_timer(struct turn *turn, struct talk *talk) {
  struct talking talking;
  if (talk->state == TALK_DONE || talk->state == TALK_GIVEN_UP) {
    txn_drop(turn->txn, RECORD_TALK, talk->id);
    return;
  }
  if (!engine_talking(turn, talk, &talking)) {
    engine_end(turn, talk, TALK_GIVEN_UP);
    return;
  }
  struct talk *front = engine_foreground(turn, talk->person);
  if (talk->state == TALK_OPEN) {
    timer_open(&talking);
  } else if (is_busy(turn, front)) {
    talk->due_ms = front->touched_ms + BUSY_MS;
  } else {
    step_aside(front);
    engine_put_question(&talking);
  }
}
