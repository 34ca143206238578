/* serve_round.c: rounds too large for a turn: a snapshot between two turns, another thread, and what comes of it as events of the job. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/fault.h"
#include "bot/base/json.h"
#include "bot/base/log.h"
#include "bot/edge/serve_parts.h"

enum { TELL_MS = 5000, TELL_PERCENT = 10, EVENT_ID_BYTES = 200, PAYLOAD_BYTES = 300 };

static const struct job *running(const struct serve *serve) {
  for (size_t i = 0; i < model_count(serve->model, RECORD_JOB); i++) {
    const struct job *job = model_at(serve->model, RECORD_JOB, i);
    if (job->state == JOB_RUNNING && job->round != NULL) return job;
  }
  return NULL;
}

/* The job may end in this turn, and its record go with it. */
static void feed(struct serve *serve, const struct job *job, const char *run, const char *what, const char *payload) {
  char id[EVENT_ID_BYTES], record[EVENT_ID_BYTES];
  (void)snprintf(record, sizeof record, "%s", job->id);
  (void)snprintf(id, sizeof id, "job/%s/%s/%s", job->id, run, what);
  struct event event = {.kind = EVENT_JOB, .id = id, .record = record, .payload = payload};
  serve_derived(serve, &event, NULL);
  serve_wake(serve, 0);
}

/* ---- begun ---- */
/* The number of the last turn names the snapshot: a turn that was kept is behind each event of an earlier one. */
static void begin(struct serve *serve, const struct job *job) {
  char run[32], payload[PAYLOAD_BYTES];
  (void)snprintf(run, sizeof run, "%lld", (long long)serve->seq);
  (void)snprintf(payload, sizeof payload, "{\"do\":\"begin\",\"run\":\"%s\"}", run);
  serve->making.work = round_work_new(job->id, run);
  feed(serve, job, run, "begin", payload);
}

/* ---- on the other thread ---- */
struct handed {
  struct serve *serve;      /* borrowed: it outlives the loop */
  struct round_work *work;  /* borrowed from serve, or owned once serve gave it up */
};

static void run_handed(void *who) {
  const struct handed *handed = who;
  round_work_run_it(handed->work);
}

static void handed_back(void *who) {
  struct handed *handed = who;
  struct serve *serve = handed->serve;
  round_work_end(handed->work);
  if (serve->making.work != handed->work) {
    serve->making.given_up--;
    (void)round_work_free(handed->work);
  }
  free(handed);
  serve_wake(serve, 0);
}

static int64_t boot(const struct serve *serve) {
  return serve->options.ports->boot_ms(serve->options.who);
}

static void hand_over(struct serve *serve, const struct job *job) {
  const struct serve_ports *ports = serve->options.ports;
  const struct round *round = model_get(serve->model, RECORD_ROUND, job->round);
  struct handed *handed = calloc(1, sizeof *handed);
  assert(handed != NULL);
  *handed = (struct handed){serve, serve->making.work};
  serve->making.since_ms = serve->making.told_ms = boot(serve);
  serve->making.told_percent = 0;
  serve->making.guess_ms = job->left_s * 1000;
  round_work_begin(serve->making.work, serve->model, round);
  log_line(LOG_round, "scheme=%s job=%s snapshot_ms=%lld", serve->scheme, job->id, (long long)(boot(serve) - serve->making.since_ms));
  if (ports->work != NULL) {
    ports->work(serve->options.who, run_handed, handed_back, handed);
    return;
  }
  run_handed(handed);
  handed_back(handed);
}

void serve_drop_round(struct serve *serve) {
  struct round_work *work = serve->making.work;
  serve->making.work = NULL;
  if (work == NULL) return;
  if (!round_work_has_begun(work) || round_work_has_ended(work)) {
    (void)round_work_free(work);
    return;
  }
  round_work_cancel(work);
  serve->making.given_up++;
}

/* ---- meanwhile, and behind it ---- */
/* Not each step: a message that changes all the time is noise. */
static void tell(struct serve *serve, const struct job *job) {
  char what[40], payload[PAYLOAD_BYTES];
  int64_t now = boot(serve), spent_ms = now - serve->making.since_ms;
  int percent = round_work_percent(serve->making.work);
  serve_wake(serve, TELL_MS);
  if (now - serve->making.told_ms < TELL_MS || percent < serve->making.told_percent + TELL_PERCENT) return;
  int64_t left_ms = spent_ms * (100 - percent) / percent, guess_ms = serve->making.guess_ms - spent_ms;
  if (left_ms < guess_ms) left_ms = guess_ms; /* the last part, the proof, may take long */
  serve->making.told_ms = now;
  serve->making.told_percent = percent;
  (void)snprintf(what, sizeof what, "at%d", percent);
  (void)snprintf(payload, sizeof payload, "{\"do\":\"progress\",\"percent\":%d,\"left_s\":%lld}", percent,
                 (long long)(left_ms / 1000));
  feed(serve, job, round_work_run(serve->making.work), what, payload);
}

static void fail(struct serve *serve, const struct job *job) {
  char payload[PAYLOAD_BYTES];
  const char *why = err_name(round_work_err(serve->making.work));
  log_line(LOG_round, "scheme=%s job=%s err=\"%s\"", serve->scheme, job->id, why);
  (void)snprintf(payload, sizeof payload, "{\"do\":\"failed\",\"why\":\"%.100s\"}", why);
  feed(serve, job, round_work_run(serve->making.work), "failed", payload);
}

static void next_sheet(struct serve *serve, const struct job *job) {
  char what[40];
  if (job->cursor == 0)
    log_line(LOG_round, "scheme=%s job=%s matches=%zu ms=%lld", serve->scheme, job->id, round_work_matches(serve->making.work),
             (long long)(boot(serve) - serve->making.since_ms));
  fault_point(FAULT_job_rows);
  (void)snprintf(what, sizeof what, "%lld", (long long)job->cursor);
  feed(serve, job, round_work_run(serve->making.work), what, round_work_sheet(serve->making.work, (size_t)job->cursor));
}

/* A release, or taking back: nothing is needed but the records. */
static void next_part(struct serve *serve, const struct job *job) {
  char run[32], what[40], payload[PAYLOAD_BYTES];
  (void)snprintf(run, sizeof run, "%lld", (long long)job->started_ms);
  (void)snprintf(what, sizeof what, "%lld", (long long)job->cursor);
  (void)snprintf(payload, sizeof payload, "{\"do\":\"part\",\"from\":%lld}", (long long)job->cursor);
  fault_point(FAULT_job_rows);
  feed(serve, job, run, what, payload);
}

static void go_on(struct serve *serve, const struct job *job) {
  struct round_work *work = serve->making.work;
  if (job->run == NULL || strcmp(job->run, round_work_run(work)) != 0) serve_drop_round(serve); /* it was not begun after all */
  else if (!round_work_has_begun(work)) hand_over(serve, job);
  else if (!round_work_has_ended(work)) tell(serve, job);
  else if (round_work_err(work) != ERR_NONE) fail(serve, job);
  else next_sheet(serve, job);
}

void serve_round(struct serve *serve) {
  const struct job *job = running(serve);
  bool other = serve->making.work != NULL && (job == NULL || strcmp(round_work_job(serve->making.work), job->id) != 0);
  if (other) serve_drop_round(serve);
  if (job == NULL) return;
  if (job->kind != JOB_ROUND) next_part(serve, job);
  else if (serve->making.work != NULL) go_on(serve, job);
  else if (serve->making.given_up == 0) begin(serve, job);
}
