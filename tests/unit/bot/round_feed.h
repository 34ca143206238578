/* round_feed.h: plays the edge for a round's job on a stage: the real work over the real snapshot, its pieces one event each. */
#ifndef TEST_ROUND_FEED_H
#define TEST_ROUND_FEED_H

#include <criterion/criterion.h>

#include "bot/edge/round_work.h"
#include "tests/unit/bot/stage.h"

static inline const struct job *feed_job(struct stage *stage) {
  size_t count = model_count(stage->model, RECORD_JOB);
  cr_assert_gt(count, 0);
  return model_at(stage->model, RECORD_JOB, count - 1);
}

static inline void feed(struct stage *stage, const char *payload) {
  struct event event = {.kind = EVENT_JOB, .record = arena_text(stage->arena, feed_job(stage)->id), .payload = payload};
  stage_run(stage, &event);
}

/* Begun, and made: what comes of it is not taken in yet. The caller frees it. */
static inline struct round_work *feed_made(struct stage *stage, const char *run) {
  const char *id = arena_text(stage->arena, feed_job(stage)->id);
  feed(stage, arena_format(stage->arena, "{\"do\":\"begin\",\"run\":\"%s\"}", run));
  struct round_work *work = round_work_new(id, run);
  round_work_begin(work, stage->model, model_get(stage->model, RECORD_ROUND, feed_job(stage)->round));
  round_work_run_it(work);
  round_work_end(work);
  cr_assert_eq(round_work_err(work), ERR_NONE);
  return work;
}

static inline void feed_sheets(struct stage *stage, struct round_work *work) {
  while (feed_job(stage)->state == JOB_RUNNING) {
    int64_t cursor = feed_job(stage)->cursor;
    feed(stage, round_work_sheet(work, (size_t)cursor));
    cr_assert(feed_job(stage)->state != JOB_RUNNING || feed_job(stage)->cursor > cursor);
  }
}

static inline void feed_all(struct stage *stage) {
  struct round_work *work = feed_made(stage, "7");
  feed_sheets(stage, work);
  (void)round_work_free(work);
}

static inline void feed_parts(struct stage *stage) {
  while (feed_job(stage)->state == JOB_RUNNING)
    feed(stage, arena_format(stage->arena, "{\"do\":\"part\",\"from\":%lld}", (long long)feed_job(stage)->cursor));
}

#endif
