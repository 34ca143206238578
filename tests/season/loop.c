/* loop.c: the simulated loop: of the small things that could happen next one is drawn; time moves only when none is left. */
#include <stdio.h>
#include <string.h>

#include "tests/season/checks.h"
#include "tests/season/odd_store.h"
#include "tests/season/tally.h"

enum { SETTLE_STEPS_MAX = 200000 };

void loop_start(struct season *season) {
  const struct odd_watch watch = {.sent = checks_sent, .kept = checks_kept, .who = season};
  season->store = odd_store_new(season->inner, &season->odds, &watch);
  odd_store_misbehave(season->store, season->misbehaves);
  season->wake_ms = -1;
  season->serving = false;
  season->serve_options.store = season->store;
  season->serve = serve_new(&season->serve_options);
  serve_start(season->serve);
}

/* The bot is gone from one moment to the next; of its waiting commits some still arrive. */
static void end_bot(struct season *season) {
  size_t waiting = odd_store_waiting(season->store);
  size_t kept = chance_below(&season->odds, waiting + 1);
  if (waiting > 0) tally_count(season, COUNT_CRASH_IN_FLIGHT);
  checks_before_crash(season);
  season->serving = false;
  link_lost(season);
  link_forget_results(season);
  odd_store_crash(season->store, kept);
  season->store = store_free(season->store);
  while (season->handed.done != NULL) link_work(season); /* nothing comes of it: it only gives back what it holds */
  season->serve = serve_free(season->serve);
}

void loop_crash(struct season *season) {
  season->crashes++;
  tally_count(season, COUNT_CRASH);
  end_bot(season);
  loop_start(season);
}

void loop_outage(struct season *season, int64_t ms) {
  season->outages++;
  tally_count(season, COUNT_OUTAGE);
  end_bot(season);
  season->now_ms += ms;
  loop_start(season);
}

/* ---- one small thing ---- */
/* The timers that a tick may run, so that a broken check can name them. */
static void know_timers(struct season *season) {
  struct due due[32];
  char record[120], id[160];
  const struct model *model = serve_model(season->serve);
  size_t count = model == NULL ? 0 : model_due(model, due, ARRAY_LEN(due));
  for (size_t i = 0; i < count && due[i].ms <= season->now_ms; i++) {
    (void)snprintf(record, sizeof record, "%s/%s", record_kind_name(due[i].kind), due[i].id);
    (void)snprintf(id, sizeof id, "timer/%s/%lld", record, (long long)due[i].ms);
    link_know(season, NULL, id, -1, EVENT_TIMER, record);
  }
}

static void tick(struct season *season) {
  season->wake_ms = -1;
  season->turns++;
  know_timers(season);
  serve_tick(season->serve);
}

static void step_store(struct season *season) {
  odd_store_step(season->store);
}

/* Nothing can happen now: a little later something may, while the bot has work left. */
static bool wait_a_little(struct season *season) {
  int64_t next = season->wake_ms < 0 ? NEVER_MS : season->wake_ms;
  bool idle = serve_is_ready(season->serve) && serve_is_idle(season->serve) && season->results == NULL;
  if (season->results != NULL && season->serving && !season->link_down && link_next_result_ms(season) < next) next = link_next_result_ms(season);
  if (idle || next == NEVER_MS || (season->link_down && serve_is_ready(season->serve))) return false;
  if (next > season->now_ms) season->now_ms = next;
  return true;
}

bool loop_step(struct season *season) {
  void (*ready[5])(struct season *season);
  size_t count = 0;
  if (odd_store_waits(season->store)) ready[count++] = step_store;
  if (season->wake_ms >= 0 && season->wake_ms <= season->now_ms) ready[count++] = tick;
  if (link_has_result(season)) ready[count++] = link_tell_result;
  if (link_can_deliver(season)) ready[count++] = link_deliver;
  if (season->handed.done != NULL) ready[count++] = link_work;
  if (count == 0) return wait_a_little(season);
  ready[chance_below(&season->odds, count)](season);
  return true;
}

void loop_settle(struct season *season) {
  int64_t from = season->now_ms;
  int steps = 0;
  while (steps < SETTLE_STEPS_MAX && loop_step(season)) {
    steps++;
    if (season->misbehaves && chance_percent(&season->odds, 0.006)) loop_crash(season);
  }
  check(season, CHECK_settles, steps < SETTLE_STEPS_MAX, "%d steps from %lld ms to %lld ms, and no end: %s", steps, (long long)from,
        (long long)season->now_ms, serve_trouble(season->serve));
}

/* The next time at which the bot does something by itself, up to `ms`; NEVER_MS: none. */
static int64_t next_stop(struct season *season, int64_t ms) {
  struct due due;
  int64_t next = NEVER_MS;
  size_t kept = 0;
  for (size_t i = 0; i < season->held_count; i++) {
    if (season->held_ms[i] < next) next = season->held_ms[i];
    if (season->held_ms[i] > season->now_ms) season->held_ms[kept++] = season->held_ms[i];
  }
  season->held_count = kept;
  if (serve_model(season->serve) != NULL && model_due(serve_model(season->serve), &due, 1) == 1 && due.ms < next) next = due.ms;
  return next <= ms ? next : NEVER_MS;
}

/* Each timer on the way at its own time, as it would come. */
void loop_go_to(struct season *season, int64_t ms) {
  int64_t next;
  while (!season->link_down && (next = next_stop(season, ms)) != NEVER_MS) {
    if (next > season->now_ms) season->now_ms = next;
    season->wake_ms = season->now_ms;
    loop_settle(season);
  }
  if (ms > season->now_ms) season->now_ms = ms;
  season->wake_ms = season->now_ms;
}

/* ---- tools ---- */
static void pushed(void *who, const struct store_result *result) {
  *(bool *)who = result->answer == STORE_OK;
}

static bool job_ended(const struct season *season, const char *id) {
  const struct model *model = serve_model(season->serve);
  const struct job *job = model == NULL ? NULL : model_get(model, RECORD_JOB, id);
  return job != NULL && job->state != JOB_RUNNING;
}

void loop_control(struct season *season, const char *json) {
  char id[40], event[60];
  bool good = false;
  (void)snprintf(id, sizeof id, "entry%llu", (unsigned long long)season->control_count);
  (void)snprintf(event, sizeof event, "control/%s", id);
  link_know(season, NULL, event, -1, EVENT_CONTROL, id);
  store_control_push(season->store, json, strlen(json), pushed, &good);
  for (int rounds = 0; good && !job_ended(season, id) && rounds < 2000; rounds++) {
    season->now_ms += 300;
    season->wake_ms = season->now_ms;
    loop_settle(season);
  }
  check(season, CHECK_settles, job_ended(season, id), "the tool's entry %s does not end", id);
}
