/* test_telling_time.c: how long a message to many takes is told where links said how fast they are, and never for those who wait for their
 * morning. */
#include "bot/jobs/jobs.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/bot/stage.h"

enum { MANY = 400, FAST = 200, SLOW = 40 };
#define CITY "web/city"
#define DOCKS "slack/docks"

static const struct workspace_pace said[] = {{.workspace = CITY, .per_minute = FAST}, {.workspace = DOCKS, .per_minute = SLOW}};

static void crowd(struct stage *stage) {
  stage_cast(stage);
  for (int i = 0; i < MANY; i++) (void)stage_person(stage, arena_format(stage->arena, "u%d", i), "Somebody");
}

static void jo_says(struct stage *stage, const char *text, const struct workspace_pace *paces, size_t count) {
  struct event event = {.kind = EVENT_TEXT, .id = arena_format(stage->arena, "said%llu", (unsigned long long)++stage->events), .workspace = CITY,
                        .person = {.id = "jo"}, .room = {.id = "D-jo", .kind = ROOM_DIRECT}, .text = text, .paces = paces, .pace_count = count};
  stage_run(stage, &event);
}

/* What this line of a card to jo says it takes, in minutes; 0: it has no such line. */
static int64_t minutes(struct stage *stage, const char *card, const char *words) {
  const struct out *out = stage_said(stage, "jo", card);
  cr_assert_not_null(out, "jo was not told %s, but: %s", card, stage_all(stage));
  for (size_t i = 0; i < out->lines.count; i++) {
    const struct line *line = &out->lines.items[i];
    if (strcmp(line->words, words) != 0) continue;
    cr_assert_eq(line->params.items[0].kind, PARAM_SPAN);
    return strtoll(line->params.items[0].values.items[0], NULL, 10);
  }
  return 0;
}

/* So many of the crowd have their account elsewhere. */
static void move(struct stage *stage, size_t count, const char *workspace, const char *zone) {
  struct txn *txn = stage_hand(stage);
  for (size_t i = 0; i < count; i++) {
    struct person *person = txn_edit(txn, RECORD_PERSON, stage_id(stage, arena_format(stage->arena, "u%zu", i)));
    person->accounts.items[0].workspace = workspace;
    person->zone = zone;
  }
  stage_apply(stage);
}

static void run_due(struct stage *stage, size_t queued) {
  const struct announcement *one = model_at(stage->model, RECORD_ANNOUNCEMENT, 0);
  struct event event = {.kind = EVENT_TIMER, .id = arena_format(stage->arena, "timer/%lld", (long long)one->due_ms),
                        .record = arena_format(stage->arena, "announcement/%s", one->id), .due_ms = one->due_ms, .queued = queued};
  stage->now_ms = one->due_ms;
  stage_run(stage, &event);
}

Test(telling_time, a_preview_says_it_and_so_does_what_begins) {
  STAGE(stage);
  crowd(&stage);
  jo_says(&stage, "message people The room has changed.", said, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 2, "403 people, 200 a minute");
  const struct out *preview = stage_said(&stage, "jo", "tell.preview");
  cr_assert_str_eq(preview->lines.items[preview->lines.count - 1].words, "tell.letter", "no line of ours reads as if it were the letter's");
  jo_says(&stage, "1", said, 2);
  cr_assert_eq(minutes(&stage, "tell.begun", "tell.takes"), 2);
}

Test(telling_time, a_link_that_says_nothing_takes_no_time) {
  static const struct workspace_pace none = {.workspace = CITY};
  STAGE(stage);
  crowd(&stage);
  jo_says(&stage, "message people The room has changed.", NULL, 0);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 0);
  jo_says(&stage, "cancel", NULL, 0);
  jo_says(&stage, "message people The room has changed.", &none, 1);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 0);
}

Test(telling_time, up_to_a_minute_is_not_worth_a_word) {
  static const struct workspace_pace quick = {.workspace = CITY, .per_minute = MANY + 3};
  STAGE(stage);
  crowd(&stage);
  jo_says(&stage, "message people The room has changed.", &quick, 1);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 0);
}

Test(telling_time, the_slowest_of_several_workspaces_counts_with_what_waits_there) {
  struct workspace_pace busy[] = {said[0], said[1]}, turned[] = {said[1], said[0]};
  STAGE(stage);
  crowd(&stage);
  move(&stage, 120, DOCKS, NULL);
  jo_says(&stage, "message people The room has changed.", busy, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 3, "120 at 40 a minute, while 283 go at 200");
  jo_says(&stage, "cancel", busy, 2);
  jo_says(&stage, "message people The room has changed.", turned, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 3, "whichever of them is named first");
  jo_says(&stage, "cancel", busy, 2);
  busy[1].waiting = 80;
  jo_says(&stage, "message people The room has changed.", busy, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 5, "80 stand there already");
  jo_says(&stage, "cancel", busy, 2);
  jo_says(&stage, "message mentors The room has changed.", busy, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 0, "ben is not in the docks");
}

Test(telling_time, whose_day_has_not_begun_is_not_counted_and_named_apart) {
  STAGE(stage);
  crowd(&stage);
  move(&stage, 100, DOCKS, "America/Los_Angeles"); /* 2 in the morning there */
  jo_says(&stage, "message people The room has changed.", said, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 0);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes_now"), 2, "303 at 200 a minute; not 100 at 40");
}

Test(telling_time, where_nearly_all_wait_for_their_morning_no_time_is_said) {
  STAGE(stage);
  crowd(&stage);
  move(&stage, MANY, DOCKS, "America/Los_Angeles");
  jo_says(&stage, "message people The room has changed.", said, 2);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes_now"), 0, "there is hardly anybody now");
}

Test(telling_time, while_it_runs_what_is_left_is_said) {
  struct workspace_pace city = {.workspace = CITY, .per_minute = SLOW};
  STAGE(stage);
  crowd(&stage);
  jo_says(&stage, "message people The room has changed.", &city, 1);
  cr_assert_eq(minutes(&stage, "tell.preview", "tell.takes"), 10);
  jo_says(&stage, "1", &city, 1);
  run_due(&stage, 0);
  city.waiting = TELLING_ROWS_MAX;
  jo_says(&stage, "message", &city, 1);
  cr_assert_eq(minutes(&stage, "tell.running", "tell.more"), 10, "a hundred are written, and none has left");
  for (int i = 0; i < 4; i++) run_due(&stage, 120);
  city.waiting = 120;
  jo_says(&stage, "message", &city, 1);
  cr_assert_eq(minutes(&stage, "tell.running", "tell.more"), 3, "all are written, and 120 have not left");
  run_due(&stage, 20);
  city.waiting = 20;
  jo_says(&stage, "message", &city, 1);
  cr_assert_eq(minutes(&stage, "tell.running", "tell.more"), 0);
}
